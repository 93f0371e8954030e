//! Signing in at an OpenID provider: one good way, and every way in which an answer proves nobody. The provider here is
//! scripted, so that it can lie; a real one is beside the browser in `tests/console`.

use super::*;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const SECRET: &str = "client-secret-0123456789";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// How the provider answers.
#[derive(Clone)]
struct Script {
    issuer: String,
    discovery: Value,
    keys: Vec<u8>,
    header: Value,
    claims: Value,
    /// Signs what stands before the second dot.
    sign: fn(&str) -> String,
    /// The token endpoint sends elsewhere in place of an answer.
    elsewhere: Option<String>,
    asked: usize,
}

type Shared = Arc<Mutex<Script>>;

/// What a provider does otherwise than it should.
type Lie = Box<dyn Fn(&mut Script)>;

fn by_key_1(text: &str) -> String {
    BASE64.encode(key(1).sign(text.as_bytes()).to_bytes())
}

fn by_key_2(text: &str) -> String {
    BASE64.encode(key(2).sign(text.as_bytes()).to_bytes())
}

fn by_secret(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
}

fn by_nobody(_: &str) -> String {
    String::new()
}

async fn discovery(State(script): State<Shared>) -> impl IntoResponse {
    axum::Json(script.lock().unwrap().discovery.clone())
}

async fn keys(State(script): State<Shared>) -> impl IntoResponse {
    let jwk = |seed: &u8| {
        let x = BASE64.encode(key(*seed).verifying_key().to_bytes());
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": seed.to_string(), "x": x })
    };
    axum::Json(json!({ "keys": script.lock().unwrap().keys.iter().map(jwk).collect::<Vec<_>>() }))
}

/// A code is the challenge it was given for, so that the verifier can be checked as RFC 7636 says.
async fn token(State(script): State<Shared>, headers: HeaderMap, body: Bytes) -> axum::response::Response {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let mut script = script.lock().unwrap();
    script.asked += 1;
    let basic = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(format!("toolgate:{SECRET}")));
    assert_eq!(headers[header::AUTHORIZATION], basic, "the secret goes where it belongs");
    assert_eq!(form["redirect_uri"], "http://127.0.0.1/sign-in/callback");
    if let Some(place) = &script.elsewhere {
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, place.clone())]).into_response();
    }
    if BASE64.encode(Sha256::digest(&form["code_verifier"])) != form["code"] {
        return (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let text =
        format!("{}.{}", BASE64.encode(script.header.to_string()), BASE64.encode(script.claims.to_string()));
    let id_token = format!("{text}.{}", (script.sign)(&text));
    axum::Json(json!({ "access_token": "unused", "token_type": "Bearer", "id_token": id_token }))
        .into_response()
}

/// A provider on this machine, ended with the test's runtime.
async fn provider() -> Shared {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let script = Arc::new(Mutex::new(Script {
        discovery: json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        }),
        issuer,
        keys: vec![1],
        header: json!({ "alg": "EdDSA", "kid": "1" }),
        claims: Value::Null,
        sign: by_key_1,
        elsewhere: None,
        asked: 0,
    }));
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .with_state(Arc::clone(&script));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    script
}

async fn ledger(script: &Shared) -> Running {
    let issuer = script.lock().unwrap().issuer.clone();
    let config = format!(
        "[console]\nurl = \"http://127.0.0.1\"\n[oidc]\nissuer = \"{issuer}\"\nclient_id = \"toolgate\"\n\
         client_secret_file = \"oidc.secret\"\nname_claim = \"email\"\n\
         [groups]\nsoc = [\"reviewer\"]\n"
    );
    Running::start_with(&config, &[("oidc.secret", SECRET)]).await
}

/// Somebody on the way: what the provider was told, and their browser's cookie.
struct Begun {
    asked: HashMap<String, String>,
    cookie: String,
}

impl Begun {
    fn callback(&self) -> String {
        format!("/sign-in/callback?code={}&state={}", self.asked["code_challenge"], self.asked["state"])
    }
}

