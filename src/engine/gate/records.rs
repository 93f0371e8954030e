//! What the gate writes of one call: the decision event, and the question to a person.

use super::Vm;
use super::exchange::Exchange;
use crate::break_glass::Glass;
use crate::call::{Arguments, ToolCall};
use crate::digest;
use crate::effects::words::Words;
use crate::effects::{self, Effects};
use crate::emitter::Emitter;
use crate::policy::{Decision, Disclosure, Verdict, explain};
use crate::protocol::{EscalationCreate, MAX_EVENT_BYTES};
use crate::record::{
    self, ANALYSER, ActionDigest, BreakGlass, DecisionBody, Enforced, Reason, ResponseBody, Seen, Tool,
};
use crate::redact::Level;
use serde::Serialize;

/// Effects and unknowns that are recorded at most; an event has a size. What is left out is said.
const MOST_EFFECTS: usize = 24;
/// Room of an event for what stands around its body: the chain, identifiers, the trace context.
const ENVELOPE: usize = 2 << 10;

/// What the record may say of the arguments, and the digest an approval is bound to.
pub(super) fn action(vm: &Vm, exchange: &Exchange, call: &ToolCall, decision: &Decision) -> ActionDigest {
    let inert = effects::inert(call, exchange.policy.tools());
    let level = match decision.args {
        Disclosure::None => Level::None,
        Disclosure::Digest => Level::Digest,
        Disclosure::Redacted => Level::Redacted,
        Disclosure::Full => Level::Full,
    };
    digest::of_call(exchange.principal.as_deref(), call, &inert, vm.audit_key.as_deref(), level)
}

pub(super) fn decision(
    exchange: &Exchange,
    call: &ToolCall,
    index: usize,
    effects: &Effects,
    decision: &Decision,
    action: ActionDigest,
    (enforced, glass): (Enforced, Option<&Glass>),
) -> DecisionBody {
    let break_glass = glass.map(Glass::recorded);
    let rules = decision.determining.iter().map(|rule| rule.rule.clone()).collect();
    fitted(DecisionBody {
        agent: exchange.agent(),
        model: exchange.model(),
        request: exchange.request(),
        tool: Tool {
            name: bounded(&call.tool, 256),
            namespace: call.namespace.as_deref().map(|n| bounded(n, 256)),
            call_id: call.id.as_deref().map(|id| bounded(id, 128)),
            kind: call.kind.name().to_owned(),
            index: u32::try_from(index).unwrap_or(u32::MAX),
        },
        action,
        effects: first_effects(effects, MOST_EFFECTS),
        analyser: ANALYSER.to_owned(),
        policy: exchange.policy(rules),
        verdict: decision.verdict,
        enforced,
        reason: match &break_glass {
            Some(glass) if decision.verdict != Verdict::Allow => overridden(glass),
            Some(_) | None => reason(decision),
        },
        inputs: decision.inputs.clone(),
        notify: decision.notify.clone(),
        would: decision.would,
        break_glass,
    })
}

/// Whether a body fits into one event.
fn fits(body: &impl Serialize) -> bool {
    serde_json::to_vec(body).is_ok_and(|bytes| bytes.len() <= MAX_EVENT_BYTES - ENVELOPE)
}

/// The same of a refusal as a whole. What the request chose must not keep that out of the record either.
pub(super) fn fitted_response(mut body: ResponseBody) -> ResponseBody {
    let shorten: [fn(&mut ResponseBody); 3] = [
        |body| body.request.offered.clear(),
        |body| body.request.provider_executed.clear(),
        |body| {
            body.request = record::Request::default();
            body.model.requested = None;
        },
    ];
    for step in shorten {
        if fits(&body) {
            break;
        }
        step(&mut body);
    }
    body
}

/// The body as it fits into one event. What request and call chose must not keep their decision out of the record, so
/// what is left out first is what the digest or the request can show later.
fn fitted(mut body: DecisionBody) -> DecisionBody {
    let shorten: [fn(&mut DecisionBody); 4] = [
        |body| body.request.offered.clear(),
        |body| body.action.truncated |= body.action.preview.take().is_some(),
        |body| body.inputs.clear(),
        |body| body.request.provider_executed.clear(),
    ];
    for step in shorten {
        if fits(&body) {
            return body;
        }
        step(&mut body);
    }
    let all = std::mem::take(&mut body.effects);
    let mut most = all.known.len().max(all.unknown.len());
    loop {
        body.effects = first_effects(&all, most);
        if most == 0 || fits(&body) {
            return body;
        }
        most /= 2;
    }
}

