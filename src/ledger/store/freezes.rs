//! Principals that people have stopped: nothing of theirs is recorded as free to run, asked, spent or covered.
//!
//! A freeze holds from its entry in the log on. Every release waits for the acknowledgement of its decision, so a
//! gateway learns of it with the next call, and one that learns of nothing releases nothing. What was open before is as
//! it was when the freeze is lifted, unless its time ran out.

use super::StoreError;
use super::writer::{Writer, micros};
use crate::escalation::Reviewer;
use crate::own;
use rusqlite::Connection;
use toolgate_engine::time::Timestamp;

/// A freeze that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The principal, to the letter.
    pub agent: String,
    /// Who stopped it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub since: Timestamp,
    /// Number of its entry in the log.
    pub index: u64,
    /// Whether the log has anything else of this principal; if not, its name may be written wrongly.
    pub known: bool,
}

/// Why a principal is not stopped, or not let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is stopped already.
    #[error("it is frozen already")]
    Already,
    /// It is not stopped.
    #[error("it is not frozen")]
    Not,
    /// Nobody lets their own agent go.
    #[error("nobody lifts a freeze of their own agent")]
    Own,
}

/// Stops a principal.
///
/// # Errors
/// [`StoreError`].
pub fn freeze(
    writer: &mut Writer<'_>,
    agent: &str,
    reviewer: &Reviewer,
    reason: &str,
) -> Result<Result<Freeze, Refused>, StoreError> {
    if is_frozen(writer.db, agent)? {
        return Ok(Err(Refused::Already));
    }
    let (by, reason) = (reviewer.name.clone(), reason.to_owned());
    let index =
        writer.append_own(own::Frozen { agent: agent.to_owned(), by: by.clone(), reason: reason.clone() })?;
    let mut row = writer
        .db
        .prepare_cached("INSERT INTO freeze (since, agent, by, reason, t) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    row.execute((index, agent, &by, &reason, micros(writer.now)))?;
    drop(row);
    tell(writer, agent)?;
    let known = is_known(writer.db, agent)?;
    Ok(Ok(Freeze { agent: agent.to_owned(), by, reason, since: writer.now, index, known }))
}

/// Lets a principal go on.
///
/// # Errors
/// [`StoreError`].
pub fn lift(
    writer: &mut Writer<'_>,
    agent: &str,
    reviewer: &Reviewer,
    reason: &str,
) -> Result<Result<(), Refused>, StoreError> {
    if !is_frozen(writer.db, agent)? {
        return Ok(Err(Refused::Not));
    }
    if reviewer.acts_as(agent) {
        return Ok(Err(Refused::Own));
    }
    let (by, reason) = (reviewer.name.clone(), reason.to_owned());
    let index = writer.append_own(own::Unfrozen { agent: agent.to_owned(), by, reason })?;
    writer.db.execute("UPDATE freeze SET lifted = ?2 WHERE agent = ?1 AND lifted IS NULL", (agent, index))?;
    tell(writer, agent)?;
    Ok(Ok(()))
}

/// Wakes who waits for a question of this principal, and the pages that show it.
fn tell(writer: &mut Writer<'_>, agent: &str) -> Result<(), StoreError> {
    let mut open = writer
        .db
        .prepare_cached("SELECT id FROM escalation WHERE agent = ?1 AND state IN ('pending', 'approved')")?;
    let ids = open.query_map([agent], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    drop(open);
    // Pages that show no question of it look again as well.
    writer.changed(agent);
    ids.iter().for_each(|id| writer.changed(id));
    Ok(())
}

/// Whether a principal is frozen now.
///
/// # Errors
/// [`StoreError`].
pub fn is_frozen(db: &Connection, agent: &str) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached("SELECT 1 FROM freeze WHERE agent = ?1 AND lifted IS NULL")?;
    Ok(row.exists([agent])?)
}

/// Whether a principal is frozen now, or was at the entry `index` of the log.
pub(super) fn covers(db: &Connection, agent: &str, index: u64) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT 1 FROM freeze WHERE agent = ?1 AND (lifted IS NULL OR (since < ?2 AND ?2 < lifted))",
    )?;
    Ok(row.exists((agent, index))?)
}

/// Whether the log has anything of this principal but what people ordered about it.
pub(super) fn is_known(db: &Connection, agent: &str) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT 1 FROM entry WHERE agent = ?1 AND type NOT LIKE 'io.toolgate.principal.%'
           AND type NOT LIKE 'io.toolgate.break_glass.%' LIMIT 1",
    )?;
    Ok(row.exists([agent])?)
}

/// Everything that is frozen now, the newest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(db: &Connection) -> Result<Vec<Freeze>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT agent, by, reason, t, since FROM freeze WHERE lifted IS NULL ORDER BY since DESC",
    )?;
    let mut rows = rows.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let agent: String = row.get(0)?;
        all.push(Freeze {
            known: is_known(db, &agent)?,
            agent,
            by: row.get(1)?,
            reason: row.get(2)?,
            since: Timestamp::from_micros(row.get(3)?),
            index: row.get(4)?,
        });
    }
    Ok(all)
}
