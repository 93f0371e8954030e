//! Frames, from the notation of the cases' files and back into it.

#[path = "../../../../tests/cases/frames.rs"]
mod notation;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
pub(crate) use notation::encoded;
pub(in crate::wire) use notation::{frame, framed};

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

/// CRC-32 as in IEEE 802.3, bit by bit: another than what reads and writes the frames.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
