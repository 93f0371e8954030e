//! Break-glass over HTTP: one person asks, another confirms or refuses, a reviewer ends it; gateways are told what holds.

use super::auth::{Asks, Emitter, Looks, Person, Reviews, Role};
use super::escalations::MAX_SMALL;
use super::problem::{Code, Problem};
use super::{App, JsonBody, json};
use crate::break_glass::{BreakGlass, Input, Refused, State as Stands};
use crate::escalation::Reviewer;
use crate::store::break_glass::{self, NotAsked, Wanted};
use crate::store::freezes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use toolgate_engine::break_glass::LONGEST;
use toolgate_engine::protocol::StandingOrders;
use toolgate_engine::time::Span;

/// What somebody asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskRequest {
    /// The principal, to the letter.
    pub principal: String,
    /// For how many seconds, at most four hours.
    pub seconds: u64,
    /// Why.
    pub reason: String,
    /// The name of the policy that is overridden; that of the one which is published here, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// Why somebody takes a step.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StepRequest {
    /// Why; to refuse and to end needs it.
    #[serde(default)]
    pub reason: String,
}

/// A break-glass as it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BreakGlassView {
    /// Its ID.
    pub id: String,
    /// The principal.
    pub principal: String,
    /// The name of the policy it overrides.
    pub policy: String,
    /// Why.
    pub reason: String,
    /// For how many seconds.
    pub seconds: u64,
    /// Who asked.
    pub asked_by: String,
    /// When, RFC 3339.
    pub asked: String,
    /// `asked`, `active`, `ended`, `expired`, `refused` or `cancelled`.
    pub state: String,
    /// Who confirmed it, while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// When it is too late to confirm it, or when it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Who ended or refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
    /// When it was asked for: whether the log has anything else of this principal; if not, its name may be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
}

/// Some of them.
#[derive(Debug, Serialize, Deserialize)]
pub struct BreakGlasses {
    /// The newest first.
    pub break_glass: Vec<BreakGlassView>,
}

impl BreakGlassView {
    fn of(glass: BreakGlass) -> Self {
        let (state, until) = (glass.state.name().to_owned(), glass.state.until());
        let (confirmed_by, closed_by) = match glass.state {
            Stands::Active { by, .. } => (Some(by), None),
            Stands::Ended { by } | Stands::Refused { by } => (None, Some(by)),
            Stands::Asked { .. } | Stands::Expired | Stands::Cancelled => (None, None),
        };
        Self {
            id: glass.id,
            principal: glass.principal,
            policy: glass.policy,
            reason: glass.reason,
            seconds: glass.length.as_millis() / 1_000,
            asked_by: glass.asked_by,
            asked: glass.asked.to_string(),
            state,
            confirmed_by,
            until: until.map(|until| until.to_string()),
            closed_by,
            known: None,
        }
    }
}

/// A step that somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Confirm,
    Refuse,
    Cancel,
    End,
}

/// A person asks.
pub(super) async fn ask(
    State(app): State<App>,
    person: Person<Asks>,
    JsonBody(request): JsonBody<AskRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    let AskRequest { principal, seconds, reason, policy } = request;
    if !person.reads(Some(&principal), &[Role::Reviewer]) {
        return Err(Problem::new(Code::RoleMissing, "a developer asks for agents that act for them alone"));
    }
    let length = Span::from_secs(seconds);
    if seconds == 0 || length > LONGEST {
        return Err(Problem::new(Code::Malformed, "`seconds` is at least 1 and at most 14400, four hours"));
    }
    let wanted = Wanted { principal, policy, length, reason: one_line(&reason) };
    let reviewer = person.reviewer;
    let (asked, _) = app.ledger.write(0, move |writer| break_glass::ask(writer, wanted, &reviewer)).await?;
    let (glass, known) = asked?;
    Ok(json(&BreakGlassView { known: Some(known), ..BreakGlassView::of(glass) }))
}

