//! Content blocks: which of them are calls, and a content array without those that are refused.

use super::super::super::decided::Decided;
use super::super::super::{Reading, Unreadable, alike, keys, rebuild, shape};
use super::Dialect;
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;

/// What a content block is, as far as the gate must tell them apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// The client would run it.
    Call(&'a Node),
    /// The provider runs it, or has.
    Provider(&'a Node),
    /// May be signed over everything before it.
    Reasoning,
    /// Nothing is run.
    Inert,
}

/// Members of a block in which nothing is called. Their content may quote calls.
const INERT: &[&str] = &[
    "text",
    "image",
    "document",
    "video",
    "audio",
    "toolResult",
    "guardContent",
    "cachePoint",
    "citation",
    "citationsContent",
    "searchResult",
    "toolAddition",
    "toolRemoval",
];

/// The kind of a block, of what starts one, or of a delta: each is one thing, under one key.
///
/// # Errors
/// If it is two, or of an unknown kind and yet what a call has.
pub(super) fn kind(dialect: Dialect, block: &Node) -> Result<Kind<'_>, Unreadable> {
    if !matches!(block.value, Value::Object(_)) {
        return Err(shape("a content block that is not an object"));
    }
    keys::exact(block, &["toolUse"])?;
    // Readers skip what is null, and what is not in their model.
    let mut things = block.members().iter().filter(|member| !member.node.is_null());
    let Some(thing) = things.next() else { return Ok(Kind::Inert) };
    if things.next().is_some() {
        return Err(shape("a content block that is several things"));
    }
    match thing.key.as_str() {
        "toolUse" => {
            keys::exact(&thing.node, &["toolUseId", "name", "input", "type", "serverName"])?;
            match thing.node.present("type").map(Node::as_str) {
                Some(Some(tag)) if dialect.provided.contains(&tag) => Ok(Kind::Provider(&thing.node)),
                None | Some(Some(_)) => Ok(Kind::Call(&thing.node)),
                Some(None) => Err(shape("a tool use whose type is not a string")),
            }
        }
        "reasoningContent" => Ok(Kind::Reasoning),
        known if INERT.contains(&known) => Ok(Kind::Inert),
        key if is_call_key(key) || has_call_within(&thing.node) => {
            Err(shape("a content block of unknown kind that looks like a tool use"))
        }
        _ => Ok(Kind::Inert),
    }
}

fn is_call_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("tooluse") || key.contains("tool_use") || key.contains("call")
}

/// Whether any member but one is a tool use, or has one within.
pub(super) fn has_call_beside(node: &Node, key: &str) -> bool {
    let mut others = node.members().iter().filter(|member| member.key != key);
    others.any(|member| keys::is_read_as(&member.key, "toolUse") || has_call_within(&member.node))
}

/// Whether any object within has what a home-made agent loop looks for.
fn has_call_within(node: &Node) -> bool {
    alike::any(node, &|node| {
        let has = |known: &str| alike::has_key(node, |key| keys::is_read_as(key, known));
        (has("name") && has("input")) || has("toolUse")
    })
}

/// What the provider ran, by name, with that of the server where it has one.
pub(super) fn ran(tool_use: &Node) -> Result<String, Unreadable> {
    let name = keys::tool(tool_use)?;
    let server = tool_use.get("serverName").and_then(Node::as_str).filter(|server| !server.is_empty());
    Ok(server.map_or_else(|| name.to_owned(), |server| format!("{server}/{name}")))
}

/// The call of a tool use, with its arguments.
pub(super) fn call(dialect: Dialect, tool_use: &Node, arguments: Arguments) -> Result<ToolCall, Unreadable> {
    Ok(ToolCall {
        api: dialect.api,
        kind: CallKind::Function,
        id: keys::text(tool_use, "toolUseId")?.map(str::to_owned),
        tool: keys::tool(tool_use)?.to_owned(),
        namespace: None,
        arguments,
        choice: 0,
    })
}

/// The arguments that stand in the tool use itself.
pub(super) fn arguments(document: &Document, tool_use: &Node, limits: &Limits) -> Arguments {
    match tool_use.get("input") {
        None => Arguments::Absent,
        Some(input) => Arguments::from_json_text(document.slice(input.span), limits.depth),
    }
}

/// Finds the calls of a content array.
pub(super) fn calls(
    dialect: Dialect,
    document: &Document,
    content: &[Node],
    limits: &Limits,
    out: &mut Reading,
) -> Result<(), Unreadable> {
    for block in content {
        match kind(dialect, block)? {
            Kind::Call(tool_use) => {
                out.calls.push(call(dialect, tool_use, arguments(document, tool_use, limits))?)
            }
            Kind::Provider(tool_use) => out.provider_ran.push(ran(tool_use)?),
            Kind::Reasoning | Kind::Inert => {}
        }
    }
    Ok(())
}

/// A text block.
pub(super) fn text_block(text: &str) -> String {
    format!(r#"{{"text":{}}}"#, rebuild::string(text))
}

/// The elements of a content array without the refused calls; the texts of all of them stand in front of the first call.
pub(super) fn rewritten(
    dialect: Dialect,
    document: &Document,
    content: &[Node],
    decided: &Decided,
    structured: bool,
) -> Vec<String> {
    let is_call = |block: &Node| matches!(kind(dialect, block), Ok(Kind::Call(_)));
    let place = content.iter().position(is_call).unwrap_or(content.len());
    let mut out = Vec::new();
    let mut call = 0;
    for (at, block) in content.iter().enumerate() {
        if at == place && !structured {
            out.extend(decided.texts().map(text_block));
        }
        let stays = match kind(dialect, block) {
            Ok(Kind::Call(_)) => {
                call += 1;
                !decided.refused(call - 1)
            }
            Ok(Kind::Reasoning) => at < place,
            Ok(Kind::Provider(_) | Kind::Inert) | Err(_) => true,
        };
        if stays {
            out.push(document.slice(block.span).to_owned());
        }
    }
    out
}
