//! What the procedures do that come with a server. A procedure of no row runs code that is not here.

use super::act::Act::{self, *};

/// What a procedure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Procedure {
    /// This.
    Does(&'static [Act]),
    /// It runs the SQL in the text that follows.
    Runs,
}

use Procedure::*;

const PROCEDURES: &[(Procedure, &str)] = &[
    (
        Does(&[Read]),
        "
        sp_help sp_helptext sp_helpindex sp_helpconstraint sp_helpdb sp_helpfile sp_helpfilegroup sp_helptrigger
        sp_helprole sp_helprolemember sp_helpuser sp_helplogins sp_helpsrvrole sp_helpsrvrolemember sp_helprotect
        sp_columns sp_columns_ex sp_tables sp_tables_ex sp_databases sp_pkeys sp_fkeys sp_statistics
        sp_special_columns sp_stored_procedures sp_sproc_columns sp_table_privileges sp_column_privileges
        sp_datatype_info sp_server_info sp_spaceused sp_who sp_who2 sp_lock sp_depends sp_monitor sp_catalogs
        sp_linkedservers sp_describe_first_result_set sp_describe_undeclared_parameters sp_describe_cursor sp_helpstats
        sp_helplanguage sp_helpserver sp_helpsort sp_helpextendedproc
        ",
    ),
    (Runs, "sp_executesql sp_execute_external_query sp_prepexec sp_sqlexec"),
    (Does(&[Schema]), "sp_rename sp_addtype sp_droptype sp_bindrule sp_bindefault sp_addextendedproperty"),
    (Does(&[Write, Schema]), "sp_msforeachtable sp_msforeachdb"),
    (
        Does(&[Admin]),
        "
        sp_configure sp_dboption sp_serveroption sp_recompile sp_updatestats sp_createstats sp_cycle_errorlog
        sp_getapplock sp_releaseapplock sp_setapprole sp_trace_create sp_trace_setstatus sp_autostats sp_attach_db
        sp_detach_db sp_create_plan_guide sp_control_plan_guide sp_fulltext_database sp_invalidate_textptr
        ",
    ),
    (
        Does(&[Privilege]),
        "
        sp_addlogin sp_droplogin sp_adduser sp_dropuser sp_addrole sp_droprole sp_addrolemember sp_droprolemember
        sp_addsrvrolemember sp_dropsrvrolemember sp_grantdbaccess sp_revokedbaccess sp_grantlogin sp_revokelogin
        sp_denylogin sp_password sp_changedbowner sp_changeobjectowner sp_defaultdb sp_addapprole sp_dropapprole
        sp_approlepassword sp_change_users_login sp_addlinkedsrvlogin sp_droplinkedsrvlogin
        ",
    ),
    (
        Does(&[Admin, Persist]),
        "
        sp_add_job sp_add_jobstep sp_add_jobschedule sp_add_jobserver sp_update_job sp_update_jobstep sp_start_job
        sp_delete_job sp_procoption sp_add_schedule sp_attach_schedule
        ",
    ),
    (
        Does(&[Outside]),
        "
        sp_addlinkedserver sp_dropserver sp_addserver sp_send_dbmail sp_execute_external_script sp_addextendedproc
        sp_dropextendedproc sp_makewebtask sp_runwebtask sp_invoke_external_rest_endpoint sp_readerrorlog
        sp_enumerrorlogs sp_testlinkedserver sp_droptask sp_certify_removable
        ",
    ),
];

/// What the procedure called `name` does; `None` if nobody knows it.
pub(super) fn find(name: &str) -> Option<Procedure> {
    let begins = |prefix: &str| {
        name.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    if begins("xp_") || begins("sp_oa") {
        return Some(Does(&[Outside]));
    }
    let has = |names: &str| names.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(name));
    PROCEDURES.iter().find(|(_, names)| has(names)).map(|(procedure, _)| *procedure)
}
