//! `$name` and `${…}`.

use super::Part;
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::run::Run;
use crate::effects::shell::state::{Variable, built_in};
use crate::effects::shell::syntax::{Operation, Parameter};
use crate::effects::{Name, unknown};

impl Run<'_> {
    /// What a parameter is worth, split unless it is quoted.
    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Vec<Part> {
        if let Some(index) = &parameter.index {
            self.arithmetic(index);
        }
        let values = self.values(parameter);
        let values = self.operated(parameter, values);
        let all = self.is_all(parameter);
        if parameter.quoted && all && is_joined(parameter) {
            return vec![Part::quoted(self.joined_by_ifs(&values))];
        }
        let mut parts = Vec::new();
        for (i, value) in values.iter().enumerate() {
            let is_next = all && i > 0;
            if parameter.quoted {
                parts.push(Part {
                    field: value.clone(),
                    is_next,
                    is_quoted: !all || i > 0 || !value.is_empty(),
                });
            } else {
                let mut split = self.split(value);
                if let Some(first) = split.first_mut() {
                    first.is_next |= is_next;
                }
                parts.extend(split);
            }
        }
        parts
    }

    /// Whether it stands for all elements, each a field of its own.
    fn is_all(&self, parameter: &Parameter) -> bool {
        match parameter.name.as_str() {
            "@" | "*" => true,
            _ => parameter.index.as_deref().is_some_and(is_every),
        }
    }

    /// `"$*"`: all elements in one field, with the first character of `IFS` between them.
    fn joined_by_ifs(&self, values: &[Field]) -> Field {
        let between = match self.state.variable("IFS").map(Variable::scalar) {
            None => Field::literal(" "),
            Some(ifs) => match ifs.text() {
                Some(text) => Field::literal(text.chars().take(1).collect::<String>()),
                None => Field::any(),
            },
        };
        let mut whole = Field::default();
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                whole.extend(&between);
            }
            whole.extend(value);
        }
        whole
    }

    fn values(&mut self, parameter: &Parameter) -> Vec<Field> {
        let name = parameter.name.as_str();
        match name {
            "@" | "*" => return self.state.positional.clone().unwrap_or_else(|| vec![Field::any()]),
            "0" => return vec![self.state.zero.clone()],
            "#" => return vec![Field::of(Bit::Number)],
            "_" | "-" => return vec![Field::any()],
            _ => {}
        }
        if let Ok(number) = name.parse::<usize>() {
            return match &self.state.positional {
                Some(fields) => {
                    vec![number.checked_sub(1).and_then(|i| fields.get(i)).cloned().unwrap_or_default()]
                }
                None => vec![Field::any()],
            };
        }
        let Some(variable) = self.state.variable(name) else {
            return vec![built_in(name, &self.state).unwrap_or_else(Field::any)];
        };
        match (&parameter.index, variable) {
            (None, variable) => vec![variable.scalar()],
            (Some(index), variable) if is_every(index) => variable.elements(),
            (Some(index), Variable::Array(fields)) => {
                let number = match index.as_slice() {
                    [crate::effects::shell::syntax::Piece::Plain(text)] => text.trim().parse::<usize>().ok(),
                    _ => None,
                };
                match number {
                    Some(number) => vec![fields.get(number).cloned().unwrap_or_default()],
                    None => vec![
                        fields
                            .iter()
                            .skip(1)
                            .fold(fields.first().cloned().unwrap_or_default(), |joined, field| {
                                joined.join(field)
                            }),
                    ],
                }
            }
            (Some(_), Variable::Scalar(field)) => vec![field.clone()],
            (Some(_), Variable::Unknown) => vec![Field::any()],
        }
    }

    fn operated(&mut self, parameter: &Parameter, values: Vec<Field>) -> Vec<Field> {
        let is_set = self.state.variable(&parameter.name).is_some();
        match &parameter.operation {
            Operation::None => values,
            Operation::Length => vec![Field::of(Bit::Number)],
            Operation::Indirect => {
                // `${!name}` names another variable; `${name@P}` runs what stands in its value.
                let name = values.first().and_then(Field::text).map(str::to_owned);
                match name.and_then(|name| self.state.variable(&name).map(Variable::scalar)) {
                    Some(field) => vec![field],
                    None => {
                        if values.iter().any(|value| {
                            value.text().is_none_or(|text| text.contains("$(") || text.contains('`'))
                        }) {
                            self.doubt(unknown::SHELL_DYNAMIC);
                        }
                        vec![Field::any()]
                    }
                }
            }
            Operation::Default(word) | Operation::Assign(word) => {
                let other = self.field(word);
                let settled = values.iter().all(|value| value.text().is_some());
                let chosen = if settled && is_set && !values.iter().all(Field::is_empty) {
                    return values;
                } else if settled && is_set {
                    other
                } else {
                    values.into_iter().fold(other, |joined, value| joined.join(&value))
                };
                if matches!(parameter.operation, Operation::Assign(_)) {
                    self.assign_variable(&parameter.name, Variable::Scalar(chosen.clone()));
                }
                vec![chosen]
            }
            Operation::Alternative(word) => {
                let other = self.field(word);
                if is_set && values.iter().all(|value| value.text().is_some()) {
                    let empty = values.iter().all(Field::is_empty);
                    return vec![if empty { Field::literal("") } else { other }];
                }
                vec![other.join(&Field::literal(""))]
            }
            Operation::Demand(word) => {
                self.field(word);
                values
            }
            Operation::Trim { suffix, longest, pattern } => {
                let pattern = self.field(pattern);
                values.iter().map(|value| trimmed(value, &pattern, *suffix, *longest)).collect()
            }
            Operation::Replace { all, pattern, with } => {
                let (pattern, with) = (self.field(pattern), self.field(with));
                values.iter().map(|value| replaced(value, &pattern, &with, *all)).collect()
            }
            Operation::Slice(pieces) => {
                self.arithmetic(pieces);
                if !self.is_all(parameter) {
                    return values.iter().map(|value| sliced(value, pieces)).collect();
                }
                // Of `$@` the first is `$0`.
                let positional = matches!(parameter.name.as_str(), "@" | "*");
                let mut all: Vec<Field> = positional.then(|| self.state.zero.clone()).into_iter().collect();
                all.extend(values);
                chosen(all, pieces)
            }
            Operation::Case { upper, all } => values.iter().map(|value| cased(value, *upper, *all)).collect(),
            Operation::Other => {
                vec![Field::any(); values.len().min(1)]
            }
        }
    }
}

