//! What the policy escalates waits for a person, and goes on exactly as that person said.

use crate::common::{at_one_gateway, decisions, outcomes, transfer, weather};
use serde_json::{Value, json};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::{Answer, Api, Ending, Exchange, Request, Stack, StackOptions, Turn};

fn answer(turn: &Turn, api: Api, stream: bool) -> Answer {
    if stream { Answer::sse(turn.sse(api)).by_event() } else { Answer::json(turn.json(api)) }
}

fn no_calls() -> Vec<(String, Value)> {
    Vec::new()
}

async fn impatient() -> Stack {
    Stack::with(StackOptions { hold_ms: 300, ..StackOptions::default() }).await
}

at_one_gateway! {
    Stack::start() => what_is_held:
        held_and_approved,
        the_official_sdks_wait_for_the_person,
        held_and_denied_by_a_person,
        one_stream_is_held_and_the_other_flows,
        a_mixed_turn_waits_in_order
}

async fn held_and_approved(stack: &mut Stack) {
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        stack.ledger.look_from_here().await;
        for client in [Protocol::H1, Protocol::H2] {
            for api in Api::ALL {
                for stream in [false, true] {
                    let turn = transfer(&format!("{model:?}-{client:?}-{api:?}-{stream}"));
                    let answer = answer(&turn, api, stream);
                    let body = answer.body();
                    stack.model.answer(answer);
                    let exchange = stack.ask(client, api, stream);
                    let escalation = stack.ledger.pending().await;
                    if stream {
                        // What stood before the call is there already, and nothing of the call.
                        let seen = exchange.until_text("I pay").await;
                        assert!(!seen.text().contains("transfer_funds"), "{}", seen.text());
                    }
                    assert_eq!(exchange.now().ending, None);
                    stack.ledger.approve(&escalation).await;
                    let seen = exchange.end().await;
                    assert_eq!(seen.ending, Some(Ending::Clean));
                    assert_eq!(seen.text(), String::from_utf8(body).unwrap());
                }
            }
        }
        let all = 4 * Api::ALL.len();
        let records =
            stack.ledger.records_until("all outcomes", |records| outcomes(records).len() == all).await;
        assert!(
            outcomes(&records)
                .iter()
                .all(|o| o["data"]["outcome"] == "released" && o["data"]["escalation"].is_string())
        );
        assert!(
            decisions(&records)
                .iter()
                .all(|d| d["data"]["verdict"] == "escalate" && d["data"]["enforced"] == "hold")
        );
    }
}

