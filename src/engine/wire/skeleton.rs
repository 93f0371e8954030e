//! What the events of a stream have in common. A model sends hundreds of events that differ in one string: the next
//! piece of text, or of a call's input. Once one of them was read in full, the next is recognised by its bytes.
//!
//! In comes an event that was read, with the strings in it whose content decided nothing; out comes its skeleton, which
//! tells whether further bytes are the same event with other content. It says yes only where a full reading would take
//! the same way: every byte around the strings is the same, and the strings are strict JSON. Anything else is left
//! to the full reading, so nothing is judged here and no rule of the readers stands here a second time.
//!
//! Providers fill events up, so that their size tells nothing of their content: with a string of its own, or with
//! spaces between the brackets that close the event. Some number their events, or count what they said. All of it is
//! recognised.

use crate::json::{self, Span};
use crate::order::sorted;
use std::borrow::Cow;

/// Most bytes of an event whose skeleton is kept, its strings included.
const MOST: usize = 4 << 10;

/// The strings of an event whose content decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Free {
    /// The text or the piece of input; where it stands in the data, quotes included.
    pub(crate) text: Span,
    /// Strings that nobody reads.
    pub(crate) fillings: [Option<Span>; 2],
    /// Numbers from 0 that nobody reads.
    pub(crate) counters: [Option<Span>; 2],
}

/// An event around its free strings.
#[derive(Debug)]
pub(crate) struct Skeleton {
    /// What stands before each string or number, from the start of the block or the end of the one before, and what
    /// follows there. The quotes belong to what stands around.
    parts: Vec<(Vec<u8>, Part)>,
    tail: Tail,
}

/// What may be another one in the next event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text,
    Filling,
    Counter,
}

/// What follows the last of them.
#[derive(Debug)]
enum Tail {
    /// Exactly this.
    Exact(Vec<u8>),
    /// The quote, then brackets, between which spaces may stand; then the ends of the lines.
    Brackets { brackets: Vec<u8>, ends: Vec<u8> },
}

/// An event that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Same<'a> {
    /// How many bytes it has.
    pub(crate) len: usize,
    /// Its text, unescaped.
    pub(crate) text: Cow<'a, str>,
}

impl Skeleton {
    /// The skeleton of a block whose data begins at `data`; `None` if it is too unusual to be kept.
    pub(crate) fn of(block: &[u8], data: usize, free: Free) -> Option<Self> {
        if block.len() > MOST || block.contains(&b'\r') {
            return None;
        }
        let mut spans = vec![(free.text, Part::Text)];
        spans.extend(free.fillings.into_iter().flatten().map(|span| (span, Part::Filling)));
        spans.extend(free.counters.into_iter().flatten().map(|span| (span, Part::Counter)));
        let spans = sorted(spans, Ord::cmp);
        let mut parts = Vec::with_capacity(spans.len());
        let mut from = 0;
        for (span, part) in spans {
            let quote = usize::from(part != Part::Counter);
            let (start, end) = (data + span.start + quote, (data + span.end).checked_sub(quote)?);
            parts.push((block.get(from..start)?.to_vec(), part));
            from = end;
        }
        Some(Self { parts, tail: Tail::of(block.get(from..)?) })
    }

    /// Recognises the event at the start of `bytes`, if it has at most `most` bytes.
    pub(crate) fn recognise<'a>(&self, bytes: &'a [u8], most: usize) -> Option<Same<'a>> {
        let mut text = None;
        let len = self.walk(bytes, most, |rest| {
            let (string, length) = json::string_body(rest)?;
            text = Some(string);
            Some(length)
        })?;
        Some(Same { len, text: text? })
    }

    /// How many bytes it has. As [`Skeleton::recognise`], where nobody reads the text.
    pub(crate) fn length(&self, bytes: &[u8], most: usize) -> Option<usize> {
        self.walk(bytes, most, json::string_length)
    }

    fn walk<'a>(
        &self,
        bytes: &'a [u8],
        most: usize,
        mut text: impl FnMut(&'a [u8]) -> Option<usize>,
    ) -> Option<usize> {
        let mut rest = bytes;
        for (before, part) in &self.parts {
            rest = behind(rest, before)?;
            let length = match part {
                Part::Counter => digits(rest)?,
                Part::Filling => json::string_length(rest)?,
                Part::Text => text(rest)?,
            };
            rest = rest.get(length..)?;
        }
        let len = bytes.len() - self.tail.behind(rest)?.len();
        (len <= most).then_some(len)
    }
}

