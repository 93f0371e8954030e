//! Texts made to exhaust the reader: deep, long, and both. A trap in the proxy ends every stream of its thread, so
//! these run in wasm too, with the stack that the proxy has.

use super::super::LONGEST;
use super::{is_a_read, of};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What is repeated, between what stands before and after.
const SHAPES: &[(&str, &str, &str)] = &[
    ("SELECT ", "(", "1"),
    ("SELECT ", "((", "SELECT 1"),
    ("", "(", "SELECT 1"),
    ("", "(SELECT ", "1"),
    ("", "SELECT * FROM (", "t"),
    ("SELECT * FROM ", "(t JOIN ", "u"),
    ("SELECT ", "[", "1"),
    ("SELECT ", "{", "1"),
    ("SELECT ", ")", ""),
    ("SELECT ", "f(", "1"),
    ("SELECT ", "query_to_xml(", "'x'"),
    ("SELECT ", "NOT ", "a"),
    ("SELECT ", "- ", "1"),
    ("SELECT ", "CASE WHEN a THEN ", "1"),
    ("SELECT 1", "+1", ""),
    ("SELECT a", " AND a", ""),
    ("SELECT a", "::int", ""),
    ("SELECT a", ".a", ""),
    ("SELECT 1", " UNION SELECT 1", ""),
    ("SELECT 1", ",1", ""),
    ("SELECT * FROM t", ",t", ""),
    ("SELECT * FROM t", " JOIN t ON a=a", ""),
    ("WITH a AS (SELECT 1)", ",b AS (SELECT * FROM a)", " SELECT 1"),
    ("", "WITH a AS (", "SELECT 1"),
    ("INSERT INTO t VALUES (1)", ",(1)", ""),
    ("DELETE a", ",a", " FROM a"),
    ("", "DELETE a ", ""),
    ("", "UPDATE a ", ""),
    ("", "UPDATE a SET b=1 ", ""),
    ("", "DROP TABLE a ", ""),
    ("", "EXPLAIN ", "SELECT 1"),
    ("", "EXPLAIN ANALYZE ", "SELECT 1"),
    ("", "PREPARE p AS ", "SELECT 1"),
    ("", "EXPLAIN ANALYZE PREPARE p AS ", "SELECT 1"),
    ("", "DECLARE c CURSOR FOR ", "SELECT 1"),
    ("SET a=1", ",a=1", ""),
    ("", ";", ""),
    ("", "a;", ""),
    ("", "SELECT 1;", ""),
    ("", "'", ""),
    ("", "''", ""),
    ("", "\"", ""),
    ("", "`", ""),
    ("", "/*", ""),
    ("", "/*!", ""),
    ("", "--", ""),
    ("", "$$", ""),
    ("", "\\", ""),
    ("", "\\g ", ""),
    ("", "@", ""),
    ("", "#", ""),
    ("", "\u{e9}", ""),
    ("", " ", ""),
    ("EXEC('", "EXEC(''", "SELECT 1"),
    ("", "EXECUTE IMMEDIATE 'SELECT 1' ", ""),
    ("SELECT ", "a ", ""),
    ("CREATE ", "OR ", ""),
    ("", ".", ""),
    ("SELECT * FROM t WHERE a IN ", "b IN ", ""),
    ("MERGE INTO t ", "USING (", "SELECT 1"),
    ("SHOW ", "a(", ""),
];

fn long(shape: &(&str, &str, &str)) -> String {
    let (before, repeated, after) = shape;
    let times = (LONGEST - before.len() - after.len()) / repeated.len();
    format!("{before}{}{after}", repeated.repeat(times))
}

#[test]
fn no_text_exhausts_the_reader() {
    for shape in SHAPES {
        let text = long(shape);
        for dialect in [None, Some("postgres"), Some("mysql"), Some("mssql")] {
            let effects = of(&text, dialect);
            assert!(!effects.known.is_empty() || !effects.unknown.is_empty(), "{shape:?}");
        }
    }
}

#[test]
fn nesting_has_a_bound() {
    let nested = |depth: usize| format!("{}SELECT 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(is_a_read(&of(&nested(60), None)));
    let effects = of(&nested(70), None);
    assert!(effects.unknown.iter().any(|unknown| unknown.code == "sql_nested"));
}

#[test]
fn length_has_a_bound() {
    let text = format!("SELECT '{}'", "x".repeat(LONGEST));
    assert!(of(&text, None).unknown.iter().any(|unknown| unknown.code == "sql_long"));
}

#[test]
fn a_text_of_many_statements_is_unknown() {
    let text = "SELECT 1;".repeat(1000);
    assert!(of(&text, None).unknown.iter().any(|unknown| unknown.code == "too_many"));
}

#[test]
fn a_long_read_is_a_read() {
    let list: Vec<String> = (0..9_000).map(|number| number.to_string()).collect();
    assert!(is_a_read(&of(&format!("SELECT * FROM t WHERE a IN ({})", list.join(",")), None)));
    let terms = vec!["a = 1"; 6_000].join(" OR ");
    assert!(is_a_read(&of(&format!("SELECT * FROM t WHERE {terms}"), None)));
}
