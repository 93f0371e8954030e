//! Bedrock: `Converse`, and `InvokeModel` with the bodies of Anthropic Messages. Both stream in frames.

#[path = "../../cases/frames.rs"]
mod notation;

use super::{TOOLS, Turn, anthropic, pieces};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub(super) fn converse_request() -> Value {
    let tools: Vec<_> = TOOLS
        .iter()
        .map(|(name, description, argument)| {
            json!({"toolSpec": {"name": name, "description": description, "inputSchema": {"json": {
                "type": "object", "properties": {*argument: {"type": "string"}}}}}})
        })
        .collect();
    json!({
        "messages": [{"role": "user", "content": [{"text": "Do what is needed."}]}],
        "toolConfig": {"tools": tools},
    })
}

pub(super) fn invoke_request() -> Value {
    let mut request = anthropic::request(false);
    let members = request.as_object_mut().unwrap();
    members.remove("model");
    members.remove("stream");
    members.insert("anthropic_version".to_owned(), "bedrock-2023-05-31".into());
    request
}

pub(super) fn converse_calls(answer: &Value) -> Vec<(String, Value)> {
    let content = answer["output"]["message"]["content"].as_array().into_iter().flatten();
    content
        .filter_map(|block| block.get("toolUse"))
        .map(|call| (call["name"].as_str().unwrap().to_owned(), call["input"].clone()))
        .collect()
}

fn stop_reason(turn: &Turn) -> &'static str {
    if turn.calls.is_empty() { "end_turn" } else { "tool_use" }
}

pub(super) fn converse_json(turn: &Turn) -> Value {
    let text = Some(json!({"text": turn.text})).filter(|_| !turn.text.is_empty());
    let calls = turn.calls.iter().map(|call| {
        let input: Value = serde_json::from_str(&call.arguments).unwrap();
        json!({"toolUse": {"toolUseId": call.id, "name": call.tool, "input": input}})
    });
    let content: Vec<Value> = text.into_iter().chain(calls).collect();
    json!({
        "output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop_reason(turn),
        "usage": {"inputTokens": 12, "outputTokens": 34, "totalTokens": 46}, "metrics": {"latencyMs": 9},
    })
}

pub(super) fn converse_frames(turn: &Turn) -> Vec<u8> {
    let mut events = vec![("messageStart", json!({"role": "assistant", "p": "abcd"}))];
    let mut index = 0;
    if !turn.text.is_empty() {
        for text in pieces(&turn.text, 12) {
            events.push((
                "contentBlockDelta",
                json!({"contentBlockIndex": index, "delta": {"text": text}, "p": "a"}),
            ));
        }
        events.push(("contentBlockStop", json!({"contentBlockIndex": index})));
        index += 1;
    }
    for call in &turn.calls {
        let start = json!({"toolUse": {"toolUseId": call.id, "name": call.tool}});
        events.push(("contentBlockStart", json!({"contentBlockIndex": index, "start": start})));
        for piece in pieces(&call.arguments, 7) {
            let delta = json!({"toolUse": {"input": piece}});
            events
                .push(("contentBlockDelta", json!({"contentBlockIndex": index, "delta": delta, "p": "abc"})));
        }
        events.push(("contentBlockStop", json!({"contentBlockIndex": index})));
        index += 1;
    }
    events.push(("messageStop", json!({"stopReason": stop_reason(turn)})));
    let usage = json!({"inputTokens": 12, "outputTokens": 34, "totalTokens": 46});
    events.push(("metadata", json!({"usage": usage, "metrics": {"latencyMs": 9}})));
    let shown: Vec<_> = events.iter().map(|(name, payload)| format!("{name} {payload}")).collect();
    notation::encoded(&shown.join("\n"))
}

pub(super) fn invoke_frames(turn: &Turn) -> Vec<u8> {
    let events = anthropic::sse(turn);
    let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
    let shown: Vec<_> = data
        .filter(|data| !data.contains(r#""ping""#))
        .map(|data| format!(r#"chunk {{"bytes":b64({data}),"p":"abcdef"}}"#))
        .collect();
    notation::encoded(&shown.join("\n"))
}

/// The bytes of frames that a text shows, in the notation of the cases' files.
pub fn shown_frames(shown: &str) -> Vec<u8> {
    notation::encoded(shown)
}

/// The frames of a body, each whole and with the right checksums; what is left over is one that is not whole.
pub(crate) fn frames(mut body: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    while let Some(length) = body.first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        if length < 16 || length > body.len() {
            break;
        }
        let (frame, rest) = body.split_at(length);
        frames.push(frame);
        body = rest;
    }
    frames.extend(Some(body).filter(|rest| !rest.is_empty()));
    frames
}

/// The payloads of a stream of frames as text, base64 decoded, a line each.
///
/// # Panics
/// When a frame has another checksum.
pub fn payloads(body: &[u8]) -> String {
    let number = |bytes: &[u8], at: usize| u32::from_be_bytes(*bytes[at..].first_chunk().unwrap());
    let mut out = String::new();
    for frame in frames(body) {
        let end = frame.len() - 4;
        assert_eq!(number(frame, 8), crc32fast::hash(&frame[..8]), "the checksum of a prelude");
        assert_eq!(number(frame, end), crc32fast::hash(&frame[..end]), "the checksum of a frame");
        let start = 12 + usize::try_from(number(frame, 4)).unwrap();
        let payload: Value = serde_json::from_slice(&frame[start..end]).unwrap();
        match payload["bytes"].as_str() {
            Some(bytes) => out.push_str(&String::from_utf8(STANDARD.decode(bytes).unwrap()).unwrap()),
            None => out.push_str(&payload.to_string()),
        }
        out.push('\n');
    }
    out
}
