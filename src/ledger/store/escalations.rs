//! Questions to people, as rows: each step is the [state machine](crate::escalation)'s, a compare-and-set of
//! the row, and its events in the log, in one transaction. A decision that is not in the log did not happen.

mod rows;

pub use rows::{arguments, count_pending, erasable, list, load, overdue};

use super::writer::{Writer, micros, verdict_name};
use super::{StoreError, freezes, grants};
use crate::escalation::{Again, Escalation, Happened, Input, Phase, Refused, State};
use crate::grant::{Call, Scope};
use crate::own;
use crate::tlog::Hash;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rows::{by_decision, denied_with_key, must_load, open_with_key};
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{EscalationCreate, EscalationPhase, EscalationState};
use toolgate_engine::record::types;
use toolgate_engine::time::{Span, Timestamp};

/// An escalation with what was asked.
#[derive(Debug, Clone)]
pub struct Stored {
    /// How it stands.
    pub escalation: Escalation,
    /// What was asked, without the arguments.
    pub question: Question,
    /// When it was asked.
    pub created: Timestamp,
    /// Number of the event that spent it.
    pub consumed_index: Option<u64>,
    /// The keyed hash of the arguments that is in the log.
    pub payload: String,
}

/// [`EscalationCreate`] without the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The decision that asked first.
    pub decision: String,
    /// Its emitter.
    pub source: String,
    /// How the principal was established.
    pub via: String,
    /// The person it acts for.
    #[serde(default)]
    pub on_behalf_of: Option<String>,
    /// The tool.
    pub tool: String,
    /// The bundle's digest.
    pub bundle: String,
    /// The determining rules.
    pub rules: Vec<String>,
    /// Why they ask.
    pub because: String,
    /// What the call would do.
    pub effects: Vec<String>,
    /// As in [`EscalationCreate`].
    pub digest: String,
    /// As in [`EscalationCreate`].
    pub rules_digest: String,
    /// As in [`EscalationCreate`].
    pub reviewers: Vec<toolgate_engine::protocol::ReviewerGroup>,
}

impl Stored {
    /// The call, with the arguments that are kept apart.
    fn call<'a>(&'a self, arguments: &'a str) -> Call<'a> {
        Call {
            agent: &self.escalation.agent,
            tool: &self.question.tool,
            digest: &self.escalation.digest,
            rules_digest: &self.escalation.rules_digest,
            arguments,
            effects: &self.question.effects,
        }
    }

    /// What a gate is told.
    pub fn state(&self, now: Timestamp) -> EscalationState {
        let escalation = &self.escalation;
        let (comment, until) = match &escalation.state {
            State::Denied { comment, until } => (Some(comment.clone()), Some(*until)),
            state => (None, state.until()),
        };
        let left = until.map_or(0, |until| until.since(now).as_millis() / 1_000);
        EscalationState {
            id: escalation.id.clone(),
            digest: escalation.digest.clone(),
            state: escalation.state.phase(),
            version: escalation.version,
            comment,
            expires_in: left,
        }
    }

    /// The same with time looked at: what is past its time *is* expired, whether or not that was written yet.
    pub fn at(mut self, now: Timestamp) -> Self {
        // Time cannot be refused.
        let _ = self.escalation.handle(now, Input::Tick);
        self
    }
}

/// Why a question is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// The principal has as many questions open as it may.
    TooMany {
        /// How many it may.
        cap: u64,
    },
    /// People have stopped the principal.
    Frozen,
    /// The decision asked about another call before.
    OtherCall,
    /// No such decision of this emitter is recorded.
    NotRecorded,
}

