//! Where nothing is enforced, no request fails because of the gate, and the record says what would have been.

use crate::common::{decisions, deletion, transfer, weather, withheld};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::{Answer, Api, Ending, PolicyOption, Stack, StackOptions};

async fn observing() -> Stack {
    Stack::with(StackOptions {
        policy: PolicyOption::Handed("observing"),
        release_limit: Some(32 << 10),
        change: |gateway| {
            gateway.plugin(|plugin| {
                plugin["observe"] = true.into();
                plugin["limits"]["body"] = (64 << 10).into();
            });
        },
        ..StackOptions::default()
    })
    .await
}

/// Everything that would be refused, in one way or another.
fn troubles(api: Api) -> Vec<Answer> {
    let call = deletion("x").json(api);
    let text = String::from_utf8(call.clone()).unwrap();
    vec![
        Answer::json(call.clone()),
        Answer::sse(deletion("x").sse(api)).by_event(),
        Answer::json(transfer("X").json(api)),
        Answer::sse(transfer("X").sse(api)).by_event(),
        Answer::json(text.replacen('{', "{\"id\":1,\"id\":2,", 1)),
        Answer::json("{\"half\": "),
        Answer::json(call.clone()).header("content-encoding", "gzip"),
        Answer::new(200, "text/html", "<p>hello"),
        Answer::new(307, "text/plain", "elsewhere").header("location", "https://elsewhere.example/"),
        Answer::json(deletion("x").json_of(api, 40_000)),
        Answer::json(weather("x").json_of(api, 300_000)).pieces(10_000),
        Answer::sse(String::from_utf8(deletion("x").sse(api)).unwrap().replace("data: {", "data: {{"))
            .pieces(50),
    ]
}

async fn nothing_fails(stack: &mut Stack, client: Protocol) -> usize {
    let mut count = 0;
    for api in Api::ALL {
        for (number, answer) in troubles(api).into_iter().enumerate() {
            let stream = answer.headers[0].1.starts_with("text/event-stream");
            let (status, body) = (answer.status, answer.body());
            stack.model.answer(answer);
            let seen = stack.ask(client, api, stream).end().await;
            assert_eq!(seen.ending, Some(Ending::Clean), "{client:?} {api:?} {number}");
            assert_eq!(seen.status, Some(status), "{client:?} {api:?} {number}");
            assert!(seen.body == body, "{client:?} {api:?} {number}: {}", seen.text());
            count += 1;
        }
    }
    count
}

#[tokio::test]
async fn what_cannot_be_read_passes_and_is_on_record() {
    let mut stack = observing().await;
    for model in [Protocol::H1, Protocol::H2] {
        stack.model_speaks(model).await;
        stack.ledger.look_from_here().await;
        for client in [Protocol::H1, Protocol::H2] {
            nothing_fails(&mut stack, client).await;
        }
        let records = stack.ledger.records_until("decisions", |records| {
            decisions(records).iter().any(|d| d["data"]["verdict"] == "deny") && !withheld(records).is_empty()
        });
        assert!(decisions(&records.await).iter().all(|d| d["data"]["enforced"] == "observe"));
    }
    stack.finish().await;
}

#[tokio::test]
async fn a_dead_ledger_stops_nobody() {
    let mut stack = observing().await;
    stack.ledger.stop();
    assert!(nothing_fails(&mut stack, Protocol::H1).await > 0);
    stack.finish().await;
}

#[tokio::test]
async fn a_bundle_alone_cannot_open_the_gate() {
    let policy = PolicyOption::Handed("observing");
    let mut stack = Stack::with(StackOptions { policy, ..StackOptions::default() }).await;
    let note = stack.secret("closed");
    for api in Api::ALL {
        stack.model.answer(Answer::json(deletion(&note).json(api)));
        assert_eq!(api.calls(&stack.ask(Protocol::H1, api, false).end().await.json()), []);
    }
    stack.finish().await;
}
