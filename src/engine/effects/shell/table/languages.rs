//! Package managers and tools of other languages.

use super::builds::{build, here, named};
use super::javascript::source;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;

pub(super) const ROWS: &[Row] = &[
    // Ruby
    row("gem", "... -h,--help/info -v,--version/info --config-file=odd", "").sub(&[
        row("list search query info specification environment env contents dependency outdated which stale help check sources-list lock rdoc", "...", "word*").examples(&[("gem list", "")]),
        row("install i update pristine unpack fetch", "... -s,--source=send -v=word -i,--install-dir=write -n,--bindir=write -P=word --file=word/code -g=word/code", "word*").does("package.install").also(gems).examples(&[("gem install rails -v 7.0", "package.install gem")]),
        row("exec", "... -g=word -v=word --conservative", "word*").style(Style::First).does("package.install code.run=ruby").examples(&[("gem exec x", "package.install gem; code.run ruby")]),
        row("uninstall cleanup", "...", "word*").does("package.remove"),
        row("build", "... -o=write", "read").does("process.run").also(here),
        row("push yank owner signin signout", "... --host=send", "word*").does("package.publish"),
        row("sources", "... -a,--add=send -r,--remove=word -l,--list", "word*"),
        row("server", "...", "").does("net.listen"),
        row("cert generate_index", "...", "word*").does("process.run"),
    ]),
    row("bundle bundler", "... --help/info -v,--version/info --gemfile=word/code", "").modes(BUNDLE).also(|run, _| {
        meaning::declared(run, "package.install", "bundle");
        meaning::own_code(run, &Field::literal("."));
    }),
    build!("rspec rubocop standardrb erb_lint cucumber minitest brakeman reek rubycritic guard spring rails-lint solargraph sorbet srb tapioca steep foreman-check overcommit fasterer slim-lint haml-lint yard rdoc jekyll middleman bridgetown nanoc", "... -r,--require=word/code -c,--config=word/code -o,--out=write -I=word/code -f,--format=word -e,--example=word -t,--tag=word -O,--options=word/code --only=word --except=word --require=word/code", "word*").also(named).examples(&[
        ("rspec spec/a_spec.rb:3", "process.run rspec"),
        ("rspec -r /tmp/x", "process.run rspec; process.run /tmp/x"),
        ("rubocop -A", "process.run rubocop"),
    ]),
    // PHP
    row("composer composer.phar", "... -h,--help/info -V,--version/info -d,--working-dir=cd -n,--no-interaction --no-plugins --no-scripts", "").sub(&[
        row("show info list outdated licenses depends why prohibits why-not search validate check-platform-reqs diagnose status suggests fund about audit browse home help", "...", "word*").examples(&[("composer show", "")]),
        row("install i update u upgrade require r reinstall create-project self-update selfupdate", "... --repository=send --repository-url=send --dry-run/dry -d=cd", "word*").does("package.install").also(|run, given| {
            super::builds::installed_here(run);
            if !given.name.ends_with("create-project") {
                meaning::own_code(run, &Field::literal("."));
            }
        }).examples(&[
            ("composer install --no-dev", "package.install composer"),
            ("composer -d /srv install", "package.install composer; file.write /srv/**; process.run /srv"),
        ]),
        row("remove rm uninstall", "...", "word*").does("package.remove"),
        row("run-script run dump-autoload dumpautoload archive bump normalize test clear-cache clearcache cc init", "...", "word*").does("process.run").also(here),
        row("exec", "-l,--list", "word*").style(Style::First).gives(|run, given| run.within("composer exec", None, |run| run.program(strip(&given.operands), given.input.clone()))),
        row("global", "", "word*").does("package.install file.write=~/.composer/**"),
        row("config", "... -g,--global -l,--list --unset", "word*").also(|run, given| {
            if given.operands.len() > 1 || given.has("--unset") {
                let what = if given.has("-g") { "persistence.install" } else { "file.write=composer.json" };
                meaning::declared(run, what, "composer config");
            } else {
                super::python::asked(run, given, &["http-basic", "oauth", "-token", "bearer"]);
            }
        }),
    ]),
    build!("phpunit pest phpstan psalm php-cs-fixer phpcs phpcbf phpmd rector infection behat codeception codecept phan deptrac phpbench paratest pint", "... -c,--configuration=word/code --bootstrap=word/code --config=word/code --autoload-file=word/code -a=word/code --standard=word/code --extensions=word --filter=word --include-path=word/code -d=word --log-junit=write --coverage-html=write --prepend=word/code", "word*").also(named).examples(&[
        ("phpunit --filter x tests", "process.run phpunit"),
        ("phpunit --bootstrap /tmp/x.php", "process.run phpunit; process.run /tmp/x.php"),
    ]),
    // .NET
    row("dotnet", "... -h,--help/info --version/info --info/info --list-sdks/info --list-runtimes/info", "word*").also(script).modes(&[
        row("exec", "... --runtimeconfig=word/code --depsfile=word/code --additional-deps=word/code --additionalprobingpath=word/code --fx-version=word --roll-forward=word", "word*").style(Style::First).does("process.run").also(|run, given| {
            given.operands.iter().take(1).for_each(|program| meaning::own_code(run, program));
        })
        .examples(&[("dotnet exec bin/x.dll", "process.run dotnet"), ("dotnet exec /tmp/x.dll", "process.run dotnet; process.run /tmp/x.dll")]),
        row("build clean restore test run watch msbuild vstest publish pack format new sln workload-list fsi script", "... --project=word/code --configfile=word/code --tool-path=write --add-source=send -o,--output=write -s,--source=send -c=word -f=word --logger=word -l=word --settings=word/code --test-adapter-path=word/code", "word*").does("process.run").also(|run, given| {
            here(run, given);
            super::builds::sources(run, given);
            super::builds::properties(run, given);
        })
        .examples(&[
            ("dotnet test -c Release", "process.run dotnet"),
            ("dotnet build /tmp/x.proj", "process.run dotnet; process.run /tmp/x.proj"),
            ("dotnet build /p:Version=1.2 /p:OutputPath=/tmp/o", "process.run dotnet"),
            ("dotnet build --property:CustomAfterMicrosoftCommonTargets=/tmp/x.targets", "process.run dotnet; process.run /tmp/x.targets"),
            ("dotnet run --project /tmp/x", "process.run dotnet; process.run /tmp/x"),
            ("dotnet build src/App.sln", "process.run dotnet"),
        ]),
        row("list help", "...", "word*"),
        row("add", "...", "word*").does("package.install").also(here).examples(&[("dotnet add package X", "package.install dotnet")]),
        row("remove", "...", "word*").does("package.remove"),
        row("tool workload", "", "").sub(&[
            row("list search", "...", "word*"),
            row("install update restore", "... --add-source=word/code --source=word/code --configfile=word/code --tool-path=write --tool-manifest=word/code", "word*").does("package.install").examples(&[
                ("dotnet tool install x --add-source /tmp/feed", "package.install dotnet; process.run /tmp/feed"),
                ("dotnet tool install --global x", "package.install dotnet"),
            ]),
            row("uninstall", "...", "word*").does("package.remove"),
            row("run", "", "command").style(Style::First),
        ]),
        row("nuget", "", "").sub(&[row("push delete", "...", "word*").does("package.publish"), row("list locals verify why", "...", "word*"), row("add update remove enable disable", "...", "word*").does("persistence.install")]),
        row("ef", "... -p=word/code -s=word/code --project=word/code", "").sub(&[
            row("database", "", "").sub(&[row("drop", "... --dry-run/dry", "word*").does("sql.schema sql.write").examples(&[("dotnet ef database drop -f", "sql.schema ?; sql.write ?")]), row("update", "...", "word*").does("sql.schema")]),
            row("migrations dbcontext", "...", "word*").does("process.run").also(here),
        ]),
        row("user-secrets dev-certs", "...", "word*").does("secret.read"),
    ])
    .examples(&[("dotnet --info", ""), ("dotnet /tmp/x.dll", "process.run dotnet; process.run /tmp/x.dll")]),
    row("nuget", "...", "").sub(&[
        row("list search sources locals help", "...", "word*"),
        row("install restore update add", "... -Source=send -OutputDirectory=write", "word*").does("package.install"),
        row("push delete setapikey", "...", "word*").does("package.publish"),
        row("pack spec", "...", "word*").does("process.run").also(here),
    ]),
    // BEAM
    row("mix", "... --help/info --version/info", "word*").does("process.run").also(mix).examples(&[
        ("mix test", "process.run mix"),
        ("mix deps.get", "process.run mix; package.install mix"),
        ("mix ecto.drop", "process.run mix; sql.schema ?; sql.write ?"),
        ("mix run -e 'x'", "process.run mix; code.run elixir"),
    ]),
    build!("rebar3 rebar erlang.mk gleam hex dialyzer iex-test", "... --eval=word!code.run=erlang", "word*").also(super::builds::executed).examples(&[("rebar3 shell --eval 'x'", "process.run rebar3; code.run erlang"), ("rebar3 hex publish", "process.run rebar3; package.publish rebar3")]),
    // Haskell, OCaml, Lisp, others
    row("cabal stack", "... --help/info --version/info -v", "").sub(&[
        row("build test run bench repl haddock check clean configure gen-bounds exec-check sdist init new path list info ls dot templates query hoogle ide freeze outdated script", "... --exec=shell --with-compiler=run --ghc-options=odd -w=run --resolver=word --stack-yaml=word/code --project-file=word/code", "word*").does("process.run").also(here),
        row("eval", "...", "word*").does("process.run code.run=haskell"),
        row("install update fetch get unpack setup upgrade", "... --project-file=word/code --stack-yaml=word/code -w=run --with-compiler=run --installdir=write", "word*").does("package.install").also(gems),
        row("exec", "", "command").style(Style::First),
        row("upload", "...", "word*").does("package.publish"),
        row("purge", "...", "").does("package.remove"),
    ]),
    row("ghcup", "...", "").sub(&[row("list whereis tool-requirements changelog", "...", "word*"), row("install set compile upgrade prefetch tui config", "...", "word*").does("package.install"), row("rm unset nuke gc", "...", "word*").does("package.remove"), row("run", "...", "word*").does("process.run")]),
    row("opam", "... --help/info --version/info -y", "").sub(&[
        row("list show search info help lint", "...", "word*"),
        row("install update upgrade reinstall init switch pin depext repository repo import", "...", "word*").does("package.install").also(gems).examples(&[("opam install dune", "package.install opam"), ("opam install /tmp/x", "package.install opam; process.run /tmp/x")]),
        row("remove uninstall clean", "...", "word*").does("package.remove"),
        row("exec", "... --switch=word", "command").style(Style::First),
        row("env config var option", "...", "word*"),
        row("publish", "...", "word*").does("package.publish"),
    ]),
    build!("nim crystal", "... --root=word/code", "word*").also(|run, given| {
        here(run, given);
        super::builds::sources(run, given);
        let evaluates = given.operands.first().is_some_and(|first| matches!(first.text(), None | Some("eval" | "play" | "secret")))
            || given.unread.iter().any(|option| option.prefix().starts_with("--eval"));
        if evaluates {
            meaning::declared(run, if given.name == "nim" { "code.run=nim" } else { "code.run=crystal" }, &given.name);
        }
    })
    .examples(&[
        ("crystal build -o /srv/x a.cr", "process.run crystal; file.write /srv/x/**"),
        ("nim c -o:/srv/x a", "process.run nim; file.write /srv/x/**"),
        ("crystal eval 'puts 1'", "process.run crystal; code.run crystal"),
        ("crystal spec", "process.run crystal"),
    ]),
    build!("dune esy ocamlbuild ocamlfind hlint brittany hpack spago purs elm elm-test elm-review pulp dub dmd nimble shards zig v odin gleam-test sbcl-test roswell alire gprbuild gnatmake fpc lazbuild ponyc corral mlton smlsharp idris2 agda coqc lean lake futhark", "... --root=word/code --build-file=word/code --global-cache-dir=write --cache-dir=write -o=write --output=write", "word*").also(|run, given| {
        super::builds::executed(run, given);
        // A source by its path is built, and by some of their words run.
        if given.operands.first().and_then(Field::text) != Some("exec") {
            super::builds::sources(run, given);
        }
    }).examples(&[("zig run /tmp/x.zig", "process.run zig; process.run /tmp/x.zig"), ("zig build test", "process.run zig"), ("dune exec -- rm a", "process.run dune; file.delete /workspace/a"), ("elm publish", "process.run elm; package.publish elm")]),
    row("luarocks", "... --help/info --version/info --server=send --tree=write --local", "").sub(&[
        row("list show search which doc config path lint", "...", "word*"),
        row("install build make download init", "... --server=word/code --only-server=word/code --tree=write --from=word/code", "word*").does("package.install").also(gems).examples(&[
            ("luarocks install penlight", "package.install luarocks"),
            ("luarocks install /tmp/x.rockspec", "package.install luarocks; process.run /tmp/x.rockspec"),
            ("luarocks make", "package.install luarocks"),
        ]),
        row("remove purge", "...", "word*").does("package.remove"),
        row("upload", "...", "word*").does("package.publish"),
        row("test", "...", "word*").does("process.run").also(here),
    ]),
    row("cpan cpanm cpanp carton cpm", "... --help/info -h/info --version/info -v -l=write -L=write --mirror=send -l,--local-lib=write", "word*").does("package.install").also(gems),
    build!("prove perlcritic", "... --exec=shell -e=shell -I=word/code --rc=word/code -P=word -s,--source=word", "word*").also(named).examples(&[("prove -l t", "process.run prove"), ("prove --exec 'rm -rf ~' t", "process.run prove; file.delete ~/**")]),
    // Swift, Dart, mobile
    row("swift", "... -h,--help/info --version/info", "word*").also(script).modes(&[
        row("build test run", "... --package-path=word/code -Xswiftc=word -Xlinker=word -Xcc=word --configuration=word -c=word --product=word --filter=word --toolchain=word", "word*").does("process.run").also(here).examples(&[("swift build -c release", "process.run swift")]),
        row("package", "... --package-path=word/code", "word*").does("process.run package.install").also(here),
        row("repl", "...", "").does("code.run=swift"),
    ]),
    build!("swiftc swiftlint carthage fastlane pod tuist xcodegen xctool mint-check periphery sourcery", "... -o=write --config=word/code -e=odd", "word*"),
    row("flutter dart fvm", "... -h,--help/info --version/info -v --verbose", "word*").also(script).modes(&[
        row("build test run analyze format fix doctor devices emulators create clean gen-l10n screenshot drive attach compile doc info config channel custom-devices precache symbolize logs install bash-completion", "... -o=write -d=word -t,--target=word/code --dart-define=word", "word*").does("process.run").also(named).examples(&[("flutter test", "process.run flutter")]),
        row("pub packages", "... -C=cd", "").sub(&[
            row("get add upgrade downgrade update global-activate", "...", "word*").does("package.install"),
            row("remove", "...", "word*").does("package.remove"),
            row("deps outdated cache", "...", "word*"),
            row("run global", "...", "word*").does("process.run package.install").also(gems),
            row("publish lish", "... -n,--dry-run/dry", "").does("package.publish"),
        ]),
        row("upgrade downgrade use", "...", "word*").does("package.install"),
    ]),
    row("pub", "...", "").sub(&[row("get upgrade global add", "...", "word*").does("package.install"), row("run", "...", "word*").does("process.run").also(here), row("publish", "...", "word*").does("package.publish")]),
    build!("cordova phonegap nativescript ns tns expo-cli xcodes-list buildozer", "...", "word*"),
    // Version managers for anything
    row("sdk sdkman", "", "").sub(&[row("list l current c version v help", "...", "word*"), row("install i upgrade ug update selfupdate use u default d env e", "...", "word*").does("package.install"), row("uninstall rm flush offline", "...", "word*").does("package.remove")]),
    row("vcpkg conan", "... --help/info --version/info", "").sub(&[
        row("list search help version inspect graph profile cache", "...", "word*"),
        row("remote", "", "").sub(&[row("list list-users", "...", "word*"), row("add remove update rename enable disable login logout set-user auth", "...", "word*").does("persistence.install")]),
        row("install create upgrade update integrate download new", "... -r=word -pr,--profile=word/code --overlay-ports=word/code --overlay-triplets=word/code --x-manifest-root=word/code -of,--output-folder=write", "word*").does("package.install").also(gems).examples(&[("conan install .", "package.install conan"), ("conan create /tmp/x", "package.install conan; process.run /tmp/x"), ("vcpkg install --overlay-ports=/tmp/x fmt", "package.install vcpkg; process.run /tmp/x")]),
        row("remove", "...", "word*").does("package.remove"),
        row("build source export export-pkg test config", "...", "word*").does("process.run").also(here),
        row("upload", "...", "word*").does("package.publish"),
    ]),
    row("R-check devtools-check lintr-check", "...", "word*").does("process.run"),
];

