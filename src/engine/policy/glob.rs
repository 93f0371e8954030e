//! Patterns over names that have parts: paths by `/`, hosts by `.`, principals by `/`.
//!
//! In go two texts, the policy's pattern and what a call names; out comes whether the second is inside the
//! first for certain, may be, or certainly is not. What a call names can itself be a pattern (`rm *.log`)
//! or a whole tree (`rm -r`), so besides matching a literal there are [`Glob::overlaps`] and
//! [`Glob::contains`]. The first may say yes too often and never too rarely, the second the other way
//! round: whoever uses them leans to the safe side.
//!
//! Deliberately absent: file systems, regular expressions, braces. All work is bounded by the product of the
//! two lengths.

use std::fmt;

/// Longest name that is compared; a longer one cannot be evaluated. Linux takes no longer path.
pub(crate) const LONGEST_NAME: usize = 4096;

/// Longest pattern that is taken.
const LONGEST_PATTERN: usize = 1024;

/// How names of one kind are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// What stands between two parts.
    pub(crate) separator: Option<char>,
    /// Whether `?`, `[…]` and `\` mean something.
    pub(crate) shell: bool,
    /// Whether a `**` at the end stands for at least one part, as in gitignore.
    pub(crate) last_deep_needs_one: bool,
    /// Whether a part may be empty, as the one in `spiffe://`.
    pub(crate) empty_parts: bool,
}

impl Syntax {
    /// Paths without their leading `/`.
    pub(crate) const PATH: Self =
        Self { separator: Some('/'), shell: true, last_deep_needs_one: true, empty_parts: false };
    /// Hosts, databases, tables, actions: labels.
    pub(crate) const LABELS: Self =
        Self { separator: Some('.'), shell: false, last_deep_needs_one: false, empty_parts: false };
    /// Principals, repositories, resources of a cloud, the path of a URL.
    pub(crate) const SEGMENTS: Self =
        Self { separator: Some('/'), shell: false, last_deep_needs_one: false, empty_parts: true };
    /// Names without parts: programs, tools, models.
    pub(crate) const WORD: Self =
        Self { separator: None, shell: false, last_deep_needs_one: false, empty_parts: false };
}

/// A pattern that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    parts: Vec<Part>,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `**`: any number of parts, none included.
    Deep,
    /// One part.
    One(Vec<Token>),
}

