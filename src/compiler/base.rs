//! What stands once, in the base file.

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, text, texts, wrong_type};
use crate::names::{Kind, Names};
use crate::source::Place;
use crate::yaml::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};
use toolgate_engine::effects::{ToolMapping, ToolMappings};
use toolgate_engine::policy::Texts;
use toolgate_engine::policy::rules::{Fallback, Mode, Reviewers};

/// Keys that only the base file has.
pub(crate) const KEYS: &[&str] = &[
    "base",
    "mode",
    "default",
    "unknown",
    "working_directory",
    "observe",
    "principals",
    "tools",
    "reviewers",
];

/// The mode; `enforce` if nothing is said.
pub(crate) fn mode(fields: Fields<'_>, findings: &mut Diagnostics) -> Mode {
    let Some(node) = fields.get("mode") else { return Mode::Enforce };
    match text(node, findings) {
        Some("observe") => Mode::Observe,
        Some("enforce") | None => Mode::Enforce,
        Some(other) => {
            findings.push(
                Diagnostic::error("E-mode", &node.place, format!("`{other}` is no mode"))
                    .help("write `enforce` or `observe`"),
            );
            Mode::Enforce
        }
    }
}

/// `default` or `unknown`: a verdict, and for `escalate` the reviewers.
pub(crate) fn fallback(
    fields: Fields<'_>,
    key: &str,
    names: &mut Names,
    findings: &mut Diagnostics,
) -> Option<Fallback> {
    let may_allow = key == "default";
    let forms = if may_allow {
        "write `deny`, `allow` or `{ escalate: REVIEWERS }`"
    } else {
        "write `deny` or `{ escalate: REVIEWERS }`"
    };
    let Some(node) = fields.get(key) else {
        findings.push(
            Diagnostic::error("E-missing-key", fields.place, format!("the base file does not say `{key}`"))
                .help(forms),
        );
        return None;
    };
    match &node.value {
        Value::Text(text) if text == "deny" => Some(Fallback::Deny),
        Value::Text(text) if text == "allow" && may_allow => Some(Fallback::Allow),
        Value::Text(text) if text == "allow" => {
            findings.push(
                Diagnostic::error(
                    "E-unknown-allow",
                    &node.place,
                    "what nobody could follow cannot be allowed",
                )
                .help(forms),
            );
            None
        }
        Value::Text(text) if text == "escalate" => {
            findings.push(
                Diagnostic::error(
                    "E-escalate-to-nobody",
                    &node.place,
                    format!("`{key}` escalates and does not say to whom"),
                )
                .help("write `{ escalate: REVIEWERS }`"),
            );
            None
        }
        Value::Map(_) => {
            let inner = Fields::of(node, "a map", findings)?.at(&node.place);
            inner.only(&["escalate"], findings);
            let groups = texts(inner.get("escalate")?, findings);
            let known = groups
                .iter()
                .filter(|(name, place)| names.use_one(Kind::Reviewers, name, place, findings))
                .map(|(name, _)| (*name).to_owned());
            Some(Fallback::Escalate(Texts(known.collect())))
        }
        _ => {
            let message = format!("{} is no verdict", node.found());
            findings.push(Diagnostic::error("E-verdict", &node.place, message).help(forms));
            None
        }
    }
}

/// The working directory, absolute.
pub(crate) fn working_directory(fields: Fields<'_>, findings: &mut Diagnostics) -> Option<String> {
    let node = fields.get("working_directory")?;
    let path = text(node, findings)?;
    let folded = path
        .strip_prefix('/')
        .is_some_and(|rest| rest.is_empty() || !rest.split('/').any(|part| matches!(part, "" | "." | "..")));
    if !folded {
        findings.push(
            Diagnostic::error(
                "E-working-directory",
                &node.place,
                format!("`{path}` is no absolute, plain path"),
            )
            .help("write it from `/`, without `.`, `..` and a `/` at the end"),
        );
        return None;
    }
    Some(path.to_owned())
}

/// The groups that can be asked. Their names are declared before any rule is read.
pub(crate) fn reviewers(
    fields: Fields<'_>,
    names: &mut Names,
    findings: &mut Diagnostics,
) -> BTreeMap<String, Reviewers> {
    let mut all = BTreeMap::new();
    let Some(groups) = fields.get("reviewers").and_then(|node| Fields::of(node, "a map of groups", findings))
    else {
        return all;
    };
    for entry in groups.entries() {
        names.declare(Kind::Reviewers, &entry.key, &entry.key_place, Vec::new(), findings);
        if let Some(group) = group(&entry.value, &entry.key_place, findings) {
            all.insert(entry.key.clone(), group);
        }
    }
    for entry in groups.entries() {
        second_group(entry, &all, names, findings);
    }
    all
}

/// The group that answers where one does not is described, and no easier to have than it would be by itself.
fn second_group(
    entry: &crate::yaml::Entry,
    all: &BTreeMap<String, Reviewers>,
    names: &mut Names,
    findings: &mut Diagnostics,
) {
    let Some(group) = all.get(&entry.key) else { return };
    let Some(name) = &group.otherwise_to else { return };
    let place = match &entry.value.value {
        Value::Map(entries) => entries.iter().find(|entry| entry.key == "otherwise_to"),
        _ => None,
    };
    let place = place.map_or(&entry.key_place, |entry| &entry.value.place);
    if !names.use_one(Kind::Reviewers, name, place, findings) {
        return;
    }
    let why = all.get(name).and_then(|second| group.wrong_otherwise(&entry.key, second));
    if let Some(why) = why {
        findings.push(
            Diagnostic::error("E-otherwise", place, format!("the group {why}"))
                .help("name another group, with as many `approvals` as this one at most"),
        );
    }
}

