//! Policies of several sizes: `policies/baseline`, and a file of rules for each team beside it.

use serde_json::{Value, json};
use toolgate_compiler::{Source, compile};
use toolgate_engine::policy::Bundle;

/// How many rules a team has.
const OF_A_TEAM: usize = 8;

/// The baseline and as many rules of teams as make it `size`. The same for the same size, always.
pub(crate) fn bundle(size: usize) -> Bundle {
    let text = include_str!("../../../policies/baseline/policy.yaml").to_owned();
    let compiled = compile(&[Source { path: "policy.yaml".to_owned(), text }]);
    let mut policy = serde_json::to_value(compiled.policy.expect("the baseline compiles")).unwrap();
    let rules = policy["rules"].as_array_mut().unwrap();
    let base = rules.len();
    rules.extend((0..size.saturating_sub(base)).map(|n| rule(n / OF_A_TEAM, n % OF_A_TEAM)));
    Bundle::from_policy(serde_json::from_value(policy).unwrap(), 1).unwrap()
}

/// A rule as a team writes it. Every other team's file speaks of the team's own agents, the rest of everybody.
fn rule(team: usize, n: usize) -> Value {
    let (verdict, actions, conditions) = match n {
        0 => ("deny", json!(["file.write", "file.delete"]), json!({"path": [format!("/srv/team{team}/**")]})),
        1 => ("allow", json!(["file.read"]), json!({"path": [format!("/data/team{team}/**/*.csv")]})),
        2 => ("allow", json!(["net.send"]), json!({"host": [format!("*.team{team}.example")]})),
        3 => ("deny", json!(["sql.*"]), json!({"table": [format!("team{team}.*")]})),
        4 => ("allow", json!(["process.run"]), json!({"program": [format!("team{team}-*")]})),
        5 => ("escalate", json!(["cloud.*"]), json!({"cloud": [format!("s3/bucket/team{team}-*")]})),
        6 => ("allow", json!(["git.push"]), json!({"repository": [format!("git.example/team{team}/**")]})),
        _ => ("deny", json!(["file.*"]), json!({"path": [format!("~/.team{team}/**")]})),
    };
    let mut rule = json!({"id": format!("team{team}-{n}"), "policy": format!("team{team}"), "verdict": verdict,
        "actions": actions, "if": conditions, "because": "It is the team's own."});
    if verdict == "escalate" {
        rule["to"] = json!(["operators"]);
    }
    if team % 2 == 1 {
        rule["applies_to"] = json!([format!("spiffe://corp.example/ns/team{team}/sa/*")]);
    }
    rule
}
