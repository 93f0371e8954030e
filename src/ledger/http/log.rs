//! The log for auditors: searched, one entry with its proof, and the files themselves.

use super::auth::{Audits, Person, Role, Traces};
use super::problem::{Code, Problem};
use super::{App, Query, json};
use crate::clock;
use crate::store::read::{self, Entry};
use crate::tlog::note::Verifier;
use crate::tlog::proof::{self, TileNodes};
use crate::tlog::tile::Tile;
use crate::tlog::{Checkpoint, Hash};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::path::{Path as FilePath, PathBuf};
use std::time::Duration;
use toolgate_engine::time::Timestamp;

/// How long a proof waits for its entry to be published.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(2);
/// Most entries in one answer.
const MAX_PAGE: u32 = 1_000;

/// One entry, as it is shown.
#[derive(Debug, Serialize, Deserialize)]
pub struct EntryView {
    /// Its number.
    pub index: u64,
    /// What the ledger states of it.
    pub receipt: Box<RawValue>,
    /// What was sent, byte for byte.
    pub event: Box<RawValue>,
}

/// Some entries.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page {
    /// In the order of the log.
    pub entries: Vec<EntryView>,
    /// Ask with this as `after` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

#[derive(Default, Deserialize)]
pub(super) struct Search {
    pub(super) agent: Option<String>,
    pub(super) verdict: Option<String>,
    pub(super) r#type: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) after: Option<u64>,
    pub(super) limit: Option<u32>,
}

impl Search {
    pub(super) fn into_query(self) -> Result<read::Query, Problem> {
        let time = |name: &str, text: Option<String>| {
            let read = |text: String| clock::parse(&text);
            match text {
                None => Ok(None),
                Some(text) => read(text).map(Some).ok_or_else(|| {
                    Problem::new(
                        Code::Malformed,
                        format!("`{name}` is RFC 3339, such as `2026-11-22T15:43:07Z`"),
                    )
                }),
            }
        };
        let (from, to): (Option<Timestamp>, Option<Timestamp>) =
            (time("from", self.from)?, time("to", self.to)?);
        if let Some(verdict) = &self.verdict
            && !["allow", "escalate", "deny"].contains(&verdict.as_str())
        {
            return Err(Problem::new(Code::Malformed, "`verdict` is `allow`, `escalate` or `deny`"));
        }
        Ok(read::Query {
            kind: self.r#type,
            agent: self.agent,
            verdict: self.verdict,
            from,
            to,
            after: self.after,
            limit: self.limit.unwrap_or(100).clamp(1, MAX_PAGE),
            ..read::Query::default()
        })
    }
}

/// Entries by agent, verdict, type and time of receipt.
pub(super) async fn search(
    State(app): State<App>,
    _: Person<Audits>,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let query = search.into_query()?;
    let limit = query.limit as usize;
    let found = app.ledger.read(move |db| read::entries(db, &query)).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|entry| entry.index);
    let entries = found.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(json(&Page { entries, next }))
}

/// What was tried, one row a call. A developer names the principal: one that acts for them.
pub(super) async fn calls(
    State(app): State<App>,
    person: Person<Traces>,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    if !person.reads(search.agent.as_deref(), &[Role::Auditor]) {
        let what = "a developer reads of the principals that act for them; name one as `agent`";
        return Err(Problem::new(Code::RoleMissing, what));
    }
    let query = search.into_query()?;
    let page = app.ledger.read(move |db| crate::audit::calls(db, query)).await?;
    Ok(json(&page))
}

fn view(entry: Entry) -> Result<EntryView, Problem> {
    let raw = |text: String| {
        RawValue::from_string(text).map_err(|error| Problem::new(Code::Internal, error.to_string()))
    };
    let line =
        String::from_utf8(entry.line).map_err(|error| Problem::new(Code::Internal, error.to_string()))?;
    Ok(EntryView { index: entry.index, receipt: raw(entry.receipt)?, event: raw(line)? })
}

/// One entry.
pub(super) async fn entry(
    State(app): State<App>,
    _: Person<Audits>,
    Path(index): Path<u64>,
) -> Result<Response, Problem> {
    let found = app.ledger.read(move |db| read::by_index(db, index)).await?;
    let found = found.ok_or_else(|| Problem::not_found(format_args!("entry {index}")))?;
    Ok(json(&view(found)?))
}

