//! Programs that change files: copy, move, link, delete, create.

use super::landing::{self, Target};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Output, Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::state::Variable;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{command, meaning, thing};
use crate::effects::{Action, Name, Resource, path, places};

pub(super) const ROWS: &[Row] = &[
    row("rm", "gnu -f,--force -i -I -v,--verbose -d,--dir -r,-R,--recursive/tree --interactive[=word] --one-file-system --no-preserve-root --preserve-root[=word] -P -x", "delete+")
        .output(Output::Nothing)
        .examples(&[
            ("rm a.txt", "file.delete /workspace/a.txt"),
            ("rm --rec x", "file.delete /workspace/x/**"),
            ("rm -rf -- -x ~", "file.delete /workspace/-x/**; file.delete ~/**"),
            ("rm --help", ""),
        ]),
    row("rmdir unlink", "gnu -p,--parents -v,--verbose --ignore-fail-on-non-empty", "delete+")
        .output(Output::Nothing)
        .examples(&[("rmdir a", "file.delete /workspace/a"), ("unlink a", "file.delete /workspace/a")]),
    row("shred", "gnu -f,--force -n,--iterations=word --random-source=read -s,--size=word -u --remove[=word] -v,--verbose -x,--exact -z,--zero", "delete+")
        .output(Output::Nothing)
        .examples(&[("shred -uz a", "file.delete /workspace/a"), ("shred /dev/sda", "file.delete /dev/sda; system.disk /dev/sda")]),
    row("srm", "-d -f,--force -i -r,-R,--recursive/tree -v,--verbose -l -s -z -m -n --simple --medium --dod --doe --openbsd --rcmp --gutmann --zero --version/info", "delete+")
        .output(Output::Nothing)
        .examples(&[("srm -r a", "file.delete /workspace/a/**")]),
    row("wipe", "-a -b=word -c -D -e -f -F -h/info -i -k -K -l=word -M=word -n -o=word -p=word -P=word -q -Q=word -r/tree -R=read -s -S=word -t -T=word -v/info -x[=word] -X=word -Z", "delete+")
        .output(Output::Nothing)
        .examples(&[("wipe -rf a", "file.delete /workspace/a/**")]),
    row("scrub", "-h,--help/info -V,--version/info -v -f -r,--remove -D,--dirent=word -L,--no-link -p,--pattern=word -X,--freespace --no-threads -b,--blocksize=word -s,--device-size=word -S,--no-signature --autonuke --nowait --nogui --method=word -m=word --verify=word --rounds=word --noblank", "delete+")
        .output(Output::Nothing)
        .examples(&[("scrub -p dod /dev/sdb", "file.delete /dev/sdb; system.disk /dev/sdb")]),
    row("trash trash-put rmtrash trash-rm gomi del-to-trash", "-h,--help/info --version/info -b,--restore!file.write --prune=word!file.delete=~/.local/share/Trash/** -f,--force -i -r,-R,--recursive/tree -d,--directory -v,--verbose -F -s -e!file.delete -l -y", "delete*")
        .output(Output::Nothing)
        .examples(&[("trash a b", "file.delete /workspace/a; file.delete /workspace/b"), ("trash-put -rf a", "file.delete /workspace/a/**")]),
    row("trash-empty", "-h,--help/info --version/info -v -f -i --trash-dir=deletetree --all-users --dry-run/dry", "word?")
        .does("file.delete=~/.local/share/Trash/**")
        .output(Output::Nothing)
        .examples(&[("trash-empty 30", "file.delete ~/.local/share/Trash/**/*")]),
    row("trash-list", "-h,--help/info --version/info --trash-dirs --trash-dir=list --all-users --size --files", ""),
    row("trash-restore restore-trash", "-h,--help/info --version/info --sort=word --overwrite --trash-dir=list", "write?")
        .examples(&[("trash-restore a", "file.write /workspace/a")]),
    row("cp", "gnu -a,--archive/tree -r,-R,--recursive/tree -f,--force -i,--interactive -n,--no-clobber -p --preserve[=word] --no-preserve=word -u -v,--verbose -l,--link -s,--symbolic-link -L,--dereference -P,--no-dereference -d -x,--one-file-system -H -b --backup[=word] -S,--suffix=word --reflink[=word] --sparse=word --update[=word] --parents -T,--no-target-directory -t,--target-directory=word --strip-trailing-slashes -Z --attributes-only --copy-contents --remove-destination --debug --keep-directory-symlink -c -X -N", "word+")
        .output(Output::Nothing)
        .also(copied)
        .examples(&[
            ("cp -T a b", "file.read /workspace/a; file.write /workspace/b"),
            ("cp a b", "file.read /workspace/a; file.write /workspace/b; file.write /workspace/b/a"),
            ("cp -r src /tmp/", "file.read /workspace/src/**; file.write /tmp/src/**"),
            ("cp -t /tmp a", "file.read /workspace/a; file.write /tmp/a"),
            ("cp /dev/null a", "file.write /workspace/a"),
            ("cp x/.bashrc ~", "file.read /workspace/x/.bashrc; file.write ~/.bashrc; persistence.install ~/.bashrc"),
            ("cd a/b && cp --parents ../../srv/x /tmp", "file.read /workspace/srv/x; file.write /tmp/**/*; file.write /srv/x"),
            ("cp --parents a/b c", "file.read /workspace/a/b; file.write /workspace/c/**/*"),
        ]),
    row("mv", "gnu -f,--force -i,--interactive -n,--no-clobber -u -v,--verbose -b --backup[=word] -S,--suffix=word --update[=word] -T,--no-target-directory -t,--target-directory=word --strip-trailing-slashes -Z --debug --exchange --no-copy -h", "word+")
        .output(Output::Nothing)
        .also(moved)
        .examples(&[
            ("mv -T old.txt new.txt", "file.read /workspace/old.txt/**; file.write /workspace/old.txt/**; file.write /workspace/new.txt/**"),
            ("cd src && mv a ../b/", "file.read /workspace/src/a/**; file.write /workspace/src/a/**; file.write /workspace/b/a/**"),
            ("mv a /tmp/", "file.read /workspace/a/**; file.delete /workspace/a/**; file.write /tmp/a/**"),
            ("mv a /dev/null", "file.read /workspace/a/**; file.delete /workspace/a/**"),
            ("mv /srv/x/a /srv/x/b", "file.read /srv/x/a/**; file.write /srv/x/a/**; file.write /srv/x/b/**; file.write /srv/x/b/a/**"),
            ("mv -T /srv/a /opt/a", "file.read /srv/a/**; file.delete /srv/a/**; file.write /opt/a/**"),
        ]),
    row("ln", "gnu -s,--symbolic -f,--force -n,--no-dereference -i,--interactive -v,--verbose -b --backup[=word] -S,--suffix=word -L,--logical -P,--physical -r,--relative -T,--no-target-directory -t,--target-directory=word -d,-F,--directory -h", "word+")
        .output(Output::Nothing)
        .also(linked)
        .examples(&[
            ("ln -sT a b", "file.read /workspace/a/**; file.write /workspace/b"),
            ("ln -s ~/.ssh/id_rsa b/", "file.read ~/.ssh/id_rsa/**; secret.read ~/.ssh/id_rsa/**; file.write ~/.ssh/id_rsa/**; persistence.install ~/.ssh/id_rsa/**; file.write /workspace/b/id_rsa"),
            ("ln -sf /dev/null ~/.bash_history", "file.write ~/.bash_history; evasion.hide ~/.bash_history"),
            ("ln /srv/x", "file.read /srv/x/**; file.write /workspace/x"),
        ]),
    row("link", "gnu", "word word")
        .output(Output::Nothing)
        .also(linked)
        .examples(&[("link a b", "file.read /workspace/a/**; file.write /workspace/b; file.write /workspace/b/a")]),
    row("install", "gnu -b --backup[=word] -c -C,--compare -d,--directory -D -g,--group=word -m,--mode=word -o,--owner=word -p,--preserve-timestamps -s,--strip --strip-program=run -S,--suffix=word -t,--target-directory=word -T,--no-target-directory -v,--verbose -Z --context[=word] --debug --preserve-context", "word+")
        .output(Output::Nothing)
        .also(installed)
        .examples(&[
            ("install -d -m 755 out", "file.write /workspace/out"),
            ("install -m 755 a bin/", "file.read /workspace/a; file.write /workspace/bin/a"),
            ("install -m 4755 sh /tmp/", "file.read /workspace/sh; file.write /tmp/sh; privilege.raise install"),
        ]),
    row("mkdir", "gnu -p,--parents -v,--verbose -m,--mode=word -Z --context[=word]", "write+")
        .output(Output::Nothing)
        .examples(&[("mkdir -p a/b", "file.write /workspace/a/b")]),
    row("touch", "gnu -a -m -c,--no-create -f -h,--no-dereference -d,--date=word -t=word -r,--reference=list --time=word -A=word", "write+")
        .output(Output::Nothing)
        .also(touched)
        .examples(&[
            ("touch a b", "file.write /workspace/a; file.write /workspace/b"),
            ("touch -r /bin/ls a", "file.list /bin/ls; file.write /workspace/a; evasion.hide /workspace/a"),
            ("touch -d 2001-01-01 a", "file.write /workspace/a"),
            ("touch -d 2001-01-01 /tmp/a", "file.write /tmp/a; evasion.hide /tmp/a"),
            ("touch -t 200101010000 /var/log/a", "file.write /var/log/a; evasion.hide /var/log/a"),
        ]),
    row("truncate", "gnu -c,--no-create -o,--io-blocks -r,--reference=list -s,--size=word", "write+")
        .output(Output::Nothing)
        .examples(&[("truncate -s 0 a", "file.write /workspace/a")]),
    row("fallocate", "gnu -c,--collapse-range -d,--dig-holes -i,--insert-range -l,--length=word -n,--keep-size -o,--offset=word -p,--punch-hole -v,--verbose -x,--posix -z,--zero-range -w,--write-zeroes", "write")
        .output(Output::Nothing)
        .examples(&[("fallocate -l 1G a", "file.write /workspace/a")]),
    row("mkfile", "-n -v", "word write+").examples(&[("mkfile 10m a", "file.write /workspace/a")]),
    row("mkfifo", "gnu -m,--mode=word -Z --context[=word]", "write+")
        .output(Output::Nothing)
        .examples(&[("mkfifo a", "file.write /workspace/a")]),
    row("mknod", "gnu -m,--mode=word -Z --context[=word]", "write word word? word?")
        .output(Output::Nothing)
        .also(made_node)
        .examples(&[("mknod a p", "file.write /workspace/a"), ("mknod a b 8 0", "file.write /workspace/a; system.disk mknod")]),
    row("mktemp", "gnu -d,--directory -u,--dry-run/dry -q,--quiet --suffix=word -p=word --tmpdir[=word] -t", "word?")
        .gives(temporary)
        .examples(&[
            ("mktemp -d", "file.write /tmp/**/*"),
            ("mktemp a.XXXX", "file.write /workspace/**/*"),
            ("mktemp -p /srv a.XXXX", "file.write /srv/**/*"),
            ("d=$(mktemp -d); touch \"$d/x\"", "file.write /tmp/**/*"),
        ]),
    row("rename prename file-rename perl-rename rename.ul rename.util", "gnu -v,--verbose -n,--nono,--no-act,--dry-run/dry -f,--force -s,--symlink -o,--no-overwrite -i,--interactive -a,--all -l,--last -d,--filename,--nopath,--nofullpath --path,--fullpath -0,--null -u --unicode[=word] -V/info -h/info -e=word/fills -E=word/fills", "word+")
        .output(Output::Nothing)
        .also(renamed)
        .examples(&[
            ("rename 's/a/b/' x.txt", "file.write /workspace/x.txt; file.write /workspace/*"),
            ("rename foo bar *.txt", "file.write /workspace/*.txt; file.write /workspace/*"),
            ("rename -n 's/a/b/' x.txt", ""),
            ("rename 'unlink' x.txt", "file.write /workspace/x.txt; file.write /workspace/*; code.run perl"),
        ]),
    row("vidir", "-v,--verbose", "delete*").does("file.write").examples(&[("vidir a", "file.write ?; file.delete /workspace/a")]),
    row("detox", "-h,--help/info -V/info -n,--dry-run/dry -r/tree -f=read -s=word -L/info -v --inline --special", "write*")
        .examples(&[("detox -r a", "file.write /workspace/a/**"), ("detox -n a", "")]),
    row("convmv", "-f=word -t=word -r/tree -i -q --notest --nfc --nfd --exec=shell --list/info --lowmem --nosmart --parsable --unescape --upper --lower --replace --preserve-mtimes --help/info", "write+")
        .examples(&[("convmv -f latin1 -t utf8 a", "file.write /workspace/a")]),
    row("rip", "-h,--help/info -V,--version/info --graveyard=write -d,--decompose!file.delete -s,--seance -u!file.write --unbury[=write]!file.write -i,--inspect", "deletetree*")
        .examples(&[("rip a", "file.delete /workspace/a/**")]),
    row("ditto", "-h/info -v -V -X -c -k -x -rsrc --rsrc --norsrc --extattr --noextattr --sequesterRsrc --keepParent --arch=word --bom=read -z -j --hfsCompression", "readtree+ writetree")
        .examples(&[("ditto a b", "file.read /workspace/a/**; file.write /workspace/b/**")]),
    row("dot_clean", "-f -h/info -m -n -s -v --keep=word", "deletetree+").examples(&[("dot_clean a", "file.delete /workspace/a/**")]),
    row("fdupes jdupes", "-h,--help/info -v,--version/info -r,--recurse/tree -R,--recurse: -s,--symlinks -H,--hardlinks -n,--noempty -A,--nohidden -f,--omitfirst -1,--sameline -S,--size -m,--summarize -q,--quiet -d,--delete -O,--param-order -N,--noprompt -I,--immediate -D,--defer -i,--reverse -o,--order=word -G,--minsize=word -L,--maxsize=word -t,--time -p,--permissions -0", "read*")
        .output(Output::Paths)
        .also(|run, given| {
        if given.has("-d") || given.has("-I") {
            deleted(run, given);
        }
    })
    .examples(&[("fdupes -r a", "file.read /workspace/a/**"), ("fdupes -rdN a", "file.read /workspace/a/**; file.delete /workspace/a/**")]),
    row("rdfind", "-h,--help/info -v,--version/info -ignoreempty=word -followsymlinks=word -minsize=word -maxsize=word -removeidentinode=word -checksum=word -dryrun,-n=word -deterministic=word -sleep=word -outputname=write -makesymlinks=word -makehardlinks=word -makeresultsfile=word -deleteduplicates=word", "readtree+")
        .style(crate::effects::shell::row::Style::Dash)
        .does("file.write=results.txt")
        .also(|run, given| {
        for action in [("-deleteduplicates", Action::FILE_DELETE), ("-makesymlinks", Action::FILE_WRITE), ("-makehardlinks", Action::FILE_WRITE)] {
            let on = given.value(action.0).is_some_and(|value| value.text() != Some("false"));
            for file in given.operands.iter().filter(|_| on) {
                meaning::path(run, action.1.clone(), file, true);
            }
        }
    })
    .examples(&[
            ("rdfind a", "file.read /workspace/a/**; file.write /workspace/results.txt"),
            ("rdfind -deleteduplicates true a", "file.read /workspace/a/**; file.write /workspace/results.txt; file.delete /workspace/a/**"),
        ]),
    row("hardlink", "gnu -c,--content -n,--dry-run/dry -v,--verbose -q,--quiet -f,--respect-name -p,--ignore-mode -o,--ignore-owner -t,--ignore-time -x,--exclude=word -i,--include=word -s,--minimum-size=word -h,--help/info -V,--version/info", "writetree+")
        .examples(&[("hardlink a", "file.write /workspace/a/**")]),
    row("stow", "-h,--help/info -V,--version/info -d,--dir=readtree -t,--target=writetree -S,--stow -D,--delete -R,--restow -v --verbose[=word] -n,--no,--simulate/dry --ignore=word --defer=word --override=word --adopt --no-folding --dotfiles -p,--compat", "readtree*")
        .also(|run, given| {
            if !given.has("-t") {
                landing::unpacked(run, Some(&Field::literal("..")));
            }
        })
        .examples(&[
            ("stow -t ~ vim", "file.read /workspace/vim/**; file.write ~/**"),
            ("stow vim", "evasion.hide /**/*; file.read /workspace/vim/**; file.write /**/*; persistence.install /**/*; privilege.raise /**/*; system.power /**/*"),
        ]),
];

