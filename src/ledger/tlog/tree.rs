//! The right edge of a Merkle tree: all that must be kept to append leaves and to know the root.

use super::Hash;

/// The tree over the first `size` leaves, as the roots of its largest complete subtrees, left to right: one
/// for every bit that is set in `size`, so at most 64 hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Edge {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, subtrees: Vec::new() }
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        // Every set bit below the lowest clear one is a complete subtree that the new leaf completes.
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = Hash::of_node(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.size += 1;
    }

    /// The tree's root; of the empty tree, the hash of nothing (RFC 6962 §2.1).
    pub fn root(&self) -> Hash {
        match self.subtrees.split_last() {
            None => Hash::of(b""),
            Some((last, before)) => {
                before.iter().rev().fold(*last, |right, left| Hash::of_node(left, &right))
            }
        }
    }

    /// The root of this tree with an incomplete subtree to its right, which is smaller than any here.
    pub(super) fn root_before(&self, right: &Hash) -> Hash {
        self.subtrees.iter().rev().fold(*right, |right, left| Hash::of_node(left, &right))
    }

    /// The subtree hashes one after another, 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.subtrees.iter().flat_map(|hash| hash.0).collect()
    }

    /// Reads what [`Edge::to_bytes`] wrote; `None` unless there is exactly one hash per set bit of `size`.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let subtrees = bytes.chunks(32).map(Hash::from_slice).collect::<Option<Vec<_>>>()?;
        (subtrees.len() == size.count_ones() as usize).then_some(Self { size, subtrees })
    }
}
