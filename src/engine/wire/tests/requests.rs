//! What requests say.

mod kept;
mod provided;

use super::{Api, RequestFacts, Unreadable};
use crate::call::Arguments;
use crate::json::Document;
use crate::wire::{Output, ProviderTool, Target};

fn facts(api: Api, body: &str) -> RequestFacts {
    facts_at(api, "/", body)
}

pub(super) fn facts_at(api: Api, path: &str, body: &str) -> RequestFacts {
    let document = Document::parse(body.as_bytes().to_vec(), 100).expect("a request is JSON");
    let mut facts = (api.entry().request)(&Target::new(path), &document).expect("a request that can be read");
    for tool in &mut facts.provider_executed {
        let call =
            std::mem::replace(tool, ProviderTool { name: tool.name.clone(), definition: String::new() });
        let call = call.call(api, 100);
        assert!(matches!(call.arguments, Arguments::Json(_)), "{call:?}");
    }
    facts
}

fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let forward = Api::OpenaiResponses.entry().forward.expect("its requests may change");
    forward(document, owed)
}

/// Tools that the provider runs, without what the request says of them; see [`facts_at`].
pub(super) fn provided(names: &[&str]) -> Vec<ProviderTool> {
    let tool = |name: &&str| ProviderTool { name: (*name).to_owned(), definition: String::new() };
    names.iter().map(tool).collect()
}

