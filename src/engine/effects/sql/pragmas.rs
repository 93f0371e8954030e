//! What the pragmas of SQLite and DuckDB do, by name and by whether they are given a value.

use super::act::Act::{self, *};

/// Pragmas that look something up, whatever they are given.
const LOOKING: &str = "
    collation_list compile_options data_version database_list database_size foreign_key_check foreign_key_list
    freelist_count function_list functions index_info index_list index_xinfo integrity_check module_list page_count
    platform pragma_list quick_check show show_tables show_tables_expanded show_databases stats storage_info table_info
    table_list table_xinfo user_agent version collations metadata_info
";

/// Pragmas that tell a setting when they are given nothing, and change it otherwise.
const SETTINGS: &str = "
    analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill cell_size_check
    checkpoint_fullfsync default_cache_size defer_foreign_keys encoding foreign_keys full_column_names fullfsync
    hard_heap_limit ignore_check_constraints journal_mode journal_size_limit legacy_alter_table legacy_file_format
    locking_mode max_page_count mmap_size page_size query_only read_uncommitted recursive_triggers
    reverse_unordered_selects schema_version secure_delete short_column_names soft_heap_limit synchronous temp_store
    threads trusted_schema user_version wal_autocheckpoint count_changes empty_result_callbacks
";

/// Pragmas that do something by themselves.
const ACTING: &[(&str, &[Act])] = &[
    ("case_sensitive_like", &[Admin]),
    ("incremental_vacuum", &[Admin]),
    ("optimize", &[Admin]),
    ("shrink_memory", &[Admin]),
    ("wal_checkpoint", &[Admin]),
    ("force_checkpoint", &[Admin]),
    ("writable_schema", &[Schema]),
    ("temp_store_directory", &[Outside]),
    ("data_store_directory", &[Outside]),
    ("import_database", &[Schema, Write, Outside]),
    ("key", &[Privilege]),
    ("rekey", &[Privilege]),
];

/// What the pragma does; `None` if nobody knows it.
pub(super) fn find(name: &str, given: bool) -> Option<&'static [Act]> {
    let has = |names: &str| names.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(name));
    if has(LOOKING) {
        return Some(&[Read]);
    }
    if has(SETTINGS) {
        return Some(if given { &[Admin] } else { &[Read] });
    }
    ACTING.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, acts)| *acts)
}
