//! Anthropic Messages.

use super::{TOOLS, Turn, pieces};
use serde_json::{Value, json};

pub(super) fn request(stream: bool) -> Value {
    let tools: Vec<_> = TOOLS
        .iter()
        .map(|(name, description, argument)| {
            json!({"name": name, "description": description, "input_schema": {
                "type": "object", "properties": {*argument: {"type": "string"}}}})
        })
        .collect();
    json!({
        "model": "claude-e2e", "max_tokens": 1024, "stream": stream, "tools": tools,
        "messages": [{"role": "user", "content": "Do what is needed."}],
    })
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let blocks = answer["content"].as_array().into_iter().flatten();
    blocks
        .filter(|block| block["type"] == "tool_use")
        .map(|block| (block["name"].as_str().unwrap().to_owned(), block["input"].clone()))
        .collect()
}

fn stop_reason(turn: &Turn) -> &'static str {
    if turn.calls.is_empty() { "end_turn" } else { "tool_use" }
}

pub(super) fn json(turn: &Turn) -> Value {
    let mut content = Vec::new();
    if !turn.text.is_empty() {
        content.push(json!({"type": "text", "text": turn.text}));
    }
    for call in &turn.calls {
        let input: Value = serde_json::from_str(&call.arguments).unwrap();
        content.push(json!({"type": "tool_use", "id": format!("toolu_{}", call.id), "name": call.tool, "input": input}));
    }
    json!({
        "id": "msg_e2e", "type": "message", "role": "assistant", "model": "claude-e2e", "content": content,
        "stop_reason": stop_reason(turn), "stop_sequence": null,
        "usage": {"input_tokens": 12, "output_tokens": 34},
    })
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events = vec![
        json!({"type": "message_start", "message": {
            "id": "msg_e2e", "type": "message", "role": "assistant", "model": "claude-e2e", "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 12, "output_tokens": 1}}}),
        json!({"type": "ping"}),
    ];
    let mut block = |index: usize, start: Value, deltas: Vec<Value>| {
        events.push(json!({"type": "content_block_start", "index": index, "content_block": start}));
        for delta in deltas {
            events.push(json!({"type": "content_block_delta", "index": index, "delta": delta}));
        }
        events.push(json!({"type": "content_block_stop", "index": index}));
    };
    let mut index = 0;
    if !turn.text.is_empty() {
        let deltas =
            pieces(&turn.text, 12).iter().map(|text| json!({"type": "text_delta", "text": text})).collect();
        block(index, json!({"type": "text", "text": ""}), deltas);
        index += 1;
    }
    for call in &turn.calls {
        let start =
            json!({"type": "tool_use", "id": format!("toolu_{}", call.id), "name": call.tool, "input": {}});
        let mut deltas = vec![json!({"type": "input_json_delta", "partial_json": ""})];
        deltas.extend(
            pieces(&call.arguments, 7).iter().map(|p| json!({"type": "input_json_delta", "partial_json": p})),
        );
        block(index, start, deltas);
        index += 1;
    }
    events.push(
        json!({"type": "message_delta", "delta": {"stop_reason": stop_reason(turn), "stop_sequence": null},
        "usage": {"output_tokens": 34}}),
    );
    events.push(json!({"type": "message_stop"}));
    events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()))
        .collect()
}
