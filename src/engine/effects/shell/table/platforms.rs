//! Command lines of hosted services: source hosts, application platforms, automation.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::meaning::CONFIGURED;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource};

const SOURCE: &str = "-R,--repo=word -h,--help/info --version/info --hostname=word -w,--web -L,--limit=word --json=word -q,--jq=word -t,--template=word -s,--state=word -a,--author=word -A,--assignee=word -l,--label=word -S,--search=word -B,--base=word -H,--head=word --comments -c --log --log-failed --job=word -j=word -v,--verbose -b,--branch=word -W,--workflow=word -e,--event=word --org=word -o=word --owner=word --visibility=word --language=word --topic=word --sort=word --order=word -p,--pattern=word -O,--output=write -D,--dir=writetree -n,--name=word --exit-status -i,--interval=word --name-only --patch --color=word --required --watch --fail-fast ...";

/// Verbs of source hosts, behind the kind of thing.
const SOURCE_VERBS: &[Class] = &[
    Class { words: "delete archive close-all purge remove unarchive", does: "git.rewrite net.send" },
    Class {
        words: "list view status diff checks watch search browse get show ls download verify ci trace issues contributors",
        does: "git.read",
    },
    Class { words: "", does: "git.push net.send" },
];

const PLATFORM: &[Class] = &[
    Class {
        words: "destroy delete remove rm *:destroy *:delete *:remove *:reset *:kill ps:stop apps:destroy scale ps:scale rollback restart stop suspend purge unset *:unset unlink firestore:delete database:remove hosting:disable drop reset",
        does: "cloud.delete",
    },
    Class {
        words: "config:get env:get env:list env:ls auth:token pg:credentials:url pg:credentials auth:export .config .env .secrets .token .tokens .certs .keys .credentials functions:config:get apps:sdkconfig",
        does: "secret.read cloud.read",
    },
    Class {
        words: "run run:detached ssh console exec shell pg:psql psql ps:exec sftp proxy",
        does: "code.run=shell cloud.write",
    },
    Class {
        words: "access:add members:add .access .members .orgs .teams .collaborators .authorizations",
        does: "cloud.privilege",
    },
    Class {
        words: "create create-* update update-* add add-* set set-* bind-* map-* deploy push publish import export rename clone enable",
        does: "cloud.write",
    },
    Class {
        words: "logs status list ls info whoami version help open inspect show pg:info pg:ps doctor tail projects:list .apps .ps .releases .regions .platform .domains .addons .buildpacks .stack .sites .projects apps:list addons:list domains:list .notifications .features .pipelines .billing .plan",
        does: "cloud.read",
    },
    Class { words: "", does: "cloud.write" },
];

