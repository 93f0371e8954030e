//! `make bench`: bare Envoy, Envoy with a filter that only copies, Envoy with Toolgate; the same requests, the same
//! run, in turns. What is compared is ratios within the run; the machine's own figures mean little elsewhere.
//!
//! ```text
//! bench [SECONDS [ROUNDS [NAME]]]     seconds a round; only the traffic whose name has NAME in it
//! ```

mod load;
mod upstream;

use load::{Run, quantile};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use toolgate_e2e::envoy::Envoy;
use toolgate_e2e::gateway::Gateway;
use toolgate_e2e::ledger::Ledger;
use toolgate_e2e::stack::{AGENT, policy_folder};
use toolgate_e2e::{Api, Turn, tools};
use upstream::Prepared;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variant {
    Bare,
    Noop,
    Toolgate,
}

impl Variant {
    const ALL: [Self; 3] = [Self::Bare, Self::Noop, Self::Toolgate];

    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare Envoy",
            Self::Noop => "no-op filter, copies bodies in",
            Self::Toolgate => "Toolgate, policy and record on",
        }
    }
}

/// One kind of traffic.
struct Scenario {
    name: &'static str,
    answer: &'static str,
    api: Api,
    stream: bool,
    wanted: &'static str,
    connections: usize,
}

/// What one variant did in its rounds.
#[derive(Debug, Default)]
struct Rounds {
    /// Every answer of every round.
    all: Run,
    /// Answers a second, round by round.
    rate: Vec<f64>,
    /// The proxy's own time for each answer, in µs.
    proxy: Vec<f64>,
    /// The ledger's.
    ledger: Vec<f64>,
    /// Requests of the proxy to the ledger for each answer.
    asked: Vec<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = |n| std::env::args().nth(n);
    let seconds: f64 = argument(1).map_or(1.0, |text| text.parse().expect("seconds a round"));
    let rounds: usize = argument(2).map_or(9, |text| text.parse().expect("a number of rounds"));
    let only = argument(3).unwrap_or_default();
    let text = "word ".repeat(600);
    let call =
        Turn::text("Let me see.").call("get_weather", &json!({"city": "Zürich", "note": "x".repeat(1_400)}));
    let api = Api::Anthropic;
    let words = Turn::text(&text);
    let ms = Duration::from_millis;
    let pace = Some(ms(5));
    let short = Turn::text(&"word ".repeat(80)).sse(api);
    let model = upstream::start(vec![
        Prepared::json("json-text", &words.json(api)),
        Prepared::json("json-call", &call.json(api)),
        Prepared::json("json-call-later", &call.json(api)).after(ms(300), ms(300)),
        Prepared::json("json-call-later-or-sooner", &call.json(api)).after(ms(200), ms(400)),
        Prepared::sse("sse-text", &words.sse(api), None),
        Prepared::sse("sse-paced", &short, pace),
        Prepared::sse("sse-call", &call.sse(api), None),
    ])
    .await;
    let scenario = |name, answer, stream, wanted, connections| Scenario {
        name,
        answer,
        api,
        stream,
        wanted,
        connections,
    };
    let scenarios = [
        scenario("SSE, text, an event every 5 ms", "sse-paced", true, "message_stop", 16),
        scenario("SSE, text, 250 events at once", "sse-text", true, "message_stop", 32),
        scenario("JSON, text of 3 KB", "json-text", false, "word", 32),
        scenario("JSON, one allowed call, 2 KB, after 300 ms", "json-call-later", false, "get_weather", 64),
        scenario(
            "JSON, one allowed call, 2 KB, after 200 to 400 ms",
            "json-call-later-or-sooner",
            false,
            "get_weather",
            64,
        ),
        scenario("JSON, one allowed call, 2 KB", "json-call", false, "get_weather", 1),
        scenario("JSON, one allowed call, 2 KB", "json-call", false, "get_weather", 32),
        scenario("JSON, one allowed call, 2 KB", "json-call", false, "get_weather", 256),
        scenario("SSE, one allowed call, 200 events at once", "sse-call", true, "get_weather", 32),
    ];

    let dir = tempfile::TempDir::with_prefix("toolgate-bench-").unwrap();
    let ledger = Ledger::start(dir.path(), Some(&policy_folder("base"))).await;
    pin(std::process::id(), 1);
    pin(ledger.process_id(), 1);
    println!(
        "{seconds} s a round, {rounds} rounds in turns; one worker of Envoy on one core, client, model and ledger on \
         another\n"
    );
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        let mut proxies = Vec::new();
        for variant in Variant::ALL {
            let place = dir.path().join(format!("{variant:?}-{}-{}", scenario.answer, scenario.connections));
            std::fs::create_dir_all(&place).unwrap();
            proxies.push(Proxy::start(variant, scenario, model, &ledger, &place).await);
        }
        for _ in 0..rounds {
            for proxy in &mut proxies {
                proxy.round(scenario, &ledger, Duration::from_secs_f64(seconds)).await;
            }
        }
        report(scenario, &proxies);
    }
}

/// A proxy that serves one variant. All variants of a kind of traffic stand side by side, and one at a time works.
struct Proxy {
    variant: Variant,
    envoy: Envoy,
    rounds: Rounds,
}

