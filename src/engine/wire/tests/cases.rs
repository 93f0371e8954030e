//! The recorded bodies under `tests/cases/streams`, and what must come of each.
//!
//! A case is `NAME.in.EXT` with `NAME.calls.EXT`, one line a call, and the bytes that leave when the first, the
//! last or every call is refused. They are embedded, so that the same cases run in a wasm VM that has no
//! files. To add one, write its input and a line in `cases/listed.rs`; run the tests with `BLESS=1` to have what comes of
//! it written down, and read that before you commit it.

mod listed;

pub(super) use listed::cases;

use super::frames;
use crate::wire::{Api, Framing};

pub(super) struct Case {
    pub(super) api: Api,
    pub(super) name: &'static str,
    pub(super) framing: Framing,
    pub(super) input: &'static str,
    pub(super) calls: &'static str,
    /// Which calls are refused, and what leaves then.
    pub(super) refusals: Vec<(Refuse, &'static str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refuse {
    First,
    Last,
    All,
}

impl Case {
    /// The body.
    pub(super) fn bytes(&self) -> Vec<u8> {
        encoded(self.framing, self.input)
    }

    /// How the case's files show a body.
    pub(super) fn shown(&self, body: &[u8]) -> String {
        shown(self.framing, body)
    }
}

/// The body that a file shows.
pub(super) fn encoded(framing: Framing, shown: &str) -> Vec<u8> {
    match framing {
        Framing::Frames => frames::encoded(shown),
        Framing::Document | Framing::Events | Framing::Elements | Framing::Lines => shown.as_bytes().to_vec(),
    }
}

/// A body as the cases' files show it.
pub(super) fn shown(framing: Framing, body: &[u8]) -> String {
    match framing {
        Framing::Frames => frames::shown(body),
        Framing::Document | Framing::Events | Framing::Elements | Framing::Lines => {
            std::str::from_utf8(body).expect("output is UTF-8").to_owned()
        }
    }
}

/// How the files of a framing are called, after the last dot.
const EXTENSIONS: &[(&str, Framing)] = &[
    ("json", Framing::Document),
    ("sse", Framing::Events),
    ("jsonarray", Framing::Elements),
    ("frames", Framing::Frames),
    ("jsonl", Framing::Lines),
];

#[cfg(not(target_family = "wasm"))]
pub(super) fn extension(framing: Framing) -> &'static str {
    EXTENSIONS.iter().find(|(_, known)| *known == framing).expect("a framing of the cases").0
}

fn framing(extension: &str) -> Framing {
    EXTENSIONS.iter().find(|(known, _)| *known == extension).expect("a framing of the cases").1
}

/// The events of a stream as the case's file shows it, each with all that belongs to it.
pub(super) fn events(framing: Framing, body: &str) -> Vec<&str> {
    match framing {
        Framing::Document => vec![body],
        Framing::Events => body.split_inclusive("\n\n").collect(),
        Framing::Elements => {
            let body = body.trim_end().strip_prefix('[').and_then(|body| body.strip_suffix("\n]"));
            body.expect("an array of elements").split("\n,\n").collect()
        }
        Framing::Frames | Framing::Lines => body.split_inclusive('\n').collect(),
    }
}

/// The stream that these events make.
#[cfg(not(target_family = "wasm"))]
pub(super) fn joined(framing: Framing, events: &[&str]) -> String {
    match framing {
        Framing::Elements => format!("[{}\n]", events.join("\n,\n")),
        Framing::Document | Framing::Events | Framing::Frames | Framing::Lines => events.concat(),
    }
}

impl Refuse {
    pub(super) fn refuses(self, call: usize, calls: usize) -> bool {
        match self {
            Self::First => call == 0,
            Self::Last => call + 1 == calls,
            Self::All => true,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "deny-first",
            Self::Last => "deny-last",
            Self::All => "deny-all",
        }
    }
}
