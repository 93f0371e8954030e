//! A request that sets something off before there is any answer: it waits here, whole, until that is decided.
//!
//! It is the call of a tool at an MCP server, or it turns on tools which the provider runs itself. Nothing of its body has
//! left, and nothing leaves but by permit: all of it, or none. Where the operator wants that, a tool which the provider may
//! not run is cut out of the body, and the rest needs the permits of those that are left.
//!
//! INVARIANT (one flush): the host gives a request that waited one flush, and takes at most `limits.release` bytes.

use super::exchange::Exchange;
use super::io::{Chunk, Input, Reply, ResponseHead};
use super::judged::{Concluded, Judged};
use super::refusal::Why;
use super::{State, Step, answer, records, request};
use crate::call::ToolCall;
use crate::wire::{Codec, Outcome, Refusal, Unreadable, removal};
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
    /// A request to a model, and the bytes in which it goes on; `removes`, if need be without tools that are refused.
    Ask { body: Vec<u8>, removes: bool },
}

/// In which of the host's callbacks something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// That of the last piece: what is let through goes in its place.
    Chunk,
    /// Another, in which nothing leaves.
    Elsewhere,
    /// The tick: what is let through has waited, and goes in the one flush.
    Tick,
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
        let mut judged: Vec<Judged> = calls.iter().enumerate().map(one).collect();
        if let Then::Ask { .. } = then {
            for (judged, call) in judged.iter_mut().zip(calls) {
                if !request::is_configured(step, &call.tool) {
                    judged.forbid(Why::NotConfigured);
                }
            }
        }
        let mut held = Box::new(Self { exchange, calls: judged, then, kept });
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
        } else if step.vm.keep(exchange.principal.as_deref(), 0, body.len()) {
            let kept = body.len();
            let then = Then::Ask { body, removes: request::removes(step, exchange.api) };
            return Self::judge(step, exchange, calls, then, kept);
        } else {
            step.vm.keep(exchange.principal.as_deref(), body.len(), 0);
            request::Refusal::new(503, "no_room", request::NO_ROOM)
        };
        let api = exchange.api;
        request::reply(step, Some(&exchange), &refusal, Some(api))
    }

    fn size(&self) -> usize {
        match &self.then {
            Then::Call(codec) => codec.held(),
            Then::Ask { body, .. } => body.len(),
        }
    }

    /// Something that is no chunk: a record, an answer, time.
    pub(super) fn settle(mut self: Box<Self>, step: &mut Step<'_>, input: &Input<'_>) -> State {
        Judged::tell(&mut self.calls, step, &self.exchange, input);
        self.go_on(step, Place::Elsewhere)
    }

    /// The tick is here, in which what was decided may leave.
    pub(super) fn leave(self: Box<Self>, step: &mut Step<'_>) -> State {
        self.go_on(step, Place::Tick)
    }

    fn go_on(mut self: Box<Self>, step: &mut Step<'_>, place: Place) -> State {
        // A request that goes on whole or not at all: one refusal decides for all, and nobody is asked about the others.
        if self.calls.iter().any(Judged::is_refused) && !self.goes_on_without(step, place) {
            for call in &mut self.calls {
                call.refuse(Why::WithAnother);
            }
        }
        if !self.calls.iter().all(Judged::is_settled) {
            step.out.wait |= place == Place::Chunk;
            return State::Held(self);
        }
        if place == Place::Elsewhere {
            step.out.push = true;
            return State::Held(self);
        }
        self.conclude(step, place)
    }

    /// Whether the request may go on although some of its calls are refused. What cannot be cut out is known at once.
    fn goes_on_without(&self, step: &Step<'_>, place: Place) -> bool {
        let Then::Ask { body, removes: true } = &self.then else { return false };
        let refused: Vec<bool> = self.calls.iter().map(Judged::is_refused).collect();
        place != Place::Chunk || without(step, &self.exchange, body, &refused).is_ok()
    }

    fn conclude(mut self: Box<Self>, step: &mut Step<'_>, place: Place) -> State {
        let (outcomes, mut concluded): (Vec<_>, Vec<_>) = self.calls.drain(..).map(Judged::conclude).unzip();
        let refused: Vec<bool> = concluded.iter().map(|call| !call.is_released()).collect();
        let leaving = self.then.leaving(step, &self.exchange, outcomes, &refused);
        for call in &mut concluded {
            match &leaving {
                Leaving::Request(_) => call.remove(),
                Leaving::Answer(_) | Leaving::Refusal(_) => call.withdraw(Why::WithAnother),
            }
        }
        step.out.access = Some(records::summary(concluded.iter().map(Concluded::summary), &step.vm.emitter));
        for call in concluded {
            call.record(step, &self.exchange);
        }
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
        let Self { exchange, then, .. } = *self;
        match leaving {
            Leaving::Request(bytes) => {
                match place {
                    Place::Chunk => step.out.chunk = Chunk::Replace(bytes),
                    Place::Elsewhere | Place::Tick => step.out.forward = Some(bytes),
                }
                match then {
                    Then::Call(_) => State::Passing,
                    Then::Ask { .. } => State::Sent(Box::new(exchange)),
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
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
    }
}

/// What leaves once everything is decided.
enum Leaving {
    /// The request, to where it goes, without what was cut out of it.
    Request(Vec<u8>),
    /// To the client, what its server would have answered.
    Answer(String),
    /// To the client, that it was refused.
    Refusal(request::Refusal),
}

impl Then {
    /// What leaves with these outcomes; the request only by a permit for each call that is in it.
    fn leaving(
        &mut self,
        step: &Step<'_>,
        exchange: &Exchange,
        outcomes: Vec<Outcome>,
        are_refused: &[bool],
    ) -> Leaving {
        let released = !are_refused.contains(&true);
        match self {
            Self::Call(codec) => {
                let mut bytes = Vec::new();
                match codec.write(outcomes, &mut bytes) {
                    Ok(()) if released => Leaving::Request(bytes),
                    Ok(()) => Leaving::Answer(String::from_utf8(bytes).unwrap_or_default()),
                    Err(why) => Leaving::Refusal(request::Refusal::new(403, why.code(), why.to_string())),
                }
            }
            Self::Ask { body, removes } => {
                let mut texts: Vec<String> = outcomes.into_iter().filter_map(refused).collect();
                if texts.is_empty() && released {
                    return Leaving::Request(std::mem::take(body));
                }
                if *removes {
                    match without(step, exchange, body, are_refused) {
                        Ok(rest) => return Leaving::Request(rest),
                        Err(why) => texts.push(format!("It was to be removed from the request: {why}.")),
                    }
                }
                Leaving::Refusal(request::Refusal::new(403, "provider_executed", texts.join("\n")))
            }
        }
    }
}

/// The body without the calls that are refused.
fn without(
    step: &Step<'_>,
    exchange: &Exchange,
    body: &[u8],
    refused: &[bool],
) -> Result<Vec<u8>, Unreadable> {
    removal::without(exchange.api, &exchange.target, body, step.vm.config.limits.depth, refused)
}

fn refused(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Release(_permit) => None,
        Outcome::Refuse(Refusal(text)) => Some(text),
    }
}
