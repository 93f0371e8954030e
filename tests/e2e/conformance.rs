//! `tests/cases/conformance`: answers that readers differ on, what every official SDK makes of each, and the rule of the
//! gate: no call that a client gets is one that was not judged, and nothing that was refused reaches a client.
//!
//! The SDKs are those of today, or with `TOOLGATE_SDKS=one-back` or `two-back` older ones (`scripts/soak.sh`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::process::{Command, Stdio};
use toolgate_e2e::native::{AGENT, Passed, Response, pass};
use toolgate_e2e::tools;
use toolgate_engine::call::Arguments;
use toolgate_engine::digest::action_digest;

/// A response, and what its client asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Case {
    id: String,
    api: String,
    how: String,
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

/// What one way of one SDK made of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Found {
    /// Calls with their arguments.
    Calls(Vec<(Value, Value)>),
    /// Calls, as far as they were handed over, and an error.
    Failed {
        #[serde(default)]
        calls: Vec<(Value, Value)>,
        error: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
struct Seen {
    id: String,
    #[serde(default)]
    body: Option<String>,
    seen: BTreeMap<String, Found>,
}

impl Found {
    fn calls(&self) -> &[(Value, Value)] {
        match self {
            Self::Calls(calls) | Self::Failed { calls, .. } => calls,
        }
    }

    fn error(&self) -> Option<&str> {
        match self {
            Self::Calls(_) => None,
            Self::Failed { error, .. } => error.as_deref(),
        }
    }
}

impl Case {
    fn response(&self) -> Response {
        let body = STANDARD.decode(&self.body).unwrap();
        Response { status: self.status, headers: self.headers.clone(), body }
    }

    /// The same question, answered so.
    fn answered(&self, kind: &str, response: &Response) -> Self {
        let Response { status, headers, body } = response.clone();
        Self {
            id: format!("{kind} {}", self.id),
            status,
            headers,
            body: STANDARD.encode(body),
            ..self.clone()
        }
    }

    fn pass(&self, policy: &Value) -> Passed {
        let stream = self.how == "stream";
        let openai = json!({"model": "m", "stream": stream, "store": false, "messages": [], "input": "x"});
        let fetched = match (self.api.as_str(), stream) {
            ("openai-assistants-steps", _) => Some("/v1/threads/t/runs/r/steps"),
            ("mistral-history", _) => Some("/v1/conversations/c/history"),
            ("anthropic-batches", _) => Some("/v1/messages/batches/b/results"),
            ("openai-batches", _) => Some("/v1/files/f/content"),
            ("anthropic-sessions", false) => Some("/v1/sessions/s/events"),
            ("anthropic-sessions", true) => Some("/v1/sessions/s/events/stream"),
            ("openai-agents", false) => Some("/v1/agents/sessions/s/items"),
            ("openai-agents", true) => Some("/v1/agents/sessions/s/events"),
            ("openai-agents-session", _) => Some("/v1/agents/sessions/s"),
            ("gemini-batches", false) => Some("/v1beta/batches/b"),
            ("gemini-batches", true) => Some("/download/v1beta/files/f:download?alt=media"),
            _ => None,
        };
        if let Some(path) = fetched {
            return pass(policy, path, None, &self.response());
        }
        let (path, request) = match (self.api.as_str(), stream) {
            ("openai-assistants", _) => (
                "/v1/threads/runs",
                json!({"assistant_id": "a", "tools": [], "stream": stream, "thread": {}}),
            ),
            ("mistral", _) => ("/v1/conversations", json!({"model": "m", "inputs": "x", "stream": stream})),
            ("cohere", _) => ("/v2/chat", openai),
            ("cohere-v1", _) => ("/v1/chat", json!({"model": "m", "message": "x", "stream": stream})),
            ("ollama", _) => ("/api/chat", openai),
            ("ollama-generate", _) => {
                ("/api/generate", json!({"model": "m", "prompt": "x", "stream": stream}))
            }
            ("anthropic", _) => ("/v1/messages", openai),
            ("openai-chat", _) => ("/v1/chat/completions", openai),
            ("openai-responses", _) => ("/v1/responses", openai),
            ("gemini-interactions", _) => ("/v1beta/interactions", openai),
            ("gemini", false) => ("/v1beta/models/m:generateContent", json!({"contents": []})),
            ("gemini", true) => ("/v1beta/models/m:streamGenerateContent?alt=sse", json!({"contents": []})),
            ("bedrock-converse", false) => ("/model/m/converse", json!({"messages": []})),
            ("bedrock-converse", true) => ("/model/m/converse-stream", json!({"messages": []})),
            ("bedrock-invoke", false) => ("/model/m/invoke", json!({"anthropic_version": "x"})),
            ("bedrock-invoke", true) => {
                ("/model/m/invoke-with-response-stream", json!({"anthropic_version": "x"}))
            }
            ("bedrock-agents", _) => ("/agents/s-1", json!({"foundationModel": "m", "instruction": "x"})),
            ("bedrock-agentcore", _) => ("/harnesses/invoke?harnessArn=native", json!({"messages": []})),
            (api, _) => panic!("{}: no API `{api}`", self.id),
        };
        pass(policy, path, Some(&request), &self.response())
    }
}

fn lines<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn output(command: &mut Command) -> String {
    let output = command
        .stderr(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}; run `make setup`"));
    assert!(output.status.success(), "{command:?}: {:?}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The cases, made anew.
fn cases() -> Vec<Case> {
    lines(&output(
        Command::new(tools::python()).arg(tools::root().join("tests/cases/conformance/generate.py")),
    ))
}

/// What was written down of them.
fn recorded() -> Vec<Seen> {
    lines(include_str!("../cases/conformance/seen.jsonl"))
}

/// Older SDKs that are tried, and what they made of the cases that they read otherwise than those of today.
const OLDER: [(&str, &str); 2] = [
    ("one-back", include_str!("../cases/conformance/seen-one-back.jsonl")),
    ("two-back", include_str!("../cases/conformance/seen-two-back.jsonl")),
];

/// What was written down of older SDKs: for each case, what they make of it otherwise.
fn recorded_otherwise(text: &str) -> HashMap<String, BTreeMap<String, Found>> {
    lines(text).into_iter().map(|seen: Seen| (seen.id, seen.seen)).collect()
}

/// The older SDKs that are asked for, if any are.
fn older() -> Option<&'static (&'static str, &'static str)> {
    let asked = std::env::var("TOOLGATE_SDKS").ok()?;
    let known = OLDER.iter().find(|(time, _)| *time == asked);
    Some(known.unwrap_or_else(|| panic!("TOOLGATE_SDKS is `{asked}`; there are one-back and two-back")))
}

/// What the SDKs of both languages make of these now.
fn observe(cases: &[Case]) -> Vec<BTreeMap<String, Found>> {
    let dir = tempfile::TempDir::with_prefix("toolgate-").unwrap();
    let file = dir.path().join("cases.jsonl");
    let text: String = cases.iter().map(|case| serde_json::to_string(case).unwrap() + "\n").collect();
    std::fs::write(&file, text).unwrap();
    let older = older().map(|(time, _)| *time);
    let python = || {
        let mut command = Command::new(older.map_or_else(tools::python, tools::older_python));
        command.arg(tools::root().join("tests/sdk-python/observe.py"));
        command
    };
    let folder = older.map_or_else(|| Some(tools::javascript()), tools::older_javascript);
    let javascript = |folder: std::path::PathBuf| {
        let mut command = Command::new("node");
        // What it imports is what is installed beside it, also where it is a link to the one file.
        command.arg("--preserve-symlinks-main").arg(folder.join("observe.mjs"));
        command
    };
    let run = |mut command: Command| -> Vec<Seen> {
        let input = std::fs::File::open(&file).unwrap();
        // A proxy of the machine must not come between an SDK and the loopback.
        lines(&output(command.stdin(input).env("NO_PROXY", "*").env("no_proxy", "*")))
    };
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| run(python()));
        let other = folder.map(|folder| scope.spawn(|| run(javascript(folder))));
        (one.join().unwrap(), other.map(|other| other.join().unwrap()))
    });
    assert_eq!(one.len(), cases.len());
    let mut joined: Vec<_> = one.into_iter().zip(cases).collect();
    if let Some(other) = other {
        assert_eq!(other.len(), cases.len());
        for ((one, _), other) in joined.iter_mut().zip(other) {
            assert_eq!(one.id, other.id);
            one.seen.extend(other.seen);
        }
    }
    let seen = joined.into_iter().map(|(one, case)| {
        assert_eq!(one.id, case.id);
        one.seen
    });
    seen.collect()
}

