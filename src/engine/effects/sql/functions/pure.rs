//! Functions that only compute, or look at what the query names anyway. To teach one, put its name into a list.
//!
//! A function stands in the first list that has it. In none is what waits, locks, runs text as SQL, reads a
//! table that its argument names, or reaches for a file or another machine.

/// The lists, each with what it is of: names in lower case.
pub(super) const PURE: &[(&str, &str)] = &[
    (
        "Types, where a length follows",
        "
        bigdecimal bigint bignumeric binary binary_float bit blob bool boolean bpchar byte bytea bytes char
        character character_varying cidr date datetime datetime2 datetime64 datetimeoffset dec decimal
        decimal128 decimal256 decimal32 decimal64 double enum enum16 enum8 fixedstring float float32 float64
        geography geometry halfvec hugeint image inet int int128 int16 int2 int256 int32 int64 integer list long
        lowcardinality map mediumint money nchar nclob nested ntext nullable number numeric nvarchar nvarchar2
        object raw real rowversion serial shortint signed smalldatetime smallint smallmoney sparsevec
        sql_variant string struct sysname text time timestamp timestamp_ltz timestamp_ntz timestamp_tz
        timestamptz timetz tinyint tinytext tuple uint128 uint16 uint256 uint32 uint64 uint8 uniqueidentifier
        unsigned uuid varbinary varbit varchar varchar2 variant vector xml
        ",
    ),
    (
        "PostgreSQL and its usual extensions",
        "
        abbrev abs acldefault aclexplode acos acosd acosh age akeys any_value approximate_row_count area armor
        array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims
        array_position array_positions array_prepend array_remove array_replace array_reverse array_sample
        array_shuffle array_sort array_to_json array_to_string array_to_tsvector array_upper ascii asind asinh
        atan atan2 atan2d atand atanh avals avg bit_and bit_count bit_length bit_or bit_xor bool_and bool_or box
        btrim cardinality casefold cash_words cbrt ceil ceiling center char_length character_length chr
        chunks_detailed_size circle clock_timestamp coalesce col_description concat concat_ws convert
        convert_from convert_to corr cos cosd cosh cosine_distance cot cotd count covar_pop covar_samp crypt
        cube cube_distance cume_dist current_database current_query current_schema current_schemas
        current_setting current_user currval date_part date_trunc datemultirange daterange dearmor decode
        defined degrees dense_rank diagonal diameter difference digest div dmetaphone dmetaphone_alt each earth
        earth_box earth_distance encode enum_first enum_last enum_range erf erfc every exist exp extract
        factorial family first first_value float4 float8 floor format format_type gcd gen_random_bytes
        gen_random_uuid gen_salt generate_series generate_subscripts get_bit get_byte get_current_ts_config
        getdatabaseencoding getpgusername greatest grouping has_any_column_privilege has_column_privilege
        has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege
        has_largeobject_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege
        has_server_privilege has_table_privilege has_tablespace_privilege has_type_privilege height histogram
        hmac host hostmask hstore hstore_to_json hstore_to_jsonb hypertable_detailed_size hypertable_size
        inet_client_addr inet_client_port inet_server_addr inet_server_port initcap inner_product int4
        int4multirange int4range int8 int8multirange int8range interpolate interval is_normalized isclosed
        isempty isfinite ishorizontal isnull isopen isparallel isperp isvertical json json_agg json_array
        json_array_elements json_array_elements_text json_array_length json_arrayagg json_build_array
        json_build_object json_each json_each_text json_exists json_object json_object_agg json_object_keys
        json_objectagg json_populate_record json_populate_recordset json_query json_scalar json_serialize
        json_strip_nulls json_table json_to_record json_to_recordset json_to_tsvector json_typeof json_value
        jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
        jsonb_build_object jsonb_each jsonb_each_text jsonb_insert jsonb_object jsonb_object_agg
        jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz
        jsonb_path_query jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first
        jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset
        jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
        jsonb_to_tsvector jsonb_typeof justify_days justify_hours justify_interval l1_distance l2_distance
        l2_normalize lag last last_value lastval lca lcm lead least left length levenshtein
        levenshtein_less_equal like line ll_to_earth ln locf log log10 lower lower_inc lower_inf lpad lseg ltree
        ltree2text ltrim macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz
        masklen max md5 merge_action metaphone min_scale mod mode multirange mxid_age netmask network nlevel
        normal_rand normalize notlike notnull now npoints nth_value ntile nullif num_nonnulls num_nulls
        nummultirange numnode numrange obj_description octet_length overlaps overlay parse_ident pclose
        percent_rank percentile_cont percentile_disc pg_available_extension_versions pg_available_extensions
        pg_backend_pid pg_blocking_pids pg_char_to_encoding pg_client_encoding pg_collation_actual_version
        pg_collation_for pg_collation_is_visible pg_column_compression pg_column_is_updatable pg_column_size
        pg_config pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system
        pg_conversion_is_visible pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn
        pg_current_wal_lsn pg_current_xact_id pg_current_xact_id_if_assigned pg_cursor
        pg_database_collation_actual_version pg_database_size pg_describe_object pg_encoding_max_length
        pg_encoding_to_char pg_extension_update_paths pg_filenode_relation pg_function_is_visible
        pg_get_catalog_foreign_keys pg_get_constraintdef pg_get_expr pg_get_function_arg_default
        pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result
        pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_object_address
        pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables pg_get_replica_identity_index
        pg_get_replication_slots pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef
        pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid
        pg_get_viewdef pg_get_wal_replay_pause_state pg_has_role pg_identify_object
        pg_identify_object_as_address pg_index_column_has_property pg_index_has_property pg_indexam_has_property
        pg_indexam_progress_phasename pg_indexes_size pg_input_error_info pg_input_is_valid pg_is_in_recovery
        pg_is_other_temp_schema pg_is_wal_replay_paused pg_isolation_test_session_is_blocked pg_jit_available
        pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
        pg_listening_channels pg_lock_status pg_mcv_list_items pg_my_temp_schema pg_notification_queue_usage
        pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_options_to_table
        pg_partition_ancestors pg_partition_root pg_partition_tree pg_postmaster_start_time
        pg_prepared_statement pg_prepared_xact pg_relation_filenode pg_relation_filepath
        pg_relation_is_publishable pg_relation_is_updatable pg_relation_size pg_replication_origin_oid
        pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters pg_settings_get_flags
        pg_show_all_settings pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_stat_have_stats
        pg_statistics_obj_is_visible pg_table_is_visible pg_table_size pg_tablespace_databases
        pg_tablespace_location pg_tablespace_size pg_timezone_abbrevs pg_timezone_names pg_total_relation_size
        pg_trigger_depth pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
        pg_ts_template_is_visible pg_type_is_visible pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff
        pg_walfile_name pg_walfile_name_offset pg_xact_commit_timestamp pg_xact_status pgp_sym_decrypt
        pgp_sym_encrypt phraseto_tsquery pi plainto_tsquery point polygon popen position pow power querytree
        quote_ident quote_literal quote_nullable radians radius random random_normal range_agg
        range_intersect_agg range_merge rank regexp_count regexp_instr regexp_like regexp_match regexp_matches
        regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count
        regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round
        row_number row_security_active row_to_json rpad rtrim scale session_user set_bit set_byte set_masklen
        setweight sha224 sha256 sha384 sha512 shobj_description show_trgm sign similarity sind sinh skeys slice
        slope soundex split_part sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp
        strict_word_similarity string_agg string_to_array string_to_table strip strpos subltree subpath substr
        substring substring_index subvector sum svals tan tand tanh text2ltree time_bucket time_bucket_gapfill
        timeofday timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass
        to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole
        to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim trim_array
        trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd
        ts_token_type tsmultirange tsquery_phrase tsrange tstzmultirange tstzrange tsvector_to_array
        txid_current txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax
        txid_status txid_visible_in_snapshot unaccent unistr unnest upper upper_inc upper_inf
        uuid_extract_timestamp uuid_extract_version uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3
        uuid_generate_v4 uuid_generate_v5 uuidv4 uuidv7 var_pop var_samp variance vector_dims vector_norm
        version websearch_to_tsquery width width_bucket word_similarity xml_is_well_formed
        xml_is_well_formed_content xml_is_well_formed_document xmlagg xmlattributes xmlcomment xmlconcat
        xmlelement xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize xmltable xmlvalidate xpath
        xpath_exists
        ",
    ),
    (
        "MySQL and MariaDB",
        "
        adddate addtime aes_decrypt aes_encrypt asin bin bin_to_uuid can_access_column can_access_database
        can_access_table can_access_view cast charset coercibility collation column_check column_exists
        column_get column_json column_list compress connection_id conv convert_tz crc32 crc32c curdate
        current_date current_role current_time current_timestamp curtime database date_add date_format date_sub
        datediff day dayname dayofmonth dayofweek dayofyear default elt export_set extractvalue field
        find_in_set format_bytes format_pico_time found_rows from_base64 from_days from_unixtime from_vector
        geomcollection geometrycollection get_format group_concat gtid_subset gtid_subtract hex hour icu_version
        if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr is_free_lock is_ipv4 is_ipv4_compat
        is_ipv4_mapped is_ipv6 is_used_lock is_uuid json_array_append json_array_insert json_compact
        json_contains json_contains_path json_depth json_detailed json_equals json_extract json_insert json_keys
        json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize json_overlaps
        json_pretty json_quote json_remove json_replace json_schema_valid json_schema_validation_report
        json_search json_set json_storage_free json_storage_size json_type json_unquote json_valid last_day
        last_insert_id lcase linestring localtime localtimestamp locate log2 make_set makedate maketime
        mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin
        microsecond mid min minute month monthname multilinestring multipoint multipolygon name_const
        natural_sort_key nvl nvl2 oct old_password ord password period_add period_diff ps_current_thread_id
        ps_thread_id quarter quote rand random_bytes roles_graphml row_count schema sec_to_time second sformat
        sha sha1 sha2 sin space statement_digest statement_digest_text std str_to_date strcmp string_to_vector
        subdate subtime sysdate system_user time_format time_to_sec timediff timestampadd timestampdiff
        to_base64 to_days to_seconds truncate ucase uncompress uncompressed_length unhex unix_timestamp
        updatexml user utc_date utc_time utc_timestamp uuid_short uuid_to_bin validate_password_strength values
        vector_dim vector_to_string week weekday weekofyear weight_string year yearweek
        ",
    ),
    (
        "SQLite",
        "
        bm25 changes decimal_add decimal_cmp decimal_mul decimal_sub decimal_sum glob highlight ieee754
        ieee754_exponent ieee754_mantissa iif json_error_position json_group_array json_group_object json_patch
        json_tree jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object
        jsonb_patch jsonb_remove jsonb_replace jsonb_tree julianday last_insert_rowid likelihood likely match
        matchinfo median offsets percentile pragma_collation_list pragma_compile_options pragma_database_list
        pragma_foreign_key_check pragma_foreign_key_list pragma_foreign_keys pragma_freelist_count
        pragma_function_list pragma_index_info pragma_index_list pragma_index_xinfo pragma_integrity_check
        pragma_journal_mode pragma_module_list pragma_page_count pragma_page_size pragma_pragma_list
        pragma_quick_check pragma_table_info pragma_table_list pragma_table_xinfo pragma_user_version printf
        randomblob regexp sha3 snippet sqlite_compileoption_get sqlite_compileoption_used sqlite_offset
        sqlite_source_id sqlite_version strftime total total_changes typeof unicode unistr_quote unixepoch
        unlikely zeroblob
        ",
    ),
    (
        "SQL Server",
        "
        app_name applock_mode applock_test approx_count_distinct approx_percentile_cont approx_percentile_disc
        atn2 base64_decode base64_encode binary_checksum certenc charindex checksum checksum_agg choose
        col_length col_name columnproperty columns_updated connectionproperty contains containstable count_big
        cursor_status databaseproperty databasepropertyex datalength date_bucket dateadd datediff_big
        datefromparts datename datepart datetime2fromparts datetimefromparts datetimeoffsetfromparts datetrunc
        db_id db_name decompress dm_db_index_operational_stats dm_db_index_physical_stats dm_db_stats_properties
        dm_exec_cached_plan_dependent_objects dm_exec_cursors dm_exec_describe_first_result_set
        dm_exec_input_buffer dm_exec_plan_attributes dm_exec_query_plan dm_exec_query_statistics_xml
        dm_exec_sql_text dm_exec_text_query_plan dm_exec_xml_handles dm_io_virtual_file_stats
        dm_sql_referenced_entities dm_sql_referencing_entities edge_id_from_parts eomonth error_line
        error_message error_number error_procedure error_severity error_state eventdata file_id file_idex
        file_name filegroup_id filegroup_name filegroupproperty fileproperty fn_helpcollations
        fn_listextendedproperty fn_my_permissions fn_virtualfilestats formatmessage freetext freetexttable
        fulltextcatalogproperty fulltextserviceproperty get_filestream_transaction_context getansinull getdate
        getutcdate graph_id_from_node_id grouping_id has_dbaccess has_perms_by_name hashbytes host_id host_name
        ident_current ident_incr ident_seed identity index_col indexkey_property indexproperty is_member
        is_rolemember is_srvrolemember isdate isjson isnumeric json_path_exists left_shift len
        max_transaction_size min_active_rowversion newid newsequentialid node_id_from_parts object_definition
        object_id object_id_from_edge_id object_name object_schema_name objectproperty objectpropertyex openjson
        openxml original_db_name original_login parse parsename patindex permissions publishingservername
        pwdcompare quotename replicate right_shift rowcount_big schema_id schema_name scope_identity
        serverproperty session_context sessionproperty smalldatetimefromparts square stats_date stdev stdevp str
        string_escape string_split stuff suser_id suser_name suser_sid suser_sname switchoffset sysdatetime
        sysdatetimeoffset sysutcdatetime textptr textvalid timefromparts todatetimeoffset trigger_nestlevel
        try_cast try_convert try_parse type_id type_name typeproperty user_id user_name var varp vector_distance
        xact_state
        ",
    ),
    (
        "Oracle",
        "
        add_months bitand chartorowid cluster_id collect compose decompose display display_cursor dump
        empty_blob empty_clob from_tz getlength hextoraw instrb instrc json_dataguide lengthb lengthc
        listagg lnnvl months_between nanvl new_time next_day nls_initcap nls_lower nls_upper nlssort
        numtodsinterval numtoyminterval ora_hash ora_rowscn ratio_to_report rawtohex remainder rowidtochar
        sessiontimezone stats_mode substrb sys_connect_by_path sys_context sys_extract_utc sys_guid
        sys_op_map_nonnull sys_typeid sys_xmlgen systimestamp to_binary_double to_binary_float to_blob to_clob
        to_dsinterval to_lob to_multi_byte to_nchar to_nclob to_single_byte to_timestamp_tz to_yminterval treat
        tz_offset uid userenv vsize wm_concat xmlcast xmlcdata xmlcolattval xmldiff xmlpatch xmlquery
        xmlsequence xmltransform
        ",
    ),
    (
        "Snowflake",
        "
        approx_percentile approx_top_k approximate_count_distinct approximate_jaccard_index
        approximate_similarity array_compact array_construct array_construct_compact array_contains
        array_distinct array_except array_flatten array_generate_range array_insert array_intersection array_max
        array_min array_remove_at array_size array_slice array_union_agg array_unique_agg arrays_overlap
        arrays_to_object arrays_zip as_array as_binary as_boolean as_char as_date as_decimal as_double
        as_integer as_number as_object as_real as_time as_timestamp_ntz as_varchar automatic_clustering_history
        base64_decode_binary base64_decode_string bitand_agg bitmap_bit_position bitmap_bucket_number
        bitmap_construct_agg bitmap_count bitmap_or_agg bitnot bitor bitor_agg bitshiftleft bitshiftright bitxor
        bitxor_agg booland booland_agg boolnot boolor boolor_agg boolxor boolxor_agg check_json check_xml
        collate conditional_change_event conditional_true_event convert_timezone copy_history count_if
        current_account current_account_name current_available_roles current_client current_ip_address
        current_organization_name current_region current_role_type current_secondary_roles current_session
        current_statement current_transaction current_version current_warehouse database_storage_usage_history
        date_from_parts dayofweekiso div0 div0null editdistance endswith equal_null explain_json filter flatten
        generator get get_ignore_case get_object_references get_path getbit getvariable greatest_ignore_nulls
        h3_cell_to_point hash hash_agg haversine hex_decode_binary hex_decode_string hex_encode hll
        hll_accumulate hll_combine hll_estimate iff ilike invoker_role invoker_share is_array is_binary
        is_boolean is_char is_database_role_in_session is_date is_decimal is_double is_granted_to_invoker_role
        is_integer is_null_value is_object is_real is_role_in_session is_time is_timestamp_ltz is_timestamp_ntz
        is_timestamp_tz is_varchar jarowinkler_similarity json_extract_path_text kurtosis last_query_id
        last_transaction least_ignore_nulls like_all like_any login_history login_history_by_user max_by
        md5_binary md5_hex md5_number_lower64 md5_number_upper64 min_by minhash minhash_combine normal
        nullifzero object_agg object_construct object_construct_keep_null object_delete object_dependencies
        object_insert object_keys object_pick parse_ip parse_json parse_url parse_xml policy_context
        previous_day query_history query_history_by_session query_history_by_user query_history_by_warehouse
        randstr reduce regexp_substr_all result_scan rlike rtrimmed_length seq1 seq2 seq4 seq8 sha1_binary
        sha1_hex sha2_binary sha2_hex skew sniff split split_to_table squeeze startswith strip_null_value strtok
        strtok_split_to_table strtok_to_array sysdate_utc system$allowlist system$clustering_depth
        system$clustering_information system$estimate_query_acceleration system$last_change_commit_time
        system$pipe_status system$stream_has_data system$typeof system$whitelist tag_references task_history
        time_from_parts time_slice timeadd timestamp_from_parts timestamp_ltz_from_parts
        timestamp_ntz_from_parts timestamp_tz_from_parts to_array to_binary to_boolean to_decimal to_double
        to_geography to_geometry to_numeric to_object to_time to_timestamp_ltz to_timestamp_ntz to_varchar
        to_variant to_xml transform try_base64_decode_binary try_base64_decode_string try_hex_decode_binary
        try_hex_decode_string try_parse_json try_to_binary try_to_boolean try_to_date try_to_decimal
        try_to_double try_to_geography try_to_geometry try_to_number try_to_numeric try_to_time try_to_timestamp
        try_to_timestamp_ltz try_to_timestamp_ntz try_to_timestamp_tz uniform uuid_string warehouse_load_history
        warehouse_metering_history weekiso xmlget yearofweek yearofweekiso zeroifnull zipf
        ",
    ),
    (
        "BigQuery",
        "
        appends approx_quantiles approx_top_count approx_top_sum array array_concat array_concat_agg
        array_filter array_first array_includes array_includes_all array_includes_any array_last array_sum
        array_transform bag_of_words byte_length code_points_to_bytes code_points_to_string contains_substr
        countif current_datetime date_diff date_from_unix_date datetime_add datetime_diff datetime_sub
        datetime_trunc edit_distance ends_with error extract_int64 farm_fingerprint float64_array format_date
        format_datetime format_time format_timestamp from_base32 from_hex from_proto gap_fill generate_array
        generate_date_array generate_timestamp_array generate_uuid hop ieee_divide init int64_array
        ip_from_string ip_net_mask ip_to_string ip_trunc ipv4_from_int64 ipv4_to_int64 is_inf is_nan
        json_extract_array json_extract_scalar json_extract_string_array json_flatten json_query_array
        json_value_array lax_bool lax_bool_array lax_float64 lax_int64 lax_string laxint logical_and logical_or
        merge_partial normalize_and_casefold offset ordinal parse_bignumeric parse_date parse_datetime
        parse_numeric parse_time parse_timestamp public_suffix range_bucket range_contains range_end
        range_overlaps range_sessionize range_start reg_domain regexp_contains regexp_extract regexp_extract_all
        safe_add safe_cast safe_convert_bytes_to_string safe_divide safe_multiply safe_negate safe_offset
        safe_ordinal safe_subtract search st_geogfromtext string_array time_add time_diff time_sub time_trunc
        timestamp_add timestamp_diff timestamp_micros timestamp_millis timestamp_seconds timestamp_sub
        timestamp_trunc to_base32 to_code_points to_json_string tumble unix_date unix_micros unix_millis
        unix_seconds vector_search
        ",
    ),
    (
        "ClickHouse",
        "
        accuratecast accuratecastornull addays adddays addhours addminutes addmonths addseconds addweeks
        addyears any anyheavy anylast argmax argmin arrayall arrayavg arraycompact arrayconcat arraycount
        arraycumsum arraydifference arraydistinct arrayelement arrayenumerate arrayenumerateuniq arrayexists
        arrayfill arrayfilter arrayfirst arrayfirstindex arrayflatten arrayintersect arrayjoin arraylast
        arraymap arraymax arraymin arraypopback arraypopfront arrayproduct arraypushback arraypushfront
        arrayreduce arrayresize arrayreverse arrayreversesort arrayslice arraysort arraysplit arraystringconcat
        arraysum arrayuniq arrayzip avgif avgweighted bar base58encode base64decode base64encode bittest
        cityhash64 concatassumeinjective corrstable countdistinct countequal countsubstrings currentdatabase
        currentuser cutquerystring cutwww decodeurlcomponent dictget dictgetordefault dictgetornull
        dictgetstring dicthas divide domain domainwithoutwww dumpcolumnstructure empty emptyarraystring
        exponentialmovingaverage extractall extracturlparameter extracturlparameters farmhash64
        firstsignificantsubdomain formatdatetime formatreadablequantity formatreadablesize
        formatreadabletimedelta fromunixtimestamp fromunixtimestamp64milli generateuuidv4 geodistance getmacro
        getsetting globalin greatcircledistance grouparray grouparraymovingavg grouparraysample groupbitand
        groupuniqarray has hasall hasany hascolumnintable hassubstr hastoken hostname ifnotfinite indexof intdiv
        intdivorzero inthash32 inthash64 ipv4cidrtorange ipv4numtostring ipv4stringtonum ipv6numtostring
        isinfinite isnan isnotnull isnullable isvalidjson isvalidutf8 jsonextract jsonextractarrayraw
        jsonextractbool jsonextractfloat jsonextractint jsonextractkeys jsonextractkeysandvalues jsonextractraw
        jsonextractstring jsonextractuint jsonhas jsonlength jsontype kurtpop laginframe leadinframe lengthutf8
        lowerutf8 mapcontains mapkeys mapvalues materialize maxif maxmap minif minus modulo multiif multiply
        murmurhash3_64 negate neighbor notempty now64 nullin numbers numbers_mt parsedatetime
        parsedatetimebesteffort parsedatetimebesteffortornull path plus positioncaseinsensitive protocol
        quantile quantileexact quantileif quantiles quantiletdigest quantiletiming querystring rand32 rand64
        randconstant randomstring rankcorr replaceall replaceone replaceregexpall replaceregexpone reverseutf8
        rounddown rownumberinallblocks runningaccumulate runningdifference sequencecount sequencematch
        simplejsonextractstring siphash64 skewpop splitbychar splitbyregexp splitbystring stddevpop stddevsamp
        stem substringutf8 subtractdays subtracthours subtractmonths sumdistinct sumif summap sumwithoverflow
        synonyms throwif timeslot timezoneof tobool todate todate32 todateornull todatetime todatetime64
        todatetimeornull today todayofmonth todayofweek todayofyear todecimal128 todecimal32 todecimal64
        tofixedstring tofloat32 tofloat32ornull tofloat64 tofloat64ornull tofloat64orzero tohour toint16 toint32
        toint32ornull toint64 toint64ornull toint64orzero toint8 tointervalday tointervalhour tointervalmonth
        toisoweek toisoyear tominute tomonday tomonth topk topkweighted topleveldomain toquarter tosecond
        tostartofday tostartoffifteenminutes tostartoffiveminute tostartofhour tostartofinterval tostartofminute
        tostartofmonth tostartofquarter tostartofweek tostartofyear tostring tostringcutttozero totime
        totimezone totypename touint16 touint32 touint64 touint8 tounixtimestamp touuid toweek toyear toyearweek
        toyyyymm toyyyymmdd toyyyymmddhhmmss trimboth trimleft trimright tupleelement uniq uniqcombined
        uniqexact uniqexactif uniqhll12 uniqif untuple upperutf8 uptime varpop varsamp view visiblewidth
        windowfunnel xxhash64 yesterday zeros zeros_mt
        ",
    ),
    (
        "DuckDB",
        "
        aggregate apply approx_quantile arbitrary arg_max arg_max_null arg_min arg_min_null array_aggregate
        array_cosine_distance array_cosine_similarity array_cross_product array_distance array_extract array_has
        array_has_all array_has_any array_indexof array_inner_product array_intersect array_pop_back
        array_pop_front array_push_back array_push_front array_resize array_reverse_sort array_select
        array_unique array_value array_where array_zip bit_position bitstring bitstring_agg can_cast_implicitly
        century columns constant_or_null count_star decade duckdb_columns duckdb_constraints duckdb_databases
        duckdb_dependencies duckdb_extensions duckdb_functions duckdb_indexes duckdb_keywords duckdb_memory
        duckdb_optimizers duckdb_schemas duckdb_sequences duckdb_settings duckdb_tables duckdb_temporary_files
        duckdb_types duckdb_variables duckdb_views editdist3 element_at entropy enum_code enum_range_boundary
        epoch epoch_ms epoch_ns epoch_us era even favg fdiv fmod formatreadabledecimalsize fsum gamma geomean
        geometric_mean grade_up greatest_common_divisor hamming histogram_exact in_search_path
        is_histogram_other_bin isinf isodow isoyear jaccard jaro_similarity jaro_winkler_similarity
        json_deserialize_sql json_extract_path json_extract_string json_group_structure json_serialize_plan
        json_serialize_sql json_structure json_transform json_transform_strict julian kurtosis_pop lgamma
        list_aggr list_aggregate list_aggregates list_any_value list_append list_apply list_avg list_bool_and
        list_cat list_concat list_contains list_cosine_similarity list_count list_distance list_distinct
        list_element list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any
        list_indexof list_inner_product list_intersect list_last list_max list_mean list_median list_min
        list_mode list_pack list_position list_prepend list_reduce list_resize list_reverse list_reverse_sort
        list_select list_slice list_sort list_string_agg list_sum list_transform list_unique list_value
        list_where list_zip mad map_concat map_contains map_entries map_extract map_extract_value
        map_from_entries map_keys map_values mean millennium mismatches nanosecond nextafter nfc_normalize
        not_ilike_escape parse_dirname parse_dirpath parse_duckdb_log_message parse_filename parse_path
        pragma_database_size pragma_show pragma_storage_info pragma_version prefix product quantile_cont
        quantile_disc range regexp_escape regexp_full_match repeat_row reservoir_quantile right_grapheme
        roundbankers sem signbit skewness str_split str_split_regex string_split_regex strip_accents strlen
        strptime struct_concat struct_extract struct_extract_at struct_insert struct_pack suffix sumkahan
        summary test_all_types test_vector_types timezone_hour timezone_minute to_base to_centuries to_decades
        to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_weeks to_years
        try_strptime union_extract union_tag union_value url_decode url_encode vector_type xor
        ",
    ),
    (
        "Databricks and Spark",
        "
        array_join array_repeat array_union assert_true base64 bit_get bround count_min_sketch csc
        current_catalog current_metastore current_timezone e exists explode explode_outer forall format_number
        format_string from_avro from_csv from_json from_utc_timestamp from_xml get_json_object histogram_numeric
        hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg hypot inline inline_outer input_file_name
        java_hash json_tuple luhn_check make_dt_interval make_ym_interval map_filter map_from_arrays
        map_zip_with mask monotonically_increasing_id named_struct negative percentile_approx pmod posexplode
        posexplode_outer positive raise_error randn rint schema_of_csv schema_of_json schema_of_json_agg
        schema_of_variant sentences sequence session_window shiftleft shiftright shiftrightunsigned shuffle size
        some sort_array spark_partition_id sql_keywords stack str_to_map to_avro to_csv to_unix_timestamp
        to_utc_timestamp transform_keys transform_values try_add try_aes_decrypt try_avg try_divide
        try_element_at try_multiply try_subtract try_sum try_variant_get unbase64 variant_explode variant_get
        window window_time xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short
        xpath_string zip_with
        ",
    ),
];

/// Beginnings of names: what the extension for geometry and the server's own statistics have.
pub(super) const PREFIXES: &[&str] = &["st_", "h3_", "pg_stat_get_"];
