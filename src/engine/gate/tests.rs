//! The gate as the host sees it: every invariant that the engine can show alone.

mod world;

mod answers;
mod approvals;
mod break_glass;
mod closed;
mod failures;
mod kept;
mod mcp;
mod observing;
mod provider;
mod requests;
mod sessions;
