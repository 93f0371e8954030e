//! Work grows as the bytes do, and no faster: sixteen times the body costs sixteen times the allocated bytes and no more,
//! however small the pieces in which it comes.
//!
//! What is counted is allocation, which is the same in every run, and not time. Whatever reads a body again copies what it
//! reads (a tree of JSON has its strings), so that a second reading at every chunk shows here; and a framing is given each
//! chunk once, and keeps where it stands (`Blocks::next` in `wire/blocks.rs`). `make bench` has the time.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::expect_used, reason = "what a test does not expect fails it, where it happened")]

#[path = "../../../tests/cases/frames.rs"]
mod frames;
#[path = "../../../tests/cases/grown.rs"]
mod grown;

use grown::{Answer, BODIES, Growth};
use toolgate_engine::limits::Limits;
use toolgate_engine::policy::Permit;
use toolgate_engine::protocol::{ConsumeAck, ConsumeRequest};
use toolgate_engine::wire::{Api, Codec, Framing, Outcome, Reading, Refusal, RequestFacts, Unreadable};

/// As the network may cut: a second reading at every piece would be 1024 readings of the longest body.
const PIECE: usize = 1 << 10;
/// Lengths of bodies with a long event, and of bodies with many events. Between powers of two, where buffers grow.
const LONG: [usize; 2] = [60 << 10, 16 * (60 << 10)];
const MANY: [usize; 2] = [20 << 10, 8 * (20 << 10)];
/// What a buffer that doubles may have taken more, where one length is just above a power of two and the other below.
const SLACK: f64 = 1.2;
/// What becomes of the calls of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Released,
    Refused,
}

/// A body whose growth is measured.
struct Measured {
    name: String,
    api: Api,
    framing: Framing,
    calls: bool,
    fate: Fate,
    lengths: [usize; 2],
    body: Box<dyn Fn(usize) -> Vec<u8>>,
}

/// What the reading and writing of a body took.
#[derive(Debug, Clone, Copy)]
struct Work {
    bytes: u64,
    count: u64,
}

fn outcome(fate: Fate) -> Outcome {
    let [decision, digest, escalation] = ["decision", "digest", "escalation"].map(str::to_owned);
    let asked = ConsumeRequest {
        decision: decision.clone(),
        agent: String::new(),
        digest: digest.clone(),
        rules_digest: String::new(),
    };
    let ack = ConsumeAck { id: escalation, decision, digest, index: 0 };
    match fate {
        Fate::Released => Outcome::Release(
            Permit::by_approval(&asked, "escalation", &ack).expect("an approval spent on what was asked"),
        ),
        Fate::Refused => Outcome::Refuse(Refusal("Not executed.".to_owned())),
    }
}

/// Reads a body and writes it again; how many calls it has.
fn read_and_write(codec: &mut dyn Codec, body: &[u8], fate: Fate) -> Result<usize, Unreadable> {
    let mut calls = 0;
    for piece in body.chunks(PIECE) {
        let mut out = Reading::default();
        codec.read(piece, &mut out)?;
        calls += out.calls.len();
    }
    let mut out = Reading::default();
    codec.end(&mut out)?;
    calls += out.calls.len();
    codec.write((0..calls).map(|_| outcome(fate)).collect(), &mut Vec::new())?;
    Ok(calls)
}

fn work(measured: &Measured, body: &[u8]) -> Work {
    let facts = RequestFacts { stream: measured.framing != Framing::Document, ..RequestFacts::default() };
    let limits = Limits { calls: usize::MAX, body: usize::MAX, event: usize::MAX, ..Limits::default() };
    let mut codec = (measured.api.entry().codec)(measured.framing, limits, &facts);
    let mut calls = Ok(0);
    let counted = allocation_counter::measure(|| calls = read_and_write(codec.as_mut(), body, measured.fate));
    assert_eq!(calls.map(|calls| calls > 0), Ok(measured.calls), "{}", measured.name);
    Work { bytes: counted.bytes_total, count: counted.count_total }
}

/// Recorded calls whose pieces are told again as a whole, so that an event of them cannot just be repeated: the body, a piece
/// of the call's input, and how the piece begins where the whole stands.
const TOLD_TWICE: &[(Api, Framing, &str, &str, &str)] = &[
    (
        Api::OpenaiResponses,
        Framing::Events,
        include_str!("../../../tests/cases/streams/openai-responses/one-call.in.sse"),
        r#"Zürich\"}"#,
        "Zürich",
    ),
    (
        Api::OpenaiAssistants,
        Framing::Events,
        include_str!("../../../tests/cases/streams/openai-assistants/one-call.in.sse"),
        r#"d.csv\"}"#,
        "d.csv",
    ),
    (
        Api::CohereV1,
        Framing::Lines,
        include_str!("../../../tests/cases/streams/cohere-v1/one-call.in.jsonl"),
        r#"path\": \"/srv/old.csv\"\n}"#,
        "path",
    ),
];

/// The body with a call in so many pieces that it has this length.
fn in_pieces(framing: Framing, shown: &str, piece: &str, begins: &str, length: usize) -> Vec<u8> {
    let between = if framing == Framing::Events { "\n\n" } else { "\n" };
    let quoted = format!("\"{piece}\"");
    let (mut out, mut found) = (Vec::new(), false);
    let event = shown.split(between).find(|event| event.contains(&quoted)).expect("the event of the piece");
    let times = length / event.len();
    for event in shown.split(between) {
        if event.contains(&quoted) && !std::mem::replace(&mut found, true) {
            out.extend(vec![event.replace(&quoted, "\"x\""); times]);
            out.push(event.to_owned());
        } else {
            out.push(event.replace(begins, &format!("{}{begins}", "x".repeat(times))));
        }
    }
    out.join(between).into_bytes()
}

