//! `toolgate break-glass`: in an incident two people let a principal through for a time, at the ledger or without it.

use crate::client::{Connection, one_line, visible};
use crate::output::{self, Stopped};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_engine::break_glass::{By, Glass, GlassError, LONGEST, Statement};
use toolgate_engine::ids::Ids;
use toolgate_engine::note::{self, Signer};
use toolgate_engine::policy::rules::Within;
use toolgate_engine::time::{Span, Timestamp};
use toolgate_ledger::clock::Clock;
use toolgate_ledger::http::break_glass::{AskRequest, BreakGlassView, BreakGlasses, StepRequest};

/// Asks that what the policy refuses of a principal goes through for a time; without one, lists what there is and was.
/// Another person has to confirm it. Guardrails hold, and what cannot be read stays refused.
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    step: Option<Step>,
    /// The principal, as the record names it
    #[arg(long, requires_all = ["length", "reason"])]
    principal: Option<String>,
    /// For how long, at most 4h: `90s`, `30m`, `2h`
    #[arg(long = "for", id = "length", value_name = "TIME", requires = "principal", value_parser = length)]
    length: Option<Span>,
    /// Why; it is in the record
    #[arg(long, requires = "principal")]
    reason: Option<String>,
    /// The name of the policy that is overridden; without it, that of the one which the ledger hands out
    #[arg(long, value_name = "NAME", requires = "principal")]
    policy: Option<String>,
    /// Sign it yourself, for when there is no ledger; another person adds a signature with `cosign`
    #[arg(long, requires_all = ["principal", "policy", "key", "output"])]
    offline: bool,
    /// The file of your signing key
    #[arg(long, value_name = "FILE", requires = "offline")]
    key: Option<PathBuf>,
    /// Where to write the note; a file that exists is left alone
    #[arg(short, long, value_name = "FILE", requires = "offline")]
    output: Option<PathBuf>,
}

/// What to do with one.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Step {
    /// Want it as well: it holds from now on
    Confirm {
        /// Its ID
        id: String,
    },
    /// Not want it
    Refuse {
        /// Its ID
        id: String,
        /// Why; it is in the record
        #[arg(long)]
        reason: String,
    },
    /// Take back what you asked for
    Cancel {
        /// Its ID
        id: String,
    },
    /// End it before its time
    End {
        /// Its ID
        id: String,
        /// Why; it is in the record
        #[arg(long)]
        reason: String,
    },
    /// Add your signature to what another person signed without the ledger
    Cosign {
        /// The note they wrote
        note: PathBuf,
        /// The file of your signing key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Where to write the note with both; a file that exists is left alone
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

fn length(text: &str) -> Result<Span, String> {
    let within = Within::try_from(text.to_owned()).map_err(|error| error.to_string())?;
    let length = Span::from_secs(within.as_secs());
    if length > LONGEST { Err("a break-glass lasts at most 4h".to_owned()) } else { Ok(length) }
}

/// Does one of it: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn run(args: Args) -> ExitCode {
    output::act("break-glass", |out| {
        let Args { connection, step, principal, length, reason, policy, offline, key, output } = args;
        let wanted = principal.zip(length).zip(reason);
        match (step, wanted) {
            (Some(Step::Cosign { note, key, output }), _) => cosign(out, &note, &key, &output),
            (Some(step), _) => take(out, &connection, step),
            (None, Some(((principal, length), reason))) if offline => {
                let (Some(policy), Some(key), Some(output)) = (policy, key, output) else {
                    return Err(Stopped::Failed("`--policy`, `--key` and `--output` are missing".to_owned()));
                };
                sign(out, (principal, policy, length, reason), &key, &output)
            }
            (None, Some(((principal, length), reason))) => {
                let seconds = length.as_millis() / 1_000;
                let request = AskRequest { principal, seconds, reason, policy };
                let asked: BreakGlassView = connection.client()?.post("/v1/break-glass", &request)?;
                Ok(writeln!(
                    out,
                    "{} waits for another person, until {}:\n  toolgate break-glass confirm {}{}",
                    one_line(&asked.id),
                    asked.until.as_deref().unwrap_or("it is over"),
                    one_line(&asked.id),
                    match asked.known {
                        Some(false) =>
                            "\nwarning: the record has no other entry of this principal; is the name right?",
                        _ => "",
                    }
                )?)
            }
            (None, None) => print(out, &connection.client()?.get("/v1/break-glass", &[])?),
        }
    })
}

