//! Ollama's own chat.

use super::{Turn, pieces};
use serde_json::{Value, json};

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let calls = answer["message"]["tool_calls"].as_array().into_iter().flatten();
    calls
        .map(|call| {
            let function = &call["function"];
            (function["name"].as_str().unwrap().to_owned(), function["arguments"].clone())
        })
        .collect()
}

fn entries(turn: &Turn) -> Vec<Value> {
    turn.calls
        .iter()
        .map(|call| {
            let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
            json!({"id": call.id, "function": {"name": call.tool, "arguments": arguments}})
        })
        .collect()
}

fn record(message: &Value, done: bool) -> Value {
    let mut record = json!({"model": "ollama-e2e", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": done});
    if done {
        record["done_reason"] = "stop".into();
        record["eval_count"] = 34.into();
    }
    record
}

pub(super) fn json(turn: &Turn) -> Value {
    let mut message = json!({"role": "assistant", "content": turn.text});
    if !turn.calls.is_empty() {
        message["tool_calls"] = entries(turn).into();
    }
    record(&message, true)
}

/// A record for each piece of text and for each call.
pub(super) fn lines(turn: &Turn) -> String {
    let text = pieces(&turn.text, 12).into_iter().map(|text| json!({"role": "assistant", "content": text}));
    let calls = entries(turn)
        .into_iter()
        .map(|call| json!({"role": "assistant", "content": "", "tool_calls": [call]}));
    let mut records: Vec<_> = text.chain(calls).map(|message| record(&message, false)).collect();
    records.push(record(&json!({"role": "assistant", "content": ""}), true));
    records.iter().map(|record| format!("{record}\n")).collect()
}
