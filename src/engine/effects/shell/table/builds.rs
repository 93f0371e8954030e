//! Programs that build and test: they run the code of the project, and are `process.run` by their own name.
//!
//! What they would run from elsewhere (another directory, a file that was just written) is an effect of its
//! own: whoever lets `make` run lets it run what the project holds. Options that change what is built, and not
//! what runs, are left open; those that run something stand here by name.

mod own;

use own::handed;
pub(super) use own::{
    brought, compiled_here, executed, here, installed_here, named, properties, published, rewritten, shown,
    sources, written_elsewhere,
};

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::state::Variable;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{environment, meaning};
use crate::effects::{Action, Name, Resource, unknown};

/// A program that builds or tests what is in the directory it runs in.
macro_rules! build {
    ($names:literal, $options:literal, $operands:literal) => {
        row($names, concat!("--help/info --version/info ", $options), $operands)
            .does("process.run")
            .also($crate::effects::shell::table::builds::here)
    };
}
pub(super) use build;

pub(super) const ROWS: &[Row] = &[
    row("make gmake bmake mingw32-make", "gnu -h/info -v/info -b -m -B,--always-make -C,--directory=cd -d --debug[=word] -e,--environment-overrides -E,--eval=odd -f,--file,--makefile=word/code -i,--ignore-errors -I,--include-dir=word/code -j,--jobs[=word] -k,--keep-going -l,--load-average,--max-load[=word] -L,--check-symlink-times -n,--just-print,--dry-run,--recon -o,--old-file,--assume-old=word -O,--output-sync[=word] -p,--print-data-base -q,--question -r,--no-builtin-rules -R,--no-builtin-variables -s,--silent,--quiet --no-silent -S,--no-keep-going,--stop -t,--touch --trace -w,--print-directory --no-print-directory -W,--what-if,--new-file,--assume-new=word --warn-undefined-variables --shuffle[=word]", "word*")
        .does("process.run")
        .also(make)
        .examples(&[
            ("make --jobs 4 target", "process.run make"),
            ("make -j4 -C sub test", "process.run make"),
            ("make -C /tmp/evil", "process.run make; process.run /tmp/evil"),
            ("cd /tmp/evil && make", "process.run make; process.run /tmp/evil"),
            ("make -f /tmp/x", "process.run make; process.run /tmp/x"),
            ("make -f - <<< $'x:\\n\\trm -rf ~'", "process.run make; code.run unknown"),
            ("make SHELL=/tmp/evil all", "process.run make; process.run /tmp/evil"),
            ("make CC='rm -rf ~' all", "process.run make; file.delete ~/**; unknown environment_power"),
            ("make V=1 X='$(shell id)'", "process.run make; unknown option_odd"),
            ("make --eval='$(shell id)'", "process.run make; unknown option_odd"),
            ("make -n", "process.run make"),
            ("printf 'x:\n\ttrue\n' > Makefile; make x", "code.run unknown; file.write /workspace/Makefile; process.run make"),
        ]),
    row("cmake cmake3", "", "").style(Style::Raw).instead(cmake).examples(&[
        ("cmake -B build -DCMAKE_BUILD_TYPE=Release", "process.run cmake"),
        ("cmake --build build -j 4 --target all", "process.run cmake"),
        ("cmake -B b -DCMAKE_TOOLCHAIN_FILE=/tmp/x.cmake", "process.run cmake; process.run /tmp/x.cmake"),
        ("cmake -B b -DCMAKE_C_COMPILER=/usr/bin/clang -DCMAKE_INSTALL_PREFIX=/tmp/x", "process.run cmake"),
        ("cmake -P /tmp/x.cmake", "process.run cmake; process.run /tmp/x.cmake"),
        ("cmake -E rm -rf ~", "file.delete ~/**"),
        ("cmake -E remove_directory /srv/x", "file.delete /srv/x/**"),
        ("cmake -E env A=1 rm a", "file.delete /workspace/a"),
    ]),
    build!("ctest", "... -C=word -N,--show-only[=word] -R=word -E=word -L=word -LE=word -V,--verbose -VV --extra-verbose -j,--parallel[=word] --output-on-failure --test-dir=word/code --preset=word --rerun-failed --timeout=word -S=word/code -SP=word/code --script=word/code -T=word -M=word -D=word -A=word --stop-on-failure -O=write --output-log=write --output-junit=write --repeat=word --schedule-random -Q,--quiet -I=word -U,--union", "word*"),
    build!("cpack", "-G=word -C=word -D=word --config=word/code -V --verbose -B=write -P=word -R=word --preset=word", "word*"),
    build!("ninja ninja-build samu n2", "-h/info -v,--verbose --quiet -C=cd -f=word/code -j=word -k=word -l=word -n -d=word -t=word -w=word", "word*").examples(&[
        ("ninja -C build test", "process.run ninja"),
        ("ninja -f /tmp/x.ninja", "process.run ninja; process.run /tmp/x.ninja"),
    ]),
    build!("meson", "... -C=cd --prefix=word --buildtype=word --native-file=word/code --cross-file=word/code --wrap=word -D=word -t=word -j=word --wrapper=shell --setup=word -l=word -n=word -v -q", "word*").examples(&[
        ("meson compile -C build", "process.run meson"),
        ("meson test --wrapper='rm -rf ~'", "process.run meson; file.delete ~/**"),
        ("meson setup /srv/x", "process.run meson; file.write /srv/x/**"),
        ("meson setup build /srv/x", "process.run meson; file.write /srv/x/**; process.run /srv/x"),
        ("meson setup build sub", "process.run meson"),
    ])
    .also(|run, given| {
        here(run, given);
        if given.operands.first().and_then(Field::text) == Some("setup") {
            written_elsewhere(run, &given.operands);
            // Where it builds, and what.
            given.operands.iter().skip(2).for_each(|source| brought(run, source));
        } else if given.operands.len() == 2 {
            given.operands.iter().for_each(|place| brought(run, place));
        }
    }),
    build!("bazel bazelisk buck buck2 pants plz", "... --run_under=shell --bazelrc=word/code --output_base=write --host_jvm_args=odd --remote_executor=send --bes_backend=send --remote_cache=send --workspace_status_command=shell --override_repository=odd --override_module=odd --registry=odd --package_path=word/code --script_path=write --install_base=word/code --server_javabase=word/code --credential_helper=odd --extra_toolchains=word --crosstool_top=word --pants_config_files=word/code --pants-config-files=word/code", "word*").style(Style::Dash).examples(&[
        ("bazel build //a:b", "process.run bazel"),
        ("bazel run --run_under='rm -rf ~' //a", "process.run bazel; file.delete ~/**"),
    ]),
    row("gradle gradlew ./gradlew", "... --help/info --version/info -b,--build-file=word/code -c,--settings-file=word/code -p,--project-dir=cd -I,--init-script=word/code -g,--gradle-user-home=word/code -P=word -D=word -x,--exclude-task=word --tests=word --include-build=word/code -m,--dry-run --console=word --project-cache-dir=write --project-prop=word --system-prop=word --scan!net.send -h/info -v/info", "word*")
        .does("process.run=gradle")
        .also(java)
        .examples(&[
            ("gradle clean build -x test", "process.run gradle"),
            ("gradle -I /tmp/x.gradle build", "process.run gradle; process.run /tmp/x.gradle"),
            ("gradle publish", "process.run gradle; package.publish gradle"),
        ]),
    row("mvn mvnw mvnd ./mvnw", "... --help/info --version/info -h/info -v/info -f=word/code --file=word/code -s=word/code --settings=word/code -gs=word/code --global-settings=word/code -t=word/code --toolchains=word/code -pl=word --projects=word -P=word --activate-profiles=word -T=word --threads=word -l=write --log-file=write -rf=word --resume-from=word", "word*")
        .style(Style::Dash)
        .does("process.run=mvn")
        .also(java)
        .examples(&[
            ("mvn -q clean install -DskipTests", "process.run mvn"),
            ("mvn -pl core test", "process.run mvn"),
            ("mvn org.apache.maven.plugins:maven-dependency-plugin:3.6:tree", "process.run mvn"),
            ("mvn com.example.other:thing-maven-plugin:1.0:go", "process.run mvn; package.install mvn; code.run java"),
            ("mvn -f /tmp/x/pom.xml test", "process.run mvn; process.run /tmp/x/pom.xml"),
            ("mvn deploy", "process.run mvn; package.publish mvn"),
            ("mvn exec:exec -Dexec.executable=rm -Dexec.args='-rf /srv'", "process.run mvn; unknown option_odd"),
        ]),
    build!("ant", "... -f=word/code -file=word/code -buildfile=word/code -lib=word/code -D=word -logger=odd -listener=odd -inputhandler=odd -main=odd -propertyfile=word/code -l=write -logfile=write -find=word/code", "word*").style(Style::Dash),
    build!("scons waf ./waf", "... -f,--file,--makefile,--sconstruct=word/code -C,--directory=cd -Y,--repository,--srcdir=word/code --site-dir=word/code -t,--top=word/code -o,--out=write -j=word -u,-U,-D", "word*").also(|run, given| {
        here(run, given);
        published(run, given);
    })
    .examples(&[
        ("scons -j4 test", "process.run scons"),
        ("scons -f /tmp/SConstruct.evil", "process.run scons; process.run /tmp/SConstruct.evil"),
        ("scons -C /tmp/x", "process.run scons; process.run /tmp/x"),
    ]),
    build!("sbt mill leiningen lein lein-env boot bloop", "... -java-home,--java-home=word/code -sbt-jar,--sbt-jar=word/code", "word*").also(commands).examples(&[
        ("sbt test", "process.run sbt"),
        ("sbt '!rm a'", "process.run sbt; file.delete /workspace/a"),
        ("echo x | sbt console", "process.run sbt; code.run unknown"),
        ("lein repl", "process.run lein"),
        ("lein deploy clojars", "process.run lein; package.publish lein"),
    ]),
    build!("rake thor", "... -f,--rakefile=word/code -r,--require=word/code -I,--libdir=word/code -R,--rakelibdir=word/code -e,--execute=code:ruby -p,--execute-print=code:ruby -E,--execute-continue=code:ruby -T,--tasks[=word] -D,--describe[=word] -n,--dry-run", "word*")
        .also(|run, given| {
            here(run, given);
            super::frameworks::tasks(run, &given.operands);
            if given.name == "thor" && given.operands.first().and_then(Field::text) == Some("install") {
                given.operands.iter().skip(1).for_each(|source| brought(run, source));
            }
        })
        .examples(&[
        ("rake test", "process.run rake"),
        ("rake db:drop", "process.run rake; sql.schema ?; sql.write ?"),
        ("rake -f /tmp/x a", "process.run rake; process.run /tmp/x"),
    ]),
    build!("just", "-f,--justfile=word/code -d,--working-directory=word/code -c,--command=odd --shell=run --shell-arg=word --set=word -n,--dry-run -l,--list -s,--show=word --summary --evaluate --dump --variables --choose --chooser=shell --fmt --check --unstable -q,--quiet -v,--verbose -u,--unsorted --color=word --no-color --yes --dotenv-path=read --dotenv-filename=word --no-dotenv --init -e,--edit --groups --timestamp --one -g,--global-justfile/odd --cygpath=run", "word*").examples(&[
        ("just build", "process.run just"),
        ("just -f /tmp/x", "process.run just; process.run /tmp/x"),
        ("just --shell /tmp/x a", "process.run just; process.run /tmp/x"),
    ]),
    build!("go-task mage tusk nake invoke inv fab doit nur", "... -t,--taskfile=word/code -d,--dir=word/code -f=word/code --file=word/code -g,--global/odd -c,--collection=word/code -r,--search-root=word/code", "word*"),
    // Taskwarrior is called like it, and runs what stands behind its word.
    build!("task", "... -t,--taskfile=word/code -d,--dir=word/code -f=word/code --file=word/code -g,--global/odd -c,--collection=word -r,--search-root=word/code", "word*").also(|run, given| {
        here(run, given);
        if let Some((first, rest)) = given.operands.split_first() && matches!(first.text(), Some("execute" | "exec")) {
            handed(run, given, rest);
        }
    }).style(Style::First).examples(&[("task build", "process.run task"), ("task execute rm -r /srv", "process.run task; file.delete /srv/**")]),
    build!("xcodebuild", "... -project=word/code -workspace=word/code -scheme=word -configuration=word -target=word -sdk=word -destination=word -derivedDataPath=write -archivePath=write -exportPath=write -exportOptionsPlist=read -xcconfig=word/code -toolchain=word -resultBundlePath=write", "word*").style(Style::Dash),
    build!("ccache distcc sccache icecc", "...", "command?").style(Style::First),
    row("autoconf autoreconf automake aclocal autoheader libtoolize autoscan", "gnu ... -I,--include=word/code -B,--prepend-include=word/code -o,--output=write", "word*").does("process.run").also(named),
    row("msbuild xbuild", "-help,-h/info -version/info ...", "word*").style(Style::Dash).does("process.run").also(|run, given| {
        here(run, given);
        sources(run, given);
        properties(run, given);
    })
    .examples(&[
        ("msbuild App.sln -t:Build", "process.run msbuild"),
        ("msbuild /tmp/x.proj", "process.run msbuild; process.run /tmp/x.proj"),
    ]),
    build!("configure ./configure ../configure", "... --prefix=word --srcdir=word/code", "word*").does("process.run=configure").examples(&[
        ("./configure --prefix=/opt/x", "process.run configure"),
        ("cd /tmp/x && ./configure", "process.run configure; process.run /tmp/x"),
        ("echo 'rm -r /srv' > configure; ./configure", "file.write /workspace/configure; file.delete /srv/**"),
    ]),
    row("pkg-config pkgconf pkgconfig", "...", "word*").examples(&[("pkg-config --libs x", "")]),
    build!("hugo mdbook zola typst gutenberg asciidoctor-pdf hexo-cli pelican lektor nikola docfx antora zensical", "... -h/info -v/info -s,--source=word/code -d,--destination=write --config=word/code -c=word -D -o=write", "word*").also(|run, given| {
        here(run, given);
        // `typst compile a.typ a.pdf`
        written_elsewhere(run, given.operands.get(2..).unwrap_or_default());
        if given.name != "typst" {
            sources(run, given);
        }
        if matches!(given.operands.first().and_then(Field::text), Some("server" | "serve" | "watch")) {
            meaning::declared(run, "net.listen", &given.name);
        }
        published(run, given);
    })
    .examples(&[("hugo deploy", "process.run hugo; package.publish hugo"), ("hugo --minify", "process.run hugo"), ("typst compile x /srv/y.pdf", "process.run typst; file.write /srv/y.pdf/**"), ("hugo server", "process.run hugo; net.listen configured")]),
    build!("bats shellspec", "... -o=write --output=write --report-formatter=word --formatter=word -F=word --filter=word -f=word -j=word --jobs=word", "word*").also(|run, given| {
        here(run, given);
        for file in &given.operands {
            meaning::own_code(run, file);
        }
    })
    .examples(&[("bats test", "process.run bats"), ("bats /tmp/x.bats", "process.run bats; process.run /tmp/x.bats")]),
    // They rewrite what they are pointed at.
    build!("stylua scalafmt scalafix google-java-format ocamlformat fourmolu ormolu elm-format swiftformat perltidy", "... -c=word/code --config=word/code --config-path=word/code -o=write --output=write", "word*").also(|run, given| {
        here(run, given);
        for file in given.operands.clone() {
            rewritten(run, &file);
        }
    })
    .examples(&[("stylua a.lua", "process.run stylua; file.write /workspace/a.lua"), ("scalafmt", "process.run scalafmt"), ("perltidy -b /etc/a.pl", "process.run perltidy; file.write /etc/a.pl")]),
    build!("ansible-lint ansible-test molecule conftest-py checkov tfsec tflint terrascan semgrep bandit-py sonar-scanner composer-require-checker security-checker php-parallel-lint detekt ktlint checkstyle spotbugs pmd luacheck selene zizmor opa regal conftest cue jsonnet jsonnetfmt protolint html-validate squawk prospector pyroma licensee bundle-audit bundler-audit terraform-docs taplo", "... -h/info -r=word/code --rules=word/code -c=word/code --config=word/code --plugin=word/code --external-checks-dir=word/code --external-checks-git=fetch!code.run=python -o=write --output=write", "word*").examples(&[("ansible-lint site.yml", "process.run ansible-lint"), ("checkov --external-checks-dir /tmp/x -d .", "process.run checkov; process.run /tmp/x")]),
];

