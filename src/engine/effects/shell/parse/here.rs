//! Here-documents: their bodies begin behind the line that asks for them.

use super::words::Pieces;
use super::{Parser, Read};
use crate::effects::shell::syntax::{Command, Piece, RedirectKind, Sequence, Stage, Word};
use crate::effects::unknown;

/// A here-document whose body was not reached yet.
#[derive(Debug)]
pub(super) struct Pending {
    delimiter: String,
    /// Whether the body is text as it is.
    quoted: bool,
    /// Whether tabs are taken off its lines.
    tabs: bool,
}

impl Parser<'_> {
    /// The delimiter behind `<<`.
    pub(super) fn here_document(&mut self) -> Read<RedirectKind> {
        let tabs = self.eat(b'-');
        self.blanks();
        let mut pieces = Pieces::default();
        let word = self.at;
        self.delimiter(&mut pieces)?;
        let quoted = self.since(word).contains(['\'', '"', '\\']);
        let mut delimiter = String::new();
        for piece in pieces.0 {
            match piece {
                Piece::Plain(text) | Piece::Quoted(text) => delimiter.push_str(&text),
                _ => return Err(unknown::SHELL_HERE_DOCUMENT),
            }
        }
        if delimiter.is_empty() || delimiter.contains('\n') {
            return Err(unknown::SHELL_HERE_DOCUMENT);
        }
        self.pending.push(Pending { delimiter, quoted, tabs });
        Ok(RedirectKind::HereDocument(Word::default()))
    }

    /// A word in which nothing is expanded.
    fn delimiter(&mut self, pieces: &mut Pieces) -> Read<()> {
        loop {
            let run = self.at;
            while !super::cursor::stops(self.peek()) {
                self.at += 1;
            }
            pieces.plain(self.since(run));
            match self.peek() {
                b'\\' if self.peek_at(1) != b'\n' => self.escaped(pieces)?,
                b'\'' => self.single(pieces)?,
                b'"' => self.double(pieces)?,
                byte if super::cursor::ends_word(byte) => return Ok(()),
                _ => return Err(unknown::SHELL_HERE_DOCUMENT),
            }
        }
    }

    /// The bodies of all that is pending, from the beginning of a line.
    pub(super) fn read_bodies(&mut self) -> Read<()> {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let (end, next) = self.body_end(&pending)?;
            let span = self.origin.clone().unwrap_or(start..end);
            let pieces = self.body(&pending, start, end)?;
            self.at = next;
            self.bodies.push(Word { pieces, span });
        }
        Ok(())
    }

    /// Where the body that begins here ends, and where its delimiter does.
    fn body_end(&self, pending: &Pending) -> Read<(usize, usize)> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut at = self.at;
        let mut joined = false;
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            let whole = line.strip_suffix(b"\n").unwrap_or(line);
            let indent = whole.iter().take_while(|byte| pending.tabs && **byte == b'\t').count();
            let text = whole.get(indent..).unwrap_or_default();
            let delimiter = pending.delimiter.as_bytes();
            if text == delimiter {
                // Behind a joined line, only some shells end the body here.
                return if joined { Err(unknown::SHELL_HERE_DOCUMENT) } else { Ok((at, at + line.len())) };
            }
            // Within `$(…)` bash ends the body at such a line too.
            if self.substituted && text.starts_with(delimiter) && text.contains(&b')') {
                return Err(unknown::SHELL_HERE_DOCUMENT);
            }
            let slashes = text.iter().rev().take_while(|byte| **byte == b'\\').count();
            joined = !pending.quoted && slashes % 2 == 1;
            // The delimiter, written over two lines.
            let begun = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
            if joined && delimiter.starts_with(begun) && !begun.is_empty() {
                return Err(unknown::SHELL_HERE_DOCUMENT);
            }
            at += line.len();
        }
        Err(unknown::SHELL_HERE_DOCUMENT)
    }

    fn body(&mut self, pending: &Pending, start: usize, end: usize) -> Read<Vec<Piece>> {
        self.node()?;
        let text = self.text.get(start..end).unwrap_or_default();
        let tabs = pending.tabs && text.contains('\t');
        if !tabs && !pending.quoted {
            let whole = self.bytes;
            self.bytes = whole.get(..end).unwrap_or_default();
            let pieces = self.expanded_text();
            self.bytes = whole;
            return pieces;
        }
        let text = if tabs { without_tabs(text, !pending.quoted) } else { text.to_owned() };
        if pending.quoted {
            return Ok(vec![Piece::Quoted(text)]);
        }
        let mut inner = self.within(&text, self.origin.clone().unwrap_or(start..end));
        let pieces = inner.expanded_text();
        self.used(&inner);
        pieces
    }

    /// Puts the bodies that were read into the redirections of `sequence`, which stand in the same order.
    pub(super) fn place_bodies(&mut self, sequence: &mut Sequence) -> Read<()> {
        let mut bodies = std::mem::take(&mut self.bodies).into_iter();
        if bodies.len() > 0 {
            place_in_sequence(sequence, &mut bodies)?;
        }
        let complete = self.pending.is_empty() && bodies.next().is_none();
        if complete { Ok(()) } else { Err(unknown::SHELL_HERE_DOCUMENT) }
    }
}

/// The lines of `text` without the tabs they begin with. A line that is joined to the one before keeps them.
fn without_tabs(text: &str, joins: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut joined = false;
    for line in text.split_inclusive('\n') {
        out.push_str(if joined { line } else { line.trim_start_matches('\t') });
        let content = line.strip_suffix('\n').unwrap_or(line);
        joined = joins && content.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    }
    out
}

type Bodies = std::vec::IntoIter<Word>;

fn place_in_sequence(sequence: &mut Sequence, bodies: &mut Bodies) -> Read<()> {
    sequence.0.iter_mut().flat_map(|pipeline| &mut pipeline.stages).try_for_each(|stage| place(stage, bodies))
}

/// Words are not looked into: a substitution in them has placed its own.
fn place(stage: &mut Stage, bodies: &mut Bodies) -> Read<()> {
    match &mut stage.command {
        Command::Simple { .. } | Command::Test(_) | Command::Arithmetic(_) => {}
        Command::Group(body)
        | Command::Subshell(body)
        | Command::For { body, .. }
        | Command::ForArithmetic { body, .. } => place_in_sequence(body, bodies)?,
        Command::If { branches, otherwise } => {
            for (condition, body) in branches {
                place_in_sequence(condition, bodies)?;
                place_in_sequence(body, bodies)?;
            }
            if let Some(body) = otherwise {
                place_in_sequence(body, bodies)?;
            }
        }
        Command::While { condition, body } => {
            place_in_sequence(condition, bodies)?;
            place_in_sequence(body, bodies)?;
        }
        Command::Case { arms, .. } => {
            arms.iter_mut().try_for_each(|(_, body)| place_in_sequence(body, bodies))?;
        }
        Command::Function { body, .. } => place(body, bodies)?,
    }
    for redirect in &mut stage.redirects {
        if let RedirectKind::HereDocument(word) = &mut redirect.kind {
            *word = bodies.next().ok_or(unknown::SHELL_HERE_DOCUMENT)?;
        }
    }
    Ok(())
}
