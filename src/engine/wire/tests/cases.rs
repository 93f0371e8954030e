//! The recorded bodies under `tests/cases/streams`, and what must come of each.
//!
//! A case is `NAME.in.EXT` with `NAME.calls.EXT`, one line a call, and the bytes that leave when the first, the
//! last or every call is refused. They are embedded, so that the same cases run in a wasm VM that has no
//! files. To add one, write its input and a line here; run the tests with `BLESS=1` to have what comes of
//! it written down, and read that before you commit it.

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
                framing: if $ext == "sse" { Framing::Events } else { Framing::Document },
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
    "openai-responses" "provider-items-too" "sse" none,
    "openai-responses" "provider-items" "sse" none,
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
    "openai-responses" "refusal" "json" none,
    "openai-responses" "text-only" "json" none,
    "openai-responses" "two-calls" "json" many,
}
