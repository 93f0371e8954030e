//! Words: what stands together without a blank, with its quotes taken off.

use super::cursor::{ends_word, stops, stops_quoted};
use super::{Parser, Read};
use crate::effects::shell::syntax::{Piece, Word};
use crate::effects::unknown;

/// What a word is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// A command, or a list of words: patterns in it become names of files.
    Command,
    /// A pattern or an operand of `case` and `[[ … ]]`.
    Pattern,
}

/// The quotes around what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// None.
    Bare,
    /// Double quotes.
    Double,
    /// None, but treated as if in double quotes: here-documents and arithmetic.
    Body,
    /// Double quotes or a body, and within it `${…}`.
    Inner,
}

impl Quoting {
    /// Whether what is expanded remains one field.
    pub(super) const fn quoted(self) -> bool {
        !matches!(self, Self::Bare)
    }
}

/// The pieces of a word so far. Neighbours of one kind become one piece.
#[derive(Debug, Default)]
pub(super) struct Pieces(pub(super) Vec<Piece>);

impl Pieces {
    pub(super) fn push(&mut self, piece: Piece) {
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(piece);
    }

    pub(super) fn plain(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Plain(last)) => last.push_str(text),
            _ => self.push(Piece::Plain(text.to_owned())),
        }
    }

    pub(super) fn quoted(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Quoted(last)) => last.push_str(text),
            _ => self.push(Piece::Quoted(text.to_owned())),
        }
    }

    /// Text that quotes around it make quoted.
    pub(super) fn text(&mut self, text: &str, quoting: Quoting) {
        match quoting {
            Quoting::Bare | Quoting::Body => self.plain(text),
            _ if text.is_empty() => {}
            _ => self.quoted(text),
        }
    }
}

