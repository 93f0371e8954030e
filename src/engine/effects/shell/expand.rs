//! Words to fields: what a shell makes of a word before a command sees it.
//!
//! In comes a [`Word`]; out come its [`Field`]s, after brace expansion, tildes, parameters, substitutions and
//! splitting. Substitutions run on the way, and what they do is added to the effects.
//!
//! Deliberately absent: the file system. A wildcard stays one.

mod braces;
mod parameter;

use super::field::{Bit, Field};
use super::run::Run;
use super::stream::{Content, Stream};
use super::syntax::{Piece, Word};
use crate::effects::unknown;
use braces::Expansion;

/// Most fields one word becomes; beyond it the last one is anything.
const MOST_FIELDS: usize = 256;

impl Run<'_> {
    /// The fields of words, in order.
    pub(super) fn fields(&mut self, words: &[Word]) -> Vec<Field> {
        let mut fields = Vec::with_capacity(words.len());
        for word in words {
            self.fields_of(word, &mut fields);
        }
        fields
    }

    /// The one field a word is where the shell splits nothing: an assignment, a redirection, a here-document.
    pub(super) fn field(&mut self, word: &Word) -> Field {
        let mut field = Field::default();
        for (i, piece) in word.pieces.iter().enumerate() {
            match piece {
                Piece::Plain(text) => self.plain(text, i == 0, &mut field),
                piece => {
                    for part in self.piece(piece) {
                        // `"$@"` here is its elements with blanks between them.
                        if !field.is_empty() && matches!(piece, Piece::Parameter(_)) && part.is_next {
                            field.push(Bit::Text(" ".to_owned()));
                        }
                        field.extend(&part.field);
                    }
                }
            }
        }
        field
    }

    fn fields_of(&mut self, word: &Word, fields: &mut Vec<Field>) {
        if let [Piece::Plain(text)] = word.pieces.as_slice()
            && !text.contains(['{', '*', '?', '[', '~', '(', '='])
        {
            fields.push(Field::literal(text));
            return;
        }
        match braces::expand(word, MOST_FIELDS.saturating_sub(fields.len())) {
            Expansion::None => self.one_word(word, fields),
            Expansion::Words(words) => {
                for word in &words {
                    self.one_word(word, fields);
                }
            }
            Expansion::TooMany => self.doubt(unknown::SHELL_MANY),
        }
    }

    /// A word without braces.
    fn one_word(&mut self, word: &Word, fields: &mut Vec<Field>) {
        let start = fields.len();
        let mut current = Field::default();
        // An unquoted expansion that yields nothing leaves no field behind.
        let mut exists = false;
        for (i, piece) in word.pieces.iter().enumerate() {
            match piece {
                Piece::Quoted(text) => {
                    exists = true;
                    current.push(Bit::Text(text.clone()));
                }
                Piece::Plain(text) => {
                    exists |= !text.is_empty();
                    self.plain(text, i == 0, &mut current);
                }
                piece => {
                    for part in self.piece(piece) {
                        if part.is_next && exists {
                            fields.push(std::mem::take(&mut current));
                            exists = false;
                        }
                        exists |= part.is_quoted || !part.field.is_empty();
                        current.extend(&part.field);
                    }
                }
            }
        }
        if exists {
            fields.push(current);
        }
        if fields.len().saturating_sub(start) > MOST_FIELDS {
            fields.truncate(start + MOST_FIELDS);
            self.doubt(unknown::SHELL_MANY);
        }
    }

    /// Text outside quotes: wildcards in it are wildcards, and a tilde at its beginning is a home.
    fn plain(&self, text: &str, first: bool, field: &mut Field) {
        if first
            && let Some(rest) = text.strip_prefix('~')
            && (rest.is_empty() || rest.starts_with('/'))
            && let Some(home) = self.state.variable("HOME")
        {
            field.extend(&home.scalar());
            globbed(rest, field);
            return;
        }
        globbed(text, field);
    }

    /// What a piece that has to be evaluated is worth.
    fn piece(&mut self, piece: &Piece) -> Vec<Part> {
        match piece {
            Piece::Quoted(text) | Piece::Plain(text) => vec![Part::quoted(Field::literal(text))],
            Piece::Parameter(parameter) => self.parameter(parameter),
            Piece::Command { script, quoted } => {
                let output = self.substitution(script);
                if *quoted { vec![Part::quoted(output.field())] } else { self.split_stream(&output) }
            }
            Piece::Process { script, reads } => {
                if *reads {
                    self.subshell(script, Stream::local());
                    // What is written to it goes to a command, not to a file.
                    return vec![Part::quoted(Field::literal("/dev/null"))];
                }
                let output = self.subshell(script, Stream::default());
                vec![Part::quoted(Field::of(Bit::Stream(Box::new(output))))]
            }
            Piece::Arithmetic(pieces) => {
                self.arithmetic(pieces);
                self.loop_variables(pieces);
                vec![Part::quoted(Field::of(Bit::Number))]
            }
        }
    }

    /// Runs what substitutions stand within arithmetic. Its value is a number.
    pub(super) fn arithmetic(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Quoted(text) | Piece::Plain(text) => self.indices(text),
                piece => {
                    for part in self.piece(piece) {
                        // A variable's value is itself read as an expression, and an index in it runs substitutions.
                        self.number(&part.field);
                    }
                }
            }
        }
    }

    /// A value that is read as arithmetic.
    pub(super) fn number(&mut self, field: &Field) {
        if let Some(text) = field.text() {
            self.indices(text);
        }
    }

    /// What names a variable: an index in it is arithmetic.
    pub(super) fn variable_name(&mut self, field: &Field) {
        self.number(field);
    }

    /// `[[ a -eq b ]]` reads both sides as arithmetic, and `-v` an index.
    pub(super) fn compared(&mut self, fields: &[Field]) {
        if fields.iter().any(|field| field.text() == Some("=~")) {
            self.state.set("BASH_REMATCH", super::state::Variable::Unknown);
        }
        for (i, field) in fields.iter().enumerate() {
            let Some(text) = field.text() else { continue };
            if matches!(text, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") {
                let before = i.checked_sub(1).and_then(|at| fields.get(at));
                before.into_iter().chain(fields.get(i + 1)).for_each(|side| self.number(side));
            }
            if matches!(text, "-v" | "-R") {
                fields.get(i + 1).into_iter().for_each(|name| self.variable_name(name));
            }
        }
    }

    /// `a[$(…)]` in a text that is read as arithmetic runs what stands in it, and so do the values of the
    /// variables that it names.
    fn indices(&mut self, text: &str) {
        if runs(text) || self.state.values_named_in(text).iter().any(|value| runs(value)) {
            self.doubt(unknown::SHELL_DYNAMIC);
        }
    }

    /// The fields an unquoted substitution is split into.
    fn split_stream(&mut self, stream: &Stream) -> Vec<Part> {
        match &stream.content {
            Content::Paths(names) => {
                names.iter().map(|name| Part::next(Field::of(Bit::Path(name.clone())))).collect()
            }
            _ => self.split(&stream.field()),
        }
    }

    /// Splits the value of an unquoted expansion as `IFS` says.
    pub(super) fn split(&self, field: &Field) -> Vec<Part> {
        let ifs = match self.state.variable("IFS") {
            None => " \t\n".to_owned(),
            Some(variable) => match variable.scalar().text() {
                Some(text) => text.to_owned(),
                None => return vec![Part { field: Field::any(), is_next: false, is_quoted: false }],
            },
        };
        let mut parts = Vec::new();
        let mut current = Part { field: Field::default(), is_next: false, is_quoted: false };
        for bit in field.bits() {
            let Bit::Text(text) = bit else {
                current.field.push(bit.clone());
                continue;
            };
            let mut run = String::new();
            for c in text.chars() {
                if ifs.contains(c) {
                    globbed(&run, &mut current.field);
                    run.clear();
                    if !current.field.is_empty() || !c.is_whitespace() {
                        parts.push(std::mem::replace(
                            &mut current,
                            Part { field: Field::default(), is_next: true, is_quoted: false },
                        ));
                    } else {
                        current.is_next = true;
                    }
                } else {
                    run.push(c);
                }
            }
            globbed(&run, &mut current.field);
        }
        // Blanks at the end separate what stands behind the expansion from what is before it.
        if !current.field.is_empty() || current.is_next {
            parts.push(current);
        }
        parts
    }
}

