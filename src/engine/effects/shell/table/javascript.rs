//! JavaScript: package managers, and the tools of a project that they start.

use super::builds::{build, here, named, shown};
use super::python_run::flowing;
use crate::effects::shell::address::{self, Deed};
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown};

/// What npm takes everywhere, and what the others have in common with it.
macro_rules! npm {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                "-h,--help,--usage/info -v,--version/info -g,--global --location=word -s,--silent -q,--quiet -d -dd -ddd --verbose --loglevel=word --json --parseable -p --long -l --prefix=cd --cwd=cd -C,--dir=cd -w,--workspace=word --workspaces,-ws --include-workspace-root --if-present --ignore-scripts --no-audit --audit --no-fund --fund --no-progress --progress --color[=word] --no-color --registry=send --script-shell=run --node-options=odd --userconfig=odd --globalconfig=odd --offline --prefer-offline --prefer-online --no-optional --omit=word --include=word --production --only=word --legacy-peer-deps --strict-peer-deps --force,-f --dry-run/dry -y,--yes --no --depth=word -a,--all --foreground-scripts --install-strategy=word --cache=write --tag=word --access=word --otp=word --auth-type=word --engine-strict --no-package-lock --package-lock --package-lock-only --update-notifier --no-update-notifier --timing --no-save --save -S --unicode --sort=word --reporter=word --stream --parallel --filter=word -F=word -r,--recursive --aggregate-output --network-timeout=word --network-concurrency=word --mutex=word --non-interactive --no-bin-links ",
                $options
            ),
            $operands,
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    npm!("npm", "", "").sub(NPM).examples(&[
        ("npm --prefix /tmp/evil run build", "process.run npm; process.run /tmp/evil"),
        ("npm --prefix web run build", "process.run npm"),
    ]),
    npm!("pnpm", "... --pnpmfile=word/code --global-pnpmfile=word/code --modules-dir=write --config.script-shell=run", "word*").sub_or_install(),
    npm!("yarn", "... --use-yarnrc=word/code --rc-file=word/code --yarn-path=run --preferred-cache-folder=write", "word*").sub_or_install().examples(&[
        ("yarn --use-yarnrc /tmp/rc install", "process.run /tmp/rc; package.install yarn"),
    ]),
    npm!("bun", "-e,--eval=code:javascript -p,--print=code:javascript -r,--preload=word/code -c,--config=word/code --watch --hot --smol -b,--bun --inspect[=word]!net.listen --env-file=read", "word*").does("process.run").also(script).modes(BUN).examples(&[
        ("bun install", "package.install bun"),
        ("bun run build", "process.run bun"),
        ("bun src/index.ts", "process.run bun"),
        ("curl -s https://example.org/x | bun run -", "net.fetch example.org; process.run bun; code.run javascript"),
        ("bun /tmp/x.ts", "process.run bun; process.run /tmp/x.ts"),
        ("bun x rm -rf ~", "package.install bun; file.delete ~/**"),
        ("bun build a.ts --outfile /tmp/a.js", "process.run bun; file.write /tmp/a.js"),
    ]),
    row("npx bunx pnpx", "-h,--help/info -v,--version/info -y,--yes --no --no-install --ignore-existing -q,--quiet --bun -b -s,--silent -p,--package=word -c,--call=shell --shell=run --script-shell=run -w,--workspace=word --workspaces --prefer-offline --offline --node-options=odd -n=odd --registry=send --userconfig=odd --cache=write --prefix=cd", "word*")
        .style(Style::First)
        .gives(fetched)
        .examples(&[
            ("npx jest --watch", "package.install npx; process.run jest"),
            ("npx -y create-thing@latest app", "package.install npx; process.run create-thing"),
            ("npx --yes https://example.org/p.tgz", "package.install npx; net.fetch example.org; code.run javascript"),
            ("npx rm -rf ~", "package.install npx; file.delete ~/**"),
            ("npx -c 'rm -rf ~'", "package.install npx; file.delete ~/**"),
        ]),
    row("corepack", "... --help/info --version/info", "").sub(&[
        row("enable disable prepare install up use pack hydrate cache", "...", "word*").does("package.install"),
        row("npm pnpm yarn npx", "", "").style(Style::Raw).instead(|run, arguments, input| {
            run.doubt(unknown::SUBCOMMAND);
            let _ = (arguments, input);
            Stream::local()
        }),
    ]),
    row("nvm fnm volta n nodenv nodebrew", "... --help/info --version/info", "").sub(&[
        row("ls list ls-remote list-remote current which version version-remote bin help env", "...", "word*"),
        row("use alias unalias default pin deactivate", "...", "word*").does("process.run"),
        row("install i fetch install-latest-npm", "...", "word*").does("package.install"),
        row("uninstall uni rm remove prune", "...", "word*").does("package.remove"),
        row("run exec", "...", "word command").style(Style::First),
    ]),
    build!("lerna nx turbo rush lage wireit wsrun ni nr", "... --cwd=cd --config=word/code -c=word", "word*").style(Style::First).also(super::builds::executed).examples(&[
        ("lerna exec -- rm a", "process.run lerna; file.delete /workspace/a"),
        ("lerna publish", "process.run lerna; package.publish lerna"),
        ("nx run-commands --command 'rm a'", "process.run nx; file.delete /workspace/a"),
        ("turbo run build", "process.run turbo"),
        ("nx affected -t test", "process.run nx"),
    ]),
    build!("tsc vue-tsc tsup swc babel esbuild rollup rolldown webpack webpack-cli vite rspack parcel snowpack next nuxt nuxi astro gatsby remix svelte-kit sveltekit ng vue react-native react-scripts vue-cli-service storybook sb start-storybook build-storybook eleventy hexo bower yeoman yo ember quasar ionic cap wrangler-dev nest nodemon concurrently pm2-dev tsx ts-node ts-node-esm zx vitepress docusaurus typedoc jsdoc api-extractor rimraf-config postcss tailwindcss stylus uglifyjs terser svgo", "... -p,--project=word/code -c,--config=word/code --configFile=word/code --outFile=write --outfile=write --outDir=write --outdir=write --out-dir=write -o,--output=write --require=word/code -r=word/code -e=code:javascript --eval=code:javascript -x=shell --exec=shell --plugin=word/code --loader=word/code", "word*").also(tool).examples(&[
        ("tsc --noEmit", "process.run tsc"),
        ("tsc -p /tmp/x", "process.run tsc; process.run /tmp/x"),
        ("concurrently 'rm a' 'npm test'", "process.run concurrently; file.delete /workspace/a; process.run npm"),
        ("nodemon --exec 'rm -rf ~'", "process.run nodemon; file.delete ~/**"),
        ("esbuild a.ts --outfile=/tmp/a.js", "process.run esbuild; file.write /tmp/a.js"),
        ("babel --plugins /tmp/x.js src", "file.read /tmp/x.js; process.run babel; process.run /tmp/x.js"),
        ("babel --plugins @babel/plugin-x src -d lib", "process.run babel"),
        ("vite build /tmp/x", "file.read /tmp/x; process.run vite; process.run /tmp/x"),
        ("tsx /tmp/x.ts", "process.run tsx; file.read /tmp/x.ts; process.run /tmp/x.ts"),
    ]),
    build!("gulp grunt", "... -f,--gulpfile=word/code --gruntfile=word/code --cwd=cd -b,--base=cd --tasks=word/code --require=word/code -T,--tasks-simple", "word*").examples(&[
        ("gulp build", "process.run gulp"),
        ("gulp -f /tmp/gulpfile.js", "process.run gulp; process.run /tmp/gulpfile.js"),
        ("grunt --gruntfile /tmp/x.js", "process.run grunt; process.run /tmp/x.js"),
    ]),
    build!("eslint eslint_d standard xo prettier prettierd stylelint biome oxlint dprint tslint jshint jscs csslint htmlhint markdownlint markdownlint-cli2 remark lint-staged commitlint husky depcheck knip npm-check-updates npm-check npm-name npm-why yarn-why ncu publint attw madge size-limit jscodeshift", "... -c,--config=word/code --rulesdir=word/code --resolve-plugins-relative-to=word/code --plugin=word/code --parser=word/code -f,--format=word/code -t,--transform=word/code --use=word/code --rc-path=word/code -x,--extends=word/code -o,--output-file=write --cache-location=write --ext=word --fix -w,--write --check --ignore-path=read -u", "word*").also(tool).examples(&[
        ("eslint --fix src", "process.run eslint"),
        ("eslint -c /tmp/x.js src", "process.run eslint; process.run /tmp/x.js"),
        ("eslint -f /tmp/form.js src", "process.run eslint; process.run /tmp/form.js"),
        ("eslint -f json src", "process.run eslint"),
        ("stylelint --custom-syntax /tmp/x.js src", "file.read /tmp/x.js; process.run stylelint; process.run /tmp/x.js"),
        ("prettier --write src", "process.run prettier"),
        ("prettier --write /srv", "file.read /srv; process.run prettier; file.write /srv/**"),
        ("eslint --fix /srv", "file.read /srv; process.run eslint; file.write /srv/**"),
    ]),
    row("nyc c8", "... --help/info --version/info -r,--reporter=word --report-dir=write --temp-dir=write -n,--include=word -x,--exclude=word --require=word/code --cwd=cd --nycrc-path=word/code -c,--config=word/code", "command?").style(Style::First).does("process.run").examples(&[
        ("nyc rm -rf a", "process.run nyc; file.delete /workspace/a/**"),
    ]),
    build!("jest vitest mocha ava tape tap qunit karma cypress playwright istanbul testcafe wdio nightwatch protractor codeceptjs puppeteer", "... -c,--config=word/code --rootDir=word/code --globalSetup=word/code --setupFiles=word/code --testRunner=word/code --reporters=word/code -R,--reporter=word/code --ui=word/code --file=word/code -r,--require=word/code --import=word/code --loader=word/code -P,--project=word/code --dir=word/code --outputFile=write --coverage[=word] --coverageDirectory=write -t=word -g=word --grep=word --testNamePattern=word --testPathPattern=word --spec=word --browser=word --runInBand", "word*").also(tool).examples(&[
        ("jest --runInBand src/a.test.ts", "process.run jest"),
        ("jest --config /tmp/x.js", "process.run jest; process.run /tmp/x.js"),
        ("mocha --reporter /tmp/r.js", "process.run mocha; process.run /tmp/r.js"),
        ("playwright test --project chromium --reporter=line", "process.run playwright"),
        ("cypress run -P /tmp/x", "process.run cypress; process.run /tmp/x"),
        ("karma start /tmp/karma.conf.js", "file.read /tmp/karma.conf.js; process.run karma; process.run /tmp/karma.conf.js"),
        ("playwright install", "process.run playwright; package.install playwright"),
        ("mocha /tmp/x.js", "file.read /tmp/x.js; process.run mocha; process.run /tmp/x.js"),
    ]),
    row("rimraf", "gnu -h/info -G -g,--glob --no-glob -v,--verbose -V -i,--interactive -I --preserve-root --no-preserve-root ...", "deletetree*").examples(&[("rimraf dist", "file.delete /workspace/dist/**")]),
    row("serve http-server live-server json-server browser-sync webpack-dev-server", "...", "read?").does("net.listen"),
];

