//! What `echo` and `printf` write, and where their escapes are read differently.

use crate::effects::shell::field::Field;
use crate::effects::shell::run::Run;
use crate::effects::shell::state::Variable;
use crate::effects::shell::stream::{Content, Stream};

/// `echo [-neE] word…`
pub(super) fn echo(_: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut arguments = arguments;
    let (mut newline, mut escapes) = (true, false);
    while let Some((first, rest)) = arguments.split_first() {
        let Some(letters) = first.text().and_then(|text| text.strip_prefix('-')) else { break };
        if letters.is_empty() || !letters.bytes().all(|b| matches!(b, b'n' | b'e' | b'E')) {
            break;
        }
        newline &= !letters.contains('n');
        escapes |= letters.contains('e');
        arguments = rest;
    }
    let mut whole = Field::default();
    for (i, field) in arguments.iter().enumerate() {
        if i > 0 {
            whole.extend(&Field::literal(" "));
        }
        whole.extend(field);
    }
    if newline {
        whole.extend(&Field::literal("\n"));
    }
    // dash resolves escapes without being asked: a text with a backslash is one of two.
    if let Some(text) = whole.text()
        && text.contains('\\')
    {
        whole = if escapes { unescaped(text, Escapes::Echo) } else { whole };
    }
    Stream {
        content: Content::Text(whole),
        local: arguments.iter().any(|field| field.text_with_wildcards().is_none()),
    }
}

/// Who resolves escapes: they differ in octal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `echo -e`: `\0` and up to three digits.
    Echo,
    /// The format of `printf`: up to three digits in all.
    Format,
    /// What `%b` writes: both.
    Argument,
}

/// Text with `\n`, `\x41`, `\0101` resolved; anything where an escape is not one of the usual.
fn unescaped(text: &str, escapes: Escapes) -> Field {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let digits = |bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>, radix: u32, most: usize| {
            let mut value = 0u32;
            let mut count = 0;
            while count < most {
                let Some(digit) = bytes.peek().and_then(|b| char::from(*b).to_digit(radix)) else { break };
                value = value * radix + digit;
                bytes.next();
                count += 1;
            }
            (count > 0).then_some(value)
        };
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'\\') => out.push(b'\\'),
            Some(b'x') => match digits(&mut bytes, 16, 2) {
                Some(value) => out.push(u8::try_from(value).unwrap_or(b'?')),
                None => return Field::any(),
            },
            Some(first @ b'0'..=b'7') => {
                let most = match (first, escapes) {
                    (b'0', Escapes::Echo | Escapes::Argument) => 3,
                    // Some shells leave it as it is.
                    (_, Escapes::Echo) => return Field::any(),
                    _ => 2,
                };
                let mut value = u32::from(first - b'0');
                for _ in 0..most {
                    match digits(&mut bytes, 8, 1) {
                        Some(digit) => value = value * 8 + digit,
                        None => break,
                    }
                }
                out.push(u8::try_from(value & 0xff).unwrap_or(b'?'));
            }
            Some(b'a' | b'b' | b'e' | b'f' | b'v') => out.push(b' '),
            _ => return Field::any(),
        }
    }
    String::from_utf8(out).map_or_else(|_| Field::any(), Field::literal)
}

/// `printf [-v name] format value…`
pub(super) fn printf(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let (mut arguments, mut variable) = (arguments, None);
    if arguments.first().and_then(Field::text) == Some("-v") {
        arguments.get(1).into_iter().for_each(|field| run.variable_name(field));
        variable = arguments.get(1).and_then(Field::text).map(str::to_owned);
        arguments = arguments.get(2..).unwrap_or_default();
    }
    if arguments.first().and_then(Field::text) == Some("--") {
        arguments = arguments.get(1..).unwrap_or_default();
    }
    let Some((format, values)) = arguments.split_first() else { return Stream::default() };
    let written = formatted(format, values).unwrap_or_else(Field::any);
    if let Some(name) = variable {
        run.assign_variable(&name, Variable::Scalar(written));
        return Stream::default();
    }
    Stream {
        content: Content::Text(written),
        local: values.iter().any(|field| field.text_with_wildcards().is_none()),
    }
}

/// What `printf` writes for `%s`, `%b`, `%d` and plain text; `None` for anything else.
fn formatted(format: &Field, values: &[Field]) -> Option<Field> {
    let format = unescaped(format.text()?, Escapes::Format);
    let format = format.text()?.to_owned();
    let mut values = values.iter();
    let mut whole = Field::default();
    loop {
        let before = values.len();
        let mut rest = format.as_str();
        while let Some((text, after)) = rest.split_once('%') {
            whole.extend(&Field::literal(text));
            let conversion = after.chars().next()?;
            rest = after.get(conversion.len_utf8()..)?;
            match conversion {
                '%' => whole.extend(&Field::literal("%")),
                's' | 'd' | 'i' => whole.extend(values.next().unwrap_or(&Field::default())),
                'b' => {
                    let text = values.next().and_then(Field::text).unwrap_or_default();
                    whole.extend(&unescaped(text, Escapes::Argument));
                }
                _ => return None,
            }
        }
        whole.extend(&Field::literal(rest));
        // The format is used again as long as there are values.
        if values.len() == 0 || values.len() == before {
            return Some(whole);
        }
    }
}
