//! A person at a browser: signed in once, known by a cookie for a while, and safe from other sites' pages.
//!
//! Sessions live in memory: a restart signs everybody out. A state changes only by `POST` that comes from this
//! origin (`Sec-Fetch-Site`, or `Origin` where a browser does not send that) *and* carries the token that stood in the
//! page ([`Sessions::form_token`]). The cookie has the `__Host-` prefix, so no neighbouring host can set it.

use super::{Proofs, User};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use toolgate_engine::time::{Span, Timestamp};

use super::TokenDigest;

/// The cookie. Browsers take one of this name only with `Secure`, for `/` and without a domain.
const COOKIE_NAME: &str = "__Host-toolgate";
/// How long a session lasts at most, and how long without a request: 12 h, 1 h.
const LASTS: (Span, Span) = (Span::from_secs(12 * 3_600), Span::from_secs(3_600));
/// Most sessions at once.
const MOST: usize = 10_000;
/// Failed attempts after which a name has to wait, and how long.
const PATIENCE: (u32, Span) = (5, Span::from_secs(30));
/// How long a code waits to be used, and most codes at once.
const CODES: (Span, usize) = (Span::from_secs(600), 1_000);
/// Longest password that is looked at.
const LONGEST: usize = 1_024;

/// Everybody who is signed in.
#[derive(Debug)]
pub struct Sessions {
    /// Page tokens are made with it; new at every start.
    secret: [u8; 32],
    open: Mutex<HashMap<TokenDigest, Session>>,
    codes: Mutex<HashMap<TokenDigest, Code>>,
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
    /// A password takes memory and time to check, by design.
    checking: Semaphore,
}

#[derive(Debug, Clone)]
struct Session {
    user: User,
    until: Timestamp,
    idle: Timestamp,
}

/// Whom a code signs in, once.
#[derive(Debug)]
struct Code {
    user: User,
    until: Timestamp,
}

/// Why somebody is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSignedIn {
    /// There is no such person, or they proved nothing. Which of both is not told.
    Wrong,
    /// Too many attempts: not looked at before a while has passed.
    TooOften,
    /// There are too many sessions.
    Full,
}

