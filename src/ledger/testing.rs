//! What tests need: a ledger in a folder of its own, a clock that is set, an emitter that chains.

use crate::clock::Clock;
use crate::directory::{self, Paths};
use crate::event::Event;
use crate::service::{Ledger, Options};
use crate::store::Auth;
use crate::store::events::{self, Line};
use crate::tlog::note::Verifier;
use crate::verify::{GRACE, Input, find_log, verify};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use toolgate_engine::ids::Ids;
use toolgate_engine::protocol::{EscalationCreate, ReviewerGroup};
use toolgate_engine::record::Seen;
use toolgate_engine::time::{Span, Timestamp};

pub(crate) const AGENT: &str = "spiffe://corp.example/ns/finance/sa/trade-recon";
/// 2026-11-22T15:43:07Z
const NOW: u64 = 1_795_362_187_000_000;

/// A ledger in a folder of its own.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    pub(crate) vkey: Verifier,
    pub(crate) clock: Arc<AtomicU64>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vkey = directory::init(dir.path(), "log.corp.example", &[7; 32]).unwrap();
        Self { dir, vkey, clock: Arc::new(AtomicU64::new(NOW)) }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The record is whole: files, database and what they tell of each other. Nobody may write to it meanwhile.
    pub(crate) fn verifies(&self) {
        let report = verify(&Input {
            log: find_log(self.path()),
            verifier: self.vkey.clone(),
            anchors: Vec::new(),
            access_logs: Vec::new(),
            database: Some(Paths::new(self.path()).database()),
            grace: GRACE,
        });
        assert_eq!(report.exit_code(), 0, "{report}");
    }

    pub(crate) fn options(&self) -> Options {
        Options { clock: Clock::Set(Arc::clone(&self.clock)), ..Options::default() }
    }

    pub(crate) async fn start(&self) -> Ledger {
        Ledger::start(self.path(), self.options()).await.unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

/// An emitter that makes lines.
pub(crate) struct Chain {
    pub(crate) source: String,
    pub(crate) ids: Ids,
    pub(crate) seq: u64,
    pub(crate) prev: String,
    pub(crate) seen: Option<Seen>,
}

impl Chain {
    pub(crate) fn new(seed: u8) -> Self {
        let mut ids = Ids::new([seed; 32]);
        let source = format!("/emitters/{}", ids.next(Timestamp::from_micros(NOW)));
        Self { source, ids, seq: 0, prev: format!("sha256:{}", "0".repeat(64)), seen: None }
    }

    /// The next line of the chain.
    pub(crate) fn line(&mut self, now: Timestamp, kind: &str, body: Value) -> Line {
        let id = self.ids.next(now);
        let mut data = json!({ "seq": self.seq, "prev": self.prev });
        let fields = data.as_object_mut().unwrap();
        if let Some(seen) = &self.seen {
            fields.insert("seen".to_owned(), serde_json::to_value(seen).unwrap());
        }
        fields.extend(body.as_object().unwrap().clone());
        let event = json!({
            "specversion": "1.0", "id": id, "source": self.source, "type": kind, "time": now.to_string(), "data": data,
        });
        let bytes = serde_json::to_vec(&event).unwrap();
        let event = Event::from_emitter(&bytes).unwrap();
        self.seq += 1;
        self.prev = event.hash.to_hex();
        Line { bytes, event }
    }

    pub(crate) fn start(&mut self, now: Timestamp) -> Line {
        self.line(now, "io.toolgate.emitter.start.v1", json!({ "filter": "0.1.0", "config": "sha256:00" }))
    }

    pub(crate) fn stop(&mut self, now: Timestamp) -> Line {
        self.line(now, "io.toolgate.emitter.stop.v1", json!({}))
    }

    /// `verdict` and `enforced` as they stand in the record.
    pub(crate) fn decision(&mut self, now: Timestamp, verdict: &str, enforced: &str) -> Line {
        self.line(now, "io.toolgate.decision.v1", Self::decided(verdict, enforced))
    }

    /// A denied call that a break-glass lets through.
    pub(crate) fn broken_through(&mut self, now: Timestamp, glass: &Value) -> Line {
        let mut body = Self::decided("deny", "allow");
        body["break_glass"] = glass.clone();
        self.line(now, "io.toolgate.decision.v1", body)
    }

    /// A denied call of a tool with this name, by an agent and a model with this name.
    pub(crate) fn named(&mut self, now: Timestamp, name: &str) -> Line {
        let mut body = Self::decided("deny", "deny");
        body["tool"]["name"] = name.into();
        body["agent"]["id"] = name.into();
        body["model"]["requested"] = name.into();
        self.line(now, "io.toolgate.decision.v1", body)
    }

    fn decided(verdict: &str, enforced: &str) -> Value {
        json!({
            "agent": { "id": AGENT, "via": "mtls" },
            "model": { "api": "anthropic" },
            "request": { "stream": false },
            "tool": { "name": "Bash", "kind": "function", "index": 0 },
            "action": { "digest": DIGEST, "bytes": 41, "redacted": 0, "truncated": false },
            "effects": {
                "known": [{ "action": "file.delete", "resource": { "kind": "path", "path": { "literal": "/srv/x" }, "tree": true } }],
                "unknown": [],
            },
            "analyser": "effects/0.1.0",
            "policy": { "bundle": "", "name": "platform", "version": 1, "rules": ["deletes"], "mode": "enforce" },
            "verdict": verdict,
            "enforced": enforced,
            "reason": { "code": "rule", "text": "Agents delete only what they made." },
        })
    }

    pub(crate) fn outcome(
        &mut self,
        now: Timestamp,
        decision: &str,
        fate: &str,
        escalation: Option<&str>,
    ) -> Line {
        let mut body = json!({
            "decision": decision, "outcome": fate, "reason": { "code": fate, "text": "" }, "hold_ms": 0,
        });
        if let Some(escalation) = escalation {
            body["escalation"] = json!(escalation);
        }
        self.line(now, "io.toolgate.outcome.v1", body)
    }

    /// The question about a decision.
    pub(crate) fn question(&self, decision: &Line, reviewers: Vec<ReviewerGroup>) -> EscalationCreate {
        EscalationCreate {
            decision: decision.event.id.clone(),
            source: self.source.clone(),
            agent: AGENT.to_owned(),
            via: "mtls".to_owned(),
            on_behalf_of: None,
            tool: "Bash".to_owned(),
            digest: DIGEST.to_owned(),
            bundle: "sha256:bb".to_owned(),
            rules_digest: "sha256:cc".to_owned(),
            rules: vec!["deletes".to_owned()],
            because: "Agents delete only what they made.".to_owned(),
            reviewers,
            effects: vec!["file.delete /srv/x".to_owned()],
            arguments: r#"{"command":"rm -r /srv/x"}"#.to_owned(),
        }
    }
}

pub(crate) const DIGEST: &str = "sha256:aa";

pub(crate) fn group(name: &str, members: &[&str], approvals: u32) -> ReviewerGroup {
    let members = members.iter().map(|member| (*member).to_owned()).collect();
    ReviewerGroup {
        name: name.to_owned(),
        members,
        approvals,
        answer_within: 900,
        use_within: 600,
        otherwise: None,
        assurance: None,
    }
}

/// Stores lines as an emitter of this peer.
pub(crate) async fn send(ledger: &Ledger, lines: &[Line]) -> Seen {
    let lines = lines.to_vec();
    let (stored, seen) =
        ledger.write(0, move |writer| events::ingest(writer, "gateway", Auth::Token, &lines)).await.unwrap();
    stored.unwrap();
    seen
}

/// Waits until everything committed is in the files.
pub(crate) async fn published(ledger: &Ledger) {
    let (ledger, size) = (ledger.clone(), ledger.head().size);
    let within = Span::from_secs(10).as_millis();
    let done = tokio::task::spawn_blocking(move || {
        ledger.wait_published(size, std::time::Duration::from_millis(within))
    });
    assert!(done.await.unwrap(), "the log was not published");
}
