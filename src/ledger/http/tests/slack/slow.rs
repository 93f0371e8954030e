//! Slack waits three seconds and no longer. Where a commit takes more, the answer goes on without it, and what came of it
//! is told afterwards.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_takes_longer_than_slack_waits_is_told_afterwards() {
    let mut world = World::new(true).await;
    let (id, message) = world.ask(whole(), &["deletes `/srv/x`"], 1).await;
    // The one writer is busy until it is let go: whatever wants to be committed stands behind this.
    let (busy, begun) = mpsc::channel();
    let (release, held) = mpsc::channel::<()>();
    let ledger = world.running.server.ledger().clone();
    let blocked = tokio::spawn(async move {
        ledger
            .write(0, move |_| {
                busy.send(()).unwrap();
                held.recv().unwrap();
                Ok(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();

    // Slack is told that it was heard, and nothing is decided.
    world.press("U000000001", &message, "toolgate_approve").await;
    let answer = world.deny("U000000002", &message, "not at night").await;
    assert_eq!((answer.status, answer.text()), (200, String::new()), "the form closes");
    let waits: EscalationState =
        world.running.gateway("GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json();
    assert_eq!((waits.state, waits.version), (EscalationPhase::Pending, 1));
    assert!(world.slack.is_quiet());

    release.send(()).unwrap();
    blocked.await.unwrap().unwrap();
    // In the order in which they came: the yes counts, whoever said no is told alone that it was too late.
    let told: BTreeMap<String, Value> =
        [world.slack.calls.recv().unwrap(), world.slack.calls.recv().unwrap()].into();
    assert_eq!(told["chat.update"]["text"], "Approved by soc-1, not used yet");
    let whispered = &told["chat.postEphemeral"];
    assert_eq!(whispered["user"], "U000000002");
    assert_eq!(whispered["text"], "the escalation is approved, not pending");
    let state = world.state(&id).await;
    assert_eq!((state.state, state.version), (EscalationPhase::Approved, 3));
    assert!(world.slack.is_quiet());
    world.running.server.stop().await;
}
