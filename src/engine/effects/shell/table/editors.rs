//! Editors: what they open, and the commands they are given, which are a language of their own.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("ex", "", "").style(Style::Raw).instead(|run, arguments, input| vim(run, Vim::Ex, arguments, input)).examples(&[
        ("ex -sc '!rm b|q'", "file.delete /workspace/b"),
        ("ex -s a <<< '!rm b'", "file.delete /workspace/b; file.read /workspace/a; file.write /workspace/a"),
        ("ex -sc 'e /srv/x|%s/a/b/|x' f", "file.read /srv/x; file.write /srv/x; file.read /workspace/f; file.write /workspace/f"),
    ]),
    row("nvim nvim-qt", "", "").style(Style::Raw).instead(|run, arguments, input| vim(run, Vim::Nvim, arguments, input)).examples(&[
        ("nvim --headless -c 'lua os.execute(1)' -c q", "code.run vim"),
        ("nvim -l x.lua", "process.run /workspace/x.lua"),
    ]),
    row("vi vim vim.tiny vim.basic gvim mvim vimdiff elvis", "", "").style(Style::Raw).instead(|run, arguments, input| vim(run, Vim::Vi, arguments, input)).examples(&[
        ("vim -s x", "process.run /workspace/x"),
        ("vim --version", ""),
        ("vi -R a", "file.read /workspace/a"),
        ("vim a", "file.read /workspace/a; file.write /workspace/a"),
        ("vim -c ':!rm -rf b' -c q a", "file.delete /workspace/b/**; file.read /workspace/a; file.write /workspace/a"),
        ("vim -es -c '%s/a/b/ge' -c wq a", "file.read /workspace/a; file.write /workspace/a"),
        ("vim +10 a", "file.read /workspace/a; file.write /workspace/a"),
        ("vim '+!rm b' a", "file.delete /workspace/b; file.read /workspace/a; file.write /workspace/a"),
        ("vim -c 'w /srv/x' -c q a", "file.write /srv/x; file.read /workspace/a; file.write /workspace/a"),
        ("vim -c '%s/a/\\=system(1)/' a", "code.run vim; file.read /workspace/a; file.write /workspace/a"),
        ("vim -S /tmp/x.vim", "process.run /tmp/x.vim"),
        ("vim -u NONE -c q", ""),
        ("vim --cmd 'py import os' a", "code.run vim; file.read /workspace/a; file.write /workspace/a"),
    ]),
    row("view rview vimpager vimcat", "", "").style(Style::Raw).instead(|run, arguments, input| vim(run, Vim::View, arguments, input)).examples(&[("view a", "file.read /workspace/a")]),
    row("ed", "", "").style(Style::Raw).instead(ed).examples(&[
        ("ed a <<< $'s/x/y/\\nw\\nq'", "file.read /workspace/a; file.write /workspace/a"),
        ("ed <<< '!rm a'", "file.delete /workspace/a"),
        ("ed -s a <<< $'r !rm b\\nw /srv/x'", "file.read /workspace/a; file.delete /workspace/b; file.write /srv/x"),
        ("echo 'e /etc/shadow' | ed", "file.read /etc/shadow; secret.read /etc/shadow"),
        ("ed a <<< $'a\\n!rm b\\n.\\nw'", "file.read /workspace/a; file.write /workspace/a"),
        ("frob | ed a", "process.run frob; file.read /workspace/a; code.run ed"),
        ("ed a", "file.read /workspace/a"),
        ("ed --version", ""),
    ]),
    row("emacs emacsclient xemacs mg zile", "--help/info --version/info -nw -t -c -n -q -Q -a=word --quick --no-init-file --no-site-file --batch -batch -daemon --daemon[=word] -s=word -d=word -l=run -load=run --load=run --script=run -script=run -eval=code:elisp --eval=code:elisp --execute=code:elisp -e=code:elisp -f=word!code.run=elisp --funcall=word!code.run=elisp -funcall=word!code.run=elisp --insert=read --kill -kill -fs -mm --directory=word/code -L=word/code --no-window-system", "write*")
        .style(Style::Dash)
        .also(|run, given| {
            if given.has("-e") && given.name != "emacs" {
                run.effect(Action::CODE_RUN, Resource::Code { language: "elisp".to_owned() });
            }
            for file in &given.operands {
                meaning::path(run, Action::FILE_READ, file, false);
            }
        })
        .examples(&[
            ("emacs -Q --batch --eval '(delete-file \"x\")'", "code.run elisp"),
            ("emacs --batch -l x.el", "process.run /workspace/x.el"),
            ("emacs a", "file.read /workspace/a; file.write /workspace/a"),
            ("emacsclient -e '(shell-command \"x\")'", "code.run elisp"),
        ]),
    row("nano pico rnano", "... -s,--speller=run -w -l -i -m -v,--view -V,--version/info -h,--help/info -C,--backupdir=write -f,--rcfile=word/code -o=word -r=word -T=word", "write*").also(opened).examples(&[("nano a", "file.read /workspace/a; file.write /workspace/a"), ("nano -s ./x a", "process.run /workspace/x; file.read /workspace/a; file.write /workspace/a")]),
    row("micro joe jmacs jed mcedit mcview ne tilde dte amp moe", "... -version/info --version/info -help/info --help/info -config-dir=word/code -plugin=word!package.install", "write*").also(opened),
    row("kak hx helix kakoune", "... -e=word!code.run=kakoune -E=word!code.run=kakoune -f=word!code.run=kakoune -c=word/code --config=word/code -l/info --health/info -V,--version/info -h,--help/info -n -d -p=word!code.run=kakoune", "write*").also(opened),
    row("code code-insiders codium vscodium cursor windsurf subl sublime_text atom gedit kate geany pluma xed mousepad notepadqq zed idea pycharm webstorm goland mate bbedit gnome-text-editor kwrite leafpad lite-xl", "... --install-extension=word!package.install --uninstall-extension=word!package.remove --list-extensions/info --extensions-dir=word/code --user-data-dir=word/code --add-mcp=odd --version/info -v/info --help/info -h/info --command=odd -w,--wait -n -r -d -g,--goto --diff", "read*").does("ui.act").examples(&[
        ("code .", "ui.act code; file.read /workspace"),
        ("code --install-extension x.y", "ui.act code; package.install code"),
        ("code --list-extensions", ""),
    ]),
];

