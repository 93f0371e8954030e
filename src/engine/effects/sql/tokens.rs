//! Text cut into tokens, one way of cutting at a time.
//!
//! In comes a text and a [`Lexis`]; out come tokens with their places. Comments and white space are gone,
//! the contents of strings are not looked at. One pass, no recursion. What two servers of one dialect read
//! differently (a control character, a space that is none in ASCII, a comment that a lone carriage return
//! may end) is refused.

use super::dialect::{Backtick, Dollar, Double, Hash, Lexis, Square};
use super::keyword::{self, Keyword};
use crate::effects::path;
use crate::effects::unknown::{self, Why};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or a name without quotes.
    Word,
    /// A quoted name.
    Quoted,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `@x`, `$1`.
    Parameter,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// Any other character.
    Sign(u8),
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Which word of the tables, and what that may do.
    pub(super) keyword: Keyword,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Of an opening bracket: the place of its closing one among the tokens, or the end of the statement.
    pub(super) partner: usize,
}

impl Token {
    /// Whether it is this character.
    pub(super) fn is(&self, sign: u8) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// A text as tokens.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The tokens.
    pub(super) all: Vec<Token>,
    /// Whether the text ends within a string or a name, so that no server takes its last statement.
    pub(super) unfinished: bool,
}

/// Cuts a text.
///
/// # Errors
/// Where servers of one dialect read the characters differently.
pub(super) fn read(text: &str, lexis: &Lexis) -> Result<Tokens, Why> {
    if text.contains('\0') {
        return Err(unknown::SQL_UNUSUAL);
    }
    let mut cutter = Cutter { text, bytes: text.as_bytes(), at: 0, lexis, out: Vec::new(), executable: 0 };
    let unfinished = cutter.run()?.is_none();
    Ok(Tokens { all: cutter.out, unfinished })
}

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    lexis: &'a Lexis,
    out: Vec<Token>,
    /// How many executable comments are open.
    executable: usize,
}

