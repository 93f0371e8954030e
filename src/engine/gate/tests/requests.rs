//! Requests: where they go, and what the provider would run itself.

use super::world::World;
use crate::gate::{Input, RequestHead, ResponseHead};
use crate::record::types;
use serde_json::json;

#[test]
fn a_request_goes_on_as_the_bytes_that_came() {
    let body = br#"{ "model":"m" ,"messages":[ ], "tools":[{"name":"get_weather","input_schema":{}}]}"#;
    for cut in 0..=body.len() {
        let mut world = World::new();
        let head = world.head("/v1/messages?beta=true");
        world.give(Input::RequestHead(&head));
        world.request_body(&body[..cut], false);
        world.request_body(&body[cut..], true);
        assert_eq!(world.asked, body, "cut at {cut}");
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn unreadable_and_oversized_requests_are_refused() {
    for (body, status) in [
        (r#"{"model":"m","model":"n"}"#.to_owned(), 400),
        ("hello".to_owned(), 400),
        (format!("{{\"x\":\"{}\"}}", "x".repeat(5_000)), 413),
    ] {
        let mut world = World::with(&json!({"limits": {"request": 4096}}), &super::world::policy());
        let head = world.head("/v1/messages");
        world.give(Input::RequestHead(&head));
        world.request_body(body.as_bytes(), true);
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(status));
        assert!(world.asked.is_empty());
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn other_protocols_encodings_and_endpoints_are_refused() {
    let plain = World::new().head("/v1/messages");
    let cases = [
        (RequestHead { upgrade: true, ..plain.clone() }, 403),
        (
            RequestHead {
                upgrade: true,
                path: "/v1/models".to_owned(),
                method: "GET".to_owned(),
                ..plain.clone()
            },
            403,
        ),
        (RequestHead { content_encoding: vec!["gzip".to_owned()], ..plain.clone() }, 415),
        (RequestHead { content_type: vec!["application/grpc".to_owned()], ..plain.clone() }, 403),
        (RequestHead { persons: vec!["jo".to_owned(), "kim".to_owned()], ..plain.clone() }, 403),
        (RequestHead { persons: vec![String::new()], ..plain.clone() }, 403),
        (RequestHead { path: "/v1/realtime".to_owned(), ..plain.clone() }, 403),
        (RequestHead { path: "/v1/messages/batches/x/results".to_owned(), ..plain }, 403),
    ];
    for (head, status) in cases {
        let mut world = World::new();
        world.give(Input::RequestHead(&head));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(status), "{head:?}");
        let reply: serde_json::Value = serde_json::from_str(&world.reply.unwrap().body).unwrap();
        assert!(reply["error"]["message"].as_str().unwrap().contains("refused"), "{reply}");
    }
}

#[test]
fn the_gates_own_answer_passes_the_gate() {
    let mut world = World::new();
    let mut head = world.head("/v1/realtime");
    head.end = true;
    world.give(Input::RequestHead(&head));
    world.response(403, "application/json");
    world.body(b"{\"error\":{}}", true);
    assert_eq!(world.sent(), "{\"error\":{}}");
}

#[test]
fn harmless_endpoints_pass_untouched_but_lead_nowhere_else() {
    let mut world = World::new();
    let head = RequestHead { method: "GET".to_owned(), end: true, ..world.head("/v1/models") };
    world.give(Input::RequestHead(&head));
    world.response(200, "application/json");
    world.body(b"{\"data\":[]}", true);
    assert_eq!(world.sent(), "{\"data\":[]}");
    assert!(!world.gate.reads());
    let mut world = World::new();
    world.give(Input::RequestHead(&head));
    world.give(Input::ResponseHead(ResponseHead { status: 302, end: true, ..ResponseHead::default() }));
    assert!(world.reply.is_some());
}

#[test]
fn an_error_before_the_request_was_read_passes_and_an_answer_does_not() {
    for (status, refused) in [(401, false), (200, true)] {
        let mut world = World::new();
        let head = world.head("/v1/messages");
        world.give(Input::RequestHead(&head));
        world.request_body(b"{\"model\":", false);
        world.response(status, "application/json");
        assert_eq!(world.reply.is_some(), refused, "{status}");
        assert_eq!(world.vm.held(), 0);
    }
}

#[test]
fn a_refused_request_is_recorded_whatever_its_tools_are_called() {
    let mut tools: Vec<serde_json::Value> =
        (0..200).map(|n| json!({"name": format!("\u{1}{n}{}", "\u{1}é".repeat(64))})).collect();
    tools.push(json!({"type": "web_search_20250305", "name": "web_search"}));
    let mut world = World::new();
    let head = world.head("/v1/messages");
    world.give(Input::RequestHead(&head));
    world.request_body(json!({"model": "m", "messages": [], "tools": tools}).to_string().as_bytes(), true);
    world.acknowledge();
    assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "provider_executed");
}
