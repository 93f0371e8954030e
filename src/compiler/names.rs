//! Names: declared once in any file, used in many.
//!
//! A `$name` in a condition stands for the elements of a set, a bare word where principals are expected for
//! the patterns of that principal. Both are written out here, so that a bundle holds no names of that kind,
//! and a rule's bytes change when the set it uses does.

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, texts};
use crate::source::Place;
use crate::yaml::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A kind of name, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A named list.
    Set,
    /// A named list of principals.
    Principal,
    /// A group of people.
    Reviewers,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Principal => "principal",
            Self::Reviewers => "group of reviewers",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Set => "E-unknown-set",
            Self::Principal => "E-unknown-principal",
            Self::Reviewers => "E-unknown-reviewers",
        }
    }
}

/// Everything that was declared.
#[derive(Debug, Default)]
pub(crate) struct Names {
    declared: BTreeMap<(Kind, String), (Place, Vec<Node>)>,
    used: BTreeSet<(Kind, String)>,
}

impl Names {
    /// Takes the names of a map of lists.
    pub(crate) fn declare_lists(&mut self, kind: Kind, fields: Fields<'_>, findings: &mut Diagnostics) {
        for entry in fields.entries() {
            let elements = match &entry.value.value {
                Value::List(elements) => elements.clone(),
                _ => vec![entry.value.clone()],
            };
            let nested = elements
                .iter()
                .find(|node| matches!(&node.value, Value::Text(text) if text.starts_with('$')));
            if let Some(nested) = nested {
                findings.push(
                    Diagnostic::error("E-nested-set", &nested.place, "a set is named within a set")
                        .help("write its elements, or name both sets where they are used"),
                );
                continue;
            }
            texts(&entry.value, findings);
            self.declare(kind, &entry.key, &entry.key_place, elements, findings);
        }
    }

    /// Takes one name.
    pub(crate) fn declare(
        &mut self,
        kind: Kind,
        name: &str,
        place: &Place,
        elements: Vec<Node>,
        findings: &mut Diagnostics,
    ) {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !plain {
            findings.push(
                Diagnostic::error("E-name", place, format!("`{name}` is no name"))
                    .help("names are letters, digits, `-`, `_` and `.`"),
            );
            return;
        }
        if let Some((first, _)) = self.declared.get(&(kind, name.to_owned())) {
            findings.push(
                Diagnostic::error(
                    "E-name-twice",
                    place,
                    format!("the {} `{name}` is declared twice", kind.word()),
                )
                .label("again here")
                .also(first, "first here")
                .help("give one of them another name"),
            );
            return;
        }
        self.declared.insert((kind, name.to_owned()), (place.clone(), elements));
    }

    /// Whether there is such a name; if not, that is a finding.
    pub(crate) fn use_one(
        &mut self,
        kind: Kind,
        name: &str,
        place: &Place,
        findings: &mut Diagnostics,
    ) -> bool {
        let key = (kind, name.to_owned());
        let known = self.declared.contains_key(&key);
        if known {
            self.used.insert(key);
        } else {
            findings.push(self.unknown(kind, name, place));
        }
        known
    }

    fn unknown(&self, kind: Kind, name: &str, place: &Place) -> Diagnostic {
        let names = self.declared.keys().filter(|(other, _)| *other == kind).map(|(_, name)| name.as_str());
        let help = match kind {
            Kind::Set if name.starts_with("HOME") => Some("write `~/` for the agent's home".to_owned()),
            _ => did_you_mean(name, names.collect::<Vec<_>>()),
        };
        let word = kind.word();
        Diagnostic::error(kind.code(), place, format!("there is no {word} `{name}`"))
            .maybe_help(help.or_else(|| Some(format!("declare the {word} in the base file"))))
    }

    /// A condition's value with every `$name` in it written out.
    pub(crate) fn expand_sets(&mut self, node: &Node, findings: &mut Diagnostics) -> Node {
        self.expand(node, findings, &|text| text.strip_prefix('$').map(|name| (Kind::Set, name)))
    }

    /// Principals with every name and every `$name` written out.
    pub(crate) fn expand_principals(&mut self, node: &Node, findings: &mut Diagnostics) -> Node {
        self.expand(node, findings, &|text| match text.strip_prefix('$') {
            Some(name) => Some((Kind::Set, name)),
            None if text.contains(['/', ':', '*']) => None,
            None => Some((Kind::Principal, text)),
        })
    }

    fn expand(
        &mut self,
        node: &Node,
        findings: &mut Diagnostics,
        name_of: &dyn Fn(&str) -> Option<(Kind, &str)>,
    ) -> Node {
        let elements = match &node.value {
            Value::List(elements) => elements.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => return node.clone(),
        };
        let mut out = Vec::new();
        let mut named = false;
        for element in elements {
            let name = match &element.value {
                Value::Text(text) => name_of(text),
                _ => None,
            };
            match name {
                Some((kind, name)) => {
                    named = true;
                    if self.use_one(kind, name, &element.place, findings)
                        && let Some((_, members)) = self.declared.get(&(kind, name.to_owned()))
                    {
                        let used = Some(element.place.clone());
                        out.extend(
                            members.iter().map(|member| Node { used: used.clone(), ..member.clone() }),
                        );
                    }
                }
                None => out.push(element.clone()),
            }
        }
        if named { Node { value: Value::List(out), ..node.clone() } } else { node.clone() }
    }

    /// The sets and groups that nothing uses. Principals are a directory of who there is; nobody needs to
    /// speak of each.
    pub(crate) fn unused(&self) -> impl Iterator<Item = Diagnostic> {
        let idle = |key: &(Kind, String)| key.0 != Kind::Principal && !self.used.contains(key);
        self.declared.iter().filter(move |(key, _)| idle(key)).map(|((kind, name), (place, _))| {
            Diagnostic::warning("W-unused", place, format!("nothing uses the {} `{name}`", kind.word()))
                .help("remove it, or use it")
        })
    }
}
