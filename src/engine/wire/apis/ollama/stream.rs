//! A streamed answer: records, each with a piece of the text or whole calls, the last of them `done`.
//!
//! Clients read on behind the record that is done, so anything that follows it is refused.

use super::super::super::announcer::Announcer;
use super::super::super::decided::Decided;
use super::super::super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::super::super::{Reading, Setup, Unreadable, UnreadableWhy, shape};
use super::{Rewrite, Said};
use crate::json::{Document, Value};
use std::ops::Range;

/// One stream.
pub(super) struct Stream {
    setup: Setup,
    calls: Announcer,
    done: bool,
    /// Text was sent.
    spoke: bool,
    /// A refusal was written last, which the next text must not run into.
    refused: bool,
}

/// What must be known of a held record to write it again.
pub(super) struct Mark {
    /// The numbers of its calls.
    calls: Range<usize>,
    /// Text was sent before it.
    spoken: bool,
}

impl Stream {
    pub(super) fn new(setup: Setup) -> Self {
        let calls = Announcer::new(&setup.limits);
        Self { setup, calls, done: false, spoke: false, refused: false }
    }
}

impl StreamApi for Stream {
    type Mark = Mark;

    fn event(&mut self, _: Option<&str>, data: &str, out: &mut Reading) -> Result<Step<Mark>, Unreadable> {
        if self.done {
            return Err(shape("a record after the last"));
        }
        let document = Document::parse(data.as_bytes().to_vec(), self.setup.limits.depth)?;
        if super::is_error_body(&document) {
            if self.calls.any_begun() {
                return Err(shape("the provider reported an error behind a tool call"));
            }
            return Ok(Step::plain());
        }
        let said = Said::by(document.root())?;
        let first = self.calls.announced();
        for node in said.calls {
            let number = self.calls.begin()?;
            self.calls.complete(number, super::call(&document, node, &self.setup.limits)?, out)?;
        }
        let mark = Mark { calls: first..self.calls.announced(), spoken: self.spoke };
        self.spoke |= !said.text().is_empty();
        self.done = document.root().get("done").is_some_and(|done| done.value == Value::Bool(true));
        out.ended |= self.done;
        let flow = if self.calls.any_begun() { Flow::Hold } else { Flow::Pass };
        // Each has its own time, and a text may hold what splits lines, which only a full reading sees.
        Ok(Step::to(flow, Some(mark)))
    }

    fn again(&mut self, _: &str) -> Result<Step<Mark>, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("a record again that was never free") })
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        if self.calls.any_begun() && !self.done {
            return Err(shape("the stream ended before it was done"));
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
        let said = Said::by(document.root())?;
        let refuses = mark.calls.clone().any(|call| decided.refused(call));
        let speaks = !said.text().is_empty();
        let structured = self.setup.structured;
        let behind_refusal = self.refused && speaks && !structured;
        if !refuses && !behind_refusal {
            pieces.push(Piece::Same);
            return Ok(());
        }
        let runs_on = self.refused || (mark.spoken && !speaks);
        let before = if runs_on && !structured { "\n\n" } else { "" };
        let how = Rewrite { calls: mark.calls, decided, structured, before };
        pieces.push(Piece::Data(said.rewritten(document, &how)));
        self.refused = refuses;
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        vec![NewEvent { name: None, data: super::whole(&self.setup, refusal) }]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: None, data: super::error_body(refusal) }
    }
}
