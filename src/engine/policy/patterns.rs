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
pub(crate) trait Pattern: Sized {
    /// Reads it.
    fn parse(text: &str) -> Result<Self, PatternError>;
    /// As it was written.
    fn text(&self) -> &str;
}

/// Patterns of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns<P>(Vec<P>);

impl<P> Patterns<P> {
    /// The patterns, in the order they were written.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, P> {
        self.0.iter()
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
