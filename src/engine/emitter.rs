//! The emitter: events in, a chained stream of lines out, each kept until the ledger proves it has it.
//!
//! One emitter serves all streams of a VM. It numbers events, chains each to the hash of the one before,
//! sends them in batches (one in flight at a time, so their order is the chain's) and repeats a batch, the
//! same bytes, until every line of it is acknowledged by its hash. What was recorded is reported by event
//! ID; the gate releases on nothing else, but for what two people signed without the ledger.
//!
//! Room is bounded. A decision that somebody waits for is never dropped: if there is no room, recording it
//! fails and the call is refused. Other events are dropped then, and the emitter admits it with a gap event.
//!
//! Deliberately absent: HTTP, time, identifiers. They come in.

use crate::digest;
use crate::ids::Ids;
use crate::protocol::{self, EventsAck};
use crate::record::{Chained, EmptyBody, Event, GapBody, Seen, StartBody, types};
use crate::room::Room;
use crate::time::{Span, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// Most lines that wait. More than a worker makes in many seconds without a ledger.
const MAX_WAITING: usize = 4_096;
/// Most bytes that wait; a short line counts as [`LEAST_BYTES`].
const MAX_WAITING_BYTES: usize = 8 << 20;
const LEAST_BYTES: usize = MAX_WAITING_BYTES / MAX_WAITING;
/// Lines and bytes that only events somebody waits for may use.
const RESERVED: usize = 256;
const RESERVED_BYTES: usize = 1 << 20;
/// Longest root of a checkpoint: it stands in every later line. A hash in base64 has 44 characters.
const ROOT: usize = 64;
/// Most principals that a gap names.
const NAMED: usize = 8;
/// Most characters of each.
const NAME: usize = 200;
/// So many lines are sent at once though nobody waits for them.
const MUCH: usize = 64;
const FIRST_RETRY: Span = Span::from_millis(100);
const LAST_RETRY: Span = Span::from_secs(5);
/// An idle emitter says that it is alive, so that a cut-off tail shows.
const HEARTBEAT: Span = Span::from_secs(60);

/// Chains, batches and repeats the events of one VM.
#[derive(Debug)]
pub struct Emitter {
    source: String,
    start: StartBody,
    next_seq: u64,
    prev: String,
    seen: Option<Seen>,
    waiting: VecDeque<Line>,
    /// Bytes that wait, by principal.
    room: Room,
    /// How many of the lines that wait somebody waits for.
    awaited: usize,
    sending: Sending,
    /// Most lines of the next batch: fewer while one is looked for that the ledger will never take.
    most: usize,
    last_event: Timestamp,
    dropped: Option<Dropped>,
}

#[derive(Debug)]
struct Line {
    id: String,
    /// The principal it is about.
    who: Option<String>,
    need: Need,
    hash: String,
    bytes: String,
}

impl Line {
    fn weight(&self) -> usize {
        self.bytes.len().max(LEAST_BYTES)
    }
}

#[derive(Debug)]
enum Sending {
    /// Nothing in flight. `failed` counts failures in a row.
    Idle { not_before: Timestamp, failed: u32 },
    /// The first `lines` waiting lines are in flight.
    InFlight { lines: usize, failed: u32 },
}

#[derive(Debug)]
struct Dropped {
    count: u64,
    from: Timestamp,
    to: Timestamp,
    why: &'static str,
    /// Some of those whose events they were.
    agents: Vec<String>,
}

/// Whether an event may be dropped when there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Somebody waits for it: recording fails rather than drops.
    Awaited,
    /// Nobody waits for it: it may be dropped, which is admitted.
    Behind,
}

/// There is no room to record an event that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record cannot take more events")]
pub struct Full;

/// How the ledger answered a batch, as far as the proxy can tell.
#[derive(Debug, Clone, Copy)]
pub enum BatchAnswer<'a> {
    /// Something came back.
    Answered {
        /// The status, which proves nothing.
        status: u16,
        /// The body.
        body: &'a [u8],
    },
    /// Nothing came back, or it could not even be sent.
    Failed,
}

/// Proof that the ledger has an event: it repeated the hash of the bytes that were sent. Only the emitter
/// makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Recorded {
    id: String,
    frozen: bool,
    ended: bool,
}

impl Recorded {
    /// The event's ID; of a decision, the decision ID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether people had stopped the principal when its decision was recorded: then nothing is released by it.
    pub const fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// Whether the break-glass that the decision names did not hold when it was recorded: then nothing goes through by it.
    pub const fn is_ended(&self) -> bool {
        self.ended
    }
}

/// What an answer meant.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Events that are durable now.
    pub recorded: Vec<Recorded>,
    /// Events that the ledger will never take were given up: how many, for the log.
    pub given_up: usize,
    /// The batch will be repeated.
    pub retry: bool,
}

