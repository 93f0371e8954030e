//! What flows through a pipe, into a here-document, out of a substitution.

use super::field::{Bit, Field};
use crate::effects::Name;

/// Text on its way from one command to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Stream {
    /// What is known of it.
    pub(super) content: Content,
    /// Whether it may hold what a file, the environment or the machine says: sent on, it leaks.
    pub(super) local: bool,
}

/// What is known of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Content {
    /// Nothing flows: a terminal, or a closed input.
    #[default]
    Nothing,
    /// This text, decided parts included.
    Text(Field),
    /// Names of files, one a line (or ended by NUL), all of which the names match.
    Paths(Vec<Name>),
    /// Lines of digits.
    Numbers,
    /// Lines of names: no slash in them, no `-` before them.
    Names,
    /// Anything.
    Unknown,
}

impl Stream {
    /// Exactly this text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { content: Content::Text(Field::literal(text)), local: false }
    }

    /// Anything, from this machine.
    pub(super) const fn local() -> Self {
        Self { content: Content::Unknown, local: true }
    }

    /// Anything, from elsewhere.
    pub(super) const fn foreign() -> Self {
        Self { content: Content::Unknown, local: false }
    }

    /// Names of files.
    pub(super) const fn paths(names: Vec<Name>) -> Self {
        Self { content: Content::Paths(names), local: true }
    }

    /// Whether nothing flows.
    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self.content, Content::Nothing)
    }

    /// The text, where it is settled.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.content {
            Content::Nothing => Some(""),
            Content::Text(field) => field.text(),
            _ => None,
        }
    }

    /// What a substitution of it is worth, without the line ends it ends with.
    pub(super) fn field(&self) -> Field {
        match &self.content {
            Content::Nothing => Field::literal(""),
            Content::Text(field) => match field.text() {
                Some(text) => Field::literal(text.trim_end_matches('\n')),
                None => field.clone(),
            },
            Content::Paths(names) => match names.as_slice() {
                [name] => Field::of(Bit::Path(name.clone())),
                _ => Field::any(),
            },
            Content::Numbers => Field::of(Bit::Number),
            Content::Names => Field::of(Bit::Name),
            Content::Unknown => Field::any(),
        }
    }

    /// One of its lines.
    pub(super) fn line(&self) -> Vec<Field> {
        match &self.content {
            Content::Paths(names) => names.iter().map(|name| Field::of(Bit::Path(name.clone()))).collect(),
            _ => match self.literal() {
                Some(text) => text.lines().map(Field::literal).collect(),
                None => vec![self.field()],
            },
        }
    }

    /// This, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        let local = self.local || other.local;
        let content = match (self.content, other.content) {
            (Content::Nothing, content) | (content, Content::Nothing) => content,
            (Content::Text(mut before), Content::Text(after)) => {
                before.extend(&after);
                Content::Text(before)
            }
            (Content::Paths(mut names), Content::Paths(more)) => {
                names.extend(more);
                Content::Paths(names)
            }
            (one, other) if one == other => one,
            _ => Content::Unknown,
        };
        Self { content, local }
    }
}
