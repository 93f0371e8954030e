//! The reference server for SQLite. What `read_query` runs is only checked for beginning with `SELECT`.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_sqlite",
    source: "PyPI mcp-server-sqlite 2025.4.25",
    servers: &["sqlite"],
    tools: &[
        tool(&["read_query", "write_query", "create_table"], &[Clause::Sql("/query", "sqlite")]),
        tool(&["list_tables"], &[Clause::Database("sql.read", "")]),
        tool(&["describe_table"], &[Clause::Needs("/table_name"), Clause::Database("sql.read", "/table_name")]),
        tool(&["append_insight"], &[]),
    ],
};
