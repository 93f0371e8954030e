//! One rule: its verdict, its actions, its conditions, who is asked and told.

use crate::conditions;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, unknown_key};
use crate::names::{Kind, Names};
use crate::source::Place;
use crate::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};
use toolgate_engine::effects::Action;
use toolgate_engine::effects::action::VOCABULARY;
use toolgate_engine::policy::action::ActionPattern;
use toolgate_engine::policy::conditions::Conditions;
use toolgate_engine::policy::principal::PrincipalPattern;
use toolgate_engine::policy::rules::RESERVED;
use toolgate_engine::policy::{Patterns, Rule, Verdict};
use toolgate_engine::protocol::Assurance;
use toolgate_engine::redact::Level;

/// The keys of a rule that are no conditions.
const KEYS: &[&str] = &[
    "id",
    "allow",
    "deny",
    "escalate",
    "except",
    "unless",
    "to",
    "because",
    "notify",
    "observe",
    "guardrail",
    "args",
    "assurance",
];

/// What a rule is read with.
pub(crate) struct Surroundings<'a> {
    /// The name of its file's policy.
    pub(crate) policy: &'a str,
    /// Whether its file is the base file.
    pub(crate) base: bool,
    /// The principals of its file, `None` in the base file.
    pub(crate) applies_to: Option<&'a Patterns<PrincipalPattern>>,
    /// Actions that a mapping introduces.
    pub(crate) own_actions: &'a BTreeSet<String>,
}

/// A rule with what later checks need of its text.
#[derive(Debug)]
pub(crate) struct Read {
    /// The rule.
    pub(crate) rule: Rule,
    /// Where its ID stands.
    pub(crate) place: Place,
    /// Where its conditions' values stand, by name.
    pub(crate) values: BTreeMap<String, Node>,
}

/// Reads one rule; `None` if it cannot be one. Every mistake in it is a finding.
pub(crate) fn read(
    node: &Node,
    around: &Surroundings<'_>,
    names: &mut Names,
    findings: &mut Diagnostics,
) -> Option<Read> {
    let fields = Fields::of(node, "a rule: a map with `id` and a verdict", findings)?;
    unknown_keys(fields, findings);
    let id = fields.entry("id");
    let place = id.map_or_else(|| first_key(fields, node), |entry| entry.value.place.clone());
    let fields = fields.at(&place);
    let id = match id {
        Some(_) => read_id(fields, findings),
        None => {
            findings.push(
                Diagnostic::error("E-rule-id", &place, "the rule has no `id`")
                    .help("name what it is for: `id: secrets-stay-secret`"),
            );
            None
        }
    };
    let verdict = read_verdict(fields, findings);
    let actions = verdict.and_then(|verdict| actions(fields, verdict_key(verdict), around, findings));
    let except = fields.get("except").and_then(|_| actions_of(fields, "except", around, findings));
    let conditions = conditions::read(fields.entries(), names, findings);
    let unless = read_unless(fields, names, findings);
    let applies_to = around.applies_to.cloned();
    own_principals(fields, around, &conditions, &unless, findings);
    let to = groups(fields, "to", names, findings);
    let notify = groups(fields, "notify", names, findings);
    if let Some(verdict) = verdict {
        check_reviewers(fields, verdict, &place, findings);
    }
    let because = fields.text("because", findings).unwrap_or_default().trim().to_owned();
    if because.is_empty() && matches!(verdict, Some(Verdict::Deny | Verdict::Escalate)) {
        findings.push(
            Diagnostic::warning("W-no-because", &place, "the rule does not say why")
                .help("add `because:`; it is what a refused agent and an asked person read"),
        );
    }
    let observe = fields.flag("observe", findings).unwrap_or(false);
    let guardrail = read_guardrail(fields, around, (verdict, observe), findings);
    let args = read_args(fields, findings);
    let assurance = read_assurance(fields, verdict, findings);
    let rule = Rule {
        id: id?,
        policy: around.policy.to_owned(),
        verdict: verdict?,
        actions: actions?,
        except,
        applies_to,
        conditions,
        unless,
        to,
        assurance,
        because,
        notify,
        observe,
        guardrail,
        args,
    };
    let values = fields.entries().iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    Some(Read { rule, place, values })
}

