//! What SQL text does.
//!
//! In comes the text and what the tool's mapping says of the database; out come effects and what could not
//! be followed. So far nothing is read: every text is an unknown, which no rule can allow.

use super::{Effects, Name, unknown};

/// Where SQL runs.
#[derive(Debug, Clone, Default)]
pub struct Setting<'a> {
    /// The server, where it is known.
    pub host: Option<Name>,
    /// The database's name, where it is known.
    pub database: Option<Name>,
    /// The dialect; `None` if any may be meant.
    pub dialect: Option<&'a str>,
    /// JSON Pointer to the text within the arguments.
    pub at: &'a str,
}

/// Everything the statements in `text` would do.
pub fn read(text: &str, setting: &Setting<'_>) -> Effects {
    let _ = text;
    Effects { known: Vec::new(), unknown: vec![unknown::SQL_NOT_READ.at(setting.at)] }
}
