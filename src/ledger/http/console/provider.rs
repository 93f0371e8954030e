//! To an OpenID provider, and back signed in.

use super::sign_in::{self, shown};
use super::visitor::{Landing, Outside};
use super::{dressed, to};
use crate::http::auth::Access;
use crate::http::auth::oidc::{self, Failure, Provider};
use crate::http::{App, Query};
use crate::own::SignInBy;
use crate::say::say;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

fn provider(app: &App) -> Option<&Provider> {
    match &*app.access {
        Access::Known(known) => known.oidc.as_ref(),
        Access::Everybody => None,
    }
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    to: String,
}

/// To the provider's page.
pub(super) async fn begin(State(app): State<App>, Query(Wanted { to: wanted }): Query<Wanted>) -> Response {
    let Some(provider) = provider(&app) else { return to("/sign-in") };
    let landing = Landing::of(&wanted).unwrap_or_default();
    let begun = provider.begin(landing.path().map(str::to_owned), app.ledger.now()).await;
    let begun =
        begun.map(|begun| (HeaderValue::try_from(begun.address), HeaderValue::try_from(begun.cookie)));
    match begun {
        Ok((Ok(address), Ok(cookie))) => {
            dressed((StatusCode::SEE_OTHER, [(LOCATION, address), (SET_COOKIE, cookie)]).into_response())
        }
        Ok(_) => failed(&app, &Failure::Provider("an address that is none".to_owned()), landing),
        Err(failure) => failed(&app, &failure, landing),
    }
}

/// What the provider sends people back with (RFC 6749, 4.1.2; RFC 9207).
#[derive(Deserialize)]
pub(super) struct Returned {
    #[serde(default)]
    state: String,
    code: Option<String>,
}

/// Back from the provider.
pub(super) async fn back(
    State(app): State<App>,
    headers: HeaderMap,
    Query(Returned { state, code }): Query<Returned>,
) -> Result<Response, Outside> {
    let Access::Known(known) = &*app.access else { return Ok(to("/")) };
    let Some(provider) = &known.oidc else { return Ok(to("/sign-in")) };
    let now = app.ledger.now();
    let Some(code) = code else {
        provider.forget(&headers, &state, now);
        let no = "The provider did not sign you in.";
        return Ok(shown(&app, StatusCode::UNAUTHORIZED, Some(no), String::new(), Landing::default()));
    };
    let (claimed, landing) = match provider.finish(&headers, (&state, code), now).await {
        Ok((claimed, landing)) => (claimed, landing),
        Err(failure) => return Ok(failed(&app, &failure, Landing::default())),
    };
    let landing = landing.as_deref().and_then(Landing::of).unwrap_or_default();
    let user = known.signed_in_elsewhere(claimed).filter(|user| !user.roles.is_empty());
    let Some(user) = user else {
        let no = "The provider knows you, but none of your groups may do anything here.";
        return Ok(shown(&app, StatusCode::FORBIDDEN, Some(no), String::new(), landing));
    };
    let mut answer = sign_in::welcome(&app, user, SignInBy::Oidc, &landing).await?;
    if let Ok(cookie) = HeaderValue::try_from(oidc::over()) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// The operator is told why, whoever is at the browser what to do.
fn failed(app: &App, failure: &Failure, landing: Landing) -> Response {
    say(format_args!("sign-in: {failure}"));
    let (status, words) = match failure {
        Failure::Provider(_) | Failure::Random => {
            (StatusCode::BAD_GATEWAY, "The provider cannot be asked now. Try again, or sign in here.")
        }
        Failure::Unbound => {
            (StatusCode::BAD_REQUEST, "That sign-in is over, or was begun in another browser. Begin again.")
        }
        Failure::Unproven(_) => (
            StatusCode::UNAUTHORIZED,
            "What the provider said of you cannot be trusted. Nobody was signed in.",
        ),
    };
    shown(app, status, Some(words), String::new(), landing)
}
