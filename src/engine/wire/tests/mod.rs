//! What every codec must do with every case, however the network cuts it.

/// Tests that run natively and, through wasm-bindgen-test, in a wasm VM.
macro_rules! portable {
    ($($(#[$doc:meta])* fn $name:ident() $body:block)*) => {$(
        $(#[$doc])*
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        fn $name() $body
    )*};
}

#[cfg(not(target_family = "wasm"))]
mod again;
mod agents;
mod batches;
mod cases;
#[cfg(not(target_family = "wasm"))]
mod edits;
pub(crate) mod frames;
mod hostile;
#[cfg(not(target_family = "wasm"))]
mod mutations;
mod owed;
mod requests;
mod sessions;

use super::{Api, Codec, Framing, Outcome, Reading, Refusal, RequestFacts, Unreadable};
use crate::call::{Arguments, ToolCall};
use crate::limits::Limits;
use crate::policy::Permit;
use crate::protocol::{ConsumeAck, ConsumeRequest};
use cases::{Case, Refuse, cases};

/// From one tried cut to the next: natively every cut is tried, in a VM, where that takes minutes, one in 23.
const STEP: usize = if cfg!(target_family = "wasm") { 23 } else { 1 };

fn permit() -> Permit {
    let asked = ConsumeRequest {
        decision: "decision".to_owned(),
        agent: "agent".to_owned(),
        digest: "digest".to_owned(),
        rules_digest: "rules".to_owned(),
    };
    let ack = ConsumeAck {
        id: "escalation".to_owned(),
        decision: asked.decision.clone(),
        digest: asked.digest.clone(),
        index: 0,
    };
    Permit::by_approval(&asked, "escalation", &ack).expect("an approval spent on what was asked is a permit")
}

fn codec(api: Api, framing: Framing) -> Box<dyn Codec> {
    (api.entry().codec)(framing, Limits::default(), &RequestFacts::unknown())
}

/// What came of a body.
#[derive(Debug, Default, PartialEq)]
struct Run {
    /// What left before anything was decided.
    passed: Vec<u8>,
    calls: Vec<ToolCall>,
    provider_ran: Vec<String>,
    ended: bool,
    error: Option<Unreadable>,
    /// All that left, what was written or put in its place included.
    output: Vec<u8>,
}

/// Reads `chunks` to the end, then decides with `refuse`.
fn run<'a>(
    api: Api,
    framing: Framing,
    chunks: impl IntoIterator<Item = &'a [u8]>,
    refuse: impl Fn(usize, usize) -> bool,
) -> Run {
    run_with(codec(api, framing), chunks, refuse)
}

fn run_with<'a>(
    mut codec: Box<dyn Codec>,
    chunks: impl IntoIterator<Item = &'a [u8]>,
    refuse: impl Fn(usize, usize) -> bool,
) -> Run {
    let mut run = Run::default();
    let mut step = |codec: &mut dyn Codec, chunk: Option<&[u8]>| {
        let mut out = Reading::default();
        let result = match chunk {
            Some(chunk) => codec.read(chunk, &mut out),
            None => codec.end(&mut out),
        };
        run.passed.extend_from_slice(&out.pass_buffered);
        run.passed.extend_from_slice(&chunk.unwrap_or_default()[..out.pass_chunk]);
        run.calls.append(&mut out.calls);
        run.provider_ran.append(&mut out.provider_ran);
        run.ended |= out.ended;
        result
    };
    let mut result = Ok(());
    for chunk in chunks {
        result = result.and_then(|()| step(codec.as_mut(), Some(chunk)));
    }
    run.error = result.and_then(|()| step(codec.as_mut(), None)).err();
    run.output = run.passed.clone();
    if run.error.is_some() {
        codec.withhold(&Refusal("withheld".to_owned()), &mut run.output);
        assert_eq!(codec.held(), 0, "nothing is kept after withholding");
    } else {
        let calls = run.calls.len();
        let outcome = |call| match refuse(call, calls) {
            true => Outcome::Refuse(refusal(&run.calls[call])),
            false => Outcome::Release(permit()),
        };
        let outcomes = (0..calls).map(outcome).collect();
        run.error = codec.write(outcomes, &mut run.output).err();
        if run.error.is_some() {
            assert_eq!(run.output, run.passed, "nothing is written of what cannot be");
            codec.withhold(&Refusal("withheld".to_owned()), &mut run.output);
        }
        assert_eq!(codec.held(), 0, "nothing is kept after writing");
    }
    run
}

