//! Git.
//!
//! A remote that has a name is a machine by that name: `net.fetch origin`. What the name stands for was settled
//! when it was given, and is not in the text. Settings that run something are in [`config`].

mod config;
mod readers;
mod remotes;

use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Input, Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Name, places};

pub(super) const ROWS: &[Row] = &[
    row("git", "", "").style(Style::Raw).modes(SUB).instead(readers::git).examples(&[
        ("git --version", ""),
        ("git -C sub status", "git.read /workspace/sub"),
        ("git -C /srv/x status", "git.read /srv/x; process.run /srv/x"),
        ("git --git-dir=/workspace/x status", "git.read /workspace/x; process.run /workspace/x"),
        (
            "git --git-dir=/srv/r/.git branch -D main",
            "git.rewrite /srv/r; git.write /srv/r; process.run /srv/r",
        ),
        ("git -c core.pager='rm -rf ~' -p log", "git.read /workspace; file.delete ~/**"),
        ("git -c alias.x='!rm -rf ~' x", "file.delete ~/**; unknown subcommand_unknown"),
        ("git -c core.quotePath=false ls-files", "git.read /workspace"),
        ("git -c core.hooksPath=/tmp/evil commit -m x", "git.write /workspace; process.run /tmp/evil"),
        ("git -c include.path=/tmp/x log", "git.read /workspace; unknown option_odd"),
        ("git --exec-path=/tmp/x log", "git.read /workspace; process.run /tmp/x; unknown option_odd"),
        ("git frobnicate", "unknown subcommand_unknown"),
    ]),
    row("git-lfs", "", "").sub(LFS),
    row("gitk", "...", "word*").does("git.read"),
];

macro_rules! git {
    ($names:literal, $options:literal, $operands:literal) => {
        row($names, concat!("-h/info --help/info ", $options), $operands)
    };
}

