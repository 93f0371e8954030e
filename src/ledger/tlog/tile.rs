//! Tiles and entry bundles of a log, as C2SP tlog-tiles lays them out.
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]        256 (or W) hashes: nodes N·256 … of tree level 8·L, 32 bytes each
//! tile/entries/<N>[.p/<W>]    256 (or W) entries, each u16 length (big endian) ‖ bytes
//! ```
//!
//! `<N>` is written in groups of three digits, all but the last with an `x` in front: 1234067 is
//! `x001/x234/067`. A full tile never changes; a partial one is superseded by the next.

use super::Hash;
use std::fmt;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: usize = 256;
/// Most bytes of one entry: its length is written in 16 bits.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// Which tile of hashes, or bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its number on the level, from 0.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to [`WIDTH`].
    pub width: usize,
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The entries themselves.
    Entries,
    /// Nodes of tree level `8·L`.
    Hashes(u8),
}

impl Tile {
    /// The tile `index` of tree level `8·level` in a tree of `size` leaves; `None` if that tree has no such tile.
    pub fn of_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        Self::within(Level::Hashes(level), index, size.checked_shr(8 * u32::from(level))?)
    }

    /// The bundle `index` in a log of `size` entries; `None` if that log has no such bundle.
    pub fn of_entries(index: u64, size: u64) -> Option<Self> {
        Self::within(Level::Entries, index, size)
    }

    fn within(level: Level, index: u64, nodes: u64) -> Option<Self> {
        let before = index.checked_mul(WIDTH as u64)?;
        let left = nodes.checked_sub(before).filter(|left| *left > 0)?;
        let width = usize::try_from(left).unwrap_or(WIDTH).min(WIDTH);
        Some(Self { level, index, width })
    }

    /// Whether it holds all it ever will.
    pub const fn is_full(&self) -> bool {
        self.width == WIDTH
    }

    /// The same tile, once it is full.
    pub const fn full(self) -> Self {
        Self { width: WIDTH, ..self }
    }
}

/// The path below the log's root, with `/` between its parts.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("tile/entries/")?,
            Level::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        // 2^64 has 20 digits: seven groups.
        let mut groups = [0; 7];
        let mut used = 0;
        let mut left = self.index;
        for group in &mut groups {
            *group = left % 1_000;
            left /= 1_000;
            used += 1;
            if left == 0 {
                break;
            }
        }
        for (place, group) in groups.iter().take(used).enumerate().rev() {
            match place {
                0 => write!(f, "{group:03}")?,
                _ => write!(f, "x{group:03}/")?,
            }
        }
        if !self.is_full() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// Writes the hashes of a tile.
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Reads the hashes of a tile; `None` unless there are exactly `width`.
pub fn decode_hashes(bytes: &[u8], width: usize) -> Option<Vec<Hash>> {
    let hashes = bytes.chunks(32).map(Hash::from_slice).collect::<Option<Vec<_>>>()?;
    (hashes.len() == width).then_some(hashes)
}

/// Appends an entry to a bundle; `None`, and nothing appended, if it is longer than [`MAX_ENTRY`].
pub fn encode_entry(entry: &[u8], bundle: &mut Vec<u8>) -> Option<()> {
    let length = u16::try_from(entry.len()).ok()?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Some(())
}

/// Reads the entries of a bundle; `None` unless there are exactly `width` and nothing after them.
pub fn decode_entries(bytes: &[u8], width: usize) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::with_capacity(width);
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    (rest.is_empty() && entries.len() == width).then_some(entries)
}

/// Grows all levels of hash tiles at once while leaves are appended, holding no more than one unfinished tile
/// of each level. The publisher writes what comes out, the verifier compares it.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    size: u64,
    unfinished: Vec<Vec<Hash>>,
}

impl Levels {
    /// The levels of the empty tree.
    pub const fn new() -> Self {
        Self { size: 0, unfinished: Vec::new() }
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Goes on from the partial tiles of a tree of `size` leaves. `read` gives the hashes of a tile.
    ///
    /// # Errors
    /// What `read` says, and `None` in its place where a tile has the wrong number of hashes.
    pub fn resume<E>(
        size: u64,
        mut read: impl FnMut(Tile) -> Result<Vec<Hash>, E>,
    ) -> Result<Option<Self>, E> {
        let mut unfinished = Vec::new();
        let mut nodes = size;
        for level in 0u8..8 {
            let hashes = match Tile::of_tree(level, nodes / WIDTH as u64, size) {
                Some(tile) if !tile.is_full() => {
                    let hashes = read(tile)?;
                    if hashes.len() != tile.width {
                        return Ok(None);
                    }
                    hashes
                }
                _ => Vec::new(),
            };
            unfinished.push(hashes);
            nodes /= WIDTH as u64;
        }
        Ok(Some(Self { size, unfinished }))
    }

    /// Appends a leaf and hands every tile that it fills to `full`.
    pub fn push(&mut self, leaf: Hash, mut full: impl FnMut(Tile, &[Hash])) {
        self.size += 1;
        let mut node = leaf;
        let mut nodes = self.size;
        for level in 0u8..8 {
            if self.unfinished.len() <= usize::from(level) {
                self.unfinished.push(Vec::with_capacity(WIDTH));
            }
            let Some(tile) = self.unfinished.get_mut(usize::from(level)) else { return };
            tile.push(node);
            if tile.len() < WIDTH {
                return;
            }
            let index = nodes / WIDTH as u64 - 1;
            full(Tile { level: Level::Hashes(level), index, width: WIDTH }, tile);
            node = complete_root(tile);
            tile.clear();
            nodes /= WIDTH as u64;
        }
    }

    /// The partial tiles, lowest level first.
    pub fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        let mut nodes = self.size;
        self.unfinished.iter().enumerate().filter_map(move |(level, hashes)| {
            let index = nodes / WIDTH as u64;
            nodes /= WIDTH as u64;
            let level = Level::Hashes(u8::try_from(level).ok()?);
            (!hashes.is_empty()).then_some((Tile { level, index, width: hashes.len() }, hashes.as_slice()))
        })
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        // Within a tile as between tiles, the complete subtrees from right to left.
        let mut root = None;
        for hashes in &self.unfinished {
            let mut edge = super::Edge::new();
            hashes.iter().for_each(|hash| edge.push(*hash));
            root = match (root, hashes.is_empty()) {
                (root, true) => root,
                (None, false) => Some(edge.root()),
                (Some(right), false) => Some(edge.root_before(&right)),
            };
        }
        root.unwrap_or_else(|| Hash::of(b""))
    }
}

/// The root over a power of two of hashes.
pub(super) fn complete_root(hashes: &[Hash]) -> Hash {
    let mut edge = super::Edge::new();
    hashes.iter().for_each(|hash| edge.push(*hash));
    edge.root()
}
