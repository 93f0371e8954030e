//! Effects in plain words, for refusals, for reviewers and for `toolgate explain`.
//!
//! In comes an effect; out comes `file.delete /srv/x`, or `deletes `/srv/x``. With [`Words::Redacted`] what
//! looks like a secret is taken out and a URL loses its query; the words then go where the arguments
//! themselves do not.

use super::{Action, Effect, Name, Reach, Resource};
use crate::redact;
use std::fmt;

/// How much words may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Everything.
    Full,
    /// No secrets, no queries.
    Redacted,
    /// The action alone.
    Bare,
}

/// Longest name that is written out, in characters.
const MOST: usize = 200;

impl Effect {
    /// Action and resource in one line: `file.delete /srv/x`, `net.send example.org:8443`.
    pub fn short(&self) -> String {
        let mut line = format!("{} {}", self.action, self.resource);
        match &self.reach {
            Reach::Local => {}
            Reach::Remote(host) => line.push_str(&format!(" on {host}")),
            Reach::Container(name) => line.push_str(&format!(" in {name}")),
        }
        line
    }

    /// [`Effect::short`] without secrets.
    pub fn short_redacted(&self) -> String {
        redact::scrub(&self.short()).into_owned()
    }

    /// A predicate whose subject is the call: `deletes everything below `/srv/x``.
    pub fn words(&self, words: Words) -> String {
        let verb = self.action.verb();
        let mut sentence = match words {
            Words::Bare => bare(&self.action, &self.resource),
            Words::Full | Words::Redacted => format!("{verb} {}", object(&self.resource, words)),
        };
        if words != Words::Bare {
            match &self.reach {
                Reach::Local => {}
                Reach::Remote(host) => sentence.push_str(&format!(" on {}", quoted(host, words))),
                Reach::Container(name) => {
                    sentence.push_str(&format!(" in container {}", quoted(name, words)))
                }
            }
            if let Some((last, first)) = self.via.split_last() {
                sentence.push_str(", through ");
                for wrapper in first {
                    sentence.push_str(&quoted(wrapper, words));
                    sentence.push_str(" and ");
                }
                sentence.push_str(&quoted(last, words));
            }
        }
        sentence
    }
}

/// The short form: what a rule would name.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { path, tree: false } => path.fmt(f),
            Self::Path { path: Name::Literal(path), tree: true } if path == "/" => f.write_str("/**"),
            Self::Path { path, tree: true } => write!(f, "{path}/**"),
            Self::Host { host, port: Some(port), .. } => write!(f, "{host}:{port}"),
            Self::Host { host, port: None, .. } => host.fmt(f),
            Self::Sql { host, database, table } => {
                let parts: Vec<String> =
                    [host, database, table].into_iter().flatten().map(ToString::to_string).collect();
                f.write_str(if parts.is_empty() { "?" } else { "" })?;
                f.write_str(&parts.join("."))
            }
            Self::Program { program } => program.fmt(f),
            Self::Code { language } => f.write_str(language),
            Self::Repository { repository } => repository.fmt(f),
            Self::Cloud { cloud } => cloud.fmt(f),
            Self::Tool { tool } => f.write_str(tool),
            Self::Named { name } => name.fmt(f),
        }
    }
}

/// The text of a literal or pattern; `?` for what is decided when it runs.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) | Self::Glob(text) => f.write_str(text),
            Self::Dynamic => f.write_str("?"),
        }
    }
}

fn object(resource: &Resource, words: Words) -> String {
    match resource {
        Resource::Path { path, tree: true } => match path {
            Name::Dynamic => "a directory that is decided when it runs".to_owned(),
            path => format!("everything below {}", quoted(&path.to_string(), words)),
        },
        Resource::Path { path: Name::Glob(pattern), .. } => {
            format!("files matching {}", quoted(pattern, words))
        }
        Resource::Path { path, .. } => named(path, "a file", words),
        Resource::Host { host, url: Some(url), .. } if *host != Name::Dynamic => quoted(url, words),
        Resource::Host { host: Name::Literal(host), port: Some(port), .. } => {
            quoted(&format!("{host}:{port}"), words)
        }
        Resource::Host { host, .. } => named(host, "a machine", words),
        Resource::Sql { table: None, host: None, database: None } => "a database".to_owned(),
        Resource::Sql { .. } => quoted(&resource.to_string(), words),
        Resource::Program { program } => named(program, "a program", words),
        Resource::Code { language } => quoted(language, words),
        Resource::Repository { repository } => named(repository, "a repository", words),
        Resource::Cloud { cloud } => named(cloud, "a resource", words),
        Resource::Tool { tool } => format!("the tool {}", quoted(tool, words)),
        Resource::Named { name } => named(name, "something", words),
    }
}

