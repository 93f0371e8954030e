//! What a word is worth when the command runs, as far as the text settles it.
//!
//! In come pieces of expanded words; out come [`Field`]s: exactly this text, a pattern, a number, something
//! below a directory, or anything at all. What reads a field asks for what it needs (a literal, a path, an
//! option), and gets no answer where the text gives none.

use crate::effects::path;
use crate::effects::unknown::Why;
use crate::effects::{Name, unknown};

use super::stream::Stream;

/// One argument of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Field {
    bits: Vec<Bit>,
}

/// A part of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    /// Exactly this.
    Text(String),
    /// Wildcards outside quotes: `*`, `?`, `[…]`.
    Wild(String),
    /// Digits, decided when it runs.
    Number,
    /// A name decided when it runs: no slash in it, not `..`, and no `-` before it.
    Name,
    /// A path decided when it runs: one of those that the name matches, however it is written.
    Path(Name),
    /// A file that is a pipe, with what flows out of it: `<(…)`.
    Stream(Box<Stream>),
    /// Anything at all.
    Any,
}

impl Field {
    /// Exactly `text`.
    pub(super) fn literal(text: impl Into<String>) -> Self {
        Self { bits: vec![Bit::Text(text.into())] }
    }

    /// A single bit.
    pub(super) fn of(bit: Bit) -> Self {
        Self { bits: vec![bit] }
    }

    /// Something that is decided when it runs.
    pub(super) fn any() -> Self {
        Self::of(Bit::Any)
    }

    /// Its parts.
    pub(super) fn bits(&self) -> &[Bit] {
        &self.bits
    }

    /// Whether nothing was put into it.
    pub(super) fn is_empty(&self) -> bool {
        self.bits.iter().all(|bit| matches!(bit, Bit::Text(text) if text.is_empty()))
    }

    /// Adds a bit; neighbouring texts become one.
    pub(super) fn push(&mut self, bit: Bit) {
        match (self.bits.last_mut(), bit) {
            (Some(Bit::Text(before)), Bit::Text(text)) => before.push_str(&text),
            (_, bit) => self.bits.push(bit),
        }
    }

    /// Adds everything of another field.
    pub(super) fn extend(&mut self, other: &Self) {
        for bit in &other.bits {
            self.push(bit.clone());
        }
    }

