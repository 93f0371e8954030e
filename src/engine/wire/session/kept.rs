//! What one stream of a session remembers: what became of its calls, and what the provider waits for.

use super::super::Output;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many calls are remembered in one stream.
pub(super) const REMEMBERED: usize = 4_096;

/// What became of calls that were written.
#[derive(Default)]
pub(super) struct Earlier {
    calls: BTreeMap<String, Known>,
    order: VecDeque<String>,
    /// How many bytes they take.
    size: usize,
}

/// A call that was written.
pub(super) struct Known {
    pub(super) tool: String,
    /// What it was; see `print`.
    pub(super) print: String,
    /// The text in its place, if it was refused.
    pub(super) refusal: Option<String>,
}

impl Earlier {
    pub(super) fn get(&self, id: &str) -> Option<&Known> {
        self.calls.get(id)
    }

    /// The text in the place of a call, if it was refused.
    pub(super) fn refusal(&self, id: &str) -> Option<&str> {
        self.get(id)?.refusal.as_deref()
    }

    /// Notes a call, and forgets the oldest where that is more than `most` bytes.
    pub(super) fn insert(&mut self, id: String, known: Known, most: usize) {
        let size = |id: &str, Known { tool, print, refusal }: &Known| {
            2 * id.len() + tool.len() + print.len() + refusal.as_ref().map_or(0, String::len)
        };
        self.size += size(&id, &known);
        self.order.push_back(id.clone());
        self.calls.insert(id, known);
        while self.order.len() > REMEMBERED || self.size > most {
            let Some(oldest) = self.order.pop_front() else { break };
            let forgotten = self.calls.remove(&oldest).map_or(0, |known| size(&oldest, &known));
            self.size = self.size.saturating_sub(forgotten);
        }
    }
}

/// What the provider waits for.
#[derive(Default)]
pub(super) struct Waiting {
    /// In the order in which it was refused; whether it is an approval.
    outputs: BTreeMap<u64, (Output, bool)>,
    numbers: BTreeMap<String, u64>,
    next: u64,
    /// It is not as it was when it was last told.
    changed: bool,
}

impl Waiting {
    /// Notes an output, and drops the oldest where there are more than `most`.
    pub(super) fn insert(&mut self, output: Output, is_approval: bool, most: usize) {
        self.remove(&output.call);
        self.numbers.insert(output.call.clone(), self.next);
        self.outputs.insert(self.next, (output, is_approval));
        self.next += 1;
        self.changed = true;
        if self.outputs.len() > most
            && let Some((_, (oldest, _))) = self.outputs.pop_first()
        {
            self.numbers.remove(&oldest.call);
        }
    }

    /// A call was answered.
    pub(super) fn remove(&mut self, call: &str) {
        if let Some(number) = self.numbers.remove(call) {
            self.outputs.remove(&number);
            self.changed = true;
        }
    }

    /// The session says what it waits for.
    pub(super) fn keep(&mut self, awaited: &BTreeSet<String>) {
        let done =
            self.outputs.values().filter(|(output, approval)| *approval && !awaited.contains(&output.call));
        let done: Vec<String> = done.map(|(output, _)| output.call.clone()).collect();
        for call in done {
            self.remove(&call);
        }
    }

    /// All of it, if it has changed.
    pub(super) fn told(&mut self) -> Option<Vec<Output>> {
        let changed = std::mem::take(&mut self.changed);
        changed.then(|| self.outputs.values().map(|(output, _)| output.clone()).collect())
    }
}
