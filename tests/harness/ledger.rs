//! The real ledger: its process, its bundles, its reviewers' side, its record. Driven only by what ships, the
//! `toolgate` binary and the HTTP API.

use crate::plain;
use crate::process::Process;
use crate::signal::eventually;
use crate::tools;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

const EMITTER_TOKEN: &str = "emitter-token-of-one-test";
const REVIEWER_TOKEN: &str = "reviewer-token-of-one-test";
const SECOND_TOKEN: &str = "second-token-of-one-test";

/// A running ledger.
#[derive(Debug)]
pub struct Ledger {
    process: Option<Process>,
    dir: PathBuf,
    emitter: SocketAddr,
    reviewer: SocketAddr,
    bundle_key: String,
    vkey: String,
    /// Where the records begin that are looked at.
    seen: usize,
}

/// A question that waits for a person.
#[derive(Debug, Clone)]
pub struct Escalation(Value);

impl Escalation {
    /// Its ID.
    pub fn id(&self) -> &str {
        self.0["id"].as_str().unwrap()
    }

    /// Everything a reviewer is shown.
    pub fn shown(&self) -> &Value {
        &self.0
    }
}

/// A way to sign in at the console, once.
#[derive(Debug, Clone, Deserialize)]
pub struct SignIn {
    /// Whom it signs in.
    pub name: String,
    /// The page of the people's listener.
    pub path: String,
}

impl Ledger {
    /// Makes a new ledger in `dir` and starts it, with the policy of a folder as bundle `default`, or none.
    pub async fn start(dir: &Path, policy: Option<&Path>) -> Self {
        let bundle_key = new_key(dir, "bundle.key");
        let vkey =
            run(Command::new(tools::toolgate()).args(["ledger", "init", "--dir"]).arg(dir.join("ledger")));
        fs::write(dir.join("emitter.token"), EMITTER_TOKEN).unwrap();
        fs::write(dir.join("reviewer.token"), REVIEWER_TOKEN).unwrap();
        fs::write(dir.join("second.token"), SECOND_TOKEN).unwrap();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut ledger = Self {
            process: None,
            dir: dir.to_owned(),
            emitter: any,
            reviewer: any,
            bundle_key,
            vkey: vkey.trim().to_owned(),
            seen: 0,
        };
        ledger.run().await;
        if let Some(policy) = policy {
            ledger.publish(policy).await;
        }
        ledger
    }

    /// No ledger at all; nobody listens at its address.
    pub fn absent(dir: &Path) -> Self {
        let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
        Self {
            process: None,
            dir: dir.to_owned(),
            emitter: nobody,
            reviewer: nobody,
            bundle_key: String::new(),
            vkey: String::new(),
            seen: 0,
        }
    }

    /// Starts the process, on the addresses it had before if it had any.
    pub async fn run(&mut self) {
        let config = self.dir.join("ledger.toml");
        fs::write(&config, configuration(self.emitter, self.reviewer)).unwrap();
        let mut command = Command::new(tools::toolgate());
        command.args(["ledger", "serve", "--dir"]).arg(self.dir.join("ledger")).arg("--config").arg(config);
        // A line of an earlier run must not pass for the new one's.
        fs::remove_file(self.dir.join("ledger.out")).ok();
        let mut process = Process::start("ledger", &self.dir, &mut command);
        let ready = process.line("ready: ").await;
        let words: Vec<&str> = ready.split_whitespace().collect();
        let address = |role: &str| -> SocketAddr {
            let at =
                words.iter().position(|word| *word == role).unwrap_or_else(|| panic!("no {role}: {ready}"));
            words[at + 1].trim_start_matches("http://").parse().unwrap()
        };
        self.emitter = address("emitter");
        self.reviewer = address("reviewer");
        self.process = Some(process);
    }

