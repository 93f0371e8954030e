//! One recorded decision, judged by another policy.
//!
//! ```text
//! the arguments are in the record, whole   → analysed and judged as a gate with the new policy would
//! they are not, its effects still hold     → judged by those; certain where no rule that could speak looks at
//!                                            arguments, or where something else denies it whatever they are
//! neither                                  → cannot be said, and why
//! ```
//!
//! Effects still hold where this version of the analysis found them, under a policy that said the same of its tools
//! and its working directory.

use serde::{Deserialize as _, Serialize};
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects::{Effects, analyse};
use toolgate_engine::limits::Limits;
use toolgate_engine::policy::conditions::Conditions;
use toolgate_engine::policy::rules::Fallback;
use toolgate_engine::policy::{Bundle, BundleError, Context, Decision, Policy, Question, Verdict};
use toolgate_engine::record::{ANALYSER, DecisionBody, Event};
use toolgate_engine::wire::Api;

/// Names are recorded up to so many characters; one that long may have been longer.
const LONGEST_NAME: usize = 256;
/// The unknown that stands for effects which found no room in the record.
const NOT_LISTED: &str = "not_listed";

/// What came of a decision.
#[derive(Debug)]
pub(super) enum Replayed {
    /// The verdict stays.
    Same {
        /// Other rules determine it.
        other_rules: bool,
    },
    /// It changes.
    Changed(Box<Change>),
    /// Nobody can say.
    Unsaid(Box<Unsayable>),
}

/// What the call would newly be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Newly {
    Allowed,
    Asked,
    Denied,
}

/// Which call it was.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Which {
    /// When it was judged.
    pub(super) time: String,
    /// The decision's ID.
    pub(super) decision: String,
    pub(super) agent: Option<String>,
    pub(super) tool: String,
}

/// A decision that changes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Change {
    pub(super) newly: Newly,
    #[serde(flatten)]
    pub(super) call: Which,
    /// What it would do, an effect each.
    pub(super) effects: Vec<String>,
    pub(super) was: Said,
    pub(super) now: Said,
    /// Why, in the words of who wrote the new rules.
    pub(super) because: String,
    /// The version of the analysis that judged it, where it is not this one: the policy may not be what changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) analyser: Option<String>,
}

/// A verdict and what determined it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Said {
    pub(super) verdict: Verdict,
    pub(super) rules: Vec<String>,
    /// It is not enforced, so the call goes through.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) observed: bool,
}

/// A decision of which nothing can be said.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unsayable {
    #[serde(flatten)]
    pub(super) call: Option<Which>,
    pub(super) unsaid: Unsaid,
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unsaid {
    /// Another version wrote what this one does not know.
    Unreadable,
    /// A name was too long for the record.
    NameShortened,
    /// A rule looks at arguments which the record does not have whole.
    ArgumentsNotKept,
    /// Effects of another version of the analysis, without the arguments to do it again.
    OtherAnalyser,
    /// Effects under a policy nobody gave, likewise.
    PolicyNotGiven,
    /// Effects under a policy that says something else of its tools, likewise.
    OtherTools,
    /// The record has only some of the effects.
    EffectsNotListed,
}

impl Unsaid {
    /// In words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "this version cannot read what was recorded",
            Self::NameShortened => "a name in it was too long to be recorded whole",
            Self::ArgumentsNotKept => {
                "a rule looks at its arguments, which were recorded redacted, cut, or not at all"
            }
            Self::OtherAnalyser => {
                "its arguments were not recorded whole, and another version of the analysis found its effects"
            }
            Self::PolicyNotGiven => {
                "its arguments were not recorded whole, and what the policy of then says of its tools is not known; \
                 give that policy with `--was`"
            }
            Self::OtherTools => {
                "its arguments were not recorded whole, and the new policy says something else of its tools or its \
                 working directory than the policy of then"
            }
            Self::EffectsNotListed => "it had more effects than the record lists",
        }
    }
}

