//! `[[ … ]]`

use super::compound::literal_text;
use super::words::Context;
use super::{Parser, Read, Span};
use crate::effects::shell::syntax::{Piece, Word};
use crate::effects::unknown;

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// `&&` or `||`
    Connective,
    Open,
    Close,
    /// `]]`
    End,
    /// An operand, or an operator that is written as a word.
    Word,
}

impl Parser<'_> {
    /// Operands and operators up to `]]`.
    pub(super) fn conditional(&mut self) -> Read<Vec<Word>> {
        let mut words = Vec::new();
        let mut open = 0_usize;
        loop {
            // One operand, with what stands before it.
            loop {
                match self.token(&mut words)? {
                    Next::Open => open += 1,
                    Next::Word if words.last().and_then(literal_text) == Some("!") => {}
                    Next::Word => break,
                    _ => return Err(unknown::SHELL_SYNTAX),
                }
            }
            let mut next = self.operand(&mut words)?;
            while next == Next::Close {
                open = open.checked_sub(1).ok_or(unknown::SHELL_SYNTAX)?;
                next = self.token(&mut words)?;
            }
            match next {
                Next::Connective => {}
                Next::End if open == 0 => {
                    words.pop();
                    return Ok(words);
                }
                _ => return Err(unknown::SHELL_SYNTAX),
            }
        }
    }

    /// What follows the first word of an operand, and what comes behind it.
    fn operand(&mut self, words: &mut Vec<Word>) -> Read<Next> {
        let unary = words.last().and_then(literal_text).is_some_and(unary);
        self.blanks();
        if self.peek() == b'\n' {
            return Err(unknown::SHELL_SYNTAX);
        }
        let next = self.token(words)?;
        if next != Next::Word {
            return Ok(next);
        }
        let operator = words.last().and_then(literal_text).filter(|text| binary(text));
        match operator {
            Some("=~") => {
                self.blanks();
                let regex = self.regex()?;
                words.push(regex);
            }
            Some(_) => {
                if self.token(words)? != Next::Word {
                    return Err(unknown::SHELL_SYNTAX);
                }
            }
            None if unary => {}
            None => return Err(unknown::SHELL_SYNTAX),
        }
        self.token(words)
    }

    /// The next token, put behind `words`.
    fn token(&mut self, words: &mut Vec<Word>) -> Read<Next> {
        self.blanks();
        while self.peek() == b'\n' {
            if !self.pending.is_empty() {
                return Err(unknown::SHELL_HERE_DOCUMENT);
            }
            self.newline()?;
            self.blanks();
        }
        let start = self.at;
        let (text, next) = match self.peek() {
            b'(' => ("(", Next::Open),
            b')' => (")", Next::Close),
            b'<' if !self.process_follows() => ("<", Next::Word),
            b'>' if !self.process_follows() => (">", Next::Word),
            byte @ (b'&' | b'|') => {
                self.advance();
                if self.peek() != byte {
                    return Err(self.unexpected());
                }
                (if byte == b'&' { "&&" } else { "||" }, Next::Connective)
            }
            _ => {
                let word = self.word(Context::Pattern)?;
                let end = literal_text(&word) == Some("]]");
                words.push(word);
                return Ok(if end { Next::End } else { Next::Word });
            }
        };
        self.at += 1;
        self.node()?;
        words.push(operator(text, self.span(start)));
        Ok(next)
    }
}

fn operator(text: &str, span: Span) -> Word {
    Word { pieces: vec![Piece::Plain(text.to_owned())], span }
}

fn unary(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', letter] if letter.is_ascii_alphabetic())
}

fn binary(text: &str) -> bool {
    let names = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];
    matches!(text, "=" | "==" | "!=" | "=~" | "<" | ">") || names.contains(&text)
}
