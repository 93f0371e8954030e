//! Streams that go on when the client has answered their calls: nothing more comes before, so what is decided must leave by
//! itself.

use super::world::{World, policy};
use crate::gate::{Ask, Chunk, Input};
use crate::protocol::EscalationPhase;
use crate::record::types;
use crate::time::Span;
use serde_json::{Value, json};

const EVENTS: &str = "text/event-stream";

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

fn text(id: &str, text: &str) -> String {
    event(&json!({"type": "agent.message", "id": id, "content": [{"type": "text", "text": text}]}))
}

fn call(id: &str, tool: &str, input: &Value) -> String {
    event(&json!({"type": "agent.custom_tool_use", "id": id, "name": tool, "input": input}))
}

fn weather(id: &str) -> String {
    call(id, "get_weather", &json!({"city": "Zürich"}))
}

fn delete(id: &str) -> String {
    call(id, "delete_file", &json!({"path": "/srv/reports/old.csv", "note": "n0nce"}))
}

fn transfer(id: &str) -> String {
    call(id, "transfer", &json!({"to": "x"}))
}

fn waits(ids: &[&str]) -> String {
    let reason = json!({"type": "requires_action", "event_ids": ids});
    event(&json!({"type": "session.status_idle", "id": "idle", "stop_reason": reason}))
}

fn ended() -> String {
    event(&json!({"type": "session.status_idle", "id": "idle", "stop_reason": {"type": "end_turn"}}))
}

/// A stream of the session `s` that has begun.
fn streamed(extra: &Value) -> World {
    streamed_with(extra, &policy())
}

fn streamed_with(extra: &Value, policy: &Value) -> World {
    let mut world = World::with(extra, policy);
    let mut head = world.head("/v1/sessions/s/events/stream");
    head.method = "GET".to_owned();
    head.end = true;
    world.give(Input::RequestHead(&head));
    assert_eq!(world.reply, None);
    world.response(200, EVENTS);
    world
}

/// Sends one event to the session `s`; what went on.
fn send(world: &mut World, event: &Value) -> String {
    world.gate = crate::gate::Gate::default();
    world.asked.clear();
    world.ask("/v1/sessions/s/events", &json!({"events": [event]}));
    String::from_utf8(world.asked.clone()).unwrap()
}

#[test]
fn what_is_allowed_leaves_although_nothing_more_comes() {
    let mut world = streamed(&json!({}));
    let mut expected = String::new();
    for turn in 0..3 {
        let chunk = text("t", "Well.") + &weather(&format!("c{turn}")) + &waits(&["c"]);
        world.body(chunk.as_bytes(), false);
        assert!(world.paused);
        world.tick();
        let at = chunk.find("event: agent.custom_tool_use").unwrap();
        assert_eq!(
            world.sent(),
            format!("{expected}{}", chunk.split_at(at).0),
            "text leaves before the record is there"
        );
        world.acknowledge();
        world.tick();
        expected += &chunk;
        assert_eq!(world.sent(), expected);
        let more = text("u", "Thanks.");
        world.body(more.as_bytes(), false);
        expected += &more;
        assert_eq!(world.sent(), expected, "nothing waits, so the chunk leaves as it comes");
        assert!(!world.paused);
    }
    world.body(ended().as_bytes(), false);
    world.body(b"", true);
    assert_eq!(world.sent(), expected + &ended());
    world.acknowledge();
    let outcomes = world.of_type(types::OUTCOME);
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|outcome| outcome["data"]["outcome"] == "released"), "{outcomes:?}");
    let indices: Vec<_> =
        world.of_type(types::DECISION).iter().map(|event| event["data"]["tool"]["index"].clone()).collect();
    assert_eq!(indices, [json!(0), json!(1), json!(2)], "each call has a number of its own in its answer");
}

#[test]
fn text_without_calls_is_never_paused() {
    let mut world = streamed(&json!({}));
    for _ in 0..3 {
        let chunk = text("t", "Well.");
        let out = world.give(Input::ResponseBody { chunk: chunk.as_bytes(), end: false });
        assert_eq!(out.chunk, Chunk::Keep);
        assert!(!out.wait && !out.push);
    }
}

