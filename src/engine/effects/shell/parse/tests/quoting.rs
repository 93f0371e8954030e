//! One text, quoted in different ways, is one word.
#![cfg(not(target_arch = "wasm32"))]

use crate::effects::shell::parse::parse;
use crate::effects::shell::syntax::{Command, Piece};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Quote {
    Backslash,
    Single,
    Double,
    Escape,
    Code,
}

fn quoted(character: char, quote: Quote) -> String {
    match (quote, character) {
        (Quote::Single, '\'') | (Quote::Backslash, '\n') => format!("$'\\x{:02x}'", character as u32),
        (Quote::Single, _) => format!("'{character}'"),
        (Quote::Backslash, _) => format!("\\{character}"),
        (Quote::Double, '"' | '\\' | '$' | '`') => format!("\"\\{character}\""),
        (Quote::Double, _) => format!("\"{character}\""),
        (Quote::Escape, '\'' | '\\') => format!("$'\\{character}'"),
        (Quote::Escape, _) => format!("$'{character}'"),
        (Quote::Code, _) => format!("$'\\U{:08x}'", character as u32),
    }
}

/// The text of the only argument.
fn argument(text: &str) -> Option<String> {
    let script = parse(text).ok()?;
    let [pipeline] = script.0.as_slice() else { return None };
    let [stage] = pipeline.stages.as_slice() else { return None };
    let Command::Simple { words, .. } = &stage.command else { return None };
    let [_, word] = words.as_slice() else { return None };
    let literal = |piece: &Piece| match piece {
        Piece::Quoted(text) => Some(text.clone()),
        _ => None,
    };
    word.pieces.iter().map(literal).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quotes_do_not_change_a_text(
        characters in proptest::collection::vec(
            (
                prop_oneof![
                    Just('\''), Just('"'), Just('\\'), Just('$'), Just('`'), Just(' '), Just('\n'), Just('#'), Just('('),
                    Just(';'), Just('é'), Just('日'), Just('\u{a0}'), Just('\u{2003}'), any::<char>(),
                ],
                prop_oneof![
                    Just(Quote::Backslash), Just(Quote::Single), Just(Quote::Double), Just(Quote::Escape),
                    Just(Quote::Code),
                ],
            ),
            1..12,
        )
    ) {
        let characters: Vec<_> =
            characters.into_iter().filter(|(c, _)| *c != '\0' && (*c == '\n' || !c.is_ascii_control())).collect();
        prop_assume!(!characters.is_empty());
        let expected: String = characters.iter().map(|(character, _)| character).collect();
        let word: String = characters.iter().map(|(character, quote)| quoted(*character, *quote)).collect();
        prop_assert_eq!(argument(&format!("echo {word}")), Some(expected), "{}", word);
    }
}
