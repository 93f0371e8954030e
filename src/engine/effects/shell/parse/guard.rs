//! The second opinion: how many substitutions a text holds, and how deep it is nested.
//!
//! It looks at characters only, with a stack of its own instead of recursion, and shares nothing with the parser. A
//! substitution that a mistake in one of them loses is found, because the other one counts it. What it cannot tell
//! from characters, it need not get right: a difference refuses the text.

mod script;

use crate::effects::unknown::{self, Why};
use script::{Opened, Script};

/// What the character looked at stands in.
#[derive(Debug)]
enum Frame {
    /// Commands, up to a closing parenthesis or the end.
    Script(Script),
    /// `"…"`
    Double,
    /// `${…}`
    Braces {
        /// Whether it stands in double quotes.
        quoted: bool,
        /// Whether single quotes quote.
        single: bool,
    },
    /// `((…))` and `$((…))`, so far.
    Parens {
        open: usize,
        /// Where to go back to if it is something else, and what had been found there.
        from: usize,
        substitutions: usize,
        texts: usize,
        /// Whether a dollar sign stands before it.
        dollar: bool,
    },
    /// `$[…]`
    Bracket(usize),
    /// A here-document.
    Body,
}

/// A text within the text: of backticks or a here-document.
struct Text {
    bytes: Vec<u8>,
    depth: usize,
    body: bool,
}

/// How many `$(…)`, `` `…` ``, `<(…)` and `>(…)` the text holds.
///
/// # Errors
/// It is nested too deep, or something is not closed.
pub(super) fn scan(text: &str) -> Result<usize, Why> {
    // Most commands hold none of what is counted, and nest nothing.
    if !text.bytes().any(|byte| matches!(byte, b'$' | b'`' | b'(' | b'<' | b'{')) {
        return Ok(0);
    }
    let mut scan = Scan { substitutions: 0, texts: Vec::new(), returns: 0 };
    Reader::new(text.as_bytes(), 0, false).run(&mut scan)?;
    while let Some(text) = scan.texts.pop() {
        Reader::new(&text.bytes, text.depth, text.body).run(&mut scan)?;
    }
    Ok(scan.substitutions)
}

struct Scan {
    substitutions: usize,
    texts: Vec<Text>,
    returns: usize,
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// How many constructs stand around this place.
    depth: usize,
    frames: Vec<Frame>,
    /// Whether a word may begin here.
    fresh: bool,
}

impl<'t> Reader<'t> {
    fn new(bytes: &'t [u8], depth: usize, body: bool) -> Self {
        let frame = if body { Frame::Body } else { Frame::Script(Script::new()) };
        Self { bytes, at: 0, depth, frames: vec![frame], fresh: true }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or_default()
    }

    /// How far it is to what follows the next `skip` bytes and the joined lines behind them.
    fn beyond(&self, skip: usize) -> usize {
        let mut ahead = skip;
        while self.byte(ahead) == b'\\' && self.byte(ahead + 1) == b'\n' {
            ahead += 2;
        }
        ahead
    }

    fn push(&mut self, frame: Frame) -> Result<(), Why> {
        // Quotes do not nest: what makes them seem to is a substitution.
        self.depth += usize::from(!matches!(frame, Frame::Double));
        self.frames.push(frame);
        if self.depth > super::DEEPEST { Err(unknown::SHELL_DEEP) } else { Ok(()) }
    }

    fn run(mut self, scan: &mut Scan) -> Result<(), Why> {
        while self.at < self.bytes.len() {
            if !matches!(self.frames.last(), Some(Frame::Script(_))) {
                self.plain();
            }
            let byte = self.byte(0);
            if let (b'\\' | b'\'' | b'"' | b'$' | b'`', Some(Frame::Script(script))) =
                (byte, self.frames.last_mut())
            {
                script.command = false;
                script.looped = false;
            }
            match (byte, self.frames.last_mut()) {
                (_, None) => return Err(unknown::SHELL_UNCLOSED),
                (b'\\', _) => {
                    self.fresh &= self.byte(1) == b'\n';
                    self.at += 2;
                }
                (b'$', _) => self.dollar(scan)?,
                (b'`', _) => self.backticks(scan)?,
                (b'"', Some(Frame::Double)) => self.pop(),
                (b'"', Some(Frame::Body)) | (_, Some(Frame::Body | Frame::Double)) => self.at += 1,
                (b'"', _) => {
                    self.at += 1;
                    self.push(Frame::Double)?;
                }
                (
                    b'\'',
                    Some(Frame::Script(_) | Frame::Parens { .. } | Frame::Braces { single: true, .. }),
                ) => {
                    self.single(false)?;
                }
                (b'}', Some(Frame::Braces { .. })) => self.pop(),
                (b'<' | b'>', Some(Frame::Braces { quoted: false, .. })) => self.angle(scan)?,
                (_, Some(Frame::Braces { .. })) => self.at += 1,
                (b'[', Some(Frame::Bracket(open))) => {
                    *open += 1;
                    self.at += 1;
                }
                (b']', Some(Frame::Bracket(open))) => {
                    *open -= 1;
                    if *open == 0 {
                        self.pop();
                    } else {
                        self.at += 1;
                    }
                }
                (_, Some(Frame::Bracket(_))) => self.at += 1,
                (_, Some(Frame::Parens { .. })) => self.arithmetic(scan)?,
                (_, Some(Frame::Script(_))) => self.script(scan)?,
            }
        }
        if self.frames.len() > 1 { Err(unknown::SHELL_UNCLOSED) } else { Ok(()) }
    }

