//! A yes that covers more than one call: of one agent, with one tool, asked about by the same rules, so many
//! times, until then. A state machine without clock or store, as the [escalation](crate::escalation) it comes of.
//!
//! ```text
//!   every approving vote asks for the same ─► open ── use ×n ─► used up
//!                                              │ ├── time over ─► expired
//!                                              │ └── revoke ─► revoked
//! ```
//!
//! [`Asked`] is what a reviewer writes, [`Scope`] what it comes to with the call that was approved: every argument
//! the reviewer left alone must be the same, and every effect of the next call must be one that was agreed to. So a
//! pattern over a command's text never lets through what was not spoken of. A call in which something could not be
//! followed is covered only when it is the very same call. Deliberately absent: a grant for ever, one for any agent,
//! and one by conversation: nothing that names a conversation is authenticated.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};
use toolgate_engine::json::{Document, Node};
use toolgate_engine::time::Timestamp;

/// Deepest nesting of arguments that can be compared one by one.
const DEPTH: usize = 64;
/// Most arguments that are compared one by one.
const MOST_ARGUMENTS: usize = 256;
/// Most patterns in one grant, and most bytes of all of them.
const MOST_PATTERNS: (usize, usize) = (64, 8 << 10);

/// The longest grant a ledger gives; nothing in its configuration is none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most calls one grant covers.
    pub most_uses: u32,
    /// Most seconds one grant lasts.
    pub most_seconds: u64,
}

/// What a reviewer asks for along with a yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// How many calls after the approved one.
    pub uses: NonZeroU32,
    /// For how many seconds.
    pub seconds: NonZeroU64,
    /// Not only the same call again, but those like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Like>,
}

/// In what the next calls may differ. `*` stands for any characters; nothing else has a meaning of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Like {
    /// Patterns of text arguments, by JSON Pointer. All others stay as they are.
    pub arguments: BTreeMap<String, String>,
    /// Patterns of effects in the words the reviewer was shown; none are exactly those of the approved call.
    pub effects: Vec<String>,
}

/// A call as a grant is held against it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The principal.
    pub agent: &'a str,
    /// The tool.
    pub tool: &'a str,
    /// The action digest.
    pub digest: &'a str,
    /// Digest of the rules that ask and their reviewers.
    pub rules_digest: &'a str,
    /// The full arguments.
    pub arguments: &'a str,
    /// What it would do, a line each.
    pub effects: &'a [String],
}

/// What a grant covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The same call again.
    Same {
        /// Its action digest.
        digest: String,
    },
    /// Calls like it.
    Like {
        /// Every argument, in the order of the pointers.
        arguments: Vec<Argument>,
        /// What every effect must be.
        effects: Effects,
    },
}

/// What every effect of a covered call must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effects {
    /// One of these, word for word.
    Among(Vec<String>),
    /// One that meets one of these patterns.
    Match(Vec<String>),
}

/// One argument of a covered call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Where it stands (RFC 6901).
    pub at: String,
    /// What it must be.
    pub must: Must,
}

/// What an argument must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// This value, in canonical JSON.
    Be(String),
    /// A text that meets this pattern.
    Match(String),
}

/// Why a grant is not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotGranted {
    /// The ledger gives none, or none so large.
    #[error("a grant is for at most {0} calls and {1} s here")]
    Limits(u32, u64),
    /// Something in the call was not understood.
    #[error("what this call does is not settled by its effects, so that only the same call can be granted")]
    NotFollowed,
    /// The arguments are not a JSON document that can be compared.
    #[error("the arguments cannot be compared one by one, so that only the same call can be granted")]
    NotCompared,
    /// A pattern for what is no text argument.
    #[error("`{0}` is no text argument of this call")]
    NoSuchArgument(String),
    /// A pattern the approved call itself does not meet.
    #[error("the call itself does not meet `{0}`")]
    NotMet(String),
    /// Too much to write down.
    #[error("the patterns are too many or too long")]
    TooMany,
}

impl Asked {
    /// Whether a ledger gives so much.
    ///
    /// # Errors
    /// [`NotGranted::Limits`].
    pub const fn within(&self, limits: Limits) -> Result<(), NotGranted> {
        if self.uses.get() > limits.most_uses || self.seconds.get() > limits.most_seconds {
            return Err(NotGranted::Limits(limits.most_uses, limits.most_seconds));
        }
        Ok(())
    }

