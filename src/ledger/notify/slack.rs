//! A channel in Slack: told that people are asked, by a bot, through the Web API's `chat.postMessage`.
//!
//! In come the questions of the outbox, out go messages, and a `chat.update` of each whenever what it tells of has
//! changed. Which message tells of what stands in the log ([`Told`]), so a restart loses none. What anybody wrote is
//! shown as plain text: see [`message`].
//!
//! Slack knows no key by which a message is posted once: where its answer is lost the message is sent again, and may then
//! stand twice. Either can be answered, and the answer counts once.

pub mod answers;
pub mod message;

use super::orders::Order;
use super::outbox::{Ask, What};
use super::{Sent, Target, WITHIN};
use crate::own::{OwnBody as _, Told};
use crate::service::Ledger;
use crate::store::read::{self, Query};
use crate::store::{StoreError, escalations};
use answers::Answers;
use message::{Call, Stands};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use toolgate_engine::protocol::EscalationPhase;
use toolgate_engine::time::{Span, Timestamp};

/// Messages that are looked for in the log at the start: the newest.
const MOST_OPEN: u32 = 500;
/// Most bytes of an answer that are read.
const MOST_ANSWER: u64 = 256 << 10;
/// How long until updates are tried again after one failed, in seconds, unless Slack asks for more.
const AGAIN: u64 = 30;

/// The channel, and who speaks there.
#[derive(Debug, Clone)]
pub struct Slack {
    /// Its name in the outbox. No webhook is called so: theirs have no colon.
    pub(crate) name: String,
    /// Where the Web API is.
    pub(crate) api: String,
    /// The channel's ID.
    pub(crate) channel: String,
    /// The bot's token.
    pub(crate) token: Token,
    /// Where browsers reach the console.
    pub(crate) console: String,
    /// The reviewer groups it is for, by their names in the policy; all, if nothing is said.
    pub(crate) groups: Option<BTreeSet<String>>,
    /// Who may answer there; nobody, if nothing is said.
    pub(crate) answers: Option<Arc<Answers>>,
}

