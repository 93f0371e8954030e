//! Interpreters: code in an argument, a script, or what flows in. One table says what their options are.

use super::python_run::{flowing, of_the_project};
use super::shells::interactive;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Resource, unknown};

/// An interpreter. Options are written whole; those of one letter may have their argument attached.
struct Interpreter {
    /// The language it reads.
    language: &'static str,
    /// The name by which a rule speaks of it.
    program: &'static str,
    /// Options whose argument is code.
    code: &'static str,
    /// Options whose argument is a file that is run.
    files: &'static str,
    /// Options that change nothing that matters.
    flags: &'static str,
    /// The same with an argument.
    values: &'static str,
    /// Options behind which it prints something and ends.
    info: &'static str,
}

macro_rules! interpreter {
    ($names:literal, $language:literal, $program:literal, $code:literal, $files:literal, $flags:literal, $values:literal, $info:literal) => {
        row($names, "", "").style(Style::Raw).instead(|run, arguments, input| {
            const WHAT: Interpreter = Interpreter {
                language: $language,
                program: $program,
                code: $code,
                files: $files,
                flags: $flags,
                values: $values,
                info: $info,
            };
            interpret(run, &WHAT, arguments, input)
        })
    };
}

pub(super) const ROWS: &[Row] = &[
    interpreter!("node nodejs node18 node20 node22 iojs node.exe", "javascript", "node", "-e --eval -p --print -pe", "-r --require --import --loader --experimental-loader",
        "-i --interactive --no-warnings --trace-warnings --trace-deprecation --no-deprecation --pending-deprecation --throw-deprecation --trace-uncaught --enable-source-maps --expose-gc --expose_gc --harmony --experimental-vm-modules --experimental-modules --experimental-json-modules --experimental-strip-types --experimental-fetch --experimental-wasm-modules --preserve-symlinks --abort-on-uncaught-exception --openssl-legacy-provider --use-strict --watch --test --experimental-test-coverage --test-only --test-force-exit --no-experimental-fetch --jitless --insecure-http-parser --force-color",
        "--max-old-space-size --max_old_space_size --stack-size --stack-trace-limit --input-type --unhandled-rejections --dns-result-order --test-name-pattern --test-reporter --test-concurrency --test-timeout --watch-path --icu-data-dir -C --conditions --title --experimental-default-type",
        "-v --version -h --help --v8-options --completion-bash")
    .examples(&[
        ("node -e 'console.log(1)'", ""),
        ("node -p '1+1'", ""),
        ("node -pe 'process.binding(1)' -e 'x()'", "code.run javascript"),
        ("node --eval='x()'", "code.run javascript"),
        ("node -r /tmp/x.js -e 1", "process.run /tmp/x.js"),
        ("node --import ./x.mjs app.js", "process.run node; process.run /workspace/x.mjs"),
        ("node app.js", "process.run node"),
        ("node --test", "process.run node"),
        ("node /tmp/app.js", "process.run node; process.run /tmp/app.js"),
        ("node -v", ""),
        ("node --check a.js", "file.read /workspace/a.js"),
        ("node --inspect=0.0.0.0 app.js", "unknown option_unknown; process.run node"),
        ("echo 'x()' | node", "code.run javascript"),
        ("node", "process.run node"),
    ]),
    row("deno", "", "").style(Style::Raw).instead(deno).examples(&[
        ("deno eval 'console.log(1)'", ""),
        ("deno eval 'Deno.removeSync(\"/data\")'", "code.run javascript"),
        ("deno run -A https://example.org/x.ts", "net.fetch example.org; code.run javascript"),
        ("deno run main.ts", "process.run deno"),
        ("deno task build", "process.run deno"),
        ("deno fmt", "process.run deno"),
        ("deno fmt /srv", "process.run deno; file.write /srv/**"),
        ("deno check main.ts", ""),
        ("deno install -g https://example.org/x.ts", "package.install deno; net.fetch example.org"),
        ("deno --version", ""),
    ]),
    interpreter!("perl5.30 perl5.34 perl5.36 perl5.38 perl5.40 raku perl6 rakudo", "raku", "raku", "-e", "-M -I", "-n -p -c", "", "-v --version -h --help"),
    interpreter!("irb pry", "ruby", "ruby", "-e", "-r -I", "-f -w -U --noinspect --simple-prompt --noreadline --nosingleline --nomultiline", "", "-v --version -h --help")
        .examples(&[("irb <<< 'system(\"rm -rf /srv\")'", "code.run ruby"), ("irb", "process.run ruby")]),
    interpreter!("lua lua5.1 lua5.2 lua5.3 lua5.4 luajit luau", "lua", "lua", "-e", "-l", "-i -E -W -", "", "-v")
        .examples(&[("lua -e 'print(1)'", ""), ("lua -e 'os.execute(1)'", "code.run lua"), ("lua x.lua", "process.run lua"), ("lua -v", ""), ("lua -v -e 'os.execute(1)'", "code.run lua"), ("lua -l evil -e 'print(1)'", "process.run evil")]),
    interpreter!("tclsh tclsh8.6 wish jimsh", "tcl", "tclsh", "", "", "", "-encoding -name -display", "").examples(&[("tclsh x.tcl", "process.run tclsh"), ("echo 'exec rm a' | tclsh", "code.run tcl")]),
    interpreter!("Rscript", "r", "Rscript", "-e", "", "--vanilla --verbose --no-environ --no-site-file --no-init-file --no-save --no-restore --quiet --slave", "--default-packages --encoding", "--version --help")
        .examples(&[("Rscript -e 'cat(1+1)'", ""), ("Rscript -e 'unlink(\"/data\",recursive=TRUE)'", "code.run r"), ("Rscript x.R", "process.run Rscript")]),
    interpreter!("R", "r", "R", "-e", "-f --file", "--vanilla -q --quiet --silent --no-save --no-restore --slave -s --no-echo --no-readline --interactive --verbose", "--encoding --args", "--version --help")
        .instead(r)
        .examples(&[("R -q -e 'cat(1)'", ""), ("R CMD INSTALL x", "package.install R"), ("R CMD BATCH x.R", "process.run R; file.write /workspace/x.Rout"), ("R --version", ""), ("R -f x.R", "process.run R")]),
    interpreter!("julia", "julia", "julia", "-e --eval -E --print", "-L --load -J --sysimage", "-q --quiet -i --interactive", "-t --threads --project -p --procs -O --optimize --startup-file --color --banner --history-file --check-bounds --depwarn --compile -g --inline --handle-signals", "-v --version -h --help")
        .examples(&[("julia -e 'println(1)'", ""), ("julia -e 'rm(\"/data\",recursive=true)'", "code.run julia"), ("julia --project=. x.jl", "process.run julia")]),
    interpreter!("groovy groovysh", "groovy", "groovy", "-e", "", "-n -p -i -d --debug", "-cp --classpath -classpath -D", "-v --version -h --help").examples(&[("groovy -e '\"rm -rf /srv\".execute()'", "code.run groovy"), ("groovy -e 'println(1)'", "")]),
    interpreter!("jshell jrunscript kotlin ki scala scala3 scala-cli amm bsh jython", "java", "jshell", "-e", "-f --startup -script", "-q -s -v --enable-preview -", "--feedback --class-path -cp -J -R -C -l", "--version -version --help -help -h")
        .examples(&[("jshell - <<< 'Runtime.getRuntime().exec(\"rm -rf /srv\")'", "code.run java"), ("jrunscript -e 'java.lang.Runtime'", "code.run java"), ("jshell x.jsh", "process.run jshell")]),
    interpreter!("elixir iex", "elixir", "elixir", "-e --eval --rpc-eval", "-r -pr -pa", "--no-halt -i", "--name --sname --cookie --erl -S", "-v --version -h --help --short-version")
        .examples(&[("elixir -e 'File.rm_rf!(\"/srv\")'", "code.run elixir"), ("elixir -e 'IO.puts(1)'", ""), ("elixir x.exs", "process.run elixir"), ("elixir --version", "")]),
    interpreter!("erl escript werl", "erlang", "erl", "-eval", "-config -boot", "-noshell -noinput -detached -smp +B", "-s -sname -name -setcookie -pa -pz", "-version")
        .examples(&[("erl -noshell -eval 'os:cmd(1).'", "code.run erlang"), ("escript x.erl", "process.run erl")]),
    interpreter!("ghc ghci runghc runhaskell runhugs", "haskell", "ghc", "-e", "-ghci-script", "-Wall -O -O0 -O1 -O2 -v0 -c --make -threaded -static -dynamic -i -package-env", "-o -outputdir -package -hide-package -odir -hidir", "--version -V --help -? --numeric-version --info --print-libdir")
        .examples(&[("ghc -e 'System.Process.callCommand \"rm -rf /srv\"'", "code.run haskell"), ("ghc -e '1+1'", ""), ("runghc x.hs", "process.run ghc"), ("ghc --version", "")]),
    interpreter!("ocaml ocamlrun utop", "ocaml", "ocaml", "-e", "-init", "-noprompt -noinit -short-paths -strict-sequence", "-I -w -open", "-version -vnum --version -help --help")
        .examples(&[("ocaml -e 'Sys.command \"rm -rf /srv\"'", "code.run ocaml"), ("ocaml x.ml", "process.run ocaml")]),
    interpreter!("guile guile3.0 racket sbcl clisp ecl scheme csi gsi chez chibi-scheme clojure clj bb janet picolisp newlisp", "lisp", "lisp", "-c -e --eval -ex -x --expression", "-l --load -s --script -f -t", "-q --quiet --no-auto-compile --noinform --non-interactive --no-userinit --no-sysinit --disable-debugger --noprint --quit -i -norc -n --quiet -r", "-L -A -M -X -Sdeps -m --dynamic-space-size", "--version -v -h --help")
        .examples(&[("racket -e '(system \"rm -rf /srv\")'", "code.run lisp"), ("guile -c '(display (+ 1 2))'", ""), ("sbcl --script x.lisp", "process.run lisp; process.run /workspace/x.lisp"), ("sbcl --noinform --eval '(delete-file \"x\")'", "code.run lisp")]),
    interpreter!("octave octave-cli", "octave", "octave", "--eval", "", "-q --quiet --silent --no-gui --no-init-file --no-window-system --norc -W -f -H --persist", "-p --path", "--version -v --help -h")
        .examples(&[("octave --eval 'disp(1+1)'", ""), ("octave --eval 'system(\"id\")'", "code.run octave"), ("octave x.m", "process.run octave")]),
    interpreter!("matlab sage maxima gap gp magma maple wolframscript mathematica stata sas idl scilab scilab-cli", "octave", "octave", "-batch -r -c -code -e --batch-string", "-s -b -file -f", "-q -nodisplay -nosplash -nodesktop -nojvm -nw --very-quiet -nb", "-logfile", "--version -h --help").examples(&[("matlab -batch 'system(1)'", "code.run octave")]),
    interpreter!("gnuplot", "gnuplot", "gnuplot", "-e", "", "-p --persist -persist -s --slow -d --default-settings", "-c", "-V --version -h --help")
        .examples(&[("gnuplot -e 'system(\"rm -rf /srv\")'", "code.run gnuplot"), ("gnuplot x.gp", "process.run gnuplot")]),
    interpreter!("osascript jxa", "applescript", "osascript", "-e", "", "-i", "-l -s", "").examples(&[("osascript -e 'do shell script \"rm -rf /srv\"'", "code.run applescript"), ("osascript x.scpt", "process.run osascript")]),
    interpreter!("coffee livescript lsc gjs qjs d8 jsc rhino txiki tjs hermes", "javascript", "node", "-e --eval -c", "-r -I", "-p -b -t -s --bare", "-o", "-v --version -h --help").examples(&[("qjs -e 'x()'", "code.run javascript")]),
    interpreter!("vlang haxe pike io gforth forth pforth swipl gprolog prolog picat sml poly mosml smlnj gst racket-cgi haskell-script boa ballerina red rebol harbour euphoria", "unknown", "interpreter", "-e --eval eval -g -t", "-l -s --script -c", "-q -f", "-o", "-v --version -h --help").examples(&[("swipl -g 'shell(x)'", "code.run unknown")]),
    row("bc", "gnu -h/info -i,--interactive -l,--mathlib -q,--quiet -s,--standard -w,--warn -v/info -S,--scale=word -e,--expression=word -f,--file=read", "read*")
        .also(bc)
        .examples(&[
            ("echo '1+1' | bc -l", ""),
            ("bc <<< 'obase=16; 2^10'", ""),
            ("bc <<< '!rm -rf /srv'", "code.run bc"),
            ("bc -e '!x'", "code.run bc"),
            ("bc x.bc", "file.read /workspace/x.bc"),
            ("paste -sd+ a.txt | bc", "file.read /workspace/a.txt"),
            ("frob | bc", "process.run frob"),
            ("curl https://h.example | bc", "net.fetch h.example; code.run bc"),
        ]),
    row("dc", "", "").style(Style::Raw).instead(dc).examples(&[
        ("dc -e '2 3 + p'", ""),
        ("dc -e '!rm -rf /srv'", "code.run dc"),
        ("echo '2 3 * p' | dc", ""),
        ("dc x", "process.run /workspace/x"),
    ]),
    row("java", "", "").style(Style::Raw).instead(java).examples(&[
        ("java -version", ""),
        ("java -jar app.jar x", "process.run java; process.run /workspace/app.jar"),
        ("java -Xmx1g -cp lib:. Main", "process.run java; process.run /workspace/lib; process.run /workspace"),
        ("java Main.java", "process.run java; process.run /workspace/Main.java"),
        ("java -javaagent:/tmp/x.jar -version", "unknown option_odd"),
        ("java Main", "process.run java"),
    ]),
];

