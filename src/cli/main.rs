//! The one native binary: every subcommand is a file, and here is one match.

mod approvals;
mod audit;
mod client;
mod ledger;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Governs the tool calls of language models: policies, the record, and the people who are asked.
#[derive(Debug, Parser)]
#[command(name = "toolgate", version, propagate_version = true)]
struct Toolgate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The side service: the durable record, the escalations, the bundles that are handed out
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// The queue of calls that wait for a person
    Approvals(approvals::Args),
    /// What was tried, by which rules it was judged, who approved, what became of it
    Audit(audit::Args),
}

fn main() -> ExitCode {
    match Toolgate::parse().command {
        Command::Ledger(command) => ledger::run(command),
        Command::Approvals(args) => approvals::run(args),
        Command::Audit(args) => audit::run(args),
    }
}
