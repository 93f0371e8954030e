//! Every body over the cases, and over changes to them drawn from a fixed seed: the same each time. `FUZZ_RUNS` says how
//! many changes; `scripts/soak.sh` lets libFuzzer look for more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use toolgate_fuzz::{BODIES, Body, seeds};

/// What is put in: of shells, of SQL, of JSON, of streams.
const WORDS: &[&str] = &[
    "$(",
    ")",
    "`",
    "'",
    "\"",
    "\\",
    "\n",
    ";",
    "|",
    "&&",
    "{a,b}",
    "{1..1}",
    "${x:-",
    "}",
    "<<E\n",
    "\nE\n",
    "$x",
    "*",
    "~",
    "/etc/shadow",
    "rm -rf ",
    "sudo ",
    "eval ",
    "\t",
    "#",
    "=",
    "<(",
    "((",
    "))",
    "[[",
    "]]",
    "if ",
    "; fi",
    "/*",
    "*/",
    "--",
    "/*!",
    "$$",
    "DELETE FROM a",
    "DROP TABLE b;",
    "UNION ",
    "WITH a AS (",
    "E'",
    "[",
    "]",
    "{",
    ":",
    ",",
    "null",
    "data: ",
    "\n\n",
    "event: ",
    "\r\n",
    "\u{feff}",
    "\"type\":",
    "\\u0022",
    "tool_use",
    "[DONE]",
    "\u{e9}",
    "\u{212a}",
    "0",
    "-1",
];

/// Numbers that are no secret: the same ones from the same start (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        from..(from + self.below(24)).min(length)
    }
}

fn changed(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut data = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(4) {
        let range = numbers.range(data.len());
        match numbers.below(6) {
            0 => drop(data.drain(range)),
            1 => {
                let copy = data[range].to_vec();
                let at = numbers.below(data.len() + 1);
                data.splice(at..at, copy);
            }
            2 | 3 => {
                let word = WORDS[numbers.below(WORDS.len())].bytes();
                data.splice(range.start..range.start, word);
            }
            4 => {
                if let Some(byte) = data.get_mut(range.start) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            _ => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len() + 1);
                data.truncate(range.start);
                data.extend_from_slice(&other[from..]);
            }
        }
    }
    data
}

fn run(name: &str, default: usize) {
    let (_, body): &(_, Body) = BODIES.iter().find(|(known, _)| *known == name).expect("a body");
    let seeds = seeds::of(name);
    let runs = std::env::var("FUZZ_RUNS").map_or(default, |runs| runs.parse().expect("a number"));
    let mut numbers = Numbers(1);
    let changes = std::iter::repeat_with(|| changed(&mut numbers, &seeds)).take(runs);
    let broken: Vec<String> = seeds
        .iter()
        .cloned()
        .chain(changes)
        .filter(|data| catch_unwind(AssertUnwindSafe(|| body(data))).is_err())
        .map(|data| String::from_utf8_lossy(&data).into_owned())
        .collect();
    assert!(broken.is_empty(), "does not hold for {broken:#?}");
}

#[test]
fn shell_commands() {
    run("shell", 600);
}

#[test]
fn sql() {
    run("sql", 1500);
}

#[test]
fn gate() {
    run("gate", 1000);
}
