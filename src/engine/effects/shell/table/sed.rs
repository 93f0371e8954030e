//! `sed`, with its program: which files it reads and writes by name, and what it runs.
//!
//! Most programs only change text. `w` writes, `r` reads, `e` runs: they hide between substitutions.

use super::landing;
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Resource, unknown};

pub(super) const ROWS: &[Row] = &[row("sed ssed", "gnu -n,--quiet,--silent --debug -e,--expression=word/fills -f,--file=read/fills --follow-symlinks -i,--in-place[=word] -I=word -l,--line-length=word -E,-r,--regexp-extended --posix -s,--separate --sandbox -u,--unbuffered -z,--null-data -b,--binary -a", "word? word*")
    .gives(edited)
    .examples(&[
        ("sed -n '1,5p' a", "file.read /workspace/a"),
        ("sed -i 's/a/b/g' a b", "file.read /workspace/a; file.write /workspace/a; file.read /workspace/b; file.write /workspace/b"),
        ("sed -i.bak -e s/a/b/ a", "file.read /workspace/a; file.write /workspace/a; file.write /workspace/a.bak"),
        ("sed -i/srv/* s/a/b/ a", "file.read /workspace/a; file.write /workspace/a; file.write ?"),
        ("sed -i '' 's/a/b/' a", "file.read /workspace/a; file.write /workspace/a"),
        ("sed -n 's/a/b/w out' a", "file.read /workspace/a; file.write /workspace/out"),
        ("sed -e '/x/,$!{w /tmp/o' -e '}' a", "file.read /workspace/a; file.write /tmp/o"),
        ("sed 's/.*/rm x/e' a", "file.read /workspace/a; code.run shell"),
        ("sed '1e rm x' a", "file.read /workspace/a; file.delete /workspace/x"),
        ("sed e a", "file.read /workspace/a; code.run shell"),
        ("sed '$r b' a", "file.read /workspace/a; file.read /workspace/b"),
        ("sed --sandbox '1e rm x' a", "file.read /workspace/a"),
        ("sed -f s.sed a", "file.read /workspace/s.sed; file.read /workspace/a; code.run sed"),
        ("sed -E 's|(a)/b|\\1 w e|gp;y/abc/xyz/;:l;N;$!bl;s/x[/]y/z/' a", "file.read /workspace/a"),
        ("sed 'a\\\nhello\nw x' a", "file.read /workspace/a; file.write /workspace/x"),
        ("sed '/a/i w x' a", "file.read /workspace/a"),
        ("sed \"s/a/$B/\" a", "file.read /workspace/a; unknown code_dynamic"),
        ("sed -n \"$((n+1))p\" a", "file.read /workspace/a"),
        ("sed 's/a/b/W x' a", "file.read /workspace/a; unknown code_dynamic"),
    ])];

/// What a program of `sed` does besides changing text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Program {
    reads: Vec<String>,
    writes: Vec<String>,
    runs: Vec<String>,
    /// Whether it runs the text it works on.
    runs_text: bool,
    /// Whether a part of it was not understood.
    odd: bool,
}

