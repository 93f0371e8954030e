//! Which API a request goes to, by its method and path.
//!
//! A path is matched by its end, since gateways and cloud variants put prefixes in front. What is not
//! known to carry no tool call is [`Endpoint::Unknown`], and refused: a stored conversation, a batch's
//! results and a file's content can all hold calls that nobody judged.

use super::target::{Plain, decoded, plain};
use super::{Api, Endpoint};

/// Where a request with this method and `:path` goes. The path is taken as it stands in the request: with
/// query, percent-encoded.
pub fn endpoint(method: &str, path: &str) -> Endpoint {
    if has_another_request(path) {
        return Endpoint::Unknown;
    }
    let Some(Plain { path, whole_segments }) = plain(path) else { return Endpoint::Unknown };
    // An agent of the provider's behind another API: its tools are not in the request.
    if path.contains("/protocols/") {
        return Endpoint::Unknown;
    }
    if let Some(whole_segments) = whole_segments {
        // An encoded slash in the name of a model, and both readings of the path agree on what answers.
        return match (owner(method, &path), owner(method, &whole_segments)) {
            (Some(one), Some(other)) if one == other => one,
            _ => Endpoint::Unknown,
        };
    }
    if let Some(owned) = owner(method, &path) {
        return owned;
    }
    if owner("POST", &path).is_some() {
        // Some servers take the method from a header.
        return Endpoint::Unknown;
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let known = HARMLESS.iter().any(|(methods, end)| {
        methods.split(' ').any(|known| known == method)
            && segments.len() >= end.len()
            && segments.iter().rev().zip(end.iter().rev()).all(|(segment, pattern)| matches(segment, pattern))
    });
    if known { Endpoint::Harmless } else { Endpoint::Unknown }
}

/// Whether the query tells a server that reads such things to take another method, headers or body than came.
fn has_another_request(path: &str) -> bool {
    const NAMES: &[&str] =
        &["$httpmethod", "$httpheaders", "$ct", "$req", "_method", "x-http-method-override"];
    let pairs = path.split_once('?').map(|(_, query)| query.split('&'));
    pairs.into_iter().flatten().any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        // One that cannot be decoded is some server's own matter.
        decoded(name).is_some_and(|name| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)))
    })
}

/// What a generating endpoint is; `None` where no API has one. Names that clients choose may make a path that of two.
fn owner(method: &str, path: &str) -> Option<Endpoint> {
    let mut owners = Api::ALL.iter().filter(|api| (api.entry().owns)(method, path));
    let first = owners.next()?;
    Some(if owners.next().is_none() { Endpoint::Generates(*first) } else { Endpoint::Unknown })
}

/// Whether a segment is as a pattern says: the same, any for `*`, and for `*:verb` any with that verb. What has a verb
/// that may generate, or give the content of a file, is not just any: names of models have colons too, so it is known by
/// its words.
fn matches(segment: &str, pattern: &str) -> bool {
    let answers = || {
        let verb = segment.rsplit_once(':').map(|(_, verb)| verb.to_ascii_lowercase());
        verb.is_some_and(|verb| ["generat", "predict", "download"].iter().any(|word| verb.contains(word)))
    };
    match pattern.strip_prefix('*') {
        Some("") => !answers(),
        Some(verb) => segment.strip_suffix(verb).is_some_and(|name| !name.is_empty()),
        None => segment == pattern,
    }
}

/// The segments of what stands below a place in a path; `None` where the path does not go through it.
pub(crate) fn below<'p>(path: &'p str, place: &str) -> Option<Vec<&'p str>> {
    let (_, below) = path.rsplit_once(place)?;
    let mut segments = below.split('/');
    (segments.next() == Some("")).then(|| segments.collect())
}

