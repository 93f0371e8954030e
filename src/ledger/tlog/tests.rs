//! RFC 6962 vectors (those of Certificate Transparency's reference implementation), properties against a
//! tree written as the RFC defines it, and the formats.

use super::checkpoint::Checkpoint;
use super::note::{self, Signer, Verifier};
use super::proof::{self, TileNodes};
use super::tile::{self, Level, Levels, Tile, WIDTH};
use super::{Edge, Hash};
use proptest::prelude::*;
use std::collections::HashMap;
use std::convert::Infallible;

/// The leaves of the published vectors.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The root after each leaf.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// RFC 6962 §2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(b""),
        [one] => *one,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            Hash::of_node(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

/// RFC 6962 §2.1.1, word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut proof, last) = match m < k {
        true => (path(m, &leaves[..k]), mth(&leaves[k..])),
        false => (path(m - k, &leaves[k..]), mth(&leaves[..k])),
    };
    proof.push(last);
    proof
}

/// RFC 6962 §2.1.2, word for word.
fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut proof, last) = match m <= k {
        true => (subproof(m, &leaves[..k], whole), mth(&leaves[k..])),
        false => (subproof(m - k, &leaves[k..], false), mth(&leaves[..k])),
    };
    proof.push(last);
    proof
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|i| Hash::of_leaf(i.to_string().as_bytes())).collect()
}

/// Every tile of a tree, as the levels hand them out.
fn tiles(leaves: &[Hash]) -> (Levels, HashMap<String, Vec<u8>>) {
    let mut levels = Levels::new();
    let mut tiles = HashMap::new();
    for leaf in leaves {
        levels.push(*leaf, |tile, hashes| {
            tiles.insert(tile.to_string(), tile::encode_hashes(hashes));
        });
    }
    for (tile, hashes) in levels.partial() {
        tiles.insert(tile.to_string(), tile::encode_hashes(hashes));
    }
    (levels, tiles)
}

#[test]
fn roots_are_those_of_the_published_vectors() {
    assert_eq!(
        Hash::of(b"").to_hex(),
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(Edge::new().root(), Hash::of(b""));
    let mut edge = Edge::new();
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        edge.push(Hash::of_leaf(&unhex(leaf)));
        assert_eq!(edge.root().to_hex(), format!("sha256:{root}"), "{} leaves", edge.size());
    }
}

#[test]
fn proofs_are_those_of_the_published_vectors() {
    let all: Vec<Hash> = LEAVES.iter().map(|leaf| Hash::of_leaf(&unhex(leaf))).collect();
    let (_, stored) = tiles(&all);
    let nodes = |size: usize| {
        let (_, mine) = tiles(&all[..size]);
        TileNodes::new(size as u64, move |tile: Tile| Ok::<_, Infallible>(mine[&tile.to_string()].clone()))
    };
    drop(stored);
    let hex = |proof: Vec<Hash>| -> Vec<String> {
        proof.iter().map(|hash| hash.to_hex().trim_start_matches("sha256:").to_owned()).collect()
    };
    assert_eq!(hex(proof::inclusion(0, 1, &mut nodes(1)).unwrap()), Vec::<String>::new());
    assert_eq!(
        hex(proof::inclusion(5, 8, &mut nodes(8)).unwrap()),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
        ]
    );
    assert_eq!(
        hex(proof::inclusion(2, 3, &mut nodes(3)).unwrap()),
        ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]
    );
    assert_eq!(
        hex(proof::consistency(1, 8, &mut nodes(8)).unwrap()),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
        ]
    );
    assert_eq!(
        hex(proof::consistency(6, 8, &mut nodes(8)).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
        ]
    );
}

