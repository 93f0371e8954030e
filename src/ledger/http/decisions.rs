//! One decision, for whoever wonders about it: a reviewer, an auditor, the developer of the agent.

use super::auth::{Person, Role, Wonders};
use super::problem::Problem;
use super::{App, json};
use crate::audit::{self, Call};
use crate::store::escalations;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use toolgate_engine::protocol::EscalationState;

/// A decision, and how it stands.
#[derive(Debug, Serialize, Deserialize)]
pub struct DecisionView {
    /// The call, what was decided, what became of it.
    pub call: Call,
    /// What it would do, in whole sentences.
    pub would: Vec<String>,
    /// How the question to people stands, where they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<EscalationState>,
}

/// The decision. Of another's agent a developer learns not even that there is one.
pub(super) async fn show(
    State(app): State<App>,
    person: Person<Wonders>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (now, wanted) = (app.ledger.now(), id.clone());
    let found = app.ledger.read(move |db| {
        let reads = |call: &Call| person.reads(call.agent.as_deref(), &[Role::Reviewer, Role::Auditor]);
        let mut decisions = audit::decisions(db, &wanted)?.into_iter();
        let Some((call, would)) = decisions.find(|(call, _)| reads(call)) else { return Ok(None) };
        let escalation = match &call.escalation {
            Some(id) => escalations::load(db, id)?.map(|stored| stored.at(now).state(now)),
            None => None,
        };
        Ok(Some(DecisionView { call, would, escalation }))
    });
    let found = found.await?.ok_or_else(|| Problem::not_found(format_args!("decision `{id}`")))?;
    Ok(json(&found))
}
