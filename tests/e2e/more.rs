//! The APIs that are not driven through every other test: what is their own about framing, refusals and SDKs.

use crate::common::{DENYING_RULE, at_one_gateway, deletion, transfer, weather, withheld};
use serde_json::{Value, json};
use toolgate_e2e::answers::{payloads, shown_frames};
use toolgate_e2e::client::{Protocol, Seen};
use toolgate_e2e::model::Received;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::{Answer, Api, Ending, Request, Signal, Stack, StackOptions, Turn};

fn one_of_two(note: &str) -> Turn {
    Turn::text("Let me see.")
        .call("delete_file", &json!({"path": "/srv/old.csv", "note": note}))
        .call("get_weather", &json!({"city": "Zürich"}))
}

/// What a body says, whatever it is wrapped in.
fn said(api: Api, stream: bool, seen: &Seen) -> String {
    match (api, stream) {
        (Api::Converse | Api::Invoke, true) => payloads(&seen.body),
        _ => seen.text(),
    }
}

fn cut(answer: Answer, stream: bool) -> Answer {
    if stream { answer.by_event() } else { answer }
}

at_one_gateway! {
    Stack::start() => how_their_bytes_come:
        every_leg_gives_the_very_bytes,
        text_flows_while_the_model_still_speaks,
        an_array_flows_element_by_element,
        one_of_two_is_denied_on_every_leg,
        when_all_are_denied_the_turn_ends,
        held_and_approved,
        what_cannot_be_read_is_withheld,
        the_results_of_a_batch_come_past_the_gate
}

async fn every_leg_gives_the_very_bytes(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::MORE {
                for stream in [false, true] {
                    let answer = weather("Zürich").answer(api, stream);
                    for answer in [cut(answer.clone(), stream), answer.pieces(11)] {
                        let body = answer.body();
                        stack.model.answer(answer);
                        let seen = stack.ask(client, api, stream).end().await;
                        assert_eq!(seen.ending, Some(Ending::Clean), "{model:?} {client:?} {api:?} {stream}");
                        assert_eq!(seen.status, Some(200), "{api:?}: {}", seen.text());
                        assert!(seen.body == body, "{model:?} {client:?} {api:?} {stream}: {}", seen.text());
                    }
                }
            }
        }
    }
}

async fn text_flows_while_the_model_still_speaks(stack: &mut Stack) {
    for api in [Api::Interactions, Api::Converse, Api::Cohere, Api::Mistral, Api::Ollama] {
        let go_on = Signal::new();
        let answer = Turn::text("one two, and after the pause five six").answer(api, true).by_event();
        let body = answer.body();
        stack.model.answer(answer.pause_before("after", &go_on));
        let exchange = stack.ask(Protocol::H1, api, true);
        exchange.until_text("one two").await;
        go_on.raise();
        assert!(exchange.end().await.body == body, "{api:?}");
    }
}

async fn an_array_flows_element_by_element(stack: &mut Stack) {
    let path = "/gemini/v1beta/models/gemini-e2e:streamGenerateContent";
    let array = |turn: &Turn| {
        let events = String::from_utf8(turn.sse(Api::Gemini)).unwrap();
        let elements: Vec<&str> = events.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
        format!("[{}\n]\n", elements.join("\n,\n"))
    };
    let ask = |stack: &mut Stack| stack.send(Protocol::H1, Request::post(path, &Api::Gemini.request(true)));

    let go_on = Signal::new();
    let body = array(&Turn::text("one two, and after the pause five six"));
    stack.model.answer(Answer::json(body.clone()).pause_before("after", &go_on));
    let exchange = ask(stack);
    exchange.until_text("one two").await;
    go_on.raise();
    assert_eq!(exchange.end().await.text(), body);

    for size in [1, 7, 100_000] {
        let note = stack.secret("array");
        stack.model.answer(Answer::json(array(&one_of_two(&note))).pieces(size));
        let seen = ask(stack).end().await;
        assert_eq!(seen.ending, Some(Ending::Clean), "{size}");
        let elements = seen.json();
        let calls: Vec<_> =
            elements.as_array().unwrap().iter().flat_map(|part| Api::Gemini.calls(part)).collect();
        assert_eq!(calls, [("get_weather".to_owned(), json!({"city": "Zürich"}))], "{size}");
        assert!(seen.text().contains(DENYING_RULE), "{}", seen.text());
    }
}