impl Tail {
    fn of(tail: &[u8]) -> Self {
        let end = tail.iter().position(|byte| *byte == b'\n').unwrap_or(tail.len());
        let (line, ends) = tail.split_at(end);
        let brackets = |rest: &[u8]| rest.iter().all(|byte| matches!(byte, b' ' | b'}' | b']'));
        match line {
            [b'"', rest @ ..] if brackets(rest) => Self::Brackets {
                brackets: rest.iter().copied().filter(|byte| *byte != b' ').collect(),
                ends: ends.to_vec(),
            },
            _ => Self::Exact(tail.to_vec()),
        }
    }

    fn behind<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Exact(tail) => behind(bytes, tail),
            Self::Brackets { brackets, ends } => {
                let mut rest = bytes.strip_prefix(b"\"")?;
                for bracket in brackets {
                    rest = spaces(rest).strip_prefix(std::slice::from_ref(bracket))?;
                }
                behind(spaces(rest), ends)
            }
        }
    }
}

/// How many bytes the number takes that `bytes` begin with. What follows it is compared, so that it ends there.
fn digits(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (length == 1 || ((2..10).contains(&length) && bytes.first() != Some(&b'0'))).then_some(length)
}

fn spaces(mut bytes: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// What follows `front`, compared eight bytes at a time: a wasm VM has no quick comparison of its own.
fn behind<'a>(bytes: &'a [u8], front: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(front.len())?;
    let ((ours, our_end), (theirs, their_end)) = (head.as_chunks::<8>(), front.as_chunks::<8>());
    let same = ours.iter().zip(theirs).all(|(a, b)| u64::from_le_bytes(*a) == u64::from_le_bytes(*b));
    (same && our_end.iter().zip(their_end).all(|(a, b)| a == b)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const EVENT: &str = "event: e\ndata: {\"a\":\"one\",\"b\":{\"c\":\"two\"}}\n\n";

    fn skeleton(event: &str, text: &str, filling: Option<&str>) -> Skeleton {
        let data = event.find("data: ").unwrap() + 6;
        let span = |string: &str| {
            let start = event.find(string).unwrap() - data;
            Span { start, end: start + string.len() }
        };
        let free = Free { text: span(text), fillings: [filling.map(span), None], counters: [None; 2] };
        Skeleton::of(event.as_bytes(), data, free).unwrap()
    }

    fn text<'a>(skeleton: &Skeleton, event: &'a str) -> Option<Cow<'a, str>> {
        let same = skeleton.recognise(event.as_bytes(), 1_000);
        let length = skeleton.length(event.as_bytes(), 1_000);
        assert_eq!(length, same.as_ref().map(|same| same.len), "{event}");
        let same = same?;
        assert_eq!(same.len, event.trim_end_matches('x').len());
        Some(same.text)
    }

    #[test]
    fn the_same_event_with_another_string_is_recognised() {
        let inner = skeleton(EVENT, "\"two\"", None);
        for (other, expected) in [
            ("two", "two"),
            ("", ""),
            ("a longer text, with ümläuts 🎉", "a longer text, with ümläuts 🎉"),
            (r#"\"quoted\" \\ \u00fc \ud83c\udf89"#, "\"quoted\" \\ ü 🎉"),
        ] {
            let event = EVENT.replace("two", other);
            assert_eq!(text(&inner, &event).as_deref(), Some(expected));
            assert_eq!(text(&inner, &format!("{event}xxx")).as_deref(), Some(expected));
        }
        for bad in ["\u{1}", "\\", "\\x", "\\ud800", "\\udc00", "\",\"c\":\"", "a\nb", "\u{0}"] {
            assert_eq!(text(&inner, &EVENT.replace("two", bad)), None, "{bad:?}");
        }
    }

    #[test]
    fn any_other_byte_around_it_is_not() {
        let inner = skeleton(EVENT, "\"two\"", None);
        for at in (0..EVENT.len())
            .filter(|at| !(EVENT.find("two").unwrap()..=EVENT.find("two").unwrap() + 3).contains(at))
        {
            for other in *b"x\"\n\r{}, \\" {
                let mut event = EVENT.as_bytes().to_vec();
                if std::mem::replace(&mut event[at], other) == other {
                    continue;
                }
                // A space in the place of nothing is tried below; here it replaces what must be there.
                assert_eq!(inner.recognise(&event, 1_000), None, "{}", String::from_utf8_lossy(&event));
            }
            let (head, _) = EVENT.split_at(at);
            assert_eq!(inner.recognise(head.as_bytes(), 1_000), None, "cut short at {at}");
        }
    }

    #[test]
    fn filling_is_recognised_where_it_cannot_mean_anything() {
        let inner = skeleton(EVENT, "\"two\"", None);
        let filled = EVENT.replace("}}", "}   } ");
        assert_eq!(text(&inner, &filled).as_deref(), Some("two"));
        assert_eq!(text(&skeleton(&filled, "\"two\"", None), EVENT).as_deref(), Some("two"));
        assert_eq!(text(&inner, &EVENT.replace("\n\n", "\n \n")), None);
        assert_eq!(text(&inner, &EVENT.replace("}}", "}}}")), None);
        assert_eq!(text(&inner, &EVENT.replace("}}", "}")), None);
        assert_eq!(text(&inner, &EVENT.replace("}}", "}\t}")), None);

        let outer = skeleton(EVENT, "\"one\"", None);
        assert_eq!(text(&outer, &EVENT.replace("two", "three")), None);
        assert_eq!(text(&outer, &EVENT.replace("}}", "} }")), None);
        for (one, other) in [("\"one\"", "\"two\""), ("\"two\"", "\"one\"")] {
            let both = skeleton(EVENT, one, Some(other));
            let event = EVENT.replace("one", "1").replace("two", "2");
            assert_eq!(text(&both, &event).as_deref(), Some(if one == "\"one\"" { "1" } else { "2" }));
        }
    }

    #[test]
    fn a_number_is_another_one_and_nothing_else() {
        for numbered in [
            "data: {\"n\":7,\"t\":\"two\"}\n\n",
            "data: {\"t\":\"two\",\"n\":7}\n\n",
            "data: {\"t\":\"two\",\"n\":7 ,\"f\":\"\"}\n\n",
        ] {
            let span = |string: &str| {
                let start = numbered.find(string).unwrap() - 6;
                Span { start, end: start + string.len() }
            };
            let free = Free { text: span("\"two\""), fillings: [None; 2], counters: [Some(span("7")), None] };
            let skeleton = Skeleton::of(numbered.as_bytes(), 6, free).unwrap();
            for number in ["0", "7", "8", "10", "999999999"] {
                let event = numbered.replace('7', number).replace("two", "three");
                assert_eq!(text(&skeleton, &event).as_deref(), Some("three"), "{event}");
            }
            for number in ["", "-1", "01", "1.0", "1e3", "\"7\"", "null", "9999999999", "7]", "7 7"] {
                assert_eq!(text(&skeleton, &numbered.replace('7', number)), None, "{number}");
            }
        }
    }

    #[test]
    fn events_that_are_too_long_or_end_their_lines_otherwise_are_not_kept() {
        let free = Free { text: Span { start: 1, end: 3 }, fillings: [None; 2], counters: [None; 2] };
        assert!(Skeleton::of(b"data: {\"\"}\r\n\r\n", 6, free).is_none());
        assert!(Skeleton::of(&[b'x'; MOST + 1], 6, free).is_none());
        let inner = skeleton(EVENT, "\"two\"", None);
        assert!(inner.recognise(EVENT.as_bytes(), EVENT.len()).is_some());
        assert_eq!(inner.recognise(EVENT.as_bytes(), EVENT.len() - 1), None);
    }
}
