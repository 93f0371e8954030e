//! Mistral's conversations: `POST …/conversations`, and what the provider keeps of one. Its chat, agents and fill-in-the-
//! middle completions are chat completions.
//!
//! A call is an entry of type `function.call`, among the outputs of an answer and in the history of a conversation; in a
//! stream it is one event or more. One whose `confirmation_status` is pending is run by the provider once the client has
//! approved it. Entries that say the provider ran a tool pass and are reported.
//!
//! # Where a refusal stands
//!
//! In the very place of the call, as an entry of the model's output; where the answer must fit a schema, as that entry's
//! `refusal`, beside an empty content. The provider keeps the conversation with the call in it, so its result goes with
//! the next request that goes on from there.

mod item;
mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{
    ApiEntry, Codec, Framing, Output, Reading, RequestFacts, Setup, Unreadable, alike, keys, shape,
};
use super::openai_chat::{error_body, is_error_body};
use crate::json::{Document, Node};
use crate::limits::Limits;
use item::Kind;

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
    let mut ends = path.rsplit('/');
    match (method, ends.next(), ends.next(), ends.next()) {
        ("POST", Some("conversations"), _, _) | ("POST", Some(_), Some("conversations"), _) => true,
        ("POST", Some("restart"), Some(_), Some("conversations")) => true,
        // What is kept must not show what its first delivery hid.
        ("GET", Some("history" | "messages"), Some(_), Some("conversations")) => true,
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

/// A document with entries.
struct Response(Setup);

/// The key under which the entries of a document stand.
const LISTS: &[(&str, &str)] = &[
    ("conversation.response", "outputs"),
    ("conversation.history", "entries"),
    ("conversation.messages", "messages"),
];

/// The entries of a document, and their key.
fn entries(root: &Node) -> Result<(&'static str, &[Node]), Unreadable> {
    keys::exact(root, &["object", "outputs", "entries", "messages", "conversation_id"])?;
    let object = root.get("object").and_then(Node::as_str);
    // OpenAI's conversations begin at the same path. Their answer has no entries, and what the client called them.
    if object == Some("conversation") && LISTS.iter().all(|(_, key)| root.get(key).is_none()) {
        alike::nothing_beside(root, &["metadata"])?;
        return Ok(("outputs", &[]));
    }
    let list = LISTS.iter().find(|(known, _)| Some(*known) == object);
    let (_, key) = list.ok_or_else(|| shape("the document is not one of a conversation"))?;
    alike::nothing_beside(root, &[key, "guardrails"])?;
    let entries = root.get(key).and_then(Node::elements);
    Ok((key, entries.ok_or_else(|| shape("entries that are not a list"))?))
}

/// The identifier by which a later request goes on from a document or the start of a stream.
fn kept_as(node: &Node) -> Option<String> {
    node.get("conversation_id").and_then(Node::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if is_error_body(document) {
            return Ok(());
        }
        for node in entries(document.root())?.1 {
            match item::kind(node)? {
                Kind::Call => out.calls.push(item::call(document, node, &self.0.limits)?),
                Kind::Provider(tool) => out.provider_ran.push(tool),
                Kind::Inert => {}
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let (key, nodes) = entries(root)?;
        let mut number = 0;
        let mut elements = Vec::new();
        for node in nodes {
            let call = item::kind(node)? == Kind::Call;
            let text = if call { decided.text(number) } else { None };
            elements.push(match text {
                Some(text) => item::output(document, node, text, self.0.structured),
                None => document.slice(node.span).to_owned(),
            });
            number += usize::from(call);
        }
        Ok(rebuild::object(document, root, &[(key, Change::Set(rebuild::array(&elements)))]))
    }

    fn kept_as(&self, document: &Document) -> Vec<String> {
        let answer = document.root().get("outputs").is_some();
        kept_as(document.root()).filter(|_| answer).into_iter().collect()
    }

    fn outputs(&self, document: &Document, decided: &Decided) -> Vec<Output> {
        let nodes = entries(document.root()).map(|(_, nodes)| nodes).unwrap_or_default();
        let calls = nodes.iter().filter(|node| item::kind(node) == Ok(Kind::Call));
        let refused = (0..).zip(calls).filter_map(|(number, node)| Some((node, decided.text(number)?)));
        let call = |node| item::call(document, node, &self.0.limits).ok();
        refused.filter_map(|(node, text)| item::result(&call(node)?, text)).collect()
    }

    fn instead(&self, refusal: &str) -> String {
        let content = item::content(refusal, self.0.structured);
        format!(
            r#"{{"object":"conversation.response","conversation_id":"toolgate","outputs":[{{"object":"entry","type":"message.output","role":"assistant",{content}}}],"usage":{NO_USAGE}}}"#
        )
    }
}

const NO_USAGE: &str = r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#;
