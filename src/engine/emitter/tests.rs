use super::*;
use crate::protocol::{AckStatus, EventAck};
use serde_json::Value;

struct Bench {
    emitter: Emitter,
    ids: Ids,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let start = StartBody { filter: "0".to_owned(), node: None, config: "sha256:0".to_owned() };
        Self {
            emitter: Emitter::new("019ab1e0-55aa-7c01-8a11-0b2f6d0e7a33", start),
            ids: Ids::new([3; 32]),
            now: Timestamp::from_micros(1_763_826_187_000_000),
        }
    }

    fn record(&mut self, id: &str, need: Need) -> Result<(), Full> {
        let event = NewEvent { id, kind: types::OUTCOME, traceparent: None, who: None, body: &EmptyBody {} };
        self.emitter.record(&mut self.ids, self.now, need, event)
    }

    fn batch(&mut self) -> Option<String> {
        self.emitter.batch(&mut self.ids, self.now)
    }

    fn answer(&mut self, status: u16, body: &str) -> Settled {
        self.emitter.answered(self.now, BatchAnswer::Answered { status, body: body.as_bytes() })
    }

    fn pass(&mut self, span: Span) {
        self.now = self.now + span;
    }
}

fn acknowledge(batch: &str) -> EventsAck {
    let acks = batch
        .lines()
        .enumerate()
        .map(|(index, line)| EventAck {
            id: field(line, "/id").as_str().unwrap().to_owned(),
            hash: line_hash(line.as_bytes()),
            index: index as u64,
            status: AckStatus::Stored,
            frozen: false,
            ended: false,
        })
        .collect();
    EventsAck { acks, checkpoint: Seen { size: 9, root: "cm9vdA==".to_owned() } }
}

fn field(line: &str, pointer: &str) -> Value {
    serde_json::from_str::<Value>(line).unwrap().pointer(pointer).cloned().unwrap_or(Value::Null)
}

#[test]
fn the_first_event_is_preceded_by_a_start_and_all_are_chained() {
    let mut bench = Bench::new();
    bench.record("a", Need::Awaited).unwrap();
    bench.record("b", Need::Behind).unwrap();
    let batch = bench.batch().unwrap();
    let lines: Vec<&str> = batch.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(field(lines[0], "/type"), types::START);
    assert_eq!(field(lines[0], "/data/prev"), format!("sha256:{}", "0".repeat(64)));
    for (seq, pair) in lines.windows(2).enumerate() {
        assert_eq!(field(pair[1], "/data/seq"), seq + 1);
        assert_eq!(field(pair[1], "/data/prev"), line_hash(pair[0].as_bytes()));
    }
}

#[test]
fn one_batch_is_in_flight_and_an_acknowledgement_reports_its_events() {
    let mut bench = Bench::new();
    bench.record("a", Need::Awaited).unwrap();
    let first = bench.batch().unwrap();
    bench.record("b", Need::Awaited).unwrap();
    assert_eq!(bench.batch(), None);
    let settled = bench.answer(200, &serde_json::to_string(&acknowledge(&first)).unwrap());
    assert_eq!(settled.recorded.last().map(Recorded::id), Some("a"));
    let second = bench.batch().unwrap();
    assert_eq!(second.lines().count(), 1);
    assert_eq!(field(&second, "/id"), "b");
    // `b` was chained before the checkpoint was known; the next event carries it.
    bench.record("c", Need::Awaited).unwrap();
    let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&second)).unwrap());
    assert_eq!(field(&bench.batch().unwrap(), "/data/seen/size"), 9);
}

#[test]
fn nothing_but_the_hashes_of_what_was_sent_is_an_acknowledgement() {
    let forged: [fn(&mut EventsAck); 4] = [
        |ack| ack.acks.truncate(1),
        |ack| ack.acks[1].hash = line_hash(b"other"),
        |ack| ack.acks[1].id = "z".to_owned(),
        |ack| ack.acks.swap(0, 1),
    ];
    for forge in forged {
        let mut bench = Bench::new();
        bench.record("a", Need::Awaited).unwrap();
        let batch = bench.batch().unwrap();
        let mut ack = acknowledge(&batch);
        forge(&mut ack);
        let settled = bench.answer(200, &serde_json::to_string(&ack).unwrap());
        assert!(settled.recorded.is_empty() && settled.retry, "{settled:?}");
    }
    for (status, body) in
        [(200, ""), (200, "{}"), (503, "upstream connect error"), (504, "upstream request timeout")]
    {
        let mut bench = Bench::new();
        bench.record("a", Need::Awaited).unwrap();
        let _ = bench.batch().unwrap();
        assert!(bench.answer(status, body).recorded.is_empty());
    }
}

