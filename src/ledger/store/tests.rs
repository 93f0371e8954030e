//! What the store promises, over the running ledger: events once and in their place, questions bound to one
//! call, and a directory that is one log's.

use super::escalations::{self, NotAsked};
use super::events::{self, Conflict, Line};
use super::{Auth, StoreError, bundles, freezes, read};
use crate::escalation::{Input, Membership, Phase, Refused, Reviewer};
use crate::sequencer::WriteError;
use crate::service::Ledger;
use crate::testing::{AGENT, Bench, Chain, DIGEST, group, send};
use serde_json::json;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{
    AckStatus, Assurance, ConsumeRequest, EscalationPhase, EscalationState, EventAck,
};
use toolgate_engine::time::Span;

async fn ingest(ledger: &Ledger, peer: &'static str, lines: &[&Line]) -> Result<Vec<EventAck>, Conflict> {
    let lines: Vec<Line> = lines.iter().map(|line| (*line).clone()).collect();
    ledger.write(0, move |writer| events::ingest(writer, peer, Auth::Token, &lines)).await.unwrap().0
}

/// The types of all entries, without what they all have in common.
async fn kinds(ledger: &Ledger) -> Vec<String> {
    let query = read::Query { limit: 1_000, ..read::Query::default() };
    let entries = ledger.read(move |db| read::entries(db, &query)).await.unwrap();
    let kind = |entry: &read::Entry| crate::event::Event::read(&entry.line).unwrap().kind;
    entries.iter().map(|entry| kind(entry).replace("io.toolgate.", "").replace(".v1", "")).collect()
}

#[tokio::test]
async fn an_event_is_stored_once_and_acknowledged_as_often_as_it_comes() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let (first, second) = (chain.start(bench.now()), chain.stop(bench.now()));
    let acks = ingest(&ledger, "gateway", &[&first, &second]).await.unwrap();
    assert_eq!(
        acks.iter().map(|ack| (ack.index, ack.status)).collect::<Vec<_>>(),
        [(1, AckStatus::Stored), (2, AckStatus::Stored)]
    );
    assert_eq!(acks[0].hash, first.event.hash.to_hex());
    let again = ingest(&ledger, "gateway", &[&second, &first, &second]).await.unwrap();
    assert_eq!(again.iter().map(|ack| ack.index).collect::<Vec<_>>(), [2, 1, 2]);
    assert!(again.iter().all(|ack| ack.status == AckStatus::Duplicate));
    assert_eq!(ledger.head().size, 3);
    let stored = ledger.read(|db| read::by_index(db, 1)).await.unwrap().unwrap();
    assert_eq!(stored.line, first.bytes, "the bytes are kept as they came");
    ledger.stop().await;
}

// A name, a model and an argument are what traffic chose: whatever stands there must not keep its event out of the log.
#[tokio::test]
async fn what_traffic_chose_is_taken_whatever_it_is() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let mut lines = vec![chain.start(bench.now())];
    let odd = (0..0x2_100).chain(0xfd00..0x1_0100).chain([0x1_f600, 0x10_ffff]);
    let odd: Vec<char> = odd.filter_map(char::from_u32).collect();
    for text in odd.chunks(400) {
        lines.push(chain.named(bench.now(), &text.iter().collect::<String>()));
    }
    let acks = ingest(&ledger, "gateway", &lines.iter().collect::<Vec<_>>()).await.unwrap();
    assert!(acks.iter().all(|ack| ack.status == AckStatus::Stored));
    let reviewer = Reviewer {
        name: "oncall".to_owned(),
        groups: Membership::Every,
        principals: Vec::new(),
        assurance: Assurance::Local,
    };
    let freeze =
        ledger.write(0, move |writer| freezes::freeze(writer, "a\u{7f}", &reviewer, "it\u{7f} loops")).await;
    freeze.unwrap().0.unwrap();
    ledger.stop().await;
}

