//! Gemini Interactions.

use super::{TOOLS, Turn, pieces};
use serde_json::{Value, json};

pub(super) fn request(stream: bool) -> Value {
    let tools: Vec<_> = TOOLS
        .iter()
        .map(|(name, description, argument)| {
            json!({"type": "function", "name": name, "description": description, "parameters": {
                "type": "object", "properties": {*argument: {"type": "string"}}}})
        })
        .collect();
    json!({"model": "gemini-e2e", "stream": stream, "tools": tools, "input": "Do what is needed."})
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let steps = answer["steps"].as_array().into_iter().flatten();
    steps
        .filter(|step| step["type"] == "function_call")
        .map(|step| (step["name"].as_str().unwrap().to_owned(), step["arguments"].clone()))
        .collect()
}

fn interaction(status: &str) -> Value {
    json!({"id": "v1_e2e", "object": "interaction", "model": "gemini-e2e", "status": status,
        "created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z"})
}

fn status(turn: &Turn) -> &'static str {
    if turn.calls.is_empty() { "completed" } else { "requires_action" }
}

pub(super) fn json(turn: &Turn) -> Value {
    let mut steps = Vec::new();
    if !turn.text.is_empty() {
        steps.push(json!({"type": "model_output", "content": [{"type": "text", "text": turn.text}]}));
    }
    for call in &turn.calls {
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
        steps
            .push(json!({"type": "function_call", "id": call.id, "name": call.tool, "arguments": arguments}));
    }
    let mut answer = interaction(status(turn));
    answer["steps"] = steps.into();
    answer["usage"] = json!({"total_tokens": 46, "total_input_tokens": 12, "total_output_tokens": 34});
    answer
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events =
        vec![json!({"event_type": "interaction.created", "interaction": interaction("in_progress")})];
    let mut step = |index: usize, start: Value, deltas: Vec<Value>| {
        events.push(json!({"event_type": "step.start", "index": index, "step": start}));
        for delta in deltas {
            events.push(json!({"event_type": "step.delta", "index": index, "delta": delta}));
        }
        events.push(json!({"event_type": "step.stop", "index": index}));
    };
    let mut index = 0;
    if !turn.text.is_empty() {
        let deltas =
            pieces(&turn.text, 12).iter().map(|text| json!({"type": "text", "text": text})).collect();
        step(index, json!({"type": "model_output"}), deltas);
        index += 1;
    }
    for call in &turn.calls {
        let deltas = pieces(&call.arguments, 7)
            .iter()
            .map(|piece| json!({"type": "arguments_delta", "arguments": piece}))
            .collect();
        let start = json!({"type": "function_call", "id": call.id, "name": call.tool, "arguments": {}});
        step(index, start, deltas);
        index += 1;
    }
    events.push(json!({"event_type": "interaction.completed", "interaction": interaction(status(turn))}));
    let events: String = events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["event_type"].as_str().unwrap()))
        .collect();
    events + "event: done\ndata: [DONE]\n\n"
}
