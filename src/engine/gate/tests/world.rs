//! A host that is not one: it gives inputs, takes outputs, and plays the ledger when told to.

use crate::config::Config;
use crate::emitter::{BatchAnswer, line_hash};
use crate::gate::{Ask, Chunk, Gate, Input, Output, Reply, RequestHead, ResponseHead, Ticket, Vm};
use crate::json::Document;
use crate::policy::Bundle;
use crate::protocol::{AckStatus, ConsumeAck, EscalationPhase, EscalationState, EventAck, EventsAck};
use crate::record::{Seen, StartBody};
use crate::time::{Span, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) const AGENT: &str = "spiffe://corp.example/ns/dev/sa/coder";

/// `get_weather` is allowed, `delete_file` denied, `transfer` escalated, everything else denied by default.
pub(super) fn policy() -> Value {
    json!({
        "schema": 1, "name": "test", "mode": "enforce", "default": "deny", "unknown": "deny",
        "working_directory": "/workspace",
        "tools": {
            "delete_file": {"delete": "/path"},
            "get_weather": {"action": "weather.read", "resource": "/city"},
            "transfer": {"action": "payment.transfer", "resource": "/to"},
        },
        "reviewers": {"soc": {"members": ["group:soc"]}},
        "rules": [
            {"id": "weather", "policy": "test", "verdict": "allow", "actions": ["weather.read"]},
            {"id": "no-deletes", "policy": "test", "verdict": "deny", "actions": ["file.delete"],
             "because": "Agents delete nothing here."},
            {"id": "two-eyes", "policy": "test", "verdict": "escalate", "actions": ["payment.transfer"], "to": ["soc"],
             "because": "A person looks at transfers."},
        ],
    })
}

/// Everything is allowed.
pub(super) fn allow_all() -> Value {
    let mut policy = policy();
    policy["default"] = json!("allow");
    policy["rules"] = json!([{"id": "all", "policy": "test", "verdict": "allow", "actions": ["*.*"]}]);
    policy["tools"] = json!({"delete_file": {"action": "x.y"}, "get_weather": {"action": "x.y"}, "transfer": {"action": "x.y"}});
    policy
}

