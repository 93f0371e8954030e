//! Ollama's own API: `POST …/api/chat` and `…/api/generate`, streamed as one record a line unless the request says
//! otherwise.
//!
//! A call is an element of `tool_calls`, whole, with an object for its arguments: in the `message` of `/api/chat`, and in
//! the record itself in `/api/generate`, which has none by its documentation. A streamed answer is a row of records of
//! the same shape. `done_reason` is `stop` with calls and without.
//!
//! # Where a refusal stands
//!
//! In the text of the record that held the call; in its `thinking` where the answer must fit a schema. Nothing else
//! changes: there is no reason that speaks of calls.

mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::lines::Lines;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{
    Api, ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Target, Unreadable, alike, keys, shape,
};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use std::ops::Range;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Lines];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && (path.ends_with("/api/chat") || path.ends_with("/api/generate"))
}

/// Requests are those of Chat Completions, but for the defaults.
fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    Ok(RequestFacts {
        stream: root.get("stream").is_none_or(|stream| stream.value != Value::Bool(false)),
        structured: root.get("format").is_some_and(|format| !alike::is_blank(format)),
        ..super::openai_chat::facts(target, document)?
    })
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Record(setup), limits)),
        _ => Box::new(StreamCodec::framed(stream::Stream::new(setup), Lines::new(limits.event), limits)),
    }
}

fn error_body(message: &str) -> String {
    format!(r#"{{"error":{}}}"#, rebuild::string(message))
}

/// An error, beside which nothing but words and numbers stands.
fn is_error_body(document: &Document) -> bool {
    let members = document.root().members();
    let scalar = |node: &Node| node.members().is_empty() && node.elements().is_none();
    let error = document.root().get("error").and_then(Node::as_str);
    error.is_some_and(|error| !error.is_empty())
        && members
            .iter()
            .all(|member| scalar(&member.node) && !matches!(member.key.as_str(), "message" | "response"))
}

/// A response that is one record.
struct Record(Setup);

impl DocumentApi for Record {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if is_error_body(document) {
            return Ok(());
        }
        for node in Said::by(document.root())?.calls {
            out.calls.push(call(document, node, &self.0.limits)?);
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let said = Said::by(document.root())?;
        let calls = 0..said.calls.len();
        Ok(said.rewritten(document, &Rewrite { calls, decided, structured: self.0.structured, before: "" }))
    }

    fn instead(&self, refusal: &str) -> String {
        whole(&self.0, refusal)
    }
}

/// A whole answer that says `refusal` and nothing else, in the form of both endpoints.
fn whole(setup: &Setup, refusal: &str) -> String {
    let (model, refusal) = (rebuild::string(&setup.model), rebuild::string(refusal));
    let (text, thinking) = if setup.structured {
        (r#""""#, format!(r#","thinking":{refusal}"#))
    } else {
        (refusal.as_str(), String::new())
    };
    format!(
        r#"{{"model":{model},"created_at":"1970-01-01T00:00:00Z","message":{{"role":"assistant","content":{text}{thinking}}},"response":{text}{thinking},"done":true,"done_reason":"stop"}}"#
    )
}

/// Where a record has its text and its calls.
struct Said<'a> {
    root: &'a Node,
    /// The message, or the record itself.
    node: &'a Node,
    /// The key of its text.
    under: &'static str,
    calls: &'a [Node],
}

/// How a record is written again.
struct Rewrite<'a> {
    /// The numbers of its calls.
    calls: Range<usize>,
    decided: &'a Decided,
    structured: bool,
    /// What stands before its text.
    before: &'static str,
}

impl<'a> Said<'a> {
    fn by(root: &'a Node) -> Result<Self, Unreadable> {
        keys::exact(root, &["message", "response", "tool_calls", "thinking", "done", "error"])?;
        let message = root.present("message");
        let (node, under) = match message {
            Some(message) if matches!(message.value, Value::Object(_)) => {
                keys::exact(message, &["tool_calls", "content", "thinking"])?;
                alike::nothing_beside(root, &["message"])?;
                (message, "content")
            }
            None if root.get("response").is_some_and(|text| text.as_str().is_some()) => (root, "response"),
            _ => return Err(shape("the document is not a record of Ollama's")),
        };
        alike::nothing_beside(node, &["tool_calls"])?;
        for key in [under, "thinking"] {
            if node.get(key).is_some_and(|text| text.as_str().is_none() && !text.is_null()) {
                return Err(shape("a text that is not a string"));
            }
        }
        let calls = match node.present("tool_calls") {
            None => &[],
            Some(calls) => calls.elements().ok_or_else(|| shape("tool_calls that is not a list"))?,
        };
        Ok(Self { root, node, under, calls })
    }

    /// Its text.
    fn text(&self) -> &'a str {
        self.node.get(self.under).and_then(Node::as_str).unwrap_or_default()
    }

    /// The record without the calls that are refused.
    fn rewritten(&self, document: &Document, how: &Rewrite<'_>) -> String {
        let texts: Vec<&str> = how.calls.clone().filter_map(|call| how.decided.text(call)).collect();
        let mut changes = Vec::new();
        if !texts.is_empty() {
            let kept =
                self.calls.iter().zip(how.calls.clone()).filter(|(_, call)| !how.decided.refused(*call));
            let kept: Vec<String> = kept.map(|(node, _)| document.slice(node.span).to_owned()).collect();
            let change = if kept.is_empty() { Change::Drop } else { Change::Set(rebuild::array(&kept)) };
            changes.push(("tool_calls", change));
        }
        let key = if how.structured { "thinking" } else { self.under };
        let own = self.node.get(key).and_then(Node::as_str).unwrap_or_default();
        let parts = [own].into_iter().filter(|own| !own.is_empty()).map(str::to_owned);
        let parts: Vec<String> = parts.chain((!texts.is_empty()).then(|| texts.join("\n"))).collect();
        if !texts.is_empty() || (!how.before.is_empty() && !own.is_empty()) {
            let text = format!("{}{}", how.before, parts.join("\n\n"));
            changes.push((key, Change::Set(rebuild::string(&text))));
        }
        let text = rebuild::object(document, self.node, &changes);
        if self.under == "content" {
            rebuild::object(document, self.root, &[("message", Change::Set(text))])
        } else {
            text
        }
    }
}

/// One element of `tool_calls`.
fn call(document: &Document, node: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    keys::exact(node, &["id", "type", "function"])?;
    alike::nothing_beside(node, &["function"])?;
    let function = node.get("function").filter(|function| matches!(function.value, Value::Object(_)));
    let function = function.ok_or_else(|| shape("a tool call without a function"))?;
    keys::exact(function, &["name", "arguments"])?;
    let arguments = match function.present("arguments") {
        None => Arguments::Absent,
        Some(arguments) if matches!(arguments.value, Value::Object(_)) => {
            Arguments::from_json_text(document.slice(arguments.span), limits.depth)
        }
        // One client raises on a text, another hands it over.
        Some(_) => return Err(shape("arguments that are not an object")),
    };
    Ok(ToolCall {
        api: Api::Ollama,
        kind: CallKind::Function,
        id: keys::name(node, "id")?.map(str::to_owned),
        tool: keys::tool(function)?.to_owned(),
        namespace: None,
        arguments,
        choice: 0,
    })
}
