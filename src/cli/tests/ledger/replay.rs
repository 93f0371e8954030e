//! `toolgate replay`, over decisions that the real gate made and a real ledger took.

use crate::process::{GATEWAY, Place, Serving, agent, now, run, text, toolgate};
use serde_json::{Value, json};
use std::fs;
use std::process::{Output, Stdio};
use std::rc::Rc;
use toolgate_compiler::{compile, source::policy_files};
use toolgate_engine::config::Config;
use toolgate_engine::gate::{Gate, Input, RequestHead, ResponseHead, Vm};
use toolgate_engine::policy::Bundle;
use toolgate_engine::record::StartBody;

const AGENT: &str = "spiffe://corp.example/ns/dev/sa/coder";

const HEAD: &str =
    "policy: platform\nbase: true\ndefault: deny\nunknown: deny\nworking_directory: /workspace\n";
const TOOLS: &str = "tools:\n  transfer: { action: payment.transfer, resource: /to }\n";
const WORK: &str = "  - id: work\n    allow: [file.read, file.write, file.list]\n    path: /workspace/**\n";

/// What was in force: work in the workspace, and nothing else.
fn before() -> String {
    format!("{HEAD}{TOOLS}rules:\n{WORK}")
}

/// A data directory with calls in it, and the policy under which they were judged.
struct Recorded {
    place: Place,
    serving: Serving,
}

impl Recorded {
    fn new(policy: &str) -> Self {
        let place = Place::new();
        let serving = place.serve();
        let recorded = Self { place, serving };
        recorded.policy("before", policy);
        recorded
    }

    /// Writes a policy of this name; where it is.
    fn policy(&self, name: &str, yaml: &str) -> String {
        let folder = self.place.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("policy.yaml"), yaml).unwrap();
        folder.to_str().unwrap().to_owned()
    }

    /// Has a gate judge these calls of a principal, and the ledger take what it records.
    fn judge(&self, principal: Option<&str>, calls: &[(&str, Value)]) {
        self.judge_with(&json!({}), principal, calls);
    }

    fn judge_with(&self, extra: &Value, principal: Option<&str>, calls: &[(&str, Value)]) {
        let mut config = json!({
            "ledger": { "cluster": "ledger" }, "bundle": { "poll": { "name": "default" } },
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": { "header": { "name": "x-agent" } },
        });
        for (key, value) in extra.as_object().unwrap() {
            config[key] = value.clone();
        }
        let config = Config::parse(config.to_string().as_bytes()).unwrap();
        let start = StartBody { filter: "0".to_owned(), node: None, config: String::new() };
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&now().as_micros().to_le_bytes());
        let mut vm = Vm::new(config, seed, start, now()).unwrap();
        let sources = policy_files(&self.place.path().join("before")).unwrap();
        let policy = compile(&sources).policy.unwrap();
        vm.policy = Some(Rc::new(Bundle::from_policy(policy, 1).unwrap()));

        let mut gate = Gate::default();
        let kind = vec!["application/json".to_owned()];
        let head = RequestHead {
            method: "POST".to_owned(),
            path: "/v1/messages".to_owned(),
            principals: principal.map(str::to_owned).into_iter().collect(),
            content_type: kind.clone(),
            ..RequestHead::default()
        };
        gate.handle(&mut vm, now(), Input::RequestHead(&head));
        let request = json!({ "model": "m", "max_tokens": 9, "messages": [] }).to_string();
        gate.handle(&mut vm, now(), Input::RequestBody { chunk: request.as_bytes(), end: true });
        let head = ResponseHead { status: 200, content_type: kind, ..ResponseHead::default() };
        gate.handle(&mut vm, now(), Input::ResponseHead(head));
        let content: Vec<Value> = (0..)
            .zip(calls)
            .map(|(n, (tool, input))| json!({ "type": "tool_use", "id": format!("toolu_{n}"), "name": tool, "input": input }))
            .collect();
        let answer = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
            "stop_reason": "tool_use", "stop_sequence": null, "usage": { "input_tokens": 1, "output_tokens": 1 },
        });
        let answer = answer.to_string();
        gate.handle(&mut vm, now(), Input::ResponseBody { chunk: answer.as_bytes(), end: true });

        let batch = vm.emitter.batch(&mut vm.ids, now()).unwrap();
        let request = agent().post(format!("{}/v1/events", self.serving.emitter));
        let request = request.header("authorization", format!("Bearer {GATEWAY}"));
        let answer = request.header("content-type", "application/x-ndjson").send(batch.as_bytes()).unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let decisions = batch.matches("io.toolgate.decision.v1").count();
        assert_eq!(decisions, calls.len(), "{batch}");
    }

    /// Replays what the ledger has by another policy.
    fn replay(&self, policy: &str, more: &[&str]) -> Output {
        let after = self.policy("after", policy);
        let token = self.place.path().join("soc-1.token");
        let token = token.to_str().unwrap();
        let asked = ["--ledger", &self.serving.reviewer, "--token-file", token];
        let asked = [&["replay", "--policy", &after, "--since", "1h"], asked.as_slice(), more].concat();
        toolgate(&asked).stdin(Stdio::null()).output().unwrap()
    }

    fn lines(&self, policy: &str, more: &[&str]) -> (Option<i32>, Vec<Value>) {
        let output = self.replay(policy, &[&["--jsonl"], more].concat());
        let lines = text(&output.stdout);
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code(), lines)
    }
}

