//! `python`: code in an argument, a module, a script, or what flows in.

use super::frameworks::manage_py;
use super::shells::interactive;
use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("python python2 python3 python2.7 python3.6 python3.7 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 python3.15 pypy pypy3 py python.exe python3.exe micropython bpython", "", "")
        .style(Style::Raw)
        .instead(python)
        .examples(&[
            ("python3 -c 'print(1)'", ""),
            ("python3 -Bc 'import os; os.remove(x)'", "code.run python"),
            ("python3 -c \"$x\"", "unknown code_dynamic; code.run python"),
            ("python3 --version", ""),
            ("python3 -m json.tool a.json", "file.read /workspace/a.json"),
            ("python3 -m json.tool a.json b.json", "file.read /workspace/a.json; file.write /workspace/b.json"),
            ("python3 -m http.server 8000", "net.listen 0.0.0.0:8000"),
            ("python3 -m pip install -r r.txt", "package.install pip"),
            ("python3 -m venv .venv", "file.write /workspace/.venv/**"),
            ("python3 -m compileall .", "file.write /workspace/**/*"),
            ("python3 -m unittest discover", "process.run python"),
            ("python3 -m timeit -s 'import os' 'os.system(\"rm /srv/a\")'", "file.delete /srv/a"),
            ("python3 -m pdb -c '!x' x.py", "code.run python; process.run python"),
            ("python3 -m base64 -d a", "file.read /workspace/a"),
            ("python3 -m evil", "process.run evil"),
            ("python3 -m code", "process.run python"),
            ("frob | python3 -m code -q", "process.run frob; code.run python"),
            ("python3 -m asyncio <<< 'import os; os.remove(\"/srv/a\")'", "file.delete /srv/a"),
            ("python3 -m rm x", "process.run rm"),
            ("echo x > evil.py; python3 -m evil", "file.write /workspace/evil.py; code.run python"),
            ("python3 train.py --epochs 3", "process.run python"),
            ("python3 /tmp/x.py", "process.run python; process.run /tmp/x.py"),
            ("python3 - <<'E'\nimport shutil\nshutil.rmtree('/srv')\nE", "file.delete /srv/**"),
            ("echo 'print(1)' | python3", ""),
            ("frob | python3", "process.run frob; code.run python"),
            ("python3 <(frob)", "process.run frob; code.run python"),
            ("echo 'x()' > a.py; python3 a.py", "file.write /workspace/a.py; code.run python"),
            ("python3 -W error -X dev -c 1", ""),
            ("python3 -W ignore::evil.Category -c 1", "unknown option_odd"),
            ("python3 -X presite=evil -c 1", "unknown option_odd"),
            ("python3", "process.run python"),
            ("python3 --frob -c 1", "unknown option_unknown"),
            ("python3 -i -c 1 <<< 'x()'", "code.run python"),
            ("python manage.py makemigrations", "process.run python"),
            ("python manage.py flush --noinput", "process.run python; sql.write ?"),
            ("python manage.py migrate", "process.run python; sql.schema ?"),
            ("python manage.py shell -c 'User.objects.all().delete()'", "code.run python"),
            ("python manage.py runserver 0.0.0.0:8000", "process.run python; net.listen configured"),
        ]),
    row("ipython ipython3 bpython3 ptpython jupyter-run", "", "").style(Style::Raw).instead(|run, arguments, input| {
        // What it reads is more than Python: `!command`, `%magic`.
        let info = arguments.iter().all(|field| matches!(field.text(), Some("--version" | "--help" | "-h" | "-V"))) && !arguments.is_empty();
        if info {
            return Stream::foreign();
        }
        if arguments.is_empty() && input.is_nothing() {
            return interactive(run, "ipython");
        }
        run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() });
        Stream::local()
    })
    .examples(&[("ipython -c '!rm a'", "code.run python"), ("ipython --version", "")]),
];

/// What options said.
#[derive(Default)]
struct Options {
    /// What flows in is run as well.
    stays: bool,
}

