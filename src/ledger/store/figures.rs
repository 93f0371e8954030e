//! What the log and the escalations come to in numbers: for each rule, each agent, each gateway. Read on demand,
//! over a window and at most so many rows; nothing here is kept.

use super::StoreError;
use super::writer::micros;
use rusqlite::Connection;
use std::collections::BTreeMap;
use toolgate_engine::record::types;
use toolgate_engine::time::{Span, Timestamp};

/// Most decisions that are looked at.
const MOST_DECISIONS: u32 = 50_000;
/// Most escalations that are looked at.
const MOST_ESCALATIONS: u32 = 20_000;
/// An approval faster than this was hardly read.
const QUICK: u64 = 2;
/// From this many answers on, with so many hundredths of them approvals, a rule asks for what nobody refuses.
const WORN: (u64, u64) = (50, 98);
/// A gateway that has not been heard for so long is silent: it says something every 60 s.
const SILENT: Span = Span::from_secs(150);

/// What became of the calls that one rule spoke about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleFigures {
    /// The rule.
    pub rule: String,
    /// Decisions it determined.
    pub hits: u64,
    /// Questions people approved.
    pub approved: u64,
    /// Questions people denied.
    pub denied: u64,
    /// Questions nobody answered in time.
    pub expired: u64,
    /// Questions a grant covered.
    pub covered: u64,
    /// Approvals within two seconds.
    pub quick: u64,
    /// Seconds from question to answer, sorted.
    pub seconds: Vec<u64>,
}

impl RuleFigures {
    /// Answers of people.
    pub const fn answered(&self) -> u64 {
        self.approved + self.denied
    }

    /// Approvals in hundredths of the answers.
    pub fn rate(&self) -> Option<u64> {
        (self.approved * 100).checked_div(self.answered())
    }

    /// The middle one of the times to an answer, in seconds.
    pub fn median(&self) -> Option<u64> {
        self.seconds.get(self.seconds.len() / 2).copied()
    }

    /// Whether people say yes so often that a rule should say it.
    pub fn is_worn(&self) -> bool {
        self.answered() >= WORN.0 && self.approved * 100 > self.answered() * WORN.1
    }
}

/// Figures of every rule that determined something since `from`, by the rule: how often it did, and what people
/// answered. Goes through the decisions, so it is for pages that are opened now and then.
///
/// # Errors
/// [`StoreError`].
pub fn of_rules(db: &Connection, from: Timestamp) -> Result<Vec<RuleFigures>, StoreError> {
    let mut rules = collect(answers(db, from)?);
    let sql = format!(
        "SELECT r.value, count(*) FROM
           (SELECT line FROM entry WHERE type = ?1 AND t >= ?2 ORDER BY idx DESC LIMIT {MOST_DECISIONS}) e,
           json_each(CAST(e.line AS TEXT), '$.data.policy.rules') r GROUP BY 1"
    );
    let mut hits = db.prepare_cached(&sql)?;
    let mut rows = hits.query((types::DECISION, micros(from)))?;
    while let Some(row) = rows.next()? {
        let rule: String = row.get(0)?;
        figures_of(&mut rules, rule).hits = row.get(1)?;
    }
    Ok(rules.into_values().collect())
}

fn collect(figures: Vec<RuleFigures>) -> BTreeMap<String, RuleFigures> {
    figures.into_iter().map(|figures| (figures.rule.clone(), figures)).collect()
}

fn figures_of(rules: &mut BTreeMap<String, RuleFigures>, rule: String) -> &mut RuleFigures {
    rules.entry(rule.clone()).or_insert_with(|| RuleFigures { rule, ..RuleFigures::default() })
}

