//! Programs that run a command as somebody else, or in another environment.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::state::Variable;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{meaning, thing};
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    row("sudo", "--help/info -V,--version/info -u,--user=word -g,--group=word -h,--host=word -p,--prompt=word -C,--close-from=word -D,--chdir=cd -R,--chroot=word -r,--role=word -t,--type=word -T,--command-timeout=word -U,--other-user=word -E -H,--set-home -P,--preserve-groups -n,--non-interactive -k,--reset-timestamp -K,--remove-timestamp -v,--validate -b,--background -S,--stdin -A,--askpass -B,--bell -N,--no-update -i,--login -s,--shell -l,--list -e,--edit --preserve-env[=word]", "word*")
        .style(Style::First)
        .gives(sudo)
        .examples(&[
            ("sudo rm a", "privilege.raise sudo; file.delete /workspace/a"),
            ("sudo -E FOO=1 rm a", "privilege.raise sudo; file.delete /workspace/a"),
            ("sudo -n -k -u root -- rm a", "privilege.raise sudo; file.delete /workspace/a"),
            ("sudo -u root sh -c 'rm a'", "privilege.raise sudo; file.delete /workspace/a"),
            ("sudo LD_PRELOAD=/x.so rm a", "privilege.raise sudo; unknown environment_power; file.delete /workspace/a"),
            ("sudo -s rm a", "privilege.raise sudo; file.delete /workspace/a"),
            ("sudo -i rm a", "privilege.raise sudo; file.delete ?; unknown working_directory"),
            ("sudo -i", "privilege.raise sudo; process.run sh"),
            ("echo 'rm /srv/a' | sudo -i", "privilege.raise sudo; file.delete /srv/a"),
            ("sudo -D /srv rm a", "privilege.raise sudo; file.delete /srv/a"),
            ("sudo -e /etc/hosts", "privilege.raise sudo; file.write /etc/hosts"),
            ("sudo -l", "secret.read sudoers"),
            ("sudo --version", ""),
            ("sudo -k", ""),
            ("sudo -v", "privilege.raise sudo"),
        ]),
    row("sudoedit", "gnu -u,--user=word -g,--group=word -n -k -S -A -B -p=word -C=word -D=cd -T=word -h=word", "write+")
        .does("privilege.raise")
        .examples(&[("sudoedit /etc/hosts", "privilege.raise sudoedit; file.write /etc/hosts")]),
    row("visudo", "gnu -c,--check -q,--quiet -s,--strict -V/info -f,--file=word -x,--export=write -O -P -I", "word?").also(|run, given| {
        if !given.has("-c") {
            run.effect(Action::PRIVILEGE_RAISE, thing("sudoers"));
        }
        meaning::path(run, Action::FILE_READ, given.value("-f").unwrap_or(&Field::literal("/etc/sudoers")), false);
    })
    .examples(&[("visudo", "privilege.raise sudoers; file.read /etc/sudoers; secret.read /etc/sudoers"), ("visudo -c -f x", "file.read /workspace/x")]),
    row("doas dzdo pfexec", "", "").style(Style::Raw).instead(doas).examples(&[
        ("doas rm a", "privilege.raise doas; file.delete /workspace/a"),
        ("doas -u root -n -- rm a", "privilege.raise doas; file.delete /workspace/a"),
        ("doas -s", "privilege.raise doas; process.run sh"),
        ("doas -C /etc/doas.conf", "file.read /etc/doas.conf"),
    ]),
    row("run0", "gnu -u,--user=word -g,--group=word -D,--chdir=cd --nice=word --slice=word --slice-inherit --description=word --unit=word --property=odd --setenv=assign --machine=odd --background=word --pty --pipe --no-ask-password --shell-prompt-prefix=word --pty-late --via-shell -i --lightweight=word --area=word", "word*")
        .does("privilege.raise")
        .style(Style::First)
        .gives(or_shell)
        .examples(&[
            ("run0 rm a", "privilege.raise run0; file.delete /workspace/a"),
            ("run0 --user=x rm a", "privilege.raise run0; file.delete /workspace/a"),
            ("run0", "privilege.raise run0; process.run sh"),
        ]),
    row("pkexec", "gnu --user=word --keep-cwd --disable-internal-agent", "word*").does("privilege.raise").style(Style::First).gives(or_shell).examples(&[
        ("pkexec rm /srv/a", "privilege.raise pkexec; file.delete /srv/a"),
        ("pkexec /bin/sh", "privilege.raise pkexec; process.run sh"),
    ]),
    row("su", "gnu -h/info -V/info -c,--command,--session-command=word -l,--login -m,-p,--preserve-environment -P,--pty -T,--no-pty -f,--fast -g,--group=word -G,--supp-group=word -s,--shell=word -w,--whitelist-environment=word", "word*")
        .does("privilege.raise")
        .gives(su)
        .examples(&[
            ("su root -c 'rm /srv/a'", "privilege.raise su; file.delete /srv/a"),
            ("su - root -c 'rm a'", "privilege.raise su; file.delete ?; unknown working_directory"),
            ("su -c 'rm /srv/a'", "privilege.raise su; file.delete /srv/a"),
            ("su --session-command=\"$x\" y", "privilege.raise su; unknown shell_dynamic"),
            ("su -", "privilege.raise su; process.run sh"),
            ("su x -- -c 'rm /srv/a'", "privilege.raise su; file.delete /srv/a"),
            ("su -s /tmp/sh x -c y", "privilege.raise su; process.run /tmp/sh; process.run y"),
        ]),
    row("runuser", "gnu -h/info -V/info -u,--user=word -c,--command,--session-command=word -l,--login -m,-p,--preserve-environment -P,--pty -T,--no-pty -f,--fast -g,--group=word -G,--supp-group=word -s,--shell=word -w,--whitelist-environment=word", "word*")
        .does("privilege.raise")
        .gives(|run, given| {
            if given.has("-u") {
                let rest = given.operands.clone();
                return run.within("runuser", None, |run| run.program(&rest, given.input.clone()));
            }
            su(run, given)
        })
        .examples(&[
            ("runuser -l root -c 'rm /srv/a'", "privilege.raise runuser; file.delete /srv/a"),
            ("runuser -u x -- rm -r /srv/a", "privilege.raise runuser; file.delete /srv/a/**"),
        ]),
    row("sg", "", "").style(Style::Raw).instead(sg).examples(&[
        ("sg docker -c 'rm a'", "privilege.raise sg; file.delete /workspace/a"),
        ("sg - docker 'rm a'", "privilege.raise sg; file.delete /workspace/a"),
    ]),
    row("gosu su-exec setuidgid", "", "word command").style(Style::First).does("privilege.raise").examples(&[("gosu root rm a", "privilege.raise gosu; file.delete /workspace/a")]),
    row("newgrp", "", "word*").does("privilege.raise").examples(&[("newgrp docker", "privilege.raise newgrp")]),
    row("login", "-p -h=word -f=word", "word?").does("privilege.raise"),
    row("env genv gnuenv", "gnu -i,--ignore-environment -0,--null -u,--unset=word -C,--chdir=cd -S,--split-string=word -v,--debug --block-signal[=word] --default-signal[=word] --ignore-signal[=word] --list-signal-handling -a,--argv0=word -P=odd", "word*")
        .style(Style::First)
        .gives(env)
        .examples(&[
            ("env FOO=1 rm a", "file.delete /workspace/a"),
            ("env -i PATH=$PATH rm a", "file.delete /workspace/a"),
            ("env - rm a", "file.delete /workspace/a"),
            ("env -u X -C /srv rm a", "file.delete /srv/a"),
            ("env -S 'rm a'", "file.delete /workspace/a"),
            ("env --split-string='FOO=1 rm \"a b\"' c", "file.delete /workspace/a b; file.delete /workspace/c"),
            ("env -iS'-C /srv rm a'", "file.delete /srv/a"),
            ("env -S 'rm \\\\x'", "unknown program_dynamic"),
            ("env LD_PRELOAD=/tmp/x.so rm a", "file.delete /workspace/a; unknown environment_power"),
            ("env D=/tmp sh -c 'rm $D/a'", "file.delete /tmp/a"),
            ("env HOME=/srv sh -c 'rm ~/a'", "file.delete /srv/a; unknown environment_power"),
            ("env", "secret.read environment"),
            ("env A=1", "secret.read environment"),
            ("env --version", ""),
            ("env PATH=/tmp/x rm a", "process.run /tmp/x; file.delete /workspace/a; unknown environment_power"),
        ]),
    row("printenv", "gnu -0,--null", "word*").also(|run, given| {
        // One by its name may be anything; these are nobody's secret.
        const PLAIN: &[&str] = &["HOME", "PATH", "USER", "SHELL", "PWD", "LANG", "TERM", "LOGNAME", "HOSTNAME", "TZ", "EDITOR", "DISPLAY", "CI", "NODE_ENV"];
        let plain = |field: &Field| field.text().is_some_and(|name| PLAIN.contains(&name) || name.starts_with("LC_") || name.starts_with("XDG_"));
        if given.operands.is_empty() || !given.operands.iter().all(plain) {
            run.effect(Action::SECRET_READ, thing("environment"));
        }
    })
    .examples(&[("printenv", "secret.read environment"), ("printenv HOME PATH", ""), ("printenv API_KEY", "secret.read environment")]),
    row("setpriv", "gnu -d,--dump --nnp,--no-new-privs --ambient-caps=word!privilege.raise --inh-caps=word!privilege.raise --bounding-set=word --ruid=word!privilege.raise --euid=word!privilege.raise --rgid=word!privilege.raise --egid=word!privilege.raise --reuid=word!privilege.raise --regid=word!privilege.raise --clear-groups --keep-groups --init-groups --groups=word!privilege.raise --list-caps --securebits=word --pdeathsig=word --ptracer=word --selinux-label=word --apparmor-profile=word --landlock-access=word --landlock-rule=word --seccomp-filter=read --reset-env", "command")
        .style(Style::First)
        .examples(&[("setpriv --reuid 0 rm a", "privilege.raise setpriv; file.delete /workspace/a")]),
    row("capsh", "", "").style(Style::Raw).instead(capsh).examples(&[
        ("capsh --print", ""),
        ("capsh --drop=cap_net_raw -- -c 'rm a'", "privilege.raise capsh; file.delete /workspace/a"),
    ]),
    row("fakeroot fakeroot-ng fakechroot pseudo", "gnu -l,--lib=odd --faked=odd -s=write -i=read -u,--unknown-is-real -b,--fd-base=word -h/info -v/info", "word*").style(Style::First).gives(or_shell).examples(&[
        ("fakeroot rm a", "file.delete /workspace/a"),
        ("fakeroot -- rm a", "file.delete /workspace/a"),
        ("fakeroot", "process.run sh"),
    ]),
];