fn bare(action: &Action, resource: &Resource) -> String {
    let verb = action.verb();
    let object = match resource {
        Resource::Path { .. } => "a file or directory",
        Resource::Host { .. } => "another machine",
        Resource::Sql { .. } => "a database",
        Resource::Program { .. } => "a program",
        Resource::Code { .. } => "some language",
        Resource::Repository { .. } => "a repository",
        Resource::Cloud { .. } => "a resource",
        Resource::Tool { .. } => "a tool",
        Resource::Named { .. } => "something",
    };
    format!("{verb} {object}")
}

fn named(name: &Name, what: &str, words: Words) -> String {
    match name {
        Name::Literal(text) => quoted(text, words),
        Name::Glob(pattern) => format!("all that matches {}", quoted(pattern, words)),
        Name::Dynamic => format!("{what} that is decided when it runs"),
    }
}

/// A name in backticks: shortened, on one line, and without secrets unless everything may be said.
fn quoted(text: &str, words: Words) -> String {
    let text = if words == Words::Full {
        text.to_owned()
    } else {
        // The query of a URL is where values stand.
        let text = if text.contains("://") { text.split('?').next().unwrap_or_default() } else { text };
        redact::scrub(text).into_owned()
    };
    let mut out = String::from("`");
    for (i, c) in text.chars().enumerate() {
        if i == MOST {
            out.push('…');
            break;
        }
        // What cannot be seen must not hide or move what can.
        if c.is_control() || c == '`' || super::path::is_invisible(c) {
            out.push('\u{FFFD}');
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn effect(action: Action, resource: Resource) -> Effect {
        Effect { action, resource, reach: Reach::Local, via: Vec::new(), place: None }
    }

    fn literal(text: &str) -> Name {
        Name::Literal(text.to_owned())
    }

    #[test]
    fn words_are_a_predicate() {
        let delete = effect(Action::FILE_DELETE, Resource::tree(literal("/srv/x")));
        assert_eq!(delete.short(), "file.delete /srv/x/**");
        assert_eq!(delete.words(Words::Full), "deletes everything below `/srv/x`");
        assert_eq!(delete.words(Words::Bare), "deletes a file or directory");
        let fetch = effect(
            Action::NET_FETCH,
            Resource::Host {
                host: literal("example.org"),
                port: Some(8443),
                url: Some("https://example.org:8443/a?token=hunter2".to_owned()),
            },
        );
        assert_eq!(fetch.short(), "net.fetch example.org:8443");
        assert_eq!(fetch.words(Words::Full), "fetches from `https://example.org:8443/a?token=hunter2`");
        assert_eq!(fetch.words(Words::Redacted), "fetches from `https://example.org:8443/a`");
        let dynamic = effect(Action::FILE_READ, Resource::path(Name::Dynamic));
        assert_eq!(dynamic.short(), "file.read ?");
        assert_eq!(dynamic.words(Words::Redacted), "reads a file that is decided when it runs");
    }

    #[test]
    fn wrappers_and_machines_are_said() {
        let mut run = effect(Action::PROCESS_RUN, Resource::Program { program: literal("rm") });
        run.reach = Reach::Remote("db1".to_owned());
        run.via = vec!["sudo".to_owned(), "ssh db1".to_owned()];
        assert_eq!(run.words(Words::Full), "runs `rm` on `db1`, through `sudo` and `ssh db1`");
        assert_eq!(run.short(), "process.run rm on db1");
    }

    #[test]
    fn names_cannot_write_outside_their_quotes() {
        let read = effect(Action::FILE_READ, Resource::path(literal("/a`\u{202e}\u{1b}[2Jb")));
        assert_eq!(read.words(Words::Redacted), "reads `/a\u{FFFD}\u{FFFD}\u{FFFD}[2Jb`");
        let long = effect(Action::FILE_READ, Resource::path(literal(&"x".repeat(999))));
        assert!(long.words(Words::Full).chars().count() < 220);
    }
}
