//! Gemini, also on Vertex: `POST …/models/M:generateContent` and `:streamGenerateContent`.
//!
//! A call is a part with a `functionCall`, in the content of any candidate, whatever else the part holds and whatever
//! the finish reason says: the SDKs run what they find. Both spellings of a key are read (`function_call`), because
//! one SDK takes either; a part with both is refused. Parts in which the provider says that it ran something
//! (`executableCode`, `toolCall`) pass, and are reported.
//!
//! # Where a refusal stands
//!
//! In the place of the call, as a part with text. The finish reason stays: it is `STOP` with calls and without. The
//! first call of a step carries the `thoughtSignature` that the API wants back with the first call of that turn, so
//! where it is refused its signature goes to the next call that is not, and to the text if there is none. Where the
//! answer must fit a schema, the call is left out and the refusal is the candidate's `finishMessage`.

mod part;
mod partial;
mod request;
mod rewrite;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::elements::Elements;
use super::super::error_body::is_error_object;
use super::super::rebuild::{self, Change};
use super::super::sse;
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Unreadable, alike, keys, shape};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use part::Ends;
use rewrite::{Chunk, Writer};

pub(super) use part::either;
pub(super) use request::facts;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Events, Framing::Elements];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(method: &str, path: &str) -> bool {
    let Some((place, model)) = path.rsplit_once('/') else { return false };
    let generates = [":generateContent", ":streamGenerateContent"]
        .iter()
        .any(|verb| model.strip_suffix(verb).is_some_and(|model| !model.is_empty()));
    let kind = ["/models", "/tunedModels", "/endpoints"].iter().any(|kind| place.ends_with(kind));
    method == "POST" && generates && kind
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Response(setup), limits)),
        Framing::Elements => {
            let elements = Elements::new(limits.event);
            Box::new(StreamCodec::framed(stream::Stream::new(setup), elements, limits))
        }
        _ => {
            let events = sse::Reader::data_only(limits.event);
            Box::new(StreamCodec::framed(stream::Stream::new(setup), events, limits))
        }
    }
}

pub(super) fn error_body(message: &str) -> String {
    let message = rebuild::string(message);
    format!(r#"{{"error":{{"code":403,"message":{message},"status":"PERMISSION_DENIED"}}}}"#)
}

/// An error, or the array of one that answers who asked for an array.
pub(super) fn is_error_body(document: &Document) -> bool {
    match document.root().elements() {
        Some([error]) => is_error_object(error, &[]),
        Some(_) => false,
        None => is_error_object(document.root(), &[]),
    }
}

/// A response that is one document.
pub(super) struct Response(pub(super) Setup);

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let root = document.root();
        if root.get("candidates").is_none() && is_error_object(root, &[]) {
            return Ok(());
        }
        for (place, candidate) in (0..).zip(candidates(root)?) {
            for part in parts(candidate)? {
                let found = part::read(document, part, &self.0.limits)?;
                out.provider_ran.extend(found.provider_ran);
                if let Some(piece) = found.call {
                    out.calls.push(piece.whole()?.into_tool_call(place));
                }
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let mut first = 0;
        let mut elements = Vec::new();
        for candidate in candidates(root)? {
            let calls = parts(candidate)?.iter().filter(|part| part::has_call(part)).count();
            let numbers = first..first + calls;
            let mut writer = Writer::new(numbers.clone().collect());
            let mut ends = numbers.map(|call| (call, Ends::Both));
            let chunk = Chunk { document, decided, structured: self.0.structured };
            let written = writer.candidate(&chunk, candidate, &mut ends)?;
            elements.push(written.map_or_else(|| document.slice(candidate.span).to_owned(), |w| w.text));
            first += calls;
        }
        let candidates = Change::Set(rebuild::array(&elements));
        Ok(rebuild::object(document, root, &[("candidates", candidates)]))
    }

    fn instead(&self, refusal: &str) -> String {
        said(&self.0, refusal)
    }
}

/// A whole response that says `refusal` and nothing else.
fn said(setup: &Setup, refusal: &str) -> String {
    let model = rebuild::string(&setup.model);
    let text = rebuild::string(refusal);
    let candidate = if setup.structured {
        format!(
            r#""content":{{"parts":[],"role":"model"}},"finishReason":"OTHER","finishMessage":{text},"index":0"#
        )
    } else {
        format!(r#""content":{{"parts":[{{"text":{text}}}],"role":"model"}},"finishReason":"STOP","index":0"#)
    };
    format!(
        r#"{{"candidates":[{{{candidate}}}],"usageMetadata":{{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}},"modelVersion":{model},"responseId":"toolgate"}}"#
    )
}

/// The candidates of a response, or of an event.
fn candidates(root: &Node) -> Result<&[Node], Unreadable> {
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the document is not a response of generateContent"));
    }
    keys::exact(root, &["candidates"])?;
    // One SDK has a list of earlier turns there, which it makes itself and would take from the body as well.
    if has_call_beside(root, "candidates") {
        return Err(shape("a function call outside of the candidates"));
    }
    match root.get("candidates") {
        Some(node) if !node.is_null() => {
            node.elements().ok_or_else(|| shape("candidates that are not a list"))
        }
        // A prompt that was blocked, a report of what was used.
        _ if ["promptFeedback", "prompt_feedback", "usageMetadata", "usage_metadata"]
            .iter()
            .any(|key| root.get(key).is_some()) =>
        {
            Ok(&[])
        }
        _ => Err(shape("the document is not a response of generateContent")),
    }
}

/// The parts of a candidate.
fn parts(candidate: &Node) -> Result<&[Node], Unreadable> {
    if !matches!(candidate.value, Value::Object(_)) {
        return Err(shape("a candidate that is not an object"));
    }
    keys::exact(candidate, &["content", "index"])?;
    if has_call_beside(candidate, "content") {
        return Err(shape("a function call outside of a candidate's content"));
    }
    let Some(content) = candidate.present("content") else { return Ok(&[]) };
    if !matches!(content.value, Value::Object(_)) {
        return Err(shape("a candidate's content that is not an object"));
    }
    keys::exact(content, &["parts"])?;
    if has_call_beside(content, "parts") {
        return Err(shape("a function call outside of a candidate's parts"));
    }
    match content.present("parts") {
        None => Ok(&[]),
        Some(parts) => parts.elements().ok_or_else(|| shape("a candidate's parts that are not a list")),
    }
}

/// Whether any member but one is a function call, or has one within.
fn has_call_beside(node: &Node, key: &str) -> bool {
    let within = |node: &Node| alike::any(node, &|node| alike::has_key(node, part::is_call_key));
    let mut others = node.members().iter().filter(|member| member.key != key);
    others.any(|member| part::is_call_key(&member.key) || within(&member.node))
}
