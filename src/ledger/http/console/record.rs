//! What was decided: searched, and one decision with what became of it and the proof that it stands in the log.

use super::text::{Marked, filters};
use super::visitor::Visitor;
use super::{Frame, Trouble, html};
use crate::audit::{self, Call};
use crate::clock;
use crate::event::Event;
use crate::http::App;
use crate::http::auth::Audits;
use crate::http::log::{self, Proof};
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;
use crate::store::read::{self, Entry};
use crate::tlog::proof::verify_inclusion;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use toolgate_engine::record::types;

/// Calls on one page.
const PAGE: u32 = 50;
/// Most entries that belong to one decision.
const MOST_RELATED: u32 = 200;

/// What is searched for, as the form says it; empty fields ask for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    agent: String,
    verdict: String,
    from: String,
    to: String,
    decision: String,
    before: Option<u64>,
}

impl Search {
    fn query(&self) -> Result<read::Query, Problem> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let time = |name: &str, text: &str| {
            let Some(text) = given(text) else { return Ok(None) };
            // What a browser's field gives has no zone: it is UTC here, and the page says so.
            let whole = if text.len() == 16 { format!("{text}:00Z") } else { text };
            let read = clock::parse(&whole);
            read.map(Some).ok_or_else(|| Problem::new(Code::Malformed, format!("`{name}` is no time")))
        };
        Ok(read::Query {
            kind: Some(types::DECISION.to_owned()),
            agent: given(&self.agent),
            verdict: given(&self.verdict),
            from: time("from", &self.from)?,
            to: time("to", &self.to)?,
            decision: given(&self.decision),
            before: self.before,
            newest_first: true,
            limit: PAGE,
            ..read::Query::default()
        })
    }

    /// The same search, further back.
    fn older(&self, before: u64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("agent", &self.agent),
            ("verdict", &self.verdict),
            ("from", &self.from),
            ("to", &self.to),
            ("decision", &self.decision),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/record?{}", query.append_pair("before", &before.to_string()).finish())
    }
}

struct Row {
    call: Call,
    agent: Marked,
    tool: Marked,
    effects: Vec<Marked>,
    more: usize,
}

impl Row {
    fn of(call: Call) -> Self {
        const SHOWN: usize = 3;
        Self {
            agent: Marked::line(call.agent.as_deref().unwrap_or("nobody")),
            tool: Marked::line(&call.tool),
            effects: call.effects.iter().take(SHOWN).map(|effect| Marked::line(effect)).collect(),
            more: call.effects.len().saturating_sub(SHOWN),
            call,
        }
    }
}

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    frame: Frame,
    search: Search,
    rows: Vec<Row>,
    older: Option<String>,
    size: u64,
    root: String,
    published: u64,
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<Audits>,
    Query(search): Query<Search>,
) -> Result<Response, Trouble> {
    let told = |problem| visitor.trouble(problem, Some("/record"));
    let query = search.query().map_err(told)?;
    let found =
        app.ledger.read(move |db| audit::calls(db, query)).await.map_err(|error| told(error.into()))?;
    let head = app.ledger.head();
    Ok(html(&Page {
        frame: visitor.frame("/record"),
        older: found.next.map(|next| search.older(next)),
        search,
        rows: found.calls.into_iter().map(Row::of).collect(),
        size: head.size,
        root: head.root,
        published: app.ledger.published(),
    }))
}

/// One entry that belongs to the decision.
struct Related {
    index: u64,
    received: String,
    kind: String,
    line: Marked,
}

impl Related {
    fn of(entry: &Entry) -> Self {
        let kind = Event::read(&entry.line).map(|event| event.kind).unwrap_or_default();
        let receipt: serde_json::Value = serde_json::from_str(&entry.receipt).unwrap_or_default();
        let line: serde_json::Value = serde_json::from_slice(&entry.line).unwrap_or_default();
        // For reading; the bytes themselves are what `/v1/events` gives.
        let text = serde_json::to_string_pretty(&line).unwrap_or_default();
        Self {
            index: entry.index,
            received: receipt.get("t").and_then(|t| t.as_str()).unwrap_or_default().to_owned(),
            kind: kind.trim_start_matches("io.toolgate.").trim_end_matches(".v1").to_owned(),
            line: Marked::of(&text),
        }
    }
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    index: u64,
    row: Option<Row>,
    related: Vec<Related>,
    proof: Marked,
    holds: bool,
    size: u64,
    root: String,
}

/// One entry, what else belongs to it, and the proof, checked once more here.
pub(super) async fn entry(
    State(app): State<App>,
    visitor: Visitor<Audits>,
    Path(index): Path<u64>,
) -> Result<Response, Trouble> {
    let told = |problem| visitor.trouble(problem, Some("/record"));
    let found = app.ledger.read(move |db| related(db, index)).await.map_err(|error| told(error.into()))?;
    let none = || told(Problem::not_found(format_args!("entry {index}")));
    let (entry, call, related) = found.ok_or_else(none)?;
    let Proof { text, checkpoint, hashes } = log::prove(&app, index).await.map_err(told)?;
    let leaf = crate::tlog::Hash::of_leaf(&entry.bytes());
    let holds = verify_inclusion(leaf, index, checkpoint.size, &checkpoint.root, &hashes).is_ok();
    Ok(html(&EntryPage {
        frame: visitor.frame("/record"),
        index,
        row: call.map(Row::of),
        related: related.iter().map(Related::of).collect(),
        proof: Marked::of(&text),
        holds,
        size: checkpoint.size,
        root: checkpoint.root.to_string(),
    }))
}

type Around = Option<(Entry, Option<Call>, Vec<Entry>)>;

fn related(db: &rusqlite::Connection, index: u64) -> Result<Around, StoreError> {
    let Some(entry) = read::by_index(db, index)? else { return Ok(None) };
    let facts = Event::read(&entry.line).map(|event| event.facts).unwrap_or_default();
    let of_decision = |decision: String| read::Query {
        decision: Some(decision),
        limit: MOST_RELATED,
        ..read::Query::default()
    };
    let of_escalation = |escalation: String| read::Query {
        escalation: Some(escalation),
        limit: MOST_RELATED,
        ..read::Query::default()
    };
    let call = match &facts.decision {
        Some(decision) => audit::calls(db, of_decision(decision.clone()))?.calls.pop(),
        None => None,
    };
    let mut all = vec![entry.clone()];
    if let Some(decision) = facts.decision {
        all.extend(read::entries(db, &of_decision(decision))?);
    }
    let escalation = facts.escalation.or_else(|| call.as_ref().and_then(|call| call.escalation.clone()));
    if let Some(escalation) = escalation {
        all.extend(read::entries(db, &of_escalation(escalation))?);
    }
    all.sort_by_key(|entry| entry.index);
    all.dedup_by_key(|entry| entry.index);
    Ok(Some((entry, call, all)))
}

/// The proof as a file.
pub(super) async fn proof(
    State(app): State<App>,
    visitor: Visitor<Audits>,
    Path(index): Path<u64>,
) -> Result<Response, Trouble> {
    let proof = log::prove(&app, index).await.map_err(|problem| visitor.trouble(problem, Some("/record")))?;
    Ok(super::dressed(([(CONTENT_TYPE, "text/plain; charset=utf-8")], proof.text).into_response()))
}
