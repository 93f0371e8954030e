//! What people order for the time being: a principal is stopped, or let through.

use crate::common::{decisions, deletion, outcomes, transfer, weather};
use serde_json::{Value, json};
use toolgate_e2e::client::{Protocol, Request, Seen};
use toolgate_e2e::stack::AGENT;
use toolgate_e2e::{Answer, Api, Ending, PolicyOption, Stack, StackOptions, Turn};

/// What the client gets for this turn of the model.
async fn asked(stack: &mut Stack, turn: Turn) -> Seen {
    stack.model.answer(Answer::sse(turn.sse(Api::Anthropic)).by_event());
    let seen = stack.ask(Protocol::H1, Api::Anthropic, true).end().await;
    assert_eq!(seen.ending, Some(Ending::Clean), "{}", seen.text());
    seen
}

fn whole(turn: &Turn) -> String {
    String::from_utf8(turn.sse(Api::Anthropic)).unwrap()
}

/// Asks again and again until the answer is as wanted: gateways look for orders every two seconds.
async fn until(stack: &mut Stack, turn: fn() -> Turn, what: &str, wanted: impl Fn(&str) -> bool) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let text = asked(stack, turn()).await.text();
        if wanted(&text) {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{what}: {text}");
    }
}

fn broken_through(records: &[Value]) -> Vec<Value> {
    decisions(records).into_iter().filter(|decision| decision["data"].get("break_glass").is_some()).collect()
}

#[tokio::test]
async fn a_frozen_agent_is_refused_from_the_next_call_on_until_it_is_let_go() {
    let mut stack = Stack::start().await;
    let free = asked(&mut stack, weather("Bern")).await;
    assert!(free.text().contains("get_weather"), "{}", free.text());
    // One call waits for a person when the freeze comes: it is refused at once, not when its hold is over.
    stack.model.answer(Answer::sse(transfer("held").sse(Api::Anthropic)).by_event());
    let held = stack.ask(Protocol::H1, Api::Anthropic, true);
    let escalation = stack.ledger.pending().await;
    let agent = escalation.shown()["agent"].as_str().unwrap().to_owned();
    stack.ledger.freeze(&agent).await;
    let seen = held.end().await;
    assert_eq!(seen.ending, Some(Ending::Clean));
    assert!(seen.text().contains("This agent is frozen"), "{}", seen.text());
    for turn in [weather("Bern"), transfer("more")] {
        let seen = asked(&mut stack, turn).await;
        assert_eq!(seen.ending, Some(Ending::Clean));
        assert!(
            seen.text().contains("This agent is frozen") && !seen.text().contains("\"tool_use\""),
            "{}",
            seen.text()
        );
    }
    stack.ledger.unfreeze(&agent).await;
    let free = asked(&mut stack, weather("Bern")).await;
    assert!(free.text().contains("get_weather"), "{}", free.text());
    let records = stack.ledger.records_until("all outcomes", |records| outcomes(records).len() == 5).await;
    let frozen = outcomes(&records).iter().filter(|o| o["data"]["reason"]["code"] == "frozen").count();
    assert_eq!(frozen, 3);
    stack.finish().await;
}

#[tokio::test]
async fn a_frozen_agent_is_stopped_in_observe_as_well() {
    let mut stack = Stack::with(StackOptions {
        policy: PolicyOption::Handed("observing"),
        change: |gateway| gateway.plugin(|plugin| plugin["observe"] = true.into()),
        ..StackOptions::default()
    })
    .await;
    assert_eq!(asked(&mut stack, deletion("x")).await.text(), whole(&deletion("x")), "nothing is enforced");
    stack.ledger.freeze(AGENT).await;
    until(&mut stack, || weather("Bern"), "it goes on", |text| text.contains("This agent is frozen")).await;
    let text = asked(&mut stack, transfer("more")).await.text();
    assert!(!text.contains("\"tool_use\""), "{text}");
    stack.ledger.unfreeze(AGENT).await;
    until(&mut stack, || deletion("x"), "it is still stopped", |text| text == whole(&deletion("x"))).await;
    stack.finish().await;
}

