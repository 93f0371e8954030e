//! `rsync`: copies trees, here or to and from another machine, and may delete what is not in the source.

use super::landing;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource, path, web};

pub(super) const ROWS: &[Row] = &[row("rsync", "gnu -v,--verbose --info=word --debug=word --stderr=word -q,--quiet --no-motd -c,--checksum -a,--archive --no-OPTION -r,--recursive -R,--relative --no-implied-dirs -b,--backup --backup-dir=write --suffix=word -u,--update --inplace --append --append-verify -d,--dirs --old-dirs --mkpath -l,--links -L,--copy-links --copy-unsafe-links --safe-links --munge-links -k,--copy-dirlinks -K,--keep-dirlinks -H,--hard-links -p,--perms -E,--executability --chmod=word -A,--acls -X,--xattrs -o,--owner -g,--group --devices --copy-devices --write-devices -D --specials -t,--times -U,--atimes --open-noatime -N,--crtimes -O,--omit-dir-times -J,--omit-link-times --super --fake-super -S,--sparse --preallocate -n,--dry-run/dry -W,--whole-file --checksum-choice,--cc=word -x,--one-file-system -B,--block-size=word -e,--rsh=word --rsync-path=word --existing,--ignore-non-existing --ignore-existing --remove-source-files --remove-sent-files --del,--delete --delete-before --delete-during --delete-delay --delete-after --delete-excluded --delete-missing-args --ignore-missing-args --ignore-errors --force --max-delete=word --max-size=word --min-size=word --max-alloc=word --partial --partial-dir=word --delay-updates -m,--prune-empty-dirs --numeric-ids --usermap=word --groupmap=word --chown=word --timeout=word --contimeout=word -I,--ignore-times --size-only -@,--modify-window=word -T,--temp-dir=write -y,--fuzzy --compare-dest=readtree --copy-dest=readtree --link-dest=readtree -z,--compress --compress-choice,--zc=word --compress-level,--zl=word --skip-compress=word -C,--cvs-exclude -f,--filter=word -F --exclude=word --exclude-from=read --include=word --include-from=read --files-from=read -0,--from0 --old-args -s,--secluded-args,--protect-args --trust-sender --copy-as=word --address=word --port=word --sockopts=word --blocking-io --outbuf=word --stats -8,--8-bit-output -h --human-readable[=word] --progress -P -i,--itemize-changes -M,--remote-option=odd --out-format=word --log-file=write --log-file-format=word --password-file=read --early-input=read --list-only --bwlimit=word --stop-after=word --stop-at=word --fsync --write-batch=write --only-write-batch=write --read-batch=read --protocol=word --iconv=word --checksum-seed=word -4,--ipv4 -6,--ipv6 --daemon!net.listen --config=odd --no-perms --no-owner --no-group --no-times --no-links --no-whole-file --no-compress --no-recursive --no-devices --no-specials --no-D --no-o --no-g --no-p --no-t --no-inc-recursive,--no-i-r --inc-recursive --no-relative --no-R --no-dirs --no-implied-dirs --no-human-readable --no-h --no-W --no-l --no-r --no-motd --no-r", "word*")
    .output(Output::Local)
    .also(synchronised)
    .examples(&[
        ("rsync -a src/ dst/", "file.read /workspace/src/**; file.write /workspace/dst/**/*"),
        ("rsync -a src dst", "file.read /workspace/src/**; file.write /workspace/dst/**/*"),
        ("rsync -n -a --delete src/ dst/", "file.read /workspace/src/**"),
        ("rsync -a --delete src/ dst/", "file.delete /workspace/dst/**; file.read /workspace/src/**; file.write /workspace/dst/**/*"),
        ("rsync --remove-source-files a b", "file.read /workspace/a; file.write /workspace/b; file.write /workspace/b/a; file.delete /workspace/a"),
        ("rsync -a src u@h.example:/srv", "file.read /workspace/src/**; net.send h.example; file.write /srv/** on h.example"),
        ("rsync -a u@h.example:/srv/ dst", "file.read /srv/** on h.example; file.write /workspace/dst/**/*; net.fetch h.example"),
        ("rsync -a rsync://h.example/x .", "file.write /workspace/**/*; net.fetch h.example"),
        ("rsync -e 'rm -rf /srv' a h.example:b", "file.read /workspace/a; net.send h.example; file.write ? on h.example; file.delete /srv/**"),
        ("rsync --rsync-path='rm -rf /srv; rsync' a h.example:/b", "file.read /workspace/a; net.send h.example; file.write /b on h.example; file.delete /srv/** on h.example"),
        ("rsync -a src", "file.list /workspace/src"),
        ("rsync --read-batch=x /srv/b", "file.read /workspace/x; file.write /srv/b/**/*"),
    ])];

