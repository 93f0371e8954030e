//! What holds for the tables as a whole.

use super::super::functions::{self, Function};
use super::super::objects::KINDS;
use super::super::statements::STATEMENTS;
use super::super::{dialect, keyword};
use std::collections::HashSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn rows_are_lower_case_and_stand_once() {
    let mut seen = HashSet::new();
    for (row, _) in STATEMENTS {
        assert_eq!(*row, row.to_lowercase());
        assert!(seen.insert(*row), "{row} twice");
    }
    let mut seen = HashSet::new();
    for kind in KINDS {
        assert_eq!(kind.word, kind.word.to_lowercase());
        assert!(seen.insert(kind.word), "{} twice", kind.word);
    }
}

#[test]
fn a_function_is_one_thing() {
    let mut seen = HashSet::new();
    for name in functions::pure_names() {
        assert!(seen.insert(name), "{name} twice");
        assert_eq!(name, name.to_lowercase());
        assert!(
            matches!(functions::find(std::iter::once(name)), Function::Pure),
            "{name} does something and is said to do nothing"
        );
    }
}

#[test]
fn names_are_found_in_any_case() {
    for name in ["Lower", "PG_READ_FILE", "nextval"] {
        assert!(!matches!(functions::find(std::iter::once(name)), Function::Unknown));
    }
    assert!(matches!(functions::find(["app", "lower"].into_iter()), Function::Unknown));
    assert!(matches!(functions::find(["app", "nextval"].into_iter()), Function::Does(_)));
}

#[test]
fn words_are_found_in_any_case() {
    assert_eq!(keyword::find("SeLeCt").key, keyword::Key::Select);
    assert_eq!(keyword::find("straight_join").key, keyword::Key::Join);
    assert_eq!(keyword::find("customers"), keyword::Keyword::NONE);
}

#[test]
fn dialects_are_found_by_what_people_call_them() {
    assert_eq!(dialect::Dialect::named("PostgreSQL"), Some(dialect::Dialect::Postgres));
    assert_eq!(dialect::Dialect::named("SQL Server"), Some(dialect::Dialect::SqlServer));
    assert_eq!(dialect::Dialect::named("t-sql"), Some(dialect::Dialect::SqlServer));
    assert_eq!(dialect::Dialect::named(""), None);
}
