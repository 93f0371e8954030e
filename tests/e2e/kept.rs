//! Conversations that the provider keeps. It has the calls that were refused, and takes no further turn without an
//! output for each of them, which the client cannot give: it never saw the call.

use crate::common::{DENYING_RULE, at_one_gateway};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::model::Received;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::{Answer, Api, Request, Stack, StackOptions, Turn};

fn turn() -> Turn {
    Turn::text("Let me see.")
        .call("get_weather", &json!({"city": "Zürich"}))
        .call("delete_file", &json!({"path": "/srv/old.csv"}))
}

/// A provider that behaves as its documentation says.
fn provider(request: &Received) -> Answer {
    let body = request.json();
    let problem = |status: u16, message: &str| {
        let error = json!({"error": {"message": message, "type": "invalid_request_error", "param": "input", "code": null}});
        Answer::new(status, "application/json", error.to_string())
    };
    let input: Vec<&Value> = body["input"].as_array().into_iter().flatten().collect();
    let outputs: Vec<&str> = input
        .iter()
        .filter(|item| item["type"] == "function_call_output")
        .filter_map(|item| item["call_id"].as_str())
        .collect();
    let stored = body["previous_response_id"] == "resp_e2e";
    let calls: Vec<&str> = match stored {
        true => vec!["call_0", "call_1"],
        false => input
            .iter()
            .filter(|item| item["type"] == "function_call")
            .filter_map(|item| item["call_id"].as_str())
            .collect(),
    };
    for call in &calls {
        if !outputs.contains(call) {
            return problem(400, &format!("No tool output found for function call {call}."));
        }
    }
    if let Some(item) = input.iter().find(|item| item["id"].to_string().contains("toolgate")) {
        return problem(404, &format!("Item with id '{}' not found.", item["id"]));
    }
    let turn = if calls.is_empty() { turn() } else { Turn::text("Done.") };
    let stream = body["stream"] == true;
    let mut answer = String::from_utf8(turn.body(Api::Responses, stream)).unwrap();
    if !calls.is_empty() {
        answer = answer.replace("resp_e2e", "resp_last");
    }
    if stream { Answer::sse(answer).by_event() } else { Answer::json(answer) }
}

at_one_gateway! {
    Stack::start() => what_the_provider_keeps:
        a_refused_call_does_not_wedge_the_official_sdks,
        the_output_the_provider_waits_for_goes_with_the_next_request,
        a_stored_response_does_not_show_what_its_delivery_hid,
        an_agent_that_submits_nothing_cancels_the_run_and_goes_on,
        a_conversation_of_openais_is_updated,
        a_run_that_waits_for_a_refused_call_goes_on
}

async fn a_refused_call_does_not_wedge_the_official_sdks(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        stack.model.respond_with(provider);
        for sdk in [Sdk::Python, Sdk::JavaScript, Sdk::Agents] {
            let mut session = stack.agent().session(sdk);
            for how in [How::Runner, How::RunnerStream] {
                let report = session.run(Api::Responses, how).await;
                let case = format!("{model:?} {sdk:?} {how:?}");
                assert_eq!(report.error, None, "{case}");
                assert_eq!(report.ran, ["get_weather"], "{case}");
                assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);
                assert!(report.text.contains("Done."), "{case}: {}", report.text);
            }
        }
    }
}

async fn the_output_the_provider_waits_for_goes_with_the_next_request(stack: &mut Stack) {
    for (model, client) in [(Protocol::H1, Protocol::H2), (Protocol::H2, Protocol::H1)] {
        stack.model_speaks(model).await;
        stack.model.respond_with(provider);
        for stream in [false, true] {
            stack.ask(client, Api::Responses, stream).end().await;
            let next = json!({"model": "gpt-e2e", "previous_response_id": "resp_e2e", "stream": stream,
                "input": [{"type": "function_call_output", "call_id": "call_0", "output": "sunny"}]});
            let seen = stack.send(client, Request::post(Api::Responses.path(false), &next)).end().await;
            assert_eq!(seen.status, Some(200), "{model:?} {stream}: {}", seen.text());
            let asked = stack.model.requests().pop().unwrap();
            let input = asked.json()["input"].clone();
            assert_eq!(input[0]["call_id"], "call_1", "{input}");
            assert!(input[0]["output"].as_str().unwrap().contains(DENYING_RULE), "{input}");
            assert_eq!(input[1], next["input"][0]);
        }
    }
}

