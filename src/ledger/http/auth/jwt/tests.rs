//! Tokens that a proxy forwards: one good one, and every way in which another is not.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

const NOW: u64 = 1_795_362_187;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn jwk(seed: u8, kid: &str) -> Value {
    let x = BASE64.encode(key(seed).verifying_key().to_bytes());
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "alg": "EdDSA", "x": x })
}

fn claims() -> Value {
    json!({
        "iss": "https://id.corp.example", "aud": "toolgate", "exp": NOW + 60, "nbf": NOW - 1,
        "email": "jo@corp.example", "groups": ["soc", "staff"],
    })
}

fn token(seed: u8, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = key(seed).sign(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
}

async fn trust(keys: &Value) -> Trust {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("keys.json");
    std::fs::write(&file, keys.to_string()).unwrap();
    let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    let trust = Trust::new(
        HeaderName::from_static("authorization"),
        pair("https://id.corp.example", "toolgate"),
        pair("email", "groups"),
        KeySource::File(file),
    );
    trust.refresh().await.unwrap();
    trust
}

fn now() -> Timestamp {
    Timestamp::from_micros(NOW * 1_000_000)
}

#[tokio::test]
async fn a_token_of_the_issuer_names_a_person() {
    let trust = trust(&json!({ "keys": [jwk(1, "a"), jwk(2, "b")] })).await;
    let good = json!({ "alg": "EdDSA", "kid": "a" });
    let claimed = trust.verify(&token(1, &good, &claims()), now()).unwrap();
    assert_eq!(claimed.name, "jo@corp.example");
    assert_eq!(claimed.groups, ["soc".to_owned(), "staff".to_owned()].into());
    let mut several = claims();
    several["aud"] = json!(["other", "toolgate"]);
    assert!(trust.verify(&token(1, &good, &several), now()).is_some());
}

#[tokio::test]
async fn a_token_with_anything_in_doubt_names_nobody() {
    let trust = trust(&json!({ "keys": [jwk(1, "a"), jwk(2, "b")] })).await;
    let good = json!({ "alg": "EdDSA", "kid": "a" });
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    for (what, claims) in [
        ("expired", with("exp", json!(NOW - 31))),
        ("no end", without("exp")),
        ("not yet", with("nbf", json!(NOW + 31))),
        ("no time", with("nbf", json!("soon"))),
        ("another issuer", with("iss", json!("https://evil.example"))),
        ("no issuer", without("iss")),
        ("for another", with("aud", json!("other"))),
        ("for nobody", without("aud")),
        ("no name", without("email")),
        ("an empty name", with("email", json!(""))),
        ("a name that hides", with("email", json!("jo\u{202e}"))),
        ("a name with a space", with("email", json!(" jo"))),
        ("a number as name", with("email", json!(7))),
        ("groups that are none", with("groups", json!("soc"))),
        ("a group that is none", with("groups", json!(["soc", 7]))),
    ] {
        assert_eq!(trust.verify(&token(1, &good, &claims), now()), None, "{what}");
    }
    for (what, seed, header) in [
        ("another key", 9, good.clone()),
        ("the other key", 2, good.clone()),
        ("an unknown key", 1, json!({ "alg": "EdDSA", "kid": "z" })),
        ("which key is not said", 1, json!({ "alg": "EdDSA" })),
        ("none", 1, json!({ "alg": "none", "kid": "a" })),
        ("another kind of key", 1, json!({ "alg": "RS256", "kid": "a" })),
        ("a shared secret", 1, json!({ "alg": "HS256", "kid": "a" })),
    ] {
        assert_eq!(trust.verify(&token(seed, &header, &claims()), now()), None, "{what}");
    }
    let whole = token(1, &good, &claims());
    let short = whole.chars().take(whole.len() - 3).collect::<String>();
    for broken in ["", "a.b", "a.b.c", &short, &whole.replace('.', ""), &"x".repeat(20_000)] {
        assert_eq!(trust.verify(broken, now()), None, "{broken:.60}");
    }
}

#[tokio::test]
async fn a_public_key_is_not_a_shared_secret() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let keys = json!({ "keys": [jwk(1, "a")] });
    let trust = trust(&keys).await;
    let signed =
        format!("{}.{}", BASE64.encode(r#"{"alg":"HS256","kid":"a"}"#), BASE64.encode(claims().to_string()));
    for secret in [
        key(1).verifying_key().to_bytes().to_vec(),
        keys["keys"][0]["x"].as_str().unwrap().as_bytes().to_vec(),
    ] {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
        mac.update(signed.as_bytes());
        let forged = format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()));
        assert_eq!(trust.verify(&forged, now()), None);
    }
}

#[tokio::test]
async fn new_keys_are_taken_and_old_ones_stay_while_none_can_be_read() {
    let trust = trust(&json!({ "keys": [jwk(1, "a")] })).await;
    let only = json!({ "alg": "EdDSA" });
    assert!(trust.verify(&token(1, &only, &claims()), now()).is_some(), "one key needs no name");
    assert!(trust.refresh().await.is_err(), "the file is gone");
    assert!(trust.verify(&token(1, &only, &claims()), now()).is_some());
    let encrypts = super::tests::trust(&json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "a", "use": "enc", "x": jwk(1, "a")["x"] }] })).await;
    assert_eq!(encrypts.verify(&token(1, &only, &claims()), now()), None);
}
