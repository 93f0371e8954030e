//! Roots that others were told: by the ledger in its acknowledgements, which emitters repeat in their next
//! events and proxies in their access logs. Each must be a root of this log; another is a second history.

use super::Report;
use super::files::Entry;
use crate::tlog::proof::{self, TileNodes};
use crate::tlog::tile::Tile;
use crate::tlog::{Checkpoint, Hash};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use toolgate_engine::record::Seen;

/// Roots and tiles that are kept for the next question.
const KEPT: usize = 512;
/// Deepest nesting of an access log's line that is looked into.
const DEPTH: u32 = 8;

pub(super) struct Claims {
    log: PathBuf,
    size: u64,
    roots: HashMap<u64, Option<Hash>>,
    /// Wrong roots that were told of: once is enough.
    wrong: BTreeSet<(u64, String)>,
    tiles: HashMap<Tile, Vec<u8>>,
}

impl Claims {
    pub(super) fn new(log: &Path, checkpoint: &Checkpoint) -> Self {
        Self {
            log: log.to_owned(),
            size: checkpoint.size,
            roots: HashMap::new(),
            wrong: BTreeSet::new(),
            tiles: HashMap::new(),
        }
    }

    /// The checkpoint an event says its maker was told.
    pub(super) fn seen(&mut self, entry: &Entry<'_>, report: &mut Report) {
        let Some(seen) = &entry.event.seen else { return };
        // An event is made before it is in the log, so the log was no longer than this then.
        if seen.size > entry.index {
            let text = format!(
                "`{}` was told of {} entries before this one was recorded: the log was cut or forked since",
                entry.event.source, seen.size
            );
            report.tampering(Some(entry.index), text);
            return;
        }
        self.check(seen, Some(entry.index), &entry.event.source, report);
    }

    /// Every checkpoint in an access log.
    pub(super) fn access_log(&mut self, path: &Path, report: &mut Report) {
        let place = format!("`{}`", path.display());
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                report.unreadable(None, format!("{place}: {error}"));
                return;
            }
        };
        for line in BufReader::new(file).split(b'\n') {
            let line = match line {
                Ok(line) => line,
                Err(error) => {
                    report.unreadable(None, format!("{place}: {error}"));
                    return;
                }
            };
            // Proxies write other lines as well.
            let Ok(value) = serde_json::from_slice::<Value>(&line) else { continue };
            let mut found = Vec::new();
            collect(&value, DEPTH, &mut found);
            for seen in found {
                if seen.size > self.size {
                    let text = format!(
                        "{place}: a proxy was told of {} entries, and only {} are here: the log was cut or forked",
                        seen.size, self.size
                    );
                    report.tampering(None, text);
                } else {
                    self.check(&seen, None, &place, report);
                }
            }
        }
    }

    fn check(&mut self, seen: &Seen, entry: Option<u64>, who: &str, report: &mut Report) {
        report.counts.roots += 1;
        match self.root(seen.size) {
            Some(root) if root.to_string() == seen.root => {}
            Some(_) => {
                let size = seen.size;
                if self.wrong.len() >= KEPT || !self.wrong.insert((size, seen.root.clone())) {
                    return;
                }
                let text =
                    format!("{who} was told another root of the first {size} entries: the log was forked");
                report.tampering(entry, text);
            }
            // The tile that is missing is reported where the tiles are read.
            None => {}
        }
    }

    fn root(&mut self, size: u64) -> Option<Hash> {
        if let Some(root) = self.roots.get(&size) {
            return *root;
        }
        let Self { log, tiles, .. } = self;
        let read = |tile: Tile| {
            if let Some(bytes) = tiles.get(&tile) {
                return Ok(bytes.clone());
            }
            let bytes = fs::read(log.join(tile.to_string()))?;
            if tiles.len() >= KEPT {
                tiles.clear();
            }
            tiles.insert(tile, bytes.clone());
            Ok::<_, std::io::Error>(bytes)
        };
        let root = proof::root(size, &mut TileNodes::new(self.size, read)).ok();
        if self.roots.len() >= KEPT {
            self.roots.clear();
        }
        self.roots.insert(size, root);
        root
    }
}

/// Checkpoints in a document, and in documents that stand in it as text.
fn collect(value: &Value, depth: u32, found: &mut Vec<Seen>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Object(fields) => {
            let size = fields.get("size").and_then(Value::as_u64);
            let root =
                fields.get("root").and_then(Value::as_str).filter(|root| Hash::from_base64(root).is_some());
            if let (Some(size), Some(root)) = (size, root) {
                found.push(Seen { size, root: root.to_owned() });
            }
            fields.values().for_each(|value| collect(value, depth, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth, found)),
        Value::String(text) if text.starts_with('{') => {
            if let Ok(value) = serde_json::from_str(text) {
                collect(&value, depth, found);
            }
        }
        _ => {}
    }
}
