//! The recorded bodies under `tests/cases/streams`, and what must come of each.
//!
//! A case is `NAME.in.EXT` with `NAME.calls.EXT`, one line a call, and the bytes that leave when the first, the
//! last or every call is refused. They are embedded, so that the same cases run in a wasm VM that has no
//! files. To add one, write its input and a line here; run the tests with `BLESS=1` to have what comes of
//! it written down, and read that before you commit it.

use super::frames;
use crate::wire::{Api, Framing};

pub(super) struct Case {
    pub(super) api: Api,
    pub(super) name: &'static str,
    pub(super) framing: Framing,
    pub(super) input: &'static str,
    pub(super) calls: &'static str,
    /// Which calls are refused, and what leaves then.
    pub(super) refusals: Vec<(Refuse, &'static str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refuse {
    First,
    Last,
    All,
}

impl Case {
    /// The body.
    pub(super) fn bytes(&self) -> Vec<u8> {
        encoded(self.framing, self.input)
    }

    /// How the case's files show a body.
    pub(super) fn shown(&self, body: &[u8]) -> String {
        shown(self.framing, body)
    }
}

/// The body that a file shows.
pub(super) fn encoded(framing: Framing, shown: &str) -> Vec<u8> {
    match framing {
        Framing::Frames => frames::encoded(shown),
        Framing::Document | Framing::Events | Framing::Elements | Framing::Lines => shown.as_bytes().to_vec(),
    }
}

/// A body as the cases' files show it.
pub(super) fn shown(framing: Framing, body: &[u8]) -> String {
    match framing {
        Framing::Frames => frames::shown(body),
        Framing::Document | Framing::Events | Framing::Elements | Framing::Lines => {
            std::str::from_utf8(body).expect("output is UTF-8").to_owned()
        }
    }
}

/// How the files of a framing are called, after the last dot.
const EXTENSIONS: &[(&str, Framing)] = &[
    ("json", Framing::Document),
    ("sse", Framing::Events),
    ("jsonarray", Framing::Elements),
    ("frames", Framing::Frames),
    ("jsonl", Framing::Lines),
];

#[cfg(not(target_family = "wasm"))]
pub(super) fn extension(framing: Framing) -> &'static str {
    EXTENSIONS.iter().find(|(_, known)| *known == framing).expect("a framing of the cases").0
}

fn framing(extension: &str) -> Framing {
    EXTENSIONS.iter().find(|(known, _)| *known == extension).expect("a framing of the cases").1
}

/// The events of a stream as the case's file shows it, each with all that belongs to it.
pub(super) fn events(framing: Framing, body: &str) -> Vec<&str> {
    match framing {
        Framing::Document => vec![body],
        Framing::Events => body.split_inclusive("\n\n").collect(),
        Framing::Elements => {
            let body = body.trim_end().strip_prefix('[').and_then(|body| body.strip_suffix("\n]"));
            body.expect("an array of elements").split("\n,\n").collect()
        }
        Framing::Frames | Framing::Lines => body.split_inclusive('\n').collect(),
    }
}

/// The stream that these events make.
#[cfg(not(target_family = "wasm"))]
pub(super) fn joined(framing: Framing, events: &[&str]) -> String {
    match framing {
        Framing::Elements => format!("[{}\n]", events.join("\n,\n")),
        Framing::Document | Framing::Events | Framing::Frames | Framing::Lines => events.concat(),
    }
}

impl Refuse {
    pub(super) fn refuses(self, call: usize, calls: usize) -> bool {
        match self {
            Self::First => call == 0,
            Self::Last => call + 1 == calls,
            Self::All => true,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "deny-first",
            Self::Last => "deny-last",
            Self::All => "deny-all",
        }
    }
}

macro_rules! file {
    ($api:literal, $name:literal, $kind:literal, $ext:literal) => {
        include_str!(concat!("../../../../tests/cases/streams/", $api, "/", $name, ".", $kind, ".", $ext))
    };
}

