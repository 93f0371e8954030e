//! Tells somebody that people are asked: webhooks in the form of Standard Webhooks 1.0.
//!
//! The log is the outbox. Each webhook has a place in it, kept in the database; in come the escalations created behind
//! that place and still pending, out goes one signed message for all of the same principal and rules, at most one a
//! minute, again and again until it is taken or nobody waits any more. So a loop pages once, a restart loses nothing,
//! and nobody is woken for what is over.
//!
//! A message holds no arguments and no authority: a link in it shows a page, behind its sign-in. Targets stand in the
//! configuration alone, redirects are not followed.

use crate::own::{Created, OwnBody as _};
use crate::say::say;
use crate::service::Ledger;
use crate::store::escalations;
use crate::store::read::{self, Entry, Query};
use crate::store::{StoreError, Writer};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use tokio::sync::watch;
use toolgate_engine::protocol::EscalationPhase;
use toolgate_engine::time::{Span, Timestamp};

/// Least time between two messages about the same principal and rules.
const CALM: Span = Span::from_secs(60);
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
            Some(secret) if (24..=64).contains(&secret.len()) => Ok(Self { name, url, secret, console }),
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
    escalations: Vec<String>,
    count: usize,
    agent: String,
    tool: String,
    rules: Vec<String>,
    because: String,
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What is to be told.
#[derive(Debug, Clone)]
struct Ask {
    index: u64,
    event: String,
    created: Created,
}

/// Whom a message is about: what has the same key is told together.
type Key = (String, Vec<String>);

/// What is known of a key from earlier rounds.
#[derive(Debug, Clone, Copy, Default)]
struct Past {
    failed: usize,
    not_before: Timestamp,
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
    for ask in asks.iter().filter(|ask| !told.contains(&ask.index)) {
        keys.entry((ask.created.agent.clone(), ask.created.rules.clone())).or_default().push(ask.clone());
    }
    // What nobody waits for, and what was long enough ago, is forgotten.
    past.retain(|key, past| keys.contains_key(key) || past.not_before > now);
    let mut pause = ROUND;
    for (key, asks) in keys {
        let known = past.entry(key).or_default();
        let left = known.not_before.since(now);
        if left > Span::default() {
            pause = pause.min(Duration::from_millis(left.as_millis().max(1)));
            continue;
        }
        match send(webhook, &asks, now).await {
            Sent::Taken => {
                told.extend(asks.iter().map(|ask| ask.index));
                *known = Past { failed: 0, not_before: now + CALM };
            }
            Sent::Failed(why) => {
                say(format_args!("webhook `{}`: {why}", webhook.name));
                let seconds = PAUSES.get(known.failed).or(PAUSES.last()).copied().unwrap_or(60);
                *known = Past { failed: known.failed + 1, not_before: now + Span::from_secs(seconds) };
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

struct Due {
    place: u64,
    /// Everything before this was looked at.
    seen: u64,
    asks: Vec<Ask>,
}

/// What waits behind the webhook's place; nothing where it has none yet.
fn due(db: &Connection, name: &str, now: Timestamp) -> Result<Option<Due>, StoreError> {
    let mut row = db.prepare_cached("SELECT next FROM webhook WHERE name = ?1")?;
    let Some(place) = row.query_row([name], |row| row.get::<_, u64>(0)).optional()? else { return Ok(None) };
    let query = Query {
        kind: Some(Created::TYPE.to_owned()),
        after: place.checked_sub(1),
        limit: MOST.0,
        ..Query::default()
    };
    let entries = read::entries(db, &query)?;
    let seen = match entries.last() {
        Some(last) if entries.len() == MOST.0 as usize => last.index + 1,
        _ => crate::store::head(db)?.edge.size(),
    };
    let mut asks = Vec::new();
    for entry in &entries {
        let Some(ask) = Ask::of(entry) else { continue };
        let stored = escalations::load(db, &ask.created.escalation)?.map(|stored| stored.at(now));
        let pending =
            |stored: &escalations::Stored| stored.escalation.state.phase() == EscalationPhase::Pending;
        if stored.is_some_and(|stored| pending(&stored)) {
            asks.push(ask);
        }
    }
    Ok(Some(Due { place, seen, asks }))
}

fn keep(writer: &mut Writer<'_>, name: &str, next: u64) -> Result<(), StoreError> {
    let mut row = writer.db.prepare_cached(
        "INSERT INTO webhook (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = max(next, ?2)",
    )?;
    row.execute((name, next))?;
    Ok(())
}

impl Ask {
    fn of(entry: &Entry) -> Option<Self> {
        #[derive(Deserialize)]
        struct Line {
            id: String,
            data: Created,
        }
        let Line { id, data } = serde_json::from_slice(&entry.line).ok()?;
        Some(Self { index: entry.index, event: id, created: data })
    }
}

async fn send(webhook: &Webhook, asks: &[Ask], now: Timestamp) -> Sent {
    let Some(first) = asks.first() else { return Sent::Taken };
    let Created { agent, tool, rules, because, until, .. } = first.created.clone();
    let page = match asks {
        [only] => format!("/escalations/{}", only.created.escalation),
        _ => "/".to_owned(),
    };
    let message = Message {
        r#type: "escalation.created".to_owned(),
        timestamp: now.to_string(),
        data: Data {
            escalations: asks.iter().take(MOST.1).map(|ask| ask.created.escalation.clone()).collect(),
            count: asks.len(),
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
