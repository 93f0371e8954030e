//! Programs that list files or say what they are: names, sizes, kinds.

use super::landing;
use crate::effects::shell::command::{below, strictly_below};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("ls dir vdir exa eza lsd colorls ll la l", "gnu -R,--recursive/tree --tree/tree -T/tree -l,--long -g -n -o -s,--size -i,--inode -m -C -x -F --classify[=word] -p -d,--directory -Z,--context --format=word --full-time --indicator-style=word --author -G -j,--json --header -A -I=word --ignore=word -w=word --time-style=word ...", "word*")
        .gives(listed)
        .examples(&[
            ("ls", "file.list /workspace"),
            ("ls -la ~/.ssh /srv", "file.list /srv; file.list ~/.ssh; secret.read ~/.ssh"),
            ("ls -R /etc", "file.list /etc/**"),
            ("rm $(ls)", "file.list /workspace; file.delete /workspace/*"),
        ]),
    row("tree", "--help/info --version/info -a -d -l -f -x -L=word -P=word -I=word --gitignore --gitfile=read --ignore-case --matchdirs --metafirst --prune --info --infofile=read --noreport --charset=word --filelimit=word -q -N -Q -p -u -g -s -h --si --du -D --timefmt=word -F --inodes --device -v -t -c -U -r --dirsfirst --filesfirst --sort[=word] -i -A -S -n -C -X -J -H=word -T=word --nolinks --hintro=read --houtro=read --fromfile --fromtabfile --fflinks -o=write -R --opt-toggle --hyperlink --scheme=word --authority=word", "listtree*")
        .also(here)
        .examples(&[("tree -L 2", "file.list /workspace/**"), ("tree -o out src", "file.list /workspace/src/**; file.write /workspace/out")]),
    row("stat", "gnu -c,--format=word --printf=word ...", "list+")
        .examples(&[("stat -c %s a", "file.list /workspace/a")]),
    row("file gnufile GetFileInfo getfileinfo mimetype namei pathchk mountpoint filefrag", "gnu -f,--files-from=read -m,--magic-file=read ...", "list*")
        .examples(&[("file a", "file.list /workspace/a"), ("file -m /etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow")]),
    row("du dust dutree dirstat compsize", "gnu -X,--exclude-from=read --files0-from=read -t,--threshold=word -d,--max-depth=word -B,--block-size=word --exclude=word --time-style=word -I=word --ignore-dirs=word -L=word ...", "listtree*")
        .also(here)
        .examples(&[("du -sh src", "file.list /workspace/src/**"), ("du", "file.list /workspace/**")]),
    row("df dfc duf dysk di", "gnu ...", "list*").examples(&[("df -h /srv", "file.list /srv"), ("df", "")]),
    row("realpath readlink", "gnu ...", "list+")
        .gives(resolved)
        .examples(&[("readlink -f a", "file.list /workspace/a"), ("cat $(realpath a)", "file.list /workspace/a; file.read /workspace/a")]),
    row("basename", "gnu -a,--multiple -s,--suffix=word -z,--zero ...", "word+").gives(last_part).examples(&[
        ("rm $(basename /srv/a)", "file.delete /workspace/a"),
        ("rm \"$(basename \"$f\")\"", "file.delete /workspace/*"),
    ]),
    row("dirname", "gnu -z,--zero ...", "word+").gives(first_parts).examples(&[("ls $(dirname /srv/a)", "file.list /srv")]),
    row("fd fdfind", "", "").style(Style::Raw).instead(fd).examples(&[
        ("fd -e rs pattern src", "file.list /workspace/src/**"),
        ("fd foo -x rm", "file.list /workspace/**; file.delete /workspace/**/*"),
        ("fd foo /srv -X rm -rf {}", "file.delete /srv/**/*/**; file.list /srv/**"),
        ("fd -Hx rm x \\; -e c", "file.delete /workspace/**/*; file.delete /workspace/x; file.list /workspace/**"),
        ("fd --exec-batch=ls", "file.list /workspace/**; unknown option_unknown"),
        ("fd --help", ""),
    ]),
    row("locate plocate mlocate slocate glocate mdfind", "gnu -d,--database=read -0 -A,--all -b,--basename -c,--count -e,--existing -E,--non-existing -i,--ignore-case -l,-n,--limit=word -L,--follow -N -p -P,-H --nofollow -q,--quiet -r,--regexp=word --regex --regextype=word -S,--statistics -w,--wholename -m -s -onlyin=word -name=word -live -count -literal -interpret", "word*")
        .gives(|run, _| {
            run.effect(Action::FILE_LIST, Resource::tree(Name::Literal("/".to_owned())));
            Stream::paths(vec![Name::Glob("/**".to_owned())])
        })
        .examples(&[("locate passwd", "file.list /**")]),
    row("findmnt", "...", "word*"),
    row("whereis where command-not-found", "...", "word*"),
    row("which", "...", "word*").gives(|_, given| programs(&given.operands)).examples(&[
        ("ls -l $(which gcc)", "file.list /**/gcc"),
        ("which a b | xargs cat", "file.read /**/a; file.read /**/b"),
        ("cat $(which \"$x\")", "file.read ?"),
    ]),
    row("ncdu", "-h,--help/info -v,-V,--version/info -o=write -O=write -f=read -x,--one-file-system --cross-file-system -q -0 -1 -2 -e,--extended -r --exclude=word -X,--exclude-from=read --si --color=word", "listtree*")
        .also(here)
        .examples(&[("ncdu --version", ""), ("ncdu -o /srv/x src", "file.list /workspace/src/**; file.write /srv/x")]),
    row("diffoscope", "--text=write --html=write --html-dir=write --json=write --markdown=write --exclude=word --exclude-command=word --max-report-size=word --no-progress --quiet --help/info --version/info", "read read")
        .examples(&[("diffoscope a b --html c", "file.read /workspace/a; file.read /workspace/b; file.write /workspace/c")]),
    row("dircolors", "gnu -b,--sh,--bourne-shell -c,--csh,--c-shell -p,--print-database --print-ls-colors", "read?"),
    row("mdls", "-n,-name=word -r,-raw -nullMarker=word -p=write", "list+").style(Style::Dash).examples(&[("mdls a", "file.list /workspace/a")]),
    row("fselect", "-i/odd -c=read --config=read -h,--help/info --version/info", "word*").does("file.list").examples(&[("fselect size from /x", "file.list ?")]),
    row("cloc tokei scc sloccount loc onefetch", "--help/info --version/info --list-file=read --exclude-list-file=read --out=write --report-file=write --ignored=write --counted=write --output,-o=word --exclude-dir=word --include-lang=word --exclude-lang=word --exclude-ext=word --include-ext=word --by-file --by-percent=word --json --csv --yaml --xml --md --quiet --git --vcs=word --files -f,--files -s,--sort=word -t,--types=word -e,--exclude=word -i=word -w --no-cocomo --no-complexity --not-match=word --match-d=word --languages/info -l --hidden --no-ignore --by-file-by-lang --skip-uniqueness --fullpath --not-match-f=word --not-match-d=word -h/info --no-merges --number-of-authors=word -T=word --unrestricted --match-f=word --show-lang[=word] --diff --ci -z --no-gen -u -a -p -c --wide --format=word --remap-unknown=word --include-symlinks --uloc --dryness --image=read --ascii --no-art --no-bots[=word] -d=word", "readtree*")
        .also(here_read)
        .examples(&[("cloc src", "file.read /workspace/src/**"), ("scc", "file.read /workspace/**"), ("cloc --out=x src", "file.read /workspace/src/**; file.write /workspace/x")]),
    row("lsix viu chafa catimg timg imgcat img2txt cacaview", "...", "read*").examples(&[("chafa a.png", "file.read /workspace/a.png")]),
];

