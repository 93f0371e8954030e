//! Frames of `application/vnd.amazon.eventstream`, read strictly, from bytes that may be cut anywhere.
//!
//! ```text
//! u32 length of the frame │ u32 length of its headers │ u32 CRC of these eight bytes
//! headers: u8 length, name, u8 type, value    × n
//! payload
//! u32 CRC of all before
//! ```
//!
//! Big-endian; the CRC is CRC-32 as in IEEE 802.3. Both are checked, and written anew where a frame changes. A frame is
//! an event with the name in `:event-type`, or an exception, after which clients read no further. Its payload is JSON,
//! or in an `InvokeModel` stream JSON with JSON in it as base64.
//!
//! Refused, because readers disagree: a header twice, a known header that is no string or stands there in another case,
//! another content type than JSON, a frame that is not whole at the end, base64 that is not strict.

use super::blocks::{Block, Blocks, Item};
use super::rebuild::{self, Change};
use super::stream::NewEvent;
use super::{Unreadable, framing, limit, shape};
use crate::json::{Document, Node};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The name under which an exception is reported. No event has it: a colon opens only the names of headers.
pub(crate) const EXCEPTION: &str = ":exception";

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// The data of the event.
    Data,
    /// An object with the data in `bytes`, as base64.
    Bytes,
}

/// Reads frames; holds the unfinished one and nothing else.
#[derive(Debug)]
pub(crate) struct Frames {
    payload: Payload,
    /// Most bytes of one frame.
    limit: usize,
    /// Deepest nesting of a payload.
    depth: usize,
    /// What earlier chunks held of the frame.
    frame: Vec<u8>,
}

const PRELUDE: usize = 12;
const CRC: usize = 4;
/// The bound of the format.
const MOST_HEADERS: usize = 128 << 10;
/// Most headers of one frame, each of which is compared with all before it. The services write three.
const MOST_NAMES: usize = 64;
/// The type of a header whose value is a string.
const STRING: u8 = 7;

/// A frame's parts, as offsets into it.
struct Frame {
    headers_end: usize,
    payload_end: usize,
    event: String,
}

impl Frames {
    /// A reader that refuses a frame longer than `limit` bytes.
    pub(crate) const fn new(payload: Payload, limit: usize, depth: usize) -> Self {
        Self { payload, limit, depth, frame: Vec::new() }
    }

    /// How long the frame is that these bytes begin; `None` if that is not known yet.
    fn length(&self, bytes: &[u8]) -> Result<Option<usize>, Unreadable> {
        let Some((prelude, crc)) =
            bytes.get(..PRELUDE).and_then(|bytes| bytes.split_at_checked(PRELUDE - CRC))
        else {
            return Ok(None);
        };
        if number(crc) != Some(crc32fast::hash(prelude)) {
            return Err(framing("a frame whose prelude has another checksum"));
        }
        let [length, headers] =
            [number(prelude), number(prelude.get(4..).unwrap_or_default())].map(as_length);
        if length > self.limit {
            return Err(limit("one event of a stream"));
        }
        if headers > MOST_HEADERS || headers + PRELUDE + CRC > length {
            return Err(framing("a frame whose lengths contradict each other"));
        }
        Ok(Some(length))
    }

    /// Reads a whole frame.
    fn block(&self, bytes: &[u8]) -> Result<Block, Unreadable> {
        let frame = Frame::read(bytes)?;
        let payload = bytes.get(frame.headers_end..frame.payload_end).unwrap_or_default();
        let text = std::str::from_utf8(payload).map_err(|_| framing("invalid UTF-8 in a frame"))?;
        let data = if frame.event == EXCEPTION || self.payload == Payload::Data {
            text.to_owned()
        } else {
            self.decoded(&frame.event, text)?
        };
        Ok(Block { event: Some(frame.event), data: Some(data), data_at: None, len: bytes.len() })
    }

    /// The data within a payload.
    fn decoded(&self, event: &str, payload: &str) -> Result<String, Unreadable> {
        if event != "chunk" {
            return Err(shape("a frame of another kind than a chunk"));
        }
        let document = Document::parse(payload.as_bytes().to_vec(), self.depth)?;
        // The service adds padding and nothing else.
        if document.root().members().iter().any(|member| !matches!(member.key.as_str(), "bytes" | "p")) {
            return Err(shape("a chunk with more than bytes and padding"));
        }
        let bytes = document.root().get("bytes").and_then(Node::as_str);
        let bytes = bytes.ok_or_else(|| shape("a chunk without bytes"))?;
        let data = STANDARD.decode(bytes).map_err(|_| framing("base64 that is not strict"))?;
        String::from_utf8(data).map_err(|_| framing("invalid UTF-8 in a frame"))
    }
}

