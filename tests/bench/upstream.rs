//! A model that costs as little as possible: prepared answers, plain HTTP/1.1, picked by a request header.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use toolgate_e2e::script::position;

/// One prepared answer.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// What the request's `x-bench` must say.
    pub(crate) name: &'static str,
    /// Head and body, as they are written: in one piece, or piece after piece.
    pub(crate) pieces: Vec<Vec<u8>>,
    /// The pause between two pieces; the pace of a model.
    pub(crate) pace: Option<Duration>,
    /// What passes before the first; the time a model takes, from and to.
    pub(crate) after: (Duration, Duration),
}

impl Prepared {
    /// A JSON answer.
    pub(crate) fn json(name: &'static str, body: &[u8]) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self {
            name,
            pieces: vec![[head.as_bytes(), body].concat()],
            pace: None,
            after: (Duration::ZERO, Duration::ZERO),
        }
    }

    /// The same answer, from a model that takes its time: one answer after the other another share of this.
    pub(crate) fn after(self, from: Duration, to: Duration) -> Self {
        Self { after: (from, to), ..self }
    }

    /// How long the model takes for its next answer. The shares of the golden ratio are spread evenly, and the same in
    /// each round.
    fn thinks(&self) -> Duration {
        static ANSWERS: AtomicU32 = AtomicU32::new(0);
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let share = f64::from(ANSWERS.fetch_add(1, Ordering::Relaxed)) * GOLDEN % 1.0;
        let (from, to) = self.after;
        from + to.saturating_sub(from).mul_f64(share)
    }

    /// A stream, an event a chunk; all at once, or at a pace.
    pub(crate) fn sse(name: &'static str, body: &[u8], pace: Option<Duration>) -> Self {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut pieces = vec![head.as_bytes().to_vec()];
        let text = String::from_utf8_lossy(body);
        pieces.extend(text.split_inclusive("\n\n").map(|e| format!("{:x}\r\n{e}\r\n", e.len()).into_bytes()));
        pieces.push(b"0\r\n\r\n".to_vec());
        let pieces = if pace.is_some() { pieces } else { vec![pieces.concat()] };
        Self { name, pieces, pace, after: (Duration::ZERO, Duration::ZERO) }
    }
}

/// Starts it on a free port.
pub(crate) async fn start(answers: Vec<Prepared>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let answers = answers.clone();
            // A connection ends when the proxy ends it.
            tokio::spawn(async move { serve(socket, &answers).await });
        }
    });
    address
}

async fn serve(mut socket: TcpStream, answers: &[Prepared]) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let Some(end) = position(&buffer, b"\r\n\r\n") else {
            if socket.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let length: usize = value("content-length:").and_then(|text| text.parse().ok()).unwrap_or(0);
        let wanted = value("x-bench:").unwrap_or_default();
        let answer = answers.iter().find(|answer| answer.name == wanted).expect("a prepared answer");
        while buffer.len() < end + 4 + length {
            socket.read_buf(&mut buffer).await?;
        }
        buffer.drain(..end + 4 + length);
        if !answer.after.1.is_zero() {
            tokio::time::sleep(answer.thinks()).await;
        }
        for piece in &answer.pieces {
            socket.write_all(piece).await?;
            if let Some(pace) = answer.pace {
                tokio::time::sleep(pace).await;
            }
        }
    }
}
