//! The one native binary: every subcommand is a file, and here is one match.

mod approvals;
mod audit;
mod break_glass;
mod calls;
mod client;
mod compile;
mod decide;
mod effects;
mod explain;
mod freeze;
mod keys;
mod ledger;
mod output;
mod policies;
mod record;
mod replay;
mod scan;
mod sign_in;
mod suggest;
mod test;

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
    /// Policy to bundle, with every mistake in it
    Compile(compile::Args),
    /// The tests that stand beside a policy, and which rules they reach
    Test(test::Args),
    /// One decision, step by step
    Explain(explain::Args),
    /// What a policy says of many calls
    Decide(decide::Args),
    /// What calls would do
    Effects(effects::Args),
    /// The tool calls in recorded response bodies
    Scan(scan::Args),
    /// The keys that bundles are signed with
    #[command(subcommand)]
    Keys(keys::Command),
    /// The side service: the durable record, the escalations, the bundles that are handed out
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// The queue of calls that wait for a person
    Approvals(approvals::Args),
    /// A link that signs you in at a browser, once
    SignIn(sign_in::Args),
    /// Stop a principal: every tool call of it is refused at once
    Freeze(freeze::Args),
    /// Let a frozen principal go on
    Unfreeze(freeze::LiftArgs),
    /// In an incident: two people let a principal through for a time
    BreakGlass(break_glass::Args),
    /// What people keep approving, as rules somebody could write
    Suggest(suggest::Args),
    /// Which past decisions would change under another policy
    Replay(replay::Args),
    /// What was tried, by which rules it was judged, who approved, what became of it
    Audit(audit::Args),
}

fn main() -> ExitCode {
    match Toolgate::parse().command {
        Command::Compile(args) => compile::run(args),
        Command::Test(args) => test::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Decide(args) => decide::run(args),
        Command::Effects(args) => effects::run(args),
        Command::Scan(args) => scan::run(args),
        Command::Keys(command) => keys::run(command),
        Command::Ledger(command) => ledger::run(command),
        Command::Approvals(args) => approvals::run(args),
        Command::SignIn(args) => sign_in::run(args),
        Command::Freeze(args) => freeze::run(args),
        Command::Unfreeze(args) => freeze::lift(args),
        Command::BreakGlass(args) => break_glass::run(args),
        Command::Suggest(args) => suggest::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Audit(args) => audit::run(args),
    }
}
