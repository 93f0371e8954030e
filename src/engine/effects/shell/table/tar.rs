//! `tar`, in its three styles of options: `xzf a`, `-xzf a`, `--extract --file=a`.
//!
//! What it unpacks lands below the directory it works in. Which names the archive holds is not in the text:
//! with `-P` they may be anywhere.

use super::landing;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Name, Resource, unknown, web};

pub(super) const ROWS: &[Row] = &[row("tar bsdtar", "", "").style(Style::Raw).instead(tar).examples(&[
    ("tar xzf a.tgz", "file.read /workspace/a.tgz; file.write /workspace/**/*"),
    ("tar -xf a.tar -C /tmp/x", "file.read /workspace/a.tar; file.write /tmp/x/**/*"),
    ("tar --extract --file=a.tar --to-stdout", "file.read /workspace/a.tar"),
    ("tar xPf a.tar", "file.read /workspace/a.tar; file.write ?"),
    ("tar -cvf a.tar x", "file.read /workspace/x/**; file.write /workspace/a.tar"),
    ("tar tvf a.tar", "file.read /workspace/a.tar"),
    ("tar cf - src", "file.read /workspace/src/**"),
    ("tar czf a.tgz -C /srv x", "file.read /srv/x/**; file.write /workspace/a.tgz"),
    ("tar cf a.tar x -C /srv y", "file.read /workspace/x/**; file.read /workspace/y/**; file.read /srv/x/**; file.read /srv/y/**; file.write /workspace/a.tar"),
    ("tar cf a.tar --remove-files x", "file.read /workspace/x/**; file.delete /workspace/x/**; file.write /workspace/a.tar"),
    ("tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec='rm -rf ~'", "file.read /workspace/x/**; file.delete ~/**"),
    ("tar xf a.tar --to-command 'rm x'", "file.read /workspace/a.tar; file.delete /workspace/x"),
    ("tar -I 'rm x' -xf a.tar", "file.delete /workspace/x; file.read /workspace/a.tar; file.write /workspace/**/*"),
    ("tar cf h:x.tar a --rsh-command=./r", "file.read /workspace/a/**; net.send h; process.run /workspace/r"),
    ("tar cf /dev/sda /home", "file.read /home/**; secret.read /home/**; file.write /dev/sda; system.disk /dev/sda"),
    ("tar xf a.tar --fly", "file.read /workspace/a.tar; file.write /workspace/**/*; unknown option_unknown"),
    ("tar -dF ./s -f a.tar", "file.list /workspace/**; file.read /workspace/a.tar; process.run /workspace/s"),
])];

