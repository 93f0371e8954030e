//! A preview of what a tool was called with, secrets taken out.
//!
//! In come arguments; out comes a short text for a record, with the number of values taken out. Secrets are
//! found by the name of their key (`password`, `token`, `api_key` …), in JSON as well as in text
//! (`--password x`, `PGPASSWORD=x`, `Authorization: Bearer x`), and by their own form (PEM private keys, JWT, and the
//! prefixes with which providers mark their keys). This is best effort: a secret that looks like a word stays.
//!
//! Work is linear and bounded: no more of a value is looked at than could be shown.
//!
//! Deliberately absent: entropy. It takes commit hashes for keys and passwords for words.

use crate::call::Arguments;
use crate::json::{self, Node, Value};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// How much of the arguments may be kept and said. Declared from mildest to strictest, because where several
/// rules have a say the strictest holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The arguments as they are, at most [`MOST_FULL`] bytes of them.
    Full,
    /// A preview of at most [`MOST_REDACTED`] bytes, secrets taken out.
    #[default]
    Redacted,
    /// Their digest and size.
    Digest,
    /// Their digest alone.
    None,
}

/// Most bytes of a redacted preview.
pub const MOST_REDACTED: usize = 2 << 10;
/// Most bytes of a full preview: with everything else it must fit into one event.
pub const MOST_FULL: usize = 8 << 10;
/// What stands where a secret stood.
pub const MARK: &str = "[redacted]";

/// Part of the arguments, as a record shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The text; absent where the level wants none, and for absent arguments.
    pub text: Option<String>,
    /// How many values were taken out of it.
    pub redacted: u32,
    /// Whether it was cut.
    pub truncated: bool,
}

/// The preview of `arguments` at a level.
pub fn preview(arguments: &Arguments, level: Level) -> Preview {
    let (most, redact) = match level {
        Level::None | Level::Digest => return Preview::default(),
        Level::Redacted => (MOST_REDACTED, true),
        Level::Full => (MOST_FULL, false),
    };
    let mut writer = Writer { out: String::new(), most, redact, redacted: 0, cut: false };
    match arguments {
        Arguments::Absent => return Preview::default(),
        Arguments::Json(document) => writer.node(document.root()),
        Arguments::Text(text) | Arguments::Malformed { text, .. } => writer.text(text, false),
    }
    let truncated = writer.full();
    let Writer { mut out, redacted, .. } = writer;
    let cut = head(&out, most).len();
    out.truncate(cut);
    Preview { text: Some(out), redacted, truncated }
}

/// `text` with its secrets replaced by [`MARK`].
pub fn scrub(text: &str) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(without(text, &secrets)) }
}

/// Whether there is something in `text` that looks like a secret.
pub fn has_secret(text: &str) -> bool {
    !secrets(text).is_empty()
}

struct Writer {
    out: String,
    most: usize,
    redact: bool,
    redacted: u32,
    cut: bool,
}

impl Writer {
    const fn full(&self) -> bool {
        self.cut || self.out.len() > self.most
    }

    // Recursion is bounded by the depth to which the document was read.
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(text) => self.out.push_str(text),
            Value::String(text) => self.text(text, true),
            Value::Array(elements) => {
                self.out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    if self.full() {
                        return;
                    }
                    if i > 0 {
                        self.out.push(',');
                    }
                    self.node(element);
                }
                self.out.push(']');
            }
            Value::Object(members) => {
                self.out.push('{');
                for (i, member) in members.iter().enumerate() {
                    if self.full() {
                        return;
                    }
                    if i > 0 {
                        self.out.push(',');
                    }
                    self.text(&member.key, true);
                    self.out.push(':');
                    let bare = matches!(member.node.value, Value::Null | Value::Bool(_));
                    if self.redact && !bare && is_secret_name(&member.key) {
                        self.redacted += 1;
                        json::escape(MARK, &mut self.out);
                    } else {
                        self.node(&member.node);
                    }
                }
                self.out.push('}');
            }
        }
    }

    fn text(&mut self, text: &str, quoted: bool) {
        // Twice what can be shown, so that what is found at its end is whole or cut off anyway.
        let window = head(text, 2 * self.most);
        let found = if self.redact { secrets(window) } else { Vec::new() };
        self.redacted += u32::try_from(found.len()).unwrap_or(u32::MAX);
        let shown =
            if found.is_empty() { Cow::Borrowed(window) } else { Cow::Owned(without(window, &found)) };
        if quoted {
            json::escape(&shown, &mut self.out);
        } else {
            self.out.push_str(&shown);
        }
        // Where secrets made the window short: what lies beyond was not looked at, so nothing follows.
        self.cut |= window.len() < text.len();
    }
}

