//! What is around the body: redirects, codings, upgrades, trailers, broken ends, readers that disagree.

use crate::common::{at_one_gateway, decisions, deletion, outcomes, weather, withheld};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::script::Step;
use toolgate_e2e::{Answer, Api, Ending, Request, Stack, StackOptions};

at_one_gateway! {
    Stack::start() => what_is_around_the_body:
        a_redirect_is_not_passed_on,
        nobody_is_asked_to_compress_and_what_is_compressed_is_refused,
        a_request_does_not_become_another_behind_the_filter,
        trailers_are_no_way_around,
        an_end_nobody_was_told_of_completes_no_call,
        a_body_two_readers_read_differently_is_withheld,
        errors_and_harmless_endpoints_pass,
        an_endpoint_nobody_knows_is_refused,
        methods_that_are_not_requests_to_a_model_go_nowhere
}

async fn a_redirect_is_not_passed_on(stack: &mut Stack) {
    for api in Api::ALL {
        for status in [301, 302, 303, 307, 308] {
            stack.model.answer(
                Answer::new(status, "text/plain", "")
                    .header("location", "https://elsewhere.example/v1/messages"),
            );
            let seen = stack.ask(Protocol::H1, api, false).end().await;
            assert!(seen.status.unwrap() >= 400, "{status} became {:?}", seen.status);
            assert_eq!(seen.header("location"), None);
        }
    }
}

async fn nobody_is_asked_to_compress_and_what_is_compressed_is_refused(stack: &mut Stack) {
    let note = stack.secret("encoded");
    for api in Api::ALL {
        // Whoever believes the label reads nothing here; whoever ignores it reads a call.
        let body = deletion(&note).json(api);
        for coding in ["gzip", "br", "identity, gzip", "unheard-of"] {
            stack.model.answer(Answer::json(body.clone()).header("content-encoding", coding));
            let request =
                Request::post(api.path(false), &api.request(false)).header("accept-encoding", "gzip, br");
            let seen = stack.send(Protocol::H1, request).end().await;
            assert!(!seen.text().contains("delete_file"), "{coding}: {}", seen.text());
        }
    }
    for request in stack.model.requests() {
        assert_eq!(request.header("accept-encoding"), None);
    }
}

async fn a_request_does_not_become_another_behind_the_filter(stack: &mut Stack) {
    let headers = ["x-http-method-override", "x-http-method", "x-method-override", "range", "if-range"];
    let delete = |path: &str| Request { method: "DELETE".to_owned(), ..Request::get(path) };
    for client in [Protocol::H1, Protocol::H2] {
        let before = stack.model.requests().len();
        stack.model.answer(Answer::json(b"{}".to_vec()));
        let request = headers.iter().fold(delete("/openai/v1/responses/resp_1"), |request, name| {
            request.header(name, if name.ends_with("range") { "bytes=0-1" } else { "GET" })
        });
        assert_eq!(stack.send(client, request).end().await.status, Some(200));
        let asked = stack.model.requests();
        assert_eq!(asked.len(), before + 1);
        assert!(headers.iter().all(|name| asked[before].header(name).is_none()));
        for query in ["_method=GET", "x=y&%24httpMethod=GET", "$httpHeaders=x"] {
            let path = format!("/openai/v1/responses/resp_1?{query}");
            assert_eq!(stack.send(client, delete(&path)).end().await.status, Some(403), "{query}");
        }
        assert_eq!(stack.model.requests().len(), before + 1);
    }
}

#[tokio::test]
async fn an_upgrade_is_refused_even_where_envoy_would_do_it() {
    let mut stack = Stack::with(StackOptions {
        change: |gateway| {
            gateway.http()["upgrade_configs"] = serde_json::json!([{"upgrade_type": "websocket"}])
        },
        ..StackOptions::default()
    })
    .await;
    for path in ["/openai/v1/realtime?model=gpt-e2e", "/openai/v1/responses", "/anthropic/v1/messages"] {
        let request = Request::get(path)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let seen = stack.send(Protocol::H1, request).end().await;
        assert!(seen.status.unwrap() >= 400, "{path}: {:?}", seen.status);
    }
    assert_eq!(stack.model.requests().len(), 0);
    stack.finish().await;
}

