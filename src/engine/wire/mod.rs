//! Bodies of model APIs: bytes in, what may pass and the tool calls out; and back, once calls are decided.
//!
//! One [`Codec`] reads one response body. Until the first tool call everything is passed on as it is
//! read: whole events of a stream at once, a JSON document at its end. From the first byte of the first
//! call on the rest of the answer is held, because what follows must be written differently when a call
//! is refused (indices, stop reason), and because a model API only takes a turn back in which refusals
//! stand before the calls that remain. When the answer has ended and every call has an [`Outcome`], the
//! codec writes what it held.
//!
//! Deliberately absent: policy, records, time. A codec knows no reason why a call is refused, and it
//! cannot release one without a [`Permit`].
//!
//! # Why ambiguity is refused
//!
//! Clients disagree on what malformed bytes mean: the last of two equal keys wins here and the first
//! there, a half surrogate is repaired by one parser and refused by another, an index of −1 edits the last
//! block in one SDK and throws in the next. A gate that guesses judges another call than the agent runs.
//! So the codec is the strictest reader of all, and says [`Unreadable`] where a guess would be needed.

mod alike;
mod announcer;
pub mod apis;
mod batch;
mod blocks;
mod decided;
mod document;
mod elements;
mod endpoint;
pub mod error_body;
mod event_name;
mod frames;
mod keys;
mod lines;
mod marked;
mod messages;
mod owed;
mod provided;
mod rebuild;
pub mod removal;
mod scan;
mod session;
mod skeleton;
mod sse;
mod stream;
mod target;

pub use apis::{Api, MCP_CALL};
pub use messages::Messages;
pub use owed::{Output, Owed};
pub use scan::{Scan, Source, scan};
pub use target::Target;

use crate::call::{Arguments, CallKind, ToolCall};
use crate::json;
use crate::limits::Limits;
use crate::policy::Permit;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a response body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// One JSON document.
    Document,
    /// Server-sent events (WHATWG HTML, "Server-sent events").
    Events,
    /// One JSON array, whose elements come one after the other.
    Elements,
    /// Frames of `application/vnd.amazon.eventstream`.
    Frames,
    /// One JSON document a line (NDJSON, JSON Lines).
    Lines,
}

/// What one step of reading found.
///
/// What may pass is `pass_buffered`, then the first `pass_chunk` bytes of the chunk that was given. Where
/// the first is empty and the second is the whole chunk, the chunk needs no change at all.
#[derive(Debug, Default)]
pub struct Reading {
    /// Bytes of earlier chunks which may pass now.
    pub pass_buffered: Vec<u8>,
    /// How many leading bytes of this chunk may pass now.
    pub pass_chunk: usize,
    /// Calls that became complete, in the order in which they are numbered: the first call of the body is
    /// call 0, and so is the first behind what was written while the codec [paused](Codec::pauses).
    pub calls: Vec<ToolCall>,
    /// Tools the provider says it ran itself, by name: they cannot be refused any more, only reported.
    pub provider_ran: Vec<String>,
    /// The answer has ended as far as any client reads it; nothing that follows can add or change a call.
    pub ended: bool,
}

/// What becomes of one call.
#[derive(Debug)]
pub enum Outcome {
    /// It is released; the permit is the proof that it may be.
    Release(Permit),
    /// It is not, and this is what the model reads in its place.
    Refuse(Refusal),
}

/// The text that stands where a refused call stood. Never empty: APIs reject an empty text on the next turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Reads and writes one response body of one API.
pub trait Codec {
    /// Reads the next bytes.
    ///
    /// # Errors
    /// [`Unreadable`], after which the codec is only good for [`Codec::withhold`]. What `out` says may
    /// pass by then was read without doubt and may still pass.
    fn read(&mut self, chunk: &[u8], out: &mut Reading) -> Result<(), Unreadable>;

    /// The body has ended: what is left is the last event, or the document.
    ///
    /// # Errors
    /// As [`Codec::read`].
    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable>;

    /// How many bytes are held or kept back at the moment.
    fn held(&self) -> usize;

