//! Events that differ from those before in their strings only are recognised by their bytes, unless they are cut: so
//! a stream read whole and the same one read byte by byte must come to the same, whatever stands in the strings.

use super::cases::{Case, cases};
use super::{Framing, run};
use proptest::prelude::*;
use proptest::sample::Index;

/// What may stand within the quotes of a string: what is strict, and what is not.
const CONTENTS: &[&str] = &[
    "",
    "a",
    " word",
    "ümläut",
    "🎉",
    "\\n",
    "\\\"",
    "\\\\",
    "\\u00e9",
    "\\ud83c\\udf89",
    "\\/",
    "}",
    "[DONE]",
    "{\\\"a\\\":1}",
    "\"",
    "\\",
    "\\x",
    "\\ud83c",
    "\\udf89",
    "\u{1}",
    "\u{0}",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\n\ndata: {}\n\n",
    "\u{feff}",
    "\",\"text\":\"",
    "\",\"partial_json\":\"",
    "\"},\"index\":\"",
    "\\u0022",
    "tool_use",
    "\\u0000",
    "\u{7f}",
    "\u{2028}",
];

/// What may come before the end of a line.
const FILLINGS: &[&str] = &[" ", "   ", "\t", "}", "]", "\u{a0}", ",", "0", "\r"];

/// What may stand before an event, the first and those like it.
const FRONTS: &[&str] = &["\u{feff}", "\n", ": c\n", "id: 1\n", " "];

/// One event again, with one of its strings, or the ends of its lines, changed.
fn again(event: &str, string: Index, content: &str, filling: Option<(&str, Index)>) -> Vec<u8> {
    let quotes: Vec<usize> = event.match_indices('"').map(|(at, _)| at).collect();
    let mut out = event.to_owned();
    if quotes.len() >= 2 {
        let first = string.index(quotes.len() - 1);
        out.replace_range(quotes[first] + 1..quotes[first + 1], content);
    }
    if let Some((filling, at)) = filling {
        let places: Vec<usize> = out.match_indices(['}', ']', '\n']).map(|(at, _)| at).collect();
        if !places.is_empty() {
            out.insert_str(places[at.index(places.len())], filling);
        }
    }
    out.into_bytes()
}

/// One of the first strings of a list, or any.
fn one_of(list: &'static [&'static str], plain: usize) -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => prop::sample::select(&list[..plain]), 1 => prop::sample::select(list)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_recognised_is_what_would_be_read(
        which in any::<Index>(),
        at in any::<Index>(),
        changes in prop::collection::vec(
            (any::<Index>(), one_of(CONTENTS, 14), prop::option::weighted(0.2, (one_of(FILLINGS, 2), any::<Index>()))), 1..6),
        front in prop::option::weighted(0.2, prop::sample::select(FRONTS)),
        byte in prop::option::weighted(0.1, (any::<Index>(), any::<u8>())),
        refused in any::<u8>(),
    ) {
        let all = cases();
        let streams: Vec<&Case> = all.iter().filter(|case| case.framing == Framing::Events).collect();
        let case = which.get(&streams);
        let events: Vec<&str> = case.input.split_inclusive("\n\n").collect();
        let at = at.index(events.len());
        // Where something stands in front, the event begins the stream: only there may it be what it is nowhere else.
        let before = if front.is_some() { &[] } else { &events[..at] };
        let front = front.unwrap_or_default();
        let mut input = [before.concat().as_str(), front, events[at]].concat().into_bytes();
        for (string, content, filling) in changes {
            input.extend(front.bytes());
            input.extend(again(events[at], string, content, filling));
        }
        if let Some((at, byte)) = byte {
            let at = at.index(input.len());
            input[at] = byte;
        }
        input.extend(events[at + 1..].concat().bytes());
        let refuses = |call: usize, _: usize| refused & (1 << (call % 8)) != 0;
        let whole = run(case.api, case.framing, [input.as_slice()], refuses);
        let bytes = run(case.api, case.framing, input.chunks(1), refuses);
        prop_assert_eq!(whole, bytes);
    }
}

/// Every string of every event: whoever adds an API finds out which of them are not free after all.
#[test]
fn no_string_that_decides_something_is_free() {
    for case in cases().iter().filter(|case| case.framing == Framing::Events) {
        let events: Vec<&str> = case.input.split_inclusive("\n\n").collect();
        for at in 0..events.len() {
            let strings = events[at].matches('"').count().saturating_sub(1);
            for string in 0..strings {
                let quotes: Vec<usize> = events[at].match_indices('"').map(|(at, _)| at).collect();
                let mut other = events[at].to_owned();
                other.replace_range(quotes[string] + 1..quotes[string + 1], "other");
                let input = [&events[..=at].concat(), other.as_str(), events[at], &events[at + 1..].concat()]
                    .concat();
                let whole = run(case.api, case.framing, [input.as_bytes()], |_, _| true);
                let bytes = run(case.api, case.framing, input.as_bytes().chunks(1), |_, _| true);
                assert_eq!(whole, bytes, "{} {}: {other}", case.api.name(), case.name);
            }
        }
    }
}