/// Asks, or finds what was asked: by this decision, or about the same call. What a person denied is refused again
/// without asking while that no holds, even where a grant for calls like it would cover it. More than `cap` open questions of one
/// principal come from a loop, not from work; the log says of each that nobody was asked.
///
/// # Errors
/// [`StoreError`].
pub fn create(
    writer: &mut Writer<'_>,
    ask: &EscalationCreate,
    cap: u64,
) -> Result<Result<EscalationState, NotAsked>, StoreError> {
    if !is_recorded(writer.db, ask)? {
        return Ok(Err(NotAsked::NotRecorded));
    }
    if freezes::is_frozen(writer.db, &ask.agent)? {
        not_asked(writer, ask, Unasked::Frozen)?;
        return Ok(Err(NotAsked::Frozen));
    }
    let key = match_key(ask);
    if let Some(id) = by_decision(writer.db, &ask.decision)? {
        let stored = settle(writer, &id)?;
        let same = stored.escalation.digest == ask.digest
            && stored.escalation.agent == ask.agent
            && stored.escalation.on_behalf_of == ask.on_behalf_of;
        if !same {
            return Ok(Err(NotAsked::OtherCall));
        }
        // Spent on another occurrence of the call: this one has to ask for itself.
        let spent_elsewhere =
            matches!(&stored.escalation.state, State::Consumed { decision } if *decision != ask.decision);
        if !spent_elsewhere {
            return Ok(Ok(stored.state(writer.now)));
        }
    }
    if let Some(id) = open_with_key(writer.db, &key)? {
        let stored = settle(writer, &id)?;
        if stored.escalation.state.until().is_some() {
            attach(writer, ask, &id)?;
            writer.append_own(own::Attached {
                escalation: id,
                decision: ask.decision.clone(),
                emitter: ask.source.clone(),
            })?;
            return cover(writer, stored, ask).map(Ok);
        }
    }
    if let Some(id) = denied_with_key(writer.db, &key)? {
        let stored = must_load(writer.db, &id)?;
        if stored.escalation.again(writer.now) == Again::Denied {
            attach(writer, ask, &id)?;
            not_asked(writer, ask, Unasked::Denied(id))?;
            return Ok(Ok(stored.state(writer.now)));
        }
    }
    let waiting = "SELECT count(*) FROM escalation WHERE agent = ?1 AND state = 'pending' AND until > ?2";
    let waiting: u64 =
        writer.db.prepare_cached(waiting)?.query_row((&ask.agent, micros(writer.now)), |row| row.get(0))?;
    if waiting >= cap {
        not_asked(writer, ask, Unasked::TooMany(cap))?;
        return Ok(Err(NotAsked::TooMany { cap }));
    }
    insert(writer, ask, key).map(Ok)
}

/// Why nobody is asked, as the log says it.
enum Unasked {
    Frozen,
    TooMany(u64),
    Denied(String),
}

fn not_asked(writer: &mut Writer<'_>, ask: &EscalationCreate, why: Unasked) -> Result<(), StoreError> {
    let (decision, emitter, agent) = (ask.decision.clone(), ask.source.clone(), ask.agent.clone());
    let (why, escalation, cap) = match why {
        Unasked::Frozen => ("frozen", None, None),
        Unasked::TooMany(cap) => ("too_many", None, Some(cap)),
        Unasked::Denied(escalation) => ("denied", Some(escalation), None),
    };
    writer.append_own(own::NotAsked { decision, emitter, agent, why: why.to_owned(), escalation, cap })?;
    Ok(())
}

fn insert(writer: &mut Writer<'_>, ask: &EscalationCreate, key: Hash) -> Result<EscalationState, StoreError> {
    let id = writer.new_id();
    let answer_within = ask.reviewers.iter().map(|group| group.answer_within).min().unwrap_or(0);
    let until = writer.now + Span::from_secs(answer_within);
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| StoreError::Refused(error.to_string()))?;
    let payload = keyed(&salt, ask.arguments.as_bytes());
    let question = Question {
        decision: ask.decision.clone(),
        source: ask.source.clone(),
        via: ask.via.clone(),
        on_behalf_of: ask.on_behalf_of.clone(),
        tool: ask.tool.clone(),
        bundle: ask.bundle.clone(),
        rules: ask.rules.clone(),
        because: ask.because.clone(),
        effects: ask.effects.clone(),
        digest: ask.digest.clone(),
        rules_digest: ask.rules_digest.clone(),
        reviewers: ask.reviewers.clone(),
    };
    let json = serde_json::to_string(&question).map_err(|error| StoreError::Refused(error.to_string()))?;
    let mut row = writer.db.prepare_cached(
        "INSERT INTO escalation (id, match_key, agent, question, payload, state, until, version, created,
                                 otherwise_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, 1, ?7, ?8)",
    )?;
    let otherwise = Escalation::first_otherwise(writer.now, &ask.reviewers).map(micros);
    let now = micros(writer.now);
    row.execute((&id, key.0, &ask.agent, json, &payload, micros(until), now, otherwise))?;
    let mut kept =
        writer.db.prepare_cached("INSERT INTO payload (escalation, salt, body) VALUES (?1, ?2, ?3)")?;
    kept.execute((&id, salt, &ask.arguments))?;
    drop((row, kept));
    attach(writer, ask, &id)?;
    writer.append_own(own::Created {
        escalation: id.clone(),
        decision: ask.decision.clone(),
        emitter: ask.source.clone(),
        agent: ask.agent.clone(),
        via: ask.via.clone(),
        on_behalf_of: ask.on_behalf_of.clone(),
        tool: ask.tool.clone(),
        digest: ask.digest.clone(),
        bundle: ask.bundle.clone(),
        rules_digest: ask.rules_digest.clone(),
        rules: ask.rules.clone(),
        because: ask.because.clone(),
        reviewers: ask.reviewers.clone(),
        effects: shortened(&ask.effects),
        until: until.to_string(),
        payload,
    })?;
    writer.changed(&id);
    let stored = must_load(writer.db, &id)?;
    cover(writer, stored, ask)
}

