//! `${…}`

use super::cursor::{begins_name, stops_quoted};
use super::expansion::Until;
use super::words::{Pieces, Quoting};
use super::{Parser, Read};
use crate::effects::shell::syntax::{Operation, Parameter, Piece, Word};
use crate::effects::unknown::{self, Why};

const UNREAD: Why = unknown::SHELL_PARAMETER;

impl Parser<'_> {
    /// What follows `${`, its closing brace included.
    pub(super) fn braced(&mut self, quoting: Quoting) -> Read<Parameter> {
        let quoted = quoting.quoted();
        let (first, second) = (self.peek(), self.peek_at(1));
        match first {
            b'!' if !matches!(second, b'}' | b':' | b'-' | b'=' | b'+' | b'?' | b'/' | b'%') => {
                self.advance();
                let name = self.parameter_name()?;
                let index = self.parameter_index()?;
                if matches!(self.peek(), b'@' | b'*') && index.is_none() {
                    self.advance();
                }
                self.end_of_braces()?;
                Ok(Parameter { name, quoted, index, operation: Operation::Indirect })
            }
            b'#' if is_length(second, self.peek_at(2)) => {
                self.advance();
                let name = self.parameter_name()?;
                let index = self.parameter_index()?;
                self.end_of_braces()?;
                Ok(Parameter { name, quoted, index, operation: Operation::Length })
            }
            _ => {
                let name = self.parameter_name()?;
                let index = self.parameter_index()?;
                let operation = self.operation(quoting)?;
                Ok(Parameter { name, quoted, index, operation })
            }
        }
    }

    fn parameter_name(&mut self) -> Read<String> {
        match self.peek() {
            byte if begins_name(byte) => Ok(self.name()),
            b'0'..=b'9' => {
                let name = self.name();
                if name.bytes().all(|byte| byte.is_ascii_digit()) { Ok(name) } else { Err(UNREAD) }
            }
            byte @ (b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                self.advance();
                Ok(char::from(byte).to_string())
            }
            0 => Err(unknown::SHELL_UNCLOSED),
            _ => Err(UNREAD),
        }
    }

    fn parameter_index(&mut self) -> Read<Option<Vec<Piece>>> {
        if self.peek() != b'[' {
            return Ok(None);
        }
        self.at += 1;
        let pieces = self.arithmetic(Until::Bracket)?;
        self.join();
        Ok(Some(pieces))
    }

    fn end_of_braces(&mut self) -> Read<()> {
        match self.peek() {
            b'}' => {
                self.at += 1;
                Ok(())
            }
            0 => Err(unknown::SHELL_UNCLOSED),
            _ => Err(UNREAD),
        }
    }

    /// What is done with the value, and the closing brace.
    fn operation(&mut self, quoting: Quoting) -> Read<Operation> {
        let operator = self.peek();
        if operator == 0 {
            return Err(unknown::SHELL_UNCLOSED);
        }
        self.advance();
        let operation = match operator {
            b'}' => return Ok(Operation::None),
            b':' => match self.peek() {
                operator @ (b'-' | b'=' | b'+' | b'?') => {
                    self.advance();
                    self.with_word(operator, quoting)?
                }
                _ => return Ok(Operation::Slice(self.arithmetic(Until::Brace)?)),
            },
            b'-' | b'=' | b'+' | b'?' => self.with_word(operator, quoting)?,
            b'#' | b'%' => {
                let longest = self.eat(operator);
                let pattern = Box::new(self.inner_word(quoting, true, None)?);
                Operation::Trim { suffix: operator == b'%', longest, pattern }
            }
            b'/' => self.replacement(quoting)?,
            b'^' | b',' => {
                let all = self.eat(operator);
                Operation::Case { upper: operator == b'^', all }
            }
            b'@' => {
                let letter = self.peek();
                self.advance();
                match letter {
                    b'P' => Operation::Indirect,
                    b'U' | b'L' | b'u' => Operation::Case { upper: letter != b'L', all: letter != b'u' },
                    b'Q' | b'E' | b'A' | b'K' | b'a' | b'k' => Operation::Other,
                    _ => return Err(UNREAD),
                }
            }
            _ => return Err(UNREAD),
        };
        self.end_of_braces()?;
        Ok(operation)
    }

    fn with_word(&mut self, operator: u8, quoting: Quoting) -> Read<Operation> {
        let word = Box::new(self.inner_word(quoting, false, None)?);
        Ok(match operator {
            b'-' => Operation::Default(word),
            b'=' => Operation::Assign(word),
            b'+' => Operation::Alternative(word),
            _ => Operation::Demand(word),
        })
    }

    fn replacement(&mut self, quoting: Quoting) -> Read<Operation> {
        let all = self.eat(b'/');
        if !all && matches!(self.peek(), b'#' | b'%') {
            self.advance();
        }
        let pattern = Box::new(self.inner_word(quoting, true, Some(b'/'))?);
        // Where the pattern ends is not clear without one.
        if pattern.pieces.is_empty() && self.peek() == b'/' {
            return Err(UNREAD);
        }
        let with = if self.eat(b'/') { self.inner_word(quoting, true, None)? } else { Word::default() };
        Ok(Operation::Replace { all, pattern, with: Box::new(with) })
    }

    /// The word up to the closing brace, or to `stop`. As a pattern it has quotes of its own, even within double
    /// quotes.
    fn inner_word(&mut self, quoting: Quoting, pattern: bool, stop: Option<u8>) -> Read<Word> {
        self.node()?;
        let start = self.at;
        let bare = quoting == Quoting::Bare;
        let inner = if bare { Quoting::Bare } else { Quoting::Inner };
        let text = if bare || pattern { Quoting::Bare } else { Quoting::Inner };
        let mut pieces = Pieces::default();
        loop {
            let run = self.at;
            let stops = |byte| {
                byte == b'}'
                    || Some(byte) == stop
                    || stops_quoted(byte)
                    || matches!(byte, b'\'' | b'<' | b'>')
            };
            while !stops(self.peek()) {
                self.at += 1;
            }
            pieces.text(self.since(run), text);
            let at = self.at;
            match self.peek() {
                0 => return Err(unknown::SHELL_UNCLOSED),
                b'}' => break,
                byte if Some(byte) == stop => break,
                b'\\' if bare || pattern => self.escaped(&mut pieces)?,
                b'\\' if self.peek_at(1) == b'"' => self.escaped_quoted(&mut pieces, b'"'),
                b'\\' => self.escaped_quoted(&mut pieces, b'}'),
                b'\'' if bare || pattern => self.single(&mut pieces)?,
                b'"' => self.double(&mut pieces)?,
                b'$' => self.dollar(&mut pieces, inner)?,
                b'`' => self.backticks(&mut pieces, inner)?,
                b'<' | b'>' if self.process_follows() => {
                    // Whether a process is started within quotes is not clear.
                    if !bare {
                        return Err(UNREAD);
                    }
                    self.process(&mut pieces)?;
                }
                _ => {}
            }
            if self.at == at {
                self.at += 1;
                pieces.text(self.since(at), text);
            }
        }
        Ok(Word { pieces: pieces.0, span: self.span(start) })
    }
}

/// Whether `#` asks for a length, by the two bytes that follow it.
fn is_length(first: u8, second: u8) -> bool {
    match first {
        b'}' | b':' | b'/' | b'%' | b'=' | b'+' => false,
        b'@' | b'*' | b'?' | b'-' | b'$' | b'!' | b'#' => matches!(second, b'}' | b'['),
        _ => true,
    }
}
