//! What a provider that keeps the conversation waits for after refusals.

use super::cases::{Case, cases};
use super::{Api, Outcome, Reading, permit, refusal};
use crate::limits::Limits;
use crate::wire::{Codec, Owed, RequestFacts};

fn case(name: &str, extension: &str) -> Case {
    case_of(Api::OpenaiResponses, name, extension)
}

fn case_of(api: Api, name: &str, extension: &str) -> Case {
    let framing = match extension {
        "sse" => super::Framing::Events,
        "frames" => super::Framing::Frames,
        _ => super::Framing::Document,
    };
    let found = cases().into_iter().find(|case| (case.api, case.name, case.framing) == (api, name, framing));
    found.expect("a case of that name")
}

fn owed(case: &Case, refuse: impl Fn(usize) -> bool) -> Option<Owed> {
    // Where the request names what is gone on from, the answer does not.
    let facts = RequestFacts { continues: vec!["session".to_owned()], ..RequestFacts::default() };
    owed_by((case.api.entry().codec)(case.framing, Limits::default(), &facts), case, refuse)
}

fn owed_by(mut codec: Box<dyn Codec>, case: &Case, refuse: impl Fn(usize) -> bool) -> Option<Owed> {
    let mut out = Reading::default();
    codec.read(&case.bytes(), &mut out).expect("a case can be read");
    codec.end(&mut out).expect("a case can be read");
    let outcomes = out.calls.iter().enumerate().map(|(number, call)| match refuse(number) {
        true => Outcome::Refuse(refusal(call)),
        false => Outcome::Release(permit()),
    });
    codec.write(outcomes.collect(), &mut Vec::new()).expect("one outcome for each call");
    let owed = codec.owed();
    assert_eq!(codec.owed(), None, "it is given once");
    owed
}

fn items(owed: &Owed) -> Vec<&str> {
    owed.outputs.iter().map(|output| output.item.as_deref().unwrap_or("-")).collect()
}

