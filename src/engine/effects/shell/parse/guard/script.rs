//! The second opinion on commands: where they begin, what parentheses belong to, here-documents.

use super::{Frame, Reader, Scan};
use crate::effects::unknown::{self, Why};

/// Where in a script the reading is.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) open: Vec<Opened>,
    /// Whether a command begins with the next word.
    pub(super) command: bool,
    /// Whether the word before was `for`.
    pub(super) looped: bool,
    pending: Vec<Delimiter>,
}

/// What waits for its end in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    Parenthesis,
    Case,
}

impl Script {
    pub(super) fn new() -> Self {
        Self { command: true, ..Self::default() }
    }

    /// Notes what a word changes.
    fn word(&mut self, word: &[u8]) {
        let command = std::mem::take(&mut self.command);
        self.looped = false;
        if !command {
            return;
        }
        match word {
            b"if" | b"then" | b"elif" | b"else" | b"while" | b"until" | b"do" | b"!" | b"{" | b"time" => {
                self.command = true;
            }
            b"for" => self.looped = true,
            b"case" => self.open.push(Opened::Case),
            b"esac" if self.open.last() == Some(&Opened::Case) => drop(self.open.pop()),
            _ => {}
        }
    }
}

#[derive(Debug)]
struct Delimiter {
    text: Vec<u8>,
    quoted: bool,
    tabs: bool,
}

impl Reader<'_> {
    /// A character of a script outside quotes.
    pub(super) fn script(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let byte = self.byte(0);
        if self.fresh && byte == b'#' {
            while !matches!(self.byte(0), 0 | b'\n') {
                self.at += 1;
            }
            return Ok(());
        }
        if byte == b'<' && self.byte(self.beyond(1)) == b'<' {
            return self.here();
        }
        if matches!(byte, b'<' | b'>') {
            return self.angle(scan);
        }
        let next = self.beyond(1);
        let double = self.byte(next) == b'(';
        let within = self.frames.len() > 1;
        let fresh = std::mem::replace(&mut self.fresh, true);
        let Some(Frame::Script(script)) = self.frames.last_mut() else { return Ok(()) };
        match byte {
            b' ' | b'\t' => {}
            b'\n' => {
                script.command = true;
                if !script.pending.is_empty() {
                    self.at += 1;
                    return self.bodies(scan);
                }
            }
            b'(' if double && fresh && (script.command || script.looped) => {
                let from = self.at + 1;
                self.at += next + 1;
                let frame = self.parens(from, false, scan);
                return self.push(frame);
            }
            b'(' => {
                script.open.push(Opened::Parenthesis);
                script.command = true;
            }
            b')' => {
                script.command = true;
                match script.open.last() {
                    Some(Opened::Parenthesis) => drop(script.open.pop()),
                    // Behind a pattern.
                    Some(Opened::Case) => {}
                    None if within => {
                        self.pop();
                        return Ok(());
                    }
                    None => {}
                }
            }
            b';' | b'&' | b'|' => script.command = true,
            _ => {
                self.fresh = false;
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length = rest.iter().take_while(|byte| !b" \t\n;&|<>()\"'\\$`".contains(byte)).count();
                let word = rest.get(..length).unwrap_or_default();
                if fresh {
                    script.word(word);
                }
                self.at += length.max(1);
                return Ok(());
            }
        }
        self.at += 1;
        Ok(())
    }

    /// `<<` and its delimiter, or `<<<`.
    fn here(&mut self) -> Result<(), Why> {
        self.at += self.beyond(1) + 1;
        self.at += self.beyond(0);
        self.fresh = true;
        if self.byte(0) == b'<' {
            self.at += 1;
            return Ok(());
        }
        let tabs = self.byte(0) == b'-';
        self.at += usize::from(tabs);
        loop {
            self.at += self.beyond(0);
            if !matches!(self.byte(0), b' ' | b'\t') {
                break;
            }
            self.at += 1;
        }
        let mut text = Vec::new();
        let mut quoted = false;
        let mut within = 0;
        loop {
            let byte = self.byte(0);
            match byte {
                b'\'' | b'"' if within == byte => within = 0,
                b'\'' | b'"' if within == 0 => {
                    within = byte;
                    quoted = true;
                }
                0 | b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' if within == 0 => {
                    break;
                }
                0 => return Err(unknown::SHELL_QUOTE),
                b'\\' if within == 0 => {
                    quoted = true;
                    self.at += 1;
                    text.extend(self.bytes.get(self.at));
                }
                byte => text.push(byte),
            }
            self.at += 1;
        }
        self.fresh = false;
        if let Some(Frame::Script(script)) = self.frames.last_mut() {
            script.pending.push(Delimiter { text, quoted, tabs });
        }
        Ok(())
    }

    /// Passes the bodies of here-documents.
    fn bodies(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let Some(Frame::Script(script)) = self.frames.last_mut() else { return Ok(()) };
        for delimiter in std::mem::take(&mut script.pending) {
            let mut body = Vec::new();
            loop {
                let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty());
                let rest = rest.ok_or(unknown::SHELL_HERE_DOCUMENT)?;
                let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
                let mut line = rest.get(..length).unwrap_or_default();
                self.at += length;
                while let (true, Some((b'\t', rest))) = (delimiter.tabs, line.split_first()) {
                    line = rest;
                }
                if line.strip_suffix(b"\n").unwrap_or(line) == delimiter.text {
                    break;
                }
                if !delimiter.quoted {
                    body.extend_from_slice(line);
                }
            }
            if body.iter().any(|byte| matches!(byte, b'$' | b'`')) {
                self.text(body, true, scan)?;
            }
        }
        Ok(())
    }
}
