//! A general parser as an oracle: where it understands a text and sees more in it than a read, or a table, so must
//! the reader. It may see less: it takes texts of SQL Server that are two statements for one.

use super::{Text, is_a_read, of, texts};
use crate::effects::{Effects, Name, Resource};
use sqlparser::ast::{Expr, ObjectName, Query, Select, SetExpr, Statement, TableFactor, Visit, Visitor};
use sqlparser::dialect::{
    BigQueryDialect, ClickHouseDialect, Dialect, DuckDbDialect, MsSqlDialect, MySqlDialect,
    PostgreSqlDialect, SQLiteDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Texts in which the parser sees what is not there, with the reason. The list may only shrink.
const DISAGREEMENTS: &[(&str, &str)] = &[];

fn dialects() -> Vec<(&'static str, Box<dyn Dialect>)> {
    vec![
        ("postgres", Box::new(PostgreSqlDialect {})),
        ("mysql", Box::new(MySqlDialect {})),
        ("sqlite", Box::new(SQLiteDialect {})),
        ("mssql", Box::new(MsSqlDialect {})),
        ("bigquery", Box::new(BigQueryDialect {})),
        ("snowflake", Box::new(SnowflakeDialect {})),
        ("clickhouse", Box::new(ClickHouseDialect {})),
        ("duckdb", Box::new(DuckDbDialect {})),
    ]
}

#[derive(Default)]
struct Seen {
    /// A word for what is more than a read.
    more: Option<&'static str>,
    tables: BTreeSet<String>,
    named_by_with: BTreeSet<String>,
    functions: BTreeSet<String>,
    aliases: BTreeSet<String>,
}

impl Visitor for Seen {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        let more = match statement {
            Statement::Insert(_) => "insert",
            Statement::Update(_) => "update",
            Statement::Delete(_) => "delete",
            Statement::Merge(_) => "merge",
            Statement::Truncate(_) => "truncate",
            Statement::CreateTable(_) => "create table",
            Statement::CreateView(_) => "create view",
            Statement::AlterTable(_) => "alter table",
            Statement::Drop { .. } => "drop",

            Statement::Commit { .. } => "commit",
            Statement::Rollback { .. } => "rollback",
            Statement::Call(_) => "call",
            Statement::Grant(_) => "grant",
            Statement::Revoke(_) => "revoke",
            Statement::Kill { .. } => "kill",
            _ => return ControlFlow::Continue(()),
        };
        self.more = Some(more);
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if !query.locks.is_empty() {
            self.more = Some("lock");
        }
        if let Some(with) = &query.with {
            self.named_by_with
                .extend(with.cte_tables.iter().map(|table| table.alias.name.value.to_lowercase()));
        }
        if let SetExpr::Select(select) = &*query.body {
            self.select(select);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        if let Some(last) = name.0.last().and_then(|part| part.as_ident()) {
            self.tables.insert(last.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { alias: Some(alias), .. } = factor {
            self.aliases.insert(alias.name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && let Some(last) = function.name.0.last().and_then(|part| part.as_ident())
        {
            self.functions.insert(last.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }
}

impl Seen {
    fn select(&mut self, select: &Select) {
        // A variable of the session is no table.
        if select.into.as_ref().is_some_and(|into| !into.to_string().contains('@')) {
            self.more = Some("select into");
        }
    }
}

/// Texts and what others make of them.
fn candidates() -> Vec<Text> {
    let mut all = texts();
    for text in texts() {
        for sql in [
            format!("SELECT * FROM t UNION ALL {}", text.sql),
            format!("WITH q AS ({}) SELECT * FROM q JOIN customers ON true", text.sql),
            format!("WITH q AS (SELECT * FROM customers) {}", text.sql),
            format!("SELECT * FROM a, ({}) b, customers", text.sql),
            format!("SELECT a FROM t WHERE b IN ({}) ORDER BY c LIMIT 1", text.sql),
            format!("{} UNION SELECT * FROM customers", text.sql),
            format!("SELECT CASE WHEN EXISTS ({}) THEN 1 END FROM customers", text.sql),
        ] {
            all.push(Text { sql, dialect: text.dialect.clone() });
        }
    }
    all
}

/// Whether the parser cuts such a text in another way than the server, or takes a word for a table that is none.
fn is_cut_otherwise(dialect: &str, text: &str) -> bool {
    let lower = text.to_lowercase();
    (dialect == "sqlite" && text.contains("]]"))
        || lower.contains("low_priority")
        || lower.contains("into function")
        || (dialect != "postgres" && text.contains('$'))
        || (dialect == "duckdb" && text.contains('`'))
        || (dialect == "clickhouse" && text.contains('\\'))
        || (dialect == "mysql" && text.contains('@'))
        || lower.contains(" only ")
        || lower.contains("from '")
}

fn names(effects: &Effects) -> BTreeSet<String> {
    let table = |resource: &Resource| match resource {
        Resource::Sql { table: Some(Name::Literal(table)), .. } => {
            table.rsplit('.').next().map(str::to_lowercase)
        }
        _ => None,
    };
    effects.known.iter().filter_map(|effect| table(&effect.resource)).collect()
}

#[test]
fn nothing_is_missed_that_a_parser_sees() {
    let dialects = dialects();
    let mut understood = 0;
    let mut wrong = BTreeSet::new();
    for text in candidates() {
        for (name, dialect) in &dialects {
            let Ok(statements) = Parser::parse_sql(&**dialect, &text.sql) else { continue };
            if is_cut_otherwise(name, &text.sql) {
                continue;
            }
            understood += 1;
            let effects = of(&text.sql, Some(name));
            if !effects.unknown.is_empty() {
                continue;
            }
            let mut seen = Seen::default();
            let explained = statements.iter().any(|statement| matches!(statement, Statement::Explain { .. }));
            let _ = statements.visit(&mut seen);
            if let Some(more) = seen.more
                && is_a_read(&effects)
                && !explained
            {
                wrong.insert(format!("{name}: {:?} is {more}", text.sql));
            }
            let found = names(&effects);
            // What is decided when it runs may be any of them.
            let open = effects
                .known
                .iter()
                .any(|effect| matches!(&effect.resource, Resource::Sql { table: Some(Name::Dynamic), .. }));
            let all_queries = statements.iter().all(|statement| {
                matches!(
                    statement,
                    Statement::Query(_)
                        | Statement::Insert(_)
                        | Statement::Update(_)
                        | Statement::Delete(_)
                        | Statement::Merge(_)
                )
            });
            if !all_queries {
                continue;
            }
            for table in seen.tables.difference(&seen.named_by_with) {
                let is_function =
                    seen.functions.contains(table) || text.sql.to_lowercase().contains(&format!("{table}("));
                // What is changed by its alias is found by its name.
                let is_alias = matches!(*name, "mssql" | "mysql") && seen.aliases.contains(table);
                if !found.contains(table) && !open && !is_function && !is_alias {
                    wrong.insert(format!("{name}: {:?} reads {table}", text.sql));
                }
            }
        }
    }
    wrong.retain(|line| !DISAGREEMENTS.iter().any(|(known, _)| known == line));
    let lines: Vec<String> = wrong.into_iter().collect();
    assert!(lines.is_empty(), "{} texts:\n{}", lines.len(), lines.join("\n"));
    assert!(understood > 5_000, "the parser understood only {understood}");
}
