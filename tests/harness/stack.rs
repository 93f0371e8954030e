//! Everything one test needs, started together and ended together.

use crate::answers::Api;
use crate::certificates::{Authority, Identity};
use crate::client::{Client, Exchange, Protocol, Request, Wire};
use crate::envoy::Envoy;
use crate::gateway::{Gateway, Places};
use crate::model::Model;
use crate::script::position;
use crate::sdk::Agent;
use crate::tools;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The agent that tests act as.
pub const AGENT: &str = "spiffe://corp.example/ns/agents/sa/e2e";

/// What a test wants otherwise than it ships.
#[derive(Debug)]
pub struct StackOptions {
    /// The protocol the model speaks.
    pub model: Protocol,
    /// The listener's buffer limit and `limits.release`, if not what ships.
    pub release_limit: Option<usize>,
    /// The filter; `None` for the built one.
    pub filter: Option<PathBuf>,
    /// Any other change to the configuration.
    pub change: fn(&mut Gateway),
}

impl Default for StackOptions {
    fn default() -> Self {
        Self { model: Protocol::H1, release_limit: None, filter: None, change: |_| {} }
    }
}

/// The running stack.
#[derive(Debug)]
pub struct Stack {
    /// The scripted model.
    pub model: Model,
    /// The proxy.
    pub envoy: Envoy,
    dir: TempDir,
    agents: Authority,
    gateway_authority: Authority,
    agent: Identity,
    secrets: Vec<String>,
    tapes: Vec<Wire>,
}

impl Stack {
    /// Starts it as it ships.
    pub async fn start() -> Self {
        Self::with(StackOptions::default()).await
    }

    /// Starts it with changes.
    pub async fn with(options: StackOptions) -> Self {
        let dir = TempDir::with_prefix("toolgate-").unwrap();
        let agents = Authority::new("agents");
        let gateway_authority = Authority::new("gateways");
        let model_authority = Authority::new("models");
        let agent = agents.agent(&[AGENT]);
        agent.write(dir.path(), "agent");
        write(&dir.path().join("gateway-ca.pem"), gateway_authority.pem());

        let model =
            Model::start(&model_authority.server(&["api.anthropic.com", "api.openai.com"]), options.model)
                .await;
        let filter = options.filter.clone().unwrap_or_else(tools::filter);
        let gateway =
            Self::gateway(&dir, &agents, &gateway_authority, &model_authority, &model, &filter, &options);
        let envoy = Envoy::start(&gateway, dir.path()).await;
        Self { model, envoy, dir, agents, gateway_authority, agent, secrets: Vec::new(), tapes: Vec::new() }
    }

    fn gateway(
        dir: &TempDir,
        agents: &Authority,
        gateways: &Authority,
        models: &Authority,
        model: &Model,
        filter: &Path,
        options: &StackOptions,
    ) -> Gateway {
        let at = |name: &str| dir.path().join(name);
        write(&at("agents-ca.pem"), agents.pem());
        write(&at("model-ca.pem"), models.pem());
        let mut gateway = Gateway::shipped().at(&Places {
            identity: gateways.server(&["localhost"]).write(dir.path(), "gateway"),
            agents: &at("agents-ca.pem"),
            filter,
            model: model.address(),
            model_authority: &at("model-ca.pem"),
            ledger: SocketAddr::from(([127, 0, 0, 1], 9)),
        });
        if let Some(limit) = options.release_limit {
            gateway.release_limit(limit);
        }
        (options.change)(&mut gateway);
        gateway
    }

    /// Sends a request as the agent.
    pub fn send(&mut self, protocol: Protocol, request: Request) -> Exchange {
        self.send_as(Some(self.agent.clone()), protocol, request)
    }

    /// Sends a request as somebody else, or nobody.
    pub fn send_as(&mut self, identity: Option<Identity>, protocol: Protocol, request: Request) -> Exchange {
        let client = Client::new(self.envoy.agents(), self.gateway_authority.pem(), identity);
        let exchange = client.send(protocol, request);
        self.tapes.push(exchange.tape());
        exchange
    }

    /// Asks the model for its next turn.
    pub fn ask(&mut self, protocol: Protocol, api: Api, stream: bool) -> Exchange {
        self.send(protocol, Request::post(api.path(), &api.request(stream)))
    }

    /// A certificate with these URIs, as the agents' authority signs it.
    pub fn identity(&self, uris: &[&str]) -> Identity {
        self.agents.agent(uris)
    }

    /// The agent, for an SDK.
    pub fn agent(&self) -> Agent {
        let at = |name: &str| self.dir.path().join(name);
        Agent {
            gateway: self.envoy.agents(),
            authority: at("gateway-ca.pem"),
            identity: (at("agent.pem"), at("agent.key")),
        }
    }

    /// Text that must never leave, made new for this test: neither to a client nor into a log or a metric.
    pub fn secret(&mut self, name: &str) -> String {
        let random = std::fs::read("/proc/sys/kernel/random/uuid").unwrap();
        let secret = format!("{name}-{}", String::from_utf8_lossy(&random).trim());
        self.secrets.push(secret.clone());
        secret
    }

    /// Ends the test: the proxy must be alive, must have kept every secret, and must end in good order.
    ///
    /// # Panics
    /// When it does not.
    pub async fn finish(mut self) {
        assert!(self.envoy.is_alive().await, "Envoy died:\n{}", self.envoy.log());
        assert_eq!(self.model.unanswered(), 0, "the model was asked more often than the test queued answers");
        let metrics = self.envoy.admin("/stats/prometheus").await;
        let config_free = [("a metric", metrics.into_bytes())];
        assert_eq!(
            self.envoy.quit().await,
            Some(0),
            "Envoy did not end in good order:\n{}",
            self.envoy.log()
        );

        let logs = [
            ("the log", self.envoy.log().into_bytes()),
            ("the access log", self.envoy.process().stdout().into_bytes()),
        ];
        let received = self.tapes.iter().map(|tape| ("a client's socket", tape.lock().unwrap().clone()));
        for (place, bytes) in received.chain(config_free).chain(logs) {
            for secret in &self.secrets {
                assert!(position(&bytes, secret.as_bytes()).is_none(), "`{secret}` is in {place}");
            }
        }
        assert!(!self.envoy.log().contains("panicked"), "the filter panicked:\n{}", self.envoy.log());
    }

    /// Where the test's files are.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What the proxy's own access log says of each request.
    pub fn access_log(&self) -> Vec<Value> {
        self.envoy.access_log()
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
