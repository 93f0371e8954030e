//! Room that all principals have together, and how it is shared: what streams keep, and records that wait for the ledger.
//!
//! One principal can fill no more than half of it: once half is taken, whoever has more than a quarter gets nothing more, so
//! that what one agent leaves unfinished, or sets off, does not stop the others.

use std::collections::BTreeMap;

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Room {
    held: usize,
    /// By principal; those who keep nothing are not there. Who is nobody is one of them.
    shares: BTreeMap<String, usize>,
}

impl Room {
    /// Changes what is kept for `who` from `before` to `after` bytes; whether there is room for it within `most`. The change
    /// is booked either way, because the bytes are there.
    pub(crate) fn keep(&mut self, who: Option<&str>, before: usize, after: usize, most: usize) -> bool {
        if before == after {
            return true;
        }
        self.held = self.held.saturating_sub(before).saturating_add(after);
        let share = self.share(who.unwrap_or_default(), before, after);
        after < before || self.allows(share, most)
    }

    /// Whether `who` may have more within `most`.
    pub(crate) fn has_room(&self, who: Option<&str>, most: usize) -> bool {
        self.allows(self.shares.get(who.unwrap_or_default()).copied().unwrap_or_default(), most)
    }

    const fn allows(&self, share: usize, most: usize) -> bool {
        self.held <= most && (share <= most / 4 || self.held <= most / 2)
    }

    /// Bytes that are kept.
    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    fn share(&mut self, who: &str, before: usize, after: usize) -> usize {
        let changed = |share: usize| share.saturating_sub(before).saturating_add(after);
        match self.shares.get_mut(who) {
            Some(share) => {
                *share = changed(*share);
                let share = *share;
                if share == 0 {
                    self.shares.remove(who);
                }
                share
            }
            None => {
                let share = changed(0);
                if share > 0 {
                    self.shares.insert(who.to_owned(), share);
                }
                share
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn one_principal_fills_half_and_the_others_the_rest() {
        let mut room = Room::default();
        let mut keep = |who, before, after| room.keep(who, before, after, 100);
        assert!(keep(Some("a"), 0, 50));
        assert!(!keep(Some("a"), 0, 1));
        assert!(keep(Some("a"), 1, 0));
        assert!(keep(Some("b"), 0, 25));
        assert!(!keep(Some("b"), 25, 26));
        assert!(keep(Some("b"), 26, 20));
        assert!(keep(None, 0, 25));
        assert!(keep(Some("c"), 0, 5));
        assert!(!keep(Some("d"), 0, 1), "it is full");
        for (who, before) in [(Some("a"), 50), (Some("b"), 20), (None, 25), (Some("c"), 5), (Some("d"), 1)] {
            assert!(keep(who, before, 0));
        }
        assert_eq!((room.held(), room.shares.len()), (0, 0));
    }
}
