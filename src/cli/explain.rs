//! `toolgate explain`: one decision, step by step.

use crate::calls;
use crate::decide::Asked;
use crate::output::{self, Stopped};
use std::io::Write;
use std::process::ExitCode;
use toolgate_engine::policy::Verdict;
use toolgate_engine::policy::explain::{Refused, refusal};

/// Why a policy says what it says of a call.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    asked: Asked,
    /// The call: `{"tool": …, "arguments": …}`
    #[arg(long, value_name = "JSON")]
    call: String,
}

/// Runs it: 0 whatever the verdict is, 1 if the policy has mistakes, 2 if the call cannot be read.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("explain", |out| {
        let line =
            calls::read(&args.call).map_err(|(_, error)| Stopped::Failed(format!("`--call`: {error}")))?;
        let Some(bundle) = args.asked.open()? else { return Ok(ExitCode::FAILURE) };
        let effects = Asked::effects(&bundle, &line.call);
        let explanation = args.asked.ask(&line.call, &effects, |question| bundle.explain(question));
        writeln!(out, "{explanation}")?;
        let decision = &explanation.decision;
        let refused = match decision.verdict {
            Verdict::Allow => None,
            Verdict::Deny => Some(Refused::Denied(decision)),
            Verdict::Escalate => Some(Refused::Pending { decision, approval: "(its ID)" }),
        };
        if let Some(refused) = refused {
            let text = refusal(refused, Some(&line.call.tool), "(its ID)");
            writeln!(out, "\nthe agent reads:\n{}", text.0)?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
