//! A principal that people stop, one that asks too much, and what counts as an answer.

use super::{AGENT, AUDITOR, Running, SOC_1, SOC_2};
use crate::testing::DIGEST;
use crate::testing::group;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_is_said_to_gateways_shown_to_people_and_lifted_by_another_than_its_owner() {
    let mut running = Running::start().await;
    let (decision, id) = running.ask(1).await;
    let version = format!("/v1/escalations/{id}?wait=20&version=1");
    let waiting = running.gateway("GET", &version, &Value::Null);
    let stop = json!({ "agent": AGENT, "reason": "it <b>loops</b>" });
    let stopping = async {
        for bad in [json!({ "agent": AGENT, "reason": " " }), json!({ "agent": "", "reason": "x" })] {
            let refused = running.person(SOC_1, "POST", "/v1/freezes", &bad).await;
            assert_eq!(refused.problem(), (400, "malformed".to_owned()));
        }
        running.person(SOC_1, "POST", "/v1/freezes", &stop).await
    };
    let (waited, stopped) = tokio::join!(waiting, stopping);
    assert_eq!(waited.problem(), (403, "frozen".to_owned()), "who waits is told at once");
    assert_eq!(stopped.json::<Value>()["known"], true);
    let again = running.person(SOC_2, "POST", "/v1/freezes", &stop).await;
    assert_eq!(again.problem(), (409, "decided".to_owned()));
    assert_eq!(running.consume(&id, &decision).await.problem(), (403, "frozen".to_owned()));
    assert_eq!(running.vote(SOC_1, &id, "allow").await.problem(), (403, "frozen".to_owned()));
    let line = running.chain.decision(running.bench.now(), "escalate", "hold");
    let acks = running.record(&[&line.bytes]).await.json::<Value>();
    assert_eq!(acks["acks"][0]["frozen"], true);
    let question = running.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
    let asked = running.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await;
    assert_eq!(asked.problem(), (403, "frozen".to_owned()));

    let (soc, auditor) = (running.sign_in("soc-1", SOC_1).await, running.sign_in("auditor", AUDITOR).await);
    let queue = running.page(&soc, "/").await.text();
    assert!(queue.contains("panel deny frozen") && queue.contains(AGENT), "{queue}");
    assert!(!queue.contains("<b>loops"), "{queue}");
    let agents = running.page(&auditor, "/agents").await.text();
    assert!(agents.contains("<span class=\"state deny\">frozen</span>"), "{agents}");

    let list = running.person(SOC_1, "GET", "/v1/freezes", &Value::Null).await.json::<Value>();
    assert_eq!((&list["freezes"][0]["agent"], &list["freezes"][0]["by"]), (&json!(AGENT), &json!("soc-1")));
    // From the console, with its token; without, nothing happens.
    let forged = running.submit(&soc, "/freezes/lift", &[("agent", AGENT), ("comment", "mended")]).await;
    assert_eq!(forged.status, 403);
    let token = super::people::hidden(&queue, "token");
    let fields = [("token", token.as_str()), ("agent", AGENT), ("comment", "mended")];
    assert_eq!(running.submit(&soc, "/freezes/lift", &fields).await.status, 303);
    let list = running.person(SOC_1, "GET", "/v1/freezes", &Value::Null).await.json::<Value>();
    assert_eq!(list["freezes"], json!([]));
    let lifted = running.person(SOC_2, "POST", "/v1/freezes/lift", &stop).await;
    assert_eq!(lifted.problem(), (409, "decided".to_owned()));
    for kind in ["frozen", "unfrozen"] {
        let path = format!("/v1/events?type=io.toolgate.principal.{kind}.v1");
        let page = running.person(AUDITOR, "GET", &path, &Value::Null).await.json::<Value>();
        assert_eq!(page["entries"][0]["event"]["data"]["agent"], AGENT, "{kind}");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_questions_than_the_configured_cap_are_refused_by_name() {
    let mut running = Running::start_with("[escalations]\npending_per_principal = 2\n", &[]).await;
    let mut answers = Vec::new();
    for number in 0..3 {
        let line = running.chain.decision(running.bench.now(), "escalate", "hold");
        assert_eq!(running.record(&[&line.bytes]).await.status, 200);
        let mut question = running.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
        question.tool = format!("tool-{number}");
        answers
            .push(running.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await);
    }
    assert_eq!((answers[0].status, answers[1].status), (200, 200));
    assert_eq!(answers[2].problem(), (429, "too_many".to_owned()));
    let problem = answers[2].json::<Value>();
    assert_eq!(problem["cap"], 2);
    assert!(problem["detail"].as_str().unwrap().starts_with("2 questions of"), "{problem}");
    let path = "/v1/events?type=io.toolgate.escalation.refused.v1";
    let page = running.person(AUDITOR, "GET", path, &Value::Null).await.json::<Value>();
    assert_eq!(page["entries"][0]["event"]["data"]["cap"], 2);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_words_of_the_interface_are_a_vote() {
    let mut running = Running::start().await;
    let (_, id) = running.ask(1).await;
    let votes = format!("/v1/escalations/{id}/votes");
    for verdict in [
        json!("approve"),
        json!("Allow"),
        json!(" allow"),
        json!("yes"),
        json!("y"),
        json!("allow everything"),
        json!("do not approve"),
        json!(true),
        json!(1),
        json!(["allow"]),
        json!("escalate"),
        Value::Null,
    ] {
        let vote = json!({ "verdict": verdict, "digest": DIGEST, "comment": "approve" });
        let answer = running.person(SOC_1, "POST", &votes, &vote).await;
        assert_eq!(answer.problem(), (400, "malformed".to_owned()), "{verdict}");
    }
    let state = running.gateway("GET", &format!("/v1/escalations/{id}"), &Value::Null).await;
    assert_eq!(state.json::<Value>()["state"], "pending");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_answer_are_decided_by_their_ids_in_any_order() {
    let mut running = Running::start().await;
    let mut asked = Vec::new();
    for tool in ["first", "second"] {
        let line = running.chain.decision(running.bench.now(), "escalate", "hold");
        assert_eq!(running.record(&[&line.bytes]).await.status, 200);
        let mut question = running.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
        question.tool = tool.to_owned();
        let state =
            running.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await;
        asked.push((line.event.id, state.json::<Value>()["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(running.vote(SOC_1, &asked[1].1, "allow").await.status, 200);
    let first = running.consume(&asked[0].1, &asked[0].0).await;
    assert_eq!(first.problem(), (409, "decided".to_owned()), "the first one still waits");
    let crossed = running.consume(&asked[1].1, &asked[0].0).await;
    assert_eq!(crossed.problem(), (409, "other_call".to_owned()));
    assert_eq!(running.consume(&asked[1].1, &asked[1].0).await.status, 200);
    running.server.stop().await;
}
