//! `toolgate keys`: the keys that bundles are signed with.

use crate::output::{self, Stopped};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_engine::note::Signer;

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a signing key, readable by its owner only, and print its verifier key
    New {
        /// The key's name, as people call its holder: `policy.corp.example`
        #[arg(long)]
        name: String,
        /// Where to write the secret; a file that exists is left alone
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Print the verifier key of a signing key: the line for `bundle_keys`
    Show {
        /// The file of the secret
        file: PathBuf,
    },
}

/// Runs one of them.
pub(crate) fn run(command: Command) -> ExitCode {
    output::run("keys", |out| {
        let signer = match command {
            Command::New { name, output } => make(&name, &output)?,
            Command::Show { file } => {
                let text = std::fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
                Signer::parse(text.trim_end()).map_err(|error| failed(&file, &error))?
            }
        };
        writeln!(out, "{}", signer.verifier())?;
        Ok(ExitCode::SUCCESS)
    })
}

fn make(name: &str, path: &Path) -> Result<Signer, Stopped> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Stopped::Failed(format!("no randomness: {error}")))?;
    let signer = Signer::new(name, &seed).map_err(|error| Stopped::Failed(error.to_string()))?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failed(path, &error))?;
    writeln!(file, "{}", signer.to_secret())
        .and_then(|()| file.sync_all())
        .map_err(|error| failed(path, &error))?;
    Ok(signer)
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Stopped {
    Stopped::Failed(format!("{}: {error}", path.display()))
}