/// What people answered since `from`, by the rule; [`RuleFigures::hits`] stays 0.
///
/// # Errors
/// [`StoreError`].
pub fn answers(db: &Connection, from: Timestamp) -> Result<Vec<RuleFigures>, StoreError> {
    let mut rules: BTreeMap<String, RuleFigures> = BTreeMap::new();
    let sql = format!(
        "SELECT r.value, e.state, e.created,
                (SELECT max(v.t) FROM vote v WHERE v.escalation = e.id),
                (SELECT count(*) FROM vote v WHERE v.escalation = e.id AND v.verdict = 'allow')
         FROM (SELECT * FROM escalation WHERE created >= ?1 ORDER BY created DESC LIMIT {MOST_ESCALATIONS}) e,
              json_each(e.question, '$.rules') r"
    );
    let mut asked = db.prepare_cached(&sql)?;
    let mut rows = asked.query([micros(from)])?;
    while let Some(row) = rows.next()? {
        let (rule, state): (String, String) = (row.get(0)?, row.get(1)?);
        let (created, answered, votes): (i64, Option<i64>, u64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let figures = figures_of(&mut rules, rule);
        let took = answered.map(|at| u64::try_from(at - created).unwrap_or(0) / 1_000_000);
        match (state.as_str(), votes) {
            ("denied", _) => {
                figures.denied += 1;
                figures.seconds.extend(took);
            }
            ("approved" | "consumed" | "revoked", 0) => figures.covered += 1,
            ("approved" | "consumed" | "revoked", _) => {
                figures.approved += 1;
                figures.quick += u64::from(took.is_some_and(|took| took < QUICK));
                figures.seconds.extend(took);
            }
            ("expired", _) => figures.expired += 1,
            _ => {}
        }
    }
    let mut rules: Vec<RuleFigures> = rules.into_values().collect();
    rules.iter_mut().for_each(|figures| figures.seconds.sort_unstable());
    Ok(rules)
}

/// Decision events, as they stand in the log, whose calls people approved because of a rule, with their principal.
///
/// # Errors
/// [`StoreError`].
pub fn approved_by_rule(
    db: &Connection,
    rule: &str,
    from: Timestamp,
    limit: u32,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let sql = "SELECT e.agent, d.line FROM escalation e, json_each(e.question, '$.rules') r
                 JOIN entry d ON d.decision = json_extract(e.question, '$.decision') AND d.type = ?1
               WHERE r.value = ?2 AND e.created >= ?3 AND e.state IN ('approved', 'consumed')
               ORDER BY e.created DESC LIMIT ?4";
    let mut rows = db.prepare_cached(sql)?;
    let rows =
        rows.query_map((types::DECISION, rule, micros(from), limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Decisions of one hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hour {
    /// Allowed.
    pub allowed: u64,
    /// Escalated.
    pub escalated: u64,
    /// Denied.
    pub denied: u64,
}

/// What one agent did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentFigures {
    /// The principal.
    pub agent: String,
    /// Hour by hour from the beginning of the window.
    pub hours: Vec<Hour>,
    /// When it was seen first, ever.
    pub first: Timestamp,
    /// When it was seen last.
    pub last: Timestamp,
    /// The mode of its last decision: `enforce` or `observe`.
    pub mode: String,
}

impl AgentFigures {
    /// All hours together.
    pub fn total(&self) -> Hour {
        self.hours.iter().fold(Hour::default(), |sum, hour| Hour {
            allowed: sum.allowed + hour.allowed,
            escalated: sum.escalated + hour.escalated,
            denied: sum.denied + hour.denied,
        })
    }
}

/// Every agent that did something in the last `hours` hours, the busiest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_agents(db: &Connection, now: Timestamp, hours: u32) -> Result<Vec<AgentFigures>, StoreError> {
    let from = now - Span::from_secs(u64::from(hours) * 3_600);
    let sql = "SELECT agent, (t - ?2) / 3600000000, verdict, count(*), max(t) FROM entry
               WHERE type = ?1 AND t >= ?2 AND agent IS NOT NULL GROUP BY 1, 2, 3";
    let mut rows = db.prepare_cached(sql)?;
    let mut rows = rows.query((types::DECISION, micros(from)))?;
    let mut agents: BTreeMap<String, AgentFigures> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (agent, hour): (String, usize) = (row.get(0)?, row.get(1)?);
        let (verdict, count, last): (Option<String>, u64, u64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let figures = agents.entry(agent.clone()).or_insert_with(|| AgentFigures {
            agent,
            hours: vec![Hour::default(); hours as usize],
            first: now,
            last: Timestamp::from_micros(0),
            mode: String::new(),
        });
        figures.last = figures.last.max(Timestamp::from_micros(last));
        // What comes in this very moment belongs to the last hour.
        let hour = hour.min(figures.hours.len().saturating_sub(1));
        let Some(hour) = figures.hours.get_mut(hour) else { continue };
        match verdict.as_deref() {
            Some("allow") => hour.allowed += count,
            Some("escalate") => hour.escalated += count,
            _ => hour.denied += count,
        }
    }
    let mut first = db.prepare_cached("SELECT min(t) FROM entry WHERE agent = ?1")?;
    let mut mode = db.prepare_cached(
        "SELECT json_extract(CAST(line AS TEXT), '$.data.policy.mode') FROM entry
         WHERE agent = ?1 AND type = ?2 ORDER BY t DESC, idx DESC LIMIT 1",
    )?;
    for figures in agents.values_mut() {
        figures.first = Timestamp::from_micros(first.query_row([&figures.agent], |row| row.get(0))?);
        let found: Option<String> = mode.query_row((&figures.agent, types::DECISION), |row| row.get(0))?;
        figures.mode = found.unwrap_or_default();
    }
    let mut agents: Vec<AgentFigures> = agents.into_values().collect();
    agents.sort_by_key(|figures| {
        let Hour { allowed, escalated, denied } = figures.total();
        std::cmp::Reverse(allowed + escalated + denied)
    });
    Ok(agents)
}

/// What was refused most often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// The principal; empty where there was none.
    pub agent: String,
    /// The tool.
    pub tool: String,
    /// The rule.
    pub rule: String,
    /// How often.
    pub count: u64,
}

/// What was refused most often since `from`.
///
/// # Errors
/// [`StoreError`].
pub fn top_refusals(db: &Connection, from: Timestamp, limit: u32) -> Result<Vec<Refusals>, StoreError> {
    let sql = format!(
        "SELECT coalesce(e.agent, ''), coalesce(e.tool, ''), r.value, count(*) FROM
           (SELECT agent, tool, line FROM entry WHERE type = ?1 AND verdict = 'deny' AND t >= ?2
            ORDER BY idx DESC LIMIT {MOST_DECISIONS}) e,
           json_each(CAST(e.line AS TEXT), '$.data.policy.rules') r
         GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ?3"
    );
    let mut rows = db.prepare_cached(&sql)?;
    let rows = rows.query_map((types::DECISION, micros(from), limit), |row| {
        Ok(Refusals { agent: row.get(0)?, tool: row.get(1)?, rule: row.get(2)?, count: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One emitter of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// The gateway's name.
    pub peer: String,
    /// The emitter.
    pub source: String,
    /// When it was heard last.
    pub last: Timestamp,
    /// Whether it has been silent for longer than it may.
    pub silent: bool,
}

/// The emitters that did not say they stop, heard since `from`; the silent ones first.
///
/// # Errors
/// [`StoreError`].
pub fn gateways(db: &Connection, now: Timestamp, from: Timestamp) -> Result<Vec<Gateway>, StoreError> {
    let sql = "SELECT peer, source, last_seen FROM emitter
               WHERE source LIKE '/emitters/%' AND stopped = 0 AND last_seen >= ?1 ORDER BY last_seen, source LIMIT 500";
    let mut rows = db.prepare_cached(sql)?;
    let rows = rows.query_map([micros(from)], |row| {
        let last = Timestamp::from_micros(row.get(2)?);
        Ok(Gateway { peer: row.get(0)?, source: row.get(1)?, last, silent: now.since(last) > SILENT })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
