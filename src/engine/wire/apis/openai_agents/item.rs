//! Items and required actions: which of them are calls, and how they are written without those that are refused.

use super::super::super::rebuild::{self, Change};
use super::super::super::session::{Answer, Called, Refusals, Said};
use super::super::super::{Reading, Unreadable, alike, keys, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::wire::Api;
use std::collections::BTreeSet;

fn arguments(document: &Document, node: Option<&Node>, depth: usize) -> Arguments {
    match node.filter(|arguments| !arguments.is_null()) {
        None => Arguments::Absent,
        Some(node) => match node.as_str() {
            // Other APIs of the same provider have a text there, and so do clients of both.
            Some(text) => Arguments::from_json_text(text, depth),
            None => Arguments::from_json_text(document.slice(node.span), depth),
        },
    }
}

fn call(kind: CallKind, id: &str, tool: &str, namespace: Option<&str>, arguments: Arguments) -> ToolCall {
    ToolCall {
        api: Api::OpenaiAgents,
        kind,
        id: Some(id.to_owned()),
        tool: tool.to_owned(),
        namespace: namespace.map(str::to_owned),
        arguments,
        choice: 0,
    }
}

/// A function that the client runs: an item, or an action that is required.
fn function(document: &Document, node: &Node, depth: usize) -> Result<Called, Unreadable> {
    keys::exact(node, &["type", "call_id", "name", "arguments", "turn_id", "status"])?;
    alike::nothing_beside(node, &["name", "arguments"])?;
    let name = keys::tool(node)?;
    let id = keys::text(node, "call_id")?.unwrap_or_default();
    // Clients tell calls apart by both, and by one that is absent, `null` or empty too.
    let turn = match (node.get("turn_id"), keys::text(node, "turn_id")?) {
        (None, _) => String::new(),
        (Some(_), None) => r#""turn_id":null,"#.to_owned(),
        (Some(_), Some(turn)) => format!(r#""turn_id":{},"#, rebuild::string(turn)),
    };
    let call_id = rebuild::string(id);
    let answer = format!(
        r#"{{"type":"agent.session.input.tool_result",{turn}"call_id":{call_id},"success":false,"error":"#
    );
    let arguments = arguments(document, node.get("arguments"), depth);
    Ok(Called {
        call: call(CallKind::Function, id, name, None, arguments),
        answer: Answer::Text(answer, "}"),
    })
}

/// What the provider runs, or is let do, once the client has approved it.
fn approval(document: &Document, node: &Node, depth: usize) -> Result<Called, Unreadable> {
    keys::exact(node, &["type", "request_id", "request"])?;
    alike::nothing_beside(node, &["request"])?;
    let request = node.get("request").filter(|request| matches!(request.value, Value::Object(_)));
    let request = request.ok_or_else(|| shape("an approval of something that is not said"))?;
    keys::exact(request, &["type", "name", "arguments", "server_label", "message"])?;
    let id = keys::text(node, "request_id")?.unwrap_or_default();
    let tag = keys::text(request, "type")?.unwrap_or_default();
    let request_id = rebuild::string(id);
    if tag == "mcp_tool_call" {
        alike::nothing_beside(request, &["name", "arguments"])?;
        let name = keys::name(request, "name")?.unwrap_or("mcp_tool_call");
        let arguments = arguments(document, request.get("arguments"), depth);
        let answer = format!(
            r#"{{"type":"agent.session.input.mcp_approval_request_result","request_id":{request_id},"response":{{"type":"mcp_tool_call","decision":"deny"}}}}"#
        );
        let call = call(CallKind::Approval, id, name, keys::text(request, "server_label")?, arguments);
        return Ok(Called { call, answer: Answer::No(answer) });
    }
    let no = match tag {
        "browser_authentication" => r#""type":"browser_authentication","action":"cancel""#,
        "browser_origin_access" => r#""type":"browser_origin_access","decision":"deny""#,
        _ => return Err(shape("an approval of unknown kind")),
    };
    let answer = format!(
        r#"{{"type":"agent.session.input.computer_use_approval_request_result","request_id":{request_id},"response":{{{no}}}}}"#
    );
    let arguments = Arguments::from_json_text(document.slice(request.span), depth);
    Ok(Called { call: call(CallKind::Approval, id, tag, None, arguments), answer: Answer::No(answer) })
}

/// What an item says; `first` if more will be said of it.
pub(super) fn said(
    document: &Document,
    item: &Node,
    depth: usize,
    first: bool,
    said: &mut Said,
    out: &mut Reading,
) -> Result<(), Unreadable> {
    if !matches!(item.value, Value::Object(_)) {
        return Err(shape("an item that is not an object"));
    }
    keys::exact(item, &["type", "call_id", "name", "arguments", "status", "content"])?;
    let tag = item.get("type").and_then(Node::as_str).ok_or_else(|| shape("an item without a type"))?;
    match tag {
        "function_call" => {
            let called = function(document, item, depth)?;
            // A client that acts on the first event runs it with an empty object, but not without arguments.
            let later = |arguments: &Node| arguments.is_null() || arguments.as_str() == Some("");
            let blank = item.get("arguments").is_none_or(later);
            if first && blank && keys::text(item, "status")? == Some("in_progress") {
                said.begun.push(called.call);
            } else {
                said.calls.push(called);
            }
        }
        "computer_use_approval_request" => said.calls.push(approval(document, item, depth)?),
        // These are the client's own, and may quote anything.
        "function_call_output" => {
            alike::nothing_beside(item, &["output"])?;
            said.answered.extend(keys::text(item, "call_id")?.map(str::to_owned));
        }
        "computer_use_approval_request_result" => {
            alike::nothing_beside(item, &["response"])?;
            said.answered.extend(keys::text(item, "request_id")?.map(str::to_owned));
        }
        "message" | "agent_message" | "reasoning" => alike::nothing_beside(item, &[])?,
        tag if PROVIDER.contains(&tag) => {
            alike::nothing_beside(item, &["arguments", "output", "error"])?;
            if !first {
                out.provider_ran.push(keys::text(item, "name")?.unwrap_or(tag).to_owned());
            }
        }
        tag if looks_like_a_call(tag) || alike::within(item) => {
            return Err(shape("an item of unknown type that looks like a tool call"));
        }
        _ => {}
    }
    Ok(())
}

/// Whether the type of an item or event is one that a client may take for a call's, or for a piece of one.
pub(super) fn looks_like_a_call(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    ["call", "approval", "argument", "tool"].iter().any(|word| tag.contains(word))
}

/// Items that say what the provider ran.
const PROVIDER: &[&str] = &[
    "mcp_call",
    "computer_use_call",
    "web_search_call",
    "command_execution",
    "create_subagent_call",
    "send_subagent_input_call",
    "resume_subagent_call",
    "wait_for_subagents_call",
    "interrupt_subagent_call",
    "close_subagent_call",
];

/// The actions that a session requires.
fn actions(session: &Node) -> Result<&[Node], Unreadable> {
    if !matches!(session.value, Value::Object(_)) {
        return Err(shape("a session that is not an object"));
    }
    keys::exact(session, &["object", "id", "status", "required_actions", "agent"])?;
    // The agent's tools are the client's own, and have names and parameters.
    alike::nothing_beside(session, &["required_actions", "agent"])?;
    match session.present("required_actions") {
        None => Ok(&[]),
        Some(actions) => actions.elements().ok_or_else(|| shape("required actions that are not a list")),
    }
}

/// What a session says that it waits for.
pub(super) fn waits(
    document: &Document,
    session: &Node,
    depth: usize,
    said: &mut Said,
) -> Result<(), Unreadable> {
    let actions = actions(session)?;
    for action in actions {
        keys::exact(action, &["type"])?;
        match action.get("type").and_then(Node::as_str) {
            Some("function_call") => said.calls.push(function(document, action, depth)?),
            Some("mcp_approval_request" | "computer_use_approval_request") => {
                said.calls.push(approval(document, action, depth)?);
            }
            Some("environment_connection") => alike::nothing_beside(action, &[])?,
            _ => return Err(shape("an action of unknown kind")),
        }
    }
    let awaited: Vec<&str> = actions.iter().filter_map(key).collect();
    let distinct: BTreeSet<String> = awaited.iter().map(|id| (*id).to_owned()).collect();
    // A client answers each, and may run each.
    if distinct.len() < awaited.len() {
        return Err(shape("one identifier for two tool calls"));
    }
    said.awaited = Some(distinct);
    Ok(())
}

/// The identifier under which an item or an action is known.
fn key(node: &Node) -> Option<&str> {
    match node.get("type").and_then(Node::as_str)? {
        "function_call" => node.get("call_id")?.as_str(),
        "mcp_approval_request" | "computer_use_approval_request" => node.get("request_id")?.as_str(),
        _ => None,
    }
}

/// An item in the place of one that is refused; `None` if it is not.
pub(super) fn rewritten(document: &Document, item: &Node, refusals: &Refusals<'_>) -> Option<String> {
    let refusal = refusals.text(key(item)?)?;
    let kept = item.members().iter().filter(|member| matches!(member.key.as_str(), "id" | "turn_id"));
    let kept = kept
        .map(|member| format!("{}:{}", document.slice(member.key_span), document.slice(member.node.span)));
    Some(message(&kept.collect::<Vec<_>>().join(","), refusal))
}

/// A message of the agent's.
pub(super) fn message(members: &str, text: &str) -> String {
    let text = rebuild::string(text);
    let comma = if members.is_empty() { "" } else { "," };
    format!(
        r#"{{{members}{comma}"type":"message","role":"assistant","status":"completed","content":[{{"type":"output_text","text":{text}}}]}}"#
    )
}

/// A session that does not wait for what is refused, and whether it waits for nothing.
pub(super) fn session(document: &Document, session: &Node, refusals: &Refusals<'_>) -> (String, bool) {
    let actions = actions(session).unwrap_or_default();
    let is_left = |action: &&Node| key(action).is_none_or(|id| refusals.text(id).is_none());
    let left: Vec<String> =
        actions.iter().filter(is_left).map(|action| document.slice(action.span).to_owned()).collect();
    if left.len() == actions.len() {
        return (document.slice(session.span).to_owned(), false);
    }
    let idle = left.is_empty();
    // What waits for an approval is told of nowhere else.
    let texts = actions.iter().filter_map(|action| refusals.text(key(action)?));
    let error = rebuild::string(&texts.collect::<Vec<_>>().join("\n"));
    let mut changes =
        vec![("required_actions", Change::Set(rebuild::array(&left))), ("error", Change::Set(error))];
    if idle && session.get("status").and_then(Node::as_str) == Some("requires_action") {
        changes.push(("status", Change::Set(r#""idle""#.to_owned())));
    }
    (rebuild::object(document, session, &changes), idle)
}

/// The event of a turn that is complete.
pub(super) const COMPLETED: &str = "agent.session.turn.completed";

/// The turn in which a session waited for its client has ended, as an event with an identifier of its own: clients take one
/// that they know for a second delivery.
pub(super) fn completed(document: &Document, event: &Node, session: &Node) -> String {
    let text = |node: Option<&Node>| {
        let node = node.filter(|node| node.as_str().is_some());
        node.map_or(r#""toolgate""#, |node| document.slice(node.span))
    };
    let turn = actions(session).unwrap_or_default().iter().find_map(|action| action.get("turn_id"));
    let own = format!("toolgate_{}", event.get("event_id").and_then(Node::as_str).unwrap_or_default());
    let own = rebuild::string(&own);
    let (turn, id, agent) = (text(turn), text(session.get("id")), text(session.pointer("/agent/id")));
    format!(
        r#"{{"type":"{COMPLETED}","event_id":{own},"session_id":{id},"turn_id":{turn},"turn":{{"id":{turn},"object":"agent.session.turn","agent_id":{agent},"session_id":{id},"status":"completed","created_at":0,"completed_at":0,"started_at":0,"error":null,"subagent_id":null,"usage":null}}}}"#
    )
}