/// A bot's token. It is not shown.
#[derive(Clone)]
pub struct Token(pub(crate) String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Why Slack did not do it, in words for the operator.
#[derive(Debug)]
pub(crate) struct Refusal {
    why: String,
    /// Seconds it asks to be left alone.
    after: u64,
}

impl From<Result<(), Refusal>> for Sent {
    fn from(answer: Result<(), Refusal>) -> Self {
        match answer {
            Ok(()) => Self::Taken,
            Err(Refusal { why, after }) => Self::Failed { why, after },
        }
    }
}

impl Slack {
    /// Calls a method of the Web API. Only an answer that says `"ok": true` counts.
    pub(crate) async fn call(&self, method: &'static str, body: Value) -> Result<Value, Refusal> {
        let (url, token) = (format!("{}/{method}", self.api), self.token.0.clone());
        let refusal = |why: &str| Refusal { why: format!("{method}: {why}"), after: 0 };
        let attempt = tokio::task::spawn_blocking(move || {
            let config =
                ureq::Agent::config_builder().timeout_global(Some(WITHIN)).max_redirects(0).proxy(None);
            let agent: ureq::Agent = config.http_status_as_error(false).build().into();
            let request = agent.post(&url).header("content-type", "application/json; charset=utf-8");
            let request = request.header("authorization", format!("Bearer {token}"));
            let mut answer = request.send(body.to_string().as_bytes())?;
            let after =
                answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            let text = answer.body_mut().with_config().limit(MOST_ANSWER).read_to_vec()?;
            Ok::<_, ureq::Error>((answer.status().as_u16(), after, text))
        });
        let (status, after, text) = match attempt.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(ureq::Error::Timeout(_))) => return Err(refusal("no answer in time")),
            Ok(Err(_)) => return Err(refusal("it cannot be reached")),
            Err(error) => return Err(refusal(&error.to_string())),
        };
        let answer: Value = serde_json::from_slice(&text).unwrap_or_default();
        if status == 200 && answer.get("ok") == Some(&Value::Bool(true)) {
            return Ok(answer);
        }
        // Its errors are words such as `channel_not_found`; anything else could be somebody else's page.
        let word =
            |text: &&str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let why = match answer.get("error").and_then(Value::as_str).filter(word) {
            Some(error) => format!("{method}: {error}"),
            None => format!("{method}: status {status}"),
        };
        Err(Refusal { why, after: after.unwrap_or(0).min(3_600) })
    }

    /// Tells one person in the channel something that nobody else sees.
    pub(crate) async fn whisper(&self, user: &str, text: &str) -> Result<(), String> {
        let body = message::whisper(&self.channel, user, text);
        self.call("chat.postEphemeral", body).await.map(|_| ()).map_err(|refusal| refusal.why)
    }

    /// The message about a call that waits, or waited.
    fn message(&self, call: &Call, stands: &Stands, more: usize) -> Value {
        let page = if more == 0 { format!("/escalations/{}", call.id) } else { "/".to_owned() };
        let mut buttons =
            message::Buttons { open: format!("{}{page}", self.console), deny: false, approve: false };
        if let (Some(answers), Stands::Pending { .. }, 0) = (&self.answers, stands, more) {
            (buttons.deny, buttons.approve) = (true, answers.approve && call.approvable());
        }
        message::of_call(call, stands, more, &buttons)
    }

    async fn post(&self, ledger: &Ledger, ids: Vec<String>, unanswered: bool) -> Result<(), Refusal> {
        let (now, wanted) = (ledger.now(), ids.clone());
        let read = ledger.read(move |db| look(db, &wanted, now)).await;
        let Some(Look { call, stands, .. }) = read.map_err(own)? else { return Ok(()) };
        let stands = match stands {
            Stands::Pending { .. } if unanswered => Stands::Pending { unanswered },
            stands => stands,
        };
        let body = self.message(&call, &stands, ids.len() - 1);
        let body = message::with(body, &[("channel", &self.channel)]);
        let answer = self.call("chat.postMessage", body).await?;
        let Some(ts) = answer.get("ts").and_then(Value::as_str) else {
            return Err(Refusal { why: "chat.postMessage: no `ts` in the answer".to_owned(), after: 0 });
        };
        // The channel's own ID: an update takes no name.
        let channel = answer.get("channel").and_then(Value::as_str).unwrap_or(&self.channel);
        self.told(ledger, told(&ids, (channel, ts), &call, &stands)).await.map_err(own)
    }

    async fn told(&self, ledger: &Ledger, told: Told) -> Result<(), String> {
        let kept = ledger.write(0, move |writer| writer.append_own(told).map(|_| ()));
        kept.await.map(|_| ()).map_err(|error| error.to_string())
    }
}

fn own(error: impl ToString) -> Refusal {
    Refusal { why: error.to_string(), after: 0 }
}

fn told(ids: &[String], (channel, ts): (&str, &str), call: &Call, stands: &Stands) -> Told {
    let mut ids = ids.iter().cloned();
    Told {
        escalation: ids.next().unwrap_or_default(),
        more: ids.collect(),
        chat: "slack".to_owned(),
        channel: channel.to_owned(),
        message: ts.to_owned(),
        stands: stands.name().to_owned(),
        version: call.version,
    }
}

/// What a message tells of, as it stands.
pub(crate) struct Look {
    pub(crate) call: Call,
    pub(crate) stands: Stands,
    /// Nothing will change any more.
    over: bool,
}

/// Looks at the first of some escalations. It counts as waiting while one of them does.
pub(crate) fn look(db: &Connection, ids: &[String], now: Timestamp) -> Result<Option<Look>, StoreError> {
    let Some(id) = ids.first() else { return Ok(None) };
    let Some(stored) = escalations::load(db, id)?.map(|stored| stored.at(now)) else { return Ok(None) };
    let preview = message::preview(db, &stored.question.decision)?;
    let (call, mut stands) = (Call::of(&stored, preview), message::stands(db, &stored)?);
    let mut over =
        !matches!(stored.escalation.state.phase(), EscalationPhase::Pending | EscalationPhase::Approved);
    if ids.len() > 1 {
        let waits = super::still_wait(db, ids, now)?;
        stands = if waits { Stands::Pending { unanswered: false } } else { Stands::Answered };
        over = !waits;
    }
    Ok(Some(Look { call, stands, over }))
}

