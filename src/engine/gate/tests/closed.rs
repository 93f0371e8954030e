//! The table of `src/engine/wire/closed.md`, a test a row: whatever is not understood without doubt is refused, and of a
//! call that nobody judged no byte reaches the client.

mod bodies;
mod heads;
mod requests;

use super::world::{World, allow_all, policy};
use crate::gate::{Input, RequestHead, ResponseHead};
use crate::record::types;
use crate::wire::Api;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An API as these tests use it. `zap` is the call, which every policy here would allow.
struct Example {
    api: Api,
    path: &'static str,
    request: Value,
    /// An answer with the call, as a document.
    document: &'static str,
    /// What stands in the place of the call where nobody knows its type.
    unknown: (&'static str, &'static str),
    /// The keys by which a client finds the call and what it is.
    keys: &'static [&'static str],
}

fn examples() -> Vec<Example> {
    let openai = json!({"model": "m", "messages": [], "input": [], "store": false});
    vec![
        Example {
            api: Api::Anthropic,
            path: "/v1/messages",
            request: openai.clone(),
            document: r#"{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"t","name":"zap","input":{}}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#,
            unknown: ("tool_use", "tool_use_of_tomorrow"),
            keys: &["content", "type", "name", "input"],
        },
        Example {
            api: Api::OpenaiChat,
            path: "/v1/chat/completions",
            request: openai.clone(),
            document: r#"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"zap","arguments":"{}"}}]},"finish_reason":"stop"}]}"#,
            unknown: ("tool_calls", "Tool_Calls"),
            keys: &["choices", "message", "tool_calls", "function", "name", "arguments"],
        },
        Example {
            api: Api::OpenaiResponses,
            path: "/v1/responses",
            request: openai,
            document: r#"{"id":"r","object":"response","status":"completed","output":[{"type":"function_call","id":"f","call_id":"t","name":"zap","arguments":"{}"}]}"#,
            unknown: ("function_call", "function_call_of_tomorrow"),
            keys: &["output", "type", "name", "arguments", "call_id"],
        },
        Example {
            api: Api::OpenaiAssistants,
            path: "/v1/threads/runs",
            request: json!({"assistant_id": "a", "tools": []}),
            document: r#"{"id":"r","object":"thread.run","status":"requires_action","required_action":{"type":"submit_tool_outputs","submit_tool_outputs":{"tool_calls":[{"id":"t","type":"function","function":{"name":"zap","arguments":"{}"}}]}},"last_error":null}"#,
            unknown: ("function", "function_of_tomorrow"),
            keys: &["required_action", "submit_tool_outputs", "tool_calls", "function", "name", "arguments"],
        },
        Example {
            api: Api::Gemini,
            path: "/v1beta/models/m:generateContent",
            request: json!({"contents": []}),
            document: r#"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"zap","args":{}}}]},"finishReason":"STOP","index":0}]}"#,
            unknown: ("functionCall", "functioncall"),
            keys: &["candidates", "content", "parts", "functionCall", "name", "args"],
        },
        Example {
            api: Api::GeminiInteractions,
            path: "/v1beta/interactions",
            request: json!({"model": "m", "input": "x", "store": false}),
            document: r#"{"id":"i","object":"interaction","status":"requires_action","steps":[{"type":"function_call","id":"f","name":"zap","arguments":{}}]}"#,
            unknown: ("function_call", "function_call_of_tomorrow"),
            keys: &["steps", "type", "name", "arguments"],
        },
        Example {
            api: Api::GeminiBatches,
            path: "/v1beta/models/m:batchGenerateContent",
            request: json!({"batch": {"inputConfig": {"requests": {"requests": [{"request": {"contents": []}}]}}}}),
            document: r#"{"name":"batches/b","metadata":{"state":"BATCH_STATE_SUCCEEDED","output":{"inlinedResponses":{"inlinedResponses":[{"response":{"candidates":[{"content":{"parts":[{"functionCall":{"name":"zap","args":{}}}]}}]}}]}}},"done":true}"#,
            unknown: ("functionCall", "functioncall"),
            keys: &[
                "metadata",
                "output",
                "inlinedResponses",
                "response",
                "candidates",
                "content",
                "parts",
                "functionCall",
                "name",
                "args",
            ],
        },
        Example {
            api: Api::BedrockConverse,
            path: "/model/m/converse",
            request: json!({"messages": []}),
            document: r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"zap","input":{}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#,
            unknown: ("toolUse", "tooluse"),
            keys: &["output", "message", "content", "toolUse", "name", "input"],
        },
        Example {
            api: Api::BedrockInvoke,
            path: "/model/m/invoke",
            request: json!({"anthropic_version": "bedrock-2023-05-31", "messages": []}),
            document: r#"{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"t","name":"zap","input":{}}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#,
            unknown: ("tool_use", "tool_use_of_tomorrow"),
            keys: &["content", "type", "name", "input"],
        },
        Example {
            api: Api::Mistral,
            path: "/v1/conversations",
            request: json!({"model": "m", "inputs": "x", "store": false}),
            document: r#"{"object":"conversation.response","conversation_id":"c","outputs":[{"object":"entry","type":"function.call","id":"f","tool_call_id":"t","name":"zap","arguments":"{}"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#,
            unknown: ("function.call", "function.call.of.tomorrow"),
            keys: &["outputs", "type", "name", "arguments"],
        },
        Example {
            api: Api::AnthropicSessions,
            path: "/v1/sessions/s/events",
            request: json!({"events": []}),
            document: r#"{"data":[{"type":"agent.custom_tool_use","id":"t","name":"zap","input":{},"processed_at":"2026-01-01T00:00:00Z"}],"next_page":null}"#,
            unknown: ("agent.custom_tool_use", "agent.custom_tool_use_of_tomorrow"),
            keys: &["data", "type", "id", "name", "input"],
        },
        Example {
            api: Api::OpenaiAgents,
            path: "/v1/agents/sessions/s",
            request: json!({"metadata": {}}),
            document: r#"{"id":"s","object":"agent.session","status":"requires_action","required_actions":[{"type":"function_call","turn_id":"u","call_id":"t","name":"zap","arguments":{}}],"error":null}"#,
            unknown: ("function_call", "function_call_of_tomorrow"),
            keys: &["object", "required_actions", "type", "turn_id", "call_id", "name", "arguments"],
        },
        Example {
            api: Api::Ollama,
            path: "/api/chat",
            request: json!({"model": "m", "messages": [], "stream": false}),
            document: r#"{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"zap","arguments":{}}}]},"done":true,"done_reason":"stop"}"#,
            unknown: ("tool_calls", "Tool_Calls"),
            keys: &["message", "tool_calls", "function", "name", "arguments"],
        },
        Example {
            api: Api::Cohere,
            path: "/v2/chat",
            request: json!({"model": "m", "messages": []}),
            document: r#"{"id":"c","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"zap","arguments":"{}"}}]},"usage":{"tokens":{"input_tokens":1,"output_tokens":1}}}"#,
            unknown: ("tool_calls", "Tool_Calls"),
            keys: &["message", "tool_calls", "function", "name", "arguments"],
        },
        Example {
            api: Api::CohereV1,
            path: "/v1/chat",
            request: json!({"model": "m", "message": "x"}),
            document: r#"{"text":"","generation_id":"g","finish_reason":"COMPLETE","tool_calls":[{"name":"zap","parameters":{}}],"meta":{}}"#,
            unknown: ("tool_calls", "Tool_Calls"),
            keys: &["tool_calls", "name", "parameters"],
        },
    ]
}

