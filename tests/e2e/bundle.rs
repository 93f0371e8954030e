//! Where the policy comes from, and what holds while there is none, or another one.

use crate::common::{decisions, deletion, weather};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::stack::policy_folder;
use toolgate_e2e::{Answer, Api, Ending, PolicyOption, Stack, StackOptions, Turn};

#[tokio::test]
async fn a_policy_in_the_configuration_holds_from_the_first_request() {
    let policy = PolicyOption::Inline("base");
    let mut stack = Stack::with(StackOptions { policy, ..StackOptions::default() }).await;
    for api in Api::ALL {
        stack.model.answer(Answer::json(weather("Bern").json(api)));
        assert_eq!(api.calls(&stack.ask(Protocol::H1, api, false).end().await.json()).len(), 1);
    }
    stack.finish().await;
}

#[tokio::test]
async fn without_a_bundle_no_call_passes() {
    let policy = PolicyOption::Missing;
    let mut stack = Stack::with(StackOptions { policy, ..StackOptions::default() }).await;
    let note = stack.secret("no-bundle");
    for api in Api::ALL {
        for turn in [weather("Bern"), deletion(&note)] {
            for stream in [false, true] {
                let body = turn.body(api, stream);
                stack.model.answer(if stream { Answer::sse(body).by_event() } else { Answer::json(body) });
                let seen = stack.ask(Protocol::H1, api, stream).end().await;
                for tool in ["get_weather", "delete_file"] {
                    assert!(!seen.text().contains(&format!("\"{tool}\"")), "{}", seen.text());
                }
            }
        }
    }
    stack.finish().await;
}

#[tokio::test]
async fn a_bundle_that_comes_late_is_taken() {
    let policy = PolicyOption::Missing;
    let mut stack = Stack::with(StackOptions { policy, ..StackOptions::default() }).await;
    stack.ledger.publish(&policy_folder("base")).await;
    stack.bundles_taken(1).await;
    stack.model.answer(Answer::json(weather("Bern").json(Api::OpenAi)));
    let seen = stack.ask(Protocol::H1, Api::OpenAi, false).end().await;
    assert_eq!(Api::OpenAi.calls(&seen.json()).len(), 1);
    stack.finish().await;
}

#[tokio::test]
async fn a_new_bundle_replaces_the_old_one_while_requests_run() {
    let mut stack = Stack::start().await;
    let api = Api::Anthropic;
    let answer = Answer::sse(weather("Bern").sse(api)).by_event();
    let body = answer.body();

    // This request begins under the old policy and ends under the new one.
    let go_on = toolgate_e2e::Signal::new();
    stack.model.answer(answer.clone().pause_before("get_weather", &go_on));
    let straddling = stack.ask(Protocol::H1, api, true);
    straddling.until_text("Let me see").await;

    stack.ledger.publish(&policy_folder("stricter")).await;
    stack.bundles_taken(2).await;
    go_on.raise();
    let seen = straddling.end().await;
    assert_eq!(seen.ending, Some(Ending::Clean));
    // Whichever policy judged it, it is one of them and it is on record.
    let by_old = seen.body == body;
    let by_new = seen.text().contains("the-sky-is-closed") && !seen.text().contains("\"get_weather\"");
    assert!(by_old != by_new, "{}", seen.text());

    stack.model.answer(answer);
    let seen = stack.ask(Protocol::H1, api, true).end().await;
    assert!(seen.text().contains("the-sky-is-closed"), "{}", seen.text());
    let records = stack.ledger.records_until("two decisions", |records| decisions(records).len() == 2).await;
    let bundles: Vec<_> = decisions(&records).iter().map(|d| d["data"]["policy"]["bundle"].clone()).collect();
    assert!(by_old == (bundles[0] != bundles[1]), "{bundles:?}");
    stack.finish().await;
}

#[tokio::test]
async fn a_bundle_nobody_trusted_signed_is_not_taken() {
    let mut stack = Stack::start().await;
    let strange = stack.ledger.compile_as_stranger(&policy_folder("stricter"));
    let (status, body) = stack.ledger.ask("PUT", "/v1/bundles/default", strange.as_bytes()).await;
    assert_eq!(status, 200, "{body}");
    stack.envoy.stat_reaches("wasmcustom.toolgate.bundle.refused", 1).await;

    stack.model.answer(Answer::json(deletion("x").json(Api::Anthropic)));
    let seen = stack.ask(Protocol::H1, Api::Anthropic, false).end().await;
    assert!(seen.text().contains("Nothing is deleted here"), "{}", seen.text());
    stack.finish().await;
}

#[tokio::test]
async fn text_alone_needs_no_policy_of_calls() {
    let mut stack = Stack::start().await;
    for api in Api::ALL {
        for stream in [false, true] {
            let body = Turn::text("Nothing but words.").body(api, stream);
            stack.model.answer(if stream { Answer::sse(body.clone()) } else { Answer::json(body.clone()) });
            assert_eq!(stack.ask(Protocol::H2, api, stream).end().await.body, body);
        }
    }
    stack.finish().await;
}
