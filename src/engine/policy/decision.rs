//! The answer to a question: the verdict, what determined it, what must be done for it to hold, and what
//! went wrong on the way. Only this file makes a [`Permit`].

use crate::break_glass::Glass;
use crate::emitter::Recorded;
use crate::protocol::{ConsumeAck, ConsumeRequest, ReviewerGroup};
use crate::record;
use crate::redact::Level;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a rule, and in the end the policy, says of a call. Declared from mildest to strictest; the
/// strictest that speaks wins, so the order is the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may run.
    Allow,
    /// A person decides.
    Escalate,
    /// It may not run.
    Deny,
}

/// Proof that one call may be released. Made from a decision that allows, from an approval that was spent on exactly
/// this call, or from a break-glass that covers it; there is no other way to have one.
#[derive(Debug)]
pub struct Permit(());

/// A rule (or `default`, `unknown`) that determined a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determining {
    /// The rule's ID; `default` and `unknown` are not rules but have this place.
    pub rule: String,
    /// Why, as its author says.
    pub because: String,
    /// What it spoke about, in plain words and as far as [`Decision::args`] allows: `file.delete /srv/x`.
    pub about: String,
}

/// The whole answer of the policy to one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The strictest verdict over all effects and unknowns.
    pub verdict: Verdict,
    /// What determined it, in the order of the policy. Never empty.
    pub determining: Vec<Determining>,
    /// For `escalate`: everyone who must approve. Never empty then.
    pub reviewers: Vec<ReviewerGroup>,
    /// `sha256:<hex>` over the determining rules and reviewers; see
    /// [`EscalationCreate`](crate::protocol::EscalationCreate).
    pub rules_digest: String,
    /// Reviewer groups to tell without waiting.
    pub notify: Vec<String>,
    /// Conditions that could not be evaluated, in words.
    pub errors: Vec<String>,
    /// Inputs of the conditions that were evaluated and stand nowhere else in the record: values of the
    /// call's arguments, as far as the rules let them be kept.
    pub inputs: Vec<record::Input>,
    /// What may be recorded and said of the call's arguments: the strictest of the rules that speak.
    #[serde(default)]
    pub args: Level,
    /// What it would have been with the rules that are in observe; `None` where that is the same.
    pub would: Option<Verdict>,
    /// Whether break-glass may go over it: everything was understood, and no guardrail has anything against it.
    #[serde(default)]
    pub overridable: bool,
}

/// A call as a break-glass is held against it.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// What the policy said.
    pub decision: &'a Decision,
    /// The decision's ID.
    pub id: &'a str,
    /// Who acts.
    pub principal: Option<&'a str>,
    /// The policy's name.
    pub policy: &'a str,
}

impl Decision {
    /// A denial that no rule made: something could not be read, or could not be asked.
    pub fn denied(code: &str, because: &str) -> Self {
        Self {
            verdict: Verdict::Deny,
            determining: vec![Determining {
                rule: code.to_owned(),
                because: because.to_owned(),
                about: String::new(),
            }],
            reviewers: Vec::new(),
            rules_digest: String::new(),
            notify: Vec::new(),
            errors: Vec::new(),
            inputs: Vec::new(),
            args: Level::default(),
            would: None,
            overridable: false,
        }
    }

    /// The permit of an allowed call with the decision ID `id`, once its record is durable, and unless the ledger
    /// says with it that the principal is frozen.
    pub fn permit(&self, id: &str, recorded: &Recorded) -> Option<Permit> {
        (self.verdict == Verdict::Allow && recorded.id() == id && !recorded.is_frozen()).then_some(Permit(()))
    }
}

impl Permit {
    /// The permit of a call on which an approval was spent: `ack` must repeat exactly what was asked.
    pub fn by_approval(asked: &ConsumeRequest, escalation: &str, ack: &ConsumeAck) -> Option<Self> {
        let same = ack.id == escalation && ack.decision == asked.decision && ack.digest == asked.digest;
        same.then_some(Self(()))
    }

    /// The permit of a call that a break-glass lets through at `now`. `recorded` is the proof that its decision is
    /// durable; only a break-glass that two people signed without the ledger does without.
    pub fn by_break_glass(
        glass: &Glass,
        call: &Covered<'_>,
        now: Timestamp,
        recorded: Option<&Recorded>,
    ) -> Option<Self> {
        let proven = match recorded {
            Some(recorded) => recorded.id() == call.id && !recorded.is_frozen() && !recorded.is_ended(),
            None => glass.is_offline(),
        };
        let covered = glass.covers(call.principal, call.policy, now) && call.decision.overridable;
        (proven && covered).then_some(Self(()))
    }
}
