//! What goes wrong never widens what is allowed.

use super::world::{World, document, stream};
use crate::gate::{Input, ResponseHead};
use crate::record::types;
use crate::time::Span;
use serde_json::json;

const EVENTS: &str = "text/event-stream";
const JSON: &str = "application/json";

fn weather() -> (&'static str, serde_json::Value) {
    ("get_weather", json!({"city": "Bern"}))
}

#[test]
fn a_ledger_that_does_not_answer_refuses_after_the_deadline() {
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    world.bodies(stream(&[weather()]).as_bytes(), &[]);
    assert!(world.paused);
    assert!(world.give(Input::Tick).is_nothing());
    world.pass(Span::from_millis(499));
    assert!(world.paused);
    world.pass(Span::from_millis(1));
    assert!(world.ended);
    assert!(!world.sent().contains("get_weather\""), "{}", world.sent());
    assert!(world.sent().contains("nothing runs unrecorded"), "{}", world.sent());
    // A late record changes nothing any more, and says what became of the call.
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "refused");
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "ledger_unavailable");
}

#[test]
fn without_a_policy_nothing_is_asked_of_the_model() {
    let mut world = World::new();
    world.vm.policy = None;
    let head = world.head("/v1/messages");
    world.give(Input::RequestHead(&head));
    assert_eq!(world.reply.as_ref().unwrap().status, 503);
}

#[test]
fn what_waits_and_is_over_the_flush_is_refused_at_once_and_what_is_at_it_is_not() {
    for (over, released) in [(0_usize, true), (1, false)] {
        let base = document(&[("get_weather", json!({"city": ""}))]).len();
        let limit = 4_096;
        let body = document(&[("get_weather", json!({"city": "x".repeat(limit - base + over)}))]);
        assert_eq!(body.len(), limit + over);
        let mut world = World::with(&json!({"limits": {"release": limit}}), &super::world::policy());
        world.anthropic(false);
        world.response(200, JSON);
        world.bodies(body.as_bytes(), &[]);
        assert_eq!(world.paused, released);
        world.acknowledge();
        assert!(world.ended);
        assert_eq!(world.sent().contains("\"tool_use\",\"id\"") || world.sent() == body, released);
        world.acknowledge();
        let fate = &world.of_type(types::OUTCOME)[0]["data"]["outcome"];
        assert_eq!(fate, if released { "released" } else { "refused" });
    }
}

#[test]
fn a_refusal_that_makes_a_waiting_answer_too_long_ends_it_in_an_error() {
    let body = stream(&[("transfer", json!({"to": "x".repeat(3_000)}))]);
    let mut world =
        World::with(&json!({"limits": {"release": 4_096}, "hold_ms": 1}), &super::world::policy());
    world.anthropic(true);
    world.response(200, EVENTS);
    world.bodies(body.as_bytes(), &[]);
    assert!(world.paused);
    world.pass(Span::from_millis(500));
    assert!(world.ended);
    let sent = world.sent();
    assert!(sent.contains("event: error") && !sent.contains("xxx"), "{sent}");
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "refused");
}

#[test]
fn what_waits_for_nobody_passes_at_any_size() {
    let limits = json!({"limits": {"release": 1024, "event": 1_000_000}});
    let mut world = World::with(&limits, &super::world::policy());
    world.anthropic(false);
    world.response(200, JSON);
    let text = "x".repeat(100_000);
    let body = document(&[("delete_file", json!({"path": "/srv/x"}))]).replace("Let me see", &text);
    world.bodies(body.as_bytes(), &[]);
    assert!(world.ended && world.sent().contains(&text));
}

