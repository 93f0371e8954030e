//! Answers on their way: what passes, what waits, what is refused.

use super::world::{World, allow_all, document, policy, stream};
use crate::gate::{Chunk, Input};
use crate::record::types;
use serde_json::{Value, json};

const EVENTS: &str = "text/event-stream; charset=utf-8";
const JSON: &str = "application/json";
const SSE: &str = "text/event-stream";

fn weather() -> (&'static str, Value) {
    ("get_weather", json!({"city": "Zürich"}))
}

fn delete(nonce: &str) -> (&'static str, Value) {
    ("delete_file", json!({"path": "/srv/reports/old.csv", "note": nonce}))
}

/// Reads a whole answer in these pieces, with a ledger that takes everything once the answer has ended.
fn run(world: &mut World, body: &str, content_type: &str, cuts: &[usize]) {
    world.anthropic(content_type == EVENTS);
    world.response(200, content_type);
    world.bodies(body.as_bytes(), cuts);
    world.acknowledge();
}

#[test]
fn text_passes_at_once_and_unchanged() {
    let body = stream(&[]);
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    let out = world.give(Input::ResponseBody { chunk: body.as_bytes(), end: false });
    assert_eq!(out.chunk, Chunk::Keep);
    world.body(b"", true);
    assert!(!world.paused);
}

#[test]
fn text_before_the_first_call_leaves_in_the_same_callback_and_the_rest_waits() {
    let body = stream(&[weather()]);
    let first_call =
        body.find("event: content_block_start\ndata: {\"content_block\":{\"id\":\"toolu_1\"").unwrap();
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    world.body(body.as_bytes(), false);
    assert_eq!(world.sent(), body.split_at(first_call).0);
    world.body(b"", true);
    assert!(world.paused);
    assert_eq!(world.sent(), body.split_at(first_call).0);
    world.acknowledge();
    assert_eq!(world.sent(), body);
}

#[test]
fn a_document_is_held_whole() {
    let body = document(&[weather()]);
    let mut world = World::new();
    world.anthropic(false);
    world.response(200, JSON);
    world.bodies(body.as_bytes(), &[]);
    assert_eq!(world.sent(), "");
    world.acknowledge();
    assert_eq!(world.sent(), body);
}

#[test]
fn with_a_policy_that_allows_all_output_is_input_however_it_was_cut() {
    let calls = [weather(), delete("n"), ("transfer", json!({"to": "x", "amount": 1}))];
    for (body, content_type) in [(stream(&calls), EVENTS), (document(&calls), JSON)] {
        for cut in 0..=body.len() {
            let mut world = World::with(&json!({}), &allow_all());
            run(&mut world, &body, content_type, &[cut]);
            assert!(world.sent == body.as_bytes(), "cut at {cut}");
            assert!(world.ended);
        }
    }
}

/// What the records say, without what differs from run to run by nature.
fn decisions(world: &World) -> Vec<Value> {
    let of = |event: &&Value| {
        json!([
            event["type"],
            event["data"]["tool"]["name"],
            event["data"]["verdict"],
            event["data"]["outcome"],
            event["data"]["policy"]["rules"],
            event["data"]["effects"],
            event["data"]["action"]
        ])
    };
    world.events.iter().filter(|event| event["type"] != types::START).map(|event| of(&event)).collect()
}

#[test]
fn how_the_bytes_were_cut_changes_nothing() {
    let calls = [weather(), delete("n")];
    for (body, content_type) in [(stream(&calls), EVENTS), (document(&calls), JSON)] {
        let mut whole = World::new();
        run(&mut whole, &body, content_type, &[]);
        assert!(whole.sent().contains("no-deletes"), "{}", whole.sent());
        let sorted = |world: &World| {
            let mut decisions = decisions(world);
            decisions.sort_by_key(Value::to_string);
            decisions
        };
        for cut in 0..=body.len() {
            let mut world = World::new();
            run(&mut world, &body, content_type, &[cut]);
            assert_eq!(anonymous(&world), anonymous(&whole), "cut at {cut}");
            assert_eq!(sorted(&world), sorted(&whole), "cut at {cut}");
        }
        let mut world = World::new();
        run(&mut world, &body, content_type, &(0..body.len()).collect::<Vec<_>>());
        assert_eq!(anonymous(&world), anonymous(&whole));
    }
}

/// The client's bytes without decision IDs.
fn anonymous(world: &World) -> String {
    let sent = world.sent();
    let mut out = String::new();
    for word in sent.split_inclusive(|c: char| !c.is_ascii_hexdigit() && c != '-') {
        let id = word.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        out += if id.len() == 36 && id.matches('-').count() == 4 { "ID" } else { word };
    }
    out
}

#[test]
fn no_byte_of_a_call_leaves_before_its_record_is_proven() {
    let nonce = "n0nce-7f3a";
    let body = stream(&[("get_weather", json!({"city": nonce}))]);
    for cut in 0..=body.len() {
        let mut world = World::new();
        world.anthropic(true);
        world.response(200, EVENTS);
        world.bodies(body.as_bytes(), &[cut]);
        assert!(!world.sent().contains("get_weather") && !world.sent().contains("n0nce"), "cut at {cut}");
        world.acknowledge();
        assert_eq!(world.sent(), body);
    }
}