fn is_every(index: &[crate::effects::shell::syntax::Piece]) -> bool {
    use crate::effects::shell::syntax::Piece;
    matches!(index, [Piece::Plain(text) | Piece::Quoted(text)] if text == "@" || text == "*")
}

/// What is not settled stays what it was at most: part of a name is a name, part of a path is not.
fn part_of(value: &Field) -> Field {
    match value.bits() {
        [Bit::Number] => Field::of(Bit::Number),
        _ => Field::any(),
    }
}

fn trimmed(value: &Field, pattern: &Field, suffix: bool, longest: bool) -> Field {
    let (Some(text), Some(pattern)) = (value.text(), pattern.text_with_wildcards()) else {
        return match pattern.text() {
            Some(ending) if suffix && !ending.contains(['/', '*', '?', '[', '{']) => {
                without_ending(value, ending)
            }
            _ => part_of(value),
        };
    };
    let Some(matches) = simple_pattern(&pattern) else { return Field::any() };
    let mut cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    // Trying the shortest cut first, or the longest.
    if suffix != longest {
        cuts.reverse();
    }
    for cut in cuts {
        let Some((before, after)) = text.split_at_checked(cut) else { continue };
        let (taken, left) = if suffix { (after, before) } else { (before, after) };
        if matches(taken) {
            return Field::literal(left);
        }
    }
    value.clone()
}

/// A value that is a pattern, without its ending. No slash goes with it, so it stays in the same directory.
fn without_ending(value: &Field, ending: &str) -> Field {
    if let [Bit::Path(name)] = value.bits() {
        return Field::of(Bit::Path(match name {
            Name::Literal(path) => Name::Literal(path.strip_suffix(ending).unwrap_or(path).to_owned()),
            Name::Glob(pattern) => match pattern.strip_suffix(ending) {
                Some(shorter) if !shorter.ends_with('/') => Name::Glob(shorter.to_owned()),
                _ => {
                    let wild = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
                    let settled = pattern.get(..wild).and_then(|text| text.rsplit_once('/'));
                    settled.map_or(Name::Dynamic, |(directory, _)| Name::Glob(format!("{directory}/**")))
                }
            },
            Name::Dynamic => Name::Dynamic,
        }));
    }
    let Some((Bit::Text(last), before)) = value.bits().split_last() else { return part_of(value) };
    let plain = before.iter().all(|bit| matches!(bit, Bit::Text(_) | Bit::Wild(_) | Bit::Number | Bit::Name));
    match last.strip_suffix(ending).filter(|_| plain && !before.is_empty()) {
        Some(left) => {
            let mut field = Field::default();
            before.iter().for_each(|bit| field.push(bit.clone()));
            if !left.is_empty() {
                field.push(Bit::Text(left.to_owned()));
            }
            field
        }
        None => part_of(value),
    }
}

