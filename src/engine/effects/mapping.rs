//! What your own tools do, as a policy's `tools:` table says it. Bundle form and text form are this struct.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Mappings by tool name.
pub type ToolMappings = BTreeMap<String, ToolMapping>;

/// What one tool does. A value that begins with `/` is a JSON Pointer into the call's arguments; any other
/// value is taken as it stands. For a tool of the catalogue a mapping adds effects, it never removes any.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolMapping {
    /// A path that is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// A directory that is listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// A path that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<String>,
    /// A path that is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// A URL that is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch: Option<String>,
    /// A URL or host something is sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// A shell command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// SQL text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The database the SQL runs on: a name, a host, or a connection URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// The SQL dialect, never a pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Your own action, a dotted name, never a pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What your own action is done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Pointers to arguments which the tool verifiably ignores (a human-readable description): shown to a
    /// reviewer, but no part of what an approval is bound to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inert: Vec<String>,
}
