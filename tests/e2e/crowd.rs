//! Very many calls wait for people at once: what is kept has a bound, and every one of them comes to an end.

use serde_json::{Value, json};
use std::rc::Rc;
use toolgate_engine::config::Config;
use toolgate_engine::emitter::{BatchAnswer, line_hash};
use toolgate_engine::gate::{Ask, Chunk, Gate, Input, Output, RequestHead, ResponseHead, Ticket, Vm};
use toolgate_engine::policy::Bundle;
use toolgate_engine::protocol::{EscalationPhase, EscalationState};
use toolgate_engine::record::StartBody;
use toolgate_engine::time::{Span, Timestamp};

const BODY: &str = r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"toolu_0","name":"transfer","input":{"to":"acme"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":5}}"#;

/// One VM, and as many gates in it as there are answers.
struct Crowd {
    vm: Vm,
    gates: Vec<Gate>,
    now: Timestamp,
    ended: Vec<bool>,
    asks: Vec<(usize, Ticket, Ask)>,
    awaits: Vec<(usize, String)>,
}

impl Crowd {
    fn new(count: usize) -> Self {
        let config = json!({
            "ledger": {"cluster": "ledger"}, "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": {"header": {"name": "x-agent"}}, "hold_ms": 20_000,
        });
        let config = Config::parse(config.to_string().as_bytes()).unwrap();
        let now = Timestamp::from_micros(1_763_826_187_000_000);
        let start = StartBody { filter: "0".to_owned(), node: None, config: String::new() };
        let mut vm = Vm::new(config, [5; 32], start, now).unwrap();
        let policy = json!({
            "schema": 1, "name": "crowd", "mode": "enforce", "default": {"escalate": ["soc"]}, "unknown": "deny",
            "working_directory": "/workspace", "reviewers": {"soc": {"members": ["group:soc"]}}, "rules": [],
            "tools": {"transfer": {"action": "payment.transfer", "resource": "/to"}},
        });
        vm.policy = Some(Rc::new(Bundle::from_policy(serde_json::from_value(policy).unwrap(), 1).unwrap()));
        let gates = (0..count).map(|_| Gate::default()).collect();
        Self { vm, gates, now, ended: vec![false; count], asks: Vec::new(), awaits: Vec::new() }
    }

    fn give(&mut self, which: usize, input: Input<'_>) -> Output {
        let mut out = self.gates[which].handle(&mut self.vm, self.now, input);
        if !out.recall.is_empty() {
            let nothing = vec![None; out.recall.len()];
            out = self.gates[which].handle(&mut self.vm, self.now, Input::Recalled(&nothing));
        }
        self.awaits.extend(out.awaits.drain(..).map(|id| (which, id)));
        self.asks.extend(out.asks.drain(..).map(|(ticket, ask)| (which, ticket, ask)));
        self.ended[which] |= out.flush.is_some();
        if out.push {
            // The tick is here at once.
            self.give(which, Input::Push);
        }
        out
    }

    /// Answers the agent with the call; gives whether that waits now, and what left at once.
    fn answer(&mut self, which: usize) -> (bool, String) {
        let head = RequestHead {
            method: "POST".to_owned(),
            path: "/v1/messages".to_owned(),
            principals: vec!["spiffe://corp.example/ns/agents/sa/crowd".to_owned()],
            content_type: vec!["application/json".to_owned()],
            ..RequestHead::default()
        };
        self.give(which, Input::RequestHead(&head));
        let request = br#"{"model":"m","max_tokens":9,"messages":[]}"#;
        self.give(which, Input::RequestBody { chunk: request, end: true });
        let head = ResponseHead {
            status: 200,
            content_type: vec!["application/json".to_owned()],
            content_encoding: Vec::new(),
            end: false,
        };
        self.give(which, Input::ResponseHead(head));
        let (mut waits, mut left) = (false, Vec::new());
        for (chunk, end) in [(BODY.as_bytes(), false), (&b""[..], true)] {
            let out = self.give(which, Input::ResponseBody { chunk, end });
            waits = out.wait;
            match out.chunk {
                Chunk::Drop => {}
                Chunk::Keep => left.extend_from_slice(chunk),
                Chunk::Replace(bytes) => left.extend_from_slice(&bytes),
            }
        }
        (waits, String::from_utf8(left).unwrap())
    }

    fn acknowledge(&mut self) {
        while let Some(batch) = self.vm.emitter.batch(&mut self.vm.ids, self.now) {
            let acks = batch.lines().map(|line| {
                let event: Value = serde_json::from_str(line).unwrap();
                let (id, hash) = (event["id"].as_str().unwrap().to_owned(), line_hash(line.as_bytes()));
                json!({"id": id, "hash": hash, "index": 0, "status": "stored"})
            });
            let ack = json!({"acks": acks.collect::<Vec<_>>(), "checkpoint": {"size": 1, "root": "cg=="}});
            let body = ack.to_string();
            let answer = BatchAnswer::Answered { status: 200, body: body.as_bytes() };
            let settled = self.vm.emitter.answered(self.now, answer);
            for recorded in &settled.recorded {
                let waits = self.awaits.iter().find(|(_, id)| id == recorded.id()).map(|(which, _)| *which);
                if let Some(which) = waits {
                    self.give(which, Input::Recorded(recorded));
                }
            }
        }
    }

    /// Answers every question to create an escalation: it is pending.
    fn pending(&mut self) {
        for (which, ticket, ask) in std::mem::take(&mut self.asks) {
            let Ask::Create(create) = ask else { panic!("{ask:?}") };
            let state = EscalationState {
                id: format!("e-{which}"),
                digest: create.digest,
                state: EscalationPhase::Pending,
                version: 1,
                comment: None,
                expires_in: 900,
            };
            let body = serde_json::to_vec(&state).unwrap();
            self.give(which, Input::Answered { ticket, answer: Some((200, &body)) });
        }
    }
}

#[test]
fn a_thousand_held_calls_keep_no_more_than_their_bytes_and_give_them_back() {
    const COUNT: usize = 1_000;
    let mut crowd = Crowd::new(COUNT);
    for which in 0..COUNT {
        assert_eq!(crowd.answer(which), (true, String::new()));
    }
    crowd.acknowledge();
    crowd.pending();
    let held = crowd.vm.held();
    assert!(held >= COUNT * BODY.len(), "{held}: what is held is not counted");
    assert!(held <= COUNT * 8 * BODY.len(), "{held} bytes for {COUNT} answers of {}", BODY.len());
    assert!(crowd.ended.iter().all(|ended| !ended));

    // Nobody answers any of them.
    crowd.now = crowd.now + Span::from_secs(20);
    for which in 0..COUNT {
        crowd.give(which, Input::Tick);
    }
    crowd.acknowledge();
    assert!(crowd.ended.iter().all(|ended| *ended), "some of them still wait");
    assert_eq!(crowd.vm.held(), 0, "room is not given back");
}

#[test]
fn where_the_room_is_gone_the_next_is_refused_and_the_others_are_not() {
    let mut crowd = Crowd::new(1_000);
    crowd.vm.config.limits.vm = 64 << 10;
    let mut waiting = 0;
    for which in 0..crowd.gates.len() {
        let (waits, left) = crowd.answer(which);
        waiting += usize::from(waits);
        assert!(!left.contains("acme"), "a call went by without a person: {left}");
        assert_ne!(waits, left.contains("toolgate"), "it neither waits nor says why: {left}");
    }
    assert!(waiting > 10 && waiting < 500, "{waiting}");
    assert!(crowd.vm.held() <= (64 << 10) + 8 * BODY.len(), "{}", crowd.vm.held());
}