#[test]
fn an_answer_larger_than_what_is_kept_is_withheld_and_its_room_given_back() {
    let limits = json!({"limits": {"body": 2048, "vm": 4096}});
    let mut world = World::with(&limits, &super::world::policy());
    world.anthropic(false);
    world.response(200, JSON);
    let body = document(&[("get_weather", json!({"city": "x".repeat(4_000)}))]);
    for chunk in body.as_bytes().chunks(500) {
        world.body(chunk, false);
    }
    world.body(b"", true);
    assert!(world.ended);
    assert!(!world.sent().contains("tool_use"), "{}", world.sent());
    assert!(world.sent().contains("Not executed"), "{}", world.sent());
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn unreadable_answers_are_withheld_and_recorded() {
    let good = document(&[weather()]);
    for (name, body) in [
        ("duplicate key", good.replace("\"role\":", "\"content\":[],\"role\":")),
        ("not JSON", "hello".to_owned()),
        ("trailing data", format!("{good}{good}")),
        ("an event stream", stream(&[weather()])),
        ("an array", format!("[{good}]")),
        ("nothing", String::new()),
    ] {
        let mut world = World::new();
        world.anthropic(false);
        world.response(200, JSON);
        world.bodies(body.as_bytes(), &[]);
        world.acknowledge();
        assert!(!world.sent().contains("get_weather"), "{name}: {}", world.sent());
        assert!(world.sent().contains("Not executed"), "{name}: {}", world.sent());
        assert_eq!(world.of_type(types::RESPONSE).len(), 1, "{name}");
        assert!(world.access.unwrap().contains("withheld"), "{name}");
    }
}

#[test]
fn a_stream_that_becomes_unreadable_ends_in_an_error_the_client_knows() {
    let body = stream(&[weather()]).replace("event: message_stop", "event: ping");
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    world.bodies(body.as_bytes(), &[]);
    world.acknowledge();
    assert!(world.sent().contains("Let me see"));
    assert!(!world.sent().contains("get_weather"), "{}", world.sent());
    assert!(world.sent().contains("event: error"), "{}", world.sent());
    // The call was recorded as allowed, and then what became of it.
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "refused");
}

#[test]
fn heads_that_cannot_be_read_behind_are_refused() {
    let plain = ResponseHead { status: 200, content_type: vec![JSON.to_owned()], ..ResponseHead::default() };
    let bad = [
        ResponseHead { content_encoding: vec!["gzip".to_owned()], ..plain.clone() },
        ResponseHead { content_encoding: vec!["identity".to_owned(), "br".to_owned()], ..plain.clone() },
        ResponseHead { content_type: vec!["text/html".to_owned()], ..plain.clone() },
        ResponseHead { content_type: vec![JSON.to_owned(), EVENTS.to_owned()], ..plain.clone() },
        ResponseHead { content_type: vec!["application/json; charset=utf-7".to_owned()], ..plain.clone() },
        ResponseHead {
            content_type: vec!["text/event-stream;Charset=\"UTF-16\"".to_owned()],
            ..plain.clone()
        },
        ResponseHead { status: 302, ..plain.clone() },
        ResponseHead { status: 307, end: true, ..plain.clone() },
        ResponseHead { status: 101, ..plain.clone() },
    ];
    for head in bad {
        let mut world = World::new();
        world.anthropic(false);
        world.give(Input::ResponseHead(head.clone()));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403), "{head:?}");
        world.body(document(&[weather()]).as_bytes(), true);
        assert_eq!(world.sent(), "", "{head:?}");
    }
    for head in [
        ResponseHead { status: 204, end: true, ..plain.clone() },
        ResponseHead { status: 304, end: true, ..plain },
    ] {
        let mut world = World::new();
        world.anthropic(false);
        world.give(Input::ResponseHead(head));
        assert_eq!(world.reply, None);
    }
}

