//! Frames as the cases' files show them: a line each, the name of the event and the payload. An exception's name has an
//! exclamation mark in front; `b64(…)` stands for the base64 of what is in the brackets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes of the frames that a text shows.
pub(super) fn encoded(shown: &str) -> Vec<u8> {
    shown.lines().flat_map(encoded_line).collect()
}

fn encoded_line(line: &str) -> Vec<u8> {
    let (name, payload) = line.split_once(' ').unwrap_or((line, ""));
    let payload =
        match payload.split_once("b64(").and_then(|(head, rest)| Some((head, rest.rsplit_once(')')?))) {
            Some((head, (json, tail))) => format!("{head}\"{}\"{tail}", STANDARD.encode(json)),
            None => payload.to_owned(),
        };
    match name.strip_prefix('!') {
        Some(exception) => frame(
            &[
                (":exception-type", exception),
                (":content-type", "application/json"),
                (":message-type", "exception"),
            ],
            payload.as_bytes(),
        ),
        None => frame(
            &[(":event-type", name), (":content-type", "application/json"), (":message-type", "event")],
            payload.as_bytes(),
        ),
    }
}

/// A frame with these headers, all strings.
pub(in crate::wire) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
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
pub(in crate::wire) fn framed(head: &[u8], payload: &[u8]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).expect("a small frame").to_be_bytes();
    let mut out = [number(16 + head.len() + payload.len()), number(head.len())].concat();
    out.extend_from_slice(&crc(&out).to_be_bytes());
    out.extend_from_slice(head);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc(&out).to_be_bytes());
    out
}

/// Frames as text. They must be whole and have the right checksums.
pub(super) fn shown(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    while !bytes.is_empty() {
        let number = |at: usize| {
            let number = bytes[at..at + 4].try_into().map(u32::from_be_bytes).expect("four bytes");
            usize::try_from(number).expect("a length")
        };
        let (frame, rest) = bytes.split_at(number(0));
        let stated = |at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(stated(8), crc(&frame[..8]), "the checksum of a prelude");
        assert_eq!(stated(frame.len() - 4), crc(&frame[..frame.len() - 4]), "the checksum of a frame");
        let (head, payload) = frame[12..frame.len() - 4].split_at(number(4));
        let head = String::from_utf8_lossy(head);
        let value = |name: &str| {
            let (_, rest) = head.split_once(name)?;
            let length = usize::from(*rest.as_bytes().get(2)?);
            rest.get(3..3 + length)
        };
        match value(":event-type") {
            Some(name) => out.push_str(name),
            None => out.push_str(&format!("!{}", value(":exception-type").expect("the kind of a frame"))),
        }
        let payload = std::str::from_utf8(payload).expect("a payload of text");
        let decoded = payload.split_once("\"bytes\":\"").and_then(|(head, rest)| {
            let (base64, tail) = rest.split_once('"')?;
            let json = STANDARD.decode(base64).expect("strict base64");
            Some(format!("{head}\"bytes\":b64({}){tail}", std::str::from_utf8(&json).expect("text")))
        });
        out.push_str(&format!(" {}\n", decoded.as_deref().unwrap_or(payload)));
        bytes = rest;
    }
    out
}

/// CRC-32 as in IEEE 802.3, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