fn bash(command: &str) -> (&'static str, Value) {
    ("Bash", json!({ "command": command }))
}

fn delete(path: &str) -> (&'static str, Value) {
    bash(&format!("rm {path}"))
}

/// A call whose arguments the record has not whole: there is a secret in them.
fn with_secret(to: &str, amount: u64) -> (&'static str, Value) {
    ("transfer", json!({ "to": to, "amount": amount, "password": "hunter2hunter2" }))
}

#[test]
fn what_would_newly_be_allowed_is_told_first() {
    let recorded = Recorded::new(&before());
    let calls = [bash("cat /workspace/a"), delete("/workspace/a"), delete("/srv/x"), delete("/workspace/a")];
    recorded.judge(Some(AGENT), &calls);
    recorded.judge(Some("spiffe://corp.example/other"), &[delete("/workspace/b")]);
    let after = format!(
        "{HEAD}{TOOLS}reviewers:\n  soc: {{ members: [group:soc] }}\nrules:\n{WORK}    unless: {{ path: /workspace/a }}\n  \
         - id: clean-up\n    allow: file.delete\n    path: /workspace/**\n    because: Agents may clean up.\n  \
         - id: elsewhere\n    escalate: file.delete\n    path: /srv/**\n    to: soc\n    because: A person looks.\n"
    );
    let told = recorded.replay(&after, &[]);
    assert_eq!(told.status.code(), Some(3), "{}", text(&told.stderr));
    let told = text(&told.stdout);
    let order = [
        "newly allowed: 3\n",
        "  spiffe://corp.example/ns/dev/sa/coder  Bash  file.delete /workspace/a\n    deny (default) -> allow (clean-up): Agents may clean up.\n    2 times, from ",
        "  spiffe://corp.example/other  Bash  file.delete /workspace/b\n",
        "newly asked: 1\n",
        "deny (default) -> escalate (elsewhere): A person looks.\n    at ",
        "newly denied: 1\n",
        "file.read /workspace/a\n    allow (work) -> deny (default): no rule speaks about it\n",
        "5 decisions: 0 unchanged, 3 newly allowed, 1 newly asked, 1 newly denied, 0 cannot be said\n",
        "  newly allowed by clean-up: 3\n",
    ];
    let mut rest = told.as_str();
    for words in order {
        let found = rest.split_once(words);
        rest = found.unwrap_or_else(|| panic!("no `{words}` in:\n{rest}\n… of:\n{told}")).1;
    }

    let (code, lines) = recorded.lines(&after, &["--agent", AGENT]);
    assert_eq!((code, lines.len()), (Some(3), 5));
    let newly: Vec<&str> = lines.iter().filter_map(|line| line["newly"].as_str()).collect();
    assert_eq!(newly, ["allowed", "allowed", "asked", "denied"]);
    assert_eq!(lines[0]["was"], json!({ "verdict": "deny", "rules": ["default"] }));
    assert_eq!(lines[0]["now"], json!({ "verdict": "allow", "rules": ["clean-up"] }));
    assert_eq!(lines[4]["summary"]["newly"]["allowed"], json!({ "calls": 2, "by": { "clean-up": 2 } }));

    let before = recorded.lines(&after, &["--until", "30m"]);
    assert_eq!(before.0, Some(0), "nothing was recorded then");
    assert_eq!(before.1[0]["summary"]["decisions"], 0);
}

