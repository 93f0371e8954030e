//! What a replay tells: what would newly be allowed first, then what would be asked and denied, then what nobody can
//! say, and the sums.

use super::again::{Change, Newly, Replayed, Said, Unsaid, Unsayable};
use crate::client::one_line;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use toolgate_engine::policy::Verdict;

/// Exit code where something changes.
const CHANGED: u8 = 3;
/// Exit code where nothing is seen to change and not everything could be said.
const UNSAID: u8 = 4;
/// Effects that are written out of one call.
const MOST_EFFECTS: usize = 4;

/// What was replayed so far.
#[derive(Debug)]
pub(super) struct Report {
    form: Form,
    sums: Sums,
}

#[derive(Debug)]
enum Form {
    /// A line a call, in the order in which they are told.
    Lines { changed: BTreeMap<Newly, Vec<Change>>, unsaid: Vec<Unsayable> },
    /// Calls that are alike are told together.
    Text(BTreeMap<Alike, Times>),
}

/// What calls that are told together have in common. Declared in the order in which they are told.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    newly: Newly,
    agent: Option<String>,
    tool: String,
    effects: Vec<String>,
    was: Said,
    now: Said,
    because: String,
    analyser: Option<String>,
}

#[derive(Debug)]
struct Times {
    number: u64,
    first: String,
    last: String,
}

/// How many of what.
#[derive(Debug, Default, Serialize)]
struct Sums {
    decisions: u64,
    unchanged: u64,
    /// Of those, how many other rules determine now.
    unchanged_by_other_rules: u64,
    newly: BTreeMap<Newly, Sum>,
    cannot_be_said: BTreeMap<Unsaid, u64>,
}

#[derive(Debug, Default, Serialize)]
struct Sum {
    calls: u64,
    /// By the rules that determine the new verdict.
    by: BTreeMap<String, u64>,
}

impl Report {
    pub(super) fn new(lines: bool) -> Self {
        let form = if lines {
            Form::Lines { changed: BTreeMap::new(), unsaid: Vec::new() }
        } else {
            Form::Text(BTreeMap::new())
        };
        Self { form, sums: Sums::default() }
    }

    /// Takes one more.
    pub(super) fn add(&mut self, replayed: Replayed) {
        let sums = &mut self.sums;
        sums.decisions += 1;
        match replayed {
            Replayed::Same { other_rules } => {
                sums.unchanged += 1;
                sums.unchanged_by_other_rules += u64::from(other_rules);
            }
            Replayed::Changed(change) => {
                let sum = sums.newly.entry(change.newly).or_default();
                sum.calls += 1;
                *sum.by.entry(change.now.rules.join(", ")).or_default() += 1;
                self.form.changed(*change);
            }
            Replayed::Unsaid(unsayable) => {
                *sums.cannot_be_said.entry(unsayable.unsaid).or_default() += 1;
                if let Form::Lines { unsaid, .. } = &mut self.form {
                    unsaid.push(*unsayable);
                }
            }
        }
    }

    /// What the process ends with.
    pub(super) fn exit_code(&self) -> ExitCode {
        match (self.sums.newly.is_empty(), self.sums.cannot_be_said.is_empty()) {
            (false, _) => ExitCode::from(CHANGED),
            (true, false) => ExitCode::from(UNSAID),
            (true, true) => ExitCode::SUCCESS,
        }
    }

    /// All of it.
    pub(super) fn text(&self) -> Result<String, String> {
        let mut out = String::new();
        match &self.form {
            Form::Lines { changed, unsaid } => {
                for change in changed.values().flatten() {
                    line(&mut out, change)?;
                }
                for one in unsaid {
                    line(&mut out, one)?;
                }
                line(&mut out, &BTreeMap::from([("summary", &self.sums)]))?;
            }
            Form::Text(calls) => {
                for newly in [Newly::Allowed, Newly::Asked, Newly::Denied] {
                    let Some(sum) = self.sums.newly.get(&newly) else { continue };
                    let _ = writeln!(out, "newly {}: {}", newly.name(), sum.calls);
                    for (alike, times) in calls.iter().filter(|(alike, _)| alike.newly == newly) {
                        alike.write(times, &mut out);
                    }
                    out.push('\n');
                }
                self.sums.write(&mut out);
            }
        }
        Ok(out)
    }
}

fn line(out: &mut String, value: &impl Serialize) -> Result<(), String> {
    out.push_str(&serde_json::to_string(value).map_err(|error| error.to_string())?);
    out.push('\n');
    Ok(())
}

impl Form {
    fn changed(&mut self, change: Change) {
        match self {
            Self::Lines { changed, .. } => changed.entry(change.newly).or_default().push(change),
            Self::Text(calls) => {
                let Change { newly, call, effects, was, now, because, analyser } = change;
                let (agent, tool) = (call.agent, call.tool);
                let alike = Alike { newly, agent, tool, effects, was, now, because, analyser };
                let times = calls.entry(alike).or_insert_with(|| Times {
                    number: 0,
                    first: call.time.clone(),
                    last: String::new(),
                });
                times.number += 1;
                times.last = call.time;
            }
        }
    }
}

impl Newly {
    const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Asked => "asked",
            Self::Denied => "denied",
        }
    }
}

impl Alike {
    fn write(&self, times: &Times, out: &mut String) {
        let agent = self.agent.as_deref().map_or_else(|| "nobody known".to_owned(), one_line);
        let mut effects: Vec<String> =
            self.effects.iter().take(MOST_EFFECTS).map(|effect| one_line(effect)).collect();
        if self.effects.len() > MOST_EFFECTS {
            effects.push(format!("and {} more", self.effects.len() - MOST_EFFECTS));
        }
        let _ = writeln!(out, "  {agent}  {}  {}", one_line(&self.tool), effects.join("; "));
        let _ =
            writeln!(out, "    {} -> {}: {}", self.was.words(), self.now.words(), one_line(&self.because));
        if let Some(analyser) = &self.analyser {
            let by = one_line(analyser);
            let _ = writeln!(out, "    then analysed by {by}: the policy may not be what changes it");
        }
        let (first, last) = (one_line(&times.first), one_line(&times.last));
        let _ = match times.number {
            1 => writeln!(out, "    at {first}"),
            number => writeln!(out, "    {number} times, from {first} to {last}"),
        };
    }
}

impl Said {
    fn words(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Allow => "allow",
            Verdict::Escalate => "escalate",
            Verdict::Deny => "deny",
        };
        let observed = if self.observed { ", only observed" } else { "" };
        format!("{verdict} ({}{observed})", one_line(&self.rules.join(", ")))
    }
}

impl Sums {
    fn write(&self, out: &mut String) {
        let unsaid: u64 = self.cannot_be_said.values().sum();
        let calls = |newly| self.newly.get(&newly).map_or(0, |sum| sum.calls);
        let _ = writeln!(
            out,
            "{} decisions: {} unchanged, {} newly allowed, {} newly asked, {} newly denied, {unsaid} cannot be said",
            self.decisions,
            self.unchanged,
            calls(Newly::Allowed),
            calls(Newly::Asked),
            calls(Newly::Denied),
        );
        if self.unchanged_by_other_rules > 0 {
            let number = self.unchanged_by_other_rules;
            let _ = writeln!(out, "  unchanged, but by other rules: {number}");
        }
        for (newly, sum) in &self.newly {
            for (rules, number) in &sum.by {
                let _ = writeln!(out, "  newly {} by {}: {number}", newly.name(), one_line(rules));
            }
        }
        for (why, number) in &self.cannot_be_said {
            let _ = writeln!(out, "  cannot be said: {number}, {}", why.words());
        }
    }
}
