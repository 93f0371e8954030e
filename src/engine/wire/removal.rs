//! A request without the tools that the provider may not run: their entries are cut out of its list of tools.
//!
//! In comes a body, and which of its tools are refused; out comes the body without them, every other byte as it was. That
//! nothing else went and nothing refused is left is proven by reading what comes out as the request it is.
//!
//! Deliberately absent: what turns on a tool anywhere else than in `tools`. A connector among the parameters, an agent or a
//! stored prompt is what the request is about, and without it the request would be another.

use super::{Api, ProviderTool, Target, Unreadable, UnreadableWhy, shape};
use crate::json::{Document, Node, Span};
use crate::order::sorted;

/// The clients of these may sign the body, and what was signed does not change.
const SIGNED: &[Api] = &[Api::BedrockConverse, Api::BedrockInvoke, Api::BedrockAgents, Api::BedrockAgentcore];

/// Whether tools can be cut out of this API's requests at all.
pub fn is_possible(api: Api) -> bool {
    !SIGNED.contains(&api)
}

/// `body` without the tools of the provider's that are refused: `refused[n]` is the nth of
/// [`RequestFacts::provider_executed`](super::RequestFacts::provider_executed).
///
/// # Errors
/// [`Unreadable`] if a tool is no entry of the request's tools, or is named by what the model must choose.
pub fn without(
    api: Api,
    target: &Target,
    body: &[u8],
    depth: usize,
    refused: &[bool],
) -> Result<Vec<u8>, Unreadable> {
    if !is_possible(api) {
        return Err(shape("its client may have signed the request, so that nothing can be taken out"));
    }
    let document = Document::parse(body.to_vec(), depth)?;
    let read = api.entry().request;
    let before = read(target, &document)?;
    if before.provider_executed.len() != refused.len() {
        return Err(Unreadable { what: UnreadableWhy::Bug("other tools than were judged") });
    }
    let (gone, left): (Vec<_>, Vec<_>) =
        before.provider_executed.iter().zip(refused).partition(|(_, refused)| **refused);
    let gone: Vec<&ProviderTool> = gone.into_iter().map(|(tool, _)| tool).collect();
    let left: Vec<&ProviderTool> = left.into_iter().map(|(tool, _)| tool).collect();
    let root = document.root();
    let entries = root.get("tools").and_then(Node::elements).unwrap_or_default();
    let fates: Vec<Fate> = entries.iter().map(|entry| Fate::of(&document, entry, &gone)).collect();
    if CHOICES
        .iter()
        .any(|choice| root.pointer(choice).is_some_and(|choice| names(choice, entries, &fates, &gone)))
    {
        return Err(shape("what the model must choose names the tool, so that it cannot be taken out"));
    }
    let ranges = if !gone.is_empty() && fates.iter().all(|fate| matches!(fate, Fate::Goes)) {
        without_tools(root)?
    } else {
        let within = |fate: &Fate| match fate {
            Fate::Loses(ranges) => ranges.clone(),
            Fate::Stays | Fate::Goes => Vec::new(),
        };
        let places: Vec<_> = entries
            .iter()
            .zip(&fates)
            .map(|(entry, fate)| (entry.span, matches!(fate, Fate::Goes)))
            .collect();
        let mut ranges = cuts(&places);
        ranges.extend(fates.iter().flat_map(within));
        ranges
    };
    let out = Document::parse(cut(document.text(), ranges).into_bytes(), depth)?;
    let after = read(target, &out)?;
    let same = after.provider_executed.iter().eq(left)
        && after.offered == before.offered
        && (&after.model, &after.continues, after.stream)
            == (&before.model, &before.continues, before.stream);
    if !same {
        return Err(shape(
            "the tool stands elsewhere than in the request's list of tools, and cannot be taken out",
        ));
    }
    Ok(out.into_text().into_bytes())
}

/// Where a request says which tools the model must choose.
const CHOICES: &[&str] = &[
    "/tool_choice",
    "/toolConfig",
    "/tool_config",
    "/generation_config/tool_choice",
    "/completion_args/tool_choice",
];