    /// Passes what means nothing where no command stands.
    fn plain(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| !b"\\$`\"'{}[]()<>".contains(byte)).count();
    }

    /// Passes what closes a construct.
    fn pop(&mut self) {
        let frame = self.frames.pop();
        self.depth -= usize::from(!matches!(frame, Some(Frame::Double)));
        self.at += 1;
        self.fresh = false;
    }

    /// Passes a text in single quotes; with `escapes` if a dollar sign stands before it.
    fn single(&mut self, escapes: bool) -> Result<(), Why> {
        self.at += 1;
        loop {
            match self.byte(0) {
                0 => return Err(unknown::SHELL_QUOTE),
                b'\'' => break,
                b'\\' if escapes => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.fresh = false;
        Ok(())
    }

    fn dollar(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let quoted = match self.frames.last() {
            Some(Frame::Script(_)) => false,
            Some(Frame::Braces { quoted, .. }) => *quoted,
            _ => true,
        };
        self.at += self.beyond(1);
        self.fresh = false;
        match self.byte(0) {
            b'(' => {
                let second = self.beyond(1);
                self.at += 1;
                if self.byte(second - 1) == b'(' {
                    let from = self.at;
                    self.at += second;
                    return self.push(self.parens(from, true, scan));
                }
                self.fresh = true;
                scan.substitutions += 1;
                self.push(Frame::Script(Script::new()))
            }
            b'{' => {
                self.at += 1;
                let single = !quoted || self.is_pattern();
                self.push(Frame::Braces { quoted, single })
            }
            b'[' => {
                self.at += 1;
                self.push(Frame::Bracket(1))
            }
            b'\'' if !quoted => self.single(true),
            b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' => {
                self.at += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn parens(&self, from: usize, dollar: bool, scan: &Scan) -> Frame {
        let (substitutions, texts) = (scan.substitutions, scan.texts.len());
        Frame::Parens { open: 2, from, substitutions, texts, dollar }
    }

    /// Whether a pattern stands behind the name within braces.
    fn is_pattern(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = rest.iter().take_while(name).count().max(1);
        matches!(rest.get(length), Some(b'#' | b'%' | b'/'))
    }

    /// `<(` and `>(`, or only the first of both.
    fn angle(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let next = self.beyond(1);
        self.at += 1;
        self.fresh = true;
        if self.byte(next - 1) != b'(' {
            return Ok(());
        }
        self.at += next;
        scan.substitutions += 1;
        self.push(Frame::Script(Script::new()))
    }

    fn backticks(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let double = matches!(self.frames.last(), Some(Frame::Double));
        let mut bytes = Vec::new();
        self.at += 1;
        loop {
            match (self.byte(0), self.byte(1)) {
                (0, _) => return Err(unknown::SHELL_QUOTE),
                (b'`', _) => break,
                (b'\\', b'$' | b'`' | b'\\') => self.at += 1,
                (b'\\', b'"') if double => self.at += 1,
                (b'\\', _) => {
                    bytes.push(b'\\');
                    self.at += 1;
                }
                _ => {}
            }
            bytes.extend(self.bytes.get(self.at));
            self.at += 1;
        }
        self.at += 1;
        self.fresh = false;
        scan.substitutions += 1;
        self.text(bytes, false, scan)
    }

    fn text(&self, bytes: Vec<u8>, body: bool, scan: &mut Scan) -> Result<(), Why> {
        scan.texts.push(Text { bytes, depth: self.depth + 1, body });
        if self.depth >= super::DEEPEST { Err(unknown::SHELL_DEEP) } else { Ok(()) }
    }

    /// A character of what looked like arithmetic.
    fn arithmetic(&mut self, scan: &mut Scan) -> Result<(), Why> {
        let (byte, next) = (self.byte(0), self.byte(1));
        self.at += 1;
        let Some(Frame::Parens { open, from, substitutions, texts, dollar }) = self.frames.last_mut() else {
            return Ok(());
        };
        match byte {
            b'(' => *open += 1,
            b')' if *open > 2 => *open -= 1,
            b')' if next == b')' => self.pop(),
            b')' => {
                // Two parentheses, one within the other.
                scan.returns += 1;
                if scan.returns > super::MOST_RETURNS {
                    return Err(unknown::SHELL_DEEP);
                }
                let dollar = *dollar;
                self.at = *from;
                scan.substitutions = *substitutions + usize::from(dollar);
                scan.texts.truncate(*texts);
                self.frames.pop();
                self.fresh = true;
                self.depth -= usize::from(!dollar);
                if dollar {
                    self.frames.push(Frame::Script(Script::new()));
                }
                if let Some(Frame::Script(script)) = self.frames.last_mut() {
                    script.open.extend((!dollar).then_some(Opened::Parenthesis));
                    script.command = false;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
