//! A tree on one line, in the words of the cases.

use crate::effects::shell::syntax::*;

pub(crate) fn sequence(sequence: &Sequence) -> String {
    let mut out = String::new();
    for (place, pipeline) in sequence.0.iter().enumerate() {
        if place > 0 {
            out.push_str("; ");
        }
        if pipeline.condition != Condition::Always {
            out.push_str("&& ");
        }
        out.push_str(&list(&pipeline.stages, " | ", stage));
        if pipeline.background {
            out.push_str(" &");
        }
    }
    out
}

fn list<T>(items: &[T], between: &str, one: impl Fn(&T) -> String) -> String {
    items.iter().map(one).collect::<Vec<_>>().join(between)
}

fn stage(stage: &Stage) -> String {
    let mut out = command(&stage.command);
    for redirect in &stage.redirects {
        let descriptor = redirect.descriptor.map(|number| number.to_string()).unwrap_or_default();
        let (operator, target) = match &redirect.kind {
            RedirectKind::Read(word) => ("<", word),
            RedirectKind::Write(word) => (">", word),
            RedirectKind::Append(word) => (">>", word),
            RedirectKind::ReadWrite(word) => ("<>", word),
            RedirectKind::WriteBoth(word) => ("&>", word),
            RedirectKind::Duplicate(word) => (">&", word),
            RedirectKind::HereDocument(word) => ("<<", word),
            RedirectKind::HereString(word) => ("<<<", word),
        };
        let target = self::word(target);
        out.push_str(&format!(" {descriptor}{operator}{target}"));
    }
    out
}

fn command(command: &Command) -> String {
    match command {
        Command::Simple { assignments, words } => {
            let parts: Vec<_> = assignments.iter().map(assignment).chain(words.iter().map(word)).collect();
            format!("({})", parts.join(" "))
        }
        Command::Group(body) => format!("{{{}}}", sequence(body)),
        Command::Subshell(body) => format!("sub{{{}}}", sequence(body)),
        Command::If { branches, otherwise } => {
            let branch = |(condition, body): &(Sequence, Sequence)| {
                format!("if{{{}}}{{{}}}", sequence(condition), sequence(body))
            };
            let otherwise =
                otherwise.as_ref().map(|body| format!(" else{{{}}}", sequence(body))).unwrap_or_default();
            format!("{}{otherwise}", list(branches, " ", branch))
        }
        Command::While { condition, body } => {
            format!("while{{{}}}{{{}}}", sequence(condition), sequence(body))
        }
        Command::For { variable, values, body } => {
            let values = values.as_ref().map_or("@".to_owned(), |values| list(values, " ", word));
            format!("for[{variable}: {values}]{{{}}}", sequence(body))
        }
        Command::ForArithmetic { header, body } => {
            format!("for(({})){{{}}}", pieces(header), sequence(body))
        }
        Command::Case { subject, arms } => {
            let arm = |(patterns, body): &(Vec<Word>, Sequence)| {
                format!(" {}{{{}}}", list(patterns, "|", word), sequence(body))
            };
            format!("case[{}]{}", word(subject), list(arms, "", arm))
        }
        Command::Function { name, body } => format!("fn[{name}] {}", stage(body)),
        Command::Test(words) => format!("[[ {} ]]", list(words, " ", word)),
        Command::Arithmetic(text) => format!("(({}))", pieces(text)),
    }
}

fn assignment(assignment: &Assignment) -> String {
    let index = assignment.index.as_ref().map(|index| format!("[{}]", pieces(index))).unwrap_or_default();
    let value = match &assignment.value {
        AssignedValue::Scalar(value) => word(value),
        AssignedValue::Array(values) => format!("({})", list(values, " ", word)),
    };
    format!("{}{index}{}={value}", assignment.name, if assignment.append { "+" } else { "" })
}

pub(crate) fn word(word: &Word) -> String {
    pieces(&word.pieces)
}

fn pieces(pieces: &[Piece]) -> String {
    list(pieces, "", piece)
}

fn piece(piece: &Piece) -> String {
    let quote = |quoted: bool, text: String| if quoted { format!("\"{text}\"") } else { text };
    match piece {
        Piece::Quoted(text) => format!("'{text}'"),
        Piece::Plain(text) => text.clone(),
        Piece::Parameter(inner) => quote(inner.quoted, parameter(inner)),
        Piece::Command { script, quoted } => quote(*quoted, format!("$({})", sequence(script))),
        Piece::Process { script, reads } => {
            format!("{}({})", if *reads { ">" } else { "<" }, sequence(script))
        }
        Piece::Arithmetic(text) => format!("$[{}]", pieces(text)),
    }
}

fn parameter(parameter: &Parameter) -> String {
    let name = &parameter.name;
    let index = parameter.index.as_ref().map(|index| format!("[{}]", pieces(index))).unwrap_or_default();
    let operation = match &parameter.operation {
        Operation::None if index.is_empty() => return format!("${name}"),
        Operation::None => String::new(),
        Operation::Length => return format!("${{#{name}{index}}}"),
        Operation::Indirect => return format!("${{!{name}{index}}}"),
        Operation::Default(inner) => format!(":-{}", word(inner)),
        Operation::Assign(inner) => format!(":={}", word(inner)),
        Operation::Alternative(inner) => format!(":+{}", word(inner)),
        Operation::Demand(inner) => format!(":?{}", word(inner)),
        Operation::Trim { suffix, longest, pattern } => {
            let operator = if *suffix { "%" } else { "#" };
            format!("{}{}", operator.repeat(1 + usize::from(*longest)), word(pattern))
        }
        Operation::Replace { all, pattern, with } => {
            format!("{}{}/{}", if *all { "//" } else { "/" }, word(pattern), word(with))
        }
        Operation::Slice(text) => format!(":{}", pieces(text)),
        Operation::Case { upper, all } => {
            let operator = if *upper { "^" } else { "," };
            operator.repeat(1 + usize::from(*all))
        }
        Operation::Other => "@".to_owned(),
    };
    format!("${{{name}{index}{operation}}}")
}
