//! The outcomes of the calls of one body, in the form in which the writers ask for them.

use super::{Outcome, Unreadable, UnreadableWhy};
use std::ops::Range;

/// What was decided of each call. A released call's permit was given up to make this.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The text in the place of call `n`, or `None` where it is released.
    refusals: Vec<Option<String>>,
}

impl Decided {
    /// Takes the outcomes of `calls` calls.
    ///
    /// # Errors
    /// If there is not exactly one for each call.
    pub(crate) fn new(outcomes: Vec<Outcome>, calls: usize) -> Result<Self, Unreadable> {
        if outcomes.len() != calls {
            return Err(Unreadable { what: UnreadableWhy::Bug("not one outcome for each call") });
        }
        let refusals = outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Outcome::Release(_permit) => None,
                Outcome::Refuse(refusal) => Some(refusal.0),
            })
            .collect();
        Ok(Self { refusals })
    }

    /// Where nothing is enforced: `calls` calls that went by.
    pub(crate) fn released(calls: usize) -> Self {
        Self { refusals: vec![None; calls] }
    }

    /// What was decided of the calls with these numbers, as if they were all.
    pub(crate) fn of(&self, calls: Range<usize>) -> Self {
        // A call nobody decided is refused.
        let refusals =
            calls.map(|call| self.refusals.get(call).cloned().unwrap_or_else(|| Some(String::new())));
        Self { refusals: refusals.collect() }
    }

    /// Whether every call is released.
    pub(crate) fn all_released(&self) -> bool {
        self.refusals.iter().all(Option::is_none)
    }

    /// Whether no call is released.
    pub(crate) fn all_refused(&self) -> bool {
        self.refusals.iter().all(Option::is_some)
    }

    /// Whether call `n` is refused. A call nobody decided is.
    pub(crate) fn refused(&self, call: usize) -> bool {
        !matches!(self.refusals.get(call), Some(None))
    }

    /// How many of the calls before call `n` are released: its number among those that are left.
    pub(crate) fn released_before(&self, call: usize) -> usize {
        (0..call).filter(|call| !self.refused(*call)).count()
    }

    /// The text in the place of call `n`, if it is refused.
    pub(crate) fn text(&self, call: usize) -> Option<&str> {
        self.refusals.get(call)?.as_deref()
    }

    /// The texts of all refused calls, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.refusals.iter().flatten().map(String::as_str)
    }
}
