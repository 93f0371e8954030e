//! From a shell to a browser: whoever proves who they are here gets a code that signs them in there, once.
//!
//! The code stands in a link, so it is short-lived, and opening the link spends nothing: the page behind it asks first.
//! Neither the log nor the record holds it.

use super::auth::{Access, Looks, Person, User};
use super::problem::{Code, Problem};
use super::{App, json};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

/// A way to sign in once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Whom it signs in.
    pub name: String,
    /// Where, on this listener. Whoever has it signs in as that person.
    pub path: String,
    /// For how many seconds.
    pub expires_in: u64,
}

/// Makes a code for who asks.
pub(super) async fn create(
    State(app): State<App>,
    Person { reviewer, roles, .. }: Person<Looks>,
) -> Result<Response, Problem> {
    if matches!(*app.access, Access::Everybody) {
        return Err(Problem::new(Code::Malformed, "with `--dev` nobody signs in"));
    }
    let name = reviewer.name.clone();
    let code = app.sessions.code(User { reviewer, roles }, app.ledger.now());
    let (code, lasts) = code.map_err(|_| Problem::new(Code::Busy, "too many people are signing in"))?;
    let path = format!("/sign-in?code={code}");
    Ok(json(&SignIn { name, path, expires_in: lasts.as_millis() / 1_000 }))
}
