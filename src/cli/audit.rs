//! `toolgate audit`: one row a call.

use crate::client::one_line;
use crate::output;
use crate::record::{self, Source};
use std::io::Write as _;
use std::process::ExitCode;
use toolgate_ledger::audit::{Call, Calls, calls};
use toolgate_ledger::clock::Clock;
use toolgate_ledger::store::read::Query;

/// What was tried, by which rules it was judged, who approved, what became of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Only calls of this principal
    #[arg(long)]
    agent: Option<String>,
    /// Only calls recorded at or after this: RFC 3339 such as `2026-11-22T15:43:07Z`, or so long ago, such as `7d`
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only calls recorded before this, likewise
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Only calls with this verdict
    #[arg(long, value_parser = ["allow", "escalate", "deny"])]
    verdict: Option<String>,
    /// A line of JSON a call
    #[arg(long)]
    json: bool,
}

/// Prints them: 0 done, 2 unreachable or refused.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("audit", |out| {
        let rows = found(&args)?;
        if args.json {
            for call in &rows {
                writeln!(out, "{}", serde_json::to_string(call).map_err(|error| error.to_string())?)?;
            }
        } else {
            write!(out, "{}", table(&rows))?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn found(args: &Args) -> Result<Vec<Call>, String> {
    let now = Clock::System.now();
    let time = |text: &Option<String>| text.as_deref().map(|text| record::time(text, now)).transpose();
    let query = Query {
        agent: args.agent.clone(),
        verdict: args.verdict.clone(),
        from: time(&args.from)?,
        to: time(&args.to)?,
        ..Query::default()
    };
    let page = |found: Calls| (found.calls, found.next);
    let mut rows = Vec::new();
    let stored = |db: &_, query: &Query| calls(db, query.clone()).map(page);
    args.source.pages("/v1/calls", query, page, stored, |call| rows.push(call))?;
    Ok(rows)
}

/// Columns as wide as what stands in them.
fn table(rows: &[Call]) -> String {
    let head = ["time", "agent", "tool", "would", "verdict", "rules", "people", "fate"].map(str::to_owned);
    let lines: Vec<[String; 8]> = std::iter::once(head).chain(rows.iter().map(row)).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..8).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn row(call: &Call) -> [String; 8] {
    let people = match (&call.break_glass, &call.denied_by, call.approved_by.is_empty()) {
        (Some(glass), ..) => {
            let offline = if glass.offline { " without the ledger" } else { "" };
            format!("break-glass {}{offline}: {} asked, {} confirmed", glass.id, glass.asked, glass.confirmed)
        }
        (None, Some(person), _) => format!("denied by {person}"),
        (None, None, false) => format!("approved by {}", call.approved_by.join(", ")),
        (None, None, true) => "-".to_owned(),
    };
    let or_dash = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), cell);
    [
        cell(&call.time),
        or_dash(&call.agent),
        cell(&call.tool),
        cell(&call.effects.join("; ")),
        cell(&call.verdict),
        cell(&call.rules.join(", ")),
        cell(&people),
        or_dash(&call.fate),
    ]
}

/// A text as it can stand in a column: two blanks part columns, so no text has two.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        if c.is_whitespace() && (c != ' ' || out.ends_with(' ')) {
            out.push_str(&c.escape_unicode().to_string());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_makes_columns_of_its_own() {
        for (text, expected) in [
            ("file.delete /srv/my prod", "file.delete /srv/my prod"),
            ("/srv  allow    weather  -", "/srv \\u{20}allow \\u{20} \\u{20}weather \\u{20}-"),
            ("a\u{a0}b\u{3000}c\u{2003}d", "a\\u{a0}b\\u{3000}c\\u{2003}d"),
            ("a\nb\u{202f}c\u{2800}d", "a\\nb\\u{202f}c\\u{2800}d"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