/// Deletes what is named, and everything below it.
fn deleted(run: &mut Run<'_>, given: &Given) {
    for file in &given.operands {
        meaning::path(run, Action::FILE_DELETE, file, true);
    }
}

fn copied(run: &mut Run<'_>, given: &Given) {
    let Some((sources, target, kind)) = landing::split(given) else { return };
    let tree = given.is_marked("tree");
    for source in sources {
        meaning::path(run, Action::FILE_READ, source, tree);
    }
    if given.has("--parents") {
        landing::unpacked(run, Some(target));
        // The whole path is made there, and one that climbs leads out again.
        for source in sources {
            let climbs = source.prefix().split('/').any(|part| part == "..");
            match (source.text(), target.text()) {
                (Some(source), Some(target)) if climbs => {
                    meaning::path(
                        run,
                        Action::FILE_WRITE,
                        &Field::literal(format!("{target}/{source}")),
                        tree,
                    );
                }
                _ if climbs => meaning::path(run, Action::FILE_WRITE, &Field::any(), tree),
                _ => {}
            }
        }
    } else {
        landing::written(run, sources, target, kind, tree);
    }
}

/// What is moved within reach only gets another name; what goes elsewhere is gone where it was.
fn moved(run: &mut Run<'_>, given: &Given) {
    let Some((sources, target, kind)) = landing::split(given) else { return };
    let targets = meaning::names(run, target);
    let gone = landing::is_null(target) && kind != Target::Directory;
    for source in sources {
        meaning::path(run, Action::FILE_READ, source, true);
        for name in meaning::names(run, source) {
            // What the script has just written goes where it is moved, and nothing else does.
            let own = matches!(&name, Name::Literal(path) if run.state.written.contains_key(path));
            let stays = !gone && (own || targets.iter().all(|target| stays(run, &name, target)));
            let action = if stays { Action::FILE_WRITE } else { Action::FILE_DELETE };
            run.effect(action, Resource::tree(name));
        }
    }
    landing::written(run, sources, target, kind, true);
}

