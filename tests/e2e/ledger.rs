//! Without a durable record nothing is released, and what is on record is found again.

use crate::common::{decisions, deletion, outcomes, transfer, weather};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::{Answer, Api, Ending, Stack, StackOptions};

#[tokio::test]
async fn a_dead_ledger_refuses_what_would_be_allowed() {
    let change =
        |gateway: &mut Gateway| gateway.plugin(|plugin| plugin["ledger"]["ack_timeout_ms"] = 100.into());
    let mut stack = Stack::with(StackOptions { change, ..StackOptions::default() }).await;
    stack.ledger.stop();
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                for turn in [weather("Bern"), transfer("X")] {
                    for stream in [false, true] {
                        let body = turn.body(api, stream);
                        stack.model.answer(if stream {
                            Answer::sse(body).by_event()
                        } else {
                            Answer::json(body)
                        });
                        let seen = stack.ask(client, api, stream).end().await;
                        assert_eq!(seen.ending, Some(Ending::Clean), "{model:?} {client:?} {api:?} {stream}");
                        let tool = format!("\"{}\"", turn.calls[0].tool);
                        assert!(!seen.text().contains(&tool), "{}", seen.text());
                        assert!(seen.text().contains("Not executed"), "{}", seen.text());
                    }
                }
            }
        }
    }
    stack.finish().await;
}

#[tokio::test]
async fn a_ledger_that_comes_back_is_used_again() {
    let mut stack = Stack::start().await;
    stack.ledger.stop();
    stack.model.answer(Answer::json(weather("Bern").json(Api::Anthropic)));
    let seen = stack.ask(Protocol::H1, Api::Anthropic, false).end().await;
    assert_eq!(Api::Anthropic.calls(&seen.json()), []);

    stack.ledger.run().await;
    // The proxy finds out by itself; what it could not send meanwhile arrives too.
    let records =
        stack.ledger.records_until("the refused call", |records| !outcomes(records).is_empty()).await;
    assert_eq!(outcomes(&records)[0]["data"]["outcome"], "refused");
    stack.model.answer(Answer::json(weather("Bern").json(Api::Anthropic)));
    let seen = stack.ask(Protocol::H1, Api::Anthropic, false).end().await;
    assert_eq!(Api::Anthropic.calls(&seen.json()).len(), 1);
    stack.finish().await;
}

#[tokio::test]
async fn the_record_of_a_killed_ledger_verifies() {
    let mut stack = Stack::start().await;
    let note = stack.secret("verify");
    for turn in [weather("Bern"), deletion(&note), weather("Basel")] {
        stack.model.answer(Answer::json(turn.json(Api::OpenAi)));
        stack.ask(Protocol::H1, Api::OpenAi, false).end().await;
    }
    let before = stack.ledger.records_until("3 outcomes", |records| outcomes(records).len() == 3).await;
    assert_eq!(decisions(&before).len(), 3);
    stack.ledger.stop();
    stack.ledger.run().await;
    let after = stack.ledger.records().await;
    assert!(after.starts_with(&before), "what was on record is not there any more");

    stack.ledger.end().await;
    let (content, said) = stack.ledger.verify();
    assert!(content && said.contains("verify: ok"), "{said}");
    stack.finish().await;
}
