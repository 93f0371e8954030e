//! What people have ordered for the time being: principals that are stopped, and break-glass that is active.
//!
//! In come time and the side service's answers; what is believed of them stays here. A freeze only narrows, so the
//! service's word is enough for it. A [`Glass`] widens, so it counts only with its signature. An answer that cannot be
//! read, or none, changes nothing: who was stopped stays so, and every break-glass ends by itself.
//!
//! Asked only where it matters: where traffic does not wait for its record (`observe`), or where the configuration says
//! whose break-glass counts.

use crate::break_glass::Glass;
use crate::config::Config;
use crate::note::Verifier;
use crate::protocol::StandingOrders;
use crate::time::{Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Where they are asked for.
pub const PATH: &str = "/v1/orders";

/// Time between two questions.
const EVERY: Span = Span::from_secs(2);
/// Most principals that are known to be stopped.
const MOST_FROZEN: usize = 10_000;
/// Most notes of one answer that are looked at; each costs a signature check once.
const MOST_NOTES: usize = 64;

/// The orders as one VM knows them.
#[derive(Debug, Default)]
pub struct Orders {
    asking: Asking,
    key: Option<Verifier>,
    frozen: BTreeSet<String>,
    /// What the ledger signed, by the note.
    online: BTreeMap<String, Glass>,
    /// What people signed themselves.
    offline: Vec<Glass>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Asking {
    /// Nobody needs to know.
    #[default]
    Never,
    Idle {
        next: Timestamp,
    },
    InFlight,
}

impl Orders {
    /// Nothing is ordered yet but what the configuration has in it.
    pub(crate) fn new(config: &Config) -> Self {
        let glass = config.break_glass.as_ref();
        let key = glass.and_then(|glass| glass.ledger_key());
        let asking = match config.observe || key.is_some() {
            true => Asking::Idle { next: Timestamp::default() },
            false => Asking::Never,
        };
        let offline = glass.map(|glass| glass.signed_by_people()).unwrap_or_default();
        Self { asking, key, offline, ..Self::default() }
    }

    /// Whether it is time to ask; then the answer is waited for.
    pub fn ask(&mut self, now: Timestamp) -> bool {
        match self.asking {
            Asking::Idle { next } if now.is_due(next, EVERY) => {
                self.asking = Asking::InFlight;
                true
            }
            Asking::Never | Asking::Idle { .. } | Asking::InFlight => false,
        }
    }

    /// Takes the answer, `None` if nothing came back; how many notes in it are not believed, for the log.
    pub fn answered(&mut self, now: Timestamp, answer: Option<(u16, &[u8])>) -> usize {
        self.asking = Asking::Idle { next: now + EVERY };
        self.online.retain(|_, glass| !glass.is_over(now));
        let Some((200, body)) = answer else { return 0 };
        let Ok(orders) = serde_json::from_slice::<StandingOrders>(body) else { return 0 };
        if orders.frozen.len() > MOST_FROZEN {
            self.frozen.extend(orders.frozen.into_iter().take(MOST_FROZEN));
        } else {
            self.frozen = orders.frozen.into_iter().collect();
        }
        let Some(key) = &self.key else { return 0 };
        let mut known = std::mem::take(&mut self.online);
        let mut refused = 0;
        for note in orders.break_glass.into_iter().take(MOST_NOTES) {
            match known.remove(&note).map_or_else(|| Glass::of_ledger(&note, key), Ok) {
                Ok(glass) if !glass.is_over(now) => drop(self.online.insert(note, glass)),
                Ok(_) => {}
                Err(_) => refused += 1,
            }
        }
        refused
    }

    /// Whether people have stopped this principal, as far as is known.
    pub fn is_frozen(&self, principal: Option<&str>) -> bool {
        principal.is_some_and(|principal| self.frozen.contains(principal))
    }

    /// The break-glass that covers this principal under this policy now. One that needs no ledger comes first.
    pub fn glass(&self, principal: Option<&str>, policy: &str, now: Timestamp) -> Option<&Glass> {
        let mut all = self.offline.iter().chain(self.online.values());
        all.find(|glass| glass.covers(principal, policy, now))
    }
}
