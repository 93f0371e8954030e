//! Writing a document again where a call was refused: what is kept is copied by range, and only an object
//! or array in which something changed is put together anew.

use crate::json::{self, Document, Node, Span};
use crate::order::sorted;

/// What becomes of a member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is left out.
    Drop,
    /// Its value becomes this JSON text; where there is no such member, it is appended.
    Set(String),
}

/// `node`, an object of `document`, with some of its members changed. The others are copied as they stand.
pub(crate) fn object(document: &Document, node: &Node, changes: &[(&str, Change)]) -> String {
    let mut out = String::from("{");
    let mut put = |key: &str, value: &str| {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(key);
        out.push(':');
        out.push_str(value);
    };
    for member in node.members() {
        let key = document.slice(member.key_span);
        match changes.iter().find(|(name, _)| *name == member.key) {
            Some((_, Change::Drop)) => {}
            Some((_, Change::Set(value))) => put(key, value),
            None => put(key, document.slice(member.node.span)),
        }
    }
    for (name, change) in changes {
        if let (Change::Set(value), None) = (change, node.get(name)) {
            put(&string(name), value);
        }
    }
    out.push('}');
    out
}

/// An array of elements that are JSON texts.
pub(crate) fn array(elements: &[String]) -> String {
    format!("[{}]", elements.join(","))
}

/// A JSON string.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    json::escape(text, &mut out);
    out
}

/// The document's text with the value `node` replaced.
pub(crate) fn replaced(document: &Document, node: &Node, value: &str) -> String {
    let text = document.text();
    let before = text.get(..node.span.start).unwrap_or_default();
    let after = text.get(node.span.end..).unwrap_or_default();
    [before, value, after].concat()
}

/// The document's text with each of these values replaced, none of which is within another.
pub(crate) fn all_replaced(document: &Document, values: Vec<(Span, String)>) -> String {
    let values = sorted(values, |(a, _), (b, _)| a.start.cmp(&b.start));
    let mut out = String::with_capacity(document.text().len());
    let mut from = 0;
    for (span, value) in values {
        out.push_str(document.text().get(from..span.start).unwrap_or_default());
        out.push_str(&value);
        from = span.end;
    }
    out.push_str(document.text().get(from..).unwrap_or_default());
    out
}