#[test]
fn what_is_denied_waits_for_nothing() {
    let mut world = streamed(&json!({}));
    let chunk = text("t", "Well.") + &delete("c") + &waits(&["c"]);
    world.body(chunk.as_bytes(), false);
    assert!(!world.paused);
    let sent = world.sent();
    assert!(!sent.contains("n0nce"), "{sent}");
    assert!(sent.contains("Agents delete nothing here."), "{sent}");
    assert!(sent.contains("end_turn") && !sent.contains("requires_action"), "{sent}");
    // The provider waits for it still, and is told with the next event.
    let went_on = send(&mut world, &json!({"type": "user.message", "content": []}));
    assert!(
        went_on.contains("user.custom_tool_result") && went_on.contains("\"custom_tool_use_id\":\"c\""),
        "{went_on}"
    );
    assert!(went_on.contains("Agents delete nothing here."), "{went_on}");
}

#[test]
fn a_later_word_of_a_refused_call_is_written_again() {
    let mut world = streamed(&json!({}));
    world.body(delete("c").as_bytes(), false);
    world.body(waits(&["c", "d"]).as_bytes(), false);
    world.body((delete("c") + &waits(&["c"])).as_bytes(), false);
    assert!(!world.paused);
    let sent = world.sent();
    assert!(!sent.contains("n0nce") && !sent.contains("[\"c\""), "{sent}");
    assert!(sent.contains("\"event_ids\":[\"d\"]"), "{sent}");
    world.acknowledge();
    assert_eq!(world.of_type(types::DECISION).len(), 1, "it is one call, however often it is said");
}

#[test]
fn chunks_queue_behind_a_call_that_waits_for_a_person() {
    let mut world = streamed(&json!({}));
    world.by_hand = true;
    let first = transfer("c") + &waits(&["c"]);
    world.body(first.as_bytes(), false);
    world.acknowledge();
    world.tick();
    world.escalation("e1", EscalationPhase::Pending);
    let ping = ": ping\n\n";
    let other = text("t", "Elsewhere.") + &weather("d");
    for chunk in [ping, &other] {
        world.body(chunk.as_bytes(), false);
        world.tick();
        assert!(world.paused);
    }
    assert_eq!(world.sent(), "");
    world.acknowledge();
    let (ticket, ask) = world.next_ask();
    let Ask::Poll { id, .. } = ask else { panic!("{ask:?}") };
    let digest = world.of_type(types::DECISION)[0]["data"]["action"]["digest"].as_str().unwrap().to_owned();
    world.answer(ticket, 200, &super::world::state(&id, &digest, EscalationPhase::Approved, 2));
    world.consume();
    assert_eq!(world.sent(), "", "nothing leaves but by the tick");
    world.tick();
    assert_eq!(world.sent(), first + ping + &other);
}

#[test]
fn a_late_answer_about_an_earlier_call_is_nobodys() {
    let mut world = streamed(&json!({"hold_ms": 1_000}));
    world.body((transfer("c") + &waits(&["c"])).as_bytes(), false);
    world.acknowledge();
    world.escalation("e1", EscalationPhase::Pending);
    let (late, _) = world.next_ask();
    world.pass(Span::from_millis(2_000));
    world.tick();
    assert!(world.sent().contains("e1"), "it was refused: {}", world.sent());
    world.body((transfer("d") + &waits(&["d"])).as_bytes(), false);
    world.acknowledge();
    let before = world.sent();
    world.give(Input::Answered { ticket: late, answer: Some((200, b"{}")) });
    world.tick();
    assert_eq!(world.sent(), before, "the second call waits for its own answer");
    assert!(matches!(world.next_ask().1, Ask::Create(_)));
}

#[test]
fn what_leaves_at_once_is_bounded() {
    let release = 4_096;
    let mut world = streamed(&json!({"limits": {"release": release}}));
    let long = text("t", &"x".repeat(3 * release));
    let chunk = weather("c") + &long + &waits(&["c"]);
    world.body(chunk.as_bytes(), false);
    world.acknowledge();
    // `World` fails on a flush over the limit.
    world.tick();
    assert_eq!(world.sent(), chunk);
}

