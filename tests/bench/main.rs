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

/// What one variant did in all its rounds: the best of each, since noise only ever adds.
#[derive(Debug, Default)]
struct Best {
    /// The round with the most answers a second.
    run: Run,
    /// The proxy's own time for each answer, in µs.
    proxy: f64,
    /// The ledger's.
    ledger: f64,
}

impl Best {
    fn take(&mut self, round: Self) {
        if self.run.whole.is_empty() {
            *self = round;
            return;
        }
        self.proxy = self.proxy.min(round.proxy);
        self.ledger = self.ledger.min(round.ledger);
        if round.run.rate() > self.run.rate() {
            self.run = round.run;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = |n| std::env::args().nth(n);
    let seconds = argument(1).map_or(4, |text| text.parse().expect("seconds a round"));
    let rounds: usize = argument(2).map_or(3, |text| text.parse().expect("a number of rounds"));
    let only = argument(3).unwrap_or_default();
    let text = "word ".repeat(600);
    let call =
        Turn::text("Let me see.").call("get_weather", &json!({"city": "Zürich", "note": "x".repeat(1_400)}));
    let api = Api::Anthropic;
    let words = Turn::text(&text);
    let pace = Some(Duration::from_millis(5));
    let short = Turn::text(&"word ".repeat(80)).sse(api);
    let model = upstream::start(vec![
        Prepared::json("json-text", &words.json(api)),
        Prepared::json("json-call", &call.json(api)),
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
        scenario("JSON, one allowed call, 2 KB", "json-call", false, "get_weather", 32),
        scenario("JSON, one allowed call, 2 KB", "json-call", false, "get_weather", 256),
        scenario("SSE, one allowed call, 200 events at once", "sse-call", true, "get_weather", 32),
    ];

    let dir = tempfile::TempDir::with_prefix("toolgate-bench-").unwrap();
    let ledger = Ledger::start(dir.path(), Some(&policy_folder("base"))).await;
    pin(std::process::id(), 1);
    pin(ledger.process_id(), 1);
    println!(
        "{seconds} s a round, the best of {rounds} rounds; one worker of Envoy on one core, client, model and ledger \
         on another\n"
    );
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        let mut best = Variant::ALL.map(|_| Best::default());
        for round in 0..rounds {
            for (best, variant) in best.iter_mut().zip(Variant::ALL) {
                let place = dir
                    .path()
                    .join(format!("{variant:?}-{}-{}-{round}", scenario.answer, scenario.connections));
                std::fs::create_dir_all(&place).unwrap();
                let time = Duration::from_secs(seconds);
                best.take(measure(variant, scenario, model, &ledger, &place, time).await);
            }
        }
        report(scenario, &best);
    }
}

/// Runs one scenario for one round.
async fn measure(
    variant: Variant,
    scenario: &Scenario,
    model: SocketAddr,
    ledger: &Ledger,
    place: &std::path::Path,
    time: Duration,
) -> Best {
    let mut envoy = Envoy::start(&gateway(variant, model, ledger), place, 1).await;
    if variant == Variant::Toolgate {
        envoy.stat_reaches("wasmcustom.toolgate.bundle.taken", 2).await;
    }
    let pids = [envoy.process().id(), ledger.process_id()];
    pin(pids[0], 0);
    let request = request(scenario);
    let warm = Duration::from_secs(1);
    load::run(envoy.agents(), &request, scenario.wanted, scenario.connections, warm).await;
    let before = pids.map(cpu_micros);
    let run = load::run(envoy.agents(), &request, scenario.wanted, scenario.connections, time).await;
    let after = pids.map(cpu_micros);
    let answers = run.whole.len() as f64;
    Best { run, proxy: (after[0] - before[0]) / answers, ledger: (after[1] - before[1]) / answers }
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

fn report(scenario: &Scenario, best: &[Best]) {
    let ms = |list: &[Duration], share: f64| format!("{:.2} ms", quantile(list, share).as_secs_f64() * 1e3);
    let mut columns = vec!["", "answers/s", "of the floor", "proxy CPU/answer", "of the floor", "p50", "p99"];
    if scenario.stream {
        columns.extend(["first text p50", "p99", "gap p50", "p99"]);
    }
    columns.push("ledger CPU/answer");
    println!("### {}, {} connections\n", scenario.name, scenario.connections);
    println!("| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    let floor = &best[1];
    for (variant, Best { run, proxy, ledger }) in Variant::ALL.iter().zip(best) {
        let mut cells = vec![
            variant.name().to_owned(),
            format!("{:.0}", run.rate()),
            format!("{:.2}", run.rate() / floor.run.rate()),
            format!("{proxy:.0} µs"),
            format!("{:.2}", proxy / floor.proxy),
            ms(&run.whole, 0.5),
            ms(&run.whole, 0.99),
        ];
        if scenario.stream {
            for list in [&run.first, &run.gaps] {
                cells.extend([ms(list, 0.5), ms(list, 0.99)]);
            }
        }
        cells.push(format!("{ledger:.0} µs"));
        println!("| {} |", cells.join(" | "));
    }
    println!();
}

/// Time a process has spent so far, in µs (proc_pid_stat(5), fields 14 and 15, in ticks of 10 ms).
fn cpu_micros(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks * 10_000.0
}

/// Keeps a process on one core, and what it starts from then on. Where that cannot be done the figures are noisier, and still ratios of one run.
fn pin(pid: u32, core: usize) {
    let _ = Command::new("taskset").args(["-acp", &core.to_string(), &pid.to_string()]).output();
}
