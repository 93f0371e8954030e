//! The console: what people see of the ledger in a browser. Pages are forms and text; they work without a script,
//! and the one script only keeps them fresh.
//!
//! ```text
//! visitor      who is at the browser, and forms that come from here
//! sign_in      in and out
//! provider     in by way of an OpenID provider
//! queue        what waits, live
//! glass        break-glass, on every page while it holds
//! escalation   one call, whole, and the two answers to it
//! record       what was decided, searched; one decision with its proof
//! policy       the rules in force, how often they spoke, what people made of it
//! agents       who acts, and what became of it
//! ```
//!
//! Everything an agent or a model wrote is escaped by the templates and stands there as text, with what would hide
//! [made visible](crate::visible). Nothing comes from elsewhere, and the policy of the pages says so to the browser.
//! Deliberately absent: state that changes by a link, and a summary by a model.

mod agents;
mod chart;
mod escalation;
mod glass;
mod policy;
mod provider;
mod queue;
mod record;
mod sign_in;
mod text;
mod visitor;

use super::App;
use super::auth::{Role, User};
use super::problem::Problem;
use askama::Template;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

/// What a browser may do with these pages: show them, with their own style and script, and send forms back.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (HeaderName::from_static("content-security-policy"), POLICY),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
    (CACHE_CONTROL, "no-store"),
];

/// The console's pages.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(queue::page))
        .route("/queue", get(queue::list))
        .route("/stream", get(queue::stream))
        .route("/escalations/{id}", get(escalation::page))
        .route("/escalations/{id}/vote", post(escalation::vote))
        .route("/escalations/{id}/revoke", post(escalation::revoke))
        .route("/escalations/{id}/lift", post(escalation::lift))
        .route("/grants/{id}/revoke", post(queue::revoke_grant))
        .route("/freezes/lift", post(queue::lift))
        .route("/break-glass/{id}/confirm", post(glass::confirm))
        .route("/break-glass/{id}/refuse", post(glass::refuse))
        .route("/break-glass/{id}/cancel", post(glass::cancel))
        .route("/break-glass/{id}/end", post(glass::end))
        .route("/record", get(record::page))
        .route("/record/{index}", get(record::entry))
        .route("/record/{index}/proof", get(record::proof))
        .route("/policy", get(policy::page))
        .route("/agents", get(agents::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::submit))
        .route("/sign-in/provider", get(provider::begin))
        .route(crate::config::CALLBACK, get(provider::back))
        .route("/sign-out", post(sign_in::out))
        .route(
            "/console.css",
            get(async || asset("text/css; charset=utf-8", include_str!("../assets/console.css"))),
        )
        .route(
            "/console.js",
            get(async || asset("text/javascript; charset=utf-8", include_str!("../assets/console.js"))),
        )
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    dressed(([(CONTENT_TYPE, kind)], text).into_response())
}

/// What every page has around it.
#[derive(Debug, Clone)]
struct Frame {
    /// Who is here; nobody while they sign in.
    name: Option<String>,
    /// The pages they may open: path, name, and whether it is this one.
    pages: Vec<(&'static str, &'static str, bool)>,
    /// The token of their forms.
    token: String,
    /// Whether nobody is asked who they are.
    dev: bool,
    /// Every break-glass that is asked for or holds.
    glass: Vec<glass::Glass>,
    /// Whether they may end one.
    reviews: bool,
}

impl Frame {
    fn of(user: &User, token: String, here: &str, dev: bool, glass: Vec<glass::Glass>) -> Self {
        let all: [(&'static str, &'static str, &[Role]); 4] = [
            ("/", "Queue", &[Role::Reviewer]),
            ("/record", "Record", &[Role::Auditor]),
            ("/policy", "Policy", &[Role::Reviewer, Role::Auditor, Role::Author, Role::Developer]),
            ("/agents", "Agents", &[Role::Reviewer, Role::Auditor, Role::Author, Role::Developer]),
        ];
        let pages = all.into_iter().filter(|(.., roles)| user.has(roles));
        let pages = pages.map(|(path, name, _)| (path, name, path == here)).collect();
        let reviews = user.has(&[Role::Reviewer]);
        Self { name: Some(user.reviewer.name.clone()), pages, token, dev, glass, reviews }
    }

    const fn nobody(dev: bool) -> Self {
        Self { name: None, pages: Vec::new(), token: String::new(), dev, glass: Vec::new(), reviews: false }
    }

    /// What of them holds, as a word that changes when it does.
    fn holding(&self) -> String {
        let holding = self.glass.iter().filter(|glass| glass.confirmed_by.is_some());
        holding.map(|glass| glass.id.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A page, with its headers.
fn html(page: &impl Template) -> Response {
    html_with(StatusCode::OK, page)
}

fn html_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => dressed((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()),
        Err(error) => Problem::new(super::problem::Code::Internal, error.to_string()).into_response(),
    }
}

fn dressed(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// On to another page of the console, after a form.
fn to(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    dressed((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
}

/// A problem, as a page.
#[derive(Debug)]
struct Trouble {
    frame: Frame,
    problem: Problem,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    frame: Frame,
    title: &'static str,
    detail: String,
    back: Option<String>,
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, title) = (self.problem.status(), self.problem.title());
        let detail = self.problem.detail().to_owned();
        html_with(status, &TroublePage { frame: self.frame, title, detail, back: self.back })
    }
}
