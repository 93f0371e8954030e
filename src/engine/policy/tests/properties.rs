//! What holds for every policy and every call, tried on many small ones.
#![cfg(not(target_arch = "wasm32"))]

use super::support::*;
use crate::effects::{Effect, Effects, Name, Reach, Resource};
use crate::policy::{Bundle, Decision, Verdict};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// Few names, so that rules and effects often have something to do with each other.
fn resources() -> impl Strategy<Value = Resource> {
    let paths =
        select(vec!["/workspace/a", "/workspace", "/srv/x", "~/.ssh/id", "/home/x/.ssh/id", "/Workspace/a"]);
    prop_oneof![
        4 => (paths, any::<bool>()).prop_map(|(at, tree)| Resource::Path { path: literal(at), tree }),
        1 => select(vec!["/workspace/*", "/srv/**", "/*/x"])
            .prop_map(|at| Resource::Path { path: glob(at), tree: false }),
        1 => Just(Resource::Path { path: Name::Dynamic, tree: false }),
        2 => select(vec!["db.example", "x.evil.example"]).prop_map(host),
        2 => (proptest::option::of(select(vec!["primary.db", "replica-1.db"])), proptest::option::of(Just("accounts")))
            .prop_map(|(host, table)| sql(host, Some("replica-1"), table)),
        1 => Just(Resource::Program { program: literal("jq") }),
        1 => Just(Resource::Tool { tool: "t".to_owned() }),
    ]
}

fn all_effects() -> impl Strategy<Value = Effect> {
    let actions = select(vec![
        "file.read",
        "file.delete",
        "net.send",
        "sql.read",
        "sql.write",
        "process.run",
        "tool.use",
    ]);
    let reach = prop_oneof![3 => Just(Reach::Local), 1 => Just(Reach::Remote("prod".to_owned()))];
    (actions, resources(), reach)
        .prop_map(|(action, resource, reach)| Effect { reach, ..effect(action, resource) })
}

fn conditions() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        select(vec!["/workspace/**", "/srv/**", "~/.ssh/**", "**/x", "/workspace/a"])
            .prop_map(|pattern| ("path", json!(pattern))),
        select(vec!["**.example", "db.example"]).prop_map(|pattern| ("host", json!(pattern))),
        select(vec!["primary.**", "replica-*.**"]).prop_map(|pattern| ("database", json!(pattern))),
        Just(("table", json!("accounts"))),
        Just(("program", json!("jq"))),
        select(vec!["t", "*"]).prop_map(|pattern| ("tool", json!(pattern))),
        select(vec!["any", "remote", "local"]).prop_map(|reach| ("reach", json!(reach))),
        select(vec![RECON, CI]).prop_map(|principal| ("principal", json!(principal))),
        select(vec!["/a", "/b"]).prop_map(|pointer| ("when", json!({ pointer: {"above": {"number": "5"}} }))),
    ];
    proptest::collection::vec(one, 0..3).prop_map(|conditions| conditions.into_iter().collect())
}

fn some_rules() -> impl Strategy<Value = Vec<Value>> {
    let verdict = select(vec!["allow", "escalate", "deny"]);
    let actions = select(vec!["**", "file.*", "*.read", "sql.*", "net.send", "process.run", "tool.use"]);
    let unless = prop_oneof![2 => Just(json!({})), 1 => conditions()];
    let team = proptest::option::of(select(vec![RECON, CI]));
    let to = subsequence(vec!["soc", "treasury"], 1..=2);
    let rule = (verdict, actions, conditions(), unless, team, to, any::<bool>());
    proptest::collection::vec(rule, 0..6).prop_map(|rules| {
        let rules = rules.into_iter().enumerate();
        rules
            .map(|(i, (verdict, actions, conditions, unless, team, to, observe))| {
                let mut rule = json!({"id": format!("r{i}"), "policy": "test", "verdict": verdict,
                    "actions": actions, "if": conditions, "unless": unless, "observe": observe && i > 3});
                if let Some(team) = team {
                    rule["applies_to"] = json!(team);
                }
                if verdict == "escalate" {
                    rule["to"] = json!(to);
                }
                rule
            })
            .collect()
    })
}

fn fallback() -> impl Strategy<Value = Value> {
    select(vec![json!("allow"), json!("deny"), json!({"escalate": "soc"}), json!({"escalate": "treasury"})])
}

fn unknown_fallback() -> impl Strategy<Value = Value> {
    select(vec![json!("deny"), json!({"escalate": "soc"})])
}

fn with(rules: &[Value], default: &Value, unknown: &Value) -> Bundle {
    bundle(&json!({"rules": rules, "default": default, "unknown": unknown}))
}

fn judged(bundle: &Bundle, principal: Option<&str>, effects: &Effects) -> Decision {
    ask_all(bundle, principal, &call("t", r#"{"a":7}"#), effects)
}

fn principals() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, Some(RECON), Some(CI)])
}

