//! A ledger process of a test's own, and an emitter that talks to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use toolgate_engine::emitter::{BatchAnswer, Emitter, Need, NewEvent, Settled};
use toolgate_engine::ids::Ids;
use toolgate_engine::record::{EmptyBody, StartBody, types};
use toolgate_engine::time::{Span, Timestamp};

pub(crate) const GATEWAY: &str = "gateway-token-0123456789";
pub(crate) const SOC: &str = "soc-1-token-0123456789";

/// The binary under test.
pub(crate) fn toolgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolgate"));
    command.args(arguments).env_remove("TOOLGATE_TOKEN").env_remove("TOOLGATE_LEDGER");
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    toolgate(arguments).stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with a log in it, and who may come to it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self::without_log();
        let made = run(&["ledger", "init", "--dir", &place.dir(), "--origin", "log.corp.example"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        place
    }

    pub(crate) fn without_log() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for (name, token) in [("gateway", GATEWAY), ("soc-1", SOC)] {
            fs::write(place.path().join(format!("{name}.token")), token).unwrap();
        }
        place.configure("");
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The data directory.
    pub(crate) fn dir(&self) -> String {
        self.path().join("data").to_str().unwrap().to_owned()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("data/ledger.db")
    }

    pub(crate) fn config(&self) -> String {
        self.path().join("ledger.toml").to_str().unwrap().to_owned()
    }

    /// Writes the configuration, with more in front.
    pub(crate) fn configure(&self, more: &str) {
        let text = format!(
            "{more}\n\
             [listen]\nemitter = \"127.0.0.1:0\"\nreviewer = \"127.0.0.1:0\"\n\
             [[emitters]]\nname = \"gateway\"\ntoken_file = \"gateway.token\"\n\
             [[users]]\nname = \"soc-1\"\ntoken_file = \"soc-1.token\"\ngroups = [\"soc\"]\n\
             roles = [\"reviewer\", \"auditor\"]\n"
        );
        fs::write(self.path().join("ledger.toml"), text).unwrap();
    }

    pub(crate) fn serve(&self) -> Serving {
        Serving::start(&mut toolgate(&["ledger", "serve", "--dir", &self.dir(), "--config", &self.config()]))
    }

    pub(crate) fn verify(&self) -> Output {
        run(&["ledger", "verify", "--dir", &self.dir(), "--db"])
    }
}

/// A process that serves. Ended by its ID when the test is over.
pub(crate) struct Serving {
    child: Child,
    pub(crate) emitter: String,
    pub(crate) reviewer: String,
}

impl Serving {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["ready:", "emitter", emitter, "reviewer", reviewer] = words.as_slice() else {
            let _ = child.kill();
            let mut told = String::new();
            child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
            panic!("it is not ready: `{line}` {told}");
        };
        let (emitter, reviewer) = ((*emitter).to_owned(), (*reviewer).to_owned());
        Self { child, emitter, reviewer }
    }

    /// As a power cut would end it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As an operator would end it.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(ended.success());
        self.wait()
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// What it said before it ended.
    pub(crate) fn told(&mut self) -> String {
        let mut told = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        told
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
    config.timeout_global(Some(Duration::from_secs(30))).build().into()
}

pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(u64::try_from(since.as_micros()).unwrap())
}

/// A gateway's emitter, the real one, over a real connection.
pub(crate) struct Gateway {
    pub(crate) emitter: Emitter,
    pub(crate) ids: Ids,
    agent: ureq::Agent,
    /// The batch that is in flight: what a killed ledger may or may not have stored.
    batch: Option<String>,
    /// Its time runs ahead, so that no test waits for a retry.
    ahead: Span,
}

impl Gateway {
    pub(crate) fn new(seed: u8) -> Self {
        let mut ids = Ids::new([seed; 32]);
        let start = StartBody { filter: "0.1.0".to_owned(), node: None, config: "sha256:00".to_owned() };
        let emitter = Emitter::new(&ids.next(now()), start);
        Self { emitter, ids, agent: agent(), batch: None, ahead: Span::default() }
    }

    /// Puts a heartbeat into the chain; gives its ID.
    pub(crate) fn beat(&mut self) -> String {
        let id = self.ids.next(now());
        let event =
            NewEvent { id: &id, kind: types::HEARTBEAT, traceparent: None, who: None, body: &EmptyBody {} };
        self.emitter.record(&mut self.ids, now(), Need::Awaited, event).unwrap();
        id
    }

    /// Sends what waits, or again what was not answered; gives what came of it and the answer's status and text.
    pub(crate) fn flush(&mut self, to: &str) -> (Settled, Option<(u16, String)>) {
        let time = now() + self.ahead;
        if self.batch.is_none() {
            self.batch = self.emitter.batch(&mut self.ids, time);
        }
        let Some(batch) = self.batch.take() else { return (Settled::default(), None) };
        let request = self.agent.post(format!("{to}/v1/events"));
        let request = request.header("authorization", format!("Bearer {GATEWAY}"));
        let answer = request.header("content-type", "application/x-ndjson").send(batch.as_bytes());
        let answer = answer.ok().and_then(|mut answer| {
            Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
        });
        let told = match &answer {
            Some((status, body)) => BatchAnswer::Answered { status: *status, body: body.as_bytes() },
            None => BatchAnswer::Failed,
        };
        let settled = self.emitter.answered(time, told);
        if settled.retry {
            self.ahead = Span::from_secs(self.ahead.as_millis() / 1_000 + 10);
        }
        (settled, answer)
    }
}
