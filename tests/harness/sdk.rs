//! The official SDKs as clients, each in a process of its own language.

use crate::answers::Api;
use crate::signal::PATIENCE;
use crate::tools;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The languages whose SDKs are driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// `anthropic`, `openai`, `google-genai`, `boto3`, `cohere`, `mistralai` and `ollama` from PyPI.
    Python,
    /// `@anthropic-ai/sdk`, `openai` and `@google/genai` from npm.
    JavaScript,
    /// `openai-agents` from PyPI: loops only, with OpenAI's two APIs.
    Agents,
}

/// How the SDK is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One answer, whole.
    Create,
    /// One answer, streamed and put together by the SDK.
    Stream,
    /// The loop that runs tools until the model is done.
    Runner,
    /// The same, streamed.
    RunnerStream,
}

/// What an agent saw through its SDK.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The calls the SDK handed over: tool and arguments.
    pub calls: Vec<(String, Value)>,
    /// The tools that ran.
    pub ran: Vec<String>,
    /// All text.
    pub text: String,
    /// The last stop or finish reason.
    pub stop: Option<String>,
    /// The SDK's own error.
    pub error: Option<String>,
}

impl Report {
    /// The names of the calls.
    pub fn tools(&self) -> Vec<&str> {
        self.calls.iter().map(|(tool, _)| tool.as_str()).collect()
    }
}

impl Sdk {
    /// Those that are driven in every way.
    pub const ALL: [Self; 2] = [Self::Python, Self::JavaScript];

    /// Whether its program drives this API.
    pub fn speaks(self, api: Api) -> bool {
        match self {
            Self::Python => true,
            Self::JavaScript => Api::ALL.contains(&api) || api == Api::Interactions,
            Self::Agents => matches!(api, Api::OpenAi | Api::Responses),
        }
    }
}

impl How {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Create, Self::Stream, Self::Runner, Self::RunnerStream];

    /// Whether answers are streamed.
    pub fn streams(self) -> bool {
        matches!(self, Self::Stream | Self::RunnerStream)
    }

    /// Whether tools run, and the model is asked again after them.
    pub fn runs_tools(self) -> bool {
        matches!(self, Self::Runner | Self::RunnerStream)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Stream => "stream",
            Self::Runner => "runner",
            Self::RunnerStream => "runner-stream",
        }
    }
}

/// An agent's way to the gateway.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The gateway.
    pub gateway: SocketAddr,
    /// The authority of the gateway's certificate.
    pub authority: PathBuf,
    /// The agent's certificate and key.
    pub identity: (PathBuf, PathBuf),
}

/// A program that holds one conversation after the other: loading an SDK takes longer than using it.
#[derive(Debug)]
pub struct Session {
    agent: Agent,
    sdk: Sdk,
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Agent {
    /// Starts the SDK's program. It ends with the session.
    pub fn session(&self, sdk: Sdk) -> Session {
        let mut command = match sdk {
            Sdk::Python => {
                let mut command = Command::new(tools::python());
                command.arg(tools::root().join("tests/sdk-python/client.py"));
                command
            }
            Sdk::Agents => {
                let mut command = Command::new(tools::python());
                command.arg(tools::root().join("tests/sdk-python/agents_client.py"));
                command
            }
            Sdk::JavaScript => {
                let mut command = Command::new("node");
                command.arg(tools::javascript().join("client.mjs"));
                command
            }
        };
        let mut child = command
            // A proxy of the machine must not come between the SDK and the gateway.
            .env("NO_PROXY", "localhost")
            .env("no_proxy", "localhost")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {sdk:?}: {e}; run `make setup`"));
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Session { agent: self.clone(), sdk, child, input, output }
    }
}

impl Session {
    /// Holds one conversation and returns what the agent saw.
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn run(&mut self, api: Api, how: How) -> Report {
        self.converse(api, how, "Do what is needed.").await
    }

    /// The same, with words of one's own.
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn converse(&mut self, api: Api, how: How, prompt: &str) -> Report {
        self.ask(api, how, prompt, &json!([])).await
    }

    /// The same, with further tools in the request, which is one of Messages or of Responses.
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn offering(&mut self, api: Api, how: How, tools: &Value) -> Report {
        self.ask(api, how, "Do what is needed.", tools).await
    }

    async fn ask(&mut self, api: Api, how: How, prompt: &str, tools: &Value) -> Report {
        self.drive(api.name(), api.base(), how, prompt, tools).await
    }

    /// What the program does under a name that is no API's: the results of a batch, the next turn of a thread, …
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn does(&mut self, name: &str, base: &str, how: How) -> Report {
        self.drive(name, base, how, "Do what is needed.", &json!([])).await
    }

    async fn drive(&mut self, name: &str, base: &str, how: How, prompt: &str, tools: &Value) -> Report {
        let Agent { gateway, authority, identity } = &self.agent;
        let spec = json!({
            "api": name, "how": how.name(), "prompt": prompt, "tools": tools,
            "base_url": format!("https://localhost:{}{}", gateway.port(), base),
            "ca": authority, "certificate": identity.0, "key": identity.1,
        });
        self.input.write_all(format!("{spec}\n").as_bytes()).await.unwrap();
        let case = format!("{:?} {name} {how:?}", self.sdk);
        let line = tokio::time::timeout(PATIENCE * 2, self.output.next_line()).await;
        match line.unwrap_or_else(|_| panic!("{case}: no answer")).unwrap() {
            Some(line) => serde_json::from_str(&line).unwrap_or_else(|e| panic!("{case}: {e}: {line}")),
            None => panic!("{case}: the program ended: {:?}", self.child.wait().await),
        }
    }
}
