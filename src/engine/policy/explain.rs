//! A decision in words: for the agent that is refused, the reviewer who is asked, the person who wonders.
//!
//! Names that a model wrote appear in backticks, cut, and with every character made visible that could
//! hide, reorder or end what is around it. Values of arguments other than the resource never appear.

use super::decision::{Decision, Determining, Verdict};
use super::rules::RESERVED;
use crate::effects::words::Words;
use crate::effects::{Effect, Unknown};
use crate::redact::Level;
use crate::wire::Refusal;
use std::fmt;

/// Most bytes of a name in a text.
const LONGEST_NAME: usize = 160;

/// Longest sentence about an effect that is written out, in bytes.
const LONGEST_WORDS: usize = 320;
/// Most effects that are named in one text.
const MOST_NAMED: usize = 4;
/// Most bytes of a person's comment in a refusal.
const LONGEST_COMMENT: usize = 500;

/// A decision and the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// One step for each effect and each unknown.
    pub steps: Vec<Step>,
}

/// What the policy says of one effect or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The effect or the unknown, in words.
    pub about: String,
    /// The rules whose actions it is one of.
    pub rules: Vec<RuleStep>,
    /// The strictest.
    pub verdict: Verdict,
    /// Whether it is so because no rule speaks.
    pub by_default: bool,
}

/// What one rule says of one effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStep {
    /// The rule.
    pub id: String,
    /// The policy it stands in.
    pub policy: String,
    /// What it would say.
    pub verdict: Verdict,
    /// Whether it says it.
    pub speaks: bool,
    /// Whether it is left out of the enforced verdict.
    pub observe: bool,
    /// Principals and conditions, a line each.
    pub why: Vec<String>,
}

/// Why a call was not executed.
#[derive(Debug, Clone, Copy)]
pub enum Refused<'a> {
    /// The policy denies it.
    Denied(&'a Decision),
    /// People are asked; the same call again finds their answer.
    Pending {
        /// What the policy said.
        decision: &'a Decision,
        /// The escalation's ID.
        approval: &'a str,
    },
    /// Nobody answered in time, or the approval was not used in time.
    Expired {
        /// What the policy said.
        decision: &'a Decision,
        /// The escalation's ID.
        approval: &'a str,
    },
    /// A reviewer said no, or took an approval back.
    Rejected {
        /// What the policy said.
        decision: &'a Decision,
        /// The escalation's ID.
        approval: &'a str,
        /// What the reviewer says.
        comment: Option<&'a str>,
    },
    /// People would have to be asked, and nobody was authenticated for whom to ask.
    NoPrincipal(&'a Decision),
    /// The decision could not be recorded, or people could not be asked.
    LedgerUnavailable,
    /// The answer could not be read without doubt; the text says why.
    Unreadable(&'a str),
    /// It needs a wait, and more is held than can be written after one.
    TooLarge,
    /// Something else in the same request is refused, and a request goes on whole or not at all.
    WithAnother,
    /// The operator does not let the provider run it, whatever the policy says.
    NotConfigured,
    /// There is no policy to judge by.
    NoPolicy,
    /// As many questions of this principal wait for people as may.
    TooManyPending {
        /// How many may.
        cap: Option<u64>,
    },
    /// People have stopped this principal.
    Frozen,
    /// The break-glass by which it would have gone through is over.
    BreakGlassOver,
}

impl Refused<'_> {
    /// A short, stable word for records and counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(_) => "denied",
            Self::Pending { .. } => "approval_pending",
            Self::Expired { .. } => "approval_expired",
            Self::Rejected { .. } => "approval_rejected",
            Self::NoPrincipal(_) => "no_principal",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge => "too_large",
            Self::WithAnother => "refused_with_another",
            Self::NotConfigured => "provider_executed",
            Self::NoPolicy => "no_policy",
            Self::TooManyPending { .. } => "too_many_pending",
            Self::Frozen => "frozen",
            Self::BreakGlassOver => "break_glass_over",
        }
    }

    const fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Denied(decision)
            | Self::Pending { decision, .. }
            | Self::Expired { decision, .. }
            | Self::Rejected { decision, .. }
            | Self::NoPrincipal(decision) => Some(decision),
            Self::LedgerUnavailable
            | Self::Unreadable(_)
            | Self::TooLarge
            | Self::WithAnother
            | Self::NotConfigured
            | Self::NoPolicy
            | Self::TooManyPending { .. }
            | Self::Frozen
            | Self::BreakGlassOver => None,
        }
    }
}

