//! Taking in what emitters send: each event once, in one place of its chain.

use super::writer::{Auth, Writer};
use super::{StoreError, break_glass, freezes};
use crate::event::Event;
use crate::own::Equivocation;
use crate::tlog::Hash;
use rusqlite::OptionalExtension as _;
use toolgate_engine::protocol::{AckStatus, EventAck};
use toolgate_engine::record::types;

/// A line that was read and found to be an event.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub event: Event,
}

/// Why none of the lines was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Another event stands in this one's place, or this one does not follow the one before it. It is in the log
    /// that this was tried.
    Equivocation {
        /// Which line, from 0.
        line: usize,
        /// What it broke: `seq`, `id` or `prev`.
        broke: &'static str,
    },
    /// The emitter belongs to somebody else.
    OtherPeer {
        /// Which line, from 0.
        line: usize,
    },
}

/// Stores all of the lines or none. The same bytes again are acknowledged again.
///
/// # Errors
/// [`StoreError`], and nothing is stored. A [`Conflict`] is not an error of the store: the event that tells of
/// it is stored.
pub fn ingest(
    writer: &mut Writer<'_>,
    peer: &str,
    auth: Auth,
    lines: &[Line],
) -> Result<Result<Vec<EventAck>, Conflict>, StoreError> {
    // The first pass finds out whether all can be stored. Lines of one request may follow each other.
    writer.db.execute_batch("SAVEPOINT lines")?;
    let before = writer.state.clone();
    let mut acks = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        match one(writer, peer, auth, line)? {
            Placed::Acknowledged(ack) => acks.push(ack),
            Placed::Clash { broke, stands } => {
                writer.db.execute_batch("ROLLBACK TO lines; RELEASE lines")?;
                *writer.state = before;
                tell(writer, peer, &line.event, broke, stands)?;
                return Ok(Err(Conflict::Equivocation { line: number, broke }));
            }
            Placed::OtherPeer => {
                writer.db.execute_batch("ROLLBACK TO lines; RELEASE lines")?;
                *writer.state = before;
                return Ok(Err(Conflict::OtherPeer { line: number }));
            }
        }
    }
    writer.db.execute_batch("RELEASE lines")?;
    Ok(Ok(acks))
}

