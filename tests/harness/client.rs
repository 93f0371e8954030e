//! A client that keeps every byte it received and when: what an agent's socket saw, not what a library made of it.

use crate::certificates::Identity;
use crate::signal::PATIENCE;
use bytes::Bytes;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

mod http1;

/// The HTTP version on one leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    H1,
    /// HTTP/2.
    H2,
}

impl Protocol {
    /// Its name in ALPN.
    pub fn alpn(self) -> &'static [u8] {
        match self {
            Self::H1 => b"http/1.1",
            Self::H2 => b"h2",
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The host it asks.
    pub authority: String,
    /// The path with its query.
    pub path: String,
    /// The headers beside `host` and `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A POST of JSON.
    pub fn post(path: &str, body: &serde_json::Value) -> Self {
        Self {
            method: "POST".to_owned(),
            authority: "localhost".to_owned(),
            path: path.to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    /// A GET.
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            body: Vec::new(),
            headers: Vec::new(),
            ..Self::post(path, &().into())
        }
    }

    /// Asks another host than the gateway's.
    #[must_use]
    pub fn asking(mut self, authority: &str) -> Self {
        authority.clone_into(&mut self.authority);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// How a response ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// As the protocol wants it.
    Clean,
    /// The connection or the stream broke off; the reason in words.
    Broken(String),
    /// This client went away.
    Cancelled,
}

/// A response as far as it has come.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The status, once the head is there.
    pub status: Option<u16>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, without framing.
    pub body: Vec<u8>,
    /// Trailers, if there were any.
    pub trailers: Vec<(String, String)>,
    /// When which number of body bytes was complete.
    pub arrivals: Vec<(Instant, usize)>,
    /// How it ended, once it did.
    pub ending: Option<Ending>,
}

impl Seen {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// One request and its response, under way.
#[derive(Debug)]
pub struct Exchange {
    seen: Arc<watch::Sender<Seen>>,
    wire: Wire,
    task: tokio::task::JoinHandle<()>,
}

/// Every plaintext byte a socket received, framing included.
pub type Wire = Arc<Mutex<Vec<u8>>>;

/// Who connects where.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    authority: String,
    identity: Option<Identity>,
}

impl Client {
    /// A client of the gateway at `address`, whose certificate `authority` (PEM) signed.
    pub fn new(address: SocketAddr, authority: &str, identity: Option<Identity>) -> Self {
        Self { address, authority: authority.to_owned(), identity }
    }

    /// Sends a request; what comes back is in the exchange as it comes.
    pub fn send(&self, protocol: Protocol, request: Request) -> Exchange {
        let seen = Arc::new(watch::channel(Seen::default()).0);
        let wire = Wire::default();
        let (client, sink, tape) = (self.clone(), seen.clone(), wire.clone());
        let task = tokio::spawn(async move {
            let ending = match client.run(protocol, request, &sink, tape).await {
                Ok(()) => Ending::Clean,
                Err(error) => Ending::Broken(error.to_string()),
            };
            sink.send_modify(|seen| seen.ending = Some(ending));
        });
        Exchange { seen, wire, task }
    }

    async fn connect(&self, protocol: Protocol, wire: Wire) -> io::Result<Tape> {
        let socket = TcpStream::connect(self.address).await?;
        socket.set_nodelay(true)?;
        let connector = TlsConnector::from(Arc::new(self.tls(protocol)));
        let tls = connector.connect(ServerName::try_from("localhost").unwrap(), socket).await?;
        Ok(Tape { tls, wire })
    }

    fn tls(&self, protocol: Protocol) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots);
        let mut config = match &self.identity {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
                config.with_client_auth_cert(vec![certificate], key).unwrap()
            }
        };
        config.alpn_protocols = vec![protocol.alpn().to_vec()];
        config
    }

    async fn run(
        self,
        protocol: Protocol,
        request: Request,
        seen: &watch::Sender<Seen>,
        wire: Wire,
    ) -> io::Result<()> {
        let stream = self.connect(protocol, wire).await?;
        match protocol {
            Protocol::H1 => http1_exchange(stream, request, seen).await,
            Protocol::H2 => http2_exchange(stream, request, seen).await.map_err(io::Error::other),
        }
    }
}