/// Each request of the client is a connection of its own, so that any worker may get it.
#[tokio::test]
async fn whichever_worker_gets_the_next_request_knows_what_is_owed() {
    let mut stack = Stack::with(StackOptions { workers: 4, ..StackOptions::default() }).await;
    stack.model.respond_with(provider);
    let next = json!({"model": "gpt-e2e", "previous_response_id": "resp_e2e", "input": [
        {"type": "function_call_output", "call_id": "call_0", "output": "sunny"}]});
    stack.ask(Protocol::H1, Api::Responses, false).end().await;
    for number in 0..24 {
        let seen = stack.send(Protocol::H1, Request::post(Api::Responses.path(false), &next)).end().await;
        assert_eq!(seen.status, Some(200), "request {number}: {}", seen.text());
    }
    stack.finish().await;
}

/// What is stored comes back as it was delivered first.
async fn a_stored_response_does_not_show_what_its_delivery_hid(stack: &mut Stack) {
    for (path, stream) in [("", false), ("?stream=true&starting_after=1", true)] {
        let body = turn().body(Api::Responses, stream);
        stack.model.answer(if stream { Answer::sse(body) } else { Answer::json(body) });
        let path = format!("{}/resp_e2e{path}", Api::Responses.path(false));
        let seen = stack.send(Protocol::H1, Request::get(&path)).end().await;
        assert_eq!(seen.status, Some(200), "{}", seen.text());
        assert!(
            seen.text().contains("get_weather") && !seen.text().contains("\"delete_file\""),
            "{}",
            seen.text()
        );
        assert!(seen.text().contains(DENYING_RULE), "{}", seen.text());
    }
}

