//! One request and its response on their way through: bytes released, refused or held.
//!
//! [`Gate::handle`] takes what happened and says what is to be done. It does no I/O: records go into the
//! VM's [emitter](crate::emitter), questions to the side service into [`Output::asks`], and time is an input.
//!
//! ```text
//!   Fresh ─► Asking ─► Sent ─► Reading ─► Closed                   the way of a governed answer
//!     │        │ │       │        ├► Finishing ─► Closed           it has ended, and calls of it wait
//!     │        │ │       │        └► Paused ─► Reading             the model goes on when the client has answered
//!     │        │ │       ├─► Failing ─► Closed                     a 4xx or 5xx body, judged whole
//!     │        │ │       └─► Passing                               an answer without a body
//!     │        │ └► Recalling ─► Sent, Held                        it goes on from what the provider keeps
//!     │        └► Held ─► Sent                                     it turns on tools which the provider runs
//!     ├─► Sent                                                     a request without a body
//!     ├─► Calling ─► Held ─► Passing                               it calls a tool at an MCP server
//!     │        └► Passing                                          it calls none
//!     ├─► Passing                                                  an endpoint that carries no calls
//!     ├─► Unread                                                   an unknown endpoint, where nothing is enforced
//!     └─► Observing                                                nothing is enforced
//!
//!   whatever is refused ─► Replied, where the request was, or Closed, where the answer was
//! ```
//!
//! What was decided elsewhere than in a callback of the stream's own leaves in a tick ([`Input::Push`]), and until then it is
//! held, so that nothing which comes in between finds it gone: not an answer before its request, and not a client's end.
//!
//! The resting state is `Closed`, in which nothing leaves; it stands in while a state is being worked on, so
//! that whatever goes wrong on the way can only refuse.

mod answer;
mod ask;
mod exchange;
mod held;
mod io;
mod judged;
mod mcp;
mod observing;
mod outstanding;
mod reading;
mod records;
mod refusal;
mod request;
mod vm;

pub use ask::{Ask, Http};
pub use io::{Chunk, Input, Mirrored, Output, Reply, RequestHead, ResponseHead, Tally, Ticket};
pub use outstanding::Remember;
pub use vm::Vm;

use crate::time::Timestamp;
use answer::Failing;
use exchange::Exchange;
use held::Held;
use mcp::Calling;
use observing::Observing;
use reading::Answer;
use request::{Asking, Recalling};

/// The gate of one stream.
#[derive(Debug, Default)]
pub struct Gate {
    state: State,
}

/// What one call of [`Gate::handle`] works with.
struct Step<'a> {
    vm: &'a mut Vm,
    now: Timestamp,
    out: &'a mut Output,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing has happened yet.
    #[default]
    Fresh,
    /// A request to a generating endpoint is being read; its body is kept.
    Asking(Box<Asking>),
    /// It was read, and goes on from what a provider keeps: what is owed there is being looked up.
    Recalling(Box<Recalling>),
    /// A message to an MCP server is being read; its body is kept.
    Calling(Box<Calling>),
    /// A request was read, and waits for the decision on what it would set off.
    Held(Box<Held>),
    /// It was let through; no answer yet.
    Sent(Box<Exchange>),
    /// The answer is being read: what may pass passes, calls are judged.
    Reading(Box<Answer>),
    /// Calls wait, and the model's server sends nothing more until the client has answered them: what leaves does so by
    /// the tick.
    Paused(Box<Answer>),
    /// The answer has ended and waits for a record or a person; one flush is left.
    Finishing(Box<Answer>),
    /// An error body is being read; it passes whole or not at all.
    Failing(Box<Failing>),
    /// Nothing is enforced; what goes by is judged and recorded.
    Observing(Box<Observing>),
    /// No call is in it that a client of a model would run: none can be, or it is what an MCP server answers.
    Passing,
    /// Nothing is enforced, and nobody here can read what goes by.
    Unread,
    /// The client gets an answer that the gate made.
    Replied,
    /// Nothing leaves any more.
    Closed,
}