#[test]
fn a_chunk_that_comes_before_everything_left_queues_behind_it() {
    let release = 4_096;
    let mut world = streamed(&json!({"limits": {"release": release}}));
    world.by_hand = true;
    let chunk = weather("c") + &text("t", &"x".repeat(3 * release)) + &waits(&["c"]);
    world.body(chunk.as_bytes(), false);
    world.acknowledge();
    // `World` fails on what would be too much in this callback.
    let more = text("u", "Thanks.");
    world.body(more.as_bytes(), false);
    assert_eq!(world.sent(), "");
    world.tick();
    assert_eq!(world.sent(), chunk.clone() + &more);
    world.body(more.as_bytes(), false);
    assert!(!world.paused);
    assert_eq!(world.sent(), chunk + &more + &more);
}

#[test]
fn an_end_before_everything_left_resets() {
    let release = 4_096;
    let mut world = streamed(&json!({"limits": {"release": release}}));
    world.by_hand = true;
    world.body((weather("c") + &text("t", &"x".repeat(3 * release))).as_bytes(), false);
    world.acknowledge();
    world.body(b"", true);
    assert!(world.reset);
    world.tick();
    assert_eq!(world.sent(), "");
    world.acknowledge();
    assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "over_limit");
}

#[test]
fn an_end_while_a_call_waits_leaves_one_flush() {
    let mut world = streamed(&json!({}));
    let chunk = text("t", "Well.") + &weather("c");
    world.body(chunk.as_bytes(), false);
    world.body(b"", true);
    assert!(world.paused);
    world.tick();
    assert_eq!(world.sent(), "", "a flush now would be the last one");
    world.acknowledge();
    assert_eq!(world.sent(), chunk);
    assert!(world.ended);
}

#[test]
fn a_client_that_leaves_while_a_call_waits_abandons_it() {
    let mut world = streamed(&json!({}));
    world.body(weather("c").as_bytes(), false);
    world.give(Input::Gone);
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned");
    assert_eq!(world.sent(), "");
}

#[test]
fn trailers_while_a_call_waits_reset() {
    let mut world = streamed(&json!({}));
    world.body((text("t", "Well.") + &weather("c")).as_bytes(), false);
    world.give(Input::ResponseTrailers);
    assert!(world.reset);
}

#[test]
fn a_ledger_that_is_down_refuses_and_the_stream_goes_on() {
    let mut world = streamed(&json!({}));
    world.body((weather("c") + &waits(&["c"])).as_bytes(), false);
    world.pass(Span::from_millis(600));
    world.tick();
    let sent = world.sent();
    assert!(!sent.contains("Zürich") && sent.contains("end_turn"), "{sent}");
    let more = text("u", "Thanks.");
    world.body(more.as_bytes(), false);
    assert_eq!(world.sent(), sent + &more);
}

#[test]
fn however_it_is_cut_the_same_leaves() {
    let body = text("t", "Well.")
        + &weather("c")
        + &delete("d")
        + &waits(&["c", "d"])
        + &text("u", "So.")
        + &ended();
    let mut expected = None;
    for cut in 0..=body.len() {
        let mut world = streamed(&json!({}));
        for piece in [&body.as_bytes()[..cut], &body.as_bytes()[cut..]] {
            world.body(piece, false);
            world.acknowledge();
            world.tick();
        }
        world.body(b"", true);
        // The identifier of a decision depends on what was recorded before.
        let sent: String =
            world.sent().split("Decision: ").map(|part| part.trim_start_matches(|c| c != '"')).collect();
        assert!(world.ended && !sent.contains("n0nce"), "cut at {cut}");
        assert_eq!(*expected.get_or_insert(sent.clone()), sent, "cut at {cut}");
    }
}

#[test]
fn where_nothing_is_enforced_a_stream_of_many_calls_goes_by() {
    let mut policy = policy();
    policy["mode"] = json!("observe");
    let mut world = streamed_with(&json!({"observe": true, "limits": {"calls": 2, "body": 4_096}}), &policy);
    let mut expected = String::new();
    for turn in 0..40 {
        let chunk = delete(&format!("c{turn}")) + &waits(&["c"]);
        world.body(chunk.as_bytes(), false);
        expected += &chunk;
    }
    assert_eq!(world.sent(), expected);
    world.give(Input::Gone);
    world.acknowledge();
    assert_eq!(world.of_type(types::DECISION).len(), 40, "none is beyond a bound, for none is kept");
    assert_eq!(world.of_type(types::OUTCOME).len(), 40);
    assert_eq!(world.of_type(types::RESPONSE), Vec::<&Value>::new());
}
