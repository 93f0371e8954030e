//! Messages arrive signed, once for what belongs together, again after a failure, and not for what is over.

mod orders;

use super::webhook::Message;
use super::*;
use crate::escalation::{Input, Membership, Reviewer};
use crate::store::escalations;
use crate::store::read::{self, Query};
use crate::testing::{Bench, Chain, DIGEST, group, send as record};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use toolgate_engine::protocol::Assurance;

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
        let asked = self.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
        asked.unwrap().0.unwrap().id
    }

    async fn deny(&self, id: &str) {
        let id = id.to_owned();
        let voted = self.ledger.write(0, move |writer| {
            let reviewer = Reviewer {
                name: "soc-1".to_owned(),
                groups: Membership::Listed(BTreeSet::from(["soc".to_owned()])),
                principals: Vec::new(),
                assurance: Assurance::Local,
            };
            let (verdict, digest) = (toolgate_engine::policy::Verdict::Deny, DIGEST);
            let vote = Input::Vote { reviewer: &reviewer, verdict, digest, comment: Some("no"), grant: None };
            escalations::step(writer, &id, vote)
        });
        voted.await.unwrap().0.unwrap().1.unwrap();
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
    assert_eq!((&deletes.escalations, deletes.count), (&vec![first, second], 2));
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
    // Another one is told a minute later at the soonest, and once those are answered that were told of.
    let third = world.ask("d", "deletes").await;
    let pause = world.round().await.unwrap();
    assert!(pause > Duration::from_secs(50), "{pause:?}");
    world.bench.pass(61);
    world.round().await;
    assert!(got.try_recv().is_err(), "people have the first ones before them");
    for id in &deletes.escalations {
        world.deny(id).await;
    }
    world.round().await;
    assert_eq!(named(&got.recv().unwrap()).escalations, [third]);
    assert!(world.place().await > 0 && world.told.is_empty());
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_varied_calls_of_one_principal_are_one_page() {
    let (url, got) = listener(&[200, 200]);
    let mut world = World::new(url).await;
    let mut refused = 0;
    for number in 0..500 {
        let line = world.chain.decision(world.bench.now(), "escalate", "hold");
        record(&world.ledger, std::slice::from_ref(&line)).await;
        let mut question = world.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
        question.tool = format!("tool-{number}");
        let asked = world.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
        match asked.unwrap().0 {
            Ok(_) => {}
            Err(escalations::NotAsked::TooMany { cap: 64 }) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        world.bench.pass(1);
        world.round().await;
    }
    let page = serde_json::from_str::<Message>(&got.recv().unwrap().body).unwrap();
    assert_eq!((page.r#type.as_str(), page.data.count), ("escalation.created", 1));
    assert!(got.try_recv().is_err(), "one page");
    assert_eq!(refused, 500 - 64);
    let query =
        Query { kind: Some("io.toolgate.escalation.refused.v1".to_owned()), limit: 500, ..Query::default() };
    let told = world.ledger.read(move |db| read::entries(db, &query)).await.unwrap();
    assert_eq!(told.len(), refused, "each refusal is in the log");
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_answers_the_second_group_is_paged_and_may_vote() {
    let (url, got) = listener(&[200]);
    let mut world = World::new(url).await;
    world.webhook.groups = Some(BTreeSet::from(["night".to_owned()]));
    let line = world.chain.decision(world.bench.now(), "escalate", "hold");
    record(&world.ledger, std::slice::from_ref(&line)).await;
    let mut asked = group("soc", &["group:soc"], 1);
    let members = vec!["group:night".to_owned()];
    asked.otherwise =
        Some(toolgate_engine::protocol::Otherwise { name: "night".to_owned(), members, after: 300 });
    let question = world.chain.question(&line, vec![asked]);
    let state = world.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await;
    let id = state.unwrap().0.unwrap().id;
    world.bench.pass(299);
    world.ledger.tick().await.unwrap();
    world.round().await;
    assert!(got.try_recv().is_err(), "`soc` is asked, and this webhook is not for them");
    world.bench.pass(1);
    world.ledger.tick().await.unwrap();
    world.ledger.tick().await.unwrap();
    world.round().await;
    let page = serde_json::from_str::<Message>(&got.recv().unwrap().body).unwrap();
    assert_eq!((page.r#type.as_str(), page.data.to), ("escalation.unanswered", vec!["night".to_owned()]));
    assert_eq!(page.data.escalations, std::slice::from_ref(&id));
    let voted = world.ledger.write(0, move |writer| {
        let groups = Membership::Listed(BTreeSet::from(["night".to_owned()]));
        let reviewer = Reviewer {
            name: "night-1".to_owned(),
            groups,
            principals: Vec::new(),
            assurance: Assurance::Local,
        };
        let (verdict, digest) = (toolgate_engine::policy::Verdict::Allow, DIGEST);
        let vote = Input::Vote { reviewer: &reviewer, verdict, digest, comment: None, grant: None };
        escalations::step(writer, &id, vote)
    });
    let (stored, answer) = voted.await.unwrap().0.unwrap();
    assert_eq!(answer, Ok(()));
    assert_eq!(stored.escalation.state.phase(), toolgate_engine::protocol::EscalationPhase::Approved);
    world.ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_notifies_tells_without_anybody_waiting() {
    let (url, got) = listener(&[200]);
    let mut world = World::new(url).await;
    let mut line = world.chain.decision(world.bench.now(), "deny", "deny");
    let told = String::from_utf8(line.bytes.clone()).unwrap().replacen(
        "\"reason\"",
        "\"notify\":[\"soc\"],\"reason\"",
        1,
    );
    line.event = crate::event::Event::from_emitter(told.as_bytes()).unwrap();
    line.bytes = told.into_bytes();
    world.chain.prev = line.event.hash.to_hex();
    let silent = world.chain.decision(world.bench.now(), "deny", "deny");
    record(&world.ledger, &[line.clone(), silent]).await;
    world.round().await;
    let page = serde_json::from_str::<Message>(&got.recv().unwrap().body).unwrap();
    assert_eq!((page.r#type.as_str(), page.data.count), ("call.noticed", 1));
    assert_eq!((page.data.to, page.data.decisions), (vec!["soc".to_owned()], vec![line.event.id]));
    assert!(page.data.escalations.is_empty());
    let now = world.bench.now();
    let rest = world.ledger.read(move |db| due(db, "soc", now)).await.unwrap().unwrap();
    assert!(rest.asks.is_empty(), "told once");
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

#[tokio::test(flavor = "multi_thread")]
async fn an_identical_call_after_a_no_pages_nobody() {
    let (url, got) = listener(&[200, 200]);
    let mut world = World::new(url).await;
    let asked = world.ask("a", "deletes").await;
    world.round().await;
    got.recv().unwrap();
    world.deny(&asked).await;
    for _ in 0..9 {
        world.bench.pass(66);
        assert_eq!(world.ask("a", "deletes").await, asked);
        world.round().await;
    }
    assert!(got.try_recv().is_err(), "600 s are not over");
    world.bench.pass(6);
    assert_ne!(world.ask("a", "deletes").await, asked);
    world.round().await;
    assert_eq!(serde_json::from_str::<Message>(&got.recv().unwrap().body).unwrap().data.count, 1);
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
