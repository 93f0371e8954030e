//! Nothing is enforced: no observed request fails, and what would have happened is on record.

use super::world::{World, document, policy, stream};
use crate::gate::{Input, ResponseHead};
use crate::record::types;
use serde_json::{Value, json};

fn observed() -> Value {
    let mut policy = policy();
    policy["mode"] = json!("observe");
    policy
}

fn world() -> World {
    World::with(&json!({"observe": true, "limits": {"body": 4096, "vm": 8192, "request": 4096}}), &observed())
}

#[test]
fn denied_escalated_and_allowed_calls_go_by_and_are_recorded() {
    let calls = [
        ("get_weather", json!({"city": "Bern"})),
        ("delete_file", json!({"path": "/srv/x"})),
        ("transfer", json!({"to": "acme"})),
    ];
    for (body, content_type) in
        [(stream(&calls), "text/event-stream"), (document(&calls), "application/json")]
    {
        let mut world = world();
        world.anthropic(false);
        world.response(200, content_type);
        for byte in body.as_bytes().chunks(7) {
            world.body(byte, false);
        }
        world.body(b"", true);
        assert_eq!(world.sent(), body);
        assert!(world.asks.is_empty());
        world.acknowledge();
        let decisions = world.of_type(types::DECISION);
        let verdicts: Vec<&Value> = decisions.iter().map(|event| &event["data"]["verdict"]).collect();
        assert_eq!(verdicts, ["allow", "deny", "escalate"]);
        assert!(decisions.iter().all(|event| event["data"]["enforced"] == "observe"));
        assert_eq!(world.of_type(types::OUTCOME).len(), 3);
    }
}

#[test]
fn unreadable_oversized_and_strange_answers_go_by() {
    let large = document(&[("delete_file", json!({"path": "x".repeat(10_000)}))]);
    for (body, content_type) in [
        ("not json", "application/json"),
        ("{\"a\":1,\"a\":2}", "application/json"),
        (large.as_str(), "application/json"),
        ("anything", "text/html"),
        ("data: x\n\n", "text/event-stream"),
    ] {
        let mut world = world();
        world.anthropic(true);
        world.response(200, content_type);
        for chunk in body.as_bytes().chunks(100) {
            world.body(chunk, false);
        }
        world.body(b"", true);
        assert_eq!(world.sent(), body);
        assert_eq!((world.reply.as_ref(), world.reset), (None, false));
        assert_eq!(world.vm.held(), 0);
        world.acknowledge();
        assert_eq!(world.of_type(types::RESPONSE).len(), 1, "{body}");
        assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["enforced"], "observe");
    }
}

#[test]
fn unreadable_requests_redirects_and_trailers_go_by() {
    let mut world = world();
    let mut head = world.head("/v1/messages");
    head.content_encoding = vec!["gzip".to_owned()];
    world.give(Input::RequestHead(&head));
    world.request_body(b"\x1f\x8b", true);
    assert_eq!(world.asked, b"\x1f\x8b");
    world.give(Input::ResponseHead(ResponseHead { status: 302, ..ResponseHead::default() }));
    world.body(b"moved", false);
    world.give(Input::ResponseTrailers);
    assert_eq!((world.sent().as_str(), world.reply, world.reset), ("moved", None, false));
}

#[test]
fn both_switches_are_needed() {
    for (plugin, policy) in [(false, observed()), (true, policy())] {
        let mut world = World::with(&json!({"observe": plugin}), &policy);
        world.anthropic(false);
        world.response(200, "application/json");
        world.bodies(document(&[("delete_file", json!({"path": "/srv/x"}))]).as_bytes(), &[]);
        assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
    }
}

