//! Outputs of refused calls that providers wait for, until the conversation goes on.
//!
//! In comes what an answer left owed; out comes, for a request that goes on from it, what the gate adds. It is kept in
//! this VM and nowhere else: a request that another worker of the proxy gets goes on without it, and the provider
//! rejects it. Nothing here widens what is allowed: what is added says that a call was not executed.
//!
//! INVARIANT (bound): all that is kept takes at most [`MOST`] bytes; the oldest is forgotten first.

use crate::wire::{Output, Owed};
use std::collections::{BTreeMap, HashMap};

/// Most bytes of all outputs and identifiers.
const MOST: usize = 1 << 20;
/// What an entry takes besides its texts, roughly.
const ENTRY: usize = 256;

/// Everything that is owed at the moment.
#[derive(Debug, Default)]
pub(super) struct Outstanding {
    owed: HashMap<String, Entry>,
    /// The identifiers by the number of their entry.
    order: BTreeMap<u64, String>,
    last: u64,
    size: usize,
}

#[derive(Debug)]
struct Entry {
    outputs: Vec<Output>,
    number: u64,
    size: usize,
}

impl Outstanding {
    /// Takes what an answer left owed, in the place of what was owed under the same identifiers.
    pub(super) fn keep(&mut self, owed: &Owed) {
        for id in &owed.by {
            self.forget(id);
            let texts: usize = owed.outputs.iter().map(Output::len).sum();
            let size = texts + 2 * id.len() + ENTRY;
            if owed.outputs.is_empty() || size > MOST {
                continue;
            }
            self.last += 1;
            self.size += size;
            self.order.insert(self.last, id.clone());
            let entry = Entry { outputs: owed.outputs.clone(), number: self.last, size };
            self.owed.insert(id.clone(), entry);
        }
        while self.size > MOST {
            let Some((_, oldest)) = self.order.pop_first() else { return };
            self.forget(&oldest);
        }
    }

    /// What is owed under these identifiers.
    pub(super) fn of(&self, ids: &[String]) -> Vec<Output> {
        let entries = ids.iter().filter_map(|id| self.owed.get(id));
        entries.flat_map(|entry| entry.outputs.iter().cloned()).collect()
    }

    fn forget(&mut self, id: &str) {
        if let Some(entry) = self.owed.remove(id) {
            self.size -= entry.size;
            self.order.remove(&entry.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owed(by: &[&str], item: &str) -> Owed {
        let output = Output { call: "c".to_owned(), item: Some(item.to_owned()) };
        let outputs = if item.is_empty() { Vec::new() } else { vec![output] };
        Owed { by: by.iter().map(|id| (*id).to_owned()).collect(), outputs }
    }

    fn of(outstanding: &Outstanding, id: &str) -> Vec<String> {
        outstanding.of(&[id.to_owned()]).into_iter().filter_map(|output| output.item).collect()
    }

    #[test]
    fn the_last_answer_says_what_is_owed() {
        let mut outstanding = Outstanding::default();
        outstanding.keep(&owed(&["r1", "conversation"], "one"));
        assert_eq!(of(&outstanding, "r1"), ["one"]);
        assert_eq!(of(&outstanding, "conversation"), ["one"]);
        assert_eq!(of(&outstanding, "r2"), [""; 0]);
        outstanding.keep(&owed(&["r2", "conversation"], ""));
        assert_eq!(of(&outstanding, "r1"), ["one"], "a conversation can go on from there again");
        assert_eq!(of(&outstanding, "conversation"), [""; 0]);
    }

    #[test]
    fn the_oldest_is_forgotten_first_and_the_bound_holds() {
        let mut outstanding = Outstanding::default();
        let item = "x".repeat(1_000);
        for number in 0..5_000 {
            outstanding.keep(&owed(&[&format!("r{number}")], &item));
            outstanding.keep(&owed(&["again"], &item));
            assert!(outstanding.size <= MOST);
            assert_eq!(outstanding.order.len(), outstanding.owed.len());
        }
        assert_eq!(of(&outstanding, "r4999").len(), 1);
        assert_eq!(of(&outstanding, "again").len(), 1);
        assert_eq!(of(&outstanding, "r0").len(), 0);
        outstanding.keep(&owed(&["huge"], &"x".repeat(MOST)));
        assert_eq!(of(&outstanding, "huge").len(), 0);
        assert_eq!(of(&outstanding, "r4999").len(), 1);
    }
}
