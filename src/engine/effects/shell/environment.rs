//! Variables that change what programs do. One table: a name, and what its value is.
//!
//! Most variables are nobody's business. Those here name a program that others start, a library they load, or
//! a machine they talk through; setting one is as good as running it.

use super::field::Field;
use super::meaning;
use super::run::Run;
use super::state::Variable;
use super::stream::Stream;
use super::syntax::{Operation, Piece, Word};
use super::thing;
use crate::effects::{Action, Resource, unknown};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What the value of a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Nothing that matters, although a pattern further down has the name.
    Plain,
    /// A command that a program will run.
    Command,
    /// Text that the shell expands, substitutions included.
    Prompt,
    /// Files or directories whose content is loaded and run.
    Code,
    /// The same, by programs whose business it is to run the code of what is worked on.
    Own,
    /// Options of a program, with nothing dangerous among these; `*` stands for any rest.
    Options(&'static [&'static str]),
    /// Harmless where it is one of these.
    Unless(&'static [&'static str]),
    /// A machine through which everything goes.
    Proxy,
    /// A file or directory with settings, which may name a program that is run to sign in.
    Settings,
    /// A file or directory that is written, unless the value is a switch.
    Written,
    /// Something the machine's owner installed: certificates, a toolchain.
    Installed,
    /// How the shell itself splits words.
    Separators,
    /// Anything: whoever sets it means no good.
    Odd,
}

