//! Rows about what an answer says.

use super::*;
use crate::wire::Framing;
use crate::wire::tests::frames;

#[test]
fn an_allowed_call_reaches_the_client() {
    for example in examples() {
        let mut world = asked(&example);
        answer(&mut world, 200, "application/json", example.document.as_bytes());
        assert_eq!(
            world.sent(),
            example.document,
            "{:?}: what is refused below is the doubt alone",
            example.api
        );
    }
}

#[test]
fn an_answer_cut_short() {
    for example in examples() {
        let body = example.document.as_bytes();
        for cut in (0..body.len()).step_by(7) {
            let mut world = asked(&example);
            answer(&mut world, 200, "application/json", &body[..cut]);
            assert_nothing_of_it(&world, &format!("{:?} {cut}", example.api));
        }
    }
}

#[test]
fn an_answer_that_is_too_large() {
    for example in examples() {
        let large = example.document.replacen('{', &format!("{{\"pad\":\"{}\",", "x".repeat(5_000)), 1);
        let mut world = asked_with(&example, &json!({"limits": {"body": 4096, "vm": 8192}}), &rules());
        answer(&mut world, 200, "application/json", large.as_bytes());
        assert_nothing_of_it(&world, &format!("{:?}", example.api));
        assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "over_limit");
    }
    let mut world = asked_with(&examples()[0], &json!({"limits": {"event": 1024}}), &rules());
    let event = format!("event: ping\ndata: {{\"type\":\"ping\",\"pad\":\"{}\"}}\n\n", "x".repeat(2_000));
    answer(&mut world, 200, "text/event-stream", event.as_bytes());
    assert!(!world.sent().contains("xxx"));
}

