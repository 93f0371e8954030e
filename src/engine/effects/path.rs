//! Paths as far as their text settles them.
//!
//! In comes the text of an argument and the working directory; out goes an absolute [`Name`], or the
//! reason why the text cannot be trusted to name one file. `.`, `..` and repeated slashes are folded after
//! the join, by component, so `/workspace/../etc` is `/etc` and `/workspace-evil` is not in `/workspace`.
//!
//! What two systems would read differently is not repaired but refused: control and invisible characters,
//! backslashes, characters that look like a dot or a slash, percent-encoded ones, parts that end in a dot
//! or a space, drives and streams. A home directory stays `~`, because the text does not say whose it is.
//!
//! Deliberately absent: the file system. Links, mounts and races are invisible here; only an operating
//! system's sandbox can see them.

use super::Name;
use super::unknown::{self, Why};

/// Longest path that is read, in bytes (`PATH_MAX` of Linux).
pub const MOST: usize = 4096;

/// Most alternatives a `{a,b}` in a pattern is written out to; beyond it the pattern is widened.
const MOST_ALTERNATIVES: usize = 16;

/// The path which `text` names, relative ones from `working_directory` (absolute, or `~/…`).
///
/// A variable or another user's home gives [`Name::Dynamic`].
///
/// # Errors
/// The reason why the text cannot be trusted to name one path.
pub fn read(text: &str, working_directory: Option<&str>) -> Result<Name, Why> {
    plain(text)?;
    for component in text.split('/') {
        component_is_plain(component)?;
    }
    let Some((start, rest)) = origin(text, working_directory)? else {
        return Ok(Name::Dynamic);
    };
    let mut folded = start;
    for component in rest.split('/') {
        if !folded.push(component)? {
            return Ok(Name::Dynamic);
        }
    }
    folded.finish().map(Name::Literal)
}

