//! `tests.yaml`: calls, and what a policy is expected to say of them.

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{Fields, text, wrong_type};
use crate::source::{Place, Source};
use crate::yaml::{self, Node, Value};
use std::collections::BTreeMap;
use toolgate_engine::policy::Verdict;

/// One test of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub name: String,
    /// Where its name stands.
    pub place: Place,
    /// Who acts; nobody known if it is not said.
    pub principal: Option<String>,
    /// The tool's name.
    pub tool: String,
    /// What qualifies it.
    pub namespace: Option<String>,
    /// JSON text, or free text.
    pub arguments: CaseArguments,
    /// The model that is asked, its host, the proxy's route.
    pub model: Option<String>,
    /// The host of the model's API.
    pub provider: Option<String>,
    /// The proxy's route.
    pub route: Option<String>,
    /// The verdict that is expected.
    pub expect: Verdict,
    /// Rules that must be among those that determined it.
    pub by: Vec<String>,
    /// The verdict that is expected with the rules in observe, where it is said.
    pub would: Option<Verdict>,
}

/// What a test calls its tool with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseArguments {
    /// None.
    Absent,
    /// JSON text.
    Json(String),
    /// Free text.
    Text(String),
    /// JSON text: what a request says of a tool that the provider runs itself.
    Definition(String),
}

/// Names that stand in `by` besides rules.
const NO_RULES: &[&str] = &["default", "unknown", "malformed_arguments"];

/// Reads the tests of a policy. `file` is the number of `source` for places; `rules` are the policy's rules.
pub fn read(
    file: usize,
    source: &Source,
    rules: &BTreeMap<String, Place>,
    findings: &mut Diagnostics,
) -> Vec<Case> {
    let Some(root) = yaml::read(file, source, findings) else { return Vec::new() };
    let Value::List(elements) = &root.value else {
        findings.push(wrong_type(&root, "a list of tests"));
        return Vec::new();
    };
    let mut cases: Vec<Case> = Vec::new();
    for element in elements {
        let Some(case) = case(element, rules, findings) else { continue };
        match cases.iter().find(|other| other.name == case.name) {
            Some(first) => findings.push(
                Diagnostic::error(
                    "E-name-twice",
                    &case.place,
                    format!("two tests are called `{}`", case.name),
                )
                .label("again here")
                .also(&first.place, "first here"),
            ),
            None => cases.push(case),
        }
    }
    cases
}

fn case(node: &Node, rules: &BTreeMap<String, Place>, findings: &mut Diagnostics) -> Option<Case> {
    const KEYS: &[&str] =
        &["name", "principal", "call", "model", "provider", "route", "expect", "by", "would"];
    let fields = Fields::of(node, "a test: a map with `name`, `call` and `expect`", findings)?;
    fields.only(KEYS, findings);
    let first = fields.entries().first().map_or(&node.place, |entry| &entry.key_place);
    let place = fields.get("name").map_or(first, |node| &node.place).clone();
    let fields = fields.at(&place);
    for key in ["name", "call", "expect"] {
        if fields.get(key).is_none() {
            findings.push(Diagnostic::error("E-missing-key", &place, format!("the test has no `{key}`")));
        }
    }
    let mut by = Vec::new();
    for (rule, place) in fields.texts("by", findings) {
        if rules.contains_key(rule) || NO_RULES.contains(&rule) {
            by.push(rule.to_owned());
        } else {
            findings.push(
                Diagnostic::error("E-unknown-rule", place, format!("there is no rule `{rule}`"))
                    .maybe_help(did_you_mean(rule, rules.keys().map(String::as_str).collect::<Vec<_>>())),
            );
        }
    }
    let mut word = |key: &str| fields.text(key, findings).map(str::to_owned);
    let (name, principal) = (word("name"), word("principal"));
    let (model, provider, route) = (word("model"), word("provider"), word("route"));
    let expect = verdict(fields, "expect", findings);
    let would = verdict(fields, "would", findings);
    let call = Fields::of(fields.get("call")?, "a call: a map with `tool`", findings)?.at(&place);
    call.only(&["tool", "namespace", "arguments", "json", "text", "definition"], findings);
    if call.get("tool").is_none() {
        findings.push(Diagnostic::error("E-missing-key", &place, "the call names no `tool`"));
    }
    let tool = call.text("tool", findings).map(str::to_owned);
    let namespace = call.text("namespace", findings).map(str::to_owned);
    let arguments = arguments(call, findings);
    Some(Case {
        name: name?,
        place: place.clone(),
        principal,
        tool: tool?,
        namespace,
        arguments: arguments?,
        model,
        provider,
        route,
        expect: expect?,
        by,
        would,
    })
}

fn arguments(call: Fields<'_>, findings: &mut Diagnostics) -> Option<CaseArguments> {
    let given: Vec<&str> = ["arguments", "json", "text", "definition"]
        .into_iter()
        .filter(|key| call.get(key).is_some())
        .collect();
    match given.as_slice() {
        [] => Some(CaseArguments::Absent),
        ["arguments"] => call.get("arguments").map(|node| CaseArguments::Json(node.to_json_text())),
        // Text as a model could write it, mistakes included.
        ["json"] => call.text("json", findings).map(|text| CaseArguments::Json(text.to_owned())),
        ["text"] => call.text("text", findings).map(|text| CaseArguments::Text(text.to_owned())),
        ["definition"] => call.get("definition").map(|node| CaseArguments::Definition(node.to_json_text())),
        [_, second, ..] => {
            let place = call.entry(second).map_or(call.place, |entry| &entry.key_place);
            findings.push(Diagnostic::error("E-arguments", place, "the call has arguments twice").help(
                "write `arguments` as YAML, `json` as the text of JSON, `text` for a tool that takes text, or \
                 `definition` for one that the provider runs",
            ));
            None
        }
        _ => None,
    }
}

fn verdict(fields: Fields<'_>, key: &str, findings: &mut Diagnostics) -> Option<Verdict> {
    let node = fields.get(key)?;
    match text(node, findings)? {
        "allow" => Some(Verdict::Allow),
        "escalate" => Some(Verdict::Escalate),
        "deny" => Some(Verdict::Deny),
        other => {
            findings.push(
                Diagnostic::error("E-verdict", &node.place, format!("`{other}` is no verdict"))
                    .help("write `allow`, `escalate` or `deny`"),
            );
            None
        }
    }
}
