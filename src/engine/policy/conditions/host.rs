//! `host`: the machine on the other side.

use super::{Asked, Condition, best_name};
use crate::effects::Resource;
use crate::policy::index::Shelves;
use crate::policy::met::Finding;
use crate::policy::names::{HostPattern, host_named};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str =
    "The machine on the other side, by labels: `*` is one label or part of one, `**` any number.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Host(Patterns<HostPattern>);

impl Condition for Host {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        match &asked.effect.resource {
            Resource::Host { host, .. } | Resource::Sql { host: Some(host), .. } => {
                let name = host_named(host);
                best_name(host, "host", self.0.iter().map(|pattern| pattern.compare(name.as_ref())))
            }
            Resource::Sql { host: None, .. } => Finding::doubtful("the database's host is not known"),
            _ => Finding::other_kind(),
        }
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            shelves.hosts.file(pattern.glob(), number);
        }
        true
    }

    fn words(&self) -> String {
        format!("host in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
