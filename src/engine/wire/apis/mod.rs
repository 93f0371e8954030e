//! The model APIs that are read, one file each, and the table that lists them.

use super::ApiEntry;
use serde::{Deserialize, Serialize};

/// A model API. The variants are the table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// Anthropic Messages, `POST …/v1/messages`.
    Anthropic,
    /// OpenAI Chat Completions, `POST …/chat/completions`.
    OpenaiChat,
}

impl Api {
    /// The table's row of this API.
    pub fn entry(self) -> Option<&'static ApiEntry> {
        None
    }
}