    /// Ends it at once, as a crash would.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Its process.
    ///
    /// # Panics
    /// When it does not run.
    pub fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }

    /// Ends it as an operator does: what is under way is finished, committed and published.
    pub async fn end(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        process.terminate();
        let status = process.wait().await;
        assert!(status.success(), "the ledger ended with {status}: {}", process.stderr());
    }

    /// Its process.
    ///
    /// # Panics
    /// When it does not run.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Where gates connect.
    pub fn emitter(&self) -> SocketAddr {
        self.emitter
    }

    /// Where people connect.
    pub fn reviewer(&self) -> SocketAddr {
        self.reviewer
    }

    /// The token of gates.
    pub fn emitter_token(&self) -> &'static str {
        EMITTER_TOKEN
    }

    /// The key of its log.
    pub fn vkey(&self) -> &str {
        &self.vkey
    }

    /// The token of the one person who does everything: reviewer, auditor and author.
    pub fn reviewer_token(&self) -> &'static str {
        REVIEWER_TOKEN
    }

    /// The token of another person, a reviewer.
    pub fn second_token(&self) -> &'static str {
        SECOND_TOKEN
    }

    /// The key that bundles must be signed with.
    pub fn bundle_key(&self) -> &str {
        &self.bundle_key
    }

    /// Compiles a policy folder to a signed bundle and returns the file's text.
    pub fn compile(&self, policy: &Path) -> String {
        self.compile_with(policy, "bundle.key")
    }

    /// The same, signed by somebody the gateway does not know.
    pub fn compile_as_stranger(&self, policy: &Path) -> String {
        new_key(&self.dir, "stranger.key");
        self.compile_with(policy, "stranger.key")
    }

    fn compile_with(&self, policy: &Path, key: &str) -> String {
        let bundle = self.dir.join("bundle.json");
        let mut command = Command::new(tools::toolgate());
        command.arg("compile").arg(policy).arg("-o").arg(&bundle).arg("--key").arg(self.dir.join(key));
        run(&mut command);
        fs::read_to_string(bundle).unwrap()
    }

    /// Compiles a policy folder and hands it out as `default` from now on.
    pub async fn publish(&self, policy: &Path) {
        let bundle = self.compile(policy);
        let (status, body) = self.ask("PUT", "/v1/bundles/default", bundle.as_bytes()).await;
        assert_eq!(status, 200, "{body}");
    }

    /// Waits for the one question that nobody has answered yet.
    pub async fn pending(&self) -> Escalation {
        eventually("a question for a person", || async {
            let (status, body) = self.ask("GET", "/v1/escalations?state=pending", &[]).await;
            assert_eq!(status, 200, "{body}");
            let list: Value = serde_json::from_str(&body).unwrap();
            let open = list["escalations"].as_array().unwrap();
            assert!(open.len() <= 1, "more than one question is open: {body}");
            open.first().cloned().map(Escalation)
        })
        .await
    }

    /// Every question that nobody has answered yet; of very many, the newest.
    pub async fn all_pending(&self) -> Vec<Escalation> {
        let (status, body) = self.ask("GET", "/v1/escalations?state=pending", &[]).await;
        assert_eq!(status, 200, "{body}");
        let list: Value = serde_json::from_str(&body).unwrap();
        list["escalations"].as_array().unwrap().iter().cloned().map(Escalation).collect()
    }

    /// Waits until as many questions as this are open.
    pub async fn pending_count(&self, count: usize) -> Vec<Escalation> {
        eventually(&format!("{count} questions for people"), || async {
            Some(self.all_pending().await).filter(|open| open.len() == count)
        })
        .await
    }

    /// What the ledger says to a vote of this form, which may be none.
    pub async fn vote_as_written(&self, escalation: &Escalation, vote: Value) -> (u16, String) {
        self.vote(escalation, vote).await
    }

    /// Lets the call through.
    pub async fn approve(&self, escalation: &Escalation) {
        let (status, body) = self.vote(escalation, json!({"verdict": "allow"})).await;
        assert_eq!(status, 200, "{body}");
    }

    /// Tries to let the call through; it may be too late.
    pub async fn try_approve(&self, escalation: &Escalation) {
        self.vote(escalation, json!({"verdict": "allow"})).await;
    }

    /// Refuses the call.
    pub async fn deny(&self, escalation: &Escalation, comment: &str) {
        let (status, body) = self.vote(escalation, json!({"verdict": "deny", "comment": comment})).await;
        assert_eq!(status, 200, "{body}");
    }

    /// Stops a principal.
    pub async fn freeze(&self, agent: &str) {
        let request = json!({"agent": agent, "reason": "it loops"}).to_string();
        let (status, body) = self.ask("POST", "/v1/freezes", request.as_bytes()).await;
        assert_eq!(status, 200, "{body}");
    }

    /// Lets a principal go on.
    pub async fn unfreeze(&self, agent: &str) {
        let request = json!({"agent": agent, "reason": "mended"}).to_string();
        let (status, body) = self.ask("POST", "/v1/freezes/lift", request.as_bytes()).await;
        assert_eq!(status, 200, "{body}");
    }

    /// One person asks that what the policy refuses of a principal goes through for a time, and another confirms it. Its
    /// ID.
    pub async fn break_glass(&self, principal: &str, seconds: u64) -> String {
        let wanted = json!({"principal": principal, "seconds": seconds, "reason": "the release is stuck"});
        let (status, body) = self.ask("POST", "/v1/break-glass", wanted.to_string().as_bytes()).await;
        assert_eq!(status, 200, "{body}");
        let asked: Value = serde_json::from_str(&body).unwrap();
        let id = asked["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/break-glass/{id}/confirm");
        let (status, body) = self.ask("POST", &path, b"{}").await;
        assert_eq!(status, 403, "whoever asked confirmed it: {body}");
        let (status, body) = self.ask_as(SECOND_TOKEN, "POST", &path, b"{}").await;
        assert_eq!(status, 200, "{body}");
        id
    }

    /// Ends it before its time.
    pub async fn end_break_glass(&self, id: &str) {
        let reason = json!({"reason": "it is out"}).to_string();
        let (status, body) = self.ask("POST", &format!("/v1/break-glass/{id}/end"), reason.as_bytes()).await;
        assert_eq!(status, 200, "{body}");
    }

    /// What two people sign without a ledger, each with a key of their own: the note, and their verifier keys.
    pub fn signed_by_two(&self, principal: &str, policy: &str) -> (String, [String; 2]) {
        let keys = ["soc-1", "soc-2"].map(|name| {
            let file = self.dir.join(format!("{name}.key"));
            run(Command::new(tools::toolgate()).args(["keys", "new", "--name", name, "-o"]).arg(&file))
                .trim()
                .to_owned()
        });
        let (first, both) = (self.dir.join("first.note"), self.dir.join("both.note"));
        run(Command::new(tools::toolgate())
            .args(["break-glass", "--offline", "--principal", principal, "--policy", policy, "--for", "30m"])
            .args(["--reason", "the ledger is gone", "--key"])
            .arg(self.dir.join("soc-1.key"))
            .arg("-o")
            .arg(&first));
        run(Command::new(tools::toolgate())
            .args(["break-glass", "cosign"])
            .arg(&first)
            .arg("--key")
            .arg(self.dir.join("soc-2.key"))
            .arg("-o")
            .arg(&both));
        (fs::read_to_string(both).unwrap(), keys)
    }

    async fn vote(&self, escalation: &Escalation, mut vote: Value) -> (u16, String) {
        vote["digest"] = escalation.0["digest"].clone();
        let path = format!("/v1/escalations/{}/votes", escalation.id());
        self.ask("POST", &path, vote.to_string().as_bytes()).await
    }

    /// A link for the one person there is.
    pub async fn sign_in(&self) -> SignIn {
        let (status, body) = self.ask("POST", "/v1/sign-ins", b"{}").await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Looks only at what is recorded from now on.
    pub async fn look_from_here(&mut self) {
        self.seen = self.all_records().await.len();
    }

    /// Every event of the log, in its order.
    pub async fn all_records(&self) -> Vec<Value> {
        self.records_from(0).await
    }

    /// The events that are looked at, in their order.
    pub async fn records(&self) -> Vec<Value> {
        self.records_from(self.seen).await
    }

    async fn records_from(&self, first: usize) -> Vec<Value> {
        let mut records = Vec::new();
        let mut next = first.checked_sub(1);
        loop {
            let after = next.map(|after| format!("&after={after}")).unwrap_or_default();
            let (status, body) = self.ask("GET", &format!("/v1/events?limit=1000{after}"), &[]).await;
            assert_eq!(status, 200, "{body}");
            let page: Value = serde_json::from_str(&body).unwrap();
            records.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["event"].clone()));
            match page["next"].as_u64() {
                Some(after) => next = usize::try_from(after).ok(),
                None => return records,
            }
        }
    }

    /// Waits until the log is as wanted.
    pub async fn records_until(&self, what: &str, state: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        eventually(&format!("{what} in the record"), || async {
            Some(self.records().await).filter(|records| state(records))
        })
        .await
    }

    /// What `toolgate audit` says of the log's files.
    pub fn audit(&self) -> String {
        run(Command::new(tools::toolgate()).args(["audit", "--dir"]).arg(self.dir.join("ledger")))
    }

    /// What `toolgate ledger verify` says of the log, held against the proxy's access log, and whether it is
    /// content. The ledger must not run.
    pub fn verify(&self) -> (bool, String) {
        assert!(self.process.is_none(), "end the ledger first");
        let output = Command::new(tools::toolgate())
            .args(["ledger", "verify", "--dir"])
            .arg(self.dir.join("ledger"))
            .arg("--vkey")
            .arg(&self.vkey)
            .arg("--access-log")
            .arg(self.dir.join("envoy.out"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), said)
    }

    /// Everything the process wrote.
    pub fn log(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        read("ledger.out") + &read("ledger.err")
    }

    /// Asks the people's side.
    pub async fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        self.ask_as(REVIEWER_TOKEN, method, path, body).await
    }

    async fn ask_as(&self, token: &str, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        if method == "POST" {
            headers.push(("content-type", "application/json"));
        }
        plain::ask(self.reviewer, method, path, &headers, body).await.unwrap()
    }
}

fn configuration(emitter: SocketAddr, reviewer: SocketAddr) -> String {
    format!(
        r#"
[listen]
emitter = "{emitter}"
reviewer = "{reviewer}"

[[emitters]]
name = "gateway"
token_file = "emitter.token"

[[users]]
name = "reviewer-1"
token_file = "reviewer.token"
groups = ["soc"]
roles = ["reviewer", "auditor", "author"]

[[users]]
name = "reviewer-2"
token_file = "second.token"
"#
    )
}

/// Makes a key that bundles are signed with, and returns what a filter needs to verify them.
fn new_key(dir: &Path, file: &str) -> String {
    let said = run(Command::new(tools::toolgate())
        .args(["keys", "new", "--name", "policy.e2e", "-o"])
        .arg(dir.join(file)));
    said.trim().to_owned()
}

/// Runs a command to its end and returns what it said.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("cannot run {:?}: {e}", command.get_program()));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
