//! `model`: the model the request asked for.

use super::{Asked, Condition, best};
use crate::effects::Name;
use crate::policy::met::Finding;
use crate::policy::names::WordPattern;
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str =
    "The model the request asked for. Where it names others that may answer instead, none is settled.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Model(Patterns<WordPattern>);

impl Condition for Model {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        match &asked.question.context.model {
            Some(model) => {
                let model = Name::Literal(model.clone());
                Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(&model))))
            }
            None => Finding::doubtful("the request does not settle which model answers"),
        }
    }

    fn words(&self) -> String {
        format!("model in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
