//! What a person reads of a call.

use super::{Call, calls};
use crate::escalation::{self, Membership, Reviewer};
use crate::service::Ledger;
use crate::store::escalations;
use crate::store::read::Query;
use crate::testing::{AGENT, Bench, Chain, DIGEST, group, send};
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{Assurance, ConsumeRequest};

async fn all(ledger: &Ledger) -> Vec<Call> {
    let query = Query { limit: 2_000, ..Query::default() };
    ledger.read(move |db| calls(db, query)).await.unwrap().calls
}

// An approval is for one call, however many wait for the same one.
#[tokio::test]
async fn who_approved_stands_at_the_call_it_was_spent_on_however_many_asked() {
    const CALLS: usize = 1_200;
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let now = bench.now();
    send(&ledger, &[chain.start(now)]).await;
    let mut held = Vec::new();
    for _ in 0..CALLS / 100 {
        let some: Vec<_> = (0..100).map(|_| chain.decision(now, "escalate", "hold")).collect();
        send(&ledger, &some).await;
        held.extend(some);
    }
    let mut asked = None;
    for decision in &held {
        let question = chain.question(decision, vec![group("soc", &["group:soc"], 1)]);
        let state = ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
        asked = Some(state.unwrap().0.unwrap());
    }
    let id = asked.unwrap().id;
    let reviewer = Reviewer {
        name: "soc-1".to_owned(),
        groups: Membership::Listed(["soc".to_owned()].into()),
        principals: Vec::new(),
        assurance: Assurance::Local,
    };
    let of = id.clone();
    let voted = ledger.write(0, move |writer| {
        let (reviewer, verdict) = (&reviewer, Verdict::Allow);
        let vote = escalation::Input::Vote { reviewer, verdict, digest: DIGEST, comment: None, grant: None };
        escalations::step(writer, &of, vote)
    });
    voted.await.unwrap().0.unwrap().1.unwrap();
    let last = held.last().unwrap().event.id.clone();
    let spend = ConsumeRequest {
        decision: last.clone(),
        agent: AGENT.to_owned(),
        digest: DIGEST.to_owned(),
        rules_digest: "sha256:cc".to_owned(),
    };
    let of = id.clone();
    let spent =
        ledger.write(0, move |writer| escalations::step(writer, &of, escalation::Input::Consume(&spend)));
    spent.await.unwrap().0.unwrap().1.unwrap();
    let ends: Vec<_> = held
        .iter()
        .map(|call| {
            let (fate, by) =
                if call.event.id == last { ("released", Some(id.as_str())) } else { ("refused", None) };
            chain.outcome(now, &call.event.id, fate, by)
        })
        .collect();
    for some in ends.chunks(100) {
        send(&ledger, some).await;
    }
    let found = all(&ledger).await;
    let approved: Vec<&Call> = found.iter().filter(|call| !call.approved_by.is_empty()).collect();
    assert_eq!(approved.len(), 1);
    assert_eq!((&approved[0].decision, &approved[0].approved_by), (&last, &vec!["soc-1".to_owned()]));
    assert_eq!(approved[0].fate.as_deref(), Some("released"));
    ledger.stop().await;
}

#[tokio::test]
async fn what_became_of_a_call_tells_whoever_decided_it() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let (mut one, mut other) = (Chain::new(1), Chain::new(2));
    let now = bench.now();
    let start = one.start(now);
    let denied = one.decision(now, "deny", "deny");
    send(&ledger, &[start, denied.clone(), one.outcome(now, &denied.event.id, "refused", None)]).await;
    let start = other.start(now);
    send(&ledger, &[start, other.outcome(now, &denied.event.id, "released", None)]).await;
    assert_eq!(all(&ledger).await[0].fate.as_deref(), Some("refused"));
    ledger.stop().await;
}
