//! The official SDKs as clients, each in a process of its own.

use crate::answers::Api;
use crate::signal::PATIENCE;
use crate::tools;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// The languages whose SDKs are driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// `anthropic` and `openai` from PyPI.
    Python,
    /// `@anthropic-ai/sdk` and `openai` from npm.
    JavaScript,
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
    /// Both.
    pub const ALL: [Self; 2] = [Self::Python, Self::JavaScript];
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

impl Agent {
    /// Runs one conversation and returns what the agent saw.
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn run(&self, sdk: Sdk, api: Api, how: How) -> Report {
        self.converse(sdk, api, how, "Do what is needed.").await
    }

    /// The same, with words of one's own.
    ///
    /// # Panics
    /// When the program fails by anything but an error of the SDK.
    pub async fn converse(&self, sdk: Sdk, api: Api, how: How, prompt: &str) -> Report {
        let mut child = self.start(sdk);
        let spec = json!({
            "api": api.name(), "how": how.name(), "prompt": prompt,
            "base_url": format!("https://localhost:{}{}", self.gateway.port(), api.base()),
            "ca": self.authority, "certificate": self.identity.0, "key": self.identity.1,
        });
        let mut input = child.stdin.take().unwrap();
        input.write_all(spec.to_string().as_bytes()).await.unwrap();
        drop(input);
        let done = tokio::time::timeout(PATIENCE * 2, child.wait_with_output()).await;
        let output = done.unwrap_or_else(|_| panic!("{sdk:?} did not end")).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sdk:?} {api:?} {how:?}: {complaint}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{sdk:?}: {e}: {complaint}"))
    }

    fn start(&self, sdk: Sdk) -> Child {
        let mut command = match sdk {
            Sdk::Python => {
                let mut command = Command::new(tools::python());
                command.arg(tools::root().join("tests/sdk-python/client.py"));
                command
            }
            Sdk::JavaScript => {
                let mut command = Command::new("node");
                command.arg(tools::javascript().join("client.mjs"));
                command
            }
        };
        command
            // A proxy of the machine must not come between the SDK and the gateway.
            .env("NO_PROXY", "localhost")
            .env("no_proxy", "localhost")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {sdk:?}: {e}; run `make setup`"))
    }
}