#[tokio::test]
async fn by_break_glass_a_denied_call_goes_through_until_it_ends_and_no_guardrail_is_broken() {
    let mut stack = Stack::with(StackOptions {
        policy: PolicyOption::Handed("guarded"),
        hold_ms: 0,
        break_glass: true,
        ..StackOptions::default()
    })
    .await;
    let denied = |text: &str| text.contains("nothing-is-deleted") && !text.contains("\"tool_use\"");
    let refused = asked(&mut stack, deletion("x")).await.text();
    assert!(denied(&refused), "{refused}");
    let id = stack.ledger.break_glass(AGENT, 1_800).await;
    until(&mut stack, || deletion("x"), "it does not go through", |text| text == whole(&deletion("x"))).await;
    let guarded = asked(&mut stack, transfer("x")).await.text();
    assert!(guarded.contains("a-person-looks-at-transfers"), "{guarded}");
    // Another agent is as it was.
    let other = stack.identity(&["spiffe://corp.example/ns/agents/sa/other"]);
    stack.model.answer(Answer::json(deletion("x").json(Api::Anthropic)));
    let request = Request::post(Api::Anthropic.path(false), &Api::Anthropic.request(false));
    let seen = stack.send_as(Some(other), Protocol::H1, request).end().await;
    assert!(seen.text().contains("nothing-is-deleted"), "{}", seen.text());

    // From its end on nothing goes through, though the gateway may not have looked for orders yet.
    stack.ledger.end_break_glass(&id).await;
    let after = asked(&mut stack, deletion("x")).await.text();
    assert!(!after.contains("\"tool_use\""), "{after}");
    until(&mut stack, || deletion("x"), "the policy does not hold again", denied).await;

    let released = |records: &[Value]| {
        let by = |outcome: &&Value| outcome["data"]["reason"]["code"] == "break_glass";
        outcomes(records).iter().filter(by).count()
    };
    let records = stack.ledger.records_until("the release", |records| released(records) == 1).await;
    let broken = broken_through(&records);
    let glass = &broken[0]["data"]["break_glass"];
    assert_eq!(glass["id"], json!(id));
    assert_eq!((&glass["asked"], &glass["confirmed"]), (&json!("reviewer-1"), &json!("reviewer-2")));
    assert!(broken.iter().all(|decision| decision["data"]["verdict"] == "deny"));
    let audit = stack.ledger.audit();
    assert!(audit.contains(&format!("break-glass {id}: reviewer-1 asked, reviewer-2 confirmed")), "{audit}");
    stack.ledger.end().await;
    let (content, said) = stack.ledger.verify();
    assert!(content, "{said}");
    stack.finish().await;
}

#[tokio::test]
async fn what_two_people_signed_lets_through_without_a_ledger_and_the_record_shows_it_afterwards() {
    let mut stack = Stack::with(StackOptions {
        policy: PolicyOption::Inline("guarded"),
        hold_ms: 0,
        ..StackOptions::default()
    })
    .await;
    stack.ledger.end().await;
    let refused = asked(&mut stack, weather("Bern")).await.text();
    assert!(refused.contains("could not be recorded"), "{refused}");
    let (note, people) = stack.ledger.signed_by_two(AGENT, "e2e");
    stack.reconfigure(|plugin| plugin["break_glass"] = json!({"people": people, "notes": [note]})).await;
    // This proxy never saw a ledger: it says at its start that nobody can be asked, by its policy of its own.
    stack.envoy.stat_reaches("wasmcustom.toolgate.ledger.nobody_asked", 2).await;
    let log = stack.envoy.log();
    assert_eq!(log.matches("policy `e2e` asks people: nobody can be asked").count(), 2, "once a VM: {log}");
    for turn in [weather("Bern"), deletion("x")] {
        assert_eq!(asked(&mut stack, turn.clone()).await.text(), whole(&turn));
    }
    let guarded = asked(&mut stack, transfer("x")).await.text();
    assert!(!guarded.contains("\"tool_use\""), "{guarded}");

    // The proxy has kept it all.
    stack.ledger.run().await;
    let records = stack
        .ledger
        .records_until("what went through", |records| {
            broken_through(records).len() == 2 && outcomes(records).len() >= 3
        })
        .await;
    assert!(broken_through(&records).iter().all(|it| it["data"]["break_glass"]["offline"] == json!(true)));
    // The ledger has the records a moment before the proxy has its answer.
    stack.envoy.log_says("the ledger answers: people can be asked").await;
    stack.ledger.end().await;
    let (content, said) = stack.ledger.verify();
    assert!(!content && said.contains("`soc-1` and `soc-2` signed without the ledger"), "{said}");
    assert!(said.contains("verify: gaps"), "{said}");
    stack.finish().await;
}
