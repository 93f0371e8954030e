//! The whole service over its listeners: who may do what, what goes wrong and how that is told, and the
//! interface as it is checked in.

mod behalf;
mod break_glass;
mod denials;
mod freezes;
mod oidc;
mod people;
mod sign_in;
mod slack;

use super::problem::Code;
use super::{EMITTER_ROUTES, REVIEWER_ROUTES, Route, SLACK_ROUTES, STATUS_ROUTES, status};
use crate::config::File;
use crate::server::Server;
use crate::testing::{AGENT, Bench, Chain, DIGEST, group};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use toolgate_engine::protocol::{ConsumeAck, EscalationPhase, EscalationState, EventsAck};

const GATEWAY: &str = "gateway-token-0123456789";
const SOC_1: &str = "soc-1-token-0123456789";
const SOC_2: &str = "soc-2-token-0123456789";
const AUDITOR: &str = "auditor-token-0123456789";
const AUTHOR: &str = "author-token-0123456789";

const CONFIG: &str = r#"
[listen]
emitter = "127.0.0.1:0"
reviewer = "127.0.0.1:0"
metrics = "127.0.0.1:0"

[[emitters]]
name = "gateway"
token_file = "gateway.token"

[[users]]
name = "soc-1"
token_file = "soc-1.token"
groups = ["soc"]

[[users]]
name = "soc-2"
token_file = "soc-2.token"
groups = ["soc"]

[[users]]
name = "auditor"
token_file = "auditor.token"
roles = ["auditor"]

[[users]]
name = "author"
token_file = "author.token"
roles = ["author"]
"#;

struct Running {
    bench: Bench,
    server: Server,
    client: ureq::Agent,
    chain: Chain,
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The status and code of a problem document.
    fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text());
        let document: Value = self.json();
        assert_eq!(document["status"], self.status);
        (self.status, document["code"].as_str().unwrap().to_owned())
    }
}

impl Running {
    async fn start() -> Self {
        Self::start_with("", &[]).await
    }

    /// With more in front of the configuration, and more files beside it.
    async fn start_with(more: &str, files: &[(&str, &str)]) -> Self {
        let bench = Bench::new();
        for (name, text) in files {
            fs::write(bench.path().join(name), text).unwrap();
        }
        for (name, token) in [
            ("gateway", GATEWAY),
            ("soc-1", SOC_1),
            ("soc-2", SOC_2),
            ("auditor", AUDITOR),
            ("author", AUTHOR),
        ] {
            fs::write(bench.path().join(format!("{name}.token")), format!("{token}\n")).unwrap();
        }
        let file = bench.path().join("ledger.toml");
        fs::write(&file, format!("{more}\n{CONFIG}")).unwrap();
        let config = File::read(&file).unwrap();
        let server = Server::start(bench.path(), &config, false, bench.options(), &|_| None).await.unwrap();
        let client = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A refusal may close its connection, and the next request would find out only when it is sent.
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .proxy(None)
            .build()
            .into();
        Self { bench, server, client, chain: Chain::new(1) }
    }

    async fn send(
        &self,
        to: SocketAddr,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{to}{path}"));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec()).unwrap();
        let client = self.client.clone();
        tokio::task::spawn_blocking(move || {
            let mut answer = client.run(request).unwrap();
            let headers = answer.headers().iter();
            Answer {
                status: answer.status().as_u16(),
                headers: headers
                    .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                    .collect(),
                body: answer.body_mut().read_to_vec().unwrap(),
            }
        })
        .await
        .unwrap()
    }

    async fn gateway(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        self.send(self.server.emitter, GATEWAY, method, path, &[("content-type", "application/json")], &body)
            .await
    }

    async fn person(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        self.send(self.server.reviewer, token, method, path, &[("content-type", "application/json")], &body)
            .await
    }

    async fn record(&self, lines: &[&[u8]]) -> Answer {
        let body = [lines.join(&b'\n'), b"\n".to_vec()].concat();
        self.send(self.server.emitter, GATEWAY, "POST", "/v1/events", &[], &body).await
    }

