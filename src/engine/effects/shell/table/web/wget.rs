//! What options of `wget` mean together.

use super::{file_name, is_settled, save_as};
use crate::effects::shell::address::{self, Deed};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::{Action, unknown};

/// Settings for `-e` that change how much is fetched and what is shown.
const HARMLESS: &[&str] = &[
    "robots",
    "timeout",
    "tries",
    "wait",
    "quiet",
    "verbose",
    "continue",
    "reject",
    "accept",
    "user_agent",
    "progress",
    "recursive",
    "reclevel",
    "span_hosts",
    "check_certificate",
];

pub(super) fn wget(run: &mut Run<'_>, given: &Given) {
    let mut sends = ["--post-data", "--body-data"].iter().any(|name| given.has(name));
    for name in ["--post-file", "--body-file"] {
        for file in given.values(name) {
            sends = true;
            meaning::path(run, Action::FILE_READ, file, false);
        }
    }
    if let Some(method) = given.value("--method") {
        let asks =
            matches!(method.text().map(str::to_ascii_uppercase).as_deref(), Some("GET" | "HEAD" | "OPTIONS"));
        sends |= !asks;
    }
    let shown = ["--header", "-U", "--referer", "--user", "--password", "--http-user", "--http-password"];
    sends |= shown.iter().any(|name| given.values(name).any(|value| !is_settled(value)));
    for setting in given.values("-e") {
        let name =
            setting.split_once('=').map(|(name, _)| name.trim().replace('-', "_").to_ascii_lowercase());
        if !name.is_some_and(|name| HARMLESS.contains(&name.as_str())) {
            run.doubt(unknown::OPTION_ODD);
        }
    }
    for url in &given.operands {
        let web = url.text().is_none_or(|text| !text.starts_with("ftp"));
        match (sends, web) {
            (true, true) => meaning::send(run, url),
            (false, true) => meaning::fetch(run, url),
            (_, false) => address::contact(run, if sends { Deed::Send } else { Deed::Fetch }, url),
        }
    }
    for list in given.values("-i") {
        meaning::path(run, Action::FILE_READ, list, false);
        address::unclear(run, Deed::Fetch);
    }
    let deletes = given.has("--spider") || given.has("--delete-after");
    if given.has("-O") || deletes {
        return;
    }
    let directory = given.value("-P");
    if ["-r", "-m", "-p", "-x"].iter().any(|name| given.has(name)) {
        let place = directory.cloned().unwrap_or_else(|| Field::literal("."));
        super::below(run, Action::FILE_WRITE, &place);
        return;
    }
    let unnamed = Field::of(Bit::Name);
    if given.has("-i") {
        save_as(run, directory, &unnamed);
    }
    for url in &given.operands {
        let index = Field::literal("index.html");
        let name = if given.has("--content-disposition") { unnamed.clone() } else { file_name(url, index) };
        save_as(run, directory, &name);
    }
}
