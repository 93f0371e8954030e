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
mod tests;
