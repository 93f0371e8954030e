//! The ledger over HTTP: one router for gateways, one for people, one for whoever scrapes metrics.
//!
//! Each listener's paths stand in one table (the `routes!` below), from which the router is made and against which the
//! checked-in `openapi.json` is compared. Handlers read, ask the [service](crate::service) and answer; they
//! decide nothing.

pub mod auth;
pub mod break_glass;
mod bundles;
mod console;
pub mod decisions;
pub mod escalations;
mod events;
pub mod freezes;
pub mod log;
pub mod problem;
pub mod sign_ins;
mod slack;
mod status;
pub mod suggestions;
pub mod votes;

use crate::grant::Limits;
use crate::notify::slack::Slack;
use crate::service::Ledger;
use auth::Access;
use auth::session::{self, Sessions};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use problem::{Code, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a request's body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// What every handler has.
#[derive(Debug, Clone)]
pub struct App {
    /// The ledger.
    pub ledger: Ledger,
    /// Who may do what.
    pub access: Arc<Access>,
    /// Who is signed in at a browser.
    pub sessions: Arc<Sessions>,
    /// The longest grants that are given.
    pub grants: Limits,
    /// Most questions of one principal that may be open.
    pub pending_per_principal: u64,
    /// The channel where people are told, and may answer.
    pub slack: Option<Arc<Slack>>,
    /// Turns true when the service ends: who waits is answered then.
    pub ending: watch::Receiver<bool>,
}

/// A method and a path.
pub type Route = (&'static str, &'static str);

macro_rules! routes {
    ($(#[$doc:meta])* $table:ident, $router:ident: $($method:ident $path:literal => $handler:path;)*) => {
        $(#[$doc])*
        pub const $table: &[Route] = &[$((stringify!($method), $path)),*];

        fn $router() -> Router<App> {
            Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}

routes! {
    /// What gateways may do.
    EMITTER_ROUTES, emitter_routes:
    post "/v1/events" => events::ingest;
    post "/v1/escalations" => escalations::create;
    get "/v1/escalations/{id}" => escalations::wait;
    post "/v1/escalations/{id}/consume" => escalations::consume;
    post "/v1/escalations/{id}/cancel" => escalations::cancel;
    get "/v1/bundles/{name}" => bundles::hand_out;
    get "/v1/orders" => break_glass::orders;
}

routes! {
    /// What people may do.
    REVIEWER_ROUTES, reviewer_routes:
    get "/v1/escalations" => escalations::list;
    get "/v1/escalations/{id}" => escalations::show;
    post "/v1/escalations/{id}/votes" => votes::vote;
    post "/v1/escalations/{id}/revoke" => votes::revoke;
    post "/v1/escalations/{id}/lift" => votes::lift;
    get "/v1/grants" => votes::grants;
    post "/v1/grants/{id}/revoke" => votes::revoke_grant;
    post "/v1/sign-ins" => sign_ins::create;
    get "/v1/freezes" => freezes::list;
    post "/v1/freezes" => freezes::freeze;
    post "/v1/freezes/lift" => freezes::lift;
    get "/v1/break-glass" => break_glass::list;
    post "/v1/break-glass" => break_glass::ask;
    post "/v1/break-glass/{id}/confirm" => break_glass::confirm;
    post "/v1/break-glass/{id}/refuse" => break_glass::refuse;
    post "/v1/break-glass/{id}/cancel" => break_glass::cancel;
    post "/v1/break-glass/{id}/end" => break_glass::end;
    get "/v1/suggestions" => suggestions::list;
    put "/v1/bundles/{name}" => bundles::publish;
    get "/v1/calls" => log::calls;
    get "/v1/decisions/{id}" => decisions::show;
    get "/v1/events" => log::search;
    get "/v1/events/{index}" => log::entry;
    get "/v1/events/{index}/proof" => log::proof;
    get "/checkpoint" => log::checkpoint;
    get "/tile/{*path}" => log::tile;
}

routes! {
    /// What Slack tells.
    SLACK_ROUTES, slack_routes:
    post "/v1/slack/answers" => slack::answer;
}

routes! {
    /// What anybody may ask on either listener.
    STATUS_ROUTES, status_routes:
    get "/healthz" => status::health;
    get "/readyz" => status::ready;
    get "/openapi.json" => status::openapi;
}

/// The gateways' listener.
pub fn emitter(app: App) -> Router {
    finished(emitter_routes(), app)
}

/// The people's listener.
pub fn reviewer(app: App) -> Router {
    let routes = reviewer_routes().merge(console::router());
    finished(routes, app.clone()).layer(axum::middleware::from_fn_with_state(app, of_this_origin))
}

/// Nobody else's page changes anything here, whatever the browser sends along.
async fn of_this_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if matches!(*app.access, Access::Everybody) && !session::is_loopback_host(headers) {
        let what = "`--dev` answers to this machine's own names alone, such as `localhost`";
        return Problem::new(Code::OtherOrigin, what).into_response();
    }
    if !request.method().is_safe() && !session::is_same_origin(headers) {
        return Problem::new(Code::OtherOrigin, "a page of another origin asked for this").into_response();
    }
    next.run(request).await
}

/// The listener for what people answer in Slack.
pub fn slack(app: App) -> Router {
    finished(slack_routes(), app)
}

/// The metrics' listener.
pub fn metrics(app: App) -> Router {
    let routes = Router::new().route("/metrics", axum::routing::get(status::metrics));
    finished(routes, app)
}

fn finished(routes: Router<App>, app: App) -> Router {
    routes
        .merge(status_routes())
        .fallback(async || Problem::not_found("such path on this listener"))
        .method_not_allowed_fallback(async || {
            Problem::new(Code::MethodNotAllowed, "the path knows no such method on this listener")
        })
        .with_state(app)
}

/// A request's body of at most `N` bytes.
struct Limited<const N: usize>(Bytes);

impl<const N: usize, S: Sync> FromRequest<S> for Limited<N> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read_body::<N>(request.into_body()).await.map(Self)
    }
}

async fn read_body<const N: usize>(body: Body) -> Result<Bytes, Problem> {
    match tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, N)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            Err(Problem::new(Code::TooLarge, format!("the body is longer than {N} bytes, or was cut off")))
        }
        Err(_) => Err(Problem::new(
            Code::TimedOut,
            format!("the body took longer than {} s", BODY_WITHIN.as_secs()),
        )),
    }
}

/// A JSON body of at most `N` bytes.
struct JsonBody<T, const N: usize>(T);

impl<T: DeserializeOwned, const N: usize, S: Sync> FromRequest<S> for JsonBody<T, N> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // A browser sends this type across origins only after asking.
        let json =
            |value: &str| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json");
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(json) {
            return Err(Problem::new(Code::UnsupportedType, "`content-type` is `application/json`"));
        }
        let bytes = read_body::<N>(request.into_body()).await?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| {
            Problem::new(Code::Malformed, format!("the body is not what is expected: {error}"))
        })
    }
}

/// A query string.
struct Query<T>(T);

impl<T: DeserializeOwned, S: Sync> axum::extract::FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::try_from_uri(&parts.uri);
        let axum::extract::Query(value) = query
            .map_err(|error| Problem::new(Code::Malformed, format!("the query: {}", error.body_text())))?;
        Ok(Self(value))
    }
}

fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Problem::new(Code::Internal, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests;
