//! What the comparisons share: the cases, scripts made at random, the programs that a tree runs, and where readers are
//! known to differ.

pub mod generated;
pub mod programs;

use serde::Deserialize;
use std::collections::BTreeSet;

/// A text and what is expected of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The script.
    pub text: String,
    /// Why it is refused, if it is.
    pub refused: Option<String>,
}

/// The cases of the engine's own tests.
pub fn cases() -> Vec<Case> {
    let files = [
        include_str!("../cases/effects/shell-syntax/words.jsonl"),
        include_str!("../cases/effects/shell-syntax/commands.jsonl"),
        include_str!("../cases/effects/shell-syntax/expansions.jsonl"),
        include_str!("../cases/effects/shell-syntax/here-documents.jsonl"),
        include_str!("../cases/effects/shell-syntax/refused.jsonl"),
    ];
    files.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    reader: String,
    text: String,
    why: String,
}

/// Fails unless `found` are exactly the texts that `reader` is known to read differently: none more, and none that it
/// no longer does.
pub fn expect_disagreements(reader: &str, found: &[(String, String)]) {
    let lines = include_str!("disagreements.jsonl").lines();
    let listed: Vec<Disagreement> = lines.map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(listed.iter().all(|one| !one.why.is_empty()), "a disagreement has a reason");
    let listed: BTreeSet<&str> =
        listed.iter().filter(|one| one.reader == reader).map(|one| one.text.as_str()).collect();
    let texts: BTreeSet<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    let new: Vec<_> = found.iter().filter(|(text, _)| !listed.contains(text.as_str())).collect();
    let gone: Vec<_> = listed.difference(&texts).collect();
    let lines: Vec<String> =
        new.iter().map(|(text, how)| format!("{}\t{how}", serde_json::json!(text))).collect();
    assert!(new.is_empty(), "{reader} reads differently:\n{}", lines.join("\n"));
    assert!(gone.is_empty(), "{reader} agrees now, take it off the list: {gone:?}");
}

/// Numbers that are the same on every machine.
#[derive(Debug)]
pub struct Random(pub u64);

impl Random {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).expect("a number below a usize")
    }

    /// One of `choices`.
    pub fn one<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}
