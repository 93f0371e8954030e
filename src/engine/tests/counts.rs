//! The page about the cases of effects says how many there are. It is right, or this says what is.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::expect_used, reason = "what a test does not expect fails it, where it happened")]

use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/effects")
}

/// The cases in the files of a folder, not in those of the folders below it.
fn cases(folder: &Path) -> usize {
    let files = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    let texts = cases.map(|path| fs::read_to_string(path).expect("a file of cases"));
    texts.map(|text| text.lines().filter(|line| !line.trim().is_empty()).count()).sum()
}

/// A number as the page writes it: a space between thousands.
fn written(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands} {rest:03}"),
    }
}

#[test]
fn the_page_says_how_many_cases_there_are() {
    let below = ["catalogue", "shell", "sql", "shell-syntax"];
    let [catalogue, shell, sql, syntax] = below.map(|name| cases(&folder().join(name)));
    let others = cases(&folder());
    let all = catalogue + shell + sql + syntax + others;
    let sentence = format!(
        "There are {} of them: {} calls of tools in the catalogue, {} commands, {} texts of SQL, {} paths, addresses, names, \
         shapes and mappings, and {} texts of shell syntax.",
        written(all),
        written(catalogue),
        written(shell),
        written(sql),
        written(others),
        written(syntax)
    );
    let page = fs::read_to_string(folder().join("README.md")).expect("the page about the cases");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(&sentence), "the page must say: {sentence}");
    // A folder beside these would not be counted.
    let folders =
        fs::read_dir(folder()).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
    assert_eq!(folders.filter(|path| path.is_dir()).count(), below.len());
}
