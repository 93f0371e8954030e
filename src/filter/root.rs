//! What happens between streams. The tick is the one place from which records are sent, people are asked and bytes
//! that waited are released.
//!
//! A timer of a millisecond takes as long as the host's clock is coarse, four on most kernels, and a call waits for two
//! ticks. So whoever queues work asks for the tick through a queue of the host's, which calls the root as soon as the
//! callback is over: as from a timer, no stream is borrowed then. The timer stays, for deadlines, and for a host that
//! forgets. What a tick itself leaves to be done waits for the timer, so that ticks cannot follow each other for ever.

use crate::host::{self, Refused, Side};
use crate::metrics::Metrics;
use crate::shared::{Handle, Shared};
use crate::stream::Stream;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use toolgate_engine::config::{BundleSource, Config};
use toolgate_engine::emitter::{self, BatchAnswer};
use toolgate_engine::gate::{Input, Output, Remember, Ticket, Vm};
use toolgate_engine::orders;
use toolgate_engine::policy::Bundle;
use toolgate_engine::poller::{Answer, Poller};
use toolgate_engine::reach::News;
use toolgate_engine::record::StartBody;

const NO_ENTROPY: &str = "the host gives no random bytes";

/// The root context of one plugin configuration in one VM.
#[derive(Default)]
pub(crate) struct Root {
    running: Option<Running>,
}

struct Running {
    shared: Handle,
    callouts: RefCell<HashMap<u32, Callout>>,
}

/// What a request to the side service was about.
enum Callout {
    Batch,
    Bundle,
    Orders,
    /// Whether anybody is there.
    Reach,
    Ask(u32, Ticket),
}

/// Has the tick come as soon as the work at hand needs it. Not for the tick itself, which has [`pace`].
pub(crate) fn arm(shared: &Handle) {
    let queue = shared.borrow_mut().wakes();
    if let Some(queue) = queue
        && host::put(queue).is_err()
    {
        shared.borrow_mut().overslept();
    }
    pace(shared);
}

/// Sets the timer of the tick.
fn pace(shared: &Handle) {
    let period = shared.borrow_mut().next_period();
    if let Some(period) = period {
        host::tick_every(period);
    }
}

/// Carries out what an output wants of nobody in particular.
pub(crate) fn finish(shared: &Handle, out: Output) {
    let metrics = Rc::clone(&shared.borrow().metrics);
    for tally in out.tallies {
        metrics.tally(tally);
    }
    for remember in &out.remember {
        keep(remember);
    }
    if let Some(access) = &out.access {
        host::filter_state("toolgate.decision", access);
    }
    if let Some(text) = &out.log {
        host::warn(text);
    }
}

/// Keeps something for all workers. Another one may write the same place at the same time; then it is done again.
fn keep(remember: &Remember) {
    const TRIES: usize = 8;
    for _ in 0..TRIES {
        let (held, state) = host::shared(remember.place());
        let Some(value) = remember.instead_of(held.as_deref()) else { return };
        if host::share(remember.place(), &value, state).is_ok() {
            return;
        }
    }
}

/// A name for the queue that no other root takes: the host tells of a queue's content only who took its name last.
fn queue_name() -> Result<String, String> {
    let seed = host::entropy().map_err(|Refused| NO_ENTROPY.to_owned())?;
    let [a, b, ..] = seed.as_chunks::<8>().0 else { return Err(NO_ENTROPY.to_owned()) };
    Ok(format!("toolgate.tick.{:016x}{:016x}", u64::from_le_bytes(*a), u64::from_le_bytes(*b)))
}

impl Root {
    fn start(&mut self) -> Result<(), String> {
        let text = host::configuration();
        let config = Config::parse(&text).map_err(|e| e.to_string())?;
        let seed = host::entropy().map_err(|Refused| NO_ENTROPY.to_owned())?;
        let start = StartBody {
            filter: env!("CARGO_PKG_VERSION").to_owned(),
            node: host::property(&["xds", "node", "id"]).filter(|id| !id.is_empty()),
            config: emitter::line_hash(&text),
        };
        let source = config.bundle.clone();
        let mut vm = Vm::new(config, seed, start, host::now()).map_err(|e| e.to_string())?;
        let metrics = Metrics::define();
        let poller = match &source {
            BundleSource::Inline(file) => {
                let bundle = Bundle::open(file.as_bytes(), &vm.config.bundle_keys)
                    .map_err(|e| format!("plugin configuration: `bundle.inline`: {e}"))?;
                metrics.bundle_taken(bundle.version());
                vm.policy = Some(Rc::new(bundle));
                None
            }
            BundleSource::Poll(poll) => Some(Poller::new(poll)),
        };
        let queue = host::queue(&queue_name()?);
        let shared = Rc::new(RefCell::new(Shared::new(vm, poller, metrics, queue)));
        arm(&shared);
        self.running = Some(Running { shared, callouts: RefCell::new(HashMap::new()) });
        Ok(())
    }
}

