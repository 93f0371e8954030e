//! What requests say.

use super::{Api, RequestFacts, Unreadable};
use crate::json::Document;
use crate::wire::Output;

fn facts(api: Api, body: &str) -> RequestFacts {
    let document = Document::parse(body.as_bytes().to_vec(), 100).expect("a request is JSON");
    (api.entry().request)(&document).expect("a request that can be read")
}

fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let forward = Api::OpenaiResponses.entry().forward.expect("its requests may change");
    forward(document, owed)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

portable! {
    fn a_messages_request_tells_client_tools_from_the_providers() {
        let facts = facts(
            Api::Anthropic,
            r#"{"model":"m","stream":true,"max_tokens":9,
                "tools":[{"name":"look_up","input_schema":{}},{"type":"custom","name":"remove","input_schema":{}},
                    {"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"},
                    {"type":"computer_20251124","name":"computer"},{"type":"memory_20250818","name":"memory"},
                    {"type":"browser_toolset_20260801"},
                    {"type":"web_search_20260209","name":"web_search"},{"type":"code_execution_20260120","name":"code_execution"},
                    {"type":"mcp_toolset","mcp_server_name":"tracker"},{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"},
                    {"type":"never_heard_of_20300101","name":"x"}],
                "mcp_servers":[{"type":"url","name":"tracker","url":"https://tracker.example/"}],
                "container":"container_1","thread":{"type":"create"},
                "messages":[{"role":"user","content":"hi"},
                    {"role":"assistant","content":[{"type":"text","text":"x"},{"type":"tool_use","id":"t","name":"look_up","input":{}}]},
                    {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"y"}]}]}"#,
        );
        assert_eq!(
            facts,
            RequestFacts {
                model: Some("m".to_owned()),
                stream: true,
                offered: owned(&[
                    "look_up", "remove", "bash", "str_replace_based_edit_tool", "computer", "memory",
                    "browser_toolset_20260801",
                ]),
                provider_executed: owned(&[
                    "web_search_20260209", "code_execution_20260120", "mcp_toolset",
                    "tool_search_tool_regex_20251119", "never_heard_of_20300101", "mcp_servers:tracker",
                ]),
                state: owned(&["thread", "container"]),
                history_calls: 2,
                structured: false,
                ..RequestFacts::default()
            }
        );
    }

    fn a_chat_request_tells_client_tools_from_the_providers() {
        let facts = facts(
            Api::OpenaiChat,
            r#"{"model":"m","store":true,
                "tools":[{"type":"function","function":{"name":"look_up"}},{"type":"custom","custom":{"name":"run_sql"}},
                    {"function":{"name":"untyped"}},{"type":"builtin_function","function":{"name":"$web_search"}}],
                "functions":[{"name":"older"}],"web_search_options":{},"plugins":[],
                "messages":[{"role":"user","content":"hi"},
                    {"role":"assistant","tool_calls":[{"id":"a"},{"id":"b"}]},{"role":"tool","tool_call_id":"a","content":"x"},
                    {"role":"assistant","function_call":{"name":"older"}},{"role":"function","name":"older","content":"y"}],
                "response_format":{"type":"json_schema","json_schema":{}}}"#,
        );
        assert_eq!(
            facts,
            RequestFacts {
                model: Some("m".to_owned()),
                stream: false,
                offered: owned(&["look_up", "run_sql", "untyped", "older"]),
                provider_executed: owned(&["builtin_function", "web_search_options"]),
                state: owned(&["store"]),
                history_calls: 5,
                structured: true,
                ..RequestFacts::default()
            }
        );
    }

    fn a_responses_request_tells_client_tools_from_the_providers() {
        let facts = facts(
            Api::OpenaiResponses,
            r#"{"model":"m","stream":true,"background":true,
                "tools":[{"type":"function","name":"look_up"},{"type":"custom","name":"run_sql"},{"name":"untyped"},
                    {"type":"namespace","name":"crm","tools":[{"type":"function","name":"list_customers"}]},
                    {"type":"local_shell"},{"type":"shell"},{"type":"shell","environment":{"type":"local"}},{"type":"apply_patch"},
                    {"type":"computer"},{"type":"computer_use_preview"},{"type":"tool_search","execution":"client"},
                    {"type":"mcp","server_label":"asks","require_approval":"always"},{"type":"mcp","server_label":"silent"},
                    {"type":"mcp","server_label":"never","require_approval":"never"},
                    {"type":"mcp","server_label":"some","require_approval":{"never":{"tool_names":["x"]}}},
                    {"type":"shell","environment":{"type":"container_auto"}},{"type":"tool_search"},{"type":"web_search"},
                    {"type":"file_search"},{"type":"code_interpreter"},{"type":"image_generation"},
                    {"type":"programmatic_tool_calling"},{"type":"never_heard_of"}],
                "prompt":{"id":"pmpt_1"},"previous_response_id":"resp_1","conversation":{"id":"conv_1"},
                "input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"a","name":"look_up","arguments":"{}"},
                    {"type":"function_call_output","call_id":"a","output":"x"},{"type":"mcp_approval_request","id":"b"},
                    {"type":"mcp_approval_response","approval_request_id":"b","approve":false},
                    {"type":"additional_tools","role":"developer","tools":[{"type":"web_search_preview"}]}],
                "text":{"format":{"type":"json_schema","name":"x","schema":{}}}}"#,
        );
        assert_eq!(
            facts,
            RequestFacts {
                model: Some("m".to_owned()),
                stream: true,
                offered: owned(&[
                    "look_up", "run_sql", "untyped", "list_customers", "local_shell", "shell", "shell", "apply_patch",
                    "computer", "computer_use_preview", "tool_search", "mcp:asks", "mcp:silent",
                ]),
                provider_executed: owned(&[
                    "mcp:never", "mcp:some", "shell", "tool_search", "web_search", "file_search", "code_interpreter",
                    "image_generation", "programmatic_tool_calling", "never_heard_of", "prompt", "web_search_preview",
                ]),
                state: owned(&["previous_response_id", "conversation", "background", "store"]),
                continues: owned(&["resp_1", "conv_1"]),
                history_calls: 4,
                structured: true,
            }
        );
    }

    fn a_responses_request_that_keeps_nothing_says_so() {
        for (body, state) in [
            (r#"{"input":"hi","store":false}"#, &[][..]),
            (r#"{"input":"hi"}"#, &["store"]),
            (r#"{"items":[]}"#, &[]),
            (r#"{"input":"hi","conversation":"conv_1","store":false}"#, &["conversation"]),
        ] {
            assert_eq!(facts(Api::OpenaiResponses, body).state, owned(state), "{body}");
        }
    }

    /// The outputs stand in front, where the provider expects them; everything else stays as it was.
    fn what_the_provider_waits_for_goes_on_with_the_request() {
        let owed = [
            Output { call: "call_a".to_owned(), item: Some(r#"{"type":"function_call_output","call_id":"call_a","output":"no"}"#.to_owned()) },
            Output { call: "call_b".to_owned(), item: Some(r#"{"type":"custom_tool_call_output","call_id":"call_b","output":"no"}"#.to_owned()) },
        ];
        let a = owed[0].item.as_deref().expect("as above");
        let b = owed[1].item.as_deref().expect("as above");
        let user = r#"{"role":"user","content":"go \"on\""}"#;
        let answered = r#"{"type":"function_call_output","call_id":"call_a","output":"mine"}"#;
        let question = r#"{"type":"function_call","call_id":"call_a","name":"x","arguments":"{}"}"#;
        for (body, expected) in [
            (r#"{ "model":"m", "input": "go \"on\"" }"#.to_owned(), format!(r#"{{"model":"m","input":[{a},{b},{user}]}}"#)),
            (format!(r#"{{"input":[{user}],"n":1.0}}"#), format!(r#"{{"input":[{a},{b},{user}],"n":1.0}}"#)),
            (r#"{"model":"m"}"#.to_owned(), format!(r#"{{"model":"m","input":[{a},{b}]}}"#)),
            (r#"{"input":null}"#.to_owned(), format!(r#"{{"input":[{a},{b}]}}"#)),
            // The client answers one itself: it got the call at another time.
            (format!(r#"{{"input":[{answered}]}}"#), format!(r#"{{"input":[{b},{answered}]}}"#)),
            (format!(r#"{{"input":[{question}]}}"#), format!(r#"{{"input":[{a},{b},{question}]}}"#)),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert_eq!(forward(&document, &owed), Ok(Some(expected)), "{body}");
            assert_eq!(forward(&document, &[]), Ok(None), "{body}");
        }
    }

    fn messages_which_the_gate_wrote_go_on_without_identifiers_of_its_own() {
        let body = r#"{"input":[{"type":"message","id":"msg_toolgate_call_a","role":"assistant","content":[]},
            {"type":"item_reference","id":"msg_toolgate_call_b"},{"type":"item_reference","id":"rs_1"},
            {"id":"msg_1","type":"message","role":"assistant","content":[]}]}"#;
        let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
        let expected = r#"{"input":[{"type":"message","role":"assistant","content":[]},{"type":"item_reference","id":"rs_1"},{"id":"msg_1","type":"message","role":"assistant","content":[]}]}"#;
        assert_eq!(forward(&document, &[]), Ok(Some(expected.to_owned())));
    }

    fn a_screenshot_is_not_forged() {
        let document = Document::parse(br#"{"input":"hi"}"#.to_vec(), 100).expect("JSON");
        let owed = [Output { call: "call_u".to_owned(), item: None }];
        assert!(forward(&document, &owed).is_err());
        let own = r#"{"input":[{"type":"computer_call_output","call_id":"call_u","output":{}}]}"#;
        let document = Document::parse(own.as_bytes().to_vec(), 100).expect("JSON");
        assert_eq!(forward(&document, &owed), Ok(None));
    }

    fn a_schema_for_the_answer_is_seen() {
        for (api, body, structured) in [
            (Api::Anthropic, r#"{"output_format":{"type":"json_schema","schema":{}}}"#, true),
            (Api::Anthropic, r#"{"output_config":{"format":{"type":"json_schema","schema":{}}}}"#, true),
            (Api::Anthropic, r#"{"output_config":{"effort":"low"}}"#, false),
            (Api::OpenaiChat, r#"{"response_format":{"type":"json_object"}}"#, true),
            (Api::OpenaiChat, r#"{"response_format":{"type":"text"}}"#, false),
            (Api::OpenaiChat, r#"{"response_format":null,"store":false}"#, false),
            (Api::OpenaiResponses, r#"{"text":{"format":{"type":"json_object"}},"store":false}"#, true),
            (Api::OpenaiResponses, r#"{"text":{"format":{"type":"text"}},"store":false}"#, false),
        ] {
            assert_eq!(facts(api, body), RequestFacts { structured, ..RequestFacts::default() }, "{body}");
        }
    }

    fn a_request_of_another_shape_is_refused() {
        for api in Api::ALL {
            for body in ["[]", "1", r#"{"tools":{}}"#, r#"{"messages":1,"input":1}"#] {
                let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
                assert!((api.entry().request)(&document).is_err(), "{body}");
            }
        }
    }

    fn names_are_those_of_the_table() {
        for api in Api::ALL {
            assert_eq!(Api::from_name(api.name()), Some(*api));
            let json = serde_json::to_string(api).expect("a name");
            assert_eq!(json, format!("\"{}\"", api.name()));
        }
        assert_eq!(Api::from_name("telex"), None);
    }
}
