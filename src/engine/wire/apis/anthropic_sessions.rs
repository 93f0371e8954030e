//! Sessions of Anthropic's Managed Agents: `…/v1/sessions`, and what happens in one, as a list and as a stream.
//!
//! A call is an event of its own. The client runs `agent.custom_tool_use`, and in an environment that it hosts itself
//! `agent.tool_use`; where the provider hosts it the same event tells of what the provider runs, and nothing in it says
//! which, so that it is always judged as a call. What waits for the client's confirmation (`evaluated_permission` is `ask`),
//! `agent.mcp_tool_use` among them, the provider runs once it has that. Clients act on an event as soon as it comes.
//!
//! # Where a refusal stands
//!
//! In the place of the event, as a message of the agent's with the same identifier. The event that says what the session
//! waits for names it no more, and says that the turn has ended where nothing else is waited for. The provider gets the
//! result, or the denial, with the next events that the client sends.

mod request;

use super::super::endpoint::below;
use super::super::event_name::Naming;
use super::super::rebuild::{self, Change};
use super::super::session::{Answer, Called, Refusals, Said, SessionApi, Written};
use super::super::skeleton::Free;
use super::super::stream::NewEvent;
use super::super::{
    ApiEntry, Codec, Framing, Reading, RequestFacts, Unreadable, alike, keys, session, shape,
};
use super::anthropic_messages::{error_body, is_error_body};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: Some(request::forward),
        framings: &[Framing::Document, Framing::Events],
        codec,
        error_body,
        is_error_body,
    }
}

/// Where sessions stand.
const PLACE: &str = "/v1/sessions";

fn owns(method: &str, path: &str) -> bool {
    let Some(segments) = below(path, PLACE) else { return false };
    let methods: &[&str] = match segments.as_slice() {
        [] | [_, "events" | "resources"] => &["GET", "POST"],
        [_] | [_, "resources", _] => &["GET", "POST", "DELETE"],
        [_, "archive"] | [_, "threads", _, "archive"] => &["POST"],
        [_, "threads"] | [_, "threads", _] => &["GET"],
        [_, "events", "stream"] | [_, "threads", _, "events" | "stream"] => &["GET"],
        _ => &[],
    };
    methods.contains(&method)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    session::codec(Events { depth: limits.depth }, framing, limits, request)
}

/// What happens in sessions.
struct Events {
    depth: usize,
}

