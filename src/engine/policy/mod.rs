//! What the policy says of a call: effects and principal in, a [`Decision`] out.
//!
//! ```text
//! glob, decimal          names and numbers, and what is certain about them
//! names, action, principal, conditions
//!                        patterns over one kind of name each; one test of a rule each
//! rules                  the policy as a bundle carries it
//! index                  which rules an effect can have to do with
//! decide                 every such rule on every effect  → the strictest verdict, and why
//! decision               the answer, and the only maker of a permit
//! explain                the answer                  → words for the agent, the reviewer, the log
//! bundle                 bytes and keys              → a policy whose signature was checked
//! ```
//!
//! Doubt has a value of its own, [`Met::Maybe`]: it is enough to deny or to ask, and never enough to allow.
//!
//! Deliberately absent: policy text (the compiler reads it, outside the proxy), the bytes of a body, time.

pub mod action;
pub mod bundle;
pub mod conditions;
mod decide;
mod decimal;
pub mod decision;
pub mod explain;
mod glob;
mod index;
mod met;
mod names;
mod patterns;
pub mod principal;
pub mod rules;

pub use crate::redact::Level as Disclosure;
pub use bundle::{Bundle, BundleError};
pub use decision::{Covered, Decision, Determining, Permit, Verdict};
pub use explain::Explanation;
pub use glob::PatternError;
pub use met::{Finding, Met};
pub use patterns::{Pattern, Patterns, Texts};
pub use principal::PrincipalPattern;
pub use rules::{Policy, Rule};

use crate::call::ToolCall;
use crate::effects::Effects;

/// Everything a rule may look at. Nothing in `principal` or `context` comes from a model or an agent's body.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who acts, as the one configured source says; `None` if it says nothing, or several things.
    pub principal: Option<&'a str>,
    /// What is called.
    pub call: &'a ToolCall,
    /// What it would do.
    pub effects: &'a Effects,
    /// Where it was said.
    pub context: &'a Context,
}

/// The circumstances of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The model the request asked for, where no other may answer.
    pub model: Option<String>,
    /// The host of the provider that the request went to, as the proxy's configuration names it.
    pub provider: Option<String>,
    /// The proxy's route.
    pub route: Option<String>,
}

#[cfg(test)]
mod tests;