#[test]
fn the_same_policy_changes_nothing_and_the_directory_tells_the_same() {
    let mut recorded = Recorded::new(&before());
    let calls = [bash("cat /workspace/a"), delete("/srv/x"), with_secret("acme", 5), bash("cat 'open")];
    recorded.judge(Some(AGENT), &calls);
    recorded.judge(None, &[bash("cat /workspace/a")]);
    let (code, lines) = recorded.lines(&before(), &[]);
    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
    assert_eq!(lines[0]["summary"]["unchanged"], 5);

    let all = format!("{HEAD}{TOOLS}rules:\n  - id: every\n    allow: [file.*, payment.*]\n");
    let (code, asked) = recorded.lines(&all, &[]);
    assert_eq!(code, Some(3));
    recorded.serving.stop();
    let kept = fs::read(recorded.place.database()).unwrap();
    let after = recorded.place.path().join("after");
    let dir = recorded.place.dir();
    let arguments =
        ["replay", "--policy", after.to_str().unwrap(), "--since", "1h", "--dir", &dir, "--jsonl"];
    let read = run(&arguments);
    assert_eq!(read.status.code(), Some(3), "{}", text(&read.stderr));
    let read: Vec<Value> =
        text(&read.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, asked);
    assert!(fs::read(recorded.place.database()).unwrap() == kept, "nothing is written");
    assert!(recorded.place.verify().status.success());
}

#[test]
fn what_the_record_does_not_have_is_never_shown_as_unchanged() {
    let recorded = Recorded::new(&before());
    recorded.judge(Some(AGENT), &[with_secret("acme", 5)]);
    let small = |verdict: &str| {
        format!("  - id: small\n    {verdict}: payment.transfer\n    when: {{ /amount: {{ below: 10 }} }}\n")
    };
    let was = recorded.place.path().join("before");
    let was = ["--was", was.to_str().unwrap()];
    let unsaid = |lines: &[Value]| lines[0]["unsaid"].clone();

    // A rule looks at what was redacted.
    let (code, lines) = recorded.lines(&format!("{HEAD}{TOOLS}rules:\n{}", small("allow")), &was);
    assert_eq!((code, unsaid(&lines)), (Some(4), json!("arguments_not_kept")), "{lines:?}");
    assert_eq!(lines[0]["tool"], "transfer");
    assert_eq!(lines[1]["summary"]["unchanged"], 0);
    // It stays silent there: its principal is another.
    let elsewhere = format!("{}    principal: spiffe://corp.example/other\n", small("allow"));
    let (code, lines) = recorded.lines(&format!("{HEAD}{TOOLS}rules:\n{elsewhere}"), &was);
    assert_eq!((code, lines[0]["summary"]["unchanged"].clone()), (Some(0), json!(1)), "{lines:?}");
    // Whatever it says, another rule denies it.
    let never = "  - id: never\n    deny: payment.*\n";
    let (code, lines) = recorded.lines(&format!("{HEAD}{TOOLS}rules:\n{}{never}", small("allow")), &was);
    assert_eq!((code, lines[0]["summary"]["unchanged"].clone()), (Some(0), json!(1)), "{lines:?}");
    // Nobody looks: its effects are enough.
    let free = format!("{HEAD}{TOOLS}rules:\n  - id: free\n    allow: payment.transfer\n");
    let (code, lines) = recorded.lines(&free, &was);
    assert_eq!((code, lines[0]["newly"].clone()), (Some(3), json!("allowed")), "{lines:?}");
    // … but only where the policy of then is known, and said the same of its tools.
    let (code, lines) = recorded.lines(&free, &[]);
    assert_eq!((code, unsaid(&lines)), (Some(4), json!("policy_not_given")));
    let other = free.replace("resource: /to", "resource: /account");
    let (code, lines) = recorded.lines(&other, &was);
    assert_eq!((code, unsaid(&lines)), (Some(4), json!("other_tools")));
    let told = text(&recorded.replay(&other, &was).stdout);
    assert!(
        told.contains("0 newly denied, 1 cannot be said\n  cannot be said: 1, its arguments were"),
        "{told}"
    );
}

