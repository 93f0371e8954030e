//! People whom a proxy has signed in: the signed token it forwards, verified here against the issuer's keys.
//!
//! In come the token and the time, out comes who it is about. What counts is the signature (RFC 7515, by a key of
//! the issuer's set, RFC 7517) and the claims `iss`, `aud`, `exp` and `nbf` (RFC 7519). Algorithms with a shared
//! secret are refused, and so is `none`. Deliberately absent: headers such as `x-forwarded-user`. Whoever reaches the
//! listener can write those, and proxies have let clients write them in other letters.

use crate::say::say;
use axum::http::HeaderName;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use toolgate_engine::time::Timestamp;

/// How far the clocks may be apart, in seconds.
const LEEWAY: u64 = 30;
/// Longest token that is looked at.
const LONGEST: usize = 16 << 10;
/// Longest name of a person.
const LONGEST_NAME: usize = 200;
/// Most bytes of a key set.
const MAX_KEYS: u64 = 1 << 20;
/// How long the issuer may take to give its keys.
const KEYS_WITHIN: Duration = Duration::from_secs(10);
/// How often keys are looked at, in a file and elsewhere.
const EVERY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));
/// Least time between two looks that unknown keys ask for.
const NOT_BEFORE: Duration = Duration::from_secs(30);

/// Whose word about people counts.
#[derive(Debug, Clone)]
pub struct Trust {
    header: HeaderName,
    issuer: String,
    audience: String,
    name_claim: String,
    groups_claim: String,
    keys: Arc<Keys>,
}

/// What a token says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Who it is.
    pub name: String,
    /// The groups they are in.
    pub groups: BTreeSet<String>,
}

impl Claimed {
    /// What verified claims say; nothing, if they name nobody, or by an address the issuer has not verified.
    pub(super) fn of(
        claims: &serde_json::Map<String, serde_json::Value>,
        name_claim: &str,
        groups_claim: &str,
    ) -> Option<Self> {
        if name_claim == "email" && claims.get("email_verified").is_some_and(|verified| verified != true) {
            return None;
        }
        let name = claims.get(name_claim)?.as_str()?.to_owned();
        let groups = match claims.get(groups_claim) {
            None => BTreeSet::new(),
            Some(groups) => groups
                .as_array()?
                .iter()
                .map(|group| group.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        };
        is_name(&name).then_some(Self { name, groups })
    }
}

/// Where the issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file, a JSON Web Key Set.
    File(PathBuf),
    /// An address; `https`, or loopback.
    Url(String),
}

#[derive(Debug)]
struct Keys {
    source: KeySource,
    known: RwLock<JwkSet>,
    wanted: Notify,
}

impl Trust {
    /// Trusts an issuer, in tokens for this audience. No key is known until the first [`Trust::refresh`].
    pub fn new(
        header: HeaderName,
        (issuer, audience): (String, String),
        (name_claim, groups_claim): (String, String),
        source: KeySource,
    ) -> Self {
        let known = RwLock::new(JwkSet { keys: Vec::new() });
        let keys = Arc::new(Keys { source, known, wanted: Notify::new() });
        Self { header, issuer, audience, name_claim, groups_claim, keys }
    }

    /// The header it comes in.
    pub(super) const fn header(&self) -> &HeaderName {
        &self.header
    }

    /// Who the token is about; nobody, if anything about it is in doubt.
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claimed> {
        if token.len() > LONGEST {
            return None;
        }
        let header = decode_header(token).ok()?;
        if !is_public(header.alg) {
            return None;
        }
        let key = {
            let known = self.keys.known.read().unwrap_or_else(PoisonError::into_inner);
            let found = match &header.kid {
                Some(kid) => known.find(kid),
                None => <&[Jwk; 1]>::try_from(known.keys.as_slice()).ok().map(|[only]| only),
            };
            let Some(jwk) = found else {
                self.keys.wanted.notify_one();
                return None;
            };
            if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
                return None;
            }
            DecodingKey::from_jwk(jwk).ok()?
        };
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        // By the ledger's clock, below.
        validation.validate_exp = false;
        let claims =
            decode::<serde_json::Map<String, serde_json::Value>>(token, &key, &validation).ok()?.claims;
        let now = now.as_micros() / 1_000_000;
        let expires = claims.get("exp")?.as_f64()?;
        let from = claims.get("nbf").map_or(Some(0.0), serde_json::Value::as_f64)?;
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact for 200 million years")]
        let (early, late) = (now.saturating_sub(LEEWAY) as f64, (now + LEEWAY) as f64);
        if expires <= early || from > late {
            return None;
        }
        Claimed::of(&claims, &self.name_claim, &self.groups_claim)
    }

    /// Reads the keys again; the old ones stay where that fails.
    ///
    /// # Errors
    /// Why, in a sentence.
    pub async fn refresh(&self) -> Result<(), String> {
        let source = self.keys.source.clone();
        let read = tokio::task::spawn_blocking(move || source.read()).await;
        let set = read.map_err(|error| error.to_string())??;
        *self.keys.known.write().unwrap_or_else(PoisonError::into_inner) = set;
        Ok(())
    }

    /// Keeps the keys fresh, for as long as it is polled.
    pub async fn keep_fresh(self) {
        let every = match self.keys.source {
            KeySource::File(_) => EVERY.0,
            KeySource::Url(_) => EVERY.1,
        };
        loop {
            let read = self.refresh().await;
            if let Err(why) = &read {
                say(why);
            }
            let pause = NOT_BEFORE.min(every);
            tokio::time::sleep(pause).await;
            if read.is_ok() {
                let _ = tokio::time::timeout(every.saturating_sub(pause), self.keys.wanted.notified()).await;
            }
        }
    }
}

impl KeySource {
    fn read(&self) -> Result<JwkSet, String> {
        let (place, text) = match self {
            Self::File(path) => {
                let place = format!("`{}`", path.display());
                let text =
                    std::fs::read(path).map_err(|error| format!("the issuer's keys in {place}: {error}"))?;
                (place, text)
            }
            Self::Url(url) => {
                let config = ureq::Agent::config_builder().timeout_global(Some(KEYS_WITHIN)).max_redirects(0);
                let agent: ureq::Agent = config.proxy(None).build().into();
                let failed = |error: ureq::Error| format!("the issuer's keys at `{url}`: {error}");
                let mut answer = agent.get(url).call().map_err(failed)?;
                let text = answer.body_mut().with_config().limit(MAX_KEYS).read_to_vec().map_err(failed)?;
                (format!("`{url}`"), text)
            }
        };
        serde_json::from_slice(&text).map_err(|error| format!("the issuer's keys in {place}: {error}"))
    }
}

/// Whether an algorithm has a public key: a shared secret would let any holder of it make people up.
const fn is_public(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512
            | Algorithm::ES256
            | Algorithm::ES384
            | Algorithm::EdDSA
    )
}

/// Whether a name can stand in the log and on a page as a person's.
pub(in crate::http) fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.trim() == name
        && !name.chars().any(crate::visible::hides)
}

#[cfg(test)]
mod tests;
