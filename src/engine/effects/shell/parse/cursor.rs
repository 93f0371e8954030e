//! Moving over a text: bytes, joined lines, blanks, comments, newlines, keywords.

use super::{Parser, Read, Span};
use crate::effects::unknown;

const BREAK: u8 = 1;
const STOP: u8 = 2;
const STOP_QUOTED: u8 = 4;
const NAME: u8 = 8;

/// What each byte is to the loops that pass over many of them.
const CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            0 | b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => BREAK | STOP,
            b'\\' | b'"' | b'$' | b'`' => STOP | STOP_QUOTED,
            b'\'' => STOP,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => NAME,
            // The first bytes of the white space beyond ASCII.
            0xC2 | 0xE1..=0xE3 => STOP,
            _ => 0,
        };
        byte += 1;
    }
    table[0] |= STOP_QUOTED;
    table
}

fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Whether `byte` ends a word: a blank, an operator, or the end.
pub(super) fn ends_word(byte: u8) -> bool {
    class(byte) & BREAK != 0
}

/// Whether `byte` must be looked at in a word outside quotes.
pub(super) fn stops(byte: u8) -> bool {
    class(byte) & STOP != 0
}

/// Whether `byte` must be looked at within double quotes.
pub(super) fn stops_quoted(byte: u8) -> bool {
    class(byte) & STOP_QUOTED != 0
}

/// Whether `byte` may stand in a variable's name.
pub(super) fn in_name(byte: u8) -> bool {
    class(byte) & NAME != 0
}

/// Whether `byte` may begin a variable's name.
pub(super) fn begins_name(byte: u8) -> bool {
    in_name(byte) && !byte.is_ascii_digit()
}

/// A word that is reserved where a command begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    If,
    Then,
    Elif,
    Else,
    Fi,
    While,
    Until,
    For,
    Select,
    Do,
    Done,
    Case,
    Esac,
    Function,
    Coproc,
    Time,
    Not,
    Open,
    Close,
    Test,
}

impl Keyword {
    /// The keyword that `word` is.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"if" => Self::If,
            b"then" => Self::Then,
            b"elif" => Self::Elif,
            b"else" => Self::Else,
            b"fi" => Self::Fi,
            b"while" => Self::While,
            b"until" => Self::Until,
            b"for" => Self::For,
            b"select" => Self::Select,
            b"do" => Self::Do,
            b"done" => Self::Done,
            b"case" => Self::Case,
            b"esac" => Self::Esac,
            b"function" => Self::Function,
            b"coproc" => Self::Coproc,
            b"time" => Self::Time,
            b"!" => Self::Not,
            b"{" => Self::Open,
            b"}" => Self::Close,
            b"[[" => Self::Test,
            _ => return None,
        })
    }

    /// Whether a compound command begins with it.
    pub(super) const fn begins(self) -> bool {
        !self.closes() && !matches!(self, Self::Function | Self::Coproc | Self::Time | Self::Not)
    }

    /// Whether it ends a sequence of commands.
    pub(super) const fn closes(self) -> bool {
        matches!(
            self,
            Self::Then
                | Self::Elif
                | Self::Else
                | Self::Fi
                | Self::Do
                | Self::Done
                | Self::Esac
                | Self::Close
        )
    }
}

impl<'t> Parser<'t> {
    /// The byte here; 0 at the end, which the text does not hold.
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    /// The byte `ahead` of here.
    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or_default()
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'t str {
        // Both ends are beside ASCII characters.
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Where the text from `start` to here stands in the whole.
    pub(super) fn span(&self, start: usize) -> Span {
        self.origin.clone().unwrap_or(start..self.at)
    }

    /// Passes one byte of an operator, and joined lines behind it.
    pub(super) fn advance(&mut self) {
        self.at += 1;
        self.join();
    }

    /// Passes a backslash with a newline: the shell takes both out before it looks further.
    pub(super) fn join(&mut self) {
        while self.peek() == b'\\' && self.peek_at(1) == b'\n' {
            self.at += 2;
        }
    }

    /// Passes `byte` if it is here.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        if there {
            self.advance();
        }
        there
    }

    /// Passes blanks, and a comment up to its newline.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.at += 1,
                b'\\' if self.peek_at(1) == b'\n' => self.at += 2,
                b'#' => {
                    while !matches!(self.peek(), b'\n' | 0) {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Passes blanks, comments and newlines.
    pub(super) fn lines(&mut self) -> Read<()> {
        loop {
            self.blanks();
            if self.peek() != b'\n' {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// Passes a newline, and the here-documents behind it.
    pub(super) fn newline(&mut self) -> Read<()> {
        self.at += 1;
        if self.pending_outside {
            return Err(unknown::SHELL_HERE_DOCUMENT);
        }
        if self.pending.is_empty() { Ok(()) } else { self.read_bodies() }
    }

    /// The keyword here, and where it ends.
    pub(super) fn keyword(&self) -> Option<(Keyword, usize)> {
        if !matches!(self.peek(), b'!' | b'[' | b'{' | b'}' | b'c'..=b'f' | b'i' | b's'..=b'u' | b'w') {
            return None;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take(9).take_while(|byte| !ends_word(**byte)).count();
        let word = rest.get(..length).unwrap_or_default();
        if !word.contains(&b'\\') {
            return if length > 8 { None } else { Some((Keyword::of(word)?, self.at + length)) };
        }
        self.joined_keyword()
    }

    /// The keyword here, if lines are joined within it.
    fn joined_keyword(&self) -> Option<(Keyword, usize)> {
        let mut word = Vec::new();
        let mut at = self.at;
        loop {
            match (self.bytes.get(at).copied().unwrap_or_default(), self.bytes.get(at + 1)) {
                (b'\\', Some(b'\n')) => at += 2,
                (byte, _) if ends_word(byte) => break,
                (byte, _) => {
                    word.push(byte);
                    at += 1;
                }
            }
            if word.len() > 8 {
                return None;
            }
        }
        Some((Keyword::of(&word)?, at))
    }

    /// Passes the keyword `wanted`.
    pub(super) fn expect(&mut self, wanted: Keyword) -> Read<()> {
        match self.keyword() {
            Some((keyword, end)) if keyword == wanted => {
                self.at = end;
                Ok(())
            }
            _ => Err(self.unexpected()),
        }
    }

    /// The reason for what stands here and should not.
    pub(super) fn unexpected(&self) -> unknown::Why {
        if self.at < self.bytes.len() { unknown::SHELL_SYNTAX } else { unknown::SHELL_UNCLOSED }
    }
}
