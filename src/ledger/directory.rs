//! The data directory: one log, one key, one process.
//!
//! ```text
//! lock                held by the process that serves
//! log.key             the signing key, readable by its owner only
//! log.vkey            the verifier key; give it to auditors by another way than this directory
//! ledger.db           the database
//! tiles/              the log as anyone can check it: checkpoint, tile/…
//! ```
//!
//! `init` makes a log once; nothing else ever does, so a wrong path cannot start a new one.

use crate::store::{self, Head, StoreError};
use crate::tlog::note::{NoteError, Signer, Verifier};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What is wrong with a data directory.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// There is a log already.
    #[error("`{}` already holds a log; its verifier key is `{vkey}`", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
        /// The log's key.
        vkey: String,
    },
    /// There is something else.
    #[error("`{}` is not empty and holds no log; choose an empty or a new directory", .0.display())]
    Occupied(PathBuf),
    /// The name cannot stand in a key.
    #[error("`{0}` cannot name a log: a name is not empty and has neither white space nor `+` in it")]
    Origin(String),
    /// There is no log.
    #[error("`{}` holds no log; make one with `toolgate ledger init --dir {}`", .0.display(), .0.display())]
    Missing(PathBuf),
    /// Another process serves it.
    #[error("another process holds `{}`; one directory is served by one process", .0.display())]
    Locked(PathBuf),
    /// A file cannot be read or written.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The key is none.
    #[error("`{}`: {error}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: NoteError,
    },
    /// The database is none, or another log's.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> DirectoryError + '_ {
    |error| DirectoryError::Io { path: path.to_owned(), error }
}

/// Where things are in a data directory.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The directory itself.
    pub root: PathBuf,
}

impl Paths {
    /// The paths below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.root.join("ledger.db")
    }

    /// The published log.
    pub fn tiles(&self) -> PathBuf {
        self.root.join("tiles")
    }

    /// The signing key.
    pub fn key(&self) -> PathBuf {
        self.root.join("log.key")
    }

    /// The verifier key.
    pub fn vkey(&self) -> PathBuf {
        self.root.join("log.vkey")
    }

    fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }
}

/// Makes a log named `origin`, with a key from 32 random bytes, and gives its verifier key.
///
/// # Errors
/// [`DirectoryError`]. What a first try left half-made is finished by the next.
pub fn init(root: &Path, origin: &str, seed: &[u8; 32]) -> Result<Verifier, DirectoryError> {
    let paths = Paths::new(root);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(at(root))?;
    let half_made = paths.key().exists();
    if !half_made && fs::read_dir(root).map_err(at(root))?.next().is_some() {
        return Err(DirectoryError::Occupied(root.to_owned()));
    }
    let _lock = lock(&paths)?;
    if paths.database().exists() {
        let vkey = read_key(&paths)?.verifier().to_string();
        return Err(DirectoryError::Exists { path: root.to_owned(), vkey });
    }
    if !half_made {
        let signer = Signer::new(origin, seed).map_err(|_| DirectoryError::Origin(origin.to_owned()))?;
        write_new(&paths.key(), 0o600, &(signer.to_secret() + "\n"))?;
    }
    let signer = read_key(&paths)?;
    if signer.verifier().name() != origin {
        let error = NoteError::SigningKey("a key of another origin was left here by an earlier `init`");
        return Err(DirectoryError::Key { path: paths.key(), error });
    }
    // The database appears under its name only when it is whole.
    let fresh = root.join("ledger.db.new");
    for leftover in
        [fresh.clone(), root.join("ledger.db.new-wal"), root.join("ledger.db.new-shm"), paths.vkey()]
    {
        if leftover.exists() {
            fs::remove_file(&leftover).map_err(at(&leftover))?;
        }
    }
    write_new(&paths.vkey(), 0o644, &format!("{}\n", signer.verifier()))?;
    store::create(&fresh, &signer)?;
    File::open(&fresh).and_then(|file| file.sync_all()).map_err(at(&fresh))?;
    fs::rename(&fresh, paths.database()).map_err(at(&fresh))?;
    sync_directory(root)?;
    Ok(signer.verifier().clone())
}

/// A data directory that this process holds.
#[derive(Debug)]
pub struct Directory {
    /// Where things are.
    pub paths: Paths,
    /// The device and inode of the database when it was opened.
    database: (u64, u64),
    /// Held as long as this lives.
    _lock: File,
}

impl Directory {
    /// Takes hold of a directory, and gives its key and where its log stands.
    ///
    /// # Errors
    /// [`DirectoryError`]: no log, another log's database or key, another process.
    pub fn open(root: &Path) -> Result<(Self, Signer, Head), DirectoryError> {
        let paths = Paths::new(root);
        if !paths.database().exists() || !paths.key().exists() {
            return Err(DirectoryError::Missing(root.to_owned()));
        }
        let lock = lock(&paths)?;
        let signer = read_key(&paths)?;
        let database = paths.database();
        // Read-only first: a foreign file must not be touched. A log of write-ahead pages needs a writer to
        // be read, so whoever cannot read it this way is told by the writer's opening.
        let db = store::open_writer(&database, None)?;
        let head = store::head(&db)?;
        store::check_owner(&head, signer.verifier())?;
        let database = inode(&database).map_err(at(&database))?;
        Ok((Self { paths, database, _lock: lock }, signer, head))
    }

    /// Whether the database is still the file that was opened. Otherwise what is written now is lost with the
    /// file that nobody can see any more.
    pub fn is_whole(&self) -> bool {
        inode(&self.paths.database()).is_ok_and(|now| now == self.database)
    }
}

fn inode(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

fn lock(paths: &Paths) -> Result<File, DirectoryError> {
    let path = paths.lock();
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DirectoryError::Locked(paths.root.clone())),
        Err(TryLockError::Error(error)) => Err(DirectoryError::Io { path, error }),
    }
}

fn read_key(paths: &Paths) -> Result<Signer, DirectoryError> {
    let path = paths.key();
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    Signer::parse(text.trim_end()).map_err(|error| DirectoryError::Key { path, error })
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), DirectoryError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(at(path))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))
}

/// Makes the names in a directory durable.
fn sync_directory(path: &Path) -> Result<(), DirectoryError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(at(path))
}
