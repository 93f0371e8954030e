//! Programs that change who may do what with a file: modes, owners, access lists, attributes.

use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::thing;
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    // `chmod -x a`: what looks like an option is the mode.
    row("chmod", "gnu -R,--recursive/tree -c,--changes -f,--silent,--quiet -v,--verbose --no-preserve-root --preserve-root --dereference -h,--no-dereference -H -L -P --reference=list/fills -r/fills -w/fills -x/fills -X/fills -s/fills!privilege.raise -t/fills -u/fills -g/fills -o/fills -a/fills", "word permission+")
        .output(Output::Nothing)
        .also(|run, given| {
            // The mode of another file may be one that lends rights.
            if given.has("--reference") {
                run.doubt(unknown::OPTION_ODD);
            }
            if !given.is_marked("fills")
                && let Some(mode) = given.operand(0)
            {
                self::mode(run, &mode.clone(), "chmod");
            }
        })
        .examples(&[
            ("chmod 644 a", "file.permission /workspace/a"),
            ("chmod -x a", "file.permission /workspace/a"),
            ("chmod -R o=g a b", "file.permission /workspace/a/**; file.permission /workspace/b/**"),
            ("chmod 4755 a", "file.permission /workspace/a; privilege.raise chmod"),
            ("chmod u+s a", "file.permission /workspace/a; privilege.raise chmod"),
            ("chmod 0755 a", "file.permission /workspace/a"),
            ("chmod --reference=b a", "file.list /workspace/b; file.permission /workspace/a; unknown option_odd"),
            ("chmod $m a", "file.permission /workspace/a; unknown option_dynamic"),
        ]),
    row("chown chgrp lchage", "gnu -R,--recursive/tree -c,--changes -f,--silent,--quiet -v,--verbose --dereference -h,--no-dereference --from=word --no-preserve-root --preserve-root --reference=list/fills -H -L -P -n -x", "word permission+")
        .output(Output::Nothing)
        .examples(&[
            ("chown -R user: a", "file.permission /workspace/a/**"),
            ("chgrp --reference=x a", "file.list /workspace/x; file.permission /workspace/a"),
        ]),
    row("setfacl", "gnu -m,--modify=word -M,--modify-file=read -x,--remove=word -X,--remove-file=read -b,--remove-all -k,--remove-default --set=word --set-file=read --mask -n,--no-mask -d,--default -R,--recursive/tree -L,--logical -P,--physical -v --restore=read!file.permission --test/dry -h/info", "permission*")
        .output(Output::Nothing)
        .examples(&[("setfacl -m u:a:rw x", "file.permission /workspace/x"), ("setfacl -R -b x", "file.permission /workspace/x/**")]),
    row("getfattr", "gnu -R,--recursive/tree -n,--name=word -m,--match=word -e,--encoding=word ...", "list*")
        .examples(&[("getfattr -n user.a b", "file.list /workspace/b")]),
    row("getfacl lsattr", "gnu -R,--recursive/tree ...", "list*")
        .examples(&[("getfacl -R a", "file.list /workspace/a/**")]),
    row("setfattr", "gnu -n,--name=word -v,--value=word -x,--remove=word -h,--no-dereference --raw --restore=read!file.permission", "permission*")
        .output(Output::Nothing)
        .examples(&[("setfattr -n user.a -v b x", "file.permission /workspace/x")]),
    row("chattr", "", "").style(Style::Raw).instead(attributes).examples(&[
        ("chattr +i a", "file.permission /workspace/a"),
        ("chattr -R -i a", "file.permission /workspace/a/**"),
        ("chattr -p 3 a", "file.permission /workspace/a"),
    ]),
    row("chflags", "-f -h -v -x -R/tree -H -L -P", "word permission+").examples(&[("chflags hidden a", "file.permission /workspace/a")]),
    row("setcap", "-q -v/dry -n=word -r/fills -f -h/info", "word permission+")
        .does("privilege.raise")
        .output(Output::Nothing)
        .examples(&[("setcap cap_net_raw+ep a", "file.permission /workspace/a; privilege.raise setcap")]),
    row("getcap", "-h/info -n -r/tree -v", "list*").examples(&[("getcap -r /", "file.list /**")]),
    row("chcon", "gnu -R,--recursive/tree -v,--verbose -u,--user=word/fills -r,--role=word/fills -t,--type=word/fills -l,--range=word/fills --reference=list/fills -h,--no-dereference --dereference -H -L -P --preserve-root --no-preserve-root", "word permission+")
        .output(Output::Nothing)
        .examples(&[("chcon -t x_t a", "file.permission /workspace/a"), ("chcon u:r:t a", "file.permission /workspace/a")]),
    row("setfiles restorecon", "gnu -R,-r,--recursive/tree -v -n/dry -F -f=read -p -i -I -D -m -e=word -T=word -x -0 -W", "permission+")
        .examples(&[("restorecon -R a", "file.permission /workspace/a/**")]),
    row("xattr", "-l/info -r/tree -s -v -x -c -h/info -p=word -w=word -d=word", "word* permission")
        .also(|run, given| {
            // The mark of what came from elsewhere asks before it runs.
            if given.has("-c") || given.has("-d") {
                run.effect(Action::EVASION_HIDE, thing("xattr"));
            }
        })
        .examples(&[
            ("xattr -d com.apple.quarantine a", "file.permission /workspace/a; evasion.hide xattr"),
            ("xattr -l a", ""),
        ]),
];

/// A mode that lets a program run with the rights of its owner or group raises privileges.
pub(super) fn mode(run: &mut Run<'_>, mode: &Field, program: &str) {
    let Some(text) = mode.text() else {
        run.doubt(unknown::OPTION_DYNAMIC);
        return;
    };
    let octal = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let raises = if octal {
        text.len() > 3 && text.bytes().rev().nth(3).is_some_and(|digit| (digit - b'0') & 6 != 0)
    } else {
        // `u+s`, `g=rxs`, `+s`, `=4755`
        text.split(',').any(|clause| {
            clause.split_once(['+', '=']).is_some_and(|(_, granted)| {
                granted.contains('s') || granted.len() > 3 && granted.bytes().all(|b| b.is_ascii_digit())
            })
        })
    };
    if raises {
        run.effect(Action::PRIVILEGE_RAISE, thing(program));
    }
}

/// `chattr -RVf -v 3 -p 4 +i files`: what begins with a sign is an option or a mode.
fn attributes(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut files: Vec<&Field> = Vec::new();
    let mut tree = false;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let prefix = argument.prefix();
        if matches!(argument.text(), Some("-v" | "-p")) {
            arguments.next();
        } else if prefix.starts_with(['+', '=']) || (prefix.starts_with('-') && prefix.len() > 1) {
            tree |= prefix.starts_with('-') && prefix.contains('R');
        } else {
            files.push(argument);
        }
    }
    for file in files {
        meaning::path(run, Action::FILE_PERMISSION, file, tree);
    }
    Stream::default()
}
