//! Servers for databases that take a text of SQL, under the names most of them have.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_sql",
    source: "READMEs of the servers",
    servers: &["mysql", "mariadb", "mssql", "sqlserver", "snowflake", "bigquery", "clickhouse", "duckdb", "sql"],
    tools: &[
        tool(&["mysql_query"], &[Clause::Sql("/sql", "mysql")]).unverified(),
        tool(&["execute_sql", "execute_query", "run_query", "sql_query", "run_select_query", "read_data"], &[Clause::Sql("/query", "")])
            .unverified(),
        tool(&["list_databases", "list_table", "get_table_schema"], &[Clause::Database("sql.read", "")]).unverified(),
    ],
};
