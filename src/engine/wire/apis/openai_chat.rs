//! OpenAI Chat Completions: `POST …/chat/completions`, and the family of servers that are compatible with it.
//!
//! A call is an element of `tool_calls`, with a `function` or a `custom` tool, or the older `function_call`;
//! in every choice; in the `message` of a document, and in the `delta` or the `message` of a chunk. The finish
//! reason says nothing: servers end with `stop` and clients run the calls all the same.
//!
//! # Where a refusal stands
//!
//! In the choice's `content`, behind what the model wrote and before the calls that remain; in `refusal`
//! where the answer must fit a schema, since `parse` reads `content` with it. A choice without a call left
//! loses the key `tool_calls` (the API takes no empty list back) and finishes with `stop`: SDKs raise on
//! `length` and `content_filter`.

pub(super) mod call;
mod request;
mod rewrite;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::error_body::is_error_object;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Reading, RequestFacts, Setup, Unreadable, alike, keys, shape};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

pub(super) use request::facts;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Events];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

/// Completions of this shape; the last two are Mistral's.
const KINDS: [&str; 3] = ["/chat/completions", "/agents/completions", "/fim/completions"];

fn owns(method: &str, path: &str) -> bool {
    // A stored completion is the same object, and must not show what its first delivery hid.
    let stored = path.rsplit_once('/').is_some_and(|(head, _)| head.ends_with("/chat/completions"));
    match method {
        "POST" => KINDS.iter().any(|kind| path.ends_with(kind)) || stored,
        "GET" => stored,
        _ => false,
    }
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Completion(setup), limits)),
        _ => Box::new(StreamCodec::new(stream::Stream::new(setup), limits)),
    }
}

pub(super) fn error_body(message: &str) -> String {
    let message = rebuild::string(message);
    format!(
        r#"{{"error":{{"message":{message},"type":"permission_error","param":null,"code":"tool_call_refused"}}}}"#
    )
}

pub(super) fn is_error_body(document: &Document) -> bool {
    let root = document.root();
    let flat = root.get("object").and_then(Node::as_str) == Some("error")
        && root.members().iter().all(|member| {
            ["object", "message", "type", "param", "code", "raw_status_code"].contains(&member.key.as_str())
                && member.node.members().is_empty()
                && member.node.elements().is_none()
        });
    flat || is_error_object(root, &["user_id", "request_id", "id", "status", "statusCode", "model"])
}

/// A response that is one completion.
pub(super) struct Completion(pub(super) Setup);

impl DocumentApi for Completion {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let root = document.root();
        if root.get("choices").is_none() && is_error_body(document) {
            return Ok(());
        }
        let choices = choices(root)?;
        beside_choices(root)?;
        for (place, choice) in (0..).zip(choices) {
            if has_calls(choice.get("delta")) {
                return Err(shape("a delta in a completion that is not a stream"));
            }
            let message = message(choice)?;
            beside_message(choice)?;
            let Some(message) = message else { continue };
            for found in call::of_message(document, message, &self.0.limits, out)? {
                out.calls.push(found.into_tool_call(place));
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let mut first = 0;
        let mut elements = Vec::new();
        for choice in choices(root)? {
            let calls = message(choice)?.map_or(Ok(0), call::count)?;
            elements.push(rewritten_choice(
                document,
                choice,
                first..first + calls,
                decided,
                self.0.structured,
            )?);
            first += calls;
        }
        let choices = Change::Set(rebuild::array(&elements));
        Ok(rebuild::object(document, root, &[("choices", choices)]))
    }

    fn instead(&self, refusal: &str) -> String {
        let model = rebuild::string(&self.0.model);
        let text = rebuild::string(refusal);
        let (content, refusal) =
            if self.0.structured { ("null", text.as_str()) } else { (text.as_str(), "null") };
        format!(
            r#"{{"id":"chatcmpl-toolgate","object":"chat.completion","created":0,"model":{model},"choices":[{{"index":0,"message":{{"role":"assistant","content":{content},"refusal":{refusal}}},"logprobs":null,"finish_reason":"stop"}}],"usage":{{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}}}"#
        )
    }
}

/// Looks for calls beside the choices of a completion or chunk. One that is kept says again what it was asked with.
///
/// # Errors
/// If there is what looks like one.
fn beside_choices(root: &Node) -> Result<(), Unreadable> {
    alike::nothing_beside(root, &["choices", "tools", "functions", "response_format", "messages"])
}

/// The same in a choice, and in its message or delta. What the provider ran is told there, beside calls.
fn beside_message(choice: &Node) -> Result<(), Unreadable> {
    alike::nothing_beside(choice, &["message", "delta"])?;
    for message in ["message", "delta"].into_iter().filter_map(|key| choice.get(key)) {
        alike::nothing_beside(message, &["tool_calls", "function_call", "executed_tools"])?;
    }
    Ok(())
}

/// The choices of a completion or chunk.
fn choices(root: &Node) -> Result<&[Node], Unreadable> {
    keys::exact(root, &["choices"])?;
    root.get("choices").and_then(Node::elements).ok_or_else(|| shape("the document is not a chat completion"))
}

/// The message of a choice, if it has one.
fn message(choice: &Node) -> Result<Option<&Node>, Unreadable> {
    object(choice, "message")
}

/// A member that must be an object, absent or null.
fn object<'a>(node: &'a Node, key: &str) -> Result<Option<&'a Node>, Unreadable> {
    if !matches!(node.value, Value::Object(_)) {
        return Err(shape("a choice that is not an object"));
    }
    keys::exact(node, &["index", "message", "delta"])?;
    match node.get(key) {
        None => Ok(None),
        Some(member) if member.is_null() => Ok(None),
        Some(member) if matches!(member.value, Value::Object(_)) => {
            keys::exact(member, &["tool_calls", "function_call"])?;
            Ok(Some(member))
        }
        Some(_) => Err(shape("a message or delta that is not an object")),
    }
}

