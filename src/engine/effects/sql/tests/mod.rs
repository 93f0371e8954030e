//! Tests of the reader by itself. What it finds in which text is in `tests/cases/effects/sql`.

mod hostile;
mod mutations;
#[cfg(not(target_arch = "wasm32"))]
mod parser;
mod properties;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;
mod tables;

use super::{Setting, read};
use crate::effects::{Action, Effects};
use serde::Deserialize;

/// A text of the cases, with its dialect.
#[derive(Debug, Clone, Deserialize)]
struct Text {
    sql: String,
    #[serde(default)]
    dialect: Option<String>,
}

/// Every text of the cases.
fn texts() -> Vec<Text> {
    crate::effects::tests::SQL
        .iter()
        .flat_map(|(_, lines)| lines.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of(sql: &str, dialect: Option<&str>) -> Effects {
    read(sql, &Setting { dialect, ..Setting::default() })
}

/// Whether a rule that allows reads, and nothing else, allows it.
fn is_a_read(effects: &Effects) -> bool {
    effects.unknown.is_empty() && effects.known.iter().all(|effect| effect.action == Action::SQL_READ)
}
