//! A model that costs as little as possible: prepared answers, plain HTTP/1.1, picked by a request header.

use std::net::SocketAddr;
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
    /// What passes before the first; the time a model takes.
    pub(crate) after: Duration,
}

impl Prepared {
    /// A JSON answer.
    pub(crate) fn json(name: &'static str, body: &[u8]) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self { name, pieces: vec![[head.as_bytes(), body].concat()], pace: None, after: Duration::ZERO }
    }

    /// The same answer, from a model that takes its time.
    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }

    /// A stream, an event a chunk; all at once, or at a pace.
    pub(crate) fn sse(name: &'static str, body: &[u8], pace: Option<Duration>) -> Self {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut pieces = vec![head.as_bytes().to_vec()];
        let text = String::from_utf8_lossy(body);
        pieces.extend(text.split_inclusive("\n\n").map(|e| format!("{:x}\r\n{e}\r\n", e.len()).into_bytes()));
        pieces.push(b"0\r\n\r\n".to_vec());
        let pieces = if pace.is_some() { pieces } else { vec![pieces.concat()] };
        Self { name, pieces, pace, after: Duration::ZERO }
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
        if !answer.after.is_zero() {
            tokio::time::sleep(answer.after).await;
        }
        for piece in &answer.pieces {
            socket.write_all(piece).await?;
            if let Some(pace) = answer.pace {
                tokio::time::sleep(pace).await;
            }
        }
    }
}
