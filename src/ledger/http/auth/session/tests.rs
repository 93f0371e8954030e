//! Sessions end, attempts are counted, and other sites stay outside.

use super::*;
use crate::escalation::{Membership, Reviewer};
use axum::http::HeaderValue;
use toolgate_engine::protocol::Assurance;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(0) + Span::from_secs(seconds)
}

fn user(name: &str) -> User {
    let groups = Membership::Listed(["soc".to_owned()].into());
    let reviewer =
        Reviewer { name: name.to_owned(), groups, principals: Vec::new(), assurance: Assurance::Local };
    User { reviewer, roles: [super::super::Role::Reviewer].into() }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_password_or_a_token_signs_in_and_little_else_is_told() {
    let sessions = Sessions::new().unwrap();
    let hash = hash_password("correct horse").unwrap();
    assert!(is_password_hash(&hash) && !is_password_hash("correct horse"));
    let known = [
        (Proofs { token: None, password: Some(hash) }, user("soc-1")),
        (Proofs { token: Some(TokenDigest::of("soc-2-token-0123456789")), password: None }, user("soc-2")),
    ];
    let check = async |name: &str, password: &str, seconds| {
        sessions.check(name, password.to_owned(), &known, at(seconds)).await.map(|user| user.reviewer.name)
    };
    assert_eq!(check("soc-1", "correct horse", 0).await, Ok("soc-1".to_owned()));
    assert_eq!(check("soc-2", "soc-2-token-0123456789", 0).await, Ok("soc-2".to_owned()));
    for (name, password) in
        [("soc-1", "wrong"), ("soc-1", ""), ("soc-2", "correct horse"), ("nobody", "correct horse")]
    {
        assert_eq!(check(name, password, 0).await, Err(NotSignedIn::Wrong), "{name} {password}");
    }
    for _ in 2..5 {
        assert_eq!(check("soc-1", "wrong", 1).await, Err(NotSignedIn::Wrong));
    }
    assert_eq!(check("soc-1", "correct horse", 2).await, Err(NotSignedIn::TooOften));
    assert_eq!(check("soc-1", "correct horse", 31).await, Ok("soc-1".to_owned()));
    assert!(hash_password("short").is_err());
    assert!(
        is_password_hash(NOBODY) && !verifies(NOBODY, ""),
        "it costs what a password costs, and opens nothing"
    );
}

#[test]
fn a_session_ends_by_time_by_rest_and_by_hand() {
    let sessions = Sessions::new().unwrap();
    let open = |now| {
        let set = sessions.open(user("soc-1"), at(now)).unwrap();
        assert!(
            set.starts_with("__Host-toolgate=") && set.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"),
            "{set}"
        );
        headers(&[("cookie", &format!("other=1; {}", set.split(';').next().unwrap()))])
    };
    let cookie = open(0);
    let is_there = |cookie: &HeaderMap, now| sessions.find(cookie, at(now)).is_some();
    assert!(is_there(&cookie, 3_599));
    assert!(is_there(&cookie, 3_599 + 3_599), "a request keeps it");
    assert!(!is_there(&cookie, 3_599 + 3_599 + 3_600), "rest ends it");
    let cookie = open(0);
    assert!((0..24).all(|half| is_there(&cookie, half * 1_800)));
    assert!(!is_there(&cookie, 12 * 3_600), "and so does time");
    let cookie = open(0);
    sessions.close(&cookie);
    assert!(!is_there(&cookie, 1));
    let mut twice = open(0);
    twice.append(COOKIE, HeaderValue::from_static("__Host-toolgate=x"));
    assert!(!is_there(&twice, 1), "which of two is nobody's guess");
    assert!(!is_there(&headers(&[("cookie", "toolgate=x")]), 1));
}

#[test]
fn a_form_carries_the_token_of_its_own_session() {
    let (sessions, others) = (Sessions::new().unwrap(), Sessions::new().unwrap());
    let token = sessions.form_token("a");
    assert!(sessions.is_form_token("a", &token));
    assert!(!sessions.is_form_token("b", &token) && !sessions.is_form_token("a", ""));
    assert!(!others.is_form_token("a", &token), "another start, another secret");
}

#[test]
fn other_sites_change_nothing() {
    for (pairs, same) in [
        (vec![], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("sec-fetch-site", "none")], true),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("host", "a:1"), ("origin", "http://a:1")], true),
        (vec![("host", "a:1"), ("origin", "http://a:2")], false),
        (vec![("host", "a"), ("origin", "null")], false),
        (vec![("origin", "http://a")], false),
        (vec![("sec-fetch-site", "cross-site"), ("host", "a"), ("origin", "http://a")], false),
    ] {
        assert_eq!(is_same_origin(&headers(&pairs)), same, "{pairs:?}");
    }
    for (host, here) in [
        ("127.0.0.1:7412", true),
        ("localhost:7412", true),
        ("localhost", true),
        ("[::1]:7412", true),
        ("127.8.9.1", true),
        ("evil.example:7412", false),
        ("localhost.evil.example", false),
        ("10.0.0.1", false),
    ] {
        assert_eq!(is_loopback_host(&headers(&[("host", host)])), here, "{host}");
    }
    assert!(!is_loopback_host(&HeaderMap::new()));
}