/// Whether `target` is where `source` is: both below the directory the command started in, or the target in
/// the directory of the source.
fn stays(run: &Run<'_>, source: &Name, target: &Name) -> bool {
    let text = |name: &Name| match name {
        Name::Literal(path) => Some(path.clone()),
        Name::Glob(pattern) => Some(pattern.find(['*', '?', '[']).map_or_else(
            || pattern.clone(),
            |at| {
                let settled = pattern.get(..at).unwrap_or_default();
                settled.rsplit_once('/').map_or("/", |(before, _)| before).to_owned()
            },
        )),
        Name::Dynamic => None,
    };
    let (Some(from), Some(to)) = (text(source), text(target)) else { return false };
    if let Some(start) = run.start.as_deref()
        && start != "/"
        && path::is_within(&from, start)
        && path::is_within(&to, start)
    {
        return true;
    }
    let Name::Literal(directory) = landing::parent(&Name::Literal(from)) else { return false };
    directory != "/" && path::is_within(&to, &directory)
}

/// A link makes what it leads to readable and writable under another name.
fn linked(run: &mut Run<'_>, given: &Given) {
    // With one operand the link is made here.
    let here = Field::literal(".");
    let (sources, target, kind) = match given.operands.as_slice() {
        [_] if !given.has("-t") => (given.operands.as_slice(), &here, Target::Directory),
        _ => match landing::split(given) {
            Some(split) => split,
            None => return,
        },
    };
    let symbolic = given.has("-s") && !given.has("-r");
    for source in sources {
        let relative = source.text().is_some_and(|text| !text.starts_with(['/', '~']));
        let names = if symbolic && relative {
            from_the_link(run, source, target, kind)
        } else {
            meaning::names(run, source)
        };
        if meaning::is_stream(source) {
            continue;
        }
        for name in names {
            if !places::amounts_to(&Action::FILE_WRITE, &name, true).is_empty() {
                run.effect(Action::FILE_WRITE, Resource::tree(name.clone()));
            }
            run.effect(Action::FILE_READ, Resource::tree(name));
        }
    }
    landing::written(run, sources, target, kind, false);
}

