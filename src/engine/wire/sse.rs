//! Server-sent events, read strictly, from bytes that may be cut anywhere.
//!
//! In come chunks of a body; out come whole blocks (what stands before a blank line), each with its event
//! name, its data and how many bytes it took, so that a block can be forwarded as it was read. The line
//! rules are those of WHATWG HTML, "Server-sent events": LF, CR and CRLF end a line, also mixed; several `data` lines are
//! joined by LF; a line that starts with a colon is a comment.
//!
//! Stricter than the standard, because clients in the field differ from it and from each other: a field name the
//! standard does not know is refused (it tells readers to skip it, yet one SDK reads such lines as JSON), and so are NUL,
//! invalid UTF-8, and a byte order mark. At the start of a stream some readers skip the mark and others the line that it
//! makes a line of another field, with whatever piece of a call is in it; at later lines it is the other way round. A last
//! block without its blank line counts: every SDK delivers it.
//!
//! # Where a CRLF is cut
//!
//! A CR ends the line at once; it would be wrong to keep a whole event back until the next byte tells
//! whether an LF follows. That LF then belongs to the block it ended, and is reported on its own as
//! [`Item::LineFeed`], whether or not it came in the same chunk: where the network cut changes nothing.

use super::blocks::{Block, Blocks, Item};
use super::stream::NewEvent;
use super::{Unreadable, framing, limit};

/// What may stand in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// All that the standard knows.
    Standard,
    /// Lines of `data: `, with one space, that end in LF or CRLF; and comments without brackets in blocks of their own.
    /// Gemini's SDKs do not read the standard: one skips a block that begins with anything else, one skips data without
    /// the space and takes every other line for a part of a document in JSON, one splits at LF alone.
    DataOnly,
}

/// Reads blocks; holds the unfinished block's fields and nothing else.
#[derive(Debug)]
pub(crate) struct Reader {
    dialect: Dialect,
    /// Most bytes of one block.
    limit: usize,
    /// What earlier chunks held of the line that is not ended.
    line: Vec<u8>,
    block: Block,
    /// The block has a comment; looked at where only data may stand beside none.
    commented: bool,
    /// The last byte was a CR, so that an LF would belong to it.
    after_cr: bool,
    /// The last byte ended a block.
    after_block: bool,
    /// The line ends seen first, for what is written in between.
    line_end: Option<LineEnd>,
}

/// How a stream ends its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    Cr,
    CrLf,
}

impl LineEnd {
    /// The bytes.
    const fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Cr => "\r",
            Self::CrLf => "\r\n",
        }
    }
}

impl Reader {
    /// A reader that refuses a block longer than `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self::of(Dialect::Standard, limit)
    }

    /// As [`Reader::new`], of a stream that has nothing but data.
    pub(crate) fn data_only(limit: usize) -> Self {
        Self::of(Dialect::DataOnly, limit)
    }

    fn of(dialect: Dialect, limit: usize) -> Self {
        Self {
            dialect,
            limit,
            line: Vec::new(),
            block: Block::default(),
            commented: false,
            after_cr: false,
            after_block: false,
            line_end: None,
        }
    }

    fn grow(&mut self, by: usize) -> Result<(), Unreadable> {
        self.block.len += by;
        if self.block.len > self.limit {
            return Err(limit("one event of a stream"));
        }
        Ok(())
    }

    /// Takes one line; whether it was the blank one. `terminator` is how many bytes of the block's length
    /// stand behind the line.
    fn end_line(&mut self, line: &[u8], terminator: usize) -> Result<bool, Unreadable> {
        let line = std::str::from_utf8(line).map_err(|_| framing("invalid UTF-8 in an event stream"))?;
        if line.contains('\0') {
            return Err(framing("NUL in an event stream"));
        }
        if line.is_empty() {
            return Ok(true);
        }
        let (name, value) = match line.split_once(':') {
            Some((name, value)) => (name, value.strip_prefix(' ').unwrap_or(value)),
            None => (line, ""),
        };
        if self.dialect == Dialect::DataOnly && matches!(name, "" | "id" | "retry" | "event" | "data") {
            self.data_alone(line)?;
        }
        match name {
            "" | "id" | "retry" => {}
            "event" => self.block.event = Some(value.to_owned()),
            "data" => {
                let end = self.block.len - terminator;
                self.block.data_at = match self.block.data {
                    None => Some((end - value.len(), end)),
                    Some(_) => None,
                };
                match &mut self.block.data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    none => *none = Some(value.to_owned()),
                }
            }
            marked if marked.starts_with('\u{feff}') => {
                return Err(framing("a byte order mark in an event stream"));
            }
            _ => return Err(framing("an unknown field in an event stream")),
        }
        Ok(false)
    }

    /// Whether a line may stand where data may.
    fn data_alone(&mut self, line: &str) -> Result<(), Unreadable> {
        let comment = line.starts_with(':') && !line.contains(['{', '}', '[', ']', '"']);
        if !(comment || line.starts_with("data: ")) {
            return Err(framing("a line of an event stream that is not `data: `"));
        }
        if (comment && self.block.data.is_some()) || (!comment && self.commented) {
            return Err(framing("a comment beside the data of an event"));
        }
        self.commented |= comment;
        Ok(())
    }

    /// A line ended in a CR without an LF.
    fn lone_cr(&self) -> Result<(), Unreadable> {
        match self.dialect {
            Dialect::Standard => Ok(()),
            Dialect::DataOnly => Err(framing("a line of an event stream that ends in CR alone")),
        }
    }

    /// How this stream ends its lines, as far as is known.
    fn line_end(&self) -> LineEnd {
        self.line_end.unwrap_or(LineEnd::Lf)
    }
}

