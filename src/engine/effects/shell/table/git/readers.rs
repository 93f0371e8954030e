//! What the rows of git cannot say: which operand is a revision or a path, and what follows.

use super::{config, remotes};
use crate::effects::shell::address::{self, Address};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::Row;
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{command, thing};
use crate::effects::{Action, Name, Resource, unknown};

/// Where a remote leads is where later pushes go: naming one is as good as pushing there, for the remote that
/// everybody pushes to, and for one that is there already.
pub(super) fn points(run: &mut Run<'_>, given: &Given) {
    let operands = (given.operand(0), given.operand(1));
    let target = if given.name.ends_with(" rename") {
        operands.1.filter(|name| name.text().is_none_or(|name| name == "origin")).and(operands.0)
    } else if given.name.ends_with(" set-url") {
        if given.has("--delete") { None } else { operands.1 }
    } else {
        operands.0.filter(|name| name.text().is_none_or(|name| name == "origin")).and(operands.1)
    };
    let Some(target) = target else { return };
    let repository = match target.text().map(address::read) {
        Some(Address::Name(name)) => Name::Literal(name),
        _ => meaning::repository(run, target),
    };
    run.effect(Action::GIT_PUSH, Resource::Repository { repository });
}

/// Options before the sub-command, then the sub-command.
pub(super) fn git(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    let state = run.state.clone();
    let output = loop {
        let Some(argument) = rest.next() else { break Stream::default() };
        let Some(text) = argument.text() else {
            match argument.split_once('=') {
                // `--git-dir="$x"`: what it works on is not known, what it is told is.
                Some((name, _)) if matches!(name.as_str(), "--git-dir" | "--work-tree") => {
                    run.state.move_to(None);
                    continue;
                }
                _ => {}
            }
            run.doubt(unknown::SUBCOMMAND);
            break Stream::local();
        };
        let (name, value) = match text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(Field::literal(value))),
            _ => (text, None),
        };
        match name {
            "-p"
            | "--paginate"
            | "-P"
            | "--no-pager"
            | "--no-replace-objects"
            | "--literal-pathspecs"
            | "--glob-pathspecs"
            | "--noglob-pathspecs"
            | "--icase-pathspecs"
            | "--no-optional-locks"
            | "--no-lazy-fetch"
            | "--no-advice" => {}
            "-h" | "--help" | "-v" | "--version" | "--html-path" | "--man-path" | "--info-path"
            | "--list-cmds" => {
                break Stream::foreign();
            }
            "--bare" => enter(run, "--git-dir", &Field::literal(".")),
            "--exec-path" if value.is_none() => break Stream::foreign(),
            "--exec-path" => {
                if let Some(value) = value {
                    meaning::file(run, &value, "shell");
                }
                run.doubt(unknown::OPTION_ODD);
            }
            "-C" | "--work-tree" | "--git-dir" => {
                let Some(directory) = value.or_else(|| rest.next().cloned()) else { break Stream::default() };
                enter(run, name, &directory);
            }
            "--namespace" | "--attr-source" | "--super-prefix" => {
                if value.is_none() {
                    rest.next();
                }
            }
            "-c" => {
                let Some(setting) = rest.next() else { break Stream::default() };
                match setting.split_once('=') {
                    Some((key, value)) => config::set(run, &Field::literal(key), &value, false),
                    // A key alone says yes.
                    None => config::set(run, setting, &Field::literal("true"), false),
                }
            }
            "--config-env" => {
                let Some(setting) = value.or_else(|| rest.next().cloned()) else { break Stream::default() };
                let key = setting.split_once('=').map_or_else(Field::any, |(key, _)| Field::literal(key));
                config::set(run, &key, &Field::any(), false);
            }
            name if name.starts_with('-') => {
                run.doubt(unknown::OPTION_UNKNOWN);
                break Stream::local();
            }
            name => {
                let arguments: Vec<Field> = rest.cloned().collect();
                break sub_command(run, name, &arguments, input);
            }
        }
    };
    let written = std::mem::take(&mut run.state.written);
    run.state = state;
    run.state.written = written;
    output
}

fn sub_command(run: &mut Run<'_>, name: &str, arguments: &[Field], input: Stream) -> Stream {
    let row: Option<&'static Row> = super::SUB.iter().find(|row| row.is_named(name));
    match row {
        Some(row) => run.apply(row, &format!("git {name}"), arguments, input),
        None => {
            // An alias, or a program `git-NAME`.
            run.doubt(unknown::SUBCOMMAND);
            Stream::local()
        }
    }
}

