//! One call from its judgement to its outcome: recorded, asked about, spent, settled.
//!
//! ```text
//!            deny ───────────────────────────────────────────────► Settled(refuse)
//! judge ─► Recording ─► (allow) ─────────────────────────────────► Settled(release)
//!              │           (escalate) ─► Creating ─► Waiting ─► Consuming ─► Settled(release)
//!              └─ deadline, no room ┴────────┴──────────┴───────────┴──────► Settled(refuse)
//! ```
//!
//! Under break-glass what is denied or asked about goes the way of what is allowed, unless a guardrail or something that
//! was not understood is in the way. Where two people signed it without the ledger, a deadline or no room releases too.

use super::Step;
use super::ask::{self, Ask, Spent};
use super::exchange::{Exchange, Mode};
use super::io::{Input, Tally, Ticket};
use super::records;
use super::refusal::Why;
use crate::break_glass::Glass;
use crate::call::ToolCall;
use crate::effects;
use crate::emitter::{Need, Recorded};
use crate::policy::{Covered, Decision, Permit, Question, Verdict};
use crate::protocol::{ConsumeRequest, EscalationCreate, EscalationPhase, EscalationState};
use crate::record::{Enforced, Fate, OutcomeBody, Reason, types};
use crate::time::{Span, Timestamp};
use crate::wire::Outcome;

/// The longest a poll waits at the side service; several of them make a hold.
const POLL: Span = Span::from_secs(15);
/// A pause before a poll that failed is repeated.
const POLL_AGAIN: Span = Span::from_millis(500);

/// One call, its decision and how far it has come.
#[derive(Debug)]
pub(super) struct Judged {
    id: String,
    tool: String,
    index: usize,
    decision: Decision,
    digest: String,
    since: Timestamp,
    turn: u32,
    escalation: Option<String>,
    glass: Option<Box<Glass>>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Its record is on the way; `create` is what a person will be asked.
    Recording { until: Timestamp, create: Option<Box<EscalationCreate>> },
    /// A person is being asked. `again`: an approval that was found had been spent already.
    Creating { until: Timestamp, create: Box<EscalationCreate>, again: bool },
    /// A person has been asked.
    Waiting { until: Timestamp, version: u64, poll: Poll, create: Box<EscalationCreate> },
    /// The approval is being spent.
    Consuming { until: Timestamp, request: ConsumeRequest, create: Box<EscalationCreate>, again: bool },
    /// It is decided; nothing waits any more.
    Settled(Settlement),
}

#[derive(Debug)]
enum Settlement {
    Release(Permit, By),
    Refuse(Why),
}

/// By what a call is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Policy,
    Approval,
    BreakGlass,
}

