//! The database: SQLite, one writer, many readers.
//!
//! Only [`Writer`] appends, and only inside a transaction of the [sequencer](crate::sequencer). What is
//! acknowledged was committed with `synchronous=FULL`. Deliberately absent: HTTP, files of the log, who may do what.

pub mod break_glass;
pub mod bundles;
pub mod escalations;
pub mod events;
pub mod figures;
pub mod freezes;
pub mod grants;
pub mod read;
mod writer;

pub use rusqlite::Connection;
pub(crate) use writer::micros;
pub use writer::{Auth, LogState, Writer, verdict_name};

use crate::tlog::note::{Signer, Verifier};
use crate::tlog::{Checkpoint, Edge};
use rusqlite::{ErrorCode, OpenFlags, OptionalExtension as _};
use std::path::Path;
use toolgate_engine::time::Timestamp;

/// Marks a database as one of ours (`tgld`).
const APPLICATION_ID: i32 = 0x7467_6c64;
/// The version of [`SCHEMA`].
const SCHEMA_VERSION: i32 = 4;
const SCHEMA: &str = include_str!("schema.sql");
/// The oldest schema that is brought up to date, and how; each step ends by saying its version.
const STEPS: &[(i32, &str)] = &[(2, include_str!("from_2.sql")), (3, include_str!("from_3.sql"))];

/// What went wrong with the database.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No room: the disk is full, or the database may not grow further. Nothing was stored.
    #[error("the disk is full, or the database has reached its limit; nothing was stored")]
    Full,
    /// The disk or the database cannot be trusted any more; the process must end and recover.
    #[error("the database cannot be trusted any more: {0}")]
    Fatal(String),
    /// A file that is not the database of this log.
    #[error("{0}")]
    Foreign(String),
    /// Anything else; nothing was stored.
    #[error("the database refuses: {0}")]
    Refused(String),
    /// The service is shutting down.
    #[error("the service is shutting down")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Fatal(error.to_string())
            }
            _ => Self::Refused(error.to_string()),
        }
    }
}

/// Where the log stands.
#[derive(Debug, Clone)]
pub struct Head {
    /// The log's name.
    pub origin: String,
    /// Its verifier key.
    pub vkey: String,
    /// The tree.
    pub edge: Edge,
    /// The time of the last entry.
    pub t: Timestamp,
    /// The signed checkpoint of that tree.
    pub checkpoint: String,
}

/// Makes the database of a new log, with nothing in it.
///
/// # Errors
/// [`StoreError`].
pub fn create(path: &Path, signer: &Signer) -> Result<(), StoreError> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    pragmas(&db)?;
    db.execute_batch(&format!("BEGIN IMMEDIATE;\n{SCHEMA}\n;COMMIT;"))?;
    let edge = Edge::new();
    let origin = signer.verifier().name().to_owned();
    let checkpoint = Checkpoint { origin: origin.clone(), size: edge.size(), root: edge.root() };
    let note = checkpoint.sign(signer).map_err(|error| StoreError::Refused(error.to_string()))?;
    let head =
        "INSERT INTO head (log, origin, vkey, size, edge, t, checkpoint) VALUES (1, ?1, ?2, 0, x'', 0, ?3)";
    db.execute(head, (&origin, signer.verifier().to_string(), note))?;
    // One file that can be renamed: without this the new rows would stand in a second one.
    db.close().map_err(|(_, error)| StoreError::from(error))
}

/// Opens the database for its one writer, and brings an older schema up to date, whole or not at all. `max_pages`
/// bounds its growth.
///
/// # Errors
/// [`StoreError::Foreign`] where the file is not a ledger's, or of a version that cannot be brought up to date.
pub fn open_writer(path: &Path, max_pages: Option<u32>) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| foreign(path, &error.to_string()))?;
    check_maker(&db, path)?;
    migrate(&db, path)?;
    check_version(&db, path)?;
    pragmas(&db)?;
    if let Some(pages) = max_pages {
        db.pragma_update(None, "max_page_count", pages)?;
    }
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Opens the database for reading.
///
/// # Errors
/// [`StoreError::Foreign`] where the file is not a ledger's, or of another version.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| foreign(path, &error.to_string()))?;
    check_maker(&db, path)?;
    check_version(&db, path)?;
    db.pragma_update(None, "busy_timeout", 2_000)?;
    db.pragma_update(None, "query_only", true)?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}

