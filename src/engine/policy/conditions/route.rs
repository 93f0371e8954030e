//! `route`: the proxy's route, by name.

use super::{Asked, Condition, best};
use crate::effects::Name;
use crate::policy::met::Finding;
use crate::policy::names::WordPattern;
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The proxy's route, by name.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Route(Patterns<WordPattern>);

impl Condition for Route {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        match &asked.question.context.route {
            Some(route) => {
                let route = Name::Literal(route.clone());
                Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(&route))))
            }
            None => Finding::doubtful("the route has no name"),
        }
    }

    fn words(&self) -> String {
        format!("route in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
