//! The order in which calls of a stream are told: that in which they began, whatever the API interleaves.

use super::{CALLS, Reading, Unreadable, UnreadableWhy, limit};
use crate::call::ToolCall;
use crate::limits::Limits;
use std::collections::VecDeque;

/// The calls of a stream in the order in which they began. A call is announced once it and all before it
/// are complete, so that the first call of the body is call 0 wherever the API interleaves them.
pub(crate) struct Announcer {
    limit: usize,
    /// Begun and not yet announced, each with its call once that is complete.
    waiting: VecDeque<Option<ToolCall>>,
    announced: usize,
}

impl Announcer {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limit: limits.calls, waiting: VecDeque::new(), announced: 0 }
    }

    /// A call begins; its number.
    pub(crate) fn begin(&mut self) -> Result<usize, Unreadable> {
        let number = self.announced + self.waiting.len();
        if number >= self.limit {
            return Err(limit(CALLS));
        }
        self.waiting.push_back(None);
        Ok(number)
    }

    /// A call is complete.
    pub(crate) fn complete(
        &mut self,
        number: usize,
        call: ToolCall,
        out: &mut Reading,
    ) -> Result<(), Unreadable> {
        let slot = number.checked_sub(self.announced).and_then(|at| self.waiting.get_mut(at));
        let Some(slot) = slot else {
            return Err(Unreadable { what: UnreadableWhy::Bug("a call completed twice") });
        };
        *slot = Some(call);
        while let Some(Some(_)) = self.waiting.front() {
            out.calls.extend(self.waiting.pop_front().flatten());
            self.announced += 1;
        }
        Ok(())
    }

    /// How many were announced.
    pub(crate) const fn announced(&self) -> usize {
        self.announced
    }

    /// How many have begun.
    pub(crate) fn begun(&self) -> usize {
        self.announced + self.waiting.len()
    }

    /// Whether any call has begun.
    pub(crate) fn any_begun(&self) -> bool {
        self.announced > 0 || self.any_open()
    }

    /// Whether a call has begun that was not announced.
    pub(crate) fn any_open(&self) -> bool {
        !self.waiting.is_empty()
    }
}