impl Row {
    /// `yarn` alone installs; a word that is no sub-command is a script of the project.
    const fn sub_or_install(self) -> Self {
        self.modes(YARN).does("process.run").also(alone)
    }
}

fn alone(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    if given.operands.is_empty() {
        meaning::declared(run, "package.install", &given.name);
    } else if given.operands.first().is_some_and(|first| first.text().is_none()) {
        run.doubt(unknown::SUBCOMMAND);
    } else if given.operands.first().and_then(Field::text).is_some_and(|name| INSTALLED.contains(&name)) {
        run.within(&given.name, None, |run| run.program(&given.operands, given.input.clone()));
    }
}

/// Programs of packages that stand where a script's name could: what they change is in their arguments.
const INSTALLED: &[&str] = &[
    "rimraf",
    "shx",
    "cross-env",
    "cross-env-shell",
    "del",
    "del-cli",
    "rm",
    "cp",
    "mv",
    "sh",
    "bash",
    "node",
    "env",
    "dotenv",
];

/// The rest is a command line of the same program.
fn again(run: &mut Run<'_>, given: &Given, rest: &[Field]) {
    let program = given.name.split(' ').next().unwrap_or_default();
    let words: Vec<Field> = std::iter::once(Field::literal(program)).chain(rest.iter().cloned()).collect();
    if !rest.is_empty() {
        run.within(&given.name, None, |run| run.program(&words, given.input.clone()));
    }
}