fn read_guardrail(
    fields: Fields<'_>,
    around: &Surroundings<'_>,
    (verdict, observe): (Option<Verdict>, bool),
    findings: &mut Diagnostics,
) -> bool {
    let guardrail = fields.flag("guardrail", findings).unwrap_or(false);
    let (true, Some(entry)) = (guardrail, fields.entry("guardrail")) else { return false };
    let (what, help) = if !around.base {
        (
            "a guardrail stands outside the base file",
            "move the rule to the file with `base: true`; whoever owns that says what holds under break-glass",
        )
    } else if verdict == Some(Verdict::Allow) {
        (
            "a guardrail that allows guards nothing",
            "leave `guardrail` out; only what is denied or asked about can hold under break-glass",
        )
    } else if observe {
        ("a guardrail in observe guards nothing", "leave out `observe` or `guardrail`")
    } else {
        return true;
    };
    findings.push(Diagnostic::error("E-guardrail", &entry.key_place, what).help(help));
    false
}

fn first_key(fields: Fields<'_>, node: &Node) -> Place {
    fields.entries().first().map_or_else(|| node.place.clone(), |entry| entry.key_place.clone())
}

fn unknown_keys(fields: Fields<'_>, findings: &mut Diagnostics) {
    let known: Vec<&str> = KEYS.iter().copied().chain(conditions::known()).collect();
    for entry in fields.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        if conditions::NOT_YET.contains(&entry.key.as_str()) {
            findings.push(not_yet(&entry.key, &entry.key_place));
        } else {
            findings.push(unknown_key(entry, &known));
        }
    }
}

fn not_yet(key: &str, place: &Place) -> Diagnostic {
    Diagnostic::error("E-not-available", place, format!("the condition `{key}` is not available yet"))
        .help("leave the whole rule out; without the condition it would say something else")
}

fn read_id(fields: Fields<'_>, findings: &mut Diagnostics) -> Option<String> {
    let id = fields.text("id", findings)?;
    let plain = id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.len() <= 64
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c));
    if !plain || RESERVED.contains(&id) {
        let message = if plain {
            format!("`{id}` is what Toolgate calls a decision that no rule made")
        } else {
            format!("`{id}` is no ID of a rule")
        };
        findings
            .push(Diagnostic::error("E-rule-id", fields.place, message).help(
                "up to 64 lower case letters, digits, `-`, `_` and `.`, such as `secrets-stay-secret`",
            ));
        return None;
    }
    Some(id.to_owned())
}

const fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::Escalate => "escalate",
        Verdict::Deny => "deny",
    }
}

fn read_verdict(fields: Fields<'_>, findings: &mut Diagnostics) -> Option<Verdict> {
    let all = [Verdict::Allow, Verdict::Escalate, Verdict::Deny];
    let said: Vec<Verdict> =
        all.into_iter().filter(|verdict| fields.entry(verdict_key(*verdict)).is_some()).collect();
    match said.as_slice() {
        [verdict] => Some(*verdict),
        [] => {
            findings.push(
                Diagnostic::error("E-verdict", fields.place, "the rule has no verdict")
                    .help("write `allow:`, `escalate:` or `deny:` with the actions it is about"),
            );
            None
        }
        [first, second, ..] => {
            let places = [first, second].map(|verdict| fields.entry(verdict_key(*verdict)));
            let [first, second] = places.map(|entry| entry.map_or(fields.place, |entry| &entry.key_place));
            findings.push(
                Diagnostic::error("E-verdict", second, "the rule has more than one verdict")
                    .also(first, "the first")
                    .help("write a rule for each"),
            );
            None
        }
    }
}

fn actions(
    fields: Fields<'_>,
    key: &str,
    around: &Surroundings<'_>,
    findings: &mut Diagnostics,
) -> Option<Patterns<ActionPattern>> {
    actions_of(fields, key, around, findings)
}

