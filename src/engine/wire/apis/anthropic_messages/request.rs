//! What a request to the Messages API says.

use super::super::super::provided;
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
    for tool in provided::tools(root, "tools")? {
        offer(document, tool, &mut facts)?;
    }
    for server in provided::tools(root, "mcp_servers")? {
        let name = server.get("name").and_then(Node::as_str).unwrap_or("unnamed");
        facts.provider(document, format!("mcp_servers:{name}"), server);
    }
    provided::fields(document, root, &["mcp_servers"], &mut facts)?;
    for field in ["thread", "container", "previous_message_id"] {
        if root.get(field).is_some_and(|node| !node.is_null()) {
            facts.state.push(field.to_owned());
        }
    }
    for message in list(root, "messages")? {
        for block in message.get("content").and_then(Node::elements).unwrap_or_default() {
            match block.get("type").and_then(Node::as_str) {
                Some("tool_use" | "tool_result") => {
                    facts.history_calls = facts.history_calls.saturating_add(1);
                }
                Some("tool_addition") => added(document, block, &mut facts)?,
                Some("compaction") => {
                    for change in list(block, "tool_changes")? {
                        added(document, change, &mut facts)?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(facts)
}

/// Sorts a tool by who would run it.
fn offer(document: &Document, tool: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(tool, &["type", "name"])?;
    let name = tool.get("name").and_then(Node::as_str);
    match tool.get("type").and_then(Node::as_str) {
        None => provided::untyped(document, tool, name, &[], facts),
        Some("custom") => facts.offered.extend(name.map(str::to_owned)),
        Some(tag) if CLIENT_TOOLS.iter().any(|client| tag.starts_with(client)) => {
            facts.offered.push(name.unwrap_or(tag).to_owned());
        }
        // Whatever else has a type is run by the provider, as far as is known here.
        Some(tag) => facts.provider(document, tag, tool),
    }
    Ok(())
}

/// A change of the tools in the middle of the conversation: it may bring one with it.
fn added(document: &Document, change: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(change, &["type", "tool"])?;
    let Some(tool) = change.present("tool") else { return Ok(()) };
    keys::exact(tool, &["type", "definition"])?;
    match (tool.get("definition"), tool.get("type").and_then(Node::as_str)) {
        (Some(definition), Some("tool_definition")) if matches!(definition.value, Value::Object(_)) => {
            offer(document, definition, facts)
        }
        // To tools that stand elsewhere in the request.
        (None, Some("tool_reference" | "mcp_tool_reference" | "mcp_toolset_reference")) => Ok(()),
        _ => Err(shape("a tool that is added, and neither defined nor known")),
    }
}

/// Whether the answer's text must fit a schema: `output_config.format`, or `output_format` before it.
fn is_structured(root: &Node) -> bool {
    let format = |node: &Node| !node.is_null() && node.get("type").is_some();
    root.get("output_format").is_some_and(format)
        || root.get("output_config").and_then(|config| config.get("format")).is_some_and(format)
}
