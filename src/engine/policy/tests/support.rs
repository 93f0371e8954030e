//! Short ways to write a policy, a call and its effects.

use crate::call::{Arguments, CallKind, ToolCall};
use crate::effects::{Action, Effect, Effects, Name, Reach, Resource, Unknown};
use crate::policy::{Bundle, Context, Decision, Policy, Question};
use crate::wire::Api;
use serde_json::{Value, json};

pub(crate) const RECON: &str = "spiffe://corp.example/ns/finance/sa/trade-recon";
pub(crate) const CI: &str = "spiffe://corp.example/ns/ci/sa/build";

/// A policy with these parts over a plain one: default escalates, unknown escalates.
pub(crate) fn bundle(parts: &Value) -> Bundle {
    Bundle::from_policy(policy(parts), 1).unwrap()
}

pub(crate) fn policy(parts: &Value) -> Policy {
    let mut body = json!({
        "schema": 1,
        "name": "test",
        "mode": "enforce",
        "default": {"escalate": "soc"},
        "unknown": {"escalate": "soc"},
        "reviewers": {
            "soc": {"members": ["group:soc"]},
            "treasury": {"members": ["group:treasury"], "approvals": 2, "answer_within": "30m"},
        },
    });
    for (key, value) in parts.as_object().unwrap() {
        body[key] = value.clone();
    }
    serde_json::from_value(body).unwrap()
}

/// A policy with one rule and a default that denies nothing by itself.
pub(crate) fn one_rule(rule: Value) -> Bundle {
    bundle(&json!({"rules": [whole(rule)]}))
}

/// A rule with the keys every rule has.
pub(crate) fn whole(mut rule: Value) -> Value {
    for (key, value) in [("id", json!("r")), ("policy", json!("test"))] {
        if rule.get(key).is_none() {
            rule[key] = value;
        }
    }
    rule
}

pub(crate) fn call(tool: &str, arguments: &str) -> ToolCall {
    ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: None,
        tool: tool.to_owned(),
        namespace: None,
        arguments: Arguments::from_json_text(arguments, 100),
        choice: 0,
    }
}

pub(crate) fn effect(action: &'static str, resource: Resource) -> Effect {
    Effect { action: Action(action.into()), resource, reach: Reach::Local, via: Vec::new(), place: None }
}

pub(crate) fn literal(text: &str) -> Name {
    Name::Literal(text.to_owned())
}

pub(crate) fn glob(text: &str) -> Name {
    Name::Glob(text.to_owned())
}

pub(crate) fn path(text: &str) -> Resource {
    Resource::Path { path: literal(text), tree: false }
}

pub(crate) fn tree(text: &str) -> Resource {
    Resource::Path { path: literal(text), tree: true }
}

pub(crate) fn host(text: &str) -> Resource {
    Resource::Host { host: literal(text), port: None, url: None }
}

pub(crate) fn sql(host: Option<&str>, database: Option<&str>, table: Option<&str>) -> Resource {
    Resource::Sql { host: host.map(literal), database: database.map(literal), table: table.map(literal) }
}

pub(crate) fn named(text: &str) -> Resource {
    Resource::Named { name: literal(text) }
}

pub(crate) fn effects(known: Vec<Effect>) -> Effects {
    Effects { known, unknown: Vec::new() }
}

pub(crate) fn unknown() -> Unknown {
    Unknown {
        code: "shell_not_read".into(),
        what: "a shell command".to_owned(),
        at: "/command".to_owned(),
        span: None,
    }
}

/// Asks about one effect of a call without interesting arguments.
pub(crate) fn ask(bundle: &Bundle, principal: Option<&str>, effect: Effect) -> Decision {
    ask_all(bundle, principal, &call("t", "{}"), &effects(vec![effect]))
}

pub(crate) fn ask_all(
    bundle: &Bundle,
    principal: Option<&str>,
    call: &ToolCall,
    effects: &Effects,
) -> Decision {
    let context = Context {
        model: Some("model-5".to_owned()),
        provider: Some("api.model.example".to_owned()),
        route: Some("model".to_owned()),
    };
    let question = Question { principal, call, effects, context: &context };
    let decision = bundle.decide(&question);
    assert_eq!(decision, bundle.decide_by_every_rule(&question), "the index leaves something out");
    decision
}

/// The IDs of the determining rules.
pub(crate) fn rules(decision: &Decision) -> Vec<&str> {
    decision.determining.iter().map(|determining| determining.rule.as_str()).collect()
}
