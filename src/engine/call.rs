//! A tool call: what a model asked its client to run, complete and decoded, whichever API carried it.

use crate::json;
use crate::wire::Api;
use serde::{Deserialize, Serialize};

/// One tool invocation a model proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The API whose response carried it.
    pub api: Api,
    /// The shape it had there.
    pub kind: CallKind,
    /// The provider's identifier of the call. Written by the model's side: never part of an approval's key.
    pub id: Option<String>,
    /// The tool's name as the model wrote it.
    pub tool: String,
    /// What qualifies the name, where the API has such a thing (a toolset, a namespace, an MCP server).
    pub namespace: Option<String>,
    /// What the tool would be called with.
    pub arguments: Arguments,
    /// Which of the response's alternatives proposes it; zero where there is only one.
    pub choice: u32,
}

/// The shape a call has in its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// A function call with JSON arguments.
    Function,
    /// A tool call whose input is free text.
    Custom,
    /// The function call of OpenAI Chat before `tool_calls`.
    LegacyFunction,
    /// A tool that the API itself defines. It has no name of its own: the type of the call is its name.
    Builtin,
    /// A call the provider runs once the client has approved it.
    Approval,
    /// A tool that a request turns on and the provider would run itself, as it sees fit. Its arguments are what the
    /// request says of it.
    Provider,
}

impl CallKind {
    /// The kind's name in records and in `toolgate scan`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Custom => "custom",
            Self::LegacyFunction => "legacy_function",
            Self::Builtin => "builtin",
            Self::Approval => "approval",
            Self::Provider => "provider",
        }
    }
}

/// What a tool would be called with.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// None were given, which is not the same as `null`.
    Absent,
    /// A JSON document, strictly read.
    Json(json::Document),
    /// Free text, of a tool that takes text.
    Text(String),
    /// Text that should have been JSON and which two readers could understand differently. Such a call is
    /// always refused.
    Malformed {
        /// The text as it came.
        text: String,
        /// What is wrong with it.
        error: json::Error,
    },
}

impl Arguments {
    /// Reads JSON arguments from the text the model wrote.
    pub fn from_json_text(text: &str, depth: usize) -> Self {
        match json::Document::parse(text.as_bytes().to_vec(), depth) {
            Ok(document) => Self::Json(document),
            Err(error) => Self::Malformed { text: text.to_owned(), error },
        }
    }

    /// These arguments, which came whole, and the pieces that followed as text, if any did. `None` if both say something and
    /// not the same: SDKs let the text win, also one that is empty; others append it, or never look at it.
    pub(crate) fn continued(self, text: Option<&str>, depth: usize) -> Option<Self> {
        let empty = match &self {
            Self::Json(document) => document.root().is_null() || document.canonical() == "{}",
            Self::Absent => true,
            Self::Text(_) | Self::Malformed { .. } => false,
        };
        match text {
            None => Some(self),
            Some("") => empty.then_some(self),
            Some(text) => {
                let deltas = Self::from_json_text(text, depth);
                let same = matches!(deltas, Self::Json(_)) && self.same(&deltas);
                (empty || same).then_some(deltas)
            }
        }
    }

    /// Whether both say the same to every strict reader, however they are written.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(one), Self::Json(other)) => one.canonical() == other.canonical(),
            (one, other) => one == other,
        }
    }

    /// The value at a JSON Pointer (RFC 6901), where the arguments are JSON and have one.
    pub fn pointer(&self, pointer: &str) -> Option<&json::Node> {
        match self {
            Self::Json(document) => document.root().pointer(pointer),
            Self::Absent | Self::Text(_) | Self::Malformed { .. } => None,
        }
    }
}