async fn one_of_two_is_denied_on_every_leg(stack: &mut Stack) {
    for (model, client) in [(Protocol::H1, Protocol::H2), (Protocol::H2, Protocol::H1)] {
        stack.model_speaks(model).await;
        let note = stack.secret("one-of-two");
        for api in Api::MORE {
            for stream in [false, true] {
                for size in [1, 7, 100_000] {
                    let case = format!("{model:?} {client:?} {api:?} {stream} {size}");
                    stack.model.answer(one_of_two(&note).answer(api, stream).pieces(size));
                    let seen = stack.ask(client, api, stream).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{case}");
                    let said = said(api, stream, &seen);
                    assert!(
                        said.contains("\"get_weather\"") && !said.contains("\"delete_file\""),
                        "{case}: {said}"
                    );
                    assert!(said.contains(DENYING_RULE) && !said.contains(&note), "{case}: {said}");
                }
            }
        }
    }
}

async fn when_all_are_denied_the_turn_ends(stack: &mut Stack) {
    let note = stack.secret("all");
    let turn = deletion(&note).call("delete_file", &json!({"path": "/srv/b", "note": note}));
    for api in Api::MORE {
        stack.model.answer(turn.answer(api, false));
        let seen = stack.ask(Protocol::H1, api, false).end().await.json();
        assert_eq!(api.calls(&seen), [], "{seen}");
        let (stop, reason) = match api {
            Api::Interactions => (&seen["status"], "completed"),
            Api::Converse => (&seen["stopReason"], "end_turn"),
            Api::Cohere => (&seen["finish_reason"], "COMPLETE"),
            Api::MistralChat => (&seen["choices"][0]["finish_reason"], "stop"),
            Api::Ollama => (&seen["done_reason"], "stop"),
            // Nothing there speaks of calls but they themselves.
            Api::Mistral => (&seen["object"], "conversation.response"),
            _ => (&seen["stop_reason"], "end_turn"),
        };
        assert_eq!(stop, reason, "{seen}");

        stack.model.answer(turn.answer(api, true).by_event());
        let seen = stack.ask(Protocol::H1, api, true).end().await;
        let said = said(api, true, &seen);
        let end = if api == Api::Mistral { "conversation.response.done" } else { reason };
        assert!(said.contains(&format!("\"{end}\"")), "{said}");
        assert_eq!(said.matches(DENYING_RULE).count(), 2, "{said}");
    }
}

async fn held_and_approved(stack: &mut Stack) {
    for (model, client) in [(Protocol::H1, Protocol::H1), (Protocol::H2, Protocol::H2)] {
        stack.model_speaks(model).await;
        for api in Api::MORE {
            for stream in [false, true] {
                let answer =
                    cut(transfer(&format!("{model:?}-{api:?}-{stream}")).answer(api, stream), stream);
                let body = answer.body();
                stack.model.answer(answer);
                let exchange = stack.ask(client, api, stream);
                let escalation = stack.ledger.pending().await;
                let seen = exchange.now();
                assert!(seen.ending.is_none() && !seen.text().contains("transfer_funds"), "{api:?} {stream}");
                stack.ledger.approve(&escalation).await;
                let seen = exchange.end().await;
                assert_eq!(seen.ending, Some(Ending::Clean), "{api:?} {stream}");
                assert!(seen.body == body, "{api:?} {stream}: {}", seen.text());
            }
        }
    }
}

at_one_gateway! {
    Stack::start() => how_their_sdks_read_it:
        the_official_sdks_read_it_all,
        the_official_sdks_read_the_results_of_a_batch,
        the_official_sdk_reads_coheres_older_chat,
        a_refused_call_does_not_wedge_a_conversation,
        a_refused_call_does_not_wedge_an_interaction
}

