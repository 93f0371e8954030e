//! The scripted model: a TLS server for HTTP/1.1 and HTTP/2 that answers what the test queued, byte for byte.
//!
//! It is written on the wire itself (HTTP/1.1) or on bare frames (HTTP/2), because a server library would
//! mend what a test wants broken.

use crate::certificates::Identity;
use crate::client::Protocol;
use crate::script::{Answer, Step};
use crate::signal::eventually;
use bytes::Bytes;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::server::TlsStream;

/// A request as the model got it.
#[derive(Debug, Clone)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, names in lower case; `:authority` or `host` among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The server. Requests take the queued answers in order.
#[derive(Debug, Clone)]
pub struct Model {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    protocol: watch::Sender<Protocol>,
}

/// Answers a request for which nothing was queued.
pub type Responder = fn(&Received) -> Answer;

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Answer>,
    responder: Option<Responder>,
    requests: Vec<Received>,
    unanswered: usize,
    answered: usize,
}

impl Model {
    /// Starts it on a free port. `protocol` is the only one it offers.
    pub async fn start(identity: &Identity, protocol: Protocol) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let model = Self { address, state: Arc::default(), protocol: watch::Sender::new(protocol) };
        let (served, identity) = (model.clone(), identity.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let model = served.clone();
                let mut spoken = model.protocol.subscribe();
                let protocol = *spoken.borrow_and_update();
                let acceptor = TlsAcceptor::from(Arc::new(server_config(&identity, protocol)));
                // A connection that breaks is part of what is tested; the exchange itself is what a test looks at.
                tokio::spawn(async move {
                    tokio::select! {
                        _ = model.connection(socket, acceptor, protocol) => {}
                        _ = spoken.changed() => {}
                    }
                });
            }
        });
        model
    }

    /// Offers only `protocol` from now on, and ends the connections there are if it spoke another. Gives whether it did.
    pub fn speak(&self, protocol: Protocol) -> bool {
        self.protocol.send_if_modified(|spoken| std::mem::replace(spoken, protocol) != protocol)
    }

    /// Forgets what it was asked, and how to answer.
    ///
    /// # Panics
    /// When an answer was queued that nobody asked for.
    pub fn forget(&self) {
        let forgotten = std::mem::take(&mut *self.lock());
        assert!(forgotten.answers.is_empty(), "{} answers that nobody asked for", forgotten.answers.len());
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Queues an answer.
    pub fn answer(&self, answer: Answer) {
        self.lock().answers.push_back(answer);
    }

    /// Lets `responder` answer whatever nothing was queued for.
    pub fn respond_with(&self, responder: Responder) {
        self.lock().responder = Some(responder);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Received> {
        self.lock().requests.clone()
    }

    /// Requests for which no answer was queued.
    pub fn unanswered(&self) -> usize {
        self.lock().unanswered
    }

    /// Waits until `count` requests have come.
    pub async fn asked(&self, count: usize) {
        eventually(&format!("request {count} at the model"), || async {
            (self.lock().requests.len() >= count).then_some(())
        })
        .await;
    }

    /// Waits until `count` answers were sent to their last byte.
    pub async fn answered(&self, count: usize) {
        eventually(&format!("answer {count} of the model"), || async {
            (self.lock().answered >= count).then_some(())
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn next(&self, request: Received) -> Answer {
        let mut state = self.lock();
        let answer = state.answers.pop_front().or_else(|| state.responder.map(|respond| respond(&request)));
        state.requests.push(request);
        answer.unwrap_or_else(|| {
            state.unanswered += 1;
            Answer::new(500, "text/plain", "no answer was queued")
        })
    }

    async fn connection(
        self,
        socket: TcpStream,
        acceptor: TlsAcceptor,
        protocol: Protocol,
    ) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let tls = acceptor.accept(socket).await?;
        match protocol {
            Protocol::H1 => self.http1(tls).await,
            Protocol::H2 => self.http2(tls).await,
        }
    }

    async fn http1(self, tls: TlsStream<TcpStream>) -> io::Result<()> {
        let mut stream = BufReader::new(tls);
        while let Some(request) = read_request(&mut stream).await? {
            let head_only = request.method == "HEAD";
            let answer = self.next(request);
            if !send_http1(stream.get_mut(), answer, head_only).await? {
                return Ok(());
            }
            self.lock().answered += 1;
        }
        Ok(())
    }

    async fn http2(self, tls: TlsStream<TcpStream>) -> io::Result<()> {
        let mut connection = h2::server::handshake(tls).await.map_err(io::Error::other)?;
        while let Some(stream) = connection.accept().await {
            let (request, respond) = stream.map_err(io::Error::other)?;
            let model = self.clone();
            tokio::spawn(async move { model.http2_stream(request, respond).await });
        }
        Ok(())
    }

    async fn http2_stream(
        self,
        request: http::Request<h2::RecvStream>,
        mut respond: h2::server::SendResponse<Bytes>,
    ) -> Result<(), h2::Error> {
        let (head, mut incoming) = request.into_parts();
        let mut headers: Vec<_> = head
            .headers
            .iter()
            .map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into()))
            .collect();
        if let Some(authority) = head.uri.authority() {
            headers.push(("host".to_owned(), authority.to_string()));
        }
        let mut body = Vec::new();
        while let Some(data) = incoming.data().await {
            let data = data?;
            body.extend_from_slice(&data);
            incoming.flow_control().release_capacity(data.len())?;
        }
        let path = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        let answer = self.next(Received { method: head.method.to_string(), path, headers, body });

        let mut response = http::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(name, value);
        }
        let mut stream = respond.send_response(response.body(()).unwrap(), false)?;
        let mut ended = false;
        for step in answer.steps {
            match step {
                Step::Bytes(bytes) => send_data(&mut stream, bytes).await?,
                Step::Wait(signal) => signal.wait().await,
                Step::Raise(signal) => signal.raise(),
                Step::Trailers(trailers) => {
                    let pairs = trailers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap()));
                    stream.send_trailers(
                        pairs.collect::<Vec<(http::HeaderName, http::HeaderValue)>>().into_iter().collect(),
                    )?;
                    ended = true;
                }
                Step::Abort => {
                    stream.send_reset(h2::Reason::INTERNAL_ERROR);
                    return Ok(());
                }
            }
        }
        if !ended {
            stream.send_data(Bytes::new(), true)?;
        }
        self.lock().answered += 1;
        Ok(())
    }
}

