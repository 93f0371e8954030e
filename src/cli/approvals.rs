//! `toolgate approvals`: what waits for a person, and a person's answer.

use crate::client::{Client, Connection, one_line, visible};
use crate::output::{self, Stopped};
use clap::Subcommand;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write};
use std::num::{NonZeroU32, NonZeroU64};
use std::process::ExitCode;
use std::time::Duration;
use toolgate_engine::policy::Verdict;
use toolgate_engine::protocol::{EscalationPhase, EscalationState, Vote};
use toolgate_ledger::grant::Asked;
use toolgate_ledger::http::escalations::{List, View};
use toolgate_ledger::http::votes::{Ballot, GrantView, Grants};

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
    /// What waits, and whatever comes or is decided, until it is interrupted
    Watch {
        /// Seconds between two looks
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
        every: u64,
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
        /// Also let the same call through so many times more, if the ledger gives grants
        #[arg(long, requires = "minutes")]
        uses: Option<NonZeroU32>,
        /// For so many minutes
        #[arg(long, requires = "uses")]
        minutes: Option<NonZeroU64>,
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
    /// What is let through without asking; with `--all`, what was
    Grants {
        /// Also what is over
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a grant back
    RevokeGrant {
        /// The grant
        id: String,
        /// Why
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
    /// Lift a denial: people are asked again about the same call
    Lift {
        /// The escalation
        id: String,
        /// Why
        #[arg(long)]
        comment: String,
    },
}

/// Runs one of them: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn run(args: Args) -> ExitCode {
    output::act("approvals", |out| answer(&args.connection.client()?, args.command, out))
}

fn answer(client: &Client, command: Command, out: &mut impl Write) -> Result<(), Stopped> {
    match command {
        Command::List { all, json } => {
            let query: &[(&str, &str)] = if all { &[] } else { &[("state", "pending")] };
            let list: List = client.get("/v1/escalations", query)?;
            if json {
                return print_json(out, &list);
            }
            if list.escalations.is_empty() {
                writeln!(out, "nothing waits")?;
            }
            list.escalations.iter().try_for_each(|view| print_row(out, view))
        }
        Command::Watch { every } => {
            let mut known: BTreeMap<String, u64> = BTreeMap::new();
            loop {
                let list: List = client.get("/v1/escalations", &[])?;
                news(&list, &mut known).into_iter().try_for_each(|view| print_row(out, view))?;
                out.flush()?;
                std::thread::sleep(Duration::from_secs(every));
            }
        }
        Command::Show { id, json } => {
            let view: View = client.get(&path(&id, "")?, &[])?;
            if json {
                return print_json(out, &view);
            }
            print_whole(out, &view)
        }
        Command::Approve { id, digest, comment, uses, minutes, yes } => {
            let digest = match digest {
                Some(digest) => digest,
                // One approves what was shown, so its digest is what is sent.
                None => {
                    let view: View = client.get(&path(&id, "")?, &[])?;
                    print_whole(out, &view)?;
                    out.flush()?;
                    if !yes && io::stdin().is_terminal() && !asked_back(out)? {
                        return Err(Stopped::Failed("not approved".to_owned()));
                    }
                    view.state.digest
                }
            };
            let seconds = minutes.map(|minutes| minutes.saturating_mul(NonZeroU64::MIN.saturating_add(59)));
            let grant = uses.zip(seconds).map(|(uses, seconds)| Asked { uses, seconds, like: None });
            vote(client, out, &id, Vote { verdict: Verdict::Allow, digest, comment }, grant)
        }
        Command::Deny { id, comment } => {
            let view: View = client.get(&path(&id, "")?, &[])?;
            let vote_no = Vote { verdict: Verdict::Deny, digest: view.state.digest, comment: Some(comment) };
            vote(client, out, &id, vote_no, None)
        }
        Command::Grants { all, json } => {
            let query: &[(&str, &str)] = if all { &[("all", "true")] } else { &[] };
            let list: Grants = client.get("/v1/grants", query)?;
            if json {
                return print_json(out, &list);
            }
            if list.grants.is_empty() {
                writeln!(out, "nothing is granted")?;
            }
            list.grants.iter().try_for_each(|grant| print_grant(out, grant))
        }
        Command::RevokeGrant { id, comment } => {
            if !toolgate_ledger::event::is_uuid(&id) {
                let help = "`toolgate approvals grants` shows them";
                return Err(format!("`{}` is not a grant's ID\nhelp: {help}", one_line(&id)).into());
            }
            let grant: GrantView = client.post(&format!("/v1/grants/{id}/revoke"), &Revoke { comment })?;
            print_grant(out, &grant)
        }
        Command::Revoke { id, comment } => {
            let state: EscalationState = client.post(&path(&id, "/revoke")?, &Revoke { comment })?;
            print_state(out, &state)
        }
        Command::Lift { id, comment } => {
            let _: EscalationState = client.post(&path(&id, "/lift")?, &Revoke { comment })?;
            Ok(writeln!(out, "{id} lifted; the same call is asked about again")?)
        }
    }
}

#[derive(Serialize)]
struct Revoke {
    comment: String,
}

/// What is new since the last look, the oldest first: at the first one what waits, later every change too.
fn news<'a>(list: &'a List, known: &mut BTreeMap<String, u64>) -> Vec<&'a View> {
    let first = known.is_empty();
    let mut news = Vec::new();
    for view in list.escalations.iter().rev() {
        let changed = known.insert(view.state.id.clone(), view.state.version) != Some(view.state.version);
        if changed && (!first || view.state.state == EscalationPhase::Pending) {
            news.push(view);
        }
    }
    // What has left the list is not heard of again.
    known.retain(|id, _| list.escalations.iter().any(|view| view.state.id == *id));
    news
}

