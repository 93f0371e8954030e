//! Other systems for versions than git, and programs that show or drive git.

use super::landing;
use crate::effects::shell::address::{self, Deed};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, Resource, unknown};

macro_rules! hg {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                "-h,--help/info --version/info -R,--repository=cd --cwd=cd -y,--noninteractive -q,--quiet -v,--verbose --color=word --config=word --debug --debugger/odd --encoding=word --traceback --time --profile --hidden --pager=word -X,--exclude=word -I,--include=word -n,--dry-run/dry ",
                $options
            ),
            $operands,
        )
        .also(configured)
    };
}

pub(super) const ROWS: &[Row] = &[
    hg!("hg chg sapling", "", "").sub(&[
        hg!("status st log history diff cat annotate blame identify id parents heads branches tags bookmarks-list grep files locate manifest root showconfig summary sum tip paths help version verify incoming in outgoing out phase export config-list debugstate resolve-list show smartlog wip", "... -o,--output=write", "word*").does("git.read").examples(&[
            ("hg status", "git.read /workspace"),
            ("hg --config alias.x='!rm -rf ~' log", "git.read /workspace; unknown option_odd"),
        ]),
        hg!("add addremove commit ci merge bookmark bookmarks branch tag graft import shelve unshelve init rename mv move copy cp forget resolve backout archive bundle config goto next previous amend-to-new debugrebuilddirstate", "... -m,--message=word -l,--logfile=read -e --edit -A -u,--user=word -d,--date=word --amend!git.rewrite -D!git.rewrite --delete!git.rewrite", "word*").does("git.write").examples(&[("hg commit -m x", "git.write /workspace")]),
        hg!("remove rm", "... -A,--after -f,--force", "delete*").does("git.write"),
        hg!("update up checkout co", "... -C,--clean!git.rewrite -r=word -c,--check -m,--merge", "word*").does("git.write").examples(&[("hg update -C", "git.write /workspace; git.rewrite /workspace")]),
        hg!("revert strip rollback rebase histedit purge clean evolve amend uncommit unamend unbundle prune obsolete fold split absorb qpop qdel undo hide convert transplant", "...", "word*").does("git.rewrite").examples(&[("hg strip -r 10", "git.rewrite /workspace")]),
        hg!("pull fetch", "... -u,--update -e,--ssh=shell --remotecmd=word -r=word -B=word -b=word --rebase!git.rewrite", "word*").does("git.write").also(asked),
        hg!("clone", "... -e,--ssh=shell --remotecmd=word -U -u=word -r=word -b=word --pull --stream", "word*").also(cloned).examples(&[("hg clone https://example.org/r", "net.fetch example.org; file.write /workspace/r/**")]),
        hg!("push", "... -f,--force!git.rewrite -e,--ssh=shell --remotecmd=word -r=word -B=word -b=word --new-branch", "word*").also(pushed).examples(&[("hg push -f", "git.push default; git.rewrite /workspace")]),
        hg!("serve", "...", "").does("git.read net.listen"),
        hg!("bisect", "... -c,--command=shell", "word*").does("git.write"),
        hg!("extdiff", "... -p,--program=run", "word*").does("git.read"),
    ]),
    row("svn", "--help,-h,-?/info --version/info -q,--quiet -v,--verbose --non-interactive --username=word --password=word --no-auth-cache --trust-server-cert --config-dir=odd --config-option=odd", "").sub(&[
        row("status stat st info log diff di list ls cat blame praise annotate ann propget pget pg proplist plist pl help h auth mergeinfo", "... --diff-cmd=run -x=word -r=word -c=word --config-option=odd --config-dir=odd", "word*").does("git.read").also(asked_urls).examples(&[
            ("svn status", "git.read /workspace"),
            ("svn info https://example.org/r", "git.read /workspace; net.fetch example.org"),
        ]),
        row("add changelist cl cleanup lock unlock merge move mv rename ren copy cp mkdir propset pset ps propedit pedit pe propdel pdel pd relocate resolve resolved switch sw upgrade patch", "... --editor-cmd=shell --diff3-cmd=run -m,--message=word -F=read --config-option=odd --remove-unversioned!git.rewrite", "word*").does("git.write").also(asked_urls),
        row("update up", "... -r=word --diff3-cmd=run --config-option=odd", "word*").does("git.write net.fetch"),
        row("checkout co export", "... -r=word --config-option=odd --force", "word word?").also(cloned).examples(&[("svn checkout https://example.org/r x", "net.fetch example.org; file.write /workspace/x/**")]),
        row("commit ci import", "... --editor-cmd=shell -m,--message=word -F=read --config-option=odd", "word*").does("git.push net.send").examples(&[("svn commit -m x", "git.push /workspace; net.send configured")]),
        row("revert delete del remove rm", "... --keep-local -R,--recursive -m,--message=word", "word*").does("git.rewrite"),
    ]),
    row("svnadmin svnlook svnversion svnsync svndumpfilter svnrdump", "...", "word*").also(|run, given| {
        let reads = matches!(given.name.as_str(), "svnlook" | "svnversion") || matches!(given.operands.first().and_then(Field::text), Some("verify" | "info" | "lslocks" | "lstxns"));
        meaning::declared(run, if reads { "git.read" } else { "git.rewrite" }, "svnadmin");
    }),
    row("svnserve cvspserver", "...", "word*").does("git.read net.listen"),
    row("cvs bzr brz darcs pijul monotone mtn rcs ci co", "... --help/info --version/info -h/info", "word*").also(old),
    row("fossil", "... --help/info", "").sub(&[
        row("status st changes diff timeline info ls finfo cat extras leaves branch-list help version whatis grep annotate blame praise describe", "...", "word*").does("git.read"),
        row("add addremove commit ci merge mv rename update up checkout co branch tag stash settings set init new open close bisect patch forget cherry-pick merge-base", "... --force!git.rewrite", "word*").does("git.write"),
        row("rm delete revert clean undo redo amend purge rebuild scrub shun reset", "...", "word*").does("git.rewrite"),
        row("clone pull sync", "...", "word*").does("git.write net.fetch"),
        row("push", "...", "word*").does("git.push net.send"),
        row("ui server http", "...", "word*").does("net.listen"),
    ]),
    row("jj", "... -h,--help/info -V,--version/info -R,--repository=cd --config=word --config-file=odd --config-toml=odd --color=word --no-pager --ignore-working-copy --at-operation=word", "").sub(&[
        row("status st log diff show evolog obslog interdiff files root help version tag-list util", "... --tool=run --to=word --from=word", "word*").does("git.read").also(configured).examples(&[("jj st", "git.read /workspace")]),
        row("commit ci new describe desc bookmark branch b edit split squash squash-into move duplicate rebase fix parallelize metaedit next prev resolve sparse absorb file workspace init tag sign unsign simplify-parents", "... -m,--message=word --tool=run --config=word", "word*").does("git.write").also(configured),
        row("abandon restore undo redo revert backout diffedit", "... --to=word --from=word --tool=run", "word*").does("git.rewrite"),
        row("op operation", "", "").sub(&[row("log show diff", "...", "word*").does("git.read"), row("abandon restore revert undo integrate", "...", "word*").does("git.rewrite")]),
        row("bisect", "", "").sub(&[row("run", "-r,--range=word --find-good", "command").style(Style::First).does("git.write")]),
        row("run", "...", "command").style(Style::First),
        row("git", "", "").sub(&[
            row("fetch", "... --remote=word", "word*").does("git.write net.fetch"),
            row("push", "... --remote=word -b=word --deleted!git.rewrite --dry-run/dry", "word*").does("git.push"),
            row("clone", "...", "word*").also(cloned),
            row("remote root import export init colocation", "...", "word*").does("git.write"),
        ]),
        row("config", "", "").sub(&[row("list l get g path p", "...", "word*").does("git.read"), row("set s unset u edit e", "... --user!file.write=~/.jjconfig.toml --repo", "word*").does("git.write")]),
    ]),
    row("repo", "... --help/info --version/info", "").sub(&[
        row("status list info diff overview manifest branches help version grep", "...", "word*").does("git.read"),
        row("init sync start checkout download stage cherry-pick smartsync selfupdate", "... -u,--manifest-url=fetch --repo-url=fetch", "word*").does("git.write net.fetch"),
        row("abandon prune rebase gc", "...", "word*").does("git.rewrite"),
        row("upload", "...", "word*").does("git.push net.send"),
        row("forall", "... -c=shell", "word*").also(|run, given| {
            if !given.has("-c") {
                run.doubt(unknown::SUBCOMMAND);
            }
        }),
    ]),
    row("p4", "... -p=send -u=word -P=word -c=word", "word*").does("git.write net.send"),
    row("tig lazygit gitui git-cola gitg gitkraken ungit qgit gitextensions magit lazyjj", "... -h,--help/info -v,--version/info -p=cd --path=cd -ucf=odd --use-config-file=odd", "word*").does("git.read git.write").examples(&[("tig", "git.read /workspace; git.write /workspace")]),
    row("git-filter-repo bfg", "... --blob-callback=code:python --commit-callback=code:python --filename-callback=code:python --message-callback=code:python --name-callback=code:python --email-callback=code:python --path=word --force", "word*").does("git.rewrite"),
    row("hub", "... --help/info --version/info", "word*").style(Style::First).modes(HUB).also(git),
    row("git-delta difftastic gitlint git-cliff git-crypt git-secret git-quick-stats gitmoji commitizen cz git-standup git-summary git-sizer gource tokei-git ghq semantic-release standard-version release-it conventional-changelog changesets auto-changelog", "... --help/info --version/info", "word*").also(kept).examples(&[
        ("ghq get https://example.org/r", "git.write /workspace; net.fetch configured"),
        ("git-crypt unlock", "git.write /workspace"),
    ]),
];