fn opened(run: &mut Run<'_>, given: &Given) {
    for file in &given.operands {
        meaning::path(run, Action::FILE_READ, file, false);
    }
}

fn code(run: &mut Run<'_>, language: &str) {
    run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
}

/// Under which of its names it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vim {
    Vi,
    Nvim,
    Ex,
    View,
}

fn vim(run: &mut Run<'_>, called: Vim, arguments: &[Field], input: Stream) -> Stream {
    const PLAIN: &[&str] = &[
        "-b",
        "-d",
        "-n",
        "-N",
        "-e",
        "-E",
        "-s",
        "-y",
        "-Z",
        "-o",
        "-O",
        "-p",
        "-g",
        "-f",
        "-v",
        "-l",
        "-A",
        "-F",
        "-H",
        "-C",
        "-L",
        "-r",
        "-M",
        "-m",
        "-es",
        "-Es",
        "-x",
        "-X",
        "--clean",
        "--noplugin",
        "--headless",
        "--not-a-term",
        "--nofork",
        "-nc",
        "--embed",
        "-D",
        "--ttyfail",
        "-sE",
    ];
    let mut rest = arguments.iter();
    let mut files: Vec<Field> = Vec::new();
    let (mut reads, mut silent, mut ended) = (called == Vim::View, false, false);
    let mut of_ex = called == Vim::Ex;
    while let Some(argument) = rest.next() {
        if argument.text().is_none()
            && !ended
            && (argument.may_be_option() || argument.prefix().starts_with(['-', '+']))
        {
            run.doubt(unknown::OPTION_DYNAMIC);
        }
        let text = argument.text().unwrap_or_default();
        if ended || !text.starts_with(['-', '+']) || text == "-" {
            files.push(argument.clone());
            continue;
        }
        match text {
            "--" => ended = true,
            "--version" | "--help" | "-h" | "--startuptime-help" | "--api-info" => return Stream::foreign(),
            "-R" => reads = true,
            "-es" | "-Es" | "-e" | "-E" | "-" => (silent, of_ex) = (true, true),
            "-s" if of_ex => silent = true,
            // Keys from a file; to one of them, a program of another language.
            "-s" => match rest.next() {
                Some(file) => meaning::file(run, file, "vim"),
                None => run.doubt(unknown::OPTION_VALUE),
            },
            "-l" if called == Vim::Nvim => match rest.next() {
                Some(file) => {
                    meaning::file(run, file, "lua");
                    return Stream::local();
                }
                None => run.doubt(unknown::OPTION_VALUE),
            },
            "-c" | "--cmd" => match rest.next() {
                Some(command) => command_of_vim(run, command),
                None => run.doubt(unknown::OPTION_VALUE),
            },
            "-S" | "-u" | "-U" | "-s-file" => match rest.next() {
                Some(file) if matches!(file.text(), Some("NONE" | "NORC" | "DEFAULTS" | "/dev/null")) => {}
                Some(file) => meaning::file(run, file, "vim"),
                None => run.doubt(unknown::OPTION_VALUE),
            },
            "-w" | "-W" | "--startuptime" => {
                if let Some(file) = rest.next() {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
            "-i" | "-t" | "-T" | "--servername" => {
                rest.next();
            }
            "-q" => {
                if let Some(file) = rest.next() {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
            }
            _ if text.starts_with('+') => {
                command_of_vim(run, &Field::literal(text.get(1..).unwrap_or_default()))
            }
            _ if text.starts_with("-sc") || text.starts_with("-esc") => {
                silent = true;
                match rest.next() {
                    Some(command) => command_of_vim(run, command),
                    None => run.doubt(unknown::OPTION_VALUE),
                }
            }
            _ if PLAIN.contains(&text) => {}
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    // Commands that flow in, or keys.
    if !input.is_nothing() {
        let lines = input.literal().map(str::to_owned);
        match lines.filter(|_| silent) {
            Some(lines) => {
                for line in lines.lines() {
                    command_of_vim(run, &Field::literal(line));
                }
            }
            None if files.iter().any(|file| file.text() == Some("-")) && !silent => {}
            None => code(run, "vim"),
        }
    }
    for file in &files {
        meaning::path(run, Action::FILE_READ, file, false);
        if !reads {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
    }
    Stream::local()
}

/// A command of vim: it moves, replaces, writes or leaves, or is one for the shell; any other is code.
fn command_of_vim(run: &mut Run<'_>, command: &Field) {
    let Some(text) = command.text().map(str::to_owned) else {
        run.doubt(unknown::CODE_DYNAMIC);
        return code(run, "vim");
    };
    let mut rest = text.trim_start_matches([':', ' ']);
    loop {
        let shell = ["silent !", "sil !", "silent! !", "r !", "r!", "read !", "w !", "%!", "!"]
            .iter()
            .find_map(|start| rest.strip_prefix(start));
        if let Some(shell) = shell {
            // The rest of the line is the shell's, bars included.
            let shell = Field::literal(shell);
            run.within("vim", None, |run| run.shell_text(&shell, Stream::default()));
            return;
        }
        let (one, after) = match rest.split_once('|') {
            Some((one, after)) => (one.trim(), Some(after.trim_start())),
            None => (rest.trim(), None),
        };
        if !is_plain(run, one) {
            return code(run, "vim");
        }
        match after {
            Some(after) => rest = after,
            None => return,
        }
    }
}

/// Whether a command of vim does nothing that is not said here.
fn is_plain(run: &mut Run<'_>, command: &str) -> bool {
    const LEAVES: &[&str] = &[
        "",
        "q",
        "q!",
        "qa",
        "qa!",
        "qall",
        "qall!",
        "quit",
        "wq",
        "wq!",
        "x",
        "w",
        "w!",
        "wa",
        "wqa",
        "wqa!",
        "xa",
        "write",
        "update",
        "cq",
        "cquit",
        "$",
        "noh",
        "syntax on",
        "syn on",
        "set nomore",
        "d",
        "%d",
        "join",
        "%j",
        "sort",
        "%sort",
        "retab",
        "retab!",
        "TOhtml",
    ];
    const OPTIONS: &[&str] = &[
        "number",
        "nu",
        "nonumber",
        "list",
        "et",
        "expandtab",
        "noexpandtab",
        "noswapfile",
        "nocompatible",
        "nocp",
        "hidden",
        "nomodeline",
        "wrap",
        "nowrap",
        "paste",
        "ff=unix",
        "ff=dos",
        "fileformat=unix",
        "fenc=utf-8",
        "nobackup",
        "noundofile",
        "ignorecase",
        "hlsearch",
        "binary",
        "noeol",
        "nofixeol",
        "readonly",
        "nomodifiable",
        "t_ti=",
        "t_te=",
        "nomore",
    ];
    if LEAVES.contains(&command)
        || command.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'$' | b'%' | b'd'))
    {
        return true;
    }
    if let Some(options) = command.strip_prefix("set ") {
        return options.split_whitespace().all(|option| {
            OPTIONS.contains(&option)
                || ["ts=", "sw=", "sts=", "tabstop=", "shiftwidth=", "ft=", "filetype=", "tw="].iter().any(
                    |start| {
                        option
                            .strip_prefix(start)
                            .is_some_and(|value| value.bytes().all(|b| b.is_ascii_alphanumeric()))
                    },
                )
        });
    }
    for (start, action) in [
        ("w! ", Action::FILE_WRITE),
        ("w ", Action::FILE_WRITE),
        ("saveas ", Action::FILE_WRITE),
        ("e ", Action::FILE_READ),
        ("r ", Action::FILE_READ),
    ] {
        if let Some(file) = command.strip_prefix(start) {
            let file = file.trim();
            // `%`, `#` and wildcards stand for other names; backticks run.
            if file.contains(['%', '#', '`', '*', '$', '<', '!', ' ', '+', '=']) {
                return false;
            }
            meaning::path(run, action, &Field::literal(file), false);
            if start == "e " {
                // What is open is what is written when it leaves.
                meaning::path(run, Action::FILE_WRITE, &Field::literal(file), false);
            }
            return true;
        }
    }
    // `%s/…/…/g` and `g/…/d`: an expression in the replacement would be run.
    let substitutes =
        command.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '%' | ',' | '$' | '.'));
    if let Some(rest) = substitutes.strip_prefix("s/") {
        let parts: Vec<&str> = rest.split('/').collect();
        let [_, replacement, flags @ ..] = parts.as_slice() else { return false };
        return !rest.contains('\\')
            && !replacement.contains('=')
            && flags.len() < 2
            && flags.iter().all(|flags| flags.bytes().all(|b| b"giceInp&".contains(&b)));
    }
    if let Some(rest) = command.strip_prefix("g/").or_else(|| command.strip_prefix("v/")) {
        return rest.ends_with("/d") && rest.matches('/').count() == 1;
    }
    command.strip_prefix('/').is_some_and(|pattern| !pattern.contains('/'))
}

fn ed(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    let mut file: Option<Field> = None;
    while let Some(argument) = rest.next() {
        match argument.text() {
            Some("--version" | "--help" | "-h" | "-V") => return Stream::foreign(),
            Some("-s" | "-" | "-G" | "-E" | "-r" | "-l" | "-v" | "--quiet" | "--silent" | "--") => {}
            Some("-p") => {
                rest.next();
            }
            Some(text) if text.starts_with('!') => run.within("ed", None, |run| {
                run.shell_text(&Field::literal(text.trim_start_matches('!')), Stream::default());
            }),
            Some(text) if text.starts_with('-') => run.doubt(unknown::OPTION_UNKNOWN),
            _ => file = Some(argument.clone()),
        }
    }
    if let Some(file) = &file {
        meaning::path(run, Action::FILE_READ, file, false);
    }
    if input.is_nothing() {
        return Stream::local();
    }
    let followed =
        input.literal().map(str::to_owned).is_some_and(|text| script_of_ed(run, &text, file.as_ref()));
    if !followed {
        code(run, "ed");
    }
    Stream::local()
}

/// Commands of `ed`, one a line; `false` where one is not followed.
fn script_of_ed(run: &mut Run<'_>, text: &str, file: Option<&Field>) -> bool {
    let mut inserting = false;
    for line in text.lines() {
        if inserting {
            inserting = line != ".";
            continue;
        }
        let command = line.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, ',' | '.' | '$' | ';' | '+' | '-' | '%' | ' ')
        });
        let mut letters = command.chars();
        let Some(letter) = letters.next() else { continue };
        let argument = letters.as_str();
        match letter {
            '!' => run.within("ed", None, |run| {
                run.shell_text(&Field::literal(argument), Stream::default());
            }),
            'a' | 'i' | 'c' if argument.is_empty() => inserting = true,
            'r' | 'e' | 'E' | 'w' | 'W' | 'f' => {
                let argument = argument.trim_start_matches('q').trim();
                if let Some(shell) = argument.strip_prefix('!') {
                    run.within("ed", None, |run| {
                        run.shell_text(&Field::literal(shell), Stream::default());
                    });
                    continue;
                }
                let action = if matches!(letter, 'w' | 'W') { Action::FILE_WRITE } else { Action::FILE_READ };
                match (argument.is_empty(), file) {
                    (false, _) => meaning::path(run, action, &Field::literal(argument), false),
                    (true, Some(file)) => meaning::path(run, action, file, false),
                    (true, None) => {}
                }
            }
            's' => {
                // Nothing but the flags behind the third delimiter.
                let plain = argument.chars().next().is_some_and(|delimiter| {
                    !argument.contains('\\') && argument.matches(delimiter).count() <= 3
                });
                if !plain {
                    return false;
                }
            }
            'p' | 'n' | 'l' | 'd' | 'q' | 'Q' | 'h' | 'H' | 'P' | 'u' | 'j' | 'm' | 't' | 'k' | '=' | 'z'
            | '#' => {}
            // A pattern as an address, and what is behind it.
            _ => return false,
        }
    }
    true
}