/// What becomes of one entry of the list.
enum Fate {
    Stays,
    Goes,
    /// Some of its members go: one entry may be several tools.
    Loses(Vec<Span>),
}

impl Fate {
    fn of(document: &Document, entry: &Node, gone: &[&ProviderTool]) -> Self {
        let text = document.slice(entry.span);
        if gone.iter().any(|tool| tool.definition == text) {
            return Self::Goes;
        }
        let plain = |key: &str| key.replace('_', "").to_ascii_lowercase();
        let members = entry.members().iter().map(|member| {
            let text = document.slice(member.node.span);
            let goes =
                gone.iter().any(|tool| tool.definition == text && plain(&tool.name) == plain(&member.key));
            (Span { start: member.key_span.start, end: member.node.span.end }, goes)
        });
        let members: Vec<_> = members.collect();
        match members.iter().filter(|(_, goes)| *goes).count() {
            0 => Self::Stays,
            all if all == members.len() => Self::Goes,
            _ => Self::Loses(cuts(&members)),
        }
    }
}

/// Whether a choice has a word in it that is one of a tool which goes.
fn names(choice: &Node, entries: &[Node], fates: &[Fate], gone: &[&ProviderTool]) -> bool {
    let goes =
        entries.iter().zip(fates).filter(|(_, fate)| matches!(fate, Fate::Goes)).map(|(entry, _)| entry);
    let of_entries = goes.flat_map(|entry| entry.members().iter().filter_map(|member| member.node.as_str()));
    let words: Vec<&str> = of_entries.chain(gone.iter().map(|tool| tool.name.as_str())).collect();
    let mut open = vec![choice];
    while let Some(node) = open.pop() {
        if node.as_str().is_some_and(|said| words.contains(&said)) {
            return true;
        }
        open.extend(node.members().iter().map(|member| &member.node));
        open.extend(node.elements().unwrap_or_default());
    }
    false
}

/// What goes where no tool is left: an empty list is an error to some providers, and so is a choice without tools.
fn without_tools(root: &Node) -> Result<Vec<Span>, Unreadable> {
    let free = |choice: &Node| {
        let mode = choice.as_str().or_else(|| choice.get("type")?.as_str());
        choice.is_null() || matches!(mode, Some("auto" | "none"))
    };
    if root.get("tool_choice").is_some_and(|choice| !free(choice)) {
        return Err(shape("the model must choose a tool, and none would be left"));
    }
    let goes = |key: &str| matches!(key, "tools" | "tool_choice" | "parallel_tool_calls");
    let members: Vec<_> = root
        .members()
        .iter()
        .map(|member| (Span { start: member.key_span.start, end: member.node.span.end }, goes(&member.key)))
        .collect();
    if members.iter().all(|(_, goes)| *goes) {
        return Err(shape("nothing would be left of the request"));
    }
    Ok(cuts(&members))
}

/// The ranges of the members or elements that go, each with one of the commas beside it. One at least must stay.
fn cuts(places: &[(Span, bool)]) -> Vec<Span> {
    let mut ranges = Vec::new();
    let mut end_of_stayed = None;
    for (place, (span, goes)) in places.iter().enumerate() {
        let next = places.get(place + 1).map(|(next, _)| next.start);
        match (goes, next) {
            (false, _) => end_of_stayed = Some(span.end),
            (true, Some(next)) if places.iter().skip(place).any(|(_, goes)| !goes) => {
                ranges.push(Span { start: span.start, end: next });
            }
            // None stays behind it: the comma in front goes, once.
            (true, _) => {
                let start = end_of_stayed.take().unwrap_or(span.start);
                let end = places.last().map_or(span.end, |(last, _)| last.end);
                ranges.push(Span { start, end });
                break;
            }
        }
    }
    ranges
}

