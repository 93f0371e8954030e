//! Patterns over actions: `file.delete`, `file.*`, `*.delete`, `**`.

use super::glob::{Glob, PatternError, Syntax};
use super::patterns::Pattern;
use crate::effects::Action;

/// A pattern over dotted actions; `*` stays within a part, `**` is any number of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    text: String,
    glob: Glob,
    literal: bool,
}

impl ActionPattern {
    /// Whether it matches. Actions come from a table or from the policy itself, so there is no doubt here.
    pub fn matches(&self, action: &Action) -> bool {
        self.text == action.0
            || (!self.literal && self.glob.contains(&Glob::literal(&action.0, Syntax::LABELS)))
    }

    /// Whether every action that `other` matches is matched by this one.
    pub fn contains(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }

    /// Whether it is one action rather than a pattern.
    pub const fn is_literal(&self) -> bool {
        self.literal
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Pattern for ActionPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        if text == "*" {
            return Err(PatternError::new(
                "`*` stays within a part, and every action has at least two",
                "write `**` for every action",
            ));
        }
        let in_action = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c);
        if let Some(c) = text.chars().find(|c| !in_action(*c)) {
            return Err(PatternError::new(
                format!("`{c}` cannot stand in an action"),
                "actions are lower case letters, digits, `_` and `-`, with `.` between the parts",
            ));
        }
        if !text.contains('.') && text != "**" {
            return Err(PatternError::new(
                format!("`{text}` has no part behind a `.`"),
                format!("write `{text}.*` for the whole family"),
            ));
        }
        let glob = Glob::parse(text, Syntax::LABELS)?;
        Ok(Self { text: text.to_owned(), literal: glob.is_literal(), glob })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.contains(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn matches(pattern: &str, action: &'static str) -> bool {
        ActionPattern::parse(pattern).unwrap().matches(&Action(action.into()))
    }

    #[test]
    fn a_star_stays_within_a_part() {
        assert!(matches("file.*", "file.delete"));
        assert!(matches("*.delete", "file.delete"));
        assert!(!matches("*.delete", "file.read"));
        assert!(!matches("payments.*", "payments.card.refund"));
        assert!(matches("**", "payments.card.refund"));
        assert!(matches("payments.**", "payments.card.refund"));
        assert!(!matches("file.read", "file.reads"));
    }

    #[test]
    fn what_is_no_action_is_refused_with_a_way_out() {
        for (bad, help) in [("*", "`**`"), ("file", "`file.*`"), ("File.read", "lower case")] {
            let error = ActionPattern::parse(bad).unwrap_err();
            assert!(error.help.contains(help), "{bad}: {error}");
        }
    }
}
