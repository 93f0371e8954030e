//! A transparency log in the forms others can check: RFC 6962 Merkle tree, C2SP tlog-tiles, C2SP signed notes.
//!
//! In come entries (bytes), out come hashes, tiles, signed checkpoints and proofs; or, the other way round,
//! all of those and whether they agree. Deliberately absent: files, databases, clocks, the meaning of an
//! entry. A verifier by somebody else reads what this writes, so nothing in the formats is home-made.
//!
//! ```text
//! tree        leaves             → the edge of the tree and its root
//! tile        the tree           → tiles of 256 hashes, bundles of 256 entries, and their paths
//! proof       tiles              → inclusion and consistency proofs; and their verification
//! note        text and key       → a signed note, and back (the engine's, which bundles use too)
//! checkpoint  size and root      → the note a log signs
//! ```

pub mod checkpoint;
pub mod proof;
pub mod tile;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use toolgate_engine::note;
pub use tree::Edge;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 hash. Written as standard base64, as checkpoints do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SHA-256 of `bytes`, without any domain in front.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of a leaf that holds `entry`: `SHA-256(0x00 ‖ entry)` (RFC 6962 §2.1).
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962 §2.1).
    pub fn of_node(left: &Self, right: &Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_slice(&STANDARD.decode(text).ok()?)
    }

    /// Takes exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// `sha256:` and 64 lower-case hexadecimal digits, as events write hashes.
    pub fn to_hex(&self) -> String {
        use fmt::Write as _;
        self.0.iter().fold("sha256:".to_owned(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests;
