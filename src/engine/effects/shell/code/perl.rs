//! Perl, as far as it is used like `sed`: substitutions, transliterations, and lines that are printed.

use super::Deed;

/// What the code does, which is nothing; `None` if it is not read.
pub(super) fn read(text: &str) -> Option<Vec<Deed>> {
    let mut rest = text.trim_start_matches([' ', '\n', '\t', ';']);
    while !rest.is_empty() {
        rest = statement(rest)?.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(';')?.trim_start_matches([' ', '\n', '\t', ';']);
        }
    }
    Some(Vec::new())
}

/// One statement, and what follows it.
fn statement(text: &str) -> Option<&str> {
    let mut rest = text;
    if let Some(after) = word(rest, "print").or_else(|| word(rest, "say")) {
        rest = items(after.trim_start())?;
    } else if let Some(after) =
        word(rest, "next").or_else(|| word(rest, "last")).or_else(|| word(rest, "chomp"))
    {
        rest = after;
    } else if let Some(after) = rest.strip_prefix("tr").or_else(|| rest.strip_prefix('y')) {
        rest = transliteration(after)?;
    } else {
        rest = substitution(rest.strip_prefix('s')?)?;
    }
    rest = rest.trim_start_matches([' ', '\t']);
    let Some(condition) = word(rest, "if").or_else(|| word(rest, "unless")) else { return Some(rest) };
    conditions(condition)
}

/// What is printed: `$_`, `$1`, `$F[0]` and texts, joined by dots and commas; it may be nothing.
fn items(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let after = if rest.starts_with('"') {
            printed(rest)?
        } else if let Some(element) = rest.strip_prefix("$F[") {
            let digits = element.trim_start_matches('-').trim_start_matches(|c: char| c.is_ascii_digit());
            digits.strip_prefix(']')?
        } else {
            match ["$_", "$&", "$."].iter().find_map(|name| rest.strip_prefix(name)) {
                Some(after) => after,
                None => match rest.strip_prefix('$') {
                    Some(digits) => digits
                        .strip_prefix(|c: char| c.is_ascii_digit())?
                        .trim_start_matches(|c: char| c.is_ascii_digit()),
                    // Nothing: the line itself.
                    None if rest.len() == text.len() => return Some(rest),
                    None => return None,
                },
            }
        };
        // An element, a method or a longer name.
        if after.starts_with(|c: char| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | '{' | ':' | '(' | '-')
        }) {
            return None;
        }
        let next = after.trim_start_matches([' ', '\t']);
        match next.strip_prefix(['.', ',']) {
            Some(next) => rest = next.trim_start_matches([' ', '\t']),
            None => return Some(after),
        }
    }
}

/// What stands behind a keyword that the text begins with.
fn word<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(keyword)?;
    (!rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '(' | '\'')))
        .then_some(rest)
}

/// `/…/`, `!/…/`, `$. == 3`, `2 .. 5`, joined by `&&` and `||`.
fn conditions(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        rest = rest.trim_start_matches(['!', ' ']);
        if let Some(after) = rest.strip_prefix("$_ =~").or_else(|| rest.strip_prefix("$_=~")) {
            rest = after.trim_start();
        }
        if rest.starts_with('/') {
            let (pattern, after) = delimited(rest.get(1..)?, '/')?;
            is_plain_pattern(pattern).then_some(())?;
            rest = flags(after, "gimsxo")?;
        } else if let Some(after) = rest.strip_prefix("$.") {
            let after = after.trim_start();
            let after = ["==", "!=", "<=", ">=", "<", ">", "%"]
                .iter()
                .find_map(|sign| after.strip_prefix(sign))?
                .trim_start();
            rest = after
                .strip_prefix(|c: char| c.is_ascii_digit())?
                .trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            rest = rest
                .strip_prefix(|c: char| c.is_ascii_digit())?
                .trim_start_matches(|c: char| c.is_ascii_digit());
        }
        rest = rest.trim_start_matches([' ', '\t']);
        match ["&&", "||", "..", "and ", "or "].iter().find_map(|sign| rest.strip_prefix(sign)) {
            Some(after) => rest = after.trim_start(),
            None => return Some(rest),
        }
    }
}

/// `/pattern/replacement/flags`, behind the `s`.
fn substitution(text: &str) -> Option<&str> {
    let (open, close) = delimiter(text)?;
    let (pattern, rest) = delimited(text.get(open.len_utf8()..)?, close)?;
    let rest = if open == close { rest } else { rest.strip_prefix(open)? };
    let (replacement, rest) = delimited(rest, close)?;
    (is_plain_pattern(pattern) && is_plain_replacement(replacement)).then_some(())?;
    // `e` runs the replacement.
    flags(rest, "gimsxor")
}

/// `/from/to/flags`, behind the `tr`.
fn transliteration(text: &str) -> Option<&str> {
    let (open, close) = delimiter(text)?;
    if open != close {
        return None;
    }
    let (_, rest) = delimited(text.get(open.len_utf8()..)?, close)?;
    let (_, rest) = delimited(rest, close)?;
    flags(rest, "cdsr")
}

fn delimiter(text: &str) -> Option<(char, char)> {
    match text.chars().next()? {
        c @ ('/' | '|' | ',' | '!' | '~' | '%' | ':' | '@' | '+') => Some((c, c)),
        '{' => Some(('{', '}')),
        _ => None,
    }
}

/// Up to the delimiter, and behind it. A brace within braces is not followed.
fn delimited(text: &str, close: char) -> Option<(&str, &str)> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next()?;
            }
            '{' if close == '}' => return None,
            c if c == close => return Some((text.get(..at)?, text.get(at + c.len_utf8()..)?)),
            _ => {}
        }
    }
    None
}

fn flags<'a>(text: &'a str, known: &str) -> Option<&'a str> {
    let rest = text.trim_start_matches(|c| known.contains(c));
    (!rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')).then_some(rest)
}

/// Whether a pattern holds neither code nor a variable.
fn is_plain_pattern(pattern: &str) -> bool {
    let mut escaped = false;
    let mut variable = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        variable |= c == '$' && !escaped && !matches!(chars.peek(), None | Some(')' | '|'));
        escaped = c == '\\' && !escaped;
    }
    // `(?{…})`, `(??{…})` and `(*{…})` run what stands in them.
    !variable
        && !pattern.contains('@')
        && !["(?{", "(??", "(?p", "(*"].iter().any(|code| pattern.contains(code))
}

/// Whether a replacement holds no code: `$1`, `$&`, `\n` and plain text.
fn is_plain_replacement(text: &str) -> bool {
    // `$1->[…]` evaluates what stands in the brackets.
    if text.contains("->") {
        return false;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '@' => return false,
            '$' => {
                if chars.next_if_eq(&'&').is_none() {
                    if !chars.peek().is_some_and(char::is_ascii_digit) {
                        return false;
                    }
                    while chars.next_if(char::is_ascii_digit).is_some() {}
                }
                // An element, whose index is an expression.
                if matches!(chars.peek(), Some('[' | '{' | ':')) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

/// A text in double quotes without variables.
fn printed(text: &str) -> Option<&str> {
    let (body, rest) = delimited(text.get(1..)?, '"')?;
    is_plain_replacement(body).then_some(rest)
}
