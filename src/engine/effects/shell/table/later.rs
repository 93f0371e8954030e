//! Programs that run a command later, again and again, or out of sight.

use super::identity::shell_or_input;
use super::remote::in_one;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{meaning, thing};
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    row("at batch", "-V/info -q=word -m -M -f=read -t=word -l/mode -d/mode -r/mode -b -v -c/mode", "word*")
        .modes(&[
            row("-l", "-l -q=word -v", "word*"),
            row("-d -r", "-d -r", "word*").does("service.control"),
            row("-c", "-c", "word*").does("secret.read"),
        ])
        .also(at)
        .examples(&[
            ("echo 'rm a' | at midnight", "persistence.install at; file.delete /workspace/a"),
            ("batch <<< 'rm a'", "persistence.install batch; file.delete /workspace/a"),
            ("at -f x now + 1 hour", "persistence.install at; file.read /workspace/x"),
            ("at -l", ""),
            ("at -r 3", "service.control at"),
        ]),
    row("atq", "...", "word*"),
    row("atrm", "-V/info", "word*").does("service.control").examples(&[("atrm 3", "service.control atrm")]),
    row("atd anacron crond cron", "...", "word*").does("persistence.install service.control"),
    row("crontab", "-u=word -l/mode -r/mode -e -i -n=word -c -s -x=word -T=read/mode -V/info -h/info", "word?")
        .modes(&[row("-l", "-l -u=word", "word?"), row("-r", "-r -u=word -i", "word?").does("file.delete=/var/spool/cron/crontabs/**/*"), row("-T", "-T=read", "")])
        .does("persistence.install")
        .also(|run, given| {
            if let Some(file) = given.operands.first() {
                meaning::path(run, Action::FILE_READ, file, false);
            }
        })
        .examples(&[
            ("crontab -l", ""),
            ("crontab -r", "file.delete /var/spool/cron/crontabs/**/*"),
            ("echo '* * * * * x' | crontab -", "persistence.install crontab"),
            ("crontab x", "persistence.install crontab; file.read /workspace/x"),
            ("crontab -e", "persistence.install crontab"),
            ("crontab -u root x", "persistence.install crontab; file.read /workspace/x"),
        ]),
    row("incrontab fcrontab", "-l/info ...", "word*").does("persistence.install"),
    row("systemd-run", "gnu --user --system --scope --shell -u,--unit=word -p,--property=odd --description=word --slice=word --slice-inherit --expand-environment=word -r,--remain-after-exit --send-sighup --service-type=word --uid=word!privilege.raise --gid=word!privilege.raise --nice=word --working-directory=cd -d,--same-dir -R,--root-directory=odd -E,--setenv=assign -t,--pty -T,--pty-late -P,--pipe -q,--quiet -S,--on-active=word!persistence.install --on-boot=word!persistence.install --on-startup=word!persistence.install --on-unit-active=word!persistence.install --on-unit-inactive=word!persistence.install --on-calendar=word!persistence.install --on-clock-change!persistence.install --on-timezone-change!persistence.install --path-property=odd --socket-property=odd --timer-property=odd!persistence.install --no-block --wait --no-ask-password -G,--collect -H,--host=odd -M,--machine=odd --background=word --ignore-failure --job-mode=word -C,--capsule=word --json=word", "word*")
        .style(Style::First)
        .does("service.control")
        .gives(|run, given| {
            if given.has("-S") || given.has("--shell") && given.operands.is_empty() {
                return run.within("systemd-run", None, |run| shell_or_input(run, &given.input));
            }
            run.within("systemd-run", None, |run| run.program(&given.operands, given.input.clone()))
        })
        .examples(&[
            ("systemd-run rm /srv/a", "service.control systemd-run; file.delete /srv/a"),
            ("systemd-run --on-calendar=hourly sh -c 'rm /srv/a'", "service.control systemd-run; persistence.install systemd-run; file.delete /srv/a"),
            ("systemd-run --user --scope -p ExecStop=x rm /srv/a", "service.control systemd-run; unknown option_odd; file.delete /srv/a"),
        ]),
    row("start-stop-daemon", "gnu -S,--start -K,--stop!process.kill -T,--status -H -x,--exec=run -a,--startas=run -n,--name=word -p,--pidfile=word -u,--user=word -g,--group=word -s,--signal=word -R,--retry=word -c,--chuid=word -r,--chroot=odd -d,--chdir=cd -N,--nicelevel=word -P,--procsched=word -I,--iosched=word -k,--umask=word -m,--make-pidfile -b,--background -C,--no-close -O,--output=write -o,--oknodo -t,--test/dry -q,--quiet -v,--verbose --remove-pidfile --notify-await --notify-timeout=word", "word*")
        .does("service.control")
        .also(|run, given| {
            let program = given.value("-x").or_else(|| given.value("-a")).cloned();
            if let Some(program) = program.filter(|_| given.has("-S")) {
                let words: Vec<Field> = std::iter::once(program).chain(given.operands.iter().cloned()).collect();
                run.within("start-stop-daemon", None, |run| run.program(&words, Stream::default()));
            }
        })
        .examples(&[
            ("start-stop-daemon --start --exec /bin/rm -- -r a", "service.control start-stop-daemon; process.run /bin/rm; file.delete /workspace/a/**"),
            ("start-stop-daemon -K -n x", "service.control start-stop-daemon; process.kill start-stop-daemon"),
        ]),
    row("daemonize", "-a -c=cd -e=write -o=write -E=assign -p=write -l=write -u=word -v", "command").style(Style::First).examples(&[("daemonize -c /srv /bin/rm a", "file.delete /srv/a")]),
    row("daemon daemontools supervise runsvdir svscan envuidgid", "...", "word*").does("process.run service.control"),
    row("nq bgq", "-c -q -w -t -a=word", "command").style(Style::First),
    row("tsp", "-K!process.kill -C -l -S=word -s=word -t[=word] -c[=word] -p[=word] -o[=word] -i[=word] -k[=word]!process.kill -T!process.kill -w[=word] -r[=word] -u[=word] -U=word -B -n -E -g -f -m -d -D=word -L=word -N=word -h/info -V/info", "command?").style(Style::First).examples(&[("tsp -n rm a", "file.delete /workspace/a"), ("tsp", ""), ("tsp -l", "")]),

    // again and again
    row("watch viddy hwatch", "gnu -b,--beep -c,--color -C,--no-color -d,--differences[=word] -e,--errexit -f,--follow -g,--chgexit -n,--interval=word -p,--precise -q,--equexit=word -r,--no-rerun -s,--shotsdir=word -t,--no-title -w,--no-wrap -x,--exec -h/info -v/info", "word*").style(Style::First).gives(|run, given| {
        if given.has("-x") {
            return run.within("watch", None, |run| run.program(&given.operands, Stream::default()));
        }
        let text = in_one(&given.operands);
        run.within("watch", None, |run| run.shell_text(&text, Stream::default()))
    })
    .examples(&[
        ("watch -n 1 rm a", "file.delete /workspace/a"),
        ("watch 'mkdir x; rm a'", "file.write /workspace/x; file.delete /workspace/a"),
        ("watch -x rm a", "file.delete /workspace/a"),
    ]),
    row("entr", "-a -c -cc -d -n -p -r -s -x -z", "word*").style(Style::First).gives(|run, given| {
        // `/_` is the file that changed.
        let words: Vec<Field> = given.operands.iter().map(|field| if field.text() == Some("/_") { Field::any() } else { field.clone() }).collect();
        run.within("entr", None, |run| match (given.has("-s"), words.first()) {
            (true, Some(text)) => run.shell_text(text, Stream::default()),
            _ => run.program(&words, Stream::default()),
        })
    })
    .examples(&[
        ("frob | entr -c rm a", "process.run frob; file.delete /workspace/a"),
        ("frob | entr -s 'rm a'", "process.run frob; file.delete /workspace/a"),
        ("frob | entr rm /_", "process.run frob; file.delete ?; unknown option_dynamic"),
    ]),
    row("watchexec", "gnu -w,--watch=word -e,--exts=word -f,--filter=word -i,--ignore=word -c,--clear[=word] -r,--restart -n --shell=word -s,--signal=word -d,--debounce=word -p,--postpone --no-vcs-ignore -v,--verbose -q,--quiet -o,--on-busy-update=word --stop-signal=word --stop-timeout=word -E,--env=assign --delay-run=word --poll[=word] --no-meta --print-events --notify --workdir=cd -W,--watch-non-recursive=word -1 --no-project-ignore --no-global-ignore --no-default-ignore --no-discover-ignore --timings --color=word --bell", "word*").style(Style::First).gives(|run, given| {
        let text = in_one(&given.operands);
        run.within("watchexec", None, |run| match given.operands.as_slice() {
            [_] => run.shell_text(&text, Stream::default()),
            words => {
                // With or without a shell between, depending on its version.
                run.shell_text(&text, Stream::default());
                run.program(words, Stream::default())
            }
        })
    })
    .examples(&[("watchexec -e rs -- rm a", "file.delete /workspace/a"), ("watchexec 'rm a; mkdir x'", "file.delete /workspace/a; file.write /workspace/x")]),
    row("reflex", "-r,--regex=word -R,--inverse-regex=word -g,--glob=word -G,--inverse-glob=word -d,--decoration=word -s,--start-service[=word] -e,--sequential -t,--shutdown-timeout=word -v,--verbose --substitute=word --all --only-files --only-dirs -c,--config=odd", "word*").style(Style::First).gives(|run, given| {
        let words: Vec<Field> = given.operands.iter().map(|field| if field.text().is_some_and(|text| text.contains("{}")) { Field::any() } else { field.clone() }).collect();
        run.within("reflex", None, |run| run.program(&words, Stream::default()))
    })
    .examples(&[("reflex -g '*.rs' rm a", "file.delete /workspace/a")]),
    row("doitlive modd air gow", "...", "word*").does("process.run"),

    // out of sight
    row("script", "gnu -a,--append -c,--command=shell -e,--return -f,--flush -F --force -I,--log-in=write -O,--log-out=write -B,--log-io=write -T,--log-timing=write -m,--logging-format=word -o,--output-limit=word -q,--quiet -t,--timing[=write] -E,--echo=word -d -k -p -r", "word*").style(Style::First).gives(script).examples(&[
        ("script -qc 'rm a' /dev/null", "file.delete /workspace/a"),
        ("script -q log rm a", "file.write /workspace/log; file.delete /workspace/a"),
        ("script", "file.write /workspace/typescript; process.run sh"),
        ("script -q /dev/null <<< 'rm a'", "file.delete /workspace/a"),
    ]),
    row("scriptreplay scriptlive asciicast2gif ttyplay", "...", "word*"),
    row("ttyrec", "-a -u -e=shell", "write?"),
    row("asciinema", "gnu", "").sub(&[
        row("rec record", "gnu --stdin --append --raw --overwrite -c,--command=shell -e,--env=word -t,--title=word -i,--idle-time-limit=word --cols=word --rows=word -q,--quiet -y,--yes -I -f,--output-format=word", "write?"),
        row("play cat convert", "...", "word*"),
        row("upload auth stream", "...", "read*").does("net.send"),
    ])
    .examples(&[("asciinema rec -c 'rm a' x.cast", "file.write /workspace/x.cast; file.delete /workspace/a"), ("asciinema upload x.cast", "file.read /workspace/x.cast; net.send configured")]),
    row("expect autoexpect kermit", "", "").style(Style::Raw).instead(expect).examples(&[
        ("expect -c 'spawn rm -rf a; expect eof'", "code.run expect"),
        ("expect x.exp", "process.run /workspace/x.exp"),
        ("expect <<< 'spawn rm a'", "code.run expect"),
    ]),
    row("tmux byobu byobu-tmux tmate", "", "").style(Style::Raw).instead(tmux).examples(&[
        ("tmux new -d 'rm a'", "file.delete /workspace/a"),
        ("tmux new-session -d -s x -c /srv rm a", "file.delete /srv/a"),
        ("tmux send-keys -t x 'rm a' Enter", "unknown keystrokes; file.delete /workspace/a"),
        ("tmux run-shell 'rm a'", "file.delete /workspace/a"),
        ("tmux if-shell 'rm a' 'kill-server'", "file.delete /workspace/a; unknown option_odd"),
        ("tmux new -d \\; splitw 'rm a'", "process.run sh; file.delete /workspace/a"),
        ("tmux display-message -p '#(rm a)'", "unknown shell_dynamic"),
        ("tmux ls", ""),
        ("tmux capture-pane -p", ""),
        ("tmux kill-server", "process.kill tmux"),
        ("tmux -f x new -d", "unknown option_odd; process.run sh"),
        ("tmux pipe-pane 'rm a'", "file.delete /workspace/a"),
        ("tmux bind-key x run-shell y", "unknown shell_later"),
        ("tmux frob", "unknown subcommand_unknown"),
    ]),
    row("screen byobu-screen", "-a -A -c=odd -d -D -dm -dmS=word -m -e=word -f -fn -fa -h=word -i -l -ln -list/info -ls/info -L -Logfile=write -O -p=word -q -Q -r -R -RR -s=run -S=word -t=word -T=word -U -v/info -wipe -x -X", "word*").style(Style::First).gives(screen).examples(&[
        ("screen -dmS x rm a", "file.delete /workspace/a"),
        ("screen -d -m sh -c 'rm a'", "file.delete /workspace/a"),
        ("screen -S x -X stuff 'rm a\\n'", "unknown keystrokes; file.delete /workspace/a"),
        ("screen -S x -X quit", "process.kill screen"),
        ("screen -ls", ""),
        ("screen -c x", "unknown option_odd; process.run sh"),
    ]),
    row("dtach", "-a=word/info -A=word -c=word -n=word -N=word -p=word -e=word -E -r=word -z", "command").style(Style::First).examples(&[("dtach -n /tmp/s rm a", "file.delete /workspace/a")]),
    row("abduco", "-a=word -A=word -c=word -n=word -e=word -f -l -p -q -r -v/info", "command?").style(Style::First).examples(&[("abduco -n x rm a", "file.delete /workspace/a")]),
    row("zellij", "...", "word*").also(|run, given| match given.operands.first().and_then(Field::text) {
        Some("list-sessions" | "ls" | "list-aliases") => {}
        _ => run.doubt(unknown::KEYSTROKES),
    })
    .examples(&[("zellij ls", ""), ("zellij action write-chars 'rm a'", "unknown keystrokes")]),
    row("wtype dotool", "...", "word*").does("ui.act").also(|run, _| run.doubt(unknown::KEYSTROKES)).examples(&[("wtype x", "ui.act wtype; unknown keystrokes")]),
    row("reptyr", "...", "word*").does("process.kill secret.read"),
];