const NPM: &[Row] = &[
    npm!("run run-script rum urn", "...", "word*").does("process.run").also(here).examples(&[
        ("npm run build -- --watch", "process.run npm"),
        ("npm run-script x --script-shell=/tmp/evil", "process.run npm; process.run /tmp/evil"),
    ]),
    npm!("test t tst start stop restart", "...", "word*").does("process.run").also(here).examples(&[("npm test -- --coverage", "process.run npm")]),
    npm!("install i in ins inst insta instal isnt add ci clean-install ic install-clean isntall-clean install-test it install-ci-test cit update up upgrade udpate dedupe ddp rebuild rb link ln", "-D,--save-dev -P,--save-prod -O,--save-optional -E,--save-exact -B,--save-bundle --save-peer", "word*").also(installs).examples(&[
        ("npm ci", "package.install npm"),
        ("npm -C /srv install", "package.install npm; file.write /srv/**; process.run /srv"),
        ("npm install --prefix /tmp/x", "package.install npm; file.write /tmp/x/**; process.run /tmp/x"),
        ("npm i --prefix /tmp/x lodash", "package.install npm; file.write /tmp/x/**"),
        ("npm install --save-dev typescript", "package.install npm"),
        ("npm i https://example.org/x.tgz", "package.install npm; net.fetch example.org; code.run javascript"),
        ("npm i ../x", "package.install npm; process.run /x"),
        ("npm i -g typescript", "package.install npm; file.write /usr/local/lib/node_modules/**/*"),
        ("npm i --registry=https://example.org x", "package.install npm; net.send example.org"),
    ]),
    npm!("uninstall unlink remove rm r un prune", "-D,--save-dev -P,--save-prod -O,--save-optional", "word*").does("package.remove").examples(&[("npm uninstall x", "package.remove npm")]),
    npm!("list ls la ll find-dupes view info show v search find s se outdated explain why fund docs home repo bugs issues root bin doctor help help-search query sbom completion whoami ping diff stars", "--browser=word --author=word --scope=word --diff=word --diff-name-only --diff-unified=word --diff-ignore-all-space --list --limit=word --searchopts=word --description --parseable --sbom-format=word --expect-results --expect-result-count=word --peer --optional --link", "word*").examples(&[
        ("npm ls -a", ""),
        ("npm view react version", ""),
    ]),
    npm!("prefix", "", "word*"),
    npm!("version verison", "--git-tag-version --no-git-tag-version -m,--message=word --preid=word --allow-same-version --sign-git-tag", "word?").also(|run, given| {
        if !given.operands.is_empty() {
            meaning::path(run, Action::FILE_WRITE, &Field::literal("package.json"), false);
            meaning::declared(run, "git.write", "npm");
        }
    })
    .examples(&[("npm version", ""), ("npm version patch", "file.write /workspace/package.json; git.write /workspace")]),
    npm!("audit", "--audit-level=word", "word?").also(|run, given| {
        if given.operands.iter().any(|one| one.text() != Some("signatures")) {
            meaning::declared(run, "package.install", "npm");
        }
    })
    .examples(&[("npm audit", ""), ("npm audit fix", "package.install npm")]),
    npm!("init create innit", "--init-author-name=word --init-license=word --scope=word", "word*").style(Style::First).does("file.write=package.json").also(|run, given| {
        if let Some(name) = given.operands.first() {
            meaning::declared(run, "package.install", "npm");
            let program = Name::Literal(format!("create-{}", name.prefix().split('@').next().unwrap_or_default()));
            run.effect(Action::PROCESS_RUN, Resource::Program { program });
        }
    })
    .examples(&[("npm init -y", "file.write /workspace/package.json"), ("npm init vite x", "file.write /workspace/package.json; package.install npm; process.run create-vite")]),
    npm!("exec x", "--package=word -c,--call=shell --no-install", "word*").style(Style::First).gives(fetched).examples(&[("npm exec -- rm -rf ~", "package.install npm; file.delete ~/**")]),
    npm!("explore", "--shell=run", "word*").style(Style::First).gives(explored).examples(&[("npm explore x -- rm -rf ~", "file.delete ~/**"), ("npm explore x -- npm run y", "process.run node_modules/x; process.run npm"), ("npm explore x -- ls", "file.list /workspace")]),
    npm!("cache", "", "word*").does("process.run"),
    npm!("pack", "--pack-destination=write", "word*").does("process.run").also(packed),
    npm!("pkg", "", "").sub(&[row("get", "...", "word*"), row("set delete fix", "...", "word*").does("file.write=package.json")]),
    npm!("config c get set", "", "word*").also(configured).examples(&[
        ("npm config get registry", ""),
        ("npm config get //npm.example.org/:_authToken", "secret.read //npm.example.org/:_authToken"),
        ("npm get _auth", "secret.read _auth"),
        ("npm config set script-shell /tmp/x", "file.write ~/.npmrc; persistence.install npm config"),
        ("npm set save-exact=true", "file.write ~/.npmrc; persistence.install npm set"),
    ]),
    npm!("publish unpublish deprecate undeprecate dist-tag access owner author team org star unstar profile hook trust stage", "--timeout=word --list --provenance --provenance-file=read", "word*").also(registered).examples(&[
        ("npm publish", "package.publish npm"),
        ("npm unpublish x --force", "package.publish npm"),
            ("npm owner ls x", ""),
    ]),
    npm!("login adduser add-user logout", "--scope=word", "").does("file.write=~/.npmrc net.send"),
    npm!("token", "", "word*").does("secret.read"),
    npm!("edit shrinkwrap", "", "word*").does("file.write=package.json"),
];

