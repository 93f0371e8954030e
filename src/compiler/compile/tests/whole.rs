//! What compiling as a whole promises.

use super::*;
use proptest::prelude::*;
use toolgate_engine::policy::Bundle;

fn finance() -> [(&'static str, String); 3] {
    let team = |name: &str, path: &str| {
        format!(
            "policy: {name}\napplies_to: recon\nrules:\n  - id: {name}-reads\n    allow: file.read\n    path: {path}\n"
        )
    };
    let base = base("principals: { recon: [spiffe://corp.example/ns/finance/sa/recon] }\n");
    [base, ("a.yaml", team("a", "/a/**")), ("b.yaml", team("b", "/b/**"))]
}

fn digest(files: &[(&str, String)]) -> String {
    let (compiled, sources) = compiled(files);
    let policy = compiled.policy.unwrap_or_else(|| panic!("{}", compiled.findings.render(&sources, false)));
    Bundle::from_policy(policy, 1).unwrap().digest().to_owned()
}

#[test]
fn the_order_and_the_names_of_files_change_no_byte() {
    let [base, a, b] = finance();
    let expected = digest(&[base.clone(), a.clone(), b.clone()]);
    assert_eq!(digest(&[b.clone(), base.clone(), a.clone()]), expected);
    let renamed = [("z.yaml", base.1), ("y.yaml", a.1), ("x.yaml", b.1)];
    assert_eq!(digest(&renamed), expected);
}

#[test]
fn comments_and_layout_change_no_byte() {
    let (path, text) = base("rules:\n  - id: r\n    deny: [file.delete]\n    because: It is so.\n");
    let other = text.replace("deny: [file.delete]", "deny:\n      - \"file.delete\" # all of them");
    assert_ne!(text, other);
    assert_eq!(digest(&[(path, text)]), digest(&[(path, other)]));
}

#[test]
fn numbers_keep_their_digits() {
    let (compiled, _) = compiled(&[base(
        "tools: { pay: { action: pay.out, resource: /to } }\nrules:\n  - id: r\n    deny: pay.out\n    \
         when: { /amount: { above: 9007199254740993.10 } }\n    because: It is so.\n",
    )]);
    let policy = compiled.policy.unwrap();
    let text = serde_json::to_string(&policy).unwrap();
    assert!(text.contains(r#"{"above":{"number":"9007199254740993.10"}}"#), "{text}");
}

#[test]
fn a_compiled_policy_is_read_back_as_it_is() {
    let (compiled, _) = compiled(&finance());
    let policy = compiled.policy.unwrap();
    let file = crate::signing::bundle_file(&policy, 3, None).unwrap();
    let bundle = Bundle::open_unverified(file.as_bytes()).unwrap();
    assert_eq!(bundle.policy(), &policy);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let (compiled, _) = compiled(&[base(
        "mode: off\nrules:\n  - id: a\n    deny: file.remove\n    path: x\n    because: b\n  - id: a\n    escalate: file.read\n",
    )]);
    let mut codes: Vec<&str> = compiled.findings.iter().map(|finding| &*finding.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["E-escalate-to-nobody", "E-mode", "E-path", "E-unknown-action", "W-no-because"]);
}

#[test]
fn no_message_ends_a_sentence_or_names_a_type_of_the_code() {
    let (compiled, _) = compiled(&[base(
        "mode: 5\nsets: []\ntools: { a: { sql: [1] } }\nrules:\n  - id: 5\n    deny: { a: b }\n    path: { a: b }\n    \
         when: 5\n    because: [x]\n",
    )]);
    assert!(compiled.findings.has_errors());
    for finding in compiled.findings.iter() {
        let text = &finding.message;
        assert!(!text.ends_with('.') && !text.contains("::") && !text.contains("struct"), "{text}");
    }
}

/// Lines a policy is made of, good and bad, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("policy: base"),
        Just("base: true"),
        Just("default: deny"),
        Just("unknown: { escalate: soc }"),
        Just("rules:"),
        Just("  - id: r"),
        Just("    deny: [file.*, sql.x]"),
        Just("    path: $s"),
        Just("    when: { /a: { above: 1 } }"),
        Just("    unless: { host: [a.example] }"),
        Just("sets: { s: [/a/**] }"),
        Just("tools: { t: { sql: /q } }"),
        Just("reviewers: { soc: { members: [group:soc] } }"),
        Just("\t- ["),
        Just("  ? ä: \"\\u00e4\""),
        Just("  - &a *a"),
        Just("---"),
    ];
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text gives a policy or a message with a place, and never a panic.
    #[test]
    fn any_text_is_answered(text in prop_oneof![lines(), "\\PC{0,80}".prop_map(|text| text)], other in lines()) {
        let (compiled, sources) = compiled(&[("a.yaml", text), ("b.yaml", other)]);
        prop_assert!(compiled.policy.is_some() || compiled.findings.has_errors());
        let shown = compiled.findings.render(&sources, false);
        prop_assert!(compiled.policy.is_some() || shown.contains("yaml:"), "{}", shown);
    }
}
