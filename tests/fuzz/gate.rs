//! Whole exchanges through a gate, with a ledger that takes everything at once.
//!
//! An input is a byte for the endpoint, one for the cuts, and the body of an answer.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use toolgate_engine::config::Config;
use toolgate_engine::emitter::{BatchAnswer, line_hash};
use toolgate_engine::gate::{Chunk, Gate, Input, Output, RequestHead, ResponseHead, Vm};
use toolgate_engine::policy::Bundle;
use toolgate_engine::record::{StartBody, types};
use toolgate_engine::time::Timestamp;

/// Paths of generating endpoints, the type of their answers, and whether the request asks for a stream.
pub const ENDPOINTS: &[(&str, &str, bool)] = &[
    ("/v1/messages", "application/json", false),
    ("/v1/messages", "text/event-stream", true),
    ("/v1/chat/completions", "application/json", false),
    ("/v1/chat/completions", "text/event-stream", true),
    ("/v1/responses", "application/json", false),
    ("/v1/responses", "text/event-stream", true),
    ("/v1beta/models/m:generateContent", "application/json", false),
    ("/v1beta/models/m:streamGenerateContent?alt=sse", "text/event-stream", true),
    ("/v1beta/models/m:streamGenerateContent", "application/json", true),
    ("/v1beta/interactions", "application/json", false),
    ("/v1beta/interactions", "text/event-stream", true),
    ("/model/m/converse", "application/json", false),
    ("/model/m/converse-stream", "application/vnd.amazon.eventstream", true),
    ("/model/m/invoke-with-response-stream", "application/vnd.amazon.eventstream", true),
];

/// An answer: nothing in it panics; where everything is allowed it leaves as it came or is refused as a whole; where
/// everything is denied what leaves holds no call; and how the network cuts it changes nothing.
pub fn gate(data: &[u8]) {
    let [endpoint, cuts, body @ ..] = data else { return };
    let endpoint = usize::from(*endpoint) % ENDPOINTS.len();
    let step = usize::from(*cuts) + 1;
    for verdict in ["allow", "deny"] {
        let whole = Exchange::of(endpoint, verdict, body, body.len().max(1));
        let cut = Exchange::of(endpoint, verdict, body, step);
        assert_eq!(whole.anonymous(), cut.anonymous(), "{verdict}: cuts of {step} bytes make a difference");
        assert_eq!(whole.decided(), cut.decided(), "{verdict}: cuts of {step} bytes make a difference");
        if !whole.withheld() {
            if whole.decided().iter().all(|decided| decided.ends_with("\"allow\"")) {
                assert!(whole.sent == body, "what was allowed has changed");
            }
            if verdict == "deny" {
                let again = Exchange::of(endpoint, verdict, &whole.sent, whole.sent.len().max(1));
                assert_eq!(again.decided(), Vec::<String>::new(), "what was refused has left");
                assert!(again.sent == whole.sent || again.withheld(), "what was refused has left");
            }
        }
    }
}

/// One request, its answer, and what became of it.
struct Exchange {
    vm: Vm,
    gate: Gate,
    now: Timestamp,
    sent: Vec<u8>,
    shared: BTreeMap<String, Vec<u8>>,
    awaits: Vec<String>,
    events: Vec<Value>,
    /// Answered by the gate, or broken off.
    broken: bool,
}

impl Exchange {
    fn of(endpoint: usize, verdict: &str, body: &[u8], step: usize) -> Self {
        let (path, content_type, stream) = ENDPOINTS[endpoint];
        let mut exchange = Self::new(verdict);
        exchange.give(Input::RequestHead(&RequestHead {
            method: "POST".to_owned(),
            path: path.to_owned(),
            host: Some("localhost".to_owned()),
            principals: vec!["spiffe://corp.example/ns/agents/sa/coder".to_owned()],
            content_type: vec!["application/json".to_owned()],
            ..RequestHead::default()
        }));
        let mut request = json!({"model": "m", "messages": [], "max_tokens": 9});
        if !path.starts_with("/v1beta/models") && !path.starts_with("/model/") {
            request["stream"] = json!(stream);
        }
        exchange.give(Input::RequestBody { chunk: request.to_string().as_bytes(), end: true });
        exchange.give(Input::ResponseHead(ResponseHead {
            status: 200,
            content_type: vec![content_type.to_owned()],
            ..ResponseHead::default()
        }));
        for chunk in body.chunks(step) {
            exchange.body(chunk, false);
        }
        exchange.body(b"", true);
        exchange.acknowledge();
        exchange.give(Input::Gone);
        exchange.acknowledge();
        exchange
    }

