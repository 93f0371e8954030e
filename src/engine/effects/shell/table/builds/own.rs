//! The project's own code and what leads out of it: what a build runs, and where it writes.
//!
//! In come the arguments of a program that runs the code of the directory it works in; out come the effects of what
//! they name elsewhere. Which programs that are is said by the rows.

use crate::effects::shell::command::strictly_below;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Resource, unknown};

/// The code of the project is that of the directory it is called in. What an option without a row names elsewhere
/// may be run, where its name says that it is a part of the project, or written: many of them say where something goes.
pub(in crate::effects::shell::table) fn here(run: &mut Run<'_>, given: &Given) {
    for (number, option) in given.unread.iter().enumerate() {
        let attached = attached(option);
        let alone = attached.is_none();
        let behind = given.perhaps_values.iter().find(|(option, _)| alone && *option == number);
        let value = attached.or_else(|| given.operands.get(behind?.1).cloned());
        if let Some(value) = value.filter(|_| is_of_the_project(option.prefix())) {
            brought(run, &value);
        }
    }
    compiled_here(run, given);
}

/// Code that an option or operand names: the project's own, unless it leads elsewhere. What is installed on the machine
/// is the machine's.
pub(in crate::effects::shell::table) fn brought(run: &mut Run<'_>, place: &Field) {
    let installed =
        ["/usr/", "/opt/", "/nix/", "/lib/", "/bin/"].iter().any(|at| place.prefix().starts_with(at));
    let another = place.prefix().contains("://");
    if another {
        meaning::fetch(run, place);
        meaning::declared(run, "code.run=unknown", "");
    } else if !installed || place.leads_elsewhere() && place.prefix().contains("..") {
        meaning::own_code(run, place);
    }
}

/// Whether the name of an option says that its value is obeyed or loaded.
fn is_of_the_project(option: &str) -> bool {
    const WORDS: &[&str] = &[
        "config",
        "conf",
        "plugin",
        "project",
        "script",
        "init",
        "preload",
        "require",
        "import",
        "module",
        "loader",
        "rule",
        "preset",
        "toolchain",
        "setting",
        "template",
        "compiler",
        "runner",
        "hook",
        "buildfile",
        "build-file",
        "extend",
        "extension",
        "transform",
        "setup",
        "parser",
        "resolver",
        "manifest",
        "recipe",
        "profile",
        "wrapper",
        "launcher",
        "theme",
        "custom",
        "environment",
        "jar",
        "makefile",
        "gulpfile",
        "gruntfile",
        "gemfile",
        "taskfile",
        "root",
        "sdk",
        "overlay",
        "registry",
        "repositor",
        "channel",
    ];
    let name = option
        .split(['=', ':', '/', '~'])
        .next()
        .unwrap_or_default()
        .trim_start_matches('-')
        .to_ascii_lowercase();
    let says =
        WORDS.iter().any(|word| name.contains(word)) || name.ends_with("rc") || name.ends_with("source");
    says && !["out", "report", "log", "cache", "dump", "emit", "install"]
        .iter()
        .any(|word| name.contains(word))
}

/// As [`here`], for those whose options all have a row if they load anything.
pub(in crate::effects::shell::table) fn compiled_here(run: &mut Run<'_>, given: &Given) {
    meaning::own_code(run, &Field::literal("."));
    let outputs: Vec<&Field> = given.unread.iter().filter(|option| is_output(option.prefix())).collect();
    if outputs.is_empty() {
        return;
    }
    let mut places: Vec<Field> = outputs.into_iter().filter_map(attached).collect();
    let behind = given.settled.and_then(|settled| given.operands.get(settled..)).unwrap_or_default();
    places.extend(behind.iter().cloned());
    written_elsewhere(run, &places);
}

