use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn path(text: &str) -> Glob {
    Glob::parse(text, Syntax::PATH).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn literal(text: &str) -> Glob {
    Glob::literal(text, Syntax::PATH)
}

fn labels(text: &str) -> Glob {
    Glob::parse(text, Syntax::LABELS).unwrap()
}

#[test]
fn a_literal_is_inside_what_matches_it() {
    for (pattern, name, inside) in [
        ("srv/*.log", "srv/a.log", true),
        ("srv/*.log", "srv/a/b.log", false),
        ("srv/**", "srv", false),
        ("srv/**", "srv/a", true),
        ("srv/**", "srv/a/b", true),
        ("**/.env", ".env", true),
        ("**/.env", "a/b/.env", true),
        ("a/**/b", "a/b", true),
        ("a/**/b", "a/x/y/b", true),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("[a-c]x", "bx", true),
        ("[!a-c]x", "bx", false),
        ("[]]x", "]x", true),
        ("[a-]x", "-x", true),
        (r"\*", "*", true),
        (r"\*", "a", false),
        ("**", "a/b", true),
    ] {
        assert_eq!(path(pattern).contains(&literal(name)), inside, "{pattern} {name}");
        assert_eq!(path(pattern).overlaps(&literal(name), false), inside, "{pattern} {name}");
        assert_eq!(second::matches(pattern, name), inside, "{pattern} {name}");
    }
}

#[test]
fn labels_are_matched_one_by_one() {
    for (pattern, name, inside) in [
        ("ledger-primary.**", "ledger-primary", true),
        ("ledger-primary.**", "ledger-primary.db.internal", true),
        ("ledger-primary.**", "ledger-primary-2.db.internal", false),
        ("*.rw.db.internal", "a.rw.db.internal", true),
        ("*.rw.db.internal", "a.b.rw.db.internal", false),
        ("ledger-replica-*.**", "ledger-replica-1.db.internal", true),
        ("ledger-replica-*.**", "ledger-replica-1", true),
        ("**.example", "a.b.example", true),
        ("**.example", "example.evil", false),
    ] {
        assert_eq!(
            labels(pattern).contains(&Glob::literal(name, Syntax::LABELS)),
            inside,
            "{pattern} {name}"
        );
    }
}

#[test]
fn patterns_are_compared_with_patterns() {
    for (pattern, other, contains, overlaps) in [
        ("srv/**", "srv/*.log", true, true),
        ("srv/**", "srv/**/x", true, true),
        ("srv/*.log", "srv/a*.log", true, true),
        ("srv/*.log", "srv/*", false, true),
        ("srv/a*", "srv/*b", false, true),
        ("srv/a*", "srv/b*", false, false),
        ("srv/??", "srv/ab", true, true),
        ("srv/?", "srv/*", false, true),
        ("**", "x/**", true, true),
        ("x/**", "**", false, true),
        ("[ab]", "[ab]", true, true),
        ("?", "[ab]", true, true),
        ("[ab]", "?", false, true),
        ("a/**/b/**/c", "a/**/c", false, true),
    ] {
        assert_eq!(path(pattern).contains(&path(other)), contains, "{pattern} contains {other}");
        assert_eq!(path(pattern).overlaps(&path(other), false), overlaps, "{pattern} overlaps {other}");
        assert_eq!(path(other).overlaps(&path(pattern), false), overlaps, "{other} overlaps {pattern}");
    }
}

#[test]
fn case_folds_only_where_asked() {
    let cursor = path("**/.cursor/**");
    let written = literal("x/.Cursor/mcp.json");
    assert!(cursor.overlaps(&written, true));
    assert!(!cursor.overlaps(&written, false) && !cursor.contains(&written));
    assert!(path("[a-z]").overlaps(&literal("B"), true));
}

#[test]
fn accents_are_folded_however_they_are_written() {
    let (composed, decomposed) = ("srv/geh\u{fc}tet", "srv/gehu\u{308}tet");
    for (pattern, name) in [(composed, decomposed), (decomposed, composed), (composed, "srv/GEH\u{dc}TET")] {
        assert!(path(pattern).overlaps(&literal(name), true), "{pattern} {name}");
        assert!(!path(pattern).overlaps(&literal(name), false) && !path(pattern).contains(&literal(name)));
    }
    assert!(!path(composed).overlaps(&literal("srv/gehutet"), true));
    assert!(path("srv/*\u{fc}*").overlaps(&literal(decomposed), true));
}

#[test]
fn a_tree_is_inside_only_with_all_of_it() {
    let tree = |text: &str| literal(text).and_below();
    assert!(path("srv/**").contains(&tree("srv/a")));
    assert!(!path("srv/**").contains(&tree("srv")));
    assert!(!path("srv/*").contains(&tree("srv/a")));
    assert!(path("srv/a/b").overlaps(&tree("srv"), false));
    assert!(!path("etc/x").overlaps(&tree("srv"), false));
}

#[test]
fn what_is_no_pattern_is_refused_with_a_way_out() {
    for (bad, what) in [
        ("", "empty"),
        ("a//b", "empty part"),
        ("a/", "empty part"),
        ("a**", "beside other"),
        ("{a,b}", "not part of the pattern language"),
        ("[a", "not closed"),
        ("[z-a]", "is empty"),
        ("a\\", "ends with"),
        ("a\nb", "control character"),
    ] {
        let error = Glob::parse(bad, Syntax::PATH).unwrap_err();
        assert!(error.what.contains(what) && !error.help.is_empty(), "{bad}: {error}");
    }
    assert!(Glob::parse(&"a".repeat(2000), Syntax::PATH).is_err());
}

#[test]
fn a_hostile_pattern_costs_no_more_than_the_product_of_the_lengths() {
    let pattern = path(&"*a".repeat(400));
    let name = literal(&"a".repeat(4000));
    assert!(pattern.overlaps(&name, true) && pattern.contains(&name));
    let deep = path("**/a/".repeat(100).trim_end_matches('/'));
    assert!(!deep.contains(&literal("a/".repeat(99).trim_end_matches('/'))));
}

#[test]
fn a_set_that_shells_read_otherwise_is_refused() {
    for text in ["shado[[:alpha:]]", "shado[![:digit:]]", "shado[\\]w]", "shado[a[.w.]]", "shado[a-\\]"] {
        assert!(Glob::parse(text, Syntax::PATH).is_err(), "{text}");
    }
    for text in ["a[.]b", "a[[]b", "a[]]b", "a[^x]b", "a[a-]b"] {
        assert!(Glob::parse(text, Syntax::PATH).is_ok(), "{text}");
    }
}

// Names of the greatest length, so that work which grows with the product of the lengths does not come to an end.
#[test]
fn names_that_differ_at_once_are_told_apart_at_once() {
    let ours: Vec<Glob> = (0..80).map(|n| path(&format!("{n}{}/**", "x".repeat(900)))).collect();
    let theirs: Vec<Glob> = (0..80).map(|n| literal(&format!("a{n}{}", "x".repeat(4000)))).collect();
    for (ours, theirs) in ours.iter().flat_map(|ours| theirs.iter().map(move |theirs| (ours, theirs))) {
        assert!(!ours.overlaps(theirs, true) && !ours.contains(theirs));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Patterns and paths over few characters, so that they often have something to do with each other.
    fn patterns() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            3 => "[abA.]{1,3}",
            1 => Just("**".to_owned()),
            1 => Just("*".to_owned()),
            1 => "[ab*?]{1,3}".prop_filter("`**` stands alone", |text| !text.contains("**")),
            1 => "[ab]?\\[[ab]\\][ab]?",
            1 => select(vec!["[!a]*", "[^.]", "[]a]", "[a-]b", "[A-b]", "[]-a]", r"\*", r"a\?", "*[a.]*b", "*a*a*"])
                .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.join("/"))
    }

    fn paths() -> impl Strategy<Value = String> {
        prop::collection::vec("[abA.]{1,3}|[-*?]a|\\]b?", 1..5).prop_map(|pieces| pieces.join("/"))
    }

    fn oracle(pattern: &str, name: &str) -> bool {
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build().unwrap();
        glob.compile_matcher().is_match(name)
    }

    proptest! {
        #[test]
        fn characters_are_decomposed_as_the_crate_does_it(text in "[a-zéü가ǖ\u{300}-\u{36f}\u{5b0}-\u{5c2}\u{1d165}-\u{1d172}ﬁ\u{f900}-\u{fa10}]{0,40}") {
            use unicode_normalization::UnicodeNormalization;
            let expected: Vec<char> = text.nfd().collect();
            prop_assert_eq!(super::super::decomposed(text.chars()), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn literals_are_matched_as_globset_matches_them(pattern in patterns(), name in paths()) {
            let expected = oracle(&pattern, &name);
            prop_assert_eq!(path(&pattern).contains(&literal(&name)), expected);
            prop_assert_eq!(path(&pattern).overlaps(&literal(&name), false), expected);
            prop_assert_eq!(second::matches(&pattern, &name), expected);
        }

        #[test]
        fn what_is_contained_is_matched_and_what_is_matched_by_both_overlaps(
            ours in patterns(), theirs in patterns(), name in paths(),
        ) {
            let (a, b) = (oracle(&ours, &name), oracle(&theirs, &name));
            if b && path(&ours).contains(&path(&theirs)) {
                prop_assert!(a, "{} contains {}, and does not match {}", ours, theirs, name);
            }
            if a && b {
                prop_assert!(path(&ours).overlaps(&path(&theirs), false), "{ours} {theirs} share {name}");
            }
        }

        #[test]
        fn a_tree_is_contained_only_if_all_below_is_matched(
            pattern in patterns(), name in paths(), below in paths(),
        ) {
            let tree = literal(&name).and_below();
            let inner = format!("{name}/{below}");
            if path(&pattern).contains(&tree) {
                prop_assert!(oracle(&pattern, &name) && oracle(&pattern, &inner));
            }
            if oracle(&pattern, &name) || oracle(&pattern, &inner) {
                prop_assert!(path(&pattern).overlaps(&tree, false));
            }
        }

        #[test]
        fn folding_only_adds(ours in patterns(), theirs in patterns()) {
            let (ours, theirs) = (path(&ours), path(&theirs));
            prop_assert!(!ours.overlaps(&theirs, false) || ours.overlaps(&theirs, true));
            prop_assert!(!ours.contains(&theirs) || ours.overlaps(&theirs, false));
        }
    }
}
