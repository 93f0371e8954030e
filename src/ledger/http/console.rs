//! The reviewers' console in a browser: its place. Until it is built, `/` says what to use.

use super::App;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// The console's pages.
pub(super) fn router() -> Router<App> {
    Router::new().route("/", get(place))
}

async fn place() -> Response {
    const TEXT: &str = "Toolgate ledger, the reviewers' listener.\n\n\
        toolgate approvals list       what waits for a person\n\
        toolgate approvals approve    let one call through\n\
        toolgate approvals deny       refuse it, and say why\n\
        toolgate audit                what was tried, and what became of it\n";
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], TEXT).into_response()
}
