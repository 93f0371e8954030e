//! Whether the ledger lives, takes events, and how much it has done.

use super::App;
use super::problem::{Code, Problem};
use crate::store::escalations;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// The interface, as it is checked in.
pub(crate) const OPENAPI: &str = include_str!("../openapi.json");

/// The process answers.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// The ledger takes events.
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    match app.ledger.unready() {
        None => Ok("ready\n"),
        Some(why) => Err(Problem::new(Code::Unavailable, why)),
    }
}

/// The interface.
pub(super) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// Figures in Prometheus' text format.
pub(super) async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    let now = app.ledger.now();
    let pending = app.ledger.read(move |db| escalations::count_pending(db, now)).await?;
    let figures = [
        ("toolgate_ledger_entries", "gauge", "Entries in the log.", app.ledger.head().size),
        (
            "toolgate_ledger_published_entries",
            "gauge",
            "Entries in the published files.",
            app.ledger.published(),
        ),
        ("toolgate_ledger_commits_total", "counter", "Commits since the start.", app.ledger.commits()),
        ("toolgate_ledger_escalations_pending", "gauge", "Escalations that wait.", pending),
        (
            "toolgate_ledger_disk_low",
            "gauge",
            "1 if events are refused for want of space.",
            u64::from(app.ledger.is_full()),
        ),
    ];
    let text: String = figures
        .iter()
        .map(|(name, kind, help, value)| {
            format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
        })
        .collect();
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
