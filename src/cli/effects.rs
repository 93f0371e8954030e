//! `toolgate effects`: what calls would do.

use crate::{calls, output, policies};
use serde_json::Map;
use std::path::PathBuf;
use std::process::ExitCode;
use toolgate_engine::effects::{ToolMappings, analyse_on};

/// What the calls on standard input would do, a line of JSON each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read and write a line of JSON a call
    #[arg(long, required = true)]
    jsonl: bool,
    /// Take the tools and the working directory of this policy: a directory of policy files, or a bundle
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// What relative paths are relative to, over the policy's
    #[arg(long, value_name = "PATH")]
    working_directory: Option<String>,
}

/// Runs it.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("effects", |out| {
        let bundle = match &args.policy {
            Some(path) => match policies::open(path)? {
                Some(bundle) => Some(bundle),
                None => return Ok(ExitCode::FAILURE),
            },
            None => None,
        };
        let none = ToolMappings::new();
        let tools = bundle.as_ref().map_or(&none, |bundle| bundle.tools());
        let of_policy = bundle.as_ref().and_then(|bundle| bundle.working_directory());
        let directory = args.working_directory.as_deref().or(of_policy);
        calls::each_line(out, |line| {
            let effects = analyse_on(&line.call, tools, directory, line.dialect.as_deref());
            let mut answer = Map::new();
            answer.insert("effects".to_owned(), serde_json::json!(effects.known));
            answer.insert("unknown".to_owned(), serde_json::json!(effects.unknown));
            answer
        })
    })
}