/// The proof that an entry is in the log, for anybody with the verifier key (C2SP tlog-proof).
pub(super) async fn proof(
    State(app): State<App>,
    _: Person<Audits>,
    Path(index): Path<u64>,
) -> Result<Response, Problem> {
    let text = prove(&app, index).await?.text;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// A proof, and against what it holds.
pub(super) struct Proof {
    /// In the form of C2SP tlog-proof.
    pub(super) text: String,
    /// The signed checkpoint.
    pub(super) checkpoint: Checkpoint,
    /// From the entry's leaf to the root.
    pub(super) hashes: Vec<Hash>,
}

/// Proves an entry from the published files.
pub(super) async fn prove(app: &App, index: u64) -> Result<Proof, Problem> {
    let root = app.ledger.paths().tiles();
    let vkey = app.ledger.paths().vkey();
    let ledger = app.ledger.clone();
    let made = tokio::task::spawn_blocking(move || {
        // What is committed is published soon after.
        if index < ledger.head().size {
            ledger.wait_published(index + 1, PUBLISHED_WITHIN);
        }
        make_proof(&root, &vkey, index)
    })
    .await;
    made.map_err(|error| Problem::new(Code::Internal, error.to_string()))?
}

fn make_proof(root: &FilePath, vkey: &FilePath, index: u64) -> Result<Proof, Problem> {
    let internal = |error: String| Problem::new(Code::Internal, error);
    let read = |path: PathBuf| {
        std::fs::read(&path).map_err(|error| internal(format!("`{}`: {error}", path.display())))
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| internal(error.to_string()));
    let vkey = text(read(vkey.to_owned())?)?;
    let verifier = Verifier::parse(vkey.trim_end()).map_err(|error| internal(error.to_string()))?;
    let note = text(read(root.join("checkpoint"))?)?;
    let checkpoint = Checkpoint::open(&note, &verifier).map_err(|error| internal(error.to_string()))?;
    if index >= checkpoint.size {
        return Err(Problem::not_found(format_args!(
            "entry {index} in the published log of {} entries",
            checkpoint.size
        )));
    }
    let mut nodes =
        TileNodes::new(checkpoint.size, |tile: Tile| read(root.join(tile.to_string())).map_err(|_| tile));
    let hashes = proof::inclusion(index, checkpoint.size, &mut nodes)
        .map_err(|error| internal(format!("the published log cannot be read: {error:?}")))?;
    let lines: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
    let text = format!("c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n{note}");
    Ok(Proof { text, checkpoint, hashes })
}

/// The newest published checkpoint.
pub(super) async fn checkpoint(State(app): State<App>, _: Person<Audits>) -> Result<Response, Problem> {
    file(&app, "checkpoint".to_owned(), "text/plain; charset=utf-8").await
}

/// A tile or an entry bundle.
pub(super) async fn tile(
    State(app): State<App>,
    _: Person<Audits>,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    if !is_tile_path(&path) {
        return Err(Problem::not_found("such tile"));
    }
    file(&app, format!("tile/{path}"), "application/octet-stream").await
}

async fn file(app: &App, path: String, kind: &'static str) -> Result<Response, Problem> {
    let whole = app.ledger.paths().tiles().join(&path);
    let read = tokio::task::spawn_blocking(move || std::fs::read(whole)).await;
    match read.map_err(|error| Problem::new(Code::Internal, error.to_string()))? {
        Ok(bytes) => Ok(([(CONTENT_TYPE, kind)], bytes).into_response()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Problem::not_found(format_args!("file `{path}`")))
        }
        Err(error) => Err(Problem::new(Code::Internal, error.to_string())),
    }
}

/// Whether a path has the form of a tile's and nothing else: no way out of the folder, no temporary file.
fn is_tile_path(path: &str) -> bool {
    let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let Some((level, rest)) = path.split_once('/') else { return false };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, Some(width)),
        None => (rest, None),
    };
    let mut groups = number.split('/').rev();
    let last = groups.next().is_some_and(|group| digits(group, 3..=3));
    (level == "entries" || digits(level, 1..=2))
        && last
        && groups.all(|group| group.strip_prefix('x').is_some_and(|group| digits(group, 3..=3)))
        && width.is_none_or(|width| digits(width, 1..=3))
}

#[cfg(test)]
mod tests {
    use super::is_tile_path;

    #[test]
    fn only_tile_paths_are_served() {
        for good in ["0/000", "0/x001/234", "entries/067.p/12", "3/x001/x234/067.p/255"] {
            assert!(is_tile_path(good), "{good}");
        }
        for bad in [
            "",
            "0",
            "0/",
            "../log.key",
            "0/../../log.key",
            "0/000.new",
            "0/000.p/",
            "entries/x001",
            "0/0000",
            "0//000",
        ] {
            assert!(!is_tile_path(bad), "{bad}");
        }
    }
}