/// A channel that is being served.
#[derive(Debug)]
pub(crate) struct Serving {
    slack: Arc<Slack>,
    /// The messages whose questions are not over, by their IDs; read from the log first.
    open: Mutex<Option<BTreeMap<String, Told>>>,
    /// No update before this.
    not_before: Mutex<Timestamp>,
}

impl Serving {
    pub(crate) fn new(slack: Arc<Slack>) -> Self {
        Self { slack, open: Mutex::default(), not_before: Mutex::default() }
    }
}

impl Target for Serving {
    fn name(&self) -> &str {
        &self.slack.name
    }

    fn label(&self) -> String {
        "Slack".to_owned()
    }

    fn is_for(&self, to: &[String]) -> bool {
        self.slack.groups.as_ref().is_none_or(|groups| to.iter().any(|name| groups.contains(name)))
    }

    async fn send(&self, ledger: &Ledger, asks: &[Ask], _: Timestamp) -> Sent {
        let Some(first) = asks.first() else { return Sent::Taken };
        let sent = if first.what == What::Notice {
            let body = message::of_notice(first, asks.len() - 1, &format!("{}/agents", self.slack.console));
            let body = message::with(body, &[("channel", &self.slack.channel)]);
            self.slack.call("chat.postMessage", body).await.map(|_| ())
        } else {
            let ids = asks.iter().filter_map(|ask| ask.escalation.clone()).collect();
            let posted = self.slack.post(ledger, ids, first.what == What::Unanswered).await;
            // What is open stands in the log now.
            *self.open.lock().await = None;
            posted
        };
        sent.into()
    }

    async fn tell(&self, order: &Order, _: Timestamp) -> Sent {
        let body = message::of_order(order, &format!("{}/", self.slack.console));
        let body = message::with(body, &[("channel", &self.slack.channel)]);
        self.slack.call("chat.postMessage", body).await.map(|_| ()).into()
    }

    async fn refresh(&self, ledger: &Ledger) -> Result<Option<Duration>, String> {
        let mut not_before = self.not_before.lock().await;
        let left = not_before.since(ledger.now());
        if left > Span::default() {
            return Ok(Some(Duration::from_millis(left.as_millis().max(1))));
        }
        let mut open = self.open.lock().await;
        let messages = match &mut *open {
            Some(messages) => messages,
            none => {
                let channel = self.slack.channel.clone();
                let found = ledger.read(move |db| open_messages(db, &channel)).await;
                none.insert(found.map_err(|error| error.to_string())?)
            }
        };
        let mut over = Vec::new();
        for (ts, kept) in messages.iter_mut() {
            let ids: Vec<String> = std::iter::once(&kept.escalation).chain(&kept.more).cloned().collect();
            let (now, wanted) = (ledger.now(), ids.clone());
            let found =
                ledger.read(move |db| look(db, &wanted, now)).await.map_err(|error| error.to_string())?;
            let Some(look) = found else { continue };
            let told = told(&ids, (&kept.channel, ts), &look.call, &look.stands);
            if told != *kept {
                let body = self.slack.message(&look.call, &look.stands, ids.len() - 1);
                let body = message::with(body, &[("channel", &kept.channel), ("ts", ts)]);
                if let Err(refusal) = self.slack.call("chat.update", body).await {
                    // A message that somebody deleted needs no update.
                    if !refusal.why.ends_with("message_not_found") {
                        *not_before = ledger.now() + Span::from_secs(refusal.after.max(AGAIN));
                        return Err(refusal.why);
                    }
                }
                self.slack.told(ledger, told.clone()).await?;
                *kept = told;
            }
            if look.over {
                over.push(ts.clone());
            }
        }
        messages.retain(|ts, _| !over.contains(ts));
        Ok(None)
    }
}

/// The newest messages of a channel, with what each said last.
fn open_messages(db: &Connection, channel: &str) -> Result<BTreeMap<String, Told>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Line {
        data: Told,
    }
    let query =
        Query { kind: Some(Told::TYPE.to_owned()), limit: MOST_OPEN, newest_first: true, ..Query::default() };
    let mut open = BTreeMap::new();
    for entry in read::entries(db, &query)? {
        let Ok(Line { data }) = serde_json::from_slice::<Line>(&entry.line) else { continue };
        if data.channel == channel {
            open.entry(data.message.clone()).or_insert(data);
        }
    }
    Ok(open)
}
