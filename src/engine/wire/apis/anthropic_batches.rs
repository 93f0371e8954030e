//! Message batches of Anthropic's: `…/v1/messages/batches`, and `GET …/{id}/results`, a result a line.
//!
//! A result's message is read as one of the Messages API, and refusals stand where they do there. A batch names the
//! place of its results by an absolute address that the SDKs fetch, wherever it leads; so that the results come past
//! the gate as well, the path takes its place, which they complete with their own base URL.

use super::super::batch::{Batch, Found, Results};
use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::endpoint::below;
use super::super::lines::Lines;
use super::super::rebuild;
use super::super::stream::StreamCodec;
use super::super::{
    ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Target, Unreadable, UnreadableWhy, alike, keys,
    shape,
};
use super::anthropic_messages::{self as messages, Message, error_body, is_error_body};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Lines];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    let Some(segments) = below(path, "/v1/messages/batches") else { return false };
    match segments.as_slice() {
        [] => matches!(method, "GET" | "POST"),
        [_] | [_, "results"] => method == "GET",
        [_, "cancel"] => method == "POST",
        _ => false,
    }
}

/// A batch asks for many messages at once.
fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    let mut all = RequestFacts::default();
    let requests = match root.get("requests") {
        None if root.members().is_empty() => &[],
        requests => requests.and_then(Node::elements).ok_or_else(|| shape("a batch without requests"))?,
    };
    for request in requests {
        let params = request.get("params").ok_or_else(|| shape("a request of a batch without parameters"))?;
        let params = document.slice(params.span).as_bytes().to_vec();
        let params =
            Document::parse(params, usize::MAX).map_err(|_| shape("parameters that cannot be read"))?;
        all.join(messages::facts(target, &params)?);
    }
    Ok(all)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Batches, limits)),
        _ => {
            let batch = Batch::new(Messages(setup), limits);
            Box::new(StreamCodec::framed(batch, Lines::new(limits.event), limits))
        }
    }
}

/// A batch, or a list of them. No call stands there.
struct Batches;

impl DocumentApi for Batches {
    fn calls(&self, document: &Document, _: &mut Reading) -> Result<(), Unreadable> {
        if !is_error_body(document) {
            alike::nothing_beside(document.root(), &[])?;
            addresses(document.root())?;
        }
        Ok(())
    }

    fn passed(&self, document: &Document) -> Result<Option<String>, Unreadable> {
        let addresses = addresses(document.root())?;
        if addresses.is_empty() {
            return Ok(None);
        }
        let paths = addresses.into_iter().map(|(node, path)| (node.span, rebuild::string(&path)));
        Ok(Some(rebuild::all_replaced(document, paths.collect())))
    }

    fn rewrite(&self, _: &Document, _: &Decided) -> Result<String, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("a call in a batch that holds none") })
    }

    fn instead(&self, refusal: &str) -> String {
        error_body(refusal)
    }
}

/// The addresses of results in a document, and the path that takes the place of each.
fn addresses(root: &Node) -> Result<Vec<(&Node, String)>, Unreadable> {
    keys::exact(root, &["type", "data", "id", "results_url"])?;
    let batches = match (root.get("type").and_then(Node::as_str), root.get("data").and_then(Node::elements)) {
        (Some("message_batch"), None) => std::slice::from_ref(root),
        (None, Some(batches)) => batches,
        (Some("error"), None) => &[],
        _ => return Err(shape("the document is neither a batch nor a list of them")),
    };
    let mut found = Vec::new();
    for batch in batches {
        keys::exact(batch, &["type", "id", "results_url"])?;
        let Some(address) = batch.present("results_url") else { continue };
        let plain = |id: &&str| {
            !id.is_empty() && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
        };
        let id = batch.get("id").and_then(Node::as_str).filter(plain);
        let id = id.ok_or_else(|| shape("a batch with results and without a plain identifier"))?;
        let path = format!("/v1/messages/batches/{id}/results");
        if address.as_str() != Some(&path) {
            found.push((address, path));
        }
    }
    Ok(found)
}

/// The lines of the results.
struct Messages(Setup);

impl Results for Messages {
    fn answer<'a>(&self, line: &'a Node) -> Result<Option<Found<'a>>, Unreadable> {
        keys::exact(line, &["custom_id", "result"])?;
        alike::nothing_beside(line, &["result"])?;
        let result = line.get("result").filter(|result| matches!(result.value, Value::Object(_)));
        let result = result.ok_or_else(|| shape("a line that is no result of a batch"))?;
        keys::exact(result, &["type", "message"])?;
        alike::nothing_beside(result, &["message"])?;
        let message = result.present("message");
        Ok(message.map(|message| -> Found<'_> { (message, Box::new(Message(self.0.clone()))) }))
    }

    fn withheld(&self, refusal: &str) -> String {
        let error = error_body(refusal);
        format!(r#"{{"custom_id":"toolgate","result":{{"type":"errored","error":{error}}}}}"#)
    }
}
