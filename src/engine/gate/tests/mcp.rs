//! Requests to MCP servers: what calls no tool passes, and a call is sent only by its permit.

use super::world::{World, policy, state};
use crate::gate::{Chunk, Input, Mirrored, RequestHead, ResponseHead};
use crate::protocol::EscalationPhase;
use crate::record::types;
use crate::time::Span;
use serde_json::{Value, json};

fn world() -> World {
    with(json!({}))
}

fn with(mut extra: Value) -> World {
    extra["mcp_servers"] = json!([
        {"name": "files", "route": "files"},
        {"name": "payments", "host": "payments.internal", "path": "/mcp"},
    ]);
    World::with(&extra, &policy())
}

fn head(world: &World) -> RequestHead {
    RequestHead { host: Some("payments.internal:8080".to_owned()), ..world.head("/mcp") }
}

fn call(tool: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

/// Sends a message in two pieces.
fn send(world: &mut World, body: &str) {
    let head = head(world);
    world.give(Input::RequestHead(&head));
    let (first, second) = body.split_at(body.len() / 2);
    world.request_body(first.as_bytes(), false);
    world.request_body(second.as_bytes(), true);
}

fn answered(world: &World) -> (u16, Value) {
    let reply = world.reply.as_ref().unwrap();
    (reply.status, serde_json::from_str(&reply.body).unwrap())
}

fn text(world: &World) -> String {
    let (status, answer) = answered(world);
    assert_eq!((status, &answer["jsonrpc"], &answer["id"]), (200, &json!("2.0"), &json!(3)), "{answer}");
    assert_eq!(answer["result"]["isError"], true);
    answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
}

/// The client names the host, and the proxy may go by the path.
#[test]
fn a_server_that_is_known_by_its_host_alone_is_not_asked_where_models_are() {
    let server = json!({"mcp_servers": [{"name": "files", "host": "files.internal"}]});
    for (method, path, passes) in [
        ("GET", "/openai/v1/responses/resp_1", false),
        ("POST", "/v1/chat/completions", false),
        ("GET", "/mcp", true),
    ] {
        let mut world = World::with(&server, &policy());
        let host = Some("files.internal".to_owned());
        let head = RequestHead { method: method.to_owned(), host, end: method == "GET", ..world.head(path) };
        world.give(Input::RequestHead(&head));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), (!passes).then_some(403), "{path}");
    }
}

#[test]
fn an_allowed_call_is_sent_once_its_record_is_durable_and_its_answer_passes() {
    let mut world = world();
    let body = call("get_weather", json!({"city": "Zürich", "n": 1.0})).to_string();
    send(&mut world, &body);
    assert!(world.asked.is_empty() && world.reply.is_none(), "nothing leaves before its permit");
    world.acknowledge();
    assert_eq!(String::from_utf8_lossy(&world.asked), body);
    assert_eq!(world.vm.held(), 0);
    world.response(200, "text/event-stream");
    world.body(b"event: message\ndata: {}\n\n", true);
    assert_eq!(world.sent(), "event: message\ndata: {}\n\n");
    world.acknowledge();
    let decision = &world.of_type(types::DECISION)[0]["data"];
    assert_eq!(
        (&decision["model"]["api"], &decision["tool"]["namespace"]),
        (&json!("mcp"), &json!("payments"))
    );
    assert_eq!(decision["tool"]["name"], "get_weather");
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "released");
}

#[test]
fn a_denied_call_is_answered_as_the_server_would_and_never_sent() {
    let mut world = world();
    send(&mut world, &call("delete_file", json!({"path": "/srv/x"})).to_string());
    assert!(text(&world).contains("Agents delete nothing here"), "{}", text(&world));
    assert!(world.asked.is_empty());
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "refused");
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn the_policy_knows_the_server() {
    let mut rules = policy();
    rules["rules"][0]["if"] = json!({"server": "files"});
    for (server, sent) in [("files", true), ("payments", false)] {
        let mut world = World::with(&json!({"mcp_servers": [{"name": server, "path": "/mcp"}]}), &rules);
        send(&mut world, &call("get_weather", json!({"city": "Bern"})).to_string());
        world.acknowledge();
        assert_eq!(!world.asked.is_empty(), sent, "{server}");
        assert_eq!(world.reply.is_none(), sent, "{server}");
    }
}