#[test]
fn a_failed_batch_is_repeated_byte_for_byte_after_a_growing_pause() {
    let mut bench = Bench::new();
    bench.record("a", Need::Awaited).unwrap();
    let first = bench.batch().unwrap();
    let mut pause = FIRST_RETRY;
    for _ in 0..12 {
        assert!(bench.emitter.answered(bench.now, BatchAnswer::Failed).retry);
        assert_eq!(bench.batch(), None);
        bench.pass(pause);
        assert_eq!(bench.batch().as_ref(), Some(&first));
        pause = pause.times(2).min(LAST_RETRY);
    }
}

#[test]
fn a_batch_is_bounded_in_lines() {
    let mut bench = Bench::new();
    for n in 0..600 {
        bench.record(&format!("e{n}"), Need::Behind).unwrap();
    }
    assert_eq!(bench.batch().unwrap().lines().count(), protocol::MAX_LINES);
}

#[test]
fn without_room_an_awaited_event_fails_and_others_are_dropped_and_admitted() {
    let mut bench = Bench::new();
    let mut accepted = 0;
    while bench.record(&format!("e{accepted}"), Need::Awaited).is_ok() {
        accepted += 1;
        assert!(accepted < 10_000);
    }
    bench.record("dropped 1", Need::Behind).unwrap();
    bench.pass(Span::from_secs(1));
    bench.record("dropped 2", Need::Behind).unwrap();
    let mut lines = Vec::new();
    for _ in 0..2 {
        let batch = bench.batch().unwrap();
        lines.extend(batch.lines().map(str::to_owned));
        let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
    }
    bench.record("after", Need::Behind).unwrap();
    while let Some(batch) = bench.batch() {
        lines.extend(batch.lines().map(str::to_owned));
        let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
    }
    assert!(!lines.iter().any(|line| line.contains("dropped 1")));
    let gap = lines.iter().find(|line| field(line, "/type") == types::GAP).unwrap();
    assert_eq!(field(gap, "/data/dropped"), 2);
    assert_ne!(field(gap, "/data/from"), field(gap, "/data/to"));
    for (seq, line) in lines.iter().enumerate() {
        assert_eq!(field(line, "/data/seq"), seq);
    }
}

const NEVER: &str = r#"{"code":"invalid_line","title":"line 1 is not an event"}"#;

/// Sends everything to a ledger that never takes the events with these identifiers; what it took, and how often it was
/// asked.
fn send_all(bench: &mut Bench, never: &[&str]) -> (Vec<String>, usize, usize) {
    let (mut taken, mut asked, mut given_up) = (Vec::new(), 0, 0);
    while let Some(batch) = bench.batch() {
        asked += 1;
        let ids = || batch.lines().map(|line| field(line, "/id").as_str().unwrap().to_owned());
        if ids().any(|id| never.contains(&id.as_str())) {
            given_up += bench.answer(400, NEVER).given_up;
        } else {
            taken.extend(ids());
            let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
        }
    }
    (taken, asked, given_up)
}

#[test]
fn what_the_ledger_will_never_take_is_given_up_alone_and_admitted() {
    let mut bench = Bench::new();
    let names: Vec<String> = (0..100).map(|n| format!("e{n}")).collect();
    for name in &names {
        bench.record(name, Need::Awaited).unwrap();
    }
    let (taken, asked, given_up) = send_all(&mut bench, &["e37"]);
    assert_eq!(given_up, 1);
    let others = names.iter().filter(|name| *name != "e37");
    assert!(others.eq(taken.iter().skip(1)), "{taken:?}");
    assert!(asked < 30, "{asked}");
    bench.record("after", Need::Awaited).unwrap();
    let batch = bench.batch().unwrap();
    let first = batch.lines().next().unwrap();
    assert_eq!((field(first, "/type"), field(first, "/data/dropped")), (types::GAP.into(), 1.into()));
}

#[test]
fn several_that_the_ledger_will_never_take_take_no_others_with_them() {
    let mut bench = Bench::new();
    for n in 0..40 {
        bench.record(&format!("e{n}"), Need::Awaited).unwrap();
    }
    let (taken, _, given_up) = send_all(&mut bench, &["e0", "e1", "e20", "e39"]);
    assert_eq!((given_up, taken.len()), (4, 1 + 36));
}

