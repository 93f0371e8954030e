//! `toolgate freeze` and `unfreeze`: a principal is stopped, and let go on.

use crate::client::{Connection, one_line};
use crate::output::{self, Stopped};
use std::io::Write;
use std::process::ExitCode;
use toolgate_ledger::http::freezes::{FreezeRequest, FreezeView, Freezes};

/// Refuses every tool call of a principal from now on; without one, lists what is frozen.
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
    output::act("freeze", |out| match request {
        Some((agent, reason)) => {
            let client = args.connection.client()?;
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
        None => print(out, &args.connection.client()?.get("/v1/freezes", &[])?),
    })
}

/// Lifts a freeze: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn lift(args: LiftArgs) -> ExitCode {
    let LiftArgs { connection, principal: agent, reason } = args;
    output::act("unfreeze", |out| {
        let _: Freezes =
            connection.client()?.post("/v1/freezes/lift", &FreezeRequest { agent: agent.clone(), reason })?;
        Ok(writeln!(out, "no longer frozen: {}", one_line(&agent))?)
    })
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