impl Blocks for Reader {
    fn next(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Item>, Unreadable> {
        loop {
            let rest = chunk.get(*at..).unwrap_or_default();
            let Some(&first) = rest.first() else { return Ok(None) };
            if self.after_cr {
                self.after_cr = false;
                if first == b'\n' {
                    *at += 1;
                    if self.line_end == Some(LineEnd::Cr) {
                        self.line_end = Some(LineEnd::CrLf);
                    }
                    if self.after_block {
                        return Ok(Some(Item::LineFeed));
                    }
                    self.block.len += 1;
                    continue;
                }
                self.lone_cr()?;
            }
            self.after_block = false;
            let Some(length) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.grow(rest.len())?;
                self.line.extend_from_slice(rest);
                *at += rest.len();
                return Ok(None);
            };
            let (head, tail) = rest.split_at(length);
            self.after_cr = tail.first() == Some(&b'\r');
            if self.line_end.is_none() {
                self.line_end = Some(if self.after_cr { LineEnd::Cr } else { LineEnd::Lf });
            }
            self.grow(length + 1)?;
            *at += length + 1;
            let ended = if self.line.is_empty() {
                self.end_line(head, 1)?
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(head);
                let ended = self.end_line(&line, 1)?;
                line.clear();
                self.line = line;
                ended
            };
            if ended {
                self.after_block = true;
                self.commented = false;
                return Ok(Some(Item::Block(std::mem::take(&mut self.block))));
            }
        }
    }

    fn finish(&mut self) -> Result<Option<Block>, Unreadable> {
        if self.after_cr {
            self.lone_cr()?;
        }
        let line = std::mem::take(&mut self.line);
        self.end_line(&line, 0)?;
        let block = std::mem::take(&mut self.block);
        Ok((block.len > 0).then_some(block))
    }

    fn is_between_blocks(&self) -> bool {
        !self.after_cr && self.block.len == 0 && self.line.is_empty()
    }

    fn again(&self, raw: &[u8]) -> Result<Block, Unreadable> {
        let mut reader = Self::new(usize::MAX);
        match reader.next(raw, &mut 0)? {
            Some(Item::Block(block)) => Ok(block),
            _ => Ok(reader.finish()?.unwrap_or_default()),
        }
    }

    fn open(&mut self, _: bool) {}

    fn copy(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw);
    }

    fn changed(&mut self, raw: &[u8], block: &Block, data: &str, out: &mut Vec<u8>) {
        match block.data_at {
            Some((from, to)) if !data.contains('\n') => {
                out.extend_from_slice(raw.get(..from).unwrap_or_default());
                out.extend_from_slice(data.as_bytes());
                out.extend_from_slice(raw.get(to..).unwrap_or_default());
            }
            _ => write_event(block.event.as_deref(), data, self.line_end(), out),
        }
    }

    fn event(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        write_event(event.name, &event.data, self.line_end(), out);
    }

    fn close(&mut self, _: &mut Vec<u8>) {}
}

