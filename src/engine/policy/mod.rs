//! What the policy says of a call: effects and principal in, a [`Decision`] out.

pub mod bundle;
pub mod decision;

pub use bundle::{Bundle, BundleError};
pub use decision::{Decision, Determining, Permit, Verdict};

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
    /// The model the request asked for.
    pub model: Option<String>,
    /// The host the request went to.
    pub provider: Option<String>,
    /// The proxy's route.
    pub route: Option<String>,
}
