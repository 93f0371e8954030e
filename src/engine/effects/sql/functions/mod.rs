//! What functions do.
//!
//! A function is one of three: it does something ([`effects`]), it is known to do nothing but compute or look
//! ([`pure`]), or nobody knows. The last is an unknown, not a read and not a write: a function of your own may
//! delete, and a rule that allows reads was not written for it. So many functions that do nothing are listed
//! that an ordinary report never meets the third kind; to teach another, add its name to a list.
//!
//! A name with a schema in front that is no server's own is nobody's known function, whatever it is called,
//! but what does something is recognised in every schema.

pub(super) mod effects;
mod pure;

use super::keyword::compare;
use crate::order::sorted;
use effects::{EFFECTS, Effect, PREFIXES};
use std::sync::OnceLock;

/// Schemas and packages of which every server's own functions may be called.
const SYSTEM_SCHEMAS: &[&str] = &[
    "pg_catalog",
    "sys",
    "system",
    "main",
    "safe",
    "net",
    "hll_count",
    "keys",
    "kll_quantiles",
    "information_schema",
    "builtin",
    "dbms_lob",
    "dbms_random",
    "dbms_metadata",
    "dbms_xplan",
];

/// What a call of a function does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Function {
    /// This.
    Does(Effect),
    /// It computes, or looks at what the query names anyway.
    Pure,
    /// Nobody knows.
    Unknown,
}

/// What the function does whose name, as it is written, has these parts.
pub(super) fn find<'a>(parts: impl DoubleEndedIterator<Item = &'a str> + Clone) -> Function {
    let mut from_last = parts.rev();
    let Some(name) = from_last.next() else { return Function::Unknown };
    let schema = from_last.next();
    if let Some(effect) = effect(name).or_else(|| schema.and_then(package)) {
        return Function::Does(effect);
    }
    let own =
        schema.is_none_or(|schema| SYSTEM_SCHEMAS.iter().any(|known| known.eq_ignore_ascii_case(schema)));
    if own && is_pure(name) { Function::Pure } else { Function::Unknown }
}

fn effect(name: &str) -> Option<Effect> {
    static TABLE: OnceLock<Vec<(&str, Effect)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let rows: Vec<(&str, Effect)> = EFFECTS
            .iter()
            .flat_map(|(effect, names)| names.split_ascii_whitespace().map(|name| (name, *effect)))
            .collect();
        sorted(rows, |a, b| compare(a.0, b.0))
    });
    let row = table.binary_search_by(|(row, _)| compare(row, name)).ok().and_then(|at| table.get(at));
    let begins = |prefix: &str| {
        name.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    row.map(|(_, effect)| *effect)
        .or_else(|| PREFIXES.iter().find(|(prefix, _)| begins(prefix)).map(|(_, effect)| *effect))
}

/// What every function of a package does.
fn package(name: &str) -> Option<Effect> {
    effects::PACKAGES
        .iter()
        .find(|(package, _)| package.eq_ignore_ascii_case(name))
        .map(|(_, effect)| *effect)
}

fn is_pure(name: &str) -> bool {
    static TABLE: OnceLock<Vec<&str>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let names: Vec<&str> =
            pure::PURE.iter().flat_map(|(_, names)| names.split_ascii_whitespace()).collect();
        sorted(names, |a, b| compare(a, b))
    });
    let begins = |prefix: &&str| {
        name.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    table.binary_search_by(|row| compare(row, name)).is_ok() || pure::PREFIXES.iter().any(begins)
}

/// Every function that is said to do nothing, for tests against a real server.
#[cfg(test)]
pub(super) fn pure_names() -> impl Iterator<Item = &'static str> {
    pure::PURE.iter().flat_map(|(_, names)| names.split_ascii_whitespace())
}
