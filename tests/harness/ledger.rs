//! The real ledger: its process, its reviewers' side, its record.

use std::net::SocketAddr;

/// A running ledger.
#[derive(Debug)]
pub struct Ledger {
    emitter: SocketAddr,
}

impl Ledger {
    /// Where gates connect.
    pub fn emitter(&self) -> SocketAddr {
        self.emitter
    }
}
