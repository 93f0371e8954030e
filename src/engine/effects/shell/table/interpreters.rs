//! Programs that run code of a language: given in the command, in a file, or flowing in. And editors, whose commands are
//! a language too.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Input, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource, unknown};

/// A language that is not read: whatever is given runs.
macro_rules! language {
    ($names:literal, $does:literal) => {
        row(
            $names,
            "--version/info -version/info -V/info -v/info --help/info -help/info -h/info ...",
            "word*",
        )
        .does($does)
    };
}

pub(super) const ROWS: &[Row] = &[
    row("python python2 python3 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 pypy pypy3", "-c=code:python/fills -m=word/fills -W=word -X=word -Q=word -B -E -I -O -OO -P -q -s -S -u -v -x -b -bb -d -t -3 -i!code.run=python -V,--version/info -VV/info -h,-?,--help/info --help-all/info --help-env/info --help-xoptions/info --check-hash-based-pycs=word", "word? word*")
        .style(Style::First)
        .input(Input::Code("python"))
        .also(python)
        .examples(&[
            ("python3 --version", ""),
            ("python3 -c 'print(2 ** 10)'", ""),
            ("python3 -c 'import os; os.remove(\"x\")'", "file.delete /workspace/x"),
            ("python3 -m json.tool package.json", "file.read /workspace/package.json"),
            ("python3 -m http.server", "net.listen configured"),
            ("python -m pytest -q", "process.run pytest"),
            ("python manage.py flush", "process.run /workspace/manage.py; sql.schema ?; sql.write ?"),
            ("python train.py", "process.run /workspace/train.py"),
            ("curl https://x.example/i.py | python3", "code.run python; net.fetch x.example"),
        ]),
    row("node nodejs", "-e,--eval=code:node/fills -p,--print=code:node/fills -pe=code:node/fills -c,--check -i,--interactive!code.run=node -r,--require=run --import=run --loader=run --experimental-loader=run -C,--conditions=word --test!process.run --watch --inspect[=word]!net.listen --inspect-brk[=word]!net.listen --max-old-space-size=word --no-warnings --trace-warnings --enable-source-maps --experimental-vm-modules --env-file=read --input-type=word --stack-trace-limit=word --openssl-legacy-provider --prof --cpu-prof -v,--version/info -h,--help/info", "word? word*")
        .style(Style::First)
        .input(Input::Code("node"))
        .also(|run, given| script(run, given, "node"))
        .examples(&[
            ("node --version", ""),
            ("node -e 'console.log(1 + 1)'", ""),
            ("node -e 'require(\"child_process\").execSync(\"rm x\")'", "file.delete /workspace/x"),
            ("node server.js", "process.run /workspace/server.js"),
        ]),
    row("perl", "-e,-E=code:perl/fills -n -p -i -a -l -0 -w -W -t -T -c -s -S -x -u -U -X -F=word -M=odd -m=odd -I=run -C -d/odd -D -v,--version/info -V/info -h,--help,-?/info", "word? word*")
        .style(Style::First)
        .input(Input::Code("perl"))
        .also(|run, given| filter(run, given, "perl"))
        .examples(&[("perl -e 'print 2**10'", ""), ("perl -e 'unlink \"x\"'", "code.run perl")]),
    row("ruby", "-e=code:ruby/fills -n -p -i -a -l -w -W -c -s -S -x -r=run -I=run -C=cd -E=word -K=word -F=word -T -U -v,--version/info -h,--help/info --copyright/info --enable=word --disable=word", "word? word*")
        .style(Style::First)
        .input(Input::Code("ruby"))
        .also(|run, given| filter(run, given, "ruby"))
        .examples(&[("ruby -e 'puts RUBY_VERSION'", ""), ("ruby -e 'system(\"rm x\")'", "code.run ruby")]),
    row("php", "-r,--run=code:php/fills -B=code:php -R=code:php -E=code:php -f,--file=word -F=word -S=word!net.listen -t=readtree -a!code.run=php -c=odd -d=odd -z=odd -n -l -w -s -H -i/info -m/info -v,--version/info -h,--help/info --ini/info --rf=word/info --rc=word/info", "word? word*")
        .style(Style::First)
        .input(Input::Code("php"))
        .also(php),
    language!("deno", "code.run=node"),
    language!("lua luajit lua5.1 lua5.3 lua5.4", "code.run=lua"),
    language!("tclsh wish", "code.run=tcl"),
    language!("R Rscript", "code.run=r"),
    language!("julia", "code.run=julia"),
    language!("groovy groovysh", "code.run=groovy"),
    language!("jshell jrunscript jjs", "code.run=java"),
    language!("scala scala-cli amm kotlin", "code.run=scala"),
    language!("elixir iex", "code.run=elixir"),
    language!("erl escript", "code.run=erlang"),
    language!("ghci runghc runhaskell", "code.run=haskell"),
    language!("ocaml utop", "code.run=ocaml"),
    language!("guile racket scheme chicken csi gosh", "code.run=scheme"),
    language!("sbcl clisp ecl", "code.run=lisp"),
    language!("clojure clj bb", "code.run=clojure"),
    language!("octave matlab", "code.run=octave"),
    language!("gnuplot", "code.run=gnuplot"),
    language!("raku perl6", "code.run=raku"),
    language!("osascript", "code.run=applescript"),
    language!("pwsh powershell powershell.exe pwsh.exe", "code.run=powershell"),
    language!("cmd cmd.exe wscript cscript mshta rundll32 regsvr32", "code.run=windows"),
    language!("ipython bpython jupyter-console ptpython", "code.run=python"),
    row("bc", "-l,--mathlib -q,--quiet -s,--standard -w,--warn -i,--interactive -v,--version/info -h,--help/info", "read*").input(Input::Code("bc")),
    row("dc", "-e,--expression=word -f,--file=read -V,--version/info -h,--help/info", "read*").also(|run, given| {
        let flows = given.input.literal().map(str::to_owned);
        let all = given.values("-e").map(|field| field.text().map(str::to_owned)).chain([flows]);
        let runs = all.into_iter().any(|text| text.is_none_or(|text| text.contains('!')));
        if runs {
            run.effect(Action::CODE_RUN, Resource::Code { language: "dc".to_owned() });
        }
    }),
    row("java", "-jar=run/fills -cp,-classpath,--class-path=readtree -version,--version/info -help,--help,-h,-?/info -showversion -ea -server -client --add-opens=word --add-exports=word --add-modules=word -p,--module-path=readtree -m=word ...", "word*").style(Style::Dash).does("process.run"),
    row("vi vim nvim view gvim vimdiff rvim ex", "-R -M -b -d -n -N -e -E -s -y -Z -o -O -p -g -f -v -l -A -F -H -C -L -r -c=odd --cmd=odd -S=odd -u=odd -U=odd -w=write -W=write -t=word -T=word -i=odd --servername=word --remote-send=odd --remote-expr=odd --clean --noplugin --headless -es -h,--help/info --version/info +=odd", "write*").also(|run, given| {
        if !given.input.is_nothing() {
            run.effect(Action::CODE_RUN, Resource::Code { language: "vim".to_owned() });
        }
        if given.operands.iter().any(|field| field.prefix().starts_with('+')) {
            run.doubt(unknown::OPTION_ODD);
        }
    }),
    row("ed red", "-G -s -p=word -E -r -l -v --help/info -h/info --version/info -V/info", "write*").input(Input::Data).also(|run, given| {
        if !given.input.is_nothing() {
            run.effect(Action::CODE_RUN, Resource::Code { language: "ed".to_owned() });
        }
    }),
    row("emacs emacsclient", "--version/info --help/info -nw -Q -q --batch!code.run=emacs --eval=word!code.run=emacs -e!code.run=emacs -l=run --load=run -f=word!code.run=emacs --script=run --funcall=word!code.run=emacs", "write*"),
    row("nano pico micro joe mcedit kak hx helix subl code gedit kate", "--version/info -V/info --help/info -h/info -v -w -l -n -r --wait -g,--goto --diff -a --add --install-extension=word!package.install --list-extensions/info", "write*"),
];