    /// The text, where it is settled. A wildcard that may match nothing is none.
    pub(super) fn text(&self) -> Option<&str> {
        match self.bits.as_slice() {
            [] => Some(""),
            [Bit::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text, with wildcards as they were written: what the shell leaves where nothing matches.
    pub(super) fn text_with_wildcards(&self) -> Option<String> {
        let mut whole = String::new();
        for bit in &self.bits {
            match bit {
                Bit::Text(text) | Bit::Wild(text) => whole.push_str(text),
                _ => return None,
            }
        }
        Some(whole)
    }

    /// The text it begins with, as far as that is settled.
    pub(super) fn prefix(&self) -> &str {
        match self.bits.first() {
            Some(Bit::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether it leads out of where it is used, taken for a path: it begins at the root or at a home, or climbs.
    pub(super) fn leads_elsewhere(&self) -> bool {
        self.prefix().starts_with(['/', '~']) || self.prefix().split('/').any(|part| part == "..")
    }

    /// Whether it may be read as an option although its text does not say so.
    pub(super) fn may_be_option(&self) -> bool {
        match self.bits.first() {
            Some(Bit::Any) => true,
            // What stands before decides, unless it is empty.
            Some(Bit::Text(text)) if text.is_empty() => {
                matches!(self.bits.get(1), Some(Bit::Any))
            }
            _ => false,
        }
    }

    /// What follows `prefix`, where the field certainly begins with it.
    pub(super) fn strip_prefix(&self, prefix: &str) -> Option<Self> {
        let (first, rest) = self.bits.split_first()?;
        let Bit::Text(text) = first else { return None };
        let left = text.strip_prefix(prefix)?;
        let mut field = Self::default();
        if !left.is_empty() || rest.is_empty() {
            field.push(Bit::Text(left.to_owned()));
        }
        field.bits.extend_from_slice(rest);
        Some(field)
    }

    /// What stands before and after the first `separator` in its settled beginning.
    pub(super) fn split_once(&self, separator: char) -> Option<(String, Self)> {
        let (before, _) = self.prefix().split_once(separator)?;
        let before = before.to_owned();
        let rest = self.strip_prefix(&format!("{before}{separator}"))?;
        Some((before, rest))
    }

    /// What it may name in the file system, from a directory.
    ///
    /// # Errors
    /// The reason why the text cannot be trusted to name a path; [`Name::Dynamic`] stands for what is decided
    /// when it runs.
    pub(super) fn path(&self, directory: Option<&str>) -> Result<Vec<Name>, Why> {
        match self.bits.as_slice() {
            [] => return path::read("", directory).map(|name| vec![name]),
            [Bit::Text(text)] => return path::read(text, directory).map(|name| vec![name]),
            [Bit::Path(name)] => return Ok(vec![name.clone()]),
            // What stands behind a path and climbs no further is below the same directory.
            [Bit::Path(Name::Glob(tree)), rest @ ..]
                if (tree.ends_with("/**") || tree.ends_with("/**/*"))
                    && rest.iter().all(Bit::stays_below) =>
            {
                return Ok(vec![Name::Glob(tree.clone())]);
            }
            _ => {}
        }
        let mut pattern = String::new();
        let mut climbs = false;
        for bit in &self.bits {
            match bit {
                // A wildcard within quotes is a character.
                Bit::Text(text) => {
                    climbs |= text.split('/').any(|part| part == "..");
                    for c in text.chars() {
                        if matches!(c, '*' | '?' | '[' | '{' | '}') {
                            return Err(unknown::PATTERN_UNUSUAL);
                        }
                        pattern.push(c);
                    }
                }
                Bit::Wild(text) => pattern.push_str(text),
                Bit::Number | Bit::Name => pattern.push('*'),
                Bit::Path(_) | Bit::Stream(_) | Bit::Any => return Ok(vec![Name::Dynamic]),
            }
        }
        if climbs {
            // `..` behind a part that is decided later leads who knows where.
            return Ok(vec![Name::Dynamic]);
        }
        path::pattern(&pattern, directory)
    }

    /// A name of any other kind (a host, a package, a unit).
    pub(super) fn name(&self) -> Name {
        match self.bits.as_slice() {
            [Bit::Text(text)] => Name::Literal(text.clone()),
            [Bit::Path(name)] => name.clone(),
            _ => {
                let mut pattern = String::new();
                for bit in &self.bits {
                    match bit {
                        Bit::Text(text) if !text.contains(['*', '?', '[']) => pattern.push_str(text),
                        Bit::Number | Bit::Name => pattern.push('*'),
                        _ => return Name::Dynamic,
                    }
                }
                Name::Glob(pattern)
            }
        }
    }

    /// What is left where two runs differ.
    pub(super) fn join(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        Self::of(self.shape().wider(other.shape()))
    }

    /// What is known of it as a whole.
    fn shape(&self) -> Bit {
        let mut shape: Option<Bit> = None;
        for bit in &self.bits {
            let next = match bit {
                Bit::Text(text) => text_shape(text),
                Bit::Wild(_) => Bit::Any,
                other => other.clone(),
            };
            shape = Some(match shape {
                None => next,
                // A name may have `-` within it, but not at its beginning.
                Some(Bit::Number | Bit::Name) if matches!(bit, Bit::Text(text) if !text.contains(['/', '*', '?', '['])) => {
                    Bit::Name
                }
                Some(before) => before.wider(next),
            });
        }
        shape.unwrap_or(Bit::Any)
    }
}

impl Bit {
    /// Whether a path that goes on with this stays below where it was.
    fn stays_below(&self) -> bool {
        match self {
            Self::Text(text) => !text.split('/').any(|part| part == ".."),
            Self::Number | Self::Name => true,
            Self::Wild(_) | Self::Path(_) | Self::Stream(_) | Self::Any => false,
        }
    }

    fn wider(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Number, Self::Name) | (Self::Name, Self::Number) => Self::Name,
            _ => Self::Any,
        }
    }
}

fn text_shape(text: &str) -> Bit {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        Bit::Number
    } else if !text.is_empty()
        && !text.starts_with(['-', '.', '~'])
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'+' | b'@'))
    {
        Bit::Name
    } else {
        Bit::Any
    }
}
