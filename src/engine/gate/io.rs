//! Everything that crosses the gate's edge: what the host tells it, and what it wants done.

use super::ask::Ask;
use super::outstanding::Remember;
use crate::emitter::Recorded;

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The request's head.
    RequestHead(&'a RequestHead),
    /// A piece of the request's body; `end` with the last.
    RequestBody {
        /// The bytes.
        chunk: &'a [u8],
        /// Whether it is the last.
        end: bool,
    },
    /// The request's body ended with trailers.
    RequestTrailers,
    /// The response's head.
    ResponseHead(ResponseHead),
    /// A piece of the response's body; `end` with the last.
    ResponseBody {
        /// The bytes.
        chunk: &'a [u8],
        /// Whether it is the last.
        end: bool,
    },
    /// The response's body ended with trailers, so no byte can be written any more.
    ResponseTrailers,
    /// The ledger has proven that it has this decision's record.
    Recorded(&'a Recorded),
    /// The side service answered, or did not.
    Answered {
        /// The ticket of the [`Ask`].
        ticket: Ticket,
        /// Its status and body; `None` if nothing came back. The status proves nothing.
        answer: Option<(u16, &'a [u8])>,
    },
    /// What the host's shared map holds under the keys of [`Output::recall`], in their order.
    Recalled(&'a [Option<Vec<u8>>]),
    /// Time passes.
    Tick,
    /// Bytes may leave a stream that is paused; see [`Output::push`].
    Push,
    /// The stream is over, for whatever reason.
    Gone,
}

/// What of a request's head the gate reads. The values of a header that occurs several times are several.
#[derive(Debug, Clone, Default)]
pub struct RequestHead {
    /// `:method`
    pub method: String,
    /// `:path`, with the query.
    pub path: String,
    /// `:authority`, which the client writes.
    pub host: Option<String>,
    /// The provider's host, where the configured source names one.
    pub provider: Option<String>,
    /// `x-request-id`
    pub request_id: Option<String>,
    /// `traceparent`
    pub traceparent: Option<String>,
    /// The route's name.
    pub route: Option<String>,
    /// Whether the request wants another protocol: `upgrade`, `:protocol`, `CONNECT`.
    pub upgrade: bool,
    /// `content-type`
    pub content_type: Vec<String>,
    /// `content-encoding`
    pub content_encoding: Vec<String>,
    /// Every value that the one configured source of the principal gives.
    pub principals: Vec<String>,
    /// Every value that the configured source of the person gives for whom the principal acts.
    pub persons: Vec<String>,
    /// What headers say of a message to an MCP server; `None` if they say nothing.
    pub mirrored: Option<Box<Mirrored>>,
    /// Whether there is no body.
    pub end: bool,
}

/// Headers in which a message to an MCP server is said again (since the revision of 2026-07-28).
#[derive(Debug, Clone, Default)]
pub struct Mirrored {
    /// `mcp-method`
    pub method: Vec<String>,
    /// `mcp-name`
    pub name: Vec<String>,
}

/// What of a response's head the gate reads.
#[derive(Debug, Clone, Default)]
pub struct ResponseHead {
    /// `:status`
    pub status: u16,
    /// `content-type`
    pub content_type: Vec<String>,
    /// `content-encoding`
    pub content_encoding: Vec<String>,
    /// Whether there is no body.
    pub end: bool,
}

/// Names one question to the side service within its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The call it is about.
    pub call: usize,
    /// Rises with every question about that call, so that a late answer is recognised.
    pub turn: u32,
}

/// What the gate wants done. Whatever is not said here is not done.
#[derive(Debug, Default)]
pub struct Output {
    /// What becomes of the chunk that was just given.
    pub chunk: Chunk,
    /// The last frame is to be kept waiting: [`Output::flush`] will come, or [`Output::forward`] if it is the
    /// request's, or [`Output::reply`], or the stream ends.
    pub wait: bool,
    /// The bytes of the waiting last frame, or some of a stream that is paused; only ever from an input that is no chunk.
    pub flush: Option<Vec<u8>>,
    /// The stream is paused, and bytes of it may leave: [`Input::Push`] is to come in the next tick.
    pub push: bool,
    /// The bytes of the request's last frame, which was kept waiting; only ever from an input that is no chunk.
    pub forward: Option<Vec<u8>>,
    /// Answer the client with this instead.
    pub reply: Option<Reply>,
    /// Break the stream off: something is held that can no longer be written.
    pub reset: bool,
    /// Remove `content-length` and what else tells of the very bytes (tags, digests), because the body may change.
    pub unframe: bool,
    /// Keys of the host's shared map whose values are to be given at once, as [`Input::Recalled`]; what it answers is
    /// what becomes of the chunk.
    pub recall: Vec<String>,
    /// What is to be kept in the host's shared map.
    pub remember: Vec<Remember>,
    /// Questions to the side service.
    pub asks: Vec<(Ticket, Ask)>,
    /// Decisions whose [`Recorded`] this stream waits for.
    pub awaits: Vec<String>,
    /// What to count.
    pub tallies: Vec<Tally>,
    /// The decision as one line of JSON, for access logs.
    pub access: Option<String>,
    /// A sentence for the proxy's log; never holds content of a body.
    pub log: Option<String>,
}

impl Output {
    /// Whether nothing is wanted; of an input that is no chunk, since nothing of a chunk leaves then.
    pub const fn is_nothing(&self) -> bool {
        let Self { chunk, wait, flush, push, forward, reply, reset, unframe, recall, remember, .. } = self;
        let Self { asks, awaits, tallies, access, log, .. } = self;
        matches!(chunk, Chunk::Drop)
            && !(*wait || *push || *reset || *unframe)
            && flush.is_none()
            && forward.is_none()
            && reply.is_none()
            && recall.is_empty()
            && remember.is_empty()
            && asks.is_empty()
            && awaits.is_empty()
            && tallies.is_empty()
            && access.is_none()
            && log.is_none()
    }
}

/// What becomes of the chunk that was just given.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Chunk {
    /// Nothing of it leaves. The resting state.
    #[default]
    Drop,
    /// It leaves as it is.
    Keep,
    /// These bytes leave in its place.
    Replace(Vec<u8>),
}

/// A whole response made by the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
}

/// What is counted. The set is small and fixed: nothing from the traffic is part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tally {
    /// The policy allowed a call.
    CallAllowed,
    /// The policy denied a call.
    CallDenied,
    /// The policy asks a person about a call.
    CallEscalated,
    /// A call's bytes were released.
    CallReleased,
    /// A call was refused.
    CallRefused,
    /// A call's stream ended before it was either.
    CallAbandoned,
    /// An answer was withheld as a whole.
    AnswerWithheld,
    /// A request was refused.
    RequestRefused,
    /// A call was held this many milliseconds.
    HeldMillis(u64),
}
