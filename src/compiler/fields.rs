//! Reading maps whose keys are known: what is missing, what nobody knows, what has another type.

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::Place;
use crate::yaml::{Entry, Node, Value};

/// The entries of a map, with where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    /// Where messages about the whole point to.
    pub(crate) place: &'a Place,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// The fields of a map; anything else is a finding, `what` says what was expected.
    pub(crate) fn of(node: &'a Node, what: &str, findings: &mut Diagnostics) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Some(Self { place: &node.place, entries }),
            _ => {
                findings.push(wrong_type(node, what));
                None
            }
        }
    }

    /// Points messages about the whole to another place.
    pub(crate) const fn at(mut self, place: &'a Place) -> Self {
        self.place = place;
        self
    }

    /// All entries.
    pub(crate) const fn entries(&self) -> &'a [Entry] {
        self.entries
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key with its value.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Reports every key that is not in `known`.
    pub(crate) fn only(&self, known: &[&str], findings: &mut Diagnostics) {
        for entry in self.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            findings.push(unknown_key(entry, known));
        }
    }

    /// The text of a key; a value of another type is a finding.
    pub(crate) fn text(&self, key: &str, findings: &mut Diagnostics) -> Option<&'a str> {
        text(self.get(key)?, findings)
    }

    /// The truth of a key; a value of another type is a finding.
    pub(crate) fn flag(&self, key: &str, findings: &mut Diagnostics) -> Option<bool> {
        let node = self.get(key)?;
        match node.value {
            Value::Bool(flag) => Some(flag),
            _ => {
                findings.push(wrong_type(node, "`true` or `false`"));
                None
            }
        }
    }

    /// The texts of a key that takes one or several.
    pub(crate) fn texts(&self, key: &str, findings: &mut Diagnostics) -> Vec<(&'a str, &'a Place)> {
        self.get(key).map(|node| texts(node, findings)).unwrap_or_default()
    }
}

/// The finding that a key is not known here.
pub(crate) fn unknown_key(entry: &Entry, known: &[&str]) -> Diagnostic {
    Diagnostic::error("E-unknown-key", &entry.key_place, format!("`{}` is not known here", entry.key))
        .maybe_help(did_you_mean(&entry.key, known.iter().copied()))
}

/// The finding that a value has another type.
pub(crate) fn wrong_type(node: &Node, expected: &str) -> Diagnostic {
    let message = format!("expected {expected}, found {}", node.found());
    let quotable = matches!(node.value, Value::Number(_) | Value::Bool(_)) && expected.contains("text");
    Diagnostic::error("E-type", &node.place, message)
        .maybe_help(quotable.then(|| "put it in quotes if it is meant as text".to_owned()))
}

/// The text of a node; another type is a finding.
pub(crate) fn text<'a>(node: &'a Node, findings: &mut Diagnostics) -> Option<&'a str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => {
            findings.push(wrong_type(node, "text"));
            None
        }
    }
}

/// One text or a list of texts; anything else is a finding.
pub(crate) fn texts<'a>(node: &'a Node, findings: &mut Diagnostics) -> Vec<(&'a str, &'a Place)> {
    match &node.value {
        Value::List(elements) => {
            if elements.is_empty() {
                findings.push(Diagnostic::error("E-empty-list", &node.place, "the list is empty"));
            }
            elements.iter().filter_map(|element| Some((text(element, findings)?, &element.place))).collect()
        }
        Value::Text(text) => vec![(text.as_str(), &node.place)],
        _ => {
            findings.push(wrong_type(node, "a text or a list of texts"));
            Vec::new()
        }
    }
}
