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

use crate::order::sorted;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

mod parse;
pub(crate) mod second;
mod stem;

pub use parse::PatternError;
pub(crate) use stem::Stem;

/// Longest name that is compared; a longer one cannot be evaluated. Linux takes no longer path.
pub(crate) const LONGEST_NAME: usize = 4096;

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
    /// Whether all characters are of ASCII, which is asked at nearly every comparison.
    ascii: bool,
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

impl Glob {
    fn of(parts: Vec<Part>) -> Self {
        let ascii = parts.iter().all(|part| match part {
            Part::One(tokens) => tokens.iter().all(|token| !matches!(token, Token::Char(c) if !c.is_ascii())),
            Part::Deep => true,
        });
        Self { parts, ascii }
    }

    /// Takes a text as it stands.
    pub(crate) fn literal(text: &str, syntax: Syntax) -> Self {
        let parts = match syntax.separator {
            Some(separator) => text.split(separator).map(literal_part).collect(),
            None => vec![literal_part(text)],
        };
        Self::of(parts)
    }

    /// The name without parts: the root.
    pub(crate) const fn empty() -> Self {
        Self { parts: Vec::new(), ascii: true }
    }

    /// One part, whatever it is.
    pub(crate) fn entry() -> Self {
        Self::of(vec![Part::One(vec![Token::Star])])
    }

    /// Any number of parts.
    pub(crate) fn deep() -> Self {
        Self::of(vec![Part::Deep])
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
        Self::of(front.parts.iter().chain(&self.parts).cloned().collect())
    }

    /// The last `n` parts, where it has that many and none of all parts is a `**`.
    pub(crate) fn last(&self, n: usize) -> Option<Self> {
        let from = self.parts.len().checked_sub(n)?;
        if self.parts.contains(&Part::Deep) {
            return None;
        }
        Some(Self::of(self.parts.get(from..)?.to_vec()))
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

    /// Whether some name is matched by both. `fold` also takes names for equal that differ in case only, or in
    /// how Unicode writes an accent, because some file systems do.
    pub(crate) fn overlaps(&self, other: &Self, fold: bool) -> bool {
        self.overlaps_as_written(other, fold)
            || (fold
                && !(self.ascii && other.ascii)
                && self.decomposed().overlaps_as_written(&other.decomposed(), true))
    }

    /// The same with every accent on its own (Unicode normalisation form D).
    fn decomposed(&self) -> Self {
        let decompose = |part: &Part| match part {
            Part::One(tokens) => Part::One(decompose(tokens)),
            Part::Deep => Part::Deep,
        };
        Self::of(self.parts.iter().map(decompose).collect())
    }

    fn overlaps_as_written(&self, other: &Self, fold: bool) -> bool {
        let one = |ours: &[Token], theirs: &[Token]| parts_overlap(ours, theirs, fold);
        let (ours, theirs) = match behind_first_parts(&self.parts, &other.parts, one) {
            None => return false,
            Some(([], []) | ([Part::Deep], _) | (_, [Part::Deep])) => return true,
            Some(rest) => rest,
        };
        table(ours, theirs, |ours, theirs, next| match (ours, theirs) {
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
    let (ours, theirs) = match behind_first_parts(ours, theirs, part_contains) {
        None => return false,
        Some(([], []) | ([Part::Deep], _)) => return true,
        Some(rest) => rest,
    };
    table(ours, theirs, |ours, theirs, next| match (ours, theirs) {
        (Some(Part::Deep), theirs) => next.skip_ours || (theirs.is_some() && next.skip_theirs),
        (Some(Part::One(ours)), Some(Part::One(theirs))) => next.skip_both && part_contains(ours, theirs),
        (None, None) => true,
        (None, Some(_)) | (Some(_), _) => false,
    })
}

/// What follows the parts before the first `**` of either, or `None` if those do not agree, or one of the two ends among
/// them and the other does not. It settles most comparisons without a table.
fn behind_first_parts<'p>(
    mut ours: &'p [Part],
    mut theirs: &'p [Part],
    agree: impl Fn(&[Token], &[Token]) -> bool,
) -> Option<(&'p [Part], &'p [Part])> {
    while let ([Part::One(a), our_rest @ ..], [Part::One(b), their_rest @ ..]) = (ours, theirs) {
        if !agree(a, b) {
            return None;
        }
        (ours, theirs) = (our_rest, their_rest);
    }
    match (ours, theirs) {
        ([], [Part::One(_), ..]) | ([Part::One(_), ..], []) => None,
        rest => Some(rest),
    }
}

fn decompose(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    for stretch in tokens.chunk_by(|a, b| matches!((a, b), (Token::Char(_), Token::Char(_)))) {
        let chars = stretch.iter().filter_map(|token| match token {
            Token::Char(c) => Some(*c),
            Token::Any | Token::Class { .. } | Token::Star => None,
        });
        let chars = decomposed(chars);
        if chars.is_empty() {
            out.extend_from_slice(stretch);
        } else {
            out.extend(chars.into_iter().map(Token::Char));
        }
    }
    out
}

/// Characters in normal form D (Unicode Standard Annex #15). Not by the crate's own iterator, which brings the tables of
/// the other forms with it: sixty KB of what each VM holds.
fn decomposed(chars: impl Iterator<Item = char>) -> Vec<char> {
    let mut out = Vec::new();
    // Marks behind the last character that is none, with their classes.
    let mut marks: Vec<(u8, char)> = Vec::new();
    let ordered = |marks: &mut Vec<(u8, char)>, out: &mut Vec<char>| {
        let marks = sorted(std::mem::take(marks), |a, b| a.0.cmp(&b.0));
        out.extend(marks.into_iter().map(|(_, mark)| mark));
    };
    for c in chars {
        decompose_canonical(c, |c| match canonical_combining_class(c) {
            0 => {
                ordered(&mut marks, &mut out);
                out.push(c);
            }
            class => marks.push((class, c)),
        });
    }
    ordered(&mut marks, &mut out);
    out
}

fn literal_part(text: &str) -> Part {
    Part::One(text.chars().map(Token::Char).collect())
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
        (Token::Char(a), Token::Char(b)) if a.is_ascii() && b.is_ascii() => {
            a == b || (fold && a.eq_ignore_ascii_case(b))
        }
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
