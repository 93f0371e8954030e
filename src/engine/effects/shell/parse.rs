//! Text to tree.
//!
//! In comes the text a shell would be given; out goes what it says, or one reason why it is not read. The grammar is
//! that of bash 5.2. Where zsh, dash or a terminal would run something else for the same text, it is refused.
//!
//! ```text
//! guard        counts substitutions and nesting without recursion: the second opinion, asked first
//! cursor       bytes, blanks, comments, keywords
//! commands     lists, pipelines, simple commands       compound, conditional   what is not simple
//! assignments  name=value                              redirects, here         where input and output go
//! words        words and quotes                        escapes                 $'…'
//! expansion    $…, `…`, arithmetic                     parameters              ${…}
//! count        how many substitutions the tree holds, to compare with the guard
//! ```
//!
//! Reading goes forward and takes back only where `((` and `$((` turn out to be two parentheses, a few times at most;
//! so time grows with the length of the text. Recursion is bounded by [`DEEPEST`].
//!
//! Deliberately absent: aliases, expansion, any repair of what is malformed.

mod assignments;
mod commands;
mod compound;
mod conditional;
mod count;
mod cursor;
mod escapes;
mod expansion;
mod guard;
mod here;
mod parameters;
mod redirects;
mod words;

use super::syntax::{Sequence, Span, Word};
use crate::effects::unknown::{self, Why};
use here::Pending;

/// Longest text that is read, in bytes.
pub const LONGEST: usize = 64 << 10;

/// Deepest nesting of commands, substitutions and expansions that is read. Scripts in the field stay below ten.
pub const DEEPEST: usize = 32;

/// Most commands and pieces of words of one text: a word of two bytes takes a hundred in the tree.
pub const MOST_NODES: usize = 1 << 13;

/// How often `((` may turn out not to be arithmetic. Each time what follows is read again.
const MOST_RETURNS: usize = 4;

/// What reads a script: the seam between a front end and all that works on the tree.
pub type FrontEnd = fn(&str) -> Result<Sequence, Why>;

/// What was read, or why not.
type Read<T> = Result<T, Why>;

/// The script that `text` is.
///
/// # Errors
/// The reason why it cannot be read without doubt.
pub fn parse(text: &str) -> Result<Sequence, Why> {
    if text.len() > LONGEST {
        return Err(unknown::SHELL_LONG);
    }
    // A terminal takes some of them for keys; shells differ on others.
    if text.bytes().any(|byte| matches!(byte, 0..=8 | 11..=31 | 127)) {
        return Err(unknown::SHELL_CONTROL);
    }
    let substitutions = guard::scan(text)?;
    let script = Parser::new(text).script()?;
    if count::substitutions(&script) != substitutions {
        return Err(unknown::SHELL_DISAGREEMENT);
    }
    Ok(script)
}

/// A position in a text, and what is left of the bounds.
struct Parser<'t> {
    text: &'t str,
    /// The text up to where this part of it ends.
    bytes: &'t [u8],
    at: usize,
    /// Where the whole text stood, if it was taken out of another one.
    origin: Option<Span>,
    depth: usize,
    nodes: usize,
    returns: usize,
    /// Here-documents whose bodies begin behind the next newline.
    pending: Vec<Pending>,
    /// Whether a newline here would also end a line with a here-document outside of this substitution.
    pending_outside: bool,
    /// Whether this is within `$(…)` or `<(…)`.
    substituted: bool,
    /// Bodies that were read, in the order of their redirections.
    bodies: Vec<Word>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            origin: None,
            depth: 0,
            nodes: 0,
            returns: 0,
            pending: Vec::new(),
            pending_outside: false,
            substituted: false,
            bodies: Vec::new(),
        }
    }

    /// A parser for `text`, which stood at `origin` in this one with other quoting.
    fn within<'u>(&self, text: &'u str, origin: Span) -> Parser<'u> {
        Parser {
            origin: Some(origin),
            depth: self.depth,
            nodes: self.nodes,
            returns: self.returns,
            substituted: self.substituted,
            ..Parser::new(text)
        }
    }

    /// Takes over what the parser of an inner text used up.
    fn used(&mut self, inner: &Parser<'_>) {
        self.nodes = inner.nodes;
        self.returns = inner.returns;
    }

    /// All of the text.
    fn script(&mut self) -> Read<Sequence> {
        let mut sequence = self.sequence()?;
        if self.at < self.bytes.len() {
            return Err(unknown::SHELL_SYNTAX);
        }
        self.place_bodies(&mut sequence)?;
        Ok(sequence)
    }

    /// Runs `read` one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEEPEST {
            return Err(unknown::SHELL_DEEP);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Counts a command, a word or a piece of one.
    fn node(&mut self) -> Read<()> {
        self.nodes += 1;
        if self.nodes > MOST_NODES { Err(unknown::SHELL_LARGE) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
