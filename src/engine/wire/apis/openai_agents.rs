//! Sessions of OpenAI's agents: `…/agents/sessions`, and what happens in one, as lists and as a stream.
//!
//! A call is an item `function_call`, whose arguments are a value, and stands again among the `required_actions` of the
//! session that waits for its result. What the provider runs once the client approves it stands only there
//! (`mcp_approval_request`, `computer_use_approval_request`). All other kinds of items that do something are run by the
//! provider, and reported.
//!
//! # Where a refusal stands
//!
//! In the place of the item, as a message of the agent's. The session waits for the call no more, and has the refusal as its
//! error, where those stand that are no items. Where it waits for nothing else it is idle and its turn complete, since
//! clients follow a turn until it is. The provider gets the result, or the denial, with the next events that the client sends.

mod item;
mod request;

use super::super::endpoint::below;
use super::super::event_name::Naming;
use super::super::rebuild::{self, Change};
use super::super::session::{Refusals, Said, SessionApi, Written};
use super::super::skeleton::Free;
use super::super::stream::NewEvent;
use super::super::{
    ApiEntry, Codec, Framing, Reading, RequestFacts, Unreadable, alike, keys, session, shape,
};
use super::openai_chat::{error_body, is_error_body};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

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
const PLACE: &str = "/agents/sessions";

