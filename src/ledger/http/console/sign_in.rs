//! In and out: a name and a password, or in its place the token of who has none.

use super::visitor::{self, Form, Outside};
use super::{Frame, Trouble, html_with, to};
use crate::http::auth::session::NotSignedIn;
use crate::http::auth::{Access, Looks};
use crate::http::problem::{Code, Problem};
use crate::http::{App, Limited};
use crate::own;
use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

/// Most bytes of the form.
const MAX_FORM: usize = 8 << 10;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    wrong: Option<&'static str>,
    name: String,
}

/// The form.
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Response {
    if visitor::find(&app, &headers).is_some() {
        return to("/");
    }
    shown(StatusCode::OK, None, String::new())
}

fn shown(status: StatusCode, wrong: Option<&'static str>, name: String) -> Response {
    html_with(status, &Page { frame: Frame::nobody(false), wrong, name })
}

/// Signs somebody in. That it happened, or that it was tried under a name there is, is in the log.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    Limited(body): Limited<MAX_FORM>,
) -> Result<Response, Outside> {
    let trouble = |problem: Problem| {
        let frame = Frame::nobody(false);
        Outside::Refused(Box::new(Trouble { frame, problem, back: Some("/sign-in".to_owned()) }))
    };
    let fields = visitor::fields(&headers, &body).map_err(trouble)?;
    let (name, password) = (visitor::once(&fields, "name"), visitor::once(&fields, "password"));
    let Access::Known(known) = &*app.access else { return Ok(to("/")) };
    let users = &known.users;
    let now = app.ledger.now();
    let name = name.trim().to_owned();
    match app.sessions.check(&name, password.to_owned(), users, now).await {
        Ok(user) => {
            let by = user.reviewer.name.clone();
            let written = app.ledger.write(0, move |writer| writer.append_own(own::SignedIn { by })).await;
            written.map_err(|error| trouble(error.into()))?;
            let full = |_| trouble(Problem::new(Code::Busy, "too many people are signed in"));
            let cookie = app.sessions.open(user, now).map_err(full)?;
            let mut answer = to("/");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                answer.headers_mut().insert(SET_COOKIE, cookie);
            }
            Ok(answer)
        }
        Err(NotSignedIn::Wrong) => {
            if users.iter().any(|(_, user)| user.reviewer.name == name) {
                let tried = name.clone();
                let failed = move |writer: &mut crate::store::Writer<'_>| {
                    writer.append_own(own::SignInFailed { name: tried })
                };
                app.ledger.write(0, failed).await.map_err(|error| trouble(error.into()))?;
            }
            Ok(shown(StatusCode::UNAUTHORIZED, Some("That name and password do not belong together."), name))
        }
        Err(NotSignedIn::TooOften) => {
            Ok(shown(StatusCode::TOO_MANY_REQUESTS, Some("Too many attempts. Wait half a minute."), name))
        }
        Err(NotSignedIn::Full) => Err(trouble(Problem::new(Code::Busy, "too many people are signing in"))),
    }
}

/// Signs somebody out.
pub(super) async fn out(State(app): State<App>, headers: HeaderMap, _: Form<Looks>) -> Response {
    let cookie = app.sessions.close(&headers);
    let mut answer = to("/sign-in");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}
