//! What options of `curl` mean together: which method, what is sent along, where the connection really goes.
//!
//! `--next` begins another request; what stands on either side of it is taken to hold for all. Redirects lead
//! where nobody can see.

use super::{file_name, is_settled, save_as};
use crate::effects::shell::address::{self, Address, Deed};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::{Action, unknown};

/// Most URLs that one pattern is written out to.
const MOST: usize = 32;

/// Options whose value is sent as it stands.
const SHOWN: &[&str] = &[
    "-u",
    "-A",
    "-e",
    "--proxy-header",
    "-U",
    "--oauth2-bearer",
    "--url-query",
    "--aws-sigv4",
    "-r",
    "--request-target",
    "--proxy-user",
    "-z",
    "-P",
    "-C",
    "--tlsuser",
    "--tlspassword",
    "--login-options",
    "--ftp-account",
    "--service-name",
    "--haproxy-clientip",
    "--sasl-authzid",
];

pub(super) fn curl(run: &mut Run<'_>, given: &Given) {
    let mut sends = body(run, given);
    if let Some(method) = given.value("-X") {
        let asks = matches!(
            method.text().map(str::to_ascii_uppercase).as_deref(),
            Some("GET" | "HEAD" | "OPTIONS" | "TRACE" | "PROPFIND")
        );
        sends |= !asks;
    }
    sends |= given.has("-Q") || given.has("--mail-rcpt") || given.has("-t");
    sends |= headers(run, given);
    sends |= SHOWN.iter().any(|name| given.values(name).any(|value| !is_settled(value)));
    // `@file`, `name@file`: the content of the file, unless there was a `=` before it.
    for query in given.values("--url-query") {
        let before = query.prefix().split('=').next().unwrap_or_default();
        if let Some((name, _)) = before.split_once('@')
            && let Some(file) = query.strip_prefix(&format!("{name}@"))
        {
            meaning::path(run, Action::FILE_READ, &file, false);
            sends = true;
        }
    }
    for cookie in given.values("-b") {
        match cookie.text() {
            Some(text) if text.contains('=') || text.is_empty() => {}
            Some(_) => meaning::path(run, Action::FILE_READ, cookie, false),
            None => sends = true,
        }
    }
    for certificate in given.values("-E") {
        meaning::path(run, Action::FILE_READ, certificate, false);
    }
    let mut asks = !sends;
    if given.has("-n") || given.has("--netrc-optional") {
        meaning::path(run, Action::FILE_READ, &Field::literal("~/.netrc"), false);
        sends = true;
        asks = true;
    }
    for format in given.values("-w") {
        match format.text() {
            Some(text) if text.contains("%output{") => run.doubt(unknown::OPTION_ODD),
            Some(text) if text.starts_with('@') => {
                meaning::path(run, Action::FILE_READ, &Field::literal(text.trim_start_matches('@')), false)
            }
            Some(_) => {}
            None => run.doubt(unknown::OPTION_ODD),
        }
    }
    let mut deeds = Vec::new();
    if sends {
        deeds.push(Deed::Send);
    }
    if asks {
        deeds.push(Deed::Fetch);
    }
    around(run, given, &deeds);
    for url in given.operands.iter().chain(given.values("--url")) {
        let urls = if given.has("-g") { Some(vec![url.clone()]) } else { written_out(url) };
        match urls {
            Some(urls) => {
                for url in urls {
                    request(run, &url, &deeds);
                }
            }
            None => address::unclear(run, Deed::Fetch),
        }
        if given.has("-O") || given.has("--remote-name-all") {
            let unnamed = Field::of(Bit::Name);
            let name = if given.has("-J") { unnamed } else { file_name(url, unnamed) };
            save_as(run, given.value("--output-dir"), &name);
        }
    }
    if let Some(directory) = given.value("--output-dir") {
        for name in given.values("-o") {
            save_as(run, Some(directory), name);
        }
    }
}

/// Reads what is sent as a body; whether there is one.
fn body(run: &mut Run<'_>, given: &Given) -> bool {
    let mut sends = false;
    let in_query = given.has("-G");
    for name in ["-d", "--data-binary", "--json"] {
        for value in given.values(name) {
            let file = value.strip_prefix("@");
            sends |= !in_query || file.is_some() || !is_settled(value);
            if let Some(file) = file {
                meaning::path(run, Action::FILE_READ, &file, false);
            }
        }
    }
    for value in given.values("--data-raw") {
        sends |= !in_query || !is_settled(value);
    }
    for value in given.values("--data-urlencode") {
        // `content`, `=content`, `name=content`, `@file`, `name@file`
        let file = match value.split_once('@') {
            Some((name, file)) if !name.contains('=') => Some(file),
            _ => None,
        };
        sends |= !in_query || file.is_some() || !is_settled(value);
        if let Some(file) = file {
            meaning::path(run, Action::FILE_READ, &file, false);
        }
    }
    for value in given.values("-F") {
        sends = true;
        let Some((_, content)) = value.split_once('=') else { continue };
        if let Some(file) = content.strip_prefix("@").or_else(|| content.strip_prefix("<")) {
            match file.text() {
                Some(text) => {
                    let names = text.split(';').next().unwrap_or_default();
                    for name in names.split(',') {
                        meaning::path(run, Action::FILE_READ, &Field::literal(name.trim_matches('"')), false);
                    }
                }
                None => meaning::path(run, Action::FILE_READ, &file, false),
            }
        }
    }
    sends |= given.has("--form-string");
    for file in given.values("-T") {
        sends = true;
        if file.text() != Some(".") {
            meaning::path(run, Action::FILE_READ, file, false);
        }
    }
    sends
}

