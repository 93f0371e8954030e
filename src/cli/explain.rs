//! `toolgate explain`: one decision, step by step; a call that a policy would judge, or one that [was judged](recorded).

mod recorded;

use crate::client::Connection;
use crate::decide::{self, Circumstances};
use crate::output::{self, Stopped};
use crate::{calls, policies};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use toolgate_engine::call::{Arguments, ToolCall};
use toolgate_engine::effects::Effects;
use toolgate_engine::effects::words::Words;
use toolgate_engine::policy::Verdict;
use toolgate_engine::policy::explain::{Refused, refusal};

/// Why a policy says what it says of a call, or why a recorded one was judged so.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The policy: a directory of policy files, or a bundle
    #[arg(long, value_name = "DIR", required_unless_present = "decision")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    circumstances: Circumstances,
    /// The call: `{"tool": …, "arguments": …}`
    #[arg(long, value_name = "JSON", required_unless_present = "decision")]
    call: Option<String>,
    /// A recorded decision, by the ID that the agent was told; the ledger is asked
    #[arg(long, value_name = "ID", conflicts_with_all = ["policy", "call", "principal", "model", "provider", "route"])]
    decision: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

/// Runs it: 0 whatever the verdict is, 1 if the policy has mistakes, 2 if the call cannot be read or the ledger does
/// not say.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("explain", |out| {
        if let Some(id) = &args.decision {
            return recorded::explain(&args.connection, id, out);
        }
        // The command line has one of the two.
        let (Some(policy), Some(call)) = (&args.policy, &args.call) else { return Ok(ExitCode::FAILURE) };
        let line = calls::read(call).map_err(|(_, error)| Stopped::Failed(format!("`--call`: {error}")))?;
        let Some(bundle) = policies::open(policy)? else { return Ok(ExitCode::FAILURE) };
        let effects = decide::effects(&bundle, &line);
        let explanation = args.circumstances.ask(&line.call, &effects, |question| bundle.explain(question));
        if let Some(picture) = picture(&line.call, &effects) {
            writeln!(out, "{picture}\n")?;
        }
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

/// The call's commands with what each part of them would do written under it; `None` if there is no command.
fn picture(call: &ToolCall, effects: &Effects) -> Option<String> {
    let mut said: BTreeMap<&str, Vec<(std::ops::Range<usize>, String)>> = BTreeMap::new();
    for effect in &effects.known {
        if let Some(place) = &effect.place {
            said.entry(&place.at).or_default().push((place.span.clone(), effect.words(Words::Full)));
        }
    }
    for unknown in &effects.unknown {
        if let Some(span) = &unknown.span {
            said.entry(&unknown.at)
                .or_default()
                .push((span.clone(), format!("not followed: {}", unknown.what)));
        }
    }
    let mut group = Group::with_title(Level::INFO.primary_title("what it would do"));
    let mut any = false;
    for (at, parts) in &said {
        let Some(text) = text_at(call, at) else { continue };
        let mut snippet = Snippet::source(text).path(*at);
        for (span, words) in parts {
            let end = span.end.min(text.len());
            snippet =
                snippet.annotation(AnnotationKind::Primary.span(span.start.min(end)..end).label(&**words));
        }
        group = group.element(snippet);
        any = true;
    }
    any.then(|| Renderer::plain().render(&[group]))
}

/// The text among the arguments that a JSON Pointer leads to.
fn text_at<'a>(call: &'a ToolCall, at: &str) -> Option<&'a str> {
    match &call.arguments {
        Arguments::Json(document) => document.root().pointer(at)?.as_str(),
        Arguments::Text(text) if at.is_empty() => Some(text),
        _ => None,
    }
}
