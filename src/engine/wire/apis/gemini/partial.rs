//! Arguments that come in pieces: `partialArgs`, each a place and a value or the next part of a text.
//!
//! Places are those of RFC 9535 that name one value: `$.a.b[0]['c']`. A place is written once, or continued while its
//! last piece said that it would be; the elements of a list come in their order. Readers put pieces together in their
//! own ways, so that everything else is refused.

use super::super::super::{Unreadable, UnreadableWhy, keys, rebuild, shape};
use super::part::either;
use crate::call::Arguments;
use crate::json::{Node, Value};
use std::collections::BTreeMap;

/// What was read so far.
#[derive(Default)]
pub(super) struct Partial(Tree);

#[derive(Default)]
enum Tree {
    /// Nothing yet.
    #[default]
    Empty,
    Object(BTreeMap<String, Tree>),
    Array(Vec<Tree>),
    /// A text; `open` while more follows.
    Text {
        text: String,
        open: bool,
    },
    /// A number, `true`, `false` or `null`, as JSON.
    Scalar(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// One element of `partialArgs`.
enum Piece {
    Text { text: String, more: bool },
    Scalar(String),
}

/// The keys of an element, in both spellings.
const KEYS: &[&str] = &[
    "jsonPath",
    "json_path",
    "willContinue",
    "will_continue",
    "stringValue",
    "string_value",
    "numberValue",
    "number_value",
    "boolValue",
    "bool_value",
    "nullValue",
    "null_value",
];

impl Partial {
    /// Adds an element of `partialArgs`. `depth` is the deepest nesting allowed.
    pub(super) fn add(&mut self, arg: &Node, depth: usize) -> Result<(), Unreadable> {
        keys::exact(arg, KEYS)?;
        let path = either(arg, "jsonPath")?.and_then(Node::as_str);
        let path = steps(path.ok_or_else(|| shape("a partial argument without a place"))?)?;
        if path.is_empty() || path.len() > depth {
            return Err(shape("a partial argument in no place"));
        }
        put(&mut self.0, &path, piece(arg)?)
    }

    /// The arguments, which are complete.
    pub(super) fn arguments(self, depth: usize) -> Result<Arguments, Unreadable> {
        if matches!(self.0, Tree::Empty) {
            return Ok(Arguments::Absent);
        }
        let mut text = String::new();
        write(&self.0, &mut text)?;
        Ok(Arguments::from_json_text(&text, depth))
    }
}

fn piece(arg: &Node) -> Result<Piece, Unreadable> {
    let more = match either(arg, "willContinue")?.map(|node| &node.value) {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return Err(shape("a partial argument that continues neither truly nor falsely")),
    };
    let null = arg.members().iter().any(|member| matches!(member.key.as_str(), "nullValue" | "null_value"));
    let values = (either(arg, "stringValue")?, either(arg, "numberValue")?, either(arg, "boolValue")?);
    match (values, null) {
        ((Some(text), None, None), false) => match text.as_str() {
            Some(text) => Ok(Piece::Text { text: text.to_owned(), more }),
            None => Err(shape("a partial argument of the wrong kind")),
        },
        ((None, Some(number), None), false) => match &number.value {
            Value::Number(number) if !more => Ok(Piece::Scalar(number.clone())),
            _ => Err(shape("a partial argument of the wrong kind")),
        },
        ((None, None, Some(node)), false) => match node.value {
            Value::Bool(value) if !more => Ok(Piece::Scalar(value.to_string())),
            _ => Err(shape("a partial argument of the wrong kind")),
        },
        ((None, None, None), true) if !more => Ok(Piece::Scalar("null".to_owned())),
        _ => Err(shape("a partial argument with no value, or several")),
    }
}

/// The way to a value.
fn steps(path: &str) -> Result<Vec<Step>, Unreadable> {
    const ODD: &str = "a partial argument whose place cannot be read without doubt";
    let mut rest = path.strip_prefix('$').ok_or_else(|| shape(ODD))?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, behind) = after.split_at_checked(end).ok_or_else(|| shape(ODD))?;
            let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
            let plain = name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit());
            if !plain {
                return Err(shape(ODD));
            }
            steps.push(Step::Key(name.to_owned()));
            rest = behind;
            continue;
        }
        let inside = rest.strip_prefix('[').ok_or_else(|| shape(ODD))?;
        let quote = inside.chars().next().filter(|c| matches!(c, '\'' | '"'));
        if let Some(quote) = quote {
            let (name, behind) = inside
                .strip_prefix(quote)
                .and_then(|inside| inside.split_once(quote))
                .ok_or_else(|| shape(ODD))?;
            if name.contains('\\') {
                return Err(shape(ODD));
            }
            steps.push(Step::Key(name.to_owned()));
            rest = behind.strip_prefix(']').ok_or_else(|| shape(ODD))?;
        } else {
            let (index, behind) = inside.split_once(']').ok_or_else(|| shape(ODD))?;
            let plain =
                index.bytes().all(|byte| byte.is_ascii_digit()) && (index == "0" || !index.starts_with('0'));
            let index = index.parse().ok().filter(|_| plain).ok_or_else(|| shape(ODD))?;
            steps.push(Step::Index(index));
            rest = behind;
        }
    }
    Ok(steps)
}

