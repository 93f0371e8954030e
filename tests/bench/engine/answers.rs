//! Whole exchanges through a gate, with a ledger that acknowledges at once and costs nothing.

use crate::{Bench, timed};
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::Duration;
use toolgate_engine::config::Config;
use toolgate_engine::emitter::{BatchAnswer, line_hash};
use toolgate_engine::gate::{Chunk, Gate, Input, RequestHead, ResponseHead, Vm};
use toolgate_engine::policy::Bundle;
use toolgate_engine::record::StartBody;
use toolgate_engine::time::Timestamp;

const AGENT: &str = "spiffe://corp.example/ns/agents/sa/coder";

/// Answers that are under way at once, and share a batch of records.
const TOGETHER: u32 = 32;

pub(crate) fn run(bench: &Bench) {
    let text = "word ".repeat(600);
    let input = json!({"city": "Zürich", "note": "x".repeat(1_400)});
    let call = json!({"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": input});
    for (name, stream, body) in [
        ("answer: JSON, text of 3 KB", false, document(&text, None)),
        ("answer: JSON, one allowed call, 2 KB", false, document("Let me see.", Some(&call))),
        ("answer: SSE, text, 250 events", true, events(&text, None)),
        ("answer: SSE, one allowed call, 200 events", true, events("Let me see.", Some(&call))),
    ] {
        let mut world = World::new();
        bench.measure(name, TOGETHER, || world.exchange(stream, &body));
    }
}