const YARN: &[Row] = &[
    npm!("install i add up upgrade upgrade-interactive update dedupe import link rebuild rb ci install-test it fetch unplug patch patch-commit", "-D,--dev,--save-dev -P,--peer,--save-prod -O,--optional,--save-optional -E,--exact,--save-exact -T,--tilde --frozen-lockfile --no-frozen-lockfile --immutable --immutable-cache --check-cache --inline-builds --mode=word --pure-lockfile --check-files --flat --har --modules-folder=write --link-duplicates -W,--ignore-workspace-root-check --lockfile-only --fix-lockfile --shamefully-hoist --node-linker=word --latest -L --interactive -i --store-dir=write", "word*").also(installs).examples(&[
        ("yarn install --frozen-lockfile", "package.install yarn"),
        ("pnpm add -D vitest", "package.install pnpm"),
    ]),
    npm!("remove rm uninstall un unlink prune autoclean", "-D -W", "word*").does("package.remove"),
    npm!("setup", "...", "").does("persistence.install").examples(&[("pnpm setup", "persistence.install pnpm setup")]),
    npm!("run run-script test t start stop restart build dev lint", "... -A,--all -p -i -j,--jobs=word -t,--topological -v --since[=word] -R --from=word --resume-from=word --no-bail --workspace-concurrency=word --sequential", "word*").style(Style::First).does("process.run").also(here).examples(&[
        ("pnpm -r build", "process.run pnpm"),
        ("yarn test --watch", "process.run yarn"),
        ("yarn", "process.run yarn; package.install yarn"),
        ("yarn my-script", "process.run yarn"),
    ]),
    npm!("list ls la ll why info view outdated licenses audit bin root store-path help versions whoami search", "...", "word*"),
    npm!("exec x", "-c,--shell-mode/odd --package=word", "command").style(Style::First).examples(&[
        ("pnpm exec rm -rf ~", "file.delete ~/**"),
        ("yarn exec rm -rf ~", "file.delete ~/**"),
    ]),
    npm!("dlx", "-p,--package=word -c,--shell-mode/odd", "word*").style(Style::First).gives(fetched).examples(&[("pnpm dlx create-thing x", "package.install pnpm; process.run create-thing")]),
    npm!("create init", "-p,--private -2 -w", "word*").style(Style::First).does("package.install").also(|run, given| {
        if let Some(name) = given.operands.first() {
            let program = Name::Literal(format!("create-{}", name.prefix().split('@').next().unwrap_or_default()));
            run.effect(Action::PROCESS_RUN, Resource::Program { program });
        }
    }),
    row("node", "", "").style(Style::Raw).instead(|run, arguments, input| {
        let command: Vec<Field> = std::iter::once(Field::literal("node")).chain(arguments.iter().cloned()).collect();
        run.within("yarn", None, |run| run.program(&command, input))
    }),
    npm!("publish tag owner team access", "... --no-git-checks", "word*").does("package.publish"),
    npm!("cache store", "", "word*").does("process.run"),
    npm!("workspace", "", "word*").style(Style::First).also(|run, given| {
        here(run, given);
        again(run, given, given.operands.get(1..).unwrap_or_default());
    })
    .examples(&[("yarn workspace x exec rm a", "file.delete /workspace/a"), ("yarn workspace x build", "process.run yarn")]),
    npm!("workspaces foreach recursive multi m", "... -A,--all -p -i -j,--jobs=word", "word*").style(Style::First).does("process.run").also(|run, given| {
        here(run, given);
        let starts = |word: &Field| matches!(word.text(), Some("run" | "exec" | "x" | "dlx" | "add" | "install"));
        if let Some(at) = given.operands.iter().position(starts) {
            again(run, given, given.operands.get(at..).unwrap_or_default());
        }
    })
    .examples(&[("yarn workspaces foreach -A exec rm a", "process.run yarn; file.delete /workspace/a"), ("pnpm recursive exec rm a", "process.run pnpm; file.delete /workspace/a")]),
    npm!("config", "", "word*").also(configured).examples(&[("yarn config set x y", "file.write ~/.npmrc; persistence.install yarn config")]),
    npm!("login logout", "", "").does("file.write=~/.npmrc net.send"),
    // What yarn asks the registry.
    npm!("npm", "", "").sub(&[
        row("info audit whoami", "...", "word*").does("net.fetch").examples(&[("yarn npm info vite", "net.fetch configured")]),
        row("publish", "...", "word*").does("package.publish net.send"),
        row("login logout", "...", "word*").does("file.write=~/.npmrc net.send"),
        row("tag", "", "").sub(&[
            row("list", "...", "word*").does("net.fetch"),
            row("add remove", "...", "word*").does("package.publish net.send"),
        ]),
    ]),
    npm!("set policies plugin", "", "word*").does("package.install persistence.install"),
    npm!("version versions-check pack", "--new-version=word --patch --minor --major --no-git-tag-version -o,--out=write", "word*").does("process.run").also(here),
    npm!("env", "", "word*").does("package.install"),
    npm!("global", "", "word*").does("package.install file.write=/usr/local/lib/node_modules/**"),
];

