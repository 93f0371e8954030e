//! The programs that are known, one file a family.
//!
//! To add a program: write its row in the file of its family (see [`super::row`] for the notation), with an
//! example for each thing it can do. To add a family: write its file, and add a word to the list. A test reads
//! every row and runs every example.

mod archives;
mod awk;
mod builds;
mod builtins;
mod clouds;
mod containers;
mod data;
mod databases;
mod dd;
mod files;
mod find;
mod folds;
mod git;
mod go;
mod kubernetes;
mod landing;
mod list;
mod media;
mod permissions;
mod platforms;
mod rust;
mod search;
mod sed;
mod sync;
mod tar;
mod identity;
mod shells;
mod text;
mod web;
mod wrappers;
mod xargs;

use super::row::Row;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Every family. A name that stands in two of them fails a test.
const FAMILIES: &[(&str, &[Row])] = &[
    ("builds", builds::ROWS),
    ("builtins", builtins::ROWS),
    ("clouds", clouds::ROWS),
    ("containers", containers::ROWS),
    ("databases", databases::ROWS),
    ("files", files::ROWS),
    ("permissions", permissions::ROWS),
    ("dd", dd::ROWS),
    ("list", list::ROWS),
    ("find", find::ROWS),
    ("kubernetes", kubernetes::ROWS),
    ("platforms", platforms::ROWS),
    ("xargs", xargs::ROWS),
    ("identity", identity::ROWS),
    ("git", git::ROWS),
    ("go", go::ROWS),
    ("rust", rust::ROWS),
    ("search", search::ROWS),
    ("shells", shells::ROWS),
    ("text", text::ROWS),
    ("folds", folds::ROWS),
    ("sed", sed::ROWS),
    ("awk", awk::ROWS),
    ("data", data::ROWS),
    ("tar", tar::ROWS),
    ("archives", archives::ROWS),
    ("sync", sync::ROWS),
    ("media", media::ROWS),
    ("web", web::ROWS),
    ("wrappers", wrappers::ROWS),
];

/// The row of a program.
pub(super) fn find(name: &str) -> Option<&'static Row> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Row>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        FAMILIES
            .iter()
            .flat_map(|(_, rows)| rows.iter())
            .flat_map(|row| row.names.split(' ').map(move |name| (name, row)))
            .collect()
    });
    index.get(name).copied()
}

#[cfg(test)]
mod tests;
