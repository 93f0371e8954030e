//! One call, whole, and the two answers to it. What was cut must be opened before it can be approved: the form that
//! approves stands only in the page that shows everything, and carries the proof of it.

use super::text::{self, Line, Marked, Seconds, Shown, filters};
use super::visitor::{Form, Visitor};
use super::{Frame, Trouble, html, to};
use crate::audit::{self, Call};
use crate::escalation::{Phase, State as Stands};
use crate::grant::{Asked, Like, Limits};
use crate::http::App;
use crate::http::auth::{Access, Reviews};
use crate::http::escalations::missing;
use crate::http::problem::{Code, Problem};
use crate::http::votes::{self, Ballot, Said};
use crate::own;
use crate::store::escalations::{self, Stored};
use crate::store::figures::{self, RuleFigures};
use crate::store::read;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::num::{NonZeroU32, NonZeroU64};
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{self, Assurance, ReviewerGroup};
use toolgate_engine::time::Span;

/// How far back it is told what the agent did, and how many calls of that.
const LATELY: (Span, u32) = (Span::from_secs(600), 50);
/// How far back it is told what people made of the same rules.
const BEFORE: Span = Span::from_secs(30 * 24 * 3_600);

#[derive(Template)]
#[template(path = "escalation.html")]
struct Page {
    frame: Frame,
    id: String,
    phase: &'static str,
    version: u64,
    digest: String,
    left: Option<Seconds>,
    until_ms: u64,
    agent: Marked,
    via: &'static str,
    on_behalf_of: Option<Marked>,
    tool: Marked,
    effects: Vec<Marked>,
    rules: Vec<String>,
    because: Marked,
    bundle: String,
    created: String,
    arguments: Vec<Shown>,
    bytes: usize,
    hidden: usize,
    erased: bool,
    change: Option<Vec<Line>>,
    is_cut: bool,
    /// What the form that approves must carry; empty where it may not stand.
    opened: String,
    groups: Vec<GroupRow>,
    comment: Option<Marked>,
    /// How long the no holds for identical calls, while it does.
    held: Option<Seconds>,
    lately: Vec<Call>,
    before: Vec<RuleFigures>,
    limits: Limits,
    minutes: u64,
    own: bool,
    asked: bool,
    agreed: bool,
    unshown: bool,
    lacks: Option<Lacks>,
}

struct GroupRow {
    group: ReviewerGroup,
    agreed: Vec<String>,
    known_by: Option<&'static str>,
}

/// What a rule asks for of whoever approves, and who looks at the page has not.
struct Lacks {
    needed: &'static str,
    had: &'static str,
    way: Way,
}

/// How to get it.
enum Way {
    /// Signed in by the provider of this host.
    Provider(String),
    /// By way of the proxy that signs people in.
    Proxy,
    /// Nobody can: nothing of the kind is configured.
    None,
}

impl Page {
    fn is_pending(&self) -> bool {
        self.phase == "pending"
    }

    fn is_approved(&self) -> bool {
        self.phase == "approved"
    }
}

#[derive(Deserialize)]
pub(super) struct Opened {
    #[serde(default)]
    whole: u8,
}

/// The page. That the arguments were looked at is in the log before they are shown.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<Reviews>,
    Path(id): Path<String>,
    Query(Opened { whole }): Query<Opened>,
) -> Result<Response, Trouble> {
    let told = |problem| visitor.trouble(problem, Some("/"));
    let (by, wanted) = (visitor.user.reviewer.name.clone(), id.clone());
    let found = app.ledger.write(0, move |writer| {
        let Some(stored) = escalations::load(writer.db, &wanted)? else { return Ok(None) };
        let arguments = escalations::arguments(writer.db, &wanted)?;
        writer.append_own(own::AccessRead { by, escalation: wanted })?;
        Ok(Some((stored, arguments)))
    });
    let (found, _) = found.await.map_err(|error| told(error.into()))?;
    let (stored, arguments) = found.ok_or_else(|| told(missing(&id)))?;
    let now = app.ledger.now();
    let stored = stored.at(now);
    let lately = read::Query {
        agent: Some(stored.escalation.agent.clone()),
        from: Some(now - LATELY.0),
        newest_first: true,
        limit: LATELY.1,
        ..read::Query::default()
    };
    let (rules, from) = (stored.question.rules.clone(), now - BEFORE);
    let around = app.ledger.read(move |db| {
        let before: Vec<RuleFigures> =
            figures::answers(db, from)?.into_iter().filter(|figures| rules.contains(&figures.rule)).collect();
        Ok((audit::calls(db, lately)?.calls, before))
    });
    let (lately, before) = around.await.map_err(|error| told(error.into()))?;
    let page = Page::of(&app, &visitor, stored, (arguments, whole == 1), (lately, before));
    Ok(html(&page))
}

