//! The answer: read as it comes, passed on until its first call, then held until every call is settled.
//!
//! INVARIANT (one flush): once the body has ended, the host gives one flush of at most `limits.release` bytes.
//! Only what waits for a record or a person is bound by it; what waits for nobody is written in the callback
//! itself, at any size.
//!
//! A stream that goes on only when the client has answered its calls brings no chunk that what was decided could lead. So
//! while calls of such a stream wait the host keeps it paused and empty, and everything leaves by the tick.
//!
//! INVARIANT (paused): the host keeps what is written into a stream that is paused, in a chunk's callback as well, and kills
//! one that gets more than `limits.release` at once. So nothing larger is written there: it leaves in pieces, and where no
//! further piece can leave, because the body has ended, the stream is reset.

use super::exchange::Exchange;
use super::io::{Chunk, Input};
use super::judged::{Concluded, Judged};
use super::outstanding::Remember;
use super::records;
use super::refusal::{self, Why};
use super::{State, Step};
use crate::wire::{CALLS, Codec, Framing, Outcome, Reading, Refusal, Unreadable, UnreadableWhy, limit};
use std::fmt;

/// An answer that is being read or held.
pub(super) struct Answer {
    exchange: Exchange,
    codec: Box<dyn Codec>,
    /// Bytes booked with the VM.
    kept: usize,
    /// The calls so far, until they are written.
    calls: Vec<Judged>,
    /// How many calls were written before them, where the stream goes on behind what is written.
    earlier: usize,
    turn: Turn,
    /// The host keeps the frame that was given last.
    paused: bool,
    /// Bytes which wait for nothing, but the frame in which they came does: they lead the flush.
    lead: Vec<u8>,
}

/// How far the answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// More calls may come.
    Open,
    /// Every call is known, and they are not written yet.
    Ended,
    /// They are written.
    Written,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("turn", &self.turn).field("calls", &self.calls).finish_non_exhaustive()
    }
}

/// What leaves in the place of one chunk.
#[derive(Default)]
struct Leaving {
    lead: Vec<u8>,
    /// Leading bytes of the chunk.
    chunk: usize,
    tail: Vec<u8>,
}

impl Leaving {
    const fn len(&self) -> usize {
        self.lead.len() + self.chunk + self.tail.len()
    }

    fn into_bytes(self, chunk: &[u8]) -> Vec<u8> {
        let mut bytes = self.lead;
        bytes.extend_from_slice(chunk.get(..self.chunk).unwrap_or_default());
        append(&mut bytes, self.tail);
        bytes
    }

    fn into_chunk(self, chunk: &[u8]) -> Chunk {
        if self.lead.is_empty() && self.tail.is_empty() {
            match self.chunk {
                0 => return Chunk::Drop,
                n if n == chunk.len() => return Chunk::Keep,
                _ => {}
            }
        }
        Chunk::Replace(self.into_bytes(chunk))
    }
}

/// Adds `more` to `bytes`, without a copy where there was nothing.
fn append(bytes: &mut Vec<u8>, mut more: Vec<u8>) {
    if bytes.is_empty() {
        *bytes = more;
    } else {
        bytes.append(&mut more);
    }
}

impl Answer {
    pub(super) fn new(step: &Step<'_>, exchange: Exchange, framing: Framing) -> Self {
        let codec = (exchange.api.entry().codec)(framing, step.vm.config.limits, &exchange.facts);
        Self {
            exchange,
            codec,
            kept: 0,
            calls: Vec::new(),
            earlier: 0,
            turn: Turn::Open,
            paused: false,
            lead: Vec::new(),
        }
    }

    /// Whether a call waits for a record or a person.
    pub(super) const fn waits(&self) -> bool {
        !self.calls.is_empty()
    }

