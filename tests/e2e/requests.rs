//! `tests/cases/requests`: every request that an official SDK can make, and what becomes of it.

use std::collections::BTreeMap;
use std::process::Command;
use toolgate_e2e::tools;
use toolgate_engine::json::Document;
use toolgate_engine::wire::apis::endpoint;
use toolgate_engine::wire::{Endpoint, RequestFacts, Target};

/// What a script of the folder finds in the SDKs, a line each.
fn found(script: &str) -> Vec<String> {
    let output = Command::new(tools::python()).arg(folder().join(script)).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn folder() -> std::path::PathBuf {
    tools::root().join("tests/cases/requests")
}

/// A table of the folder: what is expected, and of what, in the order of the file.
fn table(name: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut rows = BTreeMap::new();
    for line in lines {
        let (expected, of) =
            line.split_once(' ').unwrap_or_else(|| panic!("{name}: `{line}` expects nothing"));
        let twice = rows.insert(of.trim_start().to_owned(), expected.to_owned());
        assert!(twice.is_none(), "{name}: `{of}` is there twice");
    }
    rows
}

/// What a request body says to the API that its path belongs to.
fn facts(path: &str, body: &str) -> RequestFacts {
    let Endpoint::Generates(api) = endpoint("POST", path) else { panic!("{path} is no API's") };
    let body = Document::parse(body.as_bytes().to_vec(), 64).unwrap();
    (api.entry().request)(&Target::new(path), &body)
        .unwrap_or_else(|error| panic!("{path}: {error}: {body:?}"))
}

/// What a body says that the smallest one does not, in a word: the first of these that differs.
fn said(facts: &RequestFacts, smallest: &RequestFacts) -> &'static str {
    let differs = [
        ("provider", facts.provider_executed != smallest.provider_executed),
        ("offers", facts.offered != smallest.offered),
        ("model", facts.model != smallest.model),
        ("models", facts.other_models != smallest.other_models),
        ("history", facts.history_calls != smallest.history_calls),
        ("state", (&facts.state, &facts.continues) != (&smallest.state, &smallest.continues)),
        ("form", facts != smallest),
    ];
    differs.into_iter().find(|(_, differs)| *differs).map_or("nothing", |(word, _)| word)
}

/// Every row of the table is in the SDKs, everything in the SDKs has a row, and is as it says.
fn agree(name: &str, found: &[String], actual: impl Fn(&str) -> String) {
    let table = table(name);
    let mut wrong = Vec::new();
    for of in found {
        match (table.get(of), actual(of)) {
            (Some(expected), actual) if *expected == actual => {}
            (Some(expected), actual) => wrong.push(format!("{of}: {expected} in {name}, and {actual} here")),
            (None, actual) => wrong.push(format!(
                "{of}: not in {name}, and {actual} here; see what it can carry, then add `{actual} {of}`"
            )),
        }
    }
    let gone = table.keys().filter(|of| !found.contains(of));
    wrong.extend(gone.map(|of| format!("{of}: in {name}, and in no SDK")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_endpoint_of_the_sdks_is_known() {
    let found = found("endpoints.py");
    agree("endpoints.txt", &found, |of| {
        let mut words = of.splitn(3, ' ').skip(1);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        match endpoint(method, path) {
            Endpoint::Generates(api) => api.entry().name.to_owned(),
            Endpoint::Harmless => "passes".to_owned(),
            Endpoint::Unknown => "refused".to_owned(),
        }
    });
}

#[test]
fn every_field_and_tool_of_the_sdks_is_known() {
    let mut smallest = BTreeMap::new();
    let mut words = BTreeMap::new();
    let mut all = Vec::new();
    for line in found("bodies.py") {
        let columns: Vec<&str> = line.split('\t').collect();
        let [sdk, path, place, body] = columns[..] else { panic!("{line}") };
        let facts = facts(path, body);
        if place == "-" {
            smallest.insert(format!("{sdk} {path}"), facts);
            continue;
        }
        let of = format!("{sdk} {path} {place}");
        let twice = words.insert(of.clone(), said(&facts, &smallest[&format!("{sdk} {path}")]));
        assert!(twice.is_none(), "{of} is there twice");
        all.push(of);
    }
    agree("bodies.txt", &all, |of| words[of].to_owned());
}
