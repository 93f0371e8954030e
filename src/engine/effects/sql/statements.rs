//! What the first words of a statement say of it, in any dialect.
//!
//! To teach a statement, add a row; of several rows that fit, the longest counts. What is in no row is
//! unknown.

use super::act::Act::{self, *};

/// How a statement is read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A query: a read if everything in it is.
    Query,
    /// Shows something; what follows is read as part of a query.
    Show,
    /// Does this, to nothing that would be named.
    Does(&'static [Act]),
    /// Does this to the tables whose names follow.
    To(&'static [Act]),
    /// Does this, and runs code that is not here.
    Code(&'static [Act]),
    /// Explains what follows, and runs it if it is to be analysed.
    Explain,
    /// `INSERT`, `REPLACE`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `MERGE`.
    Merge,
    /// `CREATE`, `ALTER`, `DROP`: the kind of object decides.
    Object,
    /// `COPY` of PostgreSQL and its kin.
    Copy,
    /// `SET`.
    Set,
    /// `PRAGMA`.
    Pragma,
    /// Runs a procedure, a prepared statement or a text.
    Execute,
    /// Runs a procedure.
    Call,
    /// Makes a statement of a text, or names one.
    Prepare,
    /// Declares variables, or a cursor for a query.
    Declare,
    /// Changes to another database.
    Use,
}

use Form::*;

/// The rows: lower case.
pub(super) const STATEMENTS: &[(&str, Form)] = &[
    ("select", Query),
    ("with", Query),
    ("values", Query),
    ("table", Query),
    ("from", Query),
    ("summarize", Query),
    ("pivot", Query),
    ("unpivot", Query),
    ("show", Show),
    ("show create user", Does(&[Read, Secret])),
    ("show create named collection", Does(&[Read, Secret])),
    ("show create connection", Does(&[Read, Secret])),
    ("show secrets", Does(&[Read, Secret])),
    ("help", Show),
    ("exists", Show),
    // Files of a stage or a store.
    ("list", Does(&[Read, Outside])),
    ("ls", Does(&[Read, Outside])),
    ("list jar", Show),
    ("list jars", Show),
    ("list file", Show),
    ("list files", Show),
    ("print", Show),
    ("assert", Show),
    ("fetch", Show),
    ("return", Show),
    ("handler", To(&[Read])),
    ("explain", Explain),
    ("describe", Explain),
    ("desc", Explain),
    // Rows.
    ("insert", Insert),
    ("replace", Insert),
    ("upsert", Insert),
    ("update", Update),
    ("delete", Delete),
    ("merge", Merge),
    ("truncate", To(&[Write])),
    ("lock", To(&[Write])),
    ("lock instance", Does(&[Admin])),
    ("refresh", Does(&[Write])),
    ("copy", Copy),
    ("copy into", To(&[Write, Outside])),
    ("load data", Does(&[Write, Outside])),
    ("load xml", Does(&[Write, Outside])),
    ("load table", Does(&[Write, Outside])),
    ("bulk insert", To(&[Write, Outside])),
    ("writetext", Does(&[Write])),
    ("updatetext", Does(&[Write])),
    ("send", Does(&[Write])),
    ("receive", Does(&[Write])),
    ("move", Show),
    // Objects.
    ("create", Object),
    ("alter", Object),
    ("drop", Object),
    ("undrop", Object),
    ("rename", Does(&[Schema])),
    ("exchange", Does(&[Schema])),
    ("comment", Does(&[Schema])),
    ("flashback", Does(&[Schema])),
    ("enable", Does(&[Schema])),
    ("disable", Does(&[Schema])),
    ("attach", Does(&[Outside])),
    ("detach", Does(&[Schema])),
    ("import", Does(&[Schema, Outside])),
    ("msck", Does(&[Schema])),
    ("convert", Does(&[Schema])),
    ("sync", Does(&[Schema])),
    ("restore", Does(&[Schema, Write, Outside])),
    ("backup", Does(&[Outside])),
    ("export", Does(&[Outside])),
    ("unload", Does(&[Outside])),
    ("put", Does(&[Outside])),
    ("get", Does(&[Outside])),
    ("remove", Does(&[Outside])),
    ("rm", Does(&[Outside])),
    // The server and the session.
    ("set", Set),
    ("reset", Does(&[Admin])),
    ("reset role", Does(&[Privilege])),
    ("reset session authorization", Does(&[Privilege])),
    ("unset", Does(&[Admin])),
    ("discard", Does(&[Admin])),
    ("pragma", Pragma),
    ("use", Use),
    ("use role", Does(&[Privilege])),
    ("use secondary", Does(&[Privilege])),
    ("use warehouse", Does(&[Admin])),
    ("vacuum", Does(&[Admin])),
    ("analyze", Explain),
    ("analyse", Explain),
    ("optimize", To(&[Admin])),
    ("repair", Does(&[Admin])),
    ("check", Does(&[Admin])),
    ("checksum", To(&[Read])),
    ("reindex", Does(&[Admin])),
    ("cluster", Does(&[Admin])),
    ("checkpoint", Does(&[Admin])),
    ("cache", Does(&[Admin])),
    ("uncache", Does(&[Admin])),
    ("clear", Does(&[Admin])),
    ("invalidate", Does(&[Admin])),
    ("compute", Does(&[Admin])),
    ("flush", Does(&[Admin])),
    ("purge", Does(&[Admin, Schema])),
    ("kill", Does(&[Admin])),
    ("cancel", Does(&[Admin])),
    ("shutdown", Does(&[Admin])),
    ("restart", Does(&[Admin])),
    ("stop", Does(&[Admin])),
    ("start", Does(&[Admin])),
    ("change", Does(&[Admin, Outside])),
    ("clone", Does(&[Admin, Outside])),
    ("install", Does(&[Admin, Outside])),
    ("uninstall", Does(&[Admin])),
    ("load", Does(&[Outside])),
    ("add", Does(&[Schema, Outside])),
    ("binlog", Does(&[Write, Admin])),
    ("xa", Does(&[Admin])),
    ("system", Does(&[Admin, Outside])),
    ("system drop", Does(&[Admin, Outside])),
    ("dbcc", Does(&[Admin])),
    ("reconfigure", Does(&[Admin])),
    ("waitfor", Does(&[Admin])),
    ("raiserror", Does(&[Admin])),
    ("notify", Does(&[Admin])),
    ("listen", Does(&[Admin])),
    ("unlisten", Does(&[Admin])),
    ("unlock", Does(&[Admin])),
    ("deallocate", Does(&[Admin])),
    ("close", Does(&[Admin])),
    ("open", Does(&[Admin])),
    ("open master", Does(&[Privilege])),
    ("open symmetric", Does(&[Privilege])),
    ("audit", Does(&[Admin])),
    ("noaudit", Does(&[Admin])),
    // Transactions: what follows on one is no longer inside a wrapper that only reads.
    ("begin", Does(&[Admin])),
    ("start transaction", Does(&[Admin])),
    ("commit", Does(&[Admin])),
    ("rollback", Does(&[Admin])),
    ("end", Does(&[Admin])),
    ("abort", Does(&[Admin])),
    ("savepoint", Does(&[Admin])),
    ("save", Does(&[Admin])),
    ("release", Does(&[Admin])),
    // Who may do what.
    ("grant", Does(&[Privilege])),
    ("revoke", Does(&[Privilege])),
    ("deny", Does(&[Privilege])),
    ("reassign", Does(&[Privilege])),
    ("security", Does(&[Privilege])),
    ("revert", Does(&[Privilege])),
    ("setuser", Does(&[Privilege])),
    // Code.
    ("do", Code(&[Outside])),
    ("call", Call),
    ("exec", Execute),
    ("execute", Execute),
    ("execute as", Does(&[Privilege])),
    ("exec as", Does(&[Privilege])),
    ("prepare", Prepare),
    ("declare", Declare),
    // Commands of the clients.
    ("source", Does(&[Outside])),
    ("tee", Does(&[Outside])),
    ("pager", Does(&[Outside])),
    ("edit", Does(&[Outside])),
    ("host", Does(&[Outside])),
    ("spool", Does(&[Outside])),
    ("connect", Does(&[Outside])),
];

/// The settings of a session that change nothing but how an answer looks.
pub(super) const TAME_SETTINGS: &[&str] = &[
    "nocount",
    "statistics",
    "rowcount",
    "showplan_all",
    "showplan_text",
    "showplan_xml",
    "datefirst",
    "dateformat",
];

/// The settings that say who the session is.
pub(super) const IDENTITIES: &[&str] =
    &["role", "authorization", "password", "session_authorization", "default_role", "context_info"];
