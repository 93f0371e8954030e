//! Strict JSON: a tree with spans, and an error for everything two readers could understand differently.
//!
//! In come the bytes of one document; out goes a tree whose nodes know where they stood, so that what is
//! not changed can be forwarded as the bytes that were read. Numbers keep their text: `9007199254740993`
//! and `9007199254740992` are two numbers here. Refused, because parsers in the field disagree on them:
//! duplicate keys (compared after unescaping), the key `__proto__` (JavaScript that copies an object's members takes what
//! stands there for members of the object), keys with U+0000 in them (to readers in C they end there), lone surrogates, invalid UTF-8, a byte order mark, `NaN`,
//! `Infinity` and numbers beyond a double, anything after the document. The grammar is RFC 8259. Nesting and the
//! number of values are bounded.
//!
//! Deliberately absent: any repair, any leniency switch, any number arithmetic.

mod escape;
mod strings;

use crate::order::sorted;
pub use escape::escape;
use std::collections::HashSet;
use std::fmt;
use strings::plain;
pub(crate) use strings::{string_body, string_length};

/// Most values of one document. A value of two bytes takes forty in the tree, so that the size of a text says little of
/// the memory its reading takes.
pub const MOST_VALUES: usize = 1 << 20;

/// Where a value stood in its document: byte offsets, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// A value and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes of the value, without surrounding white space.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its text.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, members in the order of the text, keys unique.
    Object(Vec<Member>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// Where the key stood, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// A whole document: its bytes and its tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: String,
    root: Node,
}

/// What makes a text refusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at}")]
pub struct Error {
    /// Offset of the byte where it was noticed.
    pub at: usize,
    /// What was noticed.
    pub problem: Problem,
}

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The text ends before the document does.
    Unfinished,
    /// Something else was expected here.
    Unexpected,
    /// Bytes follow the document.
    TrailingData,
    /// An object has the same key twice.
    DuplicateKey,
    /// An object has the key `__proto__`.
    PrototypeKey,
    /// An object has a key with U+0000 in it.
    NulKey,
    /// A `\u` escape names half of a surrogate pair.
    LoneSurrogate,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// A control character stands unescaped in a string.
    ControlCharacter,
    /// A number no double can hold.
    NumberOutOfRange,
    /// The nesting is deeper than the limit.
    TooDeep,
    /// It has more than [`MOST_VALUES`] values.
    TooManyValues,
    /// The text begins with a byte order mark.
    ByteOrderMark,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfinished => "unfinished JSON",
            Self::Unexpected => "unexpected character in JSON",
            Self::TrailingData => "data after the JSON document",
            Self::DuplicateKey => "duplicate key in a JSON object",
            Self::PrototypeKey => "the key `__proto__` in a JSON object",
            Self::NulKey => "a key with U+0000 in a JSON object",
            Self::LoneSurrogate => "lone surrogate in a JSON string",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::ControlCharacter => "control character in a JSON string",
            Self::NumberOutOfRange => "number out of range",
            Self::TooDeep => "JSON nested too deeply",
            Self::TooManyValues => "JSON with too many values",
            Self::ByteOrderMark => "byte order mark before JSON",
        })
    }
}

impl Document {
    /// Reads one document. `depth` is the deepest nesting allowed; a scalar has depth 0.
    ///
    /// # Errors
    /// Whatever [`Problem`] names; the first in the order of the text.
    pub fn parse(bytes: Vec<u8>, depth: usize) -> Result<Self, Error> {
        let text = String::from_utf8(bytes)
            .map_err(|e| Error { at: e.utf8_error().valid_up_to(), problem: Problem::InvalidUtf8 })?;
        let root = parse(&text, depth)?;
        Ok(Self { text, root })
    }

    /// The outermost value.
    pub const fn root(&self) -> &Node {
        &self.root
    }

    /// The text that was read, as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that was read, without the tree.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The text of one value of this document.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The document in the canonical form `args/v1`; see [`Node::canonical`].
    pub fn canonical(&self) -> String {
        self.root.canonical()
    }
}

