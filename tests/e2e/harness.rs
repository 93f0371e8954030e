//! The harness itself, before anything is judged by it: bytes in are bytes out where no filter looks.

use serde_json::json;
use toolgate_e2e::client::Protocol;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::{Answer, Api, Ending, PolicyOption, Request, Signal, Stack, StackOptions, Turn, tools};

async fn plain(model: Protocol) -> Stack {
    let filter = tools::noop();
    let policy = PolicyOption::Unused;
    Stack::with(StackOptions { policy, model, filter: Some(filter), ..StackOptions::default() }).await
}

#[tokio::test]
async fn every_leg_carries_bytes_unchanged() {
    for model in [Protocol::H1, Protocol::H2] {
        let mut stack = plain(model).await;
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                let turn = Turn::text("Let me see.").call("get_weather", &json!({"city": "Zürich"}));
                for stream in [false, true] {
                    let body = turn.body(api, stream);
                    let answer = if stream {
                        Answer::sse(body.clone()).by_event()
                    } else {
                        Answer::json(body.clone())
                    };
                    stack.model.answer(answer);
                    let seen = stack.ask(client, api, stream).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean));
                    assert_eq!(seen.status, Some(200));
                    assert_eq!(seen.body, body);
                }
            }
        }
        stack.finish().await;
    }
}

#[tokio::test]
async fn a_pause_is_seen_as_a_pause() {
    let mut stack = plain(Protocol::H1).await;
    let go_on = Signal::new();
    let body = Turn::text("one two, and after the pause five six").sse(Api::OpenAi);
    stack.model.answer(Answer::sse(body.clone()).pause_before("five", &go_on));
    let exchange = stack.ask(Protocol::H2, Api::OpenAi, true);
    let first = exchange.until_text("one two").await;
    assert!(!first.text().contains("five") && first.ending.is_none());
    go_on.raise();
    assert_eq!(exchange.end().await.body, body);

    stack.model.answer(Answer::sse(body).abort_before("five"));
    let broken = stack.ask(Protocol::H1, Api::OpenAi, true).end().await;
    assert!(matches!(broken.ending, Some(Ending::Broken(_))), "{:?}", broken.ending);
    stack.finish().await;
}

#[tokio::test]
async fn the_official_sdks_read_what_the_model_says() {
    let stack = plain(Protocol::H1).await;
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for api in Api::ALL {
            for how in How::ALL {
                let turn = Turn::text("Let me see.").call("get_weather", &json!({"city": "Zürich"}));
                let answer = |turn: &Turn| match how.streams() {
                    true => Answer::sse(turn.sse(api)),
                    false => Answer::json(turn.json(api)),
                };
                stack.model.answer(answer(&turn));
                if how.runs_tools() {
                    stack.model.answer(answer(&Turn::text(" It is sunny.")));
                }
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{sdk:?} {api:?} {how:?}");
                assert_eq!(report.calls, [("get_weather".to_owned(), json!({"city": "Zürich"}))]);
                assert_eq!(report.ran.len(), usize::from(how.runs_tools()), "{sdk:?} {api:?} {how:?}");
            }
        }
    }
    stack.finish().await;
}

#[tokio::test]
async fn nobody_gets_in_without_a_certificate() {
    let mut stack = plain(Protocol::H1).await;
    let seen = stack.send_as(None, Protocol::H1, Request::get("/anthropic/v1/models")).end().await;
    assert_eq!(seen.status, None);
    stack.finish().await;
}
