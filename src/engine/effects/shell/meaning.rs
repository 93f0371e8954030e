//! What follows from an operand of a kind: a path that is read, a URL that is fetched, text that is run.

use super::field::{Bit, Field};
use super::row::Kind;
use super::run::Run;
use super::state::Variable;
use super::stream::{Content, Stream};
use super::{code, environment};
use crate::effects::url::{self, Target};
use crate::effects::{Action, Name, Resource, path as paths, sql, unknown, web};

/// Does what `kind` says to `field`; with `tree`, to everything below it.
pub(super) fn operand(run: &mut Run<'_>, kind: Kind, field: &Field, tree: bool) {
    match kind {
        // A command is run by whoever knows what stands before it.
        Kind::Word | Kind::Command => {}
        Kind::Path(action, own) => path(run, Action::named(action), field, own || tree),
        Kind::Move => {
            path(run, Action::FILE_READ, field, true);
            path(run, Action::FILE_DELETE, field, false);
        }
        Kind::Directory => {}
        Kind::Run => file(run, field, "shell"),
        Kind::Fetch => fetch(run, field),
        Kind::Send => send(run, field),
        Kind::Shell => {
            run.shell_text(field, Stream::default());
        }
        Kind::Tool => environment::command(run, "tool", field),
        Kind::Code(language) => code(run, language, field),
        Kind::Sql(dialect) => query(run, dialect, field),
        Kind::Assign => assign(run, field),
        Kind::Asked => asked(run, field),
        Kind::Odd => run.doubt(unknown::OPTION_ODD),
        Kind::Effect(action) => {
            let action = Action::named(action);
            let resource = named(run, &action, field);
            run.effect(action, resource);
        }
    }
}

/// Does `action` to the path that `field` is.
pub(super) fn path(run: &mut Run<'_>, action: Action, field: &Field, tree: bool) {
    // Looking further is in vain.
    if run.out.is_full() {
        return;
    }
    if is_stream(field) {
        return;
    }
    for name in names(run, field) {
        // Everything below whatever is below the root.
        let name = match name {
            Name::Glob(pattern) if tree && pattern == "/**/*" => Name::Literal("/".to_owned()),
            name => name,
        };
        run.effect(action.clone(), Resource::Path { path: name, tree });
    }
}

