//! What talks to other machines: which operand is a remote, and what is asked of it or sent there.

use super::config;
use super::readers::on_this;
use crate::effects::shell::address::{self, Address, Deed};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::shell::table::landing;
use crate::effects::{Action, Name, Resource};

/// Fetches from a remote; without an operand, from the usual one.
pub(super) fn fetch(run: &mut Run<'_>, given: &Given) {
    let usual = Field::literal("origin");
    let everywhere = given.has("--multiple");
    let remotes = if given.operands.is_empty() { std::slice::from_ref(&usual) } else { &given.operands };
    let (remotes, references) =
        if everywhere { (remotes, &[][..]) } else { remotes.split_at(1.min(remotes.len())) };
    for remote in remotes {
        address::contact(run, Deed::Fetch, remote);
        // An address is no remote that somebody has set up: what comes from there is new here.
        if remote.text().is_some_and(|remote| remote.contains(':'))
            && let Some(directory) = run.state.directory().map(str::to_owned)
        {
            run.state.came_from_elsewhere(&directory);
        }
    }
    // `+a:b` replaces a branch here whatever it holds, and `a:b` does when it is forced.
    let forced = given.has("-f");
    let replaces = |text: &str| text.starts_with('+') || forced && text.contains(':');
    if given.has("--stdin") || references.iter().any(|one| one.text().is_none_or(replaces)) {
        on_this(run, Action::GIT_REWRITE);
    }
    if given.has("--set-upstream")
        && let Some(remote) = given.operands.first()
    {
        makes_usual(run, &remote.clone());
    }
}

/// A remote becomes the one that is pushed to where a push names none: as good as pushing there. `origin` is that
/// already, and `.` is this repository.
pub(super) fn makes_usual(run: &mut Run<'_>, remote: &Field) {
    let repository = match remote.text() {
        Some("origin" | "." | "") => return,
        Some(text) => match address::read(text) {
            Address::Name(name) => Name::Literal(name),
            _ => meaning::repository(run, remote),
        },
        None => Name::Dynamic,
    };
    run.effect(Action::GIT_PUSH, Resource::Repository { repository });
}

/// A branch follows what it starts from, where that is a remote's: it is pushed there from now on.
pub(super) fn follow(run: &mut Run<'_>, start: &Field) {
    let of_remote = |text: &str| {
        let plain = ["refs/remotes/", "remotes/"].iter().find_map(|prefix| text.strip_prefix(prefix));
        plain.unwrap_or(text).split_once('/').map(|(remote, _)| remote.to_owned())
    };
    match start.text() {
        Some(text) => {
            if let Some(remote) = of_remote(text) {
                makes_usual(run, &Field::literal(remote));
            }
        }
        None => match start.split_once('/') {
            Some((remote, _)) => makes_usual(run, &Field::literal(remote)),
            // Whatever else it is, a name without a slash is no remote's.
            None if start.bits().iter().all(|bit| matches!(bit, Bit::Text(_) | Bit::Name | Bit::Number)) => {}
            None => makes_usual(run, start),
        },
    }
}

/// Whether a new branch has the name of what it starts from: then a push without words goes there.
pub(super) fn is_namesake(new: &Field, start: &Field) -> bool {
    match (new.text(), start.text()) {
        (Some(new), Some(start)) => start.strip_suffix(new).is_some_and(|remote| remote.ends_with('/')),
        _ => false,
    }
}

pub(super) fn ask(run: &mut Run<'_>, given: &Given) {
    let usual = Field::literal("origin");
    let remote = given.operands.first().unwrap_or(&usual).clone();
    address::contact(run, Deed::Fetch, &remote);
}

/// `remote update`, `remote show NAME`, `remote prune NAME`.
pub(super) fn ask_each(run: &mut Run<'_>, given: &Given) {
    for remote in given.operands.clone() {
        address::contact(run, Deed::Fetch, &remote);
    }
}

/// What is cloned lands in a new directory.
pub(super) fn clone(run: &mut Run<'_>, given: &Given) {
    let Some(source) = given.operands.first() else { return };
    // A name without a slash is a directory here: there are no remotes yet.
    match source.text().map(address::read) {
        Some(Address::Name(name)) => meaning::path(run, Action::FILE_READ, &Field::literal(name), true),
        _ => address::contact(run, Deed::Fetch, source),
    }
    let target = match given.operands.get(1) {
        Some(target) => target.clone(),
        None => match source.text() {
            Some(text) => {
                let text = text.trim_end_matches('/');
                let name = text.rsplit(['/', ':']).next().unwrap_or(text);
                Field::literal(name.strip_suffix(".git").unwrap_or(name))
            }
            None => Field::of(Bit::Name),
        },
    };
    meaning::path(run, Action::FILE_WRITE, &target, true);
    landing::cloned(run, given);
    for setting in given.values("-c") {
        match setting.split_once('=') {
            Some((key, value)) => config::set(run, &Field::literal(key), &value, true),
            None => config::set(run, &setting.clone(), &Field::literal("true"), true),
        }
    }
}

/// A branch of a remote changes; what a URL names need not be one that somebody has set up.
pub(super) fn push(run: &mut Run<'_>, given: &Given) {
    let usual = Field::literal("origin");
    let given_remote = given.value("--repo").or_else(|| given.operands.first());
    let remote = given_remote.unwrap_or(&usual).clone();
    let named = remote.text().map(address::read);
    let repository = match &named {
        Some(Address::Name(name)) => Name::Literal(name.clone()),
        _ => meaning::repository(run, &remote),
    };
    run.effect(Action::GIT_PUSH, Resource::Repository { repository });
    match named {
        Some(Address::Name(_)) => {
            // What would be pushed is asked of it even so.
            if run.dry {
                address::contact(run, Deed::Fetch, &remote);
            }
        }
        Some(Address::Local(path)) => meaning::path(run, Action::FILE_WRITE, &Field::literal(path), true),
        _ => address::contact(run, Deed::Send, &remote),
    }
    let replaces = |one: &Field| match one.text() {
        Some(text) => text.starts_with(['+', ':']),
        None => one.prefix().is_empty() || one.prefix().starts_with(['+', ':']),
    };
    if given.operands.iter().skip(1).any(replaces) {
        on_this(run, Action::GIT_REWRITE);
    }
}
