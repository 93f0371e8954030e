//! Shells as programs: text in an argument, a script, or what flows in.

use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("sh dash ash", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| posix(run, "sh", arguments, input))
        .examples(&[
            ("sh -c 'rm a'", "file.delete /workspace/a"),
            ("sh -ec 'rm \"$1\"' x a b", "file.delete /workspace/a"),
            ("sh -c 'rm -rf $1/'", "file.delete /**; evasion.hide /**"),
            ("sh -c \"$x\"", "unknown shell_dynamic"),
            ("echo 'rm a' | sh", "file.delete /workspace/a"),
            ("sh <<'E'\nrm a\nE", "file.delete /workspace/a"),
            ("sh -s x <<< 'rm $1'", "file.delete /workspace/x"),
            ("frobnicate | sh", "process.run frobnicate; code.run shell"),
            ("sh build.sh", "process.run /workspace/build.sh"),
            ("sh", "process.run sh"),
            ("echo 'rm a' > x; sh x", "file.write /workspace/x; file.delete /workspace/a"),
            ("sh -z", "process.run sh; unknown option_unknown"),
            ("D=/tmp; sh -c 'rm \"$D/x\"'", "file.delete ?; unknown option_dynamic"),
            ("D=/tmp sh -c 'rm $D/x'", "file.delete /tmp/x"),
            ("export D=/tmp; sh -c 'rm $D/x'", "file.delete /tmp/x"),
            ("rm() { :; }; sh -c 'rm a'", "file.delete /workspace/a"),
        ]),
    row("bash rbash", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| posix(run, "bash", arguments, input))
        .examples(&[
            ("bash -lc 'mkdir a'", "file.write /workspace/a"),
            ("bash -euo pipefail -c 'rm a'", "file.delete /workspace/a"),
            ("bash -O extglob +o history -c -x 'rm a'", "file.delete /workspace/a"),
            ("bash --norc -c -- 'rm a'", "file.delete /workspace/a"),
            ("bash --rcfile x -i", "process.run /workspace/x; process.run bash"),
            ("bash --version", ""),
            ("bash -n x.sh", "file.read /workspace/x.sh"),
            ("bash <(echo rm a)", "file.delete /workspace/a"),
            ("bash <(frobnicate)", "process.run frobnicate; code.run shell"),
            ("bash -c \"$(frobnicate)\"", "process.run frobnicate; unknown shell_dynamic"),
        ]),
    row("zsh ksh mksh oksh lksh yash posh hush osh ysh bosh", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| posix(run, "zsh", arguments, input))
        .examples(&[
            ("zsh -c 'rm a'", "file.delete /workspace/a"),
            ("zsh -fc 'rm a'", "file.delete /workspace/a"),
            ("zsh -c 'echo *(e:reply:)'", "code.run zsh"),
        ]),
    row("fish", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| other(run, "fish", arguments, input))
        .examples(&[
            ("fish -c 'rm a'", "file.delete /workspace/a"),
            ("fish -c \"echo '\\\\'; rm a '\"", "code.run fish"),
            ("fish --command='rm a'", "file.delete /workspace/a"),
            ("fish --version", ""),
            ("fish -C x", "unknown option_unknown; process.run /workspace/x"),
        ]),
    row("csh tcsh", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| other(run, "csh", arguments, input))
        .examples(&[
            ("tcsh -fc 'rm a'", "file.delete /workspace/a"),
            ("csh x.csh", "process.run /workspace/x.csh"),
            ("echo 'rm a' | csh", "file.delete /workspace/a"),
        ]),
    row("nu nushell xonsh elvish ion oil murex", "", "")
        .style(Style::Raw)
        .instead(|run, arguments, input| other(run, "nu", arguments, input))
        .examples(&[("nu -c 'rm a'", "code.run nu"), ("xonsh x.xsh", "process.run /workspace/x.xsh")]),
];

/// The options of a shell, as far as they decide what runs.
#[derive(Default)]
struct Options {
    /// Text in the first operand.
    text: bool,
    /// Text from the input, although there are operands.
    input: bool,
    /// Nothing is run.
    syntax_only: bool,
    /// Something is printed, and nothing is run.
    info: bool,
}

