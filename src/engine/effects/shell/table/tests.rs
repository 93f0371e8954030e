//! Every row is read whole, and every example run.

use super::FAMILIES;
use crate::effects::shell::row::{Kind, Opt, Otherwise, Reader, Row};
use crate::effects::shell::{Setting, read};
use crate::effects::{Action, Effect, Reach};
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn every_row(check: &mut impl FnMut(&str, &Row)) {
    fn below(family: &str, rows: &[Row], check: &mut impl FnMut(&str, &Row)) {
        for row in rows {
            check(family, row);
            below(family, row.below, check);
        }
    }
    for (family, rows) in FAMILIES {
        below(family, rows, check);
    }
}

#[test]
fn every_word_of_every_row_means_something() {
    const MARKS: &[&str] =
        &["tree", "fills", "drops", "info", "shows", "dry", "odd", "mode", "code", "sent", "host"];
    let mut wrong = Vec::new();
    every_row(&mut |family, row| {
        let at = format!("{family}: {}", row.names);
        for word in row.options.split_ascii_whitespace().filter(|word| !matches!(*word, "gnu" | "...")) {
            let Some(option) = Opt::read(word).filter(|_| word.starts_with(['-', '+'])) else {
                wrong.push(format!("{at}: option {word}"));
                continue;
            };
            let marks = option.marks.split('!').next().unwrap_or_default();
            for mark in marks.split('/').filter(|mark| !mark.is_empty()) {
                if !MARKS.contains(&mark) {
                    wrong.push(format!("{at}: mark /{mark} of {word}"));
                }
            }
            if option.has("mode") && !option.names.split(',').any(|name| row.sub_row(name).is_some()) {
                wrong.push(format!("{at}: no row below for {word}"));
            }
            for effect in option.effects() {
                if Action::known(effect.split('=').next().unwrap_or_default()).is_none() {
                    wrong.push(format!("{at}: effect {effect} of {word}"));
                }
            }
        }
        for word in row.operands.split_ascii_whitespace() {
            if Kind::named(word.trim_end_matches(['?', '*', '+'])).is_none() {
                wrong.push(format!("{at}: operand {word}"));
            }
        }
        let classes = match row.otherwise {
            Otherwise::Verbs(_, classes) => classes,
            _ => &[],
        };
        for text in std::iter::once(row.does).chain(classes.iter().map(|class| class.does)) {
            for effect in text.split_ascii_whitespace() {
                if Action::known(effect.split('=').next().unwrap_or_default()).is_none() {
                    wrong.push(format!("{at}: effect {effect}"));
                }
            }
        }
        if matches!(row.reader, Reader::Instead(_)) && !(row.options.is_empty() && row.operands.is_empty()) {
            wrong.push(format!("{at}: options or operands that its reader never sees"));
        }
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_name_stands_once() {
    let mut seen = BTreeSet::new();
    let mut twice = Vec::new();
    for (family, rows) in FAMILIES {
        for name in rows.iter().flat_map(|row| row.names.split(' ')) {
            if !seen.insert(name) {
                twice.push(format!("{family}: {name}"));
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn every_example_does_what_it_says() {
    let mut wrong = String::new();
    every_row(&mut |family, row| {
        for (command, expected) in row.examples {
            let setting = Setting {
                working_directory: Some("/workspace"),
                persistent: false,
                reach: Reach::Local,
                at: "",
            };
            let effects = read(command, &setting);
            let found: BTreeSet<String> = effects
                .known
                .iter()
                .map(Effect::short)
                .chain(effects.unknown.iter().map(|unknown| format!("unknown {}", unknown.code)))
                .collect();
            let expected: BTreeSet<String> =
                expected.split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
            if found != expected {
                wrong += &format!("{family}: {command}\n  expected {expected:?}\n  found    {found:?}\n");
            }
        }
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}
