//! What a request to the Messages API says.

use super::super::super::{RequestFacts, Target, Unreadable, keys, list, shape};
use crate::json::{Document, Node, Value};

/// Tools that Anthropic defines and the client runs, by the beginning of their type.
const CLIENT_TOOLS: &[&str] =
    &["bash_", "text_editor_", "computer_", "memory_", "browser_toolset_", "computer_toolset_"];

/// Reads a request. Clouds take the model and the way of the answer from the path.
pub(in crate::wire::apis) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "mcp_servers", "stream", "thread"])?;
    let of_path = [":rawPredict", ":streamRawPredict"]
        .iter()
        .find_map(|verb| target.between("/publishers/anthropic/models/", verb));
    let mut facts = RequestFacts {
        model: of_path.or_else(|| root.get("model")?.as_str()).map(str::to_owned),
        stream: target.ends_with(":streamRawPredict")
            || root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: is_structured(root),
        ..RequestFacts::default()
    };
    for tool in list(root, "tools")? {
        keys::exact(tool, &["type", "name"])?;
        let name = tool.get("name").and_then(Node::as_str);
        match tool.get("type").and_then(Node::as_str) {
            None | Some("custom") => facts.offered.extend(name.map(str::to_owned)),
            Some(tag) if CLIENT_TOOLS.iter().any(|client| tag.starts_with(client)) => {
                facts.offered.push(name.unwrap_or(tag).to_owned());
            }
            // Whatever else has a type is run by the provider, as far as is known here.
            Some(tag) => facts.provider(document, tag, tool),
        }
    }
    for server in list(root, "mcp_servers")? {
        let name = server.get("name").and_then(Node::as_str).unwrap_or("unnamed");
        facts.provider(document, format!("mcp_servers:{name}"), server);
    }
    for field in ["thread", "container", "previous_message_id"] {
        if root.get(field).is_some_and(|node| !node.is_null()) {
            facts.state.push(field.to_owned());
        }
    }
    for message in list(root, "messages")? {
        for block in message.get("content").and_then(Node::elements).unwrap_or_default() {
            if let Some("tool_use" | "tool_result") = block.get("type").and_then(Node::as_str) {
                facts.history_calls = facts.history_calls.saturating_add(1);
            }
        }
    }
    Ok(facts)
}

/// Whether the answer's text must fit a schema: `output_config.format`, or `output_format` before it.
fn is_structured(root: &Node) -> bool {
    let format = |node: &Node| !node.is_null() && node.get("type").is_some();
    root.get("output_format").is_some_and(format)
        || root.get("output_config").and_then(|config| config.get("format")).is_some_and(format)
}
