//! OpenAI Responses.

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
    json!({"model": "gpt-e2e", "stream": stream, "tools": tools, "input": "Do what is needed."})
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let items = answer["output"].as_array().into_iter().flatten();
    items
        .filter(|item| item["type"] == "function_call")
        .map(|item| {
            let arguments = serde_json::from_str(item["arguments"].as_str().unwrap()).unwrap();
            (item["name"].as_str().unwrap().to_owned(), arguments)
        })
        .collect()
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn message(status: &str, content: &[Value]) -> Value {
    json!({"type": "message", "id": "msg_e2e", "role": "assistant", "status": status, "content": content})
}

fn response(status: &str, output: &[Value]) -> Value {
    json!({
        "id": "resp_e2e", "object": "response", "created_at": 1_763_800_000, "status": status, "error": null,
        "incomplete_details": null, "instructions": null, "metadata": {}, "model": "gpt-e2e", "output": output,
        "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "usage": {"input_tokens": 12, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 34,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 46},
    })
}

fn call(call: &super::Call, arguments: &str, status: &str) -> Value {
    json!({"type": "function_call", "id": format!("fc_{}", call.id), "call_id": call.id, "name": call.tool,
        "arguments": arguments, "status": status})
}

fn output(turn: &Turn) -> Vec<Value> {
    let said = (!turn.text.is_empty()).then(|| message("completed", &[part(&turn.text)]));
    let calls = turn.calls.iter().map(|one| call(one, &one.arguments, "completed"));
    said.into_iter().chain(calls).collect()
}

pub(super) fn json(turn: &Turn) -> Value {
    response("completed", &output(turn))
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events = vec![
        json!({"type": "response.created", "response": response("in_progress", &[])}),
        json!({"type": "response.in_progress", "response": response("in_progress", &[])}),
    ];
    let mut index = 0;
    if !turn.text.is_empty() {
        let event = |kind: &str, more: Value| {
            let mut event =
                json!({"type": kind, "item_id": "msg_e2e", "output_index": 0, "content_index": 0});
            event.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
            event
        };
        let added = message("in_progress", &[]);
        events.push(json!({"type": "response.output_item.added", "output_index": 0, "item": added}));
        events.push(event("response.content_part.added", json!({"part": part("")})));
        for piece in pieces(&turn.text, 12) {
            events.push(event("response.output_text.delta", json!({"delta": piece, "logprobs": []})));
        }
        events.push(event("response.output_text.done", json!({"text": turn.text, "logprobs": []})));
        events.push(event("response.content_part.done", json!({"part": part(&turn.text)})));
        let done = message("completed", &[part(&turn.text)]);
        events.push(json!({"type": "response.output_item.done", "output_index": 0, "item": done}));
        index = 1;
    }
    for (index, one) in (index..).zip(&turn.calls) {
        let id = format!("fc_{}", one.id);
        let added = call(one, "", "in_progress");
        events.push(json!({"type": "response.output_item.added", "output_index": index, "item": added}));
        for piece in pieces(&one.arguments, 7) {
            events.push(json!({"type": "response.function_call_arguments.delta", "item_id": id,
                "output_index": index, "delta": piece}));
        }
        events.push(json!({"type": "response.function_call_arguments.done", "item_id": id,
            "output_index": index, "name": one.tool, "arguments": one.arguments}));
        let done = call(one, &one.arguments, "completed");
        events.push(json!({"type": "response.output_item.done", "output_index": index, "item": done}));
    }
    events.push(json!({"type": "response.completed", "response": response("completed", &output(turn))}));
    let mut text = String::new();
    for (number, mut event) in events.into_iter().enumerate() {
        event["sequence_number"] = number.into();
        text.push_str(&format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()));
    }
    text
}
