//! Which programs a tree runs: of the engine's tree, and of any other by what `Debug` shows of it.
//!
//! A program is the text of the first word of a simple command without its quotes, up to the first expansion, which is
//! shown as `$`. What `Debug` derives leaves nothing out, so that reading it cannot miss a part of a tree.

use toolgate_engine::effects::shell::syntax::*;

/// The programs of the engine's tree, sorted.
pub fn of(sequence: &Sequence) -> Vec<String> {
    let mut programs = Vec::new();
    collect(&Shown::of(sequence), &mut programs, &|shown| {
        let words = shown.named("Simple")?.field("words")?.items();
        let pieces = words.first()?.field("pieces")?.items();
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Shown::Named(name, parts) if name == "Plain" || name == "Quoted" => match parts.first() {
                    Some((_, Shown::Text(part))) => text.push_str(part),
                    _ => return None,
                },
                _ => {
                    text.push('$');
                    break;
                }
            }
        }
        Some(text.replace(['\'', '"', '\\'], ""))
    });
    programs.sort();
    programs
}

/// The programs that `program` finds in what `Debug` shows of a tree, sorted; `program` gets every part of it.
pub fn shown(tree: &impl std::fmt::Debug, program: &dyn Fn(&Shown) -> Option<String>) -> Vec<String> {
    let mut programs = Vec::new();
    collect(&Shown::of(tree), &mut programs, program);
    programs.sort();
    programs
}

/// A program as it is written in a script.
pub fn of_text(word: &str) -> String {
    let word = word.replace("\\\n", "").replace("$'", "'").replace("$\"", "\"");
    let end = ["$", "`", "<(", ">("].iter().filter_map(|start| word.find(start)).min();
    let text = word[..end.unwrap_or(word.len())].replace(['\'', '"', '\\'], "");
    if end.is_some() { text + "$" } else { text }
}

fn collect(shown: &Shown, programs: &mut Vec<String>, program: &dyn Fn(&Shown) -> Option<String>) {
    programs.extend(program(shown));
    if let Shown::Named(_, parts) = shown {
        parts.iter().for_each(|(_, part)| collect(part, programs, program));
    }
}

/// What `Debug` shows of a value.
#[derive(Debug)]
pub enum Shown {
    /// A structure, a variant or a list, with its parts and their names; a list has no name.
    Named(String, Vec<(String, Shown)>),
    /// A string.
    Text(String),
    /// Anything else.
    Other(String),
}

impl Shown {
    /// Reads what `Debug` shows of `value`.
    pub fn of(value: &impl std::fmt::Debug) -> Self {
        let text = format!("{value:?}");
        let mut reader = Reader { rest: &text };
        let shown = reader.value();
        assert!(reader.rest.is_empty(), "not read: {}", reader.rest);
        shown
    }

    /// This, if it is called `name`.
    pub fn named(&self, name: &str) -> Option<&Self> {
        matches!(self, Self::Named(own, _) if own == name).then_some(self)
    }

    /// The part called `name`.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Named(_, parts) = self else { return None };
        parts.iter().find(|(own, _)| own == name).map(|(_, part)| part)
    }

    /// The parts.
    pub fn items(&self) -> Vec<&Self> {
        let Self::Named(_, parts) = self else { return Vec::new() };
        parts.iter().map(|(_, part)| part).collect()
    }

    /// The text of a string or a number.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Other(text) => Some(text),
            Self::Named(..) => None,
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self) -> Shown {
        if self.rest.starts_with('"') {
            return Shown::Text(self.string());
        }
        if self.eat("'") {
            let escaped = self.eat("\\");
            let end =
                self.rest.char_indices().skip(usize::from(escaped)).find(|(at, c)| *c == '\'' && *at > 0);
            let end = end.expect("the end of a character").0;
            let text = self.rest[..end].to_owned();
            self.rest = &self.rest[end + 1..];
            return Shown::Other(text);
        }
        let end = self.rest.find([' ', ',', '(', ')', '[', ']', '{', '}']).unwrap_or(self.rest.len());
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        for (open, close, fields) in
            [(" { ", " }", true), ("(", ")", false), ("[", "]", false), ("{", "}", false)]
        {
            if self.eat(open) {
                return Shown::Named(name, self.parts(close, fields));
            }
        }
        Shown::Other(name)
    }

    fn parts(&mut self, close: &str, fields: bool) -> Vec<(String, Shown)> {
        let mut parts = Vec::new();
        while !self.eat(close) {
            self.eat(", ");
            if self.eat("..") {
                continue;
            }
            let mut name = String::new();
            if fields {
                let end = self.rest.find(": ").expect("a field");
                name = self.rest[..end].to_owned();
                self.rest = &self.rest[end + 2..];
            }
            let value = self.value();
            // What a range and a map have between two values.
            if self.eat("..") || self.eat(": ") {
                self.value();
            }
            parts.push((name, value));
        }
        parts
    }

    fn string(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return text;
                }
                '\\' => match characters.next().expect("an escape").1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    '0' => text.push('\0'),
                    'u' => {
                        let code: String =
                            characters.by_ref().map(|(_, c)| c).skip(1).take_while(|c| *c != '}').collect();
                        text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                    }
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        panic!("a string without its end")
    }
}