async fn the_official_sdks_read_it_all(stack: &mut Stack) {
    let note = stack.secret("sdk");
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for api in Api::MORE.into_iter().filter(|api| sdk.speaks(*api)) {
            for how in How::ALL {
                let case = format!("{sdk:?} {api:?} {how:?}");
                stack.model.answer(cut(Turn::text("It is sunny.").answer(api, how.streams()), how.streams()));
                let report = session.run(api, how).await;
                assert_eq!((report.error, report.calls.len()), (None, 0), "{case}");
                assert_eq!(report.text, "It is sunny.\n", "{case}");

                stack.model_says(api, how, weather("Zürich"), Turn::text("It is sunny."));
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{case}");
                assert_eq!(report.calls, [("get_weather".to_owned(), json!({"city": "Zürich"}))], "{case}");
                let ran: &[&str] = if how.runs_tools() { &["get_weather"] } else { &[] };
                assert_eq!(report.ran, ran, "{case}");

                stack.model_says(api, how, one_of_two(&note), Turn::text("Done."));
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{case}");
                assert_eq!(report.tools(), ["get_weather"], "{case}");
                assert_eq!(report.ran, ran, "{case}");
                assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);

                // With nothing left to run, the loop ends after one turn.
                stack.model.answer(cut(deletion(&note).answer(api, how.streams()), how.streams()));
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{case}");
                assert_eq!((report.tools(), report.ran.len()), (Vec::new(), 0), "{case}");
                assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);

                if !how.runs_tools() {
                    stack.model_says(api, how, transfer(&case), Turn::default());
                    let approval = async {
                        let escalation = stack.ledger.pending().await;
                        stack.ledger.approve(&escalation).await;
                    };
                    let (report, ()) = tokio::join!(session.run(api, how), approval);
                    assert_eq!(report.error, None, "{case}");
                    assert_eq!(report.calls, [("transfer_funds".to_owned(), json!({"to_account": case}))]);
                }
            }
        }
    }
}

async fn what_cannot_be_read_is_withheld(stack: &mut Stack) {
    let note = stack.secret("ambiguous");
    let mut withheld_answers = 0;
    for api in Api::MORE {
        let plain = String::from_utf8(deletion(&note).json(api)).unwrap();
        for body in [plain.replacen('{', "{\"\\u0069d\":\"a\",\"id\":\"b\",", 1), format!("{plain}]")] {
            stack.model.answer(Answer::json(body));
            let seen = stack.ask(Protocol::H1, api, false).end().await;
            assert!(!seen.text().contains("\"delete_file\""), "{api:?}: {}", seen.text());
            withheld_answers += 1;
        }
        // A stream in another framing than the API has.
        let other = if matches!(api, Api::Converse | Api::Invoke) { Answer::sse } else { Answer::frames };
        stack.model.answer(other(deletion(&note).sse(api)));
        let seen = stack.ask(Protocol::H1, api, true).end().await;
        assert_eq!(seen.status, Some(403), "{api:?}");
        withheld_answers += 1;
    }
    for api in [Api::Converse, Api::Invoke] {
        let mut body = deletion(&note).sse(api);
        let middle = body.len() / 2;
        body[middle] ^= 1;
        stack.model.answer(Answer::frames(body));
        let seen = stack.ask(Protocol::H1, api, true).end().await;
        assert!(!payloads(&seen.body).contains("\"delete_file\""), "{api:?}");
        withheld_answers += 1;
    }
    stack.ledger.records_until("every refusal", |records| withheld(records).len() == withheld_answers).await;
}

/// Gemini's batches, all of them ended: with these results, and with these lines where the results are a file.
fn batches_of_gemini(request: &Received, results: &Value, lines: &str) -> Option<Answer> {
    let path = request.path.split('?').next().unwrap_or_default();
    let output = json!({"inlinedResponses": {"inlinedResponses": results}});
    let name = "batches/example1";
    let batch = json!({"name": name, "metadata": {"name": name, "model": "models/gemini-e2e",
        "state": "BATCH_STATE_SUCCEEDED", "output": output}, "done": true, "response": output});
    if path.ends_with(":download") {
        return Some(Answer::new(200, "application/octet-stream", lines.to_owned()));
    }
    if request.method == "DELETE" || path.ends_with(":cancel") {
        return Some(Answer::json("{}".to_owned()));
    }
    if path.ends_with("/batches") {
        return Some(Answer::json(json!({"operations": [batch]}).to_string()));
    }
    let looked_at = path.ends_with("/batches/example1") || path.ends_with(":batchGenerateContent");
    looked_at.then(|| Answer::json(batch.to_string()))
}

