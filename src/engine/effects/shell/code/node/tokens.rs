//! JavaScript's tokens, as far as they are read: everything unusual is no token, and then the text is not read.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Number,
    /// A text, with its value where that is settled.
    Text(Option<String>),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// Operators, longest first.
const SIGNS: &[&str] = &[
    "===", "!==", "**=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=",
    "*=", "%=", "**", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "+", "-", "*", "%", "<", ">",
    "!", "?", "&", "|", "^", "~",
];

/// The tokens of a text, those of expressions within its templates behind them. `None` if something is not read.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    // Comments of another time, which hide to the end of the line.
    if text.contains("<!--") || text.contains("-->") {
        return None;
    }
    let mut found = Vec::new();
    let mut inner = Vec::new();
    scan(text, &mut found, &mut inner)?;
    while let Some(expression) = inner.pop() {
        found.push(Token::Sign(";"));
        let mut deeper = Vec::new();
        scan(&expression, &mut found, &mut deeper)?;
        if !deeper.is_empty() {
            return None;
        }
    }
    Some(found)
}

fn scan(text: &str, found: &mut Vec<Token>, inner: &mut Vec<String>) -> Option<()> {
    let mut rest = text;
    let mut open = Vec::new();
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("//") {
            let end = after.find('\n').unwrap_or(after.len());
            let comment = after.get(..end)?;
            if !comment.is_ascii() || comment.contains('\r') {
                return None;
            }
            rest = after.get(end..)?;
            continue;
        }
        if let Some(after) = rest.strip_prefix("/*") {
            let end = after.find("*/")?;
            rest = after.get(end + 2..)?;
            continue;
        }
        match c {
            ' ' | '\t' | '\n' => rest = rest.get(1..)?,
            c if c.is_ascii_alphabetic() || c == '_' || c == '$' => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$')
                    .unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end)?;
                // A function that is handed a template.
                if after.starts_with('`') {
                    return None;
                }
                found.push(Token::Name(name.to_owned()));
                rest = after;
            }
            c if c.is_ascii_digit() => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.')
                    .unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(end)?;
                let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    && number.matches('.').count() < 2
                    && !number.ends_with('.');
                let based = number.strip_prefix("0x").is_some_and(|digits| {
                    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
                });
                let big =
                    number.strip_suffix('n').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
                let power = number.split_once('e').is_some_and(|(one, two)| {
                    !one.is_empty()
                        && !two.is_empty()
                        && one.bytes().chain(two.bytes()).all(|b| b.is_ascii_digit())
                });
                if !(plain || based || big || power) {
                    return None;
                }
                found.push(Token::Number);
                rest = after;
            }
            '\'' | '"' => {
                let (value, after) = quoted(rest, c)?;
                found.push(Token::Text(value));
                rest = after;
            }
            '`' => {
                if matches!(
                    found.last(),
                    Some(Token::Name(_) | Token::Text(_) | Token::Sign(")" | "]" | "}" | "?."))
                ) {
                    return None;
                }
                let (value, after) = template(rest.get(1..)?, inner)?;
                found.push(Token::Text(value));
                rest = after;
            }
            // What begins with a slash is a division only where a value stands before it.
            '/' => {
                if !matches!(found.last(), Some(Token::Number | Token::Sign("]"))) || rest.starts_with("/=") {
                    return None;
                }
                found.push(Token::Sign("/"));
                rest = rest.get(1..)?;
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
                match *sign {
                    "(" | "[" | "{" => open.push(*sign),
                    ")" | "]" | "}" => {
                        let fits = matches!((open.pop()?, *sign), ("(", ")") | ("[", "]") | ("{", "}"));
                        if !fits {
                            return None;
                        }
                    }
                    _ => {}
                }
                found.push(Token::Sign(sign));
                rest = rest.get(sign.len()..)?;
            }
        }
    }
    open.is_empty().then_some(())
}

/// A text in quotes, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(Option<String>, &str)> {
    let mut value = Some(String::new());
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((value, text.get(at + 1..)?)),
            '\\' => {
                let (_, escaped) = chars.next()?;
                let plain = match escaped {
                    'n' => Some('\n'),
                    't' => Some('\t'),
                    '\\' | '\'' | '"' => Some(escaped),
                    _ => None,
                };
                value = match (value, plain) {
                    (Some(mut value), Some(plain)) => {
                        value.push(plain);
                        Some(value)
                    }
                    _ => None,
                };
            }
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => return None,
            c => {
                if let Some(value) = &mut value {
                    value.push(c);
                }
            }
        }
    }
    None
}

/// A template behind its opening mark, and what follows it.
fn template<'a>(text: &'a str, inner: &mut Vec<String>) -> Option<(Option<String>, &'a str)> {
    let end = text.find('`')?;
    let (value, after) = (text.get(..end)?, text.get(end + 1..)?);
    if value.contains('\\') {
        return None;
    }
    if !value.contains("${") {
        return Some((Some(value.to_owned()), after));
    }
    let mut rest = value;
    while let Some((_, from)) = rest.split_once("${") {
        let (expression, behind) = from.split_once('}')?;
        // Nothing that could hold a brace of its own.
        if expression.contains(['{', '\'', '"', '/']) {
            return None;
        }
        inner.push(expression.to_owned());
        rest = behind;
    }
    Some((None, after))
}