pub(super) struct World {
    pub(super) vm: Vm,
    pub(super) gate: Gate,
    pub(super) now: Timestamp,
    /// What the client's socket received of the body.
    pub(super) sent: Vec<u8>,
    /// What went on to the model's server.
    pub(super) asked: Vec<u8>,
    pub(super) reply: Option<Reply>,
    pub(super) reset: bool,
    /// The frame that was given last waits.
    pub(super) paused: bool,
    /// It was the last one of the body.
    at_end: bool,
    /// Bytes may leave in the next tick.
    pushes: bool,
    /// The tick comes when a test says so, and not behind whatever is decided.
    pub(super) by_hand: bool,
    /// The request's last frame waits.
    waiting: bool,
    /// The client got the end of the body.
    pub(super) ended: bool,
    pub(super) access: Option<String>,
    /// Questions that nobody answered yet.
    pub(super) asks: Vec<(Ticket, Ask)>,
    awaits: Vec<String>,
    /// What all workers of the proxy share.
    pub(super) shared: BTreeMap<String, Vec<u8>>,
    /// Every event the ledger was sent.
    pub(super) events: Vec<Value>,
    /// Whether the ledger says that the principal is frozen.
    pub(super) frozen: bool,
    /// Whether the ledger says that the break-glass of a decision does not hold.
    pub(super) ended_glass: bool,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(&json!({}), &policy())
    }

    /// `extra` is laid over the plugin configuration.
    pub(super) fn with(extra: &Value, policy: &Value) -> Self {
        let mut config = json!({
            "ledger": {"cluster": "ledger", "ack_timeout_ms": 500},
            "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": {"header": {"name": "x-agent"}},
        });
        for (key, value) in extra.as_object().unwrap() {
            config[key] = value.clone();
        }
        let config = Config::parse(config.to_string().as_bytes()).unwrap();
        let now = Timestamp::from_micros(1_763_826_187_000_000);
        let start = StartBody { filter: "0".to_owned(), node: None, config: String::new() };
        let mut vm = Vm::new(config, [5; 32], start, now).unwrap();
        let policy = serde_json::from_value(policy.clone()).unwrap();
        vm.policy = Some(Rc::new(Bundle::from_policy(policy, 1).unwrap()));
        Self {
            vm,
            gate: Gate::default(),
            now,
            sent: Vec::new(),
            asked: Vec::new(),
            reply: None,
            reset: false,
            paused: false,
            at_end: false,
            pushes: false,
            by_hand: false,
            waiting: false,
            ended: false,
            access: None,
            asks: Vec::new(),
            awaits: Vec::new(),
            shared: BTreeMap::new(),
            events: Vec::new(),
            frozen: false,
            ended_glass: false,
        }
    }

    pub(super) fn give(&mut self, input: Input<'_>) -> Output {
        let mut out = self.gate.handle(&mut self.vm, self.now, input);
        if !out.recall.is_empty() {
            assert_eq!(out.chunk, Chunk::Drop, "what becomes of the chunk is not known yet");
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
        self.asks.append(&mut out.asks);
        self.reset |= out.reset;
        if out.reply.is_some() {
            self.reply.clone_from(&out.reply);
        }
        if out.access.is_some() {
            self.access.clone_from(&out.access);
        }
        if let Some(forward) = &out.forward {
            assert!(self.waiting, "a request without a frame that waits");
            assert!(forward.len() <= self.vm.config.limits.release, "over the limit: {}", forward.len());
            self.asked.extend_from_slice(forward);
            self.waiting = false;
        }
        if let Some(flush) = &out.flush {
            assert!(self.paused, "a flush without a frame that waits");
            assert!(flush.len() <= self.vm.config.limits.release, "a flush over the limit: {}", flush.len());
            self.sent.extend_from_slice(flush);
            if self.at_end {
                self.paused = false;
                self.ended = true;
            }
        }
        self.pushes |= out.push;
        out
    }

    pub(super) fn head(&self, path: &str) -> RequestHead {
        RequestHead {
            method: "POST".to_owned(),
            path: path.to_owned(),
            host: Some("api.example".to_owned()),
            principals: vec![AGENT.to_owned()],
            content_type: vec!["application/json".to_owned()],
            ..RequestHead::default()
        }
    }

    /// Sends a request that is let through.
    pub(super) fn ask(&mut self, path: &str, body: &Value) {
        let head = self.head(path);
        self.give(Input::RequestHead(&head));
        self.request_body(body.to_string().as_bytes(), true);
        assert_eq!(self.reply, None);
    }

    pub(super) fn request_body(&mut self, chunk: &[u8], end: bool) {
        let out = self.give(Input::RequestBody { chunk, end });
        if out.wait {
            assert!(end && out.chunk == Chunk::Drop, "only an emptied last frame waits");
            self.waiting = true;
        } else if self.reply.is_none() {
            take(&mut self.asked, out.chunk, chunk);
        }
    }

    pub(super) fn anthropic(&mut self, stream: bool) {
        self.ask("/v1/messages", &json!({"model": "m", "max_tokens": 9, "stream": stream, "messages": []}));
    }

    pub(super) fn response(&mut self, status: u16, content_type: &str) {
        let head = ResponseHead {
            status,
            content_type: vec![content_type.to_owned()],
            content_encoding: Vec::new(),
            end: false,
        };
        self.at_end = false;
        self.give(Input::ResponseHead(head));
    }

    pub(super) fn body(&mut self, chunk: &[u8], end: bool) {
        assert!(!self.at_end, "a chunk after the last frame");
        let out = self.give(Input::ResponseBody { chunk, end });
        if let (true, Chunk::Replace(bytes)) = (self.paused, &out.chunk) {
            let limit = self.vm.config.limits.release;
            assert!(bytes.len() <= limit, "a paused stream got {} bytes in a chunk's callback", bytes.len());
        }
        self.paused = out.wait;
        self.at_end = end;
        if out.wait {
            assert!(out.chunk == Chunk::Drop, "only an emptied frame waits");
        } else {
            take(&mut self.sent, out.chunk, chunk);
            self.ended |= end;
        }
    }

    /// The tick, in which bytes may leave a stream that is paused.
    pub(super) fn tick(&mut self) {
        while std::mem::take(&mut self.pushes) {
            self.give(Input::Push);
        }
    }

    /// The whole body, cut at these places; the end comes by itself, as it does with HTTP/1.
    pub(super) fn bodies(&mut self, body: &[u8], cuts: &[usize]) {
        let mut from = 0;
        for &cut in cuts {
            self.body(&body[from..cut], false);
            from = cut;
        }
        self.body(&body[from..], false);
        self.body(b"", true);
    }

    /// The ledger takes everything that waits and proves it; the gate hears of what it waits for.
    pub(super) fn acknowledge(&mut self) {
        while let Some(batch) = self.vm.emitter.batch(&mut self.vm.ids, self.now) {
            let mut acks = Vec::new();
            for line in batch.lines() {
                // What the ledger takes: see `Event::read` there.
                assert!(line.bytes().all(|byte| byte >= b' '), "{line}");
                Document::parse(line.as_bytes().to_vec(), 64).unwrap();
                let event: Value = serde_json::from_str(line).unwrap();
                let id = event["id"].as_str().unwrap().to_owned();
                let hash = line_hash(line.as_bytes());
                let (frozen, ended) = (self.frozen, self.ended_glass);
                acks.push(EventAck { id, hash, index: 0, status: AckStatus::Stored, frozen, ended });
                self.events.push(event);
            }
            let ack = EventsAck { acks, checkpoint: Seen { size: 1, root: "cg==".to_owned() } };
            let ack = serde_json::to_vec(&ack).unwrap();
            let settled =
                self.vm.emitter.answered(self.now, BatchAnswer::Answered { status: 200, body: &ack });
            for recorded in &settled.recorded {
                if self.awaits.iter().any(|id| id == recorded.id()) {
                    self.give(Input::Recorded(recorded));
                }
            }
            self.tick_by_itself();
        }
    }

    pub(super) fn pass(&mut self, span: Span) {
        self.now = self.now + span;
        self.give(Input::Tick);
        self.tick_by_itself();
    }

    /// The next question to the side service.
    pub(super) fn next_ask(&mut self) -> (Ticket, Ask) {
        assert!(!self.asks.is_empty(), "no question was asked");
        self.asks.remove(0)
    }

    pub(super) fn answer(&mut self, ticket: Ticket, status: u16, body: &impl serde::Serialize) {
        let body = serde_json::to_vec(body).unwrap();
        self.give(Input::Answered { ticket, answer: Some((status, &body)) });
        self.tick_by_itself();
    }

    fn tick_by_itself(&mut self) {
        if !self.by_hand {
            self.tick();
        }
    }

    /// Answers a `Create` with this state.
    pub(super) fn escalation(&mut self, id: &str, phase: EscalationPhase) -> Ticket {
        let (ticket, ask) = self.next_ask();
        let Ask::Create(create) = ask else { panic!("{ask:?}") };
        self.answer(ticket, 200, &state(id, &create.digest, phase, 1));
        ticket
    }

    /// Answers a `Consume` as it asks to be.
    pub(super) fn consume(&mut self) {
        let (ticket, ask) = self.next_ask();
        let Ask::Consume { id, request } = ask else { panic!("{ask:?}") };
        self.answer(
            ticket,
            200,
            &ConsumeAck { id, decision: request.decision, digest: request.digest, index: 7 },
        );
    }

    pub(super) fn sent(&self) -> String {
        String::from_utf8_lossy(&self.sent).into_owned()
    }

    /// Events of one type.
    pub(super) fn of_type(&self, kind: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["type"] == kind).collect()
    }
}

