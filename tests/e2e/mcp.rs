//! Calls of tools at an MCP server: judged on their way there, refused in its place.

use crate::common::{DENYING_RULE, decisions, outcomes};
use serde_json::{Value, json};
use toolgate_e2e::client::Protocol;
use toolgate_e2e::mcp::{self, PATH, SERVER};
use toolgate_e2e::{Ending, Request, Stack, StackOptions};

/// Both ways in which the SDK talks: with a handshake, and as the revision of 2026-07-28 wants it.
const MODES: [&str; 2] = ["legacy", "2026-07-28"];

async fn stack() -> Stack {
    let stack = Stack::with(StackOptions { change: mcp::serve, ..StackOptions::default() }).await;
    stack.model.respond_with(mcp::server);
    stack
}

/// The server speaks this from now on, and nobody has called it yet.
async fn begin(stack: &mut Stack, server: Protocol) {
    stack.begin(&format!("a server that speaks {server:?}")).await;
    stack.model.respond_with(mcp::server);
    stack.model_speaks(server).await;
}

/// The tools whose calls reached the server.
fn ran(stack: &Stack) -> Vec<String> {
    let requests = stack.model.requests().into_iter().filter(|request| request.method == "POST");
    let calls = requests.map(|request| request.json()).filter(|message| message["method"] == "tools/call");
    calls.map(|message| message["params"]["name"].as_str().unwrap().to_owned()).collect()
}

fn message(tool: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

#[tokio::test]
async fn the_official_sdk_reads_the_refusal_and_the_server_gets_the_rest() {
    let mut stack = stack().await;
    for server in [Protocol::H1, Protocol::H2] {
        begin(&mut stack, server).await;
        let note = stack.secret("mcp");
        for mode in MODES {
            let calls = [
                ("get_weather", json!({"city": "Zürich"})),
                ("delete_file", json!({"path": "/srv/old.csv", "note": note})),
                ("get_weather", json!({"city": "Bern"})),
            ];
            let report = mcp::call(&stack.agent(), mode, &calls).await;
            assert_eq!(report.failed, None, "{mode}");
            assert_eq!(report.tools, ["get_weather", "delete_file", "transfer_funds"], "{mode}");
            let [first, second, third] = report.results.as_slice() else { panic!("{mode}: {report:?}") };
            assert_eq!((first.error, first.text.as_str()), (false, "ran get_weather"), "{mode}");
            assert!(second.error && second.text.contains(DENYING_RULE), "{mode}: {second:?}");
            assert_eq!(third, first, "{mode}");
        }
        assert_eq!(ran(&stack), ["get_weather"; 4]);
        let records =
            stack.ledger.records_until("six outcomes", |records| outcomes(records).len() == 6).await;
        let named = |record: &Value| record["data"]["tool"]["namespace"] == SERVER;
        assert!(decisions(&records).iter().all(named), "{records:?}");
    }
    stack.finish().await;
}

#[tokio::test]
async fn an_escalated_call_reaches_the_server_once_it_is_approved() {
    let mut stack = stack().await;
    for mode in MODES {
        let agent = stack.agent();
        let calls = [("transfer_funds", json!({"to_account": mode}))];
        let before = ran(&stack).len();
        let approval = async {
            let escalation = stack.ledger.pending().await;
            assert_eq!(ran(&stack).len(), before, "it left before anybody looked");
            stack.ledger.approve(&escalation).await;
        };
        let (report, ()) = tokio::join!(mcp::call(&agent, mode, &calls), approval);
        assert_eq!(report.failed, None, "{mode}");
        assert_eq!(report.results[0].text, "ran transfer_funds", "{mode}");
        assert_eq!(ran(&stack).len(), before + 1);
    }
    let records = stack.ledger.records_until("two outcomes", |records| outcomes(records).len() == 2).await;
    assert!(outcomes(&records).iter().all(|outcome| outcome["data"]["escalation"].is_string()));
    stack.ledger.end().await;
    let (content, said) = stack.ledger.verify();
    assert!(content, "{said}");
    stack.finish().await;
}

#[tokio::test]
async fn the_approved_retry_is_sent() {
    let options = StackOptions { hold_ms: 300, change: mcp::serve, ..StackOptions::default() };
    let stack = Stack::with(options).await;
    stack.model.respond_with(mcp::server);
    let calls = [("transfer_funds", json!({"to_account": "retry"}))];
    let report = mcp::call(&stack.agent(), "legacy", &calls).await;
    assert!(report.results[0].error, "{report:?}");
    assert_eq!(ran(&stack), [""; 0]);
    let escalation = stack.ledger.pending().await;
    assert!(report.results[0].text.contains(escalation.id()), "{report:?}");
    stack.ledger.approve(&escalation).await;
    let report = mcp::call(&stack.agent(), "legacy", &calls).await;
    assert_eq!(report.results[0].text, "ran transfer_funds");
    stack.finish().await;
}

#[tokio::test]
async fn whatever_comes_in_whichever_pieces_reaches_the_server_only_by_its_permit() {
    let mut stack = stack().await;
    for server in [Protocol::H1, Protocol::H2] {
        begin(&mut stack, server).await;
        for client in [Protocol::H1, Protocol::H2] {
            let seen = stack
                .send(client, Request::post(PATH, &message("delete_file", json!({"path": "/x"}))))
                .end()
                .await;
            assert_eq!((seen.status, &seen.ending), (Some(200), &Some(Ending::Clean)), "{}", seen.text());
            assert_eq!(seen.json()["result"]["isError"], true);

            let batch = json!([message("delete_file", json!({"path": "/x"}))]);
            let seen = stack.send(client, Request::post(PATH, &batch)).end().await;
            assert_eq!(seen.status, Some(400), "{}", seen.text());
            assert!(seen.json()["error"]["message"].as_str().unwrap().contains("batch"));

            let large = message("get_weather", json!({"city": "x".repeat(300_000)}));
            let seen = stack.send(client, Request::post(PATH, &large)).end().await;
            assert_eq!(seen.status, Some(200), "{}", seen.text());
            assert!(seen.text().contains("ran get_weather"));
            let last = stack.model.requests().pop().unwrap();
            assert_eq!(last.json(), large);
        }
        assert_eq!(ran(&stack), ["get_weather"; 2]);
    }
    stack.finish().await;
}

#[tokio::test]
async fn without_the_ledger_no_call_reaches_the_server() {
    let mut stack = stack().await;
    stack.ledger.stop();
    let seen = stack
        .send(Protocol::H1, Request::post(PATH, &message("get_weather", json!({"city": "Bern"}))))
        .end()
        .await;
    assert_eq!(seen.status, Some(200));
    assert!(seen.text().contains("could not be recorded"), "{}", seen.text());
    assert_eq!(ran(&stack), [""; 0]);
    stack.finish().await;
}
