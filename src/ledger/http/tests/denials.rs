//! A person's no holds for the identical call: from the next question of a gateway to the lift, over the listeners.

use super::people::hidden;
use super::*;
use toolgate_engine::protocol::EscalationCreate;

impl Running {
    /// Records the same call once more and asks, with this changed; gives the answer.
    async fn ask_again(&mut self, change: impl Fn(&mut EscalationCreate)) -> EscalationState {
        let decision = self.chain.decision(self.bench.now(), "escalate", "hold");
        assert_eq!(self.record(&[&decision.bytes]).await.status, 200);
        let mut question = self.chain.question(&decision, vec![group("soc", &["group:soc"], 1)]);
        change(&mut question);
        let question = serde_json::to_value(question).unwrap();
        let asked = self.gateway("POST", "/v1/escalations", &question).await;
        let repeated = self.gateway("POST", "/v1/escalations", &question).await;
        assert_eq!(asked.text(), repeated.text(), "a lost answer is given again");
        asked.json()
    }

    async fn entries(&self, kind: &str) -> Vec<Value> {
        let path = format!("/v1/events?type=io.toolgate.escalation.{kind}.v1");
        let page: Value = self.person(AUDITOR, "GET", &path, &Value::Null).await.json();
        let entries = page["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["event"]["data"].clone()).collect()
    }

    async fn lift(&self, token: &str, id: &str, comment: &str) -> Answer {
        let path = format!("/v1/escalations/{id}/lift");
        self.person(token, "POST", &path, &json!({ "comment": comment })).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_denied_is_refused_again_with_what_was_said_and_nobody_is_asked() {
    let mut running = Running::start().await;
    let (_, id) = running.ask(1).await;
    assert_eq!(running.lift(SOC_1, &id, "x").await.problem(), (409, "decided".to_owned()));
    assert_eq!(running.vote(SOC_1, &id, "deny").await.status, 200);
    running.bench.pass(599);
    let again = running.ask_again(|_| {}).await;
    assert_eq!((again.id.as_str(), again.state), (id.as_str(), EscalationPhase::Denied));
    assert_eq!((again.comment.as_deref(), again.expires_in), (Some("as agreed"), 1));
    assert_eq!(running.entries("created").await.len(), 1, "one question");
    let refused = running.entries("refused").await;
    assert_eq!(refused.len(), 1, "a repeated question is the same one");
    assert_eq!((&refused[0]["why"], &refused[0]["escalation"]), (&json!("denied"), &json!(id)));
    let calls: Value = running.person(AUDITOR, "GET", "/v1/calls", &Value::Null).await.json();
    assert_eq!(
        (&calls["calls"][1]["escalation"], &calls["calls"][1]["denied_by"]),
        (&json!(id), &json!("soc-1"))
    );
    // Whatever differs is another call.
    for change in [
        |ask: &mut EscalationCreate| ask.tool = "Write".to_owned(),
        |ask: &mut EscalationCreate| ask.rules_digest = "sha256:dd".to_owned(),
    ] {
        assert_eq!(running.ask_again(change).await.state, EscalationPhase::Pending);
    }
    // Time is over: people are asked anew.
    running.bench.pass(1);
    assert_eq!(running.lift(SOC_1, &id, "x").await.problem(), (409, "decided".to_owned()));
    let anew = running.ask_again(|_| {}).await;
    assert_eq!(anew.state, EscalationPhase::Pending);
    assert_ne!(anew.id, id);
    // That nobody answers is no no.
    running.bench.pass(900);
    let after = running.ask_again(|_| {}).await;
    assert_eq!(after.state, EscalationPhase::Pending);
    assert_ne!(after.id, anew.id);
    running.server.stop().await;
    running.bench.verifies();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_could_have_answered_lifts_it_by_program_or_form() {
    let owner = format!(
        "[[users]]\nname = \"owner\"\ntoken_file = \"owner.token\"\ngroups = [\"soc\"]\nprincipals = [\"{AGENT}\"]\n"
    );
    let mut running = Running::start_with(&owner, &[("owner.token", "owner-token-0123456789")]).await;
    let (_, id) = running.ask(1).await;
    assert_eq!(running.vote(SOC_1, &id, "deny").await.status, 200);
    let own = running.lift("owner-token-0123456789", &id, "mine").await;
    assert_eq!(own.problem(), (403, "not_eligible".to_owned()));
    assert_eq!(running.lift(AUDITOR, &id, "x").await.problem(), (403, "role_missing".to_owned()));
    assert_eq!(running.lift(SOC_2, &id, " ").await.problem(), (400, "malformed".to_owned()));
    assert_eq!(running.lift(SOC_2, &id, "a mistake").await.status, 200);
    assert_eq!(running.lift(SOC_2, &id, "a mistake").await.problem(), (409, "decided".to_owned()));
    assert_eq!(running.entries("lifted").await[0]["reviewer"], "soc-2");
    let anew = running.ask_again(|_| {}).await;
    assert_eq!(anew.state, EscalationPhase::Pending);

    assert_eq!(running.vote(SOC_1, &anew.id, "deny").await.status, 200);
    let (soc_1, page) = (running.sign_in("soc-1", SOC_1).await, format!("/escalations/{}", anew.id));
    let shown = running.page(&soc_1, &page).await.text();
    assert!(shown.contains("The no holds") && shown.contains("Lift the denial"), "{shown}");
    let (token, lift) = (hidden(&shown, "token"), format!("{page}/lift"));
    assert_eq!(running.submit(&soc_1, &lift, &[("comment", "forged")]).await.status, 403);
    let fields = [("token", token.as_str()), ("comment", "a mistake")];
    assert_eq!(running.submit(&soc_1, &lift, &fields).await.status, 303);
    let shown = running.page(&soc_1, &page).await.text();
    assert!(!shown.contains("The no holds"), "{shown}");
    assert_eq!(running.ask_again(|_| {}).await.state, EscalationPhase::Pending);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_for_calls_like_it_does_not_take_a_no_back() {
    let mut running = Running::start_with("[grants]\nmost_uses = 5\nmost_seconds = 600", &[]).await;
    let (_, id) = running.ask(1).await;
    assert_eq!(running.vote(SOC_1, &id, "deny").await.status, 200);
    // Somebody approves another call, and all like it; the one that was denied is like it.
    let other = running.other_call("sha256:ee", r#"{"command":"rm -r /srv/y"}"#).await;
    let vote = json!({
        "verdict": "allow", "digest": "sha256:ee",
        "grant": { "uses": 5, "seconds": 600, "like": { "arguments": { "/command": "rm -r *" }, "effects": ["*"] } },
    });
    let voted = running.person(SOC_1, "POST", &format!("/v1/escalations/{other}/votes"), &vote).await;
    assert_eq!(voted.status, 200, "{}", voted.text());
    let again = running.ask_again(|_| {}).await;
    assert_eq!((again.id, again.state), (id.clone(), EscalationPhase::Denied));
    // Once it is lifted, it is covered.
    assert_eq!(running.lift(SOC_2, &id, "it is meant as well").await.status, 200);
    assert_eq!(running.ask_again(|_| {}).await.state, EscalationPhase::Approved);
    running.server.stop().await;
}

impl Running {
    /// Asks about a call of another digest; gives the escalation's ID.
    async fn other_call(&mut self, digest: &str, arguments: &str) -> String {
        let now = self.bench.now();
        let model: Value =
            serde_json::from_slice(&Chain::new(9).decision(now, "escalate", "hold").bytes).unwrap();
        let mut body = model["data"].clone();
        for chained in ["seq", "prev"] {
            body.as_object_mut().unwrap().remove(chained);
        }
        body["action"]["digest"] = json!(digest);
        let decision = self.chain.line(now, "io.toolgate.decision.v1", body);
        assert_eq!(self.record(&[&decision.bytes]).await.status, 200);
        let mut question = self.chain.question(&decision, vec![group("soc", &["group:soc"], 1)]);
        (question.digest, question.arguments) = (digest.to_owned(), arguments.to_owned());
        let asked = self.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await;
        let state: EscalationState = asked.json();
        assert_eq!(state.state, EscalationPhase::Pending, "{}", asked.text());
        state.id
    }
}