fn edited(run: &mut Run<'_>, given: &Given) -> Stream {
    // BSD takes the suffix of `-i` as the next word, and an empty one says that no copy is wanted.
    let bare = given.options.iter().any(|(option, value)| option.name() == "-i" && value.is_none());
    let mut operands = given.operands.as_slice();
    if bare && operands.first().is_some_and(|field| field.text() == Some("")) {
        operands = operands.get(1..).unwrap_or_default();
    }
    let mut scripts: Vec<Field> = given.values("-e").cloned().collect();
    let mut loaded = false;
    for file in given.values("-f") {
        match meaning::content(run, file).as_ref().map(|stream| stream.literal().map(str::to_owned)) {
            Some(Some(text)) => scripts.push(Field::literal(text)),
            _ => loaded = true,
        }
    }
    if !given.is_marked("fills")
        && let Some((script, files)) = operands.split_first()
    {
        scripts.push(script.clone());
        operands = files;
    }
    let sandboxed = given.has("--sandbox");
    if !sandboxed {
        if loaded {
            run.effect(Action::CODE_RUN, Resource::Code { language: "sed".to_owned() });
        }
        follow(run, &scripts);
    }
    let in_place = given.has("-i") || given.has("-I");
    // What is not settled of a suffix may hold a slash.
    let suffix = given.value("-i").or_else(|| given.value("-I"));
    let suffix = suffix.map(|suffix| suffix.text().unwrap_or("*").to_owned());
    for file in operands {
        meaning::path(run, Action::FILE_READ, file, false);
        if !in_place {
            continue;
        }
        meaning::path(run, Action::FILE_WRITE, file, false);
        let Some(suffix) = suffix.as_deref().filter(|suffix| !suffix.is_empty()) else { continue };
        for name in meaning::names(run, file) {
            let copy = if suffix.contains(['*', '/']) {
                crate::effects::Name::Dynamic
            } else {
                landing::with_suffix(&name, suffix)
            };
            run.effect(Action::FILE_WRITE, Resource::path(copy));
        }
    }
    if in_place {
        return Stream::default();
    }
    let whole = meaning::through(run, operands, &given.input);
    let local = whole.local || loaded;
    Stream { content: Content::Unknown, local }
}

/// Adds what the program does.
fn follow(run: &mut Run<'_>, scripts: &[Field]) {
    let mut text = String::new();
    for script in scripts {
        match settled(script) {
            Some(part) => {
                text.push_str(&part);
                text.push('\n');
            }
            None => {
                run.doubt(unknown::CODE_DYNAMIC);
                return;
            }
        }
    }
    let program = Program::read(&text);
    if program.odd {
        run.doubt(unknown::CODE_DYNAMIC);
    }
    for file in &program.reads {
        meaning::path(run, Action::FILE_READ, &Field::literal(file), false);
    }
    for file in &program.writes {
        meaning::path(run, Action::FILE_WRITE, &Field::literal(file), false);
    }
    for command in &program.runs {
        run.within("sed", None, |run| run.shell_text(&Field::literal(command), Stream::default()));
    }
    if program.runs_text {
        run.effect(Action::CODE_RUN, Resource::Code { language: "shell".to_owned() });
    }
}

/// A script whose undecided parts are digits: no digit changes what the rest means.
pub(super) fn settled(script: &Field) -> Option<String> {
    let mut text = String::new();
    for bit in script.bits() {
        match bit {
            Bit::Text(part) => text.push_str(part),
            Bit::Number => text.push('0'),
            _ => return None,
        }
    }
    Some(text)
}

/// The characters of a program.
struct Letters<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
}

impl Letters<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.next_if(|c| wanted(*c)) {
            text.push(c);
        }
        text
    }

    fn line(&mut self) -> String {
        self.take_while(|c| c != '\n').trim_start().to_owned()
    }

    /// What stands before `delimiter`, that taken away too. A class in brackets may hold it.
    fn until(&mut self, delimiter: char, brackets: bool) -> Option<String> {
        let mut text = String::new();
        let mut inside = false;
        loop {
            let c = self.rest.next()?;
            if c == '\\' {
                text.push(c);
                text.push(self.rest.next()?);
                continue;
            }
            if c == delimiter && !inside {
                return Some(text);
            }
            if brackets && c == '[' && !inside {
                inside = true;
                text.push(c);
                // `]` right behind the bracket is a member.
                if let Some(negated) = self.rest.next_if_eq(&'^') {
                    text.push(negated);
                }
                if let Some(member) = self.rest.next_if_eq(&']') {
                    text.push(member);
                }
                continue;
            }
            if c == ']' {
                inside = false;
            }
            text.push(c);
        }
    }
}

impl Program {
    fn read(text: &str) -> Self {
        let mut program = Self::default();
        let mut letters = Letters { rest: text.chars().peekable() };
        while letters.peek().is_some() {
            if program.command(&mut letters).is_none() {
                program.odd = true;
                break;
            }
        }
        program
    }

