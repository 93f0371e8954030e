//! Bodies of responses with status 4xx or 5xx: which of them may pass.
//!
//! SDKs raise on such a status and show the body to a person; none was seen to look for calls in it. Yet an
//! agent's own code may. So an error body passes when it is an error in the form of the API that was asked,
//! or of one that gateways in front of it use, or text that no client parses at all; anything that looks
//! like an answer does not.

use super::{Api, Unreadable, UnreadableWhy, alike, shape};
use crate::json::{Document, Node};
use crate::limits::Limits;

/// Whether the body of an error response may pass as it is.
///
/// # Errors
/// [`Unreadable`] if it could be taken for an answer: then it is replaced by the API's own
/// [`error_body`](super::ApiEntry::error_body).
pub fn judge(api: Api, body: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Unreadable { what: UnreadableWhy::Framing("invalid UTF-8 in an error body") })?;
    let text = text.trim_start_matches('\u{feff}').trim_ascii();
    if text.is_empty() || is_plain(text) {
        return Ok(());
    }
    let document = Document::parse(text.as_bytes().to_vec(), limits.depth)?;
    if (api.entry().is_error_body)(&document) || is_gateway_error(document.root()) {
        return Ok(());
    }
    Err(shape("an error response whose body is not an error of this API"))
}

/// Text that begins neither like JSON nor like an event stream. A proxy's `upstream connect error` and a
/// load balancer's HTML page are such.
fn is_plain(text: &str) -> bool {
    let json = text.starts_with(['{', '[', '"']);
    let events = text.split(['\n', '\r']).any(|line| {
        let name = line.split_once(':').map_or(line, |(name, _)| name);
        matches!(name, "data" | "event")
    });
    !json && !events && !text.contains('\0')
}

/// Errors of what stands in front of an API: an object with nothing but short words and numbers in it,
/// such as `{"detail":"not found"}` or `{"code":401,"message":"no key"}`.
fn is_gateway_error(root: &Node) -> bool {
    const KEYS: &[&str] = &[
        "code",
        "detail",
        "error",
        "error_code",
        "error_description",
        "error_type",
        "message",
        "msg",
        "object",
        "param",
        "path",
        "reason",
        "request_id",
        "requestId",
        "status",
        "statusCode",
        "success",
        "timestamp",
        "title",
        "trace_id",
        "type",
    ];
    !root.members().is_empty()
        && root.members().iter().all(|member| {
            let scalar = member.node.members().is_empty() && member.node.elements().is_none();
            KEYS.contains(&member.key.as_str()) && scalar
        })
}

/// `{"error": …}` with an object that holds no more than an error does, beside `allowed` other keys.
pub(crate) fn is_error_object(root: &Node, allowed: &[&str]) -> bool {
    let error = root.get("error");
    let known =
        root.members().iter().all(|member| member.key == "error" || allowed.contains(&member.key.as_str()));
    known && error.is_some_and(|error| error.get("message").is_some() && !mentions_answer(error))
}