/// The paths which the file pattern `text` may match, from `base`. Braces are written out, so the names
/// that come back hold no wildcards but `*`, `?`, `[…]` and `**`.
///
/// # Errors
/// The reason why the pattern cannot be compared with others.
pub fn pattern(text: &str, base: Option<&str>) -> Result<Vec<Name>, Why> {
    plain(text)?;
    // `@(a|b)` and `[[:alpha:]]` mean something to some tools only.
    let extended = ["@(", "+(", "!(", "?(", "*(", "[:", "[[.", "[[="].iter().any(|odd| text.contains(odd));
    if text.starts_with('!') || extended {
        return Err(unknown::PATTERN_UNUSUAL);
    }
    let mut names = Vec::new();
    for alternative in alternatives(text)? {
        let name = one_pattern(&alternative, base)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn one_pattern(text: &str, base: Option<&str>) -> Result<Name, Why> {
    let Some((start, rest)) = origin(text, base)? else {
        return Ok(Name::Dynamic);
    };
    if !rest.contains(['*', '?', '[']) {
        let mut folded = start;
        for component in rest.split('/') {
            component_is_plain(component)?;
            if !folded.push(component)? {
                return Ok(Name::Dynamic);
            }
        }
        return folded.finish().map(Name::Literal);
    }
    // From here on the parts of the base are literals within a pattern.
    let mut folded = Folded { home: start.home, parts: start.parts.iter().map(|p| escaped(p)).collect() };
    let (mut wild, mut climbed) = (false, false);
    for component in rest.split('/') {
        if component == ".." && wild {
            // What lies above a wildcard depends on what it matches.
            return Err(unknown::PATTERN_UNUSUAL);
        }
        // `.?` and `.*` match `..` in some shells, and what follows would then lie elsewhere.
        let up = component.starts_with('.') && component.bytes().all(|b| b".*?[]!^".contains(&b));
        if climbed && !matches!(component, "" | ".") {
            return Err(unknown::PATTERN_UNUSUAL);
        }
        climbed |= up && component.contains(['*', '?', '[']);
        wild |= component.contains(['*', '?', '[']);
        if !wild {
            component_is_plain(component)?;
        }
        if !folded.push(component)? {
            return Ok(Name::Dynamic);
        }
    }
    folded.finish().map(Name::Glob)
}

/// Whether a relative path leads above where it starts. A tool may start it elsewhere than a shell does, at a root of its
/// own or deeper in the workspace, and what lies above differs; what lies below is the workspace either way.
pub fn climbs(text: &str) -> bool {
    let mut depth = 0_i64;
    !text.starts_with(['/', '~', '$'])
        && text.split('/').any(|component| {
            depth += match component {
                "" | "." => 0,
                ".." => -1,
                _ => 1,
            };
            depth < 0
        })
}

/// Whether `path` is `ancestor` or below it, by component. Both are absolute and folded.
pub fn is_within(path: &str, ancestor: &str) -> bool {
    match path.strip_prefix(ancestor) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || ancestor == "/",
        None => false,
    }
}

/// A path under construction.
struct Folded {
    /// The home it begins at, as it was written (`~`, `~alice`); empty for the root.
    home: String,
    parts: Vec<String>,
}

impl Folded {
    const fn root() -> Self {
        Self { home: String::new(), parts: Vec::new() }
    }

    fn home(home: &str) -> Self {
        Self { home: home.to_owned(), parts: Vec::new() }
    }

    /// Takes one component; `false` if what lies there is not in the text.
    fn push(&mut self, component: &str) -> Result<bool, Why> {
        match component {
            "" | "." => Ok(true),
            ".." => {
                if self.is_magic() {
                    return Err(unknown::PATH_ELSEWHERE);
                }
                // Above the root is the root; above a home is a directory nobody named.
                Ok(self.parts.pop().is_some() || self.home.is_empty())
            }
            _ => {
                self.parts.push(component.to_owned());
                Ok(true)
            }
        }
    }

    /// Whether the parts so far go through links which the kernel makes up, so that `..` and what follows
    /// lie elsewhere than the text says.
    fn is_magic(&self) -> bool {
        if !self.home.is_empty() {
            return false;
        }
        let mut parts = self.parts.iter().map(String::as_str);
        match (parts.next(), parts.next()) {
            (Some("proc"), Some(_)) => true,
            (Some("dev"), Some(second)) => second == "fd",
            _ => false,
        }
    }

    fn finish(self) -> Result<String, Why> {
        if self.is_magic() {
            let mut parts = self.parts.iter().map(String::as_str).skip(2);
            let mut next = parts.next();
            if next == Some("task") {
                next = parts.nth(1);
            }
            let first = self.parts.first().map(String::as_str);
            if first == Some("dev") || matches!(next, Some("root" | "cwd" | "fd" | "map_files")) {
                return Err(unknown::PATH_ELSEWHERE);
            }
        }
        let mut path = self.home.clone();
        for part in &self.parts {
            path.push('/');
            path.push_str(part);
        }
        if path.is_empty() {
            path.push('/');
        }
        if path.len() > MOST {
            return Err(unknown::PATH_LONG);
        }
        Ok(path)
    }
}

/// Where a path begins, and what follows; `None` where only the running program knows.
fn origin<'a>(text: &'a str, working_directory: Option<&str>) -> Result<Option<(Folded, &'a str)>, Why> {
    if text.starts_with('/') {
        return Ok(if variable(text) { None } else { Some((Folded::root(), text)) });
    }
    let (first, rest) = text.split_once('/').unwrap_or((text, ""));
    if is_user(first) && first != "~root" {
        return Ok(if variable(rest) { None } else { Some((Folded::home(first), rest)) });
    }
    match first {
        "~" | "$HOME" | "${HOME}" => {
            return Ok(if variable(rest) { None } else { Some((Folded::home("~"), rest)) });
        }
        "~root" => {
            let mut root = Folded::root();
            root.push("root")?;
            return Ok(if variable(rest) { None } else { Some((root, rest)) });
        }
        _ => {}
    }
    let (rest, known) = match first {
        "$PWD" | "${PWD}" => (rest, true),
        _ => (text, !first.starts_with(['~', '$'])),
    };
    if !known || variable(rest) {
        return Ok(None);
    }
    let directory = working_directory.ok_or(unknown::WORKING_DIRECTORY)?;
    // A working directory is absolute: reading it again with none ends the recursion.
    let Name::Literal(directory) = read(directory, None)? else {
        return Ok(None);
    };
    let (home, below) = directory.split_once('/').unwrap_or((&directory, ""));
    let mut folded = Folded::home(home);
    for part in below.split('/') {
        folded.push(part)?;
    }
    Ok(Some((folded, rest)))
}

/// Whether this is `~` and a user's name. Whose home that is, only the machine knows.
fn is_user(first: &str) -> bool {
    first.strip_prefix('~').is_some_and(|user| {
        user.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && user.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    })
}

/// Whether a program that expands variables would find one here. `routes/$id.tsx` is a file: nobody sets
/// lower-case variables, and one that is not set leaves the path where it is, unless `..` follows.
fn variable(path: &str) -> bool {
    let mut named = false;
    for (before, _) in path.match_indices('$') {
        match path.get(before + 1..).and_then(|rest| rest.chars().next()) {
            Some('{' | '(' | '[' | 'A'..='Z' | '_' | '!' | '#' | '*' | '@' | '?' | '-' | '0'..='9') => {
                return true;
            }
            Some('a'..='z') => named = true,
            _ => {}
        }
    }
    let mut signs = path.split('%').skip(1);
    // `%NAME%`, as Windows writes it.
    let percent = signs.next().is_some_and(|name| {
        signs.next().is_some()
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    });
    percent || path.contains('`') || (named && path.split('/').any(|part| part == ".."))
}

