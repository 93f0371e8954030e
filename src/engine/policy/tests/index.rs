//! By the index as by every rule: names of every kind that alphabets of a few letters can make, against patterns of the
//! same letters. `ask_all` compares, here and in every other test of a decision.
#![cfg(not(target_arch = "wasm32"))]

use super::support::*;
use crate::effects::{Effect, Name, Reach, Resource};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Parts of names: equal ones, such that differ in case, in how an accent is written, in a letter behind a common beginning.
fn part() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a",
        "A",
        "ab",
        "b",
        "caf\u{e9}",
        "cafe\u{301}",
        "CAFE",
        "k",
        "\u{212a}",
        "team7-x",
        "root",
        "home",
    ])
}

/// A part of a pattern, or of a name that is known as a pattern.
fn wild() -> impl Strategy<Value = &'static str> {
    prop_oneof![2 => part(), 1 => select(vec!["*", "a*", "*b", "team7-*", "**", "c*"])]
}

fn joined(part: impl Strategy<Value = &'static str>, between: &'static str) -> impl Strategy<Value = String> {
    proptest::collection::vec(part, 1..5).prop_map(move |parts| parts.join(between))
}

fn name(between: &'static str) -> impl Strategy<Value = Name> {
    prop_oneof![
        4 => joined(part(), between).prop_map(Name::Literal),
        2 => joined(wild(), between).prop_map(Name::Glob),
        1 => Just(Name::Dynamic),
        1 => Just(Name::Literal(String::new())),
    ]
}

fn path() -> impl Strategy<Value = Name> {
    let rooted = |front: &'static str, name: Name| match name {
        Name::Literal(text) => Name::Literal(format!("{front}{text}")),
        Name::Glob(text) => Name::Glob(format!("{front}{text}")),
        Name::Dynamic => Name::Dynamic,
    };
    (select(vec!["/", "/", "/", "~/", "~user/", "/root/", "/home/x/"]), name("/"))
        .prop_map(move |(front, name)| rooted(front, name))
}

fn resource() -> impl Strategy<Value = Resource> {
    prop_oneof![
        4 => (path(), any::<bool>()).prop_map(|(path, tree)| Resource::Path { path, tree }),
        2 => name(".").prop_map(|host| Resource::Host { host, port: None, url: None }),
        2 => (proptest::option::of(name(".")), proptest::option::of(name(".")))
            .prop_map(|(host, table)| Resource::Sql { host, database: None, table }),
        2 => prop_oneof![name("-"), name("/")].prop_map(|program| Resource::Program { program }),
        1 => name("/").prop_map(|repository| Resource::Repository { repository }),
        1 => name("/").prop_map(|cloud| Resource::Cloud { cloud }),
        1 => Just(Resource::Tool { tool: "t".to_owned() }),
        1 => name("/").prop_map(|name| Resource::Named { name }),
    ]
}

fn effect_of(resource: Resource) -> impl Strategy<Value = Effect> {
    let actions = match resource {
        Resource::Path { .. } => vec!["file.read", "file.list", "file.delete"],
        Resource::Sql { .. } => vec!["sql.read", "sql.write"],
        Resource::Program { .. } => vec!["process.run"],
        _ => vec!["net.send", "cloud.read"],
    };
    let reach = prop_oneof![4 => Just(Reach::Local), 1 => Just(Reach::Remote("a".to_owned()))];
    (select(actions), reach)
        .prop_map(move |(action, reach)| Effect { reach, ..effect(action, resource.clone()) })
}

fn condition() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        4 => (select(vec!["/", "/", "~/", "**/"]), joined(wild(), "/"))
            .prop_map(|(front, text)| ("path", json!([format!("{front}{text}")]))),
        2 => joined(select(vec!["a", "A", "*", "b*", "**", "cafe"]), ".").prop_map(|text| ("host", json!([text]))),
        2 => joined(wild(), ".").prop_map(|text| ("table", json!([text]))),
        2 => part().prop_map(|text| ("program", json!([format!("{text}*"), text]))),
        1 => joined(wild(), "/").prop_map(|text| ("repository", json!([text]))),
        1 => joined(wild(), "/").prop_map(|text| ("cloud", json!([text]))),
        1 => Just(("tool", json!(["t"]))),
        1 => Just(("when", json!({"/a": {"above": {"number": "5"}}}))),
        1 => Just(("reach", json!(["any"]))),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let actions = select(vec!["**", "file.*", "*.read", "sql.*", "net.send", "process.run", "cloud.*"]);
    let team = proptest::option::of(joined(part(), "/"));
    let conditions = || proptest::collection::vec(condition(), 0..3);
    (select(vec!["allow", "escalate", "deny"]), actions, conditions(), conditions(), team).prop_map(
        |(verdict, actions, conditions, unless, team)| {
            let object = |all: Vec<(&str, Value)>| -> serde_json::Map<String, Value> {
                all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            };
            let mut rule =
                json!({"policy": "test", "verdict": verdict, "actions": [actions], "if": object(conditions)});
            if verdict == "deny" {
                rule["unless"] = object(unless).into();
                rule["args"] = json!("full");
            }
            if let Some(team) = team {
                rule["applies_to"] = json!([format!("{team}/*")]);
            }
            if verdict == "escalate" {
                rule["to"] = json!(["soc"]);
            }
            rule
        },
    )
}

/// Patterns that cannot be written are left out.
fn rules() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(rule(), 0..12).prop_map(|rules| {
        let readable = |rule: &Value| serde_json::from_value::<crate::policy::Rule>(rule.clone()).is_ok();
        let numbered = rules.into_iter().enumerate().map(|(i, mut rule)| {
            rule["id"] = json!(format!("r{i}"));
            rule
        });
        numbered.filter(readable).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_leaves_out_no_rule_that_would_say_anything(
        rules in rules(), known in resource().prop_flat_map(effect_of),
        principal in proptest::option::of((joined(part(), "/"), part()).prop_map(|(a, b)| format!("{a}/{b}"))),
    ) {
        let bundle = bundle(&json!({"rules": rules}));
        ask_all(&bundle, principal.as_deref(), &call("t", r#"{"a":7}"#), &effects(vec![known]));
    }
}
