//! Break-glass, as rows: each step is the [state machine](crate::break_glass)'s, and its event, in one transaction. What
//! holds is signed in the same transaction, so there is no note that the log does not know of.

use super::writer::{Writer, micros};
use super::{StoreError, bundles, freezes};
use crate::break_glass::{BreakGlass, CONFIRM_WITHIN, Happened, Input, Refused, State};
use crate::escalation::Reviewer;
use crate::own;
use rusqlite::{Connection, Row};
use toolgate_engine::policy::Bundle;
use toolgate_engine::time::{Span, Timestamp};

/// Most that are open at once.
const MOST_OPEN: usize = 32;
/// Most rows of a list.
const MAX_LIST: u32 = 100;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The principal, to the letter.
    pub principal: String,
    /// The name of the policy; that of the one which is published here, where nothing is said.
    pub policy: Option<String>,
    /// How long.
    pub length: Span,
    /// Why, on one line.
    pub reason: String,
}

/// Why nobody else is asked to confirm it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// It cannot be signed as it is.
    #[error("{0}")]
    Wrong(String),
    /// There is one already.
    #[error("one is open already for this principal, `{0}`")]
    Already(String),
    /// Too many are open.
    #[error("{MOST_OPEN} are open already; end one first")]
    TooMany,
    /// People have stopped the principal.
    #[error("the principal is frozen; lift that first")]
    Frozen,
}

const COLUMNS: &str =
    "id, principal, policy, reason, seconds, asked_by, asked, state, until, confirmed_by, since, closed_by";

/// Asks for a break-glass; and whether the log has anything else of this principal.
///
/// # Errors
/// [`StoreError`].
pub fn ask(
    writer: &mut Writer<'_>,
    wanted: Wanted,
    person: &Reviewer,
) -> Result<Result<(BreakGlass, bool), NotAsked>, StoreError> {
    sweep(writer)?;
    let policy = match wanted.policy {
        Some(policy) => policy,
        None => match published_policy(writer.db)? {
            Some(policy) => policy,
            None => {
                let what = "not exactly one policy is published here; say the name of the one it overrides";
                return Ok(Err(NotAsked::Wrong(what.to_owned())));
            }
        },
    };
    let glass = BreakGlass {
        id: writer.new_id(),
        principal: wanted.principal,
        policy,
        reason: wanted.reason,
        length: wanted.length,
        asked_by: person.name.clone(),
        asked: writer.now,
        state: State::Asked { until: writer.now + CONFIRM_WITHIN },
    };
    if let Err(wrong) = glass.check() {
        return Ok(Err(NotAsked::Wrong(wrong)));
    }
    if freezes::is_frozen(writer.db, &glass.principal)? {
        return Ok(Err(NotAsked::Frozen));
    }
    let open = open(writer.db, writer.now)?;
    let same = |other: &&BreakGlass| other.principal == glass.principal && other.policy == glass.policy;
    if let Some(other) = open.iter().find(same) {
        return Ok(Err(NotAsked::Already(other.id.clone())));
    }
    if open.len() >= MOST_OPEN {
        return Ok(Err(NotAsked::TooMany));
    }
    let known = freezes::is_known(writer.db, &glass.principal)?;
    let seconds = glass.length.as_millis() / 1_000;
    let until = writer.now + CONFIRM_WITHIN;
    writer.append_own(own::BreakGlassAsked {
        break_glass: glass.id.clone(),
        agent: glass.principal.clone(),
        policy_name: glass.policy.clone(),
        by: glass.asked_by.clone(),
        reason: glass.reason.clone(),
        seconds,
        until: until.to_string(),
    })?;
    let mut insert = writer.db.prepare_cached(
        "INSERT INTO break_glass (id, principal, policy, reason, seconds, asked_by, asked, state, until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'asked', ?8)",
    )?;
    insert.execute(rusqlite::params![
        glass.id,
        glass.principal,
        glass.policy,
        glass.reason,
        seconds,
        glass.asked_by,
        micros(glass.asked),
        micros(until),
    ])?;
    drop(insert);
    writer.changed(&glass.id);
    Ok(Ok((glass, known)))
}

/// The name of the one policy that is published here.
fn published_policy(db: &Connection) -> Result<Option<String>, StoreError> {
    let mut names: Vec<String> = bundles::all_current(db)?
        .iter()
        .filter_map(|(_, bundle)| Some(Bundle::open_unverified(&bundle.file).ok()?.name().to_owned()))
        .collect();
    names.dedup();
    Ok(names.pop().filter(|_| names.is_empty()))
}

/// What [`step`] gives: the break-glass as it then stands, and whether the input was granted.
pub type Stepped = (BreakGlass, Result<(), Refused>);

