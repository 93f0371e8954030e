//! Mistakes in conditions.

use super::*;
use insta::assert_snapshot;

#[test]
fn every_bad_pattern_of_a_list_is_shown() {
    assert_snapshot!(shown_rule(r#"  - id: secrets
    deny: file.*
    path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
    because: Secrets stay secret.
"#), @r#"
    error[E-path]: `src/*.pem` does not say where it begins
     --> base.yaml:9:23
      |
    9 |     path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
      |                       ^^^^^^^^^
      |
      = help: write `/src/*.pem` for the root, or `**/src/*.pem` for anywhere

    error[E-path]: `/etc/../shadow` holds a `..`, which no path has after normalisation
     --> base.yaml:9:34
      |
    9 |     path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
      |                                  ^^^^^^^^^^^^^^
      |
      = help: write the path it leads to

    error[E-path]: the pattern has an empty part
     --> base.yaml:9:50
      |
    9 |     path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
      |                                                  ^^^^^
      |
      = help: write one `/` between parts and none at the end

    error[E-path]: `{` is not part of the pattern language
     --> base.yaml:9:57
      |
    9 |     path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
      |                                                         ^^^^^^^^
      |
      = help: write the alternatives as a list of patterns

    error[E-unknown-set]: there is no set `HOME/.ssh`
     --> base.yaml:9:67
      |
    9 |     path: ["**/.env", src/*.pem, /etc/../shadow, /srv/, "/{a,b}", $HOME/.ssh]
      |                                                                   ^^^^^^^^^^
      |
      = help: write `~/` for the agent's home
    "#);
}

#[test]
fn a_bad_element_of_a_set_is_shown_where_it_stands_and_where_it_is_used() {
    assert_snapshot!(shown_base("sets:
  secrets: [~/.ssh/**, secrets/*.pem]
rules:
  - id: secrets
    deny: file.*
    path: $secrets
    because: Secrets stay secret.
"), @"
    error[E-path]: `secrets/*.pem` does not say where it begins
      --> base.yaml:7:24
       |
     7 |   secrets: [~/.ssh/**, secrets/*.pem]
       |                        ^^^^^^^^^^^^^
    ...
    11 |     path: $secrets
       |           -------- used here as `path`
       |
       = help: write `/secrets/*.pem` for the root, or `**/secrets/*.pem` for anywhere
    ");
}

#[test]
fn an_unknown_set_is_shown_with_the_one_that_was_meant() {
    assert_snapshot!(shown_base("sets:
  secrets: [~/.ssh/**]
rules:
  - id: secrets
    deny: file.*
    path: [$secrts, $secrets]
    because: Secrets stay secret.
"), @"
    error[E-unknown-set]: there is no set `secrts`
      --> base.yaml:11:12
       |
    11 |     path: [$secrts, $secrets]
       |            ^^^^^^^
       |
       = help: did you mean `secrets`?
    ");
}

#[test]
fn hosts_urls_and_reaches_have_their_own_forms() {
    assert_snapshot!(shown_rule(r#"  - id: hosts
    deny: net.*
    host: ["https://x.example", "x.example:443", "bücher.example"]
    url: [x.example, "https://x.example/?q=1"]
    reach: elsewhere
    because: Nothing leaves.
"#), @r#"
    error[E-host]: `https://x.example` is not a host
     --> base.yaml:9:12
      |
    9 |     host: ["https://x.example", "x.example:443", "bücher.example"]
      |            ^^^^^^^^^^^^^^^^^^^
      |
      = help: write the host alone, or use the condition `url`

    error[E-host]: `x.example:443` holds a port
     --> base.yaml:9:33
      |
    9 |     host: ["https://x.example", "x.example:443", "bücher.example"]
      |                                 ^^^^^^^^^^^^^^^
      |
      = help: write `x.example`; ports are compared by the condition `url`

    error[E-host]: `ü` cannot stand in a host's name
     --> base.yaml:9:50
      |
    9 |     host: ["https://x.example", "x.example:443", "bücher.example"]
      |                                                  ^^^^^^^^^^^^^^^^
      |
      = help: hosts are compared in their ASCII form; write an international name as `xn--…`

    error[E-url]: `x.example` has no scheme
      --> base.yaml:10:11
       |
    10 |     url: [x.example, "https://x.example/?q=1"]
       |           ^^^^^^^^^
       |
       = help: write `https://host/path`, or use the condition `host`

    error[E-url]: `?` cannot stand in a URL pattern
      --> base.yaml:10:22
       |
    10 |     url: [x.example, "https://x.example/?q=1"]
       |                      ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write scheme, host, port and path; query, fragment and user are not compared

    error[E-reach]: `elsewhere` is no reach
      --> base.yaml:11:12
       |
    11 |     reach: elsewhere
       |            ^^^^^^^^^
       |
       = help: write `local`, `remote`, `container`, `any`, `remote:HOST` or `container:NAME`
    "#);
}

#[test]
fn values_of_another_type_are_shown_as_they_were_written() {
    assert_snapshot!(shown_rule("  - id: types
    deny: sql.*
    table: 2024
    database: { name: x }
    host:
    because: They are not texts.
"), @"
    error[E-type]: expected a text or a list of texts, found the number `2024`
     --> base.yaml:9:12
      |
    9 |     table: 2024
      |            ^^^^
      |
      = help: put it in quotes if it is meant as text

    error[E-type]: expected a text or a list of texts, found a map
      --> base.yaml:10:5
       |
    10 |     database: { name: x }
       |     ^^^^^^^^
    ");
}

#[test]
fn an_empty_list_is_an_error() {
    assert_snapshot!(shown_rule("  - id: empty
    deny: file.*
    path: []
    because: It matches nothing.
"), @"
    error[E-path]: the list is empty, so nothing can match it
     --> base.yaml:9:5
      |
    9 |     path: []
      |     ^^^^
      |
      = help: name what it is to match, or leave it out
    ");
}

#[test]
fn every_mistake_in_when_is_shown() {
    assert_snapshot!(shown_rule(r#"  - id: amounts
    deny: file.*
    when:
      amount: 5
      /a: { abov: 1, below: 2 }
      /b: { above: "10" }
      /c: 010
      /d: {}
      /e: { one_of: EUR }
      /f: [1]
    because: They are wrong.
"#), @r#"
    error[E-when]: `amount` is no JSON Pointer
      --> base.yaml:10:7
       |
    10 |       amount: 5
       |       ^^^^^^
       |
       = help: write `/name` for the argument `name` (RFC 6901)

    error[E-unknown-key]: `abov` is not known here
      --> base.yaml:11:13
       |
    11 |       /a: { abov: 1, below: 2 }
       |             ^^^^
       |
       = help: did you mean `above`?

    error[E-type]: expected a number, found the text `10`
      --> base.yaml:12:20
       |
    12 |       /b: { above: "10" }
       |                    ^^^^^

    error[E-ambiguous-scalar]: `010` is a number to some readers and text to others
      --> base.yaml:13:11
       |
    13 |       /c: 010
       |           ^^^
       |
       = help: write it as JSON writes numbers, or put it in quotes

    error[E-when]: the test names nothing to compare with
      --> base.yaml:14:11
       |
    14 |       /d: {}
       |           ^^
       |
       = help: write a value, or `above`, `at_least`, `below`, `at_most`, `equals`, `one_of`

    error[E-type]: expected a list, found the text `EUR`
      --> base.yaml:15:21
       |
    15 |       /e: { one_of: EUR }
       |                     ^^^

    error[E-when]: a text, a number, true, false or null is expected here
      --> base.yaml:16:11
       |
    16 |       /f: [1]
       |           ^^
       |
       = help: compare lists and objects element by element, by their pointers
    "#);
}

#[test]
fn redundant_patterns_are_warned_about() {
    assert_snapshot!(shown_rule("  - id: reads
    allow: file.read
    path: [/workspace/**, /workspace/src/*, /srv/x, /srv/x]
"), @"
    warning[W-redundant]: `/workspace/src/*` adds nothing to `/workspace/**`
     --> base.yaml:9:27
      |
    9 |     path: [/workspace/**, /workspace/src/*, /srv/x, /srv/x]
      |                           ^^^^^^^^^^^^^^^^
      |
      = help: remove it, or check that it says what was meant

    warning[W-redundant]: `/srv/x` adds nothing to `/srv/x`
     --> base.yaml:9:45
      |
    9 |     path: [/workspace/**, /workspace/src/*, /srv/x, /srv/x]
      |                                             ^^^^^^
      |
      = help: remove it, or check that it says what was meant
    ");
}
