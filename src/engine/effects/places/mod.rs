//! Places in the file system that mean more than a file: reading `~/.ssh/id_rsa` also reads a secret,
//! writing `.git/hooks/pre-commit` also leaves something that runs later.
//!
//! In comes what is done to a path; out come the further actions that this amounts to. They are added to
//! the effect on the file, so a rule may speak of either.
//!
//! A tree or a pattern counts when it aims at such a place: when it lies in it, names it, or is a
//! directory that always holds it (`/`, `/etc`, a home). Searching `/workspace` does not count although
//! there may be a `.env` in it, and neither does reading `*.json`: otherwise every search would be one for
//! secrets. A rule on `path` sees that case, because for `deny` it is enough that tree and pattern may meet.
//!
//! Listing a directory that holds nothing but credentials, or looking for files by the name of one, is on its
//! way to them and counts as reading them; listing one that holds them among others does not.

mod table;

use super::{Action, Name};
use table::{ACCOUNTS, CREDENTIALS, DISKS, HARMLESS, INSTRUCTIONS, LATER, METADATA, POWER, TRACES};

/// The further actions which doing `action` to `path` (or to the whole tree below it) amounts to.
pub fn amounts_to(action: &Action, path: &Name, tree: bool) -> Vec<Action> {
    let mut further = Vec::new();
    let Some(target) = Target::of(path, tree) else {
        return further;
    };
    let reads = *action == Action::FILE_READ;
    if *action == Action::FILE_LIST {
        if target.aims_at(CREDENTIALS) {
            further.push(Action::SECRET_READ);
        }
        return further;
    }
    let writes = *action == Action::FILE_WRITE || *action == Action::FILE_PERMISSION;
    let deletes = *action == Action::FILE_DELETE;
    if reads && (target.meets(CREDENTIALS) || target.is_home_or_above()) && !target.meets_exactly(HARMLESS) {
        further.push(Action::SECRET_READ);
    }
    if writes && target.meets(LATER) {
        further.push(Action::PERSISTENCE_INSTALL);
    }
    if writes && target.meets(INSTRUCTIONS) {
        further.push(Action::MEMORY_WRITE);
    }
    if writes && target.meets(ACCOUNTS) {
        further.push(Action::PRIVILEGE_RAISE);
    }
    if (writes || deletes) && target.meets(TRACES) {
        further.push(Action::EVASION_HIDE);
    }
    // A search from the root passes by the devices; it does not aim at them.
    let above = target.tree && target.parts.len() < 2;
    if (reads || writes || deletes) && !above && target.meets(DISKS) {
        further.push(Action::SYSTEM_DISK);
    }
    if writes && target.meets(POWER) {
        further.push(Action::SYSTEM_POWER);
    }
    further
}

/// Whether a host hands out credentials to whoever can reach it: the metadata services of clouds.
pub fn is_metadata_host(host: &str) -> bool {
    METADATA.contains(&host)
}

/// A path, pattern or tree, ready to be compared: lower case, in components.
struct Target {
    parts: Vec<String>,
    /// The first bytes of the components, one bit each: a place whose first byte is none of them needs no
    /// further look, and that is nearly every place.
    first_bytes: u128,
    /// The same for their first two bytes, of which many share a bit.
    first_pairs: u64,
    /// Whether it begins at the root, not at a home.
    anchored: bool,
    glob: bool,
    tree: bool,
}

impl Target {
    fn of(path: &Name, tree: bool) -> Option<Self> {
        let (text, glob) = match path {
            Name::Literal(text) => (text, false),
            Name::Glob(text) => (text, true),
            Name::Dynamic => return None,
        };
        let mut tree = tree;
        let mut parts: Vec<String> =
            text.split('/').filter(|p| !p.is_empty()).map(str::to_lowercase).collect();
        // `x/**/*` is everything below `x`, and `x` itself left alone.
        if glob && parts.ends_with(&["**".to_owned(), "*".to_owned()]) {
            parts.pop();
        }
        if glob && parts.last().is_some_and(|last| last == "**") {
            parts.pop();
            tree = true;
        }
        let first_bytes = parts.iter().fold(0, |bits, part| match part.bytes().next() {
            Some(b'*' | b'?' | b'[') if glob => u128::MAX,
            Some(byte) if byte.is_ascii() => bits | 1 << byte,
            _ => u128::MAX,
        });
        let first_pairs = parts.iter().fold(0, |bits, part| match part.as_bytes() {
            [first, second, ..] if !glob || ![first, second].iter().any(|b| b"*?[".contains(b)) => {
                bits | pair_bit(*first, *second)
            }
            [_] if !glob => bits,
            _ => u64::MAX,
        });
        Some(Self { parts, first_bytes, first_pairs, anchored: text.starts_with('/'), glob, tree })
    }

