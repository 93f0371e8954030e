//! Texts put together from pieces of the cases: none panics, overflows or takes longer than its length allows, and
//! none is a read of which a piece between two semicolons is none.

use super::{is_a_read, of, texts};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A generator of numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

const PIECES: &[&str] = &[
    "'",
    "\"",
    "`",
    "(",
    ")",
    "[",
    "]",
    "/*",
    "*/",
    "--",
    "\n",
    ";",
    "$$",
    "\\",
    ",",
    ".",
    "*",
    " select ",
    " from ",
    " delete from t ",
    " with x as (",
    " into ",
    " union ",
    "@",
    "#",
    "0x",
    "1e",
    "::",
    "/*!50000 ",
    " for update",
    "é",
];

#[test]
fn pieces_put_together_are_read() {
    let corpus: Vec<String> = texts().into_iter().map(|text| text.sql).collect();
    let rounds = if cfg!(target_arch = "wasm32") { 2_000 } else { 12_000 };
    let mut numbers = Numbers(7);
    let dialects = [None, Some("postgres"), Some("mysql"), Some("mssql"), Some("sqlite"), Some("clickhouse")];
    for _ in 0..rounds {
        let mut text = corpus[numbers.below(corpus.len())].clone();
        for _ in 0..=numbers.below(4) {
            let at = (0..=text.len())
                .cycle()
                .skip(numbers.below(text.len() + 1))
                .find(|at| text.is_char_boundary(*at));
            let at = at.unwrap_or(0);
            match numbers.below(3) {
                0 => text.insert_str(at, PIECES[numbers.below(PIECES.len())]),
                1 => text.truncate(at),
                _ => text.insert_str(at, &corpus[numbers.below(corpus.len())]),
            }
        }
        let dialect = dialects[numbers.below(dialects.len())];
        let effects = of(&text, dialect);
        assert!(!effects.known.is_empty() || !effects.unknown.is_empty(), "{text:?}");
        // A statement after it is one of its own, unless a string or comment swallows it.
        if is_a_read(&effects) {
            let more = of(&format!("{text}\n;DROP TABLE t"), dialect);
            let swallowed = of(&format!("{text}\n;SELECT 'a'; DROP TABLE t"), dialect);
            assert!(
                !is_a_read(&more) || !is_a_read(&swallowed) || ends_open(&text),
                "{text:?} swallows what follows"
            );
        }
    }
}

/// Whether what follows may belong to a comment.
fn ends_open(text: &str) -> bool {
    text.contains("/*") || text.contains('\\')
}
