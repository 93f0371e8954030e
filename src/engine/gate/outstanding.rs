//! Outputs of refused calls that providers wait for, until the conversation goes on.
//!
//! The next request of a conversation may come to any worker of the proxy, so what is owed is kept where all of them
//! find it: in the host's shared map, under a fixed number of places. In comes what an answer left owed, and what a place
//! holds; out comes what it is to hold, and for a request that goes on from there what the gate adds.
//!
//! Anybody in the same process can write that map. So every place is sealed with a key made of the whole plugin
//! configuration, and what is not sealed so was never there. Nothing here widens what is allowed: what is added says that
//! a call was not executed. What was forgotten, or kept by another proxy, is not added, and the provider says so.
//!
//! INVARIANT (bound): there are [`PLACES`] places of at most [`MOST`] bytes; in each the oldest is forgotten first.

use crate::config::Config;
use crate::wire::{Output, Owed};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many places there are.
const PLACES: u32 = 1024;
/// Most bytes of one place.
const MOST: usize = 16 << 10;
/// Bytes of the seal in front.
const SEAL: usize = 32;

/// What seals places.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key of everybody with this configuration.
    pub(super) fn of(config: &Config) -> Option<Self> {
        let text = serde_json::to_vec(config).ok()?;
        let secret = Sha256::new().chain_update("toolgate outstanding v1").chain_update(text).finalize();
        Some(Self(Hmac::new_from_slice(&secret).ok()?))
    }

    fn seal(&self, text: &[u8]) -> Vec<u8> {
        let mut sealed = self.0.clone().chain_update(text).finalize().into_bytes().to_vec();
        sealed.extend_from_slice(text);
        sealed
    }

    fn open<'a>(&self, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (seal, text) = sealed.split_at_checked(SEAL)?;
        self.0.clone().chain_update(text).verify_slice(seal).ok()?;
        Some(text)
    }
}

/// What is owed under one identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: String,
    outputs: Vec<Output>,
}

/// Where what is owed under an identifier is kept.
pub(super) fn place(id: &str) -> String {
    let hash = Sha256::digest(id);
    let number = hash.first_chunk().map_or(0, |head| u32::from_le_bytes(*head) % PLACES);
    format!("toolgate.outstanding.{number}")
}

fn entries(key: &Key, place: Option<&[u8]>) -> Vec<Entry> {
    let text = place.and_then(|sealed| key.open(sealed));
    text.and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default()
}

/// What is owed under an identifier, of which `place` is what its place holds.
pub(super) fn recalled(key: &Key, id: &str, place: Option<&[u8]>) -> Vec<Output> {
    let entry = entries(key, place).into_iter().find(|entry| entry.id == id);
    entry.map(|entry| entry.outputs).unwrap_or_default()
}

/// Something to be kept in the host's shared map.
#[derive(Debug)]
pub struct Remember {
    place: String,
    entry: Entry,
    key: Key,
}

impl Remember {
    /// What an answer left owed, once under each identifier.
    pub(super) fn all(key: &Key, owed: &Owed) -> Vec<Self> {
        let one = |id: &String| {
            let entry = Entry { id: id.clone(), outputs: owed.outputs.clone() };
            Self { place: place(id), entry, key: key.clone() }
        };
        owed.by.iter().map(one).collect()
    }