/// Where programs lie: the last part of each path is the name that was asked for.
pub(super) fn programs(names: &[Field]) -> Stream {
    let plain = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+'))
    };
    let named: Option<Vec<Name>> = names
        .iter()
        .map(|field| field.text().filter(plain).map(|text| Name::Glob(format!("/**/{text}"))))
        .collect();
    named.map_or_else(Stream::local, Stream::paths)
}

/// Without operands it is where it runs that is listed.
fn here(run: &mut Run<'_>, given: &Given) {
    if given.operands.is_empty() {
        meaning::path(run, Action::FILE_LIST, &Field::literal("."), true);
    }
}

fn here_read(run: &mut Run<'_>, given: &Given) {
    if given.operands.is_empty() && !given.has("--list-file") {
        meaning::path(run, Action::FILE_READ, &Field::literal("."), true);
    }
}

/// What `ls` writes are names without their directory, unless it was given some or told to say more.
fn listed(run: &mut Run<'_>, given: &Given) -> Stream {
    let tree = given.is_marked("tree");
    let directory = [Field::literal(".")];
    let operands = if given.operands.is_empty() { &directory[..] } else { &given.operands };
    let mut names = Vec::new();
    for operand in operands {
        meaning::path(run, Action::FILE_LIST, operand, tree);
        names.extend(meaning::names(run, operand));
    }
    let says_more = [
        "-R",
        "--tree",
        "-l",
        "-g",
        "-n",
        "-o",
        "-s",
        "-i",
        "-m",
        "-C",
        "-x",
        "-F",
        "-p",
        "-d",
        "-Z",
        "--format",
        "--full-time",
        "--indicator-style",
        "--author",
    ];
    let bare = !says_more.iter().any(|option| given.has(option));
    match given.operands.as_slice() {
        [] if bare => Stream { content: Content::Names, local: true },
        // `ls dir` writes names in it; `ls *.txt` and `ls file` write what they were given.
        operands if bare && !operands.is_empty() => {
            let given = operands.iter().zip(&names).all(|(field, _)| field.text().is_none());
            if given { Stream::paths(names.into_iter().map(below).collect()) } else { Stream::local() }
        }
        _ => Stream::local(),
    }
}

