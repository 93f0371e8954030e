//! Escalations over HTTP: gateways ask, wait and spend; people look. Their [votes](super::votes) are apart.

use super::auth::{Access, Emitter, Person, Reviews};
use super::problem::{Code, Problem};
use super::{App, JsonBody, Query, json};
use crate::escalation::{Input, Phase, Refused};
use crate::event::{EMITTERS, is_uuid};
use crate::own;
use crate::store::StoreError;
use crate::store::escalations::{self, NotAsked, Stored};
use crate::store::freezes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use toolgate_engine::protocol::{
    ConsumeAck, ConsumeRequest, EscalationCreate, EscalationPhase, EscalationState, Otherwise, ReviewerGroup,
};

/// Most bytes of a question, the arguments included.
const MAX_QUESTION: usize = 4 << 20;
/// Most bytes of a question without arguments and effects: it must fit into an entry of the log.
const MAX_ASKED: usize = 16 << 10;
/// Most bytes of a vote or a consumption.
pub(super) const MAX_SMALL: usize = 64 << 10;
/// Longest time a gateway may wait for a change, in seconds.
const MAX_WAIT: u64 = 30;
/// Longest time a group may be given to answer, in seconds: 30 days.
const MAX_ANSWER_WITHIN: u64 = 30 * 24 * 3_600;
/// Longest time an approval may be kept for use, in seconds: a day.
const MAX_USE_WITHIN: u64 = 24 * 3_600;
/// Most escalations in a list.
const MAX_LIST: u32 = 500;

/// A gate asks for a person.
pub(super) async fn create(
    State(app): State<App>,
    _: Emitter,
    JsonBody(ask): JsonBody<EscalationCreate, MAX_QUESTION>,
) -> Result<Response, Problem> {
    check(&ask)?;
    check_reachable(&ask, &app.access)?;
    let agent = ask.agent.clone();
    let bytes = ask.arguments.len() + ask.effects.iter().map(String::len).sum::<usize>() + MAX_ASKED;
    let cap = app.pending_per_principal;
    let (asked, _) = app.ledger.write(bytes, move |writer| escalations::create(writer, &ask, cap)).await?;
    match asked {
        Ok(state) => Ok(json(&state)),
        Err(NotAsked::TooMany { cap }) => Err(Problem::new(
            Code::TooMany,
            format!(
                "{cap} questions of `{agent}` are open, as many as may be; they are answered or expire first"
            ),
        )
        .with_cap(cap)),
        Err(NotAsked::Frozen) => Err(frozen(&agent)),
        Err(NotAsked::OtherCall) => {
            Err(Problem::new(Code::OtherCall, "this decision asked about another call before"))
        }
        Err(NotAsked::NotRecorded) => Err(Problem::new(
            Code::NotRecorded,
            "no decision of this emitter to escalate this call is recorded under `decision`; record it first",
        )),
    }
}

/// What a question must have before it is put to anybody.
fn check(ask: &EscalationCreate) -> Result<(), Problem> {
    let refuse = |what: &str| Err(Problem::new(Code::Malformed, what));
    if !is_uuid(&ask.decision) {
        return refuse("`decision` is a lower-case UUID");
    }
    if !ask.source.strip_prefix(EMITTERS).is_some_and(is_uuid) {
        return refuse("`source` is `/emitters/` and a lower-case UUID");
    }
    let named = [
        ("agent", &ask.agent),
        ("tool", &ask.tool),
        ("digest", &ask.digest),
        ("rules_digest", &ask.rules_digest),
    ];
    if ask.on_behalf_of.as_ref().is_some_and(String::is_empty) {
        return refuse("`on_behalf_of` is empty; leave it out where the principal acts for nobody");
    }
    if let Some((field, _)) = named.iter().find(|(_, value)| value.is_empty()) {
        return refuse(&format!("`{field}` is empty; a call without it is never escalated"));
    }
    if ask.reviewers.is_empty() {
        return refuse("`reviewers` is empty: nobody to ask is never an approval");
    }
    for (number, group) in ask.reviewers.iter().enumerate() {
        let ReviewerGroup { name, members, approvals, answer_within, use_within, otherwise, .. } = group;
        if *approvals == 0 || members.is_empty() {
            return refuse(&format!("reviewers `{name}`: at least one approval of at least one member"));
        }
        if !(1..=MAX_ANSWER_WITHIN).contains(answer_within) || !(1..=MAX_USE_WITHIN).contains(use_within) {
            return refuse(&format!(
                "reviewers `{name}`: `answer_within` is 1 to {MAX_ANSWER_WITHIN} s, `use_within` 1 to {MAX_USE_WITHIN} s"
            ));
        }
        if let Some(Otherwise { name: second, members, after }) = otherwise
            && (members.is_empty() || !(1..*answer_within).contains(after))
        {
            return refuse(&format!(
                "reviewers `{name}`: `{second}`, who would answer for them, has members and is asked in between"
            ));
        }
        if ask.reviewers.iter().take(number).any(|other| other.name == *name) {
            return refuse(&format!("reviewers `{name}` stand twice"));
        }
    }
    let without_arguments = EscalationCreate { arguments: String::new(), effects: Vec::new(), ..ask.clone() };
    let size = serde_json::to_vec(&without_arguments).map_or(usize::MAX, |bytes| bytes.len());
    if size > MAX_ASKED {
        return Err(Problem::new(
            Code::TooLarge,
            format!(
                "the question has {size} bytes without its arguments, at most {MAX_ASKED} fit into the log"
            ),
        ));
    }
    Ok(())
}

