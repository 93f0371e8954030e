//! What people keep approving, as a rule somebody could write: so that they are asked less.
//!
//! In go the decisions that were approved because of one rule, out comes YAML for a pull request. It names what was
//! seen and nothing wider. Deliberately absent: taking it over by itself. A person reads it, and a compiler.

use crate::store::StoreError;
use crate::store::figures::{self, RuleFigures};
use rusqlite::Connection;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toolgate_engine::effects::{Effects, Name, Resource};
use toolgate_engine::time::Timestamp;

/// Most approved calls a suggestion rests on.
const MOST_CALLS: u32 = 500;
/// Most values of one condition; more are no rule.
const MOST_VALUES: usize = 20;

/// A suggestion for one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The rule people keep approving.
    pub figures: RuleFigures,
    /// What could be written, as YAML.
    pub yaml: String,
}

/// A suggestion for every rule that asks what people hardly ever refuse.
///
/// # Errors
/// [`StoreError`].
pub fn suggestions(db: &Connection, from: Timestamp) -> Result<Vec<Suggestion>, StoreError> {
    let mut found = Vec::new();
    for figures in figures::answers(db, from)?.into_iter().filter(RuleFigures::is_worn) {
        let approved = figures::approved_by_rule(db, &figures.rule, from, MOST_CALLS)?;
        let yaml = yaml(&figures, &approved);
        found.push(Suggestion { figures, yaml });
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Line {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    effects: Effects,
}

fn yaml(figures: &RuleFigures, approved: &[(String, Vec<u8>)]) -> String {
    let rule = &figures.rule;
    let why = format!("{} of {} such calls were approved.", figures.approved, figures.answered());
    let mut agents = BTreeSet::new();
    // Per action: which conditions, and the values that were seen.
    let mut seen: BTreeMap<String, Option<(&'static str, BTreeSet<String>)>> = BTreeMap::new();
    for (agent, line) in approved {
        agents.insert(agent.as_str());
        let Ok(Line { data: Data { effects } }) = serde_json::from_slice::<Line>(line) else { continue };
        if !effects.unknown.is_empty() {
            return format!("# {why} Some held what could not be followed: no rule can allow that.\n");
        }
        for effect in &effects.known {
            let named = named(&effect.resource);
            let entry = seen
                .entry(effect.action.to_string())
                .or_insert_with(|| named.clone().map(|(name, _)| (name, BTreeSet::new())));
            match (entry.as_mut(), named) {
                (Some((name, values)), Some((other, value))) if *name == other => drop(values.insert(value)),
                _ => *entry = None,
            }
        }
    }
    let who: Vec<String> = agents.iter().map(|agent| quoted(agent)).collect();
    if who.len() > MOST_VALUES {
        return format!("# {why} By too many agents for one rule.\n");
    }
    let who = who.join(", ");
    let mut text = format!("# {why}\n");
    let mut written = 0;
    for (action, conditions) in &seen {
        let Some((name, values)) = conditions else { continue };
        if values.len() > MOST_VALUES {
            continue;
        }
        written += 1;
        let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        text.push_str(&format!(
            "- id: {rule}-as-approved-{written}\n  allow: {action}\n  principal: [{who}]\n  {name}: [{}]\n  because: {}\n",
            list.join(", "),
            quoted(&why)
        ));
    }
    if written == 0 {
        return format!("# {why} They differ too much for one rule.\n");
    }
    if rule == "default" {
        text.push_str("# `default` speaks only where no rule does, so that is all. `toolgate test` says what changes.\n");
        return text;
    }
    text.push_str(&format!(
        "# `escalate` is stricter than `allow`: `{rule}` itself must be silent there.\n\
         # Give it an `unless:` with the same conditions; `toolgate test` says what changes.\n"
    ));
    text
}

/// The condition that names a resource, where a rule can name just this.
fn named(resource: &Resource) -> Option<(&'static str, String)> {
    match resource {
        Resource::Path { path: Name::Literal(path), tree } => {
            Some(("path", if *tree { format!("{}/**", path.trim_end_matches('/')) } else { path.clone() }))
        }
        Resource::Host { host: Name::Literal(host), .. } => Some(("host", host.clone())),
        Resource::Sql { table: Some(Name::Literal(table)), .. } => Some(("table", table.clone())),
        Resource::Program { program: Name::Literal(program) } => Some(("program", program.clone())),
        Resource::Repository { repository: Name::Literal(repository) } => {
            Some(("repository", repository.clone()))
        }
        Resource::Cloud { cloud: Name::Literal(cloud) } => Some(("cloud", cloud.clone())),
        Resource::Tool { tool } => Some(("tool", tool.clone())),
        _ => None,
    }
}

/// A YAML string: what JSON writes is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decision(effects: &serde_json::Value) -> (String, Vec<u8>) {
        let line = json!({ "data": { "effects": { "known": effects, "unknown": [] } } });
        ("spiffe://corp.example/a".to_owned(), line.to_string().into_bytes())
    }

    fn path(action: &str, path: &str) -> serde_json::Value {
        json!({ "action": action, "resource": { "kind": "path", "path": { "literal": path } } })
    }

    #[test]
    fn a_suggestion_names_what_was_seen_and_nothing_wider() {
        let figures =
            RuleFigures { rule: "deletes".to_owned(), approved: 60, denied: 1, ..RuleFigures::default() };
        let calls = [
            decision(&json!([path("file.delete", "/srv/a")])),
            decision(&json!([path("file.delete", "/srv/b: \"x\"")])),
        ];
        let text = yaml(&figures, &calls);
        assert!(text.contains("- id: deletes-as-approved-1\n  allow: file.delete\n  principal: [\"spiffe://corp.example/a\"]\n  path: [\"/srv/a\", \"/srv/b: \\\"x\\\"\"]\n"), "{text}");
        assert!(text.contains("60 of 61"), "{text}");
        let many: Vec<_> =
            (0..30).map(|n| decision(&json!([path("file.delete", &format!("/srv/{n}"))]))).collect();
        assert!(yaml(&figures, &many).contains("differ too much"));
        let unknown =
            json!({ "data": { "effects": { "known": [], "unknown": [{ "what": "x", "why": "limit" }] } } });
        let unknown = yaml(&figures, &[(String::new(), unknown.to_string().into_bytes())]);
        assert!(!unknown.contains("allow:"), "{unknown}");
    }
}
