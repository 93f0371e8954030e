//! What a request to an agent says, and the form in which it goes on.

use super::super::super::rebuild::{self, Change};
use super::super::super::{Output, ProviderTool, RequestFacts, Target, Unreadable, keys, list, shape};
use super::super::bedrock_converse::additional_fields;
use super::Asked;
use crate::json::{Document, Node, Value};

/// Where the state of a session stands in a request to an agent of Bedrock's, and in one that brings its agent.
const KEPT: &str = "sessionState";
const INLINE: &str = "inlineSessionState";

/// Reads a request. The agent and the session are in its path, unless the body brings an agent.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    let asked = Asked::of(target.path()).ok_or_else(|| shape("the request is not one to an agent"))?;
    keys::exact(root, &[KEPT, INLINE, "foundationModel", "collaborators", "inputText"])?;
    let mut facts = RequestFacts {
        stream: true,
        state: vec!["sessionId".to_owned()],
        continues: vec![asked.session()],
        ..RequestFacts::default()
    };
    match (asked, keys::name(root, "foundationModel")?) {
        (Asked::Agent { agent, alias, .. }, None) if root.get(INLINE).is_none() => {
            facts.model = Some(agent.to_owned());
            // It has tools that nobody sees here.
            let [agent_text, alias] = [agent, alias].map(rebuild::string);
            let definition = format!(r#"{{"agentId":{agent_text},"agentAliasId":{alias}}}"#);
            facts.provider_executed.push(ProviderTool { name: format!("agent:{agent}"), definition });
        }
        (Asked::Inline { .. }, Some(model)) if root.get(KEPT).is_none() => {
            facts.model = Some(model.to_owned());
            agent(document, root, &mut facts)?;
            for other in list(root, "collaborators")? {
                agent(document, other, &mut facts)?;
            }
        }
        _ => return Err(shape("the request is neither one to an agent nor one that brings an agent")),
    }
    if let Some(state) = state(root) {
        keys::exact(state, &["invocationId", "returnControlInvocationResults"])?;
        let results = list(state, "returnControlInvocationResults")?.len();
        facts.history_calls = u32::try_from(results).unwrap_or(u32::MAX);
    }
    Ok(facts)
}

/// What is kept of a session.
fn state(root: &Node) -> Option<&Node> {
    root.present(KEPT).or_else(|| root.present(INLINE))
}

/// What an agent that a request brings can do.
fn agent(document: &Document, node: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(
        node,
        &[
            "actionGroups",
            "knowledgeBases",
            "collaboratorConfigurations",
            "customOrchestration",
            "promptOverrideConfiguration",
        ],
    )?;
    let named = |node: &Node, key: &str| Ok(keys::name(node, key)?.unwrap_or("unnamed").to_owned());
    for group in list(node, "actionGroups")? {
        action_group(document, group, facts)?;
    }
    for base in list(node, "knowledgeBases")? {
        keys::exact(base, &["knowledgeBaseId"])?;
        let name: Result<String, Unreadable> = named(base, "knowledgeBaseId");
        facts.provider(document, format!("knowledgeBase:{}", name?), base);
    }
    for other in list(node, "collaboratorConfigurations")? {
        keys::exact(other, &["agentAliasArn"])?;
        // One without an address is among the request's own.
        if let Some(address) = keys::name(other, "agentAliasArn")? {
            facts.provider(document, format!("agent:{address}"), other);
        }
    }
    if let Some(custom) = node.present("customOrchestration") {
        let lambda = custom.pointer("/executor/lambda").and_then(Node::as_str).unwrap_or("unnamed");
        facts.provider(document, format!("lambda:{lambda}"), custom);
    }
    if let Some(prompts) = node.present("promptOverrideConfiguration") {
        keys::exact(prompts, &["overrideLambda", "promptConfigurations"])?;
        if let Some(lambda) = keys::name(prompts, "overrideLambda")? {
            facts.provider(document, format!("lambda:{lambda}"), prompts);
        }
        for prompt in list(prompts, "promptConfigurations")? {
            keys::exact(prompt, &["additionalModelRequestFields"])?;
            additional_fields(document, prompt, facts)?;
        }
    }
    Ok(())
}

