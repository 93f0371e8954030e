//! Why a call is not released, as the gate knows it, and what the record and the model are told of it.

use crate::policy::Decision;
use crate::policy::explain::{self, Refused};
use crate::record::Reason;
use crate::wire::{Refusal, Unreadable};

/// Why one call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// The policy denies it.
    Denied,
    /// Its record was not proven durable in time, or a person could not be asked.
    LedgerUnavailable,
    /// A person has not decided yet.
    Pending { escalation: String },
    /// A person said no.
    Rejected { escalation: String, comment: Option<String> },
    /// Nobody decided in time, or the approval ran out or was taken back.
    Expired { escalation: String },
    /// It needs a wait, and more is held than can be written after one.
    TooLargeToHold,
    /// Another part of the same answer cannot be read.
    AnswerUnreadable,
    /// Something else in the same request is refused.
    WithAnother,
    /// The operator does not let the provider run it.
    NotConfigured,
    /// As many questions of this principal wait for people as may.
    TooManyPending { cap: Option<u64> },
    /// People have stopped this principal.
    Frozen,
    /// The break-glass by which it would have gone through is over.
    BreakGlassOver,
}

impl Why {
    fn refused<'a>(&'a self, decision: &'a Decision) -> Refused<'a> {
        match self {
            Self::Denied => Refused::Denied(decision),
            Self::LedgerUnavailable => Refused::LedgerUnavailable,
            Self::Pending { escalation } => Refused::Pending { decision, approval: escalation },
            Self::Rejected { escalation, comment } => {
                Refused::Rejected { decision, approval: escalation, comment: comment.as_deref() }
            }
            Self::Expired { escalation } => Refused::Expired { decision, approval: escalation },
            Self::TooLargeToHold => Refused::TooLarge,
            Self::WithAnother => Refused::WithAnother,
            Self::NotConfigured => Refused::NotConfigured,
            Self::TooManyPending { cap } => Refused::TooManyPending { cap: *cap },
            Self::Frozen => Refused::Frozen,
            Self::BreakGlassOver => Refused::BreakGlassOver,
            Self::AnswerUnreadable => Refused::Unreadable("another part of it could not be read"),
        }
    }

    /// A short, stable word.
    pub(super) fn code(&self, decision: &Decision) -> &'static str {
        self.refused(decision).code()
    }

    pub(super) fn reason(&self, decision: &Decision) -> Reason {
        let code = self.code(decision).to_owned();
        let text = match self {
            Self::Rejected { comment: Some(comment), .. } => explain::clean(comment, 500),
            _ => String::new(),
        };
        Reason { code, text }
    }

    /// What stands where the call stood.
    pub(super) fn refusal(&self, tool: &str, id: &str, decision: &Decision) -> Refusal {
        explain::refusal(self.refused(decision), Some(tool), id)
    }
}

/// What stands in the place of an answer that is withheld as a whole.
pub(super) fn withheld(why: &Unreadable, id: &str) -> Refusal {
    explain::refusal(Refused::Unreadable(&why.to_string()), None, id)
}
