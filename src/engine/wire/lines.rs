//! One JSON document a line (NDJSON, JSON Lines), from bytes that may be cut anywhere.
//!
//! A block is a line with its LF; the last one may lack it, since every client delivers that too. Whether a line is
//! strict JSON is found by whoever reads it; here lines are found, and nothing is taken for one line that some client
//! takes for two.
//!
//! Stricter than the formats ask, because clients split differently: one of them also at CR, VT, FF, FS, GS, RS, U+0085,
//! U+2028 and U+2029, inside strings as well. A line that holds one of them is refused, and none is ever written. So
//! is an empty line, on which one client raises and which another skips.

use super::blocks::{Block, Blocks, Item};
use super::stream::NewEvent;
use super::{Unreadable, framing, limit};

/// Reads lines; holds the unfinished one and nothing else.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Most bytes of one line.
    limit: usize,
    /// What earlier chunks held of the line that is not ended.
    line: Vec<u8>,
}

impl Lines {
    /// A reader that refuses a line longer than `limit` bytes.
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new() }
    }

    const fn within_limit(&self, more: usize) -> Result<(), Unreadable> {
        if self.line.len() + more > self.limit {
            return Err(limit("one event of a stream"));
        }
        Ok(())
    }
}

/// Where some client would split a line, beside LF.
const fn splits(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The block of one line.
fn block(raw: &[u8]) -> Result<Block, Unreadable> {
    let line = raw.strip_suffix(b"\n").unwrap_or(raw);
    let line = std::str::from_utf8(line).map_err(|_| framing("invalid UTF-8 in a line"))?;
    if line.contains(splits) {
        return Err(framing("a line that some readers split"));
    }
    if line.trim_ascii().is_empty() {
        return Err(framing("an empty line"));
    }
    Ok(Block { event: None, data: Some(line.to_owned()), data_at: Some((0, line.len())), len: raw.len() })
}

/// Appends JSON text. Beyond ASCII characters that split a line stand in strings only, so that they can be escaped;
/// those in ASCII no JSON text has.
fn write(json: &str, out: &mut Vec<u8>) {
    for c in json.chars() {
        if splits(c) {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

impl Blocks for Lines {
    fn next(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Item>, Unreadable> {
        let rest = chunk.get(*at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            self.within_limit(rest.len())?;
            self.line.extend_from_slice(rest);
            *at = chunk.len();
            return Ok(None);
        };
        self.within_limit(length + 1)?;
        *at += length + 1;
        let rest = rest.get(..=length).unwrap_or_default();
        let block = if self.line.is_empty() {
            block(rest)?
        } else {
            self.line.extend_from_slice(rest);
            block(&std::mem::take(&mut self.line))?
        };
        Ok(Some(Item::Block(block)))
    }

    fn finish(&mut self) -> Result<Option<Block>, Unreadable> {
        if self.line.is_empty() {
            return Ok(None);
        }
        block(&std::mem::take(&mut self.line)).map(Some)
    }

    fn again(&self, raw: &[u8]) -> Result<Block, Unreadable> {
        block(raw)
    }

    fn open(&mut self, _: bool) {}

    fn copy(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw);
    }

    fn changed(&mut self, raw: &[u8], _: &Block, data: &str, out: &mut Vec<u8>) {
        write(data, out);
        if raw.ends_with(b"\n") {
            out.push(b'\n');
        }
    }

    fn event(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        write(&event.data, out);
        out.push(b'\n');
    }

    fn close(&mut self, _: &mut Vec<u8>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(chunks: &[&[u8]]) -> Result<Vec<Block>, Unreadable> {
        let mut reader = Lines::new(100);
        let mut blocks = Vec::new();
        for chunk in chunks {
            let mut at = 0;
            while let Some(item) = reader.next(chunk, &mut at)? {
                match item {
                    Item::Block(block) => blocks.push(block),
                    Item::LineFeed => panic!("an LF belongs to its line"),
                }
            }
            assert_eq!(at, chunk.len(), "a chunk is used up");
        }
        blocks.extend(reader.finish()?);
        Ok(blocks)
    }

    #[test]
    fn every_cut_reads_alike() {
        let text = "{\"ü\":1}\n {\"b\":\"\\u2028\"} \n{}";
        let whole = read(&[text.as_bytes()]).unwrap();
        let data: Vec<_> = whole.iter().map(|block| block.data.as_deref().unwrap()).collect();
        assert_eq!(data, ["{\"ü\":1}", " {\"b\":\"\\u2028\"} ", "{}"]);
        assert_eq!(whole.iter().map(|block| block.len).sum::<usize>(), text.len());
        for cut in 0..=text.len() {
            let (head, tail) = text.as_bytes().split_at(cut);
            assert_eq!(read(&[head, tail]).as_ref(), Ok(&whole), "cut at {cut}");
        }
        assert_eq!(read(&text.as_bytes().chunks(1).collect::<Vec<_>>()), Ok(whole));
    }

    #[test]
    fn what_readers_disagree_on_is_refused() {
        const SPLIT: &str = "a line that some readers split";
        for (text, rule) in [
            ("{}\r\n", SPLIT),
            ("{}\r{}\n", SPLIT),
            ("{}\u{b}{}\n", SPLIT),
            ("{}\u{c}\n", SPLIT),
            ("{}\u{1c}{}\n", SPLIT),
            ("{}\u{1d}{}\n", SPLIT),
            ("{}\u{1e}{}\n", SPLIT),
            ("{}\u{85}{}\n", SPLIT),
            ("{\"a\":\"\u{2028}\"}\n", SPLIT),
            ("{}\u{2029}{}", SPLIT),
            ("{}\n\n", "an empty line"),
            ("\n{}\n", "an empty line"),
            ("{}\n \t\n", "an empty line"),
            ("{}\n ", "an empty line"),
        ] {
            assert_eq!(read(&[text.as_bytes()]).unwrap_err().to_string(), rule, "{text:?}");
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(read(&bytes).unwrap_err().to_string(), rule, "{text:?}");
        }
        assert_eq!(read(&[b"{\"a\":\"\xff\"}\n"]).unwrap_err().to_string(), "invalid UTF-8 in a line");
    }

    #[test]
    fn a_line_over_the_limit_is_refused_before_it_is_kept() {
        let mut reader = Lines::new(8);
        assert_eq!(reader.next(b"{\"a\":", &mut 0), Ok(None));
        assert_eq!(reader.next(b"1234}", &mut 0).unwrap_err().code(), "over_limit");
        assert_eq!(reader.line.len(), 5);
        assert_eq!(Lines::new(8).next(b"{\"a\":123}\n", &mut 0).unwrap_err().code(), "over_limit");
    }

    #[test]
    fn what_is_written_is_one_line_to_every_reader() {
        let mut out = Vec::new();
        let event = NewEvent { name: None, data: "{\"a\":\"\u{2028}ü\u{85}\u{2029}\"}".to_owned() };
        Lines::new(8).event(&event, &mut out);
        assert_eq!(out, "{\"a\":\"\\u2028ü\\u0085\\u2029\"}\n".as_bytes());
        out.clear();
        Lines::new(8).changed(b"{}", &Block::default(), &event.data, &mut out);
        assert_eq!(out, "{\"a\":\"\\u2028ü\\u0085\\u2029\"}".as_bytes());
        assert!(read(&[&out]).is_ok());
    }
}
