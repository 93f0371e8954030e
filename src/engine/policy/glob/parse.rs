//! Reading patterns: text in, a [`Glob`] or the reason why it is none out.

use super::{Glob, Part, Syntax, Token};
use std::fmt;

/// Longest pattern that is taken.
const LONGEST_PATTERN: usize = 1024;

/// Why a pattern is not taken: what is wrong, and a way out on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, in lower case, without a final stop.
    pub what: String,
    /// What to write instead.
    pub help: String,
}

impl PatternError {
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.what, self.help)
    }
}

impl std::error::Error for PatternError {}

impl Glob {
    /// Reads a pattern.
    pub(crate) fn parse(text: &str, syntax: Syntax) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::new("the pattern is empty", "name what it is to match"));
        }
        if text.len() > LONGEST_PATTERN {
            return Err(PatternError::new(
                format!("the pattern is longer than {LONGEST_PATTERN} bytes"),
                "write several shorter patterns",
            ));
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(PatternError::new(
                format!("the pattern holds the control character U+{:04X}", u32::from(c)),
                "leave it out, or let `*` stand for it",
            ));
        }
        let mut parts = Vec::new();
        for piece in Self::split(text, syntax) {
            match piece {
                "**" => {
                    // Two in a row say no more than one.
                    if parts.last() != Some(&Part::Deep) {
                        parts.push(Part::Deep);
                    }
                }
                "" if !syntax.empty_parts => {
                    return Err(PatternError::new(
                        "the pattern has an empty part",
                        match syntax.separator {
                            Some(separator) => {
                                format!("write one `{separator}` between parts and none at the end")
                            }
                            None => "name what it is to match".to_owned(),
                        },
                    ));
                }
                piece => parts.push(Part::One(tokens(piece, syntax)?)),
            }
        }
        if syntax.last_deep_needs_one && parts.last() == Some(&Part::Deep) {
            parts.insert(parts.len() - 1, Part::One(vec![Token::Star]));
        }
        Ok(Self::of(parts))
    }

    fn split(text: &str, syntax: Syntax) -> Vec<&str> {
        match syntax.separator {
            Some(separator) => text.split(separator).collect(),
            None => vec![text],
        }
    }
}

fn tokens(piece: &str, syntax: Syntax) -> Result<Vec<Token>, PatternError> {
    if piece.contains("**") && piece != "**" {
        return Err(PatternError::new(
            format!("`**` stands beside other characters in `{piece}`"),
            "let `**` stand alone between separators, or write `*`",
        ));
    }
    let mut out = Vec::new();
    let mut rest = piece.chars();
    while let Some(c) = rest.next() {
        out.push(match c {
            '*' => Token::Star,
            '{' | '}' => {
                return Err(PatternError::new(
                    format!("`{c}` is not part of the pattern language"),
                    "write the alternatives as a list of patterns",
                ));
            }
            '?' if syntax.shell => Token::Any,
            '[' if syntax.shell => class(&mut rest)?,
            '\\' if syntax.shell => Token::Char(rest.next().ok_or_else(|| {
                PatternError::new("the pattern ends with a `\\`", "write `\\\\` for a backslash")
            })?),
            '\\' => {
                return Err(PatternError::new(
                    "`\\` has no meaning in this pattern",
                    "such names hold no backslash",
                ));
            }
            c => Token::Char(c),
        });
    }
    Ok(out)
}

fn class(rest: &mut std::str::Chars<'_>) -> Result<Token, PatternError> {
    let unfinished =
        || PatternError::new("a `[` is not closed", "close it with `]`, or write `\\[` for the bracket");
    let mut ranges = Vec::new();
    let mut next = rest.next().ok_or_else(unfinished)?;
    let negated = matches!(next, '!' | '^');
    if negated {
        next = rest.next().ok_or_else(unfinished)?;
    }
    loop {
        // A `]` that stands first is a member, as everywhere.
        if next == ']' && !ranges.is_empty() {
            return Ok(Token::Class { negated, ranges });
        }
        let start = next;
        next = rest.next().ok_or_else(unfinished)?;
        if start == '\\' || (start == '[' && matches!(next, ':' | '.' | '=')) {
            // `[\]]` and `[[:alpha:]]` are other sets to a shell than to a reader who does not know them.
            return Err(PatternError::new(
                "a `\\`, or a set with a name such as `[:alpha:]`, stands within `[…]`",
                "name the characters, as in `[a-z]`",
            ));
        }
        if next == '-' {
            let end = rest.next().ok_or_else(unfinished)?;
            if end == ']' {
                ranges.extend([(start, start), ('-', '-')]);
                return Ok(Token::Class { negated, ranges });
            }
            if end < start {
                return Err(PatternError::new(
                    format!("the range `{start}-{end}` is empty"),
                    format!("write `{end}-{start}`"),
                ));
            }
            ranges.push((start, end));
            next = rest.next().ok_or_else(unfinished)?;
        } else {
            ranges.push((start, start));
        }
    }
}