macro_rules! refusals {
    (none $api:literal $name:literal $ext:literal) => {
        vec![]
    };
    (one $api:literal $name:literal $ext:literal) => {
        vec![(Refuse::All, file!($api, $name, "deny-all", $ext))]
    };
    (many $api:literal $name:literal $ext:literal) => {
        vec![
            (Refuse::First, file!($api, $name, "deny-first", $ext)),
            (Refuse::Last, file!($api, $name, "deny-last", $ext)),
            (Refuse::All, file!($api, $name, "deny-all", $ext)),
        ]
    };
}

macro_rules! cases {
    ($($api:literal $name:literal $ext:literal $calls:ident,)*) => {
        pub(super) fn cases() -> Vec<Case> {
            vec![$(Case {
                api: Api::from_name($api).expect("an API of the table"),
                name: $name,
                framing: framing($ext),
                input: file!($api, $name, "in", $ext),
                calls: file!($api, $name, "calls", $ext),
                refusals: refusals!($calls $api $name $ext),
            },)*]
        }
    };
}

// API, name, framing, how many calls.
cases! {
    "anthropic" "text-only" "sse" none,
    "anthropic" "one-call" "sse" one,
    "anthropic" "two-calls" "sse" many,
    "anthropic" "call-only" "sse" one,
    "anthropic" "three-calls" "sse" many,
    "anthropic" "prefilled" "sse" one,
    "anthropic" "prefilled-repeated" "sse" one,
    "anthropic" "in-message-start" "sse" many,
    "anthropic" "interleaved-text" "sse" one,
    "anthropic" "thinking-before" "sse" many,
    "anthropic" "thinking-between" "sse" many,
    "anthropic" "text-behind" "sse" one,
    "anthropic" "provider-tool" "sse" none,
    "anthropic" "provider-tool-and-call" "sse" one,
    "anthropic" "stop-says-end-turn" "sse" one,
    "anthropic" "toolset" "sse" one,
    "anthropic" "comments-and-unnamed" "sse" one,
    "anthropic" "multi-line-data" "sse" many,
    "anthropic" "no-final-blank-line" "sse" one,
    "anthropic" "malformed-input" "sse" one,
    "anthropic" "error" "sse" none,
    "anthropic" "code-asks" "sse" many,
    "anthropic" "code-done" "sse" none,
    "anthropic" "code-done-then-call" "sse" one,
    "anthropic" "code-paused" "sse" none,
    "anthropic" "code-two" "sse" one,
    "anthropic" "text-only" "json" none,
    "anthropic" "one-call" "json" one,
    "anthropic" "two-calls" "json" many,
    "anthropic" "thinking-between" "json" many,
    "anthropic" "byte-order-mark" "json" one,
    "anthropic" "escaped-keys" "json" one,
    "anthropic" "max-tokens" "json" one,
    "anthropic" "big-numbers" "json" many,
    "anthropic" "code-asks" "json" many,
    "anthropic" "provider-tool" "json" none,
    "openai-chat" "text-only" "sse" none,
    "openai-chat" "one-call" "sse" one,
    "openai-chat" "two-calls" "sse" many,
    "openai-chat" "two-calls-in-one-delta" "sse" many,
    "openai-chat" "whole-call-with-role" "sse" one,
    "openai-chat" "two-choices" "sse" many,
    "openai-chat" "two-choices-in-one-chunk" "sse" many,
    "openai-chat" "custom-tool" "sse" one,
    "openai-chat" "legacy" "sse" one,
    "openai-chat" "after-finish" "sse" one,
    "openai-chat" "message-in-chunk" "sse" many,
    "openai-chat" "index-from-1" "sse" one,
    "openai-chat" "index-gap" "sse" many,
    "openai-chat" "no-index" "sse" many,
    "openai-chat" "arguments-object" "sse" one,
    "openai-chat" "no-done" "sse" one,
    "openai-chat" "no-finish" "sse" one,
    "openai-chat" "reasoning" "sse" many,
    "openai-chat" "text-behind" "sse" one,
    "openai-chat" "comments-and-azure" "sse" one,
    "openai-chat" "malformed-arguments" "sse" one,
    "openai-chat" "no-final-blank-line" "sse" one,
    "openai-chat" "error" "sse" none,
    "openai-chat" "all-in-first-chunk" "sse" many,
    "openai-chat" "text-around" "sse" many,
    "openai-chat" "text-only" "json" none,
    "openai-chat" "one-call" "json" one,
    "openai-chat" "two-calls" "json" many,
    "openai-chat" "two-choices" "json" many,
    "openai-chat" "custom-and-legacy" "json" many,
    "openai-chat" "legacy" "json" one,
    "openai-chat" "loose" "json" many,
    "openai-chat" "length" "json" one,
    "openai-chat" "error" "json" none,
    "openai-chat" "vllm" "sse" many,
    "openai-chat" "openrouter" "sse" one,
    "openai-chat" "openrouter-error" "sse" none,
    "openai-chat" "gemini" "sse" many,
    "openai-chat" "azure-filter" "sse" one,
    "openai-chat" "llama-cpp" "sse" one,
    "openai-chat" "deepseek" "json" many,
    "openai-chat" "groq" "json" one,
    "openai-chat" "audio" "json" one,
    "openai-responses" "approval-and-search" "sse" many,
    "openai-responses" "background" "sse" one,
    "openai-responses" "builtin-calls" "sse" many,
    "openai-responses" "caller-and-namespace" "sse" many,
    "openai-responses" "computer-call" "sse" one,
    "openai-responses" "custom-and-shell" "sse" many,
    "openai-responses" "empty-item" "sse" one,
    "openai-responses" "error" "sse" none,
    "openai-responses" "failed" "sse" one,
    "openai-responses" "goes-on" "sse" one,
    "openai-responses" "incomplete" "sse" many,
    "openai-responses" "malformed-arguments" "sse" one,
    "openai-responses" "no-final-blank-line" "sse" one,
    "openai-responses" "one-call" "sse" one,
    "openai-responses" "only-at-the-end" "sse" many,
    "openai-responses" "only-done" "sse" many,
    "openai-responses" "output-empty" "sse" one,
    "openai-responses" "output-null" "sse" one,
    "openai-responses" "provider-code" "sse" none,
    "openai-responses" "provider-hosted" "sse" none,
    "openai-responses" "provider-mcp" "sse" none,
    "openai-responses" "provider-search" "sse" none,
    "openai-responses" "text-between" "sse" many,
    "openai-responses" "text-only" "sse" none,
    "openai-responses" "two-calls" "sse" many,
    "openai-responses" "unnamed-and-done" "sse" one,
    "openai-responses" "whole-in-added" "sse" many,
    "openai-responses" "all-items" "json" many,
    "openai-responses" "arguments-object" "json" many,
    "openai-responses" "background-queued" "json" none,
    "openai-responses" "compaction" "json" one,
    "openai-responses" "error" "json" none,
    "openai-responses" "incomplete" "json" one,
    "openai-responses" "input-items" "json" many,
    "openai-responses" "one-call" "json" one,
    "openai-responses" "one-item" "json" one,
    "openai-responses" "one-message" "json" none,
    "openai-responses" "output-null" "json" none,
    "openai-responses" "provider-items" "json" none,
    "openai-responses" "refusal" "json" none,
    "openai-responses" "text-only" "json" none,
    "openai-responses" "two-calls" "json" many,
    "openai-assistants" "answered" "sse" many,
    "openai-assistants" "error" "sse" none,
    "openai-assistants" "in-one-delta" "sse" many,
    "openai-assistants" "malformed-arguments" "sse" one,
    "openai-assistants" "no-final-blank-line" "sse" one,
    "openai-assistants" "one-call" "sse" one,
    "openai-assistants" "only-at-the-end" "sse" many,
    "openai-assistants" "provider-tool" "sse" none,
    "openai-assistants" "provider-tool-behind" "sse" one,
    "openai-assistants" "text-only" "sse" none,
    "openai-assistants" "three-calls" "sse" many,
    "openai-assistants" "two-calls" "sse" many,
    "openai-assistants" "deleted" "json" none,
    "openai-assistants" "error" "json" none,
    "openai-assistants" "messages" "json" none,
    "openai-assistants" "one-call" "json" one,
    "openai-assistants" "provider-tool" "json" none,
    "openai-assistants" "queued" "json" none,
    "openai-assistants" "runs" "json" many,
    "openai-assistants" "schema" "json" one,
    "openai-assistants" "steps" "json" many,
    "openai-assistants" "text-only" "json" none,
    "openai-assistants" "thread" "json" none,
    "openai-assistants" "three-calls" "json" many,
    "openai-assistants" "two-calls" "json" many,
    "gemini" "blocked" "sse" none,
    "gemini" "call-only" "sse" one,
    "gemini" "code-execution-and-call" "sse" one,
    "gemini" "code-execution" "sse" none,
    "gemini" "comments" "sse" one,
    "gemini" "error" "sse" none,
    "gemini" "malformed-finish" "sse" many,
    "gemini" "no-args" "sse" one,
    "gemini" "no-final-blank-line" "sse" one,
    "gemini" "no-index" "sse" many,
    "gemini" "null-members" "sse" one,
    "gemini" "one-call" "sse" one,
    "gemini" "partial-args-in-one-part" "sse" one,
    "gemini" "partial-args-two" "sse" many,
    "gemini" "partial-args" "sse" one,
    "gemini" "snake-case" "sse" many,
    "gemini" "text-and-call-in-one-part" "sse" one,
    "gemini" "text-behind" "sse" one,
    "gemini" "text-only" "sse" none,
    "gemini" "thought-and-call" "sse" one,
    "gemini" "three-calls" "sse" many,
    "gemini" "two-calls-in-one-event" "sse" many,
    "gemini" "two-calls" "sse" many,
    "gemini" "two-candidates" "sse" many,
    "gemini" "big-numbers" "json" many,
    "gemini" "blocked" "json" none,
    "gemini" "byte-order-mark" "json" one,
    "gemini" "call-only" "json" one,
    "gemini" "error" "json" none,
    "gemini" "executable-code" "json" none,
    "gemini" "no-content" "json" none,
    "gemini" "one-call" "json" one,
    "gemini" "snake-case" "json" many,
    "gemini" "text-and-call-in-one-part" "json" one,
    "gemini" "text-only" "json" none,
    "gemini" "thought-and-call" "json" many,
    "gemini" "two-calls" "json" many,
    "gemini" "two-candidates" "json" many,
    "gemini" "two-signatures" "json" many,
    "gemini" "blocked" "jsonarray" none,
    "gemini" "call-only" "jsonarray" one,
    "gemini" "code-execution" "jsonarray" none,
    "gemini" "error" "jsonarray" none,
    "gemini" "one-call" "jsonarray" one,
    "gemini" "partial-args-two" "jsonarray" many,
    "gemini" "partial-args" "jsonarray" one,
    "gemini" "text-behind" "jsonarray" one,
    "gemini" "text-only" "jsonarray" none,
    "gemini" "three-calls" "jsonarray" many,
    "gemini" "two-calls" "jsonarray" many,
    "gemini" "two-candidates" "jsonarray" many,
    "gemini-interactions" "call-only" "sse" one,
    "gemini-interactions" "comments" "sse" one,
    "gemini-interactions" "continues" "sse" one,
    "gemini-interactions" "error" "sse" none,
    "gemini-interactions" "goes-on" "sse" many,
    "gemini-interactions" "malformed-arguments" "sse" one,
    "gemini-interactions" "no-arguments" "sse" one,
    "gemini-interactions" "no-done" "sse" one,
    "gemini-interactions" "one-call" "sse" one,
    "gemini-interactions" "only-at-the-end" "sse" many,
    "gemini-interactions" "prefilled" "sse" one,
    "gemini-interactions" "provider-tools" "sse" none,
    "gemini-interactions" "steps-at-the-end" "sse" many,
    "gemini-interactions" "text-behind" "sse" one,
    "gemini-interactions" "text-only" "sse" none,
    "gemini-interactions" "two-calls" "sse" many,
    "gemini-interactions" "unnamed" "sse" many,
    "gemini-interactions" "completed-with-a-call" "json" one,
    "gemini-interactions" "earlier-turns" "json" one,
    "gemini-interactions" "error" "json" none,
    "gemini-interactions" "one-call" "json" one,
    "gemini-interactions" "provider-tools" "json" none,
    "gemini-interactions" "queued" "json" none,
    "gemini-interactions" "text-only" "json" none,
    "gemini-interactions" "two-calls" "json" many,
    "bedrock-converse" "additional-fields" "frames" one,
    "bedrock-converse" "call-only" "frames" one,
    "bedrock-converse" "exception" "frames" none,
    "bedrock-converse" "gaps" "frames" many,
    "bedrock-converse" "malformed-input" "frames" one,
    "bedrock-converse" "no-metadata" "frames" one,
    "bedrock-converse" "one-call" "frames" one,
    "bedrock-converse" "server-tool-and-call" "frames" one,
    "bedrock-converse" "server-tool" "frames" none,
    "bedrock-converse" "text-behind" "frames" one,
    "bedrock-converse" "text-only" "frames" none,
    "bedrock-converse" "text-with-start" "frames" one,
    "bedrock-converse" "thinking-between" "frames" many,
    "bedrock-converse" "three-calls" "frames" many,
    "bedrock-converse" "two-calls" "frames" many,
    "bedrock-converse" "additional-fields" "json" one,
    "bedrock-converse" "error" "json" none,
    "bedrock-converse" "no-input" "json" one,
    "bedrock-converse" "one-call" "json" one,
    "bedrock-converse" "server-tool" "json" none,
    "bedrock-converse" "text-only" "json" none,
    "bedrock-converse" "thinking-between" "json" many,
    "bedrock-converse" "two-calls" "json" many,
    "bedrock-invoke" "exception" "frames" none,
    "bedrock-invoke" "one-call" "frames" one,
    "bedrock-invoke" "provider-tool" "frames" none,
    "bedrock-invoke" "text-only" "frames" none,
    "bedrock-invoke" "two-calls" "frames" many,
    "bedrock-invoke" "one-call" "json" one,
    "bedrock-invoke" "text-only" "json" none,
    "bedrock-invoke" "two-calls" "json" many,
    "mcp" "call" "json" one,
    "mcp" "call-of-a-revision" "json" one,
    "mcp" "list" "json" none,
    "mcp" "answer" "json" none,
    "ollama" "arguments-absent" "jsonl" one,
    "ollama" "call-only" "jsonl" one,
    "ollama" "error" "jsonl" none,
    "ollama" "generate" "jsonl" one,
    "ollama" "no-final-line-end" "jsonl" one,
    "ollama" "one-call" "jsonl" one,
    "ollama" "text-around" "jsonl" many,
    "ollama" "text-only" "jsonl" none,
    "ollama" "thinking" "jsonl" one,
    "ollama" "two-calls" "jsonl" many,
    "ollama" "two-calls-in-one-record" "jsonl" many,
    "ollama" "with-indices" "jsonl" many,
    "ollama" "error" "json" none,
    "ollama" "generate" "json" none,
    "ollama" "generate-calls" "json" many,
    "ollama" "one-call" "json" one,
    "ollama" "text-only" "json" none,
    "ollama" "thinking" "json" one,
    "ollama" "two-calls" "json" many,
    "cohere" "arguments-in-start" "sse" one,
    "cohere" "call-only" "sse" one,
    "cohere" "citations" "sse" one,
    "cohere" "error" "sse" none,
    "cohere" "malformed-arguments" "sse" one,
    "cohere" "no-arguments" "sse" one,
    "cohere" "no-done" "sse" one,
    "cohere" "no-final-blank-line" "sse" one,
    "cohere" "one-call" "sse" one,
    "cohere" "text-and-calls" "sse" many,
    "cohere" "text-behind" "sse" one,
    "cohere" "text-only" "sse" none,
    "cohere" "three-calls" "sse" many,
    "cohere" "two-calls" "sse" many,
    "cohere" "unnamed" "sse" one,
    "cohere" "error" "json" none,
    "cohere" "one-call" "json" one,
    "cohere" "text-and-calls" "json" many,
    "cohere" "text-only" "json" none,
    "cohere" "two-calls" "json" many,
    "cohere-v1" "call-only" "jsonl" one,
    "cohere-v1" "connectors" "jsonl" none,
    "cohere-v1" "error" "jsonl" none,
    "cohere-v1" "history" "jsonl" many,
    "cohere-v1" "no-parameters" "jsonl" one,
    "cohere-v1" "one-call" "jsonl" one,
    "cohere-v1" "only-at-the-end" "jsonl" many,
    "cohere-v1" "text-only" "jsonl" none,
    "cohere-v1" "three-calls" "jsonl" many,
    "cohere-v1" "two-calls" "jsonl" many,
    "cohere-v1" "without-pieces" "jsonl" one,
    "cohere-v1" "error" "json" none,
    "cohere-v1" "history" "json" many,
    "cohere-v1" "one-call" "json" one,
    "cohere-v1" "text-only" "json" none,
    "cohere-v1" "two-calls" "json" many,
    "cohere-v1" "warnings" "json" one,
    "mistral" "arguments-object" "sse" one,
    "mistral" "call-only" "sse" one,
    "mistral" "error" "sse" none,
    "mistral" "handoff" "sse" one,
    "mistral" "in-pieces" "sse" many,
    "mistral" "malformed-arguments" "sse" one,
    "mistral" "no-final-blank-line" "sse" one,
    "mistral" "one-call" "sse" one,
    "mistral" "pending" "sse" many,
    "mistral" "text-behind" "sse" one,
    "mistral" "text-only" "sse" none,
    "mistral" "tool-execution" "sse" one,
    "mistral" "two-calls" "sse" many,
    "mistral" "unnamed" "sse" one,
    "mistral" "arguments-object" "json" one,
    "mistral" "error" "json" none,
    "mistral" "history" "json" many,
    "mistral" "messages" "json" none,
    "mistral" "one-call" "json" one,
    "mistral" "pending" "json" one,
    "mistral" "text-only" "json" none,
    "mistral" "tool-execution" "json" one,
    "mistral" "two-calls" "json" many,
    "openai-chat" "mistral" "sse" many,
    "openai-chat" "mistral" "json" many,
    "openai-chat" "mistral-chunks" "sse" one,
    "openai-chat" "fim" "json" none,
    "anthropic-batches" "errored" "jsonl" none,
    "anthropic-batches" "one-call" "jsonl" one,
    "anthropic-batches" "text-only" "jsonl" none,
    "anthropic-batches" "three-results" "jsonl" many,
    "anthropic-batches" "two-calls" "jsonl" many,
    "anthropic-batches" "error" "json" none,
    "anthropic-batches" "in-progress" "json" none,
    "anthropic-batches" "list" "json" none,
    "anthropic-batches" "own-path" "json" none,
    "openai-batches" "embeddings" "jsonl" none,
    "openai-batches" "errors" "jsonl" none,
    "openai-batches" "mistral" "jsonl" one,
    "openai-batches" "one-call" "jsonl" one,
    "openai-batches" "responses" "jsonl" many,
    "openai-batches" "text-only" "jsonl" none,
    "openai-batches" "two-calls" "jsonl" many,
    "anthropic-sessions" "text-only" "sse" none,
    "anthropic-sessions" "one-call" "sse" one,
    "anthropic-sessions" "two-calls" "sse" many,
    "anthropic-sessions" "three-calls" "sse" many,
    "anthropic-sessions" "call-only" "sse" one,
    "anthropic-sessions" "provider-hosted" "sse" one,
    "anthropic-sessions" "self-hosted" "sse" one,
    "anthropic-sessions" "asks" "sse" many,
    "anthropic-sessions" "provider-mcp" "sse" none,
    "anthropic-sessions" "previews" "sse" one,
    "anthropic-sessions" "two-turns" "sse" many,
    "anthropic-sessions" "said-again" "sse" one,
    "anthropic-sessions" "of-a-subagent" "sse" one,
    "anthropic-sessions" "text-behind" "sse" one,
    "anthropic-sessions" "comments" "sse" one,
    "anthropic-sessions" "unnamed" "sse" one,
    "anthropic-sessions" "no-final-blank-line" "sse" one,
    "anthropic-sessions" "error" "sse" none,
    "anthropic-sessions" "text-only" "json" none,
    "anthropic-sessions" "one-call" "json" one,
    "anthropic-sessions" "two-calls" "json" many,
    "anthropic-sessions" "answered" "json" many,
    "anthropic-sessions" "asks" "json" one,
    "anthropic-sessions" "sent" "json" none,
    "anthropic-sessions" "session" "json" none,
    "anthropic-sessions" "error" "json" none,
    "openai-agents" "text-only" "sse" none,
    "openai-agents" "one-call" "sse" one,
    "openai-agents" "two-calls" "sse" many,
    "openai-agents" "three-calls" "sse" many,
    "openai-agents" "only-awaited" "sse" many,
    "openai-agents" "arguments-later" "sse" one,
    "openai-agents" "approvals" "sse" many,
    "openai-agents" "provider-items" "sse" none,
    "openai-agents" "two-turns" "sse" many,
    "openai-agents" "of-a-subagent" "sse" one,
    "openai-agents" "unnamed" "sse" one,
    "openai-agents" "no-final-blank-line" "sse" one,
    "openai-agents" "malformed-arguments" "sse" one,
    "openai-agents" "error" "sse" none,
    "openai-agents" "text-only" "json" none,
    "openai-agents" "one-call" "json" one,
    "openai-agents" "two-calls" "json" many,
    "openai-agents" "session" "json" many,
    "openai-agents" "session-that-waits-for-one" "json" one,
    "openai-agents" "sessions" "json" one,
    "openai-agents" "idle" "json" none,
    "openai-agents" "turn" "json" none,
    "openai-agents" "error" "json" none,
    "gemini-batches" "another-order" "json" many,
    "gemini-batches" "error" "json" none,
    "gemini-batches" "errors" "json" none,
    "gemini-batches" "failed" "json" none,
    "gemini-batches" "in-a-file" "json" none,
    "gemini-batches" "in-the-metadata" "json" many,
    "gemini-batches" "in-the-response" "json" many,
    "gemini-batches" "list" "json" many,
    "gemini-batches" "no-operation" "json" many,
    "gemini-batches" "one-call" "json" one,
    "gemini-batches" "pending" "json" none,
    "gemini-batches" "snake-case" "json" many,
    "gemini-batches" "text-only" "json" none,
    "gemini-batches" "three-answers" "json" many,
    "gemini-batches" "two-calls" "json" many,
    "gemini-batches" "vectors" "json" none,
    "gemini-batches" "errors" "jsonl" none,
    "gemini-batches" "one-call" "jsonl" one,
    "gemini-batches" "text-only" "jsonl" none,
    "gemini-batches" "three-results" "jsonl" many,
    "gemini-batches" "two-calls" "jsonl" many,
    "gemini-batches" "vectors" "jsonl" none,
}
