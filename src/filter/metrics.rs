//! The fixed set of counters and histograms. Nothing from the traffic is part of a name.

use crate::host;
use toolgate_engine::gate::Tally;

/// The handles of all metrics, defined once per root.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    allowed: Option<u32>,
    denied: Option<u32>,
    escalated: Option<u32>,
    released: Option<u32>,
    refused: Option<u32>,
    abandoned: Option<u32>,
    withheld: Option<u32>,
    requests_refused: Option<u32>,
    held_ms: Option<u32>,
    ledger_failed: Option<u32>,
    nobody_asked: Option<u32>,
    bundle_taken: Option<u32>,
    bundle_refused: Option<u32>,
    bundle_version: Option<u32>,
}

impl Metrics {
    pub(crate) fn define() -> Self {
        Self {
            allowed: host::counter("toolgate.calls.allowed"),
            denied: host::counter("toolgate.calls.denied"),
            escalated: host::counter("toolgate.calls.escalated"),
            released: host::counter("toolgate.calls.released"),
            refused: host::counter("toolgate.calls.refused"),
            abandoned: host::counter("toolgate.calls.abandoned"),
            withheld: host::counter("toolgate.answers.withheld"),
            requests_refused: host::counter("toolgate.requests.refused"),
            held_ms: host::histogram("toolgate.calls.held_ms"),
            ledger_failed: host::counter("toolgate.ledger.failed"),
            nobody_asked: host::counter("toolgate.ledger.nobody_asked"),
            bundle_taken: host::counter("toolgate.bundle.taken"),
            bundle_refused: host::counter("toolgate.bundle.refused"),
            bundle_version: host::gauge("toolgate.bundle.version"),
        }
    }

    pub(crate) fn tally(&self, tally: Tally) {
        match tally {
            Tally::CallAllowed => host::count(self.allowed),
            Tally::CallDenied => host::count(self.denied),
            Tally::CallEscalated => host::count(self.escalated),
            Tally::CallReleased => host::count(self.released),
            Tally::CallRefused => host::count(self.refused),
            Tally::CallAbandoned => host::count(self.abandoned),
            Tally::AnswerWithheld => host::count(self.withheld),
            Tally::RequestRefused => host::count(self.requests_refused),
            Tally::HeldMillis(millis) => host::observe(self.held_ms, millis),
        }
    }

    pub(crate) fn ledger_failed(&self) {
        host::count(self.ledger_failed);
    }

    /// The ledger was lost while the policy asks people.
    pub(crate) fn nobody_asked(&self) {
        host::count(self.nobody_asked);
    }

    pub(crate) fn bundle_refused(&self) {
        host::count(self.bundle_refused);
    }

    /// Each VM counts the bundles it took, so their sum says when all of them have one.
    pub(crate) fn bundle_taken(&self, version: u64) {
        host::count(self.bundle_taken);
        host::observe(self.bundle_version, version);
    }
}
