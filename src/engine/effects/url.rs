//! URLs as far as all programs agree on them.
//!
//! In comes the text of an argument; out goes the machine it names, in one canonical spelling, or the
//! reason why programs may disagree on it. This is not a general URL parser. It takes the plain form of
//! http, https, ws and wss URLs, `host:port` without a scheme (read as http, as programs do), IPv4 addresses
//! in their decimal, hexadecimal and short spellings, and IPv6 addresses. Everything else is refused:
//! white space and backslashes before the path, more than one `@`, percent signs or letters outside ASCII
//! in the authority, empty labels, and leading zeros in an address, which are octal to one program and
//! decimal to another. Dot segments are refused because only some programs fold them.
//!
//! Deliberately absent: name resolution. What a name or a redirect leads to is invisible here, so that
//! only a list of allowed hosts is a sound rule.

use super::places;
use super::unknown::{self, Why};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Longest URL that is read, in bytes.
pub const MOST: usize = 16 << 10;

/// What an argument that should be a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page on another machine.
    Web(Url),
    /// A local file, from a `file:` URL: its path, not yet normalised.
    File(String),
    /// Nothing at all: `about:blank`.
    Blank,
}

/// A URL of another machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Host name or address: lower case, no trailing dot, IPv4 in four decimal parts.
    pub host: String,
    /// The port, where the text names one that is not the scheme's own.
    pub port: Option<u16>,
    /// The whole URL without user information and fragment.
    pub text: String,
    /// Path and query.
    pub tail: String,
    /// Whether it carries user information, which is sent along.
    pub user_information: bool,
}

/// Which network an address belongs to, as far as the text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    /// Anything else.
    Public,
    /// A private network, or a name that only private networks have.
    Private,
    /// The local link.
    LinkLocal,
    /// The machine itself.
    Loopback,
    /// A service that hands credentials to whoever asks.
    Metadata,
}

/// Reads a URL, with or without a scheme.
///
/// # Errors
/// The reason why programs may read it differently, or why it is not one of another machine.
pub fn read(text: &str) -> Result<Target, Why> {
    if text.is_empty() || text.len() > MOST || text.trim() != text || text.chars().any(char::is_control) {
        return Err(unknown::URL_UNUSUAL);
    }
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) && !is_port(rest) => {
            (Some(scheme.to_ascii_lowercase()), rest)
        }
        _ => (None, text),
    };
    let scheme = match scheme.as_deref() {
        None => "http",
        Some("about") if rest == "blank" => return Ok(Target::Blank),
        Some("file") => return file(rest),
        Some("http") => "http",
        Some("https") => "https",
        Some("ws") => "ws",
        Some("wss") => "wss",
        Some(_) => return Err(unknown::URL_SCHEME),
    };
    let rest = if text.len() == rest.len() {
        rest
    } else {
        // `http:/x` and `http:x` name a host to browsers and a path to others.
        rest.strip_prefix("//").ok_or(unknown::URL_UNUSUAL)?
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).ok_or(unknown::URL_UNUSUAL)?;
    let (user, machine) = match authority.split_once('@') {
        Some((user, machine)) => (Some(user), machine),
        None => (None, authority),
    };
    if user.is_some_and(|user| !user.bytes().all(is_user_byte)) {
        return Err(unknown::URL_UNUSUAL);
    }
    let (host, port) = host_and_port(machine)?;
    let tail = tail.split('#').next().unwrap_or_default();
    let path = tail.split('?').next().unwrap_or_default();
    if tail.contains('\\') || path.split('/').any(is_dot_segment) {
        return Err(unknown::URL_UNUSUAL);
    }
    let default = if matches!(scheme, "http" | "ws") { 80 } else { 443 };
    let port = port.filter(|port| *port != default);
    let mut whole = format!("{scheme}://");
    if host.contains(':') {
        whole.push_str(&format!("[{host}]"));
    } else {
        whole.push_str(&host);
    }
    if let Some(port) = port {
        whole.push_str(&format!(":{port}"));
    }
    whole.push_str(if path.is_empty() { "/" } else { "" });
    whole.push_str(tail);
    Ok(Target::Web(Url { host, port, text: whole, tail: tail.to_owned(), user_information: user.is_some() }))
}

/// Whether a text says that it is a URL of a page or a file, well written or not. Other addresses have
/// other schemes.
pub fn is_one(text: &str) -> bool {
    let scheme = text.trim_start().split(':').next().unwrap_or_default();
    text.contains(':')
        && ["http", "https", "ws", "wss", "file"].iter().any(|own| scheme.eq_ignore_ascii_case(own))
}

/// Reads `host`, `host:port`, an address, or `[address]:port`.
///
/// # Errors
/// As [`read`].
pub fn host_and_port(text: &str) -> Result<(String, Option<u16>), Why> {
    let (host, port) = if let Some(bracketed) = text.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']').ok_or(unknown::URL_UNUSUAL)?;
        let address: Ipv6Addr = address.parse().map_err(|_| unknown::URL_UNUSUAL)?;
        let port = match rest {
            "" => None,
            _ => Some(rest.strip_prefix(':').ok_or(unknown::URL_UNUSUAL)?),
        };
        (canonical_v6(address), port)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host_name(host)?, Some(port)),
            None => (host_name(text)?, None),
        }
    };
    let port = match port {
        None | Some("") => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(digits.parse::<u16>().map_err(|_| unknown::URL_UNUSUAL)?)
        }
        Some(_) => return Err(unknown::URL_UNUSUAL),
    };
    Ok((host, port))
}

/// A host name or IPv4 address in canonical spelling.
fn host_name(text: &str) -> Result<String, Why> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let plain = !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| (1..=63).contains(&label.len()))
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if !plain {
        return Err(unknown::URL_UNUSUAL);
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        return Ok(address_v4(&name).ok_or(unknown::URL_UNUSUAL)?.to_string());
    }
    Ok(name)
}

