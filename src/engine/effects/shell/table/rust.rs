//! Rust: its compiler, its package manager, its toolchains.

use super::builds::{build, here};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    row("cargo", "", "").style(Style::Raw).modes(SUB).instead(cargo).examples(&[
        ("cargo --version", ""),
        ("cargo +nightly fmt -- --check", "process.run cargo"),
        ("cargo test --workspace -- --nocapture", "process.run cargo"),
        ("cargo run --config 'build.rustc-wrapper=\"/tmp/x\"'", "process.run cargo; unknown option_odd"),
        ("cargo --config net.offline=true build", "process.run cargo"),
        ("cargo build --manifest-path /tmp/x/Cargo.toml", "process.run cargo; process.run /tmp/x/Cargo.toml"),
        ("cargo frobnicate", "unknown subcommand_unknown"),
    ]),
    build!("rustc clippy-driver", "... -C,--codegen=word -o=write --out-dir=write -L=word --extern=word -Z=word --target=word --edition=word --crate-type=word --crate-name=word --cfg=word --check-cfg=word --emit=word --print=word --explain=word --sysroot=word/code -W,--warn=word -A,--allow=word -D,--deny=word -F,--forbid=word -h/info -V/info", "read*")
        .also(linked)
        .examples(&[
            ("rustc -C target-cpu=native main.rs", "process.run rustc; file.read /workspace/main.rs"),
            ("rustc --emit=dep-info=/srv/x main.rs", "process.run rustc; file.read /workspace/main.rs; file.write /srv/x"),
            ("rustc -C linker=/tmp/x main.rs", "process.run rustc; file.read /workspace/main.rs; unknown option_odd"),
        ]),
    build!("rustdoc", "... -o,--out-dir=write --test --runtool=run -L=word --extern=word --crate-name=word --edition=word", "read*"),
    build!("rustfmt", "--check --emit=word --backup --config-path=read --config=word --edition=word --style-edition=word --color=word -l,--files-with-diff -v,--verbose -q,--quiet --print-config=word -h/info -V/info", "write*"),
    row("rustup", "gnu -v,--verbose -q,--quiet -h/info -V/info", "").sub(&[
        row("show which doc man completions check help", "...", "word*"),
        row("toolchain", "", "").sub(&[
            row("list", "... -v", "").examples(&[("rustup toolchain list", "")]),
            row("install add update", "...", "word*").does("package.install"),
            row("uninstall remove", "", "word*").does("package.remove"),
            row("link", "", "word run").does("package.install"),
        ]),
        row("target component", "--toolchain=word", "").sub(&[
            row("list", "... --toolchain=word --target=word", "word*"),
            row("add", "--toolchain=word --target=word", "word*").does("package.install"),
            row("remove uninstall", "--toolchain=word --target=word", "word*").does("package.remove"),
        ]),
        row("update install", "...", "word*").does("package.install").examples(&[("rustup update stable", "package.install rustup")]),
        row("uninstall", "", "word*").does("package.remove"),
        row("override", "", "").sub(&[row("list", "...", ""), row("set unset add remove", "...", "word*").does("process.run")]),
        row("default set self-update", "...", "word*").does("process.run"),
        row("run", "--install", "word command").style(Style::First).examples(&[("rustup run nightly rm a", "file.delete /workspace/a")]),
        row("self", "", "").sub(&[row("update", "...", "").does("package.install"), row("uninstall", "-y", "").does("package.remove")]),
    ]),
    row("rustup-init", "...", "").does("package.install"),
    row("wasm-pack trunk wasm-bindgen cross cargo-nextest cargo-clippy cargo-fmt bindgen cbindgen maturin tauri dx", "... --help/info --version/info -m,--manifest-path=word/code -c,--config=word/code", "word*").does("process.run").also(|run, given| {
        super::builds::named(run, given);
        let first = given.operands.first().and_then(Field::text);
        if matches!(first, Some("publish" | "upload")) {
            meaning::declared(run, "package.publish", &given.name);
        }
    })
    .examples(&[
        ("wasm-pack build --target web", "process.run wasm-pack"),
        ("wasm-pack build /tmp/x", "process.run wasm-pack; process.run /tmp/x"),
        ("maturin publish", "process.run maturin; package.publish maturin"),
    ]),
];

