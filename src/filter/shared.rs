//! What the root and its streams share: the engine's VM, the gates, and the work that waits for the tick.
//!
//! INVARIANT (no borrow across a hostcall): methods here do not call the host. Whoever holds the borrow gives it
//! back before it does, because a hostcall can end a stream and come back into this VM.

use crate::metrics::Metrics;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::time::Duration;
use toolgate_engine::alarm::Alarm;
use toolgate_engine::gate::{Ask, Gate, Input, Output, Ticket, Vm};
use toolgate_engine::poller::Poller;
use toolgate_engine::reach::Reach;
use toolgate_engine::time::{Span, Timestamp};

/// Work is queued, and the tick in which it is done has to come by itself.
const NOW: Duration = Duration::from_millis(1);
/// A deadline or a repetition is ahead, or a tick that was asked for.
const SOON: Duration = Duration::from_millis(20);
/// How often streams that wait are told that time passes.
const PULSE: Span = Span::from_millis(10);
/// Only heartbeats and the policy.
const IDLE: Duration = Duration::from_secs(1);

/// The handle that the root and every stream of it hold.
pub(crate) type Handle = Rc<RefCell<Shared>>;

/// What one root and its streams share.
pub(crate) struct Shared {
    pub(crate) vm: Vm,
    pub(crate) poller: Option<Poller>,
    /// Whether people can be asked.
    pub(crate) reach: Reach,
    pub(crate) metrics: Rc<Metrics>,
    gates: HashMap<u32, Gate>,
    /// Streams that wait for a record or a person, so that time matters to them.
    waiting: BTreeSet<u32>,
    /// Which stream waits for the record of a decision.
    awaits: HashMap<String, u32>,
    /// Questions that wait to be sent.
    pub(crate) asks: Vec<(u32, Ticket, Ask)>,
    /// Outputs that wait to be carried out: from inputs that came while no hostcall on the stream was allowed.
    pub(crate) outputs: Vec<(u32, Output)>,
    /// Streams that are paused and have bytes which may leave.
    pushes: BTreeSet<u32>,
    /// When the streams that wait were last told.
    told: Timestamp,
    /// Asks for the next tick.
    alarm: Alarm,
    /// The tick period in force, so that the host is told only of changes.
    period: Duration,
}

impl Shared {
    pub(crate) fn new(vm: Vm, poller: Option<Poller>, metrics: Metrics, queue: Option<u32>) -> Self {
        Self {
            vm,
            poller,
            reach: Reach::default(),
            metrics: Rc::new(metrics),
            gates: HashMap::new(),
            waiting: BTreeSet::new(),
            awaits: HashMap::new(),
            asks: Vec::new(),
            outputs: Vec::new(),
            pushes: BTreeSet::new(),
            told: Timestamp::default(),
            alarm: Alarm::new(queue),
            period: Duration::ZERO,
        }
    }

    pub(crate) fn open(&mut self, stream: u32) {
        self.gates.insert(stream, Gate::default());
    }

    /// Whether the gate of a stream wants to see the bytes of bodies.
    pub(crate) fn reads(&self, stream: u32) -> bool {
        self.gates.get(&stream).is_none_or(Gate::reads)
    }

    /// Gives one input to the gate of a stream. A stream nobody knows is closed.
    pub(crate) fn handle(&mut self, stream: u32, now: Timestamp, input: Input<'_>) -> Output {
        let Some(gate) = self.gates.get_mut(&stream) else { return Output::default() };
        let mut out = gate.handle(&mut self.vm, now, input);
        if gate.waits() {
            self.waiting.insert(stream);
        } else {
            self.waiting.remove(&stream);
        }
        if std::mem::take(&mut out.push) {
            self.pushes.insert(stream);
        }
        for id in out.awaits.drain(..) {
            self.awaits.insert(id, stream);
        }
        for (ticket, ask) in out.asks.drain(..) {
            self.asks.push((stream, ticket, ask));
        }
        out
    }

    /// As [`Shared::handle`], for inputs that come outside the stream's own callbacks: the output waits for the tick.
    pub(crate) fn handle_later(&mut self, stream: u32, now: Timestamp, input: Input<'_>) {
        let out = self.handle(stream, now, input);
        if !out.is_nothing() {
            self.outputs.push((stream, out));
        }
    }

    /// Which stream waits for this decision's record; it waits no longer.
    pub(crate) fn awaiting(&mut self, id: &str) -> Option<u32> {
        self.awaits.remove(id)
    }

    /// Lets bytes leave the streams that are paused. What they give is carried out within the same tick, so that no chunk
    /// comes in between.
    pub(crate) fn push(&mut self, now: Timestamp) {
        for stream in std::mem::take(&mut self.pushes) {
            self.handle_later(stream, now, Input::Push);
        }
    }

    /// Lets time pass for every stream that waits. While work is queued ticks come faster than deadlines need them.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        // A clock that was set back must not silence this.
        if now >= self.told && now.since(self.told) < PULSE {
            return;
        }
        self.told = now;
        let waiting: Vec<u32> = self.waiting.iter().copied().collect();
        for stream in waiting {
            self.handle_later(stream, now, Input::Tick);
        }
    }

    /// Whether a stream still exists.
    pub(crate) fn is_open(&self, stream: u32) -> bool {
        self.gates.contains_key(&stream)
    }

    pub(crate) fn close(&mut self, stream: u32, now: Timestamp) -> Output {
        let out = self.handle(stream, now, Input::Gone);
        self.gates.remove(&stream);
        self.waiting.remove(&stream);
        self.pushes.remove(&stream);
        self.awaits.retain(|_, waiting| *waiting != stream);
        self.asks.retain(|(asking, _, _)| *asking != stream);
        out
    }

    /// The queue into which something is to be put, because work is queued and no tick was asked for yet.
    pub(crate) fn wakes(&mut self) -> Option<u32> {
        if self.is_queued() { self.alarm.set() } else { None }
    }

    /// The host did not take it.
    pub(crate) fn overslept(&mut self) {
        self.alarm = Alarm::Absent;
    }

    /// The queue called; whether the tick that was asked for has not come by the timer meanwhile.
    pub(crate) fn woken(&mut self) -> bool {
        self.alarm.called()
    }

    /// The timer is here.
    pub(crate) fn timed(&mut self) {
        self.alarm.timed();
    }

    fn is_queued(&self) -> bool {
        !self.asks.is_empty()
            || !self.outputs.is_empty()
            || !self.pushes.is_empty()
            || self.vm.emitter.is_urgent()
    }

    /// The tick period that the work at hand needs, if it is not the one in force.
    pub(crate) fn next_period(&mut self) -> Option<Duration> {
        let period = if self.is_queued() && !self.alarm.is_set() {
            NOW
        } else if self.alarm.is_set() || !self.waiting.is_empty() || self.vm.emitter.has_work() {
            SOON
        } else {
            IDLE
        };
        (std::mem::replace(&mut self.period, period) != period).then_some(period)
    }
}
