//! Everything one test needs, started together and ended together.

use crate::answers::{Api, Turn};
use crate::certificates::{Authority, Identity};
use crate::client::{Client, Exchange, Protocol, Request, Wire};
use crate::envoy::{Envoy, Refused};
use crate::gateway::{Gateway, Places};
use crate::ledger::Ledger;
use crate::model::Model;
use crate::script::position;
use crate::sdk::{Agent, How};
use crate::signal::eventually;
use crate::tools;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The agent that tests act as.
pub const AGENT: &str = "spiffe://corp.example/ns/agents/sa/e2e";

/// Counts the bundles that the proxy's VMs took.
const BUNDLES_TAKEN: &str = "wasmcustom.toolgate.bundle.taken";

/// The VMs that ask for policy beside those of the workers: one of the main thread.
const OTHER_VMS: u64 = 1;

/// The hosts of the shipped configuration whose place the scripted model takes.
const MODEL_HOSTS: [&str; 4] = [
    "api.anthropic.com",
    "api.openai.com",
    "generativelanguage.googleapis.com",
    "bedrock-runtime.us-east-1.amazonaws.com",
];

/// Which policy is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyOption {
    /// A folder under `tests/policy`, handed out by the ledger.
    Handed(&'static str),
    /// The same, written into the plugin's configuration.
    Inline(&'static str),
    /// None: the ledger has no bundle to hand out.
    Missing,
    /// Nobody asks for one, and no ledger runs: for filters that are not the gate.
    Unused,
}

/// What a test wants otherwise than it ships.
#[derive(Debug)]
pub struct StackOptions {
    /// The policy.
    pub policy: PolicyOption,
    /// The protocol the model speaks.
    pub model: Protocol,
    /// How long a call is held for a person, in milliseconds.
    pub hold_ms: u64,
    /// The listener's buffer limit and `limits.release`, if not what ships.
    pub release_limit: Option<usize>,
    /// How many workers the proxy has.
    pub workers: u64,
    /// The filter; `None` for the built one.
    pub filter: Option<PathBuf>,
    /// Whether break-glass that two people want at the ledger counts.
    pub break_glass: bool,
    /// Any other change to the configuration.
    pub change: fn(&mut Gateway),
}

impl Default for StackOptions {
    fn default() -> Self {
        Self {
            policy: PolicyOption::Handed("base"),
            model: Protocol::H1,
            hold_ms: 20_000,
            release_limit: None,
            workers: 1,
            filter: None,
            break_glass: false,
            change: |_| {},
        }
    }
}

/// The running stack.
#[derive(Debug)]
pub struct Stack {
    /// The scripted model.
    pub model: Model,
    /// The ledger.
    pub ledger: Ledger,
    /// The proxy.
    pub envoy: Envoy,
    place: Place,
    gateway: Gateway,
    proxies: u32,
    agent: Identity,
    workers: u64,
    secrets: Vec<String>,
    tapes: Vec<Wire>,
    /// Lines of the access log that are not looked at.
    seen: usize,
}

/// Where the stack lives, and who vouches for whom there.
#[derive(Debug)]
struct Place {
    dir: TempDir,
    agents: Authority,
    gateways: Authority,
}

impl Stack {
    /// Starts it as it ships.
    pub async fn start() -> Self {
        Self::with(StackOptions::default()).await
    }

    /// Starts it with changes, and waits until every VM of the proxy has its policy.
    pub async fn with(options: StackOptions) -> Self {
        let place = Place::new();
        let agent = place.agents.agent(&[AGENT]);
        agent.write(place.dir.path(), "agent");
        let (model, ledger, gateway) = place.furnish(&options).await;
        let envoy = Envoy::start(&gateway, place.dir.path(), options.workers).await;
        if matches!(options.policy, PolicyOption::Handed(_) | PolicyOption::Inline(_)) {
            envoy.stat_reaches(BUNDLES_TAKEN, OTHER_VMS + options.workers).await;
        }
        Self {
            model,
            ledger,
            envoy,
            place,
            gateway,
            proxies: 1,
            agent,
            workers: options.workers,
            secrets: Vec::new(),
            tapes: Vec::new(),
            seen: 0,
        }
    }

    /// Begins another scenario at the same proxy, whose start costs more than most of them: nothing of what was asked,
    /// recorded and logged before is seen any more.
    ///
    /// # Panics
    /// When the proxy died, or the scenario before left something that it did not look at.
    pub async fn begin(&mut self, scenario: &str) {
        println!("scenario: {scenario}");
        self.settled().await;
        self.model_speaks(Protocol::H1).await;
        self.model.forget();
        self.ledger.look_from_here().await;
        self.seen = self.envoy.access_log().len();
    }

    /// Ends a scenario: nobody is asked any more, and every call that was decided is on record with what became of it.
    async fn settled(&mut self) {
        assert!(self.envoy.is_alive().await, "Envoy died:\n{}", self.envoy.log());
        assert_eq!(self.model.unanswered(), 0, "the model was asked more often than the test queued answers");
        for open in self.ledger.all_pending().await {
            self.ledger.deny(&open, "the scenario is over").await;
        }
        let counted = async |names: &[&str]| {
            let mut sum = 0;
            for name in names {
                sum += self.envoy.stat(&format!("wasmcustom.toolgate.{name}")).await.unwrap_or(0);
            }
            usize::try_from(sum).unwrap()
        };
        eventually("everything to be on record", || async {
            let records = self.ledger.all_records().await;
            let recorded = |kind: &str| records.iter().filter(|record| record["type"] == kind).count();
            let decided = counted(&["calls.allowed", "calls.denied", "calls.escalated"]).await;
            let ended = counted(&["calls.released", "calls.refused", "calls.abandoned"]).await;
            let withheld = counted(&["answers.withheld"]).await;
            (recorded("io.toolgate.decision.v1") == decided
                && decided == ended
                && recorded("io.toolgate.outcome.v1") == ended
                && recorded("io.toolgate.response.v1") >= withheld)
                .then_some(())
        })
        .await;
    }

    /// Lets the model speak only `protocol` from now on.
    pub async fn model_speaks(&self, protocol: Protocol) {
        if !self.model.speak(protocol) {
            return;
        }
        eventually("the proxy to have left the model", || async {
            let connections = self.envoy.admin("/stats?filter=upstream_cx_active").await;
            let models = connections.lines().filter(|line| !line.starts_with("cluster.toolgate_ledger."));
            models.into_iter().all(|line| line.ends_with(": 0")).then_some(())
        })
        .await;
    }

    /// Waits until every VM of the proxy has taken `count` bundles since its start.
    pub async fn bundles_taken(&self, count: u64) {
        self.envoy.stat_reaches(BUNDLES_TAKEN, (OTHER_VMS + self.workers) * count).await;
    }

    /// Starts another proxy with the same configuration and the same ledger, and sends there from now on. Gives the one
    /// before, which goes on unless the test ends it.
    pub async fn another_proxy(&mut self) -> Envoy {
        self.proxies += 1;
        let dir = self.place.at(&format!("proxy-{}", self.proxies));
        fs::create_dir(&dir).unwrap();
        let envoy = Envoy::start(&self.gateway, &dir, self.workers).await;
        envoy.stat_reaches(BUNDLES_TAKEN, OTHER_VMS + self.workers).await;
        std::mem::replace(&mut self.envoy, envoy)
    }

    /// Changes the plugin's configuration, as an operator does, and goes on with a proxy that has it.
    pub async fn reconfigure(&mut self, change: impl FnOnce(&mut Value)) {
        self.gateway.plugin(change);
        let mut before = self.another_proxy().await;
        assert_eq!(before.quit().await, Some(0), "Envoy did not end in good order:\n{}", before.log());
    }

    /// Starts the proxy with a configuration that it must refuse.
    pub async fn refuse(options: StackOptions) -> Refused {
        let place = Place::new();
        let (_model, _ledger, gateway) = place.furnish(&options).await;
        Envoy::refuse(&gateway, place.dir.path()).await
    }

    /// Queues what an SDK will ask for: `turn`, and `last` for when its tools have run.
    pub fn model_says(&self, api: Api, how: How, turn: Turn, last: Turn) {
        let turns = if how.runs_tools() { vec![turn, last] } else { vec![turn] };
        for turn in turns {
            let answer = turn.answer(api, how.streams());
            self.model.answer(if how.streams() { answer.by_event() } else { answer });
        }
    }

    /// Sends a request as the agent.
    pub fn send(&mut self, protocol: Protocol, request: Request) -> Exchange {
        self.send_as(Some(self.agent.clone()), protocol, request)
    }

    /// Sends a request as somebody else, or nobody.
    pub fn send_as(&mut self, identity: Option<Identity>, protocol: Protocol, request: Request) -> Exchange {
        let client = Client::new(self.envoy.agents(), self.place.gateways.pem(), identity);
        let exchange = client.send(protocol, request);
        self.tapes.push(exchange.tape());
        exchange
    }

    /// Asks the model for its next turn.
    pub fn ask(&mut self, protocol: Protocol, api: Api, stream: bool) -> Exchange {
        self.send(protocol, Request::post(api.path(stream), &api.request(stream)))
    }

    /// A certificate with these URIs, as the agents' authority signs it.
    pub fn identity(&self, uris: &[&str]) -> Identity {
        self.place.agents.agent(uris)
    }

    /// The agent, for an SDK.
    pub fn agent(&self) -> Agent {
        Agent {
            gateway: self.envoy.agents(),
            authority: self.place.at("gateways.pem"),
            identity: (self.place.at("agent.pem"), self.place.at("agent.key")),
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
        assert_eq!(
            self.envoy.quit().await,
            Some(0),
            "Envoy did not end in good order:\n{}",
            self.envoy.log()
        );

        let logs = [
            ("the log", self.envoy.log().into_bytes()),
            ("the access log", self.envoy.process().stdout().into_bytes()),
            ("the ledger's log", self.ledger.log().into_bytes()),
        ];
        let received = self.tapes.iter().map(|tape| ("a client's socket", tape.lock().unwrap().clone()));
        for (place, bytes) in received.chain([("a metric", metrics.into_bytes())]).chain(logs) {
            for secret in &self.secrets {
                assert!(position(&bytes, secret.as_bytes()).is_none(), "`{secret}` is in {place}");
            }
        }
        assert!(!self.envoy.log().contains("panicked"), "the filter panicked:\n{}", self.envoy.log());
    }

    /// Where the test's files are.
    pub fn dir(&self) -> &Path {
        self.place.dir.path()
    }

    /// What the proxy's access log says of each request, once it speaks of `count`.
    pub async fn access_log(&self, count: usize) -> Vec<Value> {
        eventually(&format!("{count} lines in the access log"), || async {
            Some(self.envoy.access_log().split_off(self.seen)).filter(|lines| lines.len() >= count)
        })
        .await
    }
}

impl Place {
    fn new() -> Self {
        let place = Self {
            dir: TempDir::with_prefix("toolgate-").unwrap(),
            agents: Authority::new("agents"),
            gateways: Authority::new("gateways"),
        };
        fs::write(place.at("agents.pem"), place.agents.pem()).unwrap();
        fs::write(place.at("gateways.pem"), place.gateways.pem()).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts model and ledger, and writes the proxy's configuration for them.
    async fn furnish(&self, options: &StackOptions) -> (Model, Ledger, Gateway) {
        let models = Authority::new("models");
        fs::write(self.at("models.pem"), models.pem()).unwrap();
        let model = Model::start(&models.server(&MODEL_HOSTS), options.model).await;
        let ledger = match options.policy {
            PolicyOption::Handed(policy) => {
                Ledger::start(self.dir.path(), Some(&policy_folder(policy))).await
            }
            PolicyOption::Missing | PolicyOption::Inline(_) => Ledger::start(self.dir.path(), None).await,
            PolicyOption::Unused => Ledger::absent(self.dir.path()),
        };
        let mut gateway = Gateway::shipped().at(&Places {
            identity: self.gateways.server(&["localhost"]).write(self.dir.path(), "gateway"),
            agents: &self.at("agents.pem"),
            filter: &options.filter.clone().unwrap_or_else(tools::filter),
            model: model.address(),
            model_authority: &self.at("models.pem"),
            ledger: ledger.emitter(),
        });
        gateway.plugin(|plugin| {
            plugin["ledger"]["token"] = ledger.emitter_token().into();
            plugin["bundle_keys"] = json!([ledger.bundle_key()]);
            plugin["bundle"]["poll"]["every_seconds"] = 1.into();
            plugin["hold_ms"] = options.hold_ms.into();
            if options.break_glass {
                plugin["break_glass"] = json!({"ledger_key": ledger.vkey()});
            }
            if let PolicyOption::Inline(policy) = options.policy {
                plugin["bundle"] = json!({"inline": ledger.compile(&policy_folder(policy))});
            }
        });
        if let Some(limit) = options.release_limit {
            gateway.release_limit(limit);
        }
        (options.change)(&mut gateway);
        (model, ledger, gateway)
    }
}

/// A policy under test.
pub fn policy_folder(name: &str) -> PathBuf {
    tools::root().join("tests/policy").join(name)
}
