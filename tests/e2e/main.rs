//! End-to-end tests, one file a subject.

mod common;
mod harness;

mod allowed;
mod bundle;
mod complaints;
mod config;
mod conformance;
mod crowd;
mod denied;
mod escalated;
mod hazards;
mod held;
mod kept;
mod ledger;
mod limits;
mod mcp;
mod more;
mod observe;
mod orders;
mod provider;
mod requests;
mod resumed;
mod retried;
mod sessions;
mod up;
