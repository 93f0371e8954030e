//! What people say: yes, no, and that a yes or a no is taken back. One way in, whether a program or the console speaks.

use super::auth::{Person, Reviews};
use super::escalations::{MAX_SMALL, missing, step};
use super::problem::{Code, Problem};
use super::{App, JsonBody, Query, json};
use crate::escalation::{Input, Reviewer};
use crate::event::is_uuid;
use crate::grant::{Asked, NotGranted};
use crate::store::escalations::{self, Stored};
use crate::store::grants::{self, StoredGrant};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use toolgate_engine::protocol;

/// Most bytes of a reviewer's comment.
const MAX_COMMENT: usize = 4 << 10;

/// A vote, and the grant that is asked for along with a yes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ballot {
    /// The vote.
    #[serde(flatten)]
    pub vote: protocol::Vote,
    /// The grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Asked>,
}

/// A person votes.
pub(super) async fn vote(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(ballot): JsonBody<Ballot, MAX_SMALL>,
) -> Result<Response, Problem> {
    let version = if_match(&headers)?;
    let stored = cast(&app, reviewer, &id, ballot, version).await?;
    Ok(json(&stored.state(app.ledger.now())))
}

/// Brings a vote to an escalation, unless that has changed since `version`.
pub(super) async fn cast(
    app: &App,
    reviewer: Reviewer,
    id: &str,
    ballot: Ballot,
    version: Option<u64>,
) -> Result<Stored, Problem> {
    check_comment(ballot.vote.comment.as_deref())?;
    if let Some(asked) = &ballot.grant {
        asked.within(app.grants).map_err(not_granted)?;
    }
    let wanted = id.to_owned();
    let (stepped, _) = app
        .ledger
        .write(0, move |writer| {
            if let Some(version) = version {
                let now = writer.now;
                let stands =
                    escalations::load(writer.db, &wanted)?.map(|stored| stored.at(now).escalation.version);
                if stands.is_some_and(|stands| stands != version) {
                    return Ok(None);
                }
            }
            let Ballot { vote: protocol::Vote { verdict, digest, comment }, grant } = &ballot;
            let comment = comment.as_deref();
            let input = Input::Vote {
                reviewer: &reviewer,
                verdict: *verdict,
                digest,
                comment,
                grant: grant.as_ref(),
            };
            Ok(Some(escalations::step(writer, &wanted, input)?))
        })
        .await?;
    let stepped =
        stepped.ok_or_else(|| Problem::new(Code::Stale, "the escalation has changed since you read it"))?;
    let (stored, answer) = stepped.ok_or_else(|| missing(id))?;
    answer?;
    Ok(stored)
}

fn not_granted(error: NotGranted) -> Problem {
    Problem::new(Code::NotGranted, error.to_string())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeRequest {
    comment: String,
}

/// A person takes an approval back.
pub(super) async fn revoke(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(RevokeRequest { comment }): JsonBody<RevokeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    let stored = take_back(&app, reviewer, &id, Said::Yes, comment).await?;
    Ok(json(&stored.state(app.ledger.now())))
}

/// A person lifts a denial.
pub(super) async fn lift(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(RevokeRequest { comment }): JsonBody<RevokeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    let stored = take_back(&app, reviewer, &id, Said::No, comment).await?;
    Ok(json(&stored.state(app.ledger.now())))
}

/// What a person said, and takes back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said {
    /// An approval.
    Yes,
    /// A denial: identical calls are asked about again.
    No,
}

/// Takes back what was said.
pub(super) async fn take_back(
    app: &App,
    reviewer: Reviewer,
    id: &str,
    said: Said,
    comment: String,
) -> Result<Stored, Problem> {
    check_comment(Some(&comment))?;
    step(app, id, move |writer, id| {
        let (reviewer, comment) = (&reviewer, comment.as_str());
        let input = match said {
            Said::Yes => Input::Revoke { reviewer, comment },
            Said::No => Input::Lift { reviewer, comment },
        };
        escalations::step(writer, id, input)
    })
    .await
}

