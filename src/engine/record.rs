//! The events the ledger keeps: who asked for what, what the policy said, what became of it.
//!
//! An event is a CloudEvents 1.0 envelope with a small stable `data`. It is written once, by the emitter
//! that made it, and hashed as the bytes that were written; nobody re-serialises it. Every event of an
//! emitter carries its number and the hash of the one before, so that a missing one shows.
//!
//! Field order is the order of the structs here, which makes the bytes deterministic; no reader depends on
//! it. `data` holds what a later replay of the decision needs: effects, unknowns, analyser version,
//! principal and its source, model, route, and the inputs of the conditions that were evaluated.

use crate::effects::Effects;
use crate::policy::Verdict;
use serde::{Deserialize, Serialize};

/// Version of the analysis that turned calls into effects. Rises whenever the same call could get other
/// effects than before.
pub const ANALYSER: &str = if cfg!(feature = "sql") {
    concat!("effects/", env!("CARGO_PKG_VERSION"))
} else {
    concat!("effects/", env!("CARGO_PKG_VERSION"), "+no-sql")
};

/// One event. `B` is the body its `type` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event<B> {
    /// Always `1.0` (CloudEvents).
    pub specversion: String,
    /// UUIDv7, chosen once, the same on every retry. For a decision it is the decision ID.
    pub id: String,
    /// `/emitters/<uuid>`: one per VM of the proxy and start of it.
    pub source: String,
    /// `io.toolgate.<name>.v1`, one of [`types`].
    #[serde(rename = "type")]
    pub kind: String,
    /// RFC 3339, microseconds, the emitter's clock, when the event came about.
    pub time: String,
    /// W3C trace context of the request, copied (CloudEvents distributed tracing extension).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The chain and the body.
    pub data: Chained<B>,
}

/// A body with its place in the emitter's chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chained<B> {
    /// 0, 1, 2, … per `source`, without holes.
    pub seq: u64,
    /// `sha256:<hex>` of the emitter's previous line; of the first one, 64 zeros.
    pub prev: String,
    /// The last checkpoint of the ledger that this emitter was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// The body.
    #[serde(flatten)]
    pub body: B,
}

/// Size and root of a Merkle tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Number of entries.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
}

/// The `type` of each event.
pub mod types {
    /// Body: [`super::DecisionBody`]. Durable before an allowed call is released.
    pub const DECISION: &str = "io.toolgate.decision.v1";
    /// Body: [`super::OutcomeBody`]. What became of a call, sent behind.
    pub const OUTCOME: &str = "io.toolgate.outcome.v1";
    /// Body: [`super::ResponseBody`]. An answer, or a request, refused as a whole.
    pub const RESPONSE: &str = "io.toolgate.response.v1";
    /// Body: [`super::StartBody`]. Number 0 of every emitter.
    pub const START: &str = "io.toolgate.emitter.start.v1";
    /// Body: [`super::EmptyBody`]. At least every 60 s from an idle emitter.
    pub const HEARTBEAT: &str = "io.toolgate.emitter.heartbeat.v1";
    /// Body: [`super::EmptyBody`]. The emitter's last. The filter sends none, since a VM that ends cannot wait for the
    /// answer: silence beyond the heartbeat says it.
    pub const STOP: &str = "io.toolgate.emitter.stop.v1";
    /// Body: [`super::GapBody`]. The emitter admits that it dropped events.
    pub const GAP: &str = "io.toolgate.emitter.gap.v1";
}

/// One call was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionBody {
    /// Who acts.
    pub agent: Agent,
    /// The model that was asked and the one that answered.
    pub model: Model,
    /// The request this belongs to.
    pub request: Request,
    /// What was called.
    pub tool: Tool,
    /// What it was called with, as far as redaction allows.
    pub action: ActionDigest,
    /// What it would do.
    pub effects: Effects,
    /// The version of the analysis, [`ANALYSER`].
    pub analyser: String,
    /// What judged it.
    pub policy: Policy,
    /// What the policy said.
    pub verdict: Verdict,
    /// What the gate did about it when this was written.
    pub enforced: Enforced,
    /// Why.
    pub reason: Reason,
    /// Inputs of the conditions that were evaluated, redacted per rule: a pointer or condition name and its value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Reviewer groups that a rule tells without waiting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<String>,
    /// What a rule in observe, or the whole policy in observe, would have done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would: Option<Verdict>,
    /// The break-glass by which it goes through all the same, or without waiting for the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
}