impl By {
    /// The word for it in records.
    const fn code(self) -> &'static str {
        match self {
            Self::Policy => "allowed",
            Self::Approval => "approved",
            Self::BreakGlass => "break_glass",
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Poll {
    InFlight,
    After(Timestamp),
}

impl Judged {
    /// Judges a call and takes the first step.
    pub(super) fn new(step: &mut Step<'_>, exchange: &Exchange, call: &ToolCall, index: usize) -> Self {
        let now = step.now;
        let policy = &exchange.policy;
        let effects = effects::analyse(call, policy.tools(), policy.working_directory());
        let decision = decide(exchange, call, &effects);
        step.out.tallies.push(match decision.verdict {
            Verdict::Allow => Tally::CallAllowed,
            Verdict::Escalate => Tally::CallEscalated,
            Verdict::Deny => Tally::CallDenied,
        });
        let id = step.vm.ids.next(now);
        let action = records::action(step.vm, exchange, call, &decision);
        let digest = action.digest.clone();
        let glass = glass(step, exchange, &decision).cloned();
        let enforced = match (exchange.mode, decision.verdict) {
            (Mode::Observed, _) => Enforced::Observe,
            (Mode::ObservedButFrozen, _) => Enforced::Deny,
            (Mode::Enforced, _) if glass.is_some() => Enforced::Allow,
            (Mode::Enforced, Verdict::Allow) => Enforced::Allow,
            (Mode::Enforced, Verdict::Escalate) => Enforced::Hold,
            (Mode::Enforced, Verdict::Deny) => Enforced::Deny,
        };
        let body =
            records::decision(exchange, call, index, &effects, &decision, action, (enforced, glass.as_ref()));
        let waits = matches!(enforced, Enforced::Allow | Enforced::Hold);
        let need = if waits { Need::Awaited } else { Need::Behind };
        let recorded = exchange.record(step.vm, now, need, (&id, types::DECISION, &body));
        let stage = if !waits {
            let frozen = exchange.mode == Mode::ObservedButFrozen;
            let why = if frozen { Why::Frozen } else { Why::Denied };
            Stage::Settled(Settlement::Refuse(why))
        } else if recorded.is_err() {
            let covered = covered(exchange, &decision, &id);
            let permit = glass.as_ref().and_then(|glass| Permit::by_break_glass(glass, &covered, now, None));
            Stage::Settled(match permit {
                Some(permit) => {
                    // It is dropped, and the emitter admits it.
                    let _ = exchange.record(step.vm, now, Need::Behind, (&id, types::DECISION, &body));
                    Settlement::Release(permit, By::BreakGlass)
                }
                None => Settlement::Refuse(Why::LedgerUnavailable),
            })
        } else {
            step.out.awaits.push(id.clone());
            let create = (decision.verdict == Verdict::Escalate && glass.is_none()).then(|| {
                Box::new(records::escalation(step.vm, exchange, call, &id, &effects, &decision, &digest))
            });
            Stage::Recording { until: now + step.vm.config.ledger.ack_timeout(), create }
        };
        let tool = call.tool.clone();
        let glass = glass.map(Box::new);
        Self { id, tool, index, decision, digest, since: now, turn: 0, escalation: None, glass, stage }
    }

    /// How it stands, in a word, and the rules that decided.
    pub(super) fn summary(&self) -> (&str, &Decision, &'static str) {
        (&self.id, &self.decision, "open")
    }

    pub(super) const fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Settled(_))
    }

    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.stage, Stage::Settled(Settlement::Refuse(_)))
    }

    /// Refuses a call that is not settled yet.
    pub(super) fn refuse(&mut self, why: Why) {
        if !self.is_settled() {
            self.settle(Settlement::Refuse(why));
        }
    }

    /// Refuses a call whatever released it.
    pub(super) fn forbid(&mut self, why: Why) {
        if !self.is_refused() {
            self.settle(Settlement::Refuse(why));
        }
    }

    fn settle(&mut self, settlement: Settlement) {
        self.stage = Stage::Settled(settlement);
    }

    /// Tells calls of something that is no chunk: a record, an answer, time.
    pub(super) fn tell(calls: &mut [Self], step: &mut Step<'_>, exchange: &Exchange, input: &Input<'_>) {
        match input {
            Input::Recorded(recorded) => {
                for call in calls {
                    call.recorded(step, exchange, recorded);
                }
            }
            Input::Answered { ticket, answer } => {
                if let Some(call) = calls.iter_mut().find(|call| call.index == ticket.call) {
                    call.answered(step, ticket.turn, *answer);
                }
            }
            Input::Tick => {
                for call in calls {
                    call.tick(step, exchange);
                }
            }
            _ => {}
        }
    }

    /// The ledger has an event; if it is this call's decision, the call goes on.
    fn recorded(&mut self, step: &mut Step<'_>, exchange: &Exchange, recorded: &Recorded) {
        if recorded.id() != self.id {
            return;
        }
        let Stage::Recording { create, .. } = &mut self.stage else { return };
        if recorded.is_frozen() {
            self.settle(Settlement::Refuse(Why::Frozen));
            return;
        }
        match create.take() {
            None => {
                let by_policy = self.decision.permit(&self.id, recorded).map(|permit| (permit, By::Policy));
                let permit = by_policy.or_else(|| {
                    Some((self.break_glass(step.now, exchange, Some(recorded))?, By::BreakGlass))
                });
                self.settle(match permit {
                    Some((permit, by)) => Settlement::Release(permit, by),
                    None if self.glass.is_some() => Settlement::Refuse(Why::BreakGlassOver),
                    None => Settlement::Refuse(Why::Denied),
                });
            }
            Some(create) => self.create(step, create, false),
        }
    }

    /// The permit by break-glass, if there is one; without a record only by one that does without.
    fn break_glass(
        &self,
        now: Timestamp,
        exchange: &Exchange,
        recorded: Option<&Recorded>,
    ) -> Option<Permit> {
        let covered = covered(exchange, &self.decision, &self.id);
        Permit::by_break_glass(self.glass.as_ref()?, &covered, now, recorded)
    }

    fn create(&mut self, step: &mut Step<'_>, create: Box<EscalationCreate>, again: bool) {
        self.ask(step, Ask::Create(create.clone()));
        self.stage = Stage::Creating { until: step.now + step.vm.config.ledger.ack_timeout(), create, again };
    }

    fn ask(&mut self, step: &mut Step<'_>, ask: Ask) {
        self.turn += 1;
        step.out.asks.push((Ticket { call: self.index, turn: self.turn }, ask));
    }

    /// An answer to a question about this call.
    fn answered(&mut self, step: &mut Step<'_>, turn: u32, answer: Option<(u16, &[u8])>) {
        if turn != self.turn {
            return;
        }
        if let Some(why) = ask::declined(answer) {
            self.refuse(why);
            return;
        }
        match std::mem::replace(&mut self.stage, Stage::Settled(Settlement::Refuse(Why::LedgerUnavailable))) {
            Stage::Creating { create, again, .. } => {
                if let Some(state) = ask::state(answer, &self.digest) {
                    self.escalation = Some(state.id.clone());
                    let until = self.since + Span::from_millis(step.vm.config.hold_ms);
                    self.follow(step, state, until, create, again);
                }
            }
            Stage::Waiting { until, version, create, .. } => match ask::state(answer, &self.digest) {
                Some(state) if Some(state.id.as_str()) == self.escalation.as_deref() => {
                    self.follow(step, state, until, create, false);
                }
                Some(_) | None => {
                    let poll = Poll::After(step.now + POLL_AGAIN);
                    self.stage = Stage::Waiting { until, version, poll, create };
                }
            },
            Stage::Consuming { request, create, again, .. } => {
                self.consumed(step, answer, &request, create, again)
            }
            other @ (Stage::Recording { .. } | Stage::Settled(_)) => self.stage = other,
        }
    }

    fn follow(
        &mut self,
        step: &mut Step<'_>,
        state: EscalationState,
        until: Timestamp,
        create: Box<EscalationCreate>,
        again: bool,
    ) {
        let now = step.now;
        let escalation = state.id;
        match state.state {
            EscalationPhase::Pending if now >= until => {
                self.settle(Settlement::Refuse(Why::Pending { escalation }))
            }
            EscalationPhase::Pending => {
                let wait = until.since(now).min(POLL);
                self.ask(step, Ask::Poll { id: escalation, version: state.version, wait });
                self.stage = Stage::Waiting { until, version: state.version, poll: Poll::InFlight, create };
            }
            EscalationPhase::Approved => {
                let request = ConsumeRequest {
                    decision: self.id.clone(),
                    agent: create.agent.clone(),
                    digest: self.digest.clone(),
                    rules_digest: create.rules_digest.clone(),
                };
                self.ask(step, Ask::Consume { id: escalation, request: request.clone() });
                self.stage = Stage::Consuming {
                    until: now + step.vm.config.ledger.ack_timeout(),
                    request,
                    create,
                    again,
                };
            }
            // Spent between two looks at it: this occurrence needs an approval of its own.
            EscalationPhase::Consumed if !again => self.create(step, create, true),
            EscalationPhase::Denied => {
                let why = Why::Rejected { escalation, comment: state.comment };
                self.settle(Settlement::Refuse(why));
            }
            EscalationPhase::Consumed
            | EscalationPhase::Expired
            | EscalationPhase::Revoked
            | EscalationPhase::Cancelled => self.settle(Settlement::Refuse(Why::Expired { escalation })),
        }
    }

    fn consumed(
        &mut self,
        step: &mut Step<'_>,
        answer: Option<(u16, &[u8])>,
        request: &ConsumeRequest,
        create: Box<EscalationCreate>,
        again: bool,
    ) {
        let escalation = self.escalation.clone().unwrap_or_default();
        match ask::spent(answer) {
            Spent::Yes(ack) => {
                let settlement = Permit::by_approval(request, &escalation, &ack)
                    .map_or(Settlement::Refuse(Why::LedgerUnavailable), |permit| {
                        Settlement::Release(permit, By::Approval)
                    });
                self.settle(settlement);
            }
            // The one approval went to an identical call: ask for another, once.
            Spent::Elsewhere if !again => self.create(step, create, true),
            Spent::Elsewhere => self.settle(Settlement::Refuse(Why::Expired { escalation })),
            Spent::Unproven => self.settle(Settlement::Refuse(Why::LedgerUnavailable)),
        }
    }

    /// Time passes: deadlines refuse, a failed poll is repeated.
    fn tick(&mut self, step: &mut Step<'_>, exchange: &Exchange) {
        let now = step.now;
        let escalation = self.escalation.clone().unwrap_or_default();
        match &mut self.stage {
            Stage::Recording { until, .. } if now >= *until => {
                self.settle(match self.break_glass(now, exchange, None) {
                    Some(permit) => Settlement::Release(permit, By::BreakGlass),
                    None => Settlement::Refuse(Why::LedgerUnavailable),
                });
            }
            Stage::Creating { until, .. } | Stage::Consuming { until, .. } if now >= *until => {
                self.refuse(Why::LedgerUnavailable);
            }
            Stage::Waiting { until, .. } if now >= *until => self.refuse(Why::Pending { escalation }),
            Stage::Waiting { until, version, poll, .. } => {
                if let Poll::After(at) = *poll
                    && now >= at
                {
                    let ask =
                        Ask::Poll { id: escalation, version: *version, wait: until.since(now).min(POLL) };
                    *poll = Poll::InFlight;
                    self.ask(step, ask);
                }
            }
            Stage::Recording { .. }
            | Stage::Creating { .. }
            | Stage::Consuming { .. }
            | Stage::Settled(_) => {}
        }
    }

    /// The outcome, for the codec, and what is to be recorded of it once it is written. A call that is not settled
    /// is refused.
    pub(super) fn conclude(self) -> (Outcome, Concluded) {
        let settlement = match self.stage {
            Stage::Settled(settlement) => settlement,
            _ => Settlement::Refuse(Why::AnswerUnreadable),
        };
        let (outcome, ending) = match settlement {
            Settlement::Release(permit, by) => (Outcome::Release(permit), Ok(by)),
            Settlement::Refuse(why) => {
                (Outcome::Refuse(why.refusal(&self.tool, &self.id, &self.decision)), Err(why))
            }
        };
        let concluded = Concluded {
            id: self.id,
            decision: self.decision,
            since: self.since,
            escalation: self.escalation,
            ending,
            removed: false,
        };
        (outcome, concluded)
    }

    /// The stream ended before the call's bytes, or its refusal, could be written.
    pub(super) fn abandon(self, step: &mut Step<'_>, exchange: &Exchange) {
        step.out.tallies.push(Tally::CallAbandoned);
        let held = step.now.since(self.since).as_millis();
        let reason = Reason { code: "stream_ended".to_owned(), text: String::new() };
        let outcome = Fate::Abandoned;
        record(
            step,
            exchange,
            OutcomeBody { decision: self.id, outcome, reason, escalation: self.escalation, hold_ms: held },
        );
    }

    /// Nothing was enforced: the call went by.
    pub(super) fn observe(self, step: &mut Step<'_>, exchange: &Exchange) {
        let reason = Reason { code: "observed".to_owned(), text: String::new() };
        let outcome = Fate::Released;
        record(
            step,
            exchange,
            OutcomeBody { decision: self.id, outcome, reason, escalation: None, hold_ms: 0 },
        );
    }
}

