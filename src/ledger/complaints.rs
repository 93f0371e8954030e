//! `complaints.md` names a test for every complaint, and each of them is there and runs.

use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("complaints.md");

/// Every file of Rust below a folder.
fn sources(dir: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            all.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// Whether a function of this name is a test that is not left out.
fn is_a_test(sources: &[String], name: &str) -> bool {
    let head = format!("fn {name}() {{");
    sources.iter().any(|text| {
        text.split_once(&head).is_some_and(|(before, _)| {
            let mut above = before.lines().rev().skip_while(|line| !line.trim_start().starts_with('#'));
            above.next().is_some_and(|line| line.contains("test") && !line.contains("ignore"))
        })
    })
}

#[test]
fn every_complaint_has_a_test_that_exists() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut all);
    let rows: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 30, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [complaint, seen, test] = cells[..] else { panic!("not three cells: {row}") };
        assert!(!complaint.is_empty() && !seen.is_empty(), "{row}");
        let name = test.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap();
        assert!(is_a_test(&all, name), "no test is called `{name}`");
    }
    assert!(!is_a_test(&all, "a_test_that_nobody_wrote"));
}
