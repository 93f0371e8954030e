//! Rows about requests.

use super::*;

#[test]
fn an_endpoint_that_may_generate_and_is_not_known() {
    for path in [
        "/v1/complete",
        "/v1/assistants",
        "/v1/agents",
        "/v1/agents/sessions/s/traces",
        "/v1/batches/batch_1",
        "/v1beta/openai/batches",
        "/v1beta1/projects/p/locations/l/batchPredictionJobs",
        "/v1/files/f/contents",
        "/v1/chat/completions/tomorrow/now",
        "/v1/nobody/completions",
        "/v1beta/models/m:bidiGenerateContent",
        "/agents/a/agentAliases/b/sessions/s/text",
        "/harnesses/invoke",
        "/a2a/message:send",
        "/mcp",
        "/",
    ] {
        for method in ["GET", "POST"] {
            refused_request(plain(method, path));
        }
    }
}

#[test]
fn a_known_path_by_another_method() {
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "post"] {
        // What a session is asked and told at one path differs by the method.
        let known = |example: &Example| (example.api.entry().owns)(method, example.path);
        for example in examples().into_iter().filter(|example| !known(example)) {
            refused_request(plain(method, example.path));
        }
    }
}

#[test]
fn websocket_and_every_other_upgrade() {
    for path in
        ["/v1/realtime", "/v1/responses", "/v1/messages", "/v1/models", "/ws/google.x.BidiGenerateContent"]
    {
        refused_request(RequestHead { upgrade: true, ..plain("GET", path) });
    }
}

#[test]
fn connect() {
    refused_request(RequestHead { upgrade: true, ..plain("CONNECT", "") });
    refused_request(RequestHead { upgrade: true, ..plain("CONNECT", "/v1/messages") });
}

#[test]
fn webrtc() {
    let content_type = vec!["application/sdp".to_owned()];
    for path in ["/v1/realtime", "/v1/realtime/calls", "/v1/live/sessions", "/v1/realtime/client_secrets"] {
        refused_request(RequestHead { content_type: content_type.clone(), ..plain("POST", path) });
    }
    // At an endpoint of a model it is a body that cannot be read.
    for example in examples() {
        let mut world = World::with(&json!({}), &rules());
        let head = world.head(example.path);
        world.give(Input::RequestHead(&RequestHead { content_type: content_type.clone(), ..head }));
        world.request_body(b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", true);
        assert!(world.asked.is_empty(), "{:?}", example.api);
        assert_replied(&world, 400, "an offer");
    }
}

#[test]
fn grpc() {
    for content_type in ["application/grpc", "application/grpc+proto", "Application/gRPC-Web"] {
        for path in [
            "/xai_api.Chat/GetCompletion",
            "/google.ai.generativelanguage.v1beta.GenerativeService/GenerateContent",
            "/v1/chat/completions",
        ] {
            refused_request(RequestHead {
                content_type: vec![content_type.to_owned()],
                ..plain("POST", path)
            });
        }
    }
}

#[test]
fn a_path_that_two_servers_read_differently() {
    for path in
        ["/v1/../v1/messages", "/v1/messages;x", "/v1\\messages", "/v1/messages%00", "/v1/x%2f..%2fmessages"]
    {
        refused_request(plain("POST", path));
    }
}

#[test]
fn a_request_that_cannot_be_read() {
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    for body in [
        "{\"model\":\"m\",\"model\":\"n\"}".as_bytes(),
        b"{\"model\":NaN}",
        b"{\"model\":\"\xff\"}",
        b"\xff\xfe{\0}\0",
        b"{} {}",
        b"[]",
        b"",
        b"model=m",
        deep.as_bytes(),
    ] {
        for example in examples() {
            let mut world = World::with(&json!({}), &rules());
            let head = world.head(example.path);
            world.give(Input::RequestHead(&head));
            world.request_body(body, true);
            assert!(world.asked.is_empty(), "{:?} {body:?}", example.api);
            assert_eq!(
                world.reply.as_ref().map(|reply| reply.status),
                Some(400),
                "{:?} {body:?}",
                example.api
            );
        }
    }
    // Compressed, or said to be, and in no known encoding of characters.
    for (coding, content_type, body) in [
        (
            "gzip",
            "application/json",
            &b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0"[..],
        ),
        ("GZIP", "application/json", b"{}"),
        ("deflate", "application/json", b"{}"),
        ("identity, br", "application/json", b"{}"),
        ("", "application/json", b"{}"),
        ("identity", "application/json; charset=utf-16", b"{\0}\0"),
        ("identity", "application/json; charset=utf-7", b"{}"),
    ] {
        for example in examples() {
            let mut world = World::with(&json!({}), &rules());
            let (content_encoding, content_type) = (vec![coding.to_owned()], vec![content_type.to_owned()]);
            let head = RequestHead { content_encoding, content_type, ..world.head(example.path) };
            world.give(Input::RequestHead(&head));
            world.request_body(body, true);
            let at = format!("{:?} {coding:?} {body:?}", example.api);
            assert!(world.asked.is_empty(), "{at}");
            assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(415), "{at}");
        }
    }
}

