//! Python: packages, environments, and the tools of a project.

use super::builds::{build, here, named};
use super::javascript::source;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, unknown};

macro_rules! pip {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                "-h,--help/info -V,--version/info -q,--quiet -v,--verbose --isolated --require-virtualenv --python=run --log=write --no-input --keyring-provider=word --proxy=send --retries=word --timeout=word --exists-action=word --trusted-host=word --cert=read --client-cert=read --cache-dir=write --no-cache-dir --disable-pip-version-check --no-color --no-python-version-warning --use-feature=word --use-deprecated=word --debug -i,--index-url=send --extra-index-url=send --no-index -f,--find-links=word/code -y,--yes ",
                $options
            ),
            $operands,
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    pip!("pip pip3 pip2 pip3.8 pip3.9 pip3.10 pip3.11 pip3.12 pip3.13", "", "").sub(PIP),
    row("pipx", "... --help/info --version/info", "").sub(&[
        row("list environment completions", "...", "word*"),
        row("install inject upgrade upgrade-all reinstall reinstall-all install-all upgrade-shared ensurepath", "... --python=run -i,--index-url=send --pip-args=odd", "word*").does("package.install").also(packages),
        row("uninstall uninject uninstall-all", "...", "word*").does("package.remove"),
        row("run", "... --spec=word --python=run --no-cache --pypackages --pip-args=odd", "word*").style(Style::First).gives(fetched).examples(&[
            ("pipx run black .", "package.install pipx; process.run black"),
            ("pipx run https://example.org/x.py", "package.install pipx; net.fetch example.org; code.run python"),
        ]),
        row("runpip", "...", "word*").does("package.install"),
    ]),
    row("uv", "... -h,--help/info -V,--version/info -q -v --directory=cd --project=word/code --config-file=word/code --cache-dir=write --offline --color=word", "").sub(UV),
    row("uvx", "... --from=word --with=word --python=word -p=word --index-url=send --index=send --default-index=send -q -v --help/info --version/info", "word*").style(Style::First).gives(fetched).examples(&[("uvx ruff check", "package.install uvx; process.run ruff")]),
    row("poetry", "-h,--help/info -V,--version/info -q,--quiet -v -vv -vvv,--verbose --ansi --no-ansi -n,--no-interaction --no-plugins --no-cache -C,--directory=cd -P,--project=cd", "").sub(POETRY),
    row("pipenv", "... -h,--help/info --version/info", "").sub(&[
        row("install sync lock update upgrade", "... --python=word/code -r,--requirements=word/code -i,--index,--pypi-mirror=send -e,--editable=word", "word*").does("package.install").also(packages),
        row("uninstall clean", "...", "word*").does("package.remove"),
        row("graph check verify requirements open scripts", "...", "word*"),
        row("run", "", "command").style(Style::First).examples(&[("pipenv run rm a", "file.delete /workspace/a")]),
        row("shell", "...", "").does("process.run").also(entered),
    ]),
    row("hatch pdm rye flit", "... -h,--help/info -V,--version/info -p,--project=word/code -c,--config=word/code", "").sub(&[
        row("install add sync lock update upgrade fetch", "... -r=word/code -p,--project=word/code -e,--editable=word --path=word/code --git=word/code", "word*").does("package.install").also(packages),
        row("remove uninstall", "...", "word*").does("package.remove"),
        row("build test fmt lint dep version project env info config self show list status check python venv use cache new init clean", "...", "word*").does("process.run").also(here),
        row("run", "... -e=word", "command").style(Style::First),
        row("publish", "...", "word*").does("package.publish"),
        row("shell", "...", "word*").does("process.run").also(entered),
    ]),
    row("conda mamba micromamba", "-h,--help/info -V,--version/info -v,--verbose -q,--quiet", "").sub(CONDA),
    row("pyenv rbenv goenv jenv tfenv plenv phpenv perlbrew", "...", "").sub(&[
        row("versions version available list info local-version which whence root prefix commands shims help virtualenvs", "...", "word*"),
        row("local global shell rehash init virtualenv activate deactivate add enable-plugin disable-plugin", "...", "word*").does("process.run"),
        row("install update", "... -l,--list/info", "word*").does("package.install"),
        row("uninstall", "...", "word*").does("package.remove"),
        row("exec", "", "command").style(Style::First).examples(&[("pyenv exec rm a", "file.delete /workspace/a")]),
    ]),
    row("virtualenv", "... --help/info --version/info --prompt=word -p,--python=run --extra-search-dir=word/code", "writetree").does("process.run"),
    build!("pytest py.test", "... --pastebin=word!net.send -p=odd -c,--config-file=word/code --rootdir=word/code --confcutdir=word -o,--override-ini=word -k=word -m=word -n=word --cov=word --cov-config=word/code --cov-report=word --junitxml,--junit-xml=write --basetemp=deletetree --pdbcls=word --html=write --log-file=write -W=word --maxfail=word --tb=word --durations=word --ignore=word --deselect=word -r=word --capture=word --import-mode=word --dist=word --timeout=word -x -q -v -s -l -h/info", "word*").also(named).examples(&[
        ("pytest -q tests/test_a.py::test_b -k x", "process.run pytest"),
        ("pytest -p evil", "process.run pytest; unknown option_odd"),
        ("pytest -c /tmp/x.ini", "process.run pytest; process.run /tmp/x.ini"),
        ("pytest /tmp/test_x.py", "process.run pytest; process.run /tmp/test_x.py"),
    ]),
    build!("tox nox", "... -c,--conf=word/code -f,--noxfile=word/code -r -e=word -s=word --workdir=write --root=word/code --sdistonly -x,--override=odd", "word*").also(super::builds::executed).examples(&[("tox -e py", "process.run tox"), ("tox exec -- rm a", "process.run tox; file.delete /workspace/a")]),
    row("pipdeptree", "-h,--help/info -v,--version/info -p,--packages=word -e,--exclude=word -a,--all -l,--local-only -u,--user-only -r,--reverse -w,--warn=word -j,--json --json-tree --mermaid --graph-output=word -d,--depth=word -o,--output=word -f,--freeze --license --python=run --path=list", "")
        .examples(&[("pipdeptree -p x", ""), ("pipdeptree --python /tmp/python", "process.run /tmp/python")]),
    build!("ruff black isort autopep8 yapf autoflake pyupgrade flake8 pylint pycodestyle pydocstyle mypy pyright basedpyright pyre pyflakes bandit vulture pydoclint docformatter djlint safety pip-audit pip-licenses deptry interrogate radon xenon refurb ty sqlfluff cfn-lint cpplint cmake-format cmake-lint nbqa jupytext", "... --config=word/code --config-file=word/code --rcfile=word/code --load-plugins=odd --init-hook=code:python --plugin=odd --settings-file=word/code --output-file=write --stubs=word -c=word/code -m=word -p=word --cache-dir=write --junit-xml=write", "word*").also(|run, given| {
        super::builds::shown(run, given);
        let first = given.operands.first().and_then(Field::text);
        let program = given.name.as_str();
        let changes = match program {
            "ruff" => first == Some("format") || given.unread.iter().any(|one| one.prefix().contains("fix")),
            "sqlfluff" => matches!(first, Some("fix" | "format")),
            "autopep8" | "yapf" | "autoflake" | "docformatter" | "cmake-format" => !given.unread.is_empty(),
            "black" | "isort" | "pyupgrade" | "djlint" | "refurb" | "nbqa" | "jupytext" => true,
            _ => false,
        };
        if changes {
            super::builds::written_elsewhere(run, &given.operands);
        }
    })
    .examples(&[
        ("black /srv", "file.read /srv; process.run black; file.write /srv/**"),
        ("ruff format /srv", "file.read /srv; process.run ruff; file.write /srv/**"),
        ("ruff check -o /srv/x .", "file.read /srv/x; process.run ruff; file.write /srv/x/**"),
        ("mypy /etc/shadow", "process.run mypy; file.read /etc/shadow; secret.read /etc/shadow"),
        ("mypy --python-executable /usr/bin/python3 a", "file.read /usr/bin/python3; process.run mypy"),
        ("ruff check --fix .", "process.run ruff"),
        ("black --check src", "process.run black"),
        ("pylint --init-hook 'import os; os.remove(\"x\")' a", "process.run pylint; file.delete /workspace/x"),
        ("mypy --config-file /tmp/x.ini a", "process.run mypy; process.run /tmp/x.ini"),
    ]),
    row("coverage", "... --help/info --version/info", "").sub(&[
        row("run", "... --rcfile=word/code -m,--module", "word*").style(Style::First).does("process.run").also(|run, given| {
            here(run, given);
            if let Some(script) = given.operands.first().filter(|_| !given.has("-m")) {
                meaning::own_code(run, script);
            }
        })
        .examples(&[("coverage run -m pytest", "process.run coverage"), ("coverage run /tmp/x.py", "process.run coverage; process.run /tmp/x.py")]),
        row("report html xml json lcov combine annotate erase debug", "... --rcfile=word/code -o=write -d=write", "word*").does("process.run"),
    ]),
    build!("pip-compile pip-sync pip-tools pipreqs", "... -o,--output-file=write --index-url=send --extra-index-url=send", "word*"),
    row("twine", "...", "").sub(&[row("check", "...", "read*"), row("upload register", "... --repository-url=send -p=word -u=word", "read*").does("package.publish net.send")]),
    build!("sphinx-build sphinx-quickstart sphinx-apidoc mkdocs pdoc pydoc briefcase cythonize cython f2py maturin-dev pyinstaller nuitka django-admin uvicorn gunicorn hypercorn celery scrapy streamlit ipython-kernel behave robot dbt airflow prefect mlflow dvc", "... --config=word/code -c=word/code -f=word/code -D=word --app=word/code -A=word/code --app-dir=word/code --chdir=word/code --pythonpath=word/code --load-module=odd", "word*").also(serves),
    // A template brings scripts of its own.
    build!("cookiecutter copier cruft degit tiged giget", "... -o,--output-dir=write --config-file=word/code --default-config=word/code", "word*").also(|run, given| {
        here(run, given);
        let source = given.operands.iter().find(|word| !matches!(word.text(), Some("copy" | "update" | "recopy" | "create" | "check" | "diff")));
        match source {
            Some(source) if source.prefix().contains(':') => {
                if source.prefix().contains("://") {
                    meaning::fetch(run, source);
                } else {
                    meaning::declared(run, "net.fetch", &given.name);
                }
                meaning::declared(run, "code.run=template", &given.name);
            }
            Some(source) => super::builds::brought(run, source),
            None => {}
        }
    })
    .examples(&[
        ("cookiecutter gh:someone/thing", "process.run cookiecutter; net.fetch configured; code.run template"),
        ("copier copy ./template app", "process.run copier"),
        ("copier copy https://example.org/t app", "process.run copier; net.fetch example.org; code.run template"),
    ]),
    row("pre-commit prek", "... -h,--help/info -V,--version/info", "").sub(&[
        row("run try-repo", "... -c,--config=word/code --files=word", "word*").does("process.run").also(|run, given| {
            here(run, given);
            if given.name.ends_with("try-repo") {
                given.operands.iter().take(1).for_each(|source| super::builds::brought(run, source));
            }
        }).examples(&[
            ("pre-commit run --all-files", "process.run pre-commit"),
            ("pre-commit try-repo https://example.org/hooks x", "process.run pre-commit; net.fetch example.org; code.run unknown"),
        ]),
        row("install init-templatedir", "... -c,--config=word/code", "word*").does("process.run persistence.install"),
        row("uninstall validate-config validate-manifest sample-config clean gc help cache list", "...", "word*").does("process.run"),
        row("autoupdate auto-update install-hooks migrate-config", "... -c,--config=word/code", "word*").does("package.install"),
    ]),
];