async fn send_data(stream: &mut h2::SendStream<Bytes>, bytes: Vec<u8>) -> Result<(), h2::Error> {
    let mut rest = Bytes::from(bytes);
    while !rest.is_empty() {
        stream.reserve_capacity(rest.len());
        match std::future::poll_fn(|context| stream.poll_capacity(context)).await {
            Some(capacity) => {
                let piece = rest.split_to(capacity?.min(rest.len()));
                stream.send_data(piece, false)?;
            }
            // The other side took the stream back.
            None => return Err(h2::Error::from(h2::Reason::CANCEL)),
        }
    }
    Ok(())
}

/// Whether the connection may carry another request.
async fn send_http1(stream: &mut TlsStream<TcpStream>, answer: Answer, head_only: bool) -> io::Result<bool> {
    let bare = head_only || matches!(answer.status, 101 | 204 | 304);
    let chunked = !bare && !answer.headers.iter().any(|(name, _)| name == "content-length");
    let mut head = format!("HTTP/1.1 {} Scripted\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if chunked {
        head.push_str("transfer-encoding: chunked\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.flush().await?;

    let mut ended = false;
    for step in answer.steps {
        match step {
            Step::Bytes(bytes) if bytes.is_empty() || head_only => {}
            Step::Bytes(bytes) if chunked => {
                let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
                chunk.extend_from_slice(&bytes);
                chunk.extend_from_slice(b"\r\n");
                stream.write_all(&chunk).await?;
            }
            Step::Bytes(bytes) => stream.write_all(&bytes).await?,
            Step::Wait(signal) => signal.wait().await,
            Step::Raise(signal) => signal.raise(),
            Step::Trailers(trailers) => {
                let mut end = "0\r\n".to_owned();
                for (name, value) in trailers {
                    end.push_str(&format!("{name}: {value}\r\n"));
                }
                end.push_str("\r\n");
                stream.write_all(end.as_bytes()).await?;
                ended = true;
            }
            Step::Abort => return Ok(false),
        }
        stream.flush().await?;
    }
    if chunked && !ended {
        stream.write_all(b"0\r\n\r\n").await?;
        stream.flush().await?;
    }
    Ok(answer.status != 101)
}

async fn read_request(stream: &mut BufReader<TlsStream<TcpStream>>) -> io::Result<Option<Received>> {
    let Some(first) = read_line(stream).await? else { return Ok(None) };
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    while let Some(line) = read_line(stream).await?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut received = Received { method, path, headers, body: Vec::new() };
    if let Some(length) = received.header("content-length") {
        received.body.resize(length.parse().unwrap(), 0);
        stream.read_exact(&mut received.body).await?;
    } else if received.header("transfer-encoding") == Some("chunked") {
        loop {
            let line = read_line(stream).await?.unwrap_or_default();
            let size = usize::from_str_radix(&line, 16).map_err(io::Error::other)?;
            let start = received.body.len();
            received.body.resize(start + size, 0);
            stream.read_exact(&mut received.body[start..]).await?;
            read_line(stream).await?;
            if size == 0 {
                break;
            }
        }
    }
    Ok(Some(received))
}

async fn read_line(stream: &mut BufReader<TlsStream<TcpStream>>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn server_config(identity: &Identity, protocol: Protocol) -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let mut config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![protocol.alpn().to_vec()];
    config
}