fn group(node: &Node, place: &Place, findings: &mut Diagnostics) -> Option<Reviewers> {
    const KEYS: &[&str] =
        &["members", "approvals", "answer_within", "use_within", "otherwise_to", "otherwise_after"];
    let fields = Fields::of(node, "a map with `members`", findings)?.at(place);
    let before = findings.counts();
    fields.only(KEYS, findings);
    let mut json = serde_json::Map::new();
    let members: Vec<&str> = fields.texts("members", findings).into_iter().map(|(name, _)| name).collect();
    json.insert("members".to_owned(), members.into());
    if let Some(approvals) = fields.get("approvals") {
        match &approvals.value {
            Value::Number(text) if text.parse::<u32>().is_ok() => {
                json.insert("approvals".to_owned(), text.parse::<u32>().unwrap_or(0).into());
            }
            _ => findings.push(wrong_type(approvals, "a whole number")),
        }
    }
    if let Some(second) = fields.text("otherwise_to", findings) {
        json.insert("otherwise_to".to_owned(), second.into());
    }
    for key in ["answer_within", "use_within", "otherwise_after"] {
        let Some(node) = fields.get(key) else { continue };
        let within = match &node.value {
            // A bare number lacks its unit, and not quotes.
            Value::Number(number) => number.as_str(),
            _ => match text(node, findings) {
                Some(text) => text,
                None => continue,
            },
        };
        let one: Result<toolgate_engine::policy::rules::Within, _> = serde_json::from_value(within.into());
        match one {
            Ok(_) => drop(json.insert(key.to_owned(), within.into())),
            Err(error) => {
                let error = error.to_string();
                let (what, help) = error.split_once("\nhelp: ").unwrap_or((&error, ""));
                findings.push(Diagnostic::error("E-duration", &node.place, what).help(help));
            }
        }
    }
    if findings.counts() != before {
        return None;
    }
    let group: Reviewers = serde_json::from_value(json.into()).ok()?;
    if let Some(why) = group.wrong() {
        findings.push(
            Diagnostic::error("E-reviewers", place, format!("the group {why}"))
                .help("name `group:NAME` or `user:NAME` under `members`, at least one approval, and `use_within` of a day at most"),
        );
        return None;
    }
    if let Some(why) = group.wrong_times() {
        findings.push(
            Diagnostic::error("E-otherwise", place, format!("the group {why}"))
                .help("write both, and `otherwise_after` below `answer_within`: `{ otherwise_to: night, otherwise_after: 5m }`"),
        );
        return None;
    }
    Some(group)
}

/// What the policy's own tools do, and the actions they introduce.
pub(crate) fn tools(fields: Fields<'_>, findings: &mut Diagnostics) -> (ToolMappings, BTreeSet<String>) {
    let mut all = ToolMappings::new();
    let mut actions = BTreeSet::new();
    let Some(tools) = fields.get("tools").and_then(|node| Fields::of(node, "a map of tools", findings))
    else {
        return (all, actions);
    };
    for entry in tools.entries() {
        if let Some(mapping) = mapping(&entry.value, &entry.key_place, &mut actions, findings) {
            all.insert(entry.key.clone(), mapping);
        }
    }
    (all, actions)
}

fn mapping(
    node: &Node,
    place: &Place,
    actions: &mut BTreeSet<String>,
    findings: &mut Diagnostics,
) -> Option<ToolMapping> {
    let fields = Fields::of(node, "a map of what the tool does", findings)?.at(place);
    let mut json = serde_json::Map::new();
    let before = findings.counts();
    for entry in fields.entries() {
        let value = entry.value.to_json();
        let one = serde_json::json!({ (entry.key.clone()): value });
        match serde_json::from_value::<ToolMapping>(one) {
            Ok(_) => drop(json.insert(entry.key.clone(), value)),
            Err(error) => findings.push(mapping_problem(entry, &error.to_string())),
        }
    }
    if fields.entries().is_empty() {
        findings.push(
            Diagnostic::error("E-tool", place, "the mapping says nothing")
                .help("say what the tool does: `sql: /query`, `action: payment.transfer`, …"),
        );
    }
    if let Some(action) = fields.get("action") {
        check_action(action, actions, findings);
    }
    for (needed, by) in [("action", "resource"), ("sql", "database"), ("sql", "dialect")] {
        if let (None, Some(entry)) = (fields.get(needed), fields.entry(by)) {
            findings.push(
                Diagnostic::error(
                    "E-tool",
                    &entry.key_place,
                    format!("`{by}` says more about `{needed}`, which is not there"),
                )
                .help(format!("add `{needed}:`, or leave `{by}` out")),
            );
        }
    }
    if findings.counts() != before {
        return None;
    }
    serde_json::from_value(json.into()).ok()
}

fn mapping_problem(entry: &crate::yaml::Entry, error: &str) -> Diagnostic {
    match error.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        Some((written, rest)) => {
            let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
            Diagnostic::error("E-unknown-key", &entry.key_place, format!("`{written}` is not known here"))
                .maybe_help(did_you_mean(written, known))
        }
        None => {
            let expected = error.split_once(", expected ").map_or(error, |(_, expected)| expected);
            let expected = expected.replace("a string", "text").replace("a sequence", "a list");
            wrong_type(&entry.value, &expected)
        }
    }
}

fn check_action(node: &Node, actions: &mut BTreeSet<String>, findings: &mut Diagnostics) {
    let Some(action) = text(node, findings) else { return };
    let parts: Vec<&str> = action.split('.').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
    };
    if parts.len() < 2 || !parts.iter().all(plain) {
        findings.push(
            Diagnostic::error("E-action", &node.place, format!("`{action}` is no action"))
                .help("an action is a dotted name in lower case, such as `payment.transfer`"),
        );
        return;
    }
    actions.insert(action.to_owned());
}
