//! What requests say.

use super::{Api, RequestFacts};
use crate::json::Document;

fn facts(api: Api, body: &str) -> RequestFacts {
    let document = Document::parse(body.as_bytes().to_vec(), 100).expect("a request is JSON");
    (api.entry().request)(&document).expect("a request that can be read")
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

    fn a_schema_for_the_answer_is_seen() {
        for (api, body, structured) in [
            (Api::Anthropic, r#"{"output_format":{"type":"json_schema","schema":{}}}"#, true),
            (Api::Anthropic, r#"{"output_config":{"format":{"type":"json_schema","schema":{}}}}"#, true),
            (Api::Anthropic, r#"{"output_config":{"effort":"low"}}"#, false),
            (Api::OpenaiChat, r#"{"response_format":{"type":"json_object"}}"#, true),
            (Api::OpenaiChat, r#"{"response_format":{"type":"text"}}"#, false),
            (Api::OpenaiChat, r#"{"response_format":null,"store":false}"#, false),
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
