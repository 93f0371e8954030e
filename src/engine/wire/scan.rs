//! Reading a recorded response body at once, for the command line.

use super::{Api, Codec, Framing, Messages, Reading, RequestFacts, Unreadable};
use crate::call::ToolCall;
use crate::json::Document;
use crate::limits::Limits;

/// What stands in a recorded body.
#[derive(Debug, Default)]
pub struct Scan {
    /// The tool calls, in order; those found before the body became unreadable, if it did.
    pub calls: Vec<ToolCall>,
    /// Tools the provider says it ran itself.
    pub provider_ran: Vec<String>,
    /// Why the gate would not let the body pass, whatever a policy says; `None` if it can be read.
    pub refused: Option<String>,
}

/// Of what a recorded body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A response of an API that is read.
    Api(Api),
    /// Messages of a protocol that is refused, one a line.
    Messages(Messages),
}

impl Source {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let apis = Api::ALL.iter().copied().map(Self::Api);
        apis.chain(Messages::ALL.into_iter().map(Self::Messages))
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api(api) => api.name(),
            Self::Messages(messages) => messages.name(),
        }
    }
}

/// Reads a whole body. A body that begins with `{` is a document, or where the API has those one document a line; one that
/// begins with `[` is an array of them; anything else is a stream as the API usually has it.
pub fn scan(source: Source, body: &[u8], limits: Limits) -> Scan {
    let api = match source {
        Source::Api(api) => api,
        Source::Messages(messages) => return messages.scan(body, limits),
    };
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let framings = api.entry().framings;
    let framing = match text.trim_ascii_start().first() {
        Some(b'{') if !framings.contains(&Framing::Lines) => Framing::Document,
        Some(b'{') if framings.contains(&Framing::Document) && !has_lines(text, limits.depth) => {
            Framing::Document
        }
        Some(b'{') => Framing::Lines,
        Some(b'[') if framings.contains(&Framing::Elements) => Framing::Elements,
        _ => framings
            .iter()
            .copied()
            .find(|framing| *framing != Framing::Document)
            .unwrap_or(Framing::Document),
    };
    let scan = scan_as(api, framing, body, limits);
    // One line may be the only one, and no document of the API.
    if scan.refused.is_some() && framing == Framing::Document && framings.contains(&Framing::Lines) {
        let lines = scan_as(api, Framing::Lines, body, limits);
        if lines.refused.is_none() {
            return lines;
        }
    }
    scan
}

fn scan_as(api: Api, framing: Framing, body: &[u8], limits: Limits) -> Scan {
    let mut codec = (api.entry().codec)(framing, limits, &RequestFacts::unknown());
    let mut reading = Reading::default();
    let refused = whole(codec.as_mut(), body, &mut reading).err();
    Scan {
        calls: reading.calls,
        provider_ran: reading.provider_ran,
        refused: refused.map(|error| error.to_string()),
    }
}

/// Whether the first line is a document, and more follow.
fn has_lines(text: &[u8], depth: usize) -> bool {
    let Some(end) = text.iter().position(|byte| *byte == b'\n') else { return false };
    let (line, rest) = text.split_at(end);
    !rest.trim_ascii().is_empty() && Document::parse(line.to_vec(), depth).is_ok()
}

