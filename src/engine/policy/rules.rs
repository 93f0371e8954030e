//! The policy as a bundle carries it: the same words as in the text, with names resolved and files joined.
//!
//! Everything is understood while it is read: a value of these types has patterns that parse and numbers
//! that are numbers. What needs the whole to be seen, such as a reviewer that is named and not described,
//! [`Policy::check`] looks for.

use super::Verdict;
use super::action::ActionPattern;
use super::conditions::Conditions;
use super::glob::PatternError;
use super::patterns::{Patterns, Texts};
use super::principal::PrincipalPattern;
use crate::effects::ToolMappings;
use crate::protocol::{Assurance, Otherwise, ReviewerGroup};
use crate::redact::Level;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The form of policies this version reads. Rises when a bundle could mean something else than before.
pub const SCHEMA: u32 = 1;

/// What stands in the place of a rule's ID where no rule decided; no rule can be called so.
pub const RESERVED: &[&str] = &[
    "default",
    "unknown",
    "unreadable",
    "malformed_arguments",
    "no_effect",
    "too_many_effects",
    "no_reviewers",
    "no_principal",
    "no_policy",
    "ledger_unavailable",
    "internal",
];

/// A whole policy: the base file and the teams' files, joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The name of the base file's policy.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether anything is enforced.
    pub mode: Mode,
    /// Principals for whom nothing is enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observe: Option<Patterns<PrincipalPattern>>,
    /// What no rule speaks about.
    pub default: Fallback,
    /// What analysis could not follow; never `allow`.
    pub unknown: Fallback,
    /// What relative paths are relative to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
    /// What the policy's own tools do.
    #[serde(default, skip_serializing_if = "ToolMappings::is_empty")]
    pub tools: ToolMappings,
    /// Who can be asked, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviewers: BTreeMap<String, Reviewers>,
    /// The rules. Their order means nothing.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Whether anything is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Verdicts hold.
    #[default]
    Enforce,
    /// Everything is forwarded, and what would have happened is recorded. It also needs the plugin's own
    /// switch.
    Observe,
}

/// What happens where no rule speaks, or nothing can be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// It may run.
    Allow,
    /// It may not.
    Deny,
    /// All of these groups decide.
    Escalate(Texts),
}

/// People who can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewers {
    /// Who is in the group: `group:NAME` or `user:NAME`.
    pub members: Vec<String>,
    /// How many different people must approve.
    #[serde(default = "one")]
    pub approvals: u32,
    /// How long they have to answer.
    #[serde(default = "fifteen_minutes")]
    pub answer_within: Within,
    /// How long an approval can be used.
    #[serde(default = "ten_minutes")]
    pub use_within: Within,
    /// The group whose members may answer as well once nobody of this one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise_to: Option<String>,
    /// How long nobody answers before that; said exactly where `otherwise_to` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise_after: Option<Within>,
}

const fn one() -> u32 {
    1
}

const fn fifteen_minutes() -> Within {
    Within(15 * 60)
}

const fn ten_minutes() -> Within {
    Within(10 * 60)
}

/// One statement of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, unique in the policy.
    pub id: String,
    /// The name of the file's policy it stands in.
    pub policy: String,
    /// What it says of the effects it speaks about.
    pub verdict: Verdict,
    /// The actions it speaks about.
    pub actions: Patterns<ActionPattern>,
    /// Those of them it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Patterns<ActionPattern>>,
    /// The principals of its file; everyone where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_to: Option<Patterns<PrincipalPattern>>,
    /// What must hold for it to speak.
    #[serde(rename = "if", default, skip_serializing_if = "Conditions::is_empty")]
    pub conditions: Conditions,
    /// What makes it silent.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub unless: Conditions,
    /// For `escalate`: who must approve, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// For `escalate`: how sure the ledger must be of who approves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// Why, for those who are refused and those who are asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// Who is told without waiting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<String>,
    /// Whether it is left out of the enforced verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub observe: bool,
    /// Whether it holds under break-glass as well. Only rules of the base file that deny or ask can.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guardrail: bool,
    /// What may be recorded and said of the arguments of calls it speaks about.
    #[serde(default, skip_serializing_if = "is_default")]
    pub args: Level,
}

