//! What is wrong with a policy, where, and the way out.
//!
//! A message is lower case and without a final stop, what the author wrote stands in backticks, and help
//! has a line of its own. Codes are stable: people search for them and scripts look at them.

use crate::source::{Place, Source};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// There is no policy as long as it stands.
    Error,
    /// The policy does something its author will not have meant.
    Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable code: `E-unknown-action`.
    pub code: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What to say at that place, if anything.
    pub label: String,
    /// Other places that have to do with it.
    pub also: Vec<(Place, String)>,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Something that prevents a policy.
    pub fn error(code: impl Into<Cow<'static, str>>, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            place: place.clone(),
            label: String::new(),
            also: Vec::new(),
            help: None,
        }
    }

    /// Something that will not have been meant.
    pub fn warning(code: impl Into<Cow<'static, str>>, place: &Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// With words under the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// With another place.
    #[must_use]
    pub fn also(mut self, place: &Place, text: impl Into<String>) -> Self {
        self.also.push((place.clone(), text.into()));
        self
    }

    /// With a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// With a way out, if there is one.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help = text.or(self.help);
        self
    }
}

/// Everything that was found, in the order of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        // A set with a mistake in it is used many times, and wrong once.
        let same = |other: &Diagnostic| {
            other.place == diagnostic.place
                && other.code == diagnostic.code
                && other.message == diagnostic.message
        };
        if !self.0.iter().any(same) {
            self.0.push(diagnostic);
        }
    }

    /// Whether anything prevents a policy.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many errors and how many warnings there are.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.0.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        (errors, self.0.len() - errors)
    }

    /// All of them, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Puts them in the order of the files.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| a.place.cmp(&b.place));
    }

    /// As they are shown in a terminal, a blank line between two.
    pub fn render(&self, sources: &[Source], colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let one = |diagnostic: &Diagnostic| renderer.render(&[group(diagnostic, sources)]);
        self.0.iter().map(one).collect::<Vec<_>>().join("\n\n")
    }
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a [Source]) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&*diagnostic.message).id(&*diagnostic.code));
    let files: BTreeSet<usize> = diagnostic.also.iter().map(|(place, _)| place.file).collect();
    let others = files.into_iter().filter(|file| *file != diagnostic.place.file);
    for file in std::iter::once(diagnostic.place.file).chain(others) {
        let Some(source) = sources.get(file) else { continue };
        let mut snippet = Snippet::source(&*source.text).path(&*source.path);
        if file == diagnostic.place.file {
            let mut annotation = AnnotationKind::Primary.span(within(&diagnostic.place, source));
            if !diagnostic.label.is_empty() {
                annotation = annotation.label(&*diagnostic.label);
            }
            snippet = snippet.annotation(annotation);
        }
        for (place, text) in diagnostic.also.iter().filter(|(place, _)| place.file == file) {
            snippet = snippet.annotation(AnnotationKind::Context.span(within(place, source)).label(&**text));
        }
        group = group.element(snippet);
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(&**help)),
        None => group,
    }
}

/// A place beyond its text would be a mistake of the compiler; it must not cost the message.
fn within(place: &Place, source: &Source) -> std::ops::Range<usize> {
    let end = place.end.min(source.text.len());
    place.start.min(end)..end
}

/// The name among `known` that `written` was probably meant to be.
pub(crate) fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// ``did you mean `x`?``, or the list of what there is.
pub(crate) fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(name) = suggestion(written, known.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let all: Vec<&str> = known.into_iter().collect();
    match all.len() {
        0 => None,
        1..=24 => Some(format!("there is `{}`", all.join("`, `"))),
        _ => None,
    }
}
