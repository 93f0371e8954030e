//! `toolgate freeze` and `unfreeze`: a principal is stopped, and let go on.

use crate::client::{Client, Connection, one_line};
use crate::output::{Stopped, complain};
use std::io::{self, Write};
use std::process::ExitCode;
use toolgate_ledger::http::freezes::{FreezeRequest, FreezeView, Freezes};

/// Refuses everything of a principal from now on; without one, lists what is frozen.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    /// The principal, as the record names it
    #[arg(requires = "reason")]
    principal: Option<String>,
    /// Why; it is in the record
    #[arg(long, requires = "principal")]
    reason: Option<String>,
}

/// Lets a frozen principal go on.
#[derive(Debug, clap::Args)]
pub(crate) struct LiftArgs {
    #[command(flatten)]
    connection: Connection,
    /// The principal
    principal: String,
    /// Why; it is in the record
    #[arg(long)]
    reason: String,
}

/// Freezes, or lists: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn run(args: Args) -> ExitCode {
    let request = args.principal.zip(args.reason);
    finished("freeze", args.connection.client(), |client, out| match request {
        Some((agent, reason)) => {
            let frozen: FreezeView = client.post("/v1/freezes", &FreezeRequest { agent, reason })?;
            writeln!(
                out,
                "frozen: {}; nothing of it is released from entry {} on",
                one_line(&frozen.agent),
                frozen.index
            )?;
            if !frozen.known {
                writeln!(
                    out,
                    "warning: the record has no other entry of this principal; is the name right?"
                )?;
            }
            Ok(())
        }
        None => print(out, &client.get("/v1/freezes", &[])?),
    })
}

/// Lifts a freeze: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn lift(args: LiftArgs) -> ExitCode {
    let LiftArgs { connection, principal: agent, reason } = args;
    finished("unfreeze", connection.client(), |client, out| {
        let _: Freezes = client.post("/v1/freezes/lift", &FreezeRequest { agent: agent.clone(), reason })?;
        Ok(writeln!(out, "no longer frozen: {}", one_line(&agent))?)
    })
}

fn finished<'a>(
    name: &str,
    client: Result<Client, String>,
    job: impl FnOnce(&Client, &mut io::StdoutLock<'a>) -> Result<(), Stopped>,
) -> ExitCode {
    let mut out = io::stdout().lock();
    let done = client.map_err(Stopped::from).and_then(|client| job(&client, &mut out));
    match done.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Stopped::Failed(message)) => complain(name, &message),
        Err(Stopped::NobodyReads) => {}
    }
    ExitCode::FAILURE
}

fn print(out: &mut impl Write, list: &Freezes) -> Result<(), Stopped> {
    if list.freezes.is_empty() {
        writeln!(out, "nothing is frozen")?;
    }
    for FreezeView { agent, by, reason, since, .. } in &list.freezes {
        writeln!(out, "{}  since {since} by {}: {}", one_line(agent), one_line(by), one_line(reason))?;
    }
    Ok(())
}
