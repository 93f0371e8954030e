//! Why an input to an escalation is not granted, in words for whoever brought it.

use super::Phase;
use crate::grant::NotGranted;
use toolgate_engine::protocol::Assurance;

/// Why an input is not granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is decided, or over.
    #[error("the escalation is {}, not pending", .0.name())]
    NotPending(Phase),
    /// There is no unspent approval.
    #[error("the escalation is {}, not approved", .0.name())]
    NotApproved(Phase),
    /// The approval was spent on another occurrence of the call.
    #[error("the approval was spent on another decision")]
    Spent,
    /// The call is not the one that was approved.
    #[error("`{0}` is not that of the call that was approved")]
    OtherCall(&'static str),
    /// The reviewer was shown something else.
    #[error("`digest` is not that of the escalation: you were shown another call")]
    OtherDigest,
    /// The reviewer is in none of the groups that are asked.
    #[error("you are in none of the groups that are asked")]
    NotAsked,
    /// Nobody approves their own call.
    #[error("nobody approves their own call")]
    OwnCall,
    /// The ledger is not as sure of who this is as a rule asks.
    #[error("the rule asks for `{}` to approve, and you are known by `{}`", needed.name(), had.name())]
    NotSure {
        /// What it asks for.
        needed: Assurance,
        /// What there is.
        had: Assurance,
    },
    /// One person, one vote.
    #[error("you have voted")]
    Voted,
    /// There is no denial that holds.
    #[error("the escalation is {}, and no denial holds for identical calls", .0.name())]
    NotHeld(Phase),
    /// A no needs a reason, and so does whatever takes back what was said.
    #[error("to deny needs a `comment`; the agent is told it")]
    NoComment,
    /// A grant along with a no.
    #[error("a grant goes with an approval")]
    DeniesAndGrants,
    /// A grant that cannot be given.
    #[error(transparent)]
    NotGranted(#[from] NotGranted),
    /// People have stopped the principal.
    #[error("the principal is frozen; nothing of it is approved or spent")]
    Frozen,
    /// `escalate` is not a vote.
    #[error("`verdict` is `allow` or `deny`")]
    NotAVote,
}
