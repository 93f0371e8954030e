//! What an index knows of a pattern: how its parts begin.

use super::{Glob, Part, Token};

/// A part of a pattern, known as far as its first wildcard. Letters are lower case, and only those of ASCII are known:
/// two parts can only have a name in common if what is known of both agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stem {
    /// Exactly this text.
    Whole(String),
    /// This text, and anything behind it.
    Begins(String),
    /// Any number of parts.
    Deep,
}

impl Glob {
    /// The beginnings of its parts.
    pub(crate) fn stems(&self) -> impl DoubleEndedIterator<Item = Stem> {
        self.parts.iter().map(|part| match part {
            Part::One(tokens) => stem(tokens),
            Part::Deep => Stem::Deep,
        })
    }
}

fn stem(tokens: &[Token]) -> Stem {
    let mut text = String::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Char(c) if c.is_ascii() => text.push(c.to_ascii_lowercase()),
            Token::Char(_) | Token::Any | Token::Class { .. } | Token::Star => return Stem::Begins(text),
        }
    }
    Stem::Whole(text)
}
