//! Each emitter's events follow each other. The ledger takes no event that contradicts its neighbours, so
//! one in the log was put there otherwise.

use super::Report;
use super::files::Entry;
use crate::event::EMITTERS;
use crate::own::SOURCE;
use crate::tlog::Hash;
use serde::Deserialize;
use std::collections::BTreeMap;
use toolgate_engine::record::types;
use toolgate_engine::time::{Span, Timestamp};

/// Difference between an emitter's clock and the ledger's that is told.
const SKEW: Span = Span::from_secs(5);
/// Longest silence of an emitter that lives.
const HEARTBEAT: Span = Span::from_secs(60);

#[derive(Default)]
pub(super) struct Chains {
    chains: BTreeMap<String, Chain>,
    last_receipt: Timestamp,
}

/// What is known of one emitter: unbroken stretches of its chain, keyed by their first number.
struct Chain {
    peer: String,
    stretches: BTreeMap<u64, Stretch>,
    stopped: bool,
    last_receipt: Timestamp,
    skewed: u64,
    admitted: u64,
}

#[derive(Clone, Copy)]
struct Stretch {
    last: u64,
    first_prev: Hash,
    last_hash: Hash,
}

impl Chains {
    /// When the last entry was received.
    pub(super) const fn last_receipt(&self) -> Timestamp {
        self.last_receipt
    }

    pub(super) fn follow(&mut self, entry: &Entry<'_>, report: &mut Report) {
        let (index, event) = (Some(entry.index), &entry.event);
        if entry.received < self.last_receipt {
            report.tampering(index, "it was received before the entry in front of it");
        }
        self.last_receipt = self.last_receipt.max(entry.received);
        let own = event.source == SOURCE;
        let from_emitter = event.source.starts_with(EMITTERS);
        if own != (entry.receipt.auth == "own") || own == from_emitter {
            report.tampering(
                index,
                format!("`{}` cannot have come from `{}`", event.source, entry.receipt.peer),
            );
        }
        if own == EMITTER_TYPES.contains(&event.kind.as_str()) {
            report.tampering(index, format!("`{}` does not write `{}`", event.source, event.kind));
        }
        let chain = self.chains.entry(event.source.clone()).or_insert_with(|| Chain {
            peer: entry.receipt.peer.clone(),
            stretches: BTreeMap::new(),
            stopped: false,
            last_receipt: entry.received,
            skewed: 0,
            admitted: 0,
        });
        if chain.peer != entry.receipt.peer {
            let text = format!(
                "`{}` came from `{}` before, now from `{}`",
                event.source, chain.peer, entry.receipt.peer
            );
            report.tampering(index, text);
        }
        chain.last_receipt = entry.received;
        chain.stopped |= event.kind == types::STOP;
        let apart = entry.received.since(event.time).max(event.time.since(entry.received));
        chain.skewed += u64::from(apart > SKEW);
        if event.kind == types::GAP {
            let Dropped { dropped, agents } = dropped(entry.line);
            chain.admitted += dropped;
            let of =
                if agents.is_empty() { String::new() } else { format!(", of `{}`", agents.join("`, `")) };
            report.gap(index, format!("`{}` admits that it dropped {dropped} events{of}", event.source));
        }
        if let Some(problem) = chain.link(event.seq, event.prev, event.hash) {
            report.tampering(index, format!("number {} of `{}` {problem}", event.seq, event.source));
        }
    }

    pub(super) fn finish(&self, grace: Span, report: &mut Report) {
        report.counts.emitters = self.chains.len() as u64;
        for (source, chain) in &self.chains {
            let mut next = 0;
            for (first, stretch) in &chain.stretches {
                if *first > next {
                    let text = format!("`{source}`: numbers {next} to {} are missing", first - 1);
                    // The ledger numbers its own events as it stores them: none of them can be lost.
                    match (source == SOURCE, chain.admitted > 0) {
                        (true, _) => report.tampering(None, text),
                        (false, true) => report.gap(None, format!("{text}; it admits to have dropped some")),
                        (false, false) => report.gap(None, text),
                    }
                }
                next = stretch.last.saturating_add(1);
            }
            let silent = self.last_receipt.since(chain.last_receipt);
            if source != SOURCE
                && !chain.stopped
                && silent.as_millis() > HEARTBEAT.as_millis() + grace.as_millis()
            {
                report.note(
                    None,
                    format!("`{source}` fell silent at {} without a stop: it died, or its last events are missing", chain.last_receipt),
                );
            }
            if source != SOURCE && chain.skewed > 0 {
                report.note(
                    None,
                    format!(
                        "`{source}`: {} events differ by more than 5 s from the ledger's clock",
                        chain.skewed
                    ),
                );
            }
        }
    }
}

const EMITTER_TYPES: &[&str] = &[
    types::DECISION,
    types::OUTCOME,
    types::RESPONSE,
    types::START,
    types::HEARTBEAT,
    types::STOP,
    types::GAP,
];

impl Chain {
    /// Puts an event into its place; what is wrong with that, if something is.
    fn link(&mut self, seq: u64, prev: Hash, hash: Hash) -> Option<&'static str> {
        if seq == 0 && prev != Hash([0; 32]) {
            return Some("is the first and names one before it");
        }
        let before = self.stretches.range(..=seq).next_back().map(|(first, stretch)| (*first, *stretch));
        if before.is_some_and(|(_, stretch)| stretch.last >= seq) {
            return Some("is there twice");
        }
        let mut first = seq;
        let mut stretch = Stretch { last: seq, first_prev: prev, last_hash: hash };
        if let Some((start, earlier)) = before.filter(|(_, earlier)| earlier.last.checked_add(1) == Some(seq))
        {
            if earlier.last_hash != prev {
                return Some("does not follow the one before it");
            }
            self.stretches.remove(&start);
            (first, stretch.first_prev) = (start, earlier.first_prev);
        }
        let after = seq.checked_add(1);
        if let Some((start, later)) = after.and_then(|after| self.stretches.remove_entry(&after)) {
            if later.first_prev != hash {
                self.stretches.insert(start, later);
                self.stretches.insert(first, stretch);
                return Some("is not what the one after it follows");
            }
            (stretch.last, stretch.last_hash) = (later.last, later.last_hash);
        }
        self.stretches.insert(first, stretch);
        None
    }
}

#[derive(Default, Deserialize)]
struct Dropped {
    dropped: u64,
    #[serde(default)]
    agents: Vec<String>,
}

fn dropped(line: &[u8]) -> Dropped {
    #[derive(Deserialize)]
    struct Gap {
        data: Dropped,
    }
    serde_json::from_slice::<Gap>(line).map_or_else(|_| Dropped::default(), |gap| gap.data)
}