struct World {
    vm: Vm,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        let config = json!({
            "ledger": {"cluster": "ledger"},
            "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": {"header": {"name": "x-agent-id"}},
        });
        let config = Config::parse(config.to_string().as_bytes()).unwrap();
        let now = Timestamp::from_micros(1_763_826_187_000_000);
        let start = StartBody { filter: "0".to_owned(), node: None, config: String::new() };
        let mut vm = Vm::new(config, [5; 32], start, now).unwrap();
        let policy = json!({
            "schema": 1, "name": "bench", "mode": "enforce", "default": "deny", "unknown": "deny",
            "tools": {"get_weather": {"action": "weather.read", "resource": "/city"}},
            "rules": [{"id": "weather", "policy": "bench", "verdict": "allow", "actions": ["weather.read"]}],
        });
        let policy = serde_json::from_value(policy).unwrap();
        vm.policy = Some(Rc::new(Bundle::from_policy(policy, 1).unwrap()));
        Self { vm, now }
    }

    /// Several exchanges side by side; how long the gate and the emitter took for all of them.
    fn exchange(&mut self, stream: bool, body: &[u8]) -> Duration {
        let mut spent = Duration::ZERO;
        let request = json!({"model": "m", "max_tokens": 9, "stream": stream,
            "messages": [{"role": "user", "content": "What is the weather?"}],
            "tools": [{"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}]});
        let request = request.to_string();
        let mut waiting = Vec::new();
        for _ in 0..TOGETHER {
            let mut gate = Gate::default();
            let heads = (request_head(), response_head(stream));
            let (out, awaits) = timed(&mut spent, || {
                let vm = &mut self.vm;
                gate.handle(vm, self.now, Input::RequestHead(&heads.0));
                gate.handle(vm, self.now, Input::RequestBody { chunk: request.as_bytes(), end: true });
                gate.handle(vm, self.now, Input::ResponseHead(heads.1));
                let first = gate.handle(vm, self.now, Input::ResponseBody { chunk: body, end: false });
                let last = gate.handle(vm, self.now, Input::ResponseBody { chunk: b"", end: true });
                (if stream { first.chunk } else { last.chunk }, [first.awaits, last.awaits].concat())
            });
            match awaits.into_iter().next() {
                None => assert_ne!(out, Chunk::Drop, "text leaves at once"),
                Some(id) => waiting.push((id, gate)),
            }
        }
        if !waiting.is_empty() {
            self.acknowledge(&mut spent, waiting);
        }
        spent
    }

    fn acknowledge(&mut self, spent: &mut Duration, mut waiting: Vec<(String, Gate)>) {
        while let Some(batch) = timed(spent, || self.vm.emitter.batch(&mut self.vm.ids, self.now)) {
            let ack = acknowledgement(&batch);
            timed(spent, || {
                let settled =
                    self.vm.emitter.answered(self.now, BatchAnswer::Answered { status: 200, body: &ack });
                for recorded in &settled.recorded {
                    let Some(at) = waiting.iter().position(|(id, _)| id == recorded.id()) else { continue };
                    let (_, mut gate) = waiting.swap_remove(at);
                    gate.handle(&mut self.vm, self.now, Input::Recorded(recorded));
                    let out = gate.handle(&mut self.vm, self.now, Input::Push);
                    assert!(out.flush.is_some(), "an allowed call is released once it is recorded");
                    gate.handle(&mut self.vm, self.now, Input::Gone);
                }
            });
        }
        assert!(waiting.is_empty());
    }
}

fn acknowledgement(batch: &str) -> Vec<u8> {
    let acks: Vec<Value> = batch
        .lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            json!({"id": event["id"], "hash": line_hash(line.as_bytes()), "index": 1, "status": "stored"})
        })
        .collect();
    json!({"acks": acks, "checkpoint": {"size": 1, "root": "cg=="}}).to_string().into_bytes()
}

fn request_head() -> RequestHead {
    RequestHead {
        method: "POST".to_owned(),
        path: "/v1/messages".to_owned(),
        host: Some("localhost".to_owned()),
        request_id: Some("7b0c7a0e-4c1b-4d35-9a3e-0b6f3f3b7c11".to_owned()),
        principals: vec![AGENT.to_owned()],
        content_type: vec!["application/json".to_owned()],
        ..RequestHead::default()
    }
}

fn response_head(stream: bool) -> ResponseHead {
    let kind = if stream { "text/event-stream" } else { "application/json" };
    ResponseHead { status: 200, content_type: vec![kind.to_owned()], ..ResponseHead::default() }
}

fn message(content: &[Value], stop: &Value) -> Value {
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": stop, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 5}})
}

fn document(text: &str, call: Option<&Value>) -> Vec<u8> {
    let mut content = vec![json!({"type": "text", "text": text})];
    content.extend(call.cloned());
    let stop = if call.is_some() { "tool_use" } else { "end_turn" };
    message(&content, &stop.into()).to_string().into_bytes()
}

/// The same answer as a stream, in pieces of a dozen or of eight characters.
fn events(text: &str, call: Option<&Value>) -> Vec<u8> {
    let mut all = vec![json!({"type": "message_start", "message": message(&[], &Value::Null)})];
    let mut block = |index: usize, start: Value, deltas: Vec<Value>| {
        all.push(json!({"type": "content_block_start", "index": index, "content_block": start}));
        let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
        all.extend(deltas.into_iter().map(delta));
        all.push(json!({"type": "content_block_stop", "index": index}));
    };
    let deltas = pieces(text, 12).map(|piece| json!({"type": "text_delta", "text": piece})).collect();
    block(0, json!({"type": "text", "text": ""}), deltas);
    if let Some(call) = call {
        let text = call["input"].to_string();
        let deltas = pieces(&text, 8)
            .map(|piece| json!({"type": "input_json_delta", "partial_json": piece}))
            .collect();
        let mut start = call.clone();
        start["input"] = json!({});
        block(1, start, deltas);
    }
    let stop = if call.is_some() { "tool_use" } else { "end_turn" };
    all.push(json!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null}, "usage": {"output_tokens": 5}}));
    all.push(json!({"type": "message_stop"}));
    let event = |data: Value| format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap());
    all.into_iter().map(event).collect::<String>().into_bytes()
}

fn pieces(text: &str, size: usize) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = characters.chunks(size).map(|piece| piece.iter().collect()).collect();
    pieces.into_iter()
}
