//! Variables that change what programs do. One table: a name, and what its value is.
//!
//! Most variables are nobody's business. Those here name a program that others start, a library they load, or
//! a machine they talk through; setting one is as good as running it.

use super::field::Field;
use super::meaning;
use super::run::Run;
use super::state::Variable;
use super::stream::Stream;
use crate::effects::{Action, Resource, unknown};

/// What the value of a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// A command that a program will run.
    Command,
    /// Text that the shell expands, substitutions included.
    Prompt,
    /// Files or directories whose content is loaded and run.
    Code,
    /// Options of a program, with nothing dangerous among those that begin like one of these.
    Options(&'static [&'static str]),
    /// A machine through which everything goes.
    Proxy,
    /// A file with settings.
    File,
    /// How the shell itself splits words.
    Separators,
    /// Anything: whoever sets it means no good.
    Odd,
}

/// Names, where `*` at the end stands for any rest.
const TABLE: &[(&str, Value)] = &[
    ("LD_*", Value::Odd),
    ("DYLD_*", Value::Odd),
    ("GCONV_PATH", Value::Odd),
    ("BASH_ENV", Value::Code),
    ("ENV", Value::Code),
    ("BASH_FUNC_*", Value::Odd),
    ("SHELLOPTS", Value::Odd),
    ("BASHOPTS", Value::Odd),
    ("PROMPT_COMMAND", Value::Command),
    ("PS0", Value::Prompt),
    ("PS1", Value::Prompt),
    ("PS2", Value::Prompt),
    ("PS3", Value::Prompt),
    ("PS4", Value::Prompt),
    ("IFS", Value::Separators),
    ("PATH", Value::Code),
    ("CDPATH", Value::Odd),
    ("PAGER", Value::Command),
    ("MANPAGER", Value::Command),
    ("SYSTEMD_PAGER", Value::Command),
    ("GIT_PAGER", Value::Command),
    ("AWS_PAGER", Value::Command),
    ("GH_PAGER", Value::Command),
    ("BAT_PAGER", Value::Command),
    ("DELTA_PAGER", Value::Command),
    ("PSQL_PAGER", Value::Command),
    ("EDITOR", Value::Command),
    ("VISUAL", Value::Command),
    ("FCEDIT", Value::Command),
    ("SUDO_EDITOR", Value::Command),
    ("KUBE_EDITOR", Value::Command),
    ("GIT_EDITOR", Value::Command),
    ("GIT_SEQUENCE_EDITOR", Value::Command),
    ("GIT_SSH", Value::Command),
    ("GIT_SSH_COMMAND", Value::Command),
    ("GIT_PROXY_COMMAND", Value::Command),
    ("GIT_EXTERNAL_DIFF", Value::Command),
    ("GIT_ASKPASS", Value::Command),
    ("SSH_ASKPASS", Value::Command),
    ("SUDO_ASKPASS", Value::Command),
    ("BROWSER", Value::Command),
    ("TERMINAL", Value::Command),
    ("LESSOPEN", Value::Odd),
    ("LESSCLOSE", Value::Odd),
    ("RSYNC_RSH", Value::Command),
    ("CVS_RSH", Value::Command),
    ("SVN_SSH", Value::Command),
    ("TAR_OPTIONS", Value::Odd),
    ("RIPGREP_CONFIG_PATH", Value::Odd),
    ("GIT_CONFIG_*", Value::Odd),
    ("GIT_CONFIG", Value::Odd),
    ("GIT_EXEC_PATH", Value::Code),
    ("GIT_TEMPLATE_DIR", Value::Code),
    (
        "NODE_OPTIONS",
        Value::Options(&[
            "--max-old-space-size",
            "--max_old_space_size",
            "--no-warnings",
            "--trace-",
            "--enable-source-maps",
            "--no-deprecation",
            "--openssl-legacy-provider",
            "--experimental-vm-modules",
            "--stack-trace-limit",
            "--unhandled-rejections",
            "--dns-result-order",
        ]),
    ),
    ("NODE_PATH", Value::Code),
    ("PYTHONPATH", Value::Code),
    ("PYTHONHOME", Value::Code),
    ("PYTHONSTARTUP", Value::Code),
    ("PYTHONWARNINGS", Value::Options(&["ignore", "default", "error", "always", "module", "once"])),
    ("PYTHONINSPECT", Value::Odd),
    ("PYTHONBREAKPOINT", Value::Odd),
    ("PERL5OPT", Value::Odd),
    ("PERL5DB", Value::Odd),
    ("PERL5LIB", Value::Code),
    ("PERLLIB", Value::Code),
    ("RUBYOPT", Value::Options(&["-W", "-w"])),
    ("RUBYLIB", Value::Code),
    ("LUA_INIT", Value::Odd),
    ("PHP_INI_SCAN_DIR", Value::Code),
    ("JAVA_TOOL_OPTIONS", Value::Options(JAVA)),
    ("_JAVA_OPTIONS", Value::Options(JAVA)),
    ("JDK_JAVA_OPTIONS", Value::Options(JAVA)),
    ("MAVEN_OPTS", Value::Options(JAVA)),
    ("GRADLE_OPTS", Value::Options(JAVA)),
    ("CLASSPATH", Value::Code),
    (
        "GOFLAGS",
        Value::Options(&["-mod=", "-count=", "-v", "-race", "-tags=", "-short", "-p=", "-buildvcs="]),
    ),
    ("RUSTC", Value::Command),
    ("RUSTC_WRAPPER", Value::Command),
    ("RUSTC_WORKSPACE_WRAPPER", Value::Command),
    ("RUSTDOC", Value::Command),
    (
        "RUSTFLAGS",
        Value::Options(&[
            "-C",
            "-D",
            "-A",
            "-W",
            "-g",
            "--cfg",
            "target-cpu",
            "debuginfo",
            "opt-level",
            "warnings",
            "-Awarnings",
            "-Dwarnings",
        ]),
    ),
    ("CARGO_TARGET_*_RUNNER", Value::Odd),
    ("CARGO_TARGET_*_LINKER", Value::Odd),
    ("CC", Value::Command),
    ("CXX", Value::Command),
    ("LD", Value::Command),
    ("AR", Value::Command),
    ("MAKEFLAGS", Value::Options(&["-j", "-k", "-s", "--no-print-directory"])),
    ("MFLAGS", Value::Odd),
    ("DOCKER_HOST", Value::Proxy),
    ("DOCKER_CONFIG", Value::File),
    ("KUBECONFIG", Value::File),
    ("AWS_ENDPOINT_URL*", Value::Proxy),
    ("AWS_CONFIG_FILE", Value::File),
    ("AWS_SHARED_CREDENTIALS_FILE", Value::File),
    ("HTTP_PROXY", Value::Proxy),
    ("HTTPS_PROXY", Value::Proxy),
    ("ALL_PROXY", Value::Proxy),
    ("FTP_PROXY", Value::Proxy),
    ("http_proxy", Value::Proxy),
    ("https_proxy", Value::Proxy),
    ("all_proxy", Value::Proxy),
    ("SSLKEYLOGFILE", Value::Odd),
    ("HISTFILE", Value::Odd),
    ("HISTSIZE", Value::Odd),
    ("HISTFILESIZE", Value::Odd),
    ("HISTCONTROL", Value::Odd),
    ("HISTIGNORE", Value::Odd),
];

