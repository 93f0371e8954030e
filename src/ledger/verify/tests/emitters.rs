//! What emitters say of decisions, in what order, and of whose.

use super::input;
use crate::store::escalations;
use crate::testing::{Bench, Chain, group, send};
use crate::verify::{Severity, verify};
use std::fmt::Write as _;

/// What `verify` finds, a line each, without notes.
fn found(bench: &Bench) -> (usize, String) {
    let report = verify(&input(bench));
    let bad = report.findings.iter().filter(|finding| finding.severity == Severity::Tampering).count();
    let mut text = String::new();
    for finding in report.findings.iter().filter(|finding| finding.severity != Severity::Note) {
        let _ = writeln!(text, "{finding}");
    }
    (bad, text)
}

// The emitter sends its records and its questions side by side: a client that leaves at once is told of before people are.
#[tokio::test]
async fn a_question_may_come_behind_the_end_of_its_call() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let now = bench.now();
    let start = chain.start(now);
    let held = chain.decision(now, "escalate", "hold");
    let end = chain.outcome(now, &held.event.id, "abandoned", None);
    send(&ledger, &[start, held.clone(), end]).await;
    let question = chain.question(&held, vec![group("soc", &["group:soc"], 1)]);
    ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await.unwrap().0.unwrap();
    send(&ledger, &[chain.stop(now)]).await;
    ledger.stop().await;
    let (bad, text) = found(&bench);
    assert_eq!(bad, 0, "{text}");
}

#[tokio::test]
async fn what_one_emitter_says_of_anothers_decision_is_no_word_about_it() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let (mut one, mut other) = (Chain::new(1), Chain::new(2));
    let now = bench.now();
    let start = one.start(now);
    let denied = one.decision(now, "deny", "deny");
    send(&ledger, &[start, denied.clone()]).await;
    let start = other.start(now);
    let lie = other.outcome(now, &denied.event.id, "released", None);
    send(&ledger, &[start, lie]).await;
    send(&ledger, &[one.outcome(now, &denied.event.id, "refused", None), one.stop(now)]).await;
    send(&ledger, &[other.stop(now)]).await;
    ledger.stop().await;
    let (bad, text) = found(&bench);
    assert_eq!(bad, 0, "{text}");
    assert!(text.contains("whose decision is not in the log"), "{text}");
}

#[tokio::test]
async fn a_release_of_a_denied_call_is_found_whatever_another_emitter_said_first() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let (mut one, mut other) = (Chain::new(1), Chain::new(2));
    let now = bench.now();
    let start = one.start(now);
    let denied = one.decision(now, "deny", "deny");
    send(&ledger, &[start, denied.clone()]).await;
    let start = other.start(now);
    send(&ledger, &[start, other.outcome(now, &denied.event.id, "refused", None)]).await;
    send(&ledger, &[one.outcome(now, &denied.event.id, "released", None)]).await;
    ledger.stop().await;
    let (bad, text) = found(&bench);
    assert_eq!(bad, 1, "{text}");
    assert!(text.contains("a call was released that was refused"), "{text}");
}
