//! Where another machine is, in the spellings that programs take: a URL of any scheme, `user@host:path`, a
//! name that the program has settings for.
//!
//! In comes an argument; out come the effects of asking that machine, or of sending to it. Pages of the web are
//! read by [`crate::effects::url`]; what stands here is for everything else.

use super::field::Field;
use super::meaning;
use super::run::Run;
use crate::effects::{Action, Name, Resource, unknown, url, web};

/// What an argument names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A page of the web.
    Web,
    /// A machine that something else than a page is asked of, with the scheme.
    Machine { scheme: String, host: String, port: Option<u16> },
    /// A file or directory here.
    Local(String),
    /// A name without a slash or a colon: what it stands for is in the program's settings.
    Name(String),
    /// `ext::…`: a program that makes the connection, and what is handed to it.
    Helper { program: String, rest: String },
    /// None of them.
    Unclear,
}

/// Reads an address.
pub(super) fn read(text: &str) -> Address {
    if let Some((program, rest)) = text.split_once("::")
        && !program.is_empty()
        && program.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return Address::Helper { program: program.to_owned(), rest: rest.to_owned() };
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let scheme = scheme.to_ascii_lowercase();
        if matches!(scheme.as_str(), "http" | "https" | "ws" | "wss") {
            return Address::Web;
        }
        if scheme == "file" {
            return Address::Local(rest.strip_prefix("localhost").unwrap_or(rest).to_owned());
        }
        return machine(&scheme, rest.split(['/', '?', '#']).next().unwrap_or_default());
    }
    match text.split_once(':') {
        Some((before, _)) if !before.contains('/') && !before.is_empty() => machine("ssh", before),
        _ if text.contains('/') || text.starts_with(['.', '~']) => Address::Local(text.to_owned()),
        _ if text.is_empty() => Address::Unclear,
        _ => Address::Name(text.to_owned()),
    }
}

fn machine(scheme: &str, authority: &str) -> Address {
    let own = authority.rsplit_once('@').map_or(authority, |(_, own)| own);
    match url::host_and_port(own) {
        Ok((host, port)) => Address::Machine { scheme: scheme.to_owned(), host, port },
        Err(_) => Address::Unclear,
    }
}

/// What is done with another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Fetch,
    Send,
}

impl Deed {
    fn action(self) -> Action {
        match self {
            Self::Fetch => Action::NET_FETCH,
            Self::Send => Action::NET_SEND,
        }
    }
}

/// Asks, or sends to, what `field` names. A plain name counts as a machine's: the one it was given to.
pub(super) fn contact(run: &mut Run<'_>, deed: Deed, field: &Field) {
    let Some(text) = field.text() else {
        return match deed {
            Deed::Fetch => meaning::fetch(run, field),
            Deed::Send => meaning::send(run, field),
        };
    };
    match read(text) {
        Address::Web => match deed {
            Deed::Fetch => meaning::fetch(run, field),
            Deed::Send => meaning::send(run, field),
        },
        Address::Machine { host, port, .. } => machine_effect(run, deed, &host, port),
        Address::Local(path) => {
            let action = if deed == Deed::Fetch { Action::FILE_READ } else { Action::FILE_WRITE };
            meaning::path(run, action, &Field::literal(path), true);
        }
        Address::Name(name) => match url::host_and_port(&name) {
            Ok((host, port)) => machine_effect(run, deed, &host, port),
            Err(_) => unclear(run, deed),
        },
        Address::Helper { program, rest } => {
            if program == "ext" {
                // The words are a command, without a shell between; `% ` is a blank within a word.
                let words: Vec<Field> = rest
                    .replace("% ", "\0")
                    .split(' ')
                    .filter(|word| !word.is_empty())
                    .map(|word| Field::literal(word.replace('\0', " ").replace("%%", "%")))
                    .collect();
                run.within("ext", None, |run| run.program(&words, super::Stream::default()));
            }
            unclear(run, deed);
        }
        Address::Unclear => unclear(run, deed),
    }
}

/// The effect on one machine.
pub(super) fn machine_effect(run: &mut Run<'_>, deed: Deed, host: &str, port: Option<u16>) {
    if url::address_class(host) == url::AddressClass::Metadata {
        run.effect(Action::SECRET_READ, web::host(host, port));
    }
    let host = Name::Literal(host.to_owned());
    run.effect(deed.action(), Resource::Host { host, port, url: None });
}

/// Some machine, and nobody can say which.
pub(super) fn unclear(run: &mut Run<'_>, deed: Deed) {
    run.doubt(unknown::URL_UNUSUAL);
    run.effect(deed.action(), Resource::host(Name::Dynamic));
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn at(scheme: &str, host: &str, port: Option<u16>) -> Address {
        Address::Machine { scheme: scheme.to_owned(), host: host.to_owned(), port }
    }

    #[test]
    fn every_spelling_names_its_machine() {
        assert_eq!(read("git@Example.org:a/b.git"), at("ssh", "example.org", None));
        assert_eq!(read("ssh://git@example.org:2222/a"), at("ssh", "example.org", Some(2222)));
        assert_eq!(read("gopher://2130706433:70/x"), at("gopher", "127.0.0.1", Some(70)));
        assert_eq!(read("https://example.org/"), Address::Web);
        assert_eq!(read("file:///etc/passwd"), Address::Local("/etc/passwd".to_owned()));
        assert_eq!(read("../other"), Address::Local("../other".to_owned()));
        assert_eq!(read("origin"), Address::Name("origin".to_owned()));
        assert_eq!(
            read("ext::sh -c x"),
            Address::Helper { program: "ext".to_owned(), rest: "sh -c x".to_owned() }
        );
        assert_eq!(read("a b:c"), Address::Unclear);
    }
}