const BUN: &[Row] = &[
    npm!(
        "install i add a update ci link pm-trust patch",
        "-D,--dev,-d --optional --exact -E --frozen-lockfile --trust --latest",
        "word*"
    )
    .also(installs),
    npm!("remove rm unlink", "", "word*").does("package.remove"),
    npm!(
        "run",
        "-b,--bun --watch --hot -c,--config=word/code -e,--eval=code:javascript --env-file=read --preload=word/code",
        "word*"
    )
    .style(Style::First)
    .does("process.run")
    .also(script),
    npm!("test", "... --preload=word/code -t=word --timeout=word --coverage --coverage-dir=write", "word*")
        .does("process.run")
        .also(here),
    npm!("build", "... --outfile=write --outdir=write --target=word --config=word/code --compile", "word*")
        .does("process.run")
        .also(here),
    npm!("x", "--bun -b -p,--package=word", "word*").style(Style::First).gives(fetched),
    npm!("pm", "", "").sub(&[
        row("ls list bin hash hash-print hash-string whoami cache view version untrusted default-trusted why", "...", "word*"), row("pkg", "", "").sub(&[row("get", "...", "word*"), row("set delete fix", "...", "word*").does("file.write=package.json")]),
        row("trust migrate pack", "...", "word*").does("package.install"),
    ]),
    npm!("create c init", "... --no-git -n", "word*").does("package.install process.run"),
    npm!("exec", "--shell=word", "shell").examples(&[("bun exec 'rm -rf ~'", "file.delete ~/**")]),
    npm!("why info audit outdated", "... --top --audit-level=word", "word*"),
    npm!("feedback", "... --email=word", "word*").does("net.send"),
    npm!("publish", "", "word*").does("package.publish"),
    npm!("upgrade", "...", "word*").does("package.install=bun file.write=/usr/local/bin/bun"),
    npm!("repl", "", "").does("code.run=javascript"),
];