#[test]
fn an_escalated_call_waits_for_a_person_and_the_approved_one_is_sent() {
    let mut world = world();
    let body = call("transfer", json!({"to": "CH93"})).to_string();
    send(&mut world, &body);
    world.acknowledge();
    world.escalation("esc-1", EscalationPhase::Pending);
    assert!(world.asked.is_empty() && world.reply.is_none());
    let (ticket, _) = world.next_ask();
    let digest = world.of_type(types::DECISION)[0]["data"]["action"]["digest"].as_str().unwrap().to_owned();
    world.answer(ticket, 200, &state("esc-1", &digest, EscalationPhase::Approved, 2));
    world.consume();
    assert_eq!(String::from_utf8_lossy(&world.asked), body);
    world.acknowledge();
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["escalation"], "esc-1");
}

#[test]
fn a_call_that_nobody_decided_in_time_is_refused_and_its_retry_finds_the_approval() {
    let mut world = with(json!({"hold_ms": 1000}));
    let body = call("transfer", json!({"to": "CH93"})).to_string();
    send(&mut world, &body);
    world.acknowledge();
    world.escalation("esc-1", EscalationPhase::Pending);
    world.pass(Span::from_secs(2));
    assert!(text(&world).contains("esc-1"), "{}", text(&world));
    assert!(world.asked.is_empty());

    let mut retry = with(json!({"hold_ms": 1000}));
    send(&mut retry, &body);
    retry.acknowledge();
    retry.escalation("esc-1", EscalationPhase::Approved);
    retry.consume();
    assert_eq!(String::from_utf8_lossy(&retry.asked), body);
}

#[test]
fn without_the_ledger_nothing_is_sent() {
    let mut world = world();
    send(&mut world, &call("get_weather", json!({"city": "Bern"})).to_string());
    world.pass(Span::from_millis(500));
    assert!(text(&world).contains("could not be recorded"), "{}", text(&world));
    world.acknowledge();
    assert!(world.asked.is_empty());
}

#[test]
fn what_calls_no_tool_goes_on_as_the_bytes_that_came() {
    for body in [
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":"a","method":"tools/list"}"#,
        r#" {"jsonrpc":"2.0","method":"notifications/initialized"} "#,
        r#"{"jsonrpc":"2.0","id":7,"result":{"action":"accept"}}"#,
        r#"{"jsonrpc":"2.0","id":7,"error":{"code":-1,"message":"no"}}"#,
    ] {
        let mut world = world();
        send(&mut world, body);
        assert_eq!((String::from_utf8_lossy(&world.asked).as_ref(), &world.reply), (body, &None));
        assert_eq!(world.vm.held(), 0);
        world.response(202, "application/json");
        world.body(b"", true);
    }
}

#[test]
fn the_servers_own_stream_passes_and_leads_nowhere_else() {
    for method in ["GET", "DELETE"] {
        let mut world = world();
        let head = RequestHead { method: method.to_owned(), end: true, ..head(&world) };
        world.give(Input::RequestHead(&head));
        world.response(200, "text/event-stream");
        world.body(b"data: {}\n\n", false);
        assert_eq!(world.sent(), "data: {}\n\n");

        let mut world = self::world();
        world.give(Input::RequestHead(&head));
        world.give(Input::ResponseHead(ResponseHead { status: 307, end: true, ..ResponseHead::default() }));
        assert!(world.reply.is_some(), "a redirect");
    }
}

