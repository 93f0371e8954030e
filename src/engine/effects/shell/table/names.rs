//! Names of files, told apart by patterns, and fields with a name put into them: what programs that find files share.

use crate::effects::Name;
use crate::effects::shell::command::strictly_below;
use crate::effects::shell::field::{Bit, Field};

/// The files that a walk from `root` comes by: those below it, and itself, unless it is written as a directory.
pub(super) fn files_below(root: &Name, written: Option<&str>) -> Vec<Name> {
    let directory =
        written.is_some_and(|text| matches!(text.rsplit('/').next(), Some("" | "." | ".." | "~")));
    let mut names = vec![strictly_below(root.clone())];
    if !directory {
        names.push(root.clone());
    }
    names
}

/// The files below `root` that match a pattern, `root` itself included; `None` where that cannot be said.
pub(super) fn narrow(root: &Name, written: Option<&str>, pattern: &str) -> Option<Vec<Name>> {
    let Name::Literal(path) = root else { return None };
    if path.contains(['*', '?', '[', '{', '\\']) {
        return None;
    }
    let first = pattern.split('/').next().unwrap_or_default();
    if pattern.contains('/') && path.split('/').any(|part| part == first) {
        return None;
    }
    let mut names = vec![Name::Glob(format!("{}/**/{pattern}", path.trim_end_matches('/')))];
    let own = written?.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if !pattern.contains('/') && matches_whole(pattern, own) {
        names.push(root.clone());
    }
    Some(names)
}

/// Whether a pattern for a name can stand in a pattern for paths.
pub(super) fn is_component(pattern: &str) -> bool {
    !pattern.is_empty()
        && !pattern.chars().all(|c| c == '*')
        && !matches!(pattern, "." | "..")
        && !pattern.contains(['/', '\\', '{', '}', '!', '^'])
        && !pattern.contains("[:")
        && !pattern.contains("**")
        && pattern.chars().all(|c| !c.is_control())
        && pattern.matches('[').count() == pattern.matches(']').count()
}

/// `*/name/*` as a pattern of paths below a directory.
pub(super) fn directory_pattern(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix("*/").or_else(|| pattern.strip_prefix("./"))?.strip_suffix("/*")?;
    let plain = !inner.is_empty() && !inner.contains(['*', '?', '[', '\\', '{', '/']);
    // `./name/*` is at the root only, which is one of the places that the wider pattern means.
    plain.then(|| format!("{inner}/**"))
}

/// Whether a pattern with `*` and `?` matches the whole of a name; a class matches any character.
fn matches_whole(pattern: &str, name: &str) -> bool {
    let mut classes = String::new();
    let mut inside = false;
    for c in pattern.chars() {
        match c {
            '[' if !inside => inside = true,
            ']' if inside => {
                inside = false;
                classes.push('?');
            }
            c if !inside => classes.push(c),
            _ => {}
        }
    }
    let pattern: Vec<char> = classes.chars().collect();
    let mut reached = vec![false; pattern.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    let stars = |reached: &mut Vec<bool>| {
        for (i, c) in pattern.iter().enumerate() {
            if *c == '*'
                && reached.get(i) == Some(&true)
                && let Some(next) = reached.get_mut(i + 1)
            {
                *next = true;
            }
        }
    };
    stars(&mut reached);
    for letter in name.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (i, c) in pattern.iter().enumerate() {
            if reached.get(i) != Some(&true) {
                continue;
            }
            let to = if *c == '*' {
                Some(i)
            } else if *c == '?' || *c == letter {
                Some(i + 1)
            } else {
                None
            };
            if let Some(slot) = to.and_then(|to| next.get_mut(to)) {
                *slot = true;
            }
        }
        stars(&mut next);
        reached = next;
    }
    reached.last() == Some(&true)
}

/// A field with every `mark` in its text replaced.
pub(super) fn replaced(field: &Field, mark: &str, value: &Field) -> Field {
    let mut whole = Field::default();
    for bit in field.bits() {
        let Bit::Text(text) = bit else {
            whole.push(bit.clone());
            continue;
        };
        for (i, part) in text.split(mark).enumerate() {
            if i > 0 {
                whole.extend(value);
            }
            if !part.is_empty() {
                whole.push(Bit::Text(part.to_owned()));
            }
        }
    }
    whole
}