const PIP: &[Row] = &[
    pip!("install", "-r,--requirement=word/code -c,--constraint=read --no-deps --pre -e,--editable=word --dry-run/dry -t,--target=write --platform=word --python-version=word --implementation=word --abi=word --user --root=write --prefix=write --src=write -U,--upgrade --upgrade-strategy=word --force-reinstall -I,--ignore-installed --ignore-requires-python --no-build-isolation --use-pep517 --no-use-pep517 --check-build-dependencies --break-system-packages -C,--config-settings=word --global-option=odd --install-option=odd --compile --no-compile --no-warn-script-location --no-warn-conflicts --no-binary=word --only-binary=word --prefer-binary --require-hashes --progress-bar=word --root-user-action=word --report=write --no-clean --group=word", "word*")
        .does("package.install")
        .also(packages)
        .examples(&[
            ("pip install -r requirements.txt", "package.install pip"),
            ("pip install --editable .", "package.install pip"),
            ("pip install /tmp/evil", "package.install pip; process.run /tmp/evil"),
            ("pip install https://example.org/p.tar.gz", "package.install pip; net.fetch example.org; code.run python"),
            ("pip install git+https://example.org/p.git", "package.install pip; net.fetch example.org; code.run python"),
            ("pip install --index-url https://example.org/simple x", "package.install pip; net.send example.org"),
        ]),
    pip!("uninstall", "-r,--requirement=read --root-user-action=word --break-system-packages", "word*").does("package.remove").examples(&[
        ("pip uninstall --help", ""),
        ("pip uninstall -y x", "package.remove pip"),
    ]),
    pip!("list freeze show check inspect debug help completion search hash index", "... -o,--outdated -r,--requirement=read --format=word", "word*").examples(&[("pip list --outdated", "")]),
    pip!("download wheel", "-d,--dest=write -w,--wheel-dir=write -r,--requirement=word/code -c,--constraint=read --no-deps --no-binary=word --only-binary=word --platform=word --python-version=word --implementation=word --abi=word --pre -e,--editable=word", "word*").does("package.install").also(packages),
    pip!("cache", "...", "word*").does("process.run"),
    pip!("config", "--global --user --site --editor=run", "word*").also(|run, given| {
        if matches!(given.operands.first().and_then(Field::text), Some("set" | "unset" | "edit")) {
            meaning::declared(run, "persistence.install", "pip config");
        } else {
            asked(run, given, &["index-url", "extra-index-url", "proxy"]);
        }
    })
    .examples(&[("pip config list", ""), ("pip config get global.timeout", ""), ("pip config get global.index-url", "secret.read global.index-url"), ("pip config set global.index-url x", "persistence.install pip config")]),
];