#[test]
fn what_a_proxy_makes_up_gives_nothing_up() {
    for (status, body) in [
        (400, r#"{"code":"BAD_REQUEST","message":"from a load balancer"}"#),
        (409, r#"{"code":"409"}"#),
        (413, r#"{"code":"payload_too_large"}"#),
        (400, "upstream connect error"),
        (503, r#"{"code":"invalid_line"}"#),
    ] {
        let mut bench = Bench::new();
        bench.record("a", Need::Awaited).unwrap();
        let batch = bench.batch().unwrap();
        let settled = bench.answer(status, body);
        assert!(settled.retry && settled.given_up == 0, "{body}");
        bench.pass(LAST_RETRY);
        assert_eq!(bench.batch().as_ref(), Some(&batch), "{body}");
    }
}

#[test]
fn an_idle_emitter_says_that_it_is_alive_once_it_has_started() {
    let mut bench = Bench::new();
    bench.pass(HEARTBEAT);
    assert_eq!(bench.batch(), None);
    bench.record("a", Need::Behind).unwrap();
    let batch = bench.batch().unwrap();
    let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
    assert_eq!(bench.batch(), None);
    bench.pass(HEARTBEAT);
    assert_eq!(field(&bench.batch().unwrap(), "/type"), types::HEARTBEAT);
}

#[test]
fn an_event_too_large_for_a_line_is_not_recorded() {
    #[derive(Serialize)]
    struct Large {
        text: String,
    }
    let mut bench = Bench::new();
    let body = Large { text: "x".repeat(protocol::MAX_EVENT_BYTES) };
    let event = NewEvent { id: "large", kind: types::OUTCOME, traceparent: None, who: None, body: &body };
    assert_eq!(bench.emitter.record(&mut bench.ids, bench.now, Need::Awaited, event), Err(Full));
}

impl Bench {
    fn record_of(&mut self, who: &str, id: &str, need: Need) -> Result<(), Full> {
        let event =
            NewEvent { id, kind: types::OUTCOME, traceparent: None, who: Some(who), body: &EmptyBody {} };
        self.emitter.record(&mut self.ids, self.now, need, event)
    }
}

#[test]
fn what_one_principal_sets_off_leaves_room_for_the_others_and_its_loss_is_admitted_by_name() {
    let mut bench = Bench::new();
    for n in 0..10_000 {
        bench.record_of("flood", &format!("f{n}"), Need::Behind).unwrap();
    }
    for n in 0..400 {
        bench.record_of("other", &format!("o{n}"), Need::Awaited).unwrap();
        bench.record_of("other", &format!("p{n}"), Need::Behind).unwrap();
    }
    let mut lines = Vec::new();
    while let Some(batch) = bench.batch() {
        lines.extend(batch.lines().map(str::to_owned));
        let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
        bench.record_of("other", &format!("q{}", lines.len()), Need::Behind).unwrap();
        if lines.len() > 5_000 {
            break;
        }
    }
    let of = |prefix: &str| {
        lines.iter().filter(|line| field(line, "/id").as_str().unwrap().starts_with(prefix)).count()
    };
    assert_eq!((of("o"), of("p")), (400, 400));
    let gap = lines.iter().find(|line| field(line, "/type") == types::GAP).unwrap();
    assert_eq!(field(gap, "/data/agents"), serde_json::json!(["flood"]));
    assert_eq!(field(gap, "/data/dropped"), 10_000 - of("f"));
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut bench = Bench::new();
    bench.pass(Span::from_secs(3_600));
    bench.record("a", Need::Awaited).unwrap();
    let batch = bench.batch().unwrap();
    assert!(bench.emitter.answered(bench.now, BatchAnswer::Failed).retry);
    assert_eq!(bench.batch(), None);
    bench.now = Timestamp::from_micros(1_763_826_187_000_000);
    assert_eq!(bench.batch().as_ref(), Some(&batch));
    let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
    bench.now = Timestamp::from_micros(1_763_826_000_000_000);
    bench.record("b", Need::Awaited).unwrap();
    assert!(bench.batch().is_some());
}

#[test]
fn a_root_that_no_line_could_carry_proves_nothing() {
    let mut bench = Bench::new();
    bench.record("a", Need::Awaited).unwrap();
    let batch = bench.batch().unwrap();
    let mut ack = acknowledge(&batch);
    ack.checkpoint.root = "A".repeat(16 << 10);
    assert!(bench.answer(200, &serde_json::to_string(&ack).unwrap()).retry);
}

#[test]
fn what_somebody_waits_for_is_urgent_and_so_is_much() {
    let mut bench = Bench::new();
    bench.record("behind", Need::Behind).unwrap();
    assert!(!bench.emitter.is_urgent());
    bench.record("awaited", Need::Awaited).unwrap();
    assert!(bench.emitter.is_urgent());
    let batch = bench.batch().unwrap();
    assert!(!bench.emitter.is_urgent(), "one batch at a time");
    bench.record("later", Need::Behind).unwrap();
    let _ = bench.answer(200, &serde_json::to_string(&acknowledge(&batch)).unwrap());
    assert!(!bench.emitter.is_urgent() && bench.emitter.has_work());
    for n in 0..MUCH {
        bench.record(&format!("e{n}"), Need::Behind).unwrap();
    }
    assert!(bench.emitter.is_urgent());
    let _ = bench.batch().unwrap();
    assert!(bench.emitter.answered(bench.now, BatchAnswer::Failed).retry);
    assert!(!bench.emitter.is_urgent(), "a repetition has its own time");
}