/// What a relative symbolic link leads to: it is read from the directory of the link.
fn from_the_link(run: &mut Run<'_>, source: &Field, target: &Field, kind: Target) -> Vec<Name> {
    let mut names = Vec::new();
    for target in meaning::names(run, target) {
        let directories = match kind {
            Target::Directory => vec![target],
            Target::File | Target::Either => vec![landing::parent(&target)],
        };
        for directory in directories {
            let found = match directory {
                Name::Literal(directory) => source.path(Some(&directory)),
                _ => Ok(vec![Name::Dynamic]),
            };
            match found {
                Ok(found) => names.extend(found),
                Err(why) => run.doubt(why),
            }
        }
    }
    names
}

fn installed(run: &mut Run<'_>, given: &Given) {
    if let Some(mode) = given.value("-m") {
        super::permissions::mode(run, mode, "install");
    }
    if given.has("-d") {
        for operand in &given.operands {
            meaning::path(run, Action::FILE_WRITE, operand, false);
        }
        return;
    }
    let Some((sources, target, kind)) = landing::split(given) else { return };
    for source in sources {
        meaning::path(run, Action::FILE_READ, source, false);
    }
    landing::written(run, sources, target, kind, false);
}

/// Times that were not set by what happened hide when it did.
fn touched(run: &mut Run<'_>, given: &Given) {
    let borrowed = given.has("-r");
    if borrowed || ["-t", "-d", "-A"].iter().any(|name| given.has(name)) {
        for operand in &given.operands {
            for name in meaning::names(run, operand) {
                // The time of what is worked on is its own business, unless it is made to look like another's.
                if !borrowed && meaning::is_own(run, &name) {
                    continue;
                }
                run.effect(Action::EVASION_HIDE, Resource::path(name));
            }
        }
    }
}

