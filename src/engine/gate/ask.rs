//! Questions to the side service about one call, and how their answers are believed.

use super::refusal::Why;
use crate::protocol::{ConsumeAck, ConsumeRequest, EscalationCreate, EscalationState};
use crate::time::Span;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// May a person decide this?
    Create(Box<EscalationCreate>),
    /// Has somebody decided? Comes back when the state differs from `version`, or after `wait`.
    Poll {
        /// The escalation.
        id: String,
        /// The version that is known.
        version: u64,
        /// How long to wait for another, at most.
        wait: Span,
    },
    /// Spend the approval on this call.
    Consume {
        /// The escalation.
        id: String,
        /// What it is spent on.
        request: ConsumeRequest,
    },
}

/// An HTTP request to the side service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// The method.
    pub method: &'static str,
    /// The path, with the query.
    pub path: String,
    /// The body, JSON; empty for GET.
    pub body: String,
    /// Time the service may take beyond that of an ordinary answer.
    pub patience: Span,
}

impl Ask {
    /// The question as HTTP.
    pub fn http(&self) -> Http {
        match self {
            Self::Create(create) => Http {
                method: "POST",
                path: "/v1/escalations".to_owned(),
                body: json(create.as_ref()),
                patience: Span::default(),
            },
            Self::Poll { id, version, wait } => {
                // Rounded up: what is left of a hold would else be a poll that comes back at once, over and over.
                let seconds = wait.as_millis().div_ceil(1_000);
                Http {
                    method: "GET",
                    path: format!("/v1/escalations/{id}?wait={seconds}&version={version}"),
                    body: String::new(),
                    patience: Span::from_secs(seconds),
                }
            }
            Self::Consume { id, request } => Http {
                method: "POST",
                path: format!("/v1/escalations/{id}/consume"),
                body: json(request),
                patience: Span::default(),
            },
        }
    }
}

/// These are structs of strings and numbers: serialising them cannot fail, and an empty body is refused there.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The state an answer proves for the call with `digest`; `None` if it proves nothing.
pub(super) fn state(answer: Option<(u16, &[u8])>, digest: &str) -> Option<EscalationState> {
    let (200, body) = answer? else { return None };
    let state: EscalationState = serde_json::from_slice(body).ok()?;
    // The ID becomes part of a path and of a text the agent reads.
    let plain = !state.id.is_empty() && state.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (state.digest == digest && plain).then_some(state)
}

/// Why the side service will not do it, where it says so and it is more than a failure. All of it refuses, so nothing is
/// proven.
pub(super) fn declined(answer: Option<(u16, &[u8])>) -> Option<Why> {
    #[derive(serde::Deserialize)]
    struct Problem {
        code: String,
        cap: Option<u64>,
    }
    let (403 | 429, body) = answer? else { return None };
    let problem: Problem = serde_json::from_slice(body).ok()?;
    match problem.code.as_str() {
        "too_many" => Some(Why::TooManyPending { cap: problem.cap }),
        "frozen" => Some(Why::Frozen),
        _ => None,
    }
}

/// What came of spending an approval.
pub(super) enum Spent {
    /// It is spent on this call.
    Yes(ConsumeAck),
    /// It was spent on another one, or is void.
    Elsewhere,
    /// Nothing is proven.
    Unproven,
}

pub(super) fn spent(answer: Option<(u16, &[u8])>) -> Spent {
    match answer {
        Some((200, body)) => serde_json::from_slice(body).map_or(Spent::Unproven, Spent::Yes),
        Some((409 | 410, _)) => Spent::Elsewhere,
        Some(_) | None => Spent::Unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_rest_of_a_hold_is_waited_for_and_not_asked_about_over_and_over() {
        for (millis, seconds) in [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (15_000, 15)] {
            let ask = Ask::Poll { id: "e".to_owned(), version: 3, wait: Span::from_millis(millis) };
            let http = ask.http();
            assert_eq!(http.path, format!("/v1/escalations/e?wait={seconds}&version=3"));
            assert_eq!(http.patience, Span::from_secs(seconds));
        }
    }
}
