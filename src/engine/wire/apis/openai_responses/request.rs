//! What a request for a response says, and the form in which it goes on.

use super::super::super::provided;
use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, list, rebuild, shape};
use super::{item, refusal};
use crate::json::{Document, Node, Value};
use rebuild::Change;

/// Reads a request.
pub(super) fn facts(_: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(
        root,
        &[
            "tools",
            "prompt",
            "agent",
            "agent_reference",
            "input",
            "items",
            "stream",
            "store",
            "previous_response_id",
            "conversation",
        ],
    )?;
    let mut facts = RequestFacts {
        model: text(root, "model").map(str::to_owned),
        stream: is_true(root, "stream"),
        structured: root
            .pointer("/text/format/type")
            .and_then(Node::as_str)
            .is_some_and(|format| format.starts_with("json")),
        ..RequestFacts::default()
    };
    for tool in provided::tools(root, "tools")? {
        offer(document, tool, &mut facts)?;
    }
    // A stored prompt brings tools of its own, which nobody sees here.
    if let Some(prompt) = root.present("prompt") {
        facts.provider(document, "prompt", prompt);
    }
    // So does an agent that the provider keeps.
    for field in ["agent", "agent_reference"] {
        if let Some(agent) = root.present(field) {
            let name = agent.as_str().or_else(|| text(agent, "name")).unwrap_or("unnamed");
            facts.provider(document, format!("agent:{name}"), agent);
        }
    }
    provided::fields(document, root, &[], &mut facts)?;
    for field in ["previous_response_id", "conversation"] {
        let Some(node) = root.present(field) else { continue };
        facts.state.push(field.to_owned());
        let id = node.as_str().or_else(|| text(node, "id"));
        facts.continues.extend(id.map(str::to_owned));
    }
    if is_true(root, "background") {
        facts.state.push("background".to_owned());
    }
    // The provider keeps a response unless it is told not to.
    if root.get("store").is_none_or(|store| store.value != Value::Bool(false)) && root.get("items").is_none()
    {
        facts.state.push("store".to_owned());
    }
    of_items(document, input(root)?.iter().chain(list(root, "items")?), &mut facts)?;
    Ok(facts)
}

/// Notes what the items say that a request brings: calls and results, and tools.
///
/// # Errors
/// If two readers could find different tools.
pub(in crate::wire::apis) fn of_items<'d>(
    document: &Document,
    items: impl Iterator<Item = &'d Node>,
    facts: &mut RequestFacts,
) -> Result<(), Unreadable> {
    for item in items {
        let tag = item::tag(item).unwrap_or_default();
        let call = tag.ends_with("_call") || tag == "mcp_approval_request";
        facts.history_calls = facts.history_calls.saturating_add(u32::from(call || is_result(item)));
        if matches!(tag, "additional_tools" | "tool_search_output") {
            for tool in provided::tools(item, "tools")? {
                offer(document, tool, facts)?;
            }
        }
    }
    Ok(())
}

/// Sorts a tool by who would run it.
fn offer(document: &Document, tool: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(tool, &["type", "name", "tools", "environment", "execution"])?;
    let name = text(tool, "name");
    let Some(tag) = item::tag(tool) else {
        provided::untyped(document, tool, name, &["function", "custom"], facts);
        return Ok(());
    };
    let label = || format!("{tag}:{}", text(tool, "server_label").unwrap_or("unnamed"));
    match tag {
        "function" | "custom" => facts.offered.push(name.unwrap_or("unnamed").to_owned()),
        "namespace" => {
            for tool in provided::tools(tool, "tools")? {
                offer(document, tool, facts)?;
            }
        }
        "local_shell" | "apply_patch" | "computer" | "computer_use_preview" => {
            facts.offered.push(tag.to_owned());
        }
        "shell" if !is_hosted(tool) => facts.offered.push(tag.to_owned()),
        "tool_search" if text(tool, "execution") == Some("client") => facts.offered.push(tag.to_owned()),
        // Also where each call is to be approved first, and that is judged: servers that are compatible pass over it, and
        // all of them ask the server for its tools.
        "mcp" => facts.provider(document, label(), tool),
        // Whatever else has a type is run by the provider, as far as is known here.
        _ => facts.provider(document, tag, tool),
    }
    Ok(())
}

/// Whether the provider runs the commands of a shell in a container of its own.
fn is_hosted(tool: &Node) -> bool {
    tool.get("environment").is_some_and(|place| !place.is_null() && item::tag(place) != Some("local"))
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}

fn is_true(root: &Node, key: &str) -> bool {
    root.get(key).is_some_and(|node| node.value == Value::Bool(true))
}

/// Whether an item answers a call.
fn is_result(item: &Node) -> bool {
    item::tag(item).is_some_and(|tag| tag.ends_with("_output") || tag == "mcp_approval_response")
}

/// The items of `input`, which may be a text.
fn input(root: &Node) -> Result<&[Node], Unreadable> {
    match root.get("input") {
        Some(node) if node.as_str().is_some() => Ok(&[]),
        _ => list(root, "input"),
    }
}

/// The request as it goes on: with the outputs that the provider waits for in front of its input, and without the
/// identifiers of messages which the gate wrote. `None` if it goes on as it came.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let root = document.root();
    let under = if root.get("items").is_some() { "items" } else { "input" };
    let items = if under == "items" { list(root, under)? } else { input(root)? };
    let mut changed = false;
    let mut elements = Vec::new();
    for output in owed {
        // The client may have got the call at another time, and then answers it itself.
        let answers = |item: &Node| {
            let keys = ["call_id", "approval_request_id", "id"];
            is_result(item) && keys.iter().any(|key| text(item, key) == Some(&output.call))
        };
        if items.iter().any(answers) {
            continue;
        }
        let item = output.item.as_ref();
        elements.push(item.ok_or_else(|| shape(NOT_FORGED))?.clone());
        changed = true;
    }
    for item in items {
        let ours = text(item, "id").is_some_and(|id| id.starts_with(refusal::OURS));
        changed |= ours;
        match item::tag(item) {
            _ if !ours => elements.push(document.slice(item.span).to_owned()),
            Some("item_reference") => {}
            _ => elements.push(rebuild::object(document, item, &[("id", Change::Drop)])),
        }
    }
    if !changed {
        return Ok(None);
    }
    if let Some(said) = root.get(under).filter(|node| node.as_str().is_some()) {
        elements.push(format!(r#"{{"role":"user","content":{}}}"#, document.slice(said.span)));
    }
    let input = Change::Set(rebuild::array(&elements));
    Ok(Some(rebuild::object(document, root, &[(under, input)])))
}

const NOT_FORGED: &str = "the conversation the provider keeps waits for the screenshot of a computer call that was \
    refused, so it cannot go on; go on from the response before it, or send the history";