/// A harness may be asked: the answer is what is judged here.
fn harnesses(policy: &str) -> Value {
    json!({"id": "harnesses", "policy": policy, "verdict": "allow", "actions": ["provider.run"], "if": {"tool": "harness:*"}})
}

/// Every call is allowed.
fn allowing() -> Value {
    let tools: BTreeMap<&str, Value> =
        ["zap", "look", "z", "ap", "POST /zap"].map(|tool| (tool, json!({"action": "x.y"}))).into();
    json!({
        "schema": 1, "name": "allowing", "mode": "enforce", "default": "allow", "unknown": "deny",
        "working_directory": "/workspace", "tools": tools,
        "rules": [
            {"id": "all", "policy": "allowing", "verdict": "allow", "actions": ["**"]}, harnesses("allowing"),
        ],
    })
}

/// No call is.
fn denying() -> Value {
    json!({"schema": 1, "name": "denying", "mode": "enforce", "default": "deny", "unknown": "deny",
        "working_directory": "/workspace", "rules": [harnesses("denying")]})
}

/// Whether a call that a client got was judged: this tool with these arguments, or any where it got none.
fn is_judged(passed: &Passed, name: &Value, arguments: &Value, whole: bool) -> bool {
    let Some(name) = name.as_str() else {
        // Nothing that could be run.
        return name.is_null();
    };
    let mut named = passed.judged.iter().filter(|judged| judged.tool == name);
    if !whole || arguments.is_null() {
        return named.next().is_some();
    }
    let mut readings = vec![Arguments::from_json_text(&arguments.to_string(), 100)];
    if let Some(text) = arguments.as_str() {
        readings.extend([Arguments::Text(text.to_owned()), Arguments::from_json_text(text, 100)]);
    }
    if ["{}", "\"\""].contains(&arguments.to_string().as_str()) {
        readings.extend([Arguments::Absent, Arguments::from_json_text("null", 100)]);
    }
    named.any(|judged| {
        let digest =
            |arguments| action_digest(Some(AGENT), name, judged.namespace.as_deref(), arguments, &[], None);
        readings.iter().any(|arguments| judged.digest == digest(arguments))
    })
}