/// Whether a text has a substitution in it.
fn runs(text: &str) -> bool {
    text.contains("$(") || text.contains('`')
}

/// What an expansion contributes to the word it stands in.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) field: Field,
    /// Whether it begins a field of its own.
    pub(super) is_next: bool,
    /// Whether it is there even if it is empty.
    pub(super) is_quoted: bool,
}

impl Part {
    pub(super) fn quoted(field: Field) -> Self {
        Self { field, is_next: false, is_quoted: true }
    }

    pub(super) fn next(field: Field) -> Self {
        Self { field, is_next: true, is_quoted: false }
    }
}

/// Adds text whose wildcards count.
pub(super) fn globbed(text: &str, field: &mut Field) {
    if !text.contains(['*', '?', '[']) && !is_extended(text) {
        if !text.is_empty() {
            field.push(Bit::Text(text.to_owned()));
        }
        return;
    }
    if is_extended(text) {
        field.push(Bit::Any);
        return;
    }
    let mut rest = text;
    // Once a `[` is not closed, none that follows is.
    let mut closes = true;
    while let Some(at) = rest.find(['*', '?', '[']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !before.is_empty() {
            field.push(Bit::Text(before.to_owned()));
        }
        let length = match from.bytes().next() {
            Some(b'[') => match if closes { class_end(from) } else { None } {
                Some(end) => end,
                // `[` alone is a character.
                None => {
                    closes = false;
                    field.push(Bit::Text("[".to_owned()));
                    rest = from.get(1..).unwrap_or_default();
                    continue;
                }
            },
            _ => 1,
        };
        let (wild, after) = from.split_at_checked(length).unwrap_or((from, ""));
        field.push(Bit::Wild(wild.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        field.push(Bit::Text(rest.to_owned()));
    }
}

/// Where `[…]` ends. `]` right behind the bracket is a member of the class.
fn class_end(text: &str) -> Option<usize> {
    let from = match text.as_bytes() {
        [b'[', b'!' | b'^', b']', ..] => 3,
        [b'[', b']', ..] | [b'[', b'!' | b'^', ..] => 2,
        _ => 1,
    };
    text.get(from..)?.find(']').map(|at| from + at + 1)
}

/// `@(a|b)` and its kin.
fn is_extended(text: &str) -> bool {
    ["@(", "+(", "!(", "?(", "*("].iter().any(|open| text.contains(open))
}