/// The options, once they are written with dashes.
static OPTIONS: Row = row(
    "tar",
    "gnu -c,--create -x,--extract,--get -t,--list -r,--append -u,--update -A,--catenate,--concatenate -d,--diff,--compare --delete --test-label \
    -f,--file=word -C,--directory,--cd=word -I,--use-compress-program=word --to-command=word --checkpoint[=word] --checkpoint-action=word -F,--info-script,--new-volume-script=word --rsh-command=word --rmt-command=word \
    -z,--gzip,--gunzip,--ungzip -j,--bzip2 -J,--xz -Z,--compress,--uncompress -a,--auto-compress --lzip --lzma --lzop --zstd --no-auto-compress \
    -v --verbose[=word] -p,--preserve-permissions,--same-permissions -k,--keep-old-files --skip-old-files --keep-newer-files -U,--unlink-first --overwrite --overwrite-dir --no-overwrite-dir --recursive-unlink!file.delete --keep-directory-symlink --remove-files \
    -P,--absolute-names,--absolute-paths -T,--files-from=word -X,--exclude-from=word --exclude=word --exclude-vcs --exclude-vcs-ignores --exclude-backups --exclude-caches --exclude-caches-all --exclude-caches-under --exclude-tag=word --exclude-tag-all=word --exclude-tag-under=word --exclude-ignore=word --exclude-ignore-recursive=word --include=word \
    -O,--to-stdout --strip-components=word --transform,--xform=word -h,--dereference --hard-dereference -l,--check-links -m,--touch -n,--seek --no-seek -o,--no-same-owner --same-owner -s,--preserve-order,--same-order -w,--interactive,--confirmation -W,--verify -S,--sparse --sparse-version=word --hole-detection=word \
    -g,--listed-incremental=word -G,--incremental --level=word --index-file=word --volno-file=word -M,--multi-volume -L,--tape-length=word -N,--newer,--after-date=word --newer-mtime=word -b,--blocking-factor=word --record-size=word -B,--read-full-records -i,--ignore-zeros -K,--starting-file=word -V,--label=word --occurrence[=word] \
    -H,--format=word --old-archive,--portability --posix --pax-option=word --owner=word --group=word --owner-map=word --group-map=word --mode=word --mtime=word --clamp-mtime --numeric-owner --no-same-permissions --delay-directory-restore --no-delay-directory-restore --sort=word \
    --acls --no-acls --selinux --no-selinux --xattrs --no-xattrs --xattrs-include=word --xattrs-exclude=word --atime-preserve[=word] --warning=word --no-recursion --recursion --one-file-system --one-top-level[=word] --ignore-failed-read --ignore-command-error --no-ignore-command-error --force-local --null --no-null --verbatim-files-from --no-verbatim-files-from --unquote --no-unquote --add-file=word --backup[=word] --suffix=word \
    --totals[=word] --show-transformed-names --show-stored-names --show-omitted-dirs --show-defaults/info --show-snapshot-field-ranges/info --full-time --quoting-style=word --quote-chars=word --no-quote-chars=word --utc -R,--block-number --wildcards --no-wildcards --wildcards-match-slash --no-wildcards-match-slash --anchored --no-anchored --ignore-case --no-ignore-case --restrict --set-mtime-command=word --set-mtime-format=word --no-check-device --check-device \
    --help/info --usage/info -?/info --version/info --no-mac-metadata --disable-copyfile --no-xattr --uid=word --gid=word --uname=word --gname=word -q,--fast-read -y --options=word",
    "word*",
);

/// The letters that take an argument.
const WITH_ARGUMENT: &str = "fCIFTXgLNbKVH";

fn tar(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let arguments = dashed(arguments);
    let given = Given::read(&OPTIONS, "tar", &arguments, input);
    for why in &given.doubts {
        run.doubt(*why);
    }
    if given.before_info().is_some() {
        return Stream::foreign();
    }
    if given.has("--recursive-unlink") {
        run.effect(Action::FILE_DELETE, Resource::path(Name::Dynamic));
    }
    programs(run, &given);
    let output = archive(run, &given);
    files(run, &given, &arguments);
    output
}

/// `xzfC a.tgz /tmp` as `-x -z -f a.tgz -C /tmp`.
fn dashed(arguments: &[Field]) -> Vec<Field> {
    let Some((first, rest)) = arguments.split_first() else { return Vec::new() };
    let Some(letters) = first.text().filter(|text| !text.starts_with('-') && !text.is_empty()) else {
        return arguments.to_vec();
    };
    let mut fields = Vec::new();
    let mut rest = rest.iter();
    for letter in letters.chars() {
        fields.push(Field::literal(format!("-{letter}")));
        if WITH_ARGUMENT.contains(letter)
            && let Some(value) = rest.next()
        {
            fields.push(value.clone());
        }
    }
    fields.extend(rest.cloned());
    fields
}

/// Programs that it starts.
fn programs(run: &mut Run<'_>, given: &Given) {
    for option in ["-I", "--to-command", "-F", "--rsh-command", "--rmt-command", "--set-mtime-command"] {
        for command in given.values(option) {
            let input = Stream::local();
            run.within("tar", None, |run| run.shell_text(command, input));
        }
    }
    for action in given.values("--checkpoint-action") {
        match action.strip_prefix("exec=") {
            Some(command) => {
                run.within("tar", None, |run| run.shell_text(&command, Stream::default()));
            }
            None if action.text().is_none() => run.doubt(unknown::SHELL_DYNAMIC),
            None => {}
        }
    }
}

fn changes(given: &Given) -> bool {
    ["-c", "-r", "-u", "-A", "--delete"].iter().any(|option| given.has(option))
}

