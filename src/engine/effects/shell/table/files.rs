//! Programs that change files: copy, move, delete, permissions.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Resource};

pub(super) const ROWS: &[Row] = &[
    row("rm", "gnu -f,--force -i -I -v,--verbose -d,--dir -r,-R,--recursive/tree --interactive[=word] --one-file-system --no-preserve-root --preserve-root[=word] -P -x", "delete+")
        .output(Output::Nothing)
        .examples(&[
            ("rm a.txt", "file.delete /workspace/a.txt"),
            ("rm --rec x", "file.delete /workspace/x/**"),
            ("rm -rf -- -x ~", "file.delete /workspace/-x/**; file.delete ~/**"),
        ]),
    row("cp", "gnu -a,--archive -r,-R,--recursive -f,--force -i,--interactive -n,--no-clobber -p --preserve[=word] --no-preserve=word -u -v,--verbose -l,--link -s,--symbolic-link -L,--dereference -P,--no-dereference -d -x,--one-file-system -H -b --backup[=word] -S,--suffix=word --reflink[=word] --sparse=word --update[=word] --parents -T,--no-target-directory -t,--target-directory=write/drops --strip-trailing-slashes -Z --attributes-only --copy-contents --remove-destination -c -X", "read+ write")
        .output(Output::Nothing)
        .also(copied)
        .examples(&[
            ("cp a b", "file.read /workspace/a; file.write /workspace/b"),
            ("cp -r src /tmp/x", "file.read /workspace/src/**; file.write /tmp/x/**"),
            ("cp -t /tmp a", "file.read /workspace/a; file.write /tmp"),
        ]),
    row("mkdir", "gnu -p,--parents -v,--verbose -m,--mode=word -Z", "write+").output(Output::Nothing),
];

/// With `-r`, what is read and written are trees.
fn copied(run: &mut Run<'_>, given: &Given) {
    if !(given.has("-r") || given.has("-a")) {
        return;
    }
    let target = given.value("-t").or_else(|| given.operands.last());
    let sources = if given.has("-t") { given.operands.len() } else { given.operands.len().saturating_sub(1) };
    let trees: Vec<(Action, Field)> = given
        .operands
        .iter()
        .take(sources)
        .map(|field| (Action::FILE_READ, field.clone()))
        .chain(target.map(|field| (Action::FILE_WRITE, field.clone())))
        .collect();
    for (action, field) in trees {
        for name in meaning::names(run, &field) {
            run.effect(action.clone(), Resource::tree(name));
        }
    }
}