/// Looks for a grant that covers a question nobody has decided yet.
fn cover(
    writer: &mut Writer<'_>,
    stored: Stored,
    ask: &EscalationCreate,
) -> Result<EscalationState, StoreError> {
    let id = stored.escalation.id.clone();
    // The same call, and yet other effects: another analysis looked at it. That is for people.
    let same = stored.question.effects == ask.effects;
    if !same || !matches!(stored.escalation.state, State::Pending { .. }) {
        return Ok(stored.state(writer.now));
    }
    let Some((grant, until)) = grants::cover(writer, &id, &stored.call(&ask.arguments))? else {
        return Ok(stored.state(writer.now));
    };
    match step(writer, &id, Input::Cover { grant: &grant, until })? {
        Some((stored, Ok(()))) => Ok(stored.state(writer.now)),
        // A use that covers nothing is not written.
        _ => Err(StoreError::Refused(format!("grant `{grant}` covers `{id}`, which is no longer open"))),
    }
}

/// Whether the decision that asks is in the log, says to ask, and is of this call. Nothing is asked of people
/// that has no decision behind it.
fn is_recorded(db: &Connection, ask: &EscalationCreate) -> Result<bool, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT e.line FROM entry e JOIN emitter m ON m.id = e.emitter
         WHERE e.decision = ?1 AND e.type = ?2 AND e.verdict = 'escalate' AND e.agent = ?3 AND m.source = ?4",
    )?;
    let values = (&ask.decision, types::DECISION, &ask.agent, &ask.source);
    let line: Option<Vec<u8>> = row.query_row(values, |row| row.get(0)).optional()?;
    let Some(line) = line else { return Ok(false) };
    let event: serde_json::Value =
        serde_json::from_slice(&line).map_err(|error| StoreError::Refused(error.to_string()))?;
    let says = |pointer: &str| event.pointer(pointer).and_then(serde_json::Value::as_str);
    Ok(says("/data/action/digest") == Some(&ask.digest)
        && says("/data/agent/on_behalf_of") == ask.on_behalf_of.as_deref())
}

fn attach(writer: &Writer<'_>, ask: &EscalationCreate, id: &str) -> Result<(), StoreError> {
    let mut occurrence = writer.db.prepare_cached(
        "INSERT OR REPLACE INTO occurrence (decision, emitter, escalation) VALUES (?1, ?2, ?3)",
    )?;
    occurrence.execute((&ask.decision, &ask.source, id))?;
    Ok(())
}

/// What [`step`] gives: the escalation as it then stands, and whether the input was granted.
pub type Stepped = (Stored, Result<(), Refused>);

