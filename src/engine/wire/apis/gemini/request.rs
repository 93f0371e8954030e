//! What a request to generate content says.

use super::super::super::provided::{self, is_set};
use super::super::super::{RequestFacts, Target, Unreadable, keys, shape};
use super::part::{either, has_call};
use crate::json::{Document, Node, Value};

/// Reads a request. The model and the way of the answer are in its path; servers take keys in either spelling.
pub(in crate::wire::apis) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["tools", "cachedContent", "cached_content"])?;
    let mut facts = RequestFacts {
        model: model(target).map(str::to_owned),
        stream: target.ends_with(":streamGenerateContent"),
        structured: is_structured(root)?,
        whole_calls: !asks_for_pieces(root)?,
        ..RequestFacts::default()
    };
    for tool in provided::objects(list(root, "tools")?)? {
        for member in tool.members().iter().filter(|member| !member.node.is_null()) {
            match camel(&member.key).as_str() {
                "functionDeclarations" => {
                    let functions = member.node.elements();
                    let functions = functions.ok_or_else(|| shape("a request whose lists are not lists"))?;
                    let names = functions.iter().filter_map(|function| function.get("name")?.as_str());
                    facts.offered.extend(names.map(str::to_owned));
                }
                // Its actions come as function calls.
                "computerUse" => facts.offered.push("computerUse".to_owned()),
                // Whatever else a tool is, the provider runs it, as far as is known here.
                tool => facts.provider(document, tool, &member.node),
            }
        }
    }
    // What is cached may have tools of its own, which nobody sees here.
    if let Some(cached) = either(root, "cachedContent")?.filter(|cached| is_set(cached)) {
        let name = cached.as_str().unwrap_or("unnamed");
        facts.provider(document, format!("cachedContent:{name}"), cached);
        facts.state.push("cachedContent".to_owned());
    }
    if either(root, "store")?.is_some_and(is_set) {
        facts.state.push("store".to_owned());
    }
    let config = either(root, "generationConfig")?;
    for field in ["routingConfig", "modelSelectionConfig"] {
        for node in [Some(root), config].into_iter().flatten() {
            facts.other_models |= either(node, field)?.is_some_and(is_set);
        }
    }
    for content in list(root, "contents")? {
        let parts = content.get("parts").and_then(Node::elements).unwrap_or_default();
        let result = |part: &Node| either(part, "functionResponse").is_ok_and(|found| found.is_some());
        let found = parts.iter().filter(|part| has_call(part) || result(part)).count();
        facts.history_calls = facts.history_calls.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
    }
    Ok(facts)
}

fn model(target: &Target) -> Option<&str> {
    let kinds = ["/models/", "/tunedModels/", "/endpoints/"];
    [":generateContent", ":streamGenerateContent"]
        .iter()
        .find_map(|verb| kinds.iter().find_map(|kind| target.between(kind, verb)))
}

/// Whether the answer's text must be JSON, or one of a list of words.
fn is_structured(root: &Node) -> Result<bool, Unreadable> {
    let Some(config) = either(root, "generationConfig")? else { return Ok(false) };
    for schema in ["responseSchema", "responseJsonSchema"] {
        if either(config, schema)?.is_some() {
            return Ok(true);
        }
    }
    let kind = either(config, "responseMimeType")?.and_then(Node::as_str);
    Ok(kind.is_some_and(|kind| kind != "text/plain"))
}

/// Whether arguments of calls are to come in pieces. The SDKs that run calls by themselves run each piece, so they refuse
/// to be asked for both.
fn asks_for_pieces(root: &Node) -> Result<bool, Unreadable> {
    let Some(config) = either(root, "toolConfig")? else { return Ok(false) };
    let Some(calling) = either(config, "functionCallingConfig")? else { return Ok(false) };
    let asked = either(calling, "streamFunctionCallArguments")?;
    Ok(asked.is_some_and(|asked| asked.value == Value::Bool(true)))
}

/// A key in the spelling of the API: `function_call` as `functionCall`.
fn camel(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut upper = false;
    for c in key.chars() {
        if c == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.push(c.to_ascii_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

fn list<'a>(root: &'a Node, key: &str) -> Result<&'a [Node], Unreadable> {
    match either(root, key)? {
        None => Ok(&[]),
        Some(node) => node.elements().ok_or_else(|| shape("a request whose lists are not lists")),
    }
}
