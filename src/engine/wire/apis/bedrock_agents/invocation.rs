//! One element of a return of control: the call it is, and the result that refuses it.
//!
//! A function has a name; an operation of an API has a method and a path, which are its name here. What it is called with
//! comes as parameters, each a name, a type and a text: together they are the arguments. A text is read as its type says.
//! Where readers would not agree on that (`007`, `True`, `[a, b]`) the arguments are malformed: one passes the text on,
//! the next a number, and the call is refused.

use super::super::super::{Unreadable, alike, keys, list, rebuild, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{self, Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;
use std::collections::HashSet;

const FUNCTION: &[&str] =
    &["actionGroup", "function", "parameters", "actionInvocationType", "agentId", "collaboratorName"];
const OPERATION: &[&str] = &[
    "actionGroup",
    "apiPath",
    "httpMethod",
    "parameters",
    "requestBody",
    "actionInvocationType",
    "agentId",
    "collaboratorName",
];

/// What tells Bedrock that a call was refused, but for the words.
#[derive(Debug)]
pub(super) struct Answer {
    form: &'static str,
    /// The members that say which call it is: JSON text.
    named: String,
    /// Whether somebody was to be asked.
    asks: bool,
    /// Whether the client was to run it.
    runs: bool,
}

impl Answer {
    /// The result: what the model reads in the place of one.
    pub(super) fn refused(&self, text: &str) -> String {
        let denial = if self.asks { r#","confirmationState":"DENY""# } else { "" };
        // The other state ends the agent's turn with an error.
        let state = if self.runs { r#","responseState":"REPROMPT""# } else { "" };
        let (form, named, text) = (self.form, &self.named, rebuild::string(text));
        format!(r#"{{"{form}":{{{named}{denial}{state},"responseBody":{{"TEXT":{{"body":{text}}}}}}}}}"#)
    }
}

/// The call of an element, and what answers it.
///
/// # Errors
/// If it is not exactly one invocation, or two readers would differ on what it is called with.
pub(super) fn read(
    document: &Document,
    invocation: Option<&str>,
    element: &Node,
    limits: &Limits,
) -> Result<(ToolCall, Answer), Unreadable> {
    keys::exact(element, &["functionInvocationInput", "apiInvocationInput"])?;
    let (key, input) = one(element)?.ok_or_else(|| shape("an invocation of nothing"))?;
    let known = if key == "functionInvocationInput" { FUNCTION } else { OPERATION };
    keys::exact(input, known)?;
    nothing_beside(input, known)?;
    for key in ["agentId", "collaboratorName"] {
        keys::name(input, key)?;
    }
    let group =
        keys::name(input, "actionGroup")?.ok_or_else(|| shape("an invocation without an action group"))?;
    let mut parameters = Parameters { limits, names: HashSet::new(), object: String::from("{"), error: None };
    parameters.add(list(input, "parameters")?)?;
    let (form, tool, members) = match key {
        "functionInvocationInput" => {
            let function =
                keys::name(input, "function")?.ok_or_else(|| shape("an invocation without a function"))?;
            // The name of an operation has a space in it, and must be nothing else's.
            if function.contains(' ') {
                return Err(shape("a function whose name is that of an operation"));
            }
            ("functionResult", function.to_owned(), &["actionGroup", "function", "agentId"][..])
        }
        "apiInvocationInput" => {
            parameters.body(input)?;
            ("apiResult", operation(input)?, &["actionGroup", "apiPath", "httpMethod", "agentId"][..])
        }
        _ => return Err(shape("an invocation of unknown kind")),
    };
    let (asks, runs) = match keys::name(input, "actionInvocationType")? {
        None | Some("RESULT") => (false, true),
        Some("USER_CONFIRMATION") => (true, false),
        Some("USER_CONFIRMATION_AND_RESULT") => (true, true),
        Some(_) => return Err(shape("an invocation of unknown type")),
    };
    let member = |key: &&str| {
        let node = input.present(key)?;
        Some(format!("\"{key}\":{}", document.slice(node.span)))
    };
    let named: Vec<String> = members.iter().filter_map(member).collect();
    let call = ToolCall {
        api: Api::BedrockAgents,
        kind: if runs { CallKind::Function } else { CallKind::Approval },
        id: invocation.map(str::to_owned),
        tool,
        namespace: Some(group.to_owned()),
        arguments: parameters.arguments(),
        choice: 0,
    };
    Ok((call, Answer { form, named: named.join(","), asks, runs }))
}

/// The name of an operation. OpenAPI writes methods in small letters, whoever sends them in capitals.
fn operation(input: &Node) -> Result<String, Unreadable> {
    let (method, path) = (keys::name(input, "httpMethod")?, keys::name(input, "apiPath")?);
    match (method, path) {
        (Some(method), Some(path))
            if path.starts_with('/') && method.chars().all(|c| c.is_ascii_alphabetic()) =>
        {
            Ok(format!("{} {path}", method.to_ascii_uppercase()))
        }
        _ => Err(shape("an operation that is not a method and a path")),
    }
}

/// The parameters of a call, as they become one object.
struct Parameters<'a> {
    limits: &'a Limits,
    names: HashSet<String>,
    object: String,
    /// The first that is not of its type to every reader.
    error: Option<json::Error>,
}

impl Parameters<'_> {
    fn add(&mut self, parameters: &[Node]) -> Result<(), Unreadable> {
        const KEYS: &[&str] = &["name", "type", "value"];
        for parameter in parameters {
            keys::exact(parameter, KEYS)?;
            nothing_beside(parameter, KEYS)?;
            let name = keys::name(parameter, "name")?.ok_or_else(|| shape("a parameter without a name"))?;
            if !self.names.insert(name.to_owned()) {
                return Err(shape("two parameters of one name"));
            }
            let value = match parameter.present("value") {
                None => "null".to_owned(),
                Some(value) => {
                    let value = value.as_str().ok_or_else(|| shape("a parameter that is not a text"))?;
                    typed(keys::name(parameter, "type")?, value, self.limits.depth).unwrap_or_else(|error| {
                        self.error.get_or_insert(error);
                        rebuild::string(value)
                    })
                }
            };
            if self.object.len() > 1 {
                self.object.push(',');
            }
            self.object.push_str(&format!("{}:{value}", rebuild::string(name)));
        }
        Ok(())
    }

    fn arguments(self) -> Arguments {
        let text = self.object + "}";
        match self.error {
            Some(error) => Arguments::Malformed { text, error },
            None => Arguments::from_json_text(&text, self.limits.depth),
        }
    }

    /// The properties of a request's body. Whoever sends it takes the one media type it has.
    fn body(&mut self, input: &Node) -> Result<(), Unreadable> {
        let Some(body) = input.present("requestBody") else { return Ok(()) };
        keys::exact(body, &["content"])?;
        nothing_beside(body, &["content"])?;
        let Some(content) = body.present("content") else { return Ok(()) };
        match content.members() {
            [] if matches!(content.value, Value::Object(_)) => Ok(()),
            [media] if matches!(media.node.value, Value::Object(_)) => {
                keys::exact(&media.node, &["properties"])?;
                nothing_beside(&media.node, &["properties"])?;
                self.add(list(&media.node, "properties")?)
            }
            _ => Err(shape("a request's body that is not of one media type")),
        }
    }
}

/// A parameter's text as a JSON text: a string, or what its type says.
///
/// # Errors
/// If it is not of its type to every reader.
fn typed(kind: Option<&str>, text: &str, depth: usize) -> Result<String, json::Error> {
    let is_of_type = |value: &Value| match (kind, value) {
        (Some("integer"), Value::Number(number)) => number.bytes().all(|b| b.is_ascii_digit() || b == b'-'),
        (Some("number"), Value::Number(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("array"), Value::Array(_))
        | (Some("object"), Value::Object(_)) => true,
        _ => false,
    };
    match kind {
        Some("integer" | "number" | "boolean" | "array" | "object") => {
            let parsed = json::parse(text, depth)?;
            let other = json::Error { at: parsed.span.start, problem: json::Problem::Unexpected };
            // Those who compare a text with `true` take no space in it.
            let exact = kind != Some("boolean") || parsed.span.end - parsed.span.start == text.len();
            if exact && is_of_type(&parsed.value) { Ok(text.to_owned()) } else { Err(other) }
        }
        _ => Ok(rebuild::string(text)),
    }
}

/// The one member of a union that says something; `None` if none does.
///
/// # Errors
/// If two do.
pub(super) fn one(union: &Node) -> Result<Option<(&str, &Node)>, Unreadable> {
    if !matches!(union.value, Value::Object(_)) {
        return Err(shape("what should be an object is none"));
    }
    // Readers skip what is null.
    let mut things = union.members().iter().filter(|member| !member.node.is_null());
    match (things.next(), things.next()) {
        (_, Some(_)) => Err(shape("what should be one thing is several")),
        (found, None) => Ok(found.map(|member| (member.key.as_str(), &member.node))),
    }
}

/// Looks for calls in an object, but for the members with these keys.
///
/// # Errors
/// If there is what looks like one.
pub(super) fn nothing_beside(node: &Node, known: &[&str]) -> Result<(), Unreadable> {
    alike::nothing_beside(node, known)?;
    if invokes_beside(node, known) {
        return Err(shape("a tool call in another place than where calls stand"));
    }
    Ok(())
}

/// Whether an object is what an agent's loop would run, or has it within, but for the members with these keys. Bounded by
/// the depth of the document.
fn invokes_beside(node: &Node, known: &[&str]) -> bool {
    let there = |keys: [&str; 2]| keys.iter().any(|key| !known.contains(key) && node.get(key).is_some());
    let mut others = node.members().iter().filter(|member| !known.contains(&member.key.as_str()));
    (there(["function", "apiPath"]) && there(["parameters", "requestBody"]))
        || node.elements().unwrap_or_default().iter().any(|element| invokes_beside(element, &[]))
        || others.any(|member| {
            (is_invocation(&member.key) && !alike::is_blank(&member.node))
                || invokes_beside(&member.node, &[])
        })
}

/// Whether a key is one under which something is invoked. A prompt is the one input that invokes nothing.
fn is_invocation(key: &str) -> bool {
    let key: String = key.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    key.contains("invocationinput") && key != "modelinvocationinput"
}