const JAVA: &[&str] = &["-Xm", "-Xs", "-XX:Max", "-XX:+Use", "-D", "-ea"];

/// A variable is set: adds what that amounts to.
pub(super) fn assigned(run: &mut Run<'_>, name: &str, value: &Variable) {
    if run.persistent && matches!(name, "HOME" | "PWD" | "USER" | "LOGNAME" | "HOSTNAME") {
        run.doubt(unknown::SHELL_LATER);
    }
    let Some(meaning) = TABLE.iter().find(|(known, _)| is_named(known, name)).map(|(_, meaning)| *meaning)
    else {
        return;
    };
    if name.starts_with("HIST") {
        run.effect(Action::EVASION_HIDE, super::thing("shell history"));
        return;
    }
    let field = value.scalar();
    match meaning {
        Value::Odd => run.doubt(unknown::ENVIRONMENT_POWER),
        Value::Separators => {
            // A session that splits words in another way reads every later command in another way.
            if run.persistent {
                run.doubt(unknown::SHELL_LATER);
            }
        }
        Value::Prompt => match field.text() {
            Some(text) if !text.contains("$(") && !text.contains('`') => {}
            _ => run.doubt(unknown::ENVIRONMENT_POWER),
        },
        Value::Command => command(run, name, &field),
        Value::Code => loaded(run, name, &field),
        Value::Options(harmless) => {
            let plain = field.text().is_some_and(|text| {
                text.split([' ', ',']).all(|word| {
                    let starts = harmless.iter().any(|known| word.starts_with(known));
                    word.is_empty() || starts && !word.contains("javaagent") && !word.contains("linker")
                })
            });
            if !plain {
                run.doubt(unknown::ENVIRONMENT_POWER);
            }
        }
        Value::Proxy => {
            if !field.is_empty() {
                meaning::send(run, &field);
            }
        }
        Value::File => meaning::path(run, Action::FILE_READ, &field, false),
    }
}

/// The command runs at some time, with arguments that are not in the text.
fn command(run: &mut Run<'_>, name: &str, field: &Field) {
    match field.text() {
        Some("") => {}
        Some(text) => {
            let text = text.to_owned();
            run.within(name, None, |run| run.shell_text(&Field::literal(text), Stream::default()));
        }
        None => run.doubt(unknown::ENVIRONMENT_POWER),
    }
}

/// Directories separated by colons, searched before others for what is run.
fn loaded(run: &mut Run<'_>, name: &str, field: &Field) {
    let Some(text) = field.text_with_wildcards().or_else(|| settled(field)) else {
        // `PATH=$PATH:/x` and the like: what was there before stays there.
        run.doubt(unknown::ENVIRONMENT_POWER);
        return;
    };
    let trusted =
        ["/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"];
    for part in text.split(':').filter(|part| !part.is_empty() && !trusted.contains(part)) {
        if name == "PATH" || name == "ENV" || name == "BASH_ENV" || name == "GIT_EXEC_PATH" {
            run.doubt(unknown::ENVIRONMENT_POWER);
        }
        for program in meaning::names(run, &Field::literal(part)) {
            run.effect(Action::PROCESS_RUN, Resource::Program { program });
        }
    }
}

/// The settled parts of a value that begins or ends with what was there before.
fn settled(field: &Field) -> Option<String> {
    use super::field::Bit;
    let mut text = String::new();
    for bit in field.bits() {
        match bit {
            Bit::Text(part) => text.push_str(part),
            Bit::Any if text.is_empty() || text.ends_with(':') => {}
            _ => return None,
        }
    }
    Some(text)
}

fn is_named(known: &str, name: &str) -> bool {
    match known.split_once('*') {
        None => known == name,
        Some((before, after)) => {
            name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}
