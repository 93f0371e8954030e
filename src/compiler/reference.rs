//! The parts of the reference page (`policies/README.md`) that come off the tables in the source.

use std::fmt::Write;
use toolgate_engine::effects::action::VOCABULARY;
use toolgate_engine::policy::conditions::TABLE;

/// Every action, a row each.
pub fn actions() -> String {
    let mut out = String::from("| action | what it is |\n|---|---|\n");
    for row in VOCABULARY {
        let _ = writeln!(out, "| `{}` | {} |", row.name, row.doc);
    }
    out
}

/// Every condition, a row each.
pub fn conditions() -> String {
    let mut out = String::from("| condition | what it asks |\n|---|---|\n");
    for entry in TABLE {
        let _ = writeln!(out, "| `{}` | {} |", entry.name, entry.docs);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_page_has_every_action_and_condition_as_the_source_has_them() {
        let page = include_str!("../../policies/README.md");
        for table in [actions(), conditions()] {
            assert!(page.contains(&table), "policies/README.md should contain:\n\n{table}");
        }
    }
}
