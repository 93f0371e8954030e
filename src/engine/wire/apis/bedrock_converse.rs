//! Bedrock `Converse` and `ConverseStream`: `POST …/model/M/converse` and `…/converse-stream`.
//!
//! A call is a content block with a `toolUse`, unless that says that the provider ran it (`server_tool_use`) and the request
//! had turned on what a provider runs: older SDKs know neither, and give every one to the client. A block is one thing:
//! readers take blocks that are two either way.
//!
//! # Where a refusal stands
//!
//! In front of the first call of the answer, as a block of text. Reasoning may be signed over what precedes it, so what
//! follows there is dropped where a call is refused. The stop reason becomes `end_turn` when no call is left. Where the
//! answer must fit a schema no text is added: the refusal is in the additional fields of the response, and the stop
//! reason says that somebody intervened.

mod content;
mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::frames::{Frames, Payload};
use super::super::rebuild::{self, Change};
use super::super::stream::{NewEvent, StreamCodec};
use super::super::{ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Unreadable, keys, shape};
use crate::json::{Document, Node};
use crate::limits::Limits;
use crate::wire::Api;
pub(super) use request::{additional_fields, stored_prompt};
pub(super) use stream::Stream;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Frames];
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

/// What the APIs with these blocks and events do not have in common.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    pub(super) api: Api,
    /// The types of a tool use that the provider runs.
    pub(super) provided: &'static [&'static str],
    /// Whether an answer may have several messages, as where the provider goes on by itself.
    pub(super) several: bool,
    /// The exception that ends a stream which has begun.
    pub(super) exception: &'static str,
}

const CONVERSE: Dialect = Dialect {
    api: Api::BedrockConverse,
    provided: &["server_tool_use"],
    several: false,
    exception: "modelStreamErrorException",
};

/// How the answer to a request is read.
fn dialect(setup: &Setup) -> Dialect {
    if setup.provider_tools { CONVERSE } else { Dialect { provided: &[], ..CONVERSE } }
}

const VERBS: [&str; 2] = ["/converse", "/converse-stream"];

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && VERBS.iter().any(|verb| model_in(path, verb).is_some())
}

/// The model in a path that ends in this verb. The name of one may have slashes in it.
pub(super) fn model_in<'a>(path: &'a str, verb: &str) -> Option<&'a str> {
    let (_, rest) = path.split_once("/model/")?;
    rest.strip_suffix(verb).filter(|model| !model.is_empty())
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Response(setup), limits)),
        _ => {
            let frames = Frames::new(Payload::Data, limits.event, limits.depth);
            let dialect = dialect(&setup);
            Box::new(StreamCodec::framed(Stream::new(setup, dialect), frames, limits))
        }
    }
}

/// An error of Bedrock. SDKs take its kind from a header, or from here.
pub(super) fn error_body(message: &str) -> String {
    format!(r#"{{"__type":"AccessDeniedException","message":{}}}"#, rebuild::string(message))
}

/// Whether a document is an error of Bedrock: a message, and what kind of error it is.
pub(super) fn is_error_body(document: &Document) -> bool {
    const KEYS: &[&str] = &[
        "message",
        "Message",
        "__type",
        "code",
        "type",
        "originalStatusCode",
        "originalMessage",
        "resourceName",
    ];
    let members = document.root().members();
    members.iter().any(|member| matches!(member.key.as_str(), "message" | "Message"))
        && members.iter().all(|member| {
            let scalar = member.node.members().is_empty() && member.node.elements().is_none();
            KEYS.contains(&member.key.as_str()) && scalar
        })
}

/// What ends a stream of a model that has begun.
pub(super) fn exception(refusal: &str) -> NewEvent {
    exception_as(CONVERSE.exception, refusal)
}

/// What ends a stream that has begun, under the name of one of its exceptions.
pub(super) fn exception_as(name: &'static str, refusal: &str) -> NewEvent {
    NewEvent { name: Some(name), data: format!(r#"{{"message":{}}}"#, rebuild::string(refusal)) }
}

/// A response that is one document.
struct Response(Setup);

impl DocumentApi for Response {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if document.root().get("output").is_none() && is_error_body(document) {
            return Ok(());
        }
        let (_, content) = message(document.root())?;
        content::calls(dialect(&self.0), document, content, &self.0.limits, out)
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let (message, content) = message(root)?;
        let elements = content::rewritten(dialect(&self.0), document, content, decided, self.0.structured);
        let content = Change::Set(rebuild::array(&elements));
        let message = rebuild::object(document, message, &[("content", content)]);
        let Some(output) = root.get("output") else {
            return Err(shape("the document is not a response of Converse"));
        };
        let output = rebuild::object(document, output, &[("message", Change::Set(message))]);
        let mut changes = vec![("output", Change::Set(output))];
        changes.extend(stop_changes(document, root, decided, self.0.structured));
        Ok(rebuild::object(document, root, &changes))
    }

    fn instead(&self, refusal: &str) -> String {
        let (content, stop) = if self.0.structured {
            (
                String::new(),
                format!(r#""guardrail_intervened","additionalModelResponseFields":{}"#, fields([refusal])),
            )
        } else {
            (content::text_block(refusal), r#""end_turn""#.to_owned())
        };
        format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":{stop},"usage":{{"inputTokens":0,"outputTokens":0,"totalTokens":0}},"metrics":{{"latencyMs":0}}}}"#
        )
    }
}

/// The message of a response, and its content.
fn message(root: &Node) -> Result<(&Node, &[Node]), Unreadable> {
    keys::exact(root, &["output"])?;
    let output = root.get("output").ok_or_else(|| shape("the document is not a response of Converse"))?;
    keys::exact(output, &["message"])?;
    let message = output.get("message").ok_or_else(|| shape("the output of a response without a message"))?;
    keys::exact(message, &["content"])?;
    for (node, key) in [(root, "output"), (output, "message"), (message, "content")] {
        if content::has_call_beside(node, key) {
            return Err(shape("a tool use outside of the message's content"));
        }
    }
    let content = message.get("content").and_then(Node::elements);
    Ok((message, content.ok_or_else(|| shape("a message whose content is not a list"))?))
}

/// How the stop reason and its companion change in a response, or in the event that says them.
fn stop_changes(
    document: &Document,
    node: &Node,
    decided: &Decided,
    structured: bool,
) -> Vec<(&'static str, Change)> {
    let Some(reason) = node.get("stopReason").and_then(Node::as_str) else { return Vec::new() };
    let mut changes = Vec::new();
    if structured {
        if decided.all_refused() {
            changes.push(("stopReason", Change::Set(r#""guardrail_intervened""#.to_owned())));
        }
        let ours = fields(decided.texts());
        let fields = match node.get("additionalModelResponseFields") {
            Some(others) if !others.members().is_empty() => {
                let texts: Vec<&str> = decided.texts().collect();
                let refusal = Change::Set(rebuild::string(&texts.join("\n")));
                rebuild::object(document, others, &[("toolgate_refusal", refusal)])
            }
            _ => ours,
        };
        changes.push(("additionalModelResponseFields", Change::Set(fields)));
    } else if decided.all_refused() && reason == "tool_use" {
        changes.push(("stopReason", Change::Set(r#""end_turn""#.to_owned())));
    }
    changes
}

/// Additional fields of a response that say what was refused.
fn fields<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let text = texts.into_iter().collect::<Vec<_>>().join("\n");
    format!(r#"{{"toolgate_refusal":{}}}"#, rebuild::string(&text))
}
