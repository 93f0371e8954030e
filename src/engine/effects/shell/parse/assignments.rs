//! `name=value` before a program, and `name=(…)`.

use super::cursor::{ends_word, in_name};
use super::expansion::Until;
use super::words::{Context, Pieces};
use super::{Parser, Read};
use crate::effects::shell::syntax::{AssignedValue, Assignment, Piece, Word};
use crate::effects::unknown;

impl Parser<'_> {
    /// The assignment here, if it is one.
    pub(super) fn assignment(&mut self) -> Read<Option<Assignment>> {
        let start = self.at;
        let mut name = std::borrow::Cow::Borrowed("");
        loop {
            let run = self.at;
            while in_name(self.peek()) {
                self.at += 1;
            }
            name += self.since(run);
            // A joined line within a name.
            if !(self.peek() == b'\\' && self.peek_at(1) == b'\n') {
                break;
            }
            self.join();
        }
        let mut index = None;
        if self.peek() == b'[' {
            index = self.index_of_assignment()?;
            if index.is_none() {
                self.at = start;
                return Ok(None);
            }
        }
        let append = self.peek() == b'+';
        if append {
            self.advance();
        }
        if self.peek() != b'=' {
            self.at = start;
            return Ok(None);
        }
        self.node()?;
        self.at += 1;
        self.join();
        let value = match self.peek() {
            b'(' if index.is_some() => return Err(unknown::SHELL_SYNTAX),
            b'(' => AssignedValue::Array(self.deeper(Self::elements)?),
            b'<' | b'>' if self.process_follows() => AssignedValue::Scalar(self.word(Context::Command)?),
            byte if ends_word(byte) => {
                AssignedValue::Scalar(Word { pieces: Vec::new(), span: self.span(self.at) })
            }
            _ => AssignedValue::Scalar(self.word(Context::Command)?),
        };
        if matches!(value, AssignedValue::Array(_)) && !ends_word(self.peek()) {
            return Err(unknown::SHELL_SYNTAX);
        }
        let span = self.span(start);
        Ok(Some(Assignment { name: name.into_owned(), index, append, value, span }))
    }

    /// `[…]` before `=` or `+=`; `None` if it is the beginning of a pattern instead.
    fn index_of_assignment(&mut self) -> Read<Option<Vec<Piece>>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let plain = |byte: &u8| !matches!(byte, b']' | b'\\' | b'\'' | b'"' | b'$' | b'`' | b'[');
        let length = rest.iter().skip(1).take_while(|byte| plain(byte)).count() + 1;
        let text = rest.get(1..length).unwrap_or_default();
        if self.peek_at(length) == b']' {
            let assigns = match self.peek_at(length + 1) {
                b'=' => true,
                b'+' => self.peek_at(length + 2) == b'=',
                _ => false,
            };
            if !assigns {
                let blank = text.iter().any(|byte| ends_word(*byte));
                return if blank { Err(unknown::SHELL_SYNTAX) } else { Ok(None) };
            }
        } else if text.iter().any(|byte| ends_word(*byte)) {
            return Err(unknown::SHELL_SYNTAX);
        }
        self.at += 1;
        let pieces = self.deeper(|parser| parser.arithmetic(Until::Bracket))?;
        let assigns = self.peek() == b'=' || self.peek() == b'+' && self.peek_at(1) == b'=';
        // A pattern with expansions in it as the name of a program.
        if assigns { Ok(Some(pieces)) } else { Err(unknown::SHELL_SYNTAX) }
    }

    /// `( … )` of an array: words, on several lines if need be.
    fn elements(&mut self) -> Read<Vec<Word>> {
        self.advance();
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                b'\n' if self.pending.is_empty() => self.newline()?,
                b')' => {
                    self.at += 1;
                    return Ok(words);
                }
                b'[' => words.push(self.element_with_key()?),
                _ => words.push(self.word(Context::Command)?),
            }
        }
    }

    /// `[key]=value`, or a pattern that begins in a bracket.
    fn element_with_key(&mut self) -> Read<Word> {
        let start = self.at;
        let Some(_) = self.index_of_assignment()? else { return self.word(Context::Command) };
        self.eat(b'+');
        self.at += 1;
        self.join();
        let mut word = if ends_word(self.peek()) && !self.process_follows() {
            Word { pieces: vec![Piece::Quoted(String::new())], span: start..start }
        } else {
            self.word(Context::Command)?
        };
        word.span = self.span(start);
        Ok(word)
    }

    /// An argument `name=(…)` of a command that declares variables, as one word of the text it was written as.
    pub(super) fn declared_array(&mut self) -> Read<Option<Word>> {
        let start = self.at;
        while in_name(self.peek()) {
            self.at += 1;
        }
        if self.peek() == b'+' {
            self.at += 1;
        }
        if !(self.peek() == b'=' && self.peek_at(1) == b'(') {
            self.at = start;
            return Ok(None);
        }
        self.at += 1;
        let mut pieces = Pieces::default();
        pieces.plain(self.since(start));
        pieces.plain("(");
        for (place, element) in self.deeper(Self::elements)?.into_iter().enumerate() {
            if place > 0 {
                pieces.plain(" ");
            }
            for piece in element.pieces {
                match piece {
                    Piece::Plain(text) => pieces.plain(&text),
                    Piece::Quoted(text) => pieces.quoted(&text),
                    other => pieces.push(other),
                }
            }
        }
        pieces.plain(")");
        if !ends_word(self.peek()) {
            return Err(unknown::SHELL_SYNTAX);
        }
        Ok(Some(Word { pieces: pieces.0, span: self.span(start) }))
    }
}