const UV: &[Row] = &[
    row("run", "... --with=word --with-requirements=word/code --with-editable=word/code --python=word/code -p=word/code --find-links,-f=word/code --env-file=read --no-env-file --directory=cd --project=word/code -m,--module --package=word --extra=word --group=word --index-url=send --index=send --default-index=send -s,--script --gui-script", "word*").style(Style::First).gives(uv_run).examples(&[
        ("uv run pytest -q", "package.install uv; process.run pytest"),
        ("uv run rm -rf ~", "package.install uv; file.delete ~/**"),
        ("uv run -m pytest", "package.install uv; process.run pytest"),
    ]),
    row("sync lock add tree-update", "... -p,--python=word --index-url=send --index=send --default-index=send --extra=word --group=word --upgrade-package,-P=word -r=word/code --directory=cd --project=word/code", "word*").does("package.install").also(packages).examples(&[
        ("uv lock --upgrade-package x", "package.install uv"),
        ("uv add https://example.org/x.tar.gz", "package.install uv; net.fetch example.org; code.run python"),
    ]),
    row("remove", "...", "word*").does("package.remove"),
    row("tree version help export cache format", "... -o=write --output-file=write", "word*").does("process.run").also(here),
    row("init venv build", "... -p,--python=word --out-dir=write -o=write", "word*").does("process.run").also(|run, given| {
        here(run, given);
        if given.name.ends_with("build") {
            given.operands.iter().for_each(|source| meaning::own_code(run, source));
        }
        super::builds::written_elsewhere(run, &given.operands);
    })
    .examples(&[("uv build", "process.run uv"), ("uv build /tmp/x", "process.run uv; file.write /tmp/x/**; process.run /tmp/x"), ("uv venv /srv/x", "process.run uv; file.write /srv/x/**"), ("uv venv", "process.run uv")]),
    row("pip", "...", "").sub(&[
        row("install sync compile", "... -r,--requirement=word/code -c=read -e,--editable=word -i,--index-url=send --extra-index-url=send --index=send --default-index=send -f,--find-links=word/code --target=write --prefix=write --python=word/code -p=word/code -o=write --system", "word*").does("package.install").also(packages).examples(&[("uv pip install -r requirements.txt", "package.install uv")]),
        row("uninstall", "...", "word*").does("package.remove"),
        row("list freeze show tree check", "...", "word*"),
    ]),
    row("python", "", "").sub(&[row("list find dir pin", "...", "word*"), row("install upgrade", "...", "word*").does("package.install"), row("uninstall", "...", "word*").does("package.remove")]),
    row("tool", "", "").sub(&[
        row("list dir", "...", "word*"),
        row("install upgrade update-shell", "...", "word*").does("package.install").also(packages),
        row("uninstall", "...", "word*").does("package.remove"),
        row("run", "... --from=word --with=word --python=word -p=word", "word*").style(Style::First).gives(fetched),
    ]),
    row("publish", "...", "word*").does("package.publish"),
    row("self", "", "").sub(&[row("version", "...", ""), row("update", "... --dry-run/dry", "word*").does("package.install"), row("uninstall", "...", "").does("package.remove")]),
    row("auth", "...", "word*").does("secret.read"),
];

