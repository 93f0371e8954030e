//! Bytes that each codec reads and writes in a second: a long text, which passes, and a call with long arguments, which is
//! held and refused. Bodies grow from the recorded ones to two lengths (`tests/cases/grown.rs`): per byte both must take
//! the same.

#[path = "../../cases/frames.rs"]
mod frames;
#[path = "../../cases/grown.rs"]
mod grown;

use crate::{Bench, timed};
use grown::{Answer, BODIES, Bodies, Growth};
use std::time::{Duration, Instant};
use toolgate_engine::limits::Limits;
use toolgate_engine::wire::{Api, Framing, Outcome, Reading, Refusal, RequestFacts};

/// The shorter of the two lengths; the longer is [`TIMES`] as long.
const LENGTH: usize = 128 << 10;
const TIMES: usize = 4;
/// As the host hands bytes over.
const CHUNK: usize = 16 << 10;

pub(crate) fn run(bench: &Bench) {
    for bodies in BODIES {
        let framing = match bodies.framing {
            Framing::Document => "JSON",
            Framing::Events => "SSE",
            Framing::Elements => "array",
            Framing::Frames => "frames",
            Framing::Lines => "lines",
        };
        // A stream of text is many events; a line or a document, or a call, is a long one.
        let batch = matches!(bodies.api, Api::AnthropicBatches | Api::OpenaiBatches | Api::GeminiBatches);
        let text = if batch || bodies.framing == Framing::Document { Growth::Long } else { Growth::Many };
        for (what, calls, answer, growth) in
            [("text", 0, Answer::Text, text), ("a refused call", 1, Answer::Call, Growth::Long)]
        {
            let name = format!("codec: {}, {framing}, {what}", bodies.api.name());
            if name.starts_with(&bench.only) {
                let [short, long] =
                    [LENGTH, LENGTH * TIMES].map(|length| bodies.grown(answer, growth, length));
                let [one, other] = [&short, &long].map(|body| {
                    let best = best(bench.time / 2, || read(bodies, body, calls));
                    best.as_secs_f64() * 1e6 / body.len() as f64
                });
                println!("{name}\t{:.0}\t{:.2}", 1.0 / other, other / one);
            }
        }
    }
}

/// The best of all that fit into this time: noise only adds.
fn best(time: Duration, mut work: impl FnMut() -> Duration) -> Duration {
    let end = Instant::now() + time;
    let mut best = work();
    while Instant::now() < end {
        best = best.min(work());
    }
    best
}

/// Reads a body with so many calls and writes what is left when they are refused.
fn read(bodies: &Bodies, body: &[u8], calls: usize) -> Duration {
    let facts = RequestFacts { stream: bodies.framing != Framing::Document, ..RequestFacts::default() };
    let mut codec = (bodies.api.entry().codec)(bodies.framing, Limits::default(), &facts);
    let (mut found, mut out, mut spent) = (0, Vec::new(), Duration::ZERO);
    for chunk in body.chunks(CHUNK) {
        let mut reading = Reading::default();
        let read = timed(&mut spent, || codec.read(chunk, &mut reading));
        assert_eq!(read, Ok(()), "{} {:?}", bodies.api.name(), bodies.framing);
        found += reading.calls.len();
    }
    let mut reading = Reading::default();
    let ended = timed(&mut spent, || codec.end(&mut reading));
    assert_eq!(ended, Ok(()), "{} {:?}", bodies.api.name(), bodies.framing);
    assert_eq!(found + reading.calls.len(), calls, "{} {:?}", bodies.api.name(), bodies.framing);
    let refused = (0..calls).map(|_| Outcome::Refuse(Refusal("Not executed.".to_owned()))).collect();
    let written = timed(&mut spent, || codec.write(refused, &mut out));
    assert_eq!(written, Ok(()), "{} {:?}", bodies.api.name(), bodies.framing);
    assert!(out.len() < body.len() + CHUNK);
    spent
}