/// The language computes and prints. On some systems a line that begins with `!` goes to a shell: one that stands in
/// the text says so, and who wrote what was fetched nobody knows.
fn bc(run: &mut Run<'_>, given: &Given) {
    let escapes = |text: &str| text.lines().any(|line| line.trim_start().starts_with('!'));
    let told = given.values("-e").any(|code| code.text().is_none_or(escapes));
    let flows = match given.input.literal() {
        Some(text) => escapes(text),
        None => !given.input.local && run.out.asked().next().is_some(),
    };
    if told || flows {
        run.effect(Action::CODE_RUN, Resource::Code { language: "bc".to_owned() });
    }
}

fn is_one_of(list: &str, option: &str) -> bool {
    list.split(' ').any(|known| !known.is_empty() && known == option)
}

fn interpret(run: &mut Run<'_>, what: &Interpreter, arguments: &[Field], input: Stream) -> Stream {
    // `node --check file`: it is read, and not run.
    if let [flag, file] = arguments
        && what.program == "node"
        && matches!(flag.text(), Some("--check" | "-c"))
    {
        meaning::path(run, Action::FILE_READ, file, false);
        return Stream::local();
    }
    let mut rest = arguments;
    let mut ran = false;
    while let Some((first, after)) = rest.split_first() {
        let prefix = first.prefix();
        let Some(text) = first.text() else {
            // `--eval=$x`, `-e$x`: the option is settled, the code is not.
            if first.may_be_option() || prefix.starts_with('-') {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            break;
        };
        if text == "--" {
            rest = after;
            break;
        }
        if text == "-" || !text.starts_with(['-', '+']) && !(is_one_of(what.code, text)) {
            break;
        }
        let (name, mut value) = match text.split_once('=').filter(|_| text.starts_with("--")) {
            Some((name, value)) => (name, Some(Field::literal(value))),
            None => (text, None),
        };
        // `-eCODE`
        let letter = name.get(..2).unwrap_or_default();
        let known = |name: &str| {
            [what.code, what.files, what.values, what.flags, what.info]
                .iter()
                .any(|list| is_one_of(list, name))
        };
        let name = if !known(name) && !name.starts_with("--") && known(letter) {
            value = name.get(2..).map(Field::literal);
            letter
        } else {
            name
        };
        rest = after;
        let mut argument = || {
            value.clone().or_else(|| {
                let next = rest.first().cloned();
                rest = rest.get(1..).unwrap_or_default();
                next
            })
        };
        // Some print it and go on.
        if is_one_of(what.info, name) && after.is_empty() && !ran {
            return Stream::foreign();
        }
        if is_one_of(what.code, name) {
            ran = true;
            match argument() {
                Some(code) => meaning::code(run, what.language, &code),
                None => run.doubt(unknown::OPTION_VALUE),
            }
        } else if is_one_of(what.files, name) {
            ran |= matches!(name, "-f" | "--file" | "-s" | "--script");
            match argument() {
                Some(file)
                    if meaning::content(run, &file).is_none()
                        && file.text().is_some_and(|text| !text.contains('/') && !text.contains('.')) =>
                {
                    run.effect(Action::PROCESS_RUN, Resource::Program { program: file.name() });
                }
                Some(file) if matches!(name, "-f" | "--file" | "-s" | "--script") => {
                    of_the_project(run, what.language, what.program, &file);
                    if what.language == "lisp" {
                        meaning::file(run, &file, what.language);
                    }
                }
                Some(file) => meaning::file(run, &file, what.language),
                None => run.doubt(unknown::OPTION_VALUE),
            }
        } else if is_one_of(what.values, name) {
            if argument().is_some_and(|value| value.text().is_none()) {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
        } else if is_one_of(what.info, name) {
        } else if is_one_of(what.flags, name) {
            if value.is_some() && name.len() == 2 {
                // `-np`: letters that were not read.
                run.doubt(unknown::OPTION_UNKNOWN);
            }
            // `node --test` runs the project's tests.
            if name == "--test" {
                meaning::declared(run, "process.run", what.program);
                meaning::own_code(run, &Field::literal("."));
                ran = true;
            }
        } else {
            run.doubt(unknown::OPTION_UNKNOWN);
        }
    }
    match rest.split_first() {
        // What follows the code are its arguments.
        _ if ran => {}
        Some((file, _)) if !(meaning::is_stream(file) && meaning::content(run, file).is_none()) => {
            of_the_project(run, what.language, what.program, file);
        }
        _ => {
            return flowing(run, what.language, what.program, &input);
        }
    }
    Stream::local()
}

fn deno(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let rest = arguments.get(1..).unwrap_or_default();
    // The first word that is no option; all options with arguments have them attached, or name what is allowed.
    let operand = rest
        .iter()
        .find(|field| field.text().is_none_or(|text| !text.starts_with('-') || text == "-"))
        .cloned();
    let powers = rest.iter().filter_map(Field::text).any(|text| {
        [
            "--import-map",
            "--config",
            "-c",
            "--preload",
            "--require",
            "--node-modules-dir",
            "--inspect",
            "--env",
            "--location",
            "--cert",
            "--seed",
            "--v8-flags",
            "--lock",
        ]
        .contains(&text)
    });
    if powers {
        run.doubt(unknown::OPTION_UNKNOWN);
    }
    match arguments.first().and_then(Field::text) {
        None if input.is_nothing() => return interactive(run, "deno"),
        None => return flowing(run, "javascript", "deno", &input),
        Some("eval") => match operand {
            Some(code) => meaning::code(run, "javascript", &code),
            None => return flowing(run, "javascript", "deno", &input),
        },
        Some("run" | "serve" | "repl" | "watch") => match operand {
            Some(file) if file.text() == Some("-") => return flowing(run, "javascript", "deno", &input),
            Some(file) => of_the_project(run, "javascript", "deno", &file),
            None => return interactive(run, "deno"),
        },
        Some("task" | "test" | "bench" | "compile" | "bundle" | "fmt" | "jupyter") => {
            meaning::declared(run, "process.run", "deno");
            meaning::own_code(run, &Field::literal("."));
            super::builds::written_elsewhere(run, rest);
        }
        Some("install" | "i" | "add" | "cache" | "vendor" | "upgrade" | "update" | "init" | "x") => {
            meaning::declared(run, "package.install", "deno");
            for field in rest.iter().filter(|field| field.prefix().contains("://")) {
                meaning::fetch(run, field);
            }
        }
        Some("remove" | "uninstall") => meaning::declared(run, "package.remove", "deno"),
        Some("publish" | "deploy") => meaning::declared(run, "package.publish", "deno"),
        Some(
            "check" | "lint" | "info" | "doc" | "types" | "completions" | "help" | "outdated" | "--version"
            | "-V" | "--help" | "-h" | "-v",
        ) => {}
        Some(text) if text.ends_with(".ts") || text.ends_with(".js") || text.contains("://") => {
            of_the_project(run, "javascript", "deno", &Field::literal(text))
        }
        Some(_) => run.doubt(unknown::SUBCOMMAND),
    }
    Stream::local()
}

fn r(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const R: Interpreter = Interpreter {
        language: "r",
        program: "R",
        code: "-e",
        files: "-f --file",
        flags: "--vanilla -q --quiet --silent --no-save --no-restore --slave -s --no-echo --no-readline --interactive --verbose --no-environ --no-site-file --no-init-file --no-restore-data --no-restore-history",
        values: "--encoding --args",
        info: "--version --help -h",
    };
    if arguments.first().and_then(Field::text) != Some("CMD") {
        return interpret(run, &R, arguments, input);
    }
    match arguments.get(1).and_then(Field::text) {
        Some("INSTALL") => meaning::declared(run, "package.install", "R"),
        Some("REMOVE") => meaning::declared(run, "package.remove", "R"),
        Some("BATCH") => {
            if let Some(file) =
                arguments.iter().skip(2).find(|field| field.text().is_none_or(|text| !text.starts_with('-')))
            {
                of_the_project(run, "r", "R", file);
                let mut output = file
                    .text()
                    .and_then(|text| text.strip_suffix(".R"))
                    .map_or_else(Field::any, Field::literal);
                output.extend(&Field::literal(".Rout"));
                meaning::path(run, Action::FILE_WRITE, &output, false);
            }
        }
        Some("build" | "check" | "SHLIB" | "Rd2pdf" | "config" | "Rdiff") => {
            meaning::declared(run, "process.run", "R")
        }
        _ => run.doubt(unknown::SUBCOMMAND),
    }
    Stream::local()
}

fn dc(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments.iter();
    let mut ran = false;
    let mut code = |run: &mut Run<'_>, text: Option<&str>| {
        // Numbers and what is done to them; a macro or an exclamation mark may run a command.
        let plain = text.is_some_and(|text| {
            text.bytes().all(|b| b.is_ascii_digit() || b" \n\t.+-*/%^vpnfkIiOoKcdrz~|_".contains(&b))
        });
        if !plain {
            run.effect(Action::CODE_RUN, Resource::Code { language: "dc".to_owned() });
        }
        ran = true;
    };
    while let Some(argument) = rest.next() {
        match argument.text() {
            Some("-V" | "--version" | "-h" | "--help") => return Stream::foreign(),
            Some("-e" | "--expression") => code(run, rest.next().and_then(Field::text)),
            Some("-f" | "--file") => {
                if let Some(file) = rest.next() {
                    meaning::file(run, file, "dc");
                }
                code(run, Some(""));
            }
            Some(text) if text.starts_with("-e") => code(run, text.get(2..)),
            Some(text) if text.starts_with("--expression=") => {
                code(run, text.split_once('=').map(|(_, text)| text))
            }
            Some("-") => {}
            Some(text) if text.starts_with('-') => run.doubt(unknown::OPTION_UNKNOWN),
            _ => {
                meaning::file(run, argument, "dc");
                code(run, Some(""));
            }
        }
    }
    if !ran && !input.is_nothing() {
        let text = input.literal().map(str::to_owned);
        let plain = text.is_some_and(|text| {
            text.bytes().all(|b| b.is_ascii_digit() || b" \n\t.+-*/%^vpnfkIiOoKcdrz~|_".contains(&b))
        });
        if !plain {
            run.effect(Action::CODE_RUN, Resource::Code { language: "dc".to_owned() });
        }
    }
    Stream { content: crate::effects::shell::stream::Content::Numbers, local: false }
}

fn java(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let mut rest = arguments;
    let mut program: Vec<Field> = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let Some(text) = first.text() else {
            run.doubt(unknown::OPTION_DYNAMIC);
            break;
        };
        rest = after;
        match text {
            "-version" | "--version" | "-showversion" | "-help" | "--help" | "-h" | "-?" | "-X"
            | "--list-modules" | "-fullversion" => return Stream::foreign(),
            "-jar" | "-cp" | "-classpath" | "--class-path" | "-p" | "--module-path" => {
                let jar = rest.first().cloned().unwrap_or_default();
                rest = rest.get(1..).unwrap_or_default();
                match jar.text() {
                    Some(paths) => program.extend(
                        paths
                            .split(':')
                            .filter(|path| !path.is_empty())
                            .map(|path| Field::literal(path.trim_end_matches("/*"))),
                    ),
                    None => program.push(jar),
                }
                if text == "-jar" {
                    break;
                }
            }
            "-m" | "--module" => break,
            _ if [
                "-Xmx",
                "-Xms",
                "-Xss",
                "-Xmn",
                "-XX:",
                "-D",
                "-ea",
                "-da",
                "-esa",
                "--add-opens",
                "--add-exports",
                "--add-modules",
                "-server",
                "-client",
                "-verbose",
                "--enable-preview",
                "-Xlog",
                "-XshowSettings",
                "-Xint",
                "--enable-native-access",
                "-d64",
            ]
            .iter()
            .any(|known| text.starts_with(known)) =>
            {
                if text.contains("OnError")
                    || text.contains("OnOutOfMemory")
                    || text.contains("javaagent")
                    || text.contains("class.path")
                    || text.contains("library.path")
                {
                    run.doubt(unknown::OPTION_ODD);
                }
                if matches!(text, "--add-opens" | "--add-exports" | "--add-modules") {
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
            _ if text.starts_with("-javaagent")
                || text.starts_with("-agent")
                || text.starts_with("-Xbootclasspath")
                || text.starts_with('@') =>
            {
                run.doubt(unknown::OPTION_ODD);
            }
            _ if text.starts_with('-') => run.doubt(unknown::OPTION_UNKNOWN),
            _ => {
                // One file of source is compiled and run.
                if text.ends_with(".java") {
                    program.push(first.clone());
                }
                break;
            }
        }
    }
    meaning::declared(run, "process.run", "java");
    for path in program {
        meaning::file(run, &path, "java");
    }
    Stream::local()
}
