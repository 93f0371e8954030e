//! Webhooks, and where the console is for the links in their messages.

use super::people::is_safe;
use super::{ConfigError, Environment, File, check_name, read_secret, refuse};
use crate::notify::Webhook;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The console, as others see it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Console {
    /// Where browsers reach the people's listener.
    pub url: Option<String>,
}

/// Who is told that people are asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookEntry {
    /// Its name.
    pub name: String,
    /// Where messages go; `https`, or loopback.
    pub url: String,
    /// The file that holds the secret messages are signed with.
    pub secret_file: Option<PathBuf>,
    /// The environment variable that holds it.
    pub secret_env: Option<String>,
    /// The reviewer groups it is for, by their names in the policy; all, if left out.
    pub groups: Option<BTreeSet<String>>,
}

impl File {
    /// The webhooks.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn webhooks(&self, environment: Environment<'_>) -> Result<Vec<Webhook>, ConfigError> {
        let mut webhooks: Vec<Webhook> = Vec::new();
        for WebhookEntry { name, url, secret_file, secret_env, groups } in &self.webhooks {
            check_name("webhook", name)?;
            if webhooks.iter().any(|known| known.name == *name) {
                return refuse(format!("webhook `{name}` stands twice"));
            }
            if !is_safe(url) {
                return refuse(format!(
                    "webhook `{name}`: its address is neither `https` nor of this machine"
                ));
            }
            let owner = format!("webhook `{name}`");
            let (secret, _) =
                read_secret(&owner, ("secret", secret_file.as_deref(), secret_env.as_deref()), environment)?;
            let webhook = Webhook::new(name.clone(), url.clone(), secret.trim(), self.console.url.clone());
            if groups.as_ref().is_some_and(BTreeSet::is_empty) {
                return refuse(format!("webhook `{name}`: `groups` names nobody; leave it out for all"));
            }
            let mut webhook = webhook.map_err(ConfigError)?;
            webhook.groups.clone_from(groups);
            webhooks.push(webhook);
        }
        Ok(webhooks)
    }
}
