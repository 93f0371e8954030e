//! Tools that the provider runs itself: judged on the request, before the model gets it.

use crate::common::{decisions, outcomes, weather};
use serde_json::{Value, json};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::sdk::{How, Sdk};
use toolgate_e2e::stack::PolicyOption;
use toolgate_e2e::{Answer, Api, Request, Stack, StackOptions, Turn};

fn asking(tools: &Value) -> Request {
    let mut body = Api::Anthropic.request(false);
    body["tools"] = tools.clone();
    Request::post(Api::Anthropic.path(false), &body)
}

#[tokio::test]
async fn what_the_policy_allows_is_asked_for_and_nothing_else() {
    for model in [Protocol::H1, Protocol::H2] {
        let options = StackOptions {
            model,
            change: |gateway| gateway.plugin(|plugin| plugin["provider_executed"] = json!(["*"])),
            ..StackOptions::default()
        };
        let mut stack = Stack::with(options).await;
        for client in [Protocol::H1, Protocol::H2] {
            let before = stack.model.requests().len();
            let code = json!([{"type": "code_execution_20260120", "name": "code_execution"}]);
            let seen = stack.send(client, asking(&code)).end().await;
            assert_eq!(seen.status, Some(403), "{}", seen.text());
            assert!(seen.text().contains("code_execution_20260120"), "{}", seen.text());
            assert_eq!(stack.model.requests().len(), before, "it left");

            let search = json!([{"type": "web_search_20250305", "name": "web_search"}]);
            let answer = Turn::text("Found.").json(Api::Anthropic);
            stack.model.answer(Answer::json(answer.clone()));
            let seen = stack.send(client, asking(&search)).end().await;
            assert_eq!(seen.body, answer);
            assert_eq!(stack.model.requests().last().unwrap().json()["tools"], search);
        }
        let records =
            stack.ledger.records_until("all outcomes", |records| outcomes(records).len() == 4).await;
        assert!(decisions(&records).iter().all(|decision| decision["data"]["tool"]["kind"] == "provider"));
        stack.ledger.end().await;
        let (content, said) = stack.ledger.verify();
        assert!(content, "{said}");
        stack.finish().await;
    }
}

#[tokio::test]
async fn which_provider_it_is_the_configuration_says_and_not_the_client() {
    let by_authority: fn(&mut Gateway) =
        |gateway| gateway.plugin(|plugin| plugin["provider"] = json!({"authority": {}}));
    for (change, of) in [(StackOptions::default().change, "the route"), (by_authority, "the authority")] {
        let policy = PolicyOption::Handed("placed");
        let mut stack = Stack::with(StackOptions { policy, change, ..StackOptions::default() }).await;
        for (api, authority) in [
            (Api::Anthropic, "localhost"),
            (Api::Anthropic, "api.anthropic.com"),
            (Api::OpenAi, "api.anthropic.com"),
            (Api::OpenAi, "api.openai.com"),
        ] {
            for client in [Protocol::H1, Protocol::H2] {
                let body = weather("Bern").json(api);
                stack.model.answer(Answer::json(body.clone()));
                let request = Request::post(api.path(false), &api.request(false)).asking(authority);
                let seen = stack.send(client, request).end().await;
                let allowed =
                    if of == "the route" { api == Api::Anthropic } else { authority == "api.anthropic.com" };
                assert_eq!(seen.body == body, allowed, "{of}, {api:?} {authority}: {}", seen.text());
            }
        }
        stack.finish().await;
    }
}

#[tokio::test]
async fn a_refused_tool_is_removed_and_the_official_sdk_gets_its_answer() {
    let change = |gateway: &mut Gateway| {
        gateway.plugin(|plugin| {
            plugin["provider_executed"] = json!(["*"]);
            plugin["provider_refused"] = json!("remove");
        });
    };
    let mut stack = Stack::with(StackOptions { change, ..StackOptions::default() }).await;
    let mut session = stack.agent().session(Sdk::Python);
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        stack.ledger.look_from_here().await;
        let mut removed = 0;
        for (api, refused, allowed) in [
            (
                Api::Anthropic,
                json!({"type": "code_execution_20260120", "name": "code_execution"}),
                json!({"type": "web_search_20250305", "name": "web_search"}),
            ),
            (
                Api::Responses,
                json!({"type": "code_interpreter", "container": {"type": "auto"}}),
                json!({"type": "web_search_preview"}),
            ),
        ] {
            for how in [How::Create, How::Stream] {
                let case = format!("{model:?} {api:?} {how:?}");
                stack.model.answer(Turn::text("Found.").answer(api, how.streams()));
                let report = session.offering(api, how, &json!([refused, allowed])).await;
                assert_eq!((report.error, report.text.as_str()), (None, "Found.\n"), "{case}");
                removed += 1;
                let asked = stack.model.requests().last().unwrap().json();
                let tools = asked["tools"].as_array().unwrap();
                assert!(tools.contains(&allowed) && !tools.contains(&refused), "{case}: {asked}");
                assert!(tools.iter().any(|tool| tool["name"] == "get_weather"), "{case}: {asked}");
            }
        }
        let records = stack
            .ledger
            .records_until("all outcomes", |records| outcomes(records).len() == 2 * removed)
            .await;
        let outcomes = outcomes(&records);
        let said = |outcome: &&Value| outcome["data"]["reason"]["text"].to_string().contains("removed");
        assert_eq!(outcomes.iter().filter(said).count(), removed, "{outcomes:?}");
    }
    stack.finish().await;
}

#[tokio::test]
async fn what_is_not_configured_is_refused_whatever_the_policy_says() {
    let mut stack = Stack::start().await;
    let search = json!([{"type": "web_search_20250305", "name": "web_search"}]);
    let seen = stack.send(Protocol::H1, asking(&search)).end().await;
    assert_eq!(seen.status, Some(403), "{}", seen.text());
    assert!(seen.text().contains("provider_executed"), "{}", seen.text());
    assert_eq!(stack.model.requests().len(), 0);
    stack.finish().await;
}
