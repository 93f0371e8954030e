//! The calls of one message, or the pieces of calls in one delta.

use super::super::super::{Reading, Unreadable, keys, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// What one element of `tool_calls`, or a `function_call`, says of a call. In a delta this may be a piece.
pub(in crate::wire::apis) struct Part<'a> {
    /// `None` where the element names neither a function nor a custom tool, as a delta may.
    pub(in crate::wire::apis) kind: Option<CallKind>,
    pub(in crate::wire::apis) id: Option<&'a str>,
    pub(in crate::wire::apis) name: Option<&'a str>,
    /// `arguments` of a function, `input` of a custom tool.
    pub(in crate::wire::apis) input: Option<&'a Node>,
}

/// A complete call.
pub(in crate::wire::apis) struct Whole {
    kind: CallKind,
    id: Option<String>,
    name: String,
    arguments: Arguments,
}

impl Whole {
    pub(in crate::wire::apis) fn into_tool_call(self, choice: u32) -> ToolCall {
        ToolCall {
            api: Api::OpenaiChat,
            kind: self.kind,
            id: self.id,
            tool: self.name,
            namespace: None,
            arguments: self.arguments,
            choice,
        }
    }
}

/// The elements of `tool_calls`, if there is such a list.
pub(in crate::wire::apis) fn entries(message: &Node) -> Result<Option<&[Node]>, Unreadable> {
    match message.get("tool_calls") {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => match node.elements() {
            Some(entries) => Ok(Some(entries)),
            None => Err(shape("tool_calls that is not a list")),
        },
    }
}

/// The older `function_call`, if there is one.
pub(in crate::wire::apis) fn legacy(message: &Node) -> Result<Option<Part<'_>>, Unreadable> {
    match message.get("function_call") {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) if matches!(node.value, Value::Object(_)) => {
            keys::exact(node, &["name", "arguments"])?;
            Ok(Some(Part {
                kind: Some(CallKind::LegacyFunction),
                id: None,
                name: keys::name(node, "name")?,
                input: node.present("arguments"),
            }))
        }
        Some(_) => Err(shape("a function_call that is not an object")),
    }
}

/// One element of `tool_calls`.
pub(in crate::wire::apis) fn part(entry: &Node) -> Result<Part<'_>, Unreadable> {
    if !matches!(entry.value, Value::Object(_)) {
        return Err(shape("a tool call that is not an object"));
    }
    keys::exact(entry, &["index", "id", "function", "custom"])?;
    let tool = match (entry.present("function"), entry.present("custom")) {
        (Some(_), Some(_)) => return Err(shape("a tool call that is both a function and a custom tool")),
        (Some(function), None) => Some((CallKind::Function, function, "arguments")),
        (None, Some(custom)) => Some((CallKind::Custom, custom, "input")),
        (None, None) => None,
    };
    // One agent goes by the type alone, and takes a piece of the other kind for the beginning of another call.
    if let (Some((kind, ..)), Some(tag)) = (tool, entry.get("type").and_then(Node::as_str))
        && matches!((kind, tag), (CallKind::Function, "custom") | (CallKind::Custom, "function"))
    {
        return Err(shape("a tool call whose type is the other one"));
    }
    let id = keys::name(entry, "id")?;
    let Some((kind, node, input)) = tool else { return Ok(Part { kind: None, id, name: None, input: None }) };
    if !matches!(node.value, Value::Object(_)) {
        return Err(shape("a tool call whose function is not an object"));
    }
    keys::exact(node, &["name", input])?;
    Ok(Part { kind: Some(kind), id, name: keys::name(node, "name")?, input: node.present(input) })
}

/// A member that is there and not null.
/// How many calls a message has.
pub(in crate::wire::apis) fn count(message: &Node) -> Result<usize, Unreadable> {
    Ok(entries(message)?.map_or(0, <[Node]>::len) + usize::from(legacy(message)?.is_some()))
}

/// The calls of a whole message: those of `tool_calls`, then `function_call`.
pub(in crate::wire::apis) fn of_message(
    document: &Document,
    message: &Node,
    limits: &Limits,
    out: &mut Reading,
) -> Result<Vec<Whole>, Unreadable> {
    report_executed(message, out);
    let mut calls = Vec::new();
    for entry in entries(message)?.unwrap_or_default() {
        calls.push(whole(document, &part(entry)?, limits)?);
    }
    if let Some(part) = legacy(message)? {
        calls.push(whole(document, &part, limits)?);
    }
    Ok(calls)
}

/// What an element of `tool_calls` carries of a signature that the API wants back with the first call of a turn
/// (Gemini's compatible endpoint): the first call that is left carries it on.
pub(in crate::wire::apis) fn signature(entry: &Node) -> Option<&Node> {
    let extra = entry.get("extra_content")?;
    extra.pointer("/google/thought_signature").map(|_| extra)
}

/// Some servers run tools themselves and say so in `executed_tools`.
pub(in crate::wire::apis) fn report_executed(message: &Node, out: &mut Reading) {
    for tool in message.get("executed_tools").and_then(Node::elements).unwrap_or_default() {
        let name = tool.get("name").or_else(|| tool.get("type")).and_then(Node::as_str);
        out.provider_ran.push(name.unwrap_or("unnamed").to_owned());
    }
}

/// A part that must be a whole call.
pub(in crate::wire::apis) fn whole(
    document: &Document,
    part: &Part<'_>,
    limits: &Limits,
) -> Result<Whole, Unreadable> {
    let kind = part.kind.ok_or_else(|| shape("a tool call that names no tool"))?;
    let input = match part.input {
        None => Input::Absent,
        Some(node) => match node.as_str() {
            Some(text) => Input::Text(text.to_owned()),
            None => Input::Value(document.slice(node.span).to_owned()),
        },
    };
    finished(kind, part.id.map(str::to_owned), part.name.map(str::to_owned), input, limits)
}

/// The input of a call, as far as it was read.
pub(in crate::wire::apis) enum Input {
    Absent,
    /// Text, of which a stream brings more.
    Text(String),
    /// A JSON value that is no string; one that came whole.
    Value(String),
}

/// A call that is complete.
pub(in crate::wire::apis) fn finished(
    kind: CallKind,
    id: Option<String>,
    name: Option<String>,
    input: Input,
    limits: &Limits,
) -> Result<Whole, Unreadable> {
    let name = name.ok_or_else(|| shape("a tool call without a name"))?;
    let arguments = match (input, kind) {
        (Input::Absent, _) => Arguments::Absent,
        (Input::Text(text), CallKind::Custom) => Arguments::Text(text),
        (Input::Text(text), _) if text.is_empty() => Arguments::Absent,
        (Input::Text(text) | Input::Value(text), _) => Arguments::from_json_text(&text, limits.depth),
    };
    Ok(Whole { kind, id, name, arguments })
}