enum Placed {
    Acknowledged(EventAck),
    Clash { broke: &'static str, stands: Hash },
    OtherPeer,
}

fn one(writer: &mut Writer<'_>, peer: &str, auth: Auth, line: &Line) -> Result<Placed, StoreError> {
    let event = &line.event;
    let (emitter, owner) = writer.emitter(&event.source, peer)?;
    if owner != peer {
        return Ok(Placed::OtherPeer);
    }
    let ack = |index, status, (frozen, ended)| {
        let (id, hash) = (event.id.clone(), event.hash.to_hex());
        Placed::Acknowledged(EventAck { id, hash, index, status, frozen, ended })
    };
    let mut same_place = writer.db.prepare_cached(
        "SELECT idx, hash, seq = ?2 FROM entry WHERE emitter = ?1 AND (seq = ?2 OR event_id = ?3)",
    )?;
    let mut rows = same_place.query((emitter, event.seq, &event.id))?;
    let mut known = None;
    while let Some(row) = rows.next()? {
        let (index, hash, same_seq): (u64, [u8; 32], bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if hash != event.hash.0 {
            return Ok(Placed::Clash { broke: if same_seq { "seq" } else { "id" }, stands: Hash(hash) });
        }
        known = Some(index);
    }
    drop(rows);
    drop(same_place);
    if let Some(index) = known {
        return Ok(ack(index, AckStatus::Duplicate, ordered(writer, event, index)?));
    }
    if let Some(stands) = broken_link(writer, emitter, event)? {
        return Ok(Placed::Clash { broke: "prev", stands });
    }
    let index = writer.append(emitter, event, &line.bytes, peer, auth)?;
    advance(writer, emitter, event)?;
    if event.facts.notifies {
        let mut notice = writer.db.prepare_cached("INSERT INTO notice (idx) VALUES (?1)")?;
        notice.execute([index])?;
        drop(notice);
        // Who tells looks again once this is committed.
        writer.changed(&event.id);
    }
    Ok(ack(index, AckStatus::Stored, ordered(writer, event, index)?))
}

/// What people have ordered about a decision: whether its principal is frozen, or was when it was committed, and whether
/// the break-glass that it names does not hold. One that was signed without the ledger is not the ledger's to end.
fn ordered(writer: &Writer<'_>, event: &Event, index: u64) -> Result<(bool, bool), StoreError> {
    if event.kind != types::DECISION {
        return Ok((false, false));
    }
    let agent = event.facts.agent.as_deref();
    let frozen = match agent {
        Some(agent) => freezes::covers(writer.db, agent, index)?,
        None => false,
    };
    let ended = match &event.facts.break_glass {
        Some(glass) if !glass.offline => !break_glass::covers(writer.db, &glass.id, agent, writer.now)?,
        Some(_) | None => false,
    };
    Ok((frozen, ended))
}

/// The hash that `prev` should be, where a neighbour in the chain is known and does not fit.
fn broken_link(writer: &Writer<'_>, emitter: i64, event: &Event) -> Result<Option<Hash>, StoreError> {
    let before = match event.seq.checked_sub(1) {
        None => Some(Hash([0; 32])),
        Some(before) => {
            let mut earlier =
                writer.db.prepare_cached("SELECT hash FROM entry WHERE emitter = ?1 AND seq = ?2")?;
            let hash: Option<[u8; 32]> = earlier.query_row((emitter, before), |row| row.get(0)).optional()?;
            hash.map(Hash)
        }
    };
    if before.is_some_and(|before| before != event.prev) {
        return Ok(before);
    }
    // Lines may arrive out of order: then the next one is here before this one.
    let mut later = writer.db.prepare_cached("SELECT prev FROM entry WHERE emitter = ?1 AND seq = ?2")?;
    let prev: Option<[u8; 32]> = later.query_row((emitter, event.seq + 1), |row| row.get(0)).optional()?;
    Ok(prev.map(Hash).filter(|prev| *prev != event.hash))
}

/// Keeps how far the chain is known without a hole.
fn advance(writer: &Writer<'_>, emitter: i64, event: &Event) -> Result<(), StoreError> {
    let mut read = writer.db.prepare_cached("SELECT contiguous, max_seq FROM emitter WHERE id = ?1")?;
    let (mut contiguous, max_seq): (u64, i64) =
        read.query_row([emitter], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let seq = i64::try_from(event.seq).unwrap_or(i64::MAX);
    if event.seq == contiguous {
        contiguous += 1;
        if max_seq > seq {
            // A hole was filled: the next one is the first number at or after it that has no successor here.
            let mut next = writer.db.prepare_cached(
                "SELECT e.seq + 1 FROM entry e WHERE e.emitter = ?1 AND e.seq >= ?2 AND NOT EXISTS
                   (SELECT 1 FROM entry n WHERE n.emitter = ?1 AND n.seq = e.seq + 1) ORDER BY e.seq LIMIT 1",
            )?;
            contiguous = next.query_row((emitter, event.seq), |row| row.get(0))?;
        }
    }
    let mut write = writer.db.prepare_cached(
        "UPDATE emitter SET contiguous = ?2, max_seq = max(max_seq, ?3), last_seen = ?4, stopped = stopped OR ?5 WHERE id = ?1",
    )?;
    let stopped = event.kind == types::STOP;
    write.execute((emitter, contiguous, seq, super::writer::micros(writer.now), stopped))?;
    Ok(())
}

/// Writes into the log that an emitter contradicted itself; once for each contradicting event.
fn tell(
    writer: &mut Writer<'_>,
    peer: &str,
    event: &Event,
    broke: &'static str,
    stands: Hash,
) -> Result<(), StoreError> {
    let (emitter, _) = writer.emitter(&event.source, peer)?;
    let mut once =
        writer.db.prepare_cached("INSERT OR IGNORE INTO equivocation (emitter, hash) VALUES (?1, ?2)")?;
    if once.execute((emitter, event.hash.0))? == 0 {
        return Ok(());
    }
    drop(once);
    writer.append_own(Equivocation {
        emitter: event.source.clone(),
        peer: peer.to_owned(),
        at: event.seq,
        refused: event.hash.to_hex(),
        stands: stands.to_hex(),
        broke: broke.to_owned(),
    })?;
    Ok(())
}