/// `sbt`, whose arguments may be commands of the shell or code.
fn commands(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    published(run, given);
    const TALKS: &[&str] = &["console", "consoleQuick", "consoleProject", "shell", "repl"];
    let last =
        |word: &Field| word.text().map(|text| text.rsplit(['/', ':', '.']).next().unwrap_or(text).to_owned());
    let talks = given.operands.iter().filter_map(last).any(|word| TALKS.contains(&word.as_str()));
    if (talks || given.operands.is_empty()) && !given.input.is_nothing() {
        meaning::declared(run, "code.run=unknown", &given.name);
    }
    for word in &given.operands {
        let prefix = word.prefix().trim_start();
        if let Some(command) = prefix.strip_prefix('!') {
            let command = if word.text().is_some() { Field::literal(command) } else { Field::any() };
            run.within(&given.name, None, |run| run.shell_text(&command, Stream::default()));
        } else if prefix.split(char::is_whitespace).next() == Some("eval") {
            meaning::declared(run, "code.run=scala", &given.name);
        }
    }
}

/// Variables on the command line go over those of the file. Some name a program.
fn make(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    for operand in &given.operands {
        let Some((name, value)) = operand.split_once('=') else {
            if operand.text().is_none() && operand.prefix().is_empty() {
                run.doubt(unknown::OPTION_DYNAMIC);
            }
            continue;
        };
        let name = name.trim_end_matches([':', '+', '?', '!']);
        let computes =
            value.text().is_none_or(|text| text.contains("$(") || text.contains("${") || text.contains('`'));
        match name {
            "SHELL" => meaning::file(run, &value, "shell"),
            ".SHELLFLAGS" | "MAKEFILES" | "MAKE" => run.doubt(unknown::OPTION_ODD),
            _ if computes && value.text().is_some()
                || operand.prefix().trim_end_matches('=').ends_with('!') =>
            {
                run.doubt(unknown::OPTION_ODD);
            }
            _ => environment::assigned(run, name, &Variable::Scalar(value)),
        }
    }
}

