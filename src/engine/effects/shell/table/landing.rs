//! Where programs that copy, move, link or unpack put things.
//!
//! In come sources and a target as they were given; out come the paths that are written. A target that is a
//! directory gets the sources below it, and the text does not always say whether it is one: then both are named.

use crate::effects::shell::command::{below, strictly_below};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource};

/// What the text says of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// It is replaced (`-T`).
    File,
    /// Everything goes below it (`-t`, several sources, a slash at its end).
    Directory,
    /// One or the other.
    Either,
}

impl Target {
    /// What `target` is when `count` sources are put there.
    pub(super) fn of(target: &Field, count: usize) -> Self {
        let text = target.text().unwrap_or_default();
        let last = text.rsplit('/').next().unwrap_or_default();
        let directory = !text.is_empty() && matches!(last, "" | "." | ".." | "~");
        if directory || count > 1 { Self::Directory } else { Self::Either }
    }
}

/// Sources and target of a program whose last operand is the target, unless the option `-t` names it.
pub(super) fn split(given: &Given) -> Option<(&[Field], &Field, Target)> {
    if let Some(target) = given.value("-t") {
        return Some((&given.operands, target, Target::Directory));
    }
    let (target, sources) = given.operands.split_last()?;
    let kind = if given.has("-T") { Target::File } else { Target::of(target, sources.len()) };
    Some((sources, target, kind))
}

/// The paths that are written when `sources` are put at `target`.
pub(super) fn places(run: &mut Run<'_>, sources: &[Field], target: &Field, kind: Target) -> Vec<Name> {
    if meaning::is_stream(target) {
        return Vec::new();
    }
    let targets = meaning::names(run, target);
    let mut places = if kind == Target::Directory { Vec::new() } else { targets.clone() };
    if kind != Target::File {
        for source in sources.iter().filter(|source| !meaning::is_stream(source)) {
            for name in meaning::names(run, source) {
                for target in &targets {
                    let place = within(target, last(&name).filter(|_| !stands_for_content(source)));
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
            }
        }
    }
    if places.is_empty() { targets } else { places }
}

/// Writes `sources` at `target`; with `tree`, everything below them.
pub(super) fn written(run: &mut Run<'_>, sources: &[Field], target: &Field, kind: Target, tree: bool) {
    for path in places(run, sources, target, kind) {
        run.effect(Action::FILE_WRITE, Resource::Path { path, tree });
    }
}

/// Writes everything below `directory`, or below where it runs.
pub(super) fn unpacked(run: &mut Run<'_>, directory: Option<&Field>) {
    let here = Field::literal(".");
    let directory = directory.unwrap_or(&here);
    if is_null(directory) {
        return;
    }
    // What this text has fetched before may be what is unpacked.
    if run.out.asked().next().is_some()
        && let Some(directory) = meaning::literal_path(run, directory)
    {
        run.state.came_from_elsewhere(&directory);
    }
    for name in meaning::names(run, directory) {
        run.effect(Action::FILE_WRITE, Resource::path(strictly_below(name)));
    }
}

/// What was cloned lies in the directory that is named behind its source, or has its source's name.
pub(super) fn cloned(run: &mut Run<'_>, given: &Given) {
    let namesake = |source: &Field| {
        let text = source.text()?.trim_end_matches('/');
        let name = text.rsplit(['/', ':']).next()?;
        Some(Field::literal(name.strip_suffix(".git").unwrap_or(name)))
    };
    let target = given.operands.get(1).cloned().or_else(|| namesake(given.operands.first()?));
    if let Some(directory) = target.and_then(|target| meaning::literal_path(run, &target)) {
        run.state.came_from_elsewhere(&directory);
    }
}

/// Whether this is the null device, where things are put to be rid of them.
pub(super) fn is_null(field: &Field) -> bool {
    field.text() == Some("/dev/null")
}

/// `.`, `dir/.`, `~`: what is put somewhere is what stands in it, by names that are not in the text.
fn stands_for_content(source: &Field) -> bool {
    let last = source.text().and_then(|text| text.rsplit('/').next());
    matches!(last, Some("." | ".." | "~")) || source.text() == Some("/")
}

/// The last component of a name, as a name. `None` where it is not settled.
pub(super) fn last(name: &Name) -> Option<Name> {
    let part = |text: &str| text.rsplit('/').next().filter(|part| !part.is_empty()).map(str::to_owned);
    match name {
        Name::Literal(path) => part(path).map(Name::Literal),
        Name::Glob(pattern) => part(pattern).filter(|part| part != "**").map(Name::Glob),
        Name::Dynamic => None,
    }
}

/// `part` within `directory`; anything below it where that is not settled.
pub(super) fn within(directory: &Name, part: Option<Name>) -> Name {
    let joined = |directory: &str, part: &str| format!("{}/{part}", directory.trim_end_matches('/'));
    let plain = |text: &str| !text.contains(['*', '?', '[', '{']);
    match (directory, part) {
        (_, None) => below(directory.clone()),
        (Name::Literal(directory), Some(Name::Literal(part))) => Name::Literal(joined(directory, &part)),
        (Name::Literal(directory), Some(Name::Glob(part))) if plain(directory) => {
            Name::Glob(joined(directory, &part))
        }
        (Name::Glob(pattern), Some(Name::Literal(part))) if plain(&part) => {
            Name::Glob(joined(pattern, &part))
        }
        (Name::Glob(pattern), Some(Name::Glob(part))) => Name::Glob(joined(pattern, &part)),
        _ => Name::Dynamic,
    }
}

/// The directory a name stands in.
pub(super) fn parent(name: &Name) -> Name {
    let up = |text: &str| match text.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((before, _)) => before.to_owned(),
        None => text.to_owned(),
    };
    match name {
        Name::Literal(path) => Name::Literal(up(path)),
        Name::Glob(pattern) if pattern.ends_with("/**") => Name::Glob(pattern.clone()),
        Name::Glob(pattern) => {
            let up = up(pattern);
            if up.contains(['*', '?', '[']) { Name::Glob(up) } else { Name::Literal(up) }
        }
        Name::Dynamic => Name::Dynamic,
    }
}

/// Other files beside `name`, with a name that is not settled.
pub(super) fn beside(name: &Name) -> Name {
    within(&parent(name), Some(Name::Glob("*".to_owned())))
}

/// A name with something behind it.
pub(super) fn with_suffix(name: &Name, suffix: &str) -> Name {
    match name {
        Name::Literal(path) => Name::Literal(format!("{path}{suffix}")),
        Name::Glob(pattern) if !pattern.ends_with("/**") => Name::Glob(format!("{pattern}{suffix}")),
        other => other.clone(),
    }
}

/// A name without the first of `suffixes` it ends with.
pub(super) fn without_suffix(name: &Name, suffixes: &[&str]) -> Option<Name> {
    let strip = |text: &str| suffixes.iter().find_map(|suffix| text.strip_suffix(suffix)).map(str::to_owned);
    match name {
        Name::Literal(path) => strip(path).map(Name::Literal),
        Name::Glob(pattern) => strip(pattern).map(Name::Glob),
        Name::Dynamic => None,
    }
}

/// A field for a name.
pub(super) fn field(name: Name) -> Field {
    match name {
        Name::Literal(path) => Field::literal(path),
        name => Field::of(Bit::Path(name)),
    }
}
