//! Every rule on every effect, and the strictest that speaks.
//!
//! INVARIANT (doubt): nothing that is not certain makes a verdict milder. A `deny` or `escalate` speaks when
//! its conditions may hold and falls silent only when its exception holds for certain; an `allow` speaks
//! only when its conditions hold for certain and falls silent when its exception may hold.
//!
//! INVARIANT (order): rules are folded with `max`, so neither their order nor that of the files counts.

use super::bundle::digest_of;
use super::conditions::{Asked, Conditions};
use super::decision::{Decision, Determining, Verdict};
use super::explain::{self, Explanation, RuleStep, Step};
use super::index::Index;
use super::met::{Finding, Met};
use super::rules::{Fallback, Policy, Reviewers, Rule};
use super::{Question, explain::clean};
use crate::call::Arguments;
use crate::effects::{Effect, Unknown};
use crate::order::sorted;
use crate::protocol::{Otherwise, ReviewerGroup};
use crate::redact::Level;
use crate::{record, redact};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most effects of one call that are judged; a call with more is denied.
const MOST_EFFECTS: usize = 1024;
/// Most inputs and doubts that a decision carries.
const MOST_NOTES: usize = 32;
/// Most bytes of one input.
const LONGEST_INPUT: usize = 256;

/// What the policy says.
pub(super) fn decide(policy: &Policy, index: &Index, question: &Question<'_>) -> Decision {
    if let Some(denied) = unfit(question) {
        return denied;
    }
    let candidates = index.candidates(question);
    tally(policy, question, |asked| candidates.about(asked))
}

/// The same by asking every rule, which takes longer.
#[cfg(test)]
pub(super) fn decide_by_every_rule(policy: &Policy, question: &Question<'_>) -> Decision {
    unfit(question).unwrap_or_else(|| tally(policy, question, |_| (0..policy.rules.len()).collect()))
}

/// Asks the rules with these numbers about each effect.
fn tally(
    policy: &Policy,
    question: &Question<'_>,
    candidates: impl Fn(&Asked<'_>) -> Vec<usize>,
) -> Decision {
    let mut verdict = Tally::new(policy);
    for effect in &question.effects.known {
        let asked = Asked::new(question, effect);
        let heard = candidates(&asked).into_iter().filter_map(|number| {
            Some((number, hear(policy.rules.get(number)?, &asked, Thoroughness::Enough)?))
        });
        verdict.effect(effect, heard);
    }
    for unknown in &question.effects.unknown {
        verdict.unknown(unknown);
    }
    verdict.decision()
}

/// What the policy says, with every rule that could have spoken.
pub(super) fn explain(policy: &Policy, index: &Index, question: &Question<'_>) -> Explanation {
    let decision = decide(policy, index, question);
    let mut steps = Vec::new();
    for effect in &question.effects.known {
        let asked = Asked::new(question, effect);
        let heard: Vec<Heard<'_>> =
            policy.rules.iter().filter_map(|rule| hear(rule, &asked, Thoroughness::Everything)).collect();
        let speaking = heard.iter().filter(|heard| heard.speaks && !heard.rule.observe);
        let spoken = speaking.map(|heard| heard.rule.verdict).max();
        steps.push(Step {
            about: explain::effect(effect, Level::Full),
            rules: heard.iter().map(Heard::step).collect(),
            verdict: spoken.unwrap_or(policy.default.verdict()),
            by_default: spoken.is_none(),
        });
    }
    for unknown in &question.effects.unknown {
        steps.push(Step {
            about: explain::unknown(unknown),
            rules: Vec::new(),
            verdict: policy.unknown.verdict(),
            by_default: false,
        });
    }
    Explanation { decision, steps }
}

/// A call on which no rule is asked.
fn unfit(question: &Question<'_>) -> Option<Decision> {
    if let Arguments::Malformed { error, .. } = &question.call.arguments {
        let because = format!("two readers could understand its arguments differently: {}", error.problem);
        return Some(Decision::denied("malformed_arguments", &because));
    }
    let effects = question.effects;
    if effects.known.is_empty() && effects.unknown.is_empty() {
        return Some(Decision::denied("no_effect", "analysis gave no effect for it, which is an error"));
    }
    if effects.known.len() > MOST_EFFECTS || effects.unknown.len() > MOST_EFFECTS {
        return Some(Decision::denied("too_many_effects", "it has more effects than are judged in one call"));
    }
    None
}

/// How much of a rule is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thoroughness {
    /// Until it is settled whether it speaks.
    Enough,
    /// All of it, for a person who asks why.
    Everything,
}