/// Names, where `*` stands for anything. The first that fits counts.
const TABLE: &[(&str, Value)] = &[
    // Where options end is another place then, in every program.
    ("POSIXLY_CORRECT", Value::Odd),
    ("LD_* DYLD_* GCONV_PATH BASH_FUNC_* SHELLOPTS BASHOPTS CDPATH", Value::Odd),
    ("BASH_ENV ENV PATH GIT_EXEC_PATH GIT_TEMPLATE_DIR PHP_INI_SCAN_DIR GROFF_BIN_PATH", Value::Code),
    ("PROMPT_COMMAND", Value::Command),
    ("PS0 PS1 PS2 PS3 PS4", Value::Prompt),
    ("IFS", Value::Separators),
    // What shows, asks, edits, connects, compiles.
    (
        "PAGER MANPAGER SYSTEMD_PAGER GIT_PAGER AWS_PAGER GH_PAGER GLAB_PAGER BAT_PAGER DELTA_PAGER PSQL_PAGER",
        Value::Command,
    ),
    (
        "EDITOR VISUAL FCEDIT SUDO_EDITOR SYSTEMD_EDITOR KUBE_EDITOR GH_EDITOR GIT_EDITOR GIT_SEQUENCE_EDITOR",
        Value::Command,
    ),
    ("GIT_SSH GIT_SSH_COMMAND GIT_PROXY_COMMAND GIT_EXTERNAL_DIFF RSYNC_RSH CVS_RSH SVN_SSH", Value::Command),
    ("VIMINIT EXINIT GNUMAKEFLAGS ERL_AFLAGS ERL_FLAGS ERL_ZFLAGS ELIXIR_ERL_OPTIONS PARALLEL", Value::Odd),
    ("BUNDLER_EDITOR SOPS_EDITOR CMAKE_*_COMPILER_LAUNCHER PKG_CONFIG KUBECTL_EXTERNAL_DIFF", Value::Command),
    ("CLOUDSDK_PYTHON PARALLEL_SHELL SSH_SK_HELPER SSH_PKCS11_HELPER ANSIBLE_SSH_EXECUTABLE", Value::Command),
    ("GIT_ASKPASS SSH_ASKPASS SUDO_ASKPASS BROWSER GH_BROWSER TERMINAL SHELL", Value::Command),
    ("RUSTC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTDOC CC CXX CPP LD AR", Value::Command),
    (
        "LESS",
        Value::Options(&["-R", "-F", "-X", "-S", "-i", "-M", "-FRX", "-FX", "-RX", "-FR", "-SR", "FRX", "R"]),
    ),
    ("LESSOPEN LESSCLOSE LESSKEY* MANOPT MORE FZF_DEFAULT_* SKIM_DEFAULT_* INPUTRC", Value::Odd),
    // Where programs look for settings, which may name commands.
    (
        "HOME XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_DIRS CURL_HOME WGETRC PSQLRC MYSQL_HOME TF_CLI_*",
        Value::Odd,
    ),
    (
        "TAR_OPTIONS RIPGREP_CONFIG_PATH BAT_CONFIG_* BAT_OPTS ACK_OPTIONS ANSIBLE_CONFIG ANSIBLE_*PLUGINS",
        Value::Odd,
    ),
    ("GIT_CONFIG_NOSYSTEM GIT_CONFIG_SYSTEM GIT_CONFIG_GLOBAL", Value::Unless(&["1", "/dev/null"])),
    ("GIT_CONFIG GIT_CONFIG_* GIT_DIR GIT_COMMON_DIR GIT_WORK_TREE GIT_OBJECT_DIRECTORY", Value::Odd),
    ("GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_ALLOW_PROTOCOL GIT_REDIRECT_*", Value::Odd),
    ("GIT_TRACE GIT_TRACE_* GIT_TRACE2 GIT_TRACE2_* GIT_INDEX_FILE", Value::Written),
    // Who is believed, and what is believed of the one who answers.
    ("NODE_TLS_REJECT_UNAUTHORIZED PYTHONHTTPSVERIFY", Value::Unless(&["1"])),
    ("GIT_SSL_NO_VERIFY", Value::Unless(&["0", "false"])),
    (
        "NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE GIT_SSL_CAINFO GIT_SSL_CAPATH",
        Value::Installed,
    ),
    ("AWS_CA_BUNDLE PIP_CERT JAVA_HOME GOROOT", Value::Installed),
    // Where code is fetched from.
    ("PIP_INDEX_URL PIP_EXTRA_INDEX_URL UV_INDEX_URL UV_DEFAULT_INDEX", Value::Odd),
    (
        "PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_CONFIG_FILE PIP_REQUIREMENT PIP_CONSTRAINT PIP_EDITABLE PIP_PYTHON",
        Value::Odd,
    ),
    (
        "UV_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_CONFIG_FILE UV_INSECURE_HOST UV_PYTHON*_MIRROR",
        Value::Odd,
    ),
    ("PIP_PROXY", Value::Proxy),
    ("PIP_TARGET PIP_PREFIX PIP_ROOT PIP_LOG", Value::Written),
    ("COREPACK_NPM_REGISTRY", Value::Odd),
    ("npm_config_loglevel npm_config_yes npm_config_fund npm_config_audit npm_config_progress", Value::Plain),
    ("NPM_CONFIG_LOGLEVEL NPM_CONFIG_YES NPM_CONFIG_FUND NPM_CONFIG_AUDIT NPM_CONFIG_PROGRESS", Value::Plain),
    ("npm_config_update_notifier NPM_CONFIG_UPDATE_NOTIFIER npm_config_color NPM_CONFIG_COLOR", Value::Plain),
    ("npm_config_cache NPM_CONFIG_CACHE", Value::Written),
    ("npm_config_* NPM_CONFIG_* YARN_RC_FILENAME YARN_*REGISTRY* YARN_PLUGINS YARN_YARN_PATH", Value::Odd),
    ("GOPROXY", Value::Unless(&["direct", "off"])),
    // Hidden files match wildcards then.
    ("GLOBIGNORE", Value::Odd),
    ("GOSUMDB GONOSUMDB GONOSUMCHECK GOINSECURE GOTOOLDIR GOENV GOAUTH", Value::Odd),
    ("CARGO_BUILD_JOBS CARGO_BUILD_TARGET CARGO_HTTP_TIMEOUT CARGO_HTTP_MULTIPLEXING", Value::Plain),
    ("CARGO_BUILD_TARGET_DIR CARGO_TARGET_DIR", Value::Written),
    (
        "CARGO_BUILD_* CARGO_HTTP_* CARGO_REGISTRIES_* CARGO_REGISTRY_* CARGO_SOURCE_* CARGO_ALIAS_*",
        Value::Odd,
    ),
    (
        "CARGO_TARGET_*_RUNNER CARGO_TARGET_*_LINKER CARGO_TARGET_*_RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO",
        Value::Odd,
    ),
    ("RUSTUP_DIST_SERVER RUSTUP_UPDATE_ROOT RUSTUP_HOME CARGO_HOME", Value::Odd),
    // What languages load before they begin.
    (
        "NODE_OPTIONS",
        Value::Options(&[
            "--max-old-space-size*",
            "--max_old_space_size*",
            "--no-warnings",
            "--trace-warnings",
            "--trace-deprecation",
            "--trace-uncaught",
            "--enable-source-maps",
            "--no-deprecation",
            "--openssl-legacy-provider",
            "--experimental-vm-modules",
            "--stack-trace-limit=*",
            "--unhandled-rejections=*",
            "--dns-result-order=*",
        ]),
    ),
    ("NODE_PATH PYTHONPATH PERL5LIB PERLLIB RUBYLIB CLASSPATH BUNDLE_GEMFILE GEM_HOME GEM_PATH", Value::Own),
    ("CMAKE_TOOLCHAIN_FILE COMPOSE_FILE GRADLE_USER_HOME COMPOSER_HOME PHPRC MAKEFILES", Value::Own),
    (
        "ANSIBLE_INVENTORY ANSIBLE_LIBRARY ANSIBLE_VAULT_PASSWORD_FILE ANSIBLE_ROLES_PATH ANSIBLE_COLLECTIONS_PATH*",
        Value::Own,
    ),
    (
        "PIPENV_PIPFILE COMPOSER MIX_EXS MIX_HOME REBAR_CONFIG STACK_YAML CABAL_CONFIG PDM_PROJECT UV_PROJECT TS_NODE_PROJECT",
        Value::Own,
    ),
    (
        "COVERAGE_RCFILE PYLINTRC FLASK_APP GOWORK JULIA_PROJECT JULIA_LOAD_PATH JULIA_DEPOT_PATH R_LIBS R_LIBS_USER",
        Value::Own,
    ),
    (
        "LUA_PATH* LUA_CPATH* ERL_LIBS OCAMLPATH GUILE_LOAD_PATH TCLLIBPATH EMACSLOADPATH CONDARC VAGRANT_VAGRANTFILE",
        Value::Own,
    ),
    (
        "CMAKE_MODULE_PATH CMAKE_PROJECT_INCLUDE* PACKER_PLUGIN_PATH JUST_JUSTFILE DENO_CONFIG NODE_REPL_HISTORY",
        Value::Own,
    ),
    (
        "SCONSFLAGS ANT_ARGS ANT_OPTS PERL_MM_OPT PERL_MB_OPT DOTNET_ADDITIONAL_DEPS DOTNET_SHARED_STORE",
        Value::Odd,
    ),
    (
        "CORECLR_PROFILER* COR_PROFILER* BAZELISK_BASE_URL NUGET_PACKAGES_SOURCE BUNDLE_MIRROR* HEX_MIRROR",
        Value::Odd,
    ),
    (
        "OPENSSL_CONF ZDOTDIR R_PROFILE R_PROFILE_USER R_ENVIRON* LIBMYSQL_PLUGINS AZURE_EXTENSION_DIR",
        Value::Odd,
    ),
    ("HELM_PLUGINS DOCKER_CLI_PLUGIN_EXTRA_DIRS DOTNET_STARTUP_HOOKS", Value::Odd),
    ("PYTHONHOME PYTHONSTARTUP NODE_REPL_EXTERNAL_MODULE", Value::Code),
    ("PYTHONWARNINGS", Value::Options(&["ignore*", "default*", "error*", "always*", "module*", "once*"])),
    (
        "PYTHONINSPECT PYTHONBREAKPOINT PYTHONEXECUTABLE PERL5OPT PERL5DB LUA_INIT* PYTEST_PLUGINS MAKE",
        Value::Odd,
    ),
    (
        "PYTEST_ADDOPTS",
        Value::Options(&[
            "-v",
            "-vv",
            "-q",
            "-x",
            "-s",
            "-ra",
            "--tb=*",
            "--maxfail=*",
            "--color=*",
            "--durations=*",
            "--no-header",
            "--no-cov",
            "--strict-markers",
        ]),
    ),
    ("RUBYOPT", Value::Options(&["-W", "-W0", "-W1", "-W2", "-w", "-W:no-deprecated", "-W:no-experimental"])),
    (
        "JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS MAVEN_OPTS GRADLE_OPTS SBT_OPTS JAVA_OPTS JVM_OPTS",
        Value::Options(JAVA),
    ),
    ("MAVEN_ARGS MAVEN_CONFIG MFLAGS", Value::Odd),
    (
        "GOFLAGS",
        Value::Options(&["-mod=*", "-count=*", "-v", "-race", "-tags=*", "-short", "-p=*", "-buildvcs=*"]),
    ),
    (
        "RUSTFLAGS RUSTDOCFLAGS",
        Value::Options(&[
            "-C",
            "-Cdebuginfo*",
            "-Copt-level*",
            "-Ctarget-cpu*",
            "-Cinstrument-coverage",
            "-D*",
            "-A*",
            "-W*",
            "-g",
            "--cfg*",
            "target-cpu*",
            "debuginfo*",
            "opt-level*",
            "instrument-coverage",
            "warnings",
            "-Zsanitizer*",
            "-Awarnings",
        ]),
    ),
    (
        "CFLAGS CXXFLAGS CPPFLAGS",
        Value::Options(&[
            "-O*",
            "-g*",
            "-Wall",
            "-Wextra",
            "-Werror*",
            "-Wno-*",
            "-std=*",
            "-D*",
            "-I*",
            "-m*",
            "-fPIC",
            "-fsanitize=*",
            "-pipe",
            "-pthread",
            "-fno-*",
        ]),
    ),
    ("LDFLAGS", Value::Options(&["-L*", "-l*", "-s", "-static", "-pthread", "-fsanitize=*"])),
    ("MAKEFLAGS", Value::Options(&["-j*", "-k", "-s", "--no-print-directory"])),
    ("DOCKER_HOST AWS_ENDPOINT_URL* VAULT_ADDR GH_HOST CLOUDSDK_API_ENDPOINT_OVERRIDES_*", Value::Proxy),
    ("DOCKER_CONFIG KUBECONFIG", Value::Settings),
    // A profile may name the program that hands out its credentials.
    ("AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE", Value::Code),
    ("HTTP_PROXY HTTPS_PROXY ALL_PROXY FTP_PROXY http_proxy https_proxy all_proxy ftp_proxy", Value::Proxy),
    ("SSLKEYLOGFILE HISTFILE HISTSIZE HISTFILESIZE HISTCONTROL HISTIGNORE", Value::Odd),
    // What tools write on the way.
    (
        "COVERAGE_FILE LLVM_PROFILE_FILE GCOV_PREFIX NODE_V8_COVERAGE NODE_COMPILE_CACHE PYTHONPYCACHEPREFIX",
        Value::Written,
    ),
    ("DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES TF_LOG_PATH NODE_REDIRECT_WARNINGS TAPE", Value::Written),
    ("CARGO_INSTALL_ROOT BUNDLE_PATH UV_TOOL_DIR PIPX_HOME", Value::Written),
    ("GOBIN GOPATH GOCACHE GOMODCACHE XDG_CACHE_HOME TMPDIR", Value::Written),
];

