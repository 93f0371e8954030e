//! OpenAI Chat Completions.

use super::{TOOLS, Turn, pieces};
use serde_json::{Value, json};

pub(super) fn request(stream: bool) -> Value {
    let tools: Vec<_> = TOOLS
        .iter()
        .map(|(name, description, argument)| {
            json!({"type": "function", "function": {"name": name, "description": description, "parameters": {
                "type": "object", "properties": {*argument: {"type": "string"}}}}})
        })
        .collect();
    json!({
        "model": "gpt-e2e", "stream": stream, "tools": tools,
        "messages": [{"role": "user", "content": "Do what is needed."}],
    })
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let choices = answer["choices"].as_array().into_iter().flatten();
    choices
        .flat_map(|choice| choice["message"]["tool_calls"].as_array().into_iter().flatten())
        .map(|call| {
            let function = &call["function"];
            let arguments = serde_json::from_str(function["arguments"].as_str().unwrap()).unwrap();
            (function["name"].as_str().unwrap().to_owned(), arguments)
        })
        .collect()
}

fn finish_reason(turn: &Turn) -> &'static str {
    if turn.calls.is_empty() { "stop" } else { "tool_calls" }
}

pub(super) fn json(turn: &Turn) -> Value {
    let content = if turn.text.is_empty() { Value::Null } else { Value::from(turn.text.clone()) };
    let mut message = json!({"role": "assistant", "content": content, "refusal": null, "annotations": []});
    if !turn.calls.is_empty() {
        let calls = turn.calls.iter().map(|call| {
            json!({"id": call.id, "type": "function",
                "function": {"name": call.tool, "arguments": call.arguments}})
        });
        message["tool_calls"] = calls.collect();
    }
    json!({
        "id": "chatcmpl-e2e", "object": "chat.completion", "created": 1_763_800_000, "model": "gpt-e2e",
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason(turn)}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46},
    })
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut deltas = vec![json!({"role": "assistant", "content": null, "refusal": null})];
    deltas.extend(pieces(&turn.text, 12).iter().map(|text| json!({"content": text})));
    for (index, call) in turn.calls.iter().enumerate() {
        deltas.push(json!({"tool_calls": [{"index": index, "id": call.id, "type": "function",
            "function": {"name": call.tool, "arguments": ""}}]}));
        for piece in pieces(&call.arguments, 7) {
            deltas.push(json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}));
        }
    }
    let chunk = |delta: Value, finish: Value| {
        json!({"id": "chatcmpl-e2e", "object": "chat.completion.chunk", "created": 1_763_800_000,
            "model": "gpt-e2e", "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]})
    };
    let mut text: String =
        deltas.into_iter().map(|delta| format!("data: {}\n\n", chunk(delta, Value::Null))).collect();
    text.push_str(&format!("data: {}\n\n", chunk(json!({}), finish_reason(turn).into())));
    text.push_str("data: [DONE]\n\n");
    text
}
