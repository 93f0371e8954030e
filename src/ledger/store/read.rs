//! Looking things up in the log.

use super::StoreError;
use super::writer::micros;
use crate::tlog::Hash;
use rusqlite::{Connection, OptionalExtension as _, Row};
use toolgate_engine::time::Timestamp;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub index: u64,
    /// What the ledger states of it.
    pub receipt: String,
    /// What was sent.
    pub line: Vec<u8>,
    /// The hash of the leaf.
    pub leaf: Hash,
}

impl Entry {
    /// The bytes the tree is built over: receipt, line feed, line.
    pub fn bytes(&self) -> Vec<u8> {
        [self.receipt.as_bytes(), b"\n", &self.line].concat()
    }
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only events of this `type`.
    pub kind: Option<String>,
    /// Only about this principal.
    pub agent: Option<String>,
    /// Only with this verdict.
    pub verdict: Option<String>,
    /// Only those the ledger received at or after this.
    pub from: Option<Timestamp>,
    /// Only those the ledger received before this.
    pub to: Option<Timestamp>,
    /// Only those after this number.
    pub after: Option<u64>,
    /// Only those that speak of this decision.
    pub decision: Option<String>,
    /// Only those that speak of this escalation.
    pub escalation: Option<String>,
    /// Only those before this number.
    pub before: Option<u64>,
    /// The newest first, instead of in the order of the log.
    pub newest_first: bool,
    /// At most so many.
    pub limit: u32,
}

/// Entries in the order of the log, or the newest first.
///
/// # Errors
/// [`StoreError`].
pub fn entries(db: &Connection, query: &Query) -> Result<Vec<Entry>, StoreError> {
    // Only the conditions that are asked for stand in the statement, so that the right index is taken.
    let (from, to) = (query.from.map(micros), query.to.map(micros));
    let mut sql = "SELECT idx, receipt, line, leaf FROM entry WHERE 1".to_owned();
    let mut values: Vec<(&str, &dyn rusqlite::ToSql)> = Vec::new();
    let asked: [(&str, &str, bool, &dyn rusqlite::ToSql); 9] = [
        (":kind", "type = :kind", query.kind.is_some(), &query.kind),
        (":agent", "agent = :agent", query.agent.is_some(), &query.agent),
        (":verdict", "verdict = :verdict", query.verdict.is_some(), &query.verdict),
        (":from", "t >= :from", from.is_some(), &from),
        (":to", "t < :to", to.is_some(), &to),
        (":after", "idx > :after", query.after.is_some(), &query.after),
        (":before", "idx < :before", query.before.is_some(), &query.before),
        (":decision", "decision = :decision", query.decision.is_some(), &query.decision),
        (":escalation", "escalation = :escalation", query.escalation.is_some(), &query.escalation),
    ];
    for (name, condition, wanted, value) in asked {
        if wanted {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push((name, value));
        }
    }
    sql.push_str(if query.newest_first {
        " ORDER BY idx DESC LIMIT :limit"
    } else {
        " ORDER BY idx LIMIT :limit"
    });
    values.push((":limit", &query.limit));
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(values.as_slice(), entry)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// One entry.
///
/// # Errors
/// [`StoreError`].
pub fn by_index(db: &Connection, index: u64) -> Result<Option<Entry>, StoreError> {
    let mut statement = db.prepare_cached("SELECT idx, receipt, line, leaf FROM entry WHERE idx = ?1")?;
    Ok(statement.query_row([index], entry).optional()?)
}

/// Hands the entries `from..to` to `each`, in order.
///
/// # Errors
/// [`StoreError`], and what `each` says.
pub fn each<E: From<StoreError>>(
    db: &Connection,
    from: u64,
    to: u64,
    mut each: impl FnMut(Entry) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT idx, receipt, line, leaf FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
    let mut statement = db.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query((from, to)).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        each(entry(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { index: row.get(0)?, receipt: row.get(1)?, line: row.get(2)?, leaf: Hash(row.get(3)?) })
}
