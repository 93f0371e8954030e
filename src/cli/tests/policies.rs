//! The commands around policies, run as a person or a script runs them: what they print and how they end.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use toolgate_engine::policy::Bundle;

const RECON: &str = "spiffe://corp.example/ns/finance/sa/trade-recon";

fn shipped(policy: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(policy)
}

fn toolgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolgate"));
    command.args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    toolgate(arguments).output().unwrap()
}

fn run_with(arguments: &[&str], input: &str) -> Output {
    let mut child = toolgate(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that cannot begin reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

const GOOD: &str = "policy: good\nbase: true\ndefault: deny\nunknown: deny\nrules:\n  - id: reads\n    allow: file.read\n    path: /workspace/**\n";
const BAD: &str = "policy: bad\nbase: true\ndefault: deny\nunknown: deny\nrules:\n  - id: reads\n    allow: file.reed\n    path: workspace\n";

#[test]
fn a_signed_bundle_opens_with_the_key_that_was_printed() {
    let here = directory(&[("policy.yaml", GOOD)]);
    let key = here.path().join("bundle.key");
    let made = run(&["keys", "new", "--name", "policy.example", "-o", text(&key)]);
    assert!(made.status.success(), "{}", err(&made));
    let verifier = out(&made).trim().to_owned();
    assert!(verifier.starts_with("policy.example+"), "{verifier}");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(out(&run(&["keys", "show", text(&key)])).trim(), verifier);

    let bundle = here.path().join("bundle.json");
    let compiled =
        run(&["compile", text(here.path()), "-o", text(&bundle), "--key", text(&key), "--version", "7"]);
    assert!(compiled.status.success(), "{}", err(&compiled));
    let said = out(&compiled);
    assert!(said.contains("policy good, version 7, 1 rules, sha256:"), "{said}");
    assert!(said.trim_end().ends_with("signed by policy.example"), "{said}");
    let opened = Bundle::open(&fs::read(&bundle).unwrap(), &[verifier]).unwrap();
    assert_eq!((opened.name(), opened.version()), ("good", 7));
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 3, "nothing is left behind");
}

#[test]
fn a_key_is_never_written_over_and_never_printed() {
    let here = directory(&[("bundle.key", "precious")]);
    let key = here.path().join("bundle.key");
    let again = run(&["keys", "new", "--name", "policy.example", "-o", text(&key)]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&key).unwrap(), "precious");
    let wrong = run(&["keys", "new", "--name", "two words", "-o", text(&here.path().join("k"))]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(!here.path().join("k").exists());
    let compiled = run(&[
        "compile",
        text(&shipped("baseline")),
        "-o",
        text(&here.path().join("b")),
        "--key",
        text(&key),
    ]);
    assert_eq!(compiled.status.code(), Some(2));
    assert!(!err(&compiled).contains("precious"), "{}", err(&compiled));
}

#[test]
fn compile_ends_1_on_findings_and_shows_them_in_place() {
    let here = directory(&[("policy.yaml", BAD)]);
    let bundle = here.path().join("bundle.json");
    fs::write(&bundle, "the last good one").unwrap();
    let compiled = run(&["compile", text(here.path()), "-o", text(&bundle)]);
    assert_eq!(compiled.status.code(), Some(1));
    assert_eq!(out(&compiled), "");
    let said = err(&compiled);
    assert!(said.contains("error[E-unknown-action]") && said.contains("error[E-path]"), "{said}");
    assert!(said.contains("policy.yaml:7:12") && said.contains("^^^^^^^^^"), "{said}");
    assert!(said.trim_end().ends_with("2 errors"), "{said}");
    assert_eq!(fs::read_to_string(&bundle).unwrap(), "the last good one");
}

#[test]
fn warnings_do_not_stop_a_bundle_unless_they_are_told_to() {
    let allows = GOOD.replace("default: deny", "default: allow");
    let here = directory(&[("policy.yaml", &allows)]);
    let bundle = here.path().join("bundle.json");
    let strict = run(&["compile", text(here.path()), "-o", text(&bundle), "--deny-warnings"]);
    assert_eq!((strict.status.code(), bundle.exists()), (Some(1), false));
    let compiled = run(&["compile", text(here.path()), "-o", text(&bundle)]);
    assert_eq!(compiled.status.code(), Some(0));
    assert!(err(&compiled).contains("warning[W-default-allow]"), "{}", err(&compiled));
    assert!(out(&compiled).contains("unsigned"), "{}", out(&compiled));
    assert!(Bundle::open_unverified(&fs::read(&bundle).unwrap()).is_ok());
}

#[test]
fn usage_ends_2_and_says_what_is_wrong() {
    let empty = directory(&[]);
    let nowhere = empty.path().join("nowhere");
    let output = text(&nowhere).to_owned() + "/b.json";
    for (arguments, complaint) in [
        (vec!["compile", text(empty.path()), "-o", &output], "no policy files"),
        (vec!["compile", text(&nowhere), "-o", &output], "No such file"),
        (vec!["compile", text(&shipped("baseline")), "-o", &output], "No such file"),
        (vec!["compile", text(&shipped("baseline"))], "--output"),
        (vec!["test", text(empty.path())], "no policy files"),
        (vec!["explain", "--policy", text(&shipped("baseline")), "--call", "{"], "`--call`"),
        (vec!["explain", "--policy", text(&shipped("baseline")), "--call", "{}"], "`tool` is missing"),
        (vec!["scan", "--api", "nobodys", "--jsonl", "x"], "there is `anthropic`"),
        (vec!["decide", "--policy", text(&shipped("baseline"))], "--jsonl"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(complaint), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn the_shipped_policies_pass_their_own_tests() {
    let tested = run(&["test", text(&shipped(""))]);
    assert!(tested.status.success(), "{}{}", out(&tested), err(&tested));
    assert!(out(&tested).contains("22 of 22 rules reached"), "{}", out(&tested));
}

#[test]
fn the_shipped_policies_compile_without_a_warning() {
    let here = directory(&[]);
    for policy in ["baseline", "examples/finance", "examples/database-analyst"] {
        let bundle = here.path().join("bundle.json");
        let compiled = run(&["compile", text(&shipped(policy)), "-o", text(&bundle), "--deny-warnings"]);
        assert!(compiled.status.success(), "{policy}: {}", err(&compiled));
    }
}

#[test]
fn a_failing_test_says_why_and_an_unreached_rule_is_named() {
    let tests = "- name: reads anything\n  call: { tool: Read, arguments: { file_path: /etc/passwd } }\n  expect: allow\n  by: reads\n";
    let here = directory(&[("policy.yaml", GOOD), ("tests.yaml", tests)]);
    let tested = run(&["test", text(here.path())]);
    assert_eq!(tested.status.code(), Some(1));
    let said = out(&tested);
    assert!(said.contains("FAIL  reads anything"), "{said}");
    assert!(said.contains("expected allow by `reads`, got deny by `default`"), "{said}");
    assert!(said.contains("path in `/workspace/**`: does not hold"), "{said}");
    assert!(said.contains("0 of 1 rules reached\n  no test reaches `reads`"), "{said}");
    assert!(said.trim_end().ends_with("1 tests: 0 passed, 1 failed"), "{said}");
}

#[test]
fn coverage_and_missing_tests_can_fail() {
    let tests = "- name: nothing\n  call: { tool: Read, arguments: { file_path: /etc/passwd } }\n  expect: deny\n  by: default\n";
    let here = directory(&[("policy.yaml", GOOD), ("tests.yaml", tests)]);
    assert_eq!(run(&["test", text(here.path())]).status.code(), Some(0));
    assert_eq!(run(&["test", text(here.path()), "--all-rules"]).status.code(), Some(1));
    let untested = directory(&[("policy.yaml", GOOD)]);
    let output = run(&["test", text(untested.path())]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("no tests.yaml, so nothing is tested"), "{}", out(&output));
}

#[test]
fn mistakes_in_tests_are_shown_in_place() {
    let tests = "- name: typo\n  call: { tol: Read }\n  expect: alow\n  by: reeds\n";
    let here = directory(&[("policy.yaml", GOOD), ("tests.yaml", tests)]);
    let output = run(&["test", text(here.path())]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    for expected in
        ["tests.yaml:2:11", "`alow` is no verdict", "there is no rule `reeds`", "did you mean `reads`?"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn explain_shows_the_way_to_a_decision_and_what_the_agent_reads() {
    let policy = shipped("examples/finance");
    let call = r#"{"tool": "delete_file", "arguments": {"target_file": "/srv/ledger.db"}}"#;
    let output = run(&["explain", "--policy", text(&policy), "--principal", RECON, "--call", call]);
    assert!(output.status.success(), "{}", err(&output));
    insta::assert_snapshot!(out(&output), @"
    file.delete /srv/ledger.db
      rule `secrets-stay-secret` of `platform` is silent (deny rule)
        path in `~/.ssh/**`, `~/.aws/**`, `/etc/shadow` or `**/.env`: does not hold
      rule `deletes-stay-in-the-workspace` of `platform` says deny
        unless path in `/workspace/**` or `/tmp/**`: does not hold
      rule `work-in-the-workspace` of `recon` is silent (allow rule)
        the principal is one of its file's
        path in `/workspace/**` or `/tmp/**`: does not hold
      → deny
    verdict: deny by `deletes-stay-in-the-workspace`

    the agent reads:
    Not executed: the call of `delete_file` (deletes `/srv/ledger.db`).
    Rule `deletes-stay-in-the-workspace` denies it: Agents delete only what they made.
    Do not retry it and do not work around it; reach the goal in a way the policy allows, or ask the people you work for, who can have the policy changed.
    Decision: (its ID)
    ");
}

#[test]
fn decide_answers_each_line_and_goes_on_after_a_bad_one() {
    let input = concat!(
        r#"{"id":9007199254740993,"tool":"Read","arguments":{"file_path":"/workspace/a"},"more":true}"#,
        "\nnonsense\n\n",
        r#"{"id":"b","tool":5}"#,
        "\n",
        r#"{"id":"c","tool":"Read","arguments":{"file_path":"/etc/shadow"}}"#,
        "\n",
        r#"{"tool":"apply_patch","arguments":"*** Begin Patch"}"#,
    );
    let policy = shipped("examples/finance");
    let output = run_with(&["decide", "--policy", text(&policy), "--principal", RECON, "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let answers = lines(&output);
    assert!(out(&output).starts_with(r#"{"id":9007199254740993,"#), "{}", out(&output));
    assert_eq!(answers[0]["verdict"], "allow");
    assert_eq!(answers[0]["rules"], json!(["work-in-the-workspace"]));
    assert_eq!(answers[1], json!({"id": null, "error": "line 2: unexpected character in JSON at byte 1"}));
    assert_eq!(answers[2], json!({"id": "b", "error": "line 4: `tool` is not a text"}));
    assert_eq!(answers[3], json!({"id": "c", "verdict": "deny", "rules": ["secrets-stay-secret"]}));
    assert_eq!(answers[4]["verdict"], "escalate");
    assert_eq!(answers.len(), 5);
}

#[test]
fn a_line_may_say_the_dialect_of_the_tools_database() {
    let policy = shipped("baseline");
    // MySQL begins a comment where another server has an operator, and ends the string elsewhere.
    let ask = |dialect: &str| {
        let input = format!(
            r##"{{"id":1,"tool":"run_sql","arguments":{{"query":"SELECT 1 # DELETE FROM t"}}{dialect}}}"##
        );
        lines(&run_with(&["decide", "--policy", text(&policy), "--jsonl"], &input))[0].clone()
    };
    assert_eq!(ask(r#","dialect":"mysql""#)["verdict"], "allow");
    assert_eq!(ask(r#","dialect":"MariaDB""#)["verdict"], "allow");
    assert_eq!(ask(r#","dialect":null"#)["verdict"], "escalate");
    assert_eq!(ask("")["verdict"], "escalate");
    assert_eq!(ask(r#","dialect":"sqlserver""#)["verdict"], "escalate");
    assert_eq!(ask(r#","dialect":"nobodys""#)["verdict"], "escalate", "every dialect is meant");
    assert_eq!(ask(r#","dialect":["mysql"]"#)["error"], "line 1: `dialect` is not a text");
    // What the policy says of its tool goes before what a line says.
    let policy = shipped("examples/database-analyst");
    let input = r##"{"id":1,"tool":"query_warehouse","arguments":{"query":"SELECT 1 # DELETE FROM t"},"dialect":"mysql"}"##;
    let effects = run_with(&["effects", "--policy", text(&policy), "--jsonl"], input);
    let table = &lines(&effects)[0]["effects"][0]["resource"]["table"];
    assert_eq!(table["literal"], "t", "PostgreSQL has an operator there: {}", out(&effects));
}

#[test]
fn decide_takes_a_bundle_too() {
    let here = directory(&[("policy.yaml", GOOD)]);
    let bundle = here.path().join("bundle.json");
    assert!(run(&["compile", text(here.path()), "-o", text(&bundle)]).status.success());
    let input = r#"{"id":1,"tool":"Read","arguments":{"file_path":"/workspace/a"}}"#;
    let output = run_with(&["decide", "--policy", text(&bundle), "--jsonl"], input);
    assert_eq!(lines(&output), [json!({"id": 1, "verdict": "allow", "rules": ["reads"]})]);
    fs::write(&bundle, "{}").unwrap();
    let output = run_with(&["decide", "--policy", text(&bundle), "--jsonl"], input);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("not a bundle"), "{}", err(&output));
}

#[test]
fn effects_are_those_of_the_policys_own_tools() {
    let input = r#"{"id":1,"tool":"transfer_funds","arguments":{"to_account":"DE00"}}"#;
    let plain = run_with(&["effects", "--jsonl"], input);
    assert_eq!(lines(&plain)[0]["effects"][0]["action"], "tool.use");
    let policy = shipped("examples/finance");
    let mapped = run_with(&["effects", "--jsonl", "--policy", text(&policy)], input);
    assert_eq!(
        lines(&mapped),
        [json!({"id": 1, "unknown": [], "effects": [
            {"action": "payment.transfer", "resource": {"kind": "named", "name": {"literal": "DE00"}}},
        ]})]
    );
    let relative = r#"{"id":1,"tool":"Read","arguments":{"file_path":"a"}}"#;
    let there = run_with(&["effects", "--jsonl", "--working-directory", "/w"], relative);
    assert_eq!(lines(&there)[0]["effects"][0]["resource"]["path"]["literal"], "/w/a");
}

#[test]
fn scan_finds_the_calls_of_recorded_bodies() {
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use",
        "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1},
        "content": [{"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"file_path": "/a"}}],
    });
    let here = directory(&[("good.json", &body.to_string()), ("bad.json", "{\"content\": [")]);
    let files = ["good.json", "bad.json", "missing.json"].map(|name| here.path().join(name));
    let mut arguments = vec!["scan", "--api", "anthropic", "--jsonl"];
    arguments.extend(files.iter().map(|file| text(file)));
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(1), "a file that is not there is no answer");
    let answers = lines(&output);
    assert_eq!(
        answers[0],
        json!({"file": text(&files[0]), "refused": null,
               "calls": [{"tool": "Read", "kind": "function", "arguments": {"file_path": "/a"}}]})
    );
    assert!(answers[1]["refused"].is_string(), "{}", answers[1]);
    assert!(answers[2]["error"].as_str().unwrap().contains("No such file"), "{}", answers[2]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let policy = shipped("baseline");
    let mut child = toolgate(&["decide", "--policy", text(&policy), "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..20_000 {
        // Once nobody reads, the command ends and so does its input.
        if stdin.write_all(b"{\"id\":1,\"tool\":\"Read\",\"arguments\":{}}\n").is_err() {
            break;
        }
    }
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn rules_for_what_a_provider_runs_are_tested_by_what_requests_say_of_it() {
    // The rules of the reference page.
    let page = include_str!("../../../policies/README.md");
    let (_, rules) = page.split_once("  - id: searches\n").unwrap();
    let (rules, _) = rules.split_once("```").unwrap();
    let policy = format!(
        "policy: provider\nbase: true\ndefault: deny\nunknown: deny\nrules:\n  - id: searches\n{rules}"
    );
    let case = |name: &str, tool: &str, definition: &str, expect: &str| {
        format!("- name: {name}\n  call: {{ tool: {tool}, definition: {definition} }}\n  expect: {expect}\n")
    };
    let tests = [
        case("a search", "web_search_20250305", "{ type: web_search_20250305 }", "allow"),
        case("code", "code_execution_20260120", "{}", "allow"),
        case("our tracker", "mcp_servers:tracker", "{ url: \"https://tracker.corp.example/mcp\" }", "allow"),
        case("another tracker", "mcp_servers:tracker", "{ url: \"https://tracker.example/mcp\" }", "deny"),
        case("a fetch", "web_fetch_20250910", "{}", "deny"),
    ];
    let here = directory(&[("policy.yaml", &policy), ("tests.yaml", &tests.concat())]);
    let tested = run(&["test", text(here.path()), "--all-rules"]);
    assert!(tested.status.success(), "{}{}", out(&tested), err(&tested));
}
