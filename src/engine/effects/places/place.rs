//! A place as it is compared: its components, and where in a path it may stand.
//!
//! In come the lines of the table; out come those that a path may be about, found by the first byte of their first
//! component, and each asked whether it is met. What meeting one amounts to is said elsewhere.

use super::target::{Part, Target};
use crate::order::sorted;
use std::sync::OnceLock;

/// Some lines of the table, taken apart when they are first asked about.
pub(super) struct Places {
    pub(super) lines: &'static [&'static str],
    sorted: OnceLock<Sorted>,
}

/// The places in the order of their first bytes.
struct Sorted {
    places: Vec<Place>,
    /// The place that the ones beginning with this byte begin at; `*` is one of the bytes.
    begins: Vec<usize>,
}

/// A list of components with `*` in them.
pub(super) struct Place {
    /// With a leading slash it stands at the root, otherwise anywhere.
    anchored: bool,
    /// With a trailing `/**` it is everything below.
    below: bool,
    components: Vec<&'static str>,
}

impl Places {
    /// The lines as they stand in the table: lower case, and ASCII in their first byte.
    pub(super) const fn of(lines: &'static [&'static str]) -> Self {
        Self { lines, sorted: OnceLock::new() }
    }

    /// Whether some place is met for which `counts` holds, given whether it is everything below a directory.
    pub(super) fn any_met_by(&self, target: &Target, counts: impl Fn(bool) -> bool) -> bool {
        let sorted = self.sorted.get_or_init(|| Sorted::of(self.lines));
        let met =
            |places: &[Place]| places.iter().any(|place| counts(place.below) && place.is_met_by(target));
        match target.first_bytes() {
            None => met(&sorted.places),
            Some(mut bytes) => {
                bytes |= 1 << b'*';
                std::iter::from_fn(|| {
                    let byte = bytes.trailing_zeros() as usize;
                    bytes &= bytes.wrapping_sub(1);
                    (byte < FIRST_BYTES).then_some(byte)
                })
                .any(|byte| met(sorted.beginning_with(byte)))
            }
        }
    }
}

/// A place begins with a character of ASCII.
const FIRST_BYTES: usize = 128;

impl Sorted {
    fn of(lines: &'static [&'static str]) -> Self {
        let places = lines.iter().map(|line| Place::of(line)).collect();
        let places = sorted(places, |a: &Place, b| a.first_byte().cmp(&b.first_byte()));
        let begins =
            (0..=FIRST_BYTES).map(|byte| places.partition_point(|place| place.first_byte() < byte)).collect();
        Self { places, begins }
    }

    fn beginning_with(&self, byte: usize) -> &[Place] {
        let begin = |byte: usize| self.begins.get(byte).copied().unwrap_or_default();
        self.places.get(begin(byte)..begin(byte + 1)).unwrap_or_default()
    }
}

impl Place {
    pub(super) fn of(line: &'static str) -> Self {
        let (line, below) = line.strip_suffix("/**").map_or((line, false), |line| (line, true));
        let (line, anchored) = line.strip_prefix('/').map_or((line, false), |line| (line, true));
        Self { anchored, below, components: line.split('/').collect() }
    }

    fn first_byte(&self) -> usize {
        self.components.first().and_then(|first| first.bytes().next()).map_or(0, usize::from)
    }

    pub(super) fn is_met_by(&self, target: &Target) -> bool {
        let length = self.components.len();
        if self.anchored {
            target.anchored && self.is_met_at_root(target)
        } else if self.below {
            target.parts.windows(length).any(|window| self.all_meet(window))
        } else {
            let tail = target.parts.len().checked_sub(length).and_then(|from| target.parts.get(from..));
            tail.is_some_and(|tail| self.all_meet(tail))
        }
    }

    fn is_met_at_root(&self, target: &Target) -> bool {
        let mut parts = target.parts.iter();
        for component in &self.components {
            match parts.next() {
                // Any directories, then a name: what counts is whether it is the place's.
                Some(part) if part.is_any_directories() => return !self.below && self.is_last_met_by(target),
                Some(part) if part.meets(component) => {}
                Some(_) => return false,
                // The path ends above the place: only a tree reaches it.
                None => return target.tree,
            }
        }
        self.below || parts.next().is_none()
    }

    fn is_last_met_by(&self, target: &Target) -> bool {
        let last = self.components.last().copied().unwrap_or_default();
        target.parts.last().is_some_and(|part| part.aims_at(last))
    }

    fn all_meet(&self, parts: &[Part]) -> bool {
        self.components.iter().zip(parts).all(|(component, part)| part.aims_at(component))
    }
}
