//! A response that is a stream of events: passed on event by event until the first tool call, held from there to its
//! end.
//!
//! What an API file adds is [`StreamApi`]: it accumulates, says from which event on the stream must be held,
//! and writes single events again. How events are framed is said by [`Blocks`]. Everything about limits and order is
//! here.
//!
//! INVARIANT (cut): what is passed on, found and written depends on the blocks of the stream alone, never
//! on where the network cut it. A block is judged when it is complete, and leaves or is held whole.
//!
//! INVARIANT (again): an event that is recognised by the [`Skeleton`] of the one before does what a full reading of it
//! would have done. An API vouches for that with [`Step::free`], and any other event ends it.

use super::blocks::{Block, Blocks, Item};
use super::decided::Decided;
use super::marked::{Events, Marked};
use super::skeleton::{Free, Skeleton};
use super::sse;
use super::{Codec, Outcome, Owed, Reading, Refusal, Unreadable, UnreadableWhy, limit, shape};
use crate::json::Document;
use crate::limits::Limits;

/// What one event means for the bytes.
pub(crate) struct Step<M> {
    pub(crate) flow: Flow,
    /// What the API must know to write the event again, if it may have to.
    pub(crate) mark: Option<M>,
    /// The strings of the event that may differ in the next one: with any other content, [`StreamApi::again`] does all
    /// that this event would do now. Of an event that was passed on while nothing is held that is nothing.
    pub(crate) free: Option<Free>,
}

/// Where an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// On, unless something before it is held.
    Pass,
    /// It belongs to a tool call, or may turn out to, so it and everything behind it is held.
    Hold,
    /// On, and what is held as well: no call came of it.
    Release,
}

impl<M> Step<M> {
    /// An event that is written as it was read, whatever is decided.
    pub(crate) const fn plain() -> Self {
        Self::to(Flow::Pass, None)
    }

    /// An event none of whose strings is free.
    pub(crate) const fn to(flow: Flow, mark: Option<M>) -> Self {
        Self { flow, mark, free: None }
    }
}

/// What stands in the place of one event that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The event, as it was read.
    Same,
    /// The event, with other data.
    Data(String),
    /// An event of our own.
    New(NewEvent),
}

/// An event of our own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewEvent {
    pub(crate) name: Option<&'static str>,
    pub(crate) data: String,
}

/// What an API knows of its response streams. One value reads one stream.
pub(crate) trait StreamApi: 'static {
    /// What it must know of a held event to write it again.
    type Mark;

    /// Takes the next event that has data.
    ///
    /// # Errors
    /// At the first event that a strict accumulator would not accept.
    fn event(
        &mut self,
        name: Option<&str>,
        data: &str,
        out: &mut Reading,
    ) -> Result<Step<Self::Mark>, Unreadable>;

    /// Takes an event that differs from the one before only in its free strings. `text` is the content of
    /// [`Free::text`], unescaped. Not asked while nothing is held.
    ///
    /// # Errors
    /// [`UnreadableWhy::Bug`] only.
    fn again(&mut self, text: &str) -> Result<Step<Self::Mark>, Unreadable>;

    /// The body has ended.
    ///
    /// # Errors
    /// If it ended within a tool call, or where its clients would not agree that it ended.
    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable>;

    /// How many calls were announced since the last writing.
    fn calls(&self) -> usize;

    /// Whether the stream goes on when the client has answered its calls, and all that began are complete: what is held may
    /// leave as soon as they are settled.
    fn pauses(&self) -> bool {
        false
    }

    /// Whether what is held speaks of a call that was refused before it was held, so that it is written again in any case.
    fn changes(&self) -> bool {
        false
    }

    /// Why its calls leave together or not at all, if clients take different ones from what is held: all that any client
    /// takes are among them then, and without one of them another client's answer would be a third.
    fn together(&self) -> Option<&'static str> {
        None
    }

    /// Writes one held event again; at least one call is refused. Asked once for each marked event, in order.
    ///
    /// # Errors
    /// [`UnreadableWhy::Bug`] only.
    fn rewrite(
        &mut self,
        mark: Self::Mark,
        document: &Document,
        decided: &Decided,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Unreadable>;

    /// A whole stream that says `refusal` and nothing else.
    fn instead(&self, refusal: &str) -> Vec<NewEvent>;

    /// What the provider waits for, where it keeps the conversation; asked once when what is held is written. A stream
    /// that goes on begins to count its calls anew.
    fn owed(&mut self, _: &Decided) -> Owed {
        Owed::default()
    }

    /// What ends a stream that has begun, so that its client reports an error.
    fn broken_off(&self, refusal: &str) -> NewEvent;
}