portable! {
    fn an_interaction_owes_a_result_for_each_refused_call() {
        let result = r#"{"type":"function_result","call_id":"fc-2","name":"delete_file","is_error":true,"result":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#;
        for (name, extension) in
            [("two-calls", "json"), ("two-calls", "sse"), ("steps-at-the-end", "sse"), ("only-at-the-end", "sse")]
        {
            let case = case_of(Api::GeminiInteractions, name, extension);
            let refused = owed(&case, |number| number == 1).expect("an interaction is kept");
            assert_eq!(refused.by, ["v1_example"], "{name}");
            assert_eq!(items(&refused), [result], "{name}");
            let released = owed(&case, |_| false).expect("an interaction is kept");
            assert_eq!((released.by.len(), released.outputs.len()), (1, 0), "{name}");
        }
    }

    fn a_conversation_owes_a_result_or_a_denial_for_each_refused_call() {
        let result = r#"{"object":"entry","type":"function.result","tool_call_id":"D681PevKb","result":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#;
        for extension in ["json", "sse"] {
            let case = case_of(Api::Mistral, "two-calls", extension);
            let refused = owed(&case, |number| number == 1).expect("a conversation is kept");
            assert_eq!((refused.by.as_slice(), items(&refused)), (&["conv_example".to_owned()][..], vec![result]));
            let released = owed(&case, |_| false).expect("a conversation is kept");
            assert_eq!((released.by.len(), released.outputs.len()), (1, 0));
            let pending = owed(&case_of(Api::Mistral, "pending", extension), |_| true).expect("a conversation is kept");
            assert_eq!(items(&pending)[0], r#"{"tool_call_id":"D681PevKa","confirmation":"deny"}"#);
        }
        assert_eq!(owed(&case_of(Api::Mistral, "history", "json"), |_| true), None);
    }

    fn a_session_owes_a_result_for_each_refused_call() {
        let body = r#""responseBody":{"TEXT":{"body":"Refused: `delete_file` was \"not\" executed.\nAsk first."}}"#;
        let (named, transfers) = (r#""actionGroup":"files","function":"delete_file","agentId":"A""#, r#""actionGroup":"bank","apiPath":"/accounts/{id}/transfers","httpMethod":"post","agentId":"A""#);
        let case = |name| case_of(Api::BedrockAgents, name, "frames");
        for name in ["two-calls", "traced-loop"] {
            let refused = owed(&case(name), |number| number == 1).expect("a session is kept");
            assert_eq!(refused.by, ["session"], "{name}");
            assert_eq!(items(&refused), [format!(r#"{{"functionResult":{{{named},"responseState":"REPROMPT",{body}}}}}"#)], "{name}");
            assert_eq!(refused.outputs[0].call, "inv-1");
            let released = owed(&case(name), |_| false).expect("a session is kept");
            assert_eq!((released.by.len(), released.outputs.len()), (1, 0), "{name}");
        }
        let refused = owed(&case("three-calls"), |number| number > 0).expect("a session is kept");
        assert_eq!(items(&refused), [
            format!(r#"{{"functionResult":{{{named},"confirmationState":"DENY","responseState":"REPROMPT",{body}}}}}"#),
            format!(r#"{{"apiResult":{{{transfers},"responseState":"REPROMPT",{}}}}}"#, body.replace("delete_file", "POST /accounts/{id}/transfers")),
        ]);
        let approval = owed(&case("approval"), |_| true).expect("a session is kept");
        assert_eq!(items(&approval), [format!(r#"{{"functionResult":{{{named},"confirmationState":"DENY",{body}}}}}"#)]);
        let text = owed(&case("text-only"), |_| true).expect("a session is kept");
        assert_eq!((text.by.len(), text.outputs.len()), (1, 0));
    }

    fn a_run_owes_an_output_for_each_refused_call_once() {
        let output = r#"{"tool_call_id":"call_b","output":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#;
        for (name, extension) in [("two-calls", "json"), ("two-calls", "sse"), ("only-at-the-end", "sse")] {
            let case = case_of(Api::OpenaiAssistants, name, extension);
            let refused = owed(&case, |number| number == 1).expect("a run is kept");
            assert_eq!((refused.by.as_slice(), items(&refused)), (&["run_1".to_owned()][..], vec![output]), "{name}");
            let released = owed(&case, |_| false).expect("a run is kept");
            assert_eq!((released.by.len(), released.outputs.len()), (1, 0), "{name}");
        }
        assert_eq!(owed(&case_of(Api::OpenaiAssistants, "runs", "json"), |_| true), None);
    }

    fn a_session_owes_a_result_or_a_denial_for_each_refused_call() {
        let session = |case: &Case, refuse: &dyn Fn(usize) -> bool| {
            let facts = RequestFacts { continues: vec!["s_1".to_owned()], ..RequestFacts::default() };
            owed_by((case.api.entry().codec)(case.framing, Limits::default(), &facts), case, refuse)
        };
        let text = r#""Refused: `delete_file` was \"not\" executed.\nAsk first.""#;
        let result = |id: &str| {
            format!(r#"{{"type":"user.custom_tool_result","custom_tool_use_id":"{id}","is_error":true,"content":[{{"type":"text","text":{text}}}]}}"#)
        };
        let output = |id: &str| {
            format!(r#"{{"type":"agent.session.input.tool_result","turn_id":"turn_1","call_id":"{id}","success":false,"error":{text}}}"#)
        };
        for (api, name, extension, refused, expected) in [
            (Api::AnthropicSessions, "one-call", "json", 0, vec![result("sevt_4")]),
            (Api::AnthropicSessions, "one-call", "sse", 0, vec![result("sevt_4")]),
            (Api::OpenaiAgents, "one-call", "json", 0, vec![output("call_1")]),
            (Api::OpenaiAgents, "one-call", "sse", 0, vec![output("call_1")]),
            (Api::OpenaiAgents, "session-that-waits-for-one", "json", 0, vec![output("call_2")]),
            (Api::OpenaiAgents, "only-awaited", "sse", 1, vec![output("call_2")]),
        ] {
            let case = case_of(api, name, extension);
            let owed = session(&case, &|number| number == refused).expect("a session is kept");
            assert_eq!((owed.by.as_slice(), items(&owed)), (&["s_1".to_owned()][..], expected.iter().map(String::as_str).collect()), "{api:?} {name}");
        }
        let denied = r#"{"type":"user.tool_confirmation","tool_use_id":"sevt_5","result":"deny","deny_message":"Refused: `bash` was \"not\" executed.\nAsk first."}"#;
        for extension in ["json", "sse"] {
            let owed = session(&case_of(Api::AnthropicSessions, "asks", extension), &|number| number == 0);
            assert_eq!(items(&owed.expect("a session is kept")), [denied]);
        }
        let no = [
            r#"{"type":"agent.session.input.mcp_approval_request_result","request_id":"apr_1","response":{"type":"mcp_tool_call","decision":"deny"}}"#,
            r#"{"type":"agent.session.input.computer_use_approval_request_result","request_id":"apr_2","response":{"type":"browser_origin_access","decision":"deny"}}"#,
        ];
        let owed = session(&case_of(Api::OpenaiAgents, "approvals", "sse"), &|_| true).expect("a session is kept");
        assert_eq!(items(&owed), no);
        let own = r#"{"type":"user.tool_result","tool_use_id":"sevt_5","is_error":true,"content":[{"type":"text","text":"Refused: `bash` was \"not\" executed.\nAsk first."}]}"#;
        let owed = session(&case_of(Api::AnthropicSessions, "self-hosted", "sse"), &|_| true).expect("a session is kept");
        assert_eq!(items(&owed), [own]);
        // What the provider ran has its result already.
        assert_eq!(session(&case_of(Api::AnthropicSessions, "provider-hosted", "sse"), &|_| true), None);
    }

    /// Of a history the last page may be all that comes, so that it says of what it has alone what is owed.
    fn a_history_owes_nothing_for_what_was_answered_in_it() {
        let facts = RequestFacts { continues: vec!["s_1".to_owned()], ..RequestFacts::default() };
        let case = case_of(Api::AnthropicSessions, "answered", "json");
        let codec = (case.api.entry().codec)(case.framing, Limits::default(), &facts);
        let kept = owed_by(codec, &case, |_| true).expect("a session is kept");
        let answered: Vec<&str> = kept.outputs.iter().map(|output| output.call.as_str()).collect();
        assert_eq!(answered.len() + 1, case.calls.lines().count(), "{answered:?}");
        // Without a session in the path, as in a list of sessions, nobody could be answered.
        for (api, name) in [(Api::AnthropicSessions, "two-calls"), (Api::OpenaiAgents, "sessions"), (Api::OpenaiAgents, "two-calls")] {
            let case = case_of(api, name, "json");
            let codec = (api.entry().codec)(case.framing, Limits::default(), &RequestFacts::default());
            assert_eq!(owed_by(codec, &case, |_| true), None, "{api:?} {name}");
        }
    }

    fn what_was_sent_to_a_session_is_owed_no_more() {
        for (api, name) in [(Api::AnthropicSessions, "sent"), (Api::OpenaiAgents, "idle")] {
            let case = case_of(api, name, "json");
            for (state, by) in [(vec!["session", "events"], 1), (vec!["session"], 0)] {
                let facts = RequestFacts {
                    continues: vec!["s_1".to_owned()],
                    state: state.into_iter().map(str::to_owned).collect(),
                    ..RequestFacts::default()
                };
                let codec = (api.entry().codec)(case.framing, Limits::default(), &facts);
                let owed = owed_by(codec, &case, |_| true).unwrap_or_default();
                assert_eq!((owed.by.len(), owed.outputs.len()), (by, 0), "{api:?} {name}");
            }
        }
    }

    fn every_kind_of_call_has_its_output() {
        let owed = owed(&case("all-items", "json"), |_| true).expect("a response is kept");
        assert_eq!(owed.by, ["resp_1"]);
        let expected = [
            r#"{"type":"function_call_output","call_id":"call_p","caller":{"type": "program", "caller_id": "call_p1"},"output":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#,
            r#"{"type":"function_call_output","call_id":"call_n","output":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#,
            r#"{"type":"custom_tool_call_output","call_id":"call_c1","output":"Refused: `run_sql` was \"not\" executed.\nAsk first."}"#,
            r#"{"type":"shell_call_output","call_id":"call_s1","max_output_length":4096,"output":[{"stdout":"","stderr":"Refused: `shell_call` was \"not\" executed.\nAsk first.","outcome":{"type":"exit","exit_code":1}}]}"#,
            r#"{"type":"local_shell_call_output","id":"call_l1","output":"Refused: `local_shell_call` was \"not\" executed.\nAsk first."}"#,
            r#"{"type":"apply_patch_call_output","call_id":"call_a1","status":"failed","output":"Refused: `apply_patch_call` was \"not\" executed.\nAsk first."}"#,
            "-",
            r#"{"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":false,"reason":"Refused: `delete_issue` was \"not\" executed.\nAsk first."}"#,
            r#"{"type":"tool_search_output","call_id":"call_t1","execution":"client","status":"completed","tools":[]}"#,
        ];
        assert_eq!(items(&owed), expected);
        let calls: Vec<&str> = owed.outputs.iter().map(|output| output.call.as_str()).collect();
        assert_eq!(calls, ["call_p", "call_n", "call_c1", "call_s1", "call_l1", "call_a1", "call_u1", "mcpr_1", "call_t1"]);
    }

    fn a_stream_owes_what_a_document_owes() {
        for (name, calls) in [("two-calls", 1), ("custom-and-shell", 1), ("only-at-the-end", 1), ("only-done", 1), ("incomplete", 1)] {
            let owed = owed(&case(name, "sse"), |number| number == 1).expect("a response is kept");
            assert_eq!(owed.by, ["resp_1"], "{name}");
            assert_eq!(owed.outputs.len(), calls, "{name}");
        }
        let document = owed(&case("two-calls", "json"), |number| number == 1).expect("a response is kept");
        assert_eq!(document.by, ["resp_1", "conv_1"]);
        let stream = owed(&case("two-calls", "sse"), |number| number == 1).expect("a response is kept");
        assert_eq!(items(&document), items(&stream));
        assert_eq!(items(&stream), [
            r#"{"type":"function_call_output","call_id":"call_b","output":"Refused: `delete_file` was \"not\" executed.\nAsk first."}"#
        ]);
    }

    fn nothing_is_owed_for_what_was_released() {
        for extension in ["sse", "json"] {
            let owed = owed(&case("two-calls", extension), |_| false).expect("a response is kept");
            assert_eq!(owed.outputs, []);
            assert!(!owed.by.is_empty());
        }
    }

    fn what_is_no_response_is_not_gone_on_from() {
        for name in ["input-items", "compaction", "one-item"] {
            assert_eq!(owed(&case(name, "json"), |_| true), None, "{name}");
        }
    }
}
