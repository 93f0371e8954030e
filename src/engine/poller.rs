//! Keeps the policy fresh: asks the side service for the bundle and keeps the last good one.
//!
//! In come time and answers, out go questions and, now and then, a [`Bundle`] that was opened: its digest and
//! signature good, its version no older than the one in force. Whatever else comes back changes nothing but
//! a message for the log.

use crate::config::BundlePoll;
use crate::ids::Ids;
use crate::policy::{Bundle, BundleError};
use crate::time::{Span, Timestamp};

/// How soon to ask again while there is no bundle at all.
const FIRST_QUESTIONS: Span = Span::from_secs(1);

/// Asks for one bundle by name.
#[derive(Debug)]
pub struct Poller {
    name: String,
    every: Span,
    min_version: u64,
    etag: Option<String>,
    state: Asking,
}

#[derive(Debug, Clone, Copy)]
enum Asking {
    Idle { next: Timestamp },
    InFlight,
}

/// What to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The request's path.
    pub path: String,
    /// `if-none-match`, where a bundle is in force.
    pub if_none_match: Option<String>,
}

/// What an answer meant.
#[derive(Debug)]
pub enum Answer {
    /// Nothing new.
    Unchanged,
    /// A bundle to put in force.
    New(Box<Bundle>),
    /// Nothing usable came; the sentence is for the log.
    Useless(String),
}

impl Poller {
    /// A poller that has not asked yet.
    pub fn new(poll: &BundlePoll) -> Self {
        Self {
            name: poll.name.clone(),
            every: Span::from_secs(poll.every_seconds),
            min_version: poll.min_version,
            etag: None,
            state: Asking::Idle { next: Timestamp::default() },
        }
    }

    /// The question, if it is time to ask.
    pub fn question(&mut self, now: Timestamp) -> Option<Question> {
        match self.state {
            Asking::Idle { next } if now.is_due(next, self.every.times(2)) => {
                self.state = Asking::InFlight;
                Some(Question {
                    path: format!("/v1/bundles/{}", self.name),
                    if_none_match: self.etag.clone(),
                })
            }
            Asking::Idle { .. } | Asking::InFlight => None,
        }
    }

    /// Takes the answer; `None` if nothing came back. `current` is the bundle in force.
    pub fn answered(
        &mut self,
        ids: &mut Ids,
        now: Timestamp,
        answer: Option<(u16, &[u8])>,
        keys: &[String],
        current: Option<&Bundle>,
    ) -> Answer {
        let pause = if current.is_some() { self.every } else { self.every.min(FIRST_QUESTIONS) };
        // Workers that started together need not ask together.
        let jitter = Span::from_millis(ids.jitter(pause.as_millis() / 5 + 1));
        self.state = Asking::Idle { next: now + pause + jitter };
        match answer {
            Some((200, body)) => match accept(body, keys, self.min_version, current) {
                Ok(bundle) => {
                    self.etag = Some(format!("\"{}\"", bundle.digest()));
                    Answer::New(Box::new(bundle))
                }
                Err(Refused::Same) => Answer::Unchanged,
                Err(Refused::Bad(error)) => {
                    Answer::Useless(format!("the bundle `{}` is not taken: {error}", self.name))
                }
            },
            Some((304, _)) => Answer::Unchanged,
            Some((status, _)) => {
                Answer::Useless(format!("asked for the bundle `{}`, got status {status}", self.name))
            }
            None => Answer::Useless(format!("asked for the bundle `{}`, got no answer", self.name)),
        }
    }
}

enum Refused {
    Same,
    Bad(BundleError),
}

