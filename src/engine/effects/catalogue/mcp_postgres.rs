//! Servers for PostgreSQL: the reference one, and `postgres-mcp`.
//!
//! The reference server wraps the text in a read-only transaction, which a stacked `COMMIT` leaves; what it
//! promises is no evidence.

use super::row::*;

pub(super) const FAMILY: Family = Family {
    name: "mcp_postgres",
    source: "npm @modelcontextprotocol/server-postgres 0.6.2; PyPI postgres-mcp 0.3.0",
    servers: &["postgres", "postgresql", "pg", "db", "database"],
    tools: &[
        tool(&["query", "execute_sql", "explain_query"], &[Clause::Sql("/sql", "postgres")]),
        tool(
            &[
                "list_schemas",
                "list_objects",
                "get_object_details",
                "analyze_db_health",
                "analyze_workload_indexes",
                "get_top_queries",
            ],
            &[Clause::Database("sql.read", "")],
        ),
        // Explains the statements it is given.
        tool(&["analyze_query_indexes"], &[Clause::Database("sql.read", ""), Clause::Sql("/queries/*", "postgres")])
            .unverified(),
    ],
};
