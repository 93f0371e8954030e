//! What waits for a person, the grants that cover calls, and what was decided last.

use super::glass::Glass;
use super::text::{Marked, Seconds};
use super::visitor::{Form, Visitor};
use super::{Frame, Trouble, html, to};
use crate::escalation::{Phase, State as Stands};
use crate::http::App;
use crate::http::auth::{Reviews, Role};
use crate::http::freezes::{FreezeRequest, take_back};
use crate::http::problem::Problem;
use crate::http::votes::{self, GrantView};
use crate::store::escalations::{self, Stored};
use crate::store::freezes::{self, Freeze};
use crate::store::grants;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::convert::Infallible;
use toolgate_engine::protocol::EscalationPhase;
use toolgate_engine::time::Timestamp;

/// Most rows of each list.
const MOST: u32 = 200;
/// Most decided escalations below.
const MOST_DECIDED: usize = 20;

/// One escalation on one line.
struct Row {
    id: String,
    phase: &'static str,
    agent: Marked,
    tool: Marked,
    effects: Vec<Marked>,
    more: usize,
    because: Marked,
    left: Option<Seconds>,
    until_ms: u64,
    votes: String,
    created: String,
    comment: Option<Marked>,
}

impl Row {
    fn of(stored: &Stored, now: Timestamp) -> Self {
        const SHOWN: usize = 3;
        let (escalation, question) = (&stored.escalation, &stored.question);
        let until = escalation.state.until();
        let needed: u32 = escalation.reviewers.iter().map(|group| group.approvals).sum();
        Self {
            id: escalation.id.clone(),
            phase: Phase(escalation.state.phase()).name(),
            agent: Marked::line(&escalation.agent),
            tool: Marked::line(&question.tool),
            effects: question.effects.iter().take(SHOWN).map(|effect| Marked::line(effect)).collect(),
            more: question.effects.len().saturating_sub(SHOWN),
            because: Marked::line(&question.because),
            left: until.map(|until| Seconds(until.since(now).as_millis() / 1_000)),
            until_ms: until.map_or(0, |until| until.as_micros() / 1_000),
            votes: format!("{} of {needed}", escalation.approvals.len()),
            created: stored.created.to_string(),
            comment: match &escalation.state {
                Stands::Denied { comment, .. } => Some(Marked::line(comment)),
                _ => None,
            },
        }
    }
}

/// What the same agent asks for the same rules: a loop is one thing to look at, however often it asks.
struct Group {
    rows: Vec<Row>,
    more: Vec<Row>,
}