fn refusal(call: &ToolCall) -> Refusal {
    Refusal(format!("Refused: `{}` was \"not\" executed.\nAsk first.", call.tool))
}

/// One line for a call, as in the cases' files.
fn line(call: &ToolCall) -> String {
    let arguments = match &call.arguments {
        Arguments::Absent => "absent".to_owned(),
        Arguments::Json(document) => format!("json {}", document.canonical()),
        Arguments::Text(text) => format!("text {text}"),
        Arguments::Malformed { text, error } => format!("malformed {text} ({error})"),
    };
    let namespace = call.namespace.as_deref().map(|name| format!("{name}/")).unwrap_or_default();
    let id = call.id.as_deref().unwrap_or("-");
    format!("{} {namespace}{} {id} choice {} {arguments}\n", call.kind.name(), call.tool, call.choice)
}

fn lines(calls: &[ToolCall]) -> String {
    calls.iter().map(line).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

fn whole(case: &Case, refuse: impl Fn(usize, usize) -> bool) -> Run {
    run(case.api, case.framing, [case.bytes().as_slice()], refuse)
}

/// Compares with a case's file, and with `BLESS=1` writes it.
fn expect(case: &Case, kind: &str, expected: &str, actual: &str) {
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("BLESS").is_some() {
        let extension = cases::extension(case.framing);
        let path = format!(
            "{}/../../tests/cases/streams/{}/{}.{kind}.{extension}",
            env!("CARGO_MANIFEST_DIR"),
            case.api.name(),
            case.name
        );
        std::fs::write(path, actual).expect("the cases can be written");
        return;
    }
    assert_eq!(actual, expected, "{} {} {kind}", case.api.name(), case.name);
}

/// A case, and the same one with other line ends.
fn variants(case: &Case) -> Vec<(&'static str, Vec<u8>)> {
    let mut variants = vec![("as it is", case.bytes())];
    if case.framing == Framing::Events {
        variants.push(("CRLF", case.input.replace('\n', "\r\n").into_bytes()));
    }
    // One reader of Gemini's streams splits them at LF alone.
    if case.framing == Framing::Events && case.api != Api::Gemini {
        variants.push(("CR", case.input.replace('\n', "\r").into_bytes()));
        let mixed = case.input.split_inclusive('\n').zip(["\n", "\r\n", "\r", "\r\n", "\n"].iter().cycle());
        let mixed: String = mixed.map(|(line, end)| line.replace('\n', end)).collect();
        variants.push(("mixed", mixed.into_bytes()));
    }
    variants
}

portable! {
    fn the_calls_of_every_case_are_found() {
        for case in cases() {
            let run = whole(&case, |_, _| false);
            assert_eq!(run.error, None, "{} {}", case.api.name(), case.name);
            assert!(run.ended, "{} {}", case.api.name(), case.name);
            expect(&case, "calls", case.calls, &lines(&run.calls));
        }
    }

    fn a_body_of_released_calls_leaves_as_it_came() {
        for case in cases() {
            for (variant, input) in variants(&case) {
                let run = run(case.api, case.framing, [input.as_slice()], |_, _| false);
                assert_eq!(case.shown(&run.output), case.shown(&input), "{} {} {variant}", case.api.name(), case.name);
                assert_eq!(run.output, input, "{} {} {variant}", case.api.name(), case.name);
            }
        }
    }

    fn refused_calls_are_replaced_as_written_down() {
        for case in cases() {
            for (refuse, expected) in &case.refusals {
                let run = whole(&case, |call, calls| refuse.refuses(call, calls));
                expect(&case, refuse.name(), expected, &case.shown(&run.output));
            }
        }
    }

    fn line_ends_of_a_stream_are_kept_where_it_is_written_again() {
        for case in cases().iter().filter(|case| case.framing == Framing::Events) {
            // One reader of Gemini's streams splits them at LF alone.
            let ends: &[&str] = if case.api == Api::Gemini { &["\r\n"] } else { &["\r\n", "\r"] };
            for (refuse, expected) in &case.refusals {
                for end in ends {
                    let input = case.input.replace('\n', end);
                    let run = run(case.api, case.framing, [input.as_bytes()], |c, n| refuse.refuses(c, n));
                    assert_eq!(text(&run.output), expected.replace('\n', end), "{} {end:?}", case.name);
                }
            }
        }
    }

    /// INVARIANT (cut).
    fn where_the_network_cuts_changes_nothing() {
        for case in cases() {
            for (variant, input) in variants(&case) {
                let input = input.as_slice();
                let refuse = |call: usize, calls: usize| Refuse::Last.refuses(call, calls);
                let expected = run(case.api, case.framing, [input], refuse);
                let bytes = run(case.api, case.framing, input.chunks(1), refuse);
                assert_eq!(bytes, expected, "{} {} {variant} byte by byte", case.api.name(), case.name);
                // Every cut of the case itself; of its variants the cuts around a line end, where they differ.
                for cut in (0..=input.len()).step_by(STEP) {
                    let near = variant == "CRLF" && input[cut.saturating_sub(2)..input.len().min(cut + 2)].contains(&b'\r');
                    if variant == "as it is" || near {
                        let (head, tail) = input.split_at(cut);
                        let split = run(case.api, case.framing, [head, tail], refuse);
                        assert_eq!(split, expected, "{} {} {variant} cut {cut}", case.api.name(), case.name);
                    }
                }
            }
        }
    }

    fn nothing_of_a_call_leaves_before_it_is_decided_and_all_before_it_does() {
        for case in cases() {
            let (run, input) = (whole(&case, |_, _| false), case.bytes());
            let passed = run.passed.len();
            assert!(input.starts_with(&run.passed));
            if run.calls.is_empty() {
                assert_eq!(run.passed, input, "{} {}", case.api.name(), case.name);
            }
            for call in &run.calls {
                assert!(!case.shown(&run.passed).contains(&call.tool), "{} {}", case.api.name(), case.name);
            }
            if case.framing != Framing::Document && !run.calls.is_empty() {
                // What stands before the call leaves in the very read that completes it.
                let mut codec = codec(case.api, case.framing);
                let mut out = Reading::default();
                codec.read(&input[..passed], &mut out).expect("as before");
                assert_eq!(out.pass_chunk, passed, "{} {}", case.api.name(), case.name);
                let passed = cases::events(case.framing, case.input)
                    .into_iter()
                    .scan(case.shown(&run.passed), |passed, event| {
                        let (before, after) = passed.split_once(event)?;
                        assert!(before.len() <= 3, "only a separator stands between events");
                        *passed = after.to_owned();
                        Some(())
                    });
                let first = cases::events(case.framing, case.input)[passed.count()];
                // Or a block in which the provider runs code that may ask for one, a trace that may tell of one, or an
                // operation, whose name is its method and its path.
                let may = ["server_tool_use", "modelInvocationOutput", "apiPath"].iter().any(|may| first.contains(may));
                let held = may || run.calls.iter().any(|c| first.contains(&c.tool));
                assert!(held, "held from `{first}` on");
            }
        }
    }

    fn a_body_cut_short_lets_no_call_through() {
        for case in cases() {
            let input = case.bytes();
            for cut in (0..input.len()).step_by(STEP) {
                let run = run(case.api, case.framing, [&input[..cut]], |_, _| true);
                let calls = reread(case.api, case.framing, &run.output);
                assert_eq!(lines(&calls), "", "{} {} cut at {cut}", case.api.name(), case.name);
                for call in &run.calls {
                    assert!(!case.shown(&run.passed).contains(&call.tool), "{} {}", case.api.name(), case.name);
                }
            }
        }
    }

    fn what_is_written_reads_as_the_calls_that_were_released() {
        for case in cases() {
            for (refuse, _) in &case.refusals {
                let run = whole(&case, |call, calls| refuse.refuses(call, calls));
                let calls = run.calls.len();
                let released = run.calls.iter().enumerate();
                let released = released.filter(|(call, _)| !refuse.refuses(*call, calls));
                let expected: String = released.map(|(_, call)| line(call)).collect();
                let reread = reread(case.api, case.framing, &run.output);
                assert_eq!(lines(&reread), expected, "{} {} {refuse:?}", case.api.name(), case.name);
                for (n, call) in run.calls.iter().enumerate() {
                    if refuse.refuses(n, calls) {
                        let said = case.shown(&run.output).contains(&format!("`{}` was", call.tool));
                        assert!(said, "{} {} {refuse:?}", case.api.name(), case.name);
                    }
                }
            }
        }
    }

    fn a_structured_answer_is_refused_without_text() {
        let facts = RequestFacts { structured: true, model: Some("m".to_owned()), ..RequestFacts::default() };
        // What an MCP server answers is held to no schema once it says that it is an error, and of what happens in a
        // session nobody knows here whether it is.
        let free = [Api::Mcp, Api::AnthropicSessions, Api::OpenaiAgents];
        for case in cases().into_iter().filter(|case| !free.contains(&case.api)) {
            for (refuse, _) in &case.refusals {
                let codec = (case.api.entry().codec)(case.framing, Limits::default(), &facts);
                let run = run_with(codec, [case.bytes().as_slice()], |call, calls| refuse.refuses(call, calls));
                let output = case.shown(&run.output);
                for wrong in [r#""content":"Refused"#, r#""text":"Refused"#] {
                    assert!(!output.contains(wrong), "{} {}: {output}", case.api.name(), case.name);
                }
                assert!(output.contains("Refused: "), "{} {}: {output}", case.api.name(), case.name);
                reread(case.api, case.framing, &run.output);
            }
        }
    }

    fn a_withheld_answer_is_whole_where_none_of_it_had_left() {
        for api in Api::ALL {
            for &framing in api.entry().framings {
                for structured in [false, true] {
                    let facts = RequestFacts { structured, ..RequestFacts::default() };
                    let mut codec = (api.entry().codec)(framing, Limits::default(), &facts);
                    let mut output = Vec::new();
                    codec.withhold(&Refusal("because \"so\"".to_owned()), &mut output);
                    assert_eq!(reread(*api, framing, &output), Vec::new());
                    // What a frame has in base64 may be text and no JSON.
                    let shown = cases::shown(framing, &output).replace('\\', "");
                    assert!(shown.contains(r#"because "so""#), "{api:?} {framing:?}");
                }
            }
        }
    }

    fn the_outcomes_must_be_those_of_the_calls() {
        for case in cases() {
            let mut codec = codec(case.api, case.framing);
            let mut out = Reading::default();
            codec.read(&case.bytes(), &mut out).expect("a case can be read");
            codec.end(&mut out).expect("a case can be read");
            let outcomes = (0..=out.calls.len()).map(|_| Outcome::Release(permit())).collect();
            let mut output = Vec::new();
            codec.write(outcomes, &mut output).expect_err("one outcome too many");
            assert!(output.is_empty());
        }
    }

    fn every_bound_refuses() {
        let small = Limits { body: 16, event: 16, ..Limits::default() };
        let no_calls = Limits { calls: 0, ..Limits::default() };
        for case in cases() {
            for limits in [small, no_calls] {
                let codec = (case.api.entry().codec)(case.framing, limits, &RequestFacts::default());
                let run = run_with(codec, [case.bytes().as_slice()], |_, _| true);
                if limits == small || !case.calls.is_empty() {
                    let code = run.error.as_ref().map(Unreadable::code);
                    assert_eq!(code, Some("over_limit"), "{} {}", case.api.name(), case.name);
                }
                assert_eq!(lines(&reread(case.api, case.framing, &run.output)), "");
            }
        }
    }
}

/// Older SDKs of Bedrock know no tools of the provider's, and give each to the client.
#[test]
fn what_a_provider_ran_that_nobody_had_turned_on_is_a_call() {
    for case in cases().iter().filter(|case| case.name.starts_with("server-tool")) {
        let codec = (case.api.entry().codec)(case.framing, Limits::default(), &RequestFacts::default());
        let run = run_with(codec, [case.bytes().as_slice()], |_, _| true);
        assert_eq!(run.error, None);
        let turned_on = whole(case, |_, _| true);
        if case.api == Api::BedrockConverse {
            assert_eq!(
                run.calls.len(),
                turned_on.calls.len() + turned_on.provider_ran.len(),
                "{}",
                case.name
            );
            assert_eq!(lines(&reread(case.api, case.framing, &run.output)), "", "{}", case.name);
        } else {
            assert_eq!(run, turned_on, "{} {}", case.api.name(), case.name);
        }
    }
}

/// A client with a shell of its own runs what comes for a shell, wherever it says that it ran.
#[test]
fn a_shell_of_the_providers_is_one_where_the_client_offered_none() {
    let body = r#"{"id":"r","object":"response","output":[{"type":"shell_call","id":"s","call_id":"c","action":{"commands":["ls"]},"environment":{"type":"container_reference","container_id":"x"}}]}"#;
    let hosted = RequestFacts::unknown();
    let both = RequestFacts { offered: vec!["shell".to_owned()], ..hosted.clone() };
    for (facts, calls) in [(hosted, 0), (both, 1), (RequestFacts::default(), 1)] {
        let codec = (Api::OpenaiResponses.entry().codec)(Framing::Document, Limits::default(), &facts);
        let run = run_with(codec, [body.as_bytes()], |_, _| true);
        assert_eq!((run.error, run.calls.len()), (None, calls));
    }
}

/// Steps are known by their identifier, and the provider runs its own tools without bound.
#[test]
#[cfg(not(target_arch = "wasm32"))]
fn more_steps_than_are_known_are_refused() {
    let whole = |n: usize| {
        format!(
            "event: thread.run.step.created\ndata: {{\"id\":\"s{n}\",\"object\":\"thread.run.step\",\"step_details\":{{\"type\":\"tool_calls\",\"tool_calls\":[{{\"type\":\"code_interpreter\"}}]}}}}\n\n"
        )
    };
    let piece = |n: usize| {
        format!(
            "event: thread.run.step.delta\ndata: {{\"id\":\"s{n}\",\"object\":\"thread.run.step.delta\",\"delta\":{{\"step_details\":{{\"type\":\"tool_calls\",\"tool_calls\":[{{\"index\":0,\"type\":\"code_interpreter\"}}]}}}}}}\n\n"
        )
    };
    for (steps, refused) in [(4_096, None), (4_097, Some("over_limit"))] {
        let bodies: [&dyn Fn(usize) -> String; 2] = [&whole, &piece];
        for body in bodies.map(|event| (0..steps).map(event).collect::<String>()) {
            let run = run(Api::OpenaiAssistants, Framing::Events, [body.as_bytes()], |_, _| true);
            assert_eq!(run.error.as_ref().map(Unreadable::code), refused);
        }
    }
}

/// The calls a fresh codec finds in what was written.
fn reread(api: Api, framing: Framing, output: &[u8]) -> Vec<ToolCall> {
    let run = run(api, framing, [output], |_, _| false);
    if framing == Framing::Document || !run.calls.is_empty() {
        assert_eq!(run.error, None, "what was written can be read: {}", cases::shown(framing, output));
    }
    run.calls
}

/// Every file under the cases' folder belongs to a case; nothing there is read by nobody.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_file_belongs_to_a_case() {
    let mut expected = std::collections::BTreeSet::new();
    for case in cases() {
        let extension = cases::extension(case.framing);
        let refusals = case.refusals.iter().map(|(refuse, _)| refuse.name());
        for kind in ["in", "calls"].into_iter().chain(refusals) {
            expected.insert(format!("{}/{}.{kind}.{extension}", case.api.name(), case.name));
        }
    }
    let mut found = std::collections::BTreeSet::new();
    for api in Api::ALL {
        let folder = format!("{}/../../tests/cases/streams/{}", env!("CARGO_MANIFEST_DIR"), api.name());
        for entry in std::fs::read_dir(&folder).expect("every API has a folder of cases") {
            let name = entry.expect("the folder can be read").file_name();
            found.insert(format!("{}/{}", api.name(), name.to_string_lossy()));
        }
    }
    assert_eq!(found, expected);
}

/// Every API of a model has the standard set; what is sent to a server of tools is one call or none.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_api_has_the_standard_cases() {
    for api in Api::ALL.iter().filter(|api| **api != Api::Mcp) {
        for &framing in api.entry().framings {
            // A batch itself holds no call.
            if (*api, framing) == (Api::AnthropicBatches, Framing::Document) {
                continue;
            }
            for name in ["text-only", "one-call", "two-calls"] {
                let there =
                    cases().iter().any(|case| (case.api, case.framing, case.name) == (*api, framing, name));
                assert!(there, "{} lacks {name} as {framing:?}", api.name());
            }
        }
    }
}

/// The table that people read says of every API with which SDKs it was proven, and where.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_api_has_a_row_that_names_its_tests() {
    let table = include_str!("../README.md");
    for api in Api::ALL.iter().filter(|api| **api != Api::Mcp) {
        let name = format!(", `{}`", api.name());
        let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split(" | ").collect()).collect();
        let rows = rows.iter().filter(|cells| cells.first().is_some_and(|cell| cell.ends_with(&name)));
        let proven: Vec<&str> = rows.filter_map(|cells| cells.get(5)).copied().collect();
        assert_eq!(proven.len(), 1, "{name}");
        for proven in proven {
            assert!(proven.contains("](../../../tests/e2e/"), "{name}: {proven}");
        }
    }
}
