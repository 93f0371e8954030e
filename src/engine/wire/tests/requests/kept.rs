//! What requests say of interactions, conversations, runs and sessions that a provider keeps, and how they go on with what
//! is owed there.

use super::*;

portable! {
    fn a_result_that_is_owed_stands_in_front_of_what_an_interaction_is_asked_with() {
        let forward = Api::GeminiInteractions.entry().forward.expect("its requests may change");
        let item = r#"{"type":"function_result","call_id":"a","name":"x","is_error":true,"result":"no"}"#;
        let owed = [Output { call: "a".to_owned(), item: Some(item.to_owned()) }];
        let text = r#"{"type":"text","text":"go \"on\""}"#;
        let said = format!(r#"{{"type":"user_input","content":[{text}]}}"#);
        let other = r#"{"type":"function_result","call_id":"b","result":"y"}"#;
        for (input, expected) in [
            (r#""go \"on\"""#.to_owned(), format!("[{item},{said}]")),
            (text.to_owned(), format!("[{item},{said}]")),
            (format!("[{text}]"), format!("[{item},{said}]")),
            (format!("[{said}]"), format!("[{item},{said}]")),
            (format!("[{other}]"), format!("[{item},{other}]")),
            ("[]".to_owned(), format!("[{item}]")),
            ("null".to_owned(), format!("[{item}]")),
        ] {
            let body = format!(r#"{{"previous_interaction_id":"i", "input": {input}}}"#);
            let document = Document::parse(body.into_bytes(), 100).expect("JSON");
            let expected = format!(r#"{{"previous_interaction_id":"i","input":{expected}}}"#);
            assert_eq!(forward(&document, &owed), Ok(Some(expected)), "{input}");
            assert_eq!(forward(&document, &[]), Ok(None), "{input}");
        }
        let own = format!(r#"{{"input":[{}]}}"#, item.replace("no", "mine"));
        let document = Document::parse(own.into_bytes(), 100).expect("JSON");
        assert_eq!(forward(&document, &owed), Ok(None));
    }

    fn a_request_to_a_mistral_conversation_tells_client_tools_from_the_providers() {
        let body = r#"{"model":"m","stream":true,"completion_args":{"response_format":{"type":"json_schema"}},
                "tools":[{"type":"function","function":{"name":"look_up"}},{"type":"web_search"},
                    {"type":"connector","connector_id":"crm"},{"type":"never_heard_of"}],
                "inputs":[{"type":"message.input","role":"user","content":"hi"},{"type":"function.call","tool_call_id":"a"},
                    {"type":"function.result","tool_call_id":"a","result":"x"}]}"#;
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            provider_executed: provided(&["web_search", "connector:crm", "never_heard_of"]),
            state: owned(&["store"]),
            history_calls: 2,
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::Mistral, "/v1/conversations", body), expected);
        for (path, continues) in [("/v1/conversations/conv_1", &["conv_1"][..]), ("/v1/conversations/conv_1/restart", &[])] {
            let facts = facts_at(Api::Mistral, path, r#"{"inputs":"hi","store":false,"agent_id":"ag_1"}"#);
            let expected = RequestFacts {
                model: Some("ag_1".to_owned()),
                provider_executed: provided(&["agent:ag_1"]),
                continues: owned(continues),
                ..RequestFacts::default()
            };
            assert_eq!(facts, expected, "{path}");
        }
        let facts = facts_at(Api::OpenaiChat, "/v1/agents/completions", r#"{"agent_id":"ag_1","messages":[]}"#);
        assert_eq!(facts.provider_executed, provided(&["agent:ag_1"]));
    }

    fn results_that_are_owed_stand_in_front_of_the_inputs_of_a_conversation() {
        let forward = Api::Mistral.entry().forward.expect("its requests may change");
        let result = r#"{"object":"entry","type":"function.result","tool_call_id":"a","result":"no"}"#;
        let denied = r#"{"tool_call_id":"b","confirmation":"deny"}"#;
        let owed = [("a", result), ("b", denied)]
            .map(|(call, item)| Output { call: call.to_owned(), item: Some(item.to_owned()) });
        let said = r#"{"object":"entry","type":"message.input","role":"user","content":"go \"on\""}"#;
        let mine = r#"{"type":"function.result","tool_call_id":"a","result":"mine"}"#;
        for (body, expected) in [
            (r#"{ "inputs": "go \"on\"" }"#.to_owned(), format!(r#"{{"inputs":[{result},{said}],"tool_confirmations":[{denied}]}}"#)),
            (r#"{"inputs":""}"#.to_owned(), format!(r#"{{"inputs":[{result}],"tool_confirmations":[{denied}]}}"#)),
            (format!(r#"{{"inputs":[{mine}]}}"#), format!(r#"{{"inputs":[{mine}],"tool_confirmations":[{denied}]}}"#)),
            (
                r#"{"inputs":[],"tool_confirmations":[{"tool_call_id":"b","confirmation":"allow"}],"n":1.0}"#.to_owned(),
                format!(r#"{{"inputs":[{result}],"tool_confirmations":[{{"tool_call_id":"b","confirmation":"allow"}}],"n":1.0}}"#),
            ),
            ("{}".to_owned(), format!(r#"{{"tool_confirmations":[{denied}],"inputs":[{result}]}}"#)),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert_eq!(forward(&document, &owed), Ok(Some(expected)), "{body}");
            assert_eq!(forward(&document, &[]), Ok(None), "{body}");
        }
    }

    fn a_session_of_an_agent_of_the_providers_needs_configuration() {
        let session = RequestFacts { state: owned(&["session"]), ..RequestFacts::default() };
        for (body, expected) in [
            (
                r#"{"agent":"agent_1","environment_id":"env_1","initial_events":[{"type":"user.message","content":[]}]}"#,
                RequestFacts { model: Some("agent_1".to_owned()), provider_executed: provided(&["agent:agent_1"]), ..session.clone() },
            ),
            (
                r#"{"agent":{"type":"agent_with_overrides","id":"agent_1","version":2,"tools":[{"type":"custom","name":"look_up"},
                    {"name":"untyped"},{"type":"agent_toolset_20260401"},{"type":"mcp_toolset","mcp_server_name":"tracker"}]},"environment_id":"env_1"}"#,
                RequestFacts {
                    model: Some("agent_1".to_owned()),
                    offered: owned(&["look_up", "untyped"]),
                    provider_executed: provided(&["agent:agent_1", "agent_toolset_20260401", "mcp_toolset"]),
                    ..session.clone()
                },
            ),
            (r#"{"agent":{"version":2}}"#, RequestFacts { provider_executed: provided(&["agent:unnamed"]), ..session.clone() }),
            (r#"{"title":"x","agent":null}"#, session),
        ] {
            assert_eq!(facts_at(Api::AnthropicSessions, "/v1/sessions", body), expected, "{body}");
        }
    }

    fn a_session_of_openais_agents_tells_client_tools_from_the_providers() {
        let session = RequestFacts { state: owned(&["session"]), ..RequestFacts::default() };
        for (body, expected) in [
            (
                r#"{"agent":{"model":"m","tools":[{"type":"function","name":"look_up"},{"name":"untyped"},{"type":"web_search"},
                    {"type":"mcp","server_label":"tracker"},{"type":"never_heard_of"}]},"environment":{"type":"none"},"input":"x","stream":true}"#,
                RequestFacts {
                    model: Some("m".to_owned()),
                    stream: true,
                    offered: owned(&["look_up", "untyped"]),
                    provider_executed: provided(&["web_search", "mcp:tracker", "never_heard_of"]),
                    ..session.clone()
                },
            ),
            (
                r#"{"agent_id":"agent_1","agent":{"model":"m"},"environment":{"type":"hosted"},"input":[{"role":"user"}]}"#,
                RequestFacts {
                    model: Some("m".to_owned()),
                    provider_executed: provided(&["agent:agent_1", "environment"]),
                    ..session.clone()
                },
            ),
            (
                r#"{"agent_id":"agent_1","environment":{}}"#,
                RequestFacts {
                    model: Some("agent_1".to_owned()),
                    provider_executed: provided(&["agent:agent_1", "environment"]),
                    ..session.clone()
                },
            ),
            (r#"{"environment":null,"metadata":{}}"#, session),
        ] {
            assert_eq!(facts_at(Api::OpenaiAgents, "/v1/agents/sessions", body), expected, "{body}");
        }
    }

    fn events_go_to_the_session_in_the_path() {
        for (api, path, body) in [
            (
                Api::AnthropicSessions,
                "/v1/sessions/s_1/events",
                r#"{"events":[{"type":"user.custom_tool_result","custom_tool_use_id":"c"},{"type":"user.tool_result","tool_use_id":"d"},{"type":"user.message"}]}"#,
            ),
            (
                Api::OpenaiAgents,
                "/v1/agents/sessions/s_1/events",
                r#"{"events":[{"type":"agent.session.input.tool_result","call_id":"c"},{"type":"agent.session.input.mcp_approval_request_result","request_id":"d"},{"type":"agent.session.input.message"}]}"#,
            ),
        ] {
            let expected = RequestFacts {
                state: owned(&["session", "events"]),
                continues: owned(&["s_1"]),
                history_calls: 2,
                ..RequestFacts::default()
            };
            assert_eq!(facts_at(api, path, body), expected, "{api:?}");
            // Without events nothing is sent, whatever is asked for.
            let below = path.replace("/events", "");
            let expected = RequestFacts { state: owned(&["session"]), continues: owned(&["s_1"]), ..RequestFacts::default() };
            assert_eq!(facts_at(api, &below, r#"{"events":[]}"#), expected, "{api:?}");
        }
    }

    fn a_session_of_another_shape_is_refused() {
        for (api, bodies) in [
            (
                Api::AnthropicSessions,
                &[r#"{"events":{}}"#, r#"{"initial_events":{}}"#, r#"{"agent":{"tools":{}}}"#, r#"{"events":1}"#][..],
            ),
            (Api::OpenaiAgents, &[r#"{"events":{}}"#, r#"{"input":{}}"#, r#"{"agent":{"tools":"x"}}"#, r#"{"tools":{}}"#]),
        ] {
            for body in bodies {
                let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
                assert!((api.entry().request)(&Target::default(), &document).is_err(), "{api:?} {body}");
            }
        }
    }

    fn results_that_are_owed_go_in_front_of_the_events_of_a_client() {
        for (api, key) in [(Api::AnthropicSessions, "custom_tool_use_id"), (Api::AnthropicSessions, "tool_use_id"), (Api::OpenaiAgents, "call_id"), (Api::OpenaiAgents, "request_id")] {
            let forward = api.entry().forward.expect("its requests may change");
            let [a, b] = ["a", "b"].map(|id| format!(r#"{{"type":"x","{key}":"{id}","no":true}}"#));
            let owed = [("a", Some(&a)), ("b", Some(&b)), ("c", None)]
                .map(|(call, item)| Output { call: call.to_owned(), item: item.cloned() });
            let said = r#"{ "type": "message", "n": 1.0 }"#;
            let mine = format!(r#"{{"type":"x","{key}":"a","no":false}}"#);
            for (body, expected) in [
                (format!(r#"{{ "events": [{said}], "x": 1.0 }}"#), Some(format!(r#"{{"events":[{a},{b},{said}],"x":1.0}}"#))),
                // What the client answers itself is left out.
                (format!(r#"{{"events":[{mine},{said}]}}"#), Some(format!(r#"{{"events":[{b},{mine},{said}]}}"#))),
                // Nothing is sent where the client sends nothing.
                (r#"{"events":[]}"#.to_owned(), None),
                (r#"{"events":null,"title":"x"}"#.to_owned(), None),
                ("{}".to_owned(), None),
            ] {
                let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
                assert_eq!(forward(&document, &owed), Ok(expected), "{api:?} {body}");
                assert_eq!(forward(&document, &[]), Ok(None), "{api:?} {body}");
                assert_eq!(forward(&document, &owed[2..]), Ok(None), "{api:?} {body}");
            }
            let document = Document::parse(br#"{"events":{}}"#.to_vec(), 100).expect("JSON");
            assert!(forward(&document, &owed).is_err(), "{api:?}");
        }
    }

    fn a_request_for_a_run_tells_client_tools_from_the_providers() {
        let body = r#"{"assistant_id":"asst_1","model":"m","stream":true,"response_format":{"type":"json_schema"},
                "tools":[{"type":"function","function":{"name":"look_up"}},{"type":"code_interpreter"}]}"#;
        let expected = RequestFacts {
            model: Some("m".to_owned()),
            stream: true,
            offered: owned(&["look_up"]),
            provider_executed: provided(&["code_interpreter"]),
            state: owned(&["thread"]),
            structured: true,
            ..RequestFacts::default()
        };
        assert_eq!(facts_at(Api::OpenaiAssistants, "/v1/threads/runs", body), expected);
        // An assistant has tools of its own, unless the run has others.
        for (body, provider) in [
            (r#"{"assistant_id":"asst_1"}"#, &["assistant:asst_1"][..]),
            (r#"{"assistant_id":"asst_1","tools":null}"#, &["assistant:asst_1"]),
            (r#"{"assistant_id":"asst_1","tools":[]}"#, &[]),
        ] {
            let facts = facts_at(Api::OpenaiAssistants, "/v1/threads/t/runs", body);
            assert_eq!(facts.provider_executed, provided(provider), "{body}");
        }
        let path = "/v1/threads/thread_1/runs/run_1/submit_tool_outputs";
        let facts = facts_at(Api::OpenaiAssistants, path, r#"{"tool_outputs":[{"tool_call_id":"a","output":"x"}]}"#);
        assert_eq!((facts.continues, facts.history_calls), (owned(&["run_1"]), 1));
    }

    fn outputs_that_are_owed_go_with_those_a_client_submits() {
        let forward = Api::OpenaiAssistants.entry().forward.expect("its requests may change");
        let item = r#"{"tool_call_id":"b","output":"no"}"#;
        let owed = [Output { call: "b".to_owned(), item: Some(item.to_owned()) }];
        let mine = r#"{"tool_call_id":"a","output":"sunny"}"#;
        for (body, expected) in [
            (format!(r#"{{ "tool_outputs": [{mine}], "stream": true }}"#), Some(format!(r#"{{"tool_outputs":[{item},{mine}],"stream":true}}"#))),
            (r#"{"tool_outputs":[]}"#.to_owned(), Some(format!(r#"{{"tool_outputs":[{item}]}}"#))),
            (r#"{"stream":false}"#.to_owned(), Some(format!(r#"{{"stream":false,"tool_outputs":[{item}]}}"#))),
            (r#"{"tool_outputs":[{"tool_call_id":"b","output":"mine"}]}"#.to_owned(), None),
        ] {
            let document = Document::parse(body.as_bytes().to_vec(), 100).expect("JSON");
            assert_eq!(forward(&document, &owed), Ok(expected), "{body}");
            assert_eq!(forward(&document, &[]), Ok(None), "{body}");
        }
    }
}
