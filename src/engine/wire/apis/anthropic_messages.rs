//! Anthropic Messages: `POST …/v1/messages`, also as other gateways and clouds serve it.
//!
//! A call is a content block of type `tool_use`, wherever content stands: in a message, in the message that
//! opens a stream, in a block of a stream. It is found by that type and never by the stop reason: agents run
//! calls under `end_turn` all the same. Blocks that say the provider ran a tool (`server_tool_use`,
//! `mcp_tool_use`) pass, since nothing can be refused there any more, and are reported.
//!
//! # Where a refusal stands
//!
//! In front of the first call of the answer, as a text block. The API pairs `tool_use` with the results of
//! the next turn only if nothing of the client's making follows it. With that the content before every later
//! block has changed, and a `thinking` block is signed over what precedes it, so those that follow are
//! dropped; the ones before stay untouched.

mod content;
mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::error_body::is_error_object;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Unreadable, alike, shape};
use crate::json::{Document, Node};
use crate::limits::Limits;

pub(super) use request::facts;
pub(super) use stream::Stream;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Events];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    let vertex = path.contains("/publishers/anthropic/models/")
        && (path.ends_with(":rawPredict") || path.ends_with(":streamRawPredict"));
    method == "POST" && (path.ends_with("/v1/messages") || vertex)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Message(setup), limits)),
        _ => Box::new(StreamCodec::new(Stream::new(setup), limits)),
    }
}

pub(super) fn error_body(message: &str) -> String {
    let message = rebuild::string(message);
    format!(r#"{{"type":"error","error":{{"type":"permission_error","message":{message}}}}}"#)
}

pub(super) fn is_error_body(document: &Document) -> bool {
    let root = document.root();
    let tagged = root.get("type").is_none_or(|tag| tag.as_str() == Some("error"));
    tagged && is_error_object(root, &["type", "request_id"])
}

/// A response that is one message.
pub(super) struct Message(pub(super) Setup);

impl DocumentApi for Message {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let root = document.root();
        match root.get("type").and_then(Node::as_str) {
            Some("message") => {
                let content = content::of(root)?;
                alike::nothing_beside(root, &["content"])?;
                content::calls(document, content, &self.0.limits, out)
            }
            Some("error") if is_error_body(document) => Ok(()),
            _ => Err(shape("the document is not a message of the Messages API")),
        }
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let content = content::of(root)?;
        let elements = content::rewritten(document, content, decided, self.0.structured);
        let mut changes = vec![("content", Change::Set(rebuild::array(&elements)))];
        let provider = content.iter().any(content::is_provider);
        changes.extend(stop_changes(root, decided, self.0.structured, provider));
        Ok(rebuild::object(document, root, &changes))
    }

    fn instead(&self, refusal: &str) -> String {
        let model = rebuild::string(&self.0.model);
        let (content, stop) = if self.0.structured {
            (String::new(), format!(r#""refusal","stop_details":{}"#, stop_details([refusal])))
        } else {
            (content::text_block(refusal), r#""end_turn""#.to_owned())
        };
        format!(
            r#"{{"id":"msg_toolgate","type":"message","role":"assistant","model":{model},"content":[{content}],"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":0,"output_tokens":0}}}}"#
        )
    }
}

/// How `stop_reason` and its companion change in `node`, which is a message or the delta of one. `provider`:
/// the turn holds a call that the provider runs.
fn stop_changes(
    node: &Node,
    decided: &Decided,
    structured: bool,
    provider: bool,
) -> Vec<(&'static str, Change)> {
    let Some(reason) = node.get("stop_reason").and_then(Node::as_str) else { return Vec::new() };
    let mut changes = Vec::new();
    if structured {
        // Text would fail the caller's schema; a refusal is what `parse` returns without an exception.
        if decided.all_refused() {
            changes.push(("stop_reason", Change::Set(r#""refusal""#.to_owned())));
        }
        changes.push(("stop_details", Change::Set(stop_details(decided.texts()))));
    } else if decided.all_refused() && (reason == "tool_use" || (reason == "pause_turn" && !provider)) {
        changes.push(("stop_reason", Change::Set(r#""end_turn""#.to_owned())));
    }
    changes
}

fn stop_details<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let text = texts.into_iter().collect::<Vec<_>>().join("\n");
    format!(r#"{{"type":"refusal","category":null,"explanation":{}}}"#, rebuild::string(&text))
}
