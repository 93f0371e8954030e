//! What a shell command does.
//!
//! In comes the text and where it would run; out come effects and what could not be followed. So far
//! nothing is read: every command is an unknown, which no rule can allow.

pub mod parse;
pub mod syntax;

use super::{Effects, Reach, unknown};

/// Where a command runs.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// The directory it starts in; `None` if that is not known.
    pub working_directory: Option<&'a str>,
    /// Whether earlier commands of the same session may have changed directory, functions and variables.
    pub persistent: bool,
    /// Where its effects land.
    pub reach: Reach,
    /// JSON Pointer to the text within the arguments.
    pub at: &'a str,
}

/// Everything the command `text` would do.
pub fn read(text: &str, setting: &Setting<'_>) -> Effects {
    let _ = text;
    Effects { known: Vec::new(), unknown: vec![unknown::SHELL_NOT_READ.at(setting.at)] }
}

/// Everything the program `words[0]` would do with the arguments that follow it, without a shell between.
pub fn read_words(words: &[&str], setting: &Setting<'_>) -> Effects {
    let _ = words;
    Effects { known: Vec::new(), unknown: vec![unknown::SHELL_NOT_READ.at(setting.at)] }
}
