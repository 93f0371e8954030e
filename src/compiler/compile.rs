//! All files of a policy, joined.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fields::Fields;
use crate::names::{Kind, Names};
use crate::rule::{self, Read, Surroundings};
use crate::source::{Place, Source};
use crate::yaml::{self, Node, Value};
use crate::{base, lints};
use std::collections::{BTreeMap, BTreeSet};
use toolgate_engine::policy::principal::PrincipalPattern;
use toolgate_engine::policy::rules::{Mode, SCHEMA};
use toolgate_engine::policy::{Patterns, Policy, Rule};

/// Keys of every file.
const KEYS: &[&str] = &["policy", "description", "sets", "rules"];
/// The key that only a team's file has.
const APPLIES_TO: &str = "applies_to";

/// What became of the files.
#[derive(Debug)]
pub struct Compiled {
    /// The policy; `None` if there is any error.
    pub policy: Option<Policy>,
    /// Everything that was found.
    pub findings: Diagnostics,
    /// Where each rule's ID stands.
    pub rules: BTreeMap<String, Place>,
}

/// Compiles the files of one policy. Their order means nothing.
pub fn compile(sources: &[Source]) -> Compiled {
    let mut findings = Diagnostics::default();
    let roots: Vec<(usize, Node)> = sources
        .iter()
        .enumerate()
        .filter_map(|(file, source)| Some((file, yaml::read(file, source, &mut findings)?)))
        .collect();
    let mut files: Vec<File<'_>> =
        roots.iter().filter_map(|(file, root)| File::of(*file, root, &mut findings)).collect();
    // The base file first and the others by name, so that a renamed file changes no byte of the bundle.
    files.sort_by(|a, b| b.base.cmp(&a.base).then_with(|| a.name.cmp(&b.name)).then(a.file.cmp(&b.file)));
    // A file that could not be read may have been the base, or held the names that seem to be missing.
    let all_read = files.len() == sources.len();
    let mut compiler = Compiler { findings, names: Names::default(), rules: Vec::new() };
    let policy = compiler.policy(&files, all_read, sources.len());
    let mut findings = compiler.findings;
    let rules = compiler.rules.iter().map(|read| (read.rule.id.clone(), read.place.clone())).collect();
    findings.sort();
    let policy = policy.filter(|_| !findings.has_errors());
    Compiled { policy, findings, rules }
}

/// One file, read as far as its kind.
struct File<'a> {
    file: usize,
    fields: Fields<'a>,
    name: String,
    base: bool,
}