/// Where a source or target is.
enum Place {
    Here(Field),
    /// A host, and the path there, where the text has one that is absolute.
    There(Resource, String, Option<String>),
}

impl Place {
    fn of(field: &Field) -> Self {
        let prefix = field.prefix();
        if let Some(rest) = prefix.strip_prefix("rsync://") {
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            return Self::There(web::host(host, None), host.to_owned(), None);
        }
        match prefix.split_once(':') {
            Some((before, _)) if !before.contains('/') && !before.is_empty() => {
                let host = before.rsplit('@').next().unwrap_or_default().to_owned();
                let rest = field.split_once(':').map(|(_, rest)| rest);
                let rest = rest.filter(|rest| !rest.prefix().starts_with(':'));
                Self::There(
                    web::host(&host, None),
                    host,
                    rest.and_then(|rest| rest.text().map(str::to_owned)),
                )
            }
            Some(_) => Self::Here(field.clone()),
            // `"$host:x"` may be anywhere; what begins with a variable and holds a colon is another machine.
            None if field.text().is_none() && prefix.is_empty() && has_colon(field) => {
                Self::There(Resource::host(Name::Dynamic), String::new(), None)
            }
            None => Self::Here(field.clone()),
        }
    }
}

fn has_colon(field: &Field) -> bool {
    use crate::effects::shell::field::Bit;
    field.bits().iter().any(|bit| matches!(bit, Bit::Text(text) if text.contains(':')))
}

fn synchronised(run: &mut Run<'_>, given: &Given) {
    let tree = given.has("-a") || given.has("-r") || given.has("-d");
    if let Some(shell) = given.value("-e") {
        run.within("rsync", None, |run| run.shell_text(shell, Stream::local()));
    }
    let Some((target, sources)) = given.operands.split_last().filter(|(_, sources)| !sources.is_empty())
    else {
        // A batch says what it holds itself.
        if let [target] = given.operands.as_slice()
            && given.has("--read-batch")
        {
            landing::unpacked(run, Some(target));
            return;
        }
        // With one operand it lists what is there.
        for operand in &given.operands {
            match Place::of(operand) {
                Place::Here(field) => meaning::path(run, Action::FILE_LIST, &field, false),
                Place::There(host, ..) => run.effect(Action::NET_FETCH, host),
            }
        }
        return;
    };
    let target_place = Place::of(target);
    let deletes = given.options.iter().any(|(option, _)| {
        option.names.split(',').any(|name| name.starts_with("--delete") || name == "--del")
    });
    let removes = given.has("--remove-source-files") || given.has("--remove-sent-files");
    let mut local = Vec::new();
    for source in sources {
        match Place::of(source) {
            Place::Here(field) => {
                meaning::path(run, Action::FILE_READ, &field, tree);
                if removes {
                    meaning::path(run, Action::FILE_DELETE, &field, tree);
                }
                local.push(field);
            }
            Place::There(host, machine, path) => {
                run.effect(Action::NET_FETCH, host);
                there(run, &machine, path.as_deref(), Action::FILE_READ, tree);
                if removes {
                    there(run, &machine, path.as_deref(), Action::FILE_DELETE, tree);
                }
                elsewhere(run, given, &machine);
            }
        }
    }
    match target_place {
        Place::Here(field) => {
            if tree || local.len() != sources.len() {
                landing::unpacked(run, Some(&field));
            } else {
                landing::written(run, &local, &field, landing::Target::of(&field, local.len()), false);
            }
            if deletes {
                meaning::path(run, Action::FILE_DELETE, &field, true);
            }
        }
        Place::There(host, machine, path) => {
            run.effect(Action::NET_SEND, host);
            there(run, &machine, path.as_deref(), Action::FILE_WRITE, tree);
            if deletes {
                there(run, &machine, path.as_deref(), Action::FILE_DELETE, true);
            }
            elsewhere(run, given, &machine);
        }
    }
}

/// Does `action` to a path of another machine.
fn there(run: &mut Run<'_>, machine: &str, text: Option<&str>, action: Action, tree: bool) {
    let Some(text) = text else { return };
    let name = path::read(text, None).unwrap_or(Name::Dynamic);
    run.within("rsync", Some(Reach::Remote(machine.to_owned())), |run| {
        run.effect(action, Resource::Path { path: name, tree });
    });
}

/// `--rsync-path` is a command of the other machine's shell.
fn elsewhere(run: &mut Run<'_>, given: &Given, machine: &str) {
    if let Some(command) = given.value("--rsync-path") {
        run.within("rsync", Some(Reach::Remote(machine.to_owned())), |run| {
            run.shell_text(command, Stream::local())
        });
    }
}