/// Works elsewhere: the repository is there, and so are relative paths.
fn enter(run: &mut Run<'_>, option: &str, given: &Field) {
    let directory = match (option, given.text()) {
        ("--git-dir", Some(".git")) => return,
        ("--git-dir", Some(text)) => Field::literal(text.strip_suffix("/.git").unwrap_or(text)),
        _ => given.clone(),
    };
    // Settings and hooks of another repository run what they say. In `.git` only git writes them; anywhere else
    // they may be files like any other.
    let is_plain = |text: &str| text.split('/').any(|part| part == ".git");
    if option == "--git-dir" && !given.text().is_some_and(is_plain) {
        for program in meaning::names(run, &directory) {
            run.effect(Action::PROCESS_RUN, Resource::Program { program });
        }
    } else {
        meaning::own_code(run, &directory);
    }
    let there = match meaning::names(run, &directory).into_iter().next() {
        Some(Name::Literal(path)) => Some(path),
        _ => None,
    };
    run.state.move_to(there);
}

fn here(run: &mut Run<'_>) -> Resource {
    let name = meaning::names(run, &Field::literal(".")).into_iter().next();
    Resource::Repository { repository: name.unwrap_or(Name::Dynamic) }
}

pub(super) fn on_this(run: &mut Run<'_>, action: Action) {
    let resource = here(run);
    run.effect(action, resource);
}

/// A revision, a path, or nobody can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    Revision,
    Path,
    Either,
}

/// Directories that nearly every project has, and nobody calls a branch like.
const DIRECTORIES: &[&str] =
    &["src", "lib", "app", "tests", "test", "docs", "doc", "include", "bin", "pkg", "cmd", "scripts"];

/// What stands before the slash in names of branches: remotes, and what people group them by.
const PREFIXES: &[&str] = &[
    "origin",
    "upstream",
    "fork",
    "refs",
    "heads",
    "tags",
    "remotes",
    "feature",
    "features",
    "feat",
    "fix",
    "bugfix",
    "bug",
    "hotfix",
    "release",
    "releases",
    "chore",
    "docs",
    "refactor",
    "test",
    "tests",
    "ci",
    "build",
    "perf",
    "style",
    "dev",
    "wip",
    "user",
    "users",
    "task",
    "issue",
    "support",
    "experiment",
    "dependabot",
    "renovate",
    "remote_name",
    "remote",
];

/// What an operand is that may be a revision or a path. Git prefers the revision, and refuses where both exist.
fn meant(field: &Field) -> Meant {
    let Some(text) = field.text() else {
        let names = field.bits().iter().all(|bit| matches!(bit, Bit::Text(_) | Bit::Name | Bit::Number));
        let wild = field.bits().iter().any(|bit| matches!(bit, Bit::Wild(_) | Bit::Path(_)));
        return match (names && !field.prefix().contains(['.', '/']), wild) {
            (true, _) => Meant::Revision,
            (_, true) => Meant::Path,
            _ => Meant::Either,
        };
    };
    if text.contains(['~', '^', '@']) || matches!(text, "HEAD" | "-") {
        return Meant::Revision;
    }
    let last = text.rsplit('/').next().unwrap_or(text);
    if text.starts_with(['.', '/', ':', '*'])
        || text.ends_with('/')
        || text.contains('*')
        || DIRECTORIES.contains(&text)
    {
        return Meant::Path;
    }
    let extension = last.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let is_extension = (1..=5).contains(&extension.len())
        && extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && extension != "x";
    let is_known_file = last.len() > 3
        && last.starts_with(|c: char| c.is_ascii_uppercase())
        && last.bytes().all(|b| b.is_ascii_alphabetic());
    if is_extension || is_known_file {
        return Meant::Path;
    }
    match text.split_once('/') {
        Some((prefix, _)) if PREFIXES.contains(&prefix) => Meant::Revision,
        Some(_) => Meant::Either,
        None => Meant::Revision,
    }
}

/// `main:src/a.py` is a file as it was at a revision: a secret is one there too.
pub(super) fn shown(run: &mut Run<'_>, given: &Given) {
    for (revision, path) in given.operands.iter().filter_map(|operand| operand.split_once(':')) {
        let is_search = revision.is_empty() && path.prefix().starts_with('/');
        if !path.is_empty() && !is_search {
            meaning::path(run, Action::FILE_READ, &path, false);
        }
    }
}

