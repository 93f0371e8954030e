//! Items of a response: which of them are calls that the client runs, and what each of these calls is.

use super::super::super::{Api, Setup, Unreadable, alike, keys, rebuild, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use rebuild::Change;
use sha2::{Digest, Sha256};

/// What an item is, as far as the gate must tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The client would run it, or lets the provider run it by its approval.
    Call,
    /// The provider runs it, or has.
    Provider,
    /// Nothing is run.
    Inert,
}

/// What the client runs whatever else the item says.
const CALLS: &[&str] = &[
    "function_call",
    "custom_tool_call",
    "computer_call",
    "local_shell_call",
    "apply_patch_call",
    "mcp_approval_request",
];

/// What the provider runs, the tools of compatible servers included.
const PROVIDER: &[&str] = &[
    "web_search_call",
    "x_search_call",
    "file_search_call",
    "code_interpreter_call",
    "image_generation_call",
    "mcp_call",
    "mcp_list_tools",
    "program",
    "multi_agent_call",
];

/// Items in which nothing is run. Outputs may quote anything.
const INERT: &[&str] = &[
    "message",
    "agent_message",
    "reasoning",
    "compaction",
    "compaction_trigger",
    "additional_tools",
    "configuration_update",
    "item_reference",
    "program_output",
    "function_call_output",
    "custom_tool_call_output",
    "computer_call_output",
    "local_shell_call_output",
    "shell_call_output",
    "apply_patch_call_output",
    "multi_agent_call_output",
    "tool_search_output",
    "mcp_approval_response",
];

/// Keys of items that mean something here.
const KEYS: &[&str] = &[
    "type",
    "id",
    "call_id",
    "name",
    "namespace",
    "server_label",
    "arguments",
    "input",
    "action",
    "actions",
    "operation",
    "environment",
    "execution",
    "content",
];

/// The kind of an item.
///
/// # Errors
/// If the item has no type, or one that is unknown and yet what a call has.
pub(super) fn kind(item: &Node, setup: &Setup) -> Result<Kind, Unreadable> {
    if !matches!(item.value, Value::Object(_)) {
        return Err(shape("an output item that is not an object"));
    }
    keys::exact(item, KEYS)?;
    let tag = tag(item).ok_or_else(|| shape("an output item without a type"))?;
    match tag {
        // A client that has a shell runs what comes for one, wherever it says that it ran.
        "shell_call" if place(item) == Some("container_reference") && setup.hosted_shell => {
            Ok(Kind::Provider)
        }
        "tool_search_call" if text(item, "execution") == Some("server") => Ok(Kind::Provider),
        "shell_call" | "tool_search_call" => Ok(Kind::Call),
        _ if CALLS.contains(&tag) => Ok(Kind::Call),
        _ if PROVIDER.contains(&tag) || tag.starts_with("openrouter:") => Ok(Kind::Provider),
        _ if INERT.contains(&tag)
            && !has_name_and_input(item)
            && !parts(item).iter().any(looks_like_call) =>
        {
            Ok(Kind::Inert)
        }
        _ if tag.ends_with("_output") && !has_name_and_input(item) => Ok(Kind::Inert),
        _ if INERT.contains(&tag) || names_a_call(tag) || text(item, "call_id").is_some() => Err(LOOKS),
        _ if looks_like_call(item) => Err(LOOKS),
        _ => Ok(Kind::Inert),
    }
}

const LOOKS: Unreadable = shape("an output item of unknown type that looks like a tool call");

pub(super) fn tag(item: &Node) -> Option<&str> {
    text(item, "type")
}

/// Where the commands of a shell call run.
fn place(item: &Node) -> Option<&str> {
    text(item.get("environment")?, "type")
}

/// The content parts of a message. Those of a reasoning item are under the same key.
fn parts(item: &Node) -> &[Node] {
    item.get("content").and_then(Node::elements).unwrap_or_default()
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}

/// Whether a type is one of a call, known or not, in whatever case.
fn names_a_call(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    ["_call", "tool_use", "approval_request"].iter().any(|part| tag.contains(part))
        && !tag.ends_with("_output")
}

/// Whether any object within has what a home-made agent loop looks for: a type that names a call, or a name and
/// an input.
pub(super) fn looks_like_call(node: &Node) -> bool {
    alike::any(node, &|node| {
        has_name_and_input(node)
            || tag(node).is_some_and(|tag| names_a_call(tag) && !tag.starts_with("response."))
    })
}

fn has_name_and_input(node: &Node) -> bool {
    node.get("name").is_some() && (node.get("input").is_some() || node.get("arguments").is_some())
}

/// The identifier by which a call is answered.
pub(super) fn key(item: &Node) -> Option<&str> {
    ["call_id", "id"].iter().find_map(|key| text(item, key).filter(|key| !key.is_empty()))
}

