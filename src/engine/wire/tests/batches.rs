//! What names the place of a batch's results, and what stands beside a call that is refused.

use super::{Api, Framing, cases, reread, run, text};

fn passed(body: &str) -> Result<String, String> {
    let run = run(Api::AnthropicBatches, Framing::Document, [body.as_bytes()], |_, _| true);
    match run.error {
        None => Ok(text(&run.output).to_owned()),
        Some(error) => Err(error.to_string()),
    }
}

portable! {
    fn results_are_fetched_past_the_gate() {
        let batch = |address: &str| format!(r#"{{ "id":"msgbatch_1", "type":"message_batch", "results_url": {address}, "n":1.0 }}"#);
        let own = batch(r#""/v1/messages/batches/msgbatch_1/results""#);
        for address in [
            r#""https://api.example.com/v1/messages/batches/msgbatch_1/results""#,
            r#""https://elsewhere.example/x""#,
            r#""//elsewhere.example/v1/messages/batches/msgbatch_1/results""#,
            r#""/v1/messages/batches/msgbatch_2/results""#,
            r#""""#,
            "1",
            r#"{"href":"https://elsewhere.example/"}"#,
            r#""/v1/messages/batches/msgbatch_1/results""#,
        ] {
            assert_eq!(passed(&batch(address)).as_deref(), Ok(own.as_str()), "{address}");
            let list = |batch: &str| format!(r#"{{"data":[{batch},{batch}],"has_more":false}}"#);
            assert_eq!(passed(&list(&batch(address))), Ok(list(&own)), "{address}");
        }
        assert_eq!(passed(&batch("null")), Ok(batch("null")));
    }

    fn an_identifier_that_is_no_name_makes_no_path() {
        for id in [r#""a/../b""#, r#""a?b""#, r#""""#, "1", r#""é""#, "null"] {
            let body = format!(r#"{{"id":{id},"type":"message_batch","results_url":"https://x.example/"}}"#);
            let why = "a batch with results and without a plain identifier";
            assert_eq!(passed(&body).unwrap_err(), why, "{id}");
        }
    }

    /// A result that is refused leaves the others as they are.
    fn lines_beside_a_refused_call_stay_as_they_came() {
        let cases = cases::cases();
        let case = cases.iter().find(|case| (case.api, case.name) == (Api::AnthropicBatches, "three-results"));
        let case = case.expect("a case of that name");
        let whole = run(case.api, case.framing, [case.bytes().as_slice()], |call, _| call == 0);
        assert_eq!(reread(case.api, case.framing, &whole.output).len(), whole.calls.len() - 1);
        let lines: Vec<&str> = text(&whole.output).lines().collect();
        let before: Vec<&str> = case.input.lines().collect();
        assert_eq!((lines.len(), lines.first(), lines.get(2)), (3, before.first(), before.get(2)));
        assert_ne!(lines.get(1), before.get(1));
    }

    /// Where a batch has its results in two places, written differently, each keeps its own bytes beside the call.
    fn answers_beside_a_refused_call_stay_as_they_came() {
        let text = r#"{ "response":{"candidates":[{"content":{"parts":[{"text":"\u0057ell."}]}}]} , "metadata":{} }"#;
        let call = |space: &str| format!(r#"{{"metadata":{space}{{"n":1}},"response":{space}{{"candidates":[{{"content":{{"parts":[{{"functionCall":{{"name":"zap"{space}}}}}]}}}}]}}{space}}}"#);
        let said = |space: &str| format!(r#"{{"metadata":{space}{{"n":1}},"response":{space}{{"candidates":[{{"content":{{"parts":[{{"text":"Refused: `zap` was \"not\" executed.\nAsk first."}}]}}}}]}}{space}}}"#);
        let batch = |one: &str, other: &str| format!(
            "{{ \"name\":\"batches/b\",\n\"metadata\": {{\"output\":{{ \"inlinedResponses\":{{\"inlinedResponses\":[{text},{one} ]}} }} }},\"n\":1.0,\r\n\"response\":{{\"inlinedResponses\":{{\"inlinedResponses\":[\t{},{other}]}},\"@type\":\"t\"}} }}\n",
            text.replace(r"\u0057", "W")
        );
        let body = batch(&call(" "), &call("\n  "));
        let run = run(Api::GeminiBatches, Framing::Document, [body.as_bytes()], |_, _| true);
        assert_eq!((run.error, run.calls.len()), (None, 1));
        assert_eq!(self::text(&run.output), batch(&said(" "), &said("\n  ")));
    }

    /// A list has many batches, and each has answers of its own.
    fn refusals_in_a_list_go_where_their_calls_were() {
        let answer = |part: &str| format!(r#"{{"response":{{"candidates":[{{"content":{{"parts":[{part}]}}}}]}}}}"#);
        let call = |name: usize| answer(&format!(r#"{{"functionCall":{{"name":"zap{name}"}}}}"#));
        let said = |name: usize| answer(&format!(r#"{{"text":"Refused: `zap{name}` was \"not\" executed.\nAsk first."}}"#));
        let list = |answer: &dyn Fn(usize) -> String| {
            let batches: Vec<String> = (0..4).map(|batch| {
                let results = format!(r#"{{"inlinedResponses":{{"inlinedResponses":[{},{{"error":{{"code":3}}}},{}]}}}}"#, answer(2 * batch), answer(2 * batch + 1));
                format!(r#"{{"name":"batches/{batch}","metadata":{{"output":{results}}},"response":{results}}}"#)
            }).collect();
            format!(r#"{{"operations":[{}]}}"#, batches.join(","))
        };
        let body = list(&call);
        for refused in 0..8 {
            let run = run(Api::GeminiBatches, Framing::Document, [body.as_bytes()], |call, _| call == refused);
            assert_eq!((run.error, run.calls.len()), (None, 8));
            let expected = list(&|name| if name == refused { said(name) } else { call(name) });
            assert_eq!(text(&run.output), expected);
        }
    }

    /// An answer of ours that stands for a whole one says so where clients of a batch look.
    fn a_batch_that_is_withheld_says_so() {
        let run = run(Api::GeminiBatches, Framing::Document, [b"{\"zap\":1}".as_slice()], |_, _| true);
        let said: serde_json::Value = serde_json::from_slice(&run.output).expect("JSON");
        let error = serde_json::json!({"code": 7, "message": "withheld"});
        assert_eq!(said.pointer("/metadata/output/inlinedResponses/inlinedResponses/0/error"), Some(&error));
        assert_eq!((said.get("error"), said.get("done")), (Some(&error), Some(&true.into())));
        assert_eq!(said.pointer("/metadata/state"), Some(&"BATCH_STATE_FAILED".into()));
    }
}
