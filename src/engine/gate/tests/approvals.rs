//! A person is asked: held, approved, denied, retried, spent once.

use super::world::{World, document, state, stream};
use crate::gate::{Ask, Input, RequestHead};
use crate::protocol::{ConsumeAck, EscalationPhase};
use crate::record::types;
use crate::time::Span;
use serde_json::{Value, json};

fn transfer() -> (&'static str, Value) {
    ("transfer", json!({"to": "acme", "amount": 20_000}))
}

fn held(config: &Value) -> World {
    let mut world = World::with(config, &super::world::policy());
    world.anthropic(true);
    world.response(200, "text/event-stream");
    world.bodies(stream(&[transfer()]).as_bytes(), &[]);
    assert!(world.paused);
    assert!(world.asks.is_empty(), "a person is asked before the decision is recorded");
    world.acknowledge();
    world
}

#[test]
fn an_approved_call_is_released_once_its_approval_is_spent() {
    let mut world = held(&json!({}));
    world.escalation("e-1", EscalationPhase::Pending);
    let (ticket, ask) = world.next_ask();
    let Ask::Poll { id, version, .. } = ask else { panic!("{ask:?}") };
    assert_eq!((id.as_str(), version), ("e-1", 1));
    let digest = world.of_type(types::DECISION)[0]["data"]["action"]["digest"].as_str().unwrap().to_owned();
    world.answer(ticket, 200, &state("e-1", &digest, EscalationPhase::Approved, 2));
    assert!(world.paused, "released before the approval was spent");
    world.consume();
    assert_eq!(world.sent(), stream(&[transfer()]));
    world.acknowledge();
    let outcome = &world.of_type(types::OUTCOME)[0]["data"];
    assert_eq!((&outcome["outcome"], &outcome["escalation"]), (&json!("released"), &json!("e-1")));
}

#[test]
fn what_the_reviewer_is_asked_is_what_would_run() {
    let mut world = held(&json!({}));
    let (_, ask) = world.next_ask();
    let Ask::Create(create) = ask else { panic!("{ask:?}") };
    assert_eq!(create.arguments, transfer().1.to_string());
    assert_eq!(create.agent, super::world::AGENT);
    assert_eq!(create.rules, ["two-eyes"]);
    assert_eq!(create.reviewers[0].members, ["group:soc"]);
    assert_eq!(create.decision, world.of_type(types::DECISION)[0]["id"]);
    assert!(create.rules_digest.starts_with("sha256:"));
    assert!(create.effects[0].contains("acme"), "{:?}", create.effects);
}

#[test]
fn nobody_answers_in_time_and_the_agent_is_told_to_retry() {
    let mut world = held(&json!({"hold_ms": 5_000}));
    world.escalation("e-1", EscalationPhase::Pending);
    world.pass(Span::from_millis(4_999));
    assert!(world.paused);
    world.pass(Span::from_millis(1));
    assert!(world.ended);
    let sent = world.sent();
    assert!(sent.contains("e-1") && sent.contains("Retry the same call"), "{sent}");
    assert!(!sent.contains("20000"));
}

#[test]
fn without_a_hold_the_call_is_refused_at_once_and_the_retry_spends_the_approval() {
    let config = json!({"hold_ms": 0});
    let mut world = held(&config);
    world.escalation("e-1", EscalationPhase::Pending);
    assert!(world.ended && world.sent().contains("e-1"));
    let mut retry = held(&config);
    retry.escalation("e-1", EscalationPhase::Approved);
    retry.consume();
    assert_eq!(retry.sent(), stream(&[transfer()]));
}

#[test]
fn every_other_end_of_an_escalation_refuses() {
    for (phase, text) in [
        (EscalationPhase::Denied, "declined"),
        (EscalationPhase::Expired, "expired"),
        (EscalationPhase::Revoked, "expired"),
        (EscalationPhase::Cancelled, "expired"),
    ] {
        let mut world = held(&json!({}));
        world.escalation("e-1", phase);
        assert!(world.ended, "{phase:?}");
        assert!(world.sent().contains(text), "{phase:?}: {}", world.sent());
        assert!(!world.sent().contains("20000"), "{phase:?}");
    }
}

