//! Code of a language, given in the command itself: `python -c`, `node -e`, `perl -e`.
//!
//! In comes a text; out come the effects it plainly has, or `code.run` with the language. A text is read only
//! if every name, every attribute and every call in it stands on a list: what only computes and prints does
//! nothing, a file opened by its literal name is read or written, a literal URL is fetched, a literal command
//! is run. Anything else is `code.run`, because following it would take an interpreter: a rule may allow the
//! language, and none does so by accident.
//!
//! ```text
//! python   tokens, imports, attribute chains
//! node     the same for JavaScript
//! perl     substitutions and prints, as in `perl -pe`
//! plain    arithmetic, plain texts and printing, in whatever language
//! ```
//!
//! Deliberately absent: names built while the code runs, classes, and everything that is called by a text.

mod node;
mod perl;
mod plain;
mod python;

use super::field::Field;
use super::run::Run;
use super::stream::Stream;
use super::{meaning, thing};
use crate::effects::{Action, Resource};

/// Longest text that is read.
const LONGEST: usize = 16 * 1024;

/// What a piece of code plainly does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    /// Does this to a path, or with `true` to all below it.
    File(Action, String, bool),
    Fetch(String),
    /// Runs a text in a shell.
    Shell(String),
    /// Runs a program.
    Program(Vec<String>),
    /// Reads the environment.
    Environment,
    /// Loads a module, which may be a file that was just written.
    Import(String),
}

/// Adds what a text of a language does.
pub(super) fn read(run: &mut Run<'_>, language: &str, text: &str) {
    if language == "shell" {
        run.shell_text(&Field::literal(text), Stream::default());
        return;
    }
    let deeds = if text.len() > LONGEST {
        None
    } else {
        match language {
            "python" => python::read(text),
            "javascript" => node::read(text),
            "perl" => perl::read(text).or_else(|| plain::read("perl", text)),
            _ => plain::read(language, text),
        }
    };
    match deeds {
        Some(deeds) if !deeds.iter().any(|deed| is_written(run, language, deed)) => follow(run, deeds),
        _ => run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() }),
    }
}

/// Whether a module that is loaded is a file which this very command wrote.
fn is_written(run: &Run<'_>, language: &str, deed: &Deed) -> bool {
    let Deed::Import(module) = deed else { return false };
    let ending = if language == "python" { "py" } else { "js" };
    let first = module.split('.').next().unwrap_or(module);
    let file = format!("{first}.{ending}");
    run.state
        .written
        .keys()
        .any(|path| path.rsplit('/').next() == Some(file.as_str()) || path.contains(&format!("/{first}/")))
}

fn follow(run: &mut Run<'_>, deeds: Vec<Deed>) {
    for deed in deeds {
        match deed {
            Deed::File(action, path, tree) => {
                let field = Field::literal(path);
                // What it writes is computed: nobody knows it.
                if action == Action::FILE_WRITE
                    && let Some(path) = meaning::literal_path(run, &field)
                {
                    run.state.written.insert(path, None);
                }
                meaning::path(run, action, &field, tree);
            }
            Deed::Fetch(url) => meaning::fetch(run, &Field::literal(url)),
            Deed::Shell(text) => {
                run.shell_text(&Field::literal(text), Stream::default());
            }
            Deed::Program(words) => {
                let words: Vec<Field> = words.into_iter().map(Field::literal).collect();
                run.program(&words, Stream::default());
            }
            Deed::Environment => run.effect(Action::SECRET_READ, thing("environment")),
            Deed::Import(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
