//! Lists, pipelines and simple commands.

use super::cursor::{Keyword, begins_name, ends_word};
use super::words::Context;
use super::{Parser, Read};
use crate::effects::shell::syntax::{
    Command, Condition, Piece, Pipeline, Redirect, RedirectKind, Sequence, Stage, Word,
};
use crate::effects::unknown;

impl Parser<'_> {
    /// Commands up to the end, a closing parenthesis, `;;` or a keyword that belongs to what stands around.
    pub(super) fn sequence(&mut self) -> Read<Sequence> {
        let mut pipelines = Vec::new();
        loop {
            self.lines()?;
            if self.closes() {
                return Ok(Sequence(pipelines));
            }
            self.list(&mut pipelines)?;
        }
    }

    /// The same, of at least one command.
    pub(super) fn commands(&mut self) -> Read<Sequence> {
        let sequence = self.sequence()?;
        if sequence.0.is_empty() { Err(self.unexpected()) } else { Ok(sequence) }
    }

    /// Whether a sequence ends here.
    fn closes(&self) -> bool {
        match self.peek() {
            0 | b')' => true,
            b';' => {
                let mut ahead = 1;
                while self.peek_at(ahead) == b'\\' && self.peek_at(ahead + 1) == b'\n' {
                    ahead += 2;
                }
                matches!(self.peek_at(ahead), b';' | b'&')
            }
            _ => self.keyword().is_some_and(|(keyword, _)| keyword.closes()),
        }
    }

    /// Pipelines connected by `&&` and `||`, with the `;`, `&` or newline behind them.
    fn list(&mut self, pipelines: &mut Vec<Pipeline>) -> Read<()> {
        let first = pipelines.len();
        let mut condition = Condition::Always;
        loop {
            let compound = self.pipeline(condition, pipelines)?;
            self.blanks();
            match self.peek() {
                b'&' => {
                    self.advance();
                    if !self.eat(b'&') {
                        for pipeline in pipelines.iter_mut().skip(first) {
                            pipeline.background = true;
                        }
                        return Ok(());
                    }
                    condition = Condition::Worked;
                }
                b'|' => {
                    self.advance();
                    if !self.eat(b'|') {
                        return Err(unknown::SHELL_SYNTAX);
                    }
                    condition = Condition::Failed;
                }
                b'\n' => return self.newline(),
                _ if self.closes() && (compound || ends_word(self.peek())) => return Ok(()),
                b';' => {
                    self.advance();
                    return Ok(());
                }
                _ => return Err(self.unexpected()),
            }
            self.lines()?;
        }
    }

    /// Commands connected by `|`. Says whether a keyword may follow the last one without a separator.
    fn pipeline(&mut self, condition: Condition, pipelines: &mut Vec<Pipeline>) -> Read<bool> {
        let mut negated = false;
        while let Some((keyword @ (Keyword::Not | Keyword::Time), end)) = self.keyword() {
            let start = self.at;
            negated |= keyword == Keyword::Not;
            self.at = end;
            match keyword {
                // With `extglob`, and in zsh, this is a pattern.
                Keyword::Not if self.peek() == b'(' => return Err(unknown::SHELL_DIALECT),
                Keyword::Time if !self.time() => {
                    self.at = start;
                    break;
                }
                _ => {}
            }
            self.blanks();
        }
        let mut stages = Vec::with_capacity(1);
        let mut background = false;
        loop {
            let (stage, compound) = self.stage(&mut background)?;
            stages.push(stage);
            self.blanks();
            let (start, operator) = (self.at, self.peek());
            if operator == b'|' {
                self.advance();
                if self.peek() == b'|' {
                    self.at = start;
                } else {
                    if self.eat(b'&') {
                        let span = self.span(start);
                        let word = Word { pieces: vec![Piece::Plain("1".to_owned())], span: span.clone() };
                        let joined =
                            Redirect { descriptor: Some(2), kind: RedirectKind::Duplicate(word), span };
                        if let Some(stage) = stages.last_mut() {
                            stage.redirects.push(joined);
                        }
                    }
                    self.lines()?;
                    continue;
                }
            }
            pipelines.push(Pipeline { stages, background, negated, condition });
            return Ok(compound);
        }
    }

    /// Passes the options of the keyword `time`. False if what follows makes it the program of that name, as it is to
    /// shells that do not know the keyword.
    fn time(&mut self) -> bool {
        self.blanks();
        for option in [&b"-p"[..], b"--"] {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let ends = ends_word(self.peek_at(option.len()));
            if rest.starts_with(option) && ends {
                self.at += option.len();
                self.blanks();
            }
        }
        self.peek() != b'-'
    }

    /// One command with its redirections. Says whether a keyword may follow it without a separator.
    pub(super) fn stage(&mut self, background: &mut bool) -> Read<(Stage, bool)> {
        self.node()?;
        let start = self.at;
        let keyword = match self.keyword() {
            // Behind `|` it is the program.
            Some((Keyword::Time, _)) => None,
            Some((Keyword::Not, _)) => return Err(unknown::SHELL_SYNTAX),
            Some((keyword, _)) if keyword.closes() => return Err(unknown::SHELL_SYNTAX),
            keyword => keyword,
        };
        if let Some((Keyword::Coproc, end)) = keyword {
            self.at = end;
            *background = true;
            return self.deeper(|parser| parser.coprocess(start));
        }
        if keyword.is_none() && self.peek() != b'(' {
            let stage = self.simple(start)?;
            let compound = matches!(stage.command, Command::Function { .. });
            return Ok((stage, compound));
        }
        let command = self.deeper(|parser| match keyword {
            Some((keyword, end)) => {
                parser.at = end;
                parser.compound(keyword)
            }
            None => parser.parenthesis(),
        })?;
        self.redirected(command, start)
    }

    /// A compound command with the redirections behind it.
    pub(super) fn redirected(&mut self, command: Command, start: usize) -> Read<(Stage, bool)> {
        if let Command::Function { .. } = command {
            let span = self.span(start);
            return Ok((Stage { command, redirects: Vec::new(), span }, true));
        }
        let mut end = self.at;
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            let Some(redirect) = self.redirect()? else { break };
            redirects.push(redirect);
            end = self.at;
        }
        self.at = end;
        let compound = redirects.is_empty();
        Ok((Stage { command, redirects, span: self.span(start) }, compound))
    }

    /// Assignments, a program, its arguments, and redirections between them.
    pub(super) fn simple(&mut self, start: usize) -> Read<Stage> {
        let mut assignments = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut redirects = Vec::new();
        let mut declares = false;
        let mut both = false;
        let mut end = start;
        loop {
            self.blanks();
            match self.peek() {
                0 | b'\n' | b';' | b'|' | b')' => break,
                b'&' if self.operator_of_both().is_none() => break,
                b'(' => {
                    let [name] = words.as_slice() else { return Err(unknown::SHELL_SYNTAX) };
                    if !assignments.is_empty() || !redirects.is_empty() {
                        return Err(unknown::SHELL_SYNTAX);
                    }
                    let name = function_name(name)?;
                    return self.deeper(|parser| parser.function(name, start));
                }
                b'<' | b'>' | b'&' | b'0'..=b'9' | b'{' => {
                    if let Some(redirect) = self.redirect()? {
                        both |= redirect.descriptor.is_none()
                            && matches!(redirect.kind, RedirectKind::WriteBoth(_));
                        redirects.push(redirect);
                        end = self.at;
                        continue;
                    }
                }
                _ => {}
            }
            // `a &>b c` are two commands to dash: `a` in the background, and `c`.
            if both {
                return Err(unknown::SHELL_DIALECT);
            }
            let named = begins_name(self.peek());
            if named
                && words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                assignments.push(assignment);
                end = self.at;
                continue;
            }
            if named
                && declares
                && let Some(word) = self.declared_array()?
            {
                words.push(word);
                end = self.at;
                continue;
            }
            // `>a if b` is a program called `if` to bash, and a condition to zsh.
            let first = words.is_empty() && assignments.is_empty() && !redirects.is_empty();
            if first && !matches!(self.keyword(), None | Some((Keyword::Time, _))) {
                return Err(unknown::SHELL_DIALECT);
            }
            let word = self.word(Context::Command)?;
            end = self.at;
            if words.is_empty() {
                declares = declaration(&word);
                words.reserve(4);
            }
            words.push(word);
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.unexpected());
        }
        let stopped = std::mem::replace(&mut self.at, end);
        let span = self.span(start);
        self.at = stopped;
        Ok(Stage { command: Command::Simple { assignments, words }, redirects, span })
    }
}

/// Whether arguments of the program may be `name=(…)`.
fn declaration(word: &Word) -> bool {
    let [Piece::Plain(name)] = word.pieces.as_slice() else { return false };
    matches!(name.as_str(), "declare" | "export" | "local" | "readonly" | "typeset")
}

/// The name of a function, of letters that mean the same to all shells.
pub(super) fn function_name(word: &Word) -> Read<String> {
    let [Piece::Plain(name)] = word.pieces.as_slice() else { return Err(unknown::SHELL_SYNTAX) };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:+@/,".contains(&byte);
    let reserved = Keyword::of(name.as_bytes()).is_some();
    if name.bytes().all(plain) && !reserved { Ok(name.clone()) } else { Err(unknown::SHELL_SYNTAX) }
}
