//! The conditions a rule can have, one file each, and the table that lists them.
//!
//! A condition takes an effect, with the call and circumstances around it, and says how far it holds. Its
//! serde form is the same in a bundle and in the policy's text. To add one: write its file, add a line to
//! the table below; bundle, compiler, explanations and reference page follow.

mod cloud;
mod database;
mod host;
mod language;
mod model;
mod path;
mod principal;
mod program;
mod provider;
mod reach;
mod repository;
mod route;
mod server;
mod table;
mod tool;
mod url;
mod when;

use super::Question;
use super::index::Shelves;
use super::met::{Finding, Met};
use crate::effects::{Effect, Name};
use path::Place;
pub(super) use program::names as program_names;
pub(super) use repository::named as repository_named;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;

/// One test in a rule.
pub(crate) trait Condition {
    /// How far it holds for one effect.
    fn evaluate(&self, asked: &Asked<'_>) -> Finding;
    /// What it asks, in words: ``path in `/srv/**` ``.
    fn words(&self) -> String;
    /// Whether it names something, rather than matching anything of its kind.
    fn names_something(&self) -> bool {
        true
    }
    /// Patterns that another one covers, with that other one.
    fn redundant(&self) -> Vec<(String, String)>;
    /// Files a rule under what it names, where it certainly does not hold for anything that is not found there;
    /// `false` if there is no shelf for it.
    fn file(&self, _shelves: &mut Shelves, _number: u32) -> bool {
        false
    }
}

/// What a condition is asked about: one effect of a call.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) question: &'a Question<'a>,
    pub(crate) effect: &'a Effect,
    place: OnceCell<Option<Place>>,
}

impl<'a> Asked<'a> {
    pub(crate) const fn new(question: &'a Question<'a>, effect: &'a Effect) -> Self {
        Self { question, effect, place: OnceCell::new() }
    }

    /// Where the effect's path is; worked out once for all rules.
    fn place(&self) -> Option<&Place> {
        self.place.get_or_init(|| Place::of(self.effect)).as_ref()
    }

    /// Adds the rules that are filed under what its path may be.
    pub(super) fn find_paths(&self, shelves: &Shelves, found: &mut Vec<u32>) {
        match self.place() {
            Some(place) => place.find(shelves, found),
            None => shelves.paths.all(found),
        }
    }
}

/// A row of the table of conditions.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The key in a policy.
    pub name: &'static str,
    /// What it asks, for people.
    pub docs: &'static str,
}

macro_rules! conditions {
    ($($name:ident: $type:ident,)*) => {
        /// The conditions of a rule or of its `unless`; all of them must hold.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Conditions {
            $(
                #[doc = concat!("The condition `", stringify!($name), "`.")]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$name::$type>,
            )*
        }

        /// Every condition there is.
        pub const TABLE: &[Entry] = &[$(Entry { name: stringify!($name), docs: $name::DOCS },)*];

        impl Conditions {
            /// The conditions that are there, by name, in the order of the table.
            pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &dyn Condition)> {
                [$((stringify!($name), self.$name.as_ref().map(|it| it as &dyn Condition)),)*]
                    .into_iter()
                    .filter_map(|(name, condition)| condition.map(|condition| (name, condition)))
            }
        }
    };
}

conditions! {
    path: Path,
    host: Host,
    url: Url,
    database: Database,
    table: Table,
    program: Program,
    language: Language,
    tool: Tool,
    server: Server,
    repository: Repository,
    cloud: Cloud,
    reach: Reaches,
    principal: Principal,
    model: Model,
    provider: Provider,
    route: Route,
    when: When,
}

impl Conditions {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The names of those that are there.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|(name, _)| name)
    }

    /// Whether the condition `name` is there and names something, rather than matching anything of its kind.
    pub fn names_something(&self, name: &str) -> bool {
        self.iter().any(|(other, condition)| other == name && condition.names_something())
    }

    /// Patterns that another one of the same condition covers: the condition, the pattern, the other one.
    pub fn redundant(&self) -> Vec<(&'static str, String, String)> {
        let of_one = |(name, condition): (&'static str, &dyn Condition)| {
            condition.redundant().into_iter().map(move |(covered, by)| (name, covered, by))
        };
        self.iter().flat_map(of_one).collect()
    }
}

/// The best of several patterns; a list that could not be evaluated is a maybe.
fn best(found: impl Iterator<Item = Met>) -> Met {
    found.max().unwrap_or(Met::Maybe)
}

/// The best of several patterns against a name, with a reason where the name itself is the doubt.
fn best_name(name: &Name, what: &'static str, found: impl Iterator<Item = Met>) -> Finding {
    match name {
        Name::Dynamic => Finding::doubtful(format!("the {what} is decided when the call runs")),
        Name::Literal(_) | Name::Glob(_) => Finding::clear(best(found)),
    }
}

#[cfg(test)]
mod tests;