#[test]
fn what_two_servers_could_read_differently_is_refused_and_never_sent() {
    let good = call("get_weather", json!({"city": "Bern"})).to_string();
    for body in [
        format!("[{good}]"),
        "[]".to_owned(),
        format!("{good}{good}"),
        format!("{good}\0"),
        good.replace("\"name\"", "\"name\":\"delete_file\",\"name\""),
        good.replace("\"name\"", "\"Name\":\"delete_file\",\"name\""),
        good.replace("\"method\"", "\"Method\":\"ping\",\"method\""),
        good.replace("\"params\"", "\"PARAMS\":{},\"params\""),
        good.replace("\"params\"", "\"param\u{17f}\":{},\"params\""),
        good.replace("\"id\":3,", ""),
        good.replace("\"id\":3", "\"id\":null"),
        good.replace("\"id\":3", "\"id\":1.5"),
        good.replace("\"id\":3", "\"id\":[3]"),
        good.replace("\"2.0\"", "\"1.0\""),
        good.replace("\"jsonrpc\":\"2.0\",", ""),
        good.replace("\"get_weather\"", "\"\""),
        good.replace("\"get_weather\"", "[\"get_weather\"]"),
        good.replace("{\"city\":\"Bern\"}", "\"{}\""),
        good.replace("tools/call", "tools/Call"),
        good.replace("tools/call", "tools/call "),
        good.replace("tools/call", "tools/run"),
        good.replace("tools/call", "sampling/createMessage"),
        good.replace("tools/call", "notifications/initialized"),
        good.replace("\"method\"", "\"result\":{},\"method\""),
        r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{"message":"x"}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"delete_file"}}"#.to_owned(),
        "{".to_owned(),
        String::new(),
    ] {
        let mut world = world();
        send(&mut world, &body);
        let (status, answer) = answered(&world);
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("refused"), "{answer}");
        world.acknowledge();
        assert!(world.asked.is_empty(), "{body}");
        assert_eq!(world.of_type(types::RESPONSE).len(), 1, "{body}");
        assert_eq!(world.vm.held(), 0, "{body}");
    }
}

#[test]
fn other_requests_to_a_server_are_refused_by_their_head() {
    let plain = head(&world());
    for (head, status) in [
        (RequestHead { upgrade: true, ..plain.clone() }, 403),
        (RequestHead { content_encoding: vec!["gzip".to_owned()], ..plain.clone() }, 415),
        (
            RequestHead {
                content_type: vec!["application/json; charset=utf-16".to_owned()],
                ..plain.clone()
            },
            415,
        ),
        (RequestHead { content_type: vec!["application/grpc".to_owned()], ..plain.clone() }, 403),
        (RequestHead { method: "PUT".to_owned(), ..plain.clone() }, 403),
        (RequestHead { method: "OPTIONS".to_owned(), end: true, ..plain.clone() }, 403),
        // A server may take the method from a header.
        (RequestHead { method: "GET".to_owned(), ..plain.clone() }, 403),
        (RequestHead { end: true, ..plain.clone() }, 403),
        (RequestHead { host: Some("other.internal".to_owned()), ..plain }, 403),
    ] {
        let mut world = world();
        world.give(Input::RequestHead(&head));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(status), "{head:?}");
    }
}

#[test]
fn a_server_is_a_server_whatever_else_its_path_looks_like() {
    for path in ["/v1/messages", "/v1/embeddings", "/a%2Fb/chat/completions", "/v1/models/../x"] {
        let mut world = world();
        let head = RequestHead { route: Some("files".to_owned()), ..world.head(path) };
        world.give(Input::RequestHead(&head));
        world.request_body(call("delete_file", json!({"path": "/x"})).to_string().as_bytes(), true);
        assert!(world.asked.is_empty(), "{path}");
        assert!(world.reply.is_some(), "{path}");
    }
    // Nor is a model's endpoint one for JSON-RPC, wherever it leads.
    let mut world = world();
    let head = world.head("/v1/messages");
    world.give(Input::RequestHead(&head));
    let mut body = call("delete_file", json!({"path": "/x"}));
    body["model"] = json!("m");
    body["messages"] = json!([]);
    world.request_body(body.to_string().as_bytes(), true);
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(400));
}

