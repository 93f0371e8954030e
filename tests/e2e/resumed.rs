//! An agent that nobody watches goes on after an approval by asking again: `tests/sdk-python/resume.py`, as it is
//! documented.

use crate::common::{outcomes, transfer};
use std::process::Command;
use toolgate_e2e::model::Received;
use toolgate_e2e::process::Process;
use toolgate_e2e::{Answer, Api, Stack, StackOptions, Turn, tools};

/// Proposes the call until it has its result.
fn model(request: &Received) -> Answer {
    let said =
        request.json()["messages"].as_array().and_then(|said| said.last()).cloned().unwrap_or_default();
    let has_result = said["content"].as_array().is_some_and(|blocks| blocks[0]["type"] == "tool_result");
    let turn = if has_result { Turn::text("It is paid.") } else { transfer("treasury-eu-1") };
    Answer::sse(turn.sse(Api::Anthropic)).by_event()
}

/// A gateway that soon stops holding, and the agent, which asks for so many seconds.
async fn start(patience: u32) -> (Stack, Process) {
    let stack = Stack::with(StackOptions { hold_ms: 300, ..StackOptions::default() }).await;
    stack.model.respond_with(model);
    let agent = stack.agent();
    let mut command = Command::new(tools::python());
    command
        .arg(tools::root().join("tests/sdk-python/resume.py"))
        .arg(format!("https://localhost:{}", agent.gateway.port()))
        .args([&agent.authority, &agent.identity.0, &agent.identity.1])
        .args(["Pay the treasury.", &patience.to_string()])
        .env("NO_PROXY", "localhost")
        .env("no_proxy", "localhost");
    let process = Process::start("agent", stack.dir(), &mut command);
    (stack, process)
}

#[tokio::test]
async fn an_unwatched_agent_asks_again_and_runs_the_approved_call_once() {
    let (stack, mut agent) = start(120).await;
    let told = agent.line("waits ").await;
    let escalation = stack.ledger.pending().await;
    assert!(told.contains("Not executed:") && told.contains(escalation.id()), "{told}");
    // It asked again, and that was the same question.
    stack.model.asked(2).await;
    assert_eq!(stack.ledger.pending().await.id(), escalation.id());
    stack.ledger.approve(&escalation).await;
    let status = agent.wait().await;
    assert_eq!(status.code(), Some(0), "{}", agent.stdout());
    let said = agent.stdout();
    let ran: Vec<&str> = said.lines().filter(|line| line.starts_with("ran ")).collect();
    assert_eq!(ran, ["ran transfer_funds {'to_account': 'treasury-eu-1'}"], "{said}");
    assert!(said.ends_with("done It is paid.\n"), "{said}");
    let released = |records: &[serde_json::Value]| {
        outcomes(records).iter().filter(|outcome| outcome["data"]["outcome"] == "released").count()
    };
    let records = stack.ledger.records_until("the release", |records| released(records) > 0).await;
    assert_eq!(released(&records), 1, "an approval is spent once");
    stack.finish().await;
}

#[tokio::test]
async fn an_unwatched_agent_takes_no_for_an_answer() {
    let (stack, mut agent) = start(120).await;
    agent.line("waits ").await;
    let escalation = stack.ledger.pending().await;
    stack.ledger.deny(&escalation, "not on a Sunday").await;
    let status = agent.wait().await;
    assert_eq!(status.code(), Some(3), "{}", agent.stdout());
    let said = agent.stdout();
    // Whether it came while the call was held or between two attempts: it is told.
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("declined ") && last.contains("not on a Sunday"), "{said}");
    assert!(last.contains(escalation.id()), "{said}");
    assert!(!said.contains("\nran "), "{said}");
    let records = stack.ledger.records().await;
    assert!(outcomes(&records).iter().all(|outcome| outcome["data"]["outcome"] == "refused"), "{records:?}");
    stack.finish().await;
}

#[tokio::test]
async fn an_unwatched_agent_does_not_ask_for_ever() {
    let (stack, mut agent) = start(3).await;
    let status = agent.wait().await;
    assert_eq!(status.code(), Some(4), "{}", agent.stdout());
    let said = agent.stdout();
    assert!(
        said.lines().last().is_some_and(|line| line.starts_with("gave up ")) && !said.contains("\nran "),
        "{said}"
    );
    stack.ledger.pending().await;
    stack.finish().await;
}
