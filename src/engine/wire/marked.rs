//! What a [`StreamApi`] must know of held events, kept under numbers.
//!
//! Each API marks events with a type of its own. Behind numbers all of them are one to the codec, which is so compiled
//! once instead of once an API: a twentieth of the module that every VM of the proxy holds.

use super::decided::Decided;
use super::stream::{NewEvent, Piece, Step, StreamApi};
use super::{Owed, Reading, Unreadable, UnreadableWhy};
use crate::json::Document;

/// A [`StreamApi`] whose marks are numbers.
pub(crate) trait Events {
    /// See [`StreamApi::event`].
    fn event(&mut self, name: Option<&str>, data: &str, out: &mut Reading)
    -> Result<Step<usize>, Unreadable>;
    /// See [`StreamApi::again`].
    fn again(&mut self, text: &str) -> Result<Step<usize>, Unreadable>;
    /// See [`StreamApi::end`].
    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable>;
    /// Nothing is held, so no mark is needed any more.
    fn passed(&mut self);
    /// See [`StreamApi::calls`].
    fn calls(&self) -> usize;
    /// See [`StreamApi::pauses`].
    fn pauses(&self) -> bool;
    /// See [`StreamApi::changes`].
    fn changes(&self) -> bool;
    /// See [`StreamApi::together`].
    fn together(&self) -> Option<&'static str>;
    /// See [`StreamApi::rewrite`].
    fn rewrite(
        &mut self,
        mark: usize,
        document: &Document,
        decided: &Decided,
    ) -> Result<Vec<Piece>, Unreadable>;
    /// See [`StreamApi::instead`].
    fn instead(&self, refusal: &str) -> Vec<NewEvent>;
    /// See [`StreamApi::owed`].
    fn owed(&mut self, decided: &Decided) -> Owed;
    /// See [`StreamApi::broken_off`].
    fn broken_off(&self, refusal: &str) -> NewEvent;
}

/// An API and the marks it made since the last writing.
pub(crate) struct Marked<A: StreamApi> {
    api: A,
    marks: Vec<Option<A::Mark>>,
}

impl<A: StreamApi> Marked<A> {
    pub(crate) const fn new(api: A) -> Self {
        Self { api, marks: Vec::new() }
    }

    fn numbered(&mut self, step: Step<A::Mark>) -> Step<usize> {
        let mark = step.mark.map(|mark| {
            self.marks.push(Some(mark));
            self.marks.len() - 1
        });
        Step { flow: step.flow, mark, free: step.free }
    }
}

impl<A: StreamApi> Events for Marked<A> {
    fn event(
        &mut self,
        name: Option<&str>,
        data: &str,
        out: &mut Reading,
    ) -> Result<Step<usize>, Unreadable> {
        let step = self.api.event(name, data, out)?;
        Ok(self.numbered(step))
    }

    fn again(&mut self, text: &str) -> Result<Step<usize>, Unreadable> {
        let step = self.api.again(text)?;
        Ok(self.numbered(step))
    }

    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        self.api.end(out)
    }

    fn passed(&mut self) {
        self.marks.clear();
    }

    fn calls(&self) -> usize {
        self.api.calls()
    }

    fn pauses(&self) -> bool {
        self.api.pauses()
    }

    fn changes(&self) -> bool {
        self.api.changes()
    }

    fn together(&self) -> Option<&'static str> {
        self.api.together()
    }

    fn rewrite(
        &mut self,
        mark: usize,
        document: &Document,
        decided: &Decided,
    ) -> Result<Vec<Piece>, Unreadable> {
        let mark = self.marks.get_mut(mark).and_then(Option::take);
        let mark = mark.ok_or(Unreadable { what: UnreadableWhy::Bug("an event written twice") })?;
        let mut pieces = Vec::new();
        self.api.rewrite(mark, document, decided, &mut pieces)?;
        Ok(pieces)
    }

    fn instead(&self, refusal: &str) -> Vec<NewEvent> {
        self.api.instead(refusal)
    }

    fn owed(&mut self, decided: &Decided) -> Owed {
        self.marks.clear();
        self.api.owed(decided)
    }

    fn broken_off(&self, refusal: &str) -> NewEvent {
        self.api.broken_off(refusal)
    }
}
