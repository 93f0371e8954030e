//! The programs that are known, one file a family.
//!
//! To add a program: write its row in the file of its family (see [`super::row`] for the notation), with an
//! example for each thing it can do. To add a family: write its file, and add a word to the list. A test reads
//! every row and runs every example.

mod archives;
mod awk;
mod builds;
mod builtins;
mod ci;
mod clouds;
mod compilers;
mod containers;
mod crypto;
mod data;
mod databases;
mod dd;
mod disks;
mod documents;
mod editors;
mod files;
mod find;
mod fleets;
mod folds;
mod frameworks;
mod git;
mod go;
mod identity;
mod inspect;
mod interpreters;
mod javascript;
mod kernel;
mod kubernetes;
mod landing;
mod languages;
mod later;
mod list;
mod media;
mod names;
mod network;
mod packages;
mod permissions;
mod pictures;
mod platforms;
mod python;
mod python_run;
mod queries;
mod remote;
mod rust;
mod sandboxes;
mod scripts;
mod search;
mod secrets;
mod sed;
mod services;
mod shells;
mod sync;
mod system;
mod tar;
mod text;
mod users;
mod versions;
mod web;
mod windows;
mod wrappers;
mod xargs;

use super::row::Row;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Every family. A name that stands in two of them fails a test.
const FAMILIES: &[(&str, &[Row])] = &[
    ("builds", builds::ROWS),
    ("builtins", builtins::ROWS),
    ("users", users::ROWS),
    ("system", system::ROWS),
    ("services", services::ROWS),
    ("network", network::ROWS),
    ("interpreters", interpreters::ROWS),
    ("python_run", python_run::ROWS),
    ("scripts", scripts::ROWS),
    ("frameworks", frameworks::ROWS),
    ("kernel", kernel::ROWS),
    ("disks", disks::ROWS),
    ("ci", ci::ROWS),
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
    ("crypto", crypto::ROWS),
    ("versions", versions::ROWS),
    ("packages", packages::ROWS),
    ("later", later::ROWS),
    ("remote", remote::ROWS),
    ("sandboxes", sandboxes::ROWS),
    ("go", go::ROWS),
    ("rust", rust::ROWS),
    ("javascript", javascript::ROWS),
    ("python", python::ROWS),
    ("languages", languages::ROWS),
    ("compilers", compilers::ROWS),
    ("search", search::ROWS),
    ("secrets", secrets::ROWS),
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
    ("pictures", pictures::ROWS),
    ("documents", documents::ROWS),
    ("inspect", inspect::ROWS),
    ("queries", queries::ROWS),
    ("web", web::ROWS),
    ("editors", editors::ROWS),
    ("fleets", fleets::ROWS),
    ("windows", windows::ROWS),
    ("wrappers", wrappers::ROWS),
];

pub(super) use shells::interactive;

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
    index.get(name).copied().or_else(|| index.get(renamed(name)?).copied())
}

/// Programs of GNU, which systems with others of the name install as `gls` or `gnuls`.
const GNU: &str = "arch base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id install join kill link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink uptime users vdir wc who whoami yes awk egrep fgrep find grep sed tar time which xargs";

/// What a program of GNU is called elsewhere.
fn renamed(name: &str) -> Option<&str> {
    let known = |name: &&str| GNU.split(' ').any(|one| one == *name);
    let after = name.strip_prefix('g')?;
    after.strip_prefix("nu").filter(known).or_else(|| Some(after).filter(known))
}

#[cfg(test)]
mod tests;