fn without(text: &str, secrets: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        out.push_str(text.get(at..secret.start).unwrap_or_default());
        out.push_str(MARK);
        at = secret.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Where the secrets in `text` stand: in order, without overlap.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut no_jwt = 0;
    while let Some(&byte) = bytes.get(at) {
        let word_start =
            is_word(byte) && !at.checked_sub(1).and_then(|i| bytes.get(i)).copied().is_some_and(is_word);
        let secret = match byte {
            b'-' if word_start => {
                private_key(text, at).or_else(|| marked(text, at, &mut no_jwt)).or_else(|| named(text, at))
            }
            b':' => user_information(text, at),
            _ if word_start => marked(text, at, &mut no_jwt).or_else(|| named(text, at)),
            b'_' | b'-' | b'.' => None,
            // A prefix may follow a separator within a word, as in `key-sk-…`.
            _ if at
                .checked_sub(1)
                .and_then(|i| bytes.get(i))
                .is_some_and(|b| matches!(b, b'-' | b'_' | b'.')) =>
            {
                marked(text, at, &mut no_jwt)
            }
            _ => None,
        };
        match secret {
            Some(secret) if secret.end > at => {
                at = secret.end;
                found.push(secret);
            }
            // Behind a letter or digit nothing begins with another.
            _ if byte.is_ascii_alphanumeric() => at = run(text, at, |b| b.is_ascii_alphanumeric()),
            _ => at += 1,
        }
    }
    found
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The beginning of a text, at most so many bytes of it.
fn head(text: &str, most: usize) -> &str {
    // A character has at most four bytes.
    (most.saturating_sub(3)..=most).rev().find_map(|end| text.get(..end)).unwrap_or(text)
}

fn run(text: &str, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    from + text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|b| belongs(**b)).count()
}

/// `-----BEGIN … PRIVATE KEY-----` up to its end, or to the end of the text.
fn private_key(text: &str, at: usize) -> Option<Range<usize>> {
    let label = text.get(at..)?.strip_prefix("-----BEGIN ")?;
    let label = head(label, 64).split("-----").next()?;
    label.contains("PRIVATE").then_some(())?;
    let body = text.get(at + 11..)?;
    let end = body.find("-----END").map_or(text.len(), |end| {
        let tail = at + 11 + end + 8;
        let rest = text.get(tail..).unwrap_or_default();
        head(rest, 64).find("-----").map_or(tail, |dashes| tail + dashes + 5)
    });
    Some(at..end)
}

/// A token with a provider's prefix, or a JWT. Before `no_jwt` none begins: a word with too few dots is not looked
/// through again from its middle, which keeps hostile text linear.
fn marked(text: &str, at: usize, no_jwt: &mut usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    // The first letters of all prefixes; a test holds the two together.
    if !rest.starts_with(|c: char| "ASdefghlnprstwxy".contains(c)) {
        return None;
    }
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| rest.starts_with(prefix))?;
    let jwt = *prefix == "eyJ";
    if jwt && at < *no_jwt {
        return None;
    }
    let end = run(text, at, is_word);
    let token = text.get(at..end)?;
    if jwt && token.matches('.').count() < 2 {
        *no_jwt = end;
        return None;
    }
    (token.len() >= *least).then_some(at..end)
}