#[tokio::test]
async fn a_second_event_in_one_place_is_refused_with_all_beside_it_and_told_once() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let (start, stop) = (chain.start(bench.now()), chain.stop(bench.now()));
    ingest(&ledger, "gateway", &[&start]).await.unwrap();
    let mut other = Chain::new(2);
    let beside = other.start(bench.now());
    let forged = Chain { seq: 0, ..Chain::new(1) }.line(
        bench.now(),
        "io.toolgate.emitter.start.v1",
        json!({ "filter": "x", "config": "" }),
    );
    for _ in 0..2 {
        let refused = ingest(&ledger, "gateway", &[&beside, &forged]).await;
        assert_eq!(refused, Err(Conflict::Equivocation { line: 1, broke: "seq" }));
    }
    assert_eq!(kinds(&ledger).await, ["ledger.start", "emitter.start", "emitter.equivocation"]);
    // What does not follow the one before it is as wrong.
    let mut astray = Chain { source: chain.source.clone(), seq: 1, ..Chain::new(3) };
    let unlinked = astray.stop(bench.now());
    assert_eq!(
        ingest(&ledger, "gateway", &[&unlinked]).await,
        Err(Conflict::Equivocation { line: 0, broke: "prev" })
    );
    assert_eq!(ingest(&ledger, "gateway", &[&stop]).await.unwrap().len(), 1, "the honest chain goes on");
    ledger.stop().await;
}

#[tokio::test]
async fn lines_may_come_in_any_order_but_must_fit_together() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let lines: Vec<Line> = (0..4).map(|_| chain.start(bench.now())).collect();
    for at in [3, 1, 2, 0] {
        ingest(&ledger, "gateway", &[&lines[at]]).await.unwrap();
    }
    let contiguous = ledger
        .read(|db| {
            Ok(db.query_row("SELECT contiguous FROM emitter WHERE peer = 'gateway'", [], |row| {
                row.get::<_, u64>(0)
            })?)
        })
        .await;
    assert_eq!(contiguous.unwrap(), 4);

    // A line that comes late must be the one its successor follows.
    let mut other = Chain::new(2);
    let (_, second) = (other.start(bench.now()), other.stop(bench.now()));
    ingest(&ledger, "gateway", &[&second]).await.unwrap();
    let mut twin = Chain { source: other.source.clone(), ..Chain::new(9) };
    let other_first = twin.start(bench.now());
    assert_eq!(
        ingest(&ledger, "gateway", &[&other_first]).await,
        Err(Conflict::Equivocation { line: 0, broke: "prev" })
    );
    ledger.stop().await;
}

#[tokio::test]
async fn an_emitter_belongs_to_the_gateway_it_came_from_first() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let (start, stop) = (chain.start(bench.now()), chain.stop(bench.now()));
    ingest(&ledger, "gateway", &[&start]).await.unwrap();
    assert_eq!(ingest(&ledger, "another", &[&stop]).await, Err(Conflict::OtherPeer { line: 0 }));
    assert_eq!(ledger.head().size, 2);
    ledger.stop().await;
}

#[tokio::test]
async fn the_log_cannot_be_updated_or_deleted() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    for statement in
        ["UPDATE entry SET line = x''", "DELETE FROM entry", "UPDATE head SET size = 0", "DELETE FROM head"]
    {
        let refused = ledger.write(0, move |writer| Ok(writer.db.execute(statement, [])?)).await;
        assert!(
            matches!(refused, Err(WriteError::Store(StoreError::Refused(_)))),
            "{statement}: {refused:?}"
        );
    }
    ledger.stop().await;
}

#[tokio::test]
async fn a_job_that_fails_takes_back_its_own_changes_only() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let start = chain.start(bench.now());
    let failing = ledger.write(0, |writer| {
        writer.append_own(crate::own::Stopped {})?;
        Err::<(), _>(StoreError::Refused("on purpose".to_owned()))
    });
    let (failed, stored) = tokio::join!(failing, async { ingest(&ledger, "gateway", &[&start]).await });
    assert!(failed.is_err());
    assert_eq!(stored.unwrap()[0].index, 1);
    assert_eq!(kinds(&ledger).await, ["ledger.start", "emitter.start"]);
    ledger.stop().await;
}

#[tokio::test]
async fn time_in_the_log_never_goes_back() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    bench.clock.fetch_sub(10_000_000, std::sync::atomic::Ordering::SeqCst);
    let mut chain = Chain::new(1);
    send(&ledger, &[chain.start(bench.now())]).await;
    send(&ledger, &[chain.stop(bench.now())]).await;
    let query = read::Query { limit: 10, ..read::Query::default() };
    let entries = ledger.read(move |db| read::entries(db, &query)).await.unwrap();
    let receipts: Vec<&str> = entries.iter().map(|entry| entry.receipt.get(..30).unwrap()).collect();
    assert!(receipts.is_sorted(), "{receipts:?}");
    assert_eq!(
        kinds(&ledger).await,
        ["ledger.start", "emitter.start", "ledger.clock_regressed", "emitter.stop"]
    );
    ledger.stop().await;
}

struct Asked {
    bench: Bench,
    ledger: Ledger,
    chain: Chain,
}

impl Asked {
    async fn new() -> Self {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        send(&ledger, &[chain.start(bench.now())]).await;
        Self { bench, ledger, chain }
    }

