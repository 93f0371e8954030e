//! What was acknowledged survives whatever ends the process.

use crate::process::{Gateway, Place, run, text};
use std::collections::HashMap;
use std::fs;
use std::sync::mpsc;
use toolgate_ledger::event::Event;
use toolgate_ledger::store::{self, read};

const ROUNDS: usize = 5;
const GATEWAYS: u8 = 4;
/// Acknowledgements after which the process is killed, in each round.
const ACKS: usize = 60;

#[test]
fn what_was_acknowledged_is_there_once_after_every_kill() {
    let place = Place::new();
    let mut gateways: Vec<(Gateway, Vec<String>)> =
        (1..=GATEWAYS).map(|seed| (Gateway::new(seed), Vec::new())).collect();
    for round in 0..ROUNDS {
        let mut serving = place.serve();
        let (tell, told) = mpsc::channel();
        let mut left = ACKS;
        let to = serving.emitter.clone();
        std::thread::scope(|scope| {
            for (gateway, ids) in &mut gateways {
                let (to, tell) = (&to, tell.clone());
                scope.spawn(move || {
                    loop {
                        for _ in 0..3 {
                            gateway.beat();
                        }
                        let (settled, answer) = gateway.flush(to);
                        assert_eq!(settled.given_up, 0, "round {round}: {answer:?}");
                        // Nobody listens any more once it was killed.
                        let _ = tell.send(settled.recorded.len());
                        ids.extend(settled.recorded.iter().map(|recorded| recorded.id().to_owned()));
                        if answer.is_none() {
                            return;
                        }
                    }
                });
            }
            while left > 0 {
                left = left.saturating_sub(told.recv().unwrap());
            }
            serving.kill();
        });
    }
    // What was in flight is sent again, and is taken once.
    let mut serving = place.serve();
    for (gateway, ids) in &mut gateways {
        while gateway.emitter.has_work() {
            let (settled, answer) = gateway.flush(&serving.emitter);
            assert_eq!(answer.map(|(status, _)| status), Some(200));
            ids.extend(settled.recorded.iter().map(|recorded| recorded.id().to_owned()));
        }
    }
    assert!(serving.stop().success());

    let db = store::open_reader(&place.database()).unwrap();
    let mut times: HashMap<String, usize> = HashMap::new();
    read::each(&db, 0, u64::from(u32::MAX), |entry| {
        *times.entry(Event::read(&entry.line).unwrap().id).or_default() += 1;
        Ok::<_, store::StoreError>(())
    })
    .unwrap();
    for (_, ids) in &gateways {
        for id in ids {
            assert_eq!(times.get(id), Some(&1), "event {id}");
        }
    }
    let acknowledged: usize = gateways.iter().map(|(_, ids)| ids.len()).sum();
    assert!(acknowledged >= ROUNDS * ACKS, "{acknowledged}");
    let verified = place.verify();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    assert!(
        text(&verified.stdout).lines().last().unwrap().starts_with("verify: ok"),
        "{}",
        text(&verified.stdout)
    );
}

#[test]
fn tiles_that_are_lost_or_half_written_are_made_again() {
    let place = Place::new();
    let mut serving = place.serve();
    let mut gateway = Gateway::new(1);
    for _ in 0..300 {
        gateway.beat();
    }
    while gateway.emitter.has_work() {
        gateway.flush(&serving.emitter);
    }
    assert!(serving.stop().success());
    let tiles = place.path().join("data/tiles");
    let whole = || {
        assert!(place.serve().stop().success());
        let verified = place.verify();
        assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    };
    fs::remove_dir_all(tiles.join("tile")).unwrap();
    assert_eq!(place.verify().status.code(), Some(3));
    whole();
    for partial in fs::read_dir(tiles.join("tile/0/001.p")).unwrap() {
        fs::write(partial.unwrap().path(), b"half").unwrap();
    }
    assert_eq!(place.verify().status.code(), Some(1));
    whole();
    fs::remove_file(tiles.join("checkpoint")).unwrap();
    whole();

    // A full tile never changes: another one is a sign of two histories, and nothing is written over it.
    fs::remove_file(tiles.join("checkpoint")).unwrap();
    fs::write(tiles.join("tile/0/000"), b"other").unwrap();
    let refused = run(&["ledger", "serve", "--dir", &place.dir(), "--config", &place.config()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("is another tile than the database makes"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_database_that_is_taken_away_ends_the_process() {
    let place = Place::new();
    let mut serving = place.serve();
    fs::remove_file(place.database()).unwrap();
    assert_eq!(serving.wait().code(), Some(74));
    assert!(serving.told().contains("removed or replaced"));
    let again = run(&["ledger", "serve", "--dir", &place.dir(), "--config", &place.config()]);
    assert_eq!(again.status.code(), Some(2), "no new log is begun in its place");
}
