//! `provider`: the host of the provider that the request went to.

use super::{Asked, Condition, best};
use crate::effects::Name;
use crate::policy::met::Finding;
use crate::policy::names::HostPattern;
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The host of the provider that the request went to, as the proxy's configuration names it (`provider` there).";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Provider(Patterns<HostPattern>);

impl Condition for Provider {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        match &asked.question.context.provider {
            Some(provider) => {
                let host = match provider.rsplit_once(':') {
                    Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
                    _ => provider,
                };
                let host = Name::Literal(host.to_owned());
                Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(&host))))
            }
            None => Finding::doubtful("the proxy's configuration does not name the provider"),
        }
    }

    fn words(&self) -> String {
        format!("provider in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