pub(super) fn owned(names: &[&str]) -> Vec<String> {
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
                provider_executed: provided(&[
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
                provider_executed: provided(&["builtin_function", "web_search_options"]),
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
                    "computer", "computer_use_preview", "tool_search",
                ]),
                provider_executed: provided(&[
                    "mcp:asks", "mcp:silent", "mcp:never", "mcp:some", "shell", "tool_search", "web_search", "file_search", "code_interpreter",
                    "image_generation", "programmatic_tool_calling", "never_heard_of", "prompt", "web_search_preview",
                ]),
                state: owned(&["previous_response_id", "conversation", "background", "store"]),
                continues: owned(&["resp_1", "conv_1"]),
                history_calls: 4,
                structured: true,
                ..RequestFacts::default()
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


    fn a_gemini_request_tells_client_tools_from_the_providers() {
        let body = r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]},
                {"role":"model","parts":[{"functionCall":{"name":"look_up","args":{}}},{"function_call":{"name":"remove"}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"look_up","response":{}}}]}],
            "tools":[{"functionDeclarations":[{"name":"look_up"},{"name":"remove"}]},{"function_declarations":[{"name":"older"}]},
                {"googleSearch":{},"codeExecution":{}},{"url_context":{}},{"google_search_retrieval":{}},{"computerUse":{}},
                {"mcpServers":[{"name":"x"}]},{"neverHeardOf":{}},{"googleMaps":null}],
            "cachedContent":"cachedContents/c","store":false}"#;
        let expected = RequestFacts {
            model: Some("example-3".to_owned()),
            stream: true,
            offered: owned(&["look_up", "remove", "older", "computerUse"]),
            provider_executed: provided(&[
                "googleSearch", "codeExecution", "urlContext", "googleSearchRetrieval", "mcpServers", "neverHeardOf",
                "cachedContent:cachedContents/c",
            ]),
            state: owned(&["cachedContent"]),
            continues: Vec::new(),
            history_calls: 3,
            whole_calls: true,
            ..RequestFacts::default()
        };
        for path in [
            "/v1beta/models/example-3:streamGenerateContent?alt=sse",
            "/v1/projects/p/locations/l/publishers/google/models/example-3%3AstreamGenerateContent",
        ] {
            assert_eq!(facts_at(Api::Gemini, path, body), expected);
        }
        let facts = facts_at(Api::Gemini, "/v1/projects/p/locations/l/endpoints/17:generateContent", "{}");
        assert_eq!(facts, RequestFacts { model: Some("17".to_owned()), whole_calls: true, ..RequestFacts::default() });
        for (config, whole_calls) in [
            (r#"{"functionCallingConfig":{"streamFunctionCallArguments":true}}"#, false),
            (r#"{"function_calling_config":{"stream_function_call_arguments":true}}"#, false),
            (r#"{"functionCallingConfig":{"streamFunctionCallArguments":false}}"#, true),
            (r#"{"functionCallingConfig":{"mode":"ANY"}}"#, true),
        ] {
            let body = format!(r#"{{"toolConfig":{config}}}"#);
            let facts = facts_at(Api::Gemini, "/v1beta/models/m:streamGenerateContent", &body);
            assert_eq!(facts.whole_calls, whole_calls, "{config}");
        }
    }

    fn a_request_for_an_interaction_tells_client_tools_from_the_providers() {
        let facts = facts(
            Api::GeminiInteractions,
            r#"{"model":"m","stream":true,"previous_interaction_id":"i","background":false,
                "input":[{"type":"user_input","content":[]},{"type":"function_call","id":"a"},{"type":"function_result","call_id":"a"}],
                "tools":[{"type":"function","name":"look_up"},{"type":"google_search"},{"type":"mcp_server","name":"tracker"},
                    {"type":"computer_use"},{"type":"never_heard_of"}],
                "environment":"remote","response_mime_type":"application/json"}"#,
        );
        assert_eq!(
            facts,
            RequestFacts {
                model: Some("m".to_owned()),
                stream: true,
                offered: owned(&["look_up", "computer_use"]),
                provider_executed: provided(&[
                    "google_search", "mcp_server:tracker", "never_heard_of", "environment",
                ]),
                state: owned(&["store", "previous_interaction_id"]),
                continues: owned(&["i"]),
                history_calls: 2,
                structured: true,
                ..RequestFacts::default()
            }
        );
        let facts = facts_at(Api::GeminiInteractions, "/v1beta/interactions", r#"{"agent":"a","input":"x","store":false}"#);
        assert_eq!(facts, RequestFacts { provider_executed: provided(&["agent:a"]), ..RequestFacts::default() });
    }

    fn a_converse_request_tells_client_tools_from_the_providers() {
        let body = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},
                {"role":"assistant","content":[{"text":"x"},{"toolUse":{"toolUseId":"t","name":"look_up","input":{}}}]},
                {"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[]}}]}],
            "toolConfig":{"tools":[{"toolSpec":{"name":"look_up","inputSchema":{"json":{}}}},{"cachePoint":{"type":"default"}},
                {"systemTool":{"name":"nova_grounding"}},{"neverHeardOf":{}}]},
            "additionalModelRequestFields":{"tools":[{"type":"computer_20250124","name":"computer"}]},
            "outputConfig":{"textFormat":{"type":"json_schema","structure":{}}}}"#;
        let expected = RequestFacts {
            model: Some("arn:aws:bedrock:us-east-1:1:inference-profile/m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            provider_executed: provided(&[
                "nova_grounding", "neverHeardOf", "additionalModelRequestFields:computer_20250124",
            ]),
            state: Vec::new(),
            continues: Vec::new(),
            history_calls: 2,
            structured: true,
            ..RequestFacts::default()
        };
        let path = "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fm/converse-stream";
        assert_eq!(facts_at(Api::BedrockConverse, path, body), expected);
        let facts = facts_at(Api::BedrockConverse, "/model/m/converse", "{}");
        assert_eq!(facts, RequestFacts { model: Some("m".to_owned()), ..RequestFacts::default() });
    }

    fn an_invocation_is_read_if_it_is_of_the_messages_api() {
        let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"tools":[{"name":"look_up"}],"messages":[]}"#;
        let facts = facts_at(Api::BedrockInvoke, "/model/m%3A0/invoke-with-response-stream", body);
        let expected = RequestFacts {
            model: Some("m:0".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            ..RequestFacts::default()
        };
        assert_eq!(facts, expected);
        for other in [r#"{"prompt":"x"}"#, r#"{"messages":[]}"#] {
            let document = Document::parse(other.as_bytes().to_vec(), 100).expect("JSON");
            let target = Target::new("/model/m/invoke");
            assert!((Api::BedrockInvoke.entry().request)(&target, &document).is_err(), "{other}");
        }
    }

    fn a_cloud_names_the_model_in_the_path() {
        let path = "/v1/projects/p/locations/l/publishers/anthropic/models/example@1:streamRawPredict";
        let facts = facts_at(Api::Anthropic, path, r#"{"anthropic_version":"vertex-2023-10-16"}"#);
        let model = Some("example@1".to_owned());
        assert_eq!(facts, RequestFacts { model, stream: true, ..RequestFacts::default() });
    }

    fn an_ollama_request_asks_for_a_stream_unless_it_says_otherwise() {
        let body = r#"{"model":"m","stream":false,"format":"json","tools":[{"type":"function","function":{"name":"look_up"}}],
            "messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look_up","arguments":{}}}]},
                {"role":"tool","tool_name":"look_up","content":"x"}]}"#;
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            offered: owned(&["look_up"]),
            history_calls: 2,
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts(Api::Ollama, body), expected);
        for (body, structured) in [
            (r#"{"prompt":"hi"}"#, false),
            (r#"{"prompt":"hi","stream":null,"format":""}"#, false),
            (r#"{"prompt":"hi","stream":true,"format":{"type":"object"}}"#, true),
        ] {
            assert_eq!(facts(Api::Ollama, body), RequestFacts { stream: true, structured, ..RequestFacts::default() });
        }
    }

    fn a_cohere_request_offers_tools_as_a_chat_does() {
        let facts = facts(
            Api::Cohere,
            r#"{"model":"m","stream":true,"tools":[{"type":"function","function":{"name":"look_up","parameters":{}}}],
                "response_format":{"type":"json_object"},
                "messages":[{"role":"assistant","tool_plan":"x","tool_calls":[{"id":"a","function":{"name":"look_up"}}]},
                    {"role":"tool","tool_call_id":"a","content":[{"type":"document","document":{"data":"x"}}]}]}"#,
        );
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            history_calls: 2,
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts, expected);
    }

    fn a_request_to_the_older_cohere_chat_tells_client_tools_from_the_providers() {
        let facts = facts(
            Api::CohereV1,
            r#"{"model":"m","message":"hi","stream":true,"conversation_id":"x","response_format":{"type":"json_object"},
                "tools":[{"name":"look_up","parameter_definitions":{}}],"connectors":[{"id":"web-search"}],
                "chat_history":[{"role":"CHATBOT","message":"","tool_calls":[{"name":"look_up","parameters":{}}]},
                    {"role":"TOOL","tool_results":[{"call":{"name":"look_up"},"outputs":[]}]}],
                "tool_results":[{"call":{"name":"look_up"},"outputs":[]}]}"#,
        );
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            provider_executed: provided(&["connectors:web-search"]),
            state: owned(&["conversation_id"]),
            history_calls: 3,
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts, expected);
    }

    fn a_batch_asks_for_what_each_of_its_requests_asks_for() {
        let params = r#"{"model":"m","max_tokens":9,"tools":[{"name":"look_up","input_schema":{}}],"messages":[]}"#;
        let search = r#"{"model":"n","tools":[{"type":"web_search_20260209","name":"web_search"}],"output_format":{"type":"json_schema"}}"#;
        let body = format!(r#"{{"requests":[{{"custom_id":"a","params":{params}}},{{"custom_id":"b","params":{search}}}]}}"#);
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            other_models: true,
            offered: owned(&["look_up"]),
            provider_executed: provided(&["web_search_20260209"]),
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::AnthropicBatches, "/v1/messages/batches", &body), expected);
        assert_eq!(facts(Api::AnthropicBatches, "{}"), RequestFacts::default());
        for body in [r#"{"requests":1}"#, r#"{"requests":[{}]}"#, r#"{"requests":[{"params":1}]}"#, r#"{"x":1}"#] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((Api::AnthropicBatches.entry().request)(&Target::default(), &document).is_err(), "{body}");
        }
    }

    fn a_batch_of_geminis_asks_for_what_each_of_its_requests_asks_for() {
        let path = "/v1beta/models/m:batchGenerateContent";
        let look = r#"{"model":"models/m","contents":[{"parts":[{"functionCall":{"name":"look_up"}}]},{"parts":[{"functionResponse":{}}]}],
            "tools":[{"functionDeclarations":[{"name":"look_up"}]}],"cachedContent":"cachedContents/c"}"#;
        let search = r#"{"contents":[],"tools":[{"googleSearch":{}}],"generationConfig":{"responseSchema":{}}}"#;
        let body = format!(
            r#"{{"batch":{{"displayName":"d","inputConfig":{{"requests":{{"requests":[{{"request":{look},"metadata":{{"key":"a"}}}},{{"request":{search}}}]}}}}}}}}"#
        );
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            offered: owned(&["look_up"]),
            provider_executed: provided(&["cachedContent:cachedContents/c", "googleSearch"]),
            state: owned(&["cachedContent"]),
            history_calls: 2,
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::GeminiBatches, path, &body), expected);
        let snake = body.replace("inputConfig", "input_config").replace("generationConfig", "generation_config");
        assert_eq!(facts_at(Api::GeminiBatches, path, &snake), expected);
    }

    fn what_a_file_asks_of_gemini_is_not_seen_and_needs_configuration() {
        for (path, body, model, provider) in [
            ("/v1beta/models/m:batchGenerateContent", r#"{"batch":{"inputConfig":{"fileName":"files/f"}}}"#, Some("m"), &["batch.file"][..]),
            ("/v1beta/tunedModels/t:batchGenerateContent", r#"{"batch":{"model":"tunedModels/t","input_config":{"file_name":"files/f","requests":null}}}"#, Some("t"), &["batch.file"]),
            (
                "/v1beta/models/m:batchGenerateContent",
                r#"{"batch":{"inputConfig":{"fileName":"files/f","requests":{"requests":[{"request":{"tools":[{"codeExecution":{}}]}}]}}}}"#,
                Some("m"),
                &["batch.file", "codeExecution"],
            ),
            // Vectors, whatever the file is.
            ("/v1beta/models/m:asyncBatchEmbedContent", r#"{"batch":{"inputConfig":{"fileName":"files/f"}}}"#, Some("m"), &[]),
            ("/v1beta/batches/b:cancel", "{}", None, &[]),
        ] {
            let expected = RequestFacts {
                model: model.map(str::to_owned),
                provider_executed: provided(provider),
                ..RequestFacts::default()
            };
            assert_eq!(facts_at(Api::GeminiBatches, path, body), expected, "{path} {body}");
        }
    }

    fn a_batch_of_geminis_of_another_shape_is_refused() {
        let path = "/v1beta/models/m:batchGenerateContent";
        for body in [
            r#"{"x":1}"#,
            r#"{"batch":{}}"#,
            r#"{"batch":1}"#,
            r#"{"batch":{"inputConfig":{}}}"#,
            r#"{"batch":{"inputConfig":{"requests":[]}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":{}}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[{}]}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[{"request":1}]}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[{"Request":{}}]}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[{"request":{"Tools":[{"googleSearch":{}}]}}]}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[{"request":{"model":"models/n"}}]}}}}"#,
            r#"{"batch":{"model":"models/n","inputConfig":{"requests":{"requests":[]}}}}"#,
            r#"{"batch":{"model":1,"inputConfig":{"requests":{"requests":[]}}}}"#,
            r#"{"batch":{"inputConfig":{"requests":{"requests":[]}},"input_config":{"fileName":"files/f"}}}"#,
            r#"{"batch":{"inputConfig":{"fileName":null,"file_name":"files/f","requests":{"requests":[]}}}}"#,
            r#"{"batch":{"inputConfig":{"FileName":"files/f","requests":{"requests":[]}}}}"#,
            r#"{"Batch":{"inputConfig":{"fileName":"files/f"}},"batch":{"inputConfig":{"requests":{"requests":[]}}}}"#,
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((Api::GeminiBatches.entry().request)(&Target::new(path), &document).is_err(), "{body}");
        }
    }

    fn a_key_in_two_spellings_is_refused() {
        for body in [
            r#"{"generationConfig":{},"generation_config":{}}"#,
            r#"{"cachedContent":null,"cached_content":"c"}"#,
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((Api::Gemini.entry().request)(&Target::default(), &document).is_err(), "{body}");
        }
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
            (Api::Gemini, r#"{"generationConfig":{"responseMimeType":"application/json"}}"#, true),
            (Api::Gemini, r#"{"generation_config":{"response_schema":{}}}"#, true),
            (Api::Gemini, r#"{"generationConfig":{"responseJsonSchema":{}}}"#, true),
            (Api::Gemini, r#"{"generationConfig":{"responseMimeType":"text/plain"}}"#, false),
        ] {
            assert_eq!(facts(api, body).structured, structured, "{body}");
        }
    }

    fn a_request_of_another_shape_is_refused() {
        for api in Api::ALL {
            for body in ["[]", "1", r#"{"tools":{},"toolConfig":{"tools":1}}"#, r#"{"messages":1,"contents":1,"input":1}"#] {
                let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
                assert!((api.entry().request)(&Target::default(), &document).is_err(), "{body}");
            }
        }
    }

    fn a_key_in_another_case_turns_nothing_on_unseen() {
        for (api, body) in [
            (Api::Anthropic, r#"{"Tools":[{"type":"web_search_20250305"}]}"#),
            (Api::Anthropic, r#"{"tools":[{"Type":"web_search_20250305","name":"x"}]}"#),
            (Api::Anthropic, r#"{"MCP_servers":[{"name":"x"}]}"#),
            (Api::OpenaiChat, r#"{"TOOLS":[{"type":"web_search"}]}"#),
            (Api::OpenaiChat, r#"{"tools":[{"TYPE":"web_search","function":{"name":"x"}}]}"#),
            (Api::OpenaiChat, r#"{"Web_Search_Options":{}}"#),
            (Api::OpenaiChat, r#"{"plugin\u017f":[{"id":"web"}]}"#),
            (Api::OpenaiResponses, r#"{"Tools":[{"type":"web_search"}]}"#),
            (Api::OpenaiResponses, r#"{"Prompt":{"id":"p"}}"#),
            (Api::OpenaiResponses, r#"{"tools":[{"type":"shell","Environment":{"type":"container_auto"}}]}"#),
            (Api::OpenaiResponses, r#"{"tools":[{"type":"namespace","Tools":[{"type":"web_search"}]}]}"#),
            (Api::Gemini, r#"{"Tools":[{"googleSearch":{}}]}"#),
            (Api::GeminiInteractions, r#"{"Tools":[{"type":"google_search"}]}"#),
            (Api::GeminiInteractions, r#"{"Agent":"deep"}"#),
            (Api::BedrockConverse, r#"{"ToolConfig":{"tools":[{"systemTool":{"name":"x"}}]}}"#),
            (Api::BedrockConverse, r#"{"toolConfig":{"Tools":[{"systemTool":{"name":"x"}}]}}"#),
            (Api::Mistral, r#"{"Tools":[{"type":"web_search"}]}"#),
            (Api::Mistral, r#"{"tools":[{"Type":"web_search","function":{"name":"x"}}]}"#),
            (Api::Mistral, r#"{"Agent_Id":"a"}"#),
            (Api::AnthropicSessions, r#"{"Agent":"a"}"#),
            (Api::AnthropicSessions, r#"{"agent":{"Id":"a"}}"#),
            (Api::AnthropicSessions, r#"{"agent":{"id":"a","Tools":[{"type":"bash"}]}}"#),
            (Api::AnthropicSessions, r#"{"agent":{"tools":[{"Type":"bash","name":"x"}]}}"#),
            (Api::AnthropicSessions, r#"{"Events":[{"type":"user.message"}]}"#),
            (Api::AnthropicSessions, r#"{"Initial_Events":[]}"#),
            (Api::OpenaiAgents, r#"{"Agent_Id":"a"}"#),
            (Api::OpenaiAgents, r#"{"AGENT":{"tools":[{"type":"web_search"}]}}"#),
            (Api::OpenaiAgents, r#"{"agent":{"Tools":[{"type":"web_search"}]}}"#),
            (Api::OpenaiAgents, r#"{"agent":{"tools":[{"Type":"web_search","name":"x"}]}}"#),
            (Api::OpenaiAgents, r#"{"Tools":[{"type":"web_search"}]}"#),
            (Api::OpenaiAgents, r#"{"Environment":{"type":"hosted"}}"#),
            (Api::OpenaiAgents, r#"{"environment":{"type":"none","Type":"hosted"}}"#),
            (Api::OpenaiAgents, r#"{"Events":[]}"#),
            (Api::OpenaiAgents, r#"{"Stream":true}"#),
            (Api::OpenaiAssistants, r#"{"Assistant_Id":"a"}"#),
            (Api::OpenaiAssistants, r#"{"tools":[{"Type":"code_interpreter"}]}"#),
            (Api::CohereV1, r#"{"message":"x","Connectors":[{"id":"web-search"}]}"#),
            (Api::BedrockInvoke, r#"{"anthropic_version":"x","Tools":[{"type":"web_search_20250305"}]}"#),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((api.entry().request)(&Target::default(), &document).is_err(), "{api:?} {body}");
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