    /// The key of the shared map.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What the place is to hold instead of what it holds; `None` if it need not change.
    pub fn instead_of(&self, held: Option<&[u8]>) -> Option<Vec<u8>> {
        let mut entries = entries(&self.key, held);
        let before = entries.len();
        entries.retain(|entry| entry.id != self.entry.id);
        if !self.entry.outputs.is_empty() {
            entries.push(self.entry.clone());
        } else if entries.len() == before {
            return None;
        }
        loop {
            let text = serde_json::to_vec(&entries).ok()?;
            if text.len() + SEAL <= MOST {
                return Some(self.key.seal(&text));
            }
            entries.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key(authority: &str) -> Key {
        let config = json!({
            "ledger": {"cluster": "ledger", "authority": authority}, "bundle": {"poll": {"name": "default"}},
            "bundle_keys": ["test+0ed779aa+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"], "principal": {"mtls": {}},
        });
        Key::of(&Config::parse(config.to_string().as_bytes()).unwrap()).unwrap()
    }

    fn owed(id: &str, item: &str) -> Owed {
        let output = Output { call: "c".to_owned(), item: Some(item.to_owned()) };
        let outputs = if item.is_empty() { Vec::new() } else { vec![output] };
        Owed { by: vec![id.to_owned()], outputs }
    }

    fn keep(key: &Key, held: Option<Vec<u8>>, owed: &Owed) -> Option<Vec<u8>> {
        let remember = Remember::all(key, owed).remove(0);
        remember.instead_of(held.as_deref()).or(held)
    }

    fn items(key: &Key, id: &str, held: Option<&Vec<u8>>) -> Vec<String> {
        recalled(key, id, held.map(Vec::as_slice)).into_iter().filter_map(|output| output.item).collect()
    }

    #[test]
    fn the_last_answer_says_what_is_owed() {
        let key = key("one");
        let held = keep(&key, None, &owed("r1", "one"));
        let held = keep(&key, held, &owed("r2", "two"));
        assert_eq!(items(&key, "r1", held.as_ref()), ["one"]);
        assert_eq!(items(&key, "r2", held.as_ref()), ["two"]);
        assert_eq!(items(&key, "r3", held.as_ref()), [""; 0]);
        let held = keep(&key, held, &owed("r1", "other"));
        assert_eq!(items(&key, "r1", held.as_ref()), ["other"]);
        let held = keep(&key, held, &owed("r1", ""));
        assert_eq!(items(&key, "r1", held.as_ref()), [""; 0]);
        assert_eq!(items(&key, "r2", held.as_ref()), ["two"]);
    }

    #[test]
    fn where_nothing_is_owed_nothing_is_written() {
        let key = key("one");
        let remember = Remember::all(&key, &owed("r1", "")).remove(0);
        assert_eq!(remember.instead_of(None), None);
        let held = keep(&key, None, &owed("r2", "two"));
        assert_eq!(remember.instead_of(held.as_deref()), None);
    }

    #[test]
    fn what_somebody_else_wrote_was_never_there() {
        let key = key("one");
        let held = keep(&key, None, &owed("r1", "one")).unwrap();
        assert_eq!(items(&self::key("two"), "r1", Some(&held)), [""; 0], "another configuration");
        for at in 0..held.len() {
            let mut forged = held.clone();
            forged[at] ^= 1;
            assert_eq!(items(&key, "r1", Some(&forged)), [""; 0], "byte {at}");
            assert_eq!(items(&key, "r1", Some(&held[..at].to_vec())), [""; 0], "cut at {at}");
        }
        let after = keep(&key, Some(b"[]".to_vec()), &owed("r1", "one"));
        assert_eq!(items(&key, "r1", after.as_ref()), ["one"]);
    }

    #[test]
    fn the_oldest_is_forgotten_first_and_the_bound_holds() {
        let key = key("one");
        let item = "x".repeat(1_000);
        let mut held = None;
        for number in 0..100 {
            held = keep(&key, held, &owed(&format!("r{number}"), &item));
            assert!(held.as_ref().is_some_and(|held| held.len() <= MOST));
        }
        assert_eq!(items(&key, "r99", held.as_ref()).len(), 1);
        assert_eq!(items(&key, "r0", held.as_ref()).len(), 0);
        held = keep(&key, held, &owed("huge", &"x".repeat(MOST)));
        assert_eq!(items(&key, "huge", held.as_ref()).len(), 0);
    }

    #[test]
    fn places_are_few() {
        let places: std::collections::BTreeSet<_> =
            (0..20_000).map(|n| place(&format!("resp_{n}"))).collect();
        assert_eq!(places.len(), PLACES as usize);
    }
}
