//! Every change of a valid log is found; the unchanged one is not complained about.

use super::{GRACE, Input, Report, Severity, verify};
use crate::escalation::{self, Membership, Reviewer};
use crate::own;
use crate::store::{self, Auth, StoreError, Writer, escalations, events};
use crate::testing::{AGENT, Bench, Chain, DIGEST, group, published, send};
use crate::tlog::note::Signer;
use crate::tlog::tile::{self, Levels, Tile, WIDTH};
use crate::tlog::{Checkpoint, Edge};
use std::fs;
use std::path::{Path, PathBuf};
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{Assurance, ConsumeRequest};

mod break_glass;
mod denials;
mod emitters;
mod frozen;
mod grants;

/// The key of every test's log.
fn signer() -> Signer {
    Signer::new("log.corp.example", &[7; 32]).unwrap()
}

fn input(bench: &Bench) -> Input {
    Input {
        log: bench.path().join("tiles"),
        verifier: bench.vkey.clone(),
        anchors: Vec::new(),
        access_logs: Vec::new(),
        database: Some(bench.path().join("ledger.db")),
        grace: GRACE,
    }
}

fn texts(report: &Report, severity: Severity) -> Vec<String> {
    let of = report.findings.iter().filter(|finding| finding.severity == severity);
    of.map(ToString::to_string).collect()
}

