//! The cases under `tests/cases/effects`: one JSON object a line, a call and what it would do.
//!
//! `effects` are in the short form, sorted; `unknown` are codes; both empty means nothing was looked for, so
//! one of them must be there. Paths are relative to `/workspace`.

use super::catalogue::FAMILIES;
use super::*;
use crate::call::CallKind;
use crate::wire::Api;
use proptest::prelude::*;
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case is about, where the call does not say it.
    #[serde(default)]
    name: String,
    #[serde(default)]
    tool: String,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    arguments: Option<serde_json::Value>,
    /// Free text instead of arguments.
    #[serde(default)]
    text: Option<String>,
    /// The text of arguments which this file could not hold otherwise.
    #[serde(default)]
    json: Option<String>,
    /// SQL instead of a call, its dialect and where it runs.
    #[serde(default)]
    sql: Option<String>,
    #[serde(default)]
    dialect: Option<String>,
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    database: Option<String>,
    #[serde(default)]
    tools: ToolMappings,
    #[serde(default)]
    effects: Vec<String>,
    #[serde(default)]
    unknown: Vec<String>,
}

macro_rules! files {
    ($($path:literal)+) => { &[$(($path, include_str!(concat!("../../../tests/cases/effects/", $path, ".jsonl")))),+] };
}

/// One file a family, with at least one call of every tool.
const CATALOGUE: &[(&str, &str)] = files! {
    "catalogue/anthropic" "catalogue/claude_code" "catalogue/codex" "catalogue/openai" "catalogue/gemini_cli"
    "catalogue/goose" "catalogue/opencode" "catalogue/cline" "catalogue/roo_code" "catalogue/cursor"
    "catalogue/windsurf" "catalogue/copilot" "catalogue/zed" "catalogue/continue_dev" "catalogue/amazon_q" "catalogue/crush" "catalogue/mcp_devtools" "catalogue/mcp_search"
    "catalogue/mcp_sql" "catalogue/swe_agent" "catalogue/openhands" "catalogue/langchain" "catalogue/crewai"
    "catalogue/autogen" "catalogue/mcp_filesystem" "catalogue/mcp_github" "catalogue/mcp_postgres"
    "catalogue/mcp_sqlite" "catalogue/mcp_fetch" "catalogue/mcp_git" "catalogue/mcp_puppeteer"
    "catalogue/mcp_playwright" "catalogue/mcp_slack" "catalogue/mcp_kubernetes" "catalogue/mcp_aws"
    "catalogue/mcp_terraform" "catalogue/mcp_reference"
};

/// Commands in which programs meet, one file an area.
const SHELL: &[(&str, &str)] = files! {
    "shell/files" "shell/attacks" "shell/bypasses" "shell/runners" "shell/git" "shell/history" "shell/web"
    "shell/builds" "shell/packages" "shell/containers" "shell/clusters" "shell/clouds" "shell/state" "shell/information"
};

const OTHERS: &[(&str, &str)] = files! { "paths" "urls" "names" "shapes" "mappings" };

/// One file a class of statement, and one for what has once slipped past somebody.
pub(super) const SQL: &[(&str, &str)] = files! {
    "sql/reads" "sql/writes" "sql/schema" "sql/admin" "sql/privileges" "sql/outside" "sql/functions" "sql/stacked"
    "sql/dialects" "sql/databases" "sql/clients" "sql/unknown" "sql/bypasses"
};

fn cases(text: &str) -> impl Iterator<Item = (usize, Case)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(i, line)| {
        (i + 1, serde_json::from_str(line).unwrap_or_else(|e| panic!("line {}: {e}", i + 1)))
    })
}

fn call(tool: &str, namespace: Option<&str>, arguments: Arguments) -> ToolCall {
    ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: None,
        tool: tool.to_owned(),
        namespace: namespace.map(str::to_owned),
        arguments,
        choice: 0,
    }
}

fn arguments(case: &Case) -> Arguments {
    match (&case.arguments, &case.text, &case.json) {
        (Some(json), None, None) => Arguments::from_json_text(&json.to_string(), 64),
        (None, Some(text), None) => Arguments::Text(text.clone()),
        (None, None, Some(json)) => Arguments::from_json_text(json, 64),
        (None, None, None) => Arguments::Absent,
        _ => panic!("one of arguments, text and json"),
    }
}

fn short(effects: &Effects) -> (BTreeSet<String>, BTreeSet<String>) {
    (
        effects.known.iter().map(Effect::short).collect(),
        effects.unknown.iter().map(|unknown| unknown.code.to_string()).collect(),
    )
}

