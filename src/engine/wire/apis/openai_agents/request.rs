//! What a request about a session says, and the form in which events go on to it.

use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, list, session, shape};
use crate::json::{Document, Node, Value};

/// Reads a request. The session it is about is in the path.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["agent", "agent_id", "environment", "events", "stream"])?;
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let mut facts = RequestFacts {
        model: text(root, "agent_id"),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        continues: session::kept_in(target, super::PLACE),
        ..RequestFacts::default()
    };
    // An agent of the provider's has tools that nobody sees here, besides those which the request gives it.
    if let Some(agent) = root.present("agent_id") {
        facts.provider(document, format!("agent:{}", agent.as_str().unwrap_or("unnamed")), agent);
    }
    let agent = root.present("agent");
    facts.model = agent.and_then(|agent| text(agent, "model")).or(facts.model);
    for owner in agent.into_iter().chain([root]) {
        keys::exact(owner, &["model", "tools"])?;
        for tool in list(owner, "tools")? {
            keys::exact(tool, &["type", "name", "server_label"])?;
            let name = |key| text(tool, key).unwrap_or_else(|| "unnamed".to_owned());
            match tool.get("type").and_then(Node::as_str) {
                None | Some("function") => facts.offered.push(name("name")),
                Some(tag @ "mcp") => {
                    facts.provider(document, format!("{tag}:{}", name("server_label")), tool)
                }
                // Whatever else has a type is run by the provider, as far as is known here.
                Some(tag) => facts.provider(document, tag, tool),
            }
        }
    }
    if root.get("input").is_none_or(|input| input.as_str().is_none()) {
        list(root, "input")?;
    }
    if let Some(environment) = root.present("environment") {
        keys::exact(environment, &["type"])?;
        if environment.get("type").and_then(Node::as_str) != Some("none") {
            facts.provider(document, "environment", environment);
        }
    }
    session::note(root, answers, &mut facts)?;
    Ok(facts)
}

/// The call that an event of the client's answers.
fn answers(event: &Node) -> Option<&str> {
    ["call_id", "request_id"].iter().find_map(|key| event.get(key).and_then(Node::as_str))
}

/// The request as it goes on.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    session::forward(document, owed, answers)
}
