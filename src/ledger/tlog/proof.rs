//! Inclusion and consistency proofs: made from the tree's nodes (RFC 6962 §2.1.1, §2.1.2), and verified
//! without them (RFC 9162 §2.1.3.2, §2.1.4.2).

use super::Hash;
use super::tile::{self, Tile, WIDTH};

/// Where the nodes of a tree come from.
pub trait Nodes {
    /// Why a node could not be had.
    type Error;

    /// The root of the complete subtree of `2^level` leaves that starts at leaf `index · 2^level`.
    ///
    /// # Errors
    /// When the node cannot be read.
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// A proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Disproof {
    /// Sizes or the index exclude each other, or the proof has too many or too few hashes.
    #[error("the proof does not fit these tree sizes")]
    Shape,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// When a node cannot be read.
pub fn root<N: Nodes>(size: u64, nodes: &mut N) -> Result<Hash, N::Error> {
    if size == 0 { Ok(Hash::of(b"")) } else { range(0, size, nodes) }
}

/// The audit path of leaf `index` in a tree of `size` leaves; empty where there is no such leaf.
///
/// # Errors
/// When a node cannot be read.
pub fn inclusion<N: Nodes>(index: u64, size: u64, nodes: &mut N) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    let (mut low, mut high) = (0, size);
    while index < high && high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            proof.push(range(middle, high, nodes)?);
            high = middle;
        } else {
            proof.push(range(low, middle, nodes)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves; empty where it is
/// empty, the same, or not.
///
/// # Errors
/// When a node cannot be read.
pub fn consistency<N: Nodes>(old: u64, new: u64, nodes: &mut N) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut low, mut high) = (0, new);
    while high > old {
        let middle = low + split(high - low);
        if old <= middle {
            proof.push(range(middle, high, nodes)?);
            high = middle;
        } else {
            proof.push(range(low, middle, nodes)?);
            low = middle;
        }
    }
    // The old tree itself is known to whoever asks; a part of it is not.
    if low > 0 {
        proof.push(range(low, high, nodes)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `entry`'s leaf is number `index` of the tree with this size and root.
///
/// # Errors
/// [`Disproof`].
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), Disproof> {
    if index >= size {
        return Err(Disproof::Shape);
    }
    let (mut place, mut last) = (index, size - 1);
    let mut node = leaf;
    for sibling in proof {
        if last == 0 {
            return Err(Disproof::Shape);
        }
        if place & 1 == 1 || place == last {
            node = Hash::of_node(sibling, &node);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = Hash::of_node(&node, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    match last {
        0 if node == *root => Ok(()),
        0 => Err(Disproof::Root),
        _ => Err(Disproof::Shape),
    }
}

/// Checks that the tree `old` (size, root) is the beginning of the tree `new`.
///
/// # Errors
/// [`Disproof`].
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), Disproof> {
    let ((old, old_root), (new, new_root)) = (old, new);
    match proof.split_first() {
        None if old == new => return same(old_root, new_root),
        None if old == 0 => return same(old_root, &Hash::of(b"")),
        Some(_) if old > 0 && old < new => {}
        _ => return Err(Disproof::Shape),
    }
    let mut path = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first else { return Err(Disproof::Shape) };
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut as_old, mut as_new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(Disproof::Shape);
        }
        if place & 1 == 1 || place == last {
            as_old = Hash::of_node(sibling, &as_old);
            as_new = Hash::of_node(sibling, &as_new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            as_new = Hash::of_node(&as_new, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(Disproof::Shape);
    }
    same(&as_old, old_root)?;
    same(&as_new, new_root)
}

fn same(left: &Hash, right: &Hash) -> Result<(), Disproof> {
    if left == right { Ok(()) } else { Err(Disproof::Root) }
}

/// The largest power of two below `leaves`, where RFC 6962 splits; `leaves` is at least 2.
const fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The root over leaves `low..high`, not empty. `low` is where RFC 6962 splits, so every complete subtree in
/// here is aligned.
fn range<N: Nodes>(low: u64, high: u64, nodes: &mut N) -> Result<Hash, N::Error> {
    let mut subtrees = Vec::new();
    let mut at = low;
    while at < high {
        let level = (high - at).ilog2();
        subtrees.push(nodes.node(level, at >> level)?);
        at += 1 << level;
    }
    let last = subtrees.pop().unwrap_or_else(|| Hash::of(b""));
    Ok(subtrees.iter().rev().fold(last, |right, left| Hash::of_node(left, &right)))
}

/// Nodes out of tiles.
#[derive(Debug)]
pub struct TileNodes<F> {
    size: u64,
    read: F,
}

/// A node could not be taken from a tile.
#[derive(Debug, thiserror::Error)]
pub enum TileError<E> {
    /// The tree has no such node, or the tile holds another number of hashes than its path says.
    #[error("tile `{0}` does not hold the hashes its path promises")]
    Width(String),
    /// The tile could not be read.
    #[error(transparent)]
    Read(E),
}

impl<F> TileNodes<F> {
    /// Nodes of the tree of `size` leaves; `read` gives the bytes of a tile.
    pub const fn new(size: u64, read: F) -> Self {
        Self { size, read }
    }
}

impl<E, F: FnMut(Tile) -> Result<Vec<u8>, E>> Nodes for TileNodes<F> {
    type Error = TileError<E>;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let (tile_level, below) = (level / 8, level % 8);
        let missing = || TileError::Width(format!("tile/{tile_level}/…"));
        let first = index << below;
        let number = u8::try_from(tile_level).map_err(|_| missing())?;
        let tile = Tile::of_tree(number, first / WIDTH as u64, self.size).ok_or_else(missing)?;
        let bytes = (self.read)(tile).map_err(TileError::Read)?;
        let hashes =
            tile::decode_hashes(&bytes, tile.width).ok_or_else(|| TileError::Width(tile.to_string()))?;
        let at = usize::try_from(first % WIDTH as u64).unwrap_or(WIDTH);
        let hashes = hashes.get(at..at + (1 << below)).ok_or_else(|| TileError::Width(tile.to_string()))?;
        Ok(tile::complete_root(hashes))
    }
}
