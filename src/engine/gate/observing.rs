//! Nothing is enforced: everything is forwarded as it comes, what cannot be read included. What would have
//! happened is judged and recorded behind the traffic, which never waits and never fails for it.
//!
//! What people stop is another thing than what a policy forbids: of a frozen principal nothing goes by here either. Its
//! next request is not observed but enforced; one that is under way ends where it is.

use super::answer::{self, Body};
use super::exchange::{Exchange, Mode};
use super::io::{Chunk, Input, RequestHead};
use super::judged::Judged;
use super::records;
use super::{State, Step, mcp, request};
use crate::call::ToolCall;
use crate::record::Reason;
use crate::wire::{Codec, Reading, limit};
use std::fmt;

/// A stream that is watched.
pub(super) struct Observing {
    exchange: Exchange,
    watch: Watch,
}

enum Watch {
    /// The request's body, as far as it has come.
    Request(Vec<u8>),
    /// The answer, and its calls.
    Answer { codec: Box<dyn Codec>, calls: Vec<Judged>, earlier: usize, kept: usize },
    /// There is nothing more to see, or nothing that can be read.
    Done,
}

impl fmt::Debug for Observing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observing").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

impl Observing {
    pub(super) fn new(step: &mut Step<'_>, exchange: Exchange, head: &RequestHead) -> Self {
        if let Some(refusal) = request::head_refusal(head) {
            would_refuse(step, &exchange, refusal.code, refusal.text);
        }
        Self { exchange, watch: if head.end { Watch::Done } else { Watch::Request(Vec::new()) } }
    }

    pub(super) fn handle(mut self: Box<Self>, step: &mut Step<'_>, input: Input<'_>) -> State {
        if step.vm.orders.is_frozen(self.exchange.principal.as_deref()) {
            return self.freeze(step, &input);
        }
        match input {
            Input::RequestBody { chunk, end } => {
                step.out.chunk = Chunk::Keep;
                self.request(step, chunk, end);
            }
            Input::ResponseHead(head) => {
                self.stop(step);
                if self.exchange.server.is_some() {
                    return State::Observing(self);
                }
                match answer::framing(&self.exchange, &head) {
                    Ok(Body::Answer(framing)) => {
                        let codec = (self.exchange.api.entry().codec)(
                            framing,
                            step.vm.config.limits,
                            &self.exchange.facts,
                        );
                        self.watch = Watch::Answer { codec, calls: Vec::new(), earlier: 0, kept: 0 };
                    }
                    Ok(Body::Empty | Body::Error) => {}
                    Err((code, text)) => would_refuse(step, &self.exchange, code, text.to_owned()),
                }
            }
            Input::ResponseBody { chunk, end } => {
                step.out.chunk = Chunk::Keep;
                self.answer(step, chunk, end);
            }
            Input::ResponseTrailers => self.answer(step, &[], true),
            Input::Gone => self.stop(step),
            _ => {}
        }
        State::Observing(self)
    }

    /// The principal was stopped while this was under way.
    fn freeze(mut self: Box<Self>, step: &mut Step<'_>, input: &Input<'_>) -> State {
        const TEXT: &str = "people have stopped everything this agent does";
        self.stop(step);
        self.exchange.mode = Mode::ObservedButFrozen;
        match input {
            Input::RequestBody { .. } | Input::RequestTrailers => {
                let refusal = request::Refusal::new(403, "frozen", TEXT);
                let api = self.exchange.api;
                request::reply(step, Some(&self.exchange), &refusal, Some(api))
            }
            Input::ResponseHead(_) => answer::refuse_head(step, &self.exchange, &("frozen", TEXT)),
            Input::ResponseBody { .. } | Input::ResponseTrailers => {
                self.exchange.withhold(step, "frozen", TEXT);
                step.out.reset = true;
                State::Closed
            }
            _ => State::Observing(self),
        }
    }