fn owns(method: &str, path: &str) -> bool {
    let Some(segments) = below(path, PLACE) else { return false };
    let methods: &[&str] = match segments.as_slice() {
        [] | [_, "events"] => &["GET", "POST"],
        [_] => &["GET", "POST", "DELETE"],
        [_, "items" | "turns" | "subagents"]
        | [_, "turns" | "subagents", _]
        | [_, "turns" | "subagents", _, "items" | "turns"]
        | [_, "subagents", _, "turns", _]
        | [_, "subagents", _, "turns", _, "items"] => &["GET"],
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

/// What an object is, by where it says so.
enum Kind<'d> {
    /// An event about an item; whether it is the first.
    Item(&'d Node, bool),
    /// An event about the session.
    Event(&'d Node),
    Session,
    /// An item in a list.
    ListedItem,
    /// The next piece of a text.
    Text(&'d Node),
    Inert,
}

fn kind(object: &Node) -> Result<Kind<'_>, Unreadable> {
    if !matches!(object.value, Value::Object(_)) {
        return Err(shape("an event or item that is not an object"));
    }
    keys::exact(object, &["type", "object", "item", "session", "required_actions", "data"])?;
    let member = |key: &str| object.present(key);
    let named = |key: &str| object.get(key).and_then(Node::as_str);
    for key in ["type", "object"] {
        if member(key).is_some_and(|node| node.as_str().is_none()) {
            return Err(shape("an object that says nothing of what it is"));
        }
    }
    // What a session waits for is not seen anywhere else, whatever else the object says that it is.
    if named("object") != Some("agent.session") && member("required_actions").is_some() {
        return Err(shape("required actions of something that is no session"));
    }
    match (named("type"), named("object")) {
        (None, Some("agent.session")) => Ok(Kind::Session),
        (None, Some(_)) => {
            alike::nothing_beside(object, &[])?;
            Ok(Kind::Inert)
        }
        (Some(_), Some(_)) => Err(shape("an object that says that it is two things")),
        (Some(tag), None) => {
            if !tag.starts_with("agent.") && tag != "error" {
                if member("item").or(member("session")).is_some() {
                    return Err(shape("an item that has another thing in it"));
                }
                return Ok(Kind::ListedItem);
            }
            if member("item").is_some() && member("session").is_some() {
                return Err(shape("an event about an item and a session"));
            }
            if let Some(item) = member("item") {
                alike::nothing_beside(object, &["item"])?;
                return Ok(Kind::Item(item, tag.ends_with(".added")));
            }
            if let Some(session) = member("session") {
                alike::nothing_beside(object, &["session"])?;
                return Ok(Kind::Event(session));
            }
            if item::looks_like_a_call(tag) {
                return Err(shape("an event of unknown type that looks like a tool call"));
            }
            alike::nothing_beside(object, &[])?;
            let delta = member("delta").filter(|text| text.as_str().is_some());
            Ok(delta.filter(|_| tag.ends_with("text.delta")).map_or(Kind::Inert, Kind::Text))
        }
        (None, None) => Err(shape("an object that says nothing of what it is")),
    }
}

impl SessionApi for Events {
    const NAMING: Naming = Naming::Optional;

    fn said(&self, document: &Document, object: &Node, out: &mut Reading) -> Result<Said, Unreadable> {
        let mut said = Said::default();
        match kind(object)? {
            Kind::Item(node, first) => item::said(document, node, self.depth, first, &mut said, out)?,
            Kind::ListedItem => item::said(document, object, self.depth, false, &mut said, out)?,
            Kind::Event(session) => item::waits(document, session, self.depth, &mut said)?,
            Kind::Session => item::waits(document, object, self.depth, &mut said)?,
            Kind::Text(text) => {
                let filling =
                    |key: &str| object.get(key).filter(|node| node.as_str().is_some()).map(|node| node.span);
                let fillings = [filling("event_id"), filling("obfuscation")];
                said.text = Some(Free { text: text.span, fillings, counters: [None; 2] });
            }
            Kind::Inert => {}
        }
        Ok(said)
    }

    fn list<'d>(&self, root: &'d Node) -> Result<Option<&'d [Node]>, Unreadable> {
        keys::exact(root, &["object", "data"])?;
        // Clients that list read the elements, whatever the object says that it is.
        let data = root.present("data");
        if data.is_none() && root.get("object").and_then(Node::as_str) != Some("list") {
            return Ok(None);
        }
        alike::nothing_beside(root, &["data"])?;
        if root.get("required_actions").or_else(|| root.get("item")).is_some_and(|node| !node.is_null()) {
            return Err(shape("a list that is something else besides"));
        }
        data.and_then(Node::elements).map(Some).ok_or_else(|| shape("a list without elements"))
    }

    fn rewritten(&self, document: &Document, object: &Node, refusals: &Refusals<'_>) -> Written {
        let set =
            |key: &'static str, text: String| rebuild::object(document, object, &[(key, Change::Set(text))]);
        let named = |text: String| Written { name: None, text };
        match kind(object) {
            Ok(Kind::Item(node, _)) => named(
                item::rewritten(document, node, refusals)
                    .map_or_else(|| document.slice(object.span).to_owned(), |item| set("item", item)),
            ),
            Ok(Kind::ListedItem) => {
                let item = item::rewritten(document, object, refusals);
                named(item.unwrap_or_else(|| document.slice(object.span).to_owned()))
            }
            Ok(Kind::Session) => named(item::session(document, object, refusals).0),
            Ok(Kind::Event(session)) => {
                let (session, idle) = item::session(document, session, refusals);
                let mut changes = vec![("session", Change::Set(session))];
                let waited = object.get("type").and_then(Node::as_str) == Some(WAITS);
                if waited && idle {
                    changes.push(("type", Change::Set(format!("\"{IDLE}\""))));
                    return Written { name: Some(IDLE), text: rebuild::object(document, object, &changes) };
                }
                named(rebuild::object(document, object, &changes))
            }
            Ok(Kind::Text(_) | Kind::Inert) | Err(_) => named(document.slice(object.span).to_owned()),
        }
    }

    fn precedes(&self, document: &Document, object: &Node, refusals: &Refusals<'_>) -> Option<NewEvent> {
        let Ok(Kind::Event(session)) = kind(object) else { return None };
        let idle = object.get("type").and_then(Node::as_str) == Some(WAITS)
            && item::session(document, session, refusals).1;
        let data = idle.then(|| item::completed(document, object, session))?;
        Some(NewEvent { name: Some(item::COMPLETED), data })
    }

    fn is_error(&self, document: &Document) -> bool {
        is_error_body(document)
    }

    fn instead(&self, refusal: &str) -> String {
        let message = item::message(r#""id":"toolgate","turn_id":"toolgate""#, refusal);
        format!(
            r#"{{"object":"list","data":[{message}],"first_id":"toolgate","last_id":"toolgate","has_more":false}}"#
        )
    }

    fn events(&self, refusal: &str) -> Vec<NewEvent> {
        vec![self.broken_off(refusal)]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        let message = rebuild::string(refusal);
        let data = format!(
            r#"{{"type":"error","event_id":"toolgate","session_id":"toolgate","error":{{"code":"tool_call_refused","message":{message},"type":"permission_error"}}}}"#
        );
        NewEvent { name: Some("error"), data }
    }
}

/// The event of a session that waits for its client.
const WAITS: &str = "agent.session.requires_action";
/// The event of one that waits for nothing.
const IDLE: &str = "agent.session.idle";