    /// A piece of the body has come. What was decided before leads what leaves.
    pub(super) fn body(mut self: Box<Self>, step: &mut Step<'_>, chunk: &[u8], end: bool) -> State {
        let mut leaving = Leaving { lead: std::mem::take(&mut self.lead), ..Leaving::default() };
        if self.waits() && self.is_writable() {
            append(&mut leaving.lead, self.write(step, usize::MAX));
        }
        let limit = step.vm.config.limits.release;
        if let Err(why) = self.read(step, chunk, end, &mut leaving) {
            self.withhold(step, &why, &mut leaving.tail);
            return self.last(step, leaving, chunk);
        }
        if end && self.turn == Turn::Ended && self.codec.held() + leaving.len() > limit {
            for call in &mut self.calls {
                call.refuse(Why::TooLargeToHold);
            }
        }
        if self.is_writable() {
            append(&mut leaving.tail, self.write(step, usize::MAX));
        }
        if end && self.turn == Turn::Ended {
            // Whatever stands in a frame that waits is replaced by the flush.
            self.lead = leaving.into_bytes(chunk);
            step.out.wait = true;
            return State::Finishing(self);
        }
        if end {
            self.forget(step);
            return self.last(step, leaving, chunk);
        }
        if self.codec.pauses() || (self.paused && leaving.len() > limit) {
            self.lead = leaving.into_bytes(chunk);
            self.paused = true;
            step.out.push = !self.lead.is_empty();
            step.out.wait = true;
            return State::Paused(self);
        }
        self.paused = false;
        step.out.chunk = leaving.into_chunk(chunk);
        State::Reading(self)
    }

    /// What leaves last, in a chunk's own callback.
    fn last(self: Box<Self>, step: &mut Step<'_>, leaving: Leaving, chunk: &[u8]) -> State {
        if self.paused && leaving.len() > step.vm.config.limits.release {
            const TEXT: &str = "more was left of a stream that was paused than can leave at once";
            self.exchange.withhold(step, "over_limit", TEXT);
            step.out.wait = true;
            step.out.reset = true;
        } else {
            step.out.chunk = leaving.into_chunk(chunk);
        }
        State::Closed
    }

    fn read(
        &mut self,
        step: &mut Step<'_>,
        chunk: &[u8],
        end: bool,
        leaving: &mut Leaving,
    ) -> Result<(), Unreadable> {
        let mut reading = Reading::default();
        let result = self.codec.read(chunk, &mut reading);
        append(&mut leaving.lead, std::mem::take(&mut reading.pass_buffered));
        leaving.chunk = reading.pass_chunk;
        // Calls that came before what cannot be read are on record however the bytes were cut.
        self.judge(step, &reading)?;
        result?;
        if end {
            let mut last = Reading::default();
            let result = self.codec.end(&mut last);
            append(&mut leaving.tail, std::mem::take(&mut last.pass_buffered));
            self.judge(step, &last)?;
            result?;
            if self.turn == Turn::Open {
                self.turn = Turn::Ended;
            }
        }
        let held = self.codec.held();
        let room = step.vm.keep(self.exchange.principal.as_deref(), self.kept, held);
        self.kept = held;
        if held > step.vm.config.limits.body {
            return Err(limit("the size of an answer"));
        }
        if room { Ok(()) } else { Err(limit("what is held at the same time")) }
    }

    fn judge(&mut self, step: &mut Step<'_>, reading: &Reading) -> Result<(), Unreadable> {
        self.exchange.record_ran(step.vm, step.now, &reading.provider_ran);
        for call in &reading.calls {
            if self.turn == Turn::Written {
                return Err(Unreadable { what: UnreadableWhy::Bug("a call after the answer was written") });
            }
            if self.calls.len() >= step.vm.config.limits.calls {
                return Err(limit(CALLS));
            }
            let index = self.earlier + self.calls.len();
            self.calls.push(Judged::new(step, &self.exchange, call, index));
        }
        if reading.ended && self.turn == Turn::Open {
            self.turn = Turn::Ended;
        }
        if !reading.calls.is_empty() {
            step.out.access =
                Some(records::summary(self.calls.iter().map(Judged::summary), &step.vm.emitter));
        }
        Ok(())
    }

    /// Whether what is held can be written now.
    fn is_writable(&self) -> bool {
        let complete = self.turn == Turn::Ended || (self.turn == Turn::Open && self.codec.pauses());
        complete && self.calls.iter().all(Judged::is_settled)
    }