    fn new(verdict: &str) -> Self {
        let config = json!({
            "ledger": {"cluster": "ledger"},
            "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": {"header": {"name": "x-agent"}},
        });
        let config = Config::parse(config.to_string().as_bytes()).expect("a configuration");
        let now = Timestamp::from_micros(1_763_826_187_000_000);
        let start = StartBody { filter: "0".to_owned(), node: None, config: String::new() };
        let mut vm = Vm::new(config, [5; 32], start, now).expect("a VM");
        let tools =
            json!({"get_weather": {"action": "weather.read"}, "delete_file": {"action": "any.thing"}});
        let policy = json!({"schema": 1, "name": "fuzz", "mode": "enforce", "default": verdict, "unknown": "deny",
            "tools": tools, "rules": []});
        let policy = serde_json::from_value(policy).expect("a policy");
        vm.policy = Some(Rc::new(Bundle::from_policy(policy, 1).expect("a bundle")));
        Self {
            vm,
            gate: Gate::default(),
            now,
            sent: Vec::new(),
            shared: BTreeMap::new(),
            awaits: Vec::new(),
            events: Vec::new(),
            broken: false,
        }
    }

    fn give(&mut self, input: Input<'_>) -> Output {
        let mut out = self.gate.handle(&mut self.vm, self.now, input);
        if !out.recall.is_empty() {
            let held: Vec<_> = out.recall.iter().map(|place| self.shared.get(place).cloned()).collect();
            out = self.gate.handle(&mut self.vm, self.now, Input::Recalled(&held));
        }
        for remember in &out.remember {
            let held = self.shared.get(remember.place()).map(Vec::as_slice);
            if let Some(value) = remember.instead_of(held) {
                self.shared.insert(remember.place().to_owned(), value);
            }
        }
        self.awaits.append(&mut out.awaits);
        self.broken |= out.reset || out.reply.is_some();
        if let Some(flush) = &out.flush {
            self.sent.extend_from_slice(flush);
        }
        if out.push {
            // The tick is here at once.
            self.give(Input::Push);
        }
        out
    }

    fn body(&mut self, chunk: &[u8], end: bool) {
        if self.broken {
            return;
        }
        match self.give(Input::ResponseBody { chunk, end }).chunk {
            Chunk::Drop => {}
            Chunk::Keep => self.sent.extend_from_slice(chunk),
            Chunk::Replace(bytes) => self.sent.extend_from_slice(&bytes),
        }
    }

    fn acknowledge(&mut self) {
        while let Some(batch) = self.vm.emitter.batch(&mut self.vm.ids, self.now) {
            let events: Vec<(&str, Value)> =
                batch.lines().map(|line| (line, serde_json::from_str(line).expect("an event"))).collect();
            let acks: Vec<Value> = events
                .iter()
                .map(|(line, event)| {
                    json!({"id": event["id"], "hash": line_hash(line.as_bytes()), "index": 1, "status": "stored"})
                })
                .collect();
            let ack = json!({"acks": acks, "checkpoint": {"size": 1, "root": "cg=="}}).to_string();
            self.events.extend(events.into_iter().map(|(_, event)| event));
            let answer = BatchAnswer::Answered { status: 200, body: ack.as_bytes() };
            let settled = self.vm.emitter.answered(self.now, answer);
            for recorded in &settled.recorded {
                if self.awaits.iter().any(|id| id == recorded.id()) {
                    self.give(Input::Recorded(recorded));
                }
            }
        }
    }

    /// Whether the answer was refused as a whole, or broken off.
    fn withheld(&self) -> bool {
        self.broken
            || self
                .events
                .iter()
                .any(|event| event["type"] == types::RESPONSE || event.to_string().contains("\"unreadable\""))
    }

    /// The tools that were decided about, and how.
    fn decided(&self) -> Vec<String> {
        let decisions = self.events.iter().filter(|event| event["type"] == types::DECISION);
        let mut all: Vec<String> = decisions
            .map(|event| format!("{} {}", event["data"]["tool"], event["data"]["verdict"]))
            .collect();
        all.sort();
        all
    }

    /// What left, names of decisions left out: they are new each time.
    fn anonymous(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for word in self.sent.split_inclusive(|b| !b.is_ascii_hexdigit() && *b != b'-') {
            let id = word.strip_suffix(&[*word.last().unwrap_or(&0)]).unwrap_or_default();
            let is_id = |id: &[u8]| id.len() == 36 && id.iter().filter(|b| **b == b'-').count() == 4;
            if is_id(id) || is_id(word) {
                out.extend_from_slice(b"ID");
            } else {
                out.extend_from_slice(word);
            }
        }
        out
    }
}