/// One step of the break-glass of this ID, if there is one. `comment` is what whoever takes it says.
///
/// # Errors
/// [`StoreError`].
pub fn step(
    writer: &mut Writer<'_>,
    id: &str,
    input: Input<'_>,
    comment: &str,
) -> Result<Option<Stepped>, StoreError> {
    let Some(mut glass) = load(writer.db, id)? else { return Ok(None) };
    if matches!(input, Input::Confirm(_)) && freezes::is_frozen(writer.db, &glass.principal)? {
        return Ok(Some((glass, Err(Refused::Frozen))));
    }
    let before = glass.state.name();
    let (happened, answer) = glass.handle(writer.now, input);
    let Some(happened) = happened else { return Ok(Some((glass, answer))) };
    let (break_glass, agent) = (glass.id.clone(), glass.principal.clone());
    let (by, reason) = (closed_by(&glass, input), comment.to_owned());
    let mut note = None;
    match happened {
        Happened::Confirmed => {
            let statement = glass.statement(writer.signer.verifier().name());
            let signed = statement.as_ref().map(|statement| statement.sign(writer.signer)).transpose();
            let signed = signed.map_err(|error| StoreError::Refused(error.to_string()))?;
            let until = statement.map(|statement| statement.until.to_string()).unwrap_or_default();
            note.clone_from(&signed);
            let note = signed.unwrap_or_default();
            writer.append_own(own::BreakGlassConfirmed { break_glass, agent, by, until, note })?
        }
        Happened::Refused => writer.append_own(own::BreakGlassRefused { break_glass, agent, by, reason })?,
        Happened::Cancelled => writer.append_own(own::BreakGlassCancelled { break_glass, agent, by })?,
        Happened::Ended => writer.append_own(own::BreakGlassEnded { break_glass, agent, by, reason })?,
        Happened::Expired => writer.append_own(own::BreakGlassExpired { break_glass, agent })?,
    };
    let (confirmed_by, since, until) = match &glass.state {
        State::Active { by, since, until } => (Some(by), Some(micros(*since)), Some(micros(*until))),
        state => (None, None, state.until().map(micros)),
    };
    let closed_by = glass.state.until().is_none().then(|| closed_by(&glass, input));
    let mut update = writer.db.prepare_cached(
        "UPDATE break_glass SET state = ?3, until = ?4, confirmed_by = coalesce(?5, confirmed_by),
                since = coalesce(?6, since), closed_by = ?7, note = ?8 WHERE id = ?1 AND state = ?2",
    )?;
    let changed = update.execute(rusqlite::params![
        id,
        before,
        glass.state.name(),
        until,
        confirmed_by,
        since,
        closed_by,
        note
    ])?;
    drop(update);
    if changed != 1 {
        return Err(StoreError::Refused(format!("break-glass `{id}` changed in between")));
    }
    writer.changed(id);
    Ok(Some((glass, answer)))
}

/// Who took a step; nobody, where time did.
fn closed_by(glass: &BreakGlass, input: Input<'_>) -> String {
    match (&glass.state, input) {
        (State::Expired, _) | (_, Input::Tick) => String::new(),
        (_, Input::Confirm(person) | Input::Refuse(person) | Input::Cancel(person) | Input::End(person)) => {
            person.name.clone()
        }
    }
}

/// Writes down what time has ended.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(writer: &mut Writer<'_>) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM break_glass WHERE until <= ?1");
    for glass in select(writer.db, &sql, (micros(writer.now),))? {
        // Time cannot be refused.
        let _ = step(writer, &glass.id, Input::Tick, "")?;
    }
    Ok(())
}

/// Whether [`sweep`] has something to do.
///
/// # Errors
/// [`StoreError`].
pub fn is_due(db: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached("SELECT 1 FROM break_glass WHERE until <= ?1")?;
    Ok(row.exists((micros(now),))?)
}

/// Whether the break-glass of this ID lets through what this principal does now.
pub(super) fn covers(
    db: &Connection,
    id: &str,
    principal: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT 1 FROM break_glass WHERE id = ?1 AND principal = ?2 AND state = 'active' AND until > ?3",
    )?;
    Ok(row.exists((id, principal, micros(now)))?)
}

/// The notes of what holds.
///
/// # Errors
/// [`StoreError`].
pub fn notes(db: &Connection, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT note FROM break_glass WHERE state = 'active' AND until > ?1 ORDER BY since, id",
    )?;
    let rows = rows.query_map((micros(now),), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is asked for or holds, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn open(db: &Connection, now: Timestamp) -> Result<Vec<BreakGlass>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM break_glass WHERE until > ?1 ORDER BY asked, id");
    select(db, &sql, (micros(now),))
}

/// All there were, the newest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(db: &Connection, now: Timestamp) -> Result<Vec<BreakGlass>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM break_glass ORDER BY asked DESC, id DESC LIMIT {MAX_LIST}");
    let mut all = select(db, &sql, ())?;
    for glass in &mut all {
        // Time cannot be refused.
        let _ = glass.handle(now, Input::Tick);
    }
    Ok(all)
}

/// A break-glass as its row stands.
///
/// # Errors
/// [`StoreError`].
pub fn load(db: &Connection, id: &str) -> Result<Option<BreakGlass>, StoreError> {
    Ok(select(db, &format!("SELECT {COLUMNS} FROM break_glass WHERE id = ?1"), (id,))?.pop())
}

fn select(db: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<BreakGlass>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<BreakGlass, StoreError> {
    let damaged = || StoreError::Fatal("a break-glass's state cannot be read".to_owned());
    let time = |name: &str| Ok::<_, StoreError>(row.get::<_, Option<u64>>(name)?.map(Timestamp::from_micros));
    let by: Option<String> = row.get("closed_by")?;
    let by = by.unwrap_or_default();
    let state = match (row.get::<_, String>("state")?.as_str(), time("until")?) {
        ("asked", Some(until)) => State::Asked { until },
        ("active", Some(until)) => {
            State::Active { by: row.get("confirmed_by")?, since: time("since")?.ok_or_else(damaged)?, until }
        }
        ("ended", None) => State::Ended { by },
        ("expired", None) => State::Expired,
        ("refused", None) => State::Refused { by },
        ("cancelled", None) => State::Cancelled,
        _ => return Err(damaged()),
    };
    Ok(BreakGlass {
        id: row.get("id")?,
        principal: row.get("principal")?,
        policy: row.get("policy")?,
        reason: row.get("reason")?,
        length: Span::from_secs(row.get("seconds")?),
        asked_by: row.get("asked_by")?,
        asked: time("asked")?.ok_or_else(damaged)?,
        state,
    })
}