#[test]
fn too_many_calls() {
    for example in examples() {
        let (list, call) = match example.api {
            Api::Gemini | Api::GeminiBatches => {
                ("\"parts\":[", r#"{"functionCall":{"name":"zap","args":{}}},"#)
            }
            Api::OpenaiChat => (
                "\"tool_calls\":[",
                r#"{"id":"c#","type":"function","function":{"name":"zap","arguments":"{}"}},"#,
            ),
            Api::OpenaiResponses => (
                "\"output\":[",
                r#"{"type":"function_call","id":"g#","call_id":"u#","name":"zap","arguments":"{}"},"#,
            ),
            Api::GeminiInteractions => {
                ("\"steps\":[", r#"{"type":"function_call","id":"g#","name":"zap","arguments":{}},"#)
            }
            Api::BedrockConverse => {
                ("\"content\":[", r#"{"toolUse":{"toolUseId":"u#","name":"zap","input":{}}},"#)
            }
            Api::Mistral => (
                "\"outputs\":[",
                r#"{"object":"entry","type":"function.call","id":"g#","tool_call_id":"u#","name":"zap","arguments":"{}"},"#,
            ),
            Api::AnthropicSessions => {
                ("\"data\":[", r#"{"type":"agent.custom_tool_use","id":"u#","name":"zap","input":{}},"#)
            }
            Api::OpenaiAgents => (
                "\"required_actions\":[",
                r#"{"type":"function_call","turn_id":"u","call_id":"u#","name":"zap","arguments":{}},"#,
            ),
            Api::Ollama => ("\"tool_calls\":[", r#"{"function":{"name":"zap","arguments":{}}},"#),
            Api::Cohere | Api::OpenaiAssistants => (
                "\"tool_calls\":[",
                r#"{"id":"c#","type":"function","function":{"name":"zap","arguments":"{}"}},"#,
            ),
            Api::CohereV1 => ("\"tool_calls\":[", r#"{"name":"zap","parameters":{}},"#),
            _ => ("\"content\":[", r#"{"type":"tool_use","id":"u#","name":"zap","input":{}},"#),
        };
        for (more, passes) in [(2, true), (3, false)] {
            let calls: String = (0..more).map(|n| call.replace('#', &n.to_string())).collect();
            let body = example.document.replacen(list, &format!("{list}{calls}"), 1);
            let mut world = asked_with(&example, &json!({"limits": {"calls": 3}}), &rules());
            answer(&mut world, 200, "application/json", body.as_bytes());
            assert_eq!(world.sent() == body, passes, "{:?} {more}: {}", example.api, world.sent());
            if !passes {
                assert_nothing_of_it(&world, "too many");
            }
        }
    }
}

#[test]
fn too_deep() {
    for example in examples() {
        for (depth, passes) in [(90, true), (100, false), (100_000, false)] {
            let deep = format!("{{\"deep\":{}{},", "[".repeat(depth), "]".repeat(depth));
            let body = example.document.replacen('{', &deep, 1);
            let mut world = asked(&example);
            answer(&mut world, 200, "application/json", body.as_bytes());
            assert_eq!(world.sent() == body, passes, "{:?} {depth}", example.api);
            if !passes {
                assert_nothing_of_it(&world, "too deep");
            }
        }
    }
}

#[test]
fn an_item_of_unknown_type_that_looks_like_a_call() {
    for example in examples() {
        let (known, unknown) = example.unknown;
        let body = example.document.replacen(&format!("\"{known}\""), &format!("\"{unknown}\""), 1);
        assert_ne!(body, example.document);
        let mut world = asked(&example);
        answer(&mut world, 200, "application/json", body.as_bytes());
        assert_nothing_of_it(&world, &format!("{:?}", example.api));
        // Each key on the way to the call, and each of the call, as readers without regard to case take it.
        for key in example.keys {
            let other = key.to_ascii_uppercase();
            let body = example.document.replace(&format!("\"{key}\":"), &format!("\"{other}\":"));
            assert_ne!(body, example.document, "{:?} {key}", example.api);
            let mut world = asked(&example);
            answer(&mut world, 200, "application/json", body.as_bytes());
            assert_nothing_of_it(&world, &format!("{:?} {other}", example.api));
        }
    }
}

#[test]
fn a_document_of_another_api() {
    for example in examples() {
        for other in examples() {
            let same = |api| if api == Api::BedrockInvoke { Api::Anthropic } else { api };
            if same(example.api) != same(other.api) {
                let mut world = asked(&example);
                answer(&mut world, 200, "application/json", other.document.as_bytes());
                assert_nothing_of_it(&world, &format!("{:?} {:?}", example.api, other.api));
            }
        }
    }
}

#[test]
fn bodies_that_two_readers_read_differently() {
    for example in examples() {
        let document = example.document;
        let utf16: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_big: Vec<u8> =
            format!("\u{feff}{document}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = document.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let with = |value: &str| document.replacen('{', &format!("{{\"pad\":{value},"), 1).into_bytes();
        for (what, body) in [
            ("UTF-16", utf16),
            ("UTF-16 with a mark", utf16_big),
            ("UTF-32", utf32),
            ("two byte order marks", format!("\u{feff}\u{feff}{document}").into_bytes()),
            ("NaN", with("NaN")),
            ("Infinity", with("-Infinity")),
            ("a number beyond a double", with("1e999")),
            ("half a surrogate pair", with("\"\\ud800\"")),
            ("a control character", with("\"\u{1}\"")),
            ("a duplicate key", with("1,\"pad\":2")),
            ("a duplicate key, escaped", with("1,\"p\\u0061d\":2")),
            ("a prototype", document.replacen('{', "{\"__proto__\":{},", 1).into_bytes()),
            ("bytes that are no UTF-8", [b"{\"pad\":\"\xff\",", &document.as_bytes()[1..]].concat()),
            ("two documents", format!("{{}}\n{document}").into_bytes()),
            ("bytes behind", format!("{document}\0").into_bytes()),
            ("a comment", with("1/**/")),
            ("an array around it", format!("[[{document}]]").into_bytes()),
        ] {
            let mut world = asked(&example);
            answer(&mut world, 200, "application/json", &body);
            assert_nothing_of_it(&world, &format!("{:?}: {what}", example.api));
        }
        // One mark is what every client of these APIs skips or refuses; nobody reads another text behind it.
        let mut world = asked(&example);
        let marked = format!("\u{feff}{document}");
        answer(&mut world, 200, "application/json", marked.as_bytes());
        assert_eq!(world.sent(), marked, "{:?}", example.api);
        // In a stream some skip the mark, and others the line that it is part of.
        if example.api.entry().framings.contains(&Framing::Events) {
            let mut world = asked(&example);
            answer(&mut world, 200, "text/event-stream", format!("\u{feff}data: {document}\n\n").as_bytes());
            let what = format!("{:?}: a byte order mark in a stream", example.api);
            assert_nothing_of_it(&world, &what);
        }
    }
}

#[test]
fn decorated_names_of_tools() {
    for name in ["functions.delete_file", "default_api.delete_file", "tools.delete_file"] {
        for example in examples() {
            let mut world = asked_with(&example, &json!({}), &policy());
            let body = example.document.replace("zap", name).replace("{}", "{\"path\":\"/srv\"}");
            let body = body.replace("\"{\"path\":\"/srv\"}\"", "\"{\\\"path\\\":\\\"/srv\\\"}\"");
            answer(&mut world, 200, "application/json", body.as_bytes());
            assert!(
                world.sent().contains("Agents delete nothing here"),
                "{:?} {name}: {}",
                example.api,
                world.sent()
            );
        }
    }
    // What is none of the names that the policy knows gets what is meant for the unknown.
    for name in [
        "Delete_File",
        "delete_file ",
        " delete_file",
        "delete_f\\u0131le",
        "delete\\uff3ffile",
        "\\u200bdelete_file",
        "get_weather.delete_file",
        "get_weather/../delete_file",
        "mcp__x__delete_file",
        "x__delete_file",
        "get_weather\\n",
        "GET_WEATHER",
        "get_weather\\ufeff",
        "functions.functions.get_weather",
    ] {
        for example in examples() {
            let mut world = asked_with(&example, &json!({}), &policy());
            answer(&mut world, 200, "application/json", example.document.replace("zap", name).as_bytes());
            let decisions = world.of_type(types::DECISION);
            assert_eq!(decisions.len(), 1, "{:?} {name}", example.api);
            assert_eq!(decisions[0]["data"]["verdict"], "deny", "{:?} {name}", example.api);
        }
    }
    // To readers in C this one is the name before it, so that nobody knows which it is.
    for example in examples() {
        let mut world = asked_with(&example, &json!({}), &policy());
        let body = example.document.replace("zap", "get_weather\\u0000");
        answer(&mut world, 200, "application/json", body.as_bytes());
        assert!(!world.sent().contains("get_weather"), "{:?}: {}", example.api, world.sent());
    }
}

/// An agent of Bedrock's is asked under these rules, and answers so.
fn agent_of_bedrocks(rules: &Value, shown: &str) -> World {
    let mut world = World::with(&json!({}), rules);
    world.ask("/agents/s-1", &json!({"foundationModel": "m", "instruction": "x", "enableTrace": true}));
    answer(&mut world, 200, "application/vnd.amazon.eventstream", &frames::encoded(shown));
    world
}

#[test]
fn a_parameter_that_is_not_of_its_type() {
    for (kind, value, passes) in [
        ("integer", "7", true),
        ("string", "007", true),
        ("integer", "007", false),
        ("number", "1_000", false),
        ("boolean", "True", false),
        ("array", "['a']", false),
        ("object", r#"{\"a\":1,\"a\":2}"#, false),
    ] {
        let shown = format!(
            r#"returnControl {{"invocationId":"i","invocationInputs":[{{"functionInvocationInput":{{"actionGroup":"g","function":"zap","parameters":[{{"name":"p","type":"{kind}","value":"{value}"}}]}}}}]}}"#
        );
        let world = agent_of_bedrocks(&rules(), &shown);
        assert_eq!(world.sent == frames::encoded(&shown), passes, "{kind} {value}");
        assert!(passes || !String::from_utf8_lossy(&world.sent).contains("zap"), "{kind} {value}");
    }
}

#[test]
fn a_trace_that_tells_of_a_refused_call() {
    let traced = r#"trace {"trace":{"orchestrationTrace":{"modelInvocationOutput":{"rawResponse":{"content":"delete_file: /srv"}}}}}"#;
    let returned = r#"returnControl {"invocationId":"i","invocationInputs":[{"functionInvocationInput":{"actionGroup":"g","function":"delete_file","parameters":[{"name":"path","type":"string","value":"/srv"}]}}]}"#;
    let world = agent_of_bedrocks(&policy(), &format!("{traced}\n{returned}"));
    let sent = String::from_utf8_lossy(&world.sent);
    assert!(!sent.is_empty() && !sent.contains("delete_file"), "{sent}");
    // Where nothing is refused, it passes.
    let text = r#"chunk {"bytes":b64(Done.)}"#;
    let shown = format!("{traced}\n{text}");
    assert_eq!(agent_of_bedrocks(&policy(), &shown).sent, frames::encoded(&shown));
}