/// Switching branches keeps what was not committed; taking files from a revision does not.
pub(super) fn checkout(run: &mut Run<'_>, given: &Given) {
    let creates = ["-b", "-B", "--orphan", "-t"].iter().any(|name| given.has(name));
    let behind = given.operands.len() > given.before_dashes;
    let drops = match given.operands.get(..given.before_dashes).unwrap_or_default() {
        _ if behind => true,
        [] => false,
        [one] => !creates && meant(one) != Meant::Revision,
        _ => !creates,
    };
    if drops {
        on_this(run, Action::GIT_REWRITE);
    }
    let new = given.value("-b").or_else(|| given.value("-B"));
    started(run, given, new, given.operand(0));
}

/// Without `--hard`, it moves a branch or takes paths out of the index.
pub(super) fn reset(run: &mut Run<'_>, given: &Given) {
    let moves = match given.operands.get(..given.before_dashes).unwrap_or_default() {
        [one] if given.operands.len() == 1 => {
            !matches!(one.text(), Some("HEAD" | "@")) && meant(one) != Meant::Path
        }
        _ => false,
    };
    if moves {
        on_this(run, Action::GIT_REWRITE);
    }
}

/// `branch` and `tag` list where nothing is named, and change otherwise.
pub(super) fn names(run: &mut Run<'_>, given: &Given) {
    const LISTS: &[&str] = &[
        "-l",
        "-a",
        "-r",
        "--contains",
        "--no-contains",
        "--merged",
        "--no-merged",
        "--points-at",
        "--show-current",
        "-n",
        "-v",
    ];
    const CHANGES: &[&str] =
        &["-d", "-D", "-m", "-M", "-c", "-C", "-f", "-u", "--unset-upstream", "--edit-description"];
    let lists = given.operands.is_empty() || LISTS.iter().any(|name| given.has(name));
    let changes = CHANGES.iter().any(|name| given.has(name));
    on_this(run, if lists && !changes { Action::GIT_READ } else { Action::GIT_WRITE });
    // `-u` of `tag` is a key.
    let is_branch = given.name == "git branch";
    if is_branch && let Some(start) = given.value("-u").cloned() {
        remotes::follow(run, &start);
    }
    let makes = !changes || given.has("-f");
    if is_branch && makes && (!lists || given.has("-t")) {
        started(run, given, given.operand(0), given.operand(1));
    }
}

/// A new branch follows the remote's that it starts from: told so, or because it has its name.
fn started(run: &mut Run<'_>, given: &Given, new: Option<&Field>, start: Option<&Field>) {
    let told = given.has("-t") && !given.has("--no-track");
    if let Some(start) = start
        && (told || new.is_some_and(|new| remotes::is_namesake(new, start)) && !given.has("--no-track"))
    {
        remotes::follow(run, &start.clone());
    }
}

/// `switch` makes a branch where it is told to.
pub(super) fn switch(run: &mut Run<'_>, given: &Given) {
    let new = given.value("-c").or_else(|| given.value("-C"));
    started(run, given, new, given.operand(0));
}

/// One operand asks, two set.
pub(super) fn configure(run: &mut Run<'_>, given: &Given) {
    let asks =
        ["--get", "--get-all", "--get-regexp", "--get-urlmatch", "--get-color", "--get-colorbool", "-l"];
    let changes =
        ["--add", "--replace-all", "--unset", "--unset-all", "--rename-section", "--remove-section", "-e"];
    let mut operands = given.operands.as_slice();
    let mut sets = changes.iter().any(|name| given.has(name));
    match operands.first().and_then(Field::text) {
        Some("list") => return on_this(run, Action::GIT_READ),
        Some("get" | "get-all" | "get-regexp") => {
            operands.get(1..).unwrap_or_default().iter().for_each(|key| config::shown(run, key));
            return on_this(run, Action::GIT_READ);
        }
        Some("set" | "unset" | "rename-section" | "remove-section" | "edit") => {
            operands = operands.get(1..).unwrap_or_default();
            sets = true;
        }
        _ => {}
    }
    let asks = asks.iter().any(|name| given.has(name)) || !sets && operands.len() < 2;
    if asks {
        if let Some(file) = given.value("-f") {
            meaning::path(run, Action::FILE_READ, &file.clone(), false);
        }
        for key in operands.iter().filter(|_| !given.has("--name-only")) {
            config::shown(run, key);
        }
        return on_this(run, Action::GIT_READ);
    }
    if given.has("--global") {
        meaning::path(run, Action::FILE_WRITE, &Field::literal("~/.gitconfig"), false);
    } else if given.has("--system") {
        meaning::path(run, Action::FILE_WRITE, &Field::literal("/etc/gitconfig"), false);
    } else if let Some(file) = given.value("-f") {
        meaning::path(run, Action::FILE_WRITE, &file.clone(), false);
    } else {
        on_this(run, Action::GIT_WRITE);
    }
    if let [key, value, ..] = operands {
        config::set(run, key, value, true);
    }
}

