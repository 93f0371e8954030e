//! OpenAI's Assistants: runs, which have no text of their own.

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
    json!({"assistant_id": "asst_e2e", "model": "gpt-e2e", "stream": stream, "tools": tools,
        "thread": {"messages": [{"role": "user", "content": "Do what is needed."}]}})
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let calls = answer["required_action"]["submit_tool_outputs"]["tool_calls"].as_array();
    calls
        .into_iter()
        .flatten()
        .map(|call| {
            let arguments = serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
            (call["function"]["name"].as_str().unwrap().to_owned(), arguments)
        })
        .collect()
}

fn run(status: &str, action: &Value) -> Value {
    json!({
        "id": "run_e2e", "object": "thread.run", "created_at": 1_763_800_000, "thread_id": "thread_e2e",
        "assistant_id": "asst_e2e", "status": status, "required_action": action, "last_error": null,
        "expires_at": null, "started_at": null, "cancelled_at": null, "failed_at": null, "completed_at": null,
        "incomplete_details": null, "model": "gpt-e2e", "instructions": "", "tools": [], "metadata": {},
        "usage": null, "truncation_strategy": null, "max_prompt_tokens": null, "max_completion_tokens": null,
        "response_format": "auto", "tool_choice": "auto", "parallel_tool_calls": true,
    })
}

fn call(call: &super::Call) -> Value {
    json!({"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": call.arguments}})
}

/// The run: it waits for the outputs of the calls, or is completed.
pub(super) fn json(turn: &Turn) -> Value {
    let calls: Vec<_> = turn.calls.iter().map(call).collect();
    match calls.as_slice() {
        [] => run("completed", &Value::Null),
        _ => run(
            "requires_action",
            &json!({"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}),
        ),
    }
}

pub(super) fn sse(turn: &Turn) -> String {
    let mut events = vec![("thread.run.created", run("queued", &Value::Null))];
    let step = json!({"id": "step_e2e", "object": "thread.run.step", "created_at": 1_763_800_000,
        "run_id": "run_e2e", "assistant_id": "asst_e2e", "thread_id": "thread_e2e", "type": "tool_calls",
        "status": "in_progress", "cancelled_at": null, "completed_at": null, "expired_at": null,
        "failed_at": null, "last_error": null, "step_details": {"type": "tool_calls", "tool_calls": []},
        "metadata": {}, "usage": null});
    if !turn.calls.is_empty() {
        events.push(("thread.run.step.created", step));
    }
    for (index, one) in turn.calls.iter().enumerate() {
        let mut first = call(one);
        first["index"] = index.into();
        first["function"]["arguments"] = "".into();
        let rest = pieces(&one.arguments, 7)
            .into_iter()
            .map(|piece| json!({"index": index, "type": "function", "function": {"arguments": piece}}));
        for piece in std::iter::once(first).chain(rest) {
            let delta = json!({"step_details": {"type": "tool_calls", "tool_calls": [piece]}});
            let data = json!({"id": "step_e2e", "object": "thread.run.step.delta", "delta": delta});
            events.push(("thread.run.step.delta", data));
        }
    }
    let last = if turn.calls.is_empty() { "thread.run.completed" } else { "thread.run.requires_action" };
    events.push((last, json(turn)));
    let events: String =
        events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect();
    format!("{events}event: done\ndata: [DONE]\n\n")
}