impl Rule {
    /// Why it cannot be a guardrail, if that is so. `base` is the name of the base file's policy.
    pub fn wrong_guardrail(&self, base: &str) -> Option<&'static str> {
        if !self.guardrail {
            None
        } else if self.verdict == Verdict::Allow {
            Some("is a guardrail and allows; only what denies or asks can hold under break-glass")
        } else if self.observe {
            Some("is a guardrail and in observe, so it would guard nothing")
        } else if self.policy != base || self.applies_to.is_some() {
            Some("is a guardrail and stands outside the base file")
        } else {
            None
        }
    }
}

fn is_default(level: &Level) -> bool {
    *level == Level::default()
}

/// A length of time as policies write it: `90s`, `15m`, `2h`, `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Within(u64);

impl Within {
    /// Whole seconds.
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

impl TryFrom<String> for Within {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        let wrong = || {
            PatternError::new(
                format!("`{text}` is no length of time"),
                "write a number and a unit: `90s`, `15m`, `2h`, `7d`",
            )
        };
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 60 * 60,
            Some('d') => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let number = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or_default();
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let number: u64 = number.parse().map_err(|_| wrong())?;
        match number.checked_mul(unit) {
            Some(seconds) if (1..=MOST_SECONDS).contains(&seconds) => Ok(Self(seconds)),
            _ => Err(PatternError::new(format!("`{text}` is out of range"), "write one second to 30 days")),
        }
    }
}

impl From<Within> for String {
    fn from(within: Within) -> Self {
        format!("{}s", within.0)
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, name) in [(24 * 60 * 60, "d"), (60 * 60, "h"), (60, "m")] {
            if self.0.is_multiple_of(unit) {
                return write!(f, "{}{name}", self.0 / unit);
            }
        }
        write!(f, "{}s", self.0)
    }
}

/// An approval is for what is about to happen: it is used within a day.
const LONGEST_USE: u64 = 24 * 60 * 60;

/// Nobody waits longer than 30 days for an answer.
const MOST_SECONDS: u64 = 30 * 24 * 60 * 60;

impl Fallback {
    /// Its verdict.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Allow => Verdict::Allow,
            Self::Deny => Verdict::Deny,
            Self::Escalate(_) => Verdict::Escalate,
        }
    }

    /// Who is asked.
    pub fn reviewers(&self) -> &[String] {
        match self {
            Self::Escalate(names) => &names.0,
            Self::Allow | Self::Deny => &[],
        }
    }
}

impl Reviewers {
    /// The group as the ledger takes it; `all` are the policy's. A second group that is not described is left out:
    /// fewer people may answer then, never more.
    pub fn group(&self, name: &str, all: &BTreeMap<String, Self>) -> ReviewerGroup {
        let second = self.otherwise_to.as_ref().zip(self.otherwise_after);
        let otherwise = second.and_then(|(name, after)| {
            let members = all.get(name)?.members.clone();
            Some(Otherwise { name: name.clone(), members, after: after.as_secs() })
        });
        ReviewerGroup {
            name: name.to_owned(),
            members: self.members.clone(),
            approvals: self.approvals,
            answer_within: self.answer_within.as_secs(),
            use_within: self.use_within.as_secs(),
            otherwise,
            // Its rules say so.
            assurance: None,
        }
    }