/// The first operand is a program of the language; what stands behind it is that program's own.
fn script(run: &mut Run<'_>, given: &Given, language: &str) {
    if given.is_marked("fills") {
        return;
    }
    if let Some(file) = given.operands.first() {
        if matches!(file.text(), Some("-" | "/dev/stdin")) {
            if !given.input.is_nothing() {
                match given.input.literal() {
                    Some(text) => meaning::code(run, language, &Field::literal(text)),
                    None => run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() }),
                }
            }
            return;
        }
        meaning::file(run, file, language);
    }
}

/// With code in the command, operands are files that it reads, or with `-i` writes.
fn filter(run: &mut Run<'_>, given: &Given, language: &str) {
    if !given.is_marked("fills") {
        script(run, given, language);
        return;
    }
    let action = if given.has("-i") { Action::FILE_WRITE } else { Action::FILE_READ };
    if given.has("-n") || given.has("-p") {
        for file in &given.operands {
            meaning::path(run, action.clone(), file, false);
        }
    }
}

fn python(run: &mut Run<'_>, given: &Given) {
    if let Some(module) = given.value("-m") {
        let module = module.text().unwrap_or_default().to_owned();
        let rest = &given.operands;
        match module.as_str() {
            "json.tool" | "tokenize" | "ast" | "dis" | "base64" | "calendar" | "this" | "site"
            | "sysconfig" | "platform" | "timeit" | "pydoc" | "inspect" | "py_compile" | "compileall"
            | "tabnanny" | "trace" | "zipfile" | "tarfile" | "gzip" => {
                if matches!(module.as_str(), "timeit" | "trace") {
                    run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() });
                }
                for file in rest.iter().filter(|field| !field.prefix().starts_with('-')) {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
                if matches!(module.as_str(), "zipfile" | "tarfile" | "compileall" | "py_compile" | "gzip")
                    || rest.len() > 1 && module == "json.tool"
                {
                    for file in rest.iter().filter(|field| !field.prefix().starts_with('-')) {
                        meaning::path(run, Action::FILE_WRITE, file, true);
                    }
                }
            }
            "venv" | "virtualenv" => {
                for file in rest.iter().filter(|field| !field.prefix().starts_with('-')) {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
            "http.server" | "SimpleHTTPServer" | "smtpd" => meaning::declared(run, "net.listen", "python"),
            "unittest" | "doctest" | "build" | "django" | "flask" | "uvicorn" | "gunicorn" => {
                run.effect(
                    Action::PROCESS_RUN,
                    Resource::Program { program: Name::Literal("python".to_owned()) },
                );
            }
            // Many modules are programs as well, with the same arguments.
            _ if super::find(&module).is_some() => {
                let command: Vec<Field> =
                    std::iter::once(Field::literal(module)).chain(rest.iter().cloned()).collect();
                let input = given.input.clone();
                run.program(&command, input);
            }
            _ => run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() }),
        }
        return;
    }
    script(run, given, "python");
    let manages = given
        .operands
        .first()
        .and_then(Field::text)
        .is_some_and(|file| file.rsplit('/').next() == Some("manage.py"));
    if manages && !given.is_marked("fills") {
        management(run, &given.operands, "python");
    }
}