/// The call that an item makes.
pub(super) fn call(document: &Document, item: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    let tag = tag(item).unwrap_or_default();
    let (kind, tool, namespace, arguments) = match tag {
        "function_call" => {
            let arguments = json_arguments(document, item, limits);
            (CallKind::Function, keys::tool(item)?.to_owned(), optional(item, "namespace")?, arguments)
        }
        "mcp_approval_request" => {
            let arguments = json_arguments(document, item, limits);
            (CallKind::Approval, keys::tool(item)?.to_owned(), optional(item, "server_label")?, arguments)
        }
        "custom_tool_call" => {
            let input =
                text(item, "input").ok_or_else(|| shape("a custom tool's input that is not a string"))?;
            let arguments = Arguments::Text(input.to_owned());
            (CallKind::Custom, keys::tool(item)?.to_owned(), optional(item, "namespace")?, arguments)
        }
        "tool_search_call" => {
            (CallKind::Builtin, tag.to_owned(), None, json_arguments(document, item, limits))
        }
        _ => {
            let arguments = Arguments::from_json_text(&own_arguments(document, item), limits.depth);
            (CallKind::Builtin, tag.to_owned(), None, arguments)
        }
    };
    let id = key(item).map(str::to_owned);
    Ok(ToolCall { api: Api::OpenaiResponses, kind, id, tool, namespace, arguments, choice: 0 })
}

/// What the provider keeps its books by, and says nothing of what is run.
const BOOKKEEPING: &[&str] = &["type", "id", "call_id", "status", "caller", "created_by"];

/// The members of an item that are its arguments, where it has no member for them.
fn own_arguments(document: &Document, item: &Node) -> String {
    let mut changes: Vec<(&str, Change)> = BOOKKEEPING.iter().map(|key| (*key, Change::Drop)).collect();
    // What is there and says nothing would make two calls of one.
    let plain = |node: &Node| node.members().iter().all(|member| member.key == "type");
    for key in ["environment", "pending_safety_checks"] {
        let says_nothing = |node: &Node| match node.elements() {
            Some(elements) => elements.is_empty(),
            None => node.is_null() || (matches!(node.value, Value::Object(_)) && plain(node)),
        };
        if item.get(key).is_some_and(says_nothing) {
            changes.push((key, Change::Drop));
        }
    }
    rebuild::object(document, item, &changes)
}

fn optional(item: &Node, key: &str) -> Result<Option<String>, Unreadable> {
    Ok(keys::name(item, key)?.map(str::to_owned))
}

/// `arguments`: JSON as a string, an object of some servers, or anything of a tool search.
fn json_arguments(document: &Document, item: &Node, limits: &Limits) -> Arguments {
    match item.get("arguments") {
        None => Arguments::Absent,
        Some(node) if node.is_null() || node.as_str() == Some("") => Arguments::Absent,
        Some(node) => match node.as_str() {
            Some(text) => Arguments::from_json_text(text, limits.depth),
            None => Arguments::from_json_text(document.slice(node.span), limits.depth),
        },
    }
}

/// What the provider ran, by name.
pub(super) fn ran(item: &Node) -> String {
    let tag = tag(item).unwrap_or_default();
    match (tag, text(item, "server_label"), text(item, "name")) {
        ("mcp_call", Some(server), Some(name)) => format!("{server}/{name}"),
        ("mcp_list_tools", Some(server), _) => format!("mcp_list_tools {server}"),
        _ => tag.to_owned(),
    }
}

/// Tells two calls apart: what is run with what, and how it is answered.
pub(super) fn print(call: &ToolCall) -> [u8; 32] {
    let arguments = match &call.arguments {
        Arguments::Absent => "-".to_owned(),
        Arguments::Json(document) => format!("j{}", document.canonical()),
        Arguments::Text(text) => format!("t{text}"),
        Arguments::Malformed { text, .. } => format!("m{text}"),
    };
    let mut hash = Sha256::new();
    for part in [call.kind.name(), &call.tool, call.namespace.as_deref().unwrap_or_default(), &arguments] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Whether `draft`, an item that was announced, only left out what `item` has, the same item when it was done.
///
/// A reader that does not wait would run the draft. The state of an item says nothing.
pub(super) fn is_draft_of(draft: &Node, item: &Node) -> bool {
    draft.members().iter().filter(|member| member.key != "status").all(|member| {
        is_blank(&member.node) || item.get(&member.key).is_some_and(|node| is_part_of(&member.node, node))
    })
}

fn is_part_of(draft: &Node, node: &Node) -> bool {
    match (&draft.value, &node.value) {
        (Value::Object(members), Value::Object(_)) => members.iter().all(|member| {
            is_blank(&member.node) || node.get(&member.key).is_some_and(|node| is_part_of(&member.node, node))
        }),
        _ => draft.canonical() == node.canonical(),
    }
}

/// Whether nothing was written yet.
pub(super) fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.iter().all(|member| is_blank(&member.node)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
