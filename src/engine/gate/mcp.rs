//! Requests to an MCP server: a call of a tool is judged before it is sent.
//!
//! The body is read whole, by the strict reader of [`Api::Mcp`]. What calls no tool goes on as it came, and its answer
//! passes; a call waits in [`Held`]. A server is known by the plugin's configuration alone, never by what is sent to it.

use super::exchange::Exchange;
use super::held::{Held, Then};
use super::io::{Chunk, Mirrored, RequestHead, ResponseHead};
use super::request::{self, Refusal};
use super::{State, Step, answer};
use crate::call::ToolCall;
use crate::wire::{Api, Codec, Framing, MCP_CALL, Reading, RequestFacts, Unreadable, limit};
use base64::Engine as _;
use std::fmt;

/// A message to an MCP server that is being read.
pub(super) struct Calling {
    exchange: Exchange,
    codec: Box<dyn Codec>,
    mirrored: Option<Box<Mirrored>>,
    kept: usize,
}

impl fmt::Debug for Calling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calling").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

/// The head of a request to a server has come, and nothing is wrong with it but what is said here.
pub(super) fn head(step: &mut Step<'_>, exchange: Exchange, head: &RequestHead) -> State {
    let refusal = match head.method.as_str() {
        "POST" if !head.end => {
            let codec = codec(step, &exchange);
            let mirrored = head.mirrored.clone();
            return State::Calling(Box::new(Calling { exchange, codec, mirrored, kept: 0 }));
        }
        // The server's own stream of messages, and the end of its session.
        "GET" | "DELETE" if head.end => return State::Passing,
        _ => Refusal::new(403, "unknown_endpoint", "it is no request of MCP over streamable HTTP"),
    };
    request::reply(step, Some(&exchange), &refusal, Some(Api::Mcp))
}

fn codec(step: &Step<'_>, exchange: &Exchange) -> Box<dyn Codec> {
    (exchange.api.entry().codec)(Framing::Document, step.vm.config.limits, &RequestFacts::default())
}

/// What a whole message calls, for a stream that is only watched.
pub(super) fn calls(step: &Step<'_>, exchange: &Exchange, body: &[u8]) -> Result<Vec<ToolCall>, Unreadable> {
    let mut codec = codec(step, exchange);
    let mut reading = Reading::default();
    codec.read(body, &mut reading)?;
    codec.end(&mut reading)?;
    Ok(named(exchange, reading.calls))
}

/// The calls as calls of this server.
fn named(exchange: &Exchange, mut calls: Vec<ToolCall>) -> Vec<ToolCall> {
    for call in &mut calls {
        call.namespace.clone_from(&exchange.server);
    }
    calls
}

impl Calling {
    /// A piece of the body has come.
    pub(super) fn body(mut self: Box<Self>, step: &mut Step<'_>, chunk: &[u8], end: bool) -> State {
        let mut reading = Reading::default();
        let mut result = self.codec.read(chunk, &mut reading);
        let size = self.codec.held();
        let room = step.vm.keep(self.exchange.principal.as_deref(), self.kept, size);
        self.kept = size;
        if size > step.vm.config.limits.request {
            result = Err(limit("the size of a request"));
        } else if !room {
            return self.refuse(step, &Refusal::new(503, "no_room", request::NO_ROOM));
        }
        if end && result.is_ok() {
            result = self.codec.end(&mut reading);
        }
        if let Err(why) = result {
            let text = format!("its body cannot be read without doubt: {why}");
            return self.refuse(step, &Refusal::new(400, "unreadable_request", text));
        }
        if !end {
            return State::Calling(self);
        }
        if self.mirrored.as_ref().is_some_and(|mirrored| !mirrored.tell(reading.calls.first())) {
            let text = "its headers say that it is another message than its body is";
            return self.refuse(step, &Refusal::new(400, "header_mismatch", text));
        }
        if reading.calls.is_empty() {
            step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
            let whole = reading.pass_buffered == chunk;
            step.out.chunk = if whole { Chunk::Keep } else { Chunk::Replace(reading.pass_buffered) };
            return State::Passing;
        }
        let Self { exchange, codec, kept, .. } = *self;
        let calls = named(&exchange, reading.calls);
        Held::judge(step, exchange, &calls, Then::Call(codec), kept)
    }

    /// The body ended without a last piece: what is kept can no longer be written.
    pub(super) fn trailers(self: Box<Self>, step: &mut Step<'_>) -> State {
        self.refuse(step, &Refusal::new(400, "request_trailers", request::TRAILERS))
    }

    /// An answer before the request was read: only an error can be one.
    pub(super) fn early(self: Box<Self>, step: &mut Step<'_>, head: &ResponseHead) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
        answer::early(step, self.exchange, head)
    }

    /// The client went away.
    pub(super) fn gone(self: Box<Self>, step: &mut Step<'_>) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
        State::Closed
    }

    fn refuse(self: Box<Self>, step: &mut Step<'_>, refusal: &Refusal) -> State {
        step.vm.keep(self.exchange.principal.as_deref(), self.kept, 0);
        request::reply(step, Some(&self.exchange), refusal, Some(Api::Mcp))
    }
}

impl Mirrored {
    /// Whether the headers say of the message what its body says. What stands between may go by them alone.
    fn tell(&self, call: Option<&ToolCall>) -> bool {
        match call {
            Some(call) => {
                self.method.iter().all(|method| method == MCP_CALL)
                    && self.name.iter().all(|name| decoded(name).as_deref() == Some(&call.tool))
            }
            None => !self.method.iter().any(|method| method.trim().eq_ignore_ascii_case(MCP_CALL)),
        }
    }
}

/// The name that `Mcp-Name` holds, which is base64 where no header could hold it.
fn decoded(value: &str) -> Option<String> {
    let Some(text) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(value.to_owned());
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}