impl Parser<'_> {
    /// The word here; there must be one.
    pub(super) fn word(&mut self, context: Context) -> Read<Word> {
        self.node()?;
        let start = self.at;
        let mut pieces = Pieces::default();
        loop {
            let run = self.at;
            while !stops(self.peek()) {
                self.at += 1;
            }
            pieces.plain(self.since(run));
            match self.peek() {
                b'\\' => self.escaped(&mut pieces)?,
                b'\'' => self.single(&mut pieces)?,
                b'"' => self.double(&mut pieces)?,
                b'$' => self.dollar(&mut pieces, Quoting::Bare)?,
                b'`' => self.backticks(&mut pieces, Quoting::Bare)?,
                b'<' | b'>' if self.process_follows() => self.process(&mut pieces)?,
                b'(' if self.at > run && self.begins_group() => self.group(&mut pieces, context)?,
                0xC2.. => self.beyond_ascii(&mut pieces)?,
                _ => break,
            }
        }
        if self.at == start || pieces.0.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Word { pieces: pieces.0, span: self.span(start) })
    }

    /// A backslash and what it quotes.
    pub(super) fn escaped(&mut self, pieces: &mut Pieces) -> Read<()> {
        self.at += 1;
        let start = self.at;
        match self.peek() {
            0 => return Err(unknown::SHELL_QUOTE),
            b'\n' => {
                self.at += 1;
                return Ok(());
            }
            _ => self.at += 1,
        }
        while self.peek() & 0xC0 == 0x80 {
            self.at += 1;
        }
        pieces.quoted(self.since(start));
        Ok(())
    }

    /// `'…'`
    pub(super) fn single(&mut self, pieces: &mut Pieces) -> Read<()> {
        self.at += 1;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\'').ok_or(unknown::SHELL_QUOTE)?;
        self.at += length;
        pieces.quoted(self.since(start));
        self.at += 1;
        Ok(())
    }

    /// `"…"`
    pub(super) fn double(&mut self, pieces: &mut Pieces) -> Read<()> {
        self.at += 1;
        let start = self.at;
        loop {
            let run = self.at;
            while !stops_quoted(self.peek()) {
                self.at += 1;
            }
            pieces.text(self.since(run), Quoting::Double);
            match self.peek() {
                b'"' => break,
                b'\\' => self.escaped_quoted(pieces, b'"'),
                b'$' => self.dollar(pieces, Quoting::Double)?,
                b'`' => self.backticks(pieces, Quoting::Double)?,
                _ => return Err(unknown::SHELL_QUOTE),
            }
        }
        if self.at == start {
            pieces.quoted("");
        }
        self.at += 1;
        Ok(())
    }

    /// A backslash where only some characters, and `also`, can be quoted.
    pub(super) fn escaped_quoted(&mut self, pieces: &mut Pieces, also: u8) {
        self.at += 1;
        match self.peek() {
            b'\n' => self.at += 1,
            byte @ (b'$' | b'`' | b'\\') => self.quoted_byte(pieces, byte),
            byte if byte == also => self.quoted_byte(pieces, byte),
            _ => pieces.quoted("\\"),
        }
    }

    fn quoted_byte(&mut self, pieces: &mut Pieces, byte: u8) {
        pieces.quoted(char::from(byte).encode_utf8(&mut [0; 4]));
        self.at += 1;
    }

    /// A character that may be a space to some and not to others.
    fn beyond_ascii(&mut self, pieces: &mut Pieces) -> Read<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let character = rest.chars().next().ok_or(unknown::SHELL_SYNTAX)?;
        if character.is_whitespace() || character.is_control() {
            return Err(unknown::SHELL_SPACE);
        }
        let start = self.at;
        self.at += character.len_utf8();
        pieces.plain(self.since(start));
        Ok(())
    }

    /// Whether the parenthesis here begins the alternatives of an extended glob.
    fn begins_group(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        matches!(before, Some(b'?' | b'*' | b'+' | b'@' | b'!'))
    }

    /// `(…)` of an extended glob: text, with quotes and expansions in it.
    fn group(&mut self, pieces: &mut Pieces, context: Context) -> Read<()> {
        let start = self.at;
        let mut open = 0_usize;
        loop {
            let run = self.at;
            while !stops(self.peek()) {
                self.at += 1;
            }
            pieces.plain(self.since(run));
            let at = self.at;
            match self.peek() {
                b'(' => open += 1,
                b')' => open -= 1,
                b'|' => {}
                b' ' if context == Context::Pattern => {}
                b'\\' if self.peek_at(1) == b'\n' => return Err(unknown::SHELL_SYNTAX),
                b'\\' => self.escaped(pieces)?,
                b'\'' => self.single(pieces)?,
                b'"' => self.double(pieces)?,
                b'$' => self.dollar(pieces, Quoting::Bare)?,
                b'`' => self.backticks(pieces, Quoting::Bare)?,
                0xC2.. => self.beyond_ascii(pieces)?,
                _ => return Err(self.unexpected()),
            }
            if self.at == at {
                self.at += 1;
                pieces.plain(self.since(at));
            }
            if open == 0 {
                break;
            }
        }
        if context == Context::Command && runs_as_qualifier(self.since(start)) {
            return Err(unknown::SHELL_DIALECT);
        }
        Ok(())
    }

    /// The operand behind `=~`: parentheses and bars are part of it.
    pub(super) fn regex(&mut self) -> Read<Word> {
        self.node()?;
        let start = self.at;
        let mut open = 0_usize;
        let mut pieces = Pieces::default();
        loop {
            let run = self.at;
            while !stops(self.peek()) {
                self.at += 1;
            }
            pieces.plain(self.since(run));
            let at = self.at;
            match self.peek() {
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b'|' => {}
                0 => break,
                // A process would be started here, or not.
                b'<' | b'>' if self.peek_at(1) == b'(' => return Err(unknown::SHELL_SYNTAX),
                b'\n' => break,
                byte if ends_word(byte) && open == 0 => break,
                byte if ends_word(byte) => {}
                b'\\' => self.escaped(&mut pieces)?,
                b'\'' => self.single(&mut pieces)?,
                b'"' => self.double(&mut pieces)?,
                b'$' => self.dollar(&mut pieces, Quoting::Bare)?,
                b'`' => self.backticks(&mut pieces, Quoting::Bare)?,
                _ => self.beyond_ascii(&mut pieces)?,
            }
            if self.at == at {
                self.at += 1;
                pieces.plain(self.since(at));
            }
        }
        if open > 0 || pieces.0.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Word { pieces: pieces.0, span: self.span(start) })
    }
}

/// Whether zsh could take the group for qualifiers of file names that run a command: `(e:…:)`, `(+…)`, `(#q…)`.
fn runs_as_qualifier(group: &str) -> bool {
    if group.contains('#') {
        return true;
    }
    if group.contains('|') {
        return false;
    }
    let delimited = |(at, _): (usize, &str)| {
        let mut rest = group.get(at + 1..).unwrap_or_default().chars();
        match rest.next() {
            Some('[' | '{' | '<') => true,
            Some(delimiter) => rest.as_str().contains(delimiter),
            None => false,
        }
    };
    group.contains('+') || group.match_indices('e').any(delimited)
}
