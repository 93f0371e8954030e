//! The side service: the durable record, the questions to people, the policies that are handed out; and the
//! verifier, which trusts none of it.
//!
//! ```text
//! tlog        Merkle tree, tiles, signed notes, proofs: pure, in the forms others can check
//! event, own  a line as it arrived; the lines the ledger writes itself
//! escalation  a question to people, as a state machine without clock or store
//! grant       a yes that covers more than one call, likewise
//! break_glass two people let a principal through for a time, likewise
//! directory   one log, one key, one process
//! store       SQLite: what is kept, and how it changes
//! sequencer   the one writer: batch, commit, then answer
//! publish     the log as files
//! service     all of that running
//! config      who may do what, and where
//! http        the interface: gateways here, people there
//! notify      webhooks and Slack: somebody is told that people are asked
//! server      listeners, ticks, an orderly end
//! audit       what was tried, one row a call
//! visible     what hides in a text is named
//! suggest     what people keep approving, as a rule to write
//! verify      whether the log is whole, without trusting who wrote it
//! ```
//!
//! Nothing here decides about a call: verdicts come from the filter, approvals from people.

pub mod audit;
pub mod break_glass;
pub mod clock;
pub mod config;
pub mod directory;
pub mod escalation;
pub mod event;
pub mod grant;
pub mod http;
pub mod notify;
pub mod own;
pub mod publish;
mod say;
pub mod sequencer;
pub mod server;
pub mod service;
pub mod store;
pub mod suggest;
pub mod tlog;
pub mod verify;
pub mod visible;

#[cfg(test)]
mod complaints;
#[cfg(test)]
mod testing;