    fn request(&mut self, step: &mut Step<'_>, chunk: &[u8], end: bool) {
        let Watch::Request(body) = &mut self.watch else { return };
        let before = body.len();
        if before + chunk.len() > step.vm.config.limits.request {
            would_refuse(
                step,
                &self.exchange,
                "request_too_large",
                "the request's body is too large".to_owned(),
            );
            return self.stop(step);
        }
        body.extend_from_slice(chunk);
        let room = step.vm.keep(self.exchange.principal.as_deref(), before, body.len());
        if end {
            let body = std::mem::take(body);
            step.vm.keep(self.exchange.principal.as_deref(), body.len(), 0);
            self.watch = Watch::Done;
            if self.exchange.server.is_some() {
                return self.message(step, &body);
            }
            match request::read(step, &self.exchange, &body) {
                Ok((facts, _)) => {
                    let refusal = request::not_configured(step, &facts);
                    self.exchange.learn(facts);
                    if let Some(refusal) = refusal {
                        would_refuse(step, &self.exchange, refusal.code, refusal.text);
                    }
                    let calls = request::provider_calls(step, &self.exchange);
                    self.went_by(step, &calls);
                }
                Err(refusal) => would_refuse(step, &self.exchange, refusal.code, refusal.text),
            }
        } else if !room {
            self.stop(step);
        }
    }

    /// What a request would set off, and has by now.
    fn went_by(&self, step: &mut Step<'_>, calls: &[ToolCall]) {
        for (index, call) in calls.iter().take(step.vm.config.limits.calls).enumerate() {
            Judged::new(step, &self.exchange, call, index).observe(step, &self.exchange);
        }
    }

    /// A message to an MCP server has gone by.
    fn message(&self, step: &mut Step<'_>, body: &[u8]) {
        match mcp::calls(step, &self.exchange, body) {
            Ok(calls) => self.went_by(step, &calls),
            Err(why) => would_refuse(step, &self.exchange, why.code(), why.to_string()),
        }
    }

    fn answer(&mut self, step: &mut Step<'_>, chunk: &[u8], end: bool) {
        let Watch::Answer { codec, calls, earlier, kept } = &mut self.watch else { return };
        let mut reading = Reading::default();
        let mut result = codec.read(chunk, &mut reading);
        if end && result.is_ok() {
            result = codec.end(&mut reading);
        }
        self.exchange.record_ran(step.vm, step.now, &reading.provider_ran);
        for call in &reading.calls {
            if calls.len() < step.vm.config.limits.calls {
                calls.push(Judged::new(step, &self.exchange, call, *earlier + calls.len()));
            }
        }
        if !reading.calls.is_empty() {
            step.out.access = Some(records::summary(calls.iter().map(Judged::summary), &step.vm.emitter));
        }
        if codec.pauses() {
            codec.went_by();
            *earlier += calls.len();
            for call in calls.drain(..) {
                call.observe(step, &self.exchange);
            }
        }
        let held = codec.held();
        let room = step.vm.keep(self.exchange.principal.as_deref(), *kept, held);
        *kept = held;
        if held > step.vm.config.limits.body || !room {
            result = Err(limit("the size of an answer"));
        }
        match result {
            Ok(()) if !end => {}
            Ok(()) => self.stop(step),
            Err(why) => {
                would_refuse(step, &self.exchange, why.code(), why.to_string());
                self.stop(step);
            }
        }
    }

    /// Ends the watch: what it kept is given back, and the calls it saw went by.
    fn stop(&mut self, step: &mut Step<'_>) {
        match std::mem::replace(&mut self.watch, Watch::Done) {
            Watch::Request(body) => {
                step.vm.keep(self.exchange.principal.as_deref(), body.len(), 0);
            }
            Watch::Answer { calls, kept, .. } => {
                step.vm.keep(self.exchange.principal.as_deref(), kept, 0);
                for call in calls {
                    call.observe(step, &self.exchange);
                }
            }
            Watch::Done => {}
        }
    }
}

fn would_refuse(step: &mut Step<'_>, exchange: &Exchange, code: &str, text: String) {
    exchange.record_whole(step.vm, step.now, Reason { code: code.to_owned(), text });
}