impl Node {
    /// The member `key` of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.node)
    }

    /// The same, but for one that is `null`, which readers take for one that is not there.
    pub fn present(&self, key: &str) -> Option<&Self> {
        self.get(key).filter(|member| !member.is_null())
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; `None` for anything else.
    pub fn elements(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The text of a string; `None` for anything else.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A non-negative integer written without fraction or exponent; `None` for anything else.
    pub fn as_index(&self) -> Option<u32> {
        match &self.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value at a JSON Pointer (RFC 6901); the empty pointer is this value.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut node = self;
        for token in pointer.strip_prefix('/')?.split('/') {
            let key = token.replace("~1", "/").replace("~0", "~");
            node = match &node.value {
                Value::Object(_) => node.get(&key)?,
                Value::Array(elements) => {
                    let plain =
                        key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
                    elements.get(plain.then(|| key.parse::<usize>().ok())??)?
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// The canonical form `args/v1`: no white space, keys sorted by their UTF-8 bytes, numbers copied
    /// token for token, strings escaped no more than JSON asks. Two calls have the same form exactly when
    /// every strict reader takes them for the same call. This is not RFC 8785, which rounds numbers.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    fn write_canonical(&self, out: &mut String) {
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Number(text) => out.push_str(text),
            Value::String(text) => escape(text, out),
            Value::Array(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    element.write_canonical(out);
                }
                out.push(']');
            }
            Value::Object(members) => {
                let sorted = sorted(members.iter().collect(), |a: &&Member, b| a.key.cmp(&b.key));
                out.push('{');
                for (i, member) in sorted.into_iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    escape(&member.key, out);
                    out.push(':');
                    member.node.write_canonical(out);
                }
                out.push('}');
            }
        }
    }
}

/// Reads one document from text that is known to be UTF-8.
///
/// # Errors
/// As [`Document::parse`].
pub fn parse(text: &str, depth: usize) -> Result<Node, Error> {
    if text.starts_with('\u{feff}') {
        return Err(Error { at: 0, problem: Problem::ByteOrderMark });
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth, values: 0 };
    let root = reader.value(0)?;
    reader.white_space();
    if reader.at < reader.bytes.len() {
        return Err(reader.error(Problem::TrailingData));
    }
    Ok(root)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    values: usize,
}

impl Reader<'_> {
    fn error(&self, problem: Problem) -> Error {
        Error { at: self.at, problem }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected(&self) -> Error {
        self.error(if self.at < self.bytes.len() { Problem::Unexpected } else { Problem::Unfinished })
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.at += 1;
        }
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Error> {
        self.white_space();
        let start = self.at;
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(self.error(Problem::TooManyValues));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth + 1)?,
            Some(b'[') => self.array(depth + 1)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected()),
        };
        Ok(Node { span: Span { start, end: self.at }, value })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Error> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        if depth > self.depth {
            return Err(self.error(Problem::TooDeep));
        }
        self.expect(b'[')?;
        let mut elements = Vec::new();
        self.white_space();
        if self.eat(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.white_space();
            if self.eat(b']') {
                return Ok(Value::Array(elements));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        if depth > self.depth {
            return Err(self.error(Problem::TooDeep));
        }
        self.expect(b'{')?;
        let mut members: Vec<Member> = Vec::new();
        self.white_space();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        // Few objects have many keys: a set only pays from some size on.
        let mut seen: HashSet<String> = HashSet::new();
        loop {
            self.white_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let key = self.string()?;
            if key == "__proto__" {
                return Err(Error { at: start, problem: Problem::PrototypeKey });
            }
            if key.contains('\0') {
                return Err(Error { at: start, problem: Problem::NulKey });
            }
            let duplicate = if members.len() < 16 {
                members.iter().any(|member| member.key == key)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|member| member.key.clone()));
                }
                !seen.insert(key.clone())
            };
            if duplicate {
                return Err(Error { at: start, problem: Problem::DuplicateKey });
            }
            let key_span = Span { start, end: self.at };
            self.white_space();
            self.expect(b':')?;
            let node = self.value(depth)?;
            members.push(Member { key, key_span, node });
            self.white_space();
            if self.eat(b'}') {
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        // Readers turn 1e999 into infinity, into an error, or keep it: three different calls.
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            Ok(Value::Number(text.to_owned()))
        } else {
            Err(Error { at: start, problem: Problem::NumberOutOfRange })
        }
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.unexpected()) }
    }

    fn string(&mut self) -> Result<String, Error> {
        self.expect(b'"')?;
        self.string_rest()
    }

    /// What follows the opening quote.
    fn string_rest(&mut self) -> Result<String, Error> {
        let mut out = String::new();
        loop {
            let start = self.at;
            self.at += plain(self.bytes.get(start..).unwrap_or_default());
            // Quote, backslash and controls are ASCII, so this range ends on a character boundary.
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escaped()?);
                }
                Some(_) => return Err(self.error(Problem::ControlCharacter)),
                None => return Err(self.error(Problem::Unfinished)),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Error> {
        let at = self.at;
        let byte = self.peek().ok_or_else(|| self.error(Problem::Unfinished))?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.four_hex()?;
                let code = if (0xD800..0xDC00).contains(&first) {
                    if !(self.eat(b'\\') && self.eat(b'u')) {
                        return Err(Error { at, problem: Problem::LoneSurrogate });
                    }
                    let second = self.four_hex()?;
                    if !(0xDC00..0xE000).contains(&second) {
                        return Err(Error { at, problem: Problem::LoneSurrogate });
                    }
                    0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                } else {
                    first
                };
                char::from_u32(code).ok_or(Error { at, problem: Problem::LoneSurrogate })?
            }
            _ => return Err(Error { at, problem: Problem::Unexpected }),
        })
    }

    fn four_hex(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit =
                self.peek().and_then(|b| char::from(b).to_digit(16)).ok_or_else(|| self.unexpected())?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests;