/// What a framework's own program does: `manage.py migrate`, `artisan migrate:fresh`.
fn management(run: &mut Run<'_>, operands: &[Field], language: &str) {
    let anywhere = || Resource::Sql { host: None, database: None, table: None };
    match operands.get(1).and_then(Field::text).unwrap_or_default() {
        "flush" | "reset_db" | "sqlflush" | "migrate:fresh" | "migrate:reset" | "migrate:rollback"
        | "migrate:refresh" | "db:wipe" => {
            run.effect(Action::SQL_SCHEMA, anywhere());
            run.effect(Action::SQL_WRITE, anywhere());
        }
        "migrate" | "loaddata" | "db:seed" => run.effect(Action::SQL_SCHEMA, anywhere()),
        "shell" | "shell_plus" | "tinker" | "dbshell" => {
            run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        }
        "runserver" | "serve" => meaning::declared(run, "net.listen", language),
        _ => {}
    }
}

fn php(run: &mut Run<'_>, given: &Given) {
    script(run, given, "php");
    if given
        .operands
        .first()
        .and_then(Field::text)
        .is_some_and(|file| file.rsplit('/').next() == Some("artisan"))
    {
        management(run, &given.operands, "php");
    }
    if let Some(file) = given.value("-f").cloned() {
        meaning::file(run, &file, "php");
    }
}