#[test]
fn a_denied_call_waits_for_nobody_and_its_arguments_stay_here() {
    let nonce = "n0nce-91c2";
    for (body, content_type) in [(stream(&[delete(nonce)]), EVENTS), (document(&[delete(nonce)]), JSON)] {
        let mut world = World::new();
        world.anthropic(content_type == EVENTS);
        world.response(200, content_type);
        world.bodies(body.as_bytes(), &[]);
        assert!(world.ended && !world.paused);
        let sent = world.sent();
        assert!(sent.contains("Agents delete nothing here"), "{sent}");
        assert!(!sent.contains(nonce) && !sent.contains("tool_use\""), "{sent}");
        world.acknowledge();
        let decision = world.of_type(types::DECISION)[0];
        assert_eq!(decision["data"]["verdict"], "deny");
        assert_eq!(decision["data"]["enforced"], "deny");
        let outcome = world.of_type(types::OUTCOME)[0];
        assert_eq!(outcome["data"]["decision"], decision["id"]);
        assert_eq!(outcome["data"]["outcome"], "refused");
        assert!(!world.access.unwrap().contains(nonce));
    }
}

#[test]
fn of_two_calls_only_the_denied_one_is_replaced() {
    let body = document(&[weather(), delete("n")]);
    let mut world = World::new();
    run(&mut world, &body, JSON, &[]);
    let answer: Value = serde_json::from_slice(&world.sent).unwrap();
    let content = answer["content"].as_array().unwrap();
    let kinds: Vec<&str> = content.iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "text", "tool_use"]);
    assert_eq!(content[2]["name"], "get_weather");
    assert_eq!(answer["stop_reason"], "tool_use");
    assert!(content[1]["text"].as_str().unwrap().contains("delete_file"));
}

#[test]
fn an_answer_cut_off_at_any_byte_lets_no_call_through() {
    let nonce = "n0nce-4e1d";
    let body = stream(&[("get_weather", json!({"city": nonce}))]);
    for end in 0..body.len() {
        let mut world = World::new();
        world.anthropic(true);
        world.response(200, EVENTS);
        world.body(&body.as_bytes()[..end], false);
        world.give(Input::Gone);
        assert!(!world.sent().contains("get_weather"), "cut off at {end}");
    }
}

#[test]
fn a_decision_while_the_model_still_sends_leads_the_next_chunk() {
    let body = stream(&[weather()]);
    let mut world = World::new();
    world.anthropic(true);
    world.response(200, EVENTS);
    world.body(body.as_bytes(), false);
    world.acknowledge();
    assert!(!world.sent().contains("get_weather"));
    world.body(b": done\n\n", false);
    assert_eq!(world.sent(), format!("{body}: done\n\n"));
    world.body(b"", true);
    assert!(world.ended);
}

