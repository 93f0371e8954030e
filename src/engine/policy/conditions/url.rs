//! `url`: the whole URL of a request, without query and fragment.
//!
//! A server undoes percent-encoding, dot segments and repeated slashes in its own way. So a path holds for certain only if it
//! does as written and as decoded, and decodes to no dot segment; it may hold if any reading does.

use super::{Asked, Condition, best};
use crate::effects::{Name, Resource};
use crate::policy::glob::{Glob, LONGEST_NAME, PatternError, Syntax};
use crate::policy::met::{Finding, Met};
use crate::policy::names::{HostPattern, WordPattern};
use crate::policy::patterns::{Pattern, Patterns};
use serde::{Deserialize, Serialize};

/// For the reference page.
pub(super) const DOCS: &str = "The URL, as `scheme://host[:port]/path`: `*` is one segment or part of one, `**` any number. \
                               Query and fragment are not compared.";

/// The condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Url(Patterns<UrlPattern>);

/// A pattern over URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UrlPattern {
    text: String,
    scheme: WordPattern,
    host: HostPattern,
    port: Option<u16>,
    path: Glob,
}

impl Condition for Url {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let Resource::Host { url, .. } = &asked.effect.resource else { return Finding::other_kind() };
        match url {
            Some(url) => match Parts::of(url) {
                Some(parts) => Finding::clear(best(self.0.iter().map(|pattern| pattern.matches(&parts)))),
                None => Finding::doubtful("the URL cannot be read without doubt"),
            },
            None => Finding::doubtful("the URL is not known"),
        }
    }

    fn words(&self) -> String {
        format!("url in {}", self.0)
    }

    fn redundant(&self) -> Vec<(String, String)> {
        self.0.redundant()
    }
}

/// A URL taken apart.
struct Parts<'a> {
    scheme: String,
    host: Name,
    port: Option<u16>,
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        if url.len() > LONGEST_NAME || url.chars().any(|c| c.is_control() || c == ' ' || c == '\\') {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let rest = rest.get(..end)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return None;
        }
        let (host, port) = host_and_port(authority)?;
        Some(Self { scheme: scheme.to_lowercase(), host: Name::Literal(host.to_owned()), port, path })
    }
}

fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            // Only a bracketed address holds colons of its own.
            (!host.contains(':') || host.ends_with(']')).then_some(())?;
            Some((host, Some(port.parse().ok()?)))
        }
        _ => Some((authority, None)),
    }
}

impl UrlPattern {
    fn matches(&self, url: &Parts<'_>) -> Met {
        let scheme = self.scheme.matches(&Name::Literal(url.scheme.clone()));
        let usual = match url.scheme.as_str() {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            _ => None,
        };
        let port = match self.port {
            Some(port) => Met::certain(url.port.or(usual) == Some(port)),
            // Another port is another service, and a denial should not be evaded by naming one.
            None => Met::of(url.port.is_none() || url.port == usual, true),
        };
        scheme.min(self.host.matches(&url.host)).min(port).min(self.path(url.path))
    }

    fn path(&self, path: &str) -> Met {
        let plain = decoded(path);
        let dotless = without_dots(&plain);
        let readings =
            [path, &plain, &dotless, &merged(&dotless)].map(|text| Glob::literal(text, Syntax::SEGMENTS));
        let [written, read, ..] = &readings;
        let dots = plain.split('/').any(|part| matches!(part, "." | "..")) || plain.contains('\\');
        Met::of(
            !dots && self.path.contains(written) && self.path.contains(read),
            readings.iter().any(|reading| self.path.overlaps(reading, true)),
        )
    }
}

/// Undoes percent-encoding; what is no UTF-8 then stays encoded.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (byte, hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                i += 3;
            }
            _ => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path with repeated slashes as one, as many servers take it.
fn merged(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !(merged.is_empty() || merged.ends_with('/')) {
            merged.push(c);
        }
    }
    merged
}

impl Pattern for UrlPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(PatternError::new(
                format!("`{text}` has no scheme"),
                "write `https://host/path`, or use the condition `host`",
            ));
        };
        if let Some(c) = rest.chars().find(|c| matches!(c, '?' | '#' | '@' | '[')) {
            return Err(PatternError::new(
                format!("`{c}` cannot stand in a URL pattern"),
                "write scheme, host, port and path; query, fragment and user are not compared",
            ));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = host_and_port(authority).ok_or_else(|| {
            PatternError::new(format!("`{authority}` is no host and port"), "write `host` or `host:443`")
        })?;
        let path = match path {
            "" => Glob::literal("", Syntax::SEGMENTS),
            path => Glob::parse(path, Syntax::SEGMENTS)?,
        };
        Ok(Self {
            text: text.to_owned(),
            scheme: WordPattern::parse(&scheme.to_lowercase())?,
            host: HostPattern::parse(host)?,
            port,
            path,
        })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.scheme.covers(&other.scheme)
            && self.host.covers(&other.host)
            && self.port == other.port
            && self.path.contains(&other.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn met(pattern: &str, url: &str) -> Met {
        UrlPattern::parse(pattern).unwrap().matches(&Parts::of(url).unwrap())
    }

    #[test]
    fn a_path_that_servers_read_differently_may_be_inside_and_is_not_for_certain() {
        let admin = "https://api.example/admin/**";
        assert_eq!(met(admin, "https://api.example/admin/users"), Met::Yes);
        assert_eq!(met(admin, "https://api.example/public"), Met::No);
        for path in [
            "//admin/users",
            "///admin//users",
            "x/../admin/users",
            "%61dmin/users",
            "ADMIN/users",
            ".//admin",
        ] {
            assert_eq!(met(admin, &format!("https://api.example/{path}")), Met::Maybe, "{path}");
        }
    }
}