/// A piece of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    Any,
    /// `[a-z]`, `[!a-z]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `*`: any number of characters of one part.
    Star,
}

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
        Ok(Self { parts })
    }

    /// Takes a text as it stands.
    pub(crate) fn literal(text: &str, syntax: Syntax) -> Self {
        let parts = match syntax.separator {
            Some(separator) => text.split(separator).map(literal_part).collect(),
            None => vec![literal_part(text)],
        };
        Self { parts }
    }

    /// The name without parts: the root.
    pub(crate) const fn empty() -> Self {
        Self { parts: Vec::new() }
    }

    /// One part, whatever it is.
    pub(crate) fn entry() -> Self {
        Self { parts: vec![Part::One(vec![Token::Star])] }
    }

    /// Any number of parts.
    pub(crate) fn deep() -> Self {
        Self { parts: vec![Part::Deep] }
    }

    fn split(text: &str, syntax: Syntax) -> Vec<&str> {
        match syntax.separator {
            Some(separator) => text.split(separator).collect(),
            None => vec![text],
        }
    }

    /// The same pattern with any number of parts behind it: a whole tree.
    pub(crate) fn and_below(mut self) -> Self {
        if self.parts.last() != Some(&Part::Deep) {
            self.parts.push(Part::Deep);
        }
        self
    }

    /// The same pattern with `parts` in front of it.
    pub(crate) fn below(&self, front: &Self) -> Self {
        Self { parts: front.parts.iter().chain(&self.parts).cloned().collect() }
    }

    /// The last `n` parts, where it has that many and none of all parts is a `**`.
    pub(crate) fn last(&self, n: usize) -> Option<Self> {
        let from = self.parts.len().checked_sub(n)?;
        if self.parts.contains(&Part::Deep) {
            return None;
        }
        Some(Self { parts: self.parts.get(from..)?.to_vec() })
    }

    /// How many parts it has, a `**` counted as one.
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The text of the first part where that is literal.
    pub(crate) fn first_literal(&self) -> Option<String> {
        match self.parts.first() {
            Some(Part::One(tokens)) => tokens
                .iter()
                .map(|token| match token {
                    Token::Char(c) => Some(*c),
                    Token::Any | Token::Class { .. } | Token::Star => None,
                })
                .collect(),
            Some(Part::Deep) | None => None,
        }
    }

    /// Whether it holds a character that stands for itself, and so names something.
    pub(crate) fn names_something(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::One(tokens) => tokens.iter().any(|token| matches!(token, Token::Char(_))),
            Part::Deep => false,
        })
    }

    /// Whether it matches exactly one name.
    pub(crate) fn is_literal(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::One(tokens) => tokens.iter().all(|token| matches!(token, Token::Char(_))),
            Part::Deep => false,
        })
    }

    /// Whether some name is matched by both. `fold` also takes names for equal that differ in case only.
    pub(crate) fn overlaps(&self, other: &Self, fold: bool) -> bool {
        // Most names differ in their first part, and need no table to say so.
        if let (Some(Part::One(ours)), Some(Part::One(theirs))) = (self.parts.first(), other.parts.first())
            && !parts_overlap(ours, theirs, fold)
        {
            return false;
        }
        table(&self.parts, &other.parts, |ours, theirs, next| match (ours, theirs) {
            (Some(Part::Deep), theirs) => next.skip_ours || (theirs.is_some() && next.skip_theirs),
            (ours, Some(Part::Deep)) => next.skip_theirs || (ours.is_some() && next.skip_ours),
            (Some(Part::One(ours)), Some(Part::One(theirs))) => {
                next.skip_both && parts_overlap(ours, theirs, fold)
            }
            (None, None) => true,
            (None, Some(_)) | (Some(_), None) => false,
        })
    }

    /// Whether every name that `other` matches is matched by this one.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        if all_inside(&self.parts, &other.parts) {
            return true;
        }
        // `*/**` and `**/*` are the same names, and each is compared well with what the other is not.
        match self.parts.split_last_chunk::<2>() {
            Some((front, [Part::One(one), Part::Deep])) if *one == [Token::Star] => {
                let mut swapped = front.to_vec();
                swapped.extend([Part::Deep, Part::One(vec![Token::Star])]);
                all_inside(&swapped, &other.parts)
            }
            _ => false,
        }
    }
}

fn all_inside(ours: &[Part], theirs: &[Part]) -> bool {
    table(ours, theirs, |ours, theirs, next| match (ours, theirs) {
        (Some(Part::Deep), theirs) => next.skip_ours || (theirs.is_some() && next.skip_theirs),
        (Some(Part::One(ours)), Some(Part::One(theirs))) => next.skip_both && part_contains(ours, theirs),
        (None, None) => true,
        (None, Some(_)) | (Some(_), _) => false,
    })
}

