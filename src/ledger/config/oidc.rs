//! `[oidc]`: the provider at which the ledger itself has people signed in.

use super::people::{groups, is_safe, sub};
use super::{ConfigError, Environment, File, read_secret, refuse};
use crate::http::auth::oidc::{Provider, Registration};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};
use serde::Deserialize;
use std::path::PathBuf;

/// Where a provider sends people back to, below `[console] url`. It is what is registered there.
pub const CALLBACK: &str = "/sign-in/callback";

/// An OpenID provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcEntry {
    /// Its issuer, to the letter; `/.well-known/openid-configuration` is below it. `https`, or this machine.
    pub issuer: String,
    /// What the ledger is called there.
    pub client_id: String,
    /// The file that holds the client's secret; a public client has none.
    pub client_secret_file: Option<PathBuf>,
    /// The environment variable that holds it.
    pub client_secret_env: Option<String>,
    /// What is asked for, besides `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The claim that names a person. It must be one that people cannot choose for themselves.
    #[serde(default = "sub")]
    pub name_claim: String,
    /// The claim that lists the person's groups.
    #[serde(default = "groups")]
    pub groups_claim: String,
}

fn scopes() -> Vec<String> {
    vec!["email".to_owned(), "profile".to_owned()]
}

impl File {
    /// The provider, if there is one.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub(super) fn provider(&self, environment: Environment<'_>) -> Result<Option<Provider>, ConfigError> {
        let Some(entry) = &self.oidc else { return Ok(None) };
        let Some(console) = &self.console.url else {
            return refuse(format!(
                "`[oidc]` needs `[console] url`: the provider sends people back to `{CALLBACK}` below it"
            ));
        };
        if !is_safe(console) {
            return refuse(format!("`[console]`: `{console}` is neither `https` nor of this machine"));
        }
        if !is_safe(&entry.issuer) {
            return refuse(format!(
                "`[oidc]`: the issuer `{}` is neither `https` nor of this machine; anybody between could sign people in",
                entry.issuer
            ));
        }
        if entry.client_id.is_empty() {
            return refuse("`[oidc]`: `client_id` is not empty: it is what the provider calls the ledger");
        }
        if entry.name_claim.is_empty() || entry.groups_claim.is_empty() {
            return refuse("`[oidc]`: `name_claim` and `groups_claim` each name a claim");
        }
        if self.groups.is_empty() {
            return refuse(
                "`[oidc]` without `[groups]`: nobody it signs in may do anything; say what members of a group may do",
            );
        }
        let bad = |error: &dyn std::fmt::Display| ConfigError(format!("`[oidc]`: {error}"));
        let issuer = IssuerUrl::new(entry.issuer.clone()).map_err(|error| bad(&error))?;
        let redirect = RedirectUrl::new(format!("{}{CALLBACK}", console.trim_end_matches('/')));
        let secret = match (entry.client_secret_file.as_deref(), entry.client_secret_env.as_deref()) {
            (None, None) => None,
            (file, variable) => {
                let (secret, place) =
                    read_secret("`[oidc]`", ("client_secret", file, variable), environment)?;
                let secret = secret.trim();
                if secret.is_empty() {
                    return refuse(format!("`[oidc]`: there is no secret in {place}"));
                }
                Some(ClientSecret::new(secret.to_owned()))
            }
        };
        Ok(Some(Provider::new(Registration {
            issuer,
            client: ClientId::new(entry.client_id.clone()),
            secret,
            redirect: redirect.map_err(|error| bad(&error))?,
            scopes: entry.scopes.clone(),
            claims: (entry.name_claim.clone(), entry.groups_claim.clone()),
        })))
    }
}