fn take(out: &mut impl Write, connection: &Connection, step: Step) -> Result<(), Stopped> {
    let (word, id, reason) = match step {
        Step::Confirm { id } => ("confirm", id, String::new()),
        Step::Refuse { id, reason } => ("refuse", id, reason),
        Step::Cancel { id } => ("cancel", id, String::new()),
        Step::End { id, reason } => ("end", id, reason),
        // It asks no ledger.
        Step::Cosign { .. } => return Ok(()),
    };
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Stopped::Failed(format!("`{}` is no ID", one_line(&id))));
    }
    let path = format!("/v1/break-glass/{id}/{word}");
    let now: BreakGlassView = connection.client()?.post(&path, &StepRequest { reason })?;
    line(out, &now)
}

fn print(out: &mut impl Write, list: &BreakGlasses) -> Result<(), Stopped> {
    if list.break_glass.is_empty() {
        writeln!(out, "there is no break-glass, and was none")?;
    }
    list.break_glass.iter().try_for_each(|one| line(out, one))
}

fn line(out: &mut impl Write, one: &BreakGlassView) -> Result<(), Stopped> {
    let until = one.until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
    let by = |word: &str, name: &Option<String>| {
        name.as_ref().map_or_else(String::new, |name| format!(", {word} by {}", one_line(name)))
    };
    Ok(writeln!(
        out,
        "{}  {}{until}  {} over `{}`: {} (asked for by {}{}{})",
        one_line(&one.id),
        one.state,
        one_line(&one.principal),
        one_line(&one.policy),
        one_line(&one.reason),
        one_line(&one.asked_by),
        by("confirmed", &one.confirmed_by),
        by(&one.state, &one.closed_by),
    )?)
}

/// The first of two signatures.
fn sign(
    out: &mut impl Write,
    (principal, policy, length, reason): (String, String, Span, String),
    key: &Path,
    output: &Path,
) -> Result<(), Stopped> {
    let signer = signer(key)?;
    let now = now();
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Stopped::Failed(format!("no randomness: {error}")))?;
    let statement = Statement {
        by: By::People,
        id: Ids::new(seed).next(now),
        principal,
        policy,
        from: now,
        until: now + length,
        reason: reason.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let note = statement.sign(&signer).map_err(failed)?;
    keep(output, &note)?;
    writeln!(out, "signed by {}; another person adds a signature:", signer.verifier().name())?;
    Ok(writeln!(
        out,
        "  toolgate break-glass cosign {} --key KEY --output FILE",
        one_line(&output.display().to_string())
    )?)
}

/// The second.
fn cosign(out: &mut impl Write, note: &Path, key: &Path, output: &Path) -> Result<(), Stopped> {
    let signer = signer(key)?;
    let first = std::fs::read_to_string(note).map_err(|error| at(note, &error))?;
    let (text, _) = note::split(&first).map_err(failed)?;
    let statement = Statement::read(text).map_err(failed)?;
    if statement.by != By::People {
        return Err(Stopped::Failed("it is a ledger's; what people sign says `by people`".to_owned()));
    }
    if statement.until <= now() {
        return Err(Stopped::Failed(format!("it was over at {}", statement.until)));
    }
    let both = signer.cosign(&first).map_err(failed)?;
    // One's own line twice would be one person's word.
    let own = std::slice::from_ref(signer.verifier());
    match Glass::of_people(&first, own) {
        Err(GlassError::Signatures(0)) => {}
        _ => return Err(Stopped::Failed("you have signed it; another person has to".to_owned())),
    }
    keep(output, &both)?;
    // What was signed, to be read by who signed it.
    write!(out, "{}", visible(&statement.to_string()))?;
    Ok(writeln!(
        out,
        "signed by {} as well: put the note into `break_glass.notes`",
        signer.verifier().name()
    )?)
}

fn now() -> Timestamp {
    Clock::System.now()
}

fn signer(file: &Path) -> Result<Signer, Stopped> {
    let text = std::fs::read_to_string(file).map_err(|error| at(file, &error))?;
    Signer::parse(text.trim_end()).map_err(|error| at(file, &error))
}

fn keep(file: &Path, note: &str) -> Result<(), Stopped> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
    let written = made.and_then(|mut made| made.write_all(note.as_bytes()).and_then(|()| made.sync_all()));
    written.map_err(|error| at(file, &error))
}

fn at(file: &Path, error: &dyn std::fmt::Display) -> Stopped {
    Stopped::Failed(format!("{}: {error}", file.display()))
}

fn failed(error: impl std::fmt::Display) -> Stopped {
    Stopped::Failed(error.to_string())
}
