//! Webhooks in the form of Standard Webhooks 1.0. A message is signed and holds no arguments.

use super::orders::{Glass, Order};
use super::{Ask, MOST, Sent, Target, WITHIN, What};
use crate::service::Ledger;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeSet;
use toolgate_engine::time::Timestamp;

/// Where signed messages go.
#[derive(Clone)]
pub struct Webhook {
    /// Its name; its place in the log is kept under it.
    pub name: String,
    /// Where to.
    pub url: String,
    /// What messages are signed with.
    secret: Vec<u8>,
    /// Where browsers reach the console.
    pub console: Option<String>,
    /// The reviewer groups it is for, by their names in the policy; all, if nothing is said.
    pub groups: Option<BTreeSet<String>>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A URL can be as good as a secret.
        f.debug_struct("Webhook").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Webhook {
    /// A webhook; `secret` is `whsec_` and base64 of 24 to 64 bytes.
    ///
    /// # Errors
    /// What is wrong with the secret, without saying it.
    pub fn new(name: String, url: String, secret: &str, console: Option<String>) -> Result<Self, String> {
        let bytes = secret.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok());
        match bytes {
            Some(secret) if (24..=64).contains(&secret.len()) => {
                Ok(Self { name, url, secret, console, groups: None })
            }
            _ => Err(format!("webhook `{name}`: the secret is `whsec_` and base64 of 24 to 64 bytes")),
        }
    }

    /// The value of `webhook-signature`.
    fn sign(&self, id: &str, at: u64, body: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// A page of the console.
    fn link(&self, page: &str) -> Option<String> {
        self.console.as_ref().map(|console| format!("{}{page}", console.trim_end_matches('/')))
    }

    /// Sends what this event is told by. The same message has the same ID however often it is sent.
    async fn post<D: Serialize>(&self, event: &str, message: &Message<D>, now: Timestamp) -> Sent {
        let Ok(body) = serde_json::to_string(message) else { return Sent::Taken };
        let id = format!("msg_{event}");
        let at = now.as_micros() / 1_000_000;
        let signature = self.sign(&id, at, &body);
        let url = self.url.clone();
        let attempt = tokio::task::spawn_blocking(move || {
            let config =
                ureq::Agent::config_builder().timeout_global(Some(WITHIN)).max_redirects(0).proxy(None);
            let agent: ureq::Agent = config.http_status_as_error(false).build().into();
            let request =
                agent.post(&url).header("content-type", "application/json").header("webhook-id", &id);
            let request =
                request.header("webhook-timestamp", at.to_string()).header("webhook-signature", signature);
            request.send(body.as_bytes()).map(|answer| answer.status().as_u16())
        });
        match attempt.await {
            Ok(Ok(200..=299)) => Sent::Taken,
            Ok(Ok(410)) => Sent::Gone,
            Ok(Ok(status)) => failed(format!("status {status}")),
            // The error of a client names the address, which can be as good as a secret.
            Ok(Err(ureq::Error::Timeout(_))) => failed("no answer in time".to_owned()),
            Ok(Err(_)) => failed("it cannot be reached".to_owned()),
            Err(error) => failed(error.to_string()),
        }
    }
}

/// What a message says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message<D = Data> {
    pub(super) r#type: String,
    pub(super) timestamp: String,
    pub(super) data: D,
}

/// What it says of an order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ordered {
    /// The principal.
    pub(super) agent: String,
    /// Who took this step.
    pub(super) by: String,
    /// Why.
    pub(super) reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) break_glass: Option<OrderedGlass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
}

/// What it says of the break-glass.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OrderedGlass {
    pub(super) id: String,
    /// The name of the policy that it overrides.
    pub(super) policy: String,
    pub(super) asked_by: String,
    /// How long it lasts from its confirmation on.
    pub(super) seconds: u64,
    /// While it is asked for: when it is too late to confirm it. While it holds: when it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Data {
    /// The first ones; `count` says how many there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) escalations: Vec<String>,
    /// The same where nobody is asked, only told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) decisions: Vec<String>,
    pub(super) count: usize,
    /// Who is asked or told, by the names of their groups in the policy.
    pub(super) to: Vec<String>,
    pub(super) agent: String,
    pub(super) tool: String,
    pub(super) rules: Vec<String>,
    pub(super) because: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
}

impl Target for Webhook {
    fn name(&self) -> &str {
        &self.name
    }

    fn label(&self) -> String {
        format!("webhook `{}`", self.name)
    }

    fn is_for(&self, to: &[String]) -> bool {
        self.groups.as_ref().is_none_or(|groups| to.iter().any(|name| groups.contains(name)))
    }

    async fn send(&self, _: &Ledger, asks: &[Ask], now: Timestamp) -> Sent {
        let Some(first) = asks.first() else { return Sent::Taken };
        let Ask { what, agent, tool, rules, because, until, to, .. } = first.clone();
        let page = match asks {
            [Ask { escalation: Some(only), .. }] => format!("/escalations/{only}"),
            _ if what == What::Notice => "/agents".to_owned(),
            _ => "/".to_owned(),
        };
        let named = asks.iter().take(MOST.1);
        let message = Message {
            r#type: what.name().to_owned(),
            timestamp: now.to_string(),
            data: Data {
                escalations: named.clone().filter_map(|ask| ask.escalation.clone()).collect(),
                decisions: named
                    .filter(|ask| ask.escalation.is_none())
                    .map(|ask| ask.event.clone())
                    .collect(),
                count: asks.len(),
                to,
                agent,
                tool,
                rules,
                because,
                until,
                url: self.link(&page),
            },
        };
        self.post(&first.event, &message, now).await
    }

    async fn tell(&self, order: &Order, now: Timestamp) -> Sent {
        let glass = order.step.glass().cloned();
        let break_glass = glass.map(|Glass { id, policy, asked_by, length, until }| OrderedGlass {
            id,
            policy,
            asked_by,
            seconds: length.as_millis() / 1_000,
            until,
        });
        let (agent, by, reason) = (order.agent.clone(), order.by.clone(), order.reason.clone());
        let message = Message {
            r#type: order.step.name().to_owned(),
            timestamp: now.to_string(),
            data: Ordered { agent, by, reason, break_glass, url: self.link("/") },
        };
        self.post(&order.event, &message, now).await
    }
}

fn failed(why: impl Into<String>) -> Sent {
    Sent::Failed { why: why.into(), after: 0 }
}
