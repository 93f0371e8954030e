//! Bytes that each codec reads and writes in a second: a long text, which passes, and a call with long arguments, which is
//! held and refused. Bodies grow from the recorded ones under `tests/cases/streams`, to two lengths: per byte both must
//! take the same.

use crate::{Bench, timed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::{Duration, Instant};
use toolgate_engine::limits::Limits;
use toolgate_engine::wire::{Api, Framing, Outcome, Reading, Refusal, RequestFacts};

/// The shorter of the two lengths; the longer is [`TIMES`] as long.
const LENGTH: usize = 128 << 10;
const TIMES: usize = 4;
/// As the host hands bytes over.
const CHUNK: usize = 16 << 10;

/// Recorded bodies of an API in one framing: one of text with some words of it, one with a call and some of its arguments.
struct Bodies {
    api: Api,
    framing: Framing,
    text: (&'static str, &'static str),
    call: (&'static str, &'static str),
}

macro_rules! bodies {
    ($($api:ident $framing:ident $folder:literal $ext:literal $text:literal $call:literal,)*) => {
        &[$(Bodies {
            api: Api::$api,
            framing: Framing::$framing,
            text: (include_str!(concat!("../../cases/streams/", $folder, "/text-only.in.", $ext)), $text),
            call: (include_str!(concat!("../../cases/streams/", $folder, "/one-call.in.", $ext)), $call),
        },)*]
    };
}

const BODIES: &[Bodies] = bodies! {
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
    AnthropicBatches Lines "anthropic-batches" "jsonl" "It is sunny" "/srv/",
    OpenaiBatches Lines "openai-batches" "jsonl" "It is sunny" "/srv/",
    Mistral Document "mistral" "json" "It is" "/srv/",
    Mistral Events "mistral" "sse" " sunny" "/srv/",
    Ollama Document "ollama" "json" "It is" "/srv/",
    Ollama Lines "ollama" "jsonl" " sunny" "/srv/",
    Cohere Document "cohere" "json" "It is" "/srv/",
    Cohere Events "cohere" "sse" "It is" "/srv/",
    CohereV1 Document "cohere-v1" "json" "It is" "/srv/",
    CohereV1 Lines "cohere-v1" "jsonl" "It is" "/srv/",
};

pub(crate) fn run(bench: &Bench) {
    for bodies in BODIES {
        let framing = match bodies.framing {
            Framing::Document => "JSON",
            Framing::Events => "SSE",
            Framing::Elements => "array",
            Framing::Frames => "frames",
            Framing::Lines => "lines",
        };
        for (what, calls) in [("text", 0), ("a refused call", 1)] {
            let name = format!("codec: {}, {framing}, {what}", bodies.api.name());
            if name.starts_with(&bench.only) {
                let [short, long] = [LENGTH, LENGTH * TIMES].map(|length| bodies.body(calls == 1, length));
                let [one, other] = [&short, &long].map(|body| {
                    let best = best(bench.time / 2, || bodies.read(body, calls));
                    best.as_secs_f64() * 1e6 / body.len() as f64
                });
                println!("{name}\t{:.0}\t{:.2}", 1.0 / other, other / one);
            }
        }
    }
}

/// The best of all that fit into this time: noise only adds.
fn best(time: Duration, mut work: impl FnMut() -> Duration) -> Duration {
    let end = Instant::now() + time;
    let mut best = work();
    while Instant::now() < end {
        best = best.min(work());
    }
    best
}

impl Bodies {
    /// A body of about this length.
    fn body(&self, call: bool, length: usize) -> Vec<u8> {
        let (shown, words) = if call { self.call } else { self.text };
        let shown = match self.framing {
            // A stream of text is many events, a line or a document is a long one.
            Framing::Events | Framing::Elements | Framing::Frames if !call => {
                self.repeated(shown, words, length)
            }
            Framing::Lines if !call && !matches!(self.api, Api::AnthropicBatches | Api::OpenaiBatches) => {
                self.repeated(shown, words, length)
            }
            _ => {
                let places = shown.matches(words).count().max(1);
                shown.replace(words, &format!("{words}{}", "x".repeat(length / places)))
            }
        };
        match self.framing {
            Framing::Frames => shown.lines().flat_map(frame).collect(),
            _ => shown.into_bytes(),
        }
    }

    /// The body with the event that has these words as often as it takes.
    fn repeated(&self, shown: &str, words: &str, length: usize) -> String {
        let between = match self.framing {
            Framing::Events => "\n\n",
            Framing::Elements => "\n,\n",
            _ => "\n",
        };
        let mut out = String::new();
        let mut number = 0;
        let mut found = false;
        for event in shown.split_inclusive(between) {
            let times = if event.contains(words) && !std::mem::replace(&mut found, true) {
                length / event.len()
            } else {
                1
            };
            for _ in 0..times {
                numbered(event, &mut number, &mut out);
            }
        }
        assert!(found, "{words}");
        out
    }

    /// Reads a body with so many calls and writes what is left when they are refused.
    fn read(&self, body: &[u8], calls: usize) -> Duration {
        let facts = RequestFacts { stream: self.framing != Framing::Document, ..RequestFacts::default() };
        let mut codec = (self.api.entry().codec)(self.framing, Limits::default(), &facts);
        let (mut found, mut out, mut spent) = (0, Vec::new(), Duration::ZERO);
        for chunk in body.chunks(CHUNK) {
            let mut reading = Reading::default();
            let read = timed(&mut spent, || codec.read(chunk, &mut reading));
            assert_eq!(read, Ok(()), "{} {:?}", self.api.name(), self.framing);
            found += reading.calls.len();
        }
        let mut reading = Reading::default();
        let ended = timed(&mut spent, || codec.end(&mut reading));
        assert_eq!(ended, Ok(()), "{} {:?}", self.api.name(), self.framing);
        assert_eq!(found + reading.calls.len(), calls, "{} {:?}", self.api.name(), self.framing);
        let refused = (0..calls).map(|_| Outcome::Refuse(Refusal("Not executed.".to_owned()))).collect();
        let written = timed(&mut spent, || codec.write(refused, &mut out));
        assert_eq!(written, Ok(()), "{} {:?}", self.api.name(), self.framing);
        assert!(out.len() < body.len() + CHUNK);
        spent
    }
}

/// An event with the next number in the place of its own, where its API numbers events.
fn numbered(event: &str, number: &mut usize, out: &mut String) {
    const KEY: &str = r#""sequence_number":"#;
    match event.split_once(KEY) {
        None => out.push_str(event),
        Some((before, behind)) => {
            let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
            *out += &format!("{before}{KEY}{number}{rest}");
            *number += 1;
        }
    }
}

/// The frame that a line of the recorded bodies shows: the name of the event and the payload, with `b64(…)` for the base64
/// of what is in the brackets.
fn frame(line: &str) -> Vec<u8> {
    let (name, payload) = line.split_once(' ').unwrap_or((line, ""));
    let encoded = payload.split_once("b64(").and_then(|(head, rest)| Some((head, rest.rsplit_once(')')?)));
    let payload = match encoded {
        Some((head, (json, tail))) => format!("{head}\"{}\"{tail}", STANDARD.encode(json)),
        None => payload.to_owned(),
    };
    let mut head = Vec::new();
    for (key, value) in
        [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")]
    {
        head.push(u8::try_from(key.len()).unwrap());
        head.extend_from_slice(key.as_bytes());
        head.push(7);
        head.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let number = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let mut out = [number(16 + head.len() + payload.len()), number(head.len())].concat();
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(payload.as_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}
