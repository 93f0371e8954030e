//! What a request for a chat completion says.

use super::super::super::provided::{self, is_set};
use super::super::super::{RequestFacts, Target, Unreadable, keys, list, shape};
use crate::json::{Document, Node, Value};

/// Reads a request.
pub(in crate::wire::apis) fn facts(_: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "functions", "stream"])?;
    let mut facts = RequestFacts {
        model: root.get("model").and_then(Node::as_str).map(str::to_owned),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: root
            .pointer("/response_format/type")
            .and_then(Node::as_str)
            .is_some_and(|format| format.starts_with("json")),
        ..RequestFacts::default()
    };
    for tool in provided::tools(root, "tools")? {
        keys::exact(tool, &["type", "function", "custom", "name"])?;
        let tag = tool.get("type").and_then(Node::as_str);
        let name = ["function", "custom"]
            .iter()
            .find_map(|kind| tool.get(kind)?.get("name")?.as_str())
            .or_else(|| tool.get("name")?.as_str());
        match (tag, name) {
            (None, name) => provided::untyped(document, tool, name, &["function", "custom"], &mut facts),
            (Some("function" | "custom"), name) => facts.offered.push(name.unwrap_or("unnamed").to_owned()),
            // Whatever else has a type is run by the provider, as far as is known here.
            (Some(tag), _) => facts.provider(document, tag, tool),
        }
    }
    for function in list(root, "functions")? {
        facts.offered.extend(function.get("name").and_then(Node::as_str).map(str::to_owned));
    }
    provided::fields(document, root, &[], &mut facts)?;
    // An agent of the provider's has tools of its own.
    if let Some(agent) = root.get("agent_id").filter(|agent| is_set(agent)) {
        facts.provider(document, format!("agent:{}", agent.as_str().unwrap_or("unnamed")), agent);
    }
    for field in ["store", "previous_response_id", "conversation"] {
        if root.get(field).is_some_and(is_set) {
            facts.state.push(field.to_owned());
        }
    }
    for message in list(root, "messages")? {
        let calls = message.get("tool_calls").and_then(Node::elements).map_or(0, <[Node]>::len);
        let legacy = message.get("function_call").is_some_and(is_set);
        let result = matches!(message.get("role").and_then(Node::as_str), Some("tool" | "function"));
        let found = calls + usize::from(legacy) + usize::from(result);
        facts.history_calls = facts.history_calls.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
    }
    Ok(facts)
}