/// Whether a choice says that it has finished. Some servers write an empty reason until it has.
fn finishes(choice: &Node) -> bool {
    choice.get("finish_reason").is_some_and(|reason| !reason.is_null() && reason.as_str() != Some(""))
}

/// Whether a message or delta has anything where calls stand.
fn has_calls(node: Option<&Node>) -> bool {
    node.is_some_and(|node| {
        ["tool_calls", "function_call"].iter().any(|key| {
            node.get(key).is_some_and(|calls| {
                !calls.is_null() && calls.elements().is_none_or(|elements| !elements.is_empty())
            })
        })
    })
}

/// A choice whose `message` holds the calls with these numbers, without those that are refused.
fn rewritten_choice(
    document: &Document,
    choice: &Node,
    calls: std::ops::Range<usize>,
    decided: &Decided,
    structured: bool,
) -> Result<String, Unreadable> {
    let texts: Vec<&str> = calls.clone().filter_map(|call| decided.text(call)).collect();
    let (Some(message), false) = (message(choice)?, texts.is_empty()) else {
        return Ok(document.slice(choice.span).to_owned());
    };
    let text = texts.join("\n");
    let mut changes = Vec::new();
    let mut numbers = calls.clone();
    if let Some(entries) = call::entries(message)? {
        let signature = entries.first().and_then(call::signature);
        let mut kept = Vec::new();
        for (entry, _) in entries.iter().zip(numbers.by_ref()).filter(|(_, call)| !decided.refused(*call)) {
            let mut changes = Vec::new();
            // Some servers number them in a document as well.
            if entry.get("index").is_some() {
                changes.push(("index", Change::Set(kept.len().to_string())));
            }
            if let Some(signature) = signature.filter(|_| kept.is_empty() && call::signature(entry).is_none())
            {
                changes.push(("extra_content", Change::Set(document.slice(signature.span).to_owned())));
            }
            kept.push(match changes.as_slice() {
                [] => document.slice(entry.span).to_owned(),
                changes => rebuild::object(document, entry, changes),
            });
        }
        let change = if kept.is_empty() { Change::Drop } else { Change::Set(rebuild::array(&kept)) };
        changes.push(("tool_calls", change));
    }
    if numbers.next().is_some_and(|call| decided.refused(call)) {
        changes.push(("function_call", Change::Drop));
    }
    if structured {
        changes.push(("refusal", Change::Set(rebuild::string(&text))));
    } else {
        changes.push(("content", Change::Set(content_with(document, message.get("content"), &text))));
    }
    let message_text = rebuild::object(document, message, &changes);
    let mut changes = vec![("message", Change::Set(message_text))];
    if calls.clone().all(|call| decided.refused(call)) && finishes(choice) {
        changes.push(("finish_reason", Change::Set(r#""stop""#.to_owned())));
    }
    Ok(rebuild::object(document, choice, &changes))
}

/// A message's content with `text` behind it: content is null, a string, or (of some servers) a list of parts.
fn content_with(document: &Document, content: Option<&Node>, text: &str) -> String {
    match content.map(|content| &content.value) {
        Some(Value::String(before)) if !before.is_empty() => rebuild::string(&format!("{before}\n\n{text}")),
        Some(Value::Array(parts)) if !parts.is_empty() => {
            let mut parts: Vec<String> =
                parts.iter().map(|part| document.slice(part.span).to_owned()).collect();
            parts.push(format!(r#"{{"type":"text","text":{}}}"#, rebuild::string(text)));
            rebuild::array(&parts)
        }
        _ => rebuild::string(text),
    }
}
