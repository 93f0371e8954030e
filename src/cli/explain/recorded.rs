//! A decision that was made: what the ledger knows of it, and what whoever is refused can do now.

use crate::client::{Connection, one_line, visible};
use crate::output::Stopped;
use std::io::Write;
use std::process::ExitCode;
use toolgate_engine::protocol::{EscalationPhase, EscalationState};
use toolgate_ledger::audit::Call;
use toolgate_ledger::escalation::Phase;
use toolgate_ledger::event::is_uuid;
use toolgate_ledger::http::decisions::DecisionView;

/// Prints it.
pub(super) fn explain(connection: &Connection, id: &str, out: &mut impl Write) -> Result<ExitCode, Stopped> {
    if !is_uuid(id) {
        return Err(Stopped::Failed(format!(
            "`{}` is not a decision's ID; the agent was told it as `Decision: …`",
            one_line(id)
        )));
    }
    let found: DecisionView = connection.client()?.get(&format!("/v1/decisions/{id}"), &[])?;
    for (name, text) in lines(&found) {
        writeln!(out, "{name:<9} {text}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is said, with a name for each line. A name that is empty belongs to the line above.
fn lines(view: &DecisionView) -> Vec<(&'static str, String)> {
    let DecisionView { call, would, escalation } = view;
    let by = call.agent.as_deref().map_or_else(|| "nobody known".to_owned(), one_line);
    let mut lines = vec![
        ("decision", one_line(&call.decision)),
        ("call", format!("{}, by {by}, at {}", one_line(&call.tool), one_line(&call.time))),
    ];
    let names = std::iter::once("would").chain(std::iter::repeat(""));
    lines.extend(names.zip(would.iter().map(|words| one_line(words))));
    let rules = match call.rules.as_slice() {
        [] => "no rule: what no rule speaks of is judged so".to_owned(),
        [rule] => format!("rule {}", one_line(rule)),
        rules => format!("rules {}", one_line(&rules.join(", "))),
    };
    lines.push(("verdict", format!("{}, by {rules}", one_line(&call.verdict))));
    lines.push(("because", visible(&call.reason)));
    if let Some(state) = escalation {
        lines.push(("people", people(call, state)));
    }
    let fate = call.fate.as_deref().map_or_else(|| "nothing is known yet".to_owned(), one_line);
    lines.push(("became", fate));
    lines.push(("next", next(call, escalation.as_ref())));
    lines
}

fn people(call: &Call, state: &EscalationState) -> String {
    let who = match (&call.denied_by, call.approved_by.is_empty()) {
        (Some(person), _) => format!(", by {}", one_line(person)),
        (None, false) => format!(", agreed: {}", one_line(&call.approved_by.join(", "))),
        (None, true) => String::new(),
    };
    let comment = state.comment.as_deref().map(|text| format!(": {}", one_line(text))).unwrap_or_default();
    format!("approval {} is {}{who}{comment}", one_line(&state.id), Phase(state.state).name())
}

/// What whoever builds the agent can do. It never says more than the gate would do.
fn next(call: &Call, escalation: Option<&EscalationState>) -> String {
    const SAME: &str = "the same call: same tool, same arguments";
    if call.fate.as_deref() == Some("released") {
        let observed = call.enforced == "observe" && call.verdict != "allow";
        let text = if call.break_glass.is_some() {
            "nothing: it went through by break-glass; without, the policy would have decided"
        } else if observed {
            "nothing: it went through, because this policy only observes; enforced, it would not have"
        } else {
            "nothing: it went through"
        };
        return text.to_owned();
    }
    if call.break_glass.is_some() && call.fate.as_deref() == Some("refused") {
        return format!("the break-glass was over; send {SAME}, and the policy decides again");
    }
    let asked = escalation.map(|state| (state.state, state.expires_in));
    match (call.verdict.as_str(), asked) {
        ("deny", _) => "do without it: nobody is asked, and the same call is refused again. If the agent needs it, whoever \
                        writes the policy changes the rule"
            .to_owned(),
        (_, Some((EscalationPhase::Pending, left))) => {
            format!("wait for an answer, {left} s at most; then send {SAME}. A changed call is a new question")
        }
        (_, Some((EscalationPhase::Approved, left))) => {
            format!("send {SAME}, within {left} s. It goes through once")
        }
        (_, Some((EscalationPhase::Denied, left @ 1..))) => format!(
            "do without it: a reviewer said no, and {SAME} is refused by that for {left} s more, unless a reviewer takes \
             it back with `toolgate approvals lift`"
        ),
        (_, Some((EscalationPhase::Denied | EscalationPhase::Revoked, _))) => {
            "do without it: a reviewer said no".to_owned()
        }
        (_, Some((EscalationPhase::Consumed, _))) => {
            format!("the approval was used; to do it again, send {SAME}, and people are asked anew")
        }
        (_, Some((EscalationPhase::Expired | EscalationPhase::Cancelled, _))) => {
            format!("nobody answered, or nobody used the answer in time; send {SAME} if it is still needed, and people are asked anew")
        }
        ("escalate", None) => format!("people could not be asked; send {SAME} later"),
        _ => format!("it was allowed and did not reach the agent; send {SAME}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(verdict: &str, fate: Option<&str>) -> Call {
        Call {
            index: 1,
            decision: "d".to_owned(),
            time: "t".to_owned(),
            agent: None,
            tool: "Bash\u{202e}".to_owned(),
            effects: Vec::new(),
            verdict: verdict.to_owned(),
            enforced: "hold".to_owned(),
            rules: Vec::new(),
            reason: "because".to_owned(),
            escalation: None,
            approved_by: Vec::new(),
            denied_by: None,
            break_glass: None,
            fate: fate.map(str::to_owned),
        }
    }

    fn stands(state: EscalationPhase) -> EscalationState {
        EscalationState {
            id: "e".to_owned(),
            digest: String::new(),
            state,
            version: 1,
            comment: None,
            expires_in: 30,
        }
    }

    #[test]
    fn what_to_do_next_follows_how_it_stands() {
        for (verdict, fate, state, expected) in [
            ("allow", Some("released"), None, "nothing: it went through"),
            ("allow", Some("refused"), None, "send the same call"),
            ("deny", Some("refused"), None, "do without it: nobody is asked"),
            ("escalate", None, Some(EscalationPhase::Pending), "wait for an answer, 30 s at most"),
            (
                "escalate",
                Some("refused"),
                Some(EscalationPhase::Approved),
                "within 30 s. It goes through once",
            ),
            ("escalate", Some("refused"), Some(EscalationPhase::Denied), "a reviewer said no"),
            ("escalate", Some("refused"), Some(EscalationPhase::Revoked), "a reviewer said no"),
            ("escalate", Some("refused"), Some(EscalationPhase::Expired), "asked anew"),
            ("escalate", Some("refused"), Some(EscalationPhase::Cancelled), "asked anew"),
            ("escalate", Some("abandoned"), Some(EscalationPhase::Consumed), "the approval was used"),
            ("escalate", Some("refused"), None, "people could not be asked"),
        ] {
            let told = next(&call(verdict, fate), state.map(stands).as_ref());
            assert!(told.contains(expected), "{verdict} {fate:?} {state:?}: {told}");
        }
        let observed = Call { enforced: "observe".to_owned(), ..call("deny", Some("released")) };
        assert!(next(&observed, None).contains("only observes"));
    }

    #[test]
    fn what_hides_is_written_out() {
        let view =
            DecisionView { call: call("deny", None), would: vec!["a\nb".to_owned()], escalation: None };
        let text: Vec<String> = lines(&view).into_iter().map(|(_, text)| text).collect();
        assert!(text.iter().any(|line| line.starts_with("Bash\\u{202e}, by nobody known")), "{text:?}");
        assert!(text.contains(&"a\\nb".to_owned()), "{text:?}");
    }
}
