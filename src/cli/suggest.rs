//! `toolgate suggest`: what people keep approving, as rules for a pull request.

use crate::client::{Connection, visible};
use crate::output;
use std::io::Write;
use std::process::ExitCode;
use toolgate_ledger::http::suggestions::Suggestions;

/// What people keep approving, as rules somebody could write; nothing is changed by it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    /// How many days to look back
    #[arg(long, default_value_t = 30)]
    days: u32,
}

/// Prints YAML, with comments that say why: 0 done, 2 not possible.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("suggest", |out| {
        let days = args.days.to_string();
        let found: Suggestions = args.connection.client()?.get("/v1/suggestions", &[("days", &days)])?;
        if found.suggestions.is_empty() {
            writeln!(out, "# no rule was approved so often that it needs no asking")?;
        }
        for one in &found.suggestions {
            writeln!(out, "{}", visible(&one.yaml).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
