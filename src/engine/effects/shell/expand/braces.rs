//! `{a,b}` and `{1..9}`: one word written as several.

use crate::effects::shell::syntax::{Piece, Word};

/// Most words one word becomes; one that becomes as many may be meant to become more.
pub(super) const MOST: usize = 64;

/// A character of a word, or a piece that is none.
#[derive(Clone)]
enum Atom<'a> {
    /// Outside quotes.
    Plain(char),
    /// Everything else.
    Piece(&'a Piece),
}

/// The words which `word` stands for; none if there are no braces to expand.
pub(super) fn expand(word: &Word) -> Vec<Word> {
    let has = |open: char| {
        word.pieces.iter().any(|piece| matches!(piece, Piece::Plain(text) if text.contains(open)))
    };
    if !has('{') || !has('}') {
        return Vec::new();
    }
    let mut atoms = Vec::new();
    for piece in &word.pieces {
        match piece {
            Piece::Plain(text) => atoms.extend(text.chars().map(Atom::Plain)),
            piece => atoms.push(Atom::Piece(piece)),
        }
    }
    let words = alternatives(&atoms, 0);
    if words.len() <= 1 {
        return Vec::new();
    }
    words.into_iter().map(|atoms| Word { pieces: pieces(&atoms), span: word.span.clone() }).collect()
}

fn alternatives<'a>(atoms: &[Atom<'a>], depth: usize) -> Vec<Vec<Atom<'a>>> {
    for (open, atom) in atoms.iter().enumerate() {
        if !matches!(atom, Atom::Plain('{')) || depth > 8 {
            continue;
        }
        let Some((close, commas)) = group(atoms, open) else { continue };
        let inner = atoms.get(open + 1..close).unwrap_or_default();
        let members: Vec<Vec<Atom<'a>>> = if commas.is_empty() {
            match range(inner) {
                Some(members) => members,
                None => continue,
            }
        } else {
            let mut members = Vec::new();
            let mut from = open + 1;
            for end in commas.into_iter().chain([close]) {
                members.push(atoms.get(from..end).unwrap_or_default().to_vec());
                from = end + 1;
            }
            members
        };
        let before = atoms.get(..open).unwrap_or_default();
        let after = alternatives(atoms.get(close + 1..).unwrap_or_default(), depth + 1);
        let mut words = Vec::new();
        for member in members {
            for member in alternatives(&member, depth + 1) {
                for after in &after {
                    if words.len() >= MOST {
                        return words;
                    }
                    let mut word = before.to_vec();
                    word.extend_from_slice(&member);
                    word.extend_from_slice(after);
                    words.push(word);
                }
            }
        }
        return words;
    }
    vec![atoms.to_vec()]
}

/// The closing brace of the group that opens at `open`, and its commas.
fn group(atoms: &[Atom<'_>], open: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0usize;
    let mut commas = Vec::new();
    for (at, atom) in atoms.iter().enumerate().skip(open) {
        match atom {
            Atom::Plain('{') => depth += 1,
            Atom::Plain('}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((at, commas));
                }
            }
            Atom::Plain(',') if depth == 1 => commas.push(at),
            _ => {}
        }
    }
    None
}

/// Longest range of numbers that is written out.
const MOST_NUMBERS: i64 = 8;

static NUMBER: Piece = Piece::Arithmetic(Vec::new());

/// `1..9`, `a..f`, with a step.
fn range<'a>(inner: &[Atom<'a>]) -> Option<Vec<Vec<Atom<'a>>>> {
    let text: String = inner
        .iter()
        .map(|atom| match atom {
            Atom::Plain(c) => Some(*c),
            Atom::Piece(_) => None,
        })
        .collect::<Option<_>>()?;
    let mut parts = text.split("..");
    let (first, last) = (parts.next()?, parts.next()?);
    let step = parts.next();
    if parts.next().is_some() || step.is_some_and(|step| step.parse::<i64>().is_err()) {
        return None;
    }
    let word = |text: String| text.chars().map(Atom::Plain).collect::<Vec<_>>();
    if let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let (low, high) = (first.min(last), first.max(last));
        if low < 0 || high.saturating_sub(low) > MOST_NUMBERS {
            // As many as these are some number.
            return Some(vec![vec![Atom::Piece(&NUMBER)]; 2]);
        }
        return Some((low..=high).map(|n| word(n.to_string())).collect());
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
