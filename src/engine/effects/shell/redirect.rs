//! Redirections: where input comes from and output goes.

use super::field::{Bit, Field};
use super::meaning;
use super::run::Run;
use super::stream::Stream;
use super::syntax::{Redirect, RedirectKind, Word};
use crate::effects::{Action, Name, Resource, unknown, web};

/// What a command's redirections amount to.
pub(super) struct Redirected {
    /// What flows in.
    pub(super) input: Stream,
    /// Where output goes.
    pub(super) output: Output,
}

/// Where the output of a command goes.
pub(super) enum Output {
    /// On, to whatever reads it.
    On,
    /// Into a file; `None` if its name is not settled. With `append` it has older content before it.
    File { path: Option<String>, append: bool },
    /// Nowhere.
    Nowhere,
}

impl Output {
    /// What still flows on when the command wrote `output`.
    pub(super) fn finish(self, run: &mut Run<'_>, output: Stream) -> Stream {
        match self {
            Self::On => output,
            Self::Nowhere => Stream::default(),
            Self::File { path, append } => {
                if let Some(path) = path {
                    let content = if append { None } else { output.literal().map(str::to_owned) };
                    run.state.written.insert(path, content);
                }
                Stream::default()
            }
        }
    }
}

impl Run<'_> {
    /// Makes redirections, in order.
    pub(super) fn redirects(&mut self, redirects: &[Redirect], input: Stream) -> Redirected {
        let mut redirected = Redirected { input, output: Output::On };
        for redirect in redirects {
            let descriptor = redirect.descriptor;
            match &redirect.kind {
                RedirectKind::Read(word) => {
                    let stream = self.read_from(word);
                    if descriptor.unwrap_or(0) == 0 {
                        redirected.input = stream;
                    }
                }
                RedirectKind::HereDocument(word) => {
                    let field = self.field(word);
                    if descriptor.unwrap_or(0) == 0 {
                        redirected.input = stream_of(field);
                    }
                }
                RedirectKind::HereString(word) => {
                    let mut field = self.field(word);
                    field.push(Bit::Text("\n".to_owned()));
                    if descriptor.unwrap_or(0) == 0 {
                        redirected.input = stream_of(field);
                    }
                }
                RedirectKind::Write(word) => {
                    let output = self.write_to(word, false);
                    if descriptor.unwrap_or(1) == 1 {
                        redirected.output = output;
                    }
                }
                RedirectKind::Append(word) => {
                    let output = self.write_to(word, true);
                    if descriptor.unwrap_or(1) == 1 {
                        redirected.output = output;
                    }
                }
                RedirectKind::ReadWrite(word) => {
                    redirected.input = self.read_from(word);
                    self.write_to(word, true);
                }
                RedirectKind::WriteBoth(word) => redirected.output = self.write_to(word, false),
                RedirectKind::Duplicate(word) => {
                    let field = self.field(word);
                    let settled = field.text().is_some_and(|text| {
                        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
                    });
                    // `<&3`: whatever a descriptor was opened for flows in.
                    let own = matches!(field.text(), Some("0" | "1" | "2" | "-" | "1-" | "2-"));
                    if !own && descriptor.unwrap_or(0) == 0 && redirected.input.is_nothing() {
                        redirected.input = Stream::local();
                    }
                    if !settled && field.bits() != [Bit::Number] {
                        self.doubt(unknown::SHELL_DYNAMIC);
                        self.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
                    }
                }
            }
        }
        redirected
    }

    fn read_from(&mut self, word: &Word) -> Stream {
        let field = self.field(word);
        if let [Bit::Stream(stream)] = field.bits() {
            return (**stream).clone();
        }
        if let Some(host) = device_host(&field) {
            self.effect(Action::NET_FETCH, host);
            return Stream::foreign();
        }
        meaning::path(self, Action::FILE_READ, &field, false);
        meaning::content(self, &field).unwrap_or_else(Stream::local)
    }

    fn write_to(&mut self, word: &Word, append: bool) -> Output {
        let field = self.field(word);
        if let Some(host) = device_host(&field) {
            // Whatever the descriptor: what it is used for may stand in any later command.
            self.effect(Action::NET_SEND, host);
            return Output::Nowhere;
        }
        if meaning::is_stream(&field) {
            return if field.text() == Some("/dev/null") { Output::Nowhere } else { Output::On };
        }
        meaning::path(self, Action::FILE_WRITE, &field, false);
        Output::File { path: meaning::literal_path(self, &field), append }
    }
}

fn stream_of(field: Field) -> Stream {
    Stream { content: super::stream::Content::Text(field), local: false }
}

/// `/dev/tcp/host/port`, which bash opens as a connection.
fn device_host(field: &Field) -> Option<Resource> {
    let rest = field.strip_prefix("/dev/tcp/").or_else(|| field.strip_prefix("/dev/udp/"))?;
    Some(match rest.text().and_then(|text| text.split_once('/')) {
        Some((host, port)) => web::host(host, port.parse().ok()),
        None => Resource::host(Name::Dynamic),
    })
}