/// A provider whose batches have ended, and that names the place of the results by an address of its own.
fn batches(request: &Received) -> Answer {
    let turn = one_of_two("x");
    let generated: Value = serde_json::from_slice(&turn.json(Api::Gemini)).unwrap();
    let line = json!({"key": "a", "response": generated});
    let results = json!([{"metadata": {"key": "a"}, "response": generated}]);
    if let Some(answer) = batches_of_gemini(request, &results, &format!("{line}\n")) {
        return answer;
    }
    if request.path.ends_with("/content") {
        let body: Value = serde_json::from_slice(&turn.json(Api::OpenAi)).unwrap();
        let response = json!({"status_code": 200, "request_id": "req_e2e", "body": body});
        let line = json!({"id": "batch_req_e2e", "custom_id": "a", "response": response, "error": null});
        return Answer::new(200, "application/octet-stream", format!("{line}\n"));
    }
    if request.path.ends_with("/results") {
        let message: Value = serde_json::from_slice(&turn.json(Api::Anthropic)).unwrap();
        let line = json!({"custom_id": "a", "result": {"type": "succeeded", "message": message}});
        return Answer::new(200, "application/x-jsonl", format!("{line}\n"));
    }
    let batch = json!({"id": "msgbatch_e2e", "type": "message_batch", "processing_status": "ended",
        "results_url": "https://elsewhere.example/v1/messages/batches/msgbatch_e2e/results"});
    Answer::json(batch.to_string())
}

async fn the_results_of_a_batch_come_past_the_gate(stack: &mut Stack) {
    stack.model.respond_with(batches);
    let batch = "/anthropic/v1/messages/batches/msgbatch_e2e";
    let seen = stack.send(Protocol::H1, Request::get(batch)).end().await;
    let results = seen.json()["results_url"].as_str().unwrap().to_owned();
    assert_eq!(format!("/anthropic{results}"), format!("{batch}/results"));
    let batch = "/gemini/v1beta/batches/example1".to_owned();
    for (path, at, api) in [
        (format!("/anthropic{results}"), "/result/message", Api::Anthropic),
        ("/openai/v1/files/file_e2e/content".to_owned(), "/response/body", Api::OpenAi),
        (batch.clone(), "/metadata/output/inlinedResponses/inlinedResponses/0/response", Api::Gemini),
        (batch, "/response/inlinedResponses/inlinedResponses/0/response", Api::Gemini),
        ("/gemini/download/v1beta/files/e2e:download?alt=media".to_owned(), "/response", Api::Gemini),
    ] {
        for protocol in [Protocol::H1, Protocol::H2] {
            let seen = stack.send(protocol, Request::get(&path)).end().await;
            assert_eq!(
                (seen.status, &seen.ending),
                (Some(200), &Some(Ending::Clean)),
                "{path}: {}",
                seen.text()
            );
            let line: Value = serde_json::from_str(&seen.text()).unwrap();
            let calls = api.calls(line.pointer(at).unwrap());
            assert_eq!(calls, [("get_weather".to_owned(), json!({"city": "Zürich"}))], "{path}: {line}");
            assert!(seen.text().contains(DENYING_RULE), "{path}: {line}");
        }
    }
}

/// The same results, as files of this provider's and of others: chat completions, Mistral's, responses.
fn results(request: &Received) -> Answer {
    const ANTHROPIC: &str = include_str!("../cases/streams/anthropic-batches/two-calls.in.jsonl");
    const CHAT: &str = include_str!("../cases/streams/openai-batches/two-calls.in.jsonl");
    const RESPONSES: &str = include_str!("../cases/streams/openai-batches/responses.in.jsonl");
    const GEMINI: &str = include_str!("../cases/streams/gemini-batches/two-calls.in.json");
    const GEMINI_LINES: &str = include_str!("../cases/streams/gemini-batches/two-calls.in.jsonl");
    let of_gemini: Value = serde_json::from_str(GEMINI).unwrap();
    let output = &of_gemini["response"]["inlinedResponses"]["inlinedResponses"];
    if let Some(answer) = batches_of_gemini(request, output, GEMINI_LINES) {
        return answer;
    }
    if request.path.ends_with("/content") {
        return Answer::new(200, "application/octet-stream", format!("{CHAT}{RESPONSES}"));
    }
    if request.path.ends_with("/results") {
        return Answer::new(200, "application/x-jsonl", ANTHROPIC.to_owned());
    }
    batches(request)
}

async fn the_official_sdks_read_the_results_of_a_batch(stack: &mut Stack) {
    stack.model.respond_with(results);
    let mut session = stack.agent().session(Sdk::Python);
    for (name, base, batches) in [
        ("anthropic-batches", "/anthropic", 1),
        ("openai-batches", "/openai/v1", 2),
        ("mistral-batches", "/openai", 2),
        // Looked at, in a list, and in a file.
        ("gemini-batches", "/gemini", 3),
    ] {
        let report = session.does(name, base, How::Create).await;
        assert_eq!(report.error, None, "{name}");
        assert_eq!(report.tools(), vec!["get_weather"; batches], "{name}");
        assert_eq!(report.text.matches(DENYING_RULE).count(), batches, "{name}: {}", report.text);
    }
}