/// Whether the name of an option says that something is made, and where.
fn is_output(option: &str) -> bool {
    const SHORT: &[&str] = &["-o", "-O", "-d", "-C", "-p"];
    const WORDS: &[&str] = &[
        "out", "emit", "dest", "report", "log", "save", "dump", "export", "artifact", "target", "dir",
        "file", "prefix",
    ];
    let name = option.split(['=', ':', '/', '~']).next().unwrap_or_default();
    // Definitions and search paths of compilers.
    let defines =
        ["-D", "-I", "-L", "-W"].iter().any(|start| name.starts_with(start)) || name.contains("prefix-map");
    SHORT.contains(&name) || !defines && WORDS.iter().any(|word| name.contains(word))
}

/// The value within an option: `--out=path`, `-o:path`, `-o/path`, `--emit=kind=path`.
fn attached(option: &Field) -> Option<Field> {
    let last = |value: Field| value.split_once('=').map_or(value.clone(), |(_, value)| value);
    if let Some((_, value)) = option.split_once('=') {
        return Some(last(value));
    }
    if let Some((_, value)) = option.split_once(':') {
        return Some(value);
    }
    ["-o", "-O", "-d", "-C", "-p"]
        .iter()
        .find_map(|name| option.strip_prefix(name))
        .filter(|rest| !rest.is_empty())
}

/// Places outside of the project are written, with everything below them; within, whoever allows the program
/// allows that.
pub(in crate::effects::shell::table) fn written_elsewhere(run: &mut Run<'_>, places: &[Field]) {
    for place in places {
        if !place.leads_elsewhere() || meaning::is_stream(place) {
            continue;
        }
        for name in meaning::names(run, place) {
            if meaning::is_own(run, &name) {
                continue;
            }
            let of_the_system = ["/usr/", "/opt/", "/nix/", "/lib/"]
                .iter()
                .any(|directory| place.prefix().starts_with(directory));
            if of_the_system {
                // What is installed there is mostly used, and seldom written.
                run.doubt(unknown::OPTION_ODD);
            } else {
                run.effect(Action::FILE_WRITE, Resource::Path { path: name, tree: true });
            }
        }
    }
}

/// What is installed lands where the program works: in the project, or elsewhere.
pub(in crate::effects::shell::table) fn installed_here(run: &mut Run<'_>) {
    for name in meaning::names(run, &Field::literal(".")) {
        if !meaning::is_own(run, &name) {
            run.effect(Action::FILE_WRITE, Resource::Path { path: name, tree: true });
        }
    }
}

/// As [`here`], for those that start any command by `exec`, and publish by a word of their own.
pub(in crate::effects::shell::table) fn executed(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    published(run, given);
    let Some((first, rest)) = given.operands.split_first() else { return };
    for (at, word) in rest
        .iter()
        .enumerate()
        .filter(|(_, word)| is_of_the_project(word.prefix()) || word.prefix().starts_with("--cwd"))
    {
        if let Some(value) =
            attached(word).or_else(|| rest.get(at + 1).cloned()).filter(|_| word.prefix().starts_with("--"))
        {
            brought(run, &value);
        }
    }
    for (at, word) in rest.iter().enumerate() {
        let attached = word.strip_prefix("--command=").or_else(|| word.strip_prefix("--commands="));
        let next =
            || rest.get(at + 1).filter(|_| matches!(word.text(), Some("--command" | "--commands"))).cloned();
        if let Some(text) = attached.or_else(next) {
            run.within(&given.name, None, |run| run.shell_text(&text, Stream::default()));
        }
    }
    if first.text() != Some("exec") {
        return;
    }
    let dashes = rest.iter().position(|word| word.text() == Some("--")).map(|at| at + 1);
    let ended = (given.before_dashes < given.operands.len()).then(|| given.before_dashes.saturating_sub(1));
    let flags = || rest.iter().take_while(|word| word.prefix().starts_with('-')).count();
    handed(run, given, rest.get(dashes.or(ended).unwrap_or_else(flags)..).unwrap_or_default());
}