#[test]
fn some_principals_only() {
    let mut policy = policy();
    policy["observe"] = json!([super::world::AGENT]);
    for (principal, goes_by) in
        [(super::world::AGENT, true), ("spiffe://corp.example/ns/dev/sa/other", false)]
    {
        let mut world = World::with(&json!({"observe": true}), &policy);
        let mut head = world.head("/v1/messages");
        head.principals = vec![principal.to_owned()];
        world.give(Input::RequestHead(&head));
        world.request_body(br#"{"model":"m","messages":[]}"#, true);
        world.response(200, "application/json");
        world.bodies(document(&[("delete_file", json!({"path": "/srv/x"}))]).as_bytes(), &[]);
        assert_eq!(world.sent().contains("\"tool_use\""), goes_by);
    }
}

#[test]
fn what_nobody_here_can_read_goes_by_wherever_it_leads() {
    for status in [101, 302] {
        let mut world = World::with(&json!({"observe": true}), &observed());
        let mut head = world.head("/v1/realtime");
        head.upgrade = true;
        world.give(Input::RequestHead(&head));
        world.response(status, "application/json");
        world.body(b"x", true);
        assert_eq!(world.reply, None);
        assert_eq!(world.sent(), "x");
    }
}

#[test]
fn a_frozen_agent_is_stopped_where_nothing_else_is() {
    let told = |world: &mut World, frozen: &[&str]| {
        let body = json!({ "frozen": frozen }).to_string();
        assert!(world.vm.orders.ask(world.now), "orders are asked for where nothing waits");
        assert_eq!(world.vm.orders.answered(world.now, Some((200, body.as_bytes()))), 0);
        world.now = world.now + crate::time::Span::from_secs(60);
    };
    let weather = document(&[("get_weather", json!({"city": "Bern"}))]);
    // From the next request on nothing is released, and nothing is refused for the policy.
    for call in [("get_weather", json!({"city": "Bern"})), ("delete_file", json!({"path": "/srv/x"}))] {
        let mut world = self::world();
        told(&mut world, &[super::world::AGENT]);
        world.anthropic(false);
        world.response(200, "application/json");
        world.bodies(document(&[call]).as_bytes(), &[]);
        assert!(world.sent().contains("This agent is frozen"), "{}", world.sent());
        assert!(!world.sent().contains("\"tool_use\""), "{}", world.sent());
        world.acknowledge();
        assert_eq!(world.of_type(types::DECISION)[0]["data"]["enforced"], "deny");
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["reason"]["code"], "frozen");
    }
    // Endpoints that nobody reads, and upgrades.
    let mut world = self::world();
    told(&mut world, &[super::world::AGENT]);
    let mut head = world.head("/v1/realtime");
    head.upgrade = true;
    world.give(Input::RequestHead(&head));
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
    // One that is under way: before its request is whole, before its answer begins, in the middle of it.
    let mut world = self::world();
    let head = world.head("/v1/messages");
    world.give(Input::RequestHead(&head));
    told(&mut world, &[super::world::AGENT]);
    let out = world.give(Input::RequestBody { chunk: b"{", end: false });
    assert!(out.reply.is_some_and(|reply| reply.status == 403 && reply.body.contains("stopped")));
    let mut world = self::world();
    world.anthropic(true);
    told(&mut world, &[super::world::AGENT]);
    world.response(200, "text/event-stream");
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403));
    let mut world = self::world();
    world.anthropic(true);
    world.response(200, "text/event-stream");
    let stream = stream(&[("get_weather", json!({"city": "Bern"}))]);
    world.body(&stream.as_bytes()[..100], false);
    told(&mut world, &[super::world::AGENT]);
    world.body(&stream.as_bytes()[100..], false);
    assert!(world.reset);
    assert!(stream.starts_with(&world.sent()) && world.sent().len() == 100, "{}", world.sent());
    world.acknowledge();
    assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "frozen");
    assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["enforced"], "deny");
    // Another one is not, nor is this one once it is let go; no answer changes nothing.
    let mut world = self::world();
    told(&mut world, &["spiffe://corp.example/ns/dev/sa/other"]);
    world.anthropic(false);
    world.response(200, "application/json");
    world.bodies(weather.as_bytes(), &[]);
    assert_eq!(world.sent(), weather);
    let mut world = self::world();
    told(&mut world, &[super::world::AGENT]);
    assert!(world.vm.orders.ask(world.now));
    world.vm.orders.answered(world.now, None);
    assert!(world.vm.orders.is_frozen(Some(super::world::AGENT)));
    world.now = world.now + crate::time::Span::from_secs(60);
    told(&mut world, &[]);
    world.anthropic(false);
    world.response(200, "application/json");
    world.bodies(weather.as_bytes(), &[]);
    assert_eq!(world.sent(), weather);
}
