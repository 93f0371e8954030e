//! Mistral: its conversations, and its chat where it is not as OpenAI's.

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
    json!({"model": "mistral-e2e", "stream": stream, "tools": tools, "inputs": "Do what is needed."})
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let entries = answer["outputs"].as_array().into_iter().flatten();
    entries
        .filter(|entry| entry["type"] == "function.call")
        .map(|entry| {
            let arguments = serde_json::from_str(entry["arguments"].as_str().unwrap()).unwrap();
            (entry["name"].as_str().unwrap().to_owned(), arguments)
        })
        .collect()
}

fn usage() -> Value {
    json!({"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46})
}

pub(super) fn json(turn: &Turn) -> Value {
    let mut outputs = Vec::new();
    if !turn.text.is_empty() {
        outputs.push(json!({"object": "entry", "type": "message.output", "id": "msg_0", "role": "assistant",
            "model": "mistral-e2e", "content": turn.text}));
    }
    for call in &turn.calls {
        outputs.push(json!({"object": "entry", "type": "function.call", "id": format!("fc_{}", call.id),
            "tool_call_id": call.id, "name": call.tool, "arguments": call.arguments}));
    }
    json!({"object": "conversation.response", "conversation_id": "conv_e2e", "outputs": outputs, "usage": usage()})
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events = vec![json!({"type": "conversation.response.started", "conversation_id": "conv_e2e"})];
    for text in pieces(&turn.text, 12) {
        events.push(
            json!({"type": "message.output.delta", "id": "msg_0", "output_index": 0, "content_index": 0,
            "role": "assistant", "content": text}),
        );
    }
    for (index, call) in turn.calls.iter().enumerate() {
        for piece in pieces(&call.arguments, 7) {
            events.push(json!({"type": "function.call.delta", "id": format!("fc_{}", call.id),
                "output_index": index + 1, "tool_call_id": call.id, "name": call.tool, "arguments": piece}));
        }
    }
    events.push(json!({"type": "conversation.response.done", "usage": usage()}));
    events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()))
        .collect()
}

/// Calls come whole, all in the last delta.
pub(super) fn chat_sse(turn: &Turn) -> String {
    let chunk = |delta: Value, finish: Value| {
        json!({"id": "cmpl-e2e", "object": "chat.completion.chunk", "created": 1_763_800_000, "model": "mistral-e2e",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
    };
    let mut chunks = vec![chunk(json!({"role": "assistant", "content": ""}), Value::Null)];
    chunks.extend(pieces(&turn.text, 12).iter().map(|text| chunk(json!({"content": text}), Value::Null)));
    let calls: Vec<_> = turn
        .calls
        .iter()
        .enumerate()
        .map(|(index, call)| {
            json!({"id": call.id, "function": {"name": call.tool, "arguments": call.arguments}, "index": index})
        })
        .collect();
    let (delta, finish) = match calls.as_slice() {
        [] => (json!({"content": ""}), "stop"),
        _ => (json!({"content": "", "tool_calls": calls}), "tool_calls"),
    };
    let mut last = chunk(delta, finish.into());
    last["usage"] = usage();
    chunks.push(last);
    let chunks: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    format!("{chunks}data: [DONE]\n\n")
}