fn at(run: &mut Run<'_>, given: &Given) {
    if ["-l", "-d", "-r", "-c"].iter().any(|name| given.has(name)) {
        return;
    }
    run.effect(Action::PERSISTENCE_INSTALL, thing(&given.name));
    if !given.has("-f") {
        let name = given.name.clone();
        run.within(&name, None, |run| run.shell_input(&given.input, Vec::new()));
    }
}

/// `script [-c text] [file [command…]]`
fn script(run: &mut Run<'_>, given: &Given) -> Stream {
    let typescript = Field::literal("typescript");
    let logs = given.has("-I") || given.has("-O") || given.has("-B");
    if !logs || !given.operands.is_empty() {
        meaning::path(run, Action::FILE_WRITE, given.operands.first().unwrap_or(&typescript), false);
    }
    if given.has("-c") {
        return Stream::local();
    }
    let rest = given.operands.get(1..).unwrap_or_default();
    run.within("script", None, |run| {
        if rest.is_empty() {
            shell_or_input(run, &given.input)
        } else {
            run.program(rest, given.input.clone())
        }
    })
}

fn expect(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.text() {
            Some("-v" | "-version") => return Stream::foreign(),
            Some("-c") => {
                if let Some(text) = rest.next() {
                    meaning::code(run, "expect", &text.clone());
                }
                return Stream::local();
            }
            Some("-d" | "-b" | "-i" | "-n" | "-N" | "--") => {}
            Some("-f") => {}
            Some("-") => break,
            Some(text) if text.starts_with('-') => run.doubt(unknown::OPTION_UNKNOWN),
            _ => {
                meaning::file(run, argument, "expect");
                return Stream::local();
            }
        }
    }
    if !input.is_nothing() {
        let text = input.literal().map_or_else(Field::any, Field::literal);
        meaning::code(run, "expect", &text);
    }
    Stream::local()
}