/// Reads headers from files; whether one is decided when it runs.
fn headers(run: &mut Run<'_>, given: &Given) -> bool {
    let mut sends = false;
    for value in given.values("-H") {
        sends |= !is_settled(value);
        if let Some(file) = value.strip_prefix("@") {
            sends = true;
            meaning::path(run, Action::FILE_READ, &file, false);
        }
    }
    sends
}

/// Machines that the URL does not name: proxies, other addresses for its host, another virtual host, a socket.
fn around(run: &mut Run<'_>, given: &Given, deeds: &[Deed]) {
    for name in ["-x", "--preproxy", "--proxy1.0", "--socks4", "--socks4a", "--socks5", "--socks5-hostname"] {
        for proxy in given.values(name).filter(|proxy| !proxy.is_empty()) {
            let proxy = match proxy.text() {
                Some(text) if !text.contains("://") => Field::literal(format!("http://{text}")),
                _ => proxy.clone(),
            };
            address::contact(run, Deed::Send, &proxy);
        }
    }
    let mut others: Vec<String> = Vec::new();
    let mut unclear = false;
    for value in given.values("--resolve") {
        match value.text().map(|text| text.trim_start_matches('+').splitn(3, ':').nth(2).unwrap_or_default())
        {
            Some(addresses) => {
                others.extend(addresses.split(',').filter(|one| !one.is_empty()).map(str::to_owned))
            }
            None => unclear = true,
        }
    }
    for value in given.values("--connect-to") {
        match value.text() {
            Some(text) => {
                // `HOST1:PORT1:HOST2:PORT2`, any of them empty.
                let host =
                    text.splitn(3, ':').nth(2).and_then(|rest| rest.rsplit_once(':')).map(|(host, _)| host);
                others.extend(host.filter(|host| !host.is_empty()).map(str::to_owned));
            }
            None => unclear = true,
        }
    }
    for value in given.values("-H") {
        if let Some((name, host)) = value.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            match host.text() {
                Some(host) => others.push(host.trim().to_owned()),
                None => unclear = true,
            }
        }
    }
    for other in others {
        match crate::effects::url::host_and_port(other.trim_matches(['[', ']'])) {
            Ok((host, port)) => {
                for deed in deeds {
                    address::machine_effect(run, *deed, &host, port);
                }
            }
            Err(_) => unclear = true,
        }
    }
    if unclear {
        address::unclear(run, Deed::Fetch);
    }
    for socket in given.values("--unix-socket") {
        meaning::path(run, Action::FILE_WRITE, socket, false);
    }
}

/// One request, by its scheme.
fn request(run: &mut Run<'_>, url: &Field, deeds: &[Deed]) {
    let scheme = url.prefix().split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    // Protocols in which the address itself is the command.
    let speaks = matches!(
        scheme.as_deref(),
        Some(
            "dict" | "gopher" | "gophers" | "telnet" | "smtp" | "smtps" | "mqtt" | "ldap" | "ldaps" | "rtsp"
        )
    );
    let named = url.text().map(address::read);
    if let Some(Address::Local(path)) = &named
        && scheme.is_some()
    {
        let action = if deeds.contains(&Deed::Send) { Action::FILE_WRITE } else { Action::FILE_READ };
        return meaning::path(run, action, &Field::literal(path), false);
    }
    if scheme.is_some() && !matches!(named, None | Some(Address::Web)) {
        for deed in deeds {
            address::contact(run, *deed, url);
        }
        if speaks && !deeds.contains(&Deed::Send) {
            address::contact(run, Deed::Send, url);
        }
        return;
    }
    for deed in deeds {
        match deed {
            Deed::Fetch => meaning::fetch(run, url),
            Deed::Send => meaning::send(run, url),
        }
    }
}

/// The URLs that a pattern with `{a,b}` and `[1-9]` stands for; `None` where that decides which machine is
/// asked, or where there are too many. One of a range stands for all.
fn written_out(url: &Field) -> Option<Vec<Field>> {
    let Some(text) = url.text() else { return Some(vec![url.clone()]) };
    let mut done = Vec::new();
    let mut left = vec![text.to_owned()];
    while let Some(text) = left.pop() {
        if done.len() + left.len() >= MOST {
            return None;
        }
        if let Some((before, rest)) = text.split_once('{')
            && let Some((inside, after)) = rest.split_once('}')
        {
            left.extend(inside.split(',').map(|one| format!("{before}{one}{after}")));
            continue;
        }
        if let Some((before, rest)) = text.split_once('[')
            && let Some((inside, after)) = rest.split_once(']')
            && !inside.contains(':')
            && let Some((first, _)) = inside.split_once('-')
        {
            let path = before.split_once("://").map_or(before, |(_, rest)| rest);
            if !path.contains('/') {
                return None;
            }
            left.push(format!("{before}{first}{after}"));
            continue;
        }
        done.push(Field::literal(text));
    }
    Some(done)
}
