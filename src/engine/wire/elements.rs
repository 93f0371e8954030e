//! One JSON array whose elements are the events of a stream, written as the model speaks: `[{…}`, `,{…}`, … `]`.
//!
//! A block is an element with all that stands before it: the bracket or comma, and white space. It is complete with the
//! element's last brace, so it need not wait for the comma behind it. What ends the array is a block of its own, and is
//! kept until the body ends: only then is it known that nothing follows.
//!
//! Elements are objects. Whether one is strict JSON is found by whoever reads it; here its end is found, which two
//! readers see at the same place if it is. A byte order mark is refused, and an array that is not closed.

use super::blocks::{Block, Blocks, Item};
use super::stream::NewEvent;
use super::{Unreadable, UnreadableWhy, framing, limit};

/// Reads elements; holds the unfinished one and nothing else.
#[derive(Debug)]
pub(crate) struct Elements {
    /// Most bytes of one block.
    limit: usize,
    place: Place,
    /// How many bytes of the block stand before its element.
    lead: usize,
    /// What earlier chunks held of the element.
    element: Vec<u8>,
    /// A bracket or an element was passed on or written.
    opened: bool,
}

/// What was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing.
    Start,
    /// The opening bracket.
    Bracket,
    /// A comma.
    Comma,
    /// A part of an element: how many brackets are open, and how it stands with strings.
    Within { depth: usize, string: Text },
    /// A whole element.
    Element,
    /// The closing bracket.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

impl Elements {
    /// A reader that refuses a block longer than `limit` bytes.
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, place: Place::Start, lead: 0, element: Vec::new(), opened: false }
    }

    /// Takes a byte that is not within an element.
    fn between(&mut self, byte: u8) -> Result<(), Unreadable> {
        self.place = match (self.place, byte) {
            (place, b' ' | b'\t' | b'\n' | b'\r') => place,
            (Place::Start, b'[') => Place::Bracket,
            (Place::Start, _) => return Err(framing("a stream of elements that is not an array")),
            (Place::Bracket | Place::Comma, b'{') => Place::Within { depth: 1, string: Text::Outside },
            (Place::Element, b',') => Place::Comma,
            (Place::Bracket | Place::Element, b']') => Place::Closed,
            (Place::Closed, _) => return Err(framing("bytes after the end of an array")),
            _ => return Err(framing("an array with something else than objects in it")),
        };
        if !matches!(self.place, Place::Within { .. }) {
            self.lead += 1;
            self.within_limit(self.lead)?;
        }
        Ok(())
    }

    const fn within_limit(&self, length: usize) -> Result<(), Unreadable> {
        if length > self.limit {
            return Err(limit("one event of a stream"));
        }
        Ok(())
    }

    /// The block whose element is what earlier chunks held and `rest`.
    fn block(&mut self, rest: &[u8]) -> Result<Block, Unreadable> {
        let mut element = std::mem::take(&mut self.element);
        element.extend_from_slice(rest);
        let data = String::from_utf8(element).map_err(|_| framing("invalid UTF-8 in an array"))?;
        let lead = std::mem::take(&mut self.lead);
        let len = lead + data.len();
        self.place = Place::Element;
        Ok(Block { event: None, data: Some(data), data_at: Some((lead, len)), len })
    }

    /// Writes what stands before an element, or before the end of the array.
    fn separate(&mut self, lead: &[u8], out: &mut Vec<u8>) {
        let separator = if std::mem::replace(&mut self.opened, true) { b',' } else { b'[' };
        let (before, after) = match lead.iter().position(|byte| matches!(byte, b'[' | b',')) {
            Some(at) => (lead.get(..at), lead.get(at + 1..)),
            None => (None, Some(lead)),
        };
        out.extend_from_slice(before.unwrap_or_default());
        out.push(separator);
        out.extend_from_slice(after.unwrap_or_default());
    }
}

/// The place after these bytes, and how many of them belong to the element.
fn within(mut depth: usize, mut string: Text, bytes: &[u8]) -> (Option<Place>, usize) {
    for (at, byte) in bytes.iter().enumerate() {
        match (string, byte) {
            (Text::Escaped, _) => string = Text::Inside,
            (Text::Inside, b'\\') => string = Text::Escaped,
            (Text::Inside, b'"') => string = Text::Outside,
            (Text::Outside, b'"') => string = Text::Inside,
            (Text::Outside, b'{' | b'[') => depth += 1,
            (Text::Outside, b'}' | b']') => {
                depth -= 1;
                if depth == 0 {
                    return (None, at + 1);
                }
            }
            (Text::Inside | Text::Outside, _) => {}
        }
    }
    (Some(Place::Within { depth, string }), bytes.len())
}

