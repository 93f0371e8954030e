//! `when`: values of the call's own arguments, by JSON Pointer (RFC 6901).
//!
//! Numbers are compared as exact decimals, texts whole. A number in a string, an absent value, another
//! type: cannot be evaluated. In a bundle a number is written `{"number": "12.50"}`, because JSON readers
//! round bare ones.

use super::{Asked, Condition};
use crate::call::Arguments;
use crate::json::{Node, Value};
use crate::policy::decimal::Decimal;
use crate::policy::glob::PatternError;
use crate::policy::met::{Finding, Met};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// For the reference page.
pub(super) const DOCS: &str = "Values of the call's arguments, by JSON Pointer: a plain value, or `above`, \
                               `at_least`, `below`, `at_most`, `equals`, `one_of`.";

/// The condition: every pointer's test must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Test>", into = "BTreeMap<String, Test>")]
pub struct When(BTreeMap<String, Test>);

/// What one value must be; everything that is named must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Test {
    bounds: Bounds,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<Decimal>,
    // Not an `Option`: a bare `null` is a value to compare with.
    #[serde(skip_serializing_if = "Equal::is_absent")]
    equals: Equal,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Scalar>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Equal(Option<Scalar>);

/// A value that is compared whole.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Number(Decimal),
    Bool(bool),
    Null,
}

impl Condition for When {
    fn evaluate(&self, asked: &Asked<'_>) -> Finding {
        let arguments = &asked.question.call.arguments;
        let mut met = Met::Yes;
        let mut doubt = None;
        let mut inputs = Vec::new();
        for (pointer, test) in &self.0 {
            let value = arguments.pointer(pointer);
            let one = value.map_or(Met::Maybe, |value| test.holds(value));
            if one == Met::Maybe && doubt.is_none() {
                doubt = Some(match (arguments, value) {
                    (Arguments::Json(_), None) => format!("`{pointer}` is absent"),
                    (Arguments::Json(_), Some(_)) => format!("`{pointer}` cannot be compared as it is"),
                    _ => "the arguments are not JSON".to_owned(),
                });
            }
            met = met.min(one);
            inputs.push((pointer.clone(), value.map(shown)));
        }
        // A test that fails for certain settles the condition, whatever the others leave open.
        let doubt = if met == Met::Maybe { doubt.map(Into::into) } else { None };
        Finding { met, doubt, inputs }
    }

    fn words(&self) -> String {
        let tests: Vec<String> = self.0.iter().map(|(pointer, test)| format!("`{pointer}` {test}")).collect();
        format!("arguments: {}", tests.join(" and "))
    }

    fn redundant(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

fn shown(value: &Node) -> String {
    match &value.value {
        Value::String(text) | Value::Number(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

impl Test {
    fn holds(&self, value: &Node) -> Met {
        let Bounds { above, at_least, below, at_most, equals, one_of } = &self.bounds;
        let number = match &value.value {
            Value::Number(text) => Decimal::parse(text),
            _ => None,
        };
        let bound = |bound: &Option<Decimal>, holds: fn(&Decimal, &Decimal) -> bool| match (bound, &number) {
            (None, _) => Met::Yes,
            (Some(bound), Some(number)) => Met::certain(holds(number, bound)),
            (Some(_), None) => Met::Maybe,
        };
        let equals = equals.0.as_ref().map_or(Met::Yes, |scalar| scalar.equals(value));
        let one_of = one_of.as_ref().map_or(Met::Yes, |scalars| {
            scalars.iter().map(|scalar| scalar.equals(value)).max().unwrap_or(Met::Maybe)
        });
        bound(above, |a, b| a > b)
            .min(bound(at_least, |a, b| a >= b))
            .min(bound(below, |a, b| a < b))
            .min(bound(at_most, |a, b| a <= b))
            .min(equals)
            .min(one_of)
    }
}

impl Scalar {
    fn equals(&self, value: &Node) -> Met {
        match (self, &value.value) {
            (Self::Text(ours), Value::String(theirs)) => {
                Met::of(ours == theirs, ours.to_lowercase() == theirs.to_lowercase())
            }
            (Self::Number(ours), Value::Number(theirs)) => {
                Decimal::parse(theirs).map_or(Met::Maybe, |theirs| Met::certain(*ours == theirs))
            }
            (Self::Bool(ours), Value::Bool(theirs)) => Met::certain(ours == theirs),
            (Self::Null, Value::Null) => Met::Yes,
            _ => Met::Maybe,
        }
    }
}

impl TryFrom<BTreeMap<String, Test>> for When {
    type Error = PatternError;

    fn try_from(tests: BTreeMap<String, Test>) -> Result<Self, PatternError> {
        if tests.is_empty() {
            return Err(PatternError::new(
                "`when` tests nothing",
                "name a JSON Pointer and its test, or leave it out",
            ));
        }
        for pointer in tests.keys() {
            let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
            if !pointer.starts_with('/') || !escapes {
                return Err(PatternError::new(
                    format!("`{pointer}` is no JSON Pointer"),
                    "write `/name` for the argument `name` (RFC 6901)",
                ));
            }
        }
        Ok(Self(tests))
    }
}

impl From<When> for BTreeMap<String, Test> {
    fn from(when: When) -> Self {
        when.0
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bounds { above, at_least, below, at_most, equals, one_of } = &self.bounds;
        let mut words = Vec::new();
        for (word, bound) in
            [("above", above), ("at least", at_least), ("below", below), ("at most", at_most)]
        {
            words.extend(bound.as_ref().map(|bound| format!("{word} {bound}")));
        }
        words.extend(equals.0.as_ref().map(|scalar| format!("is {scalar}")));
        words.extend(one_of.as_ref().map(|scalars| {
            let scalars: Vec<String> = scalars.iter().map(Scalar::to_string).collect();
            format!("is one of {}", scalars.join(", "))
        }));
        f.write_str(&words.join(" and "))
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Number(number) => number.fmt(f),
            Self::Bool(flag) => flag.fmt(f),
            Self::Null => f.write_str("null"),
        }
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.bounds.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let bounds = match &value {
            serde_json::Value::Object(map) if !map.contains_key("number") => {
                let bounds: Bounds = serde_json::from_value(value).map_err(D::Error::custom)?;
                if bounds == Bounds::default() {
                    return Err(D::Error::custom(PatternError::new(
                        "the test names nothing to compare with",
                        "write a value, or `above`, `at_least`, `below`, `at_most`, `equals`, `one_of`",
                    )));
                }
                bounds
            }
            _ => {
                let scalar = serde_json::from_value(value).map_err(D::Error::custom)?;
                Bounds { equals: Equal(Some(scalar)), ..Bounds::default() }
            }
        };
        Ok(Self { bounds })
    }
}

impl Equal {
    const fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl Serialize for Equal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Equal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer).map(|scalar| Self(Some(scalar)))
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Null => Self::Null,
            value @ serde_json::Value::Object(_) => {
                Self::Number(serde_json::from_value(value).map_err(D::Error::custom)?)
            }
            serde_json::Value::Number(_) | serde_json::Value::Array(_) => {
                return Err(D::Error::custom(PatternError::new(
                    "a text, a number, true, false or null is expected here",
                    "compare lists and objects element by element, by their pointers",
                )));
            }
        })
    }
}
