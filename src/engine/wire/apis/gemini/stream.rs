//! A streamed answer: events, each a response with the next parts of its candidates.
//!
//! A call comes whole in one part, or on Vertex in pieces: a part that names it and says that more follows, parts
//! without a name that bring arguments, and one that says no more follows. Nothing ends the stream but its end, and
//! calls may come in any event of it.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::skeleton::Free;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, keys, limit, rebuild, shape};
use super::part::{self, Ends, OpenCall};
use super::rewrite::{Chunk, Writer};
use super::{candidates, parts};
use crate::json::{Document, Node};
use std::collections::BTreeMap;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    candidates: BTreeMap<u32, Candidate>,
    calls: Announcer,
    held: bool,
}

/// One of the alternatives that are streamed side by side.
#[derive(Default)]
struct Candidate {
    /// The call of which more follows.
    open: Option<(usize, OpenCall)>,
    writer: Writer,
}

/// What must be known of a held event to write it again: the call of each part that has one, and which ends of it.
pub(super) struct Mark(Vec<(usize, Ends)>);

/// Most candidates of one stream. The API gives 8 at most.
const CANDIDATES: usize = 128;

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self { setup, candidates: BTreeMap::new(), calls, held: false }
    }

    fn candidate(
        &mut self,
        document: &Document,
        node: &Node,
        seen: &mut Vec<u32>,
        mark: &mut Mark,
        out: &mut Reading,
    ) -> Result<(), Unreadable> {
        let parts = parts(node)?;
        let index = index(node)?;
        if seen.contains(&index) {
            return Err(shape("two candidates with one index"));
        }
        seen.push(index);
        if self.candidates.len() >= CANDIDATES && !self.candidates.contains_key(&index) {
            return Err(limit("candidates of one stream"));
        }
        let candidate = self.candidates.entry(index).or_default();
        for node in parts {
            let found = part::read(document, node, &self.setup.limits)?;
            out.provider_ran.extend(found.provider_ran);
            let Some(piece) = found.call else { continue };
            let continues = piece.will_continue;
            let begun = candidate.open.is_none();
            let (number, whole) = match candidate.open.take() {
                Some((number, mut open)) => {
                    open.add(&piece)?;
                    if continues {
                        candidate.open = Some((number, open));
                        (number, None)
                    } else {
                        (number, Some(open.complete()?))
                    }
                }
                None => {
                    let number = self.calls.begin()?;
                    candidate.writer.calls.push(number);
                    if self.setup.whole_calls && !piece.is_whole() {
                        return Err(shape("a function call in pieces, which nobody asked for"));
                    }
                    if piece.is_whole() {
                        (number, Some(piece.whole()?))
                    } else {
                        let open = piece.begin(&self.setup.limits)?;
                        if continues {
                            candidate.open = Some((number, open));
                            (number, None)
                        } else {
                            (number, Some(open.complete()?))
                        }
                    }
                }
            };
            mark.0.push((
                number,
                match (begun, whole.is_some()) {
                    (true, true) => Ends::Both,
                    (true, false) => Ends::First,
                    (false, false) => Ends::None,
                    (false, true) => Ends::Last,
                },
            ));
            if let Some(call) = whole {
                self.calls.complete(number, call.into_tool_call(index), out)?;
            }
        }
        Ok(())
    }
}

/// A candidate's index, which is left out where it is 0.
fn index(candidate: &Node) -> Result<u32, Unreadable> {
    match candidate.present("index") {
        None => Ok(0),
        Some(index) => {
            index.as_index().ok_or_else(|| shape("a candidate's index that is not a number from 0"))
        }
    }
}

/// What is free in an event that is text alone: the text, and the tokens counted so far.
fn free(root: &Node) -> Option<Free> {
    let [candidate] = candidates(root).ok()? else { return None };
    let [part] = parts(candidate).ok()? else { return None };
    let text = part.get("text").filter(|text| text.as_str().is_some())?;
    let alone = part.members().iter().all(|member| matches!(member.key.as_str(), "text" | "thought"));
    let count =
        |at: &str| root.pointer(at).filter(|count| count.as_index().is_some()).map(|count| count.span);
    let counters = [count("/usageMetadata/candidatesTokenCount"), count("/usageMetadata/totalTokenCount")];
    alone.then_some(Free { text: text.span, fillings: [None; 2], counters })
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, _: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        let root = document.root();
        keys::exact(root, &["candidates", "error"])?;
        if root.get("error").is_some_and(|error| !error.is_null()) {
            if self.calls.any_begun() {
                return Err(shape("the provider reported an error behind a tool call"));
            }
            if root.get("candidates").is_none() {
                return Ok(Step::plain());
            }
        }
        let mut mark = Mark(Vec::new());
        let mut seen = Vec::new();
        for candidate in candidates(root)? {
            self.candidate(&document, candidate, &mut seen, &mut mark, out)?;
        }
        self.held |= !mark.0.is_empty();
        let flow = if self.held { Flow::Hold } else { Flow::Pass };
        let free = free(root).filter(|_| mark.0.is_empty());
        Ok(Step { flow, mark: Some(mark), free })
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        let flow = if self.held { Flow::Hold } else { Flow::Pass };
        Ok(Step::to(flow, Some(Mark(Vec::new()))))
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_open() {
            return Err(shape("the stream ended within a function call"));
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        self.calls.announced()
    }

    fn rewrite(
        &mut self,
        mark: Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let chunk = Chunk { document, decided, structured: self.setup.structured };
        let mut ends = mark.0.into_iter();
        let mut elements = Vec::new();
        let (mut changed, mut empty) = (false, true);
        for node in candidates(document.root())? {
            let Some(candidate) = self.candidates.get_mut(&index(node)?) else {
                return Err(Unreadable { what: UnreadableWhy::Bug("a held event of an unknown candidate") });
            };
            let written = candidate.writer.candidate(&chunk, node, &mut ends)?;
            changed |= written.is_some();
            empty &= written.as_ref().is_some_and(|written| written.empty);
            elements
                .push(written.map_or_else(|| document.slice(node.span).to_owned(), |written| written.text));
        }
        pieces.extend(match (changed, empty, document.root().get("candidates")) {
            (true, true, _) => None,
            (true, false, Some(list)) => {
                Some(Piece::Data(rebuild::replaced(document, list, &rebuild::array(&elements))))
            }
            _ => Some(Piece::Same),
        });
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        vec![NewEvent { name: None, data: super::said(&self.setup, refusal) }]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: None, data: super::error_body(refusal) }
    }
}