/// A log of 600 entries and some: an allowed call, a denied one, one that was approved and spent, and calls until
/// there are full tiles.
async fn log() -> Bench {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let now = bench.now();
    chain.seen = Some(send(&ledger, &[chain.start(now)]).await);
    let allowed = chain.decision(now, "allow", "allow");
    let denied = chain.decision(now, "deny", "deny");
    let held = chain.decision(now, "escalate", "hold");
    chain.seen = Some(send(&ledger, &[allowed.clone(), denied.clone(), held.clone()]).await);
    let question = chain.question(&held, vec![group("soc", &["group:soc"], 2)]);
    let asked =
        ledger.write(0, move |writer| escalations::create(writer, &question, 64)).await.unwrap().0.unwrap();
    for name in ["soc-1", "soc-2"] {
        let reviewer = Reviewer {
            name: name.to_owned(),
            groups: Membership::Listed(["soc".to_owned()].into()),
            principals: Vec::new(),
            assurance: Assurance::Local,
        };
        let id = asked.id.clone();
        let voted = ledger.write(0, move |writer| {
            let vote = escalation::Input::Vote {
                reviewer: &reviewer,
                verdict: Verdict::Allow,
                digest: DIGEST,
                comment: None,
                grant: None,
            };
            escalations::step(writer, &id, vote)
        });
        voted.await.unwrap().0.unwrap().1.unwrap();
    }
    let spend = ConsumeRequest {
        decision: held.event.id.clone(),
        agent: AGENT.to_owned(),
        digest: DIGEST.to_owned(),
        rules_digest: "sha256:cc".to_owned(),
    };
    let id = asked.id.clone();
    let spent =
        ledger.write(0, move |writer| escalations::step(writer, &id, escalation::Input::Consume(&spend)));
    spent.await.unwrap().0.unwrap().1.unwrap();
    let ends = [
        chain.outcome(now, &allowed.event.id, "released", None),
        chain.outcome(now, &denied.event.id, "refused", None),
        chain.outcome(now, &held.event.id, "released", Some(&asked.id)),
    ];
    chain.seen = Some(send(&ledger, &ends).await);
    for _ in 0..4 {
        let mut lines = Vec::new();
        for _ in 0..70 {
            let decision = chain.decision(now, "allow", "allow");
            lines.push(chain.outcome(now, &decision.event.id, "released", None));
            lines.insert(lines.len() - 1, decision);
        }
        chain.seen = Some(send(&ledger, &lines).await);
    }
    send(&ledger, &[chain.stop(now)]).await;
    ledger.stop().await;
    bench
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        match file.file_type().unwrap().is_dir() {
            true => copy(&file.path(), &target),
            false => drop(fs::copy(file.path(), target).unwrap()),
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The entries of a published log.
fn entries(log: &Path, size: u64) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for number in 0..size.div_ceil(WIDTH as u64) {
        let tile = Tile::of_entries(number, size).unwrap();
        let bytes = fs::read(log.join(tile.to_string())).unwrap();
        all.extend(tile::decode_entries(&bytes, tile.width).unwrap().into_iter().map(<[u8]>::to_vec));
    }
    all
}

/// Publishes these entries, signed with the log's own key: what its operator could do.
fn resign(log: &Path, entries: &[Vec<u8>]) {
    fs::remove_dir_all(log).unwrap();
    let put = |tile: &Tile, bytes: &[u8]| {
        let path = log.join(tile.to_string());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let mut levels = Levels::new();
    for entry in entries {
        levels
            .push(crate::tlog::Hash::of_leaf(entry), |tile, hashes| put(&tile, &tile::encode_hashes(hashes)));
    }
    for (tile, hashes) in levels.partial() {
        put(&tile, &tile::encode_hashes(hashes));
    }
    for (number, bundle) in entries.chunks(WIDTH).enumerate() {
        let mut bytes = Vec::new();
        bundle.iter().for_each(|entry| tile::encode_entry(entry, &mut bytes).unwrap());
        put(&Tile::of_entries(number as u64, entries.len() as u64).unwrap(), &bytes);
    }
    let checkpoint =
        Checkpoint { origin: "log.corp.example".to_owned(), size: levels.size(), root: levels.root() };
    fs::write(log.join("checkpoint"), checkpoint.sign(&signer()).unwrap()).unwrap();
}

#[tokio::test]
async fn a_whole_log_is_whole() {
    let bench = log().await;
    let report = verify(&input(&bench));
    assert_eq!(report.findings, [], "{report}");
    assert_eq!(report.exit_code(), 0);
    let last = report.to_string().lines().last().unwrap().to_owned();
    assert!(last.starts_with("verify: ok: 575 entries, 283 decisions (281 allowed, 1 denied, 1 escalated), 283 outcomes, 1 approvals spent, 2 emitters"), "{last}");
    assert!(report.counts.roots > 500, "{last}");
}

#[tokio::test]
async fn a_flipped_bit_in_any_file_is_found() {
    let bench = log().await;
    let work = tempfile::tempdir().unwrap();
    copy(&bench.path().join("tiles"), work.path());
    let asked = Input { log: work.path().to_owned(), database: None, ..input(&bench) };
    assert_eq!(verify(&asked).exit_code(), 0);
    let reached = |path: &Path| {
        // Superseded partial tiles are nobody's any more.
        let name = path.strip_prefix(work.path()).unwrap().to_str().unwrap().to_owned();
        !name.contains(".p/") || [".p/63", "tile/1/000.p/2"].iter().any(|current| name.ends_with(current))
    };
    let all: Vec<PathBuf> = files(work.path()).into_iter().filter(|path| reached(path)).collect();
    assert_eq!(all.len(), 8, "{all:?}");
    for path in all {
        let good = fs::read(&path).unwrap();
        // A spread over each file, and its last byte.
        let step = (good.len() / 6).max(1);
        for at in (0..good.len()).step_by(step).chain([good.len() - 1]) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, &bad).unwrap();
            let report = verify(&asked);
            assert_eq!(report.exit_code(), 1, "{} byte {at}:\n{report}", path.display());
        }
        for cut in [0, good.len() / 2, good.len() - 1] {
            fs::write(&path, &good[..cut]).unwrap();
            assert_ne!(verify(&asked).exit_code(), 0, "{} cut at {cut}", path.display());
        }
        fs::remove_file(&path).unwrap();
        assert_ne!(verify(&asked).exit_code(), 0, "{} removed", path.display());
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(verify(&asked).exit_code(), 0, "everything was put back");
}

/// What an operator with the log's key could do to the entries, and how it shows.
#[tokio::test]
async fn what_is_re_signed_with_the_real_key_is_found() {
    let bench = log().await;
    let real = bench.path().join("tiles");
    let all = entries(&real, 575);
    let work = tempfile::tempdir().unwrap();
    let judge = |entries: &[Vec<u8>]| {
        let log = work.path().join("log");
        copy(&real, &log);
        resign(&log, entries);
        verify(&Input { log, database: None, ..input(&bench) })
    };
    let find =
        |text: &str| all.iter().position(|entry| String::from_utf8_lossy(entry).contains(text)).unwrap();
    let edit = |at: usize, from: &str, to: &str| {
        let mut changed = all.clone();
        let text = String::from_utf8(changed[at].clone()).unwrap();
        assert!(text.contains(from), "{text}");
        changed[at] = text.replacen(from, to, 1).into_bytes();
        changed
    };
    let without = |at: usize| {
        let mut changed = all.clone();
        changed.remove(at);
        changed
    };
    assert_eq!(judge(&all).exit_code(), 0, "signed again unchanged, it is the same log");

    let swapped = {
        let mut changed = all.clone();
        changed.swap(300, 301);
        changed
    };
    let doubled = {
        let mut changed = all.clone();
        changed.insert(300, all[300].clone());
        changed
    };
    let vote = find("escalation.voted.v1");
    let cases: [(&str, Vec<Vec<u8>>, &str); 15] = [
        ("an event edited", edit(300, "released", "refused"), "does not follow"),
        ("an event removed", without(300), "another root"),
        ("two events swapped", swapped, "another root"),
        ("an event doubled", doubled, "is there twice"),
        ("the end cut", all[..400].to_vec(), ""),
        ("a receipt backdated", edit(300, "2026-11-22T15:43:07", "2026-11-22T15:43:06"), "received before"),
        ("the sender changed", edit(300, r#""peer":"gateway""#, r#""peer":"another""#), "came from"),
        ("a vote removed", without(vote), "without the votes"),
        ("a voter made another", edit(vote, r#""reviewer":"soc-1""#, r#""reviewer":"soc-2""#), "voted twice"),
        (
            "a voter made the principal",
            edit(vote, r#""reviewer":"soc-1""#, &format!(r#""reviewer":"{AGENT}""#)),
            "its own call",
        ),
        (
            "a voter known less well",
            edit(
                find("escalation.created.v1"),
                r#""use_within":600"#,
                r#""use_within":600,"assurance":"oidc""#,
            ),
            "as sure as",
        ),
        // Quoted, because a hash of the chain may begin like the digest.
        ("a vote on another call", edit(vote, &format!("\"{DIGEST}\""), r#""sha256:dd""#), "another call"),
        (
            "fewer votes needed, then one removed",
            {
                let mut changed = edit(find("escalation.created.v1"), r#""approvals":2"#, r#""approvals":1"#);
                changed.remove(vote);
                changed
            },
            "numbers 2 to 2 are missing",
        ),
        ("the spending removed", without(find("escalation.consumed.v1")), "none was spent"),
        (
            "a verdict turned",
            {
                let mut changed =
                    edit(find(r#""verdict":"deny""#), r#""verdict":"deny""#, r#""verdict":"allow""#);
                let at = find(r#""verdict":"deny""#);
                let text = String::from_utf8(changed[at].clone()).unwrap();
                changed[at] = text.replacen(r#""enforced":"deny""#, r#""enforced":"allow""#, 1).into_bytes();
                changed
            },
            "does not follow",
        ),
    ];
    for (name, changed, expected) in cases {
        let report = judge(&changed);
        if expected.is_empty() {
            // Who holds the key can cut the end; only an anchor or the emitters know.
            assert!(report.exit_code() == 0 || report.exit_code() == 2, "{name}: {report}");
            continue;
        }
        assert_eq!(report.exit_code(), 1, "{name}: {report}");
        let found = texts(&report, Severity::Tampering);
        assert!(found.iter().any(|text| text.contains(expected)), "{name}: {report}");
    }
}

#[tokio::test]
async fn anchors_and_access_logs_prove_what_the_key_can_hide() {
    let bench = log().await;
    let real = bench.path().join("tiles");
    let work = tempfile::tempdir().unwrap();
    let anchor = work.path().join("anchor.note");
    let access = work.path().join("access.log");
    fs::copy(real.join("checkpoint"), &anchor).unwrap();
    let all = entries(&real, 575);
    let mut edge = Edge::new();
    all[..500].iter().for_each(|entry| edge.push(crate::tlog::Hash::of_leaf(entry)));
    let told = format!(r#"{{\"calls\":1,\"checkpoint\":{{\"size\":500,\"root\":\"{}\"}}}}"#, edge.root());
    fs::write(&access, format!("[info] not JSON\n{{\"path\":\"/v1\",\"decision\":\"{told}\"}}\n")).unwrap();

    let both = Input { anchors: vec![anchor.clone()], access_logs: vec![access.clone()], ..input(&bench) };
    let report = verify(&both);
    assert_eq!(report.exit_code(), 0, "{report}");

    let log = work.path().join("log");
    copy(&real, &log);
    resign(&log, &all[..400]);
    let cut = Input { log: log.clone(), database: None, ..input(&bench) };
    for (input, expected) in [
        (Input { anchors: vec![anchor.clone()], ..cut.clone() }, "the log was cut or forked"),
        (Input { access_logs: vec![access.clone()], ..cut.clone() }, "the log was cut or forked"),
    ] {
        let report = verify(&input);
        assert_eq!(report.exit_code(), 1, "{report}");
        assert!(report.to_string().contains(expected), "{report}");
    }
    // A fork of the same length.
    let mut forked = all.clone();
    let text = String::from_utf8(forked[574].clone()).unwrap();
    forked[574] = text
        .replace("2026-11-22T15:43:07.000000Z\",\"peer\"", "2026-11-22T15:43:08.000000Z\",\"peer\"")
        .into_bytes();
    assert_ne!(forked, all);
    resign(&log, &forked);
    let report = verify(&Input { anchors: vec![anchor.clone()], ..cut.clone() });
    assert!(report.to_string().contains("the log was forked"), "{report}");

    let other = Signer::new("log.corp.example", &[8; 32]).unwrap();
    let report = verify(&Input { verifier: other.verifier().clone(), ..cut });
    assert_eq!(report.exit_code(), 1, "another key: {report}");
}

#[tokio::test]
async fn a_changed_database_is_found_though_the_files_are_whole() {
    let bench = log().await;
    for (statement, entry) in [
        ("UPDATE entry SET agent = 'spiffe://corp.example/other' WHERE idx = 301", 301),
        (
            "UPDATE entry SET line = CAST(replace(CAST(line AS TEXT), 'released', 'refused') AS BLOB) WHERE idx = 300",
            300,
        ),
        ("DELETE FROM entry WHERE idx = 302", 302),
    ] {
        let work = tempfile::tempdir().unwrap();
        let database = work.path().join("ledger.db");
        fs::copy(bench.path().join("ledger.db"), &database).unwrap();
        let db = rusqlite::Connection::open(&database).unwrap();
        db.execute_batch("DROP TRIGGER entry_stays; DROP TRIGGER entry_keeps").unwrap();
        assert_eq!(db.execute(statement, []).unwrap(), 1);
        drop(db);
        let report = verify(&Input { database: Some(database), ..input(&bench) });
        assert_eq!(report.exit_code(), 1, "{statement}: {report}");
        assert!(report.findings.iter().any(|finding| finding.entry == Some(entry)), "{statement}: {report}");
    }
}

#[tokio::test]
async fn what_is_missing_is_told_apart_from_what_was_changed() {
    let bench = Bench::new();
    let ledger = bench.start().await;
    let mut chain = Chain::new(1);
    let lost = chain.start(bench.now());
    let open = chain.decision(bench.now(), "allow", "allow");
    send(&ledger, std::slice::from_ref(&open)).await;
    let gap =
        serde_json::json!({ "dropped": 3, "from": "", "to": "", "why": "the ledger did not take events" });
    send(&ledger, &[chain.line(bench.now(), "io.toolgate.emitter.gap.v1", gap)]).await;
    let mut silent = Chain::new(2);
    send(&ledger, &[silent.start(bench.now())]).await;
    published(&ledger).await;
    let early = verify(&Input { database: None, ..input(&bench) });
    let open_yet = format!(
        "decision `{}` let a call through, and what became of it is not in the log yet",
        open.event.id
    );
    assert!(early.to_string().contains(&open_yet), "{early}");

    bench.pass(600);
    let late = Chain::new(3).start(bench.now());
    let mut skewed = Chain::new(4);
    let skewed = skewed.start(bench.now() - toolgate_engine::time::Span::from_secs(30));
    send(&ledger, &[late, skewed]).await;
    ledger.stop().await;
    let report = verify(&input(&bench));
    assert_eq!(report.exit_code(), 2, "{report}");
    let gaps = texts(&report, Severity::Gap).join("\n");
    for expected in [
        "admits that it dropped 3 events",
        "numbers 0 to 0 are missing; it admits",
        "what became of it is not in the log",
    ] {
        assert!(gaps.contains(expected), "{expected}: {report}");
    }
    assert!(report.to_string().contains("fell silent"), "{report}");
    assert!(report.to_string().contains("differ by more than 5 s"), "{report}");
    assert_eq!(lost.event.seq, 0);
}

/// What the ledger itself would never write, written with its own writer.
#[tokio::test]
async fn approvals_that_the_rules_forbid_are_found_whoever_wrote_them() {
    type Write = fn(&mut Writer<'_>, String) -> Result<(), StoreError>;
    let consume = |writer: &mut Writer<'_>, escalation: String| {
        let spent = own::Consumed {
            escalation,
            decision: "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10".to_owned(),
            agent: AGENT.to_owned(),
            digest: DIGEST.to_owned(),
            rules_digest: "sha256:cc".to_owned(),
        };
        writer.append_own(spent).map(drop)
    };
    let cases: [(Write, &str); 7] = [
        (
            |writer, escalation| {
                let (groups, to) = (vec!["soc".to_owned()], vec!["night".to_owned()]);
                writer.append_own(own::Widened { escalation, groups, to }).map(drop)
            },
            "before its time",
        ),
        (
            |writer, _| {
                let (agent, by, reason) = (AGENT.to_owned(), "soc-1".to_owned(), "x".to_owned());
                writer.append_own(own::Unfrozen { agent, by, reason }).map(drop)
            },
            "there was none",
        ),
        (
            |writer, escalation| {
                let (agent, by, reason) = (AGENT.to_owned(), "soc-1".to_owned(), "x".to_owned());
                writer.append_own(own::Frozen { agent, by, reason })?;
                let until = (writer.now + toolgate_engine::time::Span::from_secs(60)).to_string();
                let reviewer = "soc-1".to_owned();
                writer.append_own(own::Voted {
                    escalation: escalation.clone(),
                    reviewer,
                    verdict: Verdict::Allow,
                    assurance: None,
                    counts_for: vec!["soc".to_owned()],
                    digest: DIGEST.to_owned(),
                    comment: None,
                    grant: None,
                })?;
                writer.append_own(own::Approved { escalation: escalation.clone(), until, grant: None })?;
                writer
                    .append_own(own::Consumed {
                        escalation,
                        decision: "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10".to_owned(),
                        agent: AGENT.to_owned(),
                        digest: DIGEST.to_owned(),
                        rules_digest: "sha256:cc".to_owned(),
                    })
                    .map(drop)
            },
            "was spent while it was frozen",
        ),
        (consume, "without being approved"),
        (
            |writer, escalation| writer.append_own(own::Expired { escalation }).map(drop),
            "expired before its time",
        ),
        (
            |writer, escalation| {
                writer
                    .append_own(own::Revoked {
                        escalation,
                        reviewer: "soc-1".to_owned(),
                        comment: "x".to_owned(),
                    })
                    .map(drop)
            },
            "not approved",
        ),
        (
            |writer, _| {
                writer
                    .append_own(own::Expired {
                        escalation: "019ab1f2-7c3e-7d11-9c55-3f1a5b0c9e10".to_owned(),
                    })
                    .map(drop)
            },
            "never created",
        ),
    ];
    for (write, expected) in cases {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        let held = chain.decision(bench.now(), "escalate", "hold");
        send(&ledger, std::slice::from_ref(&held)).await;
        let question = chain.question(&held, vec![group("soc", &["group:soc"], 1)]);
        let asked = ledger
            .write(0, move |writer| escalations::create(writer, &question, 64))
            .await
            .unwrap()
            .0
            .unwrap();
        ledger.write(0, move |writer| write(writer, asked.id)).await.unwrap();
        ledger.stop().await;
        let report = verify(&input(&bench));
        assert_eq!(report.exit_code(), 1, "{report}");
        assert!(report.to_string().contains(expected), "{expected}: {report}");
    }
}

#[tokio::test]
async fn a_release_that_the_verdict_forbids_is_found() {
    for (verdict, enforced, fate, wrong) in [
        ("deny", "deny", "released", true),
        ("escalate", "hold", "released", true),
        ("deny", "allow", "refused", true),
        ("deny", "observe", "released", false),
        ("escalate", "hold", "refused", false),
        ("allow", "allow", "abandoned", false),
    ] {
        let bench = Bench::new();
        let ledger = bench.start().await;
        let mut chain = Chain::new(1);
        let start = chain.start(bench.now());
        let decision = chain.decision(bench.now(), verdict, enforced);
        let outcome = chain.outcome(bench.now(), &decision.event.id, fate, None);
        let lines = [start, decision, outcome];
        let stored = ledger
            .write(0, move |writer| events::ingest(writer, "gateway", Auth::Token, &lines))
            .await
            .unwrap();
        stored.0.unwrap();
        ledger.stop().await;
        let report = verify(&input(&bench));
        assert_eq!(report.exit_code(), u8::from(wrong), "{verdict} {enforced} {fate}: {report}");
    }
}

#[test]
fn nothing_to_read_is_said_to_be_unreadable() {
    let bench = Bench::new();
    let report = verify(&input(&bench));
    assert_eq!(report.exit_code(), 3, "{report}");
    assert!(store::open_reader(&bench.path().join("log.key")).is_err());
}
