//! A compiled policy and its digest: the only form in which the engine takes policy.

use super::{Decision, Question};
use crate::effects::ToolMappings;

/// A compiled policy whose digest and signature were checked.
#[derive(Debug, Clone)]
pub struct Bundle {}

/// Why a bundle is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not a bundle at all.
    #[error("not a bundle: {0}")]
    Unreadable(String),
}

impl Bundle {
    /// Opens a bundle file (what `toolgate compile` wrote). `keys` are the verifier keys of signed notes
    /// (`name+hash+base64`); the signature of one of them must be good.
    ///
    /// # Errors
    /// [`BundleError`], with what was expected and what to do.
    pub fn open(file: &[u8], keys: &[String]) -> Result<Self, BundleError> {
        let _ = (file, keys);
        Err(BundleError::Unreadable("not yet".to_owned()))
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        ""
    }

    /// Rises with every release; an older one than was had before is refused.
    pub fn version(&self) -> u64 {
        0
    }

    /// `sha256:<hex>` of the canonical bytes.
    pub fn digest(&self) -> &str {
        ""
    }

    /// What the policy says of its own tools.
    pub fn tools(&self) -> &ToolMappings {
        const EMPTY: &ToolMappings = &ToolMappings::new();
        EMPTY
    }

    /// What relative paths are relative to.
    pub fn working_directory(&self) -> Option<&str> {
        None
    }

    /// Whether nothing is enforced for this principal. Only the plugin's own switch makes it count.
    pub fn observes(&self, principal: Option<&str>) -> bool {
        let _ = principal;
        false
    }

    /// What the policy says.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        let _ = question;
        Decision::denied("not_yet", "no policy engine")
    }
}