impl Running {
    /// Goes to the provider, which will say that it is Jo.
    async fn begin(&self, script: &Shared, to: &str) -> Begun {
        let answer = self.page("", &format!("/sign-in/provider{to}")).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let (_, query) = answer.headers["location"].split_once('?').unwrap();
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let cookie = answer.headers["set-cookie"].clone();
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("HttpOnly; Secure; SameSite=Lax"),
            "{cookie}"
        );
        let mut script = script.lock().unwrap();
        let now = self.bench.now().as_micros() / 1_000_000;
        script.claims = json!({
            "iss": script.issuer, "aud": "toolgate", "sub": "1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
            "email": "jo@corp.example", "email_verified": true, "groups": ["soc", "staff"],
        });
        Begun { asked, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    async fn signed_in_events(&self) -> usize {
        let events = self.person(AUDITOR, "GET", "/v1/events", &Value::Null).await.text();
        events.matches(r#""how":"oidc""#).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_signs_people_in_once_each_time() {
    let script = provider().await;
    let running = ledger(&script).await;
    assert!(running.page("", "/sign-in").await.text().contains("Sign in with 127.0.0.1"));
    let begun = running.begin(&script, "?to=/policy").await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "toolgate"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http://127.0.0.1/sign-in/callback"),
        ("scope", "openid email profile"),
    ] {
        assert_eq!(begun.asked[name], value);
    }
    // Nobody else's browser, no other state, and no way to spoil it for whom it is.
    for (cookie, path) in [
        ("", begun.callback()),
        ("__Host-toolgate-provider=guessed", begun.callback()),
        (begun.cookie.as_str(), begun.callback().replace("state=", "state=x")),
    ] {
        assert_eq!(running.page(cookie, &path).await.status, 400);
    }
    assert_eq!(script.lock().unwrap().asked, 0);
    let answer = running.page(&begun.cookie, &begun.callback()).await;
    assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/policy"), "{}", answer.text());
    let again = running.page(&begun.cookie, &begun.callback()).await;
    assert_eq!(again.status, 400, "a state is for one time");
    assert_eq!(script.lock().unwrap().asked, 1);
    assert_eq!(running.signed_in_events().await, 1);

    let begun = running.begin(&script, "").await;
    let answer = running.page(&begun.cookie, &begun.callback()).await;
    assert_eq!(answer.headers["location"], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_proves_nobody_signs_nobody_in() {
    let script = provider().await;
    let running = ledger(&script).await;
    let good = script.lock().unwrap().clone();
    let now = running.bench.now().as_micros() / 1_000_000;
    let claim = |name: &'static str, value: Value| -> Lie {
        Box::new(move |script: &mut Script| script.claims[name] = value.clone())
    };
    let header = |value: Value, sign: fn(&str) -> String| -> Lie {
        Box::new(move |script: &mut Script| (script.header, script.sign) = (value.clone(), sign))
    };
    let cases: Vec<(&str, Lie)> = vec![
        ("another issuer", claim("iss", json!("https://id.elsewhere.example"))),
        ("another audience", claim("aud", json!("another"))),
        ("a further audience", claim("aud", json!(["toolgate", "another"]))),
        ("another nonce", claim("nonce", json!("guessed"))),
        ("no nonce", claim("nonce", Value::Null)),
        ("expired", claim("exp", json!(now - 1))),
        ("no end", claim("exp", Value::Null)),
        ("no name", claim("email", Value::Null)),
        ("an address nobody verified", claim("email_verified", json!(false))),
        ("a name that hides", claim("email", json!("jo\u{202e}@corp.example"))),
        ("groups that are none", claim("groups", json!("soc"))),
        ("`none`", header(json!({ "alg": "none" }), by_nobody)),
        ("`none` with a key's ID", header(json!({ "alg": "none", "kid": "1" }), by_nobody)),
        ("no signature", header(json!({ "alg": "EdDSA", "kid": "1" }), by_nobody)),
        ("signed with the shared secret", header(json!({ "alg": "HS256" }), by_secret)),
        ("another key under a known ID", header(json!({ "alg": "EdDSA", "kid": "1" }), by_key_2)),
        ("a key nobody knows", header(json!({ "alg": "EdDSA", "kid": "2" }), by_key_2)),
        ("redirected", Box::new(|script| script.elsewhere = Some(format!("{}/token", script.issuer)))),
    ];
    for (what, lie) in cases {
        *script.lock().unwrap() = good.clone();
        let begun = running.begin(&script, "").await;
        lie(&mut script.lock().unwrap());
        let answer = running.page(&begun.cookie, &begun.callback()).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        assert!(!answer.headers.contains_key("set-cookie"), "{what}");
        assert!(answer.text().contains("Nobody was signed in"), "{what}");
        let asked = script.lock().unwrap().asked;
        assert_eq!(asked, 1, "{what}: the token endpoint is asked once");
    }
    *script.lock().unwrap() = good.clone();
    let begun = running.begin(&script, "").await;
    let stolen = begun.callback().replace("code=", "code=x");
    assert_eq!(running.page(&begun.cookie, &stolen).await.status, 401, "a code for another challenge");

    let begun = running.begin(&script, "").await;
    running.bench.pass(601);
    assert_eq!(running.page(&begun.cookie, &begun.callback()).await.status, 400, "too late");

    let begun = running.begin(&script, "").await;
    script.lock().unwrap().claims["groups"] = json!(["staff"]);
    let answer = running.page(&begun.cookie, &begun.callback()).await;
    assert_eq!(answer.status, 403, "who may do nothing is not signed in");
    assert!(!answer.headers.contains_key("set-cookie"));

    let begun = running.begin(&script, "").await;
    let refused = format!("/sign-in/callback?error=access_denied&state={}", begun.asked["state"]);
    assert_eq!(running.page(&begun.cookie, &refused).await.status, 401);
    assert_eq!(running.page(&begun.cookie, &begun.callback()).await.status, 400, "a no ends the attempt");
    assert_eq!(running.signed_in_events().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_change_its_keys() {
    let script = provider().await;
    let running = ledger(&script).await;
    let begun = running.begin(&script, "").await;
    {
        let mut script = script.lock().unwrap();
        script.keys = vec![2];
        (script.header, script.sign) = (json!({ "alg": "EdDSA", "kid": "2" }), by_key_2);
    }
    let answer = running.page(&begun.cookie, &begun.callback()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discovery_that_leads_elsewhere_is_not_followed() {
    let script = provider().await;
    let good = script.lock().unwrap().clone();
    for (name, value) in [
        ("issuer", "https://id.elsewhere.example"),
        ("jwks_uri", "http://id.elsewhere.example/keys"),
        ("authorization_endpoint", "http://id.elsewhere.example/authorize"),
    ] {
        script.lock().unwrap().discovery[name] = json!(value);
        let running = ledger(&script).await;
        let answer = running.page("", "/sign-in/provider").await;
        assert_eq!(answer.status, 502, "{name}");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
        *script.lock().unwrap() = good.clone();
    }
    script.lock().unwrap().discovery["token_endpoint"] = json!("http://id.elsewhere.example/token");
    let running = ledger(&script).await;
    let begun = running.begin(&script, "").await;
    assert_eq!(running.page(&begun.cookie, &begun.callback()).await.status, 401);
}

#[test]
fn what_cannot_be_meant_is_refused_at_the_start() {
    const GOOD: &str = "[console]\nurl = \"https://toolgate.corp.example\"\n[oidc]\n\
        issuer = \"https://id.corp.example\"\nclient_id = \"toolgate\"\n[groups]\nsoc = [\"reviewer\"]\n\
        [[emitters]]\nname = \"gateway\"\ntoken_env = \"GATEWAY\"\n";
    let told = |text: &str| -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let environment = |name: &str| match name {
            "GATEWAY" => Some(GATEWAY.to_owned()),
            "EMPTY" => Some(" ".to_owned()),
            _ => None,
        };
        file.access(false, &environment).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(told(GOOD), Ok(()), "nobody but the provider's people is enough");
    for (from, to, expected) in [
        ("url = \"https://toolgate.corp.example\"", "", "needs `[console] url`"),
        ("https://toolgate.corp", "http://toolgate.corp", "neither `https`"),
        ("https://id.corp", "http://id.corp", "neither `https`"),
        ("https://id.corp.example", "https://", "`[oidc]`"),
        ("\"toolgate\"", "\"\"", "`client_id` is not empty"),
        ("client_id = \"toolgate\"", "", "missing field `client_id`"),
        ("client_id", "client", "unknown field `client`"),
        ("[groups]\nsoc = [\"reviewer\"]", "", "without `[groups]`"),
        ("[groups]", "client_secret_env = \"NOT_THERE\"\n[groups]", "`NOT_THERE` is not in the environment"),
        ("[groups]", "client_secret_env = \"EMPTY\"\n[groups]", "there is no secret"),
        (
            "[groups]",
            "client_secret_env = \"A\"\nclient_secret_file = \"b\"\n[groups]",
            "either `client_secret_file`",
        ),
        ("[groups]", "client_secret_file = \"not-there\"\n[groups]", "`not-there`"),
        ("[groups]", "name_claim = \"\"\n[groups]", "each name a claim"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let error = told(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(error.contains(expected), "{to}: {error}");
    }
}