async fn the_official_sdk_reads_coheres_older_chat(stack: &mut Stack) {
    let mut session = stack.agent().session(Sdk::Python);
    for how in [How::Create, How::Stream] {
        let (two, one) = if how.streams() {
            (
                include_str!("../cases/streams/cohere-v1/two-calls.in.jsonl"),
                include_str!("../cases/streams/cohere-v1/one-call.in.jsonl"),
            )
        } else {
            (
                include_str!("../cases/streams/cohere-v1/two-calls.in.json"),
                include_str!("../cases/streams/cohere-v1/one-call.in.json"),
            )
        };
        let media_type = if how.streams() { "application/stream+json" } else { "application/json" };
        for (body, left) in [(two, &["get_weather"][..]), (one, &[])] {
            stack.model.answer(Answer::new(200, media_type, body.to_owned()));
            let report = session.does("cohere-v1", "/openai", how).await;
            assert_eq!(report.error, None, "{how:?}");
            // In the answer, and in the turn that agents send back.
            assert_eq!(report.tools(), [left, left].concat(), "{how:?}");
            assert!(report.text.contains(DENYING_RULE), "{how:?}: {}", report.text);
            assert_eq!(report.stop.as_deref(), Some("COMPLETE"), "{how:?}");
        }
    }
}

/// A provider that keeps the interaction, and takes no further turn without the result of each call in it.
fn keeper(request: &Received) -> Answer {
    let body = request.json();
    let given: Vec<&Value> = body["input"].as_array().into_iter().flatten().collect();
    let results = given.iter().filter(|step| step["type"] == "function_result");
    let results: Vec<&str> = results.filter_map(|step| step["call_id"].as_str()).collect();
    let stream = body["stream"] == true;
    let turn = match body["previous_interaction_id"].as_str() {
        None => one_of_two("x"),
        Some(_) if ["call_0", "call_1"].iter().all(|call| results.contains(call)) => Turn::text("Done."),
        Some(_) => {
            let error =
                json!({"error": {"code": "invalid_request", "message": "a function result is missing"}});
            return Answer::new(400, "application/json", error.to_string());
        }
    };
    cut(turn.answer(Api::Interactions, stream), stream)
}

/// The same of a conversation, which its path names.
fn conversation(request: &Received) -> Answer {
    let body = request.json();
    let given: Vec<&Value> = body["inputs"].as_array().into_iter().flatten().collect();
    let results = given.iter().filter(|entry| entry["type"] == "function.result");
    let results: Vec<&str> = results.filter_map(|entry| entry["tool_call_id"].as_str()).collect();
    let stream = body["stream"] == true;
    let turn = if !request.path.ends_with("/conversations/conv_e2e") {
        one_of_two("x")
    } else if ["call_0", "call_1"].iter().all(|call| results.contains(call)) {
        Turn::text("Done.")
    } else {
        let error =
            json!({"object": "error", "message": "a function result is missing", "type": "invalid_request"});
        return Answer::new(400, "application/json", error.to_string());
    };
    cut(turn.answer(Api::Mistral, stream), stream)
}

async fn a_refused_call_does_not_wedge_a_conversation(stack: &mut Stack) {
    stack.model.respond_with(conversation);
    let mut session = stack.agent().session(Sdk::Python);
    for how in [How::Runner, How::RunnerStream] {
        let report = session.run(Api::Mistral, how).await;
        assert_eq!(report.error, None, "{how:?}");
        assert_eq!(report.ran, ["get_weather"], "{how:?}");
        let text = &report.text;
        assert!(text.contains(DENYING_RULE) && text.contains("Done."), "{how:?}: {text}");
    }
}

async fn a_refused_call_does_not_wedge_an_interaction(stack: &mut Stack) {
    stack.model.respond_with(keeper);
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for how in [How::Runner, How::RunnerStream] {
            let report = session.run(Api::Interactions, how).await;
            let case = format!("{sdk:?} {how:?}");
            assert_eq!(report.error, None, "{case}");
            assert_eq!(report.ran, ["get_weather"], "{case}");
            assert!(
                report.text.contains(DENYING_RULE) && report.text.contains("Done."),
                "{case}: {}",
                report.text
            );
        }
    }
}