#[test]
fn more_effects_than_the_record_lists_are_no_whole() {
    let recorded = Recorded::new(&before());
    let many: Vec<String> = (0..40).map(|n| format!("/workspace/{n:0>100}")).collect();
    recorded.judge(Some(AGENT), &[bash(&format!("cat {}", many.join(" ")))]);
    let was = recorded.place.path().join("before");
    let was = ["--was", was.to_str().unwrap()];
    let (code, lines) = recorded.lines(&before(), &was);
    assert_eq!((code, lines[0]["unsaid"].clone()), (Some(4), json!("effects_not_listed")), "{lines:?}");
    let never = format!("{HEAD}{TOOLS}rules:\n  - id: never\n    deny: file.read\n");
    let (code, lines) = recorded.lines(&never, &was);
    assert_eq!((code, lines[0]["newly"].clone()), (Some(3), json!("denied")), "{lines:?}");
}

#[test]
fn a_policy_that_only_observes_lets_through_what_was_refused() {
    let recorded = Recorded::new(&before());
    recorded.judge(Some(AGENT), &[delete("/srv/x"), bash("cat /workspace/a")]);
    let observes = before().replace("default: deny", "mode: observe\ndefault: deny");
    let (code, lines) = recorded.lines(&observes, &[]);
    assert_eq!((code, lines.len(), lines[0]["newly"].clone()), (Some(3), 2, json!("allowed")), "{lines:?}");
    assert_eq!(lines[0]["now"], json!({ "verdict": "deny", "rules": ["default"], "observed": true }));

    let watched = Recorded::new(&observes);
    watched.judge_with(&json!({ "observe": true }), Some(AGENT), &[delete("/srv/x")]);
    let (code, lines) = watched.lines(&before(), &[]);
    assert_eq!((code, lines[0]["newly"].clone()), (Some(3), json!("denied")), "{lines:?}");
    assert_eq!(watched.lines(&observes, &[]).0, Some(0), "observed before and after");
}

#[test]
fn nobody_in_particular_cannot_be_asked_about() {
    let recorded = Recorded::new(&before());
    recorded.judge(None, &[delete("/srv/x")]);
    let asks = format!(
        "{HEAD}reviewers:\n  soc: {{ members: [group:soc] }}\nrules:\n  - id: look\n    escalate: file.delete\n    to: soc\n"
    );
    let (code, lines) = recorded.lines(&asks, &[]);
    assert_eq!((code, lines[0]["summary"]["unchanged"].clone()), (Some(0), json!(1)), "{lines:?}");
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let recorded = Recorded::new(&before());
    let told = recorded.replay(&before(), &["--until", "yesterday"]);
    assert_eq!(told.status.code(), Some(2));
    assert!(text(&told.stderr).contains("or how long ago, such as `7d`"), "{}", text(&told.stderr));
    let told = recorded.replay("policy: x\nbase: true\n", &[]);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told.stderr));
}