fn python(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    let mut options = Options::default();
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            if first.may_be_option() || first.prefix().starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            break;
        };
        match text {
            "--version" | "--help" | "--help-env" | "--help-xoptions" | "--help-all" | "-V" | "-VV"
            | "-h" | "-?" => return Stream::foreign(),
            "-" => break,
            "--" => {
                rest = after;
                break;
            }
            "--check-hash-based-pycs" => rest = after.get(1..).unwrap_or_default(),
            _ if text.starts_with("--") => {
                run.doubt(unknown::OPTION_UNKNOWN);
                rest = after;
            }
            // `py -3.11`
            _ if text.starts_with("-2") || text.starts_with("-3") => rest = after,
            _ if text.starts_with('-') => match cluster(run, text, after, &mut options) {
                Cluster::More(left) => rest = left,
                Cluster::Code(code) => {
                    meaning::code(run, "python", &code);
                    return finish(run, &options, input);
                }
                Cluster::Module(module, arguments) => {
                    let output = self::module(run, &module, arguments, input.clone());
                    if options.stays {
                        return finish(run, &options, input);
                    }
                    return output;
                }
            },
            _ => break,
        }
    }
    let Some((script, arguments)) = rest.split_first() else { return source(run, &input) };
    if meaning::is_stream(script) && meaning::content(run, script).is_none() {
        return source(run, &input);
    }
    self::script(run, script, arguments);
    finish(run, &options, input)
}

/// What a word of short options comes to.
enum Cluster<'f> {
    More(&'f [Field]),
    Code(Field),
    Module(Field, &'f [Field]),
}

fn cluster<'f>(run: &mut Run<'_>, text: &str, after: &'f [Field], options: &mut Options) -> Cluster<'f> {
    let mut letters = text.strip_prefix('-').unwrap_or_default().chars();
    while let Some(letter) = letters.next() {
        let attached = letters.as_str();
        let (value, left) = if attached.is_empty() {
            (after.first().cloned(), after.get(1..).unwrap_or_default())
        } else {
            (Some(Field::literal(attached)), after)
        };
        match letter {
            'c' => return Cluster::Code(value.unwrap_or_default()),
            'm' => return Cluster::Module(value.unwrap_or_default(), left),
            'W' => {
                // A category behind the first colons is a class, whose module is loaded.
                let plain = value
                    .as_ref()
                    .and_then(Field::text)
                    .is_some_and(|value| !value.contains(['.', '/']) && !value.contains("__"));
                if !plain {
                    run.doubt(unknown::OPTION_ODD);
                }
                return Cluster::More(left);
            }
            'X' => {
                let known = [
                    "utf8",
                    "dev",
                    "importtime",
                    "faulthandler",
                    "tracemalloc",
                    "no_debug_ranges",
                    "frozen_modules",
                    "int_max_str_digits",
                    "showrefcount",
                    "gil",
                    "cpu_count",
                    "warn_default_encoding",
                    "perf",
                ];
                let plain = value
                    .as_ref()
                    .and_then(Field::text)
                    .is_some_and(|value| known.contains(&value.split('=').next().unwrap_or_default()));
                if !plain {
                    run.doubt(unknown::OPTION_ODD);
                }
                return Cluster::More(left);
            }
            'Q' => return Cluster::More(left),
            'i' => options.stays = true,
            'b' | 'B' | 'd' | 'E' | 'I' | 'O' | 'P' | 'q' | 'R' | 's' | 'S' | 'u' | 'v' | 't' | '3' => {}
            _ => run.doubt(unknown::OPTION_UNKNOWN),
        }
    }
    Cluster::More(after)
}

/// Behind the code: with `-i`, what flows in is run as well.
fn finish(run: &mut Run<'_>, options: &Options, input: Stream) -> Stream {
    if options.stays {
        source(run, &input);
    }
    Stream::local()
}

/// Code that flows in.
fn source(run: &mut Run<'_>, input: &Stream) -> Stream {
    flowing(run, "python", "python", input)
}

/// Code of a language that flows in; nothing flows into an interpreter that waits for somebody to type.
pub(super) fn flowing(
    run: &mut Run<'_>,
    language: &'static str,
    program: &'static str,
    input: &Stream,
) -> Stream {
    if input.is_nothing() {
        return interactive(run, program);
    }
    match input.literal().map(str::to_owned) {
        Some(text) => meaning::code(run, language, &Field::literal(text)),
        None => run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() }),
    }
    Stream::local()
}

