//! Programs that read text and write it in another form: filters, counters, checksums, comparisons.

use super::landing;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::shell::thing;
use crate::effects::{Action, Name, Resource};

pub(super) const ROWS: &[Row] = &[
    // Pagers start editors and shells only when somebody types; what options start is listed.
    row("less more most zless zmore bzless bzmore xzless xzmore lzless lz4less zstdless lesspipe", "--help/info -?/info --version/info -V/info -N -n -R -r -S -F -X -E -e -i -I -M -m -g -G -q -Q -s -u -U -c -C -d -f -J -K -L -w -W -a -A -h=word -b=word -p=word -P=word -j=word -x=word -y=word -z=word -t=word -T=read -k=read -o=write -O=write --use-color --mouse --chop-long-lines --quit-if-one-screen --no-init --RAW-CONTROL-CHARS --LINE-NUMBERS --log-file=write --LOG-FILE=write --pattern=word --squeeze-blank-lines --ignore-case --follow-name --lesskey-src=odd --lesskey-content=odd -#", "read*")
        .output(Output::Filtered)
        .also(started)
        .examples(&[("less -N a", "file.read /workspace/a"), ("less -o b a", "file.read /workspace/a; file.write /workspace/b"), ("less '+!sh' a", "file.read /workspace/a; file.read /workspace/+!sh; unknown option_odd")]),
    row("bat batcat", "--help/info -h/info --version/info -V/info --list-themes/info -L,--list-languages/info --diagnostic/info --acknowledgements/info -A,--show-all -p,--plain -l,--language=word -H,--highlight-line=word --file-name=word -d,--diff --diff-context=word --tabs=word --wrap=word --terminal-width=word -n,--number --color=word --italic-text=word --decorations=word -f,--force-colorization --paging=word -P -m,--map-syntax=word --theme=word --theme-light=word --theme-dark=word --style=word -r,--line-range=word -u -s,--squeeze-blank --squeeze-limit=word --strip-ansi=word --nonprintable-notation=word --binary=word --pager=word --ignored-suffix=word --no-config --no-custom-assets --config-file/info --config-dir/info --cache-dir/info -S,--chop-long-lines --set-terminal-title", "read*")
        .output(Output::Filtered)
        .also(|run, given| {
            if let Some(pager) = given.value("--pager").filter(|pager| pager.text() != Some("never")) {
                run.within("bat", None, |run| run.shell_text(pager, Stream::local()));
            }
        })
        .examples(&[("bat -p a", "file.read /workspace/a"), ("bat --pager 'rm x' a", "file.read /workspace/a; file.delete /workspace/x")]),
    row("sort", "gnu -b,--ignore-leading-blanks -d,--dictionary-order -f,--ignore-case -g,--general-numeric-sort -i,--ignore-nonprinting -M,--month-sort -h,--human-numeric-sort -n,--numeric-sort -R,--random-sort --random-source=read -r,--reverse --sort=word -V,--version-sort --batch-size=word -c --check[=word] -C --compress-program=run --debug --files0-from=read -k,--key=word -m,--merge -o,--output=write -s,--stable -S,--buffer-size=word -t,--field-separator=word -T,--temporary-directory=write --parallel=word -u,--unique -z,--zero-terminated", "read*")
        .gives(sorted)
        .examples(&[
            ("sort -k2,2n -t: a b", "file.read /workspace/a; file.read /workspace/b"),
            ("sort a -o a", "file.read /workspace/a; file.write /workspace/a"),
            ("sort --compress-program=./x a", "file.read /workspace/a; process.run /workspace/x"),
            ("find . | sort | xargs rm", "file.list /workspace/**; file.delete /workspace/**"),
        ]),
    row("uniq", "gnu -c,--count -d,--repeated -D --all-repeated[=word] -f,--skip-fields=word --group[=word] -i,--ignore-case -s,--skip-chars=word -u,--unique -z,--zero-terminated -w,--check-chars=word -#", "read? write?")
        .gives(|run, given| if given.has("-c") { counted(given) } else { sorted(run, given) })
        .examples(&[("uniq -c a", "file.read /workspace/a"), ("uniq a b", "file.read /workspace/a; file.write /workspace/b")]),
    row("comm", "gnu --output-delimiter=word ...", "read*").output(Output::Filtered).examples(&[("comm -12 a b", "file.read /workspace/a; file.read /workspace/b")]),
    row("join", "gnu -t=word -1=word -2=word -a=word -o=word -e=word -v=word -j=word ...", "read*").output(Output::Filtered).examples(&[("join -t : -1 2 a b", "file.read /workspace/a; file.read /workspace/b")]),
    row("paste", "gnu -d,--delimiters=word ...", "read*").output(Output::Filtered).examples(&[("paste -d , a b", "file.read /workspace/a; file.read /workspace/b")]),
    row("nl", "gnu -b,--body-numbering=word -d,--section-delimiter=word -f,--footer-numbering=word -h,--header-numbering=word -i,--line-increment=word -l,--join-blank-lines=word -n,--number-format=word -s,--number-separator=word -v,--starting-line-number=word -w,--number-width=word ...", "read*").output(Output::Filtered).examples(&[("nl -b a x", "file.read /workspace/x")]),
    row("fold fmt expand unexpand", "gnu -w,--width=word -t,--tabs=word -p,--prefix=word -g,--goal=word ...", "read*").output(Output::Filtered).examples(&[("fold -w 5 a", "file.read /workspace/a"), ("fold -s a", "file.read /workspace/a")]),
    row("column", "gnu -h/info -V/info -s,--separator=word -o,--output-separator=word -c,--output-width,--columns=word -N,--table-columns=word -H,--table-hide=word -R,--table-right=word -T,--table-truncate=word -O,--table-order=word -E,--table-noextreme=word -W,--table-wrap=word -n,--table-name=word -l,--table-columns-limit=word -r,--tree=word -i,--tree-id=word -p,--tree-parent=word -C,--table-column=word ...", "read*").output(Output::Filtered).examples(&[("column -t -s, a", "file.read /workspace/a")]),
    row("col gcol gnucol colcrt ul", "gnu -l,--lines=word -t=word ...", "read*").output(Output::Filtered).examples(&[("col -b", "")]),
    row("colrm choose hck", "...", "word*").output(Output::Filtered),
    row("tsort grops grotty gropdf grodvi ccat", "...", "read*").output(Output::Filtered).examples(&[("tsort a", "file.read /workspace/a")]),
    row("pr", "gnu -D,--date-format=word -h,--header=word -l,--length=word -N,--first-line-number=word -o,--indent=word -w,--width=word -W,--page-width=word ...", "read*").output(Output::Filtered).examples(&[("pr -h x a", "file.read /workspace/a")]),
    row("numfmt", "gnu ...", "word*").output(Output::Filtered),
    row("strings gstrings llvm-strings", "gnu -n,--bytes=word -t,--radix=word -e,--encoding=word -T,--target=word -s,--output-separator=word -U,--unicode=word ...", "read*").output(Output::Filtered).examples(&[("strings -n 8 a", "file.read /workspace/a")]),
    row("hexdump hd hexyl", "gnu -e,--format=word -f,--format-file=read -n,--length=word -s,--skip=word -c,--bytes=word -o,--display-offset=word -L=word --border=word --panels=word --group-size=word --base=word --color=word ...", "read*").output(Output::Filtered).examples(&[("hexdump -f f a", "file.read /workspace/f; file.read /workspace/a")]),
    row("wc", "gnu --files0-from=read ...", "read*").output(Output::Numbers).gives(counts).examples(&[
        ("wc -l a b", "file.read /workspace/a; file.read /workspace/b"),
        ("find . | wc -l", "file.list /workspace/**"),
        ("wc --files0-from=l", "file.read /workspace/l"),
    ]),
    row("shuf", "gnu -e,--echo -i,--input-range=word -n,--head-count=word -o,--output=write --random-source=read -r,--repeat -z,--zero-terminated", "word*")
        .gives(shuffled)
        .examples(&[("shuf -n1 a", "file.read /workspace/a"), ("shuf -e a b", ""), ("shuf -i 1-9 -o x", "file.write /workspace/x")]),
    row("seq jot", "gnu -f,--format=word -s,--separator=word -w,--equal-width -r -c -n -b=word -p=word", "word*").gives(|_, given| {
        let plain = !given.has("-f") && !given.has("-s") && !given.has("-b");
        let numbers = given.operands.iter().all(|operand| !operand.prefix().starts_with('-') && !operand.prefix().contains('.'));
        Stream { content: if plain && numbers { Content::Numbers } else { Content::Unknown }, local: false }
    }),
    row("split", "gnu -a,--suffix-length=word --additional-suffix=word -b,--bytes=word -C,--line-bytes=word -d -x --numeric-suffixes[=word] --hex-suffixes[=word] -e,--elide-empty-files --filter=shell -l,--lines=word -n,--number=word -p=word -t,--separator=word -u,--unbuffered --verbose -#", "read? word?")
        .output(Output::Nothing)
        .also(split)
        .examples(&[
            ("split -n 5 a", "file.read /workspace/a; file.write /workspace/x*"),
            ("split -l 10 - out/p", "file.write /workspace/out/p*"),
            ("split --filter='rm x' a", "file.read /workspace/a; file.write /workspace/x*; file.delete /workspace/x"),
        ]),
    row("csplit", "gnu -b,--suffix-format=word -f,--prefix=word -k,--keep-files --suppress-matched -n,--digits=word -q,-s,--quiet,--silent -z,--elide-empty-files", "read word+")
        .output(Output::Nothing)
        .also(split)
        .examples(&[("csplit -f p a 10", "file.read /workspace/a; file.write /workspace/p*")]),
    row("tee sponge", "gnu -a,--append -i,--ignore-interrupts -p --output-error[=word]", "write*").gives(passed).examples(&[
        ("echo a | tee b c", "file.write /workspace/b; file.write /workspace/c"),
        ("curl-not-there | tee a", "process.run curl-not-there; file.write /workspace/a"),
        ("echo 'rm x' | tee s.sh; . ./s.sh", "file.write /workspace/s.sh; file.delete /workspace/x"),
    ]),
    row("pee", "--no-ignore-sigpipe --no-ignore-write-errors --ignore-sigpipe --ignore-write-errors", "shell*").examples(&[("pee 'rm x' cat", "file.delete /workspace/x")]),
    row("iconv giconv", "gnu -f,--from-code=word -t,--to-code=word -l,--list/info -c -o,--output=write -s,--silent --verbose -?/info", "read*")
        .output(Output::Filtered)
        .examples(&[("iconv -f latin1 -t utf-8 a -o b", "file.read /workspace/a; file.write /workspace/b")]),
    row("dos2unix unix2dos mac2unix unix2mac", "-h,--help/info -V,--version/info -L,--license/info -i,--info[=word]/info -k,--keepdate -q,--quiet -b,--keep-bom -m,--add-bom -r,--remove-bom -f,--force -s,--safe -c,--convmode=word -l,--newline -e,--add-eol --no-add-eol -F,--follow-symlink -R,--replace-symlink -S,--skip-symlink -O,--to-stdout -n,--newfile -o,--oldfile -u,--keep-utf16 -v,--verbose --allow-chown --no-allow-chown --display-enc=word -1252 -iso -7 -850 -ascii -ul -ub", "write*")
        .examples(&[("dos2unix -k a", "file.write /workspace/a")]),
    row("md5sum md5 sha1sum sha224sum sha256sum sha384sum sha512sum shasum b2sum gb2sum gnub2sum b3sum cksum sum crc32 xxhsum xxh32sum xxh64sum xxh128sum rmd160 sha256 sha1 sha512", "gnu -a,--algorithm,--a=word -l,--length=word --num-threads=word ...", "read*")
        .output(Output::Filtered)
        .examples(&[("sha256sum -c a", "file.read /workspace/a"), ("md5sum a b", "file.read /workspace/a; file.read /workspace/b")]),
    row("rhash hashdeep md5deep", "-h/info -V/info -r,--recursive/tree -c,--check -u=write -o,--output=write -l=write --log=write -p,--printf=word -a,--all -v -C -M -H -T -G -S -k -b --md5 --sha1 --sha256 --sha512 --update=write --percents --speed --simple --sfv --bsd --magnet", "read*")
        .examples(&[("rhash -r a", "file.read /workspace/a/**")]),
    row("cmp gcmp zcmp bzcmp xzcmp lzcmp diff gdiff zdiff bzdiff xzdiff lzdiff colordiff wdiff dwdiff icdiff ydiff diff-so-fancy difft json-diff csv-diff xmldiff rfcdiff combinediff interdiff filterdiff lsdiff grepdiff diffstat diffimg perceptualdiff", "gnu -r,--recursive/tree --from-file=read --to-file=read -X,--exclude-from=read -x,--exclude=word -U=word --unified[=word] -u -C=word --context[=word] -c -I,--ignore-matching-lines=word -F,--show-function-line=word -L,--label=word -W,--width=word -S,--starting-file=word -D,--ifdef=word -i,--ignore-initial=word -n,--bytes=word --ignore-trailing-space --horizon-lines=word --old-line-format=word --new-line-format=word --unchanged-line-format=word --line-format=word --old-group-format=word --new-group-format=word --unchanged-group-format=word --changed-group-format=word --tabsize=word --palette=word --color[=word] --display=word ...", "read*")
        .examples(&[("diff -ru a b", "file.read /workspace/a/**; file.read /workspace/b/**"), ("cmp a b", "file.read /workspace/a; file.read /workspace/b"), ("diff <(ls a) <(ls b)", "file.list /workspace/a; file.list /workspace/b")]),
    row("diff3 gdiff3", "gnu --diff-program=run -A,--show-all -e,--ed -E,--show-overlap -m,--merge -x,--overlap-only -X -3,--easy-only -i -a,--text -L,--label=word -T,--initial-tab --strip-trailing-cr", "read read read").examples(&[
        ("diff3 -m a b c", "file.read /workspace/a; file.read /workspace/b; file.read /workspace/c"),
        ("diff3 --diff-program=./x a b c", "file.read /workspace/a; file.read /workspace/b; file.read /workspace/c; process.run /workspace/x"),
    ]),
    row("sdiff gsdiff", "gnu -o,--output=write -i,--ignore-case -E,--ignore-tab-expansion -Z -b,--ignore-space-change -W,--ignore-all-space -B,--ignore-blank-lines -I=word --ignore-trailing-space --strip-trailing-cr -a,--text -w,--width=word -l,--left-column -s,--suppress-common-lines -t,--expand-tabs --tabsize=word -d,--minimal -H,--speed-large-files --diff-program=run", "read read")
        .examples(&[("sdiff -o c a b", "file.read /workspace/a; file.read /workspace/b; file.write /workspace/c"), ("sdiff --diff-program=./x a b", "file.read /workspace/a; file.read /workspace/b; process.run /workspace/x")]),
    row("delta", "-h,--help/info -V,--version/info --list-languages/info --list-syntax-themes/info --show-config/info --show-themes/info --pager=shell --paging=word -s,--side-by-side -n,--line-numbers --light --dark --syntax-theme=word -w,--width=word --color-only --diff-highlight --diff-so-fancy --features=word --raw --navigate --hyperlinks --no-gitconfig --config=odd --tabs=word --keep-plus-minus-markers -@,--diff-args=odd", "read*")
        .examples(&[("delta a b", "file.read /workspace/a; file.read /workspace/b"), ("delta --pager 'rm x' a b", "file.read /workspace/a; file.read /workspace/b; file.delete /workspace/x")]),
    row("patch gpatch", "gnu -b,--backup -B,--prefix=word -c,--context -d,--directory=cd -D,--ifdef=word --dry-run/dry -C/dry -e,--ed/odd -E,--remove-empty-files -f,--force -F,--fuzz=word -g,--get=odd -i,--input=read -l,--ignore-whitespace --merge[=word] -n,--normal -N,--forward -o,--output=write -p,--strip=word --posix --quoting-style=word -r,--reject-file=write -R,--reverse --read-only=word -s,--silent,--quiet -t,--batch -T,--set-time -u,--unified -v/info -V,--version-control=word -Y=word -z,--suffix=word -Z,--set-utc --verbose --binary --follow-symlinks --no-backup-if-mismatch --backup-if-mismatch -x=word", "write? read?")
        .output(Output::Local)
        .also(|run, given| {
            // The names of the files stand in the patch.
            if given.operands.is_empty() && !given.has("-o") {
                landing::unpacked(run, None);
            }
            // What stands before the names of copies may be a directory.
            for prefix in [given.value("-B"), given.value("-Y")].into_iter().flatten() {
                if prefix.text().is_none_or(|prefix| prefix.contains('/')) {
                    meaning::path(run, Action::FILE_WRITE, &prefix.clone(), true);
                }
            }
        })
        .examples(&[
            ("patch -p1 < a.diff", "file.read /workspace/a.diff; file.write /workspace/**/*"),
            ("patch -B /srv/ a b", "file.read /workspace/b; file.write /workspace/a; file.write /srv/**"),
            ("patch -i a.diff b", "file.read /workspace/a.diff; file.write /workspace/b"),
            ("patch -d src -i ../a.diff --dry-run", "file.read /workspace/a.diff"),
            ("patch -e b < s", "file.read /workspace/s; file.write /workspace/b; unknown option_odd"),
        ]),
    row("date", "gnu -d,--date=word -f,--file=read -I,--iso-8601[=word] -R,--rfc-email,--rfc-2822 --rfc-3339=word -r,--reference=list -s,--set=word!service.control=clock -u,--utc,--universal --debug --resolution -j -n -v=word -a=word", "word*")
        .gives(|run, given| {
            // `date 010203042024` sets the clock; with `-j` it only converts.
            let sets = given.operands.iter().any(|operand| operand.prefix().starts_with(|c: char| c.is_ascii_digit()));
            if sets && !given.has("-j") {
                run.effect(Action::SERVICE_CONTROL, thing("clock"));
            }
            if given.has("-f") || given.has("-d") && given.has("-r") {
                return Stream::local();
            }
            dated(given)
        })
        .examples(&[
            ("date -u +%F", ""),
            ("date -s 2020-01-01", "service.control clock"),
            ("date -f a", "file.read /workspace/a"),
            ("date 010203042024", "service.control clock"),
            ("touch log-$(date +%s)", "file.write /workspace/log-*"),
        ]),
    row("cal ncal gcal calendar ddate", "-f=read ...", "word*").examples(&[("cal -y", ""), ("calendar -f a", "file.read /workspace/a")]),
    row("yes", "gnu", "word*").output(Output::Foreign),
    row("factor units", "gnu ...", "word*"),
    row("expr", "", "").style(Style::Raw).instead(|_, arguments, _| {
        let numbers = arguments.iter().all(|field| {
            field.text().is_none_or(|text| text.parse::<i64>().is_ok() || matches!(text, "+" | "-" | "*" | "/" | "%" | "<" | ">" | "="))
        });
        Stream { content: if numbers { Content::Numbers } else { Content::Unknown }, local: arguments.iter().any(|field| field.text().is_none()) }
    }),
    row("ptx", "gnu -o,--only-file=read -i,--ignore-file=read -b,--break-file=read -A -G,--traditional -F=word -M=word -O -R -S=word -T -W=word -f -g=word -r,--references -t -w,--width=word --auto-reference --ignore-case", "read? write?")
        .examples(&[("ptx -G a b", "file.read /workspace/a; file.write /workspace/b")]),
    row("aspell hunspell ispell spell enchant", "-h,--help/info -v,--version/info -D/info -d,--lang,--master=word -l,--list -a -c,--check=write -p=read -H -t -n -i=word -L -u -U -w -1 -G -x --mode=word --home-dir=read --personal=read --conf=odd --dont-backup -b", "word*")
        .also(|run, given| {
            let mut operands = given.operands.iter();
            let first = operands.next().and_then(Field::text);
            // `ispell file` asks for each word and changes it.
            let lists = given.has("-l") || given.has("-a");
            if !matches!(given.name.as_str(), "aspell" | "enchant") {
                for file in given.operands.iter().filter(|_| !lists) {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
            if first == Some("check") || first == Some("-c") {
                for file in operands {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
        })
        .examples(&[("aspell list", ""), ("ispell a", "file.write /workspace/a"), ("hunspell -l a", ""), ("aspell check a", "file.write /workspace/a")]),
    row("codespell typos", "-h,--help/info --version/info -V/info -w,--write-changes --context=word --hidden --exclude=word --dump-config=write --type-list/info --files -i,--interactive=word -f,--check-filenames -q,--quiet-level=word -L,--ignore-words-list=word -I,--ignore-words=read -S,--skip=word -d -c -D,--dictionary=read --builtin=word -H --format=word --diff --config=read --list-all", "readtree*")
        .also(|run, given| {
            if given.has("-w") && given.operands.is_empty() {
                landing::unpacked(run, None);
            }
            for file in given.operands.iter().filter(|_| given.has("-w")) {
                meaning::path(run, Action::FILE_WRITE, file, true);
            }
        })
        .examples(&[("codespell src", "file.read /workspace/src/**"), ("codespell -w src", "file.read /workspace/src/**; file.write /workspace/src/**"), ("typos -w", "file.write /workspace/**/*")]),
    row("isutf8 enca uchardet chardet chardetect", "...", "read*").examples(&[("isutf8 a", "file.read /workspace/a")]),
    row("lolcat pridecat", "-F,--freq=word -S,--seed=word -p,--spread=word -s,--speed=word -d,--duration=word ...", "read*").output(Output::Filtered).examples(&[("lolcat a", "file.read /workspace/a")]),
    row("envsubst", "-v,--variables -V,--version/info -h,--help/info", "word?").gives(|_, _| Stream::local()).examples(&[("envsubst < a", "file.read /workspace/a")]),
    row("ts ifdata errno pv", "--help/info -h/info --version/info -V/info --list/info --search=word --search-all-locales=word --cursor --watchfd=odd -r -i -s -m -l,--line-mode -p,--progress -t,--timer -e,--eta -b,--bytes -a -n -q,--quiet -f -c -W -D=word -L,--rate-limit=word -B,--buffer-size=word -s,--size=word -w=word -H=word -N,--name=word -F,--format=word -0,--null -I,--fineta -T --rate --average-rate -A=word -S,--stop-at-size -E,--skip-errors -C,--no-splice -d=odd -R=odd -P=write -X", "word*")
        .gives(|run, given| {
            if given.name == "pv" {
                for file in &given.operands {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
                return meaning::through(run, &given.operands, &given.input);
            }
            counted(given)
        })
        .examples(&[("pv a | wc", "file.read /workspace/a"), ("ls | ts '%H'", "file.list /workspace")]),
    row("combine", "", "read word read"),
    row("tuc datamash", "...", "word*").output(Output::Filtered),
    row("cowsay xcowsay cowthink", "-f=word ...", "word*")
        .output(Output::Filtered)
        .also(|run, given| {
            // A picture is a script of Perl.
            if let Some(picture) = given.value("-f")
                && picture.text().is_none_or(|picture| picture.contains('/'))
            {
                meaning::file(run, &picture.clone(), "perl");
            }
        })
        .examples(&[("cowsay -f tux hi", ""), ("cowsay -f ./x.cow hi", "process.run /workspace/x.cow")]),
    row("figlet toilet boxes banner sl fortune lorem pastel", "-f=word ...", "word*").output(Output::Filtered),
    row("highlight pygmentize silicon chroma source-highlight ccze rich glow mdcat mdless frogmouth slides mdp", "-h,--help/info --version/info -V/info -o,--output,--out=write -i,--input=read -O,--out-format=word -S,--syntax=word -s,--style=word -l=word -f=word -t,--theme=word -p,--pager --pager-command=shell --fragment --inline-css --print-style --list-scripts=word/info --stdout --lexer=word --formatter=word --list/info --no-window-controls --no-line-number --language=word --background=word --font=word --guides --markdown -m --left --right --center --export-html=write --export-svg=write --print --csv -j --json --panel=word --nofade --invert --notrans --expand --plug-in=odd --config-file=read --tabs=word --wrap --encoding=word --doc-title=word -e -c -I -E --pad-horiz=word --pad-vert=word --shadow-color=word --to-clipboard -w,--width=word -a,--all -n,--line-numbers -L -N -H -g -x=word -u=word --force", "read*")
        .output(Output::Filtered)
        .examples(&[("pygmentize -o b a", "file.read /workspace/a; file.write /workspace/b"), ("glow a.md", "file.read /workspace/a.md")]),
    row("uuencode", "-m,--base64 -e -r -o=write --help/info --version/info", "read* word?").examples(&[("uuencode a b", "file.read /workspace/a")]),
    row("uudecode", "-m -o,--output-file=write --help/info --version/info -c -i -p -r -s", "read*")
        .also(|run, given| {
            // The name stands in the text.
            if !given.has("-o") && !given.has("-p") {
                run.effect(Action::FILE_WRITE, Resource::path(Name::Dynamic));
            }
        })
        .examples(&[("uudecode -o b a", "file.read /workspace/a; file.write /workspace/b"), ("uudecode a", "file.read /workspace/a; file.write ?")]),
    row("enscript a2ps grap groff nroff troff eqn tbl pic soelim", "-o,--output=write -p=write -S/odd -z -t -e -s -R -k -K=word -T=word -m=word -W=word -f=word -w=word --language=word --columns=word --landscape --color=word --highlight=word --help-highlight/info --lines=word --medium=word --font=word --header=word -d=word -r=word -F=word -M=word -n=word -a -b -c -C -E -g -G -i -l -L=word -N -P=word -U/odd -V -X -Z --help/info --version/info -1 -2 -B -q -h", "read*")
        .output(Output::Filtered)
        .examples(&[("groff -man a", "file.read /workspace/a"), ("enscript -o b a", "file.read /workspace/a; file.write /workspace/b"), ("groff -U a", "file.read /workspace/a; unknown option_odd")]),
];

/// `less +!cmd`, `more +command`: what is typed first.
fn started(run: &mut Run<'_>, given: &Given) {
    let odd = given.operands.iter().any(|field| {
        field
            .prefix()
            .strip_prefix('+')
            .is_some_and(|command| !command.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/'))
    });
    if odd {
        run.doubt(crate::effects::unknown::OPTION_ODD);
    }
}

/// The same lines in another order, or some of them.
fn sorted(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.name.ends_with("sort") && given.has("--files0-from") || given.has("-o") {
        return Stream::local();
    }
    if given.name.contains("uniq") && given.operands.len() > 1 {
        return Stream::default();
    }
    let whole = meaning::through(run, &given.operands, &given.input);
    let content = match whole.content {
        content @ (Content::Paths(_) | Content::Names | Content::Numbers | Content::Nothing) => content,
        Content::Text(_) | Content::Unknown => Content::Unknown,
    };
    Stream { content, local: whole.local }
}

fn counted(given: &Given) -> Stream {
    Stream { content: Content::Unknown, local: !given.operands.is_empty() || given.input.local }
}

/// Numbers, and the names of the files where there are any.
fn counts(_: &mut Run<'_>, given: &Given) -> Stream {
    let content = if given.operands.is_empty() && !given.has("--files0-from") {
        Content::Numbers
    } else {
        Content::Unknown
    };
    Stream { content, local: false }
}

fn shuffled(run: &mut Run<'_>, given: &Given) -> Stream {
    if given.has("-e") {
        return counted(given);
    }
    if given.has("-i") {
        return Stream { content: Content::Numbers, local: false };
    }
    for file in &given.operands {
        meaning::path(run, Action::FILE_READ, file, false);
    }
    sorted(run, given)
}

/// Pieces of a file, named by what stands before a number.
fn split(run: &mut Run<'_>, given: &Given) {
    let prefix = match given.name == "csplit" {
        true => given.value("-f").cloned().unwrap_or_else(|| Field::literal("xx")),
        false => given.operand(1).cloned().unwrap_or_else(|| Field::literal("x")),
    };
    for name in meaning::names(run, &prefix) {
        let name = match name {
            Name::Literal(path) if !path.contains(['*', '?', '[', '{']) => Name::Glob(format!("{path}*")),
            Name::Literal(_) => Name::Dynamic,
            Name::Glob(pattern) => Name::Glob(format!("{pattern}*")),
            Name::Dynamic => Name::Dynamic,
        };
        run.effect(Action::FILE_WRITE, Resource::path(name));
    }
}

/// What flows in is written, and flows on.
fn passed(run: &mut Run<'_>, given: &Given) -> Stream {
    for file in &given.operands {
        if let Some(path) = meaning::literal_path(run, file) {
            let content = if given.has("-a") { None } else { given.input.literal().map(str::to_owned) };
            run.state.written.insert(path, content);
        }
    }
    given.input.clone()
}

/// Digits where the format says nothing else, a name where it has no slash in it.
fn dated(given: &Given) -> Stream {
    let format =
        given.operands.iter().find_map(|operand| operand.text().and_then(|text| text.strip_prefix('+')));
    let content = match format {
        Some(format)
            if format.split('%').skip(1).all(|part| {
                part.len() == 1 && part.starts_with(['s', 'Y', 'm', 'd', 'H', 'M', 'S', 'j', 'N', 'y'])
            }) && format.starts_with('%') =>
        {
            Content::Numbers
        }
        Some(format) if !format.contains(['/', 'D', 'x', 'c', 'n', 't']) && !format.starts_with('-') => {
            Content::Names
        }
        None if given.has("-I") => Content::Names,
        _ => Content::Unknown,
    };
    Stream { content, local: false }
}