/// Endpoints whose answers carry no tool call: methods, and the last segments of the path, `*` for any one.
///
/// Not here, on purpose: contents of files and results of batches (they hold whole answers), lists of
/// stored completions and conversations, and every endpoint that merely happens to have no calls today.
const HARMLESS: &[(&str, &[&str])] = &[
    ("GET HEAD", &["models"]),
    ("GET HEAD", &["models", "*"]),
    ("POST", &["embeddings"]),
    ("POST", &["v1", "embed"]),
    ("POST", &["v2", "embed"]),
    ("POST", &["moderations"]),
    ("POST", &["guardrail", "*", "version", "*", "apply"]),
    ("POST", &["knowledgebases", "*", "retrieve"]),
    ("POST", &["rerank"]),
    ("POST", &["classify"]),
    ("POST", &["classifications"]),
    ("POST", &["tokenize"]),
    ("POST", &["detokenize"]),
    ("POST", &["check-api-key"]),
    ("POST", &["ocr"]),
    ("POST", &["messages", "count_tokens"]),
    ("POST", &["responses", "input_tokens"]),
    ("DELETE", &["responses", "*"]),
    ("DELETE", &["interactions", "*"]),
    ("POST", &["model", "*", "count-tokens"]),
    ("POST", &["models", "*:countTokens"]),
    ("POST", &["models", "*:computeTokens"]),
    ("POST", &["models", "*:embedContent"]),
    ("POST", &["models", "*:batchEmbedContents"]),
    ("POST", &["images", "generations"]),
    ("POST", &["images", "edits"]),
    ("POST", &["images", "variations"]),
    ("POST", &["audio", "speech"]),
    ("POST", &["audio", "transcriptions"]),
    ("POST", &["audio", "translations"]),
    ("GET POST", &["files"]),
    ("GET DELETE", &["files", "*"]),
    ("GET POST", &["vector_stores"]),
    ("GET POST DELETE", &["vector_stores", "*"]),
    ("POST", &["vector_stores", "*", "search"]),
    ("POST", &["vector_stores", "*", "files", "*"]),
    ("POST", &["vector_stores", "*", "file_batches"]),
    ("GET", &["vector_stores", "*", "file_batches", "*"]),
    ("POST", &["vector_stores", "*", "file_batches", "*", "cancel"]),
    // Which session a worker of the client's own is to serve. What happens in it, its events say.
    ("GET", &["environments", "*", "work"]),
    ("GET", &["environments", "*", "work", "poll"]),
    ("GET POST", &["environments", "*", "work", "*"]),
    ("POST", &["environments", "*", "work", "*", "ack"]),
    ("POST", &["environments", "*", "work", "*", "heartbeat"]),
    ("POST", &["environments", "*", "work", "*", "stop"]),
    ("POST", &["uploads"]),
    ("POST", &["uploads", "*", "parts"]),
    ("POST", &["uploads", "*", "complete"]),
    ("POST", &["uploads", "*", "cancel"]),
    ("POST", &["api", "embed"]),
    ("GET", &["api", "tags"]),
    ("GET", &["api", "ps"]),
    ("GET", &["api", "version"]),
    ("POST", &["api", "show"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_by_its_end() {
        for (method, path, api) in [
            ("POST", "/v1/messages", Api::Anthropic),
            ("POST", "/v1/messages?beta=true", Api::Anthropic),
            ("POST", "//v1//messages/", Api::Anthropic),
            ("POST", "/anthropic/v1/mess%61ges", Api::Anthropic),
            ("POST", "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict", Api::Anthropic),
            ("POST", "/v1/chat/completions", Api::OpenaiChat),
            ("POST", "/openai/deployments/d/chat/completions?api-version=2024-10-21", Api::OpenaiChat),
            ("POST", "/v1beta/openai/chat/completions", Api::OpenaiChat),
            ("GET", "/v1/chat/completions/chatcmpl-1", Api::OpenaiChat),
            ("POST", "/v1/responses", Api::OpenaiResponses),
            ("POST", "/openai/v1/responses?api-version=preview", Api::OpenaiResponses),
            ("POST", "/v1/responses/compact", Api::OpenaiResponses),
            ("POST", "/v1/responses/resp_1/cancel", Api::OpenaiResponses),
            ("GET", "/v1/responses/resp_1?stream=true&starting_after=7", Api::OpenaiResponses),
            ("GET", "/v1/responses/resp_1/input_items?limit=100", Api::OpenaiResponses),
            ("GET", "/v1/conversations/conv_1/items", Api::OpenaiResponses),
            ("POST", "/v1/conversations/conv_1/items", Api::OpenaiResponses),
            ("GET", "/v1/conversations/conv_1/items/fc_1", Api::OpenaiResponses),
            ("POST", "/v1/threads", Api::OpenaiAssistants),
            ("POST", "/v1/threads/runs", Api::OpenaiAssistants),
            ("POST", "/openai/threads/thread_1/runs?api-version=2024-05-01-preview", Api::OpenaiAssistants),
            ("GET", "/v1/threads/thread_1/runs?limit=20", Api::OpenaiAssistants),
            ("GET", "/v1/threads/thread_1/runs/run_1", Api::OpenaiAssistants),
            ("POST", "/v1/threads/thread_1/runs/run_1/submit_tool_outputs", Api::OpenaiAssistants),
            ("POST", "/v1/threads/thread_1/runs/run_1/cancel", Api::OpenaiAssistants),
            ("GET", "/v1/threads/thread_1/runs/run_1/steps", Api::OpenaiAssistants),
            ("GET", "/v1/threads/thread_1/runs/run_1/steps/step_1", Api::OpenaiAssistants),
            ("GET", "/v1/threads/thread_1/messages", Api::OpenaiAssistants),
            ("DELETE", "/v1/threads/thread_1", Api::OpenaiAssistants),
            ("POST", "/v1beta/models/gemini-x:generateContent", Api::Gemini),
            ("POST", "/v1beta/models/gemini-x%3AstreamGenerateContent?alt=sse", Api::Gemini),
            (
                "POST",
                "/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent",
                Api::Gemini,
            ),
            ("POST", "/v1/projects/p/locations/l/endpoints/1:generateContent", Api::Gemini),
            ("POST", "/v1beta/tunedModels/t:generateContent", Api::Gemini),
            ("POST", "/v1beta/interactions", Api::GeminiInteractions),
            ("POST", "/model/us.anthropic.claude-x-v1%3A0/converse", Api::BedrockConverse),
            ("POST", "/bedrock/model/m/converse-stream", Api::BedrockConverse),
            ("POST", "/model/anthropic.claude-x-v1:0/invoke", Api::BedrockInvoke),
            ("POST", "/model/m/invoke-with-response-stream", Api::BedrockInvoke),
            ("POST", "/agents/A1/agentAliases/TSTALIASID/sessions/s.1_2%3A3/text", Api::BedrockAgents),
            ("POST", "/bedrock-agent/agents/A1/agentAliases/B/sessions/s/text/", Api::BedrockAgents),
            ("POST", "/agents/s-1", Api::BedrockAgents),
            ("POST", "/harnesses/invoke?harnessArn=arn%3Aaws%3Ax&qualifier=q", Api::BedrockAgentcore),
            ("POST", "/agentcore/harnesses/invoke", Api::BedrockAgentcore),
            ("POST", "/bedrock-agent/agents/s-1?x=y", Api::BedrockAgents),
            ("GET", "/v1beta/interactions/i?stream=true&last_event_id=e", Api::GeminiInteractions),
            ("POST", "/v1beta/interactions/i/cancel", Api::GeminiInteractions),
            ("POST", "/v1/agents/completions", Api::OpenaiChat),
            ("POST", "/v1/fim/completions", Api::OpenaiChat),
            ("POST", "/v1/conversations", Api::Mistral),
            ("POST", "/v1/conversations/conv_1", Api::Mistral),
            ("POST", "/v1/conversations/conv_1/restart", Api::Mistral),
            ("GET", "/v1/conversations/conv_1/history", Api::Mistral),
            ("GET", "/v1/conversations/conv_1/messages", Api::Mistral),
            ("POST", "/anthropic/v1/messages/batches?beta=true", Api::AnthropicBatches),
            ("GET", "/v1/messages/batches", Api::AnthropicBatches),
            ("GET", "/v1/messages/batches/b", Api::AnthropicBatches),
            ("POST", "/v1/messages/batches/b/cancel", Api::AnthropicBatches),
            ("GET", "/v1/messages/batches/b/results", Api::AnthropicBatches),
            ("GET", "/v1/files/file-1/content", Api::OpenaiBatches),
            ("POST", "/v1/sessions?beta=true", Api::AnthropicSessions),
            ("DELETE", "/v1/sessions/s", Api::AnthropicSessions),
            ("GET", "/v1/sessions/s/events/stream", Api::AnthropicSessions),
            ("POST", "/v1/sessions/s/events", Api::AnthropicSessions),
            ("GET", "/v1/sessions/s/threads/t/events", Api::AnthropicSessions),
            ("GET", "/v1/sessions/s/threads/t/stream", Api::AnthropicSessions),
            ("POST", "/v1/sessions/s/archive", Api::AnthropicSessions),
            ("POST", "/v1/agents/sessions", Api::OpenaiAgents),
            ("GET", "/v1/agents/sessions/s", Api::OpenaiAgents),
            ("GET", "/v1/agents/sessions/s/events", Api::OpenaiAgents),
            ("GET", "/v1/agents/sessions/s/turns/t/items", Api::OpenaiAgents),
            ("GET", "/v1/agents/sessions/s/subagents/u/items", Api::OpenaiAgents),
            ("POST", "/v1beta/models/m:batchGenerateContent", Api::GeminiBatches),
            ("POST", "/gemini/v1beta/tunedModels/t:batchGenerateContent?key=k", Api::GeminiBatches),
            ("POST", "/v1beta/models/m:asyncBatchEmbedContent", Api::GeminiBatches),
            ("GET", "/v1beta/batches?pageSize=10", Api::GeminiBatches),
            ("GET", "/v1beta/batches/b", Api::GeminiBatches),
            ("GET", "/v1alpha/batches/b/", Api::GeminiBatches),
            ("GET", "/gemini/v1/batches", Api::GeminiBatches),
            ("GET", "/v1/batches/b", Api::GeminiBatches),
            ("POST", "/v1/batches/b:cancel", Api::GeminiBatches),
            ("DELETE", "/v1/batches/b", Api::GeminiBatches),
            ("DELETE", "/v1beta/batches/b", Api::GeminiBatches),
            ("POST", "/v1beta/batches/b%3Acancel", Api::GeminiBatches),
            ("GET", "/download/v1beta/files/f:download?alt=media", Api::GeminiBatches),
            ("GET", "/v1beta/files/f%3Adownload?alt=media", Api::GeminiBatches),
            ("GET", "/v1/files/f:download?alt=media", Api::GeminiBatches),
            ("POST", "/v2/chat", Api::Cohere),
            ("POST", "/v1/chat", Api::CohereV1),
            ("POST", "/api/chat", Api::Ollama),
            ("POST", "/ollama/api/generate", Api::Ollama),
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Generates(api), "{method} {path}");
        }
    }

    #[test]
    fn an_encoded_slash_is_taken_where_both_readings_agree() {
        for (method, path, expected) in [
            ("POST", "/projects/a%2Fb/v1/messages", Endpoint::Generates(Api::Anthropic)),
            ("POST", "/a%2fb%2Fc/chat/completions?x=%2F", Endpoint::Generates(Api::OpenaiChat)),
            (
                "POST",
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fm/converse",
                Endpoint::Generates(Api::BedrockConverse),
            ),
            ("POST", "/model/a%2Fb%2Fconverse", Endpoint::Unknown),
            ("POST", "/model%2Fa/converse", Endpoint::Unknown),
            ("POST", "/model/a%2Fb/count-tokens", Endpoint::Unknown),
            ("POST", "/v1%2Fmessages", Endpoint::Unknown),
            ("POST", "/v1/messages/a%2F../chat/completions", Endpoint::Unknown),
            ("POST", "/a%2F%2Fb/v1/messages", Endpoint::Unknown),
            ("POST", "/%2Fb/v1/messages", Endpoint::Unknown),
            ("GET", "/v1/a%2Fb/models", Endpoint::Unknown),
            ("POST", "/v1/a%252Fb/chat/completions", Endpoint::Unknown),
        ] {
            assert_eq!(endpoint(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn what_carries_no_call_is_known_by_name() {
        for (method, path) in [
            ("GET", "/v1/models"),
            ("GET", "/v1/models/claude-x?x=1"),
            ("GET", "/v1/models/ft:small-x:corp::7p4"),
            ("POST", "/v1/embeddings"),
            ("POST", "/v1/messages/count_tokens?beta=true"),
            ("POST", "/v1/files"),
            ("GET", "/v1beta/files/f"),
            ("POST", "/v1/responses/input_tokens"),
            ("DELETE", "/v1/responses/resp_1"),
            ("POST", "/v1beta/models/m:countTokens"),
            ("DELETE", "/v1beta/interactions/i"),
            ("POST", "/model/m/count-tokens"),
            ("POST", "/v1beta/models/m:embedContent?key=k"),
            ("POST", "/v1beta/models/m:batchEmbedContents"),
            ("GET", "/api/tags"),
            ("POST", "/api/embed"),
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Harmless, "{method} {path}");
        }
    }

    #[test]
    fn everything_else_is_unknown() {
        for (method, path) in [
            ("GET", "/v1/messages"),
            // Sessions of Bedrock's agents, whose names their clients choose.
            ("POST", "/agents/completions"),
            ("POST", "/agents/responses"),
            ("POST", "/agents/threads"),
            ("POST", "/agents/interactions"),
            ("POST", "/agents/sessions"),
            ("POST", "/api/projects/p/agents/a/endpoint/protocols/openai/responses"),
            ("POST", "/applications/a/protocols/openai/responses"),
            ("PUT", "/v1/responses"),
            ("GET", "/v1/responses"),
            ("GET", "/v1/responses/resp_1/events"),
            ("POST", "/v1/responses/resp_1"),
            ("GET", "/v1/conversations"),
            ("POST", "/v1/conversations/conv_1/history"),
            ("GET", "/v1/conversations/conv_1/restart"),
            ("GET", "/v1/conversations/conv_1"),
            ("POST", "/v1/models"),
            ("POST", "/v1/files/file-1/content"),
            ("GET", "/v1/files/file-1/content/x"),
            ("POST", "/v1/messages/batches/b/results"),
            ("GET", "/v1/messages/batches/b/c/results"),
            ("GET", "/v1/messages/batchesx"),
            ("POST", "/v1/batches"),
            ("GET", "/v1/batches/batch_1"),
            ("POST", "/v1/batches/batch_1/cancel"),
            ("GET", "/v2/batches"),
            ("GET", "/v1/chat/completions/c/messages"),
            ("POST", "/v1/models/..%2fmessages"),
            ("GET", "/v1/responses/../models"),
            ("GET", "/v1/responses/%2e%2e/models"),
            ("GET", "/v1/responses/r%2fmodels"),
            ("GET", "/v1/x/models%00"),
            ("DELETE", "/v1/responses/resp_1?_method=GET"),
            ("POST", "/v1/responses?x=y&%24httpMethod=GET"),
            ("POST", "/v1beta/models/m:countTokens?$HTTPHeaders=x"),
            ("POST", "/v1beta/models/m:generateContent?alt=sse&$req=x"),
            ("GET", "/v1/x;/models"),
            ("GET", "/v1/%zz/models"),
            ("POST", "/v1/responses#/v1/embeddings"),
            ("POST", "/v1/embeddings#/../responses"),
            ("GET", "/v1beta/models/m:batchGenerateContent"),
            ("POST", "/v1beta/models/:batchGenerateContent"),
            ("POST", "/v1beta/endpoints/e:batchGenerateContent"),
            ("POST", "/v1internal:generateContent"),
            ("POST", "/v1beta/models/:generateContent"),
            ("POST", "/v1beta/models/:countTokens"),
            ("GET", "/v1beta/models/m:generateContent"),
            ("GET", "/v1beta/models/m:bidiGenerateContent"),
            ("GET", "/v1/models/m:serverStreamingPredict"),
            ("HEAD", "/v1beta/models/m:streamGenerateContent"),
            ("POST", "/v1beta/batches"),
            ("POST", "/v1beta/batches/b"),
            ("DELETE", "/v1beta/batches"),
            ("HEAD", "/v1beta/batches/b"),
            ("GET", "/v1beta/batches/b:cancel"),
            ("DELETE", "/v1beta/batches/b:cancel"),
            ("GET", "/v1beta/batches/b:download"),
            ("POST", "/v1beta/batches/:cancel"),
            ("PATCH", "/v1beta/batches/b:updateGenerateContentBatch"),
            ("GET", "/v1beta/batches/b/results"),
            ("GET", "/v1beta/openai/batches/b"),
            ("POST", "/v1beta/openai/batches"),
            ("GET", "/v1beta1/projects/p/locations/l/batchPredictionJobs/1"),
            ("POST", "/v1beta1/projects/p/locations/l/batchPredictionJobs"),
            ("GET", "/v1beta/files/f:Download?alt=media"),
            ("GET", "/v1beta/files/f:download:download2"),
            ("GET", "/v1beta/files/:download"),
            ("HEAD", "/v1beta/files/f:download"),
            ("DELETE", "/v1beta/files/f:download"),
            ("POST", "/v1beta/files/f:download"),
            ("POST", "/v1beta/cachedContents"),
            ("GET", "/v1beta/interactions"),
            ("POST", "/model/m/invoke-with-bidirectional-stream"),
            ("POST", "/model/converse"),
            ("GET", "/model/m/converse"),
            ("POST", "/async-invoke"),
            ("GET", "/agents/a/agentAliases/b/sessions/c/text"),
            ("POST", "/agents/a/agentAliases/b/sessions/c/text/x"),
            ("POST", "/agents/a/agentAliases/b/sessions/text"),
            ("POST", "/agents/a/agentaliases/b/sessions/c/text"),
            ("POST", "/agents/a%2Fb"),
            ("POST", "/agents/a/b"),
            ("POST", "/agents/a b"),
            ("POST", "/v1/agents/a"),
            ("POST", "/v1beta/agents/a"),
            ("DELETE", "/agents/a/agentAliases/b/agentMemories"),
            ("POST", "/flows/f/aliases/a"),
            ("PUT", "/sessions/s"),
            ("PATCH", "/agents/a"),
            ("GET", "/harnesses/invoke"),
            ("POST", "/harnesses/h/invoke"),
            ("POST", "/harnesses"),
            ("POST", "/runtimes/r/invocations"),
            ("POST", "/harnesses/invoke/x"),
            ("POST", "/v1beta/interactions/i"),
            ("GET", "/v1beta/interactions/i/cancel"),
            ("GET", "/v1/threads"),
            ("DELETE", "/v1/threads/thread_1/runs/run_1"),
            ("POST", "/v1/threads/thread_1/runs/run_1/steps"),
            ("GET", "/v1/threads/thread_1/runs/run_1/submit_tool_outputs"),
            ("GET", "/v1/threads/thread_1/runs/run_1/steps/step_1/x"),
            ("GET", "/v1/threadsx/thread_1"),
            ("POST", "/v1/assistants"),
            ("GET", "/v1/chatkit/threads"),
            ("POST", "/v1/chatkit/threads"),
            ("GET", "/v1/chatkit/threads/cthr_1"),
            ("DELETE", "/v1/chatkit/threads/cthr_1"),
            ("GET", "/v1/chatkit/threads/cthr_1/items"),
            ("GET", "/v1/chatkit/threads/cthr_1/messages"),
            ("POST", "/v1/chatkit/threads/runs"),
            ("GET", "/v1/agents"),
            ("POST", "/v1/agents/a"),
            ("GET", "/v1/agents/sessions/s/traces"),
            ("GET", "/v1/agents/sessions/s/artifacts/a/content"),
            ("POST", "/v1/agents/sessions/s/items"),
            ("GET", "/v1/agents/sessionsx/s"),
            ("POST", "/v1/sessions/s/events/stream"),
            ("GET", "/v1/sessions/s/events/e"),
            ("GET", "/v1/sessions/s/events/stream/x"),
            ("PUT", "/v1/sessions/s"),
            ("GET", "/v1/sessionsx"),
            ("GET", "/api/chat"),
            ("POST", "/api/pull"),
            ("GET", "models"),
            ("GET", "*"),
            ("GET", "/"),
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Unknown, "{method} {path}");
        }
    }
}