/// The paths a field may name: one for each directory the shell may be in.
pub(super) fn names(run: &mut Run<'_>, field: &Field) -> Vec<Name> {
    let directories = run.state.directories().to_vec();
    let mut names: Vec<Name> = Vec::new();
    for directory in directories {
        match field.path(directory.as_deref()) {
            Ok(found) => {
                for name in found {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            Err(why) => {
                run.doubt(why);
                names.push(Name::Dynamic);
            }
        }
    }
    names
}

/// The one path a field names, where it is settled.
pub(super) fn literal_path(run: &Run<'_>, field: &Field) -> Option<String> {
    match field.path(run.state.directory()) {
        Ok(names) => match names.as_slice() {
            [Name::Literal(path)] => Some(path.clone()),
            _ => None,
        },
        Err(_) => None,
    }
}

/// Whether a path is not a file but a stream: `-`, a terminal, the null device, a pipe.
pub(super) fn is_stream(field: &Field) -> bool {
    if let [Bit::Stream(_)] = field.bits() {
        return true;
    }
    let Some(text) = field.text() else { return false };
    matches!(
        text,
        "-" | "/dev/null"
            | "/dev/stdin"
            | "/dev/stdout"
            | "/dev/stderr"
            | "/dev/tty"
            | "/dev/zero"
            | "/dev/random"
            | "/dev/urandom"
            | "/dev/full"
            | "/dev/fd/0"
            | "/dev/fd/1"
            | "/dev/fd/2"
    )
}

/// What a file holds, where this very script wrote it, or where it is a pipe.
pub(super) fn content(run: &Run<'_>, field: &Field) -> Option<Stream> {
    if let [Bit::Stream(stream)] = field.bits() {
        return Some((**stream).clone());
    }
    if field.text() == Some("/dev/null") {
        return Some(Stream::default());
    }
    let path = literal_path(run, field)?;
    let content = run.state.written.get(&path)?;
    Some(content.as_ref().map_or_else(Stream::local, Stream::text))
}

/// Runs a file as a program of a language; one that this script wrote is read.
pub(super) fn file(run: &mut Run<'_>, field: &Field, language: &str) {
    if field.text() == Some("-") || field.text() == Some("/dev/stdin") {
        return;
    }
    if let Some(stream) = content(run, field) {
        match (language, stream.literal()) {
            ("shell", _) => {
                run.shell_input(&stream, Vec::new());
            }
            (language, Some(text)) => {
                let field = Field::literal(text);
                code(run, language, &field);
            }
            (language, None) => {
                run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
            }
        }
        return;
    }
    for name in names(run, field) {
        run.effect(Action::PROCESS_RUN, Resource::Program { program: name });
    }
}

/// A file or directory is run as a part of what is worked on: whoever allows the program that runs it allows
/// that. One from elsewhere, or one that this script wrote, is something else.
pub(super) fn own_code(run: &mut Run<'_>, field: &Field) {
    if is_stream(field) && field.text() != Some("/dev/null") || content(run, field).is_some() {
        run.effect(Action::CODE_RUN, Resource::Code { language: "unknown".to_owned() });
        return;
    }
    for name in names(run, field) {
        if !is_own(run, &name) {
            run.effect(Action::PROCESS_RUN, Resource::Program { program: name });
        }
    }
}

/// Whether a path is a part of what is worked on, and has not just come from another machine.
pub(super) fn is_own(run: &Run<'_>, name: &Name) -> bool {
    match (name, &run.start) {
        (Name::Literal(path) | Name::Glob(path), Some(start)) => {
            path.strip_prefix(start.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                && !run.state.is_unseen(path)
        }
        _ => false,
    }
}

/// Runs a text as a program of a language.
pub(super) fn code(run: &mut Run<'_>, language: &str, field: &Field) {
    let Some(text) = field.text() else {
        run.doubt(unknown::CODE_DYNAMIC);
        run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        return;
    };
    let text = text.to_owned();
    code::read(run, language, &text);
}

/// Runs a text as SQL.
pub(super) fn query(run: &mut Run<'_>, dialect: &'static str, field: &Field) {
    let Some(text) = field.text() else {
        run.doubt(unknown::SQL_NOT_READ);
        return;
    };
    let setting = sql::Setting {
        host: None,
        database: None,
        dialect: Some(dialect).filter(|dialect| !dialect.is_empty()),
        at: run.at,
    };
    let effects = sql::read(text, &setting);
    for effect in effects.known {
        run.effect(effect.action, effect.resource);
    }
    for unknown in effects.unknown {
        run.out.note(unknown);
    }
}

/// `NAME=value` for the environment.
fn assign(run: &mut Run<'_>, field: &Field) {
    match field.split_once('=') {
        Some((name, value)) => {
            let value = Variable::Scalar(value);
            environment::assigned(run, &name, &value);
        }
        None if field.text().is_none() => run.doubt(unknown::ENVIRONMENT_POWER),
        None => {}
    }
}

/// Something is shown whose name may say that it is a secret.
pub(super) fn asked(run: &mut Run<'_>, name: &Field) {
    if name.text_with_wildcards().is_some_and(|name| is_asked_secret(&name)) {
        run.effect(Action::SECRET_READ, Resource::Named { name: name.name() });
    }
}

/// Whether a setting, an output or an entry of this name is a secret: by the words a preview goes by, and by those
/// that say it as a part of a longer name.
pub(super) fn is_asked_secret(name: &str) -> bool {
    const PARTS: &[&str] = &["key", "pass", "auth", "pat", "creds", "oauth", "basic"];
    let parts = || name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let is = |part: &str, words: &[&str]| words.iter().any(|word| part.eq_ignore_ascii_case(word));
    if parts().any(|part| is(part, &["public", "pub"])) {
        return false;
    }
    let longer = parts().nth(1).is_some() || name.starts_with('_');
    crate::redact::is_secret_name(name)
        || ["extraheader", "requirepass", "masterauth"]
            .iter()
            .any(|word| name.to_ascii_lowercase().contains(word))
        || longer && parts().next_back().is_some_and(|part| is(part, PARTS))
}

/// Fetches the URL or host that `field` is.
pub(super) fn fetch(run: &mut Run<'_>, field: &Field) {
    // Looking further is in vain.
    if run.out.is_full() {
        return;
    }
    match web_target(field) {
        Web::Url(found) => web::fetch(&found, &mut run.out),
        Web::File(path) => self::path(run, Action::FILE_READ, &Field::literal(path), false),
        Web::Nothing => {}
        // What is decided when it runs may be anything the machine knows.
        Web::Partly(found) => {
            web::fetch(&found, &mut run.out);
            web::send(&found, &mut run.out);
        }
        Web::Unknown => {
            run.doubt(unknown::URL_UNUSUAL);
            run.effect(Action::NET_FETCH, Resource::host(Name::Dynamic));
        }
    }
}

/// Sends to the URL or host that `field` is.
pub(super) fn send(run: &mut Run<'_>, field: &Field) {
    // Looking further is in vain.
    if run.out.is_full() {
        return;
    }
    match web_target(field) {
        Web::Url(found) | Web::Partly(found) => web::send(&found, &mut run.out),
        Web::File(_) | Web::Nothing | Web::Unknown => {
            run.doubt(unknown::URL_UNUSUAL);
            run.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
        }
    }
}

/// What a field that should be a URL is.
enum Web {
    Url(url::Url),
    /// The machine is settled, what is asked of it is not.
    Partly(url::Url),
    File(String),
    Nothing,
    Unknown,
}

fn web_target(field: &Field) -> Web {
    let harmless = field.bits().iter().all(|bit| matches!(bit, Bit::Text(_) | Bit::Number | Bit::Name));
    // No file has the name of a URL: its `?` stays what it is.
    let text = field.text().map(str::to_owned);
    let text = text.or_else(|| field.text_with_wildcards().filter(|text| text.contains("://")));
    let (text, whole) = match text {
        Some(text) => (text, true),
        None => {
            // The authority must be settled, with the slash behind it.
            let prefix = field.prefix();
            let from = prefix.find("://").map_or(0, |at| at + 3);
            let Some(end) = prefix.get(from..).and_then(|rest| rest.find(['/', '?'])) else {
                return Web::Unknown;
            };
            (prefix.get(..from + end + 1).unwrap_or_default().to_owned(), harmless)
        }
    };
    match url::read(&text) {
        Ok(Target::Web(found)) if whole => Web::Url(found),
        Ok(Target::Web(found)) => Web::Partly(found),
        Ok(Target::File(path)) if whole => Web::File(path),
        Ok(Target::Blank) if whole => Web::Nothing,
        _ => Web::Unknown,
    }
}

/// The resource an operand names, of the kind that the action's family has.
pub(super) fn named(run: &mut Run<'_>, action: &Action, field: &Field) -> Resource {
    match action.family() {
        "file" => Resource::path(names(run, field).into_iter().next().unwrap_or(Name::Dynamic)),
        "net" => match field.text() {
            Some(text) => web::host(text, None),
            None => Resource::host(Name::Dynamic),
        },
        "process" => Resource::Program { program: field.name() },
        "code" => Resource::Code { language: field.text().unwrap_or("unknown").to_owned() },
        "sql" => Resource::Sql { host: None, database: Some(field.name()), table: None },
        "git" => Resource::Repository { repository: repository(run, field) },
        "container" | "kubernetes" | "cloud" => Resource::Cloud { cloud: field.name() },
        _ => Resource::Named { name: field.name() },
    }
}

/// A repository by its URL, or by its directory.
pub(super) fn repository(run: &mut Run<'_>, field: &Field) -> Name {
    match field.text() {
        Some(text) if text.contains(':') => match url::read(text) {
            Ok(Target::Web(found)) => {
                let name = format!("{}{}", found.host, found.tail.trim_end_matches(".git"));
                Name::Literal(name.to_lowercase())
            }
            _ => Name::Literal(text.to_owned()),
        },
        Some(_) => names(run, field).into_iter().next().unwrap_or(Name::Dynamic),
        None => Name::Dynamic,
    }
}

/// The host that a program's own configuration names, and the command does not.
pub(super) const CONFIGURED: &str = "configured";

/// The effects of a row's `does`, or of an option: `action` or `action=name`, on `program` otherwise.
pub(super) fn declared(run: &mut Run<'_>, text: &'static str, program: &str) {
    for word in text.split_ascii_whitespace() {
        let (action, name) = match word.split_once('=') {
            Some((action, name)) => (action, Some(name)),
            None => (word, None),
        };
        let action = Action::named(action);
        let resource = match (action.family(), name) {
            ("git", None) => {
                let here = names(run, &Field::literal(".")).into_iter().next();
                Resource::Repository { repository: here.unwrap_or(Name::Dynamic) }
            }
            // The machine's own configuration says which: a registry, a remote, a cluster.
            ("net", None) => Resource::host(Name::Literal(CONFIGURED.to_owned())),
            ("sql", None) => Resource::Sql { host: None, database: None, table: None },
            ("file", Some(name)) => {
                let path = paths::read(name.trim_end_matches("/**"), run.state.directory());
                let path = path.unwrap_or(Name::Dynamic);
                Resource::path(if name.ends_with("/**") {
                    super::command::strictly_below(path)
                } else {
                    path
                })
            }
            ("file", None) => Resource::path(Name::Dynamic),
            // Who installs: `npm` what the project declares, `apt` what the machine has.
            ("process" | "package", None) => {
                if super::described::was_written(run, program) {
                    run.effect(Action::CODE_RUN, Resource::Code { language: "unknown".to_owned() });
                }
                let program = program.split(' ').next().unwrap_or(program);
                Resource::Program { program: Name::Literal(program.to_owned()) }
            }
            (_, name) => named(run, &action, &Field::literal(name.unwrap_or(program))),
        };
        run.effect(action, resource);
    }
}

/// What flows out where it is what flowed in, or what a file holds.
pub(super) fn through(run: &Run<'_>, operands: &[Field], input: &Stream) -> Stream {
    let mut whole = Stream::default();
    for field in operands {
        let stream = if field.text() == Some("-") { Some(input.clone()) } else { content(run, field) };
        whole = whole.then(stream.unwrap_or_else(Stream::local));
    }
    if operands.is_empty() { input.clone() } else { whole }
}

/// Whether what flows holds anything of this machine.
pub(super) fn leaks(stream: &Stream) -> bool {
    stream.local && !matches!(stream.content, Content::Nothing)
}