fn resolved(run: &mut Run<'_>, given: &Given) -> Stream {
    let mut names = Vec::new();
    for operand in &given.operands {
        names.extend(meaning::names(run, operand));
    }
    match names.as_slice() {
        [Name::Literal(path)] => {
            Stream { content: Content::Text(Field::literal(format!("{path}\n"))), local: true }
        }
        _ => Stream::paths(names),
    }
}

/// A name has no slash in it; whether it begins with a dash depends on the file.
fn last_part(_: &mut Run<'_>, given: &Given) -> Stream {
    let suffix = given.value("-s").or_else(|| given.operand(1)).filter(|_| !given.has("-a"));
    match (given.operand(0).and_then(Field::text), given.operands.len()) {
        (Some(text), 1 | 2) => {
            let name = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let name = match suffix.map(Field::text) {
                Some(Some(suffix)) => {
                    name.strip_suffix(suffix).filter(|name| !name.is_empty()).unwrap_or(name)
                }
                Some(None) => return Stream { content: Content::Names, local: true },
                None => name,
            };
            Stream::text(format!("{name}\n"))
        }
        _ => Stream { content: Content::Names, local: true },
    }
}

fn first_parts(_: &mut Run<'_>, given: &Given) -> Stream {
    match (given.operand(0).and_then(Field::text), given.operands.len()) {
        (Some(text), 1) => {
            let directory = match text.trim_end_matches('/').rsplit_once('/') {
                Some(("", _)) => "/",
                Some((directory, _)) => directory,
                None => ".",
            };
            Stream::text(format!("{directory}\n"))
        }
        _ => Stream::local(),
    }
}