    /// Records a decision and asks for a person; gives both IDs.
    async fn ask(&mut self, approvals: u32) -> (String, String) {
        let decision = self.chain.decision(self.bench.now(), "escalate", "hold");
        assert_eq!(self.record(&[&decision.bytes]).await.status, 200);
        let question = self.chain.question(&decision, vec![group("soc", &["group:soc"], approvals)]);
        let asked = self.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await;
        let state: EscalationState = asked.json();
        assert_eq!(state.state, EscalationPhase::Pending);
        (decision.event.id, state.id)
    }

    async fn vote(&self, token: &str, id: &str, verdict: &str) -> Answer {
        let vote = json!({ "verdict": verdict, "digest": DIGEST, "comment": "as agreed" });
        self.person(token, "POST", &format!("/v1/escalations/{id}/votes"), &vote).await
    }

    async fn consume(&self, id: &str, decision: &str) -> Answer {
        let request =
            json!({ "decision": decision, "agent": AGENT, "digest": DIGEST, "rules_digest": "sha256:cc" });
        self.gateway("POST", &format!("/v1/escalations/{id}/consume"), &request).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_recorded_asked_about_approved_spent_and_proven() {
    let mut running = Running::start().await;
    let start = running.chain.start(running.bench.now());
    let ack: EventsAck = running.record(&[&start.bytes]).await.json();
    assert_eq!((ack.acks[0].index, ack.acks[0].hash.clone()), (1, start.event.hash.to_hex()));
    assert_eq!(ack.checkpoint.size, 2);

    let (decision, id) = running.ask(2).await;
    let wait = format!("/v1/escalations/{id}?wait=20&version=2");
    let waiting = running.gateway("GET", &wait, &Value::Null);
    let voting = async {
        let first: EscalationState = running.vote(SOC_1, &id, "allow").await.json();
        assert_eq!((first.state, first.version), (EscalationPhase::Pending, 2));
        let second: EscalationState = running.vote(SOC_2, &id, "allow").await.json();
        assert_eq!(second.state, EscalationPhase::Approved);
    };
    let (waited, ()) = tokio::join!(waiting, voting);
    // Whichever came first, what the gate is told differs from the version it knew.
    let told: EscalationState = waited.json();
    assert_ne!(told.version, 2);

    let spent = running.consume(&id, &decision).await;
    let ack: ConsumeAck = spent.json();
    assert_eq!((ack.id.as_str(), ack.decision.as_str()), (id.as_str(), decision.as_str()));
    assert_eq!(
        running.consume(&id, &decision).await.json::<ConsumeAck>(),
        ack,
        "a lost answer is given again"
    );

    let shown: Value =
        running.person(SOC_1, "GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json();
    assert_eq!(shown["arguments"], r#"{"command":"rm -r /srv/x"}"#);
    assert_eq!(shown["approved_by"], json!(["soc-1", "soc-2"]));
    let list: Value =
        running.person(SOC_1, "GET", "/v1/escalations?state=consumed", &Value::Null).await.json();
    assert_eq!(list["escalations"][0]["id"], id.as_str());
    assert!(list["escalations"][0].get("arguments").is_none(), "lists show no arguments");
    let reads: Value = running
        .person(AUDITOR, "GET", "/v1/events?type=io.toolgate.access.read.v1", &Value::Null)
        .await
        .json();
    assert_eq!(reads["entries"][0]["event"]["data"]["by"], "soc-1", "who looked is in the log");

    let outcome = running.chain.outcome(running.bench.now(), &decision, "released", Some(&id));
    assert_eq!(running.record(&[&outcome.bytes]).await.status, 200);
    let calls: Value =
        running.person(AUDITOR, "GET", &format!("/v1/calls?agent={AGENT}"), &Value::Null).await.json();
    let call = &calls["calls"][0];
    assert_eq!(call["approved_by"], json!(["soc-1", "soc-2"]));
    assert_eq!((call["fate"].as_str(), call["verdict"].as_str()), (Some("released"), Some("escalate")));
    assert_eq!(call["effects"], json!(["file.delete /srv/x/**"]));

    let proof = running.person(AUDITOR, "GET", "/v1/events/1/proof", &Value::Null).await.text();
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"), "{proof}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_asks_who_is_there() {
    let running = Running::start().await;
    let fill = |path: &str| {
        path.replace("{id}", "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10")
            .replace("{index}", "0")
            .replace("{name}", "default")
            .replace("{*path}", "0/000.p/1")
    };
    let both = format!("{GATEWAY}, Bearer {GATEWAY}");
    for (at, routes, others) in [
        (running.server.emitter, EMITTER_ROUTES, [SOC_1, AUDITOR, AUTHOR]),
        (running.server.reviewer, REVIEWER_ROUTES, [GATEWAY, GATEWAY, GATEWAY]),
    ] {
        for (method, path) in routes {
            let method = method.to_uppercase();
            for token in ["", "nobody", both.as_str()].into_iter().chain(others) {
                let answer = running.send(at, token, &method, &fill(path), &[], b"").await;
                assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()), "{method} {path} {token}");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
            }
        }
    }
    // A person without the role is told so.
    for (token, method, path) in [
        (AUDITOR, "GET", "/v1/escalations"),
        (AUDITOR, "POST", "/v1/escalations/x/votes"),
        (SOC_1, "GET", "/v1/events"),
        (SOC_1, "GET", "/checkpoint"),
        (SOC_1, "PUT", "/v1/bundles/default"),
        (AUTHOR, "GET", "/v1/calls"),
        (AUDITOR, "GET", "/v1/freezes"),
        (AUDITOR, "POST", "/v1/freezes"),
        (AUTHOR, "POST", "/v1/freezes/lift"),
    ] {
        let answer = running.person(token, method, path, &Value::Null).await;
        assert_eq!(answer.problem(), (403, "role_missing".to_owned()), "{method} {path}");
    }
    // What is on one listener is not on the other.
    let wrong = running.send(running.server.reviewer, SOC_1, "POST", "/v1/events", &[], b"").await;
    assert_eq!(wrong.problem(), (405, "method_not_allowed".to_owned()));
    let wrong = running.gateway("POST", "/v1/escalations/x/votes", &Value::Null).await;
    assert_eq!(wrong.problem(), (404, "not_found".to_owned()));
    let metrics = running.server.metrics.unwrap();
    assert!(
        running
            .send(metrics, "", "GET", "/metrics", &[], b"")
            .await
            .text()
            .contains("toolgate_ledger_entries")
    );
    let elsewhere = running.send(running.server.reviewer, SOC_1, "GET", "/metrics", &[], b"").await;
    assert_eq!(elsewhere.status, 404, "metrics are on their own listener only");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_events_is_said_and_nothing_is_stored() {
    let mut running = Running::start().await;
    let start = running.chain.start(running.bench.now());
    let good = String::from_utf8(start.bytes.clone()).unwrap();
    let long = good.replace("0.1.0", &"x".repeat(17_000));
    let too_many = vec![start.bytes.as_slice(); 257];
    let bad: Vec<(u16, &str, String)> = vec![
        (400, "invalid_line", String::new()),
        (400, "invalid_line", "{}".to_owned()),
        (400, "invalid_line", good.replace("emitter.start", "escalation.approved")),
        (400, "invalid_line", good.replace("/emitters/", "/ledger/")),
        (400, "invalid_line", good.replace("\"seq\":0", "\"seq\":0,\"seq\":0")),
        (400, "invalid_line", good.replace("\"seq\":0", "\"seq\":9223372036854775808")),
        (400, "invalid_line", good.replace("\"1.0\"", "\"1.1\"")),
        (400, "invalid_line", good.replacen('{', "{\t", 1)),
        (400, "invalid_line", good.replace("2026-", "yesterday-")),
        (400, "invalid_line", long),
        (409, "equivocation", good.replace("sha256:0000", "sha256:1111")),
    ];
    for (status, code, line) in bad {
        let answer = running.record(&[line.as_bytes()]).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{line:.120}");
        assert_eq!(answer.json::<Value>()["line"], 0);
    }
    let second: Value = running.record(&[&start.bytes, b"{}"]).await.json();
    assert_eq!(second["line"], 1, "the line is named, and none is stored");
    assert_eq!(running.record(&too_many).await.problem(), (413, "too_large".to_owned()));
    let huge = vec![b' '; (1 << 20) + 1];
    assert_eq!(running.record(&[&huge]).await.problem(), (413, "too_large".to_owned()));
    let ack: EventsAck = running.record(&[&start.bytes]).await.json();
    assert_eq!(ack.acks[0].index, 2, "only the start and one equivocation are before it");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_nobody_may_or_can_answer_are_refused() {
    let mut running = Running::start().await;
    let decision = running.chain.decision(running.bench.now(), "escalate", "hold");
    assert_eq!(running.record(&[&decision.bytes]).await.status, 200);
    let question = running.chain.question(&decision, vec![group("soc", &["group:soc"], 1)]);
    let good = serde_json::to_value(&question).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    // Nobody here has an identity provider's word.
    let mut sure = good["reviewers"][0].clone();
    sure["assurance"] = json!("oidc");
    for (status, code, question) in [
        (400, "malformed", with("/agent", json!(""))),
        (400, "malformed", with("/decision", json!("1"))),
        (400, "malformed", with("/reviewers", json!([]))),
        (400, "malformed", with("/reviewers/0/approvals", json!(0))),
        (400, "malformed", with("/reviewers/0/members", json!([]))),
        (400, "malformed", with("/reviewers/0/answer_within", json!(0))),
        (400, "malformed", with("/reviewers/0/use_within", json!(86_401))),
        (400, "malformed", with("/reviewers", json!([good["reviewers"][0], good["reviewers"][0]]))),
        (413, "too_large", with("/because", json!("x".repeat(20_000)))),
        (422, "nobody_can_approve", with("/reviewers/0/members", json!(["group:nobody"]))),
        (422, "nobody_can_approve", with("/reviewers/0/approvals", json!(3))),
        (422, "nobody_can_approve", with("/reviewers", json!([sure]))),
        (409, "not_recorded", with("/digest", json!("sha256:other"))),
        (409, "not_recorded", with("/agent", json!("spiffe://corp.example/other"))),
        (409, "not_recorded", with("/decision", json!("019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10"))),
    ] {
        let answer = running.gateway("POST", "/v1/escalations", &question).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{question}");
    }
    let plain = running.send(running.server.emitter, GATEWAY, "POST", "/v1/escalations", &[], b"{}").await;
    assert_eq!(plain.problem(), (415, "unsupported_type".to_owned()));
    assert_eq!(running.gateway("POST", "/v1/escalations", &good).await.status, 200);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_are_refused_with_a_reason() {
    let mut running = Running::start().await;
    let (decision, id) = running.ask(1).await;
    let votes = format!("/v1/escalations/{id}/votes");
    let no_reason = json!({ "verdict": "deny", "digest": DIGEST });
    assert_eq!(
        running.person(SOC_1, "POST", &votes, &no_reason).await.problem(),
        (400, "malformed".to_owned())
    );
    let other = json!({ "verdict": "allow", "digest": "sha256:other" });
    assert_eq!(running.person(SOC_1, "POST", &votes, &other).await.problem(), (409, "other_call".to_owned()));
    let allow = serde_json::to_vec(&json!({ "verdict": "allow", "digest": DIGEST })).unwrap();
    let stale = [("content-type", "application/json"), ("if-match", "\"7\"")];
    let answer = running.send(running.server.reviewer, SOC_1, "POST", &votes, &stale, &allow).await;
    assert_eq!(answer.problem(), (412, "stale".to_owned()));
    let simple = [("content-type", "text/plain")];
    let answer = running.send(running.server.reviewer, SOC_1, "POST", &votes, &simple, &allow).await;
    assert_eq!(
        answer.problem(),
        (415, "unsupported_type".to_owned()),
        "what a browser sends unasked is not taken"
    );
    assert_eq!(
        running.consume(&id, &decision).await.problem(),
        (409, "decided".to_owned()),
        "not approved yet"
    );
    let denied: EscalationState = running.vote(SOC_2, &id, "deny").await.json();
    assert_eq!((denied.state, denied.comment.as_deref()), (EscalationPhase::Denied, Some("as agreed")));
    assert_eq!(running.vote(SOC_1, &id, "allow").await.problem(), (409, "decided".to_owned()));
    assert_eq!(running.consume(&id, &decision).await.problem(), (409, "decided".to_owned()));

    running.bench.pass(600);
    let (_, late) = running.ask(1).await;
    running.bench.pass(900);
    assert_eq!(running.vote(SOC_1, &late, "allow").await.problem(), (410, "expired".to_owned()));
    let unknown = running.vote(SOC_1, "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10", "allow").await;
    assert_eq!(unknown.problem(), (404, "not_found".to_owned()));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_can_be_taken_back_and_a_question_withdrawn() {
    let mut running = Running::start().await;
    let (decision, id) = running.ask(1).await;
    assert_eq!(running.vote(SOC_1, &id, "allow").await.status, 200);
    let revoke = format!("/v1/escalations/{id}/revoke");
    let revoked: EscalationState =
        running.person(SOC_2, "POST", &revoke, &json!({ "comment": "wrong host" })).await.json();
    assert_eq!(revoked.state, EscalationPhase::Revoked);
    assert_eq!(running.consume(&id, &decision).await.problem(), (409, "decided".to_owned()));
    let (_, id) = running.ask(1).await;
    let cancelled: EscalationState =
        running.gateway("POST", &format!("/v1/escalations/{id}/cancel"), &Value::Null).await.json();
    assert_eq!(cancelled.state, EscalationPhase::Cancelled);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_published_by_its_author_and_handed_out_with_its_tag() {
    let running = Running::start().await;
    let none = running.gateway("GET", "/v1/bundles/default", &Value::Null).await;
    assert_eq!(none.problem(), (404, "not_found".to_owned()));
    let garbage =
        running.send(running.server.reviewer, AUTHOR, "PUT", "/v1/bundles/default", &[], b"garbage").await;
    assert_eq!(garbage.problem(), (400, "malformed".to_owned()));
    assert!(garbage.text().contains("not a bundle"), "{}", garbage.text());

    let put = async |file: &[u8]| {
        running.send(running.server.reviewer, AUTHOR, "PUT", "/v1/bundles/default", &[], file).await
    };
    let (one, two) = (bundle(1, "deny"), bundle(2, "allow"));
    let published: Value = put(&one).await.json();
    let digest = published["digest"].as_str().unwrap();
    let had = running.gateway("GET", "/v1/bundles/default", &Value::Null).await;
    assert_eq!((had.status, had.body.as_slice()), (200, one.as_slice()));
    assert_eq!(had.headers["etag"], format!("\"{digest}\""));
    let tag = [("if-none-match", had.headers["etag"].as_str())];
    let same = running.send(running.server.emitter, GATEWAY, "GET", "/v1/bundles/default", &tag, b"").await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(put(&two).await.status, 200);
    assert_eq!(put(&one).await.problem(), (409, "other_bundle".to_owned()), "no gateway goes back a version");
    let newer = running.send(running.server.emitter, GATEWAY, "GET", "/v1/bundles/default", &tag, b"").await;
    assert_eq!((newer.status, newer.body.as_slice()), (200, two.as_slice()));
    let told: Value = running
        .person(AUDITOR, "GET", "/v1/events?type=io.toolgate.policy.published.v1", &Value::Null)
        .await
        .json();
    assert_eq!(told["entries"].as_array().unwrap().len(), 2);
    assert_eq!(told["entries"][0]["event"]["data"]["by"], "author");
    assert_eq!(told["entries"][0]["event"]["data"]["bundle"], digest);
    running.server.stop().await;
}

/// A signed bundle of a policy that is as small as one can be.
fn bundle(version: u64, default: &str) -> Vec<u8> {
    use crate::tlog::note::Signer;
    use toolgate_engine::policy::{Policy, bundle};
    let policy: Policy = serde_json::from_value(json!({
        "schema": 1, "name": "platform", "default": default, "unknown": "deny", "mode": "enforce", "rules": [],
    }))
    .unwrap();
    let signer = Signer::new("policy.corp.example", &[3; 32]).unwrap();
    let note = signer.sign(&bundle::note_text(&policy, version).unwrap()).unwrap();
    bundle::file(&policy, note).unwrap().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_log_is_served_to_auditors() {
    let mut running = Running::start().await;
    let start = running.chain.start(running.bench.now());
    assert_eq!(running.record(&[&start.bytes]).await.status, 200);
    crate::testing::published(running.server.ledger()).await;
    let checkpoint = running.person(AUDITOR, "GET", "/checkpoint", &Value::Null).await.text();
    let opened = crate::tlog::Checkpoint::open(&checkpoint, &running.bench.vkey).unwrap();
    assert_eq!(opened.size, 2);
    let tile = running.person(AUDITOR, "GET", "/tile/0/000.p/2", &Value::Null).await;
    assert_eq!(tile.body.len(), 64);
    let bundle = running.person(AUDITOR, "GET", "/tile/entries/000.p/2", &Value::Null).await;
    let entries = crate::tlog::tile::decode_entries(&bundle.body, 2).unwrap();
    assert!(entries[1].ends_with(&start.bytes));
    for path in ["/tile/0/001", "/tile/../log.key", "/tile/%2e%2e/log.key", "/tile/0/000.new"] {
        assert_eq!(running.person(AUDITOR, "GET", path, &Value::Null).await.status, 404, "{path}");
    }
    running.server.stop().await;
}

#[test]
fn the_checked_in_interface_is_the_one_that_is_served() {
    let document: Value = serde_json::from_str(status::OPENAPI).unwrap();
    let mut written = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for tag in operation["tags"].as_array().unwrap() {
                written.insert((tag.as_str().unwrap().to_owned(), method.clone(), path.clone()));
            }
        }
    }
    let mut served = BTreeSet::new();
    let tables: [(&str, &[Route]); 4] = [
        ("emitter", EMITTER_ROUTES),
        ("reviewer", REVIEWER_ROUTES),
        ("slack", SLACK_ROUTES),
        ("any", STATUS_ROUTES),
    ];
    for (tag, routes) in tables {
        let own = |(method, path): &Route| (tag.to_owned(), (*method).to_owned(), path.replace("{*", "{"));
        served.extend(routes.iter().map(own));
    }
    assert_eq!(written, served);
    let codes: Vec<&str> = Code::ALL.iter().map(|(_, _, name)| *name).collect();
    assert_eq!(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"], json!(codes));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_what_the_interface_says() {
    let document: Value = serde_json::from_str(status::OPENAPI).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut running = Running::start().await;
    let (decision, id) = running.ask(1).await;
    let whole =
        running.person(SOC_1, "GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json::<Value>();
    let state = running.gateway("GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json::<Value>();
    assert_eq!(running.vote(SOC_1, &id, "allow").await.status, 200);
    let question = running.chain.question(&running.chain_decision(), vec![group("soc", &["group:soc"], 1)]);
    let consumed = running.consume(&id, &decision).await.json::<Value>();
    let outcome = running.chain.outcome(running.bench.now(), &decision, "released", Some(&id));
    let acks = running.record(&[&outcome.bytes]).await.json::<Value>();
    let page = running.person(AUDITOR, "GET", "/v1/events?limit=1", &Value::Null).await.json::<Value>();
    let calls = running.person(AUDITOR, "GET", "/v1/calls", &Value::Null).await.json::<Value>();
    let explained = running.person(AUDITOR, "GET", &format!("/v1/decisions/{decision}"), &Value::Null).await;
    let explained = explained.json::<Value>();
    assert_eq!((&explained["call"], &explained["escalation"]["id"]), (&calls["calls"][0], &json!(id)));
    let problem = running.record(&[b"{}"]).await.json::<Value>();
    let list = running.person(SOC_1, "GET", "/v1/escalations", &Value::Null).await.json::<Value>();
    for (name, value) in [
        ("View", &whole),
        ("EscalationState", &state),
        ("EscalationCreate", &serde_json::to_value(question).unwrap()),
        ("ReviewerGroup", &whole["reviewers"][0]),
        ("ConsumeAck", &consumed),
        ("EventsAck", &acks),
        ("EventAck", &acks["acks"][0]),
        ("Seen", &acks["checkpoint"]),
        ("Page", &page),
        ("EntryView", &page["entries"][0]),
        ("Calls", &calls),
        ("Call", &calls["calls"][0]),
        ("DecisionView", &explained),
        ("Problem", &problem),
        ("List", &list),
    ] {
        let schema = &schemas[name];
        let sent: BTreeSet<&String> = value.as_object().unwrap().keys().collect();
        let known: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert!(sent.is_subset(&known), "{name}: {sent:?} is not within {known:?}");
        for required in schema["required"].as_array().unwrap() {
            assert!(value.get(required.as_str().unwrap()).is_some(), "{name} lacks {required}");
        }
    }
    running.server.stop().await;
}

impl Running {
    fn chain_decision(&self) -> crate::store::events::Line {
        Chain::new(9).decision(self.bench.now(), "escalate", "hold")
    }
}
