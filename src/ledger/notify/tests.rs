//! Messages arrive signed, once for what belongs together, again after a failure, and not for what is over.

use super::*;
use crate::testing::{Bench, Chain, group, send as record};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;

struct Got {
    id: String,
    at: String,
    signature: String,
    body: String,
}

/// A server that answers with these statuses, one each, and gives what it got.
fn listener(statuses: &'static [u16]) -> (String, mpsc::Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut headers: HashMap<String, String> = HashMap::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(": ") else {
                    if line.trim().is_empty() { break } else { continue }
                };
                headers.insert(name.to_lowercase(), value.to_owned());
            }
            let mut body = vec![0; headers["content-length"].parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let mut take = |name: &str| headers.remove(name).unwrap();
            let (id, at, signature) =
                (take("webhook-id"), take("webhook-timestamp"), take("webhook-signature"));
            sender.send(Got { id, at, signature, body: String::from_utf8(body).unwrap() }).unwrap();
            write!(stream, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        }
    });
    (url, receiver)
}

struct World {
    bench: Bench,
    ledger: Ledger,
    chain: Chain,
    webhook: Webhook,
    past: HashMap<Key, Past>,
    told: BTreeSet<u64>,
}

impl World {
    async fn new(url: String) -> Self {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        record(&ledger, &[chain.start(bench.now())]).await;
        let secret = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
        let console = Some("https://toolgate.corp.example/".to_owned());
        let webhook = Webhook::new("soc".to_owned(), url, &secret, console).unwrap();
        let mut world = Self { bench, ledger, chain, webhook, past: HashMap::new(), told: BTreeSet::new() };
        assert_eq!(world.round().await, Some(Duration::ZERO), "it begins at the end of the log");
        world
    }

    async fn round(&mut self) -> Option<Duration> {
        round(&self.ledger, &self.webhook, &mut self.past, &mut self.told).await.unwrap()
    }

    async fn ask(&mut self, tool: &str, rule: &str) -> String {
        let line = self.chain.decision(self.bench.now(), "escalate", "hold");
        record(&self.ledger, std::slice::from_ref(&line)).await;
        let mut question = self.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
        (question.tool, question.rules) = (tool.to_owned(), vec![rule.to_owned()]);
        let asked = self.ledger.write(0, move |writer| escalations::create(writer, &question)).await;
        asked.unwrap().0.unwrap().id
    }

    async fn place(&self) -> u64 {
        let now = self.bench.now();
        self.ledger.read(move |db| due(db, "soc", now)).await.unwrap().unwrap().place
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_signed_and_names_what_belongs_together_once() {
    let (url, got) = listener(&[200, 200, 200]);
    let mut world = World::new(url).await;
    let (first, second) = (world.ask("a", "deletes").await, world.ask("b", "deletes").await);
    let other = world.ask("c", "sends").await;
    world.round().await;
    let messages: Vec<Got> = (0..2).map(|_| got.recv().unwrap()).collect();
    let named = |got: &Got| serde_json::from_str::<Message>(&got.body).unwrap().data;
    let (deletes, sends) = (named(&messages[0]), named(&messages[1]));
    assert_eq!((deletes.escalations, deletes.count), (vec![first, second], 2));
    assert_eq!(deletes.url.as_deref(), Some("https://toolgate.corp.example/"));
    assert_eq!(sends.url, Some(format!("https://toolgate.corp.example/escalations/{other}")));
    assert!(!messages[0].body.contains("rm -r"), "no arguments: {}", messages[0].body);
    for message in &messages {
        // As the specification says it, from the other side.
        let mut mac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
        mac.update([message.id.as_str(), &message.at, &message.body].join(".").as_bytes());
        let expected = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        assert_eq!(message.signature, format!("v1,{expected}"));
    }
    // One more within the minute waits; after it, it alone is told.
    let third = world.ask("d", "deletes").await;
    let pause = world.round().await.unwrap();
    assert!(pause > Duration::from_secs(50), "{pause:?}");
    assert!(got.try_recv().is_err());
    world.bench.pass(61);
    world.round().await;
    assert_eq!(named(&got.recv().unwrap()).escalations, [third]);
    assert!(world.place().await > 0 && world.told.is_empty());
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_sent_again_and_survives_a_restart() {
    let (url, got) = listener(&[500, 302, 204]);
    let mut world = World::new(url).await;
    world.ask("a", "deletes").await;
    assert_eq!(world.round().await, Some(Duration::from_secs(5)));
    let first = got.recv().unwrap();
    world.round().await;
    assert!(got.try_recv().is_err(), "not before its time");
    world.bench.pass(6);
    assert_eq!(world.round().await, Some(Duration::from_secs(30)), "a redirect is not followed");
    assert_eq!(got.recv().unwrap().id, first.id);
    // What is in memory is gone; the place in the log is not.
    (world.past, world.told) = (HashMap::new(), BTreeSet::new());
    world.round().await;
    assert_eq!(got.recv().unwrap().id, first.id, "the same message has the same ID");
    (world.past, world.told) = (HashMap::new(), BTreeSet::new());
    world.round().await;
    assert!(got.try_recv().is_err(), "what was taken is not sent again");
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_woken_for_what_is_over() {
    let (url, got) = listener(&[410]);
    let mut world = World::new(url).await;
    world.ask("a", "deletes").await;
    world.bench.pass(900);
    let before = world.place().await;
    world.round().await;
    assert!(got.try_recv().is_err() && world.place().await > before);
    world.ask("b", "deletes").await;
    assert_eq!(world.round().await, None, "who is gone is told nothing more");
    world.ledger.stop().await;
}

#[test]
fn a_secret_has_a_form_and_is_not_told() {
    for bad in ["hunter2-hunter2-hunter2-hunter2", "whsec_AAAA", "whsec_!!!!", "whsec_QUFBQUFBQUFBQUFBQUFB"] {
        let refused = Webhook::new("soc".to_owned(), String::new(), bad, None).unwrap_err();
        assert!(refused.contains("webhook `soc`") && !refused.contains(bad), "{refused}");
    }
    assert!(Webhook::new("soc".to_owned(), String::new(), "", None).is_err());
}