fn pragmas(db: &Connection) -> Result<(), StoreError> {
    // `synchronous=FULL` syncs the write-ahead log at every commit: what is acknowledged survives a power cut.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // Erased arguments are overwritten, not only unlinked.
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "busy_timeout", 2_000)?;
    Ok(())
}

fn foreign(path: &Path, why: &str) -> StoreError {
    StoreError::Foreign(format!("`{}` is not the database of a ledger: {why}", path.display()))
}

fn check_maker(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let id = pragma(db, "application_id").map_err(|error| foreign(path, &error.to_string()))?;
    if id == APPLICATION_ID { Ok(()) } else { Err(foreign(path, "another program made it")) }
}

fn pragma(db: &Connection, name: &str) -> Result<i32, rusqlite::Error> {
    db.pragma_query_value(None, name, |row| row.get(0))
}

fn migrate(db: &Connection, path: &Path) -> Result<(), StoreError> {
    for (from, step) in STEPS {
        if pragma(db, "user_version")? == *from {
            db.execute_batch(&format!("BEGIN IMMEDIATE;\n{step}\nCOMMIT;")).map_err(|error| {
                StoreError::Foreign(format!(
                    "`{}` could not be brought from schema {from} to the next: {error}; it is as it was",
                    path.display()
                ))
            })?;
        }
    }
    Ok(())
}

fn check_version(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let version = pragma(db, "user_version")?;
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    let what_to_do = if version > SCHEMA_VERSION {
        "a newer program made it; serve it with that one or a newer one".to_owned()
    } else if STEPS.first().is_some_and(|(oldest, _)| version >= *oldest) {
        "`toolgate ledger serve` brings it up to date when it next starts".to_owned()
    } else {
        "it is too old to be brought up to date; keep the directory, whose `tiles` stay verifiable, and start a \
         new log in another one with `toolgate ledger init`"
            .to_owned()
    };
    Err(StoreError::Foreign(format!(
        "`{}` has schema {version}, this program reads schema {SCHEMA_VERSION}: {what_to_do}",
        path.display()
    )))
}

/// Where the log stands.
///
/// # Errors
/// [`StoreError::Foreign`] if the row is missing or does not fit together.
pub fn head(db: &Connection) -> Result<Head, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT origin, vkey, size, edge, t, checkpoint FROM head WHERE log = 1")?;
    let row = statement
        .query_row([], |row| {
            let (size, edge): (u64, Vec<u8>) = (row.get(2)?, row.get(3)?);
            Ok((row.get(0)?, row.get(1)?, Edge::from_bytes(size, &edge), row.get(4)?, row.get(5)?))
        })
        .optional()?;
    let Some((origin, vkey, Some(edge), t, checkpoint)) = row else {
        return Err(StoreError::Foreign("the database has no log in it, or a damaged one".to_owned()));
    };
    Ok(Head { origin, vkey, edge, t: Timestamp::from_micros(t), checkpoint })
}

/// Whether the database is of the log whose key this is, and its head is signed by it.
///
/// # Errors
/// [`StoreError::Foreign`], naming both.
pub fn check_owner(head: &Head, verifier: &Verifier) -> Result<(), StoreError> {
    if head.vkey != verifier.to_string() {
        return Err(StoreError::Foreign(format!(
            "the database is of the log `{}`, the key is of another, `{verifier}`",
            head.vkey
        )));
    }
    match Checkpoint::open(&head.checkpoint, verifier) {
        Ok(signed) if signed.size == head.edge.size() && signed.root == head.edge.root() => Ok(()),
        _ => Err(StoreError::Foreign("the head of the database is not what the log's key signed".to_owned())),
    }
}

#[cfg(test)]
mod tests;