/// The value after a name that says it is secret: `password=x`, `"token": "x"`, `--api-key x`.
fn named(text: &str, at: usize) -> Option<Range<usize>> {
    let end = run(text, at, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let name = text.get(at..end.min(at + 128))?;
    // Few words have a value behind them: that is the quicker question.
    let mut from = run(text, end, |b| matches!(b, b'"' | b'\'' | b'\\' | b']'));
    let spaced = run(text, from, |b| b == b' ');
    let assigned = matches!(text.as_bytes().get(spaced), Some(b'=' | b':'));
    let option = name.starts_with('-') && spaced > from;
    if !(assigned || option) || !is_secret_name(name) {
        return None;
    }
    from = run(text, spaced, |b| match b {
        b'"' | b'\'' => true,
        b'=' | b':' | b'>' | b' ' | b'\\' => assigned,
        _ => false,
    });
    let value = |from| {
        run(text, from, |b| {
            !b.is_ascii_whitespace()
                && !matches!(b, b'"' | b'\'' | b'&' | b';' | b',' | b'\\' | b'<' | b'}' | b')')
        })
    };
    // A variable is a reference to a secret, not one. It is left before its end is looked for, so that text full of
    // them stays linear.
    let refers = |from| matches!(text.as_bytes().get(from), Some(b'$' | b'{' | b'['));
    if refers(from) {
        return None;
    }
    let mut until = value(from);
    let word = text.get(from..until)?;
    if ["bearer", "basic", "token", "digest"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme)) {
        from = run(text, until, |b| b == b' ');
        if refers(from) {
            return None;
        }
        until = value(from);
    }
    let word = text.get(from..until)?;
    (!word.is_empty() && word != "null").then_some(from..until)
}

/// The password in `scheme://user:password@host`.
fn user_information(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?.strip_prefix("://")?;
    // No user information is longer; the bound keeps hostile text linear.
    let authority = head(rest, 512).split(['/', '?', '#', ' ', '"', '\'', '\n']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let start = at + 3 + name.len() + 1;
    (!password.is_empty() && !password.starts_with('$')).then_some(start..start + password.len())
}

/// Whether a key or option of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | '.' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // `max_tokens` counts tokens.
    !name.ends_with("tokens") && !name.ends_with("tokencount") && NAMES.iter().any(|part| name.contains(part))
}

/// Parts of names, lower case, without separators.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "authorization",
    "apikey",
    "accesskey",
    "authkey",
    "cookie",
    "privatekey",
    "credential",
    "signingkey",
    "encryptionkey",
    "connectionstring",
    "sessionid",
];

/// Prefixes with which providers mark their keys, and the least length of such a key.
const PREFIXES: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("ASIA", 20),
    ("ABIA", 20),
    ("ACCA", 20),
    ("AIza", 35),
    ("ATATT3", 30),
    ("SG.", 40),
    ("AGE-SECRET-KEY-", 40),
    ("dckr_pat_", 20),
    ("dop_v1_", 40),
    ("eyJ", 30),
    ("figd_", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("gsk_", 30),
    ("hf_", 20),
    ("hvs.", 20),
    ("lin_api_", 20),
    ("npm_", 30),
    ("nvapi-", 20),
    ("pypi-", 30),
    ("rk_live_", 20),
    ("rk_test_", 20),
    ("shpat_", 30),
    ("sk-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("tskey-", 20),
    ("whsec_", 20),
    ("xai-", 20),
    ("xapp-", 20),
    ("xoxa-", 15),
    ("xoxb-", 15),
    ("xoxe-", 15),
    ("xoxe.", 15),
    ("xoxp-", 15),
    ("xoxr-", 15),
    ("xoxs-", 15),
    ("ya29.", 30),
];

#[cfg(test)]
mod tests;