pub(super) const ROWS: &[Row] = &[
    row("gh glab", SOURCE, "").style(Style::First).sub_or(
        &[
            row("auth", SOURCE, "").sub(&[
                row("status", "-t,--show-token!secret.read ...", ""),
                row("token", "...", "").does("secret.read"),
                row("login logout refresh setup-git switch", "...", "word*").does("secret.read net.send"),
            ]),
            row("api", "-X,--method=word -f,--raw-field=word -F,--field=word -H,--header=word --input=read --paginate --slurp -q,--jq=word -t,--template=word -i,--include --silent --hostname=word --cache=word -p,--preview=word --verbose --help/info", "word").also(api).examples(&[
                ("gh api repos/o/r", "git.read gh api"),
                ("gh api -X DELETE repos/o/r", "git.rewrite gh api; net.send configured"),
                ("gh api -X PUT repos/o/r/collaborators/e -f permission=admin", "git.push gh api; net.send configured; privilege.raise gh api"),
            ]),
            row("repo project", SOURCE, "").sub_or(&[
                row("clone", "-u,--upstream-remote-name=word --no-upstream", "word writetree? word*").does("net.fetch git.write").also(super::landing::cloned).examples(&[
                    ("gh repo clone o/r /srv/x", "net.fetch configured; git.write /workspace; file.write /srv/x/**"),
                ]),
                row("list view", SOURCE, "word*").does("git.read"),
            ], Verb::First, SOURCE_VERBS),
            row("pr mr", SOURCE, "").sub_or(&[
                row("checkout co", "...", "word*").does("git.write net.fetch"),
            ], Verb::First, SOURCE_VERBS),
            row("search", "...", "word*").does("git.read").examples(&[("gh search prs --state open x", "git.read /workspace")]),
            row("issue run release workflow cache label milestone ruleset org browse status pipeline ci job", SOURCE, "").sub_or(&[
                row("download", "-p,--pattern=word -D,--dir=writetree -O,--output=write -A,--archive=word --clobber --skip-existing -n,--name=word -R,--repo=word", "word*").does("git.read net.fetch").also(|run, given| {
                    if !given.has("-D") && !given.has("-O") {
                        meaning::declared(run, "file.write=./**", "gh");
                    }
                }).examples(&[
                    ("gh release download v1", "git.read /workspace; net.fetch configured; file.write /workspace/**/*"),
                    ("gh release download v1 -D /srv/x", "git.read /workspace; net.fetch configured; file.write /srv/x/**"),
                ]),
            ], Verb::First, SOURCE_VERBS),
            row("secret variable", SOURCE, "").sub_or(&[], Verb::First, &[
                Class { words: "list", does: "git.read" },
                Class { words: "delete remove", does: "git.rewrite net.send" },
                Class { words: "", does: "privilege.raise git.push net.send" },
            ]),
            row("gist snippet", "-p,--public -f,--filename=word -d,--desc=word -w,--web -r,--raw --files -L=word --secret --help/info", "").sub(&[
                row("list view", "...", "word*").does("git.read"),
                row("clone", "...", "word word?").does("net.fetch"),
                row("create", "-p,--public -f,--filename=word -d,--desc=word -w,--web", "read*").does("net.send"),
                row("edit rename", "-a,--add=read -f=word -d=word -r=word", "word read*").does("net.send"),
                row("delete", "...", "word*").does("git.rewrite net.send"),
            ]),
            row("ssh-key gpg-key deploy-key", SOURCE, "").sub_or(&[], Verb::First, &[
                Class { words: "list", does: "git.read" },
                Class { words: "", does: "privilege.raise net.send" },
            ]),
            row("extension ext alias", SOURCE, "").sub_or(&[], Verb::First, &[
                Class { words: "list search browse", does: "git.read" },
                Class { words: "exec", does: "process.run" },
                Class { words: "", does: "package.install persistence.install" },
            ]),
            row("codespace cs", SOURCE, "").sub_or(&[], Verb::First, &[
                Class { words: "list view logs ports", does: "git.read" },
                Class { words: "delete stop rebuild", does: "cloud.delete" },
                Class { words: "ssh cp jupyter code", does: "code.run=shell net.send" },
                Class { words: "", does: "cloud.write" },
            ]),
            row("config", SOURCE, "").sub(&[
                row("get list", "... -h,--host=word", "asked*"),
                row("set clear-cache", "...", "word*").does("file.write=~/.config/gh/config.yml"),
            ]),
            row("version help completion", "...", "word*"),
        ],
        Verb::First,
        SOURCE_VERBS,
    ).examples(&[
        ("gh issue view 7", "git.read /workspace"),
        ("gh repo delete o/r --yes", "git.rewrite /workspace; net.send configured"),
        ("gh gist create .env --public", "file.read /workspace/.env; net.send configured; secret.read /workspace/.env"),
    ]),
    row("heroku fly flyctl vercel netlify railway render wrangler firebase supabase surge now amplify-cli platform cf eb dokku caprover shopify expo eas appwrite convex turso neonctl planetscale pscale", "-a,--app=word -r,--remote=word -s,--space=word -t,--team=word -p,--project=word --project=word -c,--config=read -o,--output=word -n=word --json --prod --org=word --scope=word --token=word -y,--yes -f,--force --confirm=word -h,--help/info --version,-v/info ...", "").style(Style::First).sub_or(&[], Verb::First, PLATFORM).also(|run, given| {
        // Without a word these put online what lies here.
        if given.operands.is_empty() && matches!(given.name.as_str(), "vercel" | "now" | "surge") {
            meaning::declared(run, "cloud.write net.send", &given.name);
        }
    }).examples(&[
        ("vercel --prod", "cloud.write vercel; net.send configured"),
        ("cf create-service a plan b", "cloud.write cf create-service a plan b"),
        ("heroku config --app prod", "cloud.read heroku config; secret.read heroku config"),
        ("fly apps destroy prod -y", "cloud.delete fly apps destroy prod"),
    ]),
    row("stripe twilio sentry-cli datadog-ci newrelic pagerduty ngrok-api jira linear-cli", "-p=word ...", "").style(Style::First).sub_or(&[], Verb::First, &[
        Class { words: "delete remove cancel", does: "cloud.delete" },
        Class { words: "list get info logs retrieve search version help view", does: "cloud.read" },
        Class { words: "", does: "cloud.write net.send" },
    ]),
];

/// A request to the host's own interface: a method, or fields, that change something.
fn api(run: &mut Run<'_>, given: &Given) {
    let resource = || Resource::Repository { repository: Name::Literal(given.name.clone()) };
    let fields = given.has("-f") || given.has("-F") || given.has("--input");
    let method = match given.value("-X") {
        Some(method) => method.text().map_or_else(|| "?".to_owned(), str::to_uppercase),
        None => (if fields { "POST" } else { "GET" }).to_owned(),
    };
    let path = given.operands.first().and_then(Field::text_with_wildcards).unwrap_or_default();
    let graphql = path == "graphql";
    if matches!(method.as_str(), "GET" | "HEAD") && !graphql {
        run.effect(Action::GIT_READ, resource());
        return;
    }
    let rights =
        ["collaborators", "invitations", "keys", "hooks", "secrets", "permissions", "memberships", "teams"];
    if rights.iter().any(|part| path.contains(part)) {
        run.effect(Action::PRIVILEGE_RAISE, Resource::Named { name: Name::Literal(given.name.clone()) });
    }
    let action = if method == "DELETE" || method == "?" { Action::GIT_REWRITE } else { Action::GIT_PUSH };
    run.effect(action, resource());
    run.effect(Action::NET_SEND, Resource::host(Name::Literal(CONFIGURED.to_owned())));
}