async fn trailers_are_no_way_around(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        let note = stack.secret("trailers");
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                for stream in [false, true] {
                    let case = format!("{model:?} {client:?} {api:?} {stream}");
                    let answer = |body: Vec<u8>| {
                        if stream { Answer::sse(body).by_event() } else { Answer::json(body) }
                            .trailers("x-end", "1")
                    };
                    stack.model.answer(answer(deletion(&note).body(api, stream)));
                    let seen = stack.ask(client, api, stream).end().await;
                    assert!(!seen.text().contains("\"delete_file\""), "{case}: {}", seen.text());

                    // What is allowed arrives whole, or its end is seen to be broken; never a part that looks whole.
                    let body = weather("Bern").body(api, stream);
                    stack.model.answer(answer(body.clone()));
                    let seen = stack.ask(client, api, stream).end().await;
                    assert!(
                        seen.body == body || seen.ending != Some(Ending::Clean),
                        "{case}: {}",
                        seen.text()
                    );
                }
            }
        }
    }
}

async fn an_end_nobody_was_told_of_completes_no_call(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        for api in Api::ALL {
            stack.model.answer(Answer::sse(weather("Bern").sse(api)).by_event().abort_before("Bern"));
            let seen = stack.ask(Protocol::H2, api, true).end().await;
            let failed =
                seen.ending != Some(Ending::Clean) || seen.status.is_some_and(|status| status >= 500);
            assert!(failed && !seen.text().contains("get_weather"), "{}", seen.text());

            stack.model.answer(Answer::json(weather("Bern").json(api)).then(Step::Abort));
            let seen = stack.ask(Protocol::H1, api, false).end().await;
            assert!(!seen.text().contains("get_weather"), "{}", seen.text());
        }
    }
}

async fn a_body_two_readers_read_differently_is_withheld(stack: &mut Stack) {
    let note = stack.secret("ambiguous");
    for api in Api::ALL {
        let plain = String::from_utf8(deletion(&note).json(api)).unwrap();
        let twice = plain.replacen('{', "{\"\\u0069d\":\"a\",\"id\":\"b\",", 1);
        let bodies = [
            twice.into_bytes(),
            format!("{plain}]").into_bytes(),
            format!("{plain}{plain}").into_bytes(),
            plain.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            plain.replace("I clean up.", "\\ud800").into_bytes(),
        ];
        for (number, body) in bodies.into_iter().enumerate() {
            stack.model.answer(Answer::json(body));
            let seen = stack.ask(Protocol::H1, api, false).end().await;
            assert!(!seen.text().contains("\"delete_file\""), "{api:?} {number}: {}", seen.text());
        }
        // Not what was asked for, and not a type either side knows.
        stack.model.answer(Answer::new(200, "text/html", plain.clone()));
        let seen = stack.ask(Protocol::H1, api, false).end().await;
        assert!(!seen.text().contains("\"delete_file\""), "{}", seen.text());
    }
    let all = 6 * Api::ALL.len();
    stack.ledger.records_until("every refusal", |records| withheld(records).len() == all).await;
}

async fn errors_and_harmless_endpoints_pass(stack: &mut Stack) {
    for (status, kind) in
        [(400, "invalid_request_error"), (429, "rate_limit_error"), (529, "overloaded_error")]
    {
        let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"no"}}}}"#);
        stack.model.answer(Answer::new(status, "application/json", body.clone()));
        let seen = stack.ask(Protocol::H1, Api::Anthropic, false).end().await;
        assert_eq!((seen.status, seen.text()), (Some(status), body));

        let body = format!(r#"{{"error":{{"message":"no","type":"{kind}","param":null,"code":null}}}}"#);
        stack.model.answer(Answer::new(status, "application/json", body.clone()));
        let seen = stack.ask(Protocol::H2, Api::OpenAi, false).end().await;
        assert_eq!((seen.status, seen.text()), (Some(status), body));

        let body = format!(r#"[{{"error":{{"code":{status},"message":"no","status":"{kind}"}}}}]"#);
        stack.model.answer(Answer::new(status, "application/json; charset=UTF-8", body.clone()));
        let seen = stack.ask(Protocol::H1, Api::Gemini, true).end().await;
        assert_eq!((seen.status, seen.text()), (Some(status), body));
    }
    for path in ["/anthropic/v1/models", "/openai/v1/models", "/gemini/v1beta/models"] {
        let body = r#"{"object":"list","data":[]}"#;
        stack.model.answer(Answer::json(body));
        let seen = stack.send(Protocol::H1, Request::get(path)).end().await;
        assert_eq!((seen.status, seen.text().as_str()), (Some(200), body));
    }
}

