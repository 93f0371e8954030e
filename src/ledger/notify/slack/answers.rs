//! Who may answer in Slack, and whether it was Slack that said so.
//!
//! A request is Slack's if it is signed with the app's signing secret: the header `x-slack-signature` holds `v0=` and the
//! HMAC-SHA256 of `v0:{x-slack-request-timestamp}:{body}`. It is taken once, within five minutes. Who pressed a button is
//! then Slack's word alone: [`Assurance::Chat`]. Slack's IDs are matched with people of the configuration; names that
//! people can choose there count nothing.

use crate::escalation::Reviewer;
use crate::http::auth::{Access, Role};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use toolgate_engine::protocol::Assurance;
use toolgate_engine::time::{Span, Timestamp};

/// How far the time of a request may be from the ledger's, either way.
const WITHIN: Span = Span::from_secs(5 * 60);

/// Who may answer in Slack.
pub struct Answers {
    secret: Vec<u8>,
    /// The workspace's ID.
    team: String,
    /// Whether a yes counts, too.
    pub(crate) approve: bool,
    /// Slack's IDs of people, and their names here.
    users: BTreeMap<String, String>,
    /// Signatures that were taken, and when each can be forgotten.
    seen: Mutex<HashMap<Vec<u8>, Timestamp>>,
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").field("approve", &self.approve).finish_non_exhaustive()
    }
}

/// Why a request is not taken for Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSlack {
    /// Its signature is none, or another one.
    #[error("`x-slack-signature` is not that of this request under the app's signing secret")]
    Signature,
    /// It is of another time.
    #[error("`x-slack-request-timestamp` is more than five minutes from now")]
    Time,
    /// It was taken before.
    #[error("this request was taken before")]
    Again,
}

/// Why a person's answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotKnown {
    /// Somebody of another workspace.
    #[error("You are of another workspace than this ledger's.")]
    Team,
    /// Nobody here.
    #[error("Your Slack account is not known to the ledger: its configuration has nobody for it.")]
    User,
    /// Somebody who may not decide.
    #[error("You are not a reviewer.")]
    Role,
}

impl Answers {
    /// `users` are Slack's IDs of people, and their names in the configuration.
    pub fn new(secret: &str, team: String, approve: bool, users: BTreeMap<String, String>) -> Self {
        Self { secret: secret.as_bytes().to_vec(), team, approve, users, seen: Mutex::default() }
    }

    /// Takes a request for Slack's, once.
    ///
    /// # Errors
    /// [`NotSlack`].
    pub fn take(
        &self,
        timestamp: Option<&str>,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), NotSlack> {
        let timestamp = timestamp.ok_or(NotSlack::Time)?;
        let signature =
            signature.and_then(|text| from_hex(text.strip_prefix("v0=")?)).ok_or(NotSlack::Signature)?;
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(|_| NotSlack::Signature)?;
        for part in [b"v0:", timestamp.as_bytes(), b":", body] {
            mac.update(part);
        }
        mac.verify_slice(&signature).map_err(|_| NotSlack::Signature)?;
        let plain = timestamp.len() <= 12 && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let seconds: u64 = timestamp.parse().ok().filter(|_| plain).ok_or(NotSlack::Time)?;
        let at = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        if at.since(now).max(now.since(at)) > WITHIN {
            return Err(NotSlack::Time);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, forget| *forget >= now);
        match seen.insert(signature, at + WITHIN) {
            None => Ok(()),
            Some(_) => Err(NotSlack::Again),
        }
    }

    /// Who this is here.
    ///
    /// # Errors
    /// [`NotKnown`].
    pub fn reviewer(
        &self,
        teams: &[Option<&str>],
        user: &str,
        access: &Access,
    ) -> Result<Reviewer, NotKnown> {
        // In a shared channel there are people of other workspaces.
        if teams.iter().all(Option::is_none) || teams.iter().flatten().any(|team| *team != self.team) {
            return Err(NotKnown::Team);
        }
        let name = self.users.get(user).ok_or(NotKnown::User)?;
        let Access::Known(known) = access else { return Err(NotKnown::User) };
        let listed = known.users.iter().map(|(_, user)| user).find(|user| user.reviewer.name == *name);
        let listed = listed.ok_or(NotKnown::User)?;
        if !listed.has(&[Role::Reviewer]) {
            return Err(NotKnown::Role);
        }
        Ok(Reviewer { assurance: Assurance::Chat, ..listed.reviewer.clone() })
    }
}

/// Hexadecimal digits, two a byte; `None` for anything else.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in Slack's documentation of request signing.
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const TIME: &str = "1531420618";

    fn answers() -> Answers {
        Answers::new("8f742231b10e8888abcd99yyyzzz85a5", "T1DC2JH3J".to_owned(), false, BTreeMap::new())
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_example_of_the_documentation_is_taken_once_and_in_time() {
        let answers = answers();
        let take = |time, signature, body: &str, now| answers.take(time, signature, body.as_bytes(), at(now));
        let (time, signature) = (Some(TIME), Some(SIGNATURE));
        assert_eq!(take(time, signature, BODY, 1_531_420_618 + 301), Err(NotSlack::Time));
        assert_eq!(take(time, signature, BODY, 1_531_420_618 - 301), Err(NotSlack::Time));
        assert_eq!(take(time, signature, BODY, 1_531_420_618 + 299), Ok(()));
        assert_eq!(take(time, signature, BODY, 1_531_420_618 + 300), Err(NotSlack::Again));
        assert_eq!(take(time, signature, BODY, 1_531_420_618 + 301), Err(NotSlack::Time));
    }

    #[test]
    fn what_is_not_signed_so_is_not_taken() {
        let answers = answers();
        let upper = SIGNATURE.to_uppercase().replace("V0", "v0");
        let one_off = SIGNATURE.replace("b503", "b504");
        let changed = BODY.replace("U2CERLKJA", "U2CERLKJB");
        for (time, signature, body) in [
            (None, Some(SIGNATURE), BODY),
            (Some(TIME), None, BODY),
            (Some(TIME), Some("v0="), BODY),
            (Some(TIME), Some("v0=zz"), BODY),
            (Some(TIME), Some(one_off.as_str()), BODY),
            (Some(TIME), SIGNATURE.strip_prefix("v0="), BODY),
            (Some("1531420619"), Some(SIGNATURE), BODY),
            (Some(TIME), Some(SIGNATURE), changed.as_str()),
            (Some(TIME), Some(SIGNATURE), ""),
        ] {
            let refused = answers.take(time, signature, body.as_bytes(), at(1_531_420_618));
            assert!(refused.is_err(), "{time:?} {signature:?}");
        }
        let other = Answers::new("8f742231b10e8888abcd99yyyzzz85a6", String::new(), false, BTreeMap::new());
        let taken = other.take(Some(TIME), Some(SIGNATURE), BODY.as_bytes(), at(1_531_420_618));
        assert_eq!(taken, Err(NotSlack::Signature));
        // The same digits in other letters are the same signature, and are taken once as well.
        let taken = answers.take(Some(TIME), Some(&upper), BODY.as_bytes(), at(1_531_420_618));
        assert_eq!(taken, Ok(()));
        let again = answers.take(Some(TIME), Some(SIGNATURE), BODY.as_bytes(), at(1_531_420_618));
        assert_eq!(again, Err(NotSlack::Again));
    }
}