fn accept(
    file: &[u8],
    keys: &[String],
    min_version: u64,
    current: Option<&Bundle>,
) -> Result<Bundle, Refused> {
    let bundle = Bundle::open(file, keys).map_err(Refused::Bad)?;
    if bundle.version() < min_version {
        return Err(Refused::Bad(BundleError::Older { had: min_version, offered: bundle.version() }));
    }
    if let Some(current) = current {
        if current.digest() == bundle.digest() {
            return Err(Refused::Same);
        }
        bundle.supersedes(current).map_err(Refused::Bad)?;
    }
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;
    use crate::policy::{Policy, bundle};
    use serde_json::json;

    fn signer() -> Signer {
        Signer::new("test", &[1; 32]).unwrap()
    }

    fn file(version: u64, description: &str) -> Vec<u8> {
        let policy = json!({"schema": 1, "name": "p", "description": description, "mode": "enforce",
            "default": "deny", "unknown": "deny"});
        let policy: Policy = serde_json::from_value(policy).unwrap();
        let text = bundle::note_text(&policy, version).unwrap();
        bundle::file(&policy, signer().sign(&text).unwrap()).unwrap().into_bytes()
    }

    struct Bench {
        poller: Poller,
        ids: Ids,
        now: Timestamp,
        current: Option<Bundle>,
    }

    impl Bench {
        fn new(min_version: u64) -> Self {
            let poll = BundlePoll { name: "p".to_owned(), every_seconds: 60, min_version };
            Self {
                poller: Poller::new(&poll),
                ids: Ids::new([1; 32]),
                now: Timestamp::from_micros(1),
                current: None,
            }
        }

        /// Asks, and gives this answer.
        fn answer(&mut self, answer: Option<(u16, &[u8])>) -> Answer {
            assert!(self.poller.question(self.now).is_some(), "it is not time to ask");
            assert!(self.poller.question(self.now).is_none(), "one question at a time");
            let keys = [signer().verifier().to_string()];
            let current = self.current.as_ref();
            let answer = self.poller.answered(&mut self.ids, self.now, answer, &keys, current);
            if let Answer::New(bundle) = &answer {
                self.current = Some(bundle.as_ref().clone());
            }
            self.now = self.now + Span::from_secs(100);
            answer
        }
    }

    #[test]
    fn a_new_version_is_taken_and_the_next_question_names_it() {
        let mut bench = Bench::new(0);
        assert!(matches!(bench.answer(Some((200, &file(3, "a")))), Answer::New(_)));
        let etag = format!("\"{}\"", bench.current.as_ref().unwrap().digest());
        assert_eq!(bench.poller.question(bench.now).unwrap().if_none_match, Some(etag));
    }

    #[test]
    fn whatever_else_comes_leaves_the_last_good_one_in_force() {
        let mut bench = Bench::new(0);
        bench.answer(Some((200, &file(3, "a"))));
        let mut forged = String::from_utf8(file(4, "b")).unwrap();
        forged = forged.replace("deny", "allow");
        let unsigned = serde_json::to_vec(&json!({"note": "x", "body": "{}"})).unwrap();
        for answer in [
            None,
            Some((503, b"upstream connect error".as_slice())),
            Some((200, b"{}".as_slice())),
            Some((200, unsigned.as_slice())),
            Some((200, forged.as_bytes())),
            Some((200, file(2, "older").as_slice())),
            Some((200, file(3, "another of the same version").as_slice())),
        ] {
            assert!(matches!(bench.answer(answer), Answer::Useless(_)), "{answer:?}");
            assert_eq!(bench.current.as_ref().unwrap().version(), 3);
        }
        assert!(matches!(bench.answer(Some((304, b""))), Answer::Unchanged));
        assert!(matches!(bench.answer(Some((200, &file(3, "a")))), Answer::Unchanged));
    }

    #[test]
    fn a_worker_that_remembers_nothing_still_has_a_floor() {
        let mut bench = Bench::new(5);
        assert!(matches!(bench.answer(Some((200, &file(4, "a")))), Answer::Useless(_)));
        assert!(matches!(bench.answer(Some((200, &file(5, "a")))), Answer::New(_)));
    }
}