const BUNDLE: &[Row] = &[
    row(
        "install i update add lock cache package binstubs clean-install",
        "... --gemfile=word/code --path=write",
        "word*",
    )
    .does("package.install")
    .also(|run, _| meaning::own_code(run, &Field::literal(".")))
    .examples(&[("bundle install --jobs 4", "package.install bundle"), ("bundle", "package.install bundle")]),
    row("list show info outdated check viz platform doctor licenses help env version", "...", "word*")
        .examples(&[("bundle list", "")]),
    row("exec e", "--keep-file-descriptors --no-keep-file-descriptors --gemfile=word/code", "command")
        .style(Style::First)
        .examples(&[
            ("bundle exec rm -rf ~", "file.delete ~/**"),
            ("bundle exec rspec", "process.run rspec"),
        ]),
    row("remove clean pristine", "...", "word*").does("package.remove"),
    row("config", "", "word*").also(|run, given| {
        if given.operands.len() > 1
            && !matches!(given.operands.first().and_then(|one| one.text()), Some("get" | "list"))
        {
            meaning::declared(run, "file.write=.bundle/config", "bundle config");
        } else {
            // Behind a host's name stands how to sign in there.
            let host = |name: &Field| {
                name.text().is_none_or(|name| {
                    name.contains("://") || name.matches('.').count() > 1 || name.ends_with(".com")
                })
            };
            if given.operands.iter().any(host) {
                run.effect(
                    crate::effects::Action::SECRET_READ,
                    crate::effects::shell::thing("bundle config"),
                );
            }
        }
    }),
    row("open gem init console", "...", "word*").does("process.run"),
    row("plugin", "", "").sub(&[
        row("list", "...", "word*"),
        row("install uninstall", "... --source=send --git=fetch --path=word/code", "word*")
            .does("package.install persistence.install"),
    ]),
    row("audit", "...", "word*").does("process.run"),
];