    /// Records a decision; gives its line.
    async fn decide(&mut self) -> Line {
        let line = self.chain.decision(self.bench.now(), "escalate", "hold");
        send(&self.ledger, std::slice::from_ref(&line)).await;
        line
    }

    async fn ask(&self, decision: &Line) -> Result<EscalationState, NotAsked> {
        let question = self.chain.question(decision, vec![group("soc", &["group:soc"], 1)]);
        self.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await.unwrap().0
    }

    async fn approve(&self, id: &str) -> Result<(), Refused> {
        let groups = Membership::Listed(["soc".to_owned()].into());
        let reviewer = Reviewer {
            name: "soc-1".to_owned(),
            groups,
            principals: Vec::new(),
            assurance: Assurance::Local,
        };
        let id = id.to_owned();
        let stepped = self.ledger.write(0, move |writer| {
            let input = Input::Vote {
                reviewer: &reviewer,
                verdict: Verdict::Allow,
                digest: DIGEST,
                comment: None,
                grant: None,
            };
            escalations::step(writer, &id, input)
        });
        stepped.await.unwrap().0.unwrap().1
    }

    async fn spend(&self, id: &str, decision: &Line) -> Result<Option<u64>, Refused> {
        let request = ConsumeRequest {
            decision: decision.event.id.clone(),
            agent: AGENT.to_owned(),
            digest: DIGEST.to_owned(),
            rules_digest: "sha256:cc".to_owned(),
        };
        let id = id.to_owned();
        let stepped = self
            .ledger
            .write(0, move |writer| escalations::step(writer, &id, Input::Consume(&request)))
            .await;
        let (stored, answer) = stepped.unwrap().0.unwrap();
        answer.map(|()| stored.consumed_index)
    }
}

#[tokio::test]
async fn two_identical_calls_share_a_question_and_need_two_approvals() {
    let mut asked = Asked::new().await;
    let (first, second) = (asked.decide().await, asked.decide().await);
    let one = asked.ask(&first).await.unwrap();
    let two = asked.ask(&second).await.unwrap();
    assert_eq!(one.id, two.id, "nobody is asked twice at once");
    asked.approve(&one.id).await.unwrap();
    let index = asked.spend(&one.id, &first).await.unwrap();
    assert_eq!(asked.spend(&one.id, &first).await.unwrap(), index, "a lost answer is given again");
    assert_eq!(asked.spend(&one.id, &second).await, Err(Refused::Spent));
    // The second asks again and has a question of its own.
    let own = asked.ask(&second).await.unwrap();
    assert_ne!(own.id, one.id);
    assert_eq!(own.state, EscalationPhase::Pending);
    assert_eq!(asked.ask(&first).await.unwrap().state, EscalationPhase::Consumed, "the first has its answer");
    asked.ledger.stop().await;
}

#[tokio::test]
async fn a_retry_finds_the_approval_and_spends_it() {
    let mut asked = Asked::new().await;
    let first = asked.decide().await;
    let question = asked.ask(&first).await.unwrap();
    asked.approve(&question.id).await.unwrap();
    let retried = asked.decide().await;
    let found = asked.ask(&retried).await.unwrap();
    assert_eq!((found.id.as_str(), found.state), (question.id.as_str(), EscalationPhase::Approved));
    asked.spend(&question.id, &retried).await.unwrap();
    assert_eq!(asked.spend(&question.id, &first).await, Err(Refused::Spent));
    asked.ledger.stop().await;
}

#[tokio::test]
async fn only_a_recorded_decision_about_this_very_call_asks_and_spends() {
    let mut asked = Asked::new().await;
    let unrecorded = asked.chain.decision(asked.bench.now(), "escalate", "hold");
    assert_eq!(asked.ask(&unrecorded).await, Err(NotAsked::NotRecorded));
    send(&asked.ledger, std::slice::from_ref(&unrecorded)).await;
    let question = asked.ask(&unrecorded).await.unwrap();
    asked.approve(&question.id).await.unwrap();
    // A decision that never asked does not spend what another one asked for.
    let stranger = asked.decide().await;
    assert_eq!(asked.spend(&question.id, &stranger).await, Err(Refused::OtherCall("decision")));
    let denied = asked.chain.decision(asked.bench.now(), "deny", "deny");
    send(&asked.ledger, std::slice::from_ref(&denied)).await;
    assert_eq!(asked.ask(&denied).await, Err(NotAsked::NotRecorded), "what is denied is not asked about");
    asked.ledger.stop().await;
}

