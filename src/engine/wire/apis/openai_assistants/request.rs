//! What a request about a thread or a run says, and the form in which outputs go on.

use super::super::super::rebuild::{self, Change};
use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, list, shape};
use crate::json::{Document, Node, Value};

/// Reads a request. The run whose outputs it submits is in the path.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "assistant_id", "tool_outputs", "stream"])?;
    let text = |key: &str| root.get(key).and_then(Node::as_str).map(str::to_owned);
    let format = root.pointer("/response_format/type").and_then(Node::as_str);
    let run = target.between("/runs/", "/submit_tool_outputs").filter(|id| !id.contains('/'));
    let mut facts = RequestFacts {
        model: text("model").or_else(|| text("assistant_id")),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: format.is_some_and(|format| format.starts_with("json")),
        continues: run.map(str::to_owned).into_iter().collect(),
        // The provider always keeps the thread.
        state: vec!["thread".to_owned()],
        ..RequestFacts::default()
    };
    let tools = list(root, "tools")?;
    for tool in tools {
        keys::exact(tool, &["type", "function"])?;
        let name = tool.pointer("/function/name").and_then(Node::as_str);
        match tool.get("type").and_then(Node::as_str) {
            None | Some("function") => facts.offered.push(name.unwrap_or("unnamed").to_owned()),
            // Whatever else has a type is run by the provider, as far as is known here.
            Some(tag) => facts.provider(document, tag, tool),
        }
    }
    // Without tools of its own, a run has those of the assistant, which nobody sees here.
    let own = root.get("tools").is_some_and(|tools| !tools.is_null());
    if let Some(assistant) = root.get("assistant_id").filter(|_| !own) {
        facts.provider(document, format!("assistant:{}", assistant.as_str().unwrap_or("unnamed")), assistant);
    }
    // Those a thread begins with; nothing in them is run.
    list(root, "messages")?;
    let outputs = list(root, "tool_outputs")?.len();
    facts.history_calls = u32::try_from(outputs).unwrap_or(u32::MAX);
    Ok(facts)
}

/// The request as it goes on: with the outputs of refused calls in front of those that the client submits. `None` if it goes
/// on as it came.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let root = document.root();
    let given = list(root, "tool_outputs")?;
    let answers = |output: &Output, node: &Node| {
        node.get("tool_call_id").and_then(Node::as_str) == Some(output.call.as_str())
    };
    // The client may have got the call at another time, and then answers it itself.
    let owed = owed.iter().filter(|output| !given.iter().any(|node| answers(output, node)));
    let mut outputs: Vec<String> = owed.filter_map(|output| output.item.clone()).collect();
    if outputs.is_empty() {
        return Ok(None);
    }
    outputs.extend(given.iter().map(|node| document.slice(node.span).to_owned()));
    let change = Change::Set(rebuild::array(&outputs));
    Ok(Some(rebuild::object(document, root, &[("tool_outputs", change)])))
}
