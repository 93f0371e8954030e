//! The channel is told of what people order, and nothing can be pressed there but what opens the console.

use super::*;

const TOLD: [&str; 2] = ["Principal: ", AGENT];

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_told_of_break_glass_and_freezes() {
    let world = World::new(true).await;
    let person = async |who, path: &str, body: Value| {
        let answer = world.running.person(who, "POST", path, &body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json::<Value>()
    };
    let reason = "<!channel> the *release*\u{202e} is stuck";
    let wanted = json!({ "principal": AGENT, "seconds": 1_800, "reason": "the release is stuck", "policy": "platform" });
    let asked = person(SOC_1, "/v1/break-glass", wanted).await;
    let id = asked["id"].as_str().unwrap();
    let said = |words: &str, all: &[&str]| {
        let message = world.slack.call("chat.postMessage");
        assert_eq!((message["text"].as_str(), &message["channel"]), (Some(words), &json!(CHANNEL)));
        assert_eq!(buttons(&message), ["toolgate_open"], "it is confirmed behind a sign-in alone");
        assert_eq!(button(&message, "toolgate_open")["url"], "https://toolgate.corp.example/");
        let text = message.to_string();
        for said in all.iter().chain(&TOLD) {
            assert!(text.contains(said), "no {said} in {text}");
        }
        assert!(!text.contains("<!channel>") && !text.contains('\u{202e}'), "{text}");
        assert!(message["blocks"].as_array().unwrap().iter().all(|block| {
            block["text"]["type"] == "plain_text" || block["type"] == "actions" || block["type"] == "context"
        }));
    };
    let until = asked["until"].as_str().unwrap();
    said(
        "Break-glass waits for a second person",
        &["By: soc-1", "For: 30 min", "Policy: platform", "Why: the release is stuck", until],
    );
    let held = person(SOC_2, &format!("/v1/break-glass/{id}/confirm"), json!({})).await;
    let ends = held["until"].as_str().unwrap();
    said(
        "Break-glass: the policy does not hold for a principal",
        &["By: soc-2", "Asked for by: soc-1", "It ends by itself at ", ends],
    );
    person(SOC_1, &format!("/v1/break-glass/{id}/end"), json!({ "reason": reason })).await;
    said("Break-glass was ended: the policy holds again", &["By: soc-1", "&lt;!channel&gt;", "[U+202E]"]);
    person(SOC_1, "/v1/freezes", json!({ "agent": AGENT, "reason": reason })).await;
    said("A principal is frozen: everything it does is refused", &["By: soc-1", "&lt;!channel&gt;"]);
    let lifted = json!({ "agent": AGENT, "reason": "mended" });
    person(SOC_2, "/v1/freezes/lift", lifted).await;
    said("A principal is frozen no longer", &["By: soc-2", "Why: mended"]);
    assert!(world.slack.is_quiet());
    world.running.server.stop().await;
}