/// Refuses text which two systems would read as two paths.
fn plain(text: &str) -> Result<(), Why> {
    if text.is_empty() {
        return Err(unknown::PATH_EMPTY);
    }
    if text.len() > MOST {
        return Err(unknown::PATH_LONG);
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(unknown::PATH_SPACE);
    }
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            return Err(unknown::PATH_CONTROL);
        }
        if c == '\\' {
            return Err(unknown::PATH_BACKSLASH);
        }
        if is_lookalike(c) {
            return Err(unknown::PATH_LOOKALIKE);
        }
    }
    for encoded in text.split('%').skip(1) {
        let two = encoded.get(..2).unwrap_or_default().to_ascii_lowercase();
        if matches!(two.as_str(), "2e" | "2f" | "5c" | "25" | "00") {
            return Err(unknown::PATH_PERCENT);
        }
    }
    Ok(())
}

/// Refuses parts which Windows would read as another name.
fn component_is_plain(component: &str) -> Result<(), Why> {
    if matches!(component, "" | "." | "..") {
        return Ok(());
    }
    if component.ends_with('.') {
        return Err(unknown::PATH_DOTS);
    }
    if component.starts_with(' ') || component.ends_with(' ') {
        return Err(unknown::PATH_SPACE);
    }
    // A time of day is the one use of a colon which no system takes for a stream or a drive.
    let colons = component.match_indices(':').all(|(at, _)| {
        let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        at > 0 && digit(component.as_bytes().get(at - 1)) && digit(component.as_bytes().get(at + 1))
    });
    if !colons {
        return Err(unknown::PATH_COLON);
    }
    if let Some((stem, tail)) = component.split_once('~') {
        let digits = tail.split('.').next().unwrap_or_default();
        let short = (1..=6).contains(&stem.len()) && (1..=6).contains(&digits.len()) && component.len() <= 12;
        if short && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(unknown::PATH_SHORT_NAME);
        }
    }
    Ok(())
}

/// Characters that show as a dot, a slash or a backslash and are none.
const fn is_lookalike(c: char) -> bool {
    matches!(
        c,
        '\u{2024}'
            ..='\u{2026}'
                | '\u{FE52}'
                | '\u{FF0E}'
                | '\u{3002}'
                | '\u{FF61}'
                | '\u{0701}'
                | '\u{0702}'
                | '\u{2044}'
                | '\u{2215}'
                | '\u{29F8}'
                | '\u{FF0F}'
                | '\u{2571}'
                | '\u{27CB}'
                | '\u{1735}'
                | '\u{2216}'
                | '\u{29F5}'
                | '\u{29F9}'
                | '\u{FE68}'
                | '\u{FF3C}'
                | '\u{FF5E}'
                | '\u{FF04}'
    )
}

/// Characters that show as nothing, or change the order of those around them.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// A literal component as a pattern that matches only itself.
fn escaped(component: &str) -> String {
    let mut out = String::with_capacity(component.len());
    for c in component.chars() {
        if matches!(c, '*' | '?' | '[' | '{' | '}') {
            out.push('[');
            out.push(c);
            out.push(']');
        } else {
            out.push(c);
        }
    }
    out
}

/// The pattern with its braces written out. Too many, nested or unbalanced braces are widened to `**`.
///
/// # Errors
/// If what is left out by that could lead elsewhere.
fn alternatives(text: &str) -> Result<Vec<String>, Why> {
    let mut done = vec![String::new()];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        for pattern in &mut done {
            pattern.push_str(before);
        }
        let inner = after.split_once('}').filter(|(inner, _)| !inner.contains('{') && !inner.contains(".."));
        let choices = inner.map_or(0, |(inner, _)| inner.split(',').count());
        let Some((inner, tail)) = inner.filter(|_| choices * done.len() <= MOST_ALTERNATIVES) else {
            // Up to the last whole part, then anything. From there `..` leads out, and what stands first may be absolute.
            let first = done.iter().any(|pattern| !pattern.contains('/'));
            if after.contains("..") || (first && after.contains(['/', '~', '$'])) {
                return Err(unknown::PATTERN_UNUSUAL);
            }
            for pattern in &mut done {
                let keep = pattern.rfind('/').map_or(0, |slash| slash + 1);
                pattern.truncate(keep);
                pattern.push_str("**");
            }
            return Ok(done);
        };
        done = done.iter().flat_map(|p| inner.split(',').map(move |choice| format!("{p}{choice}"))).collect();
        rest = tail;
    }
    for pattern in &mut done {
        pattern.push_str(rest);
    }
    Ok(done)
}

#[cfg(test)]
mod tests;
