//! What goes wrong, as RFC 9457 problem documents with a stable `code`.
//!
//! The message is for people and may change; the code and the status are part of the interface.

use crate::escalation::Refused;
use crate::say::say;
use crate::sequencer::WriteError;
use crate::store::StoreError;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

macro_rules! codes {
    ($($code:ident = $status:literal $name:literal $title:literal),* $(,)?) => {
        /// Every code there is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $code),* }

        impl Code {
            /// All of them, with their status.
            pub const ALL: &[(Self, u16, &'static str)] = &[$((Self::$code, $status, $name)),*];

            const fn parts(self) -> (u16, &'static str, &'static str) {
                match self { $(Self::$code => ($status, $name, $title)),* }
            }
        }
    };
}

codes! {
    Malformed = 400 "malformed" "The request cannot be understood.",
    InvalidLine = 400 "invalid_line" "A line is not an event this emitter may write; nothing was stored.",
    Unauthenticated = 401 "unauthenticated" "There is no token, or nobody's.",
    RoleMissing = 403 "role_missing" "The token's owner may not do this.",
    OtherPeer = 403 "other_peer" "The emitter belongs to another gateway; nothing was stored.",
    OtherOrigin = 403 "other_origin" "The request comes from another origin, or by another name.",
    NotEligible = 403 "not_eligible" "The reviewer may not decide this.",
    Frozen = 403 "frozen" "The principal is frozen: nothing of it runs.",
    NotFound = 404 "not_found" "There is no such thing.",
    MethodNotAllowed = 405 "method_not_allowed" "The path knows no such method.",
    TimedOut = 408 "timed_out" "The request's body did not arrive in time.",
    Equivocation = 409 "equivocation" "Another event stands in this one's place; nothing was stored.",
    Decided = 409 "decided" "The escalation is no longer open.",
    Spent = 409 "spent" "The approval was spent on another decision.",
    OtherCall = 409 "other_call" "The call is not the one that was approved, or shown.",
    NotRecorded = 409 "not_recorded" "The decision that asks is not in the log.",
    Voted = 409 "voted" "The reviewer has voted.",
    Expired = 410 "expired" "It was not answered, or not used, in time.",
    OtherBundle = 409 "other_bundle" "No gateway would put this bundle in the place of the one that is handed out.",
    Stale = 412 "stale" "It has changed since it was read.",
    TooLarge = 413 "too_large" "The request is larger than allowed.",
    UnsupportedType = 415 "unsupported_type" "The content type is another than expected.",
    NobodyCanApprove = 422 "nobody_can_approve" "A group that must approve has too few people.",
    NotGranted = 422 "not_granted" "A grant like this is not given.",
    TooMany = 429 "too_many" "Too many questions of this principal are open.",
    Busy = 429 "busy" "Too much waits to be written.",
    Internal = 500 "internal" "The ledger could not do it; nothing was stored.",
    Unavailable = 503 "unavailable" "The ledger is shutting down or not ready.",
    Full = 507 "full" "There is no room; nothing was stored.",
}

/// A problem document.
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    detail: String,
    line: Option<usize>,
    cap: Option<u64>,
}

impl Problem {
    /// A problem with a sentence about this case.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), line: None, cap: None }
    }

    /// The line of the request it is about, from 0.
    pub fn at_line(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The number that was reached.
    pub fn with_cap(self, cap: u64) -> Self {
        Self { cap: Some(cap), ..self }
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.parts().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What its code means.
    pub const fn title(&self) -> &'static str {
        self.code.parts().2
    }

    /// The sentence about this case.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// There is no such thing.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("there is no {what}"))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<u64>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, title) = self.code.parts();
        let r#type = format!("urn:toolgate:problem:{code}");
        let document =
            Document { r#type, title, status, code, detail: &self.detail, line: self.line, cap: self.cap };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.code {
            Code::Busy | Code::Unavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Code::Unauthenticated => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Full => Code::Full,
            StoreError::Closed => Code::Unavailable,
            StoreError::Fatal(_) | StoreError::Foreign(_) | StoreError::Refused(_) => Code::Internal,
        };
        // What a database says may name files; that is for the operator's log.
        if code == Code::Internal {
            say(&error);
            return Self::new(code, "the database refused; the ledger's log says why");
        }
        Self::new(code, error.to_string())
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Busy => Self::new(Code::Busy, "too much waits to be written; try again"),
            WriteError::Store(error) => error.into(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        use toolgate_engine::protocol::EscalationPhase::Expired;
        let code = match &refused {
            Refused::NotPending(phase) | Refused::NotApproved(phase) if phase.0 == Expired => Code::Expired,
            Refused::NotPending(_) | Refused::NotApproved(_) | Refused::NotHeld(_) => Code::Decided,
            Refused::Spent => Code::Spent,
            Refused::OtherCall(_) | Refused::OtherDigest => Code::OtherCall,
            Refused::NotAsked | Refused::OwnCall | Refused::NotSure { .. } => Code::NotEligible,
            Refused::Voted => Code::Voted,
            Refused::Frozen => Code::Frozen,
            Refused::NotGranted(_) => Code::NotGranted,
            Refused::NoComment | Refused::NotAVote | Refused::DeniesAndGrants => Code::Malformed,
        };
        Self::new(code, refused.to_string())
    }
}
