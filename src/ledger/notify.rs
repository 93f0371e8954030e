//! Tells somebody that people are asked: webhooks in the form of Standard Webhooks 1.0.
//!
//! The log is the outbox. Each webhook has a place in it, kept in the database; in come, behind that place, the
//! escalations that are still pending, those that nobody answered and others may answer now, and the decisions of which a
//! rule tells somebody without waiting. Out goes one signed message for all of the same kind, principal and rules, again
//! and again until it is taken or nobody waits any more. Another one of the same follows a minute later at the soonest,
//! and not while what the last one told of waits for an answer: then people have it before them already. So a loop pages
//! once, a restart loses nothing, and nobody is woken for what is over.
//!
//! A message holds no arguments and no authority: a link in it shows a page, behind its sign-in. Targets stand in the
//! configuration alone, redirects are not followed.

mod outbox;

use crate::say::say;
use crate::service::Ledger;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use outbox::{Ask, Due, What, due, keep, still_wait};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use tokio::sync::watch;
use toolgate_engine::time::{Span, Timestamp};

/// Least time between two messages about the same principal and rules.
const CALM: Span = Span::from_secs(60);
/// How long what a message told of may wait before another of the same is sent nevertheless.
const REMINDER: Span = Span::from_secs(15 * 60);
/// How long a message may take to be taken.
const WITHIN: Duration = Duration::from_secs(10);
/// Pauses before the next attempts; the last one stays.
const PAUSES: [u64; 6] = [5, 30, 120, 600, 1_800, 3_600];
/// Most escalations that are looked at in one round, and named in one message.
const MOST: (u32, usize) = (1_000, 20);
/// Longest pause between two rounds.
const ROUND: Duration = Duration::from_secs(60);

