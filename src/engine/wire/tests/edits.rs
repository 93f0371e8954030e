//! Recorded bodies with something else in their JSON: keys in other spellings, values in other places, pieces of other
//! bodies. Whatever is accepted must be written so that it reads as the calls that were released, and nothing else: the
//! reader of a body and the writer of it must not differ on what is a call.

use super::cases::{self, Case, cases, encoded, events, joined};
use super::{Api, Framing, lines, reread, run};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::ops::Range;

#[derive(Debug, Clone)]
enum Edit {
    Rename(Index, u8),
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Borrow(Index, Index, Index),
    Replace(Index, u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let one = prop_oneof![
        3 => any::<(Index, u8)>().prop_map(|(at, how)| Edit::Rename(at, how)),
        1 => any::<Index>().prop_map(Edit::Drop),
        1 => any::<Index>().prop_map(Edit::Repeat),
        1 => any::<(Index, Index)>().prop_map(|(a, b)| Edit::Swap(a, b)),
        2 => any::<(Index, Index, Index)>().prop_map(|(at, case, from)| Edit::Borrow(at, case, from)),
        1 => any::<(Index, u8)>().prop_map(|(at, what)| Edit::Replace(at, what)),
    ];
    prop::collection::vec(one, 1..4)
}

/// Where the JSON of an event stands, as its file shows it.
fn json_of(framing: Framing, event: &str) -> Option<Range<usize>> {
    let line = |from: usize| Some(from..from + event.get(from..)?.find('\n')?);
    match framing {
        Framing::Document | Framing::Elements => Some(0..event.len()),
        Framing::Lines => Some(0..event.trim_end_matches('\n').len()),
        Framing::Events => line(event.find("data:")? + "data:".len()),
        Framing::Frames => match event.find("b64(") {
            Some(from) => Some(from + 4..event.rfind(')')?),
            None => line(event.find(' ')? + 1),
        },
    }
}

fn parsed(framing: Framing, event: &str) -> Option<(Range<usize>, Value)> {
    let range = json_of(framing, event)?;
    let value = serde_json::from_str(event.get(range.clone())?).ok()?;
    Some((range, value))
}

/// The pointers to everything within.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointers(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

fn picked(value: &Value, index: Index) -> String {
    let mut all = Vec::new();
    pointers(value, "", &mut all);
    all.swap_remove(index.index(all.len()))
}

/// In how many other ways a key is spelled.
const SPELLINGS: u8 = 7;

fn renamed(key: &str, how: u8) -> String {
    let words = |key: &str| {
        key.chars().fold(String::new(), |mut out, c| {
            if c.is_ascii_uppercase() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            out
        })
    };
    match how % SPELLINGS {
        0 => words(key),
        1 => key.to_ascii_uppercase(),
        2 => format!("_{key}"),
        3 => words(key).replace('_', "__"),
        4 => words(key)
            .split('_')
            .map(|word| word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or(""))
            .collect(),
        5 => key.replacen('s', "ſ", 1),
        _ => format!("{key}_"),
    }
}

/// Renames the member at a pointer; whether there is one, and a name for it that is new.
fn rename(value: &mut Value, at: &str, how: u8) -> bool {
    let Some((parent, key)) = at.rsplit_once('/') else { return false };
    let Some(Value::Object(members)) = value.pointer_mut(parent) else { return false };
    let key = key.replace("~1", "/").replace("~0", "~");
    let name = renamed(&key, how);
    if members.contains_key(&name) {
        return false;
    }
    members.remove(&key).is_some_and(|member| members.insert(name, member).is_none())
}

fn edit(value: &mut Value, edit: &Edit, others: &[Value]) {
    match edit {
        Edit::Rename(at, how) => {
            let at = picked(value, *at);
            rename(value, &at, *how);
        }
        Edit::Drop(at) | Edit::Repeat(at) => {
            let at = picked(value, *at);
            let Some((parent, key)) = at.rsplit_once('/') else { return };
            match (value.pointer_mut(parent), edit) {
                (Some(Value::Object(members)), Edit::Drop(_)) => drop(members.remove(key)),
                (Some(Value::Array(elements)), _) => {
                    let index: usize = key.parse().expect("an index");
                    let element = elements.remove(index);
                    if matches!(edit, Edit::Repeat(_)) {
                        elements.insert(index, element.clone());
                        elements.insert(index, element);
                    }
                }
                _ => {}
            }
        }
        Edit::Swap(a, b) => {
            let (a, b) = (picked(value, *a), picked(value, *b));
            let (Some(one), Some(other)) = (value.pointer(&a).cloned(), value.pointer(&b).cloned()) else {
                return;
            };
            if let Some(place) = value.pointer_mut(&a) {
                *place = other;
            }
            if let Some(place) = value.pointer_mut(&b) {
                *place = one;
            }
        }
        Edit::Borrow(at, which, from) => {
            let other = &others[which.index(others.len())];
            let borrowed = other.pointer(&picked(other, *from)).cloned().unwrap_or_default();
            let at = picked(value, *at);
            if let Some(place) = value.pointer_mut(&at) {
                *place = borrowed;
            }
        }
        Edit::Replace(at, what) => {
            let values = [
                json!(null),
                json!(true),
                json!(0),
                json!(-1),
                json!("x"),
                json!([]),
                json!({}),
                json!("{}"),
            ];
            let at = picked(value, *at);
            if let Some(place) = value.pointer_mut(&at) {
                *place = values[usize::from(*what) % values.len()].clone();
            }
        }
    }
}

/// A case with one of its events edited.
fn edited(case: &Case, all: &[Case], which: Index, edits: &[Edit]) -> Option<Vec<u8>> {
    let events_of = |case: &Case| -> Vec<String> {
        events(case.framing, case.input).into_iter().map(str::to_owned).collect()
    };
    let others: Vec<Value> = all
        .iter()
        .filter(|other| other.api == case.api)
        .flat_map(|other| {
            events_of(other)
                .iter()
                .filter_map(|event| Some(parsed(other.framing, event)?.1))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut stream = events_of(case);
    let at = which.index(stream.len());
    let (range, mut value) = parsed(case.framing, &stream[at])?;
    for one in edits {
        edit(&mut value, one, &others);
    }
    stream[at].replace_range(range, &value.to_string());
    let stream: Vec<&str> = stream.iter().map(String::as_str).collect();
    Some(encoded(case.framing, &joined(case.framing, &stream)))
}

/// What must hold of a body, whatever it is, when the calls `refuses` names are refused.
fn check(case: &Case, input: &[u8], refuses: impl Fn(usize, usize) -> bool + Copy) {
    let at = || format!("{} {}: {}", case.api.name(), case.name, case.shown(input));
    let whole = run(case.api, case.framing, [input], refuses);
    if whole.error.is_some() {
        assert_eq!(lines(&reread(case.api, case.framing, &whole.output)), "", "{}", at());
        return;
    }
    let released = run(case.api, case.framing, [input], |_, _| false);
    // A batch has no call, and the address of its results is the one thing that changes all the same.
    if (case.api, case.framing) != (Api::AnthropicBatches, Framing::Document) {
        assert_eq!(released.output, input, "{}", at());
    }
    let calls = whole.calls.iter().enumerate();
    let expected: Vec<_> =
        calls.filter(|(call, _)| !refuses(*call, 0)).map(|(_, call)| call.clone()).collect();
    let again = run(case.api, case.framing, [whole.output.as_slice()], |_, _| false);
    assert_eq!(again.error, None, "{}", at());
    assert_eq!(lines(&again.calls), lines(&expected), "{}", at());
}

/// Every key of bodies with a call, in every other spelling; one that stands in the same place of several bodies in the
/// one of them with the most calls.
#[test]
fn no_spelling_of_a_key_is_a_call_to_the_reader_alone() {
    let mut cases = cases();
    cases.retain(|case| !case.calls.is_empty());
    cases.sort_by_key(|case| std::cmp::Reverse(case.calls.lines().count()));
    let mut seen = std::collections::BTreeSet::new();
    for case in &cases {
        let stream = events(case.framing, case.input);
        for (at, event) in stream.iter().enumerate() {
            let Some((range, value)) = parsed(case.framing, event) else { continue };
            let mut all = Vec::new();
            pointers(&value, "", &mut all);
            let tag = ["type", "event_type"].iter().find_map(|key| value[key].as_str()).unwrap_or_default();
            all.retain(|pointer| {
                let place: Vec<&str> = pointer
                    .split('/')
                    .map(|step| if step.parse::<u32>().is_ok() { "*" } else { step })
                    .collect();
                seen.insert((
                    case.api.name(),
                    cases::extension(case.framing),
                    tag.to_owned(),
                    place.join("/"),
                ))
            });
            for how in 0..SPELLINGS {
                for pointer in &all {
                    let mut other = value.clone();
                    if !rename(&mut other, pointer, how) {
                        continue;
                    }
                    let mut event = (*event).to_owned();
                    event.replace_range(range.clone(), &other.to_string());
                    let mut stream = stream.clone();
                    stream[at] = &event;
                    let input = encoded(case.framing, &joined(case.framing, &stream));
                    check(case, &input, |call, _| call % 2 == 0);
                    check(case, &input, |call, _| call % 2 == 1);
                }
            }
        }
    }
}

#[test]
fn what_stands_where_a_number_should_is_not_copied_into_an_event_of_our_own() {
    let cases = cases();
    let case = cases.iter().find(|case| (case.api.name(), case.name) == ("openai-responses", "background"));
    let case = case.expect("a case of that name");
    let item = r#""sequence_number":{"type":"function_call","name":"zap","arguments":"{}"}"#;
    let input = case.input.replace(r#""sequence_number":4"#, item);
    assert_ne!(input, case.input);
    check(case, input.as_bytes(), |_, _| true);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reader_and_writer_agree_on_what_is_a_call(
        which in any::<Index>(), event in any::<Index>(), edits in edits(), refused in any::<u8>(),
    ) {
        let all = cases();
        let case = which.get(&all);
        if let Some(input) = edited(case, &all, event, &edits) {
            check(case, &input, |call, _| refused & (1 << (call % 8)) != 0);
        }
    }
}
