//! Go.

use super::builds::here;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Resource, unknown};

/// What `go build` and those like it take.
macro_rules! go {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                "-h/info -help/info -C=cd -a -n -p=word -race -msan -asan -cover -covermode=word -coverpkg=word -v -work -x -asmflags=word -buildmode=word -buildvcs=word -compiler=word -gccgoflags=odd -gcflags=word -installsuffix=word -ldflags=word -linkshared -mod=word -modcacherw -modfile=word/code -overlay=word/code -pgo=word -pkgdir=word -tags=word -trimpath -toolexec=shell -json ",
                $options
            ),
            $operands,
        )
        .style(Style::Dash)
        .also(packages)
    };
}

pub(super) const ROWS: &[Row] = &[
    row("go", "-h/info -help/info --help/info -C=cd", "").style(Style::Dash).sub(&[
        go!("build", "-o=write", "word*").does("process.run").examples(&[
            ("go build -o bin/x ./...", "process.run go; file.write /workspace/bin/x"),
            ("go build -toolexec 'rm -rf ~' .", "process.run go; file.delete ~/**"),
            ("go build -ldflags '-s -w' ./cmd/x", "process.run go"),
            ("go build -ldflags '-extld=/tmp/x' .", "process.run go; unknown option_odd"),
        ]),
        go!("test", "-o=write -c -i -exec=shell -run=word -bench=word -benchmem -benchtime=word -blockprofile=write -blockprofilerate=word -count=word -coverprofile=write -cpu=word -cpuprofile=write -failfast -fullpath -fuzz=word -fuzztime=word -fuzzminimizetime=word -list=word -memprofile=write -memprofilerate=word -mutexprofile=write -mutexprofilefraction=word -outputdir=write -parallel=word -short -shuffle=word -skip=word -timeout=word -trace=write -vet=word -args", "word*")
            .does("process.run")
            .examples(&[
                ("go test -v ./... -run TestDelete", "process.run go"),
                ("go test -exec 'rm -rf ~' ./...", "process.run go; file.delete ~/**"),
            ]),
        go!("run", "-exec=shell", "word*").style(Style::Dash).does("process.run").examples(&[
            ("go run ./cmd/x", "process.run go"),
            ("go run /tmp/x.go", "process.run go; process.run /tmp/x.go"),
            ("go run <(echo 'package main')", "process.run go; code.run unknown"),
            ("go run example.org/x@latest", "process.run go; package.install go; code.run go"),
        ]),
        go!("vet", "-vettool=run -c=word -fix -diff", "word*").does("process.run").examples(&[
            ("go vet -vettool=/tmp/x ./...", "process.run go; process.run /tmp/x"),
        ]),
        go!("generate", "-run=word -skip=word", "word*").does("process.run"),
        go!("install get", "-t -u -d -fix -insecure -tool", "word*").does("package.install").examples(&[
            ("go get example.org/x@v1", "package.install go"),
        ]),
        row("fmt fix doc help version tool-list", "... -C=cd", "word*").style(Style::Dash).does("process.run").examples(&[("go fmt", "process.run go")]),
        row("list", "... -C=cd -toolexec=shell", "word*").style(Style::Dash),
        row("env", "-C=cd -json -changed -w!persistence.install -u!persistence.install", "word*").style(Style::Dash).examples(&[
            ("go env GOPATH", ""),
            ("go env -w GOFLAGS=-toolexec=/tmp/x", "persistence.install go env"),
        ]),
        row("mod", "-C=cd", "").style(Style::Dash).sub(&[
            row("tidy download vendor", "... -C=cd -o=writetree -modfile=word/code", "word*").style(Style::Dash).does("package.install").examples(&[("go mod tidy", "package.install go")]),
            row("graph verify why help", "... -C=cd", "word*").style(Style::Dash),
            row("init edit", "... -C=cd", "word*").style(Style::Dash).does("file.write=go.mod"),
        ]),
        row("work", "-C=cd", "").style(Style::Dash).sub(&[
            row("init edit sync use vendor", "... -C=cd", "word*").style(Style::Dash).does("file.write=go.work"),
        ]),
        row("clean", "-C=cd -i -r -n/dry -x -cache -testcache -modcache -fuzzcache", "word*").style(Style::Dash).does("process.run"),
        row("tool", "-C=cd -n -modfile=word/code", "word*").style(Style::First).does("process.run").also(tool).examples(&[("go tool compile -o /srv/x a.go", "process.run go; file.write /srv/x/**")]),
        row("bug telemetry", "...", "word*").does("net.send"),
    ]),
    row("gofmt goimports gofumpt", "-w -l -d -s -e -r=word -cpuprofile=write -local=word -srcdir=word -v -extra -lang=word -format-only", "read*").style(Style::Dash).also(|run, given| {
        if given.has("-w") {
            for file in &given.operands {
                super::builds::rewritten(run, file);
            }
        }
    })
    .examples(&[("gofmt -w .", "file.read /workspace; file.write /workspace/**/*"), ("gofmt -l a.go", "file.read /workspace/a.go")]),
    row("gopls", "-h,-help,--help/info -v,-vv -logfile=write -rpc.trace -remote=odd ...", "").style(Style::Dash).sub_or(&[], Verb::First, &[
        Class { words: "format imports rename fix codeaction execute codelens mcp serve remote", does: "process.run file.write=./**" },
        Class { words: "version help stats bug", does: "" },
        Class { words: "check definition references symbols signature highlight links implementation call_hierarchy folding_ranges semtok workspace_symbol prepare_rename api-json", does: "process.run" },
        Class { words: "", does: "process.run file.write=./**" },
    ]).examples(&[("gopls version", ""), ("gopls check a.go", "process.run gopls"), ("gopls rename -w a.go:1:2 x", "process.run gopls; file.write /workspace/**/*")]),
    row("golangci-lint staticcheck golint errcheck gosec revive govulncheck goreleaser gotestsum ginkgo mockgen wire buf dlv", "... --help/info --version/info --config=word/code -c=word/code --modules-download-mode=word --raw-command=odd -f=word/code --post-run-command=shell --template=word/code -exec_only,--exec_only=run", "word*").does("process.run").also(|run, given| {
        here(run, given);
        let first = given.operands.first().and_then(Field::text);
        match (given.name.as_str(), first) {
            ("dlv", Some("exec" | "debug" | "test" | "core" | "replay")) => super::builds::named(run, given),
            ("dlv", Some("attach" | "connect")) => run.doubt(unknown::OPTION_ODD),
            ("buf", Some("push")) => meaning::declared(run, "package.publish", "buf"),
            ("goreleaser", Some("release" | "publish" | "continue" | "announce")) if !given.unread.iter().any(|one| one.prefix() == "--snapshot") => {
                meaning::declared(run, "package.publish", "goreleaser");
            }
            _ => {}
        }
    })
    .examples(&[
        ("golangci-lint run ./...", "process.run golangci-lint"),
        ("dlv exec /tmp/x", "process.run dlv; process.run /tmp/x"),
        ("buf push", "process.run buf; package.publish buf"),
        ("goreleaser release --snapshot", "process.run goreleaser"),
        ("goreleaser release", "process.run goreleaser; package.publish goreleaser"),
        ("gotestsum --post-run-command 'rm a'", "process.run gotestsum; file.delete /workspace/a"),
    ]),
];

