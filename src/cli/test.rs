//! `toolgate test`: a policy's own tests, and which rules they reach.

use crate::calls;
use crate::output::{self, Stopped};
use crate::policies::{self, Show};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toolgate_compiler::cases::{self, Case, CaseArguments};
use toolgate_compiler::source::{self, TESTS, policy_directories};
use toolgate_engine::call::{Arguments, CallKind, ToolCall};
use toolgate_engine::effects::analyse;
use toolgate_engine::limits::Limits;
use toolgate_engine::policy::{Bundle, Context, Explanation, Question};
use toolgate_engine::wire::{Api, ProviderTool};

/// Run the tests that stand beside policies. 0 all passed, 1 some did not or a policy has mistakes, 2 usage.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A policy's directory, or one above several; the tests are in `tests.yaml` beside the policy
    dir: PathBuf,
    /// Fail if there is a rule that no test reaches
    #[arg(long)]
    all_rules: bool,
}

/// What became of the tests.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    /// Policies that cannot be tested.
    broken: usize,
    unreached: usize,
}

/// Runs it.
pub(crate) fn run(args: Args) -> ExitCode {
    output::run("test", |out| {
        let directories =
            policy_directories(&args.dir).map_err(|error| Stopped::Failed(error.to_string()))?;
        if directories.is_empty() {
            let text = format!(
                "{}: no policy files in it or below; a policy is one or more `.yaml` files",
                args.dir.display()
            );
            return Err(Stopped::Failed(text));
        }
        let mut tally = Tally::default();
        for directory in directories {
            policy(&directory, out, &mut tally)?;
        }
        let Tally { passed, failed, broken, unreached } = tally;
        writeln!(out, "{} tests: {passed} passed, {failed} failed", passed + failed)?;
        let good = failed == 0 && broken == 0 && passed > 0 && (unreached == 0 || !args.all_rules);
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn policy(directory: &Path, out: &mut impl Write, tally: &mut Tally) -> Result<(), Stopped> {
    writeln!(out, "{}", directory.display())?;
    let (mut compiled, mut sources) = policies::compiled(directory)?;
    let tests = directory.join(TESTS);
    let mut all = Vec::new();
    if tests.exists() {
        sources.push(source::read(&tests).map_err(|error| Stopped::Failed(error.to_string()))?);
        let file = sources.len() - 1;
        if let (Some(source), true) = (sources.get(file), compiled.policy.is_some()) {
            all = cases::read(file, source, &compiled.rules, &mut compiled.findings);
        }
    } else {
        writeln!(out, "  no {TESTS}, so nothing is tested")?;
    }
    policies::show(&compiled, &sources, Show::Errors)?;
    let Some(policy) = compiled.policy.filter(|_| !compiled.findings.has_errors()) else {
        tally.broken += 1;
        writeln!(out, "  has mistakes")?;
        return Ok(());
    };
    let bundle = Bundle::from_policy(policy, 0).map_err(|error| Stopped::Failed(error.to_string()))?;
    let mut reached = BTreeSet::new();
    for case in &all {
        let explanation = ask(&bundle, case);
        let speaking = explanation.steps.iter().flat_map(|step| &step.rules).filter(|rule| rule.speaks);
        reached.extend(speaking.map(|rule| rule.id.clone()));
        match disappointment(case, &explanation) {
            None => {
                tally.passed += 1;
                writeln!(out, "  ok    {}", case.name)?;
            }
            Some(text) => {
                tally.failed += 1;
                writeln!(out, "  FAIL  {}\n          {text}", case.name)?;
                for line in explanation.to_string().lines() {
                    writeln!(out, "          | {line}")?;
                }
            }
        }
    }
    coverage(&bundle, &reached, out, tally)
}

fn coverage(
    bundle: &Bundle,
    reached: &BTreeSet<String>,
    out: &mut impl Write,
    tally: &mut Tally,
) -> Result<(), Stopped> {
    let rules = &bundle.policy().rules;
    let missed: Vec<&str> =
        rules.iter().map(|rule| rule.id.as_str()).filter(|id| !reached.contains(*id)).collect();
    tally.unreached += missed.len();
    writeln!(out, "  {} of {} rules reached", rules.len() - missed.len(), rules.len())?;
    for rule in missed {
        writeln!(out, "  no test reaches `{rule}`")?;
    }
    Ok(())
}

fn ask(bundle: &Bundle, case: &Case) -> Explanation {
    let (kind, arguments) = match &case.arguments {
        CaseArguments::Absent => (CallKind::Function, Arguments::Absent),
        CaseArguments::Json(text) => {
            (CallKind::Function, Arguments::from_json_text(text, Limits::default().depth))
        }
        CaseArguments::Text(text) => (CallKind::Custom, Arguments::Text(text.clone())),
        CaseArguments::Definition(text) => {
            let tool = ProviderTool { name: case.tool.clone(), definition: text.clone() };
            let call = tool.call(Api::Anthropic, Limits::default().depth);
            return explain(bundle, case, &call);
        }
    };
    explain(bundle, case, &calls::call(case.tool.clone(), case.namespace.clone(), kind, arguments))
}

fn explain(bundle: &Bundle, case: &Case, call: &ToolCall) -> Explanation {
    let effects = analyse(call, bundle.tools(), bundle.working_directory());
    let context =
        Context { model: case.model.clone(), provider: case.provider.clone(), route: case.route.clone() };
    let principal = case.principal.as_deref();
    bundle.explain(&Question { principal, call, effects: &effects, context: &context })
}

/// What is other than expected, if anything is.
fn disappointment(case: &Case, explanation: &Explanation) -> Option<String> {
    let decision = &explanation.decision;
    let by: Vec<&str> = decision.determining.iter().map(|determining| determining.rule.as_str()).collect();
    let named = |rules: &[&str]| match rules {
        [] => String::new(),
        rules => format!(" by `{}`", rules.join("`, `")),
    };
    let expected: Vec<&str> = case.by.iter().map(String::as_str).collect();
    let as_expected = decision.verdict == case.expect && expected.iter().all(|rule| by.contains(rule));
    if !as_expected {
        return Some(format!(
            "expected {}{}, got {}{}",
            case.expect,
            named(&expected),
            decision.verdict,
            named(&by)
        ));
    }
    match case.would {
        Some(would) if would != decision.would.unwrap_or(decision.verdict) => Some(format!(
            "expected that it would be {would} with the rules in observe, got {}",
            decision.would.unwrap_or(decision.verdict)
        )),
        _ => None,
    }
}
