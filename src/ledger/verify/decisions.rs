//! The decisions of which later entries may still speak: those that are open, and for a while those that asked people.

use super::question::Question;
use std::collections::{BTreeMap, VecDeque};
use toolgate_engine::policy::Verdict;
use toolgate_engine::record::{BreakGlass, Enforced};
use toolgate_engine::time::{Span, Timestamp};

/// A decision: its ID, and the emitter that made it. Another emitter may use the same ID, and that is another decision.
pub(super) type Key = (String, String);

/// For how long a question may come of a decision that has ended: its emitter may report the end while it still asks.
const LATE: Span = Span::from_secs(3_600);

pub(super) struct Decided {
    pub(super) index: u64,
    pub(super) received: Timestamp,
    pub(super) verdict: Verdict,
    pub(super) enforced: Enforced,
    pub(super) agent: Option<String>,
    pub(super) digest: Option<String>,
    /// The person it acts for.
    pub(super) on_behalf_of: Option<String>,
    /// Its principal was frozen when it was recorded.
    pub(super) frozen: bool,
    pub(super) glass: Option<ByGlass>,
}

/// A break-glass that a decision names.
pub(super) enum ByGlass {
    /// It held then.
    Held,
    /// It did not.
    Over,
    /// It is not the ledger's.
    Offline(BreakGlass),
}

impl Decided {
    /// Whether the question is about this call.
    pub(super) fn is_of(&self, question: &Question) -> bool {
        self.verdict == Verdict::Escalate
            && self.agent.as_ref() == Some(&question.agent)
            && self.digest.as_ref() == Some(&question.digest)
            && self.on_behalf_of == question.on_behalf_of
    }
}

#[derive(Default)]
pub(super) struct Decisions {
    /// Judged, and their end not known.
    open: BTreeMap<Key, Decided>,
    /// Those that ask people and have ended.
    ended: BTreeMap<Key, Decided>,
    /// When they did, in order.
    ended_at: VecDeque<(Timestamp, Key)>,
}

impl Decisions {
    /// Whether it is new.
    pub(super) fn add(&mut self, key: Key, decided: Decided) -> bool {
        !self.ended.contains_key(&key) && self.open.insert(key, decided).is_none()
    }

    /// Takes one out that ends now.
    pub(super) fn end(&mut self, key: &Key) -> Option<Decided> {
        self.open.remove(key)
    }

    /// Keeps one that has ended, for as long as people may still be asked about it.
    pub(super) fn keep(&mut self, key: Key, decided: Decided, now: Timestamp) {
        while self.ended_at.front().is_some_and(|(at, _)| now.since(*at) > LATE) {
            if let Some((_, old)) = self.ended_at.pop_front() {
                self.ended.remove(&old);
            }
        }
        if decided.verdict == Verdict::Escalate {
            self.ended_at.push_back((now, key.clone()));
            self.ended.insert(key, decided);
        }
    }

    /// Those with this ID, of whatever emitter.
    pub(super) fn known<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a Key, &'a Decided)> {
        let from = (id.to_owned(), String::new());
        let all = self.open.range(from.clone()..).take_while(move |(key, _)| key.0 == id);
        all.chain(self.ended.range(from..).take_while(move |(key, _)| key.0 == id))
    }

    /// The one with this ID that the question is about.
    pub(super) fn asking(&self, id: &str, question: &Question) -> Option<Key> {
        self.known(id).find(|(_, decided)| decided.is_of(question)).map(|(key, _)| key.clone())
    }

    /// Those whose end is not known.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Key, &Decided)> {
        self.open.iter()
    }
}