fn whole(codec: &mut dyn Codec, body: &[u8], reading: &mut Reading) -> Result<(), Unreadable> {
    codec.read(body, reading)?;
    codec.end(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_by_its_first_character() {
        let document = r#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"look"}}]}}]}"#;
        let stream = format!("data: {}\n\ndata: [DONE]\n\n", document.replace("message", "delta"));
        let stream = stream.replace(r#"{"delta""#, r#"{"index":0,"delta""#);
        for body in [
            document.to_owned(),
            format!("\u{feff} \n{document}"),
            stream.replace("[{\"fun", "[{\"index\":0,\"fun"),
        ] {
            let scan = scan(Source::Api(Api::OpenaiChat), body.as_bytes(), Limits::default());
            assert_eq!(scan.refused, None, "{body}");
            assert_eq!(scan.calls.len(), 1, "{body}");
        }
    }

    #[test]
    fn lines_are_told_from_a_document() {
        let record = r#"{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","arguments":{}}}]},"done":true}"#;
        let text = r#"{"message":{"role":"assistant","content":"x"},"done":false}"#;
        for body in [record.to_owned(), record.replace(",\"done", "\n,\"done"), format!("{text}\n{record}\n")]
        {
            let scan = scan(Source::Api(Api::Ollama), body.as_bytes(), Limits::default());
            assert_eq!((scan.refused, scan.calls.len()), (None, 1), "{body}");
        }
        let result = r#"{"custom_id":"a","result":{"type":"succeeded","message":{"type":"message","content":[{"type":"tool_use","id":"t","name":"look","input":{}}]}}}"#;
        let batch = r#"{"type":"message_batch","id":"b","results_url":null}"#;
        for (body, calls) in
            [(result.to_owned(), 1), (format!("{result}\n{result}\n"), 2), (batch.to_owned(), 0)]
        {
            let scan = scan(Source::Api(Api::AnthropicBatches), body.as_bytes(), Limits::default());
            assert_eq!((scan.refused, scan.calls.len()), (None, calls), "{body}");
        }
    }

    /// A call that a batch says twice is one.
    #[test]
    fn a_call_in_both_places_of_a_batch_is_listed_once() {
        let both = include_str!("../../../tests/cases/streams/gemini-batches/two-calls.in.json");
        let compact = include_str!("../../../tests/cases/streams/gemini-batches/another-order.in.json");
        let line = include_str!("../../../tests/cases/streams/gemini-batches/one-call.in.jsonl");
        for (body, calls) in [(both, 2), (compact, 2), (line, 1), (&line.repeat(2), 2), ("{}", 0)] {
            let scan = scan(Source::Api(Api::GeminiBatches), body.as_bytes(), Limits::default());
            assert_eq!((scan.refused, scan.calls.len()), (None, calls), "{body}");
        }
    }

    #[test]
    fn frames_are_known_by_being_neither() {
        let returned = r#"returnControl {"invocationInputs":[{"functionInvocationInput":{"actionGroup":"g","function":"look"}}]}"#;
        let harness = concat!(
            "messageStart {\"role\":\"assistant\"}\n",
            r#"contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a","name":"find","type":"mcp_tool_use","serverName":"s"}}}"#,
            "\ncontentBlockStop {\"contentBlockIndex\":0}\n",
            r#"contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"b","name":"look","type":"tool_use"}}}"#,
            "\ncontentBlockStop {\"contentBlockIndex\":1}\nmessageStop {\"stopReason\":\"tool_use\"}\n",
        );
        for (api, shown, ran) in
            [(Api::BedrockAgents, returned, &[][..]), (Api::BedrockAgentcore, harness, &["s/find"])]
        {
            let scan = scan(Source::Api(api), &crate::wire::tests::frames::encoded(shown), Limits::default());
            let ran: Vec<String> = ran.iter().map(|ran| (*ran).to_owned()).collect();
            let calls: Vec<&str> = scan.calls.iter().map(|call| call.tool.as_str()).collect();
            assert_eq!((scan.refused, calls, scan.provider_ran), (None, vec!["look"], ran));
        }
    }

    /// Clients differ on which call this is, or whether it is one. Whoever asks is told of both.
    #[test]
    fn two_calls_under_one_index_are_both_told() {
        let chunk = |id: &str, name: &str| {
            format!(
                r#"data: {{"choices":[{{"index":0,"delta":{{"tool_calls":[{{"index":0,"id":"{id}","function":{{"name":"{name}","arguments":"{{}}"}}}}]}}}}]}}"#
            )
        };
        for (id, name, refused) in [
            ("b", "zap", "a second identifier for one tool call"),
            ("a", "zap", "a second name for one tool call"),
        ] {
            let body = format!("{}\n\n{}\n\ndata: [DONE]\n\n", chunk("a", "look"), chunk(id, name));
            let scan = scan(Source::Api(Api::OpenaiChat), body.as_bytes(), Limits::default());
            let tools: Vec<&str> = scan.calls.iter().map(|call| call.tool.as_str()).collect();
            assert_eq!((scan.refused.as_deref(), tools), (Some(refused), vec!["look", "zap"]));
        }
    }

    #[test]
    fn what_a_run_says_otherwise_than_its_pieces_is_told() {
        let call = |arguments: &str| {
            format!(
                r#"[{{"index":0,"id":"c","type":"function","function":{{"name":"zap","arguments":"{arguments}"}}}}]"#
            )
        };
        let body = format!(
            "event: thread.run.step.delta\ndata: {{\"id\":\"s\",\"object\":\"thread.run.step.delta\",\"delta\":{{\"step_details\":{{\"type\":\"tool_calls\",\"tool_calls\":{}}}}}}}\n\n\
             event: thread.run.requires_action\ndata: {{\"id\":\"r\",\"object\":\"thread.run\",\"required_action\":{{\"type\":\"submit_tool_outputs\",\"submit_tool_outputs\":{{\"tool_calls\":{}}}}}}}\n\n",
            call("{}"),
            call(r#"{\"p\":1}"#),
        );
        let end = "event: done\ndata: [DONE]\n\n";
        let scan = scan(Source::Api(Api::OpenaiAssistants), (body + end).as_bytes(), Limits::default());
        assert_eq!((scan.refused, scan.calls.len()), (None, 2));
    }

    #[test]
    fn what_was_found_before_the_refusal_is_told() {
        let body = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"look\"}]}}\n\n";
        let scan = scan(Source::Api(Api::Anthropic), body.as_bytes(), Limits::default());
        assert_eq!(scan.calls.len(), 1);
        assert_eq!(scan.refused.as_deref(), Some("the stream ended before message_stop"));
    }
}