/// A package by its name comes from the registry; by its address or path, from there. Without any, scripts run of what
/// the directory declares.
fn installs(run: &mut Run<'_>, given: &Given) {
    meaning::declared(run, "package.install", &given.name);
    super::builds::installed_here(run);
    if given.operands.is_empty() && !given.has("-g") {
        meaning::own_code(run, &Field::literal("."));
    }
    if given.has("-g") || given.value("--location").and_then(Field::text) == Some("global") {
        meaning::declared(run, "file.write=/usr/local/lib/node_modules/**", &given.name);
    }
    for package in &given.operands {
        source(run, package, "javascript");
    }
}

/// Scripts run of what is packed.
fn packed(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    super::builds::sources(run, given);
}

/// Where a package comes from that is not named, but pointed at.
pub(super) fn source(run: &mut Run<'_>, package: &Field, language: &'static str) {
    let Some(text) = package.text() else {
        // `$x` may be an address.
        if package.prefix().is_empty() {
            run.doubt(unknown::URL_UNUSUAL);
        }
        return;
    };
    // `name @ https://…`, `name@https://…`, `git+https://…`
    let (before, text) = match text.find("://") {
        Some(at) => {
            let from = text
                .get(..at)
                .unwrap_or_default()
                .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-')
                .map_or(0, |at| at + 1);
            (text.get(..from).unwrap_or_default(), text.get(from..).unwrap_or_default())
        }
        None => ("", text),
    };
    if text.contains("://") {
        // `git+ssh` and the like have been cut down to what the machine speaks.
        let local = text.starts_with("file://");
        if !local {
            address::contact(run, Deed::Fetch, &Field::literal(text));
        } else if let Some(path) = text.strip_prefix("file://") {
            meaning::own_code(run, &Field::literal(path));
        }
        let _ = before;
        run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        return;
    }
    match text.split_once(':') {
        Some(("github" | "gitlab" | "bitbucket" | "gist" | "git@github.com", _)) => {
            run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        }
        Some(("file" | "link" | "portal", path)) => meaning::own_code(run, &Field::literal(path)),
        _ if text.starts_with(['.', '/', '~'])
            || text.ends_with(".tgz")
            || text.ends_with(".whl")
            || text.ends_with(".tar.gz") =>
        {
            meaning::own_code(run, &Field::literal(text));
        }
        // npm reads `owner/name` as a repository of GitHub.
        _ if language == "javascript" && !text.starts_with('@') && text.contains('/') => {
            address::contact(run, Deed::Fetch, &Field::literal("https://github.com"));
            run.effect(Action::CODE_RUN, Resource::Code { language: language.to_owned() });
        }
        _ => {}
    }
}

