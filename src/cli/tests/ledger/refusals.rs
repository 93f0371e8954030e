//! What a ledger does not start with, and how that is said.

use crate::process::{Place, run, text};
use std::fs;

fn refused(arguments: &[&str], expected: &str) {
    let done = run(arguments);
    let told = text(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(told.contains(expected), "{arguments:?}: {told}");
    for secret in [crate::process::GATEWAY, crate::process::SOC, "PRIVATE"] {
        assert!(!told.contains(secret), "a secret is told: {told}");
    }
}

#[test]
fn init_makes_a_log_once_and_prints_its_key() {
    let place = Place::without_log();
    let dir = place.dir();
    let made = run(&["ledger", "init", "--dir", &dir, "--origin", "log.corp.example"]);
    let vkey = text(&made.stdout);
    assert!(vkey.starts_with("log.corp.example+"), "{vkey}");
    assert_eq!(fs::read_to_string(place.path().join("data/log.vkey")).unwrap(), vkey);
    let key = place.path().join("data/log.key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&key).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(&key).unwrap();
    refused(&["ledger", "init", "--dir", &dir], "already holds a log");
    assert_eq!(fs::read(&key).unwrap(), before);
    refused(&["ledger", "init", "--dir", place.path().to_str().unwrap()], "is not empty and holds no log");
    let other = place.path().join("other");
    refused(
        &["ledger", "init", "--dir", other.to_str().unwrap(), "--origin", "two words"],
        "`two words` cannot name a log",
    );
}

#[test]
fn serving_asks_for_authentication() {
    let place = Place::new();
    let dir = place.dir();
    let serve = ["ledger", "serve", "--dir", dir.as_str()];
    let with = |more: &[&'static str]| [serve.as_slice(), more].concat();
    refused(&serve, "no gateway can authenticate");
    refused(&with(&["--dev", "--listen-emitter", "0.0.0.0:0"]), "listens on loopback only");
    refused(&with(&["--dev", "--listen-reviewer", "[::]:0"]), "listens on loopback only");
    refused(&["ledger", "serve", "--dir", &dir, "--config", &place.config(), "--dev"], "leave out `--dev`");
}

#[test]
fn a_configuration_is_read_strictly() {
    let place = Place::new();
    let (dir, config) = (place.dir(), place.config());
    let good = fs::read_to_string(&config).unwrap();
    let serve = ["ledger", "serve", "--dir", dir.as_str(), "--config", config.as_str()];
    for (from, to, expected) in [
        ("[listen]", "[lisen]", "unknown field `lisen`"),
        ("emitter = \"127.0.0.1:0\"", "emitter = \"nowhere\"", "emitter = \"nowhere\""),
        ("token_file = \"gateway.token\"", "token = \"x\"", "unknown field `token`"),
        ("token_file = \"gateway.token\"", "", "needs either `token_file` or `token_env`"),
        (
            "token_file = \"gateway.token\"",
            "token_env = \"TOOLGATE_NO_SUCH\"",
            "`TOOLGATE_NO_SUCH` is not in the environment",
        ),
        ("gateway.token", "missing.token", "missing.token"),
        ("gateway.token", "short.token", "at least 16 visible ASCII characters"),
        ("gateway.token", "soc-1.token", "has the token of"),
        ("name = \"gateway\"", "name = \"two words\"", "emitter `two words`: a name is"),
        ("\"reviewer\", \"auditor\"", "\"owner\"", "unknown variant `owner`"),
        ("[listen]", "[[bundles]]\nname = \"../x\"\nfile = \"x\"\n[listen]", "is no name of a bundle"),
        ("[listen]", "[[bundles]]\nname = \"x\"\nfile = \"missing.json\"\n[listen]", "missing.json"),
    ] {
        fs::write(place.path().join("short.token"), "short").unwrap();
        assert!(good.contains(from), "{from}");
        fs::write(&config, good.replacen(from, to, 1)).unwrap();
        refused(&serve, expected);
    }
    fs::write(&config, good.replace("127.0.0.1:0", "127.0.0.1:7999")).unwrap();
    refused(&serve, "each need an address of their own");
}

#[test]
fn a_directory_is_one_logs_and_one_process_s() {
    let (place, other) = (Place::new(), Place::new());
    let (dir, config) = (place.dir(), place.config());
    let serve = ["ledger", "serve", "--dir", dir.as_str(), "--config", config.as_str()];
    refused(&["ledger", "serve", "--dir", &Place::without_log().dir(), "--config", &config], "holds no log");

    let mut serving = place.serve();
    refused(&serve, "another process holds");
    assert!(serving.stop().success());
    assert!(other.serve().stop().success());

    let data = place.path().join("data");
    let theirs = other.path().join("data");
    let exchanged = |name: &str, expected: &str| {
        let (mine, kept) = (data.join(name), data.join("kept"));
        fs::rename(&mine, &kept).unwrap();
        fs::copy(theirs.join(name), &mine).unwrap();
        refused(&serve, expected);
        fs::rename(&kept, &mine).unwrap();
    };
    exchanged("log.key", "the key is of another");
    exchanged("ledger.db", "the database is of the log");
    exchanged("tiles/checkpoint", "is not of this log");

    // A database of something else, and no database at all, are left as they are.
    let database = place.database();
    let kept = data.join("kept");
    fs::rename(&database, &kept).unwrap();
    rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    refused(&serve, "another program made it");
    fs::write(&database, "not a database, not a database, not a database").unwrap();
    refused(&serve, "is not the database of a ledger");
    fs::rename(&kept, &database).unwrap();
    assert!(place.serve().stop().success());
}

#[test]
fn an_older_copy_of_the_database_is_refused() {
    let place = Place::new();
    assert!(place.serve().stop().success());
    let copy = place.path().join("older.db");
    fs::copy(place.database(), &copy).unwrap();
    assert!(place.serve().stop().success());
    fs::copy(&copy, place.database()).unwrap();
    let serve = ["ledger", "serve", "--dir", &place.dir(), "--config", &place.config()];
    refused(&serve, "restored from an older copy");
}