/// Where the repository of a sub-command is that makes one, or works beside this one.
pub(super) fn beside(run: &mut Run<'_>, given: &Given) {
    let place = given.operands.first().cloned().unwrap_or_else(|| Field::literal("."));
    for repository in meaning::names(run, &place) {
        run.effect(Action::GIT_WRITE, Resource::Repository { repository });
    }
    for made in given.operands.iter().take(1) {
        meaning::path(run, Action::FILE_WRITE, made, true);
    }
}

/// What is not tracked goes; without a path, all of it below the directory.
pub(super) fn clean(run: &mut Run<'_>, given: &Given) {
    on_this(run, Action::GIT_REWRITE);
    let whole = [Field::literal(".")];
    let places = if given.operands.is_empty() { &whole[..] } else { &given.operands };
    for place in places {
        for name in meaning::names(run, place) {
            run.effect(Action::FILE_DELETE, Resource::path(command::strictly_below(name)));
        }
    }
}

/// With `--cached`, only the index forgets them.
pub(super) fn remove(run: &mut Run<'_>, given: &Given) {
    on_this(run, Action::GIT_WRITE);
    if given.has("--cached") {
        return;
    }
    for place in &given.operands {
        meaning::path(run, Action::FILE_DELETE, place, given.has("-r"));
    }
}

/// Without `--staged` alone, what was not committed is gone.
pub(super) fn restore(run: &mut Run<'_>, given: &Given) {
    let index = given.has("-S") && !given.has("-W");
    on_this(run, if index { Action::GIT_WRITE } else { Action::GIT_REWRITE });
}

/// A patch changes files and the repository; with options that ask, nothing.
pub(super) fn apply(run: &mut Run<'_>, given: &Given) {
    let asks = ["--stat", "--numstat", "--summary", "--check"].iter().any(|name| given.has(name));
    if asks && !given.has("--apply") {
        return on_this(run, Action::GIT_READ);
    }
    on_this(run, Action::GIT_WRITE);
    if given.has("--unsafe-paths") {
        run.doubt(unknown::OPTION_ODD);
    }
}

/// The words are a shell's text, for each module.
pub(super) fn foreach(run: &mut Run<'_>, given: &Given) {
    let mut whole = Field::default();
    for (i, field) in given.operands.iter().enumerate() {
        if i > 0 {
            whole.extend(&Field::literal(" "));
        }
        whole.extend(field);
    }
    if !whole.is_empty() {
        run.within("git submodule foreach", None, |run| run.shell_text(&whole, Stream::default()));
    }
}

/// Asked for a password, the helper prints it.
pub(super) fn credential(run: &mut Run<'_>, given: &Given) {
    match given.operands.first().and_then(Field::text) {
        Some("approve" | "reject" | "store" | "erase") => {
            meaning::path(run, Action::FILE_WRITE, &Field::literal("~/.git-credentials"), false);
        }
        _ => run.effect(Action::SECRET_READ, thing("git credentials")),
    }
}

/// Names of tracked files: relative ones, below where it runs.
pub(super) fn files_below(run: &mut Run<'_>, given: &Given) -> Stream {
    let climbs = given
        .operands
        .iter()
        .any(|field| field.text().is_none_or(|text| text.starts_with("..") || text.starts_with('/')));
    let plain =
        ["-s", "-t", "-v", "-f", "--format", "--eol", "--debug", "-u"].iter().all(|name| !given.has(name));
    if climbs || !plain {
        return Stream::local();
    }
    let names = meaning::names(run, &Field::literal("."));
    Stream::paths(names.into_iter().map(command::below).collect())
}

