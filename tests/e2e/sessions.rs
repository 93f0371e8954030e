//! Sessions that the provider runs. Their streams go on when the client has answered, and bring nothing before: what is
//! decided must reach the client although the model's server is silent.

use crate::common::{DENYING_RULE, at_one_gateway, decisions, outcomes};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::script::Step;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::signal::Signal;
use toolgate_e2e::{Answer, Request, Stack};

const WAYS: [(Protocol, Protocol); 2] = [(Protocol::H1, Protocol::H2), (Protocol::H2, Protocol::H1)];

fn sse(events: &[Value]) -> Vec<u8> {
    let event = |event: &Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    events.iter().map(event).collect::<String>().into_bytes()
}

/// An identifier that no other event has: the SDK takes an event with a known one for a second delivery.
fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("evt_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A stream that says the first events, waits for the signal, and says the others.
fn stream(events: &[Value], signal: &Signal, then: &[Value]) -> Answer {
    Answer::sse(sse(events)).then(Step::Wait(signal.clone())).then(Step::Bytes(sse(then)))
}

fn text(id: &str, text: &str) -> Value {
    json!({"type": "agent.message", "id": id, "processed_at": "2026-01-01T00:00:00Z", "content": [{"type": "text", "text": text}]})
}

fn call(id: &str, tool: &str, input: &Value) -> Value {
    json!({"type": "agent.custom_tool_use", "id": id, "processed_at": "2026-01-01T00:00:00Z", "name": tool, "input": input})
}

fn weather() -> Value {
    call("sevt_w", "get_weather", &json!({"city": "Zürich"}))
}

fn idle(waits: &[&str]) -> Value {
    let reason = match waits {
        [] => json!({"type": "end_turn"}),
        ids => json!({"type": "requires_action", "event_ids": ids}),
    };
    json!({"type": "session.status_idle", "id": "sevt_i", "processed_at": "2026-01-01T00:00:00Z", "stop_reason": reason})
}

at_one_gateway! {
    Stack::start() => a_session_goes_on_when_its_client_has_answered:
        what_is_allowed_reaches_a_client_while_the_model_is_silent,
        what_a_person_allows_reaches_a_client_while_the_model_is_silent,
        more_than_the_listener_takes_at_once_reaches_the_client,
        anthropics_runner_runs_what_is_allowed_and_the_session_goes_on,
        a_history_shows_what_its_stream_showed,
        openais_stream_runs_what_is_allowed_and_the_session_goes_on,
        a_turn_of_which_everything_is_refused_ends
}

async fn what_is_allowed_reaches_a_client_while_the_model_is_silent(stack: &mut Stack) {
    for (model, client) in WAYS {
        stack.model_speaks(model).await;
        let answered = Signal::new();
        let turn = [text("sevt_1", "Let me see."), weather(), idle(&["sevt_w"])];
        let later = [text("sevt_2", "Sunny."), idle(&[])];
        stack.model.answer(stream(&turn, &answered, &later));
        let exchange = stack.send(client, Request::get("/anthropic/v1/sessions/sesn_e2e/events/stream"));
        let seen = exchange.until_text("requires_action").await;
        assert_eq!(seen.body, sse(&turn), "{model:?} {client:?}");
        answered.raise();
        let seen = exchange.end().await;
        assert_eq!(seen.body, [sse(&turn), sse(&later)].concat(), "{model:?} {client:?}");
    }
}

async fn what_a_person_allows_reaches_a_client_while_the_model_is_silent(stack: &mut Stack) {
    for (model, client) in WAYS {
        stack.model_speaks(model).await;
        let answered = Signal::new();
        let account = format!("CH{model:?}");
        let before = [text("sevt_1", "I pay.")];
        let turn = [call("sevt_t", "transfer_funds", &json!({"to_account": account})), idle(&["sevt_t"])];
        let said = [before.as_slice(), turn.as_slice()].concat();
        stack.model.answer(stream(&said, &answered, &[idle(&[])]));
        let exchange = stack.send(client, Request::get("/anthropic/v1/sessions/sesn_e2e/events/stream"));
        // The text in front waits for nobody.
        exchange.until_text("I pay.").await;
        let pending = stack.ledger.pending().await;
        assert_eq!(exchange.now().body, sse(&before), "{model:?} {client:?}");
        stack.ledger.approve(&pending).await;
        exchange.until_text("requires_action").await;
        answered.raise();
        let seen = exchange.end().await;
        assert_eq!(seen.body, [sse(&said), sse(&[idle(&[])])].concat(), "{model:?} {client:?}");
    }
}

/// A paused stream gives at most `limits.release` in one tick.
async fn more_than_the_listener_takes_at_once_reaches_the_client(stack: &mut Stack) {
    for (model, client) in WAYS {
        stack.model_speaks(model).await;
        let answered = Signal::new();
        let long: Vec<Value> = (0..80).map(|n| text(&format!("sevt_{n}"), &"x".repeat(32 << 10))).collect();
        let turn = [vec![weather()], long, vec![idle(&["sevt_w"])]].concat();
        stack.model.answer(stream(&turn, &answered, &[idle(&[])]).by_event());
        let exchange = stack.send(client, Request::get("/anthropic/v1/sessions/sesn_e2e/events/stream"));
        exchange.until_text("requires_action").await;
        answered.raise();
        let seen = exchange.end().await;
        assert!(seen.body == [sse(&turn), sse(&[idle(&[])])].concat(), "{model:?} {client:?}");
    }
}

fn deletion() -> Value {
    call("sevt_d", "delete_file", &json!({"path": "/srv/old.csv"}))
}

async fn anthropics_runner_runs_what_is_allowed_and_the_session_goes_on(stack: &mut Stack) {
    let mut sdk = stack.agent().session(Sdk::Python);
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        let (answered, over) = (Signal::new(), Signal::new());
        let turn = [text("sevt_1", "Let me see."), weather(), deletion(), idle(&["sevt_w", "sevt_d"])];
        let open =
            stream(&turn, &answered, &[text("sevt_2", "Done."), idle(&[])]).then(Step::Wait(over.clone()));
        stack.model.answer(open);
        stack.model.answer(Answer::json(json!({"data": [], "next_page": null}).to_string()));
        stack.model.answer(Answer::json(json!({"data": []}).to_string()).then(Step::Raise(answered)));
        let asked = stack.model.requests().len();
        let report = sdk.does("anthropic-sessions", "/anthropic", How::Runner).await;
        over.raise();
        assert_eq!(report.error, None, "{model:?}");
        assert_eq!(report.ran, ["get_weather"], "{model:?}");
        assert_eq!(report.tools(), ["get_weather"], "{model:?}");
        let sent =
            stack.model.requests().into_iter().skip(asked).find(|request| request.method == "POST").unwrap();
        let events = sent.json()["events"].clone();
        assert_eq!(events[0]["type"], "user.custom_tool_result", "{events}");
        assert_eq!(events[0]["custom_tool_use_id"], "sevt_d", "{events}");
        assert!(events[0].to_string().contains(DENYING_RULE), "{events}");
        assert_eq!(events[1]["custom_tool_use_id"], "sevt_w", "{events}");
    }
}

