//! What stands for a refused call: a message in its place, and its output for a provider that keeps the conversation.

use super::super::super::decided::Decided;
use super::super::super::{Output, rebuild};
use super::item;
use crate::json::{Document, Node};

/// How the identifiers of messages begin that the gate wrote. The provider does not know them.
pub(super) const OURS: &str = "msg_toolgate";

/// The identifier of the message in the place of a call; always the same one for the same call.
pub(super) fn id(item: &Node, number: usize) -> String {
    let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let key: String = item::key(item).unwrap_or_default().chars().filter(safe).take(64).collect();
    if key.is_empty() { format!("{OURS}_{number}") } else { format!("{OURS}_{key}") }
}

/// What the message in the place of call `number` says. Some agents show only the last message of a turn that ends
/// there, so that one says of all calls that they were refused.
pub(super) fn text(decided: &Decided, number: usize, calls: usize) -> String {
    if decided.all_refused() && number + 1 == calls {
        decided.texts().collect::<Vec<_>>().join("\n\n")
    } else {
        decided.text(number).unwrap_or_default().to_owned()
    }
}

/// The content part that says it.
fn part(text: &str, structured: bool) -> String {
    let text = rebuild::string(text);
    if structured {
        format!(r#"{{"type":"refusal","refusal":{text}}}"#)
    } else {
        format!(r#"{{"type":"output_text","text":{text},"annotations":[],"logprobs":[]}}"#)
    }
}

/// A message that says it.
pub(super) fn message(id: &str, text: &str, structured: bool) -> String {
    item(id, "completed", &part(text, structured))
}

fn item(id: &str, status: &str, content: &str) -> String {
    let id = rebuild::string(id);
    format!(r#"{{"type":"message","id":{id},"role":"assistant","status":"{status}","content":[{content}]}}"#)
}

/// The events of such a message in a stream: name and members, without a sequence number.
pub(super) fn events(index: u32, id: &str, text: &str, structured: bool) -> [(&'static str, String); 6] {
    let quoted = rebuild::string(text);
    let place = format!(r#""item_id":{},"output_index":{index},"content_index":0"#, rebuild::string(id));
    let (delta, done, said, logprobs) = if structured {
        ("response.refusal.delta", "response.refusal.done", "refusal", "")
    } else {
        ("response.output_text.delta", "response.output_text.done", "text", r#","logprobs":[]"#)
    };
    let begun = item(id, "in_progress", "");
    [
        ("response.output_item.added", format!(r#""output_index":{index},"item":{begun}"#)),
        ("response.content_part.added", format!(r#"{place},"part":{}"#, part("", structured))),
        (delta, format!(r#"{place},"delta":{quoted}{logprobs}"#)),
        (done, format!(r#"{place},"{said}":{quoted}{logprobs}"#)),
        ("response.content_part.done", format!(r#"{place},"part":{}"#, part(text, structured))),
        (
            "response.output_item.done",
            format!(r#""output_index":{index},"item":{}"#, message(id, text, structured)),
        ),
    ]
}

/// The output of one call, as far as it does not depend on why the call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    call: String,
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// JSON text before and behind the string that says why.
    Says(String, &'static str),
    /// There is no place to say why.
    Whole(String),
    /// It would be a picture of a screen that nobody saw.
    Nobodys,
}

impl Answer {
    /// How a call is answered; `None` if it cannot be, because it has no identifier.
    pub(super) fn to(document: &Document, item: &Node) -> Option<Self> {
        let call = item::key(item)?;
        let id = rebuild::string(call);
        let caller = item.present("caller");
        let caller = caller.map(|caller| format!(r#","caller":{}"#, document.slice(caller.span)));
        let head = |tag: &str| {
            format!(r#"{{"type":"{tag}","call_id":{id}{}"#, caller.as_deref().unwrap_or_default())
        };
        let form = match item::tag(item)? {
            "function_call" => Form::Says(head("function_call_output") + r#","output":"#, "}"),
            "custom_tool_call" => Form::Says(head("custom_tool_call_output") + r#","output":"#, "}"),
            "local_shell_call" => {
                Form::Says(format!(r#"{{"type":"local_shell_call_output","id":{id},"output":"#), "}")
            }
            "shell_call" => {
                let most = item.pointer("/action/max_output_length").and_then(Node::as_index);
                let most = most.map(|most| format!(r#","max_output_length":{most}"#)).unwrap_or_default();
                let before = head("shell_call_output") + &most + r#","output":[{"stdout":"","stderr":"#;
                Form::Says(before, r#","outcome":{"type":"exit","exit_code":1}}]}"#)
            }
            "apply_patch_call" => {
                Form::Says(head("apply_patch_call_output") + r#","status":"failed","output":"#, "}")
            }
            "mcp_approval_request" => {
                let head = format!(r#"{{"type":"mcp_approval_response","approval_request_id":{id}"#);
                Form::Says(head + r#","approve":false,"reason":"#, "}")
            }
            "tool_search_call" => {
                let head = format!(r#"{{"type":"tool_search_output","call_id":{id}"#);
                Form::Whole(head + r#","execution":"client","status":"completed","tools":[]}"#)
            }
            _ => Form::Nobodys,
        };
        Some(Self { call: call.to_owned(), form })
    }

    /// The output that says why.
    pub(super) fn output(&self, text: &str) -> Output {
        let item = match &self.form {
            Form::Says(before, behind) => Some([before, rebuild::string(text).as_str(), behind].concat()),
            Form::Whole(item) => Some(item.clone()),
            Form::Nobodys => None,
        };
        Output { call: self.call.clone(), item }
    }
}
