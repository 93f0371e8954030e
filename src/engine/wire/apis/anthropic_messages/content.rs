//! Content blocks: which of them are calls, and a content array without those that are refused.

use super::super::super::decided::Decided;
use super::super::super::{Reading, Unreadable, alike, keys, rebuild, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node};
use crate::limits::Limits;
use crate::wire::Api;
use std::collections::BTreeSet;

/// What a content block is, as far as the gate must tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The client would run it.
    Call,
    /// The provider runs it, or has.
    Provider,
    /// Signed over everything before it.
    Thinking,
    /// Nothing is run.
    Inert,
}

/// The kind of a block.
///
/// # Errors
/// If the block has no type, or one that is unknown and yet what a call has.
pub(super) fn kind(block: &Node) -> Result<Kind, Unreadable> {
    let Some(tag) = block.get("type").and_then(Node::as_str) else {
        return Err(shape("a content block without a type"));
    };
    keys::exact(block, &["type", "name", "input", "toolset_name"])?;
    // One SDK keeps what it has read of the input in such a member of the block.
    if block.members().iter().any(|member| member.key.starts_with("__")) {
        return Err(shape("a content block with a member of its client's"));
    }
    match tag {
        "tool_use" => Ok(Kind::Call),
        "server_tool_use" | "mcp_tool_use" => Ok(Kind::Provider),
        "thinking" | "redacted_thinking" => Ok(Kind::Thinking),
        _ if INERT.contains(&tag) && !has_name_and_input(block) => Ok(Kind::Inert),
        _ if tag.to_ascii_lowercase().contains("tool_use") || looks_like_call(block) => {
            Err(shape("a content block of unknown type that looks like a tool call"))
        }
        _ => Ok(Kind::Inert),
    }
}

/// Blocks in which nothing is run. Their content may quote calls (a listing of tools, a search's results).
const INERT: &[&str] = &[
    "text",
    "container_upload",
    "compaction",
    "fallback",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "mcp_tool_result",
    "mcp_tool_listing",
    "advisor_tool_result",
];

/// Whether any object within has what a home-made agent loop looks for: a name and an input.
pub(super) fn looks_like_call(node: &Node) -> bool {
    alike::any(node, &has_name_and_input)
}

fn has_name_and_input(node: &Node) -> bool {
    node.get("input").is_some() && node.get("name").is_some()
}

/// Whether a block says that the provider runs a tool.
pub(super) fn is_provider(block: &Node) -> bool {
    kind(block) == Ok(Kind::Provider)
}

/// The content array of a message.
pub(super) fn of(message: &Node) -> Result<&[Node], Unreadable> {
    keys::exact(message, &["content", "type"])?;
    message
        .get("content")
        .and_then(Node::elements)
        .ok_or_else(|| shape("a message whose content is not a list"))
}

/// The call a `tool_use` block makes, with its arguments.
pub(super) fn call(block: &Node, arguments: Arguments) -> Result<ToolCall, Unreadable> {
    let optional = |key: &str| keys::text(block, key).map(|text| text.map(str::to_owned));
    Ok(ToolCall {
        api: Api::Anthropic,
        kind: CallKind::Function,
        id: optional("id")?,
        tool: keys::tool(block)?.to_owned(),
        namespace: optional("toolset_name")?,
        arguments,
        choice: 0,
    })
}

/// The arguments that stand in the block itself.
pub(super) fn arguments(document: &Document, block: &Node, limits: &Limits) -> Arguments {
    match block.get("input") {
        None => Arguments::Absent,
        Some(input) => Arguments::from_json_text(document.slice(input.span), limits.depth),
    }
}

/// Finds the calls of a content array.
pub(super) fn calls(
    document: &Document,
    content: &[Node],
    limits: &Limits,
    out: &mut Reading,
) -> Result<(), Unreadable> {
    for block in content {
        match kind(block)? {
            Kind::Call => out.calls.push(call(block, arguments(document, block, limits))?),
            Kind::Provider => out.provider_ran.push(keys::tool(block)?.to_owned()),
            Kind::Thinking | Kind::Inert => {}
        }
    }
    Ok(())
}

/// Whether a block says that the provider runs code, which may ask for calls.
pub(super) fn runs_code(block: &Node) -> bool {
    is_provider(block) && keys::tool(block).is_ok_and(|name| name.contains("code_execution"))
}

/// The provider's block of which this is the result.
pub(super) fn result_of(block: &Node) -> Option<&str> {
    block.get("tool_use_id").and_then(Node::as_str)
}

/// The provider's block whose code asked for this call.
pub(super) fn caller(block: &Node) -> Option<&str> {
    block.get("caller")?.get("tool_id")?.as_str()
}

/// The provider's blocks that go with the refused calls: their code waits for calls that are all refused,
/// and no result of theirs is there. Left in, they would make the API reject the next turn.
pub(super) fn abandoned<'a>(
    results: impl Iterator<Item = &'a str>,
    callers: impl Iterator<Item = (usize, &'a str)>,
    decided: &Decided,
) -> BTreeSet<&'a str> {
    let mut abandoned = BTreeSet::new();
    let mut needed: BTreeSet<&str> = results.collect();
    for (call, caller) in callers {
        if decided.refused(call) {
            abandoned.insert(caller);
        } else {
            needed.insert(caller);
        }
    }
    abandoned.retain(|id| !needed.contains(id));
    abandoned
}

/// A text block.
pub(super) fn text_block(text: &str) -> String {
    format!(r#"{{"type":"text","text":{}}}"#, rebuild::string(text))
}

/// The elements of a content array without the refused calls. Its calls are the first of the body; the
/// texts of all refused calls of the body stand in front of them.
pub(super) fn rewritten(
    document: &Document,
    content: &[Node],
    decided: &Decided,
    structured: bool,
) -> Vec<String> {
    let calls = content.iter().filter(|block| kind(block) == Ok(Kind::Call)).map(caller);
    let callers = (0..).zip(calls).filter_map(|(call, caller)| Some((call, caller?)));
    let abandoned = abandoned(content.iter().filter_map(result_of), callers, decided);
    // A stream is held from here on, and is written again in the same way.
    let first_call = content.iter().position(|block| kind(block) == Ok(Kind::Call)).unwrap_or(content.len());
    let before = content.get(..first_call).unwrap_or_default();
    let code = before.iter().rev().take_while(|block| runs_code(block)).count();
    let place = first_call - code;
    let mut out = Vec::new();
    let mut call = 0;
    for (at, block) in content.iter().enumerate() {
        if at == place && !structured {
            out.extend(decided.texts().map(text_block));
        }
        let stays = match kind(block) {
            Ok(Kind::Call) => {
                call += 1;
                !decided.refused(call - 1)
            }
            Ok(Kind::Provider) => {
                let id = block.get("id").and_then(Node::as_str);
                id.is_none_or(|id| !abandoned.contains(id))
            }
            Ok(Kind::Thinking) => at < place,
            Ok(Kind::Inert) | Err(_) => true,
        };
        if stays {
            out.push(document.slice(block.span).to_owned());
        }
    }
    out
}
