//! What a request to Cohere's older chat says.

use super::super::super::{RequestFacts, Target, Unreadable, keys, list, shape};
use crate::json::{Document, Node, Value};

/// Reads a request.
pub(super) fn facts(_: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "connectors", "stream"])?;
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let unnamed = || "unnamed".to_owned();
    let format = root.pointer("/response_format/type").and_then(Node::as_str);
    let mut facts = RequestFacts {
        model: text(root, "model"),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: format.is_some_and(|format| format.starts_with("json")),
        ..RequestFacts::default()
    };
    for tool in list(root, "tools")? {
        facts.offered.push(text(tool, "name").unwrap_or_else(unnamed));
    }
    // The provider searches with them.
    for connector in list(root, "connectors")? {
        facts.provider(
            document,
            format!("connectors:{}", text(connector, "id").unwrap_or_else(unnamed)),
            connector,
        );
    }
    if root.get("conversation_id").is_some_and(|id| !id.is_null()) {
        facts.state.push("conversation_id".to_owned());
    }
    let mut calls = list(root, "tool_results")?.len();
    for turn in list(root, "chat_history")?.iter().chain(list(root, "messages")?) {
        for key in ["tool_calls", "tool_results"] {
            calls += turn.get(key).and_then(Node::elements).map_or(0, <[Node]>::len);
        }
    }
    facts.history_calls = u32::try_from(calls).unwrap_or(u32::MAX);
    Ok(facts)
}