/// What analysis finds.
fn found(case: &Case) -> Effects {
    if let Some(text) = &case.sql {
        let name = |name: &Option<String>| name.clone().map(Name::Literal);
        let setting = sql::Setting {
            host: name(&case.host),
            database: name(&case.database),
            dialect: case.dialect.as_deref(),
            at: "",
        };
        return sql::read(text, &setting);
    }
    let call = call(&case.tool, case.namespace.as_deref(), arguments(case));
    analyse(&call, &case.tools, Some("/workspace"))
}

fn check(files: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (file, text) in files {
        for (line, case) in cases(text) {
            let (known, unknown) = short(&found(&case));
            assert!(!known.is_empty() || !unknown.is_empty(), "{file}:{line}: a call with no effect");
            if known != case.effects.iter().cloned().collect()
                || unknown != case.unknown.iter().cloned().collect()
            {
                wrong += &format!(
                    "{file}.jsonl:{line}: {} {}\n  expected {:?} {:?}\n  found    {known:?} {unknown:?}\n",
                    case.sql.as_deref().unwrap_or(&case.tool),
                    case.name,
                    case.effects,
                    case.unknown
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn catalogue_cases() {
    check(CATALOGUE);
}

#[test]
fn shell_cases() {
    check(SHELL);
}

#[test]
fn other_cases() {
    check(OTHERS);
}

#[test]
fn sql_cases() {
    check(SQL);
}

#[test]
fn every_tool_of_the_catalogue_has_a_case() {
    for family in FAMILIES {
        let file = format!("catalogue/{}", family.name);
        let (_, text) = CATALOGUE
            .iter()
            .find(|(name, _)| *name == file)
            .unwrap_or_else(|| panic!("{file} is not listed"));
        let called: BTreeSet<String> = cases(text).map(|(_, case)| case.tool).collect();
        for name in family.tools.iter().flat_map(|tool| tool.names) {
            let found = called.iter().any(|tool| tool == name || tool.ends_with(&format!("__{name}")));
            assert!(found, "{file}.jsonl has no call of `{name}`");
        }
    }
    assert_eq!(CATALOGUE.len(), FAMILIES.len());
}

#[test]
fn malformed_arguments_are_unknown() {
    for text in ["{\"command\":\"ls\",\"command\":\"rm\"}", "{", "nonsense"] {
        let effects =
            analyse(&call("Bash", None, Arguments::from_json_text(text, 64)), &ToolMappings::new(), None);
        assert_eq!(short(&effects).1, BTreeSet::from(["arguments_malformed".to_owned()]));
    }
}

#[test]
fn calls_within_calls_end() {
    let mut text = "{\"path\":\"x\"}".to_owned();
    for _ in 0..8 {
        text = format!("{{\"server_name\":\"s\",\"tool_name\":\"use_mcp_tool\",\"arguments\":{text}}}");
    }
    let effects = analyse(
        &call("use_mcp_tool", None, Arguments::from_json_text(&text, 64)),
        &ToolMappings::new(),
        None,
    );
    assert!(short(&effects).1.contains("call_nested"));
}

#[test]
fn effects_have_a_bound() {
    let paths: Vec<String> = (0..gathered::MOST + 10).map(|i| format!("\"/x/{i}\"")).collect();
    let text = format!("{{\"paths\":[{}]}}", paths.join(","));
    let effects = analyse(
        &call("read_multiple_files", None, Arguments::from_json_text(&text, 64)),
        &ToolMappings::new(),
        None,
    );
    assert_eq!(effects.known.len(), gathered::MOST);
    assert!(short(&effects).1.contains("too_many"));
}

/// A JSON value, from a few characters that mean something somewhere.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        "[./~*a:@h{$-]{0,8}".prop_map(serde_json::Value::from),
        prop_oneof![
            Just("view"),
            Just("delete"),
            Just("/etc/shadow"),
            Just("http://127.1/"),
            Just("*** Delete File: x")
        ]
        .prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(serde_json::Value::from))
}

fn any_call() -> impl Strategy<Value = (String, serde_json::Map<String, serde_json::Value>)> {
    let tools: Vec<&str> =
        FAMILIES.iter().flat_map(|f| f.tools).filter(|t| !t.served).flat_map(|t| t.names).copied().collect();
    let keys = prop_oneof![
        Just("path"),
        Just("file_path"),
        Just("command"),
        Just("commands"),
        Just("cmd"),
        Just("url"),
        Just("input"),
        Just("paths"),
        Just("pattern"),
        Just("query"),
        Just("sql"),
        Just("source"),
        Just("destination"),
        Just("action"),
        Just("arguments"),
        Just("files"),
    ];
    (prop::sample::select(tools), prop::collection::vec((keys, value()), 0..5)).prop_map(|(tool, members)| {
        (tool.to_owned(), members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    })
}

fn of(tool: &str, arguments: &serde_json::Map<String, serde_json::Value>, tools: &ToolMappings) -> Effects {
    let text = serde_json::to_string(arguments).unwrap();
    analyse(&call(tool, None, Arguments::from_json_text(&text, 64)), tools, Some("/workspace"))
}

proptest! {
    #[test]
    fn no_call_is_nothing((tool, arguments) in any_call()) {
        let effects = of(&tool, &arguments, &ToolMappings::new());
        prop_assert!(!effects.known.is_empty() || !effects.unknown.is_empty());
    }

    #[test]
    fn a_mapping_only_adds((tool, arguments) in any_call()) {
        let before = of(&tool, &arguments, &ToolMappings::new());
        let mapping = ToolMapping { action: Some("own.action".to_owned()), ..ToolMapping::default() };
        let after = of(&tool, &arguments, &ToolMappings::from([(tool.clone(), mapping)]));
        for effect in before.known.iter().filter(|effect| effect.action != Action::TOOL_USE) {
            prop_assert!(after.known.contains(effect), "{} is gone", effect.short());
        }
        for unknown in before.unknown.iter().filter(|unknown| unknown.code != "argument_missing") {
            prop_assert!(after.unknown.contains(unknown), "{unknown:?} is gone");
        }
    }

    // A name in front never makes a tool look more harmless than without.
    #[test]
    fn an_unknown_server_never_hides((tool, arguments) in any_call()) {
        let bare = of(&tool, &arguments, &ToolMappings::new());
        let served = of(&format!("mcp__helpful__{tool}"), &arguments, &ToolMappings::new());
        for effect in bare.known.iter().filter(|effect| !matches!(effect.resource, Resource::Tool { .. })) {
            // Two readings may say it of two places.
            let there = served.known.iter().any(|known| known.is_like(effect));
            prop_assert!(there, "{} is gone", effect.short());
        }
        prop_assert!(served.known.iter().any(|effect| effect.action == Action::TOOL_USE));
    }

    #[test]
    fn every_effect_has_words((tool, arguments) in any_call()) {
        for effect in of(&tool, &arguments, &ToolMappings::new()).known {
            for words in [words::Words::Full, words::Words::Redacted, words::Words::Bare] {
                prop_assert!(!effect.words(words).is_empty());
            }
        }
    }
}

/// One agent reads them before what the API names.
#[test]
fn members_that_an_agent_reads_otherwise_are_unknown() {
    for (tool, arguments) in [
        (
            "apply_patch_call",
            r#"{"operation":{"type":"create_file","path":"a"},"operations":[{"type":"create_file","path":"/etc/x"}]}"#,
        ),
        ("apply_patch_call", r#"{"operation":{"type":"update_file","path":"a","move_to":"/etc/x"}}"#),
        ("local_shell_call", r#"{"action":{"command":["ls"],"commands":["rm -rf /"]}}"#),
        ("shell_call", r#"{"action":{"commands":["ls"],"command":"rm -rf /"}}"#),
        (
            "apply_patch",
            r#"{"input":"*** Begin Patch\n*** Add File: a\n+x\n*** End Patch","type":"create_file","path":"/etc/x","diff":"+x"}"#,
        ),
        (
            "apply_patch",
            r#"{"input":"*** Begin Patch\n*** Add File: a\n+x\n*** End Patch","operations":[{}]}"#,
        ),
    ] {
        let call = call(tool, None, Arguments::from_json_text(arguments, 64));
        let effects = analyse(&call, &ToolMappings::new(), None);
        assert!(!effects.unknown.is_empty(), "{tool} {arguments}: {effects:?}");
    }
}

#[test]
fn what_a_provider_runs_itself_is_judged_by_what_is_known_of_it() {
    for (tool, definition, expected) in [
        ("web_search_20250305", r#"{"type":"web_search_20250305"}"#, &["net.fetch", "provider.run"][..]),
        ("googleSearch", "{}", &["net.fetch", "provider.run"]),
        ("urlContext", "{}", &["net.fetch", "provider.run"]),
        ("code_interpreter", r#"{"container":{"type":"auto"}}"#, &["code.run", "provider.run"]),
        ("shell", "{}", &["code.run", "provider.run"]),
        ("mcp:tracker", r#"{"server_url":"https://tracker.example/mcp"}"#, &["net.send", "provider.run"]),
        ("mcp_servers:tracker", r#"{"url":"https://tracker.example/mcp"}"#, &["net.send", "provider.run"]),
        (
            "mcp_servers",
            r#"[{"url":"https://tracker.example/mcp"},{"url":"https://b.example/"}]"#,
            &["net.send", "net.send", "provider.run"],
        ),
        ("mcp:mail", r#"{"connector_id":"connector_gmail"}"#, &["net.send", "provider.run"]),
        ("connector:mail", r#"{"connector_id":"mail"}"#, &["net.send", "provider.run"]),
        ("connectors:web-search", r#"{"id":"web-search"}"#, &["net.fetch", "provider.run"]),
        ("mcp_toolset", r#"{"mcp_server_name":"tracker"}"#, &["provider.run"]),
        (
            "webhook",
            r#"{"uris":["https://x.example/a","https://y.example/b"]}"#,
            &["net.send", "net.send", "provider.run"],
        ),
        ("webhook", r#"{"uris":"https://x.example/"}"#, &["net.send", "provider.run"]),
        ("skills", r#"[{"type":"inline"}]"#, &["code.run", "provider.run"]),
        ("model:openai/gpt-4o:online", r#""openai/gpt-4o:online""#, &["provider.run"]),
        ("file_search", "{}", &["provider.run"]),
        ("agent:deep-research", "\"deep-research\"", &["provider.run"]),
        ("never_heard_of_20300101", "{}", &["provider.run"]),
    ] {
        let call = ToolCall {
            kind: CallKind::Provider,
            ..call(tool, None, Arguments::from_json_text(definition, 64))
        };
        let effects = analyse(&call, &ToolMappings::new(), None);
        let mut actions: Vec<&str> = effects.known.iter().map(|effect| &*effect.action.0).collect();
        actions.sort_unstable();
        assert_eq!(actions, expected, "{tool}");
        assert!(effects.unknown.is_empty(), "{tool}: {effects:?}");
        for effect in &effects.known {
            assert_eq!(effect.reach.is_local(), effect.action == Action::PROVIDER_RUN, "{tool}: {effect:?}");
        }
        assert!(inert(&call, &ToolMappings::new()).is_empty());
    }
}

#[test]
fn what_a_provider_fetches_is_as_narrow_as_the_request_says() {
    for (definition, expected) in [
        (
            r#"{"allowed_domains":["Docs.example/guide","b.example"]}"#,
            vec![Name::Glob("**.docs.example".to_owned()), Name::Glob("**.b.example".to_owned())],
        ),
        (r#"{"filters":{"allowed_domains":["a.example"]}}"#, vec![Name::Glob("**.a.example".to_owned())]),
        (r#"{"allowed_domains":[]}"#, vec![Name::Dynamic]),
        (r#"{"allowed_domains":["*"]}"#, vec![Name::Dynamic]),
        (r#"{"blocked_domains":["a.example"]}"#, vec![Name::Dynamic]),
    ] {
        let call = ToolCall {
            kind: CallKind::Provider,
            ..call("web_search_20250305", None, Arguments::from_json_text(definition, 64))
        };
        let effects = analyse(&call, &ToolMappings::new(), None);
        let hosts: Vec<Name> = effects
            .known
            .into_iter()
            .filter_map(|effect| match effect.resource {
                Resource::Host { host, .. } => Some(host),
                _ => None,
            })
            .collect();
        assert_eq!(hosts, expected, "{definition}");
    }
}

#[test]
fn a_provider_tool_that_two_readers_see_differently_is_an_unknown() {
    for definition in [
        r#"{"url":"https://a.example/","URL":"https://b.example/"}"#,
        r#"{"url":"https://a.example/","url":"https://b.example/"}"#,
        r#"{"url":"mailto:somebody"}"#,
    ] {
        let call = ToolCall {
            kind: CallKind::Provider,
            ..call("mcp_servers:x", None, Arguments::from_json_text(definition, 64))
        };
        assert!(!analyse(&call, &ToolMappings::new(), None).unknown.is_empty(), "{definition}");
    }
}
