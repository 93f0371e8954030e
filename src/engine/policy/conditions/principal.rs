//! `principal`: who acts, as the mesh authenticated them.

use super::{Asked, Condition, best};
use crate::policy::met::Finding;
use crate::policy::patterns::Patterns;
use crate::policy::principal::PrincipalPattern;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "Who acts: a name from `principals` or a pattern of segments, `*` one segment, \
                               `**` any number.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Principal(Patterns<PrincipalPattern>);

impl Principal {
    /// The patterns of which one must match.
    pub const fn patterns(&self) -> &Patterns<PrincipalPattern> {
        &self.0
    }
}

impl Condition for Principal {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        match asked.question.principal {
            Some(principal) => {
                Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(Some(principal)))))
            }
            None => Finding::doubtful("nobody was authenticated"),
        }
    }

    fn words(&self) -> String {
        format!("principal in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
