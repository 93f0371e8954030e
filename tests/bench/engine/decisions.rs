//! Single decisions: from a call's arguments to a verdict, with policies of several sizes.

use crate::{Bench, policy, timed};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects;
use toolgate_engine::policy::{Bundle, Context, Question, Verdict};
use toolgate_engine::wire::Api;

/// Decisions between two looks at the clock.
const TOGETHER: u32 = 64;

/// What a coding agent's shell is asked most of the time, and what the baseline says of it.
const COMMANDS: &[(&str, &str, Verdict)] = &[
    ("list", "ls -la src", Verdict::Allow),
    ("search", "grep -rn 'fn main' src --include='*.rs' | head -20", Verdict::Allow),
    ("find", "find . -name '*.rs' -not -path './target/*' | xargs wc -l | sort -n", Verdict::Allow),
    ("part of a file", "sed -n '10,40p' src/lib.rs", Verdict::Allow),
    ("test", "cd /workspace && cargo test --all 2>&1 | tail -40", Verdict::Allow),
    ("build", "npm ci && npm run build", Verdict::Allow),
    ("commit", "git add -A && git commit -m 'Mend the parser' && git push origin main", Verdict::Allow),
    ("history", "git log --oneline -20 && git status --short && git diff HEAD~1 -- src", Verdict::Allow),
    (
        "write a file",
        "cat > src/note.md <<'EOF'\n# Notes\nWhat was found, and where.\nEOF\nchmod 644 src/note.md",
        Verdict::Allow,
    ),
    (
        "loop",
        "for f in a b c; do if [ -f \"src/$f.rs\" ]; then cp \"src/$f.rs\" /tmp/; fi; done",
        Verdict::Allow,
    ),
    ("fetch", "curl -sSL https://docs.example/api.json | jq '.paths | keys'", Verdict::Allow),
    ("delete elsewhere", "rm -rf /srv/app/releases && echo done", Verdict::Deny),
];

/// What else is asked.
fn tools() -> Vec<(&'static str, &'static str, Value, Verdict)> {
    let query = "SELECT a.region, count(*), sum(o.total) FROM shop.orders o JOIN shop.accounts a ON a.id = o.account_id \
                 WHERE o.created_at > now() - interval '7 days' GROUP BY a.region ORDER BY 3 DESC LIMIT 50";
    vec![
        ("SQL query", "run_sql", json!({"query": query}), Verdict::Allow),
        ("read a file", "Read", json!({"file_path": "/workspace/src/main.rs"}), Verdict::Allow),
        (
            "edit a file",
            "Edit",
            json!({"file_path": "/workspace/src/json.rs", "old_string": "let a = 1;", "new_string": "let a = 2;"}),
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
    let commands: Vec<(&str, ToolCall, Verdict)> = COMMANDS
        .iter()
        .map(|(name, command, verdict)| (*name, call("Bash", &json!({"command": command})), *verdict))
        .collect();
    for size in [20, 100, 200, 2_000, 10_000] {
        let bundle = policy::bundle(size);
        let all = TOGETHER * u32::try_from(commands.len()).unwrap();
        bench.measure(&format!("decision: a typical command, {size} rules"), all, || {
            let mut spent = Duration::ZERO;
            for (_, call, expected) in &commands {
                decide(&mut spent, &bundle, call, *expected);
            }
            spent
        });
    }
    let bundle = policy::bundle(200);
    for (name, call, expected) in &commands {
        one(bench, &bundle, &format!("command, {name}"), call, *expected);
    }
    for (name, tool, arguments, expected) in tools() {
        one(bench, &bundle, name, &call(tool, &arguments), expected);
    }
}

fn one(bench: &Bench, bundle: &Bundle, name: &str, call: &ToolCall, expected: Verdict) {
    bench.measure(&format!("decision: {name}, 200 rules"), TOGETHER, || {
        let mut spent = Duration::ZERO;
        decide(&mut spent, bundle, call, expected);
        spent
    });
}

/// Some decisions of the same call.
fn decide(spent: &mut Duration, bundle: &Bundle, call: &ToolCall, expected: Verdict) {
    let context = Context::default();
    timed(spent, || {
        for _ in 0..TOGETHER {
            let effects = effects::analyse(black_box(call), bundle.tools(), bundle.working_directory());
            let question = Question {
                principal: Some("spiffe://corp.example/ns/agents/sa/coder"),
                call,
                effects: &effects,
                context: &context,
            };
            let decision = bundle.decide(&question);
            assert_eq!(decision.verdict, expected, "{:?}: {effects:?}", decision.determining);
        }
    });
}

fn call(tool: &str, arguments: &Value) -> ToolCall {
    ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: Some("toolu_1".to_owned()),
        tool: tool.to_owned(),
        namespace: None,
        arguments: Arguments::from_json_text(&arguments.to_string(), 64),
        choice: 0,
    }
}
