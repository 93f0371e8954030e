//! What names the place of a batch's results.

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
}
