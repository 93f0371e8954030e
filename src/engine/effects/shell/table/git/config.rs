//! Settings of git that run something, or send something elsewhere. One table: a key, and what its value is.
//!
//! A key is `section.variable` or `section.name.variable`; git compares section and variable without case.

use super::remotes;
use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::thing;
use crate::effects::{Action, unknown};

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// A command.
    Command,
    /// A command, or a word that says yes or no.
    CommandOrSwitch,
    /// A command behind `!`, or words of git's own.
    Alias,
    /// A helper: a name, a path, or a command behind `!`.
    Helper,
    /// A directory whose programs are run.
    Programs,
    /// A remote that is pushed to where a push names none.
    Remote,
    /// Where things come from or go to, or a file with further settings: not followed.
    Odd,
    /// What is shown, kept, named.
    Harmless,
}

/// Keys, `*` for the name between section and variable. The first that fits counts.
const TABLE: &[(&str, Value)] = &[
    ("alias.*", Value::Alias),
    ("core.pager", Value::Command),
    ("core.editor", Value::Command),
    ("sequence.editor", Value::Command),
    ("core.sshcommand", Value::Command),
    ("core.askpass", Value::Command),
    ("core.gitproxy", Value::Command),
    ("core.alternaterefscommand", Value::Command),
    ("core.fsmonitor", Value::CommandOrSwitch),
    ("core.hookspath", Value::Programs),
    ("core.worktree", Value::Odd),
    ("core.attributesfile", Value::Odd),
    ("core.*", Value::Harmless),
    ("pager.*", Value::CommandOrSwitch),
    ("diff.external", Value::Command),
    ("diff.*.command", Value::Command),
    ("diff.*.textconv", Value::Command),
    ("diff.*", Value::Harmless),
    ("diff.*.*", Value::Harmless),
    ("interactive.difffilter", Value::Command),
    ("interactive.*", Value::Harmless),
    ("merge.*.driver", Value::Command),
    ("merge.*", Value::Harmless),
    ("merge.*.*", Value::Harmless),
    ("filter.*.clean", Value::Command),
    ("filter.*.smudge", Value::Command),
    ("filter.*.process", Value::Command),
    ("filter.*.required", Value::Harmless),
    ("difftool.*.cmd", Value::Command),
    ("difftool.*.path", Value::Command),
    ("difftool.*", Value::Harmless),
    ("mergetool.*.cmd", Value::Command),
    ("mergetool.*.path", Value::Command),
    ("mergetool.*", Value::Harmless),
    ("credential.helper", Value::Helper),
    ("credential.*.helper", Value::Helper),
    ("credential.*", Value::Harmless),
    ("credential.*.*", Value::Harmless),
    ("gpg.program", Value::Command),
    ("gpg.*.program", Value::Command),
    ("gpg.ssh.defaultkeycommand", Value::Command),
    ("gpg.format", Value::Harmless),
    ("trailer.*.command", Value::Command),
    ("trailer.*.cmd", Value::Command),
    ("tar.*.command", Value::Command),
    ("browser.*.cmd", Value::Command),
    ("browser.*.path", Value::Command),
    ("man.*.cmd", Value::Command),
    ("man.*.path", Value::Command),
    ("remote.*.uploadpack", Value::Command),
    ("remote.*.receivepack", Value::Command),
    ("remote.*.fetch", Value::Harmless),
    ("remote.*.prune", Value::Harmless),
    ("remote.*.tagopt", Value::Harmless),
    ("remote.pushdefault", Value::Remote),
    ("uploadpack.packobjectshook", Value::Command),
    ("submodule.*.update", Value::Helper),
    ("submodule.*", Value::Harmless),
    ("submodule.*.*", Value::Harmless),
    ("http.sslverify", Value::Harmless),
    ("http.postbuffer", Value::Harmless),
    ("http.version", Value::Harmless),
    ("http.followredirects", Value::Harmless),
    ("http.lowspeedlimit", Value::Harmless),
    ("http.lowspeedtime", Value::Harmless),
    ("init.defaultbranch", Value::Harmless),
    ("safe.directory", Value::Harmless),
    ("user.*", Value::Harmless),
    ("author.*", Value::Harmless),
    ("committer.*", Value::Harmless),
    ("color.*", Value::Harmless),
    ("color.*.*", Value::Harmless),
    ("advice.*", Value::Harmless),
    ("commit.*", Value::Harmless),
    ("tag.*", Value::Harmless),
    ("log.*", Value::Harmless),
    ("push.*", Value::Harmless),
    ("pull.*", Value::Harmless),
    ("fetch.*", Value::Harmless),
    ("branch.*.remote", Value::Remote),
    ("branch.*.pushremote", Value::Remote),
    ("branch.*", Value::Harmless),
    ("branch.*.*", Value::Harmless),
    ("rebase.*", Value::Harmless),
    ("status.*", Value::Harmless),
    ("stash.*", Value::Harmless),
    ("column.*", Value::Harmless),
    ("format.*", Value::Harmless),
    ("grep.*", Value::Harmless),
    ("blame.*", Value::Harmless),
    ("rerere.*", Value::Harmless),
    ("gc.*", Value::Harmless),
    ("pack.*", Value::Harmless),
    ("index.*", Value::Harmless),
    ("feature.*", Value::Harmless),
    ("i18n.*", Value::Harmless),
    ("help.autocorrect", Value::Harmless),
    ("apply.*", Value::Harmless),
    ("am.*", Value::Harmless),
    ("checkout.*", Value::Harmless),
    ("clean.*", Value::Harmless),
    ("clone.*", Value::Harmless),
    ("extensions.*", Value::Harmless),
    ("lfs.*", Value::Harmless),
    ("versionsort.*", Value::Harmless),
    ("showbranch.*", Value::Harmless),
    ("worktree.*", Value::Harmless),
    ("protocol.version", Value::Harmless),
];