/// `tmux [options] command [\; command…]`
fn tmux(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("-V" | "-h" | "--version" | "--help") => return Stream::foreign(),
            Some("-L" | "-S" | "-T") => rest = after.get(1..).unwrap_or_default(),
            Some("-f") => {
                if after.first().and_then(Field::text) != Some("/dev/null") {
                    run.doubt(unknown::OPTION_ODD);
                }
                rest = after.get(1..).unwrap_or_default();
            }
            Some("-c") => {
                if let Some(text) = after.first() {
                    run.within("tmux", None, |run| run.shell_text(text, input.clone()));
                }
                return Stream::local();
            }
            Some("-2" | "-8" | "-C" | "-CC" | "-D" | "-l" | "-N" | "-u" | "-U" | "-v") => rest = after,
            Some(text) if text.starts_with('-') => {
                run.doubt(unknown::OPTION_UNKNOWN);
                rest = after;
            }
            _ => break,
        }
    }
    // `#(…)` runs a command wherever a text is shown.
    if rest.iter().any(|field| field.text_with_wildcards().is_some_and(|text| text.contains("#("))) {
        run.doubt(unknown::SHELL_DYNAMIC);
        return Stream::local();
    }
    if rest.is_empty() {
        return super::shells::interactive(run, "sh");
    }
    let mut command: Vec<Field> = Vec::new();
    for field in rest {
        let Some(text) =
            field.text().and_then(|text| text.strip_suffix(';')).filter(|text| !text.ends_with('\\'))
        else {
            command.push(field.clone());
            continue;
        };
        if !text.is_empty() {
            command.push(Field::literal(text));
        }
        run.within("tmux", None, |run| tmux_command(run, &std::mem::take(&mut command)));
    }
    run.within("tmux", None, |run| tmux_command(run, &command));
    Stream::local()
}