/// A shell in the environment: what flows in is said to it.
fn entered(run: &mut Run<'_>, given: &Given) {
    if !given.input.is_nothing() {
        run.shell_input(&given.input, Vec::new());
    }
}

const POETRY: &[Row] = &[
    row("install add update lock sync self", "... -G,--group=word -E,--extras=word --with=word --without=word --only=word --source=word --python=word -P=cd --dry-run/dry", "word*").does("package.install").also(packages).examples(&[("poetry add requests", "package.install poetry")]),
    row("remove", "... -G,--group=word --dry-run/dry", "word*").does("package.remove"),
    row("show list check search about version help debug", "...", "word*"),
    row("export", "... -o,--output=write -f=word", "word*"),
    row("shell", "...", "").does("process.run").also(entered).examples(&[
        ("poetry shell", "process.run poetry"),
        ("echo 'rm a' | poetry shell", "file.delete /workspace/a; process.run poetry"),
    ]),
    row("build new init env cache python", "... -C,--directory=cd -P,--project=cd -o=write --output=write -f=word", "word*").does("process.run").also(here),
    row("run", "", "command").style(Style::First).examples(&[
        ("poetry run rm -rf ~", "file.delete ~/**"),
        ("poetry run pytest", "process.run pytest"),
    ]),
    row("config", "... --list --unset --local", "word*").also(|run, given| {
        if given.operands.len() > 1 || given.has("--unset") {
            meaning::declared(run, "persistence.install", "poetry config");
        } else {
            asked(run, given, &["http-basic", "pypi-token"]);
        }
    }),
    row("publish", "... --dry-run/dry", "word*").does("package.publish"),
    row("source", "", "").sub(&[row("show", "...", "word*"), row("add remove", "...", "word*").does("file.write=pyproject.toml")]),
];

