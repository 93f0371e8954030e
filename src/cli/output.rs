//! Writing to standard output: whole lines, and a reader that goes away is no error.

use std::io::{self, StdoutLock, Write};
use std::process::ExitCode;

/// What a subcommand ends with where it is not an exit code of its own.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// Nobody reads on; what was asked for is done as far as anyone wants it.
    NobodyReads,
    /// Something failed; the text says what, and what to do.
    Failed(String),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<String> for Stopped {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

/// Says what went wrong, on standard error; nobody may be reading that either.
pub(crate) fn complain(name: &str, message: &str) {
    let _ = writeln!(io::stderr(), "toolgate {name}: {message}");
}

/// Runs a subcommand: its exit code, 2 if it could not do what was asked.
pub(crate) fn run(
    name: &str,
    body: impl FnOnce(&mut StdoutLock<'static>) -> Result<ExitCode, Stopped>,
) -> ExitCode {
    let mut out = io::stdout().lock();
    match body(&mut out).and_then(|code| out.flush().map(|()| code).map_err(Stopped::from)) {
        Ok(code) => code,
        Err(Stopped::NobodyReads) => ExitCode::SUCCESS,
        Err(Stopped::Failed(message)) => {
            complain(name, &message);
            ExitCode::from(2)
        }
    }
}

/// Runs a subcommand that decides something: 0 done, 1 refused, unreachable, or not shown.
pub(crate) fn act(
    name: &str,
    body: impl FnOnce(&mut StdoutLock<'static>) -> Result<(), Stopped>,
) -> ExitCode {
    let mut out = io::stdout().lock();
    match body(&mut out).and_then(|()| Ok(out.flush()?)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Stopped::Failed(message)) => complain(name, &message),
        // Nobody saw what came of it, or what would be voted on: no success.
        Err(Stopped::NobodyReads) => {}
    }
    ExitCode::FAILURE
}

/// Runs a subcommand whose exit code is an answer: it is given whether or not anybody reads the text. 2 if the
/// subcommand could not do what was asked.
pub(crate) fn answer(name: &str, body: impl FnOnce() -> Result<(String, ExitCode), Stopped>) -> ExitCode {
    let told = body().and_then(|(text, code)| {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Stopped::from) {
            Ok(()) | Err(Stopped::NobodyReads) => Ok(code),
            Err(failed) => Err(failed),
        }
    });
    told.unwrap_or_else(|stopped| {
        if let Stopped::Failed(message) = stopped {
            complain(name, &message);
        }
        ExitCode::from(2)
    })
}