/// Documents in which no answer stands, and words of theirs.
const OTHERS: &[(Api, &str, &str, bool)] = &[
    (Api::Mcp, include_str!("../../../tests/cases/streams/mcp/call.in.json"), "/srv/", true),
    (
        Api::AnthropicBatches,
        include_str!("../../../tests/cases/streams/anthropic-batches/list.in.json"),
        "msgbatch_1",
        false,
    ),
];

fn all() -> Vec<Measured> {
    let mut all = Vec::new();
    for grown in BODIES {
        let (api, framing) = (grown.api, grown.framing);
        for answer in [Answer::Text, Answer::Call] {
            let calls = answer == Answer::Call;
            let long = move |length| grown.grown(answer, Growth::Long, length);
            measure(&mut all, (api, framing, calls), "long", LONG, long);
            let twice = TOLD_TWICE.iter().find(|(other, of, ..)| calls && (*other, *of) == (api, framing));
            if let Some((.., shown, piece, begins)) = twice {
                let body = move |length| in_pieces(framing, shown, piece, begins, length);
                measure(&mut all, (api, framing, calls), "in pieces", MANY, body);
            } else if framing != Framing::Document {
                let many = move |length| grown.grown(answer, Growth::Many, length);
                measure(&mut all, (api, framing, calls), "many", MANY, many);
            }
        }
    }
    for &(api, shown, words, calls) in OTHERS {
        let body = move |length| shown.replace(words, &format!("{words}{}", "x".repeat(length))).into_bytes();
        measure(&mut all, (api, Framing::Document, calls), "long", LONG, body);
    }
    all
}

fn measure(
    all: &mut Vec<Measured>,
    (api, framing, calls): (Api, Framing, bool),
    what: &str,
    lengths: [usize; 2],
    body: impl Fn(usize) -> Vec<u8> + Copy + 'static,
) {
    let fates = if calls { &[Fate::Released, Fate::Refused][..] } else { &[Fate::Released] };
    for &fate in fates {
        let name = format!("{}, {framing:?}, {what}, calls {calls}, {fate:?}", api.name());
        all.push(Measured { name, api, framing, calls, fate, lengths, body: Box::new(body) });
    }
}

#[test]
fn work_grows_as_the_body_does() {
    let mut grown = Vec::new();
    for measured in all() {
        let bodies = measured.lengths.map(|length| (measured.body)(length));
        let [one, other] = bodies.each_ref().map(|body| work(&measured, body));
        let times = bodies[1].len() as f64 / bodies[0].len() as f64;
        let most = |work: u64| work as f64 * times * SLACK;
        if other.bytes as f64 > most(one.bytes) || other.count as f64 > most(one.count) {
            grown.push(format!("{}: {times:.1} times the bytes took {one:?}, then {other:?}", measured.name));
        }
    }
    assert!(grown.is_empty(), "{}", grown.join("\n"));
}

/// An event with the call of this number.
type Calling = fn(usize) -> String;

/// A session that goes on: each call is refused before the next comes, and none of them is ever answered.
#[test]
fn a_round_of_a_session_costs_the_same_however_many_went_before() {
    let said: [(Api, Calling); 2] = [
        (Api::AnthropicSessions, |number| {
            format!(
                "event: agent.custom_tool_use\ndata: {{\"type\":\"agent.custom_tool_use\",\"id\":\"c{number}\",\"name\":\"look\",\"input\":{{}}}}\n\n"
            )
        }),
        (Api::OpenaiAgents, |number| {
            format!(
                "event: agent.session.turn.item.done\ndata: {{\"type\":\"agent.session.turn.item.done\",\"item\":{{\"type\":\"function_call\",\"call_id\":\"c{number}\",\"name\":\"look\",\"arguments\":{{}},\"turn_id\":\"t\"}}}}\n\n"
            )
        }),
    ];
    for (api, call) in said {
        let facts = RequestFacts { continues: vec!["s".to_owned()], ..RequestFacts::default() };
        let bytes = |rounds: usize| {
            let events: Vec<String> = (0..rounds).map(call).collect();
            let mut codec = (api.entry().codec)(Framing::Events, Limits::default(), &facts);
            let counted = allocation_counter::measure(|| {
                for event in &events {
                    codec.read(event.as_bytes(), &mut Reading::default()).expect("a call is read");
                    codec.write(vec![outcome(Fate::Refused)], &mut Vec::new()).expect("one outcome");
                    assert!(codec.owed().is_some(), "{api:?}");
                }
            });
            counted.bytes_total as f64
        };
        let (one, other) = (bytes(500), bytes(4_000));
        assert!(other <= 8.0 * SLACK * one, "{api:?}: eight times the rounds took {one}, then {other}");
    }
}

/// Every API is measured in every framing it is read in, whatever it reads there.
#[test]
fn every_codec_is_measured() {
    let measured = all();
    for api in Api::ALL {
        for framing in api.entry().framings {
            let there = measured.iter().any(|measured| (measured.api, measured.framing) == (*api, *framing));
            assert!(there, "{api:?} {framing:?} is not measured");
        }
    }
}
