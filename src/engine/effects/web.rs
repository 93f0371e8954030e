//! What it amounts to when a URL is fetched, or something is sent to one. The same for a tool's argument and
//! for a command.

use super::gathered::Gathered;
use super::url::{self, AddressClass, Url};
use super::{Action, Name, Resource};
use crate::redact;

/// A query longer than this carries data out, whatever it says.
const LONG_QUERY: usize = 512;

/// A word longer than this is no word: a digest in hexadecimal is as long.
const LONG_WORD: usize = 64;

/// Whether a question to a service carries more than a question: a secret, a text, or something encoded.
pub(super) fn carries_data(question: &str) -> bool {
    let encoded = |word: &str| word.len() > LONG_WORD && word.is_ascii() && !word.contains("://");
    question.len() > LONG_QUERY || question.split_whitespace().any(encoded) || redact::has_secret(question)
}

/// The effects of fetching `found`.
pub(super) fn fetch(found: &Url, out: &mut Gathered) {
    let resource = resource(found);
    credentials(found, &resource, out);
    // A query can carry out what a body can.
    let query = found.tail.split_once('?').map_or(0, |(_, query)| query.len());
    if query > LONG_QUERY || redact::has_secret(&found.text) || found.user_information {
        out.add(Action::NET_SEND, resource.clone());
    }
    out.add(Action::NET_FETCH, resource);
}

/// The effects of sending to `found`.
pub(super) fn send(found: &Url, out: &mut Gathered) {
    let resource = resource(found);
    credentials(found, &resource, out);
    out.add(Action::NET_SEND, resource);
}

fn credentials(found: &Url, resource: &Resource, out: &mut Gathered) {
    if url::address_class(&found.host) == AddressClass::Metadata {
        out.add(Action::SECRET_READ, resource.clone());
    }
}

fn resource(found: &Url) -> Resource {
    Resource::Host {
        host: Name::Literal(found.host.clone()),
        port: found.port,
        url: Some(found.text.clone()),
    }
}

/// A machine by its name or address, in whichever spelling; dynamic where that is none.
pub(super) fn host(text: &str, port: Option<u16>) -> Resource {
    match url::host_and_port(text) {
        Ok((host, own)) => Resource::Host { host: Name::Literal(host), port: port.or(own), url: None },
        Err(_) => Resource::host(Name::Dynamic),
    }
}
