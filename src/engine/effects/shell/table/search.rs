//! Programs that search in files: `grep` and its kin, `rg`, `ag`, `ack`.

use super::landing;
use super::names::files_below;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::{Action, Name, Resource};

pub(super) const ROWS: &[Row] = &[
    row("fzf sk", "... -f,--filter=word -q,--query=word -d,--delimiter=word -n,--nth=word --with-nth=word --preview=shell --bind=odd --listen[=word]!net.listen --history=write --with-shell=odd -c,--cmd=shell --tmux=word", "")
        .output(Output::Filtered)
        .examples(&[
            ("fzf --filter main < a", "file.read /workspace/a"),
            ("ls | fzf --preview 'rm {}'", "file.list /workspace; file.delete /workspace/{}"),
            ("fzf --bind 'start:become(rm a)'", "unknown option_odd"),
        ]),
    row("grep egrep fgrep rgrep zgrep zegrep zfgrep bzgrep bzegrep bzfgrep xzgrep xzegrep xzfgrep lzgrep lzegrep lzfgrep zstdgrep", "gnu -e,--regexp=word/fills -f,--file=read/fills -r,--recursive/tree -R,--dereference-recursive/tree -d,--directories=word -m,--max-count=word -A,--after-context=word -B,--before-context=word -C,--context=word -D,--devices=word --include=word --exclude=word --exclude-from=read --exclude-dir=word --label=word --binary-files=word --color[=word] --colour[=word] -l,--files-with-matches -L,--files-without-match -c,--count -q,--quiet,--silent -o,--only-matching -n,--line-number -b,--byte-offset -H,--with-filename -T,--initial-tab -Z,--null -z,--null-data -# ...", "word? word*")
        .gives(searched)
        .examples(&[
            ("grep -n foo a b", "file.read /workspace/a; file.read /workspace/b"),
            ("grep -rn foo", "file.read /workspace/**"),
            ("grep -r -e foo src", "file.read /workspace/src/**"),
            ("grep -r --include='*.c' foo /", "file.read /**/*.c"),
            ("grep -f pats a", "file.read /workspace/pats; file.read /workspace/a"),
            ("grep -rl foo src | xargs rm", "file.delete /workspace/src; file.delete /workspace/src/**/*; file.read /workspace/src/**"),
            ("grep foo ~/.ssh/id_rsa", "file.read ~/.ssh/id_rsa; secret.read ~/.ssh/id_rsa"),
            ("ls | grep -v foo | xargs rm", "file.list /workspace; file.delete /workspace/*"),
        ]),
    row("rg ripgrep rga", "-h,--help/info -V,--version/info --pcre2-version/info --type-list/info --generate=word/info -e,--regexp=word/fills -f,--file=read/fills --files/fills --pre=run --pre-glob=word --hostname-bin=run -z,--search-zip --no-search-zip -A,--after-context=word -B,--before-context=word -C,--context=word --context-separator=word --field-context-separator=word --field-match-separator=word -g,--glob=word --iglob=word --glob-case-insensitive -t,--type=word -T,--type-not=word --type-add=word --type-clear=word -m,--max-count=word -d,--max-depth,--maxdepth=word --max-filesize=word -M,--max-columns=word --max-columns-preview -r,--replace=word -j,--threads=word --sort=word --sortr=word --color=word --colors=word --column --no-column --engine=word -E,--encoding=word --dfa-size-limit=word --regex-size-limit=word --ignore-file=read --ignore-file-case-insensitive --path-separator=word --hyperlink-format=word --line-buffered --block-buffered -a,--text --binary -b,--byte-offset -c,--count --count-matches --crlf --debug --trace -F,--fixed-strings -L,--follow -., --hidden,-. --no-hidden --heading --no-heading -i,--ignore-case --include-zero -v,--invert-match --json -l,--files-with-matches --files-without-match -n,--line-number -N,--no-line-number -x,--line-regexp --mmap --no-mmap -U,--multiline --multiline-dotall --no-config --no-ignore --no-ignore-dot --no-ignore-exclude --no-ignore-files --no-ignore-global --no-ignore-messages --no-ignore-parent --no-ignore-vcs --no-messages --no-pcre2-unicode --no-require-git --no-unicode --null -0 --null-data --one-file-system -o,--only-matching --passthru,--passthrough -P,--pcre2 -p,--pretty -q,--quiet -s,--case-sensitive -S,--smart-case --stats --stop-on-nonmatch --trim --no-trim -u,--unrestricted --vimgrep --with-filename,-H -I,--no-filename -w,--word-regexp --auto-hybrid-regex --sort-files --ignore --no-stats --no-json --rga-adapters=word --rga-accurate --rga-no-cache --rga-list-adapters/info --rga-max-archive-recursion=word --rga-cache-max-blob-len=word --rga-cache-path=write --rga-config-file=odd", "word? word*")
        .gives(walked)
        .examples(&[
            ("rg foo", "file.read /workspace/**"),
            ("rg -l foo src", "file.read /workspace/src/**"),
            ("rg --files src", "file.list /workspace/src/**"),
            ("rg --pre ./x foo", "file.read /workspace/**; process.run /workspace/x"),
            ("rg --hostname-bin=/tmp/x foo a", "file.read /workspace/a/**; process.run /tmp/x"),
            ("cat a | rg foo", "file.read /workspace/a"),
            ("rg --frob foo", "file.read /workspace/**; unknown option_unknown"),
        ]),
    row("ag ack ack-grep ugrep ug sift", "--help/info -h/info --version/info -V/info -e=word/fills -f/fills -g=word -G,--file-search-regex=word -l,--files-with-matches -L,--files-without-matches -i,--ignore-case -s,--case-sensitive -S,--smart-case -v,--invert-match -w,--word-regexp -Q,--literal -F -E -P -A,--after[=word] -B,--before[=word] -C,--context[=word] -m,--max-count=word --ignore=word --ignore-dir=word --depth=word -n,--norecurse -r,-R,--recurse -c,--count -o --only-matching --color --nocolor --color-match=word -a,--all-types -u,--unrestricted -t,--all-text -U,--skip-vcs-ignores -p,--path-to-ignore=read --hidden -z,--search-zip -0,--null --pager=shell --nopager --column --nogroup --group --heading --noheading -H --nofilename --stats --silent --vimgrep -W,--width=word --ackmate --debug -x --output=word -1 --passthru --print0 --sort-files --type=word --noenv --ignore-ack-defaults --ackrc=read --create-ackrc --help-types/info --bar --cathy --thpppt --no-filename --filename-pattern=word --line-number --query/odd -Z[=word] --fuzzy[=word] --decompress --glob=word --file-type=word --tree --pretty --hexdump[=word] --filter=odd --view=odd --save-config=odd --python --js --cpp --cc --java --ruby --rust --go --html --css --php --perl --shell --ts --json --md --sql --xml --yaml", "word? word*")
        .gives(walked)
        .examples(&[
            ("ag foo src", "file.read /workspace/src/**"),
            ("ack --pager='rm x' foo", "file.read /workspace/**; file.delete /workspace/x"),
            ("ugrep --filter='*:sh' foo", "file.read /workspace/**; unknown option_odd"),
        ]),
    row("pdfgrep", "... -e=word/fills -f=read/fills -r,--recursive/tree -R/tree", "word? word*").gives(searched).examples(&[("pdfgrep foo a.pdf", "file.read /workspace/a.pdf")]),
    row("look glook", "gnu ...", "word read?").examples(&[("look foo", "")]),
    row("ast-grep", "-h,--help/info -V,--version/info --rule=read -c,--config=read --inline-rules=word --format=word --report-style=word --filter=word -p,--pattern=word -r,--rewrite=word -l,--lang=word -U,--update-all!file.write -i,--interactive --json[=word] --debug-query[=word] --globs=word -A=word -B=word -C=word --color=word --no-ignore=word --stdin --heading=word --inspect=word --strictness=word --selector=word --threads=word", "readtree*")
        .examples(&[("ast-grep -p 'a' src", "file.read /workspace/src/**"), ("ast-grep -p a -r b -U", "file.write ?")]),
    row("sgrep agrep tre-agrep", "...", "word read*").examples(&[("agrep foo a", "file.read /workspace/a")]),
];

