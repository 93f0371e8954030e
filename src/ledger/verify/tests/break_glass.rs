//! What went through by break-glass did so by one that two people wanted, in its time; everything else is found.

use super::input;
use crate::break_glass::Input;
use crate::escalation::{Membership, Reviewer};
use crate::own;
use crate::service::Ledger;
use crate::store::break_glass::{self, Wanted};
use crate::testing::{AGENT, Bench, Chain, send};
use crate::verify::verify;
use serde_json::{Value, json};
use toolgate_engine::protocol::Assurance;
use toolgate_engine::time::Span;

fn person(name: &str) -> Reviewer {
    Reviewer {
        name: name.to_owned(),
        groups: Membership::Every,
        principals: Vec::new(),
        assurance: Assurance::Local,
    }
}

/// Asked for by one and confirmed by another.
async fn active(ledger: &Ledger) -> String {
    let wanted = Wanted {
        principal: AGENT.to_owned(),
        policy: Some("platform".to_owned()),
        length: Span::from_secs(1_800),
        reason: "the release is stuck".to_owned(),
    };
    let asked = ledger.write(0, move |writer| break_glass::ask(writer, wanted, &person("soc-1")));
    let (glass, _) = asked.await.unwrap().0.unwrap();
    let id = glass.id.clone();
    let confirmed = ledger
        .write(0, move |writer| break_glass::step(writer, &id, Input::Confirm(&person("soc-2")), ""))
        .await;
    confirmed.unwrap().0.unwrap().1.unwrap();
    glass.id
}

fn named(id: &str) -> Value {
    json!({ "id": id, "asked": "soc-1", "confirmed": "soc-2", "until": "2026-11-22T16:13:07.000000Z",
        "reason": "the release is stuck" })
}

/// What `verify` says of a call that names a break-glass, `end`ed or not before it, with this fate.
async fn said(change: impl Fn(&mut Value), end: bool, wait: u64, fate: &str) -> (u8, String) {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    send(&ledger, &[chain.start(bench.now())]).await;
    let id = active(&ledger).await;
    if end {
        let id = id.clone();
        let ended = ledger.write(0, move |writer| {
            break_glass::step(writer, &id, Input::End(&person("soc-1")), "it is out")
        });
        ended.await.unwrap().0.unwrap().1.unwrap();
    }
    bench.pass(wait);
    let mut glass = named(&id);
    change(&mut glass);
    let decision = chain.broken_through(bench.now(), &glass);
    let outcome = chain.outcome(bench.now(), &decision.event.id, fate, None);
    send(&ledger, &[decision, outcome]).await;
    ledger.stop().await;
    let report = verify(&input(&bench));
    (report.exit_code(), report.to_string())
}

#[tokio::test]
async fn what_went_through_in_its_time_is_in_order() {
    let (code, report) = said(|_| {}, false, 0, "released").await;
    assert_eq!(code, 0, "{report}");
    let (code, report) = said(|_| {}, false, 1_799, "released").await;
    assert_eq!(code, 0, "{report}");
    // The gateway was told that it is over.
    for (end, wait) in [(true, 0), (false, 1_800)] {
        let (code, report) = said(|_| {}, end, wait, "refused").await;
        assert_eq!(code, 0, "{report}");
    }
}

#[tokio::test]
async fn what_went_through_without_one_that_held_is_found() {
    let wrong = "by a break-glass that did not hold";
    for (end, wait) in [(true, 0), (false, 1_800)] {
        let (code, report) = said(|_| {}, end, wait, "released").await;
        assert!(code == 1 && report.contains(wrong), "{report}");
    }
    for (field, value) in
        [("id", "019ac1c7-0000-7000-8000-00000000000f"), ("asked", "soc-3"), ("confirmed", "soc-3")]
    {
        let (code, report) = said(|glass| glass[field] = json!(value), false, 0, "released").await;
        assert!(code == 1 && report.contains(wrong), "{field}: {report}");
    }
}

#[tokio::test]
async fn what_was_signed_without_the_ledger_is_a_gap_that_says_by_whom() {
    let (code, report) = said(|glass| glass["offline"] = json!(true), false, 0, "released").await;
    assert!(code == 2 && report.contains("`soc-1` and `soc-2` signed without the ledger"), "{report}");
}

#[tokio::test]
async fn steps_that_nobody_could_take_are_found() {
    let asked = |by: &str, seconds| own::BreakGlassAsked {
        break_glass: "g".to_owned(),
        agent: AGENT.to_owned(),
        policy_name: "platform".to_owned(),
        by: by.to_owned(),
        reason: "x".to_owned(),
        seconds,
        until: "2026-11-22T15:58:07.000000Z".to_owned(),
    };
    let confirmed = || own::BreakGlassConfirmed {
        break_glass: "g".to_owned(),
        agent: AGENT.to_owned(),
        by: "soc-2".to_owned(),
        until: "2026-11-22T15:44:07.000000Z".to_owned(),
        note: "not one".to_owned(),
    };
    let cases: [(&str, own::BreakGlassAsked, Option<own::BreakGlassConfirmed>); 5] = [
        ("for longer than there is", asked("soc-1", 4 * 3_600 + 1), None),
        ("another break-glass than was confirmed", asked("soc-1", 60), Some(confirmed())),
        ("one person alone", asked("SOC-2", 60), Some(confirmed())),
        ("for longer than was asked for", asked("soc-1", 59), Some(confirmed())),
        (
            "was never asked for",
            asked("soc-1", 60),
            Some(own::BreakGlassConfirmed { break_glass: "h".to_owned(), ..confirmed() }),
        ),
    ];
    for (wrong, asked, confirmed) in cases {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let written = ledger.write(0, move |writer| {
            writer.append_own(asked)?;
            confirmed.map(|confirmed| writer.append_own(confirmed)).transpose()
        });
        written.await.unwrap();
        ledger.stop().await;
        let report = verify(&input(&bench));
        assert!(report.exit_code() == 1 && report.to_string().contains(wrong), "{wrong}: {report}");
    }
}
