//! Compilers and assemblers of C and its kin, and what works on their output.

use super::builds::{brought, compiled_here, here, named};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource, path as paths, unknown};

pub(super) const ROWS: &[Row] = &[
    row("gcc g++ cc c++ clang clang++ gfortran gdc gccgo c89 c99 icc icpc nvcc emcc em++ musl-gcc x86_64-w64-mingw32-gcc arm-none-eabi-gcc aarch64-linux-gnu-gcc zig-cc tcc ccomp", "... --help/info --version/info -dumpversion/info -dumpmachine/info -o,--output=write -I=word -L=word -D=word -U=word -include=read -imacros=read -isystem=word -idirafter=word -iquote=word -x=word -std=word -MF=write -MJ=write -MT=word -MQ=word -Xlinker=word -Xassembler=word -Xpreprocessor=word -T=word -u=word -arch=word -target=word --sysroot=word/code --config=word/code -isysroot=word -framework=word -wrapper=odd -B=word/code -specs=odd --specs=odd -fplugin=run -fpass-plugin=run -load=run -Xclang=word -mllvm=word -aux-info=write -ccbin=run -fuse-ld=word -l=word", "word*")
        .style(Style::Dash)
        .does("process.run")
        .also(compiled)
        .examples(&[
            ("gcc -Wall -O2 a.c -o a", "process.run gcc; file.read /workspace/a.c; file.write /workspace/a"),
            ("gcc -wrapper rm,-rf,/srv x.c", "process.run gcc; file.read /workspace/x.c; unknown option_odd"),
            ("gcc -B/tmp/evil x.c", "process.run gcc; process.run /tmp/evil; file.read /workspace/x.c; unknown option_odd"),
            ("gcc -Wl,-o,/srv/a x.c", "process.run gcc; file.read /workspace/x.c; file.write /srv/a"),
            ("gcc -Xlinker -o -Xlinker /srv/a x.c", "process.run gcc; file.read /workspace/x.c; file.write /srv/a"),
            ("gcc -Wl,-rpath,/usr/lib,-O1 x.c", "process.run gcc; file.read /workspace/x.c"),
            ("gcc -o/tmp/a x.c", "process.run gcc; file.read /workspace/x.c; file.write /tmp/a; file.write /tmp/a/**"),
            ("clang -Xclang -load -Xclang /tmp/x.so x.c", "process.run clang; file.read /workspace/x.c; unknown option_odd"),
            ("clang -fplugin=/tmp/x.so x.c", "process.run clang; process.run /tmp/x.so; file.read /workspace/x.c"),
            ("gcc -xc /dev/null -o ~/.bashrc", "process.run gcc; file.write ~/.bashrc; persistence.install ~/.bashrc"),
        ]),
    row("ld ld.lld lld gold mold as nasm yasm fasm", "... --help/info --version/info -o=write -L=word -l=word -T=word -Map=write -plugin=run --plugin=run -dynamic-linker=word -e=word -f=word -rpath=word -MF=write --dependency-file=write -m=word -I=word -g", "read*").style(Style::Dash).does("process.run").also(more_options).examples(&[
        ("as @/etc/shadow", "process.run as; file.read /workspace/@/etc/shadow; file.read /etc/shadow; secret.read /etc/shadow; unknown option_odd"),
        ("ld -o a a.o", "process.run ld; file.read /workspace/a.o; file.write /workspace/a"),
        ("ld -plugin /tmp/x.so a.o", "process.run ld; process.run /tmp/x.so; file.read /workspace/a.o"),
    ]),
    row("nm gnm llvm-nm", "... --plugin=run", "read*").style(Style::Dash).also(more_options).examples(&[("nm -D ./libx.so", "file.read /workspace/libx.so")]),
    row("objdump readelf size addr2line c++filt elfedit-info dwarfdump llvm-objdump llvm-readelf otool lipo-info dyldinfo nm-new gprof-data llvm-dis eu-readelf eu-objdump eu-nm pahole checksec rabin2 ropper ROPgadget", "... -C -j=word -M=word -s -e=word --disassemble=word --start-address=word --stop-address=word -b=word -m=word -x=word -p=word", "read*").also(more_options).examples(&[
        ("objdump -d ./a.out", "file.read /workspace/a.out"),
        ("readelf -h a", "file.read /workspace/a"),
    ]),
    row("objcopy strip install_name_tool patchelf codesign llvm-strip llvm-objcopy elfedit", "... -o=write --dump-section=word --add-section=word --set-interpreter=word --set-rpath=word --add-rpath=word --replace-needed=word", "write*").also(|run, given| {
        for section in given.values("--dump-section") {
            let file = section.split_once('=').map_or_else(Field::any, |(_, file)| file);
            meaning::path(run, Action::FILE_WRITE, &file, false);
        }
    })
    .examples(&[
        ("objcopy --dump-section .text=/srv/x a", "file.write /workspace/a; file.write /srv/x"),
        ("strip a.out", "file.write /workspace/a.out"),
        ("strip -o b a", "file.write /workspace/a; file.write /workspace/b"),
    ]),
    // Asks the program itself, which may be any.
    row("ldd lddtree", "... --help/info --version/info", "read*").also(loaded).examples(&[
        ("ldd ./a.out", "file.read /workspace/a.out; process.run ldd"),
        ("ldd /bin/ls", "file.read /bin/ls"),
        ("ldd /tmp/a.out", "file.read /tmp/a.out; process.run ldd; process.run /tmp/a.out"),
    ]),
    row("javac scalac groovyc ecj", "... --help/info -version/info --version/info -d=write -s=write -h=write -cp,-classpath,--class-path=word -sourcepath=word --source-path=word -processorpath=word/code --processor-path=word/code -processor=word -source=word -target=word --release=word -encoding=word --module-path=word -p=word -J=odd -Xplugin=odd -script=run -e=odd", "word*").style(Style::Dash).does("process.run").also(|run, given| {
        here(run, given);
        if given.unread.iter().any(|option| option.prefix().starts_with("-J-") && option.prefix().contains("agent")) {
            run.doubt(unknown::OPTION_ODD);
        }
        // Processors of annotations are found there, and run.
        for path in given.values("-cp").filter_map(Field::text_with_wildcards) {
            path.split(':').filter(|part| !part.is_empty()).for_each(|part| brought(run, &Field::literal(part)));
        }
    }).examples(&[
        ("javac *.java", "process.run javac"),
        ("javac -cp lib/a.jar:/tmp/x.jar A.java", "process.run javac; process.run /tmp/x.jar"),
        ("javac -d out -cp lib src/A.java", "process.run javac; file.write /workspace/out"),
        ("javac -processorpath /tmp/x A.java", "process.run javac; process.run /tmp/x"),
    ]),
    row("javap jdeps jdeprscan", "... -cp=word -classpath=word --class-path=word", "word*").style(Style::Dash),
    row("jar", "... --help/info --version/info -f=word --file=word -C=word -m=read --manifest=read -e=word -c --create -t --list -x --extract -u --update", "word*").also(|run, given| {
        let first = given.operands.first().map(|one| one.prefix().to_owned()).unwrap_or_default();
        let lists = given.has("-t") || given.has("--list") || first.starts_with('t');
        let file = given.value("-f").or_else(|| given.value("--file")).or_else(|| given.operands.get(1)).cloned();
        if let Some(file) = file {
            let action = if given.has("-c") || given.has("--create") || given.has("-u") || first.starts_with(['c', 'u']) { Action::FILE_WRITE } else { Action::FILE_READ };
            meaning::path(run, action, &file, false);
        }
        if !lists && (given.has("-x") || given.has("--extract") || first.starts_with('x')) {
            meaning::path(run, Action::FILE_WRITE, &Field::literal("."), true);
        }
    })
    .examples(&[("jar tf a.jar", "file.read /workspace/a.jar"), ("jar xf a.jar", "file.read /workspace/a.jar; file.write /workspace/**"), ("jar cf a.jar .", "file.write /workspace/a.jar")]),
    row("jarsigner keytool", "... -keystore=read -storepass=word -keypass=word -alias=word -file=write -keyalg=word", "word*").style(Style::Dash).does("secret.read"),
    row("protoc", "... --version/info -I=word --proto_path=word --plugin=odd -o=write --descriptor_set_out=write --dependency_out=write", "word*").does("process.run").also(|run, given| {
        here(run, given);
    })
    .examples(&[("protoc --go_out=. a.proto", "process.run protoc"), ("protoc --cpp_out=/srv a.proto", "process.run protoc; file.write /srv/**"), ("protoc --plugin=/tmp/x a.proto", "process.run protoc; unknown option_odd")]),
    row("flex bison yacc byacc lex swig m4 cpp gperf re2c ragel antlr4 thrift flatc capnp", "... --help/info --version/info -o=write --outfile=write --output=write -outdir=write -outcurrentdir -I=word -D=word -S,--skeleton=word/code", "read*").does("process.run"),
    row("clang-format clang-tidy clang-check cppcheck astyle indent uncrustify iwyu include-what-you-use cpplint-run scan-build", "... --help/info --version/info -i -load=run --plugin=run -style=word --style=word -checks=word -p=word --config-file=word/code -o=write -fix", "word*").style(Style::Dash).does("process.run").also(|run, given| {
        here(run, given);
        if ["-i", "-fix"].iter().any(|name| given.has(name)) {
            super::builds::written_elsewhere(run, &given.operands);
        }
    })
    .examples(&[("clang-format -i src/a.c", "process.run clang-format"), ("clang-format -i /srv/a.c", "process.run clang-format; file.write /srv/a.c/**")]),
    row("gcov lcov genhtml gcovr llvm-cov llvm-profdata gprof", "... -o=write --output-file=write --output-directory=write", "word*").does("process.run"),
    row("shellcheck", "... --help/info --version/info -V/info --rcfile=read -f=word --format=word -s=word --shell=word -e=word -x", "read*").examples(&[("shellcheck a.sh", "file.read /workspace/a.sh")]),
    row("shfmt", "... -w,--write -d,--diff -l,--list -i=word -ln=word --language-dialect=word -filename=word", "read*").also(|run, given| {
        if given.has("-w") {
            for file in &given.operands {
                super::builds::rewritten(run, file);
            }
        }
    })
    .examples(&[("shfmt -d a.sh", "file.read /workspace/a.sh"), ("shfmt -w a.sh", "file.read /workspace/a.sh; file.write /workspace/a.sh")]),
    row("actionlint dockle spectral vale proselint alex write-good textlint checkmake gocloc", "... --help/info --version/info -c=word/code --config=word/code -w --write-changes", "read*"),
    row("ctags etags gtags cscope", "... --help/info --version/info -o=write -f=write --options=odd -L=read", "read*").does("file.write=tags"),
    row("doxygen", "... -g=write -s -u -h/info -v/info", "word*").does("process.run").also(named).examples(&[("doxygen docs/Doxyfile", "process.run doxygen"), ("doxygen /tmp/Doxyfile", "process.run doxygen; process.run /tmp/Doxyfile")]),
    row("latexmk", "... --help/info -help/info --version/info -v/info -pdflatex[=shell] -latex[=shell] -xelatex[=shell] -lualatex[=shell] -shell-escape/odd --shell-escape/odd -enable-write18/odd -output-directory=write -outdir=write -auxdir=write -jobname=word -interaction=word -e=odd -r=odd", "read*").style(Style::Dash).does("process.run").also(here).examples(&[
        ("latexmk -pdf a.tex", "process.run latexmk; file.read /workspace/a.tex"),
        ("latexmk -r /tmp/rc a.tex", "process.run latexmk; file.read /workspace/a.tex; unknown option_odd"),
    ]),
    row("latex pdflatex xelatex lualatex tex pdftex tectonic texi2dvi texi2pdf dvips bibtex biber context", "... --help/info -help/info --version/info -v/info -pdflatex[=shell] -latex[=shell] -xelatex[=shell] -lualatex[=shell] -shell-escape/odd --shell-escape/odd -enable-write18/odd -output-directory=write -outdir=write -jobname=word -interaction=word -e=odd -r=odd -o=write", "read*").style(Style::Dash).does("process.run").examples(&[
        ("pdflatex a.tex", "process.run pdflatex; file.read /workspace/a.tex"),
        ("pdflatex --shell-escape a.tex", "process.run pdflatex; file.read /workspace/a.tex; unknown option_odd"),
    ]),
];

