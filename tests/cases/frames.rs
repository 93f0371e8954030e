//! The notation in which the cases' files show frames of `application/vnd.amazon.eventstream`, for whoever reads those
//! files: a line each, the name of the event and the payload. An exception's name has an exclamation mark in front;
//! `b64(…)` stands for the base64 of what is in the brackets, as a JSON string.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes of the frames that a text shows.
pub(crate) fn encoded(shown: &str) -> Vec<u8> {
    shown.lines().flat_map(line).collect()
}

fn line(line: &str) -> Vec<u8> {
    let (name, payload) = line.split_once(' ').unwrap_or((line, ""));
    let wrapped = payload.split_once("b64(").and_then(|(head, rest)| Some((head, rest.rsplit_once(')')?)));
    let payload = match wrapped {
        Some((head, (json, tail))) => format!("{head}\"{}\"{tail}", STANDARD.encode(json)),
        None => payload.to_owned(),
    };
    let (kind, message, name) = match name.strip_prefix('!') {
        Some(exception) => (":exception-type", "exception", exception),
        None => (":event-type", "event", name),
    };
    let headers = [(kind, name), (":content-type", "application/json"), (":message-type", message)];
    frame(&headers, payload.as_bytes())
}

/// A frame with these headers, all strings.
pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).expect("a short name"));
        head.extend_from_slice(name.as_bytes());
        head.push(7);
        head.extend_from_slice(&u16::try_from(value.len()).expect("a short value").to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    framed(&head, payload)
}

/// A frame with these bytes for headers.
pub(crate) fn framed(head: &[u8], payload: &[u8]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).expect("a small frame").to_be_bytes();
    let mut out = [number(16 + head.len() + payload.len()), number(head.len())].concat();
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(head);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}
