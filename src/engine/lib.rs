//! The whole logic of Toolgate, pure: bytes and answers in, bytes and requests out.
//!
//! There is no I/O here, no clock, no randomness, no host: time and entropy are inputs. That is why the
//! same code decides in the proxy, in the command line and in a test.
//!
//! In reading order. What points back: `wire` writes a call only with a permit of `policy`, and `policy` makes one only of
//! what `emitter` had recorded, or of a break-glass that two people signed without the ledger. `alarm`, `config`, `ids`, `limits`, `poller`, `protocol`, `reach` and `time`
//! stand beside them.
//!
//! ```text
//! json      bytes                     → a strict JSON tree with spans
//! note      text and a key            → a signed note (C2SP), and back
//! call      the tool call, complete and decoded, whichever API carried it
//! wire      bytes of a body           → what may pass, and tool calls; and back, once they are decided
//! redact    arguments                 → a preview without secrets
//! effects   a tool call               → what it would do, and what could not be followed
//! policy    effects and principal     → a decision
//! record    all of that               → the events the ledger keeps
//! digest    agent, tool, arguments    → the name of exactly this call, for approvals and the record
//! emitter   events                    → a chained, retried, batched stream of lines
//! break_glass, orders
//!           signed notes              → what people let through or stop for the time being
//! gate      one request and response  → bytes released, refused or held; requests to the side service
//! ```

pub mod alarm;
pub mod break_glass;
pub mod call;
pub mod config;
pub mod digest;
pub mod effects;
pub mod emitter;
pub mod gate;
pub mod ids;
pub mod json;
pub mod limits;
pub mod note;
mod order;
pub mod orders;
pub mod policy;
pub mod poller;
pub mod protocol;
pub mod reach;
pub mod record;
pub mod redact;
mod room;
pub mod time;
pub mod wire;
