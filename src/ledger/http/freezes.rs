//! Freezes over HTTP: a person stops a principal, lets it go on, and sees what is stopped.

use super::auth::{Person, Reviews};
use super::escalations::MAX_SMALL;
use super::problem::{Code, Problem};
use super::{App, JsonBody, json};
use crate::escalation::Reviewer;
use crate::store::freezes::{self, Freeze, Refused};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

/// Most bytes of a reason.
const MAX_REASON: usize = 4 << 10;
/// Most bytes of a principal.
const MAX_AGENT: usize = 2 << 10;

/// Which principal, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreezeRequest {
    /// The principal, to the letter.
    pub agent: String,
    /// Why.
    pub reason: String,
}

/// A principal that is stopped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreezeView {
    /// The principal.
    pub agent: String,
    /// Who stopped it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub since: String,
    /// Number of its entry in the log.
    pub index: u64,
    /// Whether the log has anything else of this principal; if not, its name may be written wrongly.
    pub known: bool,
}

/// What is stopped.
#[derive(Debug, Serialize, Deserialize)]
pub struct Freezes {
    /// The newest first.
    pub freezes: Vec<FreezeView>,
}

impl FreezeView {
    fn of(freeze: Freeze) -> Self {
        let Freeze { agent, by, reason, since, index, known } = freeze;
        Self { agent, by, reason, since: since.to_string(), index, known }
    }
}

/// A person stops a principal.
pub(super) async fn freeze(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    JsonBody(request): JsonBody<FreezeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    let FreezeRequest { agent, reason } = checked(request)?;
    let name = agent.clone();
    let (done, _) =
        app.ledger.write(0, move |writer| freezes::freeze(writer, &agent, &reviewer, &reason)).await?;
    let freeze = done.map_err(|refused| problem(&name, refused))?;
    Ok(json(&FreezeView::of(freeze)))
}

/// A person lets a principal go on.
pub(super) async fn lift(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    JsonBody(request): JsonBody<FreezeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    take_back(&app, reviewer, request).await?;
    all(&app).await.map(|freezes| json(&freezes))
}

/// Lifts a freeze; one way in, whether a program or the console asks.
pub(super) async fn take_back(app: &App, reviewer: Reviewer, request: FreezeRequest) -> Result<(), Problem> {
    let FreezeRequest { agent, reason } = checked(request)?;
    let name = agent.clone();
    let (done, _) =
        app.ledger.write(0, move |writer| freezes::lift(writer, &agent, &reviewer, &reason)).await?;
    done.map_err(|refused| problem(&name, refused))
}

/// What is stopped.
pub(super) async fn list(State(app): State<App>, _: Person<Reviews>) -> Result<Response, Problem> {
    all(&app).await.map(|freezes| json(&freezes))
}

async fn all(app: &App) -> Result<Freezes, Problem> {
    let freezes = app.ledger.read(freezes::list).await?;
    Ok(Freezes { freezes: freezes.into_iter().map(FreezeView::of).collect() })
}

fn checked(request: FreezeRequest) -> Result<FreezeRequest, Problem> {
    let refuse = |what: &str| Err(Problem::new(Code::Malformed, what));
    let reason = request.reason.trim().to_owned();
    if request.agent.is_empty() || request.agent.len() > MAX_AGENT {
        return refuse("`agent` is a principal, as the record names it");
    }
    if reason.is_empty() || reason.len() > MAX_REASON {
        return refuse("`reason` says why, in at most 4096 bytes");
    }
    Ok(FreezeRequest { agent: request.agent, reason })
}

fn problem(agent: &str, refused: Refused) -> Problem {
    let code = match refused {
        Refused::Already | Refused::Not => Code::Decided,
        Refused::Own => Code::NotEligible,
    };
    Problem::new(code, format!("`{agent}`: {refused}"))
}