/// The files that are searched, `grep`'s way: here only if asked to go down.
fn searched(run: &mut Run<'_>, given: &Given) -> Stream {
    let recursive = given.is_marked("tree")
        || given.name == "rgrep"
        || given.value("-d").is_some_and(|value| value.text() == Some("recurse"));
    files(run, given, recursive)
}

/// The files that are searched, `rg`'s way: everything here, unless something flows in.
fn walked(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("--files") || given.value("-g").is_some() && given.has("-f") {
        let here = [Field::literal(".")];
        let roots = if given.operands.is_empty() { &here[..] } else { &given.operands };
        let mut names = Vec::new();
        for root in roots {
            meaning::path(run, Action::FILE_LIST, root, true);
            names.extend(meaning::names(run, root).iter().flat_map(|name| files_below(name, root.text())));
        }
        return Stream::paths(names);
    }
    let piped = !given.input.is_nothing() && given.operands.len() <= 1;
    files(run, given, !piped)
}

fn files(run: &mut Run<'_>, given: &Given, recursive: bool) -> Stream {
    let skip = usize::from(!given.is_marked("fills"));
    let operands = given.operands.get(skip..).unwrap_or_default();
    let here = [Field::literal(".")];
    let lists = given.has("-l") || given.has("-L");
    if operands.is_empty() && !recursive {
        // A filter: what it lets through is part of what flows in.
        let content = match &given.input.content {
            content @ (Content::Paths(_) | Content::Names | Content::Numbers) if passes(given) => {
                content.clone()
            }
            _ => Content::Unknown,
        };
        return Stream { content, local: given.input.local };
    }
    let roots = if operands.is_empty() { &here[..] } else { operands };
    let mut names = Vec::new();
    for root in roots {
        if meaning::is_stream(root) {
            continue;
        }
        for name in meaning::names(run, root) {
            let narrow = if recursive { included(given, &name) } else { Vec::new() };
            if narrow.is_empty() {
                run.effect(Action::FILE_READ, Resource::Path { path: name.clone(), tree: recursive });
            }
            for pattern in narrow {
                run.effect(Action::FILE_READ, Resource::path(pattern));
            }
            names.extend(if recursive { files_below(&name, root.text()) } else { vec![name] });
        }
    }
    if lists { Stream::paths(names) } else { Stream::local() }
}

/// Whether lines come out as they went in.
fn passes(given: &Given) -> bool {
    ![
        "-c",
        "-o",
        "-n",
        "-b",
        "-A",
        "-B",
        "-C",
        "-q",
        "-H",
        "-T",
        "-z",
        "--json",
        "--column",
        "-r",
        "--only-matching",
    ]
    .iter()
    .any(|option| given.has(option))
        && given.options.iter().all(|(option, _)| !matches!(option.name(), "-l" | "-L"))
}

/// The files below a directory that `--include` leaves.
fn included(given: &Given, root: &Name) -> Vec<Name> {
    let mut patterns = Vec::new();
    for pattern in given.values("--include") {
        let Some(text) = pattern.text_with_wildcards() else { return Vec::new() };
        let Name::Literal(path) = root else { return Vec::new() };
        let plain = |text: &str| !text.contains(['{', '}', '\\', '[', '/', '!']);
        if !plain(&text) || !plain(&path.replace('/', "")) || text.chars().all(|c| c == '*') {
            return Vec::new();
        }
        let below = landing::within(
            &Name::Glob(format!("{}/**", path.trim_end_matches('/'))),
            Some(Name::Glob(text)),
        );
        patterns.push(below);
    }
    patterns
}