impl Blocks for Elements {
    fn next(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Item>, Unreadable> {
        while let Some(&byte) = chunk.get(*at) {
            let Place::Within { depth, string } = self.place else {
                self.between(byte)?;
                *at += 1;
                if matches!(self.place, Place::Within { .. }) {
                    self.element.push(byte);
                }
                continue;
            };
            let rest = chunk.get(*at..).unwrap_or_default();
            let (place, length) = within(depth, string, rest);
            self.within_limit(self.lead + self.element.len() + length)?;
            *at += length;
            let rest = rest.get(..length).unwrap_or_default();
            match place {
                None => return Ok(Some(Item::Block(self.block(rest)?))),
                Some(place) => {
                    self.place = place;
                    self.element.extend_from_slice(rest);
                }
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Block>, Unreadable> {
        if self.place != Place::Closed {
            return Err(framing("an array that is not closed"));
        }
        Ok(Some(Block { len: std::mem::take(&mut self.lead), ..Block::default() }))
    }

    fn again(&self, raw: &[u8]) -> Result<Block, Unreadable> {
        let mut reader = Self::new(usize::MAX);
        // A block of its own begins with a bracket or a comma.
        if raw.trim_ascii_start().first() == Some(&b',') {
            reader.place = Place::Element;
        }
        match reader.next(raw, &mut 0)? {
            Some(Item::Block(block)) => Ok(block),
            _ => Err(Unreadable { what: UnreadableWhy::Bug("an element was lost") }),
        }
    }

    fn open(&mut self, begun: bool) {
        self.opened = begun;
    }

    fn copy(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        match raw.trim_ascii_start().first() {
            Some(b']') if self.opened => out.extend_from_slice(raw),
            _ => self.separate(raw, out),
        }
    }

    fn changed(&mut self, raw: &[u8], block: &Block, data: &str, out: &mut Vec<u8>) {
        let lead = block.data_at.map_or(0, |(lead, _)| lead);
        self.separate(raw.get(..lead).unwrap_or_default(), out);
        out.extend_from_slice(data.as_bytes());
    }

    fn event(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        self.separate(if self.opened { b"\n,\n" } else { b"[" }, out);
        out.extend_from_slice(event.data.as_bytes());
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if !self.opened {
            out.push(b'[');
        }
        out.extend_from_slice(b"\n]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn blocks(chunks: &[&[u8]]) -> Result<Vec<Block>, Unreadable> {
        let mut reader = Elements::new(100);
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

    const ARRAY: &str = " [\n{\"a\":\"}ü\\\"]\"}, {\"b\":[{}]}\r\n,{}\n]\n ";

    #[test]
    fn an_element_comes_with_what_stands_before_it() {
        let read = blocks(&[ARRAY.as_bytes()]).unwrap();
        let data: Vec<_> = read.iter().map(|block| block.data.as_deref()).collect();
        assert_eq!(data, [Some("{\"a\":\"}ü\\\"]\"}"), Some("{\"b\":[{}]}"), Some("{}"), None]);
        assert_eq!(read.iter().map(|block| block.len).sum::<usize>(), ARRAY.len());
        for cut in 0..=ARRAY.len() {
            let (head, tail) = ARRAY.as_bytes().split_at(cut);
            assert_eq!(blocks(&[head, tail]).as_ref(), Ok(&read), "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = ARRAY.as_bytes().chunks(1).collect();
        assert_eq!(blocks(&bytes), Ok(read));
    }

    #[test]
    fn an_element_that_is_dropped_takes_its_separator_along() {
        let read = blocks(&[ARRAY.as_bytes()]).unwrap();
        for dropped in 0..8_u8 {
            let mut framing = Elements::new(100);
            framing.open(false);
            let (mut at, mut out, mut left) = (0, Vec::new(), 0);
            for (number, block) in read.iter().enumerate() {
                let raw = &ARRAY.as_bytes()[at..at + block.len];
                at += block.len;
                if dropped & (1 << number) == 0 {
                    framing.copy(raw, &mut out);
                    left += usize::from(block.data.is_some());
                }
            }
            let document = crate::json::Document::parse(out, 9).unwrap();
            assert_eq!(document.root().elements().unwrap().len(), left, "{}", document.text());
        }
    }

    #[test]
    fn a_block_over_the_limit_is_refused() {
        for body in [format!("[{}", " ".repeat(100)), format!("[{{\"a\":\"{}", "x".repeat(100))] {
            assert_eq!(blocks(&[body.as_bytes()]).unwrap_err().code(), "over_limit");
        }
    }
}
