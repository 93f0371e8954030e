//! What a verification found.

use std::fmt;

/// Most findings of one severity that are kept; the rest is counted.
const KEPT: usize = 100;

/// How bad a finding is. Declared from mildest to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, and explained by ordinary events.
    Note,
    /// Something is missing or cannot be known.
    Gap,
    /// A file cannot be read, so nothing is known.
    Unreadable,
    /// The log was changed, cut, forked, or contradicts itself.
    Tampering,
}

impl Severity {
    const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Gap => "gap",
            Self::Unreadable => "unreadable",
            Self::Tampering => "tampering",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The entry it is about.
    pub entry: Option<u64>,
    /// What it is.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name();
        match self.entry {
            Some(entry) => write!(f, "{severity}: entry {entry}: {}", self.text),
            None => write!(f, "{severity}: {}", self.text),
        }
    }
}

/// How much was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Entries of the log.
    pub entries: u64,
    /// Calls that were judged.
    pub decisions: u64,
    /// Of those, allowed.
    pub allowed: u64,
    /// Of those, denied.
    pub denied: u64,
    /// Of those, put to people.
    pub escalated: u64,
    /// Calls whose end is known.
    pub outcomes: u64,
    /// Approvals that were spent.
    pub approvals: u64,
    /// Emitters, the ledger itself among them.
    pub emitters: u64,
    /// Anchors and other roots that were compared.
    pub roots: u64,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The findings, in the order they were made.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are kept.
    pub omitted: u64,
    /// How much was looked at.
    pub counts: Counts,
    worst: Option<Severity>,
}

impl Report {
    pub(super) fn note(&mut self, entry: Option<u64>, text: impl Into<String>) {
        self.add(Severity::Note, entry, text.into());
    }

    pub(super) fn gap(&mut self, entry: Option<u64>, text: impl Into<String>) {
        self.add(Severity::Gap, entry, text.into());
    }

    pub(super) fn unreadable(&mut self, entry: Option<u64>, text: impl Into<String>) {
        self.add(Severity::Unreadable, entry, text.into());
    }

    pub(super) fn tampering(&mut self, entry: Option<u64>, text: impl Into<String>) {
        self.add(Severity::Tampering, entry, text.into());
    }

    fn add(&mut self, severity: Severity, entry: Option<u64>, text: String) {
        self.worst = self.worst.max(Some(severity));
        if self.findings.iter().filter(|finding| finding.severity == severity).count() < KEPT {
            self.findings.push(Finding { severity, entry, text });
        } else {
            self.omitted += 1;
        }
    }

    /// The worst that was found.
    pub const fn worst(&self) -> Option<Severity> {
        self.worst
    }

    /// 0 nothing wrong, 1 tampering proven, 2 something missing or unknown, 3 unreadable.
    pub fn exit_code(&self) -> u8 {
        match self.worst {
            None | Some(Severity::Note) => 0,
            Some(Severity::Tampering) => 1,
            Some(Severity::Gap) => 2,
            Some(Severity::Unreadable) => 3,
        }
    }
}

/// The findings a line each, and last how it stands.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        if self.omitted > 0 {
            writeln!(f, "and {} more", self.omitted)?;
        }
        let verdict = match self.worst {
            None | Some(Severity::Note) => "ok",
            Some(Severity::Gap) => "gaps",
            Some(Severity::Unreadable) => "unreadable",
            Some(Severity::Tampering) => "tampering",
        };
        let Counts { entries, decisions, allowed, denied, escalated, outcomes, approvals, emitters, roots } =
            &self.counts;
        write!(
            f,
            "verify: {verdict}: {entries} entries, {decisions} decisions ({allowed} allowed, {denied} denied, \
             {escalated} escalated), {outcomes} outcomes, {approvals} approvals spent, {emitters} emitters, \
             {roots} roots compared"
        )
    }
}
