//! One trace: whether it may tell of a call, and what it says that Bedrock ran.
//!
//! A trace is one of several kinds, and those of orchestration are one of several steps again: a prompt, what the model
//! made of it, its reasons, what is invoked for it, what came of that. Clients show them; none runs what stands in one.

use super::super::super::{Unreadable, keys, shape};
use super::invocation::{nothing_beside, one};
use crate::json::Node;

/// What a trace is, as far as the gate must tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the model said, or what somebody else says of it: it may tell of a call that is still to come.
    Output,
    /// A call that the client gets.
    Returned,
    /// What the model is asked next: all it asked for before has been done.
    Prompt,
    /// Tells of no call that is still to come.
    Other,
}

/// A trace that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trace<'a> {
    pub(super) kind: Kind,
    /// What it says that Bedrock runs itself, by name.
    pub(super) ran: Vec<String>,
    /// Whose trace it is: several agents may work for one answer.
    pub(super) agent: [Option<&'a str>; 2],
}

const KINDS: &[&str] = &[
    "orchestrationTrace",
    "routingClassifierTrace",
    "preProcessingTrace",
    "postProcessingTrace",
    "guardrailTrace",
    "failureTrace",
    "customOrchestrationTrace",
];

const STEPS: &[&str] =
    &["modelInvocationInput", "modelInvocationOutput", "rationale", "invocationInput", "observation"];

const INVOCATIONS: &[&str] = &[
    "actionGroupInvocationInput",
    "agentCollaboratorInvocationInput",
    "codeInterpreterInvocationInput",
    "knowledgeBaseLookupInput",
];

/// Reads a trace.
///
/// # Errors
/// If it is several things, or has what looks like a call where none is told of.
pub(super) fn read(root: &Node) -> Result<Trace<'_>, Unreadable> {
    keys::exact(root, &["trace", "agentId", "collaboratorName"])?;
    nothing_beside(root, &["trace"])?;
    let agent = [keys::name(root, "agentId")?, keys::name(root, "collaboratorName")?];
    let mut ran = Vec::new();
    let kind = match root.present("trace") {
        None => Kind::Other,
        Some(trace) => {
            keys::exact(trace, KINDS)?;
            match one(trace)? {
                None => Kind::Other,
                Some(("orchestrationTrace" | "routingClassifierTrace", node)) => step(node, &mut ran)?,
                Some((key, node)) => {
                    nothing_beside(node, &[])?;
                    let own = key == "customOrchestrationTrace" || !KINDS.contains(&key);
                    if own { Kind::Output } else { Kind::Other }
                }
            }
        }
    };
    Ok(Trace { kind, ran, agent })
}

fn step(node: &Node, ran: &mut Vec<String>) -> Result<Kind, Unreadable> {
    keys::exact(node, STEPS)?;
    let Some((key, node)) = one(node)? else { return Ok(Kind::Other) };
    match key {
        "invocationInput" => return invoked(node, ran),
        "observation" => return observed(node),
        _ => nothing_beside(node, &[])?,
    }
    Ok(if key == "modelInvocationInput" { Kind::Prompt } else { Kind::Output })
}

/// What is invoked. Whatever the client does not get, Bedrock runs.
fn invoked(node: &Node, ran: &mut Vec<String>) -> Result<Kind, Unreadable> {
    keys::exact(node, INVOCATIONS)?;
    nothing_beside(node, INVOCATIONS)?;
    let there = |key: &str| node.present(key);
    let named = |node: &Node, keys: [&str; 2]| -> Result<String, Unreadable> {
        let [first, second] = keys.map(|key| keys::name(node, key));
        Ok(first?.or(second?).unwrap_or("unnamed").to_owned())
    };
    let mut kind = Kind::Output;
    if let Some(action) = there("actionGroupInvocationInput") {
        keys::exact(action, &["executionType", "function", "apiPath", "verb", "actionGroupName"])?;
        if keys::name(action, "executionType")? == Some("RETURN_CONTROL") {
            kind = Kind::Returned;
        } else {
            ran.push(match (keys::name(action, "verb")?, keys::name(action, "apiPath")?) {
                (Some(verb), Some(path)) => format!("{} {path}", verb.to_ascii_uppercase()),
                _ => named(action, ["function", "actionGroupName"])?,
            });
        }
    }
    if let Some(base) = there("knowledgeBaseLookupInput") {
        ran.push(format!("knowledgeBase:{}", named(base, ["knowledgeBaseId"; 2])?));
    }
    if there("codeInterpreterInvocationInput").is_some() {
        ran.push("AMAZON.CodeInterpreter".to_owned());
    }
    if let Some(agent) = there("agentCollaboratorInvocationInput") {
        let name = named(agent, ["agentCollaboratorAliasArn", "agentCollaboratorName"])?;
        ran.push(format!("agent:{name}"));
    }
    Ok(kind)
}