const CONDA: &[Row] = &[
    row("list info search env-list repoquery compare doctor notices export", "... --unsafe-channels!secret.read --file=write -f=write", "word*").examples(&[("conda list", "")]),
    row("install create update upgrade rename", "... -n,--name=word -p,--prefix=writetree -c,--channel=word --file=word/code -f=word/code -y --dry-run/dry -d/dry", "word*").does("package.install").also(|run, given| {
        for channel in given.values("-c").filter(|channel| channel.prefix().contains("://") || channel.leads_elsewhere()) {
            super::builds::brought(run, channel);
        }
        packages(run, given);
    }).examples(&[("conda install -c conda-forge x", "package.install conda"), ("conda install -c https://example.org/c x", "package.install conda; net.fetch example.org; code.run unknown"), ("conda install /tmp/x.conda", "package.install conda; process.run /tmp/x.conda"), ("conda create -n x python=3.12", "package.install conda"), ("conda create -p /srv/x", "package.install conda; file.write /srv/x/**")]),
    row("remove uninstall clean package", "... -n,--name=word -p,--prefix=deletetree -y --dry-run/dry -d/dry", "word*").does("package.remove"),
    row("env", "", "").sub(&[
        row("list export config", "... -n=word -f=write", "word*"),
        row("create update", "... -n=word -f,--file=word/code -p=word", "word*").does("package.install"),
        row("remove", "... -n=word -p=deletetree", "word*").does("package.remove"),
    ]),
    row("activate deactivate init shell", "...", "word*").does("process.run"),
    row("config", "...", "word*").also(|run, given| {
        let asks = ["--show", "--get", "--describe", "--show-sources", "--validate"];
        if !given.unread.iter().any(|option| asks.iter().any(|name| option.prefix().starts_with(name))) {
            meaning::declared(run, "persistence.install", "conda config");
        }
    }),
    row("run", "-n,--name=word -p,--prefix=word --no-capture-output --live-stream --cwd=cd -v", "command").style(Style::First).examples(&[("conda run -n x rm a", "file.delete /workspace/a")]),
    row("build", "...", "word*").does("process.run").also(here),
];

