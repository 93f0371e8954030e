//! Very many calls wait for people at one proxy: they cost what they may, and each ends as it was decided.

use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::task::JoinSet;
use toolgate_e2e::client::{Exchange, Protocol, Request};
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::model::Received;
use toolgate_e2e::signal::eventually;
use toolgate_e2e::{Answer, Api, Ending, Stack, StackOptions, Turn, plain};

/// How many calls wait at once, unless `TOOLGATE_HELD` says so.
const COUNT: usize = 150;
/// How many of them are of one principal; the ledger takes 64 questions of one.
const OF_ONE: usize = 50;
/// Most bytes that each may cost Envoy, and the ledger: four times what was measured with a thousand.
const MOST: (u64, u64) = (220 << 10, 160 << 10);

/// Proposes to pay whom it is asked to pay.
fn model(request: &Received) -> Answer {
    let asked = request.json()["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
    let turn = Turn::text("I pay.").call("transfer_funds", &json!({"to_account": asked}));
    Answer::sse(turn.sse(Api::Anthropic)).by_event()
}

/// Bytes of a process that are in memory.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes << 10
}

/// What people are asked, up to as many as the ledger lists.
async fn questions(ledger: SocketAddr, token: &str) -> Vec<Value> {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let (status, body) =
        plain::ask(ledger, "GET", "/v1/escalations?state=pending", &headers, b"").await.unwrap();
    assert_eq!(status, 200, "{body}");
    let list: Value = serde_json::from_str(&body).unwrap();
    list["escalations"].as_array().unwrap().clone()
}

async fn vote(ledger: SocketAddr, token: String, question: Value) {
    let verdict = if is_approved(question["agent"].as_str().unwrap()) { "allow" } else { "deny" };
    let vote = json!({ "verdict": verdict, "digest": question["digest"], "comment": "not this one" });
    let path = format!("/v1/escalations/{}/votes", question["id"].as_str().unwrap());
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = plain::ask(ledger, "POST", &path, &headers, vote.to_string().as_bytes()).await;
    let (status, body) = answer.unwrap();
    assert_eq!(status, 200, "{body}");
}

/// Every second principal's calls are approved.
fn is_approved(agent: &str) -> bool {
    agent.ends_with(['0', '2', '4', '6', '8'])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_calls_that_wait_at_once_ends_as_it_was_decided() {
    let count = std::env::var("TOOLGATE_HELD").map_or(COUNT, |count| count.parse().unwrap());
    // All of them come in the same moment, to a ledger that is not built for speed: it may take its time for each record.
    let change =
        |gateway: &mut Gateway| gateway.plugin(|plugin| plugin["ledger"]["ack_timeout_ms"] = 30_000.into());
    let options = StackOptions { hold_ms: 240_000, workers: 2, change, ..StackOptions::default() };
    let mut stack = Stack::with(StackOptions { model: Protocol::H2, ..options }).await;
    stack.model.respond_with(model);
    let (envoy, ledger) = (stack.envoy.process().id(), stack.ledger.process_id());
    let before = (resident(envoy), resident(ledger));

    let mut agent = (String::new(), None);
    let exchanges: Vec<(String, Exchange)> = (0..count)
        .map(|which| {
            if which % OF_ONE == 0 {
                let name = format!("spiffe://corp.example/ns/agents/sa/crowd-{}", which / OF_ONE);
                agent = (name.clone(), Some(stack.identity(&[&name])));
            }
            let body = json!({
                "model": "any", "max_tokens": 100, "stream": true,
                "messages": [{"role": "user", "content": format!("account-{which}")}],
            });
            let request = Request::post(Api::Anthropic.path(true), &body);
            (agent.0.clone(), stack.send_as(agent.1.clone(), Protocol::H1, request))
        })
        .collect();

    // All of them wait, each in a long poll of its own, and nothing of any call has left.
    eventually("all of them to wait", || async {
        let polls = stack.envoy.stat("cluster.toolgate_ledger.upstream_rq_active").await?;
        let held = stack.envoy.stat("http.agents.downstream_rq_active").await?;
        Some(()).filter(|()| polls >= count as u64 && held == count as u64)
    })
    .await;
    let held = (resident(envoy), resident(ledger));
    let each = |before: u64, held: u64| held.saturating_sub(before) / count as u64;
    let (of_envoy, of_ledger) = (each(before.0, held.0), each(before.1, held.1));
    println!("{count} calls wait: {of_envoy} bytes each in Envoy, {of_ledger} in the ledger");
    assert!(of_envoy <= MOST.0, "{of_envoy} bytes a call in Envoy: {before:?} {held:?}");
    assert!(of_ledger <= MOST.1, "{of_ledger} bytes a call in the ledger: {before:?} {held:?}");
    for (_, exchange) in &exchanges {
        let seen = exchange.now();
        assert!(seen.ending.is_none() && !seen.text().contains("transfer_funds"), "{}", seen.text());
    }
    for stat in ["upstream_cx_overflow", "upstream_rq_pending_overflow"] {
        assert_eq!(stack.envoy.stat(&format!("cluster.toolgate_ledger.{stat}")).await, Some(0), "{stat}");
    }

    let (people, token) = (stack.ledger.reviewer(), stack.ledger.reviewer_token());
    let mut voted = 0;
    while voted < count {
        let open = questions(people, token).await;
        assert!(!open.is_empty(), "{voted} of {count} were asked about");
        for some in open.chunks(32) {
            let mut votes = JoinSet::new();
            for question in some {
                votes.spawn(vote(people, token.to_owned(), question.clone()));
            }
            voted += votes.join_all().await.len();
        }
    }
    for (agent, exchange) in exchanges {
        let seen = exchange.end().await;
        assert_eq!((seen.status, seen.ending.clone()), (Some(200), Some(Ending::Clean)));
        let ran = seen.text().contains("\"transfer_funds\"");
        assert_eq!(ran, is_approved(&agent), "{agent}: {}", seen.text());
        assert_eq!(seen.text().contains("not this one"), !ran, "{agent}: {}", seen.text());
    }
    stack.finish().await;
}
