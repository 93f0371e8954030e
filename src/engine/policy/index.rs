//! Which rules an effect can have to do with, so that not every rule is asked.
//!
//! A rule is left out only where it would fall silent at once and without a word: its file is of other principals, or
//! the first of its conditions, in the order of their table, certainly does not hold. So the decision is the same as by
//! asking every rule, what is recorded of it included.

use super::Question;
use super::conditions::{Asked, Conditions, program_names, repository_named};
use super::glob::{Glob, Syntax};
use super::names::{host_named, named};
use super::principal;
use super::rules::{Policy, Rule};
use crate::effects::Resource;
use trie::{Order, Trie};

pub(crate) mod trie;

/// The rules of a policy, by number, under what they begin with.
#[derive(Debug, Clone)]
pub(super) struct Index {
    /// Rules of one file's principals.
    principals: Trie,
    /// Whether a rule is among those.
    bound: Vec<bool>,
    /// Rules whose first condition has no place here.
    rest: Vec<u32>,
    shelves: Shelves,
}

/// Rules by what their first condition names.
#[derive(Debug, Clone)]
pub(crate) struct Shelves {
    pub(crate) paths: Trie,
    /// Of patterns in a home: where services have theirs, which only a literal path can mean.
    pub(crate) service_homes: Trie,
    pub(crate) hosts: Trie,
    pub(crate) tables: Trie,
    pub(crate) programs: Trie,
    pub(crate) repositories: Trie,
    pub(crate) clouds: Trie,
}

/// The rules that may speak of one call.
pub(super) struct Candidates<'i> {
    index: &'i Index,
    /// Whether a rule's principals may be this one.
    meant: Vec<bool>,
}

impl Index {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut index = Self {
            principals: Trie::new(Order::Forward),
            bound: Vec::with_capacity(policy.rules.len()),
            rest: Vec::new(),
            shelves: Shelves::new(),
        };
        for (number, rule) in (0..).zip(&policy.rules) {
            index.file(rule, number);
        }
        index
    }

    fn file(&mut self, rule: &Rule, number: u32) {
        self.bound.push(rule.applies_to.is_some());
        for pattern in rule.applies_to.iter().flat_map(|patterns| patterns.iter()) {
            self.principals.file(pattern.glob(), number);
        }
        if !self.shelves.file(&rule.conditions, number) {
            self.rest.push(number);
        }
    }

    /// For one call.
    pub(super) fn candidates(&self, question: &Question<'_>) -> Candidates<'_> {
        let mut own = Vec::new();
        match principal::named(question.principal) {
            Some(name) => self.principals.find(&name, &mut own),
            None => self.principals.all(&mut own),
        }
        let mut meant: Vec<bool> = self.bound.iter().map(|bound| !bound).collect();
        for number in own {
            if let Some(meant) = index_of(number).and_then(|at| meant.get_mut(at)) {
                *meant = true;
            }
        }
        Candidates { index: self, meant }
    }
}

impl Candidates<'_> {
    /// Numbers of the rules to ask about one effect, in their order.
    pub(super) fn about(&self, asked: &Asked<'_>) -> Vec<usize> {
        let mut found = self.index.rest.clone();
        self.index.shelves.find(asked, &mut found);
        let mut numbers: Vec<usize> = found
            .into_iter()
            .filter_map(index_of)
            .filter(|at| self.meant.get(*at).copied().unwrap_or(true))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn index_of(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

impl Shelves {
    fn new() -> Self {
        Self {
            paths: Trie::new(Order::Forward),
            service_homes: Trie::new(Order::Forward),
            hosts: Trie::new(Order::Backward),
            tables: Trie::new(Order::Suffix),
            programs: Trie::new(Order::Forward),
            repositories: Trie::new(Order::Forward),
            clouds: Trie::new(Order::Forward),
        }
    }

    /// Whether the first condition has a shelf, and is on it now.
    fn file(&mut self, conditions: &Conditions, number: u32) -> bool {
        // The first in the order in which they are evaluated: what comes behind it may be reached, and say something.
        match conditions.iter().next() {
            Some((_, first)) => first.file(self, number),
            None => false,
        }
    }

    /// Adds the rules whose first condition may hold.
    fn find(&self, asked: &Asked<'_>, found: &mut Vec<u32>) {
        match &asked.effect.resource {
            Resource::Path { .. } => asked.find_paths(self, found),
            Resource::Host { host, .. } => find(&self.hosts, host_named(host).as_ref(), found),
            Resource::Sql { host, table, .. } => {
                find(&self.hosts, host.as_ref().and_then(host_named).as_ref(), found);
                let table = table.as_ref().and_then(|table| named(table, Syntax::LABELS));
                find(&self.tables, table.as_ref(), found);
            }
            Resource::Program { program } => {
                for name in program_names(program) {
                    find(&self.programs, name.as_ref(), found);
                }
            }
            Resource::Repository { repository } => {
                let plain = repository_named(repository);
                find(&self.repositories, plain.as_ref(), found);
            }
            Resource::Cloud { cloud } => {
                find(&self.clouds, named(cloud, Syntax::SEGMENTS).as_ref(), found);
            }
            Resource::Code { .. } | Resource::Tool { .. } | Resource::Named { .. } => {}
        }
    }
}

/// Every rule of the shelf where the name is not known.
fn find(shelf: &Trie, name: Option<&Glob>, found: &mut Vec<u32>) {
    match name {
        Some(name) => shelf.find(name, found),
        None => shelf.all(found),
    }
}
