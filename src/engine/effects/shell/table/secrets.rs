//! Programs that hand credentials or an environment to a command, and keep them.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::thing;
use crate::effects::{Action, unknown};

pub(super) const ROWS: &[Row] = &[
    row("op", "gnu --account=word --cache --config=odd --debug --encoding=word --format=word --iso-timestamps --no-color --session=word -h/info -v/info", "").sub_or(
        &[
            row("run", "--env-file=read --no-masking --environment=word --account=word", "command").style(Style::First),
            row("item", "...", "word*").sub_or(&[row("template", "...", "word*")], Verb::First, &[
                Class { words: "list ls", does: "" },
                Class { words: "get", does: "secret.read" },
                Class { words: "delete remove rm", does: "cloud.delete" },
                Class { words: "share", does: "secret.read net.send" },
                Class { words: "", does: "cloud.write" },
            ]),
            row("document connect user-secret ssh-key service-account signin environment", "...", "word*").also(|run, given| {
                let action = match given.operands.first().and_then(Field::text) {
                    Some("list" | "ls") => return,
                    Some("delete" | "remove" | "rm") => Action::CLOUD_DELETE,
                    Some("edit" | "create") => Action::CLOUD_WRITE,
                    _ => Action::SECRET_READ,
                };
                run.effect(action, thing(&given.name));
            }),
            row("read inject", "...", "word*").does("secret.read"),
            row("vault user group account events-api", "...", "word*").sub_or(&[], Verb::First, &[
                Class { words: "list ls get", does: "" },
                Class { words: "delete remove rm forget suspend", does: "cloud.delete" },
                Class { words: "grant revoke provision confirm add", does: "cloud.privilege" },
                Class { words: "", does: "cloud.write" },
            ]),
            row("whoami signout update completion", "...", "word*"),
            row("plugin", "", "").sub(&[row("list inspect", "...", "word*"), row("run", "", "command?").style(Style::First), row("init clear", "...", "word*").does("persistence.install")]),
        ],
        Verb::First,
        &[],
    )
    .examples(&[
        ("op run --env-file=x -- rm a", "file.read /workspace/x; file.delete /workspace/a"),
        ("op item list --vault X", ""),
        ("op item get db --fields password", "secret.read op item get db"),
        ("op item delete x", "cloud.delete op item delete x"),
        ("op document delete x", "cloud.delete op document"),
        ("op read op://x/y", "secret.read op read"),
        ("op vault list", ""),
        ("op vault delete x", "cloud.delete op vault delete x"),
        ("op whoami", ""),
        ("op frob", "unknown subcommand_unknown"),
    ]),
    row("doppler", "gnu --api-host=odd -p,--project=word -c,--config=word --config-dir=word --configuration=odd --debug --json --no-check-version --no-read-env --no-verify-tls/odd --print-config --scope=word --silent -t,--token=word -v/info -h/info", "").sub_or(
        &[
            row("run", "-p,--project=word -c,--config=word --command=shell --fallback=write --fallback-only --fallback-readonly --forward-signals --mount=write --mount-format=word --mount-max-reads=word --mount-template=read --name-transformer=word --no-cache --no-exit-on-write-failure --no-fallback --only-secrets=word --passphrase=word --preserve-env[=word] --watch -t,--token=word --silent --dynamic-ttl=word", "command?").style(Style::First),
            row("secrets", "... -y,--yes -p,--project=word -c,--config=word", "word*").sub_or(&[row("notes", "...", "word*")], Verb::First, &[
                Class { words: "delete", does: "cloud.delete" },
                Class { words: "set upload", does: "cloud.write" },
                Class { words: "", does: "secret.read" },
            ])
            .also(|run, given| {
                if given.operands.is_empty() {
                    run.effect(Action::SECRET_READ, thing(&given.name));
                }
            }),
            row("configs", "... -p,--project=word -c,--config=word -e=word -y", "word*").sub_or(&[row("tokens", "...", "word*").does("secret.read"), row("logs", "...", "word*")], Verb::First, &[
                Class { words: "get", does: "" },
                Class { words: "delete", does: "cloud.delete" },
                Class { words: "create update clone lock unlock", does: "cloud.write" },
                // Without a word, or with `list`, they are listed.
                Class { words: "list", does: "" },
                Class { words: "", does: "" },
            ]),
            row("projects environments groups service-tokens", "... -y", "word*").sub_or(&[], Verb::First, &[
                Class { words: "delete revoke", does: "cloud.delete" },
                Class { words: "create update rename", does: "cloud.write" },
                Class { words: "", does: "" },
            ]),
            row("activity me settings changelog open completion", "...", "word*"),
            row("configure", "...", "word*").does("secret.read"),
            row("setup login logout update import", "...", "word*").does("cloud.write"),
            row("substitute", "...", "read word*").does("secret.read"),
        ],
        Verb::First,
        &[],
    )
    .examples(&[
        ("doppler run -- rm a", "file.delete /workspace/a"),
        ("doppler run --command 'rm a'", "file.delete /workspace/a"),
        ("doppler secrets", "secret.read doppler secrets"),
        ("doppler secrets get X --plain", "secret.read doppler secrets get X"),
        ("doppler secrets delete X -y", "cloud.delete doppler secrets delete X"),
        ("doppler configs list --project x", ""),
        ("doppler configs delete dev", "cloud.delete doppler configs delete dev"),
        ("doppler projects delete x", "cloud.delete doppler projects delete x"),
    ]),
    row("dotenv dotenvx", "", "")
    .style(Style::Raw)
    .instead(dotenv)
    .examples(&[
        ("dotenv -- rm a", "file.delete /workspace/a"),
        ("dotenv -e x -- rm a", "file.delete /workspace/a"),
        ("dotenv -f x run -- rm a", "file.delete /workspace/a"),
        ("dotenvx run -f x -- rm a", "file.delete /workspace/a"),
        ("dotenv list", "secret.read dotenv"),
        ("dotenv -p X", "secret.read dotenv"),
    ]),
    row("aws-vault aws-okta saml2aws granted", "--backend=word --keychain=word --prompt=word --debug --help/info --version/info -a=word --profile=word", "").sub(&[
        row("exec", "-d,--duration=word -n,--no-session --region=word -t,--mfa-token=word -j,--json!secret.read -s,--server!net.listen --ec2-server!net.listen --ecs-server!net.listen --lazy --stdout -e --exec-profile=word", "word*").style(Style::First).gives(|run, given| {
            let more = run.more_options(given, given.operands.get(1..).unwrap_or_default());
            if more.operands.is_empty() {
                return Stream::local();
            }
            run.within(&given.name, None, |run| run.program(&more.operands, given.input.clone()))
        }),
        row("list ls version", "...", "word*"),
        row("login export env script console", "...", "word*").does("secret.read"),
        row("add remove rm clear rotate configure", "...", "word*").does("cloud.privilege"),
    ])
    .examples(&[
        ("aws-vault exec prod -- rm a", "file.delete /workspace/a"),
        ("aws-vault exec prod --json", "secret.read aws-vault exec"),
        ("aws-vault list", ""),
        ("aws-vault remove x", "cloud.privilege aws-vault remove"),
    ]),
    row("chamber", "-b,--backend=word -r=word -v --min-throttle-delay=word", "").sub(&[
        row("exec", "--strict --pristine --strict-value=word", "word*").gives(|run, given| {
            let rest = given.operands.get(given.before_dashes..).unwrap_or_default().to_vec();
            run.within("chamber", None, |run| run.program(&rest, given.input.clone()))
        }),
        row("list list-services find history version tag", "...", "word*"),
        row("read env export", "...", "word*").does("secret.read"),
        row("write import delete", "...", "word*").does("cloud.write"),
    ])
    .examples(&[("chamber exec a b -- rm x", "file.delete /workspace/x"), ("chamber read a b", "secret.read chamber read")]),
    row("infisical teller berglas summon envconsul", "...", "word*").gives(|run, given| {
        // `… run -- command`, `… exec -- command`; without a command it prints.
        let rest = given.operands.get(given.before_dashes..).unwrap_or_default().to_vec();
        if rest.is_empty() || given.before_dashes == given.operands.len() {
            run.effect(Action::SECRET_READ, thing(&given.name));
            run.doubt(unknown::SUBCOMMAND);
            return Stream::local();
        }
        run.within(&given.name, None, |run| run.program(&rest, given.input.clone()))
    })
    .examples(&[("infisical run --env=dev -- rm a", "file.delete /workspace/a"), ("infisical secrets", "secret.read infisical; unknown subcommand_unknown")]),
    row("envchain", "-s,--set -l,--list/info -p -n --unset --noecho --require-passphrase", "word command?").style(Style::First).examples(&[("envchain aws rm a", "file.delete /workspace/a")]),
    row("envdir", "-i", "readtree command").style(Style::First).examples(&[("envdir e rm a", "file.read /workspace/e/**; file.delete /workspace/a")]),
    row("direnv", "", "").sub(&[
        row("exec", "", "word command").style(Style::First).does("process.run=direnv"),
        row("allow permit grant edit", "...", "word*").does("persistence.install"),
        row("deny block revoke disallow prune status version help hook stdlib fetchurl log show_dump", "...", "word*"),
        row("export dump", "...", "word*").does("secret.read process.run=direnv"),
        row("reload watch", "...", "word*").does("process.run=direnv"),
    ])
    .examples(&[
        ("direnv exec . rm a", "process.run direnv; file.delete /workspace/a"),
        ("direnv allow", "persistence.install direnv allow"),
        ("direnv status", ""),
    ]),
    row("mise rtx", "gnu -C,--cd=cd -E,--env=word -j=word -q,--quiet -v,--verbose -y,--yes --raw --no-config -h/info", "").sub_or(
        &[
            row("exec x", "-c,--command=shell -j=word --raw --no-prepare", "word*").gives(versioned),
            row("ls list ls-remote current where which latest outdated doctor dr version search registry cache-dir tool about backends plugins tasks bin-paths fmt alias completion usage", "...", "word*"),
            row("run r task tasks", "...", "word*").does("process.run=mise"),
            row("env e", "...", "word*").does("secret.read"),
            row("install i use u upgrade up install-into link sync plugins-install", "...", "word*").does("package.install"),
            row("uninstall rm remove prune unuse implode", "...", "word*").does("package.remove"),
            row("activate hook-env trust settings set unset config self-update shell deactivate en generate reshim", "...", "word*").does("persistence.install"),
            row("watch w", "...", "word*").does("process.run=mise"),
        ],
        Verb::First,
        &[],
    )
    .examples(&[
        ("mise exec -- rm a", "file.delete /workspace/a"),
        ("mise x node@20 -- rm a", "file.delete /workspace/a"),
        ("mise exec -c 'rm a'", "file.delete /workspace/a"),
        ("mise ls", ""),
        ("mise install", "package.install mise"),
        ("mise run build", "process.run mise"),
    ]),
    row("asdf", "--help/info --version/info", "").sub(&[
        row("exec", "", "command").style(Style::First),
        row("env", "", "word command?").style(Style::First),
        row("list current where which latest info version help plugin-list shimversions", "...", "word*"),
        row("plugin", "", "").sub(&[row("list", "...", "word*"), row("add update", "...", "word*").does("package.install"), row("remove", "...", "word*").does("package.remove")]),
        row("install update reshim set", "...", "word*").does("package.install"),
        row("uninstall", "...", "word*").does("package.remove"),
        row("local global shell", "...", "word*").does("file.write=.tool-versions"),
        row("cmd", "...", "word*").does("process.run=asdf"),
    ])
    .examples(&[("asdf exec rm a", "file.delete /workspace/a"), ("asdf list", ""), ("asdf install", "package.install asdf")]),
    row("foreman honcho hivemind goreman nf", "-e,--env=read -f,--procfile=read -d,--root=cd -p,--port=word -h/info --help/info --version/info -m=word -c=word -t=word -D -l=word", "").sub(&[
        row("run", "-e,--env=read -f=read -d=cd", "command").style(Style::First),
        row("start s", "...", "word*").does("process.run=foreman"),
        row("check version ps status", "...", "word*"),
        row("export", "...", "word*").does("file.write persistence.install"),
        row("stop quit kill restart connect echo", "...", "word*").does("process.kill"),
    ])
    .examples(&[("foreman run rm a", "file.delete /workspace/a"), ("foreman start", "process.run foreman")]),
];