impl Frame {
    fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let contradiction = || framing("a frame whose lengths contradict each other");
        let payload_end = bytes.len().checked_sub(CRC).ok_or_else(contradiction)?;
        let (body, crc) = bytes.split_at_checked(payload_end).ok_or_else(contradiction)?;
        if number(crc) != Some(crc32fast::hash(body)) {
            return Err(framing("a frame that has another checksum"));
        }
        let headers_end = PRELUDE + as_length(number(body.get(4..).unwrap_or_default()));
        let headers = Headers::read(body.get(PRELUDE..headers_end).ok_or_else(contradiction)?)?;
        if headers.content_type.is_some_and(|kind| kind != "application/json") {
            return Err(framing("a frame whose payload is not JSON"));
        }
        let event = match (headers.message_type, headers.event_type) {
            (Some("event"), Some(event)) if !event.starts_with(':') => event.to_owned(),
            (Some("exception" | "error"), None) => EXCEPTION.to_owned(),
            _ => return Err(framing("a frame that is neither an event nor an exception")),
        };
        Ok(Self { headers_end, payload_end, event })
    }
}

/// The headers that say what a frame is.
#[derive(Default)]
struct Headers<'a> {
    message_type: Option<&'a str>,
    event_type: Option<&'a str>,
    content_type: Option<&'a str>,
}

impl<'a> Headers<'a> {
    fn read(mut bytes: &'a [u8]) -> Result<Self, Unreadable> {
        const ODD: &str = "a frame whose headers cannot be read";
        let mut headers = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        while let Some((&length, rest)) = bytes.split_first() {
            let (name, rest) = rest.split_at_checked(usize::from(length)).ok_or_else(|| framing(ODD))?;
            let name = std::str::from_utf8(name).map_err(|_| framing(ODD))?;
            let (&kind, rest) = rest.split_first().ok_or_else(|| framing(ODD))?;
            let (value, rest) = match kind {
                0 | 1 => (rest.get(..0), Some(rest)),
                2 => (rest.get(..1), rest.get(1..)),
                3 => (rest.get(..2), rest.get(2..)),
                4 => (rest.get(..4), rest.get(4..)),
                5 | 8 => (rest.get(..8), rest.get(8..)),
                9 => (rest.get(..16), rest.get(16..)),
                6 | STRING => match rest {
                    [high, low, rest @ ..] => {
                        let length = usize::from(u16::from_be_bytes([*high, *low]));
                        (rest.get(..length), rest.get(length..))
                    }
                    _ => (None, None),
                },
                _ => (None, None),
            };
            let (Some(value), Some(rest)) = (value, rest) else { return Err(framing(ODD)) };
            bytes = rest;
            if seen.contains(&name) {
                return Err(framing("a frame with a header twice"));
            }
            if seen.len() == MOST_NAMES {
                return Err(limit("headers of one frame"));
            }
            seen.push(name);
            let slot = match name {
                ":message-type" => &mut headers.message_type,
                ":event-type" => &mut headers.event_type,
                ":content-type" => &mut headers.content_type,
                _ if [":message-type", ":event-type", ":content-type"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name)) =>
                {
                    return Err(framing("a frame with a header in another case"));
                }
                _ => continue,
            };
            let value = std::str::from_utf8(value).ok().filter(|_| kind == STRING);
            *slot = Some(value.ok_or_else(|| framing(ODD))?);
        }
        Ok(headers)
    }
}

impl Blocks for Frames {
    fn next(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Item>, Unreadable> {
        let rest = chunk.get(*at..).unwrap_or_default();
        if self.frame.is_empty() {
            if let Some(frame) = self.length(rest)?.and_then(|length| rest.get(..length)) {
                *at += frame.len();
                return self.block(frame).map(|block| Some(Item::Block(block)));
            }
            self.frame.extend_from_slice(rest);
            *at = chunk.len();
            return Ok(None);
        }
        // First as much as tells the length, so that no more than one frame is ever kept.
        for most in [Some(PRELUDE), None] {
            let Some(wanted) = most.map_or_else(|| self.length(&self.frame), |most| Ok(Some(most)))? else {
                return Ok(None);
            };
            let rest = chunk.get(*at..).unwrap_or_default();
            let missing = wanted.saturating_sub(self.frame.len()).min(rest.len());
            self.frame.extend_from_slice(rest.get(..missing).unwrap_or_default());
            *at += missing;
            if self.frame.len() < wanted {
                return Ok(None);
            }
        }
        let frame = std::mem::take(&mut self.frame);
        self.block(&frame).map(|block| Some(Item::Block(block)))
    }

    fn finish(&mut self) -> Result<Option<Block>, Unreadable> {
        if self.frame.is_empty() { Ok(None) } else { Err(framing("a frame that is not whole")) }
    }

    fn again(&self, raw: &[u8]) -> Result<Block, Unreadable> {
        self.block(raw)
    }

    fn open(&mut self, _: bool) {}

    fn copy(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw);
    }

