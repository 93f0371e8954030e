//! What people order about a principal is told to everybody who is told anything.

use super::*;
use crate::break_glass::Input as Step;
use crate::notify::webhook::Ordered;
use crate::store::break_glass::{self, Wanted};
use crate::store::freezes;
use crate::testing::AGENT;

fn reviewer(name: &str) -> Reviewer {
    let groups = Membership::Listed(BTreeSet::from(["soc".to_owned()]));
    Reviewer { name: name.to_owned(), groups, principals: Vec::new(), assurance: Assurance::Local }
}

impl World {
    async fn ask_break_glass(&self) -> String {
        let asked = self.ledger.write(0, |writer| {
            let wanted = Wanted {
                principal: AGENT.to_owned(),
                policy: Some("platform".to_owned()),
                length: Span::from_secs(1_800),
                reason: "the release is stuck".to_owned(),
            };
            break_glass::ask(writer, wanted, &reviewer("soc-1"))
        });
        asked.await.unwrap().0.unwrap().0.id
    }

    async fn step(&self, id: &str, input: fn(&Reviewer) -> Step<'_>, who: &str) {
        let (id, who) = (id.to_owned(), reviewer(who));
        let stepped =
            self.ledger.write(0, move |writer| break_glass::step(writer, &id, input(&who), "it is out"));
        stepped.await.unwrap().0.unwrap().1.unwrap();
    }

    async fn freeze(&self) {
        let frozen =
            self.ledger.write(0, |writer| freezes::freeze(writer, AGENT, &reviewer("soc-1"), "it loops"));
        frozen.await.unwrap().0.unwrap();
    }
}

fn order(got: &mpsc::Receiver<Got>) -> (String, Ordered, Got) {
    let got = got.try_recv().unwrap();
    let message = serde_json::from_str::<Message<Ordered>>(&got.body).unwrap();
    (message.r#type, message.data, got)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_break_glass_is_told_when_it_waits_when_it_holds_and_when_it_is_ended() {
    let (url, got) = listener(&[200, 500, 200, 200]);
    let mut world = World::new(url).await;
    // Whoever is told anything is told this: any reviewer may confirm it.
    world.webhook.groups = Some(BTreeSet::from(["night".to_owned()]));
    let id = world.ask_break_glass().await;
    world.round().await;
    let (kind, asked, first) = order(&got);
    assert_eq!(kind, "break_glass.asked");
    assert_eq!((asked.agent.as_str(), asked.by.as_str()), (AGENT, "soc-1"));
    assert_eq!(asked.reason, "the release is stuck");
    assert_eq!(asked.url.as_deref(), Some("https://toolgate.corp.example/"), "a page, and no authority");
    let glass = asked.break_glass.unwrap();
    assert_eq!((&glass.id, glass.policy.as_str(), glass.seconds), (&id, "platform", 1_800));
    let confirm_until = (world.bench.now() + Span::from_secs(900)).to_string();
    assert_eq!(glass.until, Some(confirm_until));
    world.round().await;
    assert!(got.try_recv().is_err(), "once");

    // At once, although something of the same principal was told a moment ago; and again until it is taken.
    world.step(&id, |who| Step::Confirm(who), "soc-2").await;
    assert_eq!(world.round().await, Some(Duration::from_secs(5)));
    let (kind, _, failed) = order(&got);
    assert_eq!(kind, "break_glass.confirmed");
    world.bench.pass(6);
    world.round().await;
    let (_, begun, taken) = order(&got);
    assert_eq!(taken.id, failed.id);
    assert_ne!(taken.id, first.id);
    assert_eq!((begun.by.as_str(), begun.reason.as_str()), ("soc-2", "the release is stuck"));
    let glass = begun.break_glass.unwrap();
    assert_eq!(glass.asked_by, "soc-1");
    let ends = (world.bench.now() + Span::from_secs(1_800 - 6)).to_string();
    assert_eq!(glass.until, Some(ends));

    world.step(&id, |who| Step::End(who), "soc-1").await;
    world.round().await;
    let (kind, ended, _) = order(&got);
    assert_eq!(
        (kind.as_str(), ended.by.as_str(), ended.reason.as_str()),
        ("break_glass.ended", "soc-1", "it is out")
    );
    assert_eq!(ended.break_glass.unwrap().until, None);
    assert!(world.place().await > 0 && world.told.is_empty());
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_break_glass_that_waits_no_longer_or_ends_as_it_was_said_to() {
    let (url, got) = listener(&[200]);
    let mut world = World::new(url).await;
    let taken_back = world.ask_break_glass().await;
    world.step(&taken_back, |who| Step::Cancel(who), "soc-1").await;
    let refused = world.ask_break_glass().await;
    world.step(&refused, |who| Step::Refuse(who), "soc-2").await;
    // Nobody confirms this one in time.
    world.ask_break_glass().await;
    world.bench.pass(900);
    world.round().await;
    assert!(got.try_recv().is_err());
    let before = world.place().await;
    // And one that begins is told even if nobody was told that it waits.
    let id = world.ask_break_glass().await;
    world.step(&id, |who| Step::Confirm(who), "soc-2").await;
    world.round().await;
    assert_eq!(order(&got).0, "break_glass.confirmed");
    world.bench.pass(1_800);
    world.ledger.tick().await.unwrap();
    world.round().await;
    assert!(got.try_recv().is_err() && world.place().await > before);
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_and_its_end_are_told_each() {
    let (url, got) = listener(&[200, 200]);
    let mut world = World::new(url).await;
    world.freeze().await;
    let lifted = world.ledger.write(0, |writer| freezes::lift(writer, AGENT, &reviewer("soc-2"), "mended"));
    lifted.await.unwrap().0.unwrap();
    world.round().await;
    let (kind, frozen, _) = order(&got);
    assert_eq!(
        (kind.as_str(), frozen.by.as_str(), frozen.reason.as_str()),
        ("principal.frozen", "soc-1", "it loops")
    );
    assert!(frozen.break_glass.is_none());
    let (kind, lifted, _) = order(&got);
    assert_eq!((kind.as_str(), lifted.by.as_str()), ("principal.unfrozen", "soc-2"));
    world.round().await;
    assert!(got.try_recv().is_err());
    world.ledger.stop().await;
}
