//! Each statement under "What it means", with a name that says it.

use super::support::*;
use crate::effects::{Effects, Name, Reach, Resource};
use crate::policy::{Decision, Verdict};
use crate::protocol::Assurance;
use crate::redact::Level;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use Verdict::{Allow, Deny, Escalate};

fn verdict(rule: Value, action: &'static str, resource: Resource) -> Verdict {
    ask(&one_rule(rule), Some(RECON), effect(action, resource)).verdict
}

// 1. Effects and unknowns.

#[test]
fn statement_1_an_empty_set_of_effects_is_an_error_and_denies() {
    let all = bundle(&json!({"default": "allow"}));
    let decision = ask_all(&all, Some(RECON), &call("t", "{}"), &Effects::default());
    assert_eq!((decision.verdict, rules(&decision)), (Deny, vec!["no_effect"]));
}

#[test]
fn statement_1_malformed_arguments_deny_whatever_the_effects_are() {
    let all = bundle(&json!({"default": "allow"}));
    let bad = call("t", r#"{"a":1,"a":2}"#);
    let decision = ask_all(&all, Some(RECON), &bad, &effects(vec![effect("file.read", path("/x"))]));
    assert_eq!((decision.verdict, rules(&decision)), (Deny, vec!["malformed_arguments"]));
}

#[test]
fn statement_1_more_effects_than_are_judged_deny() {
    let all = bundle(&json!({"default": "allow"}));
    let many = effects(vec![effect("file.read", path("/x")); 1025]);
    assert_eq!(ask_all(&all, None, &call("t", "{}"), &many).verdict, Deny);
}

// 2. When a rule speaks.

#[test]
fn statement_2_a_rule_speaks_when_its_action_matches_and_not_for_what_it_excepts() {
    let rule = json!({"verdict": "deny", "actions": "sql.*", "except": "sql.read"});
    assert_eq!(verdict(rule.clone(), "sql.write", sql(None, None, None)), Deny);
    assert_eq!(verdict(rule.clone(), "sql.read", sql(None, None, None)), Escalate);
    assert_eq!(verdict(rule, "file.write", path("/x")), Escalate);
}

#[test]
fn statement_2_every_condition_must_hold() {
    let rule = json!({"verdict": "deny", "actions": "sql.*",
                      "if": {"database": "ledger-primary.**", "table": "accounts"}});
    assert_eq!(verdict(rule.clone(), "sql.write", sql(Some("ledger-primary"), None, Some("accounts"))), Deny);
    assert_eq!(verdict(rule.clone(), "sql.write", sql(Some("other"), None, Some("accounts"))), Escalate);
    assert_eq!(verdict(rule, "sql.write", sql(Some("ledger-primary"), None, Some("logs"))), Escalate);
}

#[test]
fn statement_2_a_condition_on_another_kind_of_resource_does_not_hold() {
    let rule = json!({"verdict": "deny", "actions": "**", "if": {"path": "/etc/**"}});
    assert_eq!(verdict(rule.clone(), "file.read", path("/etc/passwd")), Deny);
    assert_eq!(verdict(rule, "net.send", host("etc.example")), Escalate);
}

#[test]
fn statement_2_unless_makes_the_rule_silent() {
    let rule = json!({"verdict": "deny", "actions": "file.delete", "unless": {"path": "/workspace/**"}});
    assert_eq!(verdict(rule.clone(), "file.delete", path("/srv/x")), Deny);
    assert_eq!(verdict(rule.clone(), "file.delete", path("/workspace/x")), Escalate);
    assert_eq!(verdict(rule.clone(), "file.delete", path("/workspace-evil/x")), Deny);
    // An exception holds only if all of it does.
    let both = json!({"verdict": "deny", "actions": "file.delete",
                      "unless": {"path": "/workspace/**", "tool": "other"}});
    assert_eq!(verdict(both, "file.delete", path("/workspace/x")), Deny);
}

#[test]
fn statement_2_a_file_speaks_only_about_its_principals() {
    let team = one_rule(json!({"verdict": "allow", "actions": "file.read", "applies_to": RECON,
                               "if": {"path": "/workspace/**"}}));
    let read = || effect("file.read", path("/workspace/x"));
    assert_eq!(ask(&team, Some(RECON), read()).verdict, Allow);
    assert_eq!(ask(&team, Some(CI), read()).verdict, Escalate);
    assert_eq!(ask(&team, None, read()).verdict, Escalate);
}

// 3. The strictest wins.

#[test]
fn statement_3_the_strictest_rule_wins_and_the_default_speaks_only_in_silence() {
    let rule = |id: &str, verdict: &str, to: Value| json!({"id": id, "policy": "test", "verdict": verdict, "actions": "file.read", "to": to});
    let allow = rule("a", "allow", json!([]));
    let escalate = rule("e", "escalate", json!(["soc"]));
    let deny = rule("d", "deny", json!([]));
    for (all, expected, by) in [
        (vec![&allow], Allow, "a"),
        (vec![&allow, &escalate], Escalate, "e"),
        (vec![&deny, &allow, &escalate], Deny, "d"),
        (vec![], Deny, "default"),
    ] {
        let bundle = bundle(&json!({"default": "deny", "rules": all}));
        let decision = ask(&bundle, Some(RECON), effect("file.read", path("/x")));
        assert_eq!((decision.verdict, rules(&decision)), (expected, vec![by]));
    }
}

#[test]
fn statement_3_a_call_is_judged_as_all_of_its_effects() {
    let rule = one_rule(
        json!({"verdict": "allow", "actions": "file.list", "if": {"path": ["/workspace", "/workspace/**"]}}),
    );
    let list = effect("file.list", path("/workspace"));
    let fetch = effect("net.fetch", host("x.example"));
    assert_eq!(ask(&rule, Some(RECON), list.clone()).verdict, Allow);
    let both = ask_all(&rule, Some(RECON), &call("t", "{}"), &effects(vec![list, fetch]));
    assert_eq!((both.verdict, rules(&both)), (Escalate, vec!["default"]));
}

#[test]
fn statement_3_a_teams_allow_does_not_weaken_a_base_deny() {
    let bundle = bundle(&json!({"rules": [
        {"id": "base", "policy": "platform", "verdict": "deny", "actions": "file.*", "if": {"path": "/etc/shadow"}},
        {"id": "team", "policy": "recon", "verdict": "allow", "actions": "file.*", "if": {"path": "/**"},
         "applies_to": RECON},
    ]}));
    let decision = ask(&bundle, Some(RECON), effect("file.read", path("/etc/shadow")));
    assert_eq!((decision.verdict, rules(&decision)), (Deny, vec!["base"]));
}

// 4. Unknowns.

#[test]
fn statement_4_no_rule_allows_a_call_with_an_unknown() {
    for (fallback, expected) in [(json!("deny"), Deny), (json!({"escalate": ["soc"]}), Escalate)] {
        let bundle = bundle(&json!({"default": "allow", "unknown": fallback,
            "rules": [whole(json!({"verdict": "allow", "actions": "**"}))]}));
        let known = vec![effect("file.read", path("/workspace/x"))];
        for known in [known, Vec::new()] {
            let all = Effects { known, unknown: vec![unknown()] };
            let decision = ask_all(&bundle, Some(RECON), &call("t", "{}"), &all);
            assert_eq!((decision.verdict, rules(&decision)), (expected, vec!["unknown"]));
        }
    }
}

#[test]
fn statement_4_an_unknown_does_not_soften_a_denial() {
    let rule = one_rule(json!({"verdict": "deny", "actions": "file.*"}));
    let all = Effects { known: vec![effect("file.read", path("/x"))], unknown: vec![unknown()] };
    let decision = ask_all(&rule, Some(RECON), &call("t", "{}"), &all);
    assert_eq!((decision.verdict, rules(&decision)), (Deny, vec!["r"]));
}

#[test]
fn statement_4_what_nobody_described_is_allowed_by_name_only() {
    let program = || Resource::Program { program: literal("frobnicate") };
    let code = || Resource::Code { language: "python".to_owned() };
    let tool = || Resource::Tool { tool: "t".to_owned() };
    for (action, resource, naming, anything) in [
        ("process.run", program(), json!({"program": "frobnicate"}), json!({"program": "*"})),
        ("code.run", code(), json!({"language": "python"}), json!({"language": "*"})),
        ("tool.use", tool(), json!({"tool": "t"}), json!({"tool": "*"})),
    ] {
        let allow = |conditions: Value| json!({"verdict": "allow", "actions": "**", "if": conditions});
        assert_eq!(verdict(allow(naming), action, resource.clone()), Allow, "{action}");
        assert_eq!(verdict(allow(anything), action, resource.clone()), Escalate, "{action}");
        assert_eq!(verdict(allow(json!({})), action, resource.clone()), Escalate, "{action}");
        let deny = json!({"verdict": "deny", "actions": action});
        assert_eq!(verdict(deny, action, resource), Deny, "{action}");
    }
}

// 5. Doubt never widens.

/// Verdicts of the same conditions in a deny, an allow, and as the exception of each.
fn four(conditions: &Value, resource: &Resource) -> [bool; 4] {
    let asked =
        |rule: Value| ask(&one_rule(rule), Some(RECON), effect("file.delete", resource.clone())).verdict;
    [
        asked(json!({"verdict": "deny", "actions": "**", "if": conditions})) == Deny,
        asked(json!({"verdict": "allow", "actions": "**", "if": conditions})) == Allow,
        asked(json!({"verdict": "deny", "actions": "**", "unless": conditions})) == Escalate,
        asked(json!({"verdict": "allow", "actions": "**", "unless": conditions})) == Escalate,
    ]
}

const CERTAIN: [bool; 4] = [true, true, true, true];
const DOUBTFUL: [bool; 4] = [true, false, false, true];
const NOT_AT_ALL: [bool; 4] = [false, false, false, false];

#[test]
fn statement_5_doubt_denies_and_never_allows() {
    let workspace = json!({"path": "/workspace/**"});
    for (resource, expected) in [
        (path("/workspace/x"), CERTAIN),
        (path("/srv/x"), NOT_AT_ALL),
        (Resource::Path { path: Name::Dynamic, tree: false }, DOUBTFUL),
        (Resource::Path { path: glob("/workspace/*.log"), tree: false }, CERTAIN),
        (Resource::Path { path: glob("/work*/x"), tree: false }, DOUBTFUL),
        (Resource::Path { path: glob("/srv/*"), tree: false }, NOT_AT_ALL),
        (tree("/workspace/build"), CERTAIN),
        (tree("/"), DOUBTFUL),
        (tree("/srv"), NOT_AT_ALL),
        (path("/WORKSPACE/x"), DOUBTFUL),
    ] {
        assert_eq!(four(&workspace, &resource), expected, "{resource:?}");
    }
}

#[test]
fn statement_5_without_a_principal_a_principal_condition_cannot_be_evaluated() {
    let of = |verdict: &str, principal: Option<&str>| {
        let rule = json!({"verdict": verdict, "actions": "**", "if": {"principal": CI}});
        ask(&one_rule(rule), principal, effect("file.read", path("/x")))
    };
    assert_eq!(of("deny", Some(CI)).verdict, Deny);
    assert_eq!(of("deny", Some(RECON)).verdict, Escalate);
    let nobody = of("deny", None);
    assert_eq!(nobody.verdict, Deny);
    assert_eq!(nobody.errors, ["rule `r`, condition `principal`: nobody was authenticated"]);
    assert_eq!(of("allow", Some(CI)).verdict, Allow);
    assert_eq!(of("allow", None).verdict, Escalate);
}

#[test]
fn statement_5_without_reach_allow_and_unless_speak_of_local_effects_only() {
    for (reach, local) in [
        (Reach::Local, true),
        (Reach::Remote("prod".to_owned()), false),
        (Reach::Container("web".to_owned()), false),
    ] {
        let delete = |rule: Value| {
            let mut effect = effect("file.delete", path("/workspace/x"));
            effect.reach = reach.clone();
            ask(&one_rule(rule), Some(RECON), effect).verdict
        };
        let workspace = json!({"path": "/workspace/**"});
        let allow = json!({"verdict": "allow", "actions": "file.*", "if": workspace});
        assert_eq!(delete(allow), if local { Allow } else { Escalate });
        let deny = json!({"verdict": "deny", "actions": "file.*", "if": workspace});
        assert_eq!(delete(deny), Deny);
        let escalate = json!({"verdict": "escalate", "actions": "file.*", "to": ["treasury"]});
        assert_eq!(delete(escalate), Escalate);
        let unless = json!({"verdict": "deny", "actions": "file.*", "unless": workspace});
        assert_eq!(delete(unless), if local { Escalate } else { Deny });
        let said =
            json!({"verdict": "allow", "actions": "file.*", "if": {"path": "/workspace/**", "reach": "any"}});
        assert_eq!(delete(said), Allow);
        // The exception to an allow narrows it, wherever the effect lands.
        let narrowed =
            json!({"verdict": "allow", "actions": "file.*", "if": {"reach": "any"}, "unless": workspace});
        assert_eq!(delete(narrowed), Escalate);
    }
}

// 6. Values of arguments.

#[test]
fn statement_6_when_compares_exact_decimals_and_whole_strings() {
    let transfer = |verdict: &str, when: Value, arguments: &str| {
        let rule = one_rule(json!({"verdict": verdict, "actions": "payment.transfer", "if": {"when": when}}));
        let known = effects(vec![effect("payment.transfer", named("DE00"))]);
        ask_all(&rule, Some(RECON), &call("transfer_funds", arguments), &known).verdict
    };
    let above = || json!({"/amount": {"above": {"number": "10000"}}});
    for (arguments, denied, allowed) in [
        (r#"{"amount":10000.01}"#, true, true),
        (r#"{"amount":1e5}"#, true, true),
        (r#"{"amount":10000}"#, false, false),
        (r#"{"amount":-1}"#, false, false),
        // None of these can be evaluated.
        (r#"{"amount":"20000"}"#, true, false),
        (r#"{"amount":"5"}"#, true, false),
        (r#"{"amount":null}"#, true, false),
        (r#"{"amount":[20000]}"#, true, false),
        (r#"{}"#, true, false),
        (r#"[1]"#, true, false),
    ] {
        assert_eq!(transfer("deny", above(), arguments) == Deny, denied, "{arguments}");
        assert_eq!(transfer("allow", above(), arguments) == Allow, allowed, "{arguments}");
    }
    let euro = || json!({"/currency": "EUR"});
    for (arguments, denied, allowed) in [
        (r#"{"currency":"EUR"}"#, true, true),
        (r#"{"currency":"EURO"}"#, false, false),
        (r#"{"currency":"eur"}"#, true, false),
        (r#"{"currency":978}"#, true, false),
    ] {
        assert_eq!(transfer("deny", euro(), arguments) == Deny, denied, "{arguments}");
        assert_eq!(transfer("allow", euro(), arguments) == Allow, allowed, "{arguments}");
    }
}

// 7. Who is asked.

fn asking() -> Value {
    json!({"rules": [
        {"id": "a", "policy": "test", "verdict": "escalate", "actions": "payment.*", "to": ["treasury"],
         "because": "Two people look."},
        {"id": "b", "policy": "test", "verdict": "escalate", "actions": "net.*", "to": ["soc"]},
        {"id": "c", "policy": "test", "verdict": "escalate", "actions": "net.*", "to": ["soc", "treasury"]},
    ]})
}

fn asked_of(decision: &Decision) -> Vec<&str> {
    decision.reviewers.iter().map(|group| group.name.as_str()).collect()
}

#[test]
fn statement_7_the_reviewers_of_all_escalating_rules_must_approve() {
    let bundle = bundle(&asking());
    let pay = effect("payment.transfer", named("x"));
    let send = effect("net.send", host("x.example"));
    let one = ask(&bundle, Some(RECON), pay.clone());
    assert_eq!(asked_of(&one), ["treasury"]);
    assert_eq!((one.reviewers[0].approvals, one.reviewers[0].answer_within), (2, 30 * 60));
    let both = ask_all(&bundle, Some(RECON), &call("t", "{}"), &effects(vec![pay.clone(), send]));
    assert_eq!((rules(&both), asked_of(&both)), (vec!["a", "b", "c"], vec!["soc", "treasury"]));
    // The default and the unknown have reviewers too.
    let read = effect("file.read", path("/x"));
    let all = Effects { known: vec![pay, read], unknown: vec![unknown()] };
    let all = ask_all(&bundle, Some(RECON), &call("t", "{}"), &all);
    assert_eq!((rules(&all), asked_of(&all)), (vec!["a", "default", "unknown"], vec!["soc", "treasury"]));
}

#[test]
fn statement_7_of_several_rules_the_surest_approver_is_asked_for() {
    let rule = |id: &str, to: &str, assurance: Value| {
        whole(json!({"id": id, "verdict": "escalate", "actions": "**", "to": [to], "assurance": assurance}))
    };
    let rules = [
        rule("a", "soc", json!("oidc")),
        rule("b", "soc", json!("chat")),
        rule("c", "treasury", Value::Null),
        rule("d", "soc", Value::Null),
    ];
    let asked = |rules: &[Value]| {
        let decision = ask(&bundle(&json!({"rules": rules})), Some(RECON), effect("file.read", path("/x")));
        let groups = decision.reviewers.iter().map(|group| (group.name.clone(), group.assurance));
        (groups.collect::<Vec<_>>(), decision.rules_digest)
    };
    let (groups, digest) = asked(&rules);
    assert_eq!(groups, [("soc".to_owned(), Some(Assurance::Oidc)), ("treasury".to_owned(), None)]);
    let (groups, other) = asked(&rules[1..]);
    assert_eq!(groups[0].1, Some(Assurance::Chat));
    assert_ne!(digest, other, "an approval does not outlive what it was asked by");
    let denies = whole(json!({"verdict": "deny", "actions": "**", "assurance": "oidc"}));
    assert!(policy(&json!({"rules": [denies]})).check().unwrap_err().contains("does not escalate"));
}

#[test]
fn statement_7_a_rule_that_escalates_to_nobody_is_no_policy() {
    for (to, complaint) in [(json!([]), "escalates to nobody"), (json!(["nobody"]), "not described")] {
        let policy =
            policy(&json!({"rules": [whole(json!({"verdict": "escalate", "actions": "**", "to": to}))]}));
        assert!(policy.check().unwrap_err().contains(complaint));
    }
}

#[test]
fn statement_7_an_approval_that_no_ledger_keeps_so_long_is_no_policy() {
    for (within, good) in [("24h", true), ("25h", false), ("30d", false)] {
        let soc = json!({"members": ["group:soc"], "use_within": within});
        assert_eq!(policy(&json!({"reviewers": {"soc": soc}})).check().is_ok(), good, "{within}");
    }
}

// 8. What an approval outlives.

#[test]
fn statement_8_the_digest_of_rules_and_reviewers_is_what_an_approval_outlives_a_bundle_by() {
    let pay = || effect("payment.transfer", named("x"));
    let digest = |parts: &Value| ask(&bundle(parts), Some(RECON), pay()).rules_digest;
    let same = digest(&asking());
    assert!(same.starts_with("sha256:") && same.len() == 71, "{same}");

    let mut elsewhere = asking();
    elsewhere["rules"].as_array_mut().unwrap().reverse();
    elsewhere["rules"][0]["because"] = json!("another rule's text");
    elsewhere["description"] = json!("another description");
    assert_eq!(digest(&elsewhere), same, "what does not ask for this approval has no part in it");

    for change in [
        json!({"because": "Three people look."}),
        json!({"to": ["soc"]}),
        json!({"actions": "payment.transfer"}),
        json!({"if": {"when": {"/amount": {"above": {"number": "1"}}}}}),
    ] {
        let mut other = asking();
        for (key, value) in change.as_object().unwrap() {
            other["rules"][0][key] = value.clone();
        }
        assert_ne!(digest(&other), same, "{change}");
    }
    let mut reviewers = asking();
    reviewers["reviewers"] = json!({"soc": {"members": ["group:soc"]},
                                    "treasury": {"members": ["group:treasury", "user:x"], "approvals": 2, "answer_within": "30m"}});
    assert_ne!(digest(&reviewers), same, "another reviewer");
}

// 9. What stands once. (The compiler has the other half.)

#[test]
fn statement_9_a_rule_named_twice_is_no_policy() {
    let rule = whole(json!({"verdict": "deny", "actions": "**"}));
    assert!(policy(&json!({"rules": [rule, rule]})).check().unwrap_err().contains("twice"));
}

// 10. Observe.

#[test]
fn statement_10_observing_is_for_principals_known_for_certain() {
    let some = bundle(&json!({"observe": [CI]}));
    assert!(some.observes(Some(CI)));
    assert!(!some.observes(Some(RECON)));
    assert!(!some.observes(Some(&CI.to_uppercase())));
    assert!(!some.observes(None));
    let all = bundle(&json!({"mode": "observe"}));
    assert!(all.observes(None) && all.observes(Some(RECON)));
    assert!(!bundle(&json!({})).observes(None));
}

#[test]
fn statement_10_a_rule_in_observe_is_left_out_and_its_verdict_recorded() {
    let with =
        |rules: Value| ask(&bundle(&json!({"rules": rules})), Some(RECON), effect("file.read", path("/x")));
    let allow = json!({"id": "a", "policy": "test", "verdict": "allow", "actions": "file.*"});
    let deny = json!({"id": "d", "policy": "test", "verdict": "deny", "actions": "file.*", "observe": true});
    let decision = with(json!([allow, deny]));
    assert_eq!((decision.verdict, decision.would, rules(&decision)), (Allow, Some(Deny), vec!["a"]));
    let decision = with(json!([allow]));
    assert_eq!((decision.verdict, decision.would), (Allow, None));
    // An allow in observe does not allow.
    let allow =
        json!({"id": "a", "policy": "test", "verdict": "allow", "actions": "file.*", "observe": true});
    let decision = with(json!([allow]));
    assert_eq!(
        (decision.verdict, decision.would, rules(&decision)),
        (Escalate, Some(Allow), vec!["default"])
    );
}

// What belongs to no single statement.

#[test]
fn any_rule_that_speaks_may_notify() {
    let bundle = bundle(&json!({"rules": [
        {"id": "a", "policy": "test", "verdict": "allow", "actions": "file.*", "notify": ["treasury"]},
        {"id": "d", "policy": "test", "verdict": "deny", "actions": "file.*", "notify": ["soc", "treasury"]},
        {"id": "n", "policy": "test", "verdict": "deny", "actions": "net.*", "notify": ["soc"]},
    ]}));
    assert_eq!(ask(&bundle, None, effect("file.read", path("/x"))).notify, ["treasury", "soc"]);
}

#[test]
fn the_strictest_disclosure_of_the_rules_that_speak_holds() {
    let with = |args: &[&str]| {
        let rules: Vec<Value> = args
            .iter()
            .enumerate()
            .map(|(i, args)| {
                json!({"id": format!("r{i}"), "policy": "test", "verdict": "deny", "actions": "pay.*", "args": args,
                       "if": {"when": {"/pin": {"equals": "4821"}}}})
            })
            .collect();
        let bundle = bundle(&json!({ "rules": rules }));
        let known = effects(vec![effect("pay.out", named("DE00"))]);
        ask_all(&bundle, None, &call("t", r#"{"pin":"4821"}"#), &known)
    };
    let inputs = |decision: &Decision| -> Vec<String> {
        decision.inputs.iter().map(|input| format!("{}={}", input.name, input.value)).collect()
    };
    let full = with(&["full", "full"]);
    assert_eq!((full.args, inputs(&full)), (Level::Full, vec!["/pin=4821".to_owned()]));
    assert_eq!(full.determining[0].about, "does `pay.out` to `DE00`");
    let digest = with(&["full", "digest"]);
    assert_eq!(digest.args, Level::Digest);
    assert_eq!(inputs(&digest).len(), 0, "a digest of a short value gives it away");
    assert_eq!(digest.determining[0].about, "does `pay.out` to something");
    let none = with(&["none", "digest"]);
    assert_eq!((none.args, inputs(&none).len()), (Level::None, 0));
    let secret = {
        let rule = json!({"verdict": "deny", "actions": "pay.*", "if": {"when": {"/password": "hunter2"}}});
        let known = effects(vec![effect("pay.out", named("DE00"))]);
        ask_all(&one_rule(rule), None, &call("t", r#"{"password":"hunter2"}"#), &known)
    };
    assert_eq!((secret.args, inputs(&secret)), (Level::Redacted, vec!["/password=[redacted]".to_owned()]));
    assert_eq!(with(&[]).args, Level::Redacted);
}
