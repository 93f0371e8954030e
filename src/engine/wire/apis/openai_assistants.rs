//! OpenAI's Assistants: `POST …/threads/runs`, `…/threads/{t}/runs`, and what stands below a thread.
//!
//! A run that wants its client to call functions waits with the status `requires_action`, and has the calls in its
//! `required_action`. The same calls stand in the run's steps; a stream has them piece by piece before it has the run. A call
//! whose output is there already was run before, and is judged like any other: nothing else tells it from one that was not.
//!
//! # Where a refusal stands
//!
//! Where a call is refused the run has only those that are left, or none, and goes on waiting. The provider has the refused
//! ones too, and takes no outputs but all at once: the refusals are the outputs that go with those the client submits, so
//! that the model reads them. A client whose run has no call left submits an empty list. People read them in the
//! `last_error` of the run or step, since neither has a text of its own.

mod object;
mod request;
mod stream;

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::endpoint::below;
use super::super::rebuild::{self, Change};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, Output, Reading, RequestFacts, Setup, Unreadable, shape};
use super::openai_chat::{error_body, is_error_body};
use crate::json::{Document, Node};
use crate::limits::Limits;
use object::{Kind, calls};

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
    let Some((before, _)) = path.rsplit_once("/threads") else { return false };
    // The threads of ChatKit are others, and so are those of a session of Anthropic's.
    let of_session = || before.rsplit('/').nth(1) == Some("sessions");
    if before.ends_with("/chatkit") || of_session() {
        return false;
    }
    let Some(segments) = below(path, "/threads") else { return false };
    let methods: &[&str] = match segments.as_slice() {
        [] | ["runs"] => &["POST"],
        [_] | [_, "messages", _] => &["GET", "POST", "DELETE"],
        [_, "runs" | "messages"] | [_, "runs", _] => &["GET", "POST"],
        [_, "runs", _, "cancel" | "submit_tool_outputs"] => &["POST"],
        [_, "runs", _, "steps"] | [_, "runs", _, "steps", _] => &["GET"],
        _ => &[],
    };
    methods.contains(&method)
}

fn codec(framing: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let setup = Setup::new(limits, request);
    match framing {
        Framing::Document => Box::new(DocumentCodec::new(Answer(setup), limits)),
        _ => Box::new(StreamCodec::new(stream::Stream::new(setup), limits)),
    }
}

/// A document: a run, a step, what has no calls, or a list of those.
struct Answer(Setup);

/// The objects of a document, each with what it is.
type Objects<'d> = Vec<(Kind, &'d Node)>;

/// The objects of a document, and whether they stand in a list.
fn objects(root: &Node) -> Result<(Objects<'_>, bool), Unreadable> {
    if root.get("object").and_then(Node::as_str) != Some("list") {
        return Ok((vec![(object::kind(root)?, root)], false));
    }
    super::super::alike::nothing_beside(root, &["data"])?;
    let data = root.get("data").and_then(Node::elements).ok_or_else(|| shape("a list without elements"))?;
    let kinds: Result<Vec<_>, Unreadable> = data.iter().map(|node| Ok((object::kind(node)?, node))).collect();
    Ok((kinds?, true))
}

impl DocumentApi for Answer {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        if is_error_body(document) {
            return Ok(());
        }
        for (kind, node) in objects(document.root())?.0 {
            for found in calls(document, kind, node, &self.0.limits, out)? {
                out.calls.extend(found);
            }
        }
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let (objects, is_list) = objects(root)?;
        let mut first = 0;
        let mut texts = Vec::new();
        for (kind, node) in objects {
            let found = calls(document, kind, node, &self.0.limits, &mut Reading::default())?;
            let mut numbers = Vec::new();
            for found in found {
                numbers.push(found.map(|_| first));
                first += usize::from(numbers.last().is_some_and(Option::is_some));
            }
            texts.push(object::rewritten(document, kind, node, &numbers, decided));
        }
        Ok(match (is_list, texts.pop()) {
            (false, Some(text)) => text,
            (_, last) => {
                texts.extend(last);
                rebuild::object(document, root, &[("data", Change::Set(rebuild::array(&texts)))])
            }
        })
    }

    /// A run in a list is gone on from as its own answer said.
    fn kept_as(&self, document: &Document) -> Vec<String> {
        object::kept_as(document.root()).into_iter().collect()
    }

    fn outputs(&self, document: &Document, decided: &Decided) -> Vec<Output> {
        let mut found = Reading::default();
        let read = DocumentApi::calls(self, document, &mut found);
        let calls = if read.is_ok() { found.calls } else { Vec::new() };
        object::outputs(&calls, decided)
    }

    fn instead(&self, refusal: &str) -> String {
        object::instead(&self.0, refusal)
    }
}
