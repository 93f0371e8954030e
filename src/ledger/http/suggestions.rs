//! `/v1/suggestions`: what people keep approving, as rules somebody could write.

use super::auth::{Looks, Person};
use super::problem::{Code, Problem};
use super::{App, Query, json};
use crate::suggest;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use toolgate_engine::time::Span;

/// Most days that are looked back.
const MOST_DAYS: u32 = 400;

#[derive(Deserialize)]
pub(super) struct Days {
    days: Option<u32>,
}

/// A suggestion, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestionView {
    /// The rule people keep approving.
    pub rule: String,
    /// How often they approved.
    pub approved: u64,
    /// How often they denied.
    pub denied: u64,
    /// Approvals within two seconds.
    pub quick: u64,
    /// What could be written, as YAML.
    pub yaml: String,
}

/// All suggestions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    /// By the rule.
    pub suggestions: Vec<SuggestionView>,
}

/// What people keep approving.
pub(super) async fn list(
    State(app): State<App>,
    _: Person<Looks>,
    Query(Days { days }): Query<Days>,
) -> Result<Response, Problem> {
    let days = days.unwrap_or(30);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::new(Code::Malformed, format!("`days` is 1 to {MOST_DAYS}")));
    }
    let from = app.ledger.now() - Span::from_secs(u64::from(days) * 24 * 3_600);
    let found = app.ledger.read(move |db| suggest::suggestions(db, from)).await?;
    let view = |suggest::Suggestion { figures, yaml }| SuggestionView {
        rule: figures.rule,
        approved: figures.approved,
        denied: figures.denied,
        quick: figures.quick,
        yaml,
    };
    Ok(json(&Suggestions { suggestions: found.into_iter().map(view).collect() }))
}
