//! How many command and process substitutions a tree holds.

use crate::effects::shell::syntax::{
    AssignedValue, Command, Operation, Piece, RedirectKind, Sequence, Stage, Word,
};

/// All of them, those within others too.
pub(super) fn substitutions(sequence: &Sequence) -> usize {
    sequence.0.iter().flat_map(|pipeline| &pipeline.stages).map(stage).sum()
}

fn stage(stage: &Stage) -> usize {
    command(&stage.command) + stage.redirects.iter().map(|redirect| target(&redirect.kind)).sum::<usize>()
}

fn command(command: &Command) -> usize {
    match command {
        Command::Simple { assignments, words: arguments } => {
            let assigned = assignments.iter().map(|assignment| {
                let value = match &assignment.value {
                    AssignedValue::Scalar(value) => word(value),
                    AssignedValue::Array(values) => words(values),
                };
                value + assignment.index.as_deref().map_or(0, pieces)
            });
            assigned.sum::<usize>() + words(arguments)
        }
        Command::Group(body) | Command::Subshell(body) => substitutions(body),
        Command::If { branches, otherwise } => {
            let branch = |(condition, body)| substitutions(condition) + substitutions(body);
            branches.iter().map(|(condition, body)| branch((condition, body))).sum::<usize>()
                + otherwise.as_ref().map_or(0, substitutions)
        }
        Command::While { condition, body } => substitutions(condition) + substitutions(body),
        Command::For { variable: _, values, body } => {
            values.as_deref().map_or(0, words) + substitutions(body)
        }
        Command::ForArithmetic { header, body } => pieces(header) + substitutions(body),
        Command::Case { subject, arms } => {
            let arm = |(patterns, body): &(Vec<Word>, Sequence)| words(patterns) + substitutions(body);
            word(subject) + arms.iter().map(arm).sum::<usize>()
        }
        Command::Function { name: _, body } => stage(body),
        Command::Test(operands) => words(operands),
        Command::Arithmetic(text) => pieces(text),
    }
}

fn target(kind: &RedirectKind) -> usize {
    match kind {
        RedirectKind::Read(target)
        | RedirectKind::Write(target)
        | RedirectKind::Append(target)
        | RedirectKind::ReadWrite(target)
        | RedirectKind::WriteBoth(target)
        | RedirectKind::Duplicate(target)
        | RedirectKind::HereDocument(target)
        | RedirectKind::HereString(target) => word(target),
    }
}

fn words(words: &[Word]) -> usize {
    words.iter().map(word).sum()
}

fn word(word: &Word) -> usize {
    pieces(&word.pieces)
}

fn pieces(pieces: &[Piece]) -> usize {
    pieces.iter().map(piece).sum()
}

fn piece(piece: &Piece) -> usize {
    match piece {
        Piece::Quoted(_) | Piece::Plain(_) => 0,
        Piece::Command { script, quoted: _ } | Piece::Process { script, reads: _ } => {
            1 + substitutions(script)
        }
        Piece::Arithmetic(text) => pieces(text),
        Piece::Parameter(parameter) => {
            parameter.index.as_deref().map_or(0, pieces) + operation(&parameter.operation)
        }
    }
}

fn operation(operation: &Operation) -> usize {
    match operation {
        Operation::None
        | Operation::Length
        | Operation::Indirect
        | Operation::Case { .. }
        | Operation::Other => 0,
        Operation::Default(inner)
        | Operation::Assign(inner)
        | Operation::Alternative(inner)
        | Operation::Demand(inner)
        | Operation::Trim { pattern: inner, suffix: _, longest: _ } => word(inner),
        Operation::Replace { pattern, with, all: _ } => word(pattern) + word(with),
        Operation::Slice(text) => pieces(text),
    }
}
