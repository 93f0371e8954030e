//! Bodies made to be read differently, under `tests/cases/hostile`: what is refused, and why; and what is
//! read after all, because every client reads it alike.

use super::{Api, Framing, Run, cases, frames, lines, reread, run};

const FILES: &[(&str, Framing, &str)] = &[
    ("anthropic", Framing::Events, include_str!("../../../../tests/cases/hostile/anthropic.events")),
    ("anthropic", Framing::Document, include_str!("../../../../tests/cases/hostile/anthropic.documents")),
    ("openai-chat", Framing::Events, include_str!("../../../../tests/cases/hostile/openai-chat.events")),
    ("openai-chat", Framing::Document, include_str!("../../../../tests/cases/hostile/openai-chat.documents")),
    (
        "openai-responses",
        Framing::Events,
        include_str!("../../../../tests/cases/hostile/openai-responses.events"),
    ),
    (
        "openai-responses",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/openai-responses.documents"),
    ),
    ("gemini", Framing::Events, include_str!("../../../../tests/cases/hostile/gemini.events")),
    ("gemini", Framing::Elements, include_str!("../../../../tests/cases/hostile/gemini.elements")),
    ("gemini", Framing::Document, include_str!("../../../../tests/cases/hostile/gemini.documents")),
    (
        "gemini-interactions",
        Framing::Events,
        include_str!("../../../../tests/cases/hostile/gemini-interactions.events"),
    ),
    (
        "gemini-interactions",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/gemini-interactions.documents"),
    ),
    (
        "bedrock-converse",
        Framing::Frames,
        include_str!("../../../../tests/cases/hostile/bedrock-converse.frames"),
    ),
    (
        "bedrock-converse",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/bedrock-converse.documents"),
    ),
    (
        "openai-assistants",
        Framing::Events,
        include_str!("../../../../tests/cases/hostile/openai-assistants.events"),
    ),
    (
        "openai-assistants",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/openai-assistants.documents"),
    ),
    ("mcp", Framing::Document, include_str!("../../../../tests/cases/hostile/mcp.documents")),
    (
        "bedrock-invoke",
        Framing::Frames,
        include_str!("../../../../tests/cases/hostile/bedrock-invoke.frames"),
    ),
    (
        "bedrock-agentcore",
        Framing::Frames,
        include_str!("../../../../tests/cases/hostile/bedrock-agentcore.frames"),
    ),
    (
        "bedrock-agents",
        Framing::Frames,
        include_str!("../../../../tests/cases/hostile/bedrock-agents.frames"),
    ),
    ("cohere-v1", Framing::Lines, include_str!("../../../../tests/cases/hostile/cohere-v1.lines")),
    ("cohere-v1", Framing::Document, include_str!("../../../../tests/cases/hostile/cohere-v1.documents")),
    ("mistral", Framing::Events, include_str!("../../../../tests/cases/hostile/mistral.events")),
    ("mistral", Framing::Document, include_str!("../../../../tests/cases/hostile/mistral.documents")),
    (
        "anthropic-sessions",
        Framing::Events,
        include_str!("../../../../tests/cases/hostile/anthropic-sessions.events"),
    ),
    (
        "anthropic-sessions",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/anthropic-sessions.documents"),
    ),
    ("openai-agents", Framing::Events, include_str!("../../../../tests/cases/hostile/openai-agents.events")),
    (
        "openai-agents",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/openai-agents.documents"),
    ),
    (
        "anthropic-batches",
        Framing::Lines,
        include_str!("../../../../tests/cases/hostile/anthropic-batches.lines"),
    ),
    (
        "anthropic-batches",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/anthropic-batches.documents"),
    ),
    ("openai-batches", Framing::Lines, include_str!("../../../../tests/cases/hostile/openai-batches.lines")),
    ("gemini-batches", Framing::Lines, include_str!("../../../../tests/cases/hostile/gemini-batches.lines")),
    (
        "gemini-batches",
        Framing::Document,
        include_str!("../../../../tests/cases/hostile/gemini-batches.documents"),
    ),
    ("ollama", Framing::Lines, include_str!("../../../../tests/cases/hostile/ollama.lines")),
    ("cohere", Framing::Events, include_str!("../../../../tests/cases/hostile/cohere.events")),
    ("cohere", Framing::Document, include_str!("../../../../tests/cases/hostile/cohere.documents")),
    ("ollama", Framing::Document, include_str!("../../../../tests/cases/hostile/ollama.documents")),
];