/// Judges recorded decisions by a policy.
#[derive(Debug)]
pub(super) struct Replay {
    policy: Bundle,
    /// The same without the rules that look at arguments.
    others: Bundle,
    /// Those rules alone, speaking wherever they could.
    lookers: Bundle,
    was: Vec<Bundle>,
}

impl Replay {
    pub(super) fn new(policy: Bundle, was: Vec<Bundle>) -> Result<Self, BundleError> {
        let looks = |conditions: &Conditions| conditions.when.is_some();
        let (mut others, mut lookers): (Policy, Policy) = (policy.policy().clone(), policy.policy().clone());
        others.rules.retain(|rule| !looks(&rule.conditions) && !looks(&rule.unless));
        lookers.rules.retain(|rule| !rule.observe && (looks(&rule.conditions) || looks(&rule.unless)));
        lookers.default = Fallback::Allow;
        for rule in &mut lookers.rules {
            rule.conditions.when = None;
            if looks(&rule.unless) {
                rule.unless = Conditions::default();
            }
        }
        let (others, lookers) = (Bundle::from_policy(others, 0)?, Bundle::from_policy(lookers, 0)?);
        Ok(Self { policy, others, lookers, was })
    }

    /// Judges the decision in a line of the record.
    pub(super) fn judge(&self, line: &[u8]) -> Replayed {
        let Ok(Event { id, time, data, .. }) = serde_json::from_slice::<Event<DecisionBody>>(line) else {
            return Replayed::Unsaid(Box::new(Unsayable { call: None, unsaid: Unsaid::Unreadable }));
        };
        let body = data.body;
        let tool = match &body.tool.namespace {
            Some(namespace) => format!("{namespace}/{}", body.tool.name),
            None => body.tool.name.clone(),
        };
        let call = Which { time, decision: id, agent: body.agent.id.clone(), tool };
        match self.again(&body) {
            Ok((decision, effects)) => self.compare(call, &body, &decision, &effects),
            Err(unsaid) => Replayed::Unsaid(Box::new(Unsayable { call: Some(call), unsaid })),
        }
    }

    fn compare(&self, call: Which, body: &DecisionBody, decision: &Decision, effects: &Effects) -> Replayed {
        let was = Said {
            verdict: body.verdict,
            rules: body.policy.rules.clone(),
            observed: body.policy.mode == "observe",
        };
        let now = Said {
            verdict: decision.verdict,
            rules: decision.determining.iter().map(|rule| rule.rule.clone()).collect(),
            observed: self.policy.observes(body.agent.id.as_deref()),
        };
        // Whoever observes before and after wants to know what the policy says; otherwise what becomes of the call counts.
        let becomes = |said: &Said| match was.observed == now.observed {
            true => said.verdict,
            false if said.observed => Verdict::Allow,
            false => said.verdict,
        };
        if becomes(&was) == becomes(&now) {
            return Replayed::Same { other_rules: was.rules != now.rules };
        }
        let newly = match becomes(&now) {
            Verdict::Allow => Newly::Allowed,
            Verdict::Escalate => Newly::Asked,
            Verdict::Deny => Newly::Denied,
        };
        let because: Vec<&str> = decision.determining.iter().map(|rule| rule.because.as_str()).collect();
        let unknown = effects.unknown.iter().map(|unknown| format!("unknown: {}", unknown.what));
        Replayed::Changed(Box::new(Change {
            newly,
            call,
            effects: effects.known.iter().map(|effect| effect.short_redacted()).chain(unknown).collect(),
            was,
            now,
            because: because.join(" "),
            analyser: (body.analyser != ANALYSER).then(|| body.analyser.clone()),
        }))
    }

