//! The events the ledger itself writes, from source `/ledger`: escalations and who decided them, policies
//! published, payloads looked at, its own starts.
//!
//! They have the same envelope and the same chain as an emitter's, so one verifier reads all. No emitter may
//! write any of these types.

use crate::grant::Asked;
use serde::{Deserialize, Serialize};
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{Assurance, ReviewerGroup};

/// The `source` of the ledger's own events.
pub const SOURCE: &str = "/ledger";

/// A body that knows its event's type.
pub trait OwnBody: Serialize {
    /// The event's `type`.
    const TYPE: &'static str;
}

macro_rules! own_events {
    ($($body:ty = $name:literal),* $(,)?) => {
        $(impl OwnBody for $body { const TYPE: &'static str = concat!("io.toolgate.", $name, ".v1"); })*
    };
}

own_events! {
    Started = "ledger.start",
    Stopped = "ledger.stop",
    DiskLow = "ledger.disk_low",
    ClockRegressed = "ledger.clock_regressed",
    Equivocation = "emitter.equivocation",
    Created = "escalation.created",
    Attached = "escalation.attached",
    NotAsked = "escalation.refused",
    Widened = "escalation.widened",
    Told = "escalation.told",
    Voted = "escalation.voted",
    Approved = "escalation.approved",
    Denied = "escalation.denied",
    Expired = "escalation.expired",
    Consumed = "escalation.consumed",
    Revoked = "escalation.revoked",
    Lifted = "escalation.lifted",
    Cancelled = "escalation.cancelled",
    GrantCreated = "grant.created",
    GrantUsed = "grant.used",
    GrantExpired = "grant.expired",
    GrantRevoked = "grant.revoked",
    Frozen = "principal.frozen",
    Unfrozen = "principal.unfrozen",
    BreakGlassAsked = "break_glass.asked",
    BreakGlassConfirmed = "break_glass.confirmed",
    BreakGlassRefused = "break_glass.refused",
    BreakGlassCancelled = "break_glass.cancelled",
    BreakGlassEnded = "break_glass.ended",
    BreakGlassExpired = "break_glass.expired",
    Published = "policy.published",
    AccessRead = "access.read",
    SignedIn = "access.signed_in",
    SignInFailed = "access.sign_in_failed",
    PayloadErased = "payload.erased",
}

/// The service came up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its version.
    pub version: String,
    /// Whether it asks nobody who they are (`--dev`).
    pub dev: bool,
}

/// The service went down as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {}

/// There is less free space than was asked to be kept; events are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskLow {
    /// Bytes free.
    pub free: u64,
    /// Bytes that were asked to be kept.
    pub keep: u64,
}

/// The machine's clock stepped back; times of the log stand still until it has caught up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRegressed {
    /// What the clock says.
    pub clock: String,
}

/// An emitter sent two different events in one place of its chain. The first one stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equivocation {
    /// The emitter.
    pub emitter: String,
    /// Who sent it.
    pub peer: String,
    /// The place.
    pub at: u64,
    /// Hash of the event that was refused.
    pub refused: String,
    /// Hash of what stands there, or of what its `prev` should have been.
    pub stands: String,
    /// Which rule it broke: `seq`, `id` or `prev`.
    pub broke: String,
}

/// A call asks for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Its ID.
    pub escalation: String,
    /// The decision that asks.
    pub decision: String,
    /// The emitter that asks.
    pub emitter: String,
    /// The principal.
    pub agent: String,
    /// How it was established.
    pub via: String,
    /// The person it acts for, where one is authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The tool.
    pub tool: String,
    /// The action digest.
    pub digest: String,
    /// The bundle's digest.
    pub bundle: String,
    /// Digest of the determining rules and reviewers.
    pub rules_digest: String,
    /// The determining rules.
    pub rules: Vec<String>,
    /// Why they ask.
    pub because: String,
    /// Who must approve: all of these.
    pub reviewers: Vec<ReviewerGroup>,
    /// What the call would do.
    pub effects: Vec<String>,
    /// When nobody may answer any more.
    pub until: String,
    /// `hmac-sha256:<hex>` of the arguments under a salt that is kept outside the log.
    pub payload: String,
}

/// Another occurrence of the same call waits for the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The escalation.
    pub escalation: String,
    /// The decision that asks.
    pub decision: String,
    /// The emitter that asks.
    pub emitter: String,
}

/// A call asks for a person, and nobody is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAsked {
    /// The decision that asks.
    pub decision: String,
    /// The emitter that asks.
    pub emitter: String,
    /// The principal.
    pub agent: String,
    /// Why: the code of the answer, `too_many` or `frozen`; or `denied`, where a person's no to the same call holds.
    pub why: String,
    /// For `denied`: the escalation that was denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// For `too_many`: how many of the principal's questions may be open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u64>,
}

/// Groups have not answered in the time the policy says; others may answer for them from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widened {
    /// The escalation.
    pub escalation: String,
    /// The groups, by their names in the policy.
    pub groups: Vec<String>,
    /// Who may answer for them, by their names in the policy.
    pub to: Vec<String>,
}