    fn meets(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.may_meet(place) && self.meets_one(place))
    }

    /// Whether it lies within a directory that some of the places is, or is a search for a name they have.
    fn aims_at(&self, places: &[&str]) -> bool {
        let searches = self.glob && self.parts.iter().any(|part| part == "**");
        // A name that is all wildcard but for a dot says nothing, and stands for no place.
        let says = |part: &String| {
            !self.glob || part == "**" || flattened(part).iter().any(|c| !matches!(c, None | Some('.' | '*')))
        };
        let parts =
            self.parts.iter().map(|part| if says(part) { part.clone() } else { String::new() }).collect();
        let alone = Self { parts, tree: false, ..*self };
        places.iter().any(|place| {
            (searches || place.ends_with("/**")) && alone.may_meet(place) && alone.meets_one(place)
        })
    }

    /// Whether a component here begins like the place's first.
    fn may_meet(&self, place: &str) -> bool {
        let (anchored, first) = match place.strip_prefix('/') {
            Some(rest) => (true, rest.as_bytes()),
            None => (false, place.as_bytes()),
        };
        match first {
            // The root itself may be above every place there.
            _ if anchored && self.parts.is_empty() => self.tree,
            [first, second, ..] if !b"*/".contains(second) && *first != b'*' => {
                self.first_pairs & pair_bit(*first, *second) != 0
            }
            [byte, ..] if byte.is_ascii() && *byte != b'*' => self.first_bytes >> byte & 1 == 1,
            _ => true,
        }
    }

    /// Whether it is one file that some of the places names; a pattern or tree is more than that.
    fn meets_exactly(&self, places: &[&str]) -> bool {
        !self.glob && !self.tree && self.meets(places)
    }

    /// A place is a list of components with `*` in them. With a leading slash it stands at the root,
    /// otherwise anywhere; with a trailing `/**` it is everything below.
    fn meets_one(&self, place: &str) -> bool {
        let below = place.ends_with("/**");
        let place = place.trim_end_matches("/**");
        if let Some(anchored) = place.strip_prefix('/') {
            return self.anchored && self.meets_at_root(anchored, below);
        }
        let length = place.split('/').count();
        if below {
            self.parts.windows(length).any(|window| self.all_meet(place, window))
        } else {
            let tail = self.parts.len().checked_sub(length).and_then(|from| self.parts.get(from..));
            // `**` before the last part stands for any directories.
            tail.is_some_and(|tail| self.all_meet(place, tail))
        }
    }

    fn meets_at_root(&self, place: &str, below: bool) -> bool {
        let mut parts = self.parts.iter();
        for component in place.split('/') {
            match parts.next() {
                // Any directories, then a name: what counts is whether it is the place's.
                Some(part) if part == "**" => return !below && self.names_last(place),
                Some(part) if components_meet(component, part, self.glob) => {}
                Some(_) => return false,
                // The path ends above the place: only a tree reaches it.
                None => return self.tree,
            }
        }
        below || parts.next().is_none()
    }

    fn names_last(&self, place: &str) -> bool {
        let last = place.rsplit('/').next().unwrap_or_default();
        self.parts.last().is_some_and(|part| self.all_meet(last, std::slice::from_ref(part)))
    }

    /// A component that is all wildcard aims at nothing.
    fn all_meet(&self, place: &str, parts: &[String]) -> bool {
        let wild = |part: &str| self.glob && part.bytes().all(|b| matches!(b, b'*' | b'?'));
        place
            .split('/')
            .zip(parts)
            .all(|(component, part)| !wild(part) && components_meet(component, part, self.glob))
    }

    /// Whether this is a tree that holds somebody's home as a whole.
    fn is_home_or_above(&self) -> bool {
        let mut parts = self.parts.iter().map(String::as_str);
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

/// One of 64 bits for the two bytes that a name begins with.
const fn pair_bit(first: u8, second: u8) -> u64 {
    1 << ((first.wrapping_mul(7) ^ second.wrapping_mul(3)) % 64)
}

/// Whether some name matches both `place` (literal but for `*`) and `part`, which is a literal, or with
/// `glob` a pattern with `*`, `?` and `[…]`.
fn components_meet(place: &str, part: &str, glob: bool) -> bool {
    if !glob {
        return literal_matches(place.as_bytes(), part.as_bytes());
    }
    // `*.ts` can match `id_rsa.ts`, but does not aim at `id_rsa*`; nor does `log-*` at `*.pem`.
    let place = place.trim_end_matches('*');
    if !ends_may_meet(place, part) || !aims(place, part) {
        return false;
    }
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

/// Whether the literal beginnings, and the literal ends, of a place and a glob component agree as far as both
/// go. Most pairs differ there, and need no closer look.
fn ends_may_meet(place: &str, part: &str) -> bool {
    let wild = ['*', '?', '[', ']'];
    let begins = |a: &str, b: &str| a.bytes().zip(b.bytes()).all(|(a, b)| a == b);
    let ends = |a: &str, b: &str| a.bytes().rev().zip(b.bytes().rev()).all(|(a, b)| a == b);
    let first = |text: &'_ str| text.find(wild).map_or(text.len(), |at| at);
    let last = |text: &'_ str| text.rfind(wild).map_or(0, |at| at + 1);
    begins(place.get(..first(place)).unwrap_or_default(), part.get(..first(part)).unwrap_or_default())
        && ends(place.get(last(place)..).unwrap_or_default(), part.get(last(part)..).unwrap_or_default())
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

#[cfg(test)]
mod tests;
