//! Policy bundles as they are handed out: kept as the bytes they came in, newest of a name first.

use super::StoreError;
use super::writer::{Writer, micros};
use crate::own::Published;
use crate::tlog::Hash;
use rusqlite::{Connection, OptionalExtension as _};
use toolgate_engine::policy::{Bundle, BundleError};

/// A bundle file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBundle {
    /// `sha256:<hex>` of the policy, as decisions name it.
    pub digest: String,
    /// The policy's version.
    pub version: u64,
    /// The file.
    pub file: Vec<u8>,
}

/// Why a bundle is not handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotTaken(pub BundleError);

/// Hands out `file` under `name` from now on. What is handed out already changes nothing.
///
/// The ledger does not judge who signed: the filter accepts only those its own configuration names. What no
/// filter would take, an unreadable or an older bundle, is refused here too, where its author hears of it.
///
/// # Errors
/// [`StoreError`].
pub fn publish(
    writer: &mut Writer<'_>,
    name: &str,
    file: &[u8],
    by: &str,
) -> Result<Result<StoredBundle, NotTaken>, StoreError> {
    let offered = match Bundle::open_unverified(file) {
        Ok(offered) => offered,
        Err(error) => return Ok(Err(NotTaken(error))),
    };
    if let Some(current) = current(writer.db, name)? {
        if current.file == file {
            return Ok(Ok(current));
        }
        let had = Bundle::open_unverified(&current.file);
        if let Some(Err(error)) = had.ok().map(|had| offered.supersedes(&had)) {
            return Ok(Err(NotTaken(error)));
        }
    }
    let (version, digest) = (offered.version(), offered.digest().to_owned());
    let mut insert = writer
        .db
        .prepare_cached("INSERT INTO bundle (name, version, digest, file, t) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    insert.execute((name, version, &digest, file, micros(writer.now)))?;
    drop(insert);
    writer.append_own(Published {
        name: name.to_owned(),
        policy_name: offered.name().to_owned(),
        version,
        bundle: digest.clone(),
        file: Hash::of(file).to_hex(),
        by: by.to_owned(),
    })?;
    Ok(Ok(StoredBundle { digest, version, file: file.to_vec() }))
}

/// What is handed out under a name.
///
/// # Errors
/// [`StoreError`].
pub fn current(db: &Connection, name: &str) -> Result<Option<StoredBundle>, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT digest, version, file FROM bundle WHERE name = ?1 ORDER BY id DESC LIMIT 1",
    )?;
    Ok(row
        .query_row([name], |row| {
            Ok(StoredBundle { digest: row.get(0)?, version: row.get(1)?, file: row.get(2)? })
        })
        .optional()?)
}

/// What is handed out, by name.
///
/// # Errors
/// [`StoreError`].
pub fn all_current(db: &Connection) -> Result<Vec<(String, StoredBundle)>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT name, digest, version, file FROM bundle
         WHERE id IN (SELECT max(id) FROM bundle GROUP BY name) ORDER BY name LIMIT 100",
    )?;
    let rows = rows.query_map([], |row| {
        Ok((row.get(0)?, StoredBundle { digest: row.get(1)?, version: row.get(2)?, file: row.get(3)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a name can stand in a path as it is: letters, digits, `-`, `_` and `.`, at most 100.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=100).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.')
}