/// An IPv4 address of one to four decimal or hexadecimal parts, the last filling what is left.
fn address_v4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = text.split('.').collect();
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 {
        return None;
    }
    let mut address: u64 = 0;
    for part in leading {
        address = (address << 8) | address_part(part).filter(|value| *value < 256)?;
    }
    let room = 8 * (4 - u32::try_from(leading.len()).ok()?);
    let last = address_part(last).filter(|value| *value < 1 << room)?;
    u32::try_from((address << room) | last).ok().map(Ipv4Addr::from)
}

fn address_part(text: &str) -> Option<u64> {
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return (hexadecimal.len() <= 8).then(|| u64::from_str_radix(hexadecimal, 16).ok())?;
    }
    // Octal to some, decimal to others.
    let ambiguous = text.len() > 1 && text.starts_with('0');
    (!ambiguous && text.len() <= 10).then(|| text.parse().ok())?
}

fn canonical_v6(address: Ipv6Addr) -> String {
    match embedded_v4(address) {
        Some(inner) => inner.to_string(),
        None => address.to_string(),
    }
}

/// The IPv4 address which an IPv6 address stands for: mapped, compatible, or by the well-known prefix of
/// NAT64 (RFC 6052).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let inner = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(inner),
        (0, 0, 0, 0, 0, 0) if u32::from(inner) > 1 => Some(inner),
        _ => None,
    }
}

/// Which network a host in canonical spelling belongs to, as far as its text says.
pub fn address_class(host: &str) -> AddressClass {
    if places::is_metadata_host(host) {
        return AddressClass::Metadata;
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return class_v4(address);
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return embedded_v4(address).map_or_else(|| class_v6(address), class_v4);
    }
    if let Some(address) = spelled_out(host) {
        return class_v4(address).max(if places::is_metadata_host(&address.to_string()) {
            AddressClass::Metadata
        } else {
            AddressClass::Public
        });
    }
    let is_or_below =
        |name: &&str| host.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if LOOPBACK_NAMES.iter().any(&is_or_below) {
        AddressClass::Loopback
    } else if !host.contains('.') || PRIVATE_NAMES.iter().any(is_or_below) {
        AddressClass::Private
    } else {
        AddressClass::Public
    }
}

fn class_v4(address: Ipv4Addr) -> AddressClass {
    match address.octets() {
        [127, ..] | [0, ..] => AddressClass::Loopback,
        [169, 254, ..] => AddressClass::LinkLocal,
        [10, ..] | [192, 168, ..] | [255, 255, 255, 255] => AddressClass::Private,
        [172, second, ..] if second & 0xf0 == 16 => AddressClass::Private,
        // Shared address space (RFC 6598), benchmarks (RFC 2544), multicast and reserved.
        [100, second, ..] if second & 0xc0 == 64 => AddressClass::Private,
        [198, 18 | 19, ..] | [192, 0, 0, _] | [224..=255, ..] => AddressClass::Private,
        _ => AddressClass::Public,
    }
}

fn class_v6(address: Ipv6Addr) -> AddressClass {
    let [first, second, third, ..] = address.segments();
    match first {
        0 if address.is_loopback() || address.is_unspecified() => AddressClass::Loopback,
        _ if first & 0xffc0 == 0xfe80 => AddressClass::LinkLocal,
        _ if first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfec0 || first & 0xff00 == 0xff00 => {
            AddressClass::Private
        }
        // 6to4 carries an IPv4 address.
        0x2002 => class_v4(Ipv4Addr::from((u32::from(second) << 16) | u32::from(third))),
        _ => AddressClass::Public,
    }
}

/// The address in the name of a service that resolves `10.0.0.5.nip.io` to 10.0.0.5.
fn spelled_out(host: &str) -> Option<Ipv4Addr> {
    let name = SPELLING_SERVICES.iter().find_map(|service| host.strip_suffix(service)?.strip_suffix('.'))?;
    let labels: Vec<&str> = name.split('.').collect();
    let plain = labels.windows(4).rev().find_map(|four| four.join(".").parse().ok());
    plain.or_else(|| {
        labels.iter().rev().find_map(|label| {
            let parts: Vec<&str> = label.split('-').collect();
            let dashed = parts.windows(4).rev().find_map(|four| four.join(".").parse().ok());
            let hexadecimal = parts
                .last()
                .filter(|word| word.len() == 8)
                .and_then(|word| u32::from_str_radix(word, 16).ok())
                .map(Ipv4Addr::from);
            dashed.or(hexadecimal)
        })
    })
}

fn file(rest: &str) -> Result<Target, Why> {
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    let plain = path.starts_with('/') && !path.starts_with("//") && !path.contains(['%', '\\', '?', '#']);
    if plain { Ok(Target::File(path.to_owned())) } else { Err(unknown::URL_UNUSUAL) }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn is_port(rest: &str) -> bool {
    let port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

const fn is_user_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'+' | b'=' | b'!' | b'*')
}

fn is_dot_segment(segment: &str) -> bool {
    // Spelled out, two dots take six bytes.
    segment.len() <= 6 && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Names that resolve to the machine itself.
const LOOPBACK_NAMES: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "ip6-localhost",
];

/// Names that only private networks resolve.
const PRIVATE_NAMES: &[&str] =
    &["internal", "local", "localdomain", "lan", "home", "home.arpa", "corp", "intranet", "private", "svc"];

/// Services that resolve a name to the address which it spells out.
const SPELLING_SERVICES: &[&str] = &["nip.io", "sslip.io", "xip.io", "traefik.me", "backname.io"];

#[cfg(test)]
mod tests;