fn actions_of(
    fields: Fields<'_>,
    key: &str,
    around: &Surroundings<'_>,
    findings: &mut Diagnostics,
) -> Option<Patterns<ActionPattern>> {
    let mut good = Vec::new();
    let texts = fields.texts(key, findings);
    let all = texts.len();
    for (text, place) in texts {
        match serde_json::from_value::<Patterns<ActionPattern>>(text.into()) {
            Ok(pattern) if matches_something(&pattern, around) => good.push(text),
            Ok(_) => {
                let own = around.own_actions.iter().map(String::as_str);
                let known: Vec<&str> = VOCABULARY.iter().map(|row| row.name).chain(own).collect();
                let help = match family_of(text, &known) {
                    Some(help) => Some(help),
                    None => did_you_mean(text, known),
                };
                findings.push(
                    Diagnostic::error("E-unknown-action", place, format!("there is no action `{text}`"))
                        .maybe_help(help.or_else(|| {
                            Some("an action of your own is introduced by `action:` under `tools`".to_owned())
                        })),
                );
            }
            Err(error) => {
                let error = error.to_string();
                let (what, help) = error.split_once("\nhelp: ").unwrap_or((&error, ""));
                findings.push(Diagnostic::error("E-action", place, what).help(help));
            }
        }
    }
    if all == 0 || good.len() < all {
        return None;
    }
    serde_json::from_value(good.into()).ok()
}

/// Words people use for the verbs of the vocabulary.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("delete", &["remove", "rm", "unlink", "destroy", "drop"]),
    ("write", &["edit", "modify", "update", "create", "change", "append", "move", "insert"]),
    ("read", &["get", "view", "open", "cat", "show", "select"]),
    ("list", &["ls", "find", "glob", "search"]),
    ("permission", &["chmod", "chown"]),
    ("run", &["exec", "execute", "start", "spawn", "eval"]),
    ("kill", &["stop", "terminate", "signal"]),
    ("send", &["upload", "post", "put"]),
    ("fetch", &["download", "get"]),
    ("schema", &["ddl", "create", "drop", "alter"]),
    ("privilege", &["grant", "revoke", "admin"]),
];

/// What an unknown action was probably meant to be, where its family is known or nearly so.
fn family_of(text: &str, known: &[&str]) -> Option<String> {
    let family = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let (ours, verb) = text.split_once('.')?;
    let families: BTreeSet<String> = known.iter().map(|name| family(name)).collect();
    if !families.contains(ours) {
        let meant = crate::diagnostic::suggestion(ours, families.iter().map(String::as_str))?;
        return Some(format!("did you mean `{meant}.{verb}`?"));
    }
    let verbs: Vec<&str> =
        known.iter().filter_map(|name| name.strip_prefix(ours)?.strip_prefix('.')).collect();
    let by_word = OTHER_WORDS
        .iter()
        .find(|(meant, words)| words.contains(&verb) && verbs.contains(meant))
        .map(|(meant, _)| *meant);
    match by_word.or_else(|| crate::diagnostic::suggestion(verb, verbs.iter().copied())) {
        Some(meant) => Some(format!("did you mean `{ours}.{meant}`?")),
        None => {
            let all: Vec<String> = verbs.iter().map(|verb| format!("`{ours}.{verb}`")).collect();
            Some(format!("there is {}", all.join(", ")))
        }
    }
}

fn matches_something(patterns: &Patterns<ActionPattern>, around: &Surroundings<'_>) -> bool {
    let vocabulary = VOCABULARY.iter().map(|row| row.name);
    let own = around.own_actions.iter().map(String::as_str);
    vocabulary.chain(own).any(|name| patterns.iter().any(|pattern| pattern.matches(&Action::named(name))))
}

fn read_unless(fields: Fields<'_>, names: &mut Names, findings: &mut Diagnostics) -> Conditions {
    let Some(entry) = fields.entry("unless") else { return Conditions::default() };
    let Some(unless) = Fields::of(&entry.value, "a map of conditions", findings) else {
        return Conditions::default();
    };
    if unless.entries().is_empty() {
        findings.push(
            Diagnostic::error("E-empty-unless", &entry.key_place, "`unless` names no condition")
                .help("name one, or leave it out"),
        );
    }
    let known: Vec<&str> = conditions::known().collect();
    for entry in unless.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        if conditions::NOT_YET.contains(&entry.key.as_str()) {
            findings.push(not_yet(&entry.key, &entry.key_place));
        } else {
            findings.push(unknown_key(entry, &known));
        }
    }
    conditions::read(unless.entries(), names, findings)
}

