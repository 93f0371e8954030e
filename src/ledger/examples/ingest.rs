//! How many events a second the ledger acknowledges: real listeners, real commits, emitters that chain.
//!
//! ```text
//! cargo run --release --package toolgate-ledger --example ingest [FOLDER]
//! ```
//!
//! The folder (made and removed again) should be on the disk that is meant. Clients run on the same machine and
//! take their share of it, so the figures are a lower bound.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a measurement that fails has no figure to give"
)]

use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use toolgate_engine::emitter::{BatchAnswer, Emitter, Need, NewEvent};
use toolgate_engine::ids::Ids;
use toolgate_engine::record::{StartBody, types};
use toolgate_engine::time::Timestamp;
use toolgate_ledger::config::File;
use toolgate_ledger::directory;
use toolgate_ledger::server::Server;
use toolgate_ledger::service::Options;

const RUN: Duration = Duration::from_secs(4);

fn main() {
    let root = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(root).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!("clients  lines/request  events/s  commits/s  p50 ms  p99 ms");
    for (run, (clients, lines)) in
        [(1, 1), (16, 1), (64, 1), (256, 1), (4, 16), (16, 16), (4, 256)].into_iter().enumerate()
    {
        let dir = folder.path().join(run.to_string());
        directory::init(&dir, "bench.corp.example", &[7; 32]).unwrap();
        let config: File =
            toml::from_str("[listen]\nemitter = '127.0.0.1:0'\nreviewer = '127.0.0.1:0'").unwrap();
        let server =
            runtime.block_on(Server::start(&dir, &config, true, Options::default(), &|_| None)).unwrap();
        let commits = server.ledger().commits();
        let start = Instant::now();
        let threads: Vec<_> = (0..clients)
            .map(|number| {
                let to = server.emitter;
                std::thread::spawn(move || client(to, number, lines))
            })
            .collect();
        let mut times: Vec<Duration> =
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        let seconds = start.elapsed().as_secs_f64();
        let commits = (server.ledger().commits() - commits) as f64 / seconds;
        times.sort_unstable();
        let events = (times.len() * lines) as f64 / seconds;
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
        println!(
            "{clients:>7}  {lines:>13}  {events:>8.0}  {commits:>9.0}  {:>6.2}  {:>6.2}",
            at(0.5),
            at(0.99)
        );
        runtime.block_on(server.stop());
    }
}

/// Sends batches one after another; gives how long each took.
fn client(to: SocketAddr, number: u32, lines: usize) -> Vec<Duration> {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    let mut ids = Ids::new(seed);
    let start = StartBody { filter: "0.1.0".to_owned(), node: None, config: "sha256:00".to_owned() };
    let mut emitter = Emitter::new(&ids.next(now()), start);
    let mut connection = TcpStream::connect(to).unwrap();
    connection.set_nodelay(true).unwrap();
    let body = decision();
    let (mut times, began) = (Vec::new(), Instant::now());
    while began.elapsed() < RUN {
        // The first batch holds the start as well.
        for _ in 0..lines {
            let id = ids.next(now());
            let event =
                NewEvent { id: &id, kind: types::DECISION, traceparent: None, who: None, body: &body };
            emitter.record(&mut ids, now(), Need::Awaited, event).unwrap();
        }
        let batch = emitter.batch(&mut ids, now()).unwrap();
        let head =
            format!("POST /v1/events HTTP/1.1\r\nhost: ledger\r\ncontent-length: {}\r\n\r\n", batch.len());
        let sent = Instant::now();
        connection.write_all(&[head.as_bytes(), batch.as_bytes()].concat()).unwrap();
        let (status, answer) = answer(&mut connection);
        times.push(sent.elapsed());
        let settled = emitter.answered(now(), BatchAnswer::Answered { status, body: &answer });
        assert!(!settled.recorded.is_empty(), "{status} {}", String::from_utf8_lossy(&answer));
    }
    times
}

fn answer(connection: &mut TcpStream) -> (u16, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 65_536];
    loop {
        let read = connection.read(&mut chunk).unwrap();
        assert!(read > 0, "the connection was closed");
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length: usize =
            head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        if bytes.len() >= end + 4 + length {
            return (head[9..12].parse().unwrap(), bytes.split_off(end + 4));
        }
    }
}

fn now() -> Timestamp {
    Timestamp::from_micros(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64)
}

/// The body of an ordinary decision.
fn decision() -> serde_json::Value {
    json!({
        "agent": { "id": "spiffe://corp.example/ns/finance/sa/trade-recon", "via": "mtls" },
        "model": { "api": "anthropic", "requested": "model-1" },
        "request": { "id": "e3b0c442-98fc-1c14-9afb-f4c8996fb924", "host": "api.anthropic.com", "path": "/v1/messages", "stream": true },
        "tool": { "name": "bash", "call_id": "toolu_01ABCDEF", "kind": "function", "index": 0 },
        "action": { "digest": format!("sha256:{}", "a".repeat(64)), "bytes": 41, "preview": "{\"command\":\"rm -rf /srv/stale\"}", "redacted": 0, "truncated": false },
        "effects": { "known": [{ "action": "file.delete", "resource": { "kind": "path", "path": { "literal": "/srv/stale" }, "tree": true } }], "unknown": [] },
        "analyser": "effects/0.1.0",
        "policy": { "bundle": format!("sha256:{}", "c".repeat(64)), "name": "platform", "version": 7, "rules": ["work-in-the-workspace"], "mode": "enforce" },
        "verdict": "allow", "enforced": "allow", "reason": { "code": "rule", "text": "Agents delete only what they made." },
    })
}