impl Running {
    fn tick(&self) {
        let now = host::now();
        let (batch, question, orders, reach, asks) = {
            let mut shared = self.shared.borrow_mut();
            shared.tick(now);
            let Shared { vm, poller, asks, reach, .. } = &mut *shared;
            let batch = vm.emitter.batch(&mut vm.ids, now);
            let question = poller.as_mut().and_then(|poller| poller.question(now));
            let orders = vm.orders.ask(now);
            let reach = reach.ask(now, vm.policy.as_deref());
            (batch, question, orders, reach, std::mem::take(asks))
        };
        if let Some(batch) = batch {
            let headers = [("content-type", "application/x-ndjson")];
            self.call(Callout::Batch, "POST", "/v1/events", &headers, Some(batch.as_bytes()), Duration::ZERO);
        }
        if let Some(question) = question {
            let header = question.if_none_match.as_deref().map(|etag| ("if-none-match", etag));
            self.call(
                Callout::Bundle,
                "GET",
                &question.path,
                header.as_slice(),
                None,
                Duration::from_secs(5),
            );
        }
        if orders {
            self.call(Callout::Orders, "GET", orders::PATH, &[], None, Duration::ZERO);
        }
        if reach {
            self.call(Callout::Reach, "GET", orders::PATH, &[], None, Duration::ZERO);
        }
        for (stream, ticket, ask) in asks {
            let http = ask.http();
            let headers = [("content-type", "application/json")];
            let patience = Duration::from_millis(http.patience.as_millis());
            let body = (!http.body.is_empty()).then_some(http.body.as_bytes());
            self.call(Callout::Ask(stream, ticket), http.method, &http.path, &headers, body, patience);
        }
        let outputs = {
            let mut shared = self.shared.borrow_mut();
            shared.push(now);
            std::mem::take(&mut shared.outputs)
        };
        for (stream, out) in outputs {
            self.release(stream, out);
        }
        pace(&self.shared);
    }

    /// Sends a request to the side service. One that cannot even be sent is answered at once, with nothing.
    fn call(
        &self,
        callout: Callout,
        method: &str,
        path: &str,
        extra: &[(&str, &str)],
        body: Option<&[u8]>,
        patience: Duration,
    ) {
        let ledger = self.shared.borrow().vm.config.ledger.clone();
        let bearer = ledger.token.as_deref().map(|token| format!("Bearer {token}"));
        let mut headers =
            vec![(":method", method), (":path", path), (":authority", ledger.authority.as_str())];
        headers.extend_from_slice(extra);
        if let Some(bearer) = &bearer {
            headers.push(("authorization", bearer));
        }
        let timeout = Duration::from_millis(ledger.ack_timeout_ms).saturating_add(patience);
        match host::call(&ledger.cluster, headers, body, timeout) {
            Ok(token) => {
                self.callouts.borrow_mut().insert(token, callout);
            }
            Err(Refused) => self.answered(&callout, None),
        }
    }

