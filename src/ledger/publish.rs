//! The log as files: tiles, entry bundles, and the checkpoint last, so that what a checkpoint covers is there.
//!
//! Everything is made again from the database at any time: publishing may lag behind the commits, stop in the
//! middle and go on. A full tile never changes; finding another content under its name is the sign of a forked
//! or restored log, and ends the process.

use crate::store::read::{self, Entry};
use crate::store::{self, Head, StoreError};
use crate::tlog::note::Verifier;
use crate::tlog::tile::{self, Levels, Tile, WIDTH};
use crate::tlog::{Checkpoint, Hash};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Why publishing stops.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Files and database are not of one history.
    #[error("{0}")]
    Forked(String),
    /// A file cannot be read or written; it is tried again.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the published log.
#[derive(Debug)]
pub struct Publisher {
    root: PathBuf,
    db: Connection,
    levels: Levels,
    /// The unfinished entry bundle.
    bundle: Vec<u8>,
}

impl Publisher {
    /// Takes up where the files end, and checks that they are the beginning of what the database holds.
    ///
    /// # Errors
    /// [`PublishError::Forked`] where they are not: another log's files, more than the database has, or other entries.
    pub fn open(root: &Path, db: Connection, head: &Head, verifier: &Verifier) -> Result<Self, PublishError> {
        let mut publisher = Self { root: root.to_owned(), db, levels: Levels::new(), bundle: Vec::new() };
        let Some(published) = publisher.published(verifier)? else { return Ok(publisher) };
        if published.size > head.edge.size() {
            return Err(PublishError::Forked(format!(
                "`{}` holds {} entries, the database only {}: the database was restored from an older copy, or \
                 replaced; what was acknowledged since is in the files only",
                root.display(),
                published.size,
                head.edge.size()
            )));
        }
        publisher.resume(&published)?;
        // Going on from the files with the database's leaves must lead to the database's root.
        let mut levels = publisher.levels.clone();
        read::each(&publisher.db, published.size, head.edge.size(), |entry| {
            levels.push(entry.leaf, |_, _| {});
            Ok::<_, StoreError>(())
        })?;
        if levels.root() != head.edge.root() {
            return Err(PublishError::Forked(format!(
                "the first {} entries in `{}` are not those of the database: two histories carry this log's name",
                published.size,
                root.display()
            )));
        }
        Ok(publisher)
    }

