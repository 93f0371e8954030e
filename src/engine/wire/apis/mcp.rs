//! MCP over streamable HTTP: one JSON-RPC message from an agent to a server, in a POST.
//!
//! Here the request carries the call: `tools/call`, with a name and arguments. It is read as an answer of a model is, and
//! by the same rules: what two servers could understand differently is refused. A batch is refused too, because servers of
//! today take none and older ones run each of its calls. Where an endpoint lies is the operator's word
//! ([`McpServer`](crate::config::McpServer)), so no path belongs to this API.
//!
//! # What passes
//!
//! The methods of the lists below, which run no tool, and the agent's own answers to what a server asked. A method in no
//! list is refused: what it does is not known here. `resources/read` and `prompts/get` fetch text for the agent and pass.
//!
//! # Where a refusal stands
//!
//! The gate answers in the server's place: a result with `isError`, which the agent's model reads as what came of the call.
//!
//! Deliberately absent: what servers answer. Results are no calls. A server may ask for more in its stream
//! (`sampling/createMessage`, `elicitation/create`); the agent then asks its own model or its user, and that model's
//! answer passes the gate like any other.

use super::super::decided::Decided;
use super::super::document::{DocumentApi, DocumentCodec};
use super::super::error_body::is_error_object;
use super::super::{
    ApiEntry, Codec, Framing, Reading, RequestFacts, Target, Unreadable, keys, rebuild, shape,
};
use crate::call::{Arguments, CallKind, ToolCall};
use crate::json::{Document, Node, Value};
use crate::limits::Limits;
use crate::wire::Api;

/// The method that runs a tool.
pub const CALL: &str = "tools/call";

/// Methods that run no tool and want an answer, up to the revision of 2026-07-28.
const REQUESTS: &[&str] = &[
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "subscriptions/listen",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "logging/setLevel",
    "tasks/get",
    "tasks/result",
    "tasks/list",
    "tasks/cancel",
];

/// Methods that want no answer.
const NOTIFICATIONS: &[&str] = &[
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/roots/list_changed",
    "notifications/tasks/status",
    "notifications/elicitation/complete",
];

pub(super) const fn entry(name: &'static str) -> ApiEntry {
    let framings = &[Framing::Document];
    ApiEntry { name, owns, request: facts, forward: None, framings, codec, error_body, is_error_body }
}

fn owns(_: &str, _: &str) -> bool {
    false
}

fn facts(_: &Target, document: &Document) -> Result<RequestFacts, Unreadable> {
    message(document).map(|_| RequestFacts::default())
}

fn codec(_: Framing, limits: Limits, _: &RequestFacts) -> Box<dyn Codec> {
    Box::new(DocumentCodec::new(Message { depth: limits.depth }, limits))
}

/// An error of JSON-RPC to a message whose identifier is not known.
fn error_body(message: &str) -> String {
    let message = rebuild::string(message);
    format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":-32001,"message":{message}}}}}"#)
}

fn is_error_body(document: &Document) -> bool {
    is_error_object(document.root(), &["jsonrpc", "id"])
}

/// The parameters of the call that a message is; `None` if it is none.
///
/// # Errors
/// If two servers could read it differently, or its method is not known.
fn message(document: &Document) -> Result<Option<&Node>, Unreadable> {
    let root = document.root();
    if root.elements().is_some() {
        return Err(shape("a batch of JSON-RPC messages"));
    }
    keys::exact(root, &["jsonrpc", "id", "method", "params", "result", "error"])?;
    if root.get("jsonrpc").and_then(Node::as_str) != Some("2.0") {
        return Err(shape("it is not a JSON-RPC 2.0 message"));
    }
    let asks = match root.get("id").map(|id| &id.value) {
        None => false,
        Some(Value::String(_)) => true,
        Some(Value::Number(number)) if number.parse::<i64>().is_ok() => true,
        // An error in answer to what could not be read.
        Some(Value::Null) if root.get("error").is_some() && root.get("method").is_none() => true,
        Some(_) => return Err(shape("a JSON-RPC identifier that is neither a string nor an integer")),
    };
    let answers = ["result", "error"].iter().filter(|key| root.get(key).is_some()).count();
    let Some(method) = root.get("method") else {
        return match (asks, answers) {
            (true, 1) => Ok(None),
            _ => Err(shape("a JSON-RPC message that is neither a request nor an answer")),
        };
    };
    if answers > 0 {
        return Err(shape("a JSON-RPC message that is a request and an answer"));
    }
    match method.as_str() {
        Some(CALL) if asks => root
            .get("params")
            .filter(|params| matches!(params.value, Value::Object(_)))
            .map(Some)
            .ok_or_else(|| shape("a tool call without parameters")),
        Some(CALL) => Err(shape("a tool call that wants no answer")),
        Some(method) if asks && REQUESTS.contains(&method) => Ok(None),
        Some(method) if !asks && NOTIFICATIONS.contains(&method) => Ok(None),
        _ => Err(shape("a method that is not known to run no tool")),
    }
}

/// A message.
struct Message {
    depth: usize,
}

impl DocumentApi for Message {
    fn calls(&self, document: &Document, out: &mut Reading) -> Result<(), Unreadable> {
        let Some(params) = message(document)? else { return Ok(()) };
        keys::exact(params, &["name", "arguments"])?;
        let tool = keys::tool(params)?.to_owned();
        let arguments = match params.get("arguments") {
            None => Arguments::Absent,
            Some(node) if node.is_null() => Arguments::Absent,
            Some(node) if matches!(node.value, Value::Object(_)) => {
                Arguments::from_json_text(document.slice(node.span), self.depth)
            }
            Some(_) => return Err(shape("arguments that are not a JSON object")),
        };
        let id = document.root().get("id").map(|id| document.slice(id.span).to_owned());
        out.calls.push(ToolCall {
            api: Api::Mcp,
            kind: CallKind::Function,
            id,
            tool,
            namespace: None,
            arguments,
            choice: 0,
        });
        Ok(())
    }

    fn rewrite(&self, document: &Document, decided: &Decided) -> Result<String, Unreadable> {
        let root = document.root();
        let id = root.get("id").map_or("null", |id| document.slice(id.span));
        let text = rebuild::string(decided.text(0).unwrap_or_default());
        // Since the revision of 2026-07-28 every result says which kind it is, and every request names the revision.
        let names_revision = root
            .pointer("/params/_meta")
            .is_some_and(|meta| meta.get("io.modelcontextprotocol/protocolVersion").is_some());
        let kind = if names_revision { r#""resultType":"complete","# } else { "" };
        Ok(format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":{{{kind}"content":[{{"type":"text","text":{text}}}],"isError":true}}}}"#
        ))
    }

    fn instead(&self, refusal: &str) -> String {
        error_body(refusal)
    }
}
