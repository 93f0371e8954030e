//! `toolgate compile`: policy files to a bundle.

use crate::output::{self, Stopped};
use crate::policies::{self, Show};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use toolgate_compiler::signing::bundle_file;
use toolgate_engine::note::Signer;
use toolgate_engine::policy::Bundle;

/// Compile a policy to a bundle, the only form in which a gateway takes it. 0 done, 1 findings, 2 usage.
#[derive(Debug, clap::Args)]
// `--version` is the bundle's here.
#[command(disable_version_flag = true)]
pub(crate) struct Args {
    /// The directory of the policy: every `.yaml` file in it but `tests.yaml`
    dir: PathBuf,
    /// Where to write the bundle
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Sign with this key, as `toolgate keys new` makes them; a gateway takes signed bundles only
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The bundle's version; a gateway never goes back to an older one. The time in milliseconds if left out
    #[arg(long)]
    version: Option<u64>,
    /// Take warnings for errors
    #[arg(long)]
    deny_warnings: bool,
}

/// Runs it.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("compile", |out| {
        let signer = args.key.as_deref().map(read_signer).transpose()?;
        let (compiled, sources) = policies::compiled(&args.dir)?;
        policies::show(&compiled, &sources, Show::Everything)?;
        let (_, warnings) = compiled.findings.counts();
        let Some(policy) = compiled.policy.filter(|_| warnings == 0 || !args.deny_warnings) else {
            return Ok(ExitCode::FAILURE);
        };
        let version = args.version.map_or_else(now, Ok)?;
        let failed = |error: &dyn std::fmt::Display| Stopped::Failed(error.to_string());
        let file = bundle_file(&policy, version, signer.as_ref()).map_err(|error| failed(&error))?;
        replace(&args.output, &file)?;
        let bundle = Bundle::from_policy(policy, version).map_err(|error| failed(&error))?;
        let signed = signer.map_or_else(
            || "unsigned, so no gateway takes it (`--key`)".to_owned(),
            |signer| format!("signed by {}", signer.verifier().name()),
        );
        let (path, name, digest) = (args.output.display(), bundle.name(), bundle.digest());
        let rules = bundle.policy().rules.len();
        writeln!(out, "{path}: policy {name}, version {version}, {rules} rules, {digest}, {signed}")?;
        Ok(ExitCode::SUCCESS)
    })
}

fn read_signer(path: &Path) -> Result<Signer, Stopped> {
    let failed = |error: &dyn std::fmt::Display| Stopped::Failed(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    Signer::parse(text.trim_end()).map_err(|error| failed(&error))
}

fn now() -> Result<u64, Stopped> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .ok_or_else(|| Stopped::Failed("the clock stands before 1970; name a `--version`".to_owned()))
}

/// Puts a file in the place of another in one step: whoever reads it sees the old one or the new one.
fn replace(path: &Path, text: &str) -> Result<(), Stopped> {
    let failed = |error: std::io::Error| Stopped::Failed(format!("{}: {error}", path.display()));
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}
