//! Tables and columns in which servers keep credentials.

/// The tables: without a schema where the name alone says it.
const TABLES: &[&str] = &[
    // PostgreSQL and what is built on it
    "pg_shadow",
    "pg_authid",
    "pg_user_mapping",
    "pg_user_mappings",
    "_pg_user_mappings",
    "information_schema.user_mapping_options",
    "pg_dist_authinfo",
    "pga_jobstep",
    "vault.secrets",
    "vault.decrypted_secrets",
    "pgsodium.key",
    "pgsodium.valid_key",
    "pgsodium.decrypted_key",
    "auth.refresh_tokens",
    "auth.one_time_tokens",
    "auth.mfa_factors",
    "auth.flow_state",
    // MySQL and MariaDB
    "mysql.user",
    "mysql.global_priv",
    "mysql.password_history",
    "mysql.slave_master_info",
    "mysql.servers",
    "performance_schema.keyring_keys",
    // SQL Server and Sybase
    "sql_logins",
    "syslogins",
    "sysxlogins",
    "sysxlgns",
    "sysobjvalues",
    "syslnklgns",
    "sysremotelogins",
    "sysusers",
    "sys.credentials",
    "database_scoped_credentials",
    "sys.key_encryptions",
    // Oracle
    "user$",
    "user_history$",
    "link$",
    "enc$",
    "default_pwd$",
    "scheduler$_credential",
    "exu8phs",
    "exu8usr",
    "ku$_user_view",
    "ku$_dblink_view",
    "ku$_psw_hist_view",
    "dba_users",
    "cdb_users",
    "dba_users_with_defpwd",
    "cdb_users_with_defpwd",
    "fnd_user",
    "mgmt_credentials",
    // ClickHouse and CockroachDB
    "system.users",
    "system.user_directories",
    "system.named_collections",
    "system.web_sessions",
    "system.join_tokens",
    // others
    "system_auth.roles",
    "system_auth.credentials",
    "dbc.dbase",
    "v_catalog.passwords",
    "vs_passwords",
    "p_user_password",
    "sec$users",
    "sqlite_user",
];

/// Columns that hold credentials, of tables that hold much else.
const COLUMNS: &[&str] = &["subconninfo"];

/// Whether a column of this name holds credentials of the server.
pub(super) fn is_column(name: &str) -> bool {
    COLUMNS.iter().any(|column| column.eq_ignore_ascii_case(name))
}

/// Whether the table whose name has these parts holds credentials. `database` is where unqualified names are
/// looked up.
pub(super) fn holds(parts: &[String], database: Option<&str>) -> bool {
    let Some((name, before)) = parts.split_last() else { return false };
    let schema = before.last().map(String::as_str).or(database);
    TABLES.iter().any(|table| {
        let split = table.len().checked_sub(name.len()).and_then(|at| table.split_at_checked(at));
        split.is_some_and(|(before, table)| {
            name.eq_ignore_ascii_case(table)
                && match before.strip_suffix('.') {
                    Some(in_schema) => schema.is_some_and(|schema| schema.eq_ignore_ascii_case(in_schema)),
                    None => before.is_empty(),
                }
        })
    })
}
