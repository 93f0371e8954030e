//! Text to tree.

use super::syntax::Sequence;
use crate::effects::unknown::{self, Why};

/// The script that `text` is.
///
/// # Errors
/// The reason why it cannot be read without doubt.
pub fn parse(text: &str) -> Result<Sequence, Why> {
    let _ = text;
    Err(unknown::SHELL_NOT_READ)
}