/// `sh [-abc] [-o option] [-c text] [script] [argument…]`
fn posix(run: &mut Run<'_>, dialect: &'static str, arguments: &[Field], input: Stream) -> Stream {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    let mut operands: Vec<Field> = Vec::new();
    let mut interactive = false;
    while let Some(argument) = rest.next() {
        let Some(text) = argument.text() else {
            if !options.text && argument.may_be_option() || argument.prefix().starts_with(['-', '+']) {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            operands.push(argument.clone());
            break;
        };
        match text {
            "--" | "-" => break,
            "--rcfile" | "--init-file" | "-rcfile" | "-init-file" => match rest.next() {
                Some(file) => meaning::file(run, file, "shell"),
                None => run.doubt(unknown::OPTION_VALUE),
            },
            "--version" | "--help" | "-version" | "-help" => options.info = true,
            "--norc" | "--noprofile" | "--posix" | "--login" | "--restricted" | "--verbose"
            | "--noediting" | "--debug" | "--debugger" | "-norc" | "-noprofile" | "-posix" | "-login"
            | "--no-rcs" | "--no-globalrcs" | "--emulate" => {
                if text == "--emulate" {
                    run.doubt(unknown::OPTION_ODD);
                }
            }
            "--dump-strings" | "--dump-po-strings" => options.syntax_only = true,
            _ if text.starts_with("--") => run.doubt(unknown::OPTION_UNKNOWN),
            _ if text.len() > 1 && text.starts_with(['-', '+']) => {
                for letter in text.chars().skip(1) {
                    match letter {
                        'c' => options.text = true,
                        's' => options.input = true,
                        'n' => options.syntax_only = text.starts_with('-'),
                        'i' => interactive = true,
                        // Without a name it lists them.
                        'o' | 'O' => match rest.next().map(Field::text) {
                            Some(None) => run.doubt(unknown::OPTION_DYNAMIC),
                            Some(Some(name)) if text.starts_with('-') && changes_meaning(name) => {
                                run.doubt(unknown::OPTION_ODD)
                            }
                            _ => {}
                        },
                        'k' => run.doubt(unknown::OPTION_ODD),
                        'a' | 'b' | 'e' | 'f' | 'h' | 'l' | 'm' | 'p' | 'r' | 't' | 'u' | 'v' | 'x' | 'B'
                        | 'C' | 'D' | 'E' | 'H' | 'P' | 'T' | 'd' | 'y' | 'g' | 'L' | 'V' | 'X' => {}
                        _ => run.doubt(unknown::OPTION_UNKNOWN),
                    }
                }
            }
            _ => {
                operands.push(argument.clone());
                break;
            }
        }
    }
    operands.extend(rest.cloned());
    // An interactive shell runs what it reads.
    options.syntax_only &= !interactive;
    if options.info {
        return Stream::foreign();
    }
    shell(run, dialect, &options, &operands, input)
}

/// What a shell is called with.
struct Called {
    /// `$0`, where it was chosen.
    zero: Option<Field>,
    /// `$1`, `$2`, …
    arguments: Vec<Field>,
}

impl Called {
    /// By the words behind the text: the first of them is `$0`.
    fn by(words: &[Field]) -> Self {
        Self { zero: words.first().cloned(), arguments: words.get(1..).unwrap_or_default().to_vec() }
    }
}

/// How often an argument is repeated that may stand for many. A script that names one further behind finds nothing.
const MANY: usize = 24;

/// The operands with the last of them repeated, where it may stand for many.
fn many(run: &mut Run<'_>, operands: &[Field]) -> Option<Vec<Field>> {
    let may_be = std::mem::take(&mut run.many);
    let last = operands.last().filter(|last| may_be && last.text().is_none())?;
    let mut all = operands.to_vec();
    all.extend(std::iter::repeat_n(last.clone(), MANY));
    Some(all)
}

fn shell(
    run: &mut Run<'_>,
    dialect: &'static str,
    options: &Options,
    operands: &[Field],
    input: Stream,
) -> Stream {
    let many = many(run, operands);
    let operands = many.as_deref().unwrap_or(operands);
    let first = operands.first();
    if options.text {
        let Some(field) = first else {
            run.doubt(unknown::OPTION_VALUE);
            return Stream::default();
        };
        let Some(text) = field.text().map(str::to_owned) else {
            run.doubt(unknown::SHELL_DYNAMIC);
            return Stream::local();
        };
        if options.syntax_only {
            return Stream::default();
        }
        // The first word behind the text is `$0`.
        let called = Called::by(operands.get(1..).unwrap_or_default());
        return text_of(run, dialect, &text, called, input);
    }
    if let Some(file) = first.filter(|_| !options.input) {
        if options.syntax_only {
            meaning::path(run, Action::FILE_READ, file, false);
            return Stream::local();
        }
        if !meaning::is_stream(file) || meaning::content(run, file).is_some() {
            return script(run, dialect, file, operands.get(1..).unwrap_or_default().to_vec(), input);
        }
    }
    if options.syntax_only {
        return Stream::default();
    }
    if input.is_nothing() {
        return interactive(run, dialect);
    }
    let arguments = if options.input { operands.to_vec() } else { Vec::new() };
    match input.literal().map(str::to_owned) {
        Some(text) => text_of(run, dialect, &text, Called { zero: None, arguments }, Stream::default()),
        None => run.shell_input(&input, arguments),
    }
}

/// Runs a script with arguments; one that this very text wrote is read.
fn script(
    run: &mut Run<'_>,
    dialect: &'static str,
    file: &Field,
    arguments: Vec<Field>,
    input: Stream,
) -> Stream {
    match meaning::content(run, file) {
        Some(stream) => match stream.literal().map(str::to_owned) {
            Some(text) => text_of(run, dialect, &text, Called { zero: Some(file.clone()), arguments }, input),
            None => run.shell_input(&stream, arguments),
        },
        None => {
            meaning::file(run, file, "shell");
            Stream::local()
        }
    }
}

/// Runs a text in a shell, which reads it as this parser does, or else is not followed.
fn text_of(run: &mut Run<'_>, dialect: &'static str, text: &str, called: Called, input: Stream) -> Stream {
    if reads_alike(dialect, text) {
        return run.shell_named(called.zero, text, called.arguments, input);
    }
    run.effect(Action::CODE_RUN, Resource::Code { language: dialect.to_owned() });
    Stream::local()
}

/// Whether an option of `shopt -s` or `set -o` makes words mean something else than is read here.
pub(super) fn changes_meaning(option: &str) -> bool {
    matches!(
        option,
        "lastpipe" | "cdable_vars" | "cdspell" | "autocd" | "dotglob" | "xpg_echo" | "keyword" | "extdebug"
    )
}

/// Words that change what later words mean, to shells with a language of their own.
const CHANGES: &[&str] = &["set", "alias", "abbr", "function", "source", "eval", "bind", "trap", "end", "@"];

/// The same for zsh, where that is not what `sh` has.
const CHANGES_ZSH: &[&str] = &[
    "setopt",
    "zmodload",
    "autoload",
    "preexec",
    "precmd",
    "chpwd",
    "TRAP",
    "emulate",
    "alias -",
    "hash -",
    "zle",
    "${(",
    "${^",
    "${=",
    "${~",
    "=(",
    "function -",
];

/// Whether a shell of this kind reads the text as `sh` does. Where it may not, the text is code of that shell.
fn reads_alike(dialect: &str, text: &str) -> bool {
    match dialect {
        "sh" | "bash" => true,
        "zsh" => {
            // A parenthesis within a word qualifies a pattern, and may run code; `=name` is a path.
            let without_functions = text.replace("()", "");
            let qualified = without_functions.as_bytes().windows(2).any(|pair| match pair {
                [before, b'('] => !b" \t\n;&|($<>".contains(before),
                [before, b'='] => b" \t\n;".contains(before),
                _ => false,
            });
            !qualified && !text.starts_with('=') && !CHANGES_ZSH.iter().any(|word| text.contains(word))
        }
        // Backslashes within quotes, and every kind of bracket, mean something else there.
        "fish" | "csh" => {
            !text.contains(['\\', '(', '{', '!', '^', '`']) && !CHANGES.iter().any(|word| text.contains(word))
        }
        _ => false,
    }
}

/// A shell that nothing was said to. In a session, what comes next is said to it.
pub(in crate::effects::shell) fn interactive(run: &mut Run<'_>, name: &'static str) -> Stream {
    if run.persistent {
        run.doubt(unknown::SHELL_LATER);
    }
    run.effect(Action::PROCESS_RUN, Resource::Program { program: Name::Literal(name.to_owned()) });
    Stream::local()
}

/// Shells with a language of their own.
fn other(run: &mut Run<'_>, dialect: &'static str, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    let mut text: Option<Field> = None;
    let mut operands: Vec<Field> = Vec::new();
    while let Some(argument) = rest.next() {
        if let Some(value) =
            argument.strip_prefix("--command=").or_else(|| argument.strip_prefix("--commands="))
        {
            text = Some(value);
            continue;
        }
        match argument.text() {
            Some("--version" | "--help") => return Stream::foreign(),
            Some("--command" | "--commands") => text = rest.next().cloned(),
            Some("--no-config" | "--private" | "--login" | "--interactive" | "--no-rc" | "--norc") => {}
            Some(letters)
                if letters.len() > 1
                    && letters.starts_with('-')
                    && letters
                        .chars()
                        .skip(1)
                        .all(|c| matches!(c, 'c' | 'f' | 'l' | 'i' | 'e' | 'x' | 'v' | 'N' | 'P')) =>
            {
                if letters.contains('c') {
                    text = rest.next().cloned();
                }
            }
            Some(word) if !word.starts_with('-') => {
                operands.push(argument.clone());
                break;
            }
            None if !argument.may_be_option() && !argument.prefix().starts_with('-') => {
                operands.push(argument.clone());
                break;
            }
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    operands.extend(rest.cloned());
    match (text, operands.first()) {
        (Some(field), _) => match field.text().map(str::to_owned) {
            Some(text) => text_of(run, dialect, &text, Called { zero: None, arguments: operands }, input),
            None => {
                run.doubt(unknown::SHELL_DYNAMIC);
                Stream::local()
            }
        },
        (None, Some(file)) => script(run, dialect, file, Vec::new(), input),
        (None, None) if input.is_nothing() => interactive(run, dialect),
        (None, None) => match input.literal().map(str::to_owned) {
            Some(text) => {
                text_of(run, dialect, &text, Called { zero: None, arguments: Vec::new() }, Stream::default())
            }
            None => run.shell_input(&input, Vec::new()),
        },
    }
}
