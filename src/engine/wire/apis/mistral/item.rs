//! One entry of a conversation: whether it is a call, and what stands in the place of one that is refused.

use super::super::super::{Output, Unreadable, alike, keys, rebuild, shape};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// What an entry is, as far as the gate must tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// The client would run it, or approve it.
    Call,
    /// The provider ran it; by name.
    Provider(String),
    /// Nothing is run.
    Inert,
}

/// The kind of an entry.
///
/// # Errors
/// If the entry has no type, or one that is unknown and yet what a call has.
pub(super) fn kind(entry: &Node) -> Result<Kind, Unreadable> {
    if !matches!(entry.value, Value::Object(_)) {
        return Err(shape("an entry that is not an object"));
    }
    keys::exact(entry, &["type", "name", "arguments", "tool_call_id", "confirmation_status"])?;
    // One client takes an entry without a type for what its other members make it.
    let tag = entry.get("type").and_then(Node::as_str).ok_or_else(|| shape("an entry without a type"))?;
    match tag {
        "function.call" => Ok(Kind::Call),
        "tool.execution" => Ok(Kind::Provider(tool(entry).unwrap_or("unnamed").to_owned())),
        // These are the client's own, and may quote anything.
        "message.input" | "function.result" => Ok(Kind::Inert),
        tag if tag.to_ascii_lowercase().contains("call") || alike::within(entry) => {
            Err(shape("an entry of unknown type that looks like a tool call"))
        }
        _ => Ok(Kind::Inert),
    }
}

/// The name of what an entry or event says was run.
pub(super) fn tool(entry: &Node) -> Option<&str> {
    entry.get("name").and_then(Node::as_str)
}

/// The call of an entry, or of an event about one.
pub(super) fn call(document: &Document, entry: &Node, limits: &Limits) -> Result<ToolCall, Unreadable> {
    alike::nothing_beside(entry, &["name", "arguments"])?;
    let arguments = match entry.present("arguments") {
        None => Arguments::Absent,
        Some(arguments) => match arguments.as_str() {
            Some("") => Arguments::Absent,
            Some(text) => Arguments::from_json_text(text, limits.depth),
            None => Arguments::from_json_text(document.slice(arguments.span), limits.depth),
        },
    };
    let waits = keys::name(entry, "confirmation_status")? == Some("pending");
    Ok(ToolCall {
        api: Api::Mistral,
        kind: if waits { CallKind::Approval } else { CallKind::Function },
        id: keys::name(entry, "tool_call_id")?.map(str::to_owned),
        tool: keys::tool(entry)?.to_owned(),
        namespace: None,
        arguments,
        choice: 0,
    })
}

/// How the result of a refused call begins, by which it is told from a confirmation that is denied.
pub(super) const RESULT: &str = r#"{"object":"entry","type":"function.result","#;

/// How the denial of a confirmation ends.
pub(super) const DENIAL: &str = r#""confirmation":"deny"}"#;

/// What the provider waits for after a refused call; `None` if nobody can name the call.
pub(super) fn result(call: &ToolCall, text: &str) -> Option<Output> {
    let id = call.id.clone()?;
    let named = format!(r#""tool_call_id":{}"#, rebuild::string(&id));
    let item = if call.kind == CallKind::Approval {
        format!(r#"{{{named},{DENIAL}"#)
    } else {
        format!(r#"{RESULT}{named},"result":{}}}"#, rebuild::string(text))
    };
    Some(Output { call: id, item: Some(item) })
}

/// The content of an entry that says `text`.
pub(super) fn content(text: &str, structured: bool) -> String {
    let text = rebuild::string(text);
    if structured { format!(r#""content":"","refusal":{text}"#) } else { format!(r#""content":{text}"#) }
}

/// An entry in the place of a call, with what of it says where and when it stands.
pub(super) fn output(document: &Document, call: &Node, text: &str, structured: bool) -> String {
    instead(document, call, r#""object":"entry","type":"message.output""#, text, structured)
}

/// The event in the place of the first of a call.
pub(super) fn event(document: &Document, call: &Node, text: &str, structured: bool) -> String {
    instead(document, call, r#""type":"message.output.delta""#, text, structured)
}

fn instead(document: &Document, call: &Node, kind: &str, text: &str, structured: bool) -> String {
    const COPIED: &[&str] = &["id", "output_index", "created_at", "completed_at", "model", "agent_id"];
    let mut out = format!("{{{kind}");
    for member in call.members().iter().filter(|member| COPIED.contains(&member.key.as_str())) {
        let (key, value) = (document.slice(member.key_span), document.slice(member.node.span));
        out.push_str(&format!(",{key}:{value}"));
    }
    out.push_str(&format!(r#","role":"assistant",{}}}"#, content(text, structured)));
    out
}
