//! `program`: the program that is run, by name.

use super::{Asked, Condition, best_name};
use crate::effects::{Name, Resource};
use crate::policy::glob::{Glob, Syntax};
use crate::policy::index::Shelves;
use crate::policy::met::{Finding, Met};
use crate::policy::names::{WordPattern, named};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The program that is run, by name.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Program(Patterns<WordPattern>);

impl Condition for Program {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Program { program } = &asked.effect.resource else { return Finding::other_kind() };
        let names = names(program);
        let found = self.0.iter().map(|pattern| {
            let mut names = names.iter().map(|name| pattern.compare(name.as_ref()));
            let whole = names.next().unwrap_or(Met::Maybe);
            // `/tmp/jq` need not be the `jq` that is meant, and it may be.
            names.fold(whole, |whole, last| whole.max(last.min(Met::Maybe)))
        });
        best_name(program, "program", found)
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            shelves.programs.file(pattern.glob(), number);
        }
        true
    }

    fn words(&self) -> String {
        format!("program in {}", self.0)
    }

    fn names_something(&self) -> bool {
        self.0.iter().all(WordPattern::names_something)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

/// What a program may be called: its name as it stands, and without its directory. `None` where nobody can say.
pub(in crate::policy) fn names(program: &Name) -> Vec<Option<Glob>> {
    let mut names = vec![named(program, Syntax::WORD)];
    if let Name::Literal(text) = program
        && let Some((_, last)) = text.rsplit_once('/')
    {
        names.push(named(&Name::Literal(last.to_owned()), Syntax::WORD));
    }
    names
}
