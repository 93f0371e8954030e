//! A closed loop: so many connections, each asks again as soon as it has its answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use toolgate_e2e::script::position;

/// What a run saw.
#[derive(Debug, Default, Clone)]
pub(crate) struct Run {
    /// How long each answer took, sorted.
    pub(crate) whole: Vec<Duration>,
    /// How long until the first byte of each body, sorted.
    pub(crate) first: Vec<Duration>,
    /// The gaps between two reads of a body, sorted.
    pub(crate) gaps: Vec<Duration>,
    /// How long the run took.
    pub(crate) elapsed: Duration,
}

impl Run {
    /// Adds what another run saw.
    pub(crate) fn join(&mut self, other: Self) {
        for (list, more) in
            [(&mut self.whole, other.whole), (&mut self.first, other.first), (&mut self.gaps, other.gaps)]
        {
            list.extend(more);
            list.sort();
        }
        self.elapsed += other.elapsed;
    }

    /// Answers in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.whole.len() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// The value below which `share` of the sorted values lie.
pub(crate) fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

/// Runs the loop for `time`. `wanted` must stand in every body: an answer that is wrong is no answer.
pub(crate) async fn run(
    gateway: SocketAddr,
    request: &[u8],
    wanted: &'static str,
    connections: usize,
    time: Duration,
) -> Run {
    let begin = Instant::now();
    let end = begin + time;
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let request = request.to_vec();
            tokio::spawn(async move {
                let mut socket = TcpStream::connect(gateway).await.unwrap();
                socket.set_nodelay(true).unwrap();
                let mut run = Run::default();
                while Instant::now() < end {
                    ask(&mut socket, &request, wanted, &mut run).await;
                }
                run
            })
        })
        .collect();
    let mut all = Run::default();
    for task in tasks {
        all.join(task.await.unwrap());
    }
    all.elapsed = begin.elapsed();
    all
}

async fn ask(socket: &mut TcpStream, request: &[u8], wanted: &str, run: &mut Run) {
    let asked = Instant::now();
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::with_capacity(64 << 10);
    let mut body: Option<(usize, Option<usize>)> = None;
    let mut last: Option<Instant> = None;
    loop {
        let count = socket.read_buf(&mut answer).await.unwrap();
        assert!(count > 0, "the gateway closed the connection: {}", String::from_utf8_lossy(&answer));
        let now = Instant::now();
        if body.is_none() {
            let Some(end) = position(&answer, b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            body = Some((end + 4, length.map(|text| text.trim().parse().unwrap())));
        }
        let Some((start, length)) = body else { continue };
        if answer.len() > start {
            match last {
                None => run.first.push(now - asked),
                Some(last) => run.gaps.push(now - last),
            }
            last = Some(now);
        }
        let done = match length {
            Some(length) => answer.len() >= start + length,
            None => answer.len() > start && answer.ends_with(b"0\r\n\r\n"),
        };
        if done {
            run.whole.push(asked.elapsed());
            assert!(position(&answer, wanted.as_bytes()).is_some(), "{}", String::from_utf8_lossy(&answer));
            return;
        }
    }
}
