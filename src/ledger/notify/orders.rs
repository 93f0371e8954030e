//! What people order about a principal, and who else is to know of it: a break-glass that waits for a second person, holds,
//! or was ended before its time; a freeze, and its end. Each is told by itself, to every webhook and channel: any reviewer
//! may confirm or end it. Nobody is told of a break-glass that was refused or taken back, or of one that ended when it was
//! said to: nothing holds then that a message spoke of.

use super::MOST;
use crate::break_glass::{BreakGlass, State};
use crate::own::{BreakGlassAsked, BreakGlassConfirmed, BreakGlassEnded, Frozen, OwnBody, Unfrozen};
use crate::store::{StoreError, break_glass};
use rusqlite::Connection;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toolgate_engine::time::{Span, Timestamp};

/// What people did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// One person asks for a break-glass, and another one is needed.
    Asked(Glass),
    /// The other one wants it: it holds.
    Confirmed(Glass),
    /// It was ended before its time.
    Ended(Glass),
    /// Everything that the principal does is refused.
    Frozen,
    /// No longer.
    Unfrozen,
}

/// The break-glass that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glass {
    pub(super) id: String,
    /// The name of the policy that it overrides.
    pub(super) policy: String,
    pub(super) asked_by: String,
    /// How long it lasts.
    pub(super) length: Span,
    /// When it is too late to confirm it, or when it ends by itself.
    pub(super) until: Option<String>,
}

impl Step {
    /// The message's `type`.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Asked(_) => "break_glass.asked",
            Self::Confirmed(_) => "break_glass.confirmed",
            Self::Ended(_) => "break_glass.ended",
            Self::Frozen => "principal.frozen",
            Self::Unfrozen => "principal.unfrozen",
        }
    }

    /// The break-glass, where it is about one.
    pub(super) const fn glass(&self) -> Option<&Glass> {
        match self {
            Self::Asked(glass) | Self::Confirmed(glass) | Self::Ended(glass) => Some(glass),
            Self::Frozen | Self::Unfrozen => None,
        }
    }
}

/// One order to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(super) index: u64,
    pub(super) event: String,
    pub(super) step: Step,
    pub(super) agent: String,
    /// Who.
    pub(super) by: String,
    /// Why.
    pub(super) reason: String,
}

/// The orders behind a place in the log; the last of as many as one round takes is the limit of what was looked at.
pub(super) fn due(
    db: &Connection,
    place: u64,
    now: Timestamp,
) -> Result<(Vec<Order>, Option<u64>), StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT idx, event_id, type, line FROM entry WHERE idx >= ?1 AND type IN (?2, ?3, ?4, ?5, ?6)
         ORDER BY idx LIMIT ?7",
    )?;
    let kinds = [
        BreakGlassAsked::TYPE,
        BreakGlassConfirmed::TYPE,
        BreakGlassEnded::TYPE,
        Frozen::TYPE,
        Unfrozen::TYPE,
    ];
    let [asked, confirmed, ended, frozen, unfrozen] = kinds;
    let values = (place, asked, confirmed, ended, frozen, unfrozen, MOST.0);
    let entries = rows.query_map(values, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, Vec<u8>>(3)?))
    })?;
    let entries = entries.collect::<Result<Vec<(u64, String, _, _)>, _>>()?;
    let mut orders = Vec::new();
    for (index, event, kind, line) in &entries {
        if let Some((step, agent, by, reason)) = read(db, kind, line, now)? {
            orders.push(Order { index: *index, event: event.clone(), step, agent, by, reason });
        }
    }
    let full = entries.len() == MOST.0 as usize;
    Ok((orders, entries.last().filter(|_| full).map(|last| last.0)))
}

fn body<B: DeserializeOwned>(line: &[u8]) -> Option<B> {
    #[derive(Deserialize)]
    struct Line<B> {
        data: B,
    }
    serde_json::from_slice::<Line<B>>(line).ok().map(|line| line.data)
}

/// A step, the principal, who took it, and why; nothing of a question that waits no longer.
type Read = Option<(Step, String, String, String)>;

fn read(db: &Connection, kind: &str, line: &[u8], now: Timestamp) -> Result<Read, StoreError> {
    let found = |id: &str| break_glass::load(db, id);
    let glass = |glass: BreakGlass, until| Glass {
        id: glass.id,
        policy: glass.policy,
        asked_by: glass.asked_by,
        length: glass.length,
        until,
    };
    Ok(if kind == BreakGlassAsked::TYPE {
        let Some(BreakGlassAsked { break_glass, agent, by, reason, until, .. }) = body(line) else {
            return Ok(None);
        };
        let waits = |state: &State| matches!(state, State::Asked { until } if *until > now);
        let found = found(&break_glass)?.filter(|found| waits(&found.state));
        found.map(|found| (Step::Asked(glass(found, Some(until))), agent, by, reason))
    } else if kind == BreakGlassConfirmed::TYPE {
        let Some(BreakGlassConfirmed { break_glass, agent, by, until, .. }) = body(line) else {
            return Ok(None);
        };
        found(&break_glass)?.map(|found| {
            let reason = found.reason.clone();
            (Step::Confirmed(glass(found, Some(until))), agent, by, reason)
        })
    } else if kind == BreakGlassEnded::TYPE {
        let Some(BreakGlassEnded { break_glass, agent, by, reason }) = body(line) else { return Ok(None) };
        found(&break_glass)?.map(|found| (Step::Ended(glass(found, None)), agent, by, reason))
    } else if kind == Frozen::TYPE {
        body(line).map(|Frozen { agent, by, reason }| (Step::Frozen, agent, by, reason))
    } else {
        body(line).map(|Unfrozen { agent, by, reason }| (Step::Unfrozen, agent, by, reason))
    })
}