/// Brings one input to an escalation; `None` if there is none of that ID. `if_version` must be its version.
///
/// # Errors
/// [`StoreError`].
pub fn step(writer: &mut Writer<'_>, id: &str, input: Input<'_>) -> Result<Option<Stepped>, StoreError> {
    let Some(mut stored) = load(writer.db, id)? else { return Ok(None) };
    let from = (stored.escalation.version, stored.escalation.state.phase());
    let goes_on = matches!(input, Input::Consume(_) | Input::Vote { verdict: Verdict::Allow, .. });
    if goes_on && freezes::is_frozen(writer.db, &stored.escalation.agent)? {
        return Ok(Some((settle(writer, id)?, Err(Refused::Frozen))));
    }
    if let Input::Vote { grant: Some(_), .. } = input
        && let Err(refused) = scope(writer, &stored, input)?
    {
        return Ok(Some((settle(writer, id)?, Err(refused))));
    }
    let (happened, mut answer) = stored.escalation.handle(writer.now, input);
    if let (Input::Consume(request), true) = (input, happened.iter().any(is_consumption)) {
        // One occurrence of a call spends one approval, and only one that it asked for.
        let mut taken = writer.db.prepare_cached("SELECT 1 FROM escalation WHERE consumed_by = ?1")?;
        let taken = taken.exists([&request.decision])?;
        if taken || by_decision(writer.db, &request.decision)?.as_deref() != Some(id) {
            answer = Err(if taken { Refused::Spent } else { Refused::OtherCall("decision") });
            return Ok(Some((settle(writer, id)?, answer)));
        }
    }
    for what in &happened {
        let index = tell(writer, &stored, input, what)?;
        if is_consumption(what) {
            stored.consumed_index = Some(index);
        }
    }
    if !happened.is_empty() {
        save(writer, &stored, from)?;
        writer.changed(id);
    }
    Ok(Some((stored, answer)))
}

/// What the grant that a vote asks for would cover.
fn scope(
    writer: &Writer<'_>,
    stored: &Stored,
    input: Input<'_>,
) -> Result<Result<Scope, Refused>, StoreError> {
    let Input::Vote { grant: Some(asked), .. } = input else { return Ok(Err(Refused::NotAVote)) };
    let arguments = arguments(writer.db, &stored.escalation.id)?.unwrap_or_default();
    Ok(asked.scope(&stored.call(&arguments)).map_err(Refused::from))
}

const fn is_consumption(what: &Happened) -> bool {
    matches!(what, Happened::Consumed { .. })
}

/// Lets time do its work on an escalation that exists.
fn settle(writer: &mut Writer<'_>, id: &str) -> Result<Stored, StoreError> {
    match step(writer, id, Input::Tick)? {
        Some((stored, _)) => Ok(stored),
        None => Err(StoreError::Refused(format!("escalation `{id}` is gone"))),
    }
}

