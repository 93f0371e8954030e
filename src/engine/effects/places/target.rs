//! A path, pattern or tree as it is compared with places.
//!
//! In comes a name as an effect has it; out come its components, lower case, each able to say whether it meets a
//! component of a place. Where a place may stand is the place's own affair.

use super::place::Places;
use crate::effects::Name;

/// A path, pattern or tree, ready to be compared.
pub(super) struct Target {
    pub(super) parts: Vec<Part>,
    /// Whether it begins at the root, not at a home.
    pub(super) anchored: bool,
    /// Whether everything below it is meant too.
    pub(super) tree: bool,
    glob: bool,
}

/// One component.
#[derive(Debug)]
pub(super) struct Part {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Literal,
    /// Nothing but wildcards: it aims at nothing.
    Wild,
    /// A pattern with something in it; its literal beginning ends, and its literal end begins, at these bytes.
    Pattern {
        head: usize,
        tail: usize,
    },
}

impl Target {
    /// Nothing for a name that is not known.
    pub(super) fn of(path: &Name, tree: bool) -> Option<Self> {
        let (text, glob) = match path {
            Name::Literal(text) => (text, false),
            Name::Glob(text) => (text, true),
            Name::Dynamic => return None,
        };
        let mut tree = tree;
        let mut parts: Vec<Part> = text
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| Part::of(part.to_lowercase(), glob))
            .collect();
        // `x/**/*` is everything below `x`, and `x` itself left alone.
        if let [.., before, last] = &*parts
            && glob
            && before.is_any_directories()
            && last.text == "*"
        {
            parts.pop();
        }
        if glob && parts.last().is_some_and(Part::is_any_directories) {
            parts.pop();
            tree = true;
        }
        Some(Self { parts, anchored: text.starts_with('/'), tree, glob })
    }

    /// The first bytes of the components, one bit each: a place that begins with another cannot be met. Nothing when
    /// any place may be.
    pub(super) fn first_bytes(&self) -> Option<u128> {
        // The root itself may be above every place there.
        if self.parts.is_empty() {
            return None;
        }
        self.parts.iter().try_fold(0, |bits, part| match part.text.bytes().next() {
            _ if part.begins_wild() => None,
            Some(byte) if byte.is_ascii() => Some(bits | 1 << byte),
            _ => Some(bits),
        })
    }

    pub(super) fn meets(&self, places: &Places) -> bool {
        places.any_met_by(self, |_| true)
    }

    /// Whether it is a name that some of the places has, in whatever directories; a pattern for names, or a tree, is
    /// more than that.
    pub(super) fn is_one_of(&self, places: &Places) -> bool {
        !self.tree
            && self.parts.last().is_some_and(|last| matches!(last.kind, Kind::Literal))
            && self.meets(places)
    }

    /// Whether it lies within a directory that some of the places is, or is a search for a name they have.
    pub(super) fn aims_at(&self, places: &Places) -> bool {
        let searches = self.glob && self.parts.iter().any(Part::is_any_directories);
        let parts = self.parts.iter().map(Part::as_search).collect();
        let alone = Self { parts, tree: false, ..*self };
        places.any_met_by(&alone, |below| searches || below)
    }

    /// Whether this is a tree that holds somebody's home as a whole.
    pub(super) fn is_home_or_above(&self) -> bool {
        let mut parts = self.parts.iter().map(|part| part.text.as_str());
        if !self.tree {
            return false;
        }
        matches!(
            (parts.next(), parts.next(), parts.next()),
            (None, ..)
                | (Some("~" | "root" | "home" | "users" | "**"), None, _)
                | (Some("home" | "users"), Some(_), None)
        )
    }
}

const WILDCARDS: [char; 4] = ['*', '?', '[', ']'];

impl Part {
    pub(super) fn of(text: String, glob: bool) -> Self {
        let kind = if !glob || !text.contains(WILDCARDS) {
            Kind::Literal
        } else if text.bytes().all(|byte| matches!(byte, b'*' | b'?')) {
            Kind::Wild
        } else {
            Kind::Pattern {
                head: text.find(WILDCARDS).unwrap_or(text.len()),
                tail: text.rfind(WILDCARDS).map_or(0, |at| at + 1),
            }
        };
        Self { text, kind }
    }

    /// The same, or nothing where it is all wildcard but for a dot: looking for that says nothing, and stands for no
    /// place.
    fn as_search(&self) -> Self {
        let says = match self.kind {
            Kind::Literal => true,
            Kind::Wild => self.is_any_directories(),
            Kind::Pattern { .. } => {
                flattened(&self.text).iter().any(|c| !matches!(c, None | Some('.' | '*')))
            }
        };
        if says {
            Self { text: self.text.clone(), kind: self.kind }
        } else {
            Self { text: String::new(), kind: Kind::Wild }
        }
    }

    /// `**`, which stands for any directories.
    pub(super) fn is_any_directories(&self) -> bool {
        self.text == "**"
    }

    fn begins_wild(&self) -> bool {
        match self.kind {
            Kind::Literal => false,
            Kind::Wild => true,
            Kind::Pattern { head, .. } => head == 0,
        }
    }

