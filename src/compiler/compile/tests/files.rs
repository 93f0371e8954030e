//! Mistakes between files, and in their text.

use super::*;
use insta::assert_snapshot;

#[test]
fn there_is_one_base() {
    assert_snapshot!(shown(&[file("team.yaml", "policy: team
applies_to: spiffe://corp.example/ns/a/sa/b
rules: []
")]), @"
    error[E-no-base]: no file of this policy is its base
     --> team.yaml:1:1
      |
    1 | policy: team
      | ^^^^^^
      |
      = help: add `base: true` to the one that says `default`, `unknown` and who the principals are
    ");
}

#[test]
fn there_are_not_two_bases() {
    assert_snapshot!(shown(&[base(""), file("other.yaml", "policy: other
base: true
default: deny
unknown: deny
")]), @"
    error[E-two-bases]: a policy has one base file, and this is another
     --> other.yaml:2:1
      |
    2 | base: true
      | ^^^^
      |
     ::: base.yaml:2:1
      |
    2 | base: true
      | ---- the first
      |
      = help: leave `base: true` out of one of them, or keep them in different directories
    ");
}

#[test]
fn a_team_says_whom_it_speaks_about() {
    assert_snapshot!(shown(&[base(""), file("team.yaml", "policy: team
rules: []
")]), @"
    error[E-missing-key]: the file does not say whom it applies to
     --> team.yaml:1:1
      |
    1 | policy: team
      | ^^^^^^
      |
      = help: add `applies_to:` with names from `principals`; only the base file applies to everyone
    ");
}

#[test]
fn what_stands_once_stands_in_the_base() {
    assert_snapshot!(shown(&[base(""), file("team.yaml", "policy: team
applies_to: spiffe://corp.example/ns/a/sa/b
default: allow
mode: observe
tools: { x: { shell: /c } }
")]), @"
    error[E-base-only]: `default` stands once, in the base file
     --> team.yaml:3:1
      |
    3 | default: allow
      | ^^^^^^^
      |
      = help: move it to the base file, `base`

    error[E-base-only]: `mode` stands once, in the base file
     --> team.yaml:4:1
      |
    4 | mode: observe
      | ^^^^
      |
      = help: move it to the base file, `base`

    error[E-base-only]: `tools` stands once, in the base file
     --> team.yaml:5:1
      |
    5 | tools: { x: { shell: /c } }
      | ^^^^^
      |
      = help: move it to the base file, `base`
    ");
}

#[test]
fn the_base_applies_to_everyone() {
    assert_snapshot!(shown_base("applies_to: spiffe://corp.example/ns/a/sa/b
"), @"
    error[E-base-applies-to]: the base file applies to everyone
     --> base.yaml:6:1
      |
    6 | applies_to: spiffe://corp.example/ns/a/sa/b
      | ^^^^^^^^^^
      |
      = help: give the rule the condition `principal`, or put it into a file of its own
    ");
}

#[test]
fn a_team_does_not_speak_about_others() {
    assert_snapshot!(shown(&[base(r#"principals:
  recon: [spiffe://corp.example/ns/finance/sa/recon]
  ci: ["spiffe://corp.example/ns/ci/sa/*"]
"#), ("team.yaml", r#"policy: team
applies_to: recon
rules:
  - id: others
    allow: file.read
    path: /workspace/**
    principal: ci
  - id: exceptions
    deny: file.read
    unless: { principal: ["spiffe://corp.example/**"] }
    because: It is not said who.
"#.to_owned())]), @r#"
    error[E-other-principal]: `spiffe://corp.example/ns/ci/sa/*` is none of the principals this file applies to
     --> team.yaml:7:16
      |
    7 |     principal: ci
      |                ^^
      |
      = help: a team's file speaks only about its own agents; rules about others go into the base file

    error[E-other-principal]: `spiffe://corp.example/**` is none of the principals this file applies to
      --> team.yaml:10:26
       |
    10 |     unless: { principal: ["spiffe://corp.example/**"] }
       |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a team's file speaks only about its own agents; rules about others go into the base file
    "#);
}

#[test]
fn unknown_principals_are_shown_with_the_ones_that_were_meant() {
    assert_snapshot!(shown(&[base("principals:
  recon: [spiffe://corp.example/ns/finance/sa/recon]
"), file("team.yaml", "policy: team
applies_to: [recn, nobody-here]
rules: []
")]), @"
    error[E-unknown-principal]: there is no principal `recn`
     --> team.yaml:2:14
      |
    2 | applies_to: [recn, nobody-here]
      |              ^^^^
      |
      = help: did you mean `recon`?

    error[E-unknown-principal]: there is no principal `nobody-here`
     --> team.yaml:2:20
      |
    2 | applies_to: [recn, nobody-here]
      |                    ^^^^^^^^^^^
      |
      = help: there is `recon`
    ");
}

#[test]
fn a_name_stands_once_over_all_files() {
    assert_snapshot!(shown(&[base("sets:
  ours: [/a/**]
rules:
  - id: one
    deny: file.delete
    path: $ours
    because: It is ours.
"), file("team.yaml", "policy: base
applies_to: spiffe://corp.example/ns/a/sa/b
sets:
  ours: [/b/**]
rules:
  - id: one
    deny: file.read
    because: It is ours.
")]), @"
    error[E-name-twice]: two files are the policy `base`
     --> team.yaml:1:9
      |
    1 | policy: base
      |         ^^^^ again here
      |
     ::: base.yaml:1:9
      |
    1 | policy: base
      |         ---- first here
      |
      = help: give one of them another name

    error[E-name-twice]: the set `ours` is declared twice
     --> team.yaml:4:3
      |
    4 |   ours: [/b/**]
      |   ^^^^ again here
      |
     ::: base.yaml:7:3
      |
    7 |   ours: [/a/**]
      |   ---- first here
      |
      = help: give one of them another name

    error[E-name-twice]: two rules are called `one`
     --> team.yaml:6:9
      |
    6 |   - id: one
      |         ^^^ again here
      |
     ::: base.yaml:9:9
      |
    9 |   - id: one
      |         --- first here
      |
      = help: give one of them another ID; records and approvals name rules by it
    ");
}

#[test]
fn a_key_stands_once() {
    assert_snapshot!(shown_base("unknown: { escalate: soc }
rules:
  - id: one
    deny: file.delete
    path: /a
    path: /b
    because: It is ours.
"), @"
    error[E-duplicate-key]: `unknown` stands here twice
     --> base.yaml:6:1
      |
    4 | unknown: deny
      | ------- first here
    5 | reviewers: { soc: { members: [group:soc] } }
    6 | unknown: { escalate: soc }
      | ^^^^^^^ again here
      |
      = help: keep one of them

    error[E-duplicate-key]: `path` stands here twice
      --> base.yaml:11:5
       |
    10 |     path: /a
       |     ---- first here
    11 |     path: /b
       |     ^^^^ again here
       |
       = help: keep one of them
    ");
}

#[test]
fn what_a_reviewer_could_overlook_in_yaml_is_refused() {
    assert_snapshot!(shown_base("sets:
  a: &anchor [/a/**]
  b: *anchor
  c: !!str x
rules:
  - &rule
    id: one
    deny: file.delete
    because: It is ours.
  - <<: *rule
    id: two
"), @"
    error[E-yaml-anchor]: an anchor stands here
     --> base.yaml:7:6
      |
    7 |   a: &anchor [/a/**]
      |      ^^^^^^^
      |
      = help: leave it out; a name for several values goes under `sets`

    error[E-yaml-anchor]: an alias stands here
     --> base.yaml:8:6
      |
    8 |   b: *anchor
      |      ^^^^^^^
      |
      = help: write the value itself, or name it under `sets`

    error[E-yaml-tag]: a tag stands here
     --> base.yaml:9:6
      |
    9 |   c: !!str x
      |      ^^^^^
      |
      = help: leave it out; text that looks like a number goes in quotes

    error[E-yaml-anchor]: an anchor stands here
      --> base.yaml:11:5
       |
    11 |   - &rule
       |     ^^^^^
       |
       = help: leave it out; a name for several values goes under `sets`

    error[E-yaml-anchor]: a merge key stands here
      --> base.yaml:15:5
       |
    15 |   - <<: *rule
       |     ^^
       |
       = help: write the keys themselves

    error[E-yaml-anchor]: an alias stands here
      --> base.yaml:15:9
       |
    15 |   - <<: *rule
       |         ^^^^^
       |
       = help: write the value itself, or name it under `sets`

    error[E-verdict]: the rule has no verdict
      --> base.yaml:16:9
       |
    16 |     id: two
       |         ^^^
       |
       = help: write `allow:`, `escalate:` or `deny:` with the actions it is about
    ");
}

#[test]
fn a_file_holds_one_document() {
    assert_snapshot!(shown_base("---
policy: other
"), @"
    error[E-yaml-documents]: a second document begins here
     --> base.yaml:6:1
      |
    6 | ---
      | ^^^
      |
      = help: write one policy a file
    ");
}

#[test]
fn text_that_is_no_yaml_is_shown_where_it_breaks() {
    assert_snapshot!(shown_base("rules:
  - id: one
    deny: file.delete
    because: one thing: another
"), @"
    error[E-yaml-syntax]: mapping values are not allowed in this context
     --> base.yaml:9:23
      |
    9 |     because: one thing: another
      |                       ^
      |
      = help: a text with a colon and a space in it goes in quotes
    ");
}

#[test]
fn an_empty_file_is_an_error() {
    assert_snapshot!(shown(&[base(""), file("empty.yaml", "# nothing yet
")]), @"
    error[E-empty-file]: the file is empty
     --> empty.yaml:1:1
      |
    1 | # nothing yet
      | ^
      |
      = help: begin with `policy:` and a name, or remove the file
    ");
}

#[test]
fn a_file_that_is_no_map_is_an_error() {
    assert_snapshot!(shown(&[base(""), file("list.yaml", "- a
- b
")]), @"
    error[E-type]: expected a policy: a map that begins with `policy`, found a list
     --> list.yaml:1:1
      |
    1 | / - a
    2 | | - b
      | |___^
    ");
}

#[test]
fn a_file_names_its_policy() {
    assert_snapshot!(shown(&[base(""), file("team.yaml", "applies_to: spiffe://corp.example/ns/a/sa/b
rule: []
")]), @"
    error[E-missing-key]: the file does not name its policy
     --> team.yaml:1:1
      |
    1 | applies_to: spiffe://corp.example/ns/a/sa/b
      | ^^^^^^^^^^
      |
      = help: begin with `policy:` and a name

    error[E-unknown-key]: `rule` is not known here
     --> team.yaml:2:1
      |
    2 | rule: []
      | ^^^^
      |
      = help: did you mean `rules`?
    ");
}

#[test]
fn a_broken_file_does_not_hide_the_mistakes_of_another() {
    assert_snapshot!(shown(&[base("rules:
  - id: one
    deny: file.remove
    because: It is ours.
"), file("team.yaml", "policy: [
")]), @"
    error[E-unknown-action]: there is no action `file.remove`
     --> base.yaml:8:11
      |
    8 |     deny: file.remove
      |           ^^^^^^^^^^^
      |
      = help: did you mean `file.delete`?

    error[E-yaml-syntax]: while parsing a node, did not find expected node content
     --> team.yaml:1:11
      |
    1 | policy: [
      |          ^
    ");
}

#[test]
fn only_the_base_file_has_guardrails() {
    let team = "policy: team
applies_to: spiffe://corp.example/ns/a/sa/b
rules:
  - id: deletes
    deny: file.delete
    guardrail: true
    because: Nothing is deleted.
";
    let shown = shown(&[base(""), file("team.yaml", team)]);
    assert_snapshot!(shown, @"
    error[E-guardrail]: a guardrail stands outside the base file
     --> team.yaml:6:5
      |
    6 |     guardrail: true
      |     ^^^^^^^^^
      |
      = help: move the rule to the file with `base: true`; whoever owns that says what holds under break-glass
    ");
}