impl Proxy {
    async fn start(
        variant: Variant,
        scenario: &Scenario,
        model: SocketAddr,
        ledger: &Ledger,
        place: &Path,
    ) -> Self {
        let mut envoy = Envoy::start(&gateway(variant, model, ledger), place, 1).await;
        if variant == Variant::Toolgate {
            envoy.stat_reaches("wasmcustom.toolgate.bundle.taken", 2).await;
        }
        pin(envoy.process().id(), 0);
        let warm = Duration::from_secs(1);
        load::run(envoy.agents(), &request(scenario), scenario.wanted, scenario.connections, warm).await;
        Self { variant, envoy, rounds: Rounds::default() }
    }

    async fn round(&mut self, scenario: &Scenario, ledger: &Ledger, time: Duration) {
        let pids = [self.envoy.process().id(), ledger.process_id()];
        let asked = "cluster.toolgate_ledger.upstream_rq_total";
        let (before, asked_before) = (pids.map(cpu_micros), self.envoy.stat(asked).await.unwrap_or(0));
        let run =
            load::run(self.envoy.agents(), &request(scenario), scenario.wanted, scenario.connections, time)
                .await;
        let (after, asked_after) = (pids.map(cpu_micros), self.envoy.stat(asked).await.unwrap_or(0));
        let answers = run.whole.len() as f64;
        let rounds = &mut self.rounds;
        rounds.rate.push(run.rate());
        rounds.proxy.push((after[0] - before[0]) / answers);
        rounds.ledger.push((after[1] - before[1]) / answers);
        rounds.asked.push((asked_after - asked_before) as f64 / answers);
        rounds.all.join(run);
    }
}

/// The shipped configuration without its TLS, which would hide what is measured, and without the access log.
fn gateway(variant: Variant, model: SocketAddr, ledger: &Ledger) -> Gateway {
    let filter = if variant == Variant::Noop { tools::noop() } else { tools::filter() };
    let mut gateway = Gateway::shipped().plain(&filter, model, ledger.emitter());
    gateway.http()["access_log"] = json!([]);
    gateway.plugin(|plugin| {
        plugin["ledger"]["token"] = ledger.emitter_token().into();
        plugin["bundle_keys"] = json!([ledger.bundle_key()]);
        plugin["principal"] = json!({"header": {"name": "x-agent-id"}});
    });
    if variant == Variant::Bare {
        let filters = gateway.http()["http_filters"].as_array_mut().unwrap();
        filters.retain(|filter: &Value| filter["name"] != "toolgate");
    }
    gateway
}

fn request(scenario: &Scenario) -> Vec<u8> {
    let body = scenario.api.request(scenario.stream).to_string();
    format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\nx-agent-id: {AGENT}\r\nx-bench: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        scenario.api.path(scenario.stream),
        scenario.answer,
        body.len(),
    )
    .into_bytes()
}

fn report(scenario: &Scenario, proxies: &[Proxy]) {
    let ms = |list: &[Duration], share: f64| format!("{:.2} ms", quantile(list, share).as_secs_f64() * 1e3);
    let mut columns = vec!["", "answers/s", "of the floor", "proxy CPU/answer", "of the floor", "p50", "p99"];
    if scenario.stream {
        columns.extend(["first text p50", "p99", "gap p50", "p99"]);
    }
    columns.extend(["ledger CPU/answer", "ledger requests/answer"]);
    println!("### {}, {} connections\n", scenario.name, scenario.connections);
    println!("| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    let floor = &proxies[1].rounds;
    for Proxy { variant, rounds, .. } in proxies {
        let Run { whole, first, gaps, .. } = &rounds.all;
        let mut cells = vec![
            variant.name().to_owned(),
            format!("{:.0}", median(rounds.rate.iter().copied())),
            format!("{:.2}", ratio(&rounds.rate, &floor.rate)),
            format!("{:.0} µs", median(rounds.proxy.iter().copied())),
            format!("{:.2}", ratio(&rounds.proxy, &floor.proxy)),
            ms(whole, 0.5),
            ms(whole, 0.99),
        ];
        if scenario.stream {
            for list in [first, gaps] {
                cells.extend([ms(list, 0.5), ms(list, 0.99)]);
            }
        }
        cells.push(format!("{:.0} µs", median(rounds.ledger.iter().copied())));
        cells.push(format!("{:.3}", median(rounds.asked.iter().copied())));
        println!("| {} |", cells.join(" | "));
    }
    println!();
}

/// The ratio of each round to that of the floor beside it, and of those the median: what else the machine did
/// concerns both of a pair, or that pair alone.
fn ratio(rounds: &[f64], floor: &[f64]) -> f64 {
    median(rounds.iter().zip(floor).map(|(round, floor)| round / floor))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Time that the threads of a process have spent so far, in µs: the first field of each `schedstat`, in ns.
fn cpu_micros(pid: u32) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    // A thread that ends meanwhile is none that works here.
    let stats =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok());
    let spent = stats.map(|stat| stat.split_whitespace().next().map_or(0.0, |ns| ns.parse().unwrap()));
    spent.sum::<f64>() / 1e3
}

/// Keeps a process on one core, and what it starts from then on. Where that cannot be done the figures are noisier, and still ratios of one run.
fn pin(pid: u32, core: usize) {
    let _ = Command::new("taskset").args(["-acp", &core.to_string(), &pid.to_string()]).output();
}