/// The same effect with its resource known less well.
fn blurred(mut effect: Effect) -> Effect {
    match &mut effect.resource {
        Resource::Path { path: name, .. }
        | Resource::Host { host: name, .. }
        | Resource::Program { program: name }
        | Resource::Repository { repository: name }
        | Resource::Cloud { cloud: name }
        | Resource::Named { name } => *name = Name::Dynamic,
        Resource::Sql { host, database, table } => (*host, *database, *table) = (None, None, None),
        Resource::Code { .. } | Resource::Tool { .. } => {}
    }
    effect
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_an_effect_or_an_unknown_never_makes_a_verdict_milder(
        rules in some_rules(), default in fallback(), unknowns in unknown_fallback(), principal in principals(),
        first in all_effects(), more in all_effects(),
    ) {
        let bundle = with(&rules, &default, &unknowns);
        let one = judged(&bundle, principal, &effects(vec![first.clone()])).verdict;
        let two = judged(&bundle, principal, &effects(vec![first.clone(), more])).verdict;
        prop_assert!(two >= one);
        let all = Effects { known: vec![first], unknown: vec![unknown()] };
        let doubtful = judged(&bundle, principal, &all).verdict;
        prop_assert!(doubtful >= one && doubtful > Verdict::Allow);
    }

    #[test]
    fn the_order_of_rules_and_effects_never_matters(
        rules in some_rules(), default in fallback(), principal in principals(),
        known in proptest::collection::vec(all_effects(), 1..4), turn in 0usize..6,
    ) {
        let mut turned = rules.clone();
        turned.rotate_left(turn.min(rules.len()));
        let mut known_turned = known.clone();
        known_turned.reverse();
        let a = judged(&with(&rules, &default, &json!("deny")), principal, &effects(known));
        let b = judged(&with(&turned, &default, &json!("deny")), principal, &effects(known_turned));
        prop_assert_eq!(a.verdict, b.verdict);
        prop_assert_eq!(a.would, b.would);
        prop_assert_eq!(a.args, b.args);
        prop_assert_eq!(&a.reviewers, &b.reviewers);
        prop_assert_eq!(&a.rules_digest, &b.rules_digest);
        let sorted = |decision: &Decision| {
            let mut all: Vec<String> = rules_of(decision);
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&a), sorted(&b));
    }

    #[test]
    fn a_stricter_rule_never_makes_a_verdict_milder(
        rules in some_rules(), default in fallback(), principal in principals(), known in all_effects(),
        more in some_rules(),
    ) {
        // Without a rule the default speaks, and what a rule then says may be milder than that.
        let spoken = judged(&with(&rules, &json!("allow"), &json!("deny")), principal, &effects(vec![known.clone()]));
        let mut all = rules.clone();
        for (i, mut rule) in more.into_iter().enumerate() {
            rule["id"] = json!(format!("more{i}"));
            all.push(rule);
        }
        let now = judged(&with(&all, &json!("allow"), &json!("deny")), principal, &effects(vec![known.clone()]));
        prop_assert!(now.verdict >= spoken.verdict);
        // And whatever an allow says, it overrides nothing but the default.
        let with_default = judged(&with(&all, &default, &json!("deny")), principal, &effects(vec![known]));
        prop_assert!(with_default.verdict >= now.verdict);
    }

    #[test]
    fn knowing_less_never_makes_a_verdict_milder(
        rules in some_rules(), default in fallback(), principal in principals(), known in all_effects(),
    ) {
        let bundle = with(&rules, &default, &json!("deny"));
        let verdict = |principal, effect: Effect, arguments: &str| {
            ask_all(&bundle, principal, &call("t", arguments), &effects(vec![effect])).verdict
        };
        let known_well = verdict(principal, known.clone(), r#"{"a":7}"#);
        // Nobody known, and no arguments to compare.
        let strictest = [
            verdict(None, known.clone(), r#"{"a":7}"#),
            verdict(principal, known.clone(), "{}"),
            verdict(principal, known.clone(), r#"{"a":"7","b":"1"}"#),
        ];
        let dynamic = verdict(principal, blurred(known), r#"{"a":7}"#);
        for less in strictest.into_iter().chain([dynamic]) {
            prop_assert!(less > Verdict::Allow || known_well == Verdict::Allow);
            // A rule that escalates in doubt speaks, and where a rule speaks a default of `deny` does not: the
            // one way in which knowing less asks a person about what would have been refused.
            if default != json!("deny") {
                prop_assert!(less >= known_well);
            }
        }
    }

    #[test]
    fn an_explanation_says_what_was_decided(
        rules in some_rules(), default in fallback(), unknowns in unknown_fallback(), principal in principals(),
        known in proptest::collection::vec(all_effects(), 1..4), doubt in any::<bool>(),
    ) {
        let bundle = with(&rules, &default, &unknowns);
        let all = Effects { known, unknown: if doubt { vec![unknown()] } else { Vec::new() } };
        let context = crate::policy::Context::default();
        let call = call("t", "{}");
        let question = crate::policy::Question { principal, call: &call, effects: &all, context: &context };
        let (decision, explanation) = (bundle.decide(&question), bundle.explain(&question));
        prop_assert_eq!(&decision, &explanation.decision);
        prop_assert_eq!(explanation.steps.iter().map(|step| step.verdict).max(), Some(decision.verdict));
        prop_assert!(!decision.determining.is_empty());
        prop_assert_eq!(decision.verdict == Verdict::Escalate, !decision.reviewers.is_empty());
        prop_assert_eq!(decision.verdict == Verdict::Escalate, !decision.rules_digest.is_empty());
    }

    #[test]
    fn a_bundle_says_after_writing_what_it_said_before(
        rules in some_rules(), default in fallback(), principal in principals(), known in all_effects(),
    ) {
        let before = with(&rules, &default, &json!("deny"));
        let text = serde_json::to_string(before.policy()).unwrap();
        let after = Bundle::from_policy(serde_json::from_str(&text).unwrap(), 1).unwrap();
        prop_assert_eq!(before.digest(), after.digest());
        let known = effects(vec![known]);
        prop_assert_eq!(judged(&before, principal, &known), judged(&after, principal, &known));
    }
}

fn rules_of(decision: &Decision) -> Vec<String> {
    rules(decision).into_iter().map(str::to_owned).collect()
}
