//! The database: SQLite, one writer, many readers.
//!
//! Only [`Writer`] appends, and only inside a transaction of the [sequencer](crate::sequencer). What is
//! acknowledged was committed with `synchronous=FULL`. Deliberately absent: HTTP, files of the log, who may do what.

pub mod bundles;
pub mod escalations;
pub mod events;
pub mod figures;
pub mod grants;
pub mod read;
mod writer;

pub(crate) use writer::micros;
pub use writer::{Auth, LogState, Writer, verdict_name};

use crate::tlog::note::{Signer, Verifier};
use crate::tlog::{Checkpoint, Edge};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use std::path::Path;
use toolgate_engine::time::Timestamp;

/// Marks a database as one of ours (`tgld`).
const APPLICATION_ID: i32 = 0x7467_6c64;
/// The version of [`SCHEMA`].
const SCHEMA_VERSION: i32 = 2;
const SCHEMA: &str = include_str!("schema.sql");

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

/// Opens the database for its one writer. `max_pages` bounds its growth.
///
/// # Errors
/// [`StoreError::Foreign`] where the file is not a ledger's, or of another version.
pub fn open_writer(path: &Path, max_pages: Option<u32>) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| foreign(path, &error.to_string()))?;
    check(&db, path)?;
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
    check(&db, path)?;
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

fn check(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let id = pragma("application_id").map_err(|error| foreign(path, &error.to_string()))?;
    if id != APPLICATION_ID {
        return Err(foreign(path, "another program made it"));
    }
    match pragma("user_version")? {
        SCHEMA_VERSION => Ok(()),
        other => Err(foreign(
            path,
            &format!("its schema is version {other}, this program reads version {SCHEMA_VERSION}"),
        )),
    }
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
