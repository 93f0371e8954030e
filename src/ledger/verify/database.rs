//! The database as an accused: what it is searched by must say what the entries say.

use super::Report;
use super::files::Entry;
use crate::store::{self, StoreError, micros, verdict_name};
use crate::tlog::Checkpoint;
use rusqlite::{Connection, OptionalExtension as _};
use std::path::Path;

pub(super) struct Database(Connection);

/// A row as the index has it.
#[derive(PartialEq)]
struct Row {
    receipt: String,
    line: Vec<u8>,
    leaf: [u8; 32],
    source: String,
    seq: u64,
    event_id: String,
    hash: [u8; 32],
    prev: [u8; 32],
    kind: String,
    t: i64,
    agent: Option<String>,
    tool: Option<String>,
    verdict: Option<String>,
    decision: Option<String>,
    escalation: Option<String>,
}

impl Database {
    pub(super) fn open(path: &Path, checkpoint: &Checkpoint, report: &mut Report) -> Option<Self> {
        let open = || {
            let db = store::open_reader(path)?;
            let size = store::head(&db)?.edge.size();
            Ok::<_, StoreError>((db, size))
        };
        match open() {
            Ok((_, size)) if size < checkpoint.size => {
                let text = format!(
                    "the database has {size} entries, {} are published: it was cut or restored",
                    checkpoint.size
                );
                report.tampering(None, text);
                None
            }
            Ok((db, _)) => Some(Self(db)),
            Err(error) => {
                report.unreadable(None, error.to_string());
                None
            }
        }
    }

    pub(super) fn compare(&self, entry: &Entry<'_>, report: &mut Report) {
        match self.row(entry.index) {
            Ok(Some(row)) if row == Row::of(entry) => {}
            Ok(_) => report.tampering(Some(entry.index), "the database says something else than the entry"),
            Err(error) => report.unreadable(Some(entry.index), error.to_string()),
        }
    }

    fn row(&self, index: u64) -> Result<Option<Row>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT e.receipt, e.line, e.leaf, m.source, e.seq, e.event_id, e.hash, e.prev, e.type, e.t,
                    e.agent, e.tool, e.verdict, e.decision, e.escalation
             FROM entry e JOIN emitter m ON m.id = e.emitter WHERE e.idx = ?1",
        )?;
        let row = statement.query_row([index], |row| {
            Ok(Row {
                receipt: row.get(0)?,
                line: row.get(1)?,
                leaf: row.get(2)?,
                source: row.get(3)?,
                seq: row.get(4)?,
                event_id: row.get(5)?,
                hash: row.get(6)?,
                prev: row.get(7)?,
                kind: row.get(8)?,
                t: row.get(9)?,
                agent: row.get(10)?,
                tool: row.get(11)?,
                verdict: row.get(12)?,
                decision: row.get(13)?,
                escalation: row.get(14)?,
            })
        });
        Ok(row.optional()?)
    }
}

impl Row {
    fn of(entry: &Entry<'_>) -> Self {
        let (event, facts) = (&entry.event, &entry.event.facts);
        Self {
            receipt: entry.receipt_text.to_owned(),
            line: entry.line.to_vec(),
            leaf: entry.leaf.0,
            source: event.source.clone(),
            seq: event.seq,
            event_id: event.id.clone(),
            hash: event.hash.0,
            prev: event.prev.0,
            kind: event.kind.clone(),
            t: micros(entry.received),
            agent: facts.agent.clone(),
            tool: facts.tool.clone(),
            verdict: facts.verdict.map(|verdict| verdict_name(verdict).to_owned()),
            decision: facts.decision.clone(),
            escalation: facts.escalation.clone(),
        }
    }
}
