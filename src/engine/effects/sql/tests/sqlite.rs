//! A real SQLite: what is called a read must be one to it. Nothing runs; statements are prepared only.

use super::super::functions::{self, Function};
use super::super::pragmas;
use super::{is_a_read, of, texts};
use crate::effects::{Name, Resource};
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Texts that SQLite does not take for reads and that are reads here, with the reason. The list may only shrink.
const DISAGREEMENTS: &[(&str, &str)] = &[];

/// Functions of SQLite that are left unknown: parts of extensions that no report calls, and that may write.
const UNKNOWN_FUNCTIONS: &[&str] = &[
    "fts3_tokenizer",
    "fts5",
    "fts5_source_id",
    "fts5_locale",
    "fts5_insttoken",
    "fts5_get_locale",
    "optimize",
    "rtreecheck",
    "rtreedepth",
    "rtreenode",
    "sqlite_log",
    "subtype",
];

/// Columns that the texts name.
const COLUMNS: &str = "a, b, c, d, e, f, g, h, i, id, j, k, name, x, y, z, v, w, s, t, u, n, tags, doc, ts, type, r, m, \
                       opened, closed, value, comment, year, population, created_at";

/// What SQLite says a text would do beyond reading; `None` if it refuses all of it.
fn beyond_reading(connection: &Connection, text: &str) -> Option<Vec<String>> {
    let acts: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&acts);
    connection
        .authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| {
            use rusqlite::hooks::{AuthAction, Authorization};
            match context.action {
                AuthAction::Read { .. }
                | AuthAction::Select
                | AuthAction::Function { .. }
                | AuthAction::Recursive
                | AuthAction::Pragma { .. } => {}
                other => seen.lock().unwrap().push(format!("{other:?}")),
            }
            Authorization::Allow
        }))
        .unwrap();
    let mut taken = None;
    let mut batch = Batch::new(connection, text);
    while let Ok(Some(statement)) = batch.next() {
        let found = std::mem::take(&mut *acts.lock().unwrap());
        let all = taken.get_or_insert_with(Vec::new);
        // What is explained does not run.
        if statement.is_explain() == 0 {
            all.extend(found);
            if !statement.readonly() {
                all.push("not read-only".to_owned());
            }
        }
    }
    connection
        .authorizer(None::<fn(rusqlite::hooks::AuthContext<'_>) -> rusqlite::hooks::Authorization>)
        .unwrap();
    taken
}

/// Creates the tables that a text reads.
fn prepare_tables(connection: &Connection, text: &str) {
    for effect in of(text, Some("sqlite")).known {
        if let Resource::Sql { table: Some(Name::Literal(table)), .. } = effect.resource {
            let name = table.rsplit('.').next().unwrap_or_default().replace('"', "\"\"");
            // A name that SQLite keeps for itself cannot be made and need not be.
            let _ = connection.execute_batch(&format!("CREATE TABLE IF NOT EXISTS \"{name}\" ({COLUMNS})"));
        }
    }
}

fn candidates() -> BTreeSet<String> {
    let corpus: Vec<String> = texts().into_iter().map(|text| text.sql).collect();
    let mut all: BTreeSet<String> = corpus.iter().cloned().collect();
    let queries = [
        "SELECT * FROM t",
        "SELECT a, b FROM t WHERE c IN u",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "VALUES (1)",
    ];
    for text in &corpus {
        for query in queries {
            all.insert(format!("{query} UNION ALL {text}"));
            all.insert(format!("{query};{text}"));
            all.insert(format!("{query} {text}"));
            all.insert(format!("{query} WHERE a = ({text})"));
        }
        all.insert(format!("WITH q AS ({text}) SELECT * FROM q"));
        all.insert(format!("WITH q AS (SELECT 1) {text}"));
        all.insert(format!("EXPLAIN {text}"));
        all.insert(format!("SELECT ({text})"));
    }
    all
}

#[test]
fn what_is_called_a_read_is_one_to_sqlite() {
    let connection = Connection::open_in_memory().unwrap();
    let mut reads = 0;
    let mut wrong = Vec::new();
    for text in candidates() {
        if !is_a_read(&of(&text, Some("sqlite"))) {
            continue;
        }
        prepare_tables(&connection, &text);
        let Some(acts) = beyond_reading(&connection, &text) else { continue };
        reads += 1;
        let listed = DISAGREEMENTS.iter().any(|(known, _)| *known == text);
        if acts.is_empty() == listed {
            wrong.push(format!("{text:?}: {acts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(reads > 100, "only {reads} texts were taken by SQLite");
}

#[test]
fn every_function_of_sqlite_is_known() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT DISTINCT name FROM pragma_function_list").unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(names.len() > 80);
    let letters = |name: &&String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let unknown: Vec<&String> = names
        .iter()
        .filter(letters)
        .filter(|name| matches!(functions::find(std::iter::once(name.as_str())), Function::Unknown))
        .filter(|name| !UNKNOWN_FUNCTIONS.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_pragma_of_sqlite_is_known() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("SELECT name FROM pragma_pragma_list").unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let unknown: Vec<&String> = names.iter().filter(|name| pragmas::find(name, false).is_none()).collect();
    assert!(names.len() > 40 && unknown.is_empty(), "{unknown:?}");
}
