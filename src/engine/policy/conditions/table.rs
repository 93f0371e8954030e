//! `table`: the table of a database.
//!
//! A table can be written with or without its schema. `customers` and `public.customers` may be one table
//! and may be two, so they match each other as a maybe.

use super::{Asked, Condition, best};
use crate::effects::{Name, Resource};
use crate::policy::glob::Syntax;
use crate::policy::index::Shelves;
use crate::policy::met::{Finding, Met};
use crate::policy::names::{LabelPattern, named};
use crate::policy::patterns::Patterns;
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str =
    "The table, with or without its schema: labels, `*` is one label or part of one.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Table(Patterns<LabelPattern>);

impl Condition for Table {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Sql { table, .. } = &asked.effect.resource else { return Finding::other_kind() };
        match table {
            Some(table @ (Name::Literal(_) | Name::Glob(_))) => {
                Finding::clear(best(self.0.iter().map(|pattern| matches(pattern, table))))
            }
            Some(Name::Dynamic) => Finding::doubtful("the table is decided when the call runs"),
            None => Finding::doubtful("the table is not known"),
        }
    }

    fn file(&self, shelves: &mut Shelves, number: u32) -> bool {
        for pattern in self.0.iter() {
            shelves.tables.file(pattern.glob(), number);
        }
        true
    }

    fn words(&self) -> String {
        format!("table in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

fn matches(pattern: &LabelPattern, table: &Name) -> Met {
    let whole = pattern.matches(table);
    if whole > Met::No {
        return whole;
    }
    let Some(table) = named(table, Syntax::LABELS) else { return Met::Maybe };
    let pattern = pattern.glob();
    let labels = pattern.len().min(table.len());
    let partly = match (pattern.last(labels), table.last(labels)) {
        (Some(pattern), Some(table)) => pattern.overlaps(&table, true),
        // A `**` already reaches over schemas.
        _ => false,
    };
    Met::of(false, partly)
}