    /// What is covered once `call` is approved.
    ///
    /// # Errors
    /// [`NotGranted`], and then nothing is granted.
    pub fn scope(&self, call: &Call<'_>) -> Result<Scope, NotGranted> {
        let Some(Like { arguments: patterns, effects }) = &self.like else {
            return Ok(Scope::Same { digest: call.digest.to_owned() });
        };
        let written = patterns.iter().flat_map(|(at, pattern)| [at, pattern]).chain(effects);
        let bytes = written.map(String::len).sum::<usize>();
        if patterns.len() + effects.len() > MOST_PATTERNS.0 || bytes > MOST_PATTERNS.1 {
            return Err(NotGranted::TooMany);
        }
        if !is_followed(call.effects) {
            return Err(NotGranted::NotFollowed);
        }
        let given = leaves(call.arguments).ok_or(NotGranted::NotCompared)?;
        if let Some(at) =
            patterns.keys().find(|at| !given.get(*at).is_some_and(|leaf| matches!(leaf, Leaf::Text(_))))
        {
            return Err(NotGranted::NoSuchArgument(at.clone()));
        }
        let arguments = given.into_iter().map(|(at, leaf)| {
            let must = match patterns.get(&at) {
                Some(pattern) => Must::Match(pattern.clone()),
                None => Must::Be(leaf.canonical()),
            };
            Argument { at, must }
        });
        let effects = if effects.is_empty() {
            Effects::Among(call.effects.to_vec())
        } else {
            Effects::Match(effects.clone())
        };
        let scope = Scope::Like { arguments: arguments.collect(), effects };
        match scope.unmet(call) {
            None => Ok(scope),
            Some(what) => Err(NotGranted::NotMet(what)),
        }
    }
}

impl Scope {
    /// Whether a call is covered. What cannot be told is not.
    pub fn covers(&self, call: &Call<'_>) -> bool {
        self.unmet(call).is_none()
    }

    /// What of the scope a call does not meet.
    fn unmet(&self, call: &Call<'_>) -> Option<String> {
        match self {
            Self::Same { digest } => (digest != call.digest).then(|| "digest".to_owned()),
            Self::Like { arguments, effects } => {
                if !is_followed(call.effects) {
                    return Some("effects".to_owned());
                }
                let Some(given) = leaves(call.arguments) else { return Some("arguments".to_owned()) };
                if given.len() != arguments.len() {
                    return Some("arguments".to_owned());
                }
                let differs = arguments.iter().find(|Argument { at, must }| {
                    !given.get(at).is_some_and(|leaf| match (must, leaf) {
                        (Must::Be(value), leaf) => leaf.canonical() == *value,
                        (Must::Match(pattern), Leaf::Text(text)) => matches(pattern, text),
                        (Must::Match(_), Leaf::Other(_)) => false,
                    })
                });
                if let Some(Argument { at, .. }) = differs {
                    return Some(at.clone());
                }
                let agreed = |line: &String| match effects {
                    Effects::Among(lines) => lines.contains(line),
                    Effects::Match(patterns) => patterns.iter().any(|pattern| matches(pattern, line)),
                };
                call.effects.iter().find(|line| !agreed(line)).cloned()
            }
        }
    }
}

/// Whether the effects' words say all there is: nothing unknown, left out, cut, or decided only when it runs. A
/// program or code that nobody knows from the inside does the same in words whatever it is given.
fn is_followed(effects: &[String]) -> bool {
    let doubtful = |line: &String| {
        line.starts_with("not understood:")
            || line.starts_with("runs ")
            || line.ends_with(", which only the arguments show")
            || line.contains("decided when it runs")
            || line.contains(['…', '\u{fffd}'])
    };
    !effects.is_empty() && !effects.iter().any(doubtful)
}

/// A value without members or elements.
enum Leaf {
    Text(String),
    Other(String),
}

impl Leaf {
    fn canonical(&self) -> String {
        match self {
            Self::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Self::Other(value) => value.clone(),
        }
    }
}

