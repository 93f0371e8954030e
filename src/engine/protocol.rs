//! What the gate and the ledger say to each other over HTTP, typed once for both.
//!
//! | request | role | body | answer |
//! |---|---|---|---|
//! | `POST /v1/events` | emitter | one event a line (`application/x-ndjson`), at most [`MAX_LINES`] | 200 [`EventsAck`], only after the commit |
//! | `POST /v1/escalations` | emitter | [`EscalationCreate`] | 200 [`EscalationState`] |
//! | `GET /v1/escalations/{id}?wait=SECONDS&version=N` | emitter | – | 200 [`EscalationState`], when it differs from version N or after the wait |
//! | `POST /v1/escalations/{id}/consume` | emitter | [`ConsumeRequest`] | 200 [`ConsumeAck`] |
//! | `GET /v1/bundles/{name}` | emitter | – | 200 the bundle file, `etag` its quoted digest; 304 |
//! | `GET /v1/orders` | emitter | – | 200 [`StandingOrders`] |
//!
//! Every answer is a problem document (RFC 9457) with a stable `code` where it is not 200 or 304. A proxy in
//! between can make up a status, so nothing is believed for its status: an acknowledgement repeats the
//! hash of the event or the identifiers of the request, and only then counts.

use crate::policy::Verdict;
use serde::{Deserialize, Serialize};

/// Most lines in one `POST /v1/events`.
pub const MAX_LINES: usize = 256;
/// Most bytes in one `POST /v1/events`.
pub const MAX_BATCH_BYTES: usize = 1 << 20;
/// Most bytes of one event.
pub const MAX_EVENT_BYTES: usize = 16 << 10;

/// The ledger has committed these events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsAck {
    /// One per line, in the order of the lines.
    pub acks: Vec<EventAck>,
    /// The checkpoint that covers them.
    pub checkpoint: crate::record::Seen,
}

/// The ledger has committed this event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventAck {
    /// The event's ID.
    pub id: String,
    /// `sha256:<hex>` of the event's bytes: the proof that the ledger read what was sent.
    pub hash: String,
    /// Its number in the log.
    pub index: u64,
    /// Whether it was there before.
    pub status: AckStatus,
    /// For a decision: whether people had stopped its principal when it was committed, or have since. As every release
    /// waits for its acknowledgement, a freeze holds from the next commit on, at every gateway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// For a decision that break-glass let through: whether that does not hold, or not any more. An early end holds from
    /// the next commit on, like a freeze.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// What people have ordered for the time being, `GET /v1/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StandingOrders {
    /// Principals that are stopped. Where calls wait for their record its acknowledgement says so as well; this is for
    /// where nothing waits.
    #[serde(default)]
    pub frozen: Vec<String>,
    /// The signed notes of every break-glass that is active; see [`break_glass`](crate::break_glass).
    #[serde(default)]
    pub break_glass: Vec<String>,
}

/// Whether an event is new to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AckStatus {
    /// Stored now.
    Stored,
    /// The same bytes were stored before.
    Duplicate,
}

/// A call asks for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationCreate {
    /// The decision ID the gate made for this occurrence of the call.
    pub decision: String,
    /// The emitter, `/emitters/<uuid>`.
    pub source: String,
    /// The principal. A call without one is never escalated; it is refused.
    pub agent: String,
    /// How the principal was established.
    pub via: String,
    /// The person the principal acts for, where the mesh authenticated one: they do not approve it either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The tool's name, with its namespace in front if it has one.
    pub tool: String,
    /// The action digest, as in the decision event.
    pub digest: String,
    /// The bundle's digest.
    pub bundle: String,
    /// `sha256:<hex>` over the canonical bytes of the determining rules and their reviewers: an approval
    /// outlives a new bundle only if this stays the same.
    pub rules_digest: String,
    /// The determining rules, by ID.
    pub rules: Vec<String>,
    /// Why they ask.
    pub because: String,
    /// Who must approve: all of these.
    pub reviewers: Vec<ReviewerGroup>,
    /// What the call would do, a line each, in plain words.
    pub effects: Vec<String>,
    /// The full arguments, kept outside the log and shown to the reviewer.
    pub arguments: String,
}

/// One group that must approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewerGroup {
    /// Its name in the policy.
    pub name: String,
    /// Who is in it: `group:NAME` or `user:NAME`.
    pub members: Vec<String>,
    /// How many different people must approve; at least 1.
    pub approvals: u32,
    /// Seconds in which they must answer.
    pub answer_within: u64,
    /// Seconds in which an approval must be used.
    pub use_within: u64,
    /// Who may answer as well once nobody of them has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Otherwise>,
    /// How sure the ledger must be of who approves; nothing is asked, if nothing is said. To deny, it need not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
}

/// Who is asked where a group does not answer. Their votes count for that group; it needs no fewer of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Otherwise {
    /// Their group's name in the policy.
    pub name: String,
    /// Who is in it: `group:NAME` or `user:NAME`.
    pub members: Vec<String>,
    /// Seconds without an answer after which they are asked; less than the group has to answer.
    pub after: u64,
}

/// Where an escalation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationState {
    /// Its ID.
    pub id: String,
    /// The action digest it is bound to.
    pub digest: String,
    /// Where it stands.
    pub state: EscalationPhase,
    /// Rises with every change.
    pub version: u64,
    /// What the reviewer said, where it was denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Seconds until it expires, until the approval does, or until a denial no longer holds for identical calls.
    pub expires_in: u64,
}

/// The states of an escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationPhase {
    /// Nobody has decided yet.
    Pending,
    /// Approved, not spent.
    Approved,
    /// Spent.
    Consumed,
    /// A reviewer said no.
    Denied,
    /// Nobody answered, or the approval was not used, in time.
    Expired,
    /// Taken back by a reviewer.
    Revoked,
    /// Taken back by the gate.
    Cancelled,
}

/// Spends an approval on one occurrence of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumeRequest {
    /// The decision ID of this occurrence: the same one again gets the same answer, another one is refused.
    pub decision: String,
    /// The principal.
    pub agent: String,
    /// The action digest.
    pub digest: String,
    /// As in [`EscalationCreate`].
    pub rules_digest: String,
}

/// The approval is spent on this decision, and that is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumeAck {
    /// The escalation.
    pub id: String,
    /// The decision it was spent on.
    pub decision: String,
    /// The action digest.
    pub digest: String,
    /// Number of the `escalation.consumed` event in the log.
    pub index: u64,
}

/// A vote of a reviewer, `POST /v1/escalations/{id}/votes` on the reviewers' listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// `allow` approves, `deny` denies; `escalate` is not a vote.
    pub verdict: Verdict,
    /// The digest the reviewer was shown: one approves what was rendered.
    pub digest: String,
    /// Needed to deny; told to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// How sure the ledger is that a vote is the person's. Declared from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A chat's word for who pressed a button.
    Chat,
    /// A token or a password that the ledger itself knows.
    #[default]
    Local,
    /// An identity provider's signed word.
    Oidc,
}

impl Assurance {
    /// The word that the wire has for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Local => "local",
            Self::Oidc => "oidc",
        }
    }
}
