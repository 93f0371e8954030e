use super::*;

const DEPTH: usize = 100;

fn problem(text: &str) -> Option<Problem> {
    Document::parse(text.as_bytes().to_vec(), DEPTH).err().map(|error| error.problem)
}

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec(), DEPTH).expect(text)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn what_parsers_disagree_on_is_refused_by_name() {
    let deep = "[".repeat(DEPTH + 1) + &"]".repeat(DEPTH + 1);
    for (text, expected) in [
        ("", Problem::Unfinished),
        (" ", Problem::Unfinished),
        ("{", Problem::Unfinished),
        ("[1,", Problem::Unfinished),
        (r#"{"a""#, Problem::Unfinished),
        (r#""a"#, Problem::Unfinished),
        (r#""a\"#, Problem::Unfinished),
        (r#""\u12"#, Problem::Unfinished),
        ("tru", Problem::Unfinished),
        ("-", Problem::Unfinished),
        ("1.", Problem::Unfinished),
        ("1e", Problem::Unfinished),
        ("{'a':1}", Problem::Unexpected),
        ("{a:1}", Problem::Unexpected),
        ("[1,]", Problem::Unexpected),
        (r#"{"a":1,}"#, Problem::Unexpected),
        ("[1 2]", Problem::Unexpected),
        ("// x\n1", Problem::Unexpected),
        ("NaN", Problem::Unexpected),
        ("Infinity", Problem::Unexpected),
        ("-Infinity", Problem::Unexpected),
        ("+1", Problem::Unexpected),
        (".5", Problem::Unexpected),
        ("1.e5", Problem::Unexpected),
        ("True", Problem::Unexpected),
        ("\u{c}1", Problem::Unexpected),
        ("\u{a0}1", Problem::Unexpected),
        (r#""\x41""#, Problem::Unexpected),
        (r#""\u00g1""#, Problem::Unexpected),
        ("01", Problem::TrailingData),
        ("1 2", Problem::TrailingData),
        ("{}{}", Problem::TrailingData),
        ("{}\0", Problem::TrailingData),
        (r#"{"a":1,"a":2}"#, Problem::DuplicateKey),
        (r#"{"a":1,"\u0061":2}"#, Problem::DuplicateKey),
        (r#"{"\ud83d\ude00":1,"😀":2}"#, Problem::DuplicateKey),
        (r#"{"":1,"":2}"#, Problem::DuplicateKey),
        (r#"{"__proto__":{"a":1}}"#, Problem::PrototypeKey),
        (r#"{"name\u0000":1}"#, Problem::NulKey),
        (r#"[{"a":{"\u005f_proto__":null}}]"#, Problem::PrototypeKey),
        (r#""\ud800""#, Problem::LoneSurrogate),
        (r#""\udc00""#, Problem::LoneSurrogate),
        (r#""\ud800\ud800""#, Problem::LoneSurrogate),
        (r#""\ud800\n""#, Problem::LoneSurrogate),
        (r#""\ud800x""#, Problem::LoneSurrogate),
        ("\"\u{1}\"", Problem::ControlCharacter),
        ("\"\n\"", Problem::ControlCharacter),
        ("\"\t\"", Problem::ControlCharacter),
        ("1e999", Problem::NumberOutOfRange),
        ("-1e999", Problem::NumberOutOfRange),
        ("\u{feff}1", Problem::ByteOrderMark),
        (&deep, Problem::TooDeep),
    ] {
        assert_eq!(problem(text), Some(expected), "{text}");
    }
    let invalid = Document::parse(b"\"\xff\"".to_vec(), DEPTH).expect_err("invalid UTF-8");
    assert_eq!(invalid, Error { at: 1, problem: Problem::InvalidUtf8 });
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn many_keys_are_compared_as_few_are() {
    let members: Vec<String> = (0..1000).map(|n| format!("\"k{n}\":{n}")).collect();
    assert_eq!(problem(&format!("{{{}}}", members.join(","))), None);
    for again in ["k0", "k15", "k16", "k999", "\\u006b999"] {
        let text = format!("{{{},\"{again}\":0}}", members.join(","));
        assert_eq!(problem(&text), Some(Problem::DuplicateKey), "{again}");
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn depth_counts_lists_and_objects_and_stops_at_the_limit() {
    for (text, depth) in [("1", 0), ("[]", 1), (r#"{"a":{}}"#, 2), (r#"[{"a":[1]}]"#, 3)] {
        assert!(Document::parse(text.as_bytes().to_vec(), depth).is_ok(), "{text}");
        if depth > 0 {
            let error = Document::parse(text.as_bytes().to_vec(), depth - 1).expect_err(text);
            assert_eq!(error.problem, Problem::TooDeep);
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_place_of_a_problem_is_a_byte_offset() {
    assert_eq!(parse(r#"{"ü":1,"ü":2}"#, DEPTH).expect_err("twice").at, 8);
    assert_eq!(parse("[1,x]", DEPTH).expect_err("x").at, 3);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn strings_are_unescaped_and_numbers_keep_their_text() {
    let document =
        document(r#" {"a\u002f\"b":"\ud83d\ude00\b\f\n\r\t\/\\","n":[9007199254740993,1.0,-0,1E+2]} "#);
    let text = document.root().get("a/\"b").and_then(Node::as_str);
    assert_eq!(text, Some("😀\u{8}\u{c}\n\r\t/\\"));
    let numbers = document.root().get("n").and_then(Node::elements).expect("a list");
    let texts: Vec<&str> = numbers.iter().map(|number| document.slice(number.span)).collect();
    assert_eq!(texts, ["9007199254740993", "1.0", "-0", "1E+2"]);
    let indices: Vec<_> = numbers.iter().map(Node::as_index).collect();
    assert_eq!(indices, [None, None, None, None]);
    assert_eq!(parse("4294967295", 0).expect("a number").as_index(), Some(u32::MAX));
    assert_eq!(parse("4294967296", 0).expect("a number").as_index(), None);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_pointer_finds_what_rfc_6901_says() {
    let document = document(r#"{"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"~1":9,"00":7}"#);
    let at = |pointer| document.root().pointer(pointer).map(|node| document.slice(node.span));
    assert_eq!(at(""), Some(document.text()));
    for (pointer, expected) in [
        ("/foo", Some(r#"["bar","baz"]"#)),
        ("/foo/0", Some(r#""bar""#)),
        ("/foo/01", None),
        ("/foo/+1", None),
        ("/foo/-", None),
        ("/foo/2", None),
        ("/foo/99999999999999999999", None),
        ("/", Some("0")),
        ("/a~1b", Some("1")),
        ("/m~0n", Some("8")),
        ("/~01", Some("9")),
        ("/00", Some("7")),
        ("foo", None),
        ("/foo/0/0", None),
    ] {
        assert_eq!(at(pointer), expected, "{pointer}");
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_canonical_form_forgets_order_and_space_and_nothing_else() {
    let one = document("{ \"b\" : [ 1 , \"\\u0041\\n\" ] , \"a\" : { } }");
    assert_eq!(one.canonical(), r#"{"a":{},"b":[1,"A\n"]}"#);
    for (left, right) in [("1", "1.0"), ("[1,2]", "[2,1]"), ("null", "\"null\""), ("0", "-0")] {
        assert_ne!(document(left).canonical(), document(right).canonical());
    }
    assert_eq!(document("\"\\u0001\\u001f\\u007f/\"").canonical(), "\"\\u0001\\u001f\u{7f}/\"");
}

/// Against `serde_json`: what is accepted here, it reads as the same tree.
#[cfg(not(target_family = "wasm"))]
mod oracle {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value as Theirs;

    fn same(ours: &Node, theirs: &Theirs) -> bool {
        match (&ours.value, theirs) {
            (Value::Null, Theirs::Null) => true,
            (Value::Bool(ours), Theirs::Bool(theirs)) => ours == theirs,
            (Value::Number(ours), Theirs::Number(theirs)) => close(ours, theirs),
            (Value::String(ours), Theirs::String(theirs)) => ours == theirs,
            (Value::Array(ours), Theirs::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
            }
            (Value::Object(ours), Theirs::Object(theirs)) => {
                ours.len() == theirs.len()
                    && ours
                        .iter()
                        .all(|member| theirs.get(&member.key).is_some_and(|b| same(&member.node, b)))
            }
            _ => false,
        }
    }

    /// `serde_json` reads a number to within the last digits of a double.
    fn close(ours: &str, theirs: &serde_json::Number) -> bool {
        match (ours.parse::<f64>(), theirs.as_f64()) {
            (Ok(ours), Some(theirs)) => (ours - theirs).abs() <= ours.abs() * 1e-15 + f64::MIN_POSITIVE,
            _ => false,
        }
    }

    /// Every value of a document reads the same from its own bytes.
    fn spans_hold(document: &Document, node: &Node) -> bool {
        let again = parse(document.slice(node.span), DEPTH);
        again.is_ok_and(|again| again.canonical() == node.canonical())
            && node.members().iter().all(|member| {
                let key = parse(document.slice(member.key_span), DEPTH);
                key.is_ok_and(|key| key.as_str() == Some(&member.key)) && spans_hold(document, &member.node)
            })
            && node.elements().unwrap_or_default().iter().all(|element| spans_hold(document, element))
    }

    fn values() -> impl Strategy<Value = Theirs> {
        let leaf = prop_oneof![
            Just(Theirs::Null),
            any::<bool>().prop_map(Theirs::from),
            any::<i64>().prop_map(Theirs::from),
            any::<u64>().prop_map(Theirs::from),
            any::<f64>().prop_map(Theirs::from),
            any::<String>().prop_map(Theirs::from),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Theirs::from),
                prop::collection::btree_map(any::<String>(), inner, 0..8)
                    .prop_map(|members| Theirs::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Text made of what JSON is made of, mostly broken.
    fn scraps() -> impl Strategy<Value = String> {
        let scrap = prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "\"a\":1", "\\", "\\u0061", "\\ud800",
            "\\ude00", "null", "true", "-", "0", "1", "9", ".", "e", "+", "E9", " ", "\n", "\u{feff}", "\0",
            "ü",
        ]);
        prop::collection::vec(scrap, 0..12).prop_map(|scraps| scraps.concat())
    }

    /// What may stand in a string, and what may not.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop::sample::select(vec![
            "word ",
            "a",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\r",
            "\\t",
            "\\u00fc",
            "\\ud83c\\udf89",
            "ü",
            "語",
            "🎉",
            "\"",
            "\\",
            "\\x",
            "\\ud83c",
            "\\udf89",
            "\\u12",
            "\n",
            "\0",
            "\u{7f}",
            "{}",
            "eight by",
            "te words",
        ]);
        prop_oneof![8 => piece.prop_map(|text| text.as_bytes().to_vec()), 1 => any::<u8>().prop_map(|byte| vec![byte])]
    }

    fn check(text: &str) -> Result<(), TestCaseError> {
        if let Ok(document) = Document::parse(text.as_bytes().to_vec(), DEPTH) {
            let theirs: Result<Theirs, _> = serde_json::from_str(text);
            prop_assert!(theirs.is_ok_and(|theirs| same(document.root(), &theirs)), "{}", text);
            prop_assert!(spans_hold(&document, document.root()), "{}", text);
            let canonical = document.canonical();
            let again = Document::parse(canonical.clone().into_bytes(), DEPTH).map(|again| again.canonical());
            prop_assert_eq!(again.ok(), Some(canonical));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_serde_json_writes_is_read_as_the_same(value in values()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let document = Document::parse(text.clone().into_bytes(), DEPTH);
                prop_assert!(document.is_ok_and(|document| same(document.root(), &value)), "{}", text);
                check(&text)?;
            }
        }

        #[test]
        fn what_is_accepted_serde_json_reads_as_the_same(text in scraps()) {
            check(&text)?;
        }

        #[test]
        fn a_change_of_one_character_is_refused_or_read_as_the_same(
            value in values(), at in any::<prop::sample::Index>(), with in scraps(),
        ) {
            let mut text: Vec<char> = value.to_string().chars().collect();
            let at = at.index(text.len());
            text.splice(at..=at, with.chars());
            check(&text.into_iter().collect::<String>())?;
        }

        #[test]
        fn a_string_within_other_bytes_is_as_long_as_what_is_read_of_it(pieces in prop::collection::vec(pieces(), 0..12)) {
            let bytes = pieces.concat();
            let read = string_body(&bytes);
            prop_assert_eq!(string_length(&bytes), read.as_ref().map(|(_, length)| *length));
            let strict = |length: &usize| serde_json::from_slice(&[b"\"", &bytes[..=*length]].concat()).ok();
            let ends = (0..bytes.len()).filter(|at| bytes[*at] == b'"');
            // `serde_json` takes a string that ends in the middle of this one for no string at all.
            let theirs: Option<(String, usize)> = ends.into_iter().find_map(|at| Some((strict(&at)?, at)));
            prop_assert_eq!(read.map(|(text, length)| (text.into_owned(), length)), theirs);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Document::parse(bytes, DEPTH);
        }
    }
}

#[test]
fn the_number_of_values_is_bounded() {
    let list = |n: usize| format!("[{}1]", "1,".repeat(n - 1));
    assert!(Document::parse(list(MOST_VALUES - 1).into_bytes(), 8).is_ok());
    let error = Document::parse(list(MOST_VALUES).into_bytes(), 8).unwrap_err();
    assert_eq!(error.problem, Problem::TooManyValues);
}

/// Runs are looked at eight bytes at a time, so what ends one is tried at every place of a word.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn what_must_be_escaped_is_found_wherever_it_stands() {
    for special in (0..0x20).map(char::from).chain(['"', '\\', '\u{7f}', '\u{80}', 'ü', '語', '🎉']) {
        for before in 0..20 {
            let text = format!(
                "{}{special}{}",
                "aé".repeat(before / 2) + "bc".get(..before % 2).unwrap(),
                "z".repeat(11)
            );
            let mut escaped = String::new();
            escape(&text, &mut escaped);
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
            assert_eq!(parse(&escaped, 0).unwrap().as_str(), Some(text.as_str()));
            let must = special < ' ' || matches!(special, '"' | '\\');
            assert_eq!(escaped.len() > text.len() + 2, must, "{escaped}");
            assert_eq!(parse(&format!("\"{text}\""), 0).is_err(), must, "{text:?}");
        }
    }
}
