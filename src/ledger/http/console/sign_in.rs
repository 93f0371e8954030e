//! In and out: a name and a password, or in its place the token of who has none; or a code that works once.

use super::visitor::{self, Form, Landing, Outside};
use super::{Frame, Trouble, html, html_with, to};
use crate::escalation::Phase;
use crate::http::auth::oidc::Provider;
use crate::http::auth::session::NotSignedIn;
use crate::http::auth::{Access, Looks, Role, User};
use crate::http::problem::{Code, Problem};
use crate::http::{App, Limited, Query};
use crate::own::{self, SignInBy};
use crate::store::escalations;
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use toolgate_engine::protocol::EscalationPhase;

/// Most bytes of the form.
const MAX_FORM: usize = 8 << 10;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    wrong: Option<&'static str>,
    name: String,
    /// Where to, after it.
    landing: Landing,
    /// The host of the provider that signs people in as well.
    provider: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_once.html")]
struct OncePage {
    frame: Frame,
    name: String,
    code: String,
    landing: Landing,
}

#[derive(Deserialize)]
pub(super) struct Opened {
    #[serde(default)]
    to: String,
    code: Option<String>,
}

/// The form; with a code, a button that uses it.
pub(super) async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    Query(Opened { to: wanted, code }): Query<Opened>,
) -> Response {
    let landing = Landing::of(&wanted).unwrap_or_default();
    if let Some(code) = code {
        return match app.sessions.whose(&code, app.ledger.now()) {
            Some(name) => html(&OncePage { frame: Frame::nobody(false), name, code, landing }),
            None => shown(&app, StatusCode::GONE, Some(SPENT), String::new(), landing),
        };
    }
    if visitor::find(&app, &headers).is_some() {
        return to(landing.path().unwrap_or("/"));
    }
    shown(&app, StatusCode::OK, None, String::new(), landing)
}

/// What is said of a code that signs nobody in.
const SPENT: &str = "This link works once, and for a short time. It was used, or is too old.";

pub(super) fn shown(
    app: &App,
    status: StatusCode,
    wrong: Option<&'static str>,
    name: String,
    landing: Landing,
) -> Response {
    let provider = match &*app.access {
        Access::Known(known) => known.oidc.as_ref().map(Provider::host),
        Access::Everybody => None,
    };
    html_with(status, &Page { frame: Frame::nobody(false), wrong, name, landing, provider })
}

fn trouble(problem: Problem) -> Outside {
    let frame = Frame::nobody(false);
    Outside::Refused(Box::new(Trouble { frame, problem, back: Some("/sign-in".to_owned()) }))
}

/// Signs somebody in. That it happened, or that it was tried under a name there is, is in the log.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    Limited(body): Limited<MAX_FORM>,
) -> Result<Response, Outside> {
    let fields = visitor::fields(&headers, &body).map_err(trouble)?;
    let Access::Known(known) = &*app.access else { return Ok(to("/")) };
    let landing = Landing::of(visitor::once(&fields, "to")).unwrap_or_default();
    let code = visitor::once(&fields, "code");
    if !code.is_empty() {
        return match app.sessions.redeem(code, app.ledger.now()) {
            Some(user) => welcome(&app, user, SignInBy::Code, &landing).await,
            None => Ok(shown(&app, StatusCode::GONE, Some(SPENT), String::new(), landing)),
        };
    }
    let (name, password) = (visitor::once(&fields, "name"), visitor::once(&fields, "password"));
    let users = &known.users;
    let name = name.trim().to_owned();
    match app.sessions.check(&name, password.to_owned(), users, app.ledger.now()).await {
        Ok(user) => welcome(&app, user, SignInBy::Password, &landing).await,
        Err(NotSignedIn::Wrong) => {
            if users.iter().any(|(_, user)| user.reviewer.name == name) {
                let tried = name.clone();
                let failed = move |writer: &mut crate::store::Writer<'_>| {
                    writer.append_own(own::SignInFailed { name: tried })
                };
                app.ledger.write(0, failed).await.map_err(|error| trouble(error.into()))?;
            }
            let wrong = "That name and password do not belong together.";
            Ok(shown(&app, StatusCode::UNAUTHORIZED, Some(wrong), name, landing))
        }
        Err(NotSignedIn::TooOften) => {
            let wrong = "Too many attempts. Wait half a minute.";
            Ok(shown(&app, StatusCode::TOO_MANY_REQUESTS, Some(wrong), name, landing))
        }
        Err(NotSignedIn::Full) => Err(trouble(Problem::new(Code::Busy, "too many people are signing in"))),
    }
}

/// Records that somebody signed in, opens their session, and brings them where they wanted to go.
pub(super) async fn welcome(
    app: &App,
    user: User,
    how: SignInBy,
    landing: &Landing,
) -> Result<Response, Outside> {
    let by = user.reviewer.name.clone();
    let written = app.ledger.write(0, move |writer| writer.append_own(own::SignedIn { by, how })).await;
    written.map_err(|error| trouble(error.into()))?;
    let reviews = user.has(&[Role::Reviewer]);
    let full = |_| trouble(Problem::new(Code::Busy, "too many people are signed in"));
    let cookie = app.sessions.open(user, app.ledger.now()).map_err(full)?;
    let place = match landing.path() {
        Some(path) => path.to_owned(),
        None if reviews => only_one_waits(app).await.unwrap_or_else(|| "/".to_owned()),
        None => "/".to_owned(),
    };
    let mut answer = to(&place);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// The page of the call that waits, where there is just one: who comes to answer it need not look for it.
async fn only_one_waits(app: &App) -> Option<String> {
    let now = app.ledger.now();
    let pending = Some(Phase(EscalationPhase::Pending));
    let found = app.ledger.read(move |db| escalations::list(db, pending, now, 2)).await.ok()?;
    let [only] = found.as_slice() else { return None };
    Some(format!("/escalations/{}", only.escalation.id))
}

/// Signs somebody out, perhaps to come back to a page as somebody the ledger is surer of.
pub(super) async fn out(State(app): State<App>, headers: HeaderMap, form: Form<Looks>) -> Response {
    let cookie = app.sessions.close(&headers);
    let mut answer = to(&Landing::of(form.get("to")).unwrap_or_default().sign_in());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}
