//! Everything an end-to-end test needs around the gate, and nothing of the gate itself.
//!
//! ```text
//! client or SDK ──► Envoy (envoy/envoy.yaml, the built filter) ──► scripted model
//!                     │
//!                     └──► toolgate ledger (the built binary)
//! ```
//!
//! Each test starts its own [`Stack`] on free ports and ends every process it started. Nothing here sleeps to
//! synchronise: a script stops at a [`signal::Signal`] until the test raises it, and a test waits for a state.
//! Deliberately absent: mocks. What is replaced is the model's machine, nothing else.

pub mod answers;
pub mod certificates;
pub mod client;
pub mod envoy;
pub mod gateway;
pub mod ledger;
pub mod mcp;
pub mod model;
pub mod native;
pub mod plain;
pub mod process;
pub mod script;
pub mod sdk;
pub mod signal;
pub mod stack;
pub mod tools;

pub use answers::{Api, Call, Turn};
pub use client::{Ending, Exchange, Protocol, Request};
pub use script::Answer;
pub use signal::Signal;
pub use stack::{PolicyOption, Stack, StackOptions};
