//! A call is refused while a person is asked. Once it is approved, the identical call goes through once, wherever it
//! arrives: at another worker, at another proxy, after a restart.

use crate::common::{decisions, transfer};
use serde_json::Value;
use std::collections::BTreeSet;
use toolgate_e2e::client::Protocol;
use toolgate_e2e::ledger::Escalation;
use toolgate_e2e::{Answer, Api, Stack, StackOptions, Turn};

const API: Api = Api::Anthropic;

/// A call is refused soon, so that the retry is what counts.
async fn impatient(workers: u64) -> Stack {
    Stack::with(StackOptions { hold_ms: 300, workers, ..StackOptions::default() }).await
}

/// How many calls the agent gets of this turn.
async fn calls(stack: &mut Stack, turn: &Turn) -> usize {
    stack.model.answer(Answer::json(turn.json(API)));
    API.calls(&stack.ask(Protocol::H1, API, false).end().await.json()).len()
}

/// Asks once, is refused, and somebody approves.
async fn approved(stack: &mut Stack, turn: &Turn) {
    assert_eq!(calls(stack, turn).await, 0);
    let escalation = stack.ledger.pending().await;
    stack.ledger.approve(&escalation).await;
}

/// It passes now, and never again by that approval: a question of its own waits.
async fn passes_once(stack: &mut Stack, turn: &Turn) -> Escalation {
    assert_eq!(calls(stack, turn).await, 1, "the approved call was refused");
    assert_eq!(calls(stack, turn).await, 0, "an approval was spent twice");
    stack.ledger.pending().await
}

fn emitter(decision: &Value) -> String {
    decision["source"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn at_another_worker() {
    let mut stack = impatient(4).await;
    let mut crossed = false;
    // Which worker takes a connection is the kernel's choice; that it is the same one of four 64 times is none.
    for round in 0..64 {
        let turn = transfer(&format!("round-{round}"));
        approved(&mut stack, &turn).await;
        assert_eq!(calls(&mut stack, &turn).await, 1);
        let decided = decisions(&stack.ledger.records().await);
        let [asked, retried] = &decided[decided.len() - 2..] else { panic!("{decided:?}") };
        crossed = emitter(asked) != emitter(retried);
        if crossed {
            break;
        }
    }
    assert!(crossed, "no retry reached another worker");
    stack.finish().await;
}

#[tokio::test]
async fn of_many_retries_over_all_workers_one_goes_through() {
    let mut stack = impatient(4).await;
    let turn = transfer("crowd");
    approved(&mut stack, &turn).await;
    let retries: Vec<_> = (0..24)
        .map(|_| {
            stack.model.answer(Answer::json(turn.json(API)));
            stack.ask(Protocol::H1, API, false)
        })
        .collect();
    let mut passed = 0;
    for retry in retries {
        passed += API.calls(&retry.end().await.json()).len();
    }
    assert_eq!(passed, 1);
    // All the others share the one new question.
    let again = stack.ledger.pending().await;
    stack.ledger.deny(&again, "once is enough").await;
    let emitters: BTreeSet<String> = decisions(&stack.ledger.records().await).iter().map(emitter).collect();
    assert!(emitters.len() > 1, "all of them reached one worker");
    stack.finish().await;
}

#[tokio::test]
async fn at_another_proxy() {
    let mut stack = impatient(1).await;
    let turn = transfer("replica");
    approved(&mut stack, &turn).await;
    let mut first = stack.another_proxy().await;
    let again = passes_once(&mut stack, &turn).await;

    // And where it came from, it does not pass a second time either.
    let second = std::mem::replace(&mut stack.envoy, first);
    assert_eq!(calls(&mut stack, &turn).await, 0);
    assert_eq!(stack.ledger.pending().await.id(), again.id());
    first = std::mem::replace(&mut stack.envoy, second);
    stack.ledger.deny(&again, "once is enough").await;
    // Nor does a no that was said at one proxy stop being one at the other.
    assert_eq!(calls(&mut stack, &turn).await, 0);
    stack.ledger.pending_count(0).await;
    assert_eq!(first.quit().await, Some(0), "{}", first.log());
    stack.finish().await;
}

#[tokio::test]
async fn after_the_proxy_was_started_again() {
    let mut stack = impatient(1).await;
    let turn = transfer("restart");
    approved(&mut stack, &turn).await;
    assert_eq!(stack.envoy.quit().await, Some(0), "{}", stack.envoy.log());
    drop(stack.another_proxy().await);
    let again = passes_once(&mut stack, &turn).await;
    stack.ledger.deny(&again, "once is enough").await;
    stack.finish().await;
}

#[tokio::test]
async fn after_the_proxy_was_killed_while_it_held_the_call() {
    let mut stack = Stack::start().await;
    let turn = transfer("killed");
    stack.model.answer(Answer::sse(turn.sse(API)).by_event());
    let held = stack.ask(Protocol::H1, API, true);
    let escalation = stack.ledger.pending().await;
    stack.envoy.process().kill();
    let seen = held.end().await;
    assert!(!seen.text().contains("transfer_funds"), "{}", seen.text());
    drop(stack.another_proxy().await);
    stack.ledger.approve(&escalation).await;
    assert_eq!(calls(&mut stack, &turn).await, 1, "the approved call was refused");
    stack.finish().await;
}

#[tokio::test]
async fn after_the_ledger_was_started_again() {
    let mut stack = impatient(1).await;
    let turn = transfer("ledger");
    approved(&mut stack, &turn).await;
    stack.ledger.stop();
    stack.ledger.run().await;
    let again = passes_once(&mut stack, &turn).await;
    stack.ledger.deny(&again, "once is enough").await;
    stack.finish().await;
}
