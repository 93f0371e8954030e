use super::*;
use crate::note::Signer;
use crate::policy::tests::support::{policy, whole};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, &[seed; 32]).unwrap()
}

fn a_policy() -> Policy {
    policy(&json!({
        "working_directory": "/workspace",
        "rules": [whole(json!({"verdict": "deny", "actions": ["file.*"], "unless": {"path": "/workspace/**"}}))],
    }))
}

fn signed(policy: &Policy, version: u64, signer: &Signer) -> String {
    let text = note_text(policy, version).unwrap();
    file(policy, signer.sign(&text).unwrap()).unwrap()
}

/// A file with this body, properly signed.
fn of_body(body: &str, schema: &str) -> Result<Bundle, BundleError> {
    let signer = signer("policy.corp.example", 1);
    let digest = digest(body);
    let text = format!("toolgate bundle\nname test\nversion 1\nschema {schema}\ndigest {digest}\n");
    let note = signer.sign(&text).unwrap();
    let file = serde_json::to_string(&json!({"body": body, "note": note})).unwrap();
    Bundle::open(file.as_bytes(), &[signer.verifier().to_string()])
}

#[test]
fn what_was_signed_opens_and_says_the_same() {
    let signer = signer("policy.corp.example", 1);
    let keys = [signer.verifier().to_string()];
    let file = signed(&a_policy(), 7, &signer);
    let bundle = Bundle::open(file.as_bytes(), &keys).unwrap();
    assert_eq!((bundle.name(), bundle.version()), ("test", 7));
    assert_eq!(bundle.working_directory(), Some("/workspace"));
    assert_eq!(bundle.policy(), &a_policy());
    let compiled = Bundle::from_policy(a_policy(), 7).unwrap();
    assert_eq!(bundle.digest(), compiled.digest());
    // The version is no part of what the digest says.
    assert_eq!(Bundle::from_policy(a_policy(), 8).unwrap().digest(), bundle.digest());
}

#[test]
fn the_note_is_what_people_can_read() {
    let digest = Bundle::from_policy(a_policy(), 7).unwrap().digest().to_owned();
    let expected = format!("toolgate bundle\nname test\nversion 7\nschema 1\ndigest {digest}\n");
    assert_eq!(note_text(&a_policy(), 7).unwrap(), expected);
}

#[test]
fn no_byte_of_a_bundle_can_be_changed() {
    let signer = signer("policy.corp.example", 1);
    let keys = [signer.verifier().to_string()];
    let file = signed(&a_policy(), 7, &signer).trim_end().to_owned();
    for at in 0..file.len() {
        let mut changed = file.clone().into_bytes();
        changed[at] ^= 1;
        assert!(Bundle::open(&changed, &keys).is_err(), "byte {at}");
        assert!(Bundle::open(&file.as_bytes()[..at], &keys).is_err(), "cut at {at}");
    }
}

#[test]
fn a_bundle_nobody_known_signed_is_refused() {
    let ours = signer("policy.corp.example", 1);
    let theirs = signer("policy.corp.example", 2);
    let key = |signer: &Signer| signer.verifier().to_string();
    let file = signed(&a_policy(), 1, &theirs);
    assert_eq!(
        Bundle::open(file.as_bytes(), &[key(&ours)]).unwrap_err(),
        BundleError::NotSigned("policy.corp.example".to_owned())
    );
    assert!(Bundle::open(file.as_bytes(), &[key(&ours), key(&theirs)]).is_ok());
    assert_eq!(Bundle::open(file.as_bytes(), &[]).unwrap_err(), BundleError::NoKeys);
    assert!(matches!(
        Bundle::open(file.as_bytes(), &[key(&ours), "x".to_owned()]).unwrap_err(),
        BundleError::Key(2, _)
    ));
    let unsigned = super::file(&a_policy(), note_text(&a_policy(), 1).unwrap()).unwrap();
    assert!(matches!(
        Bundle::open(unsigned.as_bytes(), &[key(&ours)]).unwrap_err(),
        BundleError::NotSigned(_)
    ));
    assert!(Bundle::open_unverified(unsigned.as_bytes()).is_ok());
    assert!(Bundle::open_unverified(file.as_bytes()).is_ok());
}