/// A script of the project is run as a part of it; one that was just written is read.
pub(super) fn of_the_project(run: &mut Run<'_>, language: &'static str, program: &'static str, file: &Field) {
    if meaning::content(run, file).is_some() {
        return meaning::file(run, file, language);
    }
    if file.prefix().contains("://") {
        meaning::fetch(run, file);
        return run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
    }
    meaning::declared(run, "process.run", program);
    meaning::own_code(run, file);
}

fn script(run: &mut Run<'_>, file: &Field, arguments: &[Field]) {
    let manage = file.text().is_some_and(|text| text.rsplit('/').next() == Some("manage.py"));
    if manage && meaning::content(run, file).is_none() {
        manage_py(run, file, arguments);
        return;
    }
    of_the_project(run, "python", "python", file);
}

/// Modules that are programs of their own, by the name of the program.
const PROGRAMS: &[(&str, &str)] = &[
    ("pip", "pip"),
    ("pytest", "pytest"),
    ("py.test", "pytest"),
    ("tox", "tox"),
    ("nox", "nox"),
    ("black", "black"),
    ("mypy", "mypy"),
    ("ruff", "ruff"),
    ("flake8", "flake8"),
    ("pylint", "pylint"),
    ("isort", "isort"),
    ("coverage", "coverage"),
    ("poetry", "poetry"),
    ("pipenv", "pipenv"),
    ("virtualenv", "virtualenv"),
    ("twine", "twine"),
    ("pre_commit", "pre-commit"),
    ("uv", "uv"),
    ("jupyter", "jupyter"),
    ("notebook", "jupyter"),
    ("django", "django-admin"),
    ("flask", "flask"),
    ("celery", "celery"),
    ("gunicorn", "gunicorn"),
    ("uvicorn", "uvicorn"),
    ("alembic", "alembic"),
    ("pdm", "pdm"),
    ("hatch", "hatch"),
    ("bandit", "bandit"),
    ("pyright", "pyright"),
    ("autopep8", "autopep8"),
    ("yapf", "yapf"),
    ("vulture", "vulture"),
    ("pip_audit", "pip-audit"),
    ("sphinx", "sphinx-build"),
    ("mkdocs", "mkdocs"),
    ("ansible", "ansible"),
    ("yamllint", "yamllint"),
    ("pipx", "pipx"),
    ("IPython", "ipython"),
    ("pycodestyle", "pycodestyle"),
    ("pydocstyle", "pydocstyle"),
    ("pyflakes", "pyflakes"),
    ("pyupgrade", "pyupgrade"),
    ("build", "pyproject-build"),
    ("conda", "conda"),
    ("awscli", "aws"),
    ("httpie", "http"),
    ("yt_dlp", "yt-dlp"),
];