    fn changed(&mut self, raw: &[u8], _: &Block, data: &str, out: &mut Vec<u8>) {
        let Ok(frame) = Frame::read(raw) else { return };
        let headers = raw.get(PRELUDE..frame.headers_end).unwrap_or_default();
        let payload = raw.get(frame.headers_end..frame.payload_end).unwrap_or_default();
        match self.payload {
            Payload::Data => write(headers, data, out),
            Payload::Bytes => {
                let Ok(document) = Document::parse(payload.to_vec(), self.depth) else { return };
                let bytes = Change::Set(rebuild::string(&STANDARD.encode(data)));
                write(headers, &rebuild::object(&document, document.root(), &[("bytes", bytes)]), out);
            }
        }
    }

    fn event(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        let (name, payload) = match self.payload {
            Payload::Data => (event.name.unwrap_or_default(), event.data.clone()),
            Payload::Bytes => ("chunk", format!(r#"{{"bytes":"{}"}}"#, STANDARD.encode(&event.data))),
        };
        write(&headers([(":event-type", name), (":message-type", "event")]), &payload, out);
    }

    fn failure(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        let name = event.name.unwrap_or_default();
        write(&headers([(":exception-type", name), (":message-type", "exception")]), &event.data, out);
    }

    fn close(&mut self, _: &mut Vec<u8>) {}
}

/// The headers of a frame of our own.
fn headers([kind, message]: [(&str, &str); 2]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in [kind, (":content-type", "application/json"), message] {
        let (Ok(name_length), Ok(length)) = (u8::try_from(name.len()), u16::try_from(value.len())) else {
            continue;
        };
        out.push(name_length);
        out.extend_from_slice(name.as_bytes());
        out.push(STRING);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    out
}

/// Writes a frame. One that is too long for the format is left out: nothing that was read is.
fn write(headers: &[u8], payload: &str, out: &mut Vec<u8>) {
    let length = PRELUDE + headers.len() + payload.len() + CRC;
    let (Ok(length), Ok(headers_length)) = (u32::try_from(length), u32::try_from(headers.len())) else {
        return;
    };
    let start = out.len();
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&headers_length.to_be_bytes());
    let crc = crc32fast::hash(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(headers);
    out.extend_from_slice(payload.as_bytes());
    let crc = crc32fast::hash(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&crc.to_be_bytes());
}

/// The number in the first four bytes.
fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.first_chunk()?))
}