/// `-E` and what follows is another program in all but name.
fn cmake(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    const CMAKE: Row = row("cmake", "gnu -h/info -S=cd -B=word/code -C=word/code -D=word -U=word -G=word -T=word -A=word --toolchain=word/code --install-prefix=word -Wno-dev -Wdev -Werror=word -Wno-error=word -Wdeprecated -Wno-deprecated --fresh -L=word -N --graphviz=write --system-information[=write] --log-level=word --log-context --debug-trycompile --debug-output --debug-find --trace --trace-expand --trace-source=word --trace-redirect=write --warn-uninitialized --profiling-output=write --profiling-format=word --preset=word --list-presets[=word] --build=word/code --parallel[=word] -j[=word] -t,--target=word --config=word --clean-first --resolve-package-references=word -v,--verbose --install=word/code --prefix=write --component=word --default-directory-permissions=word --strip -P=word/code -E/odd --open=word --workflow --help-command=word --help-module=word --help-variable=word", "word*").does("process.run").also(|run, given| {
        for place in given.operands.iter().take(given.before_dashes) {
            meaning::own_code(run, place);
        }
        for (name, value) in given.values("-D").filter_map(|value| value.split_once('=')) {
            let name = name.split(':').next().unwrap_or_default();
            let loads = ["TOOLCHAIN", "COMPILER", "INCLUDE", "LAUNCHER", "MODULE_PATH", "PROGRAM", "MAKE_", "LINKER", "RULE", "PREFIX_PATH", "SOURCE_DIR"];
            if loads.iter().any(|word| name.contains(word)) && !name.contains("INSTALL") {
                brought(run, &value);
            }
        }
        here(run, given);
    });
    match arguments.split_first() {
        Some((first, rest)) if first.text() == Some("-E") => cmake_tool(run, rest, input),
        _ => run.apply(&CMAKE, "cmake", arguments, input),
    }
}

