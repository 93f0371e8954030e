//! Checkpoints: the note in which a log states its size and root (C2SP tlog-checkpoint).

use super::Hash;
use super::note::{self, NoteError, Signer, Verifier};
use std::fmt;

/// What a log says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log, a name without a schema such as `ledger.corp.example/audit`.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a checkpoint's note. Extension lines after the third are allowed and ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let size = lines.next()?;
        let canonical =
            size == "0" || !size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit());
        let size = canonical.then(|| size.parse().ok())??;
        let root = Hash::from_base64(lines.next()?)?;
        lines.all(|extension| !extension.is_empty()).then_some(Self { origin, size, root })
    }

    /// Signs it.
    ///
    /// # Errors
    /// When the origin cannot stand in a note.
    pub fn sign(&self, signer: &Signer) -> Result<String, NoteError> {
        signer.sign(&self.to_string())
    }

    /// Opens a signed checkpoint of the log whose key `verifier` is: its origin is the key's name.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, NoteError> {
        let text = note::open(note, std::slice::from_ref(verifier))?;
        let checkpoint = Self::parse(text).ok_or(NoteError::Malformed("not a checkpoint"))?;
        if checkpoint.origin != verifier.name() {
            return Err(NoteError::Malformed("the checkpoint is of another log than the key"));
        }
        Ok(checkpoint)
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}