#[test]
fn the_record_holds_what_a_replay_needs() {
    let mut world = World::new();
    run(&mut world, &stream(&[weather()]), EVENTS, &[]);
    world.acknowledge();
    let data = &world.of_type(types::DECISION)[0]["data"];
    assert_eq!(data["agent"], json!({"id": super::world::AGENT, "via": "header"}));
    assert_eq!(data["model"], json!({"api": "anthropic", "requested": "m"}));
    assert_eq!(data["tool"]["name"], "get_weather");
    assert_eq!(data["tool"]["call_id"], "toolu_1");
    assert_eq!(data["effects"]["known"][0]["action"], "weather.read");
    assert!(data["analyser"].as_str().unwrap().starts_with("effects/"));
    assert_eq!(data["policy"]["rules"], json!(["weather"]));
    assert!(data["policy"]["bundle"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(data["request"]["path"], "/v1/messages");
    assert!(data["action"]["digest"].as_str().unwrap().starts_with("sha256:"));
    let outcome = &world.of_type(types::OUTCOME)[0]["data"];
    assert_eq!(outcome["outcome"], "released");
}

#[test]
fn arguments_that_two_readers_read_differently_are_denied() {
    let good = stream(&[weather()]);
    let twice = good.replace("ürich\\\"}", "ürich\\\",\\\"city\\\":\\\"Bern\\\"}");
    assert_ne!(twice, good);
    let mut world = World::new();
    run(&mut world, &twice, EVENTS, &[]);
    assert!(!world.sent().contains("Bern"), "{}", world.sent());
    assert!(world.sent().contains("strict JSON"), "{}", world.sent());
    world.acknowledge();
    assert_eq!(world.of_type(types::DECISION)[0]["data"]["policy"]["rules"], json!(["malformed_arguments"]));
}

#[test]
fn a_client_that_leaves_before_what_was_decided_could_has_got_nothing() {
    let (document, stream) = (document(&[weather()]), stream(&[weather()]));
    for (content_type, body, ends) in [(JSON, &document, true), (SSE, &stream, true), (SSE, &stream, false)] {
        let mut world = World::new();
        world.by_hand = true;
        world.anthropic(content_type == SSE);
        world.response(200, content_type);
        world.body(body.as_bytes(), ends);
        world.acknowledge();
        assert!(!world.sent().contains("Zürich"), "{}", world.sent());
        world.give(Input::Gone);
        world.tick();
        world.acknowledge();
        assert_eq!(world.of_type(types::DECISION).len(), 1);
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned", "{content_type} {ends}");
        assert!(!world.sent().contains("Zürich"), "{}", world.sent());
    }
}

#[test]
fn without_a_principal_a_rule_for_one_does_not_allow() {
    let mut policy = policy();
    policy["rules"][0]["applies_to"] = json!([super::world::AGENT]);
    for principals in [vec![], vec![super::world::AGENT.to_owned(), "spiffe://corp.example/other".to_owned()]]
    {
        let mut world = World::with(&json!({}), &policy);
        let mut head = world.head("/v1/messages");
        head.principals = principals;
        world.give(Input::RequestHead(&head));
        world.request_body(br#"{"model":"m","messages":[]}"#, true);
        world.response(200, JSON);
        world.bodies(document(&[weather()]).as_bytes(), &[]);
        world.acknowledge();
        assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
    }
}

#[test]
fn a_rule_about_the_model_finds_none_settled_where_another_may_answer() {
    let mut policy = policy();
    policy["rules"][0]["if"] = json!({"model": "m"});
    for (fallbacks, released) in [(json!([]), true), (json!([{"model": "n"}]), false)] {
        let mut world = World::with(&json!({}), &policy);
        world.ask("/v1/messages", &json!({"model": "m", "messages": [], "fallbacks": fallbacks}));
        world.response(200, JSON);
        world.bodies(document(&[weather()]).as_bytes(), &[]);
        world.acknowledge();
        assert_eq!(world.sent().contains("\"tool_use\""), released, "{}", world.sent());
        let model = &world.of_type(types::DECISION)[0]["data"]["model"];
        assert_eq!(model["or_others"], if released { Value::Null } else { true.into() });
    }
}

// An event has a size. What request and call choose must neither keep a decision out of the record nor, because it
// cannot be recorded, refuse a call.
#[test]
fn what_traffic_chose_never_crowds_a_decision_out_of_the_record() {
    let long = "\"\u{1}€x".repeat(4_000);
    let tools: Vec<Value> =
        (0..200).map(|n| json!({"name": format!("{n}{}", "é".repeat(64)), "input_schema": {}})).collect();
    let paths: Vec<String> = (0..30).map(|n| format!("/srv/{n}/{}", "x".repeat(900))).collect();
    let mut policy = policy();
    policy["rules"][0]["args"] = json!("full");
    let calls = [
        ("get_weather", json!({"city": long})),
        ("get_weather", json!({"city": "Bern", "note": long})),
        ("delete_file", json!({"path": paths})),
    ];
    for call in calls {
        let mut world = World::with(&json!({}), &policy);
        world.ask("/v1/messages", &json!({"model": "m".repeat(900), "tools": tools, "messages": []}));
        world.response(200, JSON);
        let body = document(std::slice::from_ref(&call));
        world.bodies(body.as_bytes(), &[]);
        world.acknowledge();
        assert_eq!(world.sent() == body, call.0 == "get_weather", "{}", call.0);
        let decisions = world.of_type(types::DECISION);
        assert_eq!(decisions.len(), 1, "{}", call.0);
        let known = &decisions[0]["data"]["effects"]["known"];
        let left_out = &decisions[0]["data"]["effects"]["unknown"];
        assert!(!known.as_array().unwrap().is_empty() || left_out[0]["code"] == "not_listed", "{left_out}");
        assert_eq!(world.of_type(types::GAP).len(), 0);
    }
}

// What a request chose must not keep it off the record that it was refused.
#[test]
fn what_a_request_chose_never_crowds_its_refusal_out_of_the_record() {
    let odd = ["\u{1}", "\\", "\"", "é", "\u{10ffff}"];
    for text in odd {
        let long = text.repeat(300);
        let tools: Vec<Value> =
            (0..200).map(|n| json!({"name": format!("{long}{n}"), "input_schema": {}})).collect();
        let servers: Vec<Value> = (0..60)
            .map(|n| json!({"type": "url", "name": format!("{n}{long}"), "url": "https://a.example"}))
            .collect();
        let mut world = World::new();
        let mut head = world.head("/v1/messages");
        head.path = format!("/v1/messages?{long}");
        head.host = Some(long.clone());
        head.request_id = Some(long.clone());
        head.route = Some(long.clone());
        head.provider = Some(long.clone());
        head.principals = vec![text.repeat(2_000 / text.len())];
        world.give(Input::RequestHead(&head));
        let body = json!({"model": long, "messages": [], "tools": tools, "mcp_servers": servers});
        world.request_body(body.to_string().as_bytes(), true);
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
        world.acknowledge();
        assert_eq!(world.of_type(types::RESPONSE).len(), 1, "{text:?}");
        assert_eq!(world.of_type(types::GAP).len(), 0, "{text:?}");
    }
}
