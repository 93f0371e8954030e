//! Keys and signatures of bundles: C2SP signed notes with Ed25519.

use toolgate_engine::note::{NoteError, Signer};
use toolgate_engine::policy::Policy;
use toolgate_engine::policy::bundle::{self, BundleError};

/// Why a bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The policy cannot be written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The text cannot be signed.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// A bundle file, signed if there is a signer. A gateway takes signed ones only.
///
/// # Errors
/// [`SigningError`]; a compiled policy gives none.
pub fn bundle_file(policy: &Policy, version: u64, signer: Option<&Signer>) -> Result<String, SigningError> {
    let text = bundle::note_text(policy, version)?;
    let note = match signer {
        Some(signer) => signer.sign(&text)?,
        None => text,
    };
    Ok(bundle::file(policy, note)?)
}
