//! Python's tokens, as far as they are read: everything unusual is no token, and then the text is not read.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Number,
    /// A text, with its value where that is settled.
    Text(Option<String>),
    /// An operator or a bracket.
    Sign(&'static str),
    /// The end of a line outside brackets, or `;`.
    End,
}

impl Token {
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(own) if *own == sign)
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Operators, longest first.
const SIGNS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "->", ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "==",
    "!=", "<=", ">=", "**", "//", "<<", ">>", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "+", "-",
    "*", "/", "%", "&", "|", "^", "~", "<", ">", "@",
];

/// Deepest nesting of texts with expressions in them.
const DEEPEST: usize = 3;

/// The tokens of a text, and those of the expressions within its texts, each behind an end of its own.
/// `None` if something is not read.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut inner = Vec::new();
    scan(text, 0, &mut found, &mut inner)?;
    for tokens in inner {
        found.push(Token::End);
        found.extend(tokens);
    }
    Some(found)
}

fn scan(text: &str, depth: usize, found: &mut Vec<Token>, inner: &mut Vec<Vec<Token>>) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    let mut rest = text;
    let mut open = 0_usize;
    while let Some(c) = rest.chars().next() {
        match c {
            ' ' | '\t' => rest = rest.get(1..)?,
            '\n' | ';' => {
                if open == 0 {
                    found.push(Token::End);
                }
                rest = rest.get(1..)?;
            }
            '\\' => rest = rest.strip_prefix("\\\n")?,
            '#' => {
                let end = rest.find('\n').unwrap_or(rest.len());
                let comment = rest.get(..end)?;
                // A comment may say that what follows is written in other letters.
                if !comment.is_ascii() || comment.contains("coding") || comment.contains(is_unusual) {
                    return None;
                }
                rest = rest.get(end..)?;
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end)?;
                if after.starts_with(['\'', '"']) {
                    rest = literal(name, after, depth, found, inner)?;
                } else {
                    found.push(Token::Name(name.to_owned()));
                    rest = after;
                }
            }
            c if c.is_ascii_digit() => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.')
                    .unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(end)?;
                // `1if x`, `0x1for` and `1.real` are read in several ways.
                let plain = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_'));
                let based = number.strip_prefix("0x").is_some_and(|digits| {
                    digits.bytes().all(|b| {
                        b.is_ascii_digit() || (b'a'..=b'f').contains(&b) || (b'A'..=b'F').contains(&b)
                    })
                }) || number
                    .strip_prefix("0b")
                    .or_else(|| number.strip_prefix("0o"))
                    .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
                let power = number.split_once(['e', 'E']).is_some_and(|(one, two)| {
                    !one.is_empty()
                        && !two.is_empty()
                        && one.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                        && two.bytes().all(|b| b.is_ascii_digit())
                });
                if !(plain || based || power) || number.matches('.').count() > 1 {
                    return None;
                }
                found.push(Token::Number);
                rest = after;
            }
            '\'' | '"' => rest = literal("", rest, depth, found, inner)?,
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
                match *sign {
                    "(" | "[" | "{" => open += 1,
                    ")" | "]" | "}" => open = open.checked_sub(1)?,
                    _ => {}
                }
                found.push(Token::Sign(sign));
                rest = rest.get(sign.len()..)?;
            }
        }
    }
    (open == 0).then_some(())
}

fn is_unusual(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// A text that begins here, behind its prefix; what follows it comes back.
fn literal<'a>(
    prefix: &str,
    text: &'a str,
    depth: usize,
    found: &mut Vec<Token>,
    inner: &mut Vec<Vec<Token>>,
) -> Option<&'a str> {
    let prefix = prefix.to_ascii_lowercase();
    let (raw, formatted) = match prefix.as_str() {
        "" | "b" | "u" => (false, false),
        "r" | "rb" | "br" => (true, false),
        "f" => (false, true),
        "rf" | "fr" => (true, true),
        _ => return None,
    };
    let quote = text.get(..1)?;
    let triple = text.get(..3).filter(|three| *three == quote.repeat(3));
    let open = triple.unwrap_or(quote);
    let body = text.get(open.len()..)?;
    let mut at = 0;
    let end = loop {
        let rest = body.get(at..)?;
        if rest.starts_with(open) {
            break at;
        }
        match rest.chars().next()? {
            '\n' if triple.is_none() => return None,
            '\\' => {
                let after = rest.get(1..)?.chars().next()?;
                at += 1 + after.len_utf8();
            }
            c if is_unusual(c) => return None,
            c => at += c.len_utf8(),
        }
    };
    let value = body.get(..end)?;
    let after = body.get(end + open.len()..)?;
    if formatted && value.contains(['{', '}']) {
        expressions(value, depth, inner)?;
        found.push(Token::Text(None));
    } else if raw {
        found.push(Token::Text((!value.contains('\\')).then(|| value.to_owned())));
    } else {
        found.push(Token::Text(unescaped(value)));
    }
    Some(after)
}

/// The value of a text with the simplest escapes; `None` with any other.
fn unescaped(text: &str) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        value.push(match chars.next()? {
            'n' => '\n',
            't' => '\t',
            '\\' => '\\',
            '\'' => '\'',
            '"' => '"',
            _ => return None,
        });
    }
    Some(value)
}

/// The expressions between the braces of a formatted text.
fn expressions(text: &str, depth: usize, inner: &mut Vec<Vec<Token>>) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let from = rest.get(at..)?;
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            rest = after;
            continue;
        }
        let from = from.strip_prefix('{')?;
        let end = from.find('}')?;
        let whole = from.get(..end)?;
        if whole.contains(['{', '\\', '#']) {
            return None;
        }
        // Behind a colon or an exclamation mark outside brackets and quotes stands how it is shown.
        let mut nested = 0_i32;
        let mut quote = None;
        let mut shown = whole.len();
        for (i, c) in whole.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '(' | '[') => nested += 1,
                (None, ')' | ']') => nested -= 1,
                (None, ':') if nested == 0 => {
                    shown = i;
                    break;
                }
                (None, '!') if nested == 0 && !whole.get(i + 1..).unwrap_or_default().starts_with('=') => {
                    shown = i;
                    break;
                }
                _ => {}
            }
        }
        if quote.is_some() {
            return None;
        }
        let expression = whole.get(..shown)?.trim_end().trim_end_matches('=');
        let mut tokens = Vec::new();
        // Brackets keep it one expression.
        scan(&format!("({expression})"), depth + 1, &mut tokens, inner)?;
        inner.push(tokens);
        rest = from.get(end + 1..)?;
    }
    Some(())
}
