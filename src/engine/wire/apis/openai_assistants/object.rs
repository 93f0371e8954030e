//! Runs and their steps: the calls in them, and how they are written without those that are refused.

use super::super::super::decided::Decided;
use super::super::super::rebuild::{self, Change};
use super::super::super::{Output, Reading, Setup, Unreadable, alike, keys, shape};
use super::super::openai_chat::call::{self as chat, part, whole};
use crate::call::{CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// What an object is, as far as the gate must tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may wait for outputs.
    Run,
    /// It has calls once they were made.
    Step,
    /// A piece of a step.
    StepDelta,
    /// A thread or a message, whole, in pieces or deleted: nothing in it is run.
    Inert,
}

/// The kind of an object.
///
/// # Errors
/// If it says that it is none of this API.
pub(super) fn kind(node: &Node) -> Result<Kind, Unreadable> {
    keys::exact(node, &["object", "id", "required_action", "step_details", "delta", "status", "last_error"])?;
    match node.get("object").and_then(Node::as_str) {
        Some("thread.run") => Ok(Kind::Run),
        Some("thread.run.step") => Ok(Kind::Step),
        Some("thread.run.step.delta") => Ok(Kind::StepDelta),
        Some(
            "thread"
            | "thread.deleted"
            | "thread.message"
            | "thread.message.delta"
            | "thread.message.deleted",
        ) => Ok(Kind::Inert),
        _ => Err(shape("the object is no thread, message, run or step")),
    }
}

/// The calls of an object, and `None` for each element of its list that the provider ran.
pub(super) fn calls(
    document: &Document,
    kind: Kind,
    node: &Node,
    limits: &Limits,
    out: &mut Reading,
) -> Result<Vec<Option<ToolCall>>, Unreadable> {
    if kind == Kind::StepDelta {
        return Err(shape("a piece of a step that stands alone"));
    }
    let entries = entries(kind, node)?;
    let one = |entry: &Node| match provider(entry)? {
        Some(tool) if kind == Kind::Step => {
            out.provider_ran.push(tool.to_owned());
            Ok(None)
        }
        Some(_) => Err(shape("an action that the client cannot do")),
        None => call(document, entry, limits).map(Some),
    };
    entries.iter().map(one).collect()
}

/// The list in which an object has its calls.
pub(super) fn entries(kind: Kind, node: &Node) -> Result<&[Node], Unreadable> {
    match kind {
        Kind::Run => {
            // Tools and schemas are the client's own, and have names and parameters.
            alike::nothing_beside(node, &["required_action", "tools", "response_format"])?;
            let Some(action) = node.present("required_action") else {
                return Ok(&[]);
            };
            keys::exact(action, &["type", "submit_tool_outputs"])?;
            alike::nothing_beside(action, &["submit_tool_outputs"])?;
            tool_calls(action.get("submit_tool_outputs").ok_or_else(|| shape("an action of unknown kind"))?)
        }
        Kind::Step => {
            alike::nothing_beside(node, &["step_details"])?;
            node.present("step_details").map_or(Ok(&[]), of_step)
        }
        Kind::StepDelta => {
            alike::nothing_beside(node, &["delta"])?;
            let Some(delta) = node.present("delta") else { return Ok(&[]) };
            keys::exact(delta, &["step_details"])?;
            alike::nothing_beside(delta, &["step_details"])?;
            delta.present("step_details").map_or(Ok(&[]), of_step)
        }
        Kind::Inert => {
            alike::nothing_beside(node, &[])?;
            Ok(&[])
        }
    }
}

/// Those of a step, which some clients drop where its details do not say that they are calls.
fn of_step(details: &Node) -> Result<&[Node], Unreadable> {
    let calls = tool_calls(details)?;
    if !calls.is_empty() && details.get("type").and_then(Node::as_str) != Some("tool_calls") {
        return Err(shape("tool calls of a step of another type"));
    }
    Ok(calls)
}

fn tool_calls(node: &Node) -> Result<&[Node], Unreadable> {
    if !matches!(node.value, Value::Object(_)) {
        return Err(shape("tool calls that stand in no object"));
    }
    keys::exact(node, &["type", "tool_calls"])?;
    alike::nothing_beside(node, &["tool_calls"])?;
    Ok(chat::entries(node)?.unwrap_or_default())
}

