//! Escalations as they are found again: one, a list, and what time has to do with them.

use super::{Question, StoreError, Stored};
use crate::escalation::{Approval, Escalation, Phase, State};
use crate::store::micros;
use crate::tlog::Hash;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql};
use toolgate_engine::protocol::EscalationPhase;
use toolgate_engine::time::Timestamp;

const COLUMNS: &str = "id, agent, question, state, until, version, created, consumed_by, consumed_index, comment, denied_until, payload, otherwise_at";

/// An escalation as its row stands; [`Stored::at`] looks at the time.
///
/// # Errors
/// [`StoreError`].
pub fn load(db: &Connection, id: &str) -> Result<Option<Stored>, StoreError> {
    let mut row = db.prepare_cached(&format!("SELECT {COLUMNS} FROM escalation WHERE id = ?1"))?;
    let Some(stored) = row.query_row([id], |row| Ok(read(row))).optional()? else { return Ok(None) };
    let mut stored = stored?;
    stored.escalation.approvals = approvals(db, id)?;
    Ok(Some(stored))
}

pub(super) fn must_load(db: &Connection, id: &str) -> Result<Stored, StoreError> {
    load(db, id)?.ok_or_else(|| StoreError::Refused(format!("escalation `{id}` is gone")))
}

/// The newest escalations first, at most `limit`; only those in `phase`, if one is given.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    db: &Connection,
    phase: Option<Phase>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let wanted = phase_condition(phase);
    let sql = format!(
        "SELECT {COLUMNS} FROM escalation WHERE {wanted} ORDER BY created DESC, id DESC LIMIT :limit"
    );
    let mut rows = db.prepare_cached(&sql)?;
    let mut rows = rows.query(&[(":now", &micros(now) as &dyn ToSql), (":limit", &limit)][..])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let mut stored = read(row)?;
        stored.escalation.approvals = approvals(db, &stored.escalation.id)?;
        list.push(stored.at(now));
    }
    Ok(list)
}

/// How many wait.
///
/// # Errors
/// [`StoreError`].
pub fn count_pending(db: &Connection, now: Timestamp) -> Result<u64, StoreError> {
    let wanted = phase_condition(Some(Phase(EscalationPhase::Pending)));
    let mut row = db.prepare_cached(&format!("SELECT count(*) FROM escalation WHERE {wanted}"))?;
    Ok(row.query_row(&[(":now", &micros(now))], |row| row.get(0))?)
}

/// Rows in a phase. What is past its time is expired, whether or not that was written yet.
fn phase_condition(phase: Option<Phase>) -> String {
    const OVERDUE: &str = "state IN ('pending', 'approved') AND until <= :now";
    match phase.map(|phase| (phase.0, phase.name())) {
        None => ":now IS NOT NULL".to_owned(),
        Some((EscalationPhase::Pending | EscalationPhase::Approved, name)) => {
            format!("state = '{name}' AND until > :now")
        }
        Some((EscalationPhase::Expired, name)) => format!("(state = '{name}' OR {OVERDUE})"),
        Some((_, name)) => format!("state = '{name}' AND :now IS NOT NULL"),
    }
}