/// The codec of one stream.
pub(crate) struct StreamCodec {
    api: Box<dyn Events>,
    limits: Limits,
    framing: Box<dyn Blocks>,
    /// What earlier chunks held of the block that is not complete.
    partial: Vec<u8>,
    /// That of the last event, if its strings were free.
    skeleton: Option<Skeleton>,
    /// An event with data was passed on, so that the answer has begun for its client.
    begun: bool,
    /// The answer has ended as far as any client reads it.
    ended: bool,
    state: State,
    owed: Owed,
}

enum State {
    /// No call yet.
    Passing,
    /// From the first call on.
    Holding(Holding),
    /// What was held has been written; only what no client reads may follow.
    Written,
    /// Given up.
    Closed,
}

/// What is held.
struct Holding {
    bytes: Vec<u8>,
    /// How many of the bytes, at their end, came in the chunk that is being read.
    of_chunk: usize,
    blocks: Vec<Held>,
}

/// One or more blocks that were held. Blocks without a mark join the one before them, so that a stream of
/// empty lines is not a list of empty blocks.
struct Held {
    mark: Option<usize>,
    /// Where it ends in the held bytes; it begins where the one before it ends.
    end: usize,
}

impl StreamCodec {
    /// A codec of server-sent events.
    pub(crate) fn new<A: StreamApi>(api: A, limits: Limits) -> Self {
        Self::framed(api, sse::Reader::new(limits.event), limits)
    }