/// Files, as the shell's own programs do it.
fn cmake_tool(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let Some((tool, rest)) = arguments.split_first() else { return Stream::default() };
    let program = |name: &str, options: &[&str]| -> Vec<Field> {
        std::iter::once(&name)
            .chain(options)
            .map(|word| Field::literal(*word))
            .chain(rest.iter().cloned())
            .collect()
    };
    let command = match tool.text() {
        Some("rm") => program("rm", &[]),
        Some("remove") => program("rm", &["-f"]),
        Some("remove_directory") => program("rm", &["-rf"]),
        Some("copy" | "copy_if_different" | "copy_if_newer") => program("cp", &[]),
        Some("copy_directory" | "copy_directory_if_different") => program("cp", &["-r"]),
        Some("make_directory") => program("mkdir", &["-p"]),
        Some("rename") => program("mv", &[]),
        Some("touch" | "touch_nocreate") => program("touch", &[]),
        Some("create_symlink") => program("ln", &["-s"]),
        Some("create_hardlink") => program("ln", &[]),
        Some("tar") => program("tar", &[]),
        Some("cat") => program("cat", &[]),
        Some("env") => program("env", &[]),
        Some("time") => rest.to_vec(),
        Some(
            "echo" | "true" | "false" | "sleep" | "capabilities" | "environment" | "compare_files" | "md5sum"
            | "sha1sum" | "sha256sum",
        ) => return Stream::local(),
        Some("chdir") => {
            run.doubt(unknown::SUBCOMMAND);
            rest.get(1..).unwrap_or_default().to_vec()
        }
        _ => {
            run.doubt(unknown::SUBCOMMAND);
            return Stream::local();
        }
    };
    run.within("cmake -E", None, |run| run.program(&command, input))
}