/// What the agent reads in the place of a refused call: what was not executed, why, the decision's ID, and
/// what to do instead. `tool` is the tool's name, `None` if a whole answer is refused.
pub fn refusal(why: Refused<'_>, tool: Option<&str>, decision_id: &str) -> Refusal {
    let mut lines = Vec::new();
    let what = match tool {
        Some(tool) => format!("the call of `{}`", clean(tool, LONGEST_NAME).replace('`', "'")),
        None => "this answer of the model, which was held back".to_owned(),
    };
    let about = why.decision().map(about).unwrap_or_default();
    lines.push(format!("Not executed: {what}{about}."));
    if let Some(decision) = why.decision() {
        lines.extend(decision.determining.iter().map(|determining| reason(decision.verdict, determining)));
    }
    lines.push(match why {
        Refused::Denied(decision) => denied(decision),
        Refused::Pending { decision, approval } => format!(
            "Approval `{approval}` was asked of {}. Retry the same call once it is approved: same tool, same \
             arguments. A changed call is a new one.",
            people(decision)
        ),
        Refused::Expired { decision, approval } => format!(
            "Approval `{approval}` was asked of {} and has expired. Retry the same call if it is still needed; \
             it will be asked anew.",
            people(decision)
        ),
        Refused::Rejected { approval, comment, .. } => {
            let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let comment = comment.map(|text| clean(&one_line(text), LONGEST_COMMENT));
            let comment = comment.filter(|text| !text.is_empty());
            let said = comment.map_or_else(String::new, |text| format!(" The reviewer says: {text}"));
            format!("A reviewer declined approval `{approval}`.{said} Do not retry this call; do without it.")
        }
        Refused::NoPrincipal(_) => "A person would have to approve it, and it is not known who is acting, so \
                                    nobody can be asked. Tell whoever operates this agent."
            .to_owned(),
        Refused::LedgerUnavailable => "The decision could not be recorded, and nothing runs unrecorded. Retry the \
                                       same call later; if it goes on, tell whoever operates this gateway."
            .to_owned(),
        Refused::Unreadable(what) => format!(
            "The model's answer could be understood in more than one way ({}). Ask the model again; if it \
             goes on, tell whoever operates this gateway.",
            clean(what, LONGEST_COMMENT)
        ),
        Refused::TooLarge => "The answer is too large to be held while the call is recorded or approved. Split it into \
                              smaller calls."
            .to_owned(),
        Refused::WithAnother => "Something else in the same request is refused, and a request is sent whole or not at all."
            .to_owned(),
        Refused::NotConfigured => "The provider would run this tool itself, and whoever operates this gateway does not let \
                                   it (`provider_executed`). Do without it, or ask them."
            .to_owned(),
        Refused::NoPolicy => "There is no policy in force to judge it by, so nothing is let through. Tell whoever \
                              operates this gateway."
            .to_owned(),
        Refused::TooManyPending { cap } => {
            let cap = cap.map_or_else(String::new, |cap| format!(" ({cap})"));
            format!(
                "It needs an approval, and as many calls of this agent wait for one as may{cap}, so nobody was asked. \
                 Do not repeat it now; wait until some of those are answered, or do without it."
            )
        }
        Refused::Frozen => "This agent is frozen: the people who watch over it have stopped everything it does. \
                            Nothing of it runs until they lift that. Stop, and tell the people you work for."
            .to_owned(),
        Refused::BreakGlassOver => "It would have gone through by break-glass, which is over. Retry the same call; the \
                                    policy decides about it again."
            .to_owned(),
    });
    lines.push(format!("Decision: {decision_id}"));
    Refusal(lines.join("\n"))
}

fn about(decision: &Decision) -> String {
    let mut about: Vec<&str> = Vec::new();
    for determining in &decision.determining {
        if !determining.about.is_empty() && !about.contains(&determining.about.as_str()) {
            about.push(&determining.about);
        }
    }
    if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) }
}

fn reason(verdict: Verdict, determining: &Determining) -> String {
    let because = determining.because.trim().trim_end_matches('.');
    let says = match verdict {
        Verdict::Deny => "denies it",
        Verdict::Escalate => "asks for an approval",
        Verdict::Allow => "allows it",
    };
    match (determining.rule.as_str(), because.is_empty()) {
        ("default" | "unknown", _) => format!("The policy {says}: {because}."),
        (code, _) if RESERVED.contains(&code) => format!("It is refused: {because}."),
        (rule, true) => format!("Rule `{rule}` {says}."),
        (rule, false) => format!("Rule `{rule}` {says}: {because}."),
    }
}

