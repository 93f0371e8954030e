//! Names without a syntax of their own: words, labels separated by `.`, segments separated by `/`.

use super::glob::{Glob, LONGEST_NAME, PatternError, Syntax};
use super::met::Met;
use super::patterns::Pattern;
use crate::effects::Name;

/// A pattern over a name without parts (`jq`, `mcp__*`), where `*` is any number of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordPattern {
    text: String,
    glob: Glob,
}

/// A pattern over labels separated by `.`, where `*` is one label or part of one and `**` any number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelPattern {
    text: String,
    glob: Glob,
}

/// A pattern over segments separated by `/`, where `*` is one segment or part of one and `**` any number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentPattern {
    text: String,
    glob: Glob,
}

/// A pattern over host names and addresses, without case, port, scheme or path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostPattern {
    text: String,
    glob: Glob,
}

impl WordPattern {
    /// How far it matches a name.
    pub(crate) fn matches(&self, name: &Name) -> Met {
        self.compare(named(name, Syntax::WORD).as_ref())
    }

    /// The same for a name that was taken apart already.
    pub(crate) fn compare(&self, name: Option<&Glob>) -> Met {
        compare(&self.glob, name)
    }

    /// The pattern's one part.
    pub(crate) const fn glob(&self) -> &Glob {
        &self.glob
    }

    /// Whether it names something rather than matching anything.
    pub(crate) fn names_something(&self) -> bool {
        self.glob.names_something()
    }
}

impl LabelPattern {
    /// How far it matches a name.
    pub(crate) fn matches(&self, name: &Name) -> Met {
        compare(&self.glob, named(name, Syntax::LABELS).as_ref())
    }

    /// The pattern's parts.
    pub(crate) const fn glob(&self) -> &Glob {
        &self.glob
    }
}

impl SegmentPattern {
    /// How far it matches a name that was taken apart.
    pub(crate) fn compare(&self, name: Option<&Glob>) -> Met {
        compare(&self.glob, name)
    }

    /// The pattern's parts.
    pub(crate) const fn glob(&self) -> &Glob {
        &self.glob
    }
}

impl HostPattern {
    /// How far it matches a host.
    pub(crate) fn matches(&self, host: &Name) -> Met {
        self.compare(host_named(host).as_ref())
    }

    /// The same for a host that was taken apart already.
    pub(crate) fn compare(&self, host: Option<&Glob>) -> Met {
        compare(&self.glob, host)
    }

    /// The pattern's parts.
    pub(crate) const fn glob(&self) -> &Glob {
        &self.glob
    }
}

/// What a host is as a pattern; `None` if nobody can say.
pub(crate) fn host_named(host: &Name) -> Option<Glob> {
    let host = match host {
        Name::Literal(text) => Name::Literal(host_text(text)),
        Name::Glob(text) => Name::Glob(host_text(text)),
        Name::Dynamic => return None,
    };
    named(&host, Syntax::LABELS)
}

/// What a name is as a pattern; `None` if nobody can say.
pub(crate) fn named(name: &Name, syntax: Syntax) -> Option<Glob> {
    match name {
        Name::Literal(text) | Name::Glob(text) if text.is_empty() || text.len() > LONGEST_NAME => None,
        Name::Literal(text) => Some(Glob::literal(text, syntax)),
        Name::Glob(text) => Glob::parse(text, syntax).ok(),
        Name::Dynamic => None,
    }
}

/// How far `name` is inside `pattern`.
pub(crate) fn compare(pattern: &Glob, name: Option<&Glob>) -> Met {
    match name {
        None => Met::Maybe,
        Some(name) if pattern.contains(name) => Met::Yes,
        Some(name) => Met::of(false, pattern.overlaps(name, true)),
    }
}

/// A host as it is compared: lower case, without the brackets of an address and the dot of the root.
fn host_text(text: &str) -> String {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    text.strip_suffix('.').unwrap_or(text).to_lowercase()
}

impl Pattern for WordPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self { text: text.to_owned(), glob: Glob::parse(text, Syntax::WORD)? })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }
}

impl Pattern for LabelPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self { text: text.to_owned(), glob: Glob::parse(text, Syntax::LABELS)? })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }
}

impl Pattern for SegmentPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self { text: text.to_owned(), glob: Glob::parse(text, Syntax::SEGMENTS)? })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }
}

impl Pattern for HostPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        if text.contains('/') {
            return Err(PatternError::new(
                format!("`{text}` is not a host"),
                "write the host alone, or use the condition `url`",
            ));
        }
        let host = host_text(text);
        if let Some((name, port)) = host.split_once(':')
            && !port.contains(':')
            && !name.is_empty()
        {
            return Err(PatternError::new(
                format!("`{text}` holds a port"),
                format!("write `{name}`; ports are compared by the condition `url`"),
            ));
        }
        if let Some(c) = host.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.*:%".contains(*c))) {
            return Err(PatternError::new(
                format!("`{c}` cannot stand in a host's name"),
                "hosts are compared in their ASCII form; write an international name as `xn--…`",
            ));
        }
        Ok(Self { text: text.to_owned(), glob: Glob::parse(&host, Syntax::LABELS)? })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }
}