    /// Reads one command; `None` where that is none.
    fn command(&mut self, letters: &mut Letters<'_>) -> Option<()> {
        letters.take_while(|c| c.is_whitespace() || c == ';' || c == '}');
        if letters.peek().is_none() {
            return Some(());
        }
        address(letters)?;
        letters.take_while(|c| c.is_whitespace());
        if letters.rest.next_if_eq(&',').is_some() {
            letters.take_while(|c| c.is_whitespace());
            letters.take_while(|c| matches!(c, '+' | '~'));
            address(letters)?;
        }
        letters.take_while(|c| c.is_whitespace() || c == '!');
        match letters.rest.next()? {
            // What is in braces begins right behind them.
            '{' | '}' => return Some(()),
            'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | 'F' | '=' => {}
            '#' => {
                letters.line();
                return Some(());
            }
            'q' | 'Q' | 'l' | 'L' => {
                letters.take_while(|c| c.is_ascii_digit() || c == ' ');
            }
            ':' | 'b' | 't' | 'T' | 'v' => {
                letters.take_while(|c| c == ' ' || c == '\t');
                letters.take_while(|c| c != ';' && c != '}' && !c.is_whitespace());
                // A blank ends a label, and a command may follow.
                return Some(());
            }
            'a' | 'i' | 'c' => {
                added(letters);
                return Some(());
            }
            'r' | 'R' => {
                self.reads.push(letters.line());
                return Some(());
            }
            'w' | 'W' => {
                self.writes.push(letters.line());
                return Some(());
            }
            'e' => {
                match letters.line() {
                    command if command.is_empty() => self.runs_text = true,
                    command => self.runs.push(command),
                }
                return Some(());
            }
            'y' => {
                let delimiter = letters.rest.next().filter(|c| *c != '\n' && *c != '\\')?;
                letters.until(delimiter, false)?;
                letters.until(delimiter, false)?;
            }
            's' => {
                let delimiter = letters.rest.next().filter(|c| *c != '\n' && *c != '\\')?;
                letters.until(delimiter, true)?;
                letters.until(delimiter, false)?;
                return self.flags(letters);
            }
            _ => return None,
        }
        end(letters)
    }

    fn flags(&mut self, letters: &mut Letters<'_>) -> Option<()> {
        loop {
            match letters.peek() {
                Some('g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9') => {
                    letters.rest.next();
                }
                Some('e') => {
                    letters.rest.next();
                    self.runs_text = true;
                }
                Some('w') => {
                    letters.rest.next();
                    self.writes.push(letters.line());
                    return Some(());
                }
                _ => return end(letters),
            }
        }
    }
}

/// A number, a line, an expression, or nothing.
fn address(letters: &mut Letters<'_>) -> Option<()> {
    match letters.peek() {
        Some('0'..='9') => {
            letters.take_while(|c| c.is_ascii_digit() || c == '~');
        }
        Some('$') => {
            letters.rest.next();
        }
        Some(c @ ('/' | '\\')) => {
            letters.rest.next();
            let delimiter = if c == '/' { '/' } else { letters.rest.next()? };
            letters.until(delimiter, true)?;
            letters.take_while(|c| matches!(c, 'I' | 'M'));
        }
        _ => {}
    }
    Some(())
}

/// What may follow a command.
fn end(letters: &mut Letters<'_>) -> Option<()> {
    letters.take_while(|c| c == ' ' || c == '\t');
    match letters.peek() {
        None | Some(';' | '\n' | '}' | '#') => Some(()),
        _ => None,
    }
}

/// The text of `a`, `i` and `c`: up to the end of the line, where no backslash continues it.
fn added(letters: &mut Letters<'_>) {
    letters.take_while(|c| c == ' ' || c == '\t');
    if letters.rest.next_if_eq(&'\\').is_some() {
        letters.take_while(|c| c == ' ' || c == '\t');
        letters.rest.next_if_eq(&'\n');
    }
    while let Some(c) = letters.rest.next() {
        match c {
            '\\' => {
                letters.rest.next();
            }
            '\n' => break,
            _ => {}
        }
    }
}
