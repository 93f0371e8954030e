//! Patterns by how they begin, part by part.
//!
//! In go globs with a number each; out come the numbers of those that may have to do with another glob. It says yes
//! too often and never too rarely: of a part it knows the text before the first wildcard, of a pattern what stands
//! before the first `**`, and letters beyond ASCII count as wildcards, because they are compared by rules of their own.

use crate::policy::glob::{Glob, Stem};
use std::collections::BTreeMap;

/// Deepest a pattern is filed; what differs only behind that is found together.
const DEEPEST: usize = 8;

/// Numbers, by the patterns they were filed under.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trie {
    /// The order in which parts are compared.
    order: Order,
    root: Node,
}

/// Where patterns say most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// At their beginning: paths, principals.
    #[default]
    Forward,
    /// At their end: hosts.
    Backward,
    /// At their end, and the longer of two names is compared by its last parts: tables.
    Suffix,
}

#[derive(Debug, Clone, Default)]
struct Node {
    here: Vec<u32>,
    /// Parts that are one text.
    whole: BTreeMap<String, Self>,
    /// Parts that begin with a text, and have anything behind it.
    begins: BTreeMap<String, Self>,
}

impl Trie {
    /// Without anything in it.
    pub(crate) fn new(order: Order) -> Self {
        Self { order, root: Node::default() }
    }

    /// Files `number` under a pattern.
    pub(crate) fn file(&mut self, pattern: &Glob, number: u32) {
        let mut node = &mut self.root;
        for stem in self.order.of(pattern).into_iter().take(DEEPEST) {
            node = match stem {
                Stem::Whole(text) => node.whole.entry(text).or_default(),
                Stem::Begins(text) => node.begins.entry(text).or_default(),
                Stem::Deep => break,
            };
        }
        node.here.push(number);
    }

    /// Adds every number whose pattern may have a name in common with `name`, some of them several times.
    pub(crate) fn find(&self, name: &Glob, found: &mut Vec<u32>) {
        let stems = self.order.of(name);
        let mut open = vec![(&self.root, stems.as_slice())];
        while let Some((node, stems)) = open.pop() {
            found.extend_from_slice(&node.here);
            match stems {
                [Stem::Deep, ..] => node.all_below(found),
                [] if self.order == Order::Suffix => node.all_below(found),
                [] => {}
                [Stem::Whole(text), rest @ ..] => {
                    open.extend(node.whole.get(text).map(|node| (node, rest)));
                    open.extend(node.beginnings_of(text).map(|node| (node, rest)));
                }
                [Stem::Begins(text), rest @ ..] => {
                    open.extend(continuations(&node.whole, text).map(|node| (node, rest)));
                    open.extend(continuations(&node.begins, text).map(|node| (node, rest)));
                    open.extend(
                        node.beginnings_of(text).filter(|_| !text.is_empty()).map(|node| (node, rest)),
                    );
                }
            }
        }
    }

    /// Adds every number there is.
    pub(crate) fn all(&self, found: &mut Vec<u32>) {
        found.extend_from_slice(&self.root.here);
        self.root.all_below(found);
    }
}

impl Order {
    fn of(self, glob: &Glob) -> Vec<Stem> {
        match self {
            Self::Forward => glob.stems().collect(),
            Self::Backward | Self::Suffix => glob.stems().rev().collect(),
        }
    }
}

impl Node {
    fn below(&self) -> impl Iterator<Item = &Self> {
        self.whole.values().chain(self.begins.values())
    }

    fn all_below(&self, found: &mut Vec<u32>) {
        let mut open: Vec<&Self> = self.below().collect();
        while let Some(node) = open.pop() {
            found.extend_from_slice(&node.here);
            open.extend(node.below());
        }
    }

    /// Below parts of which only a beginning is known, and `text` has it.
    fn beginnings_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Self> {
        // Few patterns have wildcards within a part; where many have, their texts are looked up one by one.
        (0..=text.len())
            .filter(|_| !self.begins.is_empty())
            .filter_map(|end| self.begins.get(text.get(..end)?))
    }
}

/// What stands below texts that begin with `text`.
fn continuations<'a>(of: &'a BTreeMap<String, Node>, text: &'a str) -> impl Iterator<Item = &'a Node> {
    of.range(text.to_owned()..).take_while(move |(key, _)| key.starts_with(text)).map(|(_, node)| node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::glob::Syntax;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn found(order: Order, syntax: Syntax, patterns: &[&str], name: &str) -> Vec<u32> {
        let mut trie = Trie::new(order);
        for (n, pattern) in (0..).zip(patterns) {
            trie.file(&Glob::parse(pattern, syntax).unwrap(), n);
        }
        let mut found = Vec::new();
        trie.find(&Glob::parse(name, syntax).unwrap(), &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn a_path_finds_what_begins_like_it() {
        let patterns = ["srv/a/**", "srv/b/**", "**/x", "*/a/c", "srv/a*/c", "SRV/A/d", "home/é/x", "srv"];
        let at = |name| found(Order::Forward, Syntax::PATH, &patterns, name);
        assert_eq!(at("srv/a/c"), [0, 2, 3, 4, 7]);
        // `srv/b/**` is what lies below.
        assert_eq!(at("srv/b"), [2, 7]);
        assert_eq!(at("srv/*/c"), [0, 1, 2, 3, 4, 7]);
        assert_eq!(at("srv/ab*/c"), [2, 4, 7]);
        assert_eq!(at("home/e\u{301}/x"), [2, 6]);
        assert_eq!(at("\u{212a}/x"), [2, 7]);
        assert_eq!(at("**"), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(at("elsewhere"), [2]);
    }

    #[test]
    fn a_host_finds_what_ends_like_it_and_a_table_also_what_is_longer() {
        let patterns = ["*.a.example", "**.example", "b.example", "10.**"];
        let at = |name| found(Order::Backward, Syntax::LABELS, &patterns, name);
        assert_eq!(at("x.a.example"), [0, 1, 3]);
        assert_eq!(at("example"), [1, 3]);
        let patterns = ["a.*", "b.accounts", "accounts"];
        let at = |name| found(Order::Suffix, Syntax::LABELS, &patterns, name);
        assert_eq!(at("accounts"), [0, 1, 2]);
        assert_eq!(at("c.accounts"), [2]);
        assert_eq!(at("a.orders"), [0]);
    }
}
