//! `toolgate approvals`: what waits for a person, and a person's answer.

use crate::client::{Client, Connection, one_line, visible};
use clap::Subcommand;
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{EscalationState, Vote};
use toolgate_ledger::http::escalations::{List, View};

/// The queue of calls that wait for a person.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What waits; with `--all`, what was decided too
    List {
        /// Also what is decided or over
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One call with its full arguments
    Show {
        /// The escalation
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Let one call through, once
    Approve {
        /// The escalation
        id: String,
        /// Approve only if this is the call's digest; without it the call is shown first
        #[arg(long)]
        digest: Option<String>,
        /// What you want remembered
        #[arg(long)]
        comment: Option<String>,
        /// Do not ask back
        #[arg(long)]
        yes: bool,
    },
    /// Refuse it
    Deny {
        /// The escalation
        id: String,
        /// Why; the agent is told
        #[arg(long)]
        comment: String,
    },
    /// Take an approval back that was not used yet
    Revoke {
        /// The escalation
        id: String,
        /// Why
        #[arg(long)]
        comment: String,
    },
}

/// Runs one of them: 0 done, 1 refused or unreachable.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = args.connection.client().and_then(|client| answer(&client, args.command));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("toolgate approvals: {message}");
            ExitCode::FAILURE
        }
    }
}

fn answer(client: &Client, command: Command) -> Result<(), String> {
    match command {
        Command::List { all, json } => {
            let query: &[(&str, &str)] = if all { &[] } else { &[("state", "pending")] };
            let list: List = client.get("/v1/escalations", query)?;
            if json {
                return print_json(&list);
            }
            if list.escalations.is_empty() {
                println!("nothing waits");
            }
            list.escalations.iter().for_each(print_row);
            Ok(())
        }
        Command::Show { id, json } => {
            let view: View = client.get(&path(&id, "")?, &[])?;
            if json {
                return print_json(&view);
            }
            print_whole(&view);
            Ok(())
        }
        Command::Approve { id, digest, comment, yes } => {
            let digest = match digest {
                Some(digest) => digest,
                // One approves what was shown, so its digest is what is sent.
                None => {
                    let view: View = client.get(&path(&id, "")?, &[])?;
                    print_whole(&view);
                    if !yes && std::io::stdin().is_terminal() && !asked_back()? {
                        return Err("not approved".to_owned());
                    }
                    view.state.digest
                }
            };
            vote(client, &id, &Vote { verdict: Verdict::Allow, digest, comment })
        }
        Command::Deny { id, comment } => {
            let view: View = client.get(&path(&id, "")?, &[])?;
            vote(
                client,
                &id,
                &Vote { verdict: Verdict::Deny, digest: view.state.digest, comment: Some(comment) },
            )
        }
        Command::Revoke { id, comment } => {
            #[derive(Serialize)]
            struct Revoke {
                comment: String,
            }
            let state: EscalationState = client.post(&path(&id, "/revoke")?, &Revoke { comment })?;
            print_state(&state);
            Ok(())
        }
    }
}

fn vote(client: &Client, id: &str, vote: &Vote) -> Result<(), String> {
    let state: EscalationState = client.post(&path(id, "/votes")?, vote)?;
    print_state(&state);
    Ok(())
}

fn path(id: &str, rest: &str) -> Result<String, String> {
    if toolgate_ledger::event::is_uuid(id) {
        Ok(format!("/v1/escalations/{id}{rest}"))
    } else {
        Err(format!(
            "`{}` is not an escalation's ID\nhelp: `toolgate approvals list` shows them",
            one_line(id)
        ))
    }
}

fn asked_back() -> Result<bool, String> {
    print!("let this call through, once? [y/N] ");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn print_json(value: &impl Serialize) -> Result<(), String> {
    println!("{}", serde_json::to_string_pretty(value).map_err(|error| error.to_string())?);
    Ok(())
}

fn phase(state: &EscalationState) -> &'static str {
    toolgate_ledger::escalation::Phase(state.state).name()
}

fn print_state(state: &EscalationState) {
    println!("{} {}", state.id, phase(state));
}

fn print_row(view: &View) {
    let left = view.state.expires_in;
    println!("{}  {}  {left} s left", view.state.id, phase(&view.state));
    println!(
        "  {} calls {}: {}",
        one_line(&view.agent),
        one_line(&view.tool),
        one_line(&view.effects.join("; "))
    );
    println!("  {} ({})", one_line(&view.because), one_line(&view.rules.join(", ")));
}

fn print_whole(view: &View) {
    let row = |name: &str, text: &str| println!("{name:<11} {}", one_line(text));
    row("escalation", &view.state.id);
    row("state", &format!("{}, {} s left", phase(&view.state), view.state.expires_in));
    row("agent", &format!("{} (by {})", view.agent, view.via));
    row("tool", &view.tool);
    view.effects.iter().for_each(|effect| row("would", effect));
    row("rules", &view.rules.join(", "));
    row("because", &view.because);
    for group in &view.reviewers {
        row("must agree", &format!("{} of {} ({})", group.approvals, group.name, group.members.join(", ")));
    }
    if !view.approved_by.is_empty() {
        row("agreed", &view.approved_by.join(", "));
    }
    row("asked", &view.created);
    row("digest", &view.state.digest);
    match &view.arguments {
        Some(arguments) => println!("arguments\n{}", visible(arguments)),
        None => row("arguments", "erased"),
    }
}