/// What names of variables say that hold a secret, between underscores.
const SECRETS: &[&str] = &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIALS", "APIKEY"];

/// The same, behind another word: `API_KEY`.
const KEYS: &[&str] = &["KEY", "PAT"];

/// Adds that a secret is read, where a command shows a variable whose name says that it is one.
///
/// Only of programs that repeat their words to whoever reads the answer or the history. One that signs in with
/// such a variable is what it is for; where it sends it is judged there. What the same text has set is no secret
/// of the environment.
pub(super) fn shown(run: &mut Run<'_>, words: &[Word], fields: &[Field]) {
    let repeats = match fields.first().and_then(Field::text) {
        Some("echo" | "printf") => true,
        Some("git") => fields.iter().any(|field| matches!(field.text(), Some("commit" | "tag" | "notes"))),
        _ => false,
    };
    let secret = |piece: &Piece| match piece {
        Piece::Parameter(parameter) => {
            !matches!(parameter.operation, Operation::Length | Operation::Alternative(_))
                && is_secret(&parameter.name)
                && run.state.variable(&parameter.name).is_none()
        }
        _ => false,
    };
    if repeats && words.iter().any(|word| word.pieces.iter().any(secret)) {
        run.effect(Action::SECRET_READ, thing("environment"));
    }
}

