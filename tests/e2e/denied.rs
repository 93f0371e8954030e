//! What the policy denies never reaches an agent; a refusal does, in a form its SDK reads.

use crate::common::{DENYING_RULE, at_one_gateway, decisions, deletion, outcomes, weather};
use serde_json::{Value, json};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::{Answer, Api, Ending, Stack, Turn};

fn one_of_two(note: &str) -> Turn {
    Turn::text("Let me see.")
        .call("delete_file", &json!({"path": "/srv/old.csv", "note": note}))
        .call("get_weather", &json!({"city": "Zürich"}))
}

at_one_gateway! {
    Stack::start() => what_is_denied:
        one_of_two_is_denied_on_every_leg,
        when_all_are_denied_the_turn_ends,
        the_official_sdks_read_the_refusal_and_run_the_rest,
        an_agent_framework_runs_only_what_was_allowed,
        nobody_in_particular_gets_what_an_agent_may
}

async fn one_of_two_is_denied_on_every_leg(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        let note = stack.secret("one-of-two");
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                let body = one_of_two(&note).json(api);
                for answer in [Answer::json(body.clone()), Answer::json(body.clone()).sized().pieces(17)] {
                    stack.model.answer(answer);
                    let seen = stack.ask(client, api, false).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{model:?} {client:?} {api:?}");
                    assert_eq!(
                        api.calls(&seen.json()),
                        [("get_weather".to_owned(), json!({"city": "Zürich"}))]
                    );
                    assert!(seen.text().contains(DENYING_RULE), "{}", seen.text());
                    assert!(seen.text().contains("Nothing is deleted here"), "{}", seen.text());
                }
                for size in [1, 7, 100_000] {
                    stack.model.answer(Answer::sse(one_of_two(&note).sse(api)).pieces(size));
                    let seen = stack.ask(client, api, true).end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean), "{model:?} {client:?} {api:?} {size}");
                    assert!(seen.text().contains("get_weather") && !seen.text().contains("\"delete_file\""));
                    assert!(seen.text().contains(DENYING_RULE), "{}", seen.text());
                }
            }
        }
    }
}

async fn when_all_are_denied_the_turn_ends(stack: &mut Stack) {
    let note = stack.secret("all");
    let turn = deletion(&note).call("delete_file", &json!({"path": "/srv/b", "note": note}));

    stack.model.answer(Answer::json(turn.json(Api::Anthropic)));
    let seen = stack.ask(Protocol::H1, Api::Anthropic, false).end().await.json();
    assert_eq!(seen["stop_reason"], "end_turn");
    assert!(seen["content"].as_array().unwrap().iter().all(|block| block["type"] == "text"), "{seen}");

    stack.model.answer(Answer::json(turn.json(Api::OpenAi)));
    let seen = stack.ask(Protocol::H1, Api::OpenAi, false).end().await.json();
    assert_eq!(seen["choices"][0]["finish_reason"], "stop");
    assert_eq!(seen["choices"][0]["message"].get("tool_calls"), None);
    assert!(seen["choices"][0]["message"]["content"].as_str().unwrap().contains(DENYING_RULE));

    stack.model.answer(Answer::json(turn.json(Api::Responses)));
    let seen = stack.ask(Protocol::H1, Api::Responses, false).end().await.json();
    assert_eq!(seen["status"], "completed");
    let items = seen["output"].as_array().unwrap();
    assert!(items.iter().all(|item| item["type"] == "message"), "{seen}");
    // Some agents show the last message only.
    let last = items.last().unwrap()["content"][0]["text"].as_str().unwrap();
    assert_eq!(last.matches(DENYING_RULE).count(), 2, "{last}");

    stack.model.answer(Answer::json(turn.json(Api::Gemini)));
    let seen = stack.ask(Protocol::H1, Api::Gemini, false).end().await.json();
    let candidate = &seen["candidates"][0];
    assert_eq!(candidate["finishReason"], "STOP");
    let parts = candidate["content"]["parts"].as_array().unwrap();
    assert!(parts.len() == 3 && parts.iter().all(|part| part["text"].is_string()), "{seen}");
    assert_eq!(parts[1]["thoughtSignature"], "c2lnbmVk");

    let records = stack.ledger.records_until("eight outcomes", |records| outcomes(records).len() == 8).await;
    assert_eq!(decisions(&records).len(), 8);
    assert!(decisions(&records).iter().all(|decision| decision["data"]["enforced"] == "deny"));
    assert!(outcomes(&records).iter().all(|outcome| outcome["data"]["outcome"] == "refused"));
}