    /// Why no other group can answer for this one as it says, if that is so.
    pub fn wrong_times(&self) -> Option<&'static str> {
        if self.otherwise_to.is_some() != self.otherwise_after.is_some() {
            Some("says only one of `otherwise_to` and `otherwise_after`")
        } else if self.otherwise_after.is_some_and(|after| after >= self.answer_within) {
            Some("asks others only after its own time to answer is over")
        } else {
            None
        }
    }

    /// Why the group named `second` cannot answer for this one, if that is so. It never makes an approval easier than
    /// that group itself is.
    pub fn wrong_otherwise(&self, name: &str, second: &Self) -> Option<&'static str> {
        if self.otherwise_to.as_deref() == Some(name) {
            Some("asks itself where it does not answer")
        } else if second.approvals > self.approvals {
            Some("needs fewer approvals than the group that would answer for it")
        } else {
            None
        }
    }

    /// Why nobody could ever approve, if that is so.
    pub fn wrong(&self) -> Option<&'static str> {
        let known = |member: &String| {
            member
                .split_once(':')
                .is_some_and(|(kind, name)| matches!(kind, "group" | "user") && !name.is_empty())
        };
        if self.members.is_empty() {
            Some("has no members")
        } else if !self.members.iter().all(known) {
            Some("has a member that is neither `group:NAME` nor `user:NAME`")
        } else if self.approvals == 0 {
            Some("needs no approval, so it would approve by itself")
        } else if self.use_within.as_secs() > LONGEST_USE {
            Some("lets an approval be used for more than a day, which the ledger does not take")
        } else {
            None
        }
    }
}

impl Policy {
    /// Looks for what only the whole shows.
    ///
    /// # Errors
    /// The first contradiction, in words. The compiler finds all of them, with their places; this is the
    /// same promise kept where a bundle is opened.
    pub fn check(&self) -> Result<(), String> {
        if self.unknown == Fallback::Allow {
            return Err("`unknown` is `allow`; what nobody could follow is denied or escalated".to_owned());
        }
        if self.working_directory.as_ref().is_some_and(|path| !path.starts_with('/')) {
            return Err("`working_directory` is not an absolute path".to_owned());
        }
        for (name, reviewers) in &self.reviewers {
            if let Some(why) = reviewers.wrong().or_else(|| reviewers.wrong_times()) {
                return Err(format!("the reviewers `{name}`: the group {why}"));
            }
            let Some(second) = &reviewers.otherwise_to else { continue };
            let Some(others) = self.reviewers.get(second) else {
                return Err(format!("`otherwise_to` names the reviewers `{second}`, who are not described"));
            };
            if let Some(why) = reviewers.wrong_otherwise(name, others) {
                return Err(format!("the reviewers `{name}`: the group {why}"));
            }
        }
        let known = |names: &[String], whose: &str| match names
            .iter()
            .find(|name| !self.reviewers.contains_key(*name))
        {
            Some(name) => Err(format!("{whose} names the reviewers `{name}`, who are not described")),
            None => Ok(()),
        };
        known(self.default.reviewers(), "`default`")?;
        known(self.unknown.reviewers(), "`unknown`")?;
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            let whose = format!("the rule `{}`", rule.id);
            if !seen.insert(&rule.id) {
                return Err(format!("{whose} stands there twice"));
            }
            if RESERVED.contains(&rule.id.as_str()) {
                return Err(format!("{whose} is called like a decision that no rule made"));
            }
            if (rule.verdict == Verdict::Escalate) == rule.to.is_empty() {
                return Err(match rule.verdict {
                    Verdict::Escalate => format!("{whose} escalates to nobody"),
                    Verdict::Allow | Verdict::Deny => {
                        format!("{whose} names reviewers and does not escalate")
                    }
                });
            }
            if rule.assurance.is_some() && rule.verdict != Verdict::Escalate {
                return Err(format!("{whose} says how sure to be of who approves, and does not escalate"));
            }
            if let Some(why) = rule.wrong_guardrail(&self.name) {
                return Err(format!("{whose} {why}"));
            }
            known(&rule.to, &whose)?;
            known(&rule.notify, &whose)?;
        }
        Ok(())
    }
}