/// One rule on one effect of which its actions speak.
struct Heard<'p> {
    rule: &'p Rule,
    /// Whether it speaks about the effect.
    speaks: bool,
    /// How far its principals and conditions hold, exceptions left aside.
    met: Met,
    principals: Met,
    /// Why it is silent without any condition being at fault.
    silence: Option<&'static str>,
    conditions: Vec<(&'static str, String, Finding)>,
    exceptions: Vec<(&'static str, String, Finding)>,
}

/// `None` if the rule's actions leave the effect out.
fn hear<'p>(rule: &'p Rule, asked: &Asked<'_>, thoroughness: Thoroughness) -> Option<Heard<'p>> {
    let action = &asked.effect.action;
    if !rule.actions.iter().any(|pattern| pattern.matches(action))
        || rule.except.iter().flat_map(|except| except.iter()).any(|pattern| pattern.matches(action))
    {
        return None;
    }
    let principal = asked.question.principal;
    let principals = rule.applies_to.as_ref().map_or(Met::Yes, |patterns| {
        patterns.iter().map(|pattern| pattern.matches(principal)).max().unwrap_or(Met::Maybe)
    });
    let mut heard = Heard {
        rule,
        speaks: false,
        met: principals,
        principals,
        silence: None,
        conditions: Vec::new(),
        exceptions: Vec::new(),
    };
    let everything = thoroughness == Thoroughness::Everything;
    if principals == Met::No && !everything {
        return Some(heard);
    }
    let allows = rule.verdict == Verdict::Allow;
    if allows && rule.conditions.reach.is_none() && !asked.effect.reach.is_local() {
        heard.silence =
            Some("it does not land on this machine, and without `reach` an allow speaks of nothing else");
    } else if allows && !names_what_runs(&rule.conditions, asked.effect) {
        heard.silence = Some("an allow of this action must name the program, language or tool");
    }
    if heard.silence.is_some() {
        heard.met = Met::No;
        if !everything {
            return Some(heard);
        }
    }
    let conditions = evaluate(&rule.conditions, asked, everything, &mut heard.conditions);
    heard.met = heard.met.min(conditions);
    if heard.met == Met::No && !everything {
        return Some(heard);
    }
    let excepted = if rule.unless.is_empty() {
        Met::No
    } else {
        let met = evaluate(&rule.unless, asked, true, &mut heard.exceptions);
        // An exception to a denial is an allow in small: of local effects only, unless it says more. An
        // exception to an allow narrows it, and narrows it everywhere.
        let elsewhere = rule.unless.reach.is_none() && !asked.effect.reach.is_local();
        if elsewhere && !allows { Met::No } else { met }
    };
    heard.speaks = match rule.verdict {
        Verdict::Allow => heard.met == Met::Yes && excepted == Met::No,
        Verdict::Escalate | Verdict::Deny => heard.met > Met::No && excepted < Met::Yes,
    };
    Some(heard)
}

/// How far all of the conditions hold.
fn evaluate(
    conditions: &Conditions,
    asked: &Asked<'_>,
    everything: bool,
    findings: &mut Vec<(&'static str, String, Finding)>,
) -> Met {
    let mut met = Met::Yes;
    for (name, condition) in conditions.iter() {
        let finding = condition.evaluate(asked);
        met = met.min(finding.met);
        let words = if everything { condition.words() } else { String::new() };
        findings.push((name, words, finding));
        if met == Met::No && !everything {
            break;
        }
    }
    met
}

/// A program nobody described, code that was not understood, a tool nobody described and one that a provider runs can
/// only be allowed by their name.
fn names_what_runs(conditions: &Conditions, effect: &Effect) -> bool {
    match &*effect.action.0 {
        "process.run" => conditions.names_something("program"),
        "code.run" => conditions.names_something("language"),
        "tool.use" | "provider.run" => conditions.names_something("tool"),
        _ => true,
    }
}

impl Heard<'_> {
    fn step(&self) -> RuleStep {
        let mut why = Vec::new();
        if self.rule.applies_to.is_some() {
            why.push(match self.principals {
                Met::Yes => "the principal is one of its file's".to_owned(),
                Met::Maybe => "whether the principal is one of its file's is not certain".to_owned(),
                Met::No => "the principal is none of its file's".to_owned(),
            });
        }
        why.extend(self.silence.map(str::to_owned));
        why.extend(self.conditions.iter().map(|(_, words, finding)| sentence(words, finding)));
        why.extend(
            self.exceptions.iter().map(|(_, words, finding)| format!("unless {}", sentence(words, finding))),
        );
        RuleStep {
            id: self.rule.id.clone(),
            policy: self.rule.policy.clone(),
            verdict: self.rule.verdict,
            speaks: self.speaks,
            observe: self.rule.observe,
            why,
        }
    }
}

fn sentence(words: &str, finding: &Finding) -> String {
    match (finding.met, &finding.doubt) {
        (Met::Yes, _) => format!("{words}: holds"),
        (Met::No, _) => format!("{words}: does not hold"),
        (Met::Maybe, Some(doubt)) => format!("{words}: cannot be evaluated, {doubt}"),
        (Met::Maybe, None) => format!("{words}: may hold"),
    }
}

/// What was heard so far.
struct Tally<'p> {
    policy: &'p Policy,
    verdict: Verdict,
    would: Verdict,
    /// Rules in force that spoke, with what about; by their place in the policy.
    spoke: BTreeMap<usize, (&'p Rule, Vec<Effect>)>,
    by_default: Vec<Effect>,
    unknown: Vec<Unknown>,
    args: Option<Level>,
    errors: Vec<String>,
    inputs: BTreeMap<String, (Option<String>, Level)>,
}

impl<'p> Tally<'p> {
    fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            verdict: Verdict::Allow,
            would: Verdict::Allow,
            spoke: BTreeMap::new(),
            by_default: Vec::new(),
            unknown: Vec::new(),
            args: None,
            errors: Vec::new(),
            inputs: BTreeMap::new(),
        }
    }

    fn effect(&mut self, effect: &Effect, heard: impl Iterator<Item = (usize, Heard<'p>)>) {
        let mut enforced = None;
        let mut would = None;
        for (number, heard) in heard {
            self.note(&heard);
            if !heard.speaks {
                continue;
            }
            let said = Some(heard.rule.verdict);
            would = would.max(said);
            if heard.rule.observe {
                continue;
            }
            enforced = enforced.max(said);
            let (_, about) = self.spoke.entry(number).or_insert((heard.rule, Vec::new()));
            about.push(effect.clone());
        }
        let default = self.policy.default.verdict();
        if enforced.is_none() {
            self.by_default.push(effect.clone());
        }
        self.verdict = self.verdict.max(enforced.unwrap_or(default));
        self.would = self.would.max(would.unwrap_or(default));
    }

    fn unknown(&mut self, unknown: &Unknown) {
        let verdict = self.policy.unknown.verdict();
        self.verdict = self.verdict.max(verdict);
        self.would = self.would.max(verdict);
        self.unknown.push(unknown.clone());
    }

    fn note(&mut self, heard: &Heard<'_>) {
        let args = heard.rule.args;
        // A rule that may speak has a say in what is kept, so that silence by doubt never tells more.
        if heard.met > Met::No {
            self.args = self.args.max(Some(args));
        }
        for (name, _, finding) in heard.conditions.iter().chain(&heard.exceptions) {
            if let Some(doubt) = &finding.doubt
                && self.errors.len() < MOST_NOTES
            {
                let error = format!("rule `{}`, condition `{name}`: {doubt}", heard.rule.id);
                if !self.errors.contains(&error) {
                    self.errors.push(error);
                }
            }
            for (input, value) in &finding.inputs {
                if self.inputs.len() < MOST_NOTES || self.inputs.contains_key(input) {
                    let kept = self.inputs.entry(input.clone()).or_insert_with(|| (value.clone(), args));
                    kept.1 = kept.1.max(args);
                }
            }
        }
    }

    fn decision(self) -> Decision {
        let args = self.args.unwrap_or_default();
        let decisive: Vec<(&Rule, &[Effect])> = self
            .spoke
            .values()
            .filter(|(rule, _)| rule.verdict == self.verdict)
            .map(|(rule, about)| (*rule, about.as_slice()))
            .collect();
        let mut determining: Vec<Determining> = decisive
            .iter()
            .map(|(rule, about)| Determining {
                rule: rule.id.clone(),
                because: rule.because.clone(),
                about: explain::effects(about, args),
            })
            .collect();
        let mut fallbacks: BTreeMap<&str, &Fallback> = BTreeMap::new();
        if !self.by_default.is_empty() && self.policy.default.verdict() == self.verdict {
            fallbacks.insert("default", &self.policy.default);
            determining.push(Determining {
                rule: "default".to_owned(),
                because: "no rule speaks about it".to_owned(),
                about: explain::effects(&self.by_default, args),
            });
        }
        if !self.unknown.is_empty() && self.policy.unknown.verdict() == self.verdict {
            fallbacks.insert("unknown", &self.policy.unknown);
            determining.push(Determining {
                rule: "unknown".to_owned(),
                because: "what it would do could not be followed".to_owned(),
                about: explain::unknowns(&self.unknown),
            });
        }
        let mut reviewers: BTreeMap<&str, &Reviewers> = BTreeMap::new();
        if self.verdict == Verdict::Escalate {
            let by_rules = decisive.iter().flat_map(|(rule, _)| &rule.to);
            let by_fallbacks = fallbacks.values().flat_map(|fallback| fallback.reviewers());
            for name in by_rules.chain(by_fallbacks) {
                match self.policy.reviewers.get(name) {
                    Some(group) => drop(reviewers.insert(name, group)),
                    // `Policy::check` saw to it; without the group nobody could approve, so nobody does.
                    None => {
                        return Decision::denied("no_reviewers", "nobody is described who could approve it");
                    }
                }
            }
            if reviewers.is_empty() {
                return Decision::denied("no_reviewers", "nobody is described who could approve it");
            }
        }
        let guarded = self.spoke.values().any(|(rule, _)| rule.guardrail && rule.verdict > Verdict::Allow);
        let rules: Vec<&Rule> = decisive.iter().map(|(rule, _)| *rule).collect();
        let groups: Vec<ReviewerGroup> = reviewers
            .iter()
            .map(|(name, group)| ReviewerGroup {
                // The strongest that a rule asks of them.
                assurance: rules
                    .iter()
                    .filter(|rule| rule.to.iter().any(|to| to == name))
                    .filter_map(|rule| rule.assurance)
                    .max(),
                ..group.group(name, &self.policy.reviewers)
            })
            .collect();
        let rules_digest = match rules_digest(rules, fallbacks, &reviewers, &groups) {
            Some(digest) => digest,
            None => return Decision::denied("internal", "the rules that decide it cannot be written"),
        };
        let mut notify: Vec<String> = Vec::new();
        for name in self.spoke.values().flat_map(|(rule, _)| &rule.notify) {
            if !notify.contains(name) {
                notify.push(name.clone());
            }
        }
        Decision {
            verdict: self.verdict,
            determining,
            reviewers: groups,
            rules_digest,
            notify,
            errors: self.errors,
            inputs: self.inputs.into_iter().filter_map(|(name, input)| kept(name, input, args)).collect(),
            args,
            would: (self.would != self.verdict).then_some(self.would),
            overridable: self.unknown.is_empty() && !guarded,
        }
    }
}

