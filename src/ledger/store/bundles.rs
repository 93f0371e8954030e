//! Policy bundles as they are handed out: kept as the bytes they came in, newest of a name first.

use super::StoreError;
use super::writer::{Writer, micros};
use crate::own::Published;
use crate::tlog::Hash;
use rusqlite::{Connection, OptionalExtension as _};

/// A bundle file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBundle {
    /// `sha256:<hex>` of the file's bytes.
    pub digest: String,
    /// The file.
    pub file: Vec<u8>,
}

/// What a bundle file says of itself, as far as that can be read without the keys of who may sign it. The
/// ledger does not judge bundles: the filter accepts only those its own configuration's keys signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The policy's version.
    pub version: Option<u64>,
    /// `sha256:<hex>`, as decisions name the bundle.
    pub digest: String,
}

/// Hands out `file` under `name` from now on. Publishing what is handed out already changes nothing.
///
/// # Errors
/// [`StoreError`].
pub fn publish(writer: &mut Writer<'_>, name: &str, file: &[u8], by: &str) -> Result<String, StoreError> {
    let digest = Hash::of(file).to_hex();
    if current(writer.db, name)?.is_some_and(|bundle| bundle.digest == digest) {
        return Ok(digest);
    }
    let described = describe(file);
    let mut insert = writer
        .db
        .prepare_cached("INSERT INTO bundle (name, version, digest, file, t) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    insert.execute((name, described.version, &digest, file, micros(writer.now)))?;
    drop(insert);
    writer.append_own(Published {
        name: name.to_owned(),
        version: described.version,
        bundle: described.digest,
        file: digest.clone(),
        by: by.to_owned(),
    })?;
    Ok(digest)
}

/// What is handed out under a name.
///
/// # Errors
/// [`StoreError`].
pub fn current(db: &Connection, name: &str) -> Result<Option<StoredBundle>, StoreError> {
    let mut row =
        db.prepare_cached("SELECT digest, file FROM bundle WHERE name = ?1 ORDER BY id DESC LIMIT 1")?;
    Ok(row.query_row([name], |row| Ok(StoredBundle { digest: row.get(0)?, file: row.get(1)? })).optional()?)
}

/// Whether a name can stand in a path as it is: letters, digits, `-`, `_` and `.`, at most 100.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=100).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.')
}

fn describe(file: &[u8]) -> Described {
    Described { version: None, digest: Hash::of(file).to_hex() }
}
