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
            etag: None,
            state: Asking::Idle { next: Timestamp::default() },
        }
    }

    /// The question, if it is time to ask.
    pub fn question(&mut self, now: Timestamp) -> Option<Question> {
        match self.state {
            Asking::Idle { next } if now >= next => {
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
            Some((200, body)) => match accept(body, keys, current) {
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

fn accept(file: &[u8], keys: &[String], current: Option<&Bundle>) -> Result<Bundle, Refused> {
    let bundle = Bundle::open(file, keys).map_err(Refused::Bad)?;
    if let Some(current) = current {
        if current.digest() == bundle.digest() {
            return Err(Refused::Same);
        }
        bundle.supersedes(current).map_err(Refused::Bad)?;
    }
    Ok(bundle)
}