/// What the record says of a tool that was cut out of a request.
pub(super) const REMOVED: &str = "It was removed from the request, which went on without it.";

/// A call whose outcome is known but not recorded yet.
pub(super) struct Concluded {
    id: String,
    decision: Decision,
    since: Timestamp,
    escalation: Option<String>,
    /// By what it is released, or why it is refused.
    ending: Result<By, Why>,
    /// The request goes on without it.
    removed: bool,
}

impl Concluded {
    pub(super) const fn is_released(&self) -> bool {
        self.ending.is_ok()
    }

    /// Its bytes are not written after all.
    pub(super) fn withdraw(&mut self, why: Why) {
        if self.ending.is_ok() {
            self.ending = Err(why);
        }
    }

    /// The request it stood in goes on without it, if it is refused.
    pub(super) const fn remove(&mut self) {
        self.removed = self.ending.is_err();
    }

    /// What became of it, in a word, and the rules that decided.
    pub(super) fn summary(&self) -> (&str, &Decision, &'static str) {
        let fate = match &self.ending {
            Ok(By::Policy) => "released",
            Ok(by) => by.code(),
            Err(why) => why.code(&self.decision),
        };
        (&self.id, &self.decision, fate)
    }

    /// Records what became of it.
    pub(super) fn record(self, step: &mut Step<'_>, exchange: &Exchange) {
        let hold_ms = step.now.since(self.since).as_millis();
        step.out.tallies.push(Tally::HeldMillis(hold_ms));
        let (outcome, reason) = match &self.ending {
            Ok(by) => {
                step.out.tallies.push(Tally::CallReleased);
                (Fate::Released, Reason { code: by.code().to_owned(), text: String::new() })
            }
            Err(why) => {
                step.out.tallies.push(Tally::CallRefused);
                let mut reason = why.reason(&self.decision);
                if self.removed {
                    let said = std::mem::take(&mut reason.text);
                    reason.text = [REMOVED, &said]
                        .into_iter()
                        .filter(|text| !text.is_empty())
                        .collect::<Vec<_>>()
                        .join(" ");
                }
                (Fate::Refused, reason)
            }
        };
        let body = OutcomeBody { decision: self.id, outcome, reason, escalation: self.escalation, hold_ms };
        record(step, exchange, body);
    }
}

