//! `path`: files and directories, by gitignore-like patterns.
//!
//! A pattern begins with `/`, with `~/` (the agent's home) or with `**/` (anywhere). A literal path is
//! inside for certain when both of the project's readers say so, `glob.rs` and `glob/second.rs`: an allow rests on two.
//! Where home is cannot be known here. A path of the call that begins with `~` is inside a `~/`
//! pattern for certain; everything between a home and an absolute path is a maybe.
//!
//! `/x/**` is what lies below `/x`. To list a directory, or to read all files below one, touches what lies
//! below it and leaves the directory alone, so `/x/**` covers that; to delete it does not.

use super::{Asked, Condition};
use crate::effects::{Action, Effect, Name, Resource};
use crate::policy::glob::{Glob, LONGEST_NAME, PatternError, Syntax, second};
use crate::policy::index::Shelves;
use crate::policy::met::{Finding, Met};
use crate::policy::patterns::{Pattern, Patterns};
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The file or directory, by gitignore-like patterns that begin with `/`, `~/` \
                               or `**/`.";

/// Directories in which no home is.
const NO_HOMES: &[&str] =
    &["bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "usr"];

/// Where homes are, for a `~/` pattern against an absolute path.
const HOMES: &[&str] = &["root", "home/*", "Users/*", "var/home/*"];

/// Where services and containers have theirs. Looked at only where both sides name something, the pattern in
/// the home (`~/.ssh/**`) and the call by a literal path: `~/**` would be nearly everything, and a search below
/// `/srv/app` would meet every pattern.
const SERVICE_HOMES: &[&str] = &["*", "opt/*", "srv/*", "var/lib/*", "var/*"];

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(Patterns<PathPattern>);

/// A pattern over paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathPattern {
    text: String,
    root: Root,
    /// What is matched for certain: `/x/**` is what lies below `/x`.
    inside: Glob,
    /// What may be meant too: `/x` itself, whose listing names what lies below.
    around: Glob,
    homes: Homes,
}

/// Where a path or a pattern begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Absolute,
    /// The agent's own home.
    Home,
    /// Another user's home (`~user/…`); only in calls.
    OtherHome,
    /// Anywhere; only in patterns.
    Anywhere,
}

/// A path of a call, understood as far as its text goes.
#[derive(Debug)]
pub(crate) struct Place {
    root: Root,
    glob: Glob,
    /// The text behind the root, where the path is one literal.
    literal: Option<String>,
    /// What is touched when the directory itself is not: its entries, or all below it.
    within: Option<Glob>,
    /// A tree as two: the directory itself, and all below it. One pattern may hold the one and another the other.
    halves: Option<(Glob, Glob)>,
}

