//! `toolgate decide`: what a policy says of many calls.

use crate::output;
use crate::{calls, policies};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use toolgate_engine::call::ToolCall;
use toolgate_engine::effects::{Effects, analyse_on};
use toolgate_engine::policy::{Bundle, Context, Question};

/// What a policy says of the calls on standard input, a line of JSON each.
///
/// A line has `tool` and `arguments`, and may have `id`, `namespace`, and `dialect`: the SQL that the tool's database speaks,
/// in the words of the policy's `tools:` table, which goes before it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    asked: Asked,
    /// Read and write a line of JSON a call
    #[arg(long, required = true)]
    jsonl: bool,
}

/// The policy, and the circumstances of the calls.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// The policy: a directory of policy files, or a bundle
    #[arg(long, value_name = "DIR")]
    policy: PathBuf,
    #[command(flatten)]
    circumstances: Circumstances,
}

/// Who acts, and what stands around a call.
#[derive(Debug, clap::Args)]
pub(crate) struct Circumstances {
    /// Who acts; nobody known if left out
    #[arg(long)]
    principal: Option<String>,
    /// The model that is asked
    #[arg(long)]
    model: Option<String>,
    /// The host of the model's API
    #[arg(long, value_name = "HOST")]
    provider: Option<String>,
    /// The proxy's route
    #[arg(long)]
    route: Option<String>,
}

/// What the call would do, as this policy's mappings say.
pub(crate) fn effects(bundle: &Bundle, line: &calls::Line) -> Effects {
    analyse_on(&line.call, bundle.tools(), bundle.working_directory(), line.dialect.as_deref())
}

impl Circumstances {
    /// Asks a question about a call.
    pub(crate) fn ask<T>(
        &self,
        call: &ToolCall,
        effects: &Effects,
        answer: impl FnOnce(&Question<'_>) -> T,
    ) -> T {
        let context =
            Context { model: self.model.clone(), provider: self.provider.clone(), route: self.route.clone() };
        answer(&Question { principal: self.principal.as_deref(), call, effects, context: &context })
    }
}

/// Runs it.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("decide", |out| {
        let Some(bundle) = policies::open(&args.asked.policy)? else { return Ok(ExitCode::FAILURE) };
        calls::each_line(out, |line| {
            let effects = effects(&bundle, line);
            let decision =
                args.asked.circumstances.ask(&line.call, &effects, |question| bundle.decide(question));
            let rules: Vec<Value> =
                decision.determining.iter().map(|determining| determining.rule.clone().into()).collect();
            let mut answer = Map::new();
            answer.insert("verdict".to_owned(), json!(decision.verdict));
            answer.insert("rules".to_owned(), rules.into());
            if let Some(would) = decision.would {
                answer.insert("would".to_owned(), json!(would));
            }
            answer
        })
    })
}
