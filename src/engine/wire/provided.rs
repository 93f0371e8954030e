//! What in a request makes a provider, or a gateway in front of it, run something of its own, wherever APIs of several
//! providers have it. What one API alone has stands in its own file.
//!
//! Deliberately absent: what a provider runs without being asked.

use super::{RequestFacts, Unreadable, keys, list, shape};
use crate::json::{Document, Node, Value};

/// Fields beside the list of tools: a search, a plugin, a data source, a sandbox.
const FIELDS: &[&str] = &[
    "web_search_options",
    "search_parameters",
    "data_sources",
    "plugins",
    "skills",
    "preset",
    "enable_search",
    "enable_code_interpreter",
    "vector_store_ids",
    "mcp_servers",
    "compound_custom",
];

/// Fields with models that may answer in place of the one asked for: Anthropic's, OpenRouter's, LiteLLM's.
const OTHER_MODELS: &[&str] = &["fallbacks", "models", "context_window_fallback_dict"];

/// Notes the fields of a request that turn something on, and models that do. Those in `own` an API reads itself.
///
/// # Errors
/// If two readers of the request could find different ones.
pub(crate) fn fields(
    document: &Document,
    root: &Node,
    own: &[&str],
    facts: &mut RequestFacts,
) -> Result<(), Unreadable> {
    keys::exact(root, FIELDS)?;
    keys::exact(root, OTHER_MODELS)?;
    facts.other_models |= OTHER_MODELS.iter().any(|field| root.get(field).is_some_and(is_set));
    for field in FIELDS.iter().filter(|field| !own.contains(field)) {
        if let Some(node) = root.get(field).filter(|node| is_set(node)) {
            facts.provider(document, *field, node);
        }
    }
    let others = root.get("models").and_then(Node::elements).unwrap_or_default();
    for model in root.get("model").into_iter().chain(others) {
        if let Some(name) = model.as_str().filter(|name| runs_tools(name)) {
            facts.provider(document, format!("model:{name}"), model);
        }
    }
    Ok(())
}

/// Whether a model of this name runs tools by itself: OpenRouter's `:online` and presets, OpenAI's search models, Groq's
/// compound systems, Perplexity's models that search.
fn runs_tools(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let name = model.rsplit_once('/').map_or(model.as_str(), |(_, name)| name);
    model.contains("@preset/")
        || name.ends_with(":online")
        || name.contains("-search-preview")
        || name.contains("-search-api")
        || name.starts_with("compound")
        || name.starts_with("sonar")
}

/// The tools of a request; none where the list is absent or `null`.
///
/// # Errors
/// As [`objects`].
pub(crate) fn tools<'a>(node: &'a Node, key: &str) -> Result<&'a [Node], Unreadable> {
    objects(list(node, key)?)
}

/// Tools, each of which is an object.
///
/// # Errors
/// If one is none: lists within a list are taken for its elements by some.
pub(crate) fn objects(tools: &[Node]) -> Result<&[Node], Unreadable> {
    if tools.iter().any(|tool| !matches!(tool.value, Value::Object(_))) {
        return Err(shape("a tool that is not an object"));
    }
    Ok(tools)
}

/// Notes a tool that does not say of what type it is. It is the client's where it has a name or one of the members `own`;
/// elsewhere it is known by what it has, and that is the provider's.
pub(crate) fn untyped(
    document: &Document,
    tool: &Node,
    name: Option<&str>,
    own: &[&str],
    facts: &mut RequestFacts,
) {
    let clients = name.is_some() || own.iter().any(|key| tool.get(key).is_some_and(|node| !node.is_null()));
    match tool.members().first().filter(|_| !clients) {
        Some(first) => facts.provider(document, first.key.clone(), tool),
        None => facts.offered.push(name.unwrap_or("unnamed").to_owned()),
    }
}

/// Whether a field says anything: not null, not false, not an empty list.
pub(crate) fn is_set(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    }
}
