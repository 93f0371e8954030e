//! Commands of the programs people type SQL into: `\d` of psql, `\!` of mysql, `.tables` of sqlite3.
//!
//! A tool may hand its text to such a program. To a server the same characters are no SQL, so nothing is lost
//! by reading them as what they would do.

use super::act::Act::{self, *};

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// This.
    Does(&'static [Act]),
    /// It sends the statement before it, and no more.
    Sends,
}

use Command::*;

/// Behind a backslash: case counts. A name that ends in `*` is a beginning.
const BACKSLASH: &[(&str, Command)] = &[
    ("g", Sends),
    ("G", Sends),
    ("gx", Sends),
    ("p", Sends),
    ("r", Sends),
    ("x", Sends),
    ("q", Sends),
    ("timing", Sends),
    ("d*", Does(&[Read])),
    ("l", Does(&[Read])),
    ("l+", Does(&[Read])),
    ("z", Does(&[Read])),
    ("sf", Does(&[Read])),
    ("sf+", Does(&[Read])),
    ("sv", Does(&[Read])),
    ("sv+", Does(&[Read])),
    ("conninfo", Does(&[Read])),
    ("encoding", Does(&[Read])),
    ("h", Does(&[Read])),
    ("s", Does(&[Read])),
    ("echo", Does(&[Read])),
    ("qecho", Does(&[Read])),
    ("pset", Does(&[Read])),
    ("a", Does(&[Read])),
    ("t", Does(&[Read])),
    ("password", Does(&[Privilege])),
    ("set", Does(&[Admin])),
    ("gset", Does(&[Admin])),
    ("!", Does(&[Outside])),
    (".", Does(&[Outside])),
    ("c", Does(&[Outside])),
    ("connect", Does(&[Outside])),
    ("cd", Does(&[Outside])),
    ("copy", Does(&[Outside, Write])),
    ("e", Does(&[Outside])),
    ("edit", Does(&[Outside])),
    ("ef", Does(&[Outside])),
    ("ev", Does(&[Outside])),
    ("getenv", Does(&[Outside])),
    ("setenv", Does(&[Outside])),
    ("i", Does(&[Outside])),
    ("ir", Does(&[Outside])),
    ("include", Does(&[Outside])),
    ("lo_*", Does(&[Outside, Write])),
    ("o", Does(&[Outside])),
    ("out", Does(&[Outside])),
    ("P", Does(&[Outside])),
    ("T", Does(&[Outside])),
    ("u", Does(&[Outside])),
    ("w", Does(&[Outside])),
    ("write", Does(&[Outside])),
];

/// Behind a dot at the beginning of a statement: case does not count.
const DOT: &[(&str, Command)] = &[
    ("tables", Does(&[Read])),
    ("schema", Does(&[Read])),
    ("fullschema", Does(&[Read])),
    ("indexes", Does(&[Read])),
    ("indices", Does(&[Read])),
    ("databases", Does(&[Read])),
    ("dbinfo", Does(&[Read])),
    ("show", Does(&[Read])),
    ("help", Does(&[Read])),
    ("mode", Does(&[Read])),
    ("headers", Does(&[Read])),
    ("header", Does(&[Read])),
    ("width", Does(&[Read])),
    ("nullvalue", Does(&[Read])),
    ("separator", Does(&[Read])),
    ("timer", Does(&[Read])),
    ("stats", Does(&[Read])),
    ("eqp", Does(&[Read])),
    ("explain", Does(&[Read])),
    ("dump", Does(&[Read])),
    ("print", Does(&[Read])),
    ("version", Does(&[Read])),
    ("quit", Does(&[Read])),
    ("exit", Does(&[Read])),
    ("shell", Does(&[Outside])),
    ("system", Does(&[Outside])),
    ("read", Does(&[Outside])),
    ("import", Does(&[Outside, Write])),
    ("output", Does(&[Outside])),
    ("once", Does(&[Outside])),
    ("excel", Does(&[Outside])),
    ("save", Does(&[Outside])),
    ("backup", Does(&[Outside])),
    ("restore", Does(&[Outside, Write])),
    ("clone", Does(&[Outside])),
    ("open", Does(&[Outside])),
    ("load", Does(&[Outside])),
    ("log", Does(&[Outside])),
    ("trace", Does(&[Outside])),
    ("cd", Does(&[Outside])),
    ("archive", Does(&[Outside])),
    ("ar", Does(&[Outside])),
    ("session", Does(&[Outside])),
];

/// The command behind a backslash, given the text that follows it; `None` if nobody knows it.
pub(super) fn backslash(rest: &str) -> Option<Command> {
    let name = match rest.chars().next() {
        Some(c @ ('!' | '.')) => rest.get(..c.len_utf8()).unwrap_or_default(),
        _ => rest.split(|c: char| c.is_whitespace() || matches!(c, ';' | '\\')).next().unwrap_or_default(),
    };
    let arguments = rest.get(name.len()..).unwrap_or_default();
    let fits = |row: &str| match row.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => row == name,
    };
    let command = BACKSLASH.iter().find(|(row, _)| fits(row)).map(|(_, command)| *command)?;
    // `\g |command` and `\g file` write elsewhere.
    let line = arguments.split('\n').next().unwrap_or_default();
    let first = line.split([';', '\\']).next().unwrap_or_default();
    // So does `\s file`, and psql runs what stands between backquotes.
    let writes = !first.trim().is_empty() && (name == "s" || command == Sends && name.starts_with('g'));
    let runs = command != Sends && line.contains('`');
    Some(if writes || runs { Does(&[Outside]) } else { command })
}

/// The command behind a dot; `None` if nobody knows it.
pub(super) fn dot(name: &str) -> Option<Command> {
    DOT.iter().find(|(row, _)| row.eq_ignore_ascii_case(name)).map(|(_, command)| *command)
}