    /// A codec of a stream that is framed in another way.
    pub(crate) fn framed<A: StreamApi, B: Blocks + 'static>(api: A, framing: B, limits: Limits) -> Self {
        Self {
            api: Box::new(Marked::new(api)),
            limits,
            framing: Box::new(framing),
            partial: Vec::new(),
            skeleton: None,
            begun: false,
            ended: false,
            state: State::Passing,
            owed: Owed::default(),
        }
    }

    fn read_blocks(&mut self, chunk: &[u8], out: &mut Reading) -> Result<(), Unreadable> {
        if let State::Holding(held) = &mut self.state {
            held.of_chunk = 0;
        }
        let mut at = 0;
        let start = loop {
            self.blocks_again(chunk, &mut at, out)?;
            let start = at;
            let Some(item) = self.framing.next(chunk, &mut at)? else { break start };
            match item {
                Item::LineFeed => self.line_feed(at, out),
                Item::Block(block) => {
                    let raw = chunk.get(start..at).unwrap_or_default();
                    self.block(&block, raw, at, out)?;
                }
            }
        };
        self.partial.extend_from_slice(chunk.get(start..).unwrap_or_default());
        self.within_limits()
    }

    /// Takes the blocks from `at` on which are those before with other strings.
    fn blocks_again(&mut self, chunk: &[u8], at: &mut usize, out: &mut Reading) -> Result<(), Unreadable> {
        if !self.framing.is_between_blocks() {
            return Ok(());
        }
        while let Some(skeleton) = &self.skeleton {
            let rest = chunk.get(*at..).unwrap_or_default();
            if matches!(self.state, State::Passing) {
                let Some(length) = skeleton.length(rest, self.limits.event) else { break };
                *at += length;
                out.pass_chunk = *at;
                continue;
            }
            let Some(same) = skeleton.recognise(rest, self.limits.event) else { break };
            let step = self.api.again(&same.text)?;
            let raw = rest.get(..same.len).unwrap_or_default();
            *at += same.len;
            self.place(step, true, raw, *at, out)?;
        }
        Ok(())
    }

    /// The LF of a CRLF goes where the block went that it ended.
    fn line_feed(&mut self, at: usize, out: &mut Reading) {
        match &mut self.state {
            State::Holding(held) => {
                held.bytes.push(b'\n');
                held.of_chunk += 1;
                if let Some(last) = held.blocks.last_mut() {
                    last.end = held.bytes.len();
                }
            }
            State::Passing | State::Written | State::Closed => out.pass_chunk = at,
        }
    }

    /// Takes a block: what earlier chunks held of it, and `raw`, which ends at `at` of this chunk.
    fn block(&mut self, block: &Block, raw: &[u8], at: usize, out: &mut Reading) -> Result<(), Unreadable> {
        let step = match (&block.data, block.event.as_deref()) {
            (Some(data), name) => self.api.event(name, data, out)?,
            (None, None | Some("" | "ping")) => Step::plain(),
            (None, Some(_)) => {
                return Err(Unreadable { what: UnreadableWhy::Framing("a named event without data") });
            }
        };
        self.ended |= out.ended;
        self.skeleton = match (step.free, block.data_at) {
            (Some(free), Some((data, _))) if self.partial.is_empty() => Skeleton::of(raw, data, free),
            (Some(free), Some((data, _))) => Skeleton::of(&[&self.partial, raw].concat(), data, free),
            _ => None,
        };
        self.place(step, block.data.is_some(), raw, at, out)
    }

    /// Passes a block on, or holds it.
    fn place(
        &mut self,
        step: Step<usize>,
        has_data: bool,
        raw: &[u8],
        at: usize,
        out: &mut Reading,
    ) -> Result<(), Unreadable> {
        if step.flow == Flow::Release {
            self.release(out);
        }
        match &mut self.state {
            State::Passing | State::Written if step.flow != Flow::Hold => {
                out.pass_buffered.append(&mut self.partial);
                out.pass_chunk = at;
                self.begun |= has_data;
                self.api.passed();
            }
            State::Passing => {
                let mut held = Holding { bytes: Vec::new(), of_chunk: 0, blocks: Vec::new() };
                held.push(&mut self.partial, raw, step.mark);
                self.state = State::Holding(held);
            }
            State::Holding(held) => held.push(&mut self.partial, raw, step.mark),
            State::Written | State::Closed => {
                return Err(Unreadable { what: UnreadableWhy::Bug("a tool call after the end of a stream") });
            }
        }
        self.within_limits()
    }

    /// Passes on what is held. What of it came in this chunk is passed with the chunk, of which all before
    /// was passed or held.
    fn release(&mut self, out: &mut Reading) {
        if let State::Holding(held) = &mut self.state {
            let earlier = held.bytes.len().saturating_sub(held.of_chunk);
            out.pass_buffered.extend_from_slice(held.bytes.get(..earlier).unwrap_or_default());
            self.state = State::Passing;
            self.begun = true;
        }
    }

    fn within_limits(&self) -> Result<(), Unreadable> {
        if self.held() > self.limits.body {
            return Err(limit("a response body"));
        }
        Ok(())
    }

    fn end_blocks(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        if matches!(self.state, State::Closed) {
            return Ok(());
        }
        if let State::Holding(held) = &mut self.state {
            held.of_chunk = 0;
        }
        if let Some(block) = self.framing.finish()? {
            self.block(&block, &[], 0, out)?;
        }
        self.api.end(out)?;
        if self.api.calls() == 0 && !self.api.changes() {
            self.release(out);
        }
        out.ended = true;
        Ok(())
    }

    /// Writes the held blocks, some of them changed.
    fn rewrite(&mut self, held: Holding, decided: &Decided, out: &mut Vec<u8>) -> Result<(), Unreadable> {
        let framing = &mut self.framing;
        framing.open(self.begun);
        let mut start = 0;
        for Held { mark, end } in held.blocks {
            let raw = held.bytes.get(start..end).unwrap_or_default();
            start = end;
            let Some(mark) = mark else {
                framing.copy(raw, out);
                continue;
            };
            let block = framing.again(raw)?;
            let data = block.data.as_deref().unwrap_or_default();
            let document = Document::parse(data.as_bytes().to_vec(), self.limits.depth)?;
            for piece in self.api.rewrite(mark, &document, decided)? {
                match piece {
                    Piece::Same => framing.copy(raw, out),
                    Piece::Data(text) => framing.changed(raw, &block, &text, out),
                    Piece::New(event) => framing.event(&event, out),
                }
            }
        }
        Ok(())
    }
}