fn denied(decision: &Decision) -> String {
    let by = |rule: &str| decision.determining.iter().any(|determining| determining.rule == rule);
    if by("malformed_arguments") {
        "Call the tool again with arguments that are strict JSON: no duplicate keys, nothing behind the document."
            .to_owned()
    } else if by("unknown") {
        "Do not retry it as it is. Write it so that what it does can be read from its text: literal names, no \
         generated code, one step at a time."
            .to_owned()
    } else {
        "Do not retry it and do not work around it; reach the goal in a way the policy allows, or ask the people \
         you work for, who can have the policy changed."
            .to_owned()
    }
}

fn people(decision: &Decision) -> String {
    let groups: Vec<String> = decision
        .reviewers
        .iter()
        .map(|group| match group.approvals {
            0 | 1 => format!("`{}`", group.name),
            n => format!("`{}` ({n} people)", group.name),
        })
        .collect();
    groups.join(" and ")
}

/// An effect in its short form, as far as may be said: `file.delete /srv/x`.
pub fn effect(effect: &Effect, args: Level) -> String {
    let text = match args {
        Level::Full => effect.short(),
        Level::Redacted => effect.short_redacted(),
        Level::Digest | Level::None => effect.action.to_string(),
    };
    clean(&text, LONGEST_NAME)
}

/// Several effects in plain words, as far as may be said: `deletes `/srv/x`, through `find``. Some are counted
/// rather than named.
pub(super) fn effects(all: &[Effect], args: Level) -> String {
    let words = match args {
        Level::Full => Words::Full,
        Level::Redacted => Words::Redacted,
        Level::Digest | Level::None => Words::Bare,
    };
    let mut named: Vec<String> = Vec::new();
    for one in all {
        let text = clean(&one.words(words), LONGEST_WORDS);
        if !named.contains(&text) {
            named.push(text);
        }
        if named.len() > MOST_NAMED {
            break;
        }
    }
    counted(named, all.len())
}

/// What could not be followed, in words.
pub fn unknown(unknown: &Unknown) -> String {
    match unknown.at.as_str() {
        "" => unknown.what.clone(),
        at => format!("{} at `{}`", unknown.what, clean(at, LONGEST_NAME)),
    }
}

pub(super) fn unknowns(all: &[Unknown]) -> String {
    let mut named: Vec<String> = Vec::new();
    for one in all.iter().take(MOST_NAMED + 1) {
        let text = unknown(one);
        if !named.contains(&text) {
            named.push(text);
        }
    }
    format!("not followed: {}", counted(named, all.len()))
}

fn counted(mut named: Vec<String>, all: usize) -> String {
    if named.len() > MOST_NAMED {
        named.truncate(MOST_NAMED);
        named.push(format!("and {} more", all.saturating_sub(MOST_NAMED)));
    }
    named.join(", ")
}

/// A text that a model or a person wrote, cut to `longest` bytes, with every character written out that is
/// invisible, controls a terminal or reorders a line (Unicode control, format and bidirectional characters).
pub fn clean(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.len() >= longest {
            out.push('…');
            break;
        }
        if hides(c) {
            out += &format!("\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters one does not see, or that change how one sees others: controls, directional marks, and what has no shape of
/// its own. Line feed and tab are among them.
pub fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Escalate => "escalate",
            Self::Deny => "deny",
        })
    }
}

/// The way to a decision, a line for each thought.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{}", step.about)?;
            for rule in &step.rules {
                let says = match (rule.speaks, rule.observe) {
                    (true, false) => format!("says {}", rule.verdict),
                    (true, true) => format!("would say {}, and is in observe", rule.verdict),
                    (false, _) => format!("is silent ({} rule)", rule.verdict),
                };
                writeln!(f, "  rule `{}` of `{}` {says}", rule.id, rule.policy)?;
                for why in &rule.why {
                    writeln!(f, "    {why}")?;
                }
            }
            let why = if step.by_default { ", because no rule speaks" } else { "" };
            writeln!(f, "  → {}{why}", step.verdict)?;
        }
        let decision = &self.decision;
        let rules: Vec<String> =
            decision.determining.iter().map(|determining| format!("`{}`", determining.rule)).collect();
        write!(f, "verdict: {} by {}", decision.verdict, rules.join(", "))?;
        if !decision.reviewers.is_empty() {
            write!(f, "\nreviewers: {}", people(decision))?;
        }
        if let Some(would) = decision.would {
            write!(f, "\nwith the rules in observe it would be: {would}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