/// IDs of escalations past their time, or past that of a group that does not answer, where that is not written yet.
///
/// # Errors
/// [`StoreError`].
pub fn overdue(db: &Connection, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM escalation WHERE state IN ('pending', 'approved') AND until <= ?1
               UNION SELECT id FROM escalation WHERE state = 'pending' AND otherwise_at <= ?1 LIMIT 256";
    let mut rows = db.prepare_cached(sql)?;
    let ids = rows.query_map([micros(now)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// The arguments a reviewer is shown; `None` once they are erased.
///
/// # Errors
/// [`StoreError`].
pub fn arguments(db: &Connection, id: &str) -> Result<Option<String>, StoreError> {
    let mut row = db.prepare_cached("SELECT body FROM payload WHERE escalation = ?1")?;
    Ok(row.query_row([id], |row| row.get(0)).optional()?)
}

/// IDs of escalations that ended before `before` and whose arguments are still kept.
///
/// # Errors
/// [`StoreError`].
pub fn erasable(db: &Connection, before: Timestamp) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT e.id FROM payload p JOIN escalation e ON e.id = p.escalation WHERE e.ended < ?1 LIMIT 256";
    let mut rows = db.prepare_cached(sql)?;
    let ids = rows.query_map([micros(before)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

fn read(row: &Row<'_>) -> Result<Stored, StoreError> {
    let damaged = |what: &str| StoreError::Fatal(format!("an escalation's `{what}` cannot be read"));
    let question: Question =
        serde_json::from_str(&row.get::<_, String>("question")?).map_err(|_| damaged("question"))?;
    let phase = Phase::parse(&row.get::<_, String>("state")?).ok_or_else(|| damaged("state"))?;
    let until: Option<u64> = row.get("until")?;
    let until = until.map(Timestamp::from_micros).ok_or_else(|| damaged("until"));
    let state = match phase.0 {
        EscalationPhase::Pending => State::Pending { until: until? },
        EscalationPhase::Approved => State::Approved { until: until? },
        EscalationPhase::Consumed => State::Consumed { decision: row.get("consumed_by")? },
        EscalationPhase::Denied => State::Denied {
            comment: row.get("comment")?,
            // One of an older version holds for no other call.
            until: Timestamp::from_micros(row.get::<_, Option<u64>>("denied_until")?.unwrap_or(0)),
        },
        EscalationPhase::Expired => State::Expired,
        EscalationPhase::Revoked => State::Revoked,
        EscalationPhase::Cancelled => State::Cancelled,
    };
    let created = Timestamp::from_micros(row.get("created")?);
    let escalation = Escalation {
        id: row.get("id")?,
        agent: row.get("agent")?,
        on_behalf_of: question.on_behalf_of.clone(),
        digest: question.digest.clone(),
        rules_digest: question.rules_digest.clone(),
        reviewers: question.reviewers.clone(),
        approvals: Vec::new(),
        version: row.get("version")?,
        created,
        otherwise_at: row.get::<_, Option<u64>>("otherwise_at")?.map(Timestamp::from_micros),
        state,
    };
    Ok(Stored {
        escalation,
        question,
        created,
        consumed_index: row.get("consumed_index")?,
        payload: row.get("payload")?,
    })
}

fn approvals(db: &Connection, id: &str) -> Result<Vec<Approval>, StoreError> {
    let sql = "SELECT reviewer, counts_for, asked FROM vote WHERE escalation = ?1 AND verdict = 'allow' ORDER BY t, reviewer";
    let mut rows = db.prepare_cached(sql)?;
    let mut rows = rows.query([id])?;
    let mut approvals = Vec::new();
    while let Some(row) = rows.next()? {
        let counts_for = serde_json::from_str(&row.get::<_, String>(1)?)
            .map_err(|_| StoreError::Fatal("a vote's groups cannot be read".to_owned()))?;
        let grant = row.get::<_, Option<String>>(2)?.map(|asked| serde_json::from_str(&asked)).transpose();
        let grant = grant.map_err(|_| StoreError::Fatal("a vote's grant cannot be read".to_owned()))?;
        approvals.push(Approval { reviewer: row.get(0)?, counts_for, grant });
    }
    Ok(approvals)
}

pub(super) fn by_decision(db: &Connection, decision: &str) -> Result<Option<String>, StoreError> {
    let mut row = db.prepare_cached("SELECT escalation FROM occurrence WHERE decision = ?1")?;
    Ok(row.query_row([decision], |row| row.get(0)).optional()?)
}

pub(super) fn open_with_key(db: &Connection, key: &Hash) -> Result<Option<String>, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT id FROM escalation WHERE match_key = ?1 AND state IN ('pending', 'approved')",
    )?;
    Ok(row.query_row([key.0], |row| row.get(0)).optional()?)
}

/// The last one about this call that a person denied.
pub(super) fn denied_with_key(db: &Connection, key: &Hash) -> Result<Option<String>, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT id FROM escalation WHERE match_key = ?1 AND state = 'denied' ORDER BY denied_until DESC LIMIT 1",
    )?;
    Ok(row.query_row([key.0], |row| row.get(0)).optional()?)
}
