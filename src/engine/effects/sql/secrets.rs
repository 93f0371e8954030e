//! Tables in which servers keep credentials.

/// The tables: without a schema where the name alone says it.
const TABLES: &[&str] = &[
    "pg_shadow",
    "pg_authid",
    "pg_user_mapping",
    "pg_user_mappings",
    "mysql.user",
    "mysql.global_priv",
    "mysql.password_history",
    "mysql.slave_master_info",
    "mysql.servers",
    "sql_logins",
    "syslogins",
    "sysxlogins",
    "sysusers",
    "sys.credentials",
    "sys.user$",
    "sys.link$",
    "user$",
    "link$",
    "dba_users",
    "dba_users_with_defpwd",
    "system.users",
    "system.user_directories",
];

/// Whether the table whose name has these parts holds credentials. `database` is where unqualified names are
/// looked up.
pub(super) fn holds(parts: &[String], database: Option<&str>) -> bool {
    let Some((name, before)) = parts.split_last() else { return false };
    let schema = before.last().map(String::as_str).or(database);
    TABLES.iter().any(|table| match table.rsplit_once('.') {
        Some((in_schema, table)) => {
            name.eq_ignore_ascii_case(table)
                && schema.is_some_and(|schema| schema.eq_ignore_ascii_case(in_schema))
        }
        None => name.eq_ignore_ascii_case(table),
    })
}