/// What one SDK makes of one case is not what the others do, and nothing that an agent can run: arguments that are an
/// object, which it adds to a text.
const GARBLED: (&str, &str, &str) =
    ("openai-chat stream: arguments that are an object", "javascript helper", "[object Object]");

#[test]
fn what_was_written_down_is_of_these_cases() {
    use sha2::Digest as _;
    let (cases, recorded) = (cases(), recorded());
    assert!(cases.len() >= 500, "{} cases", cases.len());
    assert_eq!(cases.len(), recorded.len(), "record what the SDKs make of the new cases");
    for (case, seen) in cases.iter().zip(&recorded) {
        assert_eq!(case.id, seen.id);
        if let Some(expected) = &seen.body {
            let digest = sha2::Sha256::digest(case.response().body);
            let digest: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, *expected, "{}", case.id);
        }
    }
}

#[test]
fn no_client_gets_a_call_that_was_not_judged() {
    let policy = allowing();
    let recorded: HashMap<String, Seen> =
        recorded().into_iter().map(|seen| (seen.id.clone(), seen)).collect();
    let older = OLDER.map(|(time, text)| (time, recorded_otherwise(text)));
    let (mut passed_with_calls, mut withheld_with_calls, mut wrong) = (0, 0, Vec::new());
    for case in cases() {
        let passed = case.pass(&policy);
        let today = recorded[&case.id].seen.iter().map(|(way, found)| (way.clone(), found));
        let otherwise = older.iter().flat_map(|(time, recorded)| {
            let seen = recorded.get(&case.id).into_iter().flatten();
            seen.map(move |(way, found)| (format!("{time} {way}"), found))
        });
        let seen: Vec<_> = today.chain(otherwise).collect();
        let calls = seen.iter().any(|(_, found)| !found.calls().is_empty());
        if passed.reset || passed.response != case.response() {
            withheld_with_calls += usize::from(calls);
            continue;
        }
        passed_with_calls += usize::from(calls);
        for (way, found) in seen {
            for (name, arguments) in found.calls() {
                let garbled = (case.id.as_str(), way.trim_start_matches("one-back "), arguments.as_str())
                    == (GARBLED.0, GARBLED.1, Some(GARBLED.2));
                if !garbled && !is_judged(&passed, name, arguments, found.error().is_none()) {
                    wrong.push(format!(
                        "{}: {way} gets {name} {arguments}; judged were {:?}",
                        case.id, passed.judged
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Neither everything nor nothing is withheld.
    assert!(
        passed_with_calls > 200 && withheld_with_calls > 500,
        "{passed_with_calls}, {withheld_with_calls}"
    );
}

#[test]
fn nothing_that_was_refused_reaches_a_client() {
    let (allowing, denying) = (allowing(), denying());
    let mut outputs: Vec<Case> = Vec::new();
    let mut places = HashMap::new();
    let mut add = |case: &Case, kind: &str, passed: &Passed| {
        // A stream that is broken off ends as one that is cut short.
        let made = case.answered(kind, &passed.response);
        let key = (made.api.clone(), made.how.clone(), made.status, made.headers.clone(), made.body.clone());
        places.entry(key).or_insert_with(|| outputs.push(made));
    };
    for case in cases() {
        add(&case, "denied", &case.pass(&denying));
        let passed = case.pass(&allowing);
        if passed.response != case.response() {
            add(&case, "withheld", &passed);
        }
    }
    assert!(outputs.len() > 500, "{} different outputs", outputs.len());
    let mut wrong = Vec::new();
    for (case, seen) in outputs.iter().zip(observe(&outputs)) {
        for (way, found) in seen {
            if !found.calls().is_empty() {
                wrong.push(format!("{}: {way} gets {:?}", case.id, found.calls()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_sdks_do_what_was_written_down() {
    let (cases, recorded) = (cases(), recorded());
    let otherwise = older().map(|(_, text)| recorded_otherwise(text));
    let mut wrong = Vec::new();
    for (seen, now) in recorded.iter().zip(observe(&cases)) {
        let other = otherwise.as_ref().map(|otherwise| otherwise.get(&seen.id));
        // Older SDKs have fewer ways; of what was written down of them, each.
        let expected = other.map_or(Some(&seen.seen), |other| other).into_iter().flat_map(BTreeMap::keys);
        for way in expected.filter(|way| !now.contains_key(*way)) {
            wrong.push(format!("{}: {way} was not tried", seen.id));
        }
        for (way, found) in now {
            let before = other.flatten().and_then(|other| other.get(&way)).or_else(|| seen.seen.get(&way));
            let same = before
                .is_some_and(|before| (before.calls(), before.error()) == (found.calls(), found.error()));
            if !same {
                wrong.push(format!("{}: {way}: {before:?} became {found:?}", seen.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