    /// Whether what is held waits for its calls alone: the stream goes on once the client has answered them, and may not
    /// before. Then it may be written at once, and calls are counted anew behind it.
    fn pauses(&self) -> bool {
        false
    }

    /// Writes what was held, call `n` as `outcomes[n]` says. With every call released these are the bytes
    /// that were read. Called whenever the codec [pauses](Codec::pauses), and once after [`Reading::ended`] or
    /// [`Codec::end`]; later bytes may then only be ones that no client reads as part of the answer.
    ///
    /// # Errors
    /// [`Unreadable`] if there is not exactly one outcome for each call, or one of them is refused where clients take
    /// different calls from the same bytes: then nothing of the answer may leave, and [`Codec::withhold`] ends it.
    fn write(&mut self, outcomes: Vec<Outcome>, out: &mut Vec<u8>) -> Result<(), Unreadable>;

    /// Where nothing is enforced, what was held has left already: a codec that [pauses](Codec::pauses) drops it, and goes
    /// on.
    fn went_by(&mut self) {}

    /// What the provider waits for since [`Codec::write`], where it keeps the conversation. Given once.
    fn owed(&mut self) -> Option<Owed> {
        None
    }

    /// Ends an answer that cannot be released: a whole answer with `refusal` as its text where nothing was
    /// passed on yet, and otherwise what a client of this API takes for an error in mid-stream. Every held
    /// byte is dropped.
    fn withhold(&mut self, refusal: &Refusal, out: &mut Vec<u8>);
}

/// The bytes cannot be read without doubt, so nothing of them that is not yet passed on may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Unreadable {
    /// What is wrong, in words a person and a model can read, without any content of the body.
    pub what: UnreadableWhy,
}

/// Why bytes cannot be read without doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadableWhy {
    /// The JSON is not strict.
    Json(json::Problem),
    /// The event framing is not strict; the text names the rule.
    Framing(&'static str),
    /// The document or event is not one of this API, or two readers of it would differ.
    Shape(&'static str),
    /// A bound was reached; the text names it.
    Limit(&'static str),
    /// The code contradicts itself. Never expected; refused like the rest.
    Bug(&'static str),
}

impl fmt::Display for UnreadableWhy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(problem) => problem.fmt(f),
            Self::Framing(rule) | Self::Shape(rule) => f.write_str(rule),
            Self::Limit(bound) => write!(f, "more than the limit of {bound}"),
            Self::Bug(what) => write!(f, "internal contradiction: {what}"),
        }
    }
}

impl Unreadable {
    /// A short, stable name for records and counters.
    pub const fn code(&self) -> &'static str {
        match self.what {
            UnreadableWhy::Json(_) => "unreadable_json",
            UnreadableWhy::Framing(_) => "unreadable_framing",
            UnreadableWhy::Shape(_) => "unreadable_shape",
            UnreadableWhy::Limit(_) => "over_limit",
            UnreadableWhy::Bug(_) => "internal",
        }
    }
}

impl From<json::Error> for Unreadable {
    fn from(error: json::Error) -> Self {
        Self { what: UnreadableWhy::Json(error.problem) }
    }
}

/// What a request to a generating endpoint says, as far as the gate needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestFacts {
    /// The model asked for.
    pub model: Option<String>,
    /// Whether the request lets others answer in its place.
    #[serde(default)]
    pub other_models: bool,
    /// Whether the answer is asked for as a stream.
    pub stream: bool,
    /// Tools the client offers and would run itself, by name.
    pub offered: Vec<String>,
    /// Tools the provider would run itself: they cannot be refused in the answer.
    pub provider_executed: Vec<ProviderTool>,
    /// Names of the request's fields that make the provider keep the conversation (with no values).
    pub state: Vec<String>,
    /// The identifiers of what the provider keeps and this request goes on with; see [`Owed::by`].
    #[serde(default)]
    pub continues: Vec<String>,
    /// How many earlier tool calls and results the request's history carries.
    pub history_calls: u32,
    /// Whether the answer's text must fit a JSON schema. Readable refusal text does not, so the codec then
    /// prefers the form of a refusal that the SDKs' `parse` takes.
    #[serde(default)]
    pub structured: bool,
    /// Whether calls in pieces were not asked for, where an API has a switch for them: the client may then take the first
    /// piece for the call.
    #[serde(default)]
    pub whole_calls: bool,
}

