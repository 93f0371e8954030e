//! One step of an interaction: whether it is a call, and what stands in the place of one that is refused.

use super::super::super::{Output, Unreadable, alike, keys, rebuild, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// What a step is, as far as the gate must tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// The client would run it.
    Call,
    /// The provider runs it, or has; by name.
    Provider(String),
    /// Nothing is run.
    Inert,
}

/// Calls that the provider runs, by type.
const PROVIDER: &[&str] = &[
    "code_execution_call",
    "file_search_call",
    "google_maps_call",
    "google_search_call",
    "processing_call",
    "retrieval_call",
    "tool_search_call",
    "url_context_call",
];

/// Steps in which nothing is run and which may quote calls.
const RESULTS: &[&str] = &[
    "user_input",
    "function_result",
    "mcp_server_tool_result",
    "code_execution_result",
    "file_search_result",
    "google_maps_result",
    "google_search_result",
    "processing_result",
    "retrieval_result",
    "tool_search_result",
    "url_context_result",
];

/// The kind of a step.
///
/// # Errors
/// If the step has no type, or one that is unknown and yet what a call has.
pub(super) fn kind(step: &Node) -> Result<Kind, Unreadable> {
    if !matches!(step.value, Value::Object(_)) {
        return Err(shape("a step that is not an object"));
    }
    keys::exact(step, &["type", "name", "arguments"])?;
    let Some(tag) = step.get("type").and_then(Node::as_str) else {
        return Err(shape("a step without a type"));
    };
    match tag {
        "function_call" => Ok(Kind::Call),
        "mcp_server_tool_call" => Ok(Kind::Provider(keys::tool(step)?.to_owned())),
        tag if PROVIDER.contains(&tag) => Ok(Kind::Provider(tag.trim_end_matches("_call").to_owned())),
        tag if RESULTS.contains(&tag) => Ok(Kind::Inert),
        "model_output" | "thought" if !has_call_within(step) => Ok(Kind::Inert),
        tag if tag.to_ascii_lowercase().contains("call") || has_call_within(step) => {
            Err(shape("a step of unknown type that looks like a tool call"))
        }
        _ => Ok(Kind::Inert),
    }
}

/// Whether calls of this type are run by the provider.
pub(super) fn is_providers(tag: &str) -> bool {
    tag == "mcp_server_tool_call" || PROVIDER.contains(&tag)
}

/// Whether any object within is what a home-made agent loop looks for: one that says it is a call, or has a name and
/// arguments.
pub(super) fn has_call_within(node: &Node) -> bool {
    alike::any(node, &|node| {
        let named = node.get("name").is_some() && node.get("arguments").is_some();
        let tag = node.get("type").and_then(Node::as_str).unwrap_or_default();
        named || tag.to_ascii_lowercase().contains("call")
    })
}

/// The call of a step, with its arguments.
pub(super) fn call(step: &Node, arguments: Arguments) -> Result<ToolCall, Unreadable> {
    Ok(ToolCall {
        api: Api::GeminiInteractions,
        kind: CallKind::Function,
        id: keys::text(step, "id")?.map(str::to_owned),
        tool: keys::tool(step)?.to_owned(),
        namespace: None,
        arguments,
        choice: 0,
    })
}

/// The arguments that stand in the step itself.
pub(super) fn arguments(document: &Document, step: &Node, limits: &Limits) -> Arguments {
    match step.present("arguments") {
        None => Arguments::Absent,
        Some(arguments) => Arguments::from_json_text(document.slice(arguments.span), limits.depth),
    }
}

/// The result of a refused call that the provider waits for; `None` if nobody can name the call.
pub(super) fn result(call: &ToolCall, text: &str) -> Option<Output> {
    let id = call.id.clone()?;
    let item = format!(
        r#"{{"type":"function_result","call_id":{},"name":{},"is_error":true,"result":{}}}"#,
        rebuild::string(&id),
        rebuild::string(&call.tool),
        rebuild::string(text),
    );
    Some(Output { call: id, item: Some(item) })
}

/// A step that says `text`.
pub(super) fn output(text: &str, structured: bool) -> String {
    if structured {
        return failed(text);
    }
    let text = rebuild::string(text);
    format!(r#"{{"type":"model_output","content":[{{"type":"text","text":{text}}}]}}"#)
}

/// A step that says `text` where no text of the answer may stand. 7 is `PERMISSION_DENIED` of `google.rpc.Code`.
pub(super) fn failed(text: &str) -> String {
    format!(r#"{{"type":"model_output","error":{{"code":7,"message":{}}}}}"#, rebuild::string(text))
}