impl<'a> File<'a> {
    fn of(file: usize, root: &'a Node, findings: &mut Diagnostics) -> Option<Self> {
        let fields = Fields::of(root, "a policy: a map that begins with `policy`", findings)?;
        let place = fields.entries().first().map_or(&root.place, |entry| &entry.key_place);
        let fields = fields.at(place);
        let base = fields.flag("base", findings).unwrap_or(false);
        let name = match fields.get("policy") {
            Some(_) => fields.text("policy", findings).unwrap_or_default().to_owned(),
            None => {
                findings.push(
                    Diagnostic::error("E-missing-key", place, "the file does not name its policy")
                        .help("begin with `policy:` and a name"),
                );
                String::new()
            }
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if let Some(node) = fields.get("policy")
            && !name.is_empty()
            && !name.chars().all(plain)
        {
            findings.push(
                Diagnostic::error("E-name", &node.place, format!("`{name}` is no name"))
                    .help("names are letters, digits, `-`, `_` and `.`"),
            );
        }
        Some(Self { file, fields, name, base })
    }
}

struct Compiler {
    findings: Diagnostics,
    names: Names,
    rules: Vec<Read>,
}

impl Compiler {
    fn policy(&mut self, files: &[File<'_>], all_read: bool, count: usize) -> Option<Policy> {
        let base = self.the_base(files, all_read, count);
        self.unique_policies(files);
        for file in files {
            self.known_keys(file, base.map(|base| base.name.as_str()));
            if let Some(node) = file.fields.get("sets")
                && let Some(sets) = Fields::of(node, "a map of lists", &mut self.findings)
            {
                self.names.declare_lists(Kind::Set, sets, &mut self.findings);
            }
        }
        let parts = base.map(|base| self.base(base.fields));
        let own_actions = parts.as_ref().map(|parts| parts.actions.clone()).unwrap_or_default();
        for file in files {
            self.file(file, &own_actions);
        }
        self.unique_rules();
        let (base, parts) = (base?, parts?);
        let policy = Policy {
            schema: SCHEMA,
            name: base.name.clone(),
            description: self.description(base.fields),
            mode: parts.mode,
            observe: parts.observe,
            default: parts.default?,
            unknown: parts.unknown?,
            working_directory: parts.working_directory,
            tools: parts.tools,
            reviewers: parts.reviewers,
            rules: self.rules.iter().map(|read| read.rule.clone()).collect::<Vec<Rule>>(),
        };
        if !self.findings.has_errors() {
            for unused in self.names.unused() {
                self.findings.push(unused);
            }
            lints::check(&policy, base.fields, &self.rules, &mut self.findings);
            if let Err(why) = policy.check() {
                // The checks above are meant to say this with its place.
                let place = Place::start_of(base.file);
                self.findings.push(Diagnostic::error("E-policy", &place, why));
            }
        }
        Some(policy)
    }

    fn the_base<'a, 'b>(
        &mut self,
        files: &'a [File<'b>],
        all_read: bool,
        count: usize,
    ) -> Option<&'a File<'b>> {
        let mut bases = files.iter().filter(|file| file.base);
        let first = bases.next();
        for second in bases {
            let place = |file: &File<'_>| {
                file.fields
                    .entry("base")
                    .map_or_else(|| file.fields.place.clone(), |entry| entry.key_place.clone())
            };
            let mut diagnostic = Diagnostic::error(
                "E-two-bases",
                &place(second),
                "a policy has one base file, and this is another",
            );
            if let Some(first) = first {
                diagnostic = diagnostic.also(&place(first), "the first");
            }
            self.findings.push(
                diagnostic
                    .help("leave `base: true` out of one of them, or keep them in different directories"),
            );
        }
        if first.is_none() && all_read && count > 0 {
            let place = files.first().map_or_else(|| Place::start_of(0), |file| file.fields.place.clone());
            self.findings.push(
                Diagnostic::error("E-no-base", &place, "no file of this policy is its base").help(
                    "add `base: true` to the one that says `default`, `unknown` and who the principals are",
                ),
            );
        }
        first
    }

