//! People over HTTP: how they are known, what each may see, and that nobody else's page speaks for them.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};

const PROXY: &str = r#"
[proxy]
header = "x-signed-by-id"
issuer = "https://id.corp.example"
audience = "toolgate"
keys_file = "keys.json"
name_claim = "email"

[groups]
soc = ["reviewer"]
audit = ["auditor"]
"#;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

fn keys() -> String {
    let x = BASE64.encode(key().verifying_key().to_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "a", "x": x }] }).to_string()
}

fn signed(name: &str, groups: &[&str], expires: u64) -> String {
    let claims = json!({ "iss": "https://id.corp.example", "aud": "toolgate", "exp": expires, "email": name, "groups": groups });
    let text =
        format!("{}.{}", BASE64.encode(r#"{"alg":"EdDSA","kid":"a"}"#), BASE64.encode(claims.to_string()));
    format!("{text}.{}", BASE64.encode(key().sign(text.as_bytes()).to_bytes()))
}

impl Running {
    async fn as_signed(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        let headers = [("content-type", "application/json"), ("x-signed-by-id", token)];
        self.send(self.server.reviewer, "", method, path, &headers, &body).await
    }

    pub(super) async fn submit(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [kind, ("cookie", cookie), ("sec-fetch-site", "same-origin")];
        self.send(self.server.reviewer, "", "POST", path, &headers, form.finish().as_bytes()).await
    }

    pub(super) async fn page(&self, cookie: &str, path: &str) -> Answer {
        self.send(self.server.reviewer, "", "GET", path, &[("cookie", cookie)], b"").await
    }

    /// Signs in at the form with what proves it; the cookie.
    pub(super) async fn sign_in(&self, name: &str, proof: &str) -> String {
        let answer = self.submit("", "/sign-in", &[("name", name), ("password", proof)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.headers["set-cookie"].split(';').next().unwrap().to_owned()
    }
}

/// The value of a hidden field of a page.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_proxy_signed_in_votes_by_the_signed_token_alone() {
    let mut running = Running::start_with(PROXY, &[("keys.json", &keys())]).await;
    let now = running.bench.now().as_micros() / 1_000_000;
    let (_, id) = running.ask(1).await;
    let jo = signed("jo@corp.example", &["soc", "staff"], now + 60);
    // The keys are read right after the start.
    while running.as_signed(&jo, "GET", "/v1/escalations", &Value::Null).await.status == 401 {
        tokio::task::yield_now().await;
    }
    let denied = running.as_signed(&jo, "GET", "/v1/events", &Value::Null).await;
    assert_eq!(denied.problem(), (403, "role_missing".to_owned()), "the group gives no such role");
    let late = signed("jo@corp.example", &["soc"], now - 60);
    assert_eq!(running.as_signed(&late, "GET", "/v1/escalations", &Value::Null).await.status, 401);
    let nobody = signed("jo@corp.example", &["staff"], now + 60);
    assert_eq!(running.as_signed(&nobody, "GET", "/v1/escalations", &Value::Null).await.status, 403);
    for name in
        ["x-forwarded-user", "x_forwarded_user", "x-forwarded-email", "remote-user", "x-auth-request-user"]
    {
        let bare = [(name, "soc-1")];
        let answer = running.send(running.server.reviewer, "", "GET", "/v1/escalations", &bare, b"").await;
        assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()), "{name}");
    }
    let vote = json!({ "verdict": "allow", "digest": DIGEST });
    let voted = running.as_signed(&jo, "POST", &format!("/v1/escalations/{id}/votes"), &vote).await;
    assert_eq!(voted.json::<EscalationState>().state, EscalationPhase::Approved);
    let shown =
        running.as_signed(&jo, "GET", &format!("/v1/escalations/{id}"), &Value::Null).await.json::<Value>();
    assert_eq!(shown["approved_by"], json!(["jo@corp.example"]));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_asks_in_vain() {
    let mut running = Running::start().await;
    let (_, id) = running.ask(1).await;
    let vote = serde_json::to_vec(&json!({ "verdict": "allow", "digest": DIGEST })).unwrap();
    let path = format!("/v1/escalations/{id}/votes");
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let headers = [("content-type", "application/json"), header];
        let answer = running.send(running.server.reviewer, SOC_1, "POST", &path, &headers, &vote).await;
        assert_eq!(answer.problem(), (403, "other_origin".to_owned()), "{header:?}");
    }
    let cookie = running.sign_in("soc-1", SOC_1).await;
    let page = running.page(&cookie, &format!("/escalations/{id}")).await.text();
    let whole = [
        ("token", hidden(&page, "token")),
        ("digest", hidden(&page, "digest")),
        ("version", hidden(&page, "version")),
        ("opened", hidden(&page, "opened")),
        ("verdict", "allow".to_owned()),
        ("scope", "once".to_owned()),
    ];
    let form = format!("/escalations/{id}/vote");
    for (name, value, status) in [
        ("token", "x", 403),
        ("opened", "x", 400),
        ("scope", "", 400),
        ("version", "9", 412),
        ("digest", "x", 400),
    ] {
        let fields: Vec<(&str, &str)> = whole
            .iter()
            .map(|(field, kept)| (*field, if *field == name { value } else { kept.as_str() }))
            .collect();
        assert_eq!(running.submit(&cookie, &form, &fields).await.status, status, "{name}");
    }
    let other = running.sign_in("soc-2", SOC_2).await;
    let fields: Vec<(&str, &str)> = whole.iter().map(|(field, kept)| (*field, kept.as_str())).collect();
    assert_eq!(running.submit(&other, &form, &fields).await.status, 403, "a form is of one session");
    let twice: Vec<_> = fields.iter().copied().chain([("verdict", "deny")]).collect();
    assert_eq!(
        running.submit(&cookie, &form, &twice).await.status,
        400,
        "what stands there twice is nothing"
    );
    let done = running.submit(&cookie, &form, &fields).await;
    assert_eq!(
        (done.status, done.headers["location"].as_str()),
        (303, format!("/escalations/{id}").as_str())
    );
    let by_link = running.page(&cookie, &format!("{form}?verdict=deny")).await;
    assert_eq!(by_link.status, 405, "a link changes nothing");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_for_its_roles_and_every_sign_in_is_in_the_log() {
    let running = Running::start().await;
    let wrong = running.submit("", "/sign-in", &[("name", "soc-1"), ("password", SOC_2)]).await;
    assert_eq!(wrong.status, 401);
    let unknown = running.submit("", "/sign-in", &[("name", "<b>nobody"), ("password", SOC_2)]).await;
    assert!(unknown.status == 401 && !unknown.text().contains("<b>nobody"), "{}", unknown.text());
    let (soc, auditor) = (running.sign_in("soc-1", SOC_1).await, running.sign_in("auditor", AUDITOR).await);
    for (cookie, path, status) in [
        (&soc, "/", 200),
        (&soc, "/record", 403),
        (&soc, "/policy", 200),
        (&auditor, "/", 303),
        (&auditor, "/record", 200),
        (&auditor, "/record/0", 200),
        (&auditor, "/record/99", 404),
        (&auditor, "/escalations/x", 403),
        (&auditor, "/stream", 403),
        (&auditor, "/agents", 200),
    ] {
        let answer = running.page(cookie, path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.headers["content-security-policy"].contains("default-src 'none'"), "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    // A session is for pages; programs have tokens.
    assert_eq!(running.page(&soc, "/v1/escalations").await.status, 401);
    let kind = async |kind: &str| {
        let path = format!("/v1/events?type=io.toolgate.access.{kind}.v1");
        let page: Value = running.person(AUDITOR, "GET", &path, &Value::Null).await.json();
        page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["event"]["data"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(kind("signed_in").await.len(), 2);
    let failed = kind("sign_in_failed").await;
    assert_eq!(
        (failed.len(), failed[0]["name"].as_str()),
        (1, Some("soc-1")),
        "a name nobody has is not repeated"
    );
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_sees_the_agents_that_act_for_them() {
    let more = format!(
        "[[users]]\nname = \"dev-1\"\ntoken_file = \"dev-1.token\"\nroles = [\"developer\"]\nprincipals = [\"{AGENT}\"]\n\
         [[users]]\nname = \"dev-2\"\ntoken_file = \"dev-2.token\"\nroles = [\"developer\"]\n"
    );
    let tokens = ["developer-1-token-0123456789", "developer-2-token-0123456789"];
    // The tables of people go behind the plain keys; TOML takes them in any order.
    let mut running =
        Running::start_with(&more, &[("dev-1.token", tokens[0]), ("dev-2.token", tokens[1])]).await;
    let denied = running.chain.decision(running.bench.now(), "deny", "deny");
    assert_eq!(running.record(&[&denied.bytes]).await.status, 200);
    let one = running.page(&running.sign_in("dev-1", tokens[0]).await, "/agents").await.text();
    let two = running.page(&running.sign_in("dev-2", tokens[1]).await, "/agents").await.text();
    assert!(one.contains(AGENT) && !two.contains(AGENT), "{two}");
    assert!(!one.contains("/emitters/"), "gateways are not theirs to watch");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_authentication_only_this_machines_names_answer() {
    let bench = Bench::new();
    let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let mut config = File::default();
    (config.listen.emitter, config.listen.reviewer) = (local, local);
    let server = Server::start(bench.path(), &config, true, bench.options(), &|_| None).await.unwrap();
    let client: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let ask = |host: &'static str| {
        let (client, url) = (client.clone(), format!("http://{}/policy", server.reviewer));
        tokio::task::spawn_blocking(move || {
            client.get(url).header("host", host).call().unwrap().status().as_u16()
        })
    };
    assert_eq!(ask("localhost").await.unwrap(), 200);
    assert_eq!(ask("toolgate.evil.example").await.unwrap(), 403, "a name that was made to mean this machine");
    server.stop().await;
}

#[test]
fn what_cannot_be_trusted_is_not_configured() {
    let refused = |from: &str, to: &str| {
        let dir = tempfile::tempdir().unwrap();
        for (name, token) in [
            ("gateway", GATEWAY),
            ("soc-1", SOC_1),
            ("soc-2", SOC_2),
            ("auditor", AUDITOR),
            ("author", AUTHOR),
        ] {
            fs::write(dir.path().join(format!("{name}.token")), token).unwrap();
        }
        fs::write(dir.path().join("plain.argon2"), "correct horse battery").unwrap();
        let file = dir.path().join("ledger.toml");
        let text = format!("{PROXY}{CONFIG}");
        assert!(text.contains(from), "{from}");
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        File::read(&file).unwrap().access(false, &|_| None).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(refused("soc", "soc"), Ok(()));
    for (from, to, expected) in [
        ("x-signed-by-id", "x-forwarded-user", "a bare name"),
        ("x-signed-by-id", "X-Auth-Request-Email", "a bare name"),
        ("x-signed-by-id", "two words", "names no header"),
        ("https://id.corp.example", "", "not empty"),
        ("keys_file = \"keys.json\"", "keys_url = \"http://id.corp.example/keys\"", "neither `https`"),
        ("keys_file = \"keys.json\"", "keys_url = \"http://127.0.0.1.evil.example/\"", "neither `https`"),
        ("keys_file = \"keys.json\"", "", "either `keys_file` or `keys_url`"),
        ("token_file = \"soc-1.token\"", "password_file = \"plain.argon2\"", "no hash of a password"),
        ("name = \"soc-2\"", "name = \"SOC-1\"", "stands twice"),
    ] {
        let told = refused(from, to).unwrap_err();
        assert!(told.contains(expected), "{to}: {told}");
    }
    let groups = PROXY.split_once("[groups]").unwrap().1;
    let without = refused(PROXY.strip_suffix(groups).unwrap(), "[groups]").unwrap_err();
    assert!(without.contains("nobody says who is one"), "{without}");
}