/// Writes what happened into the log.
fn tell(
    writer: &mut Writer<'_>,
    stored: &Stored,
    input: Input<'_>,
    what: &Happened,
) -> Result<u64, StoreError> {
    let escalation = stored.escalation.id.clone();
    match what.clone() {
        Happened::Expired => writer.append_own(own::Expired { escalation }),
        Happened::Widened { groups, to } => writer.append_own(own::Widened { escalation, groups, to }),
        Happened::Voted { reviewer, verdict, assurance, counts_for, comment, grant } => {
            let digest = match input {
                Input::Vote { digest, .. } => digest.to_owned(),
                _ => stored.escalation.digest.clone(),
            };
            let mut vote = writer.db.prepare_cached(
                "INSERT INTO vote (escalation, reviewer, verdict, counts_for, comment, digest, asked, t)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            let refused = |error: serde_json::Error| StoreError::Refused(error.to_string());
            let groups = serde_json::to_string(&counts_for).map_err(refused)?;
            let asked = grant.as_ref().map(serde_json::to_string).transpose().map_err(refused)?;
            let (said, now) = (verdict_name(verdict), micros(writer.now));
            vote.execute((&escalation, &reviewer, said, groups, &comment, &digest, asked, now))?;
            drop(vote);
            writer.append_own(own::Voted {
                escalation,
                reviewer,
                verdict,
                assurance: Some(assurance),
                counts_for,
                digest,
                comment,
                grant,
            })
        }
        Happened::Approved { until, grant } => {
            writer.append_own(own::Approved { escalation, until: until.to_string(), grant })
        }
        Happened::Granted { asked, by, until } => match scope(writer, stored, input)? {
            Ok(scope) => grants::create(writer, stored, &scope, (&asked, &by, until)),
            Err(refused) => Err(StoreError::Refused(refused.to_string())),
        },
        Happened::Denied { reviewer, comment, until } => {
            let until = Some(until.to_string());
            writer.append_own(own::Denied { escalation, reviewer, comment, until })
        }
        Happened::Consumed { decision } => writer.append_own(own::Consumed {
            escalation,
            decision,
            agent: stored.escalation.agent.clone(),
            digest: stored.escalation.digest.clone(),
            rules_digest: stored.escalation.rules_digest.clone(),
        }),
        Happened::Revoked { reviewer, comment } => {
            writer.append_own(own::Revoked { escalation, reviewer, comment })
        }
        Happened::Lifted { reviewer, comment } => {
            writer.append_own(own::Lifted { escalation, reviewer, comment })
        }
        Happened::Cancelled => writer.append_own(own::Cancelled { escalation }),
    }
}

/// Compare-and-set: the row changes only from the state the step began with.
fn save(writer: &Writer<'_>, stored: &Stored, from: (u64, EscalationPhase)) -> Result<(), StoreError> {
    let Escalation { id, state, version, .. } = &stored.escalation;
    let (comment, denied_until, consumed_by) = match state {
        State::Denied { comment, until } => (Some(comment), Some(micros(*until)), None),
        State::Consumed { decision } => (None, None, Some(decision)),
        _ => (None, None, None),
    };
    let until = state.until().map(micros);
    let ended = until.is_none().then(|| micros(writer.now));
    let mut update = writer.db.prepare_cached(
        "UPDATE escalation SET state = ?4, until = ?5, version = ?6, consumed_by = ?8,
                               consumed_index = ?9, comment = ?10, otherwise_at = ?11, denied_until = ?12,
                               ended = coalesce(ended, ?7)
         WHERE id = ?1 AND version = ?2 AND state = ?3",
    )?;
    let rows = update.execute(rusqlite::params![
        id,
        from.0,
        Phase(from.1).name(),
        Phase(state.phase()).name(),
        until,
        version,
        ended,
        consumed_by,
        stored.consumed_index,
        comment,
        stored.escalation.otherwise_at.map(micros),
        denied_until,
    ])?;
    if rows == 1 { Ok(()) } else { Err(StoreError::Refused(format!("escalation `{id}` changed in between"))) }
}

/// Erases the arguments of an escalation, with their salt, and says so in the log.
///
/// # Errors
/// [`StoreError`].
pub fn erase(writer: &mut Writer<'_>, id: &str) -> Result<(), StoreError> {
    if writer.db.execute("DELETE FROM payload WHERE escalation = ?1", [id])? > 0 {
        writer.append_own(own::PayloadErased { escalation: id.to_owned() })?;
    }
    Ok(())
}

/// Effects as they stand in the log, where an entry has a size. Reviewers see them all.
fn shortened(effects: &[String]) -> Vec<String> {
    const MOST: usize = 32;
    const LONGEST: usize = 256;
    let mut short: Vec<String> =
        effects.iter().take(MOST).map(|effect| effect.chars().take(LONGEST).collect()).collect();
    if let Some(more @ 1..) = effects.len().checked_sub(MOST) {
        short.push(format!("{more} more, left out of the record for their number"));
    }
    short
}

/// What makes two calls the same question: whoever may answer the one may answer the other. Every part with its length in front, so that no two lists of
/// parts are the same bytes. The bundle is not among them: an approval outlives a new one if the same rules
/// and reviewers still ask. Nor is anything the agent chose but the call itself.
fn match_key(ask: &EscalationCreate) -> Hash {
    let mut bytes = b"toolgate/escalation/v1".to_vec();
    let person = ask.on_behalf_of.iter();
    for part in [&ask.agent, &ask.tool, &ask.digest, &ask.rules_digest].into_iter().chain(person) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Hash::of(&bytes)
}

/// `hmac-sha256:<hex>` of `body` under `salt`: who has only the log cannot guess the arguments.
fn keyed(salt: &[u8; 16], body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) else { return String::new() };
    mac.update(body);
    let tag: [u8; 32] = mac.finalize().into_bytes().into();
    Hash(tag).to_hex().replacen("sha256", "hmac-sha256", 1)
}