/// A question that nobody can answer is refused now, not when its time is over.
fn check_reachable(ask: &EscalationCreate, access: &Access) -> Result<(), Problem> {
    let asks: Vec<&str> = std::iter::once(&ask.agent).chain(&ask.on_behalf_of).map(String::as_str).collect();
    for group in &ask.reviewers {
        access.could_approve(group, &asks).map_err(|people| {
            let detail =
                format!("reviewers `{}`: {} must approve, {people} could", group.name, group.approvals);
            Problem::new(Code::NobodyCanApprove, detail)
        })?;
    }
    Ok(())
}

/// How often a question is looked at that has less than a second left.
const LAST_SECOND: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
pub(super) struct Wait {
    #[serde(default)]
    wait: u64,
    version: Option<u64>,
}

/// Tells a gate how an escalation stands, once it differs from the version it knows.
pub(super) async fn wait(
    State(app): State<App>,
    _: Emitter,
    Path(id): Path<String>,
    Query(Wait { wait, version }): Query<Wait>,
) -> Result<Response, Problem> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(wait.min(MAX_WAIT));
    // Watched before it is read, so that no change falls in between.
    let mut changes = app.ledger.watch(&id);
    let mut ending = app.ending.clone();
    let mut known = version;
    loop {
        let state = stands(&app, &id).await?;
        let known = *known.get_or_insert(state.version);
        let open = matches!(state.state, EscalationPhase::Pending | EscalationPhase::Approved);
        let now = tokio::time::Instant::now();
        if state.version != known || !open || now >= deadline || *ending.borrow() {
            return Ok(json(&state));
        }
        // That its time runs out is a change too, and nobody tells of it. What is told are whole seconds, so in the last
        // one it is looked at now and then.
        let expiry = now + Duration::from_secs(state.expires_in).max(LAST_SECOND);
        tokio::select! {
            () = changes.changed() => {}
            _ = ending.changed() => {}
            () = tokio::time::sleep_until(deadline.min(expiry)) => {}
        }
    }
}

async fn stands(app: &App, id: &str) -> Result<EscalationState, Problem> {
    let now = app.ledger.now();
    let wanted = id.to_owned();
    let read = app.ledger.read(move |db| {
        let Some(stored) = escalations::load(db, &wanted)? else { return Ok(None) };
        let frozen = freezes::is_frozen(db, &stored.escalation.agent)?;
        Ok(Some((stored, frozen)))
    });
    let (stored, is_frozen) = read.await?.ok_or_else(|| missing(id))?;
    if is_frozen { Err(frozen(&stored.escalation.agent)) } else { Ok(stored.at(now).state(now)) }
}

fn frozen(agent: &str) -> Problem {
    Problem::new(Code::Frozen, format!("`{agent}` is frozen: people have stopped everything it does"))
}

pub(super) fn missing(id: &str) -> Problem {
    // What is not an ID is not repeated.
    if is_uuid(id) {
        Problem::not_found(format_args!("escalation `{id}`"))
    } else {
        Problem::not_found("such escalation")
    }
}

