//! `toolgate ledger`: makes a log, serves it, verifies it.

use crate::output::{self, Stopped, complain};
use clap::Subcommand;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use toolgate_engine::time::Span;
use toolgate_ledger::config::{BundleEntry, File};
use toolgate_ledger::directory::{self, Paths};
use toolgate_ledger::http::auth::session;
use toolgate_ledger::server::{self, Server};
use toolgate_ledger::service::Options;
use toolgate_ledger::tlog::note::Verifier;
use toolgate_ledger::verify::{GRACE, Input, find_log, verify};

/// Exit code of `verify` where there is nothing it could read.
const UNREADABLE: u8 = 3;

/// What to do with a ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a log and its key, once, and print the verifier key
    Init {
        /// The data directory: new or empty
        #[arg(long)]
        dir: PathBuf,
        /// The log's name, unique to it, such as `ledger.corp.example/audit`; made up if left out
        #[arg(long)]
        origin: Option<String>,
    },
    /// Serve a log that `init` made
    Serve(Serve),
    /// Read a password from the standard input and print its hash, for a `password_file`
    Password,
    /// Say whether a log is whole: 0 it is, 1 it was tampered with, 2 something is missing, 3 it cannot be read
    Verify(Verify),
}

/// Verify a log, from its files alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The data directory, or a copy of its `tiles`
    #[arg(long)]
    dir: PathBuf,
    /// The log's verifier key, as `init` printed it; without it the one in the directory is believed
    #[arg(long)]
    vkey: Option<String>,
    /// A checkpoint of this log that was kept elsewhere; may be given again
    #[arg(long, value_name = "FILE")]
    anchor: Vec<PathBuf>,
    /// An access log of a proxy, JSON a line; may be given again
    #[arg(long, value_name = "FILE")]
    access_log: Vec<PathBuf>,
    /// Compare the database too
    #[arg(long)]
    db: bool,
    /// Seconds before the end of the log in which something may still be on its way
    #[arg(long, value_name = "SECONDS", default_value_t = GRACE.as_millis() / 1_000)]
    grace: u64,
}

/// Serve a log.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The data directory
    #[arg(long)]
    dir: PathBuf,
    /// The configuration: who may authenticate, where to listen
    #[arg(long)]
    config: Option<PathBuf>,
    /// Ask nobody who they are; on loopback only
    #[arg(long)]
    dev: bool,
    /// Where gateways are answered, over `listen.emitter`; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen_emitter: Option<SocketAddr>,
    /// Where people are answered, over `listen.reviewer`
    #[arg(long, value_name = "ADDRESS")]
    listen_reviewer: Option<SocketAddr>,
    /// Where metrics are, over `listen.metrics`
    #[arg(long, value_name = "ADDRESS")]
    listen_metrics: Option<SocketAddr>,
    /// Hand out this bundle file, as `default` or under a name; read again whenever it changes
    #[arg(long, value_name = "[NAME=]FILE")]
    bundle: Vec<String>,
    /// Most pages of the database, 4 KiB each, over `storage.max_pages`
    #[arg(long, value_name = "PAGES")]
    max_pages: Option<u32>,
}

/// Runs one of them.
pub(crate) fn run(command: Command) -> ExitCode {
    output::run("ledger", |out| match command {
        Command::Init { dir, origin } => init(out, &dir, origin),
        Command::Serve(serve) => Ok(serve_until_asked(out, serve)?),
        Command::Password => password(out),
        Command::Verify(asked) => verified(out, asked),
    })
}

fn init(out: &mut impl Write, dir: &Path, origin: Option<String>) -> Result<ExitCode, Stopped> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
    let origin = match origin {
        Some(origin) => origin,
        None => {
            let mut random = [0; 8];
            getrandom::fill(&mut random).map_err(|error| error.to_string())?;
            format!("toolgate-ledger/{:016x}", u64::from_be_bytes(random))
        }
    };
    let vkey = directory::init(dir, &origin, &seed).map_err(|error| error.to_string())?;
    writeln!(out, "{vkey}")?;
    complain(
        "ledger",
        &format!("made the log `{origin}`; keep the line above where the log's operator cannot change it"),
    );
    Ok(ExitCode::SUCCESS)
}