pub(super) fn state(id: &str, digest: &str, state: EscalationPhase, version: u64) -> EscalationState {
    EscalationState {
        id: id.to_owned(),
        digest: digest.to_owned(),
        state,
        version,
        comment: None,
        expires_in: 60,
    }
}

fn take(into: &mut Vec<u8>, what: Chunk, chunk: &[u8]) {
    match what {
        Chunk::Drop => {}
        Chunk::Keep => into.extend_from_slice(chunk),
        Chunk::Replace(bytes) => into.extend_from_slice(&bytes),
    }
}

/// One event of an Anthropic stream.
fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

/// An Anthropic stream: some text, then these calls of tools with their arguments.
pub(super) fn stream(calls: &[(&str, Value)]) -> String {
    let mut out = event(
        &json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant",
        "model": "m", "content": [], "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}}}),
    );
    out += &event(
        &json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
    );
    out += &event(
        &json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Let me see – äöü."}}),
    );
    out += &event(&json!({"type": "content_block_stop", "index": 0}));
    for (n, (tool, arguments)) in calls.iter().enumerate() {
        let index = n + 1;
        out += &event(&json!({"type": "content_block_start", "index": index, "content_block":
            {"type": "tool_use", "id": format!("toolu_{index}"), "name": tool, "input": {}}}));
        let text = arguments.to_string();
        let middle = (text.len() / 2..).find(|at| text.is_char_boundary(*at)).unwrap();
        let (first, second) = text.split_at(middle);
        for piece in [first, second] {
            out += &event(&json!({"type": "content_block_delta", "index": index,
                "delta": {"type": "input_json_delta", "partial_json": piece}}));
        }
        out += &event(&json!({"type": "content_block_stop", "index": index}));
    }
    let reason = if calls.is_empty() { "end_turn" } else { "tool_use" };
    out += &event(
        &json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}, "usage": {"output_tokens": 5}}),
    );
    out + &event(&json!({"type": "message_stop"}))
}

/// The same answer as one document.
pub(super) fn document(calls: &[(&str, Value)]) -> String {
    let mut content = vec![json!({"type": "text", "text": "Let me see – äöü."})];
    for (n, (tool, arguments)) in calls.iter().enumerate() {
        content
            .push(json!({"type": "tool_use", "id": format!("toolu_{n}"), "name": tool, "input": arguments}));
    }
    let reason = if calls.is_empty() { "end_turn" } else { "tool_use" };
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": reason, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 5}})
    .to_string()
}
