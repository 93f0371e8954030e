//! What a request about a session says, and the form in which events go on to it.

use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, list, session, shape};
use crate::json::{Document, Node, Value};

/// Reads a request. The session it is about is in the path.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["agent", "agent_id", "events", "initial_events"])?;
    let continues = session::kept_in(target, super::PLACE);
    let mut facts = RequestFacts { continues, ..RequestFacts::default() };
    let agent = root.present("agent");
    // An agent of the provider's has tools that nobody sees here, besides those which the request gives it.
    if let Some(agent) = agent {
        keys::exact(agent, &["id"])?;
        let id = agent.as_str().or_else(|| agent.get("id").and_then(Node::as_str));
        facts.model = id.map(str::to_owned);
        facts.provider(document, format!("agent:{}", id.unwrap_or("unnamed")), agent);
    }
    for owner in agent.into_iter().chain([root]) {
        keys::exact(owner, &["tools"])?;
        for tool in list(owner, "tools")? {
            keys::exact(tool, &["type", "name"])?;
            match tool.get("type").and_then(Node::as_str) {
                Some("custom") | None => {
                    let name = tool.get("name").and_then(Node::as_str).unwrap_or("unnamed");
                    facts.offered.push(name.to_owned());
                }
                Some(tag) => facts.provider(document, tag, tool),
            }
        }
    }
    for events in ["initial_events", "messages"] {
        list(root, events)?;
    }
    session::note(root, answers, &mut facts)?;
    Ok(facts)
}

/// The call that an event of the client's answers.
fn answers(event: &Node) -> Option<&str> {
    ["custom_tool_use_id", "tool_use_id"].iter().find_map(|key| event.get(key).and_then(Node::as_str))
}

/// The request as it goes on.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    session::forward(document, owed, answers)
}