#[test]
fn answers_that_prove_nothing_refuse() {
    // A proxy's made-up answers, another call's digest, an ID that would change the path of the next request.
    for (status, body) in [
        (503, json!({})),
        (200, json!({})),
        (
            200,
            json!({"id": "e-1", "digest": "sha256:other", "state": "approved", "version": 1, "expires_in": 9}),
        ),
    ] {
        let mut world = held(&json!({}));
        let (ticket, _) = world.next_ask();
        world.answer(ticket, status, &body);
        assert!(
            world.ended && world.sent().contains("could not be recorded"),
            "{status} {body}: {}",
            world.sent()
        );
    }
    let mut world = held(&json!({}));
    let (ticket, ask) = world.next_ask();
    let Ask::Create(create) = ask else { panic!("{ask:?}") };
    world.answer(ticket, 200, &state("../../x", &create.digest, EscalationPhase::Approved, 1));
    assert!(world.ended && !world.sent().contains("20000"));
}

#[test]
fn an_approval_is_spent_only_by_an_answer_that_repeats_the_question() {
    let forge: [fn(&mut ConsumeAck); 3] = [
        |ack| ack.decision = "other".to_owned(),
        |ack| ack.digest = "sha256:other".to_owned(),
        |ack| ack.id = "e-2".to_owned(),
    ];
    for forge in forge {
        let mut world = held(&json!({}));
        world.escalation("e-1", EscalationPhase::Approved);
        let (ticket, ask) = world.next_ask();
        let Ask::Consume { id, request } = ask else { panic!("{ask:?}") };
        let mut ack = ConsumeAck { id, decision: request.decision, digest: request.digest, index: 1 };
        forge(&mut ack);
        world.answer(ticket, 200, &ack);
        assert!(world.ended && !world.sent().contains("20000"), "{}", world.sent());
    }
}

#[test]
fn a_question_nobody_answers_refuses_at_the_deadline() {
    let mut world = held(&json!({}));
    world.pass(Span::from_millis(500));
    assert!(world.ended && !world.sent().contains("20000"));
}

#[test]
fn of_two_identical_calls_one_approval_releases_one() {
    let mut world = World::with(&json!({"hold_ms": 0}), &super::world::policy());
    world.anthropic(false);
    world.response(200, "application/json");
    world.bodies(document(&[transfer(), transfer()]).as_bytes(), &[]);
    world.acknowledge();
    assert_eq!(world.asks.len(), 2);
    world.escalation("e-1", EscalationPhase::Approved);
    world.escalation("e-1", EscalationPhase::Approved);
    let (ticket, ask) = world.asks.remove(1);
    world.consume();
    // The second comes too late; it asks for an approval of its own, once.
    assert!(matches!(ask, Ask::Consume { .. }));
    world.answer(ticket, 409, &json!({"code": "consumed"}));
    world.escalation("e-2", EscalationPhase::Pending);
    assert!(world.ended);
    let answer: Value = serde_json::from_slice(&world.sent).unwrap();
    let kinds: Vec<&str> =
        answer["content"].as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "text", "tool_use"]);
    assert!(world.sent().contains("e-2"));
}

#[test]
fn a_late_answer_to_an_older_question_changes_nothing() {
    let mut world = held(&json!({}));
    let (first, ask) = world.next_ask();
    let Ask::Create(create) = ask else { panic!("{ask:?}") };
    world.answer(first, 200, &state("e-1", &create.digest, EscalationPhase::Pending, 1));
    world.answer(first, 200, &state("e-1", &create.digest, EscalationPhase::Approved, 2));
    assert!(world.paused);
    assert_eq!(world.asks.len(), 1, "only the poll");
}

#[test]
fn a_failed_poll_is_repeated_until_the_hold_ends() {
    let mut world = held(&json!({"hold_ms": 3_000}));
    world.escalation("e-1", EscalationPhase::Pending);
    for _ in 0..3 {
        let (ticket, ask) = world.next_ask();
        assert!(matches!(ask, Ask::Poll { .. }), "{ask:?}");
        world.answer(ticket, 504, &json!("upstream request timeout"));
        assert!(world.asks.is_empty());
        world.pass(Span::from_millis(500));
    }
    assert!(world.paused);
    world.pass(Span::from_secs(2));
    assert!(world.ended);
}