const HUB: &[Row] = &[
    row("browse compare ci-status issue pr-list", "...", "word*").does("git.read"),
    row("pull-request create fork release gist", "... -m=word -F=read", "word*").does("git.write net.send"),
    row("delete", "...", "word*").does("git.rewrite net.send"),
    row("api", "...", "word*").does("net.send"),
    row("sync", "...", "").does("git.write net.fetch"),
];

/// What is no sub-command of its own is one of git.
fn git(run: &mut Run<'_>, given: &Given) {
    let command: Vec<Field> =
        std::iter::once(Field::literal("git")).chain(given.operands.iter().cloned()).collect();
    run.program(&command, given.input.clone());
}

/// Settings that run something, given for one command.
fn configured(run: &mut Run<'_>, given: &Given) {
    for setting in given.values("--config") {
        let text = setting.prefix();
        let harmless = [
            "ui.username",
            "ui.verbose",
            "ui.color",
            "ui.quiet",
            "diff.git",
            "color.",
            "progress.",
            "user.name",
            "user.email",
        ];
        if !harmless.iter().any(|name| text.starts_with(name)) {
            run.doubt(unknown::OPTION_ODD);
        }
    }
}

fn asked(run: &mut Run<'_>, given: &Given) {
    configured(run, given);
    match given.operands.first() {
        Some(remote) => address::contact(run, Deed::Fetch, &remote.clone()),
        None => meaning::declared(run, "net.fetch", &given.name),
    }
}