/// The options of `fd` before its command.
static FD: Row = row(
    "fd",
    "-h,--help/info -V,--version/info -H,--hidden -I,--no-ignore -u,--unrestricted -s,--case-sensitive -i,--ignore-case -g,--glob --regex -F,--fixed-strings -a,--absolute-path -l,--list-details -L,--follow -p,--full-path -0,--print0 -d,--max-depth,--maxdepth=word --min-depth=word --exact-depth=word -t,--type=word -e,--extension=word -S,--size=word --changed-within,--newer,--change-newer-than=word --changed-before,--older,--change-older-than=word -o,--owner=word -E,--exclude=word --prune --no-ignore-vcs --no-require-git --no-ignore-parent --no-global-ignore-file --ignore-file=read -c,--color=word --hyperlink[=word] -j,--threads=word --batch-size=word --max-results=word -1 -q,--quiet --show-errors --base-directory=word --path-separator=word --search-path=list --strip-cwd-prefix[=word] --one-file-system,--mount,--xdev --and=word --format=word --gen-completions[=word] --ignore-contain=word --no-hidden --ignore --no-follow --relative-path --ignore-vcs --max-buffer-time=word --no-ignore-parent",
    "word*",
);

/// The letters of `fd` that take an argument.
const FD_WITH_ARGUMENT: &[char] = &['d', 't', 'e', 'S', 'o', 'E', 'c', 'j'];

/// `fd pattern paths -x command {} ;`
fn fd(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut own: Vec<Field> = Vec::new();
    let mut commands: Vec<Vec<Field>> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(left) = before_command(argument) else {
            own.push(argument.clone());
            continue;
        };
        own.extend(left);
        commands.push(rest.by_ref().take_while(|field| field.text() != Some(";")).cloned().collect());
    }
    let given = Given::read(&FD, "fd", &own, Stream::default());
    if given.before_info().is_some() {
        return Stream::foreign();
    }
    for why in &given.doubts {
        run.doubt(*why);
    }
    let state = run.state.clone();
    if let Some(directory) = given.value("--base-directory") {
        let directory = meaning::names(run, directory).into_iter().next();
        run.state.move_to(if let Some(Name::Literal(path)) = directory { Some(path) } else { None });
    }
    let here = [Field::literal(".")];
    let named: Vec<Field> =
        given.operands.iter().skip(1).chain(given.values("--search-path")).cloned().collect();
    let roots = if named.is_empty() { &here[..] } else { &named };
    let mut found = Vec::new();
    for root in roots {
        for name in meaning::names(run, root) {
            run.effect(Action::FILE_LIST, Resource::tree(name.clone()));
            found.push(strictly_below(name));
        }
    }
    let mut output =
        if commands.is_empty() && !given.has("-l") { Stream::paths(found.clone()) } else { Stream::local() };
    for command in &commands {
        if command.is_empty() {
            run.doubt(unknown::OPTION_ODD);
        }
        let takes = command.iter().any(|field| field.text().is_some_and(|text| text.contains('{')));
        for name in &found {
            let item = landing::field(name.clone());
            let mut fields: Vec<Field> = command
                .iter()
                .map(|field| {
                    ["{//}", "{/.}", "{/}", "{.}", "{}"]
                        .iter()
                        .fold(field.clone(), |field, mark| super::names::replaced(&field, mark, &item))
                })
                .collect();
            if !takes {
                fields.push(item);
            }
            output = output.then(run.within("fd", None, |run| run.program(&fields, Stream::default())));
        }
    }
    let written = std::mem::take(&mut run.state.written);
    run.state = state;
    run.state.written = written;
    output
}

/// Whether an argument begins a command, and what stands in it before that: `-Hx` is `-H -x`.
fn before_command(argument: &Field) -> Option<Option<Field>> {
    let text = argument.prefix();
    if matches!(text, "-x" | "-X" | "--exec" | "--exec-batch") || text.starts_with("--exec") {
        // `--exec=rm` names the program within the option.
        return (!text.contains('=')).then_some(None);
    }
    let letters = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
    let end = letters.find(['x', 'X'])?;
    let before = letters.get(..end)?;
    if before.contains(FD_WITH_ARGUMENT) {
        return None;
    }
    Some(Some(Field::literal(format!("-{before}"))))
}