/// A text without these ranges of it.
fn cut(text: &str, ranges: Vec<Span>) -> String {
    let ranges = sorted(ranges, |a, b| a.start.cmp(&b.start));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The body without the tools whose number is in `refused`, or why not.
    fn removed(api: Api, path: &str, body: &str, refused: &[usize]) -> Result<String, String> {
        let target = Target::new(path);
        let document = Document::parse(body.as_bytes().to_vec(), 100).unwrap();
        let facts = (api.entry().request)(&target, &document).unwrap();
        let refused: Vec<bool> =
            (0..facts.provider_executed.len()).map(|tool| refused.contains(&tool)).collect();
        let out = without(api, &target, body.as_bytes(), 100, &refused).map_err(|why| why.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn an_entry_goes_with_one_comma_and_nothing_else() {
        for (api, path, before, refused, after) in [
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{ "model":"m", "tools" : [ {"type":"web_search_20250305","name":"web_search"} , {"name":"look","input_schema":{}} ], "x":1.0e2 }"#,
                &[0][..],
                r#"{ "model":"m", "tools" : [ {"name":"look","input_schema":{}} ], "x":1.0e2 }"#,
            ),
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"model":"m","tools":[{"name":"look"},{"type":"web_search_20250305"}, {"type":"code_execution_1"} ]}"#,
                &[0, 1],
                r#"{"model":"m","tools":[{"name":"look"} ]}"#,
            ),
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"model":"m","tools":[{"name":"look"},{"type":"web_search_20250305"},{"type":"code_execution_1"}]}"#,
                &[0],
                r#"{"model":"m","tools":[{"name":"look"},{"type":"code_execution_1"}]}"#,
            ),
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"tools":[{"type":"web_search_20250305"}],"tool_choice":{"type":"auto"},"model":"m"}"#,
                &[0],
                r#"{"model":"m"}"#,
            ),
            (
                Api::OpenaiChat,
                "/v1/chat/completions",
                r#"{"model":"m","parallel_tool_calls":true,"tools":[{"type":"web_search"}], "tool_choice":"auto"}"#,
                &[0],
                r#"{"model":"m"}"#,
            ),
            (
                Api::OpenaiChat,
                "/v1/chat/completions",
                r#"{"model":"m","tools":[{"type":"function","function":{"name":"a"}},{"type":"web_search"}],"tool_choice":"required"}"#,
                &[0],
                r#"{"model":"m","tools":[{"type":"function","function":{"name":"a"}}],"tool_choice":"required"}"#,
            ),
            (
                Api::OpenaiResponses,
                "/v1/responses",
                r#"{"model":"m","input":"x","tools":[{"type":"web_search"},{"type":"mcp","server_label":"s","server_url":"https://s.example/","require_approval":"never"},{"type":"function","name":"a"}]}"#,
                &[1],
                r#"{"model":"m","input":"x","tools":[{"type":"web_search"},{"type":"function","name":"a"}]}"#,
            ),
            (
                Api::OpenaiAssistants,
                "/v1/threads/runs",
                r#"{"assistant_id":"a","tools":[{"type":"code_interpreter"},{"type":"function","function":{"name":"a"}}]}"#,
                &[0],
                r#"{"assistant_id":"a","tools":[{"type":"function","function":{"name":"a"}}]}"#,
            ),
            (
                Api::Gemini,
                "/v1beta/models/m:generateContent",
                r#"{"contents":[],"tools":[{"googleSearch":{},"functionDeclarations":[{"name":"a"}]},{"urlContext":{}},{"code_execution":{}}]}"#,
                &[0, 2],
                r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}]},{"urlContext":{}}]}"#,
            ),
            (
                Api::Gemini,
                "/v1beta/models/m:generateContent",
                r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}],"googleSearch":{},"urlContext":{}}]}"#,
                &[0],
                r#"{"contents":[],"tools":[{"functionDeclarations":[{"name":"a"}],"urlContext":{}}]}"#,
            ),
            (
                Api::Gemini,
                "/v1beta/models/m:generateContent",
                r#"{"tools":[{"googleSearch":{}}],"contents":[]}"#,
                &[0],
                r#"{"contents":[]}"#,
            ),
            (
                Api::GeminiInteractions,
                "/v1beta/interactions",
                r#"{"model":"m","input":"x","tools":[{"type":"google_search"},{"type":"function","name":"a"}]}"#,
                &[0],
                r#"{"model":"m","input":"x","tools":[{"type":"function","name":"a"}]}"#,
            ),
            (
                Api::Mistral,
                "/v1/conversations",
                r#"{"model":"m","inputs":"x","tools":[{"type":"function","function":{"name":"a"}},{"type":"web_search"},{"type":"code_interpreter"}]}"#,
                &[1],
                r#"{"model":"m","inputs":"x","tools":[{"type":"function","function":{"name":"a"}},{"type":"web_search"}]}"#,
            ),
            (
                Api::Cohere,
                "/v2/chat",
                r#"{"model":"m","messages":[],"tools":[{"type":"web_search"},{"type":"function","function":{"name":"a"}}]}"#,
                &[0],
                r#"{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"a"}}]}"#,
            ),
            (
                Api::Ollama,
                "/api/chat",
                r#"{"model":"m","messages":[],"tools":[{"type":"web_search"},{"type":"function","function":{"name":"a"}}]}"#,
                &[0],
                r#"{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"a"}}]}"#,
            ),
        ] {
            assert_eq!(removed(api, path, before, refused).as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn what_cannot_be_taken_out_is_said() {
        const NAMED: &str = "what the model must choose names the tool, so that it cannot be taken out";
        const DEMANDED: &str = "the model must choose a tool, and none would be left";
        const ELSEWHERE: &str =
            "the tool stands elsewhere than in the request's list of tools, and cannot be taken out";
        const SIGNED_BODY: &str = "its client may have signed the request, so that nothing can be taken out";
        for (api, path, body, why) in [
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"model":"m","tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"a"}],"tool_choice":{"type":"tool","name":"web_search"}}"#,
                NAMED,
            ),
            (
                Api::OpenaiResponses,
                "/v1/responses",
                r#"{"model":"m","tools":[{"type":"web_search"},{"type":"function","name":"a"}],"tool_choice":{"type":"web_search"}}"#,
                NAMED,
            ),
            (
                Api::OpenaiResponses,
                "/v1/responses",
                r#"{"model":"m","tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example/","require_approval":"never"},{"type":"function","name":"a"}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"s"}]}}"#,
                NAMED,
            ),
            (
                Api::Mistral,
                "/v1/conversations",
                r#"{"model":"m","inputs":"x","tools":[{"type":"web_search"},{"type":"function","function":{"name":"a"}}],"completion_args":{"tool_choice":{"type":"web_search"}}}"#,
                NAMED,
            ),
            (
                Api::OpenaiChat,
                "/v1/chat/completions",
                r#"{"model":"m","tools":[{"type":"web_search"}],"tool_choice":"required"}"#,
                DEMANDED,
            ),
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"model":"m","tools":[{"type":"web_search_20250305"}],"tool_choice":{"type":"any"}}"#,
                DEMANDED,
            ),
            (
                Api::Anthropic,
                "/v1/messages",
                r#"{"model":"m","mcp_servers":[{"type":"url","name":"s","url":"https://s.example/"}],"tools":[{"name":"a"}]}"#,
                ELSEWHERE,
            ),
            (
                Api::OpenaiResponses,
                "/v1/responses",
                r#"{"model":"m","prompt":{"id":"p"},"tools":[{"type":"function","name":"a"}]}"#,
                ELSEWHERE,
            ),
            (
                Api::OpenaiResponses,
                "/v1/responses",
                r#"{"model":"m","input":[{"type":"additional_tools","tools":[{"type":"web_search"}]}],"tools":[{"type":"function","name":"a"}]}"#,
                ELSEWHERE,
            ),
            (
                Api::OpenaiChat,
                "/v1/chat/completions",
                r#"{"model":"m","web_search_options":{},"tools":[{"type":"function","function":{"name":"a"}}]}"#,
                ELSEWHERE,
            ),
            (
                Api::AnthropicSessions,
                "/v1/sessions",
                r#"{"agent":{"type":"agent","id":"a","tools":[{"type":"custom","name":"look"}]},"environment_id":"e"}"#,
                ELSEWHERE,
            ),
            (
                Api::OpenaiAgents,
                "/v1/agents/sessions",
                r#"{"agent":{"model":"m","tools":[{"type":"web_search"},{"type":"function","name":"look"}]},"environment":{"type":"none"}}"#,
                ELSEWHERE,
            ),
            // Without tools of its own the run would have those of its assistant.
            (
                Api::OpenaiAssistants,
                "/v1/threads/runs",
                r#"{"assistant_id":"a","tools":[{"type":"code_interpreter"}]}"#,
                ELSEWHERE,
            ),
            (
                Api::AnthropicBatches,
                "/v1/messages/batches",
                r#"{"requests":[{"custom_id":"a","params":{"model":"m","tools":[{"type":"web_search_20250305"}]}}]}"#,
                ELSEWHERE,
            ),
            (
                Api::GeminiBatches,
                "/v1beta/models/m:batchGenerateContent",
                r#"{"batch":{"inputConfig":{"requests":{"requests":[{"request":{"tools":[{"googleSearch":{}}]}}]}}}}"#,
                ELSEWHERE,
            ),
            (
                Api::CohereV1,
                "/v1/chat",
                r#"{"message":"x","connectors":[{"id":"web-search"}],"tools":[{"name":"a"}]}"#,
                ELSEWHERE,
            ),
            (
                Api::BedrockConverse,
                "/model/m/converse",
                r#"{"messages":[],"toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]}}"#,
                SIGNED_BODY,
            ),
            (
                Api::BedrockInvoke,
                "/model/m/invoke",
                r#"{"anthropic_version":"x","tools":[{"type":"web_search_20250305"},{"name":"a"}]}"#,
                SIGNED_BODY,
            ),
            (
                Api::BedrockAgents,
                "/agents/A/agentAliases/B/sessions/s/text",
                r#"{"inputText":"x"}"#,
                SIGNED_BODY,
            ),
        ] {
            assert_eq!(removed(api, path, body, &[0]), Err(why.to_owned()), "{body}");
        }
    }

    #[test]
    fn other_tools_than_were_judged_stay_here() {
        let body = br#"{"model":"m","tools":[{"type":"web_search_20250305"},{"name":"a"}]}"#;
        for refused in [&[][..], &[true, true]] {
            let why = without(Api::Anthropic, &Target::new("/v1/messages"), body, 100, refused).unwrap_err();
            assert_eq!(why.code(), "internal");
        }
    }

    #[test]
    fn every_choice_of_entries_leaves_exactly_the_others() {
        let entries: Vec<String> = (0..5)
            .map(|n| {
                if n % 2 == 0 {
                    format!(r#"{{"type":"tool_{n}"}}"#)
                } else {
                    format!(r#"{{"name":"own_{n}"}}"#)
                }
            })
            .collect();
        for chosen in 0_u32..1 << entries.len() {
            let kept: Vec<String> = entries
                .iter()
                .zip(0..)
                .filter(|(_, bit)| chosen & (1 << bit) != 0)
                .map(|(entry, _)| entry.clone())
                .collect();
            let body = format!(r#"{{"model":"m","tools":[{}]}}"#, kept.join(" , "));
            let tools = kept.iter().filter(|entry| entry.contains("tool_")).count();
            for refused in 0_u32..1 << tools {
                let refused: Vec<usize> = (0..tools).filter(|tool| refused & (1 << tool) != 0).collect();
                let mut number = 0;
                let left = kept.iter().filter(|entry| {
                    let own = entry.contains("own_");
                    number += usize::from(!own);
                    own || !refused.contains(&(number - 1))
                });
                let left: Vec<&str> = left.map(String::as_str).collect();
                let out = removed(Api::Anthropic, "/v1/messages", &body, &refused).unwrap();
                let expected = if left.is_empty() && !refused.is_empty() {
                    r#"{"model":"m"}"#.to_owned()
                } else {
                    format!(r#"{{"model":"m","tools":[{}]}}"#, left.join(" , "))
                };
                assert_eq!(out, expected, "{body} without {refused:?}");
            }
        }
    }
}
