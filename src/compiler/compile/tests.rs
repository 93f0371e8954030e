//! The exact text of messages: a message is part of what is built.

mod bases;
mod conditions;
mod files;
mod rules;
mod whole;

use crate::{Compiled, Source, compile};

/// A base file with what every one needs, and these lines behind.
fn base(rest: &str) -> (&'static str, String) {
    let start = "policy: base\nbase: true\ndefault: { escalate: soc }\nunknown: deny\n\
                 reviewers: { soc: { members: [group:soc] } }\n";
    ("base.yaml", format!("{start}{rest}"))
}

/// A file with this text.
fn file(path: &'static str, text: &str) -> (&'static str, String) {
    (path, text.to_owned())
}

fn compiled(files: &[(&str, String)]) -> (Compiled, Vec<Source>) {
    let sources: Vec<Source> =
        files.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: text.clone() }).collect();
    (compile(&sources), sources)
}

/// What the terminal shows.
fn shown(files: &[(&str, String)]) -> String {
    let (compiled, sources) = compiled(files);
    assert_eq!(compiled.policy.is_none(), compiled.findings.has_errors());
    compiled.findings.render(&sources, false)
}

/// What the terminal shows for a base file with these lines.
fn shown_base(rest: &str) -> String {
    shown(&[base(rest)])
}

/// What the terminal shows for one rule in a base file.
fn shown_rule(rule: &str) -> String {
    shown_base(&format!("rules:\n{rule}"))
}
