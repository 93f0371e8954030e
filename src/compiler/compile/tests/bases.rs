//! Mistakes in what stands once.

use super::*;
use insta::assert_snapshot;

#[test]
fn the_base_says_what_happens_without_a_rule() {
    assert_snapshot!(shown(&[file("base.yaml", "policy: base
base: true
")]), @"
    error[E-missing-key]: the base file does not say `default`
     --> base.yaml:1:1
      |
    1 | policy: base
      | ^^^^^^
      |
      = help: write `deny`, `allow` or `{ escalate: REVIEWERS }`

    error[E-missing-key]: the base file does not say `unknown`
     --> base.yaml:1:1
      |
    1 | policy: base
      | ^^^^^^
      |
      = help: write `deny` or `{ escalate: REVIEWERS }`
    ");
}

#[test]
fn what_cannot_be_followed_is_never_allowed() {
    assert_snapshot!(shown(&[file("base.yaml", "policy: base
base: true
default: allow
unknown: allow
")]), @"
    error[E-unknown-allow]: what nobody could follow cannot be allowed
     --> base.yaml:4:10
      |
    4 | unknown: allow
      |          ^^^^^
      |
      = help: write `deny` or `{ escalate: REVIEWERS }`
    ");
}

#[test]
fn fallbacks_have_their_forms() {
    assert_snapshot!(shown(&[file("base.yaml", "policy: base
base: true
default: escalate
unknown: { escalate: soc, to: soc }
")]), @"
    error[E-escalate-to-nobody]: `default` escalates and does not say to whom
     --> base.yaml:3:10
      |
    3 | default: escalate
      |          ^^^^^^^^
      |
      = help: write `{ escalate: REVIEWERS }`

    error[E-unknown-reviewers]: there is no group of reviewers `soc`
     --> base.yaml:4:22
      |
    4 | unknown: { escalate: soc, to: soc }
      |                      ^^^
      |
      = help: declare the group of reviewers in the base file

    error[E-unknown-key]: `to` is not known here
     --> base.yaml:4:27
      |
    4 | unknown: { escalate: soc, to: soc }
      |                           ^^
      |
      = help: there is `escalate`
    ");
}

#[test]
fn a_default_that_allows_is_warned_about() {
    assert_snapshot!(shown(&[file("base.yaml", "policy: base
base: true
default: allow
unknown: deny
")]), @"
    warning[W-default-allow]: what no rule speaks about is allowed
     --> base.yaml:3:10
      |
    3 | default: allow
      |          ^^^^^
      |
      = help: that includes tools nobody described; write `{ escalate: REVIEWERS }` to be asked
    ");
}

#[test]
fn what_stands_once_has_its_values() {
    assert_snapshot!(shown_base("sets: {}
mode: off
working_directory: workspace/
observe: [robots]
"), @"
    error[E-mode]: `off` is no mode
     --> base.yaml:7:7
      |
    7 | mode: off
      |       ^^^
      |
      = help: write `enforce` or `observe`

    error[E-working-directory]: `workspace/` is no absolute, plain path
     --> base.yaml:8:20
      |
    8 | working_directory: workspace/
      |                    ^^^^^^^^^^
      |
      = help: write it from `/`, without `.`, `..` and a `/` at the end

    error[E-unknown-principal]: there is no principal `robots`
     --> base.yaml:9:11
      |
    9 | observe: [robots]
      |           ^^^^^^
      |
      = help: declare the principal in the base file
    ");
}

#[test]
fn groups_of_reviewers_have_members_and_times() {
    assert_snapshot!(shown(&[file("base.yaml", "policy: base
base: true
default: deny
unknown: deny
reviewers:
  none: { members: [] }
  who: { members: [alice] }
  zero: { members: [group:x], approvals: 0 }
  when: { members: [group:x], answer_within: 15 minutes, use_within: 10 }
  odd: { members: [group:x], approvals: two, expires: 5m }
")]), @"
    error[E-empty-list]: the list is empty
     --> base.yaml:6:20
      |
    6 |   none: { members: [] }
      |                    ^^^

    error[E-reviewers]: the group has a member that is neither `group:NAME` nor `user:NAME`
     --> base.yaml:7:3
      |
    7 |   who: { members: [alice] }
      |   ^^^
      |
      = help: name `group:NAME` or `user:NAME` under `members`, at least one approval, and `use_within` of a day at most

    error[E-reviewers]: the group needs no approval, so it would approve by itself
     --> base.yaml:8:3
      |
    8 |   zero: { members: [group:x], approvals: 0 }
      |   ^^^^
      |
      = help: name `group:NAME` or `user:NAME` under `members`, at least one approval, and `use_within` of a day at most

    error[E-duration]: `15 minutes` is no length of time
     --> base.yaml:9:46
      |
    9 |   when: { members: [group:x], answer_within: 15 minutes, use_within: 10 }
      |                                              ^^^^^^^^^^
      |
      = help: write a number and a unit: `90s`, `15m`, `2h`, `7d`

    error[E-duration]: `10` is no length of time
     --> base.yaml:9:70
      |
    9 |   when: { members: [group:x], answer_within: 15 minutes, use_within: 10 }
      |                                                                      ^^
      |
      = help: write a number and a unit: `90s`, `15m`, `2h`, `7d`

    error[E-type]: expected a whole number, found the text `two`
      --> base.yaml:10:41
       |
    10 |   odd: { members: [group:x], approvals: two, expires: 5m }
       |                                         ^^^

    error[E-unknown-key]: `expires` is not known here
      --> base.yaml:10:46
       |
    10 |   odd: { members: [group:x], approvals: two, expires: 5m }
       |                                              ^^^^^^^
       |
       = help: there is `members`, `approvals`, `answer_within`, `use_within`, `otherwise_to`, `otherwise_after`
    ");
}

#[test]
fn mappings_say_what_a_tool_does() {
    assert_snapshot!(shown_base("tools:
  a: { sqll: /query }
  b: { sql: 5 }
  c: {}
  d: { action: Transfer, resource: /to }
  e: { resource: /to, database: /c }
  f: run
"), @"
    error[E-unknown-key]: `sqll` is not known here
     --> base.yaml:7:8
      |
    7 |   a: { sqll: /query }
      |        ^^^^
      |
      = help: did you mean `sql`?

    error[E-type]: expected text, found the number `5`
     --> base.yaml:8:13
      |
    8 |   b: { sql: 5 }
      |             ^
      |
      = help: put it in quotes if it is meant as text

    error[E-tool]: the mapping says nothing
     --> base.yaml:9:3
      |
    9 |   c: {}
      |   ^
      |
      = help: say what the tool does: `sql: /query`, `action: payment.transfer`, …

    error[E-action]: `Transfer` is no action
      --> base.yaml:10:16
       |
    10 |   d: { action: Transfer, resource: /to }
       |                ^^^^^^^^
       |
       = help: an action is a dotted name in lower case, such as `payment.transfer`

    error[E-tool]: `resource` says more about `action`, which is not there
      --> base.yaml:11:8
       |
    11 |   e: { resource: /to, database: /c }
       |        ^^^^^^^^
       |
       = help: add `action:`, or leave `resource` out

    error[E-tool]: `database` says more about `sql`, which is not there
      --> base.yaml:11:23
       |
    11 |   e: { resource: /to, database: /c }
       |                       ^^^^^^^^
       |
       = help: add `sql:`, or leave `database` out

    error[E-type]: expected a map of what the tool does, found the text `run`
      --> base.yaml:12:6
       |
    12 |   f: run
       |      ^^^
    ");
}

#[test]
fn principals_that_can_be_no_spiffe_id_are_warned_about() {
    assert_snapshot!(shown_base(r#"principals:
  ci: [corp.example/ns/ci, "spiffe://Corp.example/ns/ci/sa/*", "spiffe://corp.example/ns/ci/"]
"#), @r#"
    warning[W-no-spiffe-id]: no SPIFFE ID matches `corp.example/ns/ci`
     --> base.yaml:7:8
      |
    7 |   ci: [corp.example/ns/ci, "spiffe://Corp.example/ns/ci/sa/*", "spiffe://corp.example/ns/ci/"]
      |        ^^^^^^^^^^^^^^^^^^ a SPIFFE ID begins with `spiffe://`
      |
      = help: ignore this if your principals are not SPIFFE IDs

    warning[W-no-spiffe-id]: no SPIFFE ID matches `spiffe://Corp.example/ns/ci/sa/*`
     --> base.yaml:7:28
      |
    7 |   ci: [corp.example/ns/ci, "spiffe://Corp.example/ns/ci/sa/*", "spiffe://corp.example/ns/ci/"]
      |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a trust domain is made of lower case letters, digits, `.`, `-` and `_`
      |
      = help: ignore this if your principals are not SPIFFE IDs

    warning[W-no-spiffe-id]: no SPIFFE ID matches `spiffe://corp.example/ns/ci/`
     --> base.yaml:7:64
      |
    7 |   ci: [corp.example/ns/ci, "spiffe://Corp.example/ns/ci/sa/*", "spiffe://corp.example/ns/ci/"]
      |                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the path of a SPIFFE ID has no empty, `.` or `..` segment
      |
      = help: ignore this if your principals are not SPIFFE IDs
    "#);
}

#[test]
fn a_set_holds_no_other_set() {
    assert_snapshot!(shown_base("sets:
  a: [/a/**]
  b: [$a, /b/**]
"), @"
    error[E-nested-set]: a set is named within a set
     --> base.yaml:8:7
      |
    8 |   b: [$a, /b/**]
      |       ^^
      |
      = help: write its elements, or name both sets where they are used
    ");
}

#[test]
fn who_answers_for_a_group_is_described_and_no_easier_to_have() {
    let group = |text: &str| {
        shown(&[file(
            "base.yaml",
            &format!(
                "policy: base\nbase: true\ndefault: {{ escalate: first }}\nunknown: deny\nreviewers:\n  first: {text}\n  \
                 night: {{ members: [group:night] }}\n  two: {{ members: [group:y], approvals: 2 }}\n"
            ),
        )])
    };
    let good = group("{ members: [group:x], answer_within: 15m, otherwise_to: night, otherwise_after: 5m }");
    assert!(!good.contains("error["), "{good}");
    for (text, code, what) in [
        ("otherwise_to: night", "E-otherwise", "only one of `otherwise_to` and `otherwise_after`"),
        ("otherwise_after: 5m", "E-otherwise", "only one of `otherwise_to` and `otherwise_after`"),
        (
            "answer_within: 5m, otherwise_to: night, otherwise_after: 5m",
            "E-otherwise",
            "only after its own time to answer is over",
        ),
        ("otherwise_to: nigth, otherwise_after: 5m", "E-unknown-reviewers", "nigth"),
        ("otherwise_to: first, otherwise_after: 5m", "E-otherwise", "asks itself"),
        ("otherwise_to: two, otherwise_after: 5m", "E-otherwise", "needs fewer approvals"),
        ("otherwise_to: night, otherwise_after: 5", "E-duration", "is no length of time"),
    ] {
        let found = group(&format!("{{ members: [group:x], {text} }}"));
        assert!(found.contains(&format!("error[{code}]")) && found.contains(what), "{text}: {found}");
    }
}
