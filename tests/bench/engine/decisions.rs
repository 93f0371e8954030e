//! Single decisions: what a call would do, and what policies of several sizes say of it.

use crate::{Bench, timed};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects;
use toolgate_engine::policy::{Bundle, Context, Question, Verdict};
use toolgate_engine::wire::Api;

/// Decisions between two looks at the clock.
const TOGETHER: u32 = 64;

/// Tools, their arguments and what the policy says of them.
fn calls() -> [(&'static str, &'static str, Value, Verdict); 4] {
    [
        ("read a file", "Read", json!({"file_path": "/workspace/src/main.rs"}), Verdict::Allow),
        (
            "edit a file",
            "Edit",
            json!({"file_path": "/workspace/src/engine/json.rs", "old_string": "let a = 1;", "new_string": "let a = 2;"}),
            Verdict::Allow,
        ),
        ("read a secret", "Read", json!({"file_path": "/root/.ssh/id_ed25519"}), Verdict::Deny),
        (
            "fetch a page",
            "WebFetch",
            json!({"url": "https://docs.example/a/b?c=d", "prompt": "Sum it up."}),
            Verdict::Allow,
        ),
    ]
}

pub(crate) fn run(bench: &Bench) {
    for rules in [20, 200, 2_000] {
        let policy = serde_json::from_value(policy(rules)).unwrap();
        let bundle = Bundle::from_policy(policy, 1).unwrap();
        for (name, tool, arguments, expected) in calls() {
            let call = ToolCall {
                api: Api::Anthropic,
                kind: CallKind::Function,
                id: Some("toolu_1".to_owned()),
                tool: tool.to_owned(),
                namespace: None,
                arguments: Arguments::from_json_text(&arguments.to_string(), 64),
                choice: 0,
            };
            let context = Context::default();
            bench.measure(&format!("decision: {name}, {rules} rules"), TOGETHER, || {
                let mut spent = Duration::ZERO;
                timed(&mut spent, || {
                    for _ in 0..TOGETHER {
                        let effects =
                            effects::analyse(black_box(&call), bundle.tools(), bundle.working_directory());
                        let question = Question {
                            principal: Some("spiffe://corp.example/ns/agents/sa/coder"),
                            call: &call,
                            effects: &effects,
                            context: &context,
                        };
                        assert_eq!(bundle.decide(&question).verdict, expected);
                    }
                });
                spent
            });
        }
    }
}

/// A policy as a company writes it: some rules for everybody, and a file for each team with its own folders, hosts and
/// exceptions.
fn policy(rules: usize) -> Value {
    let mut all = vec![
        rule(0, "allow", "file.*", json!({"path": ["/workspace/**"]})),
        rule(1, "deny", "file.*", json!({"path": ["~/.ssh/**", "**/.env", "/etc/shadow"]})),
        rule(2, "allow", "net.fetch", json!({"host": ["docs.example"], "reach": ["any"]})),
    ];
    for n in all.len()..rules {
        let team = n / 4;
        all.push(match n % 4 {
            0 => rule(n, "deny", "file.write", json!({"path": [format!("/srv/team{team}/**"), "**/*.lock"]})),
            1 => rule(
                n,
                "deny",
                "net.send",
                json!({"host": [format!("*.team{team}.example")], "reach": ["any"]}),
            ),
            2 => rule(n, "allow", "file.read", json!({"path": [format!("/data/team{team}/**/*.csv")]})),
            _ => rule(n, "deny", "db.*", json!({"table": [format!("team{team}.*")]})),
        });
    }
    json!({"schema": 1, "name": "bench", "mode": "enforce", "default": "deny", "unknown": "deny",
        "working_directory": "/workspace", "rules": all})
}

fn rule(n: usize, verdict: &str, actions: &str, conditions: Value) -> Value {
    json!({"id": format!("r{n}"), "policy": "bench", "verdict": verdict, "actions": [actions], "if": conditions,
        "because": "Because."})
}
