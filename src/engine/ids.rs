//! Identifiers made from time and entropy that are given, because the engine has neither.

use crate::time::Timestamp;
use sha2::{Digest, Sha256};

/// Makes UUIDs of version 7 (RFC 9562) from one seed. Two sources with different seeds never meet.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: [u8; 32],
    made: u64,
}

impl Ids {
    /// A source whose identifiers are as hard to guess as `seed` is.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, made: 0 }
    }

    /// The next identifier, in its 36-character form.
    pub fn next(&mut self, now: Timestamp) -> String {
        let mut random = [0; 10];
        random.copy_from_slice(self.block().split_at(10).0);
        uuid::Builder::from_unix_timestamp_millis(now.as_millis(), &random).into_uuid().to_string()
    }

    /// Up to `below - 1`, for spreading things that would otherwise happen at once.
    pub fn jitter(&mut self, below: u64) -> u64 {
        let mut eight = [0; 8];
        eight.copy_from_slice(self.block().split_at(8).0);
        u64::from_le_bytes(eight).checked_rem(below).unwrap_or(0)
    }

    fn block(&mut self) -> [u8; 32] {
        self.made = self.made.wrapping_add(1);
        Sha256::new().chain_update(self.seed).chain_update(self.made.to_le_bytes()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn identifiers_are_version_7_and_differ() {
        let mut ids = Ids::new([7; 32]);
        let now = Timestamp::from_micros(1_763_826_187_123_456);
        let made: HashSet<String> = (0..1_000).map(|_| ids.next(now)).collect();
        assert_eq!(made.len(), 1_000);
        for id in &made {
            let parsed = uuid::Uuid::parse_str(id).unwrap();
            assert_eq!(parsed.get_version_num(), 7);
            assert_eq!(parsed.get_timestamp().unwrap().to_unix().0, 1_763_826_187);
        }
    }

    #[test]
    fn another_seed_gives_other_identifiers() {
        let now = Timestamp::from_micros(1);
        assert_ne!(Ids::new([1; 32]).next(now), Ids::new([2; 32]).next(now));
    }
}