impl Exchange {
    /// What came so far.
    pub fn now(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until `state` holds of what came.
    ///
    /// # Panics
    /// When the response ends, or nothing moves for long, before it does.
    pub async fn until(&self, what: &str, state: impl Fn(&Seen) -> bool) -> Seen {
        let mut changes = self.seen.subscribe();
        let reached = tokio::time::timeout(PATIENCE, async {
            changes.wait_for(|seen| state(seen) || seen.ending.is_some()).await.map(|seen| seen.clone())
        });
        match reached.await {
            Ok(Ok(seen)) if state(&seen) => seen,
            Ok(_) => {
                panic!("the response ended before {what}: {:?}\n{}", self.now().ending, self.now().text())
            }
            Err(_) => panic!("waited in vain: {what}; so far:\n{}", self.now().text()),
        }
    }

    /// Waits for text in the body.
    pub async fn until_text(&self, text: &str) -> Seen {
        self.until(&format!("`{text}` in the body"), |seen| seen.text().contains(text)).await
    }

    /// Waits for the end.
    pub async fn end(&self) -> Seen {
        self.until("the end", |seen| seen.ending.is_some()).await
    }

    /// Goes away: closes the connection, or resets the stream with it.
    pub fn cancel(&self) {
        self.task.abort();
        self.seen.send_modify(|seen| seen.ending = Some(Ending::Cancelled));
    }

    /// Every byte the socket received.
    pub fn wire(&self) -> Vec<u8> {
        self.wire.lock().unwrap().clone()
    }

    /// The record itself, to be looked at after the exchange is gone.
    pub fn tape(&self) -> Wire {
        self.wire.clone()
    }
}

async fn http1_exchange(mut stream: Tape, request: Request, seen: &watch::Sender<Seen>) -> io::Result<()> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", request.method, request.path, request.authority);
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&request.body).await?;
    stream.flush().await?;

    let mut response = http1::Response::new(&request.method);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = stream.read(&mut buffer).await?;
        let before = response.seen.body.len();
        let done = if count == 0 { response.eof()? } else { response.feed(&buffer[..count])? };
        if response.seen.body.len() > before {
            response.seen.arrivals.push((Instant::now(), response.seen.body.len()));
        }
        seen.send_replace(response.seen.clone());
        if done {
            return Ok(());
        }
    }
}

async fn http2_exchange(stream: Tape, request: Request, seen: &watch::Sender<Seen>) -> Result<(), h2::Error> {
    let (mut client, connection) = h2::client::Builder::new()
        .initial_window_size(16 << 20)
        .initial_connection_window_size(64 << 20)
        .handshake::<_, Bytes>(stream)
        .await?;
    let mut head = http::Request::builder()
        .method(request.method.as_str())
        .uri(format!("https://{}{}", request.authority, request.path));
    for (name, value) in &request.headers {
        head = head.header(name, value);
    }
    let exchange = async {
        let empty = request.body.is_empty();
        let (response, mut outgoing) = client.send_request(head.body(()).unwrap(), empty)?;
        if !empty {
            outgoing.send_data(Bytes::from(request.body), true)?;
        }
        let (head, mut body) = response.await?.into_parts();
        let pairs = |headers: &http::HeaderMap| -> Vec<_> {
            headers
                .iter()
                .map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into()))
                .collect()
        };
        seen.send_modify(|seen| {
            seen.status = Some(head.status.as_u16());
            seen.headers = pairs(&head.headers);
        });
        while let Some(data) = body.data().await {
            let data = data?;
            body.flow_control().release_capacity(data.len())?;
            seen.send_modify(|seen| {
                seen.body.extend_from_slice(&data);
                seen.arrivals.push((Instant::now(), seen.body.len()));
            });
        }
        if let Some(trailers) = body.trailers().await? {
            seen.send_modify(|seen| seen.trailers = pairs(&trailers));
        }
        Ok(())
    };
    tokio::select! {
        ended = exchange => ended,
        broken = connection => broken.and(Err(h2::Error::from(h2::Reason::CANCEL))),
    }
}

/// A TLS stream that remembers what it read.
#[derive(Debug)]
struct Tape {
    tls: TlsStream<TcpStream>,
    wire: Wire,
}

impl AsyncRead for Tape {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let result = Pin::new(&mut this.tls).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = result {
            this.wire.lock().unwrap().extend_from_slice(&buffer.filled()[before..]);
        }
        result
    }
}

impl AsyncWrite for Tape {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tls).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tls).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tls).poll_shutdown(context)
    }
}
