//! Tells somebody that people are asked: [webhooks](webhook), and a channel in [Slack](slack).
//!
//! The log is the outbox. Each target has a place in it, kept in the database; in come, behind that place, the
//! escalations that are still pending, those that nobody answered and others may answer now, the decisions of which a
//! rule tells somebody without waiting, and what people [ordered](orders). Of calls, out goes one message for all of the
//! same kind, principal and rules, again and again until it is taken or nobody waits any more. Another one of the same
//! follows a minute later at the soonest, and not while what the last one told of waits for an answer: then people have it
//! before them already. So a loop pages once, a restart loses nothing, and nobody is woken for what is over. An order is
//! one message.
//!
//! A message holds no authority: a link in it shows a page, behind its sign-in. Targets stand in the
//! configuration alone, redirects are not followed.

mod orders;
mod outbox;
pub mod slack;
mod webhook;

use crate::say::say;
use crate::service::Ledger;
use orders::Order;
use outbox::{Ask, Due, What, due, keep, still_wait};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use toolgate_engine::time::{Span, Timestamp};
pub use webhook::Webhook;

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
/// How soon what was sent is brought up to date again where that failed.
const CATCH_UP: Duration = Duration::from_secs(10);
/// Longest pause between two rounds.
const ROUND: Duration = Duration::from_secs(60);

/// Where messages go.
pub(crate) trait Target: Send + Sync {
    /// What its place in the log is kept under.
    fn name(&self) -> &str;

    /// What the operator knows it by.
    fn label(&self) -> String;

    /// Whether it is for one of these groups.
    fn is_for(&self, to: &[String]) -> bool;

    /// Sends one message for all of these.
    fn send(&self, ledger: &Ledger, asks: &[Ask], now: Timestamp) -> impl Future<Output = Sent> + Send;

    /// Sends one message of an order.
    fn tell(&self, order: &Order, now: Timestamp) -> impl Future<Output = Sent> + Send;

    /// Brings what was sent up to date; how long until that is tried again, where it could not be done.
    fn refresh(&self, _: &Ledger) -> impl Future<Output = Result<Option<Duration>, String>> + Send {
        async { Ok(None) }
    }
}

/// What a message is about: what has the same key is told together. Orders go first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    /// The order of this entry.
    Order(u64),
    /// Calls of one kind, principal and rules.
    Calls(What, String, Vec<String>),
}

/// What is told in one message.
#[derive(Debug)]
enum Message {
    Order(Order),
    Calls(Vec<Ask>),
}

impl Message {
    /// The entries that it tells of.
    fn indexes(&self) -> Vec<u64> {
        match self {
            Self::Order(order) => vec![order.index],
            Self::Calls(asks) => asks.iter().map(|ask| ask.index).collect(),
        }
    }

    /// The escalations that wait for an answer to it.
    fn waiting(&self) -> Vec<String> {
        match self {
            Self::Order(_) => Vec::new(),
            Self::Calls(asks) => asks.iter().filter_map(|ask| ask.escalation.clone()).collect(),
        }
    }
}

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
#[derive(Debug)]
pub(crate) enum Sent {
    /// It has it.
    Taken,
    /// It has not, as far as is known.
    Failed {
        /// Why.
        why: String,
        /// The seconds it asks to be left alone, where it says so.
        after: u64,
    },
    /// The other side wants no more (status 410).
    Gone,
}

/// Serves one target until the service ends.
pub(crate) async fn run(ledger: Ledger, target: impl Target, mut ending: watch::Receiver<bool>) {
    let mut changes = ledger.watch_all();
    let mut past: HashMap<Key, Past> = HashMap::new();
    let mut told: BTreeSet<u64> = BTreeSet::new();
    loop {
        let mut pause = match round(&ledger, &target, &mut past, &mut told).await {
            Ok(Some(pause)) => pause,
            Ok(None) => {
                say(format_args!("{} answered that it is gone; it is told nothing more", target.label()));
                return;
            }
            Err(why) => {
                say(format_args!("{}: {why}", target.label()));
                ROUND
            }
        };
        match target.refresh(&ledger).await {
            Ok(again) => pause = again.map_or(pause, |again| pause.min(again)),
            Err(why) => {
                say(format_args!("{}: {why}", target.label()));
                pause = pause.min(CATCH_UP);
            }
        }
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
    target: &impl Target,
    past: &mut HashMap<Key, Past>,
    told: &mut BTreeSet<u64>,
) -> Result<Option<Duration>, String> {
    let name = target.name().to_owned();
    let now = ledger.now();
    let due = ledger.read(move |db| due(db, &name, now)).await.map_err(|error| error.to_string())?;
    let Some(Due { place, seen, asks, orders }) = due else {
        let (name, size) = (target.name().to_owned(), ledger.head().size);
        ledger.write(0, move |writer| keep(writer, &name, size)).await.map_err(|error| error.to_string())?;
        return Ok(Some(Duration::ZERO));
    };
    let all: BTreeSet<u64> =
        asks.iter().map(|ask| ask.index).chain(orders.iter().map(|order| order.index)).collect();
    let mut calls: BTreeMap<Key, Vec<Ask>> = BTreeMap::new();
    for ask in asks {
        if !target.is_for(&ask.to) {
            told.insert(ask.index);
        } else if !told.contains(&ask.index) {
            calls.entry(ask.key()).or_default().push(ask);
        }
    }
    let untold = orders.into_iter().filter(|order| !told.contains(&order.index));
    let mut messages: BTreeMap<Key, Message> =
        untold.map(|order| (Key::Order(order.index), Message::Order(order))).collect();
    messages.extend(calls.into_iter().map(|(key, asks)| (key, Message::Calls(asks))));
    // What nobody waits for, and what was long enough ago, is forgotten.
    past.retain(|key, past| messages.contains_key(key) || past.not_before.max(past.quiet) > now);
    let mut pause = ROUND;
    for (key, message) in messages {
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
        let sent = match &message {
            Message::Order(order) => target.tell(order, now).await,
            Message::Calls(asks) => target.send(ledger, asks, now).await,
        };
        match sent {
            Sent::Taken => {
                told.extend(message.indexes());
                let waiting = message.waiting();
                *known = Past { failed: 0, not_before: now + CALM, told: waiting, quiet: now + REMINDER };
            }
            Sent::Failed { why, after } => {
                say(format_args!("{}: {why}", target.label()));
                let seconds = PAUSES.get(known.failed).or(PAUSES.last()).copied().unwrap_or(60).max(after);
                known.failed += 1;
                known.not_before = now + Span::from_secs(seconds);
                pause = pause.min(Duration::from_secs(seconds));
            }
            Sent::Gone => return Ok(None),
        }
    }
    // Up to here everything was told, or is over.
    let next = all.difference(told).next().copied().unwrap_or(seen);
    if next > place {
        let name = target.name().to_owned();
        ledger.write(0, move |writer| keep(writer, &name, next)).await.map_err(|error| error.to_string())?;
        *told = told.split_off(&next);
    }
    Ok(Some(pause))
}

#[cfg(test)]
mod tests;
