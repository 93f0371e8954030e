//! The policy in force: the rules as they are read, how often they spoke, what people made of them, and what they
//! approve so often that a rule should say it.

use super::chart::Chart;
use super::text::{Marked, Seconds};
use super::visitor::Visitor;
use super::{Frame, Trouble, html};
use crate::http::App;
use crate::http::auth::Looks;
use crate::store::figures::{self, RuleFigures};
use crate::store::{StoreError, bundles};
use crate::suggest::{self, Suggestion};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use std::collections::BTreeMap;
use toolgate_engine::policy::Bundle;
use toolgate_engine::time::Span;

/// How far back it is counted.
const WINDOW: Span = Span::from_secs(30 * 24 * 3_600);

struct InForce {
    name: String,
    policy: String,
    description: String,
    version: u64,
    digest: String,
    mode: String,
    rules: Vec<RuleRow>,
    others: Vec<RuleRow>,
}

struct RuleRow {
    id: String,
    verdict: String,
    /// What it says, a line each: a word and its value.
    says: Vec<(String, Marked)>,
    because: String,
    observe: bool,
    hits: u64,
    answered: u64,
    rate: Option<u64>,
    median: Option<Seconds>,
    quick: u64,
    chart: Option<Chart>,
}

#[derive(Template)]
#[template(path = "policy.html")]
struct Page {
    frame: Frame,
    bundles: Vec<InForce>,
    suggestions: Vec<Suggestion>,
}

/// The page.
pub(super) async fn page(State(app): State<App>, visitor: Visitor<Looks>) -> Result<Response, Trouble> {
    let from = app.ledger.now() - WINDOW;
    let read = app.ledger.read(move |db| {
        let mut figures: BTreeMap<String, RuleFigures> =
            figures::of_rules(db, from)?.into_iter().map(|figures| (figures.rule.clone(), figures)).collect();
        let mut in_force = Vec::new();
        for (name, file) in bundles::all_current(db)? {
            in_force.extend(InForce::of(name, &file.file, &mut figures)?);
        }
        // What spoke and stands in no bundle now: defaults, and rules that are gone.
        if let Some(last) = in_force.last_mut() {
            last.others = figures.into_values().map(|figures| RuleRow::of(None, Some(figures))).collect();
        }
        Ok((in_force, suggest::suggestions(db, from)?))
    });
    let (bundles, suggestions) = read.await.map_err(|error| visitor.trouble(error.into(), None))?;
    Ok(html(&Page { frame: visitor.frame("/policy"), bundles, suggestions }))
}

impl InForce {
    fn of(
        name: String,
        file: &[u8],
        figures: &mut BTreeMap<String, RuleFigures>,
    ) -> Result<Option<Self>, StoreError> {
        let Ok(bundle) = Bundle::open_unverified(file) else { return Ok(None) };
        let refused = |error: serde_json::Error| StoreError::Refused(error.to_string());
        let policy = serde_json::to_value(bundle.policy()).map_err(refused)?;
        let empty = Vec::new();
        let rules = policy.get("rules").and_then(Value::as_array).unwrap_or(&empty).iter();
        let rules = rules.map(|rule| {
            let id = rule.get("id").and_then(Value::as_str).unwrap_or_default();
            RuleRow::of(Some(rule), figures.remove(id))
        });
        Ok(Some(Self {
            rules: rules.collect(),
            others: Vec::new(),
            name,
            policy: bundle.name().to_owned(),
            description: bundle.policy().description.clone(),
            version: bundle.version(),
            digest: bundle.digest().to_owned(),
            mode: policy.get("mode").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }))
    }
}

impl RuleRow {
    fn of(rule: Option<&Value>, figures: Option<RuleFigures>) -> Self {
        let figures = figures.unwrap_or_default();
        let text = |name: &str| rule.and_then(|rule| rule.get(name)?.as_str()).unwrap_or_default().to_owned();
        let id = if rule.is_some() { text("id") } else { figures.rule.clone() };
        let asked = figures.answered() + figures.covered + figures.expired > 0;
        Self {
            id,
            verdict: text("verdict"),
            says: rule.map(says).unwrap_or_default(),
            because: text("because"),
            observe: rule.and_then(|rule| rule.get("observe")?.as_bool()).unwrap_or(false),
            hits: figures.hits,
            answered: figures.answered(),
            rate: figures.rate(),
            median: figures.median().map(Seconds),
            quick: figures.quick,
            chart: asked.then(|| Chart::answers(&figures)),
        }
    }
}

/// A rule's actions, principals and conditions, in the words of the policy.
fn says(rule: &Value) -> Vec<(String, Marked)> {
    let mut says = Vec::new();
    let mut say = |word: &str, value: &Value| says.push((word.to_owned(), Marked::line(&written(value))));
    for (key, word) in [("actions", "speaks about"), ("except", "except"), ("applies_to", "for")] {
        if let Some(value) = rule.get(key) {
            say(word, value);
        }
    }
    for (key, word) in [("if", "if"), ("unless", "unless")] {
        for (name, value) in rule.get(key).and_then(Value::as_object).into_iter().flatten() {
            say(&format!("{word} {name}"), value);
        }
    }
    for (key, word) in [("to", "asks"), ("notify", "tells")] {
        if let Some(value) = rule.get(key) {
            say(word, value);
        }
    }
    says
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            // An exact decimal stands in an object of its own.
            let one = |(key, value): (&String, &Value)| match key.as_str() {
                "number" => written(value),
                key => format!("{key} {}", written(value)),
            };
            members.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