/// The options of cargo itself, of those that choose what is built, and of those that say how.
macro_rules! cargo {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                $options,
                " -h,--help/info -V,--version/info --list/info --explain=word -q,--quiet -v,--verbose --color=word --frozen --locked --offline --config=word -Z=word -C=cd --manifest-path=word/code --lockfile-path=word ",
                "-p,--package=word --workspace --all --exclude=word -j,--jobs=word -F,--features=word --all-features --no-default-features --target=word -r,--release --profile=word --lib --bin=word --bins --example=word --examples --test=word --tests --bench=word --benches --all-targets --message-format=word --ignore-rust-version --keep-going --target-dir=write --timings[=word] --future-incompat-report --artifact-dir,--out-dir=write"
            ),
            $operands,
        )
        .also(configured)
    };
}

/// The sub-commands, by the first word behind the toolchain.
const SUB: &[Row] = &[
    cargo!("build b check c bench rustc rustdoc doc d fetch generate-lockfile verify-project fix clippy fmt miri llvm-cov tarpaulin careful hack udeps machete criterion insta expand asm bloat flamegraph audit deny geiger about cyclonedx semver-checks msrv sort spellcheck zigbuild xtask mutants fuzz deb generate-rpm release-plan", "--no-run --no-fail-fast --unit-graph --build-plan --open --no-deps --document-private-items --fix --allow-dirty --allow-no-vcs --allow-staged --broken-code --edition --edition-idioms --check --crate-type=word --print=word --output-format=word --html --lcov --output-path=write --root=word/code", "word*")
        .does("process.run"),
    cargo!("test t", "--no-run --no-fail-fast --doc --nocapture", "word*").does("process.run"),
    cargo!("nextest", "--no-run --no-fail-fast --partition=word -E,--filter-expr,--filterset=word --retries=word --nocapture,--no-capture --test-threads=word --status-level=word --failure-output=word --success-output=word --config-file=word/code --archive-file=write --run-ignored=word --hide-progress-bar --no-tests=word", "word*").does("process.run"),
    cargo!("run r", "", "word*").style(Style::First).does("process.run").examples(&[("cargo run -- --delete /x", "process.run cargo")]),
    cargo!("tree metadata info search read-manifest locate-project pkgid help version report outdated license config size", "... --registry=word --index=fetch --limit=word -i,--invert=word -e,--edges=word --format-version=word --no-deps --depth=word", "word*"),
    cargo!("add", "--dev --build --optional --no-optional --default-features --rename=word --path=word/code --git=fetch --branch=word --tag=word --rev=word --registry=word -n,--dry-run/dry --public --no-public", "word*")
        .does("package.install")
        .examples(&[("cargo add serde --features derive", "package.install cargo")]),
    cargo!("update upgrade", "--aggressive --recursive --precise=word -w -n,--dry-run/dry --breaking --incompatible=word", "word*").does("package.install"),
    cargo!("remove rm", "--dev --build -n,--dry-run/dry", "word*").does("package.remove"),
    cargo!("install binstall", "--version,--vers=word --git=fetch!code.run=rust --branch=word --tag=word --rev=word --path=word/code --list/info --no-track -f,--force --root=write --index=fetch!code.run=rust --registry=word --debug -y,--no-confirm -n,--dry-run/dry", "word*")
        .does("package.install")
        .examples(&[
            ("cargo install ripgrep", "package.install cargo"),
            ("cargo install --version 14.0.0 ripgrep", "package.install cargo"),
            ("cargo install --git https://example.org/x", "package.install cargo; net.fetch example.org; code.run rust"),
        ]),
    cargo!("uninstall", "--root=write", "word*").does("package.remove"),
    cargo!("clean", "--doc -n,--dry-run/dry", "").does("process.run file.delete=target/**").examples(&[
        ("cargo clean", "process.run cargo; file.delete /workspace/target/**/*"),
    ]),
    cargo!("init new generate", "--vcs=word --bin --edition=word --name=word --registry=word --git=fetch", "writetree?").does("process.run").examples(&[
        ("cargo new path/to/x", "process.run cargo; file.write /workspace/path/to/x/**"),
    ]),
    cargo!("vendor package", "--no-verify --list -l --no-metadata --allow-dirty --sync=word --respect-source-config --versioned-dirs", "writetree?").does("process.run"),
    cargo!("publish", "--dry-run,-n/dry --token=word --no-verify --allow-dirty --index=fetch --registry=word", "").does("package.publish").examples(&[
        ("cargo publish", "package.publish cargo"),
        ("cargo publish --dry-run", ""),
    ]),
    cargo!("yank owner release", "--undo --vers,--version=word --add,-a=word --remove=word --list,-l --token=word --registry=word -x,--execute", "word*").also(|run, given| {
        configured(run, given);
        if !given.has("--list") {
            meaning::declared(run, "package.publish", "cargo");
        }
    })
    .examples(&[
        ("cargo yank --version 1.0.0 x", "package.publish cargo"),
        ("cargo owner --add someone x", "package.publish cargo"),
        ("cargo owner --list x", ""),
    ]),
    cargo!("login logout", "--registry=word", "word*").does("file.write=~/.cargo/credentials.toml"),
    cargo!("watch", "-x,--exec=word -s,--shell=shell -c,--clear -w,--watch=word -i,--ignore=word -d,--delay=word --why --no-restart --poll --postpone -B=word --no-gitignore --use-shell=word", "word*").style(Style::First).does("process.run").also(watched).examples(&[
        ("cargo watch -s 'rm -rf ~'", "process.run cargo; file.delete ~/**"),
        ("cargo watch -x test -x 'run -- --port 1'", "process.run cargo"),
        ("cargo watch -x publish", "process.run cargo; package.publish cargo"),
        ("cargo watch -- rm -rf ./a", "process.run cargo; file.delete /workspace/a/**"),
        ("cargo watch -- 'true; rm b'", "process.run cargo; file.delete /workspace/b"),
    ]),
];

