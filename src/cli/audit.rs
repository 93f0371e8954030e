//! `toolgate audit`: one row a call.

use crate::client::{Connection, one_line};
use crate::output;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_ledger::audit::{Call, Calls, calls};
use toolgate_ledger::clock;
use toolgate_ledger::directory::Paths;
use toolgate_ledger::store::{self, read::Query};

/// Calls in one answer.
const PAGE: u32 = 500;

/// What was tried, by which rules it was judged, who approved, what became of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    /// Read this data directory instead of asking the ledger
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only calls of this principal
    #[arg(long)]
    agent: Option<String>,
    /// Only calls recorded at or after this, RFC 3339 such as `2026-11-22T15:43:07Z`
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only calls recorded before this
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
        let rows = match &args.dir {
            Some(dir) => from_directory(&args, dir)?,
            None => from_ledger(&args)?,
        };
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

fn from_ledger(args: &Args) -> Result<Vec<Call>, String> {
    let client = args.connection.client()?;
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let (page, start) = (PAGE.to_string(), after.map(|after: u64| after.to_string()));
        let mut query = vec![("limit", page.as_str())];
        for (name, value) in [
            ("agent", &args.agent),
            ("from", &args.from),
            ("to", &args.to),
            ("verdict", &args.verdict),
            ("after", &start),
        ] {
            query.extend(value.as_deref().map(|value| (name, value)));
        }
        let found: Calls = client.get("/v1/calls", &query)?;
        rows.extend(found.calls);
        after = found.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

fn from_directory(args: &Args, dir: &Path) -> Result<Vec<Call>, String> {
    let db = store::open_reader(&Paths::new(dir).database()).map_err(|error| error.to_string())?;
    let time = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => clock::parse(text).map(Some).ok_or_else(|| {
            format!("`{text}` is not a time\nhelp: write RFC 3339, such as `2026-11-22T15:43:07Z`")
        }),
    };
    let mut query = Query {
        agent: args.agent.clone(),
        verdict: args.verdict.clone(),
        from: time(&args.from)?,
        to: time(&args.to)?,
        limit: PAGE,
        ..Query::default()
    };
    let mut rows = Vec::new();
    loop {
        let found = calls(&db, query.clone()).map_err(|error| error.to_string())?;
        rows.extend(found.calls);
        match found.next {
            Some(next) => query.after = Some(next),
            None => return Ok(rows),
        }
    }
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
    let or_dash = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), one_line);
    [
        one_line(&call.time),
        or_dash(&call.agent),
        one_line(&call.tool),
        one_line(&call.effects.join("; ")),
        one_line(&call.verdict),
        one_line(&call.rules.join(", ")),
        one_line(&people),
        or_dash(&call.fate),
    ]
}
