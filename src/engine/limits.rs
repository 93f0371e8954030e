//! Every bound that an operator sets on what traffic can make the gate hold, and what happens at each. Fixed ones stand
//! where they hold: `emitter.rs`, `gate/outstanding.rs`.
//!
//! A bound that is reached refuses; none of them widens what is allowed.

use serde::{Deserialize, Serialize};

/// Bounds on one request and its response. All sizes are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most of a response body that is kept in the VM while it is read or held. Beyond it the answer is refused.
    pub body: usize,
    /// Most that may wait for a record or a person once the model has finished answering. Envoy gives
    /// one flush then, at most the listener's `per_connection_buffer_limit_bytes`; set this no higher
    /// than that. Beyond it the calls are refused, which needs no wait and so knows no such limit.
    pub release: usize,
    /// Most of a request body that is read for the model's name, the offered tools and the history.
    pub request: usize,
    /// Most tool calls in one response.
    pub calls: usize,
    /// Deepest nesting of a JSON document.
    pub depth: usize,
    /// Largest single event of a stream.
    pub event: usize,
    /// Most that all streams of one VM keep together. Beyond it the stream that asks is refused.
    pub vm: usize,
}

impl Limits {
    /// Whether the bounds can be meant.
    ///
    /// # Errors
    /// The field and what is wrong with it.
    pub const fn check(&self) -> Result<(), (&'static str, &'static str)> {
        const SMALL: &str = "too small to let any answer through; expected at least 1024";
        if self.body < 1024 {
            return Err(("body", SMALL));
        }
        if self.release < 1024 {
            return Err(("release", SMALL));
        }
        if self.request < 1024 {
            return Err(("request", SMALL));
        }
        if self.event < 1024 {
            return Err(("event", SMALL));
        }
        if self.vm < self.body {
            return Err(("vm", "smaller than `limits.body`"));
        }
        if self.calls == 0 {
            return Err(("calls", "0 would refuse every call; expected at least 1"));
        }
        // Recursion: each level of nesting takes a few hundred bytes of the VM's one mebibyte of stack.
        if self.depth == 0 || self.depth > 500 {
            return Err(("depth", "expected 1 to 500"));
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 << 20,
            release: 1 << 20,
            request: 8 << 20,
            calls: 64,
            depth: 100,
            event: 4 << 20,
            vm: 256 << 20,
        }
    }
}