/// Appends an event of our own, in the line ends of the stream it joins.
fn write_event(name: Option<&str>, data: &str, line_end: LineEnd, out: &mut Vec<u8>) {
    let end = line_end.text();
    if let Some(name) = name {
        for part in ["event: ", name, end] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    // JSON copied from several `data` lines has LF as white space in it.
    for line in data.split('\n') {
        for part in ["data: ", line, end] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.extend_from_slice(end.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stream reads as: the blocks, and where each ends.
    fn read(chunks: &[&[u8]]) -> Result<Vec<Block>, Unreadable> {
        let mut reader = Reader::new(1000);
        let mut blocks: Vec<Block> = Vec::new();
        for chunk in chunks {
            let mut at = 0;
            while let Some(item) = reader.next(chunk, &mut at)? {
                match item {
                    Item::Block(block) => blocks.push(block),
                    Item::LineFeed => blocks.last_mut().expect("an LF ends a block").len += 1,
                }
            }
            assert_eq!(at, chunk.len(), "a chunk is used up");
        }
        blocks.extend(reader.finish()?);
        Ok(blocks)
    }

    fn block(event: Option<&str>, data: Option<&str>, data_at: Option<(usize, usize)>, len: usize) -> Block {
        Block { event: event.map(str::to_owned), data: data.map(str::to_owned), data_at, len }
    }

    macro_rules! portable {
        ($(fn $name:ident() $body:block)*) => {$(
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            fn $name() $body
        )*};
    }

    portable! {
        fn fields_are_read_as_the_standard_says() {
            for (text, expected) in [
                ("data: a\n\n", block(None, Some("a"), Some((6, 7)), 9)),
                ("data:a\n\n", block(None, Some("a"), Some((5, 6)), 8)),
                ("data:  a\n\n", block(None, Some(" a"), Some((6, 8)), 10)),
                ("data\n\n", block(None, Some(""), Some((4, 4)), 6)),
                ("data: a\ndata: b\n\n", block(None, Some("a\nb"), None, 17)),
                ("data\ndata\n\n", block(None, Some("\n"), None, 11)),
                ("event: x\ndata: a\n\n", block(Some("x"), Some("a"), Some((15, 16)), 18)),
                ("data: a\nevent: x\nevent: y\n\n", block(Some("y"), Some("a"), Some((6, 7)), 27)),
                (": c\nid: 1\nretry: 2\ndata: ü\n: c\n\n", block(None, Some("ü"), Some((25, 27)), 33)),
                ("data: a", block(None, Some("a"), Some((6, 7)), 7)),
                ("data: a\n", block(None, Some("a"), Some((6, 7)), 8)),
                (": only a comment\n\n", block(None, None, None, 18)),
                ("\n", block(None, None, None, 1)),
            ] {
                assert_eq!(read(&[text.as_bytes()]), Ok(vec![expected]), "{text:?}");
            }
        }

        fn every_line_end_and_every_cut_reads_alike() {
            let text = "event: x\ndata: a\ndata: b\n\n\n: c\ndata: ü\n\ndata: z";
            for end in ["\n", "\r", "\r\n"] {
                let text = text.replace('\n', end);
                let whole = read(&[text.as_bytes()]).expect("strict");
                let data: Vec<_> = whole.iter().map(|block| block.data.as_deref()).collect();
                assert_eq!(data, [Some("a\nb"), None, Some("ü"), Some("z")], "{end:?}");
                assert_eq!(whole.iter().map(|block| block.len).sum::<usize>(), text.len(), "{end:?}");
                for cut in 0..=text.len() {
                    let (head, tail) = text.as_bytes().split_at(cut);
                    assert_eq!(read(&[head, tail]).as_ref(), Ok(&whole), "{end:?} cut at {cut}");
                }
                let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
                assert_eq!(read(&bytes), Ok(whole), "{end:?}");
            }
        }

        fn what_readers_disagree_on_is_refused() {
            for (bytes, rule) in [
                (&b"{\"a\":1}\n\n"[..], "an unknown field in an event stream"),
                (b" data: a\n\n", "an unknown field in an event stream"),
                (b"Data: a\n\n", "an unknown field in an event stream"),
                (b"data : a\n\n", "an unknown field in an event stream"),
                (b"\xef\xbb\xbfdata: b\n\n", "a byte order mark in an event stream"),
                (b"\xef\xbb\xbf\n", "a byte order mark in an event stream"),
                (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", "a byte order mark in an event stream"),
                (b"data: a\n\xef\xbb\xbf\n", "a byte order mark in an event stream"),
                (b"\xef\xbb\xbf\xef\xbb\xbfdata: b\n\n", "a byte order mark in an event stream"),
                (b"data: \xff\n\n", "invalid UTF-8 in an event stream"),
                (b": \xc3\n\xbc\n\n", "invalid UTF-8 in an event stream"),
                (b"data: \0\n\n", "NUL in an event stream"),
            ] {
                let error = read(&[bytes]).expect_err(rule);
                assert_eq!(error.to_string(), rule);
                let bytewise: Vec<&[u8]> = bytes.chunks(1).collect();
                assert_eq!(read(&bytewise), Err(error));
            }
        }

        fn a_block_over_the_limit_is_refused_before_it_is_kept() {
            let mut reader = Reader::new(8);
            assert_eq!(reader.next(b": 45678\n", &mut 0), Ok(None));
            let error = reader.next(b":", &mut 0).expect_err("one byte too many");
            assert_eq!(error.code(), "over_limit");
            let mut reader = Reader::new(8);
            assert!(reader.next(&b"x".repeat(9), &mut 0).is_err());
            assert!(reader.line.is_empty());
        }

        fn our_events_end_their_lines_as_the_stream_does() {
            for (line_end, text) in [
                (LineEnd::Lf, "event: e\ndata: a\ndata: b\n\n"),
                (LineEnd::Cr, "event: e\rdata: a\rdata: b\r\r"),
                (LineEnd::CrLf, "event: e\r\ndata: a\r\ndata: b\r\n\r\n"),
            ] {
                let mut out = Vec::new();
                write_event(Some("e"), "a\nb", line_end, &mut out);
                assert_eq!(out, text.as_bytes());
                let mut reader = Reader::new(1000);
                let mut at = 0;
                while reader.next(&out, &mut at).expect("our own").is_some() {}
                assert_eq!(reader.line_end(), line_end);
            }
        }
    }
}
