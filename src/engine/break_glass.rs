//! Break-glass: for a bounded time, what the policy would refuse or ask about of one principal goes through.
//!
//! It is a signed note, so that nobody between those who want it and the filter can make one or change one. Either the
//! ledger signed it, at which two people are known to have wanted it, or two people signed it themselves, for when there
//! is no ledger:
//!
//! ```text
//! toolgate break-glass                         toolgate break-glass
//! by ledger log.corp.example                   by people
//! id 019ac1c7-…                                id 019ac1c7-…
//! principal spiffe://corp.example/…            principal spiffe://corp.example/…
//! policy platform                              policy platform
//! from 2026-11-22T15:43:07.123456Z             from 2026-11-22T15:43:07.123456Z
//! until 2026-11-22T16:13:07.123456Z            until 2026-11-22T16:13:07.123456Z
//! asked soc-1                                  reason the release is stuck
//! confirmed soc-2
//! reason the release is stuck                  — soc-1 base64(…)
//!                                              — soc-2 base64(…)
//! — log.corp.example base64(…)
//! ```
//!
//! It overrides verdicts, never the reading: what could not be followed or read stays as it is, and so does what a rule
//! says that the policy marks as a guardrail. Deliberately absent: a clock, and what is done with a call; only
//! [`Permit`](crate::policy::Permit) lets one through.

use crate::note::{self, NoteError, Signer, Verifier};
use crate::record;
use crate::time::{Span, Timestamp};
use std::fmt;

/// The longest that one lasts.
pub const LONGEST: Span = Span::from_secs(4 * 60 * 60);
/// Most bytes of a reason.
pub const LONGEST_REASON: usize = 500;
/// Most bytes of any other value.
const LONGEST_VALUE: usize = 2_048;

const ORIGIN: &str = "toolgate break-glass";

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whose word it is.
    pub by: By,
    /// Its ID, a UUID.
    pub id: String,
    /// The principal, to the letter.
    pub principal: String,
    /// The name of the policy that it overrides.
    pub policy: String,
    /// Nothing goes through before this.
    pub from: Timestamp,
    /// Nothing goes through from this on; at most [`LONGEST`] later.
    pub until: Timestamp,
    /// Why, on one line.
    pub reason: String,
}

/// Whose word a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The ledger's, to which two people said it.
    Ledger {
        /// The log's name, which is that of its key.
        origin: String,
        /// Who asked.
        asked: String,
        /// Who confirmed it.
        confirmed: String,
    },
    /// That of two people, each by a key of their own.
    People,
}

/// Why a break-glass is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlassError {
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It does not say what a break-glass says.
    #[error("not a break-glass: {0}")]
    Statement(&'static str),
    /// It lasts too long, or no time at all.
    #[error("a break-glass lasts at most 4 hours, and longer than no time")]
    Length,
    /// Too few people.
    #[error("two people sign a break-glass, each with a key of their own; it has {0} of them")]
    Signatures(usize),
}

/// A break-glass whose signatures are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glass {
    statement: Statement,
    asked: String,
    confirmed: String,
}

impl Statement {
    /// Whether it can be signed at all.
    ///
    /// # Errors
    /// [`GlassError`].
    pub fn check(&self) -> Result<(), GlassError> {
        let mut values = vec![&self.id, &self.principal, &self.policy, &self.reason];
        if let By::Ledger { origin, asked, confirmed } = &self.by {
            values.extend([origin, asked, confirmed]);
        }
        if values.iter().any(|value| value.is_empty() || value.len() > LONGEST_VALUE) {
            return Err(GlassError::Statement("a value is empty, or too long"));
        }
        if values.iter().any(|value| value.chars().any(char::is_control)) {
            return Err(GlassError::Statement("a control character in a value"));
        }
        if self.reason.len() > LONGEST_REASON {
            return Err(GlassError::Statement("a reason of more than 500 bytes"));
        }
        if self.until <= self.from || self.until.since(self.from) > LONGEST {
            return Err(GlassError::Length);
        }
        Ok(())
    }

    /// The note of it, with one signature.
    ///
    /// # Errors
    /// [`GlassError`], where nobody would take it.
    pub fn sign(&self, signer: &Signer) -> Result<String, GlassError> {
        self.check()?;
        Ok(signer.sign(&self.to_string())?)
    }