/// `diff --name-only`, `grep -l`: names of files, otherwise what they hold.
pub(super) fn names_or_content(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("--no-index") {
        for place in &given.operands {
            meaning::path(run, Action::FILE_READ, place, true);
        }
        return Stream::local();
    }
    if !["--name-only", "-l"].iter().any(|name| given.has(name)) {
        return Stream::local();
    }
    let names = meaning::names(run, &Field::literal("."));
    Stream::paths(names.into_iter().map(command::below).collect())
}

/// As [`names_or_content`]; and without being told, two files are compared where one lies outside of the repository.
pub(super) fn differences(run: &mut Run<'_>, given: &Given) -> Stream {
    for place in given.operands.iter().filter(|_| !given.has("--no-index")) {
        if place.leads_elsewhere() && place.text() != Some("/dev/null") {
            meaning::path(run, Action::FILE_READ, place, false);
        }
    }
    if !given.has("--name-only") && !given.unread.iter().any(|option| option.prefix().contains("stat")) {
        super::secrets_shown(run, given);
    }
    names_or_content(run, given)
}

/// The name of each revision. With options that print a path or a list, whatever they print; and without
/// `--verify`, what is no revision is printed as it was written.
pub(super) fn revision(_: &mut Run<'_>, given: &Given) -> Stream {
    let hash = given.options.iter().all(|(option, _)| matches!(option.name(), "--short" | "--verify" | "-q"));
    let settled = given.operands.iter().all(|field| field.text().is_some_and(|text| !text.starts_with('-')));
    let plain = given.has("--verify")
        || given.operands.iter().all(|field| field.text().is_some_and(is_no_path_elsewhere));
    listed(hash && settled && plain && given.unread.is_empty())
}

/// Whether a text, taken for a path, stays where it is and is nothing that runs.
fn is_no_path_elsewhere(text: &str) -> bool {
    let climbs = text.split('/').any(|part| matches!(part, "" | "." | ".."));
    !climbs && text.split_once('/').is_none_or(|(first, _)| PREFIXES.contains(&first))
}

/// Names of commits, of options that print nothing else.
pub(super) fn commits(_: &mut Run<'_>, given: &Given) -> Stream {
    const PLAIN: &[&str] = &[
        "--all",
        "--octopus",
        "--independent",
        "--is-ancestor",
        "--fork-point",
        "--max-count",
        "--max-parents",
        "--min-parents",
        "--skip",
        "--count",
        "--branches",
        "--tags",
        "--remotes",
        "--reverse",
        "--since",
        "--after",
        "--until",
        "--before",
        "--author",
        "--grep",
        "--merges",
        "--no-merges",
        "--first-parent",
        "--not",
        "--topo-order",
        "--date-order",
        "--abbrev-commit",
        "--quiet",
    ];
    let plain = given.unread.iter().all(|option| {
        let name = option.split_once('=').map(|(name, _)| name);
        let name = name.as_deref().or_else(|| option.text()).unwrap_or_default();
        let count = name.strip_prefix("-n").or_else(|| name.strip_prefix('-')).unwrap_or(name);
        PLAIN.contains(&name) || count.bytes().all(|b| b.is_ascii_digit())
    });
    listed(plain && given.options.is_empty())
}

fn listed(names: bool) -> Stream {
    if names {
        Stream { content: crate::effects::shell::stream::Content::Names, local: true }
    } else {
        Stream::local()
    }
}

/// A single operand asks where the name points.
pub(super) fn symbolic(run: &mut Run<'_>, given: &Given) {
    let asks = given.operands.len() < 2 && !given.has("-d");
    on_this(run, if asks { Action::GIT_READ } else { Action::GIT_WRITE });
}

/// With `-w`, the file becomes an object of the repository.
pub(super) fn hash(run: &mut Run<'_>, given: &Given) {
    if given.has("-w") {
        on_this(run, Action::GIT_WRITE);
    }
}

/// Without `--stdout`, a file for each commit.
pub(super) fn format_patch(run: &mut Run<'_>, given: &Given) {
    on_this(run, Action::GIT_READ);
    if !given.has("--stdout") && !given.has("-o") {
        let file = Field::of(Bit::Name);
        meaning::path(run, Action::FILE_WRITE, &file, false);
    }
}