async fn a_history_shows_what_its_stream_showed(stack: &mut Stack) {
    let mut sdk = stack.agent().session(Sdk::Python);
    let turn = [text("sevt_1", "Let me see."), weather(), deletion(), idle(&["sevt_w", "sevt_d"])];
    for how in [How::Create, How::Stream] {
        stack.model.answer(match how {
            How::Create => Answer::json(json!({"data": turn, "next_page": null}).to_string()),
            _ => Answer::sse(sse(&turn)),
        });
        let report = sdk.does("anthropic-sessions", "/anthropic", how).await;
        assert_eq!(report.error, None, "{how:?}");
        assert_eq!(report.tools(), ["get_weather"], "{how:?}");
        assert!(report.text.contains(DENYING_RULE), "{how:?}: {}", report.text);
        assert_eq!(report.stop.as_deref(), Some("requires_action"), "{how:?}");
    }
    let items = json!([
        message("Let me see."),
        item("call_w", "get_weather", &json!({"city": "Zürich"})),
        item("call_d", "delete_file", &json!({"path": "/srv/old.csv"}))
    ]);
    stack.model.answer(Answer::json(json!({"object": "list", "data": items, "has_more": false}).to_string()));
    let report = sdk.does("openai-agents", "/openai/v1", How::Create).await;
    assert_eq!(report.error, None);
    assert_eq!(report.tools(), ["get_weather"]);
    assert!(report.text.contains(DENYING_RULE), "{}", report.text);
}

