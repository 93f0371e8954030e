//! What the policy allows arrives as it was sent, and is on record before it does.

use crate::common::{at_one_gateway, decisions, outcomes, weather};
use serde_json::json;
use toolgate_e2e::client::Protocol;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::stack::AGENT;
use toolgate_e2e::{Answer, Api, Ending, Stack, Turn};

at_one_gateway! {
    Stack::start() => what_is_allowed:
        every_leg_gives_the_very_bytes,
        text_flows_while_the_model_still_speaks,
        the_record_says_who_what_and_why,
        the_official_sdks_run_what_is_allowed
}

async fn every_leg_gives_the_very_bytes(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                let turn = weather("Zürich");
                for answer in [
                    Answer::json(turn.json(api)),
                    Answer::json(turn.json(api)).sized(),
                    Answer::sse(turn.sse(api)).by_event(),
                    Answer::sse(turn.sse(api)).pieces(11),
                ] {
                    let stream = answer.headers[0].1.starts_with("text/event-stream");
                    let body = answer.body();
                    stack.model.answer(answer);
                    let seen = stack.ask(client, api, stream).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{model:?} {client:?} {api:?}");
                    assert_eq!(seen.status, Some(200));
                    assert_eq!(seen.text(), String::from_utf8(body).unwrap());
                }
            }
        }
    }
}

async fn text_flows_while_the_model_still_speaks(stack: &mut Stack) {
    for api in Api::ALL {
        let go_on = toolgate_e2e::Signal::new();
        let body = Turn::text("one two, and after the pause five six").sse(api);
        stack.model.answer(Answer::sse(body.clone()).by_event().pause_before("after", &go_on));
        let exchange = stack.ask(Protocol::H1, api, true);
        exchange.until_text("one two").await;
        go_on.raise();
        assert_eq!(exchange.end().await.body, body);
    }
}

async fn the_record_says_who_what_and_why(stack: &mut Stack) {
    stack.model.answer(Answer::json(weather("Bern").json(Api::Anthropic)));
    stack.ask(Protocol::H1, Api::Anthropic, false).end().await;
    let records = stack.ledger.records_until("an outcome", |records| !outcomes(records).is_empty()).await;

    let decided = decisions(&records);
    assert_eq!(decided.len(), 1);
    let data = &decided[0]["data"];
    assert_eq!(data["agent"], json!({"id": AGENT, "via": "mtls"}));
    assert_eq!(data["tool"]["name"], "get_weather");
    assert_eq!(data["verdict"], "allow");
    assert_eq!(data["enforced"], "allow");
    assert_eq!(data["policy"]["rules"], json!(["weather-is-harmless"]));
    assert_eq!(data["model"]["requested"], "claude-e2e");
    assert_eq!(data["request"]["offered"], json!(["get_weather", "delete_file", "transfer_funds"]));
    assert_eq!(outcomes(&records)[0]["data"]["outcome"], "released");
    assert_eq!(outcomes(&records)[0]["data"]["decision"], decided[0]["id"]);

    let log = stack.access_log(1).await;
    assert!(log[0]["decision"].to_string().contains("allow"), "{}", log[0]);
}

async fn the_official_sdks_run_what_is_allowed(stack: &mut Stack) {
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for api in Api::ALL {
            for how in How::ALL {
                stack.model_says(api, how, weather("Zürich"), Turn::text("It is sunny."));
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{sdk:?} {api:?} {how:?}");
                assert_eq!(report.calls, [("get_weather".to_owned(), json!({"city": "Zürich"}))]);
                let ran: &[&str] = if how.runs_tools() { &["get_weather"] } else { &[] };
                assert_eq!(report.ran, ran, "{sdk:?} {api:?} {how:?}");

                if !how.runs_tools() {
                    stack.model_says(api, how, Turn::text("It is sunny."), Turn::default());
                    let report = session.run(api, how).await;
                    assert_eq!((report.error, report.calls.len()), (None, 0), "{sdk:?} {api:?} {how:?}");
                    assert_eq!(report.text, "It is sunny.\n", "{sdk:?} {api:?} {how:?}");
                }
            }
        }
    }
}