at_one_gateway! {
    Stack::with(StackOptions {
        change: |gateway| gateway.plugin(|plugin| plugin["provider_executed"] = json!(["*"])),
        ..StackOptions::default()
    }) => the_agents_that_aws_runs:
        a_refused_call_does_not_wedge_an_agent_of_bedrocks,
        what_the_user_says_after_a_refusal_reaches_an_agent_of_bedrocks,
        the_official_sdk_reads_what_a_harness_says
}

/// A stream of frames, in the notation of the cases' files.
fn framed(shown: &str) -> Answer {
    Answer::frames(shown_frames(shown)).by_event()
}

/// The results that a request to an agent brings, by function, and what each says.
fn given(request: &Received) -> Vec<(String, String)> {
    let body = request.json();
    let state = ["sessionState", "inlineSessionState"].map(|key| &body[key]);
    let results = state.iter().filter(|state| state["invocationId"] == "inv-1");
    let results = results.filter_map(|state| state["returnControlInvocationResults"].as_array()).flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    results
        .map(|result| &result["functionResult"])
        .map(|result| (text(&result["function"]), text(&result["responseBody"]["TEXT"]["body"])))
        .collect()
}

/// A service that keeps the session, and takes no further turn without the result of each call of the return of control.
fn service(request: &Received, returns: &str, calls: &[&str]) -> Answer {
    let results = given(request);
    if results.is_empty() {
        framed(returns)
    } else if calls.iter().all(|call| results.iter().any(|(function, _)| function == call)) {
        framed(include_str!("../cases/streams/bedrock-agents/text-only.in.frames"))
    } else {
        let error = json!({"message": "a result is missing"});
        Answer::new(400, "application/json", error.to_string())
    }
}

async fn a_refused_call_does_not_wedge_an_agent_of_bedrocks(stack: &mut Stack) {
    stack.model.respond_with(|request| {
        let returns = include_str!("../cases/streams/bedrock-agents/two-calls.in.frames");
        service(request, returns, &["get_weather", "delete_file"])
    });
    let mut session = stack.agent().session(Sdk::Python);
    for name in ["bedrock-inline-agent", "bedrock-kept-agent"] {
        let report = session.does(name, "/bedrock", How::RunnerStream).await;
        assert_eq!(report.error, None, "{name}");
        assert_eq!((report.ran.len(), report.tools()), (1, vec!["get_weather"]), "{name}");
        let text = &report.text;
        assert!(text.contains(DENYING_RULE) && text.contains("It is sunny"), "{name}: {text}");
        let asked = stack.model.requests();
        let given = given(asked.last().unwrap());
        assert!(given[0].1.contains(DENYING_RULE) && given[1].1 == "sunny", "{name}: {given:?}");
    }
}

async fn what_the_user_says_after_a_refusal_reaches_an_agent_of_bedrocks(stack: &mut Stack) {
    stack.model.respond_with(|request| {
        let returns = include_str!("../cases/streams/bedrock-agents/one-call.in.frames");
        service(request, returns, &["delete_file"])
    });
    let mut session = stack.agent().session(Sdk::Python);
    for name in ["bedrock-inline-agent", "bedrock-kept-agent"] {
        let report = session.does(name, "/bedrock", How::RunnerStream).await;
        assert_eq!(report.error, None, "{name}");
        assert_eq!((report.ran.len(), report.tools().len()), (0, 0), "{name}");
        let text = &report.text;
        assert!(text.contains(DENYING_RULE) && text.contains("It is sunny"), "{name}: {text}");
        let asked = stack.model.requests();
        let given = given(asked.last().unwrap());
        assert!(given[0].1.contains("The user says: Go on."), "{name}: {given:?}");
    }
}

async fn the_official_sdk_reads_what_a_harness_says(stack: &mut Stack) {
    let mut session = stack.agent().session(Sdk::Python);
    for (shown, left, stop) in [
        (
            include_str!("../cases/streams/bedrock-agentcore/two-calls.in.frames"),
            &["get_weather"][..],
            "tool_use",
        ),
        (include_str!("../cases/streams/bedrock-agentcore/loop.in.frames"), &[], "end_turn"),
    ] {
        stack.model.answer(framed(shown));
        let report = session.does("bedrock-harness", "/bedrock", How::Stream).await;
        assert_eq!(report.error, None, "{stop}");
        assert_eq!((report.tools(), report.stop.as_deref()), (left.to_vec(), Some(stop)));
        assert!(report.text.contains(DENYING_RULE), "{}", report.text);
    }
}