fn message(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "turn_id": "turn_1",
        "content": [{"type": "output_text", "text": text}]})
}

fn item(id: &str, tool: &str, arguments: &Value) -> Value {
    json!({"type": "function_call", "id": format!("item_{id}"), "call_id": id, "name": tool, "arguments": arguments,
        "status": "completed", "turn_id": "turn_1"})
}

fn of_item(happened: &str, item: &Value) -> Value {
    json!({"type": format!("agent.session.turn.item.{happened}"), "event_id": fresh(), "session_id": "as_e2e", "turn_id": "turn_1",
        "output_index": 0, "item": item})
}

fn done(item: &Value) -> Value {
    of_item("done", item)
}

/// Handlers run a call when it is added.
fn added(item: &Value) -> Value {
    let mut item = item.clone();
    item["status"] = json!("in_progress");
    of_item("added", &item)
}

fn action(id: &str, tool: &str, arguments: &Value) -> Value {
    json!({"type": "function_call", "turn_id": "turn_1", "call_id": id, "name": tool, "arguments": arguments})
}

fn session(status: &str, actions: &[Value]) -> Value {
    json!({"id": "as_e2e", "object": "agent.session", "status": status, "required_actions": actions,
        "agent": {"id": "agent_e2e", "model": "gpt-e2e", "tools": []}, "created_at": 1, "last_active_at": 2,
        "environment": {"type": "none"}, "metadata": {}, "vault_ids": [], "error": null})
}

fn turn(status: &str) -> Value {
    let turn = json!({"id": "turn_1", "object": "agent.session.turn", "agent_id": "agent_e2e", "session_id": "as_e2e",
        "status": status, "created_at": 1, "completed_at": null, "started_at": 1, "error": null, "subagent_id": null});
    json!({"type": format!("agent.session.turn.{status}"), "event_id": fresh(), "session_id": "as_e2e", "turn_id": "turn_1", "turn": turn})
}

fn of_session(status: &str, actions: &[Value]) -> Value {
    json!({"type": format!("agent.session.{status}"), "event_id": fresh(), "session": session(status, actions)})
}

/// What the server of OpenAI's agents answers one after the other, as `sessions.stream` asks: the session, its stream, what
/// it is sent.
fn openai_answers(stack: &Stack, status: &str, said: &[Value], later: &[Value], posts: usize) {
    let (begun, answered) = (Signal::new(), Signal::new());
    let stream = Answer::sse("").then(Step::Wait(begun.clone())).then(Step::Bytes(sse(said)));
    let stream = if posts > 1 {
        stream.then(Step::Wait(answered.clone())).then(Step::Bytes(sse(later)))
    } else {
        stream
    };
    let waits = [action("call_d", "delete_file", &json!({"path": "/srv/old.csv"}))];
    let waits = if status == "requires_action" { waits.as_slice() } else { &[] };
    stack.model.answer(Answer::json(session(status, waits).to_string()));
    stack.model.answer(stream);
    let sent = Answer::json(json!({"object": "list", "data": []}).to_string());
    stack.model.answer(sent.clone().then(Step::Raise(begun)));
    if posts > 1 {
        stack.model.answer(sent.then(Step::Raise(answered)));
    }
}