/// Another reviewer wants it as well.
pub(super) async fn confirm(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(StepRequest { reason }): JsonBody<StepRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    step(&app, reviewer, id, Step::Confirm, reason).await.map(|view| json(&view))
}

/// Another reviewer does not.
pub(super) async fn refuse(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(StepRequest { reason }): JsonBody<StepRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    step(&app, reviewer, id, Step::Refuse, reason).await.map(|view| json(&view))
}

/// Who asked takes it back.
pub(super) async fn cancel(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Asks>,
    Path(id): Path<String>,
    JsonBody(StepRequest { reason }): JsonBody<StepRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    step(&app, reviewer, id, Step::Cancel, reason).await.map(|view| json(&view))
}

/// A reviewer ends it.
pub(super) async fn end(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(StepRequest { reason }): JsonBody<StepRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    step(&app, reviewer, id, Step::End, reason).await.map(|view| json(&view))
}

/// Takes a step; one way in, whether a program or the console asks.
pub(super) async fn step(
    app: &App,
    reviewer: Reviewer,
    id: String,
    step: Step,
    reason: String,
) -> Result<BreakGlassView, Problem> {
    let reason = one_line(&reason);
    if matches!(step, Step::Refuse | Step::End) && (reason.is_empty() || reason.len() > 4 << 10) {
        return Err(Problem::new(Code::Malformed, "`reason` says why, in at most 4096 bytes"));
    }
    let name = id.clone();
    let stepped = app.ledger.write(0, move |writer| {
        let input = match step {
            Step::Confirm => Input::Confirm(&reviewer),
            Step::Refuse => Input::Refuse(&reviewer),
            Step::Cancel => Input::Cancel(&reviewer),
            Step::End => Input::End(&reviewer),
        };
        break_glass::step(writer, &id, input, &reason)
    });
    let (stepped, _) = stepped.await?;
    let none = || Problem::not_found(format_args!("break-glass `{name}`"));
    let (glass, answer) = stepped.ok_or_else(none)?;
    answer?;
    Ok(BreakGlassView::of(glass))
}

/// What there is and was. A developer sees that of agents which act for them.
pub(super) async fn list(State(app): State<App>, person: Person<Looks>) -> Result<Response, Problem> {
    let now = app.ledger.now();
    let all = app.ledger.read(move |db| break_glass::list(db, now)).await?;
    let theirs = |glass: &BreakGlass| {
        person.reads(Some(&glass.principal), &[Role::Reviewer, Role::Auditor, Role::Author])
    };
    let shown = all.into_iter().filter(theirs).map(BreakGlassView::of).collect();
    Ok(json(&BreakGlasses { break_glass: shown }))
}

/// What gateways are to know of what people ordered.
pub(super) async fn orders(State(app): State<App>, _: Emitter) -> Result<Response, Problem> {
    let now = app.ledger.now();
    let orders = app.ledger.read(move |db| {
        let frozen = freezes::list(db)?.into_iter().map(|freeze| freeze.agent).collect();
        Ok(StandingOrders { frozen, break_glass: break_glass::notes(db, now)? })
    });
    Ok(json(&orders.await?))
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl From<NotAsked> for Problem {
    fn from(refused: NotAsked) -> Self {
        let code = match &refused {
            NotAsked::Wrong(_) => Code::Malformed,
            NotAsked::Already(_) => Code::Decided,
            NotAsked::TooMany => Code::TooMany,
            NotAsked::Frozen => Code::Frozen,
        };
        Self::new(code, refused.to_string())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let code = match refused {
            Refused::NotAsked("expired") | Refused::NotActive("expired") => Code::Expired,
            Refused::NotAsked(_) | Refused::NotActive(_) => Code::Decided,
            Refused::SamePerson | Refused::OwnAgent | Refused::NotYours => Code::NotEligible,
            Refused::Frozen => Code::Frozen,
        };
        Self::new(code, refused.to_string())
    }
}
