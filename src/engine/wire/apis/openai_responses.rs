//! OpenAI Responses: `POST …/responses`, what is stored of it, and the servers that are compatible with it.
//!
//! A call is an item of `output`: of a type that the client runs, by a name (`function_call`, `custom_tool_call`) or
//! without one (`shell_call`, `computer_call`, …; the type is the tool's name then), or one that it approves
//! (`mcp_approval_request`). Items that say the provider ran a tool pass and are reported.
//!
//! What is stored comes back under other paths: a response by its identifier, also while it is still made in the
//! background, the items a response was asked with, the items of a conversation, a compacted history. A call in there is
//! judged like any other. The provider knows calls that were refused, and a client that asks for them must not get them
//! after all.
//!
//! # Where a refusal stands
//!
//! In the very place of the call, as a message: items stay numbered without a gap, and a reasoning item is followed by an
//! item, which the API insists on. The message has an identifier the provider does not know, so it is taken off when the
//! client sends it back. `status` and `usage` stay as they are.

mod input;
mod item;
mod refusal;
mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Output, Reading, RequestFacts, Setup, Unreadable, keys, shape};
use super::openai_chat::{error_body, is_error_body};
use crate::json::{Document, Node};
use crate::limits::Limits;
use item::Kind;
pub(super) use request::of_items;
use std::collections::BTreeSet;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: Some(request::forward),
        framings: &[Framing::Document, Framing::Events],
        codec,
        error_body,
        is_error_body,
    }
}

fn owns(method: &str, path: &str) -> bool {
    let segments: Vec<&str> = path.rsplit('/').take(4).collect();
    match segments.as_slice() {
        ["responses", ..] | ["compact", "responses", ..] | ["cancel", _, "responses", ..] => method == "POST",
        [_, "responses", ..] | ["input_items", _, "responses", ..] => method == "GET",
        ["items", _, "conversations", ..] => matches!(method, "GET" | "POST"),
        [_, "items", _, "conversations"] => method == "GET",
        _ => false,
    }
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Response(setup), limits)),
        _ => Box::new(StreamCodec::new(stream::Stream::new(setup), limits)),
    }
}

/// A document with items.
pub(super) struct Response(pub(super) Setup);

/// Where the items of a document stand.
enum Items<'a> {
    /// In a list under this key.
    Under(&'static str, &'a [Node]),
    /// The document is one.
    Alone(&'a Node),
}

impl<'a> Items<'a> {
    fn of(document: &'a Document) -> Result<Option<Self>, Unreadable> {
        let root = document.root();
        keys::exact(root, &["object", "output", "data", "type", "id"])?;
        if root.get("output").is_none() && is_error_body(document) {
            return Ok(None);
        }
        nothing_elsewhere(root)?;
        let under = match root.get("object").and_then(Node::as_str) {
            Some("response" | "response.compaction") => Some("output"),
            Some("list") => Some("data"),
            None if item::tag(root).is_some() => None,
            _ => return Err(shape("the document is not one of the Responses API")),
        };
        // Clients look where they expect a list, whatever the document says that it is.
        let other = |key: &&str| Some(*key) != under && root.get(key).is_some_and(|node| !node.is_null());
        if ["output", "data"].iter().any(other) {
            return Err(shape("a list that is not the one of such a document"));
        }
        Ok(Some(match under {
            Some(key) => Self::Under(key, items(root, key)?),
            None => Self::Alone(root),
        }))
    }

    fn list(&self) -> &[Node] {
        match self {
            Self::Under(_, list) => list,
            Self::Alone(item) => std::slice::from_ref(item),
        }
    }
}

/// The items of a response or list. Before there is any, some servers say `null`.
fn items<'a>(node: &'a Node, key: &str) -> Result<&'a [Node], Unreadable> {
    keys::exact(node, &["output", "id", "object"])?;
    match node.get(key) {
        None => Ok(&[]),
        Some(items) if items.is_null() => Ok(&[]),
        Some(items) => items.elements().ok_or_else(|| shape("output items that are not a list")),
    }
}

/// Calls of another API beside the items would be found by agents that speak several.
fn nothing_elsewhere(response: &Node) -> Result<(), Unreadable> {
    let elsewhere = ["choices", "tool_calls", "function_call", "required_action"];
    if elsewhere.iter().any(|key| response.get(key).is_some_and(|node| !item::is_blank(node))) {
        return Err(shape("a tool call outside of the output"));
    }
    Ok(())
}

/// The identifiers by which a later request goes on from a response.
fn kept_as(response: &Node) -> Vec<String> {
    let text = |at: &str| response.pointer(at).and_then(Node::as_str).map(str::to_owned);
    let conversation = || text("/conversation/id").or_else(|| text("/conversation"));
    text("/id").into_iter().chain(conversation()).collect()
}

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let Some(items) = Items::of(document)? else { return Ok(()) };
        let mut known = BTreeSet::new();
        for item in items.list() {
            match item::kind(item, &self.0)? {
                Kind::Call => {
                    if item::key(item).is_some_and(|key| !known.insert(key)) {
                        return Err(shape("two tool calls with one identifier"));
                    }
                    out.calls.push(item::call(document, item, &self.0.limits)?);
                }
                Kind::Provider => out.provider_ran.push(item::ran(item)),
                Kind::Inert => {}
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let Some(items) = Items::of(document)? else { return Ok(document.text().to_owned()) };
        let calls = items.list().iter().filter(|item| item::kind(item, &self.0) == Ok(Kind::Call)).count();
        let mut number = 0;
        let mut elements = Vec::new();
        for item in items.list() {
            let call = item::kind(item, &self.0)? == Kind::Call;
            if call && decided.refused(number) {
                let text = refusal::text(decided, number, calls);
                elements.push(refusal::message(&refusal::id(item, number), &text, self.0.structured));
            } else {
                elements.push(document.slice(item.span).to_owned());
            }
            number += usize::from(call);
        }
        Ok(match items {
            Items::Under(key, _) => {
                let changed = [(key, Change::Set(rebuild::array(&elements)))];
                rebuild::object(document, document.root(), &changed)
            }
            Items::Alone(_) => elements.concat(),
        })
    }

    fn instead(&self, refusal: &str) -> String {
        let message = refusal::message(&format!("{}_whole", refusal::OURS), refusal, self.0.structured);
        response(&self.0.model, "completed", &message)
    }

    fn kept_as(&self, document: &Document) -> Vec<String> {
        let root = document.root();
        let response = root.get("object").and_then(Node::as_str) == Some("response");
        if response { kept_as(root) } else { Vec::new() }
    }

    fn outputs(&self, document: &Document, decided: &Decided) -> Vec<Output> {
        let Ok(Some(items)) = Items::of(document) else { return Vec::new() };
        let calls = items.list().iter().filter(|item| item::kind(item, &self.0) == Ok(Kind::Call));
        let refused = (0..).zip(calls).filter_map(|(number, item)| Some((item, decided.text(number)?)));
        refused.filter_map(|(item, text)| Some(refusal::Answer::to(document, item)?.output(text))).collect()
    }
}

/// A response of our own.
fn response(model: &str, status: &str, items: &str) -> String {
    let model = rebuild::string(model);
    format!(
        r#"{{"id":"resp_toolgate","object":"response","created_at":0,"status":"{status}","error":null,"incomplete_details":null,"instructions":null,"metadata":{{}},"model":{model},"output":[{items}],"parallel_tool_calls":true,"temperature":null,"tool_choice":"auto","tools":[],"top_p":null,"usage":null}}"#
    )
}
