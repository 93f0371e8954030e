//! What a shell command does.
//!
//! In comes the text and where it would run; out come effects and what could not be followed. Nothing is run.
//!
//! ```text
//! parse        text               → a tree, or the reason why it cannot be read without doubt
//! run          the tree           → commands, with what flows between them and what the shell knows
//!   expand       words              → fields: what an argument is, as far as the text settles it
//!   redirect     redirections       → what flows in, and where output goes
//! command      fields             → a program and its arguments
//!   table        the program's name → its row; one file a family
//!   given        row and arguments  → options and operands
//!   meaning      an operand's kind  → effects
//! described    files that say what a build does, where the same text wrote them
//! code         inline code        → nothing, where it only computes; `code.run` otherwise
//! powershell   its text           → the same, for plain commands
//! ```
//!
//! Deliberately absent: the machine. What files hold, what is installed, what a name resolves to and what
//! the environment was before are not in the text; what depends on them is decided when the command runs,
//! and no rule can allow it by accident.

mod address;
mod code;
mod command;
mod control;
mod described;
mod environment;
mod expand;
mod field;
mod given;
mod meaning;
pub mod parse;
mod powershell;
mod redirect;
mod row;
mod run;
mod state;
mod stream;
pub mod syntax;
mod table;
mod verbs;

use super::{Effects, Name, Reach, Resource, path, unknown};
use field::Field;
use run::Run;
use stream::Stream;

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

/// Everything the command `text` would do. Nothing at all where it only computes.
pub fn read(text: &str, setting: &Setting<'_>) -> Effects {
    let mut run = start(setting);
    run.script(text, Stream::default());
    if setting.persistent {
        stays(&mut run, setting);
    }
    run.out.into_effects()
}

/// In a session the next command begins where this one ended. Its paths will be read from the directory it is
/// configured to start in, so ending outside of it would make them mean something else.
fn stays(run: &mut Run<'_>, setting: &Setting<'_>) {
    let Some(start) = setting.working_directory else { return };
    let outside = run
        .state
        .directories()
        .iter()
        .any(|directory| directory.as_deref().is_none_or(|directory| !path::is_within(directory, start)));
    if outside {
        run.doubt(unknown::SHELL_LEFT);
    }
}

/// Everything the program `words[0]` would do with the arguments that follow it, without a shell between.
pub fn read_words(words: &[&str], setting: &Setting<'_>) -> Effects {
    let mut run = start(setting);
    let fields: Vec<Field> = words.iter().map(|word| Field::literal(*word)).collect();
    run.program(&fields, Stream::default());
    run.out.into_effects()
}

fn start<'a>(setting: &Setting<'a>) -> Run<'a> {
    Run::new(setting.working_directory, setting.persistent, setting.reach.clone(), setting.at)
}

/// A thing that is no file, host or program, by its name.
fn thing(name: &str) -> Resource {
    Resource::Named { name: Name::Literal(name.to_owned()) }
}

#[cfg(test)]
mod tests;
