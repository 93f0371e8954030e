use super::*;

fn tree(text: &str) -> Node {
    let mut findings = Diagnostics::default();
    let source = Source { path: "x.yaml".to_owned(), text: text.to_owned() };
    let node = read(0, &source, &mut findings);
    assert!(!findings.has_errors(), "{}", findings.render(&[source], false));
    node.unwrap()
}

#[test]
fn plain_words_are_what_json_says_they_are() {
    for (text, expected) in [
        ("12.50", Value::Number("12.50".to_owned())),
        ("-1e3", Value::Number("-1e3".to_owned())),
        ("9007199254740993", Value::Number("9007199254740993".to_owned())),
        ("true", Value::Bool(true)),
        ("null", Value::Null),
        ("~", Value::Null),
        ("no", Value::Text("no".to_owned())),
        ("True", Value::Text("True".to_owned())),
        ("010", Value::Text("010".to_owned())),
        ("1_000", Value::Text("1_000".to_owned())),
        ("0x10", Value::Text("0x10".to_owned())),
        ("\"5\"", Value::Text("5".to_owned())),
        ("'true'", Value::Text("true".to_owned())),
        ("~/.ssh/**", Value::Text("~/.ssh/**".to_owned())),
    ] {
        assert_eq!(tree(text).value, expected, "{text}");
    }
}

#[test]
fn places_are_bytes_whatever_the_characters_before_them_are() {
    let text = "a: ä€𝄞\nb: [x, \"ü y\"]\n";
    let root = tree(text);
    let Value::Map(entries) = &root.value else { panic!("no map") };
    let at = |place: &Place| text.get(place.range()).unwrap();
    assert_eq!(at(&entries[0].value.place), "ä€𝄞");
    assert_eq!(at(&entries[1].key_place), "b");
    let Value::List(elements) = &entries[1].value.value else { panic!("no list") };
    assert_eq!(at(&elements[1].place), "\"ü y\"");
}

#[test]
fn numbers_are_copied_into_json_as_they_stand() {
    let text = tree("{ a: 9007199254740993, b: [1.10, \"x\\ty\"], c: null }").to_json_text();
    assert_eq!(text, r#"{"a":9007199254740993,"b":[1.10,"x\ty"],"c":null}"#);
}

#[test]
fn nesting_has_an_end() {
    let mut findings = Diagnostics::default();
    let source = Source { path: "x.yaml".to_owned(), text: "[".repeat(5000) };
    assert_eq!(read(0, &source, &mut findings), None);
    assert!(findings.has_errors());
}
