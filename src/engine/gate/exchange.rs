//! One request and what is known of it: the part of the gate's data that every record repeats.

use super::io::{RequestHead, Tally};
use super::records;
use super::{Step, Vm};
use crate::emitter::{Full, Need, NewEvent};
use crate::json::Document;
use crate::policy::{Bundle, Context, explain};
use crate::record::{self, Agent, Enforced, Model, Reason, ResponseBody, types};
use crate::time::Timestamp;
use crate::wire::{Api, RequestFacts, Target};
use serde::Serialize;
use std::rc::Rc;

/// What becomes of what the policy refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is refused.
    Enforced,
    /// Nothing is: the bundle says so and so does the plugin's own switch.
    Observed,
    /// Nothing would be, if people had not stopped the principal: so everything it calls is refused for that, and nothing
    /// for the policy. A freeze is no policy, so it holds in observe as well.
    ObservedButFrozen,
}

impl Mode {
    pub(super) fn of(vm: &Vm, policy: &Bundle, principal: Option<&str>) -> Self {
        match (vm.config.observe && policy.observes(principal), vm.orders.is_frozen(principal)) {
            (false, _) => Self::Enforced,
            (true, false) => Self::Observed,
            (true, true) => Self::ObservedButFrozen,
        }
    }
}

/// A request to a generating endpoint.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) api: Api,
    pub(super) target: Target,
    /// The MCP server that is asked, as the operator calls it.
    pub(super) server: Option<String>,
    pub(super) policy: Rc<Bundle>,
    pub(super) principal: Option<String>,
    /// The person it acts for.
    pub(super) on_behalf_of: Option<String>,
    pub(super) via: &'static str,
    pub(super) context: Context,
    pub(super) facts: RequestFacts,
    pub(super) mode: Mode,
    request: record::Request,
    traceparent: Option<String>,
}

impl Exchange {
    pub(super) fn new(head: &RequestHead, api: Api, vm: &Vm, policy: Rc<Bundle>) -> Self {
        let config = &vm.config;
        let principal = one(&head.principals);
        let mode = Mode::of(vm, &policy, principal.as_deref());
        let path = head.path.split('?').next().unwrap_or_default();
        Self {
            api,
            target: Target::new(&head.path),
            server: None,
            principal,
            on_behalf_of: one(&head.persons),
            via: config.principal.via(),
            context: Context { model: None, provider: head.provider.clone(), route: head.route.clone() },
            facts: RequestFacts::default(),
            mode,
            request: record::Request {
                id: short(head.request_id.as_deref()),
                host: short(head.host.as_deref()),
                provider: short(head.provider.as_deref()),
                path: short(Some(path)),
                route: short(head.route.as_deref()),
                ..record::Request::default()
            },
            traceparent: short(head.traceparent.as_deref()),
            policy,
        }
    }

    /// Whether nothing is enforced.
    pub(super) const fn is_observed(&self) -> bool {
        matches!(self.mode, Mode::Observed)
    }

    pub(super) fn learn(&mut self, facts: RequestFacts) {
        self.context.model = facts.model.clone().filter(|_| !facts.other_models);
        self.request.stream = facts.stream;
        self.request.offered = names(facts.offered.iter().map(String::as_str));
        self.request.provider_executed = names(facts.provider_names());
        self.facts = facts;
    }

    /// A request without a body says in its path alone what of the provider's it is about, where that matters.
    pub(super) fn go_on_from_path(&mut self) {
        let entry = self.api.entry();
        if entry.forward.is_some() {
            let empty = Document::parse(b"{}".to_vec(), 1);
            let facts = empty.ok().and_then(|body| (entry.request)(&self.target, &body).ok());
            self.facts.continues = facts.map(|facts| facts.continues).unwrap_or_default();
        }
    }

    pub(super) fn agent(&self) -> Agent {
        let via = if self.principal.is_some() { self.via } else { "none" };
        Agent { id: self.principal.clone(), via: via.to_owned(), on_behalf_of: self.on_behalf_of.clone() }
    }

