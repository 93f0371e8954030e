//! Beside bash: which scripts it accepts, and what it makes of words.
//!
//! Nothing is run: scripts are only checked (`-n`), and words are given to the builtin `printf`, in an empty directory,
//! without an environment and without a `PATH`.

use std::path::Path;
use std::process::{Command, Output};
use toolgate_engine::effects::shell::parse::parse;
use toolgate_engine::effects::shell::syntax::{self, Piece};
use toolgate_shell_oracles::{Random, cases, expect_disagreements, generated};

fn bash(directory: &Path, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program =
        std::env::split_paths(&path).map(|folder| folder.join("bash")).find(|program| program.exists());
    let mut command = Command::new(program.expect("these tests need bash 5.1 or later, and there is none"));
    command.args(["--norc", "--noprofile", "-O", "extglob"]).args(arguments);
    command.env_clear().env("PATH", "/nonexistent").env("LC_ALL", "C.UTF-8").current_dir(directory);
    command.output().expect("bash runs")
}

fn accepts(directory: &Path, text: &str) -> bool {
    let output = bash(directory, &["-n", "-c", text]);
    output.status.success() && output.stderr.is_empty()
}

#[test]
fn bash_is_recent() {
    let directory = tempfile::tempdir().unwrap();
    let output =
        bash(directory.path(), &["-c", "printf %s.%s \"${BASH_VERSINFO[0]}\" \"${BASH_VERSINFO[1]}\""]);
    let version = String::from_utf8(output.stdout).unwrap();
    let (major, minor) = version.split_once('.').expect("a version");
    let version: (u32, u32) = (major.parse().unwrap(), minor.parse().unwrap());
    assert!(version >= (5, 1), "these tests need bash 5.1 or later, not {version:?}");
}

/// What is refused as malformed should be malformed to bash. What is refused for another reason is well formed to some
/// shells and not to others.
#[test]
fn bash_accepts_what_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let malformed = ["well formed", "not closed", "does not end", "no certain end"];
    let found: Vec<(String, String)> = cases()
        .into_iter()
        .filter_map(|case| {
            let accepted = accepts(directory.path(), &case.text);
            match case.refused {
                None if !accepted => Some((case.text, "read, but not by bash".to_owned())),
                Some(why) if accepted && malformed.iter().any(|end| why.ends_with(end)) => {
                    Some((case.text, why))
                }
                _ => None,
            }
        })
        .collect();
    expect_disagreements("bash", &found);
}

#[test]
fn bash_accepts_generated_scripts() {
    let directory = tempfile::tempdir().unwrap();
    for seed in 0..300 {
        let text = generated::script(seed).text;
        assert!(accepts(directory.path(), &text), "seed {seed}:\n{text}");
    }
}

/// The words of a line that `printf` would get.
fn words(line: &str) -> Option<Vec<String>> {
    let script = parse(line).ok()?;
    let [pipeline] = script.0.as_slice() else { return None };
    let [stage] = pipeline.stages.as_slice() else { return None };
    let syntax::Command::Simple { words, .. } = &stage.command else { return None };
    let text = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Quoted(text) => Some(text.clone()),
        _ => None,
    };
    words.iter().skip(2).map(|word| word.pieces.iter().map(text).collect()).collect()
}

