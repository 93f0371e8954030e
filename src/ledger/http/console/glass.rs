//! Break-glass at the console: in red on every page while it holds, confirmed and ended by forms.

use super::text::{Marked, Seconds};
use super::visitor::Form;
use super::{Trouble, to};
use crate::break_glass::{BreakGlass, State as Stands};
use crate::http::App;
use crate::http::auth::{Asks, Reviews, Role, User};
use crate::http::break_glass::{Step, step};
use crate::store::{StoreError, break_glass};
use axum::extract::{Path, State};
use axum::response::Response;

/// One that is asked for, or holds.
#[derive(Debug, Clone)]
pub(super) struct Glass {
    pub(super) id: String,
    pub(super) principal: Marked,
    pub(super) policy: Marked,
    pub(super) asked_by: Marked,
    /// Nobody yet, while it is only asked for.
    pub(super) confirmed_by: Option<Marked>,
    pub(super) reason: Marked,
    pub(super) minutes: u64,
    pub(super) until: String,
    pub(super) left: Seconds,
    pub(super) until_ms: u64,
    /// Whether who looks at it asked for it.
    pub(super) own: bool,
}

/// All that concern this person.
pub(super) async fn open(app: &App, user: &User) -> Result<Vec<Glass>, StoreError> {
    let now = app.ledger.now();
    let all = app.ledger.read(move |db| break_glass::open(db, now)).await?;
    let of_all = user.has(&[Role::Reviewer, Role::Auditor, Role::Author]);
    let theirs = all.into_iter().filter(|glass| of_all || user.reviewer.owns(&glass.principal));
    Ok(theirs
        .filter_map(|glass| {
            let until = glass.state.until()?;
            let BreakGlass { id, principal, policy, reason, length, asked_by, state, .. } = glass;
            Some(Glass {
                id,
                principal: Marked::line(&principal),
                policy: Marked::line(&policy),
                own: asked_by.eq_ignore_ascii_case(&user.reviewer.name),
                asked_by: Marked::line(&asked_by),
                confirmed_by: match state {
                    Stands::Active { by, .. } => Some(Marked::line(&by)),
                    _ => None,
                },
                reason: Marked::line(&reason),
                minutes: (length.as_millis() / 1_000).div_ceil(60),
                until: until.to_string(),
                left: Seconds(until.since(now).as_millis() / 1_000),
                until_ms: until.as_micros() / 1_000,
            })
        })
        .collect())
}

/// Another reviewer wants it as well.
pub(super) async fn confirm(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let done = step(&app, form.reviewer(), id, Step::Confirm, String::new()).await;
    done.map(|_| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}

/// Another reviewer does not.
pub(super) async fn refuse(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let done = step(&app, form.reviewer(), id, Step::Refuse, form.get("comment").to_owned()).await;
    done.map(|_| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}

/// Who asked takes it back.
pub(super) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Asks>,
) -> Result<Response, Trouble> {
    let done = step(&app, form.reviewer(), id, Step::Cancel, String::new()).await;
    done.map(|_| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}

/// A reviewer ends it.
pub(super) async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let done = step(&app, form.reviewer(), id, Step::End, form.get("comment").to_owned()).await;
    done.map(|_| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}