/// A program of the machine's own is started by its own loader; any other names the loader it wants.
fn loaded(run: &mut Run<'_>, given: &Given) {
    const SYSTEM: &[&str] = &["/bin", "/sbin", "/usr", "/lib", "/lib64", "/opt"];
    for file in &given.operands {
        let names = meaning::names(run, file);
        let system = |name: &Name| matches!(name, Name::Literal(path) if SYSTEM.iter().any(|place| paths::is_within(path, place)));
        if !names.iter().all(system) {
            meaning::declared(run, "process.run", "ldd");
            meaning::own_code(run, file);
        }
    }
}

/// `-Bdir` and the like begin as other options do, and say where programs of the compiler are.
fn compiled(run: &mut Run<'_>, given: &Given) {
    more_options(run, given);
    compiled_here(run, given);
    for option in &given.unread {
        let attached = |name: &str| option.strip_prefix(name).filter(|rest| !rest.is_empty());
        if let Some(directory) = attached("-B") {
            meaning::own_code(run, &directory);
            run.doubt(unknown::OPTION_ODD);
        } else if let Some(file) = attached("-o") {
            meaning::path(run, Action::FILE_WRITE, &file, false);
        } else if let Some(file) = attached("-MF") {
            meaning::path(run, Action::FILE_WRITE, &file, false);
        } else if let Some(words) = option.strip_prefix("-Wl,") {
            let words: Vec<Field> = match words.text() {
                Some(text) => text.split(',').map(Field::literal).collect(),
                None => vec![words],
            };
            for_linker(run, &words);
        }
    }
    // Words that a compiler hands on to its own inner part.
    let loads =
        |word: &Field| word.text().is_none_or(|text| text.contains("load") || text.contains("plugin"));
    if given.values("-Xclang").chain(given.values("-mllvm")).any(loads) {
        run.doubt(unknown::OPTION_ODD);
    }
    let words: Vec<Field> = given.values("-Xlinker").cloned().collect();
    for_linker(run, &words);
    let mut named = false;
    for source in &given.operands {
        if source.prefix().starts_with('@') {
            run.doubt(unknown::OPTION_ODD);
        }
        meaning::path(run, Action::FILE_READ, source, false);
        named |= source.text() == Some("-");
    }
    if named && !given.input.is_nothing() && given.input.literal().is_none() {
        run.effect(Action::CODE_RUN, Resource::Code { language: "c".to_owned() });
    }
}

/// Words that a compiler hands on to the linker.
fn for_linker(run: &mut Run<'_>, words: &[Field]) {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.text();
        let named = |name: &str| word.strip_prefix(name).filter(|file| !file.is_empty());
        let attached =
            ["-o", "--output=", "-Map=", "--Map=", "--dependency-file="].into_iter().find_map(named);
        let file = match (text, attached) {
            (None, None) => Some(Field::any()),
            (Some("-o" | "--output" | "-Map" | "--Map" | "--dependency-file"), _) => rest.next().cloned(),
            (_, attached) => attached,
        };
        if let Some(file) = file {
            meaning::path(run, Action::FILE_WRITE, &file, false);
        } else if word.prefix().contains("plugin") {
            run.doubt(unknown::OPTION_ODD);
        }
    }
}

/// `@FILE` stands for the options in the file, and what is none of them is shown in a complaint.
fn more_options(run: &mut Run<'_>, given: &Given) {
    for file in given.operands.iter().filter_map(|operand| operand.strip_prefix("@")) {
        meaning::path(run, Action::FILE_READ, &file, false);
        run.doubt(unknown::OPTION_ODD);
    }
}
