//! Cohere's chat.

use super::{Turn, pieces};
use serde_json::{Value, json};

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let calls = answer["message"]["tool_calls"].as_array().into_iter().flatten();
    calls
        .map(|call| {
            let function = &call["function"];
            let arguments = serde_json::from_str(function["arguments"].as_str().unwrap()).unwrap();
            (function["name"].as_str().unwrap().to_owned(), arguments)
        })
        .collect()
}

fn finish_reason(turn: &Turn) -> &'static str {
    if turn.calls.is_empty() { "COMPLETE" } else { "TOOL_CALL" }
}

fn usage() -> Value {
    json!({"tokens": {"input_tokens": 12, "output_tokens": 34}})
}

/// What the model says beside calls is its plan, and its content without any.
pub(super) fn json(turn: &Turn) -> Value {
    let mut message = json!({"role": "assistant"});
    if turn.calls.is_empty() {
        message["content"] = json!([{"type": "text", "text": turn.text}]);
    } else {
        let calls = turn.calls.iter().map(|call| {
            json!({"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": call.arguments}})
        });
        message["tool_plan"] = turn.text.clone().into();
        message["tool_calls"] = calls.collect();
    }
    json!({"id": "c_e2e", "finish_reason": finish_reason(turn), "message": message, "usage": usage()})
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events = vec![json!({"type": "message-start", "id": "c_e2e", "delta": {"message":
        {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}}})];
    if turn.calls.is_empty() {
        let content = |content: Value| json!({"message": {"content": content}});
        let start = content(json!({"type": "text", "text": ""}));
        events.push(json!({"type": "content-start", "index": 0, "delta": start}));
        for text in pieces(&turn.text, 12) {
            let delta = content(json!({"text": text}));
            events.push(json!({"type": "content-delta", "index": 0, "delta": delta}));
        }
        events.push(json!({"type": "content-end", "index": 0}));
    } else {
        for text in pieces(&turn.text, 12) {
            events.push(json!({"type": "tool-plan-delta", "delta": {"message": {"tool_plan": text}}}));
        }
    }
    for (index, call) in turn.calls.iter().enumerate() {
        let about = |call: Value| json!({"message": {"tool_calls": call}});
        let start =
            json!({"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": ""}});
        events.push(json!({"type": "tool-call-start", "index": index, "delta": about(start)}));
        for piece in pieces(&call.arguments, 7) {
            let delta = about(json!({"function": {"arguments": piece}}));
            events.push(json!({"type": "tool-call-delta", "index": index, "delta": delta}));
        }
        events.push(json!({"type": "tool-call-end", "index": index}));
    }
    let end = json!({"finish_reason": finish_reason(turn), "usage": usage()});
    events.push(json!({"type": "message-end", "delta": end}));
    let events =
        events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()));
    format!("{}data: [DONE]\n\n", events.collect::<String>())
}