impl Page {
    fn of(
        app: &App,
        visitor: &Visitor<Reviews>,
        stored: Stored,
        (arguments, whole): (Option<String>, bool),
        (lately, before): (Vec<Call>, Vec<RuleFigures>),
    ) -> Self {
        let now = app.ledger.now();
        let Stored { escalation, question, created, .. } = stored;
        let erased = arguments.is_none();
        let arguments = arguments.unwrap_or_default();
        let shown = text::arguments(&arguments, whole);
        let is_cut = shown.iter().any(|shown| shown.left > 0);
        let until = escalation.state.until();
        let opened = if is_cut {
            String::new()
        } else {
            app.sessions.form_token(&shown_whole(&escalation.id, &escalation.digest))
        };
        let agreed = |group: &ReviewerGroup| {
            let of = escalation.approvals.iter().filter(|approval| approval.counts_for.contains(&group.name));
            of.map(|approval| approval.reviewer.clone()).collect()
        };
        let me = &visitor.user.reviewer;
        let asks = std::iter::once(&escalation.agent).chain(&escalation.on_behalf_of);
        Self {
            frame: visitor.frame(""),
            phase: Phase(escalation.state.phase()).name(),
            version: escalation.version,
            left: until.map(|until| Seconds(until.since(now).as_millis() / 1_000)),
            until_ms: until.map_or(0, |until| until.as_micros() / 1_000),
            own: asks.into_iter().any(|asks| me.acts_as(asks)),
            asked: escalation.is_for(now, me),
            agreed: escalation.approvals.iter().any(|approval| approval.reviewer == me.name),
            unshown: is_cut && whole,
            lacks: escalation.lacks(now, me).map(|needed| Lacks {
                needed: by(needed),
                had: by(me.assurance),
                way: Way::to(needed, &app.access),
            }),
            agent: Marked::line(&escalation.agent),
            via: via(&question.via),
            on_behalf_of: escalation.on_behalf_of.as_deref().map(Marked::line),
            tool: Marked::line(&question.tool),
            effects: question.effects.iter().map(|effect| Marked::line(effect)).collect(),
            rules: question.rules,
            because: Marked::line(&question.because),
            bundle: question.bundle,
            created: created.to_string(),
            bytes: arguments.len(),
            hidden: shown.iter().map(|shown| shown.hidden).sum(),
            change: text::change(&arguments),
            arguments: shown,
            erased,
            is_cut,
            opened,
            groups: escalation
                .reviewers
                .iter()
                .map(|group| GroupRow {
                    agreed: agreed(group),
                    known_by: group.assurance.map(by),
                    group: group.clone(),
                })
                .collect(),
            comment: match &escalation.state {
                Stands::Denied { comment, .. } => Some(Marked::of(comment)),
                _ => None,
            },
            held: match &escalation.state {
                Stands::Denied { until, .. } if *until > now => {
                    Some(Seconds(until.since(now).as_millis() / 1_000))
                }
                _ => None,
            },
            lately,
            before,
            limits: app.grants,
            minutes: app.grants.most_seconds / 60,
            id: escalation.id,
            digest: escalation.digest,
        }
    }
}

fn shown_whole(id: &str, digest: &str) -> String {
    format!("shown whole {id} {digest}")
}

impl Way {
    fn to(needed: Assurance, access: &Access) -> Self {
        let Access::Known(known) = access else { return Self::None };
        match (needed, &known.oidc, &known.proxy) {
            (Assurance::Oidc, Some(provider), _) => Self::Provider(provider.host()),
            (Assurance::Oidc, None, Some(_)) => Self::Proxy,
            // Whoever sees this page has proven as much as the other two ask for.
            (Assurance::Oidc | Assurance::Local | Assurance::Chat, _, _) => Self::None,
        }
    }
}

