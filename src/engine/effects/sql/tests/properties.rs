//! What is added to a text never makes it look milder.

use super::{Text, of, texts};
use crate::effects::{Action, Effects};
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Whether `after` allows nothing that `before` does not: every action that is no read is still there, or the text
/// is unknown; and what was unknown stays so.
fn is_no_milder(before: &Effects, after: &Effects) -> Result<(), String> {
    if !after.unknown.is_empty() {
        return Ok(());
    }
    if let Some(unknown) = before.unknown.first() {
        return Err(format!("{} is gone", unknown.code));
    }
    let kept = |action: &Action| after.known.iter().any(|effect| effect.action == *action);
    match before.known.iter().find(|effect| effect.action != Action::SQL_READ && !kept(&effect.action)) {
        Some(effect) => Err(format!("{} is gone", effect.short())),
        None => Ok(()),
    }
}

fn check(before: &Text, after: &str) -> Result<(), TestCaseError> {
    let dialect = before.dialect.as_deref();
    is_no_milder(&of(&before.sql, dialect), &of(after, dialect))
        .map_err(|why| TestCaseError::fail(format!("{:?} became {after:?}: {why}", before.sql)))
}

/// Texts in which a space is a space, wherever it stands.
fn plain() -> Vec<Text> {
    let odd = |c: char| "'\"`\\[]#$-/\n\r\0".contains(c);
    texts().into_iter().filter(|text| !text.sql.contains(odd) && !text.sql.starts_with('.')).collect()
}

/// Plain texts of a single statement whose verb nobody calls a table.
fn wrappable() -> Vec<Text> {
    let verbs = [
        "select", "with", "insert", "update", "delete", "merge", "create", "drop", "alter", "truncate",
        "grant", "revoke",
    ];
    plain()
        .into_iter()
        .filter(|text| {
            let lower = text.sql.to_lowercase();
            !text.sql.contains(';') && verbs.iter().any(|verb| lower.trim_start().starts_with(verb))
        })
        .collect()
}

/// Whether there is a statement in it.
fn says_something(text: &Text) -> bool {
    !matches!(text.sql.as_str(), "" | ";" | "-- nothing")
}

fn one_of(texts: Vec<Text>) -> impl Strategy<Value = Text> {
    prop::sample::select(texts)
}

proptest! {
    #[test]
    fn case_hides_nothing(text in one_of(plain()), flips in prop::collection::vec(any::<bool>(), 400)) {
        let flipped: String = text
            .sql
            .chars()
            .zip(flips.iter().chain(std::iter::repeat(&false)))
            .map(|(c, flip)| if *flip { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect();
        check(&text, &flipped)?;
    }

    #[test]
    fn space_and_comments_hide_nothing(
        text in one_of(plain()),
        between in prop::collection::vec(
            prop::sample::select(vec![" ", "\t", "\n", "\r\n", "/**/", "/* ; select 1 */", " -- x\n", "  "]),
            60,
        ),
    ) {
        let mut parts = text.sql.split(' ');
        let mut spaced = parts.next().unwrap_or_default().to_owned();
        for (part, between) in parts.zip(between.iter().cycle()) {
            spaced.push_str(between);
            spaced.push_str(part);
        }
        check(&text, &spaced)?;
        check(&text, &format!("{}{}{}", between[0], text.sql, between[1]))?;
    }

    #[test]
    fn a_statement_more_hides_nothing(
        text in one_of(texts().into_iter().filter(says_something).collect()),
        more in prop::sample::select(vec!["SELECT 1", "select * from t", "VALUES (1)", "SHOW TABLES", ""]),
    ) {
        check(&text, &format!("{};{more}", text.sql))?;
        check(&text, &format!("{more};{}", text.sql))?;
        check(&text, &format!("{more};{};{more}", text.sql))?;
    }

    #[test]
    fn what_is_wrapped_stays(text in one_of(wrappable())) {
        for after in [
            format!("({})", text.sql),
            format!("(({}))", text.sql),
            format!("EXPLAIN ANALYZE {}", text.sql),
            format!("EXPLAIN (ANALYZE, VERBOSE) {}", text.sql),
            format!("WITH x AS ({}) SELECT * FROM x", text.sql),
            format!("WITH a AS (SELECT 1), x AS MATERIALIZED ({}) SELECT * FROM x", text.sql),
            format!("SELECT * FROM ({}) s", text.sql),
            format!("SELECT * FROM t WHERE a IN ({})", text.sql),
            format!("SELECT 1, ({}) FROM t", text.sql),
            format!("INSERT INTO t ({})", text.sql),
            format!("PREPARE p AS {}", text.sql),
        ] {
            check(&text, &after)?;
        }
    }

    // Whoever knows the dialect knows more than who does not, and nobody who does not sees less than all of them.
    #[test]
    fn without_a_dialect_nothing_is_milder(text in one_of(texts())) {
        is_no_milder(&of(&text.sql, text.dialect.as_deref()), &of(&text.sql, None))
            .map_err(|why| TestCaseError::fail(format!("{:?}: {why}", text.sql)))?;
    }
}