fn vote(
    client: &Client,
    out: &mut impl Write,
    id: &str,
    vote: Vote,
    grant: Option<Asked>,
) -> Result<(), Stopped> {
    let state: EscalationState = client.post(&path(id, "/votes")?, &Ballot { vote, grant })?;
    print_state(out, &state)
}

fn print_grant(out: &mut impl Write, grant: &GrantView) -> Result<(), Stopped> {
    let GrantView { id, agent, tool, asked, by, state, left, expires_in, .. } = grant;
    writeln!(out, "{id}  {state}  {left} more, {expires_in} s left")?;
    let what = if asked.like.is_some() { "calls like the approved one" } else { "the same call again" };
    writeln!(out, "  {} calls {}: {what}", one_line(agent), one_line(tool))?;
    Ok(writeln!(out, "  by {}", one_line(&by.join(", ")))?)
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

fn asked_back(out: &mut impl Write) -> Result<bool, Stopped> {
    write!(out, "let this call through, once? [y/N] ")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn print_json(out: &mut impl Write, value: &impl Serialize) -> Result<(), Stopped> {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    Ok(writeln!(out, "{text}")?)
}

fn phase(state: &EscalationState) -> &'static str {
    toolgate_ledger::escalation::Phase(state.state).name()
}

fn print_state(out: &mut impl Write, state: &EscalationState) -> Result<(), Stopped> {
    Ok(writeln!(out, "{} {}", state.id, phase(state))?)
}

fn print_row(out: &mut impl Write, view: &View) -> Result<(), Stopped> {
    let left = view.state.expires_in;
    writeln!(out, "{}  {}  {left} s left", view.state.id, phase(&view.state))?;
    let effects = one_line(&view.effects.join("; "));
    writeln!(out, "  {} calls {}: {effects}", one_line(&view.agent), one_line(&view.tool))?;
    Ok(writeln!(out, "  {} ({})", one_line(&view.because), one_line(&view.rules.join(", ")))?)
}

fn print_whole(out: &mut impl Write, view: &View) -> Result<(), Stopped> {
    let mut rows = vec![
        ("escalation", view.state.id.clone()),
        ("state", format!("{}, {} s left", phase(&view.state), view.state.expires_in)),
        ("agent", format!("{} (by {})", view.agent, view.via)),
    ];
    rows.extend(view.on_behalf_of.iter().map(|person| ("acts for", person.clone())));
    rows.push(("tool", view.tool.clone()));
    rows.extend(view.effects.iter().map(|effect| ("would", effect.clone())));
    rows.extend([("rules", view.rules.join(", ")), ("because", view.because.clone())]);
    for group in &view.reviewers {
        let members = group.members.join(", ");
        rows.push(("must agree", format!("{} of {} ({members})", group.approvals, group.name)));
    }
    if !view.approved_by.is_empty() {
        rows.push(("agreed", view.approved_by.join(", ")));
    }
    rows.extend([("asked", view.created.clone()), ("digest", view.state.digest.clone())]);
    for (name, text) in rows {
        writeln!(out, "{name:<11} {}", one_line(&text))?;
    }
    match &view.arguments {
        Some(arguments) => writeln!(out, "arguments\n{}", visible(arguments))?,
        None => writeln!(out, "arguments   erased")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[(&str, EscalationPhase, u64)]) -> List {
        let view = |(id, phase, version): &(&str, EscalationPhase, u64)| {
            let state = EscalationState {
                id: (*id).to_owned(),
                digest: String::new(),
                state: *phase,
                version: *version,
                comment: None,
                expires_in: 0,
            };
            let text = String::new;
            View {
                state,
                agent: text(),
                via: text(),
                on_behalf_of: None,
                tool: text(),
                rules: Vec::new(),
                because: text(),
                effects: Vec::new(),
                reviewers: Vec::new(),
                approved_by: Vec::new(),
                created: text(),
                bundle: text(),
                arguments: None,
            }
        };
        List { escalations: rows.iter().map(view).collect() }
    }

    #[test]
    fn a_watch_tells_what_waits_and_then_what_changes() {
        use EscalationPhase::{Denied, Pending};
        let mut known = BTreeMap::new();
        let mut told = |rows: &[(&str, EscalationPhase, u64)]| {
            news(&list(rows), &mut known).iter().map(|view| view.state.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(told(&[("b", Pending, 1), ("a", Denied, 2)]), ["b"]);
        assert_eq!(told(&[("b", Pending, 1), ("a", Denied, 2)]), [""; 0]);
        assert_eq!(told(&[("c", Pending, 1), ("b", Denied, 2), ("a", Denied, 2)]), ["b", "c"]);
        assert_eq!(told(&[("c", Pending, 1)]), [""; 0]);
    }
}