#[tokio::test]
async fn a_denial_waits_for_nobody() {
    let mut stack = Stack::start().await;
    stack.ledger.stop();
    let note = stack.secret("nobody");
    for api in Api::ALL {
        stack.model.answer(Answer::json(deletion(&note).json(api)));
        let seen = stack.ask(Protocol::H2, api, false).end().await;
        assert_eq!(api.calls(&seen.json()), Vec::<(String, Value)>::new());
        assert!(seen.text().contains(DENYING_RULE), "{}", seen.text());
    }
    stack.finish().await;
}

async fn the_official_sdks_read_the_refusal_and_run_the_rest(stack: &mut Stack) {
    let note = stack.secret("sdk");
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for api in Api::ALL {
            for how in How::ALL {
                let case = format!("{sdk:?} {api:?} {how:?}");
                stack.model_says(api, how, one_of_two(&note), Turn::text(" Done."));
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{case}");
                assert_eq!(report.tools(), ["get_weather"], "{case}");
                assert!(!report.ran.contains(&"delete_file".to_owned()), "{case}");
                assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);

                // With nothing left to run, the loop ends after one turn.
                stack.model.answer(if how.streams() {
                    Answer::sse(deletion(&note).sse(api))
                } else {
                    Answer::json(deletion(&note).json(api))
                });
                let report = session.run(api, how).await;
                assert_eq!(report.error, None, "{case}");
                assert_eq!((report.tools(), report.ran.len()), (Vec::new(), 0), "{case}");
                assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);
            }
        }
    }
}

/// An agent's own loop, which runs each call it is given and asks the model again.
async fn an_agent_framework_runs_only_what_was_allowed(stack: &mut Stack) {
    let note = stack.secret("framework");
    let mut session = stack.agent().session(Sdk::Agents);
    for api in Api::ALL.into_iter().filter(|api| Sdk::Agents.speaks(*api)) {
        for how in How::ALL.into_iter().filter(|how| how.runs_tools()) {
            let case = format!("{api:?} {how:?}");
            stack.model_says(api, how, weather("Zürich"), Turn::text("It is sunny."));
            let report = session.run(api, how).await;
            assert_eq!((report.error, report.ran), (None, vec!["get_weather".to_owned()]), "{case}");
            assert!(report.text.ends_with("It is sunny.\n"), "{case}: {}", report.text);

            stack.model_says(api, how, one_of_two(&note), Turn::text("Done."));
            let report = session.run(api, how).await;
            assert_eq!(report.error, None, "{case}");
            assert_eq!((report.tools(), report.ran.len()), (vec!["get_weather"], 1), "{case}");
            assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);
            assert!(report.text.ends_with("Done.\n"), "{case}: {}", report.text);

            // With nothing left to run the loop ends, and the refusal is its answer.
            stack.model.answer(deletion(&note).answer(api, how.streams()));
            let report = session.run(api, how).await;
            assert_eq!((report.error, report.ran.len(), report.calls.len()), (None, 0, 0), "{case}");
            assert!(report.text.contains(DENYING_RULE), "{case}: {}", report.text);
        }
    }
}

async fn nobody_in_particular_gets_what_an_agent_may(stack: &mut Stack) {
    let strangers = [
        stack.identity(&["spiffe://corp.example/ns/other/sa/e2e"]),
        stack.identity(&[toolgate_e2e::stack::AGENT, "spiffe://corp.example/ns/agents/sa/second"]),
    ];
    for identity in strangers {
        stack.model.answer(Answer::json(weather("Bern").json(Api::Anthropic)));
        let request = toolgate_e2e::Request::post(Api::Anthropic.path(false), &Api::Anthropic.request(false));
        let seen = stack.send_as(Some(identity), Protocol::H1, request).end().await;
        assert_eq!(Api::Anthropic.calls(&seen.json()), [], "{}", seen.text());
    }
    for request in stack.model.requests() {
        assert_eq!(request.header("x-forwarded-client-cert"), None, "the model is told who asks");
    }
}
