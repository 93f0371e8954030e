//! Redirections.

use super::cursor::{begins_name, in_name};
use super::words::Context;
use super::{Parser, Read};
use crate::effects::shell::syntax::{Piece, Redirect, RedirectKind, Word};
use crate::effects::unknown;

impl Parser<'_> {
    /// The redirection here, if it is one.
    pub(super) fn redirect(&mut self) -> Read<Option<Redirect>> {
        let start = self.at;
        let (descriptor, length) = match self.descriptor() {
            Some(found) => found,
            None => return Ok(None),
        };
        self.at += length;
        self.join();
        self.node()?;
        let kind = match self.peek() {
            b'&' => self.redirect_of_both()?,
            b'<' if self.process_follows() => return self.not_redirect(start),
            b'>' if self.process_follows() => return self.not_redirect(start),
            b'<' => self.redirect_input()?,
            _ => self.redirect_output(descriptor)?,
        };
        Ok(Some(Redirect { descriptor, kind, span: self.span(start) }))
    }

    fn not_redirect(&mut self, start: usize) -> Read<Option<Redirect>> {
        self.at = start;
        Ok(None)
    }

    /// The descriptor of the redirection here and how long it is written; `None` if here is none.
    fn descriptor(&self) -> Option<(Option<u32>, usize)> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match self.peek() {
            b'<' | b'>' => Some((None, 0)),
            b'&' => self.operator_of_both().map(|_| (None, 0)),
            b'0'..=b'9' => {
                let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                if !matches!(self.peek_at(length), b'<' | b'>') {
                    return None;
                }
                let digits = rest.get(..length).unwrap_or_default();
                let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
                Some((Some(number), length))
            }
            b'{' if begins_name(self.peek_at(1)) => {
                let name = rest.iter().skip(1).take_while(|byte| in_name(**byte)).count();
                let closed = self.peek_at(name + 1) == b'}';
                (closed && matches!(self.peek_at(name + 2), b'<' | b'>')).then_some((None, name + 2))
            }
            _ => None,
        }
    }

    /// Where the `>` of `&>` stands from here, if it is here.
    pub(super) fn operator_of_both(&self) -> Option<usize> {
        let mut ahead = 1;
        while self.peek_at(ahead) == b'\\' && self.peek_at(ahead + 1) == b'\n' {
            ahead += 2;
        }
        (self.peek_at(ahead) == b'>').then_some(ahead)
    }

    fn redirect_of_both(&mut self) -> Read<RedirectKind> {
        self.advance();
        self.advance();
        self.eat(b'>');
        Ok(RedirectKind::WriteBoth(self.target()?))
    }

    fn redirect_input(&mut self) -> Read<RedirectKind> {
        self.advance();
        match self.peek() {
            b'<' => {
                self.advance();
                if self.eat(b'<') {
                    return Ok(RedirectKind::HereString(self.target()?));
                }
                self.here_document()
            }
            b'>' => {
                self.advance();
                Ok(RedirectKind::ReadWrite(self.target()?))
            }
            b'&' => {
                self.advance();
                let word = self.target()?;
                match literal(&word) {
                    Some(text) if !is_descriptor(&text) => Err(unknown::SHELL_SYNTAX),
                    _ => Ok(RedirectKind::Duplicate(word)),
                }
            }
            _ if self.is_range() => Err(unknown::SHELL_DIALECT),
            _ => Ok(RedirectKind::Read(self.target()?)),
        }
    }

    fn redirect_output(&mut self, descriptor: Option<u32>) -> Read<RedirectKind> {
        self.advance();
        match self.peek() {
            b'>' => {
                self.advance();
                Ok(RedirectKind::Append(self.target()?))
            }
            b'|' => {
                self.advance();
                Ok(RedirectKind::Write(self.target()?))
            }
            b'&' => {
                self.advance();
                let word = self.target()?;
                match literal(&word) {
                    None => Ok(RedirectKind::Duplicate(word)),
                    Some(text) if is_descriptor(&text) => Ok(RedirectKind::Duplicate(word)),
                    Some(_) if matches!(descriptor, None | Some(1)) => Ok(RedirectKind::WriteBoth(word)),
                    Some(_) => Err(unknown::SHELL_SYNTAX),
                }
            }
            _ => Ok(RedirectKind::Write(self.target()?)),
        }
    }

    /// The word behind an operator.
    fn target(&mut self) -> Read<Word> {
        // `>! file` writes `file` in zsh, and `!` elsewhere.
        if self.peek() == b'!' {
            return Err(unknown::SHELL_DIALECT);
        }
        self.blanks();
        self.word(Context::Command)
    }

    /// Whether what follows `<` is a range of numbers to zsh, `<1-5>`.
    fn is_range(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let first = digits(0);
        if rest.get(first) != Some(&b'-') {
            return false;
        }
        let second = digits(first + 1);
        rest.get(first + 1 + second) == Some(&b'>')
    }
}

/// The text of a word in which nothing is expanded.
fn literal(word: &Word) -> Option<String> {
    let text = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Quoted(text) => Some(text.clone()),
        _ => None,
    };
    word.pieces.iter().map(text).collect()
}

/// Whether it is `1`, `-` or `1-`.
fn is_descriptor(text: &str) -> bool {
    let digits = text.strip_suffix('-').unwrap_or(text);
    !text.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