/// Every value of the arguments by its pointer; `None` where they are no object, or one of too much.
fn leaves(arguments: &str) -> Option<BTreeMap<String, Leaf>> {
    let document = Document::parse(arguments.as_bytes().to_vec(), DEPTH).ok()?;
    if document.root().members().is_empty() {
        return None;
    }
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), document.root())];
    while let Some((at, node)) = open.pop() {
        let below: Vec<(String, &Node)> = match node.elements() {
            Some(elements) => {
                elements.iter().enumerate().map(|(number, node)| (format!("{at}/{number}"), node)).collect()
            }
            None => node
                .members()
                .iter()
                .map(|member| {
                    (format!("{at}/{}", member.key.replace('~', "~0").replace('/', "~1")), &member.node)
                })
                .collect(),
        };
        if below.is_empty() {
            let leaf = node
                .as_str()
                .map_or_else(|| Leaf::Other(node.canonical()), |text| Leaf::Text(text.to_owned()));
            found.insert(at, leaf);
        }
        open.extend(below);
        if found.len() + open.len() > MOST_ARGUMENTS {
            return None;
        }
    }
    Some(found)
}

/// Whether a text meets a pattern in which `*` stands for any characters. Takes at most as many steps as the
/// product of both lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    let mut rest = rest;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its ID.
    pub id: String,
    /// The only principal it is for.
    pub agent: String,
    /// The only tool it is for.
    pub tool: String,
    /// Digest of the rules and reviewers it is bound to: other rules ask again.
    pub rules_digest: String,
    /// What it covers; nothing once that is erased.
    pub scope: Option<Scope>,
    /// Where it stands.
    pub state: State,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It covers calls.
    Open {
        /// Until then.
        until: Timestamp,
        /// So many more.
        left: NonZeroU32,
    },
    /// Every use was made.
    UsedUp,
    /// Its time is over.
    Expired,
    /// A reviewer took it back.
    Revoked,
}

impl State {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::UsedUp => "used_up",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// What can come to a grant.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Nothing but time.
    Tick,
    /// A call asks whether it is covered.
    Use(&'a Call<'a>),
    /// A reviewer takes it back.
    Revoke,
}

/// What an input led to. Each is one event of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Time ran out.
    Expired,
    /// One call was covered; so many are left.
    Used {
        /// How many.
        left: u32,
        /// When the grant ends.
        until: Timestamp,
    },
    /// A reviewer took it back.
    Revoked,
}

/// A grant that is not open, or does not cover the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is over.
    #[error("the grant is over")]
    Over,
    /// The call is another.
    #[error("the grant does not cover the call")]
    NotCovered,
}

impl Grant {
    /// Advances by one input. What happened must be kept whether or not the input was granted.
    pub fn handle(&mut self, now: Timestamp, input: Input<'_>) -> (Option<Happened>, Result<(), Refused>) {
        let State::Open { until, left } = self.state else {
            let answer = if matches!(input, Input::Tick) { Ok(()) } else { Err(Refused::Over) };
            return (None, answer);
        };
        if until <= now {
            self.state = State::Expired;
            let answer = if matches!(input, Input::Tick) { Ok(()) } else { Err(Refused::Over) };
            return (Some(Happened::Expired), answer);
        }
        match input {
            Input::Tick => (None, Ok(())),
            Input::Revoke => {
                self.state = State::Revoked;
                (Some(Happened::Revoked), Ok(()))
            }
            Input::Use(call) if self.covers(call) => {
                let left = left.get() - 1;
                self.state = NonZeroU32::new(left).map_or(State::UsedUp, |left| State::Open { until, left });
                (Some(Happened::Used { left, until }), Ok(()))
            }
            Input::Use(_) => (None, Err(Refused::NotCovered)),
        }
    }

    /// Whether it is for this very agent, tool and rules, and covers the call.
    fn covers(&self, call: &Call<'_>) -> bool {
        !self.agent.is_empty()
            && self.agent == call.agent
            && self.tool == call.tool
            && self.rules_digest == call.rules_digest
            && self.scope.as_ref().is_some_and(|scope| scope.covers(call))
    }
}

#[cfg(test)]
mod tests;