impl Holding {
    /// Adds a block: what earlier chunks held of it, and the rest.
    fn push(&mut self, partial: &mut Vec<u8>, raw: &[u8], mark: Option<usize>) {
        self.bytes.append(partial);
        self.bytes.extend_from_slice(raw);
        self.of_chunk += raw.len();
        let end = self.bytes.len();
        match (self.blocks.last_mut(), mark) {
            (Some(last @ Held { mark: None, .. }), None) => last.end = end,
            (_, mark) => self.blocks.push(Held { mark, end }),
        }
    }
}

impl Codec for StreamCodec {
    fn read(&mut self, chunk: &[u8], out: &mut Reading) -> Result<(), Unreadable> {
        if matches!(self.state, State::Closed) {
            return Err(Unreadable { what: UnreadableWhy::Bug("bytes after the stream was given up") });
        }
        self.read_blocks(chunk, out)
    }

    fn end(&mut self, out: &mut Reading) -> Result<(), Unreadable> {
        self.end_blocks(out)
    }

    fn held(&self) -> usize {
        let held = match &self.state {
            State::Holding(held) => held.bytes.len(),
            State::Passing | State::Written | State::Closed => 0,
        };
        held.saturating_add(self.partial.len())
    }

    fn pauses(&self) -> bool {
        self.api.pauses() && matches!(self.state, State::Holding(_))
    }

    fn write(&mut self, outcomes: Vec<Outcome>, out: &mut Vec<u8>) -> Result<(), Unreadable> {
        let decided = Decided::new(outcomes, self.api.calls())?;
        if let Some(why) = self.api.together().filter(|_| !decided.all_released()) {
            return Err(shape(why));
        }
        let then = if self.pauses() && !self.ended { State::Passing } else { State::Written };
        match std::mem::replace(&mut self.state, then) {
            State::Holding(held) if decided.all_released() && !self.api.changes() => {
                out.extend_from_slice(&held.bytes);
            }
            State::Holding(held) => self.rewrite(held, &decided, out)?,
            State::Passing | State::Written => {}
            State::Closed => {
                self.state = State::Closed;
                return Err(Unreadable {
                    what: UnreadableWhy::Bug("a stream written after it was given up"),
                });
            }
        }
        self.owed = self.api.owed(&decided);
        self.begun = true;
        Ok(())
    }

    fn went_by(&mut self) {
        if self.pauses() {
            self.api.owed(&Decided::released(self.api.calls()));
            self.state = State::Passing;
        }
    }

    fn owed(&mut self) -> Option<Owed> {
        let owed = std::mem::take(&mut self.owed);
        (!owed.by.is_empty()).then_some(owed)
    }

    fn withhold(&mut self, refusal: &Refusal, out: &mut Vec<u8>) {
        self.partial = Vec::new();
        self.framing.open(self.begun);
        match std::mem::replace(&mut self.state, State::Closed) {
            // The answer is whole: there is nothing left to end.
            State::Written | State::Closed => {}
            State::Passing if self.ended => {}
            State::Passing | State::Holding(_) if self.begun => {
                self.framing.failure(&self.api.broken_off(&refusal.0), out);
                self.framing.close(out);
            }
            State::Passing | State::Holding(_) => {
                for event in self.api.instead(&refusal.0) {
                    self.framing.event(&event, out);
                }
                self.framing.close(out);
            }
        }
    }
}