/// The APIs whose events have their type as their name.
const NAMED_BY_TYPE: &[Api] = &[
    Api::Anthropic,
    Api::AnthropicSessions,
    Api::Cohere,
    Api::Mistral,
    Api::OpenaiAgents,
    Api::OpenaiResponses,
];

struct Hostile<'a> {
    api: Api,
    framing: Framing,
    name: &'a str,
    expected: Expected<'a>,
    body: Vec<u8>,
}

enum Expected<'a> {
    Refused(&'a str),
    Calls(usize),
    /// Two, which leave together or not at all.
    Together(&'a str),
}

fn hostile() -> Vec<Hostile<'static>> {
    let mut cases = Vec::new();
    for (api, framing, file) in FILES {
        let api = Api::from_name(api).expect("an API of the table");
        for case in file.split("\n== ").skip(1) {
            let mut lines = case.split('\n');
            let name = lines.next().expect("a case has a name");
            let expected = lines.next().expect("a case says what is expected");
            let expected = match expected.split_once(": ") {
                Some(("refused", why)) => Expected::Refused(why),
                Some(("together", why)) => Expected::Together(why),
                Some(("calls", count)) => Expected::Calls(count.parse().expect("a number of calls")),
                _ => panic!(
                    "`{name}` expects neither `refused: …`, `together: …` nor `calls: …`, but `{expected}`"
                ),
            };
            let body = match framing {
                Framing::Document | Framing::Elements | Framing::Lines => {
                    unescaped(&lines.collect::<Vec<_>>().join("\n"))
                }
                Framing::Events | Framing::Frames => {
                    lines.filter(|line| !line.is_empty()).flat_map(|l| event(api, l)).collect()
                }
            };
            cases.push(Hostile { api, framing: *framing, name, expected, body });
        }
    }
    cases
}

