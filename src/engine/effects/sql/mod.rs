//! What SQL text does.
//!
//! In comes the text and what the tool's mapping says of the database; out come effects and what could not
//! be followed.
//!
//! ```text
//! dialect, tokens   text                    → tokens, once for every way in which a server might cut it
//! reader            tokens                  → effects, statement by statement
//! statements, objects, functions, procedures, pragmas, secrets, client, keyword     the tables
//! ```
//!
//! A text is a mere read if every statement begins as one, nothing in it changes, locks, administers or
//! reaches out, every function it calls is known to do nothing, and its structure is a query's. Words decide
//! what is done, the structure only whether it may count as a read: so a statement that is not well formed
//! loses nothing it says. Without a dialect all are meant, and what any of them would do counts; a way of
//! cutting in which the text cannot run (a string stays open) counts only if there is no other.
//!
//! A function nobody knows is an unknown (`sql_routine`): it may write, and whoever allows reads does not mean
//! it. The lists of functions that do nothing are long for that reason. A procedure nobody knows is a change
//! of unknown rows and an unknown. `BEGIN`, `COMMIT` and their kin administer the session: behind them a
//! wrapper that only reads has ended. `EXPLAIN` reads, unless it analyses: then it does what it explains.
//!
//! There is no general parser here. The one that was tried adds more than a mebibyte to what the proxy loads,
//! refuses a good part of what servers take, and takes some texts for less than they are (`SELECT 1 DELETE
//! FROM t` is an alias to it and a deletion to SQL Server). It is an oracle of the tests instead.
//!
//! Deliberately absent: what the text does not say. Views, triggers and rules may do more than the statement
//! that meets them, and a table's column may be computed by a function. A right that is not granted to the
//! agent's role is the only guard against those. A session whose settings change how it cuts text
//! (`NO_BACKSLASH_ESCAPES`, `ANSI_QUOTES`, `standard_conforming_strings = off`) is none of a known dialect: leave
//! the dialect out for it.

mod act;
mod client;
mod dialect;
mod functions;
mod keyword;
mod objects;
mod pragmas;
mod procedures;
mod reader;
mod secrets;
mod setting;
mod statements;
mod tokens;

use super::gathered::Gathered;
use super::{Action, Effects, unknown};
use dialect::{ALL, Dialect, Lexis, Traits};
pub use setting::Setting;
use std::cell::Cell;

/// Most bytes of a text.
pub const LONGEST: usize = 64 << 10;

/// Most bytes of SQL in strings of SQL that are read, all of them together.
const NESTED_LONGEST: usize = 8 << 10;

/// Deepest nesting of SQL in strings of SQL.
const DEPTH: usize = 3;

/// Whether both are names of one dialect.
pub(super) fn is_one_dialect(a: &str, b: &str) -> bool {
    Dialect::named(a).is_some_and(|dialect| Dialect::named(b) == Some(dialect))
}

/// Everything the statements in `text` would do.
pub fn read(text: &str, setting: &Setting<'_>) -> Effects {
    nested(text, setting, 0, &Cell::new(NESTED_LONGEST))
}

/// The same for a text that stands within `depth` others.
fn nested(text: &str, setting: &Setting<'_>, depth: usize, budget: &Cell<usize>) -> Effects {
    let mut out = Gathered::default();
    if text.len() > LONGEST {
        out.doubt(unknown::SQL_LONG, setting.at);
        return out.into_effects();
    }
    if depth > DEPTH {
        out.doubt(unknown::SQL_NESTED, setting.at);
        return out.into_effects();
    }
    let dialect = setting.dialect.and_then(Dialect::named);
    let mut readings = Vec::new();
    for lexis in lexes(text, dialect) {
        match tokens::read(text, &lexis) {
            Ok(tokens) => readings.push(reader::read(text, tokens, dialect, setting, depth, budget)),
            Err(why) => out.doubt(why, setting.at),
        }
    }
    let understood = readings.iter().any(|reading| !reading.misread);
    for mut reading in readings {
        if reading.misread && understood {
            // What another reading says is read is enough; what this one says beyond that counts.
            reading.effects.known.retain(|effect| effect.action != Action::SQL_READ);
        }
        out.absorb(reading.effects);
        if !understood {
            out.absorb(reading.broken);
        }
    }
    if !understood || out.is_empty() {
        out.doubt(unknown::SQL_NOT_READ, setting.at);
    }
    out.into_effects()
}

/// Every way in which a server of the dialect, or any server, cuts the text, each once.
fn lexes(text: &str, dialect: Option<Dialect>) -> Vec<Lexis> {
    let traits = Traits::of(text);
    let dialects = dialect.as_ref().map_or(ALL, std::slice::from_ref);
    let mut lexes = Vec::new();
    for lexis in dialects.iter().flat_map(|dialect| dialect.lexes()) {
        let masked = traits.mask(*lexis);
        if !lexes.contains(&masked) {
            lexes.push(masked);
        }
    }
    lexes
}

#[cfg(test)]
mod tests;
