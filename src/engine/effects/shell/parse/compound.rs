//! Commands made of commands.

use super::cursor::{Keyword, begins_name, ends_word, in_name};
use super::expansion::Arithmetic;
use super::words::Context;
use super::{Parser, Read};
use crate::effects::shell::syntax::{Command, Piece, Sequence, Stage, Word};
use crate::effects::unknown;

impl Parser<'_> {
    /// What follows `keyword`.
    pub(super) fn compound(&mut self, keyword: Keyword) -> Read<Command> {
        match keyword {
            Keyword::Open => {
                let sequence = self.commands()?;
                self.expect(Keyword::Close)?;
                Ok(Command::Group(sequence))
            }
            Keyword::If => self.branches(),
            Keyword::While | Keyword::Until => {
                let condition = self.commands()?;
                let body = self.repeated()?;
                Ok(Command::While { condition, body })
            }
            Keyword::For | Keyword::Select => self.each(keyword),
            Keyword::Case => self.case(),
            Keyword::Test => Ok(Command::Test(self.conditional()?)),
            Keyword::Function => self.named_function(),
            _ => Err(unknown::SHELL_SYNTAX),
        }
    }

    /// `( … )` or `(( … ))`
    pub(super) fn parenthesis(&mut self) -> Read<Command> {
        self.advance();
        let start = self.at;
        if self.eat(b'(') {
            match self.arithmetic_or_not(false)? {
                Arithmetic::Is(pieces) => return Ok(Command::Arithmetic(pieces)),
                Arithmetic::IsNot { .. } => self.at = start,
            }
        }
        let sequence = self.commands()?;
        self.close()?;
        Ok(Command::Subshell(sequence))
    }

    /// Passes a closing parenthesis.
    pub(super) fn close(&mut self) -> Read<()> {
        if self.peek() != b')' {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn branches(&mut self) -> Read<Command> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.commands()?;
            self.expect(Keyword::Then)?;
            branches.push((condition, self.commands()?));
            match self.keyword() {
                Some((Keyword::Elif, end)) => self.at = end,
                Some((Keyword::Else, end)) => {
                    self.at = end;
                    otherwise = Some(self.commands()?);
                    break;
                }
                _ => break,
            }
        }
        self.expect(Keyword::Fi)?;
        Ok(Command::If { branches, otherwise })
    }

    /// `do … done`
    fn repeated(&mut self) -> Read<Sequence> {
        self.expect(Keyword::Do)?;
        let body = self.commands()?;
        self.expect(Keyword::Done)?;
        Ok(body)
    }

    /// The body of a `for`: braces do as well.
    fn repeated_or_group(&mut self) -> Read<Sequence> {
        let Some((Keyword::Open, end)) = self.keyword() else { return self.repeated() };
        self.at = end;
        let body = self.commands()?;
        self.expect(Keyword::Close)?;
        Ok(body)
    }

    fn each(&mut self, keyword: Keyword) -> Read<Command> {
        self.blanks();
        if keyword == Keyword::For && self.peek() == b'(' {
            self.advance();
            if !self.eat(b'(') {
                return Err(unknown::SHELL_SYNTAX);
            }
            let Arithmetic::Is(header) = self.arithmetic_or_not(false)? else {
                return Err(unknown::SHELL_ARITHMETIC);
            };
            self.blanks();
            self.eat(b';');
            self.lines()?;
            let body = self.repeated_or_group()?;
            return Ok(Command::ForArithmetic { header, body });
        }
        let variable = self.variable()?;
        self.lines()?;
        let mut values = None;
        if self.literal(b"in") {
            values = Some(self.values()?);
        } else {
            self.eat(b';');
        }
        self.lines()?;
        let body = self.repeated_or_group()?;
        Ok(Command::For { variable, values, body })
    }

    /// The name of the variable of a loop.
    fn variable(&mut self) -> Read<String> {
        let start = self.at;
        while in_name(self.peek()) {
            self.at += 1;
        }
        let name = self.since(start);
        let valid = name.bytes().next().is_some_and(begins_name);
        if valid && ends_word(self.peek()) { Ok(name.to_owned()) } else { Err(self.unexpected()) }
    }

    /// Passes `word` if it is here.
    fn literal(&mut self, word: &[u8]) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let there = rest.starts_with(word) && ends_word(self.peek_at(word.len()));
        if there {
            self.at += word.len();
        }
        there
    }

    /// Words up to a `;` or a newline.
    fn values(&mut self) -> Read<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                b';' => {
                    self.advance();
                    return Ok(words);
                }
                b'\n' => {
                    self.newline()?;
                    return Ok(words);
                }
                _ => words.push(self.word(Context::Command)?),
            }
        }
    }

    fn case(&mut self) -> Read<Command> {
        self.blanks();
        let subject = self.word(Context::Pattern)?;
        self.lines()?;
        if !self.literal(b"in") {
            return Err(self.unexpected());
        }
        let mut arms = Vec::new();
        loop {
            self.lines()?;
            if let Some((Keyword::Esac, end)) = self.keyword() {
                self.at = end;
                return Ok(Command::Case { subject, arms });
            }
            self.node()?;
            if self.eat(b'(') {
                self.blanks();
            }
            let mut patterns = Vec::with_capacity(1);
            loop {
                patterns.push(self.word(Context::Pattern)?);
                self.blanks();
                if !self.eat(b'|') {
                    break;
                }
                self.blanks();
            }
            self.close()?;
            arms.push((patterns, self.sequence()?));
            if self.eat(b';') {
                // `;;`, `;&` and `;;&`: a sequence ends at no other semicolon.
                self.advance();
                self.eat(b'&');
            } else if !matches!(self.keyword(), Some((Keyword::Esac, _))) {
                return Err(self.unexpected());
            }
        }
    }

    /// `function name …`
    fn named_function(&mut self) -> Read<Command> {
        self.blanks();
        let name = self.word(Context::Command)?;
        let start = name.span.start;
        let name = super::commands::function_name(&name)?;
        self.blanks();
        if self.peek() == b'(' {
            return Ok(self.function(name, start)?.command);
        }
        self.function_body(name)
    }

    /// `()` and the body of a function.
    pub(super) fn function(&mut self, name: String, start: usize) -> Read<Stage> {
        self.advance();
        self.blanks();
        if self.peek() != b')' {
            return Err(self.unexpected());
        }
        self.at += 1;
        let command = self.function_body(name)?;
        Ok(Stage { command, redirects: Vec::new(), span: self.span(start) })
    }

    fn function_body(&mut self, name: String) -> Read<Command> {
        self.lines()?;
        let compound = self.peek() == b'(' || self.keyword().is_some_and(|(keyword, _)| keyword.begins());
        if !compound {
            return Err(self.unexpected());
        }
        let (body, _) = self.stage(&mut false)?;
        Ok(Command::Function { name, body: Box::new(body) })
    }

    /// What runs behind `coproc`: a name may stand before a compound command.
    pub(super) fn coprocess(&mut self, start: usize) -> Read<(Stage, bool)> {
        self.blanks();
        if self.keyword().is_none() && self.peek() != b'(' {
            let word = self.at;
            while in_name(self.peek()) {
                self.at += 1;
            }
            let named = ends_word(self.peek());
            self.blanks();
            let compound = self.peek() == b'(' || self.keyword().is_some_and(|(keyword, _)| keyword.begins());
            if !(named && compound) {
                self.at = word;
            }
        }
        let (stage, compound) = self.stage(&mut false)?;
        Ok((Stage { span: self.span(start), ..stage }, compound))
    }
}

/// The text of pieces, for what is a name.
pub(super) fn literal_text(word: &Word) -> Option<&str> {
    match word.pieces.as_slice() {
        [Piece::Plain(text)] => Some(text),
        _ => None,
    }
}
