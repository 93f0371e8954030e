//! Signing in at a browser: codes that work once, and where somebody goes after it.

use super::*;

impl Running {
    async fn code(&self, token: &str) -> String {
        let answer = self.person(token, "POST", "/v1/sign-ins", &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let path = answer.json::<Value>()["path"].as_str().unwrap().to_owned();
        path.strip_prefix("/sign-in?code=").unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_signs_its_owner_in_once() {
    let running = Running::start().await;
    let code = running.code(SOC_1).await;
    for _ in 0..2 {
        let page = running.page("", &format!("/sign-in?code={code}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Sign in as soc-1"), "to look spends nothing");
        assert!(!page.headers.contains_key("set-cookie"));
    }
    let elsewhere = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let body = format!("code={code}");
    let answer =
        running.send(running.server.reviewer, "", "POST", "/sign-in", &elsewhere, body.as_bytes()).await;
    assert_eq!(answer.problem(), (403, "other_origin".to_owned()));

    let answer = running.submit("", "/sign-in", &[("code", &code)]).await;
    assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/"));
    let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
    assert!(running.page(&cookie, "/").await.text().contains("soc-1"));
    let again = running.submit("", "/sign-in", &[("code", &code)]).await;
    assert_eq!(again.status, 410);
    assert!(!again.headers.contains_key("set-cookie"));
    assert_eq!(running.page("", &format!("/sign-in?code={code}")).await.status, 410);

    let events = running.person(AUDITOR, "GET", "/v1/events", &Value::Null).await.text();
    assert!(events.contains(r#""how":"code""#), "{events}");
    assert!(!events.contains(&code), "the record holds no code");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_short_lived_and_needs_a_person() {
    let running = Running::start().await;
    for token in ["", GATEWAY, "guessed-0123456789"] {
        let answer = running.person(token, "POST", "/v1/sign-ins", &json!({})).await;
        assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()));
    }
    let code = running.code(SOC_1).await;
    running.bench.pass(601);
    assert_eq!(running.submit("", "/sign-in", &[("code", &code)]).await.status, 410);
    for code in ["x", "%00", "\u{202e}"] {
        assert_eq!(running.submit("", "/sign-in", &[("code", code)]).await.status, 410);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_comes_back_to_the_page_they_asked_for_and_to_nothing_else() {
    let mut running = Running::start().await;
    let (_, id) = running.ask(1).await;
    let wanted = format!("/escalations/{id}");
    let away = running.page("", &wanted).await;
    let sign_in = format!("/sign-in?to={wanted}");
    assert_eq!((away.status, away.headers["location"].as_str()), (303, sign_in.as_str()));
    assert!(running.page("", &sign_in).await.text().contains(&format!(r#"name="to" value="{wanted}""#)));
    let asked = [("name", "soc-1"), ("password", SOC_1), ("to", "/policy")];
    let answer = running.submit("", "/sign-in", &asked).await;
    assert_eq!(answer.headers["location"], "/policy");
    for to in [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/sign-out",
        "/escalations/../x",
        "javascript:alert(1)",
    ] {
        let answer =
            running.submit("", "/sign-in", &[("name", "soc-1"), ("password", SOC_1), ("to", to)]).await;
        // One call waits, so that is where a reviewer goes.
        assert_eq!((answer.status, answer.headers["location"].as_str()), (303, wanted.as_str()), "{to}");
        let encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        assert!(
            !running.page("", &format!("/sign-in?to={encoded}")).await.text().contains("name=\"to\""),
            "{to}"
        );
    }
    // Another call than the first: what is the same again joins it.
    let decision = running.chain.decision(running.bench.now(), "escalate", "hold");
    assert_eq!(running.record(&[&decision.bytes]).await.status, 200);
    let mut question = running.chain.question(&decision, vec![group("soc", &["group:soc"], 1)]);
    question.tool = "Write".to_owned();
    let asked = running.gateway("POST", "/v1/escalations", &serde_json::to_value(question).unwrap()).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let two = running.submit("", "/sign-in", &[("name", "soc-1"), ("password", SOC_1)]).await;
    assert_eq!(two.headers["location"], "/", "of two, one has to choose");
}
