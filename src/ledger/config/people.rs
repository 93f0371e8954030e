//! People: those of the configuration, and those somebody else signs in.

use super::{ConfigError, UserEntry, refuse};
use crate::escalation::{Membership, Reviewer};
use crate::http::auth::User;
use crate::http::auth::jwt::{KeySource, Trust};
use crate::http::auth::session;
use axum::http::HeaderName;
use serde::Deserialize;
use std::path::PathBuf;
use toolgate_engine::protocol::Assurance;

/// A proxy that signs people in and forwards the issuer's signed token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyEntry {
    /// Where the token stands.
    #[serde(default = "authorization")]
    pub header: String,
    /// Who issues it: the claim `iss`, to the letter.
    pub issuer: String,
    /// For whom: the claim `aud`.
    pub audience: String,
    /// The file that holds the issuer's keys.
    pub keys_file: Option<PathBuf>,
    /// The address that gives the issuer's keys.
    pub keys_url: Option<String>,
    /// The claim that names a person.
    #[serde(default = "sub")]
    pub name_claim: String,
    /// The claim that lists the person's groups.
    #[serde(default = "groups")]
    pub groups_claim: String,
}

fn authorization() -> String {
    "authorization".to_owned()
}

pub(super) fn sub() -> String {
    "sub".to_owned()
}

pub(super) fn groups() -> String {
    "groups".to_owned()
}

/// Headers that carry a bare name. Whoever reaches the listener can write them.
const BARE: &[&str] = &["user", "email", "remote-user", "x-remote-user", "from", "cookie", "host"];

impl ProxyEntry {
    /// Whose word counts.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub(super) fn trust(&self) -> Result<Trust, ConfigError> {
        let name = HeaderName::from_bytes(self.header.as_bytes());
        let Ok(header) = name else { return refuse(format!("`[proxy]`: `{}` names no header", self.header)) };
        let bare = header.as_str();
        if BARE.contains(&bare)
            || (bare.starts_with("x-") && (bare.ends_with("-user") || bare.ends_with("-email")))
        {
            return refuse(format!(
                "`[proxy]`: `{bare}` carries a bare name, which anybody can write; forward the signed token instead"
            ));
        }
        if self.issuer.is_empty() || self.audience.is_empty() {
            return refuse(
                "`[proxy]`: `issuer` and `audience` are not empty: a token for somebody else counts nothing",
            );
        }
        let keys = match (&self.keys_file, &self.keys_url) {
            (Some(file), None) => KeySource::File(file.clone()),
            (None, Some(url)) if is_safe(url) => KeySource::Url(url.clone()),
            (None, Some(url)) => {
                return refuse(format!(
                    "`[proxy]`: `{url}` is neither `https` nor of this machine; anybody between could give keys"
                ));
            }
            _ => return refuse("`[proxy]` needs either `keys_file` or `keys_url`"),
        };
        let issued = (self.issuer.clone(), self.audience.clone());
        Ok(Trust::new(header, issued, (self.name_claim.clone(), self.groups_claim.clone()), keys))
    }
}

/// Whether nobody in between can read or change what is asked there.
pub(crate) fn is_safe(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let here = |rest: &str| rest.is_empty() || rest.starts_with([':', '/']);
    url.starts_with("https://") || local.iter().any(|local| url.strip_prefix(local).is_some_and(here))
}

impl UserEntry {
    /// The hash of their password, if they have one.
    pub(super) fn password(&self, owner: &str) -> Result<Option<String>, ConfigError> {
        let Some(path) = &self.password_file else { return Ok(None) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("{owner}: `{}`: {error}", path.display())))?;
        let hash = text.trim();
        if !session::is_password_hash(hash) {
            return refuse(format!(
                "{owner}: `{}` holds no hash of a password; `toolgate ledger password` makes one",
                path.display()
            ));
        }
        Ok(Some(hash.to_owned()))
    }

    /// Who they are and what they may do.
    pub(super) fn user(&self) -> User {
        let reviewer = Reviewer {
            name: self.name.clone(),
            groups: Membership::Listed(self.groups.clone()),
            principals: self.principals.clone(),
            assurance: Assurance::Local,
        };
        User { reviewer, roles: self.roles.clone() }
    }
}
