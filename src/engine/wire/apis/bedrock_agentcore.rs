//! Bedrock AgentCore's InvokeHarness: `POST …/harnesses/invoke`.
//!
//! A harness is an agent that AWS runs. Its answer is the events of `ConverseStream`, message after message: what the
//! model said, what tools of the harness gave, what the model said then. A tool use is the client's unless its type says
//! that the harness runs it, itself (`server_tool_use`) or at an MCP server (`mcp_tool_use`); those pass and are reported.
//! A client's ends what the harness does by itself, so that one message has all there are.
//!
//! # Where a refusal stands
//!
//! In front of the first call of the answer, as a block of text; the stop reason becomes `end_turn` when no call is left.
//! Hooks that are told of behind a call go where one is refused.
//!
//! # What is deliberately absent
//!
//! The results that a harness waits for: which session goes on stands in a header alone.

mod request;

use super::super::frames::{Frames, Payload};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, RequestFacts, Setup};
use super::bedrock_converse::{Dialect, Stream, error_body, is_error_body};
use crate::limits::Limits;
use crate::wire::Api;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: None,
        framings: &[Framing::Frames],
        codec,
        error_body,
        is_error_body,
    }
}

const HARNESS: Dialect = Dialect {
    api: Api::BedrockAgentcore,
    provided: &["server_tool_use", "mcp_tool_use"],
    several: true,
    exception: "runtimeClientError",
};

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && path.ends_with("/harnesses/invoke")
}

fn codec(_: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let frames = Frames::new(Payload::Data, limits.event, limits.depth);
    let stream = Stream::new(Setup::new(limits, request), HARNESS);
    Box::new(StreamCodec::framed(stream, frames, limits))
}
