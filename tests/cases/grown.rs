//! Recorded bodies under `streams/` that grow to any length, for whoever measures what a codec makes of long ones: text
//! grows in its words, a call in its arguments, by longer words or by more events with them.

use super::frames;
use toolgate_engine::wire::{Api, Framing};

/// Recorded bodies of an API in one framing: one of text with some words of it, one with a call and some of its arguments.
pub(crate) struct Bodies {
    pub(crate) api: Api,
    pub(crate) framing: Framing,
    text: Recorded,
    call: Recorded,
}

/// A recorded body, and words of it that grow.
struct Recorded {
    shown: &'static str,
    words: &'static str,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Text,
    Call,
}

macro_rules! bodies {
    ($($api:ident $framing:ident $folder:literal $ext:literal $text:literal $call:literal,)*) => {
        &[$(Bodies {
            api: Api::$api,
            framing: Framing::$framing,
            text: Recorded {
                shown: include_str!(concat!("streams/", $folder, "/text-only.in.", $ext)),
                words: $text,
            },
            call: Recorded {
                shown: include_str!(concat!("streams/", $folder, "/one-call.in.", $ext)),
                words: $call,
            },
        },)*]
    };
}

pub(crate) const BODIES: &[Bodies] = bodies! {
    Anthropic Document "anthropic" "json" "The sky" "/srv/",
    Anthropic Events "anthropic" "sse" "The sky " "/srv/",
    OpenaiChat Document "openai-chat" "json" "The sky" "/srv/",
    OpenaiChat Events "openai-chat" "sse" "The sky " "/srv/",
    OpenaiResponses Document "openai-responses" "json" "Zürich is" "Zürich",
    OpenaiResponses Events "openai-responses" "sse" " is su" "Zürich",
    OpenaiAssistants Document "openai-assistants" "json" "Looks something" "/srv/",
    OpenaiAssistants Events "openai-assistants" "sse" "It is " "/srv/",
    Gemini Document "gemini" "json" "Let me look" "Zürich",
    Gemini Events "gemini" "sse" "look – " "Zürich",
    Gemini Elements "gemini" "jsonarray" "look – " "Zürich",
    GeminiInteractions Document "gemini-interactions" "json" "Let me look" "/srv/",
    GeminiInteractions Events "gemini-interactions" "sse" " look – " "/srv/",
    BedrockConverse Document "bedrock-converse" "json" "On it" "/srv/",
    BedrockConverse Frames "bedrock-converse" "frames" "one moment" "/srv/",
    BedrockInvoke Document "bedrock-invoke" "json" "Let me look" "/srv/",
    BedrockInvoke Frames "bedrock-invoke" "frames" "look – " "/srv/",
    BedrockAgents Frames "bedrock-agents" "frames" "It is sunny" "/srv/",
    BedrockAgentcore Frames "bedrock-agentcore" "frames" "one moment" "/srv/",
    AnthropicBatches Lines "anthropic-batches" "jsonl" "It is sunny" "/srv/",
    OpenaiBatches Lines "openai-batches" "jsonl" "It is sunny" "/srv/",
    GeminiBatches Document "gemini-batches" "json" "It is sunny" "Zürich",
    GeminiBatches Lines "gemini-batches" "jsonl" "It is sunny" "Zürich",
    Mistral Document "mistral" "json" "It is" "/srv/",
    Mistral Events "mistral" "sse" " sunny" "/srv/",
    AnthropicSessions Document "anthropic-sessions" "json" "Working on" "/srv/",
    AnthropicSessions Events "anthropic-sessions" "sse" "Working on" "/srv/",
    OpenaiAgents Document "openai-agents" "json" "Let me " "/srv/",
    OpenaiAgents Events "openai-agents" "sse" "Let me " "/srv/",
    Ollama Document "ollama" "json" "It is" "/srv/",
    Ollama Lines "ollama" "jsonl" " sunny" "/srv/",
    Cohere Document "cohere" "json" "It is" "/srv/",
    Cohere Events "cohere" "sse" "It is" "/srv/",
    CohereV1 Document "cohere-v1" "json" "It is" "/srv/",
    CohereV1 Lines "cohere-v1" "jsonl" "It is" "/srv/",
};

/// How a body grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// The words become long, where they stand.
    Long,
    /// The event that has the words comes again and again.
    Many,
}

impl Bodies {
    /// A body of about this length.
    pub(crate) fn grown(&self, answer: Answer, growth: Growth, length: usize) -> Vec<u8> {
        let Recorded { shown, words } = match answer {
            Answer::Text => &self.text,
            Answer::Call => &self.call,
        };
        let shown = match growth {
            Growth::Many => self.repeated(shown, words, length),
            Growth::Long => {
                let places = shown.matches(words).count().max(1);
                shown.replace(words, &format!("{words}{}", "x".repeat(length / places)))
            }
        };
        match self.framing {
            Framing::Frames => frames::encoded(&shown),
            _ => shown.into_bytes(),
        }
    }

    /// The body with the event that has these words as often as it takes.
    fn repeated(&self, shown: &str, words: &str, length: usize) -> String {
        let (between, close) = match self.framing {
            Framing::Events => ("\n\n", ""),
            Framing::Elements => ("\n,\n", "\n]"),
            _ => ("\n", ""),
        };
        let (shown, close) = match shown.trim_end().strip_suffix(close) {
            Some(events) if !close.is_empty() => (events, close),
            _ => (shown, ""),
        };
        let mut events = Vec::new();
        let mut number = 0;
        let mut found = false;
        for event in shown.split(between) {
            let times = if event.contains(words) && !std::mem::replace(&mut found, true) {
                length / (event.len() + between.len())
            } else {
                1
            };
            events.extend((0..times).map(|_| numbered(event, &mut number)));
        }
        assert!(found, "{words}");
        events.join(between) + close
    }
}

/// An event with the next number in the place of its own, where its API numbers events.
fn numbered(event: &str, number: &mut usize) -> String {
    const KEY: &str = r#""sequence_number":"#;
    match event.split_once(KEY) {
        None => event.to_owned(),
        Some((before, behind)) => {
            let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
            *number += 1;
            format!("{before}{KEY}{}{rest}", *number - 1)
        }
    }
}
