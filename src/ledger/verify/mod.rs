//! The verifier: reads the published log and says whether it is whole, without trusting who wrote it.
//!
//! In come the files of a log, its verifier key, checkpoints somebody kept elsewhere (anchors), access logs of
//! the proxies, and if wanted the database. Out comes a [`Report`]. It streams: memory grows with the number of
//! emitters and of open questions, not with the log. The service is not asked, and the database only as an
//! accused.
//!
//! ```text
//! files      checkpoint signed; every entry → leaf → tile → root; anchors are earlier states of this log
//! claims     every root that an emitter or an access log was told is a root of this log
//! chains     each emitter's events follow each other: number, hash, sender, time
//! calls      every release had its verdict, every approval its voters, every policy its publication
//! grants     each asked for by all who approved, and not used beyond that
//! database   the index says what the entries say
//! ```
//!
//! What it cannot find: an emitter that was never recorded at all, and, for who holds the log's key, whatever is
//! newer than the last anchor and the last word of each emitter.

mod calls;
mod chains;
mod claims;
mod database;
mod decisions;
mod denials;
mod files;
mod glass;
mod grants;
mod question;
mod report;

pub use report::{Counts, Finding, Report, Severity};

use crate::tlog::Checkpoint;
use crate::tlog::note::Verifier;
use std::fs;
use std::path::{Path, PathBuf};
use toolgate_engine::time::Span;

/// What to verify.
#[derive(Debug, Clone)]
pub struct Input {
    /// The folder with `checkpoint` and `tile/`.
    pub log: PathBuf,
    /// The log's key.
    pub verifier: Verifier,
    /// Files with checkpoints of this log that were kept elsewhere.
    pub anchors: Vec<PathBuf>,
    /// Access logs of proxies, a JSON document a line.
    pub access_logs: Vec<PathBuf>,
    /// The database, to be compared.
    pub database: Option<PathBuf>,
    /// How long before the end of the log something may still be on its way.
    pub grace: Span,
}

/// How long what is on its way may be, if nothing else is said.
pub const GRACE: Span = Span::from_secs(60);

/// Finds the published log in a data directory, or in a copy of its files.
pub fn find_log(dir: &Path) -> PathBuf {
    let below = dir.join("tiles");
    if below.join("checkpoint").exists() || !dir.join("checkpoint").exists() { below } else { dir.to_owned() }
}

/// Verifies a log.
pub fn verify(input: &Input) -> Report {
    let mut report = Report::default();
    let Some(checkpoint) = signed_checkpoint(input, &mut report) else { return report };
    report.counts.entries = checkpoint.size;
    let anchors = anchors(input, &checkpoint, &mut report);
    let mut claims = claims::Claims::new(&input.log, &checkpoint);
    let mut chains = chains::Chains::default();
    let mut calls = calls::Calls::default();
    let mut database =
        input.database.as_deref().and_then(|path| database::Database::open(path, &checkpoint, &mut report));
    files::read(&input.log, &checkpoint, &anchors, &mut report, |entry, report| {
        if let Some(database) = &mut database {
            database.compare(&entry, report);
        }
        claims.seen(&entry, report);
        chains.follow(&entry, report);
        calls.follow(&entry, report);
    });
    for path in &input.access_logs {
        claims.access_log(path, &mut report);
    }
    let end = chains.last_receipt();
    chains.finish(input.grace, &mut report);
    calls.finish(end, input.grace, &mut report);
    report
}

fn signed_checkpoint(input: &Input, report: &mut Report) -> Option<Checkpoint> {
    let path = input.log.join("checkpoint");
    let note = match fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) => {
            report.unreadable(None, format!("`{}`: {error}", path.display()));
            return None;
        }
    };
    match Checkpoint::open(&note, &input.verifier) {
        Ok(checkpoint) => Some(checkpoint),
        Err(error) => {
            report.tampering(None, format!("`{}` is not signed by this log's key: {error}", path.display()));
            None
        }
    }
}

/// An earlier state of the log that somebody kept.
struct Anchor {
    place: String,
    checkpoint: Checkpoint,
}

fn anchors(input: &Input, ours: &Checkpoint, report: &mut Report) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    for path in &input.anchors {
        let place = format!("`{}`", path.display());
        let note = match fs::read_to_string(path) {
            Ok(note) => note,
            Err(error) => {
                report.unreadable(None, format!("{place}: {error}"));
                continue;
            }
        };
        match Checkpoint::open(&note, &input.verifier) {
            Err(error) => report.unreadable(None, format!("{place} is no checkpoint of this log: {error}")),
            Ok(checkpoint) if checkpoint.size > ours.size => report.tampering(
                None,
                format!(
                    "{place} is signed by this log for {} entries, and only {} are here: the log was cut or forked",
                    checkpoint.size, ours.size
                ),
            ),
            Ok(checkpoint) => anchors.push(Anchor { place, checkpoint }),
        }
    }
    anchors
}

#[cfg(test)]
mod tests;
