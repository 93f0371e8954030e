//! YAML with places: text in, a tree whose nodes know where they stood out.
//!
//! What a reviewer could overlook is refused: duplicate keys, anchors, aliases and merge keys (one would have
//! to expand them by eye), tags, several documents. A plain word is what JSON says it is: a number in JSON's
//! grammar, `true`, `false`, `null`, and otherwise text; `no` is text.
//!
//! The scanner is `saphyr-parser` (YAML 1.2). The tree is built without recursion.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// Deepest nesting of a policy.
const DEPTH: usize = 32;

/// A value and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Where it stands.
    pub(crate) place: Place,
    /// Where it is used, if that is elsewhere: `$name` for an element of a set.
    pub(crate) used: Option<Place>,
    /// What it is.
    pub(crate) value: Value,
}

/// A YAML value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its text.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text, keys unique.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: String,
    /// Where it stands.
    pub(crate) key_place: Place,
    /// Its value.
    pub(crate) value: Node,
}

impl Node {
    /// What it is, for a message: ``the number `5` ``.
    pub(crate) fn found(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(flag) => format!("`{flag}`"),
            Value::Number(text) => format!("the number `{text}`"),
            Value::Text(text) => format!("the text `{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }

    /// As JSON for a condition: numbers keep their text, as `{"number": …}`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(text) => serde_json::json!({ "number": text }),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(elements) => Json::Array(elements.iter().map(Self::to_json).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect())
            }
        }
    }

    /// As JSON text, numbers copied as they stand.
    pub(crate) fn to_json_text(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        use toolgate_engine::json::escape;
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(text) => out.push_str(text),
            Value::Text(text) => escape(text, out),
            Value::List(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    element.write_json(out);
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (i, entry) in entries.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    escape(&entry.key, out);
                    out.push(':');
                    entry.value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

/// Reads one file; `None` if it has no tree. What is refused is left out of the tree, so that the rest is
/// still looked at.
pub(crate) fn read(file: usize, source: &Source, findings: &mut Diagnostics) -> Option<Node> {
    let offsets: Vec<usize> =
        source.text.char_indices().map(|(at, _)| at).chain([source.text.len()]).collect();
    let mut builder =
        Builder { file, text: &source.text, offsets, findings, open: Vec::new(), root: None, documents: 0 };
    // A byte order mark is no part of the text, and the scanner would take it for a character of a key.
    if source.text.starts_with('\u{feff}') {
        let place = Place::start_of(file);
        builder.findings.push(
            Diagnostic::error("E-yaml-syntax", &place, "the file begins with a byte order mark")
                .help("save it as UTF-8 without one"),
        );
        return None;
    }
    for event in Parser::new_from_str(&source.text) {
        match event {
            Ok((event, span)) => builder.event(event, span)?,
            Err(error) => {
                let at = builder.offset(error.marker().index());
                let place = Place { file, start: at, end: at };
                let info = error.info().to_lowercase();
                let help = info
                    .contains("mapping values")
                    .then(|| "a text with a colon and a space in it goes in quotes".to_owned());
                builder.findings.push(Diagnostic::error("E-yaml-syntax", &place, info).maybe_help(help));
                return None;
            }
        }
    }
    if builder.root.is_none() {
        let place = Place::start_of(file);
        builder.findings.push(
            Diagnostic::error("E-empty-file", &place, "the file is empty")
                .help("begin with `policy:` and a name, or remove the file"),
        );
    }
    builder.root
}

/// A list or map whose end has not come.
enum Open {
    List { start: usize, elements: Vec<Node> },
    Map { start: usize, entries: Vec<Entry>, key: Option<(Option<String>, Place)> },
}

struct Builder<'a> {
    file: usize,
    text: &'a str,
    /// Byte offset of each character.
    offsets: Vec<usize>,
    findings: &'a mut Diagnostics,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
}

impl Builder<'_> {
    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).or(self.offsets.last()).copied().unwrap_or(0)
    }

    fn place(&self, span: Span) -> Place {
        let (start, end) = (self.offset(span.start.index()), self.offset(span.end.index()));
        Place { file: self.file, start, end: end.max(start) }
    }

    /// `None` stops the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let place = self.place(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.findings.push(
                        Diagnostic::error("E-yaml-documents", &place, "a second document begins here")
                            .help("write one policy a file"),
                    );
                    return None;
                }
            }
            Event::Alias(_) => {
                self.findings.push(
                    Diagnostic::error("E-yaml-anchor", &place, "an alias stands here")
                        .help("write the value itself, or name it under `sets`"),
                );
                self.skip(place);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.plainly_written(&place, anchor, tag.is_some());
                let value = match style {
                    ScalarStyle::Plain => plain(&text),
                    _ => Value::Text(text.into_owned()),
                };
                self.add(Node { place, used: None, value });
            }
            Event::SequenceStart(anchor, tag) => {
                self.plainly_written(&place, anchor, tag.is_some());
                self.deeper(Open::List { start: place.start, elements: Vec::new() }, &place)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.plainly_written(&place, anchor, tag.is_some());
                self.deeper(Open::Map { start: place.start, entries: Vec::new(), key: None }, &place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let node = self.closed(open, &place);
                    self.add(node);
                }
            }
        }
        Some(())
    }

    fn deeper(&mut self, open: Open, place: &Place) -> Option<()> {
        if self.open.len() >= DEPTH {
            let message = format!("the nesting is deeper than {DEPTH}");
            self.findings.push(Diagnostic::error("E-yaml-syntax", place, message));
            return None;
        }
        self.open.push(open);
        Some(())
    }

    /// From the first child to the last: the marks of a block's end lie on what follows it.
    fn closed(&self, open: Open, end: &Place) -> Node {
        let (start, children, value) = match open {
            Open::List { start, elements } => {
                (start, elements.last().map(|node| node.place.end), Value::List(elements))
            }
            Open::Map { start, entries, .. } => (
                start,
                entries.last().map(|entry| entry.value.place.end.max(entry.key_place.end)),
                Value::Map(entries),
            ),
        };
        let end = children.unwrap_or(end.end).max(start);
        Node { place: Place { file: self.file, start, end }, used: None, value }
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { elements, .. }) => elements.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => {
                    let text = match &node.value {
                        Value::Text(text) | Value::Number(text) => Some(text.clone()),
                        Value::Bool(flag) => Some(flag.to_string()),
                        Value::Null | Value::List(_) | Value::Map(_) => None,
                    };
                    let problem = match &text {
                        None => Some(
                            Diagnostic::error(
                                "E-yaml-key",
                                &node.place,
                                format!("a key cannot be {}", node.found()),
                            )
                            .help("write a word, or put it in quotes"),
                        ),
                        Some(text) if text == "<<" => Some(
                            Diagnostic::error("E-yaml-anchor", &node.place, "a merge key stands here")
                                .help("write the keys themselves"),
                        ),
                        Some(text) => entries.iter().find(|entry| entry.key == *text).map(|first| {
                            Diagnostic::error(
                                "E-duplicate-key",
                                &node.place,
                                format!("`{text}` stands here twice"),
                            )
                            .label("again here")
                            .also(&first.key_place, "first here")
                            .help("keep one of them")
                        }),
                    };
                    let kept = if problem.is_none() { text } else { None };
                    *key = Some((kept, node.place));
                    if let Some(problem) = problem {
                        self.findings.push(problem);
                    }
                }
                Some((Some(key), key_place)) => entries.push(Entry { key, key_place, value: node }),
                // The key was refused; its value has nowhere to go.
                Some((None, _)) => {}
            },
        }
    }

    /// Leaves out what was refused.
    fn skip(&mut self, place: Place) {
        if let Some(Open::Map { key, .. }) = self.open.last_mut()
            && key.take().is_none()
        {
            *key = Some((None, place));
        }
    }

    fn plainly_written(&mut self, place: &Place, anchor: usize, tagged: bool) {
        if anchor == 0 && !tagged {
            return;
        }
        // The marks of a block begin at its anchor and end within it.
        let rest = self.text.get(place.range()).unwrap_or_default();
        let word = rest.split([' ', '\n', '\r', '\t', '[', '{']).next().unwrap_or_default().len();
        let place = &Place { end: place.start + word, ..place.clone() };
        if anchor > 0 {
            self.findings.push(
                Diagnostic::error("E-yaml-anchor", place, "an anchor stands here")
                    .help("leave it out; a name for several values goes under `sets`"),
            );
        }
        if tagged {
            self.findings.push(
                Diagnostic::error("E-yaml-tag", place, "a tag stands here")
                    .help("leave it out; text that looks like a number goes in quotes"),
            );
        }
    }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text if is_number(text) => Value::Number(text.to_owned()),
        text => Value::Text(text.to_owned()),
    }
}

/// The grammar of RFC 8259.
fn is_number(text: &str) -> bool {
    matches!(
        toolgate_engine::json::parse(text, 1).map(|node| node.value),
        Ok(toolgate_engine::json::Value::Number(_))
    ) && text.trim() == text
}

#[cfg(test)]
mod tests;