#[test]
fn a_question_has_a_size_and_says_what_it_leaves_out() {
    let mut policy = super::world::policy();
    policy["rules"][1]["verdict"] = json!("escalate");
    policy["rules"][1]["to"] = json!(["soc"]);
    let paths: Vec<String> = (0..250).map(|n| format!("/srv/{n}/{}", "x".repeat(150))).collect();
    let mut world = World::with(&json!({}), &policy);
    world.anthropic(false);
    world.response(200, "application/json");
    world.bodies(document(&[("delete_file", json!({"path": paths}))]).as_bytes(), &[]);
    world.acknowledge();
    let (_, ask) = world.next_ask();
    let Ask::Create(create) = ask else { panic!("{ask:?}") };
    assert!(create.effects.iter().map(String::len).sum::<usize>() < 20_000);
    assert!(create.effects.last().unwrap().contains("more"), "{:?}", create.effects.last());
}

#[test]
fn as_many_questions_as_may_wait_refuse_the_next_at_once_and_name_the_cap() {
    let mut world = held(&json!({}));
    let (ticket, _) = world.next_ask();
    world.answer(ticket, 429, &json!({"code": "too_many", "cap": 64}));
    assert!(world.ended && world.asks.is_empty(), "nobody is asked again");
    let sent = world.sent();
    assert!(sent.contains("Not executed") && sent.contains("as may (64)"), "{sent}");
    world.acknowledge();
    let outcome = &world.of_type(types::OUTCOME)[0]["data"];
    assert_eq!(
        (&outcome["outcome"], &outcome["reason"]["code"]),
        (&json!("refused"), &json!("too_many_pending"))
    );
}

#[test]
fn a_frozen_agent_is_refused_everything_at_once_and_told_so() {
    let frozen = json!({"code": "frozen"});
    let refused = |world: &mut World| {
        assert!(world.ended && world.sent().contains("This agent is frozen"), "{}", world.sent());
        assert!(!world.sent().contains("tool_use\""), "{}", world.sent());
        world.acknowledge();
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "frozen");
    };
    // The record of an allowed call comes back with the news.
    let mut world = World::new();
    world.frozen = true;
    world.anthropic(true);
    world.response(200, "text/event-stream");
    world.bodies(stream(&[("get_weather", json!({"city": "Bern"}))]).as_bytes(), &[]);
    world.acknowledge();
    refused(&mut world);
    // So does that of a call a person would be asked about: nobody is.
    let mut world = World::with(&json!({}), &super::world::policy());
    world.frozen = true;
    world.anthropic(true);
    world.response(200, "text/event-stream");
    world.bodies(stream(&[transfer()]).as_bytes(), &[]);
    world.acknowledge();
    assert!(world.asks.is_empty());
    refused(&mut world);
    // Frozen while it is asked, waits, or spends.
    let mut world = held(&json!({}));
    let (ticket, _) = world.next_ask();
    world.answer(ticket, 403, &frozen);
    refused(&mut world);
    let mut world = held(&json!({}));
    world.escalation("e-1", EscalationPhase::Pending);
    let (ticket, _) = world.next_ask();
    world.answer(ticket, 403, &frozen);
    refused(&mut world);
    let mut world = held(&json!({}));
    world.escalation("e-1", EscalationPhase::Approved);
    let (ticket, ask) = world.next_ask();
    assert!(matches!(ask, Ask::Consume { .. }));
    world.answer(ticket, 403, &frozen);
    refused(&mut world);
}

