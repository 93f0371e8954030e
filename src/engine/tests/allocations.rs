//! Text that streams costs no allocation an event: an event that is as the one before is recognised by its bytes.
//!
//! Each codec reads streams of text of two lengths, an event a chunk, and may allocate no more for the longer but what
//! lets its own buffers grow. The allocator that counts is this program's own.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::expect_used, reason = "what a test does not expect fails it, where it happened")]

use toolgate_engine::limits::Limits;
use toolgate_engine::wire::{Api, Framing, Reading, RequestFacts};

/// Events in the shorter stream; the longer has twice as many.
const EVENTS: usize = 2_000;

/// A buffer that grows by doubling does so about once more in a stream of twice the length.
const BUFFERS: u64 = 8;

/// A stream of text: what comes before, and the event with this number and text.
struct Stream {
    api: Api,
    before: &'static str,
    event: fn(usize, &str) -> String,
}

const STREAMS: &[Stream] = &[
    Stream {
        api: Api::Anthropic,
        before: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        event: |_, text| {
            format!(
                "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n"
            )
        },
    },
    Stream {
        api: Api::OpenaiChat,
        before: "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n",
        event: |_, text| {
            format!(
                "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n"
            )
        },
    },
    Stream {
        api: Api::OpenaiResponses,
        before: "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r\",\"object\":\"response\",\"output\":[]}}\n\nevent: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"m\",\"role\":\"assistant\",\"status\":\"in_progress\",\"content\":[]}}\n\nevent: response.content_part.added\ndata: {\"type\":\"response.content_part.added\",\"sequence_number\":2,\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}}\n\n",
        event: |number, text| {
            let number = number + 3;
            format!(
                "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"sequence_number\":{number},\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\"{text}\",\"logprobs\":[],\"obfuscation\":\"x{number}\"}}\n\n"
            )
        },
    },
    Stream {
        api: Api::OpenaiAssistants,
        before: "event: thread.run.created\ndata: {\"id\":\"r\",\"object\":\"thread.run\",\"status\":\"queued\"}\n\n",
        event: |_, text| {
            format!(
                "event: thread.message.delta\ndata: {{\"id\":\"m\",\"object\":\"thread.message.delta\",\"delta\":{{\"content\":[{{\"index\":0,\"type\":\"text\",\"text\":{{\"value\":\"{text}\"}}}}]}}}}\n\n"
            )
        },
    },
    Stream {
        api: Api::Gemini,
        before: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Well.\"}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m\"}\n\n",
        event: |number, text| {
            format!(
                "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}],\"role\":\"model\"}},\"index\":0}}],\"usageMetadata\":{{\"promptTokenCount\":9,\"candidatesTokenCount\":{number},\"totalTokenCount\":{}}},\"modelVersion\":\"m\"}}\n\n",
                number + 9
            )
        },
    },
    Stream {
        api: Api::GeminiInteractions,
        before: "event: interaction.created\ndata: {\"event_type\":\"interaction.created\",\"interaction\":{\"id\":\"i\",\"status\":\"in_progress\"}}\n\nevent: step.start\ndata: {\"event_type\":\"step.start\",\"index\":0,\"step\":{\"type\":\"model_output\"}}\n\n",
        event: |_, text| {
            format!(
                "event: step.delta\ndata: {{\"event_type\":\"step.delta\",\"index\":0,\"delta\":{{\"type\":\"text\",\"text\":\"{text}\"}}}}\n\n"
            )
        },
    },
    Stream {
        api: Api::Cohere,
        before: "event: message-start\ndata: {\"id\":\"i\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[]}}}\n\nevent: content-start\ndata: {\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}}\n\n",
        event: |_, text| {
            format!(
                "event: content-delta\ndata: {{\"type\":\"content-delta\",\"index\":0,\"delta\":{{\"message\":{{\"content\":{{\"text\":\"{text}\"}}}}}}}}\n\n"
            )
        },
    },
    Stream {
        api: Api::Mistral,
        before: "event: conversation.response.started\ndata: {\"type\":\"conversation.response.started\",\"conversation_id\":\"c\"}\n\n",
        event: |_, text| {
            format!(
                "event: message.output.delta\ndata: {{\"type\":\"message.output.delta\",\"id\":\"m\",\"output_index\":0,\"content_index\":0,\"role\":\"assistant\",\"content\":\"{text}\"}}\n\n"
            )
        },
    },
    Stream {
        api: Api::AnthropicSessions,
        before: "event: event_start\ndata: {\"type\":\"event_start\",\"event\":{\"type\":\"agent.message\",\"id\":\"m\"}}\n\n",
        event: |_, text| {
            format!(
                "event: event_delta\ndata: {{\"type\":\"event_delta\",\"event_id\":\"m\",\"delta\":{{\"type\":\"content_delta\",\"index\":0,\"content\":{{\"type\":\"text\",\"text\":\"{text}\"}}}}}}\n\n"
            )
        },
    },
    Stream {
        api: Api::OpenaiAgents,
        before: "event: agent.session.turn.item.added\ndata: {\"type\":\"agent.session.turn.item.added\",\"event_id\":\"e\",\"item\":{\"type\":\"message\",\"id\":\"m\",\"role\":\"assistant\",\"content\":[]}}\n\n",
        event: |number, text| {
            format!(
                "event: agent.session.turn.output_text.delta\ndata: {{\"type\":\"agent.session.turn.output_text.delta\",\"event_id\":\"e{number}\",\"session_id\":\"s\",\"turn_id\":\"t\",\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\"{text}\",\"obfuscation\":\"x{number}\"}}\n\n"
            )
        },
    },
];

impl Stream {
    /// How often a codec allocates while it reads so many events of text.
    fn allocations(&self, events: usize) -> u64 {
        let chunks: Vec<String> =
            (0..events).map(|number| (self.event)(number, &format!("word {number} "))).collect();
        let mut codec =
            (self.api.entry().codec)(Framing::Events, Limits::default(), &RequestFacts::default());
        codec.read(self.before.as_bytes(), &mut Reading::default()).expect("the start of a stream is read");
        let mut passed = 0;
        let counted = allocation_counter::measure(|| {
            for chunk in &chunks {
                let mut out = Reading::default();
                codec.read(chunk.as_bytes(), &mut out).expect("text is read");
                passed += out.pass_chunk + out.pass_buffered.len();
            }
        });
        assert_eq!(
            passed,
            chunks.iter().map(String::len).sum::<usize>(),
            "{:?}: all of it passes at once",
            self.api
        );
        counted.count_total
    }
}

#[test]
fn text_that_streams_costs_no_allocation_an_event() {
    let counts: Vec<_> = STREAMS
        .iter()
        .map(|stream| (stream.api, stream.allocations(EVENTS), stream.allocations(2 * EVENTS)))
        .collect();
    let grown: Vec<_> = counts.iter().filter(|(_, one, two)| *two > one + BUFFERS).collect();
    assert!(grown.is_empty(), "these grow with the stream: {grown:?}, of {counts:?}");
}

/// Every API that streams events is counted, but for those whose events are another's.
#[test]
fn every_stream_of_events_is_counted() {
    for api in Api::ALL.iter().filter(|api| api.entry().framings.contains(&Framing::Events)) {
        assert!(STREAMS.iter().any(|stream| stream.api == *api), "{api:?} is not counted");
    }
}