/// `zap` is allowed.
fn rules() -> Value {
    let mut policy = allow_all();
    policy["tools"]["zap"] = json!({"action": "x.y"});
    policy
}

fn asked(example: &Example) -> World {
    asked_with(example, &json!({}), &rules())
}

fn asked_with(example: &Example, extra: &Value, policy: &Value) -> World {
    let mut world = World::with(extra, policy);
    world.ask(example.path, &example.request);
    world
}

/// Answers with this body, and lets the ledger take whatever is recorded.
fn answer(world: &mut World, status: u16, content_type: &str, body: &[u8]) {
    world.response(status, content_type);
    if world.reply.is_none() {
        let middle = body.len() / 2;
        world.body(&body[..middle], false);
        world.body(&body[middle..], false);
        world.body(b"", true);
        world.acknowledge();
    }
}

fn assert_nothing_of_it(world: &World, at: &str) {
    let sent = world.sent();
    assert!(!sent.contains("zap") && !sent.contains("z\0a\0p"), "{at}: {sent}");
    assert_eq!(world.vm.held(), 0, "{at}");
}

/// The answer was replaced at its head, with this status.
fn assert_replied(world: &World, status: u16, at: &str) {
    assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(status), "{at}");
    assert_nothing_of_it(world, at);
}

fn refused_request(head: RequestHead) -> Value {
    let mut world = World::with(&json!({}), &rules());
    world.give(Input::RequestHead(&head));
    world.request_body(b"{}", true);
    assert!(world.asked.is_empty(), "{head:?}");
    let reply = world.reply.unwrap_or_else(|| panic!("{head:?} went on"));
    assert_eq!(reply.status, 403, "{head:?}");
    serde_json::from_str(&reply.body).unwrap()
}

fn plain(method: &str, path: &str) -> RequestHead {
    RequestHead { method: method.to_owned(), ..World::new().head(path) }
}

/// Every row names a test, and every test is in a row.
#[test]
fn the_table_has_every_row_and_no_other() {
    let page = include_str!("../../wire/closed.md");
    let named: Vec<&str> =
        page.lines().filter_map(|line| line.rsplit_once(" | `")?.1.strip_suffix("` |")).collect();
    let (ours, theirs): (Vec<&str>, Vec<&str>) = named.iter().partition(|name| !name.starts_with("e2e::"));
    let sources = [
        include_str!("closed/requests.rs"),
        include_str!("closed/heads.rs"),
        include_str!("closed/bodies.rs"),
    ];
    let tests = sources.iter().flat_map(|source| source.split("#[test]\nfn ").skip(1));
    let tests: BTreeSet<&str> = tests.filter_map(|rest| rest.split('(').next()).collect();
    assert_eq!(ours.into_iter().collect::<BTreeSet<_>>(), tests);
    for name in theirs {
        let (file, test) = name.trim_start_matches("e2e::").split_once("::").unwrap();
        let source = match file {
            "hazards" => include_str!("../../../../tests/e2e/hazards.rs"),
            "mcp" => include_str!("../../../../tests/e2e/mcp.rs"),
            _ => panic!("{name}: no such file"),
        };
        assert!(source.contains(&format!("async fn {test}(")), "{name}");
    }
}
