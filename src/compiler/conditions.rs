//! Conditions, by the engine's own table: no condition has code of its own here.
//!
//! A condition's value is given to the engine piece by piece, a pattern, a pointer, a bound at a time, so
//! that each mistake is found, and found where it stands.

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::lints;
use crate::names::Names;
use crate::source::Place;
use crate::yaml::{Entry, Node, Value};
use serde_json::{Map, Value as Json, json};
use toolgate_engine::policy::conditions::{Conditions, TABLE};

/// Conditions the language has and this version does not.
pub(crate) const NOT_YET: &[&str] = &["after", "rate", "time"];

/// The names of all conditions.
pub(crate) fn known() -> impl Iterator<Item = &'static str> + Clone {
    TABLE.iter().map(|entry| entry.name)
}

/// Reads the conditions among `entries`; other keys are the caller's.
pub(crate) fn read(entries: &[Entry], names: &mut Names, findings: &mut Diagnostics) -> Conditions {
    let mut all = Map::new();
    for entry in entries.iter().filter(|entry| known().any(|name| name == entry.key)) {
        let value = match entry.key.as_str() {
            "principal" => {
                let patterns = names.expand_principals(&entry.value, findings);
                lints::no_spiffe_id(&patterns, findings);
                patterns
            }
            "when" => entry.value.clone(),
            _ => names.expand_sets(&entry.value, findings),
        };
        let before = findings.counts();
        pieces(&entry.key, &value, &entry.key_place, findings);
        if findings.counts() == before && !is_empty(&value) {
            all.insert(entry.key.clone(), value.to_json());
        }
    }
    match serde_json::from_value(Json::Object(all)) {
        Ok(conditions) => conditions,
        Err(error) => {
            // Each piece was taken and the whole is not: only a rule across pieces can do that.
            let place = entries.first().map_or_else(|| Place::start_of(0), |entry| entry.key_place.clone());
            findings.push(problem("conditions", &place, None, &error.to_string()));
            Conditions::default()
        }
    }
}

fn is_empty(value: &Node) -> bool {
    matches!(&value.value, Value::List(elements) if elements.is_empty())
}

/// Whether the condition's form is a map at all.
fn takes_maps(name: &str) -> bool {
    let empty = serde_json::from_value::<Conditions>(json!({ name: {} }));
    empty.err().is_none_or(|error| !error.to_string().starts_with("invalid type: map"))
}

/// Gives the engine each piece of a value alone.
fn pieces(name: &str, value: &Node, key: &Place, findings: &mut Diagnostics) {
    match &value.value {
        Value::List(elements) if !elements.is_empty() => {
            for element in elements {
                piece(name, element, element.to_json(), findings);
            }
        }
        Value::Map(entries) if !entries.is_empty() && takes_maps(name) => {
            for entry in entries {
                let whole = |inner: Json| json!({ (entry.key.clone()): inner });
                match &entry.value.value {
                    Value::Map(inner) if !inner.is_empty() => {
                        // The pointer itself first: every bound below it would repeat its mistake.
                        if !try_piece(name, &entry.key_place, &entry.value, whole(json!("")), findings) {
                            continue;
                        }
                        for bound in inner {
                            let one = whole(json!({ (bound.key.clone()): bound.value.to_json() }));
                            let known = try_key(name, bound, &one, findings);
                            if known {
                                try_piece(name, &bound.value.place, &bound.value, one, findings);
                            }
                        }
                    }
                    _ => {
                        if try_piece(name, &entry.key_place, &entry.value, whole(json!("")), findings) {
                            ambiguous(&entry.value, findings);
                            try_piece(
                                name,
                                &entry.value.place,
                                &entry.value,
                                whole(entry.value.to_json()),
                                findings,
                            );
                        }
                    }
                }
            }
        }
        Value::Null | Value::List(_) | Value::Map(_) => {
            // The place of nothing is nowhere in particular.
            try_piece(name, key, value, value.to_json(), findings);
        }
        _ => piece(name, value, value.to_json(), findings),
    }
}

fn piece(name: &str, node: &Node, json: Json, findings: &mut Diagnostics) {
    try_piece(name, &node.place, node, json, findings);
}

/// Whether the engine takes a piece; if not, that is a finding.
fn try_piece(name: &str, place: &Place, node: &Node, json: Json, findings: &mut Diagnostics) -> bool {
    match serde_json::from_value::<Conditions>(json!({ name: json })) {
        Ok(_) => true,
        Err(error) => {
            findings.push(problem(name, place, Some(node), &error.to_string()));
            false
        }
    }
}

/// Whether the key of a bound is one; if not, that is a finding at the key.
fn try_key(name: &str, bound: &Entry, json: &Json, findings: &mut Diagnostics) -> bool {
    match serde_json::from_value::<Conditions>(json!({ name: json })) {
        Err(error) if error.to_string().starts_with("unknown field") => {
            findings.push(problem(name, &bound.key_place, Some(&bound.value), &error.to_string()));
            false
        }
        _ => true,
    }
}

/// Words that one reader takes for a number and another for text.
fn ambiguous(node: &Node, findings: &mut Diagnostics) {
    if let Value::Text(text) = &node.value
        && node.place.end - node.place.start == text.len()
        && looks_like_a_number(text)
    {
        findings.push(
            Diagnostic::error(
                "E-ambiguous-scalar",
                &node.place,
                format!("`{text}` is a number to some readers and text to others"),
            )
            .help("write it as JSON writes numbers, or put it in quotes"),
        );
    }
}

fn looks_like_a_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-', '.']);
    let known = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"];
    known.iter().any(|word| text.ends_with(word))
        || (digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_hexdigit() || "_.,xo:+-".contains(c)))
}

/// An error of the engine as a finding.
fn problem(name: &str, place: &Place, node: Option<&Node>, error: &str) -> Diagnostic {
    let code = format!("E-{name}");
    let diagnostic = if let Some(rest) = error.strip_prefix("unknown field `") {
        let (written, rest) = rest.split_once('`').unwrap_or((rest, ""));
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        Diagnostic::error("E-unknown-key", place, format!("`{written}` is not known here"))
            .maybe_help(did_you_mean(written, known))
    } else if let Some((_, expected)) = error.split_once(", expected ") {
        let expected = expected.replace("a sequence", "a list");
        let found = node.map_or_else(|| "something else".to_owned(), Node::found);
        let quotable = node.is_some_and(|node| matches!(node.value, Value::Number(_) | Value::Bool(_)));
        Diagnostic::error("E-type", place, format!("expected {expected}, found {found}")).maybe_help(
            (quotable && expected.contains("text"))
                .then(|| "put it in quotes if it is meant as text".to_owned()),
        )
    } else {
        let (what, help) = error.split_once("\nhelp: ").unwrap_or((error, ""));
        Diagnostic::error(code, place, what).maybe_help((!help.is_empty()).then(|| help.to_owned()))
    };
    match node.and_then(|node| node.used.as_ref()) {
        Some(used) => diagnostic.also(used, format!("used here as `{name}`")),
        None => diagnostic,
    }
}
