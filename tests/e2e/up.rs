//! `make up`, as somebody meets it who follows what it prints.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use toolgate_e2e::certificates::Identity;
use toolgate_e2e::client::{Client, Protocol, Request};
use toolgate_e2e::process::Process;
use toolgate_e2e::signal::eventually;
use toolgate_e2e::stack::AGENT;
use toolgate_e2e::{plain, tools};

/// The stack; what it started ends with it, also where the test fails.
struct Up(Process);

impl Drop for Up {
    fn drop(&mut self) {
        self.0.terminate();
        for _ in 0..2_000 {
            if self.0.ended().is_some() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

impl Up {
    fn start(dir: &Path) -> Self {
        // What it would build is built already.
        tools::filter();
        let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
        command.arg("--stay").env("TOOLGATE_E2E_BUILT", "1").env("TOOLGATE_E2E_NATIVE", tools::toolgate());
        Self(Process::start("up", dir, &mut command))
    }

    /// The address that follows this word.
    async fn address(&mut self, prefix: &str) -> SocketAddr {
        let said = self.0.line(prefix).await;
        said.trim().trim_end_matches('/').parse().unwrap_or_else(|error| panic!("{said}: {error}"))
    }

    /// What follows this word in what it printed, up to the next space.
    fn word(&self, before: &str) -> String {
        let said = self.0.stdout();
        let (_, rest) = said.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {said}"));
        rest.split_whitespace().next().unwrap().to_owned()
    }

    fn toolgate(console: SocketAddr, token: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(tools::toolgate());
        command.args(arguments).env("TOOLGATE_LEDGER", format!("http://{console}"));
        let output = command.env("TOOLGATE_TOKEN", token).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

#[tokio::test]
async fn what_it_prints_signs_in_asks_and_breaks_the_glass() {
    let dir = TempDir::with_prefix("toolgate-up-").unwrap();
    let mut up = Up::start(dir.path());
    let console = up.address("console   http://").await;
    let admin = up.address("admin     http://").await;
    let link = up.0.line(&format!("  http://{console}")).await;
    up.0.line("Ctrl-C").await;

    // The link signs in once, by a form.
    let (status, page) = plain::ask(console, "GET", &link, &[], b"").await.unwrap();
    assert_eq!(status, 200, "{page}");
    let (_, code) = page.split_once("name=\"code\" value=\"").unwrap();
    let form = format!("code={}", code.split('"').next().unwrap());
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let (head, _) = plain::exchange(console, "POST", "/sign-in", &[kind], form.as_bytes()).await.unwrap();
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = [("cookie", cookie.split(';').next().unwrap())];
    let (status, queue) = plain::ask(console, "GET", "/", &cookie, b"").await.unwrap();
    assert!(status == 200 && queue.contains("Nothing waits."), "{queue}");
    let (status, _) = plain::ask(console, "GET", &link, &[], b"").await.unwrap();
    assert_eq!(status, 410, "the link works a second time");

    // The agent deletes; that is denied, until two people want otherwise.
    let read = |option: &str| std::fs::read_to_string(up.word(option)).unwrap();
    let agent = Identity { certificate: read("--cert "), key: read("--key ") };
    let port: u16 = up.word("https://localhost:").trim_end_matches("/anthropic/v1/messages").parse().unwrap();
    let client = Client::new(SocketAddr::from(([127, 0, 0, 1], port)), &read("--cacert "), Some(agent));
    let body = r#"{"model":"any","max_tokens":100,"messages":[{"role":"user","content":"delete it"}]}"#;
    let ask = async || {
        let request = Request::post("/anthropic/v1/messages", &serde_json::from_str(body).unwrap());
        client.send(Protocol::H1, request).end().await.text()
    };
    let denied = ask().await;
    assert!(denied.contains("Not executed: the call of `delete_file`"), "{denied}");
    let (first, second) = {
        let said = up.0.stdout();
        let tokens: Vec<_> = said.split("TOOLGATE_TOKEN=").skip(1).collect();
        let [first, second] = tokens.as_slice() else { panic!("{said}") };
        let word = |text: &str| text.split_whitespace().next().unwrap().to_owned();
        (word(first), word(second))
    };
    let asked = ["break-glass", "--principal", AGENT, "--for", "30m", "--reason", "I try it"];
    let said = Up::toolgate(console, &first, &asked);
    let id = said.split_whitespace().find(|word| word.len() == 36 && word.contains('-')).unwrap();
    Up::toolgate(console, &second, &["break-glass", "confirm", id.trim_matches('`')]);
    eventually("the denied call to go through", || async {
        Some(ask().await).filter(|text| text.contains("\"delete_file\""))
    })
    .await;

    // It ends by its process ID, and nothing of it stays.
    up.0.terminate();
    let status = up.0.wait().await;
    assert!(status.success(), "{status}: {}", up.0.stderr());
    for gone in [console, admin] {
        assert!(plain::ask(gone, "GET", "/", &[], b"").await.is_err(), "{gone} still answers");
    }
}