/// Whether the name of a variable says that it holds a secret.
fn is_secret(name: &str) -> bool {
    name.split('_').any(|part| SECRETS.contains(&part))
        || name.rsplit_once('_').is_some_and(|(_, last)| KEYS.contains(&last))
}

/// Places of libraries, and who looks there before it looks anywhere else.
const LIBRARIES: &[(&str, &str)] =
    &[("RUBYLIB", "ruby"), ("PERL5LIB", "perl"), ("PERLLIB", "perl"), ("PHPRC", "php")];

const JAVA: &[&str] = &["-Xm*", "-Xs*", "-XX:Max*", "-XX:+Use*", "-D*", "-ea"];

/// Programs that show, edit, connect and compile, by the names everybody uses in these variables. Any other gets
/// arguments which the text does not have, and may do anything with them.
const USUAL: &[&str] = &[
    "true",
    ":",
    "false",
    "cat",
    "less",
    "more",
    "most",
    "delta",
    "bat",
    "head",
    "none",
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "micro",
    "hx",
    "code",
    "ssh",
    "sh",
    "bash",
    "zsh",
    "dash",
    "fish",
    "cc",
    "gcc",
    "g++",
    "c++",
    "clang",
    "clang++",
    "cpp",
    "ld",
    "lld",
    "mold",
    "ar",
    "ccache",
    "sccache",
    "rustc",
    "rustdoc",
    "clippy-driver",
    "firefox",
    "chromium",
    "google-chrome",
];