#[test]
fn a_message_of_json_rpc_at_an_endpoint_of_a_model() {
    for example in examples() {
        for keys in [r#""jsonrpc":"2.0""#, r#""JsonRPC":"2.0""#, r#""method":"tools/call","params":{}"#] {
            let body = example.request.to_string().replacen('{', &format!("{{{keys},"), 1);
            let mut world = World::with(&json!({}), &rules());
            let head = world.head(example.path);
            world.give(Input::RequestHead(&head));
            world.request_body(body.as_bytes(), true);
            assert!(world.asked.is_empty(), "{:?} {keys}", example.api);
            assert_replied(&world, 400, keys);
        }
    }
}

#[test]
fn known_harmless_endpoints_pass() {
    for (method, path) in [
        ("GET", "/v1/models"),
        ("GET", "/v1beta/models/gemini-x"),
        ("POST", "/v1/embeddings"),
        ("POST", "/v1/moderations"),
        ("POST", "/v1/rerank"),
        ("POST", "/v1/files"),
        ("GET", "/v1/files"),
        ("DELETE", "/v1/files/f"),
        ("POST", "/v1/uploads/u/parts"),
        ("POST", "/v1/images/generations"),
        ("POST", "/v1/audio/transcriptions"),
        ("POST", "/v1/messages/count_tokens"),
        ("POST", "/v1/responses/input_tokens"),
        ("POST", "/v1beta/models/m:countTokens"),
        ("POST", "/v1beta/models/m:embedContent"),
        ("POST", "/model/m/count-tokens"),
    ] {
        let mut world = World::with(&json!({}), &rules());
        world.give(Input::RequestHead(&plain(method, path)));
        world.request_body(b"\x00 any bytes", true);
        assert_eq!(
            (world.asked.as_slice(), &world.reply),
            (&b"\x00 any bytes"[..], &None),
            "{method} {path}"
        );
        world.response(200, "application/x-anything");
        world.body(b"\xff any bytes", true);
        assert_eq!(world.sent, b"\xff any bytes", "{method} {path}");
    }
}

#[test]
fn results_that_lie_elsewhere() {
    // The SDK fetches that address from wherever it is.
    for (method, path) in
        [("GET", "/v1/messages/batches/b"), ("POST", "/v1/messages/batches"), ("GET", "/v1/messages/batches")]
    {
        let mut world = World::with(&json!({}), &rules());
        world.give(Input::RequestHead(&RequestHead { end: method == "GET", ..plain(method, path) }));
        if method == "POST" {
            world.request_body(b"{\"requests\":[]}", true);
        }
        if world.reply.is_none() {
            world.response(200, "application/json");
            let body = r#"{"id":"b","type":"message_batch","processing_status":"ended","results_url":"https://elsewhere.example/zap"}"#;
            world.body(body.as_bytes(), true);
        }
        assert!(!world.sent().contains("elsewhere.example"), "{method} {path}");
    }
}

#[test]
fn nothing_without_a_policy() {
    for example in examples() {
        let mut world = World::with(&json!({}), &rules());
        world.vm.policy = None;
        let head = world.head(example.path);
        world.give(Input::RequestHead(&head));
        assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(503), "{:?}", example.api);
    }
}
