//! `toolgate sign-in`: a link that signs you in at a browser, once, so that no token is typed there.

use crate::client::{Connection, visible};
use crate::output;
use std::io::Write;
use std::process::ExitCode;
use toolgate_ledger::http::sign_ins::SignIn;

/// A link that signs you in at a browser, once.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
}

/// Prints the link: 0 done, 2 not possible.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("sign-in", |out| {
        let SignIn { name, path, expires_in } =
            args.connection.client()?.post("/v1/sign-ins", &serde_json::Map::new())?;
        let base = args.connection.ledger.trim_end_matches('/');
        writeln!(out, "{base}{}", visible(&path))?;
        eprintln!("signs in as {}, once, within {} minutes", visible(&name), expires_in / 60);
        Ok(ExitCode::SUCCESS)
    })
}