/// A variable is set: adds what that amounts to.
pub(super) fn assigned(run: &mut Run<'_>, name: &str, value: &Variable) {
    if run.persistent && matches!(name, "HOME" | "PWD" | "USER" | "LOGNAME" | "HOSTNAME") {
        run.doubt(unknown::SHELL_LATER);
    }
    let Some(meaning) = meaning_of(name) else { return };
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
        Value::Plain => {}
        Value::Unless(harmless) => {
            if field.text().is_none_or(|text| !harmless.contains(&text)) {
                run.doubt(unknown::ENVIRONMENT_POWER);
            }
        }
        Value::Options(harmless) => {
            // A category of warnings with a dot in it is imported.
            let imports = |word: &str| name == "PYTHONWARNINGS" && word.contains('.');
            let plain = field.text().is_some_and(|text| {
                text.split([' ', ',']).all(|word| {
                    let known = harmless.iter().any(|known| *known == word || is_named(known, word));
                    word.is_empty() || known && !imports(word)
                })
            });
            if !plain {
                run.doubt(unknown::ENVIRONMENT_POWER);
            }
        }
        Value::Own => match field.text_with_wildcards().or_else(|| settled(&field)) {
            Some(text) => {
                // Any program of the language looks there first, whatever it was asked to do.
                if let Some((_, program)) = LIBRARIES.iter().find(|(known, _)| *known == name) {
                    meaning::declared(run, "process.run", program);
                }
                for part in text.split(':').filter(|part| !part.is_empty()) {
                    meaning::own_code(run, &Field::literal(part));
                }
            }
            None => run.doubt(unknown::ENVIRONMENT_POWER),
        },
        Value::Written => {
            let switch = field.text().is_some_and(|text| {
                ["", "true", "false"].contains(&text) || text.bytes().all(|b| b.is_ascii_digit())
            });
            if !switch {
                meaning::path(run, Action::FILE_WRITE, &field, true);
            }
        }
        Value::Installed => {
            let installed = |text: &str| {
                ["/usr/", "/etc/", "/opt/", "/Library/"].iter().any(|place| text.starts_with(place))
                    && !text.split('/').any(|part| part == "..")
            };
            if !field.text().is_some_and(installed) {
                run.doubt(unknown::ENVIRONMENT_POWER);
            }
        }
        Value::Proxy => {
            if !field.is_empty() {
                meaning::send(run, &field);
            }
        }
        Value::Settings => {
            let text = field.text_with_wildcards().or_else(|| settled(&field)).unwrap_or_default();
            for part in text.split(':').filter(|part| !part.is_empty()).map(Field::literal) {
                meaning::path(run, Action::FILE_READ, &part, false);
                meaning::own_code(run, &part);
            }
            if text.is_empty() {
                meaning::path(run, Action::FILE_READ, &field, false);
            }
        }
    }
}

