//! Which API a request goes to, by its method and path.
//!
//! A path is matched by its end, since gateways and cloud variants put prefixes in front. What is not
//! known to carry no tool call is [`Endpoint::Unknown`], and refused: a stored conversation, a batch's
//! results and a file's content can all hold calls that nobody judged.

use super::{Api, Endpoint};

/// Where a request with this method and `:path` goes. The path is taken as it stands in the request: with
/// query, percent-encoded.
pub fn endpoint(method: &str, path: &str) -> Endpoint {
    let Some(path) = plain(path) else { return Endpoint::Unknown };
    if let Some(api) = Api::ALL.iter().copied().find(|api| (api.entry().owns)(method, &path)) {
        return Endpoint::Generates(api);
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let known = HARMLESS.iter().any(|(methods, end)| {
        methods.split(' ').any(|known| known == method)
            && segments.len() >= end.len()
            && segments
                .iter()
                .rev()
                .zip(end.iter().rev())
                .all(|(segment, pattern)| *pattern == "*" || segment == pattern)
    });
    if known { Endpoint::Harmless } else { Endpoint::Unknown }
}

/// Endpoints whose answers carry no tool call: methods, and the last segments of the path, `*` for any one.
///
/// Not here, on purpose: contents of files and results of batches (they hold whole answers), lists of
/// stored completions and conversations, and every endpoint that merely happens to have no calls today.
const HARMLESS: &[(&str, &[&str])] = &[
    ("GET HEAD", &["models"]),
    ("GET HEAD", &["models", "*"]),
    ("POST", &["embeddings"]),
    ("POST", &["moderations"]),
    ("POST", &["rerank"]),
    ("POST", &["messages", "count_tokens"]),
    ("POST", &["responses", "input_tokens"]),
    ("DELETE", &["responses", "*"]),
    ("POST", &["images", "generations"]),
    ("POST", &["images", "edits"]),
    ("POST", &["images", "variations"]),
    ("POST", &["audio", "speech"]),
    ("POST", &["audio", "transcriptions"]),
    ("POST", &["audio", "translations"]),
    ("GET POST", &["files"]),
    ("GET DELETE", &["files", "*"]),
    ("POST", &["uploads"]),
    ("POST", &["uploads", "*", "parts"]),
    ("POST", &["uploads", "*", "complete"]),
    ("POST", &["uploads", "*", "cancel"]),
];

/// The path percent-decoded, without query and final slash, `//` collapsed. `None` where two servers could
/// understand it differently: dot segments, an encoded slash, backslashes, parameters, control characters.
fn plain(path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    // A fragment is never sent; some servers cut it off, others take it for a part of the path.
    if !path.starts_with('/') || path.contains('#') {
        return None;
    }
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decoded(segment)?;
        let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ';' | '%' | '?' | '#');
        if segment == "." || segment == ".." || segment.contains(odd) {
            return None;
        }
        out.push('/');
        out.push_str(&segment);
    }
    Some(out)
}

fn decoded(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut out = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

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
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Generates(api), "{method} {path}");
        }
    }

    #[test]
    fn what_carries_no_call_is_known_by_name() {
        for (method, path) in [
            ("GET", "/v1/models"),
            ("GET", "/v1/models/claude-x?x=1"),
            ("POST", "/v1/embeddings"),
            ("POST", "/v1/messages/count_tokens?beta=true"),
            ("POST", "/v1/files"),
            ("POST", "/v1/responses/input_tokens"),
            ("DELETE", "/v1/responses/resp_1"),
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Harmless, "{method} {path}");
        }
    }

    #[test]
    fn everything_else_is_unknown() {
        for (method, path) in [
            ("GET", "/v1/messages"),
            ("PUT", "/v1/responses"),
            ("GET", "/v1/responses"),
            ("GET", "/v1/responses/resp_1/events"),
            ("POST", "/v1/responses/resp_1"),
            ("POST", "/v1/conversations"),
            ("GET", "/v1/conversations/conv_1"),
            ("POST", "/v1/models"),
            ("GET", "/v1/files/file-1/content"),
            ("GET", "/v1/messages/batches/b/results"),
            ("GET", "/v1/chat/completions/c/messages"),
            ("POST", "/v1/models/..%2fmessages"),
            ("GET", "/v1/responses/../models"),
            ("GET", "/v1/responses/%2e%2e/models"),
            ("GET", "/v1/responses/r%2fmodels"),
            ("GET", "/v1/x/models%00"),
            ("GET", "/v1/x;/models"),
            ("GET", "/v1/%zz/models"),
            ("POST", "/v1/responses#/v1/embeddings"),
            ("POST", "/v1/embeddings#/../responses"),
            ("GET", "models"),
            ("GET", "*"),
            ("GET", "/"),
        ] {
            assert_eq!(endpoint(method, path), Endpoint::Unknown, "{method} {path}");
        }
    }
}
