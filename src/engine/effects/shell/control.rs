//! Commands that have other commands in them: branches, loops, cases, functions.
//!
//! Every branch is taken and every loop's body is read; where two ways meet, what they disagree on is not known
//! any more.

use super::field::{Bit, Field};
use super::run::Run;
use super::state::{State, Variable};
use super::stream::Stream;
use super::syntax::{Command, Piece, Sequence};

/// Most values of a loop's variable for which its body is read one by one.
const MOST_VALUES: usize = 8;

impl Run<'_> {
    /// Runs one command without its redirections.
    pub(super) fn compound(&mut self, command: &Command, input: Stream) -> Stream {
        match command {
            Command::Simple { assignments, words } => self.simple(assignments, words, input),
            Command::Group(script) => self.sequence(script, input),
            Command::Subshell(script) => self.subshell(script, input),
            Command::If { branches, otherwise } => self.branches(branches, otherwise.as_ref(), input),
            Command::While { condition, body } => self.repeated(|run| {
                let first = run.tested(true, |run| run.sequence(condition, input.clone()));
                first.then(run.sequence(body, input.clone()))
            }),
            Command::For { variable, values, body } => {
                let values = match values {
                    Some(words) => self.fields(words),
                    None => self.state.positional.clone().unwrap_or_else(|| vec![Field::any()]),
                };
                self.each(variable, values, body, &input)
            }
            Command::ForArithmetic { header, body } => {
                self.arithmetic(header);
                self.loop_variables(header);
                self.repeated(|run| run.sequence(body, input.clone()))
            }
            Command::Case { subject, arms } => {
                self.field(subject);
                let before = self.state.clone();
                let mut after: Option<State> = None;
                let mut output = Stream::default();
                for (patterns, body) in arms {
                    self.state = before.clone();
                    for pattern in patterns {
                        self.field(pattern);
                    }
                    output = output.then(self.sequence(body, input.clone()));
                    match &mut after {
                        Some(joined) => joined.join(self.state.clone()),
                        None => after = Some(self.state.clone()),
                    }
                }
                self.state = before;
                if let Some(after) = after {
                    self.state.join(after);
                }
                output
            }
            Command::Function { name, body } => {
                self.define(name, Some(body));
                Stream::default()
            }
            Command::Test(words) => {
                let fields: Vec<Field> = words.iter().map(|word| self.field(word)).collect();
                self.compared(&fields);
                Stream::default()
            }
            Command::Arithmetic(pieces) => {
                self.arithmetic(pieces);
                self.loop_variables(pieces);
                Stream::default()
            }
        }
    }

    fn branches(
        &mut self,
        branches: &[(Sequence, Sequence)],
        otherwise: Option<&Sequence>,
        input: Stream,
    ) -> Stream {
        let mut output = Stream::default();
        let mut joined: Option<State> = None;
        for (condition, body) in branches {
            self.tested(true, |run| run.sequence(condition, input.clone()));
            let tested = self.state.clone();
            output = output.then(self.sequence(body, input.clone()));
            let after = std::mem::replace(&mut self.state, tested);
            match &mut joined {
                Some(joined) => joined.join(after),
                None => joined = Some(after),
            }
        }
        if let Some(body) = otherwise {
            output = output.then(self.sequence(body, input));
        }
        if let Some(joined) = joined {
            self.state.join(joined);
        }
        output
    }

    /// A body that runs any number of times: what one round leaves behind is there in the next.
    fn repeated(&mut self, mut body: impl FnMut(&mut Self) -> Stream) -> Stream {
        let before = self.state.clone();
        let output = body(self);
        if self.state == before {
            return output;
        }
        self.state.join(before);
        let joined = self.state.clone();
        let output = output.then(body(self));
        self.state.join(joined);
        output
    }

    /// Runs `body` for each value of a variable.
    fn each(&mut self, variable: &str, values: Vec<Field>, body: &Sequence, input: &Stream) -> Stream {
        let values = if values.len() > MOST_VALUES { joined(&values) } else { values };
        if values.is_empty() {
            return Stream::default();
        }
        let mut output = Stream::default();
        let before = self.state.clone();
        for value in values {
            self.assign_variable(variable, Variable::Scalar(value));
            output = output.then(self.repeated(|run| run.sequence(body, input.clone())));
        }
        self.state.join(before);
        output
    }

    /// What arithmetic assigns is a number, where it certainly assigns.
    pub(super) fn loop_variables(&mut self, pieces: &[Piece]) {
        let plain = |piece: &Piece| match piece {
            Piece::Plain(text) | Piece::Quoted(text) => Some(text.clone()),
            _ => None,
        };
        let text: String =
            pieces.iter().map(|piece| plain(piece).unwrap_or_else(|| "0".to_owned())).collect();
        let certain = !text.contains(['&', '|', '?']);
        for name in assigned_in(&text) {
            let number = Variable::Scalar(Field::of(Bit::Number));
            let value = match self.state.variable(name) {
                Some(before) if !certain => before.join(&number),
                _ => number,
            };
            self.assign_variable(name, value);
        }
    }
}

/// The names that an arithmetic expression assigns to: `x = 1`, `x += 1`, `x++`, `--x`.
fn assigned_in(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(is_name)).map(|found| at + found) {
        let rest = text.get(start..).unwrap_or_default();
        let name = rest.get(..rest.find(|c| !is_name(c)).unwrap_or(rest.len())).unwrap_or_default();
        at = start + name.len();
        let before = text.get(..start).unwrap_or_default().trim_end();
        let after = text.get(at..).unwrap_or_default().trim_start();
        let operator = after.trim_start_matches(['+', '-', '*', '/', '%', '<', '>', '&', '|', '^']);
        let assigns = operator.starts_with('=') && !operator.starts_with("==");
        let steps = after.starts_with("++") || after.starts_with("--");
        if assigns || steps || before.ends_with("++") || before.ends_with("--") {
            names.push(name);
        }
    }
    names.retain(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
    names
}

/// One value for many.
fn joined(values: &[Field]) -> Vec<Field> {
    let mut values = values.iter();
    let Some(first) = values.next() else { return Vec::new() };
    vec![values.fold(first.clone(), |joined, value| joined.join(value))]
}