/// What an approval is bound to besides the call: the rules that asked for it, and whom.
#[derive(Serialize)]
struct Asking<'a> {
    form: &'static str,
    rules: Vec<&'a Rule>,
    fallbacks: BTreeMap<&'a str, &'a Fallback>,
    reviewers: &'a BTreeMap<&'a str, &'a Reviewers>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    otherwise: Vec<&'a Otherwise>,
}

fn rules_digest(
    rules: Vec<&Rule>,
    fallbacks: BTreeMap<&str, &Fallback>,
    reviewers: &BTreeMap<&str, &Reviewers>,
    groups: &[ReviewerGroup],
) -> Option<String> {
    if reviewers.is_empty() {
        return Some(String::new());
    }
    let rules = sorted(rules, |a, b| a.id.cmp(&b.id));
    let otherwise = groups.iter().filter_map(|group| group.otherwise.as_ref()).collect();
    digest_of(&Asking { form: "toolgate/rules/v1", rules, fallbacks, reviewers, otherwise }).ok()
}

/// An input as far as it may be kept. A value that is absent is the empty text.
fn kept(name: String, (value, level): (Option<String>, Level), args: Level) -> Option<record::Input> {
    let value = value.unwrap_or_default();
    let secret = name.rsplit('/').next().is_some_and(redact::is_secret_name);
    let value = match level.max(args) {
        // A plain digest of a PIN or an amount is guessed at once; the keyed one of the whole call is kept
        // elsewhere.
        Level::Digest | Level::None => return None,
        Level::Redacted if secret => redact::MARK.to_owned(),
        Level::Redacted => clean(&redact::scrub(&value), LONGEST_INPUT),
        Level::Full => clean(&value, LONGEST_INPUT),
    };
    Some(record::Input { name, value })
}
