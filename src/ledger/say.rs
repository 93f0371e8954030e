//! Telling the operator, on standard error. That nobody reads it any more must not end the service.

use std::fmt;
use std::io::{self, Write as _};

/// Writes a line.
pub(crate) fn say(message: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "toolgate ledger: {message}");
}
