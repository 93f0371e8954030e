//! Cohere's chat: `POST …/v2/chat`. The older one is read in [`super::cohere_v1`].
//!
//! A call is an element of the message's `tool_calls`, in the shape of Chat Completions; in a stream it comes under a
//! number, as a start, pieces of its arguments and an end. What the model says beside calls is its `tool_plan`, and what
//! it says without any its `content`.
//!
//! # Where a refusal stands
//!
//! In the `tool_plan` where a call is left, which is what agents send back with it; as a part of the `content` where none
//! is, and `finish_reason` is `COMPLETE` then. Where the answer must fit a schema, always in the `tool_plan`.

mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{
    Api, ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Target, Unreadable, alike, keys, shape,
};
use super::openai_chat::{self, call};
use crate::call::ToolCall;
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Events];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && path.ends_with("/v2/chat")
}

/// Requests are those of Chat Completions.
fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    openai_chat::facts(target, document)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Response(setup), limits)),
        _ => Box::new(StreamCodec::new(stream::Stream::new(setup), limits)),
    }
}

pub(super) fn error_body(message: &str) -> String {
    format!(r#"{{"message":{}}}"#, rebuild::string(message))
}

pub(super) fn is_error_body(document: &Document) -> bool {
    let root = document.root();
    root.get("message").is_some_and(|message| message.as_str().is_some())
        && root.members().iter().all(|member| {
            let text = member.node.as_str().is_some() || member.node.is_null();
            matches!(member.key.as_str(), "message" | "id" | "error_type") && text
        })
}

/// A response that is one document.
struct Response(Setup);

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if is_error_body(document) {
            return Ok(());
        }
        for node in calls(message(document.root())?)? {
            out.calls.push(whole(document, node, &self.0.limits)?);
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let message = message(root)?;
        let kept = calls(message)?.iter().enumerate().filter(|(call, _)| !decided.refused(*call));
        let kept: Vec<String> = kept.map(|(_, node)| document.slice(node.span).to_owned()).collect();
        let text = decided.texts().collect::<Vec<_>>().join("\n");
        let mut changes = Vec::new();
        if kept.is_empty() && !self.0.structured {
            changes.push(("tool_calls", Change::Drop));
            let parts = message.get("content").and_then(Node::elements).unwrap_or_default();
            let parts = parts.iter().map(|part| document.slice(part.span).to_owned());
            let parts: Vec<String> = parts.chain([part(&text)]).collect();
            changes.push(("content", Change::Set(rebuild::array(&parts))));
        } else {
            let calls = if kept.is_empty() { Change::Drop } else { Change::Set(rebuild::array(&kept)) };
            changes.push(("tool_calls", calls));
            let plan = message.get("tool_plan").and_then(Node::as_str).filter(|plan| !plan.is_empty());
            let plan = plan.map_or_else(|| text.clone(), |plan| format!("{plan}\n\n{text}"));
            changes.push(("tool_plan", Change::Set(rebuild::string(&plan))));
        }
        let written = rebuild::object(document, message, &changes);
        let mut changes = vec![("message", Change::Set(written))];
        changes.extend(finish_change(root, decided));
        Ok(rebuild::object(document, root, &changes))
    }

    fn instead(&self, refusal: &str) -> String {
        let said = if self.0.structured {
            format!(r#""tool_plan":{},"content":[]"#, rebuild::string(refusal))
        } else {
            format!(r#""content":[{}]"#, part(refusal))
        };
        format!(
            r#"{{"id":"toolgate","finish_reason":"COMPLETE","message":{{"role":"assistant",{said}}},"usage":{{"tokens":{{"input_tokens":0,"output_tokens":0}}}}}}"#
        )
    }
}

/// A part of the content that says `text`.
fn part(text: &str) -> String {
    format!(r#"{{"type":"text","text":{}}}"#, rebuild::string(text))
}

/// The message of a response.
fn message(root: &Node) -> Result<&Node, Unreadable> {
    keys::exact(root, &["message", "finish_reason"])?;
    alike::nothing_beside(root, &["message"])?;
    let message = root.get("message").filter(|message| matches!(message.value, Value::Object(_)));
    let message = message.ok_or_else(|| shape("the document is not a response of Cohere's chat"))?;
    keys::exact(message, &["tool_calls", "tool_plan", "content"])?;
    // What is cited is the client's own, whatever it looks like.
    alike::nothing_beside(message, &["tool_calls", "citations"])?;
    let list = |node: &Node| node.is_null() || node.elements().is_some();
    let plan = |node: &Node| node.is_null() || node.as_str().is_some();
    if !message.get("content").is_none_or(list) || !message.get("tool_plan").is_none_or(plan) {
        return Err(shape("a content that is not a list, or a plan that is not text"));
    }
    Ok(message)
}

/// The elements of a message's `tool_calls`.
fn calls(message: &Node) -> Result<&[Node], Unreadable> {
    Ok(call::entries(message)?.unwrap_or_default())
}

/// A call that stands whole in one element.
fn whole(document: &Document, node: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    let part = call::part(node)?;
    Ok(ToolCall { api: Api::Cohere, ..call::whole(document, &part, limits)?.into_tool_call(0) })
}

/// How a finish reason changes when no call is left.
fn finish_change(node: &Node, decided: &Decided) -> Option<(&'static str, Change)> {
    let calls = node.get("finish_reason").and_then(Node::as_str) == Some("TOOL_CALL");
    (calls && decided.all_refused()).then(|| ("finish_reason", Change::Set(r#""COMPLETE""#.to_owned())))
}