/// Where messages go.
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

    /// Whether it is for one of these groups.
    fn is_for(&self, to: &[String]) -> bool {
        self.groups.as_ref().is_none_or(|groups| to.iter().any(|name| groups.contains(name)))
    }

    /// The value of `webhook-signature`.
    fn sign(&self, id: &str, at: u64, body: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// What a message says.
#[derive(Debug, Serialize, Deserialize)]
struct Message {
    r#type: String,
    timestamp: String,
    data: Data,
}

#[derive(Debug, Serialize, Deserialize)]
struct Data {
    /// The first ones; `count` says how many there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    escalations: Vec<String>,
    /// The same where nobody is asked, only told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<String>,
    count: usize,
    /// Who is asked or told, by the names of their groups in the policy.
    to: Vec<String>,
    agent: String,
    tool: String,
    rules: Vec<String>,
    because: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What a message is about: what has the same key is told together.
type Key = (What, String, Vec<String>);

/// What is known of a key from earlier rounds.
#[derive(Debug, Clone, Default)]
struct Past {
    failed: usize,
    not_before: Timestamp,
    /// The escalations that the last message told of.
    told: Vec<String>,
    /// Until when no other is sent while one of those waits.
    quiet: Timestamp,
}

/// What came of an attempt.
enum Sent {
    Taken,
    Failed(String),
    /// The other side wants no more (status 410).
    Gone,
}

/// Serves one webhook until the service ends.
pub async fn run(ledger: Ledger, webhook: Webhook, mut ending: watch::Receiver<bool>) {
    let mut changes = ledger.watch_all();
    let mut past: HashMap<Key, Past> = HashMap::new();
    let mut told: BTreeSet<u64> = BTreeSet::new();
    loop {
        let pause = match round(&ledger, &webhook, &mut past, &mut told).await {
            Ok(Some(pause)) => pause,
            Ok(None) => {
                say(format_args!(
                    "webhook `{}` answered that it is gone; it is told nothing more",
                    webhook.name
                ));
                return;
            }
            Err(why) => {
                say(format_args!("webhook `{}`: {why}", webhook.name));
                ROUND
            }
        };
        tokio::select! {
            () = changes.changed() => {}
            () = tokio::time::sleep(pause) => {}
            _ = ending.wait_for(|ending| *ending) => return,
        }
    }
}

/// Sends what is due; how long nothing more is, or nothing where the other side is gone.
async fn round(
    ledger: &Ledger,
    webhook: &Webhook,
    past: &mut HashMap<Key, Past>,
    told: &mut BTreeSet<u64>,
) -> Result<Option<Duration>, String> {
    let name = webhook.name.clone();
    let now = ledger.now();
    let due = ledger.read(move |db| due(db, &name, now)).await.map_err(|error| error.to_string())?;
    let Some(Due { place, seen, asks }) = due else {
        let (name, size) = (webhook.name.clone(), ledger.head().size);
        ledger.write(0, move |writer| keep(writer, &name, size)).await.map_err(|error| error.to_string())?;
        return Ok(Some(Duration::ZERO));
    };
    let mut keys: BTreeMap<Key, Vec<Ask>> = BTreeMap::new();
    for ask in &asks {
        if !webhook.is_for(&ask.to) {
            told.insert(ask.index);
        } else if !told.contains(&ask.index) {
            keys.entry(ask.key()).or_default().push(ask.clone());
        }
    }
    // What nobody waits for, and what was long enough ago, is forgotten.
    past.retain(|key, past| keys.contains_key(key) || past.not_before.max(past.quiet) > now);
    let mut pause = ROUND;
    for (key, asks) in keys {
        let known = past.entry(key).or_default();
        let left = known.not_before.since(now);
        if left > Span::default() {
            pause = pause.min(Duration::from_millis(left.as_millis().max(1)));
            continue;
        }
        let waiting = known.told.clone();
        if now < known.quiet {
            let wait = ledger.read(move |db| still_wait(db, &waiting, now)).await;
            if wait.map_err(|error| error.to_string())? {
                continue;
            }
        }
        match send(webhook, &asks, now).await {
            Sent::Taken => {
                told.extend(asks.iter().map(|ask| ask.index));
                let waiting = asks.iter().filter_map(|ask| ask.escalation.clone()).collect();
                *known = Past { failed: 0, not_before: now + CALM, told: waiting, quiet: now + REMINDER };
            }
            Sent::Failed(why) => {
                say(format_args!("webhook `{}`: {why}", webhook.name));
                let seconds = PAUSES.get(known.failed).or(PAUSES.last()).copied().unwrap_or(60);
                known.failed += 1;
                known.not_before = now + Span::from_secs(seconds);
                pause = pause.min(Duration::from_secs(seconds));
            }
            Sent::Gone => return Ok(None),
        }
    }
    // Up to here everything was told, or is over.
    let next = asks.iter().map(|ask| ask.index).find(|index| !told.contains(index)).unwrap_or(seen);
    if next > place {
        let name = webhook.name.clone();
        ledger.write(0, move |writer| keep(writer, &name, next)).await.map_err(|error| error.to_string())?;
        *told = told.split_off(&next);
    }
    Ok(Some(pause))
}

async fn send(webhook: &Webhook, asks: &[Ask], now: Timestamp) -> Sent {
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
            decisions: named.filter(|ask| ask.escalation.is_none()).map(|ask| ask.event.clone()).collect(),
            count: asks.len(),
            to,
            agent,
            tool,
            rules,
            because,
            until,
            url: webhook.console.as_ref().map(|console| format!("{}{page}", console.trim_end_matches('/'))),
        },
    };
    let Ok(body) = serde_json::to_string(&message) else { return Sent::Taken };
    // The same message has the same ID however often it is sent.
    let id = format!("msg_{}", first.event);
    let at = now.as_micros() / 1_000_000;
    let signature = webhook.sign(&id, at, &body);
    let url = webhook.url.clone();
    let attempt = tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder().timeout_global(Some(WITHIN)).max_redirects(0).proxy(None);
        let agent: ureq::Agent = config.http_status_as_error(false).build().into();
        let request = agent.post(&url).header("content-type", "application/json").header("webhook-id", &id);
        let request =
            request.header("webhook-timestamp", at.to_string()).header("webhook-signature", signature);
        request.send(body.as_bytes()).map(|answer| answer.status().as_u16())
    });
    match attempt.await {
        Ok(Ok(200..=299)) => Sent::Taken,
        Ok(Ok(410)) => Sent::Gone,
        Ok(Ok(status)) => Sent::Failed(format!("status {status}")),
        // The error of a client names the address, which can be as good as a secret.
        Ok(Err(ureq::Error::Timeout(_))) => Sent::Failed("no answer in time".to_owned()),
        Ok(Err(_)) => Sent::Failed("it cannot be reached".to_owned()),
        Err(error) => Sent::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
