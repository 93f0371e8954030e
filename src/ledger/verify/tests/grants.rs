//! Grants from the vote to the verifier: over the running store, as an honest log and as a forged one.

use super::*;
use crate::event::Event;
use crate::grant::{Asked, Like};
use crate::service::Ledger;
use crate::store::events::Line;
use crate::store::grants;
use serde_json::Value;
use std::num::{NonZeroU32, NonZeroU64};
use toolgate_engine::protocol::{Assurance, EscalationPhase, EscalationState};

struct Story {
    bench: Bench,
    ledger: Ledger,
    chain: Chain,
}

impl Story {
    async fn new() -> Self {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        send(&ledger, &[chain.start(bench.now())]).await;
        Self { bench, ledger, chain }
    }

    async fn decide(&mut self) -> Line {
        let line = self.chain.decision(self.bench.now(), "escalate", "hold");
        send(&self.ledger, std::slice::from_ref(&line)).await;
        line
    }

    async fn ask(
        &mut self,
        change: impl Fn(&mut toolgate_engine::protocol::EscalationCreate),
    ) -> (Line, EscalationState) {
        let line = self.decide().await;
        let mut question = self.chain.question(&line, vec![group("soc", &["group:soc"], 2)]);
        change(&mut question);
        let asked = self.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
        (line, asked.unwrap().0.unwrap())
    }

    async fn approve(&self, id: &str, asked: &Asked) {
        for name in ["soc-1", "soc-2"] {
            let groups = Membership::Listed(["soc".to_owned()].into());
            let reviewer = Reviewer {
                name: name.to_owned(),
                groups,
                principals: Vec::new(),
                assurance: Assurance::Local,
            };
            let (id, asked) = (id.to_owned(), asked.clone());
            let voted = self.ledger.write(0, move |writer| {
                let vote = escalation::Input::Vote {
                    reviewer: &reviewer,
                    verdict: Verdict::Allow,
                    digest: DIGEST,
                    comment: None,
                    grant: Some(&asked),
                };
                escalations::step(writer, &id, vote)
            });
            voted.await.unwrap().0.unwrap().1.unwrap();
        }
    }

    /// Spends the approval and records that the call was let through.
    async fn release(&mut self, line: &Line, id: &str) {
        let spend = ConsumeRequest {
            decision: line.event.id.clone(),
            agent: AGENT.to_owned(),
            digest: DIGEST.to_owned(),
            rules_digest: "sha256:cc".to_owned(),
        };
        let escalation = id.to_owned();
        let spent = self.ledger.write(0, move |writer| {
            escalations::step(writer, &escalation, escalation::Input::Consume(&spend))
        });
        spent.await.unwrap().0.unwrap().1.unwrap();
        let end = self.chain.outcome(self.bench.now(), &line.event.id, "released", Some(id));
        send(&self.ledger, &[end]).await;
    }

    async fn granted(&self) -> grants::StoredGrant {
        self.ledger
            .read(|db| grants::list(db, false, toolgate_engine::time::Timestamp::from_micros(0)))
            .await
            .unwrap()
            .remove(0)
    }
}

fn asked(uses: u32, like: Option<Like>) -> Asked {
    Asked { uses: NonZeroU32::new(uses).unwrap(), seconds: NonZeroU64::new(3_600).unwrap(), like }
}

/// One call asked about and granted twice more, both spent; a fourth that nothing covers.
async fn log() -> Bench {
    let mut story = Story::new().await;
    let (line, first) = story.ask(|_| {}).await;
    story.approve(&first.id, &asked(2, None)).await;
    story.release(&line, &first.id).await;
    for _ in 0..2 {
        let (line, covered) = story.ask(|_| {}).await;
        assert_eq!(covered.state, EscalationPhase::Approved, "nobody is asked");
        story.release(&line, &covered.id).await;
    }
    let (_, asked) = story.ask(|_| {}).await;
    assert_eq!(asked.state, EscalationPhase::Pending, "the uses are spent");
    published(&story.ledger).await;
    story.ledger.stop().await;
    story.bench
}

#[tokio::test]
async fn a_grant_covers_as_often_as_was_agreed_and_the_log_shows_it() {
    let bench = log().await;
    let report = verify(&input(&bench));
    assert_eq!(report.findings, [], "{report}");
    assert_eq!(report.counts.approvals, 3);
}

