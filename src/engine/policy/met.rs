//! How far a condition holds, in three values, because doubt must lean to the safe side.

use std::borrow::Cow;

/// How far a condition holds. Declared from "no" to "yes", so that "every one of them" is the least and "one
/// of them" the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Met {
    /// It certainly does not hold; a resource of another kind than it speaks of is such a case.
    No,
    /// It may hold: the resource is a pattern or a tree that reaches inside and outside, differs in case
    /// only, or the condition cannot be evaluated. Counts as met for `deny` and `escalate` and as unmet for
    /// `allow`.
    Maybe,
    /// It certainly holds for everything the effect may touch.
    Yes,
}

impl Met {
    /// [`Met::Yes`] or [`Met::No`].
    pub(crate) const fn certain(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Yes if `certainly`, else maybe if `possibly`.
    pub(crate) const fn of(certainly: bool, possibly: bool) -> Self {
        match (certainly, possibly) {
            (true, _) => Self::Yes,
            (false, true) => Self::Maybe,
            (false, false) => Self::No,
        }
    }
}

/// What evaluating one condition gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How far it holds.
    pub met: Met,
    /// Why it could not be evaluated, in plain words without values; `None` where it could.
    pub doubt: Option<Cow<'static, str>>,
    /// The inputs it looked at that the record does not hold anyway: a JSON Pointer into the arguments and
    /// the text of the value there, `None` where there is none.
    pub inputs: Vec<(String, Option<String>)>,
}

impl Finding {
    /// It was evaluated.
    pub(crate) const fn clear(met: Met) -> Self {
        Self { met, doubt: None, inputs: Vec::new() }
    }

    /// It does not speak of this effect.
    pub(crate) const fn other_kind() -> Self {
        Self::clear(Met::No)
    }

    /// It could not be evaluated.
    pub(crate) fn doubtful(why: impl Into<Cow<'static, str>>) -> Self {
        Self { met: Met::Maybe, doubt: Some(why.into()), inputs: Vec::new() }
    }
}