/// A pattern of text and `*` only, as a test; `None` for any other.
fn simple_pattern(pattern: &str) -> Option<impl Fn(&str) -> bool> {
    if pattern.contains(['?', '[', '\\', '(']) || pattern.len() > 64 {
        return None;
    }
    let parts: Vec<String> = pattern.split('*').map(str::to_owned).collect();
    Some(move |text: &str| {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
        if parts.len() == 1 {
            return text == first;
        }
        let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for part in parts.get(1..parts.len() - 1).unwrap_or_default() {
            match rest.find(part.as_str()).and_then(|at| rest.get(at + part.len()..)) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        true
    })
}

fn replaced(value: &Field, pattern: &Field, with: &Field, all: bool) -> Field {
    let (Some(text), Some(pattern), Some(with)) = (value.text(), pattern.text(), with.text()) else {
        return part_of(value);
    };
    if pattern.is_empty() || pattern.starts_with(['#', '%']) {
        return Field::any();
    }
    Field::literal(if all { text.replace(pattern, with) } else { text.replacen(pattern, with, 1) })
}

/// Whether all elements become one field where they are quoted: `"$*"`, `"${a[*]}"`.
fn is_joined(parameter: &Parameter) -> bool {
    use crate::effects::shell::syntax::Piece;
    let star = |index: &[Piece]| matches!(index, [Piece::Plain(text) | Piece::Quoted(text)] if text == "*");
    parameter.name == "*" || parameter.index.as_deref().is_some_and(star)
}

/// The elements of `${@:offset:length}`; anything where the numbers or the elements are not settled.
fn chosen(all: Vec<Field>, pieces: &[crate::effects::shell::syntax::Piece]) -> Vec<Field> {
    use crate::effects::shell::syntax::Piece;
    let settled = all.iter().all(|value| value.bits() != [Bit::Any]);
    let [Piece::Plain(slice)] = pieces else { return vec![Field::any()] };
    let mut numbers = slice.split(':').map(|part| part.trim().parse::<i64>().ok());
    let (Some(Some(offset)), length, None, true) = (numbers.next(), numbers.next(), numbers.next(), settled)
    else {
        return vec![Field::any()];
    };
    let from = match usize::try_from(offset) {
        Ok(from) => from,
        Err(_) => {
            match usize::try_from(offset.unsigned_abs()).ok().and_then(|back| all.len().checked_sub(back)) {
                Some(from) => from,
                None => return Vec::new(),
            }
        }
    };
    let most = match length {
        None => usize::MAX,
        Some(Some(length)) => match usize::try_from(length) {
            Ok(length) => length,
            Err(_) => return vec![Field::any()],
        },
        Some(None) => return vec![Field::any()],
    };
    all.into_iter().skip(from).take(most).collect()
}

fn sliced(value: &Field, pieces: &[crate::effects::shell::syntax::Piece]) -> Field {
    use crate::effects::shell::syntax::Piece;
    let (Some(text), [Piece::Plain(slice)]) = (value.text(), pieces) else { return part_of(value) };
    let mut numbers = slice.split(':').map(|part| part.trim().parse::<usize>().ok());
    let (Some(Some(from)), length, None) = (numbers.next(), numbers.next(), numbers.next()) else {
        return Field::any();
    };
    let chars = text.chars().skip(from);
    match length {
        None => Field::literal(chars.collect::<String>()),
        Some(Some(length)) => Field::literal(chars.take(length).collect::<String>()),
        Some(None) => Field::any(),
    }
}

fn cased(value: &Field, upper: bool, all: bool) -> Field {
    let Some(text) = value.text() else { return part_of(value) };
    let changed = |text: &str| if upper { text.to_uppercase() } else { text.to_lowercase() };
    if all {
        return Field::literal(changed(text));
    }
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().collect();
    Field::literal(changed(&first) + chars.as_str())
}
