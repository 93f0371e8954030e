//! What begins in a dollar sign or a backtick, and arithmetic.

use super::cursor::{begins_name, in_name, stops_quoted};
use super::words::{Pieces, Quoting};
use super::{MOST_RETURNS, Parser, Read};
use crate::effects::shell::syntax::{Operation, Parameter, Piece, Sequence};
use crate::effects::unknown;

/// What ends the text of an arithmetic expression within an expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// `]`
    Bracket,
    /// `}`
    Brace,
}

/// What two opening parentheses were.
#[derive(Debug)]
pub(super) enum Arithmetic {
    /// The beginning of an expression, which was read to its end.
    Is(Vec<Piece>),
    /// Two things; the outer one ends here, if that was asked.
    IsNot { end: usize },
}

impl Parser<'_> {
    /// A dollar sign and what belongs to it.
    pub(super) fn dollar(&mut self, pieces: &mut Pieces, quoting: Quoting) -> Read<()> {
        self.node()?;
        self.advance();
        let quoted = quoting.quoted();
        match self.peek() {
            byte if begins_name(byte) => {
                let name = self.name();
                // An element of an array, to zsh.
                if !quoted && self.peek() == b'[' {
                    return Err(unknown::SHELL_DIALECT);
                }
                pieces.push(parameter(name, quoted));
            }
            byte @ (b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                self.at += 1;
                pieces.push(parameter(char::from(byte).to_string(), quoted));
            }
            b'(' => {
                self.advance();
                let piece = self.deeper(|parser| parser.parenthesis_of_dollar(quoted))?;
                pieces.push(piece);
            }
            b'{' => {
                self.advance();
                let parameter = self.deeper(|parser| parser.braced(quoting))?;
                pieces.push(Piece::Parameter(parameter));
            }
            b'[' => {
                self.advance();
                let inner = self.deeper(|parser| parser.arithmetic(Until::Bracket))?;
                pieces.push(Piece::Arithmetic(inner));
            }
            b'\'' if !quoted => self.ansi(pieces)?,
            b'"' if !quoted => self.double(pieces)?,
            b'=' | b'~' | b'^' | b'+' if begins_name(self.peek_at(1)) && !quoted => {
                return Err(unknown::SHELL_DIALECT);
            }
            _ => pieces.text("$", quoting),
        }
        Ok(())
    }

    /// A variable's name, its parts joined.
    pub(super) fn name(&mut self) -> String {
        let mut name = String::new();
        loop {
            let run = self.at;
            while in_name(self.peek()) {
                self.at += 1;
            }
            name.push_str(self.since(run));
            let end = self.at;
            self.join();
            if self.at == end || !in_name(self.peek()) {
                return name;
            }
        }
    }

    /// What follows `$(`.
    fn parenthesis_of_dollar(&mut self, quoted: bool) -> Read<Piece> {
        let start = self.at;
        let mut outer = None;
        if self.eat(b'(') {
            match self.arithmetic_or_not(true)? {
                Arithmetic::Is(pieces) => return Ok(Piece::Arithmetic(pieces)),
                Arithmetic::IsNot { end } => outer = Some(end),
            }
            self.at = start;
        }
        let script = self.substitution()?;
        // bash has looked for the end by counting parentheses.
        if outer.is_some_and(|end| end != self.at) {
            return Err(unknown::SHELL_ARITHMETIC);
        }
        Ok(Piece::Command { script, quoted })
    }

    /// Commands up to the closing parenthesis, with the here-documents in them.
    fn substitution(&mut self) -> Read<Sequence> {
        let pending = std::mem::take(&mut self.pending);
        let bodies = std::mem::take(&mut self.bodies);
        let (pending_outside, substituted) = (self.pending_outside, self.substituted);
        self.pending_outside |= !pending.is_empty();
        self.substituted = true;
        let mut script = self.sequence()?;
        self.close()?;
        self.place_bodies(&mut script)?;
        (self.pending, self.bodies) = (pending, bodies);
        (self.pending_outside, self.substituted) = (pending_outside, substituted);
        Ok(script)
    }

    /// Whether `<(` or `>(` stands here.
    pub(super) fn process_follows(&self) -> bool {
        let mut ahead = 1;
        while self.peek_at(ahead) == b'\\' && self.peek_at(ahead + 1) == b'\n' {
            ahead += 2;
        }
        self.peek_at(ahead) == b'('
    }

    /// `<(…)` or `>(…)`
    pub(super) fn process(&mut self, pieces: &mut Pieces) -> Read<()> {
        self.node()?;
        let reads = self.peek() == b'>';
        self.advance();
        self.advance();
        let script = self.deeper(Self::substitution)?;
        pieces.push(Piece::Process { script, reads });
        Ok(())
    }

    /// `` `…` ``: its text is another one, with one level of backslashes taken off.
    pub(super) fn backticks(&mut self, pieces: &mut Pieces, quoting: Quoting) -> Read<()> {
        self.node()?;
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let run = self.at;
            while !matches!(self.peek(), b'`' | b'\\' | 0) {
                self.at += 1;
            }
            text.push_str(self.since(run));
            let next = self.peek_at(1);
            match (self.peek(), next) {
                (b'`', _) => break,
                (b'\\', b'$' | b'`' | b'\\') => {}
                (b'\\', b'"') if quoting == Quoting::Double => {}
                (b'\\', b'"') if quoting != Quoting::Bare => return Err(unknown::SHELL_DIALECT),
                (b'\\', 1..) => text.push('\\'),
                _ => return Err(unknown::SHELL_QUOTE),
            }
            self.at += 1;
            // The next one is taken as it is, even if it were looked at otherwise.
            let taken = self.at;
            self.at += 1;
            while self.peek() & 0xC0 == 0x80 {
                self.at += 1;
            }
            text.push_str(self.since(taken));
        }
        self.at += 1;
        let script = self.deeper(|parser| {
            let mut inner = parser.within(&text, parser.span(start));
            let script = inner.script();
            parser.used(&inner);
            script
        })?;
        pieces.push(Piece::Command { script, quoted: quoting.quoted() });
        Ok(())
    }

    /// What stands behind `((`. With `outer` it is read on, if it is not arithmetic, to where the outer parenthesis is
    /// closed.
    pub(super) fn arithmetic_or_not(&mut self, outer: bool) -> Read<Arithmetic> {
        let mut pieces = Pieces::default();
        let mut open = 2_usize;
        let mut two = false;
        let mut odd = false;
        loop {
            self.arithmetic_run(&mut pieces);
            let at = self.at;
            match self.peek() {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 1 && self.peek_at(1) != b')' {
                        two = true;
                        if !outer {
                            break;
                        }
                    }
                    if open == 0 {
                        self.at += 1;
                        break;
                    }
                }
                b'\'' => {
                    odd = true;
                    self.single(&mut Pieces::default())?;
                }
                b'\\' if self.peek_at(1) == b'\n' => self.join(),
                b'\\' => {
                    odd = true;
                    self.escaped(&mut pieces)?;
                }
                b'[' | b']' | b'{' | b'}' => {}
                _ => self.arithmetic_piece(&mut pieces)?,
            }
            if self.at == at {
                self.at += 1;
                if open > 1 {
                    pieces.plain(self.since(at));
                }
            }
        }
        if two {
            self.returns += 1;
            if self.returns > MOST_RETURNS {
                return Err(unknown::SHELL_DEEP);
            }
            return Ok(Arithmetic::IsNot { end: self.at });
        }
        if odd { Err(unknown::SHELL_ARITHMETIC) } else { Ok(Arithmetic::Is(pieces.0)) }
    }

    /// Text up to a bracket or a brace, which is passed.
    pub(super) fn arithmetic(&mut self, until: Until) -> Read<Vec<Piece>> {
        let mut pieces = Pieces::default();
        let mut open = 0_usize;
        loop {
            self.arithmetic_run(&mut pieces);
            let at = self.at;
            match (self.peek(), until) {
                (b']', Until::Bracket) | (b'}', Until::Brace) if open == 0 => break,
                (b'[', Until::Bracket) => open += 1,
                (b']', Until::Bracket) => open -= 1,
                (b'\'', Until::Bracket) => {
                    self.single(&mut pieces)?;
                    // To an array with numbers for keys the quotes mean nothing, and what is in them runs.
                    if self.since(at).contains(['$', '`', '\\']) {
                        return Err(unknown::SHELL_ARITHMETIC);
                    }
                }
                (b'(' | b')' | b'[' | b']' | b'{', _) => {}
                (b'\\', _) if self.peek_at(1) == b'\n' => self.join(),
                (b'"' | b'$' | b'`', _) => self.arithmetic_piece(&mut pieces)?,
                (0, _) => return Err(unknown::SHELL_UNCLOSED),
                _ => return Err(unknown::SHELL_ARITHMETIC),
            }
            if self.at == at {
                self.at += 1;
                pieces.plain(self.since(at));
            }
        }
        self.at += 1;
        Ok(pieces.0)
    }

    fn arithmetic_run(&mut self, pieces: &mut Pieces) {
        let run = self.at;
        let stops =
            |byte| stops_quoted(byte) || matches!(byte, b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}');
        while !stops(self.peek()) {
            self.at += 1;
        }
        pieces.plain(self.since(run));
    }

    fn arithmetic_piece(&mut self, pieces: &mut Pieces) -> Read<()> {
        match self.peek() {
            b'"' => self.double(pieces),
            b'$' => self.dollar(pieces, Quoting::Body),
            b'`' => self.backticks(pieces, Quoting::Body),
            _ => Err(unknown::SHELL_UNCLOSED),
        }
    }

    /// Text up to the end, with what is expanded in it.
    pub(super) fn expanded_text(&mut self) -> Read<Vec<Piece>> {
        let mut pieces = Pieces::default();
        loop {
            let run = self.at;
            while !matches!(self.peek(), b'\\' | b'$' | b'`' | 0) {
                self.at += 1;
            }
            pieces.plain(self.since(run));
            match self.peek() {
                b'\\' => self.escaped_quoted(&mut pieces, b'\\'),
                b'$' => self.dollar(&mut pieces, Quoting::Body)?,
                b'`' => self.backticks(&mut pieces, Quoting::Body)?,
                _ => return Ok(pieces.0),
            }
        }
    }
}

fn parameter(name: String, quoted: bool) -> Piece {
    Piece::Parameter(Parameter { name, quoted, index: None, operation: Operation::None })
}
