//! Cohere's older chat: `POST …/v1/chat`, streamed as an event a line.
//!
//! A call is an element of `tool_calls`, with a name and an object of parameters and no identifier. A response repeats it
//! in the last turn of its `chat_history`, which agents send back; a stream says it up to three times: in pieces, whole,
//! and in the response that ends it. All of them must agree.
//!
//! # Where a refusal stands
//!
//! In the text, also of that last turn; among the warnings of `meta` where the answer must fit a schema. The finish
//! reason is `COMPLETE` with calls and without.

mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::lines::Lines;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{
    Api, ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Unreadable, alike, keys, shape,
};
use super::cohere::{error_body, is_error_body};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Lines];
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: None,
        framings,
        codec,
        error_body,
        is_error_body,
    }
}

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && path.ends_with("/v1/chat")
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Response(setup), limits)),
        _ => Box::new(StreamCodec::framed(stream::Stream::new(setup), Lines::new(limits.event), limits)),
    }
}

/// A response that is one document.
struct Response(Setup);

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if !is_error_body(document) {
            out.calls.extend(calls_of_reply(document, document.root(), &self.0.limits)?);
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        rewritten(document, document.root(), decided, self.0.structured)
    }

    fn instead(&self, refusal: &str) -> String {
        said(refusal, self.0.structured, "COMPLETE")
    }
}

/// A whole response that says `refusal` and nothing else.
fn said(refusal: &str, structured: bool, reason: &str) -> String {
    let refusal = rebuild::string(refusal);
    let (text, meta) = if structured {
        (r#""""#, format!(r#","meta":{{"warnings":[{refusal}]}}"#))
    } else {
        (refusal.as_str(), String::new())
    };
    format!(r#"{{"response_id":"toolgate","text":{text},"finish_reason":"{reason}"{meta}}}"#)
}

/// What an agent gave the model to read, whatever it looks like.
const QUOTED: &[&str] = &["citations", "documents", "search_results"];

/// The calls of a response, whole or at the end of a stream.
fn calls_of_reply(document: &Document, reply: &Node, limits: &Limits) -> Result<Vec<ToolCall>, Unreadable> {
    keys::exact(reply, &["text", "tool_calls", "chat_history"])?;
    if reply.get("text").is_none_or(|text| text.as_str().is_none()) {
        return Err(shape("the document is not a response of Cohere's older chat"));
    }
    alike::nothing_beside(reply, &[&["tool_calls", "chat_history"], QUOTED].concat())?;
    let calls = calls(document, reply, limits)?;
    if let Some(turn) = last_turn(reply)? {
        let again = self::calls(document, turn, limits)?;
        if !again.is_empty() && !same(&again, &calls) {
            return Err(shape("tool calls of the history that are not those of the answer"));
        }
    }
    Ok(calls)
}

/// Whether both lists have the same calls.
fn same(one: &[ToolCall], other: &[ToolCall]) -> bool {
    let same =
        |(one, other): (&ToolCall, &ToolCall)| one.tool == other.tool && one.arguments.same(&other.arguments);
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// The turn that ends the history, if the response has one. What stands before was judged in its time.
fn last_turn(reply: &Node) -> Result<Option<&Node>, Unreadable> {
    let Some(history) = reply.present("chat_history") else {
        return Ok(None);
    };
    let turns = history.elements().ok_or_else(|| shape("a history that is not a list"))?;
    let Some(turn) = turns.last() else { return Ok(None) };
    keys::exact(turn, &["role", "message", "tool_calls"])?;
    alike::nothing_beside(turn, &["tool_calls", "tool_results"])?;
    Ok(Some(turn))
}

/// The calls in the `tool_calls` of a response, an event or a turn.
fn calls(document: &Document, node: &Node, limits: &Limits) -> Result<Vec<ToolCall>, Unreadable> {
    list(node)?.iter().map(|node| call(document, node, limits)).collect()
}

fn list(node: &Node) -> Result<&[Node], Unreadable> {
    match node.present("tool_calls") {
        None => Ok(&[]),
        Some(calls) => calls.elements().ok_or_else(|| shape("tool_calls that is not a list")),
    }
}

fn call(document: &Document, node: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    if !matches!(node.value, Value::Object(_)) {
        return Err(shape("a tool call that is not an object"));
    }
    keys::exact(node, &["name", "parameters"])?;
    alike::nothing_beside(node, &["name", "parameters"])?;
    let arguments = match node.present("parameters") {
        None => Arguments::Absent,
        Some(parameters) if matches!(parameters.value, Value::Object(_)) => {
            Arguments::from_json_text(document.slice(parameters.span), limits.depth)
        }
        Some(_) => return Err(shape("arguments that are not an object")),
    };
    Ok(ToolCall {
        api: Api::CohereV1,
        kind: CallKind::Function,
        id: None,
        tool: keys::tool(node)?.to_owned(),
        namespace: None,
        arguments,
        choice: 0,
    })
}

/// How `tool_calls` changes.
fn kept(document: &Document, node: &Node, decided: &Decided) -> Result<Change, Unreadable> {
    let kept = list(node)?.iter().enumerate().filter(|(call, _)| !decided.refused(*call));
    let kept: Vec<String> = kept.map(|(_, node)| document.slice(node.span).to_owned()).collect();
    Ok(if kept.is_empty() { Change::Drop } else { Change::Set(rebuild::array(&kept)) })
}

/// A response without the calls that are refused.
fn rewritten(
    document: &Document,
    reply: &Node,
    decided: &Decided,
    structured: bool,
) -> Result<String, Unreadable> {
    let refusal = decided.texts().collect::<Vec<_>>().join("\n");
    let with = |text: Option<&Node>| match text.and_then(Node::as_str).filter(|text| !text.is_empty()) {
        Some(text) => Change::Set(rebuild::string(&format!("{text}\n\n{refusal}"))),
        None => Change::Set(rebuild::string(&refusal)),
    };
    let mut changes = vec![("tool_calls", kept(document, reply, decided)?)];
    if structured {
        changes.push(("meta", Change::Set(warned(document, reply.get("meta"), &refusal))));
    } else {
        changes.push(("text", with(reply.get("text"))));
    }
    let turns = reply.get("chat_history").and_then(Node::elements).unwrap_or_default();
    if let Some((turn, before)) =
        turns.split_last().filter(|(turn, _)| !list(turn).unwrap_or_default().is_empty())
    {
        let mut within = vec![("tool_calls", kept(document, turn, decided)?)];
        if !structured {
            within.push(("message", with(turn.get("message"))));
        }
        let before = before.iter().map(|turn| document.slice(turn.span).to_owned());
        let turns: Vec<String> = before.chain([rebuild::object(document, turn, &within)]).collect();
        changes.push(("chat_history", Change::Set(rebuild::array(&turns))));
    }
    Ok(rebuild::object(document, reply, &changes))
}

/// `meta` with one more warning.
fn warned(document: &Document, meta: Option<&Node>, warning: &str) -> String {
    let before = meta.and_then(|meta| meta.get("warnings")?.elements()).unwrap_or_default();
    let before = before.iter().map(|warning| document.slice(warning.span).to_owned());
    let warnings = rebuild::array(&before.chain([rebuild::string(warning)]).collect::<Vec<_>>());
    match meta.filter(|meta| !meta.members().is_empty()) {
        Some(meta) => rebuild::object(document, meta, &[("warnings", Change::Set(warnings))]),
        None => format!(r#"{{"warnings":{warnings}}}"#),
    }
}