impl Cutter<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let keyword = match kind {
            Kind::Word => self.text.get(start..self.at).map_or(Keyword::NONE, keyword::find),
            _ => Keyword::NONE,
        };
        self.out.push(Token { kind, keyword, start, end: self.at, partner: 0 });
    }

    fn sign(&mut self, kind: Kind) {
        self.at += 1;
        self.push(kind, self.at - 1);
    }

    /// `None` if the text ends within a string or a name.
    fn run(&mut self) -> Result<Option<()>, Why> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let next = self.peek(1);
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'-' if next == b'-' && (!self.lexis.spaced_dashes || self.peek(2) <= b' ') => {
                    self.line_comment()?;
                }
                b'#' if self.hash_comments(next) => self.line_comment()?,
                b'/' if next == b'/' && self.lexis.slashes => self.line_comment()?,
                b'/' if next == b'*' => self.block_comment(),
                b'*' if next == b'/' && self.executable > 0 => {
                    self.executable -= 1;
                    self.at += 2;
                }
                b'\'' => {
                    let start = self.at;
                    if !self.string(start, b'\'', self.lexis.backslash) {
                        return Ok(None);
                    }
                }
                b'"' if self.lexis.double == Double::Text => {
                    let start = self.at;
                    if !self.string(start, b'"', self.lexis.backslash) {
                        return Ok(None);
                    }
                }
                b'"' => {
                    if !self.name(b'"', true) {
                        return Ok(None);
                    }
                }
                b'`' if self.lexis.backtick == Backtick::Name => {
                    if !self.name(b'`', true) {
                        return Ok(None);
                    }
                }
                b'[' if self.lexis.square != Square::Bracket => {
                    if !self.name(b']', self.lexis.square == Square::DoubledName) {
                        return Ok(None);
                    }
                }
                b'(' | b'[' | b'{' => self.sign(Kind::Open),
                b')' | b']' | b'}' => self.sign(Kind::Close),
                b',' => self.sign(Kind::Comma),
                b';' => self.sign(Kind::Semicolon),
                b'0'..=b'9' => self.number(),
                b'.' if next.is_ascii_digit() && !self.after_a_name() => self.number(),
                b'.' => self.sign(Kind::Dot),
                b'$' => {
                    if !self.dollar() {
                        return Ok(None);
                    }
                }
                b'@' if self.opens_parameter() => {
                    let start = self.at;
                    while self.peek(0) == b'@' {
                        self.at += 1;
                    }
                    self.letters()?;
                    self.push(Kind::Parameter, start);
                }
                b'#' if self.lexis.hash == Hash::Letter => {
                    if !self.word()? {
                        return Ok(None);
                    }
                }
                _ if is_letter(byte) => {
                    if !self.word()? {
                        return Ok(None);
                    }
                }
                0..=0x1f | 0x7f => return Err(unknown::SQL_UNUSUAL),
                _ => self.sign(Kind::Sign(byte)),
            }
        }
        Ok(Some(()))
    }

    /// Whether letters follow on the one or two `@` that stand here.
    fn opens_parameter(&self) -> bool {
        is_letter(self.peek(1)) || (self.peek(1) == b'@' && is_letter(self.peek(2)))
    }

    fn hash_comments(&self, next: u8) -> bool {
        match self.lexis.hash {
            Hash::Comment => true,
            Hash::SpacedComment => matches!(next, b' ' | b'!'),
            Hash::Sign | Hash::Letter => false,
        }
    }

    /// Whether what stands directly before can carry a `.1`.
    fn after_a_name(&self) -> bool {
        self.out.last().is_some_and(|token| {
            token.end == self.at && matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Parameter)
        })
    }

    fn line_comment(&mut self) -> Result<(), Why> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let comment = rest.split('\n').next().unwrap_or_default();
        // Some servers take other characters for the end of a line.
        let inner = comment.strip_suffix('\r').unwrap_or(comment);
        let ends = |c: char| (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}');
        if inner.contains(ends) {
            return Err(unknown::SQL_UNUSUAL);
        }
        self.at += comment.len();
        Ok(())
    }

    /// To the end of the comment, or of the text.
    fn block_comment(&mut self) {
        let marked = self.peek(2) == b'!' || (self.peek(2) == b'M' && self.peek(3) == b'!');
        if self.lexis.executable && marked {
            self.at += if self.peek(2) == b'!' { 3 } else { 4 };
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            self.executable += 1;
            return;
        }
        self.at += 2;
        let mut depth = 1usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'*', b'/') => {
                    self.at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                (b'/', b'*') if self.lexis.nested => {
                    self.at += 2;
                    depth += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A string whose quote stands here, and whose token begins at `start`. `false` if it does not end.
    fn string(&mut self, start: usize, quote: u8, backslash: bool) -> bool {
        if self.lexis.triple && self.peek(1) == quote && self.peek(2) == quote {
            self.at += 3;
            while self.at < self.bytes.len() {
                match self.peek(0) {
                    b'\\' => self.at += 2,
                    byte if byte == quote && self.peek(1) == quote && self.peek(2) == quote => {
                        self.at += 3;
                        self.push(Kind::Text, start);
                        return true;
                    }
                    _ => self.at += 1,
                }
            }
            return false;
        }
        self.quoted(start, Kind::Text, quote, true, backslash)
    }

    fn name(&mut self, close: u8, doubled: bool) -> bool {
        self.quoted(self.at, Kind::Quoted, close, doubled, self.lexis.backslash_in_names)
    }

    fn quoted(&mut self, start: usize, kind: Kind, close: u8, doubled: bool, backslash: bool) -> bool {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' if backslash => self.at += 2,
                byte if byte == close => {
                    self.at += 1;
                    if !(doubled && self.peek(0) == close) {
                        self.push(kind, start);
                        return true;
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        false
    }

    /// `$1`, `$name`, `$$…$$`, `$tag$…$tag$`.
    fn dollar(&mut self) -> bool {
        let start = self.at;
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let tag = rest.iter().take_while(|byte| is_letter(**byte) || byte.is_ascii_digit()).count();
        let tagged = match self.lexis.dollar {
            Dollar::Money => {
                self.at += 1;
                self.digits();
                self.push(Kind::Number, start);
                return true;
            }
            Dollar::Parameter => false,
            Dollar::Bare => tag == 0,
            Dollar::Tagged => !rest.first().is_some_and(u8::is_ascii_digit),
        };
        if tagged && rest.get(tag) == Some(&b'$') {
            let opening = self.text.get(self.at..self.at + tag + 2).unwrap_or("$$");
            let body = self.text.get(self.at + tag + 2..).unwrap_or_default();
            return match body.find(opening) {
                Some(length) => {
                    self.at += 2 * opening.len() + length;
                    self.push(Kind::Text, start);
                    true
                }
                None => false,
            };
        }
        self.at += 1 + tag;
        self.push(if tag == 0 { Kind::Sign(b'$') } else { Kind::Parameter }, start);
        true
    }

    fn number(&mut self) {
        let start = self.at;
        // `0x` and `1e` are whole numbers to SQL Server, whatever letters follow.
        if self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X') {
            self.at += 2;
            while self.peek(0).is_ascii_hexdigit() {
                self.at += 1;
            }
        } else {
            self.digits();
            if self.peek(0) == b'.' {
                self.at += 1;
                self.digits();
            }
            let signed = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if matches!(self.peek(0), b'e' | b'E') {
                let exponent = self.peek(1 + signed).is_ascii_digit();
                self.at += if exponent { 1 + signed } else { 1 };
                self.digits();
            }
        }
        self.push(Kind::Number, start);
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() || (self.peek(0) == b'_' && self.peek(1).is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// A word, or the string that it opens. `false` if that does not end.
    fn word(&mut self) -> Result<bool, Why> {
        let start = self.at;
        self.letters()?;
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        let quote = self.peek(0);
        if word.eq_ignore_ascii_case(b"u") && quote == b'&' && matches!(self.peek(1), b'\'' | b'"') {
            // A string or name in code points.
            return Err(unknown::SQL_UNUSUAL);
        }
        if !matches!(quote, b'\'' | b'"') || (quote == b'"' && self.lexis.double == Double::Name) {
            self.push(Kind::Word, start);
            return Ok(true);
        }
        let is = |prefix: &str| word.eq_ignore_ascii_case(prefix.as_bytes());
        Ok(match () {
            () if self.lexis.escape_strings && is("e") => self.string(start, quote, true),
            () if self.lexis.raw_strings && is("r") => self.string(start, quote, false),
            () if self.lexis.chosen_quotes && (is("q") || is("nq")) => self.chosen(start),
            // The letter says what kind of string it is, not where it ends.
            () if ["e", "b", "x", "n", "r", "rb", "br", "u"].into_iter().any(is) => {
                self.string(start, quote, self.lexis.backslash)
            }
            () => {
                self.push(Kind::Word, start);
                true
            }
        })
    }

    /// `q'[…]'`.
    fn chosen(&mut self, start: usize) -> bool {
        let close = match self.peek(1) {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        self.at += 2;
        while self.at < self.bytes.len() {
            if self.peek(0) == close && self.peek(1) == b'\'' {
                self.at += 2;
                self.push(Kind::Text, start);
                return true;
            }
            self.at += 1;
        }
        false
    }

    fn letters(&mut self) -> Result<(), Why> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for c in rest.chars() {
            let belongs = match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' => true,
                '#' => self.lexis.hash == Hash::Letter,
                '@' => self.lexis.at_in_words,
                c if c.is_ascii() => false,
                // Spaces that are none in ASCII, and letters that some servers fold to one of a keyword.
                c if c.is_whitespace() || c.is_control() || path::is_invisible(c) => {
                    return Err(unknown::SQL_UNUSUAL);
                }
                '\u{131}' | '\u{17f}' | '\u{212a}' => return Err(unknown::SQL_UNUSUAL),
                // What is neither a letter nor a digit, such as `£`, is a number of its own to SQL Server.
                c if !c.is_alphanumeric() && !is_mark(c) => return Err(unknown::SQL_UNUSUAL),
                _ => true,
            };
            if !belongs {
                break;
            }
            self.at += c.len_utf8();
        }
        Ok(())
    }
}

/// Whether a character only modifies the one before it.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}' | '\u{3099}' | '\u{309a}')
}

/// Whether a word may begin so.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}
