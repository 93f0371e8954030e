//! The ledger is not there, comes, and goes.

use super::*;
use serde_json::json;

fn policy(default: serde_json::Value) -> Bundle {
    let policy = json!({
        "schema": 1, "name": "platform", "mode": "enforce", "default": default, "unknown": "deny",
        "working_directory": "/workspace", "reviewers": {"soc": {"members": ["group:soc"]}}, "rules": [],
        "tools": {},
    });
    Bundle::from_policy(serde_json::from_value(policy).unwrap(), 1).unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_micros(1_763_826_187_000_000) + Span::from_millis(millis)
}

#[test]
fn a_policy_that_asks_people_and_no_ledger_at_the_start_is_told_once_and_so_is_its_coming() {
    let asks = policy(json!({"escalate": ["soc"]}));
    let mut reach = Reach::default();
    for second in 0..2 {
        assert!(reach.ask(at(second * 1_000), Some(&asks)));
        assert!(!reach.ask(at(second * 1_000 + 999), Some(&asks)), "not so soon");
        assert_eq!(reach.heard(false, Some(&asks)), None, "it may be starting");
    }
    assert!(reach.ask(at(2_000), Some(&asks)));
    let Some(News::Lost(told)) = reach.heard(false, Some(&asks)) else { panic!("nothing is told") };
    assert!(told.contains("policy `platform` asks people: nobody can be asked"), "{told}");
    assert!(reach.ask(at(3_000), Some(&asks)));
    assert_eq!(reach.heard(false, Some(&asks)), None, "once");
    assert!(matches!(reach.heard(true, Some(&asks)), Some(News::Back(_))));
    assert!(!reach.ask(at(9_000), Some(&asks)), "what is recorded tells from here on");
    assert_eq!(reach.heard(true, Some(&asks)), None);
    assert!(matches!(reach.heard(false, Some(&asks)), Some(News::Lost(_))), "and the next time at once");
}

#[test]
fn where_nobody_is_to_be_asked_nothing_is_told() {
    let denies = policy(json!("deny"));
    for policy in [None, Some(&denies)] {
        let mut reach = Reach::default();
        assert!(!reach.ask(at(0), policy));
        for _ in 0..5 {
            assert_eq!(reach.heard(false, policy), None);
        }
        assert_eq!(reach.heard(true, policy), None);
        assert_eq!(reach.heard(false, policy), None);
    }
}
