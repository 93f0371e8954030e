//! The gate without a proxy, for very many answers: inputs in, what reaches the client and the record out.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use toolgate_engine::config::Config;
use toolgate_engine::emitter::{BatchAnswer, line_hash};
use toolgate_engine::gate::{Chunk, Gate, Input, Output, RequestHead, ResponseHead, Vm};
use toolgate_engine::policy::Bundle;
use toolgate_engine::protocol::{AckStatus, EventAck, EventsAck};
use toolgate_engine::record::{Seen, StartBody, types};
use toolgate_engine::time::Timestamp;

/// The agent that asks.
pub const AGENT: &str = "spiffe://corp.example/ns/agents/sa/native";

/// A response of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A call that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The tool.
    pub tool: String,
    /// Its server or tool set.
    pub namespace: Option<String>,
    /// The digest of tool and arguments.
    pub digest: String,
}

/// What became of one response.
#[derive(Debug)]
pub struct Passed {
    /// What reaches the client.
    pub response: Response,
    /// Whether the stream was broken off.
    pub reset: bool,
    /// Every call that was judged.
    pub judged: Vec<Judged>,
}

/// A gate with its VM, and a ledger that takes everything at once.
#[derive(Debug)]
struct Host {
    vm: Vm,
    gate: Gate,
    now: Timestamp,
    body: Vec<u8>,
    reply: Option<(u16, String)>,
    reset: bool,
    judged: Vec<Judged>,
    awaits: Vec<String>,
}

/// Asks with `request` at `path` under this policy, and is answered with `response`. Without a request it is fetched.
///
/// # Panics
/// When the request itself is not let through.
pub fn pass(policy: &Value, path: &str, request: Option<&Value>, response: &Response) -> Passed {
    let mut host = Host::new(policy);
    let head = RequestHead {
        method: if request.is_some() { "POST" } else { "GET" }.to_owned(),
        path: path.to_owned(),
        principals: vec![AGENT.to_owned()],
        content_type: request.iter().map(|_| "application/json".to_owned()).collect(),
        end: request.is_none(),
        ..RequestHead::default()
    };
    host.give(Input::RequestHead(&head));
    if let Some(request) = request {
        host.give(Input::RequestBody { chunk: request.to_string().as_bytes(), end: true });
    }
    // A tool of the provider's is judged before the request goes on.
    host.acknowledge();
    assert_eq!(host.reply, None, "{path}: {request:?}");
    let header = |name: &str| response.headers.get(name).cloned().into_iter().collect();
    let head = ResponseHead {
        status: response.status,
        content_type: header("content-type"),
        content_encoding: header("content-encoding"),
        end: false,
    };
    host.give(Input::ResponseHead(head));
    if host.reply.is_none() {
        host.chunk(&response.body, false);
        host.chunk(b"", true);
        host.acknowledge();
    }
    host.finish(response)
}

impl Host {
    fn new(policy: &Value) -> Self {
        let config = json!({
            "ledger": {"cluster": "ledger"}, "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"],
            "principal": {"header": {"name": "x-agent"}}, "provider_executed": ["*"],
        });
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
            body: Vec::new(),
            reply: None,
            reset: false,
            judged: Vec::new(),
            awaits: Vec::new(),
        }
    }

    fn give(&mut self, input: Input<'_>) -> Output {
        let mut out = self.gate.handle(&mut self.vm, self.now, input);
        if !out.recall.is_empty() {
            let nothing = vec![None; out.recall.len()];
            out = self.gate.handle(&mut self.vm, self.now, Input::Recalled(&nothing));
        }
        self.awaits.append(&mut out.awaits);
        self.reset |= out.reset;
        if let Some(reply) = &out.reply {
            self.reply = Some((reply.status, reply.body.clone()));
        }
        if let Some(flush) = &out.flush {
            self.body.extend_from_slice(flush);
        }
        if out.push {
            // The tick is here at once.
            self.give(Input::Push);
        }
        out
    }

    fn chunk(&mut self, chunk: &[u8], end: bool) {
        match self.give(Input::ResponseBody { chunk, end }).chunk {
            Chunk::Drop => {}
            Chunk::Keep => self.body.extend_from_slice(chunk),
            Chunk::Replace(bytes) => self.body.extend_from_slice(&bytes),
        }
    }

    fn acknowledge(&mut self) {
        while let Some(batch) = self.vm.emitter.batch(&mut self.vm.ids, self.now) {
            let mut acks = Vec::new();
            for line in batch.lines() {
                let event: Value = serde_json::from_str(line).unwrap();
                if event["type"] == types::DECISION {
                    let text = |value: &Value| value.as_str().map(str::to_owned);
                    let data = &event["data"];
                    self.judged.push(Judged {
                        tool: text(&data["tool"]["name"]).unwrap(),
                        namespace: text(&data["tool"]["namespace"]),
                        digest: text(&data["action"]["digest"]).unwrap(),
                    });
                }
                let id = event["id"].as_str().unwrap().to_owned();
                let hash = line_hash(line.as_bytes());
                acks.push(EventAck {
                    id,
                    hash,
                    index: 0,
                    status: AckStatus::Stored,
                    frozen: false,
                    ended: false,
                });
            }
            let ack = EventsAck { acks, checkpoint: Seen { size: 1, root: "cg==".to_owned() } };
            let body = serde_json::to_vec(&ack).unwrap();
            let answer = BatchAnswer::Answered { status: 200, body: &body };
            let settled = self.vm.emitter.answered(self.now, answer);
            for recorded in &settled.recorded {
                if self.awaits.iter().any(|id| id == recorded.id()) {
                    self.give(Input::Recorded(recorded));
                }
            }
        }
    }

    fn finish(self, response: &Response) -> Passed {
        let response = match self.reply {
            Some((status, body)) => Response {
                status,
                headers: BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]),
                body: body.into_bytes(),
            },
            None => Response { status: response.status, headers: response.headers.clone(), body: self.body },
        };
        Passed { response, reset: self.reset, judged: self.judged }
    }
}
