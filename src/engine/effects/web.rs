//! What it amounts to when a URL is fetched, or something is sent to one. The same for a tool's argument and
//! for a command.

use super::gathered::Gathered;
use super::url::{self, AddressClass, Url};
use super::{Action, Name, Resource};
use crate::redact;
use base64::Engine as _;

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
    if query > LONG_QUERY || carries_secret(found) || found.user_information {
        out.add(Action::NET_SEND, resource.clone());
    }
    out.add(Action::NET_FETCH, resource);
}

/// Whether a secret stands in the address: as it is, percent-encoded, or in base64.
fn carries_secret(found: &Url) -> bool {
    if redact::has_secret(&found.text) {
        return true;
    }
    let plain = without_percent(&found.tail);
    let coded = |part: &str| in_base64(part).is_some_and(|text| redact::has_secret(&text));
    plain != found.tail && redact::has_secret(&plain)
        || plain.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '_')).any(coded)
}

/// The text with `%41` as `A`. What is no text then is left out.
fn without_percent(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(part.bytes().take(2)),
        }
        bytes.extend(part.bytes().skip(2));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Shorter than any secret that would be found in it.
const LEAST_CODED: usize = 20;

/// What the text stands for in base64, in either alphabet, without what is left over at its end.
fn in_base64(text: &str) -> Option<String> {
    let whole = text.get(..text.len() / 4 * 4).filter(|whole| whole.len() >= LEAST_CODED)?;
    let standard = whole.replace('-', "+").replace('_', "/");
    let bytes = base64::engine::general_purpose::STANDARD.decode(standard).ok()?;
    String::from_utf8(bytes).ok()
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