    /// What is held, every call as it was settled; at most `most` bytes.
    fn write(&mut self, step: &mut Step<'_>, most: usize) -> Vec<u8> {
        if self.turn == Turn::Ended {
            self.turn = Turn::Written;
        }
        self.earlier += self.calls.len();
        let (outcomes, mut concluded): (Vec<_>, Vec<_>) = self.calls.drain(..).map(Judged::conclude).unzip();
        let mut bytes = Vec::new();
        // Refusals can be longer than the calls in whose place they stand. Escaped, a text grows to less than twice
        // its length, and the frame of an event is small. A stream of Responses has it five times.
        let refusals = outcomes.iter().map(|outcome| match outcome {
            Outcome::Release(_) => 0,
            Outcome::Refuse(Refusal(text)) => 5 * (2 * text.len() + 1_024),
        });
        let longest = self.codec.held().saturating_add(refusals.sum());
        let result = if longest > most && longest > self.codec.held() {
            Err(limit("what can be released after a wait"))
        } else {
            self.codec.write(outcomes, &mut bytes)
        };
        if let (Some(owed), Some(key)) = (self.codec.owed(), &step.vm.outstanding) {
            step.out.remember.extend(Remember::all(key, &owed));
        }
        if let Err(why) = result {
            bytes.clear();
            for call in &mut concluded {
                call.withdraw(Why::AnswerUnreadable);
            }
            self.withhold(step, &why, &mut bytes);
        }
        if bytes.len() > most {
            // Not even that fits, so the answer breaks off; what was held stays here.
            bytes.clear();
            for call in &mut concluded {
                call.withdraw(Why::TooLargeToHold);
            }
        }
        if !concluded.is_empty() {
            let calls = concluded.iter().map(Concluded::summary);
            step.out.access = Some(records::summary(calls, &step.vm.emitter));
        }
        for call in concluded {
            call.record(step, &self.exchange);
        }
        bytes
    }

    /// Gives up an answer that cannot be released; what its client reads instead goes to `out`.
    fn withhold(&mut self, step: &mut Step<'_>, why: &Unreadable, out: &mut Vec<u8>) {
        let id = self.exchange.withhold(step, why.code(), &why.to_string());
        for call in self.calls.drain(..) {
            let (_, mut concluded) = call.conclude();
            concluded.withdraw(Why::AnswerUnreadable);
            concluded.record(step, &self.exchange);
        }
        self.codec.withhold(&refusal::withheld(why, &id), out);
        self.forget(step);
    }

    /// Something that is no chunk: a record, an answer, time. What it decides leads the next chunk.
    pub(super) fn settle(mut self: Box<Self>, step: &mut Step<'_>, input: &Input<'_>) -> Box<Self> {
        Judged::tell(&mut self.calls, step, &self.exchange, input);
        self
    }

    /// The same while the host keeps the stream: what it decides leaves by the tick.
    pub(super) fn settle_paused(self: Box<Self>, step: &mut Step<'_>, input: &Input<'_>) -> Box<Self> {
        let answer = self.settle(step, input);
        step.out.push = answer.waits() && answer.is_writable();
        answer
    }

    /// The tick is here, in which what waits for nothing may leave a stream that is paused.
    pub(super) fn push(mut self: Box<Self>, step: &mut Step<'_>) -> State {
        if self.waits() && self.is_writable() {
            let written = self.write(step, usize::MAX);
            append(&mut self.lead, written);
        }
        let rest = self.lead.split_off(self.lead.len().min(step.vm.config.limits.release));
        let piece = std::mem::replace(&mut self.lead, rest);
        step.out.flush = (!piece.is_empty()).then_some(piece);
        step.out.push = !self.lead.is_empty();
        State::Paused(self)
    }

    /// The tick is here, in which the one flush may leave a stream that has ended.
    pub(super) fn finish(mut self: Box<Self>, step: &mut Step<'_>) -> State {
        if !self.is_writable() {
            return State::Finishing(self);
        }
        let mut flush = std::mem::take(&mut self.lead);
        let most = step.vm.config.limits.release.saturating_sub(flush.len());
        append(&mut flush, self.write(step, most));
        step.out.flush = Some(flush);
        self.forget(step);
        State::Closed
    }

    /// The client or the model's server went away.
    pub(super) fn gone(mut self: Box<Self>, step: &mut Step<'_>) -> State {
        self.abandon(step);
        State::Closed
    }

    /// The body ended in trailers: nothing more can be written, so what is held or unread cannot leave.
    pub(super) fn trailers(mut self: Box<Self>, step: &mut Step<'_>) -> State {
        let mut last = Reading::default();
        let whole = self.codec.end(&mut last).is_ok()
            && last.pass_buffered.is_empty()
            && last.calls.is_empty()
            && self.calls.is_empty()
            && self.codec.held() == 0
            && self.lead.is_empty();
        if !whole {
            const TEXT: &str = "the answer ends in trailers, behind which nothing held can be written";
            self.exchange.withhold(step, "trailers", TEXT);
            step.out.reset = true;
        }
        self.abandon(step);
        State::Closed
    }

    fn abandon(&mut self, step: &mut Step<'_>) {
        for call in self.calls.drain(..) {
            call.abandon(step, &self.exchange);
        }
        self.forget(step);
    }

    fn forget(&mut self, step: &mut Step<'_>) {
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
        self.kept = 0;
    }
}
