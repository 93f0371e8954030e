//! Policies as the command line takes them: a directory of policy files, or a bundle.

use crate::output::Stopped;
use std::io::{IsTerminal, Write};
use std::path::Path;
use toolgate_compiler::source::policy_files;
use toolgate_compiler::{Compiled, Source, compile};
use toolgate_engine::policy::Bundle;

/// The policy of a directory, or of a bundle file whose signature nobody looks at here.
///
/// `None` if it has mistakes; they are on standard error then.
pub(crate) fn open(path: &Path) -> Result<Option<Bundle>, Stopped> {
    if path.is_file() {
        let bytes =
            std::fs::read(path).map_err(|error| Stopped::Failed(format!("{}: {error}", path.display())))?;
        let bundle = Bundle::open_unverified(&bytes)
            .map_err(|error| Stopped::Failed(format!("{}: {error}", path.display())))?;
        return Ok(Some(bundle));
    }
    let (compiled, sources) = compiled(path)?;
    show(&compiled, &sources, Show::Errors)?;
    let Some(policy) = compiled.policy else { return Ok(None) };
    Bundle::from_policy(policy, 0).map(Some).map_err(|error| Stopped::Failed(error.to_string()))
}

/// The compiled files of a directory.
pub(crate) fn compiled(directory: &Path) -> Result<(Compiled, Vec<Source>), Stopped> {
    let sources = policy_files(directory).map_err(|error| Stopped::Failed(error.to_string()))?;
    Ok((compile(&sources), sources))
}

/// Which findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// All of them.
    Everything,
    /// Nothing if there are warnings only.
    Errors,
}

/// Puts the findings on standard error, with their number.
pub(crate) fn show(compiled: &Compiled, sources: &[Source], show: Show) -> Result<(), Stopped> {
    let (errors, warnings) = compiled.findings.counts();
    if errors + warnings == 0 || (errors == 0 && show == Show::Errors) {
        return Ok(());
    }
    let stderr = std::io::stderr();
    let colour = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = compiled.findings.render(sources, colour);
    writeln!(stderr.lock(), "{text}\n\n{}", summary(errors, warnings))?;
    Ok(())
}

/// `2 errors, 1 warning`.
pub(crate) fn summary(errors: usize, warnings: usize) -> String {
    let counted = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts: Vec<String> =
        [counted(errors, "error"), counted(warnings, "warning")].into_iter().flatten().collect();
    parts.join(", ")
}