/// Every sub-command.
const SUB: &[Row] = &[
    // Asks.
    git!("status", "...", "word*").does("git.read"),
    git!("log whatchanged shortlog reflog-list show-branch", "... --output=write --ext-diff/odd -p,-u,--patch -L=word", "word*").does("git.read").also(|run, given| {
        if given.has("-p") || given.has("-L") {
            secrets_shown(run, given);
        }
    }).examples(&[
        ("git log -p -- .env", "git.read /workspace; file.read /workspace/.env; secret.read /workspace/.env"),
        ("git log --oneline -- .env", "git.read /workspace"),
        ("git log --oneline -20", "git.read /workspace"),
        ("git log --output=/tmp/x -1", "git.read /workspace; file.write /tmp/x"),
        ("git log -p --ext-diff", "git.read /workspace; unknown option_odd"),
    ]),
    git!("show", "... --output=write --ext-diff/odd --name-only", "word*").does("git.read").also(readers::shown).examples(&[
        ("git show HEAD~2:src/a.py", "git.read /workspace; file.read /workspace/src/a.py"),
        ("git show main:.env", "git.read /workspace; file.read /workspace/.env; secret.read /workspace/.env"),
        ("git show HEAD", "git.read /workspace"),
    ]),
    git!("diff diff-tree diff-index diff-files range-diff", "... --output=write --ext-diff/odd --name-only --no-index", "word*")
        .does("git.read")
        .gives(readers::differences)
        .examples(&[
            ("git diff HEAD..main -- src", "git.read /workspace"),
            ("git diff HEAD~1 -- .env", "git.read /workspace; file.read /workspace/.env; secret.read /workspace/.env"),
            ("git diff --stat .env", "git.read /workspace"),
            ("git diff /dev/null /etc/shadow", "git.read /workspace; file.read /etc/shadow; secret.read /etc/shadow"),
            ("git diff ../a b", "git.read /workspace; file.read /a"),
            ("git diff --stat HEAD~1", "git.read /workspace"),
            ("git diff --no-index a /etc/hosts", "git.read /workspace; file.read /workspace/a/**; file.read /etc/hosts/**"),
        ]),
    row("grep", "--help/info -h ... -O[=tool] --open-files-in-pager[=tool] -f=read --no-index -l,--files-with-matches,--name-only -e=word -A=word -B=word -C=word", "word*")
        .does("git.read")
        .gives(readers::names_or_content)
        .examples(&[
            ("git grep -n eval -- '*.js'", "git.read /workspace"),
            ("git grep -O'rm -rf ~' x", "git.read /workspace; file.delete ~/**; unknown environment_power"),
        ]),
    git!("blame annotate", "... --contents=read -S=read --ignore-revs-file=read", "word*").does("git.read"),
    git!("ls-files", "... -s,--stage -t -v -f --format=word --eol --debug -u,--unmerged -X,--exclude-from=read", "word*")
        .does("git.read")
        .gives(readers::files_below),
    git!("ls-tree", "...", "word*").does("git.read").gives(|run, given| {
        if given.operands.len() == 1 { readers::names_or_content(run, given) } else { crate::effects::shell::Stream::local() }
    }),
    git!("rev-parse", "... --short[=word] --verify -q,--quiet --git-dir --show-toplevel --abbrev-ref --symbolic --symbolic-full-name --all --branches --tags --remotes --show-prefix --show-cdup --absolute-git-dir --parseopt --sq-quote", "word*")
        .does("git.read")
        .gives(readers::revision)
        .examples(&[("git rev-parse --short HEAD", "git.read /workspace"), ("git show $(git rev-parse HEAD)", "git.read /workspace"), ("rm -r build/$(git rev-parse ../../srv)", "git.read /workspace; file.delete ?/**")]),
    git!("rev-list merge-base", "...", "word*").does("git.read").gives(readers::commits),
    git!("describe for-each-ref show-ref show-index name-rev cherry count-objects verify-commit verify-tag verify-pack check-ignore check-attr check-mailmap check-ref-format patch-id var get-tar-commit-id column stripspace fmt-merge-msg unpack-file merge-tree for-each-repo-list", "...", "word*")
        .does("git.read"),
    git!("cat-file", "... --batch[=word] --batch-check[=word] --batch-command[=word]", "word*").does("git.read").also(readers::shown).examples(&[
        ("git cat-file -p HEAD", "git.read /workspace"),
        ("git cat-file blob HEAD:.env", "git.read /workspace; file.read /workspace/.env; secret.read /workspace/.env"),
    ]),
    git!("fsck fsck-objects", "... --lost-found!git.write", "word*").does("git.read"),
    git!("help version", "...", "word*"),
    git!("archive", "... -o,--output=write --remote=fetch --exec=shell --add-file=read", "word*").does("git.read").examples(&[
        ("git archive --output=/etc/x HEAD", "git.read /workspace; file.write /etc/x"),
    ]),
    git!("fast-export", "... --export-marks=write --import-marks=read", "word*").does("git.read"),
    git!("bundle", "", "").sub(&[
        git!("create", "...", "write word*").does("git.read").examples(&[("git bundle create /tmp/a.bundle --all", "git.read /workspace; file.write /tmp/a.bundle")]),
        git!("verify list-heads", "...", "read").does("git.read"),
        git!("unbundle", "...", "read word*").does("git.write"),
    ]),
    git!("format-patch", "... -o,--output-directory=write --stdout --output=write", "word*").also(readers::format_patch).examples(&[
        ("git format-patch -1 --stdout", "git.read /workspace"),
        ("git format-patch -1 HEAD", "git.read /workspace; file.write /workspace/*"),
        ("git format-patch -o /tmp/p main", "git.read /workspace; file.write /tmp/p"),
    ]),
    git!("difftool", "... -x,--extcmd=tool -t,--tool=word", "word*").does("git.read").examples(&[
        ("git difftool -x 'rm -rf ~' HEAD", "git.read /workspace; file.delete ~/**; unknown environment_power"),
        ("git difftool --extcmd=rm HEAD", "git.read /workspace; unknown environment_power"),
    ]),
    git!("bugreport diagnose", "-o,--output-directory=write -s,--suffix=word --mode=word", "").does("git.read"),
    // Changes, and loses nothing.
    git!("add stage", "-n,--dry-run/dry -v,--verbose -f,--force -i,--interactive -p,--patch -e,--edit -u,--update -A,--all,--no-ignore-removal --no-all,--ignore-removal -N,--intent-to-add --refresh --ignore-errors --ignore-missing --sparse --renormalize --chmod=word --pathspec-from-file=read --pathspec-file-nul", "word*")
        .does("git.write")
        .examples(&[("git add -A", "git.write /workspace"), ("git add -n .", "")]),
    git!("commit", "-a,--all -p,--patch -C,--reuse-message=word -c,--reedit-message=word --fixup=word --squash=word --reset-author --short --branch --porcelain --long -z,--null -F,--file=read --author=word --date=word -m,--message=word -t,--template=read -s,--signoff --no-signoff --trailer=word -n,--no-verify --verify --allow-empty --allow-empty-message --cleanup=word -e,--edit --no-edit --amend --no-post-rewrite -i,--include -o,--only --pathspec-from-file=read --pathspec-file-nul -u,--untracked-files[=word] -v,--verbose -q,--quiet --dry-run/dry --status --no-status -S,--gpg-sign[=word] --no-gpg-sign", "word*")
        .does("git.write")
        .examples(&[
            ("git commit -am 'do not rm -rf'", "git.write /workspace"),
            // What was there is in the new one; a branch that others have takes a push that is forced.
            ("git commit --amend --no-edit", "git.write /workspace"),
            ("git commit -F ~/.ssh/id_rsa", "git.write /workspace; file.read ~/.ssh/id_rsa; secret.read ~/.ssh/id_rsa"),
        ]),
    git!("merge", "-n --stat --no-stat --summary --compact-summary --log[=word] --no-log --squash --no-squash --commit --no-commit -e,--edit --no-edit --cleanup=word --ff --no-ff --ff-only --rerere-autoupdate --no-rerere-autoupdate -s,--strategy=word -X,--strategy-option=word --verify --no-verify --verify-signatures --no-verify-signatures -m,--message=word -F,--file=read -v,--verbose -q,--quiet --abort --quit --continue --allow-unrelated-histories --progress --no-progress -S,--gpg-sign[=word] --no-gpg-sign --autostash --no-autostash --signoff --no-signoff --overwrite-ignore --into-name=word", "word*")
        .does("git.write"),
    git!("cherry-pick revert", "-e,--edit --no-edit --cleanup=word -x -r -n,--no-commit -m,--mainline=word -s,--signoff -S,--gpg-sign[=word] --no-gpg-sign --ff --allow-empty --allow-empty-message --keep-redundant-commits --empty=word --strategy=word -X,--strategy-option=word --rerere-autoupdate --no-rerere-autoupdate --reference --continue --skip --abort --quit", "word*")
        .does("git.write"),
    git!("am", "-s,--signoff -k,--keep --keep-non-patch --no-keep-cr --keep-cr -c,--scissors --no-scissors -q,--quiet -u,--utf8 --no-utf8 -3,--3way --no-3way --ignore-space-change --ignore-whitespace --whitespace=word -C=word -p=word --directory=word --exclude=word --include=word --reject --rerere-autoupdate --patch-format=word -i,--interactive -n,--no-verify --committer-date-is-author-date --ignore-date --skip -S,--gpg-sign[=word] --no-gpg-sign --continue -r,--resolved --resolvemsg=word --abort --quit --retry --show-current-patch[=word] --allow-empty --empty=word --quoted-cr=word", "read*")
        .does("git.write")
        .examples(&[("git am --reject a.patch", "git.write /workspace; file.read /workspace/a.patch")]),
    git!("apply", "--stat --numstat --summary --check --index --cached -N,--intent-to-add -3,--3way --ours --theirs --union --build-fake-ancestor=write -R,--reverse --allow-binary-replacement --binary --reject -z -p=word -C=word --inaccurate-eof --recount --unidiff-zero --apply --no-add --exclude=word --include=word --ignore-space-change --ignore-whitespace --whitespace=word --directory=word -v,--verbose -q,--quiet --unsafe-paths --allow-empty --allow-overlap", "read*")
        .also(readers::apply)
        .examples(&[
            ("git apply fix.patch", "git.write /workspace; file.read /workspace/fix.patch"),
            ("git apply --check fix.patch", "git.read /workspace; file.read /workspace/fix.patch"),
        ]),
    git!("init init-db", "-q,--quiet --bare --object-format=word --ref-format=word --template=run --separate-git-dir=write -b,--initial-branch=word --shared[=word]", "word?")
        .also(readers::beside)
        .examples(&[("git init", "git.write /workspace"), ("git init --template=/tmp/x a", "git.write /workspace/a; file.write /workspace/a/**; process.run /tmp/x")]),
    git!("mv", "-v,--verbose -f,--force -k -n,--dry-run/dry --sparse", "word+ write").does("git.write").examples(&[
        ("git mv a b", "git.write /workspace; file.write /workspace/b"),
    ]),
    git!("rm", "-q,--quiet -f,--force -n,--dry-run/dry -r --cached --ignore-unmatch --sparse --pathspec-from-file=read --pathspec-file-nul", "word*").also(readers::remove).examples(&[
        ("git rm old.txt", "git.write /workspace; file.delete /workspace/old.txt"),
        ("git rm -r --cached dist", "git.write /workspace"),
        ("git rm -rf src", "git.write /workspace; file.delete /workspace/src/**"),
    ]),
    git!("switch", "-c,--create=word -C,--force-create=word!git.rewrite -d,--detach --guess --no-guess -f,--force,--discard-changes!git.rewrite -m,--merge --conflict=word -q,--quiet --progress --no-progress -t,--track[=word] --no-track --orphan=word --ignore-other-worktrees --recurse-submodules --no-recurse-submodules", "word*")
        .does("git.write")
        .also(readers::switch)
        .examples(&[
            ("git switch -c fix/y fork/fix/y", "git.write /workspace; git.push fork"),
            ("git switch -c fix/y origin/fix/y", "git.write /workspace"),
            ("git switch -c fix/y", "git.write /workspace"),
            ("git switch --discard-changes main", "git.write /workspace; git.rewrite /workspace"),
        ]),
    git!("checkout", "-q,--quiet --progress --no-progress -f,--force!git.rewrite -2,--ours!git.rewrite -3,--theirs!git.rewrite -b=word -B=word!git.rewrite -t,--track[=word] --no-track --guess --no-guess -l -d,--detach --orphan=word --ignore-skip-worktree-bits -m,--merge --conflict=word -p,--patch!git.rewrite --ignore-other-worktrees --overwrite-ignore --no-overwrite-ignore --recurse-submodules --no-recurse-submodules --overlay --no-overlay --pathspec-from-file=read!git.rewrite --pathspec-file-nul", "word*")
        .does("git.write")
        .also(readers::checkout)
        .examples(&[
            ("git checkout main", "git.write /workspace"),
            ("git checkout -t fork/main", "git.write /workspace; git.push fork"),
            ("git checkout -b fix/y origin/main", "git.write /workspace"),
            ("git checkout -- .", "git.write /workspace; git.rewrite /workspace"),
            ("git checkout src/main.rs", "git.write /workspace; git.rewrite /workspace"),
            ("git checkout HEAD~1 a", "git.write /workspace; git.rewrite /workspace"),
            ("git checkout -f main", "git.write /workspace; git.rewrite /workspace"),
        ]),
    git!("branch", "-v,--verbose -q,--quiet -t,--track[=word] --no-track -u,--set-upstream-to=word --unset-upstream --color[=word] --no-color -r,--remotes --contains --no-contains --abbrev[=word] --no-abbrev -a,--all -d,--delete -D!git.rewrite -m,--move -M!git.rewrite -c,--copy -C!git.rewrite -l,--list --show-current --create-reflog --edit-description -f,--force!git.rewrite --merged --no-merged --column[=word] --no-column --sort=word --points-at=word -i,--ignore-case --recurse-submodules --format=word --omit-empty", "word*")
        .also(readers::names)
        .examples(&[
            ("git branch -vv", "git.read /workspace"),
            ("git branch --merged main", "git.read /workspace"),
            ("git branch new", "git.write /workspace"),
            ("git branch -u fork/main", "git.write /workspace; git.push fork"),
            ("git branch -u origin/main", "git.write /workspace"),
            ("git branch --track x fork/main", "git.write /workspace; git.push fork"),
            ("git branch -d old", "git.write /workspace"),
            ("git branch --delete --force old", "git.write /workspace; git.rewrite /workspace"),
        ]),
    git!("tag", "-l,--list -n[=word] -d,--delete!git.rewrite -v,--verify -a,--annotate -m,--message=word -F,--file=read --trailer=word -e,--edit -s,--sign --no-sign --cleanup=word -u,--local-user=word -f,--force!git.rewrite --create-reflog --column[=word] --no-column --contains --no-contains --merged --no-merged --sort=word --points-at=word --format=word --color[=word] -i,--ignore-case --omit-empty", "word*")
        .also(readers::names)
        .examples(&[
            ("git tag", "git.read /workspace"),
            ("git tag -l 'v1.*'", "git.read /workspace"),
            ("git tag v1.2.3", "git.write /workspace"),
            ("git tag -d v1.0", "git.write /workspace; git.rewrite /workspace"),
        ]),
    git!("stash", "-p,--patch -S,--staged -k,--keep-index --no-keep-index -u,--include-untracked --no-include-untracked -a,--all -q,--quiet -m,--message=word", "word*")
        .does("git.write")
        .modes(&[
            git!("list show", "... --output=write --ext-diff/odd", "word*").does("git.read"),
            git!("push save", "-p,--patch -S,--staged -k,--keep-index --no-keep-index -u,--include-untracked --no-include-untracked -a,--all -q,--quiet -m,--message=word --pathspec-from-file=read --pathspec-file-nul", "word*").does("git.write"),
            git!("apply pop", "--index -q,--quiet", "word*").does("git.write"),
            git!("branch create store", "-q,--quiet -m,--message=word", "word*").does("git.write"),
            git!("drop clear", "-q,--quiet", "word*").does("git.rewrite"),
        ])
        .examples(&[
            ("git stash", "git.write /workspace"),
            ("git stash push -m wip", "git.write /workspace"),
            ("git stash show -p", "git.read /workspace"),
            ("git stash drop", "git.rewrite /workspace"),
        ]),
    git!("worktree", "", "").sub(&[
        git!("list", "...", "").does("git.read"),
        git!("add", "-f,--force -b=word -B=word!git.rewrite -d,--detach --checkout --no-checkout --lock --reason=word -q,--quiet --track --no-track --guess-remote --no-guess-remote --orphan --relative-paths", "word word?")
            .also(readers::beside)
            .examples(&[("git worktree add ../wt x", "git.write /wt; file.write /wt/**")]),
        git!("remove", "-f,--force", "deletetree").does("git.rewrite").examples(&[
            ("git worktree remove /tmp/wt", "git.rewrite /workspace; file.delete /tmp/wt/**"),
        ]),
        git!("prune", "-n,--dry-run/dry -v,--verbose --expire=word", "").does("git.write"),
        git!("lock unlock move repair", "-f,--force --reason=word", "word*").does("git.write"),
    ]),
    git!("notes", "--ref=word", "").does("git.read").modes(&[
        git!("list show get-ref", "...", "word*").does("git.read"),
        git!("add append edit copy merge", "-f,--force -m,--message=word -F,--file=read -C,--reuse-message=word -c,--reedit-message=word --allow-empty --separator=word --stdin -s,--strategy=word --commit --abort -q,--quiet -v,--verbose", "word*").does("git.write"),
        git!("remove prune", "-n,--dry-run/dry -v,--verbose --ignore-missing --stdin", "word*").does("git.rewrite"),
    ]),
    git!("bisect", "", "").sub(&[
        git!("start bad good new old terms skip reset next replay", "...", "word*").does("git.write"),
        git!("log view visualize", "...", "word*").does("git.read"),
        git!("run", "", "command").style(Style::First).does("git.write").examples(&[("git bisect run rm -rf ~", "git.write /workspace; file.delete ~/**")]),
    ]),
    git!("config", "--global --system --local --worktree -f,--file=word --blob=word --get --get-all --get-regexp --get-urlmatch --replace-all --add --unset --unset-all --rename-section --remove-section -l,--list --fixed-value -e,--edit --get-color --get-colorbool -z,--null --name-only --includes --no-includes --show-origin --show-scope --default=word -t,--type=word --bool --int --bool-or-int --bool-or-str --path --expiry-date --all --regexp --value=word --url=word --append --comment=word", "word*")
        .also(readers::configure)
        .examples(&[
            ("git config --get user.email", "git.read /workspace"),
            ("git config --get user.signingkey", "git.read /workspace"),
            ("git config http.https://example.org/.extraheader", "git.read /workspace; secret.read http.https://example.org/.extraheader"),
            ("git config get --all http.extraHeader", "git.read /workspace; secret.read http.extraHeader"),
            ("git config --get credential.helper", "git.read /workspace"),
            ("git config user.email a@example.org", "git.write /workspace"),
            ("git config --list --show-origin", "git.read /workspace"),
            ("git config branch.main.remote https://example.org/r", "git.write /workspace; git.push example.org/r"),
            ("git config remote.pushDefault fork", "git.write /workspace; git.push fork"),
            ("git config branch.main.remote origin", "git.write /workspace"),
            ("git config core.fsmonitor /tmp/x", "git.write /workspace; persistence.install core.fsmonitor; process.run /tmp/x"),
            ("git config --global alias.st '!/tmp/x'", "file.write ~/.gitconfig; persistence.install ~/.gitconfig; persistence.install alias.st; process.run /tmp/x"),
            ("git config set filter.x.smudge '/tmp/x'", "git.write /workspace; persistence.install filter.x.smudge; process.run /tmp/x"),
        ]),
    git!("update-index write-tree commit-tree mktree mktag pack-refs merge-one-file merge-resolve sparse-checkout rerere unpack-objects prune-packed multi-pack-index commit-graph update-server-info", "...", "word*").does("git.write"),
    git!("read-tree", "... --reset!git.rewrite --index-output=write --exclude-per-directory=word", "word*").does("git.write").examples(&[
        ("git read-tree -u --reset HEAD", "git.write /workspace; git.rewrite /workspace"),
    ]),
    git!("merge-index", "-o -q -a", "tool word*").does("git.write").examples(&[
        ("git merge-index ./x -a", "git.write /workspace; process.run /workspace/x; unknown environment_power"),
    ]),
    git!("merge-file", "-p,--stdout/mode --object-id -q,--quiet --diff3 --zdiff3 --ours --theirs --union --marker-size=word --diff-algorithm=word -L=word", "write read read")
        .modes(&[row("-p", "", "read read read")])
        .examples(&[
            ("git merge-file a b c", "file.write /workspace/a; file.read /workspace/b; file.read /workspace/c"),
            ("git merge-file -p a b c", "file.read /workspace/a; file.read /workspace/b; file.read /workspace/c"),
        ]),
    git!("pack-objects", "... --stdout --all --revs --window=word --depth=word", "write?").does("git.write").examples(&[
        ("git pack-objects /srv/x", "git.write /workspace; file.write /srv/x"),
    ]),
    git!("mailsplit", "... -o=writetree -d=word -f=word", "read*").examples(&[
        ("git mailsplit -o/srv/x f", "file.write /srv/x/**; file.read /workspace/f"),
    ]),
    git!("mailinfo", "...", "write write").examples(&[("git mailinfo /srv/x /srv/y", "file.write /srv/x; file.write /srv/y")]),
    git!("hash-object", "... -w", "read*").also(readers::hash),
    git!("index-pack", "... -o=write", "read*").does("git.write"),
    git!("fast-import", "... --force!git.rewrite --allow-unsafe-features/odd --export-marks=write --export-pack-edges=write --import-marks=read --import-marks-if-exists=read", "").does("git.write"),
    git!("interpret-trailers", "... --in-place!git.write", "read*").does("git.read"),
    git!("symbolic-ref", "-q,--quiet --short -d,--delete!git.rewrite -m=word --no-recurse --recurse", "word*").also(readers::symbolic),
    git!("gc", "--aggressive --auto --detach --no-detach --prune[=word]!git.rewrite --no-prune -q,--quiet --force --keep-largest-pack --cruft --no-cruft", "").does("git.write").examples(&[
        ("git gc", "git.write /workspace"),
        ("git gc --prune=now --aggressive", "git.write /workspace; git.rewrite /workspace"),
    ]),
    git!("repack", "...", "").does("git.write"),
    git!("maintenance", "", "").sub(&[
        git!("run", "...", "").does("git.write"),
        git!("start register", "...", "").does("persistence.install"),
        git!("stop unregister", "...", "").does("git.write"),
    ]),
    git!("submodule", "-q,--quiet --cached", "").does("git.read").modes(&[
        git!("status summary", "...", "word*").does("git.read"),
        git!("init sync set-branch set-url absorbgitdirs", "...", "word*").does("git.write"),
        git!("add", "-b=word -f,--force --name=word --reference=read --depth=word -q,--quiet", "fetch word?").does("git.write").also(super::landing::cloned),
        git!("update", "...", "word*").does("git.write net.fetch=submodules"),
        git!("deinit", "-f,--force -q,--quiet --all", "word*").does("git.rewrite"),
        git!("foreach", "--recursive -q,--quiet", "word*").style(Style::First).also(readers::foreach).examples(&[
            ("git submodule foreach --recursive 'rm -rf ~'", "file.delete ~/**"),
            ("git submodule foreach git reset --hard", "git.write /workspace; git.rewrite /workspace"),
        ]),
    ]),
    // Rewrites history, or drops what was not committed.
    git!("reset", "-q,--quiet --mixed --soft --hard!git.rewrite --merge!git.rewrite --keep!git.rewrite -p,--patch -N,--intent-to-add --refresh --no-refresh --recurse-submodules --no-recurse-submodules --pathspec-from-file=read --pathspec-file-nul", "word*")
        .does("git.write")
        .also(readers::reset)
        .examples(&[
            ("git reset HEAD src/a.ts", "git.write /workspace"),
            ("git reset --har HEAD~3", "git.write /workspace; git.rewrite /workspace"),
            ("git reset --soft HEAD~1", "git.write /workspace; git.rewrite /workspace"),
            ("git reset", "git.write /workspace"),
        ]),
    git!("restore", "-s,--source=word -S,--staged -W,--worktree -p,--patch -q,--quiet --progress --ours -2 --theirs -3 -m,--merge --conflict=word --ignore-unmerged --ignore-skip-worktree-bits --overlay --no-overlay --recurse-submodules --pathspec-from-file=read --pathspec-file-nul", "word*")
        .also(readers::restore)
        .examples(&[
            ("git restore --staged a.txt", "git.write /workspace"),
            ("git restore .", "git.rewrite /workspace"),
            ("git restore --worktree --staged .", "git.rewrite /workspace"),
        ]),
    git!("clean", "-d -f,--force -i,--interactive -n,--dry-run/dry -q,--quiet -e,--exclude=word -x -X", "word*").also(readers::clean).examples(&[
        ("git clean -nfd", ""),
        ("git clean -ffdx", "git.rewrite /workspace; file.delete /workspace/**/*"),
        ("git clean -fdX -- build", "git.rewrite /workspace; file.delete /workspace/build/**/*"),
    ]),
    git!("rebase", "-i,--interactive -x,--exec=shell --onto=word --keep-base --continue --abort --quit --skip --edit-todo --show-current-patch --apply --merge -m -s,--strategy=word -X,--strategy-option=word --empty=word --keep-empty --no-keep-empty --allow-empty-message --rerere-autoupdate --no-rerere-autoupdate -S,--gpg-sign[=word] --no-gpg-sign -q,--quiet -v,--verbose --stat -n,--no-stat --no-verify --verify -C=word --no-ff,--force-rebase,-f --fork-point --no-fork-point --ignore-whitespace --whitespace=word --committer-date-is-author-date --ignore-date --reset-author-date --signoff -r,--rebase-merges[=word] --no-rebase-merges --autosquash --no-autosquash --autostash --no-autostash --reschedule-failed-exec --update-refs --no-update-refs --root --reapply-cherry-picks --no-reapply-cherry-picks --trailer=word", "word*")
        .also(|run, given| {
            // What goes on was let through when it began.
            let does = match (given.has("--show-current-patch"), given.has("--continue")) {
                (true, _) => "git.read",
                (_, true) => "git.write",
                _ => "git.rewrite",
            };
            crate::effects::shell::meaning::declared(run, does, "git");
        })
        .examples(&[
            ("git rebase --continue", "git.write /workspace"),
            ("git rebase --skip", "git.rewrite /workspace"),
            ("git rebase --show-current-patch", "git.read /workspace"),
            ("git rebase main", "git.rewrite /workspace"),
            ("git rebase --exec 'rm -rf ~' HEAD~1", "git.rewrite /workspace; file.delete ~/**"),
        ]),
    git!("filter-branch", "--setup=shell --subdirectory-filter=word --env-filter=shell --tree-filter=shell --index-filter=shell --parent-filter=shell --msg-filter=shell --commit-filter=shell --tag-name-filter=shell --prune-empty --original=word -d=write -f,--force --state-branch=word --all --branches --tags", "word*")
        .does("git.rewrite")
        .examples(&[("git filter-branch -f --tree-filter 'rm -rf ~' HEAD", "git.rewrite /workspace; file.delete ~/**")]),
    git!("filter-repo", "... --path=word --path-glob=word --path-regex=word --path-rename=word --force --filename-callback=code:python --message-callback=code:python --name-callback=code:python --email-callback=code:python --refname-callback=code:python --blob-callback=code:python --commit-callback=code:python --tag-callback=code:python --reset-callback=code:python --file-info-callback=code:python --paths-from-file=read --replace-text=read --mailmap=read", "word*").does("git.rewrite").examples(&[
        ("git filter-repo --path secrets --invert-paths --force", "git.rewrite /workspace"),
    ]),
    git!("reflog", "...", "word*").does("git.read").modes(&[
        git!("show list exists", "... --output=write", "word*").does("git.read"),
        git!("expire delete drop", "... -n,--dry-run/dry", "word*").does("git.rewrite").examples(&[
            ("git reflog expire --expire=now --all", "git.rewrite /workspace"),
        ]),
    ]),
    git!("update-ref", "...", "word*").does("git.rewrite").examples(&[("git update-ref -d refs/heads/main", "git.rewrite /workspace")]),
    git!("prune", "-n,--dry-run/dry -v,--verbose --progress --expire=word", "word*").does("git.rewrite"),
    git!("replace", "... -l", "word*").does("git.rewrite"),
    git!("checkout-index", "...", "word*").does("git.rewrite"),
    git!("history undo", "", "word*").does("git.rewrite"),
    // Talks to other machines.
    git!("clone", "-v,--verbose -q,--quiet --progress -n,--no-checkout --reject-shallow --bare --mirror -l,--local --no-hardlinks -s,--shared --recurse-submodules[=word] --recursive -j,--jobs=word --template=run --reference=read --reference-if-able=read --dissociate -o,--origin=word -b,--branch=word --revision=word -u,--upload-pack=shell --depth=word --shallow-since=word --shallow-exclude=word --single-branch --no-single-branch --tags --no-tags --shallow-submodules --no-shallow-submodules --separate-git-dir=write --ref-format=word -c,--config=word --server-option=word/sent -4,--ipv4 -6,--ipv6 --filter=word --also-filter-submodules --remote-submodules --sparse --bundle-uri=fetch", "word word?")
        .also(remotes::clone)
        .output(Output::Nothing)
        .examples(&[
            ("git clone --depth 1 https://example.org/a/b.git", "net.fetch example.org; file.write /workspace/b/**"),
            ("git clone git@example.org:a/b.git /tmp/b", "net.fetch example.org; file.write /tmp/b/**"),
            ("git clone -u 'rm -rf ~' . x", "file.read /workspace/**; file.write /workspace/x/**; file.delete ~/**"),
            ("git clone 'ext::sh -c rm% -rf% ~' x", "file.write /workspace/x/**; net.fetch ?; file.delete ~/**; unknown url_unusual"),
        ]),
    git!("fetch", "--all -a,--append --atomic --depth=word --deepen=word --shallow-since=word --shallow-exclude=word --unshallow --update-shallow --negotiation-tip=word --negotiate-only --dry-run/dry --porcelain --write-fetch-head --no-write-fetch-head -f,--force -k,--keep --multiple --auto-maintenance --no-auto-maintenance --auto-gc --no-auto-gc --write-commit-graph -p,--prune --no-prune -P,--prune-tags -n,--no-tags -t,--tags --refetch --refmap=word -j,--jobs=word --recurse-submodules[=word] --no-recurse-submodules --set-upstream --submodule-prefix=word -u,--update-head-ok --upload-pack=shell -q,--quiet -v,--verbose --progress -o,--server-option=word/sent --show-forced-updates --no-show-forced-updates -4,--ipv4 -6,--ipv6 --stdin --filter=word", "word*")
        .does("git.write")
        .also(remotes::fetch)
        .examples(&[
            ("git fetch -f origin x:y", "git.write /workspace; git.rewrite /workspace; net.fetch origin"),
            ("git fetch --set-upstream fork main", "git.write /workspace; git.push fork; net.fetch fork"),
            ("git fetch --all --prune", "git.write /workspace; net.fetch origin"),
            ("git fetch https://example.org/r.git main", "git.write /workspace; net.fetch example.org"),
            ("git fetch --upload-pack 'rm -rf ~' .", "git.write /workspace; file.read /workspace/**; file.delete ~/**"),
        ]),
    git!("pull", "-q,--quiet -v,--verbose --progress --recurse-submodules[=word] -r,--rebase[=word] --no-rebase -n --stat --no-stat --log[=word] --no-log --squash --no-squash --commit --no-commit --edit -e --no-edit --cleanup=word --ff --no-ff --ff-only --verify --no-verify --verify-signatures --autostash --no-autostash -s,--strategy=word -X,--strategy-option=word -S,--gpg-sign[=word] --allow-unrelated-histories --all -a,--append --upload-pack=shell -f,--force -t,--tags --no-tags -p,--prune -j,--jobs=word --dry-run/dry -k,--keep --depth=word --unshallow --deepen=word --shallow-since=word --update-shallow --refmap=word -4,--ipv4 -6,--ipv6 -o,--server-option=word/sent --set-upstream --signoff", "word*")
        .does("git.write")
        .also(remotes::fetch)
        .examples(&[
            ("git pull origin main", "git.write /workspace; net.fetch origin"),
            // Only what nobody has yet is put on top of what was fetched.
            ("git pull --rebase", "git.write /workspace; net.fetch origin"),
        ]),
    row("ls-remote", "--help/info -h,--heads,--branches -t,--tags --refs -q,--quiet --upload-pack=shell --exec=shell --exit-code --get-url --symref --sort=word -o,--server-option=word/sent", "word*")
        .does("git.read")
        .also(remotes::ask)
        .examples(&[("git ls-remote --upload-pack='rm -rf ~' .", "git.read /workspace; file.read /workspace/**; file.delete ~/**")]),
    git!("fetch-pack", "... --upload-pack=shell --exec=shell", "word*").does("git.write").also(remotes::ask),
    git!("push", "--all,--branches --prune!git.rewrite --mirror!git.rewrite -n,--dry-run/dry --porcelain -d,--delete!git.rewrite --tags --follow-tags --no-follow-tags --signed[=word] --no-signed --atomic --no-atomic -o,--push-option=word --receive-pack=shell --exec=shell -f,--force[=word]!git.rewrite --force-with-lease[=word]!git.rewrite --no-force-with-lease --force-if-includes --no-force-if-includes --repo=word -u,--set-upstream --thin --no-thin -q,--quiet -v,--verbose --progress --no-recurse-submodules --recurse-submodules=word --verify --no-verify -4,--ipv4 -6,--ipv6", "word*")
        .also(remotes::push)
        .examples(&[
            ("git push -u origin HEAD", "git.push origin"),
            ("git push", "git.push origin"),
            ("git push --dry-run origin main", "net.fetch origin"),
            ("git push https://example.org/r.git main", "git.push example.org/r; net.send example.org"),
            ("git push origin +main", "git.push origin; git.rewrite /workspace"),
            ("git push origin :main", "git.push origin; git.rewrite /workspace"),
            ("git push -fu origin main", "git.push origin; git.rewrite /workspace"),
            ("git push --receive-pack 'rm -rf ~' origin", "git.push origin; file.delete ~/**"),
        ]),
    git!("send-pack", "... --receive-pack=shell --exec=shell", "word*").does("git.push net.send"),
    git!("remote", "-v,--verbose", "").does("git.read").modes(&[
        git!("add", "-f,--fetch -t,--track=word -m,--master=word --tags --no-tags --mirror[=word]", "word word").does("git.write").also(readers::points),
        git!("set-url", "--push --add --delete", "word word word?").does("git.write").also(readers::points),
        git!("rename", "--progress --no-progress", "word word").does("git.write").also(readers::points),
        git!("remove rm set-head set-branches", "...", "word*").does("git.write"),
        git!("get-url", "...", "word*").does("git.read"),
        git!("show", "-n", "word*").does("git.read").also(remotes::ask_each),
        git!("update prune", "-p,--prune -n,--dry-run/dry", "word*").does("git.write").also(remotes::ask),
    ])
    .examples(&[("git remote -v", "git.read /workspace"), ("git remote set-url origin https://example.org/r", "git.write /workspace; git.push example.org/r"), ("git remote rename fork origin", "git.write /workspace; git.push fork"), ("git remote add x https://example.org/r", "git.write /workspace")]),
    git!("send-email imap-send", "...", "read*").does("net.send").input(Input::Sent),
    git!("request-pull", "-p", "word*").does("git.read"),
    // Everything else.
    git!("credential", "", "word").also(readers::credential).examples(&[("git credential fill", "secret.read git credentials")]),
    git!("credential-store credential-cache credential-osxkeychain credential-manager credential-libsecret credential-wincred", "...", "word").does("secret.read"),
    git!("daemon instaweb http-backend cvsserver", "...", "word*").does("git.read net.listen"),
    git!("upload-pack upload-archive", "...", "read").does("git.read"),
    git!("gui citool", "...", "word*").does("git.write"),
    git!("mergetool", "... -t,--tool=word", "word*").does("git.write"),
    git!("lfs", "", "").sub(LFS),
    git!("flow", "", "").sub(FLOW),
    git!("svn", "", "").sub(&[
        git!("log info blame find-rev show-ignore show-externals propget proplist", "...", "word*").does("git.read"),
        git!("fetch rebase clone init branch tag", "...", "word*").does("git.write net.fetch"),
        git!("dcommit commit-diff set-tree", "... -n,--dry-run/dry", "word*").does("git.push net.send"),
    ]),
    git!("subtree", "-P,--prefix=word -q,--quiet", "").sub(&[
        git!("add pull", "-P,--prefix=word --squash -m,--message=word", "word*").does("git.write net.fetch"),
        git!("merge split", "-P,--prefix=word --squash -m,--message=word -b,--branch=word --rejoin --onto=word --annotate=word --ignore-joins", "word*").does("git.write"),
        git!("push", "-P,--prefix=word", "word*").does("git.push net.send"),
    ]),
    // What `git-extras` adds and people use.
    git!("summary effort authors info line-summary contrib count missing show-tree show-merged-branches show-unmerged-branches standup brv commits-since delta fame guilt local-commits locked root ls-crypt extras get browse browse-ci cliff", "... -o=write --output=write", "word*").does("git.read"),
    git!("alias", "... --global --local", "word*").does("git.read").also(|run, given| {
        if given.operands.len() > 1 {
            crate::effects::shell::meaning::path(run, crate::effects::Action::FILE_WRITE, &crate::effects::shell::field::Field::literal("~/.gitconfig"), false);
        }
    }),
    git!("abort archive-file changelog coauthor cola cp create-branch feature bug refactor chore graft ignore ignore-io lock unlock merge-into merge-repo rename-remote setup sw touch utimes annex imerge rebase-patch-list sed continue unstage", "...", "word*").does("git.write"),
    git!("undo obliterate fresh-branch rebase-patch reset-file squash stamp sync clear clear-soft delete-submodule gh-pages psykorebase reauthor blame-someone-else undo-commit", "...", "word*").does("git.rewrite"),
    git!("delete-branch delete-merged-branches delete-squashed-branches delete-tag rename-branch rename-tag unpublish", "...", "word*").does("git.rewrite git.push"),
    git!("release magic publish", "...", "word*").does("git.push"),
    git!("mr pr", "...", "word*").does("git.write net.fetch"),
    git!("fork pull-request paste scp rscp p4 cvsexportcommit", "...", "word*").does("git.write net.send"),
    git!("force-clone", "...", "word*").does("git.rewrite net.fetch"),
    git!("secret crypt", "", "").sub(&[
        git!("whoknows list help status", "...", "word*").does("git.read"),
        git!("reveal cat export-key", "...", "word*").does("secret.read"),
        git!("init add remove hide tell killperson removeperson clean changes lock unlock add-gpg-user", "...", "word*").does("git.write"),
    ]),
];

