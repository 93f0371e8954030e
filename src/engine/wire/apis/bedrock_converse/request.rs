//! What a request to converse says.

use super::super::super::{ProviderTool, RequestFacts, Target, Unreadable, keys, list, shape};
use super::super::super::{provided, rebuild};
use super::VERBS;
use crate::json::{Document, Node, Value};

/// Reads a request. The model and the way of the answer are in its path.
pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["toolConfig", "additionalModelRequestFields"])?;
    let mut facts = RequestFacts {
        model: VERBS.iter().find_map(|verb| target.between("/model/", verb)).map(str::to_owned),
        stream: target.ends_with("/converse-stream"),
        structured: root.pointer("/outputConfig/textFormat").is_some_and(|format| !format.is_null()),
        ..RequestFacts::default()
    };
    if let Some(config) = root.present("toolConfig") {
        keys::exact(config, &["tools"])?;
        for tool in provided::tools(config, "tools")? {
            for member in tool.members().iter().filter(|member| !member.node.is_null()) {
                let name = member.node.get("name").and_then(Node::as_str).unwrap_or("unnamed").to_owned();
                match member.key.as_str() {
                    "toolSpec" => facts.offered.push(name),
                    "cachePoint" => {}
                    // Whatever else a tool is, the provider runs it, as far as is known here.
                    "systemTool" => facts.provider(document, name, &member.node),
                    tool => facts.provider(document, tool, &member.node),
                }
            }
        }
    }
    stored_prompt(&mut facts);
    additional_fields(document, root, &mut facts)?;
    for message in list(root, "messages")? {
        let content = message.get("content").and_then(Node::elements).unwrap_or_default();
        let found =
            content.iter().filter(|block| block.get("toolUse").or(block.get("toolResult")).is_some()).count();
        facts.history_calls = facts.history_calls.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
    }
    Ok(facts)
}

/// A prompt that the provider keeps stands where a model would, and has tools of its own, which nobody sees here.
pub(in super::super) fn stored_prompt(facts: &mut RequestFacts) {
    if let Some(prompt) = facts.model.as_deref().filter(|model| model.contains(":prompt/")) {
        let tool = ProviderTool {
            name: format!("prompt:{prompt}"),
            definition: format!(r#"{{"prompt":{}}}"#, rebuild::string(prompt)),
        };
        facts.provider_executed.push(tool);
    }
}

/// Reads the fields that go to the model as they are, tools of its own among them.
pub(in super::super) fn additional_fields(
    document: &Document,
    node: &Node,
    facts: &mut RequestFacts,
) -> Result<(), Unreadable> {
    let Some(fields) = node.get("additionalModelRequestFields") else { return Ok(()) };
    keys::exact(fields, &["tools"])?;
    for tool in provided::tools(fields, "tools")? {
        let tag = tool.get("type").or_else(|| tool.get("name")).and_then(Node::as_str);
        let name = format!("additionalModelRequestFields:{}", tag.unwrap_or("unnamed"));
        facts.provider(document, name, tool);
    }
    provided::fields(document, fields, &[], facts)
}