/// The event that brings the result of a refused call.
fn result(kind: &str, key: &str, id: &str) -> Answer {
    let id = rebuild::string(id);
    let before =
        format!(r#"{{"type":"{kind}","{key}":{id},"is_error":true,"content":[{{"type":"text","text":"#);
    Answer::Text(before, "}]}")
}

fn denial(id: &str) -> Answer {
    let id = rebuild::string(id);
    let before =
        format!(r#"{{"type":"user.tool_confirmation","tool_use_id":{id},"result":"deny","deny_message":"#);
    Answer::Text(before, "}")
}

/// What the provider says of what becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Permission {
    Allow,
    /// It waits for the client. So does what nobody knows here.
    Ask,
    Deny,
}

/// The permission that an event tells of, in up to three places; `None` if in none.
fn permission(event: &Node) -> Result<Option<Permission>, Unreadable> {
    let object = |node: &Node| match node.value {
        Value::Object(_) => Ok(()),
        _ => Err(shape("what the provider says of a permission is no object")),
    };
    let mut told = vec![keys::text(event, "evaluated_permission")?];
    if let Some(policy) = event.present("evaluation") {
        object(policy)?;
        keys::exact(policy, &["type", "evaluated_permission"])?;
        let mut judged = None;
        if let Some(judgement) = policy.present("evaluated_permission") {
            object(judgement)?;
            judged = keys::text(judgement, "type")?;
        }
        // Where the provider judges by itself, that is what the policy comes to.
        told.push(keys::text(policy, "type")?.filter(|by| judged.is_none() || *by != "auto"));
        told.push(judged);
    }
    let told = told.into_iter().flatten().map(|word| match word {
        "allow" | "always_allow" => Permission::Allow,
        "deny" => Permission::Deny,
        _ => Permission::Ask,
    });
    Ok(told.reduce(|one, other| if one == other { one } else { Permission::Ask }))
}

/// Whether the type of an event is one that a client may take for a call's, or for a piece of one.
fn looks_like_a_call(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    ["tool_use", "tooluse", "call", "input_json"].iter().any(|word| tag.contains(word))
}

/// A piece of an event that is said in advance. Only those of messages are read: what is said of a call is held.
fn preview(event: &Node) -> Result<(), Unreadable> {
    alike::nothing_beside(event, &[])?;
    for path in ["/event/type", "/delta/type", "/delta/content/type"] {
        let tag = event.pointer(path).filter(|tag| !tag.is_null());
        if tag.is_some_and(|tag| tag.as_str().is_none_or(looks_like_a_call)) {
            return Err(shape("an event of unknown type that looks like a tool call"));
        }
    }
    match event.pointer("/delta/type").and_then(Node::as_str) {
        None | Some("content_delta") => Ok(()),
        Some(_) => Err(shape("a piece of something other than a message")),
    }
}

impl Events {
    fn call(&self, document: &Document, event: &Node, custom: bool) -> Result<Called, Unreadable> {
        alike::nothing_beside(event, &["name", "input"])?;
        let id = keys::text(event, "id")?.unwrap_or_default();
        let server = keys::text(event, "mcp_server_name")?;
        // Clients run it by its name alone.
        if server.is_some() && event.get("type").and_then(Node::as_str) != Some(MCP) {
            return Err(shape("a tool of the client's that is a server's"));
        }
        let input = event.present("input");
        // One client makes an object of whatever is there, such as of pairs.
        if input.is_some_and(|input| !matches!(input.value, Value::Object(_))) {
            return Err(shape("a tool call's input that is not an object"));
        }
        let permission = permission(event)?.unwrap_or(match server {
            // What the client runs itself, no permission of the provider's is needed for.
            None => Permission::Allow,
            Some(_) => Permission::Ask,
        });
        let (kind, answer) = match (custom, permission) {
            (true, _) => (CallKind::Function, result("user.custom_tool_result", "custom_tool_use_id", id)),
            (false, Permission::Ask) => (CallKind::Approval, denial(id)),
            (false, Permission::Allow) => (CallKind::Function, result("user.tool_result", "tool_use_id", id)),
            // The provider has answered it.
            (false, Permission::Deny) => (CallKind::Function, Answer::Nothing),
        };
        let call = ToolCall {
            api: Api::AnthropicSessions,
            kind,
            id: Some(id.to_owned()),
            tool: keys::tool(event)?.to_owned(),
            namespace: server.map(str::to_owned),
            arguments: match event.get("input") {
                None => Arguments::Absent,
                Some(input) => Arguments::from_json_text(document.slice(input.span), self.depth),
            },
            choice: 0,
        };
        Ok(Called { call, answer })
    }
}

/// The identifiers of the events that an idle session waits for.
fn awaited(event: &Node) -> Result<Vec<String>, Unreadable> {
    let Some(reason) = event.present("stop_reason") else {
        return Ok(Vec::new());
    };
    keys::exact(reason, &["type", "event_ids"])?;
    alike::nothing_beside(reason, &[])?;
    let Some(ids) = reason.present("event_ids") else { return Ok(Vec::new()) };
    let ids = ids.elements().ok_or_else(|| shape("awaited events that are not a list"))?;
    let text = |id: &Node| id.as_str().map(str::to_owned);
    ids.iter().map(text).collect::<Option<_>>().ok_or_else(|| shape("an awaited event that is not named"))
}

impl SessionApi for Events {
    const NAMING: Naming = Naming::Always;

    fn said(&self, document: &Document, event: &Node, out: &mut Reading) -> Result<Said, Unreadable> {
        if !matches!(event.value, Value::Object(_)) {
            return Err(shape("an event that is not an object"));
        }
        keys::exact(
            event,
            &[
                "type",
                "id",
                "name",
                "input",
                "evaluated_permission",
                "evaluation",
                "mcp_server_name",
                "stop_reason",
                "data",
                "delta",
                "event",
            ],
        )?;
        let tag = event.get("type").and_then(Node::as_str).ok_or_else(|| shape("an event without a type"))?;
        let mut said = Said::default();
        match tag {
            "agent.custom_tool_use" => said.calls.push(self.call(document, event, true)?),
            "agent.tool_use" => said.calls.push(self.call(document, event, false)?),
            MCP if permission(event)?.is_none_or(|permission| permission == Permission::Ask) => {
                said.calls.push(self.call(document, event, false)?);
            }
            MCP => {
                alike::nothing_beside(event, &["name", "input"])?;
                out.provider_ran.push(keys::name(event, "name")?.unwrap_or("unnamed").to_owned());
            }
            IDLE | THREAD_IDLE => {
                alike::nothing_beside(event, &["stop_reason"])?;
                said.mentions = awaited(event)?;
            }
            "event_start" | "event_delta" => {
                preview(event)?;
                let text = event.pointer("/delta/content/text").filter(|text| text.as_str().is_some());
                said.text =
                    text.map(|text| Free { text: text.span, fillings: [None; 2], counters: [None; 2] });
            }
            tag if looks_like_a_call(tag) => {
                return Err(shape("an event of unknown type that looks like a tool call"));
            }
            _ => {
                // What the client said itself, and what tools brought, may quote anything.
                let quotes = tag.starts_with("user.") || tag.ends_with("tool_result");
                alike::nothing_beside(event, if quotes { &["content"] } else { &[] })?;
                if quotes {
                    for key in ["custom_tool_use_id", "tool_use_id", "mcp_tool_use_id"] {
                        said.answered.extend(event.get(key).and_then(Node::as_str).map(str::to_owned));
                    }
                }
            }
        }
        Ok(said)
    }

    fn list<'d>(&self, root: &'d Node) -> Result<Option<&'d [Node]>, Unreadable> {
        keys::exact(root, &["data", "type"])?;
        let Some(data) = root.present("data") else { return Ok(None) };
        alike::nothing_beside(root, &["data"])?;
        if root.get("type").and_then(Node::as_str).is_some_and(looks_like_a_call) {
            return Err(shape("a list that is something else besides"));
        }
        data.elements().map(Some).ok_or_else(|| shape("a list whose elements are none"))
    }

    fn rewritten(&self, document: &Document, event: &Node, refusals: &Refusals<'_>) -> Written {
        let same = || Written { name: None, text: document.slice(event.span).to_owned() };
        let tag = event.get("type").and_then(Node::as_str).unwrap_or_default();
        if matches!(tag, IDLE | THREAD_IDLE) {
            let ids = awaited(event).unwrap_or_default();
            let left = ids.iter().filter(|id| refusals.text(id).is_none());
            let left: Vec<String> = left.map(|id| rebuild::string(id)).collect();
            let Some(reason) = event.get("stop_reason").filter(|_| left.len() < ids.len()) else {
                return same();
            };
            let reason = if left.is_empty() {
                r#"{"type":"end_turn"}"#.to_owned()
            } else {
                let ids = [("event_ids", Change::Set(rebuild::array(&left)))];
                rebuild::object(document, reason, &ids)
            };
            let text = rebuild::object(document, event, &[("stop_reason", Change::Set(reason))]);
            return Written { name: None, text };
        }
        let is_call = matches!(tag, "agent.custom_tool_use" | "agent.tool_use" | MCP);
        let id = event.get("id").and_then(Node::as_str).filter(|_| is_call);
        let Some(refusal) = id.and_then(|id| refusals.text(id)) else { return same() };
        let mut members = r#""type":"agent.message""#.to_owned();
        for member in event.members().iter().filter(|m| matches!(m.key.as_str(), "id" | "processed_at")) {
            let (key, value) = (document.slice(member.key_span), document.slice(member.node.span));
            members.push_str(&format!(",{key}:{value}"));
        }
        Written { name: Some(MESSAGE), text: format!("{{{members},{}}}", content(refusal)) }
    }

    fn is_error(&self, document: &Document) -> bool {
        is_error_body(document)
    }

    fn instead(&self, refusal: &str) -> String {
        format!(r#"{{"data":[{}],"next_page":null}}"#, message(refusal))
    }

    fn events(&self, refusal: &str) -> Vec<NewEvent> {
        let idle = format!(
            r#"{{"type":"session.status_idle","id":"sevt_toolgate_idle","processed_at":"{EPOCH}","stop_reason":{{"type":"end_turn"}}}}"#
        );
        vec![
            NewEvent { name: Some(MESSAGE), data: message(refusal) },
            NewEvent { name: Some(IDLE), data: idle },
        ]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: Some("error"), data: error_body(refusal) }
    }
}

const MESSAGE: &str = "agent.message";
const MCP: &str = "agent.mcp_tool_use";
const IDLE: &str = "session.status_idle";
const THREAD_IDLE: &str = "session.thread_status_idle";

/// A time that clients can read, of events which no provider made.
const EPOCH: &str = "1970-01-01T00:00:00Z";

fn content(text: &str) -> String {
    format!(r#""content":[{{"type":"text","text":{}}}]"#, rebuild::string(text))
}

fn message(text: &str) -> String {
    let content = content(text);
    format!(r#"{{"type":"{MESSAGE}","id":"sevt_toolgate","processed_at":"{EPOCH}",{content}}}"#)
}
