//! What turns on a tool that the provider runs.

use super::{Api, facts, facts_at, provided};
use crate::json::Document;
use crate::wire::Target;

fn refused(api: Api, body: &str) -> bool {
    let document = Document::parse(body.as_bytes().to_vec(), 100).expect("a request is JSON");
    (api.entry().request)(&Target::default(), &document).is_err()
}

portable! {
    fn what_turns_on_a_tool_of_the_providers_is_found_wherever_it_stands() {
        let added = |tool: &str| format!(
            r#"{{"messages":[{{"role":"system","content":[{{"type":"tool_addition","tool":{tool}}}]}}]}}"#
        );
        let defined = r#"{"type":"tool_definition","definition":{"type":"code_execution_20260521","name":"code_execution"}}"#;
        let compacted = format!(
            r#"{{"messages":[{{"role":"assistant","content":[{{"type":"compaction","tool_changes":[{{"type":"tool_addition","tool":{defined}}}]}}]}}]}}"#
        );
        for (api, body, tools) in [
            (Api::Anthropic, added(defined).as_str(), &["code_execution_20260521"][..]),
            (Api::Anthropic, compacted.as_str(), &["code_execution_20260521"]),
            (Api::Anthropic, added(r#"{"type":"tool_reference","name":"x"}"#).as_str(), &[]),
            (Api::Anthropic, r#"{"mcp_servers":[{"name":"s"}],"plugins":[{"id":"web"}]}"#, &["mcp_servers:s", "plugins"]),
            (Api::OpenaiResponses, r#"{"agent_reference":{"type":"agent_reference","name":"a"}}"#, &["agent:a"]),
            (Api::OpenaiResponses, r#"{"agent":{"name":"a"}}"#, &["agent:a"]),
            (Api::OpenaiResponses, r#"{"plugins":[{"id":"web"}],"skills":[{}],"preset":"p"}"#, &["plugins", "skills", "preset"]),
            (Api::OpenaiResponses, r#"{"model":"openai/gpt-4o:online"}"#, &["model:openai/gpt-4o:online"]),
            (Api::OpenaiResponses, r#"{"tools":[{"googleSearch":{}}]}"#, &["googleSearch"]),
            (Api::OpenaiChat, r#"{"tools":[{"googleSearch":{}},{"function":{"parameters":{}}}]}"#, &["googleSearch"]),
            (Api::OpenaiChat, r#"{"model":"m","models":["a","@preset/x"]}"#, &["model:@preset/x"]),
            (Api::OpenaiChat, r#"{"model":"gpt-4o-search-preview"}"#, &["model:gpt-4o-search-preview"]),
            (Api::OpenaiChat, r#"{"model":"groq/compound-mini"}"#, &["model:groq/compound-mini"]),
            (Api::OpenaiChat, r#"{"model":"online"}"#, &[]),
            (Api::Mistral, r#"{"items":[{"type":"additional_tools","tools":[{"type":"web_search"}]}]}"#, &["web_search"]),
            (Api::Mistral, r#"{"tools":[{"library_ids":["x"]}]}"#, &["library_ids"]),
            (Api::GeminiInteractions, r#"{"tools":[{"google_search":{}}]}"#, &["google_search"]),
            (Api::GeminiInteractions, r#"{"webhook_config":{"uris":["https://x.example/"]}}"#, &["webhook"]),
            (
                Api::GeminiBatches,
                r#"{"batch":{"inputConfig":{"requests":{"requests":[]}},"webhook_config":{"uris":[]}}}"#,
                &["webhook"],
            ),
            (Api::BedrockConverse, r#"{"additionalModelRequestFields":{"web_search_options":{}}}"#, &["web_search_options"]),
        ] {
            let facts = facts(api, body);
            assert_eq!(facts.provider_names().collect::<Vec<_>>(), tools, "{api:?} {body}");
        }
        let nested = r#"{"tools":[[{"codeExecution":{}}]],"toolConfig":{"tools":[[{}]]}}"#;
        for api in [Api::Anthropic, Api::OpenaiChat, Api::OpenaiResponses, Api::Mistral, Api::Gemini, Api::GeminiInteractions,
            Api::BedrockConverse, Api::Cohere, Api::Ollama] {
            assert!(refused(api, nested), "{api:?}");
        }
        for tool in ["{}", "7", r#"{"type":"tool_definition","definition":[]}"#, r#"{"type":"tool_of_tomorrow"}"#] {
            assert!(refused(Api::Anthropic, &added(tool)), "{tool}");
        }
    }

    fn whether_another_model_may_answer_is_seen() {
        for (api, body, others) in [
            (Api::Anthropic, r#"{"model":"a","fallbacks":[{"model":"b"}]}"#, true),
            (Api::Anthropic, r#"{"model":"a","fallbacks":"default"}"#, true),
            (Api::Anthropic, r#"{"model":"a","fallbacks":[]}"#, false),
            (Api::AnthropicBatches, r#"{"requests":[{"params":{"model":"a"}},{"params":{"model":"b"}}]}"#, true),
            (Api::AnthropicBatches, r#"{"requests":[{"params":{"model":"a"}},{"params":{"model":"a"}}]}"#, false),
            (Api::AnthropicBatches, r#"{"requests":[{"params":{"model":"a","fallbacks":[{"model":"b"}]}}]}"#, true),
            (Api::OpenaiChat, r#"{"model":"a","models":["a","b"]}"#, true),
            (Api::OpenaiChat, r#"{"model":"a","fallbacks":["b"]}"#, true),
            (Api::OpenaiChat, r#"{"model":"a","context_window_fallback_dict":{"a":"b"}}"#, true),
            (Api::OpenaiChat, r#"{"model":"a","models":null}"#, false),
            (Api::OpenaiResponses, r#"{"model":"a","models":["b"]}"#, true),
            (Api::Gemini, r#"{"generationConfig":{"routingConfig":{"autoMode":{}}}}"#, true),
            (Api::Gemini, r#"{"generation_config":{"model_selection_config":{"x":1}}}"#, true),
            (Api::Gemini, r#"{"modelSelectionConfig":{"x":1}}"#, true),
            (Api::Gemini, r#"{"generationConfig":{}}"#, false),
        ] {
            assert_eq!(facts(api, body).other_models, others, "{body}");
        }
    }

    fn a_prompt_of_bedrocks_stands_where_a_model_would() {
        let arn = "arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:2";
        let at = |verb: &str| format!("/model/{}/{verb}", arn.replace(':', "%3A").replace('/', "%2F"));
        let provided = provided(&[&format!("prompt:{arn}")]);
        assert_eq!(facts_at(Api::BedrockConverse, &at("converse"), "{}").provider_executed, provided);
        let body = r#"{"anthropic_version":"bedrock-2023-05-31"}"#;
        assert_eq!(facts_at(Api::BedrockInvoke, &at("invoke"), body).provider_executed, provided);
        assert_eq!(facts_at(Api::BedrockConverse, "/model/prompt/converse", "{}").provider_executed, Vec::new());
    }
}
