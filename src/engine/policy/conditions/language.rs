//! `language`: the language of code that was not understood.

use super::{Asked, Condition, best};
use crate::effects::{Name, Resource};
use crate::policy::met::Finding;
use crate::policy::names::WordPattern;
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The language of inline or generated code that was not understood.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(Patterns<WordPattern>);

impl Condition for Language {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Code { language } = &asked.effect.resource else { return Finding::other_kind() };
        let language = Name::Literal(language.clone());
        Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(&language))))
    }

    fn words(&self) -> String {
        format!("language in {}", self.0)
    }

    fn names_something(&self) -> bool {
        self.0.iter().all(WordPattern::names_something)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
