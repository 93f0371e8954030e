//! What a request about a conversation says, and the form in which it goes on.

use super::super::super::provided;
use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, list, rebuild, shape};
use super::super::openai_responses;
use super::item::{DENIAL, RESULT};
use crate::json::{Document, Node, Value};
use rebuild::Change;

/// Reads a request. The conversation it goes on with is in the path.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "agent_id", "inputs", "stream", "store"])?;
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let format = root.pointer("/completion_args/response_format/type").and_then(Node::as_str);
    let conversation = target.between("/conversations/", "").filter(|id| !id.contains('/'));
    let mut facts = RequestFacts {
        model: text(root, "model").or_else(|| text(root, "agent_id")),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: format.is_some_and(|format| format.starts_with("json")),
        continues: conversation.map(str::to_owned).into_iter().collect(),
        ..RequestFacts::default()
    };
    let name = |tool: &Node| text(tool.get("function").unwrap_or(tool), "name");
    for tool in provided::tools(root, "tools")? {
        keys::exact(tool, &["type", "function", "name"])?;
        match tool.get("type").and_then(Node::as_str) {
            None => provided::untyped(document, tool, name(tool).as_deref(), &["function"], &mut facts),
            Some("function") => facts.offered.push(name(tool).unwrap_or_else(|| "unnamed".to_owned())),
            Some(tag @ "connector") => {
                let id = text(tool, "connector_id").unwrap_or_else(|| "unnamed".to_owned());
                facts.provider(document, format!("{tag}:{id}"), tool);
            }
            // Whatever else has a type is run by the provider, as far as is known here.
            Some(tag) => facts.provider(document, tag, tool),
        }
    }
    // An agent of the provider's has tools of its own.
    if let Some(agent) = root.present("agent_id") {
        facts.provider(document, format!("agent:{}", agent.as_str().unwrap_or("unnamed")), agent);
    }
    // It is kept unless the request says otherwise.
    if root.get("store").is_none_or(|store| store.value != Value::Bool(false)) {
        facts.state.push("store".to_owned());
    }
    for entry in inputs(root)?.iter().chain(list(root, "messages")?) {
        let calls = entry.get("tool_calls").and_then(Node::elements).map_or(0, <[Node]>::len);
        let own =
            matches!(entry.get("type").and_then(Node::as_str), Some("function.call" | "function.result"));
        let found = u32::try_from(calls + usize::from(own)).unwrap_or(u32::MAX);
        facts.history_calls = facts.history_calls.saturating_add(found);
    }
    // OpenAI's conversations begin at the same path.
    keys::exact(root, &["items"])?;
    openai_responses::of_items(document, list(root, "items")?.iter(), &mut facts)?;
    Ok(facts)
}

/// The request as it goes on: with the results that the provider waits for in front of its inputs, and the confirmations
/// that are denied beside. `None` if it goes on as it came.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let root = document.root();
    let (given, confirmed) = (inputs(root)?, list(root, "tool_confirmations")?);
    // The client may have got the call at another time, and then answers it itself.
    let answered = |output: &Output| {
        let answers = |node: &Node| node.get("tool_call_id").and_then(Node::as_str) == Some(&output.call);
        let result = |entry: &Node| entry.get("type").and_then(Node::as_str) == Some("function.result");
        given.iter().any(|entry| result(entry) && answers(entry)) || confirmed.iter().any(answers)
    };
    let owed = owed.iter().filter(|output| !answered(output)).filter_map(|output| output.item.clone());
    let (mut entries, mut denied): (Vec<String>, Vec<String>) =
        owed.partition(|item| item.starts_with(RESULT));
    // OpenAI's conversations are updated at the same path, and what is owed to one stays owed.
    denied.retain(|item| item.ends_with(DENIAL));
    let mut changes = Vec::new();
    if !denied.is_empty() {
        denied.extend(confirmed.iter().map(|node| document.slice(node.span).to_owned()));
        changes.push(("tool_confirmations", Change::Set(rebuild::array(&denied))));
    }
    if !entries.is_empty() {
        if let Some(said) =
            root.get("inputs").filter(|inputs| inputs.as_str().is_some_and(|said| !said.is_empty()))
        {
            let said = document.slice(said.span);
            entries.push(format!(
                r#"{{"object":"entry","type":"message.input","role":"user","content":{said}}}"#
            ));
        }
        entries.extend(given.iter().map(|entry| document.slice(entry.span).to_owned()));
        changes.push(("inputs", Change::Set(rebuild::array(&entries))));
    }
    Ok((!changes.is_empty()).then(|| rebuild::object(document, root, &changes)))
}

/// The inputs, which may be a text.
fn inputs(root: &Node) -> Result<&[Node], Unreadable> {
    match root.get("inputs") {
        Some(node) if node.as_str().is_some() => Ok(&[]),
        _ => list(root, "inputs"),
    }
}
