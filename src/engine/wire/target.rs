//! The `:path` of a request: what it names, read in one way only.

use super::{Unreadable, shape};

/// The path of a request: percent-decoded, without final slash, `//` collapsed; and its query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    path: String,
    query: String,
}

impl Target {
    /// From the `:path` of a request. One that two servers could read differently names nothing.
    pub fn new(path: &str) -> Self {
        let query = path.split_once('?').map(|(_, query)| query.to_owned());
        plain(path)
            .map(|plain| Self { path: plain.path, query: query.unwrap_or_default() })
            .unwrap_or_default()
    }

    /// What stands between `before`, where it is first found, and `after`, which ends the path.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.path.split_once(before)?;
        rest.strip_suffix(after).filter(|name| !name.is_empty())
    }

    /// The whole path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// What the query says under this name.
    ///
    /// # Errors
    /// If it says it twice, in any case, or in an encoding that is not strict.
    pub(crate) fn query(&self, name: &str) -> Result<Option<String>, Unreadable> {
        let mut found = None;
        for pair in self.query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let odd = || shape("a query that cannot be read");
            let key = decoded(key).ok_or_else(odd)?;
            if key.eq_ignore_ascii_case(name)
                && found.replace((key, decoded(value).ok_or_else(odd)?)).is_some()
            {
                return Err(shape("a query that says a thing twice"));
            }
        }
        Ok(found.filter(|(key, _)| key == name).map(|(_, value)| value))
    }

    /// Whether the path ends in this.
    pub(crate) fn ends_with(&self, end: &str) -> bool {
        self.path.ends_with(end)
    }
}

/// A path percent-decoded, without query and final slash, `//` collapsed.
pub(super) struct Plain {
    pub(super) path: String,
    /// The same as a server reads it to which an encoded slash is no slash, if there is one; `%` stands for it.
    pub(super) whole_segments: Option<String>,
}

/// `None` where two servers could understand a path differently: dot segments, backslashes, parameters, control
/// characters.
pub(super) fn plain(path: &str) -> Option<Plain> {
    let path = path.split('?').next().unwrap_or_default();
    // A fragment is never sent; some servers cut it off, others take it for a part of the path.
    if !path.starts_with('/') || path.contains('#') {
        return None;
    }
    let mut out = String::with_capacity(path.len());
    let mut whole_segments = String::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decoded(segment)?;
        let odd = |c: char| c.is_control() || matches!(c, '\\' | ';' | '%' | '?' | '#');
        let slashes = segment.contains('/');
        if segment.contains(odd) || segment.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        if slashes && segment.split('/').any(str::is_empty) {
            return None;
        }
        if slashes || !whole_segments.is_empty() {
            if whole_segments.is_empty() {
                whole_segments.push_str(&out);
            }
            whole_segments.push('/');
            whole_segments.push_str(&segment.replace('/', "%"));
        }
        out.push('/');
        out.push_str(&segment);
    }
    Some(Plain { path: out, whole_segments: Some(whole_segments).filter(|path| !path.is_empty()) })
}

/// A text percent-decoded; `None` where it cannot be.
pub(super) fn decoded(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut out = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_says_it_says_once() {
        for (path, expected) in [
            ("/x?a=b%3Ac%2Fd&e", Some(Some("b:c/d"))),
            ("/x?e&a=", Some(Some(""))),
            ("/x?A=b", Some(None)),
            ("/x?aa=b", Some(None)),
            ("/x", Some(None)),
            ("/x?a=b&a=b", None),
            ("/x?a=b&%41=c", None),
            ("/x?a=%zz", None),
            ("/x?%zz=a", None),
        ] {
            let found = Target::new(path).query("a");
            assert_eq!(found.ok(), expected.map(|found| found.map(str::to_owned)), "{path}");
        }
        assert_eq!(Target::new("/x/../y?a=b").query("a"), Ok(None));
    }
}