/// Whether any object below has a key that only answers have.
fn mentions_answer(node: &Node) -> bool {
    const ANSWERS: &[&str] = &[
        "choices",
        "tool_calls",
        "function_call",
        "tool_use",
        "input",
        "arguments",
        "output",
        "candidates",
        "functionCall",
    ];
    alike::any(node, &|node| alike::has_key(node, |key| ANSWERS.contains(&key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(api: Api, body: &str) -> bool {
        judge(api, body.as_bytes(), &Limits::default()).is_ok()
    }

    #[test]
    fn errors_of_the_api_and_of_proxies_pass() {
        for (api, body) in [
            (
                Api::Anthropic,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ),
            (
                Api::Anthropic,
                r#"{"type":"error","error":{"type":"not_found_error","message":"x","details":{"error_code":"y"}},"request_id":"req_1"}"#,
            ),
            (
                Api::OpenaiChat,
                r#"{"error":{"message":"no","type":"invalid_request_error","param":"input","code":null}}"#,
            ),
            (
                Api::OpenaiChat,
                r#"{"error":{"message":"no","code":403,"metadata":{"provider_name":"p"}},"user_id":"u"}"#,
            ),
            (
                Api::OpenaiChat,
                r#"{"error":{"message":"filtered","code":"content_filter","innererror":{"code":"r","content_filter_result":{"hate":{"filtered":true}}}}}"#,
            ),
            (Api::OpenaiChat, r#"{"detail":"Not Found"}"#),
            (
                Api::OpenaiChat,
                r#"{"object":"error","message":"m","type":"NotFoundError","param":null,"code":404}"#,
            ),
            (
                Api::Gemini,
                r#"{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","metadata":{"service":"x"}}]}}"#,
            ),
            (
                Api::Gemini,
                "[{\n  \"error\": {\"code\": 503, \"message\": \"overloaded\", \"status\": \"UNAVAILABLE\"}\n}\n]",
            ),
            (Api::GeminiBatches, r#"{"error":{"code":404,"message":"no such batch","status":"NOT_FOUND"}}"#),
            (Api::BedrockConverse, r#"{"message":"no such model"}"#),
            (Api::BedrockAgents, r#"{"message":"Dependency resource: received model timeout"}"#),
            (Api::BedrockInvoke, r#"{"__type":"ThrottlingException","message":"slower"}"#),
            (Api::BedrockInvoke, r#"{"Message":"no","originalStatusCode":424,"resourceName":"m"}"#),
            (Api::GeminiInteractions, r#"{"error":{"code":"not_found","message":"no"}}"#),
            (
                Api::AnthropicSessions,
                r#"{"type":"error","error":{"type":"not_found_error","message":"no such session"},"request_id":"req_1"}"#,
            ),
            (
                Api::OpenaiAgents,
                r#"{"error":{"message":"Unknown pending tool call: c","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
            ),
            (Api::Cohere, r#"{"id":"9b1d","message":"invalid api token"}"#),
            (Api::Ollama, r#"{"error":"model \"x\" not found"}"#),
            (Api::Anthropic, "upstream connect error or disconnect/reset before headers"),
            (Api::Anthropic, "<html><body>502 Bad Gateway</body></html>"),
            (Api::Anthropic, ""),
        ] {
            assert!(passes(api, body), "{body}");
        }
    }

    #[test]
    fn answers_do_not() {
        for body in [
            r#"{"type":"message","role":"assistant","content":[]}"#,
            r#"{"choices":[]}"#,
            r#"{"error":{"message":"no"},"choices":[]}"#,
            r#"{"error":{"message":"no","tool_calls":[]}}"#,
            r#"{"type":"error","error":{"message":"no"},"content":[]}"#,
            r#"{"message":{"content":[]}}"#,
            r#"{"detail":[{"input":1}]}"#,
            r#"{"message":"no","output":{"message":{"content":[]}}}"#,
            r#"{"status":"completed","steps":[]}"#,
            r#"{"data":[],"next_page":null}"#,
            r#"{"object":"list","data":[]}"#,
            r#"{"type":"error","error":{"message":"no"},"data":[]}"#,
            r#"{"error":{"message":"no"},"object":"agent.session"}"#,
            r#"{"name":"batches/b","metadata":{},"error":{"message":"no"}}"#,
            r#"[{"error":{}}]"#,
            r#"[{"error":{"message":"no"}},{"candidates":[]}]"#,
            r#"{"error":{"message":"no","functionCall":{}}}"#,
            r#"{"error":{"message":"a","message":"b"}}"#,
            "data: {}\n\n",
            "x\r\ndata: {}\r\n\r\n",
            "event: message_start\ndata: {}\n\n",
            "{}",
            "{",
            "oops \0",
        ] {
            for api in Api::ALL {
                assert!(!passes(*api, body), "{body}");
            }
        }
        assert!(judge(Api::Anthropic, &[0xff], &Limits::default()).is_err());
    }
}
