//! Requests to the agents of Bedrock and of AgentCore.

use super::Api;
use super::requests::{facts_at, owned, provided};
use crate::json::Document;
use crate::wire::{Output, RequestFacts, Target};

/// What a request says of each tool that the provider would run.
fn definitions(api: Api, path: &str, body: &str) -> Vec<String> {
    let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
    let facts = (api.entry().request)(&Target::new(path), &document).expect("a request");
    facts.provider_executed.into_iter().map(|tool| tool.definition).collect()
}

portable! {
    fn a_request_to_an_agent_tells_its_session_and_what_bedrock_runs() {
        let path = "/bedrock-agent/agents/A1/agentAliases/TSTALIASID/sessions/s%3A1/text";
        let body = r#"{"inputText":"hi","enableTrace":true,"sessionState":{"invocationId":"i",
            "returnControlInvocationResults":[{"functionResult":{"actionGroup":"g","function":"f"}}]}}"#;
        assert_eq!(definitions(Api::BedrockAgents, path, body), [r#"{"agentId":"A1","agentAliasId":"TSTALIASID"}"#]);
        let expected = RequestFacts {
            model: Some("A1".to_owned()),
            stream: true,
            provider_executed: provided(&["agent:A1"]),
            state: owned(&["sessionId"]),
            continues: owned(&["agents/A1/agentAliases/TSTALIASID/sessions/s:1"]),
            history_calls: 1,
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::BedrockAgents, path, body), expected);
        let body = r#"{"foundationModel":"m","instruction":"x","inputText":"hi","actionGroups":[
                {"actionGroupName":"a","actionGroupExecutor":{"customControl":"RETURN_CONTROL"},"functionSchema":{"functions":[{"name":"look_up"},{"name":"zap"}]}},
                {"actionGroupName":"b","actionGroupExecutor":{"customControl":"RETURN_CONTROL"},"apiSchema":{"payload":"{}"}},
                {"actionGroupName":"c","actionGroupExecutor":{"lambda":"arn:l"},"functionSchema":{"functions":[{"name":"f"}]}},
                {"actionGroupName":"d","actionGroupExecutor":{"customControl":"TOMORROW"}},
                {"actionGroupName":"e"},
                {"actionGroupName":"f","parentActionGroupSignature":"AMAZON.UserInput"},
                {"actionGroupName":"g","parentActionGroupSignature":"AMAZON.CodeInterpreter"},
                {"actionGroupName":"h","parentActionGroupSignature":"ANTHROPIC.Bash"}],
            "knowledgeBases":[{"knowledgeBaseId":"K1","description":"x"}],
            "collaboratorConfigurations":[{"collaboratorName":"x"},{"collaboratorName":"y","agentAliasArn":"arn:a"}],
            "collaborators":[{"agentName":"x","actionGroups":[{"actionGroupName":"i","actionGroupExecutor":{"lambda":"arn:m"}}],"knowledgeBases":[{"knowledgeBaseId":"K2"}]}],
            "customOrchestration":{"executor":{"lambda":"arn:o"}},
            "promptOverrideConfiguration":{"overrideLambda":"arn:p","promptConfigurations":[{"additionalModelRequestFields":{"tools":[{"type":"computer_x"}]}}]},
            "inlineSessionState":{"returnControlInvocationResults":[]}}"#;
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up", "zap", "b", "ANTHROPIC.Bash"]),
            provider_executed: provided(&[
                "lambda:arn:l", "actionGroup:d", "actionGroup:e", "AMAZON.CodeInterpreter", "knowledgeBase:K1", "agent:arn:a",
                "lambda:arn:o", "lambda:arn:p", "additionalModelRequestFields:computer_x", "lambda:arn:m", "knowledgeBase:K2",
            ]),
            state: owned(&["sessionId"]),
            continues: owned(&["agents/s-1"]),
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::BedrockAgents, "/agents/s-1", body), expected);
    }

    fn a_request_that_may_be_to_another_agent_is_refused() {
        let (kept, inline) = ("/agents/A/agentAliases/B/sessions/s/text", "/agents/s");
        for (path, body) in [
            (kept, r#"{"foundationModel":"m"}"#),
            (kept, r#"{"inlineSessionState":null}"#),
            (kept, r#"{"SessionState":{}}"#),
            (kept, r#"{"sessionState":{"InvocationId":"i"}}"#),
            (kept, r#"{"sessionState":{"returnControlInvocationResults":{}}}"#),
            (inline, r#"{"inputText":"x"}"#),
            (inline, r#"{"foundationModel":7}"#),
            (inline, r#"{"foundationModel":"m","sessionState":{}}"#),
            (inline, r#"{"foundationModel":"m","ActionGroups":[]}"#),
            (inline, r#"{"foundationModel":"m","actionGroups":{}}"#),
            (inline, r#"{"foundationModel":"m","actionGroups":[{"actionGroupExecutor":{"Lambda":"x","customControl":"RETURN_CONTROL"}}]}"#),
            (inline, r#"{"foundationModel":"m","actionGroups":[{"ParentActionGroupSignature":"AMAZON.CodeInterpreter"}]}"#),
            (inline, r#"{"foundationModel":"m","collaborators":[{"KnowledgeBases":[]}]}"#),
            (inline, r#"{"foundationModel":"m","promptOverrideConfiguration":{"OverrideLambda":"x"}}"#),
            ("/agents", r#"{"foundationModel":"m"}"#),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((Api::BedrockAgents.entry().request)(&Target::new(path), &document).is_err(), "{path} {body}");
        }
    }

    fn results_that_are_owed_go_with_the_next_request_of_a_session() {
        let forward = Api::BedrockAgents.entry().forward.expect("its requests may change");
        let one = r#"{"functionResult":{"actionGroup":"g","function":"a","responseState":"REPROMPT","responseBody":{"TEXT":{"body":"no"}}}}"#;
        let two = r#"{"apiResult":{"actionGroup":"g","apiPath":"/b","httpMethod":"get","responseState":"REPROMPT","responseBody":{"TEXT":{"body":"nor \"that\""}}}}"#;
        let said = two.replace(r#"nor \"that\""#, r#"nor \"that\"\n\nThe user says: go \"on\""#);
        let owed = [one, two].map(|item| Output { call: "i".to_owned(), item: Some(item.to_owned()) });
        let mine = r#"{"functionResult":{"actionGroup":"g","function":"c"}}"#;
        for (body, expected) in [
            (
                r#"{"inputText":"go \"on\""}"#.to_owned(),
                Some(format!(r#"{{"inputText":"go \"on\"","sessionState":{{"invocationId":"i","returnControlInvocationResults":[{one},{said}]}}}}"#)),
            ),
            (
                r#"{"foundationModel":"m","inlineSessionState":null}"#.to_owned(),
                Some(format!(r#"{{"foundationModel":"m","inlineSessionState":{{"invocationId":"i","returnControlInvocationResults":[{one},{two}]}}}}"#)),
            ),
            (
                format!(r#"{{"inputText":"x", "sessionState": {{"invocationId": "i", "returnControlInvocationResults": [ {mine} ], "files": []}}}}"#),
                Some(format!(r#"{{"inputText":"x","sessionState":{{"invocationId":"i","returnControlInvocationResults":[{one},{two},{mine}],"files":[]}}}}"#)),
            ),
            (
                r#"{"sessionState":{"promptSessionAttributes":{"a":"b"}}}"#.to_owned(),
                Some(format!(r#"{{"sessionState":{{"promptSessionAttributes":{{"a":"b"}},"invocationId":"i","returnControlInvocationResults":[{one},{two}]}}}}"#)),
            ),
            // What the client goes on with came later.
            (format!(r#"{{"sessionState":{{"invocationId":"j","returnControlInvocationResults":[{mine}]}}}}"#), None),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert_eq!(forward(&document, &owed), Ok(expected), "{body}");
            assert_eq!(forward(&document, &[]), Ok(None), "{body}");
        }
    }

    fn a_request_to_a_harness_tells_what_it_runs() {
        let path = "/agentcore/harnesses/invoke?harnessArn=arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A1%3Aharness%2Fh-1&qualifier=DEFAULT";
        let body = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},
                {"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"look_up","input":{}}}]},
                {"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[]}}]}],
            "model":{"bedrockModelConfig":{"modelId":"m","additionalParams":{"tools":[{"type":"computer_x"}],"additionalModelRequestFields":{"tools":[{"name":"n"}]}}}},
            "tools":[{"type":"inline_function","name":"look_up","config":{"inlineFunction":{"description":"x","inputSchema":{}}}},
                {"type":"remote_mcp","name":"tracker","config":{"remoteMcp":{"url":"https://tracker.example/mcp"}}},
                {"type":"remote_mcp","config":{"remoteMcp":{"url":"https://other.example/mcp"}}},
                {"type":"agentcore_browser","config":{"agentCoreBrowser":{}}},{"type":"agentcore_code_interpreter"},
                {"type":"inline_function","name":"odd","config":{"inlineFunction":null,"remoteMcp":{"url":"x"}}},{"type":"tomorrow"},{}],
            "skills":[{"path":"/skills/a"},{"git":{"url":"https://git.example/s"}},{"awsSkills":{"paths":[]}}]}"#;
        let facts = facts_at(Api::BedrockAgentcore, path, body);
        let names: Vec<&str> = facts.provider_names().collect();
        assert_eq!(names, [
            "harness:arn:aws:bedrock-agentcore:us-east-1:1:harness/h-1", "additionalParams:computer_x",
            "additionalModelRequestFields:n", "mcp:tracker", "mcp:https://other.example/mcp", "agentcore_browser",
            "agentcore_code_interpreter", "inline_function", "tomorrow", "unnamed", "skill:/skills/a",
            "skill:https://git.example/s", "skill:awsSkills",
        ]);
        let definitions = definitions(Api::BedrockAgentcore, path, body);
        assert_eq!(definitions[0], r#"{"harnessArn":"arn:aws:bedrock-agentcore:us-east-1:1:harness/h-1","qualifier":"DEFAULT"}"#);
        assert_eq!(definitions[3], r#"{"url":"https://tracker.example/mcp"}"#);
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            provider_executed: facts.provider_executed.clone(),
            state: owned(&["runtimeSessionId"]),
            history_calls: 2,
            ..RequestFacts::default()
        };
        assert_eq!(facts, expected);
        let facts = facts_at(Api::BedrockAgentcore, "/harnesses/invoke", r#"{"messages":[],"model":null}"#);
        assert_eq!(facts.provider_names().collect::<Vec<_>>(), ["harness:unnamed"]);
        for (path, body) in [
            ("/harnesses/invoke?harnessArn=a&harnessArn=b", "{}"),
            ("/harnesses/invoke?harnessArn=a", r#"{"Tools":[]}"#),
            ("/harnesses/invoke?harnessArn=a", r#"{"tools":[{"Type":"remote_mcp","type":"inline_function"}]}"#),
            ("/harnesses/invoke?harnessArn=a", r#"{"model":{"x":{"AdditionalParams":{}}}}"#),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert!((Api::BedrockAgentcore.entry().request)(&Target::new(path), &document).is_err(), "{path} {body}");
        }
    }
}