fn decide(exchange: &Exchange, call: &ToolCall, effects: &effects::Effects) -> Decision {
    let principal = exchange.principal.as_deref();
    exchange.policy.judge(&Question { principal, call, effects, context: &exchange.context })
}

/// The break-glass under which this call is let through, if it makes any difference.
fn glass<'a>(step: &'a Step<'_>, exchange: &Exchange, decision: &Decision) -> Option<&'a Glass> {
    if exchange.mode != Mode::Enforced || !decision.overridable {
        return None;
    }
    let principal = exchange.principal.as_deref();
    // What is known of a freeze counts also when nobody can say any more whether it still holds.
    if step.vm.orders.is_frozen(principal) {
        return None;
    }
    let glass = step.vm.orders.glass(principal, exchange.policy.name(), step.now)?;
    // What is allowed needs none while there is a ledger.
    (decision.verdict != Verdict::Allow || glass.is_offline()).then_some(glass)
}

fn covered<'a>(exchange: &'a Exchange, decision: &'a Decision, id: &'a str) -> Covered<'a> {
    Covered { decision, id, principal: exchange.principal.as_deref(), policy: exchange.policy.name() }
}

fn record(step: &mut Step<'_>, exchange: &Exchange, body: OutcomeBody) {
    let id = step.vm.ids.next(step.now);
    // Sent behind: one that finds no room is admitted as a gap, and `verify` lists the decision.
    let _ = exchange.record(step.vm, step.now, Need::Behind, (&id, types::OUTCOME, &body));
}