fn as_length(number: Option<u32>) -> usize {
    number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::frames::{frame, framed};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const EVENT: [(&str, &str); 3] =
        [(":event-type", "e"), (":content-type", "application/json"), (":message-type", "event")];

    fn read(chunks: &[&[u8]]) -> Result<Vec<Block>, Unreadable> {
        let mut reader = Frames::new(Payload::Data, 1_000, 10);
        let mut blocks = Vec::new();
        for chunk in chunks {
            let mut at = 0;
            while let Some(item) = reader.next(chunk, &mut at)? {
                match item {
                    Item::Block(block) => blocks.push(block),
                    Item::LineFeed => panic!("there are no lines"),
                }
            }
            assert_eq!(at, chunk.len(), "a chunk is used up");
        }
        blocks.extend(reader.finish()?);
        Ok(blocks)
    }

    /// The example of the format's documentation: a frame without headers and payload.
    #[test]
    fn the_checksums_are_those_of_the_format() {
        let empty = [0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
        let mut out = Vec::new();
        write(&[], "", &mut out);
        assert_eq!(out, empty);
        assert_eq!(framed(&[], &[]), empty);
        let error = read(&[&empty]).unwrap_err();
        assert_eq!(error.to_string(), "a frame that is neither an event nor an exception");
    }

    #[test]
    fn every_cut_reads_alike() {
        let exception =
            [(":exception-type", "x"), (":content-type", "application/json"), (":message-type", "exception")];
        let bare = [(":message-type", "event"), (":event-type", "f")];
        let stream = [
            frame(&EVENT, "{\"ü\":1}".as_bytes()),
            frame(&bare, b""),
            frame(&exception, b"{\"message\":\"no\"}"),
        ]
        .concat();
        let whole = read(&[&stream]).unwrap();
        let shown: Vec<_> =
            whole.iter().map(|block| (block.event.as_deref(), block.data.as_deref())).collect();
        let expected = [("e", "{\"ü\":1}"), ("f", ""), (EXCEPTION, "{\"message\":\"no\"}")];
        assert_eq!(shown, expected.map(|(event, data)| (Some(event), Some(data))));
        assert_eq!(whole.iter().map(|block| block.len).sum::<usize>(), stream.len());
        for cut in 0..=stream.len() {
            let (head, tail) = stream.split_at(cut);
            assert_eq!(read(&[head, tail]).as_ref(), Ok(&whole), "cut at {cut}");
        }
        assert_eq!(read(&stream.chunks(1).collect::<Vec<_>>()), Ok(whole));
        for cut in 1..frame(&EVENT, b"{}").len() {
            assert!(read(&[&frame(&EVENT, b"{}")[..cut]]).is_err(), "cut short at {cut}");
        }
    }

    #[test]
    fn a_bit_that_is_not_as_it_was_sent_is_noticed() {
        let sent = frame(&EVENT, b"{\"a\":1}");
        for bit in 0..sent.len() * 8 {
            let mut other = sent.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&[&other]).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn what_readers_disagree_on_is_refused() {
        const NEITHER: &str = "a frame that is neither an event nor an exception";
        const HEADERS: &str = "a frame whose headers cannot be read";
        let with = |headers: &[(&str, &str)]| frame(headers, b"{}");
        let raw = |head: &[u8]| framed(head, b"{}");
        let mut long = frame(&EVENT, b"{}");
        long.extend_from_slice(b"0123456789");
        for (bytes, rule) in [
            (with(&EVENT[..2]), NEITHER),
            (with(&[(":message-type", "event")]), NEITHER),
            (with(&[(":message-type", "ping"), (":event-type", "e")]), NEITHER),
            (with(&[(":message-type", "exception"), (":event-type", "e")]), NEITHER),
            (with(&[(":message-type", "event"), (":event-type", EXCEPTION)]), NEITHER),
            (with(&[EVENT[0], EVENT[0], EVENT[2]]), "a frame with a header twice"),
            (with(&[EVENT[0], (":Event-Type", "x"), EVENT[2]]), "a frame with a header in another case"),
            (
                with(&[EVENT[0], (":content-type", "application/cbor"), EVENT[2]]),
                "a frame whose payload is not JSON",
            ),
            (raw(b"\x0b:event-type\x06\0\x01e"), HEADERS),
            (raw(b"\x01x\x0a"), HEADERS),
            (raw(b"\x01x\x07\0\x09e"), HEADERS),
            (raw(b"\x09x"), HEADERS),
            (raw(b"\x01\xff\0"), HEADERS),
            (frame(&EVENT, b"\xff"), "invalid UTF-8 in a frame"),
            (frame(&EVENT, &[b'x'; 1_000]), "more than the limit of one event of a stream"),
            (long, "a frame that is not whole"),
        ] {
            assert_eq!(read(&[&bytes]).unwrap_err().to_string(), rule);
            assert_eq!(read(&bytes.chunks(1).collect::<Vec<_>>()).unwrap_err().to_string(), rule);
        }
        // Headers nobody knows, of every type.
        let mut head = Vec::new();
        for (kind, length) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)] {
            head.extend_from_slice(&[1, b'a' + kind, kind]);
            head.extend_from_slice(&vec![0; length]);
        }
        head.extend_from_slice(b"\x01z\x06\0\x02\xff\xff");
        head.extend_from_slice(b"\x0b:event-type\x07\0\x01e\x0d:message-type\x07\0\x05event");
        assert_eq!(read(&[&raw(&head)]).unwrap().len(), 1);
    }

    /// Each name is compared with all before it: without a bound, one frame of short names takes seconds.
    #[test]
    fn a_frame_has_no_more_headers_than_can_be_compared() {
        let with = |headers: u8| {
            let mut head = b"\x0b:event-type\x07\0\x01e\x0d:message-type\x07\0\x05event".to_vec();
            head.extend((2..headers).flat_map(|n| [2, b'0' + n / 10, b'0' + n % 10, 0]));
            framed(&head, b"{}")
        };
        assert_eq!(read(&[&with(64)]).unwrap().len(), 1);
        assert_eq!(read(&[&with(65)]).unwrap_err().code(), "over_limit");
    }

    #[test]
    fn lengths_that_contradict_each_other_are_refused() {
        for (length, headers) in [(15_u32, 0_u32), (16, 1), (0, 0), (900, 900), (200, u32::MAX)] {
            let mut bytes = [length.to_be_bytes(), headers.to_be_bytes()].concat();
            bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
            bytes.resize(900, 0);
            assert!(read(&[&bytes]).is_err(), "{length} {headers}");
        }
    }
}