#[test]
fn another_body_under_a_good_note_is_refused() {
    let signer = signer("policy.corp.example", 1);
    let note = signer.sign(&note_text(&a_policy(), 1).unwrap()).unwrap();
    let other = policy(&json!({"default": "allow"}));
    let file = super::file(&other, note).unwrap();
    let error = Bundle::open(file.as_bytes(), &[signer.verifier().to_string()]).unwrap_err();
    assert!(matches!(error, BundleError::Digest { .. }), "{error}");
}

#[test]
fn what_another_release_wrote_is_refused_by_name() {
    let body = canonical(&a_policy()).unwrap();
    assert!(of_body(&body, "1").is_ok());
    assert_eq!(of_body(&body, "2").unwrap_err(), BundleError::Schema { found: "2".to_owned() });
    let newer = body.replace("\"schema\":1", "\"schema\":2");
    assert_eq!(of_body(&newer, "1").unwrap_err(), BundleError::Schema { found: "2".to_owned() });
    for (from, to) in [
        ("\"mode\":", "\"quota\":1,\"mode\":"),
        ("\"verdict\":", "\"quota\":1,\"verdict\":"),
        ("{\"path\":", "{\"quota\":1,\"path\":"),
    ] {
        let unknown = body.replacen(from, to, 1);
        assert_ne!(unknown, body);
        assert_eq!(of_body(&unknown, "1").unwrap_err(), BundleError::UnknownKey("quota".to_owned()));
    }
}

#[test]
fn a_body_that_could_be_read_two_ways_is_refused() {
    let body = canonical(&a_policy()).unwrap();
    let twice = body.replacen("\"mode\":", "\"mode\":\"observe\",\"mode\":", 1);
    let error = of_body(&twice, "1").unwrap_err();
    assert!(error.to_string().contains("duplicate key"), "{error}");
}

#[test]
fn a_policy_that_contradicts_itself_is_refused_on_opening_too() {
    let mut policy = a_policy();
    policy.unknown = Fallback::Allow;
    let error = of_body(&canonical(&policy).unwrap(), "1").unwrap_err();
    assert!(error.to_string().contains("`unknown` is `allow`"), "{error}");
}

#[test]
fn an_older_bundle_does_not_take_the_place_of_a_newer_one() {
    let bundle = |parts: serde_json::Value, version| Bundle::from_policy(policy(&parts), version).unwrap();
    let old = bundle(json!({}), 5);
    assert_eq!(bundle(json!({}), 5).supersedes(&old), Ok(()));
    assert_eq!(bundle(json!({"default": "deny"}), 6).supersedes(&old), Ok(()));
    assert_eq!(bundle(json!({}), 4).supersedes(&old), Err(BundleError::Older { had: 5, offered: 4 }));
    assert_eq!(bundle(json!({"default": "deny"}), 5).supersedes(&old), Err(BundleError::SameVersion(5)));
    assert!(matches!(
        bundle(json!({"name": "other"}), 9).supersedes(&old),
        Err(BundleError::OtherPolicy { .. })
    ));
}

#[test]
fn every_error_says_what_to_do() {
    for error in [
        BundleError::NoKeys,
        BundleError::NotSigned("k".to_owned()),
        BundleError::Schema { found: "2".to_owned() },
        BundleError::UnknownKey("x".to_owned()),
        BundleError::Older { had: 2, offered: 1 },
        BundleError::SameVersion(1),
    ] {
        let text = error.to_string();
        assert!(text.contains("; ") && !text.ends_with('.'), "{text}");
    }
}
