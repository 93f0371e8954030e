//! What a request to a harness says. The harness is in the query of its path.

use super::super::super::provided;
use super::super::super::rebuild;
use super::super::super::{ProviderTool, RequestFacts, Target, Unreadable, keys, list, shape};
use super::super::bedrock_converse::additional_fields;
use crate::json::{Document, Node, Value};

pub(super) fn facts(target: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    let root = document.root();
    if !matches!(root.value, Value::Object(_)) {
        return Err(shape("the request is not a JSON object"));
    }
    keys::exact(root, &["messages", "model", "tools", "skills"])?;
    let mut facts =
        RequestFacts { stream: true, state: vec!["runtimeSessionId".to_owned()], ..RequestFacts::default() };
    // It has tools that nobody sees here.
    let harness = target.query("harnessArn")?.unwrap_or_else(|| "unnamed".to_owned());
    let qualifier = target.query("qualifier")?.unwrap_or_default();
    let [arn, qualifier] = [harness.as_str(), qualifier.as_str()].map(rebuild::string);
    let definition = format!(r#"{{"harnessArn":{arn},"qualifier":{qualifier}}}"#);
    facts.provider_executed.push(ProviderTool { name: format!("harness:{harness}"), definition });
    if let Some(model) = root.get("model") {
        for config in model.members() {
            keys::exact(&config.node, &["modelId", "additionalParams"])?;
            let name = config.node.get("modelId").and_then(Node::as_str);
            facts.model = facts.model.or_else(|| name.map(str::to_owned));
            parameters(document, &config.node, &mut facts)?;
        }
    }
    for tool in list(root, "tools")? {
        self::tool(document, tool, &mut facts)?;
    }
    for skill in list(root, "skills")? {
        // What it brings, the harness may run.
        let place = |pointer: &&str| skill.pointer(pointer).and_then(Node::as_str);
        let place = ["/path", "/s3/uri", "/git/url"].iter().find_map(place);
        let key = skill.members().first().map(|member| member.key.as_str());
        let name = place.or(key).unwrap_or("unnamed");
        facts.provider(document, format!("skill:{name}"), skill);
    }
    for message in list(root, "messages")? {
        let content = message.get("content").and_then(Node::elements).unwrap_or_default();
        let found =
            content.iter().filter(|block| block.get("toolUse").or(block.get("toolResult")).is_some()).count();
        facts.history_calls = facts.history_calls.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
    }
    Ok(facts)
}

/// Reads one tool: a function of the client's, or what the harness runs.
fn tool(document: &Document, tool: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    keys::exact(tool, &["type", "name", "config"])?;
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let kind = text(tool, "type").unwrap_or_else(|| "unnamed".to_owned());
    let config = tool.present("config");
    let mut configs =
        config.map(Node::members).unwrap_or_default().iter().filter(|config| !config.node.is_null());
    let inline = kind == "inline_function" && configs.all(|config| config.key == "inlineFunction");
    let name = text(tool, "name");
    if inline {
        facts.offered.push(name.unwrap_or_else(|| "unnamed".to_owned()));
    } else if kind == "remote_mcp" {
        let server = config.and_then(|config| config.get("remoteMcp")).filter(|server| !server.is_null());
        let address = server.and_then(|server| text(server, "url"));
        let name = name.or(address).unwrap_or_else(|| "unnamed".to_owned());
        // What is known of a server stands in its configuration.
        facts.provider(document, format!("mcp:{name}"), server.unwrap_or(tool));
    } else {
        facts.provider(document, kind, tool);
    }
    Ok(())
}

/// Reads what goes to a model as it is, tools of its own among it.
fn parameters(document: &Document, config: &Node, facts: &mut RequestFacts) -> Result<(), Unreadable> {
    let Some(parameters) = config.present("additionalParams") else {
        return Ok(());
    };
    keys::exact(parameters, &["tools", "additionalModelRequestFields"])?;
    for tool in provided::tools(parameters, "tools")? {
        let tag = tool.get("type").or_else(|| tool.get("name")).and_then(Node::as_str);
        facts.provider(document, format!("additionalParams:{}", tag.unwrap_or("unnamed")), tool);
    }
    provided::fields(document, parameters, &[], facts)?;
    additional_fields(document, parameters, facts)
}
