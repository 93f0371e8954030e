//! `{a,b}` and `{1..9}`: one word written as several.
//!
//! One walk over the word finds which braces belong together, another writes the words out. How many there will be is
//! known before the first is written.

use crate::effects::shell::syntax::{Piece, Word};
use std::ops::Range;

/// Most words one word becomes; one that becomes as many may be meant to become more.
const MOST: usize = 64;

/// Deepest braces in braces.
const DEEPEST: usize = 8;

/// Most characters and pieces of all words that one word becomes.
const LONGEST: usize = 1 << 17;

/// What a word stands for.
pub(super) enum Expansion {
    /// Itself: there are no braces to expand.
    None,
    /// These, at least one.
    Words(Vec<Word>),
    /// More than are followed.
    TooMany,
}

/// A character of a word, or a piece that is none.
#[derive(Clone, Copy)]
enum Atom<'a> {
    /// Outside quotes.
    Plain(char),
    /// Everything else.
    Piece(&'a Piece),
}

/// A stretch of a word.
enum Part<'a> {
    /// Stands for itself.
    Atom(Atom<'a>),
    /// One of these.
    Choice(Vec<Vec<Self>>),
}

/// The words which `word` stands for, where they are fewer than `room`.
pub(super) fn expand(word: &Word, room: usize) -> Expansion {
    let has = |open: char| {
        word.pieces.iter().any(|piece| matches!(piece, Piece::Plain(text) if text.contains(open)))
    };
    if !has('{') || !has('}') {
        return Expansion::None;
    }
    let mut atoms = Vec::new();
    for piece in &word.pieces {
        match piece {
            Piece::Plain(text) => atoms.extend(text.chars().map(Atom::Plain)),
            piece => atoms.push(Atom::Piece(piece)),
        }
    }
    let groups = groups(&atoms);
    let expands = |group: &Group| !group.commas.is_empty() || range(&atoms, group).is_some();
    if !groups.iter().flatten().any(expands) {
        return Expansion::None;
    }
    if room == 0 {
        return Expansion::TooMany;
    }
    let Some(parts) = parts(&atoms, &groups, 0..atoms.len(), 0) else { return Expansion::TooMany };
    let words = count(&parts);
    if words >= MOST || words > room || words.saturating_mul(atoms.len()) > LONGEST {
        return Expansion::TooMany;
    }
    let mut written = vec![Vec::new()];
    write(&parts, &mut written);
    let word = |atoms: Vec<Atom<'_>>| Word { pieces: pieces(&atoms), span: word.span.clone() };
    Expansion::Words(written.into_iter().map(word).collect())
}

/// Braces that belong together.
struct Group {
    open: usize,
    close: usize,
    /// The commas between its members.
    commas: Vec<usize>,
}

/// The groups of a word, each where it opens.
fn groups(atoms: &[Atom<'_>]) -> Vec<Option<Group>> {
    let mut groups: Vec<Option<Group>> = Vec::new();
    groups.resize_with(atoms.len(), || None);
    let mut open: Vec<Group> = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        match atom {
            Atom::Plain('{') => open.push(Group { open: at, close: at, commas: Vec::new() }),
            Atom::Plain(',') => {
                if let Some(group) = open.last_mut() {
                    group.commas.push(at);
                }
            }
            Atom::Plain('}') => {
                if let Some(group) = open.pop()
                    && let Some(slot) = groups.get_mut(group.open)
                {
                    *slot = Some(Group { close: at, ..group });
                }
            }
            _ => {}
        }
    }
    groups
}

