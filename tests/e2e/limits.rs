//! Envoy lets one flush of at most the listener's limit pass after a wait, and writing more has killed it. So what
//! waits is released up to that size, and refused beyond it, at every size that ships somewhere.

use crate::common::{transfer, weather};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::{Answer, Api, Ending, Stack, StackOptions};

/// Envoy Gateway's default, and Envoy's own.
const LIMITS: [usize; 2] = [32 << 10, 1 << 20];

async fn at(limit: usize) -> Stack {
    Stack::with(StackOptions { release_limit: Some(limit), ..StackOptions::default() }).await
}

#[tokio::test]
async fn what_waits_for_its_record_passes_up_to_the_limit() {
    for limit in LIMITS {
        let mut stack = at(limit).await;
        for model in [Protocol::H1, Protocol::H2] {
            stack.model_speaks(model).await;
            for client in [Protocol::H1, Protocol::H2] {
                for (size, passes) in
                    [(limit - 1, true), (limit, true), (limit + 1, false), (limit * 3, false)]
                {
                    let case = format!("limit {limit}, size {size}, model {model:?}, client {client:?}");
                    let body = weather("Bern").json_of(Api::Anthropic, size);
                    stack.model.answer(Answer::json(body.clone()).sized());
                    let seen = stack.ask(client, Api::Anthropic, false).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{case}");
                    if passes {
                        assert_eq!(seen.body.len(), body.len(), "{case}");
                        assert!(seen.body == body, "{case}");
                    } else {
                        assert_eq!(Api::Anthropic.calls(&seen.json()), [], "{case}");
                    }
                }
            }
        }
        stack.finish().await;
    }
}

#[tokio::test]
async fn what_waits_for_a_person_passes_up_to_the_limit() {
    for limit in LIMITS {
        let mut stack = at(limit).await;
        for client in [Protocol::H1, Protocol::H2] {
            for (size, passes) in [(limit, true), (limit + 1, false)] {
                let case = format!("limit {limit}, size {size}, client {client:?}");
                let body = transfer(&case).json_of(Api::OpenAi, size);
                stack.model.answer(Answer::json(body.clone()).pieces(9_000));
                let exchange = stack.ask(client, Api::OpenAi, false);
                if passes {
                    let escalation = stack.ledger.pending().await;
                    stack.ledger.approve(&escalation).await;
                    assert!(exchange.end().await.body == body, "{case}");
                } else {
                    let seen = exchange.end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{case}");
                    assert_eq!(Api::OpenAi.calls(&seen.json()), [], "{case}");
                }
            }
        }
        stack.finish().await;
    }
}

#[tokio::test]
async fn what_waits_for_nobody_passes_at_any_size() {
    let mut stack = at(LIMITS[0]).await;
    for client in [Protocol::H1, Protocol::H2] {
        for api in Api::ALL {
            let size = LIMITS[0] * 10;
            let text = toolgate_e2e::Turn::text("Long. ").json_of(api, size);
            stack.model.answer(Answer::json(text.clone()));
            assert!(stack.ask(client, api, false).end().await.body == text);

            // A refusal needs no wait either.
            stack.model.answer(Answer::json(crate::common::deletion("x").json_of(api, size)));
            let seen = stack.ask(client, api, false).end().await;
            assert_eq!(seen.ending, Some(Ending::Clean));
            assert_eq!(api.calls(&seen.json()), []);
        }
    }
    stack.finish().await;
}

#[tokio::test]
async fn a_body_beyond_what_is_read_is_refused() {
    let mut stack = Stack::with(StackOptions {
        change: |gateway| gateway.plugin(|plugin| plugin["limits"]["body"] = (64 << 10).into()),
        ..StackOptions::default()
    })
    .await;
    let note = stack.secret("oversize");
    for api in Api::ALL {
        let body = crate::common::deletion(&note).json_of(api, 200_000);
        stack.model.answer(Answer::json(body).pieces(10_000));
        let seen = stack.ask(Protocol::H1, api, false).end().await;
        assert!(!seen.text().contains("\"delete_file\""), "{}", seen.text());
    }
    stack.finish().await;
}
