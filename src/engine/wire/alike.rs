//! What looks like a tool call where none may stand.
//!
//! The SDKs look for calls where their API has them; an agent's own loop may look anywhere. So an API that is not known
//! to have calls in some place refuses a body that has what such a loop would run.

use super::{Unreadable, shape};
use crate::json::{Node, Value};

/// Keys under which the APIs have calls.
const CALLS: &[&str] = &[
    "tool_calls",
    "tool_call",
    "toolCalls",
    "toolCall",
    "toolUse",
    "tool_use",
    "function_call",
    "functionCall",
    "required_action",
    "required_actions",
];

/// Keys under which they have what a call is made with.
const INPUTS: &[&str] = &["arguments", "parameters", "input", "args"];

/// Whether a value, or any within it, is so. Bounded by the depth of the document.
pub(crate) fn any(node: &Node, is: &dyn Fn(&Node) -> bool) -> bool {
    is(node)
        || node.members().iter().any(|member| any(&member.node, is))
        || node.elements().unwrap_or_default().iter().any(|element| any(element, is))
}

/// Whether an object has a member with such a key.
pub(crate) fn has_key(node: &Node, is: impl Fn(&str) -> bool) -> bool {
    node.members().iter().any(|member| is(&member.key))
}

/// Whether a value says nothing: null, or an empty text, list or object.
pub(crate) fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether anything within is named and has an input, or stands where calls do.
pub(crate) fn within(node: &Node) -> bool {
    any(node, &|node| looks_so(node, &[]))
}

/// Whether an object does, but for the members with these keys.
fn looks_so(node: &Node, keys: &[&str]) -> bool {
    let (mut named, mut input) = (false, false);
    for member in node.members() {
        let key = member.key.as_str();
        if keys.contains(&key) {
            continue;
        }
        named |= key == "name";
        input |= INPUTS.contains(&key);
        if CALLS.contains(&key) && !is_blank(&member.node) {
            return true;
        }
    }
    named && input
}

/// Looks for calls in an object, but for the members with these keys.
///
/// # Errors
/// If there is what looks like one.
pub(crate) fn nothing_beside(node: &Node, keys: &[&str]) -> Result<(), Unreadable> {
    let mut others = node.members().iter().filter(|member| !keys.contains(&member.key.as_str()));
    if looks_so(node, keys) || others.any(|member| within(&member.node)) {
        return Err(shape("a tool call in another place than where calls stand"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_a_loop_would_run_is_noticed() {
        for (body, expected) in [
            (r#"{"a":[{"b":{"name":"zap","arguments":"{}"}}]}"#, true),
            (r#"{"a":{"name":"zap","input":{}}}"#, true),
            (r#"{"a":{"tool_calls":[{}]}}"#, true),
            (r#"{"functionCall":{"x":1}}"#, true),
            (r#"{"name":"zap","args":{}}"#, true),
            (r#"{"tool_calls":[],"function_call":null}"#, false),
            (r#"{"a":{"name":"x"},"b":{"arguments":"y"}}"#, false),
            (r#"{"a":[1,"x",null,{"type":"text","text":"y"}]}"#, false),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 9).unwrap();
            assert_eq!(within(document.root()), expected, "{body}");
            assert_eq!(nothing_beside(document.root(), &[]).is_err(), expected, "{body}");
            assert_eq!(nothing_beside(document.root(), &["a", "functionCall", "args"]), Ok(()), "{body}");
        }
    }
}