impl Emitter {
    /// An emitter that has emitted nothing. `id` is a fresh UUID.
    pub fn new(id: &str, start: StartBody) -> Self {
        Self {
            source: format!("/emitters/{id}"),
            start,
            next_seq: 0,
            prev: format!("sha256:{}", "0".repeat(64)),
            seen: None,
            waiting: VecDeque::new(),
            room: Room::default(),
            awaited: 0,
            sending: Sending::Idle { not_before: Timestamp::default(), failed: 0 },
            most: protocol::MAX_LINES,
            last_event: Timestamp::default(),
            dropped: None,
        }
    }

    /// `/emitters/<uuid>`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The last checkpoint the ledger told.
    pub const fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// Whether something is to be sent at once: somebody waits for it, or there is much. What nobody waits for goes with
    /// it, or soon.
    pub fn is_urgent(&self) -> bool {
        let urgent = self.awaited > 0 || self.waiting.len() >= MUCH;
        urgent && matches!(self.sending, Sending::Idle { failed: 0, .. })
    }

    /// Whether something waits to be sent or to be acknowledged.
    pub fn has_work(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Appends an event to the chain. `id` is its identifier for good.
    ///
    /// # Errors
    /// [`Full`], for an awaited event only.
    pub fn record<B: Serialize>(
        &mut self,
        ids: &mut Ids,
        now: Timestamp,
        need: Need,
        event: NewEvent<'_, B>,
    ) -> Result<(), Full> {
        let (lines, bytes) = match need {
            Need::Awaited => (MAX_WAITING, MAX_WAITING_BYTES),
            Need::Behind => (MAX_WAITING - RESERVED, MAX_WAITING_BYTES - RESERVED_BYTES),
        };
        if self.waiting.len() + 2 > lines || !self.room.has_room(event.who, bytes) {
            return match need {
                Need::Awaited => Err(Full),
                Need::Behind => {
                    self.drop_one(now, "the ledger did not take events as fast as they came", event.who);
                    Ok(())
                }
            };
        }
        if self.next_seq == 0 {
            let start = self.start.clone();
            let id = ids.next(now);
            self.append(
                now,
                Need::Behind,
                NewEvent { id: &id, kind: types::START, traceparent: None, who: None, body: &start },
            );
        }
        self.admit_gap(ids, now);
        let who = event.who;
        if self.append(now, need, event) {
            return Ok(());
        }
        match need {
            Need::Awaited => Err(Full),
            Need::Behind => {
                self.drop_one(now, "an event was larger than the ledger takes", who);
                Ok(())
            }
        }
    }

    /// The next batch to send, if one is due: complete lines, each ending in a line feed.
    pub fn batch(&mut self, ids: &mut Ids, now: Timestamp) -> Option<String> {
        let Sending::Idle { not_before, failed } = self.sending else { return None };
        if !now.is_due(not_before, LAST_RETRY) {
            return None;
        }
        if self.next_seq > 0 && self.waiting.is_empty() && now.since(self.last_event) >= HEARTBEAT {
            let id = ids.next(now);
            let body = EmptyBody {};
            let event =
                NewEvent { id: &id, kind: types::HEARTBEAT, traceparent: None, who: None, body: &body };
            self.append(now, Need::Behind, event);
        }
        let mut batch = String::new();
        let mut lines = 0;
        for line in self.waiting.iter().take(self.most) {
            if lines > 0 && batch.len() + line.bytes.len() + 1 > protocol::MAX_BATCH_BYTES {
                break;
            }
            batch.push_str(&line.bytes);
            batch.push('\n');
            lines += 1;
        }
        if lines == 0 {
            return None;
        }
        self.sending = Sending::InFlight { lines, failed };
        Some(batch)
    }

    /// Takes the answer to the batch in flight.
    pub fn answered(&mut self, now: Timestamp, answer: BatchAnswer<'_>) -> Settled {
        let Sending::InFlight { lines, failed } = self.sending else { return Settled::default() };
        match answer {
            BatchAnswer::Answered { status: 200, body } => match serde_json::from_slice::<EventsAck>(body) {
                Ok(ack) if self.proves(&ack, lines) => {
                    self.seen = Some(ack.checkpoint);
                    self.sending = Sending::Idle { not_before: now, failed: 0 };
                    self.most = self.most.saturating_mul(2).min(protocol::MAX_LINES);
                    let said = ack.acks.iter().map(|ack| (ack.frozen, ack.ended));
                    let recorded = self.take(lines).into_iter().zip(said);
                    let recorded = recorded
                        .map(|(line, (frozen, ended))| Recorded { id: line.id, frozen, ended })
                        .collect();
                    Settled { recorded, ..Settled::default() }
                }
                Ok(_) | Err(_) => self.retry(now, failed),
            },
            BatchAnswer::Answered { status, body } if refuses_for_good(status, body) => {
                self.sending = Sending::Idle { not_before: now, failed: 0 };
                if lines > 1 {
                    // Others' events must not go with the one that is not taken: it is looked for by halves.
                    self.most = lines.div_ceil(2);
                    return Settled::default();
                }
                let taken = self.take(lines);
                for line in &taken {
                    self.drop_one(now, "the ledger refused the event", line.who.as_deref());
                }
                Settled { given_up: taken.len(), ..Settled::default() }
            }
            BatchAnswer::Answered { .. } | BatchAnswer::Failed => self.retry(now, failed),
        }
    }

    fn proves(&self, ack: &EventsAck, lines: usize) -> bool {
        let sent = self.waiting.iter().take(lines);
        ack.acks.len() == lines
            && ack.checkpoint.root.len() <= ROOT
            && sent.zip(&ack.acks).all(|(line, ack)| line.id == ack.id && line.hash == ack.hash)
    }

    fn retry(&mut self, now: Timestamp, failed: u32) -> Settled {
        let wait = FIRST_RETRY.times(1 << failed.min(6)).min(LAST_RETRY);
        self.sending = Sending::Idle { not_before: now + wait, failed: failed.saturating_add(1) };
        Settled { retry: true, ..Settled::default() }
    }

    fn take(&mut self, lines: usize) -> Vec<Line> {
        let taken: Vec<Line> = self.waiting.drain(..lines.min(self.waiting.len())).collect();
        for line in &taken {
            self.awaited -= usize::from(line.need == Need::Awaited).min(self.awaited);
            self.room.keep(line.who.as_deref(), line.weight(), 0, MAX_WAITING_BYTES);
        }
        taken
    }

    fn drop_one(&mut self, now: Timestamp, why: &'static str, who: Option<&str>) {
        let new = || Dropped { count: 0, from: now, to: now, why, agents: Vec::new() };
        let dropped = self.dropped.get_or_insert_with(new);
        dropped.count += 1;
        dropped.to = now;
        if let Some(who) = who.filter(|_| dropped.agents.len() < NAMED) {
            let who: String = who.chars().take(NAME).collect();
            if !dropped.agents.contains(&who) {
                dropped.agents.push(who);
            }
        }
    }

    fn admit_gap(&mut self, ids: &mut Ids, now: Timestamp) {
        let Some(dropped) = self.dropped.take() else { return };
        let body = GapBody {
            dropped: dropped.count,
            from: dropped.from.to_string(),
            to: dropped.to.to_string(),
            why: dropped.why.to_owned(),
            agents: dropped.agents,
        };
        let id = ids.next(now);
        self.append(
            now,
            Need::Behind,
            NewEvent { id: &id, kind: types::GAP, traceparent: None, who: None, body: &body },
        );
    }

    /// Whether the event fitted into one line.
    fn append<B: Serialize>(&mut self, now: Timestamp, need: Need, event: NewEvent<'_, B>) -> bool {
        let whole = Event {
            specversion: "1.0".to_owned(),
            id: event.id.to_owned(),
            source: self.source.clone(),
            kind: event.kind.to_owned(),
            time: now.to_string(),
            traceparent: event.traceparent.map(str::to_owned),
            data: Chained {
                seq: self.next_seq,
                prev: self.prev.clone(),
                seen: self.seen.clone(),
                body: event.body,
            },
        };
        // These are structs of strings and numbers: serialising them cannot fail.
        let Ok(bytes) = serde_json::to_string(&whole) else { return false };
        if bytes.len() > protocol::MAX_EVENT_BYTES {
            return false;
        }
        let hash = line_hash(bytes.as_bytes());
        self.prev.clone_from(&hash);
        self.next_seq += 1;
        self.last_event = now;
        let who = event.who.map(str::to_owned);
        let line = Line { id: event.id.to_owned(), who, need, hash, bytes };
        self.awaited += usize::from(need == Need::Awaited);
        self.room.keep(line.who.as_deref(), 0, line.weight(), MAX_WAITING_BYTES);
        self.waiting.push_back(line);
        true
    }
}

/// An event that has no place in the chain yet.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a, B> {
    /// Its identifier.
    pub id: &'a str,
    /// One of [`types`].
    pub kind: &'a str,
    /// The request's W3C trace context.
    pub traceparent: Option<&'a str>,
    /// The principal it is about, whose share of the room it takes.
    pub who: Option<&'a str>,
    /// The body.
    pub body: &'a B,
}

/// `sha256:<hex>` of an event's bytes, as acknowledgements and chains write it.
pub fn line_hash(bytes: &[u8]) -> String {
    digest::named("sha256", &Sha256::digest(bytes))
}

/// Whether the ledger itself says that it will never take these bytes. What a proxy makes up has none of its codes, so
/// it only leads to a repetition.
fn refuses_for_good(status: u16, body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Problem {
        code: String,
    }
    const FOR_GOOD: &[&str] = &["malformed", "invalid_line", "equivocation", "too_large"];
    matches!(status, 400 | 409 | 413)
        && serde_json::from_slice::<Problem>(body)
            .is_ok_and(|problem| FOR_GOOD.contains(&problem.code.as_str()))
}

#[cfg(test)]
mod tests;
