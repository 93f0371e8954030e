//! `tool`: the tool, by the name the model called it.

use super::{Asked, Condition, best};
use crate::effects::Name;
use crate::policy::glob::Syntax;
use crate::policy::met::{Finding, Met};
use crate::policy::names::{WordPattern, named};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str =
    "The tool, by the name the model called it; holds for every effect of the call.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tool(Patterns<WordPattern>);

impl Condition for Tool {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let name = &asked.question.call.tool;
        let whole = named(&Name::Literal(name.clone()), Syntax::WORD);
        // `mcp__pg__query` may be the `query` that is meant; only its whole name says so for certain.
        let last = name.rsplit_once("__").map(|(_, last)| Name::Literal(last.to_owned()));
        let last = last.map(|last| named(&last, Syntax::WORD));
        Finding::clear(best(self.0.iter().map(|pattern| {
            let last = last.as_ref().map_or(Met::No, |last| pattern.compare(last.as_ref()).min(Met::Maybe));
            pattern.compare(whole.as_ref()).max(last)
        })))
    }

    fn words(&self) -> String {
        format!("tool in {}", self.0)
    }

    fn names_something(&self) -> bool {
        self.0.iter().all(WordPattern::names_something)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