#[test]
fn every_refusal_says_that_the_call_did_not_run_and_only_a_person_declines() {
    let mut worlds = Vec::new();
    for phase in [
        EscalationPhase::Denied,
        EscalationPhase::Expired,
        EscalationPhase::Revoked,
        EscalationPhase::Cancelled,
    ] {
        let mut world = held(&json!({}));
        world.escalation("e-1", phase);
        worlds.push((format!("{phase:?}"), phase == EscalationPhase::Denied, world));
    }
    let mut waited = held(&json!({"hold_ms": 1_000}));
    waited.escalation("e-1", EscalationPhase::Pending);
    waited.pass(Span::from_secs(1));
    worlds.push(("nobody answered in time".to_owned(), false, waited));
    let mut failed = held(&json!({}));
    let (ticket, _) = failed.next_ask();
    failed.answer(ticket, 504, &json!({"error": "upstream request timeout"}));
    worlds.push(("the side service timed out".to_owned(), false, failed));
    for (name, by_a_person, mut world) in worlds {
        let sent = world.sent();
        assert!(world.ended && sent.contains("Not executed"), "{name}: {sent}");
        assert_eq!(sent.contains("declined"), by_a_person, "{name}: {sent}");
        world.acknowledge();
        let outcome = &world.of_type(types::OUTCOME)[0]["data"];
        assert_eq!(outcome["outcome"], "refused", "{name}");
        assert_eq!(outcome["reason"]["code"] == "approval_rejected", by_a_person, "{name}: {outcome}");
    }
}

#[test]
fn the_id_of_a_call_that_changes_with_every_turn_binds_nothing() {
    let digest = |answer: &str| {
        let mut world = World::with(&json!({}), &super::world::policy());
        world.anthropic(true);
        world.response(200, "text/event-stream");
        world.bodies(answer.as_bytes(), &[]);
        world.acknowledge();
        let data = &world.of_type(types::DECISION)[0]["data"];
        (data["tool"]["call_id"].clone(), data["action"]["digest"].clone())
    };
    let first = stream(&[transfer()]);
    let (one, two) = (digest(&first), digest(&first.replace("toolu_1", "toolu_retry")));
    assert_ne!(one.0, two.0, "the ID is recorded");
    assert_eq!(one.1, two.1, "and is no part of what was approved");
    let other = digest(&stream(&[("transfer", json!({"to": "acme", "amount": 20_001}))]));
    assert_ne!(one.1, other.1, "the arguments are");
}

#[test]
fn for_an_agent_that_nobody_named_nobody_is_asked() {
    let mut world = World::with(&json!({}), &super::world::policy());
    let head = RequestHead { principals: Vec::new(), ..world.head("/v1/messages") };
    world.give(Input::RequestHead(&head));
    let request = json!({"model": "m", "max_tokens": 9, "stream": true, "messages": []});
    world.request_body(request.to_string().as_bytes(), true);
    world.response(200, "text/event-stream");
    world.bodies(stream(&[transfer()]).as_bytes(), &[]);
    world.acknowledge();
    assert!(world.ended && world.asks.is_empty());
    assert!(world.sent().contains("Not executed"), "{}", world.sent());
    assert_eq!(world.of_type(types::DECISION)[0]["data"]["policy"]["rules"], json!(["no_principal"]));
}

#[test]
fn the_person_an_agent_acts_for_stands_in_the_record_and_in_the_question() {
    for persons in [vec!["jo@corp.example".to_owned()], Vec::new()] {
        let mut world = World::with(&json!({}), &super::world::policy());
        let head = RequestHead { persons: persons.clone(), ..world.head("/v1/messages") };
        world.give(Input::RequestHead(&head));
        let request = json!({"model": "m", "max_tokens": 9, "stream": true, "messages": []});
        world.request_body(request.to_string().as_bytes(), true);
        world.response(200, "text/event-stream");
        world.bodies(stream(&[transfer()]).as_bytes(), &[]);
        world.acknowledge();
        let person = persons.first();
        let recorded = &world.of_type(types::DECISION)[0]["data"]["agent"];
        assert_eq!(recorded.get("on_behalf_of"), person.map(|person| json!(person)).as_ref());
        let [(_, Ask::Create(create))] = world.asks.as_slice() else { panic!("{:?}", world.asks) };
        assert_eq!(create.on_behalf_of.as_ref(), person);
    }
}
