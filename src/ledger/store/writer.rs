//! Appending to the log inside one transaction.

use super::StoreError;
use crate::event::{Event, Facts};
use crate::own::{OwnBody, SOURCE};
use crate::tlog::note::Signer;
use crate::tlog::tile::MAX_ENTRY;
use crate::tlog::{Edge, Hash};
use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use toolgate_engine::ids::Ids;
use toolgate_engine::policy::Verdict;
use toolgate_engine::record;
use toolgate_engine::time::Timestamp;

/// How the ledger knows who sent something; part of every receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// By bearer token.
    Token,
    /// Not at all (`--dev`).
    None,
    /// It is the ledger itself.
    Own,
}

/// What the ledger states of a line: when it came and from whom.
#[derive(Serialize)]
struct Receipt<'a> {
    v: u8,
    t: String,
    peer: &'a str,
    auth: Auth,
}

/// Where the log stands while a transaction is open. Cheap to copy: what is rolled back is put back.
#[derive(Debug, Clone)]
pub struct LogState {
    /// The tree.
    pub edge: Edge,
    /// The time of the last entry.
    pub t: Timestamp,
    /// Number of the ledger's own next event.
    pub own_seq: u64,
    /// Hash of the ledger's own last event.
    pub own_prev: Hash,
}

impl LogState {
    /// What a database says.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load(db: &Connection) -> Result<Self, StoreError> {
        let head = super::head(db)?;
        let last = "SELECT e.seq, e.hash FROM entry e JOIN emitter m ON m.id = e.emitter
                    WHERE m.source = ?1 ORDER BY e.seq DESC LIMIT 1";
        let last: Option<(u64, [u8; 32])> =
            db.query_row(last, [SOURCE], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (own_seq, own_prev) = last.map_or((0, Hash([0; 32])), |(seq, hash)| (seq + 1, Hash(hash)));
        Ok(Self { edge: head.edge, t: head.t, own_seq, own_prev })
    }
}

/// Appends to the log, and gives access to the tables, inside one transaction of the sequencer.
#[derive(Debug)]
pub struct Writer<'a> {
    /// The transaction.
    pub db: &'a Connection,
    /// The time of this batch, never before that of the last one.
    pub now: Timestamp,
    /// The log's key.
    pub signer: &'a Signer,
    pub(crate) state: &'a mut LogState,
    pub(crate) ids: &'a mut Ids,
    /// Escalations whose waiters are to be told once this is committed.
    pub(crate) changed: &'a mut Vec<String>,
}

impl Writer<'_> {
    /// A new UUIDv7.
    pub fn new_id(&mut self) -> String {
        self.ids.next(self.now)
    }

    /// Wakes who waits for this escalation, once this is committed.
    pub fn changed(&mut self, escalation: &str) {
        self.changed.push(escalation.to_owned());
    }

    /// Appends an event of the ledger itself.
    ///
    /// # Errors
    /// [`StoreError`]; also where the event does not fit into an entry.
    pub fn append_own<B: OwnBody>(&mut self, body: B) -> Result<u64, StoreError> {
        let event = record::Event {
            specversion: "1.0".to_owned(),
            id: self.new_id(),
            source: SOURCE.to_owned(),
            kind: B::TYPE.to_owned(),
            time: self.now.to_string(),
            traceparent: None,
            data: record::Chained {
                seq: self.state.own_seq,
                prev: self.state.own_prev.to_hex(),
                seen: None,
                body,
            },
        };
        let line = serde_json::to_vec(&event).map_err(|error| StoreError::Refused(error.to_string()))?;
        let event = Event::read(&line).map_err(|error| StoreError::Refused(error.to_string()))?;
        let emitter = self.emitter(SOURCE, SOURCE)?.0;
        let index = self.append(emitter, &event, &line, SOURCE, Auth::Own)?;
        self.state.own_seq += 1;
        self.state.own_prev = event.hash;
        Ok(index)
    }

    /// The row of an emitter, made if it is new, and the peer that may write for it.
    pub(super) fn emitter(&self, source: &str, peer: &str) -> Result<(i64, String), StoreError> {
        let mut known = self.db.prepare_cached("SELECT id, peer FROM emitter WHERE source = ?1")?;
        if let Some(row) = known.query_row([source], |row| Ok((row.get(0)?, row.get(1)?))).optional()? {
            return Ok(row);
        }
        let mut insert = self.db.prepare_cached(
            "INSERT INTO emitter (source, peer, contiguous, max_seq, last_seen) VALUES (?1, ?2, 0, -1, ?3)",
        )?;
        let id = insert.insert((source, peer, micros(self.now)))?;
        Ok((id, peer.to_owned()))
    }

    /// Appends one line, as it is. The caller has made sure that its place in the chain is free.
    pub(super) fn append(
        &mut self,
        emitter: i64,
        event: &Event,
        line: &[u8],
        peer: &str,
        auth: Auth,
    ) -> Result<u64, StoreError> {
        let receipt = Receipt { v: 1, t: self.now.to_string(), peer, auth };
        let receipt =
            serde_json::to_string(&receipt).map_err(|error| StoreError::Refused(error.to_string()))?;
        let entry = [receipt.as_bytes(), b"\n", line].concat();
        if entry.len() > MAX_ENTRY {
            return Err(StoreError::Refused(format!("an entry has at most {MAX_ENTRY} bytes")));
        }
        let leaf = Hash::of_leaf(&entry);
        let index = self.state.edge.size();
        let Facts { agent, tool, verdict, decision, escalation, .. } = &event.facts;
        let verdict = verdict.map(verdict_name);
        let mut insert = self.db.prepare_cached(
            "INSERT INTO entry (idx, leaf, receipt, line, emitter, seq, event_id, hash, prev, type, t,
                                agent, tool, verdict, decision, escalation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?;
        insert.execute(rusqlite::params![
            index,
            leaf.0,
            receipt,
            line,
            emitter,
            event.seq,
            event.id,
            event.hash.0,
            event.prev.0,
            event.kind,
            micros(self.now),
            agent,
            tool,
            verdict,
            decision,
            escalation,
        ])?;
        self.state.edge.push(leaf);
        self.state.t = self.now;
        Ok(index)
    }
}

/// A time as the database has it.
pub(crate) fn micros(time: Timestamp) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// A verdict as the wire has it.
pub const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::Escalate => "escalate",
        Verdict::Deny => "deny",
    }
}