const LFS: &[Row] = &[
    git!("ls-files status env version locks pointer logs", "...", "word*").does("git.read"),
    git!("install", "...", "").does("persistence.install"),
    git!("track untrack lock unlock uninstall update clean smudge checkout dedup", "...", "word*")
        .does("git.write"),
    git!("fetch pull", "...", "word*").does("git.write net.fetch=origin"),
    git!("push", "... -n,--dry-run/dry", "word*").does("git.push"),
    git!("prune", "... -n,--dry-run/dry", "").does("git.rewrite"),
    git!("migrate", "", "").sub(&[
        git!("info", "...", "word*").does("git.read"),
        git!("import export", "...", "word*").does("git.rewrite"),
    ]),
];

const FLOW: &[Row] = &[
    git!("init config log version", "...", "word*").does("git.write"),
    git!("feature bugfix release hotfix support", "", "").does("git.read").modes(&[
        git!("list diff", "...", "word*").does("git.read"),
        git!("start checkout track finish pull rebase", "...", "word*").does("git.write"),
        git!("publish", "...", "word*").does("git.push"),
        git!("delete", "...", "word*").does("git.rewrite"),
    ]),
];

/// Changes of files are shown: those of secrets are read by it.
fn secrets_shown(run: &mut Run<'_>, given: &Given) {
    for place in &given.operands {
        let Some(path) = meaning::literal_path(run, place) else { continue };
        if places::amounts_to(&Action::FILE_READ, &Name::Literal(path), false).contains(&Action::SECRET_READ)
        {
            meaning::path(run, Action::FILE_READ, place, false);
        }
    }
}
