//! Tools that a provider runs itself, when a request turns them on.
//!
//! In comes what the request says of the tool; out comes `provider.run`, which only a rule that names the tool can allow,
//! and what is known of such tools: whom they reach, and that they run code. None of it happens where the agent runs, so
//! those further effects have a reach. What a tool does that is in no table here is `provider.run` alone.
//!
//! Deliberately absent: what the model will ask of the tool. That is decided when nobody can be asked any more.

use super::gathered::Gathered;
use super::reading::differs_in_case_only;
use super::url::Target;
use super::{Action, Name, Reach, Resource, unknown, url, web};
use crate::call::{Arguments, ToolCall};
use crate::json::{Node, Value};

/// What a family of tools does.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// Searches and fetches pages of others.
    Fetch,
    /// Runs code of this language in a container of the provider's.
    Run(&'static str),
    /// Calls the tools of a server, whose address the definition has.
    Call,
    /// Tells the addresses in the definition what happens.
    Tell,
}

/// Families by how their names begin, in lower case and without `_` and `-`.
const FAMILIES: &[(&str, Does)] = &[
    ("websearch", Does::Fetch),
    ("webfetch", Does::Fetch),
    ("browsersearch", Does::Fetch),
    ("xsearch", Does::Fetch),
    ("searchparameters", Does::Fetch),
    ("enablesearch", Does::Fetch),
    ("googlesearch", Does::Fetch),
    ("enterprisewebsearch", Does::Fetch),
    ("googlemaps", Does::Fetch),
    ("urlcontext", Does::Fetch),
    ("connectors", Does::Fetch),
    ("codeexecution", Does::Run("python")),
    ("codeinterpreter", Does::Run("python")),
    ("amazon.codeinterpreter", Does::Run("python")),
    ("agentcorecodeinterpreter", Does::Run("python")),
    ("agentcorebrowser", Does::Fetch),
    ("agentcoregateway", Does::Call),
    ("shell", Does::Run("bash")),
    ("environment", Does::Run("bash")),
    // A tool set names a server that the request describes, and that is judged, elsewhere.
    ("mcpservers", Does::Call),
    ("mcpserver", Does::Call),
    ("mcp", Does::Call),
    ("connector", Does::Call),
    ("enablecodeinterpreter", Does::Run("python")),
    ("skills", Does::Run("bash")),
    ("webhook", Does::Tell),
];

/// Where what a provider runs lands.
const PROVIDER: &str = "provider";

/// Reads a tool that a request turns on.
pub(super) fn read(call: &ToolCall, out: &mut Gathered) {
    out.add(Action::PROVIDER_RUN, Resource::Tool { tool: call.tool.clone() });
    let definition = match &call.arguments {
        Arguments::Json(document) => Some(document.root()),
        Arguments::Absent => None,
        Arguments::Text(_) | Arguments::Malformed { .. } => {
            return out.doubt(unknown::ARGUMENTS_MALFORMED, "");
        }
    };
    if definition.is_some_and(|node| differs_in_case_only(node).is_some()) {
        out.doubt(unknown::ARGUMENT_TWICE, "");
    }
    let Some(does) = family(&call.tool) else { return };
    match does {
        Does::Fetch => {
            out.reach = Reach::Remote(PROVIDER.to_owned());
            for host in hosts(definition) {
                out.add(Action::NET_FETCH, Resource::host(host));
            }
        }
        Does::Run(language) => {
            out.reach = Reach::Container(PROVIDER.to_owned());
            out.add(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        }
        Does::Call => {
            out.reach = Reach::Remote(PROVIDER.to_owned());
            let servers =
                definition.map_or(&[][..], |node| node.elements().unwrap_or(std::slice::from_ref(node)));
            for server in servers {
                let address = ["server_url", "url"].iter().find_map(|key| server.get(key)?.as_str());
                send(address, out);
            }
        }
        Does::Tell => {
            out.reach = Reach::Remote(PROVIDER.to_owned());
            let addresses = definition.and_then(|node| node.get("uris")?.elements()).unwrap_or_default();
            if addresses.is_empty() {
                send(None, out);
            }
            for address in addresses {
                send(address.as_str(), out);
            }
        }
    }
}

/// Something is sent to an address; to one that is not told, it may be any.
fn send(address: Option<&str>, out: &mut Gathered) {
    match address.map(url::read) {
        Some(Ok(Target::Web(address))) => web::send(&address, out),
        Some(Ok(Target::File(_) | Target::Blank) | Err(_)) => {
            out.doubt(unknown::URL_UNUSUAL, "");
            out.add(Action::NET_SEND, Resource::host(Name::Dynamic));
        }
        // One of the provider's own connectors.
        None => out.add(Action::NET_SEND, Resource::host(Name::Dynamic)),
    }
}

fn family(tool: &str) -> Option<Does> {
    if tool == "mcp_toolset" {
        return None;
    }
    let kind = tool.split(':').next().unwrap_or(tool);
    let name: String =
        kind.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    FAMILIES.iter().find(|(family, _)| name.starts_with(family)).map(|(_, does)| *does)
}

/// The hosts that a search may fetch from: any, unless the request says which.
fn hosts(definition: Option<&Node>) -> Vec<Name> {
    let allowed = definition
        .and_then(|node| node.get("allowed_domains").or_else(|| node.get("filters")?.get("allowed_domains")));
    match allowed.map(|node| &node.value) {
        Some(Value::Array(domains)) if !domains.is_empty() => domains.iter().map(host).collect(),
        _ => vec![Name::Dynamic],
    }
}

/// A domain and all below it.
fn host(domain: &Node) -> Name {
    let text = domain.as_str().unwrap_or_default();
    let name = text.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if name.is_empty() || !name.chars().all(plain) {
        return Name::Dynamic;
    }
    Name::Glob(format!("**.{name}"))
}