/// `dotenv [-f file] [-- ] command…`, and the sub-commands of the tools that share the name.
fn dotenv(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        match first.text() {
            Some("--") => {
                rest = after;
                break;
            }
            Some("-f" | "--file" | "--env-file" | "-e" | "-q" | "--quote" | "-v" | "-c" | "--convention") => {
                rest = after.get(1..).unwrap_or_default()
            }
            Some("-p") => {
                run.effect(Action::SECRET_READ, thing("dotenv"));
                return Stream::local();
            }
            Some(
                "-i" | "-o" | "--override" | "--overload" | "--no-override" | "--quiet" | "--strict"
                | "--debug" | "-x",
            ) => rest = after,
            Some("--help" | "--version" | "help") => return Stream::foreign(),
            Some("run") => rest = after,
            Some("get" | "list" | "ls" | "keypair" | "decrypt") => {
                run.effect(Action::SECRET_READ, thing("dotenv"));
                return Stream::local();
            }
            Some("set" | "unset" | "encrypt" | "rotate") => {
                run.effect(Action::SECRET_READ, thing("dotenv"));
                meaning::path(run, Action::FILE_WRITE, &Field::literal(".env"), false);
                return Stream::local();
            }
            Some(text)
                if text.starts_with("-e")
                    || text.starts_with("-f")
                    || text.starts_with("--file=")
                    || text.starts_with("--env-file=") =>
            {
                rest = after
            }
            Some(text) if text.starts_with('-') => {
                run.doubt(unknown::OPTION_UNKNOWN);
                rest = after;
            }
            _ => break,
        }
    }
    if rest.is_empty() {
        return Stream::local();
    }
    run.within("dotenv", None, |run| run.program(rest, input))
}

/// `mise exec [tool@version…] -- command…`
fn versioned(run: &mut Run<'_>, given: &Given) -> Stream {
    let rest = given.operands.get(given.before_dashes..).unwrap_or_default();
    let rest = if rest.is_empty() { given.operands.as_slice() } else { rest };
    // Without dashes, the versions come first.
    let from = rest
        .iter()
        .position(|field| field.text().is_none_or(|text| !text.contains('@')))
        .unwrap_or(rest.len());
    let rest = rest.get(from..).unwrap_or_default().to_vec();
    if rest.is_empty() {
        return Stream::local();
    }
    run.within("mise", None, |run| run.program(&rest, given.input.clone()))
}
