//! The ledger as it ships: the binary, its processes, its files.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test does not expect fails it, where it happened"
)]

mod crash;
mod orders;
mod people;
mod process;
mod refusals;
mod replay;
mod room;
