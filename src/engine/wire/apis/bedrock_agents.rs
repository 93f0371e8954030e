//! Bedrock's agents: InvokeAgent, `POST …/agents/A/agentAliases/B/sessions/S/text`, and InvokeInlineAgent,
//! `POST …/agents/S`.
//!
//! Answers come in frames, always. Text is the `chunk` of a frame; a frame `returnControl` has the calls that the client
//! runs, or approves for Bedrock to run, each with its parameters one by one. Nothing ends an answer but its end. A trace
//! tells what the agent does, in the model's own words too, so from the first that may tell of a call on the answer is held
//! until it is known what came of it.
//!
//! # Where a refusal stands
//!
//! In a chunk in front of the `returnControl`, which keeps the calls that are left and goes when none is. Traces that were
//! held go as well. Bedrock keeps the session and waits for a result of each call, so a refused one's goes with the next
//! request of the session.
//!
//! # What is deliberately absent
//!
//! The prompts in traces of later answers, which quote what the session has; what an agent's own text says.

mod invocation;
mod request;
mod stream;
mod trace;

use super::super::frames::{Frames, Payload};
use super::super::stream::StreamCodec;
use super::super::{ApiEntry, Codec, Framing, RequestFacts};
use super::bedrock_converse::{error_body, is_error_body};
use crate::limits::Limits;

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    ApiEntry {
        name,
        owns,
        request: request::facts,
        forward: Some(request::forward),
        framings: &[Framing::Frames],
        codec,
        error_body,
        is_error_body,
    }
}

fn owns(method: &str, path: &str) -> bool {
    method == "POST" && Asked::of(path).is_some()
}

fn codec(_: Framing, limits: Limits, request: &RequestFacts) -> Box<dyn Codec> {
    let frames = Frames::new(Payload::Data, limits.event, limits.depth);
    let stream = stream::Stream::new(limits, request.continues.clone());
    Box::new(StreamCodec::framed(stream, frames, limits))
}

/// Whom a path asks, and in which session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked<'a> {
    /// An agent that Bedrock keeps.
    Agent { agent: &'a str, alias: &'a str, session: &'a str },
    /// One that the request brings.
    Inline { session: &'a str },
}

impl<'a> Asked<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let mut ends = path.rsplit('/');
        let ends: [Option<&str>; 7] = std::array::from_fn(|_| ends.next());
        let asked = match ends {
            [
                Some("text"),
                Some(session),
                Some("sessions"),
                Some(alias),
                Some("agentAliases"),
                Some(agent),
                Some("agents"),
            ] => Self::Agent { agent, alias, session },
            // The agents of others stand below a version.
            [Some(session), Some("agents"), before, ..] if !before.is_some_and(is_version) => {
                Self::Inline { session }
            }
            _ => return None,
        };
        asked.names().iter().all(|name| is_identifier(name)).then_some(asked)
    }

    fn names(self) -> [&'a str; 3] {
        match self {
            Self::Agent { agent, alias, session } => [agent, alias, session],
            Self::Inline { session } => [session; 3],
        }
    }

    /// Under what it is known what a session waits for. A session's name is its client's, and no other agent's.
    fn session(self) -> String {
        match self {
            Self::Agent { agent, alias, session } => {
                format!("agents/{agent}/agentAliases/{alias}/sessions/{session}")
            }
            Self::Inline { session } => format!("agents/{session}"),
        }
    }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_identifier(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
    !name.is_empty() && name.chars().all(known)
}
