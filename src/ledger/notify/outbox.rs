//! What is to be told, as the log has it behind a webhook's place.

use super::orders::{self, Order};
use super::{Key, MOST};
use crate::own::{Created, OwnBody as _, Widened};
use crate::store::escalations;
use crate::store::read::{self, Entry, Query};
use crate::store::{StoreError, Writer};
use rusqlite::{Connection, OptionalExtension as _};
use serde::Deserialize;
use toolgate_engine::protocol::EscalationPhase;
use toolgate_engine::time::Timestamp;

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum What {
    /// A call waits for people.
    Asked,
    /// Nobody has answered; others may now.
    Unanswered,
    /// A rule tells of a call, which waits for nobody.
    Notice,
}

impl What {
    /// The message's `type`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Asked => "escalation.created",
            Self::Unanswered => "escalation.unanswered",
            Self::Notice => "call.noticed",
        }
    }
}

/// One thing to tell.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(super) index: u64,
    pub(super) event: String,
    pub(super) what: What,
    pub(super) escalation: Option<String>,
    pub(super) to: Vec<String>,
    pub(super) agent: String,
    pub(super) tool: String,
    pub(super) rules: Vec<String>,
    pub(super) because: String,
    pub(super) until: Option<String>,
}

/// What waits behind a webhook's place.
pub(super) struct Due {
    pub(super) place: u64,
    /// Everything before this was looked at.
    pub(super) seen: u64,
    pub(super) asks: Vec<Ask>,
    pub(super) orders: Vec<Order>,
}

/// What waits behind the webhook's place; nothing where it has none yet.
pub(super) fn due(db: &Connection, name: &str, now: Timestamp) -> Result<Option<Due>, StoreError> {
    let mut row = db.prepare_cached("SELECT next FROM webhook WHERE name = ?1")?;
    let Some(place) = row.query_row([name], |row| row.get::<_, u64>(0)).optional()? else { return Ok(None) };
    let mut seen = crate::store::head(db)?.edge.size();
    let mut asks = Vec::new();
    for what in [What::Asked, What::Unanswered] {
        let kind = if what == What::Asked { Created::TYPE } else { Widened::TYPE };
        let query = Query {
            kind: Some(kind.to_owned()),
            after: place.checked_sub(1),
            limit: MOST.0,
            ..Query::default()
        };
        let entries = read::entries(db, &query)?;
        if let Some(last) = entries.last().filter(|_| entries.len() == MOST.0 as usize) {
            seen = seen.min(last.index + 1);
        }
        for entry in &entries {
            asks.extend(Ask::of_question(db, entry, what, now)?);
        }
    }
    let notices = notices(db, place)?;
    if let Some((last, _)) = notices.last().filter(|_| notices.len() == MOST.0 as usize) {
        seen = seen.min(last + 1);
    }
    asks.extend(notices.iter().filter_map(|(index, line)| Ask::of_decision(*index, line)));
    let (mut orders, last) = orders::due(db, place, now)?;
    seen = last.map_or(seen, |last| seen.min(last + 1));
    asks.retain(|ask| ask.index < seen);
    orders.retain(|order| order.index < seen);
    asks.sort_by_key(|ask| ask.index);
    Ok(Some(Due { place, seen, asks, orders }))
}

fn notices(db: &Connection, place: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT n.idx, e.line FROM notice n JOIN entry e ON e.idx = n.idx WHERE n.idx >= ?1 ORDER BY n.idx LIMIT ?2",
    )?;
    Ok(rows.query_map((place, MOST.0), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Keeps how far a webhook was told.
pub(super) fn keep(writer: &mut Writer<'_>, name: &str, next: u64) -> Result<(), StoreError> {
    let mut row = writer.db.prepare_cached(
        "INSERT INTO webhook (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = max(next, ?2)",
    )?;
    row.execute((name, next))?;
    Ok(())
}

/// Whether one of these escalations still waits for an answer.
pub(super) fn still_wait(db: &Connection, ids: &[String], now: Timestamp) -> Result<bool, StoreError> {
    for id in ids {
        let stored = escalations::load(db, id)?.map(|stored| stored.at(now));
        if stored.is_some_and(|stored| stored.escalation.state.phase() == EscalationPhase::Pending) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[derive(Deserialize)]
struct Line<B> {
    id: String,
    data: B,
}

impl Ask {
    pub(super) fn key(&self) -> Key {
        Key::Calls(self.what, self.agent.clone(), self.rules.clone())
    }

    /// A question, while it waits.
    fn of_question(
        db: &Connection,
        entry: &Entry,
        what: What,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        #[derive(Deserialize)]
        struct Body {
            escalation: String,
            /// Who is asked instead; of a question that was just put, nobody is.
            to: Option<Vec<String>>,
        }
        let Ok(Line::<Body> { id, data }) = serde_json::from_slice(&entry.line) else { return Ok(None) };
        let stored = escalations::load(db, &data.escalation)?.map(|stored| stored.at(now));
        let pending =
            |stored: &escalations::Stored| stored.escalation.state.phase() == EscalationPhase::Pending;
        let Some(stored) = stored.filter(pending) else { return Ok(None) };
        let (escalation, question) = (stored.escalation, stored.question);
        let asked = || escalation.reviewers.iter().map(|group| group.name.clone()).collect();
        Ok(Some(Self {
            index: entry.index,
            event: id,
            what,
            to: data.to.unwrap_or_else(asked),
            until: escalation.state.until().map(|until| until.to_string()),
            escalation: Some(escalation.id),
            agent: escalation.agent,
            tool: question.tool,
            rules: question.rules,
            because: question.because,
        }))
    }

    /// A decision of which a rule tells.
    fn of_decision(index: u64, line: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Body {
            agent: Agent,
            tool: Tool,
            policy: Policy,
            reason: Reason,
            notify: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Agent {
            id: Option<String>,
        }
        #[derive(Deserialize)]
        struct Tool {
            name: String,
        }
        #[derive(Deserialize)]
        struct Policy {
            rules: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Reason {
            text: String,
        }
        let Line { id, data } = serde_json::from_slice::<Line<Body>>(line).ok()?;
        let Body { agent, tool, policy, reason, notify } = data;
        Some(Self {
            index,
            event: id,
            what: What::Notice,
            escalation: None,
            to: notify,
            agent: agent.id.unwrap_or_default(),
            tool: tool.name,
            rules: policy.rules,
            because: reason.text,
            until: None,
        })
    }
}
