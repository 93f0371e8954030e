//! Functions that do something. To teach one, put its name into the row of what it does.

use crate::effects::sql::act::Act::{self, *};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::effects::sql) enum Effect {
    /// This, to nothing that would be named.
    Does(&'static [Act]),
    /// It runs the SQL in its argument of this number, counted from 0.
    Runs(usize),
    /// It reads a table that its argument names.
    ReadsNamed,
    /// It tells how the object was made whose kind its first argument names: with its password, of some.
    Tells,
}

use Effect::*;

/// The rows: names in lower case.
pub(in crate::effects::sql) const EFFECTS: &[(Effect, &str)] = &[
    (
        Does(&[Write]),
        "
        nextval setval lo_creat lo_create lo_from_bytea lo_put lo_truncate lo_truncate64 lo_unlink lowrite
        lo_open lo_manage pg_logical_emit_message pg_logical_slot_get_changes pg_logical_slot_get_binary_changes
        pg_replication_slot_advance gin_clean_pending_list brin_summarize_new_values brin_summarize_range
        brin_desummarize_range pg_import_system_collations compress_chunk decompress_chunk drop_chunks
        refresh_continuous_aggregate create_hypertable add_retention_policy add_compression_policy
        add_continuous_aggregate_policy updategeometrysrid fts3_tokenizer
        ",
    ),
    (
        Does(&[Schema]),
        "
        addgeometrycolumn dropgeometrycolumn dropgeometrytable populate_geometry_columns
        create_distributed_table create_reference_table undistribute_table alter_distributed_table
        pg_extension_config_dump initspatialmetadata shell_add_schema
        ",
    ),
    (
        Does(&[Admin]),
        "
        pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old
        pg_switch_wal pg_switch_xlog pg_create_restore_point pg_backup_start pg_backup_stop pg_start_backup
        pg_stop_backup pg_promote pg_wal_replay_pause pg_wal_replay_resume pg_xlog_replay_pause
        pg_xlog_replay_resume pg_create_physical_replication_slot pg_create_logical_replication_slot
        pg_drop_replication_slot pg_copy_logical_replication_slot pg_copy_physical_replication_slot
        pg_sync_replication_slots pg_replication_origin_advance pg_replication_origin_create
        pg_replication_origin_drop pg_replication_origin_session_reset pg_replication_origin_session_setup
        pg_replication_origin_xact_reset pg_replication_origin_xact_setup pg_export_snapshot pg_notify
        pg_log_backend_memory_contexts pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock
        pg_advisory_unlock_all pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared
        pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock
        pg_try_advisory_xact_lock_shared pg_sleep pg_sleep_for pg_sleep_until setseed pg_stat_force_next_flush
        pg_stop_making_pinned_objects pg_prewarm pg_buffercache_evict pg_nextoid pg_set_attribute_stats
        pg_restore_relation_stats pg_restore_attribute_stats pg_clear_relation_stats pg_clear_attribute_stats
        benchmark sleep get_lock release_lock release_all_locks master_pos_wait source_pos_wait
        wait_for_executed_gtid_set wait_until_sql_thread_after_gtids group_replication_set_as_primary
        group_replication_switch_to_single_primary_mode group_replication_switch_to_multi_primary_mode
        asynchronous_connection_failover_add_source asynchronous_connection_failover_delete_source
        system$cancel_query system$abort_session system$cancel_all_queries system$wait system$abort_transaction
        sleepeachrow usleep citus_add_node citus_remove_node master_add_node rebalance_table_shards
        run_command_on_workers pg_stat_statements_reset pg_stat_kcache_reset pg_qualstats_reset
        ",
    ),
    (Does(&[Admin, Privilege]), "set_config"),
    (Does(&[Persist, Admin]), "schedule_in_database add_job alter_job run_job unschedule schedule"),
    (
        Does(&[Outside]),
        "
        lo_import lo_export pg_read_file pg_read_file_old pg_read_binary_file pg_stat_file pg_ls_dir
        pg_ls_logdir pg_ls_waldir pg_ls_archive_statusdir pg_ls_tmpdir pg_ls_logicalmapdir pg_ls_logicalsnapdir
        pg_ls_replslotdir pg_ls_summariesdir pg_file_read pg_file_write pg_file_rename pg_file_unlink
        pg_file_sync pg_logdir_ls pg_hba_file_rules pg_ident_file_mappings pg_show_all_file_settings
        pg_current_logfile http http_get http_post http_put http_patch http_delete http_head http_set_curlopt
        aws_s3_import aws_lambda_invoke table_import_from_s3 query_export_to_s3 load_file sys_exec sys_eval
        sys_get sys_set sys_bineval load_extension readfile writefile edit fsdir lsmode zipfile sqlite_log
        read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto read_json_objects
        read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_text read_blob
        parquet_metadata parquet_schema parquet_file_metadata parquet_kv_metadata parquet_bloom_probe sniff_csv
        read_xlsx iceberg_scan iceberg_metadata iceberg_snapshots delta_scan st_read st_read_meta st_drivers
        sqlite_scan sqlite_attach postgres_scan postgres_scan_pushdown postgres_attach postgres_query
        postgres_execute mysql_scan mysql_execute http_request which_secret getenv url urlcluster s3 s3cluster
        gcs azureblobstorage azureblobstoragecluster hdfs hdfscluster file filecluster remote remotesecure mysql
        postgresql mongodb sqlite jdbc odbc executable redis deltalake deltalakecluster hudi hudicluster iceberg
        icebergcluster icebergs3 icebergazure arrowflight openrowset openquery opendatasource fn_trace_gettable
        fn_xe_file_target_read_file fn_get_audit_file fn_dump_dblog dm_os_file_exists dm_os_enumerate_filesystem
        external_query ai_generate ai_query ai_classify ai_complete httpuritype bfilename read_files cloud_files
        reflect java_method try_reflect remote_query system$send_email system$send_snowflake_notification
        csvread csvwrite file_read file_write link_schema filesystem directory
        get_presigned_url build_scoped_file_url build_stage_file_url infer_schema
        ",
    ),
    (Does(&[Outside, Secret]), "secret try_secret list_secrets duckdb_secrets"),
    (
        Does(&[Read, Secret]),
        "
        loginproperty certprivatekey decryptbykey decryptbykeyautoasymkey decryptbykeyautocert decryptbycert
        decryptbyasymkey decryptbypassphrase system$show_oauth_client_secrets system$get_secret_string
        system$generate_scim_access_token
        ",
    ),
    (Runs(0), "query_to_xml query_to_xml_and_xmlschema query_to_xmlschema ts_stat crosstab crosstab2 crosstab3 crosstab4 query"),
    // The text is put together with arguments, or stands where it cannot be found.
    (Runs(usize::MAX), "ts_rewrite cursor_to_xml cursor_to_xmlschema xpath_table connectby json_execute_serialized_sql"),
    (Tells, "get_ddl get_dependent_ddl get_granted_ddl get_xml get_sxml"),
    (
        ReadsNamed,
        "
        table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
        schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema
        query_table merge identifier joinget cluster clusterallreplicas table_changes event_log
        ",
    ),
];

/// What everything does whose name begins so.
pub(in crate::effects::sql) const PREFIXES: &[(&str, Effect)] = &[
    ("dblink", Does(&[Outside])),
    ("xp_", Does(&[Outside])),
    ("sp_oa", Does(&[Outside])),
    ("lo_import", Does(&[Outside])),
    ("lo_export", Does(&[Outside])),
    ("pg_stat_reset", Does(&[Admin])),
    ("binary_upgrade_", Does(&[Admin])),
    ("pg_file_", Does(&[Outside])),
    ("sys_exec", Does(&[Outside])),
    ("azure_", Does(&[Outside])),
    ("aws_", Does(&[Outside])),
];

/// What every function of a schema or package does.
pub(in crate::effects::sql) const PACKAGES: &[(&str, Effect)] = &[
    ("utl_http", Does(&[Outside])),
    ("utl_file", Does(&[Outside])),
    ("utl_tcp", Does(&[Outside])),
    ("utl_smtp", Does(&[Outside])),
    ("utl_mail", Does(&[Outside])),
    ("utl_inaddr", Does(&[Outside])),
    ("dbms_ldap", Does(&[Outside])),
    ("dbms_java", Does(&[Outside])),
    ("dbms_xmlgen", Runs(0)),
    ("dbms_xmlquery", Runs(usize::MAX)),
    ("dbms_sql", Runs(usize::MAX)),
    ("dbms_scheduler", Does(&[Outside, Persist])),
    ("dbms_job", Does(&[Outside, Persist])),
    ("dbms_lock", Does(&[Admin])),
    ("dbms_session", Does(&[Admin])),
    ("dbms_system", Does(&[Admin])),
    ("dbms_advisor", Does(&[Outside])),
    ("dbms_cloud", Does(&[Outside])),
    ("ctxsys", Does(&[Outside])),
    ("cron", Does(&[Persist, Admin])),
    ("aws_s3", Does(&[Outside])),
    ("aws_lambda", Does(&[Outside])),
    ("azure_storage", Does(&[Outside])),
    ("vault", Does(&[Outside, Secret])),
];
