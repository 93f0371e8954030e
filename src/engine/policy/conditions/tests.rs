//! Each condition on what it speaks of, what it does not, and what it cannot know.

use super::*;
use crate::call::ToolCall;
use crate::effects::{Reach, Resource};
use crate::policy::tests::support::{call, effect, effects, glob, host, literal, named, path, sql};
use crate::policy::{Context, Finding};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use Met::{Maybe, No, Yes};

fn conditions(json: Value) -> Conditions {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn evaluate(json: Value, effect: &Effect, call: &ToolCall, context: &Context) -> Finding {
    let conditions = conditions(json);
    let all = effects(vec![effect.clone()]);
    let question = Question { principal: None, call, effects: &all, context };
    let (_, condition) = conditions.iter().next().unwrap();
    condition.evaluate(&Asked::new(&question, effect))
}

fn on(json: Value, resource: Resource) -> Met {
    evaluate(json, &effect("x.y", resource), &call("t", "{}"), &Context::default()).met
}

fn in_context(json: Value, context: &Context) -> Met {
    evaluate(json, &effect("x.y", named("n")), &call("t", "{}"), context).met
}

fn with_arguments(when: Value, arguments: &str) -> Finding {
    let json = json!({ "when": when });
    evaluate(json, &effect("x.y", named("n")), &call("t", arguments), &Context::default())
}

fn of_tool(json: Value, tool: &str, namespace: Option<&str>) -> Met {
    let call = ToolCall { namespace: namespace.map(str::to_owned), ..call(tool, "{}") };
    evaluate(json, &effect("x.y", named("n")), &call, &Context::default()).met
}

#[test]
fn every_condition_is_in_the_table_with_its_documentation() {
    assert_eq!(TABLE.len(), 17);
    for entry in TABLE {
        assert!(entry.docs.ends_with('.') && entry.docs.len() > 10, "{}", entry.name);
        let unknown = serde_json::from_value::<Conditions>(json!({ (entry.name): 5 }));
        assert!(unknown.is_err(), "{} takes a number", entry.name);
    }
}

#[test]
fn conditions_are_written_as_they_were_read() {
    let all = json!({
        "path": ["/a/**"], "host": ["*.example"], "url": ["https://a.example/**"], "database": ["a.**"],
        "table": ["t"], "program": ["jq"], "language": ["python"], "tool": ["t"], "server": ["s"],
        "repository": ["github.com/corp/*"], "cloud": ["s3/**"], "reach": ["remote:a.example"],
        "principal": ["spiffe://corp.example/**"], "model": ["m*"], "provider": ["api.example"], "route": ["r"],
        "when": {"/a": {"at_least": {"number": "1.50"}, "one_of": ["x", {"number": "2"}, true, null]}},
    });
    let read = conditions(all.clone());
    assert_eq!(serde_json::to_value(&read).unwrap(), all);
    assert_eq!(read.names().count(), TABLE.len());
    for (name, condition) in read.iter() {
        let key = if name == "when" { "arguments" } else { name };
        assert!(condition.words().starts_with(key), "{}", condition.words());
    }
}

#[test]
fn hosts_are_compared_by_label_without_case() {
    let pattern = |text: &str| json!({ "host": text });
    for (of, at, expected) in [
        ("api.example", "api.example", Yes),
        ("api.example", "API.Example.", Yes),
        ("*.example", "api.example", Yes),
        ("*.example", "a.b.example", No),
        ("**.example", "a.b.example", Yes),
        ("**.example", "example", Yes),
        ("*.example", "api.example.evil.test", No),
        ("api.*", "api.example", Yes),
        ("10.**", "10.1.2.3", Yes),
        ("[fd00:ec2::254]", "fd00:ec2::254", Yes),
    ] {
        assert_eq!(on(pattern(of), host(at)), expected, "{of} {at}");
    }
    let dynamic = Resource::Host { host: Name::Dynamic, port: None, url: None };
    assert_eq!(on(pattern("api.example"), dynamic), Maybe);
    assert_eq!(on(pattern("api.example"), path("/api.example")), No);
    assert_eq!(on(pattern("db.example"), sql(Some("db.example"), None, None)), Yes);
    assert_eq!(on(pattern("db.example"), sql(None, Some("db"), None)), Maybe);
}

#[test]
fn urls_are_compared_in_parts() {
    let at = |of: &str, url: &str| {
        let resource = Resource::Host { host: literal("x"), port: None, url: Some(url.to_owned()) };
        on(json!({ "url": of }), resource)
    };
    let api = "https://api.example/v1/**";
    for (url, expected) in [
        ("https://api.example/v1/users", Yes),
        ("https://api.example/v1/users?admin=1#x", Yes),
        ("https://API.example:443/v1/users", Yes),
        ("https://api.example/v2/users", No),
        ("http://api.example/v1/users", No),
        ("https://api.example.evil.test/v1/users", No),
        ("https://api.example:8443/v1/users", Maybe),
        ("https://api.example/v1/../admin", Maybe),
        ("https://api.example/v1/%2e%2e/admin", Maybe),
        ("https://api.example/v1/..%2fadmin", Maybe),
        ("https://api.example/%76%31/users", Maybe),
        ("https://api.example/V1/users", Maybe),
        ("https://user@api.example/v1/users", Maybe),
        ("https://api.example\\v1\\users", Maybe),
        ("https://api.example/v1/\nusers", Maybe),
        ("api.example/v1", Maybe),
    ] {
        assert_eq!(at(api, url), expected, "{url}");
    }
    // What is denied is not reached by writing it another way.
    for url in ["https://a.example/%61dmin", "https://a.example/x/../admin", "https://a.example//ADMIN"] {
        let met = at("https://a.example/**/admin", url);
        assert!(met > No, "{url}");
    }
    assert_eq!(at("https://a.example:8443/**", "https://a.example:8443/x"), Yes);
    assert_eq!(at("https://a.example:8443/**", "https://a.example/x"), No);
    assert_eq!(at("https://a.example", "https://a.example/"), Yes);
    assert_eq!(at("https://a.example", "https://a.example/x"), No);
    assert_eq!(on(json!({"url": api}), host("api.example")), Maybe);
    assert_eq!(on(json!({"url": api}), path("/v1")), No);
}

#[test]
fn a_database_is_allowed_by_its_host_and_denied_by_either() {
    let replica = || json!({"database": "ledger-replica-*.**"});
    for (host, name, expected) in [
        (Some("ledger-replica-1.db.internal"), Some("ledger"), Yes),
        (Some("LEDGER-replica-1.db.internal"), None, Yes),
        // The name is the model's to write.
        (Some("ledger-primary.db.internal"), Some("ledger-replica-1"), Maybe),
        (Some("ledger-primary.db.internal"), Some("ledger"), No),
        (None, Some("ledger-replica-1"), Yes),
        (None, Some("ledger"), No),
        (None, None, Maybe),
    ] {
        assert_eq!(on(replica(), sql(host, name, None)), expected, "{host:?} {name:?}");
    }
    let dynamic = Resource::Sql { host: Some(Name::Dynamic), database: None, table: None };
    assert_eq!(on(replica(), dynamic), Maybe);
    assert_eq!(on(replica(), named("ledger-replica-1")), No);
}

#[test]
fn a_table_is_meant_with_and_without_its_schema() {
    let table = |pattern: &str, name: &str| on(json!({ "table": pattern }), sql(None, None, Some(name)));
    for (pattern, name, expected) in [
        ("customers", "customers", Yes),
        ("customers", "public.customers", Maybe),
        ("public.customers", "customers", Maybe),
        ("customers", "Customers", Maybe),
        ("customers", "customers_old", No),
        ("audit.*", "audit.events", Yes),
        ("audit.*", "public.events", No),
        ("**.events", "audit.events", Yes),
    ] {
        assert_eq!(table(pattern, name), expected, "{pattern} {name}");
    }
    assert_eq!(on(json!({"table": "customers"}), sql(None, None, None)), Maybe);
    let dynamic = Resource::Sql { host: None, database: None, table: Some(Name::Dynamic) };
    assert_eq!(on(json!({"table": "customers"}), dynamic), Maybe);
}

#[test]
fn programs_and_languages_are_compared_by_name() {
    let program = |name: Name| on(json!({"program": ["jq", "git-*"]}), Resource::Program { program: name });
    assert_eq!(program(literal("jq")), Yes);
    assert_eq!(program(literal("git-lfs")), Yes);
    assert_eq!(program(literal("jqx")), No);
    assert_eq!(program(literal("/tmp/jq")), Maybe);
    assert_eq!(program(Name::Dynamic), Maybe);
    assert_eq!(on(json!({"program": "jq"}), path("/usr/bin/jq")), No);
    let code =
        |language: &str| on(json!({"language": "python"}), Resource::Code { language: language.to_owned() });
    assert_eq!((code("python"), code("perl"), code("Python")), (Yes, No, Maybe));
}

#[test]
fn tools_are_compared_by_the_name_the_model_wrote() {
    let tool = |name: &str| of_tool(json!({"tool": ["query", "mcp__pg__*"]}), name, None);
    assert_eq!(tool("query"), Yes);
    assert_eq!(tool("mcp__pg__execute"), Yes);
    assert_eq!(tool("mcp__other__query"), Maybe);
    assert_eq!(tool("Query"), Maybe);
    assert_eq!(tool("query2"), No);
}

#[test]
fn a_server_is_certain_only_where_it_can_be_read_in_one_way() {
    let server = |name: &str, namespace| of_tool(json!({"server": "github"}), name, namespace);
    assert_eq!(server("create_issue", Some("github")), Yes);
    assert_eq!(server("create_issue", Some("gitlab")), No);
    assert_eq!(server("mcp__github__create_issue", None), Yes);
    assert_eq!(server("mcp__gitlab__create_issue", None), No);
    assert_eq!(server("mcp__github__evil__create_issue", None), Maybe);
    assert_eq!(server("github__create_issue", None), Maybe);
    assert_eq!(server("create_issue", None), No);
    assert_eq!(server(&"mcp__".repeat(50), None), Maybe);
}

#[test]
fn repositories_are_one_whatever_way_they_are_reached() {
    let at = |name: &str| {
        on(json!({"repository": "github.com/corp/*"}), Resource::Repository { repository: literal(name) })
    };
    for name in [
        "github.com/corp/app",
        "https://github.com/corp/app.git",
        "https://me@github.com/corp/app",
        "ssh://git@github.com/corp/app",
        "git@github.com:corp/app.git",
        "https://GitHub.com/corp/app",
    ] {
        assert_eq!(at(name), Yes, "{name}");
    }
    assert_eq!(at("https://github.com/corp-evil/app"), No);
    assert_eq!(at("https://evil.example/github.com/corp/app"), No);
    assert_eq!(at("github.com/Corp/app"), Maybe);
    assert_eq!(on(json!({"repository": "**"}), Resource::Repository { repository: Name::Dynamic }), Maybe);
}

#[test]
fn resources_of_a_cloud_have_segments() {
    let at = |name: Name| on(json!({"cloud": "s3/bucket/logs-*"}), Resource::Cloud { cloud: name });
    assert_eq!(at(literal("s3/bucket/logs-1")), Yes);
    assert_eq!(at(literal("s3/bucket/data")), No);
    assert_eq!(at(glob("s3/bucket/*")), Maybe);
    assert_eq!(at(Name::Dynamic), Maybe);
}

#[test]
fn reach_says_where_an_effect_lands() {
    let at = |json: Value, reach: Reach| {
        let effect = Effect { reach, ..effect("x.y", named("n")) };
        evaluate(json!({ "reach": json }), &effect, &call("t", "{}"), &Context::default()).met
    };
    let remote = |host: &str| Reach::Remote(host.to_owned());
    let container = |name: &str| Reach::Container(name.to_owned());
    assert_eq!(at(json!("local"), Reach::Local), Yes);
    assert_eq!(at(json!("local"), remote("a")), No);
    assert_eq!(at(json!(["remote", "container"]), container("web")), Yes);
    assert_eq!(at(json!("any"), remote("a")), Yes);
    assert_eq!(at(json!("remote:staging-*"), remote("me@staging-1")), Yes);
    assert_eq!(at(json!("remote:staging-*"), remote("prod-1")), No);
    assert_eq!(at(json!("container:web"), container("web")), Yes);
    assert_eq!(at(json!("container:web"), container("db")), No);
}

#[test]
fn circumstances_that_are_not_known_are_a_doubt() {
    let known = Context {
        model: Some("model-5-mini".to_owned()),
        provider: Some("api.model.example:443".to_owned()),
        route: Some("llm".to_owned()),
    };
    for (json, expected) in [
        (json!({"model": "model-5-*"}), Yes),
        (json!({"model": "model-4-*"}), No),
        (json!({"provider": "*.model.example"}), Yes),
        (json!({"provider": "other.example"}), No),
        (json!({"route": ["a", "llm"]}), Yes),
        (json!({"route": "a"}), No),
    ] {
        assert_eq!(in_context(json.clone(), &known), expected, "{json}");
        assert_eq!(in_context(json.clone(), &Context::default()), Maybe, "{json}");
    }
}

#[test]
fn values_of_arguments_are_compared_exactly() {
    for (test, value, expected) in [
        (json!({"above": {"number": "5"}}), "5.0000000000000000000001", Yes),
        (json!({"above": {"number": "5"}}), "5", No),
        (json!({"at_least": {"number": "5"}}), "5.0", Yes),
        (json!({"below": {"number": "0.1"}}), "0.1000000000000000055", No),
        (json!({"at_most": {"number": "9007199254740992"}}), "9007199254740993", No),
        (json!({"above": {"number": "0"}, "at_most": {"number": "10"}}), "10", Yes),
        (json!({"above": {"number": "0"}, "at_most": {"number": "10"}}), "-1", No),
        (json!({"equals": {"number": "1e3"}}), "1000", Yes),
        (json!({"equals": {"number": "1e3"}}), "\"1000\"", Maybe),
        (json!("EUR"), "\"EUR\"", Yes),
        (json!("EUR"), "\"eur\"", Maybe),
        (json!("EUR"), "\"USD\"", No),
        (json!({"one_of": ["EUR", "USD"]}), "\"USD\"", Yes),
        (json!({"one_of": ["EUR", "USD"]}), "\"CHF\"", No),
        (json!({"one_of": ["5", {"number": "5"}]}), "5", Yes),
        (json!(true), "true", Yes),
        (json!(true), "false", No),
        (json!(true), "\"true\"", Maybe),
        (json!(null), "null", Yes),
        (json!(null), "0", Maybe),
        (json!({"above": {"number": "5"}}), "{\"a\":6}", Maybe),
        (json!({"above": {"number": "5"}}), "1e999999999999999999999", Maybe),
    ] {
        let arguments = format!("{{\"a\":{value}}}");
        assert_eq!(with_arguments(json!({ "/a": test }), &arguments).met, expected, "{test} {value}");
    }
}

#[test]
fn pointers_reach_into_lists_and_odd_names() {
    let arguments = r#"{"a":[{"b":1},{"b":7}],"x/y":{"~":5}}"#;
    assert_eq!(with_arguments(json!({"/a/1/b": {"above": {"number": "5"}}}), arguments).met, Yes);
    assert_eq!(with_arguments(json!({"/x~1y/~0": {"equals": {"number": "5"}}}), arguments).met, Yes);
    let both = json!({"/a/0/b": {"equals": {"number": "1"}}, "/nowhere": "x"});
    let found = with_arguments(both, arguments);
    assert_eq!((found.met, found.doubt.as_deref()), (Maybe, Some("`/nowhere` is absent")));
    // What fails for certain fails, whatever else is open.
    let failed = json!({"/a/0/b": {"equals": {"number": "2"}}, "/nowhere": "x"});
    assert_eq!(with_arguments(failed, arguments).met, No);
}

#[test]
fn inputs_are_what_was_looked_at() {
    let found = with_arguments(json!({"/a": "x", "/b": "x"}), r#"{"a":"x"}"#);
    let inputs = vec![("/a".to_owned(), Some("x".to_owned())), ("/b".to_owned(), None)];
    assert_eq!(found.inputs, inputs);
}