/// What came of an invocation. Another agent may give back what its client is to run.
fn observed(node: &Node) -> Result<Kind, Unreadable> {
    const COLLABORATOR: &str = "agentCollaboratorInvocationOutput";
    keys::exact(node, &[COLLABORATOR])?;
    // What was found may say anything.
    nothing_beside(node, &[COLLABORATOR, "knowledgeBaseLookupOutput"])?;
    let Some(given) = node.present(COLLABORATOR) else { return Ok(Kind::Other) };
    keys::exact(given, &["output"])?;
    nothing_beside(given, &["output"])?;
    let Some(output) = given.present("output") else { return Ok(Kind::Other) };
    keys::exact(output, &["returnControlPayload", "text"])?;
    nothing_beside(output, &["returnControlPayload"])?;
    match output.present("returnControlPayload") {
        Some(payload) if payload.members().is_empty() => Err(shape("a return of control that is no object")),
        Some(_) => Ok(Kind::Returned),
        // It may be asked again, about what it says here.
        None => Ok(Kind::Output),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn kind(trace: &str) -> Option<(Kind, Vec<String>)> {
        let body = format!(r#"{{"agentId":"A","trace":{trace}}}"#);
        let document = Document::parse(body.into_bytes(), 99).unwrap();
        let read = read(document.root()).ok()?;
        assert_eq!(read.agent, [Some("A"), None]);
        Some((read.kind, read.ran))
    }

    #[test]
    fn traces_are_told_apart_by_what_they_may_tell() {
        for (trace, expected, ran) in [
            (r#"{"orchestrationTrace":{"modelInvocationInput":{"text":"zap"}}}"#, Kind::Prompt, ""),
            (
                r#"{"orchestrationTrace":{"modelInvocationOutput":{"rawResponse":{"content":"zap"}}}}"#,
                Kind::Output,
                "",
            ),
            (r#"{"orchestrationTrace":{"rationale":{"text":"zap"}}}"#, Kind::Output, ""),
            (r#"{"orchestrationTrace":{"invocationInput":{"invocationType":"FINISH"}}}"#, Kind::Output, ""),
            (
                r#"{"orchestrationTrace":{"invocationInput":{"actionGroupInvocationInput":{"executionType":"RETURN_CONTROL","function":"zap","parameters":[{"name":"p","type":"string","value":"x"}]}}}}"#,
                Kind::Returned,
                "",
            ),
            (
                r#"{"orchestrationTrace":{"invocationInput":{"actionGroupInvocationInput":{"executionType":"LAMBDA","function":"look","parameters":[]}}}}"#,
                Kind::Output,
                "look",
            ),
            (
                r#"{"routingClassifierTrace":{"invocationInput":{"actionGroupInvocationInput":{"verb":"get","apiPath":"/x"}}}}"#,
                Kind::Output,
                "GET /x",
            ),
            (
                r#"{"orchestrationTrace":{"invocationInput":{"knowledgeBaseLookupInput":{"knowledgeBaseId":"K","text":"x"}}}}"#,
                Kind::Output,
                "knowledgeBase:K",
            ),
            (
                r#"{"orchestrationTrace":{"invocationInput":{"codeInterpreterInvocationInput":{"code":"x"}}}}"#,
                Kind::Output,
                "AMAZON.CodeInterpreter",
            ),
            (
                r#"{"orchestrationTrace":{"invocationInput":{"agentCollaboratorInvocationInput":{"agentCollaboratorName":"b","input":{"text":"x"}}}}}"#,
                Kind::Output,
                "agent:b",
            ),
            (r#"{"orchestrationTrace":{"observation":{"finalResponse":{"text":"x"}}}}"#, Kind::Other, ""),
            (
                r#"{"orchestrationTrace":{"observation":{"knowledgeBaseLookupOutput":{"retrievedReferences":[{"metadata":{"name":"x","input":1}}]}}}}"#,
                Kind::Other,
                "",
            ),
            (
                r#"{"orchestrationTrace":{"observation":{"agentCollaboratorInvocationOutput":{"output":{"returnControlPayload":{"invocationInputs":[{}]}}}}}}"#,
                Kind::Returned,
                "",
            ),
            (
                r#"{"orchestrationTrace":{"observation":{"agentCollaboratorInvocationOutput":{"output":{"text":"x"}}}}}"#,
                Kind::Output,
                "",
            ),
            (
                r#"{"preProcessingTrace":{"modelInvocationOutput":{"rawResponse":{"content":"x"}}}}"#,
                Kind::Other,
                "",
            ),
            (r#"{"postProcessingTrace":{"modelInvocationInput":{"text":"x"}}}"#, Kind::Other, ""),
            (r#"{"guardrailTrace":{"action":"NONE"}}"#, Kind::Other, ""),
            (r#"{"customOrchestrationTrace":{"event":{"text":"zap"}}}"#, Kind::Output, ""),
            (r#"{"traceOfTomorrow":{"text":"zap"}}"#, Kind::Output, ""),
            ("{}", Kind::Other, ""),
            ("null", Kind::Other, ""),
        ] {
            let ran = Some(ran.to_owned()).filter(|ran| !ran.is_empty()).into_iter().collect();
            assert_eq!(kind(trace), Some((expected, ran)), "{trace}");
        }
    }

    #[test]
    fn a_call_where_none_is_told_of_is_noticed() {
        for trace in [
            r#"{"orchestrationTrace":{"rationale":{}},"guardrailTrace":{}}"#,
            r#"{"orchestrationTrace":{"rationale":{},"observation":{}}}"#,
            r#"{"OrchestrationTrace":{"rationale":{"text":"x"}}}"#,
            r#"{"orchestrationTrace":{"InvocationInput":{}}}"#,
            r#"{"orchestrationTrace":{"rationale":{"functionInvocationInput":{"function":"zap"}}}}"#,
            r#"{"orchestrationTrace":{"rationale":{"tool_calls":[{}]}}}"#,
            r#"{"orchestrationTrace":{"observation":{"returnControl":{"invocationInputs":[{}]}}}}"#,
            r#"{"traceOfTomorrow":{"function":"zap","parameters":[]}}"#,
            r#"{"failureTrace":[{"x":{"apiPath":"/zap","requestBody":{}}}]}"#,
            "[]",
            r#""x""#,
        ] {
            assert_eq!(kind(trace), None, "{trace}");
        }
    }
}
