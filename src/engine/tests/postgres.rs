//! A real PostgreSQL as an oracle: a function that is said to do nothing must not be volatile to it, and a plan for
//! what is called a read must change nothing.
//!
//! Nothing of the cases runs: texts without a `;` are explained, in a server of its own whose sessions only read. It
//! needs `initdb`, `postgres` and `psql` (Debian: `postgresql`), and fails without them; so it is no part of the
//! ordinary tests and runs with `cargo test --package toolgate-engine --test postgres`.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test does not expect fails it, where it happened"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use toolgate_engine::effects::sql::{Setting, read};
use toolgate_engine::effects::{Action, Effects, Name, Resource};

/// Functions that are volatile to PostgreSQL because they answer differently each time, and that change nothing.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "current_query",
    "currval",
    "gen_random_uuid",
    "lastval",
    "pg_blocking_pids",
    "pg_collation_actual_version",
    "pg_control_checkpoint",
    "pg_control_init",
    "pg_control_recovery",
    "pg_control_system",
    "pg_current_wal_flush_lsn",
    "pg_current_wal_insert_lsn",
    "pg_current_wal_lsn",
    "pg_database_collation_actual_version",
    "pg_database_size",
    "pg_get_wal_replay_pause_state",
    "pg_indexes_size",
    "pg_is_in_recovery",
    "pg_is_wal_replay_paused",
    "pg_isolation_test_session_is_blocked",
    "pg_jit_available",
    "pg_last_committed_xact",
    "pg_last_wal_receive_lsn",
    "pg_last_wal_replay_lsn",
    "pg_last_xact_replay_timestamp",
    "pg_lock_status",
    "pg_notification_queue_usage",
    "pg_partition_ancestors",
    "pg_partition_tree",
    "pg_prepared_xact",
    "pg_relation_size",
    "pg_safe_snapshot_blocking_pids",
    "pg_sequence_last_value",
    "pg_stat_get_recovery_prefetch",
    "pg_stat_get_xact_blocks_fetched",
    "pg_stat_get_xact_blocks_hit",
    "pg_stat_get_xact_function_calls",
    "pg_stat_get_xact_function_self_time",
    "pg_stat_get_xact_function_total_time",
    "pg_stat_get_xact_numscans",
    "pg_stat_get_xact_tuples_deleted",
    "pg_stat_get_xact_tuples_fetched",
    "pg_stat_get_xact_tuples_hot_updated",
    "pg_stat_get_xact_tuples_inserted",
    "pg_stat_get_xact_tuples_newpage_updated",
    "pg_stat_get_xact_tuples_returned",
    "pg_stat_get_xact_tuples_updated",
    "pg_stat_have_stats",
    "pg_table_size",
    "pg_tablespace_size",
    "pg_total_relation_size",
    "pg_xact_commit_timestamp",
    "pg_xact_status",
    "random",
    "timeofday",
    "txid_status",
    "uuidv4",
    "uuidv7",
    "random_normal",
];

/// Texts that are reads here and no reads to PostgreSQL, with the reason. The list may only shrink.
const DISAGREEMENTS: &[(&str, &str)] = &[];

const COLUMNS: &str = "a int, b int, c int, d int, e int, f int, g int, h int, i int, j json, k int, id int, name text, \
                       x int, y int, z int, v int, w int, s int, t int, ts timestamp, doc jsonb, tags text[], \
                       created_at timestamp";

/// A server of its own, which ends with this.
struct Server {
    directory: PathBuf,
    bin: PathBuf,
    root: bool,
}