fn check_comment(comment: Option<&str>) -> Result<(), Problem> {
    if comment.is_some_and(|comment| comment.len() > MAX_COMMENT) {
        return Err(Problem::new(Code::TooLarge, format!("a comment has at most {MAX_COMMENT} bytes")));
    }
    Ok(())
}

/// The version a reviewer saw, where they say it.
fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let version =
        value.to_str().ok().and_then(|value| value.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    version.map(Some).ok_or_else(|| Problem::new(Code::Malformed, "`if-match` is the quoted version"))
}

/// A grant, as people are shown it.
#[derive(Debug, Serialize, Deserialize)]
pub struct GrantView {
    /// Its ID.
    pub id: String,
    /// The escalation it comes of.
    pub escalation: String,
    /// The only principal it is for.
    pub agent: String,
    /// The only tool it is for.
    pub tool: String,
    /// What was asked for.
    pub asked: Asked,
    /// Who gave it.
    pub by: Vec<String>,
    /// `open`, `used_up`, `expired` or `revoked`.
    pub state: String,
    /// Uses left while it is open.
    pub left: u32,
    /// Seconds left while it is open.
    pub expires_in: u64,
    /// When it was given, RFC 3339.
    pub created: String,
}

impl GrantView {
    pub(super) fn of(stored: StoredGrant, now: toolgate_engine::time::Timestamp) -> Self {
        use crate::grant::State;
        let StoredGrant { grant, escalation, asked, by, created } = stored;
        let (left, expires_in) = match grant.state {
            State::Open { until, left } => (left.get(), until.since(now).as_millis() / 1_000),
            State::UsedUp | State::Expired | State::Revoked => (0, 0),
        };
        let state = grant.state.name().to_owned();
        let created = created.to_string();
        Self {
            id: grant.id,
            escalation,
            agent: grant.agent,
            tool: grant.tool,
            asked,
            by,
            state,
            left,
            expires_in,
            created,
        }
    }
}

/// Some grants.
#[derive(Debug, Serialize, Deserialize)]
pub struct Grants {
    /// The newest first.
    pub grants: Vec<GrantView>,
}

#[derive(Deserialize)]
pub(super) struct GrantQuery {
    #[serde(default)]
    all: bool,
}

/// The grants that cover calls; with `all`, those that are over too.
pub(super) async fn grants(
    State(app): State<App>,
    _: Person<Reviews>,
    Query(GrantQuery { all }): Query<GrantQuery>,
) -> Result<Response, Problem> {
    let now = app.ledger.now();
    let found = app.ledger.read(move |db| grants::list(db, !all, now)).await?;
    let grants = found.into_iter().map(|stored| GrantView::of(stored, now)).collect();
    Ok(json(&Grants { grants }))
}

/// A person takes a grant back.
pub(super) async fn revoke_grant(
    State(app): State<App>,
    Person { reviewer, .. }: Person<Reviews>,
    Path(id): Path<String>,
    JsonBody(RevokeRequest { comment }): JsonBody<RevokeRequest, MAX_SMALL>,
) -> Result<Response, Problem> {
    let stored = take_grant_back(&app, reviewer, id, comment).await?;
    Ok(json(&GrantView::of(stored, app.ledger.now())))
}

/// Takes a grant back.
pub(super) async fn take_grant_back(
    app: &App,
    reviewer: Reviewer,
    id: String,
    comment: String,
) -> Result<StoredGrant, Problem> {
    check_comment(Some(&comment))?;
    if comment.trim().is_empty() {
        return Err(Problem::new(Code::Malformed, "to take a grant back needs a `comment`"));
    }
    let none = if is_uuid(&id) { format!("grant `{id}`") } else { "such grant".to_owned() };
    let taken =
        app.ledger.write(0, move |writer| grants::revoke(writer, &id, &reviewer.name, comment.trim()));
    let (stored, answer) = taken.await?.0.ok_or_else(|| Problem::not_found(none))?;
    answer.map_err(|over| Problem::new(Code::Decided, over.to_string()))?;
    Ok(stored)
}
