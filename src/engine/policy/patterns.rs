//! Lists of patterns as policies write them: one text or a list of them, never empty.
//!
//! The patterns are understood while the bundle is read, so that a bundle with a pattern nobody understands
//! is no bundle.

use super::glob::PatternError;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A pattern of one kind of name.
pub trait Pattern: Sized {
    /// Reads it.
    fn parse(text: &str) -> Result<Self, PatternError>;
    /// As it was written.
    fn text(&self) -> &str;
    /// Whether every name that `other` matches is certainly matched by this one.
    fn covers(&self, other: &Self) -> bool;
}

/// Patterns of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns<P>(Vec<P>);

impl<P> Patterns<P> {
    /// The patterns, in the order they were written.
    pub fn iter(&self) -> std::slice::Iter<'_, P> {
        self.0.iter()
    }
}

impl<P: Pattern> Patterns<P> {
    /// Patterns that another one covers, with that other one.
    pub(crate) fn redundant(&self) -> Vec<(String, String)> {
        let covered_by = |(i, pattern): (usize, &P)| {
            self.0.iter().enumerate().find_map(|(j, other)| {
                // Of two equal ones the later adds nothing.
                let covers = i != j && other.covers(pattern) && (j < i || !pattern.covers(other));
                covers.then(|| (pattern.text().to_owned(), other.text().to_owned()))
            })
        };
        self.0.iter().enumerate().filter_map(covered_by).collect()
    }
}

/// The patterns in backticks, for people.
impl<P: Pattern> fmt::Display for Patterns<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, pattern) in self.0.iter().enumerate() {
            let between = match i {
                0 => "",
                _ if i + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{between}`{}`", pattern.text())?;
        }
        Ok(())
    }
}

impl<P: Pattern> Serialize for Patterns<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Pattern::text))
    }
}

impl<'de, P: Pattern> Deserialize<'de> for Patterns<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Texts::deserialize(deserializer)?;
        let patterns = texts.0.iter().map(|text| P::parse(text));
        patterns.collect::<Result<_, _>>().map(Self).map_err(D::Error::custom)
    }
}

/// One text or a list of texts, never none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany(PhantomData<Texts>);

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() {
                    return Err(A::Error::custom(PatternError::new(
                        "the list is empty, so nothing can match it",
                        "name what it is to match, or leave it out",
                    )));
                }
                Ok(Texts(texts))
            }
        }

        deserializer.deserialize_any(OneOrMany(PhantomData))
    }
}