/// A tool that a request turns on and the provider would run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTool {
    /// Its type, or what else tells it from others: `web_search_20250305`, `mcp:LABEL`.
    pub name: String,
    /// What the request says of it: a JSON text.
    pub definition: String,
}

impl ProviderTool {
    /// The tool as something to be judged: a call whose arguments are what the request says of it.
    pub fn call(&self, api: Api, depth: usize) -> ToolCall {
        let server = self.name.split_once(':').filter(|(kind, _)| kind.starts_with("mcp"));
        ToolCall {
            api,
            kind: CallKind::Provider,
            id: None,
            tool: self.name.clone(),
            namespace: server.map(|(_, label)| label.to_owned()),
            arguments: Arguments::from_json_text(&self.definition, depth),
            choice: 0,
        }
    }
}

/// The type of OpenAI's tool for shell commands, which the client runs or the provider.
const SHELL: &str = "shell";

impl RequestFacts {
    /// What is known where a body is looked at without its request: the provider may run tools of its own.
    pub fn unknown() -> Self {
        let any = ProviderTool { name: SHELL.to_owned(), definition: "{}".to_owned() };
        Self { provider_executed: vec![any], ..Self::default() }
    }

    /// Adds a tool that the provider would run, which `definition` of the request turns on.
    fn provider(&mut self, document: &json::Document, name: impl Into<String>, definition: &json::Node) {
        let definition = document.slice(definition.span).to_owned();
        self.provider_executed.push(ProviderTool { name: name.into(), definition });
    }

    /// Adds what one request of a batch says.
    fn join(&mut self, mut one: Self) {
        self.other_models |= one.other_models
            || self.model.as_ref().zip(one.model.as_ref()).is_some_and(|(known, other)| known != other);
        self.model = self.model.take().or(one.model);
        self.structured |= one.structured;
        self.history_calls = self.history_calls.saturating_add(one.history_calls);
        self.offered.append(&mut one.offered);
        self.provider_executed.append(&mut one.provider_executed);
        self.state.append(&mut one.state);
    }

    /// The names of the tools that the provider would run.
    pub fn provider_names(&self) -> impl Iterator<Item = &str> {
        self.provider_executed.iter().map(|tool| tool.name.as_str())
    }
}

/// Where a request goes, judged by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// An endpoint whose answers can carry tool calls.
    Generates(Api),
    /// An endpoint known to carry none (a list of models, embeddings, …).
    Harmless,
    /// Anything else. It may carry calls nobody here can read, so it is refused.
    Unknown,
}

/// What a codec knows besides the bytes.
#[derive(Debug, Clone)]
struct Setup {
    limits: Limits,
    /// See [`RequestFacts::structured`].
    structured: bool,
    /// See [`RequestFacts::whole_calls`].
    whole_calls: bool,
    /// The request turned on tools that the provider runs.
    provider_tools: bool,
    /// The provider runs shell commands for this request, and the client offered to run none.
    hosted_shell: bool,
    /// The model asked for, for answers of our own.
    model: String,
}

impl Setup {
    fn new(limits: Limits, request: &RequestFacts) -> Self {
        Self {
            limits,
            structured: request.structured,
            whole_calls: request.whole_calls,
            provider_tools: !request.provider_executed.is_empty(),
            hosted_shell: request.provider_names().any(|tool| tool == SHELL)
                && !request.offered.iter().any(|tool| tool == SHELL),
            model: request.model.clone().unwrap_or_default(),
        }
    }
}

