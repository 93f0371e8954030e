//! Shell commands and SQL: from a text to what the baseline says of it.

use serde_json::{Value, json};
use std::cell::OnceCell;
use toolgate_compiler::{Source, compile};
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects::{self, Action, Effect, Effects, ToolMappings};
use toolgate_engine::policy::{Bundle, Context, Question, Verdict};
use toolgate_engine::wire::Api;

/// The longest text that the oracles write anew: what they put around it must not reach a bound of its own.
const LONGEST: usize = 4 << 10;

/// Dialects of SQL, by the first byte of an input.
const DIALECTS: &[&str] =
    &["postgres", "mysql", "sqlite", "mssql", "oracle", "snowflake", "bigquery", "clickhouse"];

/// A command: nothing in it panics, it does something or is not understood, and whatever it is put into, the verdict is
/// no milder.
pub fn shell(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let plain = command(text);
    let verdict = judged(&plain, &ToolMappings::default());
    // Where another shell goes to, the agent's own does not: what that one does is what a tool without memory does.
    let forgotten = judged(&call("run_shell_command", &json!({"command": text})), &ToolMappings::default());
    // A null byte and what follows it never reach a shell as an argument.
    if text.len() > LONGEST || text.contains('\0') {
        return;
    }
    let positions = names_positions(text);
    for (disguise, written, same_shell) in [
        ("another shell", format!("bash -c -- {}", quoted(text)), false),
        ("evaluation", format!("eval -- {}", quoted(text)), true),
        ("a prefix", format!("true; eval -- {}; echo done", quoted(text)), true),
        ("a wrapper", format!("nice -n 5 bash -c -- {} | cat", quoted(text)), false),
        ("a variable", format!("zz={}; eval -- \"$zz\"", quoted(text)), true),
    ] {
        if positions && !same_shell {
            continue;
        }
        let verdict = if same_shell { verdict } else { forgotten };
        let disguised = judged(&command(&written), &ToolMappings::default());
        assert!(disguised >= verdict, "{disguise} makes {verdict:?} of {text:?} into {disguised:?}");
    }
}

/// Whether a command may look at its arguments, of which another shell has others.
fn names_positions(text: &str) -> bool {
    let after = |(at, _): (usize, &str)| {
        text[at + 1..].starts_with(|c: char| c.is_ascii_digit() || "@*#{".contains(c))
    };
    text.match_indices('$').any(after)
        || ["for", "select", "shift", "getopts"].iter().any(|word| text.contains(word))
}

/// A text of SQL, its dialect by the first byte: nothing in it panics, and what a server of one dialect would do is there
/// where the dialect is not said. That one server cannot read the text is no harm where another can.
pub fn sql(data: &[u8]) {
    let Some((first, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let dialect = DIALECTS[usize::from(*first) % DIALECTS.len()];
    let query = call("run_query", &json!({"query": text}));
    judged(&query, &mapping(Some(dialect)));
    judged(&query, &mapping(None));
    let (one, any) =
        (analysed(&query, &mapping(Some(dialect)), None), analysed(&query, &mapping(None), None));
    // Servers differ in how they write a name that stands without quotes.
    let thing = |effect: &Effect| effect.resource.to_string().to_lowercase();
    let found = |effect: &Effect| {
        any.known.iter().any(|other| other.action == effect.action && thing(other) == thing(effect))
    };
    // What one server cannot read is guessed at, and only where no other can.
    if !one.unknown.is_empty() {
        return;
    }
    let hidden = one.known.iter().find(|effect| effect.action != Action::SQL_READ && !found(effect));
    assert!(hidden.is_none() || !any.unknown.is_empty(), "{text:?}: only {dialect} does {hidden:?}");
}

fn mapping(dialect: Option<&str>) -> ToolMappings {
    let mut tool = json!({"sql": "/query"});
    if let Some(dialect) = dialect {
        tool["dialect"] = json!(dialect);
    }
    serde_json::from_value(json!({"run_query": tool})).expect("a mapping")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn command(text: &str) -> ToolCall {
    call("Bash", &json!({"command": text}))
}

fn call(tool: &str, arguments: &Value) -> ToolCall {
    ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: None,
        tool: tool.to_owned(),
        namespace: None,
        arguments: Arguments::from_json_text(&arguments.to_string(), 64),
        choice: 0,
    }
}

/// What the baseline says, and that it says so each time.
fn judged(call: &ToolCall, tools: &ToolMappings) -> Verdict {
    thread_local!(static BASELINE: OnceCell<Bundle> = const { OnceCell::new() });
    BASELINE.with(|bundle| {
        let bundle = bundle.get_or_init(baseline);
        let found = analysed(call, tools, bundle.working_directory());
        assert!(found == analysed(call, tools, bundle.working_directory()), "two readings of {call:?}");
        let context = Context::default();
        let verdict =
            bundle.decide(&Question { principal: None, call, effects: &found, context: &context }).verdict;
        assert!(found.unknown.is_empty() || verdict > Verdict::Allow, "an unknown was allowed: {found:?}");
        verdict
    })
}

fn analysed(call: &ToolCall, tools: &ToolMappings, working_directory: Option<&str>) -> Effects {
    let found = effects::analyse(call, tools, working_directory);
    assert!(!found.known.is_empty() || !found.unknown.is_empty(), "nothing was found in {call:?}");
    found
}

fn baseline() -> Bundle {
    let text = include_str!("../../policies/baseline/policy.yaml").to_owned();
    let compiled = compile(&[Source { path: "policy.yaml".to_owned(), text }]);
    Bundle::from_policy(compiled.policy.expect("the baseline compiles"), 1).expect("the baseline is a bundle")
}