#[test]
fn errors_of_the_api_pass_and_answers_in_disguise_do_not() {
    let error = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let answer = document(&[weather()]);
    for (body, passes) in [(error, true), ("upstream connect error", true), (answer.as_str(), false)] {
        let mut world = World::new();
        world.anthropic(false);
        world.response(529, JSON);
        world.bodies(body.as_bytes(), &[3]);
        assert_eq!(world.sent() == body, passes, "{body}");
        assert!(!world.sent().contains("get_weather"));
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn trailers_end_an_answer_that_has_nothing_held_and_break_off_one_that_has() {
    for (calls, breaks) in [(vec![], false), (vec![weather()], true)] {
        let mut world = World::new();
        world.anthropic(true);
        world.response(200, EVENTS);
        world.body(stream(&calls).as_bytes(), false);
        world.give(Input::ResponseTrailers);
        assert_eq!(world.reset, breaks);
        assert!(!world.sent().contains("get_weather"));
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn more_calls_than_the_limit_withhold_the_answer() {
    let mut world = World::with(&json!({"limits": {"calls": 2}}), &super::world::policy());
    world.anthropic(false);
    world.response(200, JSON);
    world.bodies(document(&[weather(), weather(), weather()]).as_bytes(), &[]);
    world.acknowledge();
    assert!(!world.sent().contains("get_weather\""), "{}", world.sent());
}

#[test]
fn a_client_that_goes_away_leaves_an_outcome_and_no_room_taken() {
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    world.body(stream(&[weather()]).as_bytes(), false);
    assert!(world.vm.held() > 0);
    world.give(Input::Gone);
    assert_eq!(world.vm.held(), 0);
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned");
    assert!(!world.sent().contains("get_weather"));
}

#[test]
fn inputs_in_a_wrong_order_release_nothing() {
    let mut world = World::new();
    world.body(document(&[weather()]).as_bytes(), false);
    world.response(200, JSON);
    world.body(document(&[weather()]).as_bytes(), true);
    world.pass(Span::from_secs(100));
    assert_eq!(world.sent(), "");
}

#[test]
fn a_call_that_is_said_in_two_ways_leaves_only_if_both_are_allowed() {
    let event = |name: &str, data: &serde_json::Value| format!("event: {name}\ndata: {data}\n\n");
    let function = |tool: &str, arguments: &serde_json::Value| {
        json!([{"index": 0, "id": "c", "type": "function",
            "function": {"name": tool, "arguments": arguments.to_string()}}])
    };
    let (look, delete) = (json!({"city": "Bern"}), json!({"path": "/srv/x"}));
    for (tool, arguments, leaves) in
        [("get_weather", &json!({"city": "Basel"}), true), ("delete_file", &delete, false)]
    {
        let pieces = json!({"id": "s", "object": "thread.run.step.delta", "delta": {"step_details": {
            "type": "tool_calls", "tool_calls": function("get_weather", &look)}}});
        let waits = json!({"id": "r", "object": "thread.run", "required_action": {"type": "submit_tool_outputs",
            "submit_tool_outputs": {"tool_calls": function(tool, arguments)}}});
        let body = event("thread.run.step.delta", &pieces)
            + &event("thread.run.requires_action", &waits)
            + "event: done\ndata: [DONE]\n\n";
        let mut world = World::new();
        world.ask("/v1/threads/t/runs", &json!({"assistant_id": "a", "tools": [], "stream": true}));
        world.response(200, EVENTS);
        world.bodies(body.as_bytes(), &[]);
        world.acknowledge();
        assert!(world.ended);
        assert_eq!(world.sent() == body, leaves, "{}", world.sent());
        assert_eq!(world.sent().contains("\"id\":\"c\""), leaves, "{}", world.sent());
        assert_eq!(world.of_type(types::DECISION).len(), 2);
        world.acknowledge();
        let outcomes = world.of_type(types::OUTCOME);
        let outcomes: Vec<_> = outcomes.iter().map(|event| event["data"]["outcome"].as_str()).collect();
        assert_eq!(outcomes, [Some(if leaves { "released" } else { "refused" }); 2]);
    }
}

// Responses say a refusal five times over in a stream, which no estimate from its text foresees.
#[test]
fn refusals_that_do_not_fit_behind_a_wait_are_told_of_and_not_cut_off() {
    let body = include_str!("../../../../tests/cases/streams/openai-responses/two-calls.in.sse");
    let body = body.replace("look_up", "get_weather");
    let mut policy = super::world::policy();
    policy["rules"][1]["because"] = "Nobody deletes what others need. ".repeat(60).into();
    let mut world = World::with(&json!({"limits": {"release": body.len() + 8_000}}), &policy);
    world.ask("/v1/responses", &json!({"model": "m", "input": "x", "stream": true, "store": false}));
    world.response(200, "text/event-stream");
    world.bodies(body.as_bytes(), &[]);
    world.acknowledge();
    assert!(world.ended);
    assert!(world.sent().contains("what can be released after a wait"), "{}", world.sent());
    assert!(!world.sent().contains("\"function_call\""), "{}", world.sent());
    world.acknowledge();
    let outcomes = world.of_type(types::OUTCOME);
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.iter().all(|outcome| outcome["data"]["outcome"] == "refused"), "{outcomes:?}");
}