    /// The checkpoint in the files.
    fn published(&self, verifier: &Verifier) -> Result<Option<Checkpoint>, PublishError> {
        let path = self.root.join("checkpoint");
        let note = match fs::read_to_string(&path) {
            Ok(note) => note,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PublishError::Io { path, error }),
        };
        let checkpoint = Checkpoint::open(&note, verifier).map_err(|error| {
            PublishError::Forked(format!("`{}` is not of this log: {error}", path.display()))
        })?;
        Ok(Some(checkpoint))
    }

    fn resume(&mut self, published: &Checkpoint) -> Result<(), PublishError> {
        let levels = Levels::resume(published.size, |tile| {
            let path = self.root.join(tile.to_string());
            let bytes = fs::read(&path).map_err(|error| PublishError::Io { path, error })?;
            Ok::<_, PublishError>(tile::decode_hashes(&bytes, tile.width).unwrap_or_default())
        });
        match levels {
            Ok(Some(levels)) if levels.root() == published.root => self.levels = levels,
            // Tiles are missing or damaged: all are made again, and full ones compared on the way.
            _ => {
                self.extend(published.size)?;
                if self.levels.root() != published.root {
                    return Err(PublishError::Forked(format!(
                        "the checkpoint in `{}` is not of the entries in the database",
                        self.root.display()
                    )));
                }
            }
        }
        let first = published.size - published.size % WIDTH as u64;
        let mut bundle = Vec::new();
        read::each(&self.db, first, published.size, |entry| push_entry(&entry, &mut bundle))?;
        self.bundle = bundle;
        Ok(())
    }

    /// Number of entries published.
    pub const fn size(&self) -> u64 {
        self.levels.size()
    }

    /// Publishes what the database has, and gives the size.
    ///
    /// # Errors
    /// [`PublishError`]; after [`PublishError::Io`] and [`PublishError::Store`] it can be called again.
    pub fn publish(&mut self) -> Result<u64, PublishError> {
        let head = store::head(&self.db)?;
        let checkpoint = self.root.join("checkpoint");
        if head.edge.size() == self.levels.size() && checkpoint.exists() {
            return Ok(self.levels.size());
        }
        // What fails half-way must not count as done.
        let before = (self.levels.clone(), self.bundle.clone());
        let done = self.extend(head.edge.size()).and_then(|()| self.finish(&head));
        if done.is_err() {
            (self.levels, self.bundle) = before;
        }
        done.map(|()| self.levels.size())
    }

    /// Writes all tiles and bundles that get full on the way to `size`.
    fn extend(&mut self, size: u64) -> Result<(), PublishError> {
        let Self { root, db, levels, bundle } = self;
        read::each(db, levels.size(), size, |entry| {
            push_entry(&entry, bundle)?;
            let mut failed = Ok(());
            levels.push(entry.leaf, |tile, hashes| {
                if failed.is_ok() {
                    failed = write_tile(root, tile, &tile::encode_hashes(hashes));
                }
            });
            failed?;
            if levels.size() % WIDTH as u64 == 0 {
                if let Some(tile) = Tile::of_entries(levels.size() / WIDTH as u64 - 1, levels.size()) {
                    write_tile(root, tile, bundle)?;
                }
                bundle.clear();
            }
            Ok(())
        })
    }

    /// Writes the partial tiles, then the checkpoint that covers all.
    fn finish(&self, head: &Head) -> Result<(), PublishError> {
        let size = self.levels.size();
        if self.levels.root() != head.edge.root() {
            return Err(PublishError::Forked(
                "the entries in the database do not make its own root".to_owned(),
            ));
        }
        for (tile, hashes) in self.levels.partial() {
            write_tile(&self.root, tile, &tile::encode_hashes(hashes))?;
        }
        if let Some(tile) = Tile::of_entries(size / WIDTH as u64, size) {
            write_tile(&self.root, tile, &self.bundle)?;
        }
        replace(&self.root.join("checkpoint"), head.checkpoint.as_bytes())
    }
}

fn push_entry(entry: &Entry, bundle: &mut Vec<u8>) -> Result<(), PublishError> {
    let bytes = entry.bytes();
    if Hash::of_leaf(&bytes) != entry.leaf {
        return Err(PublishError::Forked(format!("entry {} in the database was changed", entry.index)));
    }
    tile::encode_entry(&bytes, bundle)
        .ok_or_else(|| PublishError::Forked(format!("entry {} in the database is too long", entry.index)))
}

/// Writes a tile under its name. What is there already must be the same.
fn write_tile(root: &Path, tile: Tile, bytes: &[u8]) -> Result<(), PublishError> {
    let path = root.join(tile.to_string());
    match fs::read(&path) {
        Ok(there) if there == bytes => return Ok(()),
        // A crash may have left a partial tile damaged; nobody has built on it.
        Ok(_) if !tile.is_full() => {}
        Ok(_) => {
            return Err(PublishError::Forked(format!(
                "`{}` is another tile than the database makes: two histories carry this log's name",
                path.display()
            )));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(PublishError::Io { path, error }),
    }
    replace(&path, bytes)?;
    if tile.is_full() {
        // Its partial forms are superseded; that they go is a matter of room only.
        let _ = fs::remove_dir_all(suffixed(&path, ".p"));
    }
    Ok(())
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Puts a whole and durable file under a name: no reader ever sees half of it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let fail = |error| PublishError::Io { path: path.to_owned(), error };
    let directory = path.parent().ok_or_else(|| fail(io::ErrorKind::InvalidInput.into()))?;
    fs::create_dir_all(directory).map_err(fail)?;
    let temporary = suffixed(path, ".new");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(directory)?.sync_all()
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(fail)
}