async fn the_official_sdks_wait_for_the_person(stack: &mut Stack) {
    for sdk in Sdk::ALL {
        let mut session = stack.agent().session(sdk);
        for api in Api::ALL {
            for how in [How::Create, How::Stream] {
                let case = format!("{sdk:?} {api:?} {how:?}");
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

async fn held_and_denied_by_a_person(stack: &mut Stack) {
    for (api, stream) in
        [(Api::Anthropic, true), (Api::OpenAi, false), (Api::Responses, true), (Api::Responses, false)]
    {
        let turn = transfer(&format!("{api:?}-{stream}"));
        stack.model.answer(answer(&turn, api, stream));
        let exchange = stack.ask(Protocol::H1, api, stream);
        let escalation = stack.ledger.pending().await;
        stack.ledger.deny(&escalation, "not on a Sunday").await;
        // The no holds for the identical call: it is told at once, and nobody is asked.
        stack.model.answer(answer(&turn, api, stream));
        for exchange in [exchange, stack.ask(Protocol::H1, api, stream)] {
            let seen = exchange.end().await;
            assert_eq!(seen.ending, Some(Ending::Clean));
            assert!(!seen.text().contains("\"transfer_funds\""), "{}", seen.text());
            assert!(seen.text().contains("not on a Sunday"), "{}", seen.text());
            assert!(seen.text().contains(escalation.id()), "{}", seen.text());
        }
    }
    let records = stack.ledger.records_until("all outcomes", |records| outcomes(records).len() == 8).await;
    let of = |kind: &str| {
        let kind = format!("io.toolgate.escalation.{kind}.v1");
        records.iter().filter(|record| record["type"] == kind).count()
    };
    assert_eq!((of("created"), of("refused")), (4, 4));
}

at_one_gateway! {
    impatient() => what_is_held_for_a_moment:
        held_and_timed_out,
        retried_after_approval_passes_once,
        two_identical_calls_and_one_approval
}

async fn held_and_timed_out(stack: &mut Stack) {
    for api in Api::ALL {
        for stream in [false, true] {
            stack.model.answer(answer(&transfer(&format!("{api:?}-{stream}")), api, stream));
            let seen = stack.ask(Protocol::H1, api, stream).end().await;
            assert_eq!(seen.ending, Some(Ending::Clean));
            assert!(!seen.text().contains("\"transfer_funds\""), "{}", seen.text());
            let escalation = stack.ledger.pending().await;
            assert!(seen.text().contains(escalation.id()), "no approval ID in {}", seen.text());
            stack.ledger.deny(&escalation, "too late").await;
        }
    }
    let all = 2 * Api::ALL.len();
    let records = stack.ledger.records_until("all outcomes", |records| outcomes(records).len() == all).await;
    assert!(outcomes(&records).iter().all(|o| o["data"]["outcome"] == "refused"));
}

async fn asks(stack: &mut Stack, turn: &Turn, api: Api) -> Value {
    stack.model.answer(answer(turn, api, false));
    stack.ask(Protocol::H1, api, false).end().await.json()
}

async fn retried_after_approval_passes_once(stack: &mut Stack) {
    for api in Api::ALL {
        let turn = transfer(&format!("{api:?}"));
        assert_eq!(api.calls(&asks(stack, &turn, api).await), no_calls());
        let escalation = stack.ledger.pending().await;
        stack.ledger.approve(&escalation).await;

        // Another call is not the one that was approved.
        let other = transfer(&format!("somebody-else-{api:?}"));
        assert_eq!(api.calls(&asks(stack, &other, api).await), no_calls());
        let uninvited = stack.ledger.pending().await;
        stack.ledger.deny(&uninvited, "no").await;

        assert_eq!(api.calls(&asks(stack, &turn, api).await).len(), 1);
        assert_eq!(api.calls(&asks(stack, &turn, api).await), no_calls(), "an approval is spent once");
        let again = stack.ledger.pending().await;
        assert_ne!(again.id(), escalation.id());
        stack.ledger.deny(&again, "no").await;
    }
}

async fn two_identical_calls_and_one_approval(stack: &mut Stack) {
    for api in Api::ALL {
        let turn = transfer(&format!("twice-{api:?}"));
        assert_eq!(api.calls(&asks(stack, &turn, api).await), no_calls());
        let escalation = stack.ledger.pending().await;
        stack.ledger.approve(&escalation).await;

        let arguments: Value = serde_json::from_str(&turn.calls[0].arguments).unwrap();
        let twice = turn.call("transfer_funds", &arguments);
        assert_eq!(api.calls(&asks(stack, &twice, api).await).len(), 1);
        let other = stack.ledger.pending().await;
        stack.ledger.deny(&other, "once is enough").await;
    }
}

async fn one_stream_is_held_and_the_other_flows(stack: &mut Stack) {
    stack.model.answer(answer(&transfer("A"), Api::Anthropic, true));
    let held: Exchange = stack.ask(Protocol::H1, Api::Anthropic, true);
    let escalation = stack.ledger.pending().await;

    let flowing = answer(&weather("Bern"), Api::OpenAi, true);
    let body = flowing.body();
    stack.model.answer(flowing);
    assert_eq!(stack.ask(Protocol::H2, Api::OpenAi, true).end().await.body, body);

    assert_eq!(held.now().ending, None);
    stack.ledger.approve(&escalation).await;
    assert!(held.end().await.text().contains("transfer_funds"));
}

async fn a_mixed_turn_waits_in_order(stack: &mut Stack) {
    let turn = transfer("first")
        .call("get_weather", &json!({"city": "Bern"}))
        .call("delete_file", &json!({"path": "/srv/x"}));
    for api in Api::ALL {
        stack.model.answer(answer(&turn, api, false));
        let exchange = stack.ask(Protocol::H1, api, false);
        let escalation = stack.ledger.pending().await;
        assert_eq!(exchange.now().body.len(), 0);
        stack.ledger.approve(&escalation).await;
        let calls = api.calls(&exchange.end().await.json());
        let names: Vec<_> = calls.iter().map(|(tool, _)| tool.as_str()).collect();
        assert_eq!(names, ["transfer_funds", "get_weather"]);
    }
}

#[tokio::test]
async fn the_client_leaves_while_its_call_is_held() {
    for client in [Protocol::H1, Protocol::H2] {
        let mut stack = Stack::start().await;
        stack.model.answer(answer(&transfer("gone"), Api::Anthropic, true));
        let exchange = stack.ask(client, Api::Anthropic, true);
        let escalation = stack.ledger.pending().await;
        exchange.cancel();
        let records = stack.ledger.records_until("an outcome", |records| !outcomes(records).is_empty()).await;
        assert_eq!(outcomes(&records)[0]["data"]["outcome"], "abandoned");
        // The answer of the person comes after nobody waits, and must hurt nobody.
        stack.ledger.try_approve(&escalation).await;

        stack.model.answer(answer(&weather("Bern"), Api::Anthropic, false));
        let seen = stack.ask(client, Api::Anthropic, false).end().await;
        assert_eq!(Api::Anthropic.calls(&seen.json()).len(), 1);
        stack.finish().await;
    }
}

#[tokio::test]
async fn the_person_an_agent_acts_for_is_shown_and_answers_nothing_of_it() {
    let change = |gateway: &mut toolgate_e2e::gateway::Gateway| {
        gateway.plugin(|plugin| plugin["on_behalf_of"] = json!({"header": {"name": "x-on-behalf-of"}}));
    };
    let mut stack = Stack::with(StackOptions { change, ..StackOptions::default() }).await;
    let send = |stack: &mut Stack, turn: &Turn, persons: &[&str]| {
        stack.model.answer(answer(turn, Api::Anthropic, false));
        let request = Request::post(Api::Anthropic.path(false), &Api::Anthropic.request(false));
        let named = |request: Request, person: &&str| request.header("x-on-behalf-of", person);
        stack.send(Protocol::H1, persons.iter().fold(request, named))
    };
    let exchange = send(&mut stack, &transfer("for-jo"), &["jo@corp.example"]);
    let escalation = stack.ledger.pending().await;
    assert_eq!(escalation.shown()["on_behalf_of"], "jo@corp.example");
    stack.ledger.approve(&escalation).await;
    assert_eq!(Api::Anthropic.calls(&exchange.end().await.json()).len(), 1);
    // The only one who is asked is who it is done for: so nobody can be.
    let told = send(&mut stack, &transfer("for-the-reviewer"), &["reviewer-1"]).end().await.text();
    assert!(told.contains("Not executed"), "{told}");
    stack.ledger.pending_count(0).await;
    let records = stack.ledger.records_until("both outcomes", |records| outcomes(records).len() == 2).await;
    let people: Vec<_> =
        decisions(&records).iter().map(|it| it["data"]["agent"]["on_behalf_of"].clone()).collect();
    assert_eq!(people, ["jo@corp.example", "reviewer-1"]);
    // Nor is anybody chosen out of several; the model is not asked.
    let request = Request::post(Api::Anthropic.path(false), &Api::Anthropic.request(false));
    let both =
        request.header("x-on-behalf-of", "jo@corp.example").header("x-on-behalf-of", "kim@corp.example");
    let seen = stack.send(Protocol::H1, both).end().await;
    assert_eq!(seen.status, Some(403));
    assert!(seen.text().contains("not clear for whom the agent acts"), "{}", seen.text());
    stack.finish().await;
}