    /// What a text says, whoever signed it.
    ///
    /// # Errors
    /// [`GlassError`].
    pub fn read(text: &str) -> Result<Self, GlassError> {
        let mut lines = text.lines();
        if lines.next() != Some(ORIGIN) {
            return Err(GlassError::Statement("it does not begin with `toolgate break-glass`"));
        }
        let mut value = |key: &str, wrong: &'static str| {
            let line = lines.next().and_then(|line| line.strip_prefix(key)?.strip_prefix(' '));
            line.map(str::to_owned).ok_or(GlassError::Statement(wrong))
        };
        let by = value("by", "it says by whom in no way that is known")?;
        let id = value("id", "it has no `id`")?;
        let principal = value("principal", "it names no principal")?;
        let policy = value("policy", "it names no policy")?;
        let from = time(&value("from", "it has no beginning")?)?;
        let until = time(&value("until", "it has no end")?)?;
        let by = match by.as_str() {
            "people" => By::People,
            by => {
                let origin = by.strip_prefix("ledger ");
                let origin =
                    origin.ok_or(GlassError::Statement("it says by whom in no way that is known"))?;
                By::Ledger {
                    origin: origin.to_owned(),
                    asked: value("asked", "nobody asked for it")?,
                    confirmed: value("confirmed", "nobody confirmed it")?,
                }
            }
        };
        let reason = value("reason", "it does not say why")?;
        let statement = Self { by, id, principal, policy, from, until, reason };
        // One form only: what is read is what is written.
        if statement.to_string() != text {
            return Err(GlassError::Statement("it says more than is understood, or says it in another form"));
        }
        statement.check()?;
        Ok(statement)
    }
}

/// The text that is signed.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{ORIGIN}")?;
        match &self.by {
            By::Ledger { origin, .. } => writeln!(f, "by ledger {origin}")?,
            By::People => writeln!(f, "by people")?,
        }
        writeln!(f, "id {}\nprincipal {}\npolicy {}", self.id, self.principal, self.policy)?;
        writeln!(f, "from {}\nuntil {}", self.from, self.until)?;
        if let By::Ledger { asked, confirmed, .. } = &self.by {
            writeln!(f, "asked {asked}\nconfirmed {confirmed}")?;
        }
        writeln!(f, "reason {}", self.reason)
    }
}

fn time(text: &str) -> Result<Timestamp, GlassError> {
    Timestamp::parse(text).ok_or(GlassError::Statement("a time is RFC 3339 in UTC with six decimals"))
}

impl Glass {
    /// Opens a note that the ledger signed. `key` is that of its log.
    ///
    /// # Errors
    /// [`GlassError`].
    pub fn of_ledger(note: &str, key: &Verifier) -> Result<Self, GlassError> {
        let statement = Statement::read(note::open(note, std::slice::from_ref(key))?)?;
        match &statement.by {
            By::Ledger { origin, .. } if origin != key.name() => {
                Err(GlassError::Statement("it is of another ledger"))
            }
            By::Ledger { asked, confirmed, .. } if asked.eq_ignore_ascii_case(confirmed) => {
                Err(GlassError::Signatures(1))
            }
            By::Ledger { asked, confirmed, .. } => {
                Ok(Self { asked: asked.clone(), confirmed: confirmed.clone(), statement })
            }
            By::People => {
                Err(GlassError::Statement("it is signed by the ledger and is not the ledger's word"))
            }
        }
    }

    /// Opens a note that two of these people signed.
    ///
    /// # Errors
    /// [`GlassError`].
    pub fn of_people(note: &str, people: &[Verifier]) -> Result<Self, GlassError> {
        let (text, signers) = note::open_by(note, people)?;
        let [first, rest @ ..] = signers.known.as_slice() else { return Err(GlassError::Signatures(0)) };
        let another =
            |key: &&&Verifier| !key.is_key_of(first) && !key.name().eq_ignore_ascii_case(first.name());
        let Some(second) = rest.iter().find(another) else { return Err(GlassError::Signatures(1)) };
        let statement = Statement::read(text)?;
        if statement.by != By::People {
            return Err(GlassError::Statement("it is signed by people and is not people's word"));
        }
        Ok(Self { asked: first.name().to_owned(), confirmed: second.name().to_owned(), statement })
    }

    /// What it says.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Whether two people signed it without the ledger.
    pub fn is_offline(&self) -> bool {
        self.statement.by == By::People
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.statement.until <= now
    }

    /// Whether it lets through what this principal does under this policy, now.
    pub fn covers(&self, principal: Option<&str>, policy: &str, now: Timestamp) -> bool {
        principal == Some(&self.statement.principal)
            && policy == self.statement.policy
            && self.statement.from <= now
            && !self.is_over(now)
    }

    /// What the record says of it.
    pub fn recorded(&self) -> record::BreakGlass {
        record::BreakGlass {
            id: self.statement.id.clone(),
            asked: self.asked.clone(),
            confirmed: self.confirmed.clone(),
            until: self.statement.until.to_string(),
            reason: self.statement.reason.clone(),
            offline: self.is_offline(),
        }
    }
}

#[cfg(test)]
mod tests;
