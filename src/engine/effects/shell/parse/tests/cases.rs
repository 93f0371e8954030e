//! The cases under `tests/cases/effects/shell-syntax`: texts, and the trees they are.

use super::render;
use crate::effects::shell::parse::parse;
use serde::{Deserialize, Serialize};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! files {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("../../../../../../tests/cases/effects/shell-syntax/", $name, ".jsonl")))),+]
    };
}

const FILES: &[(&str, &str)] = files!("words" "commands" "expansions" "here-documents" "refused");

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tree: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

pub(super) fn cases() -> Vec<(&'static str, Case)> {
    let lines = FILES.iter().flat_map(|(file, text)| text.lines().map(move |line| (*file, line)));
    lines.map(|(file, line)| (file, serde_json::from_str(line).expect(line))).collect()
}

#[test]
fn every_text_is_its_tree() {
    let mut found = String::new();
    for (file, case) in cases() {
        let (tree, refused) = match parse(&case.text) {
            Ok(script) => (Some(render::sequence(&script)), None),
            Err(why) => (None, Some(why.what.to_owned())),
        };
        let read = Case { text: case.text.clone(), tree, refused };
        if read != case {
            found += &format!("{file}: {}\n", serde_json::to_string(&read).unwrap());
        }
    }
    assert!(found.is_empty(), "found instead:\n{found}");
}
