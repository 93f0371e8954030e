//! Mistakes in rules.

use super::*;
use insta::assert_snapshot;

#[test]
fn an_unknown_action_is_shown_with_the_one_that_was_meant() {
    assert_snapshot!(shown_rule("  - id: deletes
    deny: [file.read, file.remove]
    because: Nothing is deleted.
"), @"
    error[E-unknown-action]: there is no action `file.remove`
     --> base.yaml:8:23
      |
    8 |     deny: [file.read, file.remove]
      |                       ^^^^^^^^^^^
      |
      = help: did you mean `file.delete`?
    ");
}

#[test]
fn an_action_of_an_unknown_family_is_shown_with_the_way_to_introduce_it() {
    assert_snapshot!(shown_rule("  - id: transfers
    deny: payment.transfer
    because: Nothing is paid.
"), @"
    error[E-unknown-action]: there is no action `payment.transfer`
     --> base.yaml:8:11
      |
    8 |     deny: payment.transfer
      |           ^^^^^^^^^^^^^^^^
      |
      = help: an action of your own is introduced by `action:` under `tools`
    ");
}

#[test]
fn a_pattern_that_matches_no_action_is_an_unknown_action() {
    assert_snapshot!(shown_rule("  - id: containers
    deny: contaner.*
    because: Nothing runs.
"), @"
    error[E-unknown-action]: there is no action `contaner.*`
     --> base.yaml:8:11
      |
    8 |     deny: contaner.*
      |           ^^^^^^^^^^
      |
      = help: did you mean `container.*`?
    ");
}

#[test]
fn what_is_no_action_is_refused() {
    assert_snapshot!(shown_rule(r#"  - id: everything
    deny: ["*", file, File.read]
    because: Nothing runs.
"#), @r#"
    error[E-action]: `*` stays within a part, and every action has at least two
     --> base.yaml:8:12
      |
    8 |     deny: ["*", file, File.read]
      |            ^^^
      |
      = help: write `**` for every action

    error[E-action]: `file` has no part behind a `.`
     --> base.yaml:8:17
      |
    8 |     deny: ["*", file, File.read]
      |                 ^^^^
      |
      = help: write `file.*` for the whole family

    error[E-action]: `F` cannot stand in an action
     --> base.yaml:8:23
      |
    8 |     deny: ["*", file, File.read]
      |                       ^^^^^^^^^
      |
      = help: actions are lower case letters, digits, `_` and `-`, with `.` between the parts
    "#);
}

#[test]
fn an_unknown_key_is_shown_with_the_one_that_was_meant() {
    assert_snapshot!(shown_rule("  - id: deletes
    deny: file.delete
    unles: { path: /workspace/** }
    becuase: Nothing is deleted.
"), @"
    warning[W-no-because]: the rule does not say why
     --> base.yaml:7:9
      |
    7 |   - id: deletes
      |         ^^^^^^^
      |
      = help: add `because:`; it is what a refused agent and an asked person read

    error[E-unknown-key]: `unles` is not known here
     --> base.yaml:9:5
      |
    9 |     unles: { path: /workspace/** }
      |     ^^^^^
      |
      = help: did you mean `unless`?

    error[E-unknown-key]: `becuase` is not known here
      --> base.yaml:10:5
       |
    10 |     becuase: Nothing is deleted.
       |     ^^^^^^^
       |
       = help: did you mean `because`?
    ");
}

#[test]
fn a_rule_needs_one_verdict() {
    assert_snapshot!(shown_rule("  - id: none
    path: /etc/**
  - id: two
    allow: file.read
    deny: file.write
    because: It is said twice.
"), @"
    error[E-verdict]: the rule has no verdict
     --> base.yaml:7:9
      |
    7 |   - id: none
      |         ^^^^
      |
      = help: write `allow:`, `escalate:` or `deny:` with the actions it is about

    error[E-verdict]: the rule has more than one verdict
      --> base.yaml:11:5
       |
    10 |     allow: file.read
       |     ----- the first
    11 |     deny: file.write
       |     ^^^^
       |
       = help: write a rule for each
    ");
}

#[test]
fn a_rule_needs_an_id_of_its_own() {
    assert_snapshot!(shown_rule("  - deny: file.read
    because: It has no name.
  - id: Default Rule
    deny: file.read
    because: It has a bad name.
  - id: default
    deny: file.read
    because: It has a name that is taken.
"), @"
    error[E-rule-id]: the rule has no `id`
     --> base.yaml:7:5
      |
    7 |   - deny: file.read
      |     ^^^^
      |
      = help: name what it is for: `id: secrets-stay-secret`

    error[E-rule-id]: `Default Rule` is no ID of a rule
     --> base.yaml:9:9
      |
    9 |   - id: Default Rule
      |         ^^^^^^^^^^^^
      |
      = help: up to 64 lower case letters, digits, `-`, `_` and `.`, such as `secrets-stay-secret`

    error[E-rule-id]: `default` is what Toolgate calls a decision that no rule made
      --> base.yaml:12:9
       |
    12 |   - id: default
       |         ^^^^^^^
       |
       = help: up to 64 lower case letters, digits, `-`, `_` and `.`, such as `secrets-stay-secret`
    ");
}

#[test]
fn escalate_without_reviewers_is_an_error() {
    assert_snapshot!(shown_rule("  - id: ask
    escalate: file.delete
    because: Somebody looks.
"), @"
    error[E-escalate-to-nobody]: the rule escalates and does not say to whom
     --> base.yaml:7:9
      |
    7 |   - id: ask
      |         ^^^
      |
      = help: add `to:` with a group from `reviewers`
    ");
}

#[test]
fn only_escalate_has_somebody_to_ask() {
    assert_snapshot!(shown_rule("  - id: ask
    deny: file.delete
    to: soc
    because: Somebody looks.
"), @"
    error[E-to]: only a rule that escalates has somebody to ask
     --> base.yaml:9:5
      |
    9 |     to: soc
      |     ^^
      |
      = help: write `notify:` to tell somebody without waiting, or `escalate:`
    ");
}

#[test]
fn unknown_reviewers_are_shown_with_the_ones_that_were_meant() {
    assert_snapshot!(shown_rule("  - id: ask
    escalate: file.delete
    to: sock
    notify: [soc, nobody-here]
    because: Somebody looks.
"), @"
    error[E-unknown-reviewers]: there is no group of reviewers `sock`
     --> base.yaml:9:9
      |
    9 |     to: sock
      |         ^^^^
      |
      = help: did you mean `soc`?

    error[E-unknown-reviewers]: there is no group of reviewers `nobody-here`
      --> base.yaml:10:19
       |
    10 |     notify: [soc, nobody-here]
       |                   ^^^^^^^^^^^
       |
       = help: there is `soc`
    ");
}

#[test]
fn a_rule_that_does_not_say_why_is_warned_about() {
    assert_snapshot!(shown_rule("  - id: quiet
    deny: file.delete
"), @"
    warning[W-no-because]: the rule does not say why
     --> base.yaml:7:9
      |
    7 |   - id: quiet
      |         ^^^^^
      |
      = help: add `because:`; it is what a refused agent and an asked person read
    ");
}

#[test]
fn what_is_not_available_yet_is_an_error() {
    assert_snapshot!(shown_rule(r#"  - id: no-upload
    deny: net.send
    after: { action: sql.read, table: customers, within: 1h }
    because: Customer data does not leave.
  - id: not-at-night
    deny: net.send
    unless: { time: "08:00-18:00" }
    because: Nobody is there at night.
"#), @r#"
    error[E-not-available]: the condition `after` is not available yet
     --> base.yaml:9:5
      |
    9 |     after: { action: sql.read, table: customers, within: 1h }
      |     ^^^^^
      |
      = help: leave the whole rule out; without the condition it would say something else

    error[E-not-available]: the condition `time` is not available yet
      --> base.yaml:13:15
       |
    13 |     unless: { time: "08:00-18:00" }
       |               ^^^^
       |
       = help: leave the whole rule out; without the condition it would say something else
    "#);
}

#[test]
fn an_exception_without_conditions_is_an_error() {
    assert_snapshot!(shown_rule("  - id: deletes
    deny: file.delete
    unless: {}
    because: Nothing is deleted.
"), @"
    error[E-empty-unless]: `unless` names no condition
     --> base.yaml:9:5
      |
    9 |     unless: {}
      |     ^^^^^^
      |
      = help: name one, or leave it out
    ");
}

#[test]
fn a_rule_that_is_no_map_is_an_error() {
    assert_snapshot!(shown_rule("  - deny file.delete
"), @"
    error[E-type]: expected a rule: a map with `id` and a verdict, found the text `deny file.delete`
     --> base.yaml:7:5
      |
    7 |   - deny file.delete
      |     ^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn what_may_be_recorded_has_four_values() {
    assert_snapshot!(shown_rule(r#"  - id: deletes
    deny: file.delete
    args: hidden
    observe: "yes"
    because: Nothing is deleted.
"#), @r#"
    error[E-args]: `hidden` does not say what may be recorded
     --> base.yaml:9:11
      |
    9 |     args: hidden
      |           ^^^^^^
      |
      = help: write `full`, `redacted`, `digest` or `none`

    error[E-type]: expected `true` or `false`, found the text `yes`
      --> base.yaml:10:14
       |
    10 |     observe: "yes"
       |              ^^^^^
    "#);
}

#[test]
fn how_sure_to_be_of_who_approves_has_three_values() {
    for (rule, what) in [
        (
            "escalate: file.delete\n    to: soc\n    assurance: slack",
            "`slack` does not say how sure to be of who approves",
        ),
        ("deny: file.delete\n    assurance: oidc", "only a rule that escalates has somebody to be sure of"),
        (
            "allow: file.delete\n    path: /x\n    assurance: oidc",
            "only a rule that escalates has somebody to be sure of",
        ),
    ] {
        let shown = shown_rule(&format!("  - id: ask\n    {rule}\n    because: Somebody looks.\n"));
        assert!(shown.contains(&format!("error[E-assurance]: {what}")), "{shown}");
    }
    for good in ["chat", "local", "oidc"] {
        let rule = format!(
            "  - id: ask\n    escalate: file.delete\n    to: soc\n    assurance: {good}\n    because: Somebody looks.\n"
        );
        let shown = shown_rule(&rule);
        assert!(!shown.contains("error["), "{shown}");
    }
}

#[test]
fn an_allow_that_is_always_overruled_is_warned_about() {
    assert_snapshot!(shown_rule("  - id: read
    allow: file.read
    path: /workspace/**
  - id: never
    deny: file.*
    because: Files are not for agents.
"), @"
    warning[W-overruled]: the rule never allows anything: `never` is stricter and speaks about all of it
      --> base.yaml:7:9
       |
     7 |   - id: read
       |         ^^^^
    ...
    10 |   - id: never
       |         ----- this rule
       |
       = help: the strictest rule wins, whatever the order; give the stricter one an `unless`
    ");
}

#[test]
fn an_allow_of_what_nobody_described_must_name_it() {
    assert_snapshot!(shown_rule(r#"  - id: tools
    allow: [tool.use, process.run]
    program: "*"
"#), @"
    warning[W-unnamed]: the rule never allows `process.run`: it does not name the program
     --> base.yaml:7:9
      |
    7 |   - id: tools
      |         ^^^^^
      |
      = help: add `program:`; what nobody described is allowed by name only

    warning[W-unnamed]: the rule never allows `tool.use`: it does not name the tool
     --> base.yaml:7:9
      |
    7 |   - id: tools
      |         ^^^^^
      |
      = help: add `tool:`; what nobody described is allowed by name only
    ");
}

#[test]
fn a_rule_that_never_speaks_is_warned_about() {
    assert_snapshot!(shown_rule("  - id: odd
    deny: [net.send, net.fetch]
    path: /etc/**
    because: It was meant otherwise.
"), @"
    warning[W-never-speaks]: no action of `net` has a `path`, so the rule never speaks
     --> base.yaml:9:11
      |
    9 |     path: /etc/**
      |           ^^^^^^^
      |
      = help: check the condition, or the actions
    ");
}

#[test]
fn a_guardrail_denies_or_asks_and_is_enforced() {
    let fine = shown_rule(
        "  - id: deletes
    deny: file.delete
    guardrail: true
    because: Nothing is deleted.
",
    );
    assert!(!fine.contains("E-guardrail"), "{fine}");
    for (rule, why) in [
        ("allow: file.read\n    path: /x/**", "a guardrail that allows guards nothing"),
        ("deny: file.delete\n    observe: true\n    because: x", "a guardrail in observe guards nothing"),
    ] {
        let shown = shown_rule(&format!("  - id: one\n    {rule}\n    guardrail: true\n"));
        assert!(shown.contains("error[E-guardrail]") && shown.contains(why), "{shown}");
    }
}