/// A program of the project, or of a package that is fetched for it.
fn fetched(run: &mut Run<'_>, given: &Given) -> Stream {
    let name = given.name.clone();
    meaning::declared(run, "package.install", &name);
    for package in given.values("--package").chain(given.values("-p")) {
        source(run, package, "javascript");
    }
    let Some((first, arguments)) = given.operands.split_first() else { return Stream::local() };
    let Some(text) = first.text() else {
        run.doubt(unknown::PROGRAM_DYNAMIC);
        return Stream::local();
    };
    if text.contains("://") || text.contains(':') {
        source(run, first, "javascript");
        return Stream::local();
    }
    // `name@version`
    let program = match text.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => text.get(..=at).unwrap_or(text),
        None => text,
    };
    if !program.starts_with('.') && program.contains('/') {
        // `@scope/name`, and `owner/name` on a host.
        run.effect(Action::PROCESS_RUN, Resource::Program { program: Name::Literal(program.to_owned()) });
        return Stream::local();
    }
    let command: Vec<Field> =
        std::iter::once(Field::literal(program)).chain(arguments.iter().cloned()).collect();
    run.within(&name, None, |run| run.program(&command, given.input.clone()))
}

/// Who owns what, and what it is tagged: asked, or changed.
fn registered(run: &mut Run<'_>, given: &Given) {
    let asks = matches!(given.operands.first().and_then(Field::text), Some("ls" | "list" | "get"))
        || given.has("--list");
    if !asks {
        meaning::declared(run, "package.publish", &given.name);
    }
}

