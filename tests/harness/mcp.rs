//! A scripted MCP server, and the official SDK as its client.

use crate::gateway::Gateway;
use crate::model::Received;
use crate::script::Answer;
use crate::sdk::Agent;
use crate::signal::PATIENCE;
use crate::tools;
use serde::Deserialize;
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// What policies call the server.
pub const SERVER: &str = "office";
/// The path of its endpoint at the gateway.
pub const PATH: &str = "/mcp/office";

/// Gives the gateway a route to the server, which stands where the models do.
pub fn serve(gateway: &mut Gateway) {
    let route = json!({
        "name": "office", "match": {"prefix": "/mcp/"},
        "route": {"cluster": "anthropic", "host_rewrite_literal": "api.anthropic.com", "timeout": "60s"},
    });
    let routes = &mut gateway.http()["route_config"]["virtual_hosts"][0]["routes"];
    routes.as_array_mut().unwrap().push(route);
    gateway.plugin(|plugin| plugin["mcp_servers"] = json!([{"name": SERVER, "route": "office"}]));
}

/// Answers as a server with the three tools does. A result tells which tool ran.
pub fn server(request: &Received) -> Answer {
    if request.method != "POST" {
        return Answer::new(405, "text/plain", "no stream of its own");
    }
    let message = request.json();
    let id = message["id"].clone();
    let result = match message["method"].as_str().unwrap() {
        "initialize" => {
            json!({"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
            "serverInfo": {"name": "office", "version": "1"}})
        }
        "tools/list" => {
            let tool = |name: &str| json!({"name": name, "inputSchema": {"type": "object"}});
            let tools: Vec<Value> =
                ["get_weather", "delete_file", "transfer_funds"].into_iter().map(tool).collect();
            json!({"tools": tools, "resultType": "complete", "ttlMs": 0, "cacheScope": "private"})
        }
        "tools/call" => {
            let said = format!("ran {}", message["params"]["name"].as_str().unwrap());
            let result = json!({"content": [{"type": "text", "text": said}], "resultType": "complete"});
            let message = json!({"jsonrpc": "2.0", "id": id, "result": result});
            return Answer::sse(format!("event: message\ndata: {message}\n\n"));
        }
        _ => return Answer::new(202, "application/json", ""),
    };
    Answer::json(json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string())
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolResult {
    /// Whether it says that it is an error.
    pub error: bool,
    /// Its text.
    pub text: String,
}

/// What the SDK's user saw.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The tools that the server lists.
    pub tools: Vec<String>,
    /// What came of the calls, in order.
    pub results: Vec<ToolResult>,
    /// What the SDK raised.
    pub failed: Option<String>,
}

/// Calls tools of the server through the gateway, one after the other. `mode` is `legacy` or a revision of MCP.
///
/// # Panics
/// When the program fails by anything but an error of the SDK.
pub async fn call(agent: &Agent, mode: &str, calls: &[(&str, Value)]) -> Report {
    let spec = json!({
        "url": format!("https://localhost:{}{PATH}", agent.gateway.port()), "mode": mode, "calls": calls,
        "ca": agent.authority, "certificate": agent.identity.0, "key": agent.identity.1,
    });
    let mut child = Command::new(tools::python())
        .arg(tools::root().join("tests/sdk-python/mcp_client.py"))
        // A proxy of the machine must not come between the SDK and the gateway.
        .env("NO_PROXY", "localhost")
        .env("no_proxy", "localhost")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|e| panic!("cannot start the MCP client: {e}; run `make setup`"));
    let mut input = child.stdin.take().unwrap();
    input.write_all(spec.to_string().as_bytes()).await.unwrap();
    drop(input);
    let output = tokio::time::timeout(PATIENCE * 2, child.wait_with_output()).await;
    let output = output.unwrap_or_else(|_| panic!("{mode}: no answer")).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim()).unwrap_or_else(|e| panic!("{mode}: {e}: {text}"))
}