    /// Whether it meets the component, and is not just anything.
    pub(super) fn aims_at(&self, component: &str) -> bool {
        !matches!(self.kind, Kind::Wild) && self.meets(component)
    }

    /// Whether some name matches both: `component` is literal but for `*`.
    pub(super) fn meets(&self, component: &str) -> bool {
        match self.kind {
            Kind::Literal => literal_matches(component.as_bytes(), self.text.as_bytes()),
            Kind::Wild => patterns_meet(component.trim_end_matches('*'), &self.text),
            // `*.ts` can match `id_rsa.ts`, but does not aim at `id_rsa*`; nor does `log-*` at `*.pem`.
            Kind::Pattern { head, tail } => {
                let component = component.trim_end_matches('*');
                self.ends_may_meet(component, head, tail)
                    && aims(component, &self.text)
                    && patterns_meet(component, &self.text)
            }
        }
    }

    /// Whether the literal beginnings, and the literal ends, agree as far as both go. Most pairs differ there, and need
    /// no closer look.
    fn ends_may_meet(&self, component: &str, head: usize, tail: usize) -> bool {
        let literal = |byte: &u8| *byte != b'*';
        let part = self.text.as_bytes();
        let ends = part
            .iter()
            .skip(tail)
            .rev()
            .zip(component.as_bytes().iter().rev().take_while(|byte| literal(byte)));
        let begins = part.iter().take(head).zip(component.as_bytes().iter().take_while(|byte| literal(byte)));
        ends.into_iter().all(|(a, b)| a == b) && begins.into_iter().all(|(a, b)| a == b)
    }
}

/// Whether some name matches both `place`, which is literal but for `*`, and `part`, a pattern with `*`, `?` and `[…]`.
fn patterns_meet(place: &str, part: &str) -> bool {
    let place: Vec<char> = place.chars().collect();
    let part = flattened(part);
    // Row by row: which prefixes of `part` can be matched together with this prefix of `place`.
    // `None` in `part` stands for any one character, '*' in a glob for any number of them.
    let star = |c: Option<&Option<char>>| c == Some(&Some('*'));
    let mut row: Vec<bool> = Vec::with_capacity(part.len() + 1);
    for column in 0..=part.len() {
        let reached =
            column == 0 || (row.get(column - 1).copied().unwrap_or(false) && star(part.get(column - 1)));
        row.push(reached);
    }
    for &wanted in &place {
        let mut next: Vec<bool> = Vec::with_capacity(row.len());
        for column in 0..row.len() {
            let above = row.get(column).copied().unwrap_or(false);
            let diagonal = column > 0 && row.get(column - 1).copied().unwrap_or(false);
            let left = column > 0 && next.get(column - 1).copied().unwrap_or(false);
            let here = column.checked_sub(1).and_then(|c| part.get(c));
            let reached = if wanted == '*' || star(here) {
                above || left
            } else {
                diagonal && here.is_some_and(|c| c.is_none_or(|c| c == wanted))
            };
            next.push(reached);
        }
        row = next;
    }
    row.last().copied().unwrap_or(false)
}

/// Whether a glob component with `*` is about a place, not about names of which it may be one: it matches what the
/// place spells out, and is more than an ending.
fn aims(place: &str, part: &str) -> bool {
    if !part.contains('*') {
        return true;
    }
    if place.contains('*') {
        let spelled = place.replace('*', "");
        return literal_matches(part_as_place(part).as_bytes(), spelled.as_bytes()) || part.contains('[');
    }
    match part.strip_prefix('*') {
        Some(ending) if ending.starts_with('.') && !ending.contains(['*', '?', '[']) => ending == place,
        _ => true,
    }
}

/// The component with `?` widened to `*`, which is all that a place knows.
fn part_as_place(part: &str) -> String {
    part.replace('?', "*")
}

/// Whether the literal `part` is one that `place` stands for, `*` being any number of bytes.
fn literal_matches(place: &[u8], part: &[u8]) -> bool {
    let (mut at_place, mut at_part) = (0, 0);
    // Where the last star stood, and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while at_part < part.len() {
        match (place.get(at_place), star) {
            (Some(b'*'), _) => {
                star = Some((at_place, at_part));
                at_place += 1;
            }
            (wanted, _) if wanted == part.get(at_part) => {
                at_place += 1;
                at_part += 1;
            }
            (_, Some((stood, taken))) => {
                star = Some((stood, taken + 1));
                at_place = stood + 1;
                at_part = taken + 1;
            }
            (_, None) => return false,
        }
    }
    place.get(at_place..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

/// A glob component with `?` and `[…]` as "any one character".
fn flattened(part: &str) -> Vec<Option<char>> {
    let mut out = Vec::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match c {
            '?' => out.push(None),
            '[' => {
                // `[*]` is how a literal is escaped; a closing bracket may stand first.
                let mut inside: Vec<char> = Vec::new();
                for c in chars.by_ref() {
                    if c == ']' && !inside.is_empty() {
                        break;
                    }
                    inside.push(c);
                }
                out.push(None);
            }
            c => out.push(Some(c)),
        }
    }
    out
}
