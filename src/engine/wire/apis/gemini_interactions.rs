//! Gemini Interactions: `POST …/interactions`, and what the provider keeps of one.
//!
//! A call is a step of type `function_call`; every other kind of `…_call` is run by the provider, and reported. Steps
//! stand in the interaction itself, in a stream also one by one, and a stream may say the same steps again at its end:
//! a call is known by its identifier then, and is one call.
//!
//! # Where a refusal stands
//!
//! In the place of the call, as a step of the model's output; where the answer must fit a schema, as that step's
//! error, which no text of the answer is read from. An interaction without a call left does not require action any
//! more: it is `completed`. The provider keeps the interaction with the call in it, so a result goes with the next
//! request that goes on from there.

mod request;
mod step;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::error_body::is_error_object;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Output, Reading, RequestFacts, Setup, Unreadable, keys, shape};
use crate::call::Arguments;
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use step::Kind;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document, Framing::Events];
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: Some(request::forward),
        framings,
        codec,
        error_body,
        is_error_body,
    }
}

fn owns(method: &str, path: &str) -> bool {
    let mut ends = path.rsplit('/');
    match (method, ends.next(), ends.next(), ends.next()) {
        ("POST", Some("interactions"), _, _) => true,
        // A stored interaction must not show what its first delivery hid.
        ("GET", Some(_), Some("interactions"), _) => true,
        ("POST", Some("cancel"), Some(_), Some("interactions")) => true,
        _ => false,
    }
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Interaction(setup), limits)),
        _ => Box::new(StreamCodec::new(stream::Stream::new(setup), limits)),
    }
}

fn error_body(message: &str) -> String {
    let message = rebuild::string(message);
    format!(r#"{{"error":{{"code":"permission_denied","message":{message}}}}}"#)
}

fn is_error_body(document: &Document) -> bool {
    is_error_object(document.root(), &[])
}

/// A response that is one interaction.
struct Interaction(Setup);

impl DocumentApi for Interaction {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let root = document.root();
        if root.get("status").is_none() && is_error_body(document) {
            return Ok(());
        }
        for node in steps(root)? {
            match step::kind(node)? {
                Kind::Call => {
                    let arguments = step::arguments(document, node, &self.0.limits);
                    out.calls.push(step::call(node, arguments)?);
                }
                Kind::Provider(tool) => out.provider_ran.push(tool),
                Kind::Inert => {}
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let calls = steps(root)?.iter().filter(|node| step::kind(node) == Ok(Kind::Call)).count();
        let numbers: Vec<usize> = (0..calls).collect();
        let changes = changes(document, root, &numbers, decided, self.0.structured)?;
        Ok(rebuild::object(document, root, &changes))
    }

    fn kept_as(&self, document: &Document) -> Vec<String> {
        kept_as(document.root()).into_iter().collect()
    }

    fn outputs(&self, document: &Document, decided: &Decided) -> Vec<Output> {
        let Ok(steps) = steps(document.root()) else { return Vec::new() };
        let calls = steps.iter().filter(|node| step::kind(node) == Ok(Kind::Call));
        let refused = (0..).zip(calls).filter_map(|(number, node)| Some((node, decided.text(number)?)));
        let call = |node| step::call(node, Arguments::Absent).ok();
        refused.filter_map(|(node, text)| step::result(&call(node)?, text)).collect()
    }

    fn instead(&self, refusal: &str) -> String {
        interaction(
            &self.0,
            &format!(r#""completed","steps":[{}]"#, step::output(refusal, self.0.structured)),
        )
    }
}

/// The identifier by which a later request goes on from an interaction.
fn kept_as(interaction: &Node) -> Option<String> {
    interaction.get("id").and_then(Node::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The steps of an interaction, whole or in an event about it.
fn steps(interaction: &Node) -> Result<&[Node], Unreadable> {
    if !matches!(interaction.value, Value::Object(_)) || interaction.get("status").is_none() {
        return Err(shape("the document is not an interaction"));
    }
    keys::exact(interaction, &["steps", "status", "outputs"])?;
    for member in interaction.members() {
        // What the client said itself, and the tools it offered, are no calls.
        let known = matches!(member.key.as_str(), "steps" | "input" | "tools");
        if !known && step::has_call_within(&member.node) {
            return Err(shape("a function call outside of the steps"));
        }
    }
    match interaction.present("steps") {
        None => Ok(&[]),
        Some(steps) => steps.elements().ok_or_else(|| shape("steps that are not a list")),
    }
}

/// How an interaction changes whose calls have these numbers.
fn changes(
    document: &Document,
    interaction: &Node,
    numbers: &[usize],
    decided: &Decided,
    structured: bool,
) -> Result<Vec<(&'static str, Change)>, Unreadable> {
    let mut numbers = numbers.iter();
    let mut elements = Vec::new();
    let mut changed = false;
    for node in steps(interaction)? {
        let call = if step::kind(node)? == Kind::Call { numbers.next() } else { None };
        let text = call.and_then(|call| decided.text(*call));
        changed |= text.is_some();
        elements.push(match text {
            Some(text) => step::output(text, structured),
            None => document.slice(node.span).to_owned(),
        });
    }
    let mut changes: Vec<_> = status_change(interaction, decided).into_iter().collect();
    if changed {
        changes.push(("steps", Change::Set(rebuild::array(&elements))));
    }
    Ok(changes)
}

/// How a status changes when no call is left that requires action.
fn status_change(node: &Node, decided: &Decided) -> Option<(&'static str, Change)> {
    let waits = node.get("status").and_then(Node::as_str) == Some("requires_action");
    (waits && decided.all_refused()).then(|| ("status", Change::Set(r#""completed""#.to_owned())))
}

/// An interaction of our own, from its status on.
fn interaction(setup: &Setup, rest: &str) -> String {
    let model = rebuild::string(&setup.model);
    format!(
        r#"{{"id":"toolgate","object":"interaction","model":{model},"status":{rest},"usage":{{"total_tokens":0,"total_input_tokens":0,"total_output_tokens":0}}}}"#
    )
}