#[tokio::test]
async fn what_expires_is_expired_at_once_and_written_down() {
    let mut asked = Asked::new().await;
    let first = asked.decide().await;
    let question = asked.ask(&first).await.unwrap();
    assert_eq!(question.expires_in, 900);
    asked.bench.pass(900);
    let (id, now) = (question.id.clone(), asked.bench.now());
    let stands =
        asked.ledger.read(move |db| escalations::load(db, &id)).await.unwrap().unwrap().at(now).state(now);
    assert_eq!(stands.state, EscalationPhase::Expired);
    let phases = [(None, 1), (Some(EscalationPhase::Pending), 0), (Some(EscalationPhase::Expired), 1)];
    for (phase, expected) in phases {
        let listed =
            asked.ledger.read(move |db| escalations::list(db, phase.map(Phase), now, 10)).await.unwrap();
        assert_eq!(listed.len(), expected, "{phase:?}, before it is written");
    }
    assert_eq!(asked.ledger.read(move |db| escalations::count_pending(db, now)).await.unwrap(), 0);
    assert!(asked.approve(&question.id).await.is_err());
    let again = asked.decide().await;
    assert_ne!(asked.ask(&again).await.unwrap().id, question.id, "a later call asks anew");
    asked.bench.pass(900);
    asked.ledger.tick().await.unwrap();
    let expired = kinds(&asked.ledger).await.iter().filter(|kind| *kind == "escalation.expired").count();
    assert_eq!(expired, 2);
    asked.ledger.stop().await;
}

#[tokio::test]
async fn one_principal_cannot_fill_the_queue() {
    let mut asked = Asked::new().await;
    for number in 0..=64 {
        let line = asked.decide().await;
        let mut question = asked.chain.question(&line, vec![group("soc", &["group:soc"], 1)]);
        // Another question of the same principal, as another tool would make it.
        question.tool = format!("Tool{number}");
        let answer =
            asked.ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await.unwrap().0;
        assert_eq!(answer.is_ok(), number < 64, "{number}: {answer:?}");
    }
    asked.ledger.stop().await;
}

#[tokio::test]
async fn arguments_are_outside_the_log_and_go_in_time() {
    let mut asked = Asked::new().await;
    let line = asked.decide().await;
    let question = asked.ask(&line).await.unwrap();
    let query = read::Query { limit: 100, ..read::Query::default() };
    let entries = asked.ledger.read(move |db| read::entries(db, &query)).await.unwrap();
    let shown = |entry: &read::Entry| String::from_utf8_lossy(&entry.bytes()).contains("rm -r /srv/x");
    assert!(!entries.iter().any(shown), "the log has no arguments");
    let id = question.id.clone();
    let kept = asked.ledger.read(move |db| escalations::arguments(db, &id)).await.unwrap();
    assert_eq!(kept.as_deref(), Some(r#"{"command":"rm -r /srv/x"}"#));
    let month = Span::from_secs(31 * 24 * 3_600);
    asked.bench.pass(900);
    asked.ledger.tick().await.unwrap();
    asked.bench.pass(month.as_millis() / 1_000);
    asked.ledger.tick().await.unwrap();
    let id = question.id.clone();
    assert_eq!(asked.ledger.read(move |db| escalations::arguments(db, &id)).await.unwrap(), None);
    assert!(kinds(&asked.ledger).await.contains(&"payload.erased".to_owned()));
    asked.ledger.stop().await;
}

#[tokio::test]
async fn what_is_no_bundle_is_not_handed_out() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let refused =
        ledger.write(0, |writer| bundles::publish(writer, "default", b"not a bundle", "ci")).await.unwrap().0;
    assert!(refused.is_err());
    assert_eq!(ledger.read(|db| bundles::current(db, "default")).await.unwrap(), None);
    assert_eq!(kinds(&ledger).await, ["ledger.start"]);
    ledger.stop().await;
}

#[tokio::test]
async fn a_frozen_principal_is_recorded_and_neither_asked_for_nor_let_through() {
    let mut asked = Asked::new().await;
    let (waits, may) = (asked.decide().await, asked.decide().await);
    let open = asked.ask(&waits).await.unwrap();
    asked.approve(&open.id).await.unwrap();
    let soc = Reviewer {
        name: "soc-1".to_owned(),
        groups: Membership::Every,
        principals: Vec::new(),
        assurance: Assurance::Local,
    };
    let own = Reviewer { principals: vec![AGENT.to_owned()], ..soc.clone() };
    let freeze = async |ledger: &Ledger, by: &Reviewer| {
        let by = by.clone();
        ledger.write(0, move |writer| freezes::freeze(writer, AGENT, &by, "it loops")).await.unwrap().0
    };
    let lift = async |ledger: &Ledger, by: &Reviewer| {
        let by = by.clone();
        ledger.write(0, move |writer| freezes::lift(writer, AGENT, &by, "mended")).await.unwrap().0
    };
    let frozen = freeze(&asked.ledger, &own).await.unwrap();
    assert!(frozen.known, "anybody who reviews may stop an agent, their own as well");
    assert_eq!(freeze(&asked.ledger, &soc).await, Err(freezes::Refused::Already));
    // Nothing that was open goes on, and nothing new is asked.
    assert_eq!(asked.spend(&open.id, &waits).await, Err(Refused::Frozen));
    assert_eq!(asked.approve(&open.id).await, Err(Refused::Frozen));
    assert_eq!(asked.ask(&may).await, Err(NotAsked::Frozen));
    // A decision is recorded, and its acknowledgement says so; an outcome is no decision.
    let line = asked.chain.decision(asked.bench.now(), "allow", "allow");
    let acks = ingest(&asked.ledger, "gateway", &[&line]).await.unwrap();
    assert!(acks[0].frozen);
    assert_eq!(lift(&asked.ledger, &own).await, Err(freezes::Refused::Own));
    assert_eq!(lift(&asked.ledger, &soc).await, Ok(()));
    assert_eq!(lift(&asked.ledger, &soc).await, Err(freezes::Refused::Not));
    // Its answer was lost: it is the same after the freeze, for the decision stands where it stands.
    let again = ingest(&asked.ledger, "gateway", &[&line]).await.unwrap();
    assert!(again[0].frozen);
    let free = asked.chain.decision(asked.bench.now(), "allow", "allow");
    assert!(!ingest(&asked.ledger, "gateway", &[&free]).await.unwrap()[0].frozen);
    assert!(asked.spend(&open.id, &waits).await.unwrap().is_some(), "what was open is as it was");
    asked.ledger.stop().await;
}

/// A database as version 2 made it, with a log in it.
fn of_schema_2(path: &std::path::Path) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "DROP TABLE freeze; DROP TABLE notice; DROP INDEX escalation_otherwise; DROP INDEX escalation_denied;
         ALTER TABLE escalation DROP COLUMN otherwise_at; ALTER TABLE escalation DROP COLUMN denied_until;
         DROP TABLE break_glass; PRAGMA user_version = 2;",
    )
    .unwrap();
}

