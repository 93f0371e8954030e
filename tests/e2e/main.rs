//! End-to-end tests, one file a subject.

mod common;
mod harness;

mod allowed;
mod bundle;
mod config;
mod conformance;
mod denied;
mod escalated;
mod hazards;
mod kept;
mod ledger;
mod limits;
mod mcp;
mod more;
mod observe;
mod provider;
mod resumed;
