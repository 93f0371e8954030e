//! That nobody was asked had a person's no behind it.

use super::*;

type Wrong = (fn(&mut Writer<'_>, String, String) -> Result<(), StoreError>, &'static str);

fn not_asked(writer: &mut Writer<'_>, escalation: String, decision: String) -> Result<(), StoreError> {
    let body = own::NotAsked {
        decision,
        emitter: "e".to_owned(),
        agent: AGENT.to_owned(),
        why: "denied".to_owned(),
        escalation: Some(escalation),
        cap: None,
    };
    writer.append_own(body).map(drop)
}

fn deny(writer: &mut Writer<'_>, escalation: &str, seconds: u64) -> Result<(), StoreError> {
    let (escalation, reviewer) = (escalation.to_owned(), "soc-1".to_owned());
    writer.append_own(own::Voted {
        escalation: escalation.clone(),
        reviewer: reviewer.clone(),
        verdict: Verdict::Deny,
        assurance: None,
        counts_for: vec!["soc".to_owned()],
        digest: DIGEST.to_owned(),
        comment: None,
        grant: None,
    })?;
    let until = Some((writer.now + toolgate_engine::time::Span::from_secs(seconds)).to_string());
    writer.append_own(own::Denied { escalation, reviewer, comment: "no".to_owned(), until }).map(drop)
}

fn lift(writer: &mut Writer<'_>, escalation: String) -> Result<(), StoreError> {
    let (reviewer, comment) = ("soc-1".to_owned(), "x".to_owned());
    writer.append_own(own::Lifted { escalation, reviewer, comment }).map(drop)
}

#[tokio::test]
async fn a_refusal_without_a_no_that_holds_is_found() {
    let cases: [Wrong; 6] = [
        (not_asked, "which does not hold for the call"),
        (|writer, escalation, _| deny(writer, &escalation, 601), "holds for longer than the policy gives"),
        (
            |writer, escalation, _| {
                deny(writer, &escalation, 600)?;
                not_asked(writer, escalation, "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10".to_owned())
            },
            "which does not hold for the call",
        ),
        (
            |writer, escalation, decision| {
                deny(writer, &escalation, 600)?;
                lift(writer, escalation.clone())?;
                not_asked(writer, escalation, decision)
            },
            "which does not hold for the call",
        ),
        (|writer, escalation, _| lift(writer, escalation), "was lifted, and none held"),
        (
            |writer, escalation, decision| {
                deny(writer, &escalation, 600)?;
                not_asked(writer, escalation, decision)
            },
            "",
        ),
    ];
    for (write, expected) in cases {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        let held = chain.decision(bench.now(), "escalate", "hold");
        send(&ledger, std::slice::from_ref(&held)).await;
        let question = chain.question(&held, vec![group("soc", &["group:soc"], 1)]);
        let asked = ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
        let id = asked.unwrap().0.unwrap().id;
        let again = chain.decision(bench.now(), "escalate", "hold");
        send(&ledger, std::slice::from_ref(&again)).await;
        ledger.write(0, move |writer| write(writer, id, again.event.id)).await.unwrap();
        ledger.stop().await;
        let report = verify(&input(&bench));
        assert_eq!(report.exit_code(), u8::from(!expected.is_empty()), "{expected}: {report}");
        assert!(report.to_string().contains(expected), "{expected}: {report}");
    }
}