/// Commands of tmux: which of their options take an argument, and what their operands are.
enum Tmux {
    /// A command for a pane, in the directory of `-c`.
    Pane(&'static str),
    /// Text for a shell.
    Shell(&'static str),
    /// Keys for whatever runs there.
    Keys,
    /// It is only shown, or arranged.
    Looks,
    Kills,
    Reads,
    Writes,
    /// It is run later, or is itself a list of commands.
    Later,
    Nested,
}

fn tmux_meaning(name: &str) -> Option<Tmux> {
    Some(match name {
        "new-session" | "new" => Tmux::Pane("cenfFstxy"),
        "new-window" | "neww" => Tmux::Pane("ceFnt"),
        "split-window" | "splitw" => Tmux::Pane("ceFlpt"),
        "respawn-pane" | "respawnp" | "respawn-window" | "respawnw" => Tmux::Pane("cet"),
        "display-popup" | "popup" => Tmux::Pane("bcdehsSTtwxy"),
        "run-shell" | "run" => Tmux::Shell("bcdt"),
        "pipe-pane" | "pipep" => Tmux::Shell("t"),
        "send-keys" | "send" | "send-prefix" | "paste-buffer" | "pasteb" => Tmux::Keys,
        "list-sessions"
        | "ls"
        | "list-windows"
        | "lsw"
        | "list-panes"
        | "lsp"
        | "list-clients"
        | "lsc"
        | "list-buffers"
        | "lsb"
        | "list-commands"
        | "lscm"
        | "list-keys"
        | "lsk"
        | "has-session"
        | "has"
        | "display-message"
        | "display"
        | "display-panes"
        | "capture-pane"
        | "capturep"
        | "show-buffer"
        | "showb"
        | "show-options"
        | "show"
        | "show-window-options"
        | "showw"
        | "show-messages"
        | "showmsgs"
        | "show-hooks"
        | "info"
        | "attach-session"
        | "attach"
        | "detach-client"
        | "detach"
        | "select-pane"
        | "selectp"
        | "select-window"
        | "selectw"
        | "select-layout"
        | "selectl"
        | "switch-client"
        | "switchc"
        | "resize-pane"
        | "resizep"
        | "resize-window"
        | "resizew"
        | "rename-session"
        | "rename"
        | "rename-window"
        | "renamew"
        | "move-window"
        | "movew"
        | "move-pane"
        | "movep"
        | "swap-pane"
        | "swapp"
        | "swap-window"
        | "swapw"
        | "join-pane"
        | "joinp"
        | "break-pane"
        | "breakp"
        | "next-window"
        | "next"
        | "previous-window"
        | "prev"
        | "last-window"
        | "last"
        | "last-pane"
        | "lastp"
        | "next-layout"
        | "rotate-window"
        | "rotatew"
        | "refresh-client"
        | "refresh"
        | "start-server"
        | "start"
        | "wait-for"
        | "wait"
        | "clear-history"
        | "clearhist"
        | "copy-mode"
        | "clock-mode"
        | "choose-tree"
        | "set-buffer"
        | "setb"
        | "delete-buffer"
        | "deleteb"
        | "lock-server"
        | "lock-session" => Tmux::Looks,
        "kill-server" | "kill-session" | "kill-window" | "killw" | "kill-pane" | "killp" => Tmux::Kills,
        "load-buffer" | "loadb" => Tmux::Reads,
        "save-buffer" | "saveb" => Tmux::Writes,
        "bind-key" | "bind" | "unbind-key" | "unbind" | "set-hook" | "set-option" | "set"
        | "set-window-option" | "setw" | "set-environment" | "setenv" | "source-file" | "source" => {
            Tmux::Later
        }
        "if-shell" | "if" | "confirm-before" | "confirm" | "command-prompt" | "display-menu" | "menu" => {
            Tmux::Nested
        }
        _ => return None,
    })
}

fn tmux_command(run: &mut Run<'_>, words: &[Field]) {
    let Some((first, rest)) = words.split_first() else { return };
    let Some(meaning) = first.text().and_then(tmux_meaning) else {
        run.doubt(unknown::SUBCOMMAND);
        return;
    };
    match meaning {
        Tmux::Looks => {}
        Tmux::Kills => run.effect(Action::PROCESS_KILL, thing_program("tmux")),
        Tmux::Later => run.doubt(unknown::SHELL_LATER),
        Tmux::Keys => {
            run.doubt(unknown::KEYSTROKES);
            keys(run, &operands_behind(rest, "cNt").1);
        }
        Tmux::Reads | Tmux::Writes => {
            let action = if matches!(meaning, Tmux::Reads) { Action::FILE_READ } else { Action::FILE_WRITE };
            for operand in operands_behind(rest, "bt").1 {
                meaning::path(run, action.clone(), &operand, false);
            }
        }
        Tmux::Nested => {
            // The first text is for a shell where a condition is asked for; the others are commands of tmux.
            if matches!(first.text(), Some("if-shell" | "if"))
                && let Some(text) = operands_behind(rest, "t").1.first()
            {
                run.shell_text(text, Stream::default());
            }
            run.doubt(unknown::OPTION_ODD);
        }
        Tmux::Shell(options) => match operands_behind(rest, options).1.first() {
            Some(text) if rest.iter().any(|field| field.text() == Some("-C")) => {
                let words: Vec<Field> =
                    text.text().unwrap_or("?").split_whitespace().map(Field::literal).collect();
                tmux_command(run, &words);
            }
            Some(text) => {
                run.shell_text(text, Stream::default());
            }
            None => {}
        },
        Tmux::Pane(options) => {
            let (directory, operands) = operands_behind(rest, options);
            let state = run.state.clone();
            if let Some(directory) = directory {
                let directory = meaning::literal_path(run, &directory);
                run.state.move_to(directory);
            }
            match operands.as_slice() {
                [] => {
                    super::shells::interactive(run, "sh");
                }
                [text] => {
                    run.shell_text(text, Stream::default());
                }
                words => {
                    run.program(words, Stream::default());
                }
            }
            run.leave(state);
        }
    }
}

/// The value of `-c`, and what follows the options; `taking` are the letters of those with an argument.
fn operands_behind(words: &[Field], taking: &str) -> (Option<Field>, Vec<Field>) {
    let mut directory = None;
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let Some(letters) =
            first.text().and_then(|text| text.strip_prefix('-')).filter(|letters| !letters.is_empty())
        else {
            break;
        };
        rest = after;
        if letters == "-" {
            break;
        }
        let Some(at) = letters.find(|letter| taking.contains(letter)) else { continue };
        let (flag, attached) = letters.get(at..).unwrap_or_default().split_at_checked(1).unwrap_or_default();
        let value = if attached.is_empty() {
            let value = rest.first().cloned();
            rest = rest.get(1..).unwrap_or_default();
            value
        } else {
            Some(Field::literal(attached))
        };
        if flag == "c" {
            directory = value;
        }
    }
    (directory, rest.to_vec())
}

/// Keys as the text that they type.
fn keys(run: &mut Run<'_>, keys: &[Field]) {
    let mut text = Field::default();
    for key in keys {
        match key.text() {
            Some("Enter" | "C-m" | "KPEnter" | "C-j" | "C-c" | "C-d" | "C-u" | "Escape") => {
                text.extend(&Field::literal("\n"))
            }
            Some("Space") => text.extend(&Field::literal(" ")),
            _ => text.extend(key),
        }
    }
    run.shell_text(&text, Stream::default());
}

fn thing_program(name: &str) -> crate::effects::Resource {
    crate::effects::Resource::Program { program: crate::effects::Name::Literal(name.to_owned()) }
}

fn screen(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("-X") || given.has("-Q") {
        match given.operands.first().and_then(Field::text) {
            Some("stuff") => {
                run.doubt(unknown::KEYSTROKES);
                let text = given
                    .operands
                    .get(1)
                    .and_then(Field::text)
                    .map(|text| text.replace("\\n", "\n").replace("^M", "\n").replace("\\015", "\n"));
                let text = text.map_or_else(Field::any, Field::literal);
                run.within("screen", None, |run| run.shell_text(&text, Stream::default()));
            }
            Some("quit" | "kill") => run.effect(Action::PROCESS_KILL, thing_program("screen")),
            Some("hardcopy" | "title" | "windows" | "number" | "info" | "select") => {}
            _ => run.doubt(unknown::OPTION_ODD),
        }
        return Stream::local();
    }
    if given.has("-r") || given.has("-x") || given.has("-wipe") || given.has("-R") && given.operands.len() < 2
    {
        return Stream::local();
    }
    run.within("screen", None, |run| {
        if given.operands.is_empty() {
            shell_or_input(run, &given.input)
        } else {
            run.program(&given.operands, given.input.clone())
        }
    })
}