/// Modules of Python itself, as rows: what their arguments are.
const MODULES: &[Row] = &[
    row("json.tool", "gnu -h/info --sort-keys --no-ensure-ascii --json-lines --indent=word --tab --no-indent --compact", "read? write?"),
    row("http.server SimpleHTTPServer CGIHTTPServer", "-h,--help/info --cgi/odd -b,--bind=word -d,--directory=list -p=word --protocol=word", "word?").also(|run, given| {
        let port = given.operands.first().and_then(Field::text).and_then(|text| text.parse().ok()).or(Some(8000));
        let host = given.value("-b").and_then(Field::text).unwrap_or("0.0.0.0");
        run.effect(Action::NET_LISTEN, crate::effects::web::host(host, port));
    }),
    row("venv", "-h,--help/info --system-site-packages --symlinks --copies --clear --upgrade --without-pip --prompt=word --upgrade-deps!package.install --without-scm-ignore-files", "writetree+"),
    row("ensurepip", "...", "").does("package.install"),
    row("unittest doctest test", "...", "word*").does("process.run=python"),
    row("compileall", "-f -q -l -r=word -d=word -s=word -p=word -x=word -i=read -b -o=word -e=word -j=word --invalidation-mode=word --hardlink-dupes", "word*").also(|run, given| {
        let here = [Field::literal(".")];
        let roots = if given.operands.is_empty() { &here[..] } else { &given.operands };
        for root in roots {
            for name in meaning::names(run, root) {
                let path = crate::effects::shell::command::strictly_below(name);
                run.effect(Action::FILE_WRITE, Resource::Path { path, tree: false });
            }
        }
    }),
    row("py_compile", "-f -q -l -r=word -d=word -s=word -p=word -x=word -i=read -b -o=word -e=word -j=word --invalidation-mode=word --hardlink-dupes", "write*"),
    row("base64 quopri uu", "-d -e -u -t -h/info", "read?"),
    row("zipfile tarfile", "-l,--list=read -e,--extract=word -c,--create=write -t,--test=read -v --metadata-encoding=word --filter=word", "word*").also(|run, given| {
        if let Some(archive) = given.value("-e").cloned() {
            meaning::path(run, Action::FILE_READ, &archive, false);
            let target = given.operands.first().cloned().unwrap_or_else(|| Field::literal("."));
            meaning::path(run, Action::FILE_WRITE, &target, true);
        }
        if given.has("-c") {
            for file in &given.operands {
                meaning::path(run, Action::FILE_READ, file, true);
            }
        }
    }),
    row("gzip", "-d,--decompress -h/info --fast --best", "write*"),
    row("ast tokenize dis symtable tabnanny pyclbr mimetypes filecmp encodings.rot_13 csv difflib", "-h,--help/info -m=word -a -i=word -e -C -O -S -v --indent=word --no-type-comments --mode=word", "read*"),
    row("this calendar platform locale sysconfig site uuid keyword string random __hello__ textwrap nturl2path", "...", "word*"),
    row("timeit", "-h/info -n,--number=word -r,--repeat=word -s,--setup=word -p,--process -u,--unit=word -v,--verbose", "word*").also(|run, given| {
        let mut text = String::new();
        let mut dynamic = false;
        for field in given.values("-s").chain(&given.operands) {
            dynamic |= field.text().is_none();
            text.push_str(field.text().unwrap_or_default());
            text.push('\n');
        }
        let code = if dynamic { Field::any() } else { Field::literal(text) };
        meaning::code(run, "python", &code);
    }),
    row("cProfile profile trace", "-o=write -s=word -m=odd -t,--trace -c,--count -l,--listfuncs -T,--trackcalls -f,--file=write -C,--coverdir=write -R -g,--timing --ignore-module=word --ignore-dir=word -r,--report --missing --summary", "word*").style(Style::First).also(|run, given| {
        if let Some(file) = given.operands.first() {
            of_the_project(run, "python", "python", &file.clone());
        }
    }),
    row("pdb", "-c,--command=word -m=word -p=word -h/info", "word*").style(Style::First).also(|run, given| {
        run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() });
        if let Some(file) = given.operands.first() {
            of_the_project(run, "python", "python", &file.clone());
        }
    }),
    row("webbrowser", "-t -n -d", "fetch"),
    row("pydoc", "-k=word -n=word -p=word!net.listen -b!net.listen -w!file.write", "word*"),
    row("zipapp", "-o,--output=write -p,--python=word -m,--main=word -c,--compress --info", "read"),
    row("sqlite3", "-v/info -h/info", "word? sql:sqlite?"),
    row("code asyncio _pyrepl", "...", "word*").gives(|run, given| source(run, &given.input)),
    row("idlelib", "... -c=code:python", "word*").does("process.run=python"),
];

fn module(run: &mut Run<'_>, module: &Field, arguments: &[Field], input: Stream) -> Stream {
    let Some(name) = module.text().map(str::to_owned) else {
        run.doubt(unknown::PROGRAM_DYNAMIC);
        return Stream::local();
    };
    // One that lies here is taken before those that are installed.
    let first = name.split('.').next().unwrap_or(&name);
    let written = run
        .state
        .written
        .keys()
        .any(|path| path.ends_with(&format!("/{first}.py")) || path.contains(&format!("/{first}/")));
    if written {
        run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() });
        return Stream::local();
    }
    let label = format!("python -m {name}");
    if let Some((_, program)) = PROGRAMS.iter().find(|(known, _)| *known == name) {
        let words: Vec<Field> =
            std::iter::once(Field::literal(*program)).chain(arguments.iter().cloned()).collect();
        return run.within(&label, None, |run| run.program(&words, input));
    }
    if let Some(row) = MODULES.iter().find(|row| row.is_named(&name)) {
        return run.within(&label, None, |run| run.apply(row, &name, arguments, input));
    }
    run.effect(Action::PROCESS_RUN, Resource::Program { program: Name::Literal(name) });
    Stream::local()
}
