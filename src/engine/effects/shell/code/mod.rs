//! Code of a language, given in the command itself: `python -c`, `node -e`, `perl -e`.
//!
//! What is only computation does nothing. Everything else is `code.run` with the language, because reading it
//! would take an interpreter: a rule may allow the language, and none does so by accident.

use super::run::Run;
use crate::effects::{Action, Resource};

/// Adds what a text of a language does.
pub(super) fn read(run: &mut Run<'_>, language: &str, text: &str) {
    if language == "shell" {
        run.shell_text(&super::field::Field::literal(text), super::stream::Stream::default());
        return;
    }
    run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
}