/// A gate spends an approval.
pub(super) async fn consume(
    State(app): State<App>,
    _: Emitter,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<ConsumeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    if !is_uuid(&request.decision) {
        return Err(Problem::new(Code::Malformed, "`decision` is a lower-case UUID"));
    }
    let (decision, digest) = (request.decision.clone(), request.digest.clone());
    let stored =
        step(&app, &id, move |writer, id| escalations::step(writer, id, Input::Consume(&request))).await?;
    let index = stored.consumed_index;
    let index = index.ok_or_else(|| Problem::new(Code::Internal, "the consumption has no event"))?;
    Ok(json(&ConsumeAck { id, decision, digest, index }))
}

/// A gate takes its question back.
pub(super) async fn cancel(
    State(app): State<App>,
    _: Emitter,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let stored = step(&app, &id, |writer, id| escalations::step(writer, id, Input::Cancel)).await?;
    Ok(json(&stored.state(app.ledger.now())))
}

pub(super) async fn step(
    app: &App,
    id: &str,
    job: impl FnOnce(
        &mut crate::store::Writer<'_>,
        &str,
    ) -> Result<Option<(Stored, Result<(), Refused>)>, StoreError>
    + Send
    + 'static,
) -> Result<Stored, Problem> {
    let wanted = id.to_owned();
    let (stepped, _) = app.ledger.write(0, move |writer| job(writer, &wanted)).await?;
    let (stored, answer) = stepped.ok_or_else(|| missing(id))?;
    answer?;
    Ok(stored)
}

/// What people are shown of an escalation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// How it stands.
    #[serde(flatten)]
    pub state: EscalationState,
    /// The principal.
    pub agent: String,
    /// How it was established.
    pub via: String,
    /// The person it acts for, where one is authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The tool.
    pub tool: String,
    /// The rules that ask.
    pub rules: Vec<String>,
    /// Why they ask.
    pub because: String,
    /// What the call would do.
    pub effects: Vec<String>,
    /// Who must approve.
    pub reviewers: Vec<ReviewerGroup>,
    /// Who has approved.
    pub approved_by: Vec<String>,
    /// When it was asked, RFC 3339.
    pub created: String,
    /// The bundle that asks.
    pub bundle: String,
    /// The full arguments. In lists, and once they are erased, there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

fn view(stored: Stored, now: toolgate_engine::time::Timestamp, arguments: Option<String>) -> View {
    let state = stored.state(now);
    let Stored { escalation, question, created, .. } = stored;
    View {
        state,
        agent: escalation.agent,
        via: question.via,
        on_behalf_of: escalation.on_behalf_of,
        tool: question.tool,
        rules: question.rules,
        because: question.because,
        effects: question.effects,
        reviewers: escalation.reviewers,
        approved_by: escalation.approvals.into_iter().map(|approval| approval.reviewer).collect(),
        created: created.to_string(),
        bundle: question.bundle,
        arguments,
    }
}

/// A list of escalations.
#[derive(Debug, Serialize, Deserialize)]
pub struct List {
    /// The newest first.
    pub escalations: Vec<View>,
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    state: Option<String>,
}

/// The queue, without arguments.
pub(super) async fn list(
    State(app): State<App>,
    _: Person<Reviews>,
    Query(ListQuery { state }): Query<ListQuery>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(Code::Malformed, "`state` is none that an escalation can be in");
    let phase = state.map(|name| Phase::parse(&name).ok_or_else(unknown)).transpose()?;
    let now = app.ledger.now();
    let stored = app.ledger.read(move |db| escalations::list(db, phase, now, MAX_LIST)).await?;
    let escalations = stored.into_iter().map(|stored| view(stored, now, None)).collect();
    Ok(json(&List { escalations }))
}

/// One escalation with its arguments. That they were looked at is in the log before they are shown.
pub(super) async fn show(
    State(app): State<App>,
    reader: Person<Reviews>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (by, wanted) = (reader.reviewer.name, id.clone());
    let (found, _) = app
        .ledger
        .write(0, move |writer| {
            let Some(stored) = escalations::load(writer.db, &wanted)? else { return Ok(None) };
            let arguments = escalations::arguments(writer.db, &wanted)?;
            writer.append_own(own::AccessRead { by, escalation: wanted })?;
            Ok(Some((stored, arguments)))
        })
        .await?;
    let (stored, arguments) = found.ok_or_else(|| missing(&id))?;
    let now = app.ledger.now();
    Ok(json(&view(stored.at(now), now, arguments)))
}