fn strip(operands: &[crate::effects::shell::field::Field]) -> &[crate::effects::shell::field::Field] {
    match operands.split_first() {
        Some((first, rest)) if first.text() == Some("--") => rest,
        _ => operands,
    }
}

/// Packages that are pointed at rather than named; without any, what the directory holds.
fn gems(run: &mut Run<'_>, given: &Given) {
    if given.operands.is_empty() {
        meaning::own_code(run, &Field::literal("."));
    }
    for package in &given.operands {
        source(run, package, "ruby");
    }
}

/// Without a sub-command: a program of the language by its path.
fn script(run: &mut Run<'_>, given: &Given) {
    if let Some(first) = given.operands.first() {
        meaning::declared(run, "process.run", &given.name);
        meaning::own_code(run, first);
    }
}

/// Tasks are named; some are everybody's.
fn mix(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    let task = given.operands.first().map(|one| one.prefix()).unwrap_or_default();
    match task {
        "archive.install" | "escript.install" if given.operands.len() > 1 => {
            meaning::declared(run, "package.install", "mix");
            for package in given
                .operands
                .iter()
                .skip(1)
                .filter(|one| !matches!(one.text(), Some("hex" | "git" | "github")))
            {
                source(run, package, "elixir");
            }
            if matches!(given.operands.get(1).and_then(Field::text), Some("git" | "github")) {
                meaning::declared(run, "code.run=elixir", "mix");
            }
        }
        "deps.get" | "deps.update" | "archive.install" | "escript.install" | "local.hex" | "local.rebar"
        | "deps" => meaning::declared(run, "package.install", "mix"),
        "hex.publish" | "hex.retire" | "hex.owner" => meaning::declared(run, "package.publish", "mix"),
        "ecto.drop" | "ecto.reset" => meaning::declared(run, "sql.schema sql.write", "mix"),
        "ecto.migrate" | "ecto.rollback" | "ecto.setup" | "ecto.create" => {
            meaning::declared(run, "sql.schema", "mix")
        }
        "run" | "eval" | "cmd" if given.operands.len() > 1 => {
            meaning::declared(run, "code.run=elixir", "mix")
        }
        _ if task.starts_with("profile.")
            && given.unread.iter().any(|one| one.prefix().starts_with("-e")) =>
        {
            meaning::declared(run, "code.run=elixir", "mix")
        }
        // Several tasks, with what starts a program or code among them.
        "do" => {
            let code = |one: &Field| one.text().is_none_or(|text| matches!(text, "cmd" | "eval" | "run"));
            if let Some(at) = given.operands.iter().position(code) {
                meaning::declared(run, "code.run=elixir", "mix");
                let command = given.operands.get(at + 1..).unwrap_or_default();
                if given.operands.get(at).and_then(Field::text) == Some("cmd") && !command.is_empty() {
                    run.within("mix", None, |run| run.program(command, Stream::default()));
                }
            }
        }
        _ => {}
    }
}
