//! `tests/cases/requests`: every request that an official SDK can make, and what becomes of it.

use std::collections::BTreeMap;
use std::process::Command;
use toolgate_e2e::tools;
use toolgate_engine::wire::Endpoint;
use toolgate_engine::wire::apis::endpoint;

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