/// What runs the scripts of the directory it stands in.
const MANAGERS: &[&str] = &["npm", "pnpm", "yarn", "bun", "node", "make", "npx", "node-gyp"];

/// Behind the package stands a command, with or without `--` before it.
fn explored(run: &mut Run<'_>, given: &Given) -> Stream {
    let command = given.operands.get(1..).unwrap_or_default();
    let command = match command.split_first() {
        Some((first, rest)) if first.text() == Some("--") => rest,
        _ => command,
    };
    if command.is_empty() {
        return Stream::local();
    }
    // In the package's directory, whose scripts are its own.
    let package = given.operands.first().and_then(Field::text).unwrap_or("?");
    let program = Name::Literal(format!("node_modules/{package}"));
    let own = command
        .first()
        .and_then(Field::text)
        .is_some_and(|first| MANAGERS.contains(&first) || first.contains('/'));
    if own {
        run.effect(Action::PROCESS_RUN, Resource::Program { program });
    }
    run.within("npm explore", None, |run| run.program(command, given.input.clone()))
}

/// Settings in the home directory hold for every call that follows.
fn configured(run: &mut Run<'_>, given: &Given) {
    let first = given.operands.first().and_then(Field::text);
    let sets = given.name.ends_with(" set")
        || matches!(first, Some("set" | "delete" | "edit" | "fix" | "unset" | "rm"));
    if sets {
        meaning::path(run, Action::FILE_WRITE, &Field::literal("~/.npmrc"), false);
        meaning::declared(run, "persistence.install", &given.name);
    } else {
        given.operands.iter().for_each(|name| meaning::asked(run, name));
    }
    if !sets && !matches!(first, Some("get" | "list" | "ls") | None) && !given.name.ends_with(" get") {
        run.doubt(unknown::SUBCOMMAND);
    }
}

/// A script of the project by its path, or by its name.
fn script(run: &mut Run<'_>, given: &Given) {
    here(run, given);
    if let Some(first) = given.operands.first() {
        match first.text() {
            Some("-") if given.name.starts_with("bun") => {
                flowing(run, "javascript", "bun", &given.input);
            }
            Some(text) if text.contains('/') || text.contains('.') => meaning::own_code(run, first),
            Some(_) => {}
            None => run.doubt(unknown::PROGRAM_DYNAMIC),
        }
    }
}

/// What a tool runs lies in the project; some fetch browsers.
fn tool(run: &mut Run<'_>, given: &Given) {
    shown(run, given);
    let changes = ["--fix", "-w", "--apply"].iter().any(|name| given.has(name))
        || given
            .unread
            .iter()
            .any(|one| one.prefix().starts_with("--fix") || one.prefix().starts_with("--apply"))
        || matches!(given.operands.first().and_then(Field::text), Some("format" | "fmt" | "migrate"));
    if changes {
        super::builds::written_elsewhere(run, &given.operands);
    }
    if matches!(
        given.name.as_str(),
        "mocha" | "ava" | "tape" | "tap" | "qunit" | "vitest" | "jest" | "playwright" | "cypress" | "karma" | "testcafe"
            | "wdio" | "nightwatch" | "protractor" | "codeceptjs" | "istanbul"
            // A directory is a project, with settings that run.
            | "vite" | "next" | "nuxt" | "nuxi" | "astro" | "gatsby" | "vitepress" | "docusaurus" | "parcel" | "storybook"
            | "eleventy" | "ember" | "webpack" | "webpack-cli" | "rspack"
    ) {
        named(run, given);
    }
    // Each operand is a command line of its own.
    if given.name == "concurrently" {
        for command in &given.operands {
            run.within("concurrently", None, |run| run.shell_text(command, Stream::default()));
        }
    }
    if given.operands.first().and_then(Field::text) == Some("install") {
        meaning::declared(run, "package.install", &given.name);
    }
    if matches!(given.name.as_str(), "tsx" | "ts-node" | "ts-node-esm" | "zx" | "nodemon") {
        script(run, given);
    }
}
