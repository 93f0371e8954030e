//! `cloud`: the resource of a cloud, cluster or container engine.

use super::{Asked, Condition, best_name};
use crate::effects::Resource;
use crate::policy::glob::Syntax;
use crate::policy::index::Shelves;
use crate::policy::met::Finding;
use crate::policy::names::{SegmentPattern, named};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The resource of a cloud, cluster or container engine, as `service/kind/name`.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cloud(Patterns<SegmentPattern>);

impl Condition for Cloud {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Cloud { cloud } = &asked.effect.resource else { return Finding::other_kind() };
        let name = named(cloud, Syntax::SEGMENTS);
        best_name(cloud, "cloud resource", self.0.iter().map(|pattern| pattern.compare(name.as_ref())))
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            shelves.clouds.file(pattern.glob(), number);
        }
        true
    }

    fn words(&self) -> String {
        format!("cloud in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}
