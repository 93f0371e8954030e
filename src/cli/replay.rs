//! `toolgate replay`: which past decisions would change under another policy.
//!
//! In go the record and a policy, out comes what would be judged otherwise. Each call is judged again by the code
//! that the gate runs. Deliberately absent: writing anything, and guessing; see [`again`].

mod again;
mod report;

use crate::output::{self, Stopped};
use crate::policies;
use crate::record::{self, Source};
use again::Replay;
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use toolgate_engine::record::types;
use toolgate_ledger::clock::Clock;
use toolgate_ledger::http::log::Page;
use toolgate_ledger::store::read;

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
    source: Source,
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
            from: Some(record::time(&args.since, now)?),
            to: args.until.as_deref().map(|until| record::time(until, now)).transpose()?,
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
        let listed = |page: Page| {
            let lines = page
                .entries
                .into_iter()
                .map(|entry| Box::<str>::from(entry.event).into_string().into_bytes());
            (lines.collect(), page.next)
        };
        let stored = |db: &_, query: &read::Query| {
            let entries = read::entries(db, query)?;
            let next =
                entries.last().filter(|_| entries.len() == query.limit as usize).map(|entry| entry.index);
            Ok((entries.into_iter().map(|entry| entry.line).collect(), next))
        };
        let each = |line: Vec<u8>| report.add(replay.judge(&line));
        args.source.pages("/v1/events", wanted, listed, stored, each)?;
        let code = report.exit_code();
        Ok((report.text()?, code))
    })
}