#[test]
fn headers_must_say_what_the_body_says() {
    let body = call("get_weather", json!({"city": "Bern"})).to_string();
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#.to_owned();
    for (body, method, name, sent) in [
        (&body, "tools/call", "get_weather", true),
        (&body, "tools/call", "=?base64?Z2V0X3dlYXRoZXI=?=", true),
        (&body, "tools/call", "delete_file", false),
        (&body, "tools/call", "=?base64?!?=", false),
        (&body, "tools/list", "get_weather", false),
        (&list, "tools/list", "", true),
        (&list, "Tools/Call", "", false),
    ] {
        let mut world = world();
        let mirrored = Mirrored { method: vec![method.to_owned()], name: vec![name.to_owned()] };
        let head = RequestHead { mirrored: Some(Box::new(mirrored)), ..head(&world) };
        world.give(Input::RequestHead(&head));
        world.request_body(body.as_bytes(), true);
        world.acknowledge();
        assert_eq!(!world.asked.is_empty(), sent, "{method} {name}");
        assert_eq!(world.reply.is_none(), sent, "{method} {name}");
    }
}

#[test]
fn an_early_answer_a_broken_client_and_trailers_end_a_call_that_waits() {
    let body = call("get_weather", json!({"city": "Bern"})).to_string();
    for status in [401, 200] {
        let mut world = world();
        send(&mut world, &body);
        world.response(status, "application/json");
        assert_eq!(world.reply.is_some(), status == 200);
        world.acknowledge();
        assert!(world.asked.is_empty(), "{status}");
        assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned");
    }
    let mut world = world();
    send(&mut world, &body);
    world.give(Input::Gone);
    world.acknowledge();
    assert!(world.asked.is_empty());
    assert_eq!(world.of_type(types::OUTCOME)[0]["data"]["outcome"], "abandoned");

    let mut world = self::world();
    let head = head(&world);
    world.give(Input::RequestHead(&head));
    world.request_body(body.as_bytes(), false);
    world.give(Input::RequestTrailers);
    assert!(world.reply.is_some());
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn what_is_too_large_to_wait_is_refused_and_a_large_message_is_not_read() {
    let body = call("get_weather", json!({"city": "x".repeat(3_000)})).to_string();
    let mut world = with(json!({"limits": {"release": 2048}}));
    send(&mut world, &body);
    assert!(text(&world).contains("too large"), "{}", text(&world));
    world.acknowledge();
    assert!(world.asked.is_empty());

    let mut world = with(json!({"limits": {"request": 2048}}));
    let head = head(&world);
    world.give(Input::RequestHead(&head));
    world.request_body(body.as_bytes(), false);
    assert_eq!(answered(&world).0, 400);
    assert_eq!(world.vm.held(), 0);
}

#[test]
fn in_observe_everything_goes_by_and_is_recorded() {
    let mut observed = policy();
    observed["mode"] = json!("observe");
    let servers = json!({"observe": true, "mcp_servers": [{"name": "files", "path": "/mcp"}]});
    for (body, decisions) in
        [(call("delete_file", json!({"path": "/x"})).to_string(), 1), ("[]".to_owned(), 0)]
    {
        let mut world = World::with(&servers, &observed);
        send(&mut world, &body);
        assert_eq!((String::from_utf8_lossy(&world.asked).as_ref(), &world.reply), (body.as_str(), &None));
        world.response(200, "application/json");
        world.body(b"{}", true);
        assert_eq!(world.sent(), "{}");
        world.acknowledge();
        assert_eq!(world.of_type(types::DECISION).len(), decisions);
        assert_eq!(world.of_type(types::RESPONSE).len(), 1 - decisions);
    }
}

#[test]
fn nothing_passes_without_a_policy() {
    for method in ["POST", "GET"] {
        let mut world = world();
        world.vm.policy = None;
        let head = RequestHead { method: method.to_owned(), end: method == "GET", ..head(&world) };
        let out = world.give(Input::RequestHead(&head));
        assert_eq!(out.chunk, Chunk::Drop);
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(503));
    }
}
