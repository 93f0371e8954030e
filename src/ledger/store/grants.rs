//! Grants, as rows: each step is the [state machine](crate::grant)'s, and its event, in one transaction.

use super::StoreError;
use super::escalations::{self, Stored};
use super::writer::{Writer, micros};
use crate::grant::{Asked, Call, Grant, Happened, Input, Refused, Scope, State};
use crate::own;
use rusqlite::{Connection, Row};
use std::num::NonZeroU32;
use toolgate_engine::time::Timestamp;

/// Most grants in a list.
const MAX_LIST: u32 = 500;

/// A grant with where it comes from.
#[derive(Debug, Clone)]
pub struct StoredGrant {
    /// How it stands.
    pub grant: Grant,
    /// The escalation it comes of.
    pub escalation: String,
    /// What was asked for.
    pub asked: Asked,
    /// Who gave it.
    pub by: Vec<String>,
    /// When it was given.
    pub created: Timestamp,
}

const COLUMNS: &str =
    "id, escalation, agent, tool, rules_digest, asked, scope, by, state, until, left, created";

/// Writes down a grant that everyone who approved asked for.
///
/// # Errors
/// [`StoreError`].
pub(super) fn create(
    writer: &mut Writer<'_>,
    from: &Stored,
    scope: &Scope,
    (asked, by, until): (&Asked, &[String], Timestamp),
) -> Result<u64, StoreError> {
    let id = writer.new_id();
    let refused = |error: serde_json::Error| StoreError::Refused(error.to_string());
    let mut insert = writer.db.prepare_cached(
        "INSERT INTO granted (id, escalation, agent, tool, rules_digest, asked, scope, by, state, until, left, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10, ?11)",
    )?;
    insert.execute(rusqlite::params![
        id,
        from.escalation.id,
        from.escalation.agent,
        from.question.tool,
        from.escalation.rules_digest,
        serde_json::to_string(asked).map_err(refused)?,
        serde_json::to_string(scope).map_err(refused)?,
        serde_json::to_string(by).map_err(refused)?,
        micros(until),
        asked.uses.get(),
        micros(writer.now),
    ])?;
    drop(insert);
    writer.append_own(own::GrantCreated {
        grant: id,
        escalation: from.escalation.id.clone(),
        agent: from.escalation.agent.clone(),
        tool: from.question.tool.clone(),
        digest: from.escalation.digest.clone(),
        rules_digest: from.escalation.rules_digest.clone(),
        asked: asked.clone(),
        by: by.to_vec(),
        until: until.to_string(),
    })
}

/// Spends a use of the first open grant that covers the call; its ID and end. One that was given for calls on behalf of
/// one person covers none on behalf of another, who may be who gave it.
///
/// # Errors
/// [`StoreError`].
pub(super) fn cover(
    writer: &mut Writer<'_>,
    escalation: &str,
    call: &Call<'_>,
) -> Result<Option<(String, Timestamp)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM granted
         WHERE agent = ?1 AND tool = ?2 AND rules_digest = ?3 AND state = 'open' ORDER BY until, id"
    );
    let open = select(writer.db, &sql, (call.agent, call.tool, call.rules_digest))?;
    for stored in open {
        if on_behalf_of(writer.db, &stored.escalation)? != on_behalf_of(writer.db, escalation)? {
            continue;
        }
        let id = stored.grant.id.clone();
        if let (Some(Happened::Used { until, .. }), Ok(())) =
            step(writer, stored, Input::Use(call), Told::Call(escalation))?
        {
            return Ok(Some((id, until)));
        }
    }
    Ok(None)
}

/// The person that an escalation is asked for.
fn on_behalf_of(db: &Connection, escalation: &str) -> Result<Option<String>, StoreError> {
    Ok(escalations::load(db, escalation)?.and_then(|stored| stored.escalation.on_behalf_of))
}

/// What goes into the log along with what happened.
#[derive(Clone, Copy)]
enum Told<'a> {
    Nothing,
    Call(&'a str),
    Reviewer { name: &'a str, comment: &'a str },
}

fn step(
    writer: &mut Writer<'_>,
    mut stored: StoredGrant,
    input: Input<'_>,
    told: Told<'_>,
) -> Result<(Option<Happened>, Result<(), Refused>), StoreError> {
    let (happened, answer) = stored.grant.handle(writer.now, input);
    let grant = stored.grant.id.clone();
    let left = match (happened, told) {
        (None, _) => return Ok((None, answer)),
        (Some(Happened::Used { left, .. }), Told::Call(escalation)) => {
            writer.append_own(own::GrantUsed {
                grant: grant.clone(),
                escalation: escalation.to_owned(),
                left,
            })?;
            Some(left)
        }
        (Some(Happened::Revoked), Told::Reviewer { name, comment }) => {
            let (reviewer, comment) = (name.to_owned(), comment.to_owned());
            writer.append_own(own::GrantRevoked { grant: grant.clone(), reviewer, comment })?;
            None
        }
        (Some(Happened::Expired), _) => {
            writer.append_own(own::GrantExpired { grant: grant.clone() })?;
            None
        }
        (Some(Happened::Used { .. } | Happened::Revoked), _) => {
            return Err(StoreError::Refused("a grant changed and nobody is to be told why".to_owned()));
        }
    };
    let state = stored.grant.state;
    let ended = (!matches!(state, State::Open { .. })).then(|| micros(writer.now));
    let mut update = writer.db.prepare_cached(
        "UPDATE granted SET state = ?2, left = coalesce(?3, left), ended = ?4 WHERE id = ?1 AND state = 'open'",
    )?;
    match update.execute((&grant, state.name(), left, ended))? {
        1 => Ok((happened, answer)),
        _ => Err(StoreError::Refused(format!("grant `{grant}` changed in between"))),
    }
}