/// Groups whose plug-ins everybody calls by their address.
const USUAL_PLUGINS: &[&str] = &[
    "org.apache.",
    "org.codehaus.mojo",
    "org.springframework.boot",
    "io.quarkus",
    "org.owasp",
    "org.sonarsource",
    "org.jacoco",
    "org.openrewrite",
    "com.diffplug",
    "com.spotify.fmt",
    ":",
];

/// Goals that publish, and properties that name a program.
fn java(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    let properties = given.options.iter().filter_map(|(_, value)| value.as_ref()).map(Field::prefix);
    let odd = |text: &str| {
        text.starts_with("exec.")
            || text.starts_with("jvmArgs")
            || text.contains("javaagent")
            || text.contains("argLine")
            || [
                "ext.class.path",
                "java.home",
                "remoteRepositories",
                "showPasswords",
                "multiModuleProjectDirectory",
                "wrapperUrl",
                "distributionUrl",
            ]
            .iter()
            .any(|word| text.contains(word))
    };
    let unread = given.unread.iter().map(|option| option.prefix().trim_start_matches("-D"));
    let mut doubts = properties.chain(unread).any(odd);
    for operand in &given.operands {
        let text = operand.prefix();
        doubts |= text.starts_with("exec:exec")
            || text.starts_with("antrun:")
            || text.starts_with("groovy:")
            || operand.text().is_none();
        // A plug-in by its address, which the project need not name.
        if text.matches(':').count() > 1 && !USUAL_PLUGINS.iter().any(|group| text.starts_with(group)) {
            meaning::declared(run, "package.install", "mvn plugin");
            run.effect(Action::CODE_RUN, Resource::Code { language: "java".to_owned() });
        }
        let goal = text.rsplit(':').next().unwrap_or(text);
        if matches!(
            goal,
            "deploy"
                | "deploy-file"
                | "site-deploy"
                | "publish"
                | "publishToMavenCentral"
                | "uploadArchives"
                | "closeAndReleaseRepository"
        ) || text.starts_with("release:")
            || text.starts_with("wagon:")
        {
            let program = given.name.trim_end_matches('w').trim_start_matches("./").to_owned();
            run.effect(Action::PACKAGE_PUBLISH, Resource::Program { program: Name::Literal(program) });
        }
    }
    if doubts {
        run.doubt(unknown::OPTION_ODD);
    }
}
