//! Candidates without the calls that are refused, in a document and in the events of a stream alike.

use super::super::super::decided::Decided;
use super::super::super::{Unreadable, UnreadableWhy, rebuild};
use super::part::{Ends, either, has_call, is_call_key};
use super::parts;
use crate::json::{Document, Node};
use rebuild::Change;

/// What is written again: a document, or the data of an event.
pub(super) struct Chunk<'a> {
    pub(super) document: &'a Document,
    pub(super) decided: &'a Decided,
    /// See [`RequestFacts::structured`](super::RequestFacts::structured).
    pub(super) structured: bool,
}

/// Writes one candidate, which a stream brings in pieces.
#[derive(Default)]
pub(super) struct Writer {
    /// Its calls, by number.
    pub(super) calls: Vec<usize>,
    /// A refused call's signature, as JSON, on its way to the next call that stays.
    for_call: Option<String>,
    /// The same, on its way to the text of the refusal.
    for_text: Option<String>,
    /// The refusals were written where no text may stand.
    said: bool,
}

/// A candidate, or a piece of one, written again.
pub(super) struct Written {
    pub(super) text: String,
    /// Nothing is left that a client would miss.
    pub(super) empty: bool,
}

impl Writer {
    /// Of a candidate with these calls.
    pub(super) fn new(calls: Vec<usize>) -> Self {
        Self { calls, ..Self::default() }
    }

    /// The candidate again; `None` if it does not change. `ends` has the number of each part's call and which ends of
    /// it the part has, in the order of the parts.
    pub(super) fn candidate(
        &mut self,
        chunk: &Chunk<'_>,
        candidate: &Node,
        ends: &mut impl Iterator<Item = (usize, Ends)>,
    ) -> Result<Option<Written>, Unreadable> {
        let document = chunk.document;
        let mut elements = Vec::new();
        let mut changed = false;
        let mut refused = false;
        for part in parts(candidate)? {
            if !has_call(part) {
                elements.push(document.slice(part.span).to_owned());
                continue;
            }
            let Some((call, ends)) = ends.next() else {
                return Err(Unreadable { what: UnreadableWhy::Bug("a function call nobody counted") });
            };
            if chunk.decided.refused(call) {
                refused = true;
                self.refuse(chunk, part, call, ends, &mut elements)?;
            } else {
                let kept = self.keep(document, part, ends)?;
                changed |= kept.is_some();
                elements.push(kept.unwrap_or_else(|| document.slice(part.span).to_owned()));
            }
        }
        let (true, Some(content)) = (changed || refused, candidate.get("content")) else { return Ok(None) };
        let mut empty = elements.is_empty();
        let parts = Change::Set(rebuild::array(&elements));
        let mut changes =
            vec![("content", Change::Set(rebuild::object(document, content, &[("parts", parts)])))];
        if refused && chunk.structured && !std::mem::replace(&mut self.said, true) {
            let texts: Vec<&str> = self.calls.iter().filter_map(|call| chunk.decided.text(*call)).collect();
            changes.push(("finishMessage", Change::Set(rebuild::string(&texts.join("\n")))));
            empty = false;
        }
        empty &= candidate
            .members()
            .iter()
            .all(|member| matches!(member.key.as_str(), "content" | "index") || member.node.is_null());
        Ok(Some(Written { text: rebuild::object(document, candidate, &changes), empty }))
    }

    /// A part whose call stays, if it changes: with the signature of one that does not.
    fn keep(&mut self, document: &Document, part: &Node, ends: Ends) -> Result<Option<String>, Unreadable> {
        if !matches!(ends, Ends::Both | Ends::First) {
            return Ok(None);
        }
        let signature = self.for_call.take();
        if either(part, "thoughtSignature")?.is_some() {
            return Ok(None);
        }
        Ok(signature.map(|text| rebuild::object(document, part, &[("thoughtSignature", Change::Set(text))])))
    }

    /// What stands in the place of a part whose call is refused.
    fn refuse(
        &mut self,
        chunk: &Chunk<'_>,
        part: &Node,
        call: usize,
        ends: Ends,
        elements: &mut Vec<String>,
    ) -> Result<(), Unreadable> {
        let (document, decided) = (chunk.document, chunk.decided);
        if let Some(signature) = either(part, "thoughtSignature")? {
            let stays = |other: &usize| *other > call && !decided.refused(*other);
            let slot = if self.calls.iter().any(stays) { &mut self.for_call } else { &mut self.for_text };
            slot.get_or_insert_with(|| document.slice(signature.span).to_owned());
        }
        let belongs = |key: &str| is_call_key(key) || matches!(key, "thoughtSignature" | "thought_signature");
        let bare = |key: &str| belongs(key) || key == "thought";
        if part.members().iter().any(|member| !bare(&member.key) && !member.node.is_null()) {
            // The part says something of its own beside the call.
            let changes: Vec<_> = part
                .members()
                .iter()
                .filter(|member| belongs(&member.key))
                .map(|member| (member.key.as_str(), Change::Drop))
                .collect();
            elements.push(rebuild::object(document, part, &changes));
        }
        if let (Ends::Both | Ends::Last, false, Some(text)) = (ends, chunk.structured, decided.text(call)) {
            let signature = self.for_text.take().map(|text| format!(r#","thoughtSignature":{text}"#));
            let text = rebuild::string(text);
            elements.push(format!(r#"{{"text":{text}{}}}"#, signature.unwrap_or_default()));
        }
        Ok(())
    }
}