pub(super) fn escalation(
    vm: &Vm,
    exchange: &Exchange,
    call: &ToolCall,
    id: &str,
    effects: &Effects,
    decision: &Decision,
    digest: &str,
) -> EscalationCreate {
    let because: Vec<&str> = decision.determining.iter().map(|rule| rule.because.as_str()).collect();
    let known = effects.known.iter().map(|effect| effect.words(Words::Full));
    let unknown =
        effects.unknown.iter().map(|unknown| format!("not understood: {}", explain::unknown(unknown)));
    EscalationCreate {
        decision: id.to_owned(),
        source: vm.emitter.source().to_owned(),
        agent: exchange.principal.clone().unwrap_or_default(),
        via: exchange.via.to_owned(),
        on_behalf_of: exchange.on_behalf_of.clone(),
        tool: match &call.namespace {
            Some(namespace) => format!("{namespace}/{}", call.tool),
            None => call.tool.clone(),
        },
        digest: digest.to_owned(),
        bundle: exchange.policy.digest().to_owned(),
        rules_digest: decision.rules_digest.clone(),
        rules: decision.determining.iter().map(|rule| rule.rule.clone()).collect(),
        because: because.join(" "),
        reviewers: decision.reviewers.clone(),
        effects: listed(known.chain(unknown)),
        arguments: text(&call.arguments).to_owned(),
    }
}

/// What a person is shown of the effects, a line each. The question has a size; beyond it they are counted.
fn listed(lines: impl Iterator<Item = String>) -> Vec<String> {
    const MOST_BYTES: usize = 16 << 10;
    let (mut shown, mut bytes, mut left_out) = (Vec::new(), 0, 0_usize);
    for line in lines {
        bytes += line.len() + 3;
        if bytes <= MOST_BYTES {
            shown.push(line);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        shown.push(format!("and {left_out} more, which only the arguments show"));
    }
    shown
}

/// The calls of one answer as a line of JSON, for access logs: no arguments, no text of the model's. The
/// checkpoint makes the access log a witness of the ledger's.
pub(super) fn summary<'a>(
    calls: impl ExactSizeIterator<Item = (&'a str, &'a Decision, &'static str)> + Clone,
    emitter: &Emitter,
) -> String {
    #[derive(serde::Serialize)]
    struct Summary<'a> {
        calls: usize,
        verdict: Option<Verdict>,
        decisions: Vec<One<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        checkpoint: Option<&'a Seen>,
    }
    #[derive(serde::Serialize)]
    struct One<'a> {
        id: &'a str,
        verdict: Verdict,
        rules: Vec<&'a str>,
        fate: &'static str,
    }
    const MOST: usize = 8;
    let summary = Summary {
        calls: calls.len(),
        verdict: calls.clone().map(|(_, decision, _)| decision.verdict).max(),
        decisions: calls
            .take(MOST)
            .map(|(id, decision, fate)| One {
                id,
                verdict: decision.verdict,
                rules: decision.determining.iter().take(MOST).map(|rule| rule.rule.as_str()).collect(),
                fate,
            })
            .collect(),
        checkpoint: emitter.seen(),
    };
    serde_json::to_string(&summary).unwrap_or_default()
}

fn reason(decision: &Decision) -> Reason {
    let code = match (decision.verdict, decision.determining.first()) {
        (Verdict::Allow, _) | (_, None) => "rule",
        (_, Some(first)) if matches!(first.rule.as_str(), "default" | "unknown") => first.rule.as_str(),
        (_, Some(_)) => "rule",
    };
    let text: Vec<&str> = decision.determining.iter().map(|rule| rule.because.as_str()).collect();
    Reason { code: code.to_owned(), text: bounded(&text.join(" "), 1_024) }
}

fn overridden(glass: &BreakGlass) -> Reason {
    let BreakGlass { id, asked, confirmed, reason, .. } = glass;
    let text = format!("Break-glass {id}, asked for by {asked} and confirmed by {confirmed}: {reason}");
    Reason { code: "break_glass".to_owned(), text: bounded(&text, 1_024) }
}

fn text(arguments: &Arguments) -> &str {
    match arguments {
        Arguments::Absent => "",
        Arguments::Json(document) => document.text(),
        Arguments::Text(text) | Arguments::Malformed { text, .. } => text,
    }
}

/// The first effects and unknowns, at most so many of each.
fn first_effects(effects: &Effects, most: usize) -> Effects {
    let mut bounded = Effects {
        known: effects.known.iter().take(most).cloned().collect(),
        unknown: effects.unknown.iter().take(most).cloned().collect(),
    };
    let left_out = effects.known.len() + effects.unknown.len() - bounded.known.len() - bounded.unknown.len();
    if left_out > 0 {
        bounded.unknown.push(crate::effects::Unknown {
            code: "not_listed".into(),
            what: format!("{left_out} more, left out of the record for their number or length"),
            at: String::new(),
            span: None,
        });
    }
    bounded
}

fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