#[tokio::test]
async fn a_forged_grant_is_found() {
    let bench = log().await;
    let real = bench.path().join("tiles");
    let size = verify(&input(&bench)).counts.entries;
    let all = entries(&real, size);
    let work = tempfile::tempdir().unwrap();
    // Who holds the key can write the ledger's own chain anew.
    let judge = |change: &dyn Fn(&str, &mut Value) -> bool| {
        let mut prev = String::new();
        let mut seq = 0;
        let mut changed = Vec::new();
        for entry in &all {
            let text = String::from_utf8(entry.clone()).unwrap();
            let (receipt, line) = text.split_once('\n').unwrap();
            let mut event: Value = serde_json::from_str(line).unwrap();
            if event["source"] != own::SOURCE {
                changed.push(entry.clone());
                continue;
            }
            let kind = event["type"].as_str().unwrap().to_owned();
            if !change(&kind, &mut event["data"]) {
                continue;
            }
            event["data"]["seq"] = seq.into();
            if seq > 0 {
                event["data"]["prev"] = prev.clone().into();
            }
            let line = serde_json::to_vec(&event).unwrap();
            prev = Event::read(&line).unwrap().hash.to_hex();
            seq += 1;
            changed.push([receipt.as_bytes(), b"\n", &line].concat());
        }
        let log = work.path().join("log");
        copy(&real, &log);
        resign(&log, &changed);
        verify(&Input { log, database: None, ..input(&bench) })
    };
    let claims = |report: &Report| texts(report, Severity::Tampering).join("\n");
    // The emitter was told roots of the real log; what matters is what is found beside that.
    let unchanged = judge(&|_, _| true);
    let roots_only = claims(&unchanged);
    let cases: [(&str, &str, &str, Value, &str); 8] = [
        ("more uses", "grant.created", "/asked/uses", 9.into(), "not everyone who approved asked for"),
        ("longer", "grant.created", "/until", "2027-01-01T00:00:00Z".into(), "for longer than was asked"),
        ("by another", "grant.created", "/by/0", "soc-9".into(), "by others than those"),
        ("of another agent", "grant.created", "/agent", "other".into(), "for another call"),
        ("of other rules", "grant.created", "/rules_digest", "sha256:dd".into(), "for another call"),
        ("a use not counted", "grant.used", "/left", 7.into(), "uses left"),
        (
            "a use of nothing",
            "grant.used",
            "/grant",
            "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10".into(),
            "was never given",
        ),
        (
            "a vote without it",
            "escalation.voted",
            "/grant/seconds",
            1.into(),
            "not everyone who approved asked for",
        ),
    ];
    for (name, kind, pointer, value, expected) in cases {
        let report = judge(&|at, data| {
            if at.contains(kind) {
                *data.pointer_mut(pointer).unwrap() = value.clone();
            }
            true
        });
        let found = claims(&report);
        assert!(!roots_only.contains(expected) && found.contains(expected), "{name}: {report}");
    }
    let unused = judge(&|at, _| !at.contains("grant.used"));
    assert!(claims(&unused).contains("of which no use was spent"), "{unused}");
}

#[tokio::test]
async fn a_grant_ends_by_time_or_by_hand_and_covers_nothing_else() {
    let mut story = Story::new().await;
    let like =
        Like { arguments: [("/command".to_owned(), "rm -r /srv/*".to_owned())].into(), effects: Vec::new() };
    let (line, first) = story.ask(|_| {}).await;
    story.approve(&first.id, &asked(9, Some(like))).await;
    story.release(&line, &first.id).await;
    let phase = |state: &EscalationState| state.state;
    // The digest in these questions is that of the recorded decision; what differs is what the grant looks at.
    let (_, other_tool) = story.ask(|question| question.tool = "Shell".to_owned()).await;
    assert_eq!(phase(&other_tool), EscalationPhase::Pending);
    let (_, other_rules) = story.ask(|question| question.rules_digest = "sha256:dd".to_owned()).await;
    assert_eq!(phase(&other_rules), EscalationPhase::Pending);
    let (_, other_effect) = story
        .ask(|question| {
            question.tool = "Bash".to_owned();
            question.effects.push("net.send evil.example".to_owned());
        })
        .await;
    assert_eq!(phase(&other_effect), EscalationPhase::Pending);
    let command = |question: &mut toolgate_engine::protocol::EscalationCreate| {
        question.arguments = r#"{"command":"rm -r /srv/y"}"#.to_owned();
    };
    let (_, waits) = story.ask(command).await;
    assert_eq!(
        (&waits.id, phase(&waits)),
        (&other_effect.id, EscalationPhase::Pending),
        "its effects are others"
    );
    let id = waits.id.clone();
    let cancel = move |writer: &mut Writer<'_>| escalations::step(writer, &id, escalation::Input::Cancel);
    story.ledger.write(0, cancel).await.unwrap().0.unwrap().1.unwrap();
    let (line, covered) = story.ask(command).await;
    assert_eq!(phase(&covered), EscalationPhase::Approved);
    story.release(&line, &covered.id).await;
    let grant = story.granted().await.grant.id;
    let id = grant.clone();
    let taken = story.ledger.write(0, move |writer| grants::revoke(writer, &id, "soc-2", "enough")).await;
    assert_eq!(taken.unwrap().0.unwrap().1, Ok(()));
    let id = grant.clone();
    let again = story.ledger.write(0, move |writer| grants::revoke(writer, &id, "soc-2", "enough")).await;
    assert!(again.unwrap().0.unwrap().1.is_err());
    story.bench.pass(31 * 24 * 3_600);
    story.ledger.tick().await.unwrap();
    assert_eq!(story.granted().await.grant.scope, None, "what it covered is erased as arguments are");
    published(&story.ledger).await;
    story.ledger.stop().await;
    let report = verify(&input(&story.bench));
    assert_eq!(texts(&report, Severity::Tampering), [""; 0], "{report}");
}