impl Gate {
    /// Advances by one input. `vm` is what all streams share, `now` the host's clock.
    pub fn handle(&mut self, vm: &mut Vm, now: Timestamp, input: Input<'_>) -> Output {
        let mut out = Output::default();
        let mut step = Step { vm, now, out: &mut out };
        // INVARIANT (closed while working): whatever returns early leaves the gate shut.
        let state = std::mem::replace(&mut self.state, State::Closed);
        self.state = state.handle(&mut step, input);
        out
    }

    /// Whether the bytes of bodies matter to this stream; if not, they leave as they come.
    pub const fn reads(&self) -> bool {
        !matches!(&self.state, State::Passing | State::Unread | State::Replied)
    }

    /// Whether time matters to this stream: it waits for a record or a person.
    pub const fn waits(&self) -> bool {
        match &self.state {
            State::Reading(answer) | State::Paused(answer) | State::Finishing(answer) => answer.waits(),
            State::Held(_) => true,
            _ => false,
        }
    }
}

impl State {
    fn handle(self, step: &mut Step<'_>, input: Input<'_>) -> Self {
        match (self, input) {
            (Self::Fresh, Input::RequestHead(head)) => request::head(step, head),
            (Self::Asking(asking), Input::RequestBody { chunk, end }) => asking.body(step, chunk, end),
            (Self::Asking(asking), Input::RequestTrailers) => asking.trailers(step),
            (Self::Asking(asking), Input::ResponseHead(head)) => asking.early(step, &head),
            (Self::Recalling(recalling), Input::Recalled(held)) => recalling.go_on(step, held),
            (Self::Calling(calling), Input::RequestBody { chunk, end }) => calling.body(step, chunk, end),
            (Self::Calling(calling), Input::RequestTrailers) => calling.trailers(step),
            (Self::Calling(calling), Input::ResponseHead(head)) => calling.early(step, &head),
            (Self::Calling(calling), Input::Gone) => calling.gone(step),
            (Self::Held(held), Input::ResponseHead(head)) => held.early(step, &head),
            (Self::Held(held), Input::Gone) => held.gone(step),
            (Self::Held(held), Input::Push) => held.leave(step),
            (Self::Held(held), input) => held.settle(step, &input),
            (Self::Sent(exchange), Input::ResponseHead(head)) => answer::head(step, exchange, &head),
            (Self::Reading(answer) | Self::Paused(answer), Input::ResponseBody { chunk, end }) => {
                answer.body(step, chunk, end)
            }
            (Self::Reading(answer) | Self::Paused(answer), Input::ResponseTrailers) => answer.trailers(step),
            (Self::Reading(answer) | Self::Paused(answer) | Self::Finishing(answer), Input::Gone) => {
                answer.gone(step)
            }
            (Self::Paused(answer), Input::Push) => answer.push(step),
            (Self::Finishing(answer), Input::Push) => answer.finish(step),
            (Self::Reading(answer), input) => Self::Reading(answer.settle(step, &input)),
            (Self::Paused(answer), input) => Self::Paused(answer.settle_paused(step, &input)),
            (Self::Finishing(answer), input) => Self::Finishing(answer.settle_paused(step, &input)),
            (Self::Failing(failing), Input::ResponseBody { chunk, end }) => failing.body(step, chunk, end),
            (Self::Failing(failing), Input::ResponseTrailers) => failing.stop(step, false),
            (Self::Failing(failing), Input::Gone) => failing.stop(step, true),
            (Self::Observing(observing), input) => observing.handle(step, input),
            (Self::Asking(asking), Input::Gone) => asking.gone(step),
            (Self::Passing, Input::ResponseHead(head)) => request::harmless_head(step, &head),
            (
                state @ (Self::Passing | Self::Unread | Self::Replied),
                Input::RequestBody { .. } | Input::ResponseBody { .. },
            ) => {
                step.out.chunk = Chunk::Keep;
                state
            }
            // A request that was read whole has no more body; what comes all the same stays here.
            (state, _) => state,
        }
    }
}

#[cfg(test)]
mod tests;
