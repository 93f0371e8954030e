//! What was tried, one row a call: the decision joined with what became of it and who approved.

use crate::event::Event;
use crate::own::{self, OwnBody as _};
use crate::store::StoreError;
use crate::store::read::{self, Entry, Query};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Known;
use toolgate_engine::effects::words::Words;
use toolgate_engine::effects::{Effect, Effects};
use toolgate_engine::record::{BreakGlass, types};

/// Most decisions with one ID that are looked at.
const MOST_OF_ONE: u32 = 10;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Number of the decision in the log.
    pub index: u64,
    /// The decision's ID.
    pub decision: String,
    /// When it was judged, by the emitter's clock.
    pub time: String,
    /// The principal; absent where none could be established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The tool; with what stands before its name (an MCP server, a namespace), where something does, and a slash.
    pub tool: String,
    /// What it would have done, in plain words; what could not be followed begins with `unknown:`.
    pub effects: Vec<String>,
    /// `allow`, `escalate` or `deny`.
    pub verdict: String,
    /// What the gate did: `allow`, `deny`, `hold` or `observe`.
    pub enforced: String,
    /// The determining rules.
    pub rules: Vec<String>,
    /// Why, in the words of who wrote the rules.
    pub reason: String,
    /// The escalation, where a person was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// Who approved.
    pub approved_by: Vec<String>,
    /// Who denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<String>,
    /// The break-glass by which it went through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
    /// What became of it: `released`, `refused`, `abandoned`; absent while nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<String>,
}

/// Some calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// In the order of the log.
    pub calls: Vec<Call>,
    /// Ask with this as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// The calls that a query finds.
///
/// # Errors
/// [`StoreError`].
pub fn calls(db: &Connection, query: Query) -> Result<Calls, StoreError> {
    let query = Query { kind: Some(types::DECISION.to_owned()), ..query };
    let decisions = read::entries(db, &query)?;
    let next = decisions.last().filter(|_| decisions.len() == query.limit as usize).map(|entry| entry.index);
    let mut votes = Votes::default();
    let calls = decisions.iter().map(|entry| join(db, entry, &mut votes)).collect::<Result<_, _>>()?;
    Ok(Calls { calls, next })
}

/// The recorded decisions with this ID, and for each in whole sentences what the call would have done. Gateways make
/// their IDs; two that made the same one are two decisions.
///
/// # Errors
/// [`StoreError`].
pub fn decisions(db: &Connection, id: &str) -> Result<Vec<(Call, Vec<String>)>, StoreError> {
    let query = Query {
        kind: Some(types::DECISION.to_owned()),
        decision: Some(id.to_owned()),
        limit: MOST_OF_ONE,
        ..Query::default()
    };
    let decisions = read::entries(db, &query)?;
    let mut votes = Votes::default();
    decisions
        .iter()
        .map(|entry| {
            let (_, body) = parse(entry)?;
            Ok((
                join(db, entry, &mut votes)?,
                effects(body.pointer("/data/effects"), |effect| effect.words(Words::Full)),
            ))
        })
        .collect()
}

/// How people voted, by escalation: many calls may wait for one.
type Votes = HashMap<String, (Vec<String>, Option<String>)>;

fn join(db: &Connection, entry: &Entry, votes: &mut Votes) -> Result<Call, StoreError> {
    let (mut call, source) = decided(entry)?;
    let of_decision = Query { decision: Some(call.decision.clone()), limit: 1_000, ..Query::default() };
    let mut spent = false;
    for other in read::entries(db, &of_decision)? {
        let (event, body) = parse(&other)?;
        spent |= event.kind == own::Consumed::TYPE;
        // Of its end only the emitter that decided can tell, and several may say which question it was.
        if let Some(escalation) = event.facts.escalation {
            call.escalation = Some(escalation);
        }
        if event.facts.fate.is_some() && event.source == source {
            call.fate = text(&body, "/data/outcome");
        }
    }
    if let Some(escalation) = &call.escalation {
        let (approved_by, denied_by) = match votes.entry(escalation.clone()) {
            Known::Occupied(known) => known.into_mut(),
            Known::Vacant(new) => new.insert(voted(db, escalation)?),
        };
        call.denied_by.clone_from(denied_by);
        // An approval is for one call: others that asked for the same were not approved by it.
        if spent || call.fate.is_none() {
            call.approved_by.clone_from(approved_by);
        }
    }
    Ok(call)
}

/// Who agreed and who did not.
fn voted(db: &Connection, escalation: &str) -> Result<(Vec<String>, Option<String>), StoreError> {
    let query = Query {
        kind: Some(own::Voted::TYPE.to_owned()),
        escalation: Some(escalation.to_owned()),
        limit: 1_000,
        ..Query::default()
    };
    let (mut approved_by, mut denied_by) = (Vec::new(), None);
    for vote in read::entries(db, &query)? {
        let (_, body) = parse(&vote)?;
        let Some(reviewer) = text(&body, "/data/reviewer") else { continue };
        match text(&body, "/data/verdict").as_deref() {
            Some("allow") => approved_by.push(reviewer),
            _ => denied_by = Some(reviewer),
        }
    }
    Ok((approved_by, denied_by))
}

fn parse(entry: &Entry) -> Result<(Event, Value), StoreError> {
    let damaged = || StoreError::Refused(format!("entry {} cannot be read", entry.index));
    let event = Event::read(&entry.line).map_err(|_| damaged())?;
    let body = serde_json::from_slice(&entry.line).map_err(|_| damaged())?;
    Ok((event, body))
}

/// What the decision says, and who made it.
fn decided(entry: &Entry) -> Result<(Call, String), StoreError> {
    let (event, body) = parse(entry)?;
    let list = |pointer: &str| body.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    let call = Call {
        index: entry.index,
        decision: event.id,
        time: event.time.to_string(),
        agent: event.facts.agent,
        tool: [text(&body, "/data/tool/namespace"), event.facts.tool]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("/"),
        effects: effects(body.pointer("/data/effects"), Effect::short),
        verdict: text(&body, "/data/verdict").unwrap_or_default(),
        enforced: text(&body, "/data/enforced").unwrap_or_default(),
        rules: list("/data/policy/rules").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        reason: text(&body, "/data/reason/text").unwrap_or_default(),
        escalation: event.facts.escalation,
        approved_by: Vec::new(),
        denied_by: None,
        break_glass: event.facts.break_glass,
        fate: None,
    };
    Ok((call, event.source))
}

fn text(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer)?.as_str().map(str::to_owned)
}

/// Effects in words. What another version of the analysis wrote, and this one cannot read, is its bare text.
fn effects(value: Option<&Value>, words: impl Fn(&Effect) -> String) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let Ok(Effects { known, unknown }) = Effects::deserialize(value) else { return vec![value.to_string()] };
    let unknown = unknown.iter().map(|unknown| format!("unknown: {}", unknown.what));
    known.iter().map(words).chain(unknown).collect()
}

#[cfg(test)]
mod tests;
