//! The files a policy is written in, and places in them.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How messages call it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, by its number in the list that was compiled.
    pub file: usize,
    /// Byte offsets, the end exclusive.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Place {
    /// As a range of bytes.
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The beginning of a file.
    pub const fn start_of(file: usize) -> Self {
        Self { file, start: 0, end: 0 }
    }
}

/// The name of the file that holds a policy's tests, beside the policy.
pub const TESTS: &str = "tests.yaml";

/// Most bytes of a file that is read.
const LARGEST: u64 = 4 << 20;

/// The policy files of a directory, in the order of their names, tests left out. Folders in it are other
/// policies.
///
/// # Errors
/// What the file system says, with the path in front; and a directory without policy files.
pub fn policy_files(directory: &Path) -> io::Result<Vec<Source>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(|error| named(directory, &error))? {
        let path = entry.map_err(|error| named(directory, &error))?.path();
        let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if yaml && !hidden && !path.ends_with(TESTS) && path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let text = format!("{}: no policy files; a policy is one or more `.yaml` files", directory.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, text));
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// The directories in and below `directory` that hold a policy, in the order of their paths.
///
/// # Errors
/// As [`policy_files`].
pub fn policy_directories(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        let mut holds_policy = false;
        for entry in std::fs::read_dir(&next).map_err(|error| named(&next, &error))? {
            let entry = entry.map_err(|error| named(&next, &error))?;
            let kind = entry.file_type().map_err(|error| named(&next, &error))?;
            let path = entry.path();
            if kind.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
                open.push(path);
            } else {
                holds_policy |=
                    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
            }
        }
        if holds_policy {
            found.push(next);
        }
    }
    found.sort();
    Ok(found)
}

/// One file.
///
/// # Errors
/// What the file system says, with the path in front; a file that is too large or not UTF-8.
pub fn read(path: &Path) -> io::Result<Source> {
    let size = std::fs::metadata(path).map_err(|error| named(path, &error))?.len();
    if size > LARGEST {
        let text = format!("{}: larger than {LARGEST} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let text = std::fs::read_to_string(path).map_err(|error| named(path, &error))?;
    Ok(Source { path: path.display().to_string(), text })
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
