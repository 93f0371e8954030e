//! A request that sets something off before there is any answer: it waits here, whole, until that is decided.
//!
//! It is the call of a tool at an MCP server, or it turns on tools which the provider runs itself. Nothing of its body has
//! left, and nothing leaves but by permit: all of it, or none.
//!
//! INVARIANT (one flush): the host gives a request that waited one flush, and takes at most `limits.release` bytes.

use super::exchange::Exchange;
use super::io::{Chunk, Input, Reply, ResponseHead};
use super::judged::{Concluded, Judged};
use super::refusal::Why;
use super::{State, Step, answer, records, request};
use crate::call::ToolCall;
use crate::wire::{Codec, Outcome, Refusal};
use std::fmt;

/// A request that waits.
pub(super) struct Held {
    exchange: Exchange,
    calls: Vec<Judged>,
    then: Then,
    kept: usize,
}

/// What the request is.
pub(super) enum Then {
    /// The call of a tool at an MCP server; the codec has the message.
    Call(Box<dyn Codec>),
    /// A request to a model, and the bytes in which it goes on.
    Ask(Vec<u8>),
}

/// Where the bytes of a request that is let through go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the place of the chunk that was just given.
    Chunk,
    /// It has waited: in the one flush.
    Flush,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("calls", &self.calls).finish_non_exhaustive()
    }
}

impl Held {
    /// Judges what the last piece of a request completed. `kept` bytes are booked for it with the VM.
    pub(super) fn judge(
        step: &mut Step<'_>,
        exchange: Exchange,
        calls: &[ToolCall],
        then: Then,
        kept: usize,
    ) -> State {
        let one = |(index, call)| Judged::new(step, &exchange, call, index);
        let calls = calls.iter().enumerate().map(one).collect();
        let mut held = Box::new(Self { exchange, calls, then, kept });
        if held.size() > step.vm.config.limits.release {
            for call in &mut held.calls {
                call.refuse(Why::TooLargeToHold);
            }
        }
        step.out.access = Some(records::summary(held.calls.iter().map(Judged::summary), &step.vm.emitter));
        held.go_on(step, Place::Chunk)
    }

    /// Judges the tools which a request to a model lets the provider run; `body` is what goes on.
    pub(super) fn ask(step: &mut Step<'_>, exchange: Exchange, calls: &[ToolCall], body: Vec<u8>) -> State {
        let refusal = if calls.len() > step.vm.config.limits.calls {
            request::Refusal::new(403, "over_limit", "it lets the provider run more tools than the limit")
        } else if step.vm.keep(0, body.len()) {
            let kept = body.len();
            return Self::judge(step, exchange, calls, Then::Ask(body), kept);
        } else {
            step.vm.keep(body.len(), 0);
            request::Refusal::new(503, "no_room", request::NO_ROOM)
        };
        let api = exchange.api;
        request::reply(step, Some(&exchange), &refusal, Some(api))
    }

    fn size(&self) -> usize {
        match &self.then {
            Then::Call(codec) => codec.held(),
            Then::Ask(body) => body.len(),
        }
    }

    /// Something that is no chunk: a record, an answer, time.
    pub(super) fn settle(mut self: Box<Self>, step: &mut Step<'_>, input: &Input<'_>) -> State {
        Judged::tell(&mut self.calls, step, &self.exchange, input);
        self.go_on(step, Place::Flush)
    }

    fn go_on(mut self: Box<Self>, step: &mut Step<'_>, place: Place) -> State {
        // A request goes on whole, so one refusal decides for all: nobody is asked about the others any more.
        if self.calls.iter().any(Judged::is_refused) {
            for call in &mut self.calls {
                call.refuse(Why::WithAnother);
            }
        }
        if !self.calls.iter().all(Judged::is_settled) {
            step.out.wait |= place == Place::Chunk;
            return State::Held(self);
        }
        self.conclude(step, place)
    }

    fn conclude(mut self: Box<Self>, step: &mut Step<'_>, place: Place) -> State {
        let (outcomes, mut concluded): (Vec<_>, Vec<_>) = self.calls.drain(..).map(Judged::conclude).unzip();
        let released = concluded.iter().all(Concluded::is_released);
        let leaving = self.then.leaving(outcomes, released);
        let why = match &leaving {
            Leaving::Request(_) => None,
            Leaving::Answer(_) | Leaving::Refusal(_) => Some(Why::WithAnother),
        };
        for call in &mut concluded {
            why.iter().for_each(|why| call.withdraw(why.clone()));
        }
        step.out.access = Some(records::summary(concluded.iter().map(Concluded::summary), &step.vm.emitter));
        for call in concluded {
            call.record(step, &self.exchange);
        }
        step.vm.keep(self.kept, 0);
        let Self { exchange, then, .. } = *self;
        match leaving {
            Leaving::Request(bytes) => {
                match place {
                    Place::Chunk => step.out.chunk = Chunk::Replace(bytes),
                    Place::Flush => step.out.forward = Some(bytes),
                }
                match then {
                    Then::Call(_) => State::Passing,
                    Then::Ask(_) => State::Sent(Box::new(exchange)),
                }
            }
            Leaving::Answer(body) => {
                step.out.reply = Some(Reply { status: 200, body });
                State::Replied
            }
            Leaving::Refusal(refusal) => request::reply(step, Some(&exchange), &refusal, Some(exchange.api)),
        }
    }

    /// An answer before the request was sent: only an error can be one, and the request then stays here.
    pub(super) fn early(mut self: Box<Self>, step: &mut Step<'_>, head: &ResponseHead) -> State {
        self.abandon(step);
        answer::early(step, self.exchange, head)
    }

    /// The client went away.
    pub(super) fn gone(mut self: Box<Self>, step: &mut Step<'_>) -> State {
        self.abandon(step);
        State::Closed
    }

    fn abandon(&mut self, step: &mut Step<'_>) {
        for call in self.calls.drain(..) {
            call.abandon(step, &self.exchange);
        }
        step.vm.keep(self.kept, 0);
    }
}

/// What leaves once everything is decided.
enum Leaving {
    /// The request, to where it goes.
    Request(Vec<u8>),
    /// To the client, what its server would have answered.
    Answer(String),
    /// To the client, that it was refused.
    Refusal(request::Refusal),
}

impl Then {
    /// What leaves with these outcomes; the request only by a permit for each.
    fn leaving(&mut self, outcomes: Vec<Outcome>, released: bool) -> Leaving {
        match self {
            Self::Call(codec) => {
                let mut bytes = Vec::new();
                match codec.write(outcomes, &mut bytes) {
                    Ok(()) if released => Leaving::Request(bytes),
                    Ok(()) => Leaving::Answer(String::from_utf8(bytes).unwrap_or_default()),
                    Err(why) => Leaving::Refusal(request::Refusal::new(403, why.code(), why.to_string())),
                }
            }
            Self::Ask(body) => {
                let texts: Vec<String> = outcomes.into_iter().filter_map(refused).collect();
                if texts.is_empty() && released {
                    return Leaving::Request(std::mem::take(body));
                }
                Leaving::Refusal(request::Refusal::new(403, "provider_executed", texts.join("\n")))
            }
        }
    }
}

fn refused(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Release(_permit) => None,
        Outcome::Refuse(Refusal(text)) => Some(text),
    }
}
