//! Reading a recorded response body at once, for the command line.

use super::{Api, Codec, Framing, Reading, RequestFacts, Unreadable};
use crate::call::ToolCall;
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

/// Reads a whole body. A body that begins with `{` is a document, one that begins with `[` an array of them; anything
/// else is a stream as the API usually has it.
pub fn scan(api: Api, body: &[u8], limits: Limits) -> Scan {
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let framings = api.entry().framings;
    let framing = match text.trim_ascii_start().first() {
        Some(b'{') => Framing::Document,
        Some(b'[') if framings.contains(&Framing::Elements) => Framing::Elements,
        _ => framings
            .iter()
            .copied()
            .find(|framing| *framing != Framing::Document)
            .unwrap_or(Framing::Document),
    };
    let mut codec = (api.entry().codec)(framing, limits, &RequestFacts::default());
    let mut reading = Reading::default();
    let refused = whole(codec.as_mut(), body, &mut reading).err();
    Scan {
        calls: reading.calls,
        provider_ran: reading.provider_ran,
        refused: refused.map(|error| error.to_string()),
    }
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
            let scan = scan(Api::OpenaiChat, body.as_bytes(), Limits::default());
            assert_eq!(scan.refused, None, "{body}");
            assert_eq!(scan.calls.len(), 1, "{body}");
        }
    }

    #[test]
    fn what_was_found_before_the_refusal_is_told() {
        let body = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"look\"}]}}\n\n";
        let scan = scan(Api::Anthropic, body.as_bytes(), Limits::default());
        assert_eq!(scan.calls.len(), 1);
        assert_eq!(scan.refused.as_deref(), Some("the stream ended before message_stop"));
    }
}