    /// What a gate with this policy would do, and on which effects.
    fn again(&self, body: &DecisionBody) -> Result<(Decision, Effects), Unsaid> {
        let kind = serde_json::Value::from(body.tool.kind.as_str());
        let kind = CallKind::deserialize(kind).map_err(|_| Unsaid::Unreadable)?;
        let names = [
            Some(&body.tool.name),
            body.tool.namespace.as_ref(),
            body.model.requested.as_ref(),
            body.request.provider.as_ref(),
            body.request.route.as_ref(),
        ];
        if names.into_iter().flatten().any(|name| name.chars().count() >= LONGEST_NAME) {
            return Err(Unsaid::NameShortened);
        }
        let kept = arguments(body, kind)?;
        let context = Context {
            model: body.model.requested.clone().filter(|_| !body.model.or_others),
            provider: body.request.provider.clone(),
            route: body.request.route.clone(),
        };
        let call = ToolCall {
            api: Api::Anthropic,
            kind,
            id: None,
            tool: body.tool.name.clone(),
            namespace: body.tool.namespace.clone(),
            choice: 0,
            arguments: kept.clone().unwrap_or(Arguments::Absent),
        };
        let principal = body.agent.id.as_deref();
        let effects = match kept {
            Some(_) => analyse(&call, self.policy.tools(), self.policy.working_directory()),
            None => self.recorded(body)?,
        };
        let question = Question { principal, call: &call, effects: &effects, context: &context };
        if kept.is_some() {
            return Ok((self.policy.judge(&question), effects));
        }
        let whole = effects.unknown.iter().all(|unknown| unknown.code != NOT_LISTED);
        let unmoved = !self
            .lookers
            .explain(&question)
            .steps
            .iter()
            .flat_map(|step| &step.rules)
            .any(|rule| rule.speaks);
        if whole && unmoved {
            return Ok((self.policy.judge(&question), effects));
        }
        // The strictest that speaks wins: what is denied by some of its effects, and by a rule that does not look at
        // arguments, is denied.
        let mut listed = effects.clone();
        listed.unknown.retain(|unknown| unknown.code != NOT_LISTED);
        let decision = self.others.decide(&Question { effects: &listed, ..question });
        let by_rule =
            |name: &str| name == "unknown" || self.others.policy().rules.iter().any(|rule| rule.id == name);
        if decision.verdict == Verdict::Deny && decision.determining.iter().any(|one| by_rule(&one.rule)) {
            return Ok((decision, effects));
        }
        Err(if whole { Unsaid::ArgumentsNotKept } else { Unsaid::EffectsNotListed })
    }

    /// The recorded effects, if this policy's gate would find the same.
    fn recorded(&self, body: &DecisionBody) -> Result<Effects, Unsaid> {
        if body.analyser != ANALYSER {
            return Err(Unsaid::OtherAnalyser);
        }
        let ours = &self.policy;
        let mut known = self.was.iter().chain([ours]).filter(|was| was.digest() == body.policy.bundle);
        let was = known.next().ok_or(Unsaid::PolicyNotGiven)?;
        if was.tools() != ours.tools() || was.working_directory() != ours.working_directory() {
            return Err(Unsaid::OtherTools);
        }
        Ok(body.effects.clone())
    }
}

