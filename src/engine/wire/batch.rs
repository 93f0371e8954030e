//! The results of a batch: one a line, each with a whole answer of some API in it.
//!
//! A result is read and written again by the reader of the document that stands in it. What an API file adds is
//! [`Results`]: where in a line the answer stands, and whose it is.

use super::announcer::Announcer;
use super::decided::Decided;
use super::document::DocumentApi;
use super::rebuild;
use super::stream::{Flow, NewEvent, Piece, Step, StreamApi};
use super::{Reading, Unreadable, UnreadableWhy};
use crate::json::{Document, Node};
use crate::limits::Limits;
use std::ops::Range;

/// The answer in a line and its reader.
pub(crate) type Found<'a> = (&'a Node, Box<dyn DocumentApi>);

/// What an API knows of the lines of a batch's results.
pub(crate) trait Results: 'static {
    /// The answer in a line; `None` if there is none, as where the request failed.
    ///
    /// # Errors
    /// If it is not a result of a batch, or two readers of it would differ.
    fn answer<'a>(&self, line: &'a Node) -> Result<Option<Found<'a>>, Unreadable>;

    /// A line that says that a result was withheld.
    fn withheld(&self, refusal: &str) -> String;
}

/// The results of one batch.
pub(crate) struct Batch<R> {
    results: R,
    limits: Limits,
    calls: Announcer,
}

impl<R: Results> Batch<R> {
    pub(crate) fn new(results: R, limits: Limits) -> Self {
        Self { results, calls: Announcer::new(&limits), limits }
    }

    /// The answer in a line, as a document, with where it stands.
    fn answer<'a>(&self, line: &'a Document) -> Result<Option<Answer<'a>>, Unreadable> {
        let Some((node, reader)) = self.results.answer(line.root())? else { return Ok(None) };
        let document = Document::parse(line.slice(node.span).as_bytes().to_vec(), self.limits.depth)?;
        Ok(Some(Answer { node, document, reader }))
    }
}

/// The answer in a line.
struct Answer<'a> {
    node: &'a Node,
    document: Document,
    reader: Box<dyn DocumentApi>,
}

impl<R: Results> StreamApi for Batch<R> {
    /// The numbers of a result's calls.
    type Mark = Range<usize>;

    fn event(
        &mut self,
        _: Option<&str>,
        data: &str,
        out: &mut Reading,
    ) -> Result<Step<Self::Mark>, Unreadable> {
        let line = Document::parse(data.as_bytes().to_vec(), self.limits.depth)?;
        let first = self.calls.announced();
        if let Some(answer) = self.answer(&line)? {
            let mut found = Reading::default();
            answer.reader.calls(&answer.document, &mut found)?;
            out.provider_ran.append(&mut found.provider_ran);
            for call in found.calls {
                let number = self.calls.begin()?;
                self.calls.complete(number, call, out)?;
            }
        }
        let flow = if self.calls.any_begun() { Flow::Hold } else { Flow::Pass };
        Ok(Step::to(flow, Some(first..self.calls.announced())))
    }

    fn again(&mut self, _: &str) -> Result<Step<Self::Mark>, Unreadable> {
        Err(Unreadable { what: UnreadableWhy::Bug("a result again that was never free") })
    }

    fn end(&mut self, _: &mut Reading) -> Result<(), Unreadable> {
        Ok(())
    }

    fn calls(&self) -> usize {
        self.calls.announced()
    }

    fn rewrite(
        &mut self,
        mark: Self::Mark,
        line: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable> {
        let own = decided.of(mark);
        let answer = self.answer(line)?.filter(|_| !own.all_released());
        pieces.push(match answer {
            None => Piece::Same,
            Some(Answer { node, document, reader }) => {
                Piece::Data(rebuild::replaced(line, node, &reader.rewrite(&document, &own)?))
            }
        });
        Ok(())
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        vec![self.broken_off(refusal)]
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        NewEvent { name: None, data: self.results.withheld(refusal) }
    }
}
