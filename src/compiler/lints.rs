//! What a policy says and its author will not have meant. Warnings: the policy compiles.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fields::Fields;
use crate::rule::Read;
use crate::source::Place;
use crate::yaml::{Node, Value};
use std::collections::BTreeSet;
use toolgate_engine::policy::rules::Fallback;
use toolgate_engine::policy::{Pattern, Policy, PrincipalPattern, Rule, Verdict};

/// Resources that effects of a family are on, by the conditions that can speak of them. Families that are
/// not listed can be on several kinds.
const KINDS: &[(&str, &[&str])] = &[
    ("file", &["path"]),
    ("net", &["host", "url"]),
    ("sql", &["database", "table", "host"]),
    ("code", &["language"]),
];

/// Conditions that speak of a resource rather than of the call.
const OF_RESOURCES: &[&str] =
    &["path", "host", "url", "database", "table", "program", "language", "repository", "cloud"];

/// Looks at a whole policy.
pub(crate) fn check(policy: &Policy, base: Fields<'_>, rules: &[Read], findings: &mut Diagnostics) {
    if policy.default == Fallback::Allow
        && let Some(entry) = base.entry("default")
    {
        findings.push(
            Diagnostic::warning(
                "W-default-allow",
                &entry.value.place,
                "what no rule speaks about is allowed",
            )
            .help("that includes tools nobody described; write `{ escalate: REVIEWERS }` to be asked"),
        );
    }
    for read in rules {
        redundant_patterns(read, findings);
        never_speaks(read, findings);
        overruled(read, rules, findings);
        unnamed(read, findings);
    }
    if let Some(Node { value: Value::Map(entries), .. }) = base.get("principals") {
        entries.iter().for_each(|entry| no_spiffe_id(&entry.value, findings));
    }
}

/// A pattern that another pattern of the same list covers does nothing.
fn redundant_patterns(read: &Read, findings: &mut Diagnostics) {
    for (name, covered, by) in read.rule.conditions.redundant() {
        let place = read.values.get(name).and_then(|node| place_of(node, &covered)).unwrap_or(&read.place);
        findings.push(
            Diagnostic::warning("W-redundant", place, format!("`{covered}` adds nothing to `{by}`"))
                .help("remove it, or check that it says what was meant"),
        );
    }
}

/// Where a text stands in a list, if it stands in it and does not come from a set.
fn place_of<'a>(node: &'a Node, text: &str) -> Option<&'a Place> {
    let is_text = |node: &&Node| matches!(&node.value, Value::Text(other) if other == text);
    elements(node).iter().find(is_text).map(|node| &node.place)
}

/// A rule about actions on one kind of resource with a condition on another never speaks.
fn never_speaks(read: &Read, findings: &mut Diagnostics) {
    let rule = &read.rule;
    let families: BTreeSet<&str> =
        rule.actions.iter().map(|action| action.as_str().split('.').next().unwrap_or_default()).collect();
    for name in rule.conditions.names().filter(|name| OF_RESOURCES.contains(name)) {
        let possible = families.iter().any(|family| match KINDS.iter().find(|(known, _)| known == family) {
            Some((_, kinds)) => kinds.contains(&name),
            None => true,
        });
        if !possible {
            let place = read.values.get(name).map_or(&read.place, |node| &node.place);
            let families: Vec<String> = families.iter().map(|family| format!("`{family}`")).collect();
            findings.push(
                Diagnostic::warning(
                    "W-never-speaks",
                    place,
                    format!(
                        "no action of {} has a `{name}`, so the rule never speaks",
                        families.join(" or ")
                    ),
                )
                .help("check the condition, or the actions"),
            );
        }
    }
}

/// An allow that a rule without any condition denies.
fn overruled(read: &Read, rules: &[Read], findings: &mut Diagnostics) {
    if read.rule.verdict != Verdict::Allow {
        return;
    }
    let unconditional = |rule: &Rule| {
        rule.verdict > Verdict::Allow
            && rule.conditions.is_empty()
            && rule.unless.is_empty()
            && rule.applies_to.is_none()
            && rule.except.is_none()
            && !rule.observe
    };
    let by = rules.iter().find(|other| {
        unconditional(&other.rule)
            && read
                .rule
                .actions
                .iter()
                .all(|ours| other.rule.actions.iter().any(|theirs| theirs.contains(ours)))
    });
    if let Some(by) = by {
        findings.push(
            Diagnostic::warning(
                "W-overruled",
                &read.place,
                format!(
                    "the rule never allows anything: `{}` is stricter and speaks about all of it",
                    by.rule.id
                ),
            )
            .also(&by.place, "this rule")
            .help("the strictest rule wins, whatever the order; give the stricter one an `unless`"),
        );
    }
}

/// What nobody described is allowed by name only.
fn unnamed(read: &Read, findings: &mut Diagnostics) {
    if read.rule.verdict != Verdict::Allow {
        return;
    }
    for (action, condition) in [("process.run", "program"), ("code.run", "language"), ("tool.use", "tool")] {
        let said = read.rule.actions.iter().any(|pattern| pattern.is_literal() && pattern.as_str() == action);
        if said && !read.rule.conditions.names_something(condition) {
            findings.push(
                Diagnostic::warning(
                    "W-unnamed",
                    &read.place,
                    format!("the rule never allows `{action}`: it does not name the {condition}"),
                )
                .help(format!("add `{condition}:`; what nobody described is allowed by name only")),
            );
        }
    }
}

/// Patterns in a list that no SPIFFE ID can match. Names of principals are left alone.
pub(crate) fn no_spiffe_id(list: &Node, findings: &mut Diagnostics) {
    for element in elements(list) {
        let Value::Text(text) = &element.value else { continue };
        if !text.contains(['/', ':', '*']) {
            continue;
        }
        let Ok(pattern) = PrincipalPattern::parse(text) else { continue };
        if let Some(why) = pattern.matches_no_spiffe_id() {
            let message = format!("no SPIFFE ID matches `{text}`");
            findings.push(
                Diagnostic::warning("W-no-spiffe-id", &element.place, message)
                    .label(why)
                    .help("ignore this if your principals are not SPIFFE IDs"),
            );
        }
    }
}

fn elements(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(elements) => elements,
        _ => std::slice::from_ref(node),
    }
}
