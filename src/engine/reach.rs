//! Whether people can be asked: told once when the ledger cannot be reached, and once when it answers. A policy that asks
//! nobody loses nothing that must be told.
//!
//! In come time, and whether an answer came from the ledger; out goes a sentence for the proxy's log. A VM that has nothing
//! to record sends nothing, so at its start, and while the ledger is lost, it asks whether anybody is there.

use crate::policy::Bundle;
use crate::time::{Span, Timestamp};

/// How long until it is asked again.
const AGAIN: Span = Span::from_secs(1);
/// How often in a row nobody answers before that is told: proxy and ledger may start at the same time.
const PATIENCE: u32 = 3;

/// Whether the ledger can be reached, as far as is known.
#[derive(Debug, Default)]
pub struct Reach {
    state: State,
    next: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has answered yet, after so many questions.
    Unknown(u32),
    Reached,
    /// And that was told.
    Lost,
}

impl Default for State {
    fn default() -> Self {
        Self::Unknown(0)
    }
}

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Nobody can be asked.
    Lost(String),
    /// People can be asked again.
    Back(String),
}

impl Reach {
    /// Whether the ledger is to be asked now whether it is there.
    pub fn ask(&mut self, now: Timestamp, policy: Option<&Bundle>) -> bool {
        let due = self.state != State::Reached && now >= self.next && policy.is_some_and(Bundle::escalates);
        if due {
            self.next = now + AGAIN;
        }
        due
    }

    /// The ledger answered, or did not, while this policy is in force.
    pub fn heard(&mut self, answered: bool, policy: Option<&Bundle>) -> Option<News> {
        let policy = policy.filter(|policy| policy.escalates());
        match (self.state, answered, policy) {
            (State::Lost, true, _) => {
                self.state = State::Reached;
                Some(News::Back("the ledger answers: people can be asked".to_owned()))
            }
            (State::Unknown(_), true, _) => {
                self.state = State::Reached;
                None
            }
            (State::Unknown(failed), false, Some(_)) if failed + 1 < PATIENCE => {
                self.state = State::Unknown(failed + 1);
                None
            }
            (State::Unknown(_) | State::Reached, false, Some(policy)) => {
                self.state = State::Lost;
                Some(News::Lost(format!(
                    "the ledger cannot be reached, and policy `{}` asks people: nobody can be asked, and what it asks \
                     about is refused",
                    policy.name()
                )))
            }
            (State::Lost | State::Unknown(_), false, _) | (State::Reached, ..) => None,
        }
    }
}

#[cfg(test)]
mod tests {
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
}