fn password(out: &mut impl Write) -> Result<ExitCode, Stopped> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    writeln!(out, "{}", session::hash_password(line.trim_end_matches(['\r', '\n']))?)?;
    Ok(ExitCode::SUCCESS)
}

fn serve_until_asked(out: &mut impl Write, serve: Serve) -> Result<ExitCode, String> {
    let mut config = match &serve.config {
        Some(path) => File::read(path).map_err(|error| error.to_string())?,
        None => File::default(),
    };
    config.listen.emitter = serve.listen_emitter.unwrap_or(config.listen.emitter);
    config.listen.reviewer = serve.listen_reviewer.unwrap_or(config.listen.reviewer);
    config.listen.metrics = serve.listen_metrics.or(config.listen.metrics);
    config.storage.max_pages = serve.max_pages.or(config.storage.max_pages);
    for bundle in &serve.bundle {
        let (name, file) = bundle.split_once('=').unwrap_or(("default", bundle));
        config.bundles.push(BundleEntry { name: name.to_owned(), file: file.into() });
    }
    server::raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut end = [SignalKind::interrupt(), SignalKind::terminate()]
            .map(|kind| signal(kind).map_err(|error| error.to_string()));
        let environment = |name: &str| std::env::var(name).ok();
        let server = Server::start(&serve.dir, &config, serve.dev, Options::default(), &environment).await;
        let server = server.map_err(|error| error.to_string())?;
        if serve.dev {
            complain("ledger", "--dev: nobody is asked who they are");
        }
        let metrics = server.metrics.map(|address| format!(" metrics http://{address}")).unwrap_or_default();
        // Whoever started it may not care to read this.
        let _ = writeln!(
            out,
            "ready: emitter http://{} reviewer http://{}{metrics}",
            server.emitter, server.reviewer
        );
        let _ = out.flush();
        let [interrupted, terminated] = &mut end;
        let (interrupted, terminated) = (interrupted.as_mut(), terminated.as_mut());
        tokio::select! {
            _ = interrupted.map_err(|error| error.clone())?.recv() => {}
            _ = terminated.map_err(|error| error.clone())?.recv() => {}
        }
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn verified(out: &mut impl Write, asked: Verify) -> Result<ExitCode, Stopped> {
    let paths = Paths::new(&asked.dir);
    let vkey = match asked.vkey {
        Some(vkey) => vkey,
        None => match std::fs::read_to_string(paths.vkey()) {
            Ok(vkey) => {
                complain("ledger", "the key comes from the directory itself; `--vkey` gives one you trust");
                vkey
            }
            Err(error) => {
                let place = paths.vkey();
                return unreadable(
                    out,
                    &format!("`{}`: {error}; give the key with `--vkey`", place.display()),
                );
            }
        },
    };
    let verifier = match Verifier::parse(vkey.trim()) {
        Ok(verifier) => verifier,
        Err(error) => return unreadable(out, &error.to_string()),
    };
    let report = verify(&Input {
        log: find_log(&asked.dir),
        verifier,
        anchors: asked.anchor,
        access_logs: asked.access_log,
        database: asked.db.then(|| paths.database()),
        grace: Span::from_secs(asked.grace),
    });
    let code = ExitCode::from(report.exit_code());
    // A reader that went away changes nothing about the log.
    match writeln!(out, "{report}").and_then(|()| out.flush()) {
        Ok(()) => Ok(code),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(code),
        Err(error) => Err(error.into()),
    }
}

fn unreadable(out: &mut impl Write, message: &str) -> Result<ExitCode, Stopped> {
    writeln!(out, "unreadable: {message}\nverify: unreadable")?;
    Ok(ExitCode::from(UNREADABLE))
}