/// Packages are those of the project, unless they have a version or lie elsewhere; linkers have options too.
fn packages(run: &mut Run<'_>, given: &Given) {
    let by_name = given.operands.iter().any(|package| package.prefix().contains('@'));
    if given.row.does.contains("process.run") || given.name.ends_with("install") && !by_name {
        here(run, given);
    }
    if given.values("-ldflags").any(|value| {
        value.text().is_none_or(|text| {
            text.contains("-extld") || text.contains("-linkmode") && text.contains("-plugin")
        })
    }) {
        run.doubt(unknown::OPTION_ODD);
    }
    if given.row.does.contains("package.install") {
        return;
    }
    let runs = given.row.is_named("run");
    let count = if runs { 1 } else { given.operands.len() };
    for operand in given.operands.iter().take(count) {
        match operand.text() {
            Some(text) if text.contains('@') => {
                meaning::declared(run, "package.install", "go");
                run.effect(Action::CODE_RUN, Resource::Code { language: "go".to_owned() });
            }
            Some(text)
                if text.starts_with(['/', '~'])
                    || text.starts_with("..")
                    || runs && text.ends_with(".go") =>
            {
                let place = text.trim_end_matches("/...");
                meaning::own_code(run, &Field::literal(place));
            }
            None if runs => meaning::own_code(run, operand),
            _ => {}
        }
    }
}

/// `go tool pprof` may listen, or fetch a profile.
fn tool(run: &mut Run<'_>, given: &Given) {
    if let Some(name) = given.operands.first().filter(|name| name.leads_elsewhere()) {
        meaning::own_code(run, name);
    }
    let mut rest = given.operands.iter().skip(1);
    while let Some(operand) = rest.next() {
        let text = operand.prefix();
        if let Some(file) = text.strip_prefix('-').map(|text| text.trim_start_matches('-')) {
            let file = match file {
                "o" | "outputdir" | "trace" => rest.next().cloned(),
                _ => operand.split_once('=').map(|(_, file)| file),
            };
            super::builds::written_elsewhere(run, file.as_slice());
        }
        if text.starts_with("-http") || text.starts_with("--http") {
            run.effect(Action::NET_LISTEN, crate::effects::shell::thing("go tool"));
        }
        if text.contains("://") {
            meaning::fetch(run, operand);
        }
    }
}