fn made_node(run: &mut Run<'_>, given: &Given) {
    if given.operand(1).and_then(Field::text) != Some("p") {
        run.effect(Action::SYSTEM_DISK, thing("mknod"));
    }
}

/// The name is made up when it runs; where it stands is in the text.
fn temporary(run: &mut Run<'_>, given: &Given) -> Stream {
    let default = match run.state.variable("TMPDIR") {
        Some(Variable::Scalar(field)) => field.clone(),
        Some(_) => Field::any(),
        None => Field::literal("/tmp"),
    };
    let named = given.value("-p").or_else(|| given.value("--tmpdir")).cloned();
    let asked = given.has("-p") || given.has("--tmpdir") || given.has("-t");
    let directories = match (named, given.operand(0)) {
        (Some(directory), _) => meaning::names(run, &directory),
        (None, Some(template)) if !asked => {
            meaning::names(run, template).iter().map(landing::parent).collect()
        }
        (None, _) => meaning::names(run, &default),
    };
    let names: Vec<Name> = directories.into_iter().map(command::strictly_below).collect();
    for name in &names {
        run.effect(Action::FILE_WRITE, Resource::path(name.clone()));
    }
    Stream::paths(names)
}

/// One program takes a Perl expression, another of the same name two words.
fn renamed(run: &mut Run<'_>, given: &Given) {
    let first =
        if given.is_marked("fills") { given.value("-e").or(given.value("-E")) } else { given.operand(0) };
    let text = first.and_then(Field::text).map(str::to_owned);
    let expression = text.as_deref().is_some_and(is_substitution);
    let mut skip = usize::from(!given.is_marked("fills"));
    if !expression {
        // `rename from to files`: what stands second is a name, unless it is all there is.
        let words = given.operands.get(..2).unwrap_or_default();
        let two = words.len() == 2 && given.operands.len() > 2;
        let plain =
            words.iter().all(|word| word.text().is_some_and(|text| !text.contains(['/', '$', '(', ';'])));
        if two && plain {
            skip = 2;
        } else {
            run.effect(Action::CODE_RUN, Resource::Code { language: "perl".to_owned() });
        }
    }
    for operand in given.operands.iter().skip(skip) {
        for name in meaning::names(run, operand) {
            run.effect(Action::FILE_WRITE, Resource::path(landing::beside(&name)));
            run.effect(Action::FILE_WRITE, Resource::path(name));
        }
    }
}

/// `s/a/b/g`, `y/a-z/A-Z/`, one after the other: nothing but the name is changed, and it stays where it was.
fn is_substitution(text: &str) -> bool {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let Some(rest) = part.strip_prefix("tr").or_else(|| part.strip_prefix(['s', 'y'])) else {
            return false;
        };
        let Some(delimiter) = rest.chars().next().filter(|c| matches!(c, '/' | '|' | '#' | ',' | '!')) else {
            return false;
        };
        let mut parts = rest.split(delimiter).skip(1);
        let (_, Some(replacement), Some(flags), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        !replacement.contains(['/', '@']) && flags.bytes().all(|b| b.is_ascii_lowercase() && b != b'e')
    })
}