/// A command of its operands, or a shell.
pub(super) fn or_shell(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.operands.is_empty() {
        return run.within(&given.name, None, |run| shell_or_input(run, &given.input));
    }
    run.within(&given.name, None, |run| run.program(&given.operands, given.input.clone()))
}

/// A shell without arguments: it runs what flows in.
pub(super) fn shell_or_input(run: &mut Run<'_>, input: &Stream) -> Stream {
    if input.is_nothing() {
        return super::shells::interactive(run, "sh");
    }
    run.shell_input(input, Vec::new())
}

fn raise(run: &mut Run<'_>, program: &str) {
    run.effect(Action::PRIVILEGE_RAISE, thing(program));
}

fn sudo(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("-l") {
        run.effect(Action::SECRET_READ, thing("sudoers"));
        return Stream::local();
    }
    let shell = given.has("-s") || given.has("-i");
    if given.operands.is_empty() && !shell {
        // Forgetting the password is the opposite of using it.
        if !(given.has("-k") || given.has("-K")) {
            raise(run, "sudo");
        }
        return Stream::default();
    }
    raise(run, "sudo");
    if given.has("-e") {
        for file in &given.operands {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
        return Stream::default();
    }
    if given.has("-R") {
        run.doubt(unknown::OPTION_ODD);
    }
    let state = run.state.clone();
    if given.has("-i") {
        run.state.move_to(None);
    }
    let output = run.within("sudo", None, |run| {
        if given.operands.is_empty() {
            shell_or_input(run, &given.input)
        } else {
            assigned(run, &given.operands, &given.input)
        }
    });
    run.leave(state);
    output
}

/// `[NAME=value…] command…`: the variables are the command's.
fn assigned(run: &mut Run<'_>, words: &[Field], input: &Stream) -> Stream {
    let state = run.state.clone();
    let persistent = std::mem::replace(&mut run.persistent, false);
    let mut words = words;
    while let Some((first, rest)) = words.split_first()
        && let Some((name, value)) = assignment(first)
    {
        run.assign_variable(&name, Variable::Scalar(value));
        run.state.export(&name);
        words = rest;
    }
    let output = match words.split_first() {
        // A program whose name may be an assignment.
        Some((first, _)) if first.text().is_none() && first.prefix().contains('=') => {
            run.doubt(unknown::ENVIRONMENT_POWER);
            Stream::local()
        }
        Some(_) => run.program(words, input.clone()),
        None => {
            run.effect(Action::SECRET_READ, thing("environment"));
            Stream::local()
        }
    };
    run.persistent = persistent;
    run.leave(state);
    output
}

fn assignment(field: &Field) -> Option<(String, Field)> {
    field.split_once('=').filter(|(name, _)| !name.is_empty())
}

/// `env`, which reads options and assignments, then a command; without one it prints the environment.
fn env(run: &mut Run<'_>, given: &Given) -> Stream {
    let mut words = given.operands.as_slice();
    // `-` alone is `-i`.
    if words.first().and_then(Field::text) == Some("-") {
        words = words.get(1..).unwrap_or_default();
    }
    if given.has("-S") {
        let Some(split) = given.values("-S").last().and_then(Field::text).and_then(split_string) else {
            run.doubt(unknown::PROGRAM_DYNAMIC);
            return Stream::local();
        };
        let whole: Vec<Field> = std::iter::once(Field::literal("env"))
            .chain(split.into_iter().map(Field::literal))
            .chain(words.iter().cloned())
            .collect();
        return run.program(&whole, given.input.clone());
    }
    let unset = given.values("-u").filter_map(Field::text).map(str::to_owned).collect::<Vec<_>>();
    let state = run.state.clone();
    for name in unset {
        run.state.unset(&name);
        run.state.export(&name);
    }
    let output = run.within("env", None, |run| assigned(run, words, &given.input));
    run.leave(state);
    output
}

/// The words of `env -S`; `None` where something in it is expanded.
fn split_string(text: &str) -> Option<Vec<String>> {
    if text.contains(['\\', '$', '#']) {
        return None;
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_ascii_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

fn doas(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    let mut shell = false;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("--") => {
                rest = after;
                break;
            }
            Some("-C") => {
                if let Some(file) = after.first() {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
                if after.len() < 2 {
                    return Stream::default();
                }
                rest = after.get(1..).unwrap_or_default();
            }
            Some("-u" | "-a") => rest = after.get(1..).unwrap_or_default(),
            Some("-n" | "-L") => rest = after,
            Some("-s" | "-ns" | "-sn") => {
                shell = true;
                rest = after;
            }
            Some(text) if text.starts_with("-u") => rest = after,
            Some(text) if text.starts_with('-') => {
                run.doubt(unknown::OPTION_UNKNOWN);
                rest = after;
            }
            _ => break,
        }
    }
    raise(run, "doas");
    run.within("doas", None, |run| {
        if rest.is_empty() || shell && rest.is_empty() {
            shell_or_input(run, &input)
        } else {
            assigned(run, rest, &input)
        }
    })
}

fn su(run: &mut Run<'_>, given: &Given) -> Stream {
    let mut operands: Vec<Field> = given.operands.clone();
    let dash = operands.first().and_then(Field::text) == Some("-");
    if dash {
        operands.remove(0);
    }
    // The user; what follows goes to the shell.
    if !operands.is_empty() {
        operands.remove(0);
    }
    let state = run.state.clone();
    if dash || given.has("-l") {
        run.state.move_to(None);
    }
    let name = given.name.clone();
    let output = run.within(&name, None, |run| {
        let shell = given.value("-s").cloned();
        if let Some(shell) = shell.filter(|shell| !is_a_shell(shell)) {
            meaning::file(run, &shell, "shell");
        }
        match given.value("-c") {
            Some(text) => run.shell_text(&text.clone(), given.input.clone()),
            None if operands.is_empty() => shell_or_input(run, &given.input),
            None => {
                let words: Vec<Field> = std::iter::once(Field::literal("sh")).chain(operands).collect();
                run.program(&words, given.input.clone())
            }
        }
    });
    run.leave(state);
    output
}

/// Whether it is one of the shells that are known, where they are installed.
pub(super) fn is_a_shell(field: &Field) -> bool {
    field.text().is_some_and(|text| {
        let name = text.strip_prefix("/usr").unwrap_or(text);
        let name = name.strip_prefix("/bin/").unwrap_or(name);
        matches!(name, "sh" | "bash" | "zsh" | "dash" | "ksh" | "/sbin/nologin" | "false" | "/local/bin/bash")
    })
}

/// `sg [-] group [-c] command`
fn sg(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    raise(run, "sg");
    let words: Vec<&Field> = arguments.iter().filter(|field| field.text() != Some("-")).collect();
    let text = words.iter().skip(1).find(|field| field.text() != Some("-c")).copied().cloned();
    run.within("sg", None, |run| match text {
        Some(text) => run.shell_text(&text, input),
        None => shell_or_input(run, &input),
    })
}

/// `capsh [options] [-- arguments of a shell | == arguments of itself]`
fn capsh(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("--print" | "--help" | "--modes" | "--current" | "--license") => {}
            Some(text)
                if text.starts_with("--decode=")
                    || text.starts_with("--explain=")
                    || text.starts_with("--has-")
                    || text.starts_with("--supports=")
                    || text.starts_with("--suggest=") => {}
            Some("--" | "==") => {
                raise(run, "capsh");
                let words: Vec<Field> =
                    std::iter::once(Field::literal("bash")).chain(after.iter().cloned()).collect();
                return run.within("capsh", None, |run| run.program(&words, input));
            }
            _ => raise(run, "capsh"),
        }
        rest = after;
    }
    Stream::local()
}