/// Who runs what an action group has.
fn action_group(document: &Document, group: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(
        group,
        &["actionGroupName", "actionGroupExecutor", "functionSchema", "parentActionGroupSignature"],
    )?;
    let name = keys::name(group, "actionGroupName")?.unwrap_or("unnamed");
    let signature = keys::name(group, "parentActionGroupSignature")?;
    match signature {
        // It asks the user.
        None | Some("AMAZON.UserInput") => {}
        // A computer, a shell and an editor, which are the client's.
        Some(own) if own.starts_with("ANTHROPIC.") => facts.offered.push(own.to_owned()),
        Some(other) => facts.provider(document, other, group),
    }
    let Some(executor) = group.present("actionGroupExecutor") else {
        if signature.is_none() {
            facts.provider(document, format!("actionGroup:{name}"), group);
        }
        return Ok(());
    };
    keys::exact(executor, &["customControl", "lambda"])?;
    if let Some(lambda) = keys::name(executor, "lambda")? {
        facts.provider(document, format!("lambda:{lambda}"), group);
    } else if keys::name(executor, "customControl")? != Some("RETURN_CONTROL") {
        facts.provider(document, format!("actionGroup:{name}"), group);
    } else if let Some(schema) = group.present("functionSchema") {
        keys::exact(schema, &["functions"])?;
        for function in list(schema, "functions")? {
            facts.offered.push(keys::name(function, "name")?.unwrap_or("unnamed").to_owned());
        }
    } else {
        // Its operations are in a text that may lie elsewhere.
        facts.offered.push(name.to_owned());
    }
    Ok(())
}

/// The request as it goes on: with the results of refused calls in front of those that the client gives. `None` if it goes
/// on as it came.
pub(super) fn forward(document: &Document, owed: &[Output]) -> Result<Option<String>, Unreadable> {
    let root = document.root();
    let Some(invocation) = owed.first().map(|output| output.call.as_str()) else { return Ok(None) };
    let inline = root.present("foundationModel").is_some();
    let state = state(root);
    let given = state.map_or(Ok(&[][..]), |state| list(state, "returnControlInvocationResults"))?;
    let goes_on = state.map_or(Ok(None), |state| keys::name(state, "invocationId"))?;
    // The client answers what came later.
    if goes_on.is_some_and(|other| other != invocation) {
        return Ok(None);
    }
    let owed = owed.iter().filter(|output| output.call == invocation);
    let mut results: Vec<String> = owed.filter_map(|output| output.item.clone()).collect();
    if let (Some(last), true, Some(said)) =
        (results.last_mut(), given.is_empty(), keys::name(root, "inputText")?)
    {
        // Where there are results, Bedrock reads no other input.
        *last = with_said(last, said)?;
    }
    if results.is_empty() {
        return Ok(None);
    }
    results.extend(given.iter().map(|node| document.slice(node.span).to_owned()));
    let changes = [
        ("invocationId", Change::Set(rebuild::string(invocation))),
        ("returnControlInvocationResults", Change::Set(rebuild::array(&results))),
    ];
    let changed = match state {
        Some(state) => rebuild::object(document, state, &changes),
        None => {
            let [invocation, results] = [rebuild::string(invocation), rebuild::array(&results)];
            format!(r#"{{"invocationId":{invocation},"returnControlInvocationResults":{results}}}"#)
        }
    };
    let key = if inline { INLINE } else { KEPT };
    Ok(Some(rebuild::object(document, root, &[(key, Change::Set(changed))])))
}

/// How deep a result of our own is at most.
const DEPTH: usize = 8;

/// A result of our own in which the user says something as well.
fn with_said(result: &str, said: &str) -> Result<String, Unreadable> {
    const BODIES: [&str; 2] = ["/functionResult/responseBody/TEXT/body", "/apiResult/responseBody/TEXT/body"];
    let result = Document::parse(result.as_bytes().to_vec(), DEPTH)?;
    let body = BODIES.iter().find_map(|pointer| result.root().pointer(pointer));
    let Some((node, text)) = body.and_then(|node| Some((node, node.as_str()?))) else {
        return Ok(result.into_text());
    };
    let both = rebuild::string(&format!("{text}\n\nThe user says: {said}"));
    Ok(rebuild::replaced(&result, node, &both))
}
