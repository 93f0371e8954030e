//! `program`: the program that is run, by name.

use super::{Asked, Condition, best_name};
use crate::effects::{Name, Resource};
use crate::policy::met::{Finding, Met};
use crate::policy::names::WordPattern;
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
        let found = self.0.iter().map(|pattern| {
            let whole = pattern.matches(program);
            // `/tmp/jq` need not be the `jq` that is meant, and it may be.
            let last = match program {
                Name::Literal(text) => text.rsplit_once('/').map(|(_, last)| Name::Literal(last.to_owned())),
                Name::Glob(_) | Name::Dynamic => None,
            };
            whole.max(last.map_or(Met::No, |last| pattern.matches(&last).min(Met::Maybe)))
        });
        best_name(program, "program", found)
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
