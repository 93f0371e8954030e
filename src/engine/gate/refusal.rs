//! Why a call is not released, as the record, the access log and the model are told.

use crate::policy::{Decision, Verdict};
use crate::record::Reason;
use crate::wire::{Refusal, Unreadable};

/// Why one call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// The policy denies it.
    Denied,
    /// Its record was not proven durable in time.
    NotRecorded,
    /// A person could not be asked.
    NotAsked,
    /// A person has not decided yet.
    Pending { escalation: String },
    /// A person said no.
    DeniedByReviewer { escalation: String, comment: Option<String> },
    /// Nobody decided in time, or the approval ran out.
    Expired { escalation: String },
    /// It needs a wait, and what is held is more than can be written after one.
    TooLargeToHold,
    /// Another part of the same answer cannot be read.
    AnswerUnreadable,
}

impl Why {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NotRecorded => "not_recorded",
            Self::NotAsked => "not_asked",
            Self::Pending { .. } => "pending",
            Self::DeniedByReviewer { .. } => "denied_by_reviewer",
            Self::Expired { .. } => "expired",
            Self::TooLargeToHold => "too_large_to_hold",
            Self::AnswerUnreadable => "answer_unreadable",
        }
    }

    /// The escalation it is about.
    pub(super) fn escalation(&self) -> Option<&str> {
        match self {
            Self::Pending { escalation }
            | Self::DeniedByReviewer { escalation, .. }
            | Self::Expired { escalation } => Some(escalation),
            _ => None,
        }
    }

    pub(super) fn reason(&self, decision: &Decision) -> Reason {
        Reason { code: self.code().to_owned(), text: self.sentence(decision) }
    }

    /// What stands where the call stood.
    pub(super) fn refusal(&self, tool: &str, id: &str, decision: &Decision) -> Refusal {
        Refusal(format!(
            "[toolgate] The call of the tool `{}` was not executed. {} {} (Decision {id}.)",
            printable(tool),
            self.sentence(decision),
            self.advice(),
        ))
    }

    fn sentence(&self, decision: &Decision) -> String {
        let rules = speaking(decision);
        match self {
            Self::Denied => rules,
            Self::NotRecorded => "It could not be recorded, and nothing runs unrecorded.".to_owned(),
            Self::NotAsked => format!("{rules} It needs a person's approval, and nobody could be asked."),
            Self::Pending { escalation } => {
                format!("{rules} It needs a person's approval; approval ID {escalation}.")
            }
            Self::DeniedByReviewer { escalation, comment } => {
                let comment = comment.as_deref().map(|c| format!(": {}", printable(c))).unwrap_or_default();
                format!("{rules} A reviewer denied it{comment} (approval ID {escalation}).")
            }
            Self::Expired { escalation } => {
                format!("{rules} It needs a person's approval and nobody gave it in time (approval ID {escalation}).")
            }
            Self::TooLargeToHold => {
                "The answer is too large to be held while the call is recorded or approved.".to_owned()
            }
            Self::AnswerUnreadable => "The rest of the answer could not be read without doubt.".to_owned(),
        }
    }

    const fn advice(&self) -> &'static str {
        match self {
            Self::Denied => "Do not repeat it; choose another way within the policy or ask your operator.",
            Self::NotRecorded | Self::NotAsked => "You may retry the same call later.",
            Self::Pending { .. } => "Retry the same call, unchanged, once it is approved.",
            Self::DeniedByReviewer { .. } => "Do not repeat it unchanged.",
            Self::Expired { .. } => "Retrying the same call asks again.",
            Self::TooLargeToHold => "Split it into smaller calls.",
            Self::AnswerUnreadable => "You may try again.",
        }
    }
}

fn speaking(decision: &Decision) -> String {
    let verb = match decision.verdict {
        Verdict::Deny => "denies",
        Verdict::Escalate => "escalates",
        Verdict::Allow => "allows",
    };
    let mut out = String::new();
    for rule in &decision.determining {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("Policy rule `{}` {verb} it", rule.rule));
        if !rule.about.is_empty() {
            out.push_str(&format!(" ({})", printable(&rule.about)));
        }
        let because = rule.because.trim().trim_end_matches('.');
        if !because.is_empty() {
            out.push_str(&format!(": {because}"));
        }
        out.push('.');
    }
    out
}

/// Control and direction characters could make a text say something else than its bytes.
fn printable(text: &str) -> String {
    text.chars()
        .take(200)
        .map(|c| {
            let hides = c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
            if hides { '\u{fffd}' } else { c }
        })
        .collect()
}

/// What stands in the place of an answer that is withheld as a whole.
pub(super) fn withheld(why: &Unreadable, id: &str) -> Refusal {
    Refusal(format!(
        "[toolgate] The model's answer was withheld: {why}. No tool call in it was executed. You may try again. (Decision {id}.)"
    ))
}