/// Pieces of words without substitutions, variables, redirections or anything that a shell would replace.
const PIECES: &[&str] = &[
    "a",
    "B9",
    "-",
    "--x=",
    "%s",
    "é",
    "日本",
    ".",
    "/",
    ":",
    ",",
    "=",
    "+",
    "@",
    "^",
    "!",
    "_",
    "%",
    "]",
    "}",
    "#",
    "''",
    "\"\"",
    "' '",
    "\" \"",
    "'a  b'",
    "\"a  b\"",
    "'\"'",
    "\"'\"",
    "'\\'",
    "\"\\\\\"",
    "\"\\\"\"",
    "\"\\$x\"",
    "\"\\`\"",
    "\"\\a\\n\"",
    "'$x'",
    "'`'",
    "';|&<>()'",
    "\";|&<>()\"",
    "'#'",
    "\\a",
    "\\ ",
    "\\'",
    "\\\"",
    "\\\\",
    "\\$",
    "\\`",
    "\\#",
    "\\;",
    "\\&",
    "\\|",
    "\\<",
    "\\>",
    "\\(",
    "\\)",
    "\\*",
    "\\~",
    "\\{",
    "\\é",
    "\\\n",
    "\"a\\\nb\"",
    "'a\\\nb'",
    "'\n'",
    "\"\n\"",
    "$'a'",
    "$'\\n\\t\\a\\b\\e\\f\\r\\v'",
    "$'\\\\\\'\\\"\\?'",
    "$'\\101\\60\\7'",
    "$'\\x41\\x7a\\x9'",
    "$'\\u00e9\\u20ac\\u9'",
    "$'\\U0001F600'",
    "$'\\xc3\\xa9'",
    "$'\\cA\\cz'",
    "$'\\d\\.\\z'",
    "$''",
    "$\"a b\"",
    "$\"\\\"\"",
    "$'\"'",
    "\"$'a'\"",
    "\"$\"",
    "$.",
    "\"$ \"",
    "*",
    "?x",
    "[a-z]",
    " ",
    "  ",
    "\t",
    " \\\n ",
];

#[test]
fn words_are_split_as_bash_splits_them() {
    let directory = tempfile::tempdir().unwrap();
    let mut random = Random(0x0DDB_1A5E_5BAD_5EED);
    let mut compared = 0;
    for _ in 0..40 {
        let lines: Vec<String> = (0..100)
            .map(|_| {
                let mut pieces: Vec<&str> = (0..=random.below(9)).map(|_| random.one(PIECES)).collect();
                // A newline would end the comment that this may begin.
                if pieces.contains(&"#") {
                    pieces.retain(|piece| !piece.contains('\n'));
                }
                format!("printf '%s\\0' {}", pieces.concat())
            })
            .collect();
        let script: String = lines.iter().map(|line| format!("{line}\nprintf '\\1\\0'\n")).collect();
        let output = bash(directory.path(), &["-c", &script]);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let output = String::from_utf8(output.stdout).expect("UTF-8");
        let results: Vec<&str> = output.split_terminator("\u{1}\0").collect();
        assert_eq!(results.len(), lines.len());
        for (line, result) in lines.iter().zip(results) {
            let mut expected: Vec<&str> = result.split_terminator('\0').collect();
            let Some(found) = words(line) else {
                // A `$` before a quote or a backslash joins with what follows in ways that are refused.
                continue;
            };
            // Without an argument the format is printed once.
            if found.is_empty() {
                assert_eq!(expected, [""], "{line}");
                expected.clear();
            }
            assert_eq!(found, expected, "{line}");
            compared += 1;
        }
    }
    assert!(compared > 3_500, "{compared} lines were compared");
}

/// The texts that are refused because `shells read them differently` are not part of this, nor are expansions.
#[test]
fn words_of_the_cases_are_split_as_bash_splits_them() {
    let directory = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for case in cases() {
        let Some(rest) = case.text.strip_prefix("echo ") else { continue };
        // Only what can expand to nothing but itself.
        if case.refused.is_some() || rest.contains(['{', '~', ';', '&', '|', '<', '>', '(', ')', '`']) {
            continue;
        }
        let line = format!("printf '%s\\0' {rest}");
        let Some(found) = words(&line) else { continue };
        let output = bash(directory.path(), &["-c", &line]);
        assert!(output.status.success() && output.stderr.is_empty(), "{line}");
        let output = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(found, output.split_terminator('\0').collect::<Vec<_>>(), "{line}");
        compared += 1;
    }
    assert!(compared > 40, "{compared} cases were compared");
}