fn cargo(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const CARGO: Row = cargo!("cargo", "", "").sub(SUB);
    // `cargo +nightly …`
    let toolchain = arguments.first().is_some_and(|first| first.prefix().starts_with('+'));
    let arguments = if toolchain { arguments.get(1..).unwrap_or_default() } else { arguments };
    run.apply(&CARGO, "cargo", arguments, input)
}

/// Settings that change no program, and the project's own directory.
fn configured(run: &mut Run<'_>, given: &Given) {
    if given.row.does.contains("process.run") {
        here(run, given);
    }
    for setting in given.values("--config") {
        let harmless = [
            "net.",
            "term.",
            "profile.",
            "http.timeout",
            "http.multiplexing",
            "cache.",
            "future-incompat-report.",
        ];
        if !harmless.iter().any(|name| setting.prefix().starts_with(name)) {
            run.doubt(unknown::OPTION_ODD);
        }
    }
    // Options of the compiler itself.
    if given.name.ends_with("rustc") {
        let behind = given.operands.get(given.before_dashes..).unwrap_or_default();
        super::builds::written_elsewhere(run, behind);
        if behind.iter().any(|word| word.prefix().contains('=')) {
            run.doubt(unknown::OPTION_ODD);
        }
    }
    // Where a workspace lies is said by the manifest; a path that is cleaned may be named.
    if given.name.ends_with("clean")
        && let Some(target) = given.value("--target-dir")
    {
        meaning::path(run, Action::FILE_DELETE, &target.clone(), true);
    }
}

/// What is done whenever a file changes: commands of cargo, and a line for a shell.
fn watched(run: &mut Run<'_>, given: &Given) {
    configured(run, given);
    let mut lines = Vec::new();
    for command in given.values("-x") {
        let mut line = Field::literal("cargo ");
        line.extend(command);
        lines.push(line);
    }
    if let Some((first, rest)) = given.operands.split_first() {
        lines.push(rest.iter().fold(first.clone(), |mut line, word| {
            line.extend(&Field::literal(" "));
            line.extend(word);
            line
        }));
    }
    for line in lines {
        run.within("cargo watch", None, |run| run.shell_text(&line, Stream::default()));
    }
}

/// Code generation that starts another program.
fn linked(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    for emitted in given.values("--emit") {
        for (_, file) in emitted.text().unwrap_or("=").split(',').filter_map(|one| one.split_once('=')) {
            let file = if file.is_empty() { Field::any() } else { Field::literal(file) };
            meaning::path(run, Action::FILE_WRITE, &file, false);
        }
    }
    let odd = |field: &Field| {
        ["linker=", "link-arg", "link-self-contained", "codegen-backend", "dlltool"]
            .iter()
            .any(|name| field.prefix().starts_with(name))
            && !field.prefix().starts_with("link-arg=-l")
    };
    if given.values("-C").chain(given.values("-Z")).any(odd) {
        run.doubt(unknown::OPTION_ODD);
    }
}