impl Sessions {
    /// Nobody is signed in.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self {
            secret,
            open: Mutex::default(),
            codes: Mutex::default(),
            failures: Mutex::default(),
            checking: Semaphore::new(1),
        })
    }

    /// Checks a password, or in its place the token of somebody who has no password.
    ///
    /// # Errors
    /// [`NotSignedIn`].
    pub async fn check(
        &self,
        name: &str,
        password: String,
        known: &[(Proofs, User)],
        now: Timestamp,
    ) -> Result<User, NotSignedIn> {
        let found = known.iter().find(|(_, user)| user.reviewer.name == name);
        let proofs = found.map(|(proofs, _)| proofs.clone());
        let turn = self.checking.acquire().await.map_err(|_| NotSignedIn::Full)?;
        // Looked at in turn, so that attempts made at once are counted one after the other.
        let waits = |(failed, last): (u32, Timestamp)| failed >= PATIENCE.0 && now < last + PATIENCE.1;
        if lock(&self.failures).get(name).is_some_and(|failures| waits(*failures)) {
            return Err(NotSignedIn::TooOften);
        }
        let right = tokio::task::spawn_blocking(move || is_right(proofs, &password)).await.unwrap_or(false);
        drop(turn);
        match found {
            Some((_, user)) if right => {
                lock(&self.failures).remove(name);
                Ok(user.clone())
            }
            Some(_) => {
                let mut failures = lock(&self.failures);
                let (failed, last) = failures.entry(name.to_owned()).or_insert((0, now));
                (*failed, *last) = (failed.saturating_add(1), now);
                Err(NotSignedIn::Wrong)
            }
            None => Err(NotSignedIn::Wrong),
        }
    }

    /// Opens a session and gives its cookie's value for `set-cookie`.
    ///
    /// # Errors
    /// [`NotSignedIn::Full`].
    pub fn open(&self, user: User, now: Timestamp) -> Result<String, NotSignedIn> {
        let token = random()?;
        let mut open = lock(&self.open);
        open.retain(|_, session| session.is_open(now));
        if open.len() >= MOST {
            return Err(NotSignedIn::Full);
        }
        let session = Session { user, until: now + LASTS.0, idle: now + LASTS.1 };
        open.insert(TokenDigest::of(&token), session);
        Ok(format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; Secure; SameSite=Lax"))
    }

    /// A code that signs this person in once, and how long that may take. Only its hash is kept.
    ///
    /// # Errors
    /// [`NotSignedIn::Full`].
    pub fn code(&self, user: User, now: Timestamp) -> Result<(String, Span), NotSignedIn> {
        let code = random()?;
        let mut codes = lock(&self.codes);
        codes.retain(|_, code| now < code.until);
        if codes.len() >= CODES.1 {
            return Err(NotSignedIn::Full);
        }
        codes.insert(TokenDigest::of(&code), Code { user, until: now + CODES.0 });
        Ok((code, CODES.0))
    }

    /// Whom a code would sign in. It stays good: links are followed by programs too.
    pub fn whose(&self, code: &str, now: Timestamp) -> Option<String> {
        let codes = lock(&self.codes);
        let code = codes.get(&TokenDigest::of(code)).filter(|code| now < code.until)?;
        Some(code.user.reviewer.name.clone())
    }

    /// Takes a code; it is gone then, whoever asks again.
    pub fn redeem(&self, code: &str, now: Timestamp) -> Option<User> {
        let code = lock(&self.codes).remove(&TokenDigest::of(code))?;
        (now < code.until).then_some(code.user)
    }

    /// Whose session a request belongs to, and the session's own name for [`Sessions::form_token`].
    pub fn find(&self, headers: &HeaderMap, now: Timestamp) -> Option<(User, String)> {
        let token = cookie(headers, COOKIE_NAME)?;
        let mut open = lock(&self.open);
        let session = open.get_mut(&TokenDigest::of(&token)).filter(|session| session.is_open(now))?;
        session.idle = now + LASTS.1;
        Some((session.user.clone(), token))
    }

    /// Ends the session of a request; what to put into `set-cookie`.
    pub fn close(&self, headers: &HeaderMap) -> String {
        if let Some(token) = cookie(headers, COOKIE_NAME) {
            lock(&self.open).remove(&TokenDigest::of(&token));
        }
        format!("{COOKIE_NAME}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0")
    }

    /// The token that a form of this session, or person, must carry.
    pub fn form_token(&self, of: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(b"form");
        mac.update(of.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether a form carries its token.
    pub fn is_form_token(&self, of: &str, given: &str) -> bool {
        let expected = self.form_token(of);
        !expected.is_empty() && expected.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl Session {
    fn is_open(&self, now: Timestamp) -> bool {
        now < self.until && now < self.idle
    }
}

/// A value nobody guesses.
pub(super) fn random() -> Result<String, NotSignedIn> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NotSignedIn::Full)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Hashes a password for a `password_file`.
///
/// # Errors
/// Where it is empty or too long, or the machine gives no randomness.
pub fn hash_password(password: &str) -> Result<String, String> {
    if password.len() < 8 || password.len() > LONGEST {
        return Err(format!("a password has 8 to {LONGEST} bytes"));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

/// Whether a text is a hash that [`hash_password`] could have made.
pub fn is_password_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id")
}

/// The hash of nobody's password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Takes as long for nobody as for somebody with a password.
fn is_right(proofs: Option<Proofs>, given: &str) -> bool {
    if given.len() > LONGEST {
        return false;
    }
    match proofs {
        Some(Proofs { password: None, token: Some(token) }) => token.is_of(given),
        Some(Proofs { password: Some(hash), .. }) => verifies(&hash, given),
        _ => {
            verifies(NOBODY, given);
            false
        }
    }
}

fn verifies(hash: &str, given: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(given.as_bytes(), &hash).is_ok())
}

/// The value of a cookie; none where it stands there twice.
pub(super) fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = all.flat_map(|value| value.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then(|| value.to_owned())
    });
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Whether a request that changes something may have been made by a page of this origin, or by no browser at all.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    if headers.contains_key(SITE) {
        return super::single(headers, &SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
    }
    if headers.contains_key(ORIGIN) {
        let host = super::single(headers, &HOST);
        let origin = super::single(headers, &ORIGIN).and_then(|origin| origin.split_once("://"));
        return host.is_some() && origin.map(|(_, host)| host) == host;
    }
    true
}

/// Whether the host that was asked for is this machine by a name only this machine has. With `--dev`, a page of
/// another site whose name was made to mean this machine must not get in.
pub fn is_loopback_host(headers: &HeaderMap) -> bool {
    let Some(host) = super::single(headers, &HOST) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