async fn an_endpoint_nobody_knows_is_refused(stack: &mut Stack) {
    for path in [
        "/anthropic/v1/complete-anything",
        "/openai/v1/responses/x/y",
        "/openai/v1/chatkit/threads",
        "/gemini/v1beta/cachedContents",
    ] {
        let request = Request::post(path, &Api::OpenAi.request(false));
        let seen = stack.send(Protocol::H1, request).end().await;
        assert!(seen.status.unwrap() >= 400, "{path}: {:?} {}", seen.status, seen.text());
    }
    assert_eq!(stack.model.requests().len(), 0);
}

async fn methods_that_are_not_requests_to_a_model_go_nowhere(stack: &mut Stack) {
    for client in [Protocol::H1, Protocol::H2] {
        for method in ["TRACE", "HEAD", "PUT", "OPTIONS"] {
            for path in ["/anthropic/v1/messages", "/openai/v1/responses"] {
                let request = Request { method: method.to_owned(), ..Request::get(path) };
                let seen = stack.send(client, request).end().await;
                assert!(seen.status.unwrap() >= 400, "{client:?} {method} {path}: {:?}", seen.status);
            }
        }
        for content_type in ["application/grpc", "application/grpc-web+proto"] {
            let mut request = Request::post("/openai/v1/chat/completions", &serde_json::json!({}));
            request.headers = vec![("content-type".to_owned(), content_type.to_owned())];
            let seen = stack.send(client, request).end().await;
            // To a client of gRPC, Envoy says it in a header.
            let refused =
                seen.status.unwrap() >= 400 || seen.header("grpc-status").is_some_and(|status| status != "0");
            assert!(refused, "{client:?} {content_type}: {seen:?}");
        }
    }
    assert_eq!(stack.model.requests().len(), 0);
}

/// The ledger's answer and a client's leaving reach the proxy at one moment: it is suspended until both are there. Its
/// verdict is carried out a tick later, when the stream is gone.
#[tokio::test]
async fn a_client_may_leave_between_a_verdict_and_its_release() {
    let change = |gateway: &mut Gateway| {
        gateway.plugin(|plugin| {
            // Nothing else is asked of the ledger meanwhile, and nobody becomes impatient.
            plugin["bundle"]["poll"]["every_seconds"] = 3_600.into();
            plugin["ledger"]["ack_timeout_ms"] = 30_000.into();
        });
    };
    let mut stack = Stack::with(StackOptions { change, ..StackOptions::default() }).await;
    for (decided, client) in (1..).zip([Protocol::H1, Protocol::H2, Protocol::H1, Protocol::H2]) {
        stack.ledger.process().suspend();
        stack.model.answer(Answer::json(weather("Bern").json(Api::Anthropic)));
        let exchange = stack.ask(client, Api::Anthropic, false);
        stack.envoy.stat_reaches("cluster.toolgate_ledger.upstream_rq_active", 1).await;
        stack.envoy.process().suspend();
        stack.ledger.process().resume();
        stack.ledger.records_until("the decision", |records| decisions(records).len() == decided).await;
        exchange.cancel();
        // Whoever is asked after it has answered it.
        stack.ledger.records().await;
        stack.envoy.process().resume();
        stack.ledger.records_until("its end", |records| outcomes(records).len() == decided).await;
    }
    stack.finish().await;
}