/// Puts a value into its place. Bounded by the length of the path.
fn put(place: &mut Tree, path: &[Step], piece: Piece) -> Result<(), Unreadable> {
    const TWICE: &str = "a partial argument for a place that has another value";
    let Some((step, rest)) = path.split_first() else {
        match (place, piece) {
            (Tree::Text { text, open: open @ true }, Piece::Text { text: next, more }) => {
                text.push_str(&next);
                *open = more;
            }
            (place @ Tree::Empty, Piece::Text { text, more }) => *place = Tree::Text { text, open: more },
            (place @ Tree::Empty, Piece::Scalar(json)) => *place = Tree::Scalar(json),
            _ => return Err(shape(TWICE)),
        }
        return Ok(());
    };
    if matches!(place, Tree::Empty) {
        *place = match step {
            Step::Key(_) => Tree::Object(BTreeMap::new()),
            Step::Index(_) => Tree::Array(Vec::new()),
        };
    }
    match (place, step) {
        (Tree::Object(members), Step::Key(key)) => put(members.entry(key.clone()).or_default(), rest, piece),
        (Tree::Array(elements), Step::Index(index)) => {
            if *index == elements.len() {
                elements.push(Tree::Empty);
            }
            // Only the last element can still be continued.
            let last = elements.len().checked_sub(1);
            match elements.last_mut() {
                Some(element) if Some(*index) == last => put(element, rest, piece),
                _ => Err(shape("partial arguments of a list out of order")),
            }
        }
        _ => Err(shape(TWICE)),
    }
}

/// Writes JSON. Bounded by the depth that was allowed.
fn write(tree: &Tree, out: &mut String) -> Result<(), Unreadable> {
    match tree {
        Tree::Empty => {
            return Err(Unreadable { what: UnreadableWhy::Bug("a partial argument without a value") });
        }
        Tree::Text { open: true, .. } => return Err(shape("a function call ended within an argument")),
        Tree::Text { text, open: false } => out.push_str(&rebuild::string(text)),
        Tree::Scalar(json) => out.push_str(json),
        Tree::Array(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(element, out)?;
            }
            out.push(']');
        }
        Tree::Object(members) => {
            out.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&rebuild::string(key));
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn joined(pieces: &[&str]) -> Result<String, Unreadable> {
        let mut partial = Partial::default();
        for piece in pieces {
            let document = Document::parse(piece.as_bytes().to_vec(), 20).unwrap();
            partial.add(document.root(), 20)?;
        }
        match partial.arguments(20)? {
            Arguments::Json(document) => Ok(document.canonical()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pieces_are_put_together_by_their_places() {
        for (pieces, expected) in [
            (&[r#"{"jsonPath":"$.a","stringValue":"x"}"#][..], r#"{"a":"x"}"#),
            (
                &[
                    r#"{"jsonPath":"$.a","stringValue":"x","willContinue":true}"#,
                    r#"{"json_path":"$.a","string_value":"\"y","will_continue":true}"#,
                    r#"{"jsonPath":"$['a']","stringValue":""}"#,
                ],
                r#"{"a":"x\"y"}"#,
            ),
            (
                &[
                    r#"{"jsonPath":"$.b.c[0]","numberValue":1e3}"#,
                    r#"{"jsonPath":"$.b.c[1].d","boolValue":false}"#,
                    r#"{"jsonPath":"$.b.c[1].e","nullValue":null}"#,
                    r#"{"jsonPath":"$.b[\"x y\"]","nullValue":"NULL_VALUE"}"#,
                    r#"{"jsonPath":"$.ä","stringValue":"🎉"}"#,
                ],
                r#"{"b":{"c":[1e3,{"d":false,"e":null}],"x y":null},"ä":"🎉"}"#,
            ),
        ] {
            assert_eq!(joined(pieces).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_readers_put_together_differently_is_refused() {
        for pieces in [
            &[r#"{"stringValue":"x"}"#][..],
            &[r#"{"jsonPath":"$","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a"}"#],
            &[r#"{"jsonPath":"$.a","stringValue":1}"#],
            &[r#"{"jsonPath":"$.a","numberValue":"1"}"#],
            &[r#"{"jsonPath":"$.a","numberValue":1,"willContinue":true}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","numberValue":1}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","string_value":"y"}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","willContinue":"true"}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","willContinue":true}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x"}"#, r#"{"jsonPath":"$.a","stringValue":"y"}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x"}"#, r#"{"jsonPath":"$.a.b","stringValue":"y"}"#],
            &[r#"{"jsonPath":"$.a.b","stringValue":"x"}"#, r#"{"jsonPath":"$.a[0]","stringValue":"y"}"#],
            &[r#"{"jsonPath":"$.a[1]","stringValue":"x"}"#],
            &[
                r#"{"jsonPath":"$.a[0]","stringValue":"x","willContinue":true}"#,
                r#"{"jsonPath":"$.a[1]","stringValue":"y"}"#,
                r#"{"jsonPath":"$.a[0]","stringValue":"z"}"#,
            ],
            &[r#"{"jsonPath":"a","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a","JsonPath":"$.b","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$a","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$..a","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.*","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a-b","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a[01]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a[-1]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a['b\\'c']","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a['b","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u","stringValue":"x"}"#],
        ] {
            assert!(joined(pieces).is_err(), "{pieces:?}");
        }
    }
}