proptest! {
    #[test]
    fn edge_levels_and_definition_agree(size in 0usize..1_200) {
        let leaves = leaves(size);
        let mut edge = Edge::new();
        leaves.iter().for_each(|leaf| edge.push(*leaf));
        let (levels, _) = tiles(&leaves);
        prop_assert_eq!(edge.root(), mth(&leaves));
        prop_assert_eq!(levels.root(), mth(&leaves));
        prop_assert_eq!(Edge::from_bytes(edge.size(), &edge.to_bytes()), Some(edge));
    }

    #[test]
    fn proofs_from_tiles_are_those_of_the_definition(size in 1usize..700, other in any::<prop::sample::Index>()) {
        let leaves = leaves(size);
        let (_, stored) = tiles(&leaves);
        let mut nodes = TileNodes::new(size as u64, |tile: Tile| {
            Ok::<_, Infallible>(stored[&tile.to_string()].clone())
        });
        let index = other.index(size);
        let (index64, size64) = (index as u64, size as u64);
        let root = proof::root(size64, &mut nodes).unwrap();
        prop_assert_eq!(root, mth(&leaves));
        let made = proof::inclusion(index64, size64, &mut nodes).unwrap();
        prop_assert_eq!(&made, &path(index, &leaves));
        prop_assert_eq!(proof::verify_inclusion(leaves[index], index64, size64, &root, &made), Ok(()));
        let old = index + 1;
        let old_root = mth(&leaves[..old]);
        let made = proof::consistency(old as u64, size64, &mut nodes).unwrap();
        prop_assert_eq!(&made, &subproof(old, &leaves, true));
        prop_assert_eq!(
            proof::verify_consistency((old as u64, &old_root), (size64, &root), &made),
            Ok(())
        );
    }

    #[test]
    fn a_changed_proof_proves_nothing(size in 2usize..300, at in any::<prop::sample::Index>(), byte in 0usize..32) {
        let leaves = leaves(size);
        let index = at.index(size);
        let root = mth(&leaves);
        let good = path(index, &leaves);
        let changed = at.index(good.len());
        let mut bad = good.clone();
        bad[changed].0[byte] ^= 1;
        let check = |proof: &[Hash], index: usize, size: usize| {
            proof::verify_inclusion(leaves[index.min(leaves.len() - 1)], index as u64, size as u64, &root, proof)
        };
        prop_assert!(check(&bad, index, size).is_err());
        prop_assert!(check(&good[1..], index, size).is_err());
        prop_assert!(check(&[good.as_slice(), &[root]].concat(), index, size).is_err());
        prop_assert!(check(&good, size, size).is_err());
        prop_assert!(proof::verify_inclusion(root, index as u64, size as u64, &root, &good).is_err());

        let old = 1 + at.index(size - 1);
        let old_root = mth(&leaves[..old]);
        let good = subproof(old, &leaves, true);
        let check = |old: usize, old_root: &Hash, proof: &[Hash]| {
            proof::verify_consistency((old as u64, old_root), (size as u64, &root), proof)
        };
        prop_assert_eq!(check(old, &old_root, &good), Ok(()));
        let changed = at.index(good.len());
        let mut bad = good.clone();
        bad[changed].0[byte] ^= 1;
        prop_assert!(check(old, &old_root, &bad).is_err());
        prop_assert!(check(old, &root, &good).is_err());
        prop_assert!(check(old, &old_root, &good[1..]).is_err());
        prop_assert!(check(0, &old_root, &good).is_err());
    }

    #[test]
    fn levels_go_on_from_their_tiles(size in 0usize..1_100, more in 0usize..600) {
        let all = leaves(size + more);
        let (_, stored) = tiles(&all[..size]);
        let mut resumed = Levels::resume(size as u64, |tile| {
            Ok::<_, Infallible>(tile::decode_hashes(&stored[&tile.to_string()], tile.width).unwrap())
        }).unwrap().unwrap();
        all[size..].iter().for_each(|leaf| resumed.push(*leaf, |_, _| {}));
        prop_assert_eq!(resumed.root(), mth(&all));
        prop_assert_eq!(resumed.size(), (size + more) as u64);
    }

    #[test]
    fn entries_come_back_out_of_a_bundle(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
        let mut bundle = Vec::new();
        for entry in &entries {
            tile::encode_entry(entry, &mut bundle).unwrap();
        }
        let read = tile::decode_entries(&bundle, entries.len()).unwrap();
        prop_assert_eq!(&read, &entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert!(tile::decode_entries(&bundle, entries.len() + 1).is_none());
        if let Some((_, cut)) = bundle.split_last() {
            prop_assert!(tile::decode_entries(cut, entries.len()).is_none());
        }
    }

    #[test]
    fn no_text_breaks_the_readers(text in "\\PC{0,200}") {
        let _ = Verifier::parse(&text);
        let _ = Signer::parse(&text);
        let _ = Checkpoint::parse(&text);
        let _ = note::open(&text, &[]);
    }
}

#[test]
fn an_entry_longer_than_its_length_field_is_refused() {
    let mut bundle = Vec::new();
    assert_eq!(tile::encode_entry(&vec![0; tile::MAX_ENTRY], &mut bundle), Some(()));
    let before = bundle.len();
    assert_eq!(tile::encode_entry(&vec![0; tile::MAX_ENTRY + 1], &mut bundle), None);
    assert_eq!(bundle.len(), before);
}

#[test]
fn tile_paths_are_written_as_the_specification_shows() {
    let path = |level, index, width| Tile { level, index, width }.to_string();
    assert_eq!(path(Level::Hashes(0), 1_234_067, WIDTH), "tile/0/x001/x234/067");
    assert_eq!(path(Level::Hashes(3), 0, 1), "tile/3/000.p/1");
    assert_eq!(path(Level::Entries, 67, 255), "tile/entries/067.p/255");
    assert_eq!(path(Level::Entries, 1_000, WIDTH), "tile/entries/x001/000");
    assert_eq!(path(Level::Hashes(0), u64::MAX, WIDTH), "tile/0/x018/x446/x744/x073/x709/x551/615");
    assert_eq!(Tile::of_tree(0, 2, 513), Some(Tile { level: Level::Hashes(0), index: 2, width: 1 }));
    assert_eq!(Tile::of_tree(0, 2, 512), None);
    assert_eq!(Tile::of_tree(1, 0, 513), Some(Tile { level: Level::Hashes(1), index: 0, width: 2 }));
    assert_eq!(Tile::of_tree(1, 0, 255), None);
    assert_eq!(Tile::of_tree(8, 0, u64::MAX), None);
}

#[test]
fn a_checkpoint_is_read_strictly() {
    let root = Hash::of(b"");
    let checkpoint = Checkpoint { origin: "log.corp.example".to_owned(), size: 12, root };
    assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Some(checkpoint.clone()));
    let extended = format!("{checkpoint}extension\n");
    assert_eq!(Checkpoint::parse(&extended), Some(checkpoint.clone()));
    for bad in [
        String::new(),
        format!("\n12\n{root}\n"),
        format!("log\n012\n{root}\n"),
        format!("log\n+12\n{root}\n"),
        format!("log\n99999999999999999999\n{root}\n"),
        "log\n12\nAAAA\n".to_owned(),
        format!("log\n12\n{root}"),
        format!("log\n12\n{root}\n\n"),
    ] {
        assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
    }
    let signer = Signer::new("another.log", &[7; 32]).unwrap();
    let note = checkpoint.sign(&signer).unwrap();
    assert!(Checkpoint::open(&note, signer.verifier()).is_err(), "origin and key name differ");
}
