//! `toolgate replay`: which past decisions would change under another policy.
//!
//! In go the record and a policy, out comes what would be judged otherwise. Each call is judged again by the code
//! that the gate runs. Deliberately absent: writing anything, and guessing; see [`again`].

mod again;
mod report;

use crate::client::{Client, Connection};
use crate::output::{self, Stopped};
use crate::policies;
use again::Replay;
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_engine::policy::rules::Within;
use toolgate_engine::record::types;
use toolgate_engine::time::{Span, Timestamp};
use toolgate_ledger::clock::{self, Clock};
use toolgate_ledger::directory::Paths;
use toolgate_ledger::http::log::Page;
use toolgate_ledger::store::{self, read};

/// Decisions in one answer of the ledger.
const PAGE: u32 = 500;

/// Which past decisions would change under another policy; nothing is changed by asking.
///
/// What would newly be allowed comes first. A call is judged again by the arguments in the record. Where those are not
/// kept whole, it is judged by its recorded effects, if they are still what the new policy would find; what can then
/// not be said for certain is listed as that, and never as unchanged.
///
/// Ends with 0 if nothing changes, 3 if something does, 4 if nothing is seen to change but not everything could be said,
/// 1 if a policy has mistakes, and 2 if the record cannot be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    /// Read this data directory instead of asking the ledger
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The new policy: a directory of policy files, or a bundle
    #[arg(long, value_name = "DIR")]
    policy: PathBuf,
    /// A policy that was in force, likewise; may be given again. It tells whether recorded effects hold for the new one
    #[arg(long, value_name = "DIR")]
    was: Vec<PathBuf>,
    /// Only decisions recorded at or after this: RFC 3339 such as `2026-11-22T15:43:07Z`, or so long ago, such as `7d`
    #[arg(long, value_name = "TIME")]
    since: String,
    /// Only decisions recorded before this, likewise
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only calls of this principal
    #[arg(long)]
    agent: Option<String>,
    /// A line of JSON for every call that changes or cannot be said, and one for the summary
    #[arg(long)]
    jsonl: bool,
}

/// Runs it.
pub(crate) fn run(args: Args) -> ExitCode {
    output::answer("replay", || {
        let now = Clock::System.now();
        let wanted = read::Query {
            kind: Some(types::DECISION.to_owned()),
            agent: args.agent.clone(),
            from: Some(time(&args.since, now)?),
            to: args.until.as_deref().map(|until| time(until, now)).transpose()?,
            limit: PAGE,
            ..read::Query::default()
        };
        let mistakes = || Ok((String::new(), ExitCode::FAILURE));
        let Some(policy) = policies::open(&args.policy)? else { return mistakes() };
        let mut was = Vec::new();
        for path in &args.was {
            let Some(policy) = policies::open(path)? else { return mistakes() };
            was.push(policy);
        }
        let replay = Replay::new(policy, was).map_err(|error| Stopped::Failed(error.to_string()))?;
        let mut report = Report::new(args.jsonl);
        let mut each = |line: &[u8]| report.add(replay.judge(line));
        match &args.dir {
            Some(dir) => from_directory(dir, wanted, &mut each)?,
            None => from_ledger(&args.connection.client()?, wanted, &mut each)?,
        }
        let code = report.exit_code();
        Ok((report.text()?, code))
    })
}

/// A time, or a length of time that is over now.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(ago) = Within::try_from(text.to_owned()) {
        return Ok(now - Span::from_secs(ago.as_secs()));
    }
    clock::parse(text).ok_or_else(|| {
        format!(
            "`{text}` is not a time\nhelp: write RFC 3339, such as `2026-11-22T15:43:07Z`, or how long ago, such as `7d`"
        )
    })
}

fn from_ledger(client: &Client, mut query: read::Query, each: &mut impl FnMut(&[u8])) -> Result<(), String> {
    loop {
        let limit = query.limit.to_string();
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let (from, to, after) =
            (text(query.from), text(query.to), query.after.map(|after| after.to_string()));
        let mut asked = vec![("limit", limit.as_str())];
        for (name, value) in
            [("type", &query.kind), ("agent", &query.agent), ("from", &from), ("to", &to), ("after", &after)]
        {
            asked.extend(value.as_deref().map(|value| (name, value)));
        }
        let page: Page = client.get("/v1/events", &asked)?;
        for entry in &page.entries {
            each(entry.event.get().as_bytes());
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(()),
        }
    }
}

fn from_directory(dir: &Path, mut query: read::Query, each: &mut impl FnMut(&[u8])) -> Result<(), String> {
    let db = store::open_reader(&Paths::new(dir).database()).map_err(|error| error.to_string())?;
    loop {
        let entries = read::entries(&db, &query).map_err(|error| error.to_string())?;
        for entry in &entries {
            each(&entry.line);
        }
        match entries.last() {
            Some(last) if entries.len() == query.limit as usize => query.after = Some(last.index),
            _ => return Ok(()),
        }
    }
}
