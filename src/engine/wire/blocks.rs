//! What a stream is cut into, whatever its framing: blocks, each of which is passed on or held whole.

use super::Unreadable;
use super::stream::NewEvent;

/// One block, complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Block {
    /// The name of its event, if it has one.
    pub(crate) event: Option<String>,
    /// Its data; `None` if it has none, which is not the same as an empty one.
    pub(crate) data: Option<String>,
    /// Where the data stand as they are, as offsets into the block; `None` if they do not.
    pub(crate) data_at: Option<(usize, usize)>,
    /// How many bytes the block took.
    pub(crate) len: usize,
}

/// What the next bytes turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A block ended here. It may be empty.
    Block(Block),
    /// The second half of the CRLF that ended the previous block.
    LineFeed,
}

/// A framing: it cuts a stream into blocks, from bytes that may be cut anywhere, and writes blocks.
///
/// INVARIANT (cut): the blocks are the same wherever the network cuts. None is kept back once it is complete, but for
/// what ends the stream.
pub(crate) trait Blocks {
    /// Reads on from `chunk[*at..]`. `None` means that the chunk is used up.
    ///
    /// # Errors
    /// What is not strictly of this framing, and a block over the limit.
    fn next(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Item>, Unreadable>;

    /// The body has ended: what is left is the last block.
    ///
    /// # Errors
    /// As [`Blocks::next`].
    fn finish(&mut self) -> Result<Option<Block>, Unreadable>;

    /// Whether the next byte begins a block which may be recognised by its bytes.
    fn is_between_blocks(&self) -> bool {
        false
    }

    /// Reads a block that was read before.
    ///
    /// # Errors
    /// As [`Blocks::next`].
    fn again(&self, raw: &[u8]) -> Result<Block, Unreadable>;

    /// Writing begins; `begun` if an event was passed on before.
    fn open(&mut self, begun: bool);

    /// Writes blocks as they were read.
    fn copy(&mut self, raw: &[u8], out: &mut Vec<u8>);

    /// Writes a block that was read with other data.
    fn changed(&mut self, raw: &[u8], block: &Block, data: &str, out: &mut Vec<u8>);

    /// Writes an event of our own.
    fn event(&mut self, event: &NewEvent, out: &mut Vec<u8>);

    /// Writes the event from which a client sees that the stream broke off.
    fn failure(&mut self, event: &NewEvent, out: &mut Vec<u8>) {
        self.event(event, out);
    }

    /// Writes what must follow the last of our own events.
    fn close(&mut self, out: &mut Vec<u8>);
}