/// A variable is taken away: what matters there is what nobody will see any more.
pub(super) fn removed(run: &mut Run<'_>, name: &str) {
    if name.starts_with("HIST") || matches!(name, "IFS" | "PATH") {
        assigned(run, name, &Variable::Scalar(Field::literal("")));
    }
}

/// The command runs at some time, with arguments that are not in the text.
pub(super) fn command(run: &mut Run<'_>, name: &str, field: &Field) {
    match field.text() {
        Some("") => {}
        Some(text) => {
            let text = text.to_owned();
            let program = text.split_ascii_whitespace().next().unwrap_or_default();
            let program =
                ["/usr/bin/", "/bin/"].iter().find_map(|at| program.strip_prefix(at)).unwrap_or(program);
            if name != "PROMPT_COMMAND" && !USUAL.contains(&program) {
                run.doubt(unknown::ENVIRONMENT_POWER);
            }
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
    // Between two colons, and where there is nothing at all, programs are looked for where it runs.
    let here = |part: &str| name == "PATH" && part.is_empty() && field.text().is_some();
    if text.split(':').any(here) {
        run.doubt(unknown::ENVIRONMENT_POWER);
        meaning::own_code(run, &Field::literal("."));
    }
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

/// Names of the table in its order, by their first byte.
type ByFirst = HashMap<Option<u8>, Vec<(&'static str, Value)>>;

/// What the table says of a variable.
fn meaning_of(name: &str) -> Option<Value> {
    static BY_FIRST: OnceLock<ByFirst> = OnceLock::new();
    let by_first = BY_FIRST.get_or_init(|| {
        let mut by_first: HashMap<_, Vec<_>> = HashMap::new();
        for (known, value) in
            TABLE.iter().flat_map(|(names, value)| names.split(' ').map(move |name| (name, value)))
        {
            by_first.entry(known.bytes().next()).or_default().push((known, *value));
        }
        by_first
    });
    let alike = by_first.get(&name.bytes().next())?;
    alike.iter().find(|(known, _)| is_named(known, name)).map(|(_, value)| *value)
}

fn is_named(known: &str, name: &str) -> bool {
    match known.split_once('*') {
        None => known == name,
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}