fn asked_urls(run: &mut Run<'_>, given: &Given) {
    for place in given.operands.iter().filter(|one| one.prefix().contains("://")) {
        address::contact(run, Deed::Fetch, place);
    }
}

fn cloned(run: &mut Run<'_>, given: &Given) {
    let Some(source) = given.operands.first() else { return };
    address::contact(run, Deed::Fetch, source);
    let target = given.operands.get(1).cloned().unwrap_or_else(|| {
        let text = source.prefix().trim_end_matches('/').to_owned();
        let name = text.rsplit(['/', ':']).next().unwrap_or_default();
        Field::literal(name.strip_suffix(".git").unwrap_or(name))
    });
    meaning::path(run, Action::FILE_WRITE, &target, true);
    landing::cloned(run, given);
}

fn pushed(run: &mut Run<'_>, given: &Given) {
    configured(run, given);
    let repository = match given.operands.first() {
        Some(remote) => {
            if remote.text().is_none_or(|text| text.contains(['/', ':'])) {
                address::contact(run, Deed::Send, remote);
            }
            remote.name()
        }
        None => Name::Literal("default".to_owned()),
    };
    run.effect(Action::GIT_PUSH, Resource::Repository { repository });
}

/// Systems of which only the verb is known.
fn old(run: &mut Run<'_>, given: &Given) {
    let verb = given.operands.first().and_then(Field::text).unwrap_or_default();
    let does = match verb {
        "status" | "st" | "log" | "diff" | "info" | "annotate" | "ls" | "cat" | "whatsnew" | "changes"
        | "history" => "git.read",
        "update" | "pull" | "checkout" | "clone" | "get" | "branch" => "git.write net.fetch",
        "commit" | "ci" | "push" | "import" | "send" => "git.push net.send",
        "" => "git.read",
        _ => "git.rewrite",
    };
    meaning::declared(run, does, &given.name);
}

/// Helpers around git; some of them change it.
fn kept(run: &mut Run<'_>, given: &Given) {
    let verb = given.operands.first().and_then(Field::text).unwrap_or_default();
    let does = match (given.name.as_str(), verb) {
        (
            "git-delta" | "difftastic" | "gource" | "git-cliff" | "git-sizer" | "git-quick-stats"
            | "git-summary" | "git-standup" | "gitlint",
            _,
        ) => "",
        ("ghq", "list" | "root") => "",
        ("ghq", "rm") => "git.rewrite",
        ("ghq", _) => "git.write net.fetch",
        ("git-secret", "reveal" | "cat") => "secret.read",
        ("semantic-release" | "release-it", _) => "git.push package.publish",
        _ => "git.write",
    };
    meaning::declared(run, does, &given.name);
}
