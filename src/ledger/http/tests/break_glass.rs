//! Break-glass over the listeners: who asks, who confirms, who ends it, what gateways are told.

use super::{AGENT, AUDITOR, AUTHOR, Running, SOC_1, SOC_2};
use serde_json::{Value, json};
use toolgate_engine::break_glass::Glass;

fn wanted() -> Value {
    json!({ "principal": AGENT, "seconds": 1_800, "reason": "the <b>release</b>\nis stuck", "policy": "platform" })
}

impl Running {
    async fn break_glass(&self, token: &str) -> String {
        let asked = self.person(token, "POST", "/v1/break-glass", &wanted()).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        let asked = asked.json::<Value>();
        assert_eq!((&asked["state"], &asked["known"]), (&json!("asked"), &json!(false)));
        asked["id"].as_str().unwrap().to_owned()
    }

    async fn step(&self, token: &str, id: &str, step: &str) -> super::Answer {
        let path = format!("/v1/break-glass/{id}/{step}");
        self.person(token, "POST", &path, &json!({ "reason": "as agreed" })).await
    }

    /// The notes that gateways are given.
    async fn notes(&self) -> Vec<String> {
        let orders = self.gateway("GET", "/v1/orders", &Value::Null).await;
        assert_eq!(orders.status, 200, "{}", orders.text());
        let orders = orders.json::<Value>();
        orders["break_glass"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note.as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_two_people_and_gateways_get_what_the_ledger_signed() {
    let mut running = Running::start().await;
    let id = running.break_glass(SOC_1).await;
    assert!(running.notes().await.is_empty());
    assert_eq!(running.step(SOC_1, &id, "confirm").await.problem(), (403, "not_eligible".to_owned()));
    // The same person, by another way to sign in.
    let soc_1 = running.sign_in("soc-1", SOC_1).await;
    let queue = running.page(&soc_1, "/").await.text();
    assert!(queue.contains("Break-glass waits for another person") && !queue.contains("Confirm break-glass"));
    let token = super::people::hidden(&queue, "token");
    let confirm = format!("/break-glass/{id}/confirm");
    assert_eq!(running.submit(&soc_1, &confirm, &[("token", token.as_str())]).await.status, 403);
    for who in [AUDITOR, AUTHOR] {
        for step in ["confirm", "refuse", "end", "cancel"] {
            assert_eq!(running.step(who, &id, step).await.problem(), (403, "role_missing".to_owned()));
        }
        let asked = running.person(who, "POST", "/v1/break-glass", &wanted()).await;
        assert_eq!(asked.problem(), (403, "role_missing".to_owned()));
    }
    assert_eq!(running.step("", &id, "confirm").await.problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(running.step(SOC_1, &id, "refuse").await.problem(), (403, "not_eligible".to_owned()));
    assert_eq!(running.step(SOC_2, &id, "cancel").await.problem(), (403, "not_eligible".to_owned()));
    assert!(running.notes().await.is_empty(), "nothing of that made it hold");

    // At the console, with its token; without, nothing happens.
    let soc_2 = running.sign_in("soc-2", SOC_2).await;
    let queue = running.page(&soc_2, "/").await.text();
    assert!(queue.contains("Confirm break-glass") && !queue.contains("<b>release"), "{queue}");
    assert_eq!(running.submit(&soc_2, &confirm, &[]).await.status, 403);
    let token = super::people::hidden(&queue, "token");
    assert_eq!(running.submit(&soc_2, &confirm, &[("token", token.as_str())]).await.status, 303);
    let notes = running.notes().await;
    let glass = Glass::of_ledger(&notes[0], &running.bench.vkey).unwrap();
    assert!(glass.covers(Some(AGENT), "platform", running.bench.now()));
    assert_eq!(glass.recorded().confirmed, "soc-2");
    let again = running.person(SOC_2, "POST", "/v1/break-glass", &wanted()).await;
    assert_eq!(again.problem(), (409, "decided".to_owned()));

    // A decision by it, one by another, one of another agent.
    let named = serde_json::to_value(glass.recorded()).unwrap();
    let (mut ended, mut lines) = (Vec::new(), Vec::new());
    for (field, value) in [("id", named["id"].clone()), ("id", json!("019ac1c7-0000-7000-8000-00000000000f"))]
    {
        let mut named = named.clone();
        named[field] = value;
        let line = running.chain.broken_through(running.bench.now(), &named);
        let acks = running.record(&[&line.bytes]).await.json::<Value>();
        ended.push(acks["acks"][0].get("ended").cloned());
        lines.push(line);
    }
    assert_eq!(ended, [None, Some(json!(true))]);

    // In red on every page, for everybody who signs in.
    let auditor = running.sign_in("auditor", AUDITOR).await;
    for (session, page) in [(&soc_1, "/"), (&soc_2, "/policy"), (&auditor, "/record"), (&auditor, "/agents")]
    {
        let text = running.page(session, page).await.text();
        assert!(
            text.contains("<section class=\"glass\" role=\"alert\"") && text.contains(AGENT),
            "{page}: {text}"
        );
        assert!(
            text.contains("Asked for by soc-1, confirmed by soc-2") && text.contains("is stuck"),
            "{page}"
        );
        assert_eq!(text.contains("End now"), page != "/record" && page != "/agents", "{page}");
    }
    let record = running.page(&auditor, "/record").await.text();
    assert!(record.contains("<span class=\"state glass\">break-glass</span>"), "{record}");
    let calls = running.person(AUDITOR, "GET", "/v1/calls", &Value::Null).await.json::<Value>();
    assert_eq!(calls["calls"][0]["break_glass"]["confirmed"], "soc-2");

    // Whoever reviews ends it, by a form.
    let queue = running.page(&soc_1, "/").await.text();
    let token = super::people::hidden(&queue, "token");
    let end = format!("/break-glass/{id}/end");
    let forged = running.submit(&soc_1, &end, &[("comment", "it is out")]).await;
    assert_eq!(forged.status, 403);
    assert_eq!(
        running.submit(&soc_1, &end, &[("token", token.as_str()), ("comment", " ")]).await.status,
        400
    );
    let fields = [("token", token.as_str()), ("comment", "it is out")];
    assert_eq!(running.submit(&soc_1, &end, &fields).await.status, 303);
    assert!(running.notes().await.is_empty());
    let line = running.chain.broken_through(running.bench.now(), &named);
    let acks = running.record(&[&line.bytes]).await.json::<Value>();
    assert_eq!(acks["acks"][0]["ended"], true, "an end holds from the next commit on");
    // Nor is one good for anything that was recorded before it and is repeated after it.
    let again = running.record(&[&lines[0].bytes]).await.json::<Value>();
    assert_eq!(
        (&again["acks"][0]["status"], &again["acks"][0]["ended"]),
        (&json!("duplicate"), &json!(true))
    );
    assert!(!running.page(&soc_2, "/policy").await.text().contains("role=\"alert\""));
    for step in ["asked", "confirmed", "ended"] {
        let path = format!("/v1/events?type=io.toolgate.break_glass.{step}.v1");
        let page = running.person(AUDITOR, "GET", &path, &Value::Null).await.json::<Value>();
        assert_eq!(page["entries"][0]["event"]["data"]["agent"], AGENT, "{step}");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_by_itself_and_what_waits_too_long_is_over() {
    let running = Running::start().await;
    let waited = running.break_glass(SOC_1).await;
    running.bench.pass(900);
    assert_eq!(running.step(SOC_2, &waited, "confirm").await.problem(), (410, "expired".to_owned()));
    let id = running.break_glass(SOC_1).await;
    assert_eq!(running.step(SOC_2, &id, "confirm").await.status, 200);
    running.bench.pass(1_799);
    assert_eq!(running.notes().await.len(), 1);
    running.bench.pass(1);
    assert!(running.notes().await.is_empty());
    assert_eq!(running.step(SOC_2, &id, "end").await.problem(), (410, "expired".to_owned()));
    let list = running.person(AUDITOR, "GET", "/v1/break-glass", &Value::Null).await.json::<Value>();
    let states: Vec<&Value> =
        list["break_glass"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["expired", "expired"]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_signed_and_who_is_frozen_is_not_asked_for() {
    let running = Running::start().await;
    for (field, value) in [
        ("seconds", json!(0)),
        ("seconds", json!(4 * 3_600 + 1)),
        ("seconds", json!(-1)),
        ("reason", json!(" \n")),
        ("reason", json!("a\u{1b}[2J")),
        ("reason", json!("x".repeat(501))),
        ("principal", json!("")),
        ("principal", json!("two\nlines")),
        ("policy", Value::Null),
    ] {
        let mut bad = wanted();
        bad[field] = value.clone();
        let refused = running.person(SOC_1, "POST", "/v1/break-glass", &bad).await;
        assert_eq!(refused.problem(), (400, "malformed".to_owned()), "{field} {value}");
    }
    let id = running.break_glass(SOC_1).await;
    let stop = json!({ "agent": AGENT, "reason": "it loops" });
    assert_eq!(running.person(SOC_1, "POST", "/v1/freezes", &stop).await.status, 200);
    let orders = running.gateway("GET", "/v1/orders", &Value::Null).await.json::<Value>();
    assert_eq!(orders["frozen"], json!([AGENT]), "gateways that observe are told of freezes");
    assert_eq!(running.step(SOC_2, &id, "confirm").await.problem(), (403, "frozen".to_owned()));
    assert_eq!(running.step(SOC_1, &id, "cancel").await.status, 200);
    let asked = running.person(SOC_1, "POST", "/v1/break-glass", &wanted()).await;
    assert_eq!(asked.problem(), (403, "frozen".to_owned()));
    let missing = running.step(SOC_2, "019ac1c7-0000-7000-8000-00000000000f", "confirm").await;
    assert_eq!(missing.problem(), (404, "not_found".to_owned()));
    running.server.stop().await;
}