impl Condition for Path {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Path { path, .. } = &asked.effect.resource else { return Finding::other_kind() };
        match asked.place() {
            Some(place) => {
                let met = self.0.iter().map(|pattern| pattern.matches(place)).max();
                let halves = place.halves.as_ref().is_some_and(|(itself, below)| {
                    [itself, below]
                        .iter()
                        .all(|half| self.0.iter().any(|pattern| pattern.certainly(place.root, half)))
                });
                Finding::clear(if halves { Met::Yes } else { met.unwrap_or(Met::Maybe) })
            }
            None if *path == Name::Dynamic => Finding::doubtful("the path is decided when the call runs"),
            None => Finding::doubtful("the path cannot be read without doubt"),
        }
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            pattern.file(shelves, number);
        }
        true
    }

    fn words(&self) -> String {
        format!("path in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

impl Place {
    /// Understands the path of an effect; `None` if its text does not say where it is.
    pub(crate) fn of(effect: &Effect) -> Option<Self> {
        let Resource::Path { path, tree } = &effect.resource else { return None };
        let (text, literal) = match path {
            Name::Literal(text) => (text.as_str(), true),
            Name::Glob(text) => (text.as_str(), false),
            Name::Dynamic => return None,
        };
        if text.len() > LONGEST_NAME || text.chars().any(char::is_control) {
            return None;
        }
        let (root, rest) = root_of(text)?;
        if rest.split('/').any(|part| matches!(part, "." | "..") || (part.is_empty() && !rest.is_empty())) {
            return None;
        }
        let glob = match (rest, literal) {
            ("", _) => Glob::empty(),
            (rest, true) => Glob::literal(rest, Syntax::PATH),
            // A `**` of a call is any depth, none included: what it may touch must not come out smaller.
            (rest, false) => Glob::parse(rest, Syntax { last_deep_needs_one: false, ..Syntax::PATH }).ok()?,
        };
        let literal = (literal && !tree).then(|| rest.to_owned());
        let lists = effect.action == Action::FILE_LIST;
        let within = (lists || (*tree && effect.action == Action::FILE_READ)).then(|| {
            let entries = Glob::entry().below(&glob);
            if *tree { entries.and_below() } else { entries }
        });
        let halves = tree.then(|| (glob.clone(), Glob::entry().below(&glob).and_below()));
        Some(Self { root, glob: if *tree { glob.and_below() } else { glob }, literal, within, halves })
    }
}

impl Place {
    /// Adds the rules that are filed under what it may be.
    pub(super) fn find(&self, shelves: &Shelves, found: &mut Vec<u32>) {
        if self.root != Root::Absolute {
            // A home may be anywhere.
            shelves.paths.all(found);
            return;
        }
        shelves.paths.find(&self.glob, found);
        self.within.iter().for_each(|within| shelves.paths.find(within, found));
        if self.literal.is_some() {
            shelves.service_homes.find(&self.glob, found);
        }
    }
}

fn root_of(text: &str) -> Option<(Root, &str)> {
    if let Some(rest) = text.strip_prefix('/') {
        return Some((Root::Absolute, rest));
    }
    let rest = text.strip_prefix('~')?;
    let (user, rest) = rest.split_once('/').unwrap_or((rest, ""));
    Some((if user.is_empty() { Root::Home } else { Root::OtherHome }, rest))
}

impl PathPattern {
    /// Files it under every absolute path that it may mean.
    fn file(&self, shelves: &mut Shelves, number: u32) {
        if self.root == Root::Home {
            self.homes.usual.iter().for_each(|home| shelves.paths.file(home, number));
            self.homes.service.iter().for_each(|home| shelves.service_homes.file(home, number));
        } else {
            shelves.paths.file(&self.around, number);
        }
    }

    fn matches(&self, place: &Place) -> Met {
        let literal = |rest: &String| second::matches(self.behind_root(), rest);
        let certainly = (self.certainly(place.root, &place.glob)
            && place.literal.as_ref().is_none_or(literal))
            || place.within.as_ref().is_some_and(|within| self.certainly(place.root, within));
        let possibly = || {
            let literal = place.literal.is_some();
            self.possibly(place.root, &place.glob, literal)
                || place.within.as_ref().is_some_and(|within| self.possibly(place.root, within, false))
        };
        Met::of(certainly, certainly || possibly())
    }

    fn behind_root(&self) -> &str {
        root_of(&self.text).map_or(self.text.as_str(), |(_, rest)| rest)
    }

    fn certainly(&self, root: Root, glob: &Glob) -> bool {
        match (self.root, root) {
            (Root::Absolute, Root::Absolute)
            | (Root::Home, Root::Home)
            | (Root::Anywhere, Root::Absolute) => self.inside.contains(glob),
            (Root::Anywhere, Root::Home | Root::OtherHome) => {
                self.inside.contains(&glob.below(&Glob::deep()))
            }
            _ => false,
        }
    }

    fn possibly(&self, root: Root, glob: &Glob, literal: bool) -> bool {
        let anywhere = || glob.below(&Glob::deep());
        match (self.root, root) {
            (Root::Absolute | Root::Anywhere, Root::Absolute)
            | (Root::Home, Root::Home | Root::OtherHome) => self.around.overlaps(glob, true),
            (Root::Home | Root::OtherHome, _) => self.homes.overlap(glob, literal),
            (Root::Anywhere, _) => self.around.overlaps(&anywhere(), true),
            (Root::Absolute, _) => {
                let first = self.around.first_literal();
                !first.is_some_and(|first| NO_HOMES.contains(&first.as_str()))
                    && self.around.overlaps(&anywhere(), true)
            }
        }
    }
}

/// A `~/` pattern at the places where homes are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Homes {
    /// For every path.
    usual: Vec<Glob>,
    /// For literal paths.
    service: Vec<Glob>,
}

impl Homes {
    fn of(root: Root, around: &Glob) -> Result<Self, PatternError> {
        if root != Root::Home {
            return Ok(Self::default());
        }
        let at = |homes: &[&str]| -> Result<Vec<Glob>, PatternError> {
            homes.iter().map(|home| Ok(around.below(&Glob::parse(home, Syntax::PATH)?))).collect()
        };
        let mut service = Vec::new();
        if around.first_literal().is_some() {
            service = at(SERVICE_HOMES)?;
            service.push(around.clone());
        }
        Ok(Self { usual: at(HOMES)?, service })
    }

    /// Whether an absolute path may be in a home and be meant by the pattern.
    fn overlap(&self, glob: &Glob, literal: bool) -> bool {
        let service = self.service.iter().filter(|_| literal);
        self.usual.iter().chain(service).any(|home| home.overlaps(glob, true))
    }
}

impl Pattern for PathPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        let (root, rest) = match root_of(text) {
            Some((Root::OtherHome, _)) => {
                return Err(PatternError::new(
                    format!("`{text}` names another user's home"),
                    "write `~/` for the agent's own home, or the absolute path",
                ));
            }
            Some(found) => found,
            None if text == "**" || text.starts_with("**/") => (Root::Anywhere, text),
            None if text.is_empty() => (Root::Anywhere, text),
            None => {
                return Err(PatternError::new(
                    format!("`{text}` does not say where it begins"),
                    match text.strip_prefix("$HOME/") {
                        Some(rest) => format!("write `~/{rest}`"),
                        None => format!("write `/{text}` for the root, or `**/{text}` for anywhere"),
                    },
                ));
            }
        };
        if let Some(part) = rest.split('/').find(|part| matches!(*part, "." | "..")) {
            return Err(PatternError::new(
                format!("`{text}` holds a `{part}`, which no path has after normalisation"),
                "write the path it leads to",
            ));
        }
        let loose = Syntax { last_deep_needs_one: false, ..Syntax::PATH };
        let (inside, around) = match rest {
            "" if root != Root::Anywhere => (Glob::empty(), Glob::empty()),
            rest => (Glob::parse(rest, Syntax::PATH)?, Glob::parse(rest, loose)?),
        };
        let homes = Homes::of(root, &around)?;
        Ok(Self { text: text.to_owned(), root, inside, around, homes })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.root == other.root && self.inside.contains(&other.inside)
    }
}

#[cfg(test)]
mod tests;