/// Runs the command that stands behind a word of the program's own.
pub(in crate::effects::shell::table) fn handed(run: &mut Run<'_>, given: &Given, command: &[Field]) {
    run.within(&given.name, None, |run| match command {
        [] => {}
        // A single word is a text for a shell to some.
        [text] => {
            run.shell_text(text, given.input.clone());
        }
        _ => {
            run.program(command, given.input.clone());
        }
    });
}

/// A word that says that something goes where others get it from.
pub(in crate::effects::shell::table) fn published(run: &mut Run<'_>, given: &Given) {
    let publishes = |word: &Field| {
        word.text().is_some_and(|text| {
            let word = text.rsplit(['.', ':', '/']).next().unwrap_or(text);
            matches!(
                word,
                "publish" | "publishSigned" | "deploy" | "deploy-file" | "site-deploy" | "gh-deploy"
            )
        })
    };
    if given.operands.iter().any(publishes) {
        meaning::declared(run, "package.publish", &given.name);
    }
}

/// As [`here`], and files elsewhere are shown, be it in a complaint about them.
pub(in crate::effects::shell::table) fn shown(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    for place in given.operands.iter().filter(|place| place.leads_elsewhere()) {
        meaning::path(run, Action::FILE_READ, place, false);
    }
}

/// As [`here`], and what is named by a path is run as well: a test, a script.
pub(in crate::effects::shell::table) fn named(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    for place in &given.operands {
        let path = match place.text() {
            // `a_test.py::name`, `a_spec.rb:12`
            Some(text) => Field::literal(text.split(':').next().unwrap_or(text)),
            None => place.clone(),
        };
        let is_path = path.prefix().contains('/') || path.text().is_none() && !path.prefix().starts_with('-');
        if is_path {
            meaning::own_code(run, &path);
        }
    }
}

/// What is built lies elsewhere, unless the word may be an option's value.
pub(in crate::effects::shell::table) fn sources(run: &mut Run<'_>, given: &Given) {
    // `/p:Name=value` is an option to MSBuild.
    let switch = |place: &Field| {
        place
            .prefix()
            .split_once(':')
            .is_some_and(|(name, _)| name.len() > 1 && !name.get(1..).unwrap_or_default().contains('/'))
    };
    for (number, place) in
        given.operands.iter().enumerate().filter(|(_, place)| place.leads_elsewhere() && !switch(place))
    {
        if !given.perhaps_values.iter().any(|(_, operand)| *operand == number) {
            meaning::own_code(run, place);
        }
    }
}

/// A file that is written anew, or every such file below a directory.
pub(in crate::effects::shell::table) fn rewritten(run: &mut Run<'_>, place: &Field) {
    let directory = matches!(place.text(), Some(text) if matches!(text, "." | "..") || text.ends_with('/') || text.ends_with("/."));
    for name in meaning::names(run, place) {
        let plain = matches!(place.text(), Some(text) if text.rsplit('/').next().is_some_and(|last| last.contains('.')));
        if !directory {
            run.effect(Action::FILE_WRITE, Resource::path(name.clone()));
        }
        if directory || !plain {
            run.effect(Action::FILE_WRITE, Resource::path(strictly_below(name)));
        }
    }
}

/// Properties of MSBuild name files that are imported: `-p:Name=/tmp/x.targets`, `/p:…`.
pub(in crate::effects::shell::table) fn properties(run: &mut Run<'_>, given: &Given) {
    for word in given.unread.iter().chain(&given.operands) {
        let Some((name, value)) = word.split_once('=') else { continue };
        let name = name.trim_start_matches(['-', '/']);
        let property = ["p:", "property:"].iter().find_map(|start| name.strip_prefix(start));
        let places = ["Output", "Out", "Publish", "Package", "Dir", "Log", "Results"];
        if property.is_some_and(|property| !places.iter().any(|word| property.contains(word)))
            && value.leads_elsewhere()
        {
            brought(run, &value);
        }
    }
}