/// A setting: for one command, or, with `kept`, for all that follow.
pub(super) fn set(run: &mut Run<'_>, key: &Field, value: &Field, kept: bool) {
    let Some(key) = key.text() else {
        run.doubt(unknown::OPTION_ODD);
        return;
    };
    let lower = key.to_ascii_lowercase();
    let meaning = TABLE.iter().find(|(known, _)| is_key(known, &lower)).map(|(_, meaning)| *meaning);
    let text = value.text().map(str::to_owned);
    let runs = match (meaning.unwrap_or(Value::Odd), text.as_deref()) {
        (Value::Harmless, _) => return,
        (Value::Odd, _) => {
            run.doubt(unknown::OPTION_ODD);
            return;
        }
        (Value::Remote, _) => return remotes::makes_usual(run, value),
        (_, Some("")) => return,
        (Value::CommandOrSwitch, Some("true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1")) => return,
        (
            Value::Helper,
            Some("cache" | "store" | "osxkeychain" | "manager" | "manager-core" | "libsecret" | "wincred"),
        ) => return,
        (Value::Helper, Some("checkout" | "rebase" | "merge" | "none")) => return,
        (Value::Programs, Some("/dev/null")) => return,
        (Value::Alias, Some(text)) if !text.starts_with('!') => return,
        (Value::Alias | Value::Helper, Some(text)) => Some(text.strip_prefix('!').unwrap_or(text).to_owned()),
        (Value::Programs, _) => {
            meaning::file(run, value, "shell");
            None
        }
        (_, Some(text)) => Some(text.to_owned()),
        (_, None) => {
            run.doubt(unknown::SHELL_DYNAMIC);
            None
        }
    };
    if kept {
        run.effect(Action::PERSISTENCE_INSTALL, thing(key));
    }
    if let Some(text) = runs {
        let label = format!("git {key}");
        run.within(&label, None, |run| run.shell_text(&Field::literal(text), Stream::default()));
    }
}

/// A setting is shown: its name, or a pattern of names, may say that it is a secret. How to sign in is none.
pub(super) fn shown(run: &mut Run<'_>, key: &Field) {
    let lower = key.text_with_wildcards().unwrap_or_default().to_ascii_lowercase();
    const TOLD: &[&str] = &["credential", "user.", "gpg", "commit."];
    const KEPT: &[&str] =
        &["extraheader", "token", "password", "passwd", "secret", "cookiefile", "sslkey", "smtppass"];
    let told = TOLD.iter().any(|word| lower.trim_start_matches('^').starts_with(word));
    if KEPT.iter().any(|word| lower.contains(word)) || !told && meaning::is_asked_secret(&lower) {
        run.effect(Action::SECRET_READ, thing(key.prefix()));
    }
}

/// Whether a key, in lower case, is one that the table's key stands for.
fn is_key(known: &str, key: &str) -> bool {
    let parts = |text: &str| -> Option<(String, Option<String>, String)> {
        let (section, rest) = text.split_once('.')?;
        let (name, variable) = match rest.rsplit_once('.') {
            Some((name, variable)) => (Some(name.to_owned()), variable),
            None => (None, rest),
        };
        Some((section.to_owned(), name, variable.to_owned()))
    };
    let (Some(known), Some(key)) = (parts(known), parts(key)) else { return false };
    let same = |known: &str, text: &str| known == "*" || known == text;
    let names = match (&known.1, &key.1) {
        (None, None) => true,
        (Some(known), Some(name)) => same(known, name),
        _ => false,
    };
    known.0 == key.0 && names && same(&known.2, &key.2)
}
