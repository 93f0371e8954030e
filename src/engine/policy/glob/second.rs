//! A second reader of path patterns: texts in, yes or no out.
//!
//! An allow rests on two readers of its pattern. This one shares nothing with the first: it works on the texts, walks
//! forward and takes back only the last wildcard, which is enough for the longest match of each. Tests put both beside
//! a third, `globset`.
//!
//! Deliberately absent: names that are patterns themselves, letters that differ in case, errors. What is no pattern matches
//! nothing.

use std::str::Chars;

/// Whether `pattern` matches exactly the path `name`; both without the `/` in front.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = (Some(pattern), Some(name));
    // What follows the last `**`, and the parts it was tried on.
    let mut retry = None;
    loop {
        match rest {
            (None, None) => return true,
            (None, Some(_)) => {}
            (Some(pattern), name) => {
                let (part, behind) = cut(pattern);
                match (part, behind, name.map(cut)) {
                    ("**", None, name) => return name.is_some(),
                    ("**", behind, _) => {
                        retry = name.map(|name| (behind, name));
                        rest = (behind, name);
                        continue;
                    }
                    (part, behind, Some((text, others))) if part_matches(part, text) => {
                        rest = (behind, others);
                        continue;
                    }
                    _ => {}
                }
            }
        }
        let Some((behind, Some(next))) = retry.map(|(behind, name)| (behind, cut(name).1)) else {
            return false;
        };
        retry = Some((behind, next));
        rest = (behind, Some(next));
    }
}

/// The first part, and what follows its slash.
fn cut(text: &str) -> (&str, Option<&str>) {
    text.split_once('/').map_or((text, None), |(first, rest)| (first, Some(rest)))
}

fn part_matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // What follows the last `*`, and the characters it was tried on.
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let mut behind = pattern.clone();
        let mut rest = text.clone();
        match (behind.next(), rest.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                pattern = behind.clone();
                retry = Some((behind, text.clone()));
                continue;
            }
            (Some(c), Some(found)) if character_matches(c, &mut behind, found) => {
                (pattern, text) = (behind, rest);
                continue;
            }
            _ => {}
        }
        let Some((behind, mut from)) = retry.take() else { return false };
        if from.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), from.clone());
        retry = Some((behind, from));
    }
}

/// Takes what belongs to `c` from the pattern.
fn character_matches(c: char, pattern: &mut Chars<'_>, found: char) -> bool {
    match c {
        '?' => true,
        '\\' => pattern.next() == Some(found),
        '[' => set_has(pattern, found),
        c => c == found,
    }
}

fn set_has(pattern: &mut Chars<'_>, found: char) -> bool {
    let negated = pattern.as_str().starts_with(['!', '^']);
    if negated {
        pattern.next();
    }
    let mut inside = false;
    // A `]` that stands first is a member.
    let mut first = true;
    while let Some(start) = pattern.next() {
        if start == ']' && !first {
            return inside != negated;
        }
        first = false;
        let mut behind = pattern.clone();
        match (behind.next(), behind.next()) {
            // A `-` before the end is a member.
            (Some('-'), Some(end)) if end != ']' => {
                inside |= (start..=end).contains(&found);
                *pattern = behind;
            }
            _ => inside |= start == found,
        }
    }
    false
}
