//! Gemini, `generateContent` and `streamGenerateContent`.

use super::{TOOLS, Turn, pieces};
use serde_json::{Value, json};

pub(super) fn request() -> Value {
    let functions: Vec<_> = TOOLS
        .iter()
        .map(|(name, description, argument)| {
            json!({"name": name, "description": description, "parameters": {
                "type": "OBJECT", "properties": {*argument: {"type": "STRING"}}}})
        })
        .collect();
    json!({
        "contents": [{"role": "user", "parts": [{"text": "Do what is needed."}]}],
        "tools": [{"functionDeclarations": functions}],
    })
}

pub(super) fn calls(answer: &Value) -> Vec<(String, Value)> {
    let candidates = answer["candidates"].as_array().into_iter().flatten();
    candidates
        .flat_map(|candidate| candidate["content"]["parts"].as_array().into_iter().flatten())
        .filter_map(|part| part.get("functionCall"))
        .map(|call| (call["name"].as_str().unwrap().to_owned(), call["args"].clone()))
        .collect()
}

fn response(parts: &[Value], last: bool) -> Value {
    let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    if last {
        candidate["finishReason"] = "STOP".into();
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 34, "totalTokenCount": 46},
        "modelVersion": "gemini-e2e", "responseId": "e2e",
    })
}

/// The parts that call. The first of a turn is signed.
fn call_parts(turn: &Turn) -> Vec<Value> {
    let mut parts: Vec<Value> = turn
        .calls
        .iter()
        .map(|call| {
            let args: Value = serde_json::from_str(&call.arguments).unwrap();
            json!({"functionCall": {"id": call.id, "name": call.tool, "args": args}})
        })
        .collect();
    if let Some(first) = parts.first_mut() {
        first["thoughtSignature"] = "c2lnbmVk".into();
    }
    parts
}

pub(super) fn json(turn: &Turn) -> Value {
    let text = Some(json!({"text": turn.text})).filter(|_| !turn.text.is_empty());
    let parts: Vec<Value> = text.into_iter().chain(call_parts(turn)).collect();
    response(&parts, true)
}

pub(super) fn sse(turn: &Turn) -> String {
    let texts = pieces(&turn.text, 12).into_iter().map(|text| json!({"text": text}));
    let parts: Vec<Value> = texts.chain(call_parts(turn)).collect();
    let last = parts.len().saturating_sub(1);
    parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| format!("data: {}\n\n", response(&[part], at == last)))
        .collect()
}