/// The type of an element that the provider ran itself; `None` where it is a call of a function, or a piece of one.
///
/// # Errors
/// If the element has another type and yet what a call has.
pub(super) fn provider(entry: &Node) -> Result<Option<&str>, Unreadable> {
    keys::exact(entry, &["type", "id", "index", "function"])?;
    match entry.get("type").and_then(Node::as_str) {
        Some("function") | None => Ok(None),
        Some(_) if entry.get("function").is_some() || alike::within(entry) => {
            Err(shape("an element of unknown type that looks like a tool call"))
        }
        Some(tool) => Ok(Some(tool)),
    }
}

/// A whole call.
fn call(document: &Document, entry: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    function(entry)?;
    let part = part(entry)?;
    if part.kind != Some(CallKind::Function) {
        return Err(shape("a tool call that names no function"));
    }
    Ok(ToolCall { api: Api::OpenaiAssistants, ..whole(document, &part, limits)?.into_tool_call(0) })
}

/// Looks around the function of an element.
pub(super) fn function(entry: &Node) -> Result<(), Unreadable> {
    alike::nothing_beside(entry, &["function"])?;
    entry.get("function").map_or(Ok(()), |function| alike::nothing_beside(function, &["name", "arguments"]))
}

/// The identifier under which outputs are submitted to a run.
pub(super) fn kept_as(node: &Node) -> Option<String> {
    let run = node.get("object").and_then(Node::as_str) == Some("thread.run");
    let id = node.get("id").and_then(Node::as_str).filter(|id| run && !id.is_empty());
    id.map(str::to_owned)
}

/// What a run waits for after its calls were refused, once a call: the same may have stood in several places.
pub(super) fn outputs(calls: &[ToolCall], decided: &Decided) -> Vec<Output> {
    let mut outputs: Vec<Output> = Vec::new();
    for (number, call) in calls.iter().enumerate() {
        let (Some(text), Some(id)) = (decided.text(number), &call.id) else { continue };
        if outputs.iter().all(|output| output.call != *id) {
            let item =
                format!(r#"{{"tool_call_id":{},"output":{}}}"#, rebuild::string(id), rebuild::string(text));
            outputs.push(Output { call: id.clone(), item: Some(item) });
        }
    }
    outputs
}

/// An object without the calls that are refused; `numbers` are those of its list, in order.
pub(super) fn rewritten(
    document: &Document,
    kind: Kind,
    node: &Node,
    numbers: &[Option<usize>],
    decided: &Decided,
) -> String {
    let refused = || numbers.iter().flatten().filter_map(|number| decided.text(*number));
    let texts: Vec<&str> = refused().collect();
    if texts.is_empty() {
        return document.slice(node.span).to_owned();
    }
    let is_left = |number: &Option<usize>| number.is_none_or(|number| !decided.refused(number));
    let left = entries(kind, node).unwrap_or_default().iter().zip(numbers);
    let left = left.filter(|(_, number)| is_left(number));
    let left: Vec<String> = left.map(|(entry, _)| document.slice(entry.span).to_owned()).collect();
    let calls = [("tool_calls", Change::Set(rebuild::array(&left)))];
    let (key, inner) = match (kind, node.get("required_action"), node.get("step_details")) {
        (Kind::Run, Some(action), _) => {
            let outputs =
                action.get("submit_tool_outputs").map(|list| rebuild::object(document, list, &calls));
            let outputs = ("submit_tool_outputs", Change::Set(outputs.unwrap_or_default()));
            ("required_action", rebuild::object(document, action, &[outputs]))
        }
        (Kind::Step, _, Some(details)) => ("step_details", rebuild::object(document, details, &calls)),
        _ => return document.slice(node.span).to_owned(),
    };
    let message = rebuild::string(&texts.join("\n"));
    let error = format!(r#"{{"code":"server_error","message":{message}}}"#);
    rebuild::object(document, node, &[(key, Change::Set(inner)), ("last_error", Change::Set(error))])
}

/// A run that says `refusal` and nothing else.
pub(super) fn instead(setup: &Setup, refusal: &str) -> String {
    let (model, message) = (rebuild::string(&setup.model), rebuild::string(refusal));
    format!(
        r#"{{"id":"run_toolgate","object":"thread.run","created_at":0,"thread_id":"thread_toolgate","assistant_id":"asst_toolgate","status":"failed","required_action":null,"last_error":{{"code":"server_error","message":{message}}},"expires_at":null,"started_at":null,"cancelled_at":null,"failed_at":0,"completed_at":null,"incomplete_details":null,"model":{model},"instructions":"","tools":[],"metadata":{{}},"usage":null,"truncation_strategy":null,"max_prompt_tokens":null,"max_completion_tokens":null,"response_format":"auto","tool_choice":"auto","parallel_tool_calls":true}}"#
    )
}