fn shape(path: &std::path::Path) -> Vec<(String, String)> {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut columns = db
        .prepare(
            "SELECT m.name, group_concat(c.name || ' ' || c.type) FROM sqlite_schema m
             JOIN pragma_table_info(m.name) c GROUP BY 1 ORDER BY 1",
        )
        .unwrap();
    columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_database_of_the_last_schema_is_brought_up_to_date_and_keeps_its_log() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    send(&ledger, &[chain.start(bench.now())]).await;
    let size = ledger.head().size;
    ledger.stop().await;
    let path = bench.path().join("ledger.db");
    let new = shape(&path);
    of_schema_2(&path);
    assert_ne!(shape(&path), new);
    // Who only reads changes nothing, and says who does.
    let refused = crate::store::open_reader(&path).unwrap_err().to_string();
    assert!(
        refused.contains("has schema 2") && refused.contains("`toolgate ledger serve` brings it"),
        "{refused}"
    );
    let ledger = bench.start().await;
    assert_eq!(shape(&path), new);
    assert!(ledger.head().size > size);
    let line = chain.decision(bench.now(), "escalate", "hold");
    send(&ledger, std::slice::from_ref(&line)).await;
    ledger.stop().await;
    let report = crate::verify::verify(&crate::verify::Input {
        log: bench.path().join("tiles"),
        verifier: bench.vkey.clone(),
        anchors: Vec::new(),
        access_logs: Vec::new(),
        database: Some(path),
        grace: crate::verify::GRACE,
    });
    assert_eq!(report.exit_code(), 0, "{report}");
}

#[tokio::test]
async fn a_database_too_old_or_too_new_is_refused_with_what_to_do_and_left_alone() {
    for (version, what) in [(1, "`toolgate ledger init`"), (99, "a newer program made it")] {
        let bench = Bench::new();
        let path = bench.path().join("ledger.db");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        let refused = Ledger::start(bench.path(), bench.options()).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("has schema {version}")) && refused.contains(what), "{refused}");
        let db = rusqlite::Connection::open(&path).unwrap();
        let still: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(still, version);
    }
}