/// The elements of a list of a request; none where it is absent or `null`.
fn list<'a>(root: &'a json::Node, key: &str) -> Result<&'a [json::Node], Unreadable> {
    match root.get(key) {
        None => Ok(&[]),
        Some(node) if node.is_null() => Ok(&[]),
        Some(node) => node.elements().ok_or_else(|| shape("a request whose lists are not lists")),
    }
}

/// A framing that is refused.
const fn framing(rule: &'static str) -> Unreadable {
    Unreadable { what: UnreadableWhy::Framing(rule) }
}

/// More than a bound allows.
pub(crate) const fn limit(bound: &'static str) -> Unreadable {
    Unreadable { what: UnreadableWhy::Limit(bound) }
}

/// What bounds the calls of one answer.
pub(crate) const CALLS: &str = "tool calls in one response";

/// A shape that is refused.
const fn shape(rule: &'static str) -> Unreadable {
    Unreadable { what: UnreadableWhy::Shape(rule) }
}

/// Writes a request body again with the outputs that are owed to what it goes on with. `None` if the bytes that came
/// may go on.
///
/// # Errors
/// If the provider waits for an output that nobody but the client can give.
pub type Forward = fn(&json::Document, &[Output]) -> Result<Option<String>, Unreadable>;

impl Framing {
    /// The media types of a body framed so. Lines have no registered one.
    const fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Document | Self::Elements => &["application/json"],
            Self::Events => &["text/event-stream"],
            Self::Frames => &["application/vnd.amazon.eventstream"],
            Self::Lines => &[
                "application/x-ndjson",
                "application/ndjson",
                "application/jsonl",
                "application/x-jsonl",
                "application/jsonlines",
                "application/stream+json",
                // Files.
                "application/octet-stream",
                "application/binary",
            ],
        }
    }
}

impl ApiEntry {
    /// How a response with this media type is read; without one, as the request asked for it. `None` if it is not.
    ///
    /// The type only chooses between strict readers, each of which refuses what the others read.
    pub fn framing(&self, media_type: Option<&str>, request: &RequestFacts) -> Option<Framing> {
        let named = |framing: &Framing| {
            let known =
                |media_type: &str| framing.media_types().iter().any(|k| k.eq_ignore_ascii_case(media_type));
            media_type.is_none_or(known)
        };
        let mut named = self.framings.iter().copied().filter(named);
        let first = named.next()?;
        let as_asked = |framing: &Framing| (*framing != Framing::Document) == request.stream;
        let chosen = std::iter::once(first).chain(named).find(as_asked).unwrap_or(first);
        // Who asked for lines reads lines, whatever type they say to be, and passes over those it cannot read.
        let lines = chosen == Framing::Document && request.stream && self.framings.contains(&Framing::Lines);
        Some(if lines { Framing::Lines } else { chosen })
    }
}

/// Everything one API gives the gate; one row of the table in [`apis`].
pub struct ApiEntry {
    /// Its name in records and on the command line.
    pub name: &'static str,
    /// Whether a path (percent-decoded, without query, `//` collapsed, no final slash) is a generating
    /// endpoint of it. Use [`apis::endpoint`], which does that.
    pub owns: fn(method: &str, path: &str) -> bool,
    /// Reads a request: some APIs say in the path what others say in the body.
    pub request: fn(&Target, &json::Document) -> Result<RequestFacts, Unreadable>,
    /// The body in which a request goes on, where it must not go on as it came; `None` if it never changes.
    pub forward: Option<Forward>,
    /// How its responses may be framed; a document first, if it has those, then the streams, the usual one first.
    pub framings: &'static [Framing],
    /// A codec for the body of the response to a request; where that could not be read, to
    /// [`RequestFacts::default`]. Of a framing that is not one of its own it reads nothing.
    pub codec: fn(Framing, Limits, &RequestFacts) -> Box<dyn Codec>,
    /// An error body in the API's own form, for a refusal that replaces a whole response.
    pub error_body: fn(message: &str) -> String,
    /// Whether a document is an error body in the API's own form, and nothing else.
    pub is_error_body: fn(&json::Document) -> bool,
}

#[cfg(test)]
pub(crate) mod tests;
