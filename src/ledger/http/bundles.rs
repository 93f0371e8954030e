//! `/v1/bundles/{name}`: policy, handed out as it was put in.

use super::auth::{Emitter, Person, Publishes};
use super::problem::{Code, Problem};
use super::{App, Limited, json};
use crate::store::bundles::{self, NotTaken};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use toolgate_engine::policy::BundleError;

/// Most bytes of a bundle.
const MAX_BUNDLE: usize = 16 << 20;

/// Gives a gateway the newest bundle of a name, or says that it has it.
pub(super) async fn hand_out(
    State(app): State<App>,
    _: Emitter,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = name.clone();
    let bundle = app.ledger.read(move |db| bundles::current(db, &wanted)).await?;
    let bundle = bundle.ok_or_else(|| Problem::not_found(format_args!("bundle `{name}`")))?;
    let etag = format!("\"{}\"", bundle.digest);
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim() == etag);
    if known {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response());
    }
    Ok(([(ETAG, etag), (CONTENT_TYPE, "application/octet-stream".to_owned())], bundle.file).into_response())
}

#[derive(Serialize)]
struct PublishedBundle {
    name: String,
    version: u64,
    digest: String,
}

/// Takes a bundle from an author; it is handed out at once.
pub(super) async fn publish(
    State(app): State<App>,
    author: Person<Publishes>,
    Path(name): Path<String>,
    Limited(file): Limited<MAX_BUNDLE>,
) -> Result<Response, Problem> {
    if !bundles::is_name(&name) {
        return Err(Problem::new(
            Code::Malformed,
            "a bundle's name is letters, digits, `-`, `_`, `.`, at most 100",
        ));
    }
    if file.is_empty() {
        return Err(Problem::new(Code::Malformed, "the body is the bundle file; it is empty"));
    }
    let (by, to) = (author.reviewer.name, name.clone());
    let (taken, _) =
        app.ledger.write(file.len(), move |writer| bundles::publish(writer, &to, &file, &by)).await?;
    match taken {
        Ok(bundle) => Ok(json(&PublishedBundle { name, version: bundle.version, digest: bundle.digest })),
        Err(NotTaken(
            error @ (BundleError::Older { .. }
            | BundleError::SameVersion(_)
            | BundleError::OtherPolicy { .. }),
        )) => Err(Problem::new(Code::OtherBundle, error.to_string())),
        Err(NotTaken(error)) => Err(Problem::new(Code::Malformed, error.to_string())),
    }
}