/// How a person is known, in words.
const fn by(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Chat => "by Slack's word",
        Assurance::Local => "by a password or token of this ledger",
        Assurance::Oidc => "by an identity provider's signed word",
    }
}

/// How an agent is known, in words.
fn via(via: &str) -> &'static str {
    match via {
        "mtls" => "by its certificate (mutual TLS)",
        "jwt" => "by a signed token the proxy verified",
        "header" => "by a header that a trusted proxy sets",
        _ => "in a way this version does not know",
    }
}

/// The two answers.
pub(super) async fn vote(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let here = format!("/escalations/{id}");
    let told = |problem| form.visitor.trouble(problem, Some(&here));
    let (ballot, version) = ballot(&app, &id, &form).map_err(told)?;
    votes::cast(&app, form.reviewer(), &id, ballot, Some(version)).await.map_err(told)?;
    Ok(to(&here))
}

fn ballot(app: &App, id: &str, form: &Form<Reviews>) -> Result<(Ballot, u64), Problem> {
    let malformed = |what: &str| Problem::new(Code::Malformed, what);
    let digest = form.get("digest").to_owned();
    let version = form.get("version").parse().map_err(|_| malformed("the form says no version"))?;
    let comment = Some(form.get("comment").trim().to_owned()).filter(|comment| !comment.is_empty());
    let (verdict, grant) = match form.get("verdict") {
        "deny" => (Verdict::Deny, None),
        "allow" => {
            if !app.sessions.is_form_token(&shown_whole(id, &digest), form.get("opened")) {
                return Err(malformed("some of the arguments were not shown; open them before you approve"));
            }
            (Verdict::Allow, grant(form)?)
        }
        _ => return Err(malformed("the form neither approves nor denies")),
    };
    Ok((Ballot { vote: protocol::Vote { verdict, digest, comment }, grant }, version))
}

/// The scope of a yes.
fn grant(form: &Form<Reviews>) -> Result<Option<Asked>, Problem> {
    let number = |name: &str| {
        let given = form.get(name).trim().parse::<u64>().ok().and_then(NonZeroU64::new);
        given.ok_or_else(|| Problem::new(Code::Malformed, format!("`{name}` is a number from 1")))
    };
    let like = match form.get("scope") {
        "once" => return Ok(None),
        "same" => None,
        "like" => Some(like(form)),
        _ => return Err(Problem::new(Code::Malformed, "the form does not say how far the approval reaches")),
    };
    let uses = number("uses")?;
    let too_many = |_| Problem::new(Code::Malformed, "`uses` is too large");
    let uses = NonZeroU32::try_from(uses).map_err(too_many)?;
    let seconds = number("minutes")?.saturating_mul(NonZeroU64::MIN.saturating_add(59));
    Ok(Some(Asked { uses, seconds, like }))
}

fn like(form: &Form<Reviews>) -> Like {
    let written = |value: &str| !value.trim().is_empty();
    let patterns = form.fields().filter(|(_, value)| written(value));
    let arguments = patterns
        .filter_map(|(name, value)| Some((name.strip_prefix("like:")?.to_owned(), value.trim().to_owned())))
        .collect();
    let effects = form.get("effects").lines().filter(|line| written(line)).map(|line| line.trim().to_owned());
    Like { arguments, effects: effects.collect() }
}

/// Takes an approval back.
pub(super) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let here = format!("/escalations/{id}");
    let done = votes::take_back(&app, form.reviewer(), &id, Said::Yes, form.get("comment").to_owned()).await;
    done.map(|_| to(&here)).map_err(|problem| form.visitor.trouble(problem, Some(&here)))
}

/// Lifts a denial.
pub(super) async fn lift(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form<Reviews>,
) -> Result<Response, Trouble> {
    let here = format!("/escalations/{id}");
    let done = votes::take_back(&app, form.reviewer(), &id, Said::No, form.get("comment").to_owned()).await;
    done.map(|_| to(&here)).map_err(|problem| form.visitor.trouble(problem, Some(&here)))
}