impl Server {
    fn start() -> Self {
        let bin = output(Command::new("pg_config").arg("--bindir")).trim().to_owned();
        let root = output(Command::new("id").arg("-u")).trim() == "0";
        let directory = std::env::temp_dir().join(format!("toolgate-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let server = Self { directory, bin: bin.into(), root };
        if root {
            // The server refuses to run as root.
            output(Command::new("chown").arg("postgres").arg(&server.directory));
        }
        let data = server.directory.join("data");
        output(server.command("initdb").args(["-U", "postgres", "-A", "trust", "-D"]).arg(&data));
        let options = format!("-k {} -c listen_addresses='' -c fsync=off", server.directory.display());
        output(
            server
                .command("pg_ctl")
                .args(["-w", "-o", &options, "-l"])
                .arg(server.directory.join("log"))
                .arg("-D")
                .arg(&data)
                .arg("start"),
        );
        server
    }

    fn command(&self, program: &str) -> Command {
        let path: PathBuf = self.bin.join(program);
        let mut command = if self.root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(Path::new("/"));
        command
    }

    /// What `psql` answers, and whether the server took the text.
    fn ask(&self, text: &str) -> (bool, String) {
        let answer = self
            .command("psql")
            .arg("-h")
            .arg(&self.directory)
            .args(["-U", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (answer.status.success(), String::from_utf8_lossy(&answer.stdout).into_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.directory.join("data");
        let _ = self.command("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(data).output();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn output(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}; is PostgreSQL installed?"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn of(text: &str) -> Effects {
    read(text, &Setting { dialect: Some("postgres"), ..Setting::default() })
}

fn is_a_read(effects: &Effects) -> bool {
    effects.unknown.is_empty() && effects.known.iter().all(|effect| effect.action == Action::SQL_READ)
}

#[derive(serde::Deserialize)]
struct Case {
    sql: String,
}

/// Texts that one `EXPLAIN` holds whole.
fn texts() -> BTreeSet<String> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/effects/sql");
    let mut all = BTreeSet::new();
    for file in std::fs::read_dir(cases).unwrap() {
        for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let text = serde_json::from_str::<Case>(line).unwrap().sql;
            for made in [
                text.clone(),
                format!("SELECT * FROM t UNION ALL {text}"),
                format!("WITH q AS ({text}) SELECT * FROM q"),
                format!("WITH q AS (SELECT 1) {text}"),
                format!("SELECT ({text})"),
                format!("SELECT a FROM t WHERE EXISTS ({text})"),
                format!("{text} FOR UPDATE"),
            ] {
                if !made.contains([';', '\\', '\0']) {
                    all.insert(made);
                }
            }
        }
    }
    all
}

#[test]
fn postgres_agrees() {
    let server = Server::start();

    let (taken, names) = server.ask(
        "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND prokind = 'f' \
         AND pronamespace = 'pg_catalog'::regnamespace ORDER BY 1",
    );
    assert!(taken && names.lines().count() > 100);
    let pure: Vec<&str> = names
        .lines()
        .filter(|name| is_a_read(&of(&format!("SELECT \"{name}\"()"))) && !VOLATILE.contains(name))
        .collect();
    assert!(pure.is_empty(), "volatile functions that are said to do nothing: {pure:?}");

    let reads: Vec<(String, Effects)> = texts()
        .into_iter()
        .map(|text| (text.clone(), of(&text)))
        .filter(|(_, effects)| is_a_read(effects))
        .collect();
    let mut tables = BTreeSet::new();
    for (_, effects) in &reads {
        for effect in &effects.known {
            if let Resource::Sql { table: Some(Name::Literal(table)), .. } = &effect.resource
                && !table.contains(['"', '.'])
            {
                tables.insert(table.clone());
            }
        }
    }
    for table in tables {
        let (_, _) = server.ask(&format!("CREATE TABLE \"{table}\" ({COLUMNS})"));
    }
    let mut planned = 0;
    let mut wrong = Vec::new();
    for (text, _) in &reads {
        // One request, whose text has no end before its own; it is planned and does not run.
        let (taken, plan) = server.ask(&format!("EXPLAIN {text}"));
        if !taken {
            continue;
        }
        planned += 1;
        let changes = ["Insert on", "Update on", "Delete on", "Merge on", "LockRows"];
        let listed = DISAGREEMENTS.iter().any(|(known, _)| known == text);
        if changes.iter().any(|node| plan.contains(node)) != listed {
            wrong.push(format!("{text:?}\n{plan}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(planned > 50, "PostgreSQL planned only {planned} texts");
}
