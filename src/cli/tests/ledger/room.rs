//! When there is no room: nothing is acknowledged, nothing is lost, and the service stays up.

use crate::process::{Gateway, Place, SOC, Serving, agent, text, toolgate};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

#[test]
fn a_full_database_refuses_events_and_keeps_what_it_has() {
    let place = Place::new();
    place.configure("[storage]\nmax_pages = 90");
    let mut serving = place.serve();
    let mut gateway = Gateway::new(1);
    let mut acknowledged = 0;
    let refused = loop {
        for _ in 0..20 {
            gateway.beat();
        }
        let (settled, answer) = gateway.flush(&serving.emitter);
        acknowledged += settled.recorded.len();
        match answer {
            Some((200, _)) => assert!(acknowledged < 5_000, "the database never got full"),
            Some(other) => break other,
            None => panic!("the service went away"),
        }
    };
    assert_eq!(refused.0, 507, "{}", refused.1);
    assert!(refused.1.contains("\"code\":\"full\""), "{}", refused.1);
    assert!(acknowledged > 0);

    // It still answers, and shows what it has.
    let get = |path: &str| {
        let answer = agent()
            .get(format!("{}{path}", serving.reviewer))
            .header("authorization", format!("Bearer {SOC}"));
        let mut answer = answer.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    };
    assert_eq!(get("/healthz").0, 200);
    let (status, page) = get("/v1/events?limit=1000");
    assert_eq!(status, 200);
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    let heartbeats =
        page["entries"].as_array().unwrap().iter().filter(|entry| entry["receipt"]["peer"] == "gateway");
    assert_eq!(heartbeats.count(), acknowledged, "what was acknowledged is there, and nothing else");

    // With the same bound it comes up again and still refuses; with more room it takes what waits.
    assert!(serving.stop().success());
    let mut serving = place.serve();
    let (_, answer) = gateway.flush(&serving.emitter);
    assert_eq!(answer.unwrap().0, 507);
    assert!(serving.stop().success());
    place.configure("[storage]\nmax_pages = 2000");
    let mut serving = place.serve();
    while gateway.emitter.has_work() {
        assert_eq!(gateway.flush(&serving.emitter).1.unwrap().0, 200);
    }
    assert!(serving.stop().success());
    let verified = place.verify();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
}

#[test]
fn a_disk_with_too_little_left_is_not_filled_up() {
    let place = Place::new();
    place.configure("[storage]\nkeep_free_bytes = 9223372036854775807");
    let serving = place.serve();
    let mut gateway = Gateway::new(1);
    // The first look at the disk is at the start, so the first answer is refused or the ledger is not ready yet.
    let refused = loop {
        gateway.beat();
        match gateway.flush(&serving.emitter).1 {
            Some((200, _)) => {}
            other => break other,
        }
    };
    assert_eq!(refused.map(|(status, _)| status), Some(507));
    let ready = agent().get(format!("{}/readyz", serving.emitter)).call().unwrap();
    assert_eq!(ready.status().as_u16(), 503);
}

#[test]
fn more_gateways_can_wait_than_most_systems_let_a_process_open_files() {
    let place = Place::new();
    let (dir, config) = (place.dir(), place.config());
    let serve = toolgate(&["ledger", "serve", "--dir", &dir, "--config", &config]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -Sn 48; exec \"$@\"", "sh"]).arg(serve.get_program()).args(serve.get_args());
    let mut serving = Serving::start(&mut limited);
    let address = serving.emitter.strip_prefix("http://").unwrap();
    let mut open = Vec::new();
    for which in 0..100 {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut status = [0; 12];
        connection.read_exact(&mut status).unwrap_or_else(|error| panic!("connection {which}: {error}"));
        assert_eq!(&status, b"HTTP/1.1 200");
        open.push(connection);
    }
    drop(open);
    assert!(serving.stop().success());
}
