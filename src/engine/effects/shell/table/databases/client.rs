//! What psql and mysql do with a text: SQL, and commands of their own behind a backslash.
//!
//! A line may hold several commands. To psql an argument ends at a backslash outside quotes, and `\\` parts a
//! command from SQL; to mysql every backslash begins a command. Where SQL that is still open stands before such a
//! line, nobody here knows whether the line is a command, and the whole text is read as SQL: there commands count
//! for what they are as well.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, unknown};

/// Variables that the command line sets: a name, and the value where it is settled. No name is any name.
type Variables = Vec<(Option<String>, Option<String>)>;

/// The variables of psql: `-v name=value`.
pub(super) fn variables(given: &Given) -> Variables {
    let read = |field: &Field| match field.split_once('=') {
        Some((name, value)) => (Some(name), value.text().map(str::to_owned)),
        None => (field.text().map(str::to_owned), None),
    };
    given.values("-v").map(read).collect()
}

/// One text of a client: SQL, and lines for the client itself.
pub(super) fn text(run: &mut Run<'_>, dialect: &'static str, field: &Field, variables: &Variables) {
    let Some(text) = field.text().and_then(|text| filled(text, variables)) else {
        run.doubt(unknown::SQL_NOT_READ);
        return;
    };
    let mut sql = String::new();
    for line in text.lines() {
        if !line.trim_start().starts_with('\\') {
            sql.push_str(line);
        } else if may_be_open(&sql) {
            meaning::query(run, dialect, &Field::literal(text.trim()));
            return;
        } else {
            commands(run, dialect, line.trim_start(), &mut sql);
        }
        sql.push('\n');
    }
    if !sql.trim().is_empty() {
        meaning::query(run, dialect, &Field::literal(sql.trim()));
    }
}

/// The text with `:name` replaced as psql does it: before anything is read. `None` where what stands there is not
/// known, or more than a word.
fn filled(text: &str, variables: &Variables) -> Option<String> {
    if variables.is_empty() {
        return Some(text.to_owned());
    }
    let mut whole = String::with_capacity(text.len());
    let mut parts = text.split(':');
    whole.push_str(parts.next().unwrap_or_default());
    let mut cast = false;
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        let (name, rest) = part.split_at_checked(end).unwrap_or((part, ""));
        let of_name =
            |known: &&(Option<String>, Option<String>)| known.0.as_deref().is_none_or(|known| known == name);
        let set = variables.iter().rev().find(of_name).filter(|_| !cast && !name.is_empty());
        match set {
            Some((Some(_), Some(value))) if value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                whole.push_str(value);
                whole.push_str(rest);
            }
            Some(_) => return None,
            None => {
                whole.push(':');
                whole.push_str(part);
            }
        }
        cast = part.is_empty();
    }
    Some(whole)
}

/// Whether a string or comment may be open behind this SQL.
fn may_be_open(sql: &str) -> bool {
    let odd = |quote: char| sql.matches(quote).count() % 2 == 1;
    odd('\'') || odd('"') || odd('`') || ["/*", "--", "$", "\\", "#"].iter().any(|sign| sql.contains(sign))
}

/// The commands of a line that begins with one. What a separator leaves to SQL is added to `sql`.
fn commands(run: &mut Run<'_>, dialect: &'static str, line: &str, sql: &mut String) {
    let mut left = line;
    while let Some(rest) = left.strip_prefix('\\') {
        if let Some(rest) = rest.strip_prefix('\\') {
            left = rest;
            continue;
        }
        let name = match rest.chars().next() {
            Some(c @ ('!' | '.')) => rest.get(..c.len_utf8()),
            _ => rest.split(|c: char| c.is_whitespace() || c == '\\').next(),
        };
        let name = name.unwrap_or_default();
        let behind = rest.get(name.len()..).unwrap_or_default();
        // These take the rest of the line as it is.
        let whole = matches!(name, "!" | "." | "copy" | "system" | "sys");
        let until = if whole { Some(behind.len()) } else { end(behind, dialect) };
        let Some((arguments, next)) = until.and_then(|until| behind.split_at_checked(until)) else {
            run.doubt(unknown::OPTION_ODD);
            return;
        };
        command(run, dialect, name, arguments.trim());
        left = next;
    }
    if may_be_open(sql) && !left.trim().is_empty() {
        run.doubt(unknown::SQL_NOT_READ);
    }
    sql.push_str(left);
}

/// Where the arguments of a command end; `None` if a quote stays open.
fn end(behind: &str, dialect: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in behind.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            // In single quotes a backslash takes the meaning of what follows.
            Some('\'') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\\' => return Some(at),
            None if matches!(c, '\'' | '"' | '`') && dialect == "postgres" => quote = Some(c),
            None => {}
        }
    }
    quote.is_none().then_some(behind.len())
}

/// `\copy`, `\!` and their kin.
fn command(run: &mut Run<'_>, dialect: &'static str, name: &str, arguments: &str) {
    let of_psql = dialect == "postgres";
    match name {
        "!" | "system" | "sys" => {
            run.shell_text(&Field::literal(arguments), Stream::default());
            return;
        }
        "copy" => return meaning::query(run, dialect, &Field::literal(format!("COPY {arguments}"))),
        _ => {}
    }
    // psql runs what stands between backquotes.
    if of_psql && arguments.contains('`') {
        return run.doubt(unknown::OPTION_ODD);
    }
    match name {
        "g" | "gx" | "G" | "s" | "o" | "out" | "w" | "write" if of_psql => written(run, name, arguments),
        "g" | "G" | "s" if arguments.is_empty() => {}
        // Another database of the same server; with more, another server.
        "c" | "connect" if !arguments.contains([':', '=', ' ', '\'', '"']) => {}
        "f" | "H" | "C" | "T" | "qecho" | "warn" | "errverbose" | "r" | "reset" if of_psql => {}
        "l" | "l+" | "list" | "list+" | "z" | "sf" | "sf+" | "sv" | "sv+" | "conninfo" | "encoding" | "x"
        | "timing" | "q" | "pset" | "a" | "t" | "h" | "help" | "?" | "echo" | "p" | "print" => {}
        // All that describes: `\d`, `\dt+`, `\dnS`.
        _ if name.starts_with('d')
            && of_psql
            && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'+') => {}
        _ => run.doubt(unknown::OPTION_ODD),
    }
}

/// A command of psql that writes what it shows to a file, where one is named.
fn written(run: &mut Run<'_>, name: &str, arguments: &str) {
    let plain = !arguments.contains([' ', '\t', '\'', '"', ':', '|', '(', '$']);
    if arguments.is_empty() {
        return;
    }
    if plain && name != "G" {
        meaning::path(run, Action::FILE_WRITE, &Field::literal(arguments), false);
    } else {
        run.doubt(unknown::OPTION_ODD);
    }
}
