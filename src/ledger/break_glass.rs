//! Break-glass for one principal: a state machine without clock or store.
//!
//! ```text
//!   ask ─► asked ── confirm, by another reviewer ─► active ── end, by a reviewer ─► ended
//!            │ │ └── cancel, by who asked ─► cancelled  └── its time is over ─► expired
//!            │ └──── refuse, by another reviewer ─► refused
//!            └────── nobody confirms it in time ─► expired
//! ```
//!
//! In come the time and an [`Input`]; out come what [`Happened`], an event of the log, and whether the input was
//! granted. Time is looked at first. Two different people want it: a person is their name here, whatever they signed in
//! by, and a name in other letters is the same person. Nobody confirms it for their own agent. It ends by itself, and
//! nothing makes it longer.

use crate::escalation::Reviewer;
use toolgate_engine::break_glass::{By, Statement};
use toolgate_engine::time::{Span, Timestamp};

/// How long somebody else has to confirm it.
pub const CONFIRM_WITHIN: Span = Span::from_secs(15 * 60);

/// A break-glass as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Its ID.
    pub id: String,
    /// The principal, to the letter.
    pub principal: String,
    /// The name of the policy that it overrides.
    pub policy: String,
    /// Why, on one line.
    pub reason: String,
    /// How long it lasts once it is confirmed.
    pub length: Span,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked: Timestamp,
    /// Where it stands.
    pub state: State,
}

/// Where a break-glass stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody else wants it yet.
    Asked {
        /// When it is too late to.
        until: Timestamp,
    },
    /// It holds.
    Active {
        /// Who confirmed it.
        by: String,
        /// When.
        since: Timestamp,
        /// When it ends by itself.
        until: Timestamp,
    },
    /// A reviewer ended it.
    Ended {
        /// Who.
        by: String,
    },
    /// Its time is over, confirmed or not.
    Expired,
    /// Another reviewer did not want it.
    Refused {
        /// Who.
        by: String,
    },
    /// Who asked took it back.
    Cancelled,
}

impl State {
    /// The word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Active { .. } => "active",
            Self::Ended { .. } => "ended",
            Self::Expired => "expired",
            Self::Refused { .. } => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// When it ends by itself, if it does.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Asked { until } | Self::Active { until, .. } => Some(*until),
            Self::Ended { .. } | Self::Expired | Self::Refused { .. } | Self::Cancelled => None,
        }
    }
}

/// What can come to a break-glass.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Nothing but time.
    Tick,
    /// Another reviewer wants it as well.
    Confirm(&'a Reviewer),
    /// Another reviewer does not.
    Refuse(&'a Reviewer),
    /// Who asked takes it back.
    Cancel(&'a Reviewer),
    /// A reviewer ends it.
    End(&'a Reviewer),
}

/// What an input led to; an event of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It holds from now on.
    Confirmed,
    /// It never will.
    Refused,
    /// It was taken back.
    Cancelled,
    /// It holds no longer.
    Ended,
    /// Time ran out.
    Expired,
}

/// Why an input is not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It waits for nobody.
    #[error("the break-glass is {0}; it waits for nobody")]
    NotAsked(&'static str),
    /// It does not hold.
    #[error("the break-glass is {0}, not active")]
    NotActive(&'static str),
    /// Two people are two.
    #[error("two different people want it, and you asked for it")]
    SamePerson,
    /// Nobody lets their own agent do anything.
    #[error("nobody confirms it for their own agent")]
    OwnAgent,
    /// It is somebody else's.
    #[error("only who asked for it takes it back")]
    NotYours,
    /// People have stopped the principal.
    #[error("the principal is frozen; lift that first")]
    Frozen,
}

impl BreakGlass {
    /// Advances by one input. What happened must be kept whether or not the input was granted.
    pub fn handle(&mut self, now: Timestamp, input: Input<'_>) -> (Option<Happened>, Result<(), Refused>) {
        if self.state.until().is_some_and(|until| until <= now) {
            self.state = State::Expired;
            return (Some(Happened::Expired), self.handle_open(now, input).map(|_| ()));
        }
        match self.handle_open(now, input) {
            Ok(happened) => (happened, Ok(())),
            Err(refused) => (None, Err(refused)),
        }
    }

    fn handle_open(&mut self, now: Timestamp, input: Input<'_>) -> Result<Option<Happened>, Refused> {
        let asked = matches!(self.state, State::Asked { .. });
        let active = matches!(self.state, State::Active { .. });
        let (happened, next) = match input {
            Input::Tick => return Ok(None),
            Input::End(_) if !active => return Err(Refused::NotActive(self.state.name())),
            Input::End(reviewer) => (Happened::Ended, State::Ended { by: reviewer.name.clone() }),
            Input::Confirm(_) | Input::Refuse(_) | Input::Cancel(_) if !asked => {
                return Err(Refused::NotAsked(self.state.name()));
            }
            Input::Cancel(person) if self.is_of(person) => (Happened::Cancelled, State::Cancelled),
            Input::Cancel(_) => return Err(Refused::NotYours),
            Input::Confirm(reviewer) | Input::Refuse(reviewer) if self.is_of(reviewer) => {
                return Err(Refused::SamePerson);
            }
            Input::Refuse(reviewer) => (Happened::Refused, State::Refused { by: reviewer.name.clone() }),
            Input::Confirm(reviewer) if reviewer.acts_as(&self.principal) => return Err(Refused::OwnAgent),
            Input::Confirm(reviewer) => {
                let by = reviewer.name.clone();
                (Happened::Confirmed, State::Active { by, since: now, until: now + self.length })
            }
        };
        self.state = next;
        Ok(Some(happened))
    }

    fn is_of(&self, person: &Reviewer) -> bool {
        person.name.eq_ignore_ascii_case(&self.asked_by)
    }

    /// What the ledger of this name signs of it, if it holds.
    pub fn statement(&self, origin: &str) -> Option<Statement> {
        let State::Active { by, since, until } = &self.state else { return None };
        Some(self.stated(origin, by, (*since, *until)))
    }

    /// Whether a statement of it could be signed, whoever confirms it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        let stated = self.stated("log", "somebody", (self.asked, self.asked + self.length));
        stated.check().map_err(|error| error.to_string())
    }

    fn stated(&self, origin: &str, confirmed: &str, (from, until): (Timestamp, Timestamp)) -> Statement {
        Statement {
            by: By::Ledger {
                origin: origin.to_owned(),
                asked: self.asked_by.clone(),
                confirmed: confirmed.to_owned(),
            },
            id: self.id.clone(),
            principal: self.principal.clone(),
            policy: self.policy.clone(),
            from,
            until,
            reason: self.reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