/// A team's file speaks only about its own principals.
fn own_principals(
    fields: Fields<'_>,
    around: &Surroundings<'_>,
    conditions: &Conditions,
    unless: &Conditions,
    findings: &mut Diagnostics,
) {
    let Some(own) = around.applies_to else { return };
    let in_unless = fields.get("unless").and_then(|node| match &node.value {
        crate::yaml::Value::Map(entries) => entries.iter().find(|entry| entry.key == "principal"),
        _ => None,
    });
    for (conditions, entry) in [(conditions, fields.entry("principal")), (unless, in_unless)] {
        let (Some(principal), Some(entry)) = (&conditions.principal, entry) else { continue };
        let foreign =
            principal.patterns().iter().find(|pattern| !own.iter().any(|own| own.contains(pattern)));
        if let Some(foreign) = foreign {
            findings.push(
                Diagnostic::error(
                    "E-other-principal",
                    &entry.value.place,
                    format!("`{foreign}` is none of the principals this file applies to"),
                )
                .help("a team's file speaks only about its own agents; rules about others go into the base file"),
            );
        }
    }
}

fn groups(fields: Fields<'_>, key: &str, names: &mut Names, findings: &mut Diagnostics) -> Vec<String> {
    let mut groups = Vec::new();
    for (name, place) in fields.texts(key, findings) {
        if names.use_one(Kind::Reviewers, name, place, findings) && !groups.contains(&name.to_owned()) {
            groups.push(name.to_owned());
        }
    }
    groups
}

fn check_reviewers(fields: Fields<'_>, verdict: Verdict, place: &Place, findings: &mut Diagnostics) {
    match (verdict, fields.entry("to")) {
        (Verdict::Escalate, None) => findings.push(
            Diagnostic::error("E-escalate-to-nobody", place, "the rule escalates and does not say to whom")
                .help("add `to:` with a group from `reviewers`"),
        ),
        (Verdict::Allow | Verdict::Deny, Some(to)) => findings.push(
            Diagnostic::error("E-to", &to.key_place, "only a rule that escalates has somebody to ask")
                .help("write `notify:` to tell somebody without waiting, or `escalate:`"),
        ),
        _ => {}
    }
}

fn read_assurance(
    fields: Fields<'_>,
    verdict: Option<Verdict>,
    findings: &mut Diagnostics,
) -> Option<Assurance> {
    let entry = fields.entry("assurance")?;
    let text = fields.text("assurance", findings)?;
    if matches!(verdict, Some(Verdict::Allow | Verdict::Deny)) {
        findings.push(
            Diagnostic::error(
                "E-assurance",
                &entry.key_place,
                "only a rule that escalates has somebody to be sure of",
            )
            .help("leave it out, or write `escalate:`"),
        );
        return None;
    }
    let read = serde_json::from_value(text.into());
    if read.is_err() {
        let message = format!("`{text}` does not say how sure to be of who approves");
        findings.push(Diagnostic::error("E-assurance", &entry.value.place, message).help(
            "write `oidc` for an identity provider's word, `local` for a token or password too, or `chat` for Slack's too",
        ));
    }
    read.ok()
}

fn read_args(fields: Fields<'_>, findings: &mut Diagnostics) -> Level {
    let Some(text) = fields.text("args", findings) else { return Level::default() };
    match serde_json::from_value(text.into()) {
        Ok(args) => args,
        Err(_) => {
            let place = fields.get("args").map_or(fields.place, |node| &node.place);
            findings.push(
                Diagnostic::error("E-args", place, format!("`{text}` does not say what may be recorded"))
                    .help("write `full`, `redacted`, `digest` or `none`"),
            );
            Level::default()
        }
    }
}
