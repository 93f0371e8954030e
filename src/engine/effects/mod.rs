//! What a tool call would do to the world if it ran.
//!
//! In comes a [`ToolCall`], with what the policy's `tools:` mapping says of its
//! name; out come its [`Effects`]: an action on a resource each, and what could not be followed. Never
//! nothing: a call that was understood and does nothing else is `tool.use`.
//!
//! ```text
//! catalogue   the tool's name              → which argument means what (tables, one file per family)
//! mapping     the policy's own table       → the same, for your own tools
//! shape       an argument's name           → what it probably means, where nobody described the tool
//! reading     meanings and arguments       → effects; uses
//!   path, url, database, patch               what a text names
//!   shell, sql                               what a text does
//!   places                                   files that are more than files
//! provider    a tool a request turns on    → effects, of what the provider runs itself
//! words       effects                      → plain words
//! ```
//!
//! Deliberately absent: what the model says of its own call (`requires_approval`, `description`); that is no
//! evidence. And the file system, name resolution and the contents of scripts, which the text of a call
//! does not hold.
//!
//! The word *effect* is used as in effect systems. It is not the `permit`/`forbid` of Cedar and XACML;
//! that is a [`Verdict`](crate::policy::Verdict) here.

pub mod action;
pub mod catalogue;
mod database;
mod gathered;
pub mod mapping;
mod patch;
pub mod path;
pub mod places;
mod provider;
mod reading;
mod shape;
pub mod shell;
#[cfg(feature = "sql")]
pub mod sql;
#[cfg(not(feature = "sql"))]
#[path = "sql_unread.rs"]
pub mod sql;
pub mod unknown;
pub mod url;
mod web;
pub mod words;

pub use action::Action;
pub use mapping::{ToolMapping, ToolMappings};

use crate::call::{Arguments, CallKind, ToolCall};
use gathered::Gathered;
use reading::{Asked, Input, Setting};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// Everything a call would do, and everything that could not be followed. While `unknown` is not empty,
/// no rule can allow the call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Effects {
    /// What it would do. Empty only if something is unknown.
    pub known: Vec<Effect>,
    /// What could not be followed.
    pub unknown: Vec<Unknown>,
}

/// One thing a call would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What is done.
    pub action: Action,
    /// What it is done to.
    pub resource: Resource,
    /// Where it lands.
    #[serde(default, skip_serializing_if = "Reach::is_local")]
    pub reach: Reach,
    /// The wrappers it was found under, outermost first, such as `sudo`, `ssh db1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// Which part of a command it was found in; `None` where it does not come from a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A part of a text among the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// JSON Pointer to the text.
    pub at: String,
    /// The part: byte offsets into the text.
    pub span: Range<usize>,
}

/// A name as far as the call's text settles it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// Exactly this.
    Literal(String),
    /// Any of those the pattern matches (in the pattern language of that kind of name).
    Glob(String),
    /// Decided when it runs.
    Dynamic,
}

/// What an effect is on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Resource {
    /// A file or directory: an absolute path after lexical normalisation.
    Path {
        /// The path.
        path: Name,
        /// Whether everything below it is meant too (`rm -r`).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        tree: bool,
    },
    /// Another machine.
    Host {
        /// The host's name or address, lower case.
        host: Name,
        /// The port, where the call names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port: Option<u16>,
        /// The whole URL, where there is one, without user information.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// A database and, where known, a table in it.
    Sql {
        /// The server, as the tool's mapping tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<Name>,
        /// The database's name, as the tool's mapping tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        database: Option<Name>,
        /// The table.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<Name>,
    },
    /// A program, by name.
    Program {
        /// Its name.
        program: Name,
    },
    /// Code of a language.
    Code {
        /// The language.
        language: String,
    },
    /// A repository.
    Repository {
        /// Its URL or path.
        repository: Name,
    },
    /// A resource of a cloud, a cluster or a container engine.
    Cloud {
        /// Its name, as `service/kind/name`.
        cloud: Name,
    },
    /// The tool itself.
    Tool {
        /// Its name.
        tool: String,
    },
    /// A thing of your own, named by a `tools:` mapping.
    Named {
        /// Its name.
        name: Name,
    },
}

/// Where an effect lands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// On the machine where the agent runs.
    #[default]
    Local,
    /// On another machine.
    Remote(String),
    /// In a container.
    Container(String),
}

impl Effect {
    /// Whether another effect is the same but for where it was found.
    fn is_like(&self, other: &Self) -> bool {
        self.action == other.action
            && self.resource == other.resource
            && self.reach == other.reach
            && self.via == other.via
    }
}

impl Reach {
    /// Whether this is [`Reach::Local`].
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Local)
    }
}

/// Something in a call that analysis could not follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// A short, stable name, such as `shell_not_read`.
    pub code: Cow<'static, str>,
    /// What it is, in plain words, without argument values.
    pub what: String,
    /// Where it stands: a JSON Pointer into the arguments, empty for the whole call.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// Which part of the text there it is; `None` for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Range<usize>>,
}

/// Everything `call` would do.
///
/// `tools` is the policy's own table, `working_directory` what relative paths are relative to (`None` makes
/// them unknown).
pub fn analyse(call: &ToolCall, tools: &ToolMappings, working_directory: Option<&str>) -> Effects {
    analyse_on(call, tools, working_directory, None)
}

/// As [`analyse`], for a tool whose database has this dialect where no mapping says one. A name nobody knows is
/// as good as none: every dialect is meant then.
pub fn analyse_on(
    call: &ToolCall,
    tools: &ToolMappings,
    working_directory: Option<&str>,
    dialect: Option<&str>,
) -> Effects {
    if call.kind == CallKind::Provider {
        let mut gathered = Gathered::default();
        provider::read(call, &mut gathered);
        return gathered.finish(&call.tool);
    }
    let input = match &call.arguments {
        Arguments::Absent => Input::Absent,
        Arguments::Json(document) => Input::Json(document.root()),
        Arguments::Text(text) => Input::Text(text),
        Arguments::Malformed { .. } => {
            return Effects { known: Vec::new(), unknown: vec![unknown::ARGUMENTS_MALFORMED.at("")] };
        }
    };
    let asked = Asked { tool: &call.tool, namespace: call.namespace.as_deref(), input, at: String::new() };
    let mut gathered = Gathered::default();
    let calls = Cell::new(reading::MOST_CALLS);
    let setting = Setting { tools, working_directory, dialect, depth: 0, calls: &calls };
    reading::one(&asked, &setting, &mut gathered);
    gathered.finish(&call.tool)
}

/// Pointers to members of `call`'s arguments which the tool verifiably ignores: shown to a reviewer, but no
/// part of what an approval is bound to.
pub fn inert<'a>(call: &ToolCall, tools: &'a ToolMappings) -> Vec<&'a str> {
    if call.kind == CallKind::Provider {
        return Vec::new();
    }
    let mut pointers = catalogue::inert(&call.tool, call.namespace.as_deref());
    for mapping in mapping::of(tools, &call.tool, call.namespace.as_deref()) {
        pointers.extend(mapping.inert.iter().map(String::as_str));
    }
    pointers
}

#[cfg(test)]
mod tests;
