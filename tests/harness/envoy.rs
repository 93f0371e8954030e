//! A real Envoy.

use crate::gateway::Gateway;
use crate::plain;
use crate::process::Process;
use crate::signal::eventually;
use crate::tools;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// A running proxy.
#[derive(Debug)]
pub struct Envoy {
    process: Process,
    admin: SocketAddr,
    agents: SocketAddr,
}

/// What Envoy said when it refused to start.
#[derive(Debug)]
pub struct Refused {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its log.
    pub log: String,
}

impl Envoy {
    /// Starts it and waits until it serves.
    ///
    /// # Panics
    /// When it refuses to.
    pub async fn start(gateway: &Gateway, dir: &Path, workers: u64) -> Self {
        let mut process = spawn(gateway, dir, workers);
        let admin_file = dir.join("admin");
        let admin = eventually("Envoy's admin address", || {
            let ended = process.ended();
            assert!(ended.is_none(), "Envoy ended ({ended:?}):\n{}", process.stderr());
            let address = std::fs::read_to_string(&admin_file).ok().and_then(|text| text.parse().ok());
            async move { address }
        })
        .await;
        let mut envoy = Self { process, admin, agents: admin };
        eventually("Envoy to be ready", || {
            let ended = envoy.process.ended();
            assert!(ended.is_none(), "Envoy ended ({ended:?}):\n{}", envoy.process.stderr());
            async { get(admin, "GET", "/ready").await.ok().filter(|(status, _)| *status == 200) }
        })
        .await;
        let listeners: serde_json::Value =
            serde_json::from_str(&envoy.admin("/listeners?format=json").await).unwrap();
        let socket = &listeners["listener_statuses"][0]["local_address"]["socket_address"];
        let port = socket["port_value"].as_u64().unwrap();
        envoy.agents = format!("127.0.0.1:{port}").parse().unwrap();
        envoy
    }

    /// Starts it with a configuration that it must refuse.
    pub async fn refuse(gateway: &Gateway, dir: &Path) -> Refused {
        let mut process = spawn(gateway, dir, 1);
        let status = process.wait().await;
        Refused { code: status.code(), log: process.stderr() }
    }

    /// Where agents connect.
    pub fn agents(&self) -> SocketAddr {
        self.agents
    }

    /// Where the operator connects.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin
    }

    /// Its process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// An answer of the admin interface.
    pub async fn admin(&self, path: &str) -> String {
        get(self.admin, "GET", path).await.unwrap_or_else(|e| panic!("admin {path}: {e}")).1
    }

    /// A counter or gauge; `None` where there is none of that name.
    pub async fn stat(&self, name: &str) -> Option<u64> {
        let text = self.admin("/stats").await;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.and_then(|value| value.parse().ok())
    }

    /// Waits until a counter is at least `count`.
    pub async fn stat_reaches(&self, name: &str, count: u64) {
        eventually(&format!("{name} to reach {count}"), || async {
            self.stat(name).await.filter(|value| *value >= count)
        })
        .await;
    }

    /// The access log, one JSON document a request.
    pub fn access_log(&self) -> Vec<serde_json::Value> {
        self.process.stdout().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The log.
    pub fn log(&self) -> String {
        self.process.stderr()
    }

    /// Waits until the log has this in it.
    pub async fn log_says(&self, text: &str) {
        eventually(&format!("`{text}` in the log"), || async { self.log().contains(text).then_some(()) })
            .await;
    }

    /// Whether it still serves.
    pub async fn is_alive(&mut self) -> bool {
        self.process.ended().is_none()
            && get(self.admin, "GET", "/ready").await.is_ok_and(|(status, _)| status == 200)
    }

    /// Ends it as an operator does, and returns its exit code.
    pub async fn quit(&mut self) -> Option<i32> {
        let _ = get(self.admin, "POST", "/quitquitquit").await;
        self.process.wait().await.code()
    }
}

fn spawn(gateway: &Gateway, dir: &Path, workers: u64) -> Process {
    let config = dir.join("envoy.json");
    std::fs::write(&config, gateway.text()).unwrap();
    let mut command = Command::new(tools::envoy());
    command
        .arg("--config-path")
        .arg(&config)
        .arg("--admin-address-path")
        .arg(dir.join("admin"))
        .args([
            "--concurrency",
            &workers.to_string(),
            "--disable-hot-restart",
            "--file-flush-interval-msec",
            "10",
        ])
        .args(["--log-level", "warning", "--component-log-level", "wasm:info", "--drain-time-s", "1"]);
    Process::start("envoy", dir, &mut command)
}

async fn get(address: SocketAddr, method: &str, path: &str) -> io::Result<(u16, String)> {
    plain::ask(address, method, path, &[], &[]).await
}