/// A chat's channel was told of escalations, or its message was changed to say how they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The first of them.
    pub escalation: String,
    /// The others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
    /// What kind of chat: `slack`.
    pub chat: String,
    /// The channel's ID there.
    pub channel: String,
    /// The message's ID in the channel.
    pub message: String,
    /// What the message says: how the first one stands, and its version.
    pub stands: String,
    /// The version of the first one.
    pub version: u64,
}

/// A reviewer voted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voted {
    /// The escalation.
    pub escalation: String,
    /// Who.
    pub reviewer: String,
    /// `allow` or `deny`.
    pub verdict: Verdict,
    /// How they proved who they are; not said in entries of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// The reviewer groups the vote counts for, by their names in the policy.
    pub counts_for: Vec<String>,
    /// The digest the reviewer was shown.
    pub digest: String,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The grant they asked for. It holds patterns the reviewer wrote, never an argument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Asked>,
}

/// Everyone who must has approved, or a grant covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The escalation.
    pub escalation: String,
    /// When it can no longer be used.
    pub until: String,
    /// The grant that covers it; its use stands right before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
}

/// A reviewer said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// The escalation.
    pub escalation: String,
    /// Who.
    pub reviewer: String,
    /// What they said.
    pub comment: String,
    /// Until when identical calls are refused by it without asking; not said in entries of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Nobody answered, or the approval was not used, in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expired {
    /// The escalation.
    pub escalation: String,
}

/// The approval was spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumed {
    /// The escalation.
    pub escalation: String,
    /// The decision it was spent on.
    pub decision: String,
    /// The principal.
    pub agent: String,
    /// The action digest.
    pub digest: String,
    /// Digest of the determining rules and reviewers.
    pub rules_digest: String,
}

/// A reviewer took the approval back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The escalation.
    pub escalation: String,
    /// Who.
    pub reviewer: String,
    /// What they said.
    pub comment: String,
}

/// A reviewer lifted a denial: identical calls are asked about again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifted {
    /// The escalation.
    pub escalation: String,
    /// Who.
    pub reviewer: String,
    /// What they said.
    pub comment: String,
}

/// The gate took its question back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// The escalation.
    pub escalation: String,
}

/// Everyone who approved an escalation asked for the same grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantCreated {
    /// Its ID.
    pub grant: String,
    /// The escalation it comes of, approved right before.
    pub escalation: String,
    /// The only principal it is for.
    pub agent: String,
    /// The only tool it is for.
    pub tool: String,
    /// The action digest of the call that was approved.
    pub digest: String,
    /// Digest of the rules and reviewers it is bound to.
    pub rules_digest: String,
    /// What was asked for. Arguments that stay as they are stand outside the log.
    pub asked: Asked,
    /// Who gave it.
    pub by: Vec<String>,
    /// When it ends.
    pub until: String,
}

/// A grant covers the call of an escalation, which is approved by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantUsed {
    /// The grant.
    pub grant: String,
    /// The escalation.
    pub escalation: String,
    /// How many uses are left.
    pub left: u32,
}

/// The time of a grant is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantExpired {
    /// The grant.
    pub grant: String,
}

/// A reviewer took a grant back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRevoked {
    /// The grant.
    pub grant: String,
    /// Who.
    pub reviewer: String,
    /// What they said.
    pub comment: String,
}

/// A reviewer stopped a principal: from here on nothing of it is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A reviewer let a principal go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfrozen {
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Somebody asks that what the policy refuses of a principal goes through for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassAsked {
    /// Its ID.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
    /// The name of the policy it overrides.
    pub policy_name: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// For how many seconds.
    pub seconds: u64,
    /// When nobody may confirm it any more.
    pub until: String,
}

/// Another person wants it as well: from here on it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassConfirmed {
    /// The break-glass.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
    /// When it ends by itself.
    pub until: String,
    /// The signed note that gateways take.
    pub note: String,
}

/// Another person does not want it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassRefused {
    /// The break-glass.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Who asked for it took it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassCancelled {
    /// The break-glass.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
}

/// A reviewer ended it before its time: from here on it does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassEnded {
    /// The break-glass.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Its time is over, or nobody confirmed it in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassExpired {
    /// The break-glass.
    pub break_glass: String,
    /// The principal.
    pub agent: String,
}

/// A policy bundle is handed out from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The name under which it is handed out.
    pub name: String,
    /// The policy's name.
    pub policy_name: String,
    /// The policy's version.
    pub version: u64,
    /// `sha256:<hex>` of the bundle, as decisions name it.
    pub bundle: String,
    /// `sha256:<hex>` of the file's bytes.
    pub file: String,
    /// Who put it there.
    pub by: String,
}

/// Somebody looked at arguments that are kept outside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRead {
    /// Who.
    pub by: String,
    /// Of which escalation.
    pub escalation: String,
}

/// Somebody signed in at a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub by: String,
    /// By what.
    #[serde(default)]
    pub how: SignInBy,
}

/// What somebody signed in by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInBy {
    /// A password, or a token in its place.
    #[default]
    Password,
    /// A code that works once, which the same person asked for.
    Code,
    /// The word of an OpenID provider.
    Oidc,
}

/// Somebody tried to sign in under a name there is, and could not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInFailed {
    /// The name.
    pub name: String,
}

/// Arguments that were kept outside the log are gone, with their salt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadErased {
    /// Of which escalation.
    pub escalation: String,
}