/// What [`revoke`] gives: the grant as it then stands, and whether it could be taken back.
pub type Revoked = (StoredGrant, Result<(), Refused>);

/// A reviewer takes a grant back; `None` if there is none of that ID.
///
/// # Errors
/// [`StoreError`].
pub fn revoke(
    writer: &mut Writer<'_>,
    id: &str,
    name: &str,
    comment: &str,
) -> Result<Option<Revoked>, StoreError> {
    let Some(stored) = load(writer.db, id)? else { return Ok(None) };
    let (_, answer) = step(writer, stored, Input::Revoke, Told::Reviewer { name, comment })?;
    Ok(load(writer.db, id)?.map(|stored| (stored, answer)))
}

/// Writes down what time has ended, and erases what ended grants covered before `before`.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(writer: &mut Writer<'_>, before: Timestamp) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM granted WHERE state = 'open' AND until <= ?1 LIMIT 256");
    for stored in select(writer.db, &sql, (micros(writer.now),))? {
        // Time cannot be refused.
        let _ = step(writer, stored, Input::Tick, Told::Nothing)?;
    }
    let mut erase =
        writer.db.prepare_cached("UPDATE granted SET scope = NULL WHERE ended < ?1 AND scope IS NOT NULL")?;
    erase.execute((micros(before),))?;
    Ok(())
}

/// Whether [`sweep`] has something to do.
///
/// # Errors
/// [`StoreError`].
pub fn is_due(db: &Connection, now: Timestamp, before: Timestamp) -> Result<bool, StoreError> {
    let sql =
        "SELECT 1 FROM granted WHERE (state = 'open' AND until <= ?1) OR (ended < ?2 AND scope IS NOT NULL)";
    Ok(db.prepare_cached(sql)?.exists((micros(now), micros(before)))?)
}

/// A grant as its row stands.
///
/// # Errors
/// [`StoreError`].
pub fn load(db: &Connection, id: &str) -> Result<Option<StoredGrant>, StoreError> {
    Ok(select(db, &format!("SELECT {COLUMNS} FROM granted WHERE id = ?1"), (id,))?.pop())
}

/// The newest grants first; with `open`, only those that cover calls.
///
/// # Errors
/// [`StoreError`].
pub fn list(db: &Connection, open: bool, now: Timestamp) -> Result<Vec<StoredGrant>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM granted WHERE ?1 = 0 OR (state = 'open' AND until > ?2)
         ORDER BY created DESC, id DESC LIMIT {MAX_LIST}"
    );
    let mut grants = select(db, &sql, (open, micros(now)))?;
    for stored in &mut grants {
        // Time cannot be refused.
        let _ = stored.grant.handle(now, Input::Tick);
    }
    Ok(grants)
}

fn select(db: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<StoredGrant>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut grants = Vec::new();
    while let Some(row) = rows.next()? {
        grants.push(read(row)?);
    }
    Ok(grants)
}

fn read(row: &Row<'_>) -> Result<StoredGrant, StoreError> {
    let damaged = |what: &str| StoreError::Fatal(format!("a grant's `{what}` cannot be read"));
    let until = Timestamp::from_micros(row.get("until")?);
    let state = match (row.get::<_, String>("state")?.as_str(), NonZeroU32::new(row.get("left")?)) {
        ("open", Some(left)) => State::Open { until, left },
        ("used_up", _) => State::UsedUp,
        ("expired", _) => State::Expired,
        ("revoked", _) => State::Revoked,
        _ => return Err(damaged("state")),
    };
    let scope: Option<String> = row.get("scope")?;
    let scope = scope.map(|json| serde_json::from_str(&json)).transpose().map_err(|_| damaged("scope"))?;
    let asked: String = row.get("asked")?;
    let by: String = row.get("by")?;
    Ok(StoredGrant {
        grant: Grant {
            id: row.get("id")?,
            agent: row.get("agent")?,
            tool: row.get("tool")?,
            rules_digest: row.get("rules_digest")?,
            scope,
            state,
        },
        escalation: row.get("escalation")?,
        asked: serde_json::from_str(&asked).map_err(|_| damaged("asked"))?,
        by: serde_json::from_str(&by).map_err(|_| damaged("by"))?,
        created: Timestamp::from_micros(row.get("created")?),
    })
}
