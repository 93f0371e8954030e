//! Policy text to bundle, with diagnostics. Never in the proxy.
//!
//! In go the files of one policy; out comes the [`Policy`](toolgate_engine::policy::Policy) the engine takes, or everything that is wrong
//! with it, each mistake with its place and a way out. Nothing stops at the first mistake.
//!
//! ```text
//! source       files, places in them
//! yaml         text                    → a tree with places
//! fields       maps with known keys
//! names        sets, principals, reviewers: declared once, used by name
//! conditions   a condition's value     → the engine's own serde form, piece by piece
//! base, rule   the base file's keys; one rule
//! compile      all files               → a policy
//! lints        a policy                → what will not have been meant
//! cases        tests.yaml              → calls and what is expected of them
//! reference    the tables in the source → the reference page
//! signing      keys; a policy          → a signed bundle file
//! ```

mod base;
pub mod cases;
mod compile;
mod conditions;
pub mod diagnostic;
mod fields;
mod lints;
mod names;
pub mod reference;
mod rule;
pub mod signing;
pub mod source;
mod yaml;

pub use compile::{Compiled, compile};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use source::Source;
