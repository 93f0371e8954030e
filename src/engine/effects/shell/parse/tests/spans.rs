//! Spans: where in the text each part of a tree stands.

use super::cases::cases;
use crate::effects::shell::parse::parse;
use crate::effects::shell::syntax::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// That every span of `sequence` is a part of `text`, and that of its container.
pub(super) fn check(sequence: &Sequence, text: &str) {
    Check { text }.sequence(sequence, &(0..text.len()));
}

struct Check<'t> {
    text: &'t str,
}

impl Check<'_> {
    fn span(&self, span: &Span, outer: &Span) {
        let text = self.text;
        assert!(text.get(span.clone()).is_some(), "{span:?} of {text:?}");
        assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} beyond {outer:?} in {text:?}");
    }

    fn sequence(&self, sequence: &Sequence, outer: &Span) {
        for stage in sequence.0.iter().flat_map(|pipeline| &pipeline.stages) {
            self.stage(stage, outer);
        }
    }

    fn stage(&self, stage: &Stage, outer: &Span) {
        self.span(&stage.span, outer);
        let within = &stage.span;
        match &stage.command {
            Command::Simple { assignments, words } => {
                for assignment in assignments {
                    self.span(&assignment.span, within);
                    match &assignment.value {
                        AssignedValue::Scalar(word) => self.word(word, &assignment.span),
                        AssignedValue::Array(words) => self.words(words, &assignment.span),
                    }
                }
                self.words(words, within);
            }
            Command::Group(body) | Command::Subshell(body) | Command::ForArithmetic { body, .. } => {
                self.sequence(body, within);
            }
            Command::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.sequence(condition, within);
                    self.sequence(body, within);
                }
                otherwise.iter().for_each(|body| self.sequence(body, within));
            }
            Command::While { condition, body } => {
                self.sequence(condition, within);
                self.sequence(body, within);
            }
            Command::For { values, body, .. } => {
                self.words(values.as_deref().unwrap_or_default(), within);
                self.sequence(body, within);
            }
            Command::Case { subject, arms } => {
                self.word(subject, within);
                for (patterns, body) in arms {
                    self.words(patterns, within);
                    self.sequence(body, within);
                }
            }
            Command::Function { body, .. } => self.stage(body, within),
            Command::Test(words) => self.words(words, within),
            Command::Arithmetic(_) => {}
        }
        for redirect in &stage.redirects {
            self.span(&redirect.span, &(0..self.text.len()));
            match &redirect.kind {
                // Its body stands behind the line.
                RedirectKind::HereDocument(word) => self.word(word, &(0..self.text.len())),
                RedirectKind::Read(word)
                | RedirectKind::Write(word)
                | RedirectKind::Append(word)
                | RedirectKind::ReadWrite(word)
                | RedirectKind::WriteBoth(word)
                | RedirectKind::Duplicate(word)
                | RedirectKind::HereString(word) => self.word(word, &redirect.span),
            }
        }
    }

    fn words(&self, words: &[Word], outer: &Span) {
        words.iter().for_each(|word| self.word(word, outer));
    }

    fn word(&self, word: &Word, outer: &Span) {
        self.span(&word.span, outer);
        for piece in &word.pieces {
            if let Piece::Command { script, .. } | Piece::Process { script, .. } = piece {
                self.sequence(script, &word.span);
            }
        }
    }
}

#[test]
fn spans_are_within_what_contains_them() {
    for (_, case) in cases() {
        if let Ok(script) = parse(&case.text) {
            check(&script, &case.text);
        }
    }
}

#[test]
fn a_span_holds_the_word() {
    let text = "X='a b' ls -l \"$x\"y $(b c) >out; { d; } | e";
    let script = parse(text).unwrap();
    let at = |span: &Span| text.get(span.clone()).unwrap();
    let stages: Vec<&Stage> = script.0.iter().flat_map(|pipeline| &pipeline.stages).collect();
    let spans: Vec<&str> = stages.iter().map(|stage| at(&stage.span)).collect();
    assert_eq!(spans, ["X='a b' ls -l \"$x\"y $(b c) >out", "{ d; }", "e"]);
    let Command::Simple { assignments, words } = &stages[0].command else { panic!("{script:?}") };
    assert_eq!(at(&assignments[0].span), "X='a b'");
    let words: Vec<&str> = words.iter().map(|word| at(&word.span)).collect();
    assert_eq!(words, ["ls", "-l", "\"$x\"y", "$(b c)"]);
    assert_eq!(at(&stages[0].redirects[0].span), ">out");
}

/// What stands in backticks has other text than the whole: its spans are those of the backticks.
#[test]
fn what_stands_in_backticks_has_their_span() {
    let text = "echo `a \\`b\\``; cat <<-A\n\tx $(c)\n\tA\n";
    let script = parse(text).unwrap();
    let Command::Simple { words, .. } = &script.0[0].stages[0].command else { panic!("{script:?}") };
    let [Piece::Command { script: inner, .. }] = words[1].pieces.as_slice() else { panic!("{script:?}") };
    assert_eq!(text.get(inner.0[0].stages[0].span.clone()).unwrap(), "`a \\`b\\``");
    let RedirectKind::HereDocument(body) = &script.0[1].stages[0].redirects[0].kind else {
        panic!("{script:?}")
    };
    assert_eq!(text.get(body.span.clone()).unwrap(), "\tx $(c)\n");
}