    fn unique_policies(&mut self, files: &[File<'_>]) {
        let mut seen: BTreeMap<&str, &File<'_>> = BTreeMap::new();
        for file in files.iter().filter(|file| !file.name.is_empty()) {
            let Some(first) = seen.insert(&file.name, file) else { continue };
            if let (Some(again), Some(first)) = (file.fields.get("policy"), first.fields.get("policy")) {
                self.findings.push(
                    Diagnostic::error(
                        "E-name-twice",
                        &again.place,
                        format!("two files are the policy `{}`", file.name),
                    )
                    .label("again here")
                    .also(&first.place, "first here")
                    .help("give one of them another name"),
                );
            }
        }
    }

    fn known_keys(&mut self, file: &File<'_>, base: Option<&str>) {
        let known: Vec<&str> = if file.base {
            KEYS.iter().chain(base::KEYS).copied().collect()
        } else {
            KEYS.iter().copied().chain([APPLIES_TO, "base"]).collect()
        };
        for entry in file.fields.entries() {
            let key = entry.key.as_str();
            if known.contains(&key) {
                continue;
            }
            if !file.base && base::KEYS.contains(&key) {
                let where_to = base
                    .map_or_else(|| "the base file".to_owned(), |base| format!("the base file, `{base}`"));
                self.findings.push(
                    Diagnostic::error(
                        "E-base-only",
                        &entry.key_place,
                        format!("`{key}` stands once, in the base file"),
                    )
                    .help(format!("move it to {where_to}")),
                );
            } else if file.base && key == APPLIES_TO {
                self.findings.push(
                    Diagnostic::error(
                        "E-base-applies-to",
                        &entry.key_place,
                        "the base file applies to everyone",
                    )
                    .help("give the rule the condition `principal`, or put it into a file of its own"),
                );
            } else {
                self.findings.push(crate::fields::unknown_key(entry, &known));
            }
        }
    }

    fn description(&mut self, fields: Fields<'_>) -> String {
        fields.text("description", &mut self.findings).unwrap_or_default().trim().to_owned()
    }

    fn base(&mut self, fields: Fields<'_>) -> Base {
        let findings = &mut self.findings;
        if let Some(node) = fields.get("principals")
            && let Some(principals) = Fields::of(node, "a map of lists", findings)
        {
            self.names.declare_lists(Kind::Principal, principals, findings);
        }
        let reviewers = base::reviewers(fields, &mut self.names, findings);
        let (tools, actions) = base::tools(fields, findings);
        Base {
            mode: base::mode(fields, findings),
            default: base::fallback(fields, "default", &mut self.names, findings),
            unknown: base::fallback(fields, "unknown", &mut self.names, findings),
            working_directory: base::working_directory(fields, findings),
            observe: fields.get("observe").and_then(|node| self.principals(node)),
            reviewers,
            tools,
            actions,
        }
    }

    /// Patterns of principals, names written out.
    fn principals(&mut self, node: &Node) -> Option<Patterns<PrincipalPattern>> {
        let node = self.names.expand_principals(node, &mut self.findings);
        lints::no_spiffe_id(&node, &mut self.findings);
        let before = self.findings.counts();
        let elements = match &node.value {
            Value::List(elements) => elements.as_slice(),
            _ => std::slice::from_ref(&node),
        };
        let mut texts = Vec::new();
        for element in elements {
            let Some(text) = crate::fields::text(element, &mut self.findings) else { continue };
            match serde_json::from_value::<Patterns<PrincipalPattern>>(text.into()) {
                Ok(_) => texts.push(text),
                Err(error) => {
                    let error = error.to_string();
                    let (what, help) = error.split_once("\nhelp: ").unwrap_or((&error, ""));
                    self.findings.push(Diagnostic::error("E-principal", &element.place, what).help(help));
                }
            }
        }
        if texts.is_empty() || self.findings.counts() != before {
            return None;
        }
        serde_json::from_value(texts.into()).ok()
    }

    fn file(&mut self, file: &File<'_>, own_actions: &BTreeSet<String>) {
        let applies_to = if file.base { None } else { self.applies_to(file) };
        if !file.base {
            self.description(file.fields);
        }
        let Some(node) = file.fields.get("rules") else { return };
        let Value::List(rules) = &node.value else {
            self.findings.push(crate::fields::wrong_type(node, "a list of rules"));
            return;
        };
        let around = Surroundings {
            policy: &file.name,
            base: file.base,
            applies_to: applies_to.as_ref(),
            own_actions,
        };
        for rule in rules {
            if let Some(read) = rule::read(rule, &around, &mut self.names, &mut self.findings) {
                self.rules.push(read);
            }
        }
    }

    fn applies_to(&mut self, file: &File<'_>) -> Option<Patterns<PrincipalPattern>> {
        match file.fields.get(APPLIES_TO) {
            Some(node) => self.principals(node),
            None => {
                self.findings.push(
                    Diagnostic::error("E-missing-key", file.fields.place, "the file does not say whom it applies to")
                        .help("add `applies_to:` with names from `principals`; only the base file applies to everyone"),
                );
                None
            }
        }
    }

    fn unique_rules(&mut self) {
        let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
        for read in &self.rules {
            if let Some(first) = seen.insert(&read.rule.id, &read.place) {
                self.findings.push(
                    Diagnostic::error(
                        "E-name-twice",
                        &read.place,
                        format!("two rules are called `{}`", read.rule.id),
                    )
                    .label("again here")
                    .also(first, "first here")
                    .help("give one of them another ID; records and approvals name rules by it"),
                );
            }
        }
    }
}

/// What the base file says.
struct Base {
    mode: Mode,
    default: Option<toolgate_engine::policy::rules::Fallback>,
    unknown: Option<toolgate_engine::policy::rules::Fallback>,
    working_directory: Option<String>,
    observe: Option<Patterns<PrincipalPattern>>,
    reviewers: BTreeMap<String, toolgate_engine::policy::rules::Reviewers>,
    tools: toolgate_engine::effects::ToolMappings,
    actions: BTreeSet<String>,
}

#[cfg(test)]
mod tests;