async fn openais_stream_runs_what_is_allowed_and_the_session_goes_on(stack: &mut Stack) {
    let mut sdk = stack.agent().session(Sdk::Python);
    let (weather, path) = (json!({"city": "Zürich"}), json!({"path": "/srv/old.csv"}));
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        let actions = [action("call_w", "get_weather", &weather), action("call_d", "delete_file", &path)];
        let said = [
            turn("created"),
            added(&item("call_w", "get_weather", &weather)),
            done(&item("call_w", "get_weather", &weather)),
            added(&item("call_d", "delete_file", &path)),
            done(&item("call_d", "delete_file", &path)),
            of_session("requires_action", &actions),
        ];
        let later = [done(&message("Done.")), turn("completed"), of_session("idle", &[])];
        openai_answers(stack, "idle", &said, &later, 2);
        let asked = stack.model.requests().len();
        let report = sdk.does("openai-agents", "/openai/v1", How::Runner).await;
        assert_eq!(report.error, None, "{model:?}");
        assert_eq!(report.ran, ["get_weather"], "{model:?}");
        assert_eq!(report.tools(), ["get_weather"], "{model:?}");
        assert!(
            report.text.contains(DENYING_RULE) && report.text.contains("Done."),
            "{model:?}: {}",
            report.text
        );
        let posts: Vec<Value> = stack
            .model
            .requests()
            .iter()
            .skip(asked)
            .filter(|r| r.method == "POST")
            .map(|r| r.json())
            .collect();
        let events = &posts[1]["events"];
        assert_eq!(events[0]["type"], "agent.session.input.tool_result", "{events}");
        assert_eq!(
            (&events[0]["call_id"], &events[0]["success"]),
            (&json!("call_d"), &json!(false)),
            "{events}"
        );
        assert!(events[0]["error"].as_str().unwrap().contains(DENYING_RULE), "{events}");
        assert_eq!(events[1]["call_id"], "call_w", "{events}");
    }
}

async fn a_turn_of_which_everything_is_refused_ends(stack: &mut Stack) {
    let mut sdk = stack.agent().session(Sdk::Python);
    let path = json!({"path": "/srv/old.csv"});
    let said = [
        turn("created"),
        added(&item("call_d", "delete_file", &path)),
        done(&item("call_d", "delete_file", &path)),
        of_session("requires_action", &[action("call_d", "delete_file", &path)]),
    ];
    openai_answers(stack, "idle", &said, &[], 1);
    let report = sdk.does("openai-agents", "/openai/v1", How::Runner).await;
    assert_eq!(report.error, None);
    assert_eq!((report.ran.len(), report.tools().len()), (0, 0));
    assert!(report.text.contains(DENYING_RULE), "{}", report.text);
    assert_eq!(report.stop.as_deref(), Some("agent.session.idle"));
    // The provider waits still. Its session looks idle, and is told with the next message why nothing was executed.
    openai_answers(
        stack,
        "requires_action",
        &[turn("created"), done(&message("Done.")), turn("completed"), of_session("idle", &[])],
        &[],
        1,
    );
    let report = sdk.does("openai-agents", "/openai/v1", How::Runner).await;
    assert_eq!(report.error, None);
    assert!(report.text.contains("Done."), "{}", report.text);
    let last = stack.model.requests().into_iter().rfind(|request| request.method == "POST").unwrap().json();
    assert_eq!(last["events"][0]["call_id"], "call_d", "{last}");
    assert_eq!(last["events"][1]["type"], "agent.session.input.message", "{last}");
    let records = stack
        .ledger
        .records_until("outcomes", |records| outcomes(records).len() == decisions(records).len())
        .await;
    assert!(outcomes(&records).iter().all(|record| record["data"]["outcome"] == "refused"), "{records:?}");
}
