//! The files: every entry leads to its leaf, every leaf to its tile, every tile to the root that was signed.

use super::{Anchor, Report};
use crate::event::Event;
use crate::tlog::tile::{self, Levels, Tile, WIDTH};
use crate::tlog::{Checkpoint, Hash};
use serde::Deserialize;
use std::fs;
use std::path::Path;
use toolgate_engine::time::Timestamp;

/// An entry of the log, as far as it can be read.
pub(super) struct Entry<'a> {
    pub(super) index: u64,
    /// The ledger's statement, byte for byte.
    pub(super) receipt_text: &'a str,
    pub(super) receipt: Receipt,
    /// When the ledger received it.
    pub(super) received: Timestamp,
    /// What was sent, byte for byte.
    pub(super) line: &'a [u8],
    pub(super) event: Event,
    pub(super) leaf: Hash,
}

/// What the ledger states of a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Receipt {
    pub(super) v: u8,
    pub(super) t: String,
    pub(super) peer: String,
    pub(super) auth: String,
}

/// Reads the whole log in order, checks it against its checkpoint and the anchors, and hands over each entry.
pub(super) fn read(
    log: &Path,
    checkpoint: &Checkpoint,
    anchors: &[Anchor],
    report: &mut Report,
    mut each: impl FnMut(Entry<'_>, &mut Report),
) {
    let mut levels = Levels::new();
    check_anchors(anchors, &levels, report);
    for number in 0..checkpoint.size.div_ceil(WIDTH as u64) {
        let Some(bundle) = Tile::of_entries(number, checkpoint.size) else { return };
        let path = log.join(bundle.to_string());
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                report.unreadable(None, format!("`{}`: {error}", path.display()));
                return;
            }
        };
        let Some(entries) = tile::decode_entries(&bytes, bundle.width) else {
            report.tampering(
                None,
                format!("`{}` does not hold the {} entries it must", path.display(), bundle.width),
            );
            return;
        };
        for bytes in entries {
            let index = levels.size();
            let leaf = Hash::of_leaf(bytes);
            levels.push(leaf, |tile, hashes| compare(log, tile, hashes, report));
            if let Some(entry) = parse(index, bytes, leaf, report) {
                each(entry, report);
            }
            check_anchors(anchors, &levels, report);
        }
    }
    for (tile, hashes) in levels.partial() {
        compare(log, tile, hashes, report);
    }
    if levels.root() != checkpoint.root {
        report.tampering(None, "the entries do not make the root that the log signed");
    }
}

fn check_anchors(anchors: &[Anchor], levels: &Levels, report: &mut Report) {
    for Anchor { place, checkpoint } in
        anchors.iter().filter(|anchor| anchor.checkpoint.size == levels.size())
    {
        report.counts.roots += 1;
        if checkpoint.root != levels.root() {
            let size = checkpoint.size;
            report.tampering(
                None,
                format!("{place} is signed by this log for other first {size} entries: the log was forked"),
            );
        }
    }
}

/// A tile in the files must be the one the entries make. Of leaves, the entry can be named.
fn compare(log: &Path, tile: Tile, hashes: &[Hash], report: &mut Report) {
    let path = log.join(tile.to_string());
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.unreadable(None, format!("`{}`: {error}", path.display()));
            return;
        }
    };
    if bytes == tile::encode_hashes(hashes) {
        return;
    }
    let stored = tile::decode_hashes(&bytes, tile.width).unwrap_or_default();
    let differ = stored.iter().zip(hashes).position(|(stored, made)| stored != made);
    let entry = match (tile.level, differ) {
        (tile::Level::Hashes(0), Some(at)) => Some(tile.index * WIDTH as u64 + at as u64),
        _ => None,
    };
    report.tampering(entry, format!("`{tile}` is not the tile that the entries make"));
}

fn parse<'a>(index: u64, bytes: &'a [u8], leaf: Hash, report: &mut Report) -> Option<Entry<'a>> {
    let read = || {
        let at = bytes.iter().position(|byte| *byte == b'\n').ok_or("it has no receipt")?;
        let (receipt, line) = bytes.split_at(at);
        let line = line.get(1..).ok_or("it has no event")?;
        let receipt_text = std::str::from_utf8(receipt).map_err(|_| "its receipt is not text")?;
        let receipt: Receipt = serde_json::from_str(receipt_text).map_err(|_| "its receipt is not one")?;
        let received = crate::clock::parse(&receipt.t).ok_or("its receipt has no time")?;
        if receipt.v != 1 {
            return Err("its receipt is of a version this program does not know");
        }
        let event = Event::read(line).map_err(|_| "its event is not one")?;
        Ok(Entry { index, receipt_text, receipt, received, line, event, leaf })
    };
    match read() {
        Ok(entry) => Some(entry),
        Err(why) => {
            report.gap(Some(index), format!("the entry cannot be read: {why}"));
            None
        }
    }
}