/// The bytes a line of a stream stands for.
fn event(api: Api, line: &str) -> Vec<u8> {
    if let Some(raw) = line.strip_prefix("raw ") {
        return unescaped(raw);
    }
    let lines: &[&str] = match (api, line) {
        (Api::Anthropic, "$start") => {
            &[r#"{"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}"#]
        }
        (Api::Anthropic, "$call") => &[
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"zap","input":{}}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
        ],
        (Api::Anthropic, "$end") => &[
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}}"#,
            r#"{"type":"message_stop"}"#,
        ],
        (Api::OpenaiChat, "$start") => {
            &[r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#]
        }
        (Api::OpenaiChat, "$finish") => {
            &[r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#]
        }
        (Api::OpenaiChat, "$end") => &["[DONE]"],
        (Api::OpenaiResponses, "$start") => {
            &[r#"{"type":"response.created","response":{"id":"r","object":"response","output":[]}}"#]
        }
        (Api::OpenaiResponses, "$added") => &[
            r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"f","call_id":"c","name":"zap","arguments":""}}"#,
        ],
        (Api::OpenaiResponses, "$done") => &[
            r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"f","call_id":"c","name":"zap","arguments":"{}"}}"#,
        ],
        (Api::OpenaiResponses, "$end") => &[
            r#"{"type":"response.completed","response":{"id":"r","object":"response","output":[{"type":"function_call","id":"f","call_id":"c","name":"zap","arguments":"{}"}]}}"#,
        ],
        (Api::OpenaiResponses, "$empty") => {
            &[r#"{"type":"response.completed","response":{"id":"r","object":"response","output":[]}}"#]
        }
        (Api::Gemini, "$start") => {
            &[r#"{"candidates":[{"content":{"parts":[{"text":"Well."}],"role":"model"},"index":0}]}"#]
        }
        (Api::Gemini, "$end") => &[
            r#"{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}]}"#,
        ],
        (Api::GeminiInteractions, "$start") => {
            &[r#"{"event_type":"interaction.created","interaction":{"id":"i","status":"in_progress"}}"#]
        }
        (Api::GeminiInteractions, "$call") => &[
            r#"{"event_type":"step.start","index":0,"step":{"type":"function_call","id":"z","name":"zap","arguments":{}}}"#,
            r#"{"event_type":"step.delta","index":0,"delta":{"type":"arguments_delta","arguments":"{}"}}"#,
            r#"{"event_type":"step.stop","index":0}"#,
        ],
        (Api::GeminiInteractions, "$completed") => {
            &[r#"{"event_type":"interaction.completed","interaction":{"id":"i","status":"requires_action"}}"#]
        }
        (Api::GeminiInteractions, "$end") => &[
            r#"{"event_type":"interaction.completed","interaction":{"id":"i","status":"requires_action"}}"#,
            "[DONE]",
        ],
        (Api::BedrockConverse | Api::BedrockAgentcore, "$start") => &[r#"messageStart {"role":"assistant"}"#],
        (Api::BedrockConverse | Api::BedrockAgentcore, "$call") => &[
            r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"zap"}}}"#,
            r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}"#,
            r#"contentBlockStop {"contentBlockIndex":0}"#,
        ],
        (Api::BedrockConverse | Api::BedrockAgentcore, "$end") => &[
            r#"messageStop {"stopReason":"tool_use"}"#,
            r#"metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#,
        ],
        (Api::BedrockInvoke, "$start") => &[
            r#"chunk {"bytes":b64({"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}),"p":"a"}"#,
        ],
        (Api::BedrockInvoke, "$call") => &[
            r#"chunk {"bytes":b64({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"zap","input":{}}})}"#,
            r#"chunk {"bytes":b64({"type":"content_block_stop","index":0})}"#,
        ],
        (Api::BedrockInvoke, "$end") => &[
            r#"chunk {"bytes":b64({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}})}"#,
            r#"chunk {"bytes":b64({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}),"p":"abc"}"#,
        ],
        (Api::BedrockAgents, "$told") => &[
            r#"trace {"agentId":"a","trace":{"orchestrationTrace":{"modelInvocationOutput":{"rawResponse":{"content":"zap"}}}}}"#,
        ],
        (Api::BedrockAgents, "$call") => &[
            r#"returnControl {"invocationId":"i","invocationInputs":[{"functionInvocationInput":{"actionGroup":"g","function":"zap","parameters":[]}}]}"#,
        ],
        (Api::OpenaiAssistants, "$start") => {
            &[r#"thread.run.created {"id":"r","object":"thread.run","status":"queued"}"#]
        }
        (Api::OpenaiAssistants, "$call") => &[
            r#"thread.run.step.delta {"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"zap","arguments":"{}"}}]}}}"#,
        ],
        (Api::OpenaiAssistants, "$wait") => &[
            r#"thread.run.requires_action {"id":"r","object":"thread.run","status":"requires_action","required_action":{"type":"submit_tool_outputs","submit_tool_outputs":{"tool_calls":[{"id":"c","type":"function","function":{"name":"zap","arguments":"{}"}}]}}}"#,
        ],
        (Api::OpenaiAssistants, "$end") => &["done [DONE]"],
        (Api::Mistral, "$start") => {
            &[r#"{"type":"conversation.response.started","conversation_id":"conv_1"}"#]
        }
        (Api::Mistral, "$call") => &[
            r#"{"type":"function.call.delta","id":"f","output_index":1,"name":"zap","tool_call_id":"c","arguments":"{}"}"#,
        ],
        (Api::Mistral, "$end") => &[r#"{"type":"conversation.response.done","usage":{}}"#],
        (Api::AnthropicSessions, "$start") => &[r#"{"type":"session.status_running","id":"r"}"#],
        (Api::AnthropicSessions, "$call") => {
            &[r#"{"type":"agent.custom_tool_use","id":"c","name":"zap","input":{}}"#]
        }
        (Api::AnthropicSessions, "$end") => &[
            r#"{"type":"session.status_idle","id":"i","stop_reason":{"type":"requires_action","event_ids":["c"]}}"#,
        ],
        (Api::OpenaiAgents, "$start") => &[
            r#"{"type":"agent.session.in_progress","session":{"id":"s","object":"agent.session","status":"in_progress","required_actions":[]}}"#,
        ],
        (Api::OpenaiAgents, "$call") => &[
            r#"{"type":"agent.session.turn.item.added","item":{"type":"function_call","id":"i","call_id":"c","name":"zap","arguments":{},"status":"in_progress","turn_id":"t"}}"#,
        ],
        (Api::OpenaiAgents, "$end") => &[
            r#"{"type":"agent.session.requires_action","session":{"id":"s","object":"agent.session","status":"requires_action","required_actions":[{"type":"function_call","turn_id":"t","call_id":"c","name":"zap","arguments":{}}]}}"#,
        ],
        (Api::Cohere, "$start") => &[
            r#"{"type":"message-start","id":"r","delta":{"message":{"role":"assistant","content":[],"tool_calls":[]}}}"#,
        ],
        (Api::Cohere, "$call") => &[
            r#"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"c","type":"function","function":{"name":"zap","arguments":""}}}}}"#,
            r#"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}"#,
            r#"{"type":"tool-call-end","index":0}"#,
        ],
        (Api::Cohere, "$end") => {
            &[r#"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}"#, "[DONE]"]
        }
        _ => &[line],
    };
    if matches!(api, Api::BedrockConverse | Api::BedrockInvoke | Api::BedrockAgents | Api::BedrockAgentcore) {
        return lines.iter().flat_map(|line| frames::encoded(line)).collect();
    }
    let mut out = String::new();
    for data in lines {
        // What happened is said by the name of an event alone.
        if let (Api::OpenaiAssistants, Some((name, data))) = (api, data.split_once(' ')) {
            out.push_str(&format!("event: {name}\ndata: {data}\n\n"));
            continue;
        }
        let tag = data.strip_prefix(r#"{"type":""#).and_then(|rest| rest.split('"').next());
        if let Some(tag) = tag.filter(|_| NAMED_BY_TYPE.contains(&api)) {
            out.push_str(&format!("event: {tag}\n"));
        }
        out.push_str(&format!("data: {data}\n\n"));
    }
    out.into_bytes()
}

/// The escapes of the files; a backslash before anything else stands for itself, as JSON needs it.
fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        rest = after;
        if let Some(after) = rest.strip_prefix('n') {
            out.push(b'\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('x') {
            let (digits, after) = after.split_at(2);
            out.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
            rest = after;
        } else {
            out.push(b'\\');
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

fn check(case: &Hostile<'_>, run: &Run) {
    let at = format!("{} {:?}: {}", case.api.name(), case.framing, case.name);
    match (&case.expected, &run.error) {
        (Expected::Refused(why), Some(error)) => assert_eq!(error.to_string(), *why, "{at}"),
        (Expected::Together(why), Some(error)) => {
            assert_eq!((error.to_string().as_str(), run.calls.len()), (*why, 2), "{at}");
        }
        (Expected::Calls(calls), None) => assert_eq!(run.calls.len(), *calls, "{at}"),
        (_, error) => panic!("{at}: {error:?}, {} calls", run.calls.len()),
    }
    let expected_calls = matches!(case.expected, Expected::Calls(n) if n > 0);
    if expected_calls || matches!(case.expected, Expected::Refused(_) | Expected::Together(_)) {
        let passed = cases::shown(case.framing, &run.passed);
        assert!(!passed.contains("zap"), "{at}: {passed}");
    }
}

portable! {
    fn what_clients_would_read_differently_is_refused() {
        for case in hostile() {
            let whole = run(case.api, case.framing, [case.body.as_slice()], |_, _| true);
            check(&case, &whole);
            // What takes its place holds no call, and where nothing had left it is a whole answer.
            if whole.error.is_some() {
                assert_eq!(lines(&reread(case.api, case.framing, &whole.output)), "", "{}", case.name);
            }
            let bytes = run(case.api, case.framing, case.body.chunks(1), |_, _| true);
            assert_eq!(bytes, whole, "{} byte by byte", case.name);
            if let Expected::Together(_) = case.expected {
                for refused in 0..2 {
                    let one = run(case.api, case.framing, [case.body.as_slice()], |call, _| call == refused);
                    assert_eq!(one, whole, "{} with call {refused} refused", case.name);
                }
                let released = run(case.api, case.framing, [case.body.as_slice()], |_, _| false);
                assert_eq!((released.output, released.error), (case.body.clone(), None), "{}", case.name);
            }
        }
    }

    fn every_case_has_its_own_name() {
        let mut names = std::collections::BTreeSet::new();
        for case in hostile() {
            assert!(names.insert((case.api.name(), format!("{:?}", case.framing), case.name)), "{}", case.name);
        }
    }

    /// Clients that guess the encoding read a call here.
    fn other_encodings_are_refused() {
        let bodies = [
            (Api::Anthropic, r#"{"type":"message","content":[{"type":"tool_use","id":"t","name":"zap","input":{}}]}"#),
            (Api::OpenaiChat, r#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"zap"}}]}}]}"#),
            (Api::OpenaiResponses, r#"{"object":"response","output":[{"type":"function_call","name":"zap","arguments":"{}"}]}"#),
            (Api::Gemini, r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"zap"}}]}}]}"#),
            (Api::BedrockConverse, r#"{"output":{"message":{"content":[{"toolUse":{"name":"zap","input":{}}}]}}}"#),
            (Api::GeminiInteractions, r#"{"status":"completed","steps":[{"type":"function_call","name":"zap"}]}"#),
            (Api::GeminiBatches, r#"{"name":"b","response":{"inlinedResponses":{"inlinedResponses":[{"response":{"candidates":[{"content":{"parts":[{"functionCall":{"name":"zap"}}]}}]}}]}}}"#),
            (Api::Cohere, r#"{"message":{"tool_calls":[{"function":{"name":"zap","arguments":"{}"}}]}}"#),
            (Api::CohereV1, r#"{"text":"","tool_calls":[{"name":"zap","parameters":{}}]}"#),
            (Api::Mistral, r#"{"object":"conversation.response","outputs":[{"type":"function.call","name":"zap"}]}"#),
            (Api::AnthropicSessions, r#"{"data":[{"type":"agent.custom_tool_use","id":"c","name":"zap"}]}"#),
            (Api::OpenaiAgents, r#"{"object":"list","data":[{"type":"function_call","call_id":"c","name":"zap"}]}"#),
            (Api::OpenaiAssistants, r#"{"object":"thread.run","required_action":{"submit_tool_outputs":{"tool_calls":[{"function":{"name":"zap"}}]}}}"#),
            (Api::Ollama, r#"{"message":{"tool_calls":[{"function":{"name":"zap","arguments":{}}}]},"done":true}"#),
        ];
        for (api, body) in bodies {
            for mark in ["", "\u{feff}"] {
                let body = format!("{mark}{body}");
                let utf16: Vec<u16> = body.encode_utf16().collect();
                let utf32: Vec<u32> = body.chars().map(u32::from).collect();
                for encoded in [
                    utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>(),
                    utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                    utf32.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                    utf32.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                ] {
                    for &framing in api.entry().framings {
                        let run = run(api, framing, [encoded.as_slice()], |_, _| false);
                        assert!(run.error.is_some(), "{api:?} {framing:?}");
                        assert!(!cases::shown(framing, &run.output).contains("zap"));
                    }
                }
            }
        }
    }
}