/// The archive itself, and what flows out.
fn archive(run: &mut Run<'_>, given: &Given) -> Stream {
    let changes = changes(given);
    let mut flows = given.has("-O") || given.has("-t");
    let mut named = false;
    for file in given.values("-f") {
        named = true;
        if file.text() == Some("-") {
            flows = true;
            continue;
        }
        let machine = file.split_once(':').filter(|(before, _)| !before.contains('/') && !before.is_empty());
        match machine.filter(|_| !given.has("--force-local")) {
            Some((machine, _)) => {
                let host = web::host(machine.rsplit('@').next().unwrap_or_default(), None);
                let action = if changes { Action::NET_SEND } else { Action::NET_FETCH };
                run.effect(action, host);
            }
            None if changes => meaning::path(run, Action::FILE_WRITE, file, false),
            None => meaning::path(run, Action::FILE_READ, file, false),
        }
    }
    if let Some(snapshot) = given.value("-g") {
        meaning::path(run, Action::FILE_WRITE, snapshot, false);
    }
    for option in ["--index-file", "--volno-file"] {
        if let Some(file) = given.value(option) {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
    }
    for option in ["-T", "-X", "--owner-map", "--group-map"] {
        for file in given.values(option) {
            meaning::path(run, Action::FILE_READ, file, false);
        }
    }
    if flows || !named { Stream { content: Content::Unknown, local: true } } else { Stream::default() }
}

/// The files that go in or come out.
fn files(run: &mut Run<'_>, given: &Given, arguments: &[Field]) {
    let before = run.state.clone();
    let mut first = true;
    let mut moves = given.values("-C").peekable();
    let moved = moves.peek().is_some();
    // Options and operands are read in order: what stands before `-C` is meant here.
    let at = |wanted: &dyn Fn(&Field) -> bool| arguments.iter().position(wanted);
    let goes = at(&|field| {
        field.prefix().starts_with("-C") || field.prefix().starts_with("--d") || field.prefix() == "--cd"
    });
    let operand = given.operands.first().and_then(|operand| at(&|field| field == operand));
    let here = match (goes, operand) {
        (Some(goes), Some(operand)) => operand < goes,
        _ => !moved,
    };
    loop {
        if !first || here || !moved {
            in_one(run, given);
        }
        first = false;
        let Some(directory) = moves.next() else { break };
        let directory = match meaning::names(run, directory).into_iter().next() {
            Some(Name::Literal(directory)) => Some(directory),
            _ => None,
        };
        run.state.move_to(directory);
    }
    let written = std::mem::take(&mut run.state.written);
    run.state = before;
    run.state.written = written;
}

fn in_one(run: &mut Run<'_>, given: &Given) {
    if given.has("-A") {
        for archive in &given.operands {
            meaning::path(run, Action::FILE_READ, archive, false);
        }
        return;
    }
    if given.has("-c") || given.has("-r") || given.has("-u") {
        for file in given.operands.iter().chain(given.values("--add-file")) {
            let archive = file.strip_prefix("@");
            meaning::path(
                run,
                Action::FILE_READ,
                archive.as_ref().unwrap_or(file),
                !given.has("--no-recursion"),
            );
            if given.has("--remove-files") {
                meaning::path(run, Action::FILE_DELETE, file, true);
            }
        }
        for list in given.values("-T") {
            listed(run, given, list);
        }
        return;
    }
    if given.has("-d") {
        meaning::path(run, Action::FILE_LIST, &Field::literal("."), true);
    }
    if given.has("-x") && !given.has("-O") && !given.has("--to-command") {
        let top = given.value("--one-top-level").cloned();
        if given.has("-P") || given.value("--transform").is_some_and(is_leading) {
            run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
        } else {
            landing::unpacked(run, top.as_ref());
        }
    }
}

/// The names of files stand in a file, or flow in.
fn listed(run: &mut Run<'_>, given: &Given, list: &Field) {
    let stream =
        if list.text() == Some("-") { Some(given.input.clone()) } else { meaning::content(run, list) };
    let fields = stream.unwrap_or_else(Stream::local).line();
    for field in fields {
        meaning::path(run, Action::FILE_READ, &field, true);
        if given.has("--remove-files") {
            meaning::path(run, Action::FILE_DELETE, &field, true);
        }
    }
}

/// Whether a transformation of names may put them elsewhere.
fn is_leading(text: &Field) -> bool {
    text.text().is_none_or(|text| {
        let delimiter = text.chars().nth(1).unwrap_or('/');
        let replacement = text.split(delimiter).nth(2).unwrap_or_default();
        replacement.starts_with('/') || replacement.contains("..") || text.contains(';')
    })
}
