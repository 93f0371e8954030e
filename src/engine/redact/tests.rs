use super::*;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const KEY: &str = "sk-abcdefghijklmnopqrstuv";

fn json(text: &str) -> Arguments {
    Arguments::from_json_text(text, 64)
}

#[test]
fn secrets_go_by_their_form() {
    for secret in [
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        KEY,
        "xoxb-1234567890-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nabc",
    ] {
        for text in [
            secret.to_owned(),
            format!("x {secret}"),
            format!("https://e.example/?k={secret}"),
            format!("('{secret}'"),
        ] {
            assert!(has_secret(&text), "{text}");
            assert!(!scrub(&text).contains(secret), "{text}");
        }
    }
}

#[test]
fn secrets_go_by_the_name_before_them() {
    for (text, expected) in [
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=[redacted] psql"),
        ("mysql --password hunter2 -e x", "mysql --password [redacted] -e x"),
        ("mysql --password=hunter2", "mysql --password=[redacted]"),
        ("curl -H 'Authorization: Bearer abc.def' x", "curl -H 'Authorization: Bearer [redacted]' x"),
        ("{\"api_key\": \"k1\", \"a\": 1}", "{\"api_key\": \"[redacted]\", \"a\": 1}"),
        ("postgres://app:hunter2@db/x", "postgres://app:[redacted]@db/x"),
        ("token: abc, next", "token: [redacted], next"),
    ] {
        assert_eq!(scrub(text), expected);
    }
}

#[test]
fn ordinary_text_stays() {
    for text in [
        "max_tokens: 1024",
        "TOKEN=$GITHUB_TOKEN make",
        "git show 0123456789abcdef0123456789abcdef01234567",
        "the password is set",
        "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
        "sk-short",
        "https://user@example.com/",
        "task-abcdefghijklmnopqrstuvwxyz",
        "passwordless login",
        "10:02:07",
    ] {
        assert_eq!(scrub(text), text);
    }
}

#[test]
fn keys_of_json_hide_whatever_they_hold() {
    let preview = preview(
        &json(r#"{"a":"x","Password":"hunter2","auth-token":{"deep":1},"cookie":null,"n":1.50}"#),
        Level::Redacted,
    );
    assert_eq!(
        preview.text.as_deref(),
        Some(r#"{"a":"x","Password":"[redacted]","auth-token":"[redacted]","cookie":null,"n":1.50}"#)
    );
    assert_eq!((preview.redacted, preview.truncated), (2, false));
}

#[test]
fn every_prefix_is_found() {
    for (prefix, least) in PREFIXES {
        let tail = if *prefix == "eyJ" { ".a.b" } else { "" };
        let token = format!("{prefix}{}{tail}", "a".repeat(*least));
        assert_eq!(scrub(&token), MARK, "{prefix}");
    }
}

#[test]
fn levels() {
    let call = json(&format!(r#"{{"k":"{KEY}"}}"#));
    assert_eq!(preview(&call, Level::None).text, None);
    assert_eq!(preview(&call, Level::Digest).text, None);
    assert_eq!(preview(&call, Level::Redacted).text.as_deref(), Some(r#"{"k":"[redacted]"}"#));
    assert!(preview(&call, Level::Full).text.unwrap().contains(KEY));
    assert_eq!(preview(&Arguments::Absent, Level::Full), Preview::default());
    assert_eq!(
        preview(&Arguments::Text(format!("use {KEY}")), Level::Redacted).text.as_deref(),
        Some("use [redacted]")
    );
}

#[test]
fn long_arguments_are_cut_and_a_secret_at_the_cut_is_not_shown() {
    for before in MOST_REDACTED - 40..MOST_REDACTED + 10 {
        let preview =
            preview(&Arguments::Text(format!("{} {KEY} tail", "é".repeat(before / 2))), Level::Redacted);
        let text = preview.text.unwrap();
        assert!(text.len() <= MOST_REDACTED);
        assert!(!text.contains("sk-a"), "{before}");
    }
    let hidden = Arguments::Text(format!("-----BEGIN RSA PRIVATE KEY-----{}", "a".repeat(9000)));
    let preview = preview(&hidden, Level::Redacted);
    assert!(preview.truncated && preview.text.unwrap().starts_with(MARK));
}

// Megabytes, so that work which grows faster than the text does not come to an end.
#[test]
fn hostile_text_is_looked_through_once() {
    for piece in ["eyJ-", "eyJhbGciOi_", "token=$a/", "token=bearer $a/", "-----BEGIN PRIVATE", "a://b"] {
        let text = piece.repeat((2 << 20) / piece.len());
        assert!(scrub(&text).len() <= text.len() + MARK.len(), "{piece}");
    }
    let jwt = "eyJ-x.y-eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    assert!(!scrub(jwt).contains("eyJhbGci"), "{}", scrub(jwt));
}

proptest! {
    #[test]
    fn a_planted_secret_never_shows(before in "\\PC{0,30}", after in "[ ,;'\"&\\n]\\PC{0,30}") {
        let text = format!("{before} {KEY}{after}");
        prop_assert!(!scrub(&text).contains(KEY));
    }

    #[test]
    fn ranges_are_in_order(text in "[a-z:/@=\" -]{0,60}|(password|token|sk-|://|-----BEGIN |PRIVATE|=|:| |\"|é){0,20}") {
        let mut last = 0;
        for secret in secrets(&text) {
            prop_assert!(secret.start >= last && secret.end > secret.start && secret.end <= text.len());
            prop_assert!(text.get(secret.clone()).is_some());
            last = secret.end;
        }
    }

    #[test]
    fn scrubbing_leaves_no_secret_by_form(text in "\\PC{0,60}") {
        let scrubbed = scrub(&text).into_owned();
        prop_assert!(scrubbed.len() <= text.len() + MARK.len() * (text.len() + 1));
    }
}