/// The parts of a stretch; `None` if braces are too deep in each other, or follow each other too often.
fn parts<'a>(
    atoms: &[Atom<'a>],
    groups: &[Option<Group>],
    within: Range<usize>,
    depth: usize,
) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    let mut words = 1usize;
    let mut at = within.start;
    while at < within.end {
        let Some(atom) = atoms.get(at) else { break };
        let group = groups.get(at).and_then(Option::as_ref);
        let choice = match group {
            Some(group) if !group.commas.is_empty() => {
                if depth >= DEEPEST {
                    return None;
                }
                let mut members = Vec::with_capacity(group.commas.len() + 1);
                let mut from = group.open + 1;
                for end in group.commas.iter().copied().chain([group.close]) {
                    members.push(self::parts(atoms, groups, from..end, depth + 1)?);
                    from = end + 1;
                }
                Some(members)
            }
            Some(group) => range(atoms, group),
            None => None,
        };
        match (choice, group) {
            (Some(members), Some(group)) => {
                words = words.saturating_mul(members.len());
                if words >= MOST {
                    return None;
                }
                parts.push(Part::Choice(members));
                at = group.close + 1;
            }
            // A brace that opens nothing is a character, and what follows it may be a group.
            _ => {
                parts.push(Part::Atom(*atom));
                at += 1;
            }
        }
    }
    Some(parts)
}

/// How many words there are.
fn count(parts: &[Part<'_>]) -> usize {
    parts.iter().fold(1, |words, part| match part {
        Part::Atom(_) => words,
        Part::Choice(members) => {
            let members = members.iter().map(|member| count(member));
            words.saturating_mul(members.fold(0, usize::saturating_add))
        }
    })
}

/// Puts the parts behind each of the words so far. Their number was counted before.
fn write<'a>(parts: &[Part<'a>], words: &mut Vec<Vec<Atom<'a>>>) {
    for part in parts {
        match part {
            Part::Atom(atom) => words.iter_mut().for_each(|word| word.push(*atom)),
            Part::Choice(members) => {
                let mut endings = Vec::new();
                for member in members {
                    let mut ending = vec![Vec::new()];
                    write(member, &mut ending);
                    endings.extend(ending);
                }
                *words = words
                    .iter()
                    .flat_map(|word| endings.iter().map(move |ending| [word.as_slice(), ending].concat()))
                    .collect();
            }
        }
    }
}

/// Longest range of numbers that is written out.
const MOST_NUMBERS: i64 = 8;

/// Longest text of a range.
const LONGEST_RANGE: usize = 64;

static NUMBER: Piece = Piece::Arithmetic(Vec::new());

/// `1..9`, `a..f`, with a step.
fn range<'a>(atoms: &[Atom<'a>], group: &Group) -> Option<Vec<Vec<Part<'a>>>> {
    let inner = atoms.get(group.open + 1..group.close).filter(|inner| inner.len() <= LONGEST_RANGE)?;
    let text: String = inner
        .iter()
        .map(|atom| match atom {
            Atom::Plain(c) => Some(*c),
            Atom::Piece(_) => None,
        })
        .collect::<Option<_>>()?;
    let mut bounds = text.split("..");
    let (first, last) = (bounds.next()?, bounds.next()?);
    let step = bounds.next();
    if bounds.next().is_some() || step.is_some_and(|step| step.parse::<i64>().is_err()) {
        return None;
    }
    let word = |text: String| text.chars().map(|c| Part::Atom(Atom::Plain(c))).collect::<Vec<_>>();
    if let (Ok(low), Ok(high)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let (low, high) = (low.min(high), low.max(high));
        // `{01..10}` writes each number with as many digits.
        let padded = |text: &str| text.len() > 1 && text.starts_with('0');
        if low < 0 || high.saturating_sub(low) > MOST_NUMBERS {
            // As many as these are some number.
            return Some((0..2).map(|_| vec![Part::Atom(Atom::Piece(&NUMBER))]).collect());
        }
        let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
        return Some((low..=high).map(|n| word(format!("{n:0width$}"))).collect());
    }
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
    };
    let (first, last) = (single(first)?, single(last)?);
    Some((first.min(last)..=first.max(last)).map(|c| word(c.to_string())).collect())
}

fn pieces(atoms: &[Atom<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for atom in atoms {
        match atom {
            Atom::Plain(c) => match pieces.last_mut() {
                Some(Piece::Plain(text)) => text.push(*c),
                _ => pieces.push(Piece::Plain(c.to_string())),
            },
            Atom::Piece(piece) => pieces.push((*piece).clone()),
        }
    }
    pieces
}