/// Puts together what is the same agent's and the same rules', in the order of the first ones.
fn grouped(pending: &[Stored], now: Timestamp) -> Vec<Group> {
    const SHOWN: usize = 3;
    let mut groups: Vec<((&str, &[String]), Group)> = Vec::new();
    for stored in pending {
        let key = (stored.escalation.agent.as_str(), stored.question.rules.as_slice());
        let row = Row::of(stored, now);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) if group.rows.len() >= SHOWN => group.more.push(row),
            Some((_, group)) => group.rows.push(row),
            None => groups.push((key, Group { rows: vec![row], more: Vec::new() })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A principal that is stopped.
pub(super) struct FrozenRow {
    pub(super) name: String,
    pub(super) agent: Marked,
    pub(super) by: Marked,
    pub(super) reason: Marked,
    pub(super) since: String,
}

impl FrozenRow {
    pub(super) fn of(freeze: Freeze) -> Self {
        Self {
            agent: Marked::line(&freeze.agent),
            name: freeze.agent,
            by: Marked::line(&freeze.by),
            reason: Marked::line(&freeze.reason),
            since: freeze.since.to_string(),
        }
    }
}

struct GrantRow {
    view: GrantView,
    agent: Marked,
    tool: Marked,
    left: Seconds,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    frame: Frame,
    list: List,
}

#[derive(Template)]
#[template(path = "queue_list.html")]
struct List {
    token: String,
    /// Every break-glass that is asked for.
    asked: Vec<Glass>,
    /// What of them holds; a page that shows another banner is out of date.
    holding: String,
    waiting: usize,
    pending: Vec<Group>,
    approved: Vec<Row>,
    decided: Vec<Row>,
    grants: Vec<GrantRow>,
    frozen: Vec<FrozenRow>,
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Result<Visitor<Reviews>, super::visitor::Outside>,
    other: Result<Visitor<crate::http::auth::Looks>, super::visitor::Outside>,
) -> Response {
    let visitor = match (visitor, other) {
        (Ok(visitor), _) => visitor,
        // Who reviews nothing begins elsewhere.
        (Err(_), Ok(other)) => {
            return to(if other.user.has(&[Role::Auditor]) { "/record" } else { "/policy" });
        }
        (Err(outside), Err(_)) => return outside.into_response(),
    };
    let frame = visitor.frame("/");
    match read(&app, frame.clone()).await {
        Ok(list) => html(&Page { frame, list }),
        Err(problem) => visitor.trouble(problem, None).into_response(),
    }
}

/// The lists alone, for the script to put in place of those that are there.
pub(super) async fn list(State(app): State<App>, visitor: Visitor<Reviews>) -> Result<Response, Trouble> {
    read(&app, visitor.frame("/"))
        .await
        .map(|list| html(&list))
        .map_err(|problem| visitor.trouble(problem, None))
}

async fn read(app: &App, frame: Frame) -> Result<List, Problem> {
    let now = app.ledger.now();
    let (open, all, grants, frozen) = app
        .ledger
        .read(move |db| {
            let pending = escalations::list(db, Some(Phase(EscalationPhase::Pending)), now, MOST)?;
            let approved = escalations::list(db, Some(Phase(EscalationPhase::Approved)), now, MOST)?;
            let all = escalations::list(db, None, now, MOST)?;
            Ok(((pending, approved), all, grants::list(db, true, now)?, freezes::list(db)?))
        })
        .await?;
    let rows = |list: &[Stored]| list.iter().map(|stored| Row::of(stored, now)).collect::<Vec<_>>();
    // Who has least time left comes first.
    let (mut pending, approved) = open;
    pending.sort_by_key(|stored| stored.escalation.state.until());
    let over = all.iter().filter(|stored| stored.escalation.state.until().is_none());
    let decided = over.take(MOST_DECIDED).map(|stored| Row::of(stored, now)).collect();
    let grants = grants.into_iter().map(|stored| {
        let view = GrantView::of(stored, now);
        let (agent, tool) = (Marked::line(&view.agent), Marked::line(&view.tool));
        GrantRow { agent, tool, left: Seconds(view.expires_in), view }
    });
    Ok(List {
        holding: frame.holding(),
        asked: frame.glass.into_iter().filter(|glass| glass.confirmed_by.is_none()).collect(),
        token: frame.token,
        waiting: pending.len(),
        pending: grouped(&pending, now),
        approved: rows(&approved),
        decided,
        grants: grants.collect(),
        frozen: frozen.into_iter().map(FrozenRow::of).collect(),
    })
}

#[derive(Deserialize)]
pub(super) struct Watched {
    escalation: Option<String>,
}

/// Tells a page that what it shows has changed: `changed`, with the version of the escalation it watches, or with
/// nothing for the queue. The first one comes at once, so that nothing is missed between the page and this.
pub(super) async fn stream(
    State(app): State<App>,
    _: Visitor<Reviews>,
    Query(Watched { escalation }): Query<Watched>,
) -> Response {
    let changes = match &escalation {
        Some(id) => app.ledger.watch(id),
        None => app.ledger.watch_all(),
    };
    let begin = (app, escalation, changes, true);
    let events = futures_util::stream::unfold(begin, async |(app, escalation, mut changes, first)| {
        let mut ending = app.ending.clone();
        if !first {
            tokio::select! {
                () = changes.changed() => {}
                _ = ending.wait_for(|ending| *ending) => return None,
            }
        }
        let data = match &escalation {
            Some(id) => version(&app, id).await.to_string(),
            // An event without data is none to a browser.
            None => "queue".to_owned(),
        };
        let event = Event::default().event("changed").data(data);
        Some((Ok::<_, Infallible>(event), (app, escalation, changes, false)))
    });
    super::dressed(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

async fn version(app: &App, id: &str) -> u64 {
    let (now, id) = (app.ledger.now(), id.to_owned());
    let found = app.ledger.read(move |db| escalations::load(db, &id)).await.ok().flatten();
    found.map_or(0, |stored| stored.at(now).escalation.version)
}

/// Takes a grant back.
pub(super) async fn revoke_grant(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let done = votes::take_grant_back(&app, form.reviewer(), id, form.get("comment").to_owned()).await;
    done.map(|_| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}

/// Lets a frozen principal go on.
pub(super) async fn lift(State(app): State<App>, form: Form<Reviews>) -> Result<Response, Trouble> {
    let request =
        FreezeRequest { agent: form.get("agent").to_owned(), reason: form.get("comment").to_owned() };
    let done = take_back(&app, form.reviewer(), request).await;
    done.map(|()| to("/")).map_err(|problem| form.visitor.trouble(problem, Some("/")))
}
