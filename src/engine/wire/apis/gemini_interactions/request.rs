//! What a request for an interaction says.

use super::super::super::provided;
use super::super::super::{Output, RequestFacts, Target, Unreadable, keys, rebuild, shape};
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
        &["tools", "agent", "environment", "webhook_config", "stream", "store", "previous_interaction_id"],
    )?;
    let mime = root.get("response_mime_type").and_then(Node::as_str);
    let mut facts = RequestFacts {
        model: root.get("model").and_then(Node::as_str).map(str::to_owned),
        stream: root.get("stream").is_some_and(|stream| stream.value == Value::Bool(true)),
        structured: root.get("response_format").is_some_and(|format| !format.is_null())
            || mime.is_some_and(|mime| mime != "text/plain"),
        ..RequestFacts::default()
    };
    for tool in provided::tools(root, "tools")? {
        keys::exact(tool, &["type", "name"])?;
        let name = tool.get("name").and_then(Node::as_str);
        match tool.get("type").and_then(Node::as_str) {
            None => provided::untyped(document, tool, name, &[], &mut facts),
            Some("function") => facts.offered.push(name.unwrap_or("unnamed").to_owned()),
            // Its actions come as function calls.
            Some("computer_use") => facts.offered.push("computer_use".to_owned()),
            Some("mcp_server") => {
                facts.provider(document, format!("mcp_server:{}", name.unwrap_or("unnamed")), tool);
            }
            // Whatever else has a type is run by the provider, as far as is known here.
            Some(tag) => facts.provider(document, tag, tool),
        }
    }
    // An agent of the provider's has tools of its own, and an environment runs what it is told to.
    if let Some(agent) = root.present("agent") {
        facts.provider(document, format!("agent:{}", agent.as_str().unwrap_or("unnamed")), agent);
    }
    if let Some(environment) = root.present("environment") {
        facts.provider(document, "environment", environment);
    }
    // What is cached may have tools of its own, which nobody sees here.
    if let Some(cached) = root.present("cached_content") {
        let name = cached.as_str().unwrap_or("unnamed");
        facts.provider(document, format!("cachedContent:{name}"), cached);
    }
    // What comes of it goes to whomever the request names.
    if let Some(hook) = root.present("webhook_config") {
        facts.provider(document, "webhook", hook);
    }
    // It is kept unless the request says otherwise.
    if root.get("store").is_none_or(|store| store.value != Value::Bool(false)) {
        facts.state.push("store".to_owned());
    }
    let previous = root.get("previous_interaction_id").and_then(Node::as_str);
    facts.continues.extend(previous.map(str::to_owned));
    for field in ["previous_interaction_id", "background", "cached_content", "continuation_token"] {
        if root.get(field).is_some_and(|node| !node.is_null() && node.value != Value::Bool(false)) {
            facts.state.push(field.to_owned());
        }
    }
    for step in input(root)? {
        if let Some("function_call" | "function_result") = step.get("type").and_then(Node::as_str) {
            facts.history_calls = facts.history_calls.saturating_add(1);
        }
    }
    Ok(facts)
}

/// The request as it goes on: with the results that the provider waits for in front of its input. `None` if it goes on
/// as it came.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let root = document.root();
    let given = input(root)?;
    // The client may have got the call at another time, and then answers it itself.
    let answered = |output: &Output| {
        given.iter().any(|step| {
            let result = step.get("type").and_then(Node::as_str) == Some("function_result");
            result && step.get("call_id").and_then(Node::as_str) == Some(&output.call)
        })
    };
    let owed = owed.iter().filter(|output| !answered(output));
    let mut steps: Vec<String> = owed.filter_map(|output| output.item.clone()).collect();
    if steps.is_empty() {
        return Ok(None);
    }
    let said = |content: &str| format!(r#"{{"type":"user_input","content":{content}}}"#);
    match root.present("input") {
        None => {}
        Some(input) if input.as_str().is_some() => {
            let text = document.slice(input.span);
            steps.push(said(&format!(r#"[{{"type":"text","text":{text}}}]"#)));
        }
        // A list is one of steps, or one of the pieces of what the user says.
        Some(input) => match input.elements() {
            Some(elements) if elements.iter().all(is_step) => {
                steps.extend(elements.iter().map(|step| document.slice(step.span).to_owned()));
            }
            Some(_) => steps.push(said(document.slice(input.span))),
            None => steps.push(said(&format!("[{}]", document.slice(input.span)))),
        },
    }
    let input = Change::Set(rebuild::array(&steps));
    Ok(Some(rebuild::object(document, root, &[("input", input)])))
}

/// Whether an element of the input is a step, and not a piece of content.
fn is_step(element: &Node) -> bool {
    const CONTENT: &[&str] = &["text", "image", "audio", "video", "document", "file"];
    element.get("type").and_then(Node::as_str).is_some_and(|tag| !CONTENT.contains(&tag))
}

/// The input, where it is a list: of steps, or of pieces of content.
fn input(root: &Node) -> Result<&[Node], Unreadable> {
    match root.get("input").map(|input| &input.value) {
        None | Some(Value::Null | Value::String(_) | Value::Object(_)) => Ok(&[]),
        Some(Value::Array(elements)) => Ok(elements),
        Some(_) => Err(shape("a request whose input is neither text nor a list")),
    }
}