/// The arguments, where the record has them whole.
fn arguments(body: &DecisionBody, kind: CallKind) -> Result<Option<Arguments>, Unsaid> {
    let malformed = body.policy.rules.iter().any(|rule| rule == "malformed_arguments");
    let depth = Limits::default().depth;
    if malformed {
        // Every policy denies them, whatever they are.
        return Ok(Some(Arguments::from_json_text("{", depth)));
    }
    let action = &body.action;
    let whole = action.redacted == 0 && !action.truncated;
    match &action.preview {
        Some(text) if whole && kind == CallKind::Custom => Ok(Some(Arguments::Text(text.clone()))),
        Some(text) if whole => match Arguments::from_json_text(text, depth) {
            Arguments::Malformed { .. } => Err(Unsaid::Unreadable),
            arguments => Ok(Some(arguments)),
        },
        // A custom tool's text may be empty and not recorded.
        None if action.bytes == 0 && whole && kind != CallKind::Custom => Ok(Some(Arguments::Absent)),
        Some(_) | None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use toolgate_engine::policy::conditions::TABLE;

    /// A new condition must be thought of here: can it be evaluated from the record alone?
    #[test]
    fn every_condition_but_when_has_its_inputs_in_the_record() {
        const RECORDED: &[&str] = &[
            "path",
            "host",
            "url",
            "database",
            "table",
            "program",
            "language",
            "tool",
            "server",
            "repository",
            "cloud",
            "reach",
            "principal",
            "model",
            "provider",
            "route",
        ];
        let others: Vec<&str> =
            TABLE.iter().map(|entry| entry.name).filter(|name| !RECORDED.contains(name)).collect();
        assert_eq!(others, ["when"]);
    }

    fn replay() -> Replay {
        let policy = json!({
            "schema": 1, "name": "platform", "mode": "enforce", "default": "deny", "unknown": "deny",
            "rules": [{ "id": "read", "policy": "platform", "verdict": "allow", "actions": ["file.read"] }],
        });
        let policy = serde_json::from_value(policy).unwrap();
        Replay::new(Bundle::from_policy(policy, 1).unwrap(), Vec::new()).unwrap()
    }

    /// A decision to deny `cat /srv/x`, under the same policy, with something else in it.
    fn line(replay: &Replay, pointer: &str, other: Value) -> Vec<u8> {
        let mut line = json!({
            "specversion": "1.0", "id": "d", "source": "/emitters/e", "type": "io.toolgate.decision.v1", "time": "t",
            "data": {
                "seq": 0, "prev": "sha256:00", "agent": { "id": "a", "via": "mtls" },
                "model": { "api": "anthropic" }, "request": { "stream": false },
                "tool": { "name": "Bash", "kind": "function", "index": 0 },
                "action": { "digest": "sha256:aa", "bytes": 27, "preview": r#"{"command":"cat /srv/x"}"# },
                "effects": { "known": [{ "action": "file.read", "resource": { "kind": "path", "path": { "literal": "/srv/x" } } }],
                             "unknown": [] },
                "analyser": ANALYSER,
                "policy": { "bundle": replay.policy.digest(), "name": "platform", "version": 1, "rules": ["default"], "mode": "enforce" },
                "verdict": "deny", "enforced": "deny", "reason": { "code": "default", "text": "" },
            },
        });
        *line.pointer_mut(pointer).unwrap() = other;
        line.to_string().into_bytes()
    }

    fn unsaid(replayed: Replayed) -> Option<Unsaid> {
        match replayed {
            Replayed::Unsaid(unsayable) => Some(unsayable.unsaid),
            Replayed::Same { .. } | Replayed::Changed(_) => None,
        }
    }

    #[test]
    fn another_version_of_the_analysis_is_said() {
        let replay = replay();
        let Replayed::Changed(change) = replay.judge(&line(&replay, "/data/analyser", json!("effects/0")))
        else {
            panic!("with the arguments the analysis is done again");
        };
        assert_eq!((change.newly, change.analyser.as_deref()), (Newly::Allowed, Some("effects/0")));
        let ours = line(&replay, "/data/action/preview", Value::Null);
        let Replayed::Changed(change) = replay.judge(&ours) else { panic!("its effects still hold") };
        assert_eq!((change.newly, change.analyser), (Newly::Allowed, None));
        let theirs = String::from_utf8(ours).unwrap().replace(ANALYSER, "effects/0");
        assert_eq!(unsaid(replay.judge(theirs.as_bytes())), Some(Unsaid::OtherAnalyser));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let replay = replay();
        for (pointer, other, expected) in [
            ("/data/tool/kind", json!("incantation"), Unsaid::Unreadable),
            ("/data/verdict", json!("perhaps"), Unsaid::Unreadable),
            ("/data/action/preview", json!("{\"command\":"), Unsaid::Unreadable),
            ("/data/tool/name", json!("x".repeat(256)), Unsaid::NameShortened),
        ] {
            let line = line(&replay, pointer, other);
            assert_eq!(unsaid(replay.judge(&line)), Some(expected), "{pointer}");
        }
        assert_eq!(unsaid(replay.judge(b"{}")), Some(Unsaid::Unreadable));
    }
}
