//! `toolgate scan`: the tool calls in recorded response bodies.

use crate::output;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_engine::call::{Arguments, ToolCall};
use toolgate_engine::limits::Limits;
use toolgate_engine::wire::{Source, scan};

/// The tool calls in recorded response bodies, a line of JSON a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The API whose responses they are, or the protocol whose messages
    #[arg(long, value_name = "NAME", value_parser = source)]
    api: Source,
    /// Write a line of JSON a file
    #[arg(long, required = true)]
    jsonl: bool,
    /// The bodies
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn source(name: &str) -> Result<Source, String> {
    Source::all().find(|source| source.name() == name).ok_or_else(|| {
        let names: Vec<&str> = Source::all().map(Source::name).collect();
        format!("there is `{}`", names.join("`, `"))
    })
}

/// Runs it: 0 if every file could be opened, 1 if not.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("scan", |out| {
        let mut all_read = true;
        for file in &args.files {
            let line = match std::fs::read(file) {
                Ok(body) => found(args.api, file, &body),
                Err(error) => {
                    all_read = false;
                    json!({"file": file.display().to_string(), "error": error.to_string()}).to_string()
                }
            };
            writeln!(out, "{line}")?;
        }
        Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn found(source: Source, file: &Path, body: &[u8]) -> String {
    let scan = scan(source, body, Limits::default());
    let calls: Vec<String> = scan.calls.iter().map(shown).collect();
    let refused = scan.refused.map_or(Value::Null, Value::String);
    let file = Value::String(file.display().to_string());
    format!("{{\"file\":{file},\"calls\":[{}],\"refused\":{refused}}}", calls.join(","))
}

/// Arguments are copied as they stand: a JSON value, a text for a tool that takes text, `null` for none.
fn shown(call: &ToolCall) -> String {
    let mut more = Map::new();
    let arguments = match &call.arguments {
        Arguments::Absent => "null".to_owned(),
        Arguments::Json(document) => document.canonical(),
        Arguments::Text(text) => Value::String(text.clone()).to_string(),
        Arguments::Malformed { text, error } => {
            more.insert("malformed".to_owned(), error.to_string().into());
            Value::String(text.clone()).to_string()
        }
    };
    if let Some(namespace) = &call.namespace {
        more.insert("namespace".to_owned(), namespace.clone().into());
    }
    let tool = Value::String(call.tool.clone());
    let more: String = more.iter().map(|(key, value)| format!(",\"{key}\":{value}")).collect();
    format!("{{\"tool\":{tool},\"kind\":\"{}\",\"arguments\":{arguments}{more}}}", call.kind.name())
}