    pub(super) fn model(&self) -> Model {
        Model {
            api: self.api.entry().name.to_owned(),
            requested: short(self.facts.model.as_deref()),
            or_others: self.facts.other_models,
        }
    }

    pub(super) fn request(&self) -> record::Request {
        self.request.clone()
    }

    pub(super) fn policy(&self, rules: Vec<String>) -> record::Policy {
        record::Policy {
            bundle: self.policy.digest().to_owned(),
            name: self.policy.name().to_owned(),
            version: self.policy.version(),
            rules,
            mode: if self.is_observed() { "observe" } else { "enforce" }.to_owned(),
        }
    }

    pub(super) fn record<B: Serialize>(
        &self,
        vm: &mut Vm,
        now: Timestamp,
        need: Need,
        event: (&str, &str, &B),
    ) -> Result<(), Full> {
        let (id, kind, body) = event;
        let event = NewEvent {
            id,
            kind,
            traceparent: self.traceparent.as_deref(),
            who: self.principal.as_deref(),
            body,
        };
        vm.emitter.record(&mut vm.ids, now, need, event)
    }

    /// Notes that the answer is withheld: for the figures, the record and the access log. Gives the record's identifier.
    pub(super) fn withhold(&self, step: &mut Step<'_>, code: &str, text: &str) -> String {
        step.out.tallies.push(Tally::AnswerWithheld);
        let reason = Reason { code: code.to_owned(), text: text.to_owned() };
        let id = self.record_whole(step.vm, step.now, reason);
        step.out.access = Some(format!("{{\"withheld\":\"{code}\",\"id\":\"{id}\"}}"));
        id
    }

    /// Records that the request or its answer was refused as a whole, or would have been; the event's ID.
    pub(super) fn record_whole(&self, vm: &mut Vm, now: Timestamp, reason: Reason) -> String {
        let enforced = if self.is_observed() { Enforced::Observe } else { Enforced::Deny };
        self.record_response(vm, now, enforced, reason)
    }

    /// Records tools which the provider says it ran itself: nobody can refuse them any more.
    pub(super) fn record_ran(&self, vm: &mut Vm, now: Timestamp, tools: &[String]) {
        if !tools.is_empty() {
            let text = format!("the provider ran: {}", names(tools.iter().map(String::as_str)).join(", "));
            let reason = Reason { code: "provider_ran".to_owned(), text: explain::clean(&text, 1_024) };
            self.record_response(vm, now, Enforced::Allow, reason);
        }
    }

    fn record_response(&self, vm: &mut Vm, now: Timestamp, enforced: Enforced, reason: Reason) -> String {
        let body = records::fitted_response(ResponseBody {
            agent: self.agent(),
            model: self.model(),
            request: self.request(),
            policy: self.policy(vec![reason.code.clone()]),
            enforced,
            reason,
        });
        let id = vm.ids.next(now);
        // Nobody waits for it; one that finds no room is admitted as a gap.
        let _ = self.record(vm, now, Need::Behind, (&id, types::RESPONSE, &body));
        id
    }
}

/// Exactly one value is a principal, or a person; none, several, or an empty one is nobody.
pub(super) fn one(values: &[String]) -> Option<String> {
    match values {
        [value] if !value.is_empty() && value.len() <= 2_048 => Some(value.clone()),
        _ => None,
    }
}

/// What the traffic chose is recorded up to a length, so that it cannot crowd out the record.
fn short(text: Option<&str>) -> Option<String> {
    const MOST: usize = 256;
    text.map(|text| text.chars().take(MOST).collect())
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 128;
    // Of an event of sixteen thousand.
    const MOST_BYTES: usize = 4 << 10;
    let mut room = MOST_BYTES;
    let shortened = names.take(MOST).map(|name| name.chars().take(64).collect::<String>());
    shortened
        .take_while(|name| {
            let size = name.chars().map(written).sum::<usize>() + 3;
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .collect()
}

/// How many bytes a character takes in the record.
const fn written(c: char) -> usize {
    match c {
        '\0'..='\u{1f}' => 6,
        '"' | '\\' => 2,
        c => c.len_utf8(),
    }
}