fn literal_part(text: &str) -> Part {
    Part::One(text.chars().map(Token::Char).collect())
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

/// What the comparison says of the remainders one step on.
struct Next {
    skip_ours: bool,
    skip_theirs: bool,
    skip_both: bool,
}

/// Compares two sequences from their ends, a cell for each pair of remainders: the product of the lengths in
/// time, the length of one in memory.
fn table<T>(ours: &[T], theirs: &[T], cell: impl Fn(Option<&T>, Option<&T>, &Next) -> bool) -> bool {
    let width = theirs.len() + 1;
    let mut below = vec![false; width];
    let mut row = vec![false; width];
    for i in (0..=ours.len()).rev() {
        for j in (0..width).rev() {
            let at = |row: &[bool], j: usize| row.get(j).copied().unwrap_or(false);
            let next =
                Next { skip_ours: at(&below, j), skip_theirs: at(&row, j + 1), skip_both: at(&below, j + 1) };
            let value = cell(ours.get(i), theirs.get(j), &next);
            if let Some(slot) = row.get_mut(j) {
                *slot = value;
            }
        }
        std::mem::swap(&mut below, &mut row);
    }
    below.first().copied().unwrap_or(false)
}

fn parts_overlap(ours: &[Token], theirs: &[Token], fold: bool) -> bool {
    if ours.is_empty() != theirs.is_empty() {
        return false;
    }
    let (ours, theirs) = match behind_head(ours, theirs, |a, b| token_overlaps(a, b, fold)) {
        None => return false,
        // A `*` takes whatever is left.
        Some(([Token::Star], _) | (_, [Token::Star])) => return true,
        Some(rest) => rest,
    };
    table(ours, theirs, |ours, theirs, next| match (ours, theirs) {
        (Some(Token::Star), theirs) => next.skip_ours || (theirs.is_some() && next.skip_theirs),
        (ours, Some(Token::Star)) => next.skip_theirs || (ours.is_some() && next.skip_ours),
        (Some(ours), Some(theirs)) => next.skip_both && token_overlaps(ours, theirs, fold),
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
    })
}

/// What follows the characters before the first `*` of either, or `None` if those differ. It settles most comparisons
/// without a table, however long the names of a hostile call are.
fn behind_head<'t>(
    mut ours: &'t [Token],
    mut theirs: &'t [Token],
    agree: impl Fn(&Token, &Token) -> bool,
) -> Option<(&'t [Token], &'t [Token])> {
    while let ([a, our_rest @ ..], [b, their_rest @ ..]) = (ours, theirs)
        && *a != Token::Star
        && *b != Token::Star
    {
        if !agree(a, b) {
            return None;
        }
        (ours, theirs) = (our_rest, their_rest);
    }
    Some((ours, theirs))
}

fn token_overlaps(ours: &Token, theirs: &Token, fold: bool) -> bool {
    match (ours, theirs) {
        (Token::Char(a), Token::Char(b)) => a == b || (fold && folded(*a).eq(folded(*b))),
        (Token::Class { .. }, Token::Char(c)) => class_has(ours, *c, fold),
        (Token::Char(c), Token::Class { .. }) => class_has(theirs, *c, fold),
        // Two classes may have a member in common; that they do not is not worth finding out.
        _ => true,
    }
}

fn part_contains(ours: &[Token], theirs: &[Token]) -> bool {
    if ours.is_empty() != theirs.is_empty() {
        return false;
    }
    let (ours, theirs) = match behind_head(ours, theirs, token_contains) {
        None => return false,
        Some(([Token::Star], _)) => return true,
        Some(rest) => rest,
    };
    table(ours, theirs, |ours, theirs, next| match (ours, theirs) {
        (Some(Token::Star), theirs) => next.skip_ours || (theirs.is_some() && next.skip_theirs),
        (None, None) => true,
        (None, Some(_)) | (Some(_), None | Some(Token::Star)) => false,
        (Some(ours), Some(theirs)) => next.skip_both && token_contains(ours, theirs),
    })
}

fn token_contains(ours: &Token, theirs: &Token) -> bool {
    match (ours, theirs) {
        (Token::Any, _) => true,
        (Token::Class { .. }, Token::Char(c)) => class_has(ours, *c, false),
        (ours, theirs) => ours == theirs,
    }
}

fn class_has(class: &Token, c: char, fold: bool) -> bool {
    let Token::Class { negated, ranges } = class else { return false };
    let inside = |c: char| ranges.iter().any(|(start, end)| (*start..=*end).contains(&c)) != *negated;
    inside(c) || (fold && (folded(c).any(inside) || c.to_uppercase().any(inside)))
}

/// Simple case folding, one character at a time; enough for names that are compared for denial only.
fn folded(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase()
}

#[cfg(test)]
mod tests;