/// The break-glass by which a call goes through: who wanted it and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlass {
    /// Its ID.
    pub id: String,
    /// Who asked for it.
    pub asked: String,
    /// Who confirmed it.
    pub confirmed: String,
    /// When it ends, RFC 3339.
    pub until: String,
    /// Why, as who asked says.
    pub reason: String,
    /// Whether two people signed it without the ledger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
}

/// Who acts, as the mesh authenticated them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The principal; absent when none could be established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How it was established: `mtls`, `jwt`, `header`, or `none`.
    pub via: String,
    /// The person it acts for, where the operator says where to look and one is named there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// Model names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Model {
    /// The API.
    pub api: String,
    /// As the request asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<String>,
    /// The request let others answer in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_others: bool,
}

/// The HTTP request an event belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Request {
    /// `x-request-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The authority asked, as the client wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The provider's host, as rules about it were given it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The path, without query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The route's name in the proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Whether the answer is a stream.
    #[serde(default)]
    pub stream: bool,
    /// Names of the tools that were offered to the model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<String>,
    /// Names of tools the provider would run itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_executed: Vec<String>,
}

/// What was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// The name.
    pub name: String,
    /// Toolset, namespace or server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The provider's identifier of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// `function`, `custom`, `legacy_function`.
    pub kind: String,
    /// Its number in the response, from 0.
    pub index: u32,
}

/// What a call was called with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionDigest {
    /// `sha256:<hex>` or, with an audit key, `hmac-sha256:<hex>` of agent, tool and canonical arguments.
    pub digest: String,
    /// Size of the arguments in bytes.
    pub bytes: u64,
    /// The arguments, shortened and with secrets taken out; absent where the rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// How many values redaction took out of the preview.
    #[serde(default)]
    pub redacted: u32,
    /// Whether the preview was cut.
    #[serde(default)]
    pub truncated: bool,
}

/// What judged a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// `sha256:<hex>` of the bundle's canonical bytes.
    pub bundle: String,
    /// The policy's name.
    pub name: String,
    /// The bundle's version.
    pub version: u64,
    /// The rules that determined the verdict; `default`, `unknown` or `unreadable` where none did.
    pub rules: Vec<String>,
    /// `enforce` or `observe`.
    pub mode: String,
}

/// What the gate did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enforced {
    /// Let it through.
    Allow,
    /// Refused it.
    Deny,
    /// Holds it for a person.
    Hold,
    /// Let it through because nothing is enforced.
    Observe,
}

/// Why, in a word for machines and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short, stable word.
    pub code: String,
    /// A sentence, written by policy authors or by Toolgate; never contains argument values.
    pub text: String,
}

/// One input of a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The condition, or the JSON Pointer into the arguments.
    pub name: String,
    /// Its value, redacted per rule.
    pub value: String,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeBody {
    /// The decision's ID.
    pub decision: String,
    /// What became of it.
    pub outcome: Fate,
    /// Why.
    pub reason: Reason,
    /// The approval that was spent on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// How long it was held, in milliseconds.
    pub hold_ms: u64,
}

/// The ways a call can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Its bytes went towards the client.
    Released,
    /// The client got a refusal in its place.
    Refused,
    /// The client or the model went away before either.
    Abandoned,
}

/// An answer or a request was refused as a whole, or would have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseBody {
    /// Who acts.
    pub agent: Agent,
    /// The model that was asked.
    pub model: Model,
    /// The request this belongs to.
    pub request: Request,
    /// What judged it.
    pub policy: Policy,
    /// What was done.
    pub enforced: Enforced,
    /// Why.
    pub reason: Reason,
}

/// What an emitter says of itself at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartBody {
    /// The filter's version.
    pub filter: String,
    /// The node the proxy says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// `sha256:<hex>` of the plugin configuration, secrets included.
    pub config: String,
}

/// An emitter dropped events because nobody took them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapBody {
    /// How many events were dropped. None of them was a decision that released a call, but under a break-glass that was
    /// signed without the ledger.
    pub dropped: u64,
    /// When the first of them came about.
    pub from: String,
    /// When the last of them came about.
    pub to: String,
    /// Why.
    pub why: String,
    /// Some of the principals whose events they were, shortened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
}

/// A body with nothing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EmptyBody {}