    /// The side service answered, or did not. Nothing is released here, only decided: the tick carries it out.
    fn answered(&self, callout: &Callout, answer: Option<(u16, &[u8])>) {
        let now = host::now();
        let mut log = None;
        let mut news = None;
        let metrics = {
            let mut shared = self.shared.borrow_mut();
            match callout {
                Callout::Batch => {
                    let batch = answer
                        .map_or(BatchAnswer::Failed, |(status, body)| BatchAnswer::Answered { status, body });
                    let settled = shared.vm.emitter.answered(now, batch);
                    for recorded in &settled.recorded {
                        if let Some(stream) = shared.awaiting(recorded.id()) {
                            shared.handle_later(stream, now, Input::Recorded(recorded));
                        }
                    }
                    let Shared { vm, reach, .. } = &mut *shared;
                    news = reach.heard(!settled.retry, vm.policy.as_deref());
                    if settled.given_up > 0 {
                        log = Some(format!("the ledger refused {} events for good", settled.given_up));
                    } else if settled.retry {
                        shared.metrics.ledger_failed();
                    }
                }
                Callout::Ask(stream, ticket) => {
                    shared.handle_later(*stream, now, Input::Answered { ticket: *ticket, answer });
                }
                Callout::Bundle => log = take_bundle(&mut shared, answer),
                Callout::Reach => {
                    let Shared { vm, reach, .. } = &mut *shared;
                    let answered = answer.is_some_and(|(status, _)| status == 200);
                    news = reach.heard(answered, vm.policy.as_deref());
                }
                Callout::Orders => {
                    let refused = shared.vm.orders.answered(now, answer);
                    log = (refused > 0).then(|| {
                        format!(
                            "{refused} break-glass notes are not taken: their signature or form is not good"
                        )
                    });
                }
            }
            Rc::clone(&shared.metrics)
        };
        match news {
            Some(News::Lost(text)) => {
                metrics.nobody_asked();
                host::warn(&text);
            }
            Some(News::Back(text)) => host::info(&text),
            None => {}
        }
        if let Some(text) = log {
            if matches!(callout, Callout::Bundle) {
                metrics.bundle_refused();
            }
            host::warn(&text);
        }
    }

    /// Carries out what a gate decided outside its stream's callbacks.
    fn release(&self, stream: u32, mut out: Output) {
        if !self.shared.borrow().is_open(stream) || host::act_on(stream).is_err() {
            // What the host acts on now is the root or another stream, whose access log this is not.
            out.access = None;
            return finish(&self.shared, out);
        }
        let waited = match (&out.forward, &out.flush) {
            (Some(bytes), _) => Some((Side::Request, bytes)),
            (None, Some(bytes)) => Some((Side::Response, bytes)),
            (None, None) => None,
        };
        if let Some((side, bytes)) = waited {
            host::replace_chunk(side, bytes);
            // More than the listener's limit ends the stream in the call above, and a stream that ended must not
            // be resumed.
            if self.shared.borrow().is_open(stream) {
                finish(&self.shared, out);
                match side {
                    Side::Request => host::resume_request(),
                    Side::Response => host::resume_response(),
                }
                return;
            }
            out.access = None;
        } else if let Some(reply) = &out.reply {
            host::reply(reply.status, &reply.body);
        }
        finish(&self.shared, out);
    }
}

fn take_bundle(shared: &mut Shared, answer: Option<(u16, &[u8])>) -> Option<String> {
    let now = host::now();
    let Shared { vm, poller, metrics, .. } = shared;
    let poller = poller.as_mut()?;
    let keys = vm.config.bundle_keys.clone();
    match poller.answered(&mut vm.ids, now, answer, &keys, vm.policy.as_deref()) {
        Answer::Unchanged => None,
        Answer::New(bundle) => {
            host::info(&format!(
                "policy `{}` version {} ({})",
                bundle.name(),
                bundle.version(),
                bundle.digest()
            ));
            metrics.bundle_taken(bundle.version());
            vm.policy = Some(Rc::from(bundle));
            None
        }
        Answer::Useless(text) => Some(text),
    }
}

impl Context for Root {
    fn on_http_call_response(&mut self, token: u32, headers: usize, size: usize, _: usize) {
        let Some(running) = &self.running else { return };
        let Some(callout) = running.callouts.borrow_mut().remove(&token) else { return };
        let answer = host::answer(headers, size);
        running.answered(&callout, answer.as_ref().map(|(status, body)| (*status, body.as_slice())));
        arm(&running.shared);
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, _: usize) -> bool {
        match self.start() {
            Ok(()) => true,
            Err(problem) => {
                host::error(&problem);
                false
            }
        }
    }

    fn on_tick(&mut self) {
        if let Some(running) = &self.running {
            running.shared.borrow_mut().timed();
            running.tick();
        }
    }

    fn on_queue_ready(&mut self, queue: u32) {
        host::take(queue);
        let Some(running) = &self.running else { return };
        let woken = running.shared.borrow_mut().woken();
        if woken {
            running.tick();
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        let running = self.running.as_ref()?;
        running.shared.borrow_mut().open(id);
        Some(Box::new(Stream { id, shared: Rc::clone(&running.shared) }))
    }
}
