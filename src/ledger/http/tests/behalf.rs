//! The person for whom an agent acts: they answer nothing of what is done for them, whoever else's question it resembles.

use super::*;

impl Running {
    /// Records a call on behalf of one person and asks on behalf of another, or the same.
    async fn ask_for(&mut self, recorded: Option<&str>, asked: Option<&str>) -> Answer {
        let now = self.bench.now();
        let model: Value =
            serde_json::from_slice(&Chain::new(9).decision(now, "escalate", "hold").bytes).unwrap();
        let mut body = model["data"].clone();
        for chained in ["seq", "prev"] {
            body.as_object_mut().unwrap().remove(chained);
        }
        if let Some(person) = recorded {
            body["agent"]["on_behalf_of"] = json!(person);
        }
        let decision = self.chain.line(now, "io.toolgate.decision.v1", body);
        assert_eq!(self.record(&[&decision.bytes]).await.status, 200);
        let mut question = self.chain.question(&decision, vec![group("soc", &["group:soc"], 1)]);
        question.on_behalf_of = asked.map(str::to_owned);
        self.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await
    }

    async fn question_for(&mut self, person: &str) -> EscalationState {
        self.ask_for(Some(person), Some(person)).await.json()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_an_agent_acts_for_answers_none_of_its_calls() {
    let mut running = Running::start_with("[grants]\nmost_uses = 5\nmost_seconds = 600", &[]).await;
    // The question is for whom the record says.
    for (recorded, asked) in [(None, Some("soc-1")), (Some("soc-1"), None), (Some("soc-1"), Some("soc-2"))] {
        let refused = running.ask_for(recorded, asked).await;
        assert_eq!(refused.problem().1, "not_recorded", "{recorded:?} {asked:?}");
    }
    assert_eq!(running.ask_for(Some(""), Some("")).await.problem(), (400, "malformed".to_owned()));
    let (one, two) = (running.question_for("SOC-1").await, running.question_for("soc-2").await);
    assert_ne!(one.id, two.id, "the same call for another person is another question");
    assert_eq!(running.question_for("SOC-1").await.id, one.id);
    for verdict in ["allow", "deny"] {
        let own = running.vote(SOC_1, &one.id, verdict).await;
        assert_eq!(own.problem(), (403, "not_eligible".to_owned()), "{verdict}");
    }
    let shown = running.person(SOC_2, "GET", &format!("/v1/escalations/{}", one.id), &Value::Null).await;
    assert_eq!(shown.json::<Value>()["on_behalf_of"], "SOC-1");

    // What soc-2 grants for calls on behalf of soc-1 covers none on behalf of soc-2.
    let like = json!({ "arguments": { "/command": "rm -r *" }, "effects": ["*"] });
    let grant = json!({ "uses": 5, "seconds": 600, "like": like });
    let vote = json!({ "verdict": "allow", "digest": DIGEST, "grant": grant });
    let voted = running.person(SOC_2, "POST", &format!("/v1/escalations/{}/votes", one.id), &vote).await;
    assert_eq!(voted.status, 200, "{}", voted.text());
    assert_eq!(running.vote(SOC_1, &two.id, "deny").await.status, 200);
    running.bench.pass(599);
    assert_eq!(running.question_for("soc-2").await.state, EscalationPhase::Denied);
    let other = running.question_for("kim").await;
    assert_eq!(other.state, EscalationPhase::Pending);
    running.server.stop().await;
    running.bench.verifies();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_covers_calls_for_the_same_person_alone() {
    let mut running = Running::start_with("[grants]\nmost_uses = 5\nmost_seconds = 3600", &[]).await;
    let jo = running.question_for("jo").await;
    let like = json!({ "arguments": { "/command": "rm -r *" }, "effects": ["*"] });
    let grant = json!({ "uses": 5, "seconds": 3_600, "like": like });
    let vote = json!({ "verdict": "allow", "digest": DIGEST, "grant": grant });
    let voted = running.person(SOC_1, "POST", &format!("/v1/escalations/{}/votes", jo.id), &vote).await;
    assert_eq!(voted.status, 200, "{}", voted.text());
    assert_eq!(running.question_for("soc-1").await.state, EscalationPhase::Pending, "who gave it");
    assert_eq!(running.ask_for(None, None).await.json::<EscalationState>().state, EscalationPhase::Pending);
    // The approval itself runs out, and the grant goes on.
    running.bench.pass(600);
    let covered = running.question_for("jo").await;
    assert_eq!(covered.state, EscalationPhase::Approved);
    assert_ne!(covered.id, jo.id);
    running.server.stop().await;
}