/// Settings are shown, of which some hold how to sign in.
pub(super) fn asked(run: &mut Run<'_>, given: &Given, hold: &[&str]) {
    for name in &given.operands {
        if hold.iter().any(|word| name.prefix().contains(word)) {
            run.effect(Action::SECRET_READ, crate::effects::shell::thing(name.prefix()));
        } else {
            meaning::asked(run, name);
        }
    }
}

/// Packages that are pointed at rather than named. Without any, it is what the directory declares, whose build may be
/// code of its own.
fn packages(run: &mut Run<'_>, given: &Given) {
    if given.operands.is_empty() && (given.name.starts_with("pipenv") || !given.name.contains("pip")) {
        meaning::own_code(run, &Field::literal("."));
    }
    for package in given.operands.iter().chain(given.values("-e")) {
        // `x[extra]`, `x>=1`: the shell leaves them, quoted or not.
        let plain = package.text_with_wildcards().map(Field::literal);
        source(run, plain.as_ref().unwrap_or(package), "python");
    }
}

/// A program of a package that is fetched for it.
fn fetched(run: &mut Run<'_>, given: &Given) -> Stream {
    let name = given.name.clone();
    meaning::declared(run, "package.install", &name);
    for package in given.values("--from").chain(given.values("--spec")).chain(given.values("--with")) {
        source(run, package, "python");
    }
    let Some((first, arguments)) = given.operands.split_first() else { return Stream::local() };
    let Some(text) = first.text() else {
        run.doubt(unknown::PROGRAM_DYNAMIC);
        return Stream::local();
    };
    if text.contains("://") {
        source(run, first, "python");
        return Stream::local();
    }
    let program = text.split(['@', '=', '[']).next().unwrap_or(text);
    let command: Vec<Field> =
        std::iter::once(Field::literal(program)).chain(arguments.iter().cloned()).collect();
    run.within(&name, None, |run| run.program(&command, given.input.clone()))
}

/// `uv run` starts a program of the environment, a script, or a module.
fn uv_run(run: &mut Run<'_>, given: &Given) -> Stream {
    meaning::declared(run, "package.install", "uv");
    meaning::own_code(run, &Field::literal("."));
    for package in given.values("--with") {
        source(run, package, "python");
    }
    let script = given.has("-s")
        || given
            .operands
            .first()
            .is_some_and(|first| first.prefix().ends_with(".py") || first.text() == Some("-"));
    let mut command: Vec<Field> = Vec::new();
    if given.has("-m") {
        command.extend([Field::literal("python"), Field::literal("-m")]);
    } else if script {
        command.push(Field::literal("python"));
    }
    command.extend(given.operands.iter().cloned());
    run.within("uv run", None, |run| run.program(&command, given.input.clone()))
}

/// Some of them listen.
fn serves(run: &mut Run<'_>, given: &Given) {
    named(run, given);
    let first = given.operands.first().and_then(Field::text).unwrap_or_default();
    let always = ["uvicorn", "gunicorn", "hypercorn", "streamlit", "airflow", "mlflow"];
    if always.contains(&given.name.as_str()) || matches!(first, "run" | "serve" | "runserver") {
        run.effect(Action::NET_LISTEN, crate::effects::shell::thing(&given.name));
    }
}