/// Runs wait at this provider until each of their calls has an output, all at once.
fn assistants(request: &Received, calls: &[&str]) -> Answer {
    if request.path.ends_with("/messages") {
        let message = json!({"id": "msg_e2e", "object": "thread.message", "created_at": 1, "thread_id": "thread_e2e",
            "status": "completed", "role": "assistant", "assistant_id": "asst_e2e", "run_id": "run_e2e",
            "attachments": [], "metadata": {},
            "content": [{"type": "text", "text": {"value": "Done.", "annotations": []}}]});
        let list = json!({"object": "list", "data": [message], "first_id": "msg_e2e", "last_id": "msg_e2e", "has_more": false});
        return Answer::json(list.to_string());
    }
    let submitted = request.path.ends_with("/submit_tool_outputs");
    let stream = request.method == "POST" && request.json()["stream"] == true;
    if submitted {
        let body = request.json();
        let mut outputs: Vec<&str> = body["tool_outputs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|output| output["tool_call_id"].as_str())
            .collect();
        outputs.sort_unstable();
        if outputs != calls {
            let error = json!({"error": {"message": format!("Expected tool outputs for {calls:?}, got {outputs:?}"),
                "type": "invalid_request_error", "param": null, "code": null}});
            return Answer::new(400, "application/json", error.to_string());
        }
    }
    let turn = match (submitted, calls) {
        (true, _) => Turn::text(""),
        (false, [_]) => Turn::text("").call("delete_file", &json!({"path": "/srv/old.csv"})),
        (false, _) => turn(),
    };
    turn.answer(Api::Assistants, stream)
}

/// A thread takes no message while a run of it is active, and a run that was cancelled is not.
fn thread(request: &Received) -> Answer {
    static CANCELLED: AtomicBool = AtomicBool::new(false);
    let path = request.path.as_str();
    let run = |turn: &Turn| turn.answer(Api::Assistants, false);
    let deletes = || Turn::text("").call("delete_file", &json!({"path": "/srv/old.csv"}));
    match (request.method.as_str(), path.rsplit('/').next()) {
        ("POST", Some("cancel")) => {
            CANCELLED.store(true, Ordering::SeqCst);
            let mut run: Value = serde_json::from_slice(&deletes().json(Api::Assistants)).unwrap();
            run["status"] = json!("cancelling");
            Answer::json(run.to_string())
        }
        ("POST", Some("messages")) if CANCELLED.load(Ordering::SeqCst) => {
            let message = json!({"id": "msg_e2e", "object": "thread.message", "created_at": 1, "thread_id": "thread_e2e",
                "status": "completed", "role": "user", "assistant_id": null, "run_id": null, "attachments": [],
                "metadata": {}, "content": [{"type": "text", "text": {"value": "Go on.", "annotations": []}}]});
            Answer::json(message.to_string())
        }
        ("POST", Some("messages")) => {
            let message = "Can't add messages to thread_e2e while a run run_e2e is active.";
            let error = json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": null}});
            Answer::new(400, "application/json", error.to_string())
        }
        _ if CANCELLED.load(Ordering::SeqCst) => run(&Turn::text("")),
        _ => run(&deletes()),
    }
}

async fn an_agent_that_submits_nothing_cancels_the_run_and_goes_on(stack: &mut Stack) {
    stack.model.respond_with(thread);
    let report = stack.agent().session(Sdk::Python).does("next-turn", "/openai/v1", How::Create).await;
    assert_eq!((report.error, report.calls.len()), (None, 0));
    assert!(report.text.contains(DENYING_RULE), "{}", report.text);
    assert!(report.text.contains("while a run run_e2e is active"), "{}", report.text);
    assert_eq!(report.stop.as_deref(), Some("completed"));
}

async fn a_conversation_of_openais_is_updated(stack: &mut Stack) {
    stack.model.respond_with(|request| {
        assert_eq!(
            (request.method.as_str(), request.json()),
            ("POST", json!({"metadata": {"topic": "night"}}))
        );
        let metadata = request.json()["metadata"].clone();
        Answer::json(
            json!({"id": "conv_e2e", "object": "conversation", "created_at": 1, "metadata": metadata})
                .to_string(),
        )
    });
    let report = stack.agent().session(Sdk::Python).does("update", "/openai/v1", How::Create).await;
    assert_eq!((report.error, report.text.as_str()), (None, "night\n"));
}

async fn a_run_that_waits_for_a_refused_call_goes_on(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        let mut session = stack.agent().session(Sdk::Python);
        for how in How::ALL {
            let case = format!("{model:?} {how:?}");
            stack.model.respond_with(|request| assistants(request, &["call_0", "call_1"]));
            let report = session.run(Api::Assistants, how).await;
            assert_eq!((report.error.as_deref(), report.tools()), (None, vec!["get_weather"]), "{case}");
            assert_eq!(report.ran.len(), usize::from(how.runs_tools()), "{case}");
            assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);
            let stop = if how.runs_tools() { "completed" } else { "requires_action" };
            assert_eq!(report.stop.as_deref(), Some(stop), "{case}");

            // With no call left the loop submits nothing, and the model reads the refusal all the same.
            stack.model.respond_with(|request| assistants(request, &["call_0"]));
            let report = session.run(Api::Assistants, how).await;
            assert_eq!((report.error, report.calls.len(), report.ran.len()), (None, 0, 0), "{case}");
            assert_eq!(report.stop.as_deref(), Some(stop), "{case}");
            if how.runs_tools() {
                let asked = stack.model.requests();
                let asked = asked.iter().rev().find(|request| request.path.ends_with("/submit_tool_outputs"));
                let output = asked.unwrap().json()["tool_outputs"][0]["output"].clone();
                assert!(output.as_str().unwrap().contains(DENYING_RULE), "{case}: {output}");
            }
        }
    }
}
